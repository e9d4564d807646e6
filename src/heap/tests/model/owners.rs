//! Whose an object is: private classes that others find, ids of threads that have ended, and counts that are dropped while detached.

use crate::harness::{Data, Member, breaks, company, fails, holds};
use heap::park::{Blocking, Latch};
use heap::proto;
use heap::sync::{AtomicU8, AtomicU16, AtomicU32, Edge, Ordering::*};
use loom::thread;
use std::sync::Arc;

/// A class with something that it alone reaches. Others find it by the list of subclasses of a common base, without a reference.
struct Class {
    owner: AtomicU16,
    reached: AtomicU16,
    contents: Data,
    lock: AtomicU8,
}

impl Class {
    fn new(owner: u16) -> Arc<Class> {
        Arc::new(Class {
            owner: AtomicU16::new(owner),
            reached: AtomicU16::new(owner),
            contents: Data(loom::cell::UnsafeCell::new(0)),
            lock: AtomicU8::new(0),
        })
    }
}

const ME: u16 = 7;

/// One thread shares two of its classes, each of which reaches the other's things, while another one finds them both.
fn found_while_published(latched: bool) {
    let classes = [Class::new(ME), Class::new(ME)];
    let publishing = Arc::new(Latch::new(()));
    let (found, latch) = (classes.clone(), publishing.clone());
    let finder = thread::spawn(move || {
        let guard = latched.then(|| latch.lock());
        // Acquire: pairs with the release of the owner.
        let common: Vec<bool> = found.iter().map(|class| class.owner.load(Acquire) == 0).collect();
        drop(guard);
        for (class, common) in found.iter().zip(&common) {
            if *common {
                class.contents.0.with(|_| ());
                // All that a common class reaches is common.
                assert_eq!(class.reached.load(Relaxed), 0, "a common class reaches what is private");
            }
        }
        assert_eq!(common[0], common[1], "a common class reaches a private one");
    });
    for class in &classes {
        class.contents.0.with_mut(|_| ());
        class.reached.store(0, Release);
    }
    // What `share::publish` does.
    let guard = publishing.lock();
    for class in &classes {
        class.owner.store(0, Release);
    }
    drop(guard);
    finder.join().expect("ends");
}

#[test]
fn classes_of_one_sharing_become_common_together() {
    holds(5, || found_while_published(true));
    fails(3, || found_while_published(false));
}

/// The owner changes its class plainly; another thread that must change it stops the world, shares it, and changes it.
fn changed_by_a_finder(stops: bool) {
    let (_, mut members, _keep) = company(2);
    let owner = members.pop().expect("two members");
    let finder = members.pop().expect("two members");
    let class = Class::new(owner.slot.id());
    let change = |me: &Member, class: &Class| {
        if me.slot.is_mine(class.owner.load(Acquire)) {
            class.contents.0.with_mut(|_| ());
        } else {
            while class.lock.compare_exchange(0, 1, heap::sync::at(Edge::LockByte, Acquire), Relaxed).is_err() {
                me.detach();
                thread::yield_now();
                me.attach();
            }
            class.contents.0.with_mut(|_| ());
            class.lock.store(0, heap::sync::at(Edge::LockByte, Release));
        }
    };
    let (other, of_owner) = (class.clone(), owner.slot.id());
    let handle = thread::spawn(move || {
        finder.attach();
        if other.owner.load(Acquire) == of_owner {
            if stops {
                finder.enter();
            }
            if other.owner.load(Relaxed) != 0 {
                other.owner.store(0, Release);
            }
            if stops {
                finder.leave();
            }
        }
        change(&finder, &other);
        finder.detach();
    });
    owner.attach();
    change(&owner, &class);
    // loom does not know by itself that the other thread may come in here.
    thread::yield_now();
    owner.safepoint();
    change(&owner, &class);
    owner.detach();
    handle.join().expect("ends");
}

fn shared_by_a_finder() {
    changed_by_a_finder(true);
}

#[test]
fn a_private_class_is_shared_by_whoever_stops_the_world() {
    holds(3, shared_by_a_finder);
    fails(3, || changed_by_a_finder(false));
    breaks(3, Edge::WorldLeave, true, shared_by_a_finder);
    breaks(3, Edge::WorldAnnounce, true, shared_by_a_finder);
}

