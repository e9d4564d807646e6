//! `_functools`: `partial` in [`partial`], the cache of `lru_cache` in [`lru`], `cmp_to_key` and `reduce` here.

pub mod lru;
pub mod partial;

use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Int, exceptions, names, ops, raise};

/// A key that compares as a function says: `cmp_to_key(function)` makes them.
#[pytype(name = "KeyWrapper", module = "functools", doc = none, flags(DISALLOW_INSTANTIATION), vectorcall)]
#[repr(C)]
pub struct KeyWrapper {
    head: Head,
    compare: Slot,
    #[member(none, name = "obj", doc = "Value wrapped by a key function.")]
    object: Slot,
    vectorcall: Option<vectorcallfunc>,
}

impl KeyWrapper {
    fn make(th: &Thread, compare: &Object, object: Option<&Object>) -> Ref<KeyWrapper> {
        th.new_object(KeyWrapper {
            head: Head::INIT,
            compare: Slot::new(th.retain(compare)),
            object: Slot::from_option(object.map(|object| th.retain(object))),
            vectorcall: KeyWrapper::VECTORCALL,
        })
    }
}

#[pymethods]
impl KeyWrapper {
    #[slot(vectorcall, sig = "(obj)")]
    fn call(&self, th: &mut Thread, obj: &Object) -> Ref<KeyWrapper> {
        let compare = self.compare.peek().unwrap_or(objects::none());
        KeyWrapper::make(th, compare, Some(obj))
    }

    #[getter]
    fn __text_signature__(&self) -> &'static str {
        "(obj)"
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<KeyWrapper>() else {
            return Err(raise::type_error(th, format_args!("other argument must be K instance")));
        };
        let (Some(compare), Some(a), Some(b)) = (self.compare.get(th, self), self.object.get(th, self), other.object.get(th, other)) else {
            return Err(raise::new(th, exceptions::attribute_error_type(), format_args!("object")));
        };
        let order = ops::call(th, &compare, &[&a, &b])?;
        let zero = Int::from_i64(th, 0);
        ops::richcompare(th, &order, &zero, op)
    }
}

#[pymodule(name = "_functools", types(partial::Partial, partial::PlaceholderType, lru::LruCache), hidden(KeyWrapper))]
pub mod functools {
    //! Tools that operate on functions.
    use super::*;

    /// Convert a cmp= function into a key= function.
    ///
    ///   mycmp
    ///     Function that compares two objects.
    #[function(sig = "(mycmp)")]
    fn cmp_to_key(th: &mut Thread, mycmp: &Object) -> Ref<KeyWrapper> {
        KeyWrapper::make(th, mycmp, None)
    }

    /// Apply a function of two arguments cumulatively to the items of an iterable, from left to right.
    ///
    /// This effectively reduces the iterable to a single value.  If initial is present,
    /// it is placed before the items of the iterable in the calculation, and serves as
    /// a default when the iterable is empty.
    ///
    /// For example, reduce(lambda x, y: x+y, [1, 2, 3, 4, 5])
    /// calculates ((((1 + 2) + 3) + 4) + 5).
    #[function(sig = "(function, iterable, /, initial=<unrepresentable>)")]
    fn reduce(th: &mut Thread, function: &Object, iterable: &Object, initial: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let iterator = match ops::iter_all(th, iterable) {
            Ok(iterator) => iterator,
            Err(_) if raise::matches(th, exceptions::type_error_type()) => {
                drop(th.take_exception());
                return Err(raise::type_error(th, format_args!("reduce() arg 2 must support iteration")));
            }
            Err(raised) => return Err(raised),
        };
        let mut result = initial.map(|initial| th.retain(initial));
        while let Some(item) = ops::next(th, &iterator)? {
            result = Some(match result {
                None => item,
                Some(before) => {
                    let now = ops::call(th, function, &[&before, &item])?;
                    th.release(before);
                    th.release(item);
                    now
                }
            });
        }
        match result {
            Some(result) => Ok(result),
            None => Err(raise::type_error(th, format_args!("reduce() of empty iterable with no initial value"))),
        }
    }

    /// The only instance of its type.
    #[attr]
    fn Placeholder(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(partial::placeholder().to_ref())
    }
}

/// `obj.__dict__`, of types that keep one in a field.
pub(crate) fn dict_attribute(th: &mut Thread, object: &Object) -> Result<Option<Ref<objects::Dict>>, Raised> {
    objects::typing::instance::instance_dict(th, object)
}

/// `obj.__dict__ = value`
pub(crate) fn set_dict_attribute(th: &mut Thread, object: &Object, value: Option<&Object>) -> Result<(), Raised> {
    let dict = match value {
        None => return Err(raise::type_error(th, format_args!("cannot delete __dict__"))),
        Some(value) => match value.downcast::<objects::Dict>() {
            Some(dict) => dict.to_ref(),
            None => {
                let got = ops::type_name(value);
                return Err(raise::type_error(th, format_args!("__dict__ must be set to a dictionary, not a '{got}'")));
            }
        },
    };
    objects::typing::instance::set_instance_dict(th, object, Some(dict))?;
    Ok(())
}

/// `object.__qualname__`
fn qualname(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    ops::getattr(th, object, &names::__qualname__)
}

