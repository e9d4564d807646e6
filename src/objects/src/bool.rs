//! `bool`: two immortal ints.
#![allow(unsafe_code, reason = "the two objects are exported statics")]

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};

use crate::int::{self, Int};
use crate::{Str, not_implemented_ref, ops, warn};

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

/// The truth value of an object that is `True` or `False`.
#[inline(always)]
fn truth(object: &Object) -> Option<bool> {
    if object.is(true_()) {
        Some(true)
    } else if object.is(false_()) {
        Some(false)
    } else {
        None
    }
}

/// Two bools, or two ints, or nothing of ours.
fn bitwise(th: &mut Thread, a: &Object, b: &Object, bools: fn(bool, bool) -> bool, ints: fn(&Thread, &Int, &Int) -> Ref<Int>) -> Ref<Object> {
    if let (Some(a), Some(b)) = (truth(a), truth(b)) {
        return bool_ref(bools(a, b));
    }
    match (Int::of(a), Int::of(b)) {
        (Some(a), Some(b)) => ints(th, a, b).up(),
        _ => not_implemented_ref(),
    }
}

#[pymethods]
impl Bool {
    #[slot(tp_new, tp_vectorcall, sig = "(object=False, /)")]
    fn new(th: &mut Thread, _cls: &Type, object: Option<&Object>) -> Result<Ref<Object>, Raised> {
        match object {
            Some(object) => ops::is_true(th, object).map(bool_ref),
            None => Ok(bool_ref(false)),
        }
    }

    #[slot(tp_repr)]
    fn repr(&self) -> &'static Str {
        if self.as_object().is(true_()) { &crate::names::True } else { &crate::names::False }
    }

    #[slot(nb_invert)]
    fn invert(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        warn::deprecated(
            th,
            format_args!(
                "Bitwise inversion '~' on bool is deprecated and will be removed in Python 3.16. This returns the bitwise inversion of the \
                 underlying int object and is usually not what you expect from negating a bool. Use the 'not' operator for boolean negation \
                 or ~int(x) if you really want the bitwise inversion of the underlying int."
            ),
        )?;
        Ok(int::invert(th, self))
    }

    #[slot(nb_and)]
    fn and(th: &mut Thread, a: &Object, b: &Object) -> Ref<Object> {
        bitwise(th, a, b, |a, b| a & b, int::and)
    }

    #[slot(nb_or)]
    fn or(th: &mut Thread, a: &Object, b: &Object) -> Ref<Object> {
        bitwise(th, a, b, |a, b| a | b, int::or)
    }

    #[slot(nb_xor)]
    fn xor(th: &mut Thread, a: &Object, b: &Object) -> Ref<Object> {
        bitwise(th, a, b, |a, b| a ^ b, int::xor)
    }
}
