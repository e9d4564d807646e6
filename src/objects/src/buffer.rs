//! The buffer protocol between objects: the shape of exported memory. The protocol of Python classes (`__buffer__`) is in [`python`].
//!
//! The slots of the builtin exporters are with their types; [`crate::glue::Buffer`] holds a view from Rust.
#![allow(unsafe_code, reason = "exported memory is described by C pointers")]

pub mod python;

use abi::Py_buffer;
use heap::{Object, Ref, Thread, foreign};

pub use python::{slot_getbuffer, slot_releasebuffer, wrap_getbuffer, wrap_releasebuffer};

/// The `bf_getbuffer` slot of an object's type.
pub fn getter(object: &Object) -> Option<abi::getbufferproc> {
    let table = object.ty().tp_as_buffer();
    // SAFETY: R3: a type's table lives as long as the type.
    unsafe { table.as_ref() }.and_then(|table| table.bf_getbuffer)
}

/// The `bf_releasebuffer` slot of an object's type.
pub fn releaser(object: &Object) -> Option<abi::releasebufferproc> {
    let table = object.ty().tp_as_buffer();
    // SAFETY: R3: a type's table lives as long as the type.
    unsafe { table.as_ref() }.and_then(|table| table.bf_releasebuffer)
}

/// Calls `bf_getbuffer`: 0, or -1 with an exception raised.
///
/// # Safety
/// R4: the function takes such an exporter; the view may be written.
pub unsafe fn call_get(th: &mut Thread, get: abi::getbufferproc, exporter: &Object, view: *mut Py_buffer, flags: core::ffi::c_int) -> core::ffi::c_int {
    let share = |th: &Thread| foreign::show(th, exporter);
    // SAFETY: the caller's promise.
    foreign::call(th, get as *const (), share, || unsafe { get(exporter.as_ptr(), view, flags) })
}

/// Calls `bf_releasebuffer`.
///
/// # Safety
/// R4: the function takes such an exporter, which filled the view; it is called once for each view. R10: the thread is attached.
pub unsafe fn call_release(release: abi::releasebufferproc, exporter: &Object, view: *mut Py_buffer) {
    // SAFETY: the caller's promise; no other capability of this thread is used meanwhile.
    let run = || unsafe { release(exporter.as_ptr(), view) };
    if !foreign::is_foreign(release as *const ()) {
        return run();
    }
    // SAFETY: R10: as above.
    let th = unsafe { Thread::from_tls() };
    foreign::call(th, release as *const (), |th| foreign::show(th, exporter), run);
}

/// Gives a view back to its exporter (`PyBuffer_Release`).
///
/// # Safety
/// An exporter filled the view, or it is zero.
pub unsafe fn release_view(view: &mut Py_buffer) {
    if view.obj.is_null() {
        return;
    }
    // SAFETY: R2: the view holds a count, which moves here.
    let exporter = unsafe { Ref::<Object>::from_raw(view.obj) };
    if let Some(release) = releaser(&exporter) {
        // SAFETY: R4: the slot has this signature; it is called once for each view.
        unsafe { call_release(release, &exporter, view) };
    }
    view.obj = core::ptr::null_mut();
}

/// Length, step and indirection of one dimension.
#[derive(Clone, Copy, Debug)]
pub struct Dimension {
    /// How many items.
    pub shape: isize,
    /// Bytes from one item to the next.
    pub stride: isize,
    /// Where it is not negative, items are pointers: follow, then add this.
    pub suboffset: isize,
}

/// The dimensions of a view, filled in where the exporter left them out.
pub fn dimensions(view: &Py_buffer) -> Vec<Dimension> {
    let ndim = view.ndim.max(0) as usize;
    let mut dims = Vec::with_capacity(ndim);
    let item = view.itemsize.max(1);
    for i in 0..ndim {
        // SAFETY: the exporter's arrays, where it gave them, have `ndim` entries and live as long as the view.
        let (shape, suboffset) = unsafe {
            (
                if view.shape.is_null() { view.len / item } else { *view.shape.add(i) },
                if view.suboffsets.is_null() { -1 } else { *view.suboffsets.add(i) },
            )
        };
        dims.push(Dimension { shape, stride: 0, suboffset });
    }
    let mut step = view.itemsize;
    for i in (0..ndim).rev() {
        // SAFETY: as above.
        dims[i].stride = if view.strides.is_null() { step } else { unsafe { *view.strides.add(i) } };
        step *= dims[i].shape;
    }
    dims
}

