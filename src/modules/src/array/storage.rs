//! How an array lies in memory, its growing and shrinking.
//!
//! Invariant: `items` is null (then there are none) or a block with room for `allocated` items, of which the size's number are filled. It is as
//! `PyMem_Malloc` gives it: extensions make arrays of their own and resize ours (Cython's `array.clone` and `array.resize`). Storage neither moves
//! nor shrinks while `exports` is not 0. Who writes holds the object's lock or has the object for itself (R9); an item of a common array is read
//! without the lock (R8): `moves` says whether items or storage are being moved. Exported memory is read and written by whoever holds a view, as in C.
#![allow(unsafe_code, reason = "the items lie in storage of their own")]

use core::ptr::NonNull;
use std::borrow::Cow;

use heap::sync::{AtomicI32, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, Ordering::*};
use heap::{Heaped, Locked, Raised, Ref, Thread, Type, VarHead};
use macros::pytype;
use objects::glue::{Snapshot, try_copy};
use objects::{NoMemory, Refusal, raise};

use super::kind::{Kind, Raw};

/// array(typecode [, initializer]) -> array
///
/// Return a new array whose items are restricted by typecode, and
/// initialized from the optional initializer value, which must be a list,
/// string or iterable over elements of the appropriate type.
///
/// Arrays represent basic values and behave very much like lists, except
/// the type of objects stored in them is constrained. The type is specified
/// at object creation time by using a type code, which is a single character.
/// The following type codes are defined:
///
///     Type code   C Type             Minimum size in bytes
///     'b'         signed integer     1
///     'B'         unsigned integer   1
///     'u'         Unicode character  2 (see note)
///     'w'         Py_UCS4            4
///     'h'         signed integer     2
///     'H'         unsigned integer   2
///     'i'         signed integer     2
///     'I'         unsigned integer   2
///     'l'         signed integer     4
///     'L'         unsigned integer   4
///     'q'         signed integer     8 (see note)
///     'Q'         unsigned integer   8 (see note)
///     'f'         floating-point     4
///     'd'         floating-point     8
///
/// NOTE: The 'u' typecode corresponds to Python's unicode character. On
/// narrow builds this is 2-bytes on wide builds this is 4-bytes.
#[pytype(
    name = "array",
    module = "array",
    flags(BASETYPE, SEQUENCE, OWN_GETATTR),
    gc = none,
    lock = instance,
    weakref = weakrefs,
    parts(slots, methods)
)]
#[repr(C)]
pub struct Array {
    // The fields are those of CPython's struct, which extensions read.
    head: VarHead,
    items: AtomicPtr<u8>,
    allocated: AtomicIsize,
    #[untraversed]
    kind: &'static Kind,
    /// Unused: weak references are kept elsewhere.
    weakrefs: usize,
    /// One word in CPython; extensions that know it read an `int`.
    exports: AtomicI32,
    /// Odd while items are being moved, or the storage is.
    moves: AtomicU32,
}

/// Reads one item, at once. Acquire: who sees an item that is being moved sees that items are being moved.
///
/// # Safety
/// `at` points at `size` bytes of a block, aligned to their size.
#[inline]
unsafe fn read_item(at: *mut u8, size: usize) -> Raw {
    // SAFETY: the caller's promise; racing writers write items at once, too.
    let word = unsafe {
        match size {
            1 => u64::from((*at.cast::<AtomicU8>()).load(Acquire)),
            2 => u64::from((*at.cast::<AtomicU16>()).load(Acquire)),
            4 => u64::from((*at.cast::<AtomicU32>()).load(Acquire)),
            _ => (*at.cast::<AtomicU64>()).load(Acquire),
        }
    };
    word.to_le_bytes()
}

