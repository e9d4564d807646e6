//! The native half of the standard library: one file or folder per module.
//!
//! Owns: each native module. Must never know: the JIT, the C API. Start reading at `table`, the one list.

pub mod abc;
pub mod ast;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod errno;
mod errors;
pub mod fcntl;
pub mod functools;
pub mod gc;
pub mod heapq;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod operator;
pub mod os;
pub mod posix;
pub mod posixsubprocess;
pub mod pwd;
pub mod random;
pub mod resource;
pub mod select;
mod serial;
pub mod signal;
pub mod sre;
pub mod stat;
pub mod string;
pub mod structs;
pub mod table;
pub mod thread;
pub mod time;
pub mod tokenize;
pub mod types;
pub mod typing;
pub mod unicodedata;
pub mod warnings;
pub mod weakref;
