//! Bringing the interpreter up: results of starting (`PyStatus_*`), `Py_InitializeFromConfig`; the configurations are in the files below.

pub mod initconfig;
pub mod preconfig;
pub mod programs;
pub mod pyconfig;
mod table;
pub mod text;

use core::ffi::{CStr, c_char, c_int};
use std::ffi::CString;

use abi::PyStatus;
use heap::foreign::{self, Entered, Mode};
use heap::{Raised, Thread};
use objects::raise;

use crate::api;
use crate::embed::{Stage, Stop, Wanted, stage, startup, tell};

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

/// All is well.
pub fn good() -> PyStatus {
    status(OK, core::ptr::null(), core::ptr::null(), 0)
}

/// There was no memory.
pub fn no_memory() -> PyStatus {
    status(ERROR, core::ptr::null(), c"memory allocation failed".as_ptr(), 0)
}

/// What start-up ended with. Texts for the standard streams are written; the texts of the status stay for good.
pub fn of_stop(stop: &Stop) -> PyStatus {
    let kept = |text: &str| CString::new(text.replace('\0', "")).unwrap_or_default().into_raw().cast_const();
    match &stop.function {
        None => status(EXIT, core::ptr::null(), core::ptr::null(), tell(stop)),
        Some(function) if function.is_empty() => status(ERROR, core::ptr::null(), kept(&stop.err), 0),
        Some(function) => status(ERROR, kept(function), kept(&stop.err), 0),
    }
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
    crate::api::misc::publish_flags();
    Ok(())
}

/// Brings the interpreter up as a configuration says.
///
/// # Safety
/// R4: the struct's texts are wide strings or null.
unsafe fn from_config(config: &abi::PyConfig) -> Result<(), Stop> {
    if stage() == Stage::Runs {
        // Nothing changes for an interpreter that runs.
        return Ok(());
    }
    // SAFETY: the caller's promise.
    let wanted = unsafe { pyconfig::wanted(config) };
    programs::note_home(wanted.home.clone());
    initialize(wanted)
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_InitializeFromConfig(config: *const abi::PyConfig) -> PyStatus {
    // SAFETY: R4: the function's contract.
    let Some(config) = (unsafe { config.as_ref() }) else { return error(c"Py_InitializeFromConfig", c"initialization config is NULL") };
    // SAFETY: as above.
    match unsafe { from_config(config) } {
        Ok(()) => good(),
        Err(stop) => of_stop(&stop),
    }
}

api! {
    fn PySys_HasWarnOptions(th) -> c_int {
        let options = interp::sys::attribute(th, "warnoptions");
        let count = options.as_ref().and_then(|options| options.downcast_ref::<objects::List>()).map_or(0, |options| options.snapshot(th).len());
        c_int::from(count > 0)
    }
}
