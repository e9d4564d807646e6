//! A dict's fields, and the guard under which they are written (R5, R8, R9).
//!
//! Invariants: `keys` is never null. `stamp` grows after each change of the set of keys or of the table, so who finds stamp and table
//! as they were may take up a probe again. Values change without it. A common dict's `keys` are closed ([`heap::closing`]) while its table changes
//! in several steps that are to be one for other threads: what comes in was made common before.
#![allow(unsafe_code, reason = "the table behind a pointer that other threads read")]

use core::ptr::NonNull;

use heap::sync::{AtomicIsize, AtomicPtr, AtomicU32, AtomicU64, Ordering::*};
use heap::{Locked, Object, Ref, Thread, Visitor, closing};

use super::Dict;
use super::keys::{self, Arrangement, Keys, Probe, Table};
use crate::{NoMemory, Str};

/// The stamp's upper bits say who watches the dict, as the ABI's lower bits there do.
const WATCHERS_SHIFT: u32 = 56;

/// The fields behind a dict's header.
#[repr(C)]
pub struct Storage {
    used: AtomicIsize,
    stamp: AtomicU64,
    keys: AtomicPtr<Keys>,
    /// The ABI has a pointer here.
    _values: usize,
}

impl Storage {
    /// Where the block is named.
    pub const KEYS_OFFSET: usize = core::mem::offset_of!(Storage, keys);

    /// No entries, no block.
    pub fn empty() -> Storage {
        Storage::of(keys::empty_block(), 0)
    }

    fn of(block: NonNull<Keys>, used: usize) -> Storage {
        Storage { used: AtomicIsize::new(used.cast_signed()), stamp: AtomicU64::new(0), keys: AtomicPtr::new(block.as_ptr()), _values: 0 }
    }

    /// An empty table with room for `entries`; `names` if all keys will be exact `str`.
    pub fn with_room(entries: usize, names: bool) -> Result<Storage, NoMemory> {
        if entries == 0 {
            return Ok(Storage::empty());
        }
        Ok(Storage::of(keys::new_block(keys::log2_for(entries), names)?, 0))
    }
}

/// The size of the table that `used` entries move to when theirs is full: three times what is in use, so that a dict that grows doubles
/// or quadruples, and one that lost many entries shrinks.
fn roomy(used: usize) -> u8 {
    let places = used.saturating_mul(3).max(8).next_power_of_two();
    u8::try_from(places.trailing_zeros()).unwrap_or(u8::MAX)
}

static NEXT_VERSION: AtomicU32 = AtomicU32::new(1);

pub(super) fn name_hash(key: &Object) -> isize {
    match key.downcast_exact::<Str>() {
        Some(name) => name.hash(),
        None => unreachable!("a table of names holds exact `str` only"),
    }
}

impl Dict {
    #[inline(always)]
    fn block(&self) -> NonNull<Keys> {
        // SAFETY: never null.
        unsafe { NonNull::new_unchecked(closing::load(&self.storage.keys, keys::closed())) }
    }

