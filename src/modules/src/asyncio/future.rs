//! `Future`.

use heap::sync::{AtomicBool, AtomicU8, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::exceptions::{self, as_exception, as_exception_class};
use objects::glue::*;
use objects::{Dict, FrozenSet, List, Traceback, Tuple, none, none_ref, ops, raise};

use super::iter::FutureIter;
use super::links::{Callback, Callbacks, Inner, Links};
use super::{calls, library, names as n, running};

const PENDING: u8 = 0;
const CANCELLED: u8 = 1;
const FINISHED: u8 = 2;

/// This class is *almost* compatible with concurrent.futures.Future.
///
///     Differences:
///
///     - result() and exception() do not take a timeout argument and
///       raise an exception when the future isn't done yet.
///
///     - Callbacks registered with add_done_callback() are always called
///       via the event loop's call_soon_threadsafe().
///
///     - This class is not compatible with the wait() and as_completed()
///       methods in the concurrent.futures package.
#[pytype(name = "Future", module = "_asyncio", sig = "(*, loop=None)", flags(BASETYPE), lock = instance, dict, weakref)]
#[repr(C)]
pub struct Future {
    head: Head,
    dict: Slot<Dict>,
    pub(super) event_loop: Slot,
    result: Slot,
    exception: Slot,
    /// The traceback that the exception had when it was set: raising it again and again does not prolong it.
    traceback: Slot<Traceback>,
    source_traceback: Slot,
    pub(super) cancel_message: Slot,
    /// The `CancelledError` that a task's coroutine ended with.
    pub(super) cancelled_error: Slot,
    state: AtomicU8,
    /// An iterator of this future handed it out: who drives the coroutine is to wait for it.
    pub(super) blocking: AtomicBool,
    /// There is an exception that nobody has looked at.
    pub(super) log_traceback: AtomicBool,
    #[traverse]
    links: Links,
}

/// What became of a future.
pub enum Outcome {
    Value(Ref<Object>),
    Exception(Ref<Object>),
}

impl Future {
    /// Not initialized.
    pub fn blank() -> Future {
        Future {
            head: Head::INIT,
            dict: Slot::NULL,
            event_loop: Slot::NULL,
            result: Slot::NULL,
            exception: Slot::NULL,
            traceback: Slot::NULL,
            source_traceback: Slot::NULL,
            cancel_message: Slot::NULL,
            cancelled_error: Slot::NULL,
            state: AtomicU8::new(PENDING),
            blocking: AtomicBool::new(false),
            log_traceback: AtomicBool::new(false),
            links: Links::default(),
        }
    }

    /// `Future.__init__`.
    pub fn set_up(&self, th: &mut Thread, event_loop: Option<&Object>) -> Result<(), Raised> {
        self.reset(th);
        let event_loop = match event_loop.filter(|l| !l.is(none())) {
            Some(event_loop) => th.retain(event_loop),
            None => running::event_loop_or_policys(th)?,
        };
        self.event_loop.set(th, self, Some(event_loop.clone()));
        if calls::ask(th, &event_loop, &n::get_debug)? {
            let extract = library::extract_stack(th)?;
            let stack = ops::call0(th, &extract)?;
            self.source_traceback.set(th, self, Some(stack));
        }
        th.release(event_loop);
        Ok(())
    }

    /// As it was before it was initialized: nothing but its dict stays.
    fn reset(&self, th: &mut Thread) {
        if self.event_loop.is_null() && self.cancel_message.is_null() && self.cancelled_error.is_null() {
            return;
        }
        let old = self.locked(th, |links, _| {
            self.state.store(PENDING, Release);
            self.blocking.store(false, Relaxed);
            self.log_traceback.store(false, Relaxed);
            core::mem::take(links)
        });
        drop(old);
        for slot in [&self.event_loop, &self.result, &self.exception, &self.source_traceback, &self.cancel_message, &self.cancelled_error] {
            slot.set(th, self, None);
        }
        self.traceback.set(th, self, None);
    }

    /// One stretch under the lock; nothing in it calls out or allocates objects.
    #[inline(always)]
    pub fn locked<R>(&self, th: &mut Thread, body: impl FnOnce(&mut Inner, &Thread) -> R) -> R {
        self.links.with(th, self.as_object(), body)
    }

    /// The event loop; RuntimeError before `__init__`.
    pub fn event_loop(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.event_loop.get(th, self) {
            Some(event_loop) => Ok(event_loop),
            None => Err(raise::runtime_error(th, format_args!("Future object is not initialized."))),
        }
    }

    pub fn check_initialized(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.event_loop.is_null() { self.event_loop(th).map(|_| ()) } else { Ok(()) }
    }

    pub fn is_pending(&self) -> bool {
        self.state.load(Acquire) == PENDING
    }

    pub fn belongs_to(&self, event_loop: &Object) -> bool {
        core::ptr::eq(self.event_loop.raw(), event_loop.as_ptr())
    }

    /// Leaves the pending state for good, in one step with what `store` stores; the callbacks to schedule. `None`: it was not pending any more.
    fn leave_pending(&self, th: &mut Thread, state: u8, store: impl FnOnce(&Thread)) -> Option<Callbacks> {
        self.locked(th, |links, th| {
            if self.state.load(Relaxed) != PENDING {
                return None;
            }
            store(th);
            self.state.store(state, Release);
            Some(core::mem::take(&mut links.callbacks))
        })
    }

    /// Asks the event loop to call all callbacks, in order.
    fn schedule(&self, th: &mut Thread, callbacks: Callbacks) -> Result<(), Raised> {
        if callbacks.iter().next().is_none() {
            return Ok(());
        }
        let event_loop = self.event_loop(th)?;
        for Callback { function, context } in callbacks {
            let scheduled = calls::call_soon(th, &event_loop, &function, Some(self.as_object()), Some(&context));
            th.release(function);
            th.release(context);
            scheduled?;
        }
        th.release(event_loop);
        Ok(())
    }

    /// Makes the future cancelled; false if it was done.
    pub fn make_cancelled(&self, th: &mut Thread, message: Option<Ref<Object>>) -> Result<bool, Raised> {
        self.log_traceback.store(false, Relaxed);
        match self.leave_pending(th, CANCELLED, |th| drop(self.cancel_message.replace(th, self, message))) {
            Some(callbacks) => self.schedule(th, callbacks).map(|()| true),
            None => Ok(false),
        }
    }

    /// Makes the future finished with a result.
    pub fn finish(&self, th: &mut Thread, result: Ref<Object>) -> Result<(), Raised> {
        match self.leave_pending(th, FINISHED, |th| drop(self.result.replace(th, self, Some(result)))) {
            Some(callbacks) => self.schedule(th, callbacks),
            None => Err(library::invalid_state(th, format_args!("invalid state"))),
        }
    }

    /// Makes the future finished with an exception, a class of exceptions, or what is refused.
    pub fn fail(&self, th: &mut Thread, exception: &Object) -> Result<(), Raised> {
        if !self.is_pending() {
            return Err(library::invalid_state(th, format_args!("invalid state")));
        }
        let exception = match as_exception_class(exception) {
            Some(class) => ops::call0(th, class)?,
            None => th.retain(exception),
        };
        let exception = match as_exception(&exception) {
            None => return Err(raise::type_error(th, format_args!("invalid exception object"))),
            Some(_) if exception.is_a::<exceptions::StopIteration>() => cannot_be_raised_into(th, exception)?,
            Some(_) => exception,
        };
        let traceback = as_exception(&exception).and_then(|e| e.traceback(th));
        let left = self.leave_pending(th, FINISHED, |th| {
            drop(self.exception.replace(th, self, Some(exception)));
            drop(self.traceback.replace(th, self, traceback));
        });
        match left {
            Some(callbacks) => {
                self.schedule(th, callbacks)?;
                self.log_traceback.store(true, Relaxed);
                Ok(())
            }
            None => Err(library::invalid_state(th, format_args!("invalid state"))),
        }
    }

    /// The error that tells a waiter that this was cancelled: the one that the coroutine ended with, once, or a new one.
    pub fn take_cancelled_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if let Some(kept) = self.cancelled_error.take(th, self) {
            return Ok(kept);
        }
        let class = library::cancelled_error(th)?;
        let made = match self.cancel_message.get(th, self).filter(|message| !message.is(none())) {
            Some(message) => ops::call1(th, &class, &message),
            None => ops::call0(th, &class),
        };
        th.release(class);
        made
    }

    #[cold]
    fn raise_cancelled(&self, th: &mut Thread) -> Raised {
        match self.take_cancelled_error(th) {
            Ok(error) => raise::set(th, error),
            Err(raised) => raised,
        }
    }

    /// The result or the exception, or an error: it was cancelled, or is not done.
    pub fn outcome(&self, th: &mut Thread) -> Result<Outcome, Raised> {
        match self.state.load(Acquire) {
            CANCELLED => return Err(self.raise_cancelled(th)),
            FINISHED => {}
            _ => return Err(self.not_done(th, "Result is not set.")),
        }
        self.log_traceback.store(false, Relaxed);
        let Some(exception) = self.exception.get(th, self) else {
            return Ok(Outcome::Value(self.result.get(th, self).unwrap_or_else(none_ref)));
        };
        let traceback = self.traceback.take(th, self);
        if let Some(e) = as_exception(&exception) {
            e.set_traceback(th, traceback);
        }
        Ok(Outcome::Exception(exception))
    }

    /// The result, or the exception as raised.
    pub fn result(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.outcome(th)? {
            Outcome::Value(value) => Ok(value),
            Outcome::Exception(exception) => Err(raise::set(th, exception)),
        }
    }

    #[cold]
    fn not_done(&self, th: &mut Thread, message: &str) -> Raised {
        let message = if self.event_loop.is_null() { "Future object is not initialized." } else { message };
        library::invalid_state(th, format_args!("{message}"))
    }

    /// Adds a callback, or schedules it at once where the future is done.
    pub fn add_callback(&self, th: &mut Thread, function: Ref<Object>, context: Ref<Object>) -> Result<(), Raised> {
        let callback = Callback { function, context };
        let late = self.locked(th, |links, th| {
            if self.state.load(Relaxed) != PENDING {
                return Some(callback);
            }
            // R6: the store barrier of fields that are no `Slot`s.
            th.barrier(self.as_object(), &callback.function);
            th.barrier(self.as_object(), &callback.context);
            links.callbacks.push(callback);
            None
        });
        match late {
            Some(Callback { function, context }) => {
                let event_loop = self.event_loop(th)?;
                calls::call_soon(th, &event_loop, &function, Some(self.as_object()), Some(&context))
            }
            None => Ok(()),
        }
    }

    fn callbacks(&self, th: &mut Thread) -> Vec<Callback> {
        self.locked(th, |links, _| links.callbacks.iter().cloned().collect())
    }

    /// Notes that `waiter` waits for this.
    pub fn add_waiter(&self, th: &mut Thread, waiter: &Object) {
        let waiter = th.retain(waiter);
        self.locked(th, |links, th| {
            // R6: as in `add_callback`.
            th.barrier(self.as_object(), &waiter);
            links.waiters.add(waiter);
        });
    }

    /// Notes that `waiter` waits no more.
    pub fn remove_waiter(&self, th: &mut Thread, waiter: &Object) {
        if let Some(waiter) = self.locked(th, |links, _| links.waiters.remove(waiter)) {
            th.release(waiter);
        }
    }

    /// Tells the event loop about this object, in the finalizer.
    pub fn report(&self, th: &mut Thread, message: &str, items: &[(&'static str, &Object)]) -> Result<(), Raised> {
        let event_loop = self.event_loop(th)?;
        match self.source_traceback.get(th, self) {
            Some(source) => {
                let mut items = items.to_vec();
                items.push(("source_traceback", &source));
                calls::report(th, &event_loop, message, &items)
            }
            None => calls::report(th, &event_loop, message, items),
        }
    }

    /// The finalizer, which a task's goes on with.
    pub fn report_unretrieved(&self, th: &mut Thread) -> Result<(), Raised> {
        if !self.log_traceback.swap(false, Relaxed) {
            return Ok(());
        }
        let Some(exception) = self.exception.get(th, self) else { return Ok(()) };
        let message = format!("{} exception was never retrieved", objects::typing::short_name(self.as_object().ty()));
        self.report(th, &message, &[("exception", &exception), ("future", self.as_object())])
    }
}

/// Generators take a StopIteration for their end.
#[cold]
fn cannot_be_raised_into(th: &mut Thread, stop: Ref<Object>) -> Result<Ref<Object>, Raised> {
    let message = objects::Str::new(th, "StopIteration interacts badly with generators and cannot be raised into a Future");
    let error = ops::call1(th, exceptions::runtime_error_type(), &message)?;
    if let Some(e) = as_exception(&error) {
        e.set_cause(th, Some(stop.clone()));
        e.set_context(th, Some(stop));
    }
    Ok(error)
}

/// A setter's value.
pub fn settable<'a>(th: &mut Thread, class: &str, name: &str, value: Option<&'a Object>) -> Result<&'a Object, Raised> {
    value.ok_or_else(|| {
        let message = format_args!("attribute '{name}' of '_asyncio.{class}' objects cannot be deleted");
        raise::new(th, exceptions::attribute_error_type(), message)
    })
}

