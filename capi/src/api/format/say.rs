//! What is said by a format: exceptions, warnings, lines on `sys.stdout` and `sys.stderr`.

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::leave_raised;
use objects::{Int, Str, exceptions, hooks, ops, raise};

use super::formatted;
use crate::api;

unsafe extern "C" {
    fn pyston_fputs(error: c_int, text: *const c_char);
}

/// Raises an exception of a class with a text.
///
/// # Safety
/// As [`formatted`].
unsafe fn raise_format(th: &mut Thread, class: &Object, format: *const c_char, values: *mut c_void) -> Raised {
    // What is raised now would be in the way of the code that makes texts of objects.
    drop(th.take_exception());
    // SAFETY: the caller's promise.
    match unsafe { formatted(th, format, values) } {
        Ok(text) => raise::object(th, class, Some(&text)),
        Err(raised) => raised,
    }
}

/// `_warnings.FUNCTION(*args)`
fn call_warnings(th: &mut Thread, function: &str, args: &[&Object]) -> Result<(), Raised> {
    let module = (hooks::get().import)(th, "_warnings")?;
    let function = ops::getattr_str(th, &module, function)?;
    let result = ops::call(th, &function, args)?;
    th.release(result);
    Ok(())
}

/// Warns in the name of the Python code that called.
///
/// # Safety
/// As [`formatted`].
unsafe fn warn(
    th: &mut Thread,
    source: Option<&Object>,
    category: &Object,
    level: isize,
    format: *const c_char,
    values: *mut c_void,
) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    let message = unsafe { formatted(th, format, values) }?;
    let level = Int::from_i64(th, level as i64);
    match source {
        Some(source) => call_warnings(th, "warn", &[&message, category, &level, source]),
        None => call_warnings(th, "warn", &[&message, category, &level]),
    }
}

fn write(th: &mut Thread, error: bool, text: &Str) -> Result<(), Raised> {
    let name = if error { "stderr" } else { "stdout" };
    let file = match (hooks::get().sys_attribute)(th, name) {
        Some(file) if !file.is(objects::none()) => file,
        _ => return Err(raise::runtime_error(th, format_args!("lost sys.{name}"))),
    };
    let result = ops::call_method(th, &file, objects::intern(th, "write"), &[text])?;
    th.release(result);
    Ok(())
}

/// Writes to `sys.stdout` or `sys.stderr`, or if that fails to the process's own.
fn write_somewhere(th: &mut Thread, error: bool, text: &Str) {
    if write(th, error, text).is_err() {
        drop(th.take_exception());
        let mut bytes = text.to_utf8().map_or_else(|| text.to_wtf8(), |text| text.as_bytes().to_vec());
        bytes.push(0);
        // SAFETY: R4: bytes that end with a zero.
        unsafe { pyston_fputs(error.into(), bytes.as_ptr().cast()) };
    }
}

/// Runs with no exception raised; the one that was is raised again.
fn aside(th: &mut Thread, run: impl FnOnce(&mut Thread)) {
    let before = th.take_exception();
    run(th);
    drop(th.take_exception());
    if let Some(before) = before {
        let raised = th.set_exception(before);
        leave_raised(th, raised);
    }
}

