//! What the native half takes from the Python half, fetched at first use: `asyncio` imports this module while it is imported itself.

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::as_exception_class;
use objects::glue::Global;
use objects::{ops, raise};

macro_rules! fetched {
    ($($(#[$doc:meta])* $name:ident $module:literal $attribute:literal;)*) => {$(
        $(#[$doc])*
        pub fn $name(th: &mut Thread) -> Result<Ref<Object>, Raised> {
            static KEPT: Global = Global::EMPTY;
            KEPT.get_or_init(th, |th| {
                let module = interp::import::import_module(th, $module)?;
                ops::getattr_str(th, &module, $attribute)
            })
        }
    )*};
}

fetched! {
    /// The class `CancelledError`.
    cancelled_error "asyncio.exceptions" "CancelledError";
    /// The class `InvalidStateError`.
    invalid_state_error "asyncio.exceptions" "InvalidStateError";
    /// Whether something is a coroutine in asyncio's sense.
    is_coroutine "asyncio.coroutines" "iscoroutine";
    /// What `repr(future)` is.
    future_repr "asyncio.base_futures" "_future_repr";
    /// What `repr(task)` is.
    task_repr "asyncio.base_tasks" "_task_repr";
    /// What `task.get_stack()` does.
    task_get_stack "asyncio.base_tasks" "_task_get_stack";
    /// What `task.print_stack()` does.
    task_print_stack "asyncio.base_tasks" "_task_print_stack";
    /// Who knows the thread's event loop when none runs.
    event_loop_policy "asyncio.events" "_get_event_loop_policy";
    /// Where a future was made, for loops in debug mode.
    extract_stack "traceback" "extract_stack";
    /// `weakref.WeakSet`.
    weak_set "weakref" "WeakSet";
}

/// Whether an exception is a `CancelledError`.
pub fn is_cancelled_error(th: &mut Thread, exception: &Object) -> Result<bool, Raised> {
    let class = cancelled_error(th)?;
    let matches = raise::matches_class(exception, &class);
    th.release(class);
    Ok(matches)
}

/// Raises `InvalidStateError(message)`.
#[cold]
pub fn invalid_state(th: &mut Thread, message: core::fmt::Arguments<'_>) -> Raised {
    let class = match invalid_state_error(th) {
        Ok(class) => class,
        Err(raised) => return raised,
    };
    match as_exception_class(&class) {
        Some(class) => raise::new(th, class, message),
        None => raise::type_error(th, format_args!("asyncio.exceptions.InvalidStateError is not an exception")),
    }
}
