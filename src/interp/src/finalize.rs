//! The end of the interpreter: waiting for threads, `atexit`, flushing the standard streams (`Py_FinalizeEx`).

mod modules;

use heap::sync::{AtomicBool, AtomicU16, Ordering::Relaxed};
use heap::world::WORLD;
use heap::{Raised, Thread};
use objects::{names, ops};

static FINALIZING: AtomicBool = AtomicBool::new(false);

/// Whether the interpreter ends.
pub fn is_finalizing() -> bool {
    FINALIZING.load(Relaxed)
}

/// The thread that holds the world for good, by its id; 0: nobody does yet.
static LAST: AtomicU16 = AtomicU16::new(0);

/// Whether this thread is the only one that still runs: what another one holds is never given back.
pub fn is_last(th: &Thread) -> bool {
    LAST.load(Relaxed) == th.id()
}

/// Ends the interpreter. False if a standard stream could not be flushed (exit status 120).
pub fn finalize(th: &mut Thread) -> bool {
    // Non-daemon threads come to their end first.
    if let Ok(modules) = crate::sys::modules(th)
        && let Some(threading) = modules.get_by_name(th, "threading")
    {
        let shutdown = objects::intern(th, "_shutdown");
        if ops::call_method(th, &threading, shutdown, &[]).is_err() {
            objects::raise::unraisable(th, "Exception ignored on threading shutdown", None);
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
    // From here on no other thread touches an object; those that come late hang (R15).
    WORLD.finalize(&th.world);
    LAST.store(th.id(), Relaxed);
    crate::hooks::hooks().end_signals(th);
    crate::sys::contention::end(th);
    modules::clear(th);
    // What failed before fails again; it has been told of.
    flush_quietly(th);
    flushed
}

/// Flushes `sys.stdout` and `sys.stderr`; a failure of the first is reported.
pub fn flush(th: &mut Thread) -> bool {
    let mut ok = true;
    for name in ["stdout", "stderr"] {
        if flush_one(th, name).is_err() {
            if name == "stdout" {
                objects::raise::unraisable(th, "Exception ignored while flushing sys.stdout", None);
            }
            th.take_exception();
            ok = false;
        }
    }
    ok
}

/// Flushes both and keeps what was raised.
pub fn flush_quietly(th: &mut Thread) {
    let raised = th.take_exception();
    for name in ["stderr", "stdout"] {
        if flush_one(th, name).is_err() {
            th.take_exception();
        }
    }
    if let Some(raised) = raised {
        let _ = th.set_exception(raised);
    }
}

fn flush_one(th: &mut Thread, name: &str) -> Result<(), Raised> {
    let Some(stream) = crate::sys::attribute(th, name).filter(|s| !s.is(objects::none())) else { return Ok(()) };
    let closed = match ops::getattr_opt(th, &stream, &names::closed) {
        Ok(Some(closed)) => ops::is_true(th, &closed),
        Ok(None) => Ok(false),
        Err(raised) => Err(raised),
    };
    match closed {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        // A stream that cannot say whether it is open counts as open.
        Err(_) => {
            th.take_exception();
        }
    }
    let result = ops::call_method(th, &stream, names::flush.get(), &[])?;
    th.release(result);
    Ok(())
}
