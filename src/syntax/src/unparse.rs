//! An expression as text, as `ast.unparse` writes it: for annotations under `from __future__ import annotations`.

use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, FStringPart, InterpolatedStringElement, Number, Operator, UnaryOp};

/// Binding strength, as in CPython's unparser.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Tuple,
    Test,
    Or,
    And,
    Not,
    Cmp,
    BitOr,
    BitXor,
    BitAnd,
    Shift,
    Arith,
    Term,
    Factor,
    Power,
    Await,
    Atom,
}

/// The text of an expression.
pub(crate) fn expr(e: &Expr) -> String {
    let mut out = String::new();
    write(&mut out, e, Level::Test);
    out
}

fn paren(out: &mut String, needed: bool, f: impl FnOnce(&mut String)) {
    if needed {
        out.push('(');
    }
    f(out);
    if needed {
        out.push(')');
    }
}

fn list(out: &mut String, items: &[Expr]) {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            out.push_str(", ");
        }
        write(out, item, Level::Test);
    }
}

fn write(out: &mut String, e: &Expr, level: Level) {
    stacker::maybe_grow(64 << 10, 1 << 20, || write_inner(out, e, level));
}

fn write_inner(out: &mut String, e: &Expr, level: Level) {
    match e {
        Expr::Name(e) => out.push_str(&e.id),
        Expr::NoneLiteral(_) => out.push_str("None"),
        Expr::EllipsisLiteral(_) => out.push_str("..."),
        Expr::BooleanLiteral(e) => out.push_str(if e.value { "True" } else { "False" }),
        Expr::NumberLiteral(e) => match &e.value {
            Number::Int(n) => out.push_str(&n.to_string()),
            Number::Float(x) => out.push_str(&float(*x)),
            Number::Complex { imag, .. } => {
                out.push_str(&float(*imag));
                out.push('j');
            }
        },
        Expr::StringLiteral(s) => out.push_str(&quoted(s.value.to_str())),
        Expr::BytesLiteral(b) => {
            out.push('b');
            let text: String = b.value.bytes().map(char::from).collect();
            out.push_str(&quoted_with(&text, |c| c.is_ascii() && !c.is_ascii_control(), true));
        }
        Expr::BoolOp(e) => {
            let (word, own) = if e.op == BoolOp::And { (" and ", Level::And) } else { (" or ", Level::Or) };
            paren(out, level > own, |out| {
                for (i, value) in e.values.iter().enumerate() {
                    if i > 0 {
                        out.push_str(word);
                    }
                    write(out, value, if own == Level::And { Level::Not } else { Level::And });
                }
            });
        }
        Expr::Named(e) => paren(out, level > Level::Tuple, |out| {
            write(out, &e.target, Level::Atom);
            out.push_str(" := ");
            write(out, &e.value, Level::Atom);
        }),
        Expr::BinOp(e) => {
            let (text, own, left, right) = operator(e.op);
            paren(out, level > own, |out| {
                write(out, &e.left, left);
                out.push_str(text);
                write(out, &e.right, right);
            });
        }
        Expr::UnaryOp(e) => {
            let (text, own) = match e.op {
                UnaryOp::Not => ("not ", Level::Not),
                UnaryOp::Invert => ("~", Level::Factor),
                UnaryOp::UAdd => ("+", Level::Factor),
                UnaryOp::USub => ("-", Level::Factor),
            };
            paren(out, level > own, |out| {
                out.push_str(text);
                write(out, &e.operand, own);
            });
        }
        Expr::Lambda(e) => paren(out, level > Level::Test, |out| {
            out.push_str("lambda");
            if let Some(params) = &e.parameters {
                if !params.is_empty() {
                    out.push(' ');
                }
                parameters(out, params);
            }
            out.push_str(": ");
            write(out, &e.body, Level::Test);
        }),
        Expr::If(e) => paren(out, level > Level::Test, |out| {
            write(out, &e.body, Level::Or);
            out.push_str(" if ");
            write(out, &e.test, Level::Or);
            out.push_str(" else ");
            write(out, &e.orelse, Level::Test);
        }),
        Expr::Dict(e) => {
            out.push('{');
            for (i, item) in e.items.iter().enumerate() {
                if i > 0 {
                    out.push_str(", ");
                }
                match &item.key {
                    Some(key) => {
                        write(out, key, Level::Test);
                        out.push_str(": ");
                        write(out, &item.value, Level::Test);
                    }
                    None => {
                        out.push_str("**");
                        write(out, &item.value, Level::BitOr);
                    }
                }
            }
            out.push('}');
        }
        Expr::Set(e) => {
            out.push('{');
            list(out, &e.elts);
            out.push('}');
        }
        Expr::ListComp(e) => comprehension(out, "[", &e.elt, None, &e.generators, "]"),
        Expr::SetComp(e) => comprehension(out, "{", &e.elt, None, &e.generators, "}"),
        Expr::DictComp(e) => match &e.key {
            Some(key) => comprehension(out, "{", key, Some(&e.value), &e.generators, "}"),
            None => comprehension(out, "{", &e.value, None, &e.generators, "}"),
        },
        Expr::Generator(e) => comprehension(out, "(", &e.elt, None, &e.generators, ")"),
        Expr::Await(e) => paren(out, level > Level::Await, |out| {
            out.push_str("await ");
            write(out, &e.value, Level::Atom);
        }),
        Expr::Yield(e) => paren(out, true, |out| {
            out.push_str("yield");
            if let Some(value) = &e.value {
                out.push(' ');
                write(out, value, Level::Tuple);
            }
        }),
        Expr::YieldFrom(e) => paren(out, true, |out| {
            out.push_str("yield from ");
            write(out, &e.value, Level::Test);
        }),
        Expr::Compare(e) => paren(out, level > Level::Cmp, |out| {
            write(out, &e.left, Level::BitOr);
            for (op, right) in e.ops.iter().zip(&e.comparators) {
                out.push_str(match op {
                    CmpOp::Eq => " == ",
                    CmpOp::NotEq => " != ",
                    CmpOp::Lt => " < ",
                    CmpOp::LtE => " <= ",
                    CmpOp::Gt => " > ",
                    CmpOp::GtE => " >= ",
                    CmpOp::Is => " is ",
                    CmpOp::IsNot => " is not ",
                    CmpOp::In => " in ",
                    CmpOp::NotIn => " not in ",
                });
                write(out, right, Level::BitOr);
            }
        }),
        Expr::Call(e) => {
            write(out, &e.func, Level::Atom);
            if let ([Expr::Generator(_)], []) = (&*e.arguments.args, &*e.arguments.keywords) {
                write(out, &e.arguments.args[0], Level::Test);
                return;
            }
            out.push('(');
            list(out, &e.arguments.args);
            for (i, keyword) in e.arguments.keywords.iter().enumerate() {
                if i > 0 || !e.arguments.args.is_empty() {
                    out.push_str(", ");
                }
                match &keyword.arg {
                    Some(arg) => {
                        out.push_str(arg);
                        out.push('=');
                    }
                    None => out.push_str("**"),
                }
                write(out, &keyword.value, Level::Test);
            }
            out.push(')');
        }
        Expr::FString(e) => {
            let mut body = String::new();
            for part in e.value.iter() {
                match part {
                    FStringPart::Literal(s) => body.push_str(&s.value.replace('{', "{{").replace('}', "}}")),
                    FStringPart::FString(f) => elements(&mut body, &f.elements),
                }
            }
            out.push('f');
            out.push_str(&quoted(&body));
        }
        Expr::TString(e) => {
            let mut body = String::new();
            e.value.iter().for_each(|part| elements(&mut body, &part.elements));
            out.push('t');
            out.push_str(&quoted(&body));
        }
        Expr::Attribute(e) => {
            write(out, &e.value, Level::Atom);
            if matches!(&*e.value, Expr::NumberLiteral(n) if matches!(n.value, Number::Int(_))) {
                out.push(' ');
            }
            out.push('.');
            out.push_str(&e.attr);
        }
        Expr::Subscript(e) => {
            write(out, &e.value, Level::Atom);
            out.push('[');
            match &*e.slice {
                Expr::Tuple(t) if !t.elts.is_empty() && t.elts.len() > 1 => list(out, &t.elts),
                slice => write(out, slice, Level::Tuple),
            }
            out.push(']');
        }
        Expr::Starred(e) => {
            out.push('*');
            write(out, &e.value, Level::BitOr);
        }
        Expr::List(e) => {
            out.push('[');
            list(out, &e.elts);
            out.push(']');
        }
        Expr::Tuple(e) => {
            let bare = level == Level::Tuple && !e.elts.is_empty();
            paren(out, !bare, |out| {
                list(out, &e.elts);
                if e.elts.len() == 1 {
                    out.push(',');
                }
            });
        }
        Expr::Slice(e) => {
            if let Some(lower) = &e.lower {
                write(out, lower, Level::Test);
            }
            out.push(':');
            if let Some(upper) = &e.upper {
                write(out, upper, Level::Test);
            }
            if let Some(step) = &e.step {
                out.push(':');
                write(out, step, Level::Test);
            }
        }
        Expr::IpyEscapeCommand(_) => {}
    }
}

