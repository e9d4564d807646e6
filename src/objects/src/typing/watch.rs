//! Who wants to be told before types change (`PyType_Watch`).
//!
//! Invariant: a type is told of once after each time that it got a version tag, as its bases are: what has no tag changed already.
#![allow(unsafe_code, reason = "a byte of the type object, and functions of C")]

use heap::sync::{AtomicBool, AtomicU8, Mutex, Ordering::*};
use heap::{Heaped, Raised, Thread, Type, foreign};

use super::{as_type, lookup};
use crate::{ops, raise};

/// How many watchers there may be; the first place is never given out.
const MOST: usize = 8;

static WATCHERS: Mutex<[Option<abi::PyType_WatchCallback>; MOST]> = Mutex::new([None; MOST]);
/// Whether anybody watches anything.
static ANY: AtomicBool = AtomicBool::new(false);

fn watched(ty: &Type) -> &AtomicU8 {
    // SAFETY: R9: a byte of the type object that nobody reads or writes but through this.
    unsafe { AtomicU8::from_ptr(&raw mut (*ty.raw()).tp_watched) }
}

/// A place for a watcher; `None` if there is none left.
pub fn add(callback: abi::PyType_WatchCallback) -> Option<usize> {
    let mut all = WATCHERS.lock();
    let place = (1..MOST).find(|&place| all[place].is_none())?;
    all[place] = Some(callback);
    ANY.store(true, Release);
    Some(place)
}

/// Whether the number is a watcher's; raises otherwise.
pub fn check(th: &mut Thread, id: i32) -> Result<usize, Raised> {
    let Some(place) = usize::try_from(id).ok().filter(|&place| place < MOST) else {
        return Err(raise::value_error(th, format_args!("Invalid type watcher ID {id}")));
    };
    match WATCHERS.lock()[place] {
        Some(_) => Ok(place),
        None => Err(raise::value_error(th, format_args!("No type watcher set for ID {id}"))),
    }
}

/// The watcher is not told any more.
pub fn remove(place: usize) {
    WATCHERS.lock()[place] = None;
}

/// The watcher wants to know of changes of a type.
pub fn watch(th: &Thread, place: usize, ty: &Type) {
    // Only what has a tag is told of.
    lookup::assign_tag(th, ty);
    watched(ty).fetch_or(1 << place, AcqRel);
}

/// The watcher does not want to know any more.
pub fn unwatch(place: usize, ty: &Type) {
    watched(ty).fetch_and(!(1 << place), AcqRel);
}

/// A type is about to change, and those below it with it. No lock is held.
#[inline]
pub fn tell(th: &mut Thread, ty: &Type) {
    if ANY.load(Relaxed) {
        tell_all(th, ty);
    }
}

#[cold]
fn tell_all(th: &mut Thread, ty: &Type) {
    if ty.version_tag() == 0 {
        return;
    }
    for sub in lookup::subclasses(th, ty) {
        if let Some(sub) = as_type(&sub) {
            tell_all(th, sub);
        }
    }
    let bits = watched(ty).load(Acquire);
    for place in (0..MOST).filter(|place| bits & (1 << place) != 0) {
        let callback = WATCHERS.lock()[place];
        if let Some(callback) = callback {
            call(th, callback, place, ty);
        }
    }
}

fn call(th: &mut Thread, callback: abi::PyType_WatchCallback, place: usize, ty: &Type) {
    // SAFETY: R4: C's own function.
    let status = foreign::call(th, callback as *const (), |th| foreign::show(th, ty), || unsafe { callback(ty.raw()) });
    if status < 0 {
        let raised = th.take_exception();
        let shown = match ops::repr(th, ty.as_object()) {
            Ok(shown) => shown.to_string_lossy(),
            Err(_) => {
                drop(th.take_exception());
                super::short_name(ty)
            }
        };
        if let Some(raised) = raised {
            let _ = th.set_exception(raised);
        }
        raise::unraisable(th, &format!("Exception ignored in type watcher callback #{place} for {shown}"), None);
    }
}
