//! libzstd, as its headers declare it, and safe functions around it.
//!
//! The declarations are ours, because parameters are numbers that programs choose: the crate's enums hold only those that it knows.
#![allow(unsafe_code, reason = "the compression library is C")]

use core::ffi::{CStr, c_char, c_int, c_uint, c_ulonglong, c_void};

// For the library, which it links.
use zstd_sys as _;

use crate::flow::{self, NoRoom, Step};

pub const CONTINUE: i32 = 0;
pub const FLUSH_BLOCK: i32 = 1;
pub const FLUSH_FRAME: i32 = 2;

/// The parameter "compression level".
pub const C_LEVEL: i32 = 100;
/// The parameter "number of workers".
pub const C_WORKERS: i32 = 400;

pub const SIZE_UNKNOWN: u64 = u64::MAX;
pub const SIZE_ERROR: u64 = u64::MAX - 1;

/// Only what a session has, not the parameters.
const RESET_SESSION: c_int = 1;
/// The code of "not enough memory", counted down from 0.
const NO_MEMORY: usize = 64;

#[repr(C)]
struct InBuffer {
    src: *const c_void,
    size: usize,
    pos: usize,
}

#[repr(C)]
struct OutBuffer {
    dst: *mut c_void,
    size: usize,
    pos: usize,
}

#[repr(C)]
struct Bounds {
    error: usize,
    lower: c_int,
    upper: c_int,
}

#[repr(C)]
struct DictParameters {
    level: c_int,
    notify: c_uint,
    id: c_uint,
}

macro_rules! opaque {
    ($($name:ident)*) => {$(
        #[repr(C)]
        struct $name {
            _opaque: [u8; 0],
        }
    )*};
}

opaque!(CCtx DCtx CDict DDict);

// SAFETY: R4: the signatures are those of the headers; enums are ints there.
unsafe extern "C" {
    fn ZSTD_versionNumber() -> c_uint;
    fn ZSTD_versionString() -> *const c_char;
    fn ZSTD_isError(code: usize) -> c_uint;
    fn ZSTD_getErrorName(code: usize) -> *const c_char;
    fn ZSTD_compressBound(size: usize) -> usize;
    fn ZSTD_minCLevel() -> c_int;
    fn ZSTD_maxCLevel() -> c_int;
    fn ZSTD_defaultCLevel() -> c_int;
    fn ZSTD_DStreamOutSize() -> usize;
    fn ZSTD_cParam_getBounds(parameter: c_int) -> Bounds;
    fn ZSTD_dParam_getBounds(parameter: c_int) -> Bounds;
    fn ZSTD_findFrameCompressedSize(src: *const c_void, size: usize) -> usize;
    fn ZSTD_getFrameContentSize(src: *const c_void, size: usize) -> c_ulonglong;
    fn ZSTD_getDictID_fromFrame(src: *const c_void, size: usize) -> c_uint;
    fn ZSTD_getDictID_fromDict(dict: *const c_void, size: usize) -> c_uint;
    fn ZSTD_createCCtx() -> *mut CCtx;
    fn ZSTD_freeCCtx(context: *mut CCtx) -> usize;
    fn ZSTD_CCtx_setParameter(context: *mut CCtx, parameter: c_int, value: c_int) -> usize;
    fn ZSTD_CCtx_setPledgedSrcSize(context: *mut CCtx, size: c_ulonglong) -> usize;
    fn ZSTD_CCtx_reset(context: *mut CCtx, what: c_int) -> usize;
    fn ZSTD_CCtx_refCDict(context: *mut CCtx, dict: *const CDict) -> usize;
    fn ZSTD_CCtx_loadDictionary(context: *mut CCtx, dict: *const c_void, size: usize) -> usize;
    fn ZSTD_CCtx_refPrefix(context: *mut CCtx, prefix: *const c_void, size: usize) -> usize;
    fn ZSTD_compressStream2(context: *mut CCtx, out: *mut OutBuffer, input: *mut InBuffer, mode: c_int) -> usize;
    fn ZSTD_createCDict(dict: *const c_void, size: usize, level: c_int) -> *mut CDict;
    fn ZSTD_freeCDict(dict: *mut CDict) -> usize;
    fn ZSTD_createDCtx() -> *mut DCtx;
    fn ZSTD_freeDCtx(context: *mut DCtx) -> usize;
    fn ZSTD_DCtx_setParameter(context: *mut DCtx, parameter: c_int, value: c_int) -> usize;
    fn ZSTD_DCtx_reset(context: *mut DCtx, what: c_int) -> usize;
    fn ZSTD_DCtx_refDDict(context: *mut DCtx, dict: *const DDict) -> usize;
    fn ZSTD_DCtx_loadDictionary(context: *mut DCtx, dict: *const c_void, size: usize) -> usize;
    fn ZSTD_DCtx_refPrefix(context: *mut DCtx, prefix: *const c_void, size: usize) -> usize;
    fn ZSTD_decompressStream(context: *mut DCtx, out: *mut OutBuffer, input: *mut InBuffer) -> usize;
    fn ZSTD_createDDict(dict: *const c_void, size: usize) -> *mut DDict;
    fn ZSTD_freeDDict(dict: *mut DDict) -> usize;
    fn ZDICT_trainFromBuffer(to: *mut c_void, room: usize, samples: *const c_void, sizes: *const usize, count: c_uint) -> usize;
    fn ZDICT_finalizeDictionary(
        to: *mut c_void,
        room: usize,
        content: *const c_void,
        size: usize,
        samples: *const c_void,
        sizes: *const usize,
        count: c_uint,
        parameters: DictParameters,
    ) -> usize;
    fn ZDICT_isError(code: usize) -> c_uint;
}

