//! Debug hooks on the three domains of memory: `PyMem_SetupDebugHooks`, and `PYTHONMALLOC=debug` and its like.
//!
//! ```text
//! bytes asked for (8, big end first) | the domain's letter | 7 forbidden bytes | the caller's bytes | 8 forbidden bytes
//! ```
//!
//! Invariant: `BLOCKS` names each block that the hooks gave out and nobody gave back. What it does not name came before the hooks, or is the memory of
//! an object of ours: it is left to the functions below.

use core::ffi::c_void;
use std::collections::BTreeSet;

use abi::PyMemAllocatorEx;
use heap::Thread;
use heap::sync::{AtomicBool, Mutex, Ordering::*};
use objects::allocators::{self, MEM, OBJECT, RAW};

use crate::entry::fatal;

/// Stands around a block.
const FORBIDDEN: u8 = 0xfd;
/// Stands in a fresh block.
const CLEAN: u8 = 0xcd;
/// Stands where a block was.
const DEAD: u8 = 0xdd;
/// The size, or the letter and what follows it, or what stands behind the block.
const WORD: usize = 8;
const FRONT: usize = 2 * WORD;
const AROUND: usize = 3 * WORD;
/// So much of a block's beginning and end is shown, and made unreadable where it goes.
const SHOWN: usize = 8;

static BLOCKS: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

/// What hooks know of their domain.
struct Domain {
    letter: u8,
    below: PyMemAllocatorEx,
}

/// The bytes of one block.
#[derive(Clone, Copy)]
struct Block(*mut u8);

impl Block {
    fn byte(self, at: isize) -> u8 {
        // SAFETY: R4: `BLOCKS` names the block, and what is read lies in it or in the words around it.
        unsafe { self.0.wrapping_offset(at).read() }
    }

    fn size(self) -> usize {
        let bytes: [u8; WORD] = core::array::from_fn(|at| self.byte(at.cast_signed() - FRONT.cast_signed()));
        usize::from_be_bytes(bytes)
    }

    fn letter(self) -> u8 {
        self.byte(-WORD.cast_signed())
    }

    /// The bytes between the letter and the block.
    fn lead(self) -> [u8; WORD - 1] {
        core::array::from_fn(|at| self.byte(at.cast_signed() - (WORD - 1).cast_signed()))
    }

    /// The bytes behind the block.
    fn tail(self) -> [u8; WORD] {
        let size = self.size().cast_signed();
        core::array::from_fn(|at| self.byte(size + at.cast_signed()))
    }

    /// Fills bytes of the block.
    fn fill(self, from: usize, count: usize, with: u8) {
        // SAFETY: as in `byte`.
        unsafe { self.0.add(from).write_bytes(with, count) };
    }

    /// Makes a block out of memory that has [`AROUND`] bytes more than it.
    fn make(memory: *mut u8, size: usize, letter: u8) -> Block {
        let block = Block(memory.wrapping_add(FRONT));
        // SAFETY: the memory is fresh, or was the same block before.
        unsafe {
            memory.cast::<[u8; WORD]>().write_unaligned(size.to_be_bytes());
            memory.add(WORD).write(letter);
            memory.add(WORD + 1).write_bytes(FORBIDDEN, WORD - 1);
            block.0.add(size).write_bytes(FORBIDDEN, WORD);
        }
        BLOCKS.lock().insert(block.0.addr());
        block
    }

    /// What is wrong with the block for who gives it back to the domain with that letter.
    fn complaint(self, letter: u8) -> Option<String> {
        if self.letter() != letter {
            let (by, here) = (char::from(self.letter()), char::from(letter));
            return Some(format!("bad ID: Allocated using API '{by}', verified using API '{here}'"));
        }
        let wrong = |bytes: &[u8]| bytes.iter().any(|&byte| byte != FORBIDDEN);
        if wrong(&self.lead()) {
            return Some("bad leading pad byte".to_owned());
        }
        wrong(&self.tail()).then(|| "bad trailing pad byte".to_owned())
    }

