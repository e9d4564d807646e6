//! When a generic instruction looks for a specialised form of itself, and how it waits after it found none or lost one.
//!
//! The first cache word of an instruction in its generic form is a counter with a zero upper half; in a specialised form it is
//! (version 32, slot 16, kind 16) with a version that is never 0, stored whole. So whoever reads a word that another thread is just
//! turning from one into the other finds no match, and nothing else happens.

use heap::Thread;
use heap::sync::{AtomicU64, Ordering::Relaxed};
use syntax::opcodes::Op;

use crate::frame::Pc;

/// Runs before the first attempt.
const WARM_UP: u64 = 2;
const COUNT: u64 = 0xffff;
/// 2^8 runs after a specialised form was lost.
const LOST: u64 = 7 << 16;

/// An instruction that has failed or lost its form counts so many runs at a time, when its thread has met so many of that kind (a prime:
/// not the same one of a loop each time). Threads that share code would else write to it, and wait for each other, at every run.
const STRIDE: u64 = 256;
const MEETINGS: u32 = 251;

/// Whether the generic instruction here should look for a specialised form now. Counts.
#[inline(always)]
pub fn is_due(th: &Thread, pc: Pc) -> bool {
    let word = pc.cache(1);
    let now = word.load(Relaxed);
    if now >> 32 != 0 {
        // Another thread has just stored an entry here: a count would make another entry of it.
        return false;
    }
    let exponent = (now >> 16) & 15;
    if now & COUNT >= WARM_UP << exponent {
        return true;
    }
    if exponent == 0 {
        word.store(now.wrapping_add(1), Relaxed);
    } else {
        let met = th.unspecialized.get() + 1;
        if met == MEETINGS {
            th.unspecialized.set(0);
            word.store(now.wrapping_add(STRIDE), Relaxed);
        } else {
            th.unspecialized.set(met);
        }
    }
    false
}

/// No form fits: twice as many runs to the next attempt.
#[cold]
pub fn failed(pc: Pc) {
    let word = pc.cache(1);
    let exponent = ((word.load(Relaxed) >> 16) & 15).clamp(6, 11) + 1;
    word.store(exponent << 16, Relaxed);
}

/// The form does not fit any more: the instruction is generic again, for a while.
#[cold]
#[inline(never)]
pub fn lost(pc: Pc) {
    pc.cache(1).store(LOST, Relaxed);
    pc.rewrite(pc.op().generic());
}

/// Gives the instruction a specialised form that needs no cache word.
pub fn set(pc: Pc, op: Op) {
    pc.rewrite(op);
}

/// Stores a cache word whole.
pub fn store(word: &AtomicU64, version: u32, slot: u16, kind: u16) {
    word.store(u64::from(version) << 32 | u64::from(slot) << 16 | u64::from(kind), Relaxed);
}

/// A cache word taken apart.
#[derive(Clone, Copy)]
pub struct Cached(u64);

impl Cached {
    /// The `n`-th cache word of the instruction here.
    #[inline(always)]
    pub fn load(pc: Pc, n: usize) -> Cached {
        Cached(pc.cache(n).load(Relaxed))
    }

    /// A word that was read before.
    pub fn of(word: u64) -> Cached {
        Cached(word)
    }

    /// Whether the word was stored for `version`, which is not 0, and as `kind`.
    #[inline(always)]
    pub fn is(self, version: u32, kind: u16) -> bool {
        version != 0 && (self.0 >> 32) as u32 == version && self.0 as u16 == kind
    }

    /// Whether the word is this entry.
    pub fn is_entry(self, version: u32, slot: u16, kind: u16) -> bool {
        self.is(version, kind) && self.slot() == slot
    }

    #[inline(always)]
    pub fn version(self) -> u32 {
        (self.0 >> 32) as u32
    }

    #[inline(always)]
    pub fn slot(self) -> u16 {
        (self.0 >> 16) as u16
    }

    #[inline(always)]
    pub fn kind(self) -> u16 {
        self.0 as u16
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use heap::world::WorldSlot;

    #[test]
    fn a_count_leaves_an_entry_alone_that_another_thread_has_stored() {
        let th = Thread::new(1, WorldSlot::new(1));
        let words: &'static [AtomicU64; 4] = Box::leak(Box::new([const { AtomicU64::new(0) }; 4]));
        let pc = Pc::start(words);
        assert!(!is_due(&th, pc) && !is_due(&th, pc) && is_due(&th, pc), "a new instruction is due after its warm-up");
        store(pc.cache(1), 7, 4, 1);
        for _ in 0..10_000 {
            is_due(&th, pc);
        }
        assert!(Cached::load(pc, 1).is_entry(7, 4, 1));
        failed(pc);
        let runs = (0..).take_while(|_| !is_due(&th, pc)).count();
        assert!((100..10_000).contains(&runs), "it waits {runs} runs after a failure");
    }
}
