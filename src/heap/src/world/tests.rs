//! Real threads against one world: exclusion, progress, fairness, epochs, thread ends. Each test has a world of its own.

use super::{World, WorldSlot, poll};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use std::time::{Duration, Instant};

/// A registered thread of a test.
pub(crate) struct Member {
    pub(crate) world: &'static World,
    pub(crate) slot: Box<WorldSlot>,
}

impl Member {
    pub(crate) fn join(world: &'static World) -> Member {
        let member = Member::join_detached(world);
        world.attach(&member.slot);
        member
    }

    pub(crate) fn join_detached(world: &'static World) -> Member {
        let id = world.allocate_id().expect("tests start few threads");
        let slot = Box::new(WorldSlot::new(id));
        // SAFETY: boxed, and unregistered on drop.
        unsafe { world.register(&raw const *slot, core::ptr::null()) };
        Member { world, slot }
    }

    fn leave_detached(self) {
        self.world.attach(&self.slot);
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.world.detach(&self.slot);
        self.world.unregister(&self.slot);
    }
}

/// Leaked: sanitizers do not see the fences by which the standard library's counts order a last drop.
pub(crate) fn world() -> &'static World {
    Box::leak(Box::new(World::separate()))
}

/// A plain number: ThreadSanitizer sees whether the protocols order its uses.
#[derive(Default)]
pub(crate) struct Plain(core::cell::UnsafeCell<u64>);

// SAFETY: R5, R9: that its uses are ordered is what the tests are about.
unsafe impl Sync for Plain {}

impl Plain {
    pub(crate) fn get(&self) -> u64 {
        // SAFETY: as above.
        unsafe { self.0.get().read_volatile() }
    }

    pub(crate) fn add(&self) {
        // SAFETY: as above.
        unsafe { self.0.get().write_volatile(self.get() + 1) }
    }
}

/// Rolls dice without a crate.
pub(crate) struct Dice(pub(crate) u64);
impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn the_first_thread_is_alone_and_the_second_ends_that() {
    let world = world();
    let first = Member::join(world);
    assert_eq!(first.slot.also(), 0);
    assert_eq!(first.slot.birth(), 1);
    world.detach(&first.slot);
    let id = first.slot.id();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let second = Member::join(world);
            assert_eq!(second.slot.also(), second.slot.id());
            assert_eq!(second.slot.birth(), 1 | u64::from(second.slot.id()) << 32);
        });
    });
    world.attach(&first.slot);
    assert_eq!(first.slot.also(), id);
    assert_eq!(first.slot.birth(), 1 | u64::from(id) << 32);
    // Two looks, a millisecond apart, and a safepoint make it alone again.
    for _ in 0..3 {
        world.tick();
        std::thread::sleep(Duration::from_millis(2));
    }
    world.safepoint(&first.slot);
    assert_eq!(first.slot.also(), 0);
    assert_eq!(first.slot.birth(), 1 | u64::from(id) << 32, "what it made before is private: new objects stay so (R6)");
}

