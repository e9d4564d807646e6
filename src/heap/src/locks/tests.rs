//! Real threads against locks: exclusion, hand-over, deadlines, interrupts, two locks crosswise, `fork`.

use super::{Acquired, NotHeld, Patience, PyLock, PyRLock, Stripes, lock, lock2, try_lock};
use crate::park::{Blocking, Parker, TABLE};
use crate::sync::{self, AtomicBool, AtomicU8, AtomicU64, Ordering::*};
use crate::world::tests::{Member, Plain, world};
use std::time::{Duration, Instant};

impl Blocking for Member {
    fn attach(&self) {
        self.world.attach(&self.slot);
    }
    fn detach(&self) {
        self.world.detach(&self.slot);
    }
    fn parker(&self) -> &Parker {
        &self.slot.parker
    }
}

#[test]
fn object_locks_exclude_while_worlds_stop() {
    let world = world();
    let (a, b) = (AtomicU8::new(0), AtomicU8::new(0));
    let (in_a, in_b) = (Plain::default(), Plain::default());
    let (want_a, want_b) = (AtomicU64::new(0), AtomicU64::new(0));
    let end = Instant::now() + Duration::from_millis(1500);
    std::thread::scope(|scope| {
        for number in 0..4u32 {
            let (world, a, b, in_a, in_b, want_a, want_b) = (&world, &a, &b, &in_a, &in_b, &want_a, &want_b);
            scope.spawn(move || {
                let mut me = Member::join(world);
                let mut turn = number;
                while Instant::now() < end {
                    turn += 1;
                    match turn % 4 {
                        0 => {
                            let (_guard, _me) = lock(&mut me, a);
                            in_a.add();
                            want_a.fetch_add(1, Relaxed);
                        }
                        1 => {
                            let (_guard, _me) = lock(&mut me, b);
                            in_b.add();
                            want_b.fetch_add(1, Relaxed);
                        }
                        2 => {
                            // Crosswise on purpose.
                            let (x, y) = if number % 2 == 0 { (a, b) } else { (b, a) };
                            let (_first, _second, _me) = lock2(&mut me, x, y);
                            in_a.add();
                            in_b.add();
                            want_a.fetch_add(1, Relaxed);
                            want_b.fetch_add(1, Relaxed);
                        }
                        _ => {
                            let _stopped = me.world.stop_world(&me.slot);
                            // Nobody is between its load and its store now.
                            assert_eq!(in_a.get() + in_b.get(), want_a.load(Relaxed) + want_b.load(Relaxed));
                        }
                    }
                    me.world.safepoint(&me.slot);
                }
            });
        }
    });
    let mut me = Member::join(world);
    let (first, second, _) = lock2(&mut me, &a, &b);
    assert_eq!((in_a.get(), in_b.get()), (want_a.load(Relaxed), want_b.load(Relaxed)));
    assert!(in_a.get() > 100);
    drop((first, second));
    assert_eq!((a.load(Relaxed), b.load(Relaxed)), (0, 0));
}

#[test]
fn nobody_starves_behind_a_greedy_holder() {
    let world = world();
    let byte = AtomicU8::new(0);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (world, byte, stop) = (&world, &byte, &stop);
        scope.spawn(move || {
            let mut greedy = Member::join(world);
            while !stop.load(Relaxed) {
                let (guard, me) = lock(&mut greedy, byte);
                for _ in 0..2000 {
                    core::hint::spin_loop();
                }
                drop(guard);
                me.world.safepoint(&me.slot);
            }
        });
        let mut me = Member::join(world);
        for _ in 0..20 {
            let (_guard, _) = lock(&mut me, byte);
        }
        stop.store(true, Relaxed);
    });
}

#[test]
fn python_locks_time_out_and_are_interrupted() {
    let world = world();
    let mut me = Member::join(world);
    let lock = PyLock::new();
    assert_eq!(lock.release(), Err(NotHeld));
    assert_eq!(lock.acquire(&mut me, Patience::None), Acquired::Yes);
    assert_eq!(lock.acquire(&mut me, Patience::None), Acquired::TimedOut);
    let start = Instant::now();
    let until = sync::deadline_in(Duration::from_millis(30));
    assert_eq!(lock.acquire(&mut me, Patience::Until(until)), Acquired::TimedOut);
    assert!(start.elapsed() >= Duration::from_millis(30));
    // Somebody else may release.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(20));
            lock.release().expect("held by the first");
        });
        assert_eq!(lock.acquire(&mut me, Patience::Forever), Acquired::Yes);
    });
    let parker: *const Parker = me.parker();
    let address = parker.addr();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(20));
            // SAFETY: the member outlives the scope; a parker is shared by nature.
            unsafe { &*(address as *const Parker) }.interrupt();
        });
        assert_eq!(lock.acquire(&mut me, Patience::Forever), Acquired::Interrupted);
    });
    assert!(lock.locked());
    assert_eq!(lock.acquire(&mut me, Patience::Until(sync::deadline_in(Duration::from_millis(1)))), Acquired::TimedOut);
    lock.release().expect("held");
    assert_eq!(lock.acquire(&mut me, Patience::None), Acquired::Yes);
    lock.reset_in_child();
    assert!(!lock.locked());
}

