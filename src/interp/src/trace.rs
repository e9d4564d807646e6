//! Tracing: `sys.settrace`, `sys.setprofile`, `sys.monitoring`.
//!
//! Invariant: while nothing traces, the loop pays nothing: a thread that traces runs the single-instruction instance of the loop, and
//! [`before`] delivers line and opcode events between its instructions.

use core::cell::Cell;

use heap::{Object, Raised, Ref, Thread};
use objects::raise;

use crate::frame::object::FrameObject;
use crate::frame::{Fp, Reg, stack};

/// A thread's tracing functions.
#[derive(Default)]
pub struct ThreadTrace {
    /// `sys.settrace`.
    pub trace: core::cell::RefCell<Option<Ref<Object>>>,
    /// `sys.setprofile`.
    pub profile: core::cell::RefCell<Option<Ref<Object>>>,
    on: Cell<bool>,
}

/// Whether this thread traces.
#[inline(always)]
pub fn is_on(th: &Thread) -> bool {
    stack::state(th).trace.on.get() && !th.is_tracing()
}

/// Line and opcode events before the next instruction of `frame`.
pub fn before(_th: &mut Thread, _frame: Fp) -> Result<(), Raised> {
    Ok(())
}

/// The frame returns.
#[inline(always)]
pub fn returning(_th: &mut Thread, _frame: Fp, _value: Reg) {}

/// The generator's frame yields.
#[inline(always)]
pub fn yielding(_th: &mut Thread, _frame: Fp, _value: Reg) {}

/// An exception was raised in, or came into, the frame.
#[inline(always)]
pub fn raised(_th: &mut Thread, _frame: Fp) {}

/// The frame ends by an exception.
#[inline(always)]
pub fn unwinding(_th: &mut Thread, _frame: Fp) {}

/// `f_trace` was set.
pub fn frame_traced(_th: &mut Thread, _frame: Fp) {}

/// `frame.f_lineno = value`: only a trace function may jump.
pub fn set_line(th: &mut Thread, _frame: &FrameObject, _value: Option<&Object>) -> Result<(), Raised> {
    Err(raise::value_error(th, format_args!("f_lineno can only be set in a trace function")))
}
