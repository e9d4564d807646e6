//! Tracing: `sys.settrace` and `sys.setprofile`.
//!
//! Invariant: while nothing traces, the loop pays nothing: a thread that traces runs the single-instruction instance of the loop, and
//! [`before`] delivers call, line and opcode events between its instructions. Turning tracing on raises the poll word, which the fast
//! instance looks at; so it starts with the next function entry, back-edge, or return of a native call.

use core::cell::{Cell, RefCell};

use heap::sync::Ordering::Relaxed;
use heap::world::poll;
use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::as_exception;
use objects::{Int, Tuple, ops, raise};
use syntax::Op;

use crate::frame::object::{FrameObject, frame_object};
use crate::frame::{Fp, Reg, stack};

/// A thread's tracing functions.
#[derive(Default)]
pub struct ThreadTrace {
    trace: RefCell<Option<Ref<Object>>>,
    profile: RefCell<Option<Ref<Object>>>,
    on: Cell<bool>,
}

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    Call,
    Line,
    Return,
    Exception,
    Opcode,
    CCall,
    CReturn,
    CException,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Event::Call => "call",
            Event::Line => "line",
            Event::Return => "return",
            Event::Exception => "exception",
            Event::Opcode => "opcode",
            Event::CCall => "c_call",
            Event::CReturn => "c_return",
            Event::CException => "c_exception",
        }
    }
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

/// `sys.settrace(function)`; `None` turns it off.
pub fn set_trace(th: &mut Thread, function: Option<Ref<Object>>) {
    let state = &stack::state(th).trace;
    let old = state.trace.replace(function);
    switch(th, old);
}

/// `sys.setprofile(function)`; `None` turns it off.
pub fn set_profile(th: &mut Thread, function: Option<Ref<Object>>) {
    let state = &stack::state(th).trace;
    let old = state.profile.replace(function);
    switch(th, old);
}

fn switch(th: &mut Thread, old: Option<Ref<Object>>) {
    let state = &stack::state(th).trace;
    state.on.set(state.trace.borrow().is_some() || state.profile.borrow().is_some());
    // Frames that run already are not announced any more.
    let frames: Vec<Fp> = stack::frames(th).collect();
    for frame in frames {
        frame.announced.set(true);
    }
    if let Some(old) = old {
        th.release(old);
    }
    notice(th);
}

/// `sys.gettrace()`.
pub fn trace_function(th: &Thread) -> Option<Ref<Object>> {
    stack::state(th).trace.trace.borrow().as_ref().map(|f| th.retain(&**f))
}

/// `sys.getprofile()`.
pub fn profile_function(th: &Thread) -> Option<Ref<Object>> {
    stack::state(th).trace.profile.borrow().as_ref().map(|f| th.retain(&**f))
}

/// Calls a tracing function, which does not trace itself.
fn call_function(th: &mut Thread, function: &Object, frame: &FrameObject, event: Event, arg: &Object) -> Result<Ref<Object>, Raised> {
    let name = objects::str::intern(th, event.name());
    let before = th.set_tracing(true);
    let result = ops::call(th, function, &[frame, name, arg]);
    th.set_tracing(before);
    result
}

/// Delivers an event to the trace function, with CPython's rules for who gets it and what its result means.
fn deliver(th: &mut Thread, frame: Fp, event: Event, arg: &Object) -> Result<(), Raised> {
    let object = frame_object(th, frame);
    let function = if event == Event::Call { trace_function(th) } else { object.trace.get(th, &*object) };
    let Some(function) = function else { return Ok(()) };
    let result = call_function(th, &function, &object, event, arg);
    th.release(function);
    match result {
        Ok(result) if result.is(objects::none()) => Ok(()),
        Ok(result) => {
            object.trace.set(th, &*object, Some(result));
            Ok(())
        }
        Err(raised) => {
            // An error in a tracing function turns tracing off.
            let error = th.take_exception();
            set_trace(th, None);
            object.trace.set(th, &*object, None);
            match error {
                Some(error) => Err(th.set_exception(error)),
                None => Err(raised),
            }
        }
    }
}

/// Delivers an event to the profile function.
fn profile(th: &mut Thread, frame: Fp, event: Event, arg: &Object) -> Result<(), Raised> {
    let Some(function) = profile_function(th) else { return Ok(()) };
    let object = frame_object(th, frame);
    let result = call_function(th, &function, &object, event, arg);
    th.release(function);
    match result {
        Ok(result) => {
            th.release(result);
            Ok(())
        }
        Err(raised) => {
            let error = th.take_exception();
            set_profile(th, None);
            match error {
                Some(error) => Err(th.set_exception(error)),
                None => Err(raised),
            }
        }
    }
}