    /// Shows the block on standard error.
    fn show(self) {
        let (at, size) = (self.0, self.size());
        stdx::tell(format_args!("Debug memory block at address p={at:p}: API '{}'\n", char::from(self.letter())));
        stdx::tell(format_args!("    {size} bytes originally requested\n    The {0} pad bytes at p-{0} are ", WORD - 1));
        let expected = |bytes: &[u8]| bytes.iter().all(|&byte| byte == FORBIDDEN);
        let ouch = |byte: u8| if byte == FORBIDDEN { "" } else { " *** OUCH" };
        let lead = self.lead();
        if expected(&lead) {
            stdx::tell(format_args!("FORBIDDENBYTE, as expected.\n"));
        } else {
            stdx::tell(format_args!("not all FORBIDDENBYTE (0x{FORBIDDEN:02x}):\n"));
            for (before, byte) in lead.iter().rev().enumerate() {
                stdx::tell(format_args!("        at p-{}: 0x{byte:02x}{}\n", before + 1, ouch(*byte)));
            }
            stdx::tell(format_args!("    Because memory is corrupted at the start, the count of bytes requested\n"));
            stdx::tell(format_args!("       may be bogus, and checking the trailing pad bytes may segfault.\n"));
        }
        let tail = self.tail();
        stdx::tell(format_args!("    The {WORD} pad bytes at tail={:p} are ", at.wrapping_add(size)));
        if expected(&tail) {
            stdx::tell(format_args!("FORBIDDENBYTE, as expected.\n"));
        } else {
            stdx::tell(format_args!("not all FORBIDDENBYTE (0x{FORBIDDEN:02x}):\n"));
            for (behind, byte) in tail.iter().enumerate() {
                stdx::tell(format_args!("        at tail+{behind}: 0x{byte:02x}{}\n", ouch(*byte)));
            }
        }
        self.show_data(size);
        stdx::tell(format_args!("\nEnable tracemalloc to get the memory block allocation traceback\n\n"));
    }

    fn show_data(self, size: usize) {
        if size == 0 {
            return;
        }
        stdx::tell(format_args!("    Data at p:"));
        let last = if size > 2 * SHOWN { size - SHOWN } else { SHOWN.min(size) };
        for at in 0..SHOWN.min(size) {
            stdx::tell(format_args!(" {:02x}", self.byte(at.cast_signed())));
        }
        if size > 2 * SHOWN {
            stdx::tell(format_args!(" ..."));
        }
        for at in last..size {
            stdx::tell(format_args!(" {:02x}", self.byte(at.cast_signed())));
        }
        stdx::tell(format_args!("\n"));
    }
}

/// The hooks' own part of a domain.
///
/// # Safety
/// `context` is one of [`hook`]'s.
unsafe fn domain<'a>(context: *mut c_void) -> &'a Domain {
    // SAFETY: the caller's promise; it is never freed.
    unsafe { &*context.cast_const().cast() }
}

/// All domains but the raw one need the GIL.
fn check_gil(domain: &Domain, function: &str) {
    if domain.letter == b'r' {
        return;
    }
    // SAFETY: R10: nothing of the thread is used but whether it is attached.
    if !Thread::is_known() || !unsafe { Thread::from_tls() }.world.is_attached() {
        fatal(function, "Python memory allocator called without holding the GIL");
    }
}

/// The block, if the hooks gave it out; it must be whole, and of this domain.
fn own(domain: &Domain, memory: *mut c_void, function: &str) -> Option<Block> {
    if memory.is_null() || !BLOCKS.lock().contains(&memory.addr()) {
        return None;
    }
    let block = Block(memory.cast());
    if let Some(complaint) = block.complaint(domain.letter) {
        block.show();
        fatal(function, &complaint);
    }
    Some(block)
}

fn allocate(domain: &Domain, bytes: usize, fill: u8) -> *mut c_void {
    let Some(all) = bytes.checked_add(AROUND) else { return core::ptr::null_mut() };
    // SAFETY: the functions that stood in the domain before.
    let memory: *mut u8 = unsafe { allocators::malloc(&domain.below, all) }.cast();
    if memory.is_null() {
        return core::ptr::null_mut();
    }
    let block = Block::make(memory, bytes, domain.letter);
    block.fill(0, bytes, fill);
    block.0.cast()
}

