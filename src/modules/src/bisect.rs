//! `_bisect`: binary search in sorted sequences.
//!
//! A list of plain values is searched, and inserted into, in one stretch under its lock; where a comparison may run code the search goes on
//! item by item.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Int, List, none, ops, raise};

/// Where to put what is equal.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Left,
    Right,
}

/// An upper bound: `None` and -1 are the length.
pub struct Bound(Option<usize>);

impl FromArg<'_> for Bound {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        if arg.is(none()) {
            return Ok(Bound(None));
        }
        if !ops::has_index(arg) {
            let got = ops::type_name(arg);
            return Err(raise::type_error(th, format_args!("argument should be integer or None, not '{got}'")));
        }
        match ops::index_isize(th, arg)? {
            -1 => Ok(Bound(None)),
            // Nothing is below a negative bound.
            hi => Ok(Bound(Some(usize::try_from(hi).unwrap_or(0)))),
        }
    }
}

/// A stretch of a sequence that holds the place.
#[derive(Clone, Copy)]
struct Range {
    lo: usize,
    hi: usize,
}

impl Range {
    fn new(th: &mut Thread, a: &Object, lo: isize, hi: Bound) -> Result<Range, Raised> {
        let Ok(lo) = usize::try_from(lo) else {
            return Err(raise::value_error(th, format_args!("lo must be non-negative")));
        };
        let hi = match hi.0 {
            Some(hi) => hi,
            None => ops::len(th, a)?,
        };
        Ok(Range { lo, hi })
    }

    fn middle(self) -> Option<usize> {
        (self.lo < self.hi).then(|| self.lo.midpoint(self.hi))
    }

    /// Narrows by the answer to "is `x` less than the item at `middle`" (right), or "is the item less than `x`" (left).
    fn narrow(&mut self, middle: usize, less: bool, side: Side) {
        if less == (side == Side::Right) {
            self.hi = middle;
        } else {
            self.lo = middle + 1;
        }
    }

    /// Narrows as far as no comparison can run code and all items are there.
    fn narrow_plain(&mut self, items: &[&Object], x: &Object, side: Side) {
        while let Some(middle) = self.middle() {
            let Some(item) = items.get(middle) else { return };
            let less = match side {
                Side::Right => ops::quick_lt(x, item),
                Side::Left => ops::quick_lt(item, x),
            };
            let Some(less) = less else { return };
            self.narrow(middle, less, side);
        }
    }
}

fn item(th: &mut Thread, a: &Object, index: usize) -> Result<Ref<Object>, Raised> {
    if let Some(list) = a.downcast_exact::<List>()
        && let Some(item) = list.get(th, index)
    {
        return Ok(item);
    }
    ops::item::sequence_getitem(th, a, index as isize)
}

/// Searches item by item, calling what is to be called.
fn search(th: &mut Thread, a: &Object, x: &Object, mut range: Range, key: Option<&Object>, side: Side) -> Result<usize, Raised> {
    while let Some(middle) = range.middle() {
        let mut candidate = item(th, a, middle)?;
        if let Some(key) = key {
            candidate = ops::call1(th, key, &candidate)?;
        }
        let less = match side {
            Side::Right => ops::compare_bool(th, x, &candidate, CompareOp::Lt)?,
            Side::Left => ops::compare_bool(th, &candidate, x, CompareOp::Lt)?,
        };
        th.release(candidate);
        range.narrow(middle, less, side);
    }
    Ok(range.lo)
}

fn bisect(th: &mut Thread, a: &Object, x: &Object, lo: isize, hi: Bound, key: &Object, side: Side) -> Result<usize, Raised> {
    let to_end = hi.0.is_none();
    let mut range = Range::new(th, a, lo, hi)?;
    if !key.is(none()) {
        return search(th, a, x, range, Some(key), side);
    }
    if let Some(list) = a.downcast_exact::<List>() {
        let guard = list.lock(th);
        if to_end {
            range.hi = guard.len();
        }
        range.narrow_plain(guard.items(), x, side);
    }
    search(th, a, x, range, None, side)
}

fn insort(th: &mut Thread, a: &Object, x: &Object, lo: isize, hi: Bound, key: &Object, side: Side) -> Result<(), Raised> {
    let to_end = hi.0.is_none();
    let mut range = Range::new(th, a, lo, hi)?;
    let index = if key.is(none()) {
        if let Some(list) = a.downcast_exact::<List>() {
            let mut guard = list.lock(th);
            // Others may have added items since the length was asked for.
            if to_end {
                range.hi = guard.len();
            }
            range.narrow_plain(guard.items(), x, side);
            if range.middle().is_none() {
                let index = range.lo.min(guard.len());
                let value = guard.th().retain(x);
                let inserted = guard.insert(index, value);
                drop(guard);
                return inserted.map_err(|error| error.raise(th));
            }
        }
        search(th, a, x, range, None, side)?
    } else {
        let x = ops::call1(th, key, x)?;
        search(th, a, &x, range, Some(key), side)?
    };
    if let Some(list) = a.downcast_exact::<List>() {
        let x = th.retain(x);
        return list.insert(th, index, x);
    }
    let index = Int::from_usize(th, index);
    let insert = objects::intern(th, "insert");
    let result = ops::call_method(th, a, insert, &[&index, x])?;
    th.release(result);
    Ok(())
}

#[pymodule(name = "_bisect")]
pub mod bisect_ {
    //! Bisection algorithms.
    //!
    //! This module provides support for maintaining a list in sorted order without
    //! having to sort the list after each insertion. For long lists of items with
    //! expensive comparison operations, this can be an improvement over the more
    //! common approach.
    use super::*;

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e <= x, and all e in
    /// a[i:] have e > x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just after the rightmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_right(
        th: &mut Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        #[default(Bound(None))] hi: Bound,
        #[default(none())] key: &Object,
    ) -> Result<usize, Raised> {
        bisect(th, a, x, lo, hi, key, Side::Right)
    }

    /// Return the index where to insert item x in list a, assuming a is sorted.
    ///
    /// The return value i is such that all e in a[:i] have e < x, and all e in
    /// a[i:] have e >= x.  So if x already appears in the list, a.insert(i, x)
    /// will insert just before the leftmost x already there.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn bisect_left(
        th: &mut Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        #[default(Bound(None))] hi: Bound,
        #[default(none())] key: &Object,
    ) -> Result<usize, Raised> {
        bisect(th, a, x, lo, hi, key, Side::Left)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the right of the rightmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_right(
        th: &mut Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        #[default(Bound(None))] hi: Bound,
        #[default(none())] key: &Object,
    ) -> Result<(), Raised> {
        insort(th, a, x, lo, hi, key, Side::Right)
    }

    /// Insert item x in list a, and keep it sorted assuming a is sorted.
    ///
    /// If x is already in a, insert it to the left of the leftmost x.
    ///
    /// Optional args lo (default 0) and hi (default len(a)) bound the
    /// slice of a to be searched.
    ///
    /// A custom key function can be supplied to customize the sort order.
    #[function(sig = "(a, x, lo=0, hi=None, *, key=None)")]
    fn insort_left(
        th: &mut Thread,
        a: &Object,
        x: &Object,
        lo: isize,
        #[default(Bound(None))] hi: Bound,
        #[default(none())] key: &Object,
    ) -> Result<(), Raised> {
        insort(th, a, x, lo, hi, key, Side::Left)
    }
}
