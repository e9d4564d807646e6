//! `_struct`: packing values into bytes by formats, over `algos::binary`.
//!
//! A compiled format is an object that never changes; a `Struct` names one, and so does the cache of formats that functions were given.

mod pack;
mod unpack;

use algos::binary::{FormatError, Layout};
use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::{upward, *};
use objects::{Bytes, Dict, MemoryView, Str, Tuple, exceptions, ops, raise};

use crate::errors::ErrorClass;

static ERROR: ErrorClass = ErrorClass::new("struct", "error", exceptions::exception_type);

/// Formats that functions were given, and what they compiled to.
static CACHE: Global<Dict> = Global::EMPTY;
/// The same of formats that are bytes: a dict of both would compare them with text.
static BYTES_CACHE: Global<Dict> = Global::EMPTY;
/// A cache that grows beyond this is emptied.
const CACHE_LIMIT: usize = 100;

/// A compiled format.
#[pytype(name = "_layout", module = "_struct", doc = none, flags(DISALLOW_INSTANTIATION), gc = none, lock = none)]
#[repr(C)]
pub struct Compiled {
    head: Head,
    format: Slot<Str>,
    #[untraversed]
    layout: Layout,
}

impl Compiled {
    fn new(th: &mut Thread, format: &Object) -> Result<Ref<Compiled>, Raised> {
        let bytes = format_bytes(th, format)?;
        let layout = match Layout::parse(bytes) {
            Ok(layout) => layout,
            Err(FormatError::EmbeddedNull) => return Err(ERROR.raise(th, format_args!("embedded null character"))),
            Err(error) => return Err(ERROR.raise(th, format_args!("{error}"))),
        };
        let text = match Str::of(format) {
            Some(text) => text.exact(th),
            // A format that could be parsed is ASCII.
            None => Str::from_latin1(th, bytes),
        };
        Ok(th.new_object(Compiled { head: Head::INIT, format: Slot::new(text), layout }))
    }

    /// The compiled form of a format, perhaps of an earlier call.
    fn cached(th: &mut Thread, format: &Object) -> Result<Ref<Compiled>, Raised> {
        let place = if format.is_a::<objects::Bytes>() { &BYTES_CACHE } else { &CACHE };
        let cache = place.get_or_init(th, |th| Ok(Dict::new(th)))?;
        if let Some(found) = cache.get(th, format)?
            && let Ok(found) = found.downcast_exact::<Compiled>()
        {
            return Ok(found);
        }
        let compiled = Compiled::new(th, format)?;
        if cache.len() >= CACHE_LIMIT {
            place.set(th, None);
        } else {
            cache.set(th, format, compiled.clone().up())?;
        }
        Ok(compiled)
    }

    fn size(&self) -> usize {
        self.layout.size
    }
}

/// The characters of a format.
fn format_bytes<'a>(th: &mut Thread, format: &'a Object) -> Result<&'a [u8], Raised> {
    if let Some(bytes) = format.downcast::<Bytes>() {
        return Ok(bytes.as_slice());
    }
    let Some(text) = Str::of(format) else {
        let got = ops::type_name(format);
        return Err(raise::type_error(th, format_args!("Struct() argument 1 must be a str or bytes object, not {got}")));
    };
    match text.as_ascii() {
        Some(text) => Ok(text.as_bytes()),
        None => {
            let start = text.chars().iter().position(|c| c > 0x7f).unwrap_or(0);
            let end = start + text.chars().iter().skip(start).take_while(|&c| c > 0x7f).count();
            Err(raise::unicode_encode_error(th, "ascii", text, start, end, "ordinal not in range(128)"))
        }
    }
}

