//! The ticker: a thread that looks once a millisecond whether one Python thread has been alone (R5). It exists only once a second thread
//! has been attached, sleeps for good while one is alone, and looks less and less often while none or several are active.

use super::{WORLD, World, poll, watchdog};
use crate::sync::{self, AtomicU32, Ordering};
use crate::world::slow::Activity;

use Ordering::{AcqRel, Acquire, Relaxed};

const NONE: u32 = 0;
const RUNNING: u32 = 1;
const SLEEPING: u32 = 2;

const TICK_NS: u64 = 1_000_000;
/// The longest pause while none is active, and while several are.
const IDLE_NS: u64 = 100_000_000;
const BUSY_NS: u64 = 8_000_000;
/// How long an object that threads count each for itself may stay after its last count has gone (R12), roughly.
const COUNTS_NS: u64 = 40_000_000;

/// Whether the ticker exists and sleeps. Written by the ticker (to `SLEEPING`) and by whoever wakes it.
#[derive(Debug)]
pub(super) struct Ticker {
    word: AtomicU32,
}

impl Ticker {
    pub(super) const fn new() -> Self {
        Self { word: AtomicU32::new(NONE) }
    }

    pub(super) fn after_fork_child(&self) {
        self.word.store(NONE, Relaxed);
    }
}

impl World {
    /// Asks a thread to settle the counts if an object that threads count each for itself seems to have none left (R12).
    fn look_for_dead(&self) {
        if !crate::hot::any() {
            return;
        }
        let inner = self.inner.lock();
        let records: Vec<*const ()> = inner.slots.iter().map(|listed| listed.record).collect();
        if crate::hot::some_seems_dead(&records)
            && let Some(listed) = inner.slots.iter().find(|listed| listed.slot().is_attached()).or(inner.slots.first())
        {
            listed.slot().ask(poll::COUNTS);
        }
    }

    /// Several threads are active: somebody must look when that ends.
    pub(super) fn start_ticker(&self) {
        if !core::ptr::eq(self, &raw const WORLD) {
            return; // Models and tests tick by hand.
        }
        match self.ticker.word.swap(RUNNING, AcqRel) {
            RUNNING => {}
            SLEEPING => sync::futex_wake(&raw const self.ticker.word, 1),
            _ => spawn(),
        }
    }
}

fn spawn() {
    // Signals are for threads that run Python: the new thread inherits a full mask.
    // SAFETY: both sets are ours; the calls change this thread's mask only, and back.
    unsafe {
        let mut all: libc::sigset_t = core::mem::zeroed();
        let mut old: libc::sigset_t = core::mem::zeroed();
        libc::sigfillset(&raw mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const all, &raw mut old);
        let spawned = std::thread::Builder::new().name("pyston-ticker".into()).stack_size(64 << 10).spawn(run);
        libc::pthread_sigmask(libc::SIG_SETMASK, &raw const old, core::ptr::null_mut());
        if spawned.is_err() {
            // No thread to be had: nobody becomes alone again, which costs speed and nothing else.
            WORLD.ticker.word.store(NONE, Relaxed);
        }
    }
}

fn run() {
    let word = &WORLD.ticker.word;
    let never = AtomicU32::new(0);
    let mut pause = TICK_NS;
    let (mut since_look, mut since_watch) = (0, 0);
    loop {
        sync::futex_wait(&never, 0, Some(sync::now().saturating_add(pause)));
        since_look += pause;
        if since_look >= COUNTS_NS {
            since_look = 0;
            WORLD.look_for_dead();
        }
        since_watch += pause;
        if since_watch >= watchdog::LOOK_NS {
            since_watch = 0;
            if watchdog::is_on() {
                watchdog::look();
            }
        }
        match WORLD.tick() {
            Activity::One => pause = TICK_NS,
            Activity::Several => pause = (pause * 2).min(BUSY_NS),
            Activity::None => pause = (pause * 2).min(IDLE_NS),
            Activity::Settled => {
                pause = TICK_NS;
                word.store(SLEEPING, Relaxed);
                // Whoever ended the solitude before this store found `RUNNING` and did not wake us; so look again.
                if WORLD.is_settled() {
                    while word.load(Acquire) == SLEEPING {
                        sync::futex_wait(word, SLEEPING, None);
                    }
                } else {
                    word.store(RUNNING, Relaxed);
                }
            }
        }
    }
}
