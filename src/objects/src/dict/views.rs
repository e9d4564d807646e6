//! `dict_keys`, `dict_values`, `dict_items`: what `dict.keys()` and its like return.
//!
//! Invariant: a view holds its dict, for ever; what it shows is the dict's present state.

use core::ops::ControlFlow;

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::Dict;
use super::iter::{DictItemIter, DictKeyIter, DictReverseItemIter, DictReverseKeyIter, DictReverseValueIter, DictValueIter};
use crate::glue::*;
use crate::repr_guard::ReprGuard;
use crate::set::{AnySet, Set};
use crate::text::Text;
use crate::{List, Str, Tuple, names, not_implemented_ref, ops};

macro_rules! views {
    ($($(#[$doc:meta])* $ty:ident, $name:literal, $export:literal, $iter:ident, $reverse:ident, $doc_reversed:literal;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, export = $export, doc = none, flags(DISALLOW_INSTANTIATION), parts(common))]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            dict: Slot<Dict>,
        }

        impl $ty {
            /// A view of `dict`.
            pub fn new(th: &Thread, dict: &Dict) -> Ref<$ty> {
                th.new_object($ty { head: Head::INIT, dict: Slot::new(th.retain(dict)) })
            }

            /// The fields of a view, for a subtype's instances.
            pub(super) fn fields(th: &Thread, dict: &Dict) -> $ty {
                $ty { head: Head::INIT, dict: Slot::new(th.retain(dict)) }
            }

            /// The dict; it goes only when the collector clears the view.
            pub fn dict(&self, th: &Thread) -> Ref<Dict> {
                self.dict.get(th, self).unwrap_or_else(|| Dict::new(th))
            }
        }

        #[pymethods(part = "common")]
        impl $ty {
            #[slot(tp_repr)]
            fn py_repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
                let Some(_guard) = ReprGuard::enter(self) else {
                    return Ok(Str::new(th, "..."));
                };
                let items = List::from_iterable(th, self)?;
                let mut text = Text::new(&ops::type_name(self));
                text.push("(");
                text.push_repr(th, &items)?;
                text.push(")");
                Ok(text.finish(th))
            }

            #[slot(tp_iter)]
            fn py_iter(&self, th: &mut Thread) -> Ref<$iter> {
                $iter::new(th, &self.dict(th))
            }

            #[slot(sq_length)]
            fn py_len(&self, th: &mut Thread) -> usize {
                self.dict(th).len()
            }

            #[method(name = "__reversed__", doc = $doc_reversed)]
            fn reversed(&self, th: &mut Thread) -> Ref<$reverse> {
                $reverse::new(th, &self.dict(th))
            }

            /// dictionary that this view refers to
            #[getter]
            fn mapping(&self, th: &mut Thread) -> Ref<Object> {
                let dict = self.dict(th);
                crate::mapping_proxy(th, &dict)
            }
        }
    )*};
}

views! {
    /// The keys.
    DictKeys, "dict_keys", "PyDictKeys_Type", DictKeyIter, DictReverseKeyIter, "Return a reverse iterator over the dict keys.";
    /// The values.
    DictValues, "dict_values", "PyDictValues_Type", DictValueIter, DictReverseValueIter, "Return a reverse iterator over the dict values.";
    /// The entries.
    DictItems, "dict_items", "PyDictItems_Type", DictItemIter, DictReverseItemIter, "Return a reverse iterator over the dict items.";
}

/// A view that is a set: of keys or of items.
fn as_set_view(object: &Object) -> Option<usize> {
    match (object.downcast::<DictKeys>(), object.downcast::<DictItems>()) {
        (Some(view), _) => Some(view.dict.peek().map_or(0, Dict::len)),
        (_, Some(view)) => Some(view.dict.peek().map_or(0, Dict::len)),
        _ => None,
    }
}

/// `dict.items()` contains `item`
fn contains_item(th: &mut Thread, dict: &Dict, item: &Object) -> Result<bool, Raised> {
    let Some(pair) = item.downcast::<Tuple>() else { return Ok(false) };
    let [key, value] = pair.as_slice() else { return Ok(false) };
    let Some(found) = dict.get(th, key)? else { return Ok(false) };
    let same = ops::eq(th, &found, value);
    th.release(found);
    same
}

