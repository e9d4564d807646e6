//! `set` and `frozenset` as Python sees them: slots and methods.

use heap::Heaped;
use macros::pymethods;

use super::iter::SetIter;
use super::{AnySet, FrozenSet, Set};
use crate::glue::*;
use crate::repr_guard::ReprGuard;
use crate::text::Text;
use crate::{List, Str, Tuple, names, not_implemented_ref, ops, raise};

fn repr(th: &mut Thread, set: AnySet<'_>) -> Result<Ref<Str>, Raised> {
    let name = ops::type_name(set.object());
    if set.is_empty() {
        return Ok(Str::new(th, &format!("{name}()")));
    }
    let Some(_guard) = ReprGuard::enter(set.object()) else {
        return Ok(Str::new(th, &format!("{name}(...)")));
    };
    let exact = set.object().is_exactly::<Set>();
    let mut text = Text::new(if exact { "{" } else { "" });
    if !exact {
        text.push(&name).push("({");
    }
    for (index, (_, key)) in set.snapshot_hashed(th).into_iter().enumerate() {
        if index > 0 {
            text.push(", ");
        }
        text.push_repr(th, &key)?;
        th.release(key);
    }
    text.push(if exact { "}" } else { "})" });
    Ok(text.finish(th))
}

/// Both operands of an operator, if both are sets.
fn operands<'a>(a: &'a Object, b: &'a Object) -> Option<(AnySet<'a>, AnySet<'a>)> {
    Some((AnySet::of(a)?, AnySet::of(b)?))
}

macro_rules! common {
    ($($ty:ident, $generic:literal;)*) => {$(
        #[pymethods(part = "common")]
        impl $ty {
            #[slot(tp_repr)]
            fn py_repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
                repr(th, self.any())
            }

            #[slot(tp_iter)]
            fn py_iter(&self, th: &mut Thread) -> Ref<SetIter> {
                SetIter::new(th, self.any())
            }

            #[slot(tp_richcompare)]
            fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
                match AnySet::of(other) {
                    Some(other) => self.any().compare(th, other, op).map(crate::bool_ref),
                    None => Ok(not_implemented_ref()),
                }
            }

            #[slot(sq_length)]
            fn py_len(&self) -> usize {
                self.len()
            }

            #[slot(nb_subtract)]
            fn py_sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                match operands(a, b) {
                    Some((a, _)) => a.difference(th, b),
                    None => Ok(not_implemented_ref()),
                }
            }

            #[slot(nb_and)]
            fn py_and(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                match operands(a, b) {
                    Some((a, _)) => a.intersection(th, b),
                    None => Ok(not_implemented_ref()),
                }
            }

            #[slot(nb_or)]
            fn py_or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                match operands(a, b) {
                    Some((a, _)) => a.union(th, &[b]),
                    None => Ok(not_implemented_ref()),
                }
            }

            #[slot(nb_xor)]
            fn py_xor(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                match operands(a, b) {
                    Some((a, _)) => a.symmetric_difference(th, b),
                    None => Ok(not_implemented_ref()),
                }
            }

            /// x.__contains__(y) <==> y in x.
            #[slot(sq_contains)]
            #[method(name = "__contains__", coexist, sig = "($self, object, /)")]
            fn py_contains(&self, th: &mut Thread, key: &Object) -> Result<bool, Raised> {
                self.contains(th, key)
            }

            /// Return a new set with elements in the set that are not in the others.
            #[method(sig = "($self, /, *others)")]
            fn difference(&self, th: &mut Thread, others: Args<'_>) -> Result<Ref<Object>, Raised> {
                self.any().difference_all(th, &others)
            }

            /// Return a new set with elements common to the set and all others.
            #[method(sig = "($self, /, *others)")]
            fn intersection(&self, th: &mut Thread, others: Args<'_>) -> Result<Ref<Object>, Raised> {
                self.any().intersection_all(th, &others)
            }

            /// Return True if two sets have a null intersection.
            #[method(sig = "($self, other, /)")]
            fn isdisjoint(&self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
                self.any().is_disjoint(th, other)
            }

            /// Report whether another set contains this set.
            #[method(sig = "($self, other, /)")]
            fn issubset(&self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
                self.any().is_subset(th, other)
            }

            /// Report whether this set contains another set.
            #[method(sig = "($self, other, /)")]
            fn issuperset(&self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
                self.any().is_superset(th, other)
            }

            /// Return state information for pickling.
            #[method(name = "__reduce__")]
            fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
                let keys = self.snapshot(th);
                let keys = List::new(th, keys).up();
                let args = Tuple::from_array(th, [keys]).up();
                let state = ops::call_method(th, self, &names::__getstate__, &[])?;
                Ok(Tuple::from_array(th, [self.ty().to_ref().up(), args, state]))
            }

            /// S.__sizeof__() -> size of S in memory, in bytes.
            #[method(name = "__sizeof__")]
            fn sizeof(&self) -> isize {
                self.ty().tp_basicsize() + self.table.heap_bytes().cast_signed()
            }

            /// Return a new set with elements in either the set or other but not both.
            #[method(sig = "($self, other, /)")]
            fn symmetric_difference(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
                self.any().symmetric_difference(th, other)
            }

            /// Return a new set with elements from the set and all others.
            #[method(sig = "($self, /, *others)")]
            fn union(&self, th: &mut Thread, others: Args<'_>) -> Result<Ref<Object>, Raised> {
                self.any().union(th, &others)
            }

            #[classmethod(name = "__class_getitem__", sig = "($type, object, /)", doc = $generic)]
            fn class_getitem(th: &mut Thread, cls: &Type, object: &Object) -> Result<Ref<Object>, Raised> {
                crate::generic_alias(th, cls, object)
            }
        }
    )*};
}

