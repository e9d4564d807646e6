//! Frames of rooms: where they lie, and when they are linked (`interp::compiled::inlined`).

use ::objects::compiled as layout;
use lir::{Access, Effects, IntCond, Likely, Type};

use super::{CodePlace, Lowerer, class};
use crate::build::header_of;
use crate::hir::Op;
use crate::runtime::{self, FunctionLayout, Helper};

impl Lowerer<'_> {
    pub(super) fn code_of(&self, room: usize) -> &CodePlace {
        &self.place.codes[self.hir.rooms.get(room).map_or(0, |room| room.code)]
    }

    /// Where a room's frame is.
    pub(super) fn frame_of(&mut self, room: u32) -> lir::Value {
        if room == 0 { self.frame() } else { self.register(header_of(&self.hir.rooms[room as usize])) }
    }

    /// A frame for quick halves, which look at its code and namespaces.
    pub(super) fn quick_frame(&mut self, room: usize) -> lir::Value {
        if room == 0 { self.frame() } else { self.b.address_of(self.place.rooms[room]) }
    }

    /// Leaves at once where there is no room for all frames behind this one.
    pub(super) fn guard_room(&mut self) {
        let own = self.hir.rooms[0].locals;
        let words = self.hir.rooms.iter().map(|room| room.first + room.locals).max().unwrap_or(own) - own;
        let depth = (0..self.hir.rooms.len() as u32).map(|room| self.hir.chain(room).count()).max().unwrap_or(0);
        let (th, behind) = (self.thread(), self.register(own));
        let top = self.b.load(Type::Ptr, th, runtime::STACK_TOP as i32, Access::class(class::THREAD));
        let limit = self.b.load(Type::Ptr, th, runtime::STACK_LIMIT as i32, Access::class(class::THREAD));
        let left = self.b.load(Type::I32, th, runtime::RECURSION as i32, Access::class(class::THREAD));
        let (from, to) = (self.b.ptr_to_int(top), self.b.ptr_to_int(limit));
        let (room, wanted, most) = (self.b.sub(to, from), self.b.i64(i64::from(words) * 8), self.b.i32(depth as i32));
        let innermost = self.b.icmp(IntCond::Eq, top, behind);
        let fits = self.b.icmp(IntCond::Sge, room, wanted);
        let may_recurse = self.b.icmp(IntCond::Sgt, left, most);
        let fine = self.b.and(innermost, fits);
        let fine = self.b.and(fine, may_recurse);
        let (on, out) = (self.b.block(), self.b.block());
        self.b.branch(fine, (on, &[]), (out, &[]), Likely::Yes);
        self.b.switch_to(out);
        let (frame, pc) = (self.frame(), self.address_of(self.hir.pc));
        self.b.ret(&[frame, pc]);
        self.b.switch_to(on);
    }

    pub(super) fn link(&mut self, room: u32) {
        let parent = self.hir.rooms[room as usize].parent.unwrap_or(0);
        let (th, caller, at, known) = (self.thread(), self.frame_of(parent), self.frame_of(room), self.b.address_of(self.place.rooms[room as usize]));
        self.b.call(self.helper(Helper::Link), &[th, caller, at, known], Effects::WRITES);
    }

    fn unlink(&mut self, room: u32) {
        let (th, frame) = (self.thread(), self.frame_of(room));
        self.b.call(self.helper(Helper::Unlink), &[th, frame], Effects::WRITES);
    }

    pub(super) fn room_op(&mut self, op: &Op) {
        match *op {
            Op::Clear(r) => {
                let empty = self.b.i64(0);
                self.write(r, empty);
            }
            Op::New(r, of, old, exit) => {
                let (th, of) = (self.thread(), self.value(of));
                let made = self.b.call_one(self.helper(Helper::NewInstance), &[th, of], Type::I64, Effects::WRITES);
                let empty = self.b.i64(0);
                let fine = self.b.icmp(IntCond::Ne, made, empty);
                self.guard(fine, exit);
                self.put(r, made, old);
            }
            Op::Closure(function, first, count) => {
                let cells = self.field(Type::Ptr, function, FunctionLayout::CLOSURE_OFFSET);
                for i in 0..count as i32 {
                    let cell = self.b.load(Type::I64, cells, layout::TUPLE_ITEMS as i32 + i * 8, Access::class(class::BODY));
                    let tag = self.b.i64(1);
                    let word = self.b.or(cell, tag);
                    self.write(first + i, word);
                }
            }
            Op::Link(room) => self.link(room),
            Op::Unlink(room) => self.unlink(room),
            Op::GuardUnseen(room, exit) => {
                let frame = self.frame_of(room);
                let (object, null) = (self.b.load(Type::Ptr, frame, runtime::FRAME_OBJECT as i32, Access::class(class::THREAD)), self.b.null());
                let unseen = self.b.icmp(IntCond::Eq, object, null);
                self.guard(unseen, exit);
            }
            ref other => unreachable!("`{other}` is of no room"),
        }
    }
}
