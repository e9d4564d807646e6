//! Several places that are read without a lock as they were at one moment.
//!
//! A word counts the changes, but only while somebody watches: who has read the places under the lock sets [`WATCHED`], who changes one of them takes the
//! bit away before, and counts. So places that nobody reads in this way cost their writer a look at the word, and places that nobody changes cost their
//! reader two.
//!
//! Invariant: whoever writes the word or a place holds the lock of the object that they belong to; places are published with Release and read with
//! Acquire (`Edge::SlotPublish`, `Edge::SlotLoad`).

use crate::sync::{self, AtomicUsize, Edge, Ordering};

use Ordering::{Acquire, Relaxed, Release};

/// Somebody may be reading without the lock. The bits below are the object's own.
pub const WATCHED: usize = 1 << 44;
/// One change more. The bits from here to [`CHANGING`] count them.
pub const CHANGE: usize = WATCHED << 1;
/// Several changes are under way, which are to be one.
pub const CHANGING: usize = 1 << 63;

/// The word behind one more change.
#[inline(always)]
pub fn counted(word: usize) -> usize {
    (word & !CHANGING).wrapping_add(CHANGE) & !CHANGING
}

/// The word, if the places may be read now: they are to be taken for what was read only if [`held`] says so afterwards.
#[inline(always)]
pub fn begin(word: &AtomicUsize) -> Option<usize> {
    // Acquire: who finds that they are watched finds what was written before.
    let before = word.load(sync::at(Edge::Watched, Acquire));
    (before & (WATCHED | CHANGING) == WATCHED).then_some(before)
}

/// Whether nothing was changed since [`begin`] returned `before`.
#[inline(always)]
pub fn held(word: &AtomicUsize, before: usize) -> bool {
    // Behind the loads of the places, which acquire: who has read a change finds it counted.
    word.load(Relaxed) == before
}

/// Lets others read without the lock from now on.
#[inline]
pub fn watch(word: &AtomicUsize) {
    let now = word.load(Relaxed);
    if now & WATCHED == 0 {
        word.store(now | WATCHED, sync::at(Edge::Watched, Release));
    }
}

/// Before a change of a place. The place is published behind it.
#[inline(always)]
pub fn change(word: &AtomicUsize) {
    let now = word.load(Relaxed);
    if now & WATCHED != 0 {
        word.store((counted(now) & !WATCHED) | now & CHANGING, Relaxed);
    }
}
