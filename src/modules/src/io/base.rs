//! The abstract classes `_IOBase`, `_RawIOBase`, `_BufferedIOBase` and `_TextIOBase`, and the questions that all streams ask.

use heap::sync::{AtomicBool, Ordering::*};

use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{ByteArray, Bytes, Int, List, Str, Tuple, exceptions, none, ops, raise, typing};

use super::names as n;

static UNSUPPORTED: Global<Object> = Global::EMPTY;

/// `io.UnsupportedOperation`, made on first use.
pub fn unsupported_class(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    UNSUPPORTED.get_or_init(th, |th| {
        let name = Str::new(th, "UnsupportedOperation");
        let bases = Tuple::from_slice(th, &[exceptions::os_error_type().as_object(), exceptions::value_error_type().as_object()]);
        let dict = objects::Dict::new(th);
        let module = Str::new(th, "io");
        dict.set_by_name(th, "__module__", module.up());
        ops::call(th, typing::type_type(), &[&name, &bases, &dict])
    })
}

/// Raises `UnsupportedOperation(message)`.
#[cold]
pub fn unsupported(th: &mut Thread, message: &str) -> Raised {
    match unsupported_class(th) {
        Ok(class) => {
            let message = Str::new(th, message);
            raise::object(th, &class, Some(&message))
        }
        Err(raised) => raised,
    }
}

/// Raises `BlockingIOError(EAGAIN, text, written)`.
#[cold]
pub fn would_block(th: &mut Thread, text: &str, written: usize) -> Raised {
    let (errno, text, written) = (Int::from_i64(th, libc::EAGAIN.into()), Str::new(th, text), Int::from_usize(th, written));
    raise::call_class(th, exceptions::blocking_io_error_type(), &[&errno, &text, &written])
}

/// Whether `stream.closed` is true.
pub fn is_closed(th: &mut Thread, stream: &Object) -> Result<bool, Raised> {
    let closed = ops::getattr(th, stream, &n::closed)?;
    ops::is_true(th, &closed)
}

/// Raises unless the stream is open.
pub fn check_closed(th: &mut Thread, stream: &Object) -> Result<(), Raised> {
    if is_closed(th, stream)? { Err(closed_error(th)) } else { Ok(()) }
}

#[cold]
pub fn closed_error(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("I/O operation on closed file."))
}

/// Raises unless `stream.question()` is true.
pub fn check_can(th: &mut Thread, stream: &Object, question: &Str, message: &str) -> Result<(), Raised> {
    let answer = ops::call_method(th, stream, question, &[])?;
    if answer.is(objects::true_()) { Ok(()) } else { Err(unsupported(th, message)) }
}

/// The bytes of a bytes-like object, held. It must be dropped while the thread is attached.
pub enum Data {
    Bytes(Ref<Bytes>),
    Copy(Vec<u8>),
    Buffer(Buffer),
}

impl Data {
    pub fn new(th: &mut Thread, object: &Object) -> Result<Data, Raised> {
        if let Some(bytes) = object.downcast::<Bytes>() {
            return Ok(Data::Bytes(bytes.to_ref()));
        }
        // Others may change an array meanwhile: what is written is what it was at one moment.
        if let Some(array) = object.downcast::<ByteArray>() {
            return Ok(Data::Copy(array.to_vec(th)));
        }
        if object.is_a::<Str>() {
            return Err(raise::type_error(th, format_args!("a bytes-like object is required, not 'str'")));
        }
        Buffer::with_flags(th, object, abi::PyBUF_SIMPLE).map(Data::Buffer)
    }
}

impl core::ops::Deref for Data {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Data::Bytes(bytes) => bytes.as_slice(),
            Data::Copy(bytes) => bytes,
            Data::Buffer(buffer) => buffer.as_slice(),
        }
    }
}

