//! `_bz2`: compression by libbzip2.
//!
//! The objects' states are behind mutexes, and work is done detached.
#![allow(unsafe_code, reason = "the compression library is C")]

use core::ffi::c_int;

use bzip2_sys as bz;
use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use modules::hashes::common::with;
use objects::glue::{upward, *};
use objects::{Bytes, raise};

use crate::flow::{self, Feed, NoRoom, Outcome, made};

/// Why a call of the library failed.
struct Failure(c_int);

impl From<NoRoom> for Failure {
    fn from(_: NoRoom) -> Failure {
        Failure(bz::BZ_MEM_ERROR)
    }
}

#[cold]
fn raise_failure(th: &mut Thread, Failure(code): Failure) -> Raised {
    match code {
        bz::BZ_CONFIG_ERROR => raise::system_error(th, format_args!("libbzip2 was not compiled correctly")),
        bz::BZ_PARAM_ERROR => raise::value_error(th, format_args!("Internal error - invalid parameters passed to libbzip2")),
        bz::BZ_MEM_ERROR => raise::memory_error(th),
        bz::BZ_DATA_ERROR | bz::BZ_DATA_ERROR_MAGIC => io_failure(th, "Invalid data stream"),
        bz::BZ_IO_ERROR => io_failure(th, "Unknown I/O error"),
        bz::BZ_UNEXPECTED_EOF => {
            raise::eof_error(th, format_args!("Compressed file ended before the logical end-of-stream was detected"))
        }
        bz::BZ_SEQUENCE_ERROR => {
            raise::runtime_error(th, format_args!("Internal error - Invalid sequence of commands sent to libbzip2"))
        }
        _ => io_failure(th, &format!("Unrecognized error from libbzip2: {code}")),
    }
}

fn io_failure(th: &mut Thread, message: &str) -> Raised {
    raise::new(th, objects::exceptions::os_error_type(), format_args!("{message}"))
}

/// A stream of either direction. It is boxed because its state points back at it.
struct Stream {
    raw: Box<bz::bz_stream>,
    end: unsafe extern "C" fn(*mut bz::bz_stream) -> c_int,
}

// SAFETY: the stream's memory is its own; any thread may use it, one at a time.
unsafe impl Send for Stream {}

impl Stream {
    fn new(
        start: impl FnOnce(*mut bz::bz_stream) -> c_int,
        end: unsafe extern "C" fn(*mut bz::bz_stream) -> c_int,
    ) -> Result<Stream, Failure> {
        let mut raw = Box::new(bz::bz_stream {
            next_in: core::ptr::null_mut(),
            avail_in: 0,
            total_in_lo32: 0,
            total_in_hi32: 0,
            next_out: core::ptr::null_mut(),
            avail_out: 0,
            total_out_lo32: 0,
            total_out_hi32: 0,
            state: core::ptr::null_mut(),
            bzalloc: None,
            bzfree: None,
            opaque: core::ptr::null_mut(),
        });
        match start(&raw mut *raw) {
            bz::BZ_OK => Ok(Stream { raw, end }),
            code => Err(Failure(code)),
        }
    }

    /// One call of the library.
    fn step(
        &mut self,
        input: &mut &[u8],
        out: &mut Vec<u8>,
        limit: usize,
        call: impl FnOnce(*mut bz::bz_stream) -> c_int,
    ) -> Result<flow::Step<c_int>, Failure> {
        let raw = &mut *self.raw;
        let call = |from: *const u8, given: usize, to: *mut u8, room: usize| {
            (raw.next_in, raw.avail_in) = (from.cast_mut().cast(), given as u32);
            (raw.next_out, raw.avail_out) = (to.cast(), room as u32);
            let status = call(raw);
            (status, given - raw.avail_in as usize, room - raw.avail_out as usize)
        };
        // SAFETY: the library counts down what it used and wrote.
        let step = unsafe { flow::step(input, out, limit, call) }?;
        if step.status < 0 { Err(Failure(step.status)) } else { Ok(step) }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: the stream was set up, and is ended once.
        unsafe { (self.end)(&raw mut *self.raw) };
    }
}

/// Create a compressor object for compressing data incrementally.
///
///   compresslevel
///     Compression level, as a number between 1 and 9.
///
/// For one-shot compression, use the compress() function instead.
#[pytype(name = "BZ2Compressor", module = "_bz2", sig = "(compresslevel=9, /)", flags(IMMUTABLETYPE), gc = none)]
#[repr(C)]
pub struct Compressor {
    head: Head,
    #[untraversed]
    state: Mutex<Compressing>,
}

struct Compressing {
    stream: Stream,
    flushed: bool,
}

impl Compressing {
    fn run(&mut self, mut input: &[u8], action: c_int) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        loop {
            if action == bz::BZ_RUN && input.is_empty() {
                return Ok(out);
            }
            // SAFETY: the stream is set up for compression, and `step` gave it valid buffers.
            let call = |stream| unsafe { bz::BZ2_bzCompress(stream, action) };
            let step = self.stream.step(&mut input, &mut out, usize::MAX, call)?;
            if step.status == bz::BZ_STREAM_END {
                return Ok(out);
            }
        }
    }
}