#[pymethods]
impl Future {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Future> {
        th.new_instance(cls, Future::blank())
    }

    #[slot(tp_init, sig = "(*, loop=None)")]
    fn init(&self, th: &mut Thread, event_loop: Option<&Object>) -> Result<(), Raised> {
        self.set_up(th, event_loop)
    }

    #[slot(tp_vectorcall, sig = "(*, loop=None)")]
    fn construct(th: &mut Thread, cls: &Type, event_loop: Option<&Object>) -> Result<Ref<Future>, Raised> {
        let made = th.new_instance(cls, Future::blank());
        made.set_up(th, event_loop)?;
        Ok(made)
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) -> Result<(), Raised> {
        self.report_unretrieved(th)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.check_initialized(th)?;
        let repr = library::future_repr(th)?;
        ops::call1(th, &repr, self.as_object())
    }

    #[slot(tp_iter, am_await)]
    fn iter(&self, th: &mut Thread) -> Result<Ref<FutureIter>, Raised> {
        self.check_initialized(th)?;
        Ok(FutureIter::new(th, self))
    }

    /// Return the result this future represents.
    ///
    /// If the future has been cancelled, raises CancelledError.  If the
    /// future's result isn't yet available, raises InvalidStateError.  If
    /// the future is done and has an exception set, this exception is
    /// raised.
    #[method(name = "result")]
    fn py_result(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.result(th)
    }

