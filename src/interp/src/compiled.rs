//! Where the loop and compiled code meet: which code is hot, and how units are entered.
//!
//! The start of a function and the end of a loop count their first runs, each in its cache word. Once they are warm nobody counts: whoever
//! compiles asks the threads, now and then, where they are ([`heap::world::poll::HEAT`]). So time decides what is hot, and not counts.
//!
//! Invariant: a unit that a cache word names lives as long as the code whose word it is, and its entry runs that code from the word's
//! target on, in a frame whose registers are all current.
#![allow(unsafe_code, reason = "cache words name units by address")]

pub mod compact;
pub mod feedback;
pub mod helpers;
pub mod inlined;
pub mod report;
pub mod seen;
pub mod whole;

use std::sync::OnceLock;

use heap::Thread;
use heap::world::WORLD;
use heap::sync::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering::*};
use syntax::opcodes::Op;

pub use crate::dispatch::Next;
pub use crate::dispatch::inner::{come_back, finish_step, go_on_after_call, handlers, leave_at, quick_half, take_left_over};
use crate::frame::{Fp, Pc, Regs};

/// Runs after which code is warm.
static WARM: AtomicU64 = AtomicU64::new(500);

/// Code is warm after so many runs from now on.
pub fn set_warm(runs: u64) {
    WARM.store(runs, Relaxed);
}

/// The code of a unit: where it goes on when it is left.
pub type Entry = extern "C" fn(&mut Thread, Fp, Regs) -> Next;

/// What a cache word names. Whoever makes units has it as the first field of what it keeps of one.
#[repr(C)]
pub struct Unit {
    entry: Entry,
    /// The unit that the code got before it.
    before: AtomicPtr<Unit>,
    free: unsafe fn(*mut Unit),
}

impl Unit {
    /// A unit with this code; `free` ends the whole of which it is the first field.
    ///
    /// # Safety
    /// This module's invariant holds of it wherever it is published.
    pub const unsafe fn new(entry: Entry, free: unsafe fn(*mut Unit)) -> Unit {
        Unit { entry, before: AtomicPtr::new(core::ptr::null_mut()), free }
    }

    /// Runs it in the innermost frame.
    #[inline(always)]
    pub(crate) fn enter(&self, th: &mut Thread, frame: Fp) -> Next {
        (self.entry)(th, frame, frame.regs())
    }
}

/// The units of a code object, which end with it: no frame runs it then.
#[repr(C)]
pub struct Units {
    /// Where compiled code enters that calls it: at a unit of its start, or [`helpers::interpret`].
    entry: AtomicUsize,
    last: AtomicPtr<Unit>,
    /// Whoever compiles knows words of the code by address.
    is_known: AtomicBool,
}

impl Default for Units {
    fn default() -> Units {
        Units { entry: AtomicUsize::new(helpers::interpret as *const () as usize), last: AtomicPtr::default(), is_known: AtomicBool::new(false) }
    }
}

impl Units {
    /// Where compiled code finds the entry.
    pub const ENTRY_OFFSET: usize = core::mem::offset_of!(Units, entry);

    /// Has compiled code enter there from now on that calls the code; `None`: the interpreter.
    ///
    /// # Safety
    /// It is the entry of a unit of the code's first word, which was given to [`Units::add`].
    pub unsafe fn set_entry(&self, entry: Option<Entry>) {
        self.entry.store(entry.map_or(helpers::interpret as *const () as usize, |entry| entry as *const () as usize), Release);
    }

    /// Keeps a unit as long as the code lives.
    ///
    /// # Safety
    /// The unit is what `Unit::new`'s caller vouches for, and is given to one code object once.
    pub unsafe fn add(&self, unit: *mut Unit) {
        let mut last = self.last.load(Relaxed);
        loop {
            // SAFETY: nobody else has the unit yet.
            unsafe { (*unit).before.store(last, Relaxed) };
            match self.last.compare_exchange(last, unit, Release, Relaxed) {
                Ok(_) => return,
                Err(now) => last = now,
            }
        }
    }
}

/// What a unit takes, more or less.
const UNIT_BYTES: usize = 16 << 10;

/// Ends a unit.
unsafe fn free(unit: *mut u8) {
    let unit: *mut Unit = unit.cast();
    // SAFETY: the caller has the last pointer to it.
    unsafe { ((*unit).free)(unit) }
}

impl Drop for Units {
    fn drop(&mut self) {
        let mut unit = self.last.load(Acquire);
        while !unit.is_null() {
            // SAFETY: this module's invariant: no frame runs the code any more; R8: but a unit may be about to return whose frame held it last.
            unsafe {
                let before = (*unit).before.load(Relaxed);
                if heap::with_current(|th| WORLD.retire_later(&th.world, unit.cast(), UNIT_BYTES, free)).is_none() {
                    free(unit.cast());
                }
                unit = before;
            }
        }
    }
}

/// When code is compiled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// When it has taken some time.
    On,
    /// As soon as it has run twice, by the thread that runs it: for tests.
    Eager,
}

/// Which back end makes code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BackEnd {
    /// Cranelift for tier 1, LLVM for tier 2.
    Library,
    /// The interpreter of LIR: for tests of everything above.
    Trivial,
}

/// How much is spent on a unit, at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Tier {
    /// Code made in a few milliseconds.
    One,
    /// What is found running often is made again, with all that LLVM can.
    Two,
}

