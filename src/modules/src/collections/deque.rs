//! `collections.deque`: a ring of references behind the object's lock.
//!
//! Invariant: the ring is touched only while the object is *mine* or its lock is held (R9), never across a call-out; `state` changes
//! with every change of length, so that iterators notice.
#![allow(unsafe_code, reason = "the ring is reached through a cell under the object's lock")]

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use heap::sync::{AtomicIsize, AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::repr_guard::ReprGuard;
use objects::{Int, List, Tuple, none, not_implemented_ref, ops, raise};

/// A list-like sequence optimized for data accesses near its endpoints.
#[pytype(name = "deque", module = "collections", flags(BASETYPE, SEQUENCE, OWN_GETATTR), lock = instance, gc = custom, weakref)]
#[repr(C)]
pub struct Deque {
    head: Head,
    #[untraversed]
    ring: UnsafeCell<VecDeque<Ref<Object>>>,
    state: AtomicUsize,
    maxlen: AtomicIsize,
}

impl Traverse for Deque {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can write it.
        for item in unsafe { &*self.ring.get() } {
            visitor.reference(item);
        }
    }
}

impl Clear for Deque {
    fn clear(&self, th: &mut Thread) {
        self.take_all(th);
    }
}

impl Deque {
    /// One stretch under the lock; nothing in it calls out, drops or allocates objects.
    fn with<R>(&self, th: &mut Thread, body: impl FnOnce(&mut VecDeque<Ref<Object>>, &Thread) -> R) -> R {
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use.
        let ring = unsafe { &mut *self.ring.get() };
        let before = ring.len();
        let result = body(ring, &guard);
        if ring.len() != before {
            self.state.fetch_add(1, Relaxed);
        }
        result
    }

    fn take_all(&self, th: &mut Thread) {
        let old = self.with(th, |ring, _| core::mem::take(ring));
        for item in old {
            th.release(item);
        }
    }

    fn snapshot(&self, th: &mut Thread) -> Vec<Ref<Object>> {
        self.with(th, |ring, th| ring.iter().map(|item| th.retain(&**item)).collect())
    }

    fn len(&self, th: &mut Thread) -> usize {
        self.with(th, |ring, _| ring.len())
    }

    fn limit(&self) -> Option<usize> {
        usize::try_from(self.maxlen.load(Relaxed)).ok()
    }

    /// Adds at one end; what falls out at the other ends here.
    fn push(&self, th: &mut Thread, item: Ref<Object>, left: bool) {
        let limit = self.limit();
        // What it reaches may be much: nobody waits for the deque meanwhile.
        th.barrier(self.as_object(), &item);
        let out = self.with(th, |ring, th| {
            // R6: the store barrier of a field that is no `Slot`.
            th.barrier(self.as_object(), &item);
            if left { ring.push_front(item) } else { ring.push_back(item) }
            match limit {
                Some(limit) if ring.len() > limit => if left { ring.pop_back() } else { ring.pop_front() },
                _ => None,
            }
        });
        if limit.is_some() {
            self.state.fetch_add(1, Relaxed);
        }
        if let Some(out) = out {
            th.release(out);
        }
    }

    /// Adds many at the right end in one step; what falls out at the left ends afterwards.
    fn push_all(&self, th: &mut Thread, items: Vec<Ref<Object>>) {
        let limit = self.limit().unwrap_or(usize::MAX);
        for item in &items {
            th.barrier(self.as_object(), item);
        }
        let out = self.with(th, |ring, th| {
            for item in &items {
                th.barrier(self.as_object(), item);
            }
            ring.extend(items);
            let surplus = ring.len().saturating_sub(limit);
            ring.drain(..surplus).collect::<Vec<_>>()
        });
        self.state.fetch_add(1, Relaxed);
        out.into_iter().for_each(|item| th.release(item));
    }

