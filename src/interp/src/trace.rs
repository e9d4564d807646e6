//! Tracing: when which event happens, for `sys.settrace`, `sys.setprofile` and `sys.monitoring`.
//!
//! Invariant: while nothing traces, the loop pays nothing: a thread that traces runs the single-instruction instance of the loop, and
//! [`before`] and [`after`] deliver events around its instructions. Turning tracing on raises the poll word, which the fast instance
//! looks at; so it starts with the next function entry, back-edge, or return of a native call.
//!
//! What the events mean to the two old functions is in [`legacy`], to the tools of PEP 669 in [`monitor`](crate::monitor), and where a
//! tracer may jump to in [`jump`].

pub mod jump;
pub mod legacy;

pub use legacy::{profile_function, set_in_all_threads, set_profile, set_trace, trace_function};

use core::cell::{Cell, RefCell};

use heap::world::poll;
use heap::{Object, Raised, Ref, Thread};
use objects::Method;
use syntax::opcodes::{Decoded, Op};

use crate::frame::{Fp, Reg, stack};
use crate::function::Function;
use crate::monitor::{self, Event};

/// A thread's tracing state.
#[derive(Default)]
pub struct ThreadTrace {
    pub(crate) trace: RefCell<Option<Ref<Object>>>,
    pub(crate) profile: RefCell<Option<Ref<Object>>>,
    /// The trace function is C's: it hears of all frames, those too that ran before or have no function of their own.
    pub(crate) everywhere: Cell<bool>,
    /// One of the two functions is set, or a tool monitors something.
    on: Cell<bool>,
    /// What the trace function is hearing of now.
    pub(crate) event: Cell<Option<legacy::Kind>>,
}

/// Whether this thread traces.
#[inline(always)]
pub fn is_on(th: &Thread) -> bool {
    stack::state(th).trace.on.get() && !th.is_tracing()
}

/// Makes the fast loop look.
pub fn notice(th: &Thread) {
    if stack::state(th).trace.on.get() {
        th.world.ask(poll::NOTICE);
    }
}

/// What is traced has changed, in this thread or (with the world stopped) in another one.
pub fn refresh(th: &Thread) {
    let state = &stack::state(th).trace;
    let before = state.on.get();
    state.on.set(state.trace.borrow().is_some() || state.profile.borrow().is_some() || monitor::is_active());
    if !before && state.on.get() {
        // Frames that run already are not announced any more, and neither are the lines that they are in.
        for frame in stack::frames(th) {
            frame.announced.set(true);
            frame.traced_line.set(frame.code().lines().line(frame.lasti()).unwrap_or(-1));
            frame.traced_at.set(frame.lasti() as i32);
        }
    }
    notice(th);
}

/// An instruction that is about to run.
pub struct Step {
    frame: Fp,
    at: usize,
    decoded: Decoded,
    /// What a call instruction calls, unless that is a Python function: callable and first argument.
    call: Option<(Ref<Object>, Option<Ref<Object>>)>,
}

/// Events before the next instruction of `frame`. `None`: nobody needs to hear how it ends.
pub fn before(th: &mut Thread, frame: Fp) -> Result<Option<Step>, Raised> {
    if !frame.announced.get() && !announce(th, frame)? {
        return Ok(None);
    }
    if matches!(frame.pc.get().op().generic(), Op::Resume | Op::MakeCell | Op::ReturnGenerator) {
        return Ok(None);
    }
    let at = frame.lasti();
    // A handler begins with the exception raised: those who are told run without it, and an error of theirs takes its place.
    let handled = th.take_exception();
    instruction_events(th, frame, at)?;
    if let Some(handled) = handled {
        let _ = th.set_exception(handled);
    }
    // The tracer may have jumped.
    let at = frame.lasti();
    let Some(decoded) = Decoded::at(&frame.code().source().words, at) else { return Ok(None) };
    let call = before_call(th, frame, at, &decoded)?;
    Ok(Some(Step { frame, at, decoded, call }))
}

/// The call event of an activation; false if it is not yet time for it.
fn announce(th: &mut Thread, frame: Fp) -> Result<bool, Raised> {
    let fresh = frame.fresh.get();
    // Cells are made and closures taken before the function counts as entered; a generator counts as entered at each resumption.
    if fresh && frame.pc.get().op().generic() != Op::Resume {
        return Ok(false);
    }
    frame.announced.set(true);
    // A generator goes on in the line where it waited: that line was announced before.
    let waited = if fresh { None } else { frame.code().lines().line(frame.lasti()) };
    frame.traced_line.set(waited.unwrap_or(-1));
    frame.traced_at.set(-1);
    let event = if fresh { Event::PyStart } else { Event::PyResume };
    monitor::fire(th, frame, event, &[])?;
    legacy::call(th, frame)?;
    Ok(true)
}

