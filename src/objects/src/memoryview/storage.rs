//! The objects: a view with its own shape, and the buffer of the exporter that any number of views share. Both have the ABI's layout.
//!
//! Invariant: `view` describes memory that the exporter keeps in place until the managed buffer is released, which happens when the last
//! view of it is. `view.shape`, `strides` and `suboffsets` are null or point into `array`. After creation only `flags`, `exports` and
//! `hash` change.
#![allow(unsafe_code, reason = "views are C structs with pointers into their own object")]

use core::cell::UnsafeCell;
use core::ffi::{CStr, c_int};
use core::mem::offset_of;

use abi::Py_buffer;
use heap::sync::{AtomicI32, AtomicIsize, Ordering::*};
use heap::{Head, Object, PyType, Raised, Ref, Slot, Thread, Traverse, VarHead, Visitor};
use macros::pytype;

use crate::buffer::{Dimension, dimensions};
use crate::glue::Clear;
use crate::{ops, raise};

/// The exporter's buffer was given back.
const RELEASED: c_int = 1;
/// Items lie without gaps, the last dimension first.
const C_CONTIGUOUS: c_int = 2;
/// The same, the first dimension first.
const F_CONTIGUOUS: c_int = 4;
/// No dimensions.
const SCALAR: c_int = 8;
/// Items are behind pointers.
const INDIRECT: c_int = 16;
/// No further views may be made: what `__release_buffer__` is shown.
const RESTRICTED: c_int = 32;

/// The most dimensions a view may have.
pub const MAX_DIMENSIONS: usize = 64;

/// An exporter's buffer.
#[pytype(name = "managedbuffer", export = "_PyManagedBuffer_Type", doc = none, gc = custom, flags(DISALLOW_INSTANTIATION), layout = _PyManagedBufferObject)]
#[repr(C)]
pub struct ManagedBuffer {
    head: Head,
    flags: AtomicI32,
    /// Views that are not released.
    exports: AtomicIsize,
    master: UnsafeCell<Py_buffer>,
}

impl Traverse for ManagedBuffer {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: the field is null or holds a count; it changes only when the buffer is released.
        unsafe { visitor.raw((*self.master.get()).obj) };
    }
}

impl Clear for ManagedBuffer {
    fn clear(&self, _: &mut Thread) {
        self.release();
    }
}

impl ManagedBuffer {
    /// The buffer that `exporter` gives out for `flags`.
    fn over(th: &mut Thread, exporter: &Object, flags: c_int) -> Result<Ref<ManagedBuffer>, Raised> {
        let Some(get) = crate::buffer::getter(exporter) else {
            let got = ops::type_name(exporter);
            return Err(raise::type_error(th, format_args!("memoryview: a bytes-like object is required, not '{got}'")));
        };
        let made = ManagedBuffer::from_view(th, Py_buffer::ZERO);
        // SAFETY: R4: the slot has this signature; the exporter is alive, and `master` stays where it is.
        if unsafe { crate::buffer::call_get(th, get, exporter, made.master.get(), flags) } == 0 {
            return Ok(made);
        }
        // There is nothing to give back.
        made.flags.store(RELEASED, Relaxed);
        Err(th.already_raised())
    }

    fn from_view(th: &Thread, master: Py_buffer) -> Ref<ManagedBuffer> {
        th.new_object(ManagedBuffer {
            head: Head::INIT,
            flags: AtomicI32::new(0),
            exports: AtomicIsize::new(0),
            master: UnsafeCell::new(master),
        })
    }

    fn is_released(&self) -> bool {
        self.flags.load(Relaxed) & RELEASED != 0
    }

    /// Gives the buffer back to the exporter, once.
    fn release(&self) {
        if self.flags.fetch_or(RELEASED, AcqRel) & RELEASED == 0 {
            // SAFETY: the flag says that this happens once; the exporter filled the view.
            unsafe { crate::buffer::release_view(&mut *self.master.get()) };
        }
    }
}

impl Drop for ManagedBuffer {
    fn drop(&mut self) {
        self.release();
    }
}

/// Create a new memoryview object which references the given object.
#[pytype(
    name = "memoryview",
    export = "PyMemoryView_Type",
    sig = "(object)",
    flags(SEQUENCE),
    basicsize = size_of::<MemoryView>(),
    itemsize = 8,
    size = MemoryView::bytes,
    weakref = weakrefs,
    parts(slots, methods)
)]
#[repr(C)]
pub struct MemoryView {
    head: VarHead,
    buffer: Slot<ManagedBuffer>,
    hash: AtomicIsize,
    flags: AtomicI32,
    /// Buffers that the view itself gave out.
    exports: AtomicIsize,
    view: UnsafeCell<Py_buffer>,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
    array: [isize; 0],
}

