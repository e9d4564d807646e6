//! Memory for objects: per-thread free lists by 16-byte class over `mimalloc` (design, section 7).
//!
//! Invariant: every block comes from `mimalloc`, so any thread may give any block back. Memory of an object that other
//! threads may still be reading optimistically goes through the epochs first (R8).
//! While somebody traces memory the free lists are empty, so that every block passes `system_alloc` and `system_free`.

use core::cell::Cell;

use crate::header::{GC_WORD_SIZE, PREFIX_SIZE, Prefix};
use crate::lives::{self, Event};
use crate::spare::Spare;
use crate::sync::{AtomicBool, Ordering::Relaxed};
use crate::typ::flags;
use crate::{Heaped, Object, PyType, Ref, Thread, Type, TypeInfo};

const CLASS: usize = 16;
const CLASSES: usize = 33;
/// Blocks kept per class: more go back to `mimalloc`, so that a burst of one size does not stay with this thread for ever.
const KEEP: u32 = 256;
/// Blocks that are taken from `mimalloc` at a time: instructions that make an object without a call need a kept block.
const BATCH: u32 = 16;
/// Classes whose blocks are taken so, up to 128 bytes: what is unused of a batch is little memory.
const BATCHED: usize = 8;

/// Blocks that this thread freed and will use again, by size class.
pub(crate) struct FreeLists {
    heads: [Cell<*mut u8>; CLASSES],
    lengths: [Cell<u32>; CLASSES],
    /// How many blocks of a class are kept; none for sanitizers, which want to see every free.
    keep: Cell<u32>,
    spare: Spare,
}

impl FreeLists {
    pub(crate) fn new() -> FreeLists {
        FreeLists {
            heads: [const { Cell::new(core::ptr::null_mut()) }; CLASSES],
            lengths: [const { Cell::new(0) }; CLASSES],
            keep: Cell::new(keep()),
            spare: Spare::new(),
        }
    }

    /// The spare block's place.
    pub(crate) fn spare(&self) -> &Spare {
        &self.spare
    }

    /// Whether there is room for a spare block.
    pub(crate) fn keeps_spare(&self) -> bool {
        self.keep.get() != 0 && self.spare.is_empty()
    }

    /// Gives all blocks back and keeps so many per class from now on.
    fn empty(&self, keep: u32) {
        self.keep.set(keep);
        let spare = self.spare.take_any();
        if !spare.is_null() {
            // SAFETY: it came from `system_alloc`.
            unsafe { system_free(spare) };
        }
        for (head, length) in self.heads.iter().zip(&self.lengths) {
            let mut block = head.replace(core::ptr::null_mut());
            length.set(0);
            while !block.is_null() {
                // SAFETY: a free block's first word is the next free block.
                let next = unsafe { block.cast::<*mut u8>().read() };
                #[cfg(pyston_sanitizer)]
                poison::allow(block, 16);
                // SAFETY: every block came from `system_alloc`.
                unsafe { system_free(block) };
                block = next;
            }
        }
    }

    /// A block of a size of which none is kept.
    fn take_new(&self, bytes: usize) -> *mut u8 {
        if let Some(block) = self.spare.take(bytes) {
            return block;
        }
        let class = bytes.div_ceil(CLASS);
        if class <= BATCHED { self.take_batch(class, bytes) } else { system_alloc(class * CLASS, bytes) }
    }

    /// A block of a class that has none; some more are kept.
    #[inline(never)]
    fn take_batch(&self, class: usize, bytes: usize) -> *mut u8 {
        debug_assert!(class <= BATCHED && self.heads[class].get().is_null());
        let first = system_alloc(class * CLASS, bytes);
        // Who keeps blocks is not traced.
        if self.keep.get() < BATCH {
            return first;
        }
        // They lie one after the other where the memory is new, and go in that order.
        let (mut end, mut length) = (self.heads[class].as_ptr(), 0);
        while length + 1 < BATCH {
            let block = system_alloc_small(class * CLASS);
            if block.is_null() {
                break;
            }
            #[cfg(pyston_sanitizer)]
            poison::forbid(block, class * CLASS);
            // SAFETY: `end` is the head of this thread's own list, or the first word of the block that was taken before.
            unsafe { end.write(block) };
            end = block.cast();
            length += 1;
        }
        // SAFETY: as above.
        unsafe { end.write(core::ptr::null_mut()) };
        self.lengths[class].set(length);
        first
    }

