//! `mimalloc` for Rust's own allocations, refusing what the machine cannot have.

use core::alloc::{GlobalAlloc, Layout};

use mimalloc::MiMalloc;

pub struct Allocator;

/// What every block of `mimalloc` of at least that size is aligned to. Its functions that take an alignment cost several times as much.
const ALWAYS: usize = 16;

/// Whether blocks for `layout` come aligned as they are.
#[inline(always)]
fn is_plain(layout: Layout) -> bool {
    layout.align() <= ALWAYS && layout.align() <= layout.size()
}

// SAFETY: `MiMalloc` keeps the contract, and null is always a legal answer; plain functions give blocks that are aligned enough (see above), and
// blocks of either kind are given back alike.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if heap::alloc::is_too_much(layout.size()) {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { if is_plain(layout) { libmimalloc_sys::mi_malloc(layout.size()).cast() } else { MiMalloc.alloc(layout) } }
    }

    #[inline]
    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.dealloc(ptr, layout) }
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        if heap::alloc::is_too_much(layout.size()) {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { if is_plain(layout) { libmimalloc_sys::mi_zalloc(layout.size()).cast() } else { MiMalloc.alloc_zeroed(layout) } }
    }

    #[inline]
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if heap::alloc::is_too_much(size) {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe {
            if layout.align() <= ALWAYS && layout.align() <= size {
                libmimalloc_sys::mi_realloc(ptr.cast(), size).cast()
            } else {
                MiMalloc.realloc(ptr, layout, size)
            }
        }
    }
}