    /// How many entries.
    #[inline(always)]
    pub fn len(&self) -> usize {
        // Who has seen one of several changes sees how long the table is after the last.
        let _open = self.block();
        // Never negative.
        self.storage.used.load(Acquire).cast_unsigned()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table, to be read without the lock (R8).
    #[inline(always)]
    pub(crate) fn table<'t>(&'t self, _th: &'t Thread) -> Table<'t> {
        // SAFETY: R8, R10: a block that the dict named stays until this thread's next safepoint; a *mine* dict's until it is written.
        // Both need `&mut Thread`.
        unsafe { Table::of(self.block()) }
    }

    /// See the head of this file.
    #[inline(always)]
    pub(crate) fn stamp(&self) -> u64 {
        self.storage.stamp.load(Acquire)
    }

    /// Whether anybody wants to be told of its changes. Who changes it asks this before.
    #[inline(always)]
    pub fn is_watched(&self) -> bool {
        self.watchers() != 0
    }

    /// Who wants to be told of its changes: a bit each.
    #[inline(always)]
    pub(super) fn watchers(&self) -> u8 {
        (self.storage.stamp.load(Relaxed) >> WATCHERS_SHIFT) as u8
    }

    /// Says who wants to be told of its changes.
    pub(super) fn set_watchers(&self, th: &mut Thread, change: impl FnOnce(u8) -> u8) {
        let _guard = self.lock(th);
        let stamp = self.storage.stamp.load(Relaxed);
        let watchers = u64::from(change((stamp >> WATCHERS_SHIFT) as u8));
        self.storage.stamp.store(stamp & !(0xff << WATCHERS_SHIFT) | watchers << WATCHERS_SHIFT, Release);
    }

    /// Locks the dict (a *mine* dict: nothing) for writing, and for reading in bulk.
    #[inline(always)]
    pub(crate) fn lock<'a>(&'a self, th: &'a mut Thread) -> DictGuard<'a> {
        self.guarded_by(th.lock(self))
    }

    /// Locks this dict and another object.
    pub(crate) fn lock_with<'a>(&'a self, other: &'a Object, th: &'a mut Thread) -> DictGuard<'a> {
        self.guarded_by(th.lock2(self, other))
    }

    /// The guard of a dict that the caller has locked already, with something else.
    pub(crate) fn guarded_by<'a>(&'a self, locked: Locked<'a>) -> DictGuard<'a> {
        DictGuard { dict: self, storage: &raw const self.storage, th: locked }
    }

    pub(super) fn visit_entries(&self, visitor: &mut Visitor) {
        // SAFETY: R6: no other thread writes while the collector visits.
        for (_, key, value) in unsafe { Table::of(self.block()) }.iter() {
            visitor.visit(key);
            visitor.visit(value);
        }
    }

    pub(super) fn drop_storage(&mut self) {
        let block = self.block();
        // SAFETY: R8: a reader holds a count on the dict, and there is none left.
        unsafe {
            Table::of(block).take_counts(drop);
            keys::free_block(block);
        }
    }

    /// Notes that a key was added to the table of this *mine* dict.
    #[inline(always)]
    pub(super) fn note_added(&self, table: Table<'_>) {
        let version = table.version();
        if version.load(Relaxed) != 0 {
            version.store(0, Release);
        }
        self.storage.used.store(self.storage.used.load(Relaxed) + 1, Release);
        self.storage.stamp.store(self.storage.stamp.load(Relaxed) + 1, Release);
    }

    /// Bytes beside the object.
    pub(crate) fn table_bytes(&self, th: &Thread) -> usize {
        self.table(th).bytes()
    }
}

/// A dict that nobody else writes while this lives.
pub(crate) struct DictGuard<'a> {
    dict: &'a Dict,
    /// The dict's, or those that [`DictGuard::in_one_step`] keeps.
    storage: *const Storage,
    th: Locked<'a>,
}

/// Shows what [`DictGuard::in_one_step`] came to.
struct Show<'g, 'a>(&'g mut DictGuard<'a>);

impl Drop for Show<'_, '_> {
    fn drop(&mut self) {
        let (own, hidden) = (&self.0.dict.storage, self.0.storage());
        own.used.store(hidden.used.load(Relaxed), Release);
        own.stamp.store(hidden.stamp.load(Relaxed) + 1, Release);
        closing::open(&own.keys, hidden.keys.load(Relaxed));
        self.0.storage = own;
    }
}

