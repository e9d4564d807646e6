//! The three domains of memory: `PyMem_Raw…`, `PyMem_…`, `PyObject_…` (`PyObject_Free` is with the object layer, which has it in slots).

use core::ffi::{c_char, c_int, c_void};

use abi::PyMemAllocatorEx;
use heap::sync::Mutex;
use objects::allocators::{self, MEM, OBJECT, RAW};

/// As `malloc`; any thread may call it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_RawMalloc(bytes: usize) -> *mut c_void {
    // SAFETY: the domain's own functions.
    unsafe { allocators::malloc(&allocators::of(RAW), bytes) }
}

/// As `calloc`; any thread may call it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_RawCalloc(items: usize, bytes: usize) -> *mut c_void {
    // SAFETY: the domain's own functions.
    unsafe { allocators::calloc(&allocators::of(RAW), items, bytes) }
}

/// As `realloc`; any thread may call it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_RawRealloc(memory: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: R4: memory of the domain.
    unsafe { allocators::realloc(&allocators::of(RAW), memory, bytes) }
}

/// As `free`; any thread may call it.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_RawFree(memory: *mut c_void) {
    // SAFETY: R4: memory of the domain.
    unsafe { allocators::free(&allocators::of(RAW), memory) }
}

/// As `malloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_Malloc(bytes: usize) -> *mut c_void {
    // SAFETY: the domain's own functions.
    unsafe { allocators::malloc(&allocators::of(MEM), bytes) }
}

/// As `calloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_Calloc(items: usize, bytes: usize) -> *mut c_void {
    // SAFETY: the domain's own functions.
    unsafe { allocators::calloc(&allocators::of(MEM), items, bytes) }
}

/// As `realloc`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_Realloc(memory: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: R4: memory of the domain.
    unsafe { allocators::realloc(&allocators::of(MEM), memory, bytes) }
}

/// As `free`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_Free(memory: *mut c_void) {
    // SAFETY: R4: memory of the domain.
    unsafe { allocators::free(&allocators::of(MEM), memory) }
}

/// As `malloc`, for objects.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyObject_Malloc(bytes: usize) -> *mut c_void {
    // SAFETY: the domain's own functions.
    unsafe { allocators::malloc(&allocators::of(OBJECT), bytes) }
}

/// As `calloc`, for objects.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyObject_Calloc(items: usize, bytes: usize) -> *mut c_void {
    // SAFETY: the domain's own functions.
    unsafe { allocators::calloc(&allocators::of(OBJECT), items, bytes) }
}

/// As `realloc`, for objects.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyObject_Realloc(memory: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: R4: memory of the domain.
    unsafe { allocators::realloc(&allocators::of(OBJECT), memory, bytes) }
}

/// The functions of a domain; nulls for an unknown one.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_GetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) {
    let found = match usize::try_from(domain) {
        Ok(domain) if domain <= OBJECT => allocators::of(domain),
        _ => PyMemAllocatorEx { ctx: core::ptr::null_mut(), malloc: None, calloc: None, realloc: None, free: None },
    };
    // SAFETY: R4: the caller's struct.
    unsafe { allocator.write(found) };
}

/// Replaces the functions of a domain.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_SetAllocator(domain: c_int, allocator: *mut PyMemAllocatorEx) {
    if let Ok(domain) = usize::try_from(domain) {
        // SAFETY: R4: the caller's struct.
        allocators::set(domain, unsafe { allocator.read() });
    }
}

/// What gives memory for objects and all else; null if C put something else in a domain.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyMem_GetCurrentAllocatorName() -> *const c_char {
    if [RAW, MEM, OBJECT].into_iter().all(allocators::is_own) { c"mimalloc".as_ptr() } else { core::ptr::null() }
}

/// Who gives arenas. Nobody of ours takes any: what C sets is only kept for C to read again.
struct Arenas(abi::PyObjectArenaAllocator);

// SAFETY: the pointers belong to whoever set them.
unsafe impl Send for Arenas {}

unsafe extern "C-unwind" fn take_arena(_: *mut c_void, bytes: usize) -> *mut c_void {
    heap::buffer_alloc(bytes).map_or(core::ptr::null_mut(), |block| block.as_ptr().cast())
}

unsafe extern "C-unwind" fn give_arena(_: *mut c_void, arena: *mut c_void, _: usize) {
    // SAFETY: from `take_arena`.
    unsafe { heap::buffer_free(arena.cast()) }
}

static ARENAS: Mutex<Arenas> =
    Mutex::new(Arenas(abi::PyObjectArenaAllocator { ctx: core::ptr::null_mut(), alloc: Some(take_arena), free: Some(give_arena) }));

/// The functions that give and take arenas.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyObject_GetArenaAllocator(allocator: *mut abi::PyObjectArenaAllocator) {
    let arenas = ARENAS.lock();
    let abi::PyObjectArenaAllocator { ctx, alloc, free } = arenas.0;
    // SAFETY: R4: the caller's struct.
    unsafe { allocator.write(abi::PyObjectArenaAllocator { ctx, alloc, free }) };
}

/// Replaces them.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyObject_SetArenaAllocator(allocator: *mut abi::PyObjectArenaAllocator) {
    // SAFETY: R4: the caller's struct.
    ARENAS.lock().0 = unsafe { allocator.read() };
}
