//! What a task does between two awaits: it resumes its coroutine, and waits for what that hands out or ends with it.
//!
//! A step is called by the event loop, through a [`TaskStep`] or, when what the task waited for is done, through the bound builtin
//! `task_wakeup`, which is no method of the class.
#![allow(unsafe_code, reason = "the declaration of a builtin that no class lists")]

use heap::sync::Ordering::Relaxed;
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread};
use interp::generator::{self, GenKind};
use macros::{pymethods, pytype};
use objects::exceptions;
use objects::glue::{self, *};
use objects::typing::descr::MethodDef;
use objects::{Builtin, none, none_ref, ops, raise};

use super::future::{Future, Outcome};
use super::task::Task;
use super::{calls, library, names as n, registry, running};

/// Calls a task's step, with an exception to throw or without.
#[pytype(name = "TaskStepMethWrapper", module = "_asyncio", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance, vectorcall)]
#[repr(C)]
pub struct TaskStep {
    head: Head,
    task: Slot<Task>,
    exception: Slot,
    vectorcall: Option<vectorcallfunc>,
}

#[pymethods]
impl TaskStep {
    #[slot(vectorcall)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("function takes no keyword arguments")));
        }
        if !args.is_empty() {
            return Err(raise::type_error(th, format_args!("function takes no positional arguments")));
        }
        let Some(task) = self.task.get(th, self) else {
            return Err(raise::runtime_error(th, format_args!("the task of this step is gone")));
        };
        let exception = self.exception.get(th, self);
        let result = step(th, &task, exception.as_deref());
        th.release(task);
        if let Some(exception) = exception {
            th.release(exception);
        }
        result
    }

    #[getter]
    fn __self__(&self, th: &mut Thread) -> Option<Ref<Task>> {
        self.task.get(th, self)
    }
}

/// Asks the event loop to call the task's step.
pub fn call_soon(th: &mut Thread, task: &Task, exception: Option<Ref<Object>>) -> Result<(), Raised> {
    let wrapper = TaskStep {
        head: Head::INIT,
        task: Slot::new(th.retain(task)),
        exception: Slot::from_option(exception),
        vectorcall: TaskStep::VECTORCALL,
    };
    let wrapper = th.new_object(wrapper);
    let event_loop = task.event_loop(th)?;
    let context = task.context.get(th, task);
    let called = calls::call_soon(th, &event_loop, wrapper.as_object(), None, context.as_deref());
    th.release(wrapper);
    th.release(event_loop);
    called
}

/// One step, while which the task is the thread's current one.
fn step(th: &mut Thread, task: &Task, exception: Option<&Object>) -> Result<(), Raised> {
    let event_loop = task.event_loop(th)?;
    running::enter(th, &event_loop, task.as_object())?;
    let result = advance(th, task, exception);
    let result = match result {
        Ok(()) => running::leave(th, &event_loop, task.as_object()),
        Err(raised) => match th.take_exception() {
            Some(exception) => {
                let _ = running::leave(th, &event_loop, task.as_object());
                Err(raise::chain(th, exception))
            }
            None => Err(raised),
        },
    };
    th.release(event_loop);
    result
}

/// Resumes the coroutine, and sees to what comes of it.
pub fn advance(th: &mut Thread, task: &Task, exception: Option<&Object>) -> Result<(), Raised> {
    if !task.is_pending() {
        return Err(already_done(th, task, exception));
    }
    let (must_cancel, waited_for) = task.locked(th, |_, th| (task.must_cancel.swap(false, Relaxed), task.waits_for.take(th, task)));
    if let Some(waited_for) = waited_for {
        th.release(waited_for);
    }
    let mut cancelled = None;
    if must_cancel {
        let is_one = match exception {
            Some(exception) => library::is_cancelled_error(th, exception)?,
            None => false,
        };
        if !is_one {
            cancelled = Some(task.take_cancelled_error(th)?);
        }
    }
    let Some(coroutine) = task.coroutine.get(th, task) else {
        return Err(raise::runtime_error(th, format_args!("uninitialized Task object")));
    };
    let sent = match cancelled.as_deref().or(exception) {
        None => generator::send_to(th, &coroutine, none()),
        Some(exception) => throw(th, &coroutine, exception),
    };
    th.release(coroutine);
    if let Some(cancelled) = cancelled {
        th.release(cancelled);
    }
    match sent {
        Ok(SendResult::Next(awaited)) => wait_for(th, task, awaited),
        Ok(SendResult::Return(value)) => returned(th, task, value),
        Err(raised) => match th.take_exception() {
            Some(exception) => failed(th, task, exception),
            None => Err(raised),
        },
    }
}