    /// Adds the items so many times.
    fn push_repeated(&self, th: &mut Thread, items: &[Ref<Object>], times: usize) -> Result<(), Raised> {
        // With a limit all but the last rounds fall out again.
        let times = match self.limit() {
            Some(limit) if !items.is_empty() => times.min(limit / items.len() + 1),
            _ => times,
        };
        let total = items.len().checked_mul(times).filter(|total| *total <= isize::MAX as usize / 8);
        let mut all = Vec::new();
        if total.is_none_or(|total| all.try_reserve_exact(total).is_err()) {
            return Err(raise::memory_error(th));
        }
        for _ in 0..times {
            all.extend(items.iter().cloned());
        }
        self.push_all(th, all);
        Ok(())
    }

    fn allocate(th: &Thread, cls: &Type) -> Ref<Deque> {
        let made = Deque { head: Head::INIT, ring: UnsafeCell::new(VecDeque::new()), state: AtomicUsize::new(0), maxlen: AtomicIsize::new(-1) };
        th.new_instance(cls, made)
    }

    /// A copy of the same class and limit: a subclass's own constructor makes it.
    fn duplicate(&self, th: &mut Thread) -> Result<Ref<Deque>, Raised> {
        let cls = self.as_object().ty();
        if self.as_object().is_exactly::<Deque>() {
            let made = Deque::allocate(th, cls);
            made.maxlen.store(self.maxlen.load(Relaxed), Relaxed);
            let items = self.snapshot(th);
            made.push_all(th, items);
            return Ok(made);
        }
        let made = match self.limit() {
            None => ops::call1(th, cls, self)?,
            Some(limit) => {
                let limit = Int::from_usize(th, limit);
                ops::call(th, cls, &[self.as_object(), &limit])?
            }
        };
        made.downcast::<Deque>().map_err(|other| {
            let (cls, got) = (ops::message_name(cls), ops::type_name(&other));
            raise::type_error(th, format_args!("{cls}() must return a deque, not {got}"))
        })
    }

    /// Repeats the contents in place; only what the limit leaves is put in.
    fn multiply(&self, th: &mut Thread, n: isize) -> Result<(), Raised> {
        if n <= 0 {
            self.take_all(th);
            return Ok(());
        }
        let items = self.snapshot(th);
        self.push_repeated(th, &items, n.cast_unsigned() - 1)
    }

    /// The item at an index, counted.
    fn get(&self, th: &mut Thread, index: usize) -> Option<Ref<Object>> {
        self.with(th, |ring, th| ring.get(index).map(|item| th.retain(&**item)))
    }

