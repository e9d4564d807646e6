//! Decompressor objects that keep what they could not use.

use heap::sync::Mutex;
use heap::{Head, Object, Raised, Ref, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, raise};

use super::stream::{Failure, Inflate, InflateError, Status};
use super::{inflate, made, no_memory, raise_failure, raise_inflate};
use crate::hashes::common::with;

#[pytype(name = "Decompress", module = "zlib", doc = none, flags(DISALLOW_INSTANTIATION), gc = none)]
#[repr(C)]
pub struct Decompress {
    head: Head,
    #[untraversed]
    state: Mutex<State>,
}

struct State {
    inflate: Inflate,
    dictionary: Option<Vec<u8>>,
    /// What came behind the stream's end.
    unused: Vec<u8>,
    /// Input that did not fit into the output asked for.
    tail: Vec<u8>,
    eof: bool,
}

impl State {
    fn run(&mut self, mut input: &[u8], out: &mut Vec<u8>, limit: usize, flush: i32) -> Result<Status, InflateError> {
        let result = self.inflate.run(&mut input, out, limit, self.dictionary.as_deref(), flush);
        if matches!(result, Err(InflateError::Dictionary(_))) {
            return result;
        }
        if matches!(result, Ok(Status::END)) {
            self.unused.extend_from_slice(input);
            self.tail.clear();
            self.eof = true;
        } else if !input.is_empty() || !self.tail.is_empty() {
            self.tail = input.to_vec();
        }
        result
    }
}

impl Decompress {
    fn around(th: &Thread, state: State) -> Ref<Decompress> {
        th.new_object(Decompress { head: Head::INIT, state: Mutex::new(state) })
    }

    pub fn create(th: &mut Thread, wbits: i32, dictionary: Option<Vec<u8>>) -> Result<Ref<Decompress>, Raised> {
        let inflate = inflate(th, wbits, dictionary.as_deref())?;
        Ok(Decompress::around(th, State { inflate, dictionary, unused: Vec::new(), tail: Vec::new(), eof: false }))
    }
}

#[pymethods]
impl Decompress {
    #[getter]
    fn unused_data(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = with(th, &self.state, false, |state| state.unused.clone());
        made(th, &bytes)
    }

    #[getter]
    fn unconsumed_tail(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        let bytes = with(th, &self.state, false, |state| state.tail.clone());
        made(th, &bytes)
    }

    #[getter]
    fn eof(&self, th: &mut Thread) -> bool {
        with(th, &self.state, false, |state| state.eof)
    }

    /// Return a bytes object containing the decompressed version of the data.
    ///
    ///   data
    ///     The binary data to decompress.
    ///   max_length
    ///     The maximum allowable length of the decompressed data.
    ///     Unconsumed input data will be stored in
    ///     the unconsumed_tail attribute.
    ///
    /// After calling this function, some of the input data may still be
    /// stored in internal buffers for later processing.
    /// Call the flush() method to clear these buffers.
    #[method(sig = "($self, data, /, max_length=0)")]
    fn decompress(&self, th: &mut Thread, data: Exported, max_length: isize) -> Result<Ref<Bytes>, Raised> {
        let limit = match usize::try_from(max_length) {
            Ok(0) => isize::MAX as usize,
            Ok(limit) => limit,
            Err(_) => return Err(raise::value_error(th, format_args!("max_length must be non-negative"))),
        };
        let bytes = data.as_slice();
        let mut out = Vec::new();
        let result = with(th, &self.state, true, |state| state.run(bytes, &mut out, limit, libz_sys::Z_SYNC_FLUSH));
        match result {
            Ok(_) => made(th, &out),
            Err(error) => Err(raise_inflate(th, &error)),
        }
    }

    /// Return a bytes object containing any remaining decompressed data.
    ///
    ///   length
    ///     the initial size of the output buffer.
    #[method(sig = "($self, length=zlib.DEF_BUF_SIZE, /)")]
    fn flush(&self, th: &mut Thread, #[default(16384)] length: isize) -> Result<Ref<Bytes>, Raised> {
        if length <= 0 {
            return Err(raise::value_error(th, format_args!("length must be greater than zero")));
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(length.unsigned_abs()).is_err() {
            return Err(raise::memory_error(th));
        }
        let result = with(th, &self.state, true, |state| {
            let tail = core::mem::take(&mut state.tail);
            let result = state.run(&tail, &mut out, isize::MAX as usize, libz_sys::Z_FINISH);
            if matches!(result, Ok(Status::END)) {
                state.inflate.finish();
            }
            result
        });
        match result {
            Ok(_) => made(th, &out),
            // A stream that was flushed before has nothing more to say.
            Err(InflateError::Data(Failure { status: Status::BAD_STREAM, .. })) => made(th, &out),
            Err(error) => Err(raise_inflate(th, &error)),
        }
    }

    /// Return a copy of the decompression object.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Decompress>, Raised> {
        let copy = with(th, &self.state, false, |state| {
            Ok(State {
                inflate: state.inflate.copy()?,
                dictionary: state.dictionary.clone(),
                unused: state.unused.clone(),
                tail: state.tail.clone(),
                eof: state.eof,
            })
        });
        match copy {
            Ok(state) => Ok(Decompress::around(th, state)),
            Err(failure) => Err(copy_failed(th, &failure)),
        }
    }

    #[method]
    fn __copy__(&self, th: &mut Thread) -> Result<Ref<Decompress>, Raised> {
        self.copy(th)
    }

    #[method(sig = "($self, memo, /)")]
    fn __deepcopy__(&self, th: &mut Thread, _memo: &Object) -> Result<Ref<Decompress>, Raised> {
        self.copy(th)
    }
}

#[cold]
fn copy_failed(th: &mut Thread, failure: &Failure) -> Raised {
    match failure.status {
        Status::BAD_STREAM => raise::value_error(th, format_args!("Inconsistent stream state")),
        Status::NO_MEMORY => no_memory(th, "Can't allocate memory for decompression object"),
        _ => raise_failure(th, failure, "while copying decompression object"),
    }
}
