//! `lock` and `RLock`: they park on futexes of ours, detached, and wake for signals (R9).

use heap::contention::Kind;
use heap::locks::{Acquired, Patience, PyLock, PyRLock};
use heap::{Head, Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, Tuple, ops, raise};

/// A lock is a synchronization primitive.
#[pytype(name = "lock", sig = "()", module = "_thread", weakref)]
#[repr(C)]
pub struct Lock {
    head: Head,
    lock: PyLock,
}

/// A lock that its owner may take again.
#[pytype(name = "RLock", module = "_thread", flags(BASETYPE), weakref)]
#[repr(C)]
pub struct RLock {
    head: Head,
    lock: PyRLock,
}

/// A timeout in seconds as patience: `None` and negative ones wait for ever.
pub fn patience_of(th: &mut Thread, timeout: &Object) -> Result<Patience, Raised> {
    if timeout.is(objects::none()) {
        return Ok(Patience::Forever);
    }
    let seconds = objects::glue::upward::as_f64(th, timeout)?;
    if seconds.is_nan() {
        return Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)")));
    }
    if seconds < 0.0 {
        return Ok(Patience::Forever);
    }
    Ok(deadline(seconds))
}

fn deadline(seconds: f64) -> Patience {
    let nanos = (seconds * 1e9).min(9.2e18) as u64;
    Patience::Until(heap::sync::now().saturating_add(nanos))
}

/// The arguments of `acquire`.
fn patience(th: &mut Thread, blocking: bool, timeout: f64) -> Result<Patience, Raised> {
    if timeout.is_nan() {
        return Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)")));
    }
    if !blocking {
        if timeout != -1.0 {
            return Err(raise::value_error(th, format_args!("can't specify a timeout for a non-blocking call")));
        }
        return Ok(Patience::None);
    }
    if timeout < 0.0 {
        if timeout != -1.0 {
            return Err(raise::value_error(th, format_args!("timeout value must be a non-negative number")));
        }
        return Ok(Patience::Forever);
    }
    if timeout > 9_223_372_036.0 {
        return Err(raise::overflow_error(th, format_args!("timeout value is too large")));
    }
    Ok(deadline(timeout))
}

impl Lock {
    /// An unlocked lock.
    pub fn new(th: &Thread) -> Ref<Lock> {
        th.new_object(Lock { head: Head::INIT, lock: PyLock::new() })
    }

    #[inline]
    fn take(&self, th: &mut Thread, patience: Patience) -> Result<bool, Raised> {
        match patience {
            _ if self.lock.try_acquire() => Ok(true),
            Patience::None => Ok(false),
            _ => self.wait(th, patience),
        }
    }

    #[cold]
    fn wait(&self, th: &mut Thread, patience: Patience) -> Result<bool, Raised> {
        loop {
            match th.waiting(Kind::Lock, self.as_object(), |th| self.lock.acquire(th, patience)) {
                Acquired::Yes => return Ok(true),
                Acquired::TimedOut => return Ok(false),
                Acquired::Interrupted => crate::signal::run_handlers(th)?,
            }
        }
    }

    fn give(&self, th: &mut Thread) -> Result<(), Raised> {
        match self.lock.release() {
            Ok(()) => Ok(()),
            Err(_) => Err(raise::runtime_error(th, format_args!("release unlocked lock"))),
        }
    }
}

#[pymethods]
impl Lock {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, _cls: &Type) -> Result<Ref<Lock>, Raised> {
        Ok(Lock::new(th))
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        format!("<{} _thread.lock object at {:p}>", if self.lock.locked() { "locked" } else { "unlocked" }, self)
    }

    /// Lock the lock.
    #[method(sig = "($self, blocking=True, timeout=-1)")]
    fn acquire(&self, th: &mut Thread, blocking: bool, #[default(-1.0)] timeout: f64) -> Result<bool, Raised> {
        let patience = patience(th, blocking, timeout)?;
        self.take(th, patience)
    }

    /// An obsolete synonym of acquire().
    #[method(sig = "($self, blocking=True, timeout=-1)")]
    fn acquire_lock(&self, th: &mut Thread, blocking: bool, #[default(-1.0)] timeout: f64) -> Result<bool, Raised> {
        self.acquire(th, blocking, timeout)
    }

    /// Release the lock.
    #[method]
    fn release(&self, th: &mut Thread) -> Result<(), Raised> {
        self.give(th)
    }

    /// An obsolete synonym of release().
    #[method]
    fn release_lock(&self, th: &mut Thread) -> Result<(), Raised> {
        self.give(th)
    }

    /// Return whether the lock is in the locked state.
    #[method]
    fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// An obsolete synonym of locked().
    #[method]
    fn locked_lock(&self) -> bool {
        self.lock.locked()
    }

    /// Lock the lock.
    #[method]
    fn __enter__(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.take(th, Patience::Forever)
    }

    /// Release the lock.
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(&self, th: &mut Thread, _exc_info: Args<'_>) -> Result<(), Raised> {
        self.give(th)
    }

    #[method]
    fn _at_fork_reinit(&self) {
        self.lock.reset_in_child();
    }
}

