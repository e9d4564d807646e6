//! See [`objects::serial`], which the iterators of this crate use, too.

pub use objects::serial::Serial;
