//! `set_iterator`.
//!
//! Invariant: the iterator notices if the set's size is another than when it began, and stays broken; once exhausted it lets go of the set.

use heap::sync::{AtomicIsize, AtomicU32, AtomicUsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use super::AnySet;
use crate::glue::*;
use crate::ops::whole::Copies;
use crate::{List, Set, Tuple, builtins_ref, names, raise};

/// In the order of the table.
#[pytype(name = "set_iterator", export = "PySetIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct SetIter {
    head: Head,
    set: Slot,
    /// The set's size when the iterator was made; -1 once it was seen to have changed.
    size: AtomicIsize,
    place: AtomicUsize,
    left: AtomicIsize,
    /// [`Thread::locks_taken`] when the iterator was made.
    made: AtomicU32,
}

impl SetIter {
    /// An iterator over the whole set.
    pub fn new(th: &Thread, set: AnySet<'_>) -> Ref<SetIter> {
        let size = set.len().cast_signed();
        let (size, left) = (AtomicIsize::new(size), AtomicIsize::new(size));
        let made = AtomicU32::new(th.locks_taken());
        th.new_object(SetIter { head: Head::INIT, set: Slot::new(th.retain(set.object())), size, place: AtomicUsize::new(0), left, made })
    }

    /// See [`crate::ops::whole`].
    pub(crate) fn settle(&self, th: &mut Thread, copies: &mut Copies) {
        let (size, left) = (self.size.load(Relaxed), self.left.load(Relaxed));
        let Some(object) = self.set.get(th, self).filter(|set| left == size && !th.is_mine(&**set)) else { return };
        // Others do not change.
        let Some(set) = AnySet::of(&object).filter(|_| object.is_a::<Set>()) else { return };
        let others = copies.only_others_changed(self.made.load(Relaxed));
        let Some(copy) = copies.of::<Set>(th, &object, |th| set.copy(th)) else { return };
        let found = copy.any().len().cast_signed();
        if found == size || others {
            self.size.store(found, Relaxed);
            self.left.store(found, Relaxed);
            self.set.set(th, self, Some(copy.up()));
        }
    }

    /// The next key. The interpreter calls this for the exact type.
    #[inline]
    pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        if th.is_mine(self)
            && let Some(set) = self.set.peek().and_then(AnySet::of)
            && th.is_mine(set.object())
            && self.size.load(Relaxed) == set.len().cast_signed()
            && let Some((place, key)) = set.places(th).key_from(self.place.load(Relaxed))
        {
            // Nobody writes the iterator or the set meanwhile.
            self.place.store(place + 1, Relaxed);
            self.left.store(self.left.load(Relaxed) - 1, Relaxed);
            return Ok(Some(th.retain(key)));
        }
        self.next_locked(th)
    }

    /// A step where others may write, or at the end.
    #[inline(never)]
    fn next_locked(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let locked = th.lock(self);
        let Some(set) = self.set.peek().and_then(AnySet::of) else { return Ok(None) };
        if self.size.load(Relaxed) != set.len().cast_signed() {
            self.size.store(-1, Relaxed);
            drop(locked);
            return Err(raise::runtime_error(th, format_args!("Set changed size during iteration")));
        }
        let mine = locked.is_mine(set.object());
        loop {
            let places = set.places(&locked);
            let Some(place) = places.next(self.place.load(Relaxed)) else {
                let set = self.set.take(&locked, self);
                drop(locked);
                if let Some(set) = set {
                    th.release(set);
                }
                return Ok(None);
            };
            // A key that went away meanwhile, or a table that did: look again.
            if let Ok(Some(key)) = places.key_ref(&locked, mine, place) {
                self.place.store(place + 1, Relaxed);
                self.left.store(self.left.load(Relaxed) - 1, Relaxed);
                return Ok(Some(key));
            }
        }
    }
}

#[pymethods]
impl SetIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.next(th)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, th: &mut Thread) -> isize {
        match self.set.get(th, self) {
            Some(set) if AnySet::of(&set).is_some_and(|set| set.len().cast_signed() == self.size.load(Relaxed)) => self.left.load(Relaxed).max(0),
            _ => 0,
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = builtins_ref::current(th, &names::iter)?;
        let field = |field: &AtomicIsize| AtomicIsize::new(field.load(Relaxed));
        let copy = th.new_object(SetIter {
            head: Head::INIT,
            set: Slot::from_option(self.set.get(th, self)),
            size: field(&self.size),
            place: AtomicUsize::new(self.place.load(Relaxed)),
            left: field(&self.left),
            made: AtomicU32::new(self.made.load(Relaxed)),
        });
        let rest = List::from_iterable(th, &copy)?.up();
        let args = Tuple::from_array(th, [rest]).up();
        Ok(Tuple::from_array(th, [iter, args]))
    }
}
