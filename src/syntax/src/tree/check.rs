//! What CPython checks on a tree before it compiles it: contexts, empty bodies, names that are no names.

use super::node::{Node, Value};
use super::{Attributes, FieldType, Kind, Sum};
use crate::code::Const;

/// Why a tree is no program.
pub struct Invalid {
    pub kind: InvalidKind,
    pub msg: String,
}

/// The exception to raise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InvalidKind {
    Value,
    Type,
}

type Check = Result<(), Invalid>;

#[cold]
fn bad(msg: impl Into<String>) -> Check {
    Err(Invalid { kind: InvalidKind::Value, msg: msg.into() })
}

#[cold]
fn bad_type(msg: impl Into<String>) -> Check {
    Err(Invalid { kind: InvalidKind::Type, msg: msg.into() })
}

/// Checks a tree from its root.
pub fn check(root: &Node) -> Check {
    match root.kind {
        Kind::Module | Kind::Interactive => stmts(root.field(0)),
        Kind::Expression => expr_value(root.field(0), Kind::Load),
        Kind::FunctionType => {
            exprs(root.field(0), Kind::Load)?;
            expr_value(root.field(1), Kind::Load)
        }
        _ => Ok(()),
    }
}

fn place(node: &Node) -> Check {
    if node.kind.sum().attributes() == Attributes::Plain {
        return Ok(());
    }
    let p = node.place;
    if p.line > p.end_line {
        return bad(format!("AST node line range ({}, {}) is not valid", p.line, p.end_line));
    }
    if p.line < 0 && p.end_line != p.line || p.col < 0 && p.col != p.end_col {
        return bad(format!("AST node column range ({}, {}) for line range ({}, {}) is not valid", p.col, p.end_col, p.line, p.end_line));
    }
    if p.line == p.end_line && p.col > p.end_col {
        return bad(format!("line {}, column {}-{} is not a valid range", p.line, p.col, p.end_col));
    }
    Ok(())
}

fn name(value: &Value) -> Check {
    match value.text().as_deref() {
        Some(word @ ("None" | "True" | "False")) => bad(format!("identifier field can't represent '{word}' constant")),
        _ => Ok(()),
    }
}

fn filled(list: &Value, what: &str, owner: Kind) -> Check {
    if list.items().is_empty() { bad(format!("empty {what} on {}", owner.name())) } else { Ok(()) }
}

// ---- statements

fn stmts(list: &Value) -> Check {
    for item in list.items() {
        match item.node() {
            Some(node) => stmt(node)?,
            None => return bad("None disallowed in statement list"),
        }
    }
    Ok(())
}

fn body(list: &Value, owner: Kind) -> Check {
    filled(list, "body", owner)?;
    stmts(list)
}

fn targets(list: &Value, owner: Kind, ctx: Kind) -> Check {
    filled(list, "targets", owner)?;
    exprs(list, ctx)
}

fn stmt(node: &Node) -> Check {
    stacker::maybe_grow(64 << 10, 1 << 20, || {
        place(node)?;
        any_stmt(node)
    })
}

