//! The atomics, futexes, clocks and fences of the runtime, in one place.
//!
//! Everything in `heap` and above takes its atomics from here, so that `loom` can stand in (`--cfg loom`) and run the protocols under
//! every legal interleaving. Three rules follow from the tools:
//!
//! * loom's atomics have no `const fn new`, so protocols are functions and types over words, never over statics; the statics of the
//!   production build exist under `cfg(not(loom))` only.
//! * loom treats `SeqCst` *accesses* as `AcqRel` and knows sequential consistency only as a fence. The store-then-look pattern
//!   (announce a state, then look whether somebody objects) therefore goes through [`swap_then_look`] and [`look_fence`], which are
//!   plain `SeqCst` accesses in production and add the fence under loom.
//! * ThreadSanitizer knows no fences, nor `fetch_max` and `fetch_min` (use [`raise`]). Happens-before is always carried by an access
//!   (release store or read-modify-write paired with an acquire load or read-modify-write); fences here only ever decide *who sees whom*
//!   in a store-then-look pair.
//!
//! Orderings that a proof rests on are named by an [`Edge`]: the models weaken one edge at a time and must then fail.

#[cfg(not(loom))]
pub use core::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering,
    compiler_fence, fence,
};
#[cfg(loom)]
pub use loom::sync::atomic::{
    AtomicBool, AtomicI32, AtomicI64, AtomicIsize, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, AtomicU64, AtomicUsize, Ordering,
    fence,
};
/// For the three-valued cache "seekable" of file streams alone; no protocol rests on it, so loom needs no stand-in.
pub use core::sync::atomic::AtomicI8;
/// The runtime's own locks, for data that no thread holds across a safepoint. Not for Python-visible locks (`locks::PyLock`), nor for
/// anything that must survive `fork` in the child (`park::Latch`).
#[cfg(not(loom))]
pub use parking_lot::{Condvar, Mutex, MutexGuard, Once, RwLock};

#[cfg(loom)]
use Ordering::Relaxed;
use Ordering::SeqCst;

/// The orderings that proofs rest on. Each names its two ends; `tests/model` weakens them one by one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Edge {
    /// A reader's state store on its way out (release) with the writer's scan (acquire): what the reader did is visible to the writer.
    WorldLeave,
    /// The writer's store of "free" (release) with a reader's look at the holder (acquire).
    WorldFree,
    /// A reader announces itself and looks at the holder; a writer announces itself and looks at the readers. One sees the other.
    WorldAnnounce,
    /// A reader leaves by a plain store and looks at its poll word; a writer sets the bit, fences heavily, and looks at the state.
    WorldLeaveLook,
    /// Release of an object lock with its next acquisition.
    LockByte,
    /// The permit of a parked thread with the thread that sleeps on it.
    ParkPermit,
    /// Release of a [`Latch`](crate::park::Latch) with its next acquisition.
    Latch,
    /// A thread's announcement of quiescence (release) with the reclaimer's look (acquire).
    EpochSeen,
    /// The reclaimer's advance of the global epoch with a reader's load of it: the reader sees what was unlinked before.
    EpochAdvance,
    /// The reclaimer's read-modify-write on the state of a detached thread with that thread's next attach.
    EpochDetached,
    /// Lowering a common count (release) with the death that follows the last one (acquire).
    CountDown,
    /// Taking a count from a common slot: the pointer is loaded with acquire from a release store.
    SlotLoad,
    /// The store of a shared root into a common slot (release).
    SlotPublish,
    /// Announcing a death with a weak reference's upgrade.
    WeakUpgrade,
    /// Giving the turn to run an object (release) with the next one to take it (acquire).
    Turn,
    /// A getter counts itself and looks for items; a putter adds one and looks for waiting getters. One sees the other.
    QueueWait,
    /// The back's length goes to zero (release) after its items came to the front; who saw that (acquire) finds them there.
    QueueEnds,
    /// A table's pointer is opened (release) after several changes of it; who finds it (acquire) finds them all.
    TableOpen,
    /// That places may be read without a lock, to what they hold ([`watch`](crate::watch)).
    Watched,
}

/// `strong`, unless a model weakens `edge`. Free in production.
#[inline(always)]
pub fn at(edge: Edge, strong: Ordering) -> Ordering {
    #[cfg(loom)]
    if model::weakened(edge) {
        return Relaxed;
    }
    let _ = edge;
    strong
}