impl DictGuard<'_> {
    /// The thread, for what cannot run code.
    #[inline(always)]
    pub fn th(&self) -> &Thread {
        &self.th
    }

    /// The dict.
    pub fn dict(&self) -> &Dict {
        self.dict
    }

    #[inline(always)]
    pub fn mine(&self) -> bool {
        self.th.is_mine(self.dict)
    }

    #[inline(always)]
    fn storage(&self) -> &Storage {
        // SAFETY: the dict's own fields, or those on the stack of `in_one_step`, which ends later.
        unsafe { &*self.storage }
    }

    #[inline(always)]
    fn block(&self) -> NonNull<Keys> {
        // SAFETY: never null.
        unsafe { NonNull::new_unchecked(self.storage().keys.load(Relaxed)) }
    }

    /// How many entries.
    #[inline(always)]
    fn len(&self) -> usize {
        self.storage().used.load(Relaxed).cast_unsigned()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The table.
    #[inline(always)]
    pub fn table(&self) -> Table<'_> {
        // SAFETY: R9: writing needs `&mut self`.
        unsafe { Table::of(self.block()) }
    }

    /// Other threads see nothing of what `change` does before all is done. It makes nothing common.
    #[inline]
    pub(super) fn in_one_step<R>(&mut self, change: impl FnOnce(&mut Self) -> R) -> R {
        let own = &self.dict.storage;
        // A step of several that are hidden is hidden.
        if self.mine() || !core::ptr::eq(self.storage, own) {
            return change(self);
        }
        let hidden = Storage::of(self.block(), self.len());
        hidden.stamp.store(own.stamp.load(Relaxed), Relaxed);
        closing::close(&own.keys, keys::closed());
        self.storage = &raw const hidden;
        let shown = Show(self);
        change(&mut *shown.0)
    }

    #[inline(always)]
    fn changed(&self) {
        let stamp = &self.storage().stamp;
        stamp.store(stamp.load(Relaxed) + 1, Release);
    }

    #[inline(always)]
    fn forget_version(&self) {
        let version = self.table().version();
        if version.load(Relaxed) != 0 {
            version.store(0, Release);
        }
    }

    #[inline(always)]
    fn set_used(&self, used: usize) {
        self.storage().used.store(used.cast_signed(), Release);
    }

    /// Puts another value into an entry; hands the old one back.
    #[inline(always)]
    pub fn set_value(&mut self, entry: usize, value: Ref<Object>) -> Ref<Object> {
        self.th.barrier(self.dict, &value);
        self.table().set_value(self.mine(), entry, value)
    }

    /// Adds a key that is not in the dict.
    #[inline]
    pub fn insert(&mut self, hash: isize, key: Ref<Object>, value: Ref<Object>) -> Result<usize, NoMemory> {
        let names = key.is_exactly::<Str>();
        let table = self.table();
        if table.usable() == 0 || (table.names() && !names) {
            self.grow(names)?;
        }
        self.th.barrier(self.dict, &key);
        self.th.barrier(self.dict, &value);
        Ok(self.in_one_step(|guard| {
            guard.forget_version();
            let entry = guard.table().add(hash, key, value);
            guard.set_used(guard.len() + 1);
            guard.changed();
            entry
        }))
    }

    #[cold]
    #[inline(never)]
    pub(super) fn grow(&mut self, names: bool) -> Result<(), NoMemory> {
        let used = self.len();
        let names = names && (used == 0 || self.table().names());
        if used == 0 {
            let block = keys::new_block(keys::MIN_LOG2, names)?;
            self.replace_table(block);
            return Ok(());
        }
        self.resize(roomy(used), names)
    }

    /// Moves the entries to a table of `1 << log2_size` places.
    pub fn resize(&mut self, log2_size: u8, names: bool) -> Result<(), NoMemory> {
        let block = self.table().copy(&self.th, log2_size, names, false, name_hash)?;
        self.replace_table(block);
        Ok(())
    }

    /// Moves the entries to a new table in which `entry` is the first, with `room` in front of it.
    pub fn reorder(&mut self, entry: usize, room: usize) -> Result<(), NoMemory> {
        let table = self.table();
        let others = table.iter().filter(|&(other, ..)| other != entry);
        let entries = table.entry_from(entry).into_iter().chain(others);
        let log2_size = keys::log2_for(self.len() + room);
        let block = table.copy_with(&self.th, log2_size, table.names(), false, Arrangement { room, entries }, name_hash)?;
        self.replace_table(block);
        Ok(())
    }

    /// Moves the entries to a new table, with room for more, in the order in which `order` names them. It names each of them once.
    pub fn rearrange(&mut self, order: &[usize]) -> Result<(), NoMemory> {
        debug_assert_eq!(order.len(), self.len());
        let table = self.table();
        let entries = order.iter().filter_map(|&entry| table.entry_from(entry));
        let block = table.copy_with(&self.th, roomy(order.len()), table.names(), false, Arrangement { room: 0, entries }, name_hash)?;
        self.replace_table(block);
        Ok(())
    }

    /// Makes room for `more` further entries.
    pub fn reserve(&mut self, more: usize, names: bool) -> Result<(), NoMemory> {
        let names = names && self.table().names();
        if self.table().usable() >= more && (names || !self.table().names()) {
            return Ok(());
        }
        self.resize(keys::log2_for(self.len() + more), names)
    }

    /// Takes a new table into use; the old one's counts have moved on already.
    fn replace_table(&mut self, block: NonNull<Keys>) {
        let old = self.block();
        if !keys::is_empty_block(old) {
            self.forget_version();
        }
        // Release: who finds the table finds its entries.
        self.storage().keys.store(block.as_ptr(), Release);
        self.changed();
        // SAFETY: R8: unlinked in the line before.
        unsafe { keys::retire_block(&self.th, self.dict, old) };
    }

    /// Gives an empty dict a copy of the table of `other`, which [`Dict::lock_with`] locked, too. The entries keep their order; holes go.
    pub fn copy_from(&mut self, source: &Dict) -> Result<(), NoMemory> {
        debug_assert!(self.is_empty());
        // SAFETY: R9: locked, and not this dict, whose table is replaced.
        let (other, used) = (unsafe { Table::of(source.block()) }, source.len());
        if used == 0 {
            return Ok(());
        }
        let block = if other.filled() == used && other.usable() < 4 * used.max(8) {
            other.duplicate(&self.th)?
        } else {
            other.copy(&self.th, keys::log2_for(used), other.names(), true, name_hash)?
        };
        // What a common dict holds is common, and what stays with this thread needs no barrier.
        let (from, to) = (source.owner(), self.dict.owner());
        if from != 0 && from != to {
            // SAFETY: the block is new and ours.
            for (_, key, value) in unsafe { Table::of(block) }.iter() {
                self.th.barrier(self.dict, key);
                self.th.barrier(self.dict, value);
            }
        }
        self.replace_table(block);
        self.set_used(used);
        Ok(())
    }

    /// Moves an entry behind all others; there is room.
    pub(super) fn move_entry_last(&mut self, probe: Probe, entry: usize) {
        self.in_one_step(|guard| {
            guard.forget_version();
            guard.table().move_last(probe, entry, || guard.changed());
            guard.changed();
        });
    }

    /// Adds a key that is not in the dict in front of all others, if the table has room there; hands both back otherwise.
    pub(super) fn insert_first(&mut self, hash: isize, key: Ref<Object>, value: Ref<Object>) -> Result<(), (Ref<Object>, Ref<Object>)> {
        debug_assert!(self.mine());
        self.forget_version();
        self.table().add_first(hash, key, value)?;
        self.set_used(self.len() + 1);
        self.changed();
        Ok(())
    }

    /// The hash of an entry's key.
    #[inline(always)]
    pub(super) fn hash_at(&self, entry: usize) -> isize {
        let table = self.table();
        if table.names() { table.key(entry).map_or(0, name_hash) } else { table.hash(entry) }
    }

    /// Removes the entry that a probe found; hands key and value back.
    pub fn remove(&mut self, probe: Probe, entry: usize) -> (Ref<Object>, Ref<Object>) {
        self.in_one_step(|guard| {
            guard.forget_version();
            let pair = guard.table().remove(guard.mine(), probe, entry);
            guard.set_used(guard.len() - 1);
            guard.changed();
            pair
        })
    }

    /// Removes the last entry.
    pub fn remove_last(&mut self) -> Option<(Ref<Object>, Ref<Object>)> {
        if self.is_empty() {
            return None;
        }
        let table = self.table();
        let entry = table.last()?;
        let hash = self.hash_at(entry);
        Some(self.in_one_step(|guard| {
            guard.forget_version();
            let pair = guard.table().remove_last(guard.mine(), entry, hash);
            guard.set_used(guard.len() - 1);
            guard.changed();
            pair
        }))
    }

    /// Takes all entries out: keys and values in turn.
    pub fn take_all(&mut self) -> Vec<Ref<Object>> {
        let used = self.len();
        let old = self.block();
        if keys::is_empty_block(old) {
            return Vec::new();
        }
        self.in_one_step(|guard| {
            guard.forget_version();
            guard.set_used(0);
            guard.storage().keys.store(keys::empty_block().as_ptr(), Release);
            guard.changed();
        });
        let mut counts = Vec::with_capacity(used * 2);
        // SAFETY: R2, R8: unlinked above; each count is taken once.
        unsafe {
            Table::of(old).take_counts(|count| counts.push(count));
            keys::retire_block(&self.th, self.dict, old);
        }
        counts
    }

    /// The id of the current set of keys, assigned on demand; 0 when there is none left.
    pub fn assign_version(&mut self) -> u32 {
        let table = self.table();
        if keys::is_empty_block(table.block()) {
            return 0;
        }
        let now = table.version().load(Relaxed);
        if now != 0 {
            return now;
        }
        match NEXT_VERSION.fetch_update(Relaxed, Relaxed, |next| next.checked_add(1)) {
            Ok(version) => {
                table.version().store(version, Release);
                version
            }
            Err(_) => 0,
        }
    }
}
