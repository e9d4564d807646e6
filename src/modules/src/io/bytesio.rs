//! `BytesIO`: a binary stream in memory, and `BytesIOBuffer`, a view of it.
//!
//! Invariant: while views exist, the bytes stay where they are: nothing that could move them succeeds.

use core::ffi::c_int;
use heap::sync::{Mutex, MutexGuard};

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Int, List, Tuple, none, ops, raise};

use super::base::{self, BufferedIoBase, Data, closed_error, offset_argument, size_argument};

/// Buffered I/O implementation using an in-memory bytes buffer.
#[pytype(name = "BytesIO", module = "_io", base = BufferedIoBase, sig = "(initial_bytes=b'')", flags(BASETYPE))]
#[repr(C)]
pub struct BytesIo {
    base: BufferedIoBase,
    state: Mutex<State>,
}

/// A view of a `BytesIO`, behind a memory view.
#[pytype(name = "_BytesIOBuffer", module = "_io", doc = none)]
#[repr(C)]
pub struct BytesIoBuffer {
    head: Head,
    source: Slot<BytesIo>,
}

#[derive(Default)]
struct State {
    bytes: Vec<u8>,
    at: usize,
    closed: bool,
    exports: usize,
}

impl State {
    fn rest(&mut self, wanted: Option<usize>) -> &[u8] {
        let from = self.at.min(self.bytes.len());
        let end = wanted.map_or(self.bytes.len(), |wanted| from.saturating_add(wanted).min(self.bytes.len()));
        if end > from {
            self.at = end;
        }
        &self.bytes[from..end]
    }
}

impl BytesIo {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock()
    }

    fn check(&self, th: &mut Thread) -> Result<(), Raised> {
        let closed = self.state().closed;
        if closed { Err(closed_error(th)) } else { Ok(()) }
    }

    fn check_resizable(&self, th: &mut Thread) -> Result<(), Raised> {
        let exports = self.state().exports;
        if exports > 0 {
            return Err(raise::buffer_error(th, format_args!("Existing exports of data: object cannot be re-sized")));
        }
        Ok(())
    }

    fn put(&self, th: &mut Thread, data: &[u8]) -> Result<usize, Raised> {
        self.check(th)?;
        self.check_resizable(th)?;
        let done = {
            let mut state = self.state();
            let end = state.at.checked_add(data.len()).filter(|end| *end <= isize::MAX as usize);
            match end {
                None => false,
                Some(_) if data.is_empty() => true,
                // A view may have come in between: it is asked for again, under the mutex.
                Some(end) => {
                    let more = end.saturating_sub(state.bytes.len());
                    if (state.exports > 0 && more > 0) || state.bytes.try_reserve(more).is_err() {
                        false
                    } else {
                        let at = state.at;
                        if more > 0 {
                            state.bytes.resize(end, 0);
                        }
                        state.bytes[at..end].copy_from_slice(data);
                        state.at = end;
                        true
                    }
                }
            }
        };
        if done { Ok(data.len()) } else { Err(raise::memory_error(th)) }
    }
}

#[pymethods]
impl BytesIo {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<BytesIo>, Raised> {
        Ok(th.new_instance(cls, BytesIo { base: BufferedIoBase::new(), state: Mutex::default() }))
    }

