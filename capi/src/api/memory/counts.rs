//! Counts, and what may be concluded from them.

use core::ffi::c_int;

use heap::foreign::Mode;
use heap::{Object, Thread, Type};
use interp::frame::stack;
use objects::typing::{extra, lookup};

use crate::api;

api! {
    /// The count; that of an immortal object is as large as C knows it.
    fn Py_REFCNT(_th, object: &Object) -> isize {
        // SAFETY: R2: the ABI's field.
        unsafe { (*object.as_ptr()).count as isize }
    }

    /// Sets the count. An immortal object keeps its own.
    fn _Py_SetRefcnt(_th, object: &Object, count: isize) {
        if !is_immortal(object) {
            // SAFETY: R2: C takes over what the count stands for.
            unsafe { (*object.as_ptr()).count = u32::try_from(count).unwrap_or(heap::header::IMMORTAL_COUNT) };
        }
    }

    /// Whether the count never changes.
    fn PyUnstable_IsImmortal(_th, object: &Object) -> c_int {
        c_int::from(is_immortal(object))
    }

    /// The count never changes from now on.
    fn _Py_SetImmortal(th, object: &Object) {
        th.untrack(object);
        object.make_immortal();
    }

    /// Whether the caller has the only reference.
    fn PyUnstable_Object_IsUniquelyReferenced(th, object: &Object) -> c_int {
        c_int::from(is_unique(th, object))
    }

    /// Whether the only reference is a temporary of the running Python code: nobody will see the object again after this call.
    fn PyUnstable_Object_IsUniqueReferencedTemporary(th, object: &Object) -> c_int {
        c_int::from(is_unique(th, object) && is_temporary(th, object))
    }

    /// Takes a count unless the object is ending: 1 if it did.
    fn PyUnstable_TryIncRef(th, object: &Object) -> c_int {
        c_int::from(th.try_incref(object))
    }

    /// Any object's count can be taken so.
    fn PyUnstable_EnableTryIncRef(_th, _object: &Object) {}

    /// Asks for a count that threads do not meet on. They do not anyway where an object is found hot (R12), so nothing is changed: 0.
    fn PyUnstable_Object_EnableDeferredRefcount(_th, _object: &Object) -> c_int {
        0
    }

    /// Whether instances may be weakly referenced.
    fn PyType_SUPPORTS_WEAKREFS(_th, ty: &Type) -> c_int {
        c_int::from(ty.supports_weakrefs())
    }

    /// Whether the memory looks like that of an object which was freed: its type's pointer is none.
    fn _PyObject_IsFreed(_th, object: *mut abi::PyObject) -> c_int {
        // SAFETY: R4: memory that was an object's at least.
        c_int::from(object.is_null() || unsafe { (*object).ob_type.is_null() || (*object).ob_type.addr() % 8 != 0 })
    }

    /// Sets the version tag; 0 makes it invalid.
    fn _PyType_SetVersion(th, ty: &Type, tag: core::ffi::c_uint) {
        let locked = lookup::lock_types_to_change(th, ty, lookup::Concerned::Tagged);
        lookup::invalidate_locked(&locked, ty);
        if tag != 0 && extra::extra(ty).is_some() {
            ty.set_version_tag(tag);
        }
    }
}

fn is_immortal(object: &Object) -> bool {
    // SAFETY: R2: the ABI's field.
    unsafe { ((*object.as_ptr()).count as i32) < 0 }
}

/// In shared mode another thread may be about to take a count.
fn is_unique(th: &Thread, object: &Object) -> bool {
    th.mode() != Mode::Shared && object.is_unique(th)
}

/// Locals come before temporaries in a frame, whose numbers are negative; those in use are known at each instruction.
fn is_temporary(th: &Thread, object: &Object) -> bool {
    let Some(frame) = stack::current(th) else { return false };
    let regs = frame.regs();
    stack::waiting_registers(frame).filter(|&r| r < 0).any(|r| regs.reg(r).is_counted() && regs.reg(r).is(object))
}

/// `Py_LT` and its like with their operands exchanged.
#[unsafe(export_name = "_Py_SwappedOp")]
pub static SWAPPED_OPERATION: [c_int; 6] = [4, 5, 2, 3, 0, 1];
