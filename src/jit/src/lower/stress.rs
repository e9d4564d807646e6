//! `-X jit-stress=N`: guards fail now and then although what they ask holds.
//!
//! Invariant: an exit that is taken without need resumes the interpreter before the instruction, of which nothing has happened; so whatever a
//! guard asks, a program cannot tell.

use lir::{IntCond, Order, Type};

use super::Lowerer;
use crate::hir::Exit;

impl Lowerer<'_> {
    /// The condition; under stress it is false once in so many passages, which are not the same ones in every round of a loop.
    pub(super) fn stressed(&mut self, condition: lir::Value) -> lir::Value {
        let Some(often) = self.place.stress else { return condition };
        let state = self.b.address_of(self.place.counters + (self.hir.exits.len() as u64 + 1) * 8);
        let (factor, step, half) = (self.b.i64(6_364_136_223_846_793_005), self.b.i64(1_442_695_040_888_963_407), self.b.i64(32));
        // Threads may meet in it: then some passage counts twice, or not at all.
        let before = self.b.atomic_load(Type::I64, state, 0, Order::Relaxed);
        let after = self.b.mul(before, factor);
        let after = self.b.add(after, step);
        self.b.atomic_store(state, 0, after, Order::Relaxed);
        let (upper, limit) = (self.b.lshr(after, half), self.b.i64((1 << 32) / i64::from(often.get())));
        let stays = self.b.icmp(IntCond::Uge, upper, limit);
        self.b.and(condition, stays)
    }

    /// A guard that asks nothing.
    pub(super) fn stress(&mut self, exit: Exit) {
        if self.place.stress.is_some() {
            let holds = self.b.i1(true);
            self.guard(holds, exit);
        }
    }
}