common! {
    Set, "sets are generic over the type of their elements";
    FrozenSet, "frozensets are generic over the type of their elements";
}

#[pymethods]
impl Set {
    #[slot(tp_new, sig = "(*args, **kwargs)")]
    fn py_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Set> {
        Set::new_in(th, cls)
    }

    #[slot(tp_vectorcall, sig = "(iterable=(), /)")]
    fn py_call(th: &mut Thread, cls: &Type, iterable: Option<&Object>) -> Result<Ref<Set>, Raised> {
        let set = Set::new_in(th, cls);
        if let Some(iterable) = iterable {
            set.update(th, iterable)?;
        }
        Ok(set)
    }

    // Unlike other containers, sets refuse keyword arguments for subclasses with a `__new__` of their own, too.
    #[slot(tp_init, sig = "(*args, **kwargs)")]
    fn py_init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("set() takes no keyword arguments")));
        }
        let iterable = match args[..] {
            [] => None,
            [iterable] => Some(iterable),
            _ => return Err(raise::type_error(th, format_args!("set expected at most 1 argument, got {}", args.len()))),
        };
        self.any().clear(th);
        match iterable {
            Some(iterable) => self.update(th, iterable),
            None => Ok(()),
        }
    }

    #[slot(nb_inplace_subtract)]
    fn py_isub(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if AnySet::of(other).is_none() {
            return Ok(not_implemented_ref());
        }
        self.any().difference_update(th, other)?;
        Ok(self.to_ref().up())
    }

    #[slot(nb_inplace_and)]
    fn py_iand(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if AnySet::of(other).is_none() {
            return Ok(not_implemented_ref());
        }
        self.any().intersection_update(th, &[other])?;
        Ok(self.to_ref().up())
    }

    #[slot(nb_inplace_xor)]
    fn py_ixor(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if AnySet::of(other).is_none() {
            return Ok(not_implemented_ref());
        }
        self.any().symmetric_difference_update(th, other)?;
        Ok(self.to_ref().up())
    }

    #[slot(nb_inplace_or)]
    fn py_ior(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        if AnySet::of(other).is_none() {
            return Ok(not_implemented_ref());
        }
        self.update(th, other)?;
        Ok(self.to_ref().up())
    }

    /// Add an element to a set.
    ///
    /// This has no effect if the element is already present.
    #[method(name = "add", sig = "($self, object, /)")]
    fn py_add(&self, th: &mut Thread, key: &Object) -> Result<(), Raised> {
        self.add(th, key).map(|_| ())
    }

    /// Remove all elements from this set.
    #[method(name = "clear")]
    fn py_clear(&self, th: &mut Thread) {
        self.any().clear(th);
    }

    /// Return a shallow copy of a set.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.any().copy(th)
    }

    /// Remove an element from a set if it is a member.
    ///
    /// Unlike set.remove(), the discard() method does not raise
    /// an exception when an element is missing from the set.
    #[method(name = "discard", sig = "($self, object, /)")]
    fn py_discard(&self, th: &mut Thread, key: &Object) -> Result<(), Raised> {
        self.discard(th, key).map(|_| ())
    }

    /// Update the set, removing elements found in others.
    #[method(sig = "($self, /, *others)")]
    fn difference_update(&self, th: &mut Thread, others: Args<'_>) -> Result<(), Raised> {
        for other in others.iter() {
            self.any().difference_update(th, other)?;
        }
        Ok(())
    }

    /// Update the set, keeping only elements found in it and all others.
    #[method(sig = "($self, /, *others)")]
    fn intersection_update(&self, th: &mut Thread, others: Args<'_>) -> Result<(), Raised> {
        self.any().intersection_update(th, &others)
    }

    /// Remove and return an arbitrary set element.
    ///
    /// Raises KeyError if the set is empty.
    #[method(name = "pop")]
    fn py_pop(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.pop(th) {
            Some(key) => Ok(key),
            None => {
                let message = Str::new(th, "pop from an empty set");
                Err(raise::key_error(th, &message))
            }
        }
    }

    /// Remove an element from a set; it must be a member.
    ///
    /// If the element is not a member, raise a KeyError.
    #[method(sig = "($self, object, /)")]
    fn remove(&self, th: &mut Thread, key: &Object) -> Result<(), Raised> {
        match self.discard(th, key)? {
            true => Ok(()),
            false => Err(raise::key_error(th, key)),
        }
    }

    /// Update the set, keeping only elements found in either set, but not in both.
    #[method(sig = "($self, other, /)")]
    fn symmetric_difference_update(&self, th: &mut Thread, other: &Object) -> Result<(), Raised> {
        self.any().symmetric_difference_update(th, other)
    }

    /// Update the set, adding elements from all others.
    #[method(name = "update", sig = "($self, /, *others)")]
    fn py_update(&self, th: &mut Thread, others: Args<'_>) -> Result<(), Raised> {
        for other in others.iter() {
            self.update(th, other)?;
        }
        Ok(())
    }
}

#[pymethods]
impl FrozenSet {
    #[slot(tp_new, tp_vectorcall, sig = "(iterable=(), /)")]
    fn py_new(th: &mut Thread, cls: &Type, iterable: Option<&Object>) -> Result<Ref<FrozenSet>, Raised> {
        if core::ptr::eq(cls, FrozenSet::type_object())
            && let Some(same) = iterable.and_then(Object::downcast_exact::<FrozenSet>)
        {
            return Ok(same.to_ref());
        }
        let set = FrozenSet::new_in(th, cls);
        if let Some(iterable) = iterable {
            set.any().update(th, iterable)?;
        }
        Ok(set)
    }

    #[slot(tp_hash)]
    fn py_hash(&self, th: &mut Thread) -> isize {
        self.any().frozen_hash(th)
    }

    /// Return a shallow copy of a set.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if self.is_exactly::<FrozenSet>() {
            return Ok(self.to_ref().up());
        }
        self.any().copy(th)
    }
}