/// Calls a function of the library that takes no pointer, or checks nothing but its arguments.
macro_rules! plain {
    ($call:expr) => {{
        // SAFETY: R4: numbers, and bytes that are there during the call.
        unsafe { $call }
    }};
}

/// Why a call failed: the library's code.
#[derive(Clone, Copy)]
pub struct Failure(usize);

impl Failure {
    pub fn name(self) -> String {
        // SAFETY: a C string that is always there.
        unsafe { CStr::from_ptr(ZSTD_getErrorName(self.0)) }.to_string_lossy().into_owned()
    }

    /// Whether we found no memory for output.
    pub fn is_memory(self) -> bool {
        self.0 == NO_MEMORY.wrapping_neg()
    }
}

impl From<NoRoom> for Failure {
    fn from(_: NoRoom) -> Failure {
        Failure(NO_MEMORY.wrapping_neg())
    }
}

fn check(code: usize) -> Result<usize, Failure> {
    if plain!(ZSTD_isError(code)) == 0 { Ok(code) } else { Err(Failure(code)) }
}

pub fn version_number() -> u32 {
    plain!(ZSTD_versionNumber())
}

pub fn version() -> String {
    // SAFETY: a C string that is always there.
    unsafe { CStr::from_ptr(ZSTD_versionString()) }.to_string_lossy().into_owned()
}

pub fn default_level() -> i32 {
    plain!(ZSTD_defaultCLevel())
}

/// The lowest and the highest level.
pub fn levels() -> (i32, i32) {
    (plain!(ZSTD_minCLevel()), plain!(ZSTD_maxCLevel()))
}

pub fn output_size() -> usize {
    plain!(ZSTD_DStreamOutSize())
}

/// The most that so much input can become.
pub fn bound(size: usize) -> usize {
    plain!(ZSTD_compressBound(size))
}

/// The lowest and the highest value of a parameter.
pub fn bounds(parameter: i32, compress: bool) -> Result<(i32, i32), Failure> {
    let bounds = if compress { plain!(ZSTD_cParam_getBounds(parameter)) } else { plain!(ZSTD_dParam_getBounds(parameter)) };
    check(bounds.error).map(|_| (bounds.lower, bounds.upper))
}

pub fn frame_size(bytes: &[u8]) -> Result<usize, Failure> {
    check(plain!(ZSTD_findFrameCompressedSize(bytes.as_ptr().cast(), bytes.len())))
}

pub fn content_size(bytes: &[u8]) -> u64 {
    plain!(ZSTD_getFrameContentSize(bytes.as_ptr().cast(), bytes.len()))
}

