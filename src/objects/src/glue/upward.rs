//! The one list of what the glue needs from the types: their authors fill in the bodies.
//!
//! Invariant: nothing else in `glue` names a builtin type. A body that is still missing stops the process and says which it is, because
//! there is no exception yet that could be raised.

use core::fmt;

use super::convert::IntValue;
use heap::{Object, Raised, Ref, Thread, Type};

/// The exceptions that the glue raises.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Error {
    Type,
    Value,
    Overflow,
    Buffer,
    System,
}

/// Stops: `what` is not built yet.
#[cold]
fn not_built(what: &str) -> ! {
    eprintln!("Fatal Python error: glue: {what} is not built yet");
    std::process::abort()
}

/// Raises.
#[cold]
#[inline(never)]
pub fn raise(_th: &mut Thread, _error: Error, message: fmt::Arguments<'_>) -> Raised {
    not_built(&format!("raising ({message})"))
}

/// Whether the object is `None`.
#[inline]
pub fn is_none(object: &Object) -> bool {
    heap::hooks::hooks().is_none(object)
}

/// `None`.
pub fn none() -> Ref<Object> {
    not_built("None")
}

/// `True` or `False`.
pub fn from_bool(_value: bool) -> Ref<Object> {
    not_built("bool")
}

/// Truth, as `bool(object)`.
pub fn is_true(_th: &mut Thread, _object: &Object) -> Result<bool, Raised> {
    not_built("truth")
}

/// An int, or what `__index__` returns: `'str' object cannot be interpreted as an integer`.
pub fn index(_th: &mut Thread, _object: &Object) -> Result<IntValue, Raised> {
    not_built("__index__")
}

/// A float, or what `__float__` or `__index__` returns: `must be real number, not str`.
pub fn as_f64(_th: &mut Thread, _object: &Object) -> Result<f64, Raised> {
    not_built("__float__")
}

/// The UTF-8 of a `str`, kept with it: `UnicodeEncodeError` for lone surrogates.
pub fn str_utf8<'a>(_th: &mut Thread, _object: &'a Object) -> Result<&'a str, Raised> {
    not_built("str")
}

/// An `int`.
pub fn from_i64(_th: &mut Thread, _value: i64) -> Ref<Object> {
    not_built("int")
}

/// An `int`.
pub fn from_i128(_th: &mut Thread, _value: i128) -> Ref<Object> {
    not_built("int")
}

/// A `float`.
pub fn from_f64(_th: &mut Thread, _value: f64) -> Ref<Object> {
    not_built("float")
}

/// A `str`.
pub fn from_str(_th: &mut Thread, _value: &str) -> Result<Ref<Object>, Raised> {
    not_built("str")
}

/// Calls `each` with every key and value of a dict.
pub fn dict_items(_th: &mut Thread, _dict: &Object, _each: &mut dyn FnMut(Ref<Object>, Ref<Object>)) -> Result<(), Raised> {
    not_built("dict")
}

/// A `tuple`.
pub fn new_tuple(_th: &mut Thread, _items: &[&Object]) -> Result<Ref<Object>, Raised> {
    not_built("tuple")
}

/// A builtin function: `def` called with `slf` (the module), `__module__` is `module`.
pub fn builtin_function(_th: &mut Thread, _def: *mut abi::PyMethodDef, _slf: &Object, _module: &str) -> Result<Ref<Object>, Raised> {
    not_built("builtin_function_or_method")
}

/// Sets an attribute of a module, in its dict.
pub fn set_module_attribute(_th: &mut Thread, _module: &Object, _name: &str, _value: Ref<Object>) -> Result<(), Raised> {
    not_built("module")
}

/// Makes a type ready for use (`type_ready`), once.
pub fn type_ready(_th: &mut Thread, _ty: &'static Type) -> Result<(), Raised> {
    not_built("type_ready")
}
