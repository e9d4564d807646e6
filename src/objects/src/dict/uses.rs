//! A dict in the order in which its entries were used, and that order as several threads note it: what caches that forget their oldest
//! entry are made of.
//!
//! If each use moved its entry to the end, threads that share a cache would wait for one lock. So they write down when they used which
//! entry, each in a row of its own, and only who must know the order (to throw out the oldest, or because the table is full) brings the
//! entries into it.
//!
//! Invariants: the entries without a time were used in the order in which they stand, before all that have one. [`Notes`] are about one
//! table, are begun and given up under the dict's guard, and are given up before another table takes its place. They decide about the
//! order alone: a use that is noted while the order is made may be forgotten, as if it had been before.
#![allow(unsafe_code, reason = "rows of times behind a pointer that other threads read")]

use core::ptr::NonNull;

use heap::sync::{self, AtomicPtr, AtomicU64, AtomicUsize, Ordering::*};
use heap::ticks::ticks;
use heap::{buffer_alloc, buffer_free};

use super::lookup::Place;
use super::storage::DictGuard;
use super::{Dict, NoMemory};
use crate::Str;
use crate::glue::*;

/// In how many rows threads write; those whose ids leave the same remainder share one.
const ROWS: usize = 8;
/// Tables with more entries are kept in order under the lock: their notes would take too much memory, and too long to read.
const MOST_ENTRIES: usize = 1024;
/// Times between the rows, so that no two of them lie in one cache line or in the one that is fetched with it.
const GAP: usize = 16;

/// Which threads used what, and how often.
pub struct Uses {
    shared: AtomicPtr<Shared>,
}

struct Shared {
    notes: AtomicPtr<Notes>,
    counts: [Count; ROWS],
}

#[derive(Default)]
#[repr(align(128))]
struct Count(AtomicUsize);

/// When the entries of a table were last used: a row of times for each set of threads; 0 is never.
#[repr(C)]
struct Notes {
    /// The address of the table.
    table: usize,
    /// How many entries it may have.
    entries: usize,
}

impl Notes {
    fn bytes(entries: usize) -> usize {
        size_of::<Notes>() + ROWS * (entries + GAP) * size_of::<AtomicU64>()
    }

    fn new(table: usize, entries: usize) -> Result<NonNull<Notes>, NoMemory> {
        let bytes = Notes::bytes(entries);
        let block = buffer_alloc(bytes).ok_or(NoMemory)?;
        let notes: NonNull<Notes> = block.cast();
        // SAFETY: fresh memory of that size; times of zero are "never".
        unsafe {
            block.write_bytes(0, bytes);
            notes.write(Notes { table, entries });
        }
        Ok(notes)
    }

    fn row(&self, row: usize) -> &[AtomicU64] {
        debug_assert!(row < ROWS);
        let times = core::ptr::from_ref(self).wrapping_add(1).cast::<AtomicU64>();
        // SAFETY: R8: the block stays while it is borrowed, and has so many times behind its header.
        unsafe { core::slice::from_raw_parts(times.add(row * (self.entries + GAP)), self.entries) }
    }

    /// Notes that the thread uses an entry now.
    #[inline]
    fn note(&self, th: &Thread, entry: usize) {
        if let Some(time) = self.row(th.id() as usize % ROWS).get(entry) {
            // Two threads may share the row, and the later one of them may come first.
            sync::raise(time, ticks());
        }
    }

    /// When an entry was last used; 0 if it was not, since these notes were begun.
    fn last_use(&self, entry: usize) -> u64 {
        (0..ROWS).filter_map(|row| self.row(row).get(entry)).map(|time| time.load(Relaxed)).max().unwrap_or(0)
    }
}

impl Uses {
    /// None yet.
    pub const fn new() -> Uses {
        Uses { shared: AtomicPtr::new(core::ptr::null_mut()) }
    }

    fn shared(&self) -> Option<&Shared> {
        // SAFETY: once made, it stays as long as `self`.
        unsafe { self.shared.load(Acquire).as_ref() }
    }

    #[cold]
    fn make_shared(&self) -> &Shared {
        let made = Box::into_raw(Box::new(Shared { notes: AtomicPtr::default(), counts: Default::default() }));
        match self.shared.compare_exchange(core::ptr::null_mut(), made, AcqRel, Acquire) {
            // SAFETY: as in `shared`.
            Ok(_) => unsafe { &*made },
            Err(first) => {
                // SAFETY: nobody else has seen this one; `first` is as in `shared`.
                unsafe {
                    drop(Box::from_raw(made));
                    &*first
                }
            }
        }
    }

