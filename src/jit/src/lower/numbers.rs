//! Arithmetic and comparison.

use lir::{Effects, FloatCond, FloatUnary, IntCond, OverflowOp, Type};

use super::Lowerer;
use crate::runtime::Helper;
use crate::hir::{Cmp, Exit, FloatOp, IntOp, Op, Value};

fn int_cond(cmp: Cmp) -> IntCond {
    match cmp {
        Cmp::Less => IntCond::Slt,
        Cmp::LessEqual => IntCond::Sle,
        Cmp::Equal => IntCond::Eq,
        Cmp::NotEqual => IntCond::Ne,
        Cmp::Greater => IntCond::Sgt,
        Cmp::GreaterEqual => IntCond::Sge,
    }
}

/// A comparison with a NaN is false, but for the one that asks for a difference.
fn float_cond(cmp: Cmp) -> FloatCond {
    match cmp {
        Cmp::Less => FloatCond::Olt,
        Cmp::LessEqual => FloatCond::Ole,
        Cmp::Equal => FloatCond::Oeq,
        Cmp::NotEqual => FloatCond::Une,
        Cmp::Greater => FloatCond::Ogt,
        Cmp::GreaterEqual => FloatCond::Oge,
    }
}

impl Lowerer<'_> {
    pub(super) fn number_op(&mut self, op: &Op) -> lir::Value {
        match *op {
            Op::Int(op, a, b, exit) => self.int(op, a, b, exit),
            Op::IntCmp(cmp, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.b.icmp(int_cond(cmp), a, b)
            }
            Op::BoolCmp(cmp, a, b) => {
                let (a, b) = (self.wide(a), self.wide(b));
                self.b.icmp(int_cond(cmp), a, b)
            }
            Op::FloatCmp(cmp, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                self.b.fcmp(float_cond(cmp), a, b)
            }
            Op::IntToFloat(a, exit) => self.int_to_float(a, exit),
            Op::Float(op, a, b) => {
                let op = match op {
                    FloatOp::Add => lir::FloatOp::Add,
                    FloatOp::Sub => lir::FloatOp::Sub,
                    FloatOp::Mul => lir::FloatOp::Mul,
                    FloatOp::Div => lir::FloatOp::Div,
                };
                let (a, b) = (self.value(a), self.value(b));
                self.b.float(op, a, b)
            }
            Op::FloatNeg(a) => {
                let a = self.value(a);
                self.b.float_unary(FloatUnary::Neg, a)
            }
            Op::FloatPow(a, b, whole, exit) => self.float_pow(a, b, whole, exit),
            Op::BoolToInt(a) => self.wide(a),
            Op::Not(a) => {
                let (a, one) = (self.value(a), self.b.i1(true));
                self.b.xor(a, one)
            }
            Op::Index(a, len, exit) => self.index(a, len, exit),
            ref other => unreachable!("`{other}` is no arithmetic"),
        }
    }

    fn float_pow(&mut self, a: Value, b: Value, whole: Option<bool>, exit: Exit) -> lir::Value {
        let (a, b, zero) = (self.value(a), self.value(b), self.b.f64(0.0));
        let base = if whole.is_some() { self.b.float_unary(FloatUnary::Abs, a) } else { a };
        let fits = self.b.fcmp(lir::FloatCond::Ogt, base, zero);
        self.guard(fits, exit);
        let power = self.b.call_one(self.helper(Helper::Power), &[base, b], Type::F64, Effects::PURE);
        let infinite = self.b.f64(f64::INFINITY);
        let fits = self.b.fcmp(lir::FloatCond::Olt, power, infinite);
        self.guard(fits, exit);
        if whole != Some(true) {
            return power;
        }
        let (below, negated) = (self.b.fcmp(lir::FloatCond::Olt, a, zero), self.b.float_unary(FloatUnary::Neg, power));
        self.b.select(below, negated, power)
    }

    fn wide(&mut self, a: Value) -> lir::Value {
        let a = self.value(a);
        self.b.zext(a, Type::I64)
    }

    fn int(&mut self, op: IntOp, a: Value, b: Value, exit: Exit) -> lir::Value {
        let (x, y) = (self.value(a), self.value(b));
        match op {
            IntOp::Add => self.checked(OverflowOp::Add, x, y, exit),
            IntOp::Sub => self.checked(OverflowOp::Sub, x, y, exit),
            IntOp::Mul => self.checked(OverflowOp::Mul, x, y, exit),
            IntOp::And => self.b.and(x, y),
            IntOp::Or => self.b.or(x, y),
            IntOp::Xor => self.b.xor(x, y),
            IntOp::FloorDiv => self.floor_div(x, y, exit),
            IntOp::Mod => self.modulo(x, y, exit),
            IntOp::Shl => {
                self.guard_below(y, 63, exit);
                let shifted = self.b.shl(x, y);
                let back = self.b.ashr(shifted, y);
                let same = self.b.icmp(IntCond::Eq, back, x);
                self.guard(same, exit);
                shifted
            }
            IntOp::Shr => {
                let (zero, most) = (self.b.i64(0), self.b.i64(63));
                let fine = self.b.icmp(IntCond::Sge, y, zero);
                self.guard(fine, exit);
                let small = self.b.icmp(IntCond::Slt, y, most);
                let by = self.b.select(small, y, most);
                self.b.ashr(x, by)
            }
        }
    }

    fn checked(&mut self, op: OverflowOp, x: lir::Value, y: lir::Value, exit: Exit) -> lir::Value {
        let (value, wrapped) = self.b.overflow(op, x, y);
        let one = self.b.i1(true);
        let fine = self.b.xor(wrapped, one);
        self.guard(fine, exit);
        value
    }

    /// Leaves unless `0 <= x < limit`.
    fn guard_below(&mut self, x: lir::Value, limit: i64, exit: Exit) {
        let limit = self.b.i64(limit);
        let fine = self.b.icmp(IntCond::Ult, x, limit);
        self.guard(fine, exit);
    }

    /// Leaves where the machine's division has no result.
    fn guard_division(&mut self, x: lir::Value, y: lir::Value, exit: Exit) {
        let (zero, minus, least) = (self.b.i64(0), self.b.i64(-1), self.b.i64(i64::MIN));
        let divides = self.b.icmp(IntCond::Ne, y, zero);
        self.guard(divides, exit);
        let (a, b) = (self.b.icmp(IntCond::Ne, y, minus), self.b.icmp(IntCond::Ne, x, least));
        let fits = self.b.or(a, b);
        self.guard(fits, exit);
    }

    /// Whether a division that rounded towards zero left a rest whose sign is not the divisor's.
    fn rounds_wrongly(&mut self, rest: lir::Value, y: lir::Value) -> lir::Value {
        let zero = self.b.i64(0);
        let some = self.b.icmp(IntCond::Ne, rest, zero);
        let signs = self.b.xor(rest, y);
        let differ = self.b.icmp(IntCond::Slt, signs, zero);
        self.b.and(some, differ)
    }

    fn floor_div(&mut self, x: lir::Value, y: lir::Value, exit: Exit) -> lir::Value {
        self.guard_division(x, y, exit);
        let (quotient, rest) = (self.b.sdiv(x, y), self.b.srem(x, y));
        let wrong = self.rounds_wrongly(rest, y);
        let one = self.b.zext(wrong, Type::I64);
        self.b.sub(quotient, one)
    }

    fn modulo(&mut self, x: lir::Value, y: lir::Value, exit: Exit) -> lir::Value {
        self.guard_division(x, y, exit);
        let rest = self.b.srem(x, y);
        let wrong = self.rounds_wrongly(rest, y);
        let other = self.b.add(rest, y);
        self.b.select(wrong, other, rest)
    }

    fn int_to_float(&mut self, a: Value, exit: Exit) -> lir::Value {
        let a = self.value(a);
        self.exact_float(a, exit)
    }

    /// The float that is exactly an int.
    pub(super) fn exact_float(&mut self, a: lir::Value, exit: Exit) -> lir::Value {
        // Up to 2^53 on both sides.
        const MOST: i64 = 1 << 53;
        let most = self.b.i64(MOST);
        let moved = self.b.add(a, most);
        self.guard_below(moved, 2 * MOST + 1, exit);
        self.b.int_to_float(a)
    }

    fn index(&mut self, a: Value, len: Value, exit: Exit) -> lir::Value {
        let (a, len, zero) = (self.value(a), self.value(len), self.b.i64(0));
        let negative = self.b.icmp(IntCond::Slt, a, zero);
        let from_end = self.b.add(a, len);
        let index = self.b.select(negative, from_end, a);
        let fine = self.b.icmp(IntCond::Ult, index, len);
        self.guard(fine, exit);
        index
    }
}