impl RLock {
    fn take(&self, th: &mut Thread, patience: Patience) -> Result<bool, Raised> {
        let me = super::ident() as u64;
        match self.lock.acquire(th, me, Patience::None) {
            Some(Acquired::Yes) => return Ok(true),
            Some(_) if patience == Patience::None => return Ok(false),
            Some(_) => {}
            None => return Err(raise::overflow_error(th, format_args!("Internal lock count overflowed"))),
        }
        loop {
            match th.waiting(Kind::Lock, self.as_object(), |th| self.lock.acquire(th, me, patience)) {
                Some(Acquired::Interrupted) => crate::signal::run_handlers(th)?,
                taken => return Ok(taken == Some(Acquired::Yes)),
            }
        }
    }

    fn give(&self, th: &mut Thread) -> Result<(), Raised> {
        match self.lock.release(super::ident() as u64) {
            Ok(()) => Ok(()),
            Err(_) => Err(raise::runtime_error(th, format_args!("cannot release un-acquired lock"))),
        }
    }
}

#[pymethods]
impl RLock {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<RLock>, Raised> {
        Ok(th.new_instance(cls, RLock { head: Head::INIT, lock: PyRLock::new() }))
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> String {
        let name = ops::message_name(heap::Heaped::as_object(self).ty());
        let _ = th;
        format!(
            "<{} {name} object owner={} count={} at {:p}>",
            if self.lock.locked() { "locked" } else { "unlocked" },
            self.lock.owner(),
            self.lock.count(),
            self
        )
    }

    /// Lock the lock.
    #[method(sig = "($self, blocking=True, timeout=-1)")]
    fn acquire(&self, th: &mut Thread, blocking: bool, #[default(-1.0)] timeout: f64) -> Result<bool, Raised> {
        let patience = patience(th, blocking, timeout)?;
        self.take(th, patience)
    }

    /// Release the lock.
    #[method]
    fn release(&self, th: &mut Thread) -> Result<(), Raised> {
        self.give(th)
    }

    /// Return a boolean indicating whether this object is locked right now.
    #[method]
    fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// Lock the lock.
    #[method]
    fn __enter__(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.take(th, Patience::Forever)
    }

    /// Release the lock.
    #[method(sig = "($self, /, *exc_info)")]
    fn __exit__(&self, th: &mut Thread, _exc_info: Args<'_>) -> Result<(), Raised> {
        self.give(th)
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _is_owned(&self) -> bool {
        self.lock.owned_by(super::ident() as u64)
    }

    /// For internal use by reentrant lock tests.
    #[method]
    fn _recursion_count(&self) -> u32 {
        self.lock.depth(super::ident() as u64)
    }

    /// For internal use by `threading.Condition`.
    #[method]
    fn _release_save(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.lock.release_save(super::ident() as u64) {
            Ok(count) => {
                let (count, owner) = (Int::from_i64(th, i64::from(count)), Int::from_usize(th, super::ident()));
                Ok(Tuple::from_slice(th, &[&count, &owner]).up())
            }
            Err(_) => Err(raise::runtime_error(th, format_args!("cannot release un-acquired lock"))),
        }
    }

    /// For internal use by `threading.Condition`.
    #[method(sig = "($self, state, /)")]
    fn _acquire_restore(&self, th: &mut Thread, state: &Tuple) -> Result<(), Raised> {
        let count = if state.is_empty() { None } else { state.get(0).downcast::<Int>().and_then(Int::to_i64) };
        let Some(count) = count else {
            return Err(raise::type_error(th, format_args!("a lock's saved state is (count, owner)")));
        };
        // A signal does not end this wait: the lock is taken first, handlers run afterwards.
        while self.lock.acquire_restore(th, super::ident() as u64, count as u32) == Acquired::Interrupted {}
        Ok(())
    }

    #[method]
    fn _at_fork_reinit(&self) {
        self.lock.reset();
    }
}
