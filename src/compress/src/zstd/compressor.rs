//! `ZstdCompressor`.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::exceptions::overflow_error_type;
use objects::glue::*;
use objects::{Bytes, Int, none, raise};

use super::dictionary::{self, Use, ZstdDict};
use super::sys::{self, Compress, Failure};
use super::{ERROR, parameters, raise_failure, with};
use crate::flow::made;

/// Create a compressor object for compressing data incrementally.
///
///   level
///     The compression level to use. Defaults to COMPRESSION_LEVEL_DEFAULT.
///   options
///     A dict object that contains advanced compression parameters.
///   zstd_dict
///     A ZstdDict object, a pre-trained Zstandard dictionary.
///
/// Thread-safe at method level.  For one-shot compression, use the
/// compress() function instead.
#[pytype(
    name = "ZstdCompressor",
    module = "compression.zstd",
    sig = "(level=None, options=None, zstd_dict=None)",
    flags(IMMUTABLETYPE)
)]
#[repr(C)]
pub struct Compressor {
    head: Head,
    /// Goes before the dictionary, to which it may refer.
    #[untraversed]
    state: Mutex<State>,
    dict: Option<Ref<ZstdDict>>,
}

struct State {
    context: Compress,
    /// What the last call was to do.
    last: i32,
    /// The library has threads of its own, and works while we are away.
    workers: bool,
    level: i32,
}

impl State {
    fn run(&mut self, input: &[u8], mode: i32) -> Result<Vec<u8>, Failure> {
        let result = if self.workers && mode == sys::CONTINUE { self.hand_on(input) } else { self.work(input, mode) };
        self.last = if result.is_ok() { mode } else { sys::FLUSH_FRAME };
        if result.is_err() {
            self.context.reset();
        }
        result
    }

    fn work(&mut self, mut input: &[u8], mode: i32) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        out.try_reserve_exact(sys::bound(input.len()).max(1)).map_err(|_| crate::flow::NoRoom)?;
        while self.context.step(&mut input, &mut out, mode)?.status != 0 {}
        Ok(out)
    }

    /// Hands input to the library's threads, and takes what they have done.
    fn hand_on(&mut self, mut input: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut out = Vec::new();
        loop {
            let step = self.context.step(&mut input, &mut out, sys::CONTINUE)?;
            if !step.full && input.is_empty() {
                return Ok(out);
            }
        }
    }

    fn set_level(&mut self, th: &mut Thread, level: i32) -> Result<(), Raised> {
        let (lowest, highest) = sys::levels();
        if !(lowest..=highest).contains(&level) {
            let message = format_args!("illegal compression level {level}; the valid range is [{lowest}, {highest}]");
            return Err(raise::value_error(th, message));
        }
        self.level = level;
        self.context.set(sys::C_LEVEL, level).map_err(|failure| raise_failure(th, failure, "set zstd compression level"))
    }

    fn set(&mut self, th: &mut Thread, key: i32, value: i32) -> Result<(), Raised> {
        if key == sys::C_LEVEL {
            return self.set_level(th, value);
        }
        if key == sys::C_WORKERS && value != 0 {
            self.workers = true;
        }
        self.context.set(key, value).map_err(|_| parameters::raise_wrong(th, true, key, value))
    }
}

/// A level of compression.
fn level_of(th: &mut Thread, level: &Object) -> Result<i32, Raised> {
    if !level.is_a::<Int>() {
        return Err(raise::type_error(th, format_args!("invalid type for level, expected int")));
    }
    match parameters::int(th, level) {
        Err(_) if raise::catch(th, overflow_error_type()).is_some() => {
            let (lowest, highest) = sys::levels();
            Err(raise::value_error(th, format_args!("illegal compression level; the valid range is [{lowest}, {highest}]")))
        }
        level => level,
    }
}

/// How much input there will be.
struct Pledge(u64);

impl FromArg<'_> for Pledge {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        if arg.is(none()) {
            return Ok(Pledge(sys::SIZE_UNKNOWN));
        }
        let Some(size) = arg.downcast_ref::<Int>() else {
            return Err(raise::type_error(th, format_args!("an integer is required")));
        };
        match size.to_u64() {
            Some(size) if size < sys::SIZE_ERROR => Ok(Pledge(size)),
            _ => {
                Err(raise::value_error(th, format_args!("size argument should be a positive int less than {}", sys::SIZE_ERROR)))
            }
        }
    }
}