/// Where in a buffer of `len` bytes an offset is; negative ones count from the end. `what` says what cannot be done there.
fn place(th: &mut Thread, size: usize, len: usize, offset: isize, what: (&str, &str, &str)) -> Result<usize, Raised> {
    let (function, shortage, doing) = what;
    let at = if offset < 0 {
        let Some(at) = len.checked_add_signed(offset) else {
            return Err(ERROR.raise(th, format_args!("offset {offset} out of range for {len}-byte buffer")));
        };
        if len - at < size {
            return Err(ERROR.raise(th, format_args!("{shortage} {size} bytes at offset {offset}")));
        }
        at
    } else {
        offset.unsigned_abs()
    };
    if at > len || len - at < size {
        let needed = size.saturating_add(at);
        let message = format_args!(
            "{function} requires a buffer of at least {needed} bytes for {doing} {size} bytes at offset {at} (actual buffer size is {len})"
        );
        return Err(ERROR.raise(th, message));
    }
    Ok(at)
}

fn unpack_all(th: &mut Thread, compiled: &Compiled, buffer: &Buffer) -> Result<Ref<Tuple>, Raised> {
    if buffer.len() != compiled.size() {
        let size = compiled.size();
        return Err(ERROR.raise(th, format_args!("unpack requires a buffer of {size} bytes")));
    }
    unpack::values(th, &compiled.layout, buffer)
}

fn unpack_at(th: &mut Thread, compiled: &Compiled, buffer: &Buffer, offset: isize) -> Result<Ref<Tuple>, Raised> {
    let size = compiled.size();
    let at = place(th, size, buffer.len(), offset, ("unpack_from", "not enough data to unpack", "unpacking"))?;
    unpack::values(th, &compiled.layout, &buffer[at..at + size])
}

fn iterate(th: &mut Thread, compiled: &Compiled, buffer: &Object) -> Result<Ref<UnpackIterator>, Raised> {
    let size = compiled.size();
    if size == 0 {
        return Err(ERROR.raise(th, format_args!("cannot iteratively unpack with a struct of length 0")));
    }
    let len = Buffer::new(th, buffer)?.len();
    if len % size != 0 {
        return Err(ERROR.raise(th, format_args!("iterative unpacking requires a buffer of a multiple of {size} bytes")));
    }
    let view = match objects::buffer::getter(buffer) {
        Some(get) => MemoryView::from_getter(th, buffer, abi::PyBUF_SIMPLE, get)?,
        None => MemoryView::new(th, buffer)?,
    };
    Ok(th.new_object(UnpackIterator {
        head: Head::INIT,
        compiled: Slot::new(th.retain(compiled)),
        view: Slot::new(view),
        next: AtomicUsize::new(0),
        len,
    }))
}

fn pack_into_buffer(th: &mut Thread, compiled: &Compiled, args: &[&Object]) -> Result<(), Raised> {
    let (buffer, offset, values) = match args {
        [buffer, offset, values @ ..] => (buffer, offset, values),
        [_] => return Err(ERROR.raise(th, format_args!("pack_into expected offset argument"))),
        [] => return Err(ERROR.raise(th, format_args!("pack_into expected buffer argument"))),
    };
    check_count(th, "pack_into", compiled, values)?;
    let Ok(mut buffer) = WritableBuffer::new(th, buffer) else {
        th.take_exception();
        let got = ops::type_name(buffer);
        return Err(raise::type_error(th, format_args!("argument must be read-write bytes-like object, not {got}")));
    };
    let offset = ops::index_subscript(th, offset)?;
    let size = compiled.size();
    let at = place(th, size, buffer.len(), offset, ("pack_into", "no space to pack", "packing"))?;
    // Values may run code that looks at the buffer, so they are packed elsewhere; what was packed before an error is there, too.
    pack::with_scratch(th, size, |th, scratch| {
        let result = pack::values(th, &compiled.layout, values, scratch);
        buffer.as_mut_slice()[at..at + size].copy_from_slice(scratch);
        result
    })
}