    #[slot(tp_init, sig = "(initial_bytes=None)")]
    fn init(&self, th: &mut Thread, initial_bytes: Option<&Object>) -> Result<(), Raised> {
        self.check_resizable(th)?;
        let bytes = match initial_bytes {
            Some(initial) if !initial.is(none()) => Data::new(th, initial)?.to_vec(),
            _ => Vec::new(),
        };
        let mut state = self.state();
        if state.exports == 0 {
            (state.bytes, state.at) = (bytes, 0);
        }
        Ok(())
    }

    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.check(th)?;
        let (bytes, at) = {
            let state = self.state();
            (state.bytes.clone(), state.at)
        };
        let (bytes, at) = (Bytes::new(th, &bytes), Int::from_usize(th, at));
        let dict = base::state_dict(th, self.as_object())?;
        Ok(Tuple::from_slice(th, &[bytes.as_object(), at.as_object(), &dict]).up())
    }

    #[method(sig = none)]
    fn __setstate__(&self, th: &mut Thread, state: &Object) -> Result<(), Raised> {
        let Some(parts) = state.downcast::<Tuple>().filter(|parts| parts.len() >= 3) else {
            let (whose, got) = (ops::type_name(self.as_object()), ops::type_name(state));
            return Err(raise::type_error(th, format_args!("{whose}.__setstate__ argument should be 3-tuple, got {got}")));
        };
        self.check_resizable(th)?;
        let bytes = Data::new(th, parts.get(0))?.to_vec();
        self.check(th)?;
        let at = base::state_position(th, parts.get(1), "second")?;
        base::set_state_dict(th, self.as_object(), parts.get(2), "third")?;
        let mut own = self.state();
        if own.exports == 0 {
            (own.bytes, own.at) = (bytes, at);
        }
        Ok(())
    }

    #[method]
    fn readable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| true)
    }

    #[method]
    fn writable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| true)
    }

    #[method]
    fn seekable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| true)
    }

    #[method]
    fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        self.check(th)
    }

    #[method]
    fn isatty(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check(th).map(|()| false)
    }

    #[method]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        self.check_resizable(th)?;
        let mut state = self.state();
        state.closed = true;
        if state.exports == 0 {
            state.bytes = Vec::new();
        }
        Ok(())
    }

    #[method]
    fn getvalue(&self, th: &mut Thread) -> Result<Ref<Bytes>, Raised> {
        self.check(th)?;
        let bytes = Bytes::try_new(th, &self.state().bytes);
        bytes.ok_or(()).or_else(|()| Err(raise::memory_error(th)))
    }

    #[method]
    fn getbuffer(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.check(th)?;
        let view = th.new_object(BytesIoBuffer { head: Head::INIT, source: Slot::new(self.to_ref()) });
        let builtins = (objects::hooks::get().import)(th, "builtins")?;
        let class = ops::getattr_str(th, &builtins, "memoryview")?;
        ops::call1(th, &class, view.as_object())
    }

    #[method]
    fn tell(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.check(th)?;
        Ok(self.state().at)
    }

    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(&self, th: &mut Thread, pos: isize, whence: i32) -> Result<usize, Raised> {
        self.check(th)?;
        if whence == 0 && pos < 0 {
            return Err(raise::value_error(th, format_args!("negative seek value {pos}")));
        }
        if !(0..=2).contains(&whence) {
            return Err(raise::value_error(th, format_args!("invalid whence ({whence}, should be 0, 1 or 2)")));
        }
        let to = {
            let mut state = self.state();
            let from = [0, state.at, state.bytes.len()][whence as usize];
            let to = from.cast_signed().checked_add(pos).map(|to| to.max(0).cast_unsigned());
            state.at = to.unwrap_or(state.at);
            to
        };
        to.ok_or(()).or_else(|()| Err(raise::overflow_error(th, format_args!("new position too large"))))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        let size = size_argument(th, size)?;
        let mut state = self.state();
        if state.closed {
            drop(state);
            return Err(closed_error(th));
        }
        Ok(Bytes::new(th, state.rest(size)))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read1(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        self.read(th, size)
    }

    #[method(sig = "($self, size=-1, /)")]
    fn readline(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        self.check(th)?;
        let size = size_argument(th, size)?.unwrap_or(usize::MAX);
        let mut state = self.state();
        let from = state.at.min(state.bytes.len());
        let line = memchr::memchr(b'\n', &state.bytes[from..]).map_or(usize::MAX, |at| at + 1);
        Ok(Bytes::new(th, state.rest(Some(line.min(size)))))
    }

    /// List of bytes objects, each a line from the file.
    ///
    /// Call readline() repeatedly and return a list of the lines so read.
    /// The optional size argument, if given, is an approximate bound on the
    /// total number of bytes in the lines returned.
    #[method(sig = "($self, size=None, /)")]
    fn readlines(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<List>, Raised> {
        self.check(th)?;
        let most = size_argument(th, size)?.filter(|size| *size > 0).unwrap_or(usize::MAX);
        let (mut lines, mut total) = (Vec::new(), 0);
        while total < most {
            let line = self.readline(th, None)?;
            if line.is_empty() {
                break;
            }
            total += line.len();
            lines.push(line.up());
        }
        Ok(List::new(th, lines))
    }

    /// Write lines to the file.
    ///
    /// Note that newlines are not added.  lines can be any iterable object
    /// producing bytes-like objects. This is equivalent to calling write() for
    /// each element.
    #[method(sig = "($self, lines, /)")]
    fn writelines(&self, th: &mut Thread, lines: &Object) -> Result<(), Raised> {
        self.check(th)?;
        let lines = ops::iter_all(th, lines)?;
        while let Some(line) = ops::next(th, &lines)? {
            self.write(th, &line)?;
        }
        Ok(())
    }

    #[method]
    fn __sizeof__(&self) -> usize {
        self.as_object().ty().instance_size(0) + self.state().bytes.capacity()
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Object> {
        self.as_object().to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Bytes>>, Raised> {
        let line = self.readline(th, None)?;
        Ok(if line.is_empty() { None } else { Some(line) })
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(&self, th: &mut Thread, mut buffer: WritableBuffer) -> Result<usize, Raised> {
        self.check(th)?;
        let place = buffer.as_mut_slice();
        let mut state = self.state();
        let bytes = state.rest(Some(place.len()));
        place[..bytes.len()].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    #[method(sig = "($self, b, /)")]
    fn write(&self, th: &mut Thread, b: &Object) -> Result<usize, Raised> {
        let data = Data::new(th, b)?;
        self.put(th, &data)
    }

    #[method(sig = "($self, size=None, /)")]
    fn truncate(&self, th: &mut Thread, size: Option<&Object>) -> Result<usize, Raised> {
        self.check(th)?;
        self.check_resizable(th)?;
        let size = match size {
            Some(size) if !size.is(none()) => offset_argument(th, size)?,
            _ => self.state().at as i64,
        };
        let Ok(len) = usize::try_from(size) else {
            return Err(raise::value_error(th, format_args!("negative size value {size}")));
        };
        // The number may have come from code that closed the stream or took a view.
        self.check(th)?;
        self.check_resizable(th)?;
        let mut state = self.state();
        if state.exports == 0 {
            state.bytes.truncate(len);
        }
        Ok(len)
    }

    #[getter]
    fn closed(&self) -> bool {
        self.state().closed
    }
}

#[pymethods]
impl BytesIoBuffer {
    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, view: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        let Some(source) = self.source.get(th, self) else { return Err(raise::buffer_error(th, format_args!("the stream is gone"))) };
        let (start, len) = {
            let mut state = source.state();
            state.exports += 1;
            (state.bytes.as_mut_ptr(), state.bytes.len())
        };
        let filled = fill_view(th, view, self, start, len, false, flags);
        if filled.is_err() {
            source.state().exports -= 1;
        }
        filled
    }

    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, th: &mut Thread, _view: &mut Py_buffer) {
        if let Some(source) = self.source.get(th, self) {
            let mut state = source.state();
            state.exports = state.exports.saturating_sub(1);
        }
    }
}

