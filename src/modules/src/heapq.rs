//! `_heapq`: binary heaps in lists.
//!
//! One operation on a list of plain values is one stretch under the list's lock. Where a comparison may run code the lock is given up for
//! it, and the operation goes on from where it was if the list still has its length.
#![allow(non_upper_case_globals, reason = "names that Python sees")]

use core::cell::Cell;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::list::storage::ListGuard;
use objects::{List, ops, raise};

/// Which end of the order is on top.
#[derive(Clone, Copy, PartialEq)]
enum Order {
    Min,
    Max,
}

impl Order {
    /// The operands of the `<` that says whether `a` belongs above `b`.
    fn operands<T>(self, a: T, b: T) -> (T, T) {
        match self {
            Order::Min => (a, b),
            Order::Max => (b, a),
        }
    }
}

/// An item on its way to its place.
struct Sift {
    at: usize,
    /// The highest place it may go to.
    start: usize,
    order: Order,
    way: Way,
}

enum Way {
    /// To a leaf, along the children that belong higher.
    Down,
    /// From there up again, until its parent belongs above it.
    Up,
}

impl Sift {
    fn down(start: usize, order: Order) -> Sift {
        Sift { at: start, start, order, way: Way::Down }
    }

    fn up(at: usize, order: Order) -> Sift {
        Sift { at, start: 0, order, way: Way::Up }
    }

    /// The places whose items are to be compared next: does the first belong above the second?
    fn question(&mut self, len: usize) -> Option<(usize, usize)> {
        if matches!(self.way, Way::Down) {
            if self.at < len / 2 {
                let child = 2 * self.at + 1;
                // An only child is its own elder.
                return Some((child, if child + 1 < len { child + 1 } else { child }));
            }
            self.way = Way::Up;
        }
        (self.at > self.start).then(|| (self.at, (self.at - 1) / 2))
    }

    /// Takes the answer; `false`: the item has arrived.
    fn answer(&mut self, items: &mut ListGuard<'_>, (a, b): (usize, usize), above: bool) -> bool {
        let next = match self.way {
            Way::Down => if above { a } else { b },
            Way::Up if above => b,
            Way::Up => return false,
        };
        items.swap(next, self.at);
        self.at = next;
        true
    }

    /// Goes on until the item has arrived, or until code must run for the comparison of two items.
    fn run(&mut self, items: &mut ListGuard<'_>) -> Option<(usize, usize)> {
        loop {
            let (a, b) = self.question(items.len())?;
            let above = if a == b {
                true
            } else {
                let all = items.items();
                let (less, than) = self.order.operands(all[a], all[b]);
                match ops::quick_lt(less, than) {
                    Some(above) => above,
                    None => return Some((a, b)),
                }
            };
            if !self.answer(items, (a, b), above) {
                return None;
            }
        }
    }
}

/// Sifts until code must run for the comparison of two items, and from each place that `next` names, until it names none.
fn run_all(items: &mut ListGuard<'_>, sift: &mut Option<Sift>, next: &mut impl FnMut() -> Option<Sift>) -> Option<(usize, usize)> {
    while let Some(current) = sift {
        if let Some(question) = current.run(items) {
            return Some(question);
        }
        *sift = next();
    }
    None
}

