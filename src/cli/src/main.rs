//! The `pyston` binary: reads the command line, wires the layers together, brings the interpreter up, runs the program.
#![no_main]
#![allow(unsafe_code, reason = "the entry point, and the registration of the main thread with the world")]

mod help;
#[cfg(not(pyston_sanitizer))]
mod allocator;
mod options;
mod panics;
mod program;
mod prompt;
mod settings;
mod wire;

use core::ffi::{CStr, c_char, c_int};
use std::io::Write;

use heap::world::{WORLD, WorldSlot};
use heap::{Raised, Thread};

/// The allocator of everything that is no object: that of the objects. Sanitizers bring their own.
#[cfg(not(pyston_sanitizer))]
#[global_allocator]
static ALLOCATOR: allocator::Allocator = allocator::Allocator;

/// The C entry point: Rust's own would open descriptors 0 to 2 anew where the caller closed them.
///
/// # Safety
/// Called by the C library, with the argument vector of the process.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(argc: c_int, argv: *const *const c_char) -> c_int {
    #[cfg(not(pyston_sanitizer))]
    heap::arena::prepare();
    panics::install();
    let count = usize::try_from(argc).unwrap_or(0);
    // SAFETY: the vector has `argc` strings, which live as long as the process.
    let args = (0..count).map(|i| unsafe { CStr::from_ptr(*argv.add(i)) }.to_bytes().to_vec()).collect();
    // SAFETY: no preconditions; a write to a closed pipe is an error of the call from the first message on.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_IGN) };
    let status = match options::read(args) {
        // A C++ exception that nobody catches is looked for out to here, and ends the process where it leaves the extension. Without anybody who
        // might catch it, nothing of ours would learn of it.
        Ok(options) => std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| run(&options))).unwrap_or_else(|_| std::process::abort()),
        Err(stop) => {
            let _ = std::io::stdout().write_all(stop.out.as_bytes()).and_then(|()| std::io::stdout().flush());
            let _ = std::io::stderr().write_all(stop.err.as_bytes());
            stop.code
        }
    };
    if interp::report::was_interrupted() {
        // Whoever waits for this process is to see what ended it.
        // SAFETY: no preconditions.
        unsafe {
            libc::signal(libc::SIGINT, libc::SIG_DFL);
            libc::kill(libc::getpid(), libc::SIGINT);
        }
        return 130;
    }
    status
}

fn run(options: &options::Options) -> i32 {
    let Ok(id) = WORLD.allocate_id() else { return 3 };
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and is never freed: the process ends with it.
    unsafe { th.register() };
    th.enter();
    th.attach();
    modules::thread::note_main_thread(&th);
    modules::signal::note_main_thread(&th);
    let here = 0u8;
    // What is left of the main thread's stack below this frame, less a reserve.
    let stack = main_stack();
    th.stack_limit.set((&raw const here as usize).saturating_sub(stack - (stack / 8).min(1 << 20)));
    interp::config::set(options.config.clone());
    wire::install();
    if options.config.world_report {
        interp::sys::contention::begin(&mut th);
    }
    if options.config.timeline.is_some() {
        heap::contention::timeline::begin(&mut th);
        heap::contention::set_name(&th, "MainThread");
    }
    if options.config.world_report || options.config.dev_mode {
        heap::world::watchdog::begin();
    }
    let status = match start(&mut th) {
        Ok(()) => program::run(&mut th, options),
        Err(_) => match interp::report::print(&mut th, false) {
            interp::report::Ended::Exit(code) => code,
            interp::report::Ended::Printed => 1,
        },
    };
    let flushed = interp::finalize::finalize(&mut th);
    if interp::config::get().world_report {
        stdx::tell(format_args!("{}", interp::sys::contention::report(&mut th)));
    }
    if let Some(path) = options.config.timeline.as_ref().filter(|_| heap::contention::timeline::is_on()) {
        write_timeline(&mut th, path);
    }
    std::mem::forget(th);
    if flushed { status } else { 120 }
}

/// Writes what `-X timeline` asked for.
fn write_timeline(th: &mut Thread, path: &[u8]) {
    let path = std::path::Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(path));
    if let Err(error) = heap::contention::timeline::write(th, path) {
        stdx::tell(format_args!("pyston: cannot write the timeline to {}: {error}\n", path.display()));
    }
}

/// How much stack the main thread may use: 8 MB unless it was limited to less.
fn main_stack() -> usize {
    const MOST: usize = 8 << 20;
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the struct may be written.
    match unsafe { libc::getrlimit(libc::RLIMIT_STACK, &mut limit) } {
        0 => usize::try_from(limit.rlim_cur).map_or(MOST, |bytes| bytes.min(MOST)),
        _ => MOST,
    }
}

fn start(th: &mut Thread) -> Result<(), Raised> {
    objects::start::start(th)?;
    objects::int::limit::set_max_str_digits(interp::config::get().int_max_str_digits as usize);
    if interp::config::get().bytes_warning > 0 {
        objects::bytes::warning::enable();
    }
    interp::start::start(th)?;
    let builtins = interp::builtins::install(th)?;
    interp::sys::start(th, &builtins)?;
    std::mem::forget(builtins);
    interp::stdio::preliminary(th)?;
    interp::import::start(th)?;
    if interp::config::get().tracemalloc > 0 {
        modules::tracemalloc::begin(th, interp::config::get().tracemalloc as usize);
    }
    program::prepare(th)
}
