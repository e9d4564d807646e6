//! From objects to plain nodes, with CPython's errors for what is missing or of a wrong type.
//!
//! Attributes may run Python, so every object is held while it is read, and the stack is watched.

use heap::{Object, Raised, Ref, Thread};
use objects::{Bool, Bytes, Complex, Float, FrozenSet, Int, List, Str, Tuple, none, ops, raise};
use syntax::Const;
use syntax::code::BigInt;
use syntax::tree::node::{Node, Place, Value};
use syntax::tree::{Attributes, Field, FieldType, Kind, Quantity, Sum};

use super::classes::Classes;

/// Reads a whole tree.
pub fn read(th: &mut Thread, classes: &'static Classes, source: &Object, mode: syntax::Mode) -> Result<Node, Raised> {
    let wanted = match mode {
        syntax::Mode::Exec => Kind::Module,
        syntax::Mode::Eval => Kind::Expression,
        syntax::Mode::Single => Kind::Interactive,
        syntax::Mode::FuncType => Kind::FunctionType,
    };
    if !ops::isinstance(th, source, classes.of(wanted).0)? {
        let (wanted, got) = (wanted.name(), ops::type_name(source));
        return Err(raise::type_error(th, format_args!("expected {wanted} node, got {got}")));
    }
    let mut reader = Reader { th, classes };
    match reader.node(source, Sum::Mod)? {
        Value::Node(node) => Ok(*node),
        _ => Err(raise::type_error(reader.th, format_args!("expected {} node", wanted.name()))),
    }
}

struct Reader<'t> {
    th: &'t mut Thread,
    classes: &'static Classes,
}

impl Reader<'_> {
    /// A node of one of the sum's classes, or nothing for `None`.
    fn node(&mut self, object: &Object, sum: Sum) -> Result<Value, Raised> {
        if object.is(none()) {
            return Ok(Value::None);
        }
        let place = self.place(object, sum)?;
        let Some(kind) = self.kind(object, sum)? else {
            let shown = ops::repr(self.th, object)?.to_string_lossy();
            return Err(raise::type_error(self.th, format_args!("expected some sort of {}, but got {shown}", sum.name())));
        };
        let mut fields = Vec::with_capacity(kind.fields().len());
        for (at, field) in kind.fields().iter().enumerate() {
            fields.push(self.field(object, kind, at, field)?);
        }
        Ok(Value::Node(Box::new(Node { kind, place, fields })))
    }

    fn kind(&mut self, object: &Object, sum: Sum) -> Result<Option<Kind>, Raised> {
        // Nearly all nodes are instances of the classes themselves.
        if let Some(&kind) = sum.kinds().iter().find(|kind| core::ptr::eq(self.classes.of(**kind).0, object.ty())) {
            return Ok(Some(kind));
        }
        if sum.is_product() {
            // Whatever has the fields will do.
            return Ok(sum.kinds().first().copied());
        }
        for &kind in sum.kinds() {
            if ops::isinstance(self.th, object, self.classes.of(kind).0)? {
                return Ok(Some(kind));
            }
        }
        Ok(None)
    }

    fn place(&mut self, object: &Object, sum: Sum) -> Result<Place, Raised> {
        let attributes = sum.attributes();
        if attributes == Attributes::Plain {
            return Ok(Place::default());
        }
        let mut numbers = [0; 4];
        for at in 0..4 {
            let name = self.classes.place[at];
            let value = ops::getattr_opt(self.th, object, name)?;
            let optional = at >= 2 && attributes == Attributes::Placed;
            numbers[at] = match value {
                Some(value) if !(optional && value.is(none())) => self.int(&value)?,
                _ if optional => numbers[at - 2],
                _ => {
                    let (name, sum) = (name.to_string_lossy(), sum.name());
                    return Err(raise::type_error(self.th, format_args!("required field \"{name}\" missing from {sum}")));
                }
            };
        }
        let [line, col, end_line, end_col] = numbers;
        Ok(Place { line, col, end_line, end_col })
    }

    fn field(&mut self, object: &Object, kind: Kind, at: usize, field: &Field) -> Result<Value, Raised> {
        let name = self.classes.field_names(kind)[at];
        let value = ops::getattr_opt(self.th, object, name)?;
        match field.quantity {
            Quantity::One => {
                let Some(value) = value else {
                    let (field, kind) = (field.name, kind.name());
                    return Err(raise::type_error(self.th, format_args!("required field \"{field}\" missing from {kind}")));
                };
                let read = self.deeper(&value, kind, field)?;
                if read.is_none() {
                    let (field, kind) = (field.name, kind.name());
                    return Err(raise::value_error(self.th, format_args!("field '{field}' is required for {kind}")));
                }
                Ok(read)
            }
            Quantity::Optional => match value {
                Some(value) if !value.is(none()) => self.deeper(&value, kind, field),
                _ => Ok(Value::None),
            },
            Quantity::Many | Quantity::ManyOrNone => match value {
                Some(value) => self.list(&value, kind, field),
                None => Ok(Value::List(Vec::new())),
            },
        }
    }

    fn list(&mut self, value: &Object, kind: Kind, field: &Field) -> Result<Value, Raised> {
        let (name, of) = (field.name, kind.name());
        let Some(list) = value.downcast::<List>() else {
            let got = ops::type_name(value);
            return Err(raise::type_error(self.th, format_args!("{of} field \"{name}\" must be a list, not a {got}")));
        };
        let len = list.len();
        let mut items = Vec::with_capacity(len);
        for at in 0..len {
            let Some(item) = list.get(self.th, at) else {
                return Err(raise::runtime_error(self.th, format_args!("{of} field \"{name}\" changed size during iteration")));
            };
            items.push(self.deeper(&item, kind, field)?);
            if list.len() != len {
                return Err(raise::runtime_error(self.th, format_args!("{of} field \"{name}\" changed size during iteration")));
            }
        }
        Ok(Value::List(items))
    }

    fn deeper(&mut self, value: &Object, kind: Kind, field: &Field) -> Result<Value, Raised> {
        match field.ty {
            FieldType::Node(sum) => {
                if self.th.stack_is_low() {
                    let kind = kind.name();
                    return Err(raise::recursion_error(self.th, &format!(" while traversing '{kind}' node")));
                }
                self.node(value, sum)
            }
            FieldType::Identifier => self.identifier(value),
            FieldType::String => self.string(value),
            FieldType::Int => self.int(value).map(Value::Int),
            FieldType::Constant => Ok(match constant(self.th, value) {
                Ok(value) => Value::Constant(value),
                Err(name) => Value::BadConstant(name),
            }),
        }
    }

    fn identifier(&mut self, value: &Object) -> Result<Value, Raised> {
        if value.is(none()) {
            return Ok(Value::None);
        }
        match value.downcast_exact::<Str>() {
            Some(text) => Ok(Value::Text(text.to_wtf8().into())),
            None => Err(raise::type_error(self.th, format_args!("AST identifier must be of type str"))),
        }
    }

    fn string(&mut self, value: &Object) -> Result<Value, Raised> {
        if value.is(none()) {
            return Ok(Value::None);
        }
        if let Some(text) = value.downcast_exact::<Str>() {
            return Ok(Value::Text(text.to_wtf8().into()));
        }
        match value.downcast_exact::<Bytes>() {
            Some(bytes) => Ok(Value::Text(bytes.as_slice().into())),
            None => Err(raise::type_error(self.th, format_args!("AST string must be of type str"))),
        }
    }

    fn int(&mut self, value: &Object) -> Result<i32, Raised> {
        let Some(number) = value.downcast::<Int>() else {
            let shown = ops::repr(self.th, value)?.to_string_lossy();
            return Err(raise::value_error(self.th, format_args!("invalid integer value: {shown}")));
        };
        match number.to_i64().and_then(|n| i32::try_from(n).ok()) {
            Some(n) => Ok(n),
            None => Err(raise::overflow_error(self.th, format_args!("Python int too large to convert to C int"))),
        }
    }
}

