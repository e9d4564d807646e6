//! Counts and ends of objects.

use heap::{Object, Ref};

use crate::api;

api! {
    /// Ends an object whose count C lowered to zero.
    fn _Py_Dealloc(th, object: *mut abi::PyObject) {
        // SAFETY: R2: the caller holds the last word on the object: its count is zero.
        th.die(unsafe { Object::borrow(object) });
    }

    /// Adds a count (the function behind the macro, for the limited API).
    fn Py_IncRef(th, object: Option<&Object>) {
        if let Some(object) = object {
            core::mem::forget(th.retain(object));
        }
    }

    /// Gives a count up; null is ignored.
    fn Py_DecRef(th, object: *mut abi::PyObject) {
        // SAFETY: R2: C gives up a count that it holds.
        if let Some(object) = unsafe { Ref::<Object>::from_raw_nullable(object) } {
            th.release(object);
        }
    }
}
