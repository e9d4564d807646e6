//! Frame objects: `PyFrame_*`; what runs now: `PyEval_Get*` is in [`super::ceval`].

use core::ffi::{c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread};
use interp::frame::object::locals_of;
use interp::frame::stack::{Fp, Kind};
use interp::{Code, FrameObject};
use objects::{Dict, Str, ops, raise};

use crate::api;
use crate::entry::{c_text, expect};

/// A variable's value, as `frame.f_locals[name]` of a function has it.
fn variable(th: &mut Thread, frame: &FrameObject, name: &Str) -> Result<Ref<Object>, Raised> {
    if let Some(value) = frame.variable(th, name) {
        return Ok(value);
    }
    let shown = ops::repr(th, name)?;
    let message = format_args!("variable {} does not exist", *shown);
    Err(raise::new(th, objects::exceptions::name_error_type(), message))
}

/// Something that a frame always has, unless it is gone.
fn there<T: Heaped>(th: &mut Thread, value: Option<Ref<T>>) -> Result<Ref<T>, Raised> {
    match value {
        Some(value) => Ok(value),
        None => Err(raise::system_error(th, format_args!("the frame has been cleared"))),
    }
}

/// The frame that C calls `struct _PyInterpreterFrame *`.
///
/// # Safety
/// R4: it came from a frame object's `f_frame`, or is the thread's innermost, and lives.
unsafe fn inner(frame: *mut c_void) -> Option<Fp> {
    // SAFETY: the caller's promise.
    unsafe { Fp::from_address(frame as usize) }
}

api! {
    /// A frame that never runs; its line is the `f_lineno` that C stores.
    fn PyFrame_New(th, _state: *mut abi::PyThreadState, code: &Object, globals: &Object, locals: Option<&Object>) -> Result<Ref<FrameObject>, Raised> {
        let code = expect::<Code>(th, code)?;
        if !globals.is_a::<Dict>() {
            return Err(raise::bad_internal_call(th));
        }
        FrameObject::apart(th, code, globals, locals)
    }

    fn PyFrame_GetCode(th, frame: &Object) -> Result<Ref<Code>, Raised> {
        let code = expect::<FrameObject>(th, frame)?.code().map(Heaped::to_ref);
        there(th, code)
    }

    fn PyFrame_GetBack(th, frame: &Object) -> Result<Option<Ref<FrameObject>>, Raised> {
        Ok(expect::<FrameObject>(th, frame)?.f_back(th))
    }

    /// Whether native code called the frame, and waits for what it returns.
    fn _PyFrame_IsEntryFrame(_th, frame: &Object) -> c_int {
        let frame = frame.downcast::<FrameObject>().and_then(FrameObject::frame);
        c_int::from(frame.is_some_and(|frame| frame.kind.get() == Kind::Entry))
    }

    /// The frame that each thread runs, by the threads' numbers.
    fn _PyThread_CurrentFrames(th) -> Result<Ref<Dict>, Raised> {
        interp::sys::frames::frames::_current_frames(th)
    }

    fn PyFrame_GetLocals(th, frame: &Object) -> Result<Ref<Object>, Raised> {
        let frame = expect::<FrameObject>(th, frame)?;
        let locals = locals_of(th, frame);
        there(th, locals)
    }

    fn PyFrame_GetGlobals(th, frame: &Object) -> Result<Ref<Object>, Raised> {
        let globals = expect::<FrameObject>(th, frame)?.f_globals(th);
        there(th, globals)
    }

    fn PyFrame_GetBuiltins(th, frame: &Object) -> Result<Ref<Object>, Raised> {
        let builtins = expect::<FrameObject>(th, frame)?.f_builtins(th);
        there(th, builtins)
    }

    fn PyFrame_GetGenerator(th, frame: &Object) -> Result<Option<Ref<Object>>, Raised> {
        Ok(expect::<FrameObject>(th, frame)?.f_generator(th))
    }

    fn PyFrame_GetLasti(th, frame: &Object) -> Result<c_int, Raised> {
        Ok(c_int::try_from(expect::<FrameObject>(th, frame)?.last_instruction(th)).unwrap_or(-1))
    }

    fn PyFrame_GetLineNumber(th, frame: &Object) -> Result<c_int, Raised> {
        let line = expect::<FrameObject>(th, frame)?.line_number(th);
        Ok(line.and_then(|line| c_int::try_from(line).ok()).unwrap_or(-1))
    }

    fn PyFrame_GetVar(th, frame: &Object, name: &Object) -> Result<Ref<Object>, Raised> {
        let frame = expect::<FrameObject>(th, frame)?;
        match name.downcast::<Str>() {
            Some(name) => variable(th, frame, name),
            None => {
                let got = ops::type_name(name);
                Err(raise::type_error(th, format_args!("name must be str, not {got}")))
            }
        }
    }

    fn PyFrame_GetVarString(th, frame: &Object, name: *const c_char) -> Result<Ref<Object>, Raised> {
        let frame = expect::<FrameObject>(th, frame)?;
        // SAFETY: R4: the function's contract.
        let name = unsafe { c_text(th, name) }?;
        let name = Str::new(th, name);
        variable(th, frame, &name)
    }

    /// Nothing is to be copied since `f_locals` writes through.
    fn PyFrame_FastToLocals(th, _frame: &Object) {
        let _ = th;
    }

    fn PyFrame_FastToLocalsWithError(th, _frame: &Object) -> Result<(), Raised> {
        let _ = th;
        Ok(())
    }

    fn PyFrame_LocalsToFast(th, _frame: &Object, _clear: c_int) {
        let _ = th;
    }

    fn PyUnstable_InterpreterFrame_GetCode(th, frame: *mut c_void) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let code = unsafe { inner(frame) }.map(|frame| frame.code().to_ref().up());
        there(th, code)
    }

    fn PyUnstable_InterpreterFrame_GetLasti(th, frame: *mut c_void) -> c_int {
        let _ = th;
        // SAFETY: R4: the function's contract.
        unsafe { inner(frame) }.and_then(|frame| c_int::try_from(frame.lasti() * 2).ok()).unwrap_or(-1)
    }

    fn PyUnstable_InterpreterFrame_GetLine(th, frame: *mut c_void) -> c_int {
        let _ = th;
        // SAFETY: R4: the function's contract.
        unsafe { inner(frame) }.and_then(|frame| frame.line()).and_then(|line| c_int::try_from(line).ok()).unwrap_or(-1)
    }
}
