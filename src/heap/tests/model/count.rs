//! Counts of common objects, publication of shared ones, weak references: without a world, memory is never reused.

use crate::harness::{Data, breaks, fails, holds};
use heap::proto;
use heap::sync::{AtomicPtr, AtomicU8, AtomicU16, AtomicU32, Edge, Ordering::*};
use loom::thread;
use std::sync::Arc;

struct Thing {
    count: AtomicU32,
    owner: AtomicU16,
    flags: AtomicU8,
    contents: Data,
    /// How often it ended.
    ended: AtomicU32,
}

impl Thing {
    fn new(count: u32, owner: u16) -> Arc<Thing> {
        Arc::new(Thing {
            count: AtomicU32::new(count),
            owner: AtomicU16::new(owner),
            flags: AtomicU8::new(0),
            contents: Data(loom::cell::UnsafeCell::new(0)),
            ended: AtomicU32::new(0),
        })
    }

    fn release(&self) {
        if proto::decref_common(&self.count) {
            assert_eq!(self.ended.fetch_add(1, Relaxed), 0, "ended twice");
            // The end touches everything.
            self.contents.0.with_mut(|_| ());
        }
    }
}

fn count_of(thing: *mut Thing) -> *const AtomicU32 {
    // SAFETY: R8: the models never free.
    unsafe { &raw const (*thing).count }
}

fn take(thing: *mut Thing) -> bool {
    // SAFETY: R8: the models never free.
    proto::try_incref(unsafe { &*count_of(thing) })
}

/// Two threads use an object and let go; a third might still find it by its count.
fn last_one_ends_it() {
    let thing = Thing::new(2, 0);
    let other = thing.clone();
    let handle = thread::spawn(move || {
        other.contents.0.with(|_| ());
        other.release();
    });
    let third = thing.clone();
    let finder = thread::spawn(move || {
        if proto::try_incref(&third.count) {
            third.contents.0.with(|_| ());
            third.release();
        }
    });
    thing.contents.0.with(|_| ());
    thing.release();
    handle.join().expect("ends");
    finder.join().expect("ends");
    assert_eq!(thing.ended.load(Relaxed), 1);
    assert_eq!(thing.count.load(Relaxed), 0);
}

#[test]
fn an_object_ends_once_and_after_its_last_use() {
    holds(6, last_one_ends_it);
    breaks(3, Edge::CountDown, true, last_one_ends_it);
}

/// A private object is shared and published; a reader that finds it sees it common, with its contents.
fn share_against_read() {
    let thing = Thing::new(1, 7);
    let slot = Arc::new(AtomicPtr::new(core::ptr::null_mut::<Thing>()));
    let (reader_slot, keep) = (slot.clone(), thing.clone());
    let handle = thread::spawn(move || {
        let read = proto::read_slot(&reader_slot, take, |thing| {
            // SAFETY: R8: the models never free.
            unsafe { &*thing }.release();
        });
        if let Some(found) = read {
            // SAFETY: R2: the count was just taken.
            let found = unsafe { &*found };
            assert_eq!(found.owner.load(Relaxed), 0, "found a private object");
            found.contents.0.with(|_| ());
            found.release();
        }
        drop(keep);
    });
    thing.contents.0.with_mut(|_| ());
    thing.owner.store(0, Relaxed);
    proto::publish(&slot, Arc::as_ptr(&thing).cast_mut());
    // And out again: the last one ends it.
    let old = proto::publish(&slot, core::ptr::null_mut());
    // SAFETY: R2: the slot's count is ours.
    unsafe { &*old }.release();
    handle.join().expect("ends");
    assert_eq!(thing.ended.load(Relaxed), 1);
}

#[test]
fn a_reader_finds_shared_objects_only() {
    holds(6, share_against_read);
    breaks(3, Edge::SlotPublish, true, share_against_read);
    breaks(3, Edge::SlotLoad, true, share_against_read);
}

/// A weak reference is upgraded while the last count goes, a finalizer runs and the object dies.
fn upgrade_against_death(finalizer: bool) {
    let thing = Thing::new(1, 0);
    let pointer = Arc::as_ptr(&thing).cast_mut();
    let weak = Arc::new(AtomicPtr::new(pointer));
    let (other, keep) = (weak.clone(), thing.clone());
    let end = move |thing: &Thing, weak: &AtomicPtr<Thing>| {
        // What the holder of the last count does.
        if proto::decref_common(&thing.count) {
            // Its finalizer runs at most once (the flag is the object layer's FINALIZED).
            if finalizer && thing.flags.fetch_or(1, AcqRel) & 1 == 0 {
                proto::revive_for_finalizer(&thing.count);
                if !proto::decref_common(&thing.count) {
                    return; // Somebody kept it; the last of those ends it.
                }
            }
            proto::mark_dying(&thing.flags);
            proto::kill_weak(weak);
            assert_eq!(thing.ended.fetch_add(1, Relaxed), 0, "ended twice");
            thing.contents.0.with_mut(|_| ());
        }
    };
    let handle = thread::spawn(move || {
        let flags_of = |thing: *mut Thing| {
            // SAFETY: R8: the models never free.
            Some(unsafe { &raw const (*thing).flags })
        };
        if let Some(found) = proto::upgrade_weak(&other, count_of, flags_of) {
            // SAFETY: R2: the count was just taken.
            let found = unsafe { &*found };
            assert_eq!(found.ended.load(Relaxed), 0, "upgraded after its end");
            found.contents.0.with(|_| ());
            end(found, &other);
        }
        drop(keep);
    });
    end(&thing, &weak);
    handle.join().expect("ends");
    assert_eq!(thing.ended.load(Relaxed), 1);
    assert_eq!(proto::upgrade_weak(&weak, count_of, |_| None), None);
}