pub fn dictionary_of_frame(bytes: &[u8]) -> u32 {
    plain!(ZSTD_getDictID_fromFrame(bytes.as_ptr().cast(), bytes.len()))
}

pub fn dictionary_id(bytes: &[u8]) -> u32 {
    plain!(ZSTD_getDictID_fromDict(bytes.as_ptr().cast(), bytes.len()))
}

fn check_training(code: usize) -> Result<usize, Failure> {
    if plain!(ZDICT_isError(code)) == 0 { Ok(code) } else { Err(Failure(code)) }
}

/// Makes a dictionary of samples, whose sizes are known to fit; how long it became.
pub fn train(room: &mut [u8], samples: &[u8], sizes: &[usize]) -> Result<usize, Failure> {
    debug_assert_eq!(samples.len(), sizes.iter().sum());
    let (to, len) = (room.as_mut_ptr().cast(), room.len());
    check_training(plain!(ZDICT_trainFromBuffer(to, len, samples.as_ptr().cast(), sizes.as_ptr(), sizes.len() as c_uint)))
}

/// Makes a dictionary of content, for such samples.
pub fn finalize(room: &mut [u8], content: &[u8], samples: &[u8], sizes: &[usize], level: i32) -> Result<usize, Failure> {
    debug_assert_eq!(samples.len(), sizes.iter().sum());
    let parameters = DictParameters { level, notify: 0, id: 0 };
    check_training(plain!(ZDICT_finalizeDictionary(
        room.as_mut_ptr().cast(),
        room.len(),
        content.as_ptr().cast(),
        content.len(),
        samples.as_ptr().cast(),
        sizes.as_ptr(),
        sizes.len() as c_uint,
        parameters,
    )))
}

/// A dictionary, prepared for a level of compression.
pub struct CompressDict(*mut CDict);

// SAFETY: it is only read, whatever thread uses it.
unsafe impl Send for CompressDict {}

impl CompressDict {
    pub fn new(bytes: &[u8], level: i32) -> Option<CompressDict> {
        let dict = plain!(ZSTD_createCDict(bytes.as_ptr().cast(), bytes.len(), level));
        (!dict.is_null()).then_some(CompressDict(dict))
    }
}

impl Drop for CompressDict {
    fn drop(&mut self) {
        plain!(ZSTD_freeCDict(self.0));
    }
}

/// A dictionary, prepared for decompression.
pub struct DecompressDict(*mut DDict);

// SAFETY: it is only read, whatever thread uses it.
unsafe impl Send for DecompressDict {}

impl DecompressDict {
    pub fn new(bytes: &[u8]) -> Option<DecompressDict> {
        let dict = plain!(ZSTD_createDDict(bytes.as_ptr().cast(), bytes.len()));
        (!dict.is_null()).then_some(DecompressDict(dict))
    }
}

impl Drop for DecompressDict {
    fn drop(&mut self) {
        plain!(ZSTD_freeDDict(self.0));
    }
}

/// A compressor.
pub struct Compress {
    context: *mut CCtx,
    /// The library has threads of its own for it.
    workers: bool,
}

// SAFETY: its memory is its own; any thread may use it, one at a time.
unsafe impl Send for Compress {}

impl Compress {
    pub fn new() -> Option<Compress> {
        let context = plain!(ZSTD_createCCtx());
        (!context.is_null()).then_some(Compress { context, workers: false })
    }

    pub fn set(&mut self, parameter: i32, value: i32) -> Result<(), Failure> {
        self.workers |= parameter == C_WORKERS && value != 0;
        check(plain!(ZSTD_CCtx_setParameter(self.context, parameter, value))).map(drop)
    }

    pub fn pledge(&mut self, size: u64) -> Result<(), Failure> {
        check(plain!(ZSTD_CCtx_setPledgedSrcSize(self.context, size))).map(drop)
    }

    /// Begins anew; this does not fail.
    pub fn reset(&mut self) {
        plain!(ZSTD_CCtx_reset(self.context, RESET_SESSION));
    }

    pub fn load(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        check(plain!(ZSTD_CCtx_loadDictionary(self.context, bytes.as_ptr().cast(), bytes.len()))).map(drop)
    }

