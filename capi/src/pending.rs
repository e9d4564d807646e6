//! Pending calls: functions that C wants the main thread to run between two instructions (`Py_AddPendingCall`).

use core::ffi::c_int;
use std::collections::VecDeque;

use heap::sync::Mutex;
use heap::{Raised, Thread, foreign};

unsafe extern "C-unwind" {
    fn PyMem_RawFree(memory: *mut core::ffi::c_void);
}

/// How many may wait, as in CPython: of those for the main thread, and of those for any thread.
const MOST: usize = 32;
const MOST_FOR_ANY: usize = 300;

/// A function with its argument, as an address.
struct Call {
    function: abi::PendingCall,
    argument: usize,
    /// It is for the main thread. (Others are run by it, too.)
    for_main: bool,
    /// The argument is C's memory, which is given back after the call.
    frees: bool,
}

static WAITING: Mutex<VecDeque<Call>> = Mutex::new(VecDeque::new());

/// Queues a call, if there is room for one of its kind.
fn add(call: Call) -> bool {
    {
        let mut waiting = WAITING.lock();
        let most = if call.for_main { MOST } else { MOST_FOR_ANY };
        if waiting.iter().filter(|other| other.for_main == call.for_main).count() >= most {
            return false;
        }
        waiting.push_back(call);
    }
    modules::signal::ask_main();
    true
}

/// Queues a call for the main thread: 0, or -1 if too many wait. Any thread may, also one that is not attached.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_AddPendingCall(function: Option<abi::PendingCall>, argument: *mut core::ffi::c_void) -> c_int {
    let Some(function) = function else { return -1 };
    if add(Call { function, argument: argument.expose_provenance(), for_main: true, frees: false }) { 0 } else { -1 }
}

/// `_Py_PENDING_MAINTHREADONLY`
const FOR_MAIN: c_int = 1;
/// `_Py_PENDING_RAWFREE`
const FREES: c_int = 2;

/// Queues a call for the interpreter: 0, or -1 if too many wait.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyEval_AddPendingCall(
    _interpreter: *mut abi::PyInterpreterState,
    function: Option<abi::PendingCall>,
    argument: *mut core::ffi::c_void,
    flags: c_int,
) -> c_int {
    let Some(function) = function else { return -1 };
    let (for_main, frees) = (flags & FOR_MAIN != 0, flags & FREES != 0);
    if add(Call { function, argument: argument.expose_provenance(), for_main, frees }) { 0 } else { -1 }
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
        let Some(Call { function, argument, frees, .. }) = WAITING.lock().pop_front() else { break };
        let argument: *mut core::ffi::c_void = core::ptr::with_exposed_provenance_mut(argument);
        // SAFETY: R4: C gave the function with its argument.
        let status = foreign::call(th, function as *const (), |_| {}, || unsafe { function(argument) });
        if frees {
            // SAFETY: R4: C said that the argument is memory of that domain, and gave it up.
            unsafe { PyMem_RawFree(argument) };
        }
        if status < 0 {
            if !WAITING.lock().is_empty() {
                modules::signal::ask_main();
            }
            return Err(th.already_raised());
        }
    }
    Ok(())
}
