//! The world lock: who may touch objects, and who is alone with them (R5, R14, R15; design, section 4).
//!
//! Invariant: while a thread holds the world, every other thread is detached or parked. `also` of a thread is 0 only while it is
//! attached and no other thread is; to a thread that is not attached nothing is *mine*.
//!
//! # State
//!
//! One word says who has the world ([`World::holder`], written under the latch only):
//!
//! ```text
//! FREE            readers come and go by their own words alone
//! id              that thread holds the world (or is stopping the readers to get it)
//! id | ALONE      that thread is the only one: it holds the world for as long as nobody else comes, attached or not
//! id | FINAL      finalisation: nobody else ever attaches again
//! ```
//!
//! Per thread, in its [`WorldSlot`]:
//!
//! | word | written by | meaning |
//! |---|---|---|
//! | `poll` | anybody sets bits, the thread clears them (`STOP` also by the writer that set it) | what is wanted of the thread |
//! | `state` | the thread | `ATTACHED`, `DETACHED`, `PARKED` (at a safepoint or in a queue for the world) |
//! | `mine` | the thread as it attaches, becomes alone or holder, and leaves | the two owners that are *mine* (R5) |
//! | `birth` | the same, and the thief of a lone thread's world | word 0 of new objects |
//! | `hot`, `saved`, times | the thread | nesting of exclusive mode, and that the world must be given back |
//! | `turn` | under the latch | counts wake-ups of this thread in the writers' queue |
//!
//! # Entering and leaving
//!
//! *Attach*: swap `state` to `ATTACHED`, then look at `holder`; unless it is `FREE` or `me | ALONE`, back off and queue.
//! *Writer*: store `holder`, then look at every `state`. Both announce before they look, in the single total order of the `SeqCst`
//! accesses, so at least one sees the other ([`Edge::WorldAnnounce`]).
//! *Detach*: store `state` (release, pairs with the writer's scan), then look for `STOP`. That look may miss a bit that is being set (a
//! plain store may pass a later load); therefore a writer that is about to sleep runs `heavy_fence` and scans once more
//! ([`Edge::WorldLeaveLook`]). A set `STOP` is taken away exactly once, by the thread or the writer, and `pending` counts them.
//!
//! *Alone* is the world held without anybody asking: entering and leaving exclusive mode then only counts `hot`. A second thread that
//! attaches *steals*: it makes itself holder and stops the lone thread as any writer would (if that one is detached there is nothing to
//! stop), and lets go; the lone thread learns it when it attaches or at the safepoint. A thread becomes alone again when the ticker has seen nobody else active for a
//! millisecond.
//!
//! # Fairness
//!
//! Writers queue, first come first served. Whoever waits sets `YIELD` on the holder, who keeps the world through short gaps (so that
//! the next foreign call is a word test) for a turn, and while it is between calls some [`IDLE_NS`] ([`keep`]).
//! Writers that queued together are served in one go, then come the readers: at least as long as the longest of them held, counted from
//! when the last waiting reader is in, at most a turn ([`TURN_NS`], CPython's switch interval).
//! So with writers and readers mixed each waits for at most one turn of each other thread, as with the GIL.

mod fork;
mod ids;
mod keep;
mod slow;
#[cfg(not(loom))]
mod threads;
#[cfg(not(loom))]
mod ticker;
#[cfg(not(loom))]
pub mod watchdog;

pub use ids::OutOfIds;
pub use keep::{IDLE_NS, TURN_NS, set_turn};
pub use slow::{Activity, Stats, Stuck};
#[cfg(not(loom))]
pub use threads::{Stopped, for_each_thread, stop, stop_for};
#[cfg(not(loom))]
pub(crate) use threads::stop_unmeasured;

#[cfg(all(test, not(loom)))]
pub(crate) mod tests;

use crate::epoch::{Epochs, Local};
use crate::park::{Latch, Parker};
#[cfg(not(loom))]
use crate::sync::AtomicUsize;
use crate::sync::{self, AtomicBool, AtomicU16, AtomicU32, AtomicU64, Edge, Ordering};
use core::cell::UnsafeCell;
use core::marker::PhantomData;
use crossbeam_utils::CachePadded;
use keep::Keep;
use std::collections::VecDeque;

