//! The slow paths of the world lock: waiting, stopping the readers, handing over, becoming alone.

use super::{
    ALONE, ATTACHED, DEPTH, DETACHED, FINAL, FREE, HEAVY, ID_MASK, Inner, KEPT, Listed, OutOfIds, PARKED, World, WorldSlot, birth_word,
    keep::{Watch, turn}, poll,
};
use crate::park::LatchGuard;
use crate::sync::{self, Edge, Ordering};

use Ordering::{AcqRel, Acquire, Relaxed, SeqCst};

/// How often a writer looks again before it sleeps; a reader reaches its safepoint within a microsecond or so.
#[cfg(not(loom))]
pub(super) const SPINS: u32 = 200;
#[cfg(loom)]
pub(super) const SPINS: u32 = 0;

/// After how long alone a thread becomes so (R5).
const ALONE_NS: u64 = 1_000_000;

/// When the first of the writers looks whether the readers have all gone before their phase is over: soon, then less and less often.
const LOOK_NS: u64 = 100_000;
const LAST_LOOK_NS: u64 = 1_600_000;

impl World {
    /// An id for a new thread (R5).
    pub fn allocate_id(&self) -> Result<u16, OutOfIds> {
        self.inner.lock().ids.allocate()
    }

    /// Make a thread known. It is detached afterwards. `record` is what [`for_each`](Self::for_each) hands out.
    ///
    /// # Safety
    /// R15: `slot` (and `record`) stay in place until [`unregister`](Self::unregister); its id is from
    /// [`allocate_id`](Self::allocate_id) and no other thread's.
    pub unsafe fn register(&self, slot: *const WorldSlot, record: *const ()) {
        // SAFETY: the caller's promise.
        let place = unsafe { &*slot };
        let mut inner = self.inner.lock();
        place.seen.store(self.epochs.current(), Relaxed);
        if inner.slots.is_empty() && self.holder.load(Relaxed) == FREE {
            // The only thread is alone at once, and what it makes has owner 0 (R5).
            place.birth.store(birth_word(0), Relaxed);
            self.holder.store(place.key() | ALONE, SeqCst);
        } else {
            place.make_private();
            self.several.store(true, Relaxed);
        }
        inner.slots.push(Listed { slot, record, attaches: place.attaches.load(Relaxed) });
    }

    /// Forget a thread, which is detached and never attaches again. Its id rests until [`World::id_drained`] and a full collection.
    pub fn unregister(&self, slot: &WorldSlot) {
        self.unregister_with(slot, || {});
    }

    /// [`unregister`](Self::unregister); `last` runs under the latch, so that whoever walks the threads sees the thread before it or not at all.
    pub fn unregister_with(&self, slot: &WorldSlot, last: impl FnOnce()) {
        debug_assert_ne!(slot.state.load(Relaxed), ATTACHED, "an attached thread ends");
        let mut inner = self.inner.lock();
        // Under the latch: the holder of the world may be emptying our lists at this moment.
        self.hand_over(slot);
        last();
        self.left(slot);
        inner.slots.retain(|other| !core::ptr::eq(other.slot, slot));
        if inner.candidate == core::ptr::from_ref(slot) {
            inner.candidate = core::ptr::null();
        }
        if self.holder.load(Relaxed) == slot.key() | ALONE {
            // Nobody waits for a lone thread: they would have stolen the world.
            self.holder.store(FREE, SeqCst);
            #[cfg(not(loom))]
            if !inner.slots.is_empty() {
                // The ticker sleeps while somebody is alone; now another thread may become it.
                self.start_ticker();
            }
        }
        inner.ids.rest(slot.id());
    }

    /// All that thread `id` had (lists, queues) is drained: its id may be used again after the next full collection.
    pub fn id_drained(&self, id: u16) {
        self.inner.lock().ids.drained(id);
    }

    /// A full collection begins now; pass the token to [`full_collection_done`](Self::full_collection_done).
    pub fn full_collection_begins(&self) -> u64 {
        self.inner.lock().ids.mark()
    }

    /// The collection that began at `token` has run: ids that were drained before it began are free again (R5).
    pub fn full_collection_done(&self, token: u64) {
        self.inner.lock().ids.release(token);
    }

    /// Whether more than one thread was ever registered at a time.
    #[inline(always)]
    pub fn several_ever(&self) -> bool {
        self.several.load(Relaxed)
    }

