//! The `pyston` binary: the entry point of start-up, with the process's arguments.
#![no_main]
#![allow(unsafe_code, reason = "the entry point, which C calls")]

use core::ffi::{CStr, c_char, c_int};

/// The C entry point: Rust's own would open descriptors 0 to 2 anew where the caller closed them.
///
/// # Safety
/// Called by the C library, with the argument vector of the process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(argc: c_int, argv: *const *const c_char) -> c_int {
    startup::prepare();
    let count = usize::try_from(argc).unwrap_or(0);
    // SAFETY: the vector has `argc` strings, which live as long as the process.
    let args = (0..count).map(|i| unsafe { CStr::from_ptr(*argv.add(i)) }.to_bytes().to_vec()).collect();
    // SAFETY: no preconditions; a write to a closed pipe is an error of the call from the first message on.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    // A C++ exception that nobody catches is looked for out to here, and ends the process where it leaves the extension. Without anybody who
    // might catch it, nothing of ours would learn of it.
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| startup::main(args))).unwrap_or_else(|_| std::process::abort())
}