#[pymethods]
impl Compressor {
    #[slot(tp_new, sig = "(compresslevel=9, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, compresslevel: i32) -> Result<Ref<Compressor>, Raised> {
        if !(1..=9).contains(&compresslevel) {
            return Err(raise::value_error(th, format_args!("compresslevel must be between 1 and 9")));
        }
        // SAFETY: a fresh stream.
        let start = |stream| unsafe { bz::BZ2_bzCompressInit(stream, compresslevel, 0, 0) };
        let stream = Stream::new(start, bz::BZ2_bzCompressEnd).map_err(|failure| raise_failure(th, failure))?;
        let state = Mutex::new(Compressing { stream, flushed: false });
        Ok(th.new_instance(cls, Compressor { head: Head::INIT, state }))
    }

    /// Provide data to the compressor object.
    ///
    /// Returns a chunk of compressed data if possible, or b'' otherwise.
    ///
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "($self, data, /)")]
    fn compress(&self, th: &mut Thread, data: Exported) -> Result<Ref<Bytes>, Raised> {
        let bytes = data.as_slice();
        let done = with(th, &self.state, true, |state| (!state.flushed).then(|| state.run(bytes, bz::BZ_RUN)));
        match done {
            Some(Ok(out)) => made(th, &out),
            Some(Err(failure)) => Err(raise_failure(th, failure)),
            None => Err(raise::value_error(th, format_args!("Compressor has been flushed"))),
        }
    }

    /// Finish the compression process.
    ///
    /// Returns the compressed data left in internal buffers.
    ///
    /// The compressor object may not be used after this method is called.
    #[method]
    fn flush(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let done = with(th, &self.state, true, |state| {
            let first = !core::mem::replace(&mut state.flushed, true);
            first.then(|| state.run(&[], bz::BZ_FINISH))
        });
        match done {
            Some(Ok(out)) => made(th, &out),
            Some(Err(failure)) => Err(raise_failure(th, failure)),
            None => Err(raise::value_error(th, format_args!("Repeated call to flush()"))),
        }
    }
}

/// Create a decompressor object for decompressing data incrementally.
///
/// For one-shot decompression, use the decompress() function instead.
#[pytype(name = "BZ2Decompressor", module = "_bz2", sig = "()", flags(IMMUTABLETYPE), gc = none)]
#[repr(C)]
pub struct Decompressor {
    head: Head,
    #[untraversed]
    state: Mutex<Decompressing>,
}

struct Decompressing {
    stream: Stream,
    feed: Feed,
    /// The library must not be called any more.
    broken: bool,
}

/// Why a decompressor was not even asked.
enum Refusal {
    Ended,
    Broken,
    Failed(Failure),
}

impl Decompressing {
    fn run(&mut self, data: &[u8], limit: usize) -> Result<Vec<u8>, Refusal> {
        if self.feed.eof {
            return Err(Refusal::Ended);
        }
        if self.broken {
            return Err(Refusal::Broken);
        }
        let Decompressing { stream, feed, .. } = self;
        let result = feed.run(data, |input| {
            let mut out = Vec::new();
            loop {
                // SAFETY: the stream is set up for decompression, and `step` gave it valid buffers.
                let call = |stream| unsafe { bz::BZ2_bzDecompress(stream) };
                let step = stream.step(input, &mut out, limit, call)?;
                let ended = step.status == bz::BZ_STREAM_END;
                if ended || input.is_empty() || step.full && out.len() == limit {
                    return Ok(Outcome { out, ended, holds_output: false });
                }
            }
        });
        result.map_err(|failure| {
            self.broken = true;
            self.feed.needs_input = false;
            Refusal::Failed(failure)
        })
    }
}

#[pymethods]
impl Decompressor {
    #[slot(tp_new, sig = "()")]
    fn tp_new(th: &mut Thread, cls: &Type) -> Result<Ref<Decompressor>, Raised> {
        // SAFETY: a fresh stream.
        let start = |stream| unsafe { bz::BZ2_bzDecompressInit(stream, 0, 0) };
        let stream = Stream::new(start, bz::BZ2_bzDecompressEnd).map_err(|failure| raise_failure(th, failure))?;
        let state = Mutex::new(Decompressing { stream, feed: Feed::new(), broken: false });
        Ok(th.new_instance(cls, Decompressor { head: Head::INIT, state }))
    }

    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.feed.eof)
    }

    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = with(th, &self.state, false, |state| state.feed.unused.clone());
        made(th, &bytes)
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.feed.needs_input)
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data.  If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``.  In
    /// this case, the next call to *decompress()* may provide *data* as b''
    /// to obtain more of the output.
    ///
    /// If all of the input data was decompressed and returned (either
    /// because this was less than *max_length* bytes, or because
    /// *max_length* was negative), *self.needs_input* will be set to True.
    ///
    /// Attempting to decompress data after the end of stream is reached
    /// raises an EOFError.  Any data found after the end of the stream is
    /// ignored and saved in the unused_data attribute.
    #[method(sig = "($self, /, data, max_length=-1)")]
    fn decompress(&self, th: &mut Thread, data: Exported, max_length: isize) -> Result<Ref<Bytes>, Raised> {
        let bytes = data.as_slice();
        match with(th, &self.state, true, |state| state.run(bytes, flow::limit(max_length))) {
            Ok(out) => made(th, &out),
            Err(Refusal::Failed(failure)) => Err(raise_failure(th, failure)),
            Err(Refusal::Ended) => Err(raise::eof_error(th, format_args!("End of stream already reached"))),
            Err(Refusal::Broken) => Err(raise::value_error(th, format_args!("Decompressor is unusable after a previous error"))),
        }
    }
}

#[pymodule(name = "_bz2", types(Compressor, Decompressor))]
pub mod bz2_ {
    use super::*;

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        upward::type_ready(th, Compressor::type_object())?;
        upward::type_ready(th, Decompressor::type_object())
    }
}