    /// How many threads are known.
    pub fn threads(&self) -> usize {
        self.inner.lock().slots.len()
    }

    /// Call `f` with the record of every known thread. The caller holds the world, so that none of them runs; a thread may still be
    /// registering or ending, which waits for the latch: `f` must not enter the world lock.
    pub fn for_each(&self, f: &mut dyn FnMut(*const ())) {
        let inner = self.inner.lock();
        for listed in &inner.slots {
            f(listed.record);
        }
    }

    /// Set bits of the poll word of thread `id`. False if there is none.
    pub fn ask(&self, id: u16, bits: u32) -> bool {
        let inner = self.inner.lock();
        inner.find(u32::from(id)).map(|slot| slot.ask(bits)).is_some()
    }

    /// How often thread `id` has attached, if it is detached now: the same number later says that it has been so all the time.
    pub fn absent(&self, id: u16) -> Option<u32> {
        let inner = self.inner.lock();
        inner.find(u32::from(id)).filter(|slot| slot.is_detached()).map(WorldSlot::attaches)
    }

    /// Set bits of every thread's poll word.
    pub fn ask_all(&self, bits: u32) {
        for listed in &self.inner.lock().slots {
            listed.slot().ask(bits);
        }
    }

    /// Whether one thread is alone with the world, or holds it for good.
    pub fn is_settled(&self) -> bool {
        self.holder.load(SeqCst) & (ALONE | FINAL) != 0
    }

    /// Whether some thread holds the world or is alone with it.
    pub fn is_held(&self) -> bool {
        self.holder.load(Relaxed) != FREE
    }

    /// Take the `STOP` of a thread that is no longer attached, and tell the writer. By the thread itself or under the latch.
    pub(super) fn left(&self, slot: &WorldSlot) {
        // AcqRel: whichever of this and the writer's setting of the bit comes second sees the other's state.
        if slot.poll.fetch_and(!poll::STOP, AcqRel) & poll::STOP != 0 && self.pending.fetch_sub(1, AcqRel) == 1 {
            sync::futex_wake(&raw const *self.pending, 1);
        }
    }

    #[cold]
    pub(super) fn attach_slow(&self, slot: &WorldSlot, holder: u32) {
        if holder == FREE || holder == slot.key() | ALONE {
            slot.set_mine(holder != FREE);
        } else {
            // Back off: a writer that saw us attached must not wait for us.
            self.leave(slot, DETACHED);
            self.left(slot);
            self.enter_as_reader(slot);
        }
        let depth = slot.saved.swap(0, Relaxed);
        if depth != 0 {
            if slot.also() != 0 {
                self.acquire_attached(slot);
            }
            slot.set_hot(slot.hot.load(Relaxed) | depth);
        }
    }

    #[cold]
    pub(super) fn detach_slow(&self, slot: &WorldSlot) {
        let hot = slot.hot.load(Relaxed);
        slot.saved.store(hot & DEPTH, Relaxed);
        slot.set_hot(hot & !DEPTH);
        if hot & HEAVY != 0 {
            self.hand_over(slot);
        }
        if hot & KEPT != 0 {
            self.leave(slot, DETACHED);
            self.release(slot, false);
        } else {
            self.leave(slot, DETACHED);
        }
    }

    #[cold]
    pub(super) fn safepoint_slow(&self, slot: &WorldSlot) -> u32 {
        let bits = slot.polled();
        let hot = slot.hot.load(Relaxed);
        if hot & DEPTH == 0 {
            if bits & poll::STOP != 0 {
                self.quiescent(slot);
                self.leave(slot, PARKED);
                self.enter_as_reader(slot);
            } else if bits & (poll::YIELD | poll::DUE) != 0 {
                self.yield_world(slot);
            } else if bits & poll::ALONE != 0 {
                self.try_alone(slot);
            }
        }
        if slot.poll.load(Relaxed) & poll::EPOCH != 0 {
            slot.poll.fetch_and(!poll::EPOCH, Relaxed);
        }
        self.quiescent(slot);
        self.reclaim(slot);
        let theirs = slot.polled() & !poll::OURS;
        if theirs == 0 { 0 } else { slot.take(theirs) }
    }

