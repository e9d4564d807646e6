//! The memory of a list: the ABI's struct, its block of items, and who may touch them (R5, R8, R9).
//!
//! A block is one word, then the slots; `ob_item` points at the slots. The word holds the capacity, so that a reader without the
//! lock bounds itself by it, and counts the *shifts*: operations that change more than one slot, or items and size together. While one
//! is under way the word's top bit is set. A reader of a common list takes what it read only if it found the same block and the same
//! word before and after, so it never sees half of a shift. While the list is watched ([`heap::watch`]) the word counts all other changes, too.
//!
//! Invariants: slots below `ob_size` hold a count each; what is behind them is never read. Whoever writes a common list holds its lock.
#![allow(unsafe_code, reason = "raw storage: slots behind a pointer that C reads too")]

use core::mem::ManuallyDrop;

use heap::sync::{AtomicIsize, AtomicPtr, AtomicUsize, Ordering::*};
use heap::{Locked, Object, Ref, Slot, Thread, VarHead, Visitor, buffer_alloc, buffer_free, buffer_resize, watch};

use super::List;
use crate::NoMemory;

const HEADER: usize = 8;
const SHIFTING: usize = watch::CHANGING;
pub(super) const CAPACITY: usize = watch::WATCHED - 1;

/// More items than this cannot be addressed.
pub const MAX_LEN: usize = isize::MAX as usize / 8 - 1;

/// The fields behind a list's header: the ABI's `ob_item` and `allocated`.
#[repr(C)]
pub struct Storage {
    items: AtomicPtr<Slot>,
    allocated: AtomicIsize,
}

impl Storage {
    /// No items, no block.
    pub const EMPTY: Storage = Storage { items: AtomicPtr::new(core::ptr::null_mut()), allocated: AtomicIsize::new(0) };
}

/// The word in front of a block's slots.
#[inline(always)]
pub(super) unsafe fn word<'a>(items: *mut Slot) -> &'a AtomicUsize {
    // SAFETY: R8: `items` points `HEADER` bytes into a block that is still allocated (the caller's promise).
    unsafe { &*items.cast::<u8>().sub(HEADER).cast() }
}

/// One slot as a bare atomic pointer.
#[inline(always)]
pub(super) unsafe fn cell<'a>(items: *mut Slot, index: usize) -> &'a AtomicPtr<Object> {
    // SAFETY: R8: `index` is below the capacity of the block (the caller's promise).
    unsafe { &*items.add(index).cast() }
}

fn block_bytes(capacity: usize) -> usize {
    HEADER + capacity * size_of::<Slot>()
}

fn new_block(capacity: usize) -> Result<*mut Slot, NoMemory> {
    if capacity > MAX_LEN {
        return Err(NoMemory);
    }
    let block = buffer_alloc(block_bytes(capacity)).ok_or(NoMemory)?;
    // SAFETY: fresh memory of at least `HEADER` bytes.
    let items: *mut Slot = unsafe { block.as_ptr().add(HEADER).cast() };
    // SAFETY: as above; nobody else knows the block.
    unsafe { items.cast::<usize>().sub(1).write(capacity) };
    Ok(items)
}

fn block_of(items: *mut Slot) -> *mut u8 {
    items.cast::<u8>().wrapping_sub(HEADER)
}

/// Whether memory that C hands over is the slots of a list: mypyc grows and shrinks lists by itself. All other memory of C's begins a block,
/// and blocks lie at multiples of 16.
#[inline(always)]
pub fn is_slots(memory: *mut u8) -> bool {
    memory.addr() & 15 == HEADER
}

/// `realloc` of a list's slots by C, which writes `ob_item` and `allocated` afterwards.
///
/// # Safety
/// The slots are those of a list that nobody but the caller looks at (R7: the world is held, or the list is locked).
pub unsafe fn resize_slots(th: &Thread, slots: *mut u8, bytes: usize) -> Option<*mut u8> {
    let old: *mut Slot = slots.cast();
    // SAFETY: the caller's promise.
    let capacity = unsafe { word(old) }.load(Relaxed) & CAPACITY;
    let wanted = bytes.div_ceil(size_of::<Slot>());
    let new = new_block(wanted).ok()?;
    // SAFETY: both blocks have that many slots; the counts move.
    unsafe { core::ptr::copy_nonoverlapping(old.cast::<usize>(), new.cast::<usize>(), capacity.min(wanted)) };
    let block = block_of(old);
    if th.mode() == heap::foreign::Mode::Shared && th.world.is_attached() {
        // SAFETY: R8: the caller unlinks it; `None` is as common as anything.
        unsafe { th.retire_buffer(crate::none(), block, 64) }
    } else {
        // SAFETY: R7: whoever holds the world is alone with it.
        unsafe { buffer_free(block) }
    }
    Some(new.cast())
}

/// Room for `len` items and a share more, so that appending costs constant time on average.
fn grown(len: usize) -> usize {
    (len + (len >> 3) + 6) & !3
}

