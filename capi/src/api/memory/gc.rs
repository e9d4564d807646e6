//! The collector: which objects it knows, and when it runs.

use core::ffi::{c_int, c_void};

use heap::collect::{self, Generation};
use heap::header::prefix_flags::FINALIZED;
use heap::sync::Ordering::Relaxed;
use heap::{Object, Thread};

use crate::api;

const HAVE_GC: u64 = abi::Py_TPFLAGS_HAVE_GC as u64;

api! {
    /// The collector knows the object from now on.
    fn PyObject_GC_Track(th, object: *mut c_void) {
        // SAFETY: R4: the caller's object.
        let object = unsafe { Object::borrow(object.cast()) };
        if object.front() != 0 {
            th.track(object);
        }
    }

    /// The collector forgets the object, if it knew it.
    fn PyObject_GC_UnTrack(th, object: *mut c_void) {
        // SAFETY: R4: the caller's object.
        th.untrack(unsafe { Object::borrow(object.cast()) });
    }

    /// Whether the collector knows the object.
    fn PyObject_GC_IsTracked(th, object: &Object) -> c_int {
        c_int::from(is_gc(object) && th.is_tracked(object))
    }

    /// Whether the object's finalizer has run.
    fn PyObject_GC_IsFinalized(_th, object: &Object) -> c_int {
        c_int::from(is_gc(object) && object.prefix().is_some_and(|prefix| prefix.flags.load(Relaxed) & FINALIZED != 0))
    }

    /// Whether the collector may know the object.
    fn PyObject_IS_GC(_th, object: &Object) -> c_int {
        c_int::from(is_gc(object))
    }

    /// A full collection: how many objects it found. Nothing happens while collections are off, or while one runs.
    fn PyGC_Collect(th) -> isize {
        if !collect::is_enabled() {
            return 0;
        }
        let before = th.take_exception();
        let outcome = th.collect(Generation::Full);
        if let Some(before) = before {
            let _ = th.set_exception(before);
        }
        (outcome.collected + outcome.uncollectable).cast_signed()
    }

    /// Turns collections on; whether they were.
    fn PyGC_Enable(_th) -> c_int {
        let before = collect::is_enabled();
        collect::set_enabled(true);
        c_int::from(before)
    }

    /// Turns collections off; whether they were on.
    fn PyGC_Disable(_th) -> c_int {
        let before = collect::is_enabled();
        collect::set_enabled(false);
        c_int::from(before)
    }

    /// Whether collections are on.
    fn PyGC_IsEnabled(_th) -> c_int {
        c_int::from(collect::is_enabled())
    }

    /// Calls a function with each object that the collector knows, until it returns 0.
    fn PyUnstable_GC_VisitObjects(th, callback: *const c_void, argument: *mut c_void) {
        visit_objects(th, callback, argument);
    }
}

fn visit_objects(th: &mut Thread, callback: *const c_void, argument: *mut c_void) {
    let enabled = collect::is_enabled();
    collect::set_enabled(false);
    // SAFETY: R4: the function's type in its declaration.
    let visit = unsafe { core::mem::transmute::<*const c_void, abi::gcvisitobjects_t>(callback) };
    let mut all = th.tracked_objects(None);
    all.extend(th.frozen_list());
    for object in all {
        // SAFETY: R4: C's own function and argument.
        let goes_on = heap::foreign::call(th, callback.cast(), |th| heap::foreign::show(th, &object), || unsafe { visit(object.as_ptr(), argument) });
        if goes_on == 0 {
            break;
        }
    }
    collect::set_enabled(enabled);
}

/// Collectable by its type, unless the type says something else of this object.
pub fn is_gc(object: &Object) -> bool {
    let ty = object.ty();
    // SAFETY: R9: a slot of the type; R4: it takes one object.
    let excepted = || unsafe { (*ty.raw()).tp_is_gc.is_some_and(|is_gc| is_gc(object.as_ptr()) == 0) };
    ty.has_flag(HAVE_GC) && !excepted()
}
