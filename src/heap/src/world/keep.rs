//! For how long the holder keeps the world from those who wait for it.
//!
//! Handing the world over and back takes some 50 µs and cools two caches, of which nobody has anything: a holder that goes on calling foreign functions
//! keeps it for its turn ([`turn`]), one that makes no more calls gives it up soon ([`IDLE_NS`]). Reading the clock takes as long as a short call,
//! so the holder does not: it notes its calls, and one of those who wait sleeps until the holder's time is over and tells it (`DUE`). As long as it
//! goes on calling it does not even hear of them (it takes `YIELD` away); the one who watches asks again, less and less often.
//!
//! Invariant: while somebody waits for a holder whose time is not over, one of them sleeps no longer than the holder's time ([`Inner::watched`]), or the
//! holder looks at the clock itself (`reads_clock`). The words of [`Keep`] decide when the world is handed over, and nothing else.

use super::slow::SPINS;
use super::{DEPTH, ID_MASK, Inner, KEPT, PARKED, World, WorldSlot, poll};
use crate::sync::{self, AtomicBool, AtomicU32, AtomicU64, Ordering::Relaxed};

/// How long a turn is, in nanoseconds, unless somebody says otherwise: CPython's switch interval.
pub const TURN_NS: u64 = 5_000_000;
/// The shortest turn: below, handing over would take most of the time.
const SHORTEST_NS: u64 = 500_000;
/// How long a holder that is between foreign calls keeps the world from those who wait.
pub const IDLE_NS: u64 = 10_000;

/// A setting, and no part of a protocol.
static TURN: core::sync::atomic::AtomicU64 = core::sync::atomic::AtomicU64::new(TURN_NS);

/// For how long a holder that goes on calling may keep the world, and how long a phase of the readers is at most.
pub(super) fn turn() -> u64 {
    TURN.load(Relaxed)
}

/// Sets the length of turns, in nanoseconds (`sys.setswitchinterval`).
pub fn set_turn(nanoseconds: u64) {
    TURN.store(nanoseconds.max(SHORTEST_NS), Relaxed);
}

/// How many safepoints without a call between them a holder passes before it looks at the clock.
const LOOKS: u32 = 8;

/// After so many calls with somebody waiting a holder goes on calling, as far as one can tell.
const CALLS: u32 = 16;

/// When the one who watches asks again.
const ASK_NS: u64 = 200_000;

/// What a holder knows of its time. The thread's own, but for `until`, which is read, and `reads_clock`, which is written under the latch.
#[derive(Debug)]
pub(super) struct Keep {
    /// Until when it may go on calling; 0: it gives the world up at once.
    until: AtomicU64,
    /// Nobody else watches the clock.
    reads_clock: AtomicBool,
    /// It has left exclusive mode since it last passed a safepoint.
    called: AtomicBool,
    /// How many safepoints with a call in front of them it has passed while `YIELD` was set; and that it took the bit away.
    calls: AtomicU32,
    hushed: AtomicBool,
    /// How many safepoints it has passed since its last call, and when it was [`LOOKS`].
    looks: AtomicU32,
    quiet_since: AtomicU64,
}

impl Keep {
    pub(super) fn new() -> Keep {
        Keep {
            until: AtomicU64::new(0),
            reads_clock: AtomicBool::new(true),
            called: AtomicBool::new(false),
            calls: AtomicU32::new(0),
            hushed: AtomicBool::new(false),
            looks: AtomicU32::new(0),
            quiet_since: AtomicU64::new(0),
        }
    }

    /// The thread has the world from now on. `watched`: one of those who wait looks at the clock. Under the latch.
    pub(super) fn begin(&self, until: u64, watched: bool) {
        self.until.store(until, Relaxed);
        self.reads_clock.store(!watched, Relaxed);
        self.called.store(true, Relaxed);
        self.calls.store(0, Relaxed);
        self.hushed.store(false, Relaxed);
    }

    /// Exclusive mode was left while somebody waits.
    #[inline(always)]
    pub(super) fn note_call(&self) {
        self.called.store(true, Relaxed);
    }

    /// The world is given up as soon as anybody waits for it. Whether somebody does, and was not to be heard.
    #[inline(always)]
    pub(super) fn set_aside(&self) -> bool {
        self.until.store(0, Relaxed);
        self.hushed.load(Relaxed)
    }

