//! Further interpreters: there are none (design, section 8). Who asks for one is told so, and stays in the thread state in which it asked.

use core::ffi::{c_int, c_void};

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};
use modules::interpreters;
use objects::{Int, raise};

use crate::api;
use crate::entry::fatal;

const ONE: &core::ffi::CStr = c"Pyston runs one interpreter in a process";

type Evaluate = unsafe extern "C-unwind" fn(*mut abi::PyThreadState, *mut c_void, c_int) -> *mut abi::PyObject;

unsafe extern "C-unwind" {
    fn _PyEval_EvalFrameDefault(state: *mut abi::PyThreadState, frame: *mut c_void, throw: c_int) -> *mut abi::PyObject;
}

/// What runs frames.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyInterpreterState_GetEvalFrameFunc(_interpreter: *mut c_void) -> Evaluate {
    _PyEval_EvalFrameDefault
}

/// Nobody else can run frames: they are not laid out as C would have to know them. Who is attached finds a `SystemError` raised.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyInterpreterState_SetEvalFrameFunc(_interpreter: *mut c_void, evaluate: Option<Evaluate>) {
    if evaluate.is_some_and(|evaluate| core::ptr::fn_addr_eq(evaluate, _PyEval_EvalFrameDefault as Evaluate)) {
        return;
    }
    leave_error("_PyInterpreterState_SetEvalFrameFunc: frames are Pyston's own, and only Pyston can run them");
}

/// Whether the interpreter ends with the last count on its number.
static REQUIRES_COUNT: AtomicBool = AtomicBool::new(false);

/// Whether the interpreter ends with the last count on its number; the one that there is never does before the process.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyInterpreterState_RequiresIDRef(_interpreter: *mut c_void) -> c_int {
    c_int::from(REQUIRES_COUNT.load(Relaxed))
}

/// Says so.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyInterpreterState_RequireIDRef(_interpreter: *mut c_void, required: c_int) {
    REQUIRES_COUNT.store(required != 0, Relaxed);
}

/// What no interpreter has as its number, and C has for an error.
const NO_NUMBER: i64 = -1;

api! {
    /// The number of an interpreter that an object names; -1 with an exception for what is none.
    fn _PyInterpreterState_ObjectToID(th, object: &Object) -> i64 {
        match interpreters::id_of(th, object) {
            Ok(number) => number,
            Err(raised) => {
                objects::glue::leave_raised(th, raised);
                NO_NUMBER
            }
        }
    }

    /// The interpreter of a number; null with an exception if there is none.
    fn _PyInterpreterState_LookUpIDObject(th, object: &Object) -> Result<*mut c_void, Raised> {
        interpreters::find(th, object, false, "")?;
        Ok(heap::interpreter().cast())
    }

    /// The interpreter's number as an object.
    fn _PyInterpreterState_GetIDObject(th, _interpreter: *mut c_void) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, 0))
    }
}

/// Null; who is attached finds a `SystemError` raised.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_NewInterpreter() -> *mut abi::PyThreadState {
    leave_error(&format!("Py_NewInterpreter: {}", ONE.to_string_lossy()));
    core::ptr::null_mut()
}

/// Raises a `SystemError`, if the calling thread is attached.
fn leave_error(message: &str) {
    if !Thread::is_known() {
        return;
    }
    // SAFETY: R10: a C entry uses no other capability of this thread.
    let th = unsafe { Thread::from_tls() };
    if th.world.is_attached() {
        let raised = raise::system_error(th, format_args!("{message}"));
        objects::glue::leave_raised(th, raised);
    }
}

/// Null, and a status that says why.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_NewInterpreterFromConfig(state: *mut *mut abi::PyThreadState, _config: *const abi::PyInterpreterConfig) -> abi::PyStatus {
    // SAFETY: R4: the function's contract.
    unsafe { state.write(core::ptr::null_mut()) };
    super::init::error(c"Py_NewInterpreterFromConfig", ONE)
}

/// No state is one of a further interpreter.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_EndInterpreter(_state: *mut abi::PyThreadState) {
    fatal("Py_EndInterpreter", &ONE.to_string_lossy());
}
