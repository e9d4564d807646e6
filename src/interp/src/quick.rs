//! What hot instructions do where nothing is in the way: without a call, so that their handlers keep nothing in saved machine registers.
//!
//! Each function does all that it says, or nothing at all, and tells; then the handler's slow half does it. In the way are: common objects
//! that are not hot (R12), whose counts are atomic; an object's last count; a thread that has kept no block of the size.

use heap::{Heaped, Object, Ref, Slot, Thread};
use objects::{Dict, Float, Int, List, Str, Tuple};

use crate::frame::{Reg, Regs};

/// Another hold on an object; see [`Reg::held`].
#[inline(always)]
pub fn hold<T: Heaped>(th: &Thread, object: &T) -> Option<Reg> {
    Reg::held(th, object)
}

/// Whether [`hold`] can take one.
#[inline(always)]
pub fn is_held(th: &Thread, object: &Object) -> bool {
    th.is_retained_plainly(object)
}

/// Another hold on what the register holds, if anything.
#[inline(always)]
pub fn duplicate(th: &Thread, reg: Reg) -> Option<Reg> {
    if reg.is_counted() { hold(th, reg.full()) } else { Some(reg) }
}

/// The value of an exact int of at most one digit.
#[inline(always)]
pub fn int(reg: Reg) -> Option<i64> {
    reg.full().downcast_exact::<Int>()?.compact()
}

/// The values of two such ints.
#[inline(always)]
pub fn ints(a: Reg, b: Reg) -> Option<(i64, i64)> {
    Some((int(a)?, int(b)?))
}

/// The values of two exact floats.
#[inline(always)]
pub fn floats(a: Reg, b: Reg) -> Option<(f64, f64)> {
    Some((crate::fast::float(a)?, crate::fast::float(b)?))
}

/// Whether an operand can end by [`consume`]: a local stays.
#[inline(always)]
pub fn is_consumed(th: &Thread, regs: Regs, r: i32) -> bool {
    r >= 0 || regs.reg(r).is_released_plainly(th)
}

/// Whether two operands can end by [`consume`], one after the other: not two temps that hold the last two counts of one object.
#[inline(always)]
pub fn are_consumed(th: &Thread, regs: Regs, a: i32, b: i32) -> bool {
    let twice = a < 0 && b < 0 && core::ptr::eq(regs.get(a), regs.get(b)) && !regs.get(a).is_immortal();
    is_consumed(th, regs, a) && is_consumed(th, regs, b) && !twice
}

/// Ends an operand of which [`is_consumed`] was true.
#[inline(always)]
pub fn consume(th: &Thread, regs: Regs, r: i32) {
    if r < 0 {
        let released = regs.take(r).release_plainly(th);
        debug_assert!(released);
    }
}

/// Whether [`take_in`] can do it.
#[inline(always)]
pub fn is_taken_in(th: &Thread, regs: Regs, r: i32) -> bool {
    r < 0 && regs.reg(r).is_counted() || is_held(th, regs.get(r))
}

/// An operand as an owned reference, as [`Regs::take_in`] gives it.
#[inline(always)]
pub fn take_in(th: &Thread, regs: Regs, r: i32) -> Option<Ref<Object>> {
    let reg = regs.reg(r);
    let taken = if r < 0 && reg.is_counted() { reg.into_counted() } else { th.retain_plainly(reg.full())? };
    if r < 0 {
        regs.put(r, Reg::NULL);
    }
    Some(taken)
}

/// Whether a number operand is a temp that holds a float that nobody else knows: it may take the result.
#[inline(always)]
fn is_spare(th: &Thread, regs: Regs, r: i32) -> bool {
    r < 0 && regs.reg(r).is_counted() && regs.get(r).is_exactly::<Float>() && regs.get(r).is_unique(th)
}

/// A tuple of the temps from `base`, if no cycle can go through it.
#[inline(always)]
pub fn tuple<const LEN: usize>(th: &Thread, regs: Regs, base: i32) -> Option<Ref<Tuple>> {
    let plain = |i| {
        let reg = regs.reg(base + i as i32);
        reg.is_counted() && !reg.full().ty().has_flag(abi::Py_TPFLAGS_HAVE_GC as u64)
    };
    if !(0..LEN).all(plain) {
        return None;
    }
    Tuple::build_in_kept::<LEN>(th, |i| regs.take(base + i as i32).into_counted())
}