fn any_stmt(node: &Node) -> Check {
    let kind = node.kind;
    let f = |at: usize| node.field(at);
    match kind {
        Kind::FunctionDef | Kind::AsyncFunctionDef => {
            body(f(2), kind)?;
            each(f(6), type_param)?;
            optional(f(1), arguments)?;
            exprs(f(3), Kind::Load)?;
            opt_expr(f(4))
        }
        Kind::ClassDef => {
            body(f(3), kind)?;
            each(f(5), type_param)?;
            exprs(f(1), Kind::Load)?;
            each(f(2), keyword)?;
            exprs(f(4), Kind::Load)
        }
        Kind::Return => opt_expr(f(0)),
        Kind::Delete => targets(f(0), kind, Kind::Del),
        Kind::Assign => {
            targets(f(0), kind, Kind::Store)?;
            expr_value(f(1), Kind::Load)
        }
        Kind::AugAssign => {
            expr_value(f(0), Kind::Store)?;
            expr_value(f(2), Kind::Load)
        }
        Kind::AnnAssign => {
            if f(3).int() != 0 && f(0).node().is_some_and(|target| target.kind != Kind::Name) {
                return bad_type("AnnAssign with simple non-Name target");
            }
            expr_value(f(0), Kind::Store)?;
            opt_expr(f(2))?;
            expr_value(f(1), Kind::Load)
        }
        Kind::TypeAlias => {
            if f(0).node().is_some_and(|name| name.kind != Kind::Name) {
                return bad_type("TypeAlias with non-Name name");
            }
            expr_value(f(0), Kind::Store)?;
            each(f(1), type_param)?;
            expr_value(f(2), Kind::Load)
        }
        Kind::For | Kind::AsyncFor => {
            expr_value(f(0), Kind::Store)?;
            expr_value(f(1), Kind::Load)?;
            body(f(2), kind)?;
            stmts(f(3))
        }
        Kind::While | Kind::If => {
            expr_value(f(0), Kind::Load)?;
            body(f(1), kind)?;
            stmts(f(2))
        }
        Kind::With | Kind::AsyncWith => {
            filled(f(0), "items", kind)?;
            for item in f(0).nodes() {
                expr_value(item.field(0), Kind::Load)?;
                if !item.field(1).is_none() {
                    expr_value(item.field(1), Kind::Store)?;
                }
            }
            body(f(1), kind)
        }
        Kind::Match => {
            expr_value(f(0), Kind::Load)?;
            filled(f(1), "cases", kind)?;
            for case in f(1).nodes() {
                optional(case.field(0), |p| pattern(p, false))?;
                opt_expr(case.field(1))?;
                filled(case.field(2), "body", Kind::MatchCase)?;
                stmts(case.field(2))?;
            }
            Ok(())
        }
        Kind::Raise => {
            if f(0).is_none() && !f(1).is_none() {
                return bad("Raise with cause but no exception");
            }
            opt_expr(f(0))?;
            opt_expr(f(1))
        }
        Kind::Try | Kind::TryStar => try_stmt(node),
        Kind::Assert => {
            expr_value(f(0), Kind::Load)?;
            opt_expr(f(1))
        }
        Kind::Import => filled(f(0), "names", kind),
        Kind::ImportFrom => {
            if f(2).int() < 0 {
                return bad("Negative ImportFrom level");
            }
            filled(f(1), "names", kind)
        }
        Kind::Global | Kind::Nonlocal => filled(f(0), "names", kind),
        Kind::Expr => expr_value(f(0), Kind::Load),
        _ => Ok(()),
    }
}

fn try_stmt(node: &Node) -> Check {
    let (handlers, orelse, last) = (node.field(1), node.field(2), node.field(3));
    let kind = node.kind;
    body(node.field(0), kind)?;
    if handlers.items().is_empty() && last.items().is_empty() {
        return bad(format!("{} has neither handlers nor finalbody", kind.name()));
    }
    if handlers.items().is_empty() && !orelse.items().is_empty() {
        return bad(format!("{} has orelse but no except handlers", kind.name()));
    }
    for handler in handlers.nodes() {
        place(handler)?;
        opt_expr(handler.field(0))?;
        body(handler.field(2), Kind::ExceptHandler)?;
    }
    stmts(last)?;
    stmts(orelse)
}

fn each(list: &Value, mut one: impl FnMut(&Node) -> Check) -> Check {
    list.nodes().try_for_each(&mut one)
}

fn optional(value: &Value, one: impl FnOnce(&Node) -> Check) -> Check {
    value.node().map_or(Ok(()), one)
}

fn keyword(node: &Node) -> Check {
    expr_value(node.field(1), Kind::Load)
}

fn type_param(node: &Node) -> Check {
    place(node)?;
    name(node.field(0))?;
    node.fields.iter().skip(1).try_for_each(opt_expr)
}

fn arg(node: &Node) -> Check {
    place(node)?;
    opt_expr(node.field(1))
}

fn arguments(node: &Node) -> Check {
    let f = |at: usize| node.field(at);
    each(f(0), arg)?;
    each(f(1), arg)?;
    if let Some(vararg) = f(2).node() {
        opt_expr(vararg.field(1))?;
    }
    each(f(3), arg)?;
    if let Some(kwarg) = f(5).node() {
        opt_expr(kwarg.field(1))?;
    }
    if f(6).items().len() > f(0).items().len() + f(1).items().len() {
        return bad("more positional defaults than args on arguments");
    }
    if f(4).items().len() != f(3).items().len() {
        return bad("length of kwonlyargs is not the same as kw_defaults on arguments");
    }
    exprs(f(6), Kind::Load)?;
    f(4).items().iter().try_for_each(opt_expr)
}

// ---- expressions

fn exprs(list: &Value, ctx: Kind) -> Check {
    for item in list.items() {
        match item.node() {
            Some(node) => expr(node, ctx)?,
            None => return bad("None disallowed in expression list"),
        }
    }
    Ok(())
}

fn opt_expr(value: &Value) -> Check {
    optional(value, |node| expr(node, Kind::Load))
}

