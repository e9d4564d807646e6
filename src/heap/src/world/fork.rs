//! `fork`: the forking thread holds the world and every latch across it; the child starts with that thread alone (R15).

use super::{ALONE, FREE, KEPT, World, WorldSlot};
use crate::sync::Ordering;

use Ordering::{Relaxed, SeqCst};

impl World {
    /// Before `fork`: exclusive, and nobody is inside a latch of ours.
    pub fn before_fork(&self, slot: &WorldSlot) {
        self.enter_exclusive(slot);
        self.epochs.before_fork();
        self.inner.lock_for_fork();
        #[cfg(not(loom))]
        crate::park::TABLE.before_fork();
    }

    /// After `fork`, in the parent.
    pub fn after_fork_parent(&self, slot: &WorldSlot) {
        #[cfg(not(loom))]
        crate::park::TABLE.after_fork_parent();
        self.inner.force_unlock();
        self.epochs.after_fork_parent();
        self.leave_exclusive(slot);
    }

    /// After `fork`, in the child: this thread is the only one and alone. The other threads' slots are forgotten; their memory is the
    /// caller's affair. Returns the records of the threads that are no more.
    pub fn after_fork_child(&self, slot: &WorldSlot) -> Vec<*const ()> {
        #[cfg(not(loom))]
        {
            crate::park::TABLE.after_fork_child();
            crate::locks::STRIPES.after_fork_child();
            self.ticker.after_fork_child();
        }
        self.epochs.after_fork_child();
        self.inner.reset();
        let gone = {
            let mut inner = self.inner.lock();
            inner.queue.clear();
            inner.readers_waiting = 0;
            inner.waited_since = 0;
            inner.watched = false;
            inner.stopping_since = 0;
            inner.candidate = core::ptr::null();
            inner.readers_until = 0;
            let (mine, gone): (Vec<_>, Vec<_>) = inner.slots.drain(..).partition(|other| core::ptr::eq(other.slot, slot));
            inner.slots = mine;
            for other in &gone {
                // SAFETY: R15: the child's copy of the slot; nobody runs on it.
                let other = unsafe { &*other.slot };
                inner.ids.rest(other.id());
                self.hand_over(other);
            }
            gone.into_iter().map(|other| other.record).collect()
        };
        self.pending.store(0, Relaxed);
        self.holder.store(FREE, Relaxed);
        // Alone: held for as long as nobody comes, not to be given back.
        slot.poll.fetch_and(!super::poll::OURS, Relaxed);
        slot.set_hot(slot.hot.load(Relaxed) & !KEPT);
        // What it makes stays its own (R6): objects that it made before are private, and a new common one must not name them.
        slot.set_mine(true);
        self.holder.store(slot.key() | ALONE, SeqCst);
        self.leave_exclusive(slot);
        gone
    }
}
