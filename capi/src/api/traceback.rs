//! Tracebacks: `PyTraceBack_*`. Frames of extensions' own code are put into them here.

use heap::{Object, Raised, Thread};
use interp::FrameObject;
use objects::exceptions::as_exception;
use objects::{Str, Traceback, none, ops, raise};

use crate::api;

/// One more entry at the front of the traceback of what is raised.
fn here(th: &mut Thread, frame: &FrameObject) -> Result<(), Raised> {
    let Some(exception) = th.take_exception() else { return Err(raise::bad_internal_call(th)) };
    if let Some(fields) = as_exception(&exception) {
        let next = fields.traceback(th);
        let lasti = i32::try_from(frame.last_instruction(th)).unwrap_or(-1);
        // The line is that of the code, whatever C stored in the frame.
        let frame = th.retain(frame).up();
        let traceback = Traceback::new(th, next, frame, lasti, -1);
        fields.set_traceback(th, Some(traceback));
    }
    let _ = th.set_exception(exception);
    Ok(())
}

/// Writes a traceback to a file object.
fn print(th: &mut Thread, traceback: &Object, file: &Object) -> Result<(), Raised> {
    if traceback.is(none()) {
        return Ok(());
    }
    if !traceback.is_a::<Traceback>() {
        return Err(raise::bad_internal_call(th));
    }
    let limit = interp::sys::attribute(th, "tracebacklimit").filter(|limit| limit.is_a::<objects::Int>());
    if let Some(limit) = &limit
        && limit.downcast_ref::<objects::Int>().and_then(objects::Int::to_i64).is_some_and(|limit| limit <= 0)
    {
        return Ok(());
    }
    let text = Str::new(th, "Traceback (most recent call last):\n");
    let write = objects::intern(th, "write");
    let result = ops::call_method(th, file, write, &[&text])?;
    th.release(result);
    let module = interp::import::import_module(th, "traceback")?;
    // C knows no columns: nothing is marked in the lines.
    let (walk, summary, extract, print) =
        (objects::intern(th, "walk_tb"), objects::intern(th, "StackSummary"), objects::intern(th, "extract"), objects::intern(th, "print_list"));
    let frames = ops::call_method(th, &module, walk, &[traceback])?;
    let summary = ops::getattr(th, &module, summary)?;
    let list = ops::call_method(th, &summary, extract, &[&frames])?;
    let result = ops::call_method(th, &module, print, &[&list, file])?;
    th.release(result);
    Ok(())
}

api! {
    fn PyTraceBack_Here(th, frame: &Object) -> Result<(), Raised> {
        let frame = crate::entry::expect::<FrameObject>(th, frame)?;
        here(th, frame)
    }

    fn PyTraceBack_Print(th, traceback: Option<&Object>, file: &Object) -> Result<(), Raised> {
        match traceback {
            Some(traceback) => print(th, traceback, file),
            None => Ok(()),
        }
    }
}

