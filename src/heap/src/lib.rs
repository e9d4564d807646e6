//! Objects' headers and counts, who may touch them, the world lock, threads, and the collector (design, sections 2–4 and 7; R1–R15).
//!
//! Owns: the header and prefix, `Ref`/`Slot` and the store barrier, memory, sharing, locks, epochs, the world lock, the
//! thread record, the cycle collector. Must never know: any builtin type. Start reading at `header`, then `refs`, then `thread`.
#![cfg_attr(pyston_sanitizer, feature(cfg_sanitize))]
#![allow(unsafe_code, reason = "raw pointers to objects exist here so that they need not exist above")]

// The models of the thread protocols (`tests/model`) compile `sync`, `park`, `locks`, `world`, `epoch`, `proto`, `turn` alone, over loom's words:
// everything that lays out objects stands under `cfg(not(loom))`.

#[cfg(not(loom))]
pub mod alloc;
#[cfg(all(not(loom), not(pyston_sanitizer)))]
pub mod arena;
#[cfg(not(loom))]
mod cast;
pub mod closing;
#[cfg(not(loom))]
pub mod collect;
#[cfg(not(loom))]
pub mod contention;
#[cfg(not(loom))]
pub mod counted;
#[cfg(not(loom))]
mod end;
pub mod ends;
pub mod epoch;
#[cfg(not(loom))]
pub mod foreign;
#[cfg(not(loom))]
mod guard;
#[cfg(not(loom))]
pub mod header;
#[cfg(not(loom))]
pub mod hooks;
#[cfg(not(loom))]
mod hot;
#[cfg(all(not(loom), not(pyston_sanitizer)))]
mod large;
#[cfg(not(loom))]
pub mod lives;
pub mod locks;
pub mod park;
pub mod proto;
#[cfg(not(loom))]
mod refs;
#[cfg(not(loom))]
mod share;
#[cfg(not(loom))]
mod spare;
#[cfg(not(loom))]
mod slot;
pub mod sync;
#[cfg(not(loom))]
mod thread;
#[cfg(not(loom))]
pub mod ticks;
pub mod turn;
#[cfg(not(loom))]
pub mod typ;
#[cfg(not(loom))]
mod visit;
pub mod watch;
pub mod world;

#[cfg(not(loom))]
pub use alloc::{buffer_alloc, buffer_free, buffer_realloc, buffer_resize};
#[cfg(not(loom))]
pub use cast::{is_instance_of, is_subtype};
#[cfg(not(loom))]
pub use end::dealloc_entry;
#[cfg(not(loom))]
pub use guard::Locked;
#[cfg(not(loom))]
pub use header::{Head, Heaped, Object, Prefix, VarHead, prefix_flags};
#[cfg(not(loom))]
pub use hot::{any as any_hot, is_hot};
#[cfg(not(loom))]
pub use refs::{Hold, IntoRef, Ref, drop_count, incref, try_incref};
#[cfg(not(loom))]
pub use share::{Unpublished, hold_publishing, visit_children};
#[cfg(not(loom))]
pub use slot::{Contended, Slot};
#[cfg(not(loom))]
pub use thread::{Raised, Thread, drop_by_owner, interpreter, multi_threaded_ever, with_current};
#[cfg(not(loom))]
pub use typ::{LockKind, PyType, Traverse, Type, TypeInfo, flags, load_word, store_word};
#[cfg(not(loom))]
pub use visit::Visitor;
