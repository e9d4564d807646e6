//! Errors of the operating system (`PyErr_SetFromErrno*`) and of imports.

use core::ffi::{CStr, c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::{as_exception, import_error_type};
use objects::{Dict, Int, Str, Tuple, none, ops, raise};

use crate::api;

/// C's `errno`, which must be read before anything else is done.
fn errno() -> c_int {
    // SAFETY: the calling thread's own.
    unsafe { *libc::__errno_location() }
}

/// A file name as C knows it; `None` for null.
///
/// # Safety
/// R4: `name` is null or a C string.
pub unsafe fn os_name(th: &Thread, name: *const c_char) -> Option<Ref<Str>> {
    // SAFETY: the caller's promise.
    (!name.is_null()).then(|| interp::config::decode_os(th, unsafe { CStr::from_ptr(name) }.to_bytes()))
}

/// Raises what `cls(errno, text, …)` makes.
fn set_from_errno(th: &mut Thread, errno: c_int, cls: &Object, name: Option<&Object>, other: Option<&Object>) -> Raised {
    if errno == libc::EINTR
        && let Err(raised) = modules::signal::run_handlers(th)
    {
        return raised;
    }
    let text = if errno == 0 { "Error".to_owned() } else { objects::exceptions::os::error_text(errno) };
    let (number, text, zero) = (Int::from_i64(th, errno.into()), Str::new(th, &text), Int::from_i64(th, 0));
    let mut args: Vec<&Object> = vec![&number, &text];
    if let Some(name) = name {
        args.push(name);
        if let Some(other) = other {
            args.extend([&*zero as &Object, other]);
        }
    }
    match ops::call(th, cls, &args) {
        Ok(exception) => {
            let class = exception.ty().to_owned();
            super::set_object(th, &class, Some(&exception))
        }
        Err(raised) => raised,
    }
}

/// Raises an `ImportError` with what it can tell.
fn set_import_error(th: &mut Thread, cls: &Object, message: Option<&Object>, name: Option<&Object>, path: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let import_error = import_error_type();
    if !ops::issubclass(th, cls, import_error)? {
        return Err(raise::type_error(th, format_args!("expected a subclass of ImportError")));
    }
    let Some(message) = message else {
        return Err(raise::type_error(th, format_args!("expected a message argument")));
    };
    let keywords = Dict::new(th);
    for (key, value) in [("name", name), ("path", path), ("name_from", None)] {
        let value = value.unwrap_or(none()).to_owned();
        keywords.set_by_name(th, key, value);
    }
    let args = Tuple::from_slice(th, &[message]);
    let exception = ops::call_ex(th, cls, &args, Some(&keywords))?;
    if as_exception(&exception).is_none() {
        return Err(raise::bad_internal_call(th));
    }
    let class = exception.ty().to_owned();
    Err(super::set_object(th, &class, Some(&exception)))
}

api! {
    fn PyErr_SetFromErrno(th, cls: &Object) -> Result<Ref<Object>, Raised> {
        let number = errno();
        Err(set_from_errno(th, number, cls, None, None))
    }

    fn PyErr_SetFromErrnoWithFilename(th, cls: &Object, name: *const c_char) -> Result<Ref<Object>, Raised> {
        let number = errno();
        // SAFETY: R4: the function's contract.
        let name = unsafe { os_name(th, name) };
        let name: Option<&Object> = name.as_ref().map(|name| &***name as &Object);
        Err(set_from_errno(th, number, cls, name, None))
    }

    fn PyErr_SetFromErrnoWithFilenameObject(th, cls: &Object, name: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let number = errno();
        Err(set_from_errno(th, number, cls, name, None))
    }

    fn PyErr_SetFromErrnoWithFilenameObjects(th, cls: &Object, name: Option<&Object>, other: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let number = errno();
        Err(set_from_errno(th, number, cls, name, other))
    }

    fn PyErr_SetImportError(th, message: Option<&Object>, name: Option<&Object>, path: Option<&Object>) -> Result<Ref<Object>, Raised> {
        set_import_error(th, import_error_type(), message, name, path)
    }

    fn PyErr_SetImportErrorSubclass(th, cls: &Object, message: Option<&Object>, name: Option<&Object>, path: Option<&Object>) -> Result<Ref<Object>, Raised> {
        set_import_error(th, cls, message, name, path)
    }
}
