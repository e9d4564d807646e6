//! A table that is changed in two steps: who has seen one of them sees the other, and how many there are.

use crate::harness::{breaks, fails, holds};
use heap::closing;
use heap::sync::{AtomicPtr, AtomicUsize, Edge, Ordering::*, at};
use loom::thread;
use std::sync::Arc;

#[derive(Default)]
struct Table {
    places: [AtomicUsize; 2],
}

struct Shared {
    table: AtomicPtr<Table>,
    len: AtomicUsize,
    own: Box<Table>,
    closed: Box<Table>,
}

impl Shared {
    fn new() -> Arc<Shared> {
        let own = Box::<Table>::default();
        let table = AtomicPtr::new((&raw const *own).cast_mut());
        Arc::new(Shared { table, len: AtomicUsize::new(0), own, closed: Box::default() })
    }

    fn open_table(&self) -> &Table {
        // SAFETY: `own` is as old as this.
        unsafe { &*closing::load(&self.table, &raw const *self.closed) }
    }

    fn fill(&self, closes: bool) {
        if closes {
            closing::close(&self.table, &raw const *self.closed);
        }
        for place in &self.own.places {
            place.store(1, at(Edge::SlotPublish, Release));
        }
        self.len.store(2, Release);
        closing::open(&self.table, (&raw const *self.own).cast_mut());
    }

    fn has(&self, place: usize) -> bool {
        self.open_table().places[place].load(at(Edge::SlotLoad, Acquire)) != 0
    }

    fn len(&self) -> usize {
        self.open_table();
        self.len.load(Acquire)
    }
}

/// One fills both places; the other looks at one after the other, in this order, and at the length.
fn filled(order: [usize; 2], closes: bool) {
    let shared = Shared::new();
    let other = shared.clone();
    let looker = thread::spawn(move || {
        let seen = order.map(|place| other.has(place));
        let len = other.len();
        assert!(!seen[0] || seen[1], "the second step was missed");
        assert!(!seen[1] || len == 2, "the length was missed");
        assert!(len == 0 || other.has(0) && other.has(1), "the length was early");
    });
    shared.fill(closes);
    looker.join().expect("closing");
}

fn in_order() {
    filled([0, 1], true);
}

fn against_the_order() {
    filled([1, 0], true);
}

#[test]
fn several_changes_are_one_step() {
    holds(4, in_order);
    holds(4, against_the_order);
}

#[test]
fn a_step_needs_its_edges() {
    breaks(3, Edge::TableOpen, false, in_order);
    breaks(3, Edge::SlotPublish, false, against_the_order);
    breaks(3, Edge::SlotLoad, false, against_the_order);
    fails(3, || filled([0, 1], false));
}