/// Raises a word to `value` if it is less (as `AtomicU64::fetch_max` does, which ThreadSanitizer does not see): release and acquire in any case.
/// What stood there before.
pub fn raise(word: &AtomicU64, value: u64) -> u64 {
    match word.fetch_update(Ordering::AcqRel, Ordering::Acquire, |now| Some(now.max(value))) {
        Ok(before) | Err(before) => before,
    }
}

/// Swap `value` in, ordered before every later look (`load` with `SeqCst`) of this thread.
#[inline(always)]
pub fn swap_then_look(edge: Edge, word: &AtomicU32, value: u32) -> u32 {
    let old = word.swap(value, at(edge, SeqCst));
    look_fence(edge);
    old
}

/// Between a `SeqCst` announcement and the `SeqCst` look that follows it. Nothing in production, where the accesses themselves are in
/// the single total order; a fence under loom, which keeps that order for fences only.
#[inline(always)]
pub fn look_fence(edge: Edge) {
    #[cfg(loom)]
    if !model::weakened(edge) {
        fence(SeqCst);
    }
    let _ = edge;
}

/// The cheap half of an asymmetric fence: orders a thread's store before its later load provided the other side runs [`heavy_fence`]
/// between its own store and load. It costs nothing at run time.
#[inline(always)]
pub fn light_fence(edge: Edge) {
    #[cfg(loom)]
    if !model::weakened(edge) {
        fence(SeqCst);
    }
    #[cfg(not(loom))]
    if cfg!(target_os = "linux") {
        compiler_fence(SeqCst);
    } else {
        fence(SeqCst);
    }
    let _ = edge;
}

/// The dear half of an asymmetric fence: when it returns true, every other thread of the process has executed a full barrier since the
/// call began. False where the kernel refuses `membarrier`; the caller must then not sleep without a short deadline.
pub fn heavy_fence(edge: Edge) -> bool {
    #[cfg(loom)]
    {
        if !model::weakened(edge) {
            fence(SeqCst);
        }
        true
    }
    #[cfg(not(loom))]
    {
        let _ = edge;
        os::heavy_fence()
    }
}

/// How a sleep on a futex ended. A wake-up may be spurious.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Slept {
    Woken,
    TimedOut,
    /// A signal handler ran on this thread.
    Interrupted,
}

#[cfg(loom)]
pub use model::{deadline_in, futex_wait, futex_wake, now, spin_hint, yield_now};
#[cfg(not(loom))]
pub use os::{deadline_in, futex_wait, futex_wake, now, spin_hint, yield_now};

#[cfg(not(loom))]
mod os {
    use super::{AtomicU8, AtomicU32, Ordering, Slept, fence};
    use core::time::Duration;

    /// Nanoseconds of the monotonic clock.
    #[inline]
    pub fn now() -> u64 {
        let mut ts = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        // SAFETY: the system call writes one `timespec`, which we own.
        unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut ts) };
        (ts.tv_sec as u64).wrapping_mul(1_000_000_000).wrapping_add(ts.tv_nsec as u64)
    }

    /// The point of the monotonic clock that lies `timeout` ahead; saturates at "never".
    pub fn deadline_in(timeout: Duration) -> u64 {
        u64::try_from(timeout.as_nanos()).map_or(u64::MAX, |ns| now().saturating_add(ns))
    }

    #[inline(always)]
    pub fn spin_hint() {
        core::hint::spin_loop();
    }

    pub fn yield_now() {
        std::thread::yield_now();
    }

    /// Sleep while `word` is `expected`, at most until `deadline` (of [`now`]).
    pub fn futex_wait(word: &AtomicU32, expected: u32, deadline: Option<u64>) -> Slept {
        let ts;
        let timeout = match deadline {
            None | Some(u64::MAX) => core::ptr::null(),
            Some(at) => {
                let seconds = libc::time_t::try_from(at / 1_000_000_000).unwrap_or(libc::time_t::MAX);
                ts = libc::timespec { tv_sec: seconds, tv_nsec: (at % 1_000_000_000) as libc::c_long };
                &raw const ts
            }
        };
        // SAFETY: the word outlives the call; the kernel reads it and the `timespec`, and writes neither.
        let result = unsafe {
            libc::syscall(
                libc::SYS_futex,
                word.as_ptr(),
                libc::FUTEX_WAIT_BITSET | libc::FUTEX_PRIVATE_FLAG, // Absolute deadlines need the bitset form.
                expected,
                timeout,
                core::ptr::null::<u32>(),
                !0u32,
            )
        };
        if result == 0 {
            return Slept::Woken;
        }
        // SAFETY: errno is this thread's own.
        match unsafe { *libc::__errno_location() } {
            libc::ETIMEDOUT => Slept::TimedOut,
            libc::EINTR => Slept::Interrupted,
            _ => Slept::Woken, // EAGAIN: the word had changed already.
        }
    }

    /// Wake at most `count` sleepers on `word`. Legal on an address whose owner has gone (a spurious wake-up at worst), and in a
    /// signal handler.
    #[expect(clippy::not_unsafe_ptr_arg_deref, reason = "the kernel takes the address as a key and nobody reads through it")]
    pub fn futex_wake(word: *const AtomicU32, count: u32) {
        let count = i32::try_from(count).unwrap_or(i32::MAX);
        // SAFETY: the kernel uses the address as a key and neither reads nor writes through it.
        unsafe { libc::syscall(libc::SYS_futex, word, libc::FUTEX_WAKE | libc::FUTEX_PRIVATE_FLAG, count) };
    }

    const UNKNOWN: u8 = 0;
    const READY: u8 = 1;
    const REFUSED: u8 = 2;
    static MEMBARRIER: AtomicU8 = AtomicU8::new(UNKNOWN);

    pub(super) fn heavy_fence() -> bool {
        fence(Ordering::SeqCst);
        if MEMBARRIER.load(Ordering::Relaxed) == UNKNOWN {
            let registered = membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED);
            MEMBARRIER.store(if registered { READY } else { REFUSED }, Ordering::Relaxed);
        }
        MEMBARRIER.load(Ordering::Relaxed) == READY
            && (membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)
                // A forked child may have lost the registration.
                || (membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED)
                    && membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED)))
    }

    fn membarrier(command: libc::c_int) -> bool {
        // SAFETY: the call takes no pointers.
        unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) == 0 }
    }
}

