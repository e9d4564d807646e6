//! The cycle collector: world-stopped, generational (design, section 7).
//!
//! New objects are candidates of a young collection, all tracked ones of a full collection. While several threads run, each collects its
//! private objects by itself, and the others go on; what is common waits for a collection that stops them. The references among the
//! candidates are subtracted from their counts: what keeps a count is reached from outside (an unexplained count is a root;
//! C hides references), and so is what a register names without a count. The rest is garbage: its weak references are
//! cleared, finalizers run, and what they did not bring back is cleared.
//! Start reading at [`Thread::collect`].

pub(crate) mod cycle;
pub(crate) mod track;

use crate::sync::{AtomicBool, AtomicI64, AtomicU64, AtomicUsize, Ordering::*};
use crate::{Object, Thread};
pub use track::LEAST_THRESHOLD;

/// Which objects a collection looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Generation {
    /// Objects made since the last collection.
    Young,
    /// All tracked objects.
    Full,
}

impl Generation {
    /// Its number in CPython.
    fn number(self) -> u32 {
        match self {
            Generation::Young => 0,
            Generation::Full => 2,
        }
    }
}

/// What `gc.get_stats()` and `gc.collect()` say.
#[derive(Clone, Copy, Default, Debug)]
pub struct Outcome {
    /// Unreachable objects that were found and cleared.
    pub collected: usize,
    /// Unreachable objects that could not be cleared.
    pub uncollectable: usize,
    /// Objects looked at.
    pub candidates: usize,
}

/// The collector's switches and totals.
pub(crate) struct State {
    pub(crate) enabled: AtomicBool,
    pub(crate) running: AtomicBool,
    /// Garbage is kept for `gc.garbage` instead of being cleared.
    pub(crate) save_all: AtomicBool,
    /// Net new tracked objects of one thread that ask for a collection; `i64::MAX` for never.
    pub(crate) threshold: AtomicI64,
    /// Young collections since the last full one.
    young_since_full: AtomicUsize,
    /// How many threads took part in those, and which full collection they follow.
    makers: AtomicUsize,
    round: AtomicUsize,
    /// Live objects in the old list, as of the last collection.
    pub(crate) old: AtomicUsize,
    /// Objects in the old list after the last full collection.
    pub(crate) old_after_full: AtomicUsize,
    pub(crate) collections: [AtomicU64; 3],
    pub(crate) collected: [AtomicU64; 3],
}

pub(crate) static STATE: State = State {
    enabled: AtomicBool::new(true),
    running: AtomicBool::new(false),
    save_all: AtomicBool::new(false),
    threshold: AtomicI64::new(LEAST_THRESHOLD),
    young_since_full: AtomicUsize::new(0),
    makers: AtomicUsize::new(0),
    round: AtomicUsize::new(1),
    old: AtomicUsize::new(0),
    old_after_full: AtomicUsize::new(0),
    collections: [const { AtomicU64::new(0) }; 3],
    collected: [const { AtomicU64::new(0) }; 3],
};

impl State {
    /// A young collection looks at every survivor once, and a program with many objects has many in work at a time: they get the time to end by
    /// themselves. What cycles can keep in vain stays a small part of the whole.
    pub(crate) fn young_threshold(&self) -> i64 {
        match self.threshold.load(Relaxed) {
            LEAST_THRESHOLD => LEAST_THRESHOLD.max(self.old.load(Relaxed) as i64 / 4),
            wanted => wanted,
        }
    }

    /// Notes a young collection of this thread.
    pub(crate) fn note_young(&self, th: &Thread) {
        self.young_since_full.fetch_add(1, Relaxed);
        let round = self.round.load(Relaxed);
        if th.track.round.replace(round) != round {
            self.makers.fetch_add(1, Relaxed);
        }
    }

    /// Notes a full collection (the world is held).
    pub(crate) fn note_full(&self) {
        self.young_since_full.store(0, Relaxed);
        self.makers.store(0, Relaxed);
        self.round.fetch_add(1, Relaxed);
    }

    /// How many old objects there were after the last full collection, for each thread that has collected since then.
    pub(crate) fn share_after_full(&self) -> usize {
        self.old_after_full.load(Relaxed) / self.makers.load(Relaxed).max(1)
    }

    /// Whether a full collection pays off: the old generation has grown by half since the last one. That of several threads is as large as theirs
    /// together, and all of them wait: with twice the growth two threads lose what one alone does.
    fn full_is_due(&self) -> bool {
        let after_full = self.old_after_full.load(Relaxed);
        let makers = self.makers.load(Relaxed).clamp(1, 2);
        self.young_since_full.load(Relaxed) >= 10 * makers && self.old.load(Relaxed) > after_full + after_full / 2 * makers
    }
}

