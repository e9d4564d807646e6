//! `PyMutex_*` and critical sections.
//!
//! A `PyMutex` is one byte of C's, with the bits that CPython's inline functions know: locked, and somebody waits. Critical sections are nothing to
//! code that has the world for itself; to code in shared mode they are the locks of the objects (R9).

use core::ffi::c_int;
use core::sync::atomic::{AtomicU8, Ordering::*};

use heap::Thread;
use parking_lot_core::{DEFAULT_PARK_TOKEN, DEFAULT_UNPARK_TOKEN, ParkResult};

const LOCKED: u8 = 1;
const HAS_PARKED: u8 = 2;

/// How long a waiter tries before it sleeps.
const SPINS: u32 = 40;

/// The byte of a `PyMutex`.
///
/// # Safety
/// R4: `mutex` is a `PyMutex` that lives for the call.
unsafe fn byte<'a>(mutex: *mut u8) -> &'a AtomicU8 {
    // SAFETY: the caller's promise; C touches it by atomics alone.
    unsafe { AtomicU8::from_ptr(mutex) }
}

/// Locks; a thread that must wait gives the GIL up meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_Lock(mutex: *mut u8) {
    // SAFETY: as the C function's contract.
    let byte = unsafe { byte(mutex) };
    if byte.compare_exchange(0, LOCKED, Acquire, Relaxed).is_err() {
        wait(byte);
    }
}

#[cold]
fn wait(byte: &AtomicU8) {
    // SAFETY: R10: a C entry uses no other capability of this thread.
    let th = Thread::is_known().then(|| unsafe { Thread::from_tls() }).filter(|th| th.world.is_attached());
    match th {
        Some(th) => th.detached(|| lock_slowly(byte)),
        None => lock_slowly(byte),
    }
}

fn lock_slowly(byte: &AtomicU8) {
    let mut spins = 0;
    loop {
        let now = byte.load(Relaxed);
        if now & LOCKED == 0 {
            if byte.compare_exchange_weak(now, now | LOCKED, Acquire, Relaxed).is_ok() {
                return;
            }
            continue;
        }
        if now & HAS_PARKED == 0 && spins < SPINS {
            spins += 1;
            std::thread::yield_now();
            continue;
        }
        if now & HAS_PARKED == 0 && byte.compare_exchange_weak(now, now | HAS_PARKED, Relaxed, Relaxed).is_err() {
            continue;
        }
        let still_locked = || byte.load(Relaxed) == LOCKED | HAS_PARKED;
        // SAFETY: the key is the byte's address, which only this file parks on; the closures neither panic nor park.
        let woken = unsafe { parking_lot_core::park(byte.as_ptr().addr(), still_locked, || {}, |_, _| {}, DEFAULT_PARK_TOKEN, None) };
        if woken == ParkResult::Unparked(DEFAULT_UNPARK_TOKEN) {
            spins = 0;
        }
    }
}

/// Unlocks; fatal if it was not locked.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_Unlock(mutex: *mut u8) {
    // SAFETY: as the C function's contract.
    let byte = unsafe { byte(mutex) };
    if byte.compare_exchange(LOCKED, 0, Release, Relaxed).is_ok() {
        return;
    }
    if byte.load(Relaxed) & LOCKED == 0 {
        crate::entry::fatal("PyMutex_Unlock", "unlocking mutex that is not locked");
    }
    let done = |result: parking_lot_core::UnparkResult| {
        byte.store(if result.have_more_threads { HAS_PARKED } else { 0 }, Release);
        DEFAULT_UNPARK_TOKEN
    };
    // SAFETY: as in `lock_slowly`.
    unsafe { parking_lot_core::unpark_one(byte.as_ptr().addr(), done) };
}

/// Whether it is locked.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_IsLocked(mutex: *mut u8) -> c_int {
    // SAFETY: as the C function's contract.
    c_int::from(unsafe { byte(mutex) }.load(Relaxed) & LOCKED != 0)
}
