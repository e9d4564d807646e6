//! The table behind a set: open addressing over (key, hash) pairs, the first eight of them inside the object.
//!
//! The places of a table are probed in runs of neighbours, as CPython's are, so that sets of small numbers show the same order. A place goes from
//! free to filled to gone and back to filled, never back to free: a probe of a key passes its place for as long as the table lives. A reader without
//! the lock (R8) may find a key beside the hash of the one before or after it. It compares the key it found; and if it misses one that was put into a
//! place which it had passed, that key was absent when it passed.
//!
//! Invariants: filled places hold a count on the key; two fifths of the places are free. `table` null means the small table. Whoever
//! writes a common set's table holds the set's lock; a heap table that was replaced is not written again. `table` is closed ([`heap::closing`]) while
//! several changes are to be one step for other threads: what comes in was made common before.
#![allow(unsafe_code, reason = "raw storage: entries behind one pointer")]

use core::ptr::NonNull;

use heap::sync::{AtomicIsize, AtomicPtr, AtomicU32, Ordering::*};
use heap::{Contended, Locked, Object, Ref, Thread, Visitor, buffer_alloc, buffer_free, closing};

use crate::NoMemory;
use crate::dict::keys::Verdict;

/// One place.
#[repr(C)]
pub struct Entry {
    key: AtomicPtr<Object>,
    hash: AtomicIsize,
}

impl Entry {
    const FREE: Entry = Entry { key: AtomicPtr::new(core::ptr::null_mut()), hash: AtomicIsize::new(0) };

    /// The key, borrowed, if there is one.
    #[inline(always)]
    fn live(&self) -> Option<&Object> {
        let key = self.key.load(Acquire);
        // SAFETY: R8: the memory of a key that the table named stays as long as the table may be read.
        if key == GONE { None } else { unsafe { key.as_ref() } }
    }
}

/// Stands where a table was that is being changed in several steps, of which nobody may see the first without the last. It is not looked into.
static CLOSED: Entry = Entry::FREE;

fn closed() -> *const Entry {
    &raw const CLOSED
}

/// What stands for a key that was removed.
const GONE: *mut Object = core::ptr::without_provenance_mut(16);
const SMALL: usize = 8;
/// How many neighbours are looked at before the probe jumps.
const RUN: usize = 9;
/// The mask, in front of a heap table's entries.
const HEADER: usize = 8;

/// The fields behind a set's header.
#[repr(C)]
pub struct SetTable {
    fill: AtomicIsize,
    used: AtomicIsize,
    mask: AtomicIsize,
    table: AtomicPtr<Entry>,
    /// A frozenset's hash, once known; -1: not yet.
    pub hash: AtomicIsize,
    /// Where `pop` looks first.
    finger: AtomicU32,
    /// Grows with each change of the set of keys or of the table.
    stamp: AtomicU32,
    small: [Entry; SMALL],
}

/// Where a probe stands.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    start: usize,
    offset: usize,
    perturb: usize,
    /// The last place on the way whose key is gone, as CPython takes it; `usize::MAX`: none.
    gone: usize,
}

/// What a probe came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The place has the key.
    Place(usize),
    /// The key is not in the table; the place is free.
    Absent(usize),
    /// The place's key has the same hash; ask it, then go on with the probe.
    Ask(usize),
}

/// A table's places, borrowed as those of `dict::keys::Table` are.
#[derive(Clone, Copy)]
pub struct Places<'a> {
    entries: &'a [Entry],
}

fn heap_mask(table: *mut Entry) -> usize {
    // SAFETY: R8: heap tables begin `HEADER` bytes before their entries and stay as long as they may be read.
    unsafe { table.cast::<usize>().sub(1).read() }
}

fn new_heap_table(places: usize) -> Result<*mut Entry, NoMemory> {
    let bytes = places.checked_mul(size_of::<Entry>()).and_then(|bytes| bytes.checked_add(HEADER)).ok_or(NoMemory)?;
    let block = buffer_alloc(bytes).ok_or(NoMemory)?;
    // SAFETY: fresh memory of that size; free entries are all zero.
    unsafe {
        block.cast::<usize>().write(places - 1);
        block.add(HEADER).write_bytes(0, bytes - HEADER);
        Ok(block.add(HEADER).cast::<Entry>().as_ptr())
    }
}