#[cold]
fn already_done(th: &mut Thread, task: &Task, exception: Option<&Object>) -> Raised {
    let shown = ops::repr(th, task.as_object());
    let with = ops::repr(th, exception.unwrap_or(none()));
    match (shown, with) {
        (Ok(shown), Ok(with)) => library::invalid_state(th, format_args!("__step(): already done: {shown} {with}")),
        (Err(raised), _) | (_, Err(raised)) => raised,
    }
}

fn throw(th: &mut Thread, coroutine: &Object, exception: &Object) -> Result<SendResult, Raised> {
    if let Some(generator) = generator::gen_of(coroutine).filter(|g| g.kind != GenKind::AsyncGenerator) {
        return generator::throw(th, generator, exception, None, None);
    }
    match ops::call_method(th, coroutine, &n::throw, &[exception]) {
        Ok(value) => Ok(SendResult::Next(value)),
        Err(raised) => match generator::catch_stop(th) {
            Some(value) => Ok(SendResult::Return(value)),
            None => Err(raised),
        },
    }
}

/// The coroutine returned.
fn returned(th: &mut Thread, task: &Task, value: Ref<Object>) -> Result<(), Raised> {
    registry::remove(task);
    if task.must_cancel.swap(false, Relaxed) {
        // The request came while it ran for the last time.
        th.release(value);
        let message = task.cancel_message.get(th, task);
        return task.make_cancelled(th, message).map(|_| ());
    }
    task.finish(th, value)
}

/// The coroutine raised.
fn failed(th: &mut Thread, task: &Task, exception: Ref<Object>) -> Result<(), Raised> {
    registry::remove(task);
    if library::is_cancelled_error(th, &exception)? {
        task.cancelled_error.set(th, task, Some(exception));
        return task.make_cancelled(th, None).map(|_| ());
    }
    task.fail(th, &exception)?;
    // Whoever runs the event loop is to hear of these, too.
    if exception.is_a::<exceptions::KeyboardInterrupt>() || exception.is_a::<exceptions::SystemExit>() {
        return Err(raise::again(th, exception));
    }
    th.release(exception);
    Ok(())
}

/// The next step throws a RuntimeError into the coroutine: what it awaited cannot be waited for.
#[cold]
fn refuse(th: &mut Thread, task: &Task, message: core::fmt::Arguments<'_>) -> Result<(), Raised> {
    let _ = raise::runtime_error(th, message);
    match th.take_exception() {
        Some(error) => call_soon(th, task, Some(error)),
        None => Ok(()),
    }
}

/// As `refuse`, for messages that show the task and what it awaited.
#[cold]
fn refuse_showing(th: &mut Thread, task: &Task, awaited: &Object, words: [&str; 3]) -> Result<(), Raised> {
    let shown = ops::repr(th, task.as_object())?;
    let awaited = ops::repr(th, awaited)?;
    refuse(th, task, format_args!("{} {shown} {} {awaited}{}", words[0], words[1], words[2]))
}

const FOREIGN_LOOP: [&str; 3] = ["Task", "got Future", " attached to a different loop"];
const BARE_YIELD: [&str; 3] = ["yield was used instead of yield from in task", "with", ""];

/// The future part of an object that is exactly a `Future` or a `Task`: a subclass may have methods of its own.
pub fn exact_future(object: &Object) -> Option<&Future> {
    if let Some(future) = object.downcast_exact::<Future>() {
        return Some(future);
    }
    object.downcast_exact::<Task>().map(|task| &**task)
}

/// The coroutine awaits something.
fn wait_for(th: &mut Thread, task: &Task, awaited: Ref<Object>) -> Result<(), Raised> {
    if awaited.is(task) {
        let shown = ops::repr(th, task.as_object())?;
        return refuse(th, task, format_args!("Task cannot await on itself: {shown}"));
    }
    if let Some(future) = exact_future(&awaited) {
        if !core::ptr::eq(future.event_loop.raw(), task.event_loop.raw()) {
            return refuse_showing(th, task, &awaited, FOREIGN_LOOP);
        }
        if !future.blocking.swap(false, Relaxed) {
            return refuse_showing(th, task, &awaited, BARE_YIELD);
        }
        future.add_waiter(th, task.as_object());
        let function = wakeup_of(th, task).up();
        let context = task.context.get(th, task).unwrap_or_else(none_ref);
        future.add_callback(th, function, context)?;
        return now_waits(th, task, awaited);
    }
    if awaited.is(none()) {
        // A bare yield lets others run.
        return call_soon(th, task, None);
    }
    let blocking = ops::getattr_opt(th, &awaited, &n::_asyncio_future_blocking)?;
    if let Some(blocking) = blocking.filter(|blocking| !blocking.is(none())) {
        return wait_for_likeness(th, task, awaited, &blocking);
    }
    if awaited.is_a::<generator::Generator>() {
        return refuse_showing(th, task, &awaited, ["yield was used instead of yield from for generator in task", "with", ""]);
    }
    let shown = ops::repr(th, &awaited)?;
    refuse(th, task, format_args!("Task got bad yield: {shown}"))
}

