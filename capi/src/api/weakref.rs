//! Weak references: `PyWeakref_*`.

use core::ffi::c_int;

use heap::{Object, Raised, Ref, Thread};
use objects::weakref::{self, proxy};
use objects::{WeakRef, ops, raise};

use crate::api;
use crate::entry::Lent;

api! {
    /// `weakref.ref(object, callback)`
    fn PyWeakref_NewRef(th, object: &Object, callback: Option<&Object>) -> Result<Ref<WeakRef>, Raised> {
        WeakRef::new(th, object, callback)
    }

    /// `weakref.proxy(object, callback)`
    fn PyWeakref_NewProxy(th, object: &Object, callback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        proxy::create(th, object, callback)
    }

    /// The referent: 1 and a new reference, 0 and null if it has ended.
    fn PyWeakref_GetRef(th, reference: *mut abi::PyObject, result: *mut *mut abi::PyObject) -> Result<c_int, Raised> {
        // SAFETY: R4: the caller's variable.
        unsafe { result.write(core::ptr::null_mut()) };
        // SAFETY: R4: null, or the caller's object.
        let Some(reference) = (unsafe { objects::glue::borrow_nullable(reference) }) else { return Err(raise::bad_internal_call(th)) };
        let Some(reference) = reference_of(reference) else {
            return Err(raise::type_error(th, format_args!("expected a weakref")));
        };
        match reference.upgrade(th) {
            Some(referent) => {
                let referent = objects::glue::leave_c(th, referent);
                // SAFETY: R4: as above.
                unsafe { result.write(referent) };
                Ok(1)
            }
            None => Ok(0),
        }
    }

    /// The referent, borrowed; `None` if it has ended.
    fn PyWeakref_GetObject(th, reference: Option<&Object>) -> Result<Lent, Raised> {
        match reference.and_then(reference_of) {
            Some(reference) => Ok(Lent::some(reference.upgrade(th).unwrap_or_else(objects::none_ref))),
            None => Err(raise::bad_internal_call(th)),
        }
    }

    /// Whether the referent has ended.
    fn PyWeakref_IsDead(th, reference: Option<&Object>) -> Result<bool, Raised> {
        let Some(object) = reference else { return Err(raise::bad_internal_call(th)) };
        match reference_of(object) {
            Some(reference) => Ok(reference.upgrade(th).is_none()),
            None => {
                let got = ops::qualified_type_name(th, object.ty());
                Err(raise::type_error(th, format_args!("expected a weakref, got {got}")))
            }
        }
    }

    /// An object ends: its weak references are cleared, then their callbacks run.
    fn PyObject_ClearWeakRefs(th, object: *mut abi::PyObject) {
        if let Some(object) = ending(th, object) {
            weakref::clear(th, object);
        }
    }

    /// The same without the callbacks.
    fn PyUnstable_Object_ClearWeakRefsNoCallbacks(th, object: *mut abi::PyObject) {
        // SAFETY: R4: the caller's object.
        let object = unsafe { Object::borrow(object) };
        if object.ty().supports_weakrefs() {
            for reference in weakref::detach(object) {
                th.release(reference);
            }
        }
    }

    /// Where an extension's instance keeps its weak references. It may be read there whether there are any.
    fn PyObject_GET_WEAKREFS_LISTPTR(_th, object: *mut abi::PyObject) -> *mut *mut abi::PyObject {
        // SAFETY: R4: the caller's object.
        let offset = unsafe { Object::borrow(object) }.ty().tp_weaklistoffset();
        object.wrapping_byte_offset(offset).cast()
    }

    /// A weak reference forgets its referent and its callback.
    fn _PyWeakref_ClearRef(th, reference: &Object) {
        if let Some(reference) = reference_of(reference) {
            reference.clear(th);
        }
    }
}

/// The object as a weak reference: it is one, or a proxy.
fn reference_of(object: &Object) -> Option<&WeakRef> {
    object.downcast::<WeakRef>().or_else(|| proxy::as_reference(object))
}

fn ending<'a>(th: &mut Thread, object: *mut abi::PyObject) -> Option<&'a Object> {
    // SAFETY: R4: null, or the caller's object.
    let object = unsafe { objects::glue::borrow_nullable(object) }.filter(|object| object.ty().supports_weakrefs() && object.count() == 0);
    if object.is_none() {
        let raised = raise::bad_internal_call(th);
        objects::glue::leave_raised(th, raised);
    }
    object
}
