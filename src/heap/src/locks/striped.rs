//! Locks for objects that have no prefix (R3): a table of stripes that the same thread may enter again.
//!
//! Two objects may share a stripe, so a thread that holds one may ask for it again under another object's name: each stripe knows its
//! owner and depth. `owner` is written by the holder only; another thread reads something that is not its own id.
//! Whoever waits here holds no other lock: a critical section of foreign code that has to wait is suspended first.

use super::{key_of, raw_lock_slow, raw_try_lock, raw_unlock};
use crate::park::{Blocking, Table};
use crate::sync::{AtomicU8, AtomicU32, Ordering};
use core::marker::PhantomData;
use crossbeam_utils::CachePadded;

use Ordering::Relaxed;

#[cfg(not(loom))]
const COUNT: usize = 128;
#[cfg(loom)]
const COUNT: usize = 2;

#[derive(Debug)]
struct Stripe {
    byte: AtomicU8,
    owner: AtomicU32,
    depth: AtomicU32,
}

/// A table of re-entrant locks, chosen by address.
#[derive(Debug)]
pub struct Stripes {
    stripes: [CachePadded<Stripe>; COUNT],
}

/// The process's stripes.
#[cfg(not(loom))]
pub static STRIPES: Stripes = Stripes::new();

impl Default for Stripes {
    fn default() -> Self {
        Self::new()
    }
}

impl Stripes {
    #[cfg(not(loom))]
    pub const fn new() -> Self {
        Self {
            stripes: [const { CachePadded::new(Stripe { byte: AtomicU8::new(0), owner: AtomicU32::new(0), depth: AtomicU32::new(0) }) };
                COUNT],
        }
    }
    #[cfg(loom)]
    pub fn new() -> Self {
        Self {
            stripes: core::array::from_fn(|_| {
                CachePadded::new(Stripe { byte: AtomicU8::new(0), owner: AtomicU32::new(0), depth: AtomicU32::new(0) })
            }),
        }
    }

    fn index(address: usize) -> usize {
        ((address >> 4).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40) % COUNT
    }

    /// Take the stripe of the object at `address` as thread `me`, if it is free or already ours.
    #[inline]
    pub fn try_enter(&self, me: u16, address: usize) -> bool {
        let stripe = &self.stripes[Self::index(address)];
        if stripe.owner.load(Relaxed) == u32::from(me) {
            stripe.depth.store(stripe.depth.load(Relaxed) + 1, Relaxed);
            return true;
        }
        if !raw_try_lock(&stripe.byte) {
            return false;
        }
        stripe.owner.store(u32::from(me), Relaxed);
        stripe.depth.store(1, Relaxed);
        true
    }

    /// Take the stripe of the object at `address` as thread `me`, waiting detached.
    #[inline]
    pub fn enter<T: Blocking + ?Sized>(&self, table: &Table, thread: &T, me: u16, address: usize) {
        if self.try_enter(me, address) {
            return;
        }
        let stripe = &self.stripes[Self::index(address)];
        raw_lock_slow(table, thread, &stripe.byte, None, false);
        stripe.owner.store(u32::from(me), Relaxed);
        stripe.depth.store(1, Relaxed);
    }

    /// Undo one [`enter`](Self::enter) of the stripe of `address`, by its owner.
    #[inline]
    pub fn leave(&self, table: &Table, me: u16, address: usize) {
        let stripe = &self.stripes[Self::index(address)];
        debug_assert_eq!(stripe.owner.load(Relaxed), u32::from(me), "a stripe is left by its owner");
        let depth = stripe.depth.load(Relaxed) - 1;
        stripe.depth.store(depth, Relaxed);
        if depth == 0 {
            stripe.owner.store(0, Relaxed);
            raw_unlock(table, &stripe.byte);
        }
    }

    /// Take the stripe of one object; the guard borrows the thread, as object locks do.
    pub fn lock<'a, T: Blocking + ?Sized>(
        &'a self,
        table: &'a Table,
        thread: &'a mut T,
        me: u16,
        address: usize,
    ) -> (StripesGuard<'a>, &'a T) {
        let thread = &*thread;
        self.enter(table, thread, me, address);
        (StripesGuard { stripes: self, table, me, first: address, second: None, not_send: PhantomData }, thread)
    }

    /// Take the stripes of two objects, in the order of the stripes (addresses would not do: two pairs may meet crosswise).
    pub fn lock2<'a, T: Blocking + ?Sized>(
        &'a self,
        table: &'a Table,
        thread: &'a mut T,
        me: u16,
        a: usize,
        b: usize,
    ) -> (StripesGuard<'a>, &'a T) {
        let thread = &*thread;
        let (first, second) = if Self::index(a) <= Self::index(b) { (a, b) } else { (b, a) };
        loop {
            self.enter(table, thread, me, first);
            if self.try_enter(me, second) {
                let guard = StripesGuard { stripes: self, table, me, first, second: Some(second), not_send: PhantomData };
                return (guard, thread);
            }
            // Nobody waits with a lock in its hands: wait for the second alone, then begin again.
            self.leave(table, me, first);
            self.enter(table, thread, me, second);
            self.leave(table, me, second);
        }
    }

    /// In a forked child: nobody holds anything.
    pub fn after_fork_child(&self) {
        for stripe in &self.stripes {
            stripe.byte.store(0, Relaxed);
            stripe.owner.store(0, Relaxed);
            stripe.depth.store(0, Relaxed);
        }
    }

    /// Under which key the waiters for `address` queue (for reports).
    pub fn key(&self, address: usize) -> usize {
        key_of(&self.stripes[Self::index(address)].byte)
    }
}

/// Held stripes.
#[derive(Debug)]
#[must_use = "the stripes are released when the guard is dropped"]
pub struct StripesGuard<'a> {
    stripes: &'a Stripes,
    table: &'a Table,
    me: u16,
    first: usize,
    second: Option<usize>,
    not_send: PhantomData<*const ()>,
}

impl Drop for StripesGuard<'_> {
    fn drop(&mut self) {
        if let Some(second) = self.second {
            self.stripes.leave(self.table, self.me, second);
        }
        self.stripes.leave(self.table, self.me, self.first);
    }
}
