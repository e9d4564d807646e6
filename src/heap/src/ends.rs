//! A queue with two ends, so that who puts and who gets rarely want the same cache line: putters append to the back, getters take from the front,
//! and a getter that finds the front empty takes the whole back for it.
//!
//! Invariant: each end is touched only under its own latch (R15), of which the back's is taken last; or by a thread that is alone with the queue.
//! Nothing is dropped or called under them. A getter counts itself in `waiting` before it looks for items for the last time, a putter raises the
//! back's length before it looks at `waiting`: one sees the other.

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use crate::park::{Latch, ROUNDS, spin_in, spin_until};
use crate::sync::{self, AtomicUsize, Edge, Ordering};

use Ordering::{Acquire, Relaxed, Release, SeqCst};

/// A part of the queue, and how long it is for those who only look.
#[repr(C)]
struct End<T> {
    /// A cache line, so that an end has none in common with what lies in front of it.
    _apart: [u64; 8],
    latch: Latch<()>,
    len: AtomicUsize,
    items: UnsafeCell<VecDeque<T>>,
}

impl<T> End<T> {
    fn new() -> Self {
        Self { _apart: [0; 8], latch: Latch::new(()), len: AtomicUsize::new(0), items: UnsafeCell::new(VecDeque::new()) }
    }
}

/// See the module's head.
#[repr(C)]
pub struct Ends<T> {
    front: End<T>,
    back: End<T>,
    /// How many getters wait; putters look at it.
    waiting: AtomicUsize,
}

// SAFETY: R15: the items are handed from thread to thread under the locks that the module's head names.
unsafe impl<T: Send> Sync for Ends<T> {}

impl<T> Default for Ends<T> {
    fn default() -> Self {
        Self { front: End::new(), back: End::new(), waiting: AtomicUsize::new(0) }
    }
}

impl<T> Ends<T> {
    /// Appends an item; whether somebody waits, of whom one is to be woken.
    ///
    /// # Safety
    /// If `alone`, no other thread can touch the queue meanwhile.
    #[inline]
    pub unsafe fn push(&self, alone: bool, item: T) -> bool {
        {
            let _held = (!alone).then(|| self.back.latch.lock());
            // SAFETY: the module's invariant: the latch is held to the end of the block, or the caller is alone.
            let items = unsafe { &mut *self.back.items.get() };
            items.push_back(item);
            // SeqCst: before the look at `waiting`.
            self.back.len.store(items.len(), if alone { Relaxed } else { SeqCst });
        }
        sync::look_fence(Edge::QueueWait);
        self.waiting.load(SeqCst) > 0
    }

    /// Takes the first item.
    ///
    /// # Safety
    /// If `alone`, no other thread can touch the queue meanwhile.
    #[inline]
    pub unsafe fn pop(&self, alone: bool) -> Option<T> {
        let _held = (!alone).then(|| self.front.latch.lock());
        // SAFETY: the module's invariant: the latch is held to the end of the function, or the caller is alone.
        let items = unsafe { &mut *self.front.items.get() };
        if items.is_empty() {
            let _held = (!alone).then(|| self.back.latch.lock());
            // SAFETY: the module's invariant: the latch is held to the end of the block, or the caller is alone.
            core::mem::swap(items, unsafe { &mut *self.back.items.get() });
            // In this order, so that who looks finds the items at one end or the other.
            self.front.len.store(items.len(), Relaxed);
            self.back.len.store(0, sync::at(Edge::QueueEnds, Release));
        }
        let item = items.pop_front();
        self.front.len.store(items.len(), Relaxed);
        item
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        // Under both, for an item must not be counted at one end and at the other.
        let _front = self.front.latch.lock();
        let _back = self.back.latch.lock();
        self.front.len.load(Relaxed) + self.back.len.load(Relaxed)
    }

    /// Whether there is nothing to take. While the front has items, the back is not looked at: its putter would wait for the cache line.
    #[inline]
    pub fn is_empty(&self) -> bool {
        // Acquire: pairs with the store of 0, before which the front has the items.
        let nothing = |end: &End<T>, ordering| end.len.load(ordering) == 0;
        nothing(&self.front, Relaxed) && nothing(&self.back, sync::at(Edge::QueueEnds, Acquire)) && nothing(&self.front, Relaxed)
    }

    /// Waits some microseconds for an item; whether there is one. While more and more come it waits on, for some: who takes each as it comes wants the
    /// back's cache line as often as the putter.
    pub fn gather(&self) -> bool {
        let mut seen = 0;
        let found = spin_until(|| {
            seen = self.back.len.load(Relaxed);
            seen != 0
        });
        if found {
            spin_in(3..ROUNDS, || core::mem::replace(&mut seen, self.back.len.load(Relaxed)) == seen);
        }
        found
    }

    /// Under which key getters wait.
    pub fn key(&self) -> usize {
        (&raw const self.waiting).addr()
    }

    /// Lets `sleep` wait under [`Ends::key`], which is to ask its argument whether the queue is still empty.
    pub fn wait<R>(&self, sleep: impl FnOnce(&dyn Fn() -> bool) -> R) -> R {
        self.waiting.fetch_add(1, SeqCst);
        sync::look_fence(Edge::QueueWait);
        let slept = sleep(&|| self.back.len.load(SeqCst) == 0 && self.front.len.load(SeqCst) == 0);
        self.waiting.fetch_sub(1, SeqCst);
        slept
    }

    /// Visits the items.
    ///
    /// # Safety
    /// No thread touches the queue meanwhile (R6).
    pub unsafe fn for_each(&self, mut visit: impl FnMut(&T)) {
        for end in [&self.front, &self.back] {
            // SAFETY: the caller's promise.
            unsafe { &*end.items.get() }.iter().for_each(&mut visit);
        }
    }
}
