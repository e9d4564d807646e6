//! Safepoints: function entry and loop back-edges load the thread's poll word; what it asks for happens here, out of line.

use heap::sync::Ordering::Relaxed;
use heap::{Raised, Thread};

use crate::frame::{Fp, stack};

/// Whether somebody wants something of this thread.
#[inline(always)]
pub fn is_wanted(th: &Thread) -> bool {
    th.world.poll.load(Relaxed) != 0
}

/// A taken safepoint: signals, pending calls, asynchronous exceptions, collections, stopped worlds, epochs.
#[cold]
#[inline(never)]
pub fn take(th: &mut Thread, _frame: Fp) -> Result<(), Raised> {
    stack::state(th).release_kept(th);
    crate::hooks::hooks().safepoint(th)
}