fn block_of(table: *mut Entry) -> *mut u8 {
    table.cast::<u8>().wrapping_sub(HEADER)
}

impl Default for SetTable {
    fn default() -> Self {
        SetTable::EMPTY
    }
}

impl SetTable {
    /// Nothing in the small table.
    pub const EMPTY: SetTable = SetTable {
        fill: AtomicIsize::new(0),
        used: AtomicIsize::new(0),
        mask: AtomicIsize::new(SMALL.cast_signed() - 1),
        table: AtomicPtr::new(core::ptr::null_mut()),
        hash: AtomicIsize::new(-1),
        finger: AtomicU32::new(0),
        stamp: AtomicU32::new(0),
        small: [Entry::FREE; SMALL],
    };

    /// How many keys there are.
    #[inline(always)]
    pub fn used(&self) -> usize {
        // Who has seen one of several changes sees how many keys there are after the last.
        closing::load(&self.table, closed());
        self.used.load(Acquire).cast_unsigned()
    }

    /// How many places are not free.
    #[inline(always)]
    pub fn fill(&self) -> usize {
        self.fill.load(Relaxed).cast_unsigned()
    }

    /// Number of places less one.
    #[inline(always)]
    pub fn mask(&self) -> usize {
        self.places().entries.len() - 1
    }

