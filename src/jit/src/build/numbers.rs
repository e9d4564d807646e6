//! Numbers: arithmetic, comparisons, truth, and the jumps that depend on them.

use syntax::opcodes::{Decoded, Kind as Operand, Op as Code};

use crate::hir::{Class, Cmp, End, FloatOp, IntOp, Kind, Op, Reason, Value, Word};

use crate::snapshot::Known;

use super::Builder;

/// What an instruction does with numbers, by its specialised opcode.
pub(super) enum Arith {
    Int(IntOp),
    Float(FloatOp),
    /// Quotient of two ints.
    Quotient,
}

pub(super) fn arith(op: Code) -> Option<Arith> {
    use Code::*;
    Some(match op {
        AddInt | InplaceAddInt | AddImmInt | InplaceAddImmInt => Arith::Int(IntOp::Add),
        SubInt | InplaceSubInt | SubImmInt | InplaceSubImmInt => Arith::Int(IntOp::Sub),
        MulInt | InplaceMulInt | MulImmInt => Arith::Int(IntOp::Mul),
        FloorDivInt | InplaceFloorDivInt | FloorDivImmInt => Arith::Int(IntOp::FloorDiv),
        ModInt | InplaceModInt | ModImmInt => Arith::Int(IntOp::Mod),
        AndInt | InplaceAndInt | AndImmInt => Arith::Int(IntOp::And),
        OrInt | InplaceOrInt => Arith::Int(IntOp::Or),
        XorInt | InplaceXorInt => Arith::Int(IntOp::Xor),
        LshiftInt | InplaceLshiftInt | LshiftImmInt => Arith::Int(IntOp::Shl),
        RshiftInt | InplaceRshiftInt | RshiftImmInt => Arith::Int(IntOp::Shr),
        AddFloat | InplaceAddFloat | AddImmFloat => Arith::Float(FloatOp::Add),
        SubFloat | InplaceSubFloat | SubImmFloat => Arith::Float(FloatOp::Sub),
        MulFloat | InplaceMulFloat | MulImmFloat => Arith::Float(FloatOp::Mul),
        DivFloat | InplaceDivFloat => Arith::Float(FloatOp::Div),
        DivInt | InplaceDivInt => Arith::Quotient,
        _ => return None,
    })
}

/// The comparison of a generic instruction that compares, and whether it jumps if that is so.
pub(super) fn comparison(op: Code) -> Option<(Cmp, Option<bool>)> {
    use Code::*;
    Some(match op.generic() {
        CompareLess => (Cmp::Less, None),
        CompareLessEqual => (Cmp::LessEqual, None),
        CompareEqual => (Cmp::Equal, None),
        CompareNotEqual => (Cmp::NotEqual, None),
        CompareGreater => (Cmp::Greater, None),
        CompareGreaterEqual => (Cmp::GreaterEqual, None),
        JumpIfLess | JumpIfLessImm => (Cmp::Less, Some(true)),
        JumpIfLessEqual | JumpIfLessEqualImm => (Cmp::LessEqual, Some(true)),
        JumpIfEqual | JumpIfEqualImm => (Cmp::Equal, Some(true)),
        JumpIfNotEqual | JumpIfNotEqualImm => (Cmp::NotEqual, Some(true)),
        JumpIfGreater | JumpIfGreaterImm => (Cmp::Greater, Some(true)),
        JumpIfGreaterEqual | JumpIfGreaterEqualImm => (Cmp::GreaterEqual, Some(true)),
        JumpUnlessLess | JumpUnlessLessImm => (Cmp::Less, Some(false)),
        JumpUnlessLessEqual | JumpUnlessLessEqualImm => (Cmp::LessEqual, Some(false)),
        JumpUnlessEqual | JumpUnlessEqualImm => (Cmp::Equal, Some(false)),
        JumpUnlessNotEqual | JumpUnlessNotEqualImm => (Cmp::NotEqual, Some(false)),
        JumpUnlessGreater | JumpUnlessGreaterImm => (Cmp::Greater, Some(false)),
        JumpUnlessGreaterEqual | JumpUnlessGreaterEqualImm => (Cmp::GreaterEqual, Some(false)),
        _ => return None,
    })
}

