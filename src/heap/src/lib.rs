//! Objects' headers and counts, who may touch them, the world lock, threads, and the collector (design, sections 2–4 and 7; R1–R15).
//!
//! Owns: the header and prefix, `Ref`/`Slot` and the store barrier, memory, sharing, locks, epochs, the world lock, the
//! thread record, the cycle collector. Must never know: any builtin type. Start reading at `header`, then `refs`, then `thread`.
#![allow(unsafe_code, reason = "raw pointers to objects exist here so that they need not exist above")]

pub mod alloc;
mod cast;
pub mod collect;
mod end;
pub mod epoch;
#[cfg(not(loom))]
mod guard;
pub mod header;
pub mod hooks;
pub mod locks;
pub mod park;
pub mod proto;
mod refs;
mod share;
mod slot;
pub mod sync;
mod thread;
pub mod typ;
mod visit;
pub mod world;

pub use alloc::{buffer_alloc, buffer_free, buffer_realloc};
pub use cast::{is_instance_of, is_subtype};
pub use end::dealloc_entry;
#[cfg(not(loom))]
pub use guard::Locked;
pub use header::{Head, Heaped, Object, Prefix, VarHead, prefix_flags};
pub use refs::{IntoRef, Ref, drop_count, incref, try_incref};
pub use share::visit_children;
pub use slot::{Contended, Slot};
pub use thread::{Raised, Thread, multi_threaded_ever};
pub use typ::{LockKind, PyType, Traverse, Type, TypeInfo, flags, load_word, store_word};
pub use visit::Visitor;
