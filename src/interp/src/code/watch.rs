//! Who wants to be told when code objects come and go (`PyCode_AddWatcher`).
//!
//! Code of the embedded library that is put off is told of when it is made, what lies in it is not: it has no thread to run anything on then.
#![allow(unsafe_code, reason = "functions of C")]

use heap::{Thread, foreign};
use objects::watchers::{Watchers, with_ended};
use objects::{ops, raise};

use super::Code;

/// All watchers of code.
pub static WATCHERS: Watchers<abi::PyCode_WatchCallback> = Watchers::new("code", 0);

const CREATE: i32 = 0;
const DESTROY: i32 = 1;

/// A code object was made.
#[inline]
pub(crate) fn created(th: &mut Thread, code: &Code) {
    if WATCHERS.any() {
        tell_all(th, code, CREATE);
    }
}

#[cold]
#[inline(never)]
fn tell_all(th: &mut Thread, code: &Code, event: i32) {
    for callback in WATCHERS.all() {
        // SAFETY: R4: C's own function; the caller holds the code.
        let run = || unsafe { callback(event, code.as_ptr()) };
        if foreign::call(th, callback as *const (), |th| foreign::show(th, code), run) < 0 {
            let name = if event == CREATE { "PY_CODE_EVENT_CREATE" } else { "PY_CODE_EVENT_DESTROY" };
            let shown = raise::protect(th, |th| ops::repr(th, code)).map_or_else(String::new, |shown| shown.to_string());
            raise::unraisable(th, &format!("Exception ignored in {name} watcher callback for {shown}"), None);
        }
    }
}

/// A code object ends.
#[cold]
#[inline(never)]
pub(super) fn tell_end(code: &Code) {
    with_ended(code, |th| tell_all(th, code, DESTROY));
}
