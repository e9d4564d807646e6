//! Iteration.

use core::ops::ControlFlow;

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};

use super::whole::{self, Reads};
use super::{cslot, item};
use crate::dict::ordered::OrderedDict;
use crate::dict::views::{DictItems, DictKeys, DictValues};
use crate::mappingproxy::MappingProxy;
use crate::range::Range;
use crate::{ByteArray, Bytes, Dict, FrozenSet, List, Set, Str, Tuple, raise};

/// `iter(obj)`
#[inline]
pub fn iter(th: &mut Thread, obj: &Object) -> Result<Ref<Object>, Raised> {
    match iter_opt(th, obj)? {
        Some(iterator) => Ok(iterator),
        None => {
            let name = super::type_name(obj);
            Err(raise::type_error(th, format_args!("'{name}' object is not iterable")))
        }
    }
}

/// `iter(obj)`, `None` where the object is not iterable.
pub fn iter_opt(th: &mut Thread, obj: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let Some(f) = obj.ty().tp_iter() else {
        return Ok(item::is_sequence(obj).then(|| crate::seqiter::SeqIter::new(th, obj).up()));
    };
    let iterator = cslot::unary(th, f, obj)?;
    if !is_iterator(&iterator) {
        let name = super::type_name(&iterator);
        return Err(raise::type_error(th, format_args!("iter() returned non-iterator of type '{name}'")));
    }
    Ok(Some(iterator))
}

/// Whether the object has `__next__`.
pub fn is_iterator(obj: &Object) -> bool {
    obj.ty().tp_iternext().is_some()
}

/// `next(iterator)`: `None` when exhausted.
#[inline]
pub fn next(th: &mut Thread, iterator: &Object) -> Result<Option<Ref<Object>>, Raised> {
    // The most usual ones without the way through C.
    if let Some(iterator) = iterator.downcast_exact::<crate::list::iter::ListIter>() {
        return Ok(iterator.next(th));
    }
    if let Some(iterator) = iterator.downcast_exact::<crate::range::iter::RangeIter>() {
        return Ok(iterator.next(th).map(|number| crate::Int::from_i64(th, number).up()));
    }
    match iterator.ty().tp_iternext() {
        Some(f) => cslot::next(th, f, iterator),
        None => {
            let name = super::type_name(iterator);
            Err(raise::type_error(th, format_args!("'{name}' object is not an iterator")))
        }
    }
}

/// The object as a `T`, if it is iterated as a `T` is.
pub(super) fn iterated_as<T: PyType>(iterable: &Object) -> Option<&T> {
    let how = |ty: &Type| ty.tp_iter().map(|f| f as usize);
    iterable.downcast::<T>().filter(|_| how(iterable.ty()) == how(T::type_object()))
}

/// The items of a container of ours that other threads may change, taken at one moment: what the GIL makes one step stays one. `None` for
/// every other iterable, and for those that do not change.
pub fn at_one_moment(th: &mut Thread, iterable: &Object) -> Option<Vec<Ref<Object>>> {
    if let Some(list) = iterated_as::<List>(iterable) {
        return Some(list.snapshot(th));
    }
    if iterated_as::<Dict>(iterable).is_some() || iterated_as::<OrderedDict>(iterable).is_some() {
        return iterable.downcast::<Dict>().map(|dict| dict.snapshot_keys(th));
    }
    if let Some(set) = iterated_as::<Set>(iterable) {
        return Some(set.snapshot(th));
    }
    if let Some(view) = iterable.downcast::<DictKeys>() {
        return Some(view.dict(th).snapshot_keys(th));
    }
    if let Some(view) = iterable.downcast::<DictValues>() {
        return Some(view.dict(th).snapshot_values(th));
    }
    if let Some(view) = iterable.downcast::<DictItems>() {
        let entries = view.dict(th).snapshot(th);
        return Some(entries.into_iter().map(|(key, value)| Tuple::from_array(th, [key, value]).up()).collect());
    }
    if let Some(bytes) = iterated_as::<ByteArray>(iterable) {
        let bytes = bytes.to_vec(th);
        return Some(bytes.into_iter().map(|byte| crate::Int::from_i64(th, byte.into()).up()).collect());
    }
    if let Some(proxy) = iterable.downcast_exact::<MappingProxy>() {
        return at_one_moment(th, proxy.mapping());
    }
    (crate::hooks::get().at_one_moment)(th, iterable)
}