use Ordering::{AcqRel, Relaxed, Release, SeqCst};

/// Bits of the poll word. The first four are the world's own; [`World::safepoint`] deals with them. The others it returns.
pub mod poll {
    /// A writer waits for this thread to leave.
    pub const STOP: u32 = 1;
    /// Somebody waits for the world that this thread holds.
    pub const YIELD: u32 = 2;
    /// This thread seems to be the only active one and may try to become alone.
    pub const ALONE: u32 = 4;
    /// Memory waits for this thread to be quiescent (R8).
    pub const EPOCH: u32 = 8;
    /// The time for which this thread may keep the world from those who wait is over.
    pub const DUE: u32 = 16;
    /// What the world deals with itself.
    pub const OURS: u32 = 0xff;
    /// A collection is wanted.
    pub const GC: u32 = 1 << 8;
    /// Signals or pending calls wait.
    pub const SIGNALS: u32 = 1 << 9;
    /// An exception was set for this thread from outside.
    pub const ASYNC_EXC: u32 = 1 << 10;
    /// Ended objects wait in a queue (R11).
    pub const DRAIN: u32 = 1 << 11;
    /// An object that threads count each for itself may have no count left (R12).
    pub const COUNTS: u32 = 1 << 13;
    /// Garbage of this thread's own was found.
    pub const GARBAGE: u32 = 1 << 14;
    /// Somebody samples which code this thread runs.
    pub const HEAT: u32 = 1 << 15;
    /// Something that every thread must notice changed (monitoring, a code unit's assumption).
    pub const NOTICE: u32 = 1 << 12;
}

const DETACHED: u32 = 0;
const ATTACHED: u32 = 1;
const PARKED: u32 = 2;

const FREE: u32 = 0;
const ALONE: u32 = 1 << 16;
const FINAL: u32 = 1 << 17;
const ID_MASK: u32 = 0xffff;

/// `WorldSlot::mine` and `also_mine` of a thread that is not attached: no object has this owner.
const NOTHING: u16 = 0xffff;

/// `WorldSlot::hot`: the world is ours and must be given back before we detach.
const KEPT: u32 = 1 << 31;
/// `WorldSlot::hot`: so much is retired that it must be handed over when we detach.
const HEAVY: u32 = 1 << 30;
/// `WorldSlot::hot`: how often exclusive mode was entered.
const DEPTH: u32 = HEAVY - 1;

/// A thread's place in the world. It is part of the thread's record and stays where it is while registered.
#[repr(C, align(128))]
#[derive(Debug)]
pub struct WorldSlot {
    poll: AtomicU32,
    state: AtomicU32,
    hot: AtomicU32,
    /// The owners whose objects are *mine*: the id and `also`, first the one that new objects get; [`NOTHING`] while not attached. The thread's own.
    mine: AtomicU16,
    also_mine: AtomicU16,
    id: AtomicU16,
    birth: AtomicU64,
    saved: AtomicU32,
    /// How often this thread has attached: the ticker's sign of life.
    attaches: AtomicU32,
    /// The epoch that was current when this thread was last quiescent. Release by the thread, acquire by reclaimers.
    pub(crate) seen: AtomicU64,
    /// When the world was last acquired. The thread's own.
    acquired_at: AtomicU64,
    keep: Keep,
    /// How long this thread has waited for the world, in nanoseconds. The thread's own.
    waited: AtomicU64,
    turn: AtomicU32,
    /// Which foreign function runs as this thread's innermost activation, and how ([`crate::foreign`]); 0: none. Written by the thread, read by
    /// those who want to know whom they wait for.
    #[cfg(not(loom))]
    running: AtomicUsize,
    /// What ran when the world was last acquired.
    #[cfg(not(loom))]
    acquired_for: AtomicUsize,
    /// For what this thread waits, or has waited last; 0: for no foreign function. The thread's own.
    #[cfg(not(loom))]
    blamed: AtomicUsize,
    /// Where this thread sleeps.
    pub parker: Parker,
    /// What this thread has retired. Touched by the thread, and by the holder while the thread is not attached.
    pub(crate) retired: UnsafeCell<Local>,
}

