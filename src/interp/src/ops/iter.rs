//! Iteration and unpacking.


use heap::{Object, Raised, Ref, Thread};
use objects::list::iter::ListIter;
use objects::range::iter::RangeIter;
use objects::tuple::iter::TupleIter;
use objects::{List, Tuple, ops, raise};
use objects::dict::iter::DictItemIter;
use objects::enumerate::Enumerate;
use objects::zip::Zip;
use syntax::opcodes::{Op, word_operands};

use super::Done;
use super::arith::adopt;
use crate::frame::{Fp, Pc, Reg};

/// dst = iter(src)
#[inline(never)]
pub fn op_get_iter(th: &mut Thread, f: Fp, dst: i32, src: i32) -> Done {
    let regs = f.regs();
    let value = ops::iter(th, regs.get(src))?;
    regs.consume(th, src);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = next(iter); false when exhausted
#[inline(never)]
pub fn op_for_iter(th: &mut Thread, f: Fp, dst: i32, iter: i32) -> Result<bool, Raised> {
    let regs = f.regs();
    let next = if crate::trace::is_on(th) { traced_next(th, f, regs.get(iter))? } else { ops::next(th, regs.get(iter))? };
    match next {
        Some(value) => {
            regs.set(th, dst, value);
            Ok(true)
        }
        None => Ok(false),
    }
}

/// The next item, where a tracer hears of a StopIteration that was really raised.
#[cold]
fn traced_next(th: &mut Thread, f: Fp, iter: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let Some(next) = iter.ty().tp_iternext() else { return ops::next(th, iter) };
    if let Some(value) = ops::cslot::next_raw(th, next, iter) {
        return Ok(Some(value));
    }
    let stop = objects::exceptions::stop_iteration_type();
    if raise::matches(th, stop) {
        crate::trace::raised(th, f);
    }
    match th.exception().is_some() {
        true if raise::matches(th, stop) => {
            drop(th.take_exception());
            Ok(None)
        }
        true => Err(th.already_raised()),
        false => Ok(None),
    }
}

/// Chooses a form for `ForIter`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize(th: &Thread, pc: Pc, iter: &Object) -> bool {
    let form = if gives_pairs(th, iter) && unpacks_next(pc) {
        Op::ForIterPair
    } else if iter.is_exactly::<RangeIter>() {
        Op::ForIterRange
    } else if iter.is_exactly::<ListIter>() {
        Op::ForIterList
    } else if iter.is_exactly::<TupleIter>() {
        Op::ForIterTuple
    } else if iter.is_exactly::<crate::Generator>() {
        Op::ForIterGenerator
    } else {
        Op::ForIter
    };
    adopt(pc, Op::ForIter, form)
}

/// Whether the iterator is one of [`next_pair`].
fn gives_pairs(th: &Thread, iter: &Object) -> bool {
    iter.is_exactly::<DictItemIter>() || iter.is_exactly::<Enumerate>() || iter.downcast_exact::<Zip>().is_some_and(|zip| zip.is_of_two(th))
}

/// Whether the instruction behind the `ForIter` here takes what it yields apart, into two.
fn unpacks_next(pc: Pc) -> bool {
    let next = pc.offset(const { 1 + Op::ForIter.cache_words() as i32 });
    let ([item, ..], [_, source, count]) = (word_operands(pc.word()), word_operands(next.word()));
    next.op().generic() == Op::UnpackSequence && item < 0 && source == item && count == 2
}

/// `ForIterPair`: both parts of the next pair; `None`: the iterator is of another type.
#[inline(always)]
pub fn next_pair(th: &mut Thread, iter: &Object) -> Option<Result<Option<(Ref<Object>, Ref<Object>)>, Raised>> {
    if let Some(items) = iter.downcast_exact::<DictItemIter>() {
        return Some(items.next_pair(th));
    }
    if let Some(enumerate) = iter.downcast_exact::<Enumerate>() {
        return Some(enumerate.next_pair(th));
    }
    let zip = iter.downcast_exact::<Zip>()?;
    zip.is_of_two(th).then(|| zip.next_pair(th))
}

