//! Memory that others may still read is freed after a grace period: quiescent-state-based reclamation, driven by the poll word (R8).
//!
//! A thread *retires* memory after it has unlinked it. A thread is *quiescent* at taken safepoints, on exclusive entry, and all the while
//! it is detached or parked: it then holds no pointer that it did not count. Memory may be freed once every thread has been quiescent
//! after the memory was unlinked.
//!
//! Words: `now` (the global epoch, advanced by whoever closes a batch), `WorldSlot::seen` (the epoch at the thread's last quiescence,
//! written by the thread), `safe` (every batch whose goal is at most this may be freed; only grows).
//!
//! Why it holds:
//! * A batch is closed by `now.fetch_add` (release), which gives its goal. A reader that loads `now` (acquire) and finds at least the
//!   goal sees all that the closer unlinked ([`Edge::EpochAdvance`]), so what it reads from then on is not in the batch.
//! * It says so by storing `seen` (release); the reclaimer loads that (acquire), so the reader's last use comes before the freeing
//!   ([`Edge::EpochSeen`]).
//! * A thread that is not attached is passed over. The reclaimer makes sure by a read-modify-write on its `state`, from which the thread's
//!   next attach (a swap, acquire) reads: it then sees what was unlinked ([`Edge::EpochDetached`]).
//! * While a thread holds the world nobody else holds an uncounted pointer: every goal up to `now` is safe.
//!
//! Retired memory waits in its thread's lists without any shared write; batches are closed by the 64 KiB. A backlog asks for a handshake
//! ([`poll::EPOCH`]) of those threads that have not been quiescent. A thread that detaches with much in its lists, or ends, hands them over.

#[cfg(all(test, not(loom)))]
mod tests;

use crate::park::Latch;
use crate::sync::{self, AtomicU64, AtomicUsize, Edge, Ordering};
use crate::world::{World, WorldSlot, poll};
use crossbeam_utils::CachePadded;
use std::collections::VecDeque;

use Ordering::{AcqRel, Acquire, Relaxed, Release};

/// A batch is closed when it holds this much.
#[cfg(not(loom))]
const BATCH_BYTES: usize = 64 << 10;
#[cfg(not(loom))]
const BATCH_ITEMS: usize = 512;
/// Models close each item's batch at once.
#[cfg(loom)]
const BATCH_BYTES: usize = 0;
#[cfg(loom)]
const BATCH_ITEMS: usize = 1;

/// A thread that has closed so much since it last asked the others for quiescence asks again, wherever its batches are now.
const ASK_BYTES: usize = 1 << 20;
/// So does whoever retires anything while all batches together hold this much.
const BACKLOG_BYTES: usize = 64 << 20;
/// A thread that detaches with this much in its lists hands them over.
const HEAVY_BYTES: usize = 64 << 10;

/// Frees memory. It must not take a safepoint, retire, or touch objects.
pub type FreeFn = unsafe fn(*mut u8);

#[derive(Debug)]
struct Item {
    memory: *mut u8,
    free: FreeFn,
}

#[derive(Debug)]
struct Batch {
    goal: u64,
    bytes: usize,
    items: Vec<Item>,
}

// SAFETY: R8: retired memory belongs to nobody but the batch.
unsafe impl Send for Batch {}

impl Batch {
    fn free(self) {
        for item in self.items {
            // SAFETY: R8: whoever retired it promised that `free` frees it, and the grace period is over.
            unsafe { (item.free)(item.memory) };
        }
    }
}

/// What one thread has retired.
#[derive(Debug, Default)]
pub(crate) struct Local {
    open: Vec<Item>,
    open_bytes: usize,
    /// Oldest first.
    closed: VecDeque<Batch>,
    closed_bytes: usize,
    /// The goal of the last handshake that this thread asked for, and what it has closed since.
    asked: u64,
    unasked: usize,
}

impl Local {
    pub(crate) const fn new() -> Self {
        Self { open: Vec::new(), open_bytes: 0, closed: VecDeque::new(), closed_bytes: 0, asked: 0, unasked: 0 }
    }

    /// Closes the open batch; its goal.
    fn close(&mut self, epochs: &Epochs) -> Option<u64> {
        if self.open.is_empty() {
            return None;
        }
        // Release: pairs with `quiescent`: who sees the goal sees what we unlinked. Acquire: so that goals chain.
        let goal = epochs.now.fetch_add(1, sync::at(Edge::EpochAdvance, AcqRel)) + 1;
        let bytes = core::mem::take(&mut self.open_bytes);
        epochs.backlog.fetch_add(bytes, Relaxed);
        self.closed_bytes += bytes;
        self.unasked += bytes;
        self.closed.push_back(Batch { goal, bytes, items: core::mem::take(&mut self.open) });
        Some(goal)
    }
}