/// The size argument of `read` and its like: `None` and negative numbers are "all".
pub fn size_argument(th: &mut Thread, size: Option<&Object>) -> Result<Option<usize>, Raised> {
    match size {
        None => Ok(None),
        Some(size) if size.is(none()) => Ok(None),
        Some(size) if !ops::has_index(size) => {
            let got = ops::type_name(size);
            Err(raise::type_error(th, format_args!("argument should be integer or None, not '{got}'")))
        }
        Some(size) => {
            let size = ops::index_isize(th, size)?;
            Ok(usize::try_from(size).ok())
        }
    }
}

/// An offset from an integer-like object.
pub fn offset_argument(th: &mut Thread, offset: &Object) -> Result<i64, Raised> {
    if offset.is_a::<objects::Float>() {
        return Err(raise::type_error(th, format_args!("'float' object cannot be interpreted as an integer")));
    }
    let offset = ops::index(th, offset)?;
    match offset.to_i64() {
        Some(offset) => Ok(offset),
        None => Err(raise::overflow_error(th, format_args!("cannot fit 'int' into an offset-sized integer"))),
    }
}

/// A stream's `name` in its repr: `None` if there is none.
pub fn shown_name(th: &mut Thread, stream: &Object) -> Result<Option<String>, Raised> {
    match ops::getattr(th, stream, &n::name) {
        Ok(name) => Ok(Some(ops::repr(th, &name)?.to_string_lossy())),
        Err(_) if raise::catch(th, exceptions::attribute_error_type()).is_some() => Ok(None),
        Err(_) if raise::catch(th, exceptions::value_error_type()).is_some() => Ok(None),
        Err(raised) => Err(raised),
    }
}

/// The attributes of a stream, copied for its pickle.
pub fn state_dict(th: &mut Thread, stream: &Object) -> Result<Ref<Object>, Raised> {
    match typing::instance::instance_dict(th, stream)? {
        Some(dict) if dict.len() > 0 => Ok(dict.copy(th)?.up()),
        _ => Ok(objects::none_ref()),
    }
}

/// The position in a pickled stream.
pub fn state_position(th: &mut Thread, at: &Object, which: &str) -> Result<usize, Raised> {
    let Some(number) = at.downcast::<Int>() else {
        let got = ops::type_name(at);
        return Err(raise::type_error(th, format_args!("{which} item of state must be an integer, got {got}")));
    };
    match number.to_i64() {
        Some(at) if at >= 0 => Ok(at as usize),
        Some(_) => Err(raise::value_error(th, format_args!("position value cannot be negative"))),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t"))),
    }
}

/// Puts the attributes of a pickled stream back.
pub fn set_state_dict(th: &mut Thread, stream: &Object, dict: &Object, which: &str) -> Result<(), Raised> {
    if dict.is(none()) {
        return Ok(());
    }
    let Some(dict) = dict.downcast::<objects::Dict>() else {
        let got = ops::type_name(dict);
        return Err(raise::type_error(th, format_args!("{which} item of state should be a dict, got a {got}")));
    };
    for (name, value) in dict.snapshot(th) {
        match name.downcast_ref::<Str>() {
            Some(name) => ops::setattr(th, stream, name, &value)?,
            None => return Err(raise::type_error(th, format_args!("attribute name must be string"))),
        }
    }
    Ok(())
}

/// Calls `_dealloc_warn(source)` of the stream below; what it raises is unraisable.
pub fn warn_below(th: &mut Thread, below: &Object, source: &Object) {
    match ops::getattr_opt(th, below, &n::_dealloc_warn) {
        Ok(None) => {}
        Ok(Some(warn)) => {
            if ops::call1(th, &warn, source).is_err() {
                raise::unraisable(th, "Exception ignored while finalizing file", Some(source));
            }
        }
        Err(_) => {
            th.take_exception();
        }
    }
}

/// `close` of a stream with another one below: flushes, closes the lower one whatever happens, and raises the first error.
pub fn flush_and_close(th: &mut Thread, stream: &Object, below: &Object) -> Result<(), Raised> {
    let flushed = ops::call_method(th, stream, &n::flush, &[]);
    let earlier = if flushed.is_err() { th.take_exception() } else { None };
    let closed = ops::call_method(th, below, &n::close, &[]);
    match (earlier, closed) {
        (None, Ok(_)) => Ok(()),
        (None, Err(raised)) => Err(raised),
        (Some(earlier), Ok(_)) => Err(raise::again(th, earlier)),
        (Some(earlier), Err(_)) => Err(raise::chain(th, earlier)),
    }
}