const _: () = assert!(size_of::<MemoryView>() == offset_of!(abi::PyMemoryViewObject, ob_array));
const _: () = assert!(offset_of!(MemoryView, view) == offset_of!(abi::PyMemoryViewObject, view));
const _: () = assert!(offset_of!(MemoryView, exports) == offset_of!(abi::PyMemoryViewObject, exports));

/// The shape of a view that is being made.
pub(super) struct Form {
    /// The first item.
    pub base: *mut u8,
    pub dimensions: Vec<Dimension>,
    pub itemsize: isize,
    pub format: *mut core::ffi::c_char,
    pub readonly: bool,
}

#[cold]
fn forbidden(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("operation forbidden on released memoryview object"))
}

#[cold]
pub(super) fn too_many_dimensions(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"))
}

impl MemoryView {
    /// `memoryview(object)`
    pub fn new(th: &mut Thread, object: &Object) -> Result<Ref<MemoryView>, Raised> {
        MemoryView::with_flags(th, object, abi::PyBUF_FULL_RO)
    }

    /// A view of what `object` gives out for `flags`; of a memory view, what that shows.
    pub fn with_flags(th: &mut Thread, object: &Object, flags: c_int) -> Result<Ref<MemoryView>, Raised> {
        if let Some(other) = object.downcast::<MemoryView>() {
            other.check_open(th)?;
            other.check_unrestricted(th)?;
            let form = other.form();
            return other.sibling(th, form);
        }
        let buffer = ManagedBuffer::over(th, object, flags)?;
        MemoryView::of(th, &buffer)
    }

    /// A view of what the exporter's own `bf_getbuffer` gives out, whatever its type's slot is.
    pub fn from_getter(th: &mut Thread, exporter: &Object, flags: c_int, get: abi::getbufferproc) -> Result<Ref<MemoryView>, Raised> {
        let made = ManagedBuffer::from_view(th, Py_buffer::ZERO);
        // SAFETY: as in `ManagedBuffer::over`; the caller's function takes such an exporter.
        if unsafe { crate::buffer::call_get(th, get, exporter, made.master.get(), flags) } != 0 {
            made.flags.store(RELEASED, Relaxed);
            return Err(th.already_raised());
        }
        MemoryView::of(th, &made)
    }

    /// A view of memory that nobody holds: the caller knows that it stays (`PyMemoryView_FromBuffer`).
    pub fn from_buffer(th: &mut Thread, view: &Py_buffer) -> Result<Ref<MemoryView>, Raised> {
        // SAFETY: a plain C struct; without the exporter nothing is given back.
        let mut master = unsafe { core::ptr::read(view) };
        master.obj = core::ptr::null_mut();
        let buffer = ManagedBuffer::from_view(th, master);
        MemoryView::of(th, &buffer)
    }

    /// The same memory as plain bytes; the view is contiguous.
    pub fn raw_bytes(&self, th: &mut Thread) -> Result<Ref<MemoryView>, Raised> {
        let view = self.open(th)?;
        let form = Form {
            base: view.buf.cast(),
            dimensions: vec![Dimension { shape: view.len, stride: 1, suboffset: -1 }],
            itemsize: 1,
            format: c"B".as_ptr().cast_mut(),
            readonly: view.readonly != 0,
        };
        self.sibling(th, form)
    }

    /// A read-only view of a copy of the items without gaps, in C's order or Fortran's.
    pub fn contiguous_copy(&self, th: &mut Thread, fortran: bool) -> Result<Ref<MemoryView>, Raised> {
        let view = self.open(th)?;
        let mut form = self.form();
        let mut bytes = Vec::new();
        if bytes.try_reserve_exact(view.len.max(0).cast_unsigned()).is_err() {
            return Err(raise::memory_error(th));
        }
        // SAFETY: the view is open, and held by the caller.
        unsafe {
            crate::buffer::for_each_item_in_order(form.base, &form.dimensions, fortran, &mut |at| {
                bytes.extend_from_slice(core::slice::from_raw_parts(at, form.itemsize.max(0).cast_unsigned()));
            });
        }
        let mut step = form.itemsize;
        let set = |dim: &mut Dimension| {
            (dim.stride, dim.suboffset) = (step, -1);
            step *= dim.shape;
        };
        match fortran {
            true => form.dimensions.iter_mut().for_each(set),
            false => form.dimensions.iter_mut().rev().for_each(set),
        }
        // The exporter of the format may end before the copy does.
        form.format = super::item::kept_format(self.format()).as_ptr().cast_mut();
        let Some(bytes) = crate::Bytes::try_new(th, &bytes) else { return Err(raise::memory_error(th)) };
        let plain = MemoryView::new(th, &bytes)?;
        form.base = plain.view().buf.cast();
        form.readonly = true;
        plain.sibling(th, form)
    }