/// Whether `container` contains all that `iterable` yields.
fn contains_all(th: &mut Thread, iterable: &Object, container: &Object) -> Result<bool, Raised> {
    let mut all = true;
    ops::for_some(th, iterable, |th, item| {
        all = ops::contains(th, container, &item)?;
        th.release(item);
        Ok(if all { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
    })?;
    Ok(all)
}

/// The dict of a view that is a set, if other threads have it.
fn common_dict(th: &Thread, view: &Object) -> Option<Ref<Dict>> {
    let dict = match (view.downcast::<DictKeys>(), view.downcast::<DictItems>()) {
        (Some(view), _) => view.dict(th),
        (_, Some(view)) => view.dict(th),
        _ => return None,
    };
    (!th.is_mine(&*dict)).then_some(dict)
}

/// An iterator over what `items()` of a dict returned, for who reads it to its end: over the pairs of one moment, where other threads have the dict.
pub fn iter_items(th: &mut Thread, items: &Object) -> Result<Ref<Object>, Raised> {
    match common_dict(th, items) {
        Some(dict) if items.is_a::<DictItems>() => {
            let copy = dict.copy(th)?;
            let view = DictItems::new(th, &copy);
            ops::iter(th, &view)
        }
        _ => ops::iter(th, items),
    }
}

/// A view as `view` is one, of another dict.
fn view_of(th: &Thread, view: &Object, dict: &Dict) -> Ref<Object> {
    if view.is_a::<DictKeys>() { DictKeys::new(th, dict).up() } else { DictItems::new(th, dict).up() }
}

/// Two operands as they are at one moment: of dicts that other threads have, views of copies.
fn at_one_moment(th: &mut Thread, a: &Object, b: &Object) -> Result<[Ref<Object>; 2], Raised> {
    let copies = match (common_dict(th, a), common_dict(th, b)) {
        (None, None) => [None, None],
        (Some(ours), Some(theirs)) => ours.copies_with(th, &theirs)?.map(Some),
        (Some(ours), None) => [Some(ours.copy(th)?), None],
        (None, Some(theirs)) => [None, Some(theirs.copy(th)?)],
    };
    Ok([(a, &copies[0]), (b, &copies[1])].map(|(operand, copy)| match copy {
        Some(copy) => view_of(th, operand, copy),
        None => operand.to_owned(),
    }))
}

fn richcompare(th: &mut Thread, view: &Object, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
    if AnySet::of(other).is_none() && as_set_view(other).is_none() {
        return Ok(not_implemented_ref());
    }
    let [view, other] = at_one_moment(th, view, other)?;
    compare(th, &view, &other, op)
}

fn compare(th: &mut Thread, view: &Object, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
    let (ours, theirs) = (ops::len(th, view)?, ops::len(th, other)?);
    let holds = match op {
        CompareOp::Eq | CompareOp::Ne => (ours == theirs && contains_all(th, view, other)?) == (op == CompareOp::Eq),
        CompareOp::Lt => ours < theirs && contains_all(th, view, other)?,
        CompareOp::Le => ours <= theirs && contains_all(th, view, other)?,
        CompareOp::Gt => ours > theirs && contains_all(th, other, view)?,
        CompareOp::Ge => ours >= theirs && contains_all(th, other, view)?,
    };
    Ok(crate::bool_ref(holds))
}

fn to_set(th: &mut Thread, object: &Object) -> Result<Ref<Set>, Raised> {
    Set::from_iterable(th, object)
}

fn subtract(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    let result = to_set(th, a)?;
    result.difference_update_with(th, b)?;
    Ok(result.up())
}

fn intersect(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    // The view is on either side.
    let (view, other) = if as_set_view(a).is_some() { (a, b) } else { (b, a) };
    let Some(len) = as_set_view(view) else { return Ok(not_implemented_ref()) };
    if other.is_exactly::<Set>()
        && len <= ops::len(th, other)?
    {
        return ops::call_method(th, other, &names::intersection, &[view]);
    }
    let (view, other) = match as_set_view(other) {
        Some(other_len) if other_len > len => (other, view),
        _ => (view, other),
    };
    let result = Set::new(th);
    ops::for_each(th, other, |th, item| {
        if ops::contains(th, view, &item)? {
            result.add(th, &item)?;
        }
        th.release(item);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(result.up())
}

fn unite(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    let result = to_set(th, a)?;
    result.update(th, b)?;
    Ok(result.up())
}

fn differ(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    if let (Some(a), Some(b)) = (a.downcast::<DictItems>(), b.downcast::<DictItems>()) {
        return differ_items(th, a, b);
    }
    let result = to_set(th, a)?;
    result.symmetric_difference_update_with(th, b)?;
    Ok(result.up())
}

/// `a.items() ^ b.items()`: values are compared before pairs are hashed, so that equal ones need not be hashable.
fn differ_items(th: &mut Thread, a: &DictItems, b: &DictItems) -> Result<Ref<Object>, Raised> {
    let (ours, theirs) = (a.dict(th), b.dict(th));
    let rest = ours.copy(th)?;
    let result = Set::new(th);
    let mut pos = 0;
    while let Some((hash, key, value)) = theirs.next_hashed(th, &mut pos) {
        let own = rest.get_hashed(th, &key, hash)?;
        let same = match &own {
            Some(own) => ops::eq(th, own, &value)?,
            None => false,
        };
        if same {
            rest.del(th, &key)?;
        } else {
            let pair = Tuple::from_array(th, [key, value]);
            result.add(th, &pair)?;
        }
    }
    let mut pos = 0;
    while let Some((key, value)) = rest.next(th, &mut pos) {
        let pair = Tuple::from_array(th, [key, value]);
        result.add(th, &pair)?;
    }
    Ok(result.up())
}

fn is_disjoint(th: &mut Thread, view: &Object, other: &Object) -> Result<bool, Raised> {
    let len = ops::len(th, view)?;
    if Thread::same(view, other) {
        return Ok(len == 0);
    }
    let (mut view, mut other) = (view, other);
    if (AnySet::of_exact(other).is_some() || as_set_view(other).is_some()) && ops::len(th, other)? > len {
        core::mem::swap(&mut view, &mut other);
    }
    let mut common = false;
    ops::for_some(th, other, |th, item| {
        common = ops::contains(th, view, &item)?;
        th.release(item);
        Ok(if common { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(!common)
}

macro_rules! set_views {
    ($($ty:ident)*) => {$(
        #[pymethods]
        impl $ty {
            #[slot(tp_richcompare)]
            fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
                richcompare(th, self, other, op)
            }

            #[slot(nb_subtract)]
            fn py_sub(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                let [a, b] = at_one_moment(th, a, b)?;
                subtract(th, &a, &b)
            }

            #[slot(nb_and)]
            fn py_and(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                let [a, b] = at_one_moment(th, a, b)?;
                intersect(th, &a, &b)
            }

            #[slot(nb_or)]
            fn py_or(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                let [a, b] = at_one_moment(th, a, b)?;
                unite(th, &a, &b)
            }

            #[slot(nb_xor)]
            fn py_xor(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
                let [a, b] = at_one_moment(th, a, b)?;
                differ(th, &a, &b)
            }

            #[slot(sq_contains)]
            fn py_contains(&self, th: &mut Thread, item: &Object) -> Result<bool, Raised> {
                let dict = self.dict(th);
                let inside = Self::contained(th, &dict, item);
                th.release(dict);
                inside
            }

            /// Return True if the view and the given iterable have a null intersection.
            #[method(sig = "($self, object, /)")]
            fn isdisjoint(&self, th: &mut Thread, other: &Object) -> Result<bool, Raised> {
                let [view, other] = at_one_moment(th, self, other)?;
                is_disjoint(th, &view, &other)
            }
        }
    )*};
}

set_views! { DictKeys DictItems }

impl DictKeys {
    fn contained(th: &mut Thread, dict: &Dict, key: &Object) -> Result<bool, Raised> {
        dict.contains(th, key)
    }
}

impl DictItems {
    fn contained(th: &mut Thread, dict: &Dict, item: &Object) -> Result<bool, Raised> {
        contains_item(th, dict, item)
    }
}