    /// # Safety
    /// The dictionary outlives the compressor.
    pub unsafe fn refer(&mut self, dict: &CompressDict) -> Result<(), Failure> {
        check(plain!(ZSTD_CCtx_refCDict(self.context, dict.0))).map(drop)
    }

    /// # Safety
    /// The bytes outlive the compressor.
    pub unsafe fn refer_prefix(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        check(plain!(ZSTD_CCtx_refPrefix(self.context, bytes.as_ptr().cast(), bytes.len()))).map(drop)
    }

    /// One call of the library; the status is how much output waits.
    pub fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>, mode: i32) -> Result<Step<usize>, Failure> {
        let context = self.context;
        // SAFETY: R4: a context of ours, and buffers that `step` made; the library says how far it came.
        let step = unsafe {
            flow::step(input, out, usize::MAX, |from, given, to, room| {
                run(from, given, to, room, |o, i| ZSTD_compressStream2(context, o, i, mode))
            })
        }?;
        check(step.status)?;
        Ok(step)
    }
}

impl Drop for Compress {
    fn drop(&mut self) {
        if self.workers {
            // The library frees its copy of a dictionary while its threads may still read it. To begin anew makes it wait for them.
            self.reset();
            let _ = self.step(&mut &[][..], &mut Vec::new(), CONTINUE);
        }
        plain!(ZSTD_freeCCtx(self.context));
    }
}

/// A decompressor.
pub struct Decompress(*mut DCtx);

// SAFETY: its memory is its own; any thread may use it, one at a time.
unsafe impl Send for Decompress {}

impl Decompress {
    pub fn new() -> Option<Decompress> {
        let context = plain!(ZSTD_createDCtx());
        (!context.is_null()).then_some(Decompress(context))
    }

    pub fn set(&mut self, parameter: i32, value: i32) -> Result<(), Failure> {
        check(plain!(ZSTD_DCtx_setParameter(self.0, parameter, value))).map(drop)
    }

    /// Begins anew; this does not fail.
    pub fn reset(&mut self) {
        plain!(ZSTD_DCtx_reset(self.0, RESET_SESSION));
    }

    pub fn load(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        check(plain!(ZSTD_DCtx_loadDictionary(self.0, bytes.as_ptr().cast(), bytes.len()))).map(drop)
    }

    /// # Safety
    /// The dictionary outlives the decompressor.
    pub unsafe fn refer(&mut self, dict: &DecompressDict) -> Result<(), Failure> {
        check(plain!(ZSTD_DCtx_refDDict(self.0, dict.0))).map(drop)
    }

    /// # Safety
    /// The bytes outlive the decompressor.
    pub unsafe fn refer_prefix(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        check(plain!(ZSTD_DCtx_refPrefix(self.0, bytes.as_ptr().cast(), bytes.len()))).map(drop)
    }

    /// One call of the library; the status is 0 at the end of a frame.
    pub fn step(&mut self, input: &mut &[u8], out: &mut Vec<u8>, limit: usize) -> Result<Step<usize>, Failure> {
        let context = self.0;
        // SAFETY: R4: a context of ours, and buffers that `step` made; the library says how far it came.
        let step = unsafe {
            flow::step(input, out, limit, |from, given, to, room| {
                run(from, given, to, room, |o, i| ZSTD_decompressStream(context, o, i))
            })
        }?;
        check(step.status)?;
        Ok(step)
    }
}

impl Drop for Decompress {
    fn drop(&mut self) {
        plain!(ZSTD_freeDCtx(self.0));
    }
}

/// Puts buffers into the library's form: its status, what it used, what it wrote.
fn run(
    from: *const u8,
    given: usize,
    to: *mut u8,
    room: usize,
    call: impl FnOnce(*mut OutBuffer, *mut InBuffer) -> usize,
) -> (usize, usize, usize) {
    let mut input = InBuffer { src: from.cast(), size: given, pos: 0 };
    let mut out = OutBuffer { dst: to.cast(), size: room, pos: 0 };
    let status = call(&raw mut out, &raw mut input);
    (status, input.pos, out.pos)
}