/// Ends the operands of a comparison of numbers; false, and nothing done: it takes a call, or an object ends.
#[inline(always)]
pub fn consume_both(th: &Thread, regs: Regs, a: i32, b: i32) -> bool {
    let both = are_consumed(th, regs, a, b);
    if both {
        consume(th, regs, b);
        consume(th, regs, a);
    }
    both
}

/// As [`crate::fast::put_int`], for the result of `a`, and of `b` unless that is 0; not where the result could only be written over `b`.
#[inline(always)]
pub fn put_int(th: &Thread, regs: Regs, dst: i32, a: i32, b: i32, value: i64) -> Option<Reg> {
    let old = if dst >= 0 { regs.reg(dst) } else { Reg::NULL };
    if !is_consumed(th, regs, b) {
        return None;
    }
    let made = if let Some(small) = Int::small_cached(value) {
        if !are_consumed(th, regs, a, b) {
            return None;
        }
        consume(th, regs, a);
        Reg::uncounted(small)
    } else if !is_consumed(th, regs, a) {
        if !regs.reg(a).reuse_int(th, value) {
            return None;
        }
        regs.take(a)
    } else if !are_consumed(th, regs, a, b) {
        return None;
    } else if old.reuse_int(th, value) {
        consume(th, regs, a);
        consume(th, regs, b);
        return Some(Reg::NULL);
    } else {
        let made = Int::new_in_kept(th, value).map(Reg::counted)?;
        consume(th, regs, a);
        made
    };
    consume(th, regs, b);
    regs.put(dst, made);
    Some(old)
}

/// As [`crate::fast::put_float`], for operands that are exact floats, or exact ints of at most one digit, whose objects cannot take the
/// result.
#[inline(always)]
pub fn put_float(th: &Thread, regs: Regs, dst: i32, a: i32, b: i32, value: f64) -> Option<Reg> {
    let old = if dst >= 0 { regs.reg(dst) } else { Reg::NULL };
    let (spare_a, spare_b) = (is_spare(th, regs, a), is_spare(th, regs, b));
    if !(spare_a || is_consumed(th, regs, a)) || !(spare_b || is_consumed(th, regs, b)) || !th.keeps_blocks_of(Int::SMALLEST_BLOCK) {
        return None;
    }
    let made = if spare_a {
        let made = regs.take(a);
        made.overwrite_float(value);
        made
    } else if spare_b {
        let made = regs.take(b);
        made.overwrite_float(value);
        made
    } else if old.reuse_float(th, value) {
        end_number(th, regs, b);
        end_number(th, regs, a);
        return Some(Reg::NULL);
    } else {
        Float::new_in_kept(th, value).map(Reg::counted)?
    };
    // What was taken is gone from its register.
    end_number(th, regs, b);
    end_number(th, regs, a);
    regs.put(dst, made);
    Some(old)
}

/// Ends an operand that is a spare float, or can be consumed (after another one that held the same object, too), or was taken.
#[inline(always)]
fn end_number(th: &Thread, regs: Regs, r: i32) {
    if r < 0 {
        regs.take(r).release_plain_number(th);
    }
}

/// Whether two exact strings are equal, where identity or length decide; both operands end.
#[inline(always)]
pub fn same_text(th: &Thread, regs: Regs, a: i32, b: i32) -> Option<bool> {
    let (x, y) = (regs.get(a).downcast_exact::<Str>()?, regs.get(b).downcast_exact::<Str>()?);
    let same = core::ptr::eq(x, y);
    if !same && x.len() == y.len() || !are_consumed(th, regs, a, b) {
        return None;
    }
    consume(th, regs, b);
    consume(th, regs, a);
    Some(same)
}

