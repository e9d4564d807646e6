//! The buffer protocol of Python classes: `__buffer__` and `__release_buffer__` (PEP 688), both ways.
//!
//! A class's `__buffer__` answers with a memory view. The C caller gets that view's buffer, whose exporter is a [`Wrapper`]: when it is
//! given back, the wrapper also tells the object's `__release_buffer__`.
#![allow(unsafe_code, reason = "C slots of the buffer protocol")]

use core::ffi::c_int;

use abi::Py_buffer;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};

use super::{getter, releaser};
use crate::{Int, MemoryView, glue, names, ops, raise};

/// Holds a memory view and the object whose `__buffer__` made it.
#[pytype(name = "_buffer_wrapper", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Wrapper {
    head: Head,
    view: Slot<MemoryView>,
    object: Slot,
}

#[pymethods]
impl Wrapper {
    #[slot(bf_releasebuffer)]
    fn releasebuffer(&self, th: &mut Thread, buffer: &mut Py_buffer) {
        let (Some(view), Some(object)) = (self.view.get(th, self), self.object.get(th, self)) else { return };
        if let Some(release) = releaser(&view) {
            // SAFETY: R4: the slot has this signature; the buffer came from the view.
            unsafe { crate::buffer::call_release(release, &view, buffer) };
        }
        // A builtin exporter hears of it when the view is released; a Python one is told here.
        let own = view.exporter().is_some_and(|exporter| Thread::same(exporter, &*object));
        if !own && releaser(&object).is_some_and(|f| core::ptr::fn_addr_eq(f, slot_releasebuffer as abi::releasebufferproc)) {
            tell(th, &object, buffer);
        }
        self.view.set(th, self, None);
        self.object.set(th, self, None);
    }
}

/// `bf_getbuffer` of classes with `__buffer__`.
///
/// # Safety
/// As C's `getbufferproc`.
pub unsafe extern "C-unwind" fn slot_getbuffer(slf: *mut abi::PyObject, view: *mut Py_buffer, flags: c_int) -> c_int {
    // SAFETY: R10: a C entry; R4: the caller's arguments live for the call.
    unsafe { glue::entry_status(|th| fill(th, glue::borrow(slf), &mut *view, flags)) }
}

fn fill(th: &mut Thread, object: &Object, view: &mut Py_buffer, flags: c_int) -> Result<(), Raised> {
    let number = Int::from_i64(th, i64::from(flags));
    let Some(answer) = ops::call_special(th, object, &names::__buffer__, &[&number])? else {
        let got = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("a bytes-like object is required, not '{got}'")));
    };
    let Ok(answer) = answer.downcast::<MemoryView>() else {
        return Err(raise::type_error(th, format_args!("__buffer__ returned non-memoryview object")));
    };
    let Some(get) = getter(&answer) else {
        return Err(raise::system_error(th, format_args!("a memory view gives out no buffer")));
    };
    *view = Py_buffer::ZERO;
    // SAFETY: R4: the slot has this signature; the view is the caller's.
    if unsafe { crate::buffer::call_get(th, get, &answer, view, flags) } != 0 {
        return Err(th.already_raised());
    }
    // SAFETY: R2: the buffer's count on the memory view moves to the wrapper, which stands in its place.
    let held = unsafe { Ref::<Object>::from_raw(view.obj) };
    let wrapper = th.new_object(Wrapper { head: Head::INIT, view: Slot::new(answer), object: Slot::new(th.retain(object)) });
    view.obj = wrapper.into_raw();
    th.release(held);
    Ok(())
}

/// `bf_releasebuffer` of classes with `__release_buffer__`.
///
/// # Safety
/// As C's `releasebufferproc`.
pub unsafe extern "C-unwind" fn slot_releasebuffer(slf: *mut abi::PyObject, view: *mut Py_buffer) {
    // SAFETY: R10: a C entry; R4: the caller's arguments live for the call.
    unsafe {
        glue::entry_nothing(slf, |th| {
            let object = glue::borrow(slf);
            tell(th, object, &*view);
            release_in_base(object, view);
            Ok(())
        });
    }
}

/// A class may override `__release_buffer__` of a builtin exporter, which must hear of it, too.
///
/// # Safety
/// As [`slot_releasebuffer`].
unsafe fn release_in_base(object: &Object, view: *mut Py_buffer) {
    let mut ty = object.ty();
    while let Some(base) = crate::typing::base(ty) {
        ty = base;
        // SAFETY: R3: a type's table lives as long as the type.
        let release = unsafe { ty.tp_as_buffer().as_ref() }.and_then(|table| table.bf_releasebuffer);
        if let Some(release) = release
            && !core::ptr::fn_addr_eq(release, slot_releasebuffer as abi::releasebufferproc)
        {
            // SAFETY: R4: the slot has this signature; the object is an instance.
            unsafe { crate::buffer::call_release(release, object, view) };
            return;
        }
    }
}

/// Calls `object.__release_buffer__(view)`; its errors have nowhere to go.
fn tell(th: &mut Thread, object: &Object, buffer: &Py_buffer) {
    let outcome = call_release(th, object, buffer);
    if outcome.is_err() {
        let name = ops::type_name(object);
        raise::unraisable(th, &format!("Exception ignored in __release_buffer__ of {name}"), None);
    }
}

fn call_release(th: &mut Thread, object: &Object, buffer: &Py_buffer) -> Result<(), Raised> {
    // SAFETY: R2: the buffer holds a count on its exporter, or none.
    let exporter = unsafe { buffer.obj.cast::<Object>().as_ref() };
    let wrapped = exporter.and_then(|exporter| exporter.downcast::<Wrapper>()).and_then(|wrapper| wrapper.view.get(th, wrapper));
    let (view, ours) = match wrapped {
        Some(view) => (view, false),
        None => {
            let view = MemoryView::from_buffer(th, buffer)?;
            view.restrict();
            (view, true)
        }
    };
    let result = ops::call_special(th, object, &names::__release_buffer__, &[view.as_object()]);
    let closed = if ours { view.release(th) } else { Ok(()) };
    result.and(closed)
}

/// `object.__buffer__(flags)` of an exporter's own slot, whatever subclasses put in its place.
pub fn wrap_getbuffer(th: &mut Thread, object: &Object, flags: &Object, get: abi::getbufferproc) -> Result<Ref<Object>, Raised> {
    let flags = ops::index_isize(th, flags)?;
    let Ok(flags) = c_int::try_from(flags) else {
        return Err(raise::overflow_error(th, format_args!("buffer flags out of range")));
    };
    MemoryView::from_getter(th, object, flags, get).map(Ref::up)
}

/// `object.__release_buffer__(view)` of builtin exporters.
pub fn wrap_releasebuffer(th: &mut Thread, object: &Object, view: &Object) -> Result<Ref<Object>, Raised> {
    let Some(view) = view.downcast::<MemoryView>() else {
        return Err(raise::type_error(th, format_args!("expected a memoryview object")));
    };
    if view.view().obj.is_null() {
        // Released already, and with the buffer.
        return Ok(crate::none_ref());
    }
    if view.is_released() || !view.exporter().is_some_and(|exporter| Thread::same(exporter, object)) {
        return Err(raise::value_error(th, format_args!("memoryview's buffer is not this object")));
    }
    view.release(th)?;
    Ok(crate::none_ref())
}
