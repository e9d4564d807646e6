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

/// Why a container with a buffer stays as long as it is.
#[derive(Debug)]
pub enum Refusal {
    /// Somebody has a view of the buffer.
    Exported,
    NoMemory(NoMemory),
}

impl Refusal {
    /// Raises what it means; `exported` raises the container's own `BufferError`.
    #[cold]
    pub fn raise(self, th: &mut Thread, exported: impl FnOnce(&mut Thread) -> Raised) -> Raised {
        match self {
            Refusal::Exported => exported(th),
            Refusal::NoMemory(error) => error.raise(th),
        }
    }
}
