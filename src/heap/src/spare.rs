//! The spare block of a thread: C asks for bytes of some length, writes fewer, and says so. What it wrote moves to a block that fits, and the next
//! who asks gets the large one, which the allocator would look for each time.
//!
//! Invariant: the spare block came from the allocator of objects, is as long as noted, and nobody refers to it.

use core::cell::Cell;

use crate::{Object, Ref, Thread};

/// From which size on a block is worth moving out of, and up to which size one is kept.
const LEAST: usize = 768;
const MOST: usize = 4096;

/// A thread's own.
#[derive(Debug)]
pub(crate) struct Spare {
    block: Cell<*mut u8>,
    bytes: Cell<usize>,
}

impl Spare {
    pub(crate) const fn new() -> Spare {
        Spare { block: Cell::new(core::ptr::null_mut()), bytes: Cell::new(0) }
    }

    /// The block, if it has room for so many bytes and less than half of it would be left over.
    #[inline(always)]
    pub(crate) fn take(&self, bytes: usize) -> Option<*mut u8> {
        let has = self.bytes.get();
        (has >= bytes && has < bytes * 2).then(|| self.take_any())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.block.get().is_null()
    }

    /// The block, or null.
    #[inline(always)]
    pub(crate) fn take_any(&self) -> *mut u8 {
        self.bytes.set(0);
        self.block.replace(core::ptr::null_mut())
    }
}

/// How long the block is that an object of ours begins, which nothing is in front of.
fn block_bytes(object: &Object) -> usize {
    #[cfg(not(pyston_sanitizer))]
    // SAFETY: R3: such an object begins a block of the allocator's.
    return unsafe { libmimalloc_sys::mi_usable_size(object.as_ptr().cast()) };
    // Sanitizers want to see every block freed.
    #[cfg(pyston_sanitizer)]
    return core::mem::size_of_val(object);
}

impl Thread {
    /// How long the block is that a leaf begins, if it should move out of it: nobody else has a count, it uses less than half of it (`used` bytes), and
    /// the block can be the spare one.
    ///
    /// # Safety
    /// The object is of a leaf type of ours without a prefix, and was not made by C's allocators.
    pub unsafe fn roomy(&self, leaf: &Object, used: usize) -> Option<usize> {
        debug_assert!(leaf.ty().has_flag(crate::typ::flags::LEAF) && leaf.front() == 0);
        if used * 2 > MOST || !leaf.is_unique(self) || !self.free.keeps_spare() {
            return None;
        }
        #[cfg(debug_assertions)]
        if crate::foreign::graves::is_open() {
            return None;
        }
        let bytes = block_bytes(leaf);
        ((LEAST..=MOST).contains(&bytes) && used * 2 <= bytes).then_some(bytes)
    }

    /// Ends a leaf whose block becomes the spare one.
    ///
    /// # Safety
    /// [`Thread::roomy`] has just said that the block has so many bytes; its type has no drop function.
    pub unsafe fn end_roomy(&self, leaf: Ref<Object>, bytes: usize) {
        let Spare { block, bytes: noted } = self.free.spare();
        debug_assert!(block.get().is_null());
        noted.set(bytes);
        block.set(leaf.into_raw().cast());
    }
}
