//! `list_iterator` and `list_reverseiterator`.
//!
//! Invariant: the list goes when the iterator is exhausted, and the iterator stays so.

use heap::sync::{AtomicIsize, AtomicUsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::List;
use crate::glue::*;
use crate::ops::whole::Copies;
use crate::seqiter::IterState;
use crate::{Tuple, builtins_ref, names};

/// Forwards; the list may grow meanwhile.
#[pytype(name = "list_iterator", export = "PyListIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct ListIter {
    head: Head,
    next: AtomicUsize,
    list: Slot<List>,
}

impl ListIter {
    pub(crate) const NEXT: usize = core::mem::offset_of!(ListIter, next);
    pub(crate) const LIST: usize = core::mem::offset_of!(ListIter, list);

    /// An iterator from the first item on.
    #[inline]
    pub fn new(th: &Thread, list: &List) -> Ref<ListIter> {
        th.new_object(ListIter { head: Head::INIT, next: AtomicUsize::new(0), list: Slot::new(th.retain(list)) })
    }

    /// See [`crate::ops::whole`]: wherever it stands, a copy has the same items there.
    pub(crate) fn settle(&self, th: &mut Thread, copies: &mut Copies) {
        if let Some(copy) = copied(th, self.list.get(th, self), copies) {
            self.list.set(th, self, Some(copy));
        }
    }

    /// The next item, borrowed as by [`List::peek`], where the iterator is *mine*.
    #[inline(always)]
    pub fn peek_mine(&self, th: &Thread) -> Option<&Object> {
        if th.is_mine(self) { self.list.peek()?.peek(th, self.next.load(Relaxed) as i64) } else { None }
    }

    /// Steps over what [`ListIter::peek_mine`] gave.
    #[inline(always)]
    pub fn advance_mine(&self) {
        self.next.store(self.next.load(Relaxed) + 1, Relaxed);
    }

    /// The next item. The interpreter calls this for the exact type.
    #[inline]
    pub fn next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let locked = th.lock(self);
        let list = self.list.peek()?;
        let index = self.next.load(Relaxed);
        if let Some(item) = list.get(&locked, index) {
            self.next.store(index + 1, Relaxed);
            return Some(item);
        }
        let list = self.list.take(&locked, self);
        drop(locked);
        if let Some(list) = list {
            th.release(list);
        }
        None
    }
}

/// A copy of one moment of a list that other threads have.
fn copied(th: &mut Thread, list: Option<Ref<List>>, copies: &mut Copies) -> Option<Ref<List>> {
    let list = list.filter(|list| !th.is_mine(&**list))?;
    copies.of(th, &list, |th| {
        let items = list.snapshot(th);
        Ok(List::new(th, items).up())
    })
}

/// What an exhausted list iterator is pickled as.
fn reduced_empty(th: &mut Thread, iter: Ref<Object>) -> Result<Ref<Tuple>, Raised> {
    let empty = List::empty(th).up();
    let args = Tuple::from_array(th, [empty]).up();
    Ok(Tuple::from_array(th, [iter, args]))
}

#[pymethods]
impl ListIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.next(th)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, th: &mut Thread) -> usize {
        self.list.get(th, self).map_or(0, |list| list.len().saturating_sub(self.next.load(Relaxed)))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = builtins_ref::current(th, &names::iter)?;
        let Some(list) = self.list.get(th, self) else { return reduced_empty(th, iter) };
        let index = self.next.load(Relaxed).to_py(th)?;
        let args = Tuple::from_array(th, [list.up()]).up();
        Ok(Tuple::from_array(th, [iter, args, index]))
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, state: IterState) {
        let IterState(index) = state;
        if let Some(list) = self.list.get(th, self) {
            self.next.store(index.clamp(0, list.len().cast_signed()).cast_unsigned(), Relaxed);
        }
    }
}

/// Backwards.
#[pytype(name = "list_reverseiterator", export = "PyListRevIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct ListReverseIter {
    head: Head,
    /// The index of the next item; -1: exhausted.
    next: AtomicIsize,
    list: Slot<List>,
}

impl ListReverseIter {
    /// An iterator from the last item on.
    pub fn new(th: &Thread, list: &List) -> Ref<ListReverseIter> {
        let next = AtomicIsize::new(list.len().cast_signed() - 1);
        th.new_object(ListReverseIter { head: Head::INIT, next, list: Slot::new(th.retain(list)) })
    }

    /// See [`crate::ops::whole`]: wherever it stands, a copy has the same items there.
    pub(crate) fn settle(&self, th: &mut Thread, copies: &mut Copies) {
        if let Some(copy) = copied(th, self.list.get(th, self), copies) {
            self.list.set(th, self, Some(copy));
        }
    }

    /// The next item.
    #[inline]
    pub fn next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        if th.is_mine(self)
            && let Some(list) = self.list.peek()
            && let index = self.next.load(Relaxed)
            && let Ok(place) = usize::try_from(index)
            && let Some(item) = list.get(th, place)
        {
            self.next.store(index - 1, Relaxed);
            return Some(item);
        }
        self.next_locked(th)
    }

    /// A step where others may take one, too, or at the end.
    #[inline(never)]
    fn next_locked(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let locked = th.lock(self);
        let list = self.list.peek()?;
        let index = self.next.load(Relaxed);
        if let Ok(place) = usize::try_from(index)
            && let Some(item) = list.get(&locked, place)
        {
            self.next.store(index - 1, Relaxed);
            return Some(item);
        }
        self.next.store(-1, Relaxed);
        let list = self.list.take(&locked, self);
        drop(locked);
        if let Some(list) = list {
            th.release(list);
        }
        None
    }
}

#[pymethods]
impl ListReverseIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.next(th)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, th: &mut Thread) -> usize {
        let left = (self.next.load(Relaxed) + 1).cast_unsigned();
        self.list.get(th, self).map_or(0, |list| if list.len() < left { 0 } else { left })
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let reversed = builtins_ref::current(th, &names::reversed)?;
        let Some(list) = self.list.get(th, self) else { return reduced_empty(th, reversed) };
        let index = self.next.load(Relaxed).to_py(th)?;
        let args = Tuple::from_array(th, [list.up()]).up();
        Ok(Tuple::from_array(th, [reversed, args, index]))
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, state: IterState) {
        let IterState(index) = state;
        if let Some(list) = self.list.get(th, self) {
            self.next.store(index.clamp(-1, list.len().cast_signed() - 1), Relaxed);
        }
    }
}
