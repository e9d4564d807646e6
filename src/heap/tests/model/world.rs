//! Attach and detach against exclusive entry, solitude and its end, thread ends.

use crate::harness::{Data, Member, breaks, company, holds};
use heap::park::Blocking;
use heap::sync::{Edge, model};
use heap::world::World;
use loom::thread;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

fn start(member: Member, body: impl FnOnce(&Member) + 'static) -> thread::JoinHandle<()> {
    thread::spawn(move || {
        // A thread that comes after finalisation hangs; in a model it unwinds instead.
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| body(&member)))
            && !panic.is::<model::Hung>()
        {
            resume_unwind(panic);
        }
    })
}

/// A reader comes and goes while a writer holds the world: no race on the data, and nobody sleeps for ever.
fn reader_and_writer() {
    let (_, mut members, _keep) = company(2);
    let data = Data::new();
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let other = data.clone();
    let handle = start(reader, move |me| {
        me.attach();
        me.touch(&other);
        me.detach();
        me.attach();
        me.touch(&other);
        me.detach();
    });
    writer.attach();
    writer.enter();
    writer.touch(&data);
    writer.leave();
    writer.detach();
    handle.join().expect("the reader ends");
}

#[test]
fn a_reader_against_a_writer() {
    holds(3, reader_and_writer);
}

#[test]
fn a_reader_against_a_writer_needs_its_edges() {
    breaks(3, Edge::WorldAnnounce, true, reader_and_writer);
    breaks(3, Edge::WorldLeave, true, reader_and_writer);
    breaks(3, Edge::WorldFree, true, reader_and_writer);
    breaks(3, Edge::WorldLeaveLook, false, reader_and_writer);
}

/// Two writers: both enter, one after the other.
fn two_writers() {
    let (_, members, _keep) = company(2);
    let data = Data::new();
    let mut handles = Vec::new();
    for member in members {
        let data = data.clone();
        handles.push(start(member, move |me| {
            me.attach();
            me.enter();
            me.touch(&data);
            me.leave();
            me.safepoint();
            me.touch(&data);
            me.detach();
        }));
    }
    for handle in handles {
        handle.join().expect("both end");
    }
}

#[test]
fn two_writers_take_turns() {
    holds(3, two_writers);
}

/// A lone thread works without any atomic operation until a second one comes, also while it is detached.
fn solitude_ends() {
    let world = Arc::new(World::separate());
    let first = Member::new(&world);
    let data = Data::new();
    first.attach();
    assert_eq!(first.slot.also(), 0);
    let second = Member::new(&world);
    let _keep = (first.slot.clone(), second.slot.clone());
    let other = data.clone();
    let handle = start(second, move |me| {
        me.attach();
        assert_ne!(me.slot.also(), 0);
        me.touch(&other);
        me.detach();
        me.world.unregister(&me.slot);
    });
    first.touch(&data);
    first.safepoint();
    first.touch(&data);
    first.detach();
    first.attach();
    first.touch(&data);
    first.enter();
    first.touch(&data);
    first.leave();
    first.detach();
    handle.join().expect("the second ends");
}

#[test]
fn a_second_thread_ends_solitude() {
    holds(4, solitude_ends);
}

#[test]
fn the_end_of_solitude_needs_its_edges() {
    breaks(3, Edge::WorldAnnounce, true, solitude_ends);
    breaks(3, Edge::WorldLeave, true, solitude_ends);
}

/// A thread becomes alone again while another one comes.
fn solitude_returns() {
    let (_, mut members, _keep) = company(2);
    let data = Data::new();
    let first = members.pop().expect("two members");
    let second = members.pop().expect("two members");
    let other = data.clone();
    let handle = start(second, move |me| {
        me.attach();
        me.touch(&other);
        me.detach();
    });
    first.attach();
    first.slot.ask(heap::world::poll::ALONE);
    first.safepoint();
    first.touch(&data);
    first.detach();
    handle.join().expect("the second ends");
}

#[test]
fn solitude_returns_only_when_nobody_is_there() {
    holds(5, solitude_returns);
    breaks(3, Edge::WorldAnnounce, true, solitude_returns);
}

