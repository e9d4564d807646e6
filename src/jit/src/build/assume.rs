//! What the builder assumes of registers at the heads of loops.
//!
//! An assumption of a register changes a few times at most: from none to a kind or class, and at last to nothing in particular.

use std::collections::HashMap;

use crate::hir::{Class, Kind};

/// What a register is at the head of a loop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Assume {
    /// A number, in a value; the register itself is stale.
    Raw(Kind),
    /// The same, or it is empty; another value tells.
    RawIf(Kind),
    /// A number, in a value; the register has it, too: it does not change in the loop.
    Both(Kind),
    /// An object in the register.
    Object(Class),
    /// The register itself holds it, whatever it is.
    Anything,
}

#[derive(Default)]
pub(super) struct Assumptions {
    known: HashMap<(u32, i32), (Assume, u8)>,
}

/// Changes of mind about one register.
const MOST_CHANGES: u8 = 3;

impl Assumptions {
    pub fn get(&self, head: u32, r: i32) -> Option<Assume> {
        self.known.get(&(head, r)).map(|(assume, _)| *assume)
    }

    /// Assumes this from the next start on.
    pub fn put(&mut self, head: u32, r: i32, assume: Assume) {
        let (known, changes) = self.known.entry((head, r)).or_insert((Assume::Anything, 0));
        *known = if *changes >= MOST_CHANGES { Assume::Anything } else { assume };
        *changes += 1;
    }
}
