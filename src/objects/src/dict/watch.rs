//! Who wants to be told before dicts change (`PyDict_Watch`).
//!
//! Invariant: whoever changes a dict asks [`Dict::is_watched`] first and tells before it takes the dict's lock, so callbacks may run anything. What
//! other threads do between the callback and the change is theirs to tell.
#![allow(unsafe_code, reason = "functions of C, and a dict that has ended")]

use heap::foreign;

use super::Dict;
use crate::glue::*;
use crate::watchers::Watchers;
use crate::{Str, raise};

/// All watchers of dicts. The first two places are never given out.
pub static WATCHERS: Watchers<abi::PyDict_WatchCallback> = Watchers::new("dict", 2);

/// What happens to a dict, as the ABI counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(i32)]
pub enum Event {
    Added,
    Modified,
    Deleted,
    Cloned,
    Cleared,
    Deallocated,
}

impl Event {
    fn name(self) -> &'static str {
        match self {
            Event::Added => "PyDict_EVENT_ADDED",
            Event::Modified => "PyDict_EVENT_MODIFIED",
            Event::Deleted => "PyDict_EVENT_DELETED",
            Event::Cloned => "PyDict_EVENT_CLONED",
            Event::Cleared => "PyDict_EVENT_CLEARED",
            Event::Deallocated => "PyDict_EVENT_DEALLOCATED",
        }
    }
}

/// The watcher wants to know of changes of a dict.
pub fn watch(th: &mut Thread, place: usize, dict: &Dict) {
    dict.set_watchers(th, |all| all | 1 << place);
}

/// The watcher does not want to know any more.
pub fn unwatch(th: &mut Thread, place: usize, dict: &Dict) {
    dict.set_watchers(th, |all| all & !(1 << place));
}

/// Tells those who watch the dict.
#[cold]
#[inline(never)]
pub(super) fn tell(th: &mut Thread, dict: &Dict, event: Event, key: Option<&Object>, value: Option<&Object>) {
    let bits = dict.watchers();
    for callback in (0..u8::BITS).filter(|place| bits & 1 << place != 0).filter_map(|place| WATCHERS.get(place as usize)) {
        let show = |th: &Thread| {
            for object in [Some(dict.as_object()), key, value].into_iter().flatten() {
                foreign::show(th, object);
            }
        };
        let pointer = |object: Option<&Object>| object.map_or(core::ptr::null_mut(), Object::as_ptr);
        // SAFETY: R4: C's own function; the caller holds the objects.
        let run = || unsafe { callback(event as i32, dict.as_ptr(), pointer(key), pointer(value)) };
        if foreign::call(th, callback as *const (), |th| show(th), run) < 0 {
            let context = format!("Exception ignored in {} watcher callback for <dict at {:p}>", event.name(), core::ptr::from_ref(dict));
            raise::unraisable(th, &context, None);
        }
    }
}

/// What is about to happen to a key that had one value and gets another, or none.
fn change(th: &mut Thread, dict: &Dict, key: &Object, before: Option<Ref<Object>>, value: Option<&Object>) {
    let event = match (&before, value) {
        (None, None) => return,
        (None, Some(_)) => Event::Added,
        (Some(_), None) => Event::Deleted,
        // Also by the value that it has already: attributes tell so in CPython, items of dicts do not.
        (Some(_), Some(_)) => Event::Modified,
    };
    tell(th, dict, event, Some(key), value);
}

/// An exact `str` key gets a value, or goes.
#[cold]
#[inline(never)]
pub(crate) fn tell_name(th: &mut Thread, dict: &Dict, name: &Str, value: Option<&Object>) {
    let before = dict.get_str(th, name);
    change(th, dict, name, before, value);
}

/// A key gets a value, or goes.
#[cold]
#[inline(never)]
pub(super) fn tell_key(th: &mut Thread, dict: &Dict, key: &Object, hash: isize, value: Option<&Object>) -> Result<(), Raised> {
    let before = dict.get_hashed(th, key, hash)?;
    change(th, dict, key, before, value);
    Ok(())
}

/// The last entry goes.
#[cold]
#[inline(never)]
pub(super) fn tell_last(th: &mut Thread, dict: &Dict) {
    if let Some(key) = dict.snapshot_keys(th).pop() {
        tell(th, dict, Event::Deleted, Some(&key), None);
    }
}

/// All entries go.
#[cold]
#[inline(never)]
pub(super) fn tell_clear(th: &mut Thread, dict: &Dict) {
    if !dict.is_empty() {
        tell(th, dict, Event::Cleared, None, None);
    }
}

/// The dict ends.
#[cold]
#[inline(never)]
pub(super) fn tell_end(dict: &Dict) {
    crate::watchers::with_ended(dict, |th| tell(th, dict, Event::Deallocated, None, None));
}
