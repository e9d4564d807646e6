//! `zlib`: compression by the C library, so that what is made is what CPython makes.
//!
//! [`stream`] wraps the library; the objects' states are behind mutexes, and work is done detached.
#![allow(non_snake_case, reason = "names that Python sees")]

mod compress;
mod decompress;
mod incremental;
mod stream;

use core::ffi::c_int;

use compress::Compress;
use decompress::Decompress;
use heap::{Object, Raised, Ref, Thread};
use incremental::ZlibDecompressor;
use macros::pymodule;
use objects::glue::{upward, *};
use objects::{Bytes, exceptions, raise};
use stream::{Deflate, Failure, Inflate, InflateError, Settings, Status};

use crate::binascii::Checksum;
use crate::errors::ErrorClass;

static ERROR: ErrorClass = ErrorClass::new("zlib", "error", exceptions::exception_type);

/// Raises `zlib.error` for a failure; `doing` says what was tried.
#[cold]
fn raise_failure(th: &mut Thread, failure: &Failure, doing: &str) -> Raised {
    let Status(code) = failure.status;
    let message = failure.message.as_deref().or(match failure.status {
        Status::SHORT => Some("incomplete or truncated stream"),
        Status::BAD_STREAM => Some("inconsistent stream state"),
        Status(libz_sys::Z_DATA_ERROR) => Some("invalid input data"),
        Status(libz_sys::Z_VERSION_ERROR) => Some("library version mismatch"),
        _ => None,
    });
    match message {
        Some(message) => ERROR.raise(th, format_args!("Error {code} {doing}: {message}")),
        None => ERROR.raise(th, format_args!("Error {code} {doing}")),
    }
}

#[cold]
fn no_memory(th: &mut Thread, message: &str) -> Raised {
    raise::new(th, exceptions::memory_error_type(), format_args!("{message}"))
}

#[cold]
fn raise_inflate(th: &mut Thread, error: &InflateError) -> Raised {
    match error {
        InflateError::Data(failure) if failure.status == Status::NO_MEMORY => raise::memory_error(th),
        InflateError::Data(failure) => raise_failure(th, failure, "while decompressing data"),
        InflateError::Dictionary(failure) => raise_failure(th, failure, "while setting zdict"),
    }
}