/// The list changed while it was read: look again.
struct Changed;

/// What a slot of a common list named, and where that was.
struct Seen<'a> {
    object: &'a Object,
    cell: &'a AtomicPtr<Object>,
    word: &'a AtomicUsize,
    before: usize,
}

impl Seen<'_> {
    fn is_still_there(&self) -> bool {
        core::ptr::eq(self.cell.load(Acquire), self.object) && self.word.load(Acquire) == self.before
    }
}

/// Items that were taken out of a list with their block.
pub struct Taken {
    items: *mut Slot,
    len: usize,
    capacity: usize,
}

impl Taken {
    /// The items in order; sorting permutes them.
    pub fn refs(&mut self) -> &mut [Ref<Object>] {
        if self.len == 0 {
            return &mut [];
        }
        // SAFETY: R2: `len` slots with a count each, and nobody else has the block: as `Ref`s they are ours to move about.
        unsafe { core::slice::from_raw_parts_mut(self.items.cast(), self.len) }
    }

    /// The items, the block freed.
    pub fn into_vec(mut self) -> Vec<Ref<Object>> {
        let mut out = Vec::with_capacity(self.len);
        let len = core::mem::replace(&mut self.len, 0);
        for index in 0..len {
            // SAFETY: R2: the slot's count moves into the vector; `len` is 0 from now on.
            out.push(unsafe { self.items.add(index).cast::<Ref<Object>>().read() });
        }
        out
    }
}

impl Taken {
    /// Gives the items back at once, the last one first.
    pub fn release(mut self, th: &mut Thread) {
        while self.len > 0 {
            self.len -= 1;
            // SAFETY: R2: the slot's count moves out; it lies behind `len` from now on.
            th.release(unsafe { self.items.add(self.len).cast::<Ref<Object>>().read() });
        }
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        for index in 0..self.len {
            // SAFETY: R2: these counts are ours.
            drop(unsafe { self.items.add(index).cast::<Ref<Object>>().read() });
        }
        if !self.items.is_null() {
            // SAFETY: R5: blocks of `Taken` are known to nobody else: `take_all` copies what a reader may still look at.
            unsafe { buffer_free(block_of(self.items)) };
        }
    }
}

impl List {
    #[inline(always)]
    pub(super) fn items(&self) -> &AtomicPtr<Slot> {
        &self.storage.items
    }

    pub(super) fn head(&self) -> &VarHead {
        &self.head
    }

    /// How many items there are now.
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

    /// `allocated`, negative while the list is being sorted.
    #[inline(always)]
    pub fn allocated(&self) -> isize {
        self.storage.allocated.load(Relaxed)
    }

    /// Item `index`, counted; without a lock (R8).
    #[inline(always)]
    pub fn get(&self, th: &Thread, index: usize) -> Option<Ref<Object>> {
        if th.is_mine(self) {
            if index >= self.len() {
                return None;
            }
            // SAFETY: R5: *mine*: nobody writes, and slots below the size hold counts.
            return Some(th.retain(unsafe { &*cell(self.items().load(Relaxed), index).load(Relaxed) }));
        }
        // SAFETY: R2: the count was taken.
        self.read_common(th, index).map(|object| unsafe { Ref::from_raw(object) })
    }

    /// Item `index`, from the end if negative; borrowed. Of a common list it was an item just now, and its memory stays until this thread's next
    /// safepoint (R8); `None` as well if the list changes meanwhile.
    #[inline(always)]
    pub fn peek(&self, th: &Thread, index: i64) -> Option<&Object> {
        let len = self.len();
        let index = if index < 0 { index.wrapping_add(len as i64) } else { index } as usize;
        if index >= len {
            return None;
        }
        if !th.is_mine(self) {
            return self.peek_common(index);
        }
        // SAFETY: R5: *mine*: nobody writes, and slots below the size hold counts.
        Some(unsafe { &*cell(self.items().load(Relaxed), index).load(Relaxed) })
    }

    /// [`List::peek`] of a common list: one attempt.
    #[inline(always)]
    fn peek_common(&self, index: usize) -> Option<&Object> {
        self.look(index).ok()?.map(|seen| seen.object)
    }

