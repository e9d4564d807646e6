//! A queue between threads: no item is lost or comes twice, nobody sleeps while there is one, and it does not look empty while it is not.

use crate::harness::{Worldless, breaks, holds};
use heap::ends::Ends;
use heap::park::{Parker, Table};
use heap::sync::Edge;
use loom::thread;
use std::sync::Arc;

struct Queue {
    ends: Ends<u32>,
    table: Table,
}

impl Queue {
    fn new(items: u32) -> Arc<Queue> {
        let queue = Queue { ends: Ends::default(), table: Table::new() };
        (0..items).for_each(|item| queue.put(item));
        Arc::new(queue)
    }

    fn put(&self, item: u32) {
        // SAFETY: not alone.
        if unsafe { self.ends.push(false, item) } {
            self.table.unpark_one(self.ends.key(), |_| 0);
        }
    }

    fn take(&self) -> Option<u32> {
        if self.ends.is_empty() {
            return None;
        }
        // SAFETY: not alone.
        unsafe { self.ends.pop(false) }
    }

    fn get(&self) -> u32 {
        let me = Worldless(Parker::new());
        loop {
            if let Some(item) = self.take() {
                return item;
            }
            self.ends.wait(|empty| self.table.park(self.ends.key(), 0, &me, None, false, empty));
        }
    }
}

/// One puts while another waits.
fn put_against_wait() {
    let queue = Queue::new(0);
    let other = queue.clone();
    let getter = thread::spawn(move || other.get());
    queue.put(7);
    assert_eq!(getter.join().expect("ends"), 7);
    assert!(queue.ends.is_empty());
}

/// Two get what was put before, and one item that comes meanwhile: each item once, and each getter finds them in order.
fn two_getters() {
    let queue = Queue::new(1);
    let other = queue.clone();
    let getter = thread::spawn(move || other.get());
    queue.put(1);
    let mut got = [queue.get(), getter.join().expect("ends")];
    got.sort_unstable();
    assert_eq!(got, [0, 1]);
}

/// One takes the first of two while another looks.
fn look_against_take() {
    let queue = Queue::new(2);
    let other = queue.clone();
    let looker = thread::spawn(move || assert!(!other.ends.is_empty(), "one of two was taken"));
    assert_eq!(queue.take(), Some(0));
    looker.join().expect("ends");
    assert_eq!(queue.take(), Some(1), "in order");
}

#[test]
fn a_queue_keeps_its_items_and_wakes() {
    holds(4, put_against_wait);
    holds(3, two_getters);
    holds(4, look_against_take);
}

#[test]
fn a_queue_needs_its_edges() {
    breaks(3, Edge::QueueWait, false, put_against_wait);
    breaks(3, Edge::QueueEnds, false, look_against_take);
}