fn expr_value(value: &Value, ctx: Kind) -> Check {
    optional(value, |node| expr(node, ctx))
}

fn expr(node: &Node, ctx: Kind) -> Check {
    stacker::maybe_grow(64 << 10, 1 << 20, || {
        place(node)?;
        context(node, ctx)?;
        any_expr(node, ctx)
    })
}

/// Where the node stands in the program must be what it says.
fn context(node: &Node, ctx: Kind) -> Check {
    let own = node.kind.fields().iter().position(|f| f.ty == FieldType::Node(Sum::ExprContext));
    let Some(at) = own else {
        return if ctx == Kind::Load { Ok(()) } else { bad(format!("expression which can't be assigned to in {} context", ctx.name())) };
    };
    if node.kind == Kind::Name {
        name(node.field(0))?;
    }
    match node.field(at).node() {
        Some(own) if own.kind != ctx => bad(format!("expression must have {} context but has {} instead", ctx.name(), own.kind.name())),
        _ => Ok(()),
    }
}

fn any_expr(node: &Node, ctx: Kind) -> Check {
    let f = |at: usize| node.field(at);
    match node.kind {
        Kind::BoolOp => {
            if f(1).items().len() < 2 {
                return bad("BoolOp with less than 2 values");
            }
            exprs(f(1), Kind::Load)
        }
        Kind::NamedExpr => {
            if f(0).node().is_some_and(|target| target.kind != Kind::Name) {
                return bad_type("NamedExpr target must be a Name");
            }
            expr_value(f(1), Kind::Load)
        }
        Kind::BinOp => {
            expr_value(f(0), Kind::Load)?;
            expr_value(f(2), Kind::Load)
        }
        Kind::UnaryOp => expr_value(f(1), Kind::Load),
        Kind::Lambda => {
            optional(f(0), arguments)?;
            expr_value(f(1), Kind::Load)
        }
        Kind::IfExp => node.fields.iter().try_for_each(|e| expr_value(e, Kind::Load)),
        Kind::Dict => {
            if f(0).items().len() != f(1).items().len() {
                return bad("Dict doesn't have the same number of keys as values");
            }
            // An absent key is `**`.
            f(0).items().iter().try_for_each(opt_expr)?;
            exprs(f(1), Kind::Load)
        }
        Kind::Set => exprs(f(0), Kind::Load),
        Kind::ListComp | Kind::SetComp | Kind::GeneratorExp => {
            comprehensions(f(1))?;
            expr_value(f(0), Kind::Load)
        }
        Kind::DictComp => {
            comprehensions(f(2))?;
            expr_value(f(0), Kind::Load)?;
            expr_value(f(1), Kind::Load)
        }
        Kind::Yield | Kind::YieldFrom | Kind::Await => opt_expr(f(0)),
        Kind::Compare => {
            if f(2).items().is_empty() {
                return bad("Compare has no comparators");
            }
            if f(1).items().len() != f(2).items().len() {
                return bad("Compare has a different number of comparators and operands");
            }
            exprs(f(2), Kind::Load)?;
            expr_value(f(0), Kind::Load)
        }
        Kind::Call => {
            expr_value(f(0), Kind::Load)?;
            exprs(f(1), Kind::Load)?;
            each(f(2), keyword)
        }
        Kind::FormattedValue => {
            expr_value(f(0), Kind::Load)?;
            opt_expr(f(2))
        }
        Kind::Interpolation => {
            constant(f(1))?;
            expr_value(f(0), Kind::Load)?;
            opt_expr(f(3))
        }
        Kind::JoinedStr | Kind::TemplateStr => exprs(f(0), Kind::Load),
        Kind::Constant => constant(f(0)),
        Kind::Attribute => expr_value(f(0), Kind::Load),
        Kind::Subscript => {
            expr_value(f(1), Kind::Load)?;
            expr_value(f(0), Kind::Load)
        }
        Kind::Starred => expr_value(f(0), ctx),
        Kind::List | Kind::Tuple => exprs(f(0), ctx),
        Kind::Slice => node.fields.iter().try_for_each(opt_expr),
        _ => Ok(()),
    }
}

fn comprehensions(list: &Value) -> Check {
    if list.items().is_empty() {
        return bad("comprehension with no generators");
    }
    each(list, |c| {
        expr_value(c.field(0), Kind::Store)?;
        expr_value(c.field(1), Kind::Load)?;
        exprs(c.field(2), Kind::Load)
    })
}

fn constant(value: &Value) -> Check {
    match value {
        Value::BadConstant(name) => bad_type(format!("got an invalid type in Constant: {name}")),
        _ => Ok(()),
    }
}