/// A third thread starts and ends while a writer waits for a reader.
fn starts_and_ends() {
    let (world, mut members, _keep) = company(2);
    let data = Data::new();
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let (a, b) = (data.clone(), data.clone());
    let reading = start(reader, move |me| {
        me.attach();
        me.touch(&a);
        me.detach();
        me.world.unregister(&me.slot);
    });
    let starting = thread::spawn(move || {
        let me = Member::new(&world);
        me.attach();
        me.touch(&b);
        me.detach();
        me.world.unregister(&me.slot);
    });
    writer.attach();
    writer.enter();
    writer.touch(&data);
    writer.leave();
    writer.detach();
    reading.join().expect("the reader ends");
    starting.join().expect("the third ends");
}

#[test]
fn threads_start_and_end_while_a_writer_waits() {
    holds(2, starts_and_ends);
}

/// A reader that polls parks for the writer; the writer keeps the world between two entries and loses it when asked.
fn polling_reader() {
    let (_, mut members, _keep) = company(2);
    let data = Data::new();
    let writer = members.pop().expect("two members");
    let reader = members.pop().expect("two members");
    let other = data.clone();
    let handle = start(reader, move |me| {
        me.attach();
        for _ in 0..2 {
            me.touch(&other);
            me.safepoint();
        }
        me.detach();
    });
    writer.attach();
    for _ in 0..2 {
        writer.enter();
        writer.touch(&data);
        writer.leave();
        writer.safepoint();
        writer.touch(&data);
    }
    writer.detach();
    handle.join().expect("the reader ends");
}

#[test]
fn a_polling_reader_against_a_writer() {
    holds(3, polling_reader);
    breaks(3, Edge::WorldAnnounce, true, polling_reader);
    breaks(3, Edge::WorldLeave, true, polling_reader);
}

/// Two readers and a writer: the last one to leave wakes it.
fn two_readers() {
    let (_, members, _keep) = company(3);
    let data = Data::new();
    let mut members = members.into_iter();
    let writer = members.next().expect("three members");
    let handles: Vec<_> = members
        .map(|reader| {
            let data = data.clone();
            start(reader, move |me| {
                me.attach();
                me.touch(&data);
                me.detach();
            })
        })
        .collect();
    writer.attach();
    writer.enter();
    writer.touch(&data);
    writer.leave();
    writer.detach();
    for handle in handles {
        handle.join().expect("the readers end");
    }
}

#[test]
fn two_readers_against_a_writer() {
    holds(2, two_readers);
    breaks(2, Edge::WorldLeaveLook, false, two_readers);
}

/// A foreign call that calls back, and one that blocks: exclusive mode is lost and won again (R14).
fn callback_and_block() {
    let (_, mut members, _keep) = company(2);
    let data = Data::new();
    let foreign = members.pop().expect("two members");
    let other_foreign = members.pop().expect("two members");
    let work = |me: &Member, data: &Data| {
        me.attach();
        me.enter();
        me.touch(data);
        let aside = me.world.suspend_exclusive(&me.slot);
        me.safepoint();
        me.touch(data);
        me.world.resume_exclusive(&me.slot, aside);
        assert_eq!(me.slot.also(), 0);
        me.touch(data);
        me.detach();
        me.attach();
        assert_eq!((me.slot.also(), me.slot.exclusive_depth()), (0, 1));
        me.touch(data);
        me.leave();
        me.detach();
    };
    let shared = data.clone();
    let handle = start(other_foreign, move |me| work(me, &shared));
    work(&foreign, &data);
    handle.join().expect("both end");
}

#[test]
fn foreign_calls_call_back_and_block() {
    holds(2, callback_and_block);
}

/// Finalisation: whoever comes late never touches anything again. (Only the finalising thread's end is waited for.)
fn finalisation() {
    let world = Arc::new(World::separate());
    let first = Member::new(&world);
    let second = Member::new(&world);
    let _keep = (first.slot.clone(), second.slot.clone());
    let data = Data::new();
    first.attach();
    let shared = data.clone();
    let handle = start(second, move |me| {
        me.attach();
        me.touch(&shared);
        me.safepoint();
        me.detach();
    });
    first.world.finalize(&first.slot);
    first.touch(&data);
    first.detach();
    first.attach();
    first.touch(&data);
    assert!(first.world.is_held());
    handle.join().expect("the late thread came in time, or hung");
}

#[test]
fn finalisation_is_for_good() {
    holds(4, finalisation);
}