/// Writes one item, at once. Release: pairs with [`read_item`].
///
/// # Safety
/// As [`read_item`].
#[inline]
unsafe fn write_item(at: *mut u8, size: usize, raw: Raw) {
    let word = u64::from_le_bytes(raw);
    // SAFETY: the caller's promise.
    unsafe {
        match size {
            1 => (*at.cast::<AtomicU8>()).store(word as u8, Release),
            2 => (*at.cast::<AtomicU16>()).store(word as u16, Release),
            4 => (*at.cast::<AtomicU32>()).store(word as u32, Release),
            _ => (*at.cast::<AtomicU64>()).store(word, Release),
        }
    }
}

/// A position that may count from the end.
pub fn place(index: isize, len: usize) -> Option<usize> {
    let at = if index < 0 { index + len.cast_signed() } else { index };
    usize::try_from(at).ok().filter(|&at| at < len)
}

impl Array {
    /// An empty array of a class.
    pub fn new_in(th: &Thread, cls: &Type, kind: &'static Kind) -> Ref<Array> {
        let array = Array {
            head: VarHead::init(0),
            items: AtomicPtr::new(core::ptr::null_mut()),
            allocated: AtomicIsize::new(0),
            kind,
            weakrefs: 0,
            exports: AtomicI32::new(0),
            moves: AtomicU32::new(0),
        };
        let made = th.new_instance(cls, array);
        made.head.set_size(0);
        made
    }

    /// An array of these bytes, whole items.
    pub fn from_bytes(th: &mut Thread, kind: &'static Kind, bytes: &[u8]) -> Result<Ref<Array>, Raised> {
        let made = Array::new_in(th, <Array as heap::PyType>::type_object(), kind);
        made.fill(th, bytes)?;
        Ok(made)
    }

    /// Puts the first items, whole ones, into an empty array, which gets no more room than it needs.
    pub fn fill(&self, th: &mut Thread, bytes: &[u8]) -> Result<(), Raised> {
        let locked = th.lock(self.as_object());
        let len = bytes.len() / self.kind.size();
        let done = self.moving(|| {
            self.reallocate(&locked, 0, len, len)?;
            self.write_items(&locked, 0, bytes);
            Ok::<(), NoMemory>(())
        });
        drop(locked);
        done.map_err(|error| error.raise(th))
    }

