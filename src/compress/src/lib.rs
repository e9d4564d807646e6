//! The native modules that compress: `_bz2`, `_lzma`, `_zstd`.
//!
//! Owns: each module and the wrapper of its C library, which is linked statically. Must never know: the JIT, the C API.
//!
//! Start reading at [`ALL`], the one list; then [`flow`], through which data goes into the libraries and out of them.
#![allow(non_snake_case, non_upper_case_globals, reason = "names that Python sees")]

mod bz2;
mod flow;
mod lzma;
mod zstd;

use objects::glue::ModuleDef;

/// Every module of this crate.
pub const ALL: &[&ModuleDef] = &[&bz2::bz2_::MODULE, &lzma::lzma_::MODULE, &zstd::zstd_::MODULE];