/// What comes next; `None`: the iterator is of another type; `Some(None)`: it is exhausted.
pub type Next = Option<Option<Reg>>;

/// `ForIterRange`: the number that comes next.
#[inline(always)]
pub fn next_of_range(th: &mut Thread, iter: &Object) -> Option<Option<i64>> {
    Some(iter.downcast_exact::<RangeIter>()?.next(th))
}

/// `ForIterList`
#[inline(always)]
pub fn next_of_list(th: &mut Thread, iter: &Object) -> Next {
    Some(iter.downcast_exact::<ListIter>()?.next(th).map(Reg::counted))
}

/// `ForIterTuple`
#[inline(always)]
pub fn next_of_tuple(th: &mut Thread, iter: &Object) -> Next {
    Some(iter.downcast_exact::<TupleIter>()?.next(th).map(Reg::counted))
}

/// Puts `n` items into the temps from `base`, the first into the highest.
#[inline(never)]
pub fn op_unpack_sequence(th: &mut Thread, f: Fp, base: i32, src: i32, n: i32) -> Done {
    let regs = f.regs();
    let n = n as usize;
    let object = regs.get(src);
    let items: Vec<Ref<Object>> = if let Some(tuple) = object.downcast_exact::<Tuple>().filter(|t| t.len() == n) {
        tuple.iter().map(|item| th.retain(item)).collect()
    } else if let Some(list) = object.downcast_exact::<List>().filter(|l| l.len() == n) {
        let items = list.snapshot(th);
        if items.len() == n { items } else { unpack_iterable(th, object, n, None)?.0 }
    } else {
        unpack_iterable(th, object, n, None)?.0
    };
    regs.consume(th, src);
    for (i, item) in items.into_iter().rev().enumerate() {
        regs.put(base + i as i32, Reg::counted(item));
    }
    Ok(())
}

/// Chooses a form for `UnpackSequence`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_unpack(pc: Pc, object: &Object, n: i32) -> bool {
    let n = n as usize;
    let form = if object.downcast_exact::<Tuple>().is_some_and(|tuple| tuple.len() == n) {
        Op::UnpackSequenceTuple
    } else if object.downcast_exact::<List>().is_some_and(|list| list.len() == n) {
        Op::UnpackSequenceList
    } else {
        Op::UnpackSequence
    };
    adopt(pc, Op::UnpackSequence, form)
}

/// `UnpackSequenceTuple`; false if that is not what it is.
#[inline(always)]
pub fn unpack_tuple(th: &mut Thread, f: Fp, base: i32, src: i32, n: i32) -> bool {
    let Some(tuple) = f.regs().get(src).downcast_exact::<Tuple>().filter(|tuple| tuple.len() == n as usize) else { return false };
    let held = unpack_items(th, f, base, src, tuple.as_slice());
    held.release(th);
    true
}

/// `UnpackSequenceList`; false if that is not what it is.
#[inline(always)]
pub fn unpack_list(th: &mut Thread, f: Fp, base: i32, src: i32, n: i32) -> bool {
    let Some(list) = f.regs().get(src).downcast_exact::<List>().filter(|list| list.len() == n as usize) else { return false };
    let Some(items) = list.items_of_mine(th) else { return false };
    // Nobody else can change the list meanwhile.
    let held = unpack_items(th, f, base, src, items);
    held.release(th);
    true
}

/// Puts the items of the sequence in `src` where `UnpackSequence` puts them; what a temp held of the sequence is handed back.
#[inline(always)]
fn unpack_items(th: &Thread, f: Fp, base: i32, src: i32, items: &[&Object]) -> Reg {
    let regs = f.regs();
    // The sequence may lie in the highest of the temps that are written.
    let held = if src < 0 { regs.take(src) } else { Reg::NULL };
    for (i, item) in items.iter().enumerate() {
        regs.put(base + (items.len() - 1 - i) as i32, Reg::counted(th.retain(*item)));
    }
    held
}

