//! `tuple_iterator`.

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::Tuple;
use crate::glue::*;
use crate::seqiter::IterState;
use crate::{List, builtins_ref, names};

/// The iterator of a tuple; the tuple goes when it is exhausted.
#[pytype(name = "tuple_iterator", export = "PyTupleIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct TupleIter {
    head: Head,
    next: AtomicUsize,
    tuple: Slot<Tuple>,
}

impl TupleIter {
    pub(crate) const NEXT: usize = core::mem::offset_of!(TupleIter, next);
    pub(crate) const TUPLE: usize = core::mem::offset_of!(TupleIter, tuple);

    /// An iterator from the first item on.
    #[inline]
    pub fn new(th: &Thread, tuple: &Tuple) -> Ref<TupleIter> {
        th.new_object(TupleIter { head: Head::INIT, next: AtomicUsize::new(0), tuple: Slot::new(th.retain(tuple)) })
    }

    /// See [`crate::ops::whole`]: what other threads may change of the items that are left, and that is gone through next, is copied.
    pub(crate) fn settle(&self, th: &mut Thread) {
        let Some(tuple) = self.tuple.get(th, self) else { return };
        let mut items: Vec<Ref<Object>> = tuple.iter().map(|item| th.retain(item)).collect();
        let mut changed = false;
        for item in items.iter_mut().skip(self.next.load(Relaxed)) {
            if let Some(found) = crate::ops::iter::changing_items(th, item) {
                *item = List::new(th, found).up();
                changed = true;
            }
        }
        if changed {
            let copy = Tuple::new(th, items);
            self.tuple.set(th, self, Some(copy));
        }
    }

    /// The next item, borrowed, where the iterator is *mine*.
    #[inline(always)]
    pub fn peek_mine(&self, th: &Thread) -> Option<&Object> {
        if th.is_mine(self) { self.tuple.peek()?.item(self.next.load(Relaxed)) } else { None }
    }

    /// Steps over what [`TupleIter::peek_mine`] gave.
    #[inline(always)]
    pub fn advance_mine(&self) {
        self.next.store(self.next.load(Relaxed) + 1, Relaxed);
    }

    /// The next item. The interpreter calls this for the exact type.
    #[inline]
    pub fn next(&self, th: &mut Thread) -> Option<Ref<Object>> {
        let th_locked = th.lock(self);
        let tuple = self.tuple.peek()?;
        let index = self.next.load(Relaxed);
        if index < tuple.len() {
            self.next.store(index + 1, Relaxed);
            return Some(th_locked.retain(tuple.get(index)));
        }
        let tuple = self.tuple.take(&th_locked, self);
        drop(th_locked);
        if let Some(tuple) = tuple {
            th.release(tuple);
        }
        None
    }
}

#[pymethods]
impl TupleIter {
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
        match self.tuple.get(th, self) {
            Some(tuple) => tuple.len().saturating_sub(self.next.load(Relaxed)),
            None => 0,
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = builtins_ref::current(th, &names::iter)?;
        match self.tuple.get(th, self) {
            Some(tuple) => {
                let index = self.next.load(Relaxed).to_py(th)?;
                let args = Tuple::from_array(th, [tuple.up()]).up();
                Ok(Tuple::from_array(th, [iter, args, index]))
            }
            None => {
                let args = Tuple::from_array(th, [Tuple::empty().up()]).up();
                Ok(Tuple::from_array(th, [iter, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, state: IterState) {
        let IterState(index) = state;
        if let Some(tuple) = self.tuple.get(th, self) {
            self.next.store(index.clamp(0, tuple.len().cast_signed()).cast_unsigned(), Relaxed);
        }
    }
}