    /// One slot of a common list, seen without its lock; `None` where the list ends before it.
    #[inline(always)]
    fn look(&self, index: usize) -> Result<Option<Seen<'_>>, Changed> {
        let items = self.items().load(Acquire);
        let size = self.head.size_acquire();
        if items.is_null() {
            return Ok(None);
        }
        // SAFETY: R8: a block that the list named stays until this thread's next safepoint.
        let word = unsafe { word(items) };
        let before = word.load(Acquire);
        if before & SHIFTING != 0 {
            return Err(Changed);
        }
        let is_same = || word.load(Acquire) == before && self.items().load(Acquire) == items;
        if index.cast_signed() >= size {
            return if is_same() { Ok(None) } else { Err(Changed) };
        }
        if index >= before & CAPACITY {
            return Err(Changed);
        }
        // SAFETY: R8: below the capacity.
        let cell = unsafe { cell(items, index) };
        let ptr = cell.load(Acquire);
        // Only if the block is still the list's does the size speak of it, so that the slot was filled.
        if ptr.is_null() || !is_same() {
            return Err(Changed);
        }
        // SAFETY: R8: a common slot named the object; its memory stays until this thread's next safepoint.
        Ok(Some(Seen { object: unsafe { &*ptr }, cell, word, before }))
    }

    /// The items of a list that is *mine*, borrowed.
    #[inline(always)]
    pub fn items_of_mine(&self, th: &Thread) -> Option<&[&Object]> {
        let len = self.len();
        if !th.is_mine(self) {
            return None;
        }
        if len == 0 {
            return Some(&[]);
        }
        // SAFETY: R5: *mine*: nobody writes while the caller borrows them, and slots below the size hold counts: they are plain pointers.
        Some(unsafe { core::slice::from_raw_parts(self.items().load(Relaxed).cast(), len) })
    }

    /// The slot of item `index`, from the end if negative, of a list that is *mine* and is not being sorted.
    #[inline(always)]
    pub fn slot_of_mine(&self, th: &Thread, index: i64) -> Option<&Slot> {
        let len = self.len();
        let index = if index < 0 { index.wrapping_add(len as i64) } else { index } as usize;
        if index >= len || !th.is_mine(self) || self.allocated() < 0 {
            return None;
        }
        // SAFETY: R5: *mine*: nobody replaces the block while the caller borrows the slot; it lies below the size.
        Some(unsafe { &*self.items().load(Relaxed).add(index) })
    }

    /// Reads one slot of a common list and counts the object; repeats if the slot changed meanwhile.
    #[inline]
    fn read_common(&self, th: &Thread, index: usize) -> Option<*mut abi::PyObject> {
        loop {
            match self.try_read(th, index) {
                Ok(found) => return found,
                Err(Changed) => core::hint::spin_loop(),
            }
        }
    }

    /// One try at a common list's item, counted; a slot that C left empty is never read.
    #[inline(always)]
    fn try_read(&self, th: &Thread, index: usize) -> Result<Option<*mut abi::PyObject>, Changed> {
        let Some(seen) = self.look(index)? else { return Ok(None) };
        // What has no count was an item a moment ago, and stays.
        if seen.object.is_immortal() {
            return Ok(Some(seen.object.as_ptr()));
        }
        if !th.try_incref(seen.object) {
            return Err(Changed);
        }
        if !seen.is_still_there() {
            heap::drop_count(seen.object);
            return Err(Changed);
        }
        Ok(Some(seen.object.as_ptr()))
    }

    /// Item `index`, counted: one try, without a lock (R8). `None` as well while the list changes or is sorted, and where C left the slot empty.
    #[inline(always)]
    pub fn get_quickly(&self, th: &Thread, index: usize) -> Option<Ref<Object>> {
        if th.is_mine(self) {
            let slot = self.slot_of_mine(th, i64::try_from(index).ok()?)?;
            return slot.peek().map(|item| th.retain(item));
        }
        let found = self.try_read(th, index).ok()??;
        // SAFETY: R2: the count was taken.
        Some(unsafe { Ref::from_raw(found) })
    }

    /// Appends an item to a *mine* list that has room for it; hands it back otherwise.
    #[inline(always)]
    pub fn push_mine(&self, th: &Thread, value: Ref<Object>) -> Result<(), Ref<Object>> {
        if !th.is_mine(self) || self.len().cast_signed() >= self.allocated() {
            return Err(value);
        }
        th.barrier(self, &value);
        self.push_plainly(value);
        Ok(())
    }

    /// Whether [`List::push_plainly`] can append `value`: the list is *mine*, has room, and need not share the value.
    #[inline(always)]
    pub fn is_pushed_plainly(&self, th: &Thread, value: &Object) -> bool {
        self.len().cast_signed() < self.allocated() && th.stores_plainly(self, value)
    }

    /// Appends an item of which [`List::is_pushed_plainly`] was true.
    #[inline(always)]
    pub fn push_plainly(&self, value: Ref<Object>) {
        let len = self.len();
        // SAFETY: R5: *mine*: nobody else writes; below the capacity, the slot holds nothing.
        unsafe { cell(self.items().load(Relaxed), len) }.store(value.into_raw().cast(), Release);
        self.head().set_size_release((len + 1).cast_signed());
    }

    /// Locks the list (a *mine* list: nothing) for reading and writing in bulk.
    #[inline(always)]
    pub fn lock<'a>(&'a self, th: &'a mut Thread) -> ListGuard<'a> {
        ListGuard { list: self, th: th.lock(self) }
    }

    /// Locks this list and another object.
    #[inline]
    pub fn lock_with<'a>(&'a self, other: &'a Object, th: &'a mut Thread) -> ListGuard<'a> {
        ListGuard { list: self, th: th.lock2(self, other) }
    }

    /// Storage for a new list that takes over `values`.
    pub(super) fn storage_of(values: Vec<Ref<Object>>) -> Result<(Storage, usize), NoMemory> {
        let len = values.len();
        if len == 0 {
            return Ok((Storage::EMPTY, 0));
        }
        // Room for one more where the allocator would give it anyway.
        let capacity = (len + 1) & !1;
        let items = new_block(capacity)?;
        let values = ManuallyDrop::new(values);
        // SAFETY: R2: the counts move from the vector, whose buffer alone is freed below, into a fresh block of `len` slots.
        unsafe {
            core::ptr::copy_nonoverlapping(values.as_ptr().cast::<Slot>(), items, len);
            drop(Vec::<ManuallyDrop<Ref<Object>>>::from_raw_parts(values.as_ptr().cast_mut().cast(), 0, values.capacity()));
        }
        Ok((Storage { items: AtomicPtr::new(items), allocated: AtomicIsize::new(capacity.cast_signed()) }, len))
    }

    /// Storage for a new list of `len` items that `make` yields in order.
    pub(super) fn storage_from(len: usize, mut make: impl FnMut(usize) -> Ref<Object>) -> Result<Storage, NoMemory> {
        if len == 0 {
            return Ok(Storage::EMPTY);
        }
        let items = new_block(len)?;
        for index in 0..len {
            // SAFETY: a fresh block of `len` slots.
            unsafe { items.add(index).write(Slot::new(make(index))) };
        }
        Ok(Storage { items: AtomicPtr::new(items), allocated: AtomicIsize::new(len.cast_signed()) })
    }

    /// Storage for a new list of `len` empty slots, as C's `PyList_New` hands it out.
    pub fn storage_null(len: usize) -> Result<Storage, NoMemory> {
        if len == 0 {
            return Ok(Storage::EMPTY);
        }
        let items = new_block(len)?;
        // SAFETY: a fresh block of `len` slots; a null slot is all zero.
        unsafe { items.cast::<u8>().write_bytes(0, len * size_of::<Slot>()) };
        Ok(Storage { items: AtomicPtr::new(items), allocated: AtomicIsize::new(len.cast_signed()) })
    }

    /// Visits the items for the collector (R6: no other thread writes then).
    pub(super) fn visit_items(&self, visitor: &mut Visitor) {
        let items = self.items().load(Acquire);
        if items.is_null() {
            return;
        }
        for index in 0..self.len() {
            // SAFETY: slots below the size are initialised.
            visitor.slot(unsafe { &*items.add(index) });
        }
    }

    /// The items' addresses and the block's, for `Drop`.
    pub(super) fn drop_storage(&mut self) {
        let items = self.items().load(Relaxed);
        if items.is_null() {
            return;
        }
        // Last item first, as CPython ends them.
        for index in (0..self.len()).rev() {
            // SAFETY: R2: the list is ending; each slot's count is given back once.
            unsafe { core::ptr::drop_in_place(items.add(index)) };
        }
        // SAFETY: R8: a reader holds a count on the list, and there is none left.
        unsafe { buffer_free(block_of(items)) };
    }
}