    /// From not attached to attached, when the world is not simply free.
    pub(super) fn enter_as_reader(&self, slot: &WorldSlot) {
        let mut inner = self.inner.lock();
        let (mut waited, mut asked) = (None, 0);
        loop {
            let holder = self.holder.load(Relaxed);
            if holder == FREE || holder & ID_MASK == slot.key() {
                // Nobody becomes holder but under the latch, and whoever does will see this state.
                slot.state.store(ATTACHED, Relaxed);
                slot.set_mine(holder != FREE);
                break;
            }
            if holder & FINAL != 0 {
                drop(inner);
                hang();
            }
            if holder & ALONE != 0 {
                // Steal: take the world from the lone thread as a writer would, and let go at once.
                drop(inner);
                self.acquire(slot);
                self.leave(slot, PARKED);
                self.release(slot, true);
                inner = self.inner.lock();
                continue;
            }
            let watch = self.nag(&mut inner, &mut asked);
            inner.readers_waiting += 1;
            if waited.is_none() {
                waited = Some(sync::now());
                self.blame_holder(&inner, slot);
            }
            let gate = self.gate.load(Relaxed);
            drop(inner);
            Watch::sleep(watch.as_ref(), &self.gate, gate, None);
            inner = self.inner.lock();
            inner.watched &= watch.is_none();
            inner.readers_waiting -= 1;
        }
        if let Some(since) = waited {
            let now = sync::now();
            slot.waited.store(slot.waited.load(Relaxed) + now.saturating_sub(since), Relaxed);
            note_wait(slot, since, now);
            if inner.readers_waiting == 0 {
                // Everybody who waited is in: now the readers' phase counts.
                inner.readers_until = inner.readers_until.min(now.saturating_add(inner.phase));
                Self::wake_first(&inner);
            }
        }
    }

    /// Remember what the thread waits for: the foreign function that the holder has the world for.
    #[cfg(not(loom))]
    fn blame_holder(&self, inner: &Inner, slot: &WorldSlot) {
        let holder = inner.find(self.holder.load(Relaxed) & ID_MASK);
        slot.blamed.store(holder.map_or(0, WorldSlot::needs_world_for), Relaxed);
    }

    #[cfg(loom)]
    fn blame_holder(&self, _: &Inner, _: &WorldSlot) {}

    /// Wake the first writer of the queue, so that it looks at the clock again.
    fn wake_first(inner: &Inner) {
        if let Some(&first) = inner.queue.front() {
            // SAFETY: R15: a queued writer does not return before it has left the queue under the latch that we hold.
            Self::wake(unsafe { &*first });
        }
    }

    fn wake(slot: &WorldSlot) {
        slot.turn.fetch_add(1, Relaxed);
        sync::futex_wake(&raw const slot.turn, 1);
    }

    /// From reader to holder, one way or the other.
    #[cold]
    pub(super) fn acquire_attached(&self, slot: &WorldSlot) {
        self.quiescent(slot);
        self.leave(slot, PARKED);
        self.acquire(slot);
    }

    /// From not attached to holder of the world, attached.
    fn acquire(&self, slot: &WorldSlot) {
        // When we began to wait; nobody looks at the clock who does not wait.
        let mut asked = None;
        let mut inner = self.inner.lock();
        #[cfg(not(loom))]
        slot.blamed.store(0, Relaxed);
        let stolen = if inner.queue.is_empty() && self.may_begin(&mut inner, slot, &mut asked) {
            self.begin(&mut inner, slot)
        } else {
            asked.get_or_insert_with(sync::now);
            let stolen;
            (inner, stolen) = self.wait_in_queue(inner, slot);
            stolen
        };
        // The world is ours; now the readers must go.
        let mut inner = self.stop_readers(inner, slot, &mut asked);
        if stolen {
            for other in inner.slots.iter().map(Listed::slot) {
                // One of them was alone until now. It is not attached.
                other.make_private();
            }
            #[cfg(not(loom))]
            self.start_ticker();
        }
        self.epochs.all_quiescent();
        slot.state.store(ATTACHED, Relaxed);
        slot.set_mine(true);
        slot.set_hot(slot.hot.load(Relaxed) | KEPT);
        let (now, cost) = asked.map_or((0, 0), |asked| {
            let now = sync::now();
            (now, now.saturating_sub(asked))
        });
        inner.stopping_since = 0;
        inner.stats.acquired += 1;
        inner.stats.stolen += u64::from(stolen);
        inner.stats.waited += u64::from(cost != 0);
        inner.stats.waited_ns += cost;
        slot.waited.store(slot.waited.load(Relaxed) + cost, Relaxed);
        note_acquired(slot, asked, now);
        slot.acquired_at.store(now, Relaxed);
        slot.poll.fetch_and(!poll::DUE, Relaxed);
        slot.keep.begin(now + turn(), inner.watched);
        if inner.readers_waiting != 0 || !inner.queue.is_empty() {
            inner.waited_since = now;
            slot.ask(poll::YIELD);
        }
    }

