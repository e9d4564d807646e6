//! Putting threads to sleep: a small lock that survives `fork`, the permit each thread sleeps on, and the table of wait queues.
//!
//! * [`Latch`] guards a few dozen instructions of the protocols themselves. Its holder never sleeps, calls out or takes a safepoint, so
//!   a latch is a leaf in every lock order. A forked child can [`reset`](Latch::reset) it, which `parking_lot` does not allow.
//! * [`Parker`] is the word on which one thread sleeps. It lives as long as the thread, so that a signal handler may poke it.
//! * [`Table`] holds first-come-first-served queues keyed by address, so that a lock costs its user a byte. Whoever sleeps in it has
//!   detached from the world before.
//!
//! Words and their writers:
//! `Latch::word` 0 free, 1 held, 2 held and somebody may sleep; written by whoever passes.
//! `Parker::word` bit 0 permit (set by the waker, taken by the sleeper), bit 1 interrupt (set by anybody, taken by an interruptible
//! sleeper). A waker dequeues a node *under the bucket's latch* before it gives the permit, so each sleep gets at most one; whoever
//! wants to leave early must take the latch and either finds its node still queued (and removes it) or owns a permit already.

use crate::sync::{self, AtomicU32, Edge, Ordering, Slept};
use core::cell::{Cell, UnsafeCell};
use core::ops::{Deref, DerefMut};
use core::ptr;
use crossbeam_utils::CachePadded;

use Ordering::{AcqRel, Acquire, Relaxed, Release};

const FREE: u32 = 0;
const HELD: u32 = 1;
const CONTENDED: u32 = 2;

/// A futex lock for short critical sections of the protocols. See the module's head.
#[derive(Debug)]
pub struct Latch<T> {
    word: AtomicU32,
    value: UnsafeCell<T>,
}

// SAFETY: R15, a latch hands its value to one thread at a time.
unsafe impl<T: Send> Sync for Latch<T> {}
// SAFETY: as above; moving the latch moves the value.
unsafe impl<T: Send> Send for Latch<T> {}

impl<T> Latch<T> {
    #[cfg(not(loom))]
    pub const fn new(value: T) -> Self {
        Self { word: AtomicU32::new(FREE), value: UnsafeCell::new(value) }
    }
    #[cfg(loom)]
    pub fn new(value: T) -> Self {
        Self { word: AtomicU32::new(FREE), value: UnsafeCell::new(value) }
    }

    #[inline]
    pub fn lock(&self) -> LatchGuard<'_, T> {
        #[cfg(not(loom))]
        crate::counted::other(crate::counted::What::OtherLock, "latch");
        // Acquire: pairs with the release of `unlock`.
        if self.word.compare_exchange(FREE, HELD, sync::at(Edge::Latch, Acquire), Relaxed).is_err() {
            self.lock_slow();
        }
        LatchGuard { latch: self }
    }

    #[cold]
    fn lock_slow(&self) {
        for _ in 0..SPINS {
            if self.word.load(Relaxed) == FREE
                && self.word.compare_exchange(FREE, HELD, sync::at(Edge::Latch, Acquire), Relaxed).is_ok()
            {
                return;
            }
            sync::spin_hint();
        }
        // From here on the word says "contended", also once we hold it: we cannot know whether another one sleeps.
        while self.word.swap(CONTENDED, sync::at(Edge::Latch, Acquire)) != FREE {
            sync::futex_wait(&self.word, CONTENDED, None);
        }
    }

    #[inline]
    fn unlock(&self) {
        // Release: pairs with the acquire of `lock`.
        if self.word.swap(FREE, sync::at(Edge::Latch, Release)) == CONTENDED {
            sync::futex_wake(&raw const self.word, 1);
        }
    }

    /// Forget who held the latch. Only for the sole thread of a forked child.
    pub fn reset(&self) {
        self.word.store(FREE, Relaxed);
    }

    /// Keep the latch held beyond the guard's life (across `fork`); [`reset`](Self::reset) or [`force_unlock`](Self::force_unlock) ends it.
    pub fn lock_for_fork(&self) {
        core::mem::forget(self.lock());
    }

    /// Undo [`lock_for_fork`](Self::lock_for_fork) in the parent.
    pub fn force_unlock(&self) {
        self.unlock();
    }
}

