//! send, throw, close, and what happens to a generator that is dropped.

use heap::{Object, Raised, Ref, Thread, Type};
use objects::Traceback;
use objects::exceptions::{self, as_exception};
use objects::glue::SendResult;
use objects::{names, ops, raise};

use super::{Claim, Gen, GenKind, claim, delegate_of_frame, gen_of, resume, resume_raising, unclaim};
use crate::frame::{Kind, Reg};

/// `%s already executing` and its like are [`claim`]'s; this is what a finished coroutine says.
#[cold]
fn reused(th: &mut Thread) -> Raised {
    raise::runtime_error(th, format_args!("cannot reuse already awaited coroutine"))
}

/// Takes a raised StopIteration; the result is its value.
pub fn catch_stop(th: &mut Thread) -> Option<Ref<Object>> {
    let stop = raise::catch(th, exceptions::stop_iteration_type())?;
    let value = exceptions::stop_iteration_value(th, &stop);
    th.release(stop);
    Some(value)
}

fn run(th: &mut Thread, generator: &Gen, frame: crate::frame::Fp, raised: bool) -> Result<SendResult, Raised> {
    frame.kind.set(Kind::Entry);
    let kept = super::keep(th, generator);
    let result = crate::dispatch::run_generator(th, frame, raised);
    th.release(kept);
    result
}

/// Resumes a generator with a value, from native code.
pub fn send_ex(th: &mut Thread, generator: &Gen, value: &Object) -> Result<SendResult, Raised> {
    if !generator.accepts(value) {
        let what = generator.kind.name();
        return Err(raise::type_error(th, format_args!("can't send non-None value to a just-started {what}")));
    }
    match claim(th, generator)? {
        Claim::Finished if generator.kind == GenKind::Coroutine => Err(reused(th)),
        Claim::Finished => Ok(SendResult::Return(objects::none_ref())),
        Claim::Ready => {
            let sent = Reg::counted(th.retain(value));
            let frame = resume(th, generator, Some(sent))?;
            run(th, generator, frame, false)
        }
    }
}

/// Raises the thread's raised exception inside a generator.
pub fn throw_raised(th: &mut Thread, generator: &Gen, closing: bool) -> Result<SendResult, Raised> {
    let exception = th.take_exception();
    match claim(th, generator)? {
        Claim::Finished if generator.kind == GenKind::Coroutine && !closing => Err(reused(th)),
        Claim::Finished => Err(match exception {
            Some(exception) => th.set_exception(exception),
            None => th.already_raised(),
        }),
        Claim::Ready => throw_claimed(th, generator, exception),
    }
}

/// Raises an exception inside a generator that is claimed.
fn throw_claimed(th: &mut Thread, generator: &Gen, exception: Option<Ref<Object>>) -> Result<SendResult, Raised> {
    let frame = resume_raising(th, generator)?;
    if let Some(exception) = exception {
        // The context is what the generator itself handles where it waits, as for a raise there; if it handles nothing, the exception
        // keeps the context that it has.
        let _ = if generator.handles_something() { raise::set(th, exception) } else { th.set_exception(exception) };
    }
    run(th, generator, frame, true)
}

/// `next(generator)`: `None` when it returned None; any other returned value becomes StopIteration's.
pub fn next(th: &mut Thread, generator: &Gen) -> Result<Option<Ref<Object>>, Raised> {
    match send_ex(th, generator, objects::none())? {
        SendResult::Next(value) => Ok(Some(value)),
        SendResult::Return(value) if value.is(objects::none()) => Ok(None),
        SendResult::Return(value) => Err(raise::stop_iteration(th, Some(value))),
    }
}

/// `generator.send(value)`.
pub fn send_method(th: &mut Thread, generator: &Gen, value: &Object) -> Result<Ref<Object>, Raised> {
    let result = send_ex(th, generator, value)?;
    method_result(th, generator, result)
}

