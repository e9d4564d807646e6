//! `LZMACompressor`.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use liblzma_sys as xz;
use macros::{pymethods, pytype};
use modules::hashes::common::with;
use objects::glue::*;
use objects::{Bytes, none, raise};

use super::filters::{self, Filter};
use super::stream::{self, Failure, Stream};
use super::{FORMAT_ALONE, FORMAT_RAW, FORMAT_XZ, raise_failure, raise_format, raise_preset};
use crate::flow::made;

#[pytype(
    name = "LZMACompressor",
    module = "_lzma",
    flags(IMMUTABLETYPE),
    gc = none,
    doc = "LZMACompressor(format=FORMAT_XZ, check=-1, preset=None, filters=None)\n\nCreate a compressor object for compressing data incrementally.\n\nformat specifies the container format to use for the output. This can\nbe FORMAT_XZ (default), FORMAT_ALONE, or FORMAT_RAW.\n\ncheck specifies the integrity check to use. For FORMAT_XZ, the default\nis CHECK_CRC64. FORMAT_ALONE and FORMAT_RAW do not support integrity\nchecks; for these formats, check must be omitted, or be CHECK_NONE.\n\nThe settings used by the compressor can be specified either as a\npreset compression level (with the 'preset' argument), or in detail\nas a custom filter chain (with the 'filters' argument). For FORMAT_XZ\nand FORMAT_ALONE, the default is to use the PRESET_DEFAULT preset\nlevel. For FORMAT_RAW, the caller must always specify a filter chain;\nthe raw compressor does not support preset compression levels.\n\npreset (if provided) should be an integer in the range 0-9, optionally\nOR-ed with the constant PRESET_EXTREME.\n\nfilters (if provided) should be a sequence of dicts. Each dict should\nhave an entry for \"id\" indicating the ID of the filter, plus\nadditional entries for options to the filter.\n\nFor one-shot compression, use the compress() function instead.\n"
)]
#[repr(C)]
pub struct Compressor {
    head: Head,
    #[untraversed]
    state: Mutex<State>,
}

struct State {
    stream: Stream,
    flushed: bool,
}

impl State {
    fn run(&mut self, mut input: &[u8], action: xz::lzma_action) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        loop {
            let step = self.stream.step(&mut input, &mut out, usize::MAX, action)?;
            let done = match action {
                xz::LZMA_RUN => input.is_empty(),
                _ => step.status == xz::LZMA_STREAM_END,
            };
            if done {
                return Ok(out);
            }
        }
    }
}

/// The stream of a format, by a preset or by filters.
fn open(th: &mut Thread, format: i32, check: i32, preset: u32, filters: Option<&Object>) -> Result<Stream, Raised> {
    let made = match (format, filters) {
        (FORMAT_XZ, filters) => {
            let check = if check == -1 { xz::LZMA_CHECK_CRC64 } else { check.cast_unsigned() };
            match filters {
                None => Stream::easy_encoder(preset, check),
                Some(filters) => Stream::xz_encoder(&Filter::read_chain(th, filters)?, check),
            }
        }
        (FORMAT_ALONE, None) => {
            let options = stream::preset(preset).ok_or_else(|| raise_preset(th, preset))?;
            Stream::alone_encoder(&options)
        }
        (FORMAT_ALONE, Some(filters)) => match Filter::read_chain(th, filters)?.as_slice() {
            [Filter::Lzma(xz::LZMA_FILTER_LZMA1, options)] => Stream::alone_encoder(options),
            _ => {
                let message = format_args!("Invalid filter chain for FORMAT_ALONE - must be a single LZMA1 filter");
                return Err(raise::value_error(th, message));
            }
        },
        (FORMAT_RAW, None) => return Err(raise::value_error(th, format_args!("Must specify filters for FORMAT_RAW"))),
        (FORMAT_RAW, Some(filters)) => Stream::raw_encoder(&Filter::read_chain(th, filters)?),
        _ => return Err(raise_format(th, format)),
    };
    made.map_err(|failure| raise_failure(th, failure))
}

#[pymethods]
impl Compressor {
    #[slot(tp_new, sig = "(format=1, check=-1, preset=None, filters=None)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        format: i32,
        check: i32,
        preset: Option<&Object>,
        filters: Option<&Object>,
    ) -> Result<Ref<Compressor>, Raised> {
        let given = |object: Option<&'_ Object>| object.is_some_and(|object| !object.is(none()));
        if format != FORMAT_XZ && check != -1 && check != xz::LZMA_CHECK_NONE.cast_signed() {
            return Err(raise::value_error(th, format_args!("Integrity checks are only supported by FORMAT_XZ")));
        }
        if given(preset) && given(filters) {
            return Err(raise::value_error(th, format_args!("Cannot specify both preset and filter chain")));
        }
        let preset = match preset.filter(|preset| !preset.is(none())) {
            Some(preset) => filters::natural(th, preset, u32::MAX.into(), "uint32_t")? as u32,
            None => xz::LZMA_PRESET_DEFAULT,
        };
        let stream = open(th, format, check, preset, filters.filter(|filters| !filters.is(none())))?;
        Ok(th.new_instance(cls, Compressor { head: Head::INIT, state: Mutex::new(State { stream, flushed: false }) }))
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
        let done = with(th, &self.state, true, |state| (!state.flushed).then(|| state.run(bytes, xz::LZMA_RUN)));
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
            first.then(|| state.run(&[], xz::LZMA_FINISH))
        });
        match done {
            Some(Ok(out)) => made(th, &out),
            Some(Err(failure)) => Err(raise_failure(th, failure)),
            None => Err(raise::value_error(th, format_args!("Repeated call to flush()"))),
        }
    }
}