    /// The first index from `start` on, below `stop`, with an item equal to `value`. A change of the length meanwhile is what `changed` says.
    fn find(&self, th: &mut Thread, value: &Object, start: usize, stop: usize, changed: fn(&mut Thread) -> Raised) -> Result<Option<usize>, Raised> {
        let state = self.state.load(Relaxed);
        for at in start..stop {
            let Some(item) = self.get(th, at) else { break };
            let equal = ops::eq(th, &item, value);
            th.release(item);
            let equal = equal?;
            if self.state.load(Relaxed) != state {
                return Err(changed(th));
            }
            if equal {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

#[pymethods]
impl Deque {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<Deque>, Raised> {
        Ok(Deque::allocate(th, cls))
    }

    #[slot(tp_init, sig = "(iterable=(), maxlen=None)")]
    fn init(&self, th: &mut Thread, iterable: Option<&Object>, #[default(objects::none())] maxlen: &Object) -> Result<(), Raised> {
        let limit = if maxlen.is(none()) {
            -1
        } else {
            if !maxlen.is_a::<Int>() {
                return Err(raise::type_error(th, format_args!("an integer is required")));
            }
            match ops::index_isize(th, maxlen)? {
                n if n < 0 => return Err(raise::value_error(th, format_args!("maxlen must be non-negative"))),
                n => n,
            }
        };
        self.maxlen.store(limit, Relaxed);
        self.take_all(th);
        match iterable {
            Some(iterable) => self.extend(th, iterable),
            None => Ok(()),
        }
    }

    /// Add an element to the right side of the deque.
    #[method(sig = "($self, item, /)")]
    fn append(&self, th: &mut Thread, item: &Object) {
        let item = th.retain(item);
        self.push(th, item, false);
    }

    /// Add an element to the left side of the deque.
    #[method(sig = "($self, item, /)")]
    fn appendleft(&self, th: &mut Thread, item: &Object) {
        let item = th.retain(item);
        self.push(th, item, true);
    }

    /// Remove and return the rightmost element.
    #[method]
    fn pop(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.with(th, |ring, _| ring.pop_back()) {
            Some(item) => Ok(item),
            None => Err(raise::index_error(th, format_args!("pop from an empty deque"))),
        }
    }

    /// Remove and return the leftmost element.
    #[method]
    fn popleft(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.with(th, |ring, _| ring.pop_front()) {
            Some(item) => Ok(item),
            None => Err(raise::index_error(th, format_args!("pop from an empty deque"))),
        }
    }

    /// Extend the right side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extend(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        // What the GIL makes one step stays one. Other iterables may run code, and end never.
        let items = match iterable.downcast::<Deque>().filter(|_| iterable.is(self) || iterable.is_exactly::<Deque>()) {
            Some(other) => Some(other.snapshot(th)),
            None => match iterable.downcast_exact::<Tuple>() {
                Some(tuple) => Some(tuple.iter().map(|item| th.retain(item)).collect()),
                None => ops::at_one_moment(th, iterable),
            },
        };
        if let Some(items) = items {
            self.push_all(th, items);
            return Ok(());
        }
        ops::for_each(th, iterable, |th, item| {
            self.push(th, item, false);
            Ok(core::ops::ControlFlow::Continue(()))
        })
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extendleft(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        let items = ops::to_vec(th, iterable)?;
        for item in items {
            self.push(th, item, true);
        }
        Ok(())
    }

    /// Remove all elements from the deque.
    #[method]
    fn clear(&self, th: &mut Thread) {
        self.take_all(th);
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn copy(&self, th: &mut Thread) -> Result<Ref<Deque>, Raised> {
        self.duplicate(th)
    }

    /// Return a shallow copy of a deque.
    #[method]
    fn __copy__(&self, th: &mut Thread) -> Result<Ref<Deque>, Raised> {
        self.duplicate(th)
    }

    /// Return number of occurrences of value.
    #[method(sig = "($self, value, /)")]
    fn count(&self, th: &mut Thread, value: &Object) -> Result<usize, Raised> {
        let (mut n, mut at) = (0, 0);
        while let Some(found) = self.find(th, value, at, usize::MAX, mutated)? {
            (n, at) = (n + 1, found + 1);
        }
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = none, shows = "($self, value, [start, [stop]])")]
    fn index(&self, th: &mut Thread, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> Result<usize, Raised> {
        let len = self.len(th) as isize;
        let bound = |th: &mut Thread, given: Option<&Object>, default: isize| -> Result<isize, Raised> {
            match given {
                None => Ok(default),
                Some(given) => {
                    let n = ops::index_clip(th, given)?;
                    Ok(if n < 0 { (n + len).max(0) } else { n.min(len) })
                }
            }
        };
        let (start, stop) = (bound(th, start, 0)?, bound(th, stop, len)?);
        if let Some(at) = self.find(th, value, start as usize, stop as usize, mutated)? {
            return Ok(at);
        }
        Err(raise::value_error(th, format_args!("deque.index(x): x not in deque")))
    }

    /// Insert value before index.
    #[method(sig = "($self, index, value, /)")]
    fn insert(&self, th: &mut Thread, index: isize, value: &Object) -> Result<(), Raised> {
        let (value, limit) = (th.retain(value), self.limit().unwrap_or(usize::MAX));
        let refused = self.with(th, |ring, th| {
            if ring.len() >= limit {
                return Some(value);
            }
            th.barrier(self.as_object(), &value);
            let len = ring.len() as isize;
            let at = if index < 0 { (index + len).max(0) } else { index.min(len) };
            ring.insert(at as usize, value);
            None
        });
        match refused {
            Some(_) => Err(raise::index_error(th, format_args!("deque already at its maximum size"))),
            None => Ok(()),
        }
    }

    /// Remove first occurrence of value.
    #[method(sig = "($self, value, /)")]
    fn remove(&self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        let state = self.state.load(Relaxed);
        for (at, item) in self.snapshot(th).into_iter().enumerate() {
            let equal = ops::eq(th, &item, value)?;
            if self.state.load(Relaxed) != state {
                return Err(raise::index_error(th, format_args!("deque mutated during remove().")));
            }
            if equal {
                // Between the look and the lock another thread may have changed the ring.
                let out = self.with(th, |ring, _| if ring.get(at).is_some_and(|now| now.is(&*item)) { ring.remove(at) } else { None });
                return match out {
                    Some(out) => {
                        th.release(out);
                        Ok(())
                    }
                    None => Err(raise::index_error(th, format_args!("deque mutated during remove()."))),
                };
            }
        }
        Err(raise::value_error(th, format_args!("deque.remove(x): x not in deque")))
    }

    /// Reverse *IN PLACE*.
    #[method]
    fn reverse(&self, th: &mut Thread) {
        self.with(th, |ring, _| ring.make_contiguous().reverse());
    }

    /// Rotate the deque n steps to the right.  If n is negative, rotates left.
    #[method(sig = "($self, n=1, /)")]
    fn rotate(&self, th: &mut Thread, #[default(1)] n: isize) {
        self.with(th, |ring, _| {
            let len = ring.len() as isize;
            if len > 0 {
                ring.rotate_right(n.rem_euclid(len) as usize);
            }
        });
        self.state.fetch_add(1, Relaxed);
    }

    /// maximum size of a deque or None if unbounded
    #[getter]
    fn maxlen(&self) -> Option<usize> {
        self.limit()
    }

    #[slot(sq_length)]
    fn sq_len(&self, th: &mut Thread) -> usize {
        self.len(th)
    }

    #[slot(sq_item)]
    fn item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let found = usize::try_from(index).ok().and_then(|at| self.get(th, at));
        match found {
            Some(item) => Ok(item),
            None => Err(raise::index_error(th, format_args!("deque index out of range"))),
        }
    }

    #[slot(sq_ass_item)]
    fn set_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        let value = value.map(|v| th.retain(v));
        let old = self.with(th, |ring, th| {
            let at = usize::try_from(index).ok()?;
            match value {
                Some(value) => {
                    th.barrier(self.as_object(), &value);
                    ring.get_mut(at).map(|slot| core::mem::replace(slot, value))
                }
                None => ring.remove(at),
            }
        });
        match old {
            Some(old) => {
                th.release(old);
                Ok(())
            }
            None => Err(raise::index_error(th, format_args!("deque index out of range"))),
        }
    }

    #[slot(sq_contains)]
    fn contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        Ok(self.find(th, value, 0, usize::MAX, mutated)?.is_some())
    }

    #[slot(sq_concat)]
    fn concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Deque>, Raised> {
        if !other.is_a::<Deque>() {
            let got = ops::type_name(other);
            return Err(raise::type_error(th, format_args!("can only concatenate deque (not \"{got}\") to deque")));
        }
        let made = self.duplicate(th)?;
        made.extend(th, other)?;
        Ok(made)
    }

    #[slot(sq_inplace_concat)]
    fn inplace_concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Object>, Raised> {
        self.extend(th, other)?;
        Ok(self.as_object().to_owned())
    }

    #[slot(sq_repeat)]
    fn repeat(&self, th: &mut Thread, n: isize) -> Result<Ref<Deque>, Raised> {
        let made = self.duplicate(th)?;
        made.multiply(th, n)?;
        Ok(made)
    }

    #[slot(sq_inplace_repeat)]
    fn inplace_repeat(&self, th: &mut Thread, n: isize) -> Result<Ref<Object>, Raised> {
        self.multiply(th, n)?;
        Ok(self.as_object().to_owned())
    }

    #[slot(tp_iter)]
    fn iter(&self, th: &mut Thread) -> Ref<DequeIter> {
        let state = self.state.load(Relaxed);
        th.new_object(DequeIter { head: Head::INIT, deque: Slot::new(self.to_ref()), index: AtomicUsize::new(0), state })
    }

    /// Return a reverse iterator over the deque.
    #[method]
    fn __reversed__(&self, th: &mut Thread) -> Ref<DequeReverseIter> {
        let state = self.state.load(Relaxed);
        let len = self.len(th);
        th.new_object(DequeReverseIter { head: Head::INIT, deque: Slot::new(self.to_ref()), index: AtomicUsize::new(len), state })
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Deque>() else { return Ok(not_implemented_ref()) };
        let (a, b) = (self.snapshot(th), other.snapshot(th));
        let (a, b) = (List::new(th, a), List::new(th, b));
        ops::richcompare(th, &a, &b, op)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let name = objects::typing::short_name(self.as_object().ty());
        let Some(_guard) = ReprGuard::enter(self.as_object()) else { return Ok("[...]".to_owned()) };
        let items = self.snapshot(th);
        let list = List::new(th, items);
        let text = ops::repr(th, &list)?;
        Ok(match self.limit() {
            None => format!("{name}({text})"),
            Some(limit) => format!("{name}({text}, maxlen={limit})"),
        })
    }

    /// Return state information for pickling.
    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let args = match self.limit() {
            None => Tuple::empty(),
            Some(limit) => {
                let limit = Int::from_usize(th, limit);
                Tuple::from_slice(th, &[Tuple::empty_static(), &limit])
            }
        };
        let state = objects::typing::object_getstate(th, self.as_object(), false)?;
        let iterator = ops::iter(th, self.as_object())?;
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &args, &state, &iterator]).up())
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

