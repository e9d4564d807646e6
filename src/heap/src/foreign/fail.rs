//! What foreign code must not do at the gate. The process ends with a message that names the library, the function and where Python is: what the
//! function left behind (a stopped world, destructors that did not run, counts that lie) cannot be put right.

use super::names;
use crate::{Object, Thread};

/// Lives while a foreign function runs, and is forgotten when it returns: dropped, it is an unwind that came out of the function.
pub(super) struct Unwound {
    pub(super) function: *const (),
}

impl Drop for Unwound {
    #[cold]
    fn drop(&mut self) {
        let what = "a C++ exception came out of the function; a function that Python calls must catch what it throws, and raise a Python exception instead";
        fatal(self.function, what);
    }
}

/// The thread is not as it was when the function was called.
#[cold]
#[inline(never)]
pub(super) fn came_back_otherwise(th: &Thread, function: *const ()) -> ! {
    if th.world.is_attached() {
        fatal(function, "the function returned in another state of the GIL than it was called in: PyGILState_Ensure and PyGILState_Release were not called in pairs");
    }
    fatal(
        function,
        "the function returned with the GIL released: what Py_BEGIN_ALLOW_THREADS (PyEval_SaveThread) gave up was not taken back by \
         Py_END_ALLOW_THREADS (PyEval_RestoreThread)",
    )
}

/// Ends the process for what a foreign function did.
#[cold]
pub fn fatal(function: *const (), what: &str) -> ! {
    crate::hooks::hooks().fatal(&format!("{}: {what}", names::place(function.addr())))
}

/// A count is lowered that nobody holds.
#[cold]
#[inline(never)]
#[track_caller]
pub fn count_below_zero(object: &Object) -> ! {
    let address = core::ptr::from_ref(object);
    let running = crate::thread::with_current(Thread::foreign_function).flatten();
    let mut message = match buried(object) {
        Some(known) => format!("the count of an object that has ended was lowered: {known} at {address:p}"),
        None => format!("count below zero: object of type '{}' at {address:p}", String::from_utf8_lossy(object.ty().tp_name_bytes())),
    };
    match running {
        Some(function) => message.push_str(&format!(", while {function} runs")),
        None => message.push_str(&format!(" ({})", core::panic::Location::caller())),
    }
    crate::hooks::hooks().fatal(&message)
}

/// What a function was called with must have outlived the call: its caller holds a count on it. Looked at in debug builds.
#[cfg(debug_assertions)]
pub fn check_arguments<'a>(function: *const (), arguments: impl IntoIterator<Item = &'a Object>) {
    for (i, argument) in arguments.into_iter().enumerate() {
        if argument.head().count.load(crate::sync::Ordering::Relaxed) == 0 {
            let known = buried(argument).unwrap_or_else(|| "an object that ended".to_owned());
            let what = format!("the function gave up a count that it does not hold: its argument {} is gone, {known} at {argument:p}", i + 1);
            fatal(function, &what);
        }
    }
}

#[cfg(debug_assertions)]
fn buried(object: &Object) -> Option<String> {
    super::graves::describe(core::ptr::from_ref(object))
}

#[cfg(not(debug_assertions))]
fn buried(_: &Object) -> Option<String> {
    None
}
