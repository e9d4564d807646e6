//! Unwinding: from a raised exception to the handler that takes it, or out of the loop.

use heap::{Raised, Thread};
use objects::Traceback;
use objects::exceptions::as_exception;
use syntax::Op;

use crate::frame::object::frame_object;
use crate::frame::{Fp, Kind};
use crate::generator;
use crate::ops::control;

/// The exception is raised in `f` at its `pc`: finds the frame that handles it and sets its `pc` to the handler. An error: nobody
/// does before native code, or before the frame `until`.
#[inline(never)]
pub fn unwind(th: &mut Thread, f: Fp, until: Option<Fp>) -> Result<Fp, Raised> {
    let mut f = f;
    loop {
        let code = f.code();
        let at = f.lasti();
        if !f.pc.get().op().is_reraising() {
            add_traceback(th, f);
            crate::trace::raised(th, f);
        } else {
            crate::trace::reraised(th, f);
        }
        let live = code.source().temp_depth(at);
        if let Some(handler) = code.source().handler_at(at) {
            let (target, keep, hidden) = (handler.target, handler.temp_depth as usize, handler.hidden_depth as usize);
            release_temps(th, f, keep..live, hidden);
            f.pc.set(code.entry().offset(target as i32));
            crate::trace::handled(th, f);
            return Ok(f);
        }
        if f.pc.get().op().is_reraising() {
            back_to_raise(th, f);
        }
        // Whoever holds the traceback holds the frame, but not what an expression had come to.
        release_temps(th, f, 0..live, 0);
        crate::trace::unwinding(th, f);
        let (kind, caller) = (f.kind.get(), f.prev.get());
        match f.generator() {
            Some(generator) => {
                let kept = generator::keep(th, generator);
                generator::finish(th, generator, f, 0);
                th.release(kept);
            }
            None => control::leave(th, f, 0),
        }
        match caller {
            Some(caller) if kind != Kind::Entry && until != Some(caller) => f = caller,
            _ => return Err(th.already_raised()),
        }
    }
}

/// Releases temps, the youngest first, and the hidden locals from the one of this number on.
fn release_temps(th: &mut Thread, f: Fp, temps: core::ops::Range<usize>, hidden: usize) {
    let (regs, code) = (f.regs(), f.code());
    let lowest = -(code.temp_count as i32);
    for temp in temps.rev() {
        regs.take(lowest + temp as i32).release(th);
    }
    let first_hidden = code.source().locals.len() + hidden;
    regs.release_range(th, first_hidden as i32, f.local_count() - first_hidden);
}

/// The frame ends in clean-up that no source line has: its line is the one where the exception was raised. After `finally`, and where no
/// clause of `except` fits, it stays where it is.
fn back_to_raise(th: &Thread, f: Fp) {
    if matches!(f.pc.get().op(), Op::RaiseBare | Op::Reraise | Op::ReraiseValue) {
        return;
    }
    let Some(object) = f.object() else { return };
    let Some(traceback) = th.exception().and_then(as_exception).and_then(|raised| raised.traceback(th)) else { return };
    // A program may have made the traceback itself.
    let at = traceback.lasti() / 2;
    if traceback.frame().is(object) && usize::try_from(at).is_ok_and(|at| at < f.code().words().len()) {
        f.pc.set(f.code().entry().offset(at));
    }
}

/// One more entry at the front of the raised exception's traceback.
pub fn add_traceback(th: &mut Thread, f: Fp) {
    let Some(exception) = th.exception().map(|e| th.retain(e)) else { return };
    if let Some(raised) = as_exception(&exception) {
        let next = raised.traceback(th);
        let object = frame_object(th, f);
        // The line is found when somebody asks: most exceptions are caught and forgotten.
        let traceback = Traceback::new(th, next, object.up(), f.lasti() as i32 * 2, -1);
        raised.set_traceback(th, Some(traceback));
    }
    th.release(exception);
}
