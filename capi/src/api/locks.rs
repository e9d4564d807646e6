//! `PyMutex_*`: a lock in one byte of C's. It is the runtime's own kind of lock (`heap::locks`), whose bits are those that CPython's inline functions
//! know: locked, and somebody waits.

use core::ffi::{c_int, c_void};

use heap::Thread;
use heap::locks::{Acquired, Patience, PyLock, raw_lock, raw_try_lock, raw_unlock};
use heap::park::{Blocking, Parker, TABLE};
use heap::sync::{AtomicU8, Mutex, Ordering::*};

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

/// Signals that arrive while it waits are handled.
const HANDLE_SIGNALS: c_int = 2;
/// A signal that arrives ends the waiting.
const FAIL_IF_INTERRUPTED: c_int = 4;
/// `PyLockStatus`
const FAILURE: c_int = 0;
const ACQUIRED: c_int = 1;
const INTERRUPTED: c_int = 2;

/// Locks within a time: `timeout` in nanoseconds, negative for ever. One of `PyLockStatus`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyMutex_LockTimed(mutex: *mut u8, timeout: i64, flags: c_int) -> c_int {
    // SAFETY: as the C function's contract.
    let lock = unsafe { PyLock::from_ptr(mutex) };
    let patience = match timeout {
        0 => Patience::None,
        1.. => Patience::Until(heap::sync::now().saturating_add(timeout.unsigned_abs())),
        _ => Patience::Forever,
    };
    // SAFETY: R10: a C entry uses no other capability of this thread.
    let mut th = Thread::is_known().then(|| unsafe { Thread::from_tls() }).filter(|th| th.world.is_attached());
    loop {
        let acquired = match &mut th {
            Some(th) => lock.acquire(&mut **th, patience),
            None => lock.acquire(&mut Outside(Parker::new()), patience),
        };
        match (acquired, &mut th) {
            (Acquired::Yes, _) => return ACQUIRED,
            (Acquired::TimedOut, _) => return FAILURE,
            (Acquired::Interrupted, _) if flags & FAIL_IF_INTERRUPTED != 0 => return INTERRUPTED,
            (Acquired::Interrupted, Some(th)) if flags & HANDLE_SIGNALS != 0 => {
                if modules::signal::run_handlers(th).is_err() {
                    return INTERRUPTED;
                }
            }
            (Acquired::Interrupted, _) => {}
        }
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

/// A `_PyOnceFlag` whose function was done.
const DONE: u8 = 4;
/// The flags whose functions run now, by their addresses.
static RUNNING: Mutex<Vec<usize>> = Mutex::new(Vec::new());

/// Calls the function unless another call of it was done: 0, or what it said that it failed with. Who comes meanwhile waits.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyOnceFlag_CallOnceSlow(flag: *mut u8, function: unsafe extern "C-unwind" fn(*mut c_void) -> c_int, argument: *mut c_void) -> c_int {
    // SAFETY: R4: the flag is a byte that C touches by atomics alone.
    let done = unsafe { AtomicU8::from_ptr(flag) };
    loop {
        let mut running = RUNNING.lock();
        if done.load(Acquire) == DONE {
            return 0;
        }
        if !running.contains(&flag.addr()) {
            running.push(flag.addr());
            break;
        }
        drop(running);
        let pause = || std::thread::sleep(std::time::Duration::from_micros(50));
        // SAFETY: R10: a C entry uses no other capability of this thread.
        match Thread::is_known().then(|| unsafe { Thread::from_tls() }).filter(|th| th.world.is_attached()) {
            Some(th) => th.detached(pause),
            None => pause(),
        }
    }
    // SAFETY: R4: C's own function and argument.
    let status = unsafe { function(argument) };
    if status == 0 {
        done.store(DONE, Release);
    }
    RUNNING.lock().retain(|&other| other != flag.addr());
    status
}

/// Whether it is locked.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyMutex_IsLocked(mutex: *mut u8) -> c_int {
    // SAFETY: as the C function's contract.
    c_int::from(unsafe { byte(mutex) }.load(Relaxed) & LOCKED != 0)
}
