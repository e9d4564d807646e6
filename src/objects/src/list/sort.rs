//! `list.sort`.
//!
//! A common list is sorted in place, under its lock, where no code runs for that. While any other list is being sorted it is empty: its items are in
//! our hands, so that whatever the key function and the comparisons do, they cannot reach them. Keys that are all small ints, all strings, or all floats without NaN have a total order and need no calls: they
//! are sorted by Rust's stable sort, whose result is the only possible one. Everything else goes through [`merge`].
//!
//! Invariant: whatever happens, every item is back in the list at the end.

pub mod merge;

use core::cmp::Ordering;
use core::ops::Deref;

use super::List;
use super::storage::Taken;
use crate::builtin::Builtin;
use crate::glue::*;
use crate::str::Chars;
use crate::{Float, Int, Str, ops, raise};

/// Marks a list that is being sorted; any change sets another value.
const SORTING: isize = -1;

impl List {
    /// Sorts in place. `key`: a function whose results are compared instead of the items.
    pub fn sort(&self, th: &mut Thread, key: Option<&Object>, reverse: bool) -> Result<(), Raised> {
        if !th.is_mine(self)
            && let Some(done) = self.sort_in_one_step(th, key, reverse)
        {
            return done;
        }
        let mut taken = self.lock(th).take_all(SORTING);
        let result = sort_taken(th, &mut taken, key, reverse);
        let modified = self.allocated() != SORTING;
        let between = self.lock(th).put_back(taken);
        between.release(th);
        result?;
        if modified {
            return Err(raise::value_error(th, format_args!("list modified during sort")));
        }
        Ok(())
    }

    /// Sorts a common list where no code runs: other threads see it before or after, and may sort it, too. `None`: code must run.
    fn sort_in_one_step(&self, th: &mut Thread, key: Option<&Object>, reverse: bool) -> Option<Result<(), Raised>> {
        let Some(key) = key else {
            let mut guard = self.lock(th);
            let indices = quiet_order(guard.items(), reverse)?;
            guard.rearrange(indices);
            return Some(Ok(()));
        };
        if !is_native(key) {
            return None;
        }
        // Keys are made without the lock. If the list was changed meanwhile, those of items in other places are made again.
        let (mut items, mut keys) = (Vec::new(), Vec::new());
        for _ in 0..ROUNDS {
            let mut guard = self.lock(th);
            let now = guard.items();
            if now.len() <= items.len() && now.iter().zip(&items).all(|(now, then): (_, &Ref<Object>)| then.is(*now)) {
                let indices = quiet_order(&keys[..now.len()], reverse)?;
                guard.rearrange(indices);
                return Some(Ok(()));
            }
            let snapshot = guard.copy();
            drop(guard);
            if let Err(raised) = make_keys(th, key, (&mut items, &mut keys), snapshot) {
                return Some(Err(raised));
            }
        }
        None
    }
}

/// How often a list may be found changed before it is sorted as one whose key function runs code.
const ROUNDS: usize = 100;

/// Makes the keys of the items of `snapshot` that are not in the same place of `items`, whose keys are there.
fn make_keys(
    th: &mut Thread,
    key: &Object,
    (items, keys): (&mut Vec<Ref<Object>>, &mut Vec<Ref<Object>>),
    snapshot: Vec<Ref<Object>>,
) -> Result<(), Raised> {
    for (index, item) in snapshot.into_iter().enumerate() {
        if items.get(index).is_some_and(|then| then.is(&*item)) {
            continue;
        }
        let made = ops::call1(th, key, &item)?;
        if index < items.len() {
            items[index] = item;
            keys[index] = made;
        } else {
            items.push(item);
            keys.push(made);
        }
    }
    Ok(())
}

/// Whether a key function is native, and does not call others: what it is called for may still run code, but as a rule does not.
fn is_native(key: &Object) -> bool {
    let ty = key.ty();
    let builtin_class = || crate::typing::as_type(key).is_some_and(|class| !class.has_flag(u64::from(abi::Py_TPFLAGS_HEAPTYPE)));
    let name = ty.tp_name_bytes();
    key.is_a::<Builtin>()
        || name == b"method_descriptor"
        || [&b"operator.itemgetter"[..], b"operator.attrgetter", b"operator.methodcaller"].contains(&name)
        || builtin_class()
}

fn sort_taken(th: &mut Thread, taken: &mut Taken, key: Option<&Object>, reverse: bool) -> Result<(), Raised> {
    let items = taken.refs();
    let Some(key) = key else {
        let order = sorted_order(th, items, reverse);
        return apply(order, items);
    };
    let mut keys = Vec::with_capacity(items.len());
    for item in items.iter() {
        keys.push(ops::call1(th, key, item)?);
    }
    let order = sorted_order(th, &keys, reverse);
    let result = apply(order, items);
    for key in keys {
        th.release(key);
    }
    result
}

/// An order of the items: the index that comes first, the one that comes next, …; also when a comparison raised.
struct Order {
    indices: Vec<u32>,
    result: Result<(), Raised>,
}

fn apply(order: Order, items: &mut [Ref<Object>]) -> Result<(), Raised> {
    for_each_swap(order.indices, |a, b| items.swap(a, b));
    order.result
}

/// The swaps that bring items into an order: along each cycle of the permutation every item moves once.
pub(super) fn for_each_swap(mut indices: Vec<u32>, mut swap: impl FnMut(usize, usize)) {
    for start in 0..indices.len() {
        let mut at = start;
        loop {
            let from = core::mem::replace(&mut indices[at], u32::MAX) as usize;
            if from == start || from == u32::MAX as usize {
                break;
            }
            swap(at, from);
            at = from;
        }
    }
}

