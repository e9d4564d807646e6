//! Calls of functions that are no part of the unit, and returns of its own frame.
//!
//! Invariant: a frame that is called is linked as the interpreter would have done it, so that whoever runs it need not know who called; where a
//! unit of its code's start exists it is entered directly. A frame returns itself as the interpreter's quick half of `Return` would end it.

use lir::{Access, Callee, Effects, IntCond, Likely, Order, Type};

use interp::frame::{Frame, Kind as FrameKind};

use super::{Lowerer, class};
use crate::hir::{Exit, Word, Write};
use crate::runtime::{self, Helper};

impl Lowerer<'_> {
    /// Calls what a room's registers are prepared for: goes on where it has returned, and the result is in its place.
    pub(super) fn invoke(&mut self, room: u32) {
        let data = &self.hir.rooms[room as usize];
        let parent = data.parent.unwrap_or(0);
        let code = self.place.codes[data.code].address;
        let (caller, _) = self.hir.place(data.call);
        let behind = self.code_of(caller).words_at + (u64::from(data.call - self.hir.rooms[caller].first_word) + u64::from(data.skip)) * 8;
        self.link(room);
        let (th, frame, regs, caller) = (self.thread(), self.frame_of(room), self.register(data.first), self.frame_of(parent));
        let (code, interpret) = (self.b.address_of(code), self.b.symbol_address(self.helpers[Helper::Interpret as usize]));
        let entry = self.b.atomic_load(Type::Ptr, code, runtime::CODE_ENTRY as i32, Order::Acquire);
        // A unit's entry is no safepoint.
        let calm = self.polls_nothing();
        let entry = self.b.select(calm, entry, interpret);
        let next = self.b.call_two(Callee::Pointer(entry), &[th, frame, regs], (Type::Ptr, Type::Ptr), Effects::WRITES);
        let (on, elsewhere, out) = (self.b.block(), self.b.block(), self.b.block());
        let behind = self.b.address_of(behind);
        let is_back = self.is_at(next, caller, behind);
        self.b.branch(is_back, (on, &[]), (elsewhere, &[]), Likely::Yes);
        self.b.switch_to(elsewhere);
        let next = self.b.call_two(self.helper(Helper::ComeBack), &[th, caller, next.0, next.1], (Type::Ptr, Type::Ptr), Effects::WRITES.cold());
        let is_back = self.is_at(next, caller, behind);
        self.b.branch(is_back, (on, &[]), (out, &[]), Likely::Yes);
        self.b.switch_to(out);
        self.b.ret(&[next.0, next.1]);
        self.b.switch_to(on);
    }

    fn is_at(&mut self, next: (lir::Value, lir::Value), frame: lir::Value, pc: lir::Value) -> lir::Value {
        let (same, there) = (self.b.icmp(IntCond::Eq, next.0, frame), self.b.icmp(IntCond::Eq, next.1, pc));
        self.b.and(same, there)
    }

    /// Whether nobody wrote a local of the room's frame or of one below.
    pub(super) fn is_untouched(&mut self, room: u32) -> lir::Value {
        let mut touched = self.b.int(Type::I8, 0);
        for room in self.hir.chain(room) {
            let frame = self.frame_of(room);
            let one = self.b.load(Type::I8, frame, Frame::TOUCHED_OFFSET as i32, Access::class(class::THREAD));
            touched = self.b.or(touched, one);
        }
        let none = self.b.int(Type::I8, 0);
        self.b.icmp(IntCond::Eq, touched, none)
    }

    pub(super) fn guard_undisturbed(&mut self, room: u32, exit: Exit) {
        let untouched = self.is_untouched(room);
        let (on, other) = (self.b.block(), self.b.block());
        self.b.branch(untouched, (on, &[]), (other, &[]), Likely::Yes);
        self.b.switch_to(other);
        let (frame, count) = (self.frame_of(room), self.b.i64(self.hir.chain(room).count() as i64));
        self.b.call_one(self.helper(Helper::Touched), &[frame, count], Type::I64, Effects::WRITES.cold());
        let (out, table) = self.exit(exit);
        self.b.jump(out, &table);
        self.b.switch_to(on);
        let calm = self.is_calm();
        self.leave_unless(calm, exit);
    }

    pub(super) fn guard_stack(&mut self, exit: Exit) {
        let (here, th) = (self.b.ptr_to_int(self.handed), self.thread());
        let limit = self.b.load(Type::I64, th, runtime::NATIVE_LIMIT as i32, Access::class(class::THREAD));
        let fits = self.b.icmp(IntCond::Uge, here, limit);
        self.leave_unless(fits, exit);
    }

    /// A field of the unit's own frame.
    fn of_frame(&mut self, ty: Type, offset: usize) -> lir::Value {
        let frame = self.frame();
        self.b.load(ty, frame, offset as i32, Access::class(class::THREAD))
    }

    /// Whether somebody waits for the frame's result who is no native code, nobody has its `frame` object, and ending it ends nothing.
    pub(super) fn may_return(&mut self, is_none: bool) -> lir::Value {
        if self.is_compact() {
            let (th, frame, is_none, no) = (self.thread(), self.frame(), self.b.i64(i64::from(is_none)), self.b.i64(0));
            let may = self.b.call_one(self.helper(Helper::MayReturn), &[th, frame, is_none], Type::I64, Effects::READS);
            return self.b.icmp(IntCond::Ne, may, no);
        }
        let (object, null) = (self.of_frame(Type::Ptr, Frame::OBJECT_OFFSET), self.b.null());
        let unseen = self.b.icmp(IntCond::Eq, object, null);
        let kind = self.of_frame(Type::I8, Frame::KIND_OFFSET);
        let is_call = self.is_kind(kind, FrameKind::Call);
        let mut waits = is_call;
        if is_none {
            let is_init = self.is_kind(kind, FrameKind::Init);
            waits = self.b.or(is_call, is_init);
        }
        let address = self.frame();
        let (address, mask, none) = (self.b.ptr_to_int(address), self.b.i64(Frame::CHUNK_MASK as i64), self.b.i64(0));
        let low = self.b.and(address, mask);
        let is_within = self.b.icmp(IntCond::Ne, low, none);
        let fine = self.b.and(unseen, waits);
        let fine = self.b.and(fine, is_within);
        let (look, on) = (self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I1);
        let no = self.b.i1(false);
        self.b.branch(fine, (look, &[]), (on, &[no]), Likely::Yes);
        self.b.switch_to(look);
        // The function: what it holds would end within the unit's code, which may end with it.
        let function = self.of_frame(Type::I64, Frame::FUNC_OFFSET);
        let object = self.object_of(function);
        let count = self.b.load(Type::I32, object, ::objects::compiled::COUNT as i32, Access::class(class::COUNT));
        let (one, zero) = (self.b.i32(1), self.b.i32(0));
        let (several, immortal, mine) = (self.b.icmp(IntCond::Sgt, count, one), self.b.icmp(IntCond::Slt, count, zero), self.is_mine(object));
        let plain = self.b.and(several, mine);
        let plain = self.b.or(plain, immortal);
        let uncounted = self.is_uncounted(function);
        let plain = self.b.or(plain, uncounted);
        self.b.jump(on, &[plain]);
        self.b.switch_to(on);
        result
    }

    fn is_kind(&mut self, kind: lir::Value, wanted: FrameKind) -> lir::Value {
        let wanted = self.b.int(Type::I8, wanted as u64);
        self.b.icmp(IntCond::Eq, kind, wanted)
    }

    fn is_uncounted(&mut self, word: lir::Value) -> lir::Value {
        let (tag, zero) = (self.b.i64(1), self.b.i64(0));
        let bit = self.b.and(word, tag);
        self.b.icmp(IntCond::Ne, bit, zero)
    }

    pub(super) fn step_out(&mut self) {
        let (th, prev) = (self.thread(), self.of_frame(Type::Ptr, Frame::PREV_OFFSET));
        self.b.store(th, runtime::CURRENT_FRAME as i32, prev, Access::class(class::THREAD));
    }

    /// Ends the unit's frame with a result.
    pub(super) fn return_outside(&mut self, result: Write) {
        let word = self.result(result);
        if self.is_compact() {
            let (th, frame) = (self.thread(), self.frame());
            let next = self.b.call_two(self.helper(Helper::ReturnWith), &[th, frame, word], (Type::Ptr, Type::Ptr), Effects::WRITES);
            return self.b.ret(&[next.0, next.1]);
        }
        self.release_function();
        let (th, frame, prev) = (self.thread(), self.frame(), self.of_frame(Type::Ptr, Frame::PREV_OFFSET));
        self.b.store(th, runtime::STACK_TOP as i32, frame, Access::class(class::THREAD));
        let (left, one) = (self.b.load(Type::I32, th, runtime::RECURSION as i32, Access::class(class::THREAD)), self.b.i32(1));
        let left = self.b.add(left, one);
        self.b.store(th, runtime::RECURSION as i32, left, Access::class(class::THREAD));
        let regs = self.b.load(Type::Ptr, prev, Frame::REGS_OFFSET as i32, Access::class(class::THREAD));
        let word = if result == Write::Word(Word::None) { self.result_of_init(regs, word) } else { word };
        let dst = self.of_frame(Type::I32, Frame::DST_OFFSET);
        let (place, zero) = (self.b.sext(dst, Type::I64), self.b.i64(0));
        let slot = self.b.indexed(regs, place, 8, 0);
        // The frame's memory may be another's once code runs.
        let pc = self.b.load(Type::I64, prev, Frame::PC_OFFSET as i32, Access::class(class::THREAD));
        let (skip, three) = (self.of_frame(Type::I8, Frame::SKIP_OFFSET), self.b.i64(3));
        let skip = self.b.zext(skip, Type::I64);
        let skip = self.b.shl(skip, three);
        let pc = self.b.add(pc, skip);
        let pc = self.b.int_to_ptr(pc);
        let (local, temp, on) = (self.b.block(), self.b.block(), self.b.block());
        let is_temp = self.b.icmp(IntCond::Slt, place, zero);
        self.b.branch(is_temp, (temp, &[]), (local, &[]), Likely::Unknown);
        self.b.switch_to(local);
        self.b.call(self.helper(Helper::Replace), &[th, slot, word], Effects::WRITES);
        self.b.jump(on, &[]);
        self.b.switch_to(temp);
        self.b.store(slot, 0, word, Access::class(class::REGS));
        self.b.jump(on, &[]);
        self.b.switch_to(on);
        self.b.ret(&[prev, pc]);
    }

    /// A word that holds a result without the frame.
    fn result(&mut self, result: Write) -> lir::Value {
        let word = match result {
            Write::Value(value) | Write::ValueIf(value, _) => return self.boxed(value),
            Write::Hold(object) => {
                let object = self.value(object);
                return self.hold(object);
            }
            Write::Word(word @ (Word::None | Word::True | Word::False | Word::Small(_))) => return self.word(word),
            Write::Word(word) => self.word(word),
            Write::Same(r) => self.read(r),
        };
        self.escaping(word)
    }

    /// A word that holds what this one names without the frame.
    pub(super) fn escaping(&mut self, word: lir::Value) -> lir::Value {
        // What a register names without a count is held by the frame or its function, unless it is immortal.
        if self.is_compact() {
            let th = self.thread();
            return self.b.call_one(self.helper(Helper::Own), &[th, word], Type::I64, Effects::WRITES);
        }
        let (other, on) = (self.b.block(), self.b.block());
        let held = self.b.block_param(on, Type::I64);
        let uncounted = self.is_uncounted(word);
        self.b.branch(uncounted, (other, &[]), (on, &[word]), Likely::Unknown);
        self.b.switch_to(other);
        let object = self.object_of(word);
        let own = self.hold(object);
        self.b.jump(on, &[own]);
        self.b.switch_to(on);
        held
    }

    /// What an `__init__` that returns None gives its caller: the instance, which waits there.
    fn result_of_init(&mut self, regs: lir::Value, none: lir::Value) -> lir::Value {
        let kind = self.of_frame(Type::I8, Frame::KIND_OFFSET);
        let is_init = self.is_kind(kind, FrameKind::Init);
        let (init, on) = (self.b.block(), self.b.block());
        let result = self.b.block_param(on, Type::I64);
        self.b.branch(is_init, (init, &[]), (on, &[none]), Likely::Unknown);
        self.b.switch_to(init);
        let place = self.of_frame(Type::I32, Frame::DST2_OFFSET);
        let (place, empty) = (self.b.sext(place, Type::I64), self.b.i64(0));
        let slot = self.b.indexed(regs, place, 8, 0);
        let instance = self.b.load(Type::I64, slot, 0, Access::class(class::REGS));
        self.b.store(slot, 0, empty, Access::class(class::REGS));
        self.b.jump(on, &[instance]);
        self.b.switch_to(on);
        result
    }

    /// Gives up the frame's hold on its function; the last one, which a local's end may have left, a little later.
    fn release_function(&mut self) {
        let function = self.of_frame(Type::I64, Frame::FUNC_OFFSET);
        let (counted, mortal, lower, last, on) = (self.b.block(), self.b.block(), self.b.block(), self.b.block(), self.b.block());
        let uncounted = self.is_uncounted(function);
        self.b.branch(uncounted, (on, &[]), (counted, &[]), Likely::Unknown);
        self.b.switch_to(counted);
        let object = self.b.int_to_ptr(function);
        let count = self.b.load(Type::I32, object, ::objects::compiled::COUNT as i32, Access::class(class::COUNT));
        let (one, zero) = (self.b.i32(1), self.b.i32(0));
        let immortal = self.b.icmp(IntCond::Slt, count, zero);
        self.b.branch(immortal, (on, &[]), (mortal, &[]), Likely::No);
        self.b.switch_to(mortal);
        let (several, mine) = (self.b.icmp(IntCond::Sgt, count, one), self.is_mine(object));
        let plain = self.b.and(several, mine);
        self.b.branch(plain, (lower, &[]), (last, &[]), Likely::Yes);
        self.b.switch_to(lower);
        let less = self.b.sub(count, one);
        self.b.store(object, ::objects::compiled::COUNT as i32, less, Access::class(class::COUNT));
        self.b.jump(on, &[]);
        self.b.switch_to(last);
        let (th, prev) = (self.thread(), self.of_frame(Type::Ptr, Frame::PREV_OFFSET));
        self.b.call(self.helper(Helper::ReleaseLater), &[th, prev, function], Effects::WRITES.cold());
        self.b.jump(on, &[]);
        self.b.switch_to(on);
    }
}