/// A list that nobody else writes while this lives.
pub struct ListGuard<'a> {
    list: &'a List,
    th: Locked<'a>,
}

impl<'a> ListGuard<'a> {
    /// The thread, for what cannot run code.
    #[inline(always)]
    pub fn th(&self) -> &Thread {
        &self.th
    }

    /// How many items there are.
    #[inline(always)]
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there are none.
    #[inline(always)]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    #[inline(always)]
    fn mine(&self) -> bool {
        self.th.is_mine(self.list)
    }

    #[inline(always)]
    fn items_ptr(&self) -> *mut Slot {
        self.list.items().load(Relaxed)
    }

    /// The items, borrowed.
    #[inline(always)]
    pub fn items(&self) -> &[&Object] {
        let len = self.len();
        if len == 0 {
            return &[];
        }
        // SAFETY: R9: the guard keeps others from writing, `&self` keeps us; filled slots are non-null object pointers with a count.
        unsafe { core::slice::from_raw_parts(self.items_ptr().cast(), len) }
    }

    /// Item `index`, borrowed.
    #[inline(always)]
    pub fn item(&self, index: usize) -> Option<&Object> {
        self.items().get(index).copied()
    }

    /// The items of another list that is locked with this one (or of this one).
    pub fn items_of<'t>(&'t self, other: &'t List) -> &'t [&'t Object] {
        let len = other.len();
        if len == 0 {
            return &[];
        }
        // SAFETY: R9: locked by `lock_with`, so as in `items`.
        unsafe { core::slice::from_raw_parts(other.items().load(Relaxed).cast(), len) }
    }

