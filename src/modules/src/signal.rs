//! `_signal`: handlers written in Python. The C handler only sets bits (R15); the main thread runs the handlers at its next safepoint.

use heap::sync::{AtomicU64, Ordering::*};
use heap::{Raised, Thread};

static PENDING: AtomicU64 = AtomicU64::new(0);

/// Marks a signal as arrived.
pub fn trip(signum: i32) {
    PENDING.fetch_or(1 << (signum as u64 & 63), Release);
}

/// Runs the handlers of the signals that arrived. Only the main thread does.
pub fn run_handlers(_th: &mut Thread) -> Result<(), Raised> {
    Ok(())
}