    /// [`Keep::goes_on`] of a holder that has called since its last safepoint, and does not look at the clock.
    #[inline(always)]
    fn has_called(&self) -> bool {
        let called = self.called.load(Relaxed) && !self.reads_clock.load(Relaxed);
        if called {
            self.called.store(false, Relaxed);
            self.looks.store(0, Relaxed);
            self.calls.store(self.calls.load(Relaxed) + 1, Relaxed);
        }
        called
    }

    /// Whether the holder, which passes a safepoint, keeps the world: it goes on calling, as far as one can tell, and its time is not over.
    fn goes_on(&self) -> bool {
        let until = self.until.load(Relaxed);
        if until == 0 {
            return false;
        }
        if self.has_called() {
            return true;
        }
        if self.called.load(Relaxed) {
            self.called.store(false, Relaxed);
            self.looks.store(0, Relaxed);
            return sync::now() < until;
        }
        self.calls.store(0, Relaxed);
        let looks = self.looks.load(Relaxed).saturating_add(1);
        self.looks.store(looks, Relaxed);
        if looks < LOOKS {
            return true;
        }
        let now = sync::now();
        if looks == LOOKS {
            self.quiet_since.store(now, Relaxed);
        }
        now < until && now < self.quiet_since.load(Relaxed).saturating_add(IDLE_NS)
    }
}

/// The task of the one who watches the holder's time.
pub(super) struct Watch {
    /// When it asks again.
    until: u64,
    /// The holder has been told that its time is over, and will hand over at its next safepoint.
    told: bool,
}

impl Watch {
    /// Sleeps until `word` is no longer `seen`: as long as the task allows, or until `deadline`.
    pub(super) fn sleep(watch: Option<&Watch>, word: &AtomicU32, seen: u32, deadline: Option<u64>) {
        if watch.is_some_and(|watch| watch.told) {
            // To fall asleep and be woken takes longer than most calls.
            for _ in 0..SPINS {
                if word.load(Relaxed) != seen {
                    return;
                }
                sync::spin_hint();
            }
        }
        sync::futex_wait(word, seen, watch.map(|watch| watch.until).or(deadline));
    }
}

impl WorldSlot {
    /// Whether a safepoint has nothing to do but to let those wait who want the world, which this thread keeps for its calls.
    #[inline(always)]
    pub fn only_keeps_world(&self) -> bool {
        let keeps = self.polled() == poll::YIELD
            && self.hot.load(Relaxed) & (KEPT | DEPTH) == KEPT
            && self.keep.until.load(Relaxed) != 0
            && self.keep.has_called();
        if keeps && self.keep.calls.load(Relaxed) >= CALLS {
            // Whoever watches is there (`has_called`), and asks again.
            self.keep.calls.store(0, Relaxed);
            self.keep.hushed.store(true, Relaxed);
            self.poll.fetch_and(!poll::YIELD, Relaxed);
        }
        keeps
    }
}

impl World {
    /// Somebody waits for the world that we hold and do not use at this moment.
    pub(super) fn yield_world(&self, slot: &WorldSlot) {
        if slot.hot.load(Relaxed) & KEPT == 0 {
            slot.poll.fetch_and(!(poll::YIELD | poll::DUE), Relaxed);
            return;
        }
        if slot.polled() & poll::DUE == 0 && slot.keep.goes_on() {
            return;
        }
        self.leave(slot, PARKED);
        self.release(slot, true);
        self.enter_as_reader(slot);
    }

    /// Ask the holder for the world, if there is one. Returns a task if the caller is the one who watches the holder's time: it sleeps no longer than
    /// that allows, takes [`Inner::watched`] back and asks again. `asked`: how often it has asked, which is counted here.
    pub(super) fn nag(&self, inner: &mut Inner, asked: &mut u32) -> Option<Watch> {
        let now = sync::now();
        let watches = !inner.watched && !cfg!(loom);
        let holder = inner.find(self.holder.load(Relaxed) & ID_MASK)?;
        let until = holder.keep.until.load(Relaxed);
        let over = now >= until;
        holder.ask(if over { poll::YIELD | poll::DUE } else { poll::YIELD });
        if watches {
            holder.keep.reads_clock.store(false, Relaxed);
        }
        if inner.waited_since == 0 {
            inner.waited_since = now;
        }
        inner.watched |= watches;
        *asked = (*asked + 1).min(10);
        let again = now.saturating_add(ASK_NS << (*asked - 1));
        // Whoever holds the world next may have begun meanwhile: then this is about its time.
        watches.then(|| Watch { until: if over { now.saturating_add(turn()) } else { until.min(again) }, told: over })
    }
}
