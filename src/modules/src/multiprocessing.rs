//! `_multiprocessing`: named semaphores of POSIX, which processes share.
//!
//! Invariant: a `SemLock` has one semaphore open from its making to its end; whoever waits on it holds the `SemLock`. The count and the last
//! taker say who holds it in this process; they are written by who has the semaphore, before it is given.
#![allow(unsafe_code, reason = "calls into libc about a semaphore")]

use std::ffi::CString;

use heap::sync::{AtomicI32, AtomicUsize, Ordering::*};
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::{Dict, intern, ops, raise, typing};

use crate::os::{self, c, int};

const RECURSIVE_MUTEX: i32 = 0;
const SEMAPHORE: i32 = 1;

/// Linux's limit, which libc's crate does not name.
const SEM_VALUE_MAX: i64 = i32::MAX as i64;

/// Semaphore/Mutex type
#[pytype(name = "SemLock", module = "_multiprocessing", flags(BASETYPE))]
#[repr(C)]
pub struct SemLock {
    head: Head,
    handle: Handle,
    kind: i32,
    maxvalue: i32,
    name: Option<Box<str>>,
    /// How often this process has taken it and not given it back.
    count: AtomicI32,
    last_taker: AtomicUsize,
}

/// An open semaphore.
#[derive(Clone, Copy)]
struct Handle(*mut libc::sem_t);

// SAFETY: POSIX: a semaphore is there to be used by several threads.
unsafe impl Send for Handle {}
// SAFETY: as above.
unsafe impl Sync for Handle {}

impl Drop for SemLock {
    fn drop(&mut self) {
        // Nobody waits on it any more: who waits holds the object.
        c!(sem_close(self.handle.0));
    }
}

/// A name for libc; [`&str`] arguments have no NUL.
fn terminated(name: &str) -> CString {
    CString::new(name).unwrap_or_default()
}

/// A value in the width that `sem_open` takes.
fn opened(th: &mut Thread, handle: *mut libc::sem_t) -> Result<Handle, Raised> {
    if handle == libc::SEM_FAILED { Err(os::last_error(th)) } else { Ok(Handle(handle)) }
}

/// Until when a wait of so many seconds lasts; `None`: no clock can tell.
fn deadline(seconds: f64) -> Option<libc::timespec> {
    if seconds.is_nan() {
        return None;
    }
    let mut now = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    c!(clock_gettime(libc::CLOCK_REALTIME, &raw mut now));
    let seconds = seconds.max(0.0);
    // Beyond these the wait has no end that matters.
    let whole = seconds.trunc().min(1e15);
    let nanos = now.tv_nsec + (seconds.fract() * 1e9) as i64;
    Some(libc::timespec { tv_sec: now.tv_sec + whole as i64 + nanos / 1_000_000_000, tv_nsec: nanos % 1_000_000_000 })
}

impl SemLock {
    fn make(th: &mut Thread, cls: &Type, handle: Handle, kind: i32, maxvalue: i32, name: Option<&str>) -> Ref<SemLock> {
        let made = SemLock {
            head: Head::INIT,
            handle,
            kind,
            maxvalue,
            name: name.map(Box::from),
            count: AtomicI32::new(0),
            last_taker: AtomicUsize::new(0),
        };
        th.new_instance(cls, made)
    }

    fn mine(&self) -> bool {
        // Acquire: the taker wrote its name before the count.
        self.count.load(Acquire) > 0 && self.last_taker.load(Relaxed) == crate::thread::ident()
    }

    fn value(&self, th: &mut Thread) -> Result<i32, Raised> {
        let mut value = 0;
        os::quick(th, c!(sem_getvalue(self.handle.0, &raw mut value)))?;
        // Other systems count waiters below zero.
        Ok(value.max(0))
    }

    fn took(&self) {
        self.last_taker.store(crate::thread::ident(), Relaxed);
        // Release: who sees the count sees whose it is.
        self.count.fetch_add(1, AcqRel);
    }

