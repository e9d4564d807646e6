//! `mimalloc` for Rust's own allocations, refusing what the machine cannot have.

use core::alloc::{GlobalAlloc, Layout};

use mimalloc::MiMalloc;

pub struct Allocator;

// SAFETY: `MiMalloc` keeps the contract, and null is always a legal answer.
unsafe impl GlobalAlloc for Allocator {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if heap::alloc::is_too_much(layout.size()) {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.alloc(layout) }
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
        unsafe { MiMalloc.alloc_zeroed(layout) }
    }

    #[inline]
    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if heap::alloc::is_too_much(size) {
            return core::ptr::null_mut();
        }
        // SAFETY: the caller's promise.
        unsafe { MiMalloc.realloc(ptr, layout, size) }
    }
}