/// Whether other threads may change what the iterable yields: it is common, or what it is a view of.
fn changes_elsewhere(th: &Thread, iterable: &Object) -> bool {
    if !th.is_mine(iterable) {
        return true;
    }
    let ty = iterable.ty();
    if ty.tp_as_sequence().is_null() || ty.has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64) {
        return false;
    }
    let of = |dict: Ref<Dict>| !th.is_mine(&*dict);
    if let Some(view) = iterable.downcast::<DictKeys>() {
        return of(view.dict(th));
    }
    if let Some(view) = iterable.downcast::<DictValues>() {
        return of(view.dict(th));
    }
    if let Some(view) = iterable.downcast::<DictItems>() {
        return of(view.dict(th));
    }
    iterable.downcast_exact::<MappingProxy>().is_some_and(|proxy| !th.is_mine(proxy.mapping()))
}

/// The items of an iterable whose iteration runs no code and ends soon: whoever puts them into a container that other threads have does so in
/// one step, as the GIL has it.
pub fn quiet_items(th: &mut Thread, iterable: &Object) -> Option<Vec<Ref<Object>>> {
    const MOST: usize = 1 << 20;
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        return Some(tuple.iter().map(|item| th.retain(item)).collect());
    }
    let fixed = iterable.is_exactly::<FrozenSet>() || iterable.is_exactly::<Range>() || iterable.is_exactly::<Str>() || iterable.is_exactly::<Bytes>();
    if !fixed {
        return at_one_moment(th, iterable);
    }
    match item::len(th, iterable) {
        Ok(len) if len <= MOST => to_vec(th, iterable).ok(),
        _ => {
            // A range may be longer than any container.
            drop(th.take_exception());
            None
        }
    }
}

/// Calls `visit` with each item.
pub fn for_each(
    th: &mut Thread,
    iterable: &Object,
    visit: impl FnMut(&mut Thread, Ref<Object>) -> Result<ControlFlow<()>, Raised>,
) -> Result<(), Raised> {
    walk(th, iterable, Reads::All, visit)
}

/// [`for_each`] for who may stop before the end.
pub fn for_some(
    th: &mut Thread,
    iterable: &Object,
    visit: impl FnMut(&mut Thread, Ref<Object>) -> Result<ControlFlow<()>, Raised>,
) -> Result<(), Raised> {
    walk(th, iterable, Reads::Some, visit)
}

fn walk(
    th: &mut Thread,
    iterable: &Object,
    reads: Reads,
    mut visit: impl FnMut(&mut Thread, Ref<Object>) -> Result<ControlFlow<()>, Raised>,
) -> Result<(), Raised> {
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        for i in 0..tuple.len() {
            let value = tuple.get(i).to_owned();
            if visit(th, value)?.is_break() {
                break;
            }
        }
        return Ok(());
    }
    if let Some(items) = changing_items(th, iterable) {
        return visit_items(th, items, visit);
    }
    if let Some(list) = iterable.downcast_exact::<List>() {
        let mut i = 0;
        while let Some(value) = list.get(th, i) {
            i += 1;
            if visit(th, value)?.is_break() {
                break;
            }
        }
        return Ok(());
    }
    let iterator = iter(th, iterable)?;
    whole::settle(th, &iterator, reads);
    visit_rest(th, iterator, visit)
}

/// [`for_each`] for who looks an item up: of what is not iterable it is said that it `is_no` such thing.
pub fn look_through(
    th: &mut Thread,
    iterable: &Object,
    is_no: &str,
    visit: impl FnMut(&mut Thread, Ref<Object>) -> Result<ControlFlow<()>, Raised>,
) -> Result<(), Raised> {
    if let Some(items) = changing_items(th, iterable) {
        return visit_items(th, items, visit);
    }
    match iter_opt(th, iterable) {
        Ok(Some(iterator)) => {
            whole::settle(th, &iterator, Reads::Some);
            visit_rest(th, iterator, visit)
        }
        Err(raised) if !raise::matches(th, crate::exceptions::type_error_type()) => Err(raised),
        _ => {
            drop(th.take_exception());
            let name = super::type_name(iterable);
            Err(raise::type_error(th, format_args!("argument of type '{name}' {is_no}")))
        }
    }
}