#[cold]
fn mutated(th: &mut Thread) -> Raised {
    raise::runtime_error(th, format_args!("deque mutated during iteration"))
}

macro_rules! iterators {
    ($($ty:ident $name:literal $advance:expr, $hint:expr, $start:expr;)*) => {$(
        /// Iterator over a deque.
        #[pytype(name = $name, module = "collections", flags(OWN_GETATTR), lock = instance)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            deque: Slot<Deque>,
            index: AtomicUsize,
            state: usize,
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = "(iterable, index=0, /)")]
            fn tp_new(th: &mut Thread, _cls: &Type, iterable: &Deque, index: isize) -> Ref<$ty> {
                let (state, len) = (iterable.state.load(Relaxed), iterable.len(th));
                let start: fn(usize, usize) -> usize = $start;
                let index = start(len, usize::try_from(index).unwrap_or(0).min(len));
                th.new_object($ty { head: Head::INIT, deque: Slot::new(iterable.to_ref()), index: AtomicUsize::new(index), state })
            }

            /// Return state information for pickling.
            #[method]
            fn __reduce__(&self, th: &mut Thread) -> Ref<Tuple> {
                let deque = match self.deque.get(th, self) {
                    Some(deque) => deque,
                    None => Deque::allocate(th, <Deque as heap::PyType>::type_object()),
                };
                let done: fn(usize, usize) -> usize = $start;
                let done = done(deque.len(th), self.index.load(Relaxed));
                let done = Int::from_usize(th, done);
                let args = Tuple::from_slice(th, &[&deque, &done]);
                Tuple::from_slice(th, &[self.as_object().ty(), &args])
            }

            #[slot(tp_iter)]
            fn iter(&self) -> Ref<$ty> {
                self.to_ref()
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
                let Some(deque) = self.deque.get(th, self) else { return Ok(None) };
                if deque.state.load(Relaxed) != self.state {
                    self.deque.set(th, self, None);
                    return Err(raise::runtime_error(th, format_args!("deque mutated during iteration")));
                }
                let advance: fn(usize) -> Option<(usize, usize)> = $advance;
                let Ok(before) = self.index.fetch_update(Relaxed, Relaxed, |i| advance(i).map(|(_, next)| next)) else { return Ok(None) };
                let at = advance(before).map_or(0, |(at, _)| at);
                Ok(deque.with(th, |ring, th| ring.get(at).map(|item| th.retain(&**item))))
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(&self, th: &mut Thread) -> usize {
                let Some(deque) = self.deque.get(th, self) else { return 0 };
                let hint: fn(usize, usize) -> usize = $hint;
                hint(deque.len(th), self.index.load(Relaxed))
            }
        }
    )*};
}

iterators! {
    DequeIter "_deque_iterator" |i| Some((i, i + 1)), |len, i| len.saturating_sub(i), |_, i| i;
    DequeReverseIter "_deque_reverse_iterator" |i| i.checked_sub(1).map(|j| (j, j)), |_, i| i, |len, i| len.saturating_sub(i);
}