    /// Wait until the world is ours: handed over, or taken when our turn came. Returns whether it was taken from a lone thread.
    fn wait_in_queue<'a>(&'a self, mut inner: LatchGuard<'a, Inner>, slot: &WorldSlot) -> (LatchGuard<'a, Inner>, bool) {
        let this = core::ptr::from_ref(slot);
        inner.queue.push_back(this);
        self.blame_holder(&inner, slot);
        let (mut pause, mut asked) = (LOOK_NS, 0);
        loop {
            if self.holder.load(Relaxed) & FINAL != 0 {
                inner.queue.retain(|&other| other != this);
                drop(inner);
                hang();
            }
            let mut now = None;
            let first = inner.queue.front() == Some(&this);
            if first && self.may_begin(&mut inner, slot, &mut now) {
                inner.queue.pop_front();
                let stolen = self.begin(&mut inner, slot);
                return (inner, stolen);
            }
            // The first of the queue watches the readers' phase, or one of all that wait the holder's time; the others are woken.
            let watch = self.nag(&mut inner, &mut asked);
            let reading = first && self.holder.load(Relaxed) == FREE;
            let phase = reading.then(|| inner.readers_until.min(now.unwrap_or_else(sync::now).saturating_add(pause)));
            if reading {
                pause = (pause * 2).min(LAST_LOOK_NS);
            }
            let turn = slot.turn.load(Relaxed);
            drop(inner);
            Watch::sleep(watch.as_ref(), &slot.turn, turn, phase);
            inner = self.inner.lock();
            inner.watched &= watch.is_none();
            if self.holder.load(Relaxed) == slot.key() {
                return (inner, false);
            }
        }
    }

    /// Whether the first of the writers may become holder. `now` is filled in if it mattered.
    fn may_begin(&self, inner: &mut Inner, slot: &WorldSlot, now: &mut Option<u64>) -> bool {
        let holder = self.holder.load(Relaxed);
        if holder & ALONE != 0 {
            return true;
        }
        if holder != FREE {
            return false;
        }
        if inner.readers_until != 0 {
            let reading = |other: &Listed| !core::ptr::eq(other.slot, slot) && other.slot().is_attached();
            let wanted = inner.readers_waiting != 0 || inner.slots.iter().any(reading);
            if wanted && *now.get_or_insert_with(sync::now) < inner.readers_until {
                return false;
            }
            inner.readers_until = 0;
        }
        true
    }

    /// Become holder of a world that is free, or of a lone thread: true if so.
    fn begin(&self, inner: &mut Inner, slot: &WorldSlot) -> bool {
        inner.batch = u32::try_from(inner.queue.len()).unwrap_or(u32::MAX);
        inner.longest = 0;
        let stolen = self.holder.load(Relaxed) & ALONE != 0;
        // Announce, then look: see the module's head.
        self.holder.store(slot.key(), SeqCst);
        sync::look_fence(Edge::WorldAnnounce);
        stolen
    }

    /// Wait until nobody else is attached. `holder` is ours already, so nobody new gets in.
    fn stop_readers<'a>(
        &'a self,
        mut inner: LatchGuard<'a, Inner>,
        slot: &WorldSlot,
        asked: &mut Option<u64>,
    ) -> LatchGuard<'a, Inner> {
        let mut round = 0;
        loop {
            let mut running = false;
            for listed in &inner.slots {
                let other = listed.slot();
                if core::ptr::eq(other, slot) {
                    continue;
                }
                // Acquire (as SeqCst): what a reader did before it left is visible to us.
                if other.state.load(sync::at(Edge::WorldLeave, SeqCst)) == ATTACHED {
                    running = true;
                    if other.poll.load(Relaxed) & poll::STOP == 0 {
                        self.pending.fetch_add(1, AcqRel);
                        other.poll.fetch_or(poll::STOP, AcqRel);
                    }
                } else if other.poll.load(Relaxed) & poll::STOP != 0 {
                    // It left without seeing the bit.
                    self.left(other);
                }
            }
            if !running {
                return inner;
            }
            let since = *asked.get_or_insert_with(sync::now);
            inner.stopping_since = since;
            blame_readers(&inner, slot);
            drop(inner);
            #[cfg(not(loom))]
            if round == 1 && super::watchdog::is_on() {
                // A lone thread that runs foreign code may keep us for ever: nobody looks while one is alone.
                self.start_ticker();
            }
            if round == 0 {
                for _ in 0..SPINS {
                    if self.pending.load(Relaxed) == 0 {
                        break;
                    }
                    sync::spin_hint();
                }
            } else {
                let pending = self.pending.load(Acquire);
                if pending != 0 {
                    self.sleep_for_readers(slot, pending);
                }
            }
            round += 1;
            inner = self.inner.lock();
        }
    }

    /// Sleep until `pending` changes from what it is, unless a reader has gone without telling.
    fn sleep_for_readers(&self, slot: &WorldSlot, pending: u32) {
        let fenced = sync::heavy_fence(Edge::WorldLeaveLook);
        let silent = self.inner.lock().slots.iter().map(Listed::slot).any(|other| {
            !core::ptr::eq(other, slot) && other.state.load(SeqCst) != ATTACHED && other.poll.load(Relaxed) & poll::STOP != 0
        });
        if !silent {
            // Where there is no heavy fence, a reader may still leave without seeing the bit: look often.
            let deadline = (!fenced).then(|| sync::now() + LOOK_NS);
            sync::futex_wait(&self.pending, pending, deadline);
        }
    }

    /// Give the world up. We are not attached any more; `reading` says whether we want to be a reader next.
    pub(super) fn release(&self, slot: &WorldSlot, reading: bool) {
        let mut inner = self.inner.lock();
        debug_assert_eq!(self.holder.load(Relaxed), slot.key(), "released by another than the holder");
        #[cfg(not(loom))]
        if crate::contention::is_on() {
            crate::contention::released(slot);
        }
        slot.set_hot(slot.hot.load(Relaxed) & !KEPT);
        slot.poll.fetch_and(!(poll::YIELD | poll::DUE), Relaxed);
        // A hold counts from when somebody waited for its end.
        let now = if inner.waited_since == 0 { 0 } else { sync::now() };
        let since = inner.waited_since.max(slot.acquired_at.load(Relaxed));
        inner.longest = inner.longest.max(now.saturating_sub(since));
        inner.waited_since = 0;
        let readers = reading || inner.readers_waiting != 0;
        if (!readers || inner.batch != 0)
            && let Some(next) = inner.queue.pop_front()
        {
            inner.batch = inner.batch.saturating_sub(1);
            inner.stats.handed += 1;
            // SAFETY: R15: a queued writer waits until it is told.
            let next = unsafe { &*next };
            // Release (as SeqCst): pairs with the next holder's look under the latch.
            self.holder.store(next.key(), SeqCst);
            Self::wake(next);
            return;
        }
        // The readers' turn. If some wait, their phase begins when the last of them is in.
        inner.phase = inner.longest.min(turn());
        inner.readers_until = if now == 0 {
            0
        } else {
            now.saturating_add(inner.phase).saturating_add(if inner.readers_waiting != 0 { turn() } else { 0 })
        };
        // Release (as SeqCst): pairs with `attach`.
        self.holder.store(FREE, sync::at(Edge::WorldFree, SeqCst));
        self.gate.fetch_add(1, Relaxed);
        if inner.readers_waiting != 0 {
            sync::futex_wake(&raw const self.gate, u32::MAX);
        }
        Self::wake_first(&inner);
    }

    /// Become alone if nobody else is attached or wants to be. Never waits.
    fn try_alone(&self, slot: &WorldSlot) {
        slot.poll.fetch_and(!poll::ALONE, Relaxed);
        let inner = self.inner.lock();
        if self.holder.load(Relaxed) != FREE || !inner.queue.is_empty() || inner.readers_waiting != 0 {
            return;
        }
        self.holder.store(slot.key() | ALONE, SeqCst);
        sync::look_fence(Edge::WorldAnnounce);
        let others = inner
            .slots
            .iter()
            .map(Listed::slot)
            .any(|other| !core::ptr::eq(other, slot) && other.state.load(sync::at(Edge::WorldLeave, SeqCst)) == ATTACHED);
        if others {
            // Whoever saw our announcement waits for the latch and will find the world free again.
            self.holder.store(FREE, SeqCst);
            return;
        }
        self.epochs.all_quiescent();
        slot.set_mine(true);
        // New objects stay private even if one thread is left: what it made before is private, too, and a field of a new
        // owner-0 object must not name it (R6).
    }

    /// The ticker's look: ask a thread that was the only active one for a millisecond to become alone. Returns what it saw.
    pub fn tick(&self) -> Activity {
        let mut inner = self.inner.lock();
        let holder = self.holder.load(Relaxed);
        if holder != FREE {
            inner.candidate = core::ptr::null();
            return if holder & (ALONE | FINAL) != 0 { Activity::Settled } else { Activity::Several };
        }
        let mut active = core::ptr::null();
        let mut count = 0;
        for listed in &mut inner.slots {
            let attaches = listed.slot().attaches.load(Relaxed);
            if listed.slot().is_attached() || attaches != listed.attaches {
                count += 1;
                active = listed.slot;
            }
            listed.attaches = attaches;
        }
        if count != 1 {
            inner.candidate = core::ptr::null();
            return if count == 0 { Activity::None } else { Activity::Several };
        }
        let now = sync::now();
        if inner.candidate != active {
            inner.candidate = active;
            inner.candidate_since = now;
        } else if now.saturating_sub(inner.candidate_since) >= ALONE_NS {
            // SAFETY: R15: a registered slot, under the latch.
            unsafe { (*active).ask(poll::ALONE) };
        }
        Activity::One
    }

    /// What the lock did so far.
    pub fn stats(&self) -> Stats {
        self.inner.lock().stats
    }

    /// Who has held the world against others, or has not stopped for a writer, for longer than `limit` nanoseconds.
    pub fn stuck(&self, limit: u64) -> Option<Stuck> {
        let inner = self.inner.lock();
        let now = sync::now();
        let over = |since: u64| since != 0 && now.saturating_sub(since) > limit;
        let queued = inner.queue.len() + inner.readers_waiting as usize;
        if over(inner.stopping_since) {
            let blocks = |other: &&Listed| other.slot().is_attached() && other.slot().polled() & poll::STOP != 0;
            let listed = inner.slots.iter().find(blocks)?;
            return Some(Stuck {
                id: listed.slot().id(),
                record: listed.record,
                holds: false,
                nanoseconds: now - inner.stopping_since,
                since: inner.stopping_since,
                waiting: queued + 1,
            });
        }
        if over(inner.waited_since) {
            let holder = self.holder.load(Relaxed) & ID_MASK;
            let listed = inner.slots.iter().find(|other| other.slot().key() == holder)?;
            return Some(Stuck {
                id: listed.slot().id(),
                record: listed.record,
                holds: true,
                nanoseconds: now - inner.waited_since,
                since: inner.waited_since,
                waiting: queued,
            });
        }
        None
    }

    /// Finalisation: hold the world for good. Threads that come late hang, as in CPython.
    pub fn finalize(&self, slot: &WorldSlot) {
        loop {
            self.enter_exclusive(slot);
            let inner = self.inner.lock();
            // A lone thread may have been robbed a moment ago; then it must win the world back as everybody does.
            if self.holder.load(Relaxed) & ID_MASK == slot.key() {
                slot.set_hot(slot.hot.load(Relaxed) & !KEPT);
                self.holder.store(slot.key() | FINAL, SeqCst);
                // Those who wait learn that it is for good.
                self.gate.fetch_add(1, Relaxed);
                sync::futex_wake(&raw const self.gate, u32::MAX);
                for &waiting in &inner.queue {
                    // SAFETY: R15: a queued writer does not return before it has left the queue under the latch that we hold.
                    Self::wake(unsafe { &*waiting });
                }
                return;
            }
            drop(inner);
            self.leave_exclusive(slot);
            self.safepoint(slot);
        }
    }
}

