//! What `await future` goes through.

use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::exceptions::{self, as_exception, as_exception_class};
use objects::glue::*;
use objects::{Traceback, none, none_ref, raise};

use heap::sync::Ordering::Relaxed;

use super::future::Future;

/// Hands the future out until it is done, then ends with its result.
#[pytype(name = "FutureIter", module = "_asyncio", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct FutureIter {
    head: Head,
    future: Slot<Future>,
}

impl FutureIter {
    pub fn new(th: &Thread, future: &Future) -> Ref<FutureIter> {
        th.new_object(FutureIter { head: Head::INIT, future: Slot::new(th.retain(future)) })
    }

    fn step(&self, th: &mut Thread) -> Result<SendResult, Raised> {
        let Some(future) = self.future.get(th, self) else { return Ok(SendResult::Return(none_ref())) };
        if future.is_pending() {
            // Who got it before and resumes all the same is no event loop.
            if future.blocking.swap(true, Relaxed) {
                return Err(raise::runtime_error(th, format_args!("await wasn't used with future")));
            }
            return Ok(SendResult::Next(future.up()));
        }
        self.future.set(th, self, None);
        let result = future.result(th);
        th.release(future);
        result.map(SendResult::Return)
    }
}

#[pymethods]
impl FutureIter {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(am_send)]
    fn am_send(&self, th: &mut Thread, _value: &Object) -> Result<SendResult, Raised> {
        self.step(th)
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        match self.step(th)? {
            SendResult::Next(future) => Ok(Some(future)),
            SendResult::Return(value) if value.is(none()) => Ok(None),
            SendResult::Return(value) => Err(raise::stop_iteration(th, Some(value))),
        }
    }

    #[method(sig = "($self, object, /)")]
    fn send(&self, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        // A future does not care about values that are sent to it.
        let _ = object;
        match self.step(th)? {
            SendResult::Next(future) => Ok(future),
            SendResult::Return(value) => Err(raise::stop_iteration(th, Some(value))),
        }
    }

    #[method(sig = none)]
    fn throw(&self, th: &mut Thread, kind: &Object, value: Option<&Object>, traceback: Option<&Object>) -> Result<Ref<Object>, Raised> {
        if value.is_some() {
            let message = format_args!("the (type, exc, tb) signature of throw() is deprecated, use the single-arg signature instead.");
            objects::warn::warn(th, exceptions::deprecation_warning_type(), message, 1)?;
        }
        let traceback = match traceback.filter(|t| !t.is(none())) {
            Some(traceback) => match traceback.downcast::<Traceback>() {
                Some(traceback) => Some(th.retain(traceback)),
                None => return Err(raise::type_error(th, format_args!("throw() third argument must be a traceback"))),
            },
            None => None,
        };
        let exception = if as_exception_class(kind).is_some() {
            raise::normalize(th, kind, value)?
        } else if as_exception(kind).is_none() {
            let message = format_args!("exceptions must be classes deriving BaseException or instances of such a class");
            return Err(raise::type_error(th, message));
        } else if value.is_some_and(|value| !value.is(none())) {
            return Err(raise::type_error(th, format_args!("instance exception may not have a separate value")));
        } else {
            th.retain(kind)
        };
        if let (Some(e), Some(traceback)) = (as_exception(&exception), traceback) {
            e.set_traceback(th, Some(traceback));
        }
        self.future.set(th, self, None);
        Err(raise::again(th, exception))
    }

    #[method]
    fn close(&self, th: &mut Thread) {
        self.future.set(th, self, None);
    }
}
