//! Start-up, for the binary and for the library that programs embed: reads command line and environment, wires the layers together, brings the
//! interpreter up, runs the program.
//!
//! Owns: options, settings, the program, the prompt, the hooks' wiring, the allocator. Must never know: object layouts. Start reading at [`main`].
#![allow(unsafe_code, reason = "the allocator, and the registration of the main thread with the world")]

#[cfg(not(pyston_sanitizer))]
mod allocator;
mod help;
mod options;
mod panics;
mod program;
mod prompt;
mod runtime;
mod settings;
mod wire;

use capi::embed::{Startup, Wanted, set_startup};
use heap::Thread;

/// The allocator of everything that is no object: that of the objects. Sanitizers bring their own.
#[cfg(not(pyston_sanitizer))]
#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator;

static STARTUP: Startup = Startup { read: options::read, begin: runtime::begin, run: program::run_options, report: runtime::report };

/// Done once, before anything else of the runtime: the memory, and what the C API needs of this crate.
pub fn prepare() {
    #[cfg(not(pyston_sanitizer))]
    heap::arena::prepare();
    set_startup(&STARTUP);
}

/// Runs what a command line names, with its arguments: the process's exit code.
pub fn main(args: Vec<Vec<u8>>) -> i32 {
    let wanted = Wanted { parse_argv: true, argv: args, ..Wanted::default() };
    match options::read(wanted).and_then(capi::embed::start) {
        Ok(()) => {
            // SAFETY: R10: the outermost Rust frame of this thread; it was just made the main thread.
            let th = unsafe { Thread::from_tls() };
            capi::embed::run_main(th)
        }
        Err(stop) => capi::embed::tell(&stop),
    }
}
