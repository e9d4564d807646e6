//! Temporary.
pub use core::sync::atomic::*;
pub use parking_lot::Mutex;