/// A value that code may hold as a constant; else the name of its type.
fn constant(th: &mut Thread, value: &Object) -> Result<Const, String> {
    if value.is(none()) {
        return Ok(Const::None);
    }
    if value.is(objects::ellipsis()) {
        return Ok(Const::Ellipsis);
    }
    if value.downcast_exact::<Bool>().is_some() {
        return Ok(Const::Bool(value.is(objects::bool_(true))));
    }
    if let Some(n) = value.downcast_exact::<Int>() {
        return Ok(match n.to_i64() {
            Some(n) => Const::Int(n),
            None => {
                Const::BigInt(Box::new(BigInt { negative: n.is_negative(), digits: n.digit_slice().into() }))
            }
        });
    }
    if let Some(x) = value.downcast_exact::<Float>() {
        return Ok(Const::Float(x.value()));
    }
    if let Some(z) = value.downcast_exact::<Complex>() {
        let z = z.value();
        return Ok(Const::Complex(z.real, z.imag));
    }
    if let Some(text) = value.downcast_exact::<Str>() {
        return Ok(Const::Str(text.to_wtf8().into()));
    }
    if let Some(bytes) = value.downcast_exact::<Bytes>() {
        return Ok(Const::Bytes(bytes.as_slice().into()));
    }
    if let Some(items) = value.downcast_exact::<Tuple>() {
        if th.stack_is_low() {
            return Err("tuple".to_string());
        }
        let items: Result<Vec<Const>, String> = items.iter().map(|item| constant(th, item)).collect();
        return items.map(|items| Const::Tuple(items.into()));
    }
    if value.downcast_exact::<FrozenSet>().is_some() {
        let items: Vec<Ref<Object>> = ops::to_vec(th, value).unwrap_or_default();
        let items: Result<Vec<Const>, String> = items.iter().map(|item| constant(th, item)).collect();
        return items.map(|items| Const::FrozenSet(items.into()));
    }
    Err(objects::typing::short_name(value.ty()))
}
