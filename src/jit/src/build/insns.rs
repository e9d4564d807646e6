//! Instruction by instruction: what is compiled to operations on values, and what runs as the interpreter runs it.

use syntax::opcodes::{Decoded, Kind as Operand, Op as Code};

use crate::hir::{Class, Cmp, Edge, End, FloatOp, IntOp, Kind, Old, Op, Reason, Value, Word};
use crate::snapshot::{Known, Snapshot};

use super::Builder;
use super::state::{Mem, Reg};

/// What an instruction does with numbers, by its specialised opcode.
enum Arith {
    Int(IntOp),
    Float(FloatOp),
    /// Quotient of two ints.
    Quotient,
}

fn arith(op: Code) -> Option<Arith> {
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
fn comparison(op: Code) -> Option<(Cmp, Option<bool>)> {
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
fn compared(op: Code) -> Option<Kind> {
    let name = op.name();
    if !op.is_specialized() {
        return None;
    }
    if name.ends_with("Float") { Some(Kind::Float) } else { name.ends_with("Int").then_some(Kind::Int) }
}

impl Builder<'_> {
    /// Builds an instruction; false: it ended the block.
    pub(super) fn insn(&mut self, insn: &Decoded) -> bool {
        let [a, b, c] = insn.operands;
        if self.snapshot.distrusted.contains(&self.pc) && !matches!(insn.op.generic(), Code::Jump | Code::JumpBack) {
            return self.step(insn);
        }
        match insn.op.generic() {
            Code::Nop | Code::Resume => true,
            Code::Jump => {
                let target = self.snapshot.successors(self.pc, insn)[1];
                self.go(target.unwrap_or(self.pc));
                false
            }
            Code::JumpBack => self.jump_back(insn),
            Code::LoadConst => self.load_const(a, b as u32),
            Code::LoadSmallInt => self.load_int(a, i64::from(b), small(b)),
            Code::Move => {
                // What is read is there: verified code.
                self.state[b].present = None;
                self.copy(a, b, b < 0)
            }
            Code::Take => self.copy(a, b, true),
            Code::Release => self.release(a),
            Code::CheckBound => self.check_bound(insn, a),
            Code::UnaryNot => self.negation(insn, a, b),
            Code::UnaryNegative => self.negative(insn, a, b),
            Code::JumpIfTrue => self.test(insn, a, true),
            Code::JumpIfFalse => self.test(insn, a, false),
            Code::JumpIfNone => self.test_none(insn, a, true),
            Code::JumpIfNotNone => self.test_none(insn, a, false),
            Code::Subscript if matches!(insn.op, Code::SubscriptListInt | Code::SubscriptTupleInt) => self.subscript(insn, a, b, c),
            Code::SubscriptImm if matches!(insn.op, Code::SubscriptImmList | Code::SubscriptImmTuple) => self.subscript_imm(insn, a, b, c),
            Code::ForIter => self.for_iter(insn),
            Code::StoreSubscript if insn.op == Code::StoreSubscriptListInt => self.store_item(insn, a, b, c),
            Code::LoadAttr if insn.op == Code::LoadAttrSlot => self.load_slot(insn, a, b),
            _ if comparison(insn.op).is_some() => self.compare(insn),
            _ => match arith(insn.op) {
                Some(what) => self.arith(insn, what),
                None => self.step(insn),
            },
        }
    }

    // ---- numbers in registers

    /// The class of what is in a register, wherever it is.
    fn class(&self, r: i32) -> Class {
        self.state[r].any_class(|value| self.function.kind(value))
    }

    /// Whether a register can hold a number of this kind.
    fn may_be(&self, r: i32, kind: Kind) -> bool {
        matches!(self.class(r), class if class == Class::Any || class == kind.class())
    }

    /// The number in a register of which [`Builder::may_be`] is true.
    fn number_in(&mut self, r: i32, kind: Kind) -> Value {
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
                self.to_float(int)
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

    fn to_float(&mut self, int: Value) -> Value {
        let exit = self.exit_for(Reason::Overflow);
        self.value(Op::IntToFloat(int, exit))
    }

    /// Ends an operand: a temp is consumed, a local stays.
    fn consume(&mut self, r: i32) {
        if r >= 0 {
            return;
        }
        let reg = core::mem::replace(&mut self.state[r], Reg::DEAD);
        self.changed();
        if let Mem::Current { class, .. } = reg.mem {
            let old = self.old_of(&reg, class);
            self.emit(Op::Release(r, old));
        }
    }

    /// What is given up with a register that was like this.
    fn old_of(&mut self, reg: &Reg, class: Class) -> Old {
        let quiet = class.ends_quietly() || reg.value.is_some() || reg.word.is_some();
        if quiet { Old::Quiet } else { Old::Any(self.exit_for(Reason::NotCompiled)) }
    }

    /// What a register holds that is about to be written.
    fn old_in(&mut self, r: i32) -> Old {
        match self.state[r].mem {
            _ if r < 0 => Old::Nothing,
            Mem::Dead | Mem::Null => Old::Nothing,
            Mem::Stale => Old::Quiet,
            Mem::Current { class, .. } => {
                let reg = self.state[r];
                self.old_of(&reg, class)
            }
        }
    }

    /// Gives a register a number, whose object has `word` if that needs no count.
    fn set(&mut self, r: i32, value: Value, word: Option<Word>) {
        match self.old_in(r) {
            Old::Any(_) => {
                // The state without what the register held: it is being written.
                self.state[r] = Reg::NULL;
                self.changed();
                let exit = self.exit_for(Reason::NotCompiled);
                let old = Old::Any(exit);
                self.emit(match word {
                    Some(word) => Op::Put(r, word, old),
                    None => Op::Flush(r, value, old),
                });
                let class = self.function.kind(value).class();
                self.state[r] = Reg { value: Some(value), word, ..Reg::of_class(class) };
            }
            old => {
                let mem = if old == Old::Nothing && r < 0 { Mem::Dead } else { Mem::Stale };
                self.state[r] = Reg::apart(mem, value, word);
            }
        }
        self.changed();
    }

    // ---- plumbing

    fn jump_back(&mut self, insn: &Decoded) -> bool {
        let target = self.snapshot.successors(self.pc, insn)[1].unwrap_or(self.pc);
        let exit = self.exit_for(Reason::Poll);
        let edge = self.way(target);
        self.end(End::Back(edge, exit));
        false
    }

    fn load_int(&mut self, dst: i32, n: i64, word: Option<Word>) -> bool {
        let value = self.value(Op::ConstInt(n));
        self.set(dst, value, word);
        true
    }

    fn load_const(&mut self, dst: i32, k: u32) -> bool {
        let word = Word::Const(k);
        let value = match self.snapshot.consts[k as usize] {
            Known::Int(n) => self.value(Op::ConstInt(n)),
            Known::Float(x) => self.value(Op::ConstFloat(x)),
            Known::Bool(b) => {
                let value = self.value(Op::ConstBool(b));
                self.set(dst, value, Some(if b { Word::True } else { Word::False }));
                return true;
            }
            Known::None => return self.put(dst, Word::None, Class::None),
            Known::Other => return self.put(dst, word, Class::Any),
        };
        self.set(dst, value, Some(word));
        true
    }

    /// Makes a register hold a word.
    fn put(&mut self, dst: i32, word: Word, class: Class) -> bool {
        let old = self.old_in(dst);
        self.emit(Op::Put(dst, word, old));
        self.state[dst] = Reg { word: Some(word), ..Reg::of_class(class) };
        self.changed();
        true
    }

    /// `dst = src`; the source ends if it is `taken`.
    fn copy(&mut self, dst: i32, src: i32, taken: bool) -> bool {
        if dst == src {
            return true;
        }
        if self.state[src].present.is_some() {
            self.settle(src);
        }
        let from = self.state[src];
        if let Some(value) = from.value
            && !from.is_current()
        {
            self.set(dst, value, from.word);
            if taken {
                self.empty(src);
            }
            return true;
        }
        let old = self.old_in(dst);
        if taken {
            self.emit(Op::Move(dst, src, old));
            self.state[src] = if src < 0 { Reg::DEAD } else { Reg::NULL };
        } else {
            self.emit(Op::Copy(dst, src, old));
        }
        self.state[dst] = from;
        self.changed();
        true
    }

    /// Empties a register whose content is in a value alone.
    fn empty(&mut self, r: i32) {
        let stale = self.state[r].mem == Mem::Stale;
        self.state[r] = if r < 0 { Reg::DEAD } else { Reg::NULL };
        if stale {
            self.emit(Op::Release(r, Old::Quiet));
        }
        self.changed();
    }

    fn release(&mut self, r: i32) -> bool {
        if self.state[r].is_apart() {
            self.empty(r);
            return true;
        }
        let reg = core::mem::replace(&mut self.state[r], if r < 0 { Reg::DEAD } else { Reg::NULL });
        self.changed();
        if let Mem::Current { class, .. } = reg.mem {
            let old = self.old_of(&reg, class);
            self.emit(Op::Release(r, old));
        }
        true
    }

    fn check_bound(&mut self, insn: &Decoded, r: i32) -> bool {
        if let Some(present) = self.state[r].present {
            let exit = self.exit_for(Reason::Empty);
            self.emit(Op::Guard(present, exit));
            self.state[r].present = None;
            self.changed();
            return true;
        }
        match self.state[r].mem {
            Mem::Null => return self.step(insn),
            Mem::Current { class, maybe_empty: true } => {
                let exit = self.exit_for(Reason::Empty);
                self.emit(Op::GuardFull(r, exit));
                self.state[r].mem = Mem::Current { class, maybe_empty: false };
            }
            _ => {}
        }
        true
    }

    // ---- arithmetic

    /// The second operand of an instruction: a register, or a number that it says itself.
    fn is_imm(insn: &Decoded, slot: usize) -> bool {
        insn.op.operands().get(slot).is_some_and(|(_, kind)| *kind == Operand::Imm)
    }

    fn arith(&mut self, insn: &Decoded, what: Arith) -> bool {
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
                let (x, y) = (self.to_float(x), self.to_float(y));
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

    fn negative(&mut self, insn: &Decoded, dst: i32, a: i32) -> bool {
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

    fn compare(&mut self, insn: &Decoded) -> bool {
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
        let [next, target] = self.snapshot.successors(self.pc, insn);
        let (next, target) = (self.way(next.unwrap_or(self.pc)), self.way(target.unwrap_or(self.pc)));
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

    fn test(&mut self, insn: &Decoded, r: i32, when: bool) -> bool {
        let Some(truth) = self.truth_in(r) else { return self.step(insn) };
        self.consume(r);
        self.branch(insn, truth, when)
    }

    fn test_none(&mut self, insn: &Decoded, r: i32, when: bool) -> bool {
        let truth = match self.class(r) {
            Class::None => self.value(Op::ConstBool(true)),
            Class::Any if matches!(self.state[r].mem, Mem::Current { maybe_empty: false, .. }) || r < 0 => self.value(Op::IsConst(r, Word::None)),
            Class::Any => return self.step(insn),
            _ => self.value(Op::ConstBool(false)),
        };
        self.consume(r);
        self.branch(insn, truth, when)
    }

    fn negation(&mut self, insn: &Decoded, dst: i32, a: i32) -> bool {
        let Some(truth) = self.truth_in(a) else { return self.step(insn) };
        let value = self.value(Op::Not(truth));
        self.consume(a);
        self.set(dst, value, None);
        true
    }

    // ---- items and iteration

    fn subscript(&mut self, insn: &Decoded, dst: i32, object: i32, index: i32) -> bool {
        if !self.may_be(index, Kind::Int) {
            return self.step(insn);
        }
        let class = if insn.op == Code::SubscriptListInt { Class::List } else { Class::Tuple };
        self.item(insn, dst, object, class, |this| this.number_in(index, Kind::Int), Some(index))
    }

    fn subscript_imm(&mut self, insn: &Decoded, dst: i32, object: i32, index: i32) -> bool {
        let class = if insn.op == Code::SubscriptImmList { Class::List } else { Class::Tuple };
        self.item(insn, dst, object, class, |this| this.value(Op::ConstInt(i64::from(index))), None)
    }

    fn item(&mut self, insn: &Decoded, dst: i32, object: i32, class: Class, index: impl Fn(&mut Self) -> Value, operand: Option<i32>) -> bool {
        if !matches!(self.class(object), known if known == class || known == Class::Any) || !self.state[object].is_current() {
            return self.step(insn);
        }
        let wanted = self.wanted(insn, dst);
        // What may leave comes first.
        let index = index(self);
        let holder = self.object_of(object, class);
        if class == Class::List {
            let exit = self.exit_for(Reason::Mine);
            self.emit(Op::GuardMine(holder, exit));
        }
        let len = self.value(Op::Len(holder, class));
        let exit = self.exit_for(Reason::Value);
        let index = self.value(Op::Index(index, len, exit));
        let item = self.value(Op::Item(holder, class, index));
        self.borrowed(dst, item, wanted, operand, object);
        true
    }

    /// `object[index] = value` of a list, where the value is a number or immortal.
    fn store_item(&mut self, insn: &Decoded, object: i32, index: i32, value: i32) -> bool {
        let (number, word) = (self.state[value].value, self.state[value].word);
        let immortal = word.filter(|word| !matches!(word, Word::Const(_)));
        let is_list = matches!(self.class(object), Class::Any | Class::List) && self.state[object].is_current();
        // An object that the register has is stored itself.
        let is_apart = !self.state[value].is_current() && word.is_none() && self.state[value].present.is_none();
        let number = number.filter(|_| is_apart);
        if !is_list || !self.may_be(index, Kind::Int) || immortal.is_none() && number.is_none() {
            return self.step(insn);
        }
        let index_value = self.number_in(index, Kind::Int);
        let list = self.object_of(object, Class::List);
        let exit = self.exit_for(Reason::Mine);
        self.emit(Op::GuardOwn(list, exit));
        let len = self.value(Op::Len(list, Class::List));
        let exit = self.exit_for(Reason::Value);
        let at = self.value(Op::Index(index_value, len, exit));
        // Code that runs as the old item ends finds the operands where the interpreter has them.
        let left = self.exit_for(Reason::NotCompiled);
        match (immortal, number) {
            (Some(word), _) => self.emit(Op::StoreItemWord(list, at, word, left)),
            (None, Some(number)) => self.emit(Op::StoreItem(list, at, number, left)),
            (None, None) => None,
        };
        for operand in [value, index, object] {
            self.consume(operand);
        }
        true
    }

    fn load_slot(&mut self, insn: &Decoded, dst: i32, object: i32) -> bool {
        let cache = self.snapshot.words[self.pc as usize + 1];
        let Some((tag, word)) = interp::compiled::slot_entry(cache).filter(|_| self.state[object].is_current()) else { return self.step(insn) };
        let wanted = self.wanted(insn, dst);
        let holder = self.value(Op::LoadReg(object));
        let exit = self.exit_for(Reason::Class);
        self.emit(Op::GuardTag(holder, tag, exit));
        let exit = self.exit_for(Reason::Mine);
        self.emit(Op::GuardMine(holder, exit));
        let exit = self.exit_for(Reason::Empty);
        let item = self.value(Op::Slot(holder, word, exit));
        self.borrowed(dst, item, wanted, None, object);
        true
    }

    /// Ends an instruction that takes `item` out of what the operand `object` holds: as the number that is wanted, if one is.
    fn borrowed(&mut self, dst: i32, item: Value, wanted: Option<Kind>, operand: Option<i32>, object: i32) {
        let number = wanted.map(|kind| {
            let exit = self.exit_for(Reason::Class);
            self.emit(Op::GuardClass(item, kind.class(), exit));
            self.unbox(item, kind)
        });
        if number.is_none() {
            // Held before its holder may end.
            let old = self.hold_over(dst);
            self.emit(Op::Hold(dst, item, old));
        }
        if let Some(operand) = operand {
            self.consume_but(operand, dst);
        }
        self.consume_but(object, dst);
        match number {
            Some(number) => self.set(dst, number, None),
            None => {
                self.state[dst] = Reg::of_class(Class::Any);
                self.changed();
            }
        }
    }

    /// What `dst` holds that an item is written over, which may be the register of an operand.
    fn hold_over(&mut self, dst: i32) -> Old {
        match self.state[dst].mem {
            Mem::Current { class, .. } if dst < 0 => {
                let reg = self.state[dst];
                self.old_of(&reg, class)
            }
            _ => self.old_in(dst),
        }
    }

    /// Ends an operand, unless the result was written over it.
    fn consume_but(&mut self, r: i32, dst: i32) {
        if r != dst || !matches!(self.state[r].mem, Mem::Current { .. }) {
            self.consume(r);
        }
    }

    /// The kind of number as which the instruction that consumes the temp `dst` takes it, if that comes soon.
    fn wanted(&self, insn: &Decoded, dst: i32) -> Option<Kind> {
        const SOON: usize = 6;
        if dst >= 0 {
            return None;
        }
        let mut pc = self.pc + insn.len as u32;
        for _ in 0..SOON {
            if self.flow.is_start(pc) {
                return None;
            }
            let insn = self.snapshot.insn(pc)?;
            let reads = |slot: usize, kind: Operand| matches!(kind, Operand::In | Operand::Base) && Snapshot::named(&insn, slot, kind).contains(&dst);
            if insn.op.operands().iter().enumerate().any(|(slot, (_, kind))| reads(slot, *kind)) {
                return match arith(insn.op) {
                    Some(Arith::Int(_) | Arith::Quotient) => Some(Kind::Int),
                    Some(Arith::Float(_)) => Some(Kind::Float),
                    None => comparison(insn.op).and_then(|_| compared(insn.op)),
                };
            }
            if insn.op.jump().is_some() || insn.op.is_terminal() {
                return None;
            }
            pc += insn.len as u32;
        }
        None
    }

    fn for_iter(&mut self, insn: &Decoded) -> bool {
        let [dst, iter, _] = insn.operands;
        let class = match insn.op {
            Code::ForIterRange => Class::RangeIter,
            Code::ForIterList => Class::ListIter,
            Code::ForIterTuple => Class::TupleIter,
            _ => return self.step(insn),
        };
        if !matches!(self.class(iter), known if known == class || known == Class::Any) {
            return self.step(insn);
        }
        let object = self.object_of(iter, class);
        let exit = self.exit_for(Reason::Mine);
        self.emit(Op::GuardMine(object, exit));
        let then = self.fresh();
        let to_then = Edge { to: then, args: Vec::new() };
        if class == Class::RangeIter {
            let more = self.value(Op::RangeMore(object));
            let [_, target] = self.snapshot.successors(self.pc, insn);
            let out = self.way(target.unwrap_or(self.pc));
            self.end(End::Branch(more, to_then, out));
            self.block = then;
            let object = self.value(Op::LoadReg(iter));
            let number = self.value(Op::RangeNext(object));
            self.set(dst, number, None);
            return true;
        }
        let more = self.value(Op::IterMore(object, class));
        let slow = self.fresh();
        self.end(End::Branch(more, to_then, Edge { to: slow, args: Vec::new() }));
        // The iterator has ended, or goes over what other threads have.
        let before = self.state.clone();
        self.block = slow;
        self.changed();
        self.step(insn);
        self.state = before;
        self.block = then;
        self.changed();
        let object = self.value(Op::LoadReg(iter));
        let item = self.value(Op::IterNext(object, class));
        let old = self.old_in(dst);
        self.emit(Op::Hold(dst, item, old));
        self.state[dst] = Reg::of_class(Class::Any);
        self.changed();
        true
    }

    // ---- the rest

    /// Runs the instruction as the interpreter does: its quick half alone, where it has one and that did not fail too often.
    fn step(&mut self, insn: &Decoded) -> bool {
        if has_quick_half(insn) && self.snapshot.words[self.pc as usize] as u16 == insn.op as u16 && !self.snapshot.distrusted.contains(&self.pc) {
            return self.quick(insn);
        }
        self.settle_all();
        if insn.op.is_terminal() {
            self.end(End::Finish(self.pc));
            return false;
        }
        let pc = self.pc;
        let [next, target] = self.snapshot.successors(pc, insn);
        self.function.behind.insert(pc, (next.unwrap_or(pc), target));
        if insn.op.jump().is_some() {
            let (next, target) = (next.unwrap_or(pc), target.unwrap_or(pc));
            let before = self.state.clone();
            self.after_step(insn, pc, target);
            let to_target = self.way(target);
            self.state = before;
            self.after_step(insn, pc, next);
            let to_next = self.way(next);
            self.end(End::Step { pc, next: to_next, target: to_target });
            return false;
        }
        self.emit(Op::Step(pc));
        self.after_step(insn, pc, pc + insn.len as u32);
        true
    }

    fn quick(&mut self, insn: &Decoded) -> bool {
        let pc = self.pc;
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            if matches!(kind, Operand::In | Operand::Peek | Operand::InOut | Operand::Base | Operand::Cell | Operand::Kill) {
                for r in Snapshot::named(insn, slot, *kind) {
                    self.settle(r);
                }
            }
        }
        let exit = self.exit_for(Reason::Quick);
        let [next, target] = self.snapshot.successors(pc, insn);
        self.function.behind.insert(pc, (next.unwrap_or(pc), target));
        if let (Some(next), Some(target)) = (next, target) {
            let before = self.state.clone();
            self.after_step(insn, pc, target);
            let to_target = self.way(target);
            self.state = before;
            self.after_step(insn, pc, next);
            let to_next = self.way(next);
            self.end(End::Quick { pc, form: insn.op as u16, next: to_next, target: to_target, exit });
            return false;
        }
        let before = self.state.clone();
        self.after_step(insn, pc, pc + insn.len as u32);
        let left = self.exit_for(Reason::NotCompiled);
        let after = core::mem::replace(&mut self.state, before);
        self.emit(Op::Quick(pc, insn.op as u16, exit, left));
        self.state = after;
        self.changed();
        true
    }

    /// What the registers are behind an instruction that the interpreter ran.
    fn after_step(&mut self, insn: &Decoded, pc: u32, next: u32) {
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            let named = Snapshot::named(insn, slot, *kind);
            let out_len = insn.op.out_len(insn.operands).max(1);
            let written = match kind {
                Operand::Out | Operand::InOut | Operand::OutBase => named.start..named.end.max(named.start + if *kind == Operand::InOut { out_len } else { 0 }),
                Operand::Kill if named.start >= 0 => {
                    self.state[named.start] = Reg::NULL;
                    continue;
                }
                _ => continue,
            };
            for r in written {
                self.state[r] = Reg::ANY;
            }
        }
        // Temps that are new there were written; those that are gone count nothing.
        let before: Vec<i32> = self.snapshot.live(pc).filter(|r| *r < 0).collect();
        let after: Vec<i32> = self.snapshot.live(next).filter(|r| *r < 0).collect();
        for &r in &after {
            if !before.contains(&r) {
                self.state[r] = Reg::ANY;
            }
        }
        for &r in &before {
            if !after.contains(&r) {
                self.state[r] = Reg::DEAD;
            }
        }
        self.changed();
    }
}

/// The word of a small int.
fn small(n: i32) -> Option<Word> {
    (-5..=256).contains(&n).then_some(Word::Small(n))
}

/// Whether a unit may run the instruction's quick half, which enters no frame.
fn has_quick_half(insn: &Decoded) -> bool {
    use Code::*;
    let plain = matches!(
        insn.op.generic(),
        LoadAttr | StoreAttr | LoadMethod | LoadGlobal | LoadName | LoadDeref | StoreDeref | Subscript | SubscriptImm | StoreSubscript | CompareEqual
            | CompareNotEqual | Is | IsNot | Contains | NotContains | UnpackSequence | BuildTuple | ListAppend | LoadSuperMethod | LoadSpecial | JumpIfTrue
            | JumpIfFalse | JumpIfIs | JumpIfIsNot | JumpIfEqual | JumpIfNotEqual | JumpUnlessEqual | JumpUnlessNotEqual | JumpIfNone | JumpIfNotNone
    );
    (plain || insn.op == CallMethodAppend) && interp::compiled::quick_half(insn.op).is_some()
}
