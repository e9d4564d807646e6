//! Safepoints: function entry and loop back-edges load the thread's poll word; what it asks for happens here, out of line.

use heap::world::poll;
use heap::{Raised, Thread};

use crate::frame::{Fp, stack};

/// Whether somebody wants something of this thread.
#[inline(always)]
pub fn is_wanted(th: &Thread) -> bool {
    th.world.polled() != 0
}

/// A taken safepoint: the heap does its part (stopped worlds, epochs, collections), the layers above get the remaining bits (signals,
/// pending calls, asynchronous exceptions).
#[cold]
#[inline(never)]
pub fn take(th: &mut Thread, _frame: Fp) -> Result<(), Raised> {
    stack::state(th).release_kept(th);
    let bits = th.safepoint();
    if bits & poll::DRAIN != 0 {
        th.drain_orphans();
        th.drain_zero();
    }
    if bits & poll::GC != 0 {
        th.collect_if_enabled();
    }
    let bits = bits & !(poll::DRAIN | poll::GC);
    if bits != 0 { crate::hooks::hooks().signals(th, bits) } else { Ok(()) }
}