/// The coroutine awaits what behaves like a future.
fn wait_for_likeness(th: &mut Thread, task: &Task, awaited: Ref<Object>, blocking: &Object) -> Result<(), Raised> {
    let blocking = ops::is_true(th, blocking)?;
    let event_loop = calls::loop_of(th, &awaited)?;
    if !core::ptr::eq(event_loop.as_ptr(), task.event_loop.raw()) {
        return refuse_showing(th, task, &awaited, FOREIGN_LOOP);
    }
    th.release(event_loop);
    if !blocking {
        return refuse_showing(th, task, &awaited, BARE_YIELD);
    }
    if let Some(future) = awaited.downcast_ref::<Future>() {
        future.add_waiter(th, task.as_object());
    }
    ops::setattr(th, &awaited, &n::_asyncio_future_blocking, objects::false_())?;
    let function = wakeup_of(th, task);
    let context = task.context.get(th, task);
    calls::add_done_callback(th, &awaited, function.as_object(), context.as_deref())?;
    now_waits(th, task, awaited)
}

/// What the task waits for is known from now on; a request to cancel that came meanwhile goes to it.
fn now_waits(th: &mut Thread, task: &Task, awaited: Ref<Object>) -> Result<(), Raised> {
    let kept = awaited.clone();
    let must_cancel = task.locked(th, |_, th| {
        drop(task.waits_for.replace(th, task, Some(kept)));
        task.must_cancel.load(Relaxed)
    });
    if must_cancel {
        let message = task.cancel_message.get(th, task);
        if cancel(th, &awaited, message.as_deref())? {
            task.must_cancel.store(false, Relaxed);
        }
    }
    th.release(awaited);
    Ok(())
}

/// `future.cancel(msg=message)`
pub fn cancel(th: &mut Thread, future: &Object, message: Option<&Object>) -> Result<bool, Raised> {
    if let Some(task) = future.downcast_exact::<Task>() {
        // Tasks may wait for tasks to any depth.
        ops::native_recursion(th, " while calling a Python object")?;
        return task.request_cancel(th, message);
    }
    if let Some(future) = future.downcast_exact::<Future>() {
        let message = message.map(|message| th.retain(message));
        return future.make_cancelled(th, message);
    }
    calls::cancel(th, future, message)
}

/// What the task waited for is done.
fn wakeup(th: &mut Thread, task: &Task, future: &Object) -> Result<(), Raised> {
    if let Some(native) = future.downcast::<Future>() {
        native.remove_waiter(th, task.as_object());
    }
    let outcome = match exact_future(future) {
        Some(future) => future.outcome(th),
        None => ops::call_method(th, future, &n::result, &[]).map(Outcome::Value),
    };
    match outcome {
        Ok(Outcome::Value(value)) => {
            // The iterator that the coroutine waits in asks for it again.
            th.release(value);
            step(th, task, None)
        }
        Ok(Outcome::Exception(exception)) => step(th, task, Some(&exception)),
        Err(raised) => match th.take_exception() {
            Some(exception) => step(th, task, Some(&exception)),
            None => Err(raised),
        },
    }
}

/// # Safety
/// R4: as C's function of one argument; it is bound to tasks only.
unsafe extern "C-unwind" fn wakeup_entry(slf: *mut abi::PyObject, future: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: the receiver is the task that `wakeup_of` bound.
    unsafe {
        glue::entry_object(|th| {
            wakeup(th, glue::this::<Task>(slf), glue::borrow(future))?;
            Ok(none_ref())
        })
    }
}

static WAKEUP: abi::Static<abi::PyMethodDef> =
    abi::Static::new(glue::method_o(c"task_wakeup", wakeup_entry, 0, c"task_wakeup($self, object, /)\n--\n\n".as_ptr()));

fn wakeup_of(th: &Thread, task: &Task) -> Ref<Builtin> {
    // SAFETY: a static.
    let def = unsafe { MethodDef::from_ptr(WAKEUP.get().cast()) };
    Builtin::new(th, def, Some(task.as_object()), None)
}


