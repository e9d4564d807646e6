//! What the builder assumes of registers at the heads of loops.
//!
//! An assumption of a register changes a few times at most: from none to a kind or class, and at last to nothing in particular.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use crate::hir::{Class, Kind};

use super::Flow;
use super::assigned::Assigned;
use super::wants::Wants;

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
    known: HashMap<(Head, i32), (Assume, u8)>,
    /// Numbers of rooms: by the caller's, the word of the call, and the code that is called.
    rooms: HashMap<(usize, u32, usize), usize>,
    /// Heads where so many rooms are linked.
    linked: HashMap<Head, usize>,
    /// Heads where nothing is known of objects.
    ignorant: HashSet<Head>,
    /// Registers whose object is another one at the end of the loop.
    changing: HashSet<(Head, i32)>,
    /// Flow of the codes that are called, by their numbers.
    pub flows: HashMap<usize, Option<Rc<Flow>>>,
    /// Which variables of codes have values, by the codes' numbers.
    pub assigned: HashMap<usize, Rc<Assigned>>,
    /// What the variables of codes are wanted for, by the codes' numbers.
    pub wants: HashMap<usize, Rc<Wants>>,
}

/// The head of a loop: its room, and its word.
pub(super) type Head = (usize, u32);

/// Changes of mind about one register.
const MOST_CHANGES: u8 = 3;

impl Assumptions {
    pub fn get(&self, head: Head, r: i32) -> Option<Assume> {
        self.known.get(&(head, r)).map(|(assume, _)| *assume)
    }

    /// Assumes this from the next start on.
    pub fn put(&mut self, head: Head, r: i32, assume: Assume) {
        let (known, changes) = self.known.entry((head, r)).or_insert((Assume::Anything, 0));
        *known = if *changes >= MOST_CHANGES { Assume::Anything } else { assume };
        *changes += 1;
    }

    /// The number of a room, the same at each start.
    pub fn room(&mut self, caller: usize, call: u32, callee: usize) -> usize {
        let next = self.rooms.len() + 1;
        *self.rooms.entry((caller, call, callee)).or_insert(next)
    }

    pub fn linked(&self, head: Head) -> usize {
        self.linked.get(&head).copied().unwrap_or(0)
    }

    pub fn set_linked(&mut self, head: Head, linked: usize) {
        self.linked.insert(head, linked);
    }

    pub fn is_ignorant(&self, head: Head) -> bool {
        self.ignorant.contains(&head)
    }

    pub fn set_ignorant(&mut self, head: Head) {
        self.ignorant.insert(head);
    }

    /// Whether the register's object may be another one at the end of the loop.
    pub fn is_changing(&self, head: Head, r: i32) -> bool {
        self.changing.contains(&(head, r))
    }

    pub fn set_changing(&mut self, head: Head, r: i32) {
        self.changing.insert((head, r));
    }
}
