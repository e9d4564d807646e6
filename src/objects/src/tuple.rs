//! `tuple`: the ABI's struct with its items behind it, and how one is made. Methods are in [`methods`], the iterator in [`iter`].
//!
//! Invariant: once anybody else can reach a tuple its items do not change and none of them is null, so that they may be borrowed
//! from it. (C fills a new tuple slot by slot before it shows it to anybody.) The hash is written once it is known.
#![allow(unsafe_code, reason = "the items follow the struct in memory")]

pub mod iter;
pub mod methods;

use heap::sync::{AtomicIsize, AtomicPtr, Ordering::*};
use heap::{Heaped, Slot, VarHead};
use macros::pytype;

use crate::glue::*;

/// Built-in immutable sequence.
///
/// If no argument is given, the constructor returns an empty tuple.
/// If iterable is specified the tuple is initialized from iterable's items.
///
/// If the argument is a tuple, the return value is the same object.
#[pytype(
    name = "tuple",
    export = "PyTuple_Type",
    sig = "(iterable=(), /)",
    flags(BASETYPE, TUPLE_SUBCLASS, SEQUENCE, MATCH_SELF, GC_WORD),
    gc = custom,
    prefix = no,
    basicsize = TUPLE_HEADER,
    itemsize = 8
)]
#[repr(C)]
pub struct Tuple {
    head: VarHead,
    hash: AtomicIsize,
    items: [Slot; 0],
}

/// Bytes before the items.
pub(crate) const HEADER: usize = TUPLE_HEADER;
const TUPLE_HEADER: usize = core::mem::offset_of!(Tuple, items);
const _: () = assert!(TUPLE_HEADER == 32 && core::mem::offset_of!(Tuple, hash) == core::mem::offset_of!(abi::PyTupleObject, ob_hash));

impl Drop for Tuple {
    fn drop(&mut self) {
        // Last item first, as CPython ends them.
        for slot in self.slots().iter().rev() {
            let item = slot.raw();
            if !item.is_null() {
                // SAFETY: R2: the tuple is ending; each slot's count is given back once.
                drop(unsafe { Ref::<Object>::from_raw(item) });
            }
        }
    }
}

impl Traverse for Tuple {
    fn traverse(&self, visitor: &mut Visitor) {
        self.slots().iter().for_each(|slot| visitor.slot(slot));
    }
}

impl Clear for Tuple {
    /// Nothing: a tuple cannot be part of a cycle of tuples only, and clearing any other member breaks the cycle.
    fn clear(&self, _: &mut Thread) {}
}

/// The empty tuple, immortal; made on first use.
static EMPTY: AtomicPtr<Tuple> = AtomicPtr::new(core::ptr::null_mut());

