//! Iterators that several threads share: one step at a time.
//!
//! A step may call out, so no Rust lock can guard it (R15): a lock of the kind that programs use does, and only for common objects.

use heap::locks::{Patience, PyRLock};
use heap::{Object, Raised, Thread};

/// Serialises the steps of one object.
pub struct Serial(PyRLock);

impl Serial {
    /// Free.
    pub fn new() -> Serial {
        Serial(PyRLock::new())
    }

    /// Runs one step; other threads wait, detached.
    #[inline]
    pub fn step<R>(&self, th: &mut Thread, holder: &Object, step: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        if th.is_mine(holder) { step(th) } else { self.step_common(th, step) }
    }

    fn step_common<R>(&self, th: &mut Thread, step: impl FnOnce(&mut Thread) -> Result<R, Raised>) -> Result<R, Raised> {
        let me = crate::thread::ident() as u64;
        if self.0.owned_by(me) {
            // What an iterator calls may come back to it, as it may without threads.
            return step(th);
        }
        while self.0.acquire(th, me, Patience::Forever) == Some(heap::locks::Acquired::Interrupted) {
            crate::signal::run_handlers(th)?;
        }
        let result = step(th);
        let _ = self.0.release(me);
        result
    }
}
