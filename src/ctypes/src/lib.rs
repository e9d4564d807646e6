//! `_ctypes`: C types, memory of C values, and calls of C functions.
//!
//! Owns: the native half of the package `ctypes`. Must never know: bytecode, the JIT.
//! Start reading at [`module`]; then [`info`] (what is known of a type), [`cdata`] (instances), [`call`] (calls) and [`callback`] (calls back).
#![allow(non_snake_case, non_upper_case_globals, reason = "names that Python sees")]
#![allow(clippy::wrong_self_convention, clippy::new_ret_no_self, reason = "methods are called as Python calls them")]

pub mod aggregate;
pub mod argument;
pub mod array;
pub mod call;
pub mod callback;
pub mod cdata;
pub mod codes;
pub mod ffi;
pub mod field;
pub mod function;
pub mod helpers;
pub mod info;
pub mod layout;
pub mod long_double;
pub mod meta;
pub mod module;
mod names;
pub mod pointer;
pub mod simple;

/// The native modules of this crate.
pub const ALL: &[&objects::glue::ModuleDef] = &[&module::ctypes::MODULE];