    /// The notes about the table at that address.
    #[inline]
    fn notes<'a>(&'a self, _th: &'a Thread, table: usize) -> Option<&'a Notes> {
        // SAFETY: R8: notes that were named stay until this thread's next safepoint, which needs `&mut Thread`.
        let notes = unsafe { self.shared()?.notes.load(Acquire).as_ref()? };
        (notes.table == table).then_some(notes)
    }

    /// Whether there are notes, about whichever table; else the dict's order is that of use.
    #[inline]
    fn has_notes(&self) -> bool {
        self.shared().is_some_and(|shared| !shared.notes.load(Relaxed).is_null())
    }

    /// Counts a use, of which other threads may have some, too. Notes are made from the first one on.
    #[inline]
    pub fn count_up(&self, th: &Thread) {
        let shared = self.shared().unwrap_or_else(|| self.make_shared());
        shared.counts[th.id() as usize % ROWS].0.fetch_add(1, Relaxed);
    }

    /// How many were counted.
    pub fn count(&self) -> usize {
        self.shared().map_or(0, |shared| shared.counts.iter().fold(0, |sum, count| sum.wrapping_add(count.0.load(Relaxed))))
    }

    /// Starts to count anew.
    pub fn forget_count(&self) {
        for count in self.shared().iter().flat_map(|shared| &shared.counts) {
            count.0.store(0, Relaxed);
        }
    }

    /// Notes that a value is used which [`Dict::get_placed`] found, and hands it back; `None` if there are no notes about its table.
    #[inline]
    fn note_placed(&self, th: &mut Thread, (value, table, entry): (Ref<Object>, usize, usize)) -> Option<Ref<Object>> {
        match self.notes(th, table) {
            Some(notes) => {
                notes.note(th, entry);
                Some(value)
            }
            None => {
                th.release(value);
                None
            }
        }
    }

    /// Begins notes about the table under the guard, unless it is too large or no other thread reads it.
    fn begin(&self, guard: &DictGuard<'_>) {
        let (Some(shared), table) = (self.shared(), guard.table()) else { return };
        let entries = table.filled() + table.usable();
        if guard.mine() || entries > MOST_ENTRIES {
            return;
        }
        // Without memory for them the order is kept under the lock, as before.
        if let Ok(notes) = Notes::new(table.block().addr().get(), entries) {
            self.give_up(guard);
            shared.notes.store(notes.as_ptr(), Release);
        }
    }

    /// Forgets the notes; the caller holds the dict's guard.
    fn give_up(&self, guard: &DictGuard<'_>) {
        let Some(shared) = self.shared() else { return };
        let Some(old) = NonNull::new(shared.notes.swap(core::ptr::null_mut(), AcqRel)) else { return };
        // SAFETY: R8: they were there until the line before, in which they were unlinked.
        unsafe {
            let bytes = Notes::bytes(old.as_ref().entries);
            guard.th().retire_buffer(guard.dict(), old.as_ptr().cast(), bytes);
        }
    }
}

impl Default for Uses {
    fn default() -> Self {
        Uses::new()
    }
}

impl Drop for Uses {
    fn drop(&mut self) {
        let Some(shared) = NonNull::new(self.shared.load(Relaxed)) else { return };
        // SAFETY: both were made here, and nobody reads them any more: readers borrow `self`.
        unsafe {
            let shared = Box::from_raw(shared.as_ptr());
            let notes = shared.notes.load(Relaxed);
            if !notes.is_null() {
                buffer_free(notes.cast());
            }
        }
    }
}

