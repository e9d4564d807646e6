//! Pending calls: functions that C wants the main thread to run between two instructions (`Py_AddPendingCall`).

use core::ffi::c_int;
use std::collections::VecDeque;

use heap::sync::Mutex;
use heap::{Raised, Thread, foreign};

/// How many may wait, as in CPython.
const MOST: usize = 32;

/// Functions with their arguments, as addresses.
static WAITING: Mutex<VecDeque<(abi::PendingCall, usize)>> = Mutex::new(VecDeque::new());

/// Queues a call for the main thread: 0, or -1 if too many wait. Any thread may, also one that is not attached.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_AddPendingCall(function: Option<abi::PendingCall>, argument: *mut core::ffi::c_void) -> c_int {
    let Some(function) = function else { return -1 };
    {
        let mut waiting = WAITING.lock();
        if waiting.len() >= MOST {
            return -1;
        }
        waiting.push_back((function, argument as usize));
    }
    modules::signal::ask_main();
    0
}

crate::api! {
    /// Runs what waits for the main thread, its signals' handlers too.
    fn Py_MakePendingCalls(th) -> Result<(), Raised> {
        if modules::signal::is_main() {
            modules::signal::run_handlers(th)?;
        }
        run(th)
    }
}

/// Runs the calls that wait, in the main thread; the first that raises ends the run, the others wait on.
pub fn run(th: &mut Thread) -> Result<(), Raised> {
    if !modules::signal::is_main() {
        return Ok(());
    }
    // What the calls queue runs next time.
    let count = WAITING.lock().len();
    for _ in 0..count {
        let Some((function, argument)) = WAITING.lock().pop_front() else { break };
        // SAFETY: R4: C gave the function with its argument.
        let status = foreign::call(th, function as *const (), |_| {}, || unsafe { function(argument as *mut core::ffi::c_void) });
        if status < 0 {
            if !WAITING.lock().is_empty() {
                modules::signal::ask_main();
            }
            return Err(th.already_raised());
        }
    }
    Ok(())
}
