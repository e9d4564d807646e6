//! Leaves that a thread reads from a common holder without counting them (R8b): their memory stays until the thread takes a safepoint, at which
//! it counts them, and keeps a copy of those that have died meanwhile.

use crate::harness::{Data, Member, breaks, company, fails, holds};
use heap::park::Blocking;
use heap::proto;
use heap::sync::{AtomicPtr, AtomicU32, Edge, Ordering::*};
use loom::thread;
use std::sync::Arc;

/// A leaf: a count, and contents that never change while it lives. Freeing it is a write.
struct Leaf {
    count: AtomicU32,
    contents: Data,
}

impl Leaf {
    fn new(count: u32) -> Arc<Leaf> {
        Arc::new(Leaf { count: AtomicU32::new(count), contents: Data(loom::cell::UnsafeCell::new(7)) })
    }
}

unsafe fn free(leaf: *mut u8) {
    // SAFETY: R8: the model retires leaves. What is freed in order is told by its contents, too.
    unsafe { &*leaf.cast::<Leaf>() }.contents.0.with_mut(|value| unsafe { *value = 0 });
}

/// What a register holds.
enum Register {
    Empty,
    /// The pointer's bit 0 is set.
    Borrowed(*mut Leaf),
    Counted(*mut Leaf),
    /// The leaf died: nobody can tell a copy from it.
    Copy(u32),
}

fn contents(leaf: *mut Leaf) -> u32 {
    // SAFETY: R8b: what the model checks.
    unsafe { &(*leaf).contents }.0.with(|value| unsafe { *value })
}

impl Register {
    fn read(slot: &AtomicPtr<Leaf>) -> Register {
        // Acquire: pairs with the store of the leaf.
        match slot.load(heap::sync::at(Edge::SlotLoad, Acquire)) {
            leaf if leaf.is_null() => Register::Empty,
            leaf => Register::Borrowed(leaf),
        }
    }

    fn look(&self) {
        match *self {
            Register::Empty => {}
            Register::Borrowed(leaf) | Register::Counted(leaf) => assert_eq!(contents(leaf), 7),
            Register::Copy(value) => assert_eq!(value, 7),
        }
    }

    /// What a thread does with each borrowed leaf before it takes a safepoint.
    fn count(&mut self) {
        if let Register::Borrowed(leaf) = *self {
            // SAFETY: R8b: no safepoint was taken since it was read.
            *self = if proto::try_incref(unsafe { &(*leaf).count }) { Register::Counted(leaf) } else { Register::Copy(contents(leaf)) };
        }
    }

    fn release(self, me: &Member) {
        if let Register::Counted(leaf) = self {
            drop_count(me, leaf);
        }
    }
}

