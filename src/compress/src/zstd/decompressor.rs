//! `ZstdDecompressor`.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, none, raise};

use super::dictionary::{self, Use, ZstdDict};
use super::sys::{Decompress, Failure};
use super::{ERROR, parameters, raise_failure, with};
use crate::flow::{self, Feed, Outcome, made};

/// Create a decompressor object for decompressing data incrementally.
///
///   zstd_dict
///     A ZstdDict object, a pre-trained Zstandard dictionary.
///   options
///     A dict object that contains advanced decompression parameters.
///
/// Thread-safe at method level.  For one-shot decompression, use the
/// decompress() function instead.
#[pytype(name = "ZstdDecompressor", module = "compression.zstd", sig = "(zstd_dict=None, options=None)", flags(IMMUTABLETYPE))]
#[repr(C)]
pub struct Decompressor {
    head: Head,
    /// Goes before the dictionary, to which it may refer.
    #[untraversed]
    state: Mutex<State>,
    dict: Option<Ref<ZstdDict>>,
}

struct State {
    context: Decompress,
    feed: Feed,
}

impl State {
    /// `None`: the frame has ended before.
    fn run(&mut self, data: &[u8], limit: usize) -> Option<Result<Vec<u8>, Failure>> {
        if self.feed.eof {
            return None;
        }
        let State { context, feed } = self;
        let result = feed.run(data, |input| {
            let mut out = Vec::new();
            loop {
                let step = context.step(input, &mut out, limit)?;
                let ended = step.status == 0;
                let stuck = step.full && out.len() == limit;
                if ended || stuck || !step.full && input.is_empty() {
                    return Ok(Outcome { holds_output: out.len() == limit, out, ended });
                }
            }
        });
        if result.is_err() {
            self.feed = Feed::new();
            self.context.reset();
        }
        Some(result)
    }
}

#[pymethods]
impl Decompressor {
    #[slot(tp_new, sig = "(zstd_dict=None, options=None)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        zstd_dict: Option<&Object>,
        options: Option<&Object>,
    ) -> Result<Ref<Decompressor>, Raised> {
        let Some(mut context) = Decompress::new() else {
            return Err(ERROR.raise(th, format_args!("Unable to create ZSTD_DCtx instance.")));
        };
        let mut dict = None;
        if let Some(argument) = zstd_dict.filter(|dict| !dict.is(none())) {
            let (found, kind) = dictionary::parse(th, argument)?;
            found.load_to_decompress(th, &mut context, kind.unwrap_or(Use::Digested))?;
            dict = Some(found);
        }
        if let Some(options) = options.filter(|options| !options.is(none())) {
            parameters::each(th, options, false, |th, key, value| {
                context.set(key, value).map_err(|_| parameters::raise_wrong(th, false, key, value))
            })?;
        }
        let state = Mutex::new(State { context, feed: Feed::new() });
        Ok(th.new_instance(cls, Decompressor { head: Head::INIT, state, dict }))
    }

    /// True means the end of the first frame has been reached. If decompress data
    /// after that, an EOFError exception will be raised.
    #[getter]
    fn eof(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.feed.eof)
    }

    /// If the max_length output limit in .decompress() method has been reached,
    /// and the decompressor has (or may has) unconsumed input data, it will be set
    /// to False. In this case, passing b'' to the .decompress() method may output
    /// further data.
    #[getter]
    fn needs_input(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.feed.needs_input)
    }

    /// A bytes object of un-consumed input data.
    ///
    /// When ZstdDecompressor object stops after a frame is
    /// decompressed, unused input data after the frame.  Otherwise this
    /// will be b''.
    #[getter]
    fn unused_data(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = with(th, &self.state, false, |state| state.feed.unused.clone());
        made(th, &bytes)
    }

    /// Decompress *data*, returning uncompressed bytes if possible, or b'' otherwise.
    ///
    ///   data
    ///     A bytes-like object, Zstandard data to be decompressed.
    ///   max_length
    ///     Maximum size of returned data. When it is negative, the size of
    ///     output buffer is unlimited. When it is nonnegative, returns at
    ///     most max_length bytes of decompressed data.
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
    /// Attempting to decompress data after the end of a frame is reached
    /// raises an EOFError.  Any data found after the end of the frame is
    /// ignored and saved in the self.unused_data attribute.
    #[method(sig = "($self, /, data, max_length=-1)")]
    fn decompress(&self, th: &mut Thread, data: Exported, max_length: isize) -> Result<Ref<Bytes>, Raised> {
        let bytes = data.as_slice();
        match with(th, &self.state, true, |state| state.run(bytes, flow::limit(max_length))) {
            Some(Ok(out)) => made(th, &out),
            Some(Err(failure)) => Err(raise_failure(th, failure, "decompress Zstandard data")),
            None => Err(raise::eof_error(th, format_args!("Already at the end of a Zstandard frame."))),
        }
    }
}
