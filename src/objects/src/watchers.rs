//! Functions of C that want to be told of something: eight of a kind, known by their places.
//!
//! Invariant: the lock is not held while one is called.
#![allow(unsafe_code, reason = "an object that has ended is shown to C")]

use heap::sync::{AtomicBool, Mutex, Ordering::*};
use heap::{Object, Raised, Thread};

use crate::raise;

/// How many there may be.
const MOST: usize = 8;

/// All watchers of one kind of object.
pub struct Watchers<F> {
    kind: &'static str,
    first: usize,
    any: AtomicBool,
    all: Mutex<[Option<F>; MOST]>,
}

impl<F: Copy> Watchers<F> {
    /// None yet. Places below `first` are never given out.
    pub const fn new(kind: &'static str, first: usize) -> Watchers<F> {
        Watchers { kind, first, any: AtomicBool::new(false), all: Mutex::new([None; MOST]) }
    }

    /// Whether there is one.
    #[inline(always)]
    pub fn any(&self) -> bool {
        self.any.load(Relaxed)
    }

    /// The watcher at a place.
    pub fn get(&self, place: usize) -> Option<F> {
        self.all.lock().get(place).copied().flatten()
    }

    /// All of them now: what they do may add and remove some.
    pub fn all(&self) -> impl Iterator<Item = F> + use<F> {
        let all = *self.all.lock();
        all.into_iter().flatten()
    }

    /// Adds one; its place.
    pub fn add(&self, th: &mut Thread, watcher: F) -> Result<i32, Raised> {
        let mut all = self.all.lock();
        let Some(place) = (self.first..MOST).find(|&place| all[place].is_none()) else {
            drop(all);
            return Err(raise::runtime_error(th, format_args!("no more {} watcher IDs available", self.kind)));
        };
        all[place] = Some(watcher);
        self.any.store(true, Release);
        Ok(i32::try_from(place).unwrap_or(i32::MAX))
    }

    /// The place that a number of C's names, if there is a watcher; raises otherwise.
    pub fn check(&self, th: &mut Thread, id: i32) -> Result<usize, Raised> {
        // The messages for functions begin with small letters.
        let (invalid, no) = if self.kind == "func" { ("invalid", "no") } else { ("Invalid", "No") };
        let Some(place) = usize::try_from(id).ok().filter(|&place| (self.first..MOST).contains(&place)) else {
            return Err(raise::value_error(th, format_args!("{invalid} {} watcher ID {id}", self.kind)));
        };
        match self.get(place) {
            Some(_) => Ok(place),
            None => Err(raise::value_error(th, format_args!("{no} {} watcher set for ID {id}", self.kind))),
        }
    }

    /// The watcher with that number is not told any more.
    pub fn remove(&self, th: &mut Thread, id: i32) -> Result<(), Raised> {
        let place = self.check(th, id)?;
        let mut all = self.all.lock();
        all[place] = None;
        self.any.store(all.iter().any(Option::is_some), Release);
        Ok(())
    }
}

/// Shows an object that ends, whose fields are all there yet, to those who watched it. They must not keep it.
pub fn with_ended(object: &Object, tell: impl FnOnce(&mut Thread)) {
    if !Thread::is_known() {
        return;
    }
    // SAFETY: R10: objects end where the thread is the only one that may touch them, and nothing of it is borrowed.
    let th = unsafe { Thread::from_tls() };
    let before = th.take_exception();
    th.show_ended(object, tell);
    if let Some(before) = before {
        let _ = th.set_exception(before);
    }
}
