//! `PyThread_*`: C's own threads, locks and thread-specific storage. None of these functions needs a thread state, and none takes or gives the GIL.

use core::ffi::{c_int, c_long, c_longlong, c_ulong, c_void};

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Object, Raised, Ref};

use crate::api;

/// The longest time that a lock can be waited for, in microseconds.
#[unsafe(export_name = "PY_TIMEOUT_MAX")]
pub static TIMEOUT_MAX: c_longlong = c_longlong::MAX / 1000;

// --- locks: semaphores of the C library, which signals interrupt ---

const FAILURE: c_int = 0;
const ACQUIRED: c_int = 1;
const INTERRUPTED: c_int = 2;

/// A new lock, free; null without memory.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_allocate_lock() -> *mut c_void {
    let lock = Box::into_raw(Box::new(core::mem::MaybeUninit::<libc::sem_t>::uninit()));
    // SAFETY: the box is large enough, and stays where it is.
    if unsafe { libc::sem_init(lock.cast(), 0, 1) } != 0 {
        // SAFETY: made above.
        drop(unsafe { Box::from_raw(lock) });
        return core::ptr::null_mut();
    }
    lock.cast()
}

/// Gives a lock's memory back.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_free_lock(lock: *mut c_void) {
    if !lock.is_null() {
        // SAFETY: made by `PyThread_allocate_lock`; nobody waits for it.
        unsafe {
            libc::sem_destroy(lock.cast());
            drop(Box::from_raw(lock.cast::<core::mem::MaybeUninit<libc::sem_t>>()));
        }
    }
}

/// Takes a lock: 0 if it was not free (and `wait` is zero).
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_acquire_lock(lock: *mut c_void, wait: c_int) -> c_int {
    // SAFETY: as this function.
    unsafe { PyThread_acquire_lock_timed(lock, if wait != 0 { -1 } else { 0 }, 0) }
}

/// Takes a lock, waiting so many microseconds: not at all (0), or as long as it takes (negative).
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_acquire_lock_timed(lock: *mut c_void, microseconds: c_longlong, interruptible: c_int) -> c_int {
    let lock: *mut libc::sem_t = lock.cast();
    let mut until = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    if microseconds > 0 {
        // SAFETY: the struct may be written.
        unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &raw mut until) };
        let nanoseconds = until.tv_nsec + (microseconds % 1_000_000) * 1000;
        until.tv_sec = until.tv_sec.saturating_add(microseconds / 1_000_000 + nanoseconds / 1_000_000_000);
        until.tv_nsec = nanoseconds % 1_000_000_000;
    }
    loop {
        // SAFETY: made by `PyThread_allocate_lock`.
        let failed = unsafe {
            match microseconds {
                0 => libc::sem_trywait(lock),
                1.. => libc::sem_timedwait(lock, &raw const until),
                _ => libc::sem_wait(lock),
            }
        };
        if failed == 0 {
            return ACQUIRED;
        }
        match std::io::Error::last_os_error().raw_os_error() {
            Some(libc::EINTR) if interruptible != 0 => return INTERRUPTED,
            Some(libc::EINTR) => {}
            _ => return FAILURE,
        }
    }
}

/// Frees a lock; any thread may.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_release_lock(lock: *mut c_void) {
    // SAFETY: made by `PyThread_allocate_lock`.
    unsafe { libc::sem_post(lock.cast()) };
}

// --- threads ---

static STACK_SIZE: AtomicUsize = AtomicUsize::new(0);

/// What a new thread runs. C's function is called there as C: it is no call from Python.
struct Task(unsafe extern "C-unwind" fn(*mut c_void), *mut c_void);

extern "C" fn run_task(task: *mut c_void) -> *mut c_void {
    // SAFETY: boxed by `spawn` for this thread alone.
    let task = unsafe { Box::from_raw(task.cast::<Task>()) };
    // SAFETY: R4: C gave the function with its argument.
    unsafe { (task.0)(task.1) };
    core::ptr::null_mut()
}

/// Starts a thread of the operating system; `None` if there can be no more.
///
/// # Safety
/// R4: `function` may be called with `argument` in another thread.
unsafe fn spawn(function: unsafe extern "C-unwind" fn(*mut c_void), argument: *mut c_void, detached: bool) -> Option<libc::pthread_t> {
    let task = Box::into_raw(Box::new(Task(function, argument)));
    let mut thread = 0;
    // SAFETY: the attributes are made before they are used; the task moves to the new thread.
    unsafe {
        let mut attributes: libc::pthread_attr_t = core::mem::zeroed();
        libc::pthread_attr_init(&raw mut attributes);
        let stack = STACK_SIZE.load(Relaxed);
        if stack != 0 {
            libc::pthread_attr_setstacksize(&raw mut attributes, stack);
        }
        let failed = libc::pthread_create(&raw mut thread, &raw const attributes, run_task, task.cast()) != 0;
        libc::pthread_attr_destroy(&raw mut attributes);
        if failed {
            drop(Box::from_raw(task));
            return None;
        }
        if detached {
            libc::pthread_detach(thread);
        }
    }
    Some(thread)
}

/// Starts a thread that nobody joins: its identifier, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_start_new_thread(function: unsafe extern "C-unwind" fn(*mut c_void), argument: *mut c_void) -> c_ulong {
    // SAFETY: as the C function's contract.
    unsafe { spawn(function, argument, true) }.unwrap_or(c_ulong::MAX)
}

/// Starts a thread that is to be joined: 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_start_joinable_thread(
    function: unsafe extern "C-unwind" fn(*mut c_void),
    argument: *mut c_void,
    ident: *mut c_ulong,
    handle: *mut c_ulong,
) -> c_int {
    // SAFETY: as the C function's contract.
    match unsafe { spawn(function, argument, false) } {
        // SAFETY: as above.
        Some(thread) => unsafe {
            ident.write(thread);
            handle.write(thread);
            0
        },
        None => -1,
    }
}

