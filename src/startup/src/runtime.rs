//! Bringing the interpreter up: the calling thread becomes the main thread.

use capi::embed::{Options, Stop};
use heap::world::{WORLD, WorldSlot};
use heap::{Raised, Thread};
use interp::report::Ended;

use crate::{panics, program, wire};

/// Brings the interpreter up in the calling thread, which stays attached.
pub fn begin(options: Options) -> Result<(), Stop> {
    panics::install();
    let Ok(id) = WORLD.allocate_id() else { return Err(Stop::fatal("init", "there are too many threads")) };
    // The process ends with the record.
    let th = Box::leak(Thread::new(id, WorldSlot::new(id)));
    // SAFETY: R15: the record is boxed and is never freed.
    unsafe { th.register() };
    th.enter();
    th.attach();
    modules::thread::note_main_thread(th);
    modules::signal::note_main_thread(th);
    let here = 0u8;
    // What is left of the main thread's stack below this frame, less a reserve.
    let stack = stack_below();
    th.stack_limit.set((&raw const here as usize).saturating_sub(stack - (stack / 8).min(1 << 20)));
    interp::config::set(options.config.clone());
    wire::install();
    let config = interp::config::get();
    if config.world_report {
        interp::sys::contention::begin(th);
    }
    if config.timeline.is_some() {
        heap::contention::timeline::begin(th);
        heap::contention::set_name(th, "MainThread");
    }
    if config.world_report || config.dev_mode {
        heap::world::watchdog::begin();
    }
    if let Some(wanted) = config.jit.clone()
        && let Err(error) = jit::start(wanted)
    {
        return Err(Stop::fatal("init_jit", &format!("a log of the JIT cannot be written: {error}")));
    }
    let result = start(th, &options);
    program::note(options);
    match result {
        Ok(()) => Ok(()),
        Err(_) => {
            let ended = interp::report::print(th, false);
            interp::finalize::finalize(th);
            Err(match ended {
                Ended::Exit(code) => Stop { code, ..Stop::say(String::new()) },
                Ended::Printed => Stop { stage: "initialized", ..Stop::fatal("init_interp_main", "failed to bring the interpreter up") },
            })
        }
    }
}

/// What is told after the end of the interpreter.
pub fn report(th: &mut Thread) {
    let config = interp::config::get();
    jit::finish();
    if config.world_report {
        stdx::tell(format_args!("{}", interp::sys::contention::report(th)));
    }
    let Some(path) = config.timeline.as_ref().filter(|_| heap::contention::timeline::is_on()) else { return };
    let path = std::path::Path::new(<std::ffi::OsStr as std::os::unix::ffi::OsStrExt>::from_bytes(path));
    if let Err(error) = heap::contention::timeline::write(th, path) {
        stdx::tell(format_args!("pyston: cannot write the timeline to {}: {error}\n", path.display()));
    }
}

/// How much stack the calling thread may use below this frame: 8 MB at most, unless it was limited to less.
fn stack_below() -> usize {
    const MOST: usize = 8 << 20;
    // SAFETY: no preconditions.
    if unsafe { libc::getpid() != libc::gettid() } {
        return capi::api::state::stack_below().min(MOST);
    }
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the struct may be written.
    match unsafe { libc::getrlimit(libc::RLIMIT_STACK, &mut limit) } {
        0 => usize::try_from(limit.rlim_cur).map_or(MOST, |bytes| bytes.min(MOST)),
        _ => MOST,
    }
}

fn start(th: &mut Thread, options: &Options) -> Result<(), Raised> {
    objects::start::start(th)?;
    objects::int::limit::set_max_str_digits(interp::config::get().int_max_str_digits as usize);
    if interp::config::get().bytes_warning > 0 {
        objects::bytes::warning::enable();
    }
    interp::start::start(th)?;
    let builtins = interp::builtins::install(th)?;
    interp::sys::start(th, &builtins)?;
    std::mem::forget(builtins);
    program::set_paths(th, &options.wanted);
    interp::stdio::preliminary(th)?;
    interp::import::start(th)?;
    if interp::config::get().tracemalloc > 0 {
        modules::tracemalloc::begin(th, interp::config::get().tracemalloc as usize);
    }
    program::prepare(th, options.wanted.install_signal_handlers)
}
