//! Bytes-like arguments: the memory of any object with the buffer protocol.
//!
//! Invariant: a [`Buffer`] holds the exporter, and its memory stays where it is until the buffer is dropped; or it holds a copy of its own.
//!
//! What only reads an object's bytes must not keep another thread from resizing it meanwhile: under the GIL that thread could not have
//! tried. So a [`Buffer`] of an object that can be resized, and that other threads can reach, is a copy made in one step. What lets go
//! of the GIL in CPython shows its view to others there as well: such functions take an [`Exported`].

use core::ffi::{CStr, c_int};

use super::args::At;
use super::convert::{Error, FromArg, raise};
use abi::Py_buffer;
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};

use crate::ByteArray;

/// The contiguous bytes of a bytes-like object. As a parameter: `a bytes-like object is required, not 'int'`.
///
/// It must be dropped while the thread is attached.
pub struct Buffer {
    view: Box<Py_buffer>,
    /// What `view` describes if it is not an exporter's.
    _copy: Option<Box<Snapshot>>,
}

/// The contents of an object at one moment.
pub struct Snapshot {
    bytes: Vec<u8>,
    format: &'static CStr,
    itemsize: usize,
    items: isize,
}

impl Snapshot {
    /// Of items of a size and format.
    pub fn new(bytes: Vec<u8>, format: &'static CStr, itemsize: usize) -> Snapshot {
        let items = (bytes.len() / itemsize).cast_signed();
        Snapshot { bytes, format, itemsize, items }
    }

    fn of(th: &mut Thread, object: &Object) -> Option<Box<Snapshot>> {
        if th.is_mine(object) {
            return None;
        }
        let Some(array) = object.downcast::<ByteArray>() else { return (crate::hooks::get().snapshot)(th, object).map(Box::new) };
        // A class with an `__buffer__` of its own shows what that says.
        if getter(object).map(|get| get as usize) != getter_of(ByteArray::type_object()).map(|get| get as usize) {
            return None;
        }
        array.snapshot(th).map(|bytes| Box::new(Snapshot::new(bytes, c"B", 1)))
    }
}

/// A copy of contents; `None`: there is no memory for it.
pub fn try_copy(contents: &[u8]) -> Option<Vec<u8>> {
    let mut copy = Vec::new();
    copy.try_reserve_exact(contents.len()).ok()?;
    copy.extend_from_slice(contents);
    Some(copy)
}

/// The bytes of a bytes-like object, whose exporter knows that they are in use. As a parameter it is like [`Buffer`].
pub struct Exported(Buffer);

/// The same, writable. As a parameter: `argument must be read-write bytes-like object, not bytes`.
pub struct WritableBuffer(Buffer);

/// Whether the object exports a buffer.
pub fn has_buffer(object: &Object) -> bool {
    getter(object).is_some()
}

fn getter(object: &Object) -> Option<abi::getbufferproc> {
    getter_of(object.ty())
}

/// The `bf_getbuffer` slot of a type.
pub fn getter_of(ty: &Type) -> Option<abi::getbufferproc> {
    let table = ty.tp_as_buffer();
    // SAFETY: a type's table lives as long as the type (R3).
    unsafe { table.as_ref() }.and_then(|table| table.bf_getbuffer)
}

impl Buffer {
    /// The bytes of `object`, to be read, or the exporter's error.
    pub fn new(th: &mut Thread, object: &Object) -> Result<Buffer, Raised> {
        Buffer::reading(th, object, abi::PyBUF_SIMPLE)
    }

    /// A buffer of the kind that `flags` (`abi::PyBUF_…`, not writable) ask for, only to be read. It may have no exporter.
    pub fn reading(th: &mut Thread, object: &Object, flags: c_int) -> Result<Buffer, Raised> {
        match Snapshot::of(th, object) {
            Some(copy) => Ok(Buffer::copied(copy, flags)),
            None => Buffer::with_flags(th, object, flags),
        }
    }

    fn copied(mut copy: Box<Snapshot>, flags: c_int) -> Buffer {
        let wants = |flag: c_int| flags & flag == flag;
        let mut view = Box::new(Py_buffer::ZERO);
        view.buf = copy.bytes.as_mut_ptr().cast();
        view.len = copy.bytes.len().cast_signed();
        view.itemsize = copy.itemsize.cast_signed();
        view.readonly = 1;
        view.ndim = 1;
        if wants(abi::PyBUF_FORMAT) {
            view.format = copy.format.as_ptr().cast_mut();
        }
        if wants(abi::PyBUF_ND) {
            view.shape = &raw mut copy.items;
        }
        if wants(abi::PyBUF_STRIDES) {
            view.strides = &raw mut view.itemsize;
        }
        Buffer { view, _copy: Some(copy) }
    }