#[test]
fn a_weak_reference_never_revives_the_dead() {
    holds(6, || upgrade_against_death(false));
    holds(6, || upgrade_against_death(true));
    breaks(3, Edge::CountDown, true, || upgrade_against_death(false));
}

/// A weak reference is made by one thread and found by another.
fn upgrade_against_birth() {
    let thing = Thing::new(1, 0);
    let weak = Arc::new(AtomicPtr::new(core::ptr::null_mut::<Thing>()));
    let (other, keep) = (weak.clone(), thing.clone());
    let handle = thread::spawn(move || {
        if let Some(found) = proto::upgrade_weak(&other, count_of, |_| None) {
            // SAFETY: R2: the count was just taken.
            let found = unsafe { &*found };
            found.contents.0.with(|_| ());
            found.release();
        }
        drop(keep);
    });
    thing.contents.0.with_mut(|_| ());
    weak.store(Arc::as_ptr(&thing).cast_mut(), Release);
    handle.join().expect("ends");
}

#[test]
fn a_weak_reference_brings_the_contents() {
    holds(6, upgrade_against_birth);
    breaks(3, Edge::WeakUpgrade, true, upgrade_against_birth);
}

/// An object is promoted while two other threads change its count, each of which learns of the number at its own time; then the world
/// stops. `joined` is whether the sum is taken when all have stopped.
fn promote_against_counting(joined: bool) {
    let thing = Thing::new(3, 0);
    let hot = Arc::new(AtomicU16::new(0));
    let tables: Arc<[AtomicU32; 2]> = Arc::new([AtomicU32::new(100), AtomicU32::new(100)]);
    let count = |thing: &Thing, hot: &AtomicU16, table: &AtomicU32, up: bool| match (hot.load(Relaxed), up) {
        (0, true) => proto::incref_common(&thing.count),
        (0, false) => thing.release(),
        (_, true) => table.store(table.load(Relaxed) + 1, Relaxed),
        (_, false) => table.store(table.load(Relaxed) - 1, Relaxed),
    };
    let mut handles = Vec::new();
    for me in 0..2 {
        let (thing, hot, tables) = (thing.clone(), hot.clone(), tables.clone());
        handles.push(thread::spawn(move || {
            // One more, and both again; the second thread keeps one.
            count(&thing, &hot, &tables[me], true);
            count(&thing, &hot, &tables[me], false);
            if me == 0 {
                count(&thing, &hot, &tables[me], false);
            }
        }));
    }
    proto::promote(&thing.count, &hot, 1);
    let sum = || {
        let counted: i64 = tables.iter().map(|table| i64::from(table.load(Relaxed)) - 100).sum();
        proto::settled(&thing.count, counted)
    };
    let early = sum();
    handles.into_iter().for_each(|handle| handle.join().expect("ends"));
    assert_eq!(if joined { sum() } else { early }, 2, "a count was lost");
    assert_eq!(thing.ended.load(Relaxed), 0);
}

#[test]
fn counts_of_a_promoted_object_add_up_when_the_world_stands_still() {
    holds(3, || promote_against_counting(true));
    fails(3, || promote_against_counting(false));
}

/// A thread finds a hot object in a slot and holds it in a register without a count; another one empties the slot and gives the slot's count
/// up. Then the world stops and the count is settled; `looked` is whether it looks at the register.
fn register_against_settling(looked: bool) {
    let thing = Thing::new(1, 0);
    let hot = Arc::new(AtomicU16::new(0));
    proto::promote(&thing.count, &hot, 1);
    let (slot, register) = (Arc::new(AtomicU32::new(1)), Arc::new(AtomicU32::new(0)));
    let table = Arc::new(AtomicU32::new(100));
    let reader = {
        let (slot, register, hot) = (slot.clone(), register.clone(), hot.clone());
        thread::spawn(move || {
            if slot.load(Acquire) == 1 && hot.load(Relaxed) != 0 {
                register.store(1, Relaxed);
            }
        })
    };
    if slot.swap(0, AcqRel) == 1 {
        table.store(table.load(Relaxed) - 1, Relaxed);
    }
    reader.join().expect("stops");
    let held = register.load(Relaxed);
    let sum = proto::settled(&thing.count, i64::from(table.load(Relaxed)) - 100) + if looked { i64::from(held) } else { 0 };
    assert!(held == 0 || sum > 0, "what a register holds has ended");
    assert!(held == 1 || sum == 0, "nothing holds it");
}

#[test]
fn what_registers_hold_uncounted_is_found_when_counts_are_settled() {
    holds(3, || register_against_settling(true));
    fails(3, || register_against_settling(false));
}
