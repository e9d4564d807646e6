//! Errors that nobody receives: `PyErr_Print*`, `PyErr_Display*`, `PyErr_WriteUnraisable`, `Py_FatalError`.

use core::ffi::{CStr, c_char, c_int};

use heap::{Object, Thread};
use interp::report::{self, Ended};
use objects::{Module, Str, Traceback, none, raise};

use crate::api;


/// Reports what is raised to `sys.excepthook`; `SystemExit` ends the process.
pub fn print(th: &mut Thread, remember: bool) {
    let inspect = interp::config::get().inspect > 0;
    match report::print_and(th, inspect, remember) {
        Ended::Printed => {}
        Ended::Exit(code) => crate::api::lifecycle::exit(th, code),
    }
}

/// An exception as it is shown, with a traceback given apart from it.
fn display(th: &mut Thread, value: Option<&Object>, traceback: Option<&Object>) {
    let Some(value) = value else { return };
    let traceback = traceback.filter(|traceback| traceback.is_a::<Traceback>()).unwrap_or(none());
    report::except_hook(th, value, traceback);
    drop(th.take_exception());
}

api! {
    fn PyErr_Print(th) {
        print(th, true);
    }

    fn PyErr_PrintEx(th, set_last: c_int) {
        print(th, set_last != 0);
    }

    fn PyErr_Display(th, _cls: Option<&Object>, value: Option<&Object>, traceback: Option<&Object>) {
        display(th, value, traceback);
    }

    fn PyErr_DisplayException(th, exception: Option<&Object>) {
        display(th, exception, None);
    }

    fn PyErr_WriteUnraisable(th, object: Option<&Object>) {
        raise::unraisable(th, "", object);
    }
}

/// Ends the process: the message, what is raised or where the program is, then `abort`.
pub fn fatal_error(function: Option<&str>, message: &str) -> ! {
    if !Thread::is_known() {
        match function {
            Some(function) => stdx::tell(format_args!("Fatal Python error: {function}: {message}\nPython runtime state: unknown\n\n")),
            None => stdx::tell(format_args!("Fatal Python error: {message}\nPython runtime state: unknown\n\n")),
        }
        std::process::abort();
    }
    // SAFETY: R10: the process ends here; nothing else of this activation runs.
    let th = unsafe { Thread::from_tls() };
    if th.world.is_attached() {
        interp::finalize::flush_quietly(th);
    }
    let prefix = function.map_or_else(String::new, |function| format!("{function}: "));
    let state = if interp::finalize::is_finalizing() { "finalizing" } else { "initialized" };
    stdx::tell(format_args!("Fatal Python error: {prefix}{message}\nPython runtime state: {state}\n"));
    let shown = th.world.is_attached().then(|| th.take_exception()).flatten();
    match shown.filter(|exception| objects::exceptions::as_exception(exception).is_some_and(|fields| fields.traceback(th).is_some())) {
        Some(exception) => report::display(th, &exception),
        None => {
            stdx::tell(format_args!("\n"));
            modules::faulthandler::dump::write(2, &modules::faulthandler::dump::current(th));
        }
    }
    if th.world.is_attached() {
        tell_extensions(th);
    }
    std::process::abort()
}

/// Names the extension modules that are loaded: one of them may be to blame.
fn tell_extensions(th: &mut Thread) {
    let Ok(loaded) = interp::sys::modules(th) else { return };
    let mut names = Vec::new();
    // Those of the library are not to blame.
    let listed = |th: &mut Thread, attribute: &str, name: &Str| {
        interp::sys::attribute(th, attribute).is_some_and(|all| objects::ops::contains(th, &all, name).unwrap_or_else(|_| {
            drop(th.take_exception());
            false
        }))
    };
    for (name, module) in loaded.snapshot(th) {
        let has_functions = module.downcast_ref::<Module>().is_some_and(|module| {
            // SAFETY: R4: definitions are statics of extensions, which are never unloaded.
            unsafe { module.definition().as_ref() }.is_some_and(|def| !def.m_methods.is_null())
        });
        let Some(name) = (*name).downcast::<Str>() else { continue };
        if (has_functions || listed(th, "builtin_module_names", name)) && !listed(th, "stdlib_module_names", name) {
            names.push(name.to_string_lossy());
        }
    }
    if !names.is_empty() {
        stdx::tell(format_args!("\nExtension modules: {} (total: {})\n", names.join(", "), names.len()));
    }
}

/// Text of C's for a message; null has its own.
///
/// # Safety
/// R4: `text` is null or a C string.
unsafe fn message(text: *const c_char) -> String {
    match text.is_null() {
        true => "<message not set>".to_owned(),
        // SAFETY: the caller's promise.
        false => unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned(),
    }
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_FatalError(text: *const c_char) -> ! {
    // SAFETY: R4: the function's contract.
    fatal_error(None, &unsafe { message(text) })
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_FatalErrorFunc(function: *const c_char, text: *const c_char) -> ! {
    // SAFETY: R4: the function's contract.
    unsafe { fatal_error(Some(&message(function)), &message(text)) }
}
