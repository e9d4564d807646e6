//! Beginning and end of the interpreter: `Py_Initialize*`, `Py_Finalize*`, `Py_AtExit`, `Py_Exit`.

use heap::Thread;

/// Ends the interpreter and the process (`Py_Exit`).
pub fn exit(th: &mut Thread, code: i32) -> ! {
    let flushed = interp::finalize::finalize(th);
    std::process::exit(if flushed { code } else { 120 })
}