// ---- patterns

fn patterns(list: &Value, star: bool) -> Check {
    list.nodes().try_for_each(|p| pattern(p, star))
}

fn capture(value: &Value) -> Check {
    if value.text().as_deref() == Some("_") {
        return bad("can't capture name '_' in patterns");
    }
    name(value)
}

fn pattern(node: &Node, star: bool) -> Check {
    stacker::maybe_grow(64 << 10, 1 << 20, || {
        place(node)?;
        any_pattern(node, star)
    })
}

fn any_pattern(node: &Node, star: bool) -> Check {
    let f = |at: usize| node.field(at);
    match node.kind {
        Kind::MatchValue => optional(f(0), pattern_value),
        Kind::MatchSingleton => match f(0) {
            Value::Constant(Const::None | Const::Bool(_)) => Ok(()),
            _ => bad("MatchSingleton can only contain True, False and None"),
        },
        Kind::MatchSequence => patterns(f(0), true),
        Kind::MatchMapping => {
            if f(0).items().len() != f(1).items().len() {
                return bad("MatchMapping doesn't have the same number of keys as patterns");
            }
            if !f(2).is_none() {
                capture(f(2))?;
            }
            for key in f(0).nodes() {
                let singleton = key.kind == Kind::Constant && matches!(key.field(0), Value::Constant(Const::None | Const::Bool(_)));
                if !singleton {
                    pattern_value(key)?;
                }
            }
            patterns(f(1), false)
        }
        Kind::MatchClass => match_class(node),
        Kind::MatchStar => {
            if !star {
                return bad("can't use MatchStar here");
            }
            if f(0).is_none() { Ok(()) } else { capture(f(0)) }
        }
        Kind::MatchAs => {
            optional(f(0), |p| pattern(p, false))?;
            if !f(1).is_none() {
                return capture(f(1));
            }
            if f(0).is_none() { Ok(()) } else { bad("MatchAs must specify a target name if a pattern is given") }
        }
        Kind::MatchOr => {
            if f(0).items().len() < 2 {
                return bad("MatchOr requires at least 2 patterns");
            }
            patterns(f(0), false)
        }
        _ => Ok(()),
    }
}

fn match_class(node: &Node) -> Check {
    if node.field(2).items().len() != node.field(3).items().len() {
        return bad("MatchClass doesn't have the same number of keyword attributes as patterns");
    }
    expr_value(node.field(0), Kind::Load)?;
    let mut cls = node.field(0).node();
    while let Some(inner) = cls {
        match inner.kind {
            Kind::Name => break,
            Kind::Attribute => cls = inner.field(0).node(),
            _ => return bad("MatchClass cls field can only contain Name or Attribute nodes."),
        }
    }
    node.field(2).items().iter().try_for_each(name)?;
    patterns(node.field(1), false)?;
    patterns(node.field(3), false)
}

/// Literals, numbers with a sign, complex numbers, and attributes.
fn pattern_value(node: &Node) -> Check {
    expr(node, Kind::Load)?;
    let number = |node: &Node, complex: bool, real: bool| {
        node.kind == Kind::Constant
            && match node.field(0) {
                Value::Constant(Const::Int(_) | Const::BigInt(_) | Const::Float(_)) => real,
                Value::Constant(Const::Complex(..)) => complex,
                _ => false,
            }
    };
    let negative = |node: &Node, complex: bool, real: bool| {
        let minus = node.field(0).node().is_some_and(|op| op.kind == Kind::USub);
        node.kind == Kind::UnaryOp && minus && node.field(1).node().is_some_and(|n| number(n, complex, real))
    };
    match node.kind {
        Kind::Constant => match node.field(0) {
            Value::Constant(Const::Int(_) | Const::BigInt(_) | Const::Float(_) | Const::Complex(..) | Const::Bytes(_) | Const::Str(_)) => Ok(()),
            _ => bad("unexpected constant inside of a literal pattern"),
        },
        Kind::Attribute | Kind::JoinedStr | Kind::TemplateStr => Ok(()),
        Kind::UnaryOp if negative(node, true, true) => Ok(()),
        Kind::BinOp => {
            let sign = node.field(1).node().is_some_and(|op| matches!(op.kind, Kind::Add | Kind::Sub));
            let left = node.field(0).node().is_some_and(|n| number(n, false, true) || negative(n, false, true));
            let right = node.field(2).node().is_some_and(|n| number(n, true, false));
            if sign && left && right { Ok(()) } else { bad("patterns may only match literals and attribute lookups") }
        }
        _ => bad("patterns may only match literals and attribute lookups"),
    }
}