#[test]
fn the_world_excludes() {
    let world = world();
    let plain = Plain::default();
    let inside = AtomicU32::new(0);
    let end = Instant::now() + Duration::from_millis(1500);
    let entries = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for seed in 1..=4u64 {
            let (world, plain, inside, entries) = (&world, &plain, &inside, &entries);
            scope.spawn(move || {
                let mut dice = Dice(seed * 0x9E37_79B9);
                let mut me = Member::join(world);
                while Instant::now() < end {
                    match dice.roll(12) {
                        0..=3 => {
                            let guard = me.world.stop_world(&me.slot);
                            assert_eq!(inside.fetch_add(1, Relaxed), 0, "two holders");
                            for _ in 0..dice.roll(300) {
                                core::hint::spin_loop();
                            }
                            plain.add();
                            entries.fetch_add(1, Relaxed);
                            assert_eq!(me.slot.also(), 0);
                            inside.fetch_sub(1, Relaxed);
                            drop(guard);
                        }
                        4..=6 => {
                            me.world.detach(&me.slot);
                            for _ in 0..dice.roll(1000) {
                                core::hint::spin_loop();
                            }
                            me.world.attach(&me.slot);
                        }
                        7 => {
                            drop(me);
                            me = Member::join(world);
                        }
                        8 => {
                            // A foreign call that calls back and blocks at depth.
                            me.world.enter_exclusive(&me.slot);
                            me.world.enter_exclusive(&me.slot);
                            let aside = me.world.suspend_exclusive(&me.slot);
                            me.world.safepoint(&me.slot);
                            me.world.resume_exclusive(&me.slot, aside);
                            assert_eq!(me.slot.exclusive_depth(), 2);
                            me.world.detach(&me.slot);
                            me.world.attach(&me.slot);
                            assert_eq!(me.slot.exclusive_depth(), 2);
                            assert_eq!(inside.fetch_add(1, Relaxed), 0, "two holders");
                            inside.fetch_sub(1, Relaxed);
                            me.world.leave_exclusive(&me.slot);
                            me.world.leave_exclusive(&me.slot);
                        }
                        9 => {
                            me.world.tick();
                        }
                        _ => {
                            for _ in 0..dice.roll(1000) {
                                // A reader: no holder may be inside now, unless it is ourselves.
                                assert_eq!(inside.load(Relaxed), 0, "a holder beside a reader");
                                core::hint::black_box(plain.get());
                                me.world.safepoint(&me.slot);
                            }
                        }
                    }
                    me.world.safepoint(&me.slot);
                }
            });
        }
    });
    let me = Member::join(world);
    let _stopped = world.stop_world(&me.slot);
    assert_eq!(plain.get(), entries.load(Relaxed) as u64);
    assert!(entries.load(Relaxed) > 100);
}

#[test]
fn readers_and_a_writer_share_time() {
    let world = world();
    let stop = AtomicBool::new(false);
    let (reads, writes) = (AtomicU64::new(0), AtomicU64::new(0));
    let unit = || {
        for _ in 0..200 {
            core::hint::spin_loop();
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let me = Member::join(world);
            while !stop.load(Relaxed) {
                unit();
                reads.fetch_add(1, Relaxed);
                world.safepoint(&me.slot);
            }
        });
        scope.spawn(|| {
            let me = Member::join(world);
            while !stop.load(Relaxed) {
                world.enter_exclusive(&me.slot);
                unit();
                world.leave_exclusive(&me.slot);
                writes.fetch_add(1, Relaxed);
                world.safepoint(&me.slot);
            }
        });
        std::thread::sleep(Duration::from_millis(1200));
        stop.store(true, Relaxed);
    });
    let (reads, writes) = (reads.load(Relaxed) as f64, writes.load(Relaxed) as f64);
    let share = writes / (reads + writes);
    eprintln!("the writer's share: {share:.3} of {} units", reads + writes);
    // The reader also runs while the writer waits, so an exact half is not to be expected; the machine may be busy.
    assert!((0.2..0.8).contains(&share), "share {share}");
}

#[test]
fn bits_reach_the_thread_and_are_taken_once() {
    let world = world();
    let me = Member::join(world);
    assert_eq!(world.safepoint(&me.slot), 0);
    assert!(world.ask(me.slot.id(), poll::GC));
    assert!(!world.ask(999, poll::GC));
    world.ask_all(poll::SIGNALS);
    assert_eq!(world.safepoint(&me.slot), poll::GC | poll::SIGNALS);
    assert_eq!(world.safepoint(&me.slot), 0);
    me.slot.ask(poll::DRAIN | poll::GC);
    assert_eq!(me.slot.take(poll::GC), poll::GC);
    assert_eq!(me.slot.take(poll::GC), 0);
    assert_eq!(world.safepoint(&me.slot), poll::DRAIN);
    assert_eq!(me.slot.polled(), 0);
}