/// The order of items that need not be asked: numbers or strings alone.
fn by_value<O: Deref<Target = Object>>(keys: &[O], reverse: bool) -> Option<Vec<u32>> {
    if keys.len() < 2 {
        return Some(Vec::new());
    }
    if keys.len() > u32::MAX as usize - 1 {
        return None;
    }
    all_ints(keys, reverse).or_else(|| all_floats(keys, reverse)).or_else(|| all_strings(keys, reverse))
}

fn sorted_order(th: &mut Thread, keys: &[Ref<Object>], reverse: bool) -> Order {
    if keys.len() > u32::MAX as usize - 1 {
        return Order { indices: Vec::new(), result: Err(raise::memory_error(th)) };
    }
    match by_value(keys, reverse) {
        Some(indices) => Order { indices, result: Ok(()) },
        None => {
            let (indices, result) = by_comparison(keys, reverse, |a, b| less(th, a, b));
            Order { indices, result }
        }
    }
}

/// The order where no code must run for it.
fn quiet_order<O: Deref<Target = Object>>(keys: &[O], reverse: bool) -> Option<Vec<u32>> {
    by_value(keys, reverse).or_else(|| {
        let (indices, result) = by_comparison(keys, reverse, |a, b| ops::quick_lt(a, b).ok_or(()));
        result.ok().map(|()| indices)
    })
}

/// Sorts (key, index) pairs; equal keys keep their order, also backwards.
fn by_key<K>(mut pairs: Vec<(K, u32)>, reverse: bool, compare: impl Fn(&K, &K) -> Ordering) -> Vec<u32> {
    if reverse {
        pairs.sort_by(|a, b| compare(&b.0, &a.0));
    } else {
        pairs.sort_by(|a, b| compare(&a.0, &b.0));
    }
    pairs.into_iter().map(|(_, index)| index).collect()
}

fn collect<'a, O: Deref<Target = Object>, K>(keys: &'a [O], key: impl Fn(&'a Object) -> Option<K>) -> Option<Vec<(K, u32)>> {
    // The first key tells in most cases that there is no use in collecting.
    key(&keys[0])?;
    keys.iter().zip(0..).map(|(object, index)| Some((key(&**object)?, index))).collect()
}

fn all_ints<O: Deref<Target = Object>>(keys: &[O], reverse: bool) -> Option<Vec<u32>> {
    let pairs = collect(keys, |key| key.downcast_exact::<Int>()?.to_i64())?;
    Some(by_key(pairs, reverse, i64::cmp))
}

fn all_floats<O: Deref<Target = Object>>(keys: &[O], reverse: bool) -> Option<Vec<u32>> {
    let pairs = collect(keys, |key| key.downcast_exact::<Float>().map(Float::value).filter(|value| !value.is_nan()))?;
    Some(by_key(pairs, reverse, |a, b| a.partial_cmp(b).unwrap_or(Ordering::Equal)))
}

/// A string with its first characters as a number, which decides most comparisons.
struct Text<'a> {
    prefix: u64,
    bytes: &'a [u8],
}

fn all_strings<O: Deref<Target = Object>>(keys: &[O], reverse: bool) -> Option<Vec<u32>> {
    let narrow = |key: &'_ Object| -> Option<()> {
        matches!(key.downcast_exact::<Str>()?.chars(), Chars::Ascii(_) | Chars::One(_)).then_some(())
    };
    if keys.iter().all(|key| narrow(key).is_some()) {
        let pairs = collect(keys, |key| {
            let (Chars::Ascii(bytes) | Chars::One(bytes)) = key.downcast_exact::<Str>()?.chars() else { return None };
            let mut first = [0; 8];
            let count = bytes.len().min(8);
            first[..count].copy_from_slice(&bytes[..count]);
            Some(Text { prefix: u64::from_be_bytes(first), bytes })
        })?;
        return Some(by_key(pairs, reverse, |a, b| a.prefix.cmp(&b.prefix).then_with(|| a.bytes.cmp(b.bytes))));
    }
    let pairs = collect(keys, |key| key.downcast_exact::<Str>())?;
    Some(by_key(pairs, reverse, |a, b| a.chars().iter().cmp(b.chars().iter())))
}

fn by_comparison<O: Deref<Target = Object>, E>(
    keys: &[O],
    reverse: bool,
    mut less: impl FnMut(&Object, &Object) -> Result<bool, E>,
) -> (Vec<u32>, Result<(), E>) {
    let mut pairs: Vec<(&Object, u32)> = keys.iter().zip(0..).map(|(key, index)| (&**key, index)).collect();
    // Backwards, and turned around afterwards: equal keys keep their order.
    if reverse {
        pairs.reverse();
    }
    let result = merge::sort(&mut pairs, &mut |a: &(&Object, u32), b: &(&Object, u32)| less(a.0, b.0));
    if reverse {
        pairs.reverse();
    }
    (pairs.into_iter().map(|(_, index)| index).collect(), result)
}

#[inline]
fn less(th: &mut Thread, a: &Object, b: &Object) -> Result<bool, Raised> {
    if let Some(answer) = ops::quick_lt(a, b) {
        return Ok(answer);
    }
    ops::compare_bool(th, a, b, CompareOp::Lt)
}