fn operator(op: Operator) -> (&'static str, Level, Level, Level) {
    match op {
        Operator::Add => (" + ", Level::Arith, Level::Arith, Level::Term),
        Operator::Sub => (" - ", Level::Arith, Level::Arith, Level::Term),
        Operator::Mult => (" * ", Level::Term, Level::Term, Level::Factor),
        Operator::MatMult => (" @ ", Level::Term, Level::Term, Level::Factor),
        Operator::Div => (" / ", Level::Term, Level::Term, Level::Factor),
        Operator::Mod => (" % ", Level::Term, Level::Term, Level::Factor),
        Operator::FloorDiv => (" // ", Level::Term, Level::Term, Level::Factor),
        Operator::LShift => (" << ", Level::Shift, Level::Shift, Level::Arith),
        Operator::RShift => (" >> ", Level::Shift, Level::Shift, Level::Arith),
        Operator::BitAnd => (" & ", Level::BitAnd, Level::BitAnd, Level::Shift),
        Operator::BitXor => (" ^ ", Level::BitXor, Level::BitXor, Level::BitAnd),
        Operator::BitOr => (" | ", Level::BitOr, Level::BitOr, Level::BitXor),
        Operator::Pow => (" ** ", Level::Power, Level::Await, Level::Factor),
    }
}

