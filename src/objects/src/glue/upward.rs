//! The one list of what the glue needs from the types: plain functions of those types.
//!
//! Invariant: nothing else in `glue` names a builtin type.

use core::fmt;

use super::convert::IntValue;
use heap::{Heaped, Object, Raised, Ref, Thread, Type};

use crate::typing::{self, descr::MethodDef};
use crate::{Builtin, Dict, Float, Int, Module, Str, Tuple, exceptions, ops, raise as raising, str::intern};

/// The exceptions that the glue raises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    Type,
    Value,
    Overflow,
    Buffer,
    System,
}

/// Raises.
#[cold]
#[inline(never)]
pub fn raise(th: &mut Thread, error: Error, message: fmt::Arguments<'_>) -> Raised {
    let cls = match error {
        Error::Type => exceptions::type_error_type(),
        Error::Value => exceptions::value_error_type(),
        Error::Overflow => exceptions::overflow_error_type(),
        Error::Buffer => exceptions::buffer_error_type(),
        Error::System => exceptions::system_error_type(),
    };
    raising::new(th, cls, message)
}

/// Whether the object is `None`.
#[inline]
pub fn is_none(object: &Object) -> bool {
    object.is(crate::none())
}

/// `None`.
#[inline]
pub fn none() -> Ref<Object> {
    crate::none_ref()
}

/// `True` or `False`.
#[inline]
pub fn from_bool(value: bool) -> Ref<Object> {
    crate::bool_ref(value)
}

/// Truth, as `bool(object)`.
#[inline]
pub fn is_true(th: &mut Thread, object: &Object) -> Result<bool, Raised> {
    ops::is_true(th, object)
}

/// The value of an exact `int` that is small.
#[inline(always)]
pub fn exact_i64(object: &Object) -> Option<i64> {
    object.downcast_exact::<Int>().and_then(Int::to_i64)
}

/// An int, or what `__index__` returns: `'str' object cannot be interpreted as an integer`.
pub fn index(th: &mut Thread, object: &Object) -> Result<IntValue, Raised> {
    let n = ops::index(th, object)?;
    Ok(match n.to_i128() {
        Some(small) if i64::try_from(small).is_ok() || u64::try_from(small).is_ok() => IntValue::Small(small),
        _ => IntValue::Huge { negative: n.is_negative() },
    })
}

/// A float, or what `__float__` or `__index__` returns: `must be real number, not str`.
#[inline]
pub fn as_f64(th: &mut Thread, object: &Object) -> Result<f64, Raised> {
    crate::float::as_f64(th, object)
}

/// The UTF-8 of a `str`, kept with it: `UnicodeEncodeError` for lone surrogates.
pub fn str_utf8<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a str, Raised> {
    let Some(text) = object.downcast::<Str>() else {
        let got = ops::type_name(object);
        return Err(raising::type_error(th, format_args!("must be str, not {got}")));
    };
    match text.to_utf8() {
        Some(utf8) => Ok(utf8),
        None => Err(raising::unicode_surrogates(th, text)),
    }
}

/// An `int`.
#[inline]
pub fn from_i64(th: &mut Thread, value: i64) -> Ref<Object> {
    Int::from_i64(th, value).up()
}

/// An `int`.
pub fn from_i128(th: &mut Thread, value: i128) -> Ref<Object> {
    Int::from_i128(th, value).up()
}

/// A `float`.
#[inline]
pub fn from_f64(th: &mut Thread, value: f64) -> Ref<Object> {
    Float::new(th, value).up()
}

/// A `str`.
pub fn from_str(th: &mut Thread, value: &str) -> Result<Ref<Object>, Raised> {
    match Str::try_from_utf8(th, value) {
        Some(text) => Ok(text.up()),
        None => Err(raising::memory_error(th)),
    }
}

/// Calls `each` with every key and value of a dict.
pub fn dict_items(th: &mut Thread, dict: &Object, each: &mut dyn FnMut(Ref<Object>, Ref<Object>)) -> Result<(), Raised> {
    let Some(dict) = dict.downcast::<Dict>() else {
        return Err(raising::bad_internal_call(th));
    };
    for (key, value) in dict.snapshot(th) {
        each(key, value);
    }
    Ok(())
}

/// A `tuple`.
pub fn new_tuple(th: &mut Thread, items: &[&Object]) -> Result<Ref<Object>, Raised> {
    Ok(Tuple::from_slice(th, items).up())
}

/// A builtin function: `def` called with `slf` (the module), `__module__` is `module`. Functions of the module `builtins` are immortal.
#[allow(unsafe_code, reason = "declarations live for ever")]
pub fn builtin_function(th: &mut Thread, def: *mut abi::PyMethodDef, slf: &Object, module: &str) -> Result<Ref<Object>, Raised> {
    let module = intern(th, module);
    // SAFETY: the macro's tables are statics.
    let def = unsafe { MethodDef::from_ptr(def) };
    let function = Builtin::new(th, def, Some(slf), Some(module)).up();
    if module.eq_text("builtins") {
        th.share(&function);
        function.make_immortal();
    }
    Ok(function)
}

/// Sets an attribute of a module, in its dict.
pub fn set_module_attribute(th: &mut Thread, module: &Object, name: &str, value: Ref<Object>) -> Result<(), Raised> {
    let name = intern(th, name);
    match module.downcast::<Module>().and_then(Module::dict) {
        Some(dict) => {
            dict.set_str(th, name, value);
            Ok(())
        }
        None => ops::setattr(th, module, name, &value),
    }
}

/// Makes a type ready for use (`type_ready`), once.
pub fn type_ready(th: &mut Thread, ty: &'static Type) -> Result<(), Raised> {
    typing::ready(th, ty)
}

const _: fn(&Str) -> &Object = |s| s.as_object();
