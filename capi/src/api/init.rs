//! Results of starting (`PyStatus_*`), and the configuration of the interpreter that runs.

use core::ffi::{CStr, c_char, c_int};

use abi::PyStatus;
use heap::foreign::{self, Entered, Mode};
use heap::{Raised, Thread};
use objects::raise;

use crate::api;
use crate::embed::{Stage, Stop, Wanted, stage, startup};

const OK: u32 = 0;
const ERROR: u32 = 1;
const EXIT: u32 = 2;

fn status(kind: u32, function: *const c_char, message: *const c_char, code: c_int) -> PyStatus {
    PyStatus { kind, func: function, err_msg: message, exitcode: code }
}

/// A status that says what went wrong, and where.
pub fn error(function: &'static CStr, message: &'static CStr) -> PyStatus {
    status(ERROR, function.as_ptr(), message.as_ptr(), 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_Ok() -> PyStatus {
    status(OK, core::ptr::null(), core::ptr::null(), 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_Error(message: *const c_char) -> PyStatus {
    status(ERROR, core::ptr::null(), message, 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_NoMemory() -> PyStatus {
    status(ERROR, core::ptr::null(), c"memory allocation failed".as_ptr(), 0)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_Exit(code: c_int) -> PyStatus {
    status(EXIT, core::ptr::null(), core::ptr::null(), code)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_IsError(status: PyStatus) -> c_int {
    c_int::from(status.kind == ERROR)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_IsExit(status: PyStatus) -> c_int {
    c_int::from(status.kind == EXIT)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyStatus_Exception(status: PyStatus) -> c_int {
    c_int::from(status.kind != OK)
}

/// A text of C's.
///
/// # Safety
/// R4: `text` is null or a C string.
unsafe fn text(text: *const c_char) -> Option<String> {
    // SAFETY: the caller's promise.
    (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned())
}

/// Ends the process as the status says.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_ExitStatusException(status: PyStatus) {
    match status.kind {
        EXIT => std::process::exit(status.exitcode),
        // SAFETY: R4: texts of a status are C strings.
        ERROR => unsafe {
            let message = text(status.err_msg).unwrap_or_else(|| "<message not set>".to_owned());
            super::errors::fatal_error(text(status.func).as_deref(), &message)
        },
        _ => super::errors::fatal_error(Some("Py_ExitStatusException"), "Py_ExitStatusException() must not be called on success"),
    }
}

/// Raises what a status says.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyErr_SetFromPyStatus(status: PyStatus) {
    // SAFETY: R10: a C entry is the outermost Rust frame of its activation.
    let th = unsafe { crate::entry::attached("_PyErr_SetFromPyStatus") };
    // SAFETY: R4: texts of a status are C strings.
    let (function, message) = unsafe { (text(status.func), text(status.err_msg).unwrap_or_default()) };
    let raised: Raised = match (status.kind, function) {
        (ERROR, Some(function)) => raise::value_error(th, format_args!("{function}: {message}")),
        (ERROR, None) => raise::value_error(th, format_args!("{message}")),
        _ => raise::system_error(th, format_args!("_PyErr_SetFromPyStatus() expects an error PyStatus")),
    };
    super::errors::leave(th, raised);
}

/// Brings the interpreter up; the calling thread holds the GIL from then on, as C.
pub fn initialize(wanted: Wanted) -> Result<(), Stop> {
    let Some(startup) = startup() else { return Err(Stop::fatal("Py_InitializeFromConfig", "the runtime is not whole")) };
    crate::embed::start((startup.read)(wanted)?)?;
    // SAFETY: R10: the outermost Rust frame of this activation; the thread was just made the main thread.
    let th = unsafe { Thread::from_tls() };
    // For good: C holds the GIL until it detaches, or the interpreter ends.
    let _: Entered = foreign::enter(th, Mode::Exclusive);
    Ok(())
}

/// What is asked for where only the older functions and variables say anything.
pub fn by_global_variables() -> Wanted {
    Wanted::default()
}

/// Nothing changes for an interpreter that runs.
fn begun(function: &'static CStr) -> PyStatus {
    match stage() {
        Stage::Runs => status(OK, core::ptr::null(), core::ptr::null(), 0),
        _ => error(function, c"Pyston cannot be embedded yet"),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_InitializeFromConfig(_config: *const abi::PyConfig) -> PyStatus {
    begun(c"Py_InitializeFromConfig")
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PreInitialize(_config: *const abi::PyPreConfig) -> PyStatus {
    begun(c"Py_PreInitialize")
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PreInitializeFromArgs(_config: *const abi::PyPreConfig, _count: isize, _args: *mut *mut abi::wchar_t) -> PyStatus {
    begun(c"Py_PreInitializeFromArgs")
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_PreInitializeFromBytesArgs(_config: *const abi::PyPreConfig, _count: isize, _args: *mut *mut c_char) -> PyStatus {
    begun(c"Py_PreInitializeFromBytesArgs")
}

api! {
    fn PySys_HasWarnOptions(th) -> c_int {
        let options = interp::sys::attribute(th, "warnoptions");
        let count = options.as_ref().and_then(|options| options.downcast_ref::<objects::List>()).map_or(0, |options| options.snapshot(th).len());
        c_int::from(count > 0)
    }
}
