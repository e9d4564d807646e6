//! `Task`: a future that drives a coroutine. What a step does is in `step`.

use heap::sync::{AtomicBool, AtomicU64, AtomicUsize, Ordering::*};
use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type};
use interp::generator::Coroutine;
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Str, none, ops, raise};

use super::future::{Future, settable};
use super::registry::{self, Place};
use super::{calls, library, names as n, running, step};

/// Numbers the tasks that are given no name.
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

/// A coroutine wrapped in a Future.
#[pytype(
    name = "Task",
    module = "_asyncio",
    base = Future,
    sig = "(coro, *, loop=None, name=None, context=None, eager_start=False)",
    flags(BASETYPE),
    lock = instance
)]
#[repr(C)]
pub struct Task {
    base: Future,
    pub(super) coroutine: Slot,
    pub(super) context: Slot,
    /// What the coroutine waits for.
    pub(super) waits_for: Slot,
    /// Made of the number where none was given and one is asked for.
    name: Slot,
    number: AtomicU64,
    cancels: AtomicUsize,
    /// The next step throws a `CancelledError` into the coroutine.
    pub(super) must_cancel: AtomicBool,
    log_destroy_pending: AtomicBool,
    pub(super) place: Place,
}

impl Drop for Task {
    fn drop(&mut self) {
        registry::remove(self);
    }
}

/// What `Task()` is given beside the coroutine.
struct Options<'a> {
    event_loop: Option<&'a Object>,
    name: Option<&'a Object>,
    context: Option<&'a Object>,
    eager_start: bool,
}

impl Task {
    fn blank() -> Task {
        Task {
            base: Future::blank(),
            coroutine: Slot::NULL,
            context: Slot::NULL,
            waits_for: Slot::NULL,
            name: Slot::NULL,
            number: AtomicU64::new(0),
            cancels: AtomicUsize::new(0),
            must_cancel: AtomicBool::new(false),
            log_destroy_pending: AtomicBool::new(false),
            place: Place::NONE,
        }
    }

    /// `Task.__init__`.
    fn begin(&self, th: &mut Thread, coroutine: &Object, options: Options<'_>) -> Result<(), Raised> {
        self.set_up(th, options.event_loop)?;
        if !is_coroutine(th, coroutine)? {
            self.log_destroy_pending.store(false, Relaxed);
            let shown = ops::repr(th, coroutine)?;
            return Err(raise::type_error(th, format_args!("a coroutine was expected, got {shown}")));
        }
        let context = match options.context.filter(|c| !c.is(none())) {
            Some(context) => th.retain(context),
            None => crate::contextvars::copy_current(th).up(),
        };
        self.context.set(th, self, Some(context));
        self.waits_for.set(th, self, None);
        self.must_cancel.store(false, Relaxed);
        self.log_destroy_pending.store(true, Relaxed);
        self.cancels.store(0, Relaxed);
        let coroutine = th.retain(coroutine);
        self.coroutine.set(th, self, Some(coroutine));
        match options.name.filter(|name| !name.is(none())) {
            Some(name) => self.rename(th, name)?,
            None => {
                self.name.set(th, self, None);
                self.number.store(NEXT_NUMBER.fetch_add(1, Relaxed), Relaxed);
            }
        }
        let event_loop = self.event_loop(th)?;
        let begun = if options.eager_start && calls::ask(th, &event_loop, &n::is_running)? {
            self.start_eagerly(th, &event_loop)
        } else {
            let called = step::call_soon(th, self, None);
            if called.is_ok() {
                registry::add(th, self);
            }
            called
        };
        th.release(event_loop);
        begun
    }

    /// The first step runs at once, in the task's context.
    fn start_eagerly(&self, th: &mut Thread, event_loop: &Object) -> Result<(), Raised> {
        let before = running::swap(th, event_loop, Some(self.as_object()))?;
        registry::add(th, self);
        let stepped = match self.context.get(th, self) {
            Some(context) => crate::contextvars::run_in(th, &context, |th| step::advance(th, self, None)),
            None => step::advance(th, self, None),
        };
        let raised = if stepped.is_err() { th.take_exception() } else { None };
        let swapped = running::swap(th, event_loop, before.as_deref()).map(|_| ());
        if !self.is_pending() {
            self.coroutine.set(th, self, None);
        }
        match raised {
            Some(raised) => Err(raise::chain(th, raised)),
            None => swapped,
        }
    }