    /// The places; also without the lock.
    #[inline(always)]
    pub fn places(&self) -> Places<'_> {
        let table = closing::load(&self.table, closed());
        if table.is_null() {
            return Places { entries: &self.small };
        }
        // SAFETY: R8: a heap table that the set named stays until this thread's next safepoint, or the set's next change if the set is *mine*.
        Places { entries: unsafe { core::slice::from_raw_parts(table, heap_mask(table) + 1) } }
    }

    /// Bytes beside the object.
    pub fn heap_bytes(&self) -> usize {
        let places = self.places().entries;
        if core::ptr::eq(places.as_ptr(), self.small.as_ptr()) { 0 } else { size_of_val(places) }
    }

    /// Who finds stamp and places as they were may take up a probe again.
    #[inline(always)]
    pub fn stamp(&self) -> u32 {
        self.stamp.load(Acquire)
    }

    #[inline(always)]
    fn changed(&self) {
        self.stamp.store(self.stamp.load(Relaxed).wrapping_add(1), Release);
    }

    /// Fills a free place of the locked set, or in a *mine* set one whose key is gone. The caller resizes afterwards if [`SetTable::is_crowded`].
    #[inline]
    pub fn add_at(&self, th: &Thread, holder: &Object, place: usize, hash: isize, key: Ref<Object>) {
        th.barrier(holder, &key);
        let entry = &self.places().entries[place];
        self.step(th.is_mine(holder), || {
            if entry.key.load(Relaxed).is_null() {
                self.fill.store(self.fill.load(Relaxed) + 1, Relaxed);
            }
            entry.hash.store(hash, Relaxed);
            // Release: who finds the key finds its hash.
            entry.key.store(key.into_raw().cast(), Release);
            self.used.store(self.used.load(Relaxed) + 1, Release);
            self.changed();
        });
    }

    /// Other threads see nothing of what `change` does before all is done: it looks for no table.
    #[inline(always)]
    fn step<R>(&self, mine: bool, change: impl FnOnce() -> R) -> R {
        if mine {
            return change();
        }
        let table = self.table.load(Relaxed);
        self.step_to(false, table, change)
    }

    /// As [`SetTable::step`]; `table` is the set's behind it.
    #[inline(always)]
    fn step_to<R>(&self, mine: bool, table: *mut Entry, change: impl FnOnce() -> R) -> R {
        if !mine {
            closing::close(&self.table, closed());
        }
        let done = change();
        closing::open(&self.table, table);
        done
    }

    /// Until what is returned ends, other threads see nothing of what is done to its table, which is to be changed instead of this one, that of the
    /// locked common set `holder`.
    pub fn in_one_step(&self, th: &Locked<'_>, holder: &Object) -> Result<OneStep<'_>, NoMemory> {
        debug_assert!(!th.is_mine(holder));
        if self.table.load(Relaxed).is_null() {
            self.resize(th, holder, SMALL - 1)?;
        }
        let hidden = SetTable::EMPTY;
        hidden.take_over(self);
        closing::close(&self.table, closed());
        Ok(OneStep { own: self, hidden })
    }

    /// The fields of another table, but for the heap table.
    fn take_counts(&self, other: &SetTable) {
        self.fill.store(other.fill.load(Relaxed), Relaxed);
        self.mask.store(other.mask.load(Relaxed), Relaxed);
        self.stamp.store(other.stamp.load(Relaxed).wrapping_add(1), Release);
        self.used.store(other.used.load(Relaxed), Release);
    }

    fn take_over(&self, other: &SetTable) {
        self.take_counts(other);
        self.table.store(other.table.load(Relaxed), Relaxed);
    }

    /// Whether too few places are free: the table must grow now.
    #[inline(always)]
    pub fn is_crowded(&self) -> bool {
        self.fill() * 5 >= self.mask() * 3
    }

    /// The size that [`SetTable::resize`] is asked for when the table is crowded.
    pub fn wanted(&self) -> usize {
        let used = self.used();
        if used > 50_000 { used * 2 } else { used * 4 }
    }

    /// Moves the keys to a table of more than `wanted` places; `holder` is the locked set.
    pub fn resize(&self, th: &Locked<'_>, holder: &Object, wanted: usize) -> Result<(), NoMemory> {
        let places = (wanted.checked_add(1).ok_or(NoMemory)?).checked_next_power_of_two().ok_or(NoMemory)?.max(SMALL);
        let old = self.table.load(Relaxed);
        let mine = th.is_mine(holder);
        self.changed();
        if places == SMALL && mine {
            return self.rebuild_small(old);
        }
        let table = new_heap_table(places)?;
        // SAFETY: the table is new and ours.
        let to = Places { entries: unsafe { core::slice::from_raw_parts(table, places) } };
        for (hash, key) in self.places().raw_iter() {
            to.add_clean(hash, key);
        }
        self.mask.store(places.cast_signed() - 1, Relaxed);
        self.table.store(table, Release);
        self.fill.store(self.used.load(Relaxed), Relaxed);
        if old.is_null() {
            if mine {
                self.small.iter().for_each(|entry| entry.key.store(core::ptr::null_mut(), Relaxed));
            }
        } else {
            // SAFETY: R8: unlinked above; its counts moved on.
            unsafe { th.retire_buffer(holder, block_of(old), HEADER + (heap_mask(old) + 1) * size_of::<Entry>()) };
        }
        Ok(())
    }

    /// Into the small table of a *mine* set, from a heap table or from itself.
    fn rebuild_small(&self, old: *mut Entry) -> Result<(), NoMemory> {
        let keys: Vec<(isize, *mut Object)> = self.places().raw_iter().collect();
        for entry in &self.small {
            entry.key.store(core::ptr::null_mut(), Relaxed);
        }
        let to = Places { entries: &self.small };
        for (hash, key) in keys {
            to.add_clean(hash, key);
        }
        self.table.store(core::ptr::null_mut(), Release);
        self.mask.store(SMALL.cast_signed() - 1, Relaxed);
        self.fill.store(self.used.load(Relaxed), Relaxed);
        if !old.is_null() {
            // SAFETY: R5: *mine*: nobody else reads the old table.
            unsafe { buffer_free(block_of(old)) };
        }
        Ok(())
    }

    /// Empties a place of the locked set. Hands the key's count over.
    pub fn remove_at(&self, th: &Locked<'_>, holder: &Object, place: usize) -> Ref<Object> {
        let mine = th.is_mine(holder);
        let entry = &self.places().entries[place];
        let key = self.step(mine, || {
            let key = if mine {
                let key = entry.key.load(Relaxed);
                entry.key.store(GONE, Relaxed);
                key
            } else {
                entry.key.swap(GONE, AcqRel)
            };
            entry.hash.store(-1, Relaxed);
            self.used.store(self.used.load(Relaxed) - 1, Release);
            self.changed();
            key
        });
        // SAFETY: R2: filled places hold a count; it moves to the caller.
        unsafe { Ref::from_raw(key.cast()) }
    }

    /// Where `pop` finds its next key: the first filled place from where the last call stopped.
    pub fn pop_place(&self) -> Option<usize> {
        if self.used() == 0 {
            return None;
        }
        let places = self.places();
        let mask = places.entries.len() - 1;
        let from = self.finger.load(Relaxed) as usize & mask;
        let place = (from..=mask).chain(0..from).find(|&place| places.key_at(place).is_some())?;
        self.finger.store(place as u32 + 1, Relaxed);
        Some(place)
    }

    /// Takes all keys out of the locked set.
    pub fn take_all(&self, th: &Locked<'_>, holder: &Object) -> Vec<Ref<Object>> {
        let places = self.places();
        // SAFETY: R2: each place's count is taken once, the table is unlinked or overwritten below.
        let keys = places.raw_iter().map(|(_, key)| unsafe { Ref::from_raw(key.cast()) }).collect();
        let old = self.table.load(Relaxed);
        self.step_to(th.is_mine(holder), core::ptr::null_mut(), || {
            self.used.store(0, Release);
            self.fill.store(0, Relaxed);
            for entry in &self.small {
                entry.key.store(core::ptr::null_mut(), Release);
            }
            self.mask.store(SMALL.cast_signed() - 1, Relaxed);
            self.changed();
        });
        if !old.is_null() {
            // SAFETY: R8: unlinked above; its counts are in `keys`.
            unsafe { th.retire_buffer(holder, block_of(old), HEADER + (heap_mask(old) + 1) * size_of::<Entry>()) };
        }
        keys
    }

    /// Fills an empty table with new references to the keys of another set; both are locked.
    pub fn copy_from(&self, th: &Locked<'_>, holder: &Object, other: &SetTable) -> Result<(), NoMemory> {
        debug_assert!(self.fill() == 0);
        if (self.fill() + other.used()) * 5 >= self.mask() * 3 {
            self.resize(th, holder, (self.used() + other.used()) * 2)?;
        }
        let (to, from) = (self.places(), other.places());
        let same_shape = to.entries.len() == from.entries.len() && other.fill() == other.used();
        for (place, hash, key) in from.iter() {
            let key = th.retain(key);
            th.barrier(holder, &key);
            if same_shape {
                to.entries[place].hash.store(hash, Relaxed);
                to.entries[place].key.store(key.into_raw().cast(), Release);
            } else {
                to.add_clean(hash, key.into_raw().cast());
            }
        }
        self.fill.store(other.used.load(Relaxed), Relaxed);
        self.used.store(other.used.load(Relaxed), Release);
        self.changed();
        Ok(())
    }

    /// Replaces the keys of the locked set by those of `other`, which nobody else knows. Other threads see the old keys or the new ones.
    /// Hands the old ones back.
    pub fn become_like(&self, th: &Locked<'_>, holder: &Object, other: &SetTable) -> Result<Vec<Ref<Object>>, NoMemory> {
        if th.is_mine(holder) {
            let old = self.take_all(th, holder);
            if other.mask() != self.mask() {
                self.resize(th, holder, other.mask())?;
            }
            return self.copy_from(th, holder, other).map(|()| old);
        }
        let places = other.places();
        let table = new_heap_table(places.entries.len())?;
        // SAFETY: the table is new and ours.
        let to = unsafe { core::slice::from_raw_parts(table, places.entries.len()) };
        for (place, hash, key) in places.iter() {
            let key = th.retain(key);
            th.barrier(holder, &key);
            to[place].hash.store(hash, Relaxed);
            to[place].key.store(key.into_raw().cast(), Relaxed);
        }
        let before = self.places();
        // SAFETY: R2: each place's count is taken once; the table is unlinked below, and a small table is not looked at again before it is cleared.
        let old = before.raw_iter().map(|(_, key)| unsafe { Ref::from_raw(key.cast()) }).collect();
        let old_table = self.table.load(Relaxed);
        self.step_to(false, table, || {
            self.mask.store(places.entries.len().cast_signed() - 1, Relaxed);
            // The places that were gone in `other` are free here.
            self.fill.store(other.used.load(Relaxed), Relaxed);
            self.used.store(other.used.load(Relaxed), Release);
            self.changed();
        });
        if !old_table.is_null() {
            // SAFETY: R8: unlinked above; its counts are in `old`.
            unsafe { th.retire_buffer(holder, block_of(old_table), HEADER + (heap_mask(old_table) + 1) * size_of::<Entry>()) };
        }
        Ok(old)
    }

    /// Visits the keys for the collector (R6: no other thread writes then).
    pub fn visit(&self, visitor: &mut Visitor) {
        for (_, key) in self.places().raw_iter() {
            // SAFETY: R6: filled places hold counts.
            unsafe { visitor.raw(key.cast()) };
        }
    }
}