/// A thread ends and leaves an object behind; a full collection makes it common; a new thread may get the id only then. `drained`: the lists of
/// the old thread are drained before the collection begins, otherwise while it runs.
fn id_used_again(drained_first: bool, token_counts: bool) {
    let (world, mut members, mut keep) = company(2);
    let old = members.pop().expect("two members");
    let collector = members.pop().expect("two members");
    let id = old.slot.id();
    let left = Arc::new((AtomicU16::new(id), Data(loom::cell::UnsafeCell::new(0))));
    let begun = Arc::new(AtomicU32::new(0));
    let (object, known, flag) = (left.clone(), world.clone(), begun.clone());
    let ending = thread::spawn(move || {
        old.attach();
        object.1.0.with_mut(|_| ());
        old.detach();
        old.world.unregister(&old.slot);
        if !drained_first {
            // The collection has begun, and looked at what there was.
            while flag.load(Acquire) == 0 {
                thread::yield_now();
            }
        }
        known.id_drained(id);
    });
    if drained_first {
        ending.join().expect("ends");
        collect(&collector, &left, None);
    } else {
        let token = collector.world.full_collection_begins();
        begun.store(1, Release);
        ending.join().expect("ends");
        // This collection does not find the object: its list was not there yet.
        collector.world.full_collection_done(if token_counts { token } else { u64::MAX });
    }
    // A new thread, with whatever id there is.
    let new = Member::new(&world);
    keep.push(new.slot.clone());
    if new.slot.id() == id {
        assert_eq!(left.0.load(Relaxed), 0, "an object of the thread that ended seems to be the new one's");
    }
    world.unregister(&new.slot);
}

fn collect(collector: &Member, left: &(AtomicU16, Data), _: Option<()>) {
    collector.attach();
    let token = collector.world.full_collection_begins();
    collector.enter();
    left.1.0.with_mut(|_| ());
    left.0.store(0, Release);
    collector.leave();
    collector.world.full_collection_done(token);
    collector.detach();
}

#[test]
fn an_id_is_used_again_when_nothing_carries_it() {
    holds(3, || id_used_again(true, true));
    holds(3, || id_used_again(false, true));
    fails(3, || id_used_again(false, false));
}

/// A detached thread drops a count while whoever holds the world counts plainly: the count waits until the thread is attached (R11).
fn dropped_while_detached(late: bool) {
    let (_, mut members, _keep) = company(2);
    let dropper = members.pop().expect("two members");
    let holder = members.pop().expect("two members");
    let count = Arc::new(AtomicU32::new(3));
    let ended = Arc::new(AtomicU32::new(0));
    let lower = |me: &Member, count: &AtomicU32, ended: &AtomicU32| {
        let last = if me.slot.also() == 0 {
            // R5: whoever holds the world counts without atomics.
            let now = count.load(Relaxed);
            count.store(now - 1, Relaxed);
            now == 1
        } else {
            proto::decref_common(count)
        };
        if last {
            assert_eq!(ended.fetch_add(1, Relaxed), 0, "ended twice");
        }
    };
    let (c, e) = (count.clone(), ended.clone());
    let handle = thread::spawn(move || {
        dropper.attach();
        dropper.detach();
        // Here a reference is dropped.
        if !late {
            lower(&dropper, &c, &e);
        }
        dropper.attach();
        if late {
            lower(&dropper, &c, &e);
        }
        dropper.detach();
    });
    holder.attach();
    holder.enter();
    lower(&holder, &count, &ended);
    holder.leave();
    lower(&holder, &count, &ended);
    holder.detach();
    handle.join().expect("ends");
    assert_eq!((count.load(Relaxed), ended.load(Relaxed)), (0, 1), "a count was lost");
}

fn dropped_late() {
    dropped_while_detached(true);
}

#[test]
fn a_count_dropped_while_detached_waits() {
    holds(3, dropped_late);
    fails(3, || dropped_while_detached(false));
    breaks(3, Edge::WorldLeave, true, dropped_late);
}
