//! How destructors of C call finalizers, and how they keep the native stack from overflowing.

use core::ffi::c_int;

use heap::Object;
use objects::typing::foreign_end;

use crate::api;

/// How much of the stack one level of the macros' margin is.
const MARGIN: usize = 2048 * size_of::<usize>();

api! {
    /// Calls `tp_finalize`, once for each object that the collector may know.
    fn PyObject_CallFinalizer(th, object: &Object) {
        foreign_end::call_finalizer(th, object);
    }

    /// The same in a destructor: -1 if the object was brought back.
    fn PyObject_CallFinalizerFromDealloc(th, object: *mut abi::PyObject) -> c_int {
        // SAFETY: R2: the caller holds the last word on the object: its count is zero.
        let object = unsafe { Object::borrow(object) };
        if object.count() != 0 {
            crate::entry::fatal("PyObject_CallFinalizerFromDealloc", "PyObject_CallFinalizerFromDealloc called on object with a non-zero refcount");
        }
        if foreign_end::finalize_in_destructor(th, object) { 0 } else { -1 }
    }

    /// Whether less of the native stack is left than the limit of recursion and so many margins.
    fn _Py_ReachedRecursionLimitWithMargin(th, _state: *mut abi::PyThreadState, margin: c_int) -> c_int {
        c_int::from(th.stack_is_below(MARGIN * usize::try_from(margin).unwrap_or(0)))
    }

    /// The object ends later, when the native stack is shorter.
    fn _PyTrash_thread_deposit_object(th, state: *mut abi::PyThreadState, object: *mut abi::PyObject) {
        foreign_end::deposit(th, object);
        // The macros ask this field whether anything waits.
        // SAFETY: R10: the calling thread's own state.
        unsafe { (*state).delete_later = object };
    }

    /// Ends the objects that wait.
    fn _PyTrash_thread_destroy_chain(th, state: *mut abi::PyThreadState) {
        // SAFETY: R10: as above.
        unsafe { (*state).delete_later = core::ptr::null_mut() };
        while let Some(object) = foreign_end::next_deposited(th) {
            // SAFETY: R2: its count is zero, and its destructor gave it to us.
            th.die(unsafe { Object::borrow(object) });
        }
    }
}