    /// A kept block of that size, if there is one.
    #[inline(always)]
    fn take_kept(&self, bytes: usize) -> Option<*mut u8> {
        let class = bytes.div_ceil(CLASS);
        let head = self.heads[class].get();
        if head.is_null() {
            return None;
        }
        // SAFETY: a free block's first word is the next free block; the list is this thread's own.
        self.heads[class].set(unsafe { head.cast::<*mut u8>().read() });
        self.lengths[class].set(self.lengths[class].get() - 1);
        #[cfg(pyston_sanitizer)]
        poison::allow(head, class * CLASS);
        Some(head)
    }

    /// Whether one more block of that size would be kept.
    #[inline(always)]
    fn has_room(&self, bytes: usize) -> bool {
        let class = bytes.div_ceil(CLASS);
        self.lengths[class].get() < self.keep.get()
    }

    #[inline(always)]
    fn give(&self, block: *mut u8, bytes: usize) {
        if bytes.div_ceil(CLASS) < CLASSES && self.has_room(bytes) {
            self.keep_block(block, bytes);
            return;
        }
        // SAFETY: every block came from `system_alloc`.
        unsafe { system_free(block) };
    }

    #[inline(always)]
    fn keep_block(&self, block: *mut u8, bytes: usize) {
        let class = bytes.div_ceil(CLASS);
        // SAFETY: the block is ours to overwrite and at least 16 bytes long.
        unsafe { block.cast::<*mut u8>().write(self.heads[class].get()) };
        #[cfg(pyston_sanitizer)]
        poison::forbid(block, class * CLASS);
        self.heads[class].set(block);
        self.lengths[class].set(self.lengths[class].get() + 1);
    }
}

impl Drop for FreeLists {
    fn drop(&mut self) {
        self.empty(0);
    }
}

/// How many blocks of a class a thread keeps. Under a sanitizer none, unless somebody asks for it, to have the ways run that use kept blocks.
fn keep() -> u32 {
    let says = |wanted: &str| std::env::var_os("PYTHONMALLOC").is_some_and(|v| v == wanted);
    if ["debug", "malloc_debug", "pymalloc_debug", "mimalloc_debug"].into_iter().any(says) {
        FILLS.store(true, Relaxed);
        TRACING.store(true, Relaxed);
    }
    let off = if cfg!(pyston_sanitizer) { !says("pymalloc") } else { says("malloc") };
    if off || TRACING.load(Relaxed) || lives::is_watched() { 0 } else { KEEP }
}

/// Kept blocks are nobody's: AddressSanitizer reports who touches more of one than its first word.
#[cfg(pyston_sanitizer)]
mod poison {
    #[cfg(sanitize = "address")]
    unsafe extern "C" {
        fn __asan_poison_memory_region(start: *const u8, bytes: usize);
        fn __asan_unpoison_memory_region(start: *const u8, bytes: usize);
    }

    pub fn forbid(block: *mut u8, bytes: usize) {
        #[cfg(sanitize = "address")]
        // SAFETY: the block is as long as its class.
        unsafe {
            __asan_poison_memory_region(block.add(8), bytes - 8);
        }
        let _ = (block, bytes);
    }

    pub fn allow(block: *mut u8, bytes: usize) {
        #[cfg(sanitize = "address")]
        // SAFETY: the block is as long as its class.
        unsafe {
            __asan_unpoison_memory_region(block, bytes);
        }
        let _ = (block, bytes);
    }
}

/// Who is told of blocks while memory is traced (`tracemalloc`). It is called in the middle of an allocation: it allocates no object, and takes
/// no safepoint.
pub struct Tracer {
    /// A block was taken, for so many bytes.
    pub taken: fn(*mut u8, usize),
    /// A block is about to be given back.
    pub given: fn(*mut u8),
}

/// Every block passes `system_alloc` and `system_free`: there is a tracer, or what is given back is overwritten.
static TRACING: AtomicBool = AtomicBool::new(false);
/// The memory of what has ended is overwritten, so that late uses show (`PYTHONMALLOC=debug`).
static FILLS: AtomicBool = AtomicBool::new(false);
static TRACER: std::sync::OnceLock<&'static Tracer> = std::sync::OnceLock::new();

#[cold]
#[inline(never)]
fn tell_taken(block: *mut u8, bytes: usize) {
    if let Some(tracer) = TRACER.get()
        && !block.is_null()
    {
        (tracer.taken)(block, bytes);
    }
}

#[cold]
#[inline(never)]
fn tell_given(block: *mut u8) {
    if let Some(tracer) = TRACER.get() {
        (tracer.given)(block);
    }
}

/// Whether the memory of what has ended is overwritten.
pub(crate) fn fills() -> bool {
    FILLS.load(Relaxed)
}

/// CPython's byte for memory that was given back.
#[cfg(not(pyston_sanitizer))]
const DEAD_BYTE: u8 = 0xdd;