/// The items at one moment, where other threads may change what the iterable yields.
pub(crate) fn changing_items(th: &mut Thread, iterable: &Object) -> Option<Vec<Ref<Object>>> {
    if changes_elsewhere(th, iterable) { at_one_moment(th, iterable) } else { None }
}

/// An iterator for who asks it for all items before any other code runs: those of one moment, where other threads may change what the iterable yields.
pub fn iter_all(th: &mut Thread, iterable: &Object) -> Result<Ref<Object>, Raised> {
    match changing_items(th, iterable) {
        Some(items) => {
            let items = List::new(th, items);
            iter(th, &items)
        }
        None => {
            let iterator = iter(th, iterable)?;
            whole::settle(th, &iterator, Reads::All);
            Ok(iterator)
        }
    }
}

fn visit_items(
    th: &mut Thread,
    items: Vec<Ref<Object>>,
    mut visit: impl FnMut(&mut Thread, Ref<Object>) -> Result<ControlFlow<()>, Raised>,
) -> Result<(), Raised> {
    for value in items {
        if visit(th, value)?.is_break() {
            break;
        }
    }
    Ok(())
}

/// Calls `visit` with what an iterator has left.
fn visit_rest(
    th: &mut Thread,
    iterator: Ref<Object>,
    mut visit: impl FnMut(&mut Thread, Ref<Object>) -> Result<ControlFlow<()>, Raised>,
) -> Result<(), Raised> {
    // The slot of a type that never changes need not be looked up again.
    let fixed = iterator.ty().tp_iternext().filter(|_| iterator.ty().has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64));
    while let Some(value) = step(th, &iterator, fixed)? {
        if visit(th, value)?.is_break() {
            break;
        }
    }
    th.release(iterator);
    Ok(())
}

/// `next(iterator)`, whose `tp_iternext` may be known.
#[inline(always)]
fn step(th: &mut Thread, iterator: &Object, known: Option<abi::iternextfunc>) -> Result<Option<Ref<Object>>, Raised> {
    match known {
        Some(f) => cslot::next(th, f, iterator),
        None => next(th, iterator),
    }
}

/// All items.
pub fn to_vec(th: &mut Thread, iterable: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    if let Some(items) = at_one_moment(th, iterable) {
        return Ok(items);
    }
    if is_iterator(iterable) {
        // Before anybody asks how long it is.
        whole::settle(th, iterable, Reads::All);
    }
    let hint = if iterable.is_exactly::<Tuple>() { 0 } else { item::length_hint(th, iterable, 8)? };
    let mut out = Vec::with_capacity(hint.min(1 << 20));
    for_each(th, iterable, |th, value| {
        // There is no end to some iterables, but to memory.
        if out.len() == out.capacity() && out.try_reserve(1).is_err() {
            return Err(raise::memory_error(th));
        }
        out.push(value);
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(out)
}

/// `list(iterable)`
pub fn to_list(th: &mut Thread, iterable: &Object) -> Result<Ref<List>, Raised> {
    let items = to_vec(th, iterable)?;
    Ok(List::new(th, items))
}

/// `tuple(iterable)` of what is handed over: a list that nobody else can see gives its items away.
pub fn into_tuple(th: &mut Thread, iterable: Ref<Object>) -> Result<Ref<Tuple>, Raised> {
    let made = match iterable.downcast_exact_ref::<List>().filter(|list| list.as_object().is_unique(th)) {
        Some(list) => {
            let items = list.lock(th).take_all(0).into_vec();
            Ok(Tuple::new(th, items))
        }
        None => to_tuple(th, &iterable),
    };
    th.release(iterable);
    made
}

/// `tuple(iterable)`
pub fn to_tuple(th: &mut Thread, iterable: &Object) -> Result<Ref<Tuple>, Raised> {
    if let Some(tuple) = iterable.downcast_exact::<Tuple>() {
        return Ok(tuple.to_ref());
    }
    let items = to_vec(th, iterable)?;
    Ok(Tuple::new(th, items))
}
