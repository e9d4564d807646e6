//! The door to the back end: what `lower` exports and `code` calls, with plain data on both sides.
//!
//! Invariant: [`VERSION`] changes with every type here and with the form of units, and who opens the library compares it first. Bytes that
//! go through are owned by who made them; an answer is given back to be freed.
#![allow(unsafe_code, reason = "describes functions that are called across a library's border")]
use std::ffi::CStr;

/// Both sides have the same, or nothing is compiled.
pub const VERSION: u32 = 1 << 16 | crate::bytes::VERSION;

/// Returns [`VERSION`].
pub const VERSION_NAME: &CStr = c"pyston_lower_version";
pub type VersionFunction = extern "C" fn() -> u32;

/// Compiles a unit: a [`Request`] in, an [`Answer`] out. Any number of threads may be inside.
pub const COMPILE_NAME: &CStr = c"pyston_lower_compile";
pub type CompileFunction = unsafe extern "C" fn(*const Request, *mut Answer);

/// Frees what is in an answer.
pub const FREE_NAME: &CStr = c"pyston_lower_free";
pub type FreeFunction = unsafe extern "C" fn(*mut Answer);

/// How much is spent on a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Tier {
    /// Few cheap passes and fast code generation.
    One = 1,
    /// Everything.
    Two = 2,
}

/// A text that is wanted beside the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Text {
    None = 0,
    /// LLVM's IR as it was made of the unit.
    Ir = 1,
    /// The same behind its passes.
    OptimizedIr = 2,
    Assembly = 3,
}

/// How a unit is compiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Options {
    pub tier: Tier,
    /// Checks the unit, and LLVM's IR before and behind the passes.
    pub verify: bool,
    /// Makes a table of lines, for debuggers and profilers.
    pub lines: bool,
    pub text: Text,
}

impl Options {
    pub const fn tier(tier: Tier) -> Self {
        Self { tier, verify: cfg!(debug_assertions), lines: false, text: Text::None }
    }
}

/// What is compiled.
#[repr(C)]
pub struct Request {
    /// The bytes of [`crate::Unit::to_bytes`].
    pub unit: *const u8,
    pub len: usize,
    pub options: Options,
}

/// Bytes that the back end owns.
#[derive(Debug)]
#[repr(C)]
pub struct Buffer {
    pub start: *mut u8,
    pub len: usize,
    pub capacity: usize,
}

impl Buffer {
    pub const EMPTY: Self = Self { start: std::ptr::null_mut(), len: 0, capacity: 0 };

    /// # Safety
    /// The buffer is empty or one that the back end has filled and not yet freed.
    pub unsafe fn as_slice(&self) -> &[u8] {
        if self.start.is_null() {
            return &[];
        }
        // SAFETY: the caller vouches for the buffer, and a filled one holds `len` bytes.
        unsafe { std::slice::from_raw_parts(self.start, self.len) }
    }
}

/// Nanoseconds that the stages took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Times {
    /// Reading the unit and making IR of it.
    pub build: u64,
    pub passes: u64,
    /// Machine code of the IR.
    pub generate: u64,
}

/// What became of a request.
#[derive(Debug)]
#[repr(C)]
pub struct Answer {
    /// Whether `object` holds what went wrong, as text.
    pub failed: bool,
    /// An ELF object. Functions are called `f0`, `f1`, … in it; symbols that it wants `s0`, `s1`, …, with a dot and more behind if a symbol is
    /// called in several ways; whatever else it wants are functions of C's library.
    pub object: Buffer,
    pub text: Buffer,
    pub times: Times,
}

impl Answer {
    pub const EMPTY: Self =
        Self { failed: false, object: Buffer::EMPTY, text: Buffer::EMPTY, times: Times { build: 0, passes: 0, generate: 0 } };
}
