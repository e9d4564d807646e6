//! The region: address space near a given address, with a view that is executed and another one that is written.
//!
//! Invariant: no view is both. After a fork parent and child have the same memory beneath their views; whoever wants to write first takes
//! a copy of its own (`own`), so that neither changes code that the other runs. Who forks sees to it that no thread loads or frees code
//! meanwhile, since the child could not wait for it (R15).
//!
//! The memory has no name: `perf` looks up in its map only what lies in nameless memory.
#![allow(unsafe_code, reason = "maps memory and writes to it: rules C1, C2")]
use crate::allot::Allotment;
use parking_lot::Mutex;
use std::fmt;
use std::io;
use std::ptr::{self, NonNull};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Once};

/// What is no longer code is filled with this instruction, which stops the process: better than running what happens to be there.
const STOP: u8 = 0xcc;

/// How far a call reaches.
const REACH: usize = 1 << 31;

/// In steps of this size places for a region are looked for.
const STEP: usize = 64 << 20;

/// So many steps behind the given address the search begins: the program's own heap, behind its data, has room to grow.
const FIRST_STEP: usize = 4;

/// Forks of this process, and of those that it was forked from.
static FORKS: AtomicU64 = AtomicU64::new(0);

extern "C" fn before_fork() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// Why there is no region, or no room in it.
#[derive(Debug)]
pub enum RegionError {
    /// No free address space near the given address.
    NoPlace,
    /// As much is used as may be.
    Full,
    /// What the system said.
    System(&'static str, io::Error),
}

impl fmt::Display for RegionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            RegionError::NoPlace => f.write_str("no address space is free near the program"),
            RegionError::Full => f.write_str("the code region is full"),
            RegionError::System(what, error) => write!(f, "{what}: {error}"),
        }
    }
}

impl std::error::Error for RegionError {}

/// Bytes of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub used: usize,
    pub most_used: usize,
    pub cap: usize,
}

/// Memory for code. It is unmapped when its last piece is gone.
pub struct Region {
    /// Where code runs.
    base: usize,
    size: usize,
    cap: usize,
    state: Mutex<State>,
}

struct State {
    /// Where code is written.
    view: View,
    allotment: Allotment,
    /// What [`FORKS`] was when the memory was new.
    forks: u64,
}

impl Region {
    /// Reserves `size` bytes of address space, all of it so near that calls reach `near` from it. No more than `cap` bytes will be used.
    ///
    /// # Errors
    /// If there is no such place, or the system refuses.
    pub fn new(near: usize, size: usize, cap: usize) -> Result<Arc<Self>, RegionError> {
        static WATCH: Once = Once::new();
        // SAFETY: the handler is a function of this library's and touches nothing but an atomic.
        WATCH.call_once(|| unsafe {
            libc::pthread_atfork(Some(before_fork), None, None);
        });
        let size = size.next_multiple_of(page());
        let forks = FORKS.load(Ordering::Relaxed);
        let view = View::new(size, libc::PROT_NONE)?;
        let base = place(near, size)?;
        let state = State { view, allotment: Allotment::new(size), forks };
        let region = Self { base, size, cap: cap.min(size), state: Mutex::new(state) };
        region.begin()?;
        Ok(Arc::new(region))
    }

    /// Maps the memory where code runs: these addresses are only reserved so far.
    fn begin(&self) -> Result<(), RegionError> {
        let state = self.state.lock();
        // SAFETY: rule C1: nothing is mapped there but the reservation.
        unsafe { state.view.map_again(self.base)? };
        // perf hears of memory when it becomes executable: not before it lies there.
        // SAFETY: mapped just now.
        unsafe { protect(self.base, self.size, EXECUTED)? };
        state.view.make(WRITTEN)
    }

    /// The addresses of code.
    pub fn range(&self) -> std::ops::Range<usize> {
        self.base..self.base + self.size
    }

