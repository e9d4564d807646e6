//! Where the loop and compiled code meet: which code is hot, and how units are entered.
//!
//! The start of a function and the end of a loop count their first runs, each in its cache word. Once they are warm nobody counts: whoever
//! compiles asks the threads, now and then, where they are ([`heap::world::poll::HEAT`]). So time decides what is hot, and not counts.
//!
//! Invariant: a unit that a cache word names lives as long as the code whose word it is, and its entry runs that code from the word's
//! target on, in a frame whose registers are all current.
#![allow(unsafe_code, reason = "cache words name units by address")]

use std::sync::OnceLock;

use heap::Thread;
use heap::sync::Ordering::*;
use syntax::opcodes::Op;

use crate::code::Code;
pub use crate::dispatch::Next;
pub use crate::dispatch::inner::step_for;
use crate::frame::{Fp, Pc, Regs};

/// Runs after which code is warm.
const WARM: u64 = 500;

/// The code of a unit: where it goes on when it is left.
pub type Entry = extern "C" fn(&mut Thread, Fp, Regs) -> Next;

/// What a cache word names. Whoever makes units has it as the first field of what it keeps of one.
#[repr(C)]
pub struct Unit {
    entry: Entry,
}

impl Unit {
    /// A unit with this code.
    ///
    /// # Safety
    /// This module's invariant holds of it wherever it is published.
    pub const unsafe fn new(entry: Entry) -> Unit {
        Unit { entry }
    }

    /// Runs it in the innermost frame.
    #[inline(always)]
    pub(crate) fn enter(&self, th: &mut Thread, frame: Fp) -> Next {
        (self.entry)(th, frame, frame.regs())
    }
}

/// Whoever compiles.
pub trait Compiler: Sync {
    /// The code at `pc`, a `Resume` or `JumpBack` of the frame's code, has become warm.
    fn warm(&self, th: &Thread, code: &Code, pc: Pc);
    /// The thread was asked where it is: at the frame's `pc`.
    fn sampled(&self, th: &Thread, frame: Fp);
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
    runs < WARM && {
        let _ = word.compare_exchange(runs, runs + 1, Relaxed, Relaxed);
        true
    }
}

/// A run of code that may be warm now.
#[cold]
#[inline(never)]
pub(crate) fn count(th: &Thread, frame: Fp, pc: Pc) {
    // One thread wins; and nobody, if a unit is there already.
    if pc.cache(1).compare_exchange(WARM, 0, Relaxed, Relaxed).is_err() {
        return;
    }
    pc.rewrite(if pc.op().generic() == Op::Resume { Op::ResumeWarm } else { Op::JumpBackWarm });
    if let Some(compiler) = COMPILER.get() {
        compiler.warm(th, frame.code(), pc);
    }
}

/// The thread is at a safepoint, and somebody wanted to know where.
#[cold]
pub(crate) fn sampled(th: &Thread, frame: Fp) {
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

/// Has the instruction at `pc`, a `Resume` or `JumpBack`, enter a unit from now on; `None`: no unit any more.
///
/// # Safety
/// This module's invariant holds of the unit.
pub unsafe fn publish(pc: Pc, unit: Option<&Unit>) {
    // The word first: who sees the opcode sees it. A thread that has seen an older opcode of this kind finds a unit, or none.
    pc.cache(1).store(unit.map_or(0, |unit| core::ptr::from_ref(unit) as u64), Release);
    let is_start = pc.op().generic() == Op::Resume;
    pc.rewrite(match (is_start, unit.is_some()) {
        (true, true) => Op::ResumeCompiled,
        (true, false) => Op::ResumeWarm,
        (false, true) => Op::JumpBackCompiled,
        (false, false) => Op::JumpBackWarm,
    });
}