/// How often to look again before sleeping: about a microsecond, less than a sleep and a wake-up cost.
#[cfg(not(loom))]
const SPINS: u32 = 40;
#[cfg(loom)]
const SPINS: u32 = 0;

/// Rounds of waiting before a sleep in the kernel, each twice as long as the one before: some microseconds together. With answers that come so
/// soon that is cheaper for both sides; yielding the processor instead would wait for a whole turn of whatever else runs on a busy machine.
#[cfg(not(loom))]
pub(crate) const ROUNDS: u32 = 8;
#[cfg(loom)]
pub(crate) const ROUNDS: u32 = 0;

/// Waits some microseconds for what another thread is about to do; whether it did. It looks less and less often, since each look takes a cache
/// line away from the other thread.
#[inline]
pub fn spin_until(done: impl FnMut() -> bool) -> bool {
    spin_in(0..ROUNDS, done)
}

/// [`spin_until`] with other rounds: one waits `2.pow` of its number times, then it looks.
#[inline]
pub fn spin_in(mut rounds: core::ops::Range<u32>, mut done: impl FnMut() -> bool) -> bool {
    rounds.any(|round| {
        (0..1 << round).for_each(|_| sync::spin_hint());
        done()
    })
}

/// Access to what a [`Latch`] guards.
#[derive(Debug)]
pub struct LatchGuard<'a, T> {
    latch: &'a Latch<T>,
}

impl<T> Deref for LatchGuard<'_, T> {
    type Target = T;
    fn deref(&self) -> &T {
        // SAFETY: R15, the guard exists only while its thread holds the latch.
        unsafe { &*self.latch.value.get() }
    }
}
impl<T> DerefMut for LatchGuard<'_, T> {
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: R15, the guard exists only while its thread holds the latch.
        unsafe { &mut *self.latch.value.get() }
    }
}
impl<T> Drop for LatchGuard<'_, T> {
    fn drop(&mut self) {
        self.latch.unlock();
    }
}

const PERMIT: u32 = 1;
const INTERRUPT: u32 = 2;
/// The thread is, or is about to be, asleep in the kernel: whoever sets a bit must wake it.
const ASLEEP: u32 = 4;

/// The word on which a thread sleeps. See the module's head.
#[derive(Debug)]
pub struct Parker {
    word: AtomicU32,
}

impl Default for Parker {
    fn default() -> Self {
        Self::new()
    }
}

impl Parker {
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { word: AtomicU32::new(0) }
    }
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { word: AtomicU32::new(0) }
    }

    /// Sleep until a permit comes and take it. `Woken` means exactly that; the other results leave a permit that comes later in place.
    /// An interrupt, be it [`interrupt`](Self::interrupt) or a signal handler that ran on this thread, ends the sleep if `interruptible`.
    pub fn sleep(&self, deadline: Option<u64>, interruptible: bool) -> Slept {
        spin_until(|| self.word.load(Relaxed) != 0);
        loop {
            let word = self.word.load(Relaxed);
            if word & PERMIT != 0 {
                // Acquire: pairs with `unpark`.
                self.word.fetch_and(!(PERMIT | ASLEEP), sync::at(Edge::ParkPermit, AcqRel));
                return Slept::Woken;
            }
            if interruptible && word & INTERRUPT != 0 {
                self.word.fetch_and(!(INTERRUPT | ASLEEP), AcqRel);
                return Slept::Interrupted;
            }
            // Whoever sets a bit before this finds nobody asleep, and makes it fail; whoever does so afterwards wakes us.
            if word & ASLEEP == 0 && self.word.compare_exchange(word, word | ASLEEP, Relaxed, Relaxed).is_err() {
                continue;
            }
            match sync::futex_wait(&self.word, word | ASLEEP, deadline) {
                Slept::Woken => {}
                Slept::Interrupted if !interruptible => {}
                other if self.word.fetch_and(!ASLEEP, Relaxed) & PERMIT == 0 => return other,
                _ => {}
            }
        }
    }

    /// Give the permit. The sleeper may return, and its memory go, as soon as the word is written; the wake-up itself needs only the
    /// address.
    pub fn unpark(&self) {
        let word = &raw const self.word;
        // Release: pairs with `sleep`.
        if self.word.fetch_or(PERMIT, sync::at(Edge::ParkPermit, AcqRel)) & ASLEEP != 0 {
            sync::futex_wake(word, 1);
        }
    }

    /// Make the current or the next interruptible sleep return `Interrupted`. Async-signal-safe.
    pub fn interrupt(&self) {
        let word = &raw const self.word;
        if self.word.fetch_or(INTERRUPT, AcqRel) & ASLEEP != 0 {
            sync::futex_wake(word, 1);
        }
    }

    /// Drop an interrupt that nobody took.
    pub fn clear_interrupt(&self) {
        self.word.fetch_and(!INTERRUPT, Relaxed);
    }
}