    /// Return the exception that was set on this future.
    ///
    /// The exception (or None if no exception was set) is returned only if
    /// the future is done.  If the future has been cancelled, raises
    /// CancelledError.  If the future isn't done yet, raises
    /// InvalidStateError.
    #[method]
    fn exception(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        match self.state.load(Acquire) {
            CANCELLED => return Err(self.raise_cancelled(th)),
            FINISHED => {}
            _ => return Err(self.not_done(th, "Exception is not set.")),
        }
        self.log_traceback.store(false, Relaxed);
        Ok(self.exception.get(th, self))
    }

    /// Mark the future done and set its result.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "($self, result, /)")]
    fn set_result(&self, th: &mut Thread, result: &Object) -> Result<(), Raised> {
        self.check_initialized(th)?;
        let result = th.retain(result);
        self.finish(th, result)
    }

    /// Mark the future done and set an exception.
    ///
    /// If the future is already done when this method is called, raises
    /// InvalidStateError.
    #[method(sig = "($self, exception, /)")]
    fn set_exception(&self, th: &mut Thread, exception: &Object) -> Result<(), Raised> {
        self.check_initialized(th)?;
        self.fail(th, exception)
    }

    /// Add a callback to be run when the future becomes done.
    ///
    /// The callback is called with a single argument - the future object.
    /// If the future is already done when this is called, the callback is
    /// scheduled with call_soon.
    #[method(sig = "($self, fn, /, *, context=<unrepresentable>)")]
    fn add_done_callback(&self, th: &mut Thread, function: &Object, context: Option<&Object>) -> Result<(), Raised> {
        let context = match context {
            Some(context) => th.retain(context),
            None => crate::contextvars::copy_current(th).up(),
        };
        if self.event_loop.is_null() {
            return Err(raise::runtime_error(th, format_args!("uninitialized Future object")));
        }
        let function = th.retain(function);
        self.add_callback(th, function, context)
    }

