//! Generators that several threads run: one at a time, each finds what the last one left, and what a run came to is its own knowledge.

use crate::harness::{Data, breaks, fails, holds};
use heap::sync::{AtomicU32, Edge, Ordering::*};
use heap::turn::{ENDED, FRESH, Refused, Turn, WAITING};
use loom::thread;
use std::sync::Arc;

/// An object that yields `1 ..= LAST` and ends: its frame is what the turn guards.
struct Generator {
    turn: Turn,
    frame: Data,
    /// Who asks for this has run it to its end.
    ended: AtomicU32,
}

const LAST: u32 = 2;

enum Step {
    Yielded(u32),
    Returned,
    Refused,
    Ended,
}

impl Generator {
    fn new() -> Arc<Generator> {
        Arc::new(Generator { turn: Turn::fresh(), frame: Data(loom::cell::UnsafeCell::new(0)), ended: AtomicU32::new(0) })
    }

    fn step(&self) -> Step {
        let before = match self.turn.take(false) {
            Ok(before) => before,
            Err(Refused::Running) => return Step::Refused,
            Err(Refused::Ended) => return Step::Ended,
        };
        // SAFETY: R13: this thread has the turn: what the model checks.
        let at = self.frame.0.with_mut(|frame| unsafe {
            assert_eq!(*frame == 0, before == FRESH);
            *frame += 1;
            *frame
        });
        if at <= LAST {
            self.turn.give(WAITING);
            Step::Yielded(at)
        } else {
            assert_eq!(self.ended.fetch_add(1, Relaxed), 0, "ended twice");
            self.turn.give(ENDED);
            Step::Returned
        }
    }
}

/// What several threads got from one generator, all together.
fn drained(step: fn(&Generator) -> Step) {
    let generator = Generator::new();
    let drain = move |generator: &Generator| {
        let mut got = Vec::new();
        // Who is refused tries again, but not for ever.
        for _ in 0..LAST + 2 {
            match step(generator) {
                Step::Yielded(value) => got.push(value),
                Step::Returned | Step::Ended => break,
                Step::Refused => thread::yield_now(),
            }
        }
        got
    };
    let other = generator.clone();
    let handle = thread::spawn(move || drain(&other));
    let mut got = drain(&generator);
    got.extend(handle.join().expect("ends"));
    while let Step::Yielded(value) = generator.step() {
        got.push(value);
    }
    got.sort_unstable();
    assert_eq!(got, (1..=LAST).collect::<Vec<_>>(), "each value once");
    assert_eq!(generator.ended.load(Relaxed), 1);
}

fn two_drain() {
    drained(Generator::step);
}

#[test]
fn what_a_shared_generator_yields_is_given_out_once() {
    holds(4, two_drain);
    breaks(3, Edge::Turn, true, two_drain);
}

/// Who looks at the object to learn whether its own run ended it may see that another thread's did.
fn asks_afterwards() {
    drained(|generator| match generator.step() {
        Step::Yielded(_) if generator.turn.now() == ENDED => Step::Returned,
        step => step,
    });
}

#[test]
fn the_object_does_not_tell_what_a_run_came_to() {
    fails(3, asks_afterwards);
}

/// A claim that is given back leaves the object as it was; somebody who closes it runs it to its end, or finds that it never ran.
fn closed_meanwhile() {
    let generator = Generator::new();
    let other = generator.clone();
    let handle = thread::spawn(move || matches!(other.step(), Step::Yielded(1)));
    if let Ok(before) = generator.turn.take(false) {
        // SAFETY: R13: this thread has the turn.
        let ran = generator.frame.0.with(|frame| unsafe { *frame != 0 });
        assert_eq!(ran, before == WAITING);
        if ran {
            generator.turn.give(ENDED);
        } else {
            generator.turn.give(before);
        }
    }
    let yielded = handle.join().expect("ends");
    assert!(yielded || generator.turn.now() == FRESH);
}

#[test]
fn a_claim_is_given_back() {
    holds(5, closed_meanwhile);
}