/// See [`SetTable::in_one_step`].
pub struct OneStep<'t> {
    own: &'t SetTable,
    hidden: SetTable,
}

impl OneStep<'_> {
    /// The table to change.
    pub fn table(&self) -> &SetTable {
        &self.hidden
    }
}

impl Drop for OneStep<'_> {
    fn drop(&mut self) {
        self.own.take_counts(&self.hidden);
        closing::open(&self.own.table, self.hidden.table.swap(core::ptr::null_mut(), Relaxed));
    }
}

impl Drop for SetTable {
    fn drop(&mut self) {
        for (_, key) in self.places().raw_iter() {
            // SAFETY: R2: the set is ending; each place's count is given back once.
            drop(unsafe { Ref::<Object>::from_raw(key.cast()) });
        }
        let table = self.table.load(Relaxed);
        if !table.is_null() {
            // SAFETY: R8: a reader holds a count on the set, and there is none left.
            unsafe { buffer_free(block_of(table)) };
        }
    }
}

impl Probe {
    #[inline(always)]
    fn start(hash: isize, mask: usize) -> Probe {
        Probe { start: hash.cast_unsigned() & mask, offset: 0, perturb: hash.cast_unsigned(), gone: usize::MAX }
    }

    /// Where a key goes that was not found: where another one is gone, else into the free place that ended the probe.
    #[inline(always)]
    pub fn vacancy(self, free: usize) -> usize {
        if self.gone == usize::MAX { free } else { self.gone }
    }