fn made(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Bytes>, Raised> {
    Bytes::try_new(th, bytes).ok_or_else(|| raise::memory_error(th))
}

/// The dictionary of a decompressor.
fn dictionary(th: &mut Thread, zdict: Option<&Object>) -> Result<Option<Vec<u8>>, Raised> {
    let Some(zdict) = zdict else { return Ok(None) };
    if !has_buffer(zdict) {
        return Err(raise::type_error(th, format_args!("zdict argument must support the buffer protocol")));
    }
    Ok(Some(Buffer::new(th, zdict)?.to_vec()))
}

/// A decompressor; a raw stream gets its dictionary at once.
fn inflate(th: &mut Thread, wbits: c_int, zdict: Option<&[u8]>) -> Result<Inflate, Raised> {
    let mut made = match Inflate::new(wbits) {
        Ok(made) => made,
        Err(failure) => {
            return Err(match failure.status {
                Status::BAD_STREAM => raise::value_error(th, format_args!("Invalid initialization option")),
                Status::NO_MEMORY => no_memory(th, "Can't allocate memory for decompression object"),
                _ => raise_failure(th, &failure, "while creating decompression object"),
            });
        }
    };
    if wbits < 0 && let Some(zdict) = zdict && let Err(failure) = made.set_dictionary(zdict) {
        return Err(raise_failure(th, &failure, "while setting zdict"));
    }
    Ok(made)
}

fn compress_all(th: &mut Thread, data: &[u8], level: c_int, wbits: c_int) -> Result<Vec<u8>, Raised> {
    let settings = Settings { level, method: libz_sys::Z_DEFLATED, wbits, mem_level: 8, strategy: libz_sys::Z_DEFAULT_STRATEGY };
    let mut deflate = match Deflate::new(settings) {
        Ok(deflate) => deflate,
        Err(failure) => {
            return Err(match failure.status {
                Status::NO_MEMORY => no_memory(th, "Out of memory while compressing data"),
                Status::BAD_STREAM => ERROR.raise(th, format_args!("Bad compression level")),
                _ => raise_failure(th, &failure, "while compressing data"),
            });
        }
    };
    let mut out = Vec::new();
    let result = th.detached(|| deflate.run(data, &mut out, libz_sys::Z_FINISH));
    match result {
        Ok(Status::END) => Ok(out),
        Ok(status) => Err(raise_failure(th, &Failure::of(status), "while finishing compression")),
        Err(failure) if failure.status == Status::NO_MEMORY => Err(raise::memory_error(th)),
        Err(failure) => Err(raise_failure(th, &failure, "while compressing data")),
    }
}

fn decompress_all(th: &mut Thread, mut data: &[u8], wbits: c_int, bufsize: usize) -> Result<Vec<u8>, Raised> {
    let mut inflate = match Inflate::new(wbits) {
        Ok(inflate) => inflate,
        Err(failure) if failure.status == Status::NO_MEMORY => return Err(no_memory(th, "Out of memory while decompressing data")),
        Err(failure) => return Err(raise_failure(th, &failure, "while preparing to decompress data")),
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(bufsize.max(1)).is_err() {
        return Err(raise::memory_error(th));
    }
    let result = th.detached(|| inflate.run(&mut data, &mut out, isize::MAX as usize, None, libz_sys::Z_SYNC_FLUSH));
    match result {
        Ok(Status::END) => Ok(out),
        Ok(_) => Err(raise_failure(th, &Failure::of(Status::SHORT), "while decompressing data")),
        Err(error) => Err(raise_inflate(th, &error)),
    }
}

#[pymodule(name = "zlib", types(ZlibDecompressor))]
pub mod zlib_ {
    //! The functions in this module allow compression and decompression using the
    //! zlib library, which is based on GNU zip.
    //!
    //! adler32(string[, start]) -- Compute an Adler-32 checksum.
    //! compress(data[, level]) -- Compress data, with compression level 0-9 or -1.
    //! compressobj([level[, ...]]) -- Return a compressor object.
    //! crc32(string[, start]) -- Compute a CRC-32 checksum.
    //! decompress(string,[wbits],[bufsize]) -- Decompresses a compressed string.
    //! decompressobj([wbits[, zdict]]) -- Return a decompressor object.
    //!
    //! 'wbits' is window buffer size and container format.
    //! Compressor objects support compress() and flush() methods; decompressor
    //! objects support decompress() and flush().
    use super::*;

    #[constant]
    const DEFLATED: i64 = 8;
    #[constant]
    const DEF_BUF_SIZE: i64 = stream::FIRST as i64;
    #[constant]
    const DEF_MEM_LEVEL: i64 = 8;
    #[constant]
    const MAX_WBITS: i64 = 15;
    #[constant]
    const Z_BEST_COMPRESSION: i64 = 9;
    #[constant]
    const Z_BEST_SPEED: i64 = 1;
    #[constant]
    const Z_BLOCK: i64 = 5;
    #[constant]
    const Z_DEFAULT_COMPRESSION: i64 = -1;
    #[constant]
    const Z_DEFAULT_STRATEGY: i64 = 0;
    #[constant]
    const Z_FILTERED: i64 = 1;
    #[constant]
    const Z_FINISH: i64 = 4;
    #[constant]
    const Z_FIXED: i64 = 4;
    #[constant]
    const Z_FULL_FLUSH: i64 = 3;
    #[constant]
    const Z_HUFFMAN_ONLY: i64 = 2;
    #[constant]
    const Z_NO_COMPRESSION: i64 = 0;
    #[constant]
    const Z_NO_FLUSH: i64 = 0;
    #[constant]
    const Z_PARTIAL_FLUSH: i64 = 1;
    #[constant]
    const Z_RLE: i64 = 3;
    #[constant]
    const Z_SYNC_FLUSH: i64 = 2;
    #[constant]
    const Z_TREES: i64 = 6;

    #[attr]
    fn ZLIB_VERSION(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        stream::version().to_py(th)
    }

    #[attr]
    fn ZLIB_RUNTIME_VERSION(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        stream::version().to_py(th)
    }

    #[attr]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.object(th)
    }

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        upward::type_ready(th, <Compress as heap::PyType>::type_object())?;
        upward::type_ready(th, <Decompress as heap::PyType>::type_object())
    }

    /// Compute an Adler-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=1, /)")]
    fn adler32(data: Buffer, #[default(Checksum(1))] value: Checksum) -> u32 {
        algos::binascii::adler32(&data, value.0)
    }

    /// Compute a CRC-32 checksum of data.
    ///
    ///   value
    ///     Starting value of the checksum.
    ///
    /// The returned checksum is an integer.
    #[function(sig = "(data, value=0, /)")]
    fn crc32(data: Buffer, #[default(Checksum(0))] value: Checksum) -> u32 {
        algos::binascii::crc32(&data, value.0)
    }

    /// Returns a bytes object containing compressed data.
    ///
    ///   data
    ///     Binary data to be compressed.
    ///   level
    ///     Compression level, in 0-9 or -1.
    ///   wbits
    ///     The window buffer size and container format.
    #[function(sig = "(data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)")]
    fn compress(th: &mut Thread, data: Exported, #[default(-1)] level: i32, #[default(15)] wbits: i32) -> Result<Ref<Bytes>, Raised> {
        let out = compress_all(th, &data, level, wbits)?;
        made(th, &out)
    }

    /// Returns a bytes object containing the uncompressed data.
    ///
    ///   data
    ///     Compressed data.
    ///   wbits
    ///     The window buffer size and container format.
    ///   bufsize
    ///     The initial output buffer size.
    #[function(sig = "(data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)")]
    fn decompress(th: &mut Thread, data: Exported, #[default(15)] wbits: i32, #[default(16384)] bufsize: isize) -> Result<Ref<Bytes>, Raised> {
        let Ok(bufsize) = usize::try_from(bufsize) else {
            return Err(raise::value_error(th, format_args!("bufsize must be non-negative")));
        };
        let out = decompress_all(th, &data, wbits, bufsize)?;
        made(th, &out)
    }

    /// Return a compressor object.
    ///
    ///   level
    ///     The compression level (an integer in the range 0-9 or -1; default is
    ///     currently equivalent to 6).  Higher compression levels are slower,
    ///     but produce smaller results.
    ///   method
    ///     The compression algorithm.  If given, this must be DEFLATED.
    ///   wbits
    ///     +9 to +15: The base-two logarithm of the window size.  Include a zlib
    ///         container.
    ///     -9 to -15: Generate a raw stream.
    ///     +25 to +31: Include a gzip container.
    ///   memLevel
    ///     Controls the amount of memory used for internal compression state.
    ///     Valid values range from 1 to 9.  Higher values result in higher memory
    ///     usage, faster compression, and smaller output.
    ///   strategy
    ///     Used to tune the compression algorithm.  Possible values are
    ///     Z_DEFAULT_STRATEGY, Z_FILTERED, and Z_HUFFMAN_ONLY.
    ///   zdict
    ///     The predefined compression dictionary - a sequence of bytes
    ///     containing subsequences that are likely to occur in the input data.
    #[function(sig = "(level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)")]
    fn compressobj(
        th: &mut Thread,
        #[default(-1)] level: i32,
        #[default(8)] method: i32,
        #[default(15)] wbits: i32,
        #[default(8)] mem_level: i32,
        #[default(0)] strategy: i32,
        zdict: Option<Buffer>,
    ) -> Result<Ref<Compress>, Raised> {
        Compress::create(th, Settings { level, method, wbits, mem_level, strategy }, zdict)
    }

    /// Return a decompressor object.
    ///
    ///   wbits
    ///     The window buffer size and container format.
    ///   zdict
    ///     The predefined compression dictionary.  This must be the same
    ///     dictionary as used by the compressor that produced the input data.
    #[function(sig = "(wbits=MAX_WBITS, zdict=b'')")]
    fn decompressobj(th: &mut Thread, #[default(15)] wbits: i32, zdict: Option<&Object>) -> Result<Ref<Decompress>, Raised> {
        let zdict = dictionary(th, zdict)?;
        Decompress::create(th, wbits, zdict)
    }
}