/// What a sleeper in the [`Table`] must be able to do: leave the world before it sleeps, enter it again afterwards (R9, R15).
pub trait Blocking {
    fn detach(&self);
    fn attach(&self);
    fn parker(&self) -> &Parker;
}

/// One sleeper, on its own stack.
#[derive(Debug)]
struct Node {
    key: usize,
    since: u64,
    parker: *const Parker,
    /// Written under the bucket's latch by whoever dequeues the node, read by the sleeper after it has its permit, which orders the two.
    token: AtomicU32,
    next: Cell<*const Node>,
}

#[derive(Debug)]
struct Queue {
    head: *const Node,
    tail: *const Node,
}
// SAFETY: R15, the nodes belong to sleepers that do not return before they are dequeued under the latch that guards the queue.
unsafe impl Send for Queue {}

impl Queue {
    const EMPTY: Queue = Queue { head: ptr::null(), tail: ptr::null() };

    fn push(&mut self, node: &Node) {
        if self.head.is_null() {
            self.head = node;
        } else {
            // SAFETY: R15, the tail is queued, so its sleeper is still there.
            unsafe { (*self.tail).next.set(node) };
        }
        self.tail = node;
    }

    /// Remove the first node that `wanted` accepts.
    fn remove(&mut self, wanted: impl Fn(&Node) -> bool) -> *const Node {
        let mut before: *const Node = ptr::null();
        let mut at = self.head;
        while !at.is_null() {
            // SAFETY: R15, queued nodes live.
            let node = unsafe { &*at };
            if wanted(node) {
                let next = node.next.get();
                if before.is_null() {
                    self.head = next;
                } else {
                    // SAFETY: R15, queued nodes live.
                    unsafe { (*before).next.set(next) };
                }
                if self.tail == at {
                    self.tail = before;
                }
                return at;
            }
            before = at;
            at = node.next.get();
        }
        ptr::null()
    }

    fn any(&self, key: usize) -> bool {
        let mut at = self.head;
        while !at.is_null() {
            // SAFETY: R15, queued nodes live.
            let node = unsafe { &*at };
            if node.key == key {
                return true;
            }
            at = node.next.get();
        }
        false
    }
}

/// How a wait in the [`Table`] ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Parked {
    /// The condition had changed before the thread was queued: it did not sleep and did not detach.
    Invalid,
    /// Woken, with the token that the waker gave.
    Woken(u32),
    TimedOut,
    Interrupted,
}

/// What a waker learns about the sleeper that it is about to wake.
#[derive(Clone, Copy, Debug)]
pub struct Found {
    /// Someone was queued under this key.
    pub found: bool,
    /// Others remain queued under this key.
    pub more: bool,
    /// Since when the sleeper has been waiting (of [`sync::now`]; its own statement).
    pub since: u64,
}

#[cfg(not(loom))]
const BUCKETS: usize = 256;
#[cfg(loom)]
const BUCKETS: usize = 1;

/// Wait queues keyed by address.
#[derive(Debug)]
pub struct Table {
    buckets: [CachePadded<Latch<Queue>>; BUCKETS],
}

/// The table that every lock of the process shares.
#[cfg(not(loom))]
pub static TABLE: Table = Table::new();

impl Default for Table {
    fn default() -> Self {
        Self::new()
    }
}

