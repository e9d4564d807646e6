//! `AttributeError` and `NameError`, with the name and the object they are about.

use core::fmt;

use heap::{Object, Raised, Thread};

use crate::exceptions::{self, AttributeError, NameError};
use crate::{Str, ops, typing};

/// Raises `AttributeError(message, name=name, obj=obj)`.
#[cold]
#[inline(never)]
pub fn attribute_error(th: &mut Thread, obj: &Object, name: &Str, message: &str) -> Raised {
    let message = Str::new(th, message);
    let exception = AttributeError::create(th, message, obj, name);
    super::set(th, exception.up())
}

/// Raises that `obj` has no attribute `name`.
#[cold]
#[inline(never)]
pub fn no_attribute(th: &mut Thread, obj: &Object, name: &Str) -> Raised {
    let message = match typing::as_type(obj) {
        Some(cls) => format!("type object '{}' has no attribute '{name}'", ops::message_name(cls)),
        None => format!("'{}' object has no attribute '{name}'", ops::type_name(obj)),
    };
    attribute_error(th, obj, name, &message)
}

/// Looking `name` up on `obj` failed: an `AttributeError` that does not say what it is about (a program's own) is told.
#[cold]
#[inline(never)]
pub fn about_attribute(th: &mut Thread, obj: &Object, name: &Str, raised: Raised) -> Raised {
    if super::matches(th, exceptions::attribute_error_type())
        && let Some(exception) = th.exception().map(|exception| th.retain(exception))
    {
        if let Some(exception) = exception.downcast_ref::<AttributeError>() {
            exception.complete(th, obj, name);
        }
        th.release(exception);
    }
    raised
}

/// Raises `NameError(message, name=name)`.
#[cold]
#[inline(never)]
pub fn name_error(th: &mut Thread, name: &Str, message: fmt::Arguments<'_>) -> Raised {
    let message = Str::new(th, &message.to_string());
    let exception = NameError::create(th, exceptions::name_error_type(), message, Some(name));
    super::set(th, exception.up())
}

/// Raises that a local variable has no value yet.
#[cold]
#[inline(never)]
pub fn unbound_local(th: &mut Thread, name: &Str) -> Raised {
    let message = format!("cannot access local variable '{name}' where it is not associated with a value");
    let message = Str::new(th, &message);
    let exception = NameError::create(th, exceptions::unbound_local_error_type(), message, None);
    super::set(th, exception.up())
}
