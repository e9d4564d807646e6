//! Several changes of a table that are one step for readers without a lock: its pointer is closed meanwhile.
//!
//! Invariant: whoever closes a pointer holds the lock of the object that it belongs to, opens it soon, and meanwhile takes no safepoint, runs no code
//! and waits for nobody. So who finds it closed may wait wherever it is. A reader that had found the table before may see some of the changes; but
//! what it looks at next it finds closed, or with all of them: of what it did before and after, no order is the wrong one.

use crate::park::spin_until;
use crate::sync::{self, AtomicPtr, Edge, Ordering};

use Ordering::{Acquire, Relaxed, Release};

/// What the pointer is or will be when it is open. `closed` is what it is while it is closed.
#[inline(always)]
pub fn load<T>(pointer: &AtomicPtr<T>, closed: *const T) -> *mut T {
    let found = pointer.load(sync::at(Edge::TableOpen, Acquire));
    if core::ptr::eq(found, closed) { when_open(pointer, closed) } else { found }
}

#[cold]
#[inline(never)]
fn when_open<T>(pointer: &AtomicPtr<T>, closed: *const T) -> *mut T {
    loop {
        if !spin_until(|| !core::ptr::eq(pointer.load(Relaxed), closed)) {
            // The thread that closed it does not run.
            sync::yield_now();
        }
        let found = pointer.load(sync::at(Edge::TableOpen, Acquire));
        if !core::ptr::eq(found, closed) {
            return found;
        }
    }
}

/// Closes the pointer, before the first change.
#[inline]
pub fn close<T>(pointer: &AtomicPtr<T>, closed: *const T) {
    pointer.store(closed.cast_mut(), Release);
}

/// Opens it, after the last one.
#[inline]
pub fn open<T>(pointer: &AtomicPtr<T>, table: *mut T) {
    pointer.store(table, sync::at(Edge::TableOpen, Release));
}
