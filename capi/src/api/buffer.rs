//! Buffers: `PyObject_GetBuffer`, `PyBuffer_*`, `PyMemoryView_*`, `PyPickleBuffer_*`.

use core::ffi::{c_char, c_int, c_void};

use abi::Py_buffer;
use heap::{Object, Raised, Ref, Thread};
use modules::pickle::buffer::PickleBuffer;
use objects::buffer::{self, dimensions, for_each_item_in_order, is_c_contiguous, is_f_contiguous, item_at};
use objects::glue::Buffer;
use objects::{MemoryView, Str, exceptions, ops, raise};

use super::mapping::null_argument;
use crate::api;

/// Whether the items lie without gaps in C's order (`C`), Fortran's (`F`), or any of them (`A`).
fn is_contiguous(view: &Py_buffer, order: u8) -> bool {
    match order {
        b'C' => is_c_contiguous(view),
        b'F' => is_f_contiguous(view),
        b'A' => is_c_contiguous(view) || is_f_contiguous(view),
        _ => false,
    }
}

/// A view that C passes.
///
/// # Safety
/// R4: the pointer names a filled view, for the call.
unsafe fn view_of<'a>(view: *const Py_buffer) -> &'a Py_buffer {
    // SAFETY: the caller's promise.
    unsafe { &*view }
}

/// Flags that no exporter is asked for: they belong to other functions.
fn check_request(th: &mut Thread, flags: c_int) -> Result<(), Raised> {
    if flags == abi::PyBUF_READ || flags == abi::PyBUF_WRITE { Err(raise::bad_internal_call(th)) } else { Ok(()) }
}

/// Copies each item of one view to the place of the same indices in another.
///
/// # Safety
/// R4: both views are held; `to` has at least the items of `from`, of its size.
unsafe fn copy_items(to: &Py_buffer, from: &Py_buffer) {
    let (places, dims) = (dimensions(to), dimensions(from));
    let size = from.itemsize.max(0).cast_unsigned();
    if dims.iter().any(|dim| dim.shape <= 0) {
        return;
    }
    let mut indices = vec![0; dims.len()];
    loop {
        // SAFETY: the caller's promise; the items may overlap if the views are of one memory.
        unsafe {
            let (target, source) = (item_at(to.buf.cast(), &places, &indices), item_at(from.buf.cast(), &dims, &indices));
            core::ptr::copy(source, target, size);
        }
        let Some(next) = (0..dims.len()).rev().find(|&k| indices[k] + 1 < dims[k].shape) else { return };
        indices[next + 1..].fill(0);
        indices[next] += 1;
    }
}

/// The bytes of an object, as pointer and length: what the old protocol gave, which kept nothing.
///
/// # Safety
/// R4: the places may be written.
unsafe fn plain_memory(th: &mut Thread, object: Option<&Object>, memory: *mut *const c_void, len: *mut isize) -> Result<(), Raised> {
    let Some(object) = object.filter(|_| !memory.is_null() && !len.is_null()) else { return Err(null_argument(th)) };
    let held = Buffer::with_flags(th, object, abi::PyBUF_SIMPLE)?;
    // SAFETY: the caller's promise.
    unsafe {
        memory.write(held.view().buf.cast_const());
        len.write(held.view().len);
    }
    Ok(())
}

