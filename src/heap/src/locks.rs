//! Locks of objects, and the locks that Python programs see.
//!
//! An object lock ([`lock`]) is one byte in an object's prefix (R9):
//!
//! ```text
//! 0        free
//! LOCKED   held
//! LOCKED | WAITERS   held, and somebody is (or is about to be) queued in `park::TABLE` under the byte's address
//! ```
//!
//! Who writes it: whoever takes it moves bit 0 from 0 to 1 by compare-and-swap (acquire); the holder swaps it to 0 (release); a waiter
//! sets `WAITERS` while the byte is held, under the bucket's latch when it then sleeps; the releasing holder clears or keeps `WAITERS`
//! under that latch. New-comers may barge, but who has waited for a millisecond is handed the lock itself, so nobody starves.
//!
//! **A thread that waits has taken a safepoint**: it detaches before it sleeps. Hence [`lock`] takes the thread by `&mut` and gives it
//! back by `&`: nothing read before survives, and nothing that takes a safepoint can be called while the guard lives (R10, R15).

mod python;
#[cfg(not(loom))]
pub mod sections;
mod striped;

pub use python::{Acquired, NotHeld, Patience, PyLock, PyRLock};
#[cfg(not(loom))]
pub use striped::STRIPES;
pub use striped::{Stripes, StripesGuard};

#[cfg(all(test, not(loom)))]
mod tests;

use crate::park::{Blocking, Found, Parked, Table, spin_in};
use crate::sync::{self, AtomicU8, Edge, Ordering};
use core::marker::PhantomData;

use Ordering::{Acquire, Relaxed, Release};

const LOCKED: u8 = 1;
const WAITERS: u8 = 2;

/// A waiter's token: try again.
const RETRY: u32 = 0;
/// A waiter's token: the lock is yours, it was never released.
const HANDED: u32 = 1;

/// Who has waited this long is handed the lock, whoever barges.
const PATIENCE_NS: u64 = 1_000_000;

/// A waiter's rounds before it sleeps ([`spin_in`]): it looks at the lock for the first time after some microseconds, and for as long in all as a sleep
/// and a wake-up take.
#[cfg(not(loom))]
const ROUNDS: core::ops::Range<u32> = 8..11;
#[cfg(loom)]
const ROUNDS: core::ops::Range<u32> = 0..0;

/// A held object lock. It borrows what the lock guards and the thread, so no safepoint can be taken while it lives.
#[derive(Debug)]
#[must_use = "the lock is released when the guard is dropped"]
pub struct Guard<'a> {
    byte: &'a AtomicU8,
    table: &'a Table,
    /// A guard belongs to the thread that took it: R15 is that thread's promise.
    not_send: PhantomData<*const ()>,
}

impl Drop for Guard<'_> {
    #[inline]
    fn drop(&mut self) {
        raw_unlock(self.table, self.byte);
    }
}

/// Take the lock in `byte` if it is free.
#[cfg(not(loom))]
#[inline]
pub fn try_lock(byte: &AtomicU8) -> Option<Guard<'_>> {
    try_lock_in(&crate::park::TABLE, byte)
}

/// Take the lock in `byte`, waiting detached if it is held. The thread comes back shared: what was read before is void, and no
/// safepoint can be taken until the guard is gone.
#[cfg(not(loom))]
#[inline]
pub fn lock<'a, T: Blocking + ?Sized>(thread: &'a mut T, byte: &'a AtomicU8) -> (Guard<'a>, &'a T) {
    lock_in(&crate::park::TABLE, thread, byte)
}

/// Take the locks of two objects in the order of their addresses; one lock if both are the same object.
#[cfg(not(loom))]
#[inline]
pub fn lock2<'a, T: Blocking + ?Sized>(
    thread: &'a mut T,
    a: &'a AtomicU8,
    b: &'a AtomicU8,
) -> (Guard<'a>, Option<Guard<'a>>, &'a T) {
    lock2_in(&crate::park::TABLE, thread, a, b)
}

/// [`try_lock`] with the waiters in `table`.
#[inline]
pub fn try_lock_in<'a>(table: &'a Table, byte: &'a AtomicU8) -> Option<Guard<'a>> {
    raw_try_lock(byte).then_some(Guard { byte, table, not_send: PhantomData })
}

/// [`lock`] with the waiters in `table`.
#[inline]
pub fn lock_in<'a, T: Blocking + ?Sized>(table: &'a Table, thread: &'a mut T, byte: &'a AtomicU8) -> (Guard<'a>, &'a T) {
    let thread = &*thread;
    raw_lock(table, thread, byte);
    (Guard { byte, table, not_send: PhantomData }, thread)
}

