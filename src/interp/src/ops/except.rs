//! Exceptions: raising, handling, and the protocol of `with`.

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::{self, as_exception, as_exception_class};
use objects::{List, Traceback, Tuple, ops, raise};

use super::Done;
use crate::frame::{Fp, Reg};

/// h = the handled exception; the raised one becomes the handled one
#[inline(never)]
pub fn op_enter_handler(th: &mut Thread, f: Fp, h: i32) {
    let raised = th.take_exception();
    let old = th.swap_handled(raised);
    let old = old.map_or(Reg::NULL, Reg::counted);
    f.regs().out(th, h, old);
}

/// The handled exception is dropped, the one in h is handled again
#[inline(never)]
pub fn op_leave_handler(th: &mut Thread, f: Fp, h: i32) {
    let before = f.regs().take(h).into_ref(th);
    if let Some(handled) = th.swap_handled(before) {
        th.release(handled);
    }
}

/// `LeaveHandler`, and the exception that was handled is raised as it was
#[inline(never)]
pub fn op_reraise(th: &mut Thread, f: Fp, h: i32) -> Raised {
    let before = f.regs().take(h).into_ref(th);
    match th.swap_handled(before) {
        Some(handled) => th.set_exception(handled),
        None => raise::system_error(th, format_args!("no exception to raise again")),
    }
}

/// dst = the handled exception
#[inline(never)]
pub fn op_load_handled(th: &mut Thread, f: Fp, dst: i32) {
    let value = th.handled_exception().map_or(Reg::none(), Reg::counted);
    f.regs().out(th, dst, value);
}

/// dst = the raised exception, which is no longer raised
#[inline(never)]
pub fn op_take_raised(th: &mut Thread, f: Fp, dst: i32) {
    let value = th.take_exception().map_or(Reg::none(), Reg::counted);
    f.regs().out(th, dst, value);
}

/// Whether the handled exception matches
#[inline(never)]
pub fn op_match(th: &mut Thread, f: Fp, kind: i32) -> Result<bool, Raised> {
    let regs = f.regs();
    let pattern = regs.get(kind);
    check_catchable(th, pattern, "catching classes that do not inherit from BaseException is not allowed")?;
    let found = match th.handled_exception() {
        Some(handled) => {
            let found = matches(&handled, pattern);
            th.release(handled);
            found
        }
        None => false,
    };
    regs.consume(th, kind);
    Ok(found)
}

/// Whether an exception is an instance of a class or of one of a (nested) tuple's classes, by its real type.
pub fn matches(exception: &Object, pattern: &Object) -> bool {
    if let Some(tuple) = pattern.downcast::<Tuple>() {
        return tuple.iter().any(|p| matches(exception, p));
    }
    objects::typing::as_type(pattern).is_some_and(|ty| heap::is_subtype(exception.ty(), ty))
}

fn check_catchable(th: &mut Thread, pattern: &Object, message: &str) -> Done {
    let fits = |p: &Object| as_exception_class(p).is_some();
    let fine = match pattern.downcast::<Tuple>() {
        Some(tuple) => tuple.iter().all(fits),
        None => fits(pattern),
    };
    if fine { Ok(()) } else { Err(raise::type_error(th, format_args!("{message}"))) }
}

/// raise exc [from cause]
#[inline(never)]
pub fn op_raise(th: &mut Thread, f: Fp, exc: i32, cause: Option<i32>) -> Raised {
    let regs = f.regs();
    let raised = raise_object(th, regs.get(exc), cause.map(|r| regs.get(r)));
    if let Some(r) = cause {
        regs.consume(th, r);
    }
    regs.consume(th, exc);
    raised
}

/// An exception from what `raise` was given: an instance, or a class to call.
fn instance(th: &mut Thread, given: &Object, message: &str) -> Result<Ref<Object>, Raised> {
    if let Some(ty) = as_exception_class(given) {
        let value = ops::call0(th, ty)?;
        if as_exception(&value).is_none() {
            let (class, got) = (ops::repr(th, ty)?.to_string_lossy(), ops::repr(th, value.ty())?.to_string_lossy());
            return Err(raise::type_error(th, format_args!("calling {class} should have returned an instance of BaseException, not {got}")));
        }
        return Ok(value);
    }
    if as_exception(given).is_some() {
        return Ok(th.retain(given));
    }
    Err(raise::type_error(th, format_args!("{message}")))
}