// SAFETY: R5, R15: everything but `retired` is atomic, and that is touched by one thread at a time (see the field).
unsafe impl Sync for WorldSlot {}
// SAFETY: as above.
unsafe impl Send for WorldSlot {}

impl WorldSlot {
    /// The slot of a thread whose id is `id` ([`World::allocate_id`]): not registered yet, detached.
    pub fn new(id: u16) -> Self {
        assert!(id != 0, "0 is the owner of common objects");
        Self {
            poll: AtomicU32::new(0),
            state: AtomicU32::new(DETACHED),
            hot: AtomicU32::new(0),
            mine: AtomicU16::new(NOTHING),
            also_mine: AtomicU16::new(NOTHING),
            id: AtomicU16::new(id),
            birth: AtomicU64::new(birth_word(id)),
            saved: AtomicU32::new(0),
            attaches: AtomicU32::new(0),
            seen: AtomicU64::new(0),
            acquired_at: AtomicU64::new(0),
            keep: Keep::new(),
            waited: AtomicU64::new(0),
            turn: AtomicU32::new(0),
            #[cfg(not(loom))]
            running: AtomicUsize::new(0),
            #[cfg(not(loom))]
            acquired_for: AtomicUsize::new(0),
            #[cfg(not(loom))]
            blamed: AtomicUsize::new(0),
            parker: Parker::new(),
            retired: UnsafeCell::new(Local::new()),
        }
    }

    /// This thread's id: non-zero, fixed for its life (R5).
    #[inline(always)]
    pub fn id(&self) -> u16 {
        self.id.load(Relaxed)
    }

    /// R5: 0 while this thread is the only attached one or holds the world, else its id; no thread's id while it is not attached.
    #[inline(always)]
    pub fn also(&self) -> u16 {
        if own(&self.also_mine) == 0 { 0 } else { own(&self.mine) }
    }

    /// Whether objects of this owner are *mine* (R5): plain loads, stores and counts are legal. Never while not attached: whoever holds
    /// the world touches everything.
    #[inline(always)]
    pub fn is_mine(&self, owner: u16) -> bool {
        owner == own(&self.mine) || owner == own(&self.also_mine)
    }

    /// Word 0 of a new object of this thread: count 1, owner 0 while one thread exists, else this thread's id (R5).
    #[inline(always)]
    pub fn birth(&self) -> u64 {
        self.birth.load(Relaxed)
    }

    /// The poll word: zero unless something is wanted. The load may be relaxed; the taken safepoint synchronises.
    #[inline(always)]
    pub fn polled(&self) -> u32 {
        self.poll.load(Relaxed)
    }

    /// Set bits of the poll word. From any thread that knows this slot to live, and from signal handlers.
    #[inline]
    pub fn ask(&self, bits: u32) {
        // Release: pairs with `take`.
        self.poll.fetch_or(bits, Release);
    }

    /// Clear bits of the poll word and return those that were set: for a thread that looks for something between safepoints.
    #[inline]
    pub fn take(&self, bits: u32) -> u32 {
        debug_assert_eq!(bits & poll::OURS, 0, "the world takes its own bits");
        // Acquire: pairs with `ask`.
        self.poll.fetch_and(!bits, AcqRel) & bits
    }

    /// As [`ask`](Self::ask), and end the thread's interruptible sleep if it is in one. For signal handlers.
    pub fn ask_and_wake(&self, bits: u32) {
        self.ask(bits);
        self.parker.interrupt();
    }

    /// How long this thread has waited for the world so far, in nanoseconds: look before and after a foreign call.
    pub fn waited_ns(&self) -> u64 {
        self.waited.load(Relaxed)
    }

    /// Where compiled code finds the poll word.
    #[cfg(not(loom))]
    pub const POLL_OFFSET: usize = core::mem::offset_of!(WorldSlot, poll);
    /// Where compiled code finds the two owners that are *mine*, 16 bits each: first that of new objects.
    #[cfg(not(loom))]
    pub const MINE_OFFSET: usize = core::mem::offset_of!(WorldSlot, mine);
    /// Where compiled code finds word 0 of new objects.
    #[cfg(not(loom))]
    pub const BIRTH_OFFSET: usize = core::mem::offset_of!(WorldSlot, birth);

