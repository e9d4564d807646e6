//! The module's functions.

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Set, none};

use super::future::Future;
use super::iter::FutureIter;
use super::step::TaskStep;
use super::task::Task;
use super::{registry, running};

/// The event loop that a function is asked about: the running one, if none is named.
fn named_or_running(th: &mut Thread, event_loop: Option<&Object>) -> Result<Ref<Object>, Raised> {
    match event_loop.filter(|l| !l.is(none())) {
        Some(event_loop) => Ok(th.retain(event_loop)),
        None => running::event_loop_or_raise(th),
    }
}

#[pymodule(name = "_asyncio", types(Future, Task), hidden(FutureIter, TaskStep))]
pub mod asyncio_module {
    //! Accelerator module for asyncio
    use super::*;

    /// Return the running event loop or None.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(sig = "()")]
    fn _get_running_loop(th: &mut Thread) -> Option<Ref<Object>> {
        running::event_loop(th)
    }

    /// Set the running event loop.
    ///
    /// This is a low-level function intended to be used by event loops.
    /// This function is thread-specific.
    #[function(sig = "(loop, /)")]
    fn _set_running_loop(th: &mut Thread, event_loop: &Object) {
        let event_loop = if event_loop.is(none()) { None } else { Some(th.retain(event_loop)) };
        running::set_event_loop(th, event_loop);
    }

    /// Return an asyncio event loop.
    ///
    /// When called from a coroutine or a callback (e.g. scheduled with
    /// call_soon or similar API), this function will always return the
    /// running event loop.
    ///
    /// If there is no running event loop set, the function will return
    /// the result of `get_event_loop_policy().get_event_loop()` call.
    #[function(sig = "()")]
    fn get_event_loop(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        running::event_loop_or_policys(th)
    }

    /// Return the running event loop.  Raise a RuntimeError if there is none.
    ///
    /// This function is thread-specific.
    #[function(sig = "()")]
    fn get_running_loop(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        running::event_loop_or_raise(th)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_task(th: &mut Thread, task: &Object) -> Result<(), Raised> {
        registry::register(th, task)
    }

    /// Register a new task in asyncio as executed by loop.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _register_eager_task(th: &mut Thread, task: &Object) -> Result<(), Raised> {
        registry::register_eager(th, task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_task(th: &mut Thread, task: &Object) -> Result<(), Raised> {
        registry::unregister(th, task)
    }

    /// Unregister a task.
    ///
    /// Returns None.
    #[function(sig = "(task)")]
    fn _unregister_eager_task(th: &mut Thread, task: &Object) -> Result<(), Raised> {
        registry::unregister_eager(th, task)
    }

    /// Enter into task execution or resume suspended task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _enter_task(th: &mut Thread, event_loop: &Object, task: &Object) -> Result<(), Raised> {
        running::enter(th, event_loop, task)
    }

    /// Leave task execution or suspend a task.
    ///
    /// Task belongs to loop.
    ///
    /// Returns None.
    #[function(sig = "(loop, task)")]
    fn _leave_task(th: &mut Thread, event_loop: &Object, task: &Object) -> Result<(), Raised> {
        running::leave(th, event_loop, task)
    }

    /// Temporarily swap in the supplied task and return the original one (or None).
    ///
    /// This is intended for use during eager coroutine execution.
    #[function(sig = "(loop, task)")]
    fn _swap_current_task(th: &mut Thread, event_loop: &Object, task: &Object) -> Result<Option<Ref<Object>>, Raised> {
        running::swap(th, event_loop, Some(task).filter(|task| !task.is(none())))
    }

    /// Return a currently executed task.
    #[function(sig = "(loop=None)")]
    fn current_task(th: &mut Thread, event_loop: Option<&Object>) -> Result<Option<Ref<Object>>, Raised> {
        let event_loop = named_or_running(th, event_loop)?;
        let task = running::current_task(th, &event_loop);
        th.release(event_loop);
        Ok(task)
    }

    /// Return a set of all tasks for the loop.
    #[function(sig = "(loop=None)")]
    fn all_tasks(th: &mut Thread, event_loop: Option<&Object>) -> Result<Ref<Set>, Raised> {
        let event_loop = named_or_running(th, event_loop)?;
        registry::all_tasks(th, &event_loop)
    }

    /// Record that `fut` is awaited on by `waiter`.
    #[function(sig = "(fut, waiter, /)")]
    fn future_add_to_awaited_by(th: &mut Thread, future: &Object, waiter: &Object) {
        if let Some(future) = future.downcast::<Future>()
            && waiter.is_a::<Future>()
        {
            future.add_waiter(th, waiter);
        }
    }

    #[function(sig = "(fut, waiter, /)")]
    fn future_discard_from_awaited_by(th: &mut Thread, future: &Object, waiter: &Object) {
        if let Some(future) = future.downcast::<Future>()
            && waiter.is_a::<Future>()
        {
            future.remove_waiter(th, waiter);
        }
    }
}