/// What stands in for the operating system under loom, and the switch by which a model weakens an edge.
#[cfg(loom)]
pub mod model {
    use super::{AtomicU32, Edge, Ordering, Slept};
    use core::cell::Cell;
    use core::time::Duration;
    use loom::sync::{Condvar, Mutex};

    // loom runs all threads of a model on one thread of the system, so plain thread-locals are common to a model.
    std::thread_local! {
        static WEAK: Cell<Option<Edge>> = const { Cell::new(None) };
        static SLEEPLESS: Cell<bool> = const { Cell::new(false) };
        static CLOCK: Cell<(u64, u64)> = const { Cell::new((0, 0)) };
    }
    loom::lazy_static! {
        static ref SLEEPERS: (Mutex<()>, Condvar) = (Mutex::new(()), Condvar::new());
    }

    pub(super) fn weakened(edge: Edge) -> bool {
        WEAK.get() == Some(edge)
    }

    /// Weaken `edge` to `Relaxed` for the models that this thread runs from now on.
    pub fn weaken(edge: Option<Edge>) {
        WEAK.set(edge);
    }

    /// With `true` a futex wait returns at once (spuriously) after a yield: the sleeper and its waker then do not synchronise through
    /// the model's condition variable, which could hide a missing edge. With `false` a lost wake-up is a deadlock that loom reports.
    pub fn sleepless(on: bool) {
        SLEEPLESS.set(on);
    }

    /// What [`hung`] throws.
    #[derive(Debug)]
    pub struct Hung;

    /// The calling thread would sleep for ever, by design. A model has to end, so the thread is unwound.
    pub(crate) fn hung() -> ! {
        std::panic::resume_unwind(Box::new(Hung))
    }

    /// Start the clock anew; it then moves by `step` nanoseconds at every look.
    pub fn clock(step: u64) {
        CLOCK.set((0, step));
    }

    pub fn now() -> u64 {
        let (now, step) = CLOCK.get();
        CLOCK.set((now + step, step));
        now
    }
    pub fn deadline_in(_: Duration) -> u64 {
        u64::MAX
    }
    pub fn spin_hint() {
        loom::thread::yield_now();
    }
    pub fn yield_now() {
        loom::thread::yield_now();
    }
    pub fn futex_wait(word: &AtomicU32, expected: u32, deadline: Option<u64>) -> Slept {
        if SLEEPLESS.get() || deadline.is_some_and(|at| at != u64::MAX) {
            loom::thread::yield_now();
            return Slept::Woken;
        }
        let guard = SLEEPERS.0.lock().expect("models do not poison");
        if word.load(Ordering::Relaxed) == expected {
            drop(SLEEPERS.1.wait(guard));
        }
        Slept::Woken
    }
    pub fn futex_wake(_: *const AtomicU32, _: u32) {
        if !SLEEPLESS.get() {
            let _guard = SLEEPERS.0.lock().expect("models do not poison");
            SLEEPERS.1.notify_all();
        }
    }
}
