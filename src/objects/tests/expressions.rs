//! Expressions and what CPython makes of them (`expressions/*.txt`, written by `expressions/make.py`), evaluated over the object
//! layer alone: a small tree walker stands in for the interpreter.

use heap::world::{WORLD, WorldSlot};
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::KwArgs;
use objects::typing;
use objects::{Dict, Float, Int, List, Slice, Str, Tuple, ops, raise};
use ruff_python_ast::{self as ast, Expr, Number, Operator, UnaryOp};

#[allow(unsafe_code, reason = "the test registers its thread")]
fn with_runtime(body: impl FnOnce(&mut Thread)) {
    let id = WORLD.allocate_id().expect("ids are free");
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and lives to the end of the process (the test's).
    unsafe { th.register() };
    th.enter();
    th.attach();
    objects::start::start(&mut th).expect("the builtin types are consistent");
    body(&mut th);
    std::mem::forget(th);
}

type Value = Result<Ref<Object>, Raised>;

struct Names(Vec<(String, Ref<Object>)>);

impl Names {
    fn new(th: &mut Thread) -> Names {
        let mut names = Vec::new();
        for ty in objects::types::ALL.iter().chain(objects::exceptions::ALL) {
            names.push((typing::short_name(ty()), ty().as_object().to_owned()));
        }
        let mut subclass = |th: &mut Thread, name: &str, base: &str| {
            let base = names.iter().find(|n: &&(String, _)| n.0 == base).expect("a builtin type").1.clone();
            let (text, namespace) = (Str::new(th, name), Dict::new(th));
            let module = Str::new(th, "builtins");
            namespace.set_str(th, objects::str::intern(th, "__module__"), module.up());
            let bases = Tuple::from_slice(th, &[&*base]);
            let class = typing::new_class::new_class(th, typing::type_type(), &text, &bases, &namespace, KwArgs::new(&[], &[]));
            names.push((name.to_owned(), class.expect("a subclass can be made")));
        };
        for (name, base) in [("I", "int"), ("F", "float"), ("C", "complex"), ("S", "str"), ("B", "bytes"), ("BA", "bytearray")] {
            subclass(th, name, base);
        }
        let big = algos::int::lshift(algos::int::Int::from_i64(1).view(), 2000).expect("it fits");
        names.push(("big".to_owned(), Int::from_alg(th, &big).up()));
        for (name, value) in [("NotImplemented", objects::not_implemented()), ("Ellipsis", objects::ellipsis())] {
            names.push((name.to_owned(), value.to_owned()));
        }
        Names(names)
    }

    fn get(&self, name: &str) -> Option<Ref<Object>> {
        self.0.iter().find(|n| n.0 == name).map(|n| n.1.clone())
    }
}

struct Walker<'a> {
    th: &'a mut Thread,
    names: &'a Names,
}