/// Turns automatic collections on or off (`gc.enable`, `gc.disable`).
pub fn set_enabled(on: bool) {
    STATE.enabled.store(on, Relaxed);
}

/// Whether automatic collections are on.
pub fn is_enabled() -> bool {
    STATE.enabled.load(Relaxed)
}

/// Whether garbage is kept for `gc.garbage` (`gc.DEBUG_SAVEALL`).
pub fn set_save_all(on: bool) {
    STATE.save_all.store(on, Relaxed);
}

/// Collections and collected objects so far, of `Young` (0) and `Full` (2).
pub fn totals(generation: usize) -> (u64, u64) {
    (STATE.collections[generation].load(Relaxed), STATE.collected[generation].load(Relaxed))
}

/// Allocation grew past the threshold: asks for a collection at the next safepoint (allocation itself never collects, R10).
pub(crate) fn request(th: &Thread) {
    if is_enabled() {
        th.world.request_collection();
    }
}

impl Thread {
    /// What a taken safepoint does when a collection was asked for.
    pub fn collect_if_enabled(&mut self) {
        if !is_enabled() {
            return;
        }
        if STATE.full_is_due() {
            self.collect_for(Generation::Full, false);
        } else if self.is_alone() || self.track.common.get() as i64 > self.track.threshold.get() / 2 {
            self.track.common.set(0);
            self.collect_for(Generation::Young, false);
        } else if !self.track.collecting.replace(true) {
            let generation = if self.track.full_is_due() { Generation::Full } else { Generation::Young };
            cycle::run_private(self, generation);
            self.track.collecting.set(false);
        }
    }

    /// Collects with the world stopped, and ends all that was found. Does nothing if a collection runs already (a finalizer asked for one).
    pub fn collect(&mut self, generation: Generation) -> Outcome {
        self.collect_for(generation, true)
    }

    /// [`Thread::collect`]; unless `all` is wanted at once, other threads end what was private to them.
    fn collect_for(&mut self, generation: Generation, all: bool) -> Outcome {
        if STATE.running.swap(true, AcqRel) {
            return Outcome::default();
        }
        // Ids of threads that ended before a full collection began may be used again when it is over (R5).
        let token = (generation == Generation::Full).then(|| crate::world::WORLD.full_collection_begins());
        let outcome = cycle::run(self, generation, all);
        if let Some(token) = token {
            crate::world::WORLD.full_collection_done(token);
        }
        STATE.running.store(false, Release);
        outcome
    }

    /// How many new objects of one thread ask for a collection (`gc.set_threshold`); with 0 nothing does.
    pub fn set_collection_threshold(&mut self, objects: i64) {
        cycle::set_threshold(self, if objects > 0 { objects } else { i64::MAX });
    }

    /// All tracked objects are kept out of later collections (`gc.freeze`).
    pub fn freeze_objects(&mut self) {
        cycle::freeze(self);
    }

    /// The objects that were kept out of collections are old ones again (`gc.unfreeze`).
    pub fn unfreeze_objects(&mut self) {
        cycle::unfreeze(self);
    }

    /// The objects that are kept out of collections.
    pub fn frozen_list(&mut self) -> Vec<crate::Ref<Object>> {
        cycle::frozen(self)
    }

    /// How many objects are kept out of collections.
    pub fn frozen_objects(&mut self) -> usize {
        cycle::count_frozen(self)
    }

    /// Ends the garbage that other threads' collections found, and that was private to this one.
    pub fn end_own_garbage(&mut self) {
        cycle::end_handed(self);
    }

    /// The thread ends: what it made and is still tracked becomes common and goes to the old list, so that its id means nothing any more (R5).
    pub fn end_objects(&mut self) {
        cycle::adopt(self);
    }

    /// All tracked objects (`gc.get_objects`), counted. Runs exclusive; what it finds of other threads' own is shared (R6).
    pub fn tracked_objects(&mut self, generation: Option<Generation>) -> Vec<crate::Ref<Object>> {
        cycle::tracked(self, generation, &mut |_| true)
    }

    /// The tracked objects that `wanted` says, which looks at them exclusively: the others stay as private as they are.
    pub fn tracked_objects_where(&mut self, wanted: &mut dyn FnMut(&Object) -> bool) -> Vec<crate::Ref<Object>> {
        cycle::tracked(self, None, wanted)
    }

    /// How many objects are tracked.
    pub fn count_tracked(&mut self, generation: Option<Generation>) -> usize {
        let mut count = 0;
        cycle::tracked(self, generation, &mut |_| {
            count += 1;
            false
        });
        count
    }
}
