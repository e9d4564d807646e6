//! Common lists that are looked through without their lock, as long as nobody changes them ([`heap::watch`]).
//!
//! The first to look does so under the lock, and lets those behind it do without ([`ListGuard::watch`](super::storage::ListGuard::watch)).
#![allow(unsafe_code, reason = "slots behind a pointer that may be replaced meanwhile")]

use heap::sync::{AtomicUsize, Edge, Ordering::*, at};
use heap::{Object, Ref, Slot, Thread, watch};

use super::List;
use super::storage::{CAPACITY, cell, word};
use crate::quick::quick_eq;
use crate::slice::Positions;

/// The items of a list, which are to be taken for its items of one moment only if it [`held`](Watched::held). Borrowed objects stay in memory until
/// the thread's next safepoint (R8).
pub(super) struct Watched<'a> {
    list: &'a List,
    items: *mut Slot,
    len: usize,
    /// The block's word and what it was; `None`: the list is *mine*.
    before: Option<(&'a AtomicUsize, usize)>,
}

/// What looking for a value came to.
pub(super) enum Found {
    At(usize),
    Absent,
    /// The item at that index must be asked, which may run code.
    Ask(usize, Ref<Object>),
}

impl List {
    /// The items, if the list is *mine*, or nobody has changed it since it was looked through under its lock.
    #[inline]
    pub(super) fn watched<'a>(&'a self, th: &'a Thread) -> Option<Watched<'a>> {
        let items = self.items().load(Acquire);
        if th.is_mine(self) {
            return Some(Watched { list: self, items, len: self.len(), before: None });
        }
        if items.is_null() {
            return None;
        }
        // SAFETY: R8: a block that the list named stays until this thread's next safepoint.
        let word = unsafe { word(items) };
        let before = watch::begin(word)?;
        let len = self.head().size_acquire().cast_unsigned();
        // Another block's size may be larger than this block.
        (len <= before & CAPACITY).then_some(Watched { list: self, items, len, before: Some((word, before)) })
    }

    /// New references to the items of a common list, if nobody has changed it since it was looked through: those at the positions that `of` takes from as
    /// many items.
    pub(super) fn copy_watched(&self, th: &Thread, of: impl FnOnce(usize) -> Positions) -> Option<Vec<Ref<Object>>> {
        if th.is_mine(self) {
            return None;
        }
        let items = self.watched(th)?;
        items.copy(th, of(items.len))
    }

    /// Whether both lists have equal items, if that can be said without a lock and without code.
    pub(super) fn quick_same(&self, th: &Thread, other: &List) -> Option<bool> {
        let (left, right) = (self.watched(th)?, other.watched(th)?);
        let mut same = left.len == right.len;
        let mut index = 0;
        while same && index < left.len {
            same = quick_eq(left.get(index)?, right.get(index)?)?;
            index += 1;
        }
        (left.held() && right.held()).then_some(same)
    }
}

impl Watched<'_> {
    /// Item `index`, which is below the length; `None` if it is being replaced.
    #[inline(always)]
    fn get(&self, index: usize) -> Option<&Object> {
        debug_assert!(index < self.len);
        // SAFETY: R8: below the capacity of a block that stays until this thread's next safepoint, as the object does that it names.
        unsafe { cell(self.items, index).load(at(Edge::SlotLoad, Acquire)).as_ref() }
    }

    /// Whether the list is still as it was.
    #[inline(always)]
    fn held(&self) -> bool {
        match self.before {
            None => true,
            Some((word, before)) => watch::held(word, before) && core::ptr::eq(self.list.items().load(Acquire), self.items),
        }
    }

    /// The first index from `start` and below `stop` whose item is or equals `value`, or would have to be asked.
    pub(super) fn find(&self, th: &Thread, value: &Object, start: usize, stop: usize) -> Option<Found> {
        for index in start..stop.min(self.len) {
            let item = self.get(index)?;
            match quick_eq(item, value) {
                Some(false) => {}
                Some(true) => return self.held().then_some(Found::At(index)),
                None => {
                    let item = self.count(th, item)?;
                    return self.held().then_some(Found::Ask(index, item));
                }
            }
        }
        self.held().then_some(Found::Absent)
    }

    fn count(&self, th: &Thread, item: &Object) -> Option<Ref<Object>> {
        if !th.try_incref(item) {
            return None;
        }
        // SAFETY: R2: the count was just taken.
        Some(unsafe { Ref::from_raw(item.as_ptr()) })
    }

    /// New references to the items at these positions.
    fn copy(&self, th: &Thread, positions: Positions) -> Option<Vec<Ref<Object>>> {
        let mut all = Vec::with_capacity(positions.count);
        for index in 0..positions.count {
            all.push(self.count(th, self.get(positions.place(index))?)?);
        }
        self.held().then_some(all)
    }
}
