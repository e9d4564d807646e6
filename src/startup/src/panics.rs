//! A panic is a mistake of the runtime: the thread that panics may hold the world or a lock, so that no other could go on. It ends the process at once.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write;
use std::panic::PanicHookInfo;

/// From now on a panic in any thread says what went wrong and aborts: CPython's form of a fatal error, and its signal.
pub fn install() {
    std::panic::set_hook(Box::new(|info| {
        let _ = std::io::stderr().write_all(message(info).as_bytes());
        // `faulthandler`, where it is on, answers the signal with the threads' tracebacks.
        std::process::abort()
    }));
}

fn message(info: &PanicHookInfo<'_>) -> String {
    let what = info.payload_as_str().unwrap_or("no message");
    let place = info.location().map_or_else(String::new, |at| format!("{}:{}: ", at.file(), at.line()));
    let mut message = format!("Fatal Python error: a mistake in the runtime: {place}{what}\n");
    // As the standard library's own report, for `RUST_BACKTRACE`.
    let trace = Backtrace::capture();
    if trace.status() == BacktraceStatus::Captured {
        message.push_str(&trace.to_string());
    }
    message
}
