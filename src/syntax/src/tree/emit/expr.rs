//! Expressions.

use super::{Emitter, Made};
use crate::tree::{Kind, Maker};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, ExprContext, Operator, UnaryOp};
use ruff_text_size::{Ranged, TextRange};

impl<M: Maker> Emitter<'_, M> {
    pub(super) fn expr(&mut self, e: &Expr) -> Made<M> {
        let range = e.range();
        match e {
            Expr::Name(e) => {
                let id = self.maker.identifier(&e.id);
                let ctx = self.context(e.ctx);
                self.node(Kind::Name, range, [id, ctx])
            }
            Expr::StringLiteral(s) => {
                let unicode = s.value.iter().next().is_some_and(|part| part.flags.prefix().is_unicode());
                self.literal(e, unicode)
            }
            Expr::NoneLiteral(_) | Expr::EllipsisLiteral(_) | Expr::BooleanLiteral(_) | Expr::NumberLiteral(_) | Expr::BytesLiteral(_) => {
                self.literal(e, false)
            }
            _ => self.nested(|s| s.compound(e, range)),
        }
    }

    fn context(&mut self, ctx: ExprContext) -> M::Value {
        self.maker.bare(match ctx {
            ExprContext::Store => Kind::Store,
            ExprContext::Del => Kind::Del,
            ExprContext::Load | ExprContext::Invalid => Kind::Load,
        })
    }

    fn literal(&mut self, e: &Expr, unicode: bool) -> Made<M> {
        let value = match crate::lower::literal(self.locator, e) {
            Ok(Some(value)) => self.maker.constant(&value),
            Ok(None) => return Err(self.invalid(e.range())),
            Err(error) => return Err(self.fail(*error)),
        };
        let kind = if unicode { self.maker.text("u") } else { self.maker.none() };
        self.node(Kind::Constant, e.range(), [value, kind])
    }

    fn compound(&mut self, e: &Expr, range: TextRange) -> Made<M> {
        match e {
            Expr::BoolOp(e) => {
                let op = self.maker.bare(if e.op == BoolOp::And { Kind::And } else { Kind::Or });
                let values = self.exprs(&e.values)?;
                self.node(Kind::BoolOp, range, [op, values])
            }
            Expr::Named(e) => {
                let (target, value) = (self.expr(&e.target)?, self.expr(&e.value)?);
                self.node(Kind::NamedExpr, range, [target, value])
            }
            Expr::BinOp(e) => {
                let left = self.expr(&e.left)?;
                let op = self.maker.bare(operator(e.op));
                let right = self.expr(&e.right)?;
                self.node(Kind::BinOp, range, [left, op, right])
            }
            Expr::UnaryOp(e) => {
                let op = self.maker.bare(match e.op {
                    UnaryOp::Invert => Kind::Invert,
                    UnaryOp::Not => Kind::Not,
                    UnaryOp::UAdd => Kind::UAdd,
                    UnaryOp::USub => Kind::USub,
                });
                let operand = self.expr(&e.operand)?;
                self.node(Kind::UnaryOp, range, [op, operand])
            }
            Expr::Lambda(e) => {
                let args = self.arguments(e.parameters.as_deref())?;
                let body = self.expr(&e.body)?;
                self.node(Kind::Lambda, range, [args, body])
            }
            Expr::If(e) => {
                let (test, body, orelse) = (self.expr(&e.test)?, self.expr(&e.body)?, self.expr(&e.orelse)?);
                self.node(Kind::IfExp, range, [test, body, orelse])
            }
            Expr::Dict(e) => {
                let keys = self.list(e.items.iter(), |s, item| s.opt_expr(item.key.as_ref()))?;
                let values = self.list(e.items.iter(), |s, item| s.expr(&item.value))?;
                self.node(Kind::Dict, range, [keys, values])
            }
            Expr::Set(e) => {
                let elts = self.exprs(&e.elts)?;
                self.node(Kind::Set, range, [elts])
            }
            Expr::ListComp(e) => self.comprehension(Kind::ListComp, &e.elt, &e.generators, range),
            Expr::SetComp(e) => self.comprehension(Kind::SetComp, &e.elt, &e.generators, range),
            Expr::Generator(e) => self.comprehension(Kind::GeneratorExp, &e.elt, &e.generators, range),
            Expr::DictComp(e) => {
                let Some(key) = &e.key else { return Err(self.invalid(range)) };
                let (key, value) = (self.expr(key)?, self.expr(&e.value)?);
                let generators = self.list(e.generators.iter(), Self::generator)?;
                self.node(Kind::DictComp, range, [key, value, generators])
            }
            Expr::Await(e) => {
                let value = self.expr(&e.value)?;
                self.node(Kind::Await, range, [value])
            }
            Expr::Yield(e) => {
                let value = self.opt_expr(e.value.as_deref())?;
                self.node(Kind::Yield, range, [value])
            }
            Expr::YieldFrom(e) => {
                let value = self.expr(&e.value)?;
                self.node(Kind::YieldFrom, range, [value])
            }
            Expr::Compare(e) => {
                let left = self.expr(&e.left)?;
                let ops = self.list(e.ops.iter(), |s, op| Ok(s.maker.bare(comparison(*op))))?;
                let comparators = self.exprs(&e.comparators)?;
                self.node(Kind::Compare, range, [left, ops, comparators])
            }
            Expr::Call(e) => self.call(e, range),
            Expr::FString(e) => self.fstring(e),
            Expr::TString(e) => self.tstring(e),
            Expr::Attribute(e) => {
                let value = self.expr(&e.value)?;
                let attr = self.maker.identifier(&e.attr);
                let ctx = self.context(e.ctx);
                self.node(Kind::Attribute, range, [value, attr, ctx])
            }
            Expr::Subscript(e) => {
                let (value, slice) = (self.expr(&e.value)?, self.expr(&e.slice)?);
                let ctx = self.context(e.ctx);
                self.node(Kind::Subscript, range, [value, slice, ctx])
            }
            Expr::Starred(e) => {
                let value = self.expr(&e.value)?;
                let ctx = self.context(e.ctx);
                self.node(Kind::Starred, range, [value, ctx])
            }
            Expr::List(e) => {
                let elts = self.exprs(&e.elts)?;
                let ctx = self.context(e.ctx);
                self.node(Kind::List, range, [elts, ctx])
            }
            Expr::Tuple(e) => {
                let elts = self.exprs(&e.elts)?;
                let ctx = self.context(e.ctx);
                self.node(Kind::Tuple, range, [elts, ctx])
            }
            Expr::Slice(e) => {
                let lower = self.opt_expr(e.lower.as_deref())?;
                let upper = self.opt_expr(e.upper.as_deref())?;
                let step = self.opt_expr(e.step.as_deref())?;
                self.node(Kind::Slice, range, [lower, upper, step])
            }
            _ => Err(self.invalid(range)),
        }
    }

    fn comprehension(&mut self, kind: Kind, elt: &Expr, generators: &[ast::Comprehension], range: TextRange) -> Made<M> {
        let elt = self.expr(elt)?;
        let generators = self.list(generators.iter(), Self::generator)?;
        self.node(kind, range, [elt, generators])
    }

    fn generator(&mut self, c: &ast::Comprehension) -> Made<M> {
        let (target, iter) = (self.expr(&c.target)?, self.expr(&c.iter)?);
        let ifs = self.exprs(&c.ifs)?;
        let is_async = self.maker.int(i64::from(c.is_async));
        self.maker.node(Kind::Comprehension, None, [target, iter, ifs, is_async])
    }

    fn call(&mut self, e: &ast::ExprCall, range: TextRange) -> Made<M> {
        let func = self.expr(&e.func)?;
        let args = match &*e.arguments.args {
            // A generator without parentheses of its own takes the call's.
            [Expr::Generator(g)] if !g.parenthesized => {
                let generator = self.nested(|s| s.comprehension(Kind::GeneratorExp, &g.elt, &g.generators, e.arguments.range))?;
                self.maker.list(vec![generator])?
            }
            args => self.exprs(args)?,
        };
        let keywords = self.list(e.arguments.keywords.iter(), Self::keyword)?;
        self.node(Kind::Call, range, [func, args, keywords])
    }
}

