//! What Python gave for each signal.
//!
//! Invariant: an entry holds a count on its object, or is null. The main thread alone writes the entries and uses them as its own, so that a handler, and the
//! event loop that it knows, may stay private to that thread (R6). Other threads look while they hold the world, and share what they find.
#![allow(unsafe_code, reason = "the entries are counted by hand")]

use heap::sync::{AtomicPtr, Ordering::Relaxed};
use heap::{Object, Ref, Thread};

use super::{NSIG, is_main};

/// `SIG_DFL`, `SIG_IGN` or a callable; null: it was never asked, or is none of ours.
static HANDLERS: [AtomicPtr<abi::PyObject>; NSIG as usize] = [const { AtomicPtr::new(core::ptr::null_mut()) }; NSIG as usize];

fn counted(th: &Thread, signum: i32) -> Option<Ref<Object>> {
    let handler = HANDLERS[signum as usize].load(Relaxed);
    // SAFETY: R2: the entry holds a count, and no other thread writes it now.
    (!handler.is_null()).then(|| th.retain(unsafe { Object::borrow(handler) }))
}

/// The handler of a signal.
pub fn get(th: &Thread, signum: i32) -> Option<Ref<Object>> {
    if is_main() {
        return counted(th, signum);
    }
    let stopped = heap::world::stop(th);
    let found = counted(th, signum);
    if let Some(found) = &found {
        // R6: what is found without a reference path is shared.
        th.share(found);
    }
    drop(stopped);
    found
}

/// Stores the handler of a signal. Only the main thread does.
pub fn set(th: &mut Thread, signum: i32, handler: Ref<Object>) {
    debug_assert!(is_main());
    let old = HANDLERS[signum as usize].swap(handler.into_raw(), Relaxed);
    // SAFETY: R2: the count that the entry held moves to the reference.
    if let Some(old) = unsafe { Ref::<Object>::from_raw_nullable(old) } {
        th.release(old);
    }
}

/// Another thread becomes the main one, as in a forked child.
pub fn inherit(th: &Thread) {
    let stopped = heap::world::stop(th);
    for signum in 1..NSIG {
        if let Some(handler) = counted(th, signum) {
            th.share(&handler);
        }
    }
    drop(stopped);
}
