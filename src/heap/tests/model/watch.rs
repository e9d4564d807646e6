//! A mark that moves from place to place while another thread looks for it: who finds nothing changed has found it.

use crate::harness::{breaks, fails, holds};
use heap::sync::{AtomicUsize, Edge, Ordering::*, at};
use heap::watch;
use loom::thread;
use std::sync::Arc;

struct Places {
    word: AtomicUsize,
    marks: [AtomicUsize; 2],
}

impl Places {
    fn new() -> Arc<Places> {
        Arc::new(Places { word: AtomicUsize::new(watch::WATCHED), marks: [AtomicUsize::new(1), AtomicUsize::new(0)] })
    }

    fn put(&self, place: usize, mark: usize, counts: bool) {
        if counts {
            watch::change(&self.word);
        }
        self.marks[place].store(mark, at(Edge::SlotPublish, Release));
    }

    /// To the other place first, so that there is one at each moment.
    fn shift(&self, from: usize, counts: bool) {
        self.put(1 - from, 1, counts);
        self.put(from, 0, counts);
        watch::watch(&self.word);
    }

    fn look(&self, order: [usize; 2]) {
        let Some(before) = watch::begin(&self.word) else { return };
        let found = order.map(|place| self.marks[place].load(at(Edge::SlotLoad, Acquire)));
        assert!(!watch::held(&self.word, before) || found != [0, 0], "a mark that was there was missed");
    }
}

fn shifted(order: [usize; 2], counts: bool) {
    let places = Places::new();
    let other = places.clone();
    let looker = thread::spawn(move || other.look(order));
    places.shift(0, counts);
    places.shift(1, counts);
    looker.join().expect("watch");
}

fn in_order() {
    shifted([0, 1], true);
}

fn against_the_order() {
    shifted([1, 0], true);
}

#[test]
fn places_are_read_at_one_moment() {
    holds(4, in_order);
    holds(4, against_the_order);
}

#[test]
fn a_moment_needs_its_edges() {
    breaks(3, Edge::Watched, false, against_the_order);
    breaks(3, Edge::SlotPublish, false, against_the_order);
    breaks(3, Edge::SlotLoad, false, against_the_order);
    fails(3, || shifted([1, 0], false));
}