api! {
    /// Whether the object exports buffers.
    fn PyObject_CheckBuffer(_th, object: &Object) -> i32 {
        i32::from(buffer::getter(object).is_some())
    }

    /// Has the exporter fill the view.
    fn PyObject_GetBuffer(th, object: &Object, view: *mut Py_buffer, flags: c_int) -> Result<(), Raised> {
        check_request(th, flags)?;
        let Some(get) = buffer::getter(object) else {
            let name = ops::type_name(object);
            return Err(raise::type_error(th, format_args!("a bytes-like object is required, not '{name}'")));
        };
        // Types of others decide for themselves.
        if view.is_null() && !object.ty().has_flag(heap::flags::FOREIGN) {
            let name = ops::type_name(object);
            return Err(raise::buffer_error(th, format_args!("{name}_getbuffer: view==NULL argument is obsolete")));
        }
        // SAFETY: R4: the slot has this signature; the view is C's.
        match unsafe { buffer::call_get(th, get, object, view, flags) } {
            0 => Ok(()),
            _ => Err(th.already_raised()),
        }
    }

    /// Gives the view back to its exporter, once.
    fn PyBuffer_Release(_th, view: *mut Py_buffer) {
        // SAFETY: R4: an exporter filled the view, or it was given back already.
        unsafe { buffer::release_view(&mut *view) };
    }

    /// Whether the items lie without gaps.
    fn PyBuffer_IsContiguous(_th, view: *const Py_buffer, order: u8) -> i32 {
        // SAFETY: R4: C's view.
        i32::from(is_contiguous(unsafe { view_of(view) }, order))
    }

    /// The address of one item.
    fn PyBuffer_GetPointer(_th, view: *const Py_buffer, indices: *const isize) -> *mut c_void {
        // SAFETY: R4: C's view, and an index for each of its dimensions.
        unsafe {
            let dims = dimensions(view_of(view));
            let indices = if dims.is_empty() { &[] } else { core::slice::from_raw_parts(indices, dims.len()) };
            item_at((*view).buf.cast(), &dims, indices).cast()
        }
    }

    /// `struct.calcsize(format)`
    fn PyBuffer_SizeFromFormat(th, format: *const c_char) -> Result<isize, Raised> {
        let module = interp::import::import_module(th, "struct")?;
        let calcsize = ops::getattr_str(th, &module, "calcsize")?;
        // SAFETY: R4: a C string.
        let text = unsafe { crate::entry::c_text(th, format) }?;
        let text = Str::new(th, text);
        let size = ops::call1(th, &calcsize, &text)?;
        ops::index_isize(th, &size)
    }

    /// Copies the items out of the view, in the given order.
    fn PyBuffer_ToContiguous(th, to: *mut c_void, view: *const Py_buffer, len: isize, order: u8) -> Result<(), Raised> {
        // SAFETY: R4: C's view.
        let view = unsafe { view_of(view) };
        if len != view.len {
            return Err(raise::value_error(th, format_args!("PyBuffer_ToContiguous: len != view->len")));
        }
        let mut to: *mut u8 = to.cast();
        if is_contiguous(view, order) {
            // SAFETY: R4: both have `len` bytes.
            unsafe { core::ptr::copy(view.buf.cast::<u8>().cast_const(), to, len.max(0).cast_unsigned()) };
            return Ok(());
        }
        let size = view.itemsize.max(0).cast_unsigned();
        // SAFETY: R4: the view is held, and the target has room for all its items.
        unsafe {
            for_each_item_in_order(view.buf.cast(), &dimensions(view), order == b'F', &mut |item| {
                core::ptr::copy(item.cast_const(), to, size);
                to = to.add(size);
            });
        }
        Ok(())
    }

    /// Copies `len` bytes of items into the view, in the given order.
    fn PyBuffer_FromContiguous(_th, view: *const Py_buffer, from: *const c_void, len: isize, order: u8) -> Result<(), Raised> {
        // SAFETY: R4: C's view.
        let view = unsafe { view_of(view) };
        let len = len.min(view.len).max(0).cast_unsigned();
        let mut from: *const u8 = from.cast();
        if is_contiguous(view, order) {
            // SAFETY: R4: both have `len` bytes.
            unsafe { core::ptr::copy(from, view.buf.cast::<u8>(), len) };
            return Ok(());
        }
        let size = view.itemsize.max(1).cast_unsigned();
        let mut left = len / size;
        // SAFETY: R4: the view is held and writable, and the source has `len` bytes.
        unsafe {
            for_each_item_in_order(view.buf.cast(), &dimensions(view), order == b'F', &mut |item| {
                if left != 0 {
                    core::ptr::copy(from, item, size);
                    from = from.add(size);
                    left -= 1;
                }
            });
        }
        Ok(())
    }

    /// Copies the items of one exporter to another.
    fn PyObject_CopyData(th, to: &Object, from: &Object) -> Result<(), Raised> {
        if buffer::getter(to).is_none() || buffer::getter(from).is_none() {
            return Err(raise::type_error(th, format_args!("both destination and source must be bytes-like objects")));
        }
        let target = Buffer::with_flags(th, to, abi::PyBUF_FULL)?;
        let source = Buffer::with_flags(th, from, abi::PyBUF_FULL_RO)?;
        let (target, source) = (target.view(), source.view());
        if target.len < source.len {
            return Err(raise::buffer_error(th, format_args!("destination is too small to receive data from source")));
        }
        if [b'C', b'F'].into_iter().any(|order| is_contiguous(target, order) && is_contiguous(source, order)) {
            // SAFETY: R4: both views are held, and have that many bytes.
            unsafe { core::ptr::copy(source.buf.cast::<u8>().cast_const(), target.buf.cast(), source.len.max(0).cast_unsigned()) };
            return Ok(());
        }
        // SAFETY: R4: both views are held; their shapes are the caller's care, as in C.
        unsafe { copy_items(target, source) };
        Ok(())
    }

    /// The strides of items without gaps.
    fn PyBuffer_FillContiguousStrides(_th, ndim: c_int, shape: *const isize, strides: *mut isize, itemsize: c_int, order: u8) {
        let ndim = ndim.max(0).cast_unsigned() as usize;
        let mut step = itemsize as isize;
        for i in 0..ndim {
            let k = if order == b'F' { i } else { ndim - 1 - i };
            // SAFETY: R4: both arrays have an entry for each dimension.
            unsafe {
                strides.add(k).write(step);
                step *= *shape.add(k);
            }
        }
    }

    /// Fills the view of an exporter of plain bytes.
    fn PyBuffer_FillInfo(
        th,
        view: *mut Py_buffer,
        exporter: Option<&Object>,
        memory: *mut c_void,
        len: isize,
        readonly: c_int,
        flags: c_int,
    ) -> Result<(), Raised> {
        if view.is_null() {
            return Err(raise::buffer_error(th, format_args!("PyBuffer_FillInfo: view==NULL argument is obsolete")));
        }
        if flags != abi::PyBUF_SIMPLE {
            check_request(th, flags)?;
            if flags & abi::PyBUF_WRITABLE != 0 && readonly == 1 {
                return Err(raise::buffer_error(th, format_args!("Object is not writable.")));
            }
        }
        let wants = |flag: c_int| flags & flag == flag;
        // SAFETY: R4: C's view.
        let view = unsafe { &mut *view };
        view.obj = exporter.map_or(core::ptr::null_mut(), |exporter| th.retain(exporter).into_raw());
        view.buf = memory;
        view.len = len;
        view.readonly = readonly;
        view.itemsize = 1;
        view.format = if wants(abi::PyBUF_FORMAT) { c"B".as_ptr().cast_mut() } else { core::ptr::null_mut() };
        view.ndim = 1;
        view.shape = if wants(abi::PyBUF_ND) { &raw mut view.len } else { core::ptr::null_mut() };
        view.strides = if wants(abi::PyBUF_STRIDES) { &raw mut view.itemsize } else { core::ptr::null_mut() };
        view.suboffsets = core::ptr::null_mut();
        view.internal = core::ptr::null_mut();
        Ok(())
    }
}

