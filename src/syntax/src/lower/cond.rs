//! Conditions: an expression as a jump.

use super::asm::{Label, Reg};
use super::{Compiler, Dst, Value};
use super::fold;
use crate::code::Const;
use crate::errors::Result;
use crate::opcodes::{Imm, In, Jump16, Jump32, insn};
use ruff_python_ast::{self as ast, BoolOp, CmpOp, Expr, UnaryOp};
use ruff_text_size::Ranged;

impl<'a> Compiler<'a> {
    /// The truth of an expression that is a constant.
    pub(super) fn constant_truth(&mut self, e: &'a Expr) -> Option<bool> {
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => self.constant_truth(&u.operand).map(|truth| !truth),
            e => self.try_const(e).ok().flatten().and_then(|value| fold::truth(&value)),
        }
    }

    /// Jumps to `target` if the truth of `e` is `when`; otherwise falls through.
    pub(super) fn jump_if(&mut self, e: &'a Expr, target: Label, when: bool) -> Result<()> {
        self.nested(|c| c.jump_if_inner(e, target, when))
    }

    fn jump_if_inner(&mut self, e: &'a Expr, target: Label, when: bool) -> Result<()> {
        match e {
            Expr::UnaryOp(u) if u.op == UnaryOp::Not => return self.jump_if(&u.operand, target, !when),
            Expr::BoolOp(b) => return self.jump_if_bool_op(b, target, when),
            Expr::Compare(c) => {
                self.check_compare(c);
                return match (&*c.ops, &*c.comparators) {
                    ([op], [right]) => self.jump_if_compare(c, *op, right, target, when),
                    _ => self.jump_if_chain(c, target, when),
                };
            }
            Expr::If(i) if self.constant_truth(&i.test).is_none() => {
                let (other, end) = (self.label(), self.label());
                self.jump_if(&i.test, other, false)?;
                self.jump_if(&i.body, target, when)?;
                self.jump(end);
                self.bind(other);
                self.jump_if(&i.orelse, target, when)?;
                self.bind(end);
                return Ok(());
            }
            _ => {}
        }
        let value = self.expr(e, Dst::Any)?;
        if let Value::Const(value) = &value
            && let Some(truth) = fold::truth(value)
        {
            if truth == when {
                self.loc(e.range());
                self.jump(target);
            }
            return Ok(());
        }
        self.loc(e.range());
        let a = In(self.reg(value).0);
        let to = Jump32(target.0 as i32);
        if when {
            self.emit(insn::JumpIfTrue { a, to });
        } else {
            self.emit(insn::JumpIfFalse { a, to });
        }
        Ok(())
    }

    fn jump_if_bool_op(&mut self, b: &'a ast::ExprBoolOp, target: Label, when: bool) -> Result<()> {
        let Some((last, firsts)) = b.values.split_last() else { return Ok(()) };
        // `and` is decided by the first false operand, `or` by the first true one.
        let decides = b.op == BoolOp::Or;
        if decides == when {
            for e in &b.values {
                self.jump_if(e, target, when)?;
            }
            return Ok(());
        }
        let end = self.label();
        for e in firsts {
            self.jump_if(e, end, decides)?;
        }
        self.jump_if(last, target, when)?;
        self.bind(end);
        Ok(())
    }

    fn jump_if_compare(
        &mut self,
        c: &'a ast::ExprCompare,
        op: CmpOp,
        right: &'a Expr,
        target: Label,
        when: bool,
    ) -> Result<()> {
        if matches!(op, CmpOp::Is | CmpOp::IsNot) && right.is_none_literal_expr() {
            let a = In(self.expr_reg(&c.left)?.0);
            self.loc(c.range());
            let to = Jump32(target.0 as i32);
            if (op == CmpOp::Is) == when {
                self.emit(insn::JumpIfNone { a, to });
            } else {
                self.emit(insn::JumpIfNotNone { a, to });
            }
            return Ok(());
        }
        if matches!(op, CmpOp::In | CmpOp::NotIn) {
            let (a, b) = self.compare_operands(&c.left, op, right)?;
            self.loc(c.range());
            let reg = self.compare_op(CmpOp::In, a, b, Dst::Temp);
            let (a, to) = (In(reg.0), Jump32(target.0 as i32));
            if (op == CmpOp::In) == when {
                self.emit(insn::JumpIfTrue { a, to });
            } else {
                self.emit(insn::JumpIfFalse { a, to });
            }
            return Ok(());
        }
        let left = self.expr(&c.left, Dst::Any)?;
        let right_value = self.expr(right, Dst::Any)?;
        self.loc(c.left.range());
        let a = self.reg(left);
        if let Value::Const(Const::Int(n)) = right_value
            && let Ok(n) = i16::try_from(n)
            && !matches!(op, CmpOp::Is | CmpOp::IsNot)
        {
            self.loc(c.range());
            self.jump_compare_imm(op, a, i32::from(n), target, when);
            return Ok(());
        }
        self.loc(right.range());
        let b = self.reg(right_value);
        self.loc(c.range());
        self.jump_compare(op, a, b, target, when);
        Ok(())
    }

    fn jump_compare_imm(&mut self, op: CmpOp, a: Reg, n: i32, target: Label, when: bool) {
        let (a, n, to) = (In(a.0), Imm(n), Jump16(target.0 as i32));
        macro_rules! by_operator {
            ($($variant:ident => $jump_if:ident, $unless:ident;)*) => {
                match (op, when) {
                    $( (CmpOp::$variant, true) => self.emit(insn::$jump_if { a, n, to }),
                       (CmpOp::$variant, false) => self.emit(insn::$unless { a, n, to }), )*
                    _ => return,
                }
            };
        }
        by_operator! {
            Lt => JumpIfLessImm, JumpUnlessLessImm;
            LtE => JumpIfLessEqualImm, JumpUnlessLessEqualImm;
            Eq => JumpIfEqualImm, JumpUnlessEqualImm;
            NotEq => JumpIfNotEqualImm, JumpUnlessNotEqualImm;
            Gt => JumpIfGreaterImm, JumpUnlessGreaterImm;
            GtE => JumpIfGreaterEqualImm, JumpUnlessGreaterEqualImm;
        };
    }

    /// Compares two registers (not by `in`) and jumps.
    pub(super) fn jump_compare(&mut self, op: CmpOp, a: Reg, b: Reg, target: Label, when: bool) {
        let (a, b, to) = (In(a.0), In(b.0), Jump16(target.0 as i32));
        macro_rules! by_operator {
            ($($variant:ident => $jump_if:ident, $unless:ident;)*) => {
                match (op, when) {
                    $( (CmpOp::$variant, true) => self.emit(insn::$jump_if { a, b, to }),
                       (CmpOp::$variant, false) => self.emit(insn::$unless { a, b, to }), )*
                    _ => {
                        let reg = self.compare_op(op, Reg(a.0), Reg(b.0), Dst::Temp);
                        let (a, to) = (In(reg.0), Jump32(target.0 as i32));
                        if when { self.emit(insn::JumpIfTrue { a, to }) } else { self.emit(insn::JumpIfFalse { a, to }) }
                    }
                }
            };
        }
        by_operator! {
            Is => JumpIfIs, JumpIfIsNot;
            IsNot => JumpIfIsNot, JumpIfIs;
            Lt => JumpIfLess, JumpUnlessLess;
            LtE => JumpIfLessEqual, JumpUnlessLessEqual;
            Eq => JumpIfEqual, JumpUnlessEqual;
            NotEq => JumpIfNotEqual, JumpUnlessNotEqual;
            Gt => JumpIfGreater, JumpUnlessGreater;
            GtE => JumpIfGreaterEqual, JumpUnlessGreaterEqual;
        };
    }

    fn jump_if_chain(&mut self, c: &'a ast::ExprCompare, target: Label, when: bool) -> Result<()> {
        let mut chain = self.chain(c)?;
        let (fail, end) = (self.label(), self.label());
        for i in 0..c.ops.len() - 1 {
            let (a, b) = self.chain_link(c, &mut chain, i)?;
            self.jump_compare(c.ops[i], a, b, fail, false);
        }
        let (a, b) = self.chain_end(c, &chain)?;
        let op = c.ops[c.ops.len() - 1];
        if chain.used == [false; 2] {
            // Nothing to clean up: both outcomes are jumps.
            self.jump_compare(op, a, b, target, when);
            if when {
                self.bind(fail);
            } else {
                self.jump(end);
                self.bind(fail);
                self.jump(target);
                self.bind(end);
            }
            self.free_hidden(2);
            return Ok(());
        }
        self.jump_compare(op, a, b, fail, false);
        self.chain_release(&chain);
        self.jump(if when { target } else { end });
        self.bind(fail);
        self.chain_release(&chain);
        if !when {
            self.jump(target);
        }
        self.bind(end);
        self.free_hidden(2);
        Ok(())
    }
}
