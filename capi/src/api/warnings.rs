//! Warnings: `PyErr_Warn*`.

use core::ffi::{c_char, c_int};

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::{runtime_warning_type, warning_type};
use objects::{Int, Str, none, ops, raise};

use super::errors::os_name;
use crate::api;
use crate::entry::c_text;

/// Warns in the name of the Python code that runs (`PyErr_WarnEx` with a message that is an object).
pub fn warn(th: &mut Thread, category: Option<&Object>, message: &Object, level: isize) -> Result<(), Raised> {
    let category = category.unwrap_or(runtime_warning_type());
    match objects::typing::as_type(category).filter(|class| heap::is_subtype(class, warning_type())) {
        Some(class) => objects::warn::warn_object(th, class, message, level as i64),
        None => {
            let got = ops::type_name(category);
            Err(raise::type_error(th, format_args!("category must be a Warning subclass, not '{got}'")))
        }
    }
}

/// Warns of a place that is named (`PyErr_WarnExplicitObject`).
pub fn warn_explicit(
    th: &mut Thread,
    category: Option<&Object>,
    message: &Object,
    file: &Object,
    line: c_int,
    module: Option<&Object>,
    registry: Option<&Object>,
) -> Result<(), Raised> {
    let category = category.unwrap_or(runtime_warning_type());
    let warnings = interp::import::import_module(th, "_warnings")?;
    let function = ops::getattr_str(th, &warnings, "warn_explicit")?;
    let line = Int::from_i64(th, line.into());
    let result = match (module, registry) {
        (None, None) => ops::call(th, &function, &[message, category, file, &line])?,
        (None, Some(registry)) => {
            let names = [objects::intern(th, "registry") as &Object];
            let names = objects::Tuple::from_slice(th, &names);
            ops::call_kw(th, &function, &[message, category, file, &line, registry], Some(&names))?
        }
        (Some(module), registry) => ops::call(th, &function, &[message, category, file, &line, module, registry.unwrap_or(none())])?,
    };
    th.release(result);
    Ok(())
}

api! {
    fn PyErr_WarnEx(th, category: Option<&Object>, message: *const c_char, level: isize) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let message = unsafe { c_text(th, message) }?;
        let message = Str::new(th, message);
        warn(th, category, &message, level)
    }

    fn PyErr_WarnExplicitObject(
        th,
        category: Option<&Object>,
        message: &Object,
        file: &Object,
        line: c_int,
        module: Option<&Object>,
        registry: Option<&Object>,
    ) -> Result<(), Raised> {
        warn_explicit(th, category, message, file, line, module, registry)
    }

    fn PyErr_WarnExplicit(
        th,
        category: Option<&Object>,
        message: *const c_char,
        file: *const c_char,
        line: c_int,
        module: *const c_char,
        registry: Option<&Object>,
    ) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        let (message, file) = unsafe { (c_text(th, message)?, os_name(th, file)) };
        let message = Str::new(th, message);
        let Some(file) = file else { return Err(raise::bad_internal_call(th)) };
        let module: Option<Ref<Str>> = match module.is_null() {
            true => None,
            false => {
                // SAFETY: R4: the function's contract.
                let module = unsafe { c_text(th, module) }?;
                Some(Str::new(th, module))
            }
        };
        warn_explicit(th, category, &message, &file, line, module.as_ref().map(|module| &***module as &Object), registry)
    }
}
