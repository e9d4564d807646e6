//! What compact code has functions do that other code does itself.
//!
//! Most of a unit's code would be counts, and what surrounds instructions that the interpreter runs: much code, which is rarely what a program waits
//! for. Tier 1 calls for it.

use heap::Thread;

use super::helpers;
use crate::dispatch::Next;
use crate::dispatch::inner::run_alone;
use crate::frame::{Fp, Kind, Pc, Reg, Regs, stack};

/// Runs the instruction at `pc` as the interpreter does, in a frame of a room below which `depth` others are parts of the same unit:
/// [`Next::BEHIND`], if it goes on at `behind`, nobody wants anything of the thread, and nobody wrote a local of those frames; else where compiled code
/// goes on.
pub extern "C" fn run_step(th: &mut Thread, frame: Fp, pc: Pc, regs: Regs, behind: Pc, depth: u64) -> Next {
    let next = run_alone(th, frame, pc, regs);
    if goes_on(th, frame, &next, behind, depth) {
        return Next::BEHIND;
    }
    let (to, at) = next.parts();
    let next = helpers::finish_step(th, frame, pc, to, at, depth);
    if goes_on(th, frame, &next, behind, depth) { Next::BEHIND } else { next }
}

/// Makes a register hold a word: what it held, where giving that up is more than a subtraction; otherwise that is done.
pub extern "C" fn exchange(th: &mut Thread, at: &mut Reg, word: Reg) -> Reg {
    let old = core::mem::replace(at, word);
    if old.release_plainly(th) { Reg::NULL } else { old }
}

/// A word that holds what a word names without the frame: what is named without a count is held by the frame or its function, unless it is immortal.
pub extern "C" fn own(th: &mut Thread, word: Reg) -> Reg {
    if word.is_counted() { word } else { word.object().map_or(word, |object| helpers::hold(th, object)) }
}

/// Whether a unit may end its frame itself, with a result that is None or another: somebody waits for it who is no native code, nobody has its `frame`
/// object, and ending it ends no function.
pub extern "C" fn may_return(th: &Thread, frame: Fp, is_none: u64) -> u64 {
    let waits = match frame.kind.get() {
        Kind::Call => true,
        Kind::Init => is_none != 0,
        _ => false,
    };
    u64::from(waits && frame.object().is_none() && stack::is_within_chunk(frame) && frame.func.get().is_released_plainly(th))
}

/// Ends the innermost frame, whose registers are empty, with a result: where its caller goes on. An `__init__` gives its caller the instance.
pub extern "C" fn return_with(th: &mut Thread, frame: Fp, word: Reg) -> Next {
    let Some(caller) = frame.prev.get() else { unreachable!("a frame of compiled code that returns has a caller") };
    let (function, pc) = (frame.func.get(), frame.return_pc(caller));
    if !function.release_plainly(th) {
        helpers::release_later(th, caller, function);
    }
    stack::set_current(th, Some(caller));
    stack::leave_recursion(th);
    stack::pop(th, frame);
    let regs = caller.regs();
    let word = if frame.kind.get() == Kind::Init { regs.take(frame.dst2.get()) } else { word };
    let dst = frame.dst.get();
    let old = if dst < 0 { Reg::NULL } else { regs.reg(dst) };
    regs.put(dst, word);
    old.release(th);
    Next::at(caller, pc)
}

fn goes_on(th: &Thread, frame: Fp, next: &Next, behind: Pc, depth: u64) -> bool {
    let mut frames = core::iter::successors(Some(frame), |frame| frame.prev.get()).take(depth as usize + 1);
    next.is_at(frame, behind) && !crate::safepoint::is_wanted(th) && !frames.any(|frame| frame.touched.get())
}