/// Overwrites a block that nobody uses any more, if that is wanted.
///
/// # Safety
/// The block is null, or came from `system_alloc` and is given back next.
#[cfg(not(pyston_sanitizer))]
#[cold]
#[inline(never)]
unsafe fn fill_dead(block: *mut u8) {
    if fills() && !block.is_null() {
        // SAFETY: the caller's promise: so many bytes are this block's.
        unsafe { block.write_bytes(DEAD_BYTE, libmimalloc_sys::mi_usable_size(block.cast())) };
    }
}

/// The block that an object's memory is.
pub fn block_of(object: &Object) -> *mut u8 {
    core::ptr::from_ref(object).cast_mut().cast::<u8>().wrapping_sub(object.front())
}

/// Bytes in front of a new object of that type, if the collector may get to know it.
#[inline(always)]
fn front_of(ty: &Type) -> usize {
    match ty.flags() {
        flags if flags & flags::PREFIX != 0 => PREFIX_SIZE,
        flags if flags & flags::GC_WORD != 0 => GC_WORD_SIZE,
        _ => 0,
    }
}

/// Allocations from this size on are compared with the machine's memory.
const HUGE: usize = 1 << 30;

/// Whether the machine cannot have so much memory. `mimalloc` reserves addresses without asking for memory, so the kernel would promise
/// what it cannot give, and end some process when it is used.
#[inline(always)]
pub fn is_too_much(bytes: usize) -> bool {
    bytes >= HUGE && bytes > machine_memory()
}

/// Memory and swap space of the machine, in bytes.
#[cold]
fn machine_memory() -> usize {
    static TOTAL: std::sync::OnceLock<usize> = std::sync::OnceLock::new();
    *TOTAL.get_or_init(|| {
        // SAFETY: a plain struct of numbers.
        let mut info: libc::sysinfo = unsafe { core::mem::zeroed() };
        // SAFETY: the struct may be written.
        if unsafe { libc::sysinfo(&mut info) } != 0 {
            return usize::MAX;
        }
        (info.totalram as usize).saturating_add(info.totalswap as usize).saturating_mul(info.mem_unit as usize)
    })
}

/// A fresh block, or null; `wanted` of its bytes were asked for.
#[cfg(not(pyston_sanitizer))]
#[inline(always)]
fn system_alloc(bytes: usize, wanted: usize) -> *mut u8 {
    if is_too_much(bytes) {
        return core::ptr::null_mut();
    }
    // SAFETY: no precondition; the result is null or a fresh block.
    let block = unsafe { libmimalloc_sys::mi_malloc(bytes).cast() };
    if TRACING.load(Relaxed) {
        tell_taken(block, wanted);
    }
    block
}

#[cfg(not(pyston_sanitizer))]
#[inline(always)]
unsafe fn system_free(block: *mut u8) {
    if TRACING.load(Relaxed) {
        tell_given(block);
        // SAFETY: the block came from `system_alloc`.
        unsafe { fill_dead(block) };
    }
    // SAFETY: the block came from `system_alloc`.
    unsafe { libmimalloc_sys::mi_free(block.cast()) }
}

/// A fresh block of at most 1 KB that no tracer is told of, or null.
#[cfg(not(pyston_sanitizer))]
#[inline(always)]
fn system_alloc_small(bytes: usize) -> *mut u8 {
    // SAFETY: no precondition but the size; the result is null or a fresh block.
    unsafe { libmimalloc_sys::mi_malloc_small(bytes).cast() }
}

#[cfg(pyston_sanitizer)]
fn system_alloc_small(bytes: usize) -> *mut u8 {
    system_alloc(bytes, bytes)
}

#[cfg(pyston_sanitizer)]
fn system_alloc(bytes: usize, _wanted: usize) -> *mut u8 {
    // SAFETY: no precondition.
    unsafe { libc::malloc(bytes).cast() }
}

#[cfg(pyston_sanitizer)]
unsafe fn system_free(block: *mut u8) {
    // SAFETY: the block came from `system_alloc`.
    unsafe { libc::free(block.cast()) }
}

/// Raw storage for containers: `None` when there is no memory.
pub fn buffer_alloc(bytes: usize) -> Option<core::ptr::NonNull<u8>> {
    if bytes > isize::MAX as usize {
        return None;
    }
    core::ptr::NonNull::new(system_alloc(bytes.max(16), bytes))
}

