//! How a `bytearray` lies in memory, and its growing and shrinking.
//!
//! Invariant: `bytes` is null (then all sizes are 0) or `alloc` bytes of storage; `start..start + size` lies inside and a zero byte
//! follows. Storage neither moves nor shrinks while `exports` is not 0. All fields of a common object are read and written under its
//! lock (R9); exported memory is read and written by whoever holds a view, as in C.
#![allow(unsafe_code, reason = "the contents lie in storage of their own")]

use core::ptr::NonNull;

use heap::sync::{AtomicIsize, AtomicPtr, Ordering::Relaxed};
use heap::{Heaped, PyType, Raised, Ref, Thread, Type, VarHead};
use macros::pytype;

use crate::memory::NoMemory;
use crate::raise;

/// bytearray(iterable_of_ints) -> bytearray
/// bytearray(string, encoding[, errors]) -> bytearray
/// bytearray(bytes_or_buffer) -> mutable copy of bytes_or_buffer
/// bytearray(int) -> bytes array of size given by the parameter initialized with null bytes
/// bytearray() -> empty bytes array
///
/// Construct a mutable bytearray object from:
///   - an iterable yielding integers in range(256)
///   - a text string encoded using the specified encoding
///   - a bytes or a buffer object
///   - any object implementing the buffer API.
///   - an integer
#[pytype(name = "bytearray", export = "PyByteArray_Type", flags(BASETYPE, MATCH_SELF), gc = none, lock = instance, layout = PyByteArrayObject, parts(slots, methods, same))]
#[repr(C)]
pub struct ByteArray {
    head: VarHead,
    alloc: AtomicIsize,
    bytes: AtomicPtr<u8>,
    start: AtomicPtr<u8>,
    exports: AtomicIsize,
}

/// What `start` of an empty one points at: C expects a zero byte there. Nobody writes it.
#[unsafe(export_name = "_PyByteArray_empty_string")]
static EMPTY: [u8; 1] = [0];

impl ByteArray {
    const fn empty() -> ByteArray {
        ByteArray {
            head: VarHead::init(0),
            alloc: AtomicIsize::new(0),
            bytes: AtomicPtr::new(core::ptr::null_mut()),
            start: AtomicPtr::new(core::ptr::null_mut()),
            exports: AtomicIsize::new(0),
        }
    }

    /// From bytes.
    pub fn new(th: &mut Thread, contents: &[u8]) -> Result<Ref<ByteArray>, Raised> {
        ByteArray::new_in(th, ByteArray::type_object(), contents)
    }

    /// An instance of `cls`, `bytearray` or a subclass.
    pub fn new_in(th: &mut Thread, cls: &Type, contents: &[u8]) -> Result<Ref<ByteArray>, Raised> {
        let made = th.new_instance(cls, ByteArray::empty());
        if !contents.is_empty() {
            let locked = th.lock(made.as_object());
            let resized = made.set_size(&locked, contents.len());
            if resized.is_ok() {
                made.slice_mut(&locked).copy_from_slice(contents);
            }
            drop(locked);
            resized.map_err(|e| e.raise(th))?;
        }
        Ok(made)
    }

    /// How many bytes.
    #[inline]
    pub fn len(&self) -> usize {
        self.head.size() as usize
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Where the contents begin; never null.
    #[inline]
    pub fn start(&self) -> *mut u8 {
        let start = self.start.load(Relaxed);
        if start.is_null() { EMPTY.as_ptr().cast_mut() } else { start }
    }

    /// The contents. The guard keeps others from changing them, and this thread from calling out (R10).
    #[inline]
    pub fn slice<'a>(&'a self, _locked: &'a Thread) -> &'a [u8] {
        // SAFETY: this module's invariant; R9: the caller holds the lock, which `&Thread` keeps in place.
        unsafe { core::slice::from_raw_parts(self.start(), self.len()) }
    }

    /// The contents, to be changed.
    #[inline]
    #[allow(clippy::mut_from_ref, reason = "the lock makes it exclusive")]
    pub fn slice_mut<'a>(&'a self, _locked: &'a Thread) -> &'a mut [u8] {
        // SAFETY: as in `slice`; one slice at a time is the callers' duty inside of this crate.
        unsafe { core::slice::from_raw_parts_mut(self.start(), self.len()) }
    }

    /// A copy of what other threads can reach, too; `None`: there is no memory for it.
    pub(crate) fn snapshot(&self, th: &mut Thread) -> Option<Vec<u8>> {
        self.read(th, crate::glue::try_copy)
    }

    /// Holds the contents as they are now, without the lock. This thread must not resize them meanwhile; to others nothing is held.
    pub(crate) fn hold_contents(&self, th: &mut Thread) -> Held<'_> {
        if !th.is_mine(self.as_object())
            && let Some(copy) = self.snapshot(th)
        {
            return Held::Copy(copy);
        }
        let locked = th.lock(self.as_object());
        self.add_export(1);
        drop(locked);
        Held::InPlace(self)
    }

    /// Reads the contents under the lock.
    pub fn read<T>(&self, th: &mut Thread, body: impl FnOnce(&[u8]) -> T) -> T {
        let locked = th.lock(self.as_object());
        body(self.slice(&locked))
    }

