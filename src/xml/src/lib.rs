//! The native modules for XML: `pyexpat`, which parses it, and `_elementtree`, which makes trees of it.
//!
//! Owns: the parser object around libexpat, which is linked statically (`build.rs`). Must never know: the JIT, the C API.
//!
//! Start reading at [`parser`], the object; then [`handlers`], through which the library calls programs back; [`expat`] declares the library.
//! [`tree`] stands on both.

mod expat;
mod handlers;
mod parser;
mod pyexpat;
mod tree;
mod turn;

use objects::glue::ModuleDef;

/// Every module of this crate.
pub const ALL: &[&ModuleDef] = &[&pyexpat::pyexpat::MODULE, &tree::elementtree::MODULE];