    /// The thread's innermost activation, as [`crate::foreign`] writes it; 0: our own code.
    #[cfg(not(loom))]
    #[inline(always)]
    pub(crate) fn running(&self) -> usize {
        self.running.load(Relaxed)
    }

    /// Another activation is the innermost; returns the former one.
    #[cfg(not(loom))]
    #[inline(always)]
    pub(crate) fn set_running(&self, running: usize) -> usize {
        let before = self.running.load(Relaxed);
        self.running.store(running, Relaxed);
        before
    }

    /// For which foreign function this thread has the world, or runs on although somebody wants it.
    #[cfg(not(loom))]
    pub(crate) fn needs_world_for(&self) -> usize {
        match self.running() {
            0 => self.acquired_for.load(Relaxed),
            running => running,
        }
    }

    /// What ran when this thread acquired the world.
    #[cfg(not(loom))]
    pub(crate) fn acquired_for(&self) -> usize {
        self.acquired_for.load(Relaxed)
    }

    /// Whether this thread waits at a safepoint or for the world, and for nothing else: it goes on as soon as the world does.
    pub(crate) fn is_parked(&self) -> bool {
        self.state.load(Relaxed) == PARKED
    }

    /// How often this thread has attached (modulo 2^32).
    pub(crate) fn attaches(&self) -> u32 {
        self.attaches.load(Relaxed)
    }

    #[inline(always)]
    pub fn is_attached(&self) -> bool {
        self.state.load(Relaxed) == ATTACHED
    }

    /// Whether this thread is neither attached nor parked at a safepoint.
    pub fn is_detached(&self) -> bool {
        self.state.load(Relaxed) == DETACHED
    }

    /// How deep this thread is in exclusive mode. Its own question.
    #[inline(always)]
    pub fn exclusive_depth(&self) -> u32 {
        self.hot.load(Relaxed) & DEPTH
    }

    #[inline(always)]
    fn key(&self) -> u32 {
        u32::from(self.id())
    }

    /// This thread has become attached, or alone (or holder).
    #[inline(always)]
    fn set_mine(&self, alone: bool) {
        let id = self.id();
        let (mine, also) = match alone {
            false => (id, id),
            true if self.birth() == birth_word(0) => (0, id),
            true => (id, 0),
        };
        self.mine.store(mine, Relaxed);
        self.also_mine.store(also, Relaxed);
    }

    /// Several threads exist: what this one makes is its own from now on.
    fn make_private(&self) {
        self.birth.store(birth_word(self.id()), Relaxed);
    }

    #[inline(always)]
    fn set_hot(&self, hot: u32) {
        self.hot.store(hot, Relaxed);
    }

    /// Note that so much is retired that a detach must hand it over.
    pub(crate) fn set_heavy(&self, heavy: bool) {
        let hot = self.hot.load(Relaxed);
        self.set_hot(if heavy { hot | HEAVY } else { hot & !HEAVY });
    }
}

/// A word that only the thread that asks ever writes. A plain load, which the compiler may make part of a comparison.
#[inline(always)]
fn own(word: &AtomicU16) -> u16 {
    #[cfg(loom)]
    return word.load(Relaxed);
    #[cfg(not(loom))]
    // SAFETY: R5: written by this thread alone.
    unsafe {
        *word.as_ptr()
    }
}

/// Word 0 of a new object: count 1, and its owner in the second half's low 16 bits.
const fn birth_word(owner: u16) -> u64 {
    1 | ((owner as u64) << 32)
}

/// The world lock. There is one, [`WORLD`]; models make their own.
#[derive(Debug)]
pub struct World {
    holder: CachePadded<AtomicU32>,
    /// How many readers the writer still waits for; it sleeps here.
    pending: CachePadded<AtomicU32>,
    /// Counts the times the world became free; waiting readers sleep here.
    gate: AtomicU32,
    /// Whether a second thread was ever registered.
    several: AtomicBool,
    inner: CachePadded<Latch<Inner>>,
    pub(crate) epochs: Epochs,
    #[cfg(not(loom))]
    ticker: ticker::Ticker,
}

