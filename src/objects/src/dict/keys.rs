//! The table behind a dict: one block of header, hash index and entries in the order of insertion.
//!
//! ```text
//! Keys (24 bytes) | index: 2^n numbers of 1, 2 or 4 bytes | entries: (key, value) where all keys are exact `str`, else (hash, key, value)
//! ```
//!
//! The index maps a hash to the number of an entry; entries are filled from the front and never move. Removing an entry empties it
//! for good: its place is not used again while other threads may look at the block. So a reader without the lock (R8) finds in an entry
//! either the key that the index promised, or nothing.
//!
//! Invariants: entries below `filled` are initialised, those with a key hold a count on key and value. At least a third of
//! the index is free, so every probe ends. Whoever writes a block of a common dict holds the dict's lock; a block that was replaced is not written again.
#![allow(unsafe_code, reason = "raw storage: index and entries behind one pointer")]

use core::ptr::NonNull;

use heap::sync::{AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, Ordering::*};
use heap::{Contended, Object, Ref, Slot, Thread, buffer_alloc, buffer_free};

use crate::NoMemory;

/// The header of a block.
#[repr(C)]
pub struct Keys {
    log2_size: u8,
    /// log2 of the bytes of one number of the index.
    log2_width: u8,
    /// Whether all keys are exact `str`: then entries keep no hash, the key does.
    names: bool,
    _spare: u8,
    /// Names the set of keys and their places: 0, or a number that no other block ever had. See `Dict::keys_version`.
    version: AtomicU32,
    /// How many entries may still be filled.
    usable: AtomicU32,
    /// How many entries were filled.
    filled: AtomicU32,
    /// No entry from here on has a key: where `popitem` looks for the last one.
    top: AtomicU32,
    /// No entry before this one has a key: where `OrderedDict` looks for the first one.
    bottom: AtomicU32,
}

/// Where a block has its version.
pub const VERSION_OFFSET: usize = core::mem::offset_of!(Keys, version);

const HEADER: usize = size_of::<Keys>();
const _: () = assert!(HEADER == 24);

/// Smallest table: 8 numbers, 5 entries.
pub const MIN_LOG2: u8 = 3;
/// Largest table: numbers of entries have 32 bits.
const MAX_LOG2: u8 = 31;

/// Nothing was ever here.
const FREE: u32 = u32::MAX;
/// Here was an entry that was removed.
const GONE: u32 = u32::MAX - 1;

#[repr(C)]
struct EmptyBlock {
    keys: Keys,
    index: [u8; 8],
}

impl EmptyBlock {
    const fn new() -> EmptyBlock {
        EmptyBlock {
            keys: Keys {
                log2_size: 0,
                log2_width: 0,
                names: true,
                _spare: 0,
                version: AtomicU32::new(0),
                usable: AtomicU32::new(0),
                filled: AtomicU32::new(0),
                top: AtomicU32::new(0),
                bottom: AtomicU32::new(0),
            },
            index: [0xff; 8],
        }
    }
}

/// The table of every empty dict: no room, nothing to find.
static EMPTY: EmptyBlock = EmptyBlock::new();
/// Stands where a dict's table was that is being changed in several steps, of which nobody may see the first without the last.
static CLOSED: EmptyBlock = EmptyBlock::new();

/// What a comparison without calling out can say.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// The keys are equal.
    Same,
    /// They are not.
    Different,
    /// Only `__eq__` knows.
    Ask,
}

/// Where a probe stands; it can be taken up again if the table is still the same.
#[derive(Clone, Copy, Debug)]
pub struct Probe {
    position: usize,
    perturb: usize,
}

/// What a probe came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The entry of that number has the key.
    Entry(usize),
    /// The key is not in the table.
    Absent,
    /// The entry's key has the same hash; ask it, then go on with the probe.
    Ask(usize),
}

impl Probe {
    /// The first place for a hash.
    #[inline(always)]
    fn start(table: Table<'_>, hash: isize) -> Probe {
        Probe { position: hash.cast_unsigned() & table.mask(), perturb: hash.cast_unsigned() }
    }

    #[inline(always)]
    fn step(&mut self, mask: usize) {
        self.perturb >>= 5;
        self.position = self.position.wrapping_mul(5).wrapping_add(self.perturb).wrapping_add(1) & mask;
    }
}

/// Which entries a copy of a table has, in which order, behind how many empty ones.
pub struct Arrangement<I> {
    pub room: usize,
    pub entries: I,
}