impl Walker<'_> {
    fn expr(&mut self, expr: &Expr) -> Value {
        Ok(match expr {
            Expr::NumberLiteral(number) => match &number.value {
                Number::Int(int) => {
                    let text = int.to_string();
                    let (text, base) = match text.get(..2) {
                        Some("0x" | "0X") => (&text[2..], 16),
                        Some("0o" | "0O") => (&text[2..], 8),
                        Some("0b" | "0B") => (&text[2..], 2),
                        _ => (&text[..], 10),
                    };
                    Int::from_alg(self.th, &algos::int::parse(text.as_bytes(), base, 0).expect("a number")).up()
                }
                Number::Float(x) => Float::new(self.th, *x).up(),
                Number::Complex { real, imag } => objects::Complex::new(self.th, algos::complex::new(*real, *imag)).up(),
            },
            Expr::StringLiteral(text) => Str::new(self.th, text.value.to_str()).up(),
            Expr::BytesLiteral(bytes) => objects::Bytes::new(self.th, &bytes.value.bytes().collect::<Vec<u8>>()).up(),
            Expr::BooleanLiteral(value) => objects::bool_ref(value.value),
            Expr::NoneLiteral(_) => objects::none_ref(),
            Expr::EllipsisLiteral(_) => objects::ellipsis_ref(),
            Expr::Name(name) => match self.names.get(&name.id) {
                Some(value) => value,
                None => return Err(raise::new(self.th, objects::exceptions::name_error_type(), format_args!("name '{}' is not defined", name.id))),
            },
            Expr::Attribute(attribute) => {
                let value = self.expr(&attribute.value)?;
                ops::getattr_str(self.th, &value, &attribute.attr.id)?
            }
            Expr::Tuple(tuple) => {
                let items = self.all(&tuple.elts)?;
                Tuple::new(self.th, items).up()
            }
            Expr::List(list) => {
                let items = self.all(&list.elts)?;
                List::new(self.th, items).up()
            }
            Expr::Dict(dict) => {
                let made = Dict::new(self.th);
                for item in &dict.items {
                    let key = self.expr(item.key.as_ref().expect("no ** here"))?;
                    let value = self.expr(&item.value)?;
                    made.set(self.th, &key, &value)?;
                }
                made.up()
            }
            Expr::If(choice) => {
                let test = self.expr(&choice.test)?;
                if ops::is_true(self.th, &test)? { self.expr(&choice.body)? } else { self.expr(&choice.orelse)? }
            }
            Expr::UnaryOp(unary) => {
                let value = self.expr(&unary.operand)?;
                match unary.op {
                    UnaryOp::USub => ops::neg(self.th, &value)?,
                    UnaryOp::UAdd => ops::pos(self.th, &value)?,
                    UnaryOp::Invert => ops::invert(self.th, &value)?,
                    UnaryOp::Not => objects::bool_ref(!ops::is_true(self.th, &value)?),
                }
            }
            Expr::BinOp(binary) => {
                let (a, b) = (self.expr(&binary.left)?, self.expr(&binary.right)?);
                let th = &mut *self.th;
                match binary.op {
                    Operator::Add => ops::add(th, &a, &b)?,
                    Operator::Sub => ops::sub(th, &a, &b)?,
                    Operator::Mult => ops::mul(th, &a, &b)?,
                    Operator::Div => ops::truediv(th, &a, &b)?,
                    Operator::FloorDiv => ops::floordiv(th, &a, &b)?,
                    Operator::Mod => ops::mod_(th, &a, &b)?,
                    Operator::Pow => ops::pow(th, &a, &b, None)?,
                    Operator::LShift => ops::lshift(th, &a, &b)?,
                    Operator::RShift => ops::rshift(th, &a, &b)?,
                    Operator::BitAnd => ops::and(th, &a, &b)?,
                    Operator::BitOr => ops::or(th, &a, &b)?,
                    Operator::BitXor => ops::xor(th, &a, &b)?,
                    Operator::MatMult => ops::matmul(th, &a, &b)?,
                }
            }
            Expr::Compare(compare) => {
                let (a, b) = (self.expr(&compare.left)?, self.expr(&compare.comparators[0])?);
                let th = &mut *self.th;
                use ops::CompareOp::*;
                let op = match compare.ops[0] {
                    ast::CmpOp::Lt => Lt,
                    ast::CmpOp::LtE => Le,
                    ast::CmpOp::Eq => Eq,
                    ast::CmpOp::NotEq => Ne,
                    ast::CmpOp::Gt => Gt,
                    ast::CmpOp::GtE => Ge,
                    ast::CmpOp::Is => return Ok(objects::bool_ref(Thread::same(&*a, &*b))),
                    ast::CmpOp::IsNot => return Ok(objects::bool_ref(!Thread::same(&*a, &*b))),
                    ast::CmpOp::In => return ops::contains(th, &b, &a).map(objects::bool_ref),
                    ast::CmpOp::NotIn => return ops::contains(th, &b, &a).map(|is| objects::bool_ref(!is)),
                };
                ops::richcompare(th, &a, &b, op)?
            }
            Expr::Subscript(subscript) => {
                let value = self.expr(&subscript.value)?;
                let key = self.expr(&subscript.slice)?;
                ops::getitem(self.th, &value, &key)?
            }
            Expr::Slice(slice) => {
                let mut part = |expr: &Option<Box<Expr>>| expr.as_ref().map_or(Ok(objects::none_ref()), |expr| self.expr(expr));
                let (start, stop, step) = (part(&slice.lower)?, part(&slice.upper)?, part(&slice.step)?);
                Slice::new(self.th, start, stop, step).up()
            }
            Expr::Call(call) => self.call(call)?,
            other => panic!("the walker does not know {other:?}"),
        })
    }

    fn all(&mut self, exprs: &[Expr]) -> Result<Vec<Ref<Object>>, Raised> {
        let mut out = Vec::new();
        for expr in exprs {
            match expr {
                Expr::Starred(starred) => {
                    let value = self.expr(&starred.value)?;
                    out.extend(ops::to_vec(self.th, &value)?);
                }
                expr => out.push(self.expr(expr)?),
            }
        }
        Ok(out)
    }

    fn call(&mut self, call: &ast::ExprCall) -> Value {
        let mut args = self.all(&call.arguments.args)?;
        let mut names = Vec::new();
        for keyword in &call.arguments.keywords {
            let name = keyword.arg.as_ref().expect("no ** here");
            names.push(objects::str::intern(self.th, &name.id));
            args.push(self.expr(&keyword.value)?);
        }
        let args: Vec<&Object> = args.iter().map(|arg| &**arg).collect();
        if let Expr::Name(name) = &*call.func
            && self.names.get(&name.id).is_none()
        {
            return self.builtin(&name.id, &args);
        }
        let callable = self.expr(&call.func)?;
        let names: Vec<&Object> = names.iter().map(|name| name.as_object()).collect();
        let names = (!names.is_empty()).then(|| Tuple::from_slice(self.th, &names));
        let positional = args.len();
        let _ = positional;
        ops::call_kw(self.th, &callable, &args, names.as_deref())
    }

    /// The functions of the module `builtins` that tests use.
    fn builtin(&mut self, name: &str, args: &[&Object]) -> Value {
        let th = &mut *self.th;
        let int = |th: &mut Thread, n: i64| Ok(Int::from_i64(th, n).up());
        match (name, args) {
            ("repr", [x]) => ops::repr(th, x).map(Ref::up),
            ("ascii", [x]) => ops::ascii(th, x).map(Ref::up),
            ("len", [x]) => ops::len(th, x).and_then(|n| int(th, n as i64)),
            ("hash", [x]) => ops::hash(th, x).and_then(|n| int(th, n as i64)),
            ("abs", [x]) => ops::abs(th, x),
            ("divmod", [a, b]) => ops::divmod(th, a, b),
            ("pow", [a, b]) => ops::pow(th, a, b, None),
            ("pow", [a, b, c]) => ops::pow(th, a, b, Some(c)),
            ("format", [x]) => ops::format(th, x, &objects::names::EMPTY).map(Ref::up),
            ("format", [x, spec]) => ops::format(th, x, spec.downcast::<Str>().expect("a str")).map(Ref::up),
            ("round", [x, rest @ ..]) => match ops::call_special(th, x, &objects::names::__round__, rest)? {
                Some(result) => Ok(result),
                None => Err(raise::type_error(th, format_args!("no __round__"))),
            },
            ("iter", [x]) => ops::iter(th, x),
            ("next", [x]) => ops::next(th, x)?.ok_or(()).or_else(|()| Err(raise::stop_iteration(th, None))),
            ("isinstance", [x, cls]) => ops::isinstance(th, x, cls).map(objects::bool_ref),
            ("chr", [x]) => ops::index_isize(th, x).map(|c| Str::from_char(th, c as u32).up()),
            ("sorted", [x]) => {
                let list = ops::to_list(th, x)?;
                ops::call_method(th, &list, objects::str::intern(th, "sort"), &[])?;
                Ok(list.up())
            }
            _ => panic!("the walker has no function {name} of {} arguments", args.len()),
        }
    }
}

