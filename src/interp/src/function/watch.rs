//! Who wants to be told when functions come, change and go (`PyFunction_AddWatcher`).
#![allow(unsafe_code, reason = "functions of C")]

use heap::{Heaped, Object, Thread, foreign};
use objects::raise;
use objects::watchers::{Watchers, with_ended};

use super::Function;

/// All watchers of functions.
pub static WATCHERS: Watchers<abi::PyFunction_WatchCallback> = Watchers::new("func", 0);

/// What happens to a function, as the ABI counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub(crate) enum Event {
    Create,
    Destroy,
    Code,
    Defaults,
    KwDefaults,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Event::Create => "PyFunction_EVENT_CREATE",
            Event::Destroy => "PyFunction_EVENT_DESTROY",
            Event::Code => "PyFunction_EVENT_MODIFY_CODE",
            Event::Defaults => "PyFunction_EVENT_MODIFY_DEFAULTS",
            Event::KwDefaults => "PyFunction_EVENT_MODIFY_KWDEFAULTS",
        }
    }
}

/// A function was made.
#[inline(always)]
pub fn created(th: &mut Thread, function: &Function) {
    tell(th, function, Event::Create, None);
}

/// Something is about to happen to a function.
#[inline(always)]
pub(super) fn tell(th: &mut Thread, function: &Function, event: Event, value: Option<&Object>) {
    if WATCHERS.any() {
        tell_all(th, function, event, value);
    }
}

#[cold]
#[inline(never)]
fn tell_all(th: &mut Thread, function: &Function, event: Event, value: Option<&Object>) {
    for callback in WATCHERS.all() {
        let show = |th: &Thread| {
            for object in [Some(function.as_object()), value].into_iter().flatten() {
                foreign::show(th, object);
            }
        };
        let value = value.map_or(core::ptr::null_mut(), Object::as_ptr);
        // SAFETY: R4: C's own function; the caller holds the objects.
        let run = || unsafe { callback(event as i32, function.as_ptr(), value) };
        if foreign::call(th, callback as *const (), |th| show(th), run) < 0 {
            let name = function.qualname(th).map_or_else(String::new, |name| name.to_string_lossy());
            let context = format!("Exception ignored in {} watcher callback for function {name} at {:p}", event.name(), core::ptr::from_ref(function));
            raise::unraisable(th, &context, None);
        }
    }
}

/// A function ends.
#[cold]
#[inline(never)]
pub(super) fn tell_end(function: &Function) {
    with_ended(function, |th| tell_all(th, function, Event::Destroy, None));
}