/// A table, borrowed from its dict: good until the thread's next safepoint, or the dict's next change if the dict is *mine*.
#[derive(Clone, Copy)]
pub struct Table<'a> {
    keys: &'a Keys,
}

fn log2_width(log2_size: u8) -> u8 {
    // Two values of each width mean "free" and "gone"; a table of 256 places has 170 entries.
    match log2_size {
        0..=8 => 0,
        9..=16 => 1,
        _ => 2,
    }
}

/// How many entries a table of `1 << log2_size` places has.
fn capacity(log2_size: u8) -> usize {
    (1_usize << log2_size) * 2 / 3
}

#[inline(always)]
fn index_bytes(log2_size: u8, log2_width: u8) -> usize {
    ((1_usize << log2_size) << log2_width).max(8)
}

#[inline(always)]
fn entry_bytes(names: bool) -> usize {
    if names { 16 } else { 24 }
}

fn block_bytes(log2_size: u8, names: bool) -> usize {
    HEADER + index_bytes(log2_size, log2_width(log2_size)) + capacity(log2_size) * entry_bytes(names)
}

/// The smallest table with room for `entries`.
pub fn log2_for(entries: usize) -> u8 {
    let places = (entries.saturating_mul(3).saturating_add(1) / 2).max(8);
    // At most 64, and callers refuse more than `MAX_LOG2`.
    places.checked_next_power_of_two().map_or(64, |places| places.trailing_zeros() as u8)
}

/// A new empty table for `1 << log2_size` places.
pub fn new_block(log2_size: u8, names: bool) -> Result<NonNull<Keys>, NoMemory> {
    if log2_size > MAX_LOG2 {
        return Err(NoMemory);
    }
    let width = log2_width(log2_size);
    let block = buffer_alloc(block_bytes(log2_size, names)).ok_or(NoMemory)?;
    let keys: NonNull<Keys> = block.cast();
    let usable = AtomicU32::new(capacity(log2_size) as u32);
    let zero = || AtomicU32::new(0);
    let header = Keys { log2_size, log2_width: width, names, _spare: 0, version: zero(), usable, filled: zero(), top: zero(), bottom: zero() };
    // SAFETY: fresh memory, large enough for the header and the index behind it.
    unsafe {
        keys.write(header);
        block.add(HEADER).write_bytes(0xff, index_bytes(log2_size, width));
    }
    Ok(keys)
}

/// The table that every empty dict has.
pub fn empty_block() -> NonNull<Keys> {
    NonNull::from(&EMPTY.keys)
}

/// What a dict's table is while it is closed.
#[inline(always)]
pub fn closed() -> *const Keys {
    &raw const CLOSED.keys
}

/// Whether the block is the one of empty dicts, which is never freed nor written.
pub fn is_empty_block(keys: NonNull<Keys>) -> bool {
    keys == empty_block()
}

/// Frees a block at once; its counts are gone already.
///
/// # Safety
/// R8: nobody reads the block any more.
pub unsafe fn free_block(keys: NonNull<Keys>) {
    if !is_empty_block(keys) {
        // SAFETY: the caller's promise; every other block is from `buffer_alloc`.
        unsafe { buffer_free(keys.as_ptr().cast()) }
    }
}

/// Frees a block that `holder` had; after a grace period if the holder is common (R8).
///
/// # Safety
/// R8: the block was unlinked from `holder`, and its counts are gone already.
pub unsafe fn retire_block(th: &Thread, holder: &Object, keys: NonNull<Keys>) {
    if !is_empty_block(keys) {
        // SAFETY: the block is still there.
        let table = unsafe { Table::of(keys) };
        // SAFETY: the caller's promise.
        unsafe { th.retire_buffer(holder, keys.as_ptr().cast(), table.bytes()) };
    }
}

/// The index of a table that nobody else knows yet, which names nothing but entries.
struct NewIndex {
    base: *mut u8,
    log2_width: u8,
    mask: usize,
}