/// As [`World::blame_holder`], for readers that are to stop: one of them that runs a foreign function.
#[cfg(not(loom))]
fn blame_readers(inner: &Inner, slot: &WorldSlot) {
    let runs_on = |other: &WorldSlot| !core::ptr::eq(other, slot) && other.is_attached();
    let running = inner.slots.iter().map(Listed::slot).filter(|other| runs_on(other)).map(WorldSlot::running).find(|&running| running != 0);
    if let Some(running) = running {
        slot.blamed.store(running, Relaxed);
    }
}

#[cfg(loom)]
fn blame_readers(_: &Inner, _: &WorldSlot) {}

/// The thread has waited for the world. It is attached; under the latch.
fn note_wait(slot: &WorldSlot, since: u64, now: u64) {
    #[cfg(not(loom))]
    if crate::contention::is_on() {
        crate::contention::waited(slot, slot.blamed.swap(0, Relaxed), since, now);
    }
    #[cfg(loom)]
    let _ = (slot, since, now);
}

/// The thread has acquired the world, for which it may have waited. Under the latch.
fn note_acquired(slot: &WorldSlot, asked: Option<u64>, now: u64) {
    #[cfg(not(loom))]
    {
        slot.acquired_for.store(slot.running(), Relaxed);
        if let Some(asked) = asked {
            note_wait(slot, asked, now);
        }
        if crate::contention::is_on() {
            crate::contention::acquired(slot);
        }
    }
    #[cfg(loom)]
    let _ = (slot, asked, now);
}

