//! The builtin types: what an object is to Python (design, sections 2 and 3).
//!
//! Owns: type machinery (`typing`), abstract operations (`ops`), builtin types, exceptions, descriptors, shapes.
//! Must never know: bytecode and frames (`interp`), foreign code's gate (`capi`). Calls upward go through `hooks`.
//! Start reading at `typing`, then `ops`; a type `Foo` is in `foo.rs`. `types` is the one list of all builtin types.

extern crate self as objects;

pub mod bool;
pub mod buffer;
pub mod builtin;
pub mod builtins_ref;
pub mod bytearray;
pub mod bytes;
pub mod codecs;
pub mod complex;
pub mod dict;
pub mod enumerate;
pub mod exceptions;
pub mod filter;
pub mod float;
pub mod fmt;
pub mod glue;
pub mod hash;
pub mod hooks;
pub mod int;
pub mod list;
pub mod locale;
pub mod map;
pub mod memory;
pub mod names;
pub mod ops;
pub mod pending;
mod quick;
pub mod raise;
pub mod range;
pub mod repr_guard;
pub mod reversed;
pub mod seqiter;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod start;
pub mod structseq;
pub mod str;
mod text;
pub mod traceback;
pub mod tuple;
pub mod types;
pub mod typing;
pub mod warn;
pub mod zip;

pub use bool::{Bool, bool_, bool_ref, bool_type, false_, true_};
pub use builtin::Builtin;
pub use bytearray::ByteArray;
pub use bytes::Bytes;
pub use complex::Complex;
pub use dict::Dict;
pub use float::Float;
pub use int::Int;
pub use list::List;
pub use memory::NoMemory;
pub use pending::*;
pub use range::Range;
pub use set::{FrozenSet, Set};
pub use singletons::{ellipsis, ellipsis_ref, none, none_ref, not_implemented, not_implemented_ref};
pub use slice::Slice;
pub use start::per_thread;
pub use str::{Str, intern};
pub use traceback::Traceback;
pub use tuple::Tuple;
