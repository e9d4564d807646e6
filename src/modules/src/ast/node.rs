//! `ast.AST`, the base of all node classes.

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::repr_guard::ReprGuard;
use objects::{Dict, List, Str, Tuple, exceptions, intern, ops, raise, warn};

/// How many levels `repr` shows.
const SHOWN_LEVELS: usize = 3;

#[pytype(name = "AST", module = "ast", flags(BASETYPE, OWN_GETATTR, OWN_SETATTR), dict, doc = none)]
#[repr(C)]
pub struct Ast {
    head: Head,
    dict: Slot<Dict>,
}

impl Ast {
    /// An instance without attributes.
    pub fn empty() -> Ast {
        Ast { head: Head::INIT, dict: Slot::NULL }
    }

    fn class(&self) -> &Type {
        self.as_object().ty()
    }
}

/// The names that a class attribute lists; without the attribute there are none.
fn listed(th: &mut Thread, class: &Type, attribute: &str) -> Result<Vec<Ref<Object>>, Raised> {
    let attribute = intern(th, attribute);
    match ops::getattr_opt(th, class, attribute)? {
        Some(list) => ops::to_vec(th, &list),
        None => Ok(Vec::new()),
    }
}

fn contains(th: &mut Thread, list: &[Ref<Object>], key: &Object) -> Result<Option<usize>, Raised> {
    for (at, item) in list.iter().enumerate() {
        if ops::eq(th, item, key)? {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

fn attribute_name(th: &mut Thread, name: &Object) -> Result<Ref<Str>, Raised> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name.to_ref()),
        None => {
            let got = ops::type_name(name);
            Err(raise::type_error(th, format_args!("attribute name must be string, not '{got}'")))
        }
    }
}

#[pymethods]
impl Ast {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Ast> {
        th.new_instance(cls, Ast::empty())
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let class = self.class();
        let fields = listed(th, class, "_fields")?;
        if fields.len() < args.as_slice().len() {
            let name = objects::typing::short_name(class);
            let (n, s) = (fields.len(), if fields.len() == 1 { "" } else { "s" });
            return Err(raise::type_error(th, format_args!("{name} constructor takes at most {n} positional argument{s}")));
        }
        let mut missing: Vec<bool> = vec![true; fields.len()];
        for (at, value) in args.as_slice().iter().enumerate() {
            let name = attribute_name(th, &fields[at])?;
            ops::setattr(th, self, &name, value)?;
            missing[at] = false;
        }
        self.init_keywords(th, &fields, &mut missing, kwargs)?;
        if missing.contains(&true) {
            self.init_missing(th, &fields, &missing)?;
        }
        Ok(())
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Result<Option<Ref<Dict>>, Raised> {
        objects::typing::instance::instance_dict(th, self)
    }

    #[setter(__dict__)]
    fn set_dict(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        objects::exceptions::set_dict_attribute(th, self, value)
    }

    /// Return state information for pickling.
    #[method(doc = none)]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = self.class();
        let Some(dict) = objects::typing::instance::instance_dict(th, self)? else {
            return Ok(Tuple::from_slice(th, &[class.as_object(), Tuple::empty_static()]).up());
        };
        let state = dict.copy(th)?;
        // As many positional arguments as fields are there from the first on; the state overwrites them.
        let mut present = 0;
        for name in listed(th, class, "_fields")? {
            if !state.contains(th, &name)? {
                break;
            }
            present += 1;
        }
        let args = Tuple::build(th, present, |_| objects::none_ref());
        Ok(Tuple::from_slice(th, &[class.as_object(), &args, &state]).up())
    }

    /// Return a copy of the AST node with new values for the specified fields.
    #[method(sig = "($self, /, **fields)")]
    fn __replace__(&self, th: &mut Thread, fields: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let class = self.class();
        let dict = objects::typing::instance::instance_dict(th, self)?;
        let mut known = listed(th, class, "_fields")?;
        let own = known.len();
        known.extend(listed(th, class, "_attributes")?);
        for (name, _) in fields.iter() {
            if contains(th, &known, name)?.is_none() {
                let (class, name) = (objects::typing::short_name(class), ops::str_(th, name)?.to_string_lossy());
                return Err(raise::type_error(th, format_args!("{class}.__replace__ got an unexpected keyword argument '{name}'.")));
            }
        }
        let values = Dict::new(th);
        for (at, name) in known.iter().enumerate() {
            let given = match fields.iter().find(|(key, _)| same_name(key, name)) {
                Some((_, value)) => Some(value.to_ref()),
                None => match &dict {
                    Some(dict) => dict.get(th, name)?,
                    None => None,
                },
            };
            match given {
                Some(value) => values.set(th, name, value)?,
                None if at < own && !self.may_lack(th, name)? => {
                    let (class, name) = (objects::typing::short_name(class), ops::str_(th, name)?.to_string_lossy());
                    return Err(raise::type_error(th, format_args!("{class}.__replace__ missing 1 keyword argument: '{name}'.")));
                }
                None => {}
            }
        }
        ops::call_ex(th, class, Tuple::empty_static(), Some(&values))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let mut out = String::new();
        show(th, self, SHOWN_LEVELS, &mut out)?;
        Ok(out)
    }
}

fn same_name(a: &Object, b: &Object) -> bool {
    matches!((a.downcast::<Str>(), b.downcast::<Str>()), (Some(a), Some(b)) if a.eq_str(b))
}