/// An exception is about to be raised in the generator whose frame this is, where it waits.
pub fn thrown(th: &mut Thread, frame: Fp) {
    if frame.announced.replace(true) {
        return;
    }
    frame.traced_line.set(frame.code().lines().line(frame.lasti()).unwrap_or(-1));
    with_exception(th, |th, exception| {
        monitor::fire(th, frame, Event::PyThrow, &[exception])?;
        legacy::call(th, frame)
    });
}

fn instruction_events(th: &mut Thread, frame: Fp, at: usize) -> Result<(), Raised> {
    let before = frame.traced_at.replace(at as i32);
    let lines = frame.code().lines();
    if let Some(line) = lines.line(at)
        && (line != frame.traced_line.get() || lines.starts(at) && at as i32 <= before)
    {
        frame.traced_line.set(line);
        monitor::fire_line(th, frame, at, line)?;
        legacy::line(th, frame)?;
    }
    monitor::fire(th, frame, Event::Instruction, &[])?;
    legacy::opcode(th, frame)
}

/// Callee and first argument of a call instruction: events before it, and what [`after`] needs.
fn before_call(th: &mut Thread, frame: Fp, at: usize, decoded: &Decoded) -> Result<Option<(Ref<Object>, Option<Ref<Object>>)>, Raised> {
    let regs = frame.regs();
    let [a, b, c] = decoded.operands;
    let (base, nargs, method) = match decoded.op.generic() {
        Op::Call => (b, c, false),
        Op::CallMethod => (b, c, true),
        Op::CallKw => (a, b, false),
        Op::CallMethodKw => (a, b, true),
        Op::CallEx => (b, 0, false),
        _ => return Ok(None),
    };
    if !legacy::is_profiled(th) && !monitor::is_wanted(frame, Event::Call) {
        return Ok(None);
    }
    let Some(callee) = regs.opt(base) else { return Ok(None) };
    let first = if decoded.op.generic() == Op::CallEx {
        regs.opt(base + 1).and_then(|args| args.downcast::<objects::Tuple>()).and_then(|args| args.iter().next())
    } else if method && !regs.reg(base + 1).is_null() {
        regs.opt(base + 1)
    } else if nargs > 0 {
        regs.opt(base + 1 + i32::from(method))
    } else {
        None
    };
    let (callee, first) = match callee.downcast_exact::<Method>().filter(|_| decoded.op.generic() != Op::CallEx) {
        Some(bound) => (bound.function(), Some(bound.instance())),
        None => (callee, first),
    };
    let (callee, first) = (th.retain(callee), first.map(|first| th.retain(first)));
    monitor::fire_call(th, frame, at, Event::Call, &callee, first.as_deref())?;
    if callee.is_exactly::<Function>() {
        return Ok(None);
    }
    legacy::native(th, frame, legacy::Kind::CCall, &callee, first.as_deref())?;
    Ok(Some((callee, first)))
}

/// Events after an instruction has run; `now` is the innermost frame. `failed`: it raised, and is not unwound yet.
pub fn after(th: &mut Thread, step: Step, now: Fp, failed: bool) -> Result<(), Raised> {
    let same = now == step.frame;
    if let Some((callee, first)) = step.call {
        let told = if same && is_on(th) { after_call(th, now, step.at, &callee, first.as_deref(), failed) } else { Ok(()) };
        // What ends here ends where the program would see it end, not inside the next call of a tracer.
        th.release(callee);
        if let Some(first) = first {
            th.release(first);
        }
        return told;
    }
    if !same || !is_on(th) {
        return Ok(());
    }
    if failed {
        return Ok(());
    }
    let Some(target) = step.decoded.jump_target(step.at) else { return Ok(()) };
    let to = now.lasti();
    match step.decoded.op.generic() {
        // From the end of a `try` over its handlers: how the code is laid out, not what the program says.
        Op::Jump if is_handler(now, step.at + step.decoded.len) => Ok(()),
        Op::Jump | Op::JumpBack => monitor::fire_jump(th, now, step.at, Event::Jump, to),
        Op::Send => Ok(()),
        _ if to as i64 == target => monitor::fire_jump(th, now, step.at, Event::BranchRight, to),
        _ => monitor::fire_jump(th, now, step.at, Event::BranchLeft, to),
    }
}