    /// A copy of the contents.
    pub fn to_vec(&self, th: &mut Thread) -> Vec<u8> {
        self.read(th, <[u8]>::to_vec)
    }

    /// Whether views of the memory exist.
    pub fn is_exported(&self) -> bool {
        self.exports.load(Relaxed) > 0
    }

    pub(super) fn add_export(&self, delta: isize) {
        self.exports.fetch_add(delta, Relaxed);
    }

    /// Bytes of storage (`__alloc__`).
    pub fn capacity(&self) -> usize {
        self.alloc.load(Relaxed) as usize
    }

    /// Makes it `size` bytes long; new bytes are undefined. Nothing is exported, and the caller holds the lock.
    pub(super) fn set_size(&self, th: &Thread, size: usize) -> Result<(), NoMemory> {
        debug_assert!(!self.is_exported());
        if size > isize::MAX as usize - 64 {
            return Err(NoMemory);
        }
        let alloc = self.capacity();
        let bytes = self.bytes.load(Relaxed);
        let offset = self.start().addr().wrapping_sub(bytes.addr());
        let offset = if bytes.is_null() { 0 } else { offset };
        if size + offset < alloc && size >= alloc / 2 {
            // It fits, and not too much is left over.
            self.finish(size);
            return Ok(());
        }
        if size == 0 && !bytes.is_null() {
            self.set_storage(th, core::ptr::null_mut(), 0, 0);
            return Ok(());
        }
        if size == 0 {
            return Ok(());
        }
        // Growing a little at a time is linear in the whole; a jump or a shrink is exact.
        let wanted = if size + offset < alloc || size > alloc + alloc / 8 { size + 1 } else { size + (size >> 3) + if size < 9 { 3 } else { 6 } };
        let Some(block) = heap::buffer_alloc(wanted) else { return Err(NoMemory) };
        let keep = size.min(self.len());
        // SAFETY: the fresh block has room; the old contents are `len` bytes.
        unsafe { block.as_ptr().copy_from_nonoverlapping(self.start(), keep) };
        self.set_storage(th, block.as_ptr(), wanted, size);
        Ok(())
    }

    fn finish(&self, size: usize) {
        self.head.set_size(size as isize);
        // SAFETY: storage has a byte behind the contents.
        unsafe { self.start().add(size).write(0) };
    }

    fn set_storage(&self, th: &Thread, block: *mut u8, alloc: usize, size: usize) {
        let old = NonNull::new(self.bytes.load(Relaxed));
        let old_alloc = self.capacity();
        self.bytes.store(block, Relaxed);
        self.start.store(block, Relaxed);
        self.alloc.store(alloc as isize, Relaxed);
        self.head.set_size(size as isize);
        if !block.is_null() {
            self.finish(size);
        }
        if let Some(old) = old {
            // SAFETY: R8: unlinked above.
            unsafe { th.retire_buffer(self.as_object(), old.as_ptr(), old_alloc) };
        }
    }

    /// Replaces the bytes in `range` by others: the whole of every change of length. The caller holds the lock.
    pub(super) fn splice(&self, th: &Thread, range: core::ops::Range<usize>, with: &[u8]) -> Result<(), NoMemory> {
        let len = self.len();
        let (removed, tail) = (range.len(), len - range.end);
        let size = (len - removed).checked_add(with.len()).ok_or(NoMemory)?;
        if range.start == 0 && with.len() < removed && size > 0 {
            // What goes at the front leaves a gap, so that a queue of bytes is cheap.
            // SAFETY: the new start lies inside of the storage.
            let start = unsafe { self.start().add(removed - with.len()) };
            self.start.store(start, Relaxed);
            self.head.set_size(size as isize);
        } else if with.len() <= removed {
            // SAFETY: both places lie inside of the contents.
            unsafe {
                let base = self.start();
                base.add(range.end).copy_to(base.add(range.start + with.len()), tail);
            }
            self.set_size(th, size)?;
        } else {
            self.set_size(th, size)?;
            // SAFETY: the contents are `size` bytes now, and the tail fits at its new place.
            unsafe {
                let base = self.start();
                base.add(range.end).copy_to(base.add(range.start + with.len()), tail);
            }
        }
        self.slice_mut(th)[range.start..range.start + with.len()].copy_from_slice(with);
        Ok(())
    }
}

/// The contents of a `bytearray` at one moment.
pub(crate) enum Held<'a> {
    /// Held in place: an export of its own.
    InPlace(&'a ByteArray),
    Copy(Vec<u8>),
}

impl core::ops::Deref for Held<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            // SAFETY: this module's invariant: exported storage neither moves nor shrinks.
            Held::InPlace(array) => unsafe { core::slice::from_raw_parts(array.start(), array.len()) },
            Held::Copy(copy) => copy,
        }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Held::InPlace(array) = self {
            array.add_export(-1);
        }
    }
}

#[cold]
pub(super) fn exported(th: &mut Thread) -> Raised {
    raise::buffer_error(th, format_args!("Existing exports of data: object cannot be re-sized"))
}

impl Drop for ByteArray {
    fn drop(&mut self) {
        let bytes = *self.bytes.get_mut();
        if !bytes.is_null() {
            // SAFETY: the object ends; no view of the memory is left, because views hold the object.
            unsafe { heap::buffer_free(bytes) };
        }
    }
}

