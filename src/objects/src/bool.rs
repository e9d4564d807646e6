//! `bool`: two immortal ints.
#![allow(unsafe_code, reason = "the two objects are exported statics")]

use heap::{Object, PyType, Ref, Type};
use macros::pytype;

use crate::int::Int;

/// Returns True when the argument is true, False otherwise.
/// The builtins True and False are the only two instances of the class bool.
/// The class bool is a subclass of the class int, and cannot be subclassed.
#[pytype(name = "bool", export = "PyBool_Type", sig = "(object=False, /)", base = Int, flags(LONG_SUBCLASS, LEAF), gc = none, lock = none, basicsize = crate::int::storage::INT_HEADER, itemsize = 4)]
#[repr(C)]
pub struct Bool {
    base: Int,
}

#[unsafe(export_name = "_Py_TrueStruct")]
static TRUE: Int = Int::immortal(&BOOL_TYPE, 1);
#[unsafe(export_name = "_Py_FalseStruct")]
static FALSE: Int = Int::immortal(&BOOL_TYPE, 0);

/// `True`
#[inline(always)]
pub fn true_() -> &'static Object {
    &TRUE
}

/// `False`
#[inline(always)]
pub fn false_() -> &'static Object {
    &FALSE
}

/// The bool of a truth value.
#[inline(always)]
pub fn bool_(value: bool) -> &'static Object {
    if value { &TRUE } else { &FALSE }
}

/// The bool of a truth value, owned (it is immortal).
#[inline(always)]
pub fn bool_ref(value: bool) -> Ref<Object> {
    bool_(value).to_owned()
}

/// `bool`
pub fn bool_type() -> &'static Type {
    Bool::type_object()
}