/// What the ticker saw.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Activity {
    /// One thread is alone with the world, or holds it for good.
    Settled,
    /// Nobody was attached since the last look.
    None,
    /// One thread was.
    One,
    Several,
}

/// Counters of the lock, since the start.
#[derive(Clone, Copy, Default, Debug)]
pub struct Stats {
    /// How often the world was acquired (not counting a lone thread's exclusive mode).
    pub acquired: u64,
    /// Of those, how often somebody had to be waited for.
    pub waited: u64,
    /// How long, in all, in nanoseconds.
    pub waited_ns: u64,
    /// How often it was taken from a lone thread.
    pub stolen: u64,
    /// How often one writer handed it to the next.
    pub handed: u64,
}

impl Stats {
    /// The lock did nothing yet.
    pub const NOTHING: Stats = Stats { acquired: 0, waited: 0, waited_ns: 0, stolen: 0, handed: 0 };
}

/// A thread that others have been waiting for. See [`World::stuck`].
#[derive(Clone, Copy, Debug)]
pub struct Stuck {
    pub id: u16,
    /// As it was registered. The thread may end at any time.
    pub record: *const (),
    /// It holds the world; otherwise it runs on although a writer asked it to stop.
    pub holds: bool,
    pub nanoseconds: u64,
    /// When others began to wait for it: tells incidents apart.
    pub since: u64,
    /// How many threads wait.
    pub waiting: usize,
}