/// What `send` and `throw` return or raise.
pub fn method_result(th: &mut Thread, generator: &Gen, result: SendResult) -> Result<Ref<Object>, Raised> {
    match result {
        SendResult::Next(value) => Ok(value),
        SendResult::Return(_) if generator.kind == GenKind::AsyncGenerator => {
            Err(raise::empty(th, exceptions::stop_async_iteration_type()))
        }
        SendResult::Return(value) => Err(raise::stop_iteration(th, Some(value))),
    }
}

/// Sends a value to anything that may be delegated to: `am_send` where there is one, else `tp_iternext` for None, `send` otherwise.
pub fn send_to(th: &mut Thread, receiver: &Object, value: &Object) -> Result<SendResult, Raised> {
    if let Some(generator) = gen_of(receiver).filter(|g| g.kind != GenKind::AsyncGenerator) {
        return send_ex(th, generator, value);
    }
    if let Some(send) = super::awaitable::send_slot(receiver.ty()) {
        return ops::cslot::send(th, send, receiver, value);
    }
    let result = if value.is(objects::none()) && receiver.ty().tp_iternext().is_some() {
        // An iterator's end may come without StopIteration.
        let Some(next) = receiver.ty().tp_iternext() else { return Err(th_stop(th)) };
        match ops::cslot::next_raw(th, next, receiver) {
            Some(value) => return Ok(SendResult::Next(value)),
            None => {
                tell_tracer(th);
                Err(th_stop(th))
            }
        }
    } else {
        ops::call_method(th, receiver, names::send.get(), &[value])
    };
    match result {
        Ok(value) => Ok(SendResult::Next(value)),
        Err(raised) => match crate::generator::catch_stop(th) {
            Some(value) => Ok(SendResult::Return(value)),
            None => Err(raised),
        },
    }
}

/// A StopIteration that was really raised is an event of the frame that delegates.
fn tell_tracer(th: &mut Thread) {
    if crate::trace::is_on(th)
        && raise::matches(th, exceptions::stop_iteration_type())
        && let Some(frame) = crate::frame::stack::current(th)
    {
        crate::trace::raised(th, frame);
    }
}

/// StopIteration without a value, where the iterator raised nothing.
fn th_stop(th: &mut Thread) -> Raised {
    if th.exception().is_some() { th.already_raised() } else { raise::stop_iteration(th, None) }
}

/// Closes what a generator delegates to.
fn close_delegate(th: &mut Thread, inner: &Object) -> Result<(), Raised> {
    ops::native_recursion(th, "")?;
    if let Some(generator) = gen_of(inner).filter(|g| g.kind != GenKind::AsyncGenerator) {
        let value = close(th, generator)?;
        th.release(value);
        return Ok(());
    }
    match ops::getattr_opt(th, inner, names::close.get()) {
        Ok(Some(method)) => {
            let value = ops::call0(th, &method)?;
            th.release(value);
            Ok(())
        }
        Ok(None) => Ok(()),
        Err(_) => {
            raise::unraisable(th, "Exception ignored while closing generator", Some(inner));
            Ok(())
        }
    }
}

/// `generator.close()`: the value it returns, None otherwise.
pub fn close(th: &mut Thread, generator: &Gen) -> Result<Ref<Object>, Raised> {
    // From here to its end it executes: whoever resumes it meanwhile hears so.
    if matches!(claim(th, generator)?, Claim::Finished) {
        return Ok(objects::none_ref());
    }
    if generator.is_unstarted() {
        end_unstarted(th, generator);
        return Ok(objects::none_ref());
    }
    let mut failed = false;
    if let Some(inner) = claimed_delegate(th, generator) {
        failed = close_delegate(th, &inner).is_err();
        th.release(inner);
    }
    if !failed {
        let _ = raise::empty(th, exceptions::generator_exit_type());
    }
    let exception = th.take_exception();
    match throw_claimed(th, generator, exception) {
        Ok(SendResult::Next(value)) => {
            th.release(value);
            let what = generator.kind.name();
            Err(raise::runtime_error(th, format_args!("{what} ignored GeneratorExit")))
        }
        Ok(SendResult::Return(value)) => Ok(value),
        Err(raised) => {
            if let Some(value) = crate::generator::catch_stop(th) {
                return Ok(value);
            }
            match raise::catch(th, exceptions::generator_exit_type()) {
                Some(exit) => {
                    th.release(exit);
                    Ok(objects::none_ref())
                }
                None => Err(raised),
            }
        }
    }
}

