//! `range_iterator`, whose numbers fit machine words, and `longrange_iterator`, whose numbers do not.
//!
//! Invariant: an iterator counts down `left`; what it would yield next is `next`.

use heap::sync::{AtomicI64, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::{Range, Small, field, int};
use crate::glue::*;
use crate::{Tuple, builtins_ref, names, none_ref, ops};

/// Counts in machine words.
#[pytype(name = "range_iterator", export = "PyRangeIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), gc = none, lock = instance)]
#[repr(C)]
pub struct RangeIter {
    head: Head,
    next: AtomicI64,
    step: i64,
    left: AtomicI64,
}

impl RangeIter {
    pub(crate) const NEXT: usize = core::mem::offset_of!(RangeIter, next);
    pub(crate) const STEP: usize = core::mem::offset_of!(RangeIter, step);
    pub(crate) const LEFT: usize = core::mem::offset_of!(RangeIter, left);

    /// An iterator over a progression that may be stepped through in machine words.
    #[inline]
    pub fn new(th: &Thread, range: Small) -> Ref<RangeIter> {
        let left = AtomicI64::new(range.count().cast_signed());
        th.new_object(RangeIter { head: Head::INIT, next: AtomicI64::new(range.start), step: range.step, left })
    }

    /// The next number, where the iterator is *mine*.
    #[inline(always)]
    pub fn peek_mine(&self, th: &Thread) -> Option<i64> {
        if th.is_mine(self) && self.left.load(Relaxed) > 0 { Some(self.next.load(Relaxed)) } else { None }
    }

    /// Steps over what [`RangeIter::peek_mine`] gave.
    #[inline(always)]
    pub fn advance_mine(&self) {
        self.left.store(self.left.load(Relaxed) - 1, Relaxed);
        self.next.store(self.next.load(Relaxed).wrapping_add(self.step), Relaxed);
    }

    /// The next number. The interpreter calls this for the exact type.
    #[inline(always)]
    pub fn next(&self, th: &mut Thread) -> Option<i64> {
        let _locked = th.lock(self);
        let left = self.left.load(Relaxed);
        if left <= 0 {
            return None;
        }
        let number = self.next.load(Relaxed);
        self.left.store(left - 1, Relaxed);
        self.next.store(number.wrapping_add(self.step), Relaxed);
        Some(number)
    }
}

/// What `iter(range)` is pickled as.
fn reduced(th: &mut Thread, range: Ref<Range>) -> Result<Ref<Tuple>, Raised> {
    let iter = builtins_ref::current(th, &names::iter)?;
    let args = Tuple::from_array(th, [range.up()]).up();
    Ok(Tuple::from_array(th, [iter, args, none_ref()]))
}

#[pymethods]
impl RangeIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let number = self.next(th)?;
        Some(int(th, number))
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self) -> i64 {
        self.left.load(Relaxed)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let (start, left) = (self.next.load(Relaxed), self.left.load(Relaxed));
        let stop = start.wrapping_add(left.wrapping_mul(self.step));
        let range = Range::from_small(th, Small { start, stop, step: self.step });
        reduced(th, range)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, index: i64) {
        let _locked = th.lock(self);
        let left = self.left.load(Relaxed);
        let index = index.clamp(0, left.max(0));
        self.next.store(self.next.load(Relaxed).wrapping_add(index.wrapping_mul(self.step)), Relaxed);
        self.left.store(left - index, Relaxed);
    }
}

/// Counts in ints of any size.
#[pytype(name = "longrange_iterator", export = "PyLongRangeIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), gc = none, lock = instance)]
#[repr(C)]
pub struct LongRangeIter {
    head: Head,
    next: Slot,
    step: Slot,
    left: Slot,
}

impl LongRangeIter {
    /// An iterator over `left` numbers from `start` on.
    pub fn new(th: &Thread, start: &Object, step: &Object, left: &Object) -> Ref<LongRangeIter> {
        let slot = |object: &Object| Slot::new(object.to_owned());
        th.new_object(LongRangeIter { head: Head::INIT, next: slot(start), step: slot(step), left: slot(left) })
    }

    fn state(&self, th: &Thread) -> (Ref<Object>, Ref<Object>) {
        let get = |slot: &Slot| slot.get(th, self).unwrap_or_else(none_ref);
        // `left` first: `advance` makes sure that it is still the same.
        let left = get(&self.left);
        (get(&self.next), left)
    }

    /// Skips `count` numbers, unless another thread moved the iterator meanwhile.
    fn advance(&self, th: &mut Thread, from: &Object, left: &Object, count: &Object) -> Result<bool, Raised> {
        let offset = ops::mul(th, count, field(&self.step))?;
        let next = ops::add(th, from, &offset)?;
        let rest = ops::sub(th, left, count)?;
        th.barrier(self, &next);
        th.barrier(self, &rest);
        let locked = th.lock(self);
        if !core::ptr::eq(self.left.raw(), left.as_ptr()) {
            return Ok(false);
        }
        let old_next = self.next.replace(&locked, self, Some(next));
        let old_left = self.left.replace(&locked, self, Some(rest));
        drop(locked);
        drop((old_next, old_left));
        Ok(true)
    }
}

#[pymethods]
impl LongRangeIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let one = int(th, 1);
        loop {
            let (next, left) = self.state(th);
            if ops::compare_bool(th, &left, &one, CompareOp::Lt)? {
                return Ok(None);
            }
            if self.advance(th, &next, &left, &one)? {
                return Ok(Some(next));
            }
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, th: &mut Thread) -> Ref<Object> {
        self.state(th).1
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let (start, left) = self.state(th);
        let offset = ops::mul(th, &left, field(&self.step))?;
        let stop = ops::add(th, &start, &offset)?;
        let range = Range::of(th, start, stop, field(&self.step).to_owned())?;
        reduced(th, range)
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, index: &Object) -> Result<(), Raised> {
        if !index.is_a::<crate::Int>() {
            let name = ops::type_name(index);
            return Err(crate::raise::type_error(th, format_args!("state must be an int, not {name}")));
        }
        let zero = int(th, 0);
        let (next, left) = self.state(th);
        let index = if ops::compare_bool(th, index, &zero, CompareOp::Lt)? {
            zero
        } else if ops::compare_bool(th, index, &left, CompareOp::Gt)? {
            left.clone()
        } else {
            index.to_owned()
        };
        self.advance(th, &next, &left, &index)?;
        Ok(())
    }
}