/// Grows or shrinks storage of [`buffer_alloc`], moving it if need be. On failure the old storage stays.
///
/// # Safety
/// `block` came from [`buffer_alloc`] and nobody else reads it.
pub unsafe fn buffer_realloc(block: *mut u8, bytes: usize) -> Option<core::ptr::NonNull<u8>> {
    if bytes > isize::MAX as usize || is_too_much(bytes) {
        return None;
    }
    let tracing = TRACING.load(Relaxed);
    if tracing {
        // Before another thread may get the memory. If there is no room the block is lost to the trace.
        tell_given(block);
    }
    #[cfg(not(pyston_sanitizer))]
    // SAFETY: the caller's promise.
    let new = unsafe { libmimalloc_sys::mi_realloc(block.cast(), bytes.max(16)) };
    #[cfg(pyston_sanitizer)]
    // SAFETY: the caller's promise.
    let new = unsafe { libc::realloc(block.cast(), bytes.max(16)) };
    if tracing {
        tell_taken(new.cast(), bytes);
    }
    core::ptr::NonNull::new(new.cast())
}

/// As [`buffer_realloc`], for storage that is given back by [`buffer_free`] or [`Thread::retire_buffer`] alone: where it is large it grows without
/// being copied, and what it no longer needs goes back to the kernel at once.
///
/// # Safety
/// As there.
pub unsafe fn buffer_resize(block: *mut u8, bytes: usize) -> Option<core::ptr::NonNull<u8>> {
    #[cfg(not(pyston_sanitizer))]
    {
        let is_large = crate::large::is_large(block);
        if is_large || bytes >= crate::large::LARGE {
            if bytes > isize::MAX as usize / 2 || is_too_much(bytes) {
                return None;
            }
            let tracing = TRACING.load(Relaxed);
            if tracing {
                tell_given(block);
            }
            // SAFETY: the caller's promise.
            let new = unsafe { resize_large(block, bytes, is_large) };
            if let Some(new) = new
                && tracing
            {
                tell_taken(new.as_ptr(), bytes);
            }
            return new;
        }
    }
    // SAFETY: the caller's promise.
    unsafe { buffer_realloc(block, bytes) }
}

/// Storage that is large, or is to be.
///
/// # Safety
/// As for [`buffer_realloc`].
#[cfg(not(pyston_sanitizer))]
unsafe fn resize_large(block: *mut u8, bytes: usize, is_large: bool) -> Option<core::ptr::NonNull<u8>> {
    use crate::large;
    // SAFETY: the caller's promise; what is copied is no more than either of the two has.
    unsafe {
        if !is_large {
            let old = libmimalloc_sys::mi_usable_size(block.cast());
            let new = large::copy(block, large::alloc(bytes), old.min(bytes))?;
            libmimalloc_sys::mi_free(block.cast());
            Some(new)
        } else if bytes >= large::LARGE / 2 {
            large::resize(block, bytes)
        } else {
            let new = core::ptr::NonNull::new(libmimalloc_sys::mi_malloc(bytes.max(16)).cast());
            let new = large::copy(block, new, bytes)?;
            large::free(block);
            Some(new)
        }
    }
}

/// Gives storage back at once.
///
/// # Safety
/// `block` came from [`buffer_alloc`]; no thread reads it any more.
pub unsafe fn buffer_free(block: *mut u8) {
    #[cfg(not(pyston_sanitizer))]
    if crate::large::is_large(block) {
        if TRACING.load(Relaxed) {
            tell_given(block);
        }
        // SAFETY: the caller's promise.
        return unsafe { crate::large::free(block) };
    }
    // SAFETY: the caller's promise.
    unsafe { system_free(block) }
}

unsafe fn free_block_late(block: *mut u8) {
    // SAFETY: called by the epochs after the grace period (R8).
    unsafe { buffer_free(block) }
}

/// All threads keep blocks from now on if nobody wants to see each of them. The world is held.
pub(crate) fn keep_as_wanted(th: &mut Thread) {
    let keep = keep();
    // R10: the world is held; nobody uses a free list.
    crate::world::for_each_thread(th, &mut |other: &Thread| other.free.empty(keep));
}

impl Thread {
    /// Tells `tracer` of every block from now on, or nobody. Blocks that were taken before are unknown to it.
    pub fn trace_memory(&mut self, tracer: Option<&'static Tracer>) {
        if let Some(tracer) = tracer {
            let _ = TRACER.set(tracer);
        }
        let stopped = crate::world::stop_for(self, crate::contention::Reason::Tracing);
        TRACING.store(tracer.is_some() || fills(), Relaxed);
        keep_as_wanted(self);
        drop(stopped);
    }

    /// Gives container storage back: at once if `holder` is *mine*, after a grace period if it is common (R8).
    ///
    /// # Safety
    /// `block` came from [`buffer_alloc`] and is unlinked from `holder`.
    #[inline]
    pub unsafe fn retire_buffer(&self, holder: &Object, block: *mut u8, bytes: usize) {
        if self.is_mine(holder) {
            // SAFETY: R5: nobody else can read it.
            unsafe { buffer_free(block) }
        } else {
            // SAFETY: R8: unlinked by the caller's promise.
            unsafe { self.world.retire(block, bytes, free_block_late) }
        }
    }

