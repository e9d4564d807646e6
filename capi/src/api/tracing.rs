//! Tracing and profiling functions that C gives: `PyEval_SetTrace`, `PyEval_SetProfile`.
//!
//! To the interpreter such a function is a builtin like any other, bound to C's function and the object that goes with it.

use core::ffi::{c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread, foreign};
use interp::trace::legacy;
use objects::typing::descr::MethodDef;
use objects::{Builtin, Capsule, Str, Tuple, none, raise};

use crate::api;

/// Names of events, by C's numbers.
const EVENTS: [&str; 8] = ["call", "exception", "line", "return", "c_call", "c_exception", "c_return", "opcode"];

// SAFETY: R4: a `METH_FASTCALL` function has this signature behind the table's type.
const HEAR: abi::PyCFunction = unsafe { core::mem::transmute::<abi::PyCFunctionFast, abi::PyCFunction>(hear) };

static DEF: abi::Static<abi::PyMethodDef> =
    abi::Static::new(abi::PyMethodDef { ml_name: c"trace".as_ptr(), ml_meth: Some(HEAR), ml_flags: abi::METH_FASTCALL, ml_doc: core::ptr::null() });

/// The builtin that calls C's function.
fn bound(th: &Thread, receiver: &Object) -> Ref<Builtin> {
    // SAFETY: R4: the declaration is a static.
    Builtin::new(th, unsafe { MethodDef::from_ptr(DEF.get()) }, Some(receiver), None)
}

/// `trace(frame, event, arg)`: tells C's function, and goes on.
unsafe extern "C-unwind" fn hear(receiver: *mut abi::PyObject, args: *const *mut abi::PyObject, count: isize) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: the protocol's arguments, alive for the call.
    unsafe {
        objects::glue::entry_object(|th| {
            let (receiver, args) = (Object::borrow(receiver), objects::glue::argument_slice(args, count));
            tell(th, receiver, args)?;
            Ok(bound(th, receiver).up())
        })
    }
}

fn tell(th: &mut Thread, receiver: &Object, args: &[&Object]) -> Result<(), Raised> {
    let ([frame, event, arg], Some(pair)) = (args, receiver.downcast::<Tuple>()) else { return Err(raise::bad_internal_call(th)) };
    let function = pair.item(0).and_then(|capsule| capsule.downcast::<Capsule>()).map(Capsule::pointer);
    let what = event.downcast::<Str>().and_then(|event| EVENTS.iter().position(|name| event.eq_text(name)));
    let (Some(function), Some(what)) = (function, what) else { return Err(raise::bad_internal_call(th)) };
    // SAFETY: R4: `install` put C's function there.
    let function = unsafe { core::mem::transmute::<*mut c_void, abi::Py_tracefunc>(function) };
    let object = pair.item(1).map_or(core::ptr::null_mut(), Object::as_ptr);
    let share = |th: &Thread| {
        foreign::show(th, frame);
        foreign::show(th, arg);
    };
    // SAFETY: R4: the function was given for this; a `PyFrameObject *` is a frame object.
    let status = foreign::call(th, function as *const (), share, || unsafe { function(object, frame.as_ptr().cast(), what as c_int, arg.as_ptr()) });
    objects::ops::cslot::status(th, status)
}

/// What is installed for a function of C's; `None` for null.
fn receiver(th: &Thread, function: Option<abi::Py_tracefunc>, object: Option<&Object>) -> Option<Ref<Object>> {
    let capsule = Capsule::new(th, function? as *mut c_void, core::ptr::null(), None);
    let mut items: Vec<&Object> = vec![&capsule];
    items.extend(object);
    let pair = Tuple::from_slice(th, &items);
    Some(bound(th, &pair).up())
}

fn audited(th: &mut Thread, event: &str) -> bool {
    if interp::audit::event(th, event, &[]).is_err() {
        raise::unraisable(th, "Exception ignored in audit hook", None);
        return false;
    }
    true
}

api! {
    fn PyEval_SetTrace(th, function: Option<abi::Py_tracefunc>, object: Option<&Object>) {
        if audited(th, "sys.settrace") {
            let function = receiver(th, function, object);
            legacy::set_trace_everywhere(th, function);
        }
    }

    fn PyEval_SetProfile(th, function: Option<abi::Py_tracefunc>, object: Option<&Object>) {
        if audited(th, "sys.setprofile") {
            let function = receiver(th, function, object);
            legacy::set_profile(th, function);
        }
    }

    fn PyEval_SetTraceAllThreads(th, function: Option<abi::Py_tracefunc>, object: Option<&Object>) {
        if audited(th, "sys.settrace") {
            let function = receiver(th, function, object).unwrap_or_else(|| none().to_ref());
            legacy::set_in_all_threads(th, &function, false, true);
        }
    }

    fn PyEval_SetProfileAllThreads(th, function: Option<abi::Py_tracefunc>, object: Option<&Object>) {
        if audited(th, "sys.setprofile") {
            let function = receiver(th, function, object).unwrap_or_else(|| none().to_ref());
            legacy::set_in_all_threads(th, &function, true, false);
        }
    }
}