/// The abstract base class for all I/O classes.
///
/// This class provides dummy implementations for many methods that
/// derived classes can override selectively; the default implementations
/// represent a file that cannot be read, written or seeked.
///
/// Even though IOBase does not declare read, readinto, or write because
/// their signatures will vary, implementations and clients should
/// consider those methods part of the interface. Also, implementations
/// may raise UnsupportedOperation when operations they do not support are
/// called.
///
/// The basic type used for binary data read from or written to a file is
/// bytes. Other bytes-like objects are accepted as method arguments too.
/// In some cases (such as readinto), a writable object is required. Text
/// I/O classes work with str data.
///
/// Note that calling any method (except additional calls to close(),
/// which are ignored) on a closed stream should raise a ValueError.
///
/// IOBase (and its subclasses) support the iterator protocol, meaning
/// that an IOBase object can be iterated over yielding the lines in a
/// stream.
///
/// IOBase also supports the :keyword:`with` statement. In this example,
/// fp is closed after the suite of the with statement is complete:
///
/// with open('spam.txt', 'r') as fp:
///     fp.write('Spam and eggs!')
#[pytype(name = "_IOBase", module = "_io", flags(BASETYPE, PLAIN_NEW), dict, weakref)]
#[repr(C)]
pub struct IoBase {
    head: Head,
    dict: Slot<objects::Dict>,
    /// What `_IOBase.close` sets; the concrete streams have a `closed` of their own.
    base_closed: AtomicBool,
    /// The finalizer is closing the stream: a file that is still open is worth a warning.
    finalizing: AtomicBool,
}

/// Base class for raw binary I/O.
#[pytype(name = "_RawIOBase", module = "_io", base = IoBase, flags(BASETYPE, PLAIN_NEW))]
#[repr(C)]
pub struct RawIoBase {
    base: IoBase,
}

/// Base class for buffered IO objects.
///
/// The main difference with RawIOBase is that the read() method
/// supports omitting the size argument, and does not have a default
/// implementation that defers to readinto().
///
/// In addition, read(), readinto() and write() may raise
/// BlockingIOError if the underlying raw stream is in non-blocking
/// mode and not ready; unlike their raw counterparts, they will never
/// return None.
///
/// A typical implementation should not inherit from a RawIOBase
/// implementation, but wrap one.
#[pytype(name = "_BufferedIOBase", module = "_io", base = IoBase, flags(BASETYPE, PLAIN_NEW))]
#[repr(C)]
pub struct BufferedIoBase {
    base: IoBase,
}

/// Base class for text I/O.
///
/// This class provides a character and line based interface to stream
/// I/O. There is no readinto method because Python's character strings
/// are immutable.
#[pytype(name = "_TextIOBase", module = "_io", base = IoBase, flags(BASETYPE, PLAIN_NEW))]
#[repr(C)]
pub struct TextIoBase {
    base: IoBase,
}

impl IoBase {
    pub fn new() -> IoBase {
        IoBase { head: Head::INIT, dict: Slot::NULL, base_closed: AtomicBool::new(false), finalizing: AtomicBool::new(false) }
    }

    /// Whether the finalizer is at work.
    pub fn is_finalizing(&self) -> bool {
        self.finalizing.load(Relaxed)
    }

    /// `_IOBase.close` of a stream that has its own idea of being closed.
    pub fn mark_closed(&self) {
        self.base_closed.store(true, Release);
    }
}

impl RawIoBase {
    pub fn new() -> RawIoBase {
        RawIoBase { base: IoBase::new() }
    }
}

impl BufferedIoBase {
    pub fn new() -> BufferedIoBase {
        BufferedIoBase { base: IoBase::new() }
    }
}

impl TextIoBase {
    pub fn new() -> TextIoBase {
        TextIoBase { base: IoBase::new() }
    }
}

