//! `float`: a boxed double.

use heap::{Head, PyType, Ref, Thread, Type};
use macros::{pymethods, pytype};

use crate::str::Str;

/// Convert a string or number to a floating-point number, if possible.
#[pytype(name = "float", export = "PyFloat_Type", sig = "(x=0, /)", flags(BASETYPE, MATCH_SELF, LEAF), gc = none, lock = none, layout = PyFloatObject)]
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

    /// An instance of `cls`, `float` or a subclass.
    pub fn new_in(th: &Thread, cls: &Type, value: f64) -> Ref<Float> {
        th.new_instance(cls, Float { head: Head::INIT, value })
    }

    /// The number.
    #[inline(always)]
    pub fn value(&self) -> f64 {
        self.value
    }
}

#[pymethods]
impl Float {
    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Ref<Str> {
        Str::new(th, &algos::float::repr(self.value))
    }
}

/// `float`
pub fn float_type() -> &'static Type {
    Float::type_object()
}
