//! Types that instructions use and that are still being built: each entry raises an error that names what is missing, or does without.

use heap::{Object, Raised, Ref, Thread};
use objects::{Complex, FrozenSet, Set, Slice, raise};

#[cold]
fn missing(th: &mut Thread, what: &str) -> Raised {
    raise::new(th, objects::exceptions::not_implemented_error_type(), format_args!("{what} is not built yet"))
}

/// A set of these items.
pub fn new_set(th: &mut Thread, items: &[&Object]) -> Result<Ref<Object>, Raised> {
    let set = Set::new(th);
    for item in items {
        set.add(th, item)?;
    }
    Ok(set.up())
}

/// set.add(item)
pub fn set_add(th: &mut Thread, set: &Object, item: &Object) -> Result<(), Raised> {
    match set.downcast::<Set>() {
        Some(set) => set.add(th, item).map(|_| ()),
        None => Err(raise::system_error(th, format_args!("expected a set to add to"))),
    }
}

/// set.update(iterable)
pub fn set_update(th: &mut Thread, set: &Object, iterable: &Object) -> Result<(), Raised> {
    match set.downcast::<Set>() {
        Some(set) => set.update(th, iterable),
        None => Err(raise::system_error(th, format_args!("expected a set to update"))),
    }
}

/// slice(start, stop, step)
pub fn new_slice(th: &mut Thread, start: &Object, stop: &Object, step: &Object) -> Result<Ref<Object>, Raised> {
    Ok(Slice::new(th, th.retain(start), th.retain(stop), th.retain(step)).up())
}

/// A constant slice.
pub fn const_slice(th: &Thread, start: Ref<Object>, stop: Ref<Object>, step: Ref<Object>) -> Ref<Object> {
    Slice::new(th, start, stop, step).up()
}

/// A constant frozenset.
pub fn const_frozenset(th: &mut Thread, items: Vec<Ref<Object>>) -> Ref<Object> {
    let keys: Vec<&Object> = items.iter().map(|item| &**item).collect();
    // Constants hash without running code.
    match FrozenSet::from_keys(th, &keys) {
        Ok(set) => set.up(),
        Err(_) => {
            drop(th.take_exception());
            objects::none_ref()
        }
    }
}

/// A constant complex number.
pub fn const_complex(th: &Thread, real: f64, imag: f64) -> Ref<Object> {
    Complex::new(th, algos::complex::new(real, imag)).up()
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
pub fn is_super(_object: &Object) -> bool {
    false
}

/// `super(cls, this).name`: the value, and whether it is still to be called with `this`.
pub fn super_getattr(th: &mut Thread, _cls: &Object, _this: &Object, _name: &objects::Str, _method: bool) -> Result<(Ref<Object>, bool), Raised> {
    Err(missing(th, "super"))
}