    /// Memory for an object of type `ty` with `bytes` bytes (without the `front` ones before it): header and front written, the rest not.
    #[inline(always)]
    fn alloc_bytes(&self, ty: &Type, bytes: usize, front: usize) -> Option<*mut Object> {
        if (bytes + front).div_ceil(CLASS) < CLASSES
            && let Some(block) = self.free.take_kept(bytes + front)
        {
            // SAFETY: fresh memory of `front + bytes` bytes.
            return Some(unsafe { self.write_heads(block, ty, front) });
        }
        self.alloc_new(ty, bytes, front)
    }

    /// [`Thread::alloc_bytes`] where no block of that size is kept.
    #[inline(never)]
    fn alloc_new(&self, ty: &Type, bytes: usize, front: usize) -> Option<*mut Object> {
        let block = self.free.take_new(bytes + front);
        if block.is_null() {
            return None;
        }
        // SAFETY: fresh memory of `front + bytes` bytes.
        let object = unsafe { self.write_heads(block, ty, front) };
        // Who is watched keeps no blocks, so that all births come here.
        if lives::is_watched() {
            // SAFETY: R2: the header is written, with the maker's count.
            lives::tell(self, unsafe { &*object }, Event::Begins);
        }
        Some(object)
    }

    /// Writes what stands in front of a new object, and its header: where it lies.
    ///
    /// # Safety
    /// The block is this thread's own, of `front` bytes (of nothing, a gc word or a prefix) and an object.
    #[inline(always)]
    unsafe fn write_heads(&self, block: *mut u8, ty: &Type, front: usize) -> *mut Object {
        debug_assert!(block.addr().is_multiple_of(16) && front <= PREFIX_SIZE && front.is_multiple_of(GC_WORD_SIZE));
        // SAFETY: the caller's promise.
        unsafe {
            let object: *mut Object = block.add(front).cast();
            // A loop over so few words would become a call.
            if front != 0 {
                block.cast::<u64>().write(0);
            }
            if front == PREFIX_SIZE {
                object.cast::<u64>().sub(1).write(0);
            }
            Object::write_head(object, ty, self.birth_word());
            object
        }
    }

    /// A new object of a leaf type, in a block that this thread has kept; `None` if it has none.
    #[inline(always)]
    pub fn new_leaf_in_kept<T: PyType>(&self, value: T) -> Option<Ref<T>> {
        let ty = T::type_object();
        debug_assert!(ty.has_flag(flags::LEAF) && !ty.has_flag(flags::PREFIX));
        let object: *mut Object = self.free.take_kept(size_of::<T>())?.cast();
        // SAFETY: a block of that size, which is this thread's own; the header stays as it is written here.
        unsafe {
            Object::write_head(object, ty, self.birth_word());
            Some(fill(object, value))
        }
    }