/// What `raise exc from cause` does.
pub fn raise_object(th: &mut Thread, exc: &Object, cause: Option<&Object>) -> Raised {
    let value = match instance(th, exc, "exceptions must derive from BaseException") {
        Ok(value) => value,
        Err(raised) => return raised,
    };
    if let Some(cause) = cause {
        let cause = if cause.is(objects::none()) {
            None
        } else {
            match instance(th, cause, "exception causes must derive from BaseException") {
                Ok(cause) => Some(cause),
                Err(raised) => return raised,
            }
        };
        if let Some(exception) = as_exception(&value) {
            exception.set_cause(th, cause);
        }
    }
    raise::set(th, value)
}

/// raise: the handled exception again
#[inline(never)]
pub fn op_raise_bare(th: &mut Thread, f: Fp) -> Raised {
    match th.handled_exception() {
        // As it was: unwinding adds no entry to its traceback.
        Some(handled) => th.set_exception(handled),
        None => {
            let raised = raise::runtime_error(th, format_args!("No active exception to reraise"));
            crate::unwind::add_traceback(th, f);
            raised
        }
    }
}

/// Raises value as it is
#[inline(never)]
pub fn op_reraise_value(th: &mut Thread, f: Fp, value: i32) -> Raised {
    let value = f.regs().take_in(th, value);
    th.set_exception(value)
}

/// The five arguments of `__exit__`: the callable and self from h, h+1, and what is handled
#[inline(never)]
pub fn op_prepare_exit(th: &mut Thread, f: Fp, base: i32, h: i32, exc: bool) -> Done {
    let regs = f.regs();
    regs.put(base, regs.reg(h).duplicate(th));
    regs.put(base + 1, regs.reg(h + 1).duplicate(th));
    let handled = if exc { th.handled_exception() } else { None };
    match handled {
        Some(value) => {
            let ty = th.retain(value.ty());
            let traceback = as_exception(&value).and_then(|e| e.traceback(th));
            regs.put(base + 2, Reg::counted(ty));
            regs.put(base + 3, Reg::counted(value));
            regs.put(base + 4, traceback.map_or(Reg::none(), Reg::counted));
        }
        None => (2..5).for_each(|i| regs.put(base + i, Reg::none())),
    }
    Ok(())
}

/// except*: the part of rest that matches; a match becomes the handled exception
#[inline(never)]
pub fn op_match_exc_group(th: &mut Thread, f: Fp, dst: i32, rest: i32, kind: i32) -> Done {
    let regs = f.regs();
    let pattern = regs.get(kind);
    check_catchable_star(th, pattern)?;
    let original = regs.get(rest);
    let (matched, remaining) = exceptions::group::match_star(th, original, pattern, |th, group| {
        // A group around a naked exception was made here.
        let object = crate::frame::object::frame_object(th, f);
        let traceback = Traceback::new(th, None, object.up(), f.lasti() as i32 * 2, -1);
        group.set_traceback(th, Some(traceback));
    })?;
    regs.consume(th, kind);
    if let Some(matched) = &matched {
        let handled = th.retain(&**matched);
        if let Some(old) = th.swap_handled(Some(handled)) {
            th.release(old);
        }
    }
    regs.replace(th, rest, remaining.unwrap_or_else(objects::none_ref));
    regs.set(th, dst, matched.unwrap_or_else(objects::none_ref));
    Ok(())
}

fn check_catchable_star(th: &mut Thread, pattern: &Object) -> Done {
    check_catchable(th, pattern, "catching classes that do not inherit from BaseException is not allowed")?;
    let group = exceptions::base_exception_group_type();
    let is_group = |p: &Object| objects::typing::as_type(p).is_some_and(|ty| heap::is_subtype(ty, group));
    let bad = match pattern.downcast::<Tuple>() {
        Some(tuple) => tuple.iter().any(is_group),
        None => is_group(pattern),
    };
    if bad {
        return Err(raise::type_error(th, format_args!("catching ExceptionGroup with except* is not allowed. Use except instead.")));
    }
    Ok(())
}

/// End of except*: what to raise from the original and the list of raised and unhandled parts
#[inline(never)]
pub fn op_prep_reraise_star(th: &mut Thread, f: Fp, dst: i32, orig: i32, list: i32) -> Done {
    let regs = f.regs();
    let Some(parts) = regs.get(list).downcast::<List>() else {
        return Err(raise::system_error(th, format_args!("the parts of except* are no list")));
    };
    let value = exceptions::group::prepare_reraise_star(th, regs.get(orig), parts)?;
    regs.consume(th, list);
    regs.consume(th, orig);
    regs.set(th, dst, value.unwrap_or_else(objects::none_ref));
    Ok(())
}
