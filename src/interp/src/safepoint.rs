//! Safepoints: function entry and loop back-edges load the thread's poll word; what it asks for happens here, out of line.

use heap::world::poll;
use heap::{Raised, Thread};

use syntax::Op;

use crate::frame::{Fp, stack};

/// Whether somebody wants something of this thread.
#[inline(always)]
pub fn is_wanted(th: &Thread) -> bool {
    th.world.polled() != 0
}

/// Native code, which may have waited, returned to the instruction at the frame's `pc`, of so many words: signals that came meanwhile are
/// handled. Not where a handler's exception would lose what was acquired: before a `with` or `try` that begins behind the call, and before
/// the value is returned.
#[cold]
#[inline(never)]
pub fn after_native(th: &mut Thread, frame: Fp, words: i32) -> Result<(), Raised> {
    if th.world.polled() & poll::SIGNALS == 0 || frame.pc.get().offset(words).op().generic() == Op::Return {
        return Ok(());
    }
    let (source, at) = (frame.code().source(), frame.lasti());
    let next = at + words as usize;
    if source.handler_at(next).is_some_and(|handler| handler.start as usize == next) {
        return Ok(());
    }
    crate::hooks::hooks().signals(th, poll::SIGNALS)
}

/// A taken safepoint: the heap does its part (stopped worlds, epochs, collections), the layers above get the remaining bits (signals,
/// pending calls, asynchronous exceptions).
#[cold]
#[inline(never)]
pub fn take(th: &mut Thread, frame: Fp) -> Result<(), Raised> {
    if th.world.only_keeps_world() {
        return Ok(());
    }
    stack::state(th).release_kept(th);
    let bits = th.safepoint();
    if bits & poll::DRAIN != 0 {
        th.drain_orphans();
        th.drain_zero();
    }
    if bits & poll::GC != 0 {
        th.collect_if_enabled();
    }
    if bits & poll::GARBAGE != 0 {
        th.end_own_garbage();
    }
    if bits & poll::HEAT != 0 {
        crate::compiled::sampled(th, frame);
    }
    let bits = bits & !(poll::DRAIN | poll::GC | poll::GARBAGE | poll::HEAT);
    if bits != 0 { crate::hooks::hooks().signals(th, bits) } else { Ok(()) }
}
