//! Calls of an event loop's and a future's methods.

use heap::{Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::str::Name;
use objects::{Dict, Tuple, none, ops, raise};

use super::names as n;

static CONTEXT: Global<Tuple> = Global::EMPTY;
static MSG: Global<Tuple> = Global::EMPTY;

/// The tuple of one keyword's name, made once.
fn keyword(th: &mut Thread, kept: &'static Global<Tuple>, name: &'static Name) -> Result<&'static Tuple, Raised> {
    if let Some(names) = kept.peek() {
        return Ok(names);
    }
    let made = kept.get_or_init(th, |th| Ok::<_, Raised>(Tuple::from_slice(th, &[name.get()])))?;
    th.release(made);
    match kept.peek() {
        Some(names) => Ok(names),
        None => Err(raise::memory_error(th)),
    }
}

/// `event_loop.call_soon(function, [argument], context=context)`.
pub fn call_soon(th: &mut Thread, event_loop: &Object, function: &Object, argument: Option<&Object>, context: Option<&Object>) -> Result<(), Raised> {
    let names = match context {
        Some(_) => Some(keyword(th, &CONTEXT, &n::context)?),
        None => None,
    };
    let mut all = [event_loop; 4];
    let mut count = 1;
    for value in [Some(function), argument, context].into_iter().flatten() {
        all[count] = value;
        count += 1;
    }
    let (method, bound) = ops::get_method(th, event_loop, &n::call_soon)?;
    let result = ops::call_kw(th, &method, &all[usize::from(bound)..count], names);
    th.release(method);
    th.release(result?);
    Ok(())
}

/// `future.add_done_callback(function, context=context)`, for what only behaves like a future.
pub fn add_done_callback(th: &mut Thread, future: &Object, function: &Object, context: Option<&Object>) -> Result<(), Raised> {
    let names = keyword(th, &CONTEXT, &n::context)?;
    let method = ops::getattr(th, future, &n::add_done_callback)?;
    let result = ops::call_kw(th, &method, &[function, context.unwrap_or(none())], Some(names));
    th.release(method);
    th.release(result?);
    Ok(())
}

/// The truth of `future.cancel(msg=message)`.
pub fn cancel(th: &mut Thread, future: &Object, message: Option<&Object>) -> Result<bool, Raised> {
    let names = keyword(th, &MSG, &n::msg)?;
    let method = ops::getattr(th, future, &n::cancel)?;
    let result = ops::call_kw(th, &method, &[message.unwrap_or(none())], Some(names));
    th.release(method);
    let result = result?;
    let truth = ops::is_true(th, &result);
    th.release(result);
    truth
}

/// The truth of `object.name()`.
pub fn ask(th: &mut Thread, object: &Object, name: &'static Name) -> Result<bool, Raised> {
    let answer = ops::call_method(th, object, name, &[])?;
    let truth = ops::is_true(th, &answer);
    th.release(answer);
    truth
}

/// The event loop of anything that behaves like a future.
pub fn loop_of(th: &mut Thread, future: &Object) -> Result<Ref<Object>, Raised> {
    match ops::getattr_opt(th, future, &n::get_loop)? {
        Some(method) => {
            let event_loop = ops::call0(th, &method);
            th.release(method);
            event_loop
        }
        None => ops::getattr(th, future, &n::_loop),
    }
}

/// Tells the event loop about something that nobody else can be told. What goes wrong in that is reported by the interpreter.
pub fn report(th: &mut Thread, event_loop: &Object, message: &str, items: &[(&'static str, &Object)]) -> Result<(), Raised> {
    let context = Dict::new(th);
    let message = objects::Str::new(th, message);
    context.set_by_name(th, "message", message.up());
    for (name, value) in items {
        let value = th.retain(*value);
        context.set_by_name(th, name, value);
    }
    let handler = ops::getattr(th, event_loop, &n::call_exception_handler)?;
    match ops::call1(th, &handler, &context) {
        Ok(result) => th.release(result),
        Err(_) => raise::unraisable(th, "", Some(&handler)),
    }
    th.release(handler);
    Ok(())
}