#[pymethods]
impl IoBase {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<IoBase>, Raised> {
        Ok(th.new_instance(cls, IoBase::new()))
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) {
        let stream = self.as_object();
        match is_closed(th, stream) {
            Ok(true) => return,
            Ok(false) => {}
            // What cannot say whether it is open cannot be used: not initialized, or detached.
            Err(_) => {
                th.take_exception();
                return;
            }
        }
        self.finalizing.store(true, Relaxed);
        if ops::call_method(th, stream, &n::close, &[]).is_err() {
            raise::unraisable(th, "Exception ignored while finalizing file", Some(stream));
        }
    }

    /// Change the stream position to the given byte offset.
    ///
    ///   offset
    ///     The stream position, relative to 'whence'.
    ///   whence
    ///     The relative position to seek from.
    ///
    /// The offset is interpreted relative to the position indicated by whence.
    /// Values for whence are:
    ///
    /// * os.SEEK_SET or 0 -- start of stream (the default); offset should be zero or positive
    /// * os.SEEK_CUR or 1 -- current stream position; offset may be negative
    /// * os.SEEK_END or 2 -- end of stream; offset is usually negative
    ///
    /// Return the new absolute position.
    #[method(sig = "($self, offset, whence=os.SEEK_SET, /)")]
    fn seek(&self, th: &mut Thread, _offset: &Object, _whence: Option<&Object>) -> Result<(), Raised> {
        Err(unsupported(th, "seek"))
    }

    /// Return current stream position.
    #[method]
    fn tell(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (zero, one) = (Int::from_i64(th, 0), Int::from_i64(th, 1));
        ops::call_method(th, self.as_object(), &n::seek, &[&zero, &one])
    }

    /// Truncate file to size bytes.
    ///
    /// File pointer is left unchanged. Size defaults to the current IO position
    /// as reported by tell(). Return the new size.
    #[method(sig = "($self, size=None, /)")]
    fn truncate(&self, th: &mut Thread, _size: Option<&Object>) -> Result<(), Raised> {
        Err(unsupported(th, "truncate"))
    }

    /// Flush write buffers, if applicable.
    ///
    /// This is not implemented for read-only and non-blocking streams.
    #[method]
    fn flush(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.base_closed.load(Acquire) { Err(closed_error(th)) } else { Ok(()) }
    }