    fn of(th: &mut Thread, buffer: &ManagedBuffer) -> Result<Ref<MemoryView>, Raised> {
        // SAFETY: the exporter filled it; nobody writes it while the buffer is held.
        let master = unsafe { &*buffer.master.get() };
        if master.ndim as usize > MAX_DIMENSIONS {
            return Err(too_many_dimensions(th));
        }
        let form = Form::of(master);
        MemoryView::create(th, buffer, form)
    }

    /// Another view of the same buffer.
    pub(super) fn sibling(&self, th: &mut Thread, form: Form) -> Result<Ref<MemoryView>, Raised> {
        match self.buffer.get(th, self) {
            Some(buffer) => MemoryView::create(th, &buffer, form),
            None => Err(forbidden(th)),
        }
    }

    fn create(th: &mut Thread, buffer: &ManagedBuffer, form: Form) -> Result<Ref<MemoryView>, Raised> {
        let ndim = form.dimensions.len();
        // SAFETY: the exporter filled it.
        let obj = unsafe { (*buffer.master.get()).obj };
        let len = form.dimensions.iter().fold(form.itemsize, |len, dim| len * dim.shape);
        let view = Py_buffer {
            buf: form.base.cast(),
            // Borrowed: the managed buffer holds the count.
            obj,
            len,
            itemsize: form.itemsize,
            readonly: c_int::from(form.readonly),
            ndim: ndim as c_int,
            format: form.format,
            ..Py_buffer::ZERO
        };
        let value = MemoryView {
            head: VarHead::init(3 * ndim as isize),
            buffer: Slot::new(th.retain(buffer)),
            hash: AtomicIsize::new(-1),
            flags: AtomicI32::new(form.flags()),
            exports: AtomicIsize::new(0),
            view: UnsafeCell::new(view),
            weakrefs: 0,
            array: [],
        };
        buffer.exports.fetch_add(1, Relaxed);
        let Some(made) = th.new_var(MemoryView::type_object(), 3 * ndim, value) else {
            buffer.exports.fetch_sub(1, Relaxed);
            return Err(raise::memory_error(th));
        };
        // SAFETY: the fresh object has room for `3 * ndim` numbers behind its header; nobody else sees it yet.
        unsafe {
            let array: *mut isize = made.as_ptr().cast::<u8>().add(size_of::<MemoryView>()).cast();
            for (i, dim) in form.dimensions.iter().enumerate() {
                array.add(i).write(dim.shape);
                array.add(ndim + i).write(dim.stride);
                array.add(2 * ndim + i).write(dim.suboffset);
            }
            if ndim != 0 {
                let view = &mut *made.view.get();
                view.shape = array;
                view.strides = array.add(ndim);
                if form.is_indirect() {
                    view.suboffsets = array.add(2 * ndim);
                }
            }
        }
        th.track(&*made);
        Ok(made)
    }

    fn bytes(&self) -> usize {
        size_of::<MemoryView>() + 8 * self.head.size().unsigned_abs()
    }

    /// What the view shows. Only while it is open does the memory exist.
    #[inline]
    pub fn view(&self) -> &Py_buffer {
        // SAFETY: this module's invariant: it does not change after creation.
        unsafe { &*self.view.get() }
    }

    /// Whether it was released, by itself or with its buffer.
    pub fn is_released(&self) -> bool {
        self.flags.load(Relaxed) & RELEASED != 0 || self.buffer.peek().is_none_or(ManagedBuffer::is_released)
    }

    /// `ValueError` if it was released.
    #[inline]
    pub fn check_open(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.is_released() { Err(forbidden(th)) } else { Ok(()) }
    }

    /// What the view shows, unless it was released.
    #[inline]
    pub fn open(&self, th: &mut Thread) -> Result<&Py_buffer, Raised> {
        self.check_open(th)?;
        Ok(self.view())
    }

