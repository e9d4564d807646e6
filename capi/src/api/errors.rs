//! Errors: raising, looking at what is raised, taking it, putting it back. Attributes of exceptions are in [`exceptions`], those of Unicode errors
//! in [`unicode`], errors of the system and of imports in [`system`], positions of syntax errors in [`position`], reports in [`report`].
//!
//! Invariant: what is raised is an instance from the start (`tstate->current_exception`); pairs of class and value exist in C's hands alone.

mod exceptions;
mod position;
pub mod report;
mod system;
mod unicode;

use core::ffi::{c_char, c_int};

use heap::{Heaped, Object, Raised, Ref, Thread, Type, foreign};
use objects::exceptions::{as_exception, as_exception_class, key_error_type, system_error_type, type_error_type};
use objects::{Str, Traceback, none, ops, raise};

pub use report::{fatal_error, print};
pub use system::os_name;

use crate::api;
use crate::entry::c_text;

/// Leaves with an exception raised, out of a function whose result cannot say so.
pub fn leave(th: &mut Thread, raised: Raised) {
    objects::glue::leave_raised(th, raised);
}

/// The same of a result.
fn tell(th: &mut Thread, result: Result<(), Raised>) {
    if let Err(raised) = result {
        leave(th, raised);
    }
}

/// Raises what C's pair of class and value stands for (`PyErr_SetObject`).
pub fn set_object(th: &mut Thread, cls: &Object, value: Option<&Object>) -> Raised {
    let Some(class) = as_exception_class(cls) else {
        drop(th.take_exception());
        return match ops::repr(th, cls) {
            Ok(shown) => raise::system_error(th, format_args!("_PyErr_SetObject: exception {} is not a BaseException subclass", *shown)),
            Err(raised) => raised,
        };
    };
    if let Some(given) = value.filter(|value| as_exception(value).is_some()) {
        match ops::issubclass(th, given.ty(), cls) {
            Ok(true) => return raise::set(th, given.to_ref()),
            Ok(false) => {}
            Err(raised) => return raised,
        }
    }
    // Classes are not called with an exception raised.
    drop(th.take_exception());
    match create(th, class, value) {
        Ok(exception) => raise::set(th, exception),
        Err(_) => normalization_failed(th, class, value),
    }
}

/// The class could not be called: the exception that was raised instead says which.
#[cold]
fn normalization_failed(th: &mut Thread, class: &Type, value: Option<&Object>) -> Raised {
    let Some(exception) = th.take_exception() else { return raise::bad_internal_call(th) };
    let shown = match value {
        Some(value) => match ops::repr(th, value) {
            Ok(shown) => shown.to_string_lossy(),
            Err(_) => {
                drop(th.take_exception());
                "<unknown>".to_owned()
            }
        },
        None => "<NULL>".to_owned(),
    };
    let name = String::from_utf8_lossy(class.tp_name_bytes()).into_owned();
    let _ = th.set_exception(exception.clone());
    let _ = raise::add_note_to_raised(th, &format!("Normalization failed: type={name} args={shown}"));
    drop(th.take_exception());
    th.set_exception(exception)
}

/// What C gives up: a count, or null.
///
/// # Safety
/// R2: `ptr` is null or an object on which the caller holds a count.
pub unsafe fn stolen(ptr: *mut abi::PyObject) -> Option<Ref<Object>> {
    // SAFETY: the caller's promise.
    unsafe { Ref::from_raw_nullable(ptr) }
}

/// Hands a count out through a pointer.
///
/// # Safety
/// `out` may be written.
pub unsafe fn hand_out(th: &Thread, out: *mut *mut abi::PyObject, object: Option<Ref<Object>>) {
    let ptr = match object {
        Some(object) => {
            foreign::show(th, &object);
            object.into_raw()
        }
        None => core::ptr::null_mut(),
    };
    // SAFETY: the caller's promise.
    unsafe { out.write(ptr) };
}

/// The traceback of an exception.
fn traceback_of(th: &Thread, exception: &Object) -> Option<Ref<Object>> {
    as_exception(exception).and_then(|exception| exception.traceback(th)).map(Ref::up)
}

/// Sets the traceback of an exception, or takes it away (`None`).
fn set_traceback(th: &mut Thread, exception: &Object, traceback: Option<&Object>) -> Result<(), Raised> {
    let Some(exception) = as_exception(exception) else { return Err(raise::bad_internal_call(th)) };
    let traceback = match traceback.filter(|traceback| !traceback.is(none())) {
        None => None,
        Some(traceback) => match traceback.downcast::<Traceback>() {
            Some(traceback) => Some(traceback.to_ref()),
            None => return Err(raise::type_error(th, format_args!("__traceback__ must be a traceback or None"))),
        },
    };
    exception.set_traceback(th, traceback);
    Ok(())
}