    #[inline(always)]
    fn step(&mut self, mask: usize) {
        if self.offset < RUN && self.start + RUN <= mask {
            self.offset += 1;
            return;
        }
        self.perturb >>= 5;
        self.start = self.start.wrapping_mul(5).wrapping_add(1).wrapping_add(self.perturb) & mask;
        self.offset = 0;
    }
}

impl<'a> Places<'a> {
    /// The table's address: whether a table is still the same.
    pub fn address(self) -> *const Entry {
        self.entries.as_ptr()
    }

    /// How many places there are.
    pub fn len(self) -> usize {
        self.entries.len()
    }

    /// Never: a table has eight places at least.
    pub fn is_empty(self) -> bool {
        self.entries.is_empty()
    }

    /// The key at a place, borrowed.
    #[inline(always)]
    pub fn key_at(self, place: usize) -> Option<&'a Object> {
        self.entries.get(place)?.live()
    }

    /// The hash at a place.
    #[inline(always)]
    pub fn hash_at(self, place: usize) -> isize {
        self.entries[place].hash.load(Relaxed)
    }

    /// The key at a place, counted; `Err` if it changed meanwhile.
    pub fn key_ref(self, th: &Thread, mine: bool, place: usize) -> Result<Option<Ref<Object>>, Contended> {
        let Some(key) = self.key_at(place) else { return Ok(None) };
        if mine {
            return Ok(Some(th.retain(key)));
        }
        if !th.try_incref(key) {
            return Err(Contended);
        }
        // SAFETY: R2: the count was just taken.
        let counted = unsafe { Ref::<Object>::from_raw(key.as_ptr()) };
        if self.key_at(place).is_some_and(|now| core::ptr::eq(now, &*counted)) { Ok(Some(counted)) } else { Err(Contended) }
    }

    /// Looks for a key; see `dict::keys::Table::find`.
    #[inline(always)]
    pub fn find(self, hash: isize, key: *const Object, same: impl Fn(&Object) -> Verdict) -> (Found, Probe) {
        self.find_from(Probe::start(hash, self.entries.len() - 1), hash, key, same)
    }

    /// [`Places::find`] behind a place where a key was asked and found different.
    pub fn find_next(self, mut probe: Probe, hash: isize, key: *const Object, same: impl Fn(&Object) -> Verdict) -> (Found, Probe) {
        probe.step(self.entries.len() - 1);
        self.find_from(probe, hash, key, same)
    }

    #[inline(always)]
    fn find_from(self, mut probe: Probe, hash: isize, key: *const Object, same: impl Fn(&Object) -> Verdict) -> (Found, Probe) {
        let mask = self.entries.len() - 1;
        loop {
            let place = probe.start + probe.offset;
            let entry = &self.entries[place];
            let found = entry.key.load(Acquire);
            if found.is_null() {
                return (Found::Absent(place), probe);
            }
            if core::ptr::eq(found, key) {
                return (Found::Place(place), probe);
            }
            if found == GONE {
                probe.gone = place;
            } else if entry.hash.load(Relaxed) == hash {
                // SAFETY: R8: as in `key_at`.
                match same(unsafe { &*found }) {
                    Verdict::Same => return (Found::Place(place), probe),
                    Verdict::Ask => return (Found::Ask(place), probe),
                    Verdict::Different => {}
                }
            }
            probe.step(mask);
        }
    }

    /// Puts a key into the first free place for its hash; its count comes along.
    fn add_clean(self, hash: isize, key: *mut Object) {
        let mask = self.entries.len() - 1;
        let mut probe = Probe::start(hash, mask);
        loop {
            let entry = &self.entries[probe.start + probe.offset];
            if entry.key.load(Relaxed).is_null() {
                entry.hash.store(hash, Relaxed);
                entry.key.store(key, Release);
                return;
            }
            probe.step(mask);
        }
    }

    fn raw_iter(self) -> impl Iterator<Item = (isize, *mut Object)> + 'a {
        self.entries.iter().filter_map(|entry| {
            let key = entry.key.load(Relaxed);
            (!key.is_null() && key != GONE).then(|| (entry.hash.load(Relaxed), key))
        })
    }

    /// The first place from `from` on that has a key.
    #[inline]
    pub fn next(self, from: usize) -> Option<usize> {
        (from..self.entries.len()).find(|&place| self.key_at(place).is_some())
    }

    /// The first key from a place on, and its place. Under the set's guard, or on a *mine* set.
    #[inline(always)]
    pub fn key_from(self, from: usize) -> Option<(usize, &'a Object)> {
        let rest = self.entries.get(from..)?;
        let (offset, key) = rest.iter().enumerate().find_map(|(offset, entry)| Some((offset, entry.live()?)))?;
        Some((from + offset, key))
    }

    /// All keys with their places and hashes. Under the set's guard, or on a *mine* set.
    pub fn iter(self) -> impl Iterator<Item = (usize, isize, &'a Object)> {
        self.entries.iter().enumerate().filter_map(move |(place, entry)| Some((place, entry.hash.load(Relaxed), entry.live()?)))
    }
}

const _: () = assert!(size_of::<Option<NonNull<Entry>>>() == 8 && size_of::<Entry>() == 16);