    /// Whether code anywhere in the region reaches an address by a call.
    pub fn reaches(&self, address: usize) -> bool {
        self.base.abs_diff(address).max((self.base + self.size).abs_diff(address)) < REACH - page()
    }

    pub fn usage(&self) -> Usage {
        let state = self.state.lock();
        Usage { used: state.allotment.used(), most_used: state.allotment.most_used(), cap: self.cap }
    }

    /// Takes a piece, which starts a cache line.
    ///
    /// # Errors
    /// If there is no room for it.
    pub fn allot(self: &Arc<Self>, len: usize) -> Result<Piece, RegionError> {
        let mut state = self.state.lock();
        if state.allotment.used() + Allotment::rounded(len) > self.cap {
            return Err(RegionError::Full);
        }
        let start = state.allotment.take(len).ok_or(RegionError::Full)?;
        Ok(Piece { region: Arc::clone(self), start, len })
    }

    /// Sees to it that what is written is seen by this process alone.
    fn own(&self, state: &mut State) -> Result<(), RegionError> {
        let forks = FORKS.load(Ordering::Relaxed);
        if state.forks == forks {
            return Ok(());
        }
        let copy = View::new(self.size, WRITTEN)?;
        for (start, len) in state.allotment.used_ranges() {
            // SAFETY: rule C1: both views are of `size` bytes, and nobody has the new one yet.
            unsafe { ptr::copy_nonoverlapping((self.base as *const u8).add(start), copy.at(start), len) };
        }
        // What lies there is run all the time: it is executable from the first moment on.
        copy.make(EXECUTED)?;
        // SAFETY: the view of the same size is ours to replace. Its contents stay what they are, and who runs them meanwhile waits for the
        // new mapping.
        unsafe { copy.map_again(self.base)? };
        copy.make(WRITTEN)?;
        state.view = copy;
        state.forks = forks;
        Ok(())
    }
}

impl Drop for Region {
    fn drop(&mut self) {
        // SAFETY: rule C1: the view is mapped until here, and the last piece is gone, so that nobody runs it.
        unsafe { libc::munmap(self.base as *mut libc::c_void, self.size) };
    }
}

/// Bytes of a region, given back when it is dropped (rule C2).
pub struct Piece {
    region: Arc<Region>,
    start: usize,
    len: usize,
}

impl Piece {
    pub fn address(&self) -> usize {
        self.region.base + self.start
    }

    pub fn len(&self) -> usize {
        self.len
    }

    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// If the process has been forked, and there is no memory for a copy of its own.
    ///
    /// # Panics
    /// If it is not as many bytes as the piece has.
    pub fn write(&mut self, bytes: &[u8]) -> Result<(), RegionError> {
        assert_eq!(bytes.len(), self.len, "a piece is written as a whole");
        let mut state = self.region.state.lock();
        self.region.own(&mut state)?;
        // SAFETY: rule C1: these bytes of the view are this piece's.
        unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), state.view.at(self.start), self.len) };
        Ok(())
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        let mut state = self.region.state.lock();
        // After a fork the memory is another process's, too: what nobody runs need not be changed then.
        if state.forks == FORKS.load(Ordering::Relaxed) {
            // SAFETY: rule C1: these bytes of the view are this piece's, and by rule C2 nobody runs them.
            unsafe { ptr::write_bytes(state.view.at(self.start), STOP, self.len) };
        }
        state.allotment.give_back(self.start, self.len);
    }
}

/// A view that is written.
struct View {
    start: NonNull<u8>,
    size: usize,
}

// SAFETY: an address; who writes through it holds the region's lock.
unsafe impl Send for View {}

impl View {
    /// New memory, wherever there is room.
    fn new(size: usize, protection: libc::c_int) -> Result<Self, RegionError> {
        // SAFETY: a mapping that replaces nothing.
        let start = unsafe { map(0, size, protection, libc::MAP_SHARED)? };
        let start = NonNull::new(start as *mut u8).ok_or(RegionError::NoPlace)?;
        Ok(Self { start, size })
    }