impl DictGuard<'_> {
    fn table_address(&self) -> usize {
        self.table().block().addr().get()
    }

    /// Makes the entry the one that was used last.
    fn use_entry(&mut self, place: Place, uses: &Uses) -> Result<(), NoMemory> {
        if let Some(notes) = uses.notes(self.th(), self.table_address()) {
            notes.note(self.th(), place.0);
            return Ok(());
        }
        self.move_last(place)?;
        uses.begin(self);
        Ok(())
    }

    /// The value of an entry, which becomes the one that was used last.
    fn get_used(&mut self, place: Place, uses: &Uses) -> Option<Result<Ref<Object>, NoMemory>> {
        let value = self.table().value(place.0).map(|value| self.th().retain(value))?;
        Some(self.use_entry(place, uses).map(|()| value))
    }

    /// Brings the entries into the order of their use, in a new table with room for more; nothing if they are in it.
    fn settle(&mut self, uses: &Uses) -> Result<(), NoMemory> {
        let Some(notes) = uses.notes(self.th(), self.table_address()) else { return Ok(()) };
        let mut used: Vec<(u64, usize)> = self.table().iter().map(|(entry, ..)| (notes.last_use(entry), entry)).collect();
        used.sort_unstable();
        let order: Vec<usize> = used.into_iter().map(|(_, entry)| entry).collect();
        // The first entry of an unsettled table may be in use: without memory nothing is thrown out.
        self.rearrange(&order)?;
        uses.give_up(self);
        Ok(())
    }

    /// Takes out the entry that was used the longest ago.
    fn remove_oldest(&mut self, uses: &Uses) -> Result<Option<(Ref<Object>, Ref<Object>)>, NoMemory> {
        let Some(first) = self.table().first() else { return Ok(None) };
        if uses.notes(self.th(), self.table_address()).is_some_and(|notes| notes.last_use(first) != 0) {
            self.settle(uses)?;
        }
        Ok(self.remove_first())
    }
}

impl Dict {
    /// The value of a key, whose hash is known; it becomes the one that was used last.
    pub fn get_used(&self, th: &mut Thread, key: &Object, hash: isize, uses: &Uses) -> Result<Option<Ref<Object>>, Raised> {
        if uses.has_notes() {
            let Some(placed) = self.get_placed(th, key, hash)? else { return Ok(None) };
            if let Some(value) = uses.note_placed(th, placed) {
                return Ok(Some(value));
            }
        }
        let found = self.with_place(th, key, hash, |guard, place| guard.get_used(place?, uses))?;
        found.transpose().map_err(|error: NoMemory| error.raise(th))
    }

    /// [`Dict::get_used`] for the tuple of these items, a key that need not be made to look for it. It may miss what only calls would find.
    pub fn get_used_tuple_of(&self, th: &mut Thread, items: &[&Object], hash: isize, uses: &Uses) -> Result<Option<Ref<Object>>, Raised> {
        if uses.has_notes() {
            let Some(placed) = self.get_placed_tuple_of(th, items, hash) else { return Ok(None) };
            if let Some(value) = uses.note_placed(th, placed) {
                return Ok(Some(value));
            }
        }
        let mut guard = self.lock(th);
        let found = guard.find_tuple_of(items, hash).and_then(|place| guard.get_used(place, uses));
        drop(guard);
        found.transpose().map_err(|error| error.raise(th))
    }

    /// Adds a key, unless it is there, and takes out the entry that was used the longest ago if there are more than `limit` then. Hands
    /// back what was in the key's place, and what went.
    pub fn add_within(
        &self,
        th: &mut Thread,
        key: &Object,
        hash: isize,
        value: &Object,
        limit: usize,
        uses: &Uses,
    ) -> Result<Added, Raised> {
        th.barrier(self, key);
        th.barrier(self, value);
        let done = self.with_place(th, key, hash, |guard, place| {
            if let Some((entry, _)) = place {
                return Ok(Added { present: guard.table().value(entry).map(|value| guard.th().retain(value)), removed: None });
            }
            // Room before the new one comes, so that a full cache keeps its table.
            let removed = if self.len() >= limit { guard.remove_oldest(uses)? } else { None };
            if guard.table().usable() == 0 || (guard.table().names() && !key.is_exactly::<Str>()) {
                guard.settle(uses)?;
            }
            let (key, value) = (guard.th().retain(key), guard.th().retain(value));
            let entry = guard.insert(hash, key, value)?;
            if let Some(notes) = uses.notes(guard.th(), guard.table_address()) {
                notes.note(guard.th(), entry);
            }
            Ok(Added { present: None, removed })
        })?;
        done.map_err(|error: NoMemory| error.raise(th))
    }

    /// Removes all entries.
    pub fn clear_used(&self, th: &mut Thread, uses: &Uses) {
        let mut guard = self.lock(th);
        uses.give_up(&guard);
        let counts = guard.take_all();
        drop(guard);
        for count in counts {
            th.release(count);
        }
    }
}

/// What [`Dict::add_within`] did.
pub struct Added {
    /// The value that the key had already: nothing was added.
    pub present: Option<Ref<Object>>,
    /// The entry that had to go.
    pub removed: Option<(Ref<Object>, Ref<Object>)>,
}