#[test]
fn a_signal_handler_interrupts_a_wait() {
    extern "C" fn nothing(_: libc::c_int) {}
    let world = world();
    let mut me = Member::join(world);
    let lock = PyLock::new();
    lock.acquire(&mut me, Patience::Forever);
    // SAFETY: the handler does nothing; the process is this test's own.
    let this = unsafe {
        let mut action: libc::sigaction = core::mem::zeroed();
        action.sa_sigaction = nothing as extern "C" fn(libc::c_int) as usize;
        libc::sigaction(libc::SIGUSR1, &raw const action, core::ptr::null_mut());
        libc::pthread_self()
    };
    std::thread::scope(|scope| {
        scope.spawn(move || {
            std::thread::sleep(Duration::from_millis(50));
            // SAFETY: the thread waits for this scope.
            unsafe { libc::pthread_kill(this, libc::SIGUSR1) };
        });
        assert_eq!(lock.acquire(&mut me, Patience::Forever), Acquired::Interrupted);
    });
}

#[test]
fn python_locks_count_and_pass_the_turn() {
    let world = world();
    let lock = PyLock::new();
    let count = Plain::default();
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let (world, lock, count) = (&world, &lock, &count);
            scope.spawn(move || {
                let mut me = Member::join(world);
                for turn in 0..5000 {
                    assert_eq!(lock.acquire(&mut me, Patience::Forever), Acquired::Yes);
                    if turn % 64 == 0 {
                        // Python's locks are held across safepoints and stops.
                        let _stopped = me.world.stop_world(&me.slot);
                    }
                    count.add();
                    lock.release().expect("held");
                    me.world.safepoint(&me.slot);
                }
            });
        }
    });
    lock.acquire(&mut Member::join(world), Patience::Forever);
    assert_eq!(count.get(), 20_000);
}

#[test]
fn reentrant_locks_belong_to_their_owner() {
    let world = world();
    let mut me = Member::join(world);
    let lock = PyRLock::new();
    assert_eq!(lock.release(1), Err(NotHeld));
    assert_eq!(lock.acquire(&mut me, 1, Patience::Forever), Some(Acquired::Yes));
    assert_eq!(lock.acquire(&mut me, 1, Patience::None), Some(Acquired::Yes));
    assert_eq!(lock.acquire(&mut me, 2, Patience::None), Some(Acquired::TimedOut));
    assert_eq!((lock.depth(1), lock.depth(2), lock.owner()), (2, 0, 1));
    assert_eq!(lock.release(2), Err(NotHeld));
    assert_eq!(lock.release_save(1), Ok(2));
    assert!(!lock.locked());
    assert_eq!(lock.acquire_restore(&mut me, 1, 2), Acquired::Yes);
    lock.release(1).expect("held");
    assert!(lock.locked());
    lock.release(1).expect("held");
    assert!(!lock.locked());
}

#[test]
fn stripes_may_be_entered_again() {
    let world = world();
    let stripes = Stripes::new();
    let counter = Plain::default();
    std::thread::scope(|scope| {
        for number in 0..4usize {
            let (world, stripes, counter) = (&world, &stripes, &counter);
            scope.spawn(move || {
                let mut me = Member::join(world);
                let id = me.slot.id();
                for turn in 0..2000usize {
                    let (a, b) = if number % 2 == 0 { (0x1000, 0x2000) } else { (0x2000, 0x1000) };
                    let (guard, _) = stripes.lock2(&TABLE, &mut me, id, a, b);
                    assert!(stripes.try_enter(id, a));
                    if turn % 16 == 0 {
                        std::thread::yield_now();
                    }
                    counter.add();
                    stripes.leave(&TABLE, id, a);
                    drop(guard);
                    me.world.safepoint(&me.slot);
                }
            });
        }
    });
    let mut me = Member::join(world);
    let _guard = stripes.lock2(&TABLE, &mut me, 999, 0x1000, 0x2000);
    assert_eq!(counter.get(), 8000);
}

#[test]
fn a_forked_child_has_one_thread_and_free_locks() {
    let world = world();
    let mut me = Member::join(world);
    let lock = PyLock::new();
    let stop = AtomicBool::new(false);
    lock.acquire(&mut me, Patience::Forever);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            let (world, lock, stop) = (&world, &lock, &stop);
            scope.spawn(move || {
                let mut other = Member::join(world);
                let byte = AtomicU8::new(0);
                while !stop.load(Relaxed) {
                    let soon = sync::deadline_in(Duration::from_micros(200));
                    assert_eq!(lock.acquire(&mut other, Patience::Until(soon)), Acquired::TimedOut);
                    drop(try_lock(&byte));
                    other.world.safepoint(&other.slot);
                }
            });
        }
        while me.world.threads() < 4 {
            me.world.detach(&me.slot);
            std::thread::yield_now();
            me.world.attach(&me.slot);
        }
        for _ in 0..20 {
            me.world.before_fork(&me.slot);
            // SAFETY: the child runs what a forked child may: no allocation lock of another thread is needed below but malloc's, which
            // the C library resets.
            let child = unsafe { libc::fork() };
            if child == 0 {
                let gone = me.world.after_fork_child(&me.slot);
                let mut fine = gone.len() == 3 && me.slot.also() == 0 && me.world.threads() == 1;
                lock.reset_in_child();
                fine &= lock.acquire(&mut me, Patience::None) == Acquired::Yes;
                me.world.detach(&me.slot);
                me.world.attach(&me.slot);
                fine &= me.slot.also() == 0;
                // SAFETY: ends the child without running anything of the test's.
                unsafe { libc::_exit(i32::from(!fine)) };
            }
            me.world.after_fork_parent(&me.slot);
            let mut status = 0;
            me.world.detach(&me.slot);
            // SAFETY: waits for the child just made.
            unsafe { libc::waitpid(child, &raw mut status, 0) };
            me.world.attach(&me.slot);
            assert_eq!(status, 0);
        }
        stop.store(true, Relaxed);
        me.world.detach(&me.slot);
    });
    me.world.attach(&me.slot);
}
