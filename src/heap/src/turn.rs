//! Turns: an object that runs piecewise, in one thread at a time (a generator), says in one byte who may run it (R13).
//!
//! Who wants to run it takes the turn by compare-and-swap. Whoever has it owns all that belongs to the object, and gives it back with a release store
//! *as the very last thing*: from then on another thread may run the object, and end it, before this one's next instruction. So what a
//! run came to is known from the run; it is never read from the object afterwards.

use crate::sync::{self, AtomicU8, Edge, Ordering};

use Ordering::{Acquire, Relaxed, Release};

/// It never ran.
pub const FRESH: u8 = 0;
/// It ran, and waits.
pub const WAITING: u8 = 1;
/// Some thread has the turn.
pub const RUNNING: u8 = 2;
/// It ended: nobody gets the turn any more.
pub const ENDED: u8 = 3;

/// The byte.
#[derive(Debug)]
pub struct Turn(AtomicU8);

/// Why there is no turn to have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    Running,
    Ended,
}

impl Turn {
    /// The turn of an object that did not run yet.
    pub fn fresh() -> Turn {
        Turn(AtomicU8::new(FRESH))
    }

    /// How it is now. Another thread may change it at once, but from `ENDED`, and never back to `FRESH` once it ran.
    #[inline(always)]
    pub fn now(&self) -> u8 {
        // Acquire: pairs with `give`.
        self.0.load(Acquire)
    }

    /// Takes the turn: what the object was before, `FRESH` or `WAITING`. `mine`: plain loads and stores are legal on the object (R5).
    #[inline(always)]
    pub fn take(&self, mine: bool) -> Result<u8, Refused> {
        let mut now = self.0.load(Relaxed);
        loop {
            match now {
                RUNNING => return Err(Refused::Running),
                ENDED => return Err(Refused::Ended),
                _ => {}
            }
            if mine {
                self.0.store(RUNNING, Relaxed);
                return Ok(now);
            }
            // Acquire: pairs with `give`: all that the last one to run it left is seen.
            match self.0.compare_exchange(now, RUNNING, sync::at(Edge::Turn, Acquire), Relaxed) {
                Ok(before) => return Ok(before),
                Err(other) => now = other,
            }
        }
    }

    /// Gives the turn, which this thread has: the object waits, is fresh as before, or has ended.
    #[inline(always)]
    pub fn give(&self, state: u8) {
        debug_assert!(state != RUNNING);
        // Release: pairs with `take`.
        self.0.store(state, sync::at(Edge::Turn, Release));
    }
}