/// Puts `new` into the heap, if `first` does so, and sifts from each place that `next` names, until it names none. `first` runs in the same step
/// as the first of them. `room`: how many items more it makes.
fn sift<R>(
    th: &mut Thread,
    heap: &List,
    (new, room): (Option<&Object>, usize),
    first: impl FnOnce(&mut ListGuard<'_>) -> (R, Option<Sift>),
    mut next: impl FnMut() -> Option<Sift>,
) -> Result<R, Raised> {
    let mut guard = heap.lock(th);
    if let Some(new) = new {
        guard.admit(new);
    }
    let begun = guard.in_one_step(room, |items| {
        let (result, mut sift) = first(items);
        let question = run_all(items, &mut sift, &mut next);
        (result, sift, question)
    });
    let (result, mut sift, mut question) = match begun {
        Ok(begun) => begun,
        Err(error) => {
            drop(guard);
            return Err(error.raise(th));
        }
    };
    let size = guard.len();
    while let (Some(mut current), Some((a, b))) = (sift.take(), question) {
        let all = guard.items();
        let (x, y) = current.order.operands(all[a], all[b]);
        let (x, y) = (guard.th().retain(x), guard.th().retain(y));
        drop(guard);
        let above = ops::compare_bool(th, &x, &y, CompareOp::Lt)?;
        th.release(x);
        th.release(y);
        guard = heap.lock(th);
        if guard.len() != size {
            drop(guard);
            return Err(raise::runtime_error(th, format_args!("list changed size during iteration")));
        }
        let went_on = guard.in_one_step(0, |items| {
            sift = if current.answer(items, (a, b), above) { Some(current) } else { next() };
            run_all(items, &mut sift, &mut next)
        });
        question = went_on.unwrap_or_default();
    }
    Ok(result)
}

fn empty(th: &mut Thread) -> Raised {
    raise::index_error(th, format_args!("index out of range"))
}

fn push(th: &mut Thread, heap: &List, item: &Object, order: Order) -> Result<(), Raised> {
    let given = th.retain(item);
    let first = |items: &mut ListGuard<'_>| {
        let pushed = items.push(given);
        (pushed, Some(Sift::up(items.len() - 1, order)))
    };
    sift(th, heap, (Some(item), 1), first, || None)?.map_err(|error| error.raise(th))
}

fn pop(th: &mut Thread, heap: &List, order: Order) -> Result<Ref<Object>, Raised> {
    let first = |items: &mut ListGuard<'_>| {
        let Some(last) = items.pop() else { return (None, None) };
        if items.is_empty() {
            return (Some(last), None);
        }
        (Some(items.replace(0, last)), Some(Sift::down(0, order)))
    };
    sift(th, heap, (None, 0), first, || None)?.ok_or_else(|| empty(th))
}

fn replace(th: &mut Thread, heap: &List, item: &Object, order: Order) -> Result<Ref<Object>, Raised> {
    let given = th.retain(item);
    let first = |items: &mut ListGuard<'_>| {
        if items.is_empty() {
            return (None, None);
        }
        (Some(items.replace(0, given)), Some(Sift::down(0, order)))
    };
    sift(th, heap, (Some(item), 0), first, || None)?.ok_or_else(|| empty(th))
}

fn pushpop(th: &mut Thread, heap: &List, item: &Object, order: Order) -> Result<Ref<Object>, Raised> {
    let given = th.retain(item);
    // Whether the top belongs above the item is asked in the same stretch, if no code runs for it.
    let first = |items: &mut ListGuard<'_>| {
        let Some(top) = items.item(0) else { return (Ok(given), None) };
        let (less, than) = order.operands(top, &*given);
        match ops::quick_lt(less, than) {
            Some(false) => (Ok(given), None),
            Some(true) => (Ok(items.replace(0, given)), Some(Sift::down(0, order))),
            None => (Err(items.th().retain(top)), None),
        }
    };
    let top = match sift(th, heap, (Some(item), 0), first, || None)? {
        Ok(done) => return Ok(done),
        Err(top) => top,
    };
    let (less, than) = order.operands(&*top, item);
    if !ops::compare_bool(th, less, than, CompareOp::Lt)? {
        return Ok(th.retain(item));
    }
    replace(th, heap, item, order)
}

fn heapify_in(th: &mut Thread, heap: &List, order: Order) -> Result<(), Raised> {
    // The places with children, from the last one up.
    let left = Cell::new(0_usize);
    let next = || {
        let place = left.get().checked_sub(1)?;
        left.set(place);
        Some(Sift::down(place, order))
    };
    let first = |items: &mut ListGuard<'_>| {
        left.set(items.len() / 2);
        ((), next())
    };
    sift(th, heap, (None, 0), first, next)
}