/// Appends the operand `value`, which ends, to the list in `list`, which is *mine* and has room.
#[inline(always)]
pub fn append(th: &Thread, regs: Regs, list: i32, value: i32) -> Option<()> {
    let list = regs.get(list).downcast_exact::<List>()?;
    if !list.is_pushed_plainly(th, regs.get(value)) {
        return None;
    }
    list.push_plainly(take_in(th, regs, value)?);
    Some(())
}

/// [`append`] as a call: the temps from `base` hold `list.append`, which is immortal, a list that it is called for, and the value; all end.
#[inline(always)]
pub fn append_called(th: &Thread, regs: Regs, base: i32) -> Option<()> {
    let (called_for, value) = (regs.reg(base + 1), regs.reg(base + 2));
    let list = called_for.object()?.downcast_exact::<List>()?;
    if !called_for.is_counted() || !list.is_pushed_plainly(th, value.full()) || !th.has_counts_besides(list) {
        return None;
    }
    let value = if value.is_counted() { value.into_counted() } else { th.retain_plainly(value.full())? };
    list.push_plainly(value);
    called_for.release_of_several(th);
    regs.put(base + 2, Reg::NULL);
    regs.put(base + 1, Reg::NULL);
    regs.put(base, Reg::NULL);
    Some(())
}

/// Item `index` of a list.
#[inline(always)]
pub fn list_at(th: &Thread, object: &Object, index: i64) -> Option<Reg> {
    hold(th, object.downcast_exact::<List>()?.peek(th, index)?)
}

/// The value of a dict for a key that [`Dict::peek`] finds.
#[inline(always)]
pub fn dict_at(th: &Thread, object: &Object, key: &Object) -> Option<Reg> {
    hold(th, object.downcast_exact::<Dict>()?.peek(th, key)?)
}

/// Item `index` of a tuple.
#[inline(always)]
pub fn tuple_at(th: &Thread, object: &Object, index: i64) -> Option<Reg> {
    let tuple = object.downcast_exact::<Tuple>()?;
    let len = tuple.len();
    let index = if index < 0 { index.wrapping_add(len as i64) } else { index } as usize;
    hold(th, tuple.item(index)?)
}

/// Takes a sequence in the register `src`, which stays with others if that is a temp, apart: its first item goes into the highest of the
/// temps from `base`.
#[inline(always)]
pub fn unpack(th: &Thread, regs: Regs, base: i32, src: i32, items: &[&Object]) -> bool {
    if !is_consumed(th, regs, src) || !items.iter().all(|item| is_held(th, item)) {
        return false;
    }
    // The sequence may lie in the highest of the temps that are written.
    consume(th, regs, src);
    let mut at = base + items.len() as i32;
    for item in items {
        at -= 1;
        if let Some(value) = hold(th, *item) {
            regs.put(at, value);
        }
    }
    true
}

/// Stores the operand `value`, which ends, into a slot of `holder`: what was there.
#[inline(always)]
pub fn store(th: &Thread, regs: Regs, slot: &Slot, holder: &Object, value: i32) -> Option<Reg> {
    if !th.stores_plainly(holder, regs.get(value)) {
        return None;
    }
    let new = take_in(th, regs, value)?;
    Some(slot.replace_plainly(holder, new).map_or(Reg::NULL, Reg::counted))
}

/// The truth of an exact object of the common types.
#[inline(always)]
fn truth(object: &Object) -> Option<bool> {
    if let Some(int) = object.downcast_exact::<Int>() {
        Some(!int.is_zero())
    } else if let Some(list) = object.downcast_exact::<List>() {
        Some(!list.is_empty())
    } else if let Some(text) = object.downcast_exact::<Str>() {
        Some(text.len() != 0)
    } else {
        Some(object.downcast_exact::<Tuple>()?.len() != 0)
    }
}

/// The truth of an operand, which ends.
#[inline(always)]
pub fn test(th: &Thread, regs: Regs, r: i32) -> Option<bool> {
    let known = regs.reg(r).known_truth();
    if known.is_some() {
        return known;
    }
    if !is_consumed(th, regs, r) {
        return None;
    }
    let truth = truth(regs.get(r))?;
    consume(th, regs, r);
    Some(truth)
}