fn is_handler(frame: Fp, at: usize) -> bool {
    frame.code().source().handlers.iter().any(|handler| handler.target as usize == at)
}

fn after_call(th: &mut Thread, frame: Fp, at: usize, callee: &Object, first: Option<&Object>, failed: bool) -> Result<(), Raised> {
    if failed {
        with_exception(th, |th, _| {
            monitor::fire_call(th, frame, at, Event::CRaise, callee, first)?;
            legacy::native(th, frame, legacy::Kind::CException, callee, first)
        });
        return Ok(());
    }
    monitor::fire_call(th, frame, at, Event::CReturn, callee, first)?;
    legacy::native(th, frame, legacy::Kind::CReturn, callee, first)
}

/// Runs `tell` with the raised exception put aside; an error of `tell` takes its place.
fn with_exception(th: &mut Thread, tell: impl FnOnce(&mut Thread, &Object) -> Result<(), Raised>) {
    let Some(exception) = th.take_exception() else { return };
    if tell(th, &exception).is_ok() {
        let _ = th.set_exception(exception);
    }
}

/// The frame returns. An error in a tracing function stays raised, for the loop to find.
#[inline(always)]
pub fn returning(th: &mut Thread, frame: Fp, value: Reg) -> Result<(), Raised> {
    leaving(th, frame, value, Event::PyReturn)
}

#[inline(always)]
fn leaving(th: &mut Thread, frame: Fp, value: Reg, event: Event) -> Result<(), Raised> {
    if is_on(th) && frame.announced.get() { tell_leaving(th, frame, value, event) } else { Ok(()) }
}

#[cold]
fn tell_leaving(th: &mut Thread, frame: Fp, value: Reg, event: Event) -> Result<(), Raised> {
    monitor::fire(th, frame, event, &[value.full()])?;
    legacy::returns(th, frame, value.full())
}

/// The generator's frame yields.
#[inline(always)]
pub fn yielding(th: &mut Thread, frame: Fp, value: Reg) -> Result<(), Raised> {
    let result = leaving(th, frame, value, Event::PyYield);
    frame.announced.set(false);
    result
}

/// A generator that the instruction of `caller` drives has returned `value`: no StopIteration was raised, but it is told so.
#[inline(always)]
pub fn generator_returned(th: &mut Thread, caller: Fp, value: &Object) -> Result<(), Raised> {
    if is_on(th) { tell_generator_returned(th, caller, value) } else { Ok(()) }
}

#[cold]
fn tell_generator_returned(th: &mut Thread, caller: Fp, value: &Object) -> Result<(), Raised> {
    if !monitor::is_wanted(caller, Event::StopIteration) {
        return Ok(());
    }
    let value = (!value.is(objects::none())).then(|| th.retain(value));
    let _ = objects::raise::stop_iteration(th, value);
    let Some(stop) = th.take_exception() else { return Ok(()) };
    monitor::fire(th, caller, Event::StopIteration, &[&stop])
}

/// An exception was raised in, or came into, the frame.
pub fn raised(th: &mut Thread, frame: Fp) {
    if !is_on(th) {
        return;
    }
    with_exception(th, |th, exception| {
        monitor::fire(th, frame, Event::Raise, &[exception])?;
        legacy::exception(th, frame, exception)
    });
}

/// An exception is raised again.
pub fn reraised(th: &mut Thread, frame: Fp) {
    if is_on(th) {
        with_exception(th, |th, exception| monitor::fire(th, frame, Event::Reraise, &[exception]));
    }
}

/// The frame goes on in a handler: its `pc`. An error of the tracer is raised there.
pub fn handled(th: &mut Thread, frame: Fp) {
    if is_on(th) {
        with_exception(th, |th, exception| monitor::fire(th, frame, Event::ExceptionHandled, &[exception]));
    }
}

/// The frame ends by an exception.
pub fn unwinding(th: &mut Thread, frame: Fp) {
    if !is_on(th) || !frame.announced.get() {
        return;
    }
    with_exception(th, |th, exception| {
        monitor::fire(th, frame, Event::PyUnwind, &[exception])?;
        legacy::returns(th, frame, objects::none())
    });
}