#[test]
fn nothing_is_mine_to_a_detached_thread() {
    let world = world();
    let me = Member::join(world);
    let id = me.slot.id();
    assert!(me.slot.is_mine(0) && me.slot.is_mine(id) && !me.slot.is_mine(id + 1));
    world.detach(&me.slot);
    assert!(!me.slot.is_mine(0) && !me.slot.is_mine(id));
    let other = Member::join(world);
    assert!(!other.slot.is_mine(0) && other.slot.is_mine(other.slot.id()) && !other.slot.is_mine(id));
    world.attach(&me.slot);
    assert!(!me.slot.is_mine(0) && me.slot.is_mine(id));
    world.detach(&me.slot);
    let stopped = world.stop_world(&other.slot);
    assert!(other.slot.is_mine(0) && other.slot.is_mine(other.slot.id()));
    drop(stopped);
    drop(other);
    world.attach(&me.slot);
}

unsafe fn count_free(memory: *mut u8) {
    // SAFETY: the tests below retire addresses of counters.
    unsafe { &*memory.cast::<AtomicUsize>() }.fetch_add(1, Relaxed);
}

fn retire(me: &Member, counter: &AtomicUsize, bytes: usize) {
    // SAFETY: the free function counts, whoever calls it; the counters outlive the worlds' threads.
    unsafe { me.world.retire(&me.slot, core::ptr::from_ref(counter).cast_mut().cast(), bytes, count_free) };
}

#[test]
fn alone_frees_at_once_and_together_waits_for_the_other() {
    let world = world();
    let freed = AtomicUsize::new(0);
    let me = Member::join(world);
    retire(&me, &freed, 1 << 20);
    assert_eq!(freed.load(Relaxed), 1);
    let (ready, go, passed) = (AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false));
    world.detach(&me.slot);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let other = Member::join(world);
            ready.store(true, Release);
            while !go.load(Acquire) {
                core::hint::spin_loop();
            }
            world.safepoint(&other.slot);
            passed.store(true, Release);
            while other.slot.polled() & poll::STOP == 0 {
                core::hint::spin_loop();
            }
        });
        while !ready.load(Acquire) {
            core::hint::spin_loop();
        }
        world.attach(&me.slot);
        world.set_epoch_threshold(1);
        retire(&me, &freed, 1 << 20);
        world.safepoint(&me.slot);
        assert_eq!(freed.load(Relaxed), 1, "the other has not been quiescent");
        go.store(true, Release);
        while !passed.load(Acquire) {
            core::hint::spin_loop();
        }
        me.slot.ask(poll::DRAIN);
        assert_eq!(world.safepoint(&me.slot), poll::DRAIN);
        assert_eq!(freed.load(Relaxed), 2);
        retire(&me, &freed, 1 << 20);
        // Exclusive entry is a grace period for everything.
        world.enter_exclusive(&me.slot);
        world.safepoint(&me.slot);
        assert_eq!(freed.load(Relaxed), 3);
        world.leave_exclusive(&me.slot);
    });
    assert_eq!(world.epoch_backlog(), 0);
}

#[test]
fn what_a_thread_leaves_behind_is_freed_by_others() {
    let world = world();
    let freed = AtomicUsize::new(0);
    let me = Member::join(world);
    world.detach(&me.slot);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let other = Member::join(world);
            for _ in 0..10 {
                retire(&other, &freed, 100);
            }
        });
    });
    world.attach(&me.slot);
    assert_eq!(freed.load(Relaxed), 0);
    me.slot.ask(poll::DRAIN);
    world.safepoint(&me.slot);
    assert_eq!(freed.load(Relaxed), 10);
}