/// The epochs of a world.
#[derive(Debug)]
pub(crate) struct Epochs {
    now: CachePadded<AtomicU64>,
    safe: CachePadded<AtomicU64>,
    /// Bytes in closed batches, of all threads and orphans.
    backlog: AtomicUsize,
    ask_bytes: AtomicUsize,
    /// Batches of threads that have ended or detached, in no order.
    orphans: Latch<Vec<Batch>>,
    /// Whether there may be orphans.
    orphaned: AtomicUsize,
}

impl Epochs {
    #[cfg(not(loom))]
    pub(crate) const fn new() -> Self {
        Self {
            now: CachePadded::new(AtomicU64::new(1)),
            safe: CachePadded::new(AtomicU64::new(0)),
            backlog: AtomicUsize::new(0),
            ask_bytes: AtomicUsize::new(ASK_BYTES),
            orphans: Latch::new(Vec::new()),
            orphaned: AtomicUsize::new(0),
        }
    }
    #[cfg(loom)]
    pub(crate) fn new() -> Self {
        Self {
            now: CachePadded::new(AtomicU64::new(1)),
            safe: CachePadded::new(AtomicU64::new(0)),
            backlog: AtomicUsize::new(0),
            ask_bytes: AtomicUsize::new(ASK_BYTES),
            orphans: Latch::new(Vec::new()),
            orphaned: AtomicUsize::new(0),
        }
    }

    pub(crate) fn current(&self) -> u64 {
        self.now.load(Acquire)
    }

    /// The caller holds the world: everything that was closed so far is safe. (What lies in open batches is closed later, with a later goal.)
    pub(crate) fn all_quiescent(&self) {
        let now = self.current();
        if self.safe.load(Relaxed) >= now {
            return;
        }
        // Release: whoever frees by `safe` has all readers' last uses behind it, as the holder has.
        sync::raise(&self.safe, now);
    }

    /// Every goal up to `safe` has been passed by all; returns the newest that is known.
    pub(crate) fn raise_safe(&self, safe: u64) -> u64 {
        sync::raise(&self.safe, safe).max(safe)
    }

    pub(crate) fn before_fork(&self) {
        self.orphans.lock_for_fork();
    }
    pub(crate) fn after_fork_parent(&self) {
        self.orphans.force_unlock();
    }
    pub(crate) fn after_fork_child(&self) {
        self.orphans.reset();
    }
}

impl World {
    /// Free `memory` by `free` once nobody can read it any more: at once when this thread is alone or holds the world.
    ///
    /// # Safety
    /// R8: `memory` is unlinked, so that no thread can come to it from now on but by a pointer it has already loaded; nobody else
    /// retires or frees it; `free(memory)` frees it and does nothing else; `slot` is the calling thread's and attached.
    #[inline]
    pub unsafe fn retire(&self, slot: &WorldSlot, memory: *mut u8, bytes: usize, free: FreeFn) {
        if slot.also() == 0 {
            // SAFETY: R5, R8: no other thread is attached, hence none holds an uncounted pointer.
            unsafe { free(memory) };
        } else {
            // SAFETY: the caller's promise.
            unsafe { self.retire_later(slot, memory, bytes, free) };
        }
    }

    /// As [`retire`](Self::retire), but never before this thread's own next taken safepoint either: for memory to which its own frames
    /// may hold uncounted pointers (R8b).
    ///
    /// # Safety
    /// As [`retire`](Self::retire).
    pub unsafe fn retire_later(&self, slot: &WorldSlot, memory: *mut u8, bytes: usize, free: FreeFn) {
        // SAFETY: R10: the slot is this thread's, which is attached: nobody else touches its list.
        let local = unsafe { &mut *slot.retired.get() };
        local.open.push(Item { memory, free });
        local.open_bytes += bytes;
        if local.open_bytes >= BATCH_BYTES || local.open.len() >= BATCH_ITEMS {
            self.close_batch(slot, local);
        }
    }

    #[cold]
    fn close_batch(&self, slot: &WorldSlot, local: &mut Local) {
        let Some(goal) = local.close(&self.epochs) else { return };
        slot.set_heavy(local.closed_bytes >= HEAVY_BYTES);
        // Our own next safepoint shall be taken: it frees what has become safe.
        slot.ask(poll::EPOCH);
        // Not by what is in our lists: a thread that waits for locks hands them over all the time.
        let much = local.unasked >= self.epochs.ask_bytes.load(Relaxed) || self.epochs.backlog.load(Relaxed) >= BACKLOG_BYTES;
        // Ask again only when what we asked for last has been granted.
        if much && local.asked <= self.epochs.safe.load(Relaxed) {
            (local.asked, local.unasked) = (goal, 0);
            self.ask_quiescence(goal);
        }
    }

