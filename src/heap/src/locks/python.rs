//! The locks that Python programs see: `threading.Lock` and `threading.RLock`.
//!
//! They speak the byte protocol of object locks, with three differences: waits have deadlines and end when a signal arrives, any thread
//! may release, and a forked child may reset them. They may be held across safepoints: a Python lock is a value, not a Rust lock (R15).

use super::{LOCKED, raw_lock_slow, raw_try_lock, release};
use crate::park::{Blocking, Table};
use crate::sync::{AtomicU8, AtomicU32, AtomicU64, Ordering};

use Ordering::Relaxed;

/// How an acquisition ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acquired {
    Yes,
    TimedOut,
    /// A signal arrived: handle it and come back with what is left of the time.
    Interrupted,
}

/// Until when to wait for a lock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Patience {
    /// Do not wait.
    None,
    /// Until this point of [`sync::now`](crate::sync::now).
    Until(u64),
    Forever,
}

/// The lock was not held, or not by the thread that wants to release it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotHeld;

/// `threading.Lock`: one byte, one compare-and-swap each way when nobody waits.
#[derive(Debug)]
#[repr(transparent)]
pub struct PyLock {
    byte: AtomicU8,
}

impl Default for PyLock {
    fn default() -> Self {
        Self::new()
    }
}

impl PyLock {
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { byte: AtomicU8::new(0) }
    }
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { byte: AtomicU8::new(0) }
    }

    /// The lock in a byte that C declared (`PyMutex`).
    ///
    /// # Safety
    /// The byte is touched by the protocol of object locks alone for as long as the reference lives.
    #[cfg(not(loom))]
    pub unsafe fn from_ptr<'a>(byte: *mut u8) -> &'a PyLock {
        // SAFETY: one byte, as `PyLock` is; the caller's promise.
        unsafe { &*byte.cast() }
    }

    /// Take the lock, waiting detached (`thread` must be attached) as long as `patience` says.
    #[cfg(not(loom))]
    #[inline]
    pub fn acquire<T: Blocking + ?Sized>(&self, thread: &mut T, patience: Patience) -> Acquired {
        self.acquire_in(&crate::park::TABLE, thread, patience)
    }

    /// Take the lock if it is free.
    #[inline]
    pub fn try_acquire(&self) -> bool {
        #[cfg(not(loom))]
        crate::counted::other(crate::counted::What::OtherLock, "lock of the program");
        raw_try_lock(&self.byte)
    }

    /// Release, whoever took it.
    #[cfg(not(loom))]
    #[inline]
    pub fn release(&self) -> Result<(), NotHeld> {
        self.release_in(&crate::park::TABLE)
    }

    /// [`acquire`](Self::acquire) with the waiters in `table`.
    #[inline]
    pub fn acquire_in<T: Blocking + ?Sized>(&self, table: &Table, thread: &mut T, patience: Patience) -> Acquired {
        #[cfg(not(loom))]
        crate::counted::other(crate::counted::What::OtherLock, "lock of the program");
        if raw_try_lock(&self.byte) {
            return Acquired::Yes;
        }
        let deadline = match patience {
            Patience::None => return Acquired::TimedOut,
            Patience::Until(at) => Some(at),
            Patience::Forever => None,
        };
        raw_lock_slow(table, &*thread, &self.byte, deadline, true)
    }

    /// [`release`](Self::release) with the waiters in `table`.
    #[inline]
    pub fn release_in(&self, table: &Table) -> Result<(), NotHeld> {
        release(table, &self.byte)
    }

    /// Whether somebody holds it at this moment.
    #[inline]
    pub fn locked(&self) -> bool {
        self.byte.load(Relaxed) & LOCKED != 0
    }

    /// Free it and forget its waiters: in a forked child they do not exist.
    pub fn reset_in_child(&self) {
        self.byte.store(0, Relaxed);
    }
}

/// `threading.RLock`: a [`PyLock`], its owner's identity (never 0) and how often that one holds it.
#[derive(Debug)]
pub struct PyRLock {
    lock: PyLock,
    /// Written by the holder only; another thread reads something that is not its own identity.
    owner: AtomicU64,
    /// Read and written by the holder only.
    count: AtomicU32,
}

impl Default for PyRLock {
    fn default() -> Self {
        Self::new()
    }
}

impl PyRLock {
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { lock: PyLock::new(), owner: AtomicU64::new(0), count: AtomicU32::new(0) }
    }
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { lock: PyLock::new(), owner: AtomicU64::new(0), count: AtomicU32::new(0) }
    }

    /// Take it once more as `me`. `None` when the count would overflow.
    #[cfg(not(loom))]
    #[inline]
    pub fn acquire<T: Blocking + ?Sized>(&self, thread: &mut T, me: u64, patience: Patience) -> Option<Acquired> {
        if self.owned_by(me) {
            let count = self.count.load(Relaxed).checked_add(1)?;
            self.count.store(count, Relaxed);
            return Some(Acquired::Yes);
        }
        let result = self.lock.acquire(thread, patience);
        if result == Acquired::Yes {
            self.owner.store(me, Relaxed);
            self.count.store(1, Relaxed);
        }
        Some(result)
    }

    /// Undo one acquisition by `me`.
    #[cfg(not(loom))]
    #[inline]
    pub fn release(&self, me: u64) -> Result<(), NotHeld> {
        if !self.owned_by(me) {
            return Err(NotHeld);
        }
        let count = self.count.load(Relaxed) - 1;
        self.count.store(count, Relaxed);
        if count == 0 {
            self.owner.store(0, Relaxed);
            self.lock.release()
        } else {
            Ok(())
        }
    }

    /// Release it wholly and return how often `me` held it (`Condition.wait`).
    #[cfg(not(loom))]
    pub fn release_save(&self, me: u64) -> Result<u32, NotHeld> {
        if !self.owned_by(me) {
            return Err(NotHeld);
        }
        let count = self.count.swap(0, Relaxed);
        self.owner.store(0, Relaxed);
        self.lock.release()?;
        Ok(count)
    }

    /// Undo [`release_save`](Self::release_save): take it, `count` deep. `Interrupted` means that nothing was taken.
    #[cfg(not(loom))]
    pub fn acquire_restore<T: Blocking + ?Sized>(&self, thread: &mut T, me: u64, count: u32) -> Acquired {
        let result = self.lock.acquire(thread, Patience::Forever);
        if result == Acquired::Yes {
            self.owner.store(me, Relaxed);
            self.count.store(count, Relaxed);
        }
        result
    }

    #[inline]
    pub fn owned_by(&self, me: u64) -> bool {
        self.owner.load(Relaxed) == me
    }

    /// The owner's identity, 0 if there is none (for `repr`).
    pub fn owner(&self) -> u64 {
        self.owner.load(Relaxed)
    }

    /// How often `me` holds it.
    pub fn depth(&self, me: u64) -> u32 {
        if self.owned_by(me) { self.count.load(Relaxed) } else { 0 }
    }

    /// How often its owner holds it (for `repr`; a moment's view).
    pub fn count(&self) -> u32 {
        self.count.load(Relaxed)
    }

    pub fn locked(&self) -> bool {
        self.lock.locked()
    }

    /// Free it: in a forked child, or where its holder was stopped for good; see [`PyLock::reset_in_child`].
    pub fn reset(&self) {
        self.lock.reset_in_child();
        self.owner.store(0, Relaxed);
        self.count.store(0, Relaxed);
    }
}
