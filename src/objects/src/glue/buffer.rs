//! Bytes-like arguments: the memory of any object with the buffer protocol.
//!
//! Invariant: a [`Buffer`] holds the exporter, and its memory stays where it is until the buffer is dropped. Other threads may write
//! that memory at the same time, as they may in CPython.

use core::ffi::c_int;

use super::args::At;
use super::convert::{Error, FromArg, raise};
use abi::Py_buffer;
use heap::{Heaped, Object, Raised, Ref, Thread};

/// The contiguous bytes of a bytes-like object. As a parameter: `a bytes-like object is required, not 'int'`.
///
/// It must be dropped while the thread is attached.
pub struct Buffer {
    view: Box<Py_buffer>,
}

/// The same, writable. As a parameter: `argument must be read-write bytes-like object, not bytes`.
pub struct WritableBuffer(Buffer);

/// Whether the object exports a buffer.
pub fn has_buffer(object: &Object) -> bool {
    getter(object).is_some()
}

fn getter(object: &Object) -> Option<abi::getbufferproc> {
    let table = object.ty().tp_as_buffer();
    // SAFETY: a type's table lives as long as the type (R3).
    unsafe { table.as_ref() }.and_then(|table| table.bf_getbuffer)
}

impl Buffer {
    /// The bytes of `object`, or the exporter's error.
    pub fn new(th: &mut Thread, object: &Object) -> Result<Buffer, Raised> {
        Buffer::with_flags(th, object, abi::PyBUF_SIMPLE)
    }

    /// A buffer of the kind that `flags` (`abi::PyBUF_…`) ask for: its description is [`Buffer::view`].
    pub fn with_flags(th: &mut Thread, object: &Object, flags: c_int) -> Result<Buffer, Raised> {
        let Some(get) = getter(object) else {
            let ty = object.ty();
            let message = format_args!("a bytes-like object is required, not '{}'", String::from_utf8_lossy(ty.tp_name_bytes()));
            return Err(raise(th, Error::Type, message));
        };
        // Exporters point into the view (`shape` at `len`), so it must not move.
        let mut view = Box::new(Py_buffer::ZERO);
        // SAFETY: R4: the slot has this signature; the object is alive and the view is ours.
        match unsafe { get(object.as_ptr(), &raw mut *view, flags) } {
            0 => Ok(Buffer { view }),
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
            unsafe { release(exporter.as_ptr(), &raw mut *self.view) };
        }
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