/// The node of a binary operator.
pub(super) fn operator(op: Operator) -> Kind {
    match op {
        Operator::Add => Kind::Add,
        Operator::Sub => Kind::Sub,
        Operator::Mult => Kind::Mult,
        Operator::MatMult => Kind::MatMult,
        Operator::Div => Kind::Div,
        Operator::Mod => Kind::Mod,
        Operator::Pow => Kind::Pow,
        Operator::LShift => Kind::LShift,
        Operator::RShift => Kind::RShift,
        Operator::BitOr => Kind::BitOr,
        Operator::BitXor => Kind::BitXor,
        Operator::BitAnd => Kind::BitAnd,
        Operator::FloorDiv => Kind::FloorDiv,
    }
}

fn comparison(op: CmpOp) -> Kind {
    match op {
        CmpOp::Eq => Kind::Eq,
        CmpOp::NotEq => Kind::NotEq,
        CmpOp::Lt => Kind::Lt,
        CmpOp::LtE => Kind::LtE,
        CmpOp::Gt => Kind::Gt,
        CmpOp::GtE => Kind::GtE,
        CmpOp::Is => Kind::Is,
        CmpOp::IsNot => Kind::IsNot,
        CmpOp::In => Kind::In,
        CmpOp::NotIn => Kind::NotIn,
    }
}
