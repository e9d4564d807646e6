//! `collections.deque`: a ring of references behind the object's lock.
//!
//! Invariant: the ring is touched only while the object is *mine* or its lock is held (R9), never across a call-out; `state` changes
//! with every change of length, so that iterators notice.
#![allow(unsafe_code, reason = "the ring is reached through a cell under the object's lock")]

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use heap::sync::{AtomicIsize, AtomicU32, AtomicUsize, Ordering::Relaxed};
use heap::{Head, Heaped, Locked, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::ops::whole::Copies;
use objects::repr_guard::ReprGuard;
use objects::{Int, List, Tuple, none, not_implemented_ref, ops, raise};

/// A list-like sequence optimized for data accesses near its endpoints.
#[pytype(name = "deque", module = "collections", flags(BASETYPE, SEQUENCE, OWN_GETATTR, INDEX_FROM_END), lock = instance, gc = custom, weakref)]
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
        self.within(&guard, body)
    }

    /// [`Deque::with`] under a lock that the caller has.
    fn within<R>(&self, guard: &Locked<'_>, body: impl FnOnce(&mut VecDeque<Ref<Object>>, &Thread) -> R) -> R {
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use; `body` has no way to another ring.
        let ring = unsafe { &mut *self.ring.get() };
        let before = ring.len();
        let result = body(ring, guard);
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
        self.with(th, counted)
    }

    /// A deque of the same items that only this thread knows.
    fn plain_copy(&self, th: &mut Thread) -> Ref<Deque> {
        let items = self.snapshot(th);
        let copy = Deque::allocate(th, <Deque as heap::PyType>::type_object());
        copy.with(th, |ring, _| *ring = items.into());
        copy
    }

    /// The items of two deques, as they are at one moment.
    fn snapshots(&self, th: &mut Thread, other: &Deque) -> (Vec<Ref<Object>>, Vec<Ref<Object>>) {
        let guard = th.lock2(self.as_object(), other.as_object());
        (self.within(&guard, counted), other.within(&guard, counted))
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

    /// Adds many at one end in one step; what falls out at the other ends afterwards.
    fn push_all(&self, th: &mut Thread, items: Vec<Ref<Object>>, left: bool) {
        for item in &items {
            th.barrier(self.as_object(), item);
        }
        let guard = th.lock(self.as_object());
        let out = self.push_all_within(&guard, items, left);
        drop(guard);
        out.into_iter().for_each(|item| th.release(item));
    }

    /// [`Deque::push_all`] under a lock that the caller has, who ends what falls out.
    fn push_all_within(&self, guard: &Locked<'_>, items: Vec<Ref<Object>>, left: bool) -> Vec<Ref<Object>> {
        let limit = self.limit().unwrap_or(usize::MAX);
        let out = self.within(guard, |ring, th| {
            for item in &items {
                th.barrier(self.as_object(), item);
            }
            if left { items.into_iter().for_each(|item| ring.push_front(item)) } else { ring.extend(items) }
            let surplus = ring.len().saturating_sub(limit);
            let fallen = if left { ring.len() - surplus..ring.len() } else { 0..surplus };
            ring.drain(fallen).collect::<Vec<_>>()
        });
        self.state.fetch_add(1, Relaxed);
        out
    }

    /// Adds the items of any iterable at one end.
    fn push_from(&self, th: &mut Thread, iterable: &Object, left: bool) -> Result<(), Raised> {
        // What the GIL makes one step stays one. Other iterables may run code, and end never.
        if let Some(other) = iterable.downcast::<Deque>().filter(|_| iterable.is(self) || iterable.is_exactly::<Deque>()) {
            let guard = th.lock2(self.as_object(), other.as_object());
            let items = other.within(&guard, counted);
            let out = self.push_all_within(&guard, items, left);
            drop(guard);
            out.into_iter().for_each(|item| th.release(item));
            return Ok(());
        }
        if let Some(items) = ops::quiet_items(th, iterable) {
            self.push_all(th, items, left);
            return Ok(());
        }
        ops::for_each(th, iterable, |th, item| {
            self.push(th, item, left);
            Ok(core::ops::ControlFlow::Continue(()))
        })
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
            made.push_all(th, items, false);
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
        let limit = self.limit().unwrap_or(usize::MAX);
        let out = self.with(th, |ring, th| {
            let len = ring.len();
            // With a limit all but the last rounds fall out again.
            let times = (n.cast_unsigned() - 1).min((limit / len.max(1)).saturating_add(1));
            let more = len.checked_mul(times).filter(|more| *more <= isize::MAX as usize / 16)?;
            ring.try_reserve_exact(more).ok()?;
            for at in 0..more {
                let item = th.retain(&*ring[at]);
                ring.push_back(item);
            }
            let surplus = ring.len().saturating_sub(limit);
            Some(ring.drain(..surplus).collect::<Vec<_>>())
        });
        match out {
            Some(out) => out.into_iter().for_each(|item| th.release(item)),
            None => return Err(raise::memory_error(th)),
        }
        self.state.fetch_add(1, Relaxed);
        Ok(())
    }

    /// Where an index of `sq_item` and `sq_ass_item` leads. Those of a subclass were counted from the end by the caller.
    fn place(&self, index: isize, len: usize) -> Option<usize> {
        let from_end = index < 0 && self.as_object().ty().has_flag(heap::flags::INDEX_FROM_END);
        usize::try_from(if from_end { index + len as isize } else { index }).ok()
    }

    /// Goes over the items from `start` on, below `stop`, that equal `value`, for as long as `hit` says so; `hit` calls nothing. Negative bounds
    /// count from the end. Items that are compared without running code are so in one step. A change meanwhile is what `changed` says.
    fn scan(
        &self,
        th: &mut Thread,
        value: &Object,
        (start, stop): (isize, isize),
        changed: fn(&mut Thread) -> Raised,
        mut hit: impl FnMut(&mut VecDeque<Ref<Object>>, usize) -> bool,
    ) -> Result<(), Raised> {
        enum Stretch {
            Done,
            Changed,
            Ask(Ref<Object>),
        }
        // The next index, the last, and the state at the beginning.
        let mut known: Option<(usize, usize, usize)> = None;
        // The item at the next index was found to be equal.
        let mut equal = None;
        loop {
            let stretch = self.with(th, |ring, th| {
                let state = self.state.load(Relaxed);
                let bound = |at: isize| (if at < 0 { at.saturating_add_unsigned(ring.len()).max(0) } else { at }).cast_unsigned();
                let (at, end, before) = known.get_or_insert_with(|| (bound(start), bound(stop).min(ring.len()), state));
                if state != *before {
                    return Stretch::Changed;
                }
                while *at < *end {
                    match equal.take().or_else(|| ops::quick_eq(&ring[*at], value)) {
                        Some(true) if !hit(ring, *at) => return Stretch::Done,
                        Some(_) => *at += 1,
                        None => return Stretch::Ask(th.retain(&*ring[*at])),
                    }
                }
                Stretch::Done
            });
            match stretch {
                Stretch::Done => return Ok(()),
                Stretch::Changed => return Err(changed(th)),
                Stretch::Ask(item) => {
                    let answer = ops::eq(th, &item, value);
                    th.release(item);
                    equal = Some(answer?);
                }
            }
        }
    }

    /// The first index within bounds with an item equal to `value`.
    fn find(&self, th: &mut Thread, value: &Object, bounds: (isize, isize)) -> Result<Option<usize>, Raised> {
        let mut found = None;
        self.scan(th, value, bounds, mutated, |_, at| {
            found = Some(at);
            false
        })?;
        Ok(found)
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
        self.push_from(th, iterable, false)
    }

    /// Extend the left side of the deque with elements from the iterable.
    #[method(sig = "($self, iterable, /)")]
    fn extendleft(&self, th: &mut Thread, iterable: &Object) -> Result<(), Raised> {
        self.push_from(th, iterable, true)
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
        let mut n = 0;
        self.scan(th, value, (0, isize::MAX), mutated, |_, _| {
            n += 1;
            true
        })?;
        Ok(n)
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = none, shows = "($self, value, [start, [stop]])")]
    fn index(&self, th: &mut Thread, value: &Object, start: Option<&Object>, stop: Option<&Object>) -> Result<usize, Raised> {
        let mut bound = |given: Option<&Object>, default: isize| given.map_or(Ok(default), |given| ops::index_clip(th, given));
        let bounds = (bound(start, 0)?, bound(stop, isize::MAX)?);
        if let Some(at) = self.find(th, value, bounds)? {
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
        let changed = |th: &mut Thread| raise::index_error(th, format_args!("deque mutated during remove()."));
        let mut out = None;
        self.scan(th, value, (0, isize::MAX), changed, |ring, at| {
            out = ring.remove(at);
            false
        })?;
        match out {
            Some(out) => {
                th.release(out);
                Ok(())
            }
            None => Err(raise::value_error(th, format_args!("deque.remove(x): x not in deque"))),
        }
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
        let found = self.with(th, |ring, th| ring.get(self.place(index, ring.len())?).map(|item| th.retain(&**item)));
        match found {
            Some(item) => Ok(item),
            None => Err(raise::index_error(th, format_args!("deque index out of range"))),
        }
    }

    #[slot(sq_ass_item)]
    fn set_item(&self, th: &mut Thread, index: isize, value: Option<&Object>) -> Result<(), Raised> {
        let value = value.map(|v| th.retain(v));
        let old = self.with(th, |ring, th| {
            let at = self.place(index, ring.len())?;
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
        Ok(self.find(th, value, (0, isize::MAX))?.is_some())
    }

    #[slot(sq_concat)]
    fn concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Deque>, Raised> {
        if !other.is_a::<Deque>() {
            let got = ops::type_name(other);
            return Err(raise::type_error(th, format_args!("can only concatenate deque (not \"{got}\") to deque")));
        }
        if let Some(other) = other.downcast_exact::<Deque>().filter(|_| self.as_object().is_exactly::<Deque>()) {
            let (mut items, more) = self.snapshots(th, other);
            items.extend(more);
            let made = Deque::allocate(th, self.as_object().ty());
            made.maxlen.store(self.maxlen.load(Relaxed), Relaxed);
            made.push_all(th, items, false);
            return Ok(made);
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
        // How long it is does not matter here.
        DequeIter::over(th, self, self.state.load(Relaxed), 0)
    }

    /// Return a reverse iterator over the deque.
    #[method]
    fn __reversed__(&self, th: &mut Thread) -> Ref<DequeReverseIter> {
        let state = self.state.load(Relaxed);
        let len = self.len(th);
        DequeReverseIter::over(th, self, state, len)
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Deque>() else { return Ok(not_implemented_ref()) };
        let (a, b) = self.snapshots(th, other);
        if matches!(op, CompareOp::Eq | CompareOp::Ne) && a.len() != b.len() {
            return Ok(objects::bool_ref(op == CompareOp::Ne));
        }
        for (ours, theirs) in a.iter().zip(&b) {
            if !ops::eq(th, ours, theirs)? {
                // They are asked once more, also whether they are equal.
                return ops::compare_bool(th, ours, theirs, op).map(objects::bool_ref);
            }
        }
        Ok(objects::bool_ref(op.holds(a.len().cmp(&b.len()))))
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
        let shared = !th.is_mine(self) && self.as_object().is_exactly::<Deque>();
        let copy = if shared { self.duplicate(th)?.up() } else { self.as_object().to_owned() };
        let iterator = ops::iter(th, &copy)?;
        Ok(Tuple::from_slice(th, &[self.as_object().ty(), &args, &state, &iterator]).up())
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

fn counted(ring: &mut VecDeque<Ref<Object>>, th: &Thread) -> Vec<Ref<Object>> {
    ring.iter().map(|item| th.retain(&**item)).collect()
}

/// The items of a deque that is iterated as deques are, taken at one moment.
pub fn items_of(th: &mut Thread, object: &Object) -> Option<Vec<Ref<Object>>> {
    let how = |ty: &Type| ty.tp_iter().map(|f| f as usize);
    let deque = object.downcast::<Deque>().filter(|_| how(object.ty()) == how(<Deque as heap::PyType>::type_object()))?;
    Some(deque.snapshot(th))
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
            /// Where it began, if that is an end of the deque.
            first: AtomicUsize,
            /// The deque's state and [`Thread::locks_taken`] when the iterator was made.
            state: AtomicUsize,
            made: AtomicU32,
        }

        impl $ty {
            /// An iterator over the whole deque, which was so long in that state.
            fn over(th: &Thread, deque: &Deque, state: usize, len: usize) -> Ref<$ty> {
                let first = $ty::begin(len);
                $ty::fields(th, deque, state, first, first)
            }

            fn fields(th: &Thread, deque: &Deque, state: usize, index: usize, first: usize) -> Ref<$ty> {
                let [index, first, state] = [index, first, state].map(AtomicUsize::new);
                th.new_object($ty { head: Head::INIT, deque: Slot::new(deque.to_ref()), index, first, state, made: AtomicU32::new(th.locks_taken()) })
            }

            fn begin(len: usize) -> usize {
                let start: fn(usize, usize) -> usize = $start;
                start(len, 0)
            }

            /// See [`ops::whole`].
            fn settle(&self, th: &mut Thread, copies: &mut Copies) {
                let Some(deque) = self.deque.get(th, self).filter(|deque| !th.is_mine(&**deque)) else { return };
                if self.index.load(Relaxed) != self.first.load(Relaxed) {
                    return;
                }
                let others = copies.only_others_changed(self.made.load(Relaxed));
                let state = deque.state.load(Relaxed);
                let Some(copy) = copies.of::<Deque>(th, &deque, |th| Ok(deque.plain_copy(th).up())) else { return };
                if others || state == self.state.load(Relaxed) {
                    let first = $ty::begin(copy.len(th));
                    self.state.store(copy.state.load(Relaxed), Relaxed);
                    self.first.store(first, Relaxed);
                    self.index.store(first, Relaxed);
                    self.deque.set(th, self, Some(copy));
                }
            }
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = "(iterable, index=0, /)")]
            fn tp_new(th: &mut Thread, _cls: &Type, iterable: &Deque, index: isize) -> Ref<$ty> {
                let (state, len) = (iterable.state.load(Relaxed), iterable.len(th));
                let start: fn(usize, usize) -> usize = $start;
                let index = start(len, usize::try_from(index).unwrap_or(0).min(len));
                $ty::fields(th, iterable, state, index, usize::MAX)
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
                let advance: fn(usize) -> Option<(usize, usize)> = $advance;
                let next = deque.with(th, |ring, th| {
                    if deque.state.load(Relaxed) != self.state.load(Relaxed) {
                        return Err(());
                    }
                    // Under the deque's lock: threads that share the iterator get one item each.
                    let Some((at, next)) = advance(self.index.load(Relaxed)) else { return Ok(None) };
                    self.index.store(next, Relaxed);
                    Ok(ring.get(at).map(|item| th.retain(&**item)))
                });
                match next {
                    Ok(item) => Ok(item),
                    Err(()) => {
                        self.deque.set(th, self, None);
                        Err(raise::runtime_error(th, format_args!("deque mutated during iteration")))
                    }
                }
            }

            /// Private method returning an estimate of len(list(it)).
            #[method]
            fn __length_hint__(&self, th: &mut Thread) -> usize {
                let Some(deque) = self.deque.get(th, self) else { return 0 };
                let hint: fn(usize, usize) -> usize = $hint;
                hint(deque.len(th), self.index.load(Relaxed))
            }
        }
    )*

        /// Lets an iterator over a deque go through a copy; the object layer's hook.
        pub fn settle(th: &mut Thread, object: &Object, copies: &mut Copies) {
            $(if let Some(iterator) = object.downcast_exact::<$ty>() {
                iterator.settle(th, copies);
            })*
        }
    };
}

iterators! {
    DequeIter "_deque_iterator" |i| Some((i, i + 1)), |len, i| len.saturating_sub(i), |_, i| i;
    DequeReverseIter "_deque_reverse_iterator" |i| i.checked_sub(1).map(|j| (j, j)), |_, i| i, |len, i| len.saturating_sub(i);
}