    fn make(&self, protection: libc::c_int) -> Result<(), RegionError> {
        // SAFETY: the view's own mapping.
        unsafe { protect(self.start.as_ptr() as usize, self.size, protection) }
    }

    /// Maps the same memory at another address, too, with the protection that it has here.
    ///
    /// # Safety
    /// What is mapped there is the caller's to replace.
    unsafe fn map_again(&self, address: usize) -> Result<(), RegionError> {
        let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        // SAFETY: the view's own mapping, which is shared: of such a one, a length of 0 makes another one. The caller vouches for the address.
        let mapped = unsafe { libc::mremap(self.start.as_ptr().cast(), 0, self.size, flags, address as *mut libc::c_void) };
        if mapped == libc::MAP_FAILED { Err(RegionError::System("mremap", io::Error::last_os_error())) } else { Ok(()) }
    }

    /// The address of a byte of the view.
    fn at(&self, offset: usize) -> *mut u8 {
        assert!(offset <= self.size, "a piece lies in its region");
        // SAFETY: within the mapping, as just seen.
        unsafe { self.start.as_ptr().add(offset) }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        // SAFETY: the view was mapped by `new`, and nobody else has its address.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.size) };
    }
}

const EXECUTED: libc::c_int = libc::PROT_READ | libc::PROT_EXEC;
const WRITTEN: libc::c_int = libc::PROT_READ | libc::PROT_WRITE;

/// Maps memory without a name.
///
/// # Safety
/// With `MAP_FIXED` what is mapped there is the caller's to replace.
unsafe fn map(address: usize, size: usize, protection: libc::c_int, flags: libc::c_int) -> Result<usize, RegionError> {
    let flags = flags | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: a mapping that replaces nothing, unless the caller vouches for it.
    let mapped = unsafe { libc::mmap(address as *mut libc::c_void, size, protection, flags, -1, 0) };
    if mapped == libc::MAP_FAILED { Err(RegionError::System("mmap", io::Error::last_os_error())) } else { Ok(mapped as usize) }
}

/// Says what may be done with memory.
///
/// # Safety
/// The mapping is the caller's.
unsafe fn protect(address: usize, size: usize, protection: libc::c_int) -> Result<(), RegionError> {
    // SAFETY: the caller vouches for the mapping.
    match unsafe { libc::mprotect(address as *mut libc::c_void, size, protection) } {
        0 => Ok(()),
        _ => Err(RegionError::System("mprotect", io::Error::last_os_error())),
    }
}

/// Reserves addresses near one: behind it, else in front, else where the heap would grow.
fn place(near: usize, size: usize) -> Result<usize, RegionError> {
    let near = near & !(page() - 1);
    let behind = |steps: std::ops::Range<usize>| steps.filter_map(move |step| near.checked_add(step * STEP));
    let before = (0..REACH / STEP).filter_map(|step| near.checked_sub(step * STEP + size.next_multiple_of(STEP)));
    let reached = |start: &usize| *start > STEP && near.abs_diff(*start).max(near.abs_diff(*start + size)) < REACH - STEP;
    for start in behind(FIRST_STEP..REACH / STEP).chain(before).chain(behind(1..FIRST_STEP)).filter(reached) {
        // SAFETY: this flag replaces nothing.
        match unsafe { map(start, size, libc::PROT_NONE, libc::MAP_PRIVATE | libc::MAP_FIXED_NOREPLACE) } {
            Ok(mapped) if mapped == start => return Ok(start),
            // A system that does not know the flag takes the address as a hint.
            Ok(mapped) => {
                // SAFETY: just mapped, and nobody has it.
                unsafe { libc::munmap(mapped as *mut libc::c_void, size) };
            }
            Err(RegionError::System(_, error)) if error.raw_os_error() == Some(libc::EEXIST) => {}
            Err(error) => return Err(error),
        }
    }
    Err(RegionError::NoPlace)
}

fn page() -> usize {
    4096
}
