//! `faulthandler`: tracebacks when the process crashes, hangs, or is asked by a signal.
//!
//! In a signal handler only the thread that it interrupted is described: the frames of others move while they are read. A thread of our own
//! ([`watch`]) stops the world first.

pub mod dump;
pub mod signals;
pub mod watch;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Int, exceptions, names, ops, raise};

/// The descriptor of a file argument: a number, an object with `fileno`, or `sys.stderr`.
fn descriptor(th: &mut Thread, file: &Object) -> Result<i32, Raised> {
    let stderr;
    let file = if file.is(objects::none()) {
        match interp::sys::attribute(th, "stderr") {
            None => return Err(raise::runtime_error(th, format_args!("unable to get sys.stderr"))),
            Some(found) if found.is(objects::none()) => return Err(raise::runtime_error(th, format_args!("sys.stderr is None"))),
            Some(found) => {
                stderr = found;
                &*stderr
            }
        }
    } else {
        file
    };
    if let Some(number) = file.downcast::<Int>() {
        if file.is_a::<objects::Bool>() {
            objects::warn::warn(th, exceptions::runtime_warning_type(), format_args!("bool is used as a file descriptor"), 1)?;
        }
        return match number.to_i64().map(i32::try_from) {
            Some(Ok(number)) if number >= 0 => Ok(number),
            _ => Err(raise::value_error(th, format_args!("file is not a valid file descripter"))),
        };
    }
    let fileno = objects::intern(th, "fileno");
    let number = ops::call_method(th, file, fileno, &[])?;
    let number = number.downcast_ref::<Int>().and_then(Int::to_i64).and_then(|number| i32::try_from(number).ok());
    let Some(number) = number.filter(|number| *number >= 0) else {
        return Err(raise::runtime_error(th, format_args!("file.fileno() is not a valid file descriptor")));
    };
    if ops::call_method(th, file, names::flush.get(), &[]).is_err() {
        th.take_exception();
    }
    Ok(number)
}

/// `-X faulthandler`
pub fn enable_at_start(th: &mut Thread) -> Result<(), Raised> {
    let module = interp::import::import_module(th, "faulthandler")?;
    let enable = ops::getattr_str(th, &module, "enable")?;
    match ops::call0(th, &enable) {
        Ok(result) => th.release(result),
        // Without a standard error stream there is nobody to tell.
        Err(_) => drop(th.take_exception()),
    }
    Ok(())
}

#[pymodule(name = "faulthandler")]
pub mod faulthandler {
    //! faulthandler module.
    use super::*;

    /// Enable the fault handler.
    #[function(sig = "(file=sys.stderr, all_threads=True, c_stack=True)", shows = "($module, /, file=sys.stderr, all_threads=True)")]
    fn enable(th: &mut Thread, #[default(objects::none())] file: &Object, #[default(true)] all_threads: bool, #[default(true)] c_stack: bool) -> Result<(), Raised> {
        let fd = descriptor(th, file)?;
        signals::keep(th, file);
        signals::enable(th, fd, all_threads, c_stack)
    }

    /// Disable the fault handler.
    #[function]
    fn disable() -> bool {
        signals::disable()
    }

    /// Check if the handler is enabled.
    #[function]
    fn is_enabled() -> bool {
        signals::is_enabled()
    }

    /// Dump the traceback of the current thread, or of all threads if all_threads is True, into file.
    #[function(sig = "(file=sys.stderr, all_threads=True)")]
    fn dump_traceback(th: &mut Thread, #[default(objects::none())] file: &Object, #[default(true)] all_threads: bool) -> Result<(), Raised> {
        let fd = descriptor(th, file)?;
        let text = if all_threads { dump::all(th, true) } else { dump::current(th) };
        dump::write(fd, &text);
        Ok(())
    }

    /// Dump the C stack of the current thread.
    #[function(sig = "(file=sys.stderr)")]
    fn dump_c_stack(th: &mut Thread, #[default(objects::none())] file: &Object) -> Result<(), Raised> {
        let fd = descriptor(th, file)?;
        dump::c_stack(fd);
        Ok(())
    }

    /// Dump the traceback of all threads in timeout seconds.
    ///
    /// If repeat is true, the tracebacks of all threads are dumped every timeout
    /// seconds. If exit is true, call _exit(1) which is not safe.
    #[function(sig = "(timeout, repeat=False, file=sys.stderr, exit=False)")]
    fn dump_traceback_later(th: &mut Thread, timeout: &Object, repeat: bool, #[default(objects::none())] file: &Object, exit: bool) -> Result<(), Raised> {
        let nanos = crate::os::nanoseconds(th, timeout, crate::os::Round::Ceiling)?;
        if nanos <= 0 {
            return Err(raise::value_error(th, format_args!("timeout must be greater than 0")));
        }
        let fd = descriptor(th, file)?;
        watch::start(th, nanos.unsigned_abs(), repeat, fd, exit)
    }

    /// Cancel the previous call to dump_traceback_later().
    #[function]
    fn cancel_dump_traceback_later(th: &mut Thread) {
        watch::cancel(th);
    }

    /// Register a handler for the signal 'signum'.
    ///
    /// Dump the traceback of the current thread, or of all threads if
    /// all_threads is True, into file.
    #[function(sig = "(signum, file=sys.stderr, all_threads=True, chain=False)")]
    fn register(th: &mut Thread, signum: i32, #[default(objects::none())] file: &Object, #[default(true)] all_threads: bool, chain: bool) -> Result<(), Raised> {
        signals::check(th, signum)?;
        let fd = descriptor(th, file)?;
        signals::keep(th, file);
        signals::register(th, signum, fd, all_threads, chain)
    }

    /// Unregister the handler of the signal 'signum' registered by register().
    #[function(sig = "(signum, /)")]
    fn unregister(th: &mut Thread, signum: i32) -> Result<bool, Raised> {
        signals::check(th, signum)?;
        Ok(signals::unregister(signum))
    }

    /// Read from NULL, raise a SIGSEGV or SIGBUS signal depending on the platform.
    #[function]
    fn _read_null() {
        signals::fault(libc::SIGSEGV);
    }

    /// Raise a SIGSEGV signal.
    #[function(sig = "(release_gil=False, /)")]
    fn _sigsegv(_release_gil: bool) {
        signals::fault(libc::SIGSEGV);
    }

    /// Raise a SIGABRT signal.
    #[function]
    fn _sigabrt() {
        signals::fault(libc::SIGABRT);
    }

    /// Raise a SIGFPE signal.
    #[function]
    fn _sigfpe() {
        signals::fault(libc::SIGFPE);
    }

    /// Call Py_FatalError() in a new C thread.
    #[function]
    fn _fatal_error_c_thread(th: &mut Thread) {
        th.detached(|| {
            let thread = std::thread::spawn(|| {
                dump::write(2, b"Fatal Python error: faulthandler_fatal_error_thread: in new thread\nPython runtime state: initialized\n\n");
                signals::fault(libc::SIGABRT);
            });
            let _ = thread.join();
        });
    }

    /// Fail as a mistake in the runtime would.
    #[function]
    fn _panic() {
        panic!("faulthandler._panic() was called");
    }

    /// Recursive call to raise a stack overflow.
    #[function]
    fn _stack_overflow(th: &mut Thread) -> Result<(), Raised> {
        let depth = signals::overflow(0);
        Err(raise::runtime_error(th, format_args!("unable to raise a stack overflow (allocated {depth} bytes on the stack)")))
    }
}

const _: fn(Ref<Object>) = drop;
