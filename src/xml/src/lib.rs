//! The native module that parses XML: `pyexpat`.
//!
//! Owns: the parser object around libexpat, which is linked statically (`build.rs`). Must never know: the JIT, the C API.
//!
//! Start reading at [`parser`], the object; then [`handlers`], through which the library calls programs back; [`expat`] declares the library.

mod expat;
mod handlers;
mod parser;
mod pyexpat;

use objects::glue::ModuleDef;

/// Every module of this crate.
pub const ALL: &[&ModuleDef] = &[&pyexpat::pyexpat::MODULE];
