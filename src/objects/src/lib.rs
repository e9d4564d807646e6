//! The builtin types. Work in progress: so far the glue between Rust types and the ABI.

extern crate self as objects;

pub mod glue;