    /// A buffer of the kind that `flags` (`abi::PyBUF_…`) ask for: its description is [`Buffer::view`]. The exporter knows of it.
    pub fn with_flags(th: &mut Thread, object: &Object, flags: c_int) -> Result<Buffer, Raised> {
        let Some(get) = getter(object) else {
            let ty = object.ty();
            let message = format_args!("a bytes-like object is required, not '{}'", String::from_utf8_lossy(ty.tp_name_bytes()));
            return Err(raise(th, Error::Type, message));
        };
        // Exporters point into the view (`shape` at `len`), so it must not move.
        let mut view = Box::new(Py_buffer::ZERO);
        // SAFETY: R4: the slot has this signature; the object is alive and the view is ours.
        match unsafe { crate::buffer::call_get(th, get, object, &raw mut *view, flags) } {
            0 => Ok(Buffer { view, _copy: None }),
            _ => Err(th.already_raised()),
        }
    }

    /// What the exporter said about its memory.
    pub fn view(&self) -> &Py_buffer {
        &self.view
    }

    /// The exporter.
    pub fn exporter(&self) -> Option<&Object> {
        // SAFETY: R2: the view holds a count.
        unsafe { self.view.obj.cast::<Object>().as_ref() }
    }

    /// The bytes.
    pub fn as_slice(&self) -> &[u8] {
        if self.view.buf.is_null() || self.view.len <= 0 {
            return &[];
        }
        // SAFETY: the exporter promised `len` contiguous bytes for as long as the view lives.
        unsafe { core::slice::from_raw_parts(self.view.buf.cast(), self.view.len as usize) }
    }
}

impl core::ops::Deref for Buffer {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: R2: the view holds a count, which ends here; it was null only if the exporter does not want to know.
        let Some(exporter) = (unsafe { Ref::<Object>::from_raw_nullable(self.view.obj) }) else { return };
        let table = exporter.ty().tp_as_buffer();
        // SAFETY: a type's table lives as long as the type (R3).
        if let Some(release) = unsafe { table.as_ref() }.and_then(|table| table.bf_releasebuffer) {
            // SAFETY: R4: the slot has this signature; it is called once for each view.
            unsafe { crate::buffer::call_release(release, &exporter, &raw mut *self.view) };
        }
    }
}

impl Exported {
    /// The bytes of `object`, or the exporter's error.
    pub fn new(th: &mut Thread, object: &Object) -> Result<Exported, Raised> {
        Buffer::with_flags(th, object, abi::PyBUF_SIMPLE).map(Exported)
    }
}

impl core::ops::Deref for Exported {
    type Target = Buffer;
    fn deref(&self) -> &Buffer {
        &self.0
    }
}

impl FromArg<'_> for Exported {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        Exported::new(th, arg)
    }
}

impl WritableBuffer {
    /// The writable bytes of `object`, or the exporter's error.
    pub fn new(th: &mut Thread, object: &Object) -> Result<WritableBuffer, Raised> {
        Buffer::with_flags(th, object, abi::PyBUF_WRITABLE).map(WritableBuffer)
    }

    /// The bytes.
    pub fn as_mut_slice(&mut self) -> &mut [u8] {
        let view = &self.0.view;
        if view.buf.is_null() || view.len <= 0 {
            return &mut [];
        }
        // SAFETY: the exporter promised `len` contiguous writable bytes for as long as the view lives; we hand out one slice at a time.
        unsafe { core::slice::from_raw_parts_mut(view.buf.cast(), view.len as usize) }
    }
}

impl core::ops::Deref for WritableBuffer {
    type Target = Buffer;
    fn deref(&self) -> &Buffer {
        &self.0
    }
}

impl FromArg<'_> for Buffer {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        Buffer::new(th, arg)
    }
}

impl FromArg<'_> for WritableBuffer {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        match WritableBuffer::new(th, arg) {
            Ok(buffer) => Ok(buffer),
            Err(_) => {
                // Whatever the exporter said, the caller learns what is wanted.
                th.take_exception();
                Err(at.bad_argument(th, "read-write bytes-like object", arg))
            }
        }
    }
}

/// What a `bf_getbuffer` slot of an exporter of plain bytes does: describes `len` bytes at `data` and holds the exporter.
pub fn fill_view(
    th: &mut Thread,
    view: &mut Py_buffer,
    exporter: &impl Heaped,
    data: *mut u8,
    len: usize,
    readonly: bool,
    flags: c_int,
) -> Result<(), Raised> {
    if flags == abi::PyBUF_READ || flags == abi::PyBUF_WRITE {
        // Which of a view's memory is wanted is no request.
        return Err(raise(th, Error::System, format_args!("bad argument to internal function")));
    }
    if readonly && flags & abi::PyBUF_WRITABLE != 0 {
        return Err(raise(th, Error::Buffer, format_args!("Object is not writable.")));
    }
    let wants = |flag: c_int| flags & flag == flag;
    *view = Py_buffer::ZERO;
    view.obj = th.retain(exporter.as_object()).into_raw();
    view.buf = data.cast();
    view.len = len as isize;
    view.readonly = c_int::from(readonly);
    view.itemsize = 1;
    view.ndim = 1;
    if wants(abi::PyBUF_FORMAT) {
        view.format = c"B".as_ptr().cast_mut();
    }
    if wants(abi::PyBUF_ND) {
        view.shape = &raw mut view.len;
    }
    if wants(abi::PyBUF_STRIDES) {
        view.strides = &raw mut view.itemsize;
    }
    Ok(())
}