    /// New references to the items of another list that is locked with this one.
    pub fn copy_of(&self, other: &List) -> Vec<Ref<Object>> {
        self.items_of(other).iter().map(|item| self.th.retain(*item)).collect()
    }

    /// New references to a range of items.
    pub fn copy_range(&self, lo: usize, hi: usize) -> Vec<Ref<Object>> {
        self.items()[lo..hi].iter().map(|item| self.th.retain(*item)).collect()
    }

    /// New references to all items.
    pub fn copy(&self) -> Vec<Ref<Object>> {
        self.items().iter().map(|item| self.th.retain(*item)).collect()
    }

    /// Replaces the block by one of exactly `capacity` slots and copies the first `keep` slots. Their counts move along.
    fn reblock(&self, capacity: usize, keep: usize) -> Result<(), NoMemory> {
        let old = self.items_ptr();
        if self.mine() && !old.is_null() {
            if capacity > MAX_LEN {
                return Err(NoMemory);
            }
            // SAFETY: R5: *mine*: nobody else reads the block.
            let block = unsafe { buffer_resize(block_of(old), block_bytes(capacity)) }.ok_or(NoMemory)?;
            // SAFETY: the block is at least `HEADER` bytes long.
            let items: *mut Slot = unsafe { block.as_ptr().add(HEADER).cast() };
            // SAFETY: as above.
            unsafe { word(items) }.store(capacity, Relaxed);
            self.list.items().store(items, Relaxed);
        } else {
            let items = new_block(capacity)?;
            for index in 0..keep {
                // SAFETY: R9: both blocks have `keep` slots; the new one is ours alone.
                unsafe { cell(items, index).store(cell(old, index).load(Relaxed), Relaxed) };
            }
            if !old.is_null() {
                // SAFETY: R8: the word of the old block; a shift under way goes on in the new one.
                unsafe { word(items) }.store(capacity | (word_of(old) & !CAPACITY), Relaxed);
            }
            // Release: a reader that finds the block finds its slots.
            self.list.items().store(items, Release);
            self.retire(old);
        }
        self.list.storage.allocated.store(capacity.cast_signed(), Relaxed);
        Ok(())
    }