impl NewIndex {
    /// Puts the number of an entry at the first free place for its hash.
    #[inline(always)]
    fn put(&mut self, hash: isize, number: u32) {
        let mut probe = Probe { position: hash.cast_unsigned() & self.mask, perturb: hash.cast_unsigned() };
        // SAFETY: R9: the block is ours alone; positions are masked, and the index has that many numbers of that width.
        unsafe {
            match self.log2_width {
                0 => {
                    while self.base.add(probe.position).read() != u8::MAX {
                        probe.step(self.mask);
                    }
                    self.base.add(probe.position).write(number as u8);
                }
                1 => {
                    let base = self.base.cast::<u16>();
                    while base.add(probe.position).read() != u16::MAX {
                        probe.step(self.mask);
                    }
                    base.add(probe.position).write(number as u16);
                }
                _ => {
                    let base = self.base.cast::<u32>();
                    while base.add(probe.position).read() != u32::MAX {
                        probe.step(self.mask);
                    }
                    base.add(probe.position).write(number);
                }
            }
        }
    }
}

impl<'a> Table<'a> {
    /// The table that `keys` points at.
    ///
    /// # Safety
    /// R8: the block stays for `'a`.
    #[inline(always)]
    pub unsafe fn of(keys: NonNull<Keys>) -> Table<'a> {
        // SAFETY: the caller's promise.
        Table { keys: unsafe { keys.as_ref() } }
    }

    /// The block.
    #[inline(always)]
    pub fn block(self) -> NonNull<Keys> {
        NonNull::from(self.keys)
    }

    /// Whether all keys are exact `str`.
    #[inline(always)]
    pub fn names(self) -> bool {
        self.keys.names
    }

    /// log2 of the number of places.
    #[inline(always)]
    pub fn log2_size(self) -> u8 {
        self.keys.log2_size
    }

    #[inline(always)]
    fn mask(self) -> usize {
        (1_usize << self.keys.log2_size) - 1
    }

    /// Bytes of the block.
    pub fn bytes(self) -> usize {
        if is_empty_block(self.block()) { 0 } else { block_bytes(self.keys.log2_size, self.keys.names) }
    }

    /// How many entries were filled, removed ones included.
    #[inline(always)]
    pub fn filled(self) -> usize {
        self.keys.filled.load(Acquire) as usize
    }

    /// How many entries may still be filled.
    #[inline(always)]
    pub fn usable(self) -> usize {
        self.keys.usable.load(Relaxed) as usize
    }

    /// See `Dict::keys_version`.
    #[inline(always)]
    pub fn version(self) -> &'a AtomicU32 {
        &self.keys.version
    }

    #[inline(always)]
    fn index_base(self) -> *const u8 {
        core::ptr::from_ref(self.keys).wrapping_add(1).cast()
    }

    /// The number at a place of the index, one of `FREE`, `GONE`, or an entry's.
    #[inline(always)]
    fn index(self, position: usize) -> u32 {
        debug_assert!(position <= self.mask());
        let base = self.index_base();
        // SAFETY: R8: the position is masked; the index has that many numbers of that width. Acquire: who sees the number sees the entry.
        unsafe {
            match self.keys.log2_width {
                0 => {
                    let number = (*base.add(position).cast::<AtomicU8>()).load(Acquire);
                    if number >= 0xfe { number as i8 as i32 as u32 } else { number as u32 }
                }
                1 => {
                    let number = (*base.cast::<AtomicU16>().add(position)).load(Acquire);
                    if number >= 0xfffe { number as i16 as i32 as u32 } else { number as u32 }
                }
                _ => (*base.cast::<AtomicU32>().add(position)).load(Acquire),
            }
        }
    }

    fn set_index(self, position: usize, number: u32) {
        debug_assert!(position <= self.mask());
        let base = self.index_base();
        // SAFETY: R9: the caller has the lock or the block alone. Release pairs with `index`.
        unsafe {
            match self.keys.log2_width {
                0 => (*base.add(position).cast::<AtomicU8>()).store(number as u8, Release),
                1 => (*base.cast::<AtomicU16>().add(position)).store(number as u16, Release),
                _ => (*base.cast::<AtomicU32>().add(position)).store(number, Release),
            }
        }
    }

    #[inline(always)]
    fn entries(self) -> *const u8 {
        self.index_base().wrapping_add(index_bytes(self.keys.log2_size, self.keys.log2_width))
    }

    /// The field of an entry's key.
    #[inline(always)]
    fn key_cell(self, entry: usize) -> &'a AtomicPtr<Object> {
        debug_assert!(entry < capacity(self.keys.log2_size));
        let offset = if self.keys.names { entry * 16 } else { entry * 24 + 8 };
        // SAFETY: R8: entries that the index names, or below `filled`, exist.
        unsafe { &*self.entries().add(offset).cast() }
    }

    /// The field of an entry's value.
    #[inline(always)]
    fn value_cell(self, entry: usize) -> &'a Slot {
        debug_assert!(entry < capacity(self.keys.log2_size));
        let offset = if self.keys.names { entry * 16 + 8 } else { entry * 24 + 16 };
        // SAFETY: R8: as in `key_cell`.
        unsafe { &*self.entries().add(offset).cast() }
    }

    /// The first entry at `from` or behind it that was not removed: which, its key and its value; only under the dict's guard, or if the dict is *mine*.
    #[inline(always)]
    pub fn pair_from(self, from: usize) -> Option<(usize, &'a Object, &'a Object)> {
        // Where entries begin, and how long they are, is computed once.
        let (bytes, hash) = if self.keys.names { (16, 0) } else { (24, 8) };
        let first = self.entries().wrapping_add(hash);
        (from..self.filled()).find_map(|entry| {
            // SAFETY: R8: entries below `filled` exist: a key, and a value behind it.
            let [key, value] = unsafe { &*first.add(entry * bytes).cast::<[AtomicPtr<Object>; 2]>() };
            // SAFETY: R8: the dict, which nobody changes, holds both.
            unsafe { Some((entry, key.load(Relaxed).as_ref()?, value.load(Relaxed).as_ref()?)) }
        })
    }

    /// Where the value of an entry lies: words from the start of the block.
    pub fn place_of_value(self, entry: usize) -> usize {
        (core::ptr::from_ref(self.value_cell(entry)).addr() - core::ptr::from_ref(self.keys).addr()) / 8
    }

    /// The field of a value at a place that [`Table::place_of_value`] gave for this block.
    #[inline(always)]
    pub fn value_at(self, place: usize) -> &'a Slot {
        debug_assert!(place * 8 < self.bytes());
        // SAFETY: R8: as in `key_cell`: the block's version, which the caller compared, says that it is the block that the place belongs to.
        unsafe { &*core::ptr::from_ref(self.keys).cast::<Slot>().add(place) }
    }

    #[inline(always)]
    fn hash_cell(self, entry: usize) -> &'a AtomicIsize {
        debug_assert!(!self.keys.names && entry < capacity(self.keys.log2_size));
        // SAFETY: R8: as in `key_cell`; entries of general tables begin with the hash.
        unsafe { &*self.entries().add(entry * 24).cast() }
    }


    /// The hash of an entry's key: a table of names keeps none, for its keys know theirs.
    #[inline(always)]
    pub fn key_hash(self, entry: usize, key: &Object) -> isize {
        if self.names() { key.downcast_exact::<crate::Str>().map_or(0, crate::Str::hash) } else { self.hash(entry) }
    }

    /// The hash of an entry's key in a general table.
    #[inline(always)]
    pub fn hash(self, entry: usize) -> isize {
        self.hash_cell(entry).load(Relaxed)
    }

    /// An entry's key, for identity tests only.
    #[inline(always)]
    pub fn key_address(self, entry: usize) -> *const Object {
        self.key_cell(entry).load(Acquire)
    }

    /// An entry's key, borrowed; none if the entry was removed.
    #[inline(always)]
    pub fn key(self, entry: usize) -> Option<&'a Object> {
        // SAFETY: R8: the memory of a key that the table named stays as long as the table may be read.
        unsafe { self.key_cell(entry).load(Acquire).as_ref() }
    }

    /// An entry's value, borrowed; only under the dict's guard, or if the dict is *mine*.
    #[inline(always)]
    pub fn value(self, entry: usize) -> Option<&'a Object> {
        // SAFETY: R8: as in `key`.
        unsafe { self.value_cell(entry).raw().cast::<Object>().as_ref() }
    }

    /// An entry's value, counted; `Err` if it changed meanwhile and the dict's table must be found again.
    #[inline(always)]
    pub fn value_ref(self, th: &Thread, mine: bool, entry: usize) -> Result<Option<Ref<Object>>, Contended> {
        if mine {
            return Ok(self.value(entry).map(|value| th.retain(value)));
        }
        self.value_cell(entry).try_get_common(th)
    }

    /// An entry's key, counted; `Err` as in [`Table::value_ref`].
    #[inline]
    pub fn key_ref(self, th: &Thread, mine: bool, entry: usize) -> Result<Option<Ref<Object>>, Contended> {
        let Some(key) = self.key(entry) else { return Ok(None) };
        if mine {
            return Ok(Some(th.retain(key)));
        }
        if !th.try_incref(key) {
            return Err(Contended);
        }
        // SAFETY: R2: the count was just taken.
        let key = unsafe { Ref::<Object>::from_raw(key.as_ptr()) };
        if core::ptr::eq(self.key_address(entry), &*key) { Ok(Some(key)) } else { Err(Contended) }
    }

    /// Looks for a key of which identity or content decide. `same` is asked for keys that are not identical.
    #[inline(always)]
    pub fn find(self, hash: isize, key: *const Object, same: impl Fn(&Object) -> Verdict) -> (Found, Probe) {
        self.find_from(Probe::start(self, hash), hash, key, same)
    }

    /// [`Table::find`] behind a place where a key was asked and found different.
    #[inline(always)]
    pub fn find_next(self, mut probe: Probe, hash: isize, key: *const Object, same: impl Fn(&Object) -> Verdict) -> (Found, Probe) {
        probe.step(self.mask());
        self.find_from(probe, hash, key, same)
    }

    /// The field of the value at the key itself, or at one that is the `same`, if it is the first or the second entry that the hash leads to. No
    /// call is made but `same`.
    #[inline(always)]
    pub fn value_near(self, hash: isize, key: &Object, same: impl Fn(&Object) -> bool) -> Option<&'a Slot> {
        let mut probe = Probe::start(self, hash);
        for _ in 0..2 {
            let number = self.index(probe.position);
            if number >= GONE {
                return None;
            }
            let found = self.key(number as usize)?;
            if core::ptr::eq(found, key) || same(found) {
                return Some(self.value_cell(number as usize));
            }
            probe.step(self.mask());
        }
        None
    }

    #[inline(always)]
    fn find_from(self, mut probe: Probe, hash: isize, key: *const Object, same: impl Fn(&Object) -> Verdict) -> (Found, Probe) {
        let mask = self.mask();
        loop {
            let number = self.index(probe.position);
            if number < GONE {
                let entry = number as usize;
                let found = self.key_address(entry);
                if core::ptr::eq(found, key) {
                    return (Found::Entry(entry), probe);
                }
                // The entry went meanwhile, to the end perhaps: then the index says where.
                if found.is_null() && self.index(probe.position) != number {
                    continue;
                }
                // In a table of names `same` compares the hashes, which the keys themselves keep.
                if !found.is_null() && (self.keys.names || self.hash(entry) == hash) {
                    // SAFETY: R8: as in `key`.
                    match same(unsafe { &*found }) {
                        Verdict::Same => return (Found::Entry(entry), probe),
                        Verdict::Ask => return (Found::Ask(entry), probe),
                        Verdict::Different => {}
                    }
                }
            } else if number == FREE {
                return (Found::Absent, probe);
            }
            probe.step(mask);
        }
    }

    /// The first place for `hash` that names no entry.
    #[inline(always)]
    fn free_position(self, hash: isize) -> usize {
        let mut probe = Probe::start(self, hash);
        while self.index(probe.position) < GONE {
            probe.step(self.mask());
        }
        probe.position
    }

    /// Adds an entry for a key that is not in the table. There is room (`usable() > 0`), and `hash` is the key's.
    /// The store barrier ran for both.
    #[inline]
    pub fn add(self, hash: isize, key: Ref<Object>, value: Ref<Object>) -> usize {
        debug_assert!(self.usable() > 0);
        let position = self.free_position(hash);
        let entry = self.keys.filled.load(Relaxed) as usize;
        self.fill(entry, hash, key, value);
        // The entry first: who finds its number finds it.
        self.set_index(position, entry as u32);
        self.keys.usable.store(self.keys.usable.load(Relaxed) - 1, Relaxed);
        self.keys.top.store(entry as u32 + 1, Relaxed);
        self.keys.filled.store(entry as u32 + 1, Release);
        entry
    }

    /// [`Table::add`] where a probe has just found that the key is absent, and nobody wrote since.
    #[inline(always)]
    pub fn add_found(self, probe: Probe, hash: isize, key: Ref<Object>, value: Ref<Object>) {
        debug_assert!(self.usable() > 0 && self.index(probe.position) == FREE);
        let entry = self.keys.filled.load(Relaxed);
        self.fill(entry as usize, hash, key, value);
        self.set_index(probe.position, entry);
        self.keys.usable.store(self.keys.usable.load(Relaxed) - 1, Relaxed);
        self.keys.top.store(entry + 1, Relaxed);
        self.keys.filled.store(entry + 1, Release);
    }

    #[inline(always)]
    fn fill(self, entry: usize, hash: isize, key: Ref<Object>, value: Ref<Object>) {
        if !self.keys.names {
            self.hash_cell(entry).store(hash, Relaxed);
        }
        // SAFETY: R9: the entry is not filled yet, so nothing is lost by overwriting it.
        unsafe { core::ptr::from_ref(self.value_cell(entry)).cast_mut().write(Slot::new(value)) };
        self.key_cell(entry).store(key.into_raw().cast(), Release);
    }

    /// Puts another value into an entry; the store barrier ran for it. Hands the old one back.
    #[inline(always)]
    pub fn set_value(self, mine: bool, entry: usize, value: Ref<Object>) -> Ref<Object> {
        let cell = self.value_cell(entry);
        // SAFETY: a `Slot` is one atomic pointer.
        let cell: &AtomicPtr<Object> = unsafe { &*core::ptr::from_ref(cell).cast() };
        let new = value.into_raw().cast();
        let old = if mine {
            let old = cell.load(Relaxed);
            cell.store(new, Relaxed);
            old
        } else {
            cell.swap(new, AcqRel)
        };
        // SAFETY: R2: filled entries hold a value; its count moves to the caller.
        unsafe { Ref::from_raw(old.cast()) }
    }

    /// Removes the entry that a probe found.
    pub fn remove(self, mine: bool, probe: Probe, entry: usize) -> (Ref<Object>, Ref<Object>) {
        self.set_index(probe.position, GONE);
        self.empty(mine, entry)
    }

    fn empty(self, mine: bool, entry: usize) -> (Ref<Object>, Ref<Object>) {
        // SAFETY: a `Slot` is one atomic pointer.
        let value: &AtomicPtr<Object> = unsafe { &*core::ptr::from_ref(self.value_cell(entry)).cast() };
        let key = self.key_cell(entry);
        let (key, value) = if mine {
            let pair = (key.load(Relaxed), value.load(Relaxed));
            key.store(core::ptr::null_mut(), Relaxed);
            value.store(core::ptr::null_mut(), Relaxed);
            pair
        } else {
            let value = value.swap(core::ptr::null_mut(), AcqRel);
            (key.swap(core::ptr::null_mut(), AcqRel), value)
        };
        // SAFETY: R2: the entry held both counts; they move to the caller.
        unsafe { (Ref::from_raw(key.cast()), Ref::from_raw(value.cast())) }
    }

    /// Moves the entry that a probe found behind all others; there is room (`usable() > 0`). Readers without the lock find it at its old
    /// place or at the new one: `moved` runs in between.
    pub fn move_last(self, probe: Probe, entry: usize, moved: impl FnOnce()) {
        debug_assert!(self.usable() > 0);
        let hash = if self.keys.names { 0 } else { self.hash(entry) };
        let last = self.keys.filled.load(Relaxed) as usize;
        let (key, value) = (self.key_address(entry).cast_mut(), self.value_cell(entry).raw());
        // SAFETY: R2: the counts move from the old entry to the new one, R9: nobody else writes.
        unsafe { self.fill(last, hash, Ref::from_raw(key.cast()), Ref::from_raw(value)) };
        self.set_index(probe.position, last as u32);
        self.keys.usable.store(self.keys.usable.load(Relaxed) - 1, Relaxed);
        self.keys.top.store(last as u32 + 1, Relaxed);
        self.keys.filled.store(last as u32 + 1, Release);
        moved();
        // SAFETY: a `Slot` is one atomic pointer.
        let value: &AtomicPtr<Object> = unsafe { &*core::ptr::from_ref(self.value_cell(entry)).cast() };
        value.store(core::ptr::null_mut(), Release);
        self.key_cell(entry).store(core::ptr::null_mut(), Release);
    }

    /// The last entry that has a key.
    pub fn last(self) -> Option<usize> {
        let top = self.keys.top.load(Relaxed) as usize;
        let last = (0..top).rev().find(|&entry| !self.key_address(entry).is_null());
        self.keys.top.store(last.map_or(0, |last| last as u32 + 1), Relaxed);
        last
    }

    /// The first entry that has a key.
    pub fn first(self) -> Option<usize> {
        let first = self.next(self.keys.bottom.load(Relaxed) as usize);
        self.keys.bottom.store(first.map_or(0, |first| first as u32), Relaxed);
        first
    }

    /// Where the index names an entry, whose key has this hash.
    pub fn probe_of(self, entry: usize, hash: isize) -> Probe {
        let mut probe = Probe::start(self, hash);
        while self.index(probe.position) != entry as u32 {
            probe.step(self.mask());
        }
        probe
    }

    /// Whether an entry has this key, and the index still names it where the probe found it.
    pub fn is_at(self, probe: Probe, entry: usize, key: &Object) -> bool {
        entry < self.filled() && self.index(probe.position) == entry as u32 && core::ptr::eq(self.key_address(entry), key)
    }

    /// Adds an entry in front of all others, in the place of one that was removed; hands key and value back if there is none.
    /// Only in a *mine* dict: nobody else looks at that place. The store barrier ran for both.
    pub fn add_first(self, hash: isize, key: Ref<Object>, value: Ref<Object>) -> Result<(), (Ref<Object>, Ref<Object>)> {
        let front = self.first().unwrap_or(0);
        // Each entry that is added takes one of the index' free places, of which there are as many as are usable.
        if front == 0 || self.usable() == 0 {
            return Err((key, value));
        }
        let position = self.free_position(hash);
        self.fill(front - 1, hash, key, value);
        self.set_index(position, (front - 1) as u32);
        self.keys.usable.store(self.keys.usable.load(Relaxed) - 1, Relaxed);
        self.keys.bottom.store((front - 1) as u32, Relaxed);
        Ok(())
    }

    /// Removes the last entry, which [`Table::last`] found. `hash` is its key's.
    pub fn remove_last(self, mine: bool, entry: usize, hash: isize) -> (Ref<Object>, Ref<Object>) {
        let probe = self.probe_of(entry, hash);
        self.set_index(probe.position, GONE);
        self.keys.top.store(entry as u32, Relaxed);
        if mine {
            // Nobody looks at the block but we: the place may be filled again.
            let pair = self.empty(mine, entry);
            self.keys.filled.store(entry as u32, Relaxed);
            self.keys.bottom.store(self.keys.bottom.load(Relaxed).min(entry as u32), Relaxed);
            return pair;
        }
        self.empty(mine, entry)
    }

    /// The first entry from `from` on that has a key.
    #[inline]
    pub fn next(self, from: usize) -> Option<usize> {
        (from..self.filled()).find(|&entry| !self.key_address(entry).is_null())
    }

    /// The key's field of the first entry and the bytes from one entry to the next; the value's field lies behind the key's.
    #[inline(always)]
    fn first_key(self) -> (*const u8, usize) {
        let offset = if self.keys.names { 0 } else { 8 };
        (self.entries().wrapping_add(offset), entry_bytes(self.keys.names))
    }

    /// The first entry from `from` on that has a key: its number, key and value. Under the dict's guard, or on a *mine* dict.
    #[inline(always)]
    pub fn entry_from(self, from: usize) -> Option<(usize, &'a Object, &'a Object)> {
        let (first, step) = self.first_key();
        let mut cell = first.wrapping_add(if self.keys.names { from.wrapping_mul(16) } else { from.wrapping_mul(24) });
        for entry in from..self.filled() {
            // SAFETY: R8: as in `key_cell` and `value_cell`, for entries below `filled`.
            unsafe {
                let key = (*cell.cast::<AtomicPtr<Object>>()).load(Relaxed).as_ref();
                let value = (*cell.add(8).cast::<Slot>()).raw().cast::<Object>().as_ref();
                if let (Some(key), Some(value)) = (key, value) {
                    return Some((entry, key, value));
                }
            }
            cell = cell.wrapping_add(step);
        }
        None
    }

    /// All entries with a key: number, key, value. Under the dict's guard, or on a *mine* dict.
    #[inline]
    pub fn iter(self) -> impl Iterator<Item = (usize, &'a Object, &'a Object)> {
        let (mut at, step) = self.first_key();
        (0..self.filled()).filter_map(move |entry| {
            let cell = at;
            at = at.wrapping_add(step);
            // SAFETY: R8: as in `key_cell` and `value_cell`, for entries below `filled`.
            unsafe {
                let key = (*cell.cast::<AtomicPtr<Object>>()).load(Acquire).as_ref()?;
                Some((entry, key, (*cell.add(8).cast::<Slot>()).raw().cast::<Object>().as_ref()?))
            }
        })
    }

    /// Copies the entries into a new table of `1 << log2_size` places, of names if `names` (then all keys are exact `str`).
    /// With `share` the copy counts keys and values anew; without, their counts move and this block must not be used again.
    pub fn copy(self, th: &Thread, log2_size: u8, names: bool, share: bool, hash_of: impl Fn(&Object) -> isize) -> Result<NonNull<Keys>, NoMemory> {
        self.copy_with(th, log2_size, names, share, Arrangement { room: 0, entries: self.iter() }, hash_of)
    }

    /// [`Table::copy`] with a say in what stands where.
    pub fn copy_with(
        self,
        th: &Thread,
        log2_size: u8,
        names: bool,
        share: bool,
        Arrangement { room, entries }: Arrangement<impl Iterator<Item = (usize, &'a Object, &'a Object)>>,
        hash_of: impl Fn(&Object) -> isize,
    ) -> Result<NonNull<Keys>, NoMemory> {
        let block = new_block(log2_size, names)?;
        // SAFETY: the block is new and ours.
        let to = unsafe { Table::of(block) };
        for entry in 0..room {
            // SAFETY: R9: the entry is not filled yet, so nothing is lost by overwriting it.
            unsafe { core::ptr::from_ref(to.value_cell(entry)).cast_mut().write(Slot::NULL) };
            to.key_cell(entry).store(core::ptr::null_mut(), Relaxed);
        }
        let mut count = room;
        let (first, step) = to.first_key();
        let mut index = NewIndex { base: to.index_base().cast_mut(), log2_width: to.keys.log2_width, mask: to.mask() };
        let from_names = self.keys.names;
        for (entry, key, value) in entries {
            let hash = if from_names { hash_of(key) } else { self.hash(entry) };
            if share {
                // The counts are the new table's.
                core::mem::forget((th.retain(key), th.retain(value)));
            }
            index.put(hash, count as u32);
            let cell = first.wrapping_add(count * step).cast_mut();
            // SAFETY: R9: the block is ours alone, has room for the entry, and nothing is lost by overwriting it. R2: the counts of key and value
            // move from the old entry, or were added above.
            unsafe {
                if !names {
                    cell.sub(8).cast::<isize>().write(hash);
                }
                cell.cast::<*const Object>().write(key);
                cell.add(8).cast::<*const Object>().write(value);
            }
            count += 1;
        }
        to.set_count(count);
        to.keys.bottom.store(room as u32, Relaxed);
        Ok(block)
    }

    /// A copy of the same shape, if no entry was removed: block copied, counts added. The dict is *mine* or locked.
    pub fn duplicate(self, th: &Thread) -> Result<NonNull<Keys>, NoMemory> {
        let bytes = self.bytes();
        let block = buffer_alloc(bytes).ok_or(NoMemory)?;
        // SAFETY: R9: nobody writes the block meanwhile; the new one is as long.
        unsafe { core::ptr::copy_nonoverlapping(core::ptr::from_ref(self.keys).cast::<u8>(), block.as_ptr(), bytes) };
        let block: NonNull<Keys> = block.cast();
        // SAFETY: the block is new and ours.
        let to = unsafe { Table::of(block) };
        to.keys.version.store(0, Relaxed);
        for (_, key, value) in to.iter() {
            core::mem::forget(th.retain(key));
            core::mem::forget(th.retain(value));
        }
        Ok(block)
    }

    fn set_count(self, count: usize) {
        self.keys.usable.store((capacity(self.keys.log2_size) - count) as u32, Relaxed);
        self.keys.filled.store(count as u32, Relaxed);
        self.keys.top.store(count as u32, Relaxed);
    }

    /// The counts of all entries, as they stand; the block is not used again.
    ///
    /// # Safety
    /// R2: each count is taken out of a block once; the block was unlinked or is ending.
    pub unsafe fn take_counts(self, mut take: impl FnMut(Ref<Object>)) {
        for (_, key, value) in self.iter() {
            // SAFETY: R2: the caller's promise.
            unsafe {
                take(Ref::from_raw(key.as_ptr()));
                take(Ref::from_raw(value.as_ptr()));
            }
        }
    }
}
