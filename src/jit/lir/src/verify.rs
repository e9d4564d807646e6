//! Checks that a unit is well formed, and names what is not.
//!
//! Invariant: a function is checked in three steps, each only if those before found nothing: every index points at something and every
//! value has one definition ([`shape`]); types and arities fit ([`types`]); every use is dominated by its definition. What passes can be
//! compiled and interpreted without looking back. Start at [`Unit::verify`].
pub mod dominators;
mod shape;
mod types;

use crate::{Block, Def, Func, Function, Index, Inst, Unit, Value};
use dominators::Dominators;
use std::fmt;

/// Something that is wrong with a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Of which function; none for what belongs to the unit.
    pub func: Option<Func>,
    pub block: Option<Block>,
    /// The instruction; none for the block's own parts and its terminator.
    pub inst: Option<Inst>,
    pub what: String,
    /// The text of what is wrong.
    at: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(func) = self.func {
            write!(f, "{func}, ")?;
        }
        if let Some(block) = self.block {
            write!(f, "{block}, ")?;
        }
        if !self.at.is_empty() {
            write!(f, "`{}`: ", self.at)?;
        }
        f.write_str(&self.what)
    }
}

impl Unit {
    /// Whether the unit is well formed.
    ///
    /// # Errors
    /// Everything that was found wrong.
    pub fn verify(&self) -> Result<(), Vec<Problem>> {
        let mut problems = shape::data(self);
        for func in self.functions.indices() {
            problems.extend(function(self, func));
        }
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }
}

fn function(unit: &Unit, func: Func) -> Vec<Problem> {
    let mut checker = Checker { unit, func, function: &unit.functions[func], problems: Vec::new(), block: None, inst: None };
    for step in [shape::check, types::check, dominance] {
        step(&mut checker);
        if !checker.problems.is_empty() {
            break;
        }
    }
    checker.problems
}

/// Walks a function and collects what is wrong with it.
struct Checker<'a> {
    unit: &'a Unit,
    func: Func,
    function: &'a Function,
    problems: Vec<Problem>,
    /// What is being looked at.
    block: Option<Block>,
    inst: Option<Inst>,
}

impl Checker<'_> {
    fn report(&mut self, what: impl Into<String>) {
        let at = match (self.block, self.inst) {
            (_, Some(inst)) => self.function.inst_text(inst),
            (Some(block), None) => self.function.terminator_text(block),
            (None, None) => String::new(),
        };
        self.problems.push(Problem { func: Some(self.func), block: self.block, inst: self.inst, what: what.into(), at });
    }

    fn ensure(&mut self, holds: bool, what: impl FnOnce() -> String) {
        if !holds {
            self.report(what());
        }
    }

    /// Looks at every instruction and every terminator; the latter with no instruction.
    fn each_place(&mut self, mut look: impl FnMut(&mut Self, Block, Option<Inst>)) {
        let function = self.function;
        for (block, data) in function.blocks.iter() {
            self.block = Some(block);
            for &inst in &data.insts {
                self.inst = Some(inst);
                look(self, block, Some(inst));
            }
            self.inst = None;
            look(self, block, None);
        }
        self.block = None;
    }
}

/// Every use in a reachable block comes behind its definition on every way there.
fn dominance(checker: &mut Checker<'_>) {
    let function = checker.function;
    let dominators = Dominators::new(function);
    let places = places(function);
    checker.each_place(|checker, block, inst| {
        if !dominators.is_reachable(block) {
            return;
        }
        let before = inst.and_then(|inst| places[inst.index()]).map_or(usize::MAX, |(_, number)| number);
        let mut late = Vec::new();
        let look = |value: Value| {
            let fine = match function.values[value].def {
                Def::Const(_) => true,
                Def::Param(home, _) => dominators.dominates(home, block),
                Def::Result(definition, _) => match places[definition.index()] {
                    Some((home, number)) if home == block => number < before,
                    Some((home, _)) => dominators.dominates(home, block),
                    None => false,
                },
            };
            if !fine {
                late.push(value);
            }
        };
        match (inst, &function.blocks[block].terminator) {
            (Some(inst), _) => function.insts[inst].op.operands(function, look),
            (None, Some(terminator)) => terminator.operands(function, look),
            (None, None) => {}
        }
        for value in late {
            checker.report(format!("{value} is not defined on every way here"));
        }
    });
}

/// Block and place in it of each instruction; none if it stands nowhere.
fn places(function: &Function) -> Vec<Option<(Block, usize)>> {
    let mut places = vec![None; function.insts.len()];
    for (block, data) in function.blocks.iter() {
        for (number, &inst) in data.insts.iter().enumerate() {
            places[inst.index()] = Some((block, number));
        }
    }
    places
}
