//! Whose turn it is: a lock that the same thread may take again.
//!
//! OpenSSL calls back into Python in the middle of a handshake, and what is called may ask the same connection for something. Whoever waits for
//! a turn waits detached, so the thread that has it may take safepoints meanwhile: no other waits for it while attached.

use heap::Thread;
use heap::sync::{AtomicUsize, Mutex, MutexGuard, Ordering::*};

/// A lock that its holder may take again.
pub struct Turn {
    holder: AtomicUsize,
    lock: Mutex<()>,
}

/// A turn, for as long as this lives.
pub struct Held<'a> {
    /// `None`: the thread had the turn already.
    first: Option<(&'a Turn, MutexGuard<'a, ()>)>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some((turn, guard)) = self.first.take() {
            turn.holder.store(0, Relaxed);
            drop(guard);
        }
    }
}

impl Turn {
    pub const fn new() -> Turn {
        Turn { holder: AtomicUsize::new(0), lock: Mutex::new(()) }
    }

    fn is_mine(&self) -> bool {
        // Only this thread writes its own identifier.
        self.holder.load(Relaxed) == modules::thread::ident()
    }

    fn taken<'a>(&'a self, guard: MutexGuard<'a, ()>) -> Held<'a> {
        self.holder.store(modules::thread::ident(), Relaxed);
        Held { first: Some((self, guard)) }
    }

    /// Waits for the turn; the calling thread is detached.
    pub fn hold(&self) -> Held<'_> {
        if self.is_mine() { Held { first: None } } else { self.taken(self.lock.lock()) }
    }

    /// The turn, for an attached thread: it detaches to wait.
    pub fn take(&self, th: &mut Thread) -> Held<'_> {
        if self.is_mine() {
            return Held { first: None };
        }
        let guard = match self.lock.try_lock() {
            Some(guard) => guard,
            None => th.detached(|| self.lock.lock()),
        };
        self.taken(guard)
    }
}
