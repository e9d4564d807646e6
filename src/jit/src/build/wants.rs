//! What a variable is wanted for: as a number alone, or as an object.
//!
//! An item that is put into a variable and only computed with from there on is taken out of its object at once: the variable then counts
//! nothing, and nothing ends when it is written again.

use std::rc::Rc;

use syntax::opcodes::{Decoded, Kind as Operand, Op as Code};

use crate::hir::Kind;
use crate::snapshot::Snapshot;

use super::Builder;
use super::numbers::{Arith, arith, compared};
use super::state::{Mem, Reg};

/// How a register is used before it is written again.
const INT: u8 = 1;
const FLOAT: u8 = 2;
const OBJECT: u8 = 4;
/// As a local, or it is moved into one.
const LOCAL: u8 = 8;

/// The uses of each register behind each instruction's start.
pub(super) struct Wants {
    temps: i32,
    width: usize,
    uses: Vec<u8>,
}

impl Wants {
    /// A backward walk over the instructions, again until nothing changes. Handlers of exceptions are not followed: what is only used there
    /// is rare, and is made again.
    pub fn of(code: &Snapshot) -> Wants {
        let width = (code.temps + code.locals) as usize;
        let mut wants = Wants { temps: code.temps, width, uses: vec![0; code.words.len() * width] };
        let mut insns = Vec::new();
        let mut pc = 0;
        while let Some(insn) = code.insn(pc) {
            insns.push((pc, insn));
            pc += insn.len as u32;
        }
        let mut row = vec![0; width];
        let mut changed = true;
        while changed {
            changed = false;
            for (pc, insn) in insns.iter().rev() {
                row.fill(0);
                for next in code.successors(*pc, insn).into_iter().flatten() {
                    row.iter_mut().zip(wants.row(next)).for_each(|(all, uses)| *all |= uses);
                }
                wants.step_back(code, *pc, insn, &mut row);
                let known = wants.row_mut(*pc);
                if *known != row[..] {
                    known.copy_from_slice(&row);
                    changed = true;
                }
            }
        }
        wants
    }

    /// The kind of number as which alone a register's content is used from a word on, if it is a variable's.
    pub fn number(&self, pc: u32, r: i32) -> Option<Kind> {
        match *self.row(pc).get((r + self.temps) as usize)? {
            uses if uses == INT | LOCAL => Some(Kind::Int),
            uses if uses == FLOAT | LOCAL => Some(Kind::Float),
            _ => None,
        }
    }

    fn row(&self, pc: u32) -> &[u8] {
        let first = pc as usize * self.width;
        self.uses.get(first..first + self.width).unwrap_or(&[])
    }

    fn row_mut(&mut self, pc: u32) -> &mut [u8] {
        let first = pc as usize * self.width;
        &mut self.uses[first..first + self.width]
    }

    /// From the uses behind an instruction to those in front of it.
    fn step_back(&self, code: &Snapshot, pc: u32, insn: &Decoded, row: &mut [u8]) {
        let place = |r: i32| (r + self.temps) as usize;
        let [dst, src, _] = insn.operands;
        let handed_on = matches!(insn.op, Code::Move | Code::Take).then(|| row[place(dst)] | if dst >= 0 { LOCAL } else { 0 });
        let operands = || (0..).zip(insn.op.operands().iter());
        for (slot, (_, kind)) in operands() {
            if matches!(kind, Operand::Out | Operand::OutBase | Operand::Kill) {
                Snapshot::named(insn, slot, *kind).for_each(|r| row[place(r)] = 0);
            }
        }
        if let Some(uses) = handed_on {
            row[place(src)] |= uses;
            return;
        }
        if code.is_cold(pc, insn) {
            return;
        }
        for (slot, (_, kind)) in operands() {
            if matches!(kind, Operand::In | Operand::Peek | Operand::InOut | Operand::Base | Operand::Cell) {
                let uses = use_of(insn, slot);
                for r in Snapshot::named(insn, slot, *kind) {
                    row[place(r)] |= if r >= 0 && uses != 0 { uses | LOCAL } else { uses };
                }
            }
        }
    }
}

/// What an instruction's operand is used as.
fn use_of(insn: &Decoded, slot: usize) -> u8 {
    match (arith(insn.op), compared(insn.op)) {
        (Some(Arith::Float(_)), _) | (_, Some(Kind::Float)) => return FLOAT,
        (Some(_), _) | (_, Some(_)) => return INT,
        _ => {}
    }
    match insn.op {
        Code::CheckBound | Code::JumpIfTrue | Code::JumpIfFalse | Code::UnaryNot | Code::UnaryNegative => 0,
        Code::SubscriptListInt | Code::SubscriptTupleInt if slot == 2 => INT,
        Code::StoreSubscriptListInt if slot == 1 => INT,
        _ => OBJECT,
    }
}

impl Builder<'_> {
    /// Behind an instruction that was built: takes numbers out of the objects that it has put into variables that are wanted as numbers alone.
    pub(super) fn unbox_wanted(&mut self, insn: &Decoded) {
        let (pc, first, code) = (self.pc(), self.room_data().first, self.room_data().code);
        if self.code().distrusted.contains(&pc) {
            return;
        }
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            if !matches!(kind, Operand::Out | Operand::OutBase) {
                continue;
            }
            for r in Snapshot::named(insn, slot, *kind) {
                let is_new = self.state[r].object.is_some() && self.state[r].value.is_none() && self.state[r].has_object();
                if is_new && let Some(kind) = self.wants(code).number(pc, r - first).filter(|kind| self.may_be(r, *kind)) {
                    self.unbox_variable(r, kind);
                }
            }
        }
    }

    fn unbox_variable(&mut self, r: i32, kind: Kind) {
        let object = self.object_of(r, kind.class());
        let value = self.unbox(object, kind);
        let reg = self.state[r];
        self.state[r] = match reg.mem {
            // The object's number is all that is wanted of it: nobody holds it.
            Mem::Lent { .. } => Reg { blank: reg.blank, ..Reg::apart(self.apart(r), value, None) },
            _ => Reg { value: Some(value), ..reg },
        };
        self.changed();
    }

    fn wants(&mut self, code: usize) -> Rc<Wants> {
        let source = self.source;
        self.assumptions.wants.entry(code).or_insert_with(|| Rc::new(Wants::of(&source.codes[code]))).clone()
    }
}