    /// As [`Thread::new_bare`], in a block that this thread has kept; `None` if it has none, and `value` is forgotten.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    pub unsafe fn new_bare_in_kept<T: PyType>(&self, bytes: usize, value: T) -> Option<Ref<T>> {
        let value = core::mem::ManuallyDrop::new(value);
        let ty = T::type_object();
        debug_assert!(ty.flags() & (flags::PREFIX | flags::GC_WORD) == flags::GC_WORD);
        if bytes.div_ceil(CLASS) >= CLASSES {
            return None;
        }
        let block = self.free.take_kept(bytes)?;
        // SAFETY: a block of that size, which is this thread's own; the header stays as it is written here.
        unsafe {
            let object = self.write_heads(block, ty, 0);
            Some(fill(object, core::mem::ManuallyDrop::into_inner(value)))
        }
    }

    /// Whether a leaf of that size that is *mine* ends without a call: its block is kept.
    #[inline(always)]
    pub fn keeps_blocks_of(&self, bytes: usize) -> bool {
        self.free.has_room(bytes)
    }

    /// Tracks a new object if its type is collectable.
    ///
    /// # Safety
    /// R3: the object was allocated with `front` bytes in front, as its type wants.
    #[inline(always)]
    unsafe fn track_new(&self, object: &Object, ty: &Type, front: usize) {
        if front != 0 && ty.has_flag(abi::Py_TPFLAGS_HAVE_GC as u64) {
            // SAFETY: the caller's promise.
            unsafe { self.track_behind(object, front) };
        }
    }

    /// A new object of exactly `T`'s type. Collectable types are tracked.
    #[inline(always)]
    pub fn new_object<T: PyType>(&self, value: T) -> Ref<T> {
        let ty = T::type_object();
        let front = front_of(ty);
        let Some(object) = self.alloc_bytes(ty, size_of::<T>(), front) else { out_of_memory() };
        // SAFETY: fresh memory, large enough; the header stays as allocation wrote it.
        let made: Ref<T> = unsafe { fill(object, value) };
        // SAFETY: it was allocated so.
        unsafe { self.track_new(made.as_object(), ty, front) };
        made
    }

    /// A new instance of `cls`, which is `T`'s type or a subtype of it: the payload is `value`, what follows is zero.
    /// The class is counted where it is a heap type. Collectable types are tracked.
    pub fn new_instance<T: PyType>(&self, cls: &Type, value: T) -> Ref<T> {
        if core::ptr::eq(cls, T::type_object()) {
            return self.new_object(value);
        }
        debug_assert!(crate::cast::is_subtype(cls, T::type_object()));
        let bytes = crate::hooks::hooks().instance_bytes(cls, 0);
        // SAFETY: `cls` is a subtype of `T`'s type: its instances begin with a `T` and are `bytes` long.
        unsafe { self.new_raw(cls, bytes, value) }
    }

    /// A new variable-sized instance of `cls` with room for `items` items after the `T`. Untracked: the caller fills the
    /// items, then calls [`Thread::track`]. Everything behind the payload is zero.
    pub fn new_var<T: PyType>(&self, cls: &Type, items: usize, value: T) -> Option<Ref<T>> {
        let bytes = crate::hooks::hooks().instance_bytes(cls, items);
        if bytes > isize::MAX as usize / 2 {
            return None;
        }
        let object = self.alloc_bytes(cls, bytes.max(size_of::<T>()), front_of(cls))?;
        // SAFETY: fresh memory of that size.
        unsafe {
            object.cast::<u8>().add(size_of::<T>()).write_bytes(0, bytes.saturating_sub(size_of::<T>()));
            count_class(cls);
            Some(fill(object, value))
        }
    }

    /// As [`Thread::new_var`] for exactly `T`'s type with `bytes` bytes in all; what follows the `T` is *not* initialised. Where there is no
    /// memory `value` is forgotten, not dropped: it may believe that it has items.
    ///
    /// # Safety
    /// The caller initialises the bytes behind the `T` before anybody reads them.
    #[inline(always)]
    pub unsafe fn new_var_exact<T: PyType>(&self, bytes: usize, value: T) -> Option<Ref<T>> {
        // SAFETY: the caller's promise.
        unsafe { self.new_var_behind(bytes, value, front_of(T::type_object())) }
    }

    /// As [`Thread::new_var_exact`] for an object of a type with `flags::GC_WORD` that the collector need never know: it has nothing in front.
    ///
    /// # Safety
    /// As there; the object can be part of no cycle and is never tracked.
    #[inline(always)]
    pub unsafe fn new_bare<T: PyType>(&self, bytes: usize, value: T) -> Option<Ref<T>> {
        debug_assert!(T::type_object().flags() & (flags::PREFIX | flags::GC_WORD) == flags::GC_WORD);
        // SAFETY: the caller's promise.
        unsafe { self.new_var_behind(bytes, value, 0) }
    }

    /// [`Thread::new_var_exact`], with so many bytes in front.
    ///
    /// # Safety
    /// As there; `front` is what the type says, or 0 as for [`Thread::new_bare`].
    #[inline(always)]
    unsafe fn new_var_behind<T: PyType>(&self, bytes: usize, value: T, front: usize) -> Option<Ref<T>> {
        let value = core::mem::ManuallyDrop::new(value);
        let object = self.alloc_bytes(T::type_object(), bytes, front)?;
        // SAFETY: fresh memory, large enough by the caller's promise.
        Some(unsafe { fill(object, core::mem::ManuallyDrop::into_inner(value)) })
    }

    /// # Safety
    /// Instances of `cls` begin with a `T` and are `bytes` long.
    unsafe fn new_raw<T: PyType>(&self, cls: &Type, bytes: usize, value: T) -> Ref<T> {
        let front = front_of(cls);
        let Some(object) = self.alloc_bytes(cls, bytes, front) else { out_of_memory() };
        // SAFETY: fresh memory of `bytes` bytes.
        let made: Ref<T> = unsafe {
            object.cast::<u8>().add(size_of::<T>()).write_bytes(0, bytes - size_of::<T>());
            count_class(cls);
            fill(object, value)
        };
        // SAFETY: it was allocated so.
        unsafe { self.track_new(made.as_object(), cls, front) };
        made
    }

    /// A zeroed instance of any type of ours, as C's `PyType_GenericAlloc` makes it. Untracked.
    pub fn new_zeroed(&self, cls: &Type, items: usize) -> Option<Ref<Object>> {
        let bytes = match cls.info() {
            Some(info) if info.bytes != 0 => info.bytes,
            _ => crate::hooks::hooks().instance_bytes(cls, items),
        };
        if bytes > isize::MAX as usize / 2 {
            return None;
        }
        let object = self.alloc_bytes(cls, bytes, front_of(cls))?;
        // SAFETY: fresh memory of `bytes` bytes.
        unsafe {
            object.cast::<u8>().add(size_of::<Object>()).write_bytes(0, bytes - size_of::<Object>());
            count_class(cls);
            Some(Ref::from_raw(object.cast()))
        }
    }

    /// [`Thread::new_zeroed`] of a class whose instances have no items and are no classes; tracked if they are collectable.
    #[inline]
    pub fn new_blank(&self, cls: &Type) -> Option<Ref<Object>> {
        let made = self.new_zeroed(cls, 0)?;
        // SAFETY: it was allocated so.
        unsafe { self.track_new(&made, cls, front_of(cls)) };
        Some(made)
    }

    /// Gives an ended object's memory back, with the `front` bytes before it; its fields are dropped already.
    ///
    /// # Safety
    /// R2: the count is zero and nobody can take a new reference.
    #[inline(always)]
    pub(crate) unsafe fn free_memory(&self, object: &Object, bytes: usize, front: usize) {
        // SAFETY: the caller's promise.
        unsafe { self.free_memory_of::<false>(object, bytes, front) }
    }

    /// [`Thread::free_memory`]; `WHOLE` if nobody was told yet that the object ends, because its memory is all there is of it.
    ///
    /// # Safety
    /// As there.
    #[inline(always)]
    unsafe fn free_memory_of<const WHOLE: bool>(&self, object: &Object, bytes: usize, front: usize) {
        // SAFETY: the block began `front` bytes before the object.
        let block = unsafe { core::ptr::from_ref(object).cast_mut().cast::<u8>().sub(front) };
        // SAFETY: R3: the collector's word comes first in what stands in front.
        debug_assert!(front == 0 || unsafe { block.cast::<u64>().read() } == 0, "an object's memory goes that the collector knows: {}", String::from_utf8_lossy(object.ty().tp_name_bytes()));
        let bytes = bytes + front;
        let is_mine = self.is_mine(object);
        // Who is watched keeps no blocks.
        if cfg!(not(debug_assertions)) && is_mine && bytes.div_ceil(CLASS) < CLASSES && self.free.has_room(bytes) {
            self.free.keep_block(block, bytes);
            return;
        }
        if WHOLE && lives::is_watched() {
            lives::tell(self, object, Event::Ends);
        }
        #[cfg(debug_assertions)]
        if crate::foreign::graves::is_open() {
            // SAFETY: the caller's promise.
            unsafe { self.bury(object, block, bytes) };
            return;
        }
        if is_mine {
            self.free.give(block, bytes);
        } else {
            // SAFETY: R8: unreachable by the caller's promise; optimistic readers are waited for.
            unsafe { self.world.retire(block, bytes, free_block_late) }
        }
    }

    /// Keeps the memory of an ended object, and gives back what has been kept for long.
    ///
    /// # Safety
    /// As [`Thread::free_memory`].
    #[cfg(debug_assertions)]
    unsafe fn bury(&self, object: &Object, block: *mut u8, bytes: usize) {
        if TRACING.load(Relaxed) {
            // To the program the memory is given back: who counts blocks must not count what only looks for mistakes.
            tell_given(block);
        }
        // SAFETY: R8: unreachable by the caller's promise; optimistic readers are waited for.
        let mut free = |block, bytes| unsafe { self.world.retire(block, bytes, free_block_late) };
        // SAFETY: the caller's promise.
        unsafe { crate::foreign::graves::bury(self, object, block, bytes, &mut free) };
    }

    /// Gives up a count on a leaf whose memory is all there is of it, `bytes` long.
    ///
    /// # Safety
    /// The caller holds the count (R2); the object is of a leaf type of ours without a drop function, and so long.
    #[inline(always)]
    pub unsafe fn release_leaf(&self, object: &Object, bytes: usize) {
        if crate::refs::lower(self, object) {
            // SAFETY: R2: the count is zero; a leaf has no prefix, and nothing refers to it but counts.
            unsafe { self.free_memory_of::<true>(object, bytes, 0) }
        }
    }

    /// As [`Thread::release_leaf`], without a call.
    ///
    /// # Safety
    /// As there; the leaf is immortal or *mine*, and [`Thread::keeps_blocks_of`] was true of its size.
    #[inline(always)]
    pub unsafe fn release_leaf_to_kept(&self, object: &Object, bytes: usize) {
        // SAFETY: the caller's promise.
        if !unsafe { self.release_plainly(object) } {
            #[cfg(debug_assertions)]
            if crate::foreign::graves::is_open() {
                // SAFETY: the caller's promise; a leaf has no prefix.
                unsafe { self.free_memory_of::<true>(object, bytes, 0) };
                return;
            }
            self.free.keep_block(core::ptr::from_ref(object).cast_mut().cast(), bytes);
        }
    }

    /// Gives back the memory of an object of a foreign type, whose size nobody knows: at once if nobody else can be reading it, else after a grace
    /// period (R8).
    ///
    /// # Safety
    /// R2: the count is zero, nobody can take a new reference, and its fields are dropped; its memory came from [`Thread::new_zeroed`].
    pub unsafe fn free_foreign(&self, object: &Object) {
        let block = block_of(object);
        debug_assert!(
            object.gc_word().is_none_or(|word| word.load(Relaxed) == 0),
            "an object's memory goes that the collector knows: {}",
            String::from_utf8_lossy(object.ty().tp_name_bytes())
        );
        #[cfg(debug_assertions)]
        if crate::foreign::graves::is_open() {
            // SAFETY: the caller's promise.
            unsafe { self.bury(object, block, object_bytes(object, object.ty())) };
            return;
        }
        if self.is_mine(object) {
            // SAFETY: the caller's promise; R5: nobody else reads it.
            unsafe { system_free(block) }
        } else {
            // SAFETY: R8: unreachable by the caller's promise.
            unsafe { self.world.retire(block, object_bytes(object, object.ty()), free_block_late) }
        }
    }

    /// Ends a leaf: its memory is all there is.
    ///
    /// # Safety
    /// R2: the count is zero, and the type is a leaf of ours.
    #[inline(always)]
    pub(crate) unsafe fn free_leaf(&self, object: &Object) {
        let ty = object.ty();
        let bytes = object_bytes(object, ty);
        if let Some(drop) = ty.info().and_then(|info| info.drop) {
            // SAFETY: the caller's promise; it frees memory of the leaf's own (a cached encoding), no references.
            unsafe { drop(core::ptr::from_ref(object).cast_mut()) };
        }
        // SAFETY: the caller's promise; a leaf has no prefix.
        unsafe { self.free_memory_of::<true>(object, bytes, 0) }
    }
}