    #[inline]
    pub fn kind(&self) -> &'static Kind {
        self.kind
    }

    /// How many items.
    #[inline]
    pub fn len(&self) -> usize {
        self.head.size().cast_unsigned()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the items are; never null, so that slices can be made of it.
    pub fn start(&self) -> *mut u8 {
        let items = self.items.load(Relaxed);
        if items.is_null() { NonNull::<u64>::dangling().as_ptr().cast() } else { items }
    }

    /// The field of that name, null for an array that never had items.
    pub fn address(&self) -> usize {
        self.items.load(Relaxed).addr()
    }

    /// Bytes of storage.
    pub fn allocated_bytes(&self) -> usize {
        self.allocated.load(Relaxed).max(0).cast_unsigned() * self.kind.size()
    }

    /// Where the size is stored: it does not change while a view is out.
    pub(super) fn size_field(&self) -> *mut isize {
        (&raw const self.head).cast_mut().cast::<abi::PyVarObject>().wrapping_byte_add(core::mem::offset_of!(abi::PyVarObject, ob_size)).cast()
    }

    pub(super) fn add_export(&self, delta: i32) {
        self.exports.fetch_add(delta, Relaxed);
    }

    fn is_exported(&self) -> bool {
        self.exports.load(Relaxed) > 0
    }

    /// Item `index`, if there is one; without a lock.
    #[inline]
    pub fn get(&self, th: &Thread, index: usize) -> Option<Raw> {
        let size = self.kind.size();
        if th.is_mine(self) {
            // SAFETY: R5: *mine*: items below the size are there.
            return (index < self.len()).then(|| unsafe { read_item(self.items.load(Relaxed).add(index * size), size) });
        }
        loop {
            let before = self.moves.load(Acquire);
            let items = self.items.load(Acquire);
            let room = self.allocated.load(Acquire);
            let len = self.head.size_acquire().cast_unsigned();
            // What was read belongs together: the block has this room.
            if before % 2 == 0 && self.moves.load(Acquire) == before {
                let fits = !items.is_null() && index < len && index < room.max(0).cast_unsigned();
                // SAFETY: R8: inside of the block, which the array named just now: it stays until this thread's next safepoint.
                let raw = fits.then(|| unsafe { read_item(items.add(index * size), size) });
                if self.moves.load(Relaxed) == before {
                    return raw;
                }
            }
            core::hint::spin_loop();
        }
    }

    /// Writes item `index`, which may count from the end; `false`: there is none.
    pub fn set(&self, th: &mut Thread, index: isize, raw: Raw) -> bool {
        let _locked = th.lock(self.as_object());
        let size = self.kind.size();
        let Some(at) = place(index, self.len()) else { return false };
        // SAFETY: R9: below the size, under the lock.
        unsafe { write_item(self.items.load(Relaxed).add(at * size), size, raw) };
        true
    }

    /// [`Array::get`] of an index that may count from the end, in one step.
    pub fn get_from_end(&self, th: &mut Thread, index: isize) -> Option<Raw> {
        if let Ok(at) = usize::try_from(index) {
            return self.get(th, at);
        }
        let _locked = th.lock(self.as_object());
        let size = self.kind.size();
        // SAFETY: R9: below the size, under the lock.
        place(index, self.len()).map(|at| unsafe { read_item(self.items.load(Relaxed).add(at * size), size) })
    }

    /// Runs `body` over the bytes of all items, which nobody else writes meanwhile.
    pub fn read<T>(&self, th: &mut Thread, body: impl FnOnce(&[u8]) -> T) -> T {
        let _locked = th.lock(self.as_object());
        body(self.slice())
    }

    /// Runs `body` over the bytes of two arrays.
    pub fn read_both<T>(&self, th: &mut Thread, other: &Array, body: impl FnOnce(&[u8], &[u8]) -> T) -> T {
        let _locked = th.lock2(self.as_object(), other.as_object());
        body(self.slice(), other.slice())
    }

    /// Runs `body` over the bytes of all items, to change them.
    pub fn change(&self, th: &mut Thread, body: impl FnOnce(&mut [u8])) {
        let locked = th.lock(self.as_object());
        if locked.is_mine(self) {
            // SAFETY: R5: *mine*: nobody else looks.
            body(unsafe { core::slice::from_raw_parts_mut(self.start(), self.len() * self.kind.size()) });
            return;
        }
        let mut bytes = self.slice().to_vec();
        body(&mut bytes);
        self.moving(|| self.write_items(&locked, 0, &bytes));
    }

    /// Writes items from index `at` on; the caller holds the lock, and there is room.
    fn write_items(&self, th: &Thread, at: usize, bytes: &[u8]) {
        let size = self.kind.size();
        // SAFETY: R9: inside of the storage, by the caller's word.
        let base = unsafe { self.start().add(at * size) };
        if th.is_mine(self) {
            // SAFETY: as above; the bytes are not the array's own.
            unsafe { base.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
            return;
        }
        for (index, item) in bytes.chunks_exact(size).enumerate() {
            let mut raw = [0; 8];
            raw[..size].copy_from_slice(item);
            // SAFETY: as above.
            unsafe { write_item(base.add(index * size), size, raw) };
        }
    }

    /// Moves items to another index; the caller holds the lock, and there is room.
    fn move_items(&self, th: &Thread, from: usize, to: usize, count: usize) {
        let size = self.kind.size();
        let base = self.start();
        if th.is_mine(self) {
            // SAFETY: R9: inside of the storage, by the caller's word.
            unsafe { base.add(from * size).copy_to(base.add(to * size), count * size) };
            return;
        }
        let step = |index: usize| {
            // SAFETY: as above.
            unsafe { write_item(base.add((to + index) * size), size, read_item(base.add((from + index) * size), size)) };
        };
        if from < to { (0..count).rev().for_each(step) } else { (0..count).for_each(step) }
    }

    /// The bytes of all items; the caller holds the lock.
    fn slice(&self) -> &[u8] {
        // SAFETY: this module's invariant; R9: the callers' lock.
        unsafe { core::slice::from_raw_parts(self.start(), self.len() * self.kind.size()) }
    }

    /// A copy of the bytes.
    pub fn to_vec(&self, th: &mut Thread) -> Vec<u8> {
        self.read(th, <[u8]>::to_vec)
    }

    /// The contents as they are now; `None`: there is no memory for a copy.
    pub fn snapshot(&self, th: &mut Thread) -> Option<Snapshot> {
        let bytes = self.read(th, try_copy)?;
        Some(Snapshot::new(bytes, self.kind.format, self.kind.size()))
    }

    /// Tells readers while items change place; the caller holds the lock. What `body` writes it writes with Release: who sees it sees the mark.
    fn moving<T>(&self, body: impl FnOnce() -> T) -> T {
        self.moves.fetch_add(1, Relaxed);
        let result = body();
        self.moves.fetch_add(1, Release);
        result
    }

    /// Replaces the items of a range by others, whole items: the whole of every change of length. A range that reaches beyond the end
    /// is cut.
    pub fn splice(&self, th: &mut Thread, range: core::ops::Range<usize>, with: &[u8]) -> Result<(), Raised> {
        self.splice_where(th, |_| Some((range, Cow::Borrowed(with), ()))).map(|_| ())
    }

    /// Replaces the items of the range that `choose` finds, in one step for other threads; it is given the bytes of all items. `None`: it
    /// found none.
    pub fn splice_where<'w, T>(
        &self,
        th: &mut Thread,
        choose: impl FnOnce(&[u8]) -> Option<(core::ops::Range<usize>, Cow<'w, [u8]>, T)>,
    ) -> Result<Option<T>, Raised> {
        let locked = th.lock(self.as_object());
        let done = self.splice_locked(&locked, choose);
        drop(locked);
        done.map_err(|refusal| refusal.raise(th, exported))
    }

    /// Adds the items that another array of the same kind has (or this one) at the end, in one step for other threads.
    pub fn extend_from(&self, th: &mut Thread, other: &Array) -> Result<(), Raised> {
        let locked = th.lock2(self.as_object(), other.as_object());
        let with = other.slice().to_vec();
        let done = self.splice_locked(&locked, |_| Some((usize::MAX..usize::MAX, Cow::Owned(with), ())));
        drop(locked);
        done.map(|_| ()).map_err(|refusal| refusal.raise(th, exported))
    }

    fn splice_locked<'w, T>(
        &self,
        locked: &Locked<'_>,
        choose: impl FnOnce(&[u8]) -> Option<(core::ops::Range<usize>, Cow<'w, [u8]>, T)>,
    ) -> Result<Option<T>, Refusal> {
        let size = self.kind.size();
        let len = self.len();
        let Some((range, with, found)) = choose(self.slice()) else { return Ok(None) };
        let with = &*with;
        let end = range.end.min(len);
        let start = range.start.min(end);
        let added = with.len() / size;
        if added != end - start && self.is_exported() {
            return Err(Refusal::Exported);
        }
        let tail = len - end;
        let new_len = (len - (end - start)).checked_add(added).ok_or(Refusal::NoMemory(NoMemory))?;
        // Readers see neither new items that are not written yet nor half of the moved ones.
        let changed = self.moving(|| {
            if added > end - start {
                self.resize(locked, len, new_len)?;
            }
            self.move_items(locked, end, start + added, tail);
            self.write_items(locked, start, with);
            self.head.set_size_release(new_len.cast_signed());
            if added < end - start {
                self.resize(locked, len, new_len)?;
            }
            Ok(())
        });
        changed.map(|()| Some(found)).map_err(Refusal::NoMemory)
    }

    /// Adds one item at the end.
    pub fn push(&self, th: &mut Thread, raw: Raw) -> Result<(), Raised> {
        let size = self.kind.size();
        let locked = th.lock(self.as_object());
        if self.is_exported() {
            drop(locked);
            return Err(exported(th));
        }
        let len = self.len();
        if len.cast_signed() < self.allocated.load(Relaxed) {
            // SAFETY: R9: there is room behind the last item.
            unsafe { write_item(self.items.load(Relaxed).add(len * size), size, raw) };
            self.head.set_size_release((len + 1).cast_signed());
            return Ok(());
        }
        drop(locked);
        self.splice(th, usize::MAX..usize::MAX, &raw[..size])
    }

    /// Inside of [`Array::moving`]: makes it, which was `old_len` items long, `len` items long; new items are undefined. Nothing is exported, and the caller holds the lock.
    fn resize(&self, th: &Thread, old_len: usize, len: usize) -> Result<(), NoMemory> {
        let allocated = self.allocated.load(Relaxed).max(0).cast_unsigned();
        if allocated >= len && old_len < len.saturating_add(16) && !self.items.load(Relaxed).is_null() {
            self.head.set_size_release(len.cast_signed());
            return Ok(());
        }
        if len == 0 {
            self.head.set_size_release(0);
            self.set_block(th, core::ptr::null_mut(), 0, 0);
            return Ok(());
        }
        // What CPython would allocate, so that sizes look the same.
        let room = len.checked_add((len >> 4) + if old_len < 8 { 3 } else { 7 }).ok_or(NoMemory)?;
        self.reallocate(th, old_len, len, room)
    }

    /// Another block, with room for `room` items.
    fn reallocate(&self, th: &Thread, old_len: usize, len: usize, room: usize) -> Result<(), NoMemory> {
        if room == 0 {
            return Ok(());
        }
        let bytes = room.checked_mul(self.kind.size()).filter(|&bytes| bytes < isize::MAX as usize).ok_or(NoMemory)?;
        let block = self.new_block(th, bytes)?;
        let keep = old_len.min(len) * self.kind.size();
        if self.items.load(Relaxed) != block {
            // SAFETY: R9: both blocks have room for what is kept.
            unsafe { block.copy_from_nonoverlapping(self.start(), keep) };
        }
        self.set_block(th, block, room, len);
        Ok(())
    }

    /// A block with room for `bytes`; of an array that nobody else reads it is the old one, made larger.
    fn new_block(&self, th: &Thread, bytes: usize) -> Result<*mut u8, NoMemory> {
        let old = self.items.load(Relaxed);
        let block = if !old.is_null() && th.is_mine(self) {
            // SAFETY: R5: *mine*: nobody else reads the block.
            let block = unsafe { heap::alloc::buffer_realloc(old, bytes) }.ok_or(NoMemory)?;
            self.items.store(block.as_ptr(), Relaxed);
            block
        } else {
            heap::buffer_alloc(bytes).ok_or(NoMemory)?
        };
        Ok(block.as_ptr())
    }

    /// Another block, and how many items there are in it; readers are told ([`Array::moving`]).
    fn set_block(&self, th: &Thread, items: *mut u8, room: usize, len: usize) {
        let (old, old_bytes) = (self.items.load(Relaxed), self.allocated_bytes());
        self.items.store(items, Release);
        self.allocated.store(room.cast_signed(), Release);
        self.head.set_size_release(len.cast_signed());
        if !old.is_null() && old != items {
            // SAFETY: R8: unlinked above.
            unsafe { th.retire_buffer(self.as_object(), old, old_bytes) };
        }
    }
}

impl Drop for Array {
    fn drop(&mut self) {
        let items = *self.items.get_mut();
        if !items.is_null() {
            // SAFETY: the object ends; no view of the memory is left, because views hold the object.
            unsafe { heap::buffer_free(items) };
        }
    }
}

#[cold]
fn exported(th: &mut Thread) -> Raised {
    raise::buffer_error(th, format_args!("cannot resize an array that is exporting buffers"))
}