/// Whether the items lie without gaps in C order.
pub fn is_c_contiguous(view: &Py_buffer) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    if view.strides.is_null() || view.len == 0 {
        return true;
    }
    let mut step = view.itemsize;
    dimensions(view).iter().rev().all(|dim| {
        let fits = dim.shape <= 1 || dim.stride == step;
        step *= dim.shape;
        fits
    })
}

/// Whether the items lie without gaps in Fortran order.
pub fn is_f_contiguous(view: &Py_buffer) -> bool {
    if !view.suboffsets.is_null() {
        return false;
    }
    if view.len == 0 {
        return true;
    }
    let dims = dimensions(view);
    if view.strides.is_null() {
        // C order and Fortran order are the same while at most one dimension has several items.
        return dims.len() <= 1 || dims.iter().filter(|dim| dim.shape > 1).count() <= 1;
    }
    let mut step = view.itemsize;
    dims.iter().all(|dim| {
        let fits = dim.shape <= 1 || dim.stride == step;
        step *= dim.shape;
        fits
    })
}

/// Calls `visit` with the address of every item of a view of these dimensions, in C order.
///
/// # Safety
/// `base` and `dims` describe memory that an exporter shows now.
pub unsafe fn for_each_item(base: *mut u8, dims: &[Dimension], visit: &mut dyn FnMut(*mut u8)) {
    let Some((dim, inner)) = dims.split_first() else { return visit(base) };
    for i in 0..dim.shape {
        // SAFETY: the caller's promise.
        unsafe { for_each_item(step(base, dim, i), inner, visit) };
    }
}

/// Calls `visit` with the address of every item of a view of these dimensions: the last index runs fastest, or in Fortran's order the first.
///
/// # Safety
/// As [`for_each_item`].
pub unsafe fn for_each_item_in_order(base: *mut u8, dims: &[Dimension], fortran: bool, visit: &mut dyn FnMut(*mut u8)) {
    if !fortran {
        // SAFETY: the caller's promise.
        return unsafe { for_each_item(base, dims, visit) };
    }
    if dims.iter().any(|dim| dim.shape <= 0) {
        return;
    }
    let mut indices = vec![0; dims.len()];
    loop {
        // SAFETY: the caller's promise; each index is below its dimension's length.
        visit(unsafe { item_at(base, dims, &indices) });
        let Some(next) = (0..dims.len()).find(|&k| indices[k] + 1 < dims[k].shape) else { return };
        indices[..next].fill(0);
        indices[next] += 1;
    }
}

/// The address of one item.
///
/// # Safety
/// As [`for_each_item`]; the indices are in range.
pub unsafe fn item_at(base: *mut u8, dims: &[Dimension], indices: &[isize]) -> *mut u8 {
    // SAFETY: the caller's promise.
    dims.iter().zip(indices).fold(base, |at, (dim, &index)| unsafe { step(at, dim, index) })
}

/// The `index`-th item of a dimension.
///
/// # Safety
/// As [`for_each_item`]; the index is in range.
pub unsafe fn step(base: *mut u8, dim: &Dimension, index: isize) -> *mut u8 {
    // SAFETY: the caller's promise.
    unsafe {
        let at = base.offset(dim.stride * index);
        if dim.suboffset >= 0 { at.cast::<*mut u8>().read_unaligned().offset(dim.suboffset) } else { at }
    }
}

/// A copy of a view's bytes in C order.
pub fn to_contiguous(view: &Py_buffer) -> Vec<u8> {
    let len = view.len.max(0) as usize;
    let item = view.itemsize.max(0) as usize;
    let mut out = Vec::with_capacity(len);
    if is_c_contiguous(view) {
        if len != 0 {
            // SAFETY: the exporter promised `len` contiguous bytes for as long as the view lives.
            out.extend_from_slice(unsafe { core::slice::from_raw_parts(view.buf.cast::<u8>(), len) });
        }
        return out;
    }
    // SAFETY: the view is held by the caller.
    unsafe {
        for_each_item(view.buf.cast(), &dimensions(view), &mut |at| out.extend_from_slice(core::slice::from_raw_parts(at, item)));
    }
    out
}