/// The kind of numbers that a specialised comparison saw.
pub(super) fn compared(op: Code) -> Option<Kind> {
    comparison(op)?;
    let name = op.name();
    if !op.is_specialized() {
        return None;
    }
    if name.ends_with("Float") { Some(Kind::Float) } else { name.ends_with("Int").then_some(Kind::Int) }
}
impl Builder<'_> {
    // ---- numbers in registers

    /// The class of what is in a register, wherever it is.
    pub(super) fn class(&self, r: i32) -> Class {
        self.state[r].any_class(|value| self.function.kind(value))
    }

    /// Whether a register can hold a number of this kind.
    pub(super) fn may_be(&self, r: i32, kind: Kind) -> bool {
        matches!(self.class(r), class if class == Class::Any || class == kind.class())
    }

    /// The number in a register of which [`Builder::may_be`] is true.
    pub(super) fn number_in(&mut self, r: i32, kind: Kind) -> Value {
        // What is read is there: verified code.
        if self.state[r].present.take().is_some() {
            self.changed();
        }
        match self.state[r].value {
            Some(value) if self.function.kind(value) == kind => value,
            _ => self.unboxed(r, kind),
        }
    }

    /// Whether a register can hold a float, or an int that stands for one.
    fn may_be_float(&self, r: i32) -> bool {
        matches!(self.class(r), Class::Any | Class::Float | Class::Int)
    }

    fn float_in(&mut self, r: i32) -> Value {
        match self.class(r) {
            Class::Int => {
                let int = self.number_in(r, Kind::Int);
                self.float_of(int)
            }
            // Not the register's value: the object may be an int.
            Class::Any => {
                let object = self.object_of(r, Class::Any);
                let exit = self.exit_for(Reason::Class);
                self.value(Op::UnboxNumber(object, exit))
            }
            _ => self.number_in(r, Kind::Float),
        }
    }

    fn float_of(&mut self, int: Value) -> Value {
        let exit = self.exit_for(Reason::Overflow);
        self.value(Op::IntToFloat(int, exit))
    }

    // ---- arithmetic

    /// The second operand of an instruction: a register, or a number that it says itself.
    fn is_imm(insn: &Decoded, slot: usize) -> bool {
        insn.op.operands().get(slot).is_some_and(|(_, kind)| *kind == Operand::Imm)
    }

    pub(super) fn arith(&mut self, insn: &Decoded, what: Arith) -> bool {
        let [dst, a, b] = insn.operands;
        let imm = Self::is_imm(insn, 2);
        let fits = match what {
            Arith::Int(_) | Arith::Quotient => self.may_be(a, Kind::Int) && (imm || self.may_be(b, Kind::Int)),
            Arith::Float(_) if imm => self.may_be(a, Kind::Float),
            // Two ints would have an int as their sum.
            Arith::Float(_) => self.may_be_float(a) && self.may_be_float(b) && (self.class(a) != Class::Int || self.class(b) != Class::Int),
        };
        if !fits {
            return self.step(insn);
        }
        let value = match what {
            Arith::Int(op) => {
                let x = self.number_in(a, Kind::Int);
                let y = if imm { self.value(Op::ConstInt(i64::from(b))) } else { self.number_in(b, Kind::Int) };
                let exit = self.exit_for(Reason::Overflow);
                self.value(Op::Int(op, x, y, exit))
            }
            Arith::Float(op) => {
                let (x, y) = if imm {
                    (self.number_in(a, Kind::Float), self.value(Op::ConstFloat(f64::from(b))))
                } else {
                    self.guard_float(a, b);
                    (self.float_in(a), self.float_in(b))
                };
                if op == FloatOp::Div {
                    self.guard_divisor(y);
                }
                self.value(Op::Float(op, x, y))
            }
            Arith::Quotient => {
                let (x, y) = (self.number_in(a, Kind::Int), self.number_in(b, Kind::Int));
                let (x, y) = (self.float_of(x), self.float_of(y));
                self.guard_divisor(y);
                self.value(Op::Float(FloatOp::Div, x, y))
            }
        };
        if !imm {
            self.consume(b);
        }
        self.consume(a);
        self.set(dst, value, None);
        true
    }

    /// What a value is that was made of a constant in this block.
    fn constant(&self, value: Value) -> Option<Known> {
        let nodes = &self.function.blocks[self.block.index()].nodes;
        match nodes.iter().rev().find(|node| node.value == Some(value))?.op {
            Op::ConstInt(n) => Some(Known::Int(n)),
            Op::ConstFloat(x) => Some(Known::Float(x)),
            _ => None,
        }
    }

    /// A power of what is known to be a number.
    pub(super) fn power(&mut self, insn: &Decoded) -> bool {
        let [dst, a, b] = insn.operands;
        let exponent = self.state[b].value.and_then(|value| self.constant(value));
        let value = match (self.class(a), self.class(b), exponent) {
            (Class::Float, Class::Float | Class::Int, _) => {
                let (x, y) = (self.number_in(a, Kind::Float), self.float_in(b));
                let whole = match exponent {
                    Some(Known::Int(n)) => Some(n % 2 != 0),
                    Some(Known::Float(y)) if y.fract() == 0.0 => Some(y % 2.0 != 0.0),
                    _ => None,
                };
                let exit = self.exit_for(Reason::Value);
                self.value(Op::FloatPow(x, y, whole, exit))
            }
            (Class::Int, _, Some(Known::Int(2))) => {
                let x = self.number_in(a, Kind::Int);
                let exit = self.exit_for(Reason::Overflow);
                self.value(Op::Int(IntOp::Mul, x, x, exit))
            }
            _ => return self.step(insn),
        };
        self.consume(b);
        self.consume(a);
        self.set(dst, value, None);
        true
    }

    /// Leaves unless one of two operands is a float.
    fn guard_float(&mut self, a: i32, b: i32) {
        match (self.class(a), self.class(b)) {
            (Class::Float, _) | (_, Class::Float) => {}
            (Class::Any, Class::Any) => {
                let (x, y) = (self.object_of(a, Class::Any), self.object_of(b, Class::Any));
                let either = self.value(Op::EitherFloat(x, y));
                let exit = self.exit_for(Reason::Class);
                self.emit(Op::Guard(either, exit));
            }
            // The other one is an int.
            (Class::Any, _) => {
                self.number_in(a, Kind::Float);
            }
            _ => {
                self.number_in(b, Kind::Float);
            }
        }
    }

    fn guard_divisor(&mut self, divisor: Value) {
        let zero = self.value(Op::ConstFloat(0.0));
        let fine = self.value(Op::FloatCmp(Cmp::NotEqual, divisor, zero));
        let exit = self.exit_for(Reason::Value);
        self.emit(Op::Guard(fine, exit));
    }

    pub(super) fn negative(&mut self, insn: &Decoded, dst: i32, a: i32) -> bool {
        let Some(value) = self.state[a].value else { return self.step(insn) };
        let value = match self.function.kind(value) {
            Kind::Int => {
                let zero = self.value(Op::ConstInt(0));
                let exit = self.exit_for(Reason::Overflow);
                self.value(Op::Int(IntOp::Sub, zero, value, exit))
            }
            Kind::Float => self.value(Op::FloatNeg(value)),
            Kind::Bool | Kind::Object => return self.step(insn),
        };
        self.consume(a);
        self.set(dst, value, None);
        true
    }

    // ---- comparison and truth

    pub(super) fn compare(&mut self, insn: &Decoded) -> bool {
        let Some((cmp, jumps)) = comparison(insn.op) else { return self.step(insn) };
        let (a, b, at) = match jumps {
            Some(_) => (insn.operands[0], insn.operands[1], 1),
            None => (insn.operands[1], insn.operands[2], 2),
        };
        let imm = Self::is_imm(insn, at);
        let Some(truth) = self.compared(insn, cmp, a, (!imm).then_some(b), i64::from(b)) else { return self.step(insn) };
        if !imm {
            self.consume(b);
        }
        self.consume(a);
        match jumps {
            Some(when) => self.branch(insn, truth, when),
            None => {
                self.set(insn.operands[0], truth, None);
                true
            }
        }
    }

    /// The truth of a comparison of numbers; `None` if it may be one of something else.
    fn compared(&mut self, insn: &Decoded, cmp: Cmp, a: i32, b: Option<i32>, imm: i64) -> Option<Value> {
        let kind = compared(insn.op)?;
        let ints = |this: &Self, r: i32| this.class(r) == Class::Int || kind == Kind::Int && this.class(r) == Class::Any;
        if ints(self, a) && b.is_none_or(|b| ints(self, b)) {
            let x = self.number_in(a, Kind::Int);
            let y = match b {
                Some(b) => self.number_in(b, Kind::Int),
                None => self.value(Op::ConstInt(imm)),
            };
            return Some(self.value(Op::IntCmp(cmp, x, y)));
        }
        if !self.may_be_float(a) || b.is_some_and(|b| !self.may_be_float(b)) {
            return None;
        }
        let x = self.float_in(a);
        let y = match b {
            Some(b) => self.float_in(b),
            None => self.value(Op::ConstFloat(imm as f64)),
        };
        Some(self.value(Op::FloatCmp(cmp, x, y)))
    }

    /// Ends the block by a truth: jumps where it is `when`.
    fn branch(&mut self, insn: &Decoded, truth: Value, when: bool) -> bool {
        let [next, target] = self.successors(insn);
        let (next, target) = (self.way(next), self.way(target));
        self.end(if when { End::Branch(truth, target, next) } else { End::Branch(truth, next, target) });
        false
    }

    /// The truth of a number.
    fn truth_of(&mut self, value: Value) -> Option<Value> {
        Some(match self.function.kind(value) {
            Kind::Bool => value,
            Kind::Int => {
                let zero = self.value(Op::ConstInt(0));
                self.value(Op::IntCmp(Cmp::NotEqual, value, zero))
            }
            Kind::Float => {
                let zero = self.value(Op::ConstFloat(0.0));
                self.value(Op::FloatCmp(Cmp::NotEqual, value, zero))
            }
            Kind::Object => return None,
        })
    }

    /// The truth of what a register holds, where it is a number.
    fn truth_in(&mut self, r: i32) -> Option<Value> {
        if let Some(value) = self.state[r].value {
            return self.truth_of(value);
        }
        match self.class(r) {
            Class::None => Some(self.value(Op::ConstBool(false))),
            class => {
                let value = self.number_in(r, class.raw()?);
                self.truth_of(value)
            }
        }
    }

    pub(super) fn test(&mut self, insn: &Decoded, r: i32, when: bool) -> bool {
        if let Some(truth) = self.truth_in(r) {
            self.consume(r);
            return self.branch(insn, truth, when);
        }
        if !self.state[r].has_object() || self.code().distrusted.contains(&self.pc()) {
            return self.step(insn);
        }
        // The three objects whose truth their address tells; another one is asked.
        for (word, truth) in [(Word::True, true), (Word::False, false), (Word::None, false)] {
            let object = self.object_of(r, Class::Any);
            let is = self.value(Op::Is(object, word));
            let before = self.state.clone();
            let other = self.branch_off(is);
            // What is immortal needs no release.
            if self.is_temp(r) && self.state[r].is_current() {
                self.emit(Op::Clear(r));
            }
            if self.is_temp(r) {
                self.state[r] = super::state::Reg::DEAD;
            }
            self.changed();
            let [next, target] = self.successors(insn);
            self.go(if truth == when { target } else { next });
            self.block = other;
            self.state = before;
            self.changed();
        }
        self.step(insn)
    }

    pub(super) fn test_none(&mut self, insn: &Decoded, r: i32, when: bool) -> bool {
        let truth = match self.class(r) {
            Class::None => self.value(Op::ConstBool(true)),
            Class::Any if self.state[r].has_object() => {
                let object = self.object_of(r, Class::Any);
                self.value(Op::Is(object, Word::None))
            }
            Class::Any => return self.step(insn),
            _ => self.value(Op::ConstBool(false)),
        };
        self.consume(r);
        self.branch(insn, truth, when)
    }

    pub(super) fn negation(&mut self, insn: &Decoded, dst: i32, a: i32) -> bool {
        let Some(truth) = self.truth_in(a) else { return self.step(insn) };
        let value = self.value(Op::Not(truth));
        self.consume(a);
        self.set(dst, value, None);
        true
    }
}
