//! The compiler for hot code: from bytecode and what its caches saw to code of the machine (design, section 6).
//!
//! Owns: HIR and its passes. Must never know: parsing, builtin modules. Start reading at `snapshot`, then `hir`, then `build`.
//!
//! Invariant (the state contract): whenever code other than a unit's own can look at a frame, the frame's registers are what the
//! interpreter would have there. Between two such moments numbers may be in machine registers alone, and the frame's register is stale:
//! it still holds a valid word (a number's, or none), so that nobody who looks at it is harmed.

pub mod build;
mod compile;
mod coverage;
mod exits;
mod gather;
pub mod hir;
mod log;
pub mod lower;
mod manager;
mod profile;
mod records;
mod runtime;
pub mod snapshot;
mod worth;

pub use manager::{can_compile, finish, start};
