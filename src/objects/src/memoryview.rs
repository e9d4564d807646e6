//! `memoryview`: views and the buffer they share in [`storage`], single items in `item`, slots in `slots`, methods in `methods`,
//! comparison in `compare`. The buffer protocol of Python classes, which trades in memory views, is `buffer::python`.

mod compare;
mod item;
pub mod iter;
mod methods;
mod slots;
pub mod storage;

pub use storage::{ManagedBuffer, MemoryView};