/// Raises C's triple as it is, without a context (`PyErr_Restore`).
fn restore(th: &mut Thread, cls: Option<Ref<Object>>, value: Option<Ref<Object>>, traceback: Option<Ref<Object>>) -> Result<(), Raised> {
    let Some(cls) = cls else {
        drop(th.take_exception());
        return Ok(());
    };
    let exception = match value {
        Some(value) if cls.is(value.ty()) && as_exception(&value).is_some() => value,
        value => {
            drop(th.take_exception());
            match as_exception_class(&cls) {
                // Even an instance of a subclass is an argument here.
                Some(class) => create(th, class, value.as_deref())?,
                None => return Err(raise::type_error(th, format_args!("exceptions must derive from BaseException"))),
            }
        }
    };
    if let Some(traceback) = traceback {
        set_traceback(th, &exception, Some(&traceback))?;
    }
    Err(raise::again(th, exception))
}

/// What the class makes of C's value: nothing or `None`, a tuple of arguments, or one argument.
fn create(th: &mut Thread, class: &Type, value: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let made = match value.filter(|value| !value.is(none())) {
        None => ops::call0(th, class)?,
        Some(value) => match value.downcast::<objects::Tuple>() {
            Some(args) => ops::call_ex(th, class, args, None)?,
            None => ops::call1(th, class, value)?,
        },
    };
    if as_exception(&made).is_none() {
        let shown = ops::repr(th, class)?;
        let got = String::from_utf8_lossy(made.ty().tp_name_bytes()).into_owned();
        let message = format_args!("calling {} should have returned an instance of BaseException, not {got}", *shown);
        return Err(raise::type_error(th, message));
    }
    Ok(made)
}

/// The exception that C's triple stands for, as [`PyErr_NormalizeException`] hands it back.
fn normalized(th: &mut Thread, class: &Object, value: Option<&Object>) -> Result<Ref<Object>, Raised> {
    match as_exception_class(class) {
        Some(_) => raise::normalize(th, class, value),
        None => Ok(value.map_or_else(objects::none_ref, Heaped::to_ref)),
    }
}

/// How often an exception may come up while another is made.
const NORMALIZATIONS: usize = 32;

