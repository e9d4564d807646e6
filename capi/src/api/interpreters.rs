//! Further interpreters: there are none (design, section 8). Who asks for one is told so, and stays in the thread state in which it asked.

use crate::entry::fatal;

const ONE: &core::ffi::CStr = c"Pyston runs one interpreter in a process";

/// Null; who is attached finds a `SystemError` raised.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_NewInterpreter() -> *mut abi::PyThreadState {
    if heap::Thread::is_known() {
        // SAFETY: R10: a C entry uses no other capability of this thread.
        let th = unsafe { heap::Thread::from_tls() };
        if th.world.is_attached() {
            let raised = objects::raise::system_error(th, format_args!("Py_NewInterpreter: {}", ONE.to_string_lossy()));
            objects::glue::leave_raised(th, raised);
        }
    }
    core::ptr::null_mut()
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
