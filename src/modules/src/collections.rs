//! `_collections`: `deque` in [`deque`], `defaultdict` in [`defaultdict`]. `OrderedDict` is the library's own.

pub mod defaultdict;
pub mod deque;

use macros::pymodule;

#[pymodule(name = "_collections", types(deque::Deque, deque::DequeIter, deque::DequeReverseIter, defaultdict::DefaultDict))]
pub mod collections {
    //! High performance data structures.
    //! - deque:        ordered collection accessible from endpoints only
    //! - defaultdict:  dict subclass with a default value factory
    use super::{defaultdict, deque};
}
