//! Writes of registers, and the counts that go with them (R2, R5).

use ::objects::compiled as layout;
use lir::{Access, Effects, IntCond, Likely, Type};

use super::{Lowerer, class};
use crate::hir::{Exit, Kind, Old, Op, Value, Word};
use crate::runtime::{self, Helper};

impl Lowerer<'_> {
    pub(super) fn register_op(&mut self, op: &Op, pc: u32) {
        match *op {
            Op::Flush(r, value, Old::Any(exit)) => {
                let word = self.boxed(value);
                self.replace(r, word, exit);
            }
            Op::Flush(r, value, old) => self.flush(r, value, old),
            Op::FlushIf(r, value, truth) => {
                let room = self.hir.place(pc).0 as u32;
                let old = if self.hir.is_temp(room, r) { Old::Nothing } else { Old::Quiet };
                self.flush_if(r, value, truth, old);
            }
            Op::Put(r, word, old) => {
                let word = self.word(word);
                self.write_over(r, word, old);
            }
            Op::Move(r, from, old) => {
                let (word, empty) = (self.read(from), self.b.i64(0));
                self.write(from, empty);
                self.write_over(r, word, old);
            }
            Op::Copy(r, from, old) => {
                let word = self.duplicate(from);
                self.write_over(r, word, old);
            }
            Op::Release(r, old) => {
                let empty = self.b.i64(0);
                self.write_over(r, empty, old);
            }
            Op::Hold(r, object, old) => {
                let object = self.value(object);
                let word = self.hold(object);
                self.write_over(r, word, old);
            }
            ref other => unreachable!("`{other}` writes no register"),
        }
    }

    pub(super) fn write_over(&mut self, r: i32, word: lir::Value, old: Old) {
        match old {
            Old::Any(exit) => self.replace(r, word, exit),
            old => self.put(r, word, old),
        }
    }

    /// Writes a register whose content ends quietly.
    pub(super) fn put(&mut self, r: i32, word: lir::Value, old: Old) {
        if old == Old::Nothing {
            return self.write(r, word);
        }
        if self.is_compact() {
            let (th, at) = (self.thread(), self.register(r));
            return self.b.call(self.helper(Helper::Replace), &[th, at, word], Effects::WRITES);
        }
        let before = self.read(r);
        self.write(r, word);
        let (last, on) = self.release(before);
        self.b.switch_to(last);
        self.end_object(before);
        self.b.jump(on, &[]);
        self.b.switch_to(on);
    }

    /// Writes a register; what it held may run code as it ends, which finds the registers that the exit names current.
    fn replace(&mut self, r: i32, word: lir::Value, exit: Exit) {
        if self.is_compact() {
            let (th, at, nothing) = (self.thread(), self.register(r), self.b.i64(0));
            let before = self.b.call_one(self.helper(Helper::Exchange), &[th, at, word], Type::I64, Effects::WRITES);
            let done = self.b.icmp(IntCond::Eq, before, nothing);
            let (last, on) = (self.b.block(), self.b.block());
            self.b.branch(done, (on, &[]), (last, &[]), Likely::Yes);
            return self.end_observed(before, last, on, exit);
        }
        let before = self.read(r);
        self.write(r, word);
        let (last, on) = self.release(before);
        self.end_observed(before, last, on, exit);
    }

    /// Gives a word up in a block that is empty still, and goes on in another one.
    fn end_observed(&mut self, word: lir::Value, last: lir::Block, on: lir::Block, exit: Exit) {
        self.b.switch_to(last);
        self.observed(exit, word);
        self.b.jump(on, &[]);
        self.b.switch_to(on);
    }

    /// Gives up a word, or what a quick half left over if it is empty: code may run, which finds the registers that the exit names current.
    pub(super) fn observed(&mut self, exit: Exit, word: lir::Value) {
        let (table, values) = self.hand_in(exit);
        let (th, frame, regs) = (self.thread(), self.frame(), self.regs());
        self.b.call(self.helper(Helper::Observe), &[th, frame, regs, table, values, word], Effects::WRITES.cold());
    }

    /// Puts an immortal object, or a number's, into a list.
    pub(super) fn store_item(&mut self, list: Value, index: Value, what: Result<Word, Value>, left: Exit) {
        let slot = self.item_slot(list, index);
        self.store_into(slot, what, left);
    }

    /// The address of an item of a list.
    pub(super) fn item_slot(&mut self, list: Value, index: Value) -> lir::Value {
        let (list, index) = (self.value(list), self.value(index));
        let items = self.b.load(Type::Ptr, list, layout::LIST_ITEMS as i32, Access::class(class::BODY));
        self.b.indexed(items, index, 8, 0)
    }

    /// Leaves unless a register's object can be stored plainly (R6), and its count moved or raised plainly.
    pub(super) fn guard_stored(&mut self, object: Value, r: i32, taken: bool, exit: Exit) {
        let (object, th, word) = (self.value(object), self.thread(), self.read(r));
        let owner = self.b.load(Type::I16, object, layout::OWNER as i32, Access::class(class::HEAD));
        let mine = self.b.load(Type::I16, th, runtime::MINE as i32, Access::class(class::THREAD));
        let common = self.b.int(Type::I16, 0);
        let (is_own, is_common) = (self.b.icmp(IntCond::Eq, owner, mine), self.b.icmp(IntCond::Eq, owner, common));
        let fits = self.b.or(is_own, is_common);
        self.guard(fits, exit);
        let count = self.b.load(Type::I32, object, layout::COUNT as i32, Access::class(class::COUNT));
        let zero = self.b.i32(0);
        let immortal = self.b.icmp(IntCond::Slt, count, zero);
        let (one, none) = (self.b.i64(1), self.b.i64(0));
        let tag = self.b.and(word, one);
        let is_counted = self.b.icmp(IntCond::Eq, tag, none);
        let is_plain = if taken { is_counted } else { self.is_mine(object) };
        let fits = self.b.or(immortal, is_plain);
        self.guard(fits, exit);
    }

    /// Stores the object of a register that passed [`Lowerer::guard_stored`].
    pub(super) fn store_register(&mut self, slot: lir::Value, r: i32, taken: bool, left: Exit) {
        let mut word = self.read(r);
        if taken {
            let empty = self.b.i64(0);
            self.write(r, empty);
        } else {
            // The register may name it without a count.
            let object = self.object_of(word);
            word = self.hold(object);
        }
        let mask = self.b.i64(!1);
        let object = self.b.and(word, mask);
        let before = self.b.load(Type::I64, slot, 0, Access::class(class::BODY));
        self.b.store(slot, 0, object, Access::class(class::BODY));
        self.give_up(before, left);
    }

    fn store_into(&mut self, slot: lir::Value, what: Result<Word, Value>, left: Exit) {
        let word = match what {
            Ok(word) => self.word(word),
            Err(value) if self.hir.kind(value) == Kind::Bool => {
                let truth = self.value(value);
                self.bool_word(truth)
            }
            Err(value) => return self.store_number(slot, value, left),
        };
        let before = self.b.load(Type::I64, slot, 0, Access::class(class::BODY));
        let mask = self.b.i64(!1);
        let object = self.b.and(word, mask);
        self.b.store(slot, 0, object, Access::class(class::BODY));
        self.give_up(before, left);
    }

    /// Puts an immortal object, or a number's, into a slot of an instance.
    pub(super) fn store_slot(&mut self, object: Value, word: u16, what: Result<Word, Value>, left: Exit) {
        let object = self.value(object);
        let slot = self.b.offset(object, i64::from(word) * 8);
        self.store_into(slot, what, left);
    }

    fn store_number(&mut self, slot: lir::Value, value: Value, left: Exit) {
        let helper = if self.hir.kind(value) == Kind::Float { Helper::StoreFloat } else { Helper::StoreInt };
        let (th, number) = (self.thread(), self.value(value));
        let before = self.b.call_one(self.helper(helper), &[th, slot, number], Type::I64, Effects::WRITES);
        self.give_up(before, left);
    }

    /// Gives up what a slot held, if anything; code that runs as it ends sees the state of the exit.
    fn give_up(&mut self, before: lir::Value, left: Exit) {
        let (last, on) = self.release(before);
        self.end_observed(before, last, on, left);
    }

    /// Gives a register's word up where that is a subtraction at most. Where it is not: the first block, which is empty still. The second one
    /// is where it was; it is empty, too.
    fn release(&mut self, word: lir::Value) -> (lir::Block, lir::Block) {
        let (counted, mortal, several, last, on) = (self.b.block(), self.b.block(), self.b.block(), self.b.block(), self.b.block());
        let (tag, zero) = (self.b.i64(1), self.b.i64(0));
        let bit = self.b.and(word, tag);
        let (plain, full) = (self.b.icmp(IntCond::Eq, bit, zero), self.b.icmp(IntCond::Ne, word, zero));
        let is_counted = self.b.and(plain, full);
        self.b.branch(is_counted, (counted, &[]), (on, &[]), Likely::Unknown);
        self.b.switch_to(counted);
        let object = self.b.int_to_ptr(word);
        let count = self.b.load(Type::I32, object, layout::COUNT as i32, Access::class(class::COUNT));
        let (one, none) = (self.b.i32(1), self.b.i32(0));
        let immortal = self.b.icmp(IntCond::Slt, count, none);
        self.b.branch(immortal, (on, &[]), (mortal, &[]), Likely::Unknown);
        self.b.switch_to(mortal);
        let others = self.b.icmp(IntCond::Sgt, count, one);
        let mine = self.is_mine(object);
        let plain = self.b.and(others, mine);
        self.b.branch(plain, (several, &[]), (last, &[]), Likely::Yes);
        self.b.switch_to(several);
        let less = self.b.sub(count, one);
        self.b.store(object, layout::COUNT as i32, less, Access::class(class::COUNT));
        self.b.jump(on, &[]);
        (last, on)
    }

    fn end_object(&mut self, word: lir::Value) {
        let th = self.thread();
        self.b.call(self.helper(Helper::Release), &[th, word], Effects::WRITES.cold());
    }

    /// A word that holds an object.
    pub(super) fn hold(&mut self, object: lir::Value) -> lir::Value {
        if self.is_compact() {
            let th = self.thread();
            return self.b.call_one(self.helper(Helper::Hold), &[th, object], Type::I64, Effects::WRITES);
        }
        let (mortal, mine, other, on) = (self.b.block(), self.b.block(), self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I64);
        let address = self.b.ptr_to_int(object);
        let count = self.b.load(Type::I32, object, layout::COUNT as i32, Access::class(class::COUNT));
        let (zero, one, tag) = (self.b.i32(0), self.b.i32(1), self.b.i64(1));
        let uncounted = self.b.or(address, tag);
        let immortal = self.b.icmp(IntCond::Slt, count, zero);
        self.b.branch(immortal, (on, &[uncounted]), (mortal, &[]), Likely::Unknown);
        self.b.switch_to(mortal);
        let is_mine = self.is_mine(object);
        self.b.branch(is_mine, (mine, &[]), (other, &[]), Likely::Yes);
        self.b.switch_to(mine);
        let more = self.b.add(count, one);
        self.b.store(object, layout::COUNT as i32, more, Access::class(class::COUNT));
        self.b.jump(on, &[address]);
        self.b.switch_to(other);
        let th = self.thread();
        let held = self.b.call_one(self.helper(Helper::Hold), &[th, object], Type::I64, Effects::WRITES.cold());
        self.b.jump(on, &[held]);
        self.b.switch_to(on);
        result
    }

    /// Another word that holds what a register holds, if anything.
    pub(super) fn duplicate(&mut self, from: i32) -> lir::Value {
        let word = self.read(from);
        if self.is_compact() {
            let th = self.thread();
            return self.b.call_one(self.helper(Helper::Duplicate), &[th, word], Type::I64, Effects::WRITES);
        }
        let (counted, on) = (self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I64);
        let (tag, zero) = (self.b.i64(1), self.b.i64(0));
        let bit = self.b.and(word, tag);
        let (plain, full) = (self.b.icmp(IntCond::Eq, bit, zero), self.b.icmp(IntCond::Ne, word, zero));
        let is_counted = self.b.and(plain, full);
        self.b.branch(is_counted, (counted, &[]), (on, &[word]), Likely::Unknown);
        self.b.switch_to(counted);
        let object = self.b.int_to_ptr(word);
        let held = self.hold(object);
        self.b.jump(on, &[held]);
        self.b.switch_to(on);
        result
    }

    /// A word that holds a number's object.
    pub(super) fn boxed(&mut self, value: Value) -> lir::Value {
        let (th, number) = (self.thread(), self.value(value));
        match self.hir.kind(value) {
            Kind::Float => self.b.call_one(self.helper(Helper::NewFloat), &[th, number], Type::I64, Effects::WRITES),
            Kind::Bool => self.bool_word(number),
            Kind::Int | Kind::Object => self.b.call_one(self.helper(Helper::NewInt), &[th, number], Type::I64, Effects::WRITES),
        }
    }

    fn bool_word(&mut self, truth: lir::Value) -> lir::Value {
        let (yes, no) = (self.word(Word::True), self.word(Word::False));
        self.b.select(truth, yes, no)
    }

    /// Makes a register hold a number's object, over nothing or what ends quietly: over a number of the same kind in its place.
    pub(super) fn flush(&mut self, r: i32, value: Value, old: Old) {
        let number = self.value(value);
        let kind = self.hir.kind(value);
        if old == Old::Nothing || kind == Kind::Bool {
            let word = self.boxed(value);
            return self.put(r, word, old);
        }
        let helper = if kind == Kind::Float { Helper::FlushFloat } else { Helper::FlushInt };
        let (th, at) = (self.thread(), self.register(r));
        self.b.call(self.helper(helper), &[th, at, number], Effects::WRITES);
    }

    pub(super) fn flush_if(&mut self, r: i32, value: Value, truth: Value, old: Old) {
        let truth = self.value(truth);
        let (yes, on) = (self.b.block(), self.b.block());
        self.b.branch(truth, (yes, &[]), (on, &[]), Likely::Yes);
        self.b.switch_to(yes);
        self.flush(r, value, old);
        self.b.jump(on, &[]);
        self.b.switch_to(on);
    }
}