/// Waits for a thread's end.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_join_thread(handle: c_ulong) -> c_int {
    // SAFETY: the handle of a thread that nobody has joined.
    if unsafe { libc::pthread_join(handle, core::ptr::null_mut()) } == 0 { 0 } else { -1 }
}

/// Lets go of a thread that nobody will join.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_detach_thread(handle: c_ulong) -> c_int {
    // SAFETY: the handle of a thread that nobody has joined.
    if unsafe { libc::pthread_detach(handle) } == 0 { 0 } else { -1 }
}

/// Ends the calling thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_exit_thread() {
    // SAFETY: C's own wish; no Rust frame of ours is below.
    unsafe { libc::pthread_exit(core::ptr::null_mut()) }
}

/// The calling thread's identifier, as `threading.get_ident()`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_get_thread_ident() -> c_ulong {
    // SAFETY: no precondition.
    unsafe { libc::pthread_self() }
}

/// The same, in the type of identifiers.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_get_thread_ident_ex() -> u64 {
    // SAFETY: no precondition.
    unsafe { libc::pthread_self() }
}

/// The kernel's number of the calling thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_get_thread_native_id() -> c_ulong {
    // SAFETY: no precondition.
    unsafe { libc::syscall(libc::SYS_gettid) as c_ulong }
}

/// Nothing needs to be prepared.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_init_thread() {}

/// The stack that new threads get, in bytes; 0: the system's own choice.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_get_stacksize() -> usize {
    STACK_SIZE.load(Relaxed)
}

/// Sets it: 0, or -1 for a size that no thread can have.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_set_stacksize(bytes: usize) -> c_int {
    const LEAST: usize = 32 << 10;
    if bytes != 0 && bytes < LEAST {
        return -1;
    }
    STACK_SIZE.store(bytes, Relaxed);
    0
}

api! {
    /// What locks and threads are made of (`sys.thread_info`).
    fn PyThread_GetInfo(th) -> Result<Ref<Object>, Raised> {
        match interp::sys::attribute(th, "thread_info") {
            Some(info) => Ok(info),
            None => Err(objects::raise::runtime_error(th, format_args!("lost sys.thread_info"))),
        }
    }
}

// --- thread-specific storage ---

/// `Py_tss_t`.
#[repr(C)]
pub struct TssKey {
    is_initialized: c_int,
    key: libc::pthread_key_t,
}

/// A key on the heap, not created yet.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_alloc() -> *mut TssKey {
    Box::into_raw(Box::new(TssKey { is_initialized: 0, key: 0 }))
}

/// Deletes a key of [`PyThread_tss_alloc`] and gives its memory back.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_free(key: *mut TssKey) {
    if !key.is_null() {
        // SAFETY: as the C function's contract.
        unsafe {
            PyThread_tss_delete(key);
            drop(Box::from_raw(key));
        }
    }
}

/// Whether the key was created.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_is_created(key: *mut TssKey) -> c_int {
    // SAFETY: as the C function's contract.
    unsafe { (*key).is_initialized }
}

/// Creates the key unless it was: 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_create(key: *mut TssKey) -> c_int {
    // SAFETY: as the C function's contract.
    unsafe {
        if (*key).is_initialized != 0 {
            return 0;
        }
        if libc::pthread_key_create(&raw mut (*key).key, None) != 0 {
            return -1;
        }
        (*key).is_initialized = 1;
    }
    0
}

/// Deletes the key, if it was created: no thread has a value under it any more.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_delete(key: *mut TssKey) {
    // SAFETY: as the C function's contract.
    unsafe {
        if (*key).is_initialized != 0 {
            libc::pthread_key_delete((*key).key);
            (*key).is_initialized = 0;
        }
    }
}

/// Sets the calling thread's value: 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_set(key: *mut TssKey, value: *mut c_void) -> c_int {
    // SAFETY: as the C function's contract.
    if unsafe { libc::pthread_setspecific((*key).key, value) } == 0 { 0 } else { -1 }
}

/// The calling thread's value, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_tss_get(key: *mut TssKey) -> *mut c_void {
    // SAFETY: as the C function's contract.
    unsafe { libc::pthread_getspecific((*key).key) }
}

/// A key of the older kind, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_create_key() -> c_int {
    let mut key = 0;
    // SAFETY: the key may be written.
    if unsafe { libc::pthread_key_create(&raw mut key, None) } != 0 {
        return -1;
    }
    c_int::try_from(key).unwrap_or(-1)
}

/// Deletes such a key.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_delete_key(key: c_int) {
    // SAFETY: no precondition but a key's validity, which the function tests.
    unsafe { libc::pthread_key_delete(key.cast_unsigned()) };
}

/// Sets the calling thread's value: 0, or -1.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
    // SAFETY: as above.
    if unsafe { libc::pthread_setspecific(key.cast_unsigned(), value) } == 0 { 0 } else { -1 }
}

/// The calling thread's value, or null.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_get_key_value(key: c_int) -> *mut c_void {
    // SAFETY: as above.
    unsafe { libc::pthread_getspecific(key.cast_unsigned()) }
}

/// Forgets the calling thread's value.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_delete_key_value(key: c_int) {
    // SAFETY: as above.
    unsafe { libc::pthread_setspecific(key.cast_unsigned(), core::ptr::null()) };
}

/// Nothing is to be done in a forked child.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyThread_ReInitTLS() {}

const _: () = assert!(size_of::<c_long>() == 8 && size_of::<TssKey>() == 8);
