//! Instruction by instruction: what is compiled to operations on values, and what runs as the interpreter runs it.

use syntax::opcodes::{Decoded, Kind as Operand, Op as Code};

use crate::hir::{Class, Edge, End, Gives, Old, Op, Reason, Value, Word};
use crate::snapshot::{Known, Snapshot};

use super::Builder;
use super::numbers::{arith, comparison};
use super::state::{Lender, Mem, Reg};

impl Builder<'_> {
    /// Builds an instruction; false: it ended the block.
    pub(super) fn insn(&mut self, insn: &Decoded) -> bool {
        let [a, b, c] = insn.operands;
        if self.is_distrusted() && !matches!(insn.op.generic(), Code::Jump | Code::JumpBack | Code::Return | Code::ReturnConst) {
            return self.step(insn);
        }
        if let Some(entries) = self.code().several.get(&self.pc()) {
            return self.several(insn, entries);
        }
        if self.code().is_cold(self.pc(), insn) && !self.is_distrusted() {
            let exit = self.exit_for(Reason::Cold);
            self.end(End::Leave(exit));
            return false;
        }
        match insn.op.generic() {
            Code::Nop | Code::Resume | Code::Resumed => true,
            Code::Yield => self.yields(),
            Code::Jump => {
                let [_, target] = self.successors(insn);
                self.go(target);
                false
            }
            Code::JumpBack => self.jump_back(insn),
            Code::LoadConst => self.load_const(a, b as u32),
            Code::LoadSmallInt => self.load_int(a, i64::from(b), small(b)),
            Code::Move => {
                // What is read is there: verified code.
                self.state[b].present = None;
                let taken = self.is_temp(b);
                self.copy(a, b, taken);
                self.expect_function(a, b);
                true
            }
            Code::LoadDeref => {
                let goes_on = self.load_deref(insn, a, b);
                self.expect_function(a, b);
                goes_on
            }
            Code::Take => self.copy(a, b, true),
            Code::Release => self.release(a),
            Code::CheckBound => self.check_bound(insn, a),
            Code::BinaryPow | Code::InplacePow => self.power(insn),
            Code::UnaryNot => self.negation(insn, a, b),
            Code::UnaryNegative => self.negative(insn, a, b),
            Code::JumpIfTrue => self.test(insn, a, true),
            Code::JumpIfFalse => self.test(insn, a, false),
            Code::JumpIfNone => self.test_none(insn, a, true),
            Code::JumpIfNotNone => self.test_none(insn, a, false),
            Code::Subscript if matches!(insn.op, Code::SubscriptListInt | Code::SubscriptTupleInt) => self.subscript(insn, a, b, c),
            Code::SubscriptImm if matches!(insn.op, Code::SubscriptImmList | Code::SubscriptImmTuple) => self.subscript_imm(insn, a, b, c),
            Code::GetIter => self.get_iter(insn, a, b),
            Code::ForIter if insn.op == Code::ForIterPair => self.for_pair(insn),
            Code::ForIter => self.for_iter(insn),
            Code::UnpackSequence if matches!(insn.op, Code::UnpackSequenceTuple | Code::UnpackSequenceList) => self.unpack(insn, a, b, c),
            Code::Subscript if insn.op == Code::SubscriptPy => self.call_special(insn, &[b, c], a, Gives::Result),
            Code::StoreSubscript if insn.op == Code::StoreSubscriptPy => self.call_special(insn, &[a, b, c], 0, Gives::Nothing),
            Code::StoreSubscript if insn.op == Code::StoreSubscriptListInt => self.store_item(insn, a, b, c),
            Code::LoadAttr if insn.op == Code::LoadAttrSlot => self.load_slot(insn, a, b),
            Code::LoadAttr if insn.op == Code::LoadAttrType => self.load_of_type(insn, a, b),
            Code::LoadAttr if insn.op == Code::LoadAttrProperty => self.load_property(insn, a, b),
            Code::StoreAttr if insn.op == Code::StoreAttrSlot => self.store_slot(insn, a, c),
            Code::LoadMethod if insn.op == Code::LoadMethodType => self.load_method(insn, a, b),
            Code::LoadGlobal if matches!(insn.op, Code::LoadGlobalModule | Code::LoadGlobalBuiltin) => self.load_global(insn, a),
            Code::Call if insn.op == Code::CallPy => self.call(insn, a, b, c),
            Code::Call if insn.op == Code::CallVector => self.call_builtin(insn, a, b, c),
            Code::Call if insn.op == Code::CallClass => self.call_class(insn, a, b, c),
            Code::CallKw => self.call_kw(insn, a, b, c),
            Code::CallMethodKw => self.call_method_kw(insn, a, b, c),
            Code::CallMethod if insn.op == Code::CallMethodPy => self.call_method(insn, a, b, c),
            Code::Return | Code::ReturnConst if self.room() != 0 => self.return_inside(insn, a),
            Code::Return | Code::ReturnConst if self.code().is_function => self.return_outside(insn, a),
            _ if matches!(insn.op, Code::AddPy | Code::SubPy | Code::MulPy | Code::DivPy) => self.call_operator(insn, a, b, c),
            _ if comparison(insn.op).is_some() => self.compare(insn),
            _ => match arith(insn.op) {
                Some(what) => self.arith(insn, what),
                None => self.step(insn),
            },
        }
    }

    /// Notes which code a call of a register's content is expected to run, which came out of a local or its cell.
    fn expect_function(&mut self, r: i32, local: i32) {
        if self.room() == 0 && self.state[r].callee.is_none() {
            self.state[r].callee = self.code().functions.get(&local).copied();
        }
    }

    fn is_distrusted(&self) -> bool {
        self.code().distrusted.contains(&self.pc())
    }

    /// The words behind an instruction, and where it jumps to; both the instruction itself where it does not.
    pub(super) fn successors(&self, insn: &Decoded) -> [u32; 2] {
        self.code().successors(self.pc(), insn).map(|to| to.unwrap_or(self.pc()))
    }

    /// What is in a cell.
    fn load_deref(&mut self, insn: &Decoded, dst: i32, cell: i32) -> bool {
        if !self.state[cell].has_object() {
            return self.step(insn);
        }
        let holder = self.object_of(cell, Class::Any);
        self.guard_mine(holder);
        let exit = self.exit_for(Reason::Empty);
        let found = self.value(Op::Slot(holder, (objects::compiled::CELL_CONTENTS / 8) as u16, exit));
        self.lend(dst, found, Class::Any, Lender::Heap);
        true
    }

    // ---- registers

    /// Ends an operand: a temp is consumed, a local stays.
    pub(super) fn consume(&mut self, r: i32) {
        if self.is_temp(r) {
            self.release(r);
        }
    }

    /// What is given up with a register that was like this.
    pub(super) fn old_of(&mut self, reg: &Reg, class: Class) -> Old {
        let quiet = class.ends_quietly() || reg.value.is_some() || reg.word.is_some();
        if quiet {
            return Old::Quiet;
        }
        self.hold_what_heap_lends();
        let exit = self.exit_for(Reason::NotCompiled);
        self.state.forget_contents();
        Old::Any(exit)
    }

    /// What a register holds that is about to be written.
    pub(super) fn old_in(&mut self, r: i32) -> Old {
        self.hold_what_it_lends(r);
        match self.state[r].mem {
            _ if self.is_temp(r) => Old::Nothing,
            _ if self.state[r].is_blank() || self.state[r].mem == Mem::Dead => Old::Nothing,
            Mem::Dead | Mem::Null | Mem::Stale | Mem::Lent { .. } => Old::Quiet,
            Mem::Current { class, .. } => {
                let reg = self.state[r];
                self.old_of(&reg, class)
            }
        }
    }

    /// Whether a local's register will be empty still where its content is in a value alone.
    fn blank(&self, r: i32) -> bool {
        !self.is_temp(r) && self.state[r].is_blank()
    }

    /// Gives a register a number, whose object has `word` if that needs no count.
    pub(super) fn set(&mut self, r: i32, value: Value, word: Option<Word>) {
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
            _ => {
                let mem = self.apart(r);
                self.state[r] = Reg { blank: self.blank(r), ..Reg::apart(mem, value, word) };
            }
        }
        self.changed();
    }

    // ---- plumbing

    /// The frame waits; it goes on at the mark behind, at which the unit is entered anew.
    fn yields(&mut self) -> bool {
        self.settle_all();
        let at = self.at(self.pc());
        self.end(End::Finish(at));
        false
    }

    fn jump_back(&mut self, insn: &Decoded) -> bool {
        let [_, target] = self.successors(insn);
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
        self.load_const_of(self.room_data().code, dst, k)
    }

    /// A constant of a code of the source.
    pub(super) fn load_const_of(&mut self, code: usize, dst: i32, k: u32) -> bool {
        let code = &self.source.codes[code];
        let word = Word::Const(code.first_const + k);
        let value = match code.consts[k as usize] {
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

    /// Gives a register the object that a word stands for.
    pub(super) fn put(&mut self, dst: i32, word: Word, class: Class) -> bool {
        match self.old_in(dst) {
            old @ Old::Any(_) => {
                self.emit(Op::Put(dst, word, old));
                self.state[dst] = Reg { word: Some(word), ..Reg::of_class(class) };
            }
            _ => self.state[dst] = Reg { mem: self.apart(dst), word: Some(word), blank: self.blank(dst), ..Reg::DEAD },
        }
        self.changed();
        true
    }

    /// `dst = src`; the source ends if it is `taken`.
    pub(super) fn copy(&mut self, dst: i32, src: i32, taken: bool) -> bool {
        if dst == src {
            return true;
        }
        if self.state[src].present.is_some() {
            self.settle(src);
        }
        let from = self.state[src];
        if from.is_apart() && !from.is_lent() {
            match from.value {
                Some(value) => self.set(dst, value, from.word),
                None => {
                    let class = from.any_class(|value| self.function.kind(value));
                    from.word.map(|word| self.put(dst, word, class));
                }
            }
            if taken {
                self.empty(src);
            }
            return true;
        }
        if let (Mem::Lent { from: lender, .. }, Some(_)) = (from.mem, from.object) {
            return self.copy_lent(dst, src, taken, lender);
        }
        if taken {
            let old = self.old_in(dst);
            self.emit(Op::Move(dst, src, old));
            for r in self.live(self.pc()) {
                if let Mem::Lent { from: Lender::Reg(lender), .. } = &mut self.state[r].mem
                    && *lender == src
                {
                    *lender = dst;
                }
            }
            self.state[src] = if self.is_temp(src) { Reg::DEAD } else { Reg::NULL };
            self.state[dst] = from;
        } else if let Mem::Current { class, maybe_empty: false } = from.mem {
            let object = self.object_of(src, Class::Any);
            self.lend(dst, object, class, Lender::Reg(src));
            self.state[dst] = Reg { mem: self.state[dst].mem, blank: self.state[dst].blank, object: Some(object), ..from };
        } else {
            let old = self.old_in(dst);
            self.emit(Op::Copy(dst, src, old));
            self.state[dst] = from;
        }
        self.changed();
        true
    }

    /// [`Builder::copy`] of what somebody else holds.
    fn copy_lent(&mut self, dst: i32, src: i32, taken: bool, lender: Lender) -> bool {
        if lender == Lender::Reg(dst) {
            // It holds it already.
            if taken {
                self.empty(src);
            }
            return true;
        }
        let old = self.old_in(dst);
        let from = self.state[src];
        let has_moved = !from.is_lent() && taken;
        match (from.mem, from.object, old) {
            // What ends may have lent it: it is held by now.
            (Mem::Current { .. }, ..) if taken => self.emit(Op::Move(dst, src, old)),
            (Mem::Current { .. }, ..) => self.emit(Op::Copy(dst, src, old)),
            (Mem::Lent { .. }, Some(object), Old::Any(_)) => self.emit(Op::Hold(dst, object, old)),
            _ => None,
        };
        self.state[dst] = match (from.mem, old) {
            (Mem::Lent { class, .. }, Old::Any(_)) => Reg { mem: Mem::Current { class, maybe_empty: false }, ..from },
            (Mem::Lent { .. }, _) => Reg { blank: self.blank(dst), ..from },
            _ => from,
        };
        if has_moved {
            self.state[src] = if self.is_temp(src) { Reg::DEAD } else { Reg::NULL };
        } else if taken {
            self.empty(src);
        }
        self.changed();
        true
    }

    /// Gives a register an object that somebody else holds: without a count, where nobody hears what ends with what the register held.
    pub(super) fn lend(&mut self, dst: i32, object: Value, class: Class, lender: Lender) {
        match self.old_in(dst) {
            old @ Old::Any(_) => {
                self.emit(Op::Hold(dst, object, old));
                self.state[dst] = Reg { object: Some(object), ..Reg::of_class(class) };
            }
            _ => self.state[dst] = Reg { blank: self.blank(dst), ..Reg::lent(object, class, lender) },
        }
        self.changed();
    }

    /// Empties a register whose content is in a value alone.
    pub(super) fn empty(&mut self, r: i32) {
        let (is_temp, is_blank) = (self.is_temp(r), self.state[r].blank);
        self.state[r] = if is_temp { Reg::DEAD } else { Reg::NULL };
        if !is_temp && !is_blank {
            self.emit(Op::Release(r, Old::Quiet));
        }
        self.changed();
    }

    pub(super) fn release(&mut self, r: i32) -> bool {
        if self.state[r].is_apart() {
            self.empty(r);
            return true;
        }
        self.hold_what_it_lends(r);
        let gone = if self.is_temp(r) { Reg::DEAD } else { Reg::NULL };
        let reg = core::mem::replace(&mut self.state[r], gone);
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

    /// An iterator for a loop, which has seen what it goes over.
    fn get_iter(&mut self, insn: &Decoded, dst: i32, src: i32) -> bool {
        let behind = self.pc() + insn.len as u32;
        let is_simple = self.code().insn(behind).is_some_and(|insn| matches!(insn.op, Code::ForIterRange | Code::ForIterList | Code::ForIterTuple));
        if !is_simple {
            return self.step(insn);
        }
        let known = self.class(src);
        let goes_on = self.quick(insn);
        self.state[dst] = Reg::of_class(match known {
            Class::List => Class::ListIter,
            Class::Tuple => Class::TupleIter,
            _ => Class::Any,
        });
        goes_on
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
        self.guard_mine(object);
        let then = self.fresh();
        let to_then = Edge { to: then, args: Vec::new() };
        if class == Class::RangeIter {
            let more = self.value(Op::RangeMore(object));
            let [_, target] = self.successors(insn);
            let out = self.way(target);
            self.end(End::Branch(more, to_then, out));
            self.block = then;
            let number = self.value(Op::RangeNext(object));
            self.set(dst, number, None);
            return true;
        }
        let more = self.value(Op::IterMore(object, class));
        let out = self.fresh();
        self.end(End::Branch(more, to_then, Edge { to: out, args: Vec::new() }));
        self.block = out;
        let ended = self.value(Op::IterEnded(object, class));
        // It goes over what other threads have, or somebody may ask it again.
        let exit = self.exit_for(Reason::Mine);
        self.emit(Op::Guard(ended, exit));
        let [_, target] = self.successors(insn);
        self.go(target);
        self.block = then;
        self.changed();
        let item = self.value(Op::IterNext(object, class));
        self.lend(dst, item, Class::Any, Lender::Heap);
        true
    }

    /// A `for` over pairs that are taken apart at once: the interpreter does both instructions.
    fn for_pair(&mut self, insn: &Decoded) -> bool {
        let pc = self.pc();
        let unpack = pc + insn.len as u32;
        let Some(behind) = self.code().insn(unpack).map(|insn| unpack + insn.len as u32) else { return self.step(insn) };
        let [_, target] = self.successors(insn);
        self.settle_all();
        self.link_up_to(self.inside.len() - 1);
        let at = self.at(pc);
        self.function.behind.insert(at, (self.at(behind), Some(self.at(target))));
        let before = self.state.clone();
        self.after_call(insn, target);
        let to_target = self.way(target);
        self.state = before;
        self.after_call(insn, behind);
        let then = self.fresh();
        self.end(End::Step { pc: at, form: insn.op as u16, next: Edge { to: then, args: Vec::new() }, target: to_target });
        self.block = then;
        self.on_at = Some(behind);
        true
    }

    // ---- the rest

    /// Runs the instruction as the interpreter does: its quick half alone, where it has one and that did not fail too often.
    pub(super) fn step(&mut self, insn: &Decoded) -> bool {
        let pc = self.pc();
        // A quick half of this one does what its guards are too much for.
        let is_trusted = !self.is_distrusted() || insn.op == Code::LoadDeref;
        if has_quick_half(insn) && self.code().words[pc as usize] as u16 == insn.op as u16 && is_trusted {
            return self.quick(insn);
        }
        self.settle_all();
        self.link_up_to(self.inside.len() - 1);
        let at = self.at(pc);
        if insn.op.is_terminal() {
            self.end(End::Finish(at));
            return false;
        }
        let (next, target) = self.behind(insn);
        if insn.op.jump().is_some() {
            let before = self.state.clone();
            self.after_call(insn, target);
            let to_target = self.way(target);
            self.state = before;
            self.after_call(insn, next);
            let to_next = self.way(next);
            self.end(End::Step { pc: at, form: insn.op as u16, next: to_next, target: to_target });
            return false;
        }
        self.emit(Op::Step(at, insn.op as u16));
        self.after_call(insn, next);
        true
    }

    /// The words behind an instruction and at its jump's target, which the unit is told.
    fn behind(&mut self, insn: &Decoded) -> (u32, u32) {
        let pc = self.pc();
        let [next, target] = self.code().successors(pc, insn);
        let behind = (self.at(next.unwrap_or(pc)), target.map(|target| self.at(target)));
        let at = self.at(pc);
        self.function.behind.insert(at, behind);
        (next.unwrap_or(pc), target.unwrap_or(pc))
    }

    fn quick(&mut self, insn: &Decoded) -> bool {
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            if matches!(kind, Operand::In | Operand::Peek | Operand::InOut | Operand::Base | Operand::Cell | Operand::Kill) {
                for r in Snapshot::named(insn, slot, *kind) {
                    self.settle_with_sharers(r);
                }
            }
            for r in Snapshot::named(insn, slot, *kind) {
                self.hold_what_it_lends(r);
            }
        }
        if stores(insn) {
            self.hold_what_heap_lends();
            self.state.forget_stores();
        }
        let (at, form) = (self.at(self.pc()), insn.op as u16);
        let exit = self.exit_for(Reason::Quick);
        let (next, target) = self.behind(insn);
        if insn.op.jump().is_some() {
            let before = self.state.clone();
            self.after_step(insn, target);
            let to_target = self.way(target);
            self.state = before;
            self.after_step(insn, next);
            let to_next = self.way(next);
            self.end(End::Quick { pc: at, form, next: to_next, target: to_target, exit });
            return false;
        }
        let before = self.state.clone();
        self.after_step(insn, next);
        let left = self.exit_for(Reason::NotCompiled);
        let after = core::mem::replace(&mut self.state, before);
        self.emit(Op::Quick(at, form, exit, left));
        self.state = after;
        self.changed();
        true
    }

    /// What is known behind an instruction that the interpreter ran, which may have called out.
    fn after_call(&mut self, insn: &Decoded, next: u32) {
        self.after_step(insn, next);
        self.state.forget();
    }

    /// What the registers are behind an instruction that the interpreter ran.
    fn after_step(&mut self, insn: &Decoded, next: u32) {
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            let named = Snapshot::named(insn, slot, *kind);
            let out_len = insn.op.out_len(insn.operands).max(1);
            let written = match kind {
                Operand::Out | Operand::InOut | Operand::OutBase => named.start..named.end.max(named.start + if *kind == Operand::InOut { out_len } else { 0 }),
                Operand::Kill if !self.is_temp(named.start) => {
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
        let first = self.room_data().first;
        let temps = |pc| self.code().live(pc).filter(|r| *r < 0).map(|r| r + first).collect::<Vec<i32>>();
        let (before, after) = (temps(self.pc()), temps(next));
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
            | CompareNotEqual | Is | IsNot | Contains | NotContains | UnpackSequence | BuildTuple | BuildList | ListAppend | LoadSuperMethod | LoadSpecial | JumpIfTrue
            | JumpIfFalse | JumpIfIs | JumpIfIsNot | JumpIfEqual | JumpIfNotEqual | JumpUnlessEqual | JumpUnlessNotEqual | JumpIfNone | JumpIfNotNone
    );
    (plain || insn.op == CallMethodAppend) && interp::compiled::whole::half(insn.op).is_some()
}

/// Whether the instruction's quick half may replace what objects or registers hold.
fn stores(insn: &Decoded) -> bool {
    use Code::*;
    let writes_local = insn.op.operands().iter().any(|(_, kind)| matches!(kind, Operand::Out | Operand::InOut));
    writes_local || matches!(insn.op.generic(), StoreAttr | StoreSubscript | StoreDeref | CallMethod | ListAppend)
}
