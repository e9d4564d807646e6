//! Critical sections of foreign code in shared mode (`PyCriticalSection_*`; design, section 4).
//!
//! A section holds the stripes of one or two objects, or one or two mutexes of C's. The thread's open sections are a list, the innermost first. Whoever
//! has to wait for one, or detaches for another reason, gives all of them up first; the innermost is taken again when the thread is attached again,
//! each further one when the section within it ends. So threads that wait in sections hold nothing that others wait for.
//!
//! Invariant: what a section's keys name is held by the thread if the section's mark says that it is active.

use super::{STRIPES, raw_lock, raw_try_lock, raw_unlock};
use crate::Thread;
use crate::park::TABLE;
use crate::sync::AtomicU8;

/// C's `PyCriticalSection`, and with its second key `PyCriticalSection2`.
#[repr(C)]
#[derive(Debug)]
pub struct Section {
    /// The section around this one, marked; 0 if there is none.
    outer: usize,
    /// What it holds.
    first: usize,
    /// Only sections of two have this field.
    second: usize,
}

/// The mark of a section that was given up for a while, in the address of the section.
const INACTIVE: usize = 1;
/// The mark of a section with a second key, likewise.
const DOUBLE: usize = 2;
const MARKS: usize = INACTIVE | DOUBLE;
/// The mark of an object's address, which has a stripe; without it the address is a mutex's.
const OBJECT: usize = 1 << 63;

/// What a section holds: nothing, a stripe, or a mutex.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Key(usize);

impl Key {
    const NONE: Key = Key(0);

    /// The lock of an object.
    pub fn object(address: usize) -> Key {
        Key(address | OBJECT)
    }

    /// A mutex of C's, one byte.
    pub fn mutex(byte: *mut u8) -> Key {
        Key(byte.expose_provenance())
    }

    fn try_take(self, th: &Thread) -> bool {
        match self.0 {
            0 => true,
            key if key & OBJECT != 0 => STRIPES.try_enter(th.id(), key & !OBJECT),
            _ => raw_try_lock(self.byte()),
        }
    }

    fn take(self, th: &Thread) {
        match self.0 {
            0 => {}
            key if key & OBJECT != 0 => STRIPES.enter(&TABLE, th, th.id(), key & !OBJECT),
            _ => raw_lock(&TABLE, th, self.byte()),
        }
    }

    fn give(self, th: &Thread) {
        match self.0 {
            0 => {}
            key if key & OBJECT != 0 => STRIPES.leave(&TABLE, th.id(), key & !OBJECT),
            _ => raw_unlock(&TABLE, self.byte()),
        }
    }

    fn byte<'a>(self) -> &'a AtomicU8 {
        // SAFETY: R4: C keeps the mutex of an open section, and touches it by atomics alone.
        unsafe { &*core::ptr::with_exposed_provenance::<AtomicU8>(self.0) }
    }
}

/// A section of the list.
#[derive(Clone, Copy)]
struct Open {
    at: *mut Section,
    double: bool,
}

impl Open {
    fn of(word: usize) -> Open {
        Open { at: core::ptr::with_exposed_provenance_mut(word & !MARKS), double: word & DOUBLE != 0 }
    }

    fn outer(self) -> usize {
        // SAFETY: R4: C keeps an open section where it is.
        unsafe { (*self.at).outer }
    }

    fn set_outer(self, word: usize) {
        // SAFETY: as in `outer`.
        unsafe { (*self.at).outer = word }
    }

    fn keys(self) -> (Key, Key) {
        // SAFETY: as in `outer`; a section of two has both fields.
        unsafe { (Key((*self.at).first), if self.double { Key((*self.at).second) } else { Key::NONE }) }
    }

    fn set_keys(self, (first, second): (Key, Key)) {
        // SAFETY: as in `keys`.
        unsafe {
            (*self.at).first = first.0;
            if self.double {
                (*self.at).second = second.0;
            }
        }
    }

    fn word(self) -> usize {
        self.at.expose_provenance() | if self.double { DOUBLE } else { 0 }
    }
}

/// Takes both without waiting, or neither.
fn try_take((first, second): (Key, Key), th: &Thread) -> bool {
    if !first.try_take(th) {
        return false;
    }
    if second.try_take(th) {
        return true;
    }
    first.give(th);
    false
}

/// Takes both; nobody waits for one with the other in its hands.
fn take(keys: (Key, Key), th: &Thread) {
    let (first, second) = keys;
    if second == Key::NONE {
        return first.take(th);
    }
    loop {
        first.take(th);
        if second.try_take(th) {
            return;
        }
        first.give(th);
        second.take(th);
        if first.try_take(th) {
            return;
        }
        second.give(th);
    }
}

/// Opens a section around `first` and, if it is one of two, `second`.
///
/// # Safety
/// R4: `section` is C's own, with room for what it is, and stays where it is until [`end`].
pub unsafe fn begin(th: &Thread, section: *mut Section, first: Key, second: Option<Key>) {
    let open = Open { at: section, double: second.is_some() };
    // The same lock twice is taken once.
    let keys = (first, second.filter(|&second| second != first).unwrap_or(Key::NONE));
    let now = th.sections.get();
    let held = now != 0 && now & INACTIVE == 0 && keys.0.0 & OBJECT == 0 && keys.1 == Key::NONE && [Open::of(now).keys().0, Open::of(now).keys().1].contains(&keys.0);
    open.set_outer(now);
    if held {
        // A mutex that the section around this one holds.
        open.set_keys((Key::NONE, Key::NONE));
        return th.sections.set(open.word());
    }
    if try_take(keys, th) {
        open.set_keys(keys);
        return th.sections.set(open.word());
    }
    suspend(th);
    open.set_outer(th.sections.get());
    take_late(th, open, keys);
}

/// Takes a section's keys, waiting. Meanwhile it is the innermost one, and holds nothing.
fn take_late(th: &Thread, open: Open, keys: (Key, Key)) {
    open.set_keys((Key::NONE, Key::NONE));
    th.sections.set(open.word());
    take(keys, th);
    open.set_keys(keys);
}

/// Ends the innermost section, which must be this one; nothing if it is not.
///
/// # Safety
/// As [`begin`].
pub unsafe fn end(th: &Thread, section: *mut Section) {
    let now = th.sections.get();
    let open = Open::of(now);
    if now == 0 || open.at != section {
        return;
    }
    let (first, second) = open.keys();
    second.give(th);
    first.give(th);
    th.sections.set(open.outer());
    if open.outer() & INACTIVE != 0 {
        resume(th);
    }
}

/// Gives up what all sections of the thread hold.
#[cold]
pub(crate) fn suspend(th: &Thread) {
    let mut word = th.sections.get();
    if word == 0 || word & INACTIVE != 0 {
        return;
    }
    th.sections.set(word | INACTIVE);
    loop {
        let open = Open::of(word);
        let (first, second) = open.keys();
        second.give(th);
        first.give(th);
        word = open.outer();
        if word == 0 || word & INACTIVE != 0 {
            return;
        }
        open.set_outer(word | INACTIVE);
    }
}

/// Takes again what the innermost section held.
#[cold]
pub(crate) fn resume(th: &Thread) {
    let open = Open::of(th.sections.get());
    let keys = open.keys();
    take_late(th, open, keys);
}

/// Whether the innermost section was given up.
#[inline]
pub(crate) fn is_suspended(th: &Thread) -> bool {
    th.sections.get() & INACTIVE != 0
}