unsafe extern "C-unwind" fn malloc(context: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: the hooks' own context.
    let domain = unsafe { domain(context) };
    check_gil(domain, "_PyMem_DebugMalloc");
    allocate(domain, bytes, CLEAN)
}

unsafe extern "C-unwind" fn calloc(context: *mut c_void, items: usize, bytes: usize) -> *mut c_void {
    // SAFETY: the hooks' own context.
    let domain = unsafe { domain(context) };
    check_gil(domain, "_PyMem_DebugCalloc");
    items.checked_mul(bytes).map_or(core::ptr::null_mut(), |bytes| allocate(domain, bytes, 0))
}

unsafe extern "C-unwind" fn realloc(context: *mut c_void, memory: *mut c_void, bytes: usize) -> *mut c_void {
    // SAFETY: the hooks' own context.
    let domain = unsafe { domain(context) };
    check_gil(domain, "_PyMem_DebugRealloc");
    if memory.is_null() {
        return allocate(domain, bytes, CLEAN);
    }
    let Some(block) = own(domain, memory, "_PyMem_DebugRawRealloc") else {
        // SAFETY: the functions that stood in the domain before gave it.
        return unsafe { allocators::realloc(&domain.below, memory, bytes) };
    };
    let before = block.size();
    let new: *mut u8 = allocate(domain, bytes, CLEAN).cast();
    if !new.is_null() {
        // SAFETY: two blocks, of at least that size.
        unsafe { new.copy_from_nonoverlapping(block.0, before.min(bytes)) };
        give_back(domain, block);
    }
    new.cast()
}

fn give_back(domain: &Domain, block: Block) {
    BLOCKS.lock().remove(&block.0.addr());
    let start = block.0.wrapping_sub(FRONT);
    Block(start).fill(0, block.size() + AROUND, DEAD);
    // SAFETY: where the block began for the functions below.
    unsafe { allocators::free(&domain.below, start.cast()) };
}

unsafe extern "C-unwind" fn free(context: *mut c_void, memory: *mut c_void) {
    // SAFETY: the hooks' own context.
    let domain = unsafe { domain(context) };
    check_gil(domain, "_PyMem_DebugFree");
    match own(domain, memory, "_PyMem_DebugRawFree") {
        Some(block) => give_back(domain, block),
        // SAFETY: the functions that stood in the domain before gave it.
        None => unsafe { allocators::free(&domain.below, memory) },
    }
}

/// Puts the hooks in front of a domain's functions.
fn hook(place: usize, letter: u8) {
    let below = allocators::of(place);
    if below.malloc.is_some_and(|function| core::ptr::fn_addr_eq(function, malloc as unsafe extern "C-unwind" fn(*mut c_void, usize) -> *mut c_void)) {
        return;
    }
    // For good: blocks may outlive the hooks.
    let domain: &'static Domain = Box::leak(Box::new(Domain { letter, below }));
    let context = core::ptr::from_ref(domain).cast_mut().cast();
    allocators::set(place, PyMemAllocatorEx { ctx: context, malloc: Some(malloc), calloc: Some(calloc), realloc: Some(realloc), free: Some(free) });
}

/// Puts the hooks in front of the functions of all domains, once.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMem_SetupDebugHooks() {
    for (place, letter) in [(RAW, b'r'), (MEM, b'm'), (OBJECT, b'o')] {
        hook(place, letter);
    }
}

/// Does what `PYTHONMALLOC` says of hooks: all its names that speak of debugging ask for them.
pub fn setup(name: &str) {
    static DONE: AtomicBool = AtomicBool::new(false);
    if matches!(name, "debug" | "malloc_debug" | "pymalloc_debug" | "mimalloc_debug") && !DONE.swap(true, Relaxed) {
        // SAFETY: no preconditions.
        unsafe { PyMem_SetupDebugHooks() };
    }
}