#[pymethods]
impl Compressor {
    #[slot(tp_new, sig = "(level=None, options=None, zstd_dict=None)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        level: Option<&Object>,
        options: Option<&Object>,
        zstd_dict: Option<&Object>,
    ) -> Result<Ref<Compressor>, Raised> {
        let given = |argument: Option<&'_ Object>| argument.is_some_and(|argument| !argument.is(none()));
        let Some(context) = Compress::new() else {
            return Err(ERROR.raise(th, format_args!("Unable to create ZSTD_CCtx instance.")));
        };
        if given(level) && given(options) {
            return Err(raise::type_error(th, format_args!("Only one of level or options should be used.")));
        }
        let mut state = State { context, last: sys::FLUSH_FRAME, workers: false, level: sys::default_level() };
        if let Some(level) = level.filter(|level| !level.is(none())) {
            let level = level_of(th, level)?;
            state.set_level(th, level)?;
        }
        if let Some(options) = options.filter(|options| !options.is(none())) {
            parameters::each(th, options, true, |th, key, value| state.set(th, key, value))?;
        }
        let mut dict = None;
        if let Some(argument) = zstd_dict.filter(|dict| !dict.is(none())) {
            let (found, kind) = dictionary::parse(th, argument)?;
            found.load_to_compress(th, &mut state.context, kind.unwrap_or(Use::Undigested), state.level)?;
            dict = Some(found);
        }
        Ok(th.new_instance(cls, Compressor { head: Head::INIT, state: Mutex::new(state), dict }))
    }

    /// The last mode used to this compressor object, its value can be .CONTINUE,
    /// .FLUSH_BLOCK, .FLUSH_FRAME. Initialized to .FLUSH_FRAME.
    ///
    /// It can be used to get the current state of a compressor, such as, data
    /// flushed, or a frame ended.
    #[getter]
    fn last_mode(&self, th: &mut Thread) -> i32 {
        with(th, &self.state, false, |state| state.last)
    }

    /// Provide data to the compressor object.
    ///
    ///   mode
    ///     Can be these 3 values ZstdCompressor.CONTINUE,
    ///     ZstdCompressor.FLUSH_BLOCK, ZstdCompressor.FLUSH_FRAME
    ///
    /// Return a chunk of compressed data if possible, or b'' otherwise.
    /// When you have finished providing data to the compressor, call the
    /// flush() method to finish the compression process.
    #[method(sig = "($self, /, data, mode=ZstdCompressor.CONTINUE)")]
    fn compress(&self, th: &mut Thread, data: Exported, #[default(sys::CONTINUE)] mode: i32) -> Result<Ref<Bytes>, Raised> {
        if ![sys::CONTINUE, sys::FLUSH_BLOCK, sys::FLUSH_FRAME].contains(&mode) {
            let message = format_args!(
                "mode argument wrong value, it should be one of ZstdCompressor.CONTINUE, ZstdCompressor.FLUSH_BLOCK, \
                 ZstdCompressor.FLUSH_FRAME."
            );
            return Err(raise::value_error(th, message));
        }
        let bytes = data.as_slice();
        match with(th, &self.state, true, |state| state.run(bytes, mode)) {
            Ok(out) => made(th, &out),
            Err(failure) => Err(raise_failure(th, failure, "compress Zstandard data")),
        }
    }

    /// Finish the compression process.
    ///
    ///   mode
    ///     Can be these 2 values ZstdCompressor.FLUSH_FRAME,
    ///     ZstdCompressor.FLUSH_BLOCK
    ///
    /// Flush any remaining data left in internal buffers.  Since Zstandard
    /// data consists of one or more independent frames, the compressor
    /// object can still be used after this method is called.
    #[method(sig = "($self, /, mode=ZstdCompressor.FLUSH_FRAME)")]
    fn flush(&self, th: &mut Thread, #[default(sys::FLUSH_FRAME)] mode: i32) -> Result<Ref<Bytes>, Raised> {
        if ![sys::FLUSH_BLOCK, sys::FLUSH_FRAME].contains(&mode) {
            let message =
                format_args!("mode argument wrong value, it should be ZstdCompressor.FLUSH_FRAME or ZstdCompressor.FLUSH_BLOCK.");
            return Err(raise::value_error(th, message));
        }
        match with(th, &self.state, true, |state| state.run(&[], mode)) {
            Ok(out) => made(th, &out),
            Err(failure) => Err(raise_failure(th, failure, "compress Zstandard data")),
        }
    }

    /// Set the uncompressed content size to be written into the frame header.
    ///
    /// This method can be used to ensure the header of the frame about to
    /// be written includes the size of the data, unless the
    /// CompressionParameter.content_size_flag is set to False.
    /// If last_mode != FLUSH_FRAME, then a RuntimeError is raised.
    ///
    /// It is important to ensure that the pledged data size matches the
    /// actual data size.  If they do not match the compressed output data
    /// may be corrupted and the final chunk written may be lost.
    #[method(sig = "($self, size, /)")]
    fn set_pledged_input_size(&self, th: &mut Thread, size: Pledge) -> Result<(), Raised> {
        let done = with(th, &self.state, false, |state| (state.last == sys::FLUSH_FRAME).then(|| state.context.pledge(size.0)));
        match done {
            Some(Ok(())) => Ok(()),
            Some(Err(failure)) => Err(raise_failure(th, failure, "set pledged uncompressed content size")),
            None => {
                let message = format_args!("set_pledged_input_size() method must be called when last_mode == FLUSH_FRAME");
                Err(raise::value_error(th, message))
            }
        }
    }
}