fn parameters(out: &mut String, params: &ast::Parameters) {
    let mut first = true;
    let mut comma = |out: &mut String| {
        if !std::mem::replace(&mut first, false) {
            out.push_str(", ");
        }
    };
    let with_default = |out: &mut String, p: &ast::ParameterWithDefault| {
        out.push_str(&p.parameter.name);
        if let Some(default) = &p.default {
            out.push('=');
            write(out, default, Level::Test);
        }
    };
    for p in &params.posonlyargs {
        comma(out);
        with_default(out, p);
    }
    if !params.posonlyargs.is_empty() {
        out.push_str(", /");
    }
    for p in &params.args {
        comma(out);
        with_default(out, p);
    }
    if params.vararg.is_some() || !params.kwonlyargs.is_empty() {
        comma(out);
        out.push('*');
        if let Some(p) = &params.vararg {
            out.push_str(&p.name);
        }
    }
    for p in &params.kwonlyargs {
        comma(out);
        with_default(out, p);
    }
    if let Some(p) = &params.kwarg {
        comma(out);
        out.push_str("**");
        out.push_str(&p.name);
    }
}

fn comprehension(
    out: &mut String,
    open: &str,
    elt: &Expr,
    value: Option<&Expr>,
    generators: &[ast::Comprehension],
    close: &str,
) {
    out.push_str(open);
    write(out, elt, Level::Test);
    if let Some(value) = value {
        out.push_str(": ");
        write(out, value, Level::Test);
    }
    for generator in generators {
        out.push_str(if generator.is_async { " async for " } else { " for " });
        write(out, &generator.target, Level::Tuple);
        out.push_str(" in ");
        write(out, &generator.iter, Level::Or);
        for condition in &generator.ifs {
            out.push_str(" if ");
            write(out, condition, Level::Or);
        }
    }
    out.push_str(close);
}

fn elements(out: &mut String, list: &ast::InterpolatedStringElements) {
    for element in list {
        match element {
            InterpolatedStringElement::Literal(text) => {
                out.push_str(&text.value.replace('{', "{{").replace('}', "}}"));
            }
            InterpolatedStringElement::Interpolation(e) => {
                if let Some(debug) = &e.debug_text {
                    out.push_str(debug.as_str());
                }
                out.push('{');
                let text = expr(&e.expression);
                if text.starts_with('{') {
                    out.push(' ');
                }
                out.push_str(&text);
                if let Some(c) = e.conversion.to_char() {
                    out.push('!');
                    out.push(c);
                } else if e.debug_text.is_some() && e.format_spec.is_none() {
                    out.push_str("!r");
                }
                if let Some(spec) = &e.format_spec {
                    out.push(':');
                    elements(out, &spec.elements);
                }
                out.push('}');
            }
        }
    }
}

/// repr(x): shortest digits, infinities as an overflowing literal.
fn float(x: f64) -> String {
    if x.is_infinite() {
        return "1e309".to_string();
    }
    let exponent = if x == 0.0 { 0 } else { x.abs().log10().floor() as i32 };
    if (-4..16).contains(&exponent) {
        return format!("{x:?}");
    }
    let text = format!("{x:e}");
    match text.split_once('e') {
        Some((digits, exponent)) => {
            let (sign, exponent) = match exponent.strip_prefix('-') {
                Some(rest) => ('-', rest),
                None => ('+', exponent),
            };
            format!("{digits}e{sign}{exponent:0>2}")
        }
        None => text,
    }
}

/// repr of a str.
fn quoted(text: &str) -> String {
    quoted_with(text, |c| !c.is_control(), false)
}

fn quoted_with(text: &str, printable: impl Fn(char) -> bool, bytes: bool) -> String {
    let quote = if text.contains('\'') && !text.contains('"') { '"' } else { '\'' };
    let mut out = String::with_capacity(text.len() + 2);
    out.push(quote);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c == quote => {
                out.push('\\');
                out.push(c);
            }
            c if printable(c) => out.push(c),
            c if bytes || (c as u32) < 0x100 => out.push_str(&format!("\\x{:02x}", c as u32)),
            c if (c as u32) < 0x10000 => out.push_str(&format!("\\u{:04x}", c as u32)),
            c => out.push_str(&format!("\\U{:08x}", c as u32)),
        }
    }
    out.push(quote);
    out
}