api! {
    /// Whether plain bytes can be read from the object.
    fn PyObject_CheckReadBuffer(th, object: &Object) -> i32 {
        if buffer::getter(object).is_none() {
            return 0;
        }
        match Buffer::with_flags(th, object, abi::PyBUF_SIMPLE) {
            Ok(_) => 1,
            Err(_) => {
                drop(th.take_exception());
                0
            }
        }
    }

    /// The memory of an object, which keeps nothing alive.
    fn PyObject_AsCharBuffer(th, object: Option<&Object>, memory: *mut *const c_void, len: *mut isize) -> Result<(), Raised> {
        // SAFETY: R4: C's places.
        unsafe { plain_memory(th, object, memory, len) }
    }

    /// The same.
    fn PyObject_AsReadBuffer(th, object: Option<&Object>, memory: *mut *const c_void, len: *mut isize) -> Result<(), Raised> {
        // SAFETY: R4: C's places.
        unsafe { plain_memory(th, object, memory, len) }
    }

    /// The writable memory of an object, which keeps nothing alive.
    fn PyObject_AsWriteBuffer(th, object: Option<&Object>, memory: *mut *mut c_void, len: *mut isize) -> Result<(), Raised> {
        let Some(object) = object.filter(|_| !memory.is_null() && !len.is_null()) else { return Err(null_argument(th)) };
        let Ok(held) = Buffer::with_flags(th, object, abi::PyBUF_WRITABLE) else {
            drop(th.take_exception());
            return Err(raise::type_error(th, format_args!("expected a writable bytes-like object")));
        };
        // SAFETY: R4: C's places.
        unsafe {
            memory.write(held.view().buf);
            len.write(held.view().len);
        }
        Ok(())
    }
}

