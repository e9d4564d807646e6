//! CPython 3.14's C API: the functions that extensions and embedders call, the loader of extension modules, threads that C brings.
//!
//! Owns: every exported function (`api`, one file or folder per family, named as CPython's documentation groups them), the shim for variable
//! arguments (`csrc`), the loader. Data are exported by the crates that own them. Must never know: bytecode. Start reading at [`entry`], which
//! says how a function is declared, then `heap::foreign` (the gate), then `loader`.
#![allow(unsafe_code, reason = "C calls these functions with raw pointers, and is called")]
#![allow(non_snake_case, non_upper_case_globals, reason = "these names are C's")]
#![allow(clippy::missing_safety_doc, reason = "the contract of each exported function is that of its C documentation")]

pub mod api;
pub mod embed;
pub mod entry;
pub mod inittab;
pub mod loader;
mod missing;
pub mod pending;