    fn rename(&self, th: &mut Thread, name: &Object) -> Result<(), Raised> {
        let name = if name.is_exactly::<Str>() { th.retain(name) } else { ops::str_(th, name)?.up() };
        self.name.set(th, self, Some(name));
        Ok(())
    }

    /// Asks the coroutine to end; false if it has ended.
    pub fn request_cancel(&self, th: &mut Thread, message: Option<&Object>) -> Result<bool, Raised> {
        self.log_traceback.store(false, Relaxed);
        if !self.is_pending() {
            return Ok(false);
        }
        self.cancels.fetch_add(1, Relaxed);
        let mut refused: Option<Ref<Object>> = None;
        loop {
            let kept = message.map(|message| th.retain(message));
            // The step that begins to wait does so under this lock, too: the request reaches either what it waits for or the step.
            let waits_for = self.locked(th, |_, th| match self.waits_for.get(th, self) {
                Some(now) if !refused.as_ref().is_some_and(|before| before.is(&*now)) => Some(now),
                _ => {
                    self.must_cancel.store(true, Relaxed);
                    drop(self.cancel_message.replace(th, self, kept));
                    None
                }
            });
            let Some(waits_for) = waits_for else { return Ok(true) };
            if step::cancel(th, &waits_for, message)? {
                return Ok(true);
            }
            refused = Some(waits_for);
        }
    }
}

fn is_coroutine(th: &mut Thread, object: &Object) -> Result<bool, Raised> {
    if object.is_exactly::<Coroutine>() {
        return Ok(true);
    }
    let ask = library::is_coroutine(th)?;
    let answer = ops::call1(th, &ask, object)?;
    let truth = ops::is_true(th, &answer);
    th.release(answer);
    truth
}

#[pymethods]
impl Task {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Task> {
        th.new_instance(cls, Task::blank())
    }