api! {
    /// `memoryview(object)`
    fn PyMemoryView_FromObject(th, object: &Object) -> Result<Ref<MemoryView>, Raised> {
        MemoryView::new(th, object)
    }

    /// A view of memory that stays as long as it is used.
    fn PyMemoryView_FromMemory(th, memory: *mut c_char, len: isize, flags: c_int) -> Result<Ref<MemoryView>, Raised> {
        let mut view = Py_buffer::ZERO;
        view.buf = memory.cast();
        view.len = len;
        view.itemsize = 1;
        view.readonly = c_int::from(flags != abi::PyBUF_WRITE);
        view.ndim = 1;
        view.format = c"B".as_ptr().cast_mut();
        MemoryView::from_buffer(th, &view)
    }

    /// A view of what somebody else exported and gives back.
    fn PyMemoryView_FromBuffer(th, view: *const Py_buffer) -> Result<Ref<MemoryView>, Raised> {
        // SAFETY: R4: C's view.
        let view = unsafe { view_of(view) };
        if view.buf.is_null() {
            return Err(raise::value_error(th, format_args!("PyMemoryView_FromBuffer(): info->buf must not be NULL")));
        }
        MemoryView::from_buffer(th, view)
    }

    /// A view whose items lie without gaps: of the object, or, to be read only, of a copy.
    fn PyMemoryView_GetContiguous(th, object: &Object, kind: c_int, order: u8) -> Result<Ref<MemoryView>, Raised> {
        let made = MemoryView::new(th, object)?;
        let view = made.view();
        let writes = kind == abi::PyBUF_WRITE;
        if writes && view.readonly != 0 {
            return Err(raise::buffer_error(th, format_args!("underlying buffer is not writable")));
        }
        if is_contiguous(view, order) {
            return Ok(made);
        }
        if writes {
            return Err(raise::buffer_error(th, format_args!("writable contiguous buffer requested for a non-contiguous object.")));
        }
        made.contiguous_copy(th, order == b'F')
    }

    /// `pickle.PickleBuffer(object)`
    fn PyPickleBuffer_FromObject(th, object: &Object) -> Result<Ref<PickleBuffer>, Raised> {
        PickleBuffer::of(th, object)
    }

    /// What the wrapped object exports.
    fn PyPickleBuffer_GetBuffer(th, object: &Object) -> Result<*const Py_buffer, Raised> {
        pickle_buffer(th, object)?.exported(th)
    }

    /// Gives the wrapped object's buffer back.
    fn PyPickleBuffer_Release(th, object: &Object) -> Result<(), Raised> {
        pickle_buffer(th, object)?.let_go(th);
        Ok(())
    }
}

fn pickle_buffer<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a PickleBuffer, Raised> {
    match object.downcast::<PickleBuffer>() {
        Some(found) => Ok(found),
        None => {
            let name = ops::type_name(object);
            Err(raise::new(th, exceptions::type_error_type(), format_args!("expected PickleBuffer, {name} found")))
        }
    }
}