    /// Flush and close the IO object.
    ///
    /// This method has no effect if the file is already closed.
    #[method]
    pub fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.base_closed.load(Acquire) {
            return Ok(());
        }
        let flushed = ops::call_method(th, self.as_object(), &n::flush, &[]);
        self.base_closed.store(true, Release);
        flushed.map(|_| ())
    }

    /// Return whether object supports random access.
    ///
    /// If False, seek(), tell() and truncate() will raise OSError.
    /// This method may need to do a test seek().
    #[method]
    fn seekable(&self) -> bool {
        false
    }

    /// Return whether object was opened for reading.
    ///
    /// If False, read() will raise OSError.
    #[method]
    fn readable(&self) -> bool {
        false
    }

    /// Return whether object was opened for writing.
    ///
    /// If False, write() will raise OSError.
    #[method]
    fn writable(&self) -> bool {
        false
    }

    #[getter]
    fn __dict__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match typing::instance::instance_dict(th, self.as_object())? {
            Some(dict) => Ok(dict.up()),
            None => Err(raise::new(th, exceptions::attribute_error_type(), format_args!("__dict__"))),
        }
    }

    #[method(sig = "($self)")]
    fn _checkClosed(&self, th: &mut Thread) -> Result<(), Raised> {
        check_closed(th, self.as_object())
    }

    #[method(sig = "($self)")]
    fn _checkSeekable(&self, th: &mut Thread) -> Result<bool, Raised> {
        check_can(th, self.as_object(), &n::seekable, "File or stream is not seekable.").map(|()| true)
    }

    #[method(sig = "($self)")]
    fn _checkReadable(&self, th: &mut Thread) -> Result<bool, Raised> {
        check_can(th, self.as_object(), &n::readable, "File or stream is not readable.").map(|()| true)
    }

    #[method(sig = "($self)")]
    fn _checkWritable(&self, th: &mut Thread) -> Result<bool, Raised> {
        check_can(th, self.as_object(), &n::writable, "File or stream is not writable.").map(|()| true)
    }

    /// Return underlying file descriptor if one exists.
    ///
    /// Raise OSError if the IO object does not use a file descriptor.
    #[method]
    fn fileno(&self, th: &mut Thread) -> Result<i32, Raised> {
        Err(unsupported(th, "fileno"))
    }

    /// Return whether this is an 'interactive' stream.
    ///
    /// Return False if it can't be determined.
    #[method]
    fn isatty(&self, th: &mut Thread) -> Result<bool, Raised> {
        check_closed(th, self.as_object()).map(|()| false)
    }

    #[method]
    fn __enter__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        check_closed(th, self.as_object())?;
        Ok(self.as_object().to_ref())
    }

    #[method(sig = "($self, /, *exc_info)", shows = none)]
    fn __exit__(&self, th: &mut Thread, _exc_info: Args<'_>) -> Result<Ref<Object>, Raised> {
        ops::call_method(th, self.as_object(), &n::close, &[])
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        check_closed(th, self.as_object())?;
        Ok(self.as_object().to_ref())
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let line = ops::call_method(th, self.as_object(), &n::readline, &[])?;
        if ops::len(th, &line)? == 0 { Ok(None) } else { Ok(Some(line)) }
    }

    /// Read and return a line from the stream.
    ///
    /// If size is specified, at most size bytes will be read.
    ///
    /// The line terminator is always b'\n' for binary files; for text
    /// files, the newlines argument to open can be used to select the line
    /// terminator(s) recognized.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        let limit = size_argument(th, size)?.unwrap_or(usize::MAX);
        let peek = ops::getattr_opt(th, self.as_object(), &n::peek)?;
        let mut line = Vec::new();
        while line.len() < limit {
            let mut wanted = 1;
            if let Some(peek) = &peek {
                let one = Int::from_i64(th, 1);
                let ahead = ops::call1(th, peek, &one)?;
                let Some(ahead) = ahead.downcast_ref::<Bytes>() else {
                    let got = ops::type_name(&ahead);
                    return Err(raise::new(th, exceptions::os_error_type(), format_args!("peek() should have returned a bytes object, not '{got}'")));
                };
                let ahead = ahead.as_slice();
                if !ahead.is_empty() {
                    let end = ahead.iter().position(|b| *b == b'\n').map_or(ahead.len(), |at| at + 1);
                    wanted = end.min(limit - line.len());
                }
            }
            let wanted = Int::from_usize(th, wanted);
            let got = ops::call_method(th, self.as_object(), &n::read, &[&wanted])?;
            let Some(bytes) = got.downcast_ref::<Bytes>() else {
                let got = ops::type_name(&got);
                return Err(raise::new(th, exceptions::os_error_type(), format_args!("read() should have returned a bytes object, not '{got}'")));
            };
            if bytes.is_empty() {
                break;
            }
            line.extend_from_slice(bytes.as_slice());
            if line.last() == Some(&b'\n') {
                break;
            }
        }
        Ok(Bytes::new(th, &line))
    }

    /// Return a list of lines from the stream.
    ///
    /// hint can be specified to control the number of lines read: no more
    /// lines will be read if the total size (in bytes/characters) of all
    /// lines so far exceeds hint.
    #[method(sig = "($self, hint=-1, /)")]
    fn readlines(&self, th: &mut Thread, hint: Option<&Object>) -> Result<Ref<List>, Raised> {
        let hint = size_argument(th, hint)?.filter(|hint| *hint > 0);
        let iterator = ops::iter(th, self.as_object())?;
        let mut lines = Vec::new();
        let mut total = 0;
        while let Some(line) = ops::next(th, &iterator)? {
            let len = ops::len(th, &line)?;
            lines.push(line);
            total += len;
            if hint.is_some_and(|hint| total > hint) {
                break;
            }
        }
        Ok(List::new(th, lines))
    }

    /// Write a list of lines to stream.
    ///
    /// Line separators are not added, so it is usual for each of the
    /// lines provided to have a line separator at the end.
    #[method(sig = "($self, lines, /)")]
    fn writelines(&self, th: &mut Thread, lines: &Object) -> Result<(), Raised> {
        check_closed(th, self.as_object())?;
        let iterator = ops::iter_all(th, lines)?;
        while let Some(line) = ops::next(th, &iterator)? {
            ops::call_method(th, self.as_object(), &n::write, &[&line])?;
        }
        Ok(())
    }

    #[getter]
    fn closed(&self) -> bool {
        self.base_closed.load(Acquire)
    }
}

