//! Object locks and Python locks, and their waiters against a stop of the world.

use crate::harness::{Data, Member, Worldless, breaks, company, holds};
use heap::locks::{Acquired, Patience, PyLock, lock_in};
use heap::park::{Blocking, Latch, Parker, Table};
use heap::sync::{AtomicU8, Edge, model};
use loom::thread;
use std::sync::Arc;

fn contend(threads: usize) {
    let shared = Arc::new((Table::new(), AtomicU8::new(0)));
    let data = Data::new();
    let work = move |shared: &(Table, AtomicU8), data: &Data| {
        let mut me = Worldless(Parker::new());
        let (guard, _) = lock_in(&shared.0, &mut me, &shared.1);
        data.0.with_mut(|_| ());
        drop(guard);
    };
    let handles: Vec<_> = (1..threads)
        .map(|_| {
            let (shared, data) = (shared.clone(), data.clone());
            thread::spawn(move || work(&shared, &data))
        })
        .collect();
    work(&shared, &data);
    for handle in handles {
        handle.join().expect("all get the lock");
    }
}

fn two_contend() {
    model::clock(0);
    contend(2);
}

fn two_contend_and_hand_over() {
    // Every look at the clock is two milliseconds later: all waiters have waited too long.
    model::clock(2_000_000);
    contend(2);
    model::clock(0);
}

fn three_contend() {
    model::clock(2_000_000);
    contend(3);
    model::clock(0);
}

#[test]
fn an_object_lock_excludes_and_wakes() {
    holds(5, two_contend);
    holds(5, two_contend_and_hand_over);
    holds(3, three_contend);
}

#[test]
fn an_object_lock_needs_its_edges() {
    breaks(3, Edge::LockByte, true, two_contend);
}

#[test]
fn a_handed_lock_needs_the_permit() {
    // Without the edge the sleeper may miss its token, and wait for a lock that it has.
    breaks(3, Edge::ParkPermit, false, two_contend_and_hand_over);
}

/// Two threads in a latch.
fn latch() {
    let latch = Arc::new(Latch::new(0));
    let data = Data::new();
    let work = |latch: &Latch<u32>, data: &Data| {
        let mut inside = latch.lock();
        data.0.with_mut(|_| ());
        *inside += 1;
    };
    let (other, shared) = (latch.clone(), data.clone());
    let handle = thread::spawn(move || work(&other, &shared));
    work(&latch, &data);
    handle.join().expect("both pass");
    assert_eq!(*latch.lock(), 2);
}

#[test]
fn a_latch_excludes_and_wakes() {
    holds(6, latch);
    breaks(3, Edge::Latch, true, latch);
}

/// A waiter of Python's lock is interrupted while the lock is released: it gets the lock or it does not, and the lock knows.
fn interrupted_waiter() {
    struct Shared {
        table: Table,
        lock: PyLock,
        waiter: Worldless,
    }
    let shared = Arc::new(Shared { table: Table::new(), lock: PyLock::new(), waiter: Worldless(Parker::new()) });
    let mut first = Worldless(Parker::new());
    assert_eq!(shared.lock.acquire_in(&shared.table, &mut first, Patience::None), Acquired::Yes);
    let other = shared.clone();
    let waiting = thread::spawn(move || {
        struct By<'a>(&'a Worldless);
        impl Blocking for By<'_> {
            fn attach(&self) {}
            fn detach(&self) {}
            fn parker(&self) -> &Parker {
                &self.0.0
            }
        }
        match other.lock.acquire_in(&other.table, &mut By(&other.waiter), Patience::Forever) {
            Acquired::Yes => {
                assert!(other.lock.locked());
                other.lock.release_in(&other.table).expect("held");
            }
            Acquired::Interrupted => {}
            Acquired::TimedOut => panic!("there was no deadline"),
        }
    });
    let other = shared.clone();
    let signal = thread::spawn(move || other.waiter.0.interrupt());
    shared.lock.release_in(&shared.table).expect("held");
    // Whatever became of the waiter, the lock can be had.
    assert_eq!(shared.lock.acquire_in(&shared.table, &mut first, Patience::Forever), Acquired::Yes);
    shared.lock.release_in(&shared.table).expect("held");
    waiting.join().expect("ends");
    signal.join().expect("ends");
    assert!(!shared.lock.locked());
}

fn interrupted_and_handed() {
    model::clock(2_000_000);
    interrupted_waiter();
    model::clock(0);
}

#[test]
fn an_interrupt_loses_no_lock() {
    holds(3, || {
        model::clock(0);
        interrupted_waiter();
    });
    holds(3, interrupted_and_handed);
}

/// A waiter of an object lock while the owner of the lock, once it has let go, stops the world.
fn waiter_and_stop() {
    let (_, mut members, _keep) = company(2);
    let shared = Arc::new((Table::new(), AtomicU8::new(0)));
    let data = Data::new();
    let mut waiter = members.pop().expect("two members");
    let mut stopper = members.pop().expect("two members");
    let (s, d) = (shared.clone(), data.clone());
    let handle = thread::spawn(move || {
        waiter.attach();
        let (guard, me) = lock_in(&s.0, &mut waiter, &s.1);
        me.touch(&d);
        drop(guard);
        waiter.detach();
    });
    stopper.attach();
    let (guard, me) = lock_in(&shared.0, &mut stopper, &shared.1);
    me.touch(&data);
    drop(guard);
    stopper.enter();
    stopper.touch(&data);
    stopper.leave();
    stopper.detach();
    handle.join().expect("the waiter gets the lock");
}

#[test]
fn a_waiter_detaches_while_the_world_stops() {
    holds(3, waiter_and_stop);
}

/// Python's lock may be held across a stop of the world; whoever waits for it must have left.
fn python_lock_and_stop(detaching: bool) {
    struct Stubborn(Member);
    impl Blocking for Stubborn {
        fn attach(&self) {}
        fn detach(&self) {}
        fn parker(&self) -> &Parker {
            self.0.parker()
        }
    }
    let (_, mut members, _keep) = company(2);
    let shared = Arc::new((Table::new(), PyLock::new()));
    let data = Data::new();
    let mut waiter = members.pop().expect("two members");
    let mut stopper = members.pop().expect("two members");
    let (s, d) = (shared.clone(), data.clone());
    let handle = thread::spawn(move || {
        waiter.attach();
        let got = if detaching {
            s.1.acquire_in(&s.0, &mut waiter, Patience::Forever)
        } else {
            let mut stubborn = Stubborn(waiter);
            let got = s.1.acquire_in(&s.0, &mut stubborn, Patience::Forever);
            waiter = stubborn.0;
            got
        };
        assert_eq!(got, Acquired::Yes);
        waiter.touch(&d);
        s.1.release_in(&s.0).expect("held");
        waiter.detach();
    });
    stopper.attach();
    assert_eq!(shared.1.acquire_in(&shared.0, &mut stopper, Patience::Forever), Acquired::Yes);
    stopper.enter();
    stopper.touch(&data);
    stopper.leave();
    shared.1.release_in(&shared.0).expect("held");
    stopper.detach();
    handle.join().expect("the waiter gets the lock");
}

#[test]
fn a_python_lock_is_held_across_a_stop() {
    holds(3, || python_lock_and_stop(true));
}

#[test]
fn a_waiter_that_does_not_detach_blocks_the_world() {
    crate::harness::fails(2, || python_lock_and_stop(false));
}