api! {
    fn PyErr_SetObject(th, cls: &Object, value: Option<&Object>) {
        let raised = set_object(th, cls, value);
        leave(th, raised);
    }

    fn PyErr_SetNone(th, cls: &Object) {
        let raised = set_object(th, cls, None);
        leave(th, raised);
    }

    fn PyErr_SetString(th, cls: &Object, message: *const c_char) {
        // SAFETY: R4: the function's contract.
        let raised = match unsafe { c_text(th, message) } {
            Ok(message) => {
                let message = Str::new(th, message);
                set_object(th, cls, Some(&message))
            }
            Err(raised) => raised,
        };
        leave(th, raised);
    }

    fn _PyErr_SetKeyError(th, key: &Object) {
        drop(th.take_exception());
        let result = ops::call1(th, key_error_type(), key);
        let raised = match result {
            Ok(exception) => raise::set(th, exception),
            Err(raised) => raised,
        };
        leave(th, raised);
    }

    /// The class of what is raised, borrowed: no call that asks whether something is raised should cost more than that.
    fn PyErr_Occurred(th) -> *mut abi::PyObject {
        match th.exception() {
            Some(exception) => {
                foreign::show(th, exception.ty());
                exception.ty().as_ptr()
            }
            None => core::ptr::null_mut(),
        }
    }

    fn PyErr_Clear(th) {
        if let Some(exception) = th.take_exception() {
            th.release(exception);
        }
    }

    fn PyErr_ExceptionMatches(th, target: Option<&Object>) -> c_int {
        match (th.exception(), target) {
            (Some(exception), Some(target)) => c_int::from(raise::matches_class(exception, target)),
            _ => 0,
        }
    }

    fn PyErr_GivenExceptionMatches(th, exception: Option<&Object>, target: Option<&Object>) -> c_int {
        let _ = th;
        match (exception, target) {
            (Some(exception), Some(target)) => c_int::from(raise::matches_class(exception, target)),
            _ => 0,
        }
    }

    fn PyErr_GetRaisedException(th) -> Option<Ref<Object>> {
        th.take_exception()
    }

    /// Takes over the count on `exception`, which may be null.
    fn PyErr_SetRaisedException(th, exception: *mut abi::PyObject) {
        // SAFETY: R2: the function's contract.
        match unsafe { stolen(exception) } {
            Some(exception) => {
                let raised = th.set_exception(exception);
                leave(th, raised);
            }
            None => drop(th.take_exception()),
        }
    }

    fn PyErr_Fetch(th, cls: *mut *mut abi::PyObject, value: *mut *mut abi::PyObject, traceback: *mut *mut abi::PyObject) {
        let exception = th.take_exception();
        let class = exception.as_ref().map(|exception| exception.ty().to_owned());
        let trace = exception.as_ref().and_then(|exception| traceback_of(th, exception));
        // SAFETY: R4: the function's contract.
        unsafe {
            hand_out(th, cls, class);
            hand_out(th, value, exception);
            hand_out(th, traceback, trace);
        }
    }

    /// Takes over the three counts.
    fn PyErr_Restore(th, cls: *mut abi::PyObject, value: *mut abi::PyObject, traceback: *mut abi::PyObject) {
        // SAFETY: R2: the function's contract.
        let (cls, value, traceback) = unsafe { (stolen(cls), stolen(value), stolen(traceback)) };
        let result = restore(th, cls, value, traceback);
        tell(th, result);
    }

    fn PyErr_NormalizeException(th, cls: *mut *mut abi::PyObject, value: *mut *mut abi::PyObject, traceback: *mut *mut abi::PyObject) {
        // SAFETY: R2: the function's contract: each names null or an object with a count, which it hands over.
        let (mut class, mut given, mut trace) = unsafe { (stolen(*cls), stolen(*value), stolen(*traceback)) };
        for round in 0.. {
            let Some(wanted) = class.take() else { break };
            match normalized(th, &wanted, given.as_deref()) {
                Ok(exception) => {
                    let is_class = as_exception_class(&wanted).is_some();
                    class = Some(if is_class { exception.ty().to_owned() } else { wanted });
                    given = Some(exception);
                    break;
                }
                Err(_) if round == NORMALIZATIONS => {
                    let message = format_args!("maximum recursion depth exceeded while normalizing an exception");
                    let _ = raise::new(th, objects::exceptions::recursion_error_type(), message);
                }
                Err(_) => {}
            }
            // What was raised instead takes its place; it has a traceback, or gets that of the first.
            let Some(exception) = th.take_exception() else { break };
            class = Some(exception.ty().to_owned());
            trace = traceback_of(th, &exception).or(trace);
            given = Some(exception);
        }
        // SAFETY: R4: the function's contract.
        unsafe {
            hand_out(th, cls, class);
            hand_out(th, value, given);
            hand_out(th, traceback, trace);
        }
    }

    fn PyErr_GetHandledException(th) -> Option<Ref<Object>> {
        th.handled_exception()
    }

    fn PyErr_SetHandledException(th, exception: Option<&Object>) {
        let exception = exception.filter(|exception| !exception.is(none())).map(Heaped::to_ref);
        drop(th.swap_handled(exception));
    }

    fn PyErr_GetExcInfo(th, cls: *mut *mut abi::PyObject, value: *mut *mut abi::PyObject, traceback: *mut *mut abi::PyObject) {
        let exception = th.handled_exception();
        let class = exception.as_ref().map_or_else(objects::none_ref, |exception| exception.ty().to_owned());
        let trace = exception.as_ref().and_then(|exception| traceback_of(th, exception)).unwrap_or_else(objects::none_ref);
        // SAFETY: R4: the function's contract.
        unsafe {
            hand_out(th, cls, Some(class));
            hand_out(th, value, exception);
            hand_out(th, traceback, Some(trace));
        }
    }

    /// Takes over the three counts; the value alone counts.
    fn PyErr_SetExcInfo(th, cls: *mut abi::PyObject, value: *mut abi::PyObject, traceback: *mut abi::PyObject) {
        // SAFETY: R2: the function's contract.
        let (cls, value, traceback) = unsafe { (stolen(cls), stolen(value), stolen(traceback)) };
        drop(th.swap_handled(value.filter(|value| !value.is(none()))));
        drop((cls, traceback));
    }

    /// Raises `exception`, of which it takes over the count; or makes it the context of what is raised.
    fn _PyErr_ChainExceptions1(th, exception: *mut abi::PyObject) {
        // SAFETY: R2: the function's contract.
        let Some(exception) = (unsafe { stolen(exception) }) else { return };
        match th.exception().and_then(as_exception).map(Heaped::to_ref) {
            Some(current) => current.set_context(th, Some(exception)),
            None => {
                let raised = th.set_exception(exception);
                leave(th, raised);
            }
        }
    }

    fn PyErr_BadArgument(th) -> c_int {
        let raised = raise::new(th, type_error_type(), format_args!("bad argument type for built-in operation"));
        leave(th, raised);
        0
    }

    fn PyErr_NoMemory(th) -> Result<Ref<Object>, Raised> {
        Err(raise::memory_error(th))
    }

    fn PyErr_BadInternalCall(th) {
        let raised = raise::bad_internal_call(th);
        leave(th, raised);
    }

    fn _PyErr_BadInternalCall(th, file: *const c_char, line: c_int) {
        // SAFETY: R4: the function's contract.
        let raised = match unsafe { c_text(th, file) } {
            Ok(file) => raise::new(th, system_error_type(), format_args!("{file}:{line}: bad argument to internal function")),
            Err(raised) => raised,
        };
        leave(th, raised);
    }

    fn PyErr_CheckSignals(th) -> Result<(), Raised> {
        modules::signal::run_handlers(th)
    }
}

/// Stands for a signal that arrived; may be called without a thread state, and from handlers of signals.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyErr_SetInterruptEx(signum: c_int) -> c_int {
    if !(1..=64).contains(&signum) {
        return -1;
    }
    modules::signal::trip_if_handled(signum);
    0
}

#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyErr_SetInterrupt() {
    modules::signal::trip_if_handled(libc::SIGINT);
}

api! {
    /// Sets the descriptor to which the number of each signal that arrives is written; returns the one before.
    fn PySignal_SetWakeupFd(th, fd: c_int) -> c_int {
        let _ = th;
        modules::signal::set_wakeup_descriptor(fd.max(-1))
    }
}