/// Call, line and opcode events before the next instruction of `frame`.
pub fn before(th: &mut Thread, frame: Fp) -> Result<(), Raised> {
    let op = frame.pc.get().op();
    if !frame.announced.get() {
        // Cells are made and closures taken before the function counts as entered; a generator counts as entered at each resumption.
        if matches!(op, Op::MakeCell | Op::ReturnGenerator | Op::Wide) && frame.fresh.get() {
            return Ok(());
        }
        frame.announced.set(true);
        // A generator goes on in the line where it waited: that line was announced before.
        let waited = if frame.fresh.get() { None } else { frame.line() };
        frame.traced_line.set(waited.map_or(-1, |line| line as i32));
        deliver(th, frame, Event::Call, objects::none())?;
        profile(th, frame, Event::Call, objects::none())?;
    }
    if matches!(op, Op::Resume | Op::Wide) {
        return Ok(());
    }
    let Some(object) = frame.object().map(|object| th.retain(object)) else { return Ok(()) };
    if object.trace.is_null() {
        return Ok(());
    }
    let at = frame.lasti() as i32;
    let before = frame.traced_at.replace(at);
    let line = frame.line().map_or(-1, |line| line as i32);
    if line >= 0 && object.trace_lines.load(Relaxed) {
        let starts = at == 0 || frame.code().source().line(at as usize - 1).map_or(-1, |l| l as i32) != line;
        if line != frame.traced_line.get() || starts && at <= before {
            frame.traced_line.set(line);
            deliver(th, frame, Event::Line, objects::none())?;
        }
    }
    if object.trace_opcodes.load(Relaxed) {
        deliver(th, frame, Event::Opcode, objects::none())?;
    }
    Ok(())
}

/// The frame returns. An error in a tracing function stays raised, for the loop to find.
pub fn returning(th: &mut Thread, frame: Fp, value: Reg) -> Result<(), Raised> {
    if !is_on(th) || !frame.announced.get() {
        return Ok(());
    }
    deliver(th, frame, Event::Return, value.full())?;
    profile(th, frame, Event::Return, value.full())
}

/// The generator's frame yields.
pub fn yielding(th: &mut Thread, frame: Fp, value: Reg) -> Result<(), Raised> {
    let result = returning(th, frame, value);
    frame.announced.set(false);
    result
}

/// An exception was raised in, or came into, the frame.
pub fn raised(th: &mut Thread, frame: Fp) {
    if !is_on(th) {
        return;
    }
    let Some(exception) = th.take_exception() else { return };
    let ty = th.retain::<Object>(exception.ty());
    let traceback = match as_exception(&exception).and_then(|e| e.traceback(th)) {
        Some(traceback) => traceback.up(),
        None => objects::none_ref(),
    };
    let arg = Tuple::from_slice(th, &[&*ty, &*exception, &*traceback]);
    // An error of the tracing function takes the exception's place.
    if deliver(th, frame, Event::Exception, &arg).is_ok() {
        let _ = th.set_exception(exception);
    }
}

/// The frame ends by an exception.
pub fn unwinding(th: &mut Thread, frame: Fp) {
    if !is_on(th) || !frame.announced.get() {
        return;
    }
    let Some(exception) = th.take_exception() else { return };
    let delivered = deliver(th, frame, Event::Return, objects::none());
    let delivered = delivered.and_then(|()| profile(th, frame, Event::Return, objects::none()));
    if delivered.is_ok() {
        let _ = th.set_exception(exception);
    }
}

/// A native function is called, returned, or raised: for `sys.setprofile`.
pub fn native(th: &mut Thread, frame: Fp, event: Event, function: &Object) -> Result<(), Raised> {
    if !is_on(th) {
        return Ok(());
    }
    profile(th, frame, event, function)
}

/// `f_trace` was set.
pub fn frame_traced(th: &mut Thread, _frame: Fp) {
    notice(th);
}

/// `frame.f_lineno = value`: only a trace function may jump.
pub fn set_line(th: &mut Thread, frame: &FrameObject, value: Option<&Object>) -> Result<(), Raised> {
    let Some(value) = value else { return Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("cannot delete attribute"))) };
    if value.downcast::<Int>().is_none() {
        return Err(raise::value_error(th, format_args!("lineno must be an integer")));
    }
    if !th.is_tracing() || frame.trace.is_null() {
        return Err(raise::value_error(th, format_args!("f_lineno can only be set in a trace function")));
    }
    Err(raise::value_error(th, format_args!("can't jump to another line in this version")))
}