    /// `ValueError` if no further views may be made.
    pub(super) fn check_unrestricted(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.flags.load(Relaxed) & RESTRICTED != 0 {
            return Err(raise::value_error(th, format_args!("cannot create new view on restricted memoryview")));
        }
        Ok(())
    }

    /// Refuses further views from now on.
    pub(crate) fn restrict(&self) {
        self.flags.fetch_or(RESTRICTED, Relaxed);
    }

    pub(super) fn has_flag(&self, flag: ViewFlag) -> bool {
        let bits = match flag {
            ViewFlag::C => C_CONTIGUOUS | SCALAR,
            ViewFlag::Fortran => F_CONTIGUOUS | SCALAR,
            ViewFlag::Any => C_CONTIGUOUS | F_CONTIGUOUS | SCALAR,
            ViewFlag::Indirect => INDIRECT,
        };
        self.flags.load(Relaxed) & bits != 0
    }

    /// The shape, to make another view of.
    pub(super) fn form(&self) -> Form {
        Form::of(self.view())
    }

    /// The exporter.
    pub fn exporter(&self) -> Option<&Object> {
        // SAFETY: R2: the managed buffer holds a count while it is not released, and it is the caller's to have looked.
        unsafe { self.view().obj.cast::<Object>().as_ref() }
    }

    /// The item format; `B` where the exporter named none.
    pub fn format(&self) -> &CStr {
        let format = self.view().format;
        // SAFETY: null or a C string that lives as long as the buffer.
        if format.is_null() { c"B" } else { unsafe { CStr::from_ptr(format) } }
    }

    pub(super) fn cached_hash(&self) -> Option<isize> {
        let hash = self.hash.load(Relaxed);
        (hash != -1).then_some(hash)
    }

    pub(super) fn cache_hash(&self, hash: isize) {
        self.hash.store(hash, Relaxed);
    }

    pub(super) fn add_export(&self, delta: isize) {
        self.exports.fetch_add(delta, Relaxed);
    }

    /// `m.release()`; `BufferError` while buffers that the view gave out are held.
    pub fn release(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.flags.load(Relaxed) & RELEASED != 0 {
            return Ok(());
        }
        match self.exports.load(Relaxed) {
            0 => {
                self.let_go();
                Ok(())
            }
            exports @ 1.. => {
                let plural = if exports == 1 { "" } else { "s" };
                Err(raise::buffer_error(th, format_args!("memoryview has {exports} exported buffer{plural}")))
            }
            _ => Err(raise::system_error(th, format_args!("memoryview: negative export count"))),
        }
    }

    /// Gives up the share of the buffer, once.
    fn let_go(&self) {
        if self.flags.fetch_or(RELEASED, AcqRel) & RELEASED != 0 {
            return;
        }
        if let Some(buffer) = self.buffer.peek()
            && buffer.exports.fetch_sub(1, AcqRel) == 1
        {
            buffer.release();
        }
    }
}

impl Drop for MemoryView {
    fn drop(&mut self) {
        self.let_go();
    }
}

/// Questions about a view's layout.
#[derive(Clone, Copy)]
pub(super) enum ViewFlag {
    C,
    Fortran,
    Any,
    Indirect,
}

impl Form {
    fn of(view: &Py_buffer) -> Form {
        Form {
            base: view.buf.cast(),
            dimensions: dimensions(view),
            itemsize: view.itemsize,
            format: if view.format.is_null() { c"B".as_ptr().cast_mut() } else { view.format },
            readonly: view.readonly != 0,
        }
    }

    fn is_indirect(&self) -> bool {
        self.dimensions.iter().any(|dim| dim.suboffset >= 0)
    }

    fn flags(&self) -> c_int {
        let dims = &self.dimensions;
        if self.is_indirect() {
            return INDIRECT;
        }
        let follows = |dims: Vec<&Dimension>| {
            let mut step = self.itemsize;
            dims.into_iter().all(|dim| {
                let fits = dim.shape <= 1 || dim.stride == step;
                step *= dim.shape;
                fits
            })
        };
        match dims.len() {
            0 => SCALAR | C_CONTIGUOUS | F_CONTIGUOUS,
            _ if dims.iter().any(|dim| dim.shape == 0) => C_CONTIGUOUS | F_CONTIGUOUS,
            _ => {
                let c = if follows(dims.iter().rev().collect()) { C_CONTIGUOUS } else { 0 };
                let f = if follows(dims.iter().collect()) { F_CONTIGUOUS } else { 0 };
                c | f
            }
        }
    }
}
