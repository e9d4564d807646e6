//! The three domains of memory that C takes from us (`PyMem_Raw…`, `PyMem_…`, `PyObject_…`), whose functions a program may replace.
//!
//! Invariant: what stands in a domain until somebody replaces it is the heap's own allocator, so that any thread may free, and any domain. The
//! runtime's own memory does not go through the domains.
#![allow(unsafe_code, reason = "memory is handed to C")]

use core::ffi::c_void;

use abi::PyMemAllocatorEx;
use heap::foreign::Mode;
use heap::sync::Mutex;

use crate::list::storage;

/// `PYMEM_DOMAIN_RAW`
pub const RAW: usize = 0;
/// `PYMEM_DOMAIN_MEM`
pub const MEM: usize = 1;
/// `PYMEM_DOMAIN_OBJ`
pub const OBJECT: usize = 2;

struct Domains([PyMemAllocatorEx; 3]);

// SAFETY: the pointers in it belong to whoever set them, and are handed back to their functions alone.
unsafe impl Send for Domains {}

const DEFAULT: PyMemAllocatorEx =
    PyMemAllocatorEx { ctx: core::ptr::null_mut(), malloc: Some(own_malloc), calloc: Some(own_calloc), realloc: Some(own_realloc), free: Some(own_free) };

static DOMAINS: Mutex<Domains> = Mutex::new(Domains([DEFAULT, DEFAULT, DEFAULT]));
/// Whether somebody replaced a domain's functions: until then nobody takes the lock.
static REPLACED: heap::sync::AtomicBool = heap::sync::AtomicBool::new(false);

/// The functions of a domain.
#[inline(always)]
pub fn of(domain: usize) -> PyMemAllocatorEx {
    if !REPLACED.load(heap::sync::Ordering::Acquire) {
        return DEFAULT;
    }
    match DOMAINS.lock().0.get(domain) {
        Some(&PyMemAllocatorEx { ctx, malloc, calloc, realloc, free }) => PyMemAllocatorEx { ctx, malloc, calloc, realloc, free },
        None => DEFAULT,
    }
}

/// Whether a domain's functions are the runtime's.
pub fn is_own(domain: usize) -> bool {
    of(domain).malloc.is_some_and(|malloc| core::ptr::fn_addr_eq(malloc, own_malloc as unsafe extern "C-unwind" fn(_, _) -> _))
}

/// Replaces them.
pub fn set(domain: usize, allocator: PyMemAllocatorEx) {
    if let Some(place) = DOMAINS.lock().0.get_mut(domain) {
        *place = allocator;
    }
    REPLACED.store(true, heap::sync::Ordering::Release);
}

/// As `malloc`; the result for 0 bytes is unique, too.
///
/// # Safety
/// The allocator is one of [`of`].
pub unsafe fn malloc(allocator: &PyMemAllocatorEx, bytes: usize) -> *mut c_void {
    match allocator.malloc {
        // SAFETY: the caller's promise.
        Some(malloc) if bytes <= isize::MAX as usize => unsafe { malloc(allocator.ctx, bytes) },
        _ => core::ptr::null_mut(),
    }
}

/// Whether functions that C set for objects have no memory of that size. Objects of ours do not come from them; but where C asks for a string or
/// for bytes of a length, it learns of a failure as if they did.
#[inline]
pub fn refuse(bytes: usize) -> bool {
    REPLACED.load(heap::sync::Ordering::Acquire) && refuse_now(bytes)
}

#[cold]
#[inline(never)]
fn refuse_now(bytes: usize) -> bool {
    let allocator = of(OBJECT);
    // SAFETY: one of `of`.
    let block = unsafe { malloc(&allocator, bytes) };
    if !block.is_null() {
        // SAFETY: the block came from the same functions.
        unsafe { free(&allocator, block) };
    }
    block.is_null()
}

/// As `calloc`.
///
/// # Safety
/// As [`malloc`].
pub unsafe fn calloc(allocator: &PyMemAllocatorEx, items: usize, bytes: usize) -> *mut c_void {
    let fits = items.checked_mul(bytes).is_some_and(|all| all <= isize::MAX as usize);
    match allocator.calloc {
        // SAFETY: the caller's promise.
        Some(calloc) if fits => unsafe { calloc(allocator.ctx, items, bytes) },
        _ => core::ptr::null_mut(),
    }
}

/// As `realloc`.
///
/// # Safety
/// As [`malloc`]; the memory is null or came from the domain.
pub unsafe fn realloc(allocator: &PyMemAllocatorEx, memory: *mut c_void, bytes: usize) -> *mut c_void {
    match allocator.realloc {
        // SAFETY: the caller's promise.
        Some(realloc) if bytes <= isize::MAX as usize => unsafe { realloc(allocator.ctx, memory, bytes) },
        _ => core::ptr::null_mut(),
    }
}

/// As `free`.
///
/// # Safety
/// As [`realloc`].
pub unsafe fn free(allocator: &PyMemAllocatorEx, memory: *mut c_void) {
    if let Some(free) = allocator.free {
        // SAFETY: the caller's promise.
        unsafe { free(allocator.ctx, memory) }
    }
}

unsafe extern "C-unwind" fn own_malloc(_: *mut c_void, bytes: usize) -> *mut c_void {
    heap::buffer_alloc(bytes).map_or(core::ptr::null_mut(), |block| block.as_ptr().cast())
}

unsafe extern "C-unwind" fn own_calloc(_: *mut c_void, items: usize, bytes: usize) -> *mut c_void {
    let Some(all) = items.checked_mul(bytes) else { return core::ptr::null_mut() };
    let Some(block) = heap::buffer_alloc(all) else { return core::ptr::null_mut() };
    // SAFETY: a fresh block of that size.
    unsafe { block.as_ptr().write_bytes(0, all) };
    block.as_ptr().cast()
}

unsafe extern "C-unwind" fn own_realloc(_: *mut c_void, memory: *mut c_void, bytes: usize) -> *mut c_void {
    if storage::is_slots(memory.cast()) {
        // SAFETY: R10: a C entry. A list that C changes is the caller's.
        let th = unsafe { heap::Thread::from_tls() };
        // SAFETY: as above.
        return unsafe { storage::resize_slots(th, memory.cast(), bytes) }.map_or(core::ptr::null_mut(), <*mut u8>::cast);
    }
    let new = match memory.is_null() {
        true => heap::buffer_alloc(bytes),
        // SAFETY: the memory came from these functions.
        false => unsafe { heap::buffer_realloc(memory.cast(), bytes) },
    };
    new.map_or(core::ptr::null_mut(), |block| block.as_ptr().cast())
}

unsafe extern "C-unwind" fn own_free(_: *mut c_void, memory: *mut c_void) {
    if memory.is_null() {
        return;
    }
    // What does not begin a block is a list's slots, or a tuple behind its collector's word: either way the block begins there.
    let block = if storage::is_slots(memory.cast()) { memory.cast::<u8>().wrapping_sub(8) } else { memory.cast() };
    // It may be an object's: in shared mode another thread may be about to read its count (R8). Who holds the world is alone with it.
    if heap::Thread::is_known() {
        // SAFETY: R10: a C entry.
        let th = unsafe { heap::Thread::from_tls() };
        if th.mode() == Mode::Shared && th.world.is_attached() {
            // SAFETY: R8: the caller has given the memory up; `None` is as common as anything.
            return unsafe { th.retire_buffer(crate::none(), block, 64) };
        }
    }
    // SAFETY: the memory came from these functions.
    unsafe { heap::buffer_free(block) }
}
