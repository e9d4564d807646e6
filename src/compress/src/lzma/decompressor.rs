//! `LZMADecompressor`.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use liblzma_sys as xz;
use macros::{pymethods, pytype};
use modules::hashes::common::with;
use objects::glue::*;
use objects::{Bytes, none, raise};

use super::filters::{self, Filter};
use super::stream::{Failure, Stream};
use super::{CHECK_UNKNOWN, FORMAT_ALONE, FORMAT_AUTO, FORMAT_RAW, FORMAT_XZ, raise_failure, raise_format};
use crate::flow::{self, Feed, Outcome, made};

/// Create a decompressor object for decompressing data incrementally.
///
///   format
///     Specifies the container format of the input stream.  If this is
///     FORMAT_AUTO (the default), the decompressor will automatically detect
///     whether the input is FORMAT_XZ or FORMAT_ALONE.  Streams created with
///     FORMAT_RAW cannot be autodetected.
///   memlimit
///     Limit the amount of memory used by the decompressor.  This will cause
///     decompression to fail if the input cannot be decompressed within the
///     given limit.
///   filters
///     A custom filter chain.  This argument is required for FORMAT_RAW, and
///     not accepted with any other format.  When provided, this should be a
///     sequence of dicts, each indicating the ID and options for a single
///     filter.
///
/// For one-shot decompression, use the decompress() function instead.
#[pytype(
    name = "LZMADecompressor",
    module = "_lzma",
    sig = "(format=FORMAT_AUTO, memlimit=None, filters=None)",
    flags(IMMUTABLETYPE),
    gc = none
)]
#[repr(C)]
pub struct Decompressor {
    head: Head,
    #[untraversed]
    state: Mutex<State>,
}

struct State {
    stream: Stream,
    feed: Feed,
    check: u32,
}

impl State {
    /// `None`: the stream has ended before.
    fn run(&mut self, data: &[u8], limit: usize) -> Option<Result<Vec<u8>, Failure>> {
        if self.feed.eof {
            return None;
        }
        let State { stream, feed, check } = self;
        Some(feed.run(data, |input| {
            let mut out = Vec::new();
            loop {
                let step = stream.step(input, &mut out, limit, xz::LZMA_RUN)?;
                if matches!(step.status, xz::LZMA_GET_CHECK | xz::LZMA_NO_CHECK) {
                    *check = stream.check();
                }
                let ended = step.status == xz::LZMA_STREAM_END;
                let stuck = step.full && out.len() == limit;
                if ended || stuck || !step.full && input.is_empty() {
                    return Ok(Outcome { out, ended, holds_output: stuck });
                }
            }
        }))
    }
}

#[pymethods]
impl Decompressor {
    #[slot(tp_new, sig = "(format=0, memlimit=None, filters=None)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        format: i32,
        memlimit: Option<&Object>,
        filters: Option<&Object>,
    ) -> Result<Ref<Decompressor>, Raised> {
        let filters = filters.filter(|filters| !filters.is(none()));
        let memory = match memlimit.filter(|limit| !limit.is(none())) {
            None => u64::MAX,
            Some(_) if format == FORMAT_RAW => {
                return Err(raise::value_error(th, format_args!("Cannot specify memory limit with FORMAT_RAW")));
            }
            Some(limit) => filters::natural(th, limit, u64::MAX, "uint64_t")?,
        };
        let (stream, check) = match (format, filters) {
            (FORMAT_RAW, None) => return Err(raise::value_error(th, format_args!("Must specify filters for FORMAT_RAW"))),
            (FORMAT_RAW, Some(filters)) => (Stream::raw_decoder(&Filter::read_chain(th, filters)?), xz::LZMA_CHECK_NONE),
            (_, Some(_)) => return Err(raise::value_error(th, format_args!("Cannot specify filters except with FORMAT_RAW"))),
            (FORMAT_AUTO, None) => (Stream::auto_decoder(memory), CHECK_UNKNOWN),
            (FORMAT_XZ, None) => (Stream::xz_decoder(memory), CHECK_UNKNOWN),
            (FORMAT_ALONE, None) => (Stream::alone_decoder(memory), xz::LZMA_CHECK_NONE),
            _ => return Err(raise_format(th, format)),
        };
        let stream = stream.map_err(|failure| raise_failure(th, failure))?;
        let state = Mutex::new(State { stream, feed: Feed::new(), check });
        Ok(th.new_instance(cls, Decompressor { head: Head::INIT, state }))
    }

    /// ID of the integrity check used by the input stream.
    #[getter]
    fn check(&self, th: &mut Thread) -> u32 {
        with(th, &self.state, false, |state| state.check)
    }

    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.feed.eof)
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.feed.needs_input)
    }

    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = with(th, &self.state, false, |state| state.feed.unused.clone());
        made(th, &bytes)
    }

    /// Decompress *data*, returning uncompressed data as bytes.
    ///
    /// If *max_length* is nonnegative, returns at most *max_length* bytes
    /// of decompressed data. If this limit is reached and further output
    /// can be produced, *self.needs_input* will be set to ``False``. In
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
            Some(Ok(out)) => made(th, &out),
            Some(Err(failure)) => Err(raise_failure(th, failure)),
            None => Err(raise::eof_error(th, format_args!("Already at end of stream"))),
        }
    }
}