/// What only whoever has the latch sees.
#[derive(Debug)]
struct Inner {
    slots: Vec<Listed>,
    /// Writers that wait, in order.
    queue: VecDeque<*const WorldSlot>,
    readers_waiting: u32,
    /// Since when somebody has been waiting for the holder; 0 if nobody is.
    waited_since: u64,
    /// One of those who wait sleeps until the holder's time is over ([`keep`]).
    watched: bool,
    /// Since when a writer has been waiting for readers to stop; 0 if none is.
    stopping_since: u64,
    stats: Stats,
    /// How many of the queue may still follow before the readers have their turn, and the longest hold of this batch.
    batch: u32,
    longest: u64,
    /// The readers' phase: until when no writer may begin while readers run (0: there is none), and its length.
    readers_until: u64,
    phase: u64,
    ids: ids::Ids,
    /// The ticker's candidate for being alone: whom, since when.
    candidate: *const WorldSlot,
    candidate_since: u64,
}

/// A registered thread.
#[derive(Clone, Copy, Debug)]
struct Listed {
    slot: *const WorldSlot,
    /// The thread's record, for those who walk the threads.
    record: *const (),
    /// What the ticker saw last.
    attaches: u32,
}

impl Listed {
    fn slot(&self) -> &WorldSlot {
        // SAFETY: R15: registered slots stay in place until they are unregistered, which takes the latch that we hold.
        unsafe { &*self.slot }
    }
}

// SAFETY: R15: the pointers are to registered slots and used under the latch only.
unsafe impl Send for Inner {}

impl Inner {
    const EMPTY: Inner = Inner {
        slots: Vec::new(),
        queue: VecDeque::new(),
        readers_waiting: 0,
        waited_since: 0,
        watched: false,
        stopping_since: 0,
        stats: Stats::NOTHING,
        batch: 0,
        longest: 0,
        readers_until: 0,
        phase: 0,
        ids: ids::Ids::new(),
        candidate: core::ptr::null(),
        candidate_since: 0,
    };

    fn find(&self, id: u32) -> Option<&WorldSlot> {
        self.slots.iter().map(Listed::slot).find(|slot| slot.key() == id)
    }
}

/// The world.
#[cfg(not(loom))]
pub static WORLD: World = World::new();

impl World {
    #[cfg(not(loom))]
    const fn new() -> Self {
        Self {
            holder: CachePadded::new(AtomicU32::new(FREE)),
            pending: CachePadded::new(AtomicU32::new(0)),
            gate: AtomicU32::new(0),
            several: AtomicBool::new(false),
            inner: CachePadded::new(Latch::new(Inner::EMPTY)),
            epochs: Epochs::new(),
            ticker: ticker::Ticker::new(),
        }
    }

    /// A world of its own: for models and tests. The program has one, `WORLD`.
    pub fn separate() -> Self {
        #[cfg(not(loom))]
        return Self::new();
        #[cfg(loom)]
        Self {
            holder: CachePadded::new(AtomicU32::new(FREE)),
            pending: CachePadded::new(AtomicU32::new(0)),
            gate: AtomicU32::new(0),
            several: AtomicBool::new(false),
            inner: CachePadded::new(Latch::new(Inner::EMPTY)),
            epochs: Epochs::new(),
        }
    }

    /// Become a reader. Waits while another thread holds the world. If this thread was in exclusive mode when it detached, it is
    /// again afterwards.
    #[inline]
    pub fn attach(&self, slot: &WorldSlot) {
        debug_assert_ne!(slot.state.load(Relaxed), ATTACHED, "attached twice");
        slot.attaches.store(slot.attaches.load(Relaxed).wrapping_add(1), Relaxed);
        // Announce, then look: see the module's head.
        sync::swap_then_look(Edge::WorldAnnounce, &slot.state, ATTACHED);
        // Acquire (as SeqCst): what the last holder did is visible when we see the world free.
        let holder = self.holder.load(sync::at(Edge::WorldFree, SeqCst));
        if slot.saved.load(Relaxed) == 0 {
            if holder == FREE {
                slot.set_mine(false);
                return;
            }
            if holder == slot.key() | ALONE {
                slot.set_mine(true);
                return;
            }
        }
        self.attach_slow(slot, holder);
    }

