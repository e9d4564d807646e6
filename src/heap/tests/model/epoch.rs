//! Retirement against optimistic readers.

use crate::harness::{Data, Member, breaks, company, holds};
use heap::park::Blocking;
use heap::proto;
use heap::sync::{AtomicPtr, AtomicU32, Edge};
use loom::thread;
use std::sync::Arc;

/// An object whose memory loom watches: freeing it is a write, using it a read.
struct Thing {
    count: AtomicU32,
    memory: Data,
}

unsafe fn free(thing: *mut u8) {
    // SAFETY: R8: the model retires things.
    unsafe { &*thing.cast::<Thing>() }.memory.0.with_mut(|_| ());
}

/// The reader reads the slot as optimistic readers do, uses what it finds, and leaves in one of three ways.
fn against(leave: fn(&Member)) {
    let (_, mut members, _keep) = company(2);
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let thing = Arc::new(Thing { count: AtomicU32::new(1), memory: Data(loom::cell::UnsafeCell::new(0)) });
    let pointer = Arc::as_ptr(&thing).cast_mut();
    let slot = Arc::new(AtomicPtr::new(pointer));
    let (other, keep) = (slot.clone(), thing.clone());
    let handle = thread::spawn(move || {
        reader.attach();
        read(&reader, &other);
        leave(&reader);
        read(&reader, &other);
        reader.detach();
        drop(keep);
    });
    writer.attach();
    let old = proto::publish(&slot, core::ptr::null_mut());
    // SAFETY: R2: the slot held a count.
    if proto::decref_common(unsafe { &(*old).count }) {
        // SAFETY: R8: unlinked, dead, retired once.
        unsafe { writer.world.retire(&writer.slot, old.cast(), 1, free) };
    }
    writer.safepoint();
    writer.detach();
    handle.join().expect("the reader ends");
}

/// Reads without keeping: the window in which the reader relies on the grace period alone.
fn read(me: &Member, slot: &AtomicPtr<Thing>) {
    let thing = slot.load(heap::sync::Ordering::Acquire);
    if !thing.is_null() {
        // SAFETY: R8: what the model checks.
        unsafe { &(*thing).memory }.0.with(|_| ());
        // SAFETY: R8: as above.
        if proto::try_incref(unsafe { &(*thing).count })
            // SAFETY: R2: the count was just taken.
            && proto::decref_common(unsafe { &(*thing).count })
        {
            // SAFETY: R8: we had the last count.
            unsafe { me.world.retire(&me.slot, thing.cast(), 1, free) };
        }
    }
}

fn against_a_safepoint() {
    against(|me| {
        me.slot.ask(heap::world::poll::DRAIN);
        me.safepoint();
    });
}

fn against_a_detach() {
    against(|me| {
        me.detach();
        me.attach();
    });
}

/// The writer enters exclusive mode instead of waiting, and frees what it and others have retired.
fn exclusive_is_a_grace_period() {
    let (_, mut members, _keep) = company(2);
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let thing = Arc::new(Thing { count: AtomicU32::new(1), memory: Data(loom::cell::UnsafeCell::new(0)) });
    let slot = Arc::new(AtomicPtr::new(Arc::as_ptr(&thing).cast_mut()));
    let (other, keep) = (slot.clone(), thing.clone());
    let handle = thread::spawn(move || {
        reader.attach();
        read(&reader, &other);
        reader.detach();
        reader.attach();
        read(&reader, &other);
        reader.detach();
        drop(keep);
    });
    writer.attach();
    let old = proto::publish(&slot, core::ptr::null_mut());
    // SAFETY: R2: the slot held a count.
    if proto::decref_common(unsafe { &(*old).count }) {
        // SAFETY: R8: unlinked, dead, retired once.
        unsafe { writer.world.retire(&writer.slot, old.cast(), 1, free) };
    }
    writer.enter();
    writer.world.reclaim_all(&writer.slot);
    assert_eq!(writer.world.epoch_backlog(), 0);
    writer.leave();
    writer.detach();
    handle.join().expect("the reader ends");
}

/// The writer ends right after it has retired: the reader itself frees what it left behind.
fn left_behind() {
    let (_, mut members, _keep) = company(2);
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let thing = Arc::new(Thing { count: AtomicU32::new(1), memory: Data(loom::cell::UnsafeCell::new(0)) });
    let slot = Arc::new(AtomicPtr::new(Arc::as_ptr(&thing).cast_mut()));
    let (other, keep) = (slot.clone(), thing.clone());
    let handle = thread::spawn(move || {
        reader.attach();
        read(&reader, &other);
        reader.slot.ask(heap::world::poll::DRAIN);
        reader.safepoint();
        read(&reader, &other);
        reader.detach();
        drop(keep);
    });
    writer.attach();
    let old = proto::publish(&slot, core::ptr::null_mut());
    // SAFETY: R2: the slot held a count.
    if proto::decref_common(unsafe { &(*old).count }) {
        // SAFETY: R8: unlinked, dead, retired once.
        unsafe { writer.world.retire(&writer.slot, old.cast(), 1, free) };
    }
    writer.detach();
    writer.world.unregister(&writer.slot);
    handle.join().expect("the reader ends");
}

#[test]
fn what_a_thread_leaves_behind_outlives_its_readers() {
    holds(4, left_behind);
}

#[test]
fn exclusive_entry_is_a_grace_period() {
    holds(3, exclusive_is_a_grace_period);
    breaks(3, Edge::WorldAnnounce, true, exclusive_is_a_grace_period);
    breaks(3, Edge::WorldLeave, true, exclusive_is_a_grace_period);
}

#[test]
fn memory_outlives_its_optimistic_readers() {
    holds(4, against_a_safepoint);
    holds(4, against_a_detach);
}

#[test]
fn the_grace_period_needs_its_edges() {
    breaks(3, Edge::EpochSeen, true, against_a_safepoint);
    breaks(3, Edge::EpochAdvance, true, against_a_safepoint);
    breaks(3, Edge::EpochDetached, true, against_a_detach);
}
