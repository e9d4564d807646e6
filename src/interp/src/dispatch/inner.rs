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

/// What a quick half left over.
pub fn take_left_over(th: &Thread) -> Reg {
    stack::state(th).result.replace(Reg::NULL)
}

/// The table of handlers that compiled code runs an instruction by, whose word it reads: in the innermost frame, whose registers are all current. What
/// they return is to be handed to [`finish_step`], unless the frame goes on behind the instruction.
pub fn handlers() -> usize {
    ALONE.as_ptr() as usize
}

/// Runs the instruction at `pc` by its handler in that table.
#[inline(always)]
pub fn run_alone(th: &mut Thread, frame: Fp, pc: Pc, regs: crate::frame::Regs) -> Next {
    let word = pc.word();
    ALONE[op_of(word) as usize](th, frame, pc, word, regs)
}

/// Finishes an instruction whose handler went on at `next`, with what it calls. Where it goes on: in the same frame, or out of compiled code.
pub fn finish_step(th: &mut Thread, frame: Fp, pc: Pc, mut next: Next) -> Next {
    // It has found another form of itself.
    for _ in 0..MOST_FORMS {
        if !next.is_at(frame, pc) {
            break;
        }
        next = run_alone(th, frame, pc, frame.regs());
    }
    if let Some(to) = next.frame
        && to != frame
        // On a small stack the loop that runs the unit runs what is called, too.
        && to.prev.get() == Some(frame)
        && !th.stack_is_low()
    {
        next = enter_called(th, to, next.pc);
        if !next.is_in(frame) || crate::safepoint::is_wanted(th) {
            next = come_back(th, next, frame);
        }
        if next.is_in(frame) && crate::trace::is_on(th) {
            return leave_at(frame, next);
        }
    }
    if next.is_in(frame) && frame.touched.replace(false) { leave_at(frame, next) } else { next }
}

/// Where the interpreter goes on that finds a call done: tracing looks at the next instruction already.
pub fn go_on_after_call(th: &Thread, frame: Fp, pc: Pc) -> Next {
    let next = Next::to(frame, pc);
    if crate::trace::is_on(th) { leave_at(frame, next) } else { next }
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

    /// As compiled code hands it on.
    pub fn of(frame: Option<Fp>, pc: Pc) -> Next {
        Next { frame, pc }
    }

    /// As compiled code is handed it.
    pub fn parts(&self) -> (Option<Fp>, Pc) {
        (self.frame, self.pc)
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

/// Enters the unit at the start of a frame that was called, or where a generator goes on, if there is one: where it goes on.
fn enter_called(th: &mut Thread, frame: Fp, pc: Pc) -> Next {
    if matches!(pc.op(), Op::ResumeCompiled | Op::ResumedCompiled)
        && !crate::safepoint::is_wanted(th)
        && let Some(unit) = crate::compiled::unit(pc)
    {
        frame.fresh.set(false);
        frame.pc.set(pc);
        return unit.enter(th, frame);
    }
    Next::to(frame, pc)
}

/// Goes on at `next`, in a frame that `caller` has called, until `caller` is the innermost frame again.
pub fn come_back(th: &mut Thread, next: Next, caller: Fp) -> Next {
    let mut signal = match next.frame {
        Some(frame) if frame == caller => Ok(next.pc),
        Some(frame) => run_until(th, frame, next.pc, caller),
        None => Err(signal_of(next.pc)),
    };
    loop {
        signal = match signal {
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