    /// When a thread has closed this many bytes it asks the others for quiescence.
    pub fn set_epoch_threshold(&self, bytes: usize) {
        self.epochs.ask_bytes.store(bytes, Relaxed);
    }

    /// Bytes that wait for their grace period, all threads together, without the batches that are still open.
    pub fn epoch_backlog(&self) -> usize {
        self.epochs.backlog.load(Relaxed)
    }

    /// This thread holds no uncounted pointer: a taken safepoint.
    #[inline]
    pub(crate) fn quiescent(&self, slot: &WorldSlot) {
        // Acquire: pairs with the advance, we see what was unlinked before. Release: pairs with the reclaimer's load.
        let now = self.epochs.now.load(sync::at(Edge::EpochAdvance, Acquire));
        slot.seen.store(now, sync::at(Edge::EpochSeen, Release));
    }

    /// Free what has become safe, from this thread's lists and the orphans'. At a taken safepoint, after [`quiescent`](Self::quiescent).
    #[inline]
    pub(crate) fn reclaim(&self, slot: &WorldSlot) {
        // SAFETY: R10: the slot is this thread's, which is attached.
        let empty = unsafe { (*slot.retired.get()).closed.is_empty() };
        if !empty || self.epochs.orphaned.load(Relaxed) != 0 {
            self.reclaim_slow(slot);
        }
    }

    #[cold]
    fn reclaim_slow(&self, slot: &WorldSlot) {
        // SAFETY: R10: the slot is this thread's, which is attached.
        let local = unsafe { &mut *slot.retired.get() };
        // Acquire: pairs with the release of whoever found it safe.
        let mut safe = self.epochs.safe.load(Acquire);
        if local.closed.front().is_none_or(|batch| batch.goal > safe) {
            safe = self.find_safe();
        }
        while local.closed.front().is_some_and(|batch| batch.goal <= safe) {
            if let Some(batch) = local.closed.pop_front() {
                local.closed_bytes -= batch.bytes;
                self.epochs.backlog.fetch_sub(batch.bytes, Relaxed);
                batch.free();
            }
        }
        slot.set_heavy(local.closed_bytes >= HEAVY_BYTES);
        if self.epochs.orphaned.load(Relaxed) != 0 {
            self.free_orphans(safe);
        }
    }

    fn free_orphans(&self, safe: u64) {
        let mut ripe = Vec::new();
        {
            let mut orphans = self.epochs.orphans.lock();
            let mut at = 0;
            while at < orphans.len() {
                if orphans[at].goal <= safe { ripe.push(orphans.swap_remove(at)) } else { at += 1 }
            }
            self.epochs.orphaned.store(orphans.len(), Relaxed);
        }
        for batch in ripe {
            self.epochs.backlog.fetch_sub(batch.bytes, Relaxed);
            batch.free();
        }
    }

    /// Close everything that this thread has retired and give it to whoever comes by: it detaches or ends.
    pub(crate) fn hand_over(&self, slot: &WorldSlot) {
        // SAFETY: R10: called by the slot's own thread, or in a forked child for one that is no more.
        let local = unsafe { &mut *slot.retired.get() };
        local.close(&self.epochs);
        if !local.closed.is_empty() {
            let mut orphans = self.epochs.orphans.lock();
            orphans.extend(local.closed.drain(..));
            self.epochs.orphaned.store(orphans.len(), Relaxed);
            local.closed_bytes = 0;
        }
        slot.set_heavy(false);
    }

    /// Free all that waits, of every thread. The caller holds the world and has no uncounted pointer itself.
    pub fn reclaim_all(&self, slot: &WorldSlot) {
        debug_assert_eq!(slot.also(), 0, "only the holder of the world may free everything");
        self.hand_over(slot);
        self.each_slot(|other| {
            // SAFETY: R8, R15: we hold the world, so the thread is not attached and does not touch its lists. One that is ending does
            // so under the latch under which we are.
            let local = unsafe { &mut *other.retired.get() };
            local.close(&self.epochs);
            self.epochs.orphans.lock().extend(local.closed.drain(..));
            local.closed_bytes = 0;
            other.set_heavy(false);
        });
        self.epochs.all_quiescent();
        self.free_orphans(u64::MAX);
    }
}
