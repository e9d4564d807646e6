//! `sys.settrace` and `sys.setprofile`: who gets which event, and what the results mean.

use heap::sync::Ordering::Relaxed;
use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::as_exception;
use objects::{Tuple, ops};

use super::refresh;
use crate::frame::Fp;
use crate::frame::object::{FrameObject, frame_object};
use crate::frame::stack;

/// What happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Call,
    Line,
    Return,
    Exception,
    Opcode,
    CCall,
    CReturn,
    CException,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Kind::Call => "call",
            Kind::Line => "line",
            Kind::Return => "return",
            Kind::Exception => "exception",
            Kind::Opcode => "opcode",
            Kind::CCall => "c_call",
            Kind::CReturn => "c_return",
            Kind::CException => "c_exception",
        }
    }
}

/// `sys.settrace(function)`; `None` turns it off.
pub fn set_trace(th: &mut Thread, function: Option<Ref<Object>>) {
    stack::state(th).trace.everywhere.set(false);
    replace_trace(th, function);
}

/// The same for a function of C's, which needs no function of each frame's.
pub fn set_trace_everywhere(th: &mut Thread, function: Option<Ref<Object>>) {
    stack::state(th).trace.everywhere.set(function.is_some());
    replace_trace(th, function);
}

fn replace_trace(th: &mut Thread, function: Option<Ref<Object>>) {
    let old = stack::state(th).trace.trace.replace(function);
    announced(th);
    refresh(th);
    if let Some(old) = old {
        th.release(old);
    }
}

/// `sys.setprofile(function)`; `None` turns it off.
pub fn set_profile(th: &mut Thread, function: Option<Ref<Object>>) {
    let old = stack::state(th).trace.profile.replace(function);
    announced(th);
    refresh(th);
    if let Some(old) = old {
        th.release(old);
    }
}

/// Frames that run already are not announced any more.
fn announced(th: &Thread) {
    for frame in stack::frames(th) {
        frame.announced.set(true);
    }
}