    #[slot(tp_init, sig = "(coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn init(
        &self,
        th: &mut Thread,
        coroutine: &Object,
        event_loop: Option<&Object>,
        name: Option<&Object>,
        context: Option<&Object>,
        eager_start: bool,
    ) -> Result<(), Raised> {
        self.begin(th, coroutine, Options { event_loop, name, context, eager_start })
    }

    #[slot(tp_vectorcall, sig = "(coro, *, loop=None, name=None, context=None, eager_start=False)")]
    fn construct(
        th: &mut Thread,
        cls: &Type,
        coroutine: &Object,
        event_loop: Option<&Object>,
        name: Option<&Object>,
        context: Option<&Object>,
        eager_start: bool,
    ) -> Result<Ref<Task>, Raised> {
        let made = th.new_instance(cls, Task::blank());
        made.begin(th, coroutine, Options { event_loop, name, context, eager_start })?;
        Ok(made)
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.log_destroy_pending.load(Relaxed) && self.is_pending() && !self.event_loop.is_null() {
            self.report(th, "Task was destroyed but it is pending!", &[("task", self.as_object())])?;
        }
        self.report_unretrieved(th)
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.check_initialized(th)?;
        let repr = library::task_repr(th)?;
        ops::call1(th, &repr, self.as_object())
    }

    /// Request that this task cancel itself.
    ///
    /// This arranges for a CancelledError to be thrown into the
    /// wrapped coroutine on the next cycle through the event loop.
    /// The coroutine then has a chance to clean up or even deny
    /// the request using try/except/finally.
    ///
    /// Unlike Future.cancel, this does not guarantee that the
    /// task will be cancelled: the exception might be caught and
    /// acted upon, delaying cancellation of the task or preventing
    /// cancellation completely.  The task may also return a value or
    /// raise a different exception.
    ///
    /// Immediately after this method is called, Task.cancelled() will
    /// not return True (unless the task was already cancelled).  A
    /// task will be marked as cancelled when the wrapped coroutine
    /// terminates with a CancelledError exception (even if cancel()
    /// was not called).
    ///
    /// This also increases the task's count of cancellation requests.
    #[method(sig = "($self, /, msg=None)")]
    fn cancel(&self, th: &mut Thread, msg: Option<&Object>) -> Result<bool, Raised> {
        self.request_cancel(th, msg.filter(|m| !m.is(none())))
    }

    /// Return the count of the task's cancellation requests.
    ///
    /// This count is incremented when .cancel() is called
    /// and may be decremented using .uncancel().
    #[method]
    fn cancelling(&self) -> usize {
        self.cancels.load(Relaxed)
    }

    /// Decrement the task's count of cancellation requests.
    ///
    /// This should be used by tasks that catch CancelledError
    /// and wish to continue indefinitely until they are cancelled again.
    ///
    /// Returns the remaining number of cancellation requests.
    #[method]
    fn uncancel(&self) -> usize {
        match self.cancels.fetch_update(Relaxed, Relaxed, |count| count.checked_sub(1)) {
            Ok(1) => {
                self.must_cancel.store(false, Relaxed);
                0
            }
            Ok(before) => before - 1,
            Err(_) => 0,
        }
    }

    #[method]
    fn get_name(&self, th: &mut Thread) -> Option<Ref<Object>> {
        if let Some(name) = self.name.get(th, self) {
            return Some(name);
        }
        let number = self.number.load(Relaxed);
        if number == 0 {
            return None;
        }
        let name = Str::new(th, &format!("Task-{number}")).up();
        match self.name.set_if_null(th, self, name.clone()) {
            Ok(()) => Some(name),
            Err(_) => self.name.get(th, self),
        }
    }

    #[method(sig = "($self, value, /)")]
    fn set_name(&self, th: &mut Thread, value: &Object) -> Result<(), Raised> {
        self.rename(th, value)
    }

    #[method]
    fn get_coro(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.coroutine.get(th, self)
    }

    #[method]
    fn get_context(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.context.get(th, self)
    }

    /// Return the list of stack frames for this task's coroutine.
    ///
    /// If the coroutine is not done, this returns the stack where it is
    /// suspended.  If the coroutine has completed successfully or was
    /// cancelled, this returns an empty list.  If the coroutine was
    /// terminated by an exception, this returns the list of traceback
    /// frames.
    ///
    /// The frames are always ordered from oldest to newest.
    ///
    /// The optional limit gives the maximum number of frames to
    /// return; by default all available frames are returned.  Its
    /// meaning differs depending on whether a stack or a traceback is
    /// returned: the newest frames of a stack are returned, but the
    /// oldest frames of a traceback are returned.  (This matches the
    /// behavior of the traceback module.)
    ///
    /// For reasons beyond our control, only one stack frame is
    /// returned for a suspended coroutine.
    #[method(sig = "($self, /, *, limit=None)")]
    fn get_stack(&self, th: &mut Thread, limit: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let function = library::task_get_stack(th)?;
        ops::call(th, &function, &[self.as_object(), limit.unwrap_or(none())])
    }

    /// Print the stack or traceback for this task's coroutine.
    ///
    /// This produces output similar to that of the traceback module,
    /// for the frames retrieved by get_stack().  The limit argument
    /// is passed to get_stack().  The file argument is an I/O stream
    /// to which the output is written; by default output is written
    /// to sys.stderr.
    #[method(sig = "($self, /, *, limit=None, file=None)")]
    fn print_stack(&self, th: &mut Thread, limit: Option<&Object>, file: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let function = library::task_print_stack(th)?;
        ops::call(th, &function, &[self.as_object(), limit.unwrap_or(none()), file.unwrap_or(none())])
    }

    #[method(sig = "($self, result, /)")]
    fn set_result(&self, th: &mut Thread, _result: &Object) -> Result<(), Raised> {
        Err(raise::runtime_error(th, format_args!("Task does not support set_result operation")))
    }

    #[method(sig = "($self, exception, /)")]
    fn set_exception(&self, th: &mut Thread, _exception: &Object) -> Result<(), Raised> {
        Err(raise::runtime_error(th, format_args!("Task does not support set_exception operation")))
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }

    #[getter]
    fn _log_destroy_pending(&self) -> bool {
        self.log_destroy_pending.load(Relaxed)
    }

    #[setter(_log_destroy_pending)]
    fn set_log_destroy_pending(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = settable(th, "Task", "_log_destroy_pending", value)?;
        let value = ops::is_true(th, value)?;
        self.log_destroy_pending.store(value, Relaxed);
        Ok(())
    }

    #[getter]
    fn _must_cancel(&self) -> bool {
        self.must_cancel.load(Relaxed)
    }

    #[getter]
    fn _coro(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.coroutine.get(th, self)
    }

    #[getter]
    fn _fut_waiter(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.waits_for.get(th, self)
    }
}
