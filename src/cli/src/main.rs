//! The `pyston` binary: reads the command line, wires the layers together, brings the interpreter up, runs the program.
#![allow(unsafe_code, reason = "registers the main thread with the world")]

mod options;
mod program;
mod wire;

use heap::world::{WORLD, WorldSlot};
use heap::{Raised, Thread};

/// Sanitizers bring an allocator of their own.
#[cfg(not(pyston_sanitizer))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    let options = match options::read(std::env::args_os().collect()) {
        Ok(options) => options,
        Err(stop) => {
            print!("{}", stop.out);
            eprint!("{}", stop.err);
            std::process::exit(stop.code);
        }
    };
    std::process::exit(run(options));
}

fn run(options: options::Options) -> i32 {
    let Ok(id) = WORLD.allocate_id() else { return 3 };
    let mut th = Thread::new(id, WorldSlot::new(id));
    // SAFETY: R15: the record is boxed and is never freed: the process ends with it.
    unsafe { th.register() };
    th.enter();
    th.attach();
    modules::thread::note_main_thread(&th);
    modules::signal::note_main_thread(&th);
    let here = 0u8;
    // The main thread's stack has 8 MB unless it was limited; what is left below this frame, less a reserve.
    th.stack_limit.set((&raw const here as usize).saturating_sub(7 << 20));
    interp::config::set(options.config);
    wire::install();
    let status = match start(&mut th) {
        Ok(()) => program::run(&mut th, options.program),
        Err(_) => {
            eprintln!("Fatal Python error: the interpreter could not be started");
            interp::report::handle(&mut th)
        }
    };
    let flushed = interp::finalize::finalize(&mut th);
    std::mem::forget(th);
    if status == 0 && !flushed { 120 } else { status }
}

fn start(th: &mut Thread) -> Result<(), Raised> {
    objects::start::start(th)?;
    interp::start::start(th)?;
    let builtins = interp::builtins::install(th)?;
    interp::sys::start(th, &builtins)?;
    std::mem::forget(builtins);
    interp::import::start(th)?;
    program::prepare(th)
}
