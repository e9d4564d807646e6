//! Types that instructions use and that are still being built: each entry raises an error that names what is missing, or does without.

use heap::{Object, Raised, Ref, Thread};
use objects::raise;

#[cold]
fn missing(th: &mut Thread, what: &str) -> Raised {
    raise::new(th, objects::exceptions::not_implemented_error_type(), format_args!("{what} is not built yet"))
}

/// A set of these items.
pub fn new_set(th: &mut Thread, _items: &[&Object]) -> Result<Ref<Object>, Raised> {
    Err(missing(th, "set"))
}

/// set.add(item)
pub fn set_add(th: &mut Thread, _set: &Object, _item: &Object) -> Result<(), Raised> {
    Err(missing(th, "set"))
}

/// set.update(iterable)
pub fn set_update(th: &mut Thread, _set: &Object, _iterable: &Object) -> Result<(), Raised> {
    Err(missing(th, "set"))
}

/// slice(start, stop, step)
pub fn new_slice(th: &mut Thread, _start: &Object, _stop: &Object, _step: &Object) -> Result<Ref<Object>, Raised> {
    Err(missing(th, "slice"))
}

/// A constant slice.
pub fn const_slice(_th: &Thread, _start: Ref<Object>, _stop: Ref<Object>, _step: Ref<Object>) -> Ref<Object> {
    objects::not_implemented_ref()
}

/// A constant frozenset.
pub fn const_frozenset(_th: &Thread, _items: Vec<Ref<Object>>) -> Ref<Object> {
    objects::not_implemented_ref()
}

/// A constant complex number.
pub fn const_complex(th: &Thread, real: f64, imag: f64) -> Ref<Object> {
    objects::Complex::new(th, algos::complex::Complex { re: real, im: imag }).up()
}

/// A bound method.
pub fn bound_method(th: &mut Thread, function: &Object, this: &Object) -> Result<Ref<Object>, Raised> {
    Ok(objects::Method::new(th, function, this).up())
}

/// Function and self of a bound method.
pub fn as_bound_method(object: &Object) -> Option<(&Object, &Object)> {
    object.downcast_exact::<objects::Method>().map(|method| (method.function(), method.instance()))
}

/// Whether the object is the builtin `super`.
pub fn is_super(object: &Object) -> bool {
    object.is(<objects::typing::superobj::Super as heap::PyType>::type_object())
}

/// `super(cls, this).name`: the value, and whether it is still to be called with `this`.
pub fn super_getattr(th: &mut Thread, cls: &Object, this: &Object, name: &objects::Str, method: bool) -> Result<(Ref<Object>, bool), Raised> {
    objects::typing::superobj::getattr(th, cls, this, name, method)
}
