//! The library's streams as Rust values: they are set up when they are made, and ended when they are dropped.
#![allow(unsafe_code, reason = "the compression library is C")]

use core::ffi::c_void;

use liblzma_sys as xz;

use super::filters::Filter;
use crate::flow::{self, NoRoom};

/// Why a call of the library failed.
pub struct Failure(pub xz::lzma_ret);

impl From<NoRoom> for Failure {
    fn from(_: NoRoom) -> Failure {
        Failure(xz::LZMA_MEM_ERROR)
    }
}

fn check(code: xz::lzma_ret) -> Result<(), Failure> {
    match code {
        xz::LZMA_OK | xz::LZMA_GET_CHECK | xz::LZMA_NO_CHECK | xz::LZMA_STREAM_END => Ok(()),
        _ => Err(Failure(code)),
    }
}

/// The options of a preset, if there is one of that number.
pub fn preset(number: u32) -> Option<Box<xz::lzma_options_lzma>> {
    // SAFETY: numbers, and pointers that may be null.
    let mut options: Box<xz::lzma_options_lzma> = Box::new(unsafe { core::mem::zeroed() });
    // SAFETY: fills the options.
    let failed = unsafe { xz::lzma_lzma_preset(&raw mut *options, number) };
    (failed == 0).then_some(options)
}

pub fn delta_options() -> xz::lzma_options_delta {
    // SAFETY: numbers, and pointers that may be null.
    let options: xz::lzma_options_delta = unsafe { core::mem::zeroed() };
    xz::lzma_options_delta { type_: xz::lzma_delta_type_LZMA_DELTA_TYPE_BYTE, dist: 1, ..options }
}

pub fn is_check_supported(check: i32) -> bool {
    // SAFETY: any number may be asked for.
    unsafe { xz::lzma_check_is_supported(check.cast_unsigned()) != 0 }
}

/// A filter as the library takes it, as long as the filter lives.
fn raw(filter: &Filter) -> xz::lzma_filter {
    let options: *const c_void = match filter {
        Filter::Lzma(_, options) => (&raw const **options).cast(),
        Filter::Delta(_, options) => (&raw const **options).cast(),
        Filter::Bcj(_, options) => (&raw const **options).cast(),
    };
    xz::lzma_filter { id: filter.id(), options: options.cast_mut() }
}

/// A chain, with its end.
fn raw_chain(filters: &[Filter]) -> Vec<xz::lzma_filter> {
    let end = xz::lzma_filter { id: xz::LZMA_VLI_UNKNOWN, options: core::ptr::null_mut() };
    filters.iter().map(raw).chain([end]).collect()
}

pub fn encode_properties(filter: &Filter) -> Result<Vec<u8>, Failure> {
    let filter = raw(filter);
    let mut size = 0;
    // SAFETY: a filter with the options of its kind.
    check(unsafe { xz::lzma_properties_size(&raw mut size, &raw const filter) })?;
    let mut bytes = vec![0; size as usize];
    // SAFETY: as above; there is room for as many bytes as it wanted.
    check(unsafe { xz::lzma_properties_encode(&raw const filter, bytes.as_mut_ptr()) })?;
    Ok(bytes)
}

/// The options that a filter's properties tell.
pub fn decode_properties(id: u64, bytes: &[u8]) -> Result<Vec<(&'static str, u32)>, Failure> {
    let mut filter = xz::lzma_filter { id, options: core::ptr::null_mut() };
    // SAFETY: as many bytes; what is made belongs to us.
    check(unsafe { xz::lzma_properties_decode(&raw mut filter, core::ptr::null(), bytes.as_ptr(), bytes.len()) })?;
    let fields = match id {
        xz::LZMA_FILTER_LZMA1 | xz::LZMA_FILTER_LZMA2 => {
            // SAFETY: what the library makes for this filter, or null.
            let options = unsafe { filter.options.cast::<xz::lzma_options_lzma>().as_ref() };
            options.map(|o| match id {
                xz::LZMA_FILTER_LZMA1 => vec![("lc", o.lc), ("lp", o.lp), ("pb", o.pb), ("dict_size", o.dict_size)],
                _ => vec![("dict_size", o.dict_size)],
            })
        }
        xz::LZMA_FILTER_DELTA => {
            // SAFETY: as above.
            let options = unsafe { filter.options.cast::<xz::lzma_options_delta>().as_ref() };
            options.map(|o| vec![("dist", o.dist)])
        }
        _ => {
            // SAFETY: as above: the others that are decoded are converters of machine code.
            let options = unsafe { filter.options.cast::<xz::lzma_options_bcj>().as_ref() };
            options.map(|o| vec![("start_offset", o.start_offset)])
        }
    };
    // SAFETY: the library used malloc, and nobody else has it.
    unsafe { libc::free(filter.options) };
    Ok(fields.unwrap_or_default())
}