    fn take(&self, th: &mut Thread, block: bool, timeout: Option<f64>) -> Result<bool, Raised> {
        if self.kind == RECURSIVE_MUTEX && self.mine() {
            self.count.fetch_add(1, AcqRel);
            return Ok(true);
        }
        let handle = self.handle.0;
        let until = timeout.map(deadline);
        // What is free is had without leaving the world.
        let mut found = if c!(sem_trywait(handle)) == 0 { Ok(0) } else { Err(os::errno()) };
        if found == Err(libc::EINTR) {
            crate::signal::run_handlers(th)?;
            found = os::attempt(th, move || c!(sem_trywait(handle)))?;
        }
        if block && found == Err(libc::EAGAIN) {
            found = match until {
                None => os::attempt(th, move || c!(sem_wait(handle)))?,
                Some(Some(until)) => os::attempt(th, move || c!(sem_timedwait(handle, &raw const until)))?,
                Some(None) => Err(libc::EINVAL),
            };
        }
        match found {
            Ok(_) => {
                self.took();
                Ok(true)
            }
            Err(libc::EAGAIN | libc::ETIMEDOUT) => Ok(false),
            Err(number) => Err(raise::os_error(th, number, None, None)),
        }
    }

    fn give(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.kind == RECURSIVE_MUTEX {
            if !self.mine() {
                return Err(raise::assertion_error(th, format_args!("attempt to release recursive lock not owned by thread")));
            }
            if self.count.load(Relaxed) > 1 {
                self.count.fetch_sub(1, AcqRel);
                return Ok(());
            }
        } else if self.value(th)? >= self.maxvalue {
            return Err(raise::value_error(th, format_args!("semaphore or lock released too many times")));
        }
        // Before it is given: its next taker in this process may be there at once, and a count of nobody is nobody's.
        self.count.fetch_sub(1, AcqRel);
        if c!(sem_post(self.handle.0)) < 0 {
            let raised = os::last_error(th);
            self.count.fetch_add(1, AcqRel);
            return Err(raised);
        }
        Ok(())
    }
}

#[pymethods]
impl SemLock {
    #[slot(tp_new, sig = "(kind, value, maxvalue, name, unlink)")]
    fn tp_new(th: &mut Thread, cls: &Type, kind: i32, value: i32, maxvalue: i32, name: &str, unlink: bool) -> Result<Ref<SemLock>, Raised> {
        if kind != RECURSIVE_MUTEX && kind != SEMAPHORE {
            return Err(raise::value_error(th, format_args!("unrecognized kind")));
        }
        let text = terminated(name);
        let handle = c!(sem_open(text.as_ptr(), libc::O_CREAT | libc::O_EXCL, 0o600 as libc::c_uint, value.cast_unsigned()));
        let handle = opened(th, handle)?;
        if unlink && c!(sem_unlink(text.as_ptr())) < 0 {
            let raised = os::last_error(th);
            c!(sem_close(handle.0));
            return Err(raised);
        }
        // Nobody finds it by a name that is gone.
        Ok(SemLock::make(th, cls, handle, kind, maxvalue, Some(name).filter(|_| !unlink)))
    }

    #[getter]
    fn handle(&self) -> usize {
        self.handle.0.addr()
    }

    #[getter]
    fn kind(&self) -> i32 {
        self.kind
    }

    #[getter]
    fn maxvalue(&self) -> i32 {
        self.maxvalue
    }

    #[getter]
    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Acquire the semaphore/lock.
    #[method(sig = "($self, /, block=True, timeout=None)")]
    fn acquire(&self, th: &mut Thread, block: bool, timeout: Option<f64>) -> Result<bool, Raised> {
        self.take(th, block, timeout)
    }

    /// Release the semaphore/lock.
    #[method(sig = "($self, /)")]
    fn release(&self, th: &mut Thread) -> Result<(), Raised> {
        self.give(th)
    }