#[pymethods]
impl RawIoBase {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<RawIoBase>, Raised> {
        Ok(th.new_instance(cls, RawIoBase::new()))
    }

    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(size) = size_argument(th, size)? else {
            return ops::call_method(th, self.as_object(), &n::readall, &[]);
        };
        let Ok(zeros) = zeros(size) else { return Err(raise::memory_error(th)) };
        let array = ByteArray::new(th, &zeros)?;
        let got = ops::call_method(th, self.as_object(), &n::readinto, &[&array])?;
        if got.is(none()) {
            return Ok(got);
        }
        let got = ops::index_isize(th, &got)?;
        let bytes = array.to_vec(th);
        match usize::try_from(got).ok().and_then(|got| bytes.get(..got)) {
            Some(bytes) => Ok(Bytes::new(th, bytes).up()),
            None => Err(raise::value_error(th, format_args!("readinto returned {got} outside buffer size {size}"))),
        }
    }

    #[method]
    fn readinto(&self, th: &mut Thread, _buffer: &Object) -> Result<Ref<Object>, Raised> {
        Err(raise::empty(th, exceptions::not_implemented_error_type()))
    }

    #[method]
    fn write(&self, th: &mut Thread, _data: &Object) -> Result<Ref<Object>, Raised> {
        Err(raise::empty(th, exceptions::not_implemented_error_type()))
    }

    /// Read until EOF, using multiple read() call.
    #[method]
    fn readall(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        read_to_end(th, self.as_object(), Vec::new())
    }
}

/// Calls `read` until there is no more; None if nothing came and the stream would have blocked.
pub fn read_to_end(th: &mut Thread, stream: &Object, mut all: Vec<u8>) -> Result<Ref<Object>, Raised> {
    loop {
        let size = Int::from_usize(th, super::DEFAULT_BUFFER_SIZE);
        let got = ops::call_method(th, stream, &n::read, &[&size])?;
        if got.is(none()) {
            if all.is_empty() {
                return Ok(got);
            }
            break;
        }
        let Some(bytes) = got.downcast_ref::<Bytes>() else {
            return Err(raise::type_error(th, format_args!("read() should return bytes")));
        };
        if bytes.is_empty() {
            break;
        }
        all.extend_from_slice(bytes.as_slice());
    }
    Ok(Bytes::new(th, &all).up())
}

/// So many zero bytes, or no memory.
pub fn zeros(len: usize) -> Result<Vec<u8>, std::collections::TryReserveError> {
    let mut out = Vec::new();
    out.try_reserve_exact(len)?;
    out.resize(len, 0);
    Ok(out)
}

#[pymethods]
impl BufferedIoBase {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<BufferedIoBase>, Raised> {
        Ok(th.new_instance(cls, BufferedIoBase::new()))
    }