api! {
    /// `PyErr_Format`.
    fn pyston_raise_format(th, class: &Object, format: *const c_char, values: *mut c_void) {
        // SAFETY: R4: the shim passes what its caller gave.
        let raised = unsafe { raise_format(th, class, format, values) };
        leave_raised(th, raised);
    }

    /// `_PyErr_FormatFromCause`.
    fn pyston_raise_format_from_cause(th, class: &Object, format: *const c_char, values: *mut c_void) {
        let cause = th.take_exception();
        // SAFETY: R4: the shim passes what its caller gave.
        let raised = unsafe { raise_format(th, class, format, values) };
        let made: Option<Ref<Object>> = th.exception().map(|made| th.retain(made));
        if let (Some(cause), Some(made)) = (cause, &made)
            && let Some(made) = exceptions::as_exception(made)
        {
            made.set_cause(th, Some(cause.clone()));
            made.set_context(th, Some(cause));
        }
        leave_raised(th, raised);
    }

    /// `PyErr_FormatUnraisable`.
    fn pyston_unraisable_format(th, format: *const c_char, values: *mut c_void) {
        let Some(exception) = th.take_exception() else { return };
        let mut message = String::new();
        if !format.is_null() {
            // SAFETY: R4: the shim passes what its caller gave.
            match unsafe { formatted(th, format, values) } {
                Ok(text) => message = text.to_string_lossy(),
                Err(_) => drop(th.take_exception()),
            }
        }
        let _: Raised = th.set_exception(exception);
        raise::unraisable(th, &message, None);
    }

    /// `PyErr_WarnFormat`; no category: `RuntimeWarning`.
    fn pyston_warn_format(
        th,
        source: Option<&Object>,
        category: Option<&Object>,
        level: isize,
        format: *const c_char,
        values: *mut c_void,
    ) -> Result<(), Raised> {
        let category = category.unwrap_or_else(|| exceptions::runtime_warning_type().as_object());
        // SAFETY: R4: the shim passes what its caller gave.
        unsafe { warn(th, source, category, level, format, values) }
    }

    /// `PyErr_ResourceWarning`.
    fn pyston_warn_resource_format(th, source: Option<&Object>, level: isize, format: *const c_char, values: *mut c_void) -> Result<(), Raised> {
        // SAFETY: R4: the shim passes what its caller gave.
        unsafe { warn(th, source, exceptions::resource_warning_type().as_object(), level, format, values) }
    }

    /// `PyErr_WarnExplicitFormat`.
    fn pyston_warn_explicit_format(
        th,
        category: Option<&Object>,
        file: *const c_char,
        line: c_int,
        module: *const c_char,
        registry: Option<&Object>,
        format: *const c_char,
        values: *mut c_void,
    ) -> Result<(), Raised> {
        let category = category.unwrap_or_else(|| exceptions::runtime_warning_type().as_object());
        // SAFETY: R4: a C string.
        let file = crate::api::unicode::locale::decode_fs(th, unsafe { CStr::from_ptr(file) }.to_bytes())?;
        let module: Ref<Object> = match module.is_null() {
            true => objects::none_ref(),
            // SAFETY: R4: a C string.
            false => {
                let name = unsafe { crate::entry::c_text(th, module) }?;
                Str::new(th, name).up()
            }
        };
        // SAFETY: R4: the shim passes what its caller gave.
        let message = unsafe { formatted(th, format, values) }?;
        let line = Int::from_i64(th, line.into());
        let registry = registry.unwrap_or_else(|| objects::none());
        call_warnings(th, "warn_explicit", &[&message, category, &file, &line, &module, registry])
    }

    /// `PySys_WriteStdout` and `PySys_WriteStderr`, with a text that was cut.
    fn pyston_sys_write(th, error: c_int, text: *const c_char, truncated: c_int) {
        // SAFETY: R4: the shim's buffer.
        let text = unsafe { CStr::from_ptr(text) }.to_string_lossy();
        aside(th, |th| {
            let text = Str::new(th, &text);
            write_somewhere(th, error != 0, &text);
            if truncated != 0 {
                let note = Str::new(th, "... truncated");
                write_somewhere(th, error != 0, &note);
            }
        });
    }

    /// `PySys_FormatStdout` and `PySys_FormatStderr`.
    fn pyston_sys_format(th, error: c_int, format: *const c_char, values: *mut c_void) {
        aside(th, |th| {
            // SAFETY: R4: the shim passes what its caller gave.
            if let Ok(text) = unsafe { formatted(th, format, values) } {
                write_somewhere(th, error != 0, &text);
            }
        });
    }
}