    /// Enter the semaphore/lock.
    #[method(sig = "($self, /)")]
    fn __enter__(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.take(th, true, None)
    }

    /// Exit the semaphore/lock.
    #[method(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(&self, th: &mut Thread, exc_type: Option<&Object>, exc_value: Option<&Object>, exc_tb: Option<&Object>) -> Result<(), Raised> {
        let _ = (exc_type, exc_value, exc_tb);
        self.give(th)
    }

    /// Num of `acquire()`s minus num of `release()`s for this process.
    #[method(sig = "($self, /)")]
    fn _count(&self) -> i32 {
        self.count.load(Relaxed)
    }

    /// Whether the lock is owned by this thread.
    #[method(sig = "($self, /)")]
    fn _is_mine(&self) -> bool {
        self.mine()
    }

    /// Get the value of the semaphore.
    #[method(sig = "($self, /)")]
    fn _get_value(&self, th: &mut Thread) -> Result<i32, Raised> {
        self.value(th)
    }

    /// Return whether semaphore has value zero.
    #[method(sig = "($self, /)")]
    fn _is_zero(&self, th: &mut Thread) -> Result<bool, Raised> {
        Ok(self.value(th)? == 0)
    }

    #[classmethod(sig = "($type, handle, kind, maxvalue, name, /)")]
    fn _rebuild(cls: &Type, th: &mut Thread, handle: &Object, kind: i32, maxvalue: i32, name: &Object) -> Result<Ref<SemLock>, Raised> {
        if handle.downcast::<objects::Int>().is_none() {
            let got = ops::type_name(handle);
            return Err(raise::type_error(th, format_args!("_rebuild() argument 1 must be int, not {got}")));
        }
        if name.is(objects::none()) {
            // A bare handle is an address, which nobody can check; semaphores have names wherever these are POSIX's.
            return Err(raise::os_error(th, libc::EINVAL, None, None));
        }
        let Some(text) = name.downcast::<objects::Str>() else {
            let got = ops::type_name(name);
            return Err(raise::type_error(th, format_args!("_rebuild() argument 4 must be str or None, not {got}")));
        };
        let Some(utf8) = text.to_utf8() else { return Err(raise::unicode_surrogates(th, text)) };
        let Ok(terminated) = CString::new(utf8) else {
            return Err(raise::value_error(th, format_args!("embedded null character")));
        };
        let found = c!(sem_open(terminated.as_ptr(), 0));
        let handle = opened(th, found)?;
        Ok(SemLock::make(th, cls, handle, kind, maxvalue, Some(utf8)))
    }

    /// Rezero the net acquisition count after fork().
    #[method(sig = "($self, /)")]
    fn _after_fork(&self) {
        self.count.store(0, Relaxed);
    }
}

#[pymodule(name = "_multiprocessing", types(SemLock))]
pub mod multiprocessing {
    use super::*;

    #[attr]
    fn flags(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let flags = Dict::new(th);
        for name in ["HAVE_SEM_OPEN", "HAVE_SEM_TIMEDWAIT"] {
            let yes = int(th, 1);
            flags.set_by_name(th, name, yes);
        }
        Ok(flags.up())
    }

    #[exec]
    fn exec(th: &mut Thread, _module: &Object) -> Result<(), Raised> {
        if let Some(dict) = typing::lookup::own_dict(<SemLock as heap::PyType>::type_object()) {
            let (name, most) = (intern(th, "SEM_VALUE_MAX"), int(th, SEM_VALUE_MAX));
            dict.set_str(th, name, most);
        }
        Ok(())
    }

    #[function(sig = "(name, /)")]
    fn sem_unlink(th: &mut Thread, name: &str) -> Result<(), Raised> {
        let name = terminated(name);
        os::quick(th, c!(sem_unlink(name.as_ptr()))).map(|_| ())
    }
}
