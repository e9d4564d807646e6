//! What compiled code uses of the loop: one instruction at a time, and the frames that such an instruction calls, to their end.

use heap::Thread;

use syntax::opcodes::Op;

use super::{ALONE, FAST, Next, QUICKLY, Quickly, Signal, lost, one, op_of, signal_of, traced_step};
use crate::frame::{Fp, Pc, Reg, stack};
use crate::unwind::unwind;

/// Forms that an instruction tries one after the other.
const MOST_FORMS: usize = 3;

/// The quick half of a form.
pub fn quick_half(op: Op) -> Option<Quickly> {
    QUICKLY[op as usize]
}

/// Gives up what a quick half left over.
pub fn release_left_over(th: &mut Thread) {
    stack::state(th).result.replace(Reg::NULL).release(th);
}

/// Runs the instruction at `pc` of the innermost frame, whose registers are all current, with what it calls. Where it goes on: in the same
/// frame, or out of compiled code.
pub fn step_for(th: &mut Thread, frame: Fp, pc: Pc) -> Next {
    let word = pc.word();
    let mut next = ALONE[op_of(word) as usize](th, frame, pc, word, frame.regs());
    // It has found another form of itself.
    for _ in 0..MOST_FORMS {
        if !next.is_at(frame, pc) {
            break;
        }
        let word = pc.word();
        next = ALONE[op_of(word) as usize](th, frame, pc, word, frame.regs());
    }
    if let Some(to) = next.frame
        && to != frame
        // On a small stack the loop that runs the unit runs what is called, too.
        && to.prev.get() == Some(frame)
        && !th.stack_is_low()
    {
        next = called(th, to, next.pc, frame);
    }
    if next.is_in(frame) && frame.touched.replace(false) { leave_at(frame, next) } else { next }
}

/// Where a unit is left that would go on there.
pub fn leave_at(frame: Fp, next: Next) -> Next {
    frame.pc.set(next.pc);
    Next::STEP
}

impl Next {
    /// Where a unit goes on that somebody wants something of: what the interpreter does next there.
    pub fn at(frame: Fp, pc: Pc) -> Next {
        Next::to(frame, pc)
    }

    /// Whether it goes on in this frame.
    pub fn is_in(&self, frame: Fp) -> bool {
        self.frame == Some(frame)
    }

    /// Whether it goes on at this instruction.
    #[inline(always)]
    pub fn is_at(&self, frame: Fp, pc: Pc) -> bool {
        self.frame == Some(frame) && self.pc == pc
    }
}

/// Runs `entry`, which `caller` has called, until `caller` is the innermost frame again.
fn called(th: &mut Thread, entry: Fp, pc: Pc, caller: Fp) -> Next {
    let mut signal = run_until(th, entry, pc, caller);
    loop {
        signal = match signal {
            Ok(pc) if crate::trace::is_on(th) => {
                caller.pc.set(pc);
                return Next::STEP;
            }
            Ok(pc) => return Next::to(caller, pc),
            Err(Signal::Raised) => match raised(th, caller) {
                Some(handler) if crate::trace::is_on(th) => {
                    debug_assert!(handler != caller);
                    Err(Signal::Step)
                }
                Some(handler) => run_until(th, handler, handler.pc.get(), caller),
                None => return Next::RAISED,
            },
            Err(Signal::Step) => single(th, caller),
            Err(Signal::Returned | Signal::Yielded) => {
                let _ = lost(th);
                return Next::RAISED;
            }
        };
    }
}

/// The frame above `caller` that handles what is raised; `None`: it is raised in `caller`.
fn raised(th: &mut Thread, caller: Fp) -> Option<Fp> {
    let frame = stack::current(th).filter(|frame| *frame != caller)?;
    unwind(th, frame, Some(caller)).ok()
}

/// One instruction by the other table, or with its events; then on with the fast handlers, unless something traces.
fn single(th: &mut Thread, caller: Fp) -> Result<Pc, Signal> {
    if crate::trace::is_on(th) {
        let signal = traced_step(th);
        let is_back = signal == Signal::Step && stack::current(th) == Some(caller);
        return if is_back { Ok(caller.pc.get()) } else { Err(signal) };
    }
    match one(th)? {
        (to, pc) if to == caller => Ok(pc),
        (to, pc) if crate::trace::is_on(th) => {
            to.pc.set(pc);
            Err(Signal::Step)
        }
        (to, pc) => run_until(th, to, pc, caller),
    }
}

/// Runs `frame` from `pc` on, with the fast handlers, until `caller` goes on: where.
pub(super) fn run_until(th: &mut Thread, frame: Fp, pc: Pc, caller: Fp) -> Result<Pc, Signal> {
    let (mut frame, mut pc) = (frame, pc);
    loop {
        let word = pc.word();
        let next = FAST[op_of(word) as usize](th, frame, pc, word, frame.regs());
        pc = next.pc;
        match next.frame {
            Some(to) if to == caller => return Ok(pc),
            Some(to) => frame = to,
            None => return Err(signal_of(pc)),
        }
    }
}
