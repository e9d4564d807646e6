//! Generators and coroutines: sending, delegation, awaitables, and the handlers around their bodies.

use heap::{Raised, Thread};
use objects::exceptions;
use objects::{ops, raise};
use syntax::code::flags;

use super::Done;
use crate::frame::{Fp, Kind};
use crate::generator::{self, Claim, Gen, GenKind};
use crate::ops::call;

/// What `Send` and `ForIter` come to.
pub enum Sent {
    /// A value came: it is in its register.
    Yielded,
    /// The sub-iterator returned; its value is in its register.
    Returned,
    /// A generator's frame runs first.
    Frame(Fp),
}

/// Sends value into iter
#[inline(never)]
pub fn op_send(th: &mut Thread, f: Fp, value: i32, iter: i32, jump: i32, skip: u8) -> Result<Sent, Raised> {
    let regs = f.regs();
    let receiver = regs.get(iter);
    if let Some(generator) = generator::gen_of(receiver).filter(|g| g.kind != GenKind::AsyncGenerator && g.accepts(regs.get(value))) {
        match generator::claim(th, generator)? {
            Claim::Ready => {
                let sent = regs.take(value).escaping(th);
                let frame = generator::resume(th, generator, Some(sent))?;
                call::returns_to(frame, Kind::Send, value, skip);
                frame.dst2.set(jump);
                return Ok(Sent::Frame(frame));
            }
            Claim::Finished => {}
        }
    }
    let sent = regs.get(value);
    match generator::send_to(th, receiver, sent)? {
        objects::glue::SendResult::Next(item) => {
            regs.replace(th, value, item);
            Ok(Sent::Yielded)
        }
        objects::glue::SendResult::Return(item) => {
            regs.replace(th, value, item);
            Ok(Sent::Returned)
        }
    }
}

/// dst = next of a generator; its frame runs in this loop
#[inline(never)]
pub fn op_for_generator(th: &mut Thread, generator: &Gen, dst: i32, jump: i32, skip: u8) -> Result<Option<Fp>, Raised> {
    match generator::claim(th, generator)? {
        Claim::Ready => {
            let frame = generator::resume(th, generator, None)?;
            call::returns_to(frame, Kind::ForIter, dst, skip);
            frame.dst2.set(jump);
            Ok(Some(frame))
        }
        Claim::Finished => Ok(None),
    }
}

/// Handler of a delegated yield: StopIteration's value, or unwinding goes on
#[inline(never)]
pub fn op_cleanup_throw(th: &mut Thread, f: Fp, dst: i32) -> Done {
    match crate::generator::catch_stop(th) {
        Some(value) => {
            f.regs().set(th, dst, value);
            Ok(())
        }
        None => Err(th.already_raised()),
    }
}

/// dst = iterator for `yield from src`
#[inline(never)]
pub fn op_get_yield_from_iter(th: &mut Thread, f: Fp, dst: i32, src: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(src);
    if let Some(generator) = generator::gen_of(object) {
        if generator.kind == GenKind::Coroutine {
            if f.code().flags & (flags::COROUTINE | flags::ITERABLE_COROUTINE) == 0 {
                return Err(raise::type_error(th, format_args!("cannot 'yield from' a coroutine object in a non-coroutine generator")));
            }
            let value = regs.move_in(th, src);
            regs.out(th, dst, value);
            return Ok(());
        }
        if generator.kind == GenKind::Generator {
            let value = regs.move_in(th, src);
            regs.out(th, dst, value);
            return Ok(());
        }
    }
    let iter = ops::iter(th, object)?;
    regs.consume(th, src);
    regs.set(th, dst, iter);
    Ok(())
}

/// dst = awaitable's iterator
#[inline(never)]
pub fn op_get_awaitable(th: &mut Thread, f: Fp, dst: i32, src: i32, context: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(src);
    let iter = match generator::awaitable_iter(th, object) {
        Ok(iter) => iter,
        Err(raised) => {
            if context != 0 && generator::await_slot(object).is_none() {
                drop(th.take_exception());
                let ty = ops::type_name(object);
                let method = if context == 1 { "__aenter__" } else { "__aexit__" };
                let message = format_args!("'async with' received an object from {method} that does not implement __await__: {ty}");
                return Err(raise::type_error(th, message));
            }
            return Err(raised);
        }
    };
    if let Some(coroutine) = generator::gen_of(&iter).filter(|g| g.kind == GenKind::Coroutine)
        && generator::delegate(th, coroutine).is_some()
    {
        return Err(raise::runtime_error(th, format_args!("coroutine is being awaited already")));
    }
    regs.consume(th, src);
    regs.set(th, dst, iter);
    Ok(())
}

/// dst = aiter(src)
#[inline(never)]
pub fn op_get_aiter(th: &mut Thread, f: Fp, dst: i32, src: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(src);
    let value = generator::get_aiter(th, object)?;
    regs.consume(th, src);
    regs.set(th, dst, value);
    Ok(())
}

/// dst = awaitable's iterator of `iter.__anext__()`
#[inline(never)]
pub fn op_get_anext(th: &mut Thread, f: Fp, dst: i32, iter: i32) -> Done {
    let regs = f.regs();
    let value = generator::get_anext(th, regs.get(iter))?;
    regs.set(th, dst, value);
    Ok(())
}

/// Handler: StopAsyncIteration ends the loop, everything else unwinds on
#[inline(never)]
pub fn op_end_async_for(th: &mut Thread) -> Done {
    match raise::catch(th, exceptions::stop_async_iteration_type()) {
        Some(stop) => {
            th.release(stop);
            Ok(())
        }
        None => Err(th.already_raised()),
    }
}

/// Handler around a generator's body: a StopIteration that leaves it becomes RuntimeError
#[inline(never)]
pub fn op_stop_iteration_error(th: &mut Thread, f: Fp) -> Raised {
    let asynchronous = f.code().flags & flags::ASYNC_GENERATOR != 0;
    let (ty, name) = if raise::matches(th, exceptions::stop_iteration_type()) {
        (true, "StopIteration")
    } else if asynchronous && raise::matches(th, exceptions::stop_async_iteration_type()) {
        (true, "StopAsyncIteration")
    } else {
        (false, "")
    };
    if !ty {
        return th.already_raised();
    }
    let what = match f.code().flags {
        code if code & flags::ASYNC_GENERATOR != 0 => "async generator",
        code if code & flags::COROUTINE != 0 => "coroutine",
        _ => "generator",
    };
    raise::from_cause(th, exceptions::runtime_error_type(), format_args!("{what} raised {name}"))
}