fn shown(th: &mut Thread, value: Value) -> String {
    let text = value.and_then(|value| ops::repr(th, &value));
    match text {
        Ok(text) => escape(&text),
        Err(_) => {
            let error = th.take_exception().expect("an error has an exception");
            let name = typing::short_name(error.ty());
            match ops::str_(th, &error) {
                Ok(text) => format!("{name}: {}", escape(&text)),
                Err(_) => format!("{name}: <unprintable: {:?}>", th.take_exception()),
            }
        }
    }
}

/// `encode("unicode_escape")`
fn escape(text: &Str) -> String {
    let mut out = String::new();
    for c in text.chars().iter() {
        match c {
            0x0a => out.push_str("\\n"),
            0x09 => out.push_str("\\t"),
            0x0d => out.push_str("\\r"),
            0x5c => out.push_str("\\\\"),
            0x20..0x7f => out.push(c as u8 as char),
            0..0x100 => out.push_str(&format!("\\x{c:02x}")),
            0x100..0x1_0000 => out.push_str(&format!("\\u{c:04x}")),
            _ => out.push_str(&format!("\\U{c:08x}")),
        }
    }
    out
}

fn run(file: &str, text: &str) {
    with_runtime(|th| {
        let names = Names::new(th);
        let mut wrong = Vec::new();
        let mut lines = text.lines();
        let mut count = 0;
        while let Some(line) = lines.next() {
            let Some(source) = line.strip_prefix(">>> ") else { continue };
            let expected = lines.next().unwrap_or("");
            let parsed = ruff_python_parser::parse_expression(source).unwrap_or_else(|e| panic!("{source}: {e}"));
            let value = Walker { th, names: &names }.expr(parsed.expr());
            let got = shown(th, value);
            // `type(x)` and the like show addresses nowhere; texts are compared whole.
            if got != expected {
                wrong.push(format!("{source}\n    expected {expected}\n    got      {got}"));
            }
            th.drain_zero();
            count += 1;
        }
        assert!(wrong.is_empty(), "{file}: {} of {count} differ\n{}", wrong.len(), wrong.join("\n"));
    });
}

macro_rules! files {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            run(stringify!($name), include_str!(concat!("expressions/", stringify!($name), ".txt")));
        }
    )*};
}

files! { numbers strings formatting codecs bytes memoryviews }