fn check_count(th: &mut Thread, function: &str, compiled: &Compiled, values: &[&Object]) -> Result<(), Raised> {
    let (wanted, got) = (compiled.layout.len, values.len());
    if wanted == got {
        return Ok(());
    }
    Err(ERROR.raise(th, format_args!("{function} expected {wanted} items for packing (got {got})")))
}

fn pack_bytes(th: &mut Thread, compiled: &Compiled, values: &[&Object]) -> Result<Ref<Bytes>, Raised> {
    check_count(th, "pack", compiled, values)?;
    pack::with_scratch(th, compiled.size(), |th, scratch| {
        pack::values(th, &compiled.layout, values, scratch)?;
        Bytes::try_new(th, scratch).ok_or_else(|| raise::memory_error(th))
    })
}

/// The format that comes first in the arguments, and the others.
fn with_format<'a, 'b>(th: &mut Thread, args: &'b [&'a Object]) -> Result<(Ref<Compiled>, &'b [&'a Object]), Raised> {
    match args {
        [format, rest @ ..] => Ok((Compiled::cached(th, format)?, rest)),
        [] => Err(raise::type_error(th, format_args!("missing format argument"))),
    }
}

/// Struct(fmt) --> compiled struct object
#[pytype(name = "Struct", module = "_struct", flags(BASETYPE, OWN_GETATTR, OWN_SETATTR), weakref)]
#[repr(C)]
pub struct Struct {
    head: Head,
    /// Bytes and values in all: extensions that work with formats read them here.
    size: AtomicUsize,
    len: AtomicUsize,
    compiled: Slot<Compiled>,
}

impl Struct {
    fn compiled(&self, th: &mut Thread) -> Result<Ref<Compiled>, Raised> {
        match self.compiled.get(th, self) {
            Some(compiled) => Ok(compiled),
            None => Err(raise::runtime_error(th, format_args!("Struct object is not initialized"))),
        }
    }
}

#[pymethods]
impl Struct {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Struct>, Raised> {
        Ok(th.new_instance(cls, Struct { head: Head::INIT, size: AtomicUsize::new(usize::MAX), len: AtomicUsize::new(usize::MAX), compiled: Slot::NULL }))
    }

    #[slot(tp_init, sig = "(format)")]
    fn init(&self, th: &mut Thread, format: &Object) -> Result<(), Raised> {
        let compiled = Compiled::new(th, format)?;
        self.size.store(compiled.layout.size, Relaxed);
        self.len.store(compiled.layout.len, Relaxed);
        self.compiled.set(th, self, Some(compiled));
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let compiled = self.compiled(th)?;
        let format = compiled.format.get(th, &*compiled).unwrap_or_else(Str::empty);
        let format = ops::repr(th, &format)?;
        let name = ops::message_name(self.as_object().ty());
        Ok(format!("{}({format})", name.rsplit('.').next().unwrap_or_default()))
    }

    /// struct format string
    #[getter]
    fn format(&self, th: &mut Thread) -> Result<Option<Ref<Str>>, Raised> {
        let compiled = self.compiled(th)?;
        Ok(compiled.format.get(th, &*compiled))
    }

    /// struct size in bytes
    #[getter]
    fn size(&self, th: &mut Thread) -> isize {
        self.compiled.get(th, self).map_or(-1, |compiled| compiled.size() as isize)
    }

    /// S.__sizeof__() -> size of S in memory, in bytes
    #[method]
    fn __sizeof__(&self, th: &mut Thread) -> Result<usize, Raised> {
        let compiled = self.compiled(th)?;
        // One record per group of fields, and one that ends them.
        Ok(56 + 32 * (compiled.layout.items.len() + 1))
    }

    /// S.pack(v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing values v1, v2, ... packed according
    /// to the format string S.format.  See help(struct) for more on format
    /// strings.
    #[method(sig = none)]
    fn pack(&self, th: &mut Thread, values: Args<'_>) -> Result<Ref<Bytes>, Raised> {
        let compiled = self.compiled(th)?;
        pack_bytes(th, &compiled, &values)
    }