/// [`lock2`] with the waiters in `table`.
pub fn lock2_in<'a, T: Blocking + ?Sized>(
    table: &'a Table,
    thread: &'a mut T,
    a: &'a AtomicU8,
    b: &'a AtomicU8,
) -> (Guard<'a>, Option<Guard<'a>>, &'a T) {
    let thread = &*thread;
    let guard = |byte| Guard { byte, table, not_send: PhantomData };
    if core::ptr::eq(a, b) {
        raw_lock(table, thread, a);
        return (guard(a), None, thread);
    }
    let (first, second) = if (&raw const *a) < (&raw const *b) { (a, b) } else { (b, a) };
    loop {
        raw_lock(table, thread, first);
        if raw_try_lock(second) {
            return (guard(first), Some(guard(second)), thread);
        }
        // R15: nobody waits with a lock in its hands. Wait for the second alone, then begin again.
        drop(guard(first));
        raw_lock(table, thread, second);
        if raw_try_lock(first) {
            return (guard(first), Some(guard(second)), thread);
        }
        drop(guard(second));
    }
}

/// The byte's fast path, for code that keeps no guard (critical sections of foreign code).
#[inline]
pub fn raw_try_lock(byte: &AtomicU8) -> bool {
    // Acquire: pairs with the release of `raw_unlock`.
    match byte.compare_exchange(0, LOCKED, sync::at(Edge::LockByte, Acquire), Relaxed) {
        Ok(_) => true,
        Err(seen) => seen & LOCKED == 0 && raw_barge(byte),
    }
}

/// Take a lock that is free although somebody waits for it.
#[cold]
fn raw_barge(byte: &AtomicU8) -> bool {
    byte.compare_exchange(WAITERS, LOCKED | WAITERS, sync::at(Edge::LockByte, Acquire), Relaxed).is_ok()
}

/// Take the lock in `byte`. The caller holds no other object lock.
#[inline]
pub fn raw_lock<T: Blocking + ?Sized>(table: &Table, thread: &T, byte: &AtomicU8) {
    if !raw_try_lock(byte) {
        raw_lock_slow(table, thread, byte, None, false);
    }
}

/// Release the lock in `byte`, which the caller holds.
#[inline]
pub fn raw_unlock(table: &Table, byte: &AtomicU8) {
    let held = release(table, byte);
    debug_assert!(held.is_ok(), "somebody else released an object lock");
}

/// Release the lock in `byte`, which somebody holds.
#[inline]
fn release(table: &Table, byte: &AtomicU8) -> Result<(), NotHeld> {
    // Release: pairs with the acquire of whoever takes it next.
    match byte.compare_exchange(LOCKED, 0, sync::at(Edge::LockByte, Release), Relaxed) {
        Ok(_) => Ok(()),
        Err(seen) if seen & LOCKED == 0 => Err(NotHeld),
        Err(_) => {
            raw_unlock_slow(table, byte);
            Ok(())
        }
    }
}

/// Wait for the lock in `byte`: detached, first come first served but for barging. Object locks wait without end; Python's locks give
/// a deadline and let signals interrupt.
#[cold]
fn raw_lock_slow<T: Blocking + ?Sized>(
    table: &Table,
    thread: &T,
    byte: &AtomicU8,
    deadline: Option<u64>,
    interruptible: bool,
) -> Acquired {
    // What a lock guards mostly takes some microseconds. Whoever has it may want it again at once, and has what it guards in its caches: to look
    // too early would take both away, for each side in turn.
    if byte.load(Relaxed) & WAITERS == 0 && spin_in(ROUNDS, || byte.load(Relaxed) & LOCKED == 0 && raw_try_lock(byte)) {
        return Acquired::Yes;
    }
    let mut since = None;
    loop {
        let seen = byte.load(Relaxed);
        if seen & LOCKED == 0 {
            if raw_try_lock(byte) {
                return Acquired::Yes;
            }
            continue;
        }
        if seen & WAITERS == 0 {
            if byte.compare_exchange(seen, seen | WAITERS, Relaxed, Relaxed).is_err() {
                continue;
            }
        }
        // Patience counts from the first sleep, so that a waiter whom others overtake is handed the lock in the end.
        let since = *since.get_or_insert_with(sync::now);
        // The holder that releases with `WAITERS` set needs the latch under which this is asked, so it cannot miss us.
        let valid = || byte.load(Relaxed) == LOCKED | WAITERS;
        match table.park(key_of(byte), since, thread, deadline, interruptible, valid) {
            Parked::Woken(HANDED) => {
                // Acquire: pairs with the release of whoever handed it over.
                byte.load(sync::at(Edge::LockByte, Acquire));
                return Acquired::Yes;
            }
            Parked::Woken(_) | Parked::Invalid => {}
            Parked::TimedOut => return Acquired::TimedOut,
            Parked::Interrupted => return Acquired::Interrupted,
        }
    }
}

#[cold]
fn raw_unlock_slow(table: &Table, byte: &AtomicU8) {
    // The byte is `LOCKED | WAITERS` and ours: nobody else writes it until we do, under the latch.
    table.unpark_one(key_of(byte), |Found { found, more, since }| {
        let rest = if more { WAITERS } else { 0 };
        if found && sync::now().saturating_sub(since) > PATIENCE_NS {
            byte.store(LOCKED | rest, sync::at(Edge::LockByte, Release));
            return HANDED;
        }
        byte.store(rest, sync::at(Edge::LockByte, Release));
        RETRY
    });
}

/// The address under which a word's waiters queue.
#[inline]
fn key_of<T>(word: &T) -> usize {
    (&raw const *word).addr()
}