    /// Disconnect this buffer from its underlying raw stream and return it.
    ///
    /// After the raw stream has been detached, the buffer is in an unusable
    /// state.
    #[method]
    fn detach(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "detach"))
    }

    /// Read and return up to n bytes.
    ///
    /// If the size argument is omitted, None, or negative, read and
    /// return all data until EOF.
    ///
    /// If the size argument is positive, and the underlying raw stream is
    /// not 'interactive', multiple raw reads may be issued to satisfy
    /// the byte count (unless EOF is reached first).
    /// However, for interactive raw streams (as well as sockets and pipes),
    /// at most one raw read will be issued, and a short result does not
    /// imply that EOF is imminent.
    ///
    /// Return an empty bytes object on EOF.
    ///
    /// Return None if the underlying raw stream was open in non-blocking
    /// mode and no data is available at the moment.
    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, _size: Option<&Object>) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "read"))
    }

    /// Read and return up to size bytes, with at most one read() call to the underlying raw stream.
    ///
    /// Return an empty bytes object on EOF.
    /// A short result does not imply that EOF is imminent.
    #[method(sig = "($self, size=-1, /)")]
    fn read1(&self, th: &mut Thread, _size: Option<&Object>) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "read1"))
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto(&self, th: &mut Thread, mut buffer: WritableBuffer) -> Result<usize, Raised> {
        read_into(th, self.as_object(), &n::read, buffer.as_mut_slice())
    }

    #[method(sig = "($self, buffer, /)")]
    fn readinto1(&self, th: &mut Thread, mut buffer: WritableBuffer) -> Result<usize, Raised> {
        read_into(th, self.as_object(), &n::read1, buffer.as_mut_slice())
    }

    /// Write buffer b to the IO stream.
    ///
    /// Return the number of bytes written, which is always
    /// the length of b in bytes.
    ///
    /// Raise BlockingIOError if the buffer is full and the
    /// underlying raw stream cannot accept more data at the moment.
    #[method(sig = "($self, b, /)")]
    fn write(&self, th: &mut Thread, _b: &Object) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "write"))
    }
}

fn read_into(th: &mut Thread, stream: &Object, method: &Str, buffer: &mut [u8]) -> Result<usize, Raised> {
    let len = Int::from_usize(th, buffer.len());
    let got = ops::call_method(th, stream, method, &[&len])?;
    let Some(bytes) = got.downcast_ref::<Bytes>() else {
        return Err(raise::type_error(th, format_args!("read() should return bytes")));
    };
    let bytes = bytes.as_slice();
    match buffer.get_mut(..bytes.len()) {
        Some(place) => {
            place.copy_from_slice(bytes);
            Ok(bytes.len())
        }
        None => {
            let (wanted, got) = (buffer.len(), bytes.len());
            Err(raise::value_error(th, format_args!("read() returned too much data: {wanted} bytes requested, {got} returned")))
        }
    }
}

#[pymethods]
impl TextIoBase {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<TextIoBase>, Raised> {
        Ok(th.new_instance(cls, TextIoBase::new()))
    }

    /// Separate the underlying buffer from the TextIOBase and return it.
    ///
    /// After the underlying buffer has been detached, the TextIO is in an unusable state.
    #[method]
    fn detach(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "detach"))
    }

    /// Read at most size characters from stream.
    ///
    /// Read from underlying buffer until we have size characters or we hit EOF.
    /// If size is negative or omitted, read until EOF.
    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, _size: Option<&Object>) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "read"))
    }

    /// Read until newline or EOF.
    ///
    /// Return an empty string if EOF is hit immediately.
    /// If size is specified, at most size characters will be read.
    #[method(sig = "($self, size=-1, /)")]
    fn readline(&self, th: &mut Thread, _size: Option<&Object>) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "readline"))
    }

    /// Write string s to stream.
    ///
    /// Return the number of characters written
    /// (which is always equal to the length of the string).
    #[method(sig = "($self, s, /)")]
    fn write(&self, th: &mut Thread, _s: &Object) -> Result<Ref<Object>, Raised> {
        Err(unsupported(th, "write"))
    }

    /// Encoding of the text stream.
    ///
    /// Subclasses should override.
    #[getter]
    fn encoding(&self) {}

    /// Line endings translated so far.
    ///
    /// Only line endings translated during reading are considered.
    ///
    /// Subclasses should override.
    #[getter]
    fn newlines(&self) {}

    /// The error setting of the decoder or encoder.
    ///
    /// Subclasses should override.
    #[getter]
    fn errors(&self) {}
}