#[pymodule(name = "_heapq")]
pub mod heapq {
    //! Heap queue algorithm (a.k.a. priority queue).
    //!
    //! A heap is a list for which a[k] <= a[2*k+1] and a[k] <= a[2*k+2] for
    //! all k, counting elements from 0; elements that do not exist count as
    //! infinite.  So a[0] is always its smallest element.
    //!
    //! Usage:
    //!
    //! heap = []            # creates an empty heap
    //! heappush(heap, item) # pushes a new item on the heap
    //! item = heappop(heap) # pops the smallest item from the heap
    //! item = heap[0]       # smallest item on the heap without popping it
    //! heapify(x)           # transforms list into a heap, in-place, in linear time
    //! item = heapreplace(heap, item) # pops and returns smallest item, and adds
    //!                                # new item; the heap size is unchanged
    use super::*;

    #[constant]
    const __about__: &str = "A heap in a list: each element is at most as large as those at twice its index plus one and plus two.\n\nPriority queues, schedulers, and merging of sorted streams are built on it: the next element is always the first of the list, and\nadding or removing one takes a number of steps that grows with the logarithm of the list's length.\n";

    /// Push item onto heap, maintaining the heap invariant.
    #[function(sig = "(heap, item, /)")]
    fn heappush(th: &mut Thread, heap: &List, item: &Object) -> Result<(), Raised> {
        push(th, heap, item, Order::Min)
    }

    /// Push item on the heap, then pop and return the smallest item from the heap.
    ///
    /// The combined action runs more efficiently than heappush() followed by
    /// a separate call to heappop().
    #[function(sig = "(heap, item, /)")]
    fn heappushpop(th: &mut Thread, heap: &List, item: &Object) -> Result<Ref<Object>, Raised> {
        pushpop(th, heap, item, Order::Min)
    }

    /// Pop the smallest item off the heap, maintaining the heap invariant.
    #[function(sig = "(heap, /)")]
    fn heappop(th: &mut Thread, heap: &List) -> Result<Ref<Object>, Raised> {
        pop(th, heap, Order::Min)
    }

    /// Pop and return the current smallest value, and add the new item.
    ///
    /// This is more efficient than heappop() followed by heappush(), and can be
    /// more appropriate when using a fixed-size heap.  Note that the value
    /// returned may be larger than item!  That constrains reasonable uses of
    /// this routine unless written as part of a conditional replacement:
    ///
    ///     if item > heap[0]:
    ///         item = heapreplace(heap, item)
    #[function(sig = "(heap, item, /)")]
    fn heapreplace(th: &mut Thread, heap: &List, item: &Object) -> Result<Ref<Object>, Raised> {
        replace(th, heap, item, Order::Min)
    }

    /// Transform list into a heap, in-place, in O(len(heap)) time.
    #[function(sig = "(heap, /)")]
    fn heapify(th: &mut Thread, heap: &List) -> Result<(), Raised> {
        heapify_in(th, heap, Order::Min)
    }

    /// Push item onto max heap, maintaining the heap invariant.
    #[function(sig = "(heap, item, /)")]
    fn heappush_max(th: &mut Thread, heap: &List, item: &Object) -> Result<(), Raised> {
        push(th, heap, item, Order::Max)
    }

    /// Maxheap variant of heappushpop.
    ///
    /// The combined action runs more efficiently than heappush_max()
    /// followed by a separate call to heappop_max().
    #[function(sig = "(heap, item, /)")]
    fn heappushpop_max(th: &mut Thread, heap: &List, item: &Object) -> Result<Ref<Object>, Raised> {
        pushpop(th, heap, item, Order::Max)
    }

    /// Maxheap variant of heappop.
    #[function(sig = "(heap, /)")]
    fn heappop_max(th: &mut Thread, heap: &List) -> Result<Ref<Object>, Raised> {
        pop(th, heap, Order::Max)
    }

    /// Maxheap variant of heapreplace.
    #[function(sig = "(heap, item, /)")]
    fn heapreplace_max(th: &mut Thread, heap: &List, item: &Object) -> Result<Ref<Object>, Raised> {
        replace(th, heap, item, Order::Max)
    }

    /// Maxheap variant of heapify.
    #[function(sig = "(heap, /)")]
    fn heapify_max(th: &mut Thread, heap: &List) -> Result<(), Raised> {
        heapify_in(th, heap, Order::Max)
    }
}