    /// Stop being a reader: a taken safepoint. Leaves exclusive mode at any depth (`attach` enters it again), and the world is free for
    /// others until then. The caller has counted its borrowed leaves (R8b).
    #[inline]
    pub fn detach(&self, slot: &WorldSlot) {
        debug_assert_eq!(slot.state.load(Relaxed), ATTACHED, "detached twice");
        if slot.hot.load(Relaxed) != 0 {
            self.detach_slow(slot);
            return;
        }
        self.leave(slot, DETACHED);
    }

    /// Stop being attached; `state` is what we are instead.
    #[inline]
    fn leave(&self, slot: &WorldSlot, state: u32) {
        slot.mine.store(NOTHING, Relaxed);
        slot.also_mine.store(NOTHING, Relaxed);
        // Release: pairs with the writer's scan.
        slot.state.store(state, sync::at(Edge::WorldLeave, Release));
        sync::light_fence(Edge::WorldLeaveLook);
        if slot.poll.load(Relaxed) & poll::STOP != 0 {
            self.left(slot);
        }
    }

    /// Do what the poll word asks, if anything. Returns the bits that the caller must deal with, which are cleared. The caller has
    /// counted its borrowed leaves (R8b) if the word was not zero.
    #[inline]
    pub fn safepoint(&self, slot: &WorldSlot) -> u32 {
        if slot.polled() == 0 { 0 } else { self.safepoint_slow(slot) }
    }

    /// Enter exclusive mode: returns when every other thread is detached or parked. A taken safepoint unless this thread is alone or
    /// in exclusive mode already. Undone by [`leave_exclusive`](Self::leave_exclusive).
    #[inline]
    pub fn enter_exclusive(&self, slot: &WorldSlot) {
        debug_assert_eq!(slot.state.load(Relaxed), ATTACHED, "only attached threads enter exclusive mode");
        if slot.also() != 0 {
            self.acquire_attached(slot);
        }
        slot.set_hot(slot.hot.load(Relaxed) + 1);
    }

    /// Leave exclusive mode once. Never waits: the world is given up at the next safepoint if anybody asked for it.
    #[inline]
    pub fn leave_exclusive(&self, slot: &WorldSlot) {
        let hot = slot.hot.load(Relaxed);
        debug_assert!(hot & DEPTH > 0, "left exclusive mode more often than entered");
        slot.set_hot(hot - 1);
        if slot.polled() & poll::YIELD != 0 {
            slot.keep.note_call();
        }
    }

    /// Exclusive mode for as long as the guard lives. The guard may be held across no safepoint.
    #[inline]
    pub fn stop_world<'a>(&'a self, slot: &'a WorldSlot) -> ExclusiveGuard<'a> {
        self.enter_exclusive(slot);
        ExclusiveGuard { world: self, slot, not_send: PhantomData }
    }

    /// Python code is about to run inside a foreign call: exclusive mode may be lost at its first safepoint where anybody waits (R14).
    /// Returns what [`resume_exclusive`](Self::resume_exclusive) needs.
    #[inline]
    pub fn suspend_exclusive(&self, slot: &WorldSlot) -> Suspended {
        let hot = slot.hot.load(Relaxed);
        slot.set_hot(hot & !DEPTH);
        if slot.keep.set_aside() {
            slot.ask(poll::YIELD);
        }
        Suspended { depth: hot & DEPTH }
    }

    /// Python code inside a foreign call has ended: exclusive mode is as it was. A taken safepoint if the world was lost meanwhile.
    #[inline]
    pub fn resume_exclusive(&self, slot: &WorldSlot, suspended: Suspended) {
        if suspended.depth != 0 {
            if slot.also() != 0 {
                self.acquire_attached(slot);
            }
            slot.set_hot(slot.hot.load(Relaxed) | suspended.depth);
        }
    }
}

/// The depth of exclusive mode that was set aside.
#[derive(Debug)]
#[must_use = "exclusive mode must be resumed before foreign code goes on"]
pub struct Suspended {
    depth: u32,
}

/// Exclusive mode, left on drop.
#[derive(Debug)]
#[must_use = "the world is held only while the guard lives"]
pub struct ExclusiveGuard<'a> {
    world: &'a World,
    slot: &'a WorldSlot,
    not_send: PhantomData<*const ()>,
}

impl Drop for ExclusiveGuard<'_> {
    fn drop(&mut self) {
        self.world.leave_exclusive(self.slot);
    }
}