    /// Remove all instances of a callback from the "call when done" list.
    ///
    /// Returns the number of callbacks removed.
    #[method(sig = "($self, fn, /)")]
    fn remove_done_callback(&self, th: &mut Thread, function: &Object) -> Result<usize, Raised> {
        self.check_initialized(th)?;
        let mut equal = Vec::new();
        for callback in self.callbacks(th) {
            if ops::compare_bool(th, &callback.function, function, CompareOp::Eq)? {
                equal.push(callback);
            }
        }
        if equal.is_empty() {
            return Ok(0);
        }
        // Between the look and the lock others may have come and gone: only those that were compared go, each once.
        let key = |callback: &Callback| (callback.function.as_ptr().addr(), callback.context.as_ptr().addr());
        let mut left = std::collections::HashMap::new();
        for callback in &equal {
            *left.entry(key(callback)).or_insert(0usize) += 1;
        }
        let removed = self.locked(th, |links, _| {
            links.callbacks.remove_where(|callback| match left.get_mut(&key(callback)) {
                Some(count) if *count > 0 => {
                    *count -= 1;
                    true
                }
                _ => false,
            })
        });
        Ok(removed.len())
    }

    /// Cancel the future and schedule callbacks.
    ///
    /// If the future is already done or cancelled, return False.
    /// Otherwise, change the future's state to cancelled, schedule the
    /// callbacks and return True.
    #[method(sig = "($self, /, msg=None)")]
    fn cancel(&self, th: &mut Thread, msg: Option<&Object>) -> Result<bool, Raised> {
        self.check_initialized(th)?;
        let message = msg.filter(|m| !m.is(none())).map(|m| th.retain(m));
        self.make_cancelled(th, message)
    }

