//! `PickleBuffer`: a buffer that may travel outside of the pickle.
#![allow(unsafe_code, reason = "the exporter's slot is called")]

use core::ffi::c_int;

use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::buffer::{getter, is_c_contiguous, is_f_contiguous, to_contiguous};
use objects::glue::*;
use objects::{MemoryView, raise};

/// Wrapper for potentially out-of-band buffers
#[pytype(name = "PickleBuffer", module = "pickle", export = "PyPickleBuffer_Type", weakref)]
#[repr(C)]
pub struct PickleBuffer {
    head: Head,
    /// Holds the buffer until it is released; nobody else has it.
    view: Slot<MemoryView>,
}

impl PickleBuffer {
    /// `PickleBuffer(object)`
    pub fn of(th: &mut Thread, object: &Object) -> Result<Ref<PickleBuffer>, Raised> {
        let view = match getter(object) {
            Some(get) => MemoryView::from_getter(th, object, abi::PyBUF_FULL_RO, get)?,
            None => {
                let got = objects::ops::type_name(object);
                return Err(raise::type_error(th, format_args!("a bytes-like object is required, not '{got}'")));
            }
        };
        Ok(th.new_object(PickleBuffer { head: Head::INIT, view: Slot::new(view) }))
    }

    /// What the wrapped object exports; it stays until the buffer is released.
    pub fn exported(&self, th: &mut Thread) -> Result<*const Py_buffer, Raised> {
        let view = self.view(th)?;
        Ok(core::ptr::from_ref(view.view()))
    }

    /// Gives the buffer up.
    pub fn let_go(&self, th: &mut Thread) {
        self.view.set(th, self, None);
    }

    fn view(&self, th: &mut Thread) -> Result<Ref<MemoryView>, Raised> {
        match self.view.get(th, self) {
            Some(view) => Ok(view),
            None => Err(raise::value_error(th, format_args!("operation forbidden on released PickleBuffer object"))),
        }
    }

    /// The bytes, if they lie without gaps, and whether they are read-only.
    pub fn contents(&self, th: &mut Thread) -> Result<(Option<Vec<u8>>, bool), Raised> {
        let view = self.view(th)?;
        let held = Buffer::with_flags(th, &*view, abi::PyBUF_FULL_RO)?;
        let shown = held.view();
        let readonly = shown.readonly != 0;
        if is_c_contiguous(shown) {
            return Ok((Some(to_contiguous(shown)), readonly));
        }
        if !is_f_contiguous(shown) {
            return Ok((None, readonly));
        }
        // In the order in which they lie in memory, which is not that of the items.
        let raw = raw_of(th, &view)?;
        let held = Buffer::new(th, &*raw)?;
        Ok((Some(held.to_vec()), readonly))
    }
}

/// The memory as plain bytes.
fn raw_of(th: &mut Thread, view: &MemoryView) -> Result<Ref<MemoryView>, Raised> {
    let contiguous = {
        let held = Buffer::with_flags(th, view, abi::PyBUF_FULL_RO)?;
        is_c_contiguous(held.view()) || is_f_contiguous(held.view())
    };
    if !contiguous {
        return Err(raise::buffer_error(th, format_args!("cannot extract raw buffer from non-contiguous buffer")));
    }
    view.raw_bytes(th)
}

#[pymethods]
impl PickleBuffer {
    #[slot(tp_new, sig = "(object, /)")]
    fn tp_new(th: &mut Thread, _cls: &Type, object: &Object) -> Result<Ref<PickleBuffer>, Raised> {
        PickleBuffer::of(th, object)
    }

    /// Return a memoryview of the raw memory underlying this buffer.
    ///
    /// Will raise BufferError is the buffer isn't contiguous.
    #[method]
    fn raw(&self, th: &mut Thread) -> Result<Ref<MemoryView>, Raised> {
        let view = self.view(th)?;
        raw_of(th, &view)
    }

    /// Release the underlying buffer exposed by the PickleBuffer object.
    #[method]
    fn release(&self, th: &mut Thread) {
        self.let_go(th);
    }

    #[slot(bf_getbuffer)]
    fn getbuffer(&self, th: &mut Thread, out: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        let view = self.view(th)?;
        // The buffer is the exporter's, to whom it will be given back.
        let Some((exporter, get)) = view.exporter().and_then(|exporter| Some((exporter, getter(exporter)?))) else {
            return Err(raise::value_error(th, format_args!("operation forbidden on released PickleBuffer object")));
        };
        // SAFETY: R4: the slot has this signature; the exporter lives as long as the view, and `out` is the caller's.
        match unsafe { objects::buffer::call_get(th, get, exporter, out, flags) } {
            0 => Ok(()),
            _ => Err(th.already_raised()),
        }
    }
}
