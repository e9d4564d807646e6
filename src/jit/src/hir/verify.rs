//! What must hold of a unit between passes.

use lir::Dominators;

use super::{Block, End, Exit, Function, Kind, Op, Value};

/// What is wrong, and where.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub block: Block,
    pub what: String,
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "{}: {}", self.block, self.what)
    }
}

impl std::error::Error for Problem {}

/// Control flow of a unit.
fn dominators(function: &Function) -> Dominators<Block> {
    let successors = |block: Block| function.blocks[block.index()].end.iter().flat_map(End::edges).map(|edge| edge.to).collect();
    Dominators::of(function.blocks.len(), successors)
}

/// The blocks that control reaches, each after those that lead to it, loops aside.
pub(crate) fn reverse_postorder(function: &Function) -> Vec<Block> {
    dominators(function).order().to_vec()
}

struct Verifier<'a> {
    function: &'a Function,
    dominators: Dominators<Block>,
    /// Where each value is defined: block, and place in it (0: a parameter).
    defs: Vec<Option<(usize, usize)>>,
    block: usize,
}

impl Function {
    /// Checks the invariants that this module's parent names.
    pub fn verify(&self) -> Result<(), Problem> {
        if self.blocks.is_empty() {
            return Err(Problem { block: Block(0), what: "no blocks".into() });
        }
        let mut verifier = Verifier { function: self, dominators: dominators(self), defs: vec![None; self.values.len()], block: 0 };
        verifier.definitions()?;
        for block in verifier.dominators.order().to_vec() {
            verifier.block = block.index();
            verifier.one_block()?;
        }
        Ok(())
    }
}

impl Verifier<'_> {
    fn problem<T>(&self, what: impl Into<String>) -> Result<T, Problem> {
        Err(Problem { block: Block(self.block as u32), what: what.into() })
    }

    fn define(&mut self, value: Value, place: usize) -> Result<(), Problem> {
        if value.index() >= self.defs.len() {
            return self.problem(format!("{value} does not exist"));
        }
        if self.defs[value.index()].replace((self.block, place)).is_some() {
            return self.problem(format!("{value} is defined twice"));
        }
        Ok(())
    }

    fn definitions(&mut self) -> Result<(), Problem> {
        let function = self.function;
        for (number, block) in function.blocks.iter().enumerate() {
            self.block = number;
            for param in &block.params {
                self.define(*param, 0)?;
            }
            for (place, node) in block.nodes.iter().enumerate() {
                match (node.value, node.op.result()) {
                    (Some(value), Some(kind)) => {
                        self.define(value, place + 1)?;
                        if function.kind(value) != kind {
                            return self.problem(format!("{value} is no {kind:?}"));
                        }
                    }
                    (None, None) => {}
                    _ => return self.problem(format!("{} has a value that it should not have, or none", node.op)),
                }
            }
        }
        Ok(())
    }

    /// Whether `value` can be used at `place`. That somebody holds a borrowed object until then is the builder's affair.
    fn used(&self, value: Value, place: usize) -> Result<(), Problem> {
        let Some((block, at)) = self.defs.get(value.index()).copied().flatten() else {
            return self.problem(format!("{value} is used, and never defined"));
        };
        let before = if block == self.block { at <= place } else { self.dominators.dominates(Block(block as u32), Block(self.block as u32)) };
        if !before {
            return self.problem(format!("{value} is used where it may be undefined"));
        }
        Ok(())
    }

    fn exit(&self, exit: Exit, place: usize) -> Result<(), Problem> {
        let Some(data) = self.function.exits.get(exit.index()) else { return self.problem(format!("{exit} does not exist")) };
        for value in data.values() {
            self.used(value, place)?;
        }
        for (i, (r, _)) in data.writes.iter().enumerate() {
            if data.writes[..i].iter().any(|(other, _)| other == r) {
                return self.problem(format!("{exit} writes a register twice"));
            }
        }
        Ok(())
    }

    fn kinds(&self, op: &Op) -> Result<(), Problem> {
        let wanted: &[Kind] = match op {
            Op::Guard(..) | Op::BoolToInt(_) | Op::Not(_) => &[Kind::Bool],
            Op::BoolCmp(..) => &[Kind::Bool; 2],
            Op::Int(..) | Op::IntCmp(..) | Op::Index(..) => &[Kind::Int; 2],
            Op::IntToFloat(..) => &[Kind::Int],
            Op::Float(..) | Op::FloatPow(..) | Op::FloatCmp(..) => &[Kind::Float; 2],
            Op::FloatNeg(_) => &[Kind::Float],
            Op::Same(..) | Op::IsInstance(..) => &[Kind::Object; 2],
            Op::Item(..) | Op::StoreItem(..) | Op::StoreItemWord(..) | Op::StoreItemReg(..) => &[Kind::Object, Kind::Int],
            Op::Flush(_, value, _) if self.function.kind(*value) == Kind::Object => return self.problem("an object is flushed"),
            Op::Flush(..) | Op::FlushIf(..) | Op::StoreSlot(..) => return Ok(()),
            _ => &[Kind::Object],
        };
        for (value, kind) in op.uses().into_iter().zip(wanted) {
            if self.function.kind(value) != *kind {
                return self.problem(format!("{value} in `{op}` is no {kind:?}"));
            }
        }
        Ok(())
    }

    fn one_block(&self) -> Result<(), Problem> {
        let block = &self.function.blocks[self.block];
        for (place, node) in block.nodes.iter().enumerate() {
            for value in node.op.uses() {
                self.used(value, place)?;
            }
            self.kinds(&node.op)?;
            if let Some(exit) = node.op.exit() {
                self.exit(exit, place)?;
            }
            if let Op::Quick(_, _, _, left) = node.op {
                self.exit(left, place)?;
            }
        }
        let place = block.nodes.len();
        let Some(end) = &block.end else { return self.problem("no end") };
        match end {
            End::Branch(value, ..) => {
                self.used(*value, place)?;
                if self.function.kind(*value) != Kind::Bool {
                    return self.problem(format!("a branch on {value}, which is no truth"));
                }
            }
            End::Return(write) => {
                for value in write.values() {
                    self.used(value, place)?;
                }
            }
            End::Leave(exit) | End::Back(_, exit) | End::Quick { exit, .. } => self.exit(*exit, place)?,
            _ => {}
        }
        for edge in end.edges() {
            let Some(to) = self.function.blocks.get(edge.to.index()) else { return self.problem(format!("{} does not exist", edge.to)) };
            if to.params.len() != edge.args.len() {
                return self.problem(format!("{} arguments for {}", edge.args.len(), edge.to));
            }
            for (arg, param) in edge.args.iter().zip(&to.params) {
                self.used(*arg, place)?;
                if self.function.kind(*arg) != self.function.kind(*param) {
                    return self.problem(format!("{arg} for {param} is of another kind"));
                }
                // Nobody knows who holds it from one time to the next.
                if self.function.kind(*param) == Kind::Object && self.dominators.dominates(edge.to, Block(self.block as u32)) {
                    return self.problem(format!("{param} is borrowed over a loop"));
                }
            }
        }
        Ok(())
    }
}