/// What `perf` is told of units.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Perf {
    /// Their names.
    Map,
    /// Their code and its lines, too.
    Dump,
}

/// What a program asked for.
#[derive(Clone, Debug)]
pub struct Config {
    pub mode: Mode,
    pub back_end: BackEnd,
    pub tier: Tier,
    pub log: Option<std::path::PathBuf>,
    pub perf: Option<Perf>,
    /// Whether gdb is told of units.
    pub gdb: bool,
    /// Guards fail once in so many passages although they hold: for tests.
    pub stress: Option<core::num::NonZeroU32>,
    /// The collector runs where that happened.
    pub stress_gc: bool,
}

/// Whoever compiles.
pub trait Compiler: Sync {
    /// The frame's code at its `pc`, a `Resume` or `JumpBack`, has become warm.
    fn warm(&self, th: &mut Thread, frame: Fp, pc: Pc);
    /// The thread was asked where it is: at the frame's `pc`.
    fn sampled(&self, th: &mut Thread, frame: Fp);
    /// Code with these words ends.
    fn code_ends(&self, words: core::ops::Range<usize>);
    /// The process is about to be forked: nothing is under way until one of the next two is called.
    fn before_fork(&self);
    fn after_fork_in_parent(&self);
    /// In the child, which has no other threads.
    fn after_fork_in_child(&self);
    /// Whether it has a back end.
    fn is_able(&self) -> bool;
    /// What it did so far.
    fn totals(&self) -> report::Totals;
    fn units(&self) -> Vec<report::UnitReport>;
}

/// Whoever compiles, if anybody does.
pub fn compiler() -> Option<&'static dyn Compiler> {
    COMPILER.get().copied()
}

static COMPILER: OnceLock<&'static dyn Compiler> = OnceLock::new();

/// Installs the compiler; only the first call counts.
pub fn set_compiler(compiler: &'static dyn Compiler) {
    let _ = COMPILER.set(compiler);
}

/// Whether the code at `pc` is to be counted on. Counts.
#[inline(always)]
pub(crate) fn is_cold(pc: Pc) -> bool {
    let word = pc.cache(1);
    let runs = word.load(Relaxed);
    // Not a store: another thread may have put a unit here meanwhile.
    runs < WARM.load(Relaxed) && {
        let _ = word.compare_exchange(runs, runs + 1, Relaxed, Relaxed);
        true
    }
}

/// A run of code that may be warm now.
#[cold]
#[inline(never)]
pub(crate) fn count(th: &mut Thread, frame: Fp, pc: Pc) {
    // One thread wins; and nobody, if a unit is there already.
    if pc.cache(1).compare_exchange(WARM.load(Relaxed), 0, Relaxed, Relaxed).is_err() {
        return;
    }
    pc.rewrite(if pc.op().generic() == Op::Resume { Op::ResumeWarm } else { Op::JumpBackWarm });
    if let Some(compiler) = COMPILER.get() {
        frame.code().units.is_known.store(true, Relaxed);
        compiler.warm(th, frame, pc);
    }
}

/// The code ends: whoever compiles forgets its words, for other code may come to lie there.
pub(crate) fn code_ends(code: &crate::code::Code) {
    if code.units.is_known.load(Relaxed)
        && let Some(compiler) = COMPILER.get()
    {
        let words = code.words().as_ptr_range();
        compiler.code_ends(words.start as usize..words.end as usize);
    }
}

/// The thread is at a safepoint, and somebody wanted to know where.
#[cold]
pub(crate) fn sampled(th: &mut Thread, frame: Fp) {
    if let Some(compiler) = COMPILER.get() {
        compiler.sampled(th, frame);
    }
}

/// The unit that the instruction at `pc` names.
#[inline(always)]
pub(crate) fn unit<'a>(pc: Pc) -> Option<&'a Unit> {
    // SAFETY: this module's invariant: the word is 0, or names a unit that lives as long as the code.
    unsafe { (pc.cache(1).load(Acquire) as *const Unit).as_ref() }
}

/// Has the instruction at `pc`, a `Resume`, `Resumed` or `JumpBack`, enter a unit from now on; `None`: no unit any more.
///
/// # Safety
/// This module's invariant holds of the unit.
pub unsafe fn publish(pc: Pc, unit: Option<&Unit>) {
    // The word first: who sees the opcode sees it. A thread that has seen an older opcode of this kind finds a unit, or none.
    pc.cache(1).store(unit.map_or(0, |unit| core::ptr::from_ref(unit) as u64), Release);
    pc.rewrite(match (pc.op().generic(), unit.is_some()) {
        (Op::Resume, true) => Op::ResumeCompiled,
        (Op::Resume, false) => Op::ResumeWarm,
        (Op::Resumed, true) => Op::ResumedCompiled,
        (Op::Resumed, false) => Op::Resumed,
        (_, true) => Op::JumpBackCompiled,
        (_, false) => Op::JumpBackWarm,
    });
}

/// Has no generator go on in this unit any more at the mark behind a yield, if one does.
///
/// # Safety
/// As [`publish`].
pub unsafe fn withdraw(mark: Pc, unit: &Unit) {
    // Another thread may just give it another one: then the mark has none for a while.
    if mark.cache(1).load(Relaxed) == core::ptr::from_ref(unit) as u64 {
        // SAFETY: the caller's promise.
        unsafe { publish(mark, None) }
    }
}