/// How long each thread runs with some foreign (exclusive) and some Python threads, against the share that the GIL would give.
/// `cargo test -p pyston-heap --release shares -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, not a test"]
fn shares() {
    // Each thread counts units of its own processor time, so that a busy machine does not blur the result.
    fn unit() {
        for _ in 0..100 {
            core::hint::spin_loop();
        }
    }
    for (writers, readers) in [(1, 1), (1, 2), (2, 1), (3, 1), (2, 2), (4, 4)] {
        let world = world();
        let stop = AtomicBool::new(false);
        let counts: Vec<AtomicU64> = (0..writers + readers).map(|_| AtomicU64::new(0)).collect();
        let alone = {
            let start = Instant::now();
            let mut units = 0u64;
            while start.elapsed() < Duration::from_millis(200) {
                for _ in 0..100 {
                    unit();
                }
                units += 100;
            }
            units as f64 * 5.0
        };
        std::thread::scope(|scope| {
            for (number, count) in counts.iter().enumerate() {
                let (world, stop) = (&world, &stop);
                scope.spawn(move || {
                    let me = Member::join(world);
                    while !stop.load(Relaxed) {
                        if number < writers {
                            world.enter_exclusive(&me.slot);
                            unit();
                            world.leave_exclusive(&me.slot);
                        } else {
                            unit();
                        }
                        count.fetch_add(1, Relaxed);
                        world.safepoint(&me.slot);
                    }
                });
            }
            std::thread::sleep(Duration::from_secs(1));
            stop.store(true, Relaxed);
        });
        let shares: Vec<String> = counts.iter().map(|count| format!("{:.2}", count.load(Relaxed) as f64 / alone)).collect();
        let total: f64 = counts.iter().map(|count| count.load(Relaxed) as f64 / alone).sum();
        let gil = 1.0 / (writers + readers) as f64;
        eprintln!("{writers} foreign, {readers} Python: {} (GIL {gil:.2} each), in all {total:.2}", shares.join(" "));
    }
}

/// What the fast paths cost. `cargo test -p pyston-heap --release costs -- --ignored --nocapture`
#[test]
#[ignore = "a measurement, not a test"]
fn costs() {
    fn measure(what: &str, mut body: impl FnMut()) {
        let mut best = f64::MAX;
        for _ in 0..5 {
            let start = Instant::now();
            for _ in 0..1_000_000 {
                body();
            }
            best = best.min(start.elapsed().as_secs_f64() * 1e3);
        }
        eprintln!("{what:<52} {best:7.2} ns");
    }
    use crate::locks;
    use crate::sync::AtomicU8;
    let world = world();
    let me = Member::join(world);
    let slot = &*me.slot;
    let byte = AtomicU8::new(0);
    let word = AtomicU32::new(0);
    measure("for comparison: one swap", || {
        core::hint::black_box(word.swap(1, SeqCst));
    });
    measure("for comparison: a fetch_add and a fetch_sub", || {
        core::hint::black_box(word.fetch_add(1, Relaxed));
        core::hint::black_box(word.fetch_sub(1, AcqRel));
    });
    measure("safepoint, not taken", || {
        core::hint::black_box(world.safepoint(core::hint::black_box(slot)));
    });
    measure("alone: detach and attach", || {
        world.detach(slot);
        world.attach(slot);
    });
    measure("alone: exclusive in and out", || {
        world.enter_exclusive(core::hint::black_box(slot));
        world.leave_exclusive(core::hint::black_box(slot));
    });
    measure("object lock, free", || drop(core::hint::black_box(locks::try_lock(&byte))));
    let lock = locks::PyLock::new();
    struct Nobody(crate::park::Parker);
    impl crate::park::Blocking for Nobody {
        fn attach(&self) {}
        fn detach(&self) {}
        fn parker(&self) -> &crate::park::Parker {
            &self.0
        }
    }
    let mut nobody = Nobody(crate::park::Parker::new());
    measure("threading.Lock, free", || {
        lock.acquire(&mut nobody, locks::Patience::Forever);
        lock.release().expect("held");
    });
    let others: Vec<Member> = std::thread::scope(|scope| {
        scope.spawn(|| (0..15).map(|_| Member::join_detached(me.world)).collect()).join().expect("joins")
    });
    world.detach(slot);
    others[0].world.attach(&others[0].slot);
    others[0].world.detach(&others[0].slot);
    world.attach(slot);
    assert_ne!(slot.also(), 0);
    measure("15 others detached: detach and attach", || {
        world.detach(slot);
        world.attach(slot);
    });
    measure("15 others detached: exclusive in and out, kept", || {
        world.enter_exclusive(slot);
        world.leave_exclusive(slot);
    });
    world.detach(slot);
    world.attach(slot);
    measure("15 others detached: exclusive in and out, given back", || {
        world.enter_exclusive(slot);
        world.leave_exclusive(slot);
        world.detach(slot);
        world.attach(slot);
    });
    measure("15 others detached: taken safepoint", || {
        slot.ask(poll::DRAIN);
        world.safepoint(slot);
    });
    let stop = AtomicBool::new(false);
    let other = &others[0];
    std::thread::scope(|scope| {
        let stop = &stop;
        scope.spawn(move || {
            other.world.attach(&other.slot);
            while !stop.load(Relaxed) {
                other.world.safepoint(&other.slot);
                core::hint::spin_loop();
            }
            other.world.detach(&other.slot);
        });
        while !other.slot.is_attached() {
            core::hint::spin_loop();
        }
        let mut held = 0.0;
        let start = Instant::now();
        while start.elapsed() < Duration::from_secs(1) {
            world.enter_exclusive(slot);
            world.leave_exclusive(slot);
            held += 1.0;
            world.detach(slot);
            world.attach(slot);
        }
        eprintln!("{:<52} {:7.0} ns", "one reader running: stop the world, and let go", 1e9 / held);
        stop.store(true, Relaxed);
    });
    for other in others {
        other.leave_detached();
    }
}