/// `sys._settraceallthreads` and `sys._setprofileallthreads`; `everywhere` if it is a trace function of C's.
pub fn set_in_all_threads(th: &mut Thread, function: &Object, profile: bool, everywhere: bool) {
    let mut replaced = Vec::new();
    let given = (!function.is(objects::none())).then_some(function);
    let stopped = heap::world::stop_for(th, heap::contention::Reason::Tracing);
    // R6: several threads name it from now on.
    th.share(function);
    heap::world::for_each_thread(th, &mut |other| {
        if other.interp.get().is_null() {
            return;
        }
        let state = &stack::state(other).trace;
        let field = if profile { &state.profile } else { &state.trace };
        if !profile {
            state.everywhere.set(everywhere && given.is_some());
        }
        replaced.extend(field.replace(given.map(heap::Heaped::to_ref)));
        announced(other);
        refresh(other);
    });
    drop(stopped);
    for old in replaced {
        th.release(old);
    }
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
fn call_function(th: &mut Thread, function: &Object, frame: &FrameObject, kind: Kind, arg: &Object) -> Result<Ref<Object>, Raised> {
    let name = objects::str::intern(th, kind.name());
    let before = th.set_tracing(true);
    let result = ops::call(th, function, &[frame, name, arg]);
    th.set_tracing(before);
    result
}

/// Delivers an event to the frame's trace function, or (a call) to the thread's. What it returns is the frame's from then on.
fn deliver(th: &mut Thread, frame: Fp, kind: Kind, arg: &Object) -> Result<(), Raised> {
    // Without a thread's function there is no tracing, whatever `f_trace` says.
    let Some(global) = trace_function(th) else { return Ok(()) };
    let everywhere = hears_everywhere(th);
    let (object, function) = if kind == Kind::Call || everywhere {
        (frame_object(th, frame), global)
    } else {
        th.release(global);
        let Some(object) = frame.object().map(|object| th.retain(object)) else { return Ok(()) };
        let Some(function) = object.trace.get(th, &*object) else { return Ok(()) };
        (object, function)
    };
    let outer = stack::state(th).trace.event.replace(Some(kind));
    let result = call_function(th, &function, &object, kind, arg);
    stack::state(th).trace.event.set(outer);
    th.release(function);
    match result {
        result if everywhere => result.map(|result| th.release(result)),
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

/// Whether the thread's trace function hears of all frames.
fn hears_everywhere(th: &Thread) -> bool {
    stack::state(th).trace.everywhere.get()
}

/// The event that this thread's trace function is hearing of now.
pub fn current_event(th: &Thread) -> Option<Kind> {
    stack::state(th).trace.event.get()
}

/// Delivers an event to the profile function.
fn profile(th: &mut Thread, frame: Fp, kind: Kind, arg: &Object) -> Result<(), Raised> {
    let Some(function) = profile_function(th) else { return Ok(()) };
    let object = frame_object(th, frame);
    let result = call_function(th, &function, &object, kind, arg);
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

/// A function is entered, or a generator goes on.
pub fn call(th: &mut Thread, frame: Fp) -> Result<(), Raised> {
    deliver(th, frame, Kind::Call, objects::none())?;
    profile(th, frame, Kind::Call, objects::none())
}

/// A line begins.
pub fn line(th: &mut Thread, frame: Fp) -> Result<(), Raised> {
    let wanted = match frame.object() {
        Some(object) => object.trace_lines.load(Relaxed),
        None => hears_everywhere(th),
    };
    if wanted { deliver(th, frame, Kind::Line, objects::none()) } else { Ok(()) }
}

/// An instruction begins.
pub fn opcode(th: &mut Thread, frame: Fp) -> Result<(), Raised> {
    match frame.object() {
        Some(object) if object.trace_opcodes.load(Relaxed) => deliver(th, frame, Kind::Opcode, objects::none()),
        _ => Ok(()),
    }
}

/// The frame returns or yields a value, or ends by an exception (None).
pub fn returns(th: &mut Thread, frame: Fp, value: &Object) -> Result<(), Raised> {
    deliver(th, frame, Kind::Return, value)?;
    profile(th, frame, Kind::Return, value)
}

/// An exception was raised in, or came into, the frame.
pub fn exception(th: &mut Thread, frame: Fp, exception: &Object) -> Result<(), Raised> {
    if !hears_everywhere(th) && frame.object().is_none_or(|object| object.trace.is_null()) {
        return Ok(());
    }
    let traceback = match as_exception(exception).and_then(|e| e.traceback(th)) {
        Some(traceback) => traceback.up(),
        None => objects::none_ref(),
    };
    let arg = Tuple::from_slice(th, &[exception.ty(), exception, &*traceback]);
    deliver(th, frame, Kind::Exception, &arg)
}

/// Whether there is a profile function.
pub fn is_profiled(th: &Thread) -> bool {
    stack::state(th).trace.profile.borrow().is_some()
}

/// A native function is called, returned, or raised. Only builtin functions and methods count; an unbound one is bound for the event.
pub fn native(th: &mut Thread, frame: Fp, kind: Kind, callee: &Object, first: Option<&Object>) -> Result<(), Raised> {
    if !is_profiled(th) {
        return Ok(());
    }
    if callee.is_a::<objects::builtin::Builtin>() {
        return profile(th, frame, kind, callee);
    }
    let Some(first) = first.filter(|_| callee.is_a::<objects::typing::descr::MethodDescr>()) else { return Ok(()) };
    let Some(get) = callee.ty().tp_descr_get() else { return Ok(()) };
    match ops::cslot::descr_get(th, get, callee, Some(first), Some(first.ty())) {
        Ok(bound) => profile(th, frame, kind, &bound),
        // It is not a method of that object: the call itself says so.
        Err(_) => {
            drop(th.take_exception());
            Ok(())
        }
    }
}
