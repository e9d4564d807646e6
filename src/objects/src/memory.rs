//! Running out of memory, below the level at which exceptions can be raised.

use heap::{Raised, Thread};

/// There was no memory for a container's storage; nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoMemory;

impl NoMemory {
    /// Raises `MemoryError`.
    #[cold]
    pub fn raise(self, th: &mut Thread) -> Raised {
        crate::raise::memory_error(th)
    }
}
