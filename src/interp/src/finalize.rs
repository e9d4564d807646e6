//! The end of the interpreter: waiting for threads, `atexit`, flushing the standard streams (`Py_FinalizeEx`).

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Thread};
use objects::{names, ops};

static FINALIZING: AtomicBool = AtomicBool::new(false);

/// Whether the interpreter ends.
pub fn is_finalizing() -> bool {
    FINALIZING.load(Relaxed)
}

/// Ends the interpreter. False if a standard stream could not be flushed (exit status 120).
pub fn finalize(th: &mut Thread) -> bool {
    // Non-daemon threads come to their end first.
    if let Ok(modules) = crate::sys::modules(th)
        && let Some(threading) = modules.get_by_name(th, "threading")
    {
        let shutdown = objects::intern(th, "_shutdown");
        if ops::call_method(th, &threading, shutdown, &[]).is_err() {
            objects::raise::unraisable(th, "Exception ignored on threading shutdown", Some(&threading));
        }
    }
    // The functions are kept apart from the module, which a program may have thrown out: any will do.
    if let Ok(atexit) = crate::import::import_module(th, "atexit") {
        let run = objects::intern(th, "_run_exitfuncs");
        if ops::call_method(th, &atexit, run, &[]).is_err() {
            objects::raise::unraisable(th, "Exception ignored in atexit callback", Some(&atexit));
        }
    } else {
        drop(th.take_exception());
    }
    let flushed = flush(th);
    FINALIZING.store(true, Relaxed);
    flushed
}

/// Flushes `sys.stdout` and `sys.stderr`.
pub fn flush(th: &mut Thread) -> bool {
    let mut ok = true;
    for name in ["stdout", "stderr"] {
        let Some(stream) = crate::sys::attribute(th, name).filter(|s| !s.is(objects::none())) else { continue };
        let closed = ops::getattr_opt(th, &stream, &names::closed).ok().flatten();
        if closed.is_some_and(|c| c.is(objects::true_())) {
            continue;
        }
        th.take_exception();
        if ops::call_method(th, &stream, names::flush.get(), &[]).is_err() {
            if name == "stdout" {
                objects::raise::unraisable(th, "Exception ignored while flushing sys.stdout", None);
                ok = false;
            } else {
                th.take_exception();
            }
        }
    }
    ok
}
