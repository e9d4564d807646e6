//! `_ZlibDecompressor`: decompresses as much as is asked for and keeps the rest of its input.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, raise};

use super::stream::{Inflate, InflateError, Status};
use super::{dictionary, inflate, made, raise_inflate};
use crate::hashes::common::with;

/// Create a decompressor object for decompressing data incrementally.
///
///   wbits = 15
///   zdict
///      The predefined compression dictionary. This is a sequence of bytes
///      (such as a bytes object) containing subsequences that are expected
///      to occur frequently in the data that is to be compressed. Those
///      subsequences that are expected to be most common should come at the
///      end of the dictionary. This must be the same dictionary as used by the
///      compressor that produced the input data.
#[pytype(name = "_ZlibDecompressor", module = "zlib", sig = "(wbits=15, zdict=b'')", gc = none)]
#[repr(C)]
pub struct ZlibDecompressor {
    head: Head,
    #[untraversed]
    state: Mutex<State>,
}

struct State {
    inflate: Inflate,
    dictionary: Option<Vec<u8>>,
    /// Input that was not used yet.
    pending: Vec<u8>,
    /// What came behind the stream's end.
    unused: Vec<u8>,
    eof: bool,
    needs_input: bool,
}

impl State {
    /// `None`: the stream has ended before.
    fn run(&mut self, data: &[u8], limit: usize) -> Option<Result<Vec<u8>, InflateError>> {
        if self.eof {
            return None;
        }
        let mut pending = core::mem::take(&mut self.pending);
        let mut input = data;
        if !pending.is_empty() {
            pending.extend_from_slice(data);
            input = &pending;
        }
        let mut out = Vec::new();
        let result = self.inflate.run(&mut input, &mut out, limit, self.dictionary.as_deref(), libz_sys::Z_SYNC_FLUSH);
        match result {
            Ok(Status::END) => {
                self.eof = true;
                self.needs_input = false;
                self.unused = input.to_vec();
            }
            _ => {
                self.needs_input = input.is_empty();
                self.pending = input.to_vec();
            }
        }
        Some(result.map(|_| out))
    }
}

#[pymethods]
impl ZlibDecompressor {
    #[slot(tp_new, sig = "(wbits=15, zdict=b'')")]
    fn tp_new(th: &mut Thread, _cls: &Type, wbits: i32, zdict: Option<&Object>) -> Result<Ref<ZlibDecompressor>, Raised> {
        let dictionary = dictionary(th, zdict)?;
        let inflate = inflate(th, wbits, dictionary.as_deref())?;
        let state = State { inflate, dictionary, pending: Vec::new(), unused: Vec::new(), eof: false, needs_input: true };
        Ok(th.new_object(ZlibDecompressor { head: Head::INIT, state: Mutex::new(state) }))
    }

    /// True if the end-of-stream marker has been reached.
    #[getter]
    fn eof(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.eof)
    }

    /// Data found after the end of the compressed stream.
    #[getter]
    fn unused_data(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = with(th, &self.state, false, |state| state.unused.clone());
        made(th, &bytes)
    }

    /// True if more input is needed before more decompressed data can be produced.
    #[getter]
    fn needs_input(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.needs_input)
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
        let limit = usize::try_from(max_length).unwrap_or(isize::MAX as usize);
        let bytes = data.as_slice();
        match with(th, &self.state, true, |state| state.run(bytes, limit)) {
            Some(Ok(out)) => made(th, &out),
            Some(Err(error)) => Err(raise_inflate(th, &error)),
            None => Err(raise::eof_error(th, format_args!("End of stream already reached"))),
        }
    }
}