impl Ast {
    fn init_keywords(&self, th: &mut Thread, fields: &[Ref<Object>], missing: &mut [bool], kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let class = self.class();
        for (key, value) in kwargs.iter() {
            match contains(th, fields, key)? {
                Some(at) if !missing[at] => {
                    let (name, key) = (objects::typing::short_name(class), ops::str_(th, key)?.to_string_lossy());
                    return Err(raise::type_error(th, format_args!("{name} got multiple values for argument '{key}'")));
                }
                Some(at) => missing[at] = false,
                None => {
                    let attributes = listed(th, class, "_attributes")?;
                    if contains(th, &attributes, key)?.is_none() {
                        let (name, key) = (ops::message_name(class), ops::repr(th, key)?.to_string_lossy());
                        let message = format_args!(
                            "{name}.__init__ got an unexpected keyword argument {key}. Support for arbitrary keyword arguments is \
                             deprecated and will be removed in Python 3.15."
                        );
                        warn::warn(th, exceptions::deprecation_warning_type(), message, 1)?;
                    }
                }
            }
            let key = attribute_name(th, key)?;
            ops::setattr(th, self, &key, value)?;
        }
        Ok(())
    }

    /// Fields that were not given: lists are empty, contexts `Load`, optional ones the class's `None`, others are missed.
    fn init_missing(&self, th: &mut Thread, fields: &[Ref<Object>], missing: &[bool]) -> Result<(), Raised> {
        let class = self.class();
        let name = intern(th, "_field_types");
        let Some(types) = ops::getattr_opt(th, class, name)? else { return Ok(()) };
        for (field, _) in fields.iter().zip(missing).filter(|(_, missing)| **missing) {
            let ty = ops::item::getitem_opt(th, &types, field)?;
            let key = attribute_name(th, field)?;
            match ty {
                None => {
                    let (field, class) = (ops::repr(th, field)?.to_string_lossy(), ops::message_name(class));
                    let message = format_args!("Field {field} is missing from {class}._field_types. This will become an error in Python 3.15.");
                    warn::warn(th, exceptions::deprecation_warning_type(), message, 1)?;
                }
                Some(ty) if ty.is_a::<objects::Union>() => {}
                Some(ty) if ty.is_a::<objects::GenericAlias>() => {
                    let empty = List::empty(th);
                    ops::setattr(th, self, &key, &empty)?;
                }
                Some(ty) => {
                    let classes = super::classes::get(th)?;
                    if ty.is(classes.of_sum(syntax::tree::Sum::ExprContext)) {
                        ops::setattr(th, self, &key, classes.singleton(syntax::tree::Kind::Load))?;
                        continue;
                    }
                    let (field, class) = (ops::repr(th, field)?.to_string_lossy(), ops::message_name(class));
                    let message = format_args!(
                        "{class}.__init__ missing 1 required positional argument: {field}. This will become an error in Python 3.15."
                    );
                    warn::warn(th, exceptions::deprecation_warning_type(), message, 1)?;
                }
            }
        }
        Ok(())
    }

    /// Whether the constructor does without the field.
    fn may_lack(&self, th: &mut Thread, field: &Object) -> Result<bool, Raised> {
        let name = intern(th, "_field_types");
        let Some(types) = ops::getattr_opt(th, self.class(), name)? else { return Ok(false) };
        let Some(ty) = ops::item::getitem_opt(th, &types, field)? else { return Ok(false) };
        Ok(ty.is_a::<objects::Union>())
    }
}

/// The text of a node, so many levels deep.
fn show(th: &mut Thread, node: &Ast, levels: usize, out: &mut String) -> Result<(), Raised> {
    let name = ops::message_name(node.class());
    out.push_str(&name);
    let guard = ReprGuard::enter(node.as_object());
    if levels == 0 || guard.is_none() {
        out.push_str("(...)");
        return Ok(());
    }
    out.push('(');
    for (at, field) in listed(th, node.class(), "_fields")?.iter().enumerate() {
        let field = attribute_name(th, field)?;
        let value = ops::getattr(th, node, &field)?;
        if at > 0 {
            out.push_str(", ");
        }
        out.push_str(&field.to_string_lossy());
        out.push('=');
        if value.is_a::<List>() || value.is_a::<Tuple>() {
            show_items(th, &value, levels, out)?;
        } else {
            show_value(th, &value, levels, out)?;
        }
    }
    out.push(')');
    Ok(())
}

fn show_value(th: &mut Thread, value: &Object, levels: usize, out: &mut String) -> Result<(), Raised> {
    match value.downcast_ref::<Ast>() {
        Some(node) => show(th, node, levels - 1, out),
        None => {
            out.push_str(&ops::repr(th, value)?.to_string_lossy());
            Ok(())
        }
    }
}

/// The first and the last item.
fn show_items(th: &mut Thread, value: &Object, levels: usize, out: &mut String) -> Result<(), Raised> {
    let items = ops::to_vec(th, value)?;
    let (open, close) = if value.is_a::<List>() { ('[', ']') } else { ('(', ')') };
    out.push(open);
    if let Some(first) = items.first() {
        show_value(th, first, levels, out)?;
    }
    if items.len() > 2 {
        out.push_str(", ...");
    }
    if let [_, .., last] = &items[..] {
        out.push_str(", ");
        show_value(th, last, levels, out)?;
    }
    out.push(close);
    Ok(())
}