/// The end of a thread that came too late.
#[cfg(not(loom))]
fn hang() -> ! {
    loop {
        std::thread::park();
    }
}

/// A model has to end: it is told by an unwind that its thread would hang.
#[cfg(loom)]
fn hang() -> ! {
    sync::model::hung()
}

impl World {
    /// Call `f` for every registered slot, under the latch.
    pub(crate) fn each_slot(&self, mut f: impl FnMut(&WorldSlot)) {
        for listed in &self.inner.lock().slots {
            f(listed.slot());
        }
    }

    /// The newest goal that every thread has passed, remembered in `safe`.
    pub(crate) fn find_safe(&self) -> u64 {
        let inner = self.inner.lock();
        // First the clock, then the threads: a batch closed later is not covered.
        let mut safe = self.epochs.current();
        for listed in &inner.slots {
            let slot = listed.slot();
            if slot.state.load(Relaxed) != ATTACHED
                // AcqRel: the thread's next attach reads from this, and we read from its detach.
                && slot.state.fetch_or(0, sync::at(Edge::EpochDetached, AcqRel)) != ATTACHED
            {
                continue;
            }
            // Acquire: pairs with `quiescent`.
            safe = safe.min(slot.seen.load(sync::at(Edge::EpochSeen, Acquire)));
        }
        self.epochs.raise_safe(safe)
    }

    /// Ask every attached thread that has not passed `goal` to take a safepoint.
    pub(crate) fn ask_quiescence(&self, goal: u64) {
        for listed in &self.inner.lock().slots {
            let slot = listed.slot();
            if slot.is_attached() && slot.seen.load(Relaxed) < goal {
                slot.ask(poll::EPOCH);
            }
        }
    }
}
