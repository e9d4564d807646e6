//! The native half of the standard library: one file or folder per module.
//!
//! Owns: each native module. Must never know: the JIT, the C API. Start reading at `table`, the one list.

#![expect(non_snake_case, non_upper_case_globals, reason = "what Python sees is named as Python names it")]

pub mod abc;
pub mod array;
pub mod ast;
pub mod asyncio;
pub mod atexit;
pub mod binascii;
pub mod bisect;
pub mod cmath;
pub mod codecs;
pub mod collections;
pub mod contextvars;
pub mod csv;
pub mod datetime;
pub mod decimal;
pub mod errno;
pub mod errors;
pub mod faulthandler;
pub mod fcntl;
pub mod functools;
pub mod gc;
pub mod hashes;
pub mod heapq;
pub mod interpreters;
pub mod io;
pub mod itertools;
pub mod json;
pub mod locale;
pub mod marshal;
pub mod math;
pub mod mmap;
pub mod multibyte;
pub mod multiprocessing;
pub mod opcode;
pub mod operator;
pub mod os;
pub mod pickle;
pub mod posix;
pub mod posixshmem;
pub mod posixsubprocess;
pub mod pwd;
pub mod queue;
pub mod random;
pub mod resource;
pub mod select;
mod serial;
pub mod signal;
pub mod socket;
pub mod sre;
pub mod stat;
pub mod statistics;
pub mod string;
pub mod structs;
pub mod suggestions;
pub mod symtable;
pub mod syslog;
pub mod table;
pub mod termios;
pub mod thread;
pub mod time;
pub mod tokenize;
pub mod tracemalloc;
pub mod types;
pub mod typing;
pub mod unicodedata;
pub mod uuid;
pub mod warnings;
pub mod weakref;
pub mod xxsubtype;
pub mod zlib;
pub mod zoneinfo;

/// The items of a container of these modules, taken at one moment; the object layer's hook.
pub fn at_one_moment(th: &mut heap::Thread, object: &heap::Object) -> Option<Vec<heap::Ref<heap::Object>>> {
    collections::deque::items_of(th, object).or_else(|| array::items_of(th, object))
}