    /// S.pack_into(buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string S.format
    /// and write the packed bytes into the writable buffer buf starting at
    /// offset.  Note that the offset is a required argument.  A negative
    /// offset counts from the end of the buffer.  See help(struct) for more
    /// on format strings.
    #[method(sig = none)]
    fn pack_into(&self, th: &mut Thread, args: Args<'_>) -> Result<(), Raised> {
        let compiled = self.compiled(th)?;
        pack_into_buffer(th, &compiled, &args)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Unpack according to the format string Struct.format. The buffer's size
    /// in bytes must be Struct.size.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, buffer, /)")]
    fn unpack(&self, th: &mut Thread, buffer: Buffer) -> Result<Ref<Tuple>, Raised> {
        let compiled = self.compiled(th)?;
        unpack_all(th, &compiled, &buffer)
    }

    /// Return a tuple containing unpacked values.
    ///
    /// Values are unpacked according to the format string Struct.format.
    ///
    /// The buffer's size in bytes, starting at position offset, must be
    /// at least Struct.size.  A negative offset counts from the end of the
    /// buffer.
    ///
    /// See help(struct) for more on format strings.
    #[method(sig = "($self, /, buffer, offset=0)")]
    fn unpack_from(&self, th: &mut Thread, buffer: Buffer, offset: isize) -> Result<Ref<Tuple>, Raised> {
        let compiled = self.compiled(th)?;
        unpack_at(th, &compiled, &buffer, offset)
    }

    /// Return an iterator yielding tuples.
    ///
    /// Tuples are unpacked from the given bytes source, like a repeated
    /// invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the struct size.
    #[method(sig = "($self, buffer, /)")]
    fn iter_unpack(&self, th: &mut Thread, buffer: &Object) -> Result<Ref<UnpackIterator>, Raised> {
        let compiled = self.compiled(th)?;
        iterate(th, &compiled, buffer)
    }
}

/// What `iter_unpack` returns.
#[pytype(name = "unpack_iterator", module = "_struct", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct UnpackIterator {
    head: Head,
    compiled: Slot<Compiled>,
    /// Holds the buffer; nobody else has it, and it is dropped at the end.
    view: Slot<MemoryView>,
    next: AtomicUsize,
    len: usize,
}

#[pymethods]
impl UnpackIterator {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Tuple>>, Raised> {
        let (Some(compiled), Some(view)) = (self.compiled.get(th, self), self.view.get(th, self)) else { return Ok(None) };
        let size = compiled.size();
        let at = self.next.fetch_update(Relaxed, Relaxed, |at| (at < self.len).then_some(at + size));
        match at {
            Ok(at) => {
                let bytes = Buffer::new(th, &*view)?;
                unpack::values(th, &compiled.layout, bytes.get(at..at + size).unwrap_or_default()).map(Some)
            }
            Err(_) => {
                self.view.set(th, self, None);
                Ok(None)
            }
        }
    }

    #[method(sig = none)]
    fn __length_hint__(&self, th: &mut Thread) -> usize {
        match self.compiled.get(th, self) {
            Some(compiled) => (self.len - self.next.load(Relaxed)) / compiled.size().max(1),
            None => 0,
        }
    }
}

