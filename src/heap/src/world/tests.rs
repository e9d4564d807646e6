//! Real threads against one world: exclusion, progress, fairness, epochs, thread ends. Each test has a world of its own.

use super::{World, WorldSlot, poll};
use crate::sync::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering::*};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A registered thread of a test.
struct Member {
    world: Arc<World>,
    slot: Box<WorldSlot>,
}

impl Member {
    fn join(world: &Arc<World>) -> Member {
        let id = world.allocate_id().expect("tests start few threads");
        let slot = Box::new(WorldSlot::new(id));
        // SAFETY: boxed, and unregistered on drop.
        unsafe { world.register(&raw const *slot, core::ptr::null()) };
        world.attach(&slot);
        Member { world: world.clone(), slot }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.world.detach(&self.slot);
        self.world.unregister(&self.slot);
    }
}

fn world() -> Arc<World> {
    Arc::new(World::separate())
}

/// Rolls dice without a crate.
struct Dice(u64);
impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

#[test]
fn the_first_thread_is_alone_and_the_second_ends_that() {
    let world = world();
    let first = Member::join(&world);
    assert_eq!(first.slot.also(), 0);
    assert_eq!(first.slot.birth(), 1);
    world.detach(&first.slot);
    let id = first.slot.id();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let second = Member::join(&world);
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
    let plain = AtomicU64::new(0);
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
                            let value = plain.load(Relaxed);
                            for _ in 0..dice.roll(300) {
                                core::hint::spin_loop();
                            }
                            plain.store(value + 1, Relaxed);
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
                                me.world.safepoint(&me.slot);
                            }
                        }
                    }
                    me.world.safepoint(&me.slot);
                }
            });
        }
    });
    assert_eq!(plain.load(Relaxed), entries.load(Relaxed) as u64);
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
            let me = Member::join(&world);
            while !stop.load(Relaxed) {
                unit();
                reads.fetch_add(1, Relaxed);
                world.safepoint(&me.slot);
            }
        });
        scope.spawn(|| {
            let me = Member::join(&world);
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
    let me = Member::join(&world);
    assert_eq!(world.safepoint(&me.slot), 0);
    assert!(world.ask(me.slot.id(), poll::GC));
    assert!(!world.ask(999, poll::GC));
    world.ask_all(poll::SIGNALS);
    assert_eq!(world.safepoint(&me.slot), poll::GC | poll::SIGNALS);
    assert_eq!(me.slot.take(poll::GC), poll::GC);
    assert_eq!(me.slot.take(poll::GC), 0);
    assert_eq!(me.slot.take(poll::SIGNALS), poll::SIGNALS);
    assert_eq!(me.slot.polled(), 0);
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
    let me = Member::join(&world);
    retire(&me, &freed, 1 << 20);
    assert_eq!(freed.load(Relaxed), 1);
    let (ready, go, passed) = (AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false));
    world.detach(&me.slot);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let other = Member::join(&world);
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
        world.safepoint(&me.slot);
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
    let me = Member::join(&world);
    world.detach(&me.slot);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let other = Member::join(&world);
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
