//! Storage that has grown large: a mapping of its own, which grows in place or moves without being copied.
//!
//! The allocator would take a new block each time, copy, and keep the old one's memory for a while: a list that is appended to would
//! hold three times what it needs.
//!
//! Invariant: such storage begins [`HEAD`] bytes behind the start of a page, and the page map of `mimalloc` does not know it.

use core::ffi::c_void;
use core::ptr::NonNull;

/// Storage that grows to this size gets a mapping.
pub(crate) const LARGE: usize = 1 << 20;
const HEAD: usize = 64;
const PAGE: usize = 4096;

unsafe extern "C" {
    fn mi_is_in_heap_region(p: *const c_void) -> bool;
}

/// Whether the storage is a mapping of ours.
#[inline(always)]
pub(crate) fn is_large(block: *mut u8) -> bool {
    block as usize & (PAGE - 1) == HEAD && is_unknown(block)
}

#[cold]
fn is_unknown(block: *mut u8) -> bool {
    // SAFETY: the map of pages is asked for an address; nothing is read there.
    !unsafe { mi_is_in_heap_region(block.cast()) }
}

fn mapped_bytes(bytes: usize) -> usize {
    (bytes + HEAD).next_multiple_of(PAGE)
}

/// New storage.
pub(crate) fn alloc(bytes: usize) -> Option<NonNull<u8>> {
    let size = mapped_bytes(bytes);
    // SAFETY: a fresh mapping.
    let start = unsafe {
        libc::mmap(core::ptr::null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS, -1, 0)
    };
    finish(start, size)
}

/// The same storage with another size, perhaps elsewhere. On failure it stays as it is.
///
/// # Safety
/// `block` is large, and nobody else reads it.
pub(crate) unsafe fn resize(block: *mut u8, bytes: usize) -> Option<NonNull<u8>> {
    let size = mapped_bytes(bytes);
    // SAFETY: the invariant: a mapping of ours, whose size stands at its start.
    let start = unsafe {
        let start = block.sub(HEAD);
        libc::mremap(start.cast(), start.cast::<usize>().read(), size, libc::MREMAP_MAYMOVE)
    };
    finish(start, size)
}

fn finish(start: *mut c_void, size: usize) -> Option<NonNull<u8>> {
    if start == libc::MAP_FAILED {
        return None;
    }
    // SAFETY: the mapping is longer than its head.
    unsafe {
        start.cast::<usize>().write(size);
        NonNull::new(start.cast::<u8>().add(HEAD))
    }
}

/// Copies from the allocator's storage, or to it.
///
/// # Safety
/// `from` has `bytes` bytes, and so has the new storage.
pub(crate) unsafe fn copy(from: *const u8, to: Option<NonNull<u8>>, bytes: usize) -> Option<NonNull<u8>> {
    let to = to?;
    // SAFETY: the caller's promise; fresh storage does not overlap.
    unsafe { core::ptr::copy_nonoverlapping(from, to.as_ptr(), bytes) };
    Some(to)
}

/// Gives it back.
///
/// # Safety
/// `block` is large, and nobody reads it any more.
pub(crate) unsafe fn free(block: *mut u8) {
    // SAFETY: the invariant: a mapping of ours, whose size stands at its start.
    unsafe {
        let start = block.sub(HEAD);
        libc::munmap(start.cast(), start.cast::<usize>().read());
    }
}
