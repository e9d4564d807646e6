//! Which variables have a value wherever control comes to an instruction.
//!
//! A unit of a loop is built from a frame that has been through it. The next time the loop is entered its own variables may be empty: what is
//! assumed of them must not keep the unit from being entered.

use std::collections::BTreeSet;
use std::rc::Rc;

use syntax::opcodes::Kind as Operand;

use crate::snapshot::Snapshot;

use super::Builder;

/// The locals that are empty on some way, in front of each instruction.
pub(super) struct Assigned {
    width: usize,
    empty: Vec<bool>,
}

impl Assigned {
    /// A forward walk, again until nothing changes. Handlers of exceptions are not followed.
    pub fn of(code: &Snapshot) -> Assigned {
        let width = code.locals as usize;
        let mut assigned = Assigned { width, empty: vec![false; code.words.len() * width] };
        let starts_empty = (0..width).map(|r| r >= code.args as usize && code.empty.get(r).is_none_or(|empty| *empty));
        let mut row: Vec<bool> = starts_empty.collect();
        assigned.meet(0, &row);
        let mut work = BTreeSet::from([0]);
        let mut seen = BTreeSet::from([0]);
        while let Some(pc) = work.pop_first() {
            let Some(insn) = code.insn(pc) else { continue };
            row.copy_from_slice(assigned.row(pc));
            for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
                let is_empty = match kind {
                    Operand::Out | Operand::OutBase | Operand::InOut => false,
                    Operand::Kill => true,
                    _ => continue,
                };
                Snapshot::named(&insn, slot, *kind).filter(|r| *r >= 0).for_each(|r| row[r as usize] = is_empty);
            }
            for next in code.successors(pc, &insn).into_iter().flatten() {
                if assigned.meet(next, &row) | seen.insert(next) {
                    work.insert(next);
                }
            }
        }
        assigned
    }

    /// Whether a local has a value wherever control comes to this word.
    pub fn is_assigned(&self, pc: u32, r: i32) -> bool {
        usize::try_from(r).is_ok_and(|r| self.row(pc).get(r) == Some(&false))
    }

    fn row(&self, pc: u32) -> &[bool] {
        let first = pc as usize * self.width;
        self.empty.get(first..first + self.width).unwrap_or(&[])
    }

    /// Adds a way to a word; whether that changes anything.
    fn meet(&mut self, pc: u32, row: &[bool]) -> bool {
        let first = pc as usize * self.width;
        let Some(known) = self.empty.get_mut(first..first + self.width) else { return false };
        let mut changed = false;
        for (known, new) in known.iter_mut().zip(row) {
            changed |= *new && !*known;
            *known |= *new;
        }
        changed
    }
}

impl Builder<'_> {
    /// Whether a register of the innermost room has a value wherever control comes to this word; temps that are live have.
    pub(super) fn is_assigned(&mut self, pc: u32, r: i32) -> bool {
        let (code, first, source) = (self.room_data().code, self.room_data().first, self.source);
        let assigned = self.assumptions.assigned.entry(code).or_insert_with(|| Rc::new(Assigned::of(&source.codes[code])));
        r < first || assigned.is_assigned(pc, r - first)
    }
}