/// A stream of either direction.
pub struct Stream(Box<xz::lzma_stream>);

// SAFETY: the stream's memory is its own; any thread may use it, one at a time.
unsafe impl Send for Stream {}

impl Stream {
    fn new(start: impl FnOnce(*mut xz::lzma_stream) -> xz::lzma_ret) -> Result<Stream, Failure> {
        // SAFETY: as the library wants a fresh one to be: zeroes.
        let mut stream = Stream(Box::new(unsafe { core::mem::zeroed() }));
        check(start(&raw mut *stream.0))?;
        Ok(stream)
    }

    pub fn easy_encoder(preset: u32, check: u32) -> Result<Stream, Failure> {
        // SAFETY: a fresh stream.
        Stream::new(|stream| unsafe { xz::lzma_easy_encoder(stream, preset, check) })
    }

    pub fn xz_encoder(filters: &[Filter], check: u32) -> Result<Stream, Failure> {
        let filters = raw_chain(filters);
        // SAFETY: a fresh stream; the chain is copied.
        Stream::new(|stream| unsafe { xz::lzma_stream_encoder(stream, filters.as_ptr(), check) })
    }

    pub fn alone_encoder(options: &xz::lzma_options_lzma) -> Result<Stream, Failure> {
        // SAFETY: a fresh stream; the options are copied.
        Stream::new(|stream| unsafe { xz::lzma_alone_encoder(stream, options) })
    }

    pub fn raw_encoder(filters: &[Filter]) -> Result<Stream, Failure> {
        let filters = raw_chain(filters);
        // SAFETY: a fresh stream; the chain is copied.
        Stream::new(|stream| unsafe { xz::lzma_raw_encoder(stream, filters.as_ptr()) })
    }

    pub fn auto_decoder(memory: u64) -> Result<Stream, Failure> {
        // SAFETY: a fresh stream.
        Stream::new(|stream| unsafe { xz::lzma_auto_decoder(stream, memory, TELL) })
    }

    pub fn xz_decoder(memory: u64) -> Result<Stream, Failure> {
        // SAFETY: a fresh stream.
        Stream::new(|stream| unsafe { xz::lzma_stream_decoder(stream, memory, TELL) })
    }

    pub fn alone_decoder(memory: u64) -> Result<Stream, Failure> {
        // SAFETY: a fresh stream.
        Stream::new(|stream| unsafe { xz::lzma_alone_decoder(stream, memory) })
    }

    pub fn raw_decoder(filters: &[Filter]) -> Result<Stream, Failure> {
        let filters = raw_chain(filters);
        // SAFETY: a fresh stream; the chain is copied.
        Stream::new(|stream| unsafe { xz::lzma_raw_decoder(stream, filters.as_ptr()) })
    }

    /// The check of the stream that is being decompressed.
    pub fn check(&self) -> u32 {
        // SAFETY: the stream is set up.
        unsafe { xz::lzma_get_check(&raw const *self.0) }
    }

    /// One call of the library. To have nothing to do is no failure.
    pub fn step(
        &mut self,
        input: &mut &[u8],
        out: &mut Vec<u8>,
        limit: usize,
        action: xz::lzma_action,
    ) -> Result<flow::Step<xz::lzma_ret>, Failure> {
        let raw = &mut *self.0;
        let call = |from: *const u8, given: usize, to: *mut u8, room: usize| {
            (raw.next_in, raw.avail_in) = (from, given);
            (raw.next_out, raw.avail_out) = (to, room);
            // SAFETY: the stream is set up, and has valid buffers.
            let status = unsafe { xz::lzma_code(raw, action) };
            (status, given - raw.avail_in, room - raw.avail_out)
        };
        // SAFETY: the library counts down what it used and wrote.
        let mut step = unsafe { flow::step(input, out, limit, call) }?;
        if step.status == xz::LZMA_BUF_ERROR && input.is_empty() && !step.full {
            step.status = xz::LZMA_OK;
        }
        check(step.status)?;
        Ok(step)
    }
}

const TELL: u32 = xz::LZMA_TELL_ANY_CHECK | xz::LZMA_TELL_NO_CHECK;

impl Drop for Stream {
    fn drop(&mut self) {
        // SAFETY: a stream that was zeroed at first may be ended in any state; this is done once.
        unsafe { xz::lzma_end(&raw mut *self.0) };
    }
}