/// The object is about to get another type, whose instances may take more memory or less: how much this one has is noted, for its end.
pub fn note_size(object: &Object) {
    let bytes = object_bytes(object, object.ty());
    if let Some(prefix) = object.prefix()
        && prefix.words.load(Relaxed) == 0
        // Larger blocks are in no free list: the allocator knows how large they are.
        && let Ok(words) = u16::try_from(bytes.div_ceil(8))
    {
        prefix.words.store(words, Relaxed);
    }
}

/// Bytes of this object, without the prefix.
#[inline(always)]
pub(crate) fn object_bytes(object: &Object, ty: &Type) -> usize {
    match ty.info() {
        Some(info) => bytes_by(object, ty, info),
        None => ty.tp_basicsize() as usize,
    }
}

/// [`object_bytes`], where the type's facts are at hand.
#[inline(always)]
pub(crate) fn bytes_by(object: &Object, ty: &Type, info: &TypeInfo) -> usize {
    match info {
        TypeInfo { bytes, .. } if *bytes != 0 => *bytes,
        // SAFETY: the function belongs to the object's type.
        TypeInfo { size: Some(size), .. } => unsafe { size(object) },
        _ => ty.tp_basicsize() as usize,
    }
}

/// # Safety
/// `object` is fresh memory with its header written, large enough for a `T`.
#[inline(always)]
unsafe fn fill<T: Heaped>(object: *mut Object, value: T) -> Ref<T> {
    // SAFETY: the caller's promise: the header's 16 bytes stay, the rest of `T` is moved in.
    unsafe {
        let value = core::mem::ManuallyDrop::new(value);
        let from: *const u8 = core::ptr::from_ref(&value).cast();
        core::ptr::copy_nonoverlapping(from.add(16), object.cast::<u8>().add(16), size_of::<T>() - 16);
        Ref::from_raw(object.cast())
    }
}

#[inline]
fn count_class(cls: &Type) {
    if cls.has_flag(abi::Py_TPFLAGS_HEAPTYPE as u64) {
        crate::refs::incref(cls);
    }
}

/// What is left when a small allocation fails: CPython, too, ends the process when it cannot even raise `MemoryError`.
#[cold]
pub fn out_of_memory() -> ! {
    let _ = std::io::Write::write_all(&mut std::io::stderr(), b"Fatal Python error: out of memory\n");
    std::process::abort()
}

const _: () = assert!(align_of::<Prefix>() <= 8 && CLASS * (CLASSES - 1) == 512);