#[test]
fn the_ticker_finds_out_who_is_alone() {
    // In the one world, which has a ticker: nextest gives every test a process.
    let world = &super::WORLD;
    let me = Member::join(world);
    assert_eq!(me.slot.also(), 0);
    for _ in 0..3 {
        world.detach(&me.slot);
        std::thread::scope(|scope| {
            scope.spawn(|| Member::join(world)).join().map(drop).expect("comes and goes");
        });
        world.attach(&me.slot);
        assert_ne!(me.slot.also(), 0);
        let end = Instant::now() + Duration::from_secs(10);
        while me.slot.also() != 0 && Instant::now() < end {
            world.safepoint(&me.slot);
        }
        assert_eq!(me.slot.also(), 0);
    }
    let stats = world.stats();
    assert_eq!((stats.stolen, stats.acquired), (3, 3));
}

#[test]
fn the_watchdog_names_who_does_not_stop() {
    let world = world();
    let me = Member::join(world);
    let (go, stop) = (AtomicBool::new(false), AtomicBool::new(false));
    world.detach(&me.slot);
    std::thread::scope(|scope| {
        let (go, stop) = (&go, &stop);
        let id = scope.spawn(|| {
            let other = Member::join_detached(world);
            (other.slot.id(), other)
        });
        let (id, other) = id.join().expect("joins");
        scope.spawn(move || {
            world.attach(&other.slot);
            go.store(true, Release);
            while !stop.load(Relaxed) {
                core::hint::spin_loop();
            }
        });
        while !go.load(Acquire) {
            core::hint::spin_loop();
        }
        assert!(world.stuck(0).is_none());
        scope.spawn(move || {
            while world.stuck(20_000_000).is_none() {
                std::thread::sleep(Duration::from_millis(1));
            }
            let stuck = world.stuck(0).expect("still waits");
            assert_eq!((stuck.id, stuck.holds), (id, false));
            stop.store(true, Relaxed);
        });
        world.attach(&me.slot);
        drop(world.stop_world(&me.slot));
    });
    assert!(world.stuck(0).is_none());
    assert!(me.slot.waited_ns() > 0);
}