/// Starred unpacking.
#[inline(never)]
pub fn op_unpack_ex(th: &mut Thread, f: Fp, base: i32, src: i32, counts: i32) -> Done {
    let regs = f.regs();
    let (before, after) = ((counts & 0xff) as usize, (counts >> 8) as usize);
    let (mut items, rest) = unpack_iterable(th, regs.get(src), before, Some(after))?;
    let rest = rest.unwrap_or_default();
    let tail = items.split_off(before);
    let list = List::new(th, rest);
    regs.consume(th, src);
    let mut at = base;
    for item in tail.into_iter().rev() {
        regs.put(at, Reg::counted(item));
        at += 1;
    }
    regs.put(at, Reg::counted(list));
    for item in items.into_iter().rev() {
        at += 1;
        regs.put(at, Reg::counted(item));
    }
    Ok(())
}

type Unpacked = (Vec<Ref<Object>>, Option<Vec<Ref<Object>>>);

/// `before` items (and, with `after`, those behind the starred one); in the second place what the star takes.
fn unpack_iterable(th: &mut Thread, object: &Object, before: usize, after: Option<usize>) -> Result<Unpacked, Raised> {
    let iter = match ops::iter_all(th, object) {
        Ok(iter) => iter,
        Err(raised) => {
            // Only "is not iterable" gets the text of unpacking; an error inside `__iter__` stays what it is.
            let plain = object.ty().tp_iter().is_none() && !ops::is_sequence(object);
            if plain && raise::matches(th, objects::exceptions::type_error_type()) {
                drop(th.take_exception());
                let ty = ops::type_name(object);
                return Err(raise::type_error(th, format_args!("cannot unpack non-iterable {ty} object")));
            }
            return Err(raised);
        }
    };
    let mut items = Vec::with_capacity(before + after.unwrap_or(0));
    while items.len() < before {
        match ops::next(th, &iter)? {
            Some(item) => items.push(item),
            None => {
                let got = items.len();
                return Err(match after {
                    None => raise::value_error(th, format_args!("not enough values to unpack (expected {before}, got {got})")),
                    Some(after) => raise::value_error(th, format_args!("not enough values to unpack (expected at least {}, got {got})", before + after)),
                });
            }
        }
    }
    let Some(after) = after else {
        if let Some(extra) = ops::next(th, &iter)? {
            th.release(extra);
            return Err(too_many(th, object, before));
        }
        th.release(iter);
        return Ok((items, None));
    };
    let mut rest: Vec<Ref<Object>> = Vec::new();
    while let Some(item) = ops::next(th, &iter)? {
        rest.push(item);
    }
    if rest.len() < after {
        let got = before + rest.len();
        return Err(raise::value_error(th, format_args!("not enough values to unpack (expected at least {}, got {got})", before + after)));
    }
    items.extend(rest.split_off(rest.len() - after));
    th.release(iter);
    Ok((items, Some(rest)))
}

#[cold]
fn too_many(th: &mut Thread, object: &Object, expected: usize) -> Raised {
    // The length of well-known containers is part of the text.
    let known = object.is_exactly::<List>() || object.is_exactly::<Tuple>() || object.is_exactly::<objects::Dict>();
    if known && let Ok(len) = ops::len(th, object) && len > expected {
        return raise::value_error(th, format_args!("too many values to unpack (expected {expected}, got {len})"));
    }
    raise::value_error(th, format_args!("too many values to unpack (expected {expected})"))
}

/// Appends the items of any iterable to a list (`[*x]`).
pub fn extend_list(th: &mut Thread, list: &List, iterable: &Object) -> Result<(), Raised> {
    list.extend(th, iterable)
}