fn drop_count(me: &Member, leaf: *mut Leaf) {
    // SAFETY: R2: the count is the caller's.
    if proto::decref_common(unsafe { &(*leaf).count }) {
        // SAFETY: R8: dead, and unlinked by whoever gave up the holder's count; retired once. Later also where this thread is alone: its own
        // registers may borrow the leaf.
        unsafe { me.world.retire_later(&me.slot, leaf.cast(), 1, free) };
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Counts {
    Before,
    /// Too late: the thread has said already that it holds nothing.
    After,
    Never,
}

/// One thread reads a leaf and goes over a safepoint with it, while another one takes it out of its holder and lets go of it.
fn borrowed_over(safepoint: fn(&Member), counts: Counts) {
    let (_, mut members, _keep) = company(2);
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let leaf = Leaf::new(1);
    let slot = Arc::new(AtomicPtr::new(Arc::as_ptr(&leaf).cast_mut()));
    let (other, keep) = (slot.clone(), leaf.clone());
    let handle = thread::spawn(move || {
        reader.attach();
        let mut register = Register::read(&other);
        register.look();
        if counts == Counts::Before {
            register.count();
        }
        safepoint(&reader);
        if counts == Counts::After {
            register.count();
        }
        register.look();
        // What is borrowed from now on is not what was taken out before.
        Register::read(&other).look();
        register.release(&reader);
        reader.detach();
        drop(keep);
    });
    writer.attach();
    let old = proto::publish(&slot, core::ptr::null_mut());
    drop_count(&writer, old);
    writer.slot.ask(heap::world::poll::DRAIN);
    writer.safepoint();
    writer.detach();
    handle.join().expect("the reader ends");
}

fn taken(me: &Member) {
    me.slot.ask(heap::world::poll::DRAIN);
    me.safepoint();
}

fn detached(me: &Member) {
    me.detach();
    me.attach();
}

fn counted_at_a_safepoint() {
    borrowed_over(taken, Counts::Before);
}

fn counted_at_a_detach() {
    borrowed_over(detached, Counts::Before);
}

#[test]
fn a_borrowed_leaf_stays_until_a_safepoint_and_is_counted_there() {
    holds(4, counted_at_a_safepoint);
    holds(4, counted_at_a_detach);
}

#[test]
fn borrowed_leaves_need_their_edges() {
    breaks(3, Edge::EpochSeen, true, counted_at_a_safepoint);
    breaks(3, Edge::EpochAdvance, true, counted_at_a_safepoint);
    breaks(3, Edge::EpochDetached, true, counted_at_a_detach);
}

#[test]
fn a_borrowed_leaf_is_counted_before_the_safepoint() {
    fails(5, || borrowed_over(taken, Counts::Never));
    fails(5, || borrowed_over(taken, Counts::After));
    fails(5, || borrowed_over(detached, Counts::Never));
}

/// A leaf is made and put into the holder while another thread looks there: it finds the contents.
fn found_as_it_is_put_in() {
    let leaf = Leaf::new(1);
    let slot = Arc::new(AtomicPtr::new(core::ptr::null_mut::<Leaf>()));
    let (other, keep) = (slot.clone(), leaf.clone());
    let handle = thread::spawn(move || {
        Register::read(&other).look();
        drop(keep);
    });
    // SAFETY: nobody else has it yet.
    leaf.contents.0.with_mut(|value| unsafe { *value = 7 });
    proto::publish(&slot, Arc::as_ptr(&leaf).cast_mut());
    handle.join().expect("ends");
}

#[test]
fn a_borrowed_leaf_has_its_contents() {
    holds(4, found_as_it_is_put_in);
    breaks(3, Edge::SlotLoad, true, found_as_it_is_put_in);
    breaks(3, Edge::SlotPublish, true, found_as_it_is_put_in);
}

/// The thread that borrows a leaf takes the last count away itself, alone or not.
fn its_own_death(later: bool) {
    let (_, mut members, _keep) = company(1);
    let me = members.pop().expect("one member");
    let leaf = Leaf::new(1);
    let slot = AtomicPtr::new(Arc::as_ptr(&leaf).cast_mut());
    me.attach();
    me.slot.ask(heap::world::poll::ALONE);
    me.safepoint();
    assert_eq!(me.slot.also(), 0);
    let mut register = Register::read(&slot);
    let old = proto::publish(&slot, core::ptr::null_mut());
    // SAFETY: R2: the slot's count.
    if proto::decref_common(unsafe { &(*old).count }) {
        // SAFETY: R8: dead, unlinked, retired once.
        unsafe {
            if later {
                me.world.retire_later(&me.slot, old.cast(), 1, free);
            } else {
                me.world.retire(&me.slot, old.cast(), 1, free);
            }
        }
    }
    register.look();
    register.count();
    register.look();
    taken(&me);
    register.look();
    register.release(&me);
    me.detach();
}

#[test]
fn a_thread_may_end_the_leaf_that_it_borrows() {
    holds(3, || its_own_death(true));
    fails(3, || its_own_death(false));
}

/// Two threads borrow one leaf, and both count it, while the holder lets go: one of them ends it, if they came in time.
fn borrowed_twice() {
    let (_, members, _keep) = company(2);
    let leaf = Leaf::new(1);
    let slot = Arc::new(AtomicPtr::new(Arc::as_ptr(&leaf).cast_mut()));
    let mut handles = Vec::new();
    for (number, me) in members.into_iter().enumerate() {
        let (slot, keep) = (slot.clone(), leaf.clone());
        handles.push(thread::spawn(move || {
            me.attach();
            let mut register = Register::read(&slot);
            if number == 0 {
                let old = proto::publish(&slot, core::ptr::null_mut());
                drop_count(&me, old);
            }
            register.count();
            taken(&me);
            register.look();
            register.release(&me);
            me.detach();
            drop(keep);
        }));
    }
    for handle in handles {
        handle.join().expect("ends");
    }
    assert_eq!(leaf.count.load(Relaxed), 0, "a count was lost, or taken from the dead");
}

#[test]
fn several_threads_borrow_a_leaf() {
    holds(3, borrowed_twice);
    breaks(3, Edge::EpochSeen, true, borrowed_twice);
}
