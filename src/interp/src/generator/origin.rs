//! Where coroutines were made (`cr_origin`), and the warning about those that nobody awaited.
#![allow(unsafe_code, reason = "the depth is a field of the ABI's thread state")]

use heap::{Object, Raised, Ref, Thread};
use objects::{Int, Tuple, exceptions, ops, raise, warn};

use super::Gen;
use crate::frame::Fp;

/// `sys.get_coroutine_origin_tracking_depth()`
pub fn depth(th: &Thread) -> i32 {
    // SAFETY: R10: this thread's own field.
    unsafe { (*th.abi()).coroutine_origin_tracking_depth }
}

/// `sys.set_coroutine_origin_tracking_depth(depth)`
pub fn set_depth(th: &Thread, depth: i32) {
    // SAFETY: R10: this thread's own field.
    unsafe { (*th.abi()).coroutine_origin_tracking_depth = depth };
}

/// The origin of the coroutine that the frame `f` becomes: its callers, innermost first, as (file, line, function).
pub fn of_new(th: &mut Thread, f: Fp) -> Option<Ref<Object>> {
    let depth = depth(th);
    if depth <= 0 {
        return None;
    }
    let mut rows = Vec::new();
    let mut caller = f.prev.get();
    while let Some(frame) = caller.filter(|_| rows.len() < depth as usize) {
        let code = frame.code();
        let line = Int::from_i64(th, frame.line().map_or(0, i64::from));
        rows.push(Tuple::from_slice(th, &[code.filename(), &line, code.name()]).up());
        caller = frame.prev.get();
    }
    Some(Tuple::new(th, rows).up())
}

/// RuntimeWarning "coroutine 'x' was never awaited", by the library's `warnings`, which knows how to show the origin, or by our own if that fails.
pub fn warn_unawaited(th: &mut Thread, generator: &Gen) {
    let told = |th: &mut Thread| raise::unraisable(th, "Exception ignored while finalizing coroutine", Some(generator.object()));
    match warn_by_library(th, generator) {
        Ok(true) => return,
        Ok(false) => {}
        Err(_) => {
            // The warning as an exception is the warning.
            let warned = raise::matches(th, exceptions::runtime_warning_type());
            told(th);
            if warned {
                return;
            }
        }
    }
    let name = generator.qualname(th).map_or_else(String::new, |n| n.to_string_lossy());
    if warn::warn(th, exceptions::runtime_warning_type(), format_args!("coroutine '{name}' was never awaited"), 1).is_err() {
        told(th);
    }
}

/// Whether the library has the function for it.
fn warn_by_library(th: &mut Thread, generator: &Gen) -> Result<bool, Raised> {
    let warnings = match crate::import::import_module(th, "warnings") {
        Ok(module) => module,
        Err(_) => {
            drop(th.take_exception());
            return Ok(false);
        }
    };
    let name = objects::intern(th, "_warn_unawaited_coroutine");
    let Some(helper) = ops::getattr_opt(th, &warnings, name)? else { return Ok(false) };
    let result = ops::call1(th, &helper, generator.object())?;
    th.release(result);
    Ok(true)
}
