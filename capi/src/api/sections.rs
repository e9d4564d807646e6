//! Critical sections (`PyCriticalSection_*`), and what else modules of the shared flavour ask for (`include/pyston/refs.h`).
//!
//! Foreign code in exclusive mode has the world for itself and needs no sections; in shared mode they exclude each other. What functions of ours do
//! to one object is in one piece anyway.

use heap::foreign::Mode;
use heap::locks::sections::{self, Key, Section};
use heap::{Object, Ref, Thread};

use crate::api;

fn begin(th: &mut Thread, section: *mut Section, first: Key, second: Option<Key>) {
    if th.mode() == Mode::Shared {
        // SAFETY: R4: C's own section, which it ends before it gives the memory up.
        unsafe { sections::begin(th, section, first, second) }
    }
}

fn end(th: &mut Thread, section: *mut Section) {
    // SAFETY: R4: as above. In exclusive mode none was begun.
    unsafe { sections::end(th, section) }
}

fn of(object: &Object) -> Key {
    Key::object(core::ptr::from_ref(object).addr())
}

api! {
    /// Begins a section about an object.
    fn PyCriticalSection_Begin(th, section: *mut Section, object: &Object) {
        begin(th, section, of(object), None);
    }

    /// Begins a section under a mutex.
    fn PyCriticalSection_BeginMutex(th, section: *mut Section, mutex: *mut u8) {
        begin(th, section, Key::mutex(mutex), None);
    }

    /// Ends a section.
    fn PyCriticalSection_End(th, section: *mut Section) {
        end(th, section);
    }

    /// Begins a section about two objects.
    fn PyCriticalSection2_Begin(th, section: *mut Section, a: &Object, b: &Object) {
        begin(th, section, of(a), Some(of(b)));
    }

    /// Begins a section under two mutexes.
    fn PyCriticalSection2_BeginMutex(th, section: *mut Section, a: *mut u8, b: *mut u8) {
        begin(th, section, Key::mutex(a), Some(Key::mutex(b)));
    }

    /// Ends a section of two.
    fn PyCriticalSection2_End(th, section: *mut Section) {
        end(th, section);
    }

    /// The count, as C is to see it: 1 only where it may change the object in place.
    fn _Py_PystonRefcnt(th, object: &Object) -> isize {
        let count = isize::try_from(object.count()).unwrap_or(isize::MAX);
        let others = th.mode() == Mode::Shared && !object.is_immortal() && count > 0;
        count + isize::from(others)
    }

    /// Gives a count up of an object that others may just be reading without one: its memory stays until they have moved on (R8).
    fn _Py_PystonDecrefLater(th, object: *mut abi::PyObject) {
        // SAFETY: R2: the count that C gives up.
        if let Some(object) = unsafe { Ref::<Object>::from_raw_nullable(object) } {
            th.release(object);
        }
    }
}