    fn retire(&self, items: *mut Slot) {
        if !items.is_null() {
            // SAFETY: R8: the block was unlinked by the caller.
            let bytes = block_bytes(word_of(items) & CAPACITY);
            // SAFETY: as above; its counts moved elsewhere.
            unsafe { self.th.retire_buffer(self.list, block_of(items), bytes) };
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&self, len: usize) -> Result<(), NoMemory> {
        self.reblock(grown(len), self.len())
    }

    /// Makes room for `len` items in all, without a share more.
    pub fn reserve_exact(&mut self, len: usize) -> Result<(), NoMemory> {
        if len.cast_signed() > self.list.allocated() { self.reblock(len, self.len()) } else { Ok(()) }
    }

    /// Gives memory back that was reserved and not needed.
    pub fn trim(&mut self) {
        let len = self.len();
        if self.list.allocated() > grown(len).cast_signed() {
            self.shrink_slow(len);
        }
    }

    /// Appends an item.
    #[inline(always)]
    pub fn push(&mut self, value: Ref<Object>) -> Result<(), NoMemory> {
        let len = self.len();
        if len.cast_signed() >= self.list.allocated() {
            self.grow(len + 1)?;
        }
        self.th.barrier(self.list, &value);
        self.changes();
        // SAFETY: R9: below the capacity; the slot holds nothing.
        unsafe { cell(self.items_ptr(), len) }.store(value.into_raw().cast(), Release);
        self.list.head().set_size_release((len + 1).cast_signed());
        Ok(())
    }

    /// Appends many items; all or none.
    pub fn extend(&mut self, values: Vec<Ref<Object>>) -> Result<(), NoMemory> {
        let len = self.len();
        let new_len = len + values.len();
        if new_len.cast_signed() > self.list.allocated() {
            // A list that grows by little gets a share more, one that grows by much what it needs.
            let capacity = grown(new_len);
            let capacity = if new_len - len > capacity - new_len { (new_len + 3) & !3 } else { capacity };
            // A list that begins with them has room for them, and for one more where the allocator would give it anyway.
            let capacity = if self.items_ptr().is_null() { (new_len + 1) & !1 } else { capacity };
            self.reblock(capacity, len)?;
        }
        let items = self.items_ptr();
        self.changes();
        for (offset, value) in values.into_iter().enumerate() {
            self.th.barrier(self.list, &value);
            // SAFETY: R9: below the capacity; the slot holds nothing.
            unsafe { cell(items, len + offset) }.store(value.into_raw().cast(), Release);
        }
        // One store of the size shows all of them at once.
        self.list.head().set_size_release(new_len.cast_signed());
        Ok(())
    }

    /// Takes the last item.
    #[inline]
    pub fn pop(&mut self) -> Option<Ref<Object>> {
        let len = self.len().checked_sub(1)?;
        self.changes();
        self.list.head().set_size_release(len.cast_signed());
        let cell = self.cell(len);
        let value = cell.load(Relaxed);
        if !self.mine() {
            cell.store(core::ptr::null_mut(), Release);
        }
        self.shrink();
        // SAFETY: R2: the slot's count moves to the caller.
        unsafe { Ref::from_raw_nullable(value.cast()) }
    }

    #[inline(always)]
    fn cell(&self, index: usize) -> &AtomicPtr<Object> {
        // SAFETY: R9: callers ask for slots below the capacity; the guard keeps the block.
        unsafe { cell(self.items_ptr(), index) }
    }

    /// Lets others look through the common list without its lock, as long as nobody changes it.
    #[inline]
    pub fn watch(&self) {
        self.watch_other(self.list);
    }

    /// The same of another list that is locked with this one.
    pub fn watch_other(&self, other: &List) {
        let items = other.items().load(Relaxed);
        if !self.th.is_mine(other) && !items.is_null() {
            // SAFETY: R9: the guard keeps the block.
            watch::watch(unsafe { word(items) });
        }
    }

    /// Before a change of one slot, or of slots behind the size and then of the size.
    #[inline(always)]
    fn changes(&self) {
        let items = self.items_ptr();
        if !self.mine() && !items.is_null() {
            // SAFETY: R9: the guard keeps the block.
            watch::change(unsafe { word(items) });
        }
    }

    /// Puts another item in and hands the old one back.
    #[inline(always)]
    pub fn replace(&mut self, index: usize, value: Ref<Object>) -> Ref<Object> {
        debug_assert!(index < self.len());
        self.th.barrier(self.list, &value);
        let cell = self.cell(index);
        let new = value.into_raw().cast();
        let old = if self.mine() {
            let old = cell.load(Relaxed);
            cell.store(new, Relaxed);
            old
        } else {
            self.changes();
            cell.swap(new, AcqRel)
        };
        // SAFETY: R2: the slot's count moves to the caller.
        unsafe { Ref::from_raw(old.cast()) }
    }

    /// [`ListGuard::replace`] for C, which makes lists with empty slots and fills them one by one.
    pub fn exchange(&mut self, index: usize, value: Option<Ref<Object>>) -> Option<Ref<Object>> {
        debug_assert!(index < self.len());
        if let Some(value) = &value {
            self.th.barrier(self.list, value);
        }
        self.changes();
        let new = value.map_or(core::ptr::null_mut(), |value| value.into_raw().cast());
        let old = self.cell(index).swap(new, AcqRel);
        // SAFETY: R2: the slot's count, if it had one, moves to the caller.
        unsafe { Ref::from_raw_nullable(old.cast()) }
    }

    /// Item `index`, borrowed; `None` for a slot that C left empty.
    pub fn filled(&self, index: usize) -> Option<&Object> {
        debug_assert!(index < self.len());
        let item = self.cell(index).load(Relaxed);
        // SAFETY: R9: the guard keeps others from writing; a slot is null or holds a count.
        unsafe { item.as_ref() }
    }

    /// Exchanges two items.
    pub fn swap(&mut self, a: usize, b: usize) {
        self.shift(|guard| {
            let (a, b) = (guard.cell(a), guard.cell(b));
            let held = a.load(Relaxed);
            a.store(b.load(Relaxed), Release);
            b.store(held, Release);
        });
    }

    /// Turns the order around.
    pub fn reverse(&mut self) {
        let len = self.len();
        if len < 2 {
            return;
        }
        self.shift(|guard| {
            for low in 0..len / 2 {
                let (a, b) = (guard.cell(low), guard.cell(len - 1 - low));
                let held = a.load(Relaxed);
                a.store(b.load(Relaxed), Release);
                b.store(held, Release);
            }
        });
    }

    /// Brings the items into another order: at each place the index of the one that comes there.
    pub fn rearrange(&mut self, indices: Vec<u32>) {
        self.shift(|guard| {
            super::sort::for_each_swap(indices, |a, b| {
                let (a, b) = (guard.cell(a), guard.cell(b));
                let held = a.load(Relaxed);
                a.store(b.load(Relaxed), Release);
                b.store(held, Release);
            });
        });
    }

    /// Runs several changes, which are one for readers without the lock. `room`: so many items more may be appended. What is put in was
    /// admitted before ([`ListGuard::admit`]); `change` runs no code and waits for nobody, for readers wait for it.
    pub fn in_one_step<T>(&mut self, room: usize, change: impl FnOnce(&mut Self) -> T) -> Result<T, NoMemory> {
        let len = self.len() + room;
        if len.cast_signed() > self.list.allocated() {
            self.grow(len)?;
        }
        let shifting = self.begin_shift();
        let result = change(self);
        if shifting {
            self.end_shift();
        }
        self.shrink();
        Ok(result)
    }

    /// Prepares an object for being put into this list.
    pub fn admit(&self, value: &Object) {
        self.th.barrier(self.list, value);
    }

    /// Runs a change of several slots: readers of a common list wait until it is done.
    #[inline]
    fn shift<T>(&self, change: impl FnOnce(&Self) -> T) -> T {
        let shifting = self.begin_shift();
        let result = change(self);
        if shifting {
            self.end_shift();
        }
        result
    }

    fn is_shifting(&self) -> bool {
        let items = self.items_ptr();
        !items.is_null() && word_of(items) & SHIFTING != 0
    }

    /// Readers wait from now on; `false`: there are none without the lock, or they wait already.
    #[inline]
    fn begin_shift(&self) -> bool {
        let items = self.items_ptr();
        if self.mine() || items.is_null() {
            return false;
        }
        // SAFETY: R9: the guard keeps the block.
        unsafe { word(items) }.fetch_or(SHIFTING, AcqRel) & SHIFTING == 0
    }

    fn end_shift(&self) {
        let items = self.items_ptr();
        if items.is_null() {
            return;
        }
        let now = word_of(items);
        // Release: who sees the new count of shifts sees the slots.
        // SAFETY: R9: the guard keeps the block.
        unsafe { word(items) }.store(watch::counted(now), Release);
    }

    /// Moves slots within the block; their counts move along.
    fn move_slots(&self, from: usize, to: usize, count: usize) {
        let items = self.items_ptr();
        if count == 0 || from == to {
            return;
        }
        if self.mine() {
            // SAFETY: R5: *mine*; both ranges lie below the capacity (the callers reserve first).
            unsafe { core::ptr::copy(items.add(from), items.add(to), count) };
            return;
        }
        let one = |offset: usize| self.cell(to + offset).store(self.cell(from + offset).load(Relaxed), Release);
        if to < from { (0..count).for_each(one) } else { (0..count).rev().for_each(one) }
    }

    /// Inserts one item before `index`.
    pub fn insert(&mut self, index: usize, value: Ref<Object>) -> Result<(), NoMemory> {
        let len = self.len();
        debug_assert!(index <= len);
        if index == len {
            return self.push(value);
        }
        if len.cast_signed() >= self.list.allocated() {
            self.grow(len + 1)?;
        }
        self.th.barrier(self.list, &value);
        self.shift(|guard| {
            guard.move_slots(index, index + 1, len - index);
            guard.cell(index).store(value.into_raw().cast(), Release);
            guard.list.head().set_size_release((len + 1).cast_signed());
        });
        Ok(())
    }

    /// Removes one item.
    pub fn remove(&mut self, index: usize) -> Ref<Object> {
        let len = self.len();
        debug_assert!(index < len);
        if index + 1 == len
            && let Some(value) = self.pop()
        {
            return value;
        }
        let value = self.shift(|guard| {
            let value = guard.cell(index).load(Relaxed);
            guard.move_slots(index + 1, index, len - 1 - index);
            guard.list.head().set_size_release((len - 1).cast_signed());
            guard.clear_behind(len - 1, len);
            value
        });
        self.shrink();
        // SAFETY: R2: the slot's count moves to the caller.
        unsafe { Ref::from_raw(value.cast()) }
    }

    /// Empties slots behind the size that were moved away: a reader that is late finds nothing in them.
    fn clear_behind(&self, from: usize, to: usize) {
        if !self.mine() {
            for index in from..to {
                self.cell(index).store(core::ptr::null_mut(), Release);
            }
        }
    }

    /// Gives memory back when less than half of it is used.
    #[inline]
    fn shrink(&self) {
        let len = self.len();
        let allocated = self.list.allocated().max(0).cast_unsigned();
        if len < allocated / 2 && allocated > 8 && !self.is_shifting() {
            self.shrink_slow(len);
        }
    }

    #[cold]
    #[inline(never)]
    fn shrink_slow(&self, len: usize) {
        if len == 0 {
            let items = self.items_ptr();
            self.list.items().store(core::ptr::null_mut(), Release);
            self.list.storage.allocated.store(0, Relaxed);
            self.retire(items);
        } else {
            // If there is no smaller block the large one stays.
            let _ = self.reblock(grown(len), len);
        }
    }

    /// Replaces the items `lo..hi` by `new`; hands the old ones back.
    pub fn splice(&mut self, lo: usize, hi: usize, new: Vec<Ref<Object>>) -> Result<Vec<Ref<Object>>, NoMemory> {
        let len = self.len();
        debug_assert!(lo <= hi && hi <= len);
        let new_len = len - (hi - lo) + new.len();
        if new_len == 0 {
            return Ok(self.take_all(0).into_vec());
        }
        for value in &new {
            self.th.barrier(self.list, value);
        }
        let added = new.len();
        let old = self.shift(|guard| {
            if new_len.cast_signed() > guard.list.allocated() {
                guard.reblock(if len == 0 { new_len } else { grown(new_len) }, len)?;
            }
            let mut old = Vec::with_capacity(hi - lo);
            for index in lo..hi {
                // SAFETY: R2: the slot's count moves into the vector; the slot is overwritten below.
                old.push(unsafe { Ref::from_raw(guard.cell(index).load(Relaxed).cast()) });
            }
            guard.move_slots(hi, lo + added, len - hi);
            for (offset, value) in new.into_iter().enumerate() {
                guard.cell(lo + offset).store(value.into_raw().cast(), Release);
            }
            guard.list.head().set_size_release(new_len.cast_signed());
            guard.clear_behind(new_len, len);
            Ok(old)
        })?;
        self.shrink();
        Ok(old)
    }

    /// Removes the items at the given ascending indices.
    pub fn remove_many(&mut self, indices: impl Iterator<Item = usize>) -> Vec<Ref<Object>> {
        let len = self.len();
        let old = self.shift(|guard| {
            let mut old = Vec::new();
            let mut indices = indices.peekable();
            let mut to = match indices.peek() {
                Some(&first) => first,
                None => return old,
            };
            for from in to..len {
                let value = guard.cell(from).load(Relaxed);
                if indices.peek() == Some(&from) {
                    indices.next();
                    // SAFETY: R2: the slot's count moves into the vector; the slot is overwritten or left behind the size.
                    old.push(unsafe { Ref::from_raw(value.cast()) });
                } else {
                    guard.cell(to).store(value, Release);
                    to += 1;
                }
            }
            guard.list.head().set_size_release(to.cast_signed());
            guard.clear_behind(to, len);
            old
        });
        self.shrink();
        old
    }

    /// Puts each value at the index that goes with it; hands the old ones back.
    pub fn replace_many(&mut self, indices: impl Iterator<Item = usize>, values: Vec<Ref<Object>>) -> Vec<Ref<Object>> {
        for value in &values {
            self.th.barrier(self.list, value);
        }
        self.shift(|guard| {
            indices
                .zip(values)
                .map(|(index, value)| {
                    let old = guard.cell(index).swap(value.into_raw().cast(), AcqRel);
                    // SAFETY: R2: the slot's count moves to the caller.
                    unsafe { Ref::from_raw(old.cast()) }
                })
                .collect()
        })
    }

    /// Takes all items and leaves the list empty, with `allocated` as given: -1 marks a list that is being sorted.
    pub fn take_all(&mut self, allocated: isize) -> Taken {
        let len = self.len();
        let items = self.items_ptr();
        self.list.head().set_size_release(0);
        self.list.items().store(core::ptr::null_mut(), Release);
        self.list.storage.allocated.store(allocated, Relaxed);
        if items.is_null() || self.mine() {
            return Taken { items, len, capacity: word_or_zero(items) };
        }
        // A reader may still look at the old block: it is retired, and a copy goes on.
        let copy = match new_block(len.max(1)) {
            Ok(copy) => copy,
            Err(NoMemory) => heap::alloc::out_of_memory(),
        };
        for index in 0..len {
            // SAFETY: R2: the counts move to the copy.
            unsafe { cell(copy, index).store(cell(items, index).load(Relaxed), Relaxed) };
        }
        self.retire(items);
        Taken { items: copy, len, capacity: len.max(1) }
    }

    /// Puts items back that [`ListGuard::take_all`] took; hands back what the list got meanwhile.
    pub fn put_back(&mut self, taken: Taken) -> Taken {
        let taken = ManuallyDrop::new(taken);
        let between = self.take_all(0);
        if taken.items.is_null() {
            return between;
        }
        // While the list was away its owner may have become common: the items get its owner, too.
        // SAFETY: R2: `len` filled slots.
        for item in unsafe { core::slice::from_raw_parts(taken.items.cast::<&Object>(), taken.len) } {
            self.th.barrier(self.list, item);
        }
        if !self.mine() {
            // SAFETY: nobody else knows the block yet.
            unsafe { word(taken.items) }.fetch_or(SHIFTING, Relaxed);
        }
        self.list.storage.allocated.store(taken.capacity.cast_signed(), Relaxed);
        self.list.items().store(taken.items, Release);
        self.list.head().set_size_release(taken.len.cast_signed());
        if !self.mine() {
            // SAFETY: R9: the guard keeps the block. Release: who sees the bit gone sees the size.
            unsafe { word(taken.items) }.fetch_and(!SHIFTING, Release);
        }
        between
    }
}

fn word_of(items: *mut Slot) -> usize {
    // SAFETY: R9: callers hold the guard of the list whose block this is, or the block alone.
    unsafe { word(items) }.load(Relaxed)
}

fn word_or_zero(items: *mut Slot) -> usize {
    if items.is_null() { 0 } else { word_of(items) & CAPACITY }
}
