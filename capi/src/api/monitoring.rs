//! Events of code that is not Python's, for `sys.monitoring`: `PyMonitoring_*`.
//!
//! An extension asks per scope which tools want its events (`PyMonitoring_EnterScope`); the headers' inline functions call the functions here only
//! for events that some tool wants.

use core::ffi::c_int;

use heap::{Object, Raised, Thread};
use interp::monitor::{self, Event};
use objects::{Int, raise};

use crate::api;

type State = *mut abi::PyMonitoringState;

/// Tells the tools of the state; one that wants to hear no more is taken out of it.
///
/// # Safety
/// R4: `state` is the event's state.
unsafe fn tell(th: &mut Thread, state: State, event: Event, args: &[&Object]) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    let active = unsafe { (*state).active };
    for tool in (0..8).rev().filter(|tool| active >> tool & 1 != 0) {
        if monitor::tell_natively(th, tool, event, args)? {
            // SAFETY: the caller's promise.
            unsafe { (*state).active &= !(1 << tool) };
        }
    }
    Ok(())
}

/// An event at a place of the code.
///
/// # Safety
/// As [`tell`].
unsafe fn fire(th: &mut Thread, state: State, code: &Object, offset: i32, event: Event, more: &[&Object]) -> Result<(), Raised> {
    if offset < 0 {
        return Err(raise::value_error(th, format_args!("offset must be non-negative")));
    }
    let place = Int::from_i64(th, offset.into());
    let mut args: Vec<&Object> = vec![code, &place];
    args.extend(more);
    // SAFETY: the caller's promise.
    unsafe { tell(th, state, event, &args) }
}

/// An event about what is raised, which stays raised.
///
/// # Safety
/// As [`tell`].
unsafe fn fire_raised(th: &mut Thread, state: State, code: &Object, offset: i32, event: Event) -> Result<(), Raised> {
    let Some(exception) = th.take_exception() else {
        return Err(raise::value_error(th, format_args!("Firing event {} with no exception set", event as u8)));
    };
    // SAFETY: the caller's promise.
    unsafe { fire(th, state, code, offset, event, &[&exception]) }?;
    let _ = th.set_exception(exception);
    Ok(())
}

api! {
    fn PyMonitoring_EnterScope(th, states: State, version: *mut u64, events: *const u8, count: isize) -> Result<(), Raised> {
        let _ = th;
        let now = monitor::version();
        // SAFETY: R4: the function's contract: so many states and events.
        unsafe {
            if *version != now {
                for at in 0..usize::try_from(count).unwrap_or(0) {
                    (*states.add(at)).active = monitor::tools_of(usize::from(*events.add(at)));
                }
                *version = now;
            }
        }
        Ok(())
    }

    fn PyMonitoring_ExitScope(th) -> Result<(), Raised> {
        let _ = th;
        Ok(())
    }

    fn _PyMonitoring_FirePyStartEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::PyStart, &[]) }
    }

    fn _PyMonitoring_FirePyResumeEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::PyResume, &[]) }
    }

    fn _PyMonitoring_FirePyReturnEvent(th, state: State, code: &Object, offset: i32, value: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::PyReturn, &[value]) }
    }

    fn _PyMonitoring_FirePyYieldEvent(th, state: State, code: &Object, offset: i32, value: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::PyYield, &[value]) }
    }

    fn _PyMonitoring_FireCallEvent(th, state: State, code: &Object, offset: i32, callable: &Object, first: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::Call, &[callable, first]) }
    }

    fn _PyMonitoring_FireLineEvent(th, state: State, code: &Object, offset: i32, line: c_int) -> Result<(), Raised> {
        if offset < 0 {
            return Err(raise::value_error(th, format_args!("offset must be non-negative")));
        }
        let line = Int::from_i64(th, line.into());
        // SAFETY: R4: the function's contract.
        unsafe { tell(th, state, Event::Line, &[code, &line]) }
    }

    fn _PyMonitoring_FireJumpEvent(th, state: State, code: &Object, offset: i32, target: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::Jump, &[target]) }
    }

    fn _PyMonitoring_FireBranchEvent(th, state: State, code: &Object, offset: i32, target: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::BranchRight, &[target]) }
    }

    fn _PyMonitoring_FireBranchRightEvent(th, state: State, code: &Object, offset: i32, target: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::BranchRight, &[target]) }
    }

    fn _PyMonitoring_FireBranchLeftEvent(th, state: State, code: &Object, offset: i32, target: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::BranchLeft, &[target]) }
    }

    fn _PyMonitoring_FireCReturnEvent(th, state: State, code: &Object, offset: i32, value: &Object) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::CReturn, &[value]) }
    }

    fn _PyMonitoring_FirePyThrowEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire_raised(th, state, code, offset, Event::PyThrow) }
    }

    fn _PyMonitoring_FireRaiseEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire_raised(th, state, code, offset, Event::Raise) }
    }

    fn _PyMonitoring_FireReraiseEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire_raised(th, state, code, offset, Event::Reraise) }
    }

    fn _PyMonitoring_FireExceptionHandledEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire_raised(th, state, code, offset, Event::ExceptionHandled) }
    }

    fn _PyMonitoring_FireCRaiseEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire_raised(th, state, code, offset, Event::CRaise) }
    }

    fn _PyMonitoring_FirePyUnwindEvent(th, state: State, code: &Object, offset: i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { fire_raised(th, state, code, offset, Event::PyUnwind) }
    }

    fn _PyMonitoring_FireStopIterationEvent(th, state: State, code: &Object, offset: i32, value: Option<&Object>) -> Result<(), Raised> {
        let _ = super::errors::set_object(th, objects::exceptions::stop_iteration_type(), value);
        let Some(exception) = th.take_exception() else { return Err(raise::bad_internal_call(th)) };
        // SAFETY: R4: the function's contract.
        unsafe { fire(th, state, code, offset, Event::StopIteration, &[&exception]) }
    }
}