impl Table {
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self { buckets: [const { CachePadded::new(Latch::new(Queue::EMPTY)) }; BUCKETS] }
    }
    #[cfg(loom)]
    pub fn new() -> Self {
        Self { buckets: core::array::from_fn(|_| CachePadded::new(Latch::new(Queue::EMPTY))) }
    }

    fn bucket(&self, key: usize) -> &Latch<Queue> {
        // Fibonacci hashing; the low bits of an address say little.
        let hash = (key >> 3).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        &self.buckets[(hash >> 40) % BUCKETS]
    }

    /// Queue under `key` and sleep; the waker learns `since`. `valid` runs under the bucket's latch and says whether there is still reason to sleep. The thread
    /// detaches after it is queued and attaches again before this returns, whatever the result but `Invalid`.
    pub fn park(
        &self,
        key: usize,
        since: u64,
        thread: &(impl Blocking + ?Sized),
        deadline: Option<u64>,
        interruptible: bool,
        valid: impl FnOnce() -> bool,
    ) -> Parked {
        let parker = thread.parker();
        let node = Node { key, since, parker, token: AtomicU32::new(0), next: Cell::new(ptr::null()) };
        let bucket = self.bucket(key);
        {
            let mut queue = bucket.lock();
            if !valid() {
                return Parked::Invalid;
            }
            queue.push(&node);
        }
        thread.detach();
        let result = match parker.sleep(deadline, interruptible) {
            Slept::Woken => Parked::Woken(node.token.load(Relaxed)),
            early => {
                let removed = !bucket.lock().remove(|other| ptr::eq(other, &raw const node)).is_null();
                if removed {
                    if early == Slept::TimedOut { Parked::TimedOut } else { Parked::Interrupted }
                } else {
                    // A waker dequeued us in the meantime: its permit is on the way, and its token must not be lost.
                    parker.sleep(None, false);
                    Parked::Woken(node.token.load(Relaxed))
                }
            }
        };
        thread.attach();
        result
    }

    /// Wake the sleeper that queued first under `key`, if any. `decide` runs under the bucket's latch (so it may change the word that
    /// `valid` looks at) and returns the sleeper's token.
    pub fn unpark_one(&self, key: usize, decide: impl FnOnce(Found) -> u32) {
        let mut queue = self.bucket(key).lock();
        let node = queue.remove(|node| node.key == key);
        // SAFETY: R15, dequeued under the latch: the sleeper waits for its permit.
        let Some(node) = (unsafe { node.as_ref() }) else {
            decide(Found { found: false, more: false, since: 0 });
            return;
        };
        let found = Found { found: true, more: queue.any(key), since: node.since };
        node.token.store(decide(found), Relaxed);
        let parker = node.parker;
        drop(queue);
        // SAFETY: R15, a sleeper that was dequeued does not return before it has its permit, and `parker` lives until then.
        unsafe { (*parker).unpark() };
    }

    /// Wake everyone queued under `key` with `token`. `change` runs under the bucket's latch first. Returns how many were woken.
    pub fn unpark_all(&self, key: usize, token: u32, change: impl FnOnce()) -> usize {
        let mut queue = self.bucket(key).lock();
        change();
        let mut count = 0;
        loop {
            let node = queue.remove(|node| node.key == key);
            // SAFETY: R15, as in `unpark_one`.
            let Some(node) = (unsafe { node.as_ref() }) else { return count };
            node.token.store(token, Relaxed);
            count += 1;
            // SAFETY: R15, as in `unpark_one`.
            unsafe { (*node.parker).unpark() };
        }
    }

    /// Before `fork`: nobody else is inside a bucket while we hold all of them.
    #[cfg(not(loom))]
    pub fn before_fork(&self) {
        for bucket in &self.buckets {
            bucket.lock_for_fork();
        }
    }

    /// After `fork` in the parent.
    #[cfg(not(loom))]
    pub fn after_fork_parent(&self) {
        for bucket in &self.buckets {
            bucket.force_unlock();
        }
    }

    /// After `fork` in the child: the sleepers do not exist here.
    #[cfg(not(loom))]
    pub fn after_fork_child(&self) {
        for bucket in &self.buckets {
            bucket.reset();
            *bucket.lock() = Queue::EMPTY;
        }
    }
}
