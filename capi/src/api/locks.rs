//! `PyMutex_*`: a lock in one byte of C's. It is the runtime's own kind of lock (`heap::locks`), whose bits are those that CPython's inline functions
//! know: locked, and somebody waits.

use core::ffi::c_int;

use heap::Thread;
use heap::locks::{raw_lock, raw_try_lock, raw_unlock};
use heap::park::{Blocking, Parker, TABLE};
use heap::sync::{AtomicU8, Ordering::Relaxed};

const LOCKED: u8 = 1;

/// The byte of a `PyMutex`.
///
/// # Safety
/// R4: `mutex` is a `PyMutex` that lives for the call.
unsafe fn byte<'a>(mutex: *mut u8) -> &'a AtomicU8 {
    // SAFETY: the caller's promise; C touches it by atomics alone.
    unsafe { AtomicU8::from_ptr(mutex) }
}

/// A thread that Python does not know, or that is detached: nobody waits for it to leave.
struct Outside(Parker);

impl Blocking for Outside {
    fn detach(&self) {}
    fn attach(&self) {}
    fn parker(&self) -> &Parker {
        &self.0
    }
}

/// Locks; a thread that must wait gives the GIL up meanwhile.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_Lock(mutex: *mut u8) {
    // SAFETY: as the C function's contract.
    let byte = unsafe { byte(mutex) };
    if raw_try_lock(byte) {
        return;
    }
    // SAFETY: R10: a C entry uses no other capability of this thread.
    let th = Thread::is_known().then(|| unsafe { Thread::from_tls() }).filter(|th| th.world.is_attached());
    match th {
        Some(th) => raw_lock(&TABLE, th, byte),
        None => raw_lock(&TABLE, &Outside(Parker::new()), byte),
    }
}

/// Unlocks; fatal if it was not locked.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_Unlock(mutex: *mut u8) {
    // SAFETY: as the C function's contract.
    let byte = unsafe { byte(mutex) };
    if byte.load(Relaxed) & LOCKED == 0 {
        crate::entry::fatal("PyMutex_Unlock", "unlocking mutex that is not locked");
    }
    raw_unlock(&TABLE, byte);
}

/// Whether it is locked.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_IsLocked(mutex: *mut u8) -> c_int {
    // SAFETY: as the C function's contract.
    c_int::from(unsafe { byte(mutex) }.load(Relaxed) & LOCKED != 0)
}
