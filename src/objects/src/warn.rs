//! Warnings that builtin types give: `warnings.warn` in the name of the calling Python code.

use core::fmt;
use std::sync::OnceLock;

use heap::{Object, Raised, Ref, Thread, Type};

use crate::{Builtin, Int, Str, exceptions, hooks, ops, raise};

/// `_warnings.warn(message, category, stacklevel)`; the filters may make an exception of it.
#[cold]
#[inline(never)]
pub fn warn(th: &mut Thread, category: &Type, message: fmt::Arguments<'_>, stacklevel: i64) -> Result<(), Raised> {
    let message = Str::new(th, &message.to_string());
    warn_object(th, category, &message, stacklevel)
}

/// [`warn`] with a message that is an object.
#[cold]
#[inline(never)]
pub fn warn_object(th: &mut Thread, category: &Type, message: &Object, stacklevel: i64) -> Result<(), Raised> {
    let Some(function) = function(th)? else { return Ok(()) };
    let level = Int::from_i64(th, stacklevel);
    let result = ops::call(th, function, &[message, category, &level])?;
    th.release(result);
    Ok(())
}

/// `ResourceWarning` about `source`, which is going away without having been closed. Nobody can receive the exception that a filter makes of
/// it: it is told as one that came up in the course of `context`, which is about `about`.
#[cold]
#[inline(never)]
pub fn unclosed(th: &mut Thread, source: &Object, message: fmt::Arguments<'_>, context: &str, about: &Object) {
    let before = th.take_exception();
    if warn_of(th, source, message).is_err() {
        if raise::matches(th, exceptions::warning_type()) {
            raise::unraisable(th, context, Some(about));
        }
        drop(th.take_exception());
    }
    if let Some(before) = before {
        let _: Raised = th.set_exception(before);
    }
}

fn warn_of(th: &mut Thread, source: &Object, message: fmt::Arguments<'_>) -> Result<(), Raised> {
    let Some(function) = function(th)? else { return Ok(()) };
    let message = Str::new(th, &message.to_string());
    let level = Int::from_i64(th, 1);
    let result = ops::call(th, function, &[&message, exceptions::resource_warning_type(), &level, source])?;
    th.release(result);
    Ok(())
}

/// `_warnings.warn`, once found.
static FUNCTION: OnceLock<&'static Object> = OnceLock::new();

/// The function that warns: the native one, which is kept, so that objects can warn that end after the modules did. `None`: nobody could hear.
fn function(th: &mut Thread) -> Result<Option<&'static Object>, Raised> {
    if let Some(function) = FUNCTION.get() {
        return Ok(Some(function));
    }
    let Some(module) = module(th) else { return Ok(None) };
    let found = ops::getattr_str(th, &module, "warn")?;
    let Ok(found) = found.downcast::<Builtin>() else { return Ok(None) };
    let kept = crate::glue::keep(th, found.up());
    Ok(Some(FUNCTION.get_or_init(|| kept)))
}

/// Finds what warns before the modules end.
pub fn prepare(th: &mut Thread) {
    if function(th).is_err() {
        drop(th.take_exception());
    }
}

/// The module `_warnings`. Without an import system (early at start, late at the end) nobody could hear of the warning.
fn module(th: &mut Thread) -> Option<Ref<Object>> {
    let name = Str::new(th, "_warnings");
    let found = match (hooks::get().sys_module)(th, &name) {
        Ok(Some(module)) => Ok(module),
        Ok(None) => (hooks::get().import)(th, "_warnings"),
        Err(raised) => Err(raised),
    };
    match found {
        Ok(module) => Some(module),
        Err(_) => {
            th.take_exception();
            None
        }
    }
}

/// Warns of something deprecated.
#[cold]
#[inline(never)]
pub fn deprecated(th: &mut Thread, message: fmt::Arguments<'_>) -> Result<(), Raised> {
    warn(th, exceptions::deprecation_warning_type(), message, 1)
}