impl Tuple {
    /// Whether the collector need not know a tuple because of this item, which cannot be part of a cycle.
    #[inline(always)]
    pub fn takes_uncollected(th: &Thread, item: &Object) -> bool {
        // A static type object is never collected.
        !item.ty().has_flag(type_flags::HAVE_GC)
            || (item.is_exactly::<Tuple>() && !th.is_tracked(item))
            || crate::typing::as_type(item).is_some_and(|ty| !ty.has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64))
    }

    fn empty_head(len: usize) -> Tuple {
        Tuple { head: VarHead::init(len.cast_signed()), hash: AtomicIsize::new(-1), items: [] }
    }

    /// Takes over the items.
    pub fn new(th: &Thread, items: Vec<Ref<Object>>) -> Ref<Tuple> {
        let acyclic = items.iter().all(|item| Tuple::takes_uncollected(th, item));
        let mut items = items.into_iter();
        Tuple::build_known(th, items.len(), acyclic, |_| match items.next() {
            Some(item) => item,
            None => unreachable!("`build_known` asks for `len` items"),
        })
    }

    /// New references to the items.
    #[inline]
    pub fn from_slice(th: &Thread, items: &[&Object]) -> Ref<Tuple> {
        let acyclic = items.iter().all(|item| Tuple::takes_uncollected(th, item));
        Tuple::build_known(th, items.len(), acyclic, |index| th.retain(items[index]))
    }

    /// A tuple of fixed length.
    #[inline]
    pub fn from_array<const N: usize>(th: &Thread, items: [Ref<Object>; N]) -> Ref<Tuple> {
        let acyclic = items.iter().all(|item| Tuple::takes_uncollected(th, item));
        let mut items = items.into_iter();
        Tuple::build_known(th, N, acyclic, |_| match items.next() {
            Some(item) => item,
            None => unreachable!("`build_known` asks for `N` items"),
        })
    }

    /// As [`Tuple::from_array`], whatever the items the collector may get to know the tuple: so it can be tracked, or [reused](Tuple::reuse).
    #[inline]
    pub fn trackable<const N: usize>(th: &Thread, items: [Ref<Object>; N]) -> Ref<Tuple> {
        let mut items = items.into_iter();
        Tuple::build(th, N, |_| match items.next() {
            Some(item) => item,
            None => unreachable!("`build` asks for `N` items"),
        })
    }

    /// A tuple of `len` items that `make` yields in order. Running out of memory ends the process, as for any small object; see
    /// [`Tuple::try_build`].
    #[inline]
    pub fn build(th: &Thread, len: usize, make: impl FnMut(usize) -> Ref<Object>) -> Ref<Tuple> {
        Tuple::try_build(th, len, make).unwrap_or_else(|| heap::alloc::out_of_memory())
    }

    /// [`Tuple::build`], `None` when there is no memory.
    #[inline]
    pub fn try_build(th: &Thread, len: usize, mut make: impl FnMut(usize) -> Ref<Object>) -> Option<Ref<Tuple>> {
        if len == 0 {
            return Some(Tuple::empty());
        }
        let bytes = len.checked_mul(8)?.checked_add(TUPLE_HEADER).filter(|&bytes| bytes < isize::MAX as usize / 2)?;
        // SAFETY: the items are filled below, before anybody else sees the tuple.
        let tuple = unsafe { th.new_var_exact(bytes, Tuple::empty_head(len)) }?;
        let mut acyclic = true;
        tuple.fill(len, |index| {
            let item = make(index);
            acyclic &= Tuple::takes_uncollected(th, &item);
            item
        });
        if !acyclic {
            th.track(&*tuple);
        }
        Some(tuple)
    }

    /// [`Tuple::build`] of items of which the caller knows whether the collector need not know the tuple because of any of them
    /// ([`Tuple::takes_uncollected`]).
    #[inline]
    pub fn build_known(th: &Thread, len: usize, acyclic: bool, make: impl FnMut(usize) -> Ref<Object>) -> Ref<Tuple> {
        if len == 0 {
            return Tuple::empty();
        }
        // As many items lie in memory already.
        let bytes = TUPLE_HEADER + len * 8;
        let head = Tuple::empty_head(len);
        // SAFETY: the items are filled below, before anybody else sees the tuple, which is tracked if it has room for the collector's word.
        let tuple = unsafe { if acyclic { th.new_bare(bytes, head) } else { th.new_var_exact(bytes, head) } };
        let tuple = tuple.unwrap_or_else(|| heap::alloc::out_of_memory());
        tuple.fill(len, make);
        if !acyclic {
            th.track(&*tuple);
        }
        tuple
    }

    /// Fills the slots of a new tuple of that length.
    #[inline(always)]
    fn fill(&self, len: usize, mut make: impl FnMut(usize) -> Ref<Object>) {
        let items = self.first();
        for index in 0..len {
            // SAFETY: below the length.
            unsafe { items.add(index).write(Slot::new(make(index))) };
        }
    }

    /// [`Tuple::build`] of a few items that are in no cycle, in a block that this thread has kept; `None` if it has none.
    #[inline(always)]
    pub fn build_in_kept<const LEN: usize>(th: &Thread, make: impl FnMut(usize) -> Ref<Object>) -> Option<Ref<Tuple>> {
        const { assert!(LEN > 0, "there is one empty tuple") };
        // SAFETY: the items are filled below, before anybody else sees the tuple; they are in no cycle by the caller's promise.
        let tuple = unsafe { th.new_bare_in_kept(TUPLE_HEADER + LEN * 8, Tuple::empty_head(LEN)) }?;
        tuple.fill(LEN, make);
        Some(tuple)
    }

    /// The empty tuple.
    #[inline]
    pub fn empty() -> Ref<Tuple> {
        Tuple::empty_static().to_ref()
    }

    /// The empty tuple, borrowed for ever: it is immortal.
    #[inline]
    pub fn empty_static() -> &'static Tuple {
        // SAFETY: null or an immortal tuple.
        unsafe { EMPTY.load(Acquire).as_ref() }.unwrap_or_else(Tuple::make_empty)
    }

    #[cold]
    fn make_empty() -> &'static Tuple {
        // SAFETY: R10: called by threads that Python knows; `&Thread` only allocates.
        let th = unsafe { Thread::from_tls() };
        // SAFETY: there are no items.
        let tuple = unsafe { th.new_bare(TUPLE_HEADER, Tuple::empty_head(0)) }.unwrap_or_else(|| heap::alloc::out_of_memory());
        tuple.as_object().make_immortal();
        let made = tuple.into_raw().cast::<Tuple>();
        let kept = match EMPTY.compare_exchange(core::ptr::null_mut(), made, AcqRel, Acquire) {
            Ok(_) => made,
            Err(other) => other,
        };
        // SAFETY: immortal.
        unsafe { &*kept }
    }

    /// A tuple of `len` empty slots of `cls`, tracked; for C, which fills it before it shows it to anybody.
    pub fn new_null(th: &Thread, cls: &Type, len: usize) -> Option<Ref<Tuple>> {
        let tuple = th.new_var(cls, len, Tuple::empty_head(len))?;
        th.track(&*tuple);
        Some(tuple)
    }

    /// An instance of `cls`, a subclass of `tuple`, with these items.
    pub fn new_in(th: &Thread, cls: &Type, items: &[&Object]) -> Option<Ref<Tuple>> {
        let tuple = th.new_var(cls, items.len(), Tuple::empty_head(items.len()))?;
        for (index, item) in items.iter().enumerate() {
            // SAFETY: below the length; nobody else sees the tuple yet.
            unsafe { tuple.first().add(index).write(Slot::new(th.retain(*item))) };
        }
        th.track(&*tuple);
        Some(tuple)
    }

    #[inline(always)]
    fn first(&self) -> *mut Slot {
        core::ptr::from_ref(self).cast_mut().cast::<u8>().wrapping_add(TUPLE_HEADER).cast()
    }

    /// How many items.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // A size is never negative.
        self.head.size().cast_unsigned()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The fields; null where C has not filled them yet.
    #[inline(always)]
    pub fn slots(&self) -> &[Slot] {
        // SAFETY: `len` slots follow the header.
        unsafe { core::slice::from_raw_parts(self.first(), self.len()) }
    }

    /// The items.
    #[inline(always)]
    pub fn as_slice(&self) -> &[&Object] {
        debug_assert!(self.slots().iter().all(|slot| !slot.is_null()));
        // SAFETY: R13: the items of a tuple that others can reach are immutable and not null; a slot is one pointer.
        unsafe { core::slice::from_raw_parts(self.first().cast(), self.len()) }
    }

    /// Item `index`, which exists.
    #[inline(always)]
    pub fn get(&self, index: usize) -> &Object {
        self.as_slice()[index]
    }

    /// Item `index`, if there is one.
    #[inline(always)]
    pub fn item(&self, index: usize) -> Option<&Object> {
        self.as_slice().get(index).copied()
    }

    /// The items in order.
    #[inline(always)]
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Object> + ExactSizeIterator {
        self.as_slice().iter().copied()
    }

    /// The hash, if it was asked for before.
    #[inline(always)]
    pub fn cached_hash(&self) -> Option<isize> {
        match self.hash.load(Relaxed) {
            -1 => None,
            hash => Some(hash),
        }
    }

    fn cache_hash(&self, hash: isize) {
        self.hash.store(hash, Relaxed);
    }

    /// Replaces the items of a tuple that nobody else can see any more: `zip`, `enumerate` and dict iterators use their result
    /// again (R13), which was made by [`Tuple::trackable`]. Hands the old items back.
    #[inline]
    pub fn reuse<const N: usize>(&self, th: &Thread, items: [Ref<Object>; N]) -> [Ref<Object>; N] {
        debug_assert!(self.len() == N && th.is_mine(self));
        self.hash.store(-1, Relaxed);
        let mut acyclic = true;
        let mut index = 0;
        let old = items.map(|item| {
            acyclic &= Tuple::takes_uncollected(th, &item);
            let old = self.slots()[index].replace(th, self, Some(item));
            index += 1;
            match old {
                Some(old) => old,
                None => unreachable!("the slots of a finished tuple are filled"),
            }
        });
        if !acyclic && !th.is_tracked(self) {
            th.track(self);
        }
        old
    }
}
