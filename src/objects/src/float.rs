//! `float`: layout here, arithmetic in [`arith`], slots in `slots`, methods in `methods`, `float(…)` in [`parse`].

pub mod arith;
mod methods;
pub mod parse;
pub(crate) mod slots;

use heap::{Head, Object, PyType, Ref, Thread, Type};
use macros::pytype;

pub use parse::{as_f64, from_object};

/// Convert a string or number to a floating-point number, if possible.
#[pytype(name = "float", export = "PyFloat_Type", sig = "(x=0, /)", flags(BASETYPE, MATCH_SELF, LEAF), gc = none, lock = none, layout = PyFloatObject, parts(slots, methods))]
#[repr(C)]
pub struct Float {
    head: Head,
    value: f64,
}

impl Float {
    /// A float.
    #[inline(always)]
    pub fn new(th: &Thread, value: f64) -> Ref<Float> {
        th.new_object(Float { head: Head::INIT, value })
    }

    /// A new float in a block that the thread has kept; `None` if it has none.
    #[inline(always)]
    pub fn new_in_kept(th: &Thread, value: f64) -> Option<Ref<Float>> {
        th.new_leaf_in_kept(Float { head: Head::INIT, value })
    }

    /// An instance of `cls`, `float` or a subclass.
    pub fn new_in(th: &Thread, cls: &Type, value: f64) -> Ref<Float> {
        th.new_instance(cls, Float { head: Head::INIT, value })
    }

    /// The number.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The object as a float, subclasses included.
    #[inline(always)]
    pub fn of(object: &Object) -> Option<&Float> {
        object.downcast::<Float>()
    }
}

/// `float`
pub fn float_type() -> &'static Type {
    Float::type_object()
}
