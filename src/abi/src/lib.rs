//! The C ABI of CPython 3.14's default build, as data: `repr(C)` structs, slot signatures, constants.
//!
//! Owns: the byte layouts that compiled extensions read and write. One table (`layout!`, collected in [`layout::TABLES`])
//! declares every struct and remembers where its fields are, so that the structs, the test against `layout.tsv` and the JIT's offsets
//! cannot disagree.
//!
//! Invariant: a struct here has exactly CPython's size and, for every row that `layout.tsv` calls *exact*, CPython's offsets. All zero bytes
//! are a valid value of every struct (`T::ZERO`), as C relies on it in its static initialisers.
//!
//! Must never know: what any of it means to the runtime. No ownership, no counts, no locks: those are `heap`'s, which views
//! [`PyObject`]'s first word in its own way.
//!
//! Start reading at `object.rs`; C's names are kept, so that the C documentation applies.
#![no_std]
#![allow(unsafe_code, reason = "zeroed constants and thread-safety markers of plain C data")]
#![allow(
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    reason = "these names are C's, and are to be found under C's spelling"
)]

mod builtin;
mod callable;
pub mod constants;
mod datetime;
mod embed;
mod exceptions;
pub mod layout;
mod object;
mod slots;
mod thread;
mod type_slots;

pub use builtin::*;
pub use callable::*;
pub use constants::*;
pub use datetime::*;
pub use embed::*;
pub use exceptions::*;
pub use object::*;
pub use slots::*;
pub use thread::*;
pub use type_slots::*;