#[pymodule(name = "_struct", types(Struct))]
pub mod structs {
    //! Functions to convert between Python values and C structs.
    //! Python bytes objects are used to hold the data representing the C struct.
    //! The format string (explained below) describes the layout of data
    //! in the C struct.
    //!
    //! The optional first format char indicates byte order, size and alignment:
    //!   @: native order, size & alignment (default)
    //!   =: native order, std. size & alignment
    //!   <: little-endian, std. size & alignment
    //!   >: big-endian, std. size & alignment
    //!   !: same as >
    //!
    //! The remaining characters indicate types of args and must match exactly;
    //! these can be preceded by a decimal repeat count:
    //!   x: pad byte (no data); c: char; b: signed byte; B: unsigned byte;
    //!   ?: _Bool; h: short; H: unsigned short; i: int; I: unsigned int;
    //!   l: long; L: unsigned long; q: long long; Q: unsigned long long;
    //!   f: float; d: double; e: half-float;
    //!   F: float complex; D: double complex.
    //! Special cases (preceding decimal count indicates length):
    //!   s: byte string (array of char); p: Pascal string (with count byte).
    //! Special cases (only available in native format):
    //!   n: ssize_t; N: size_t;
    //!   P: an integer type that is wide enough to hold a pointer.
    //! Whitespace between formats is ignored.
    //!
    //! The variable struct.error is an exception raised on errors.
    use super::*;

    #[exec]
    fn prepare(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        upward::type_ready(th, <Compiled as heap::PyType>::type_object())?;
        upward::type_ready(th, <UnpackIterator as heap::PyType>::type_object())
    }

    #[attr]
    fn error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        ERROR.object(th)
    }

    /// Clear the internal cache.
    #[function]
    fn _clearcache(th: &mut Thread) {
        BYTES_CACHE.set(th, None);
        CACHE.set(th, None);
    }

    /// Return size in bytes of the struct described by the format string.
    #[function(sig = "(format, /)")]
    fn calcsize(th: &mut Thread, format: &Object) -> Result<usize, Raised> {
        Ok(Compiled::cached(th, format)?.size())
    }

    /// pack(format, v1, v2, ...) -> bytes
    ///
    /// Return a bytes object containing the values v1, v2, ... packed according
    /// to the format string.  See help(struct) for more on format strings.
    #[function(sig = none)]
    fn pack(th: &mut Thread, args: Args<'_>) -> Result<Ref<Bytes>, Raised> {
        let (compiled, values) = with_format(th, &args)?;
        pack_bytes(th, &compiled, values)
    }

    /// pack_into(format, buffer, offset, v1, v2, ...)
    ///
    /// Pack the values v1, v2, ... according to the format string and write
    /// the packed bytes into the writable buffer buf starting at offset.  Note
    /// that the offset is a required argument.  See help(struct) for more
    /// on format strings.
    #[function(sig = none)]
    fn pack_into(th: &mut Thread, args: Args<'_>) -> Result<(), Raised> {
        let (compiled, rest) = with_format(th, &args)?;
        pack_into_buffer(th, &compiled, rest)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size in bytes must be calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, buffer, /)")]
    fn unpack(th: &mut Thread, format: &Object, buffer: &Object) -> Result<Ref<Tuple>, Raised> {
        let compiled = Compiled::cached(th, format)?;
        let buffer = Buffer::new(th, buffer)?;
        unpack_all(th, &compiled, &buffer)
    }

    /// Return a tuple containing values unpacked according to the format string.
    ///
    /// The buffer's size, minus offset, must be at least calcsize(format).
    ///
    /// See help(struct) for more on format strings.
    #[function(sig = "(format, /, buffer, offset=0)")]
    fn unpack_from(th: &mut Thread, format: &Object, buffer: &Object, offset: isize) -> Result<Ref<Tuple>, Raised> {
        let compiled = Compiled::cached(th, format)?;
        let buffer = Buffer::new(th, buffer)?;
        unpack_at(th, &compiled, &buffer, offset)
    }

    /// Return an iterator yielding tuples unpacked from the given bytes.
    ///
    /// The bytes are unpacked according to the format string, like
    /// a repeated invocation of unpack_from().
    ///
    /// Requires that the bytes length be a multiple of the format struct size.
    #[function(sig = "(format, buffer, /)")]
    fn iter_unpack(th: &mut Thread, format: &Object, buffer: &Object) -> Result<Ref<UnpackIterator>, Raised> {
        let compiled = Compiled::cached(th, format)?;
        iterate(th, &compiled, buffer)
    }
}