/// What a generator that is claimed waits for.
fn claimed_delegate(th: &Thread, generator: &Gen) -> Option<Ref<Object>> {
    if generator.is_unstarted() {
        return None;
    }
    delegate_of_frame(th, generator.frame.get()?)
}

/// Claims a generator that waits for another; one that does not is left alone.
fn claim_delegating(th: &Thread, generator: &Gen) -> Option<Ref<Object>> {
    if !generator.is_suspended() {
        return None;
    }
    generator.before.set(generator.turn.take(th.is_mine(generator.object())).ok()?);
    let inner = claimed_delegate(th, generator);
    if inner.is_none() {
        unclaim(generator);
    }
    inner
}

/// A claimed generator that never ran ends without running.
fn end_unstarted(th: &mut Thread, generator: &Gen) {
    let frame = generator.frame.take();
    generator.turn.give(heap::turn::ENDED);
    if let Some(frame) = frame {
        super::end_frame(th, frame, 0);
    }
}

/// `generator.throw(type[, value[, traceback]])`.
pub fn throw(th: &mut Thread, generator: &Gen, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<SendResult, Raised> {
    throw_maybe_closing(th, generator, true, kind, value, traceback)
}

pub fn throw_maybe_closing(
    th: &mut Thread,
    generator: &Gen,
    close_on_exit: bool,
    kind: &Object,
    value: Option<&Object>,
    traceback: Option<&Object>,
) -> Result<SendResult, Raised> {
    ops::native_recursion(th, "")?;
    if let Some(inner) = claim_delegating(th, generator) {
        let result = throw_into_delegate(th, generator, &inner, close_on_exit, kind, value, traceback);
        th.release(inner);
        if let Some(result) = result {
            return result;
        }
    }
    make_raised(th, kind, value, traceback)?;
    throw_raised(th, generator, false)
}

/// For a generator that is claimed. `None`: the delegate cannot take the exception, it is raised in the generator itself, and the claim is
/// given back.
fn throw_into_delegate(
    th: &mut Thread,
    generator: &Gen,
    inner: &Object,
    close_on_exit: bool,
    kind: &Object,
    value: Option<&Object>,
    traceback: Option<&Object>,
) -> Option<Result<SendResult, Raised>> {
    if close_on_exit && is_generator_exit(kind) {
        return match close_delegate(th, inner) {
            Ok(()) => {
                unclaim(generator);
                None
            }
            Err(_) => {
                let exception = th.take_exception();
                Some(throw_claimed(th, generator, exception))
            }
        };
    }
    let result = if let Some(inner) = gen_of(inner).filter(|g| g.kind != GenKind::AsyncGenerator) {
        match called_from(th, generator, |th| throw_maybe_closing(th, inner, close_on_exit, kind, value, traceback)) {
            Ok(SendResult::Next(value)) => Ok(value),
            Ok(SendResult::Return(value)) => Err(raise::stop_iteration(th, Some(value))),
            Err(raised) => Err(raised),
        }
    } else {
        match ops::getattr_opt(th, inner, names::throw.get()) {
            Ok(Some(method)) => {
                let args: Vec<&Object> = [Some(kind), value, traceback].into_iter().flatten().collect();
                let result = called_from(th, generator, |th| ops::call(th, &method, &args));
                th.release(method);
                result
            }
            Ok(None) => {
                unclaim(generator);
                return None;
            }
            Err(raised) => Err(raised),
        }
    };
    Some(match result {
        Ok(value) => {
            unclaim(generator);
            Ok(SendResult::Next(value))
        }
        // The handler around the delegation looks at the exception: StopIteration ends it with a value.
        Err(_) => {
            let exception = th.take_exception();
            throw_claimed(th, generator, exception)
        }
    })
}

/// Calls `f` with the frame of a claimed generator as the innermost: what the generator delegates to sees it as its caller.
fn called_from<R>(th: &mut Thread, generator: &Gen, f: impl FnOnce(&mut Thread) -> R) -> R {
    let frame = generator.frame.get();
    let outer = crate::frame::stack::current(th);
    if let Some(frame) = frame {
        frame.prev.set(outer);
        crate::frame::stack::set_current(th, Some(frame));
    }
    let result = f(th);
    if let Some(frame) = frame {
        crate::frame::stack::set_current(th, outer);
        frame.prev.set(None);
    }
    result
}

fn is_generator_exit(kind: &Object) -> bool {
    let ty = objects::typing::as_type(kind).unwrap_or_else(|| kind.ty());
    heap::is_subtype(ty, exceptions::generator_exit_type())
}

/// Raises what `throw` was given, or what went wrong when it was made. An error: it is nothing that can be thrown.
fn make_raised(th: &mut Thread, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<(), Raised> {
    let none = objects::none();
    let traceback = traceback.filter(|t| !t.is(none));
    if let Some(traceback) = traceback
        && !traceback.is_a::<Traceback>()
    {
        return Err(raise::type_error(th, format_args!("throw() third argument must be a traceback object")));
    }
    let value = value.filter(|v| !v.is(none));
    let exception = if let Some(ty) = objects::typing::as_type(kind).filter(|ty| heap::is_subtype(ty, exceptions::base_exception_type())) {
        match value {
            Some(value) if ops_isinstance(value, ty) => th.retain(value),
            Some(value) => {
                let args: Vec<&Object> = match value.downcast::<objects::Tuple>() {
                    Some(args) => args.iter().collect(),
                    None => vec![value],
                };
                match ops::call(th, ty, &args) {
                    Ok(exception) => exception,
                    Err(_) => return Ok(()),
                }
            }
            None => match ops::call0(th, ty) {
                Ok(exception) => exception,
                Err(_) => return Ok(()),
            },
        }
    } else if as_exception(kind).is_some() {
        if value.is_some() {
            return Err(raise::type_error(th, format_args!("instance exception may not have a separate value")));
        }
        th.retain(kind)
    } else {
        let ty = ops::type_name(kind);
        return Err(raise::type_error(th, format_args!("exceptions must be classes or instances deriving from BaseException, not {ty}")));
    };
    if as_exception(&exception).is_none() {
        // A class may make something else.
        let (Ok(kind), Ok(made)) = (ops::repr(th, kind), ops::repr(th, exception.ty())) else { return Ok(()) };
        let _ = raise::type_error(th, format_args!("calling {kind} should have returned an instance of BaseException, not {made}"));
        return Ok(());
    }
    if let (Some(traceback), Some(exception)) = (traceback.and_then(|t| t.downcast::<Traceback>()), as_exception(&exception)) {
        let traceback = th.retain(traceback);
        exception.set_traceback(th, Some(traceback));
    }
    let _ = th.set_exception(exception);
    Ok(())
}

fn ops_isinstance(value: &Object, ty: &Type) -> bool {
    heap::is_subtype(value.ty(), ty)
}

/// The finalizer of all three types: a generator that waits is closed, a coroutine that nobody awaited is complained about, an async
/// generator goes to its event loop.
pub fn finalize(th: &mut Thread, generator: &Gen) {
    if generator.is_finished() {
        return;
    }
    let saved = th.take_exception();
    if generator.kind == GenKind::AsyncGenerator
        && !generator.closed.load(heap::sync::Ordering::Acquire)
        && let Some(finalizer) = generator.extra.get(th, generator.object())
    {
        match ops::call1(th, &finalizer, generator.object()) {
            Ok(value) => th.release(value),
            Err(_) => raise::unraisable(th, "Exception ignored while finalizing generator", Some(generator.object())),
        }
        th.release(finalizer);
    } else if generator.kind == GenKind::Coroutine && generator.is_created() {
        super::origin::warn_unawaited(th, generator);
    } else if generator.is_suspended() {
        match close(th, generator) {
            Ok(value) => th.release(value),
            Err(_) => raise::unraisable(th, "Exception ignored while closing generator", Some(generator.object())),
        }
    }
    drop(th.take_exception());
    if let Some(saved) = saved {
        let _ = th.set_exception(saved);
    }
}
