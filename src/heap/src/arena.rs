//! The addresses that `mimalloc` takes its memory from, and when the kernel is asked for that memory.
//!
//! A page that is first touched costs a fault, of which a large heap has hundreds of thousands; a small one does not want what it does not touch.
//! So the first arena is ours: once much of it is used, what is taken into use is asked for at once, some pages at a time. Huge pages save
//! far more, but where the kernel has to move memory to make them they take several times as long as ordinary ones: so they are asked for while
//! they come no slower than those, and again some time later.
//!
//! Invariant: whatever lies in the arena and is not in use reads as zero or as what was there before; it can always be written.

mod huge;

use core::ffi::{c_int, c_void};

use crate::sync::{AtomicBool, AtomicUsize, Ordering::Relaxed};

/// More than most programs use: for what `mimalloc` reserves by itself it asks for huge pages. Nothing of it is memory before it is written, but
/// the allocator's own notes, 80 KB for each GB.
const ARENA: usize = 2 << 30;
/// What `mimalloc` wants of an arena's address, and huge pages, too.
const ALIGNMENT: usize = huge::PAGE;
/// A heap that uses so much is large.
const LARGE_FROM: usize = 64 << 20;
/// Of longer ranges, parts may never be touched.
const MOST_AHEAD: usize = 1 << 20;
/// Milliseconds for which the allocator keeps memory that nothing uses: long enough for a loop that takes and gives the same again and again.
const KEEP_MS: core::ffi::c_long = 500;
/// `mi_option_purge_delay`, which the crate does not name.
const PURGE_DELAY: c_int = 15;

type Commit = unsafe extern "C" fn(bool, *mut c_void, usize, *mut bool, *mut c_void) -> bool;

unsafe extern "C" {
    /// Of `mimalloc`'s own interface, but in no crate that declares it.
    fn mi_manage_memory(
        start: *mut c_void,
        size: usize,
        is_committed: bool,
        is_pinned: bool,
        is_zero: bool,
        numa_node: c_int,
        exclusive: bool,
        commit: Option<Commit>,
        commit_arg: *mut c_void,
        arena_id: *mut *mut c_void,
    ) -> bool;
}

/// At least what of the arena is in use: a part of a range may be taken into use that is in use already. It is set right when it is large.
static USED: AtomicUsize = AtomicUsize::new(0);
static LARGE: AtomicBool = AtomicBool::new(false);

/// `mimalloc` takes memory of the arena into use, or gives it back.
unsafe extern "C" fn commit(take: bool, start: *mut c_void, size: usize, is_zero: *mut bool, _arena: *mut c_void) -> bool {
    if !is_zero.is_null() {
        // SAFETY: null or a place for the answer: a part of the range may have been in use already.
        unsafe { is_zero.write(false) };
    }
    if take {
        let used = USED.fetch_add(size, Relaxed) + size;
        let fresh = huge::PAGES.enter(start.addr(), size);
        let is_large = size <= MOST_AHEAD && used >= LARGE_FROM && (LARGE.load(Relaxed) || becomes_large(size));
        if is_large && !fresh.is_some_and(|page| huge::PACE.ask(start.with_addr(page), used)) {
            huge::PACE.take_ordinary(start, size, used);
        }
    } else {
        let _ = USED.fetch_update(Relaxed, Relaxed, |used| Some(used.saturating_sub(size)));
        // SAFETY: the allocator's promise: nothing in the range is in use.
        unsafe { libc::madvise(start, size, libc::MADV_DONTNEED) };
    }
    true
}

/// Whether as much is in use as it seems, if `more` is taken into use.
#[cold]
fn becomes_large(more: usize) -> bool {
    let used = private_bytes().map_or(usize::MAX, |bytes| bytes.saturating_add(more));
    if used < LARGE_FROM {
        USED.store(used, Relaxed);
    } else {
        LARGE.store(true, Relaxed);
    }
    used >= LARGE_FROM
}

/// The process's resident memory that is no file's. Nothing is allocated.
fn private_bytes() -> Option<usize> {
    let mut text = [0u8; 128];
    let read = read_start(c"/proc/self/statm", &mut text)?;
    let text = core::str::from_utf8(text.get(..read)?).ok()?;
    let mut pages = text.split_ascii_whitespace().skip(1).map_while(|number| number.parse::<usize>().ok());
    let (resident, shared) = (pages.next()?, pages.next()?);
    resident.saturating_sub(shared).checked_mul(4096)
}

/// Hands the allocator its first arena. To be called before anything is allocated; where it cannot be had the allocator finds its own.
pub fn prepare() {
    // SAFETY: sets a number.
    unsafe { libmimalloc_sys::mi_option_set_default(PURGE_DELAY, KEEP_MS) };
    if !promises_freely() {
        return;
    }
    let most = ARENA + ALIGNMENT;
    // SAFETY: a fresh mapping, of which nothing is memory yet.
    let mapped = unsafe {
        libc::mmap(
            core::ptr::null_mut(),
            most,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    if mapped == libc::MAP_FAILED {
        return;
    }
    let before = mapped.align_offset(ALIGNMENT);
    let start = mapped.wrapping_byte_add(before);
    // SAFETY: what stands before and behind the aligned part of our own mapping is used by nobody. `commit` lives as long as the process.
    let managed = unsafe {
        if before > 0 {
            libc::munmap(mapped, before);
        }
        libc::munmap(start.byte_add(ARENA), ALIGNMENT - before);
        let mut id = core::ptr::null_mut();
        mi_manage_memory(start, ARENA, false, false, true, -1, false, Some(commit), core::ptr::null_mut(), &mut id)
    };
    if managed {
        huge::PAGES.begin(start.addr());
    } else {
        // SAFETY: the allocator refused it, so nobody uses it.
        unsafe { libc::munmap(start, ARENA) };
    }
}

/// Whether the kernel lends addresses without counting them as memory. Where it counts, the allocator asks for each piece.
fn promises_freely() -> bool {
    let mut mode = [b'2'];
    let _ = read_start(c"/proc/sys/vm/overcommit_memory", &mut mode);
    mode != *b"2"
}

/// Reads the first bytes of a file: how many. Nothing is allocated.
fn read_start(path: &core::ffi::CStr, into: &mut [u8]) -> Option<usize> {
    // SAFETY: a path that ends with a zero, a buffer and its size, a descriptor of our own.
    unsafe {
        let file = libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC);
        if file < 0 {
            return None;
        }
        let read = libc::read(file, into.as_mut_ptr().cast(), into.len());
        libc::close(file);
        usize::try_from(read).ok()
    }
}