    /// Return True if the future was cancelled.
    #[method]
    fn cancelled(&self) -> bool {
        self.state.load(Acquire) == CANCELLED
    }

    /// Return True if the future is done.
    ///
    /// Done means either that a result / exception are available, or that
    /// the future was cancelled.
    #[method]
    fn done(&self) -> bool {
        !self.is_pending()
    }

    /// Return the event loop the Future is bound to.
    #[method]
    fn get_loop(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.event_loop(th)
    }

    /// Create the CancelledError to raise if the Future is cancelled.
    ///
    /// This should only be called once when handling a cancellation since
    /// it erases the context exception value.
    #[method]
    fn _make_cancelled_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.take_cancelled_error(th)
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }

    #[getter]
    fn _state(&self, th: &mut Thread) -> Result<&'static str, Raised> {
        self.check_initialized(th)?;
        Ok(match self.state.load(Acquire) {
            PENDING => "PENDING",
            CANCELLED => "CANCELLED",
            _ => "FINISHED",
        })
    }

    #[getter]
    fn _asyncio_future_blocking(&self) -> bool {
        !self.event_loop.is_null() && self.blocking.load(Relaxed)
    }

    #[setter(_asyncio_future_blocking)]
    fn set_blocking(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        self.check_initialized(th)?;
        let value = settable(th, "Future", "_asyncio_future_blocking", value)?;
        let value = ops::is_true(th, value)?;
        self.blocking.store(value, Relaxed);
        Ok(())
    }

    #[getter]
    fn _loop(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.event_loop.get(th, self)
    }

    #[getter]
    fn _callbacks(&self, th: &mut Thread) -> Result<Option<Ref<List>>, Raised> {
        self.check_initialized(th)?;
        let callbacks = self.callbacks(th);
        if callbacks.is_empty() {
            return Ok(None);
        }
        let pairs = callbacks.into_iter().map(|c| Tuple::from_array(th, [c.function, c.context]).up()).collect();
        Ok(Some(List::new(th, pairs)))
    }

    #[getter(name = "_result")]
    fn get_result(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.check_initialized(th)?;
        Ok(self.result.get(th, self))
    }

    #[getter(name = "_exception")]
    fn get_exception(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.check_initialized(th)?;
        Ok(self.exception.get(th, self))
    }

    #[getter]
    fn _log_traceback(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.check_initialized(th)?;
        Ok(self.log_traceback.load(Relaxed))
    }

    #[setter(_log_traceback)]
    fn set_log_traceback(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = settable(th, "Future", "_log_traceback", value)?;
        if ops::is_true(th, value)? {
            return Err(raise::value_error(th, format_args!("_log_traceback can only be set to False")));
        }
        self.log_traceback.store(false, Relaxed);
        Ok(())
    }

    #[getter]
    fn _source_traceback(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.source_traceback.get(th, self)
    }

    #[getter]
    fn _cancel_message(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.cancel_message.get(th, self)
    }

    #[setter(_cancel_message)]
    fn set_cancel_message(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = settable(th, "Future", "_cancel_message", value)?;
        let value = th.retain(value);
        self.cancel_message.set(th, self, Some(value));
        Ok(())
    }

    #[getter]
    fn _asyncio_awaited_by(&self, th: &mut Thread) -> Result<Option<Ref<FrozenSet>>, Raised> {
        let waiters = self.locked(th, |links, _| if links.waiters.is_nobody() { None } else { Some(links.waiters.snapshot()) });
        match waiters {
            Some(waiters) => {
                let keys: Vec<&Object> = waiters.iter().map(|waiter| &**waiter).collect();
                FrozenSet::from_keys(th, &keys).map(Some)
            }
            None => Ok(None),
        }
    }
}
