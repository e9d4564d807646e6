//! Which words of bytecode a unit contains.
//!
//! An instruction is in the unit if something of HIR was made for it. One that moves a number from one register to another leaves nothing
//! behind: it is in the unit if the unit goes on behind it.

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::{BlockData, End, Function, Op};
use crate::snapshot::Snapshot;

/// The word of bytecode that HIR names: the number of its code among those that the unit is made of, and its place there.
pub fn place(function: &Function, pc: u32) -> (usize, u32) {
    let (room, pc) = function.place(pc);
    (function.rooms.get(room).map_or(0, |room| room.code), pc)
}

/// The first words of these instructions, of each code that the unit is made of.
pub fn words(codes: &[Snapshot], function: &Function) -> Vec<BTreeSet<u32>> {
    let mut all: BTreeMap<usize, BTreeSet<u32>> = BTreeMap::new();
    for pc in function.blocks.iter().flat_map(evident) {
        let (code, pc) = place(function, pc);
        all.entry(code).or_default().insert(pc);
    }
    let with_silent = |(number, snapshot)| {
        let evident = all.remove(&number).unwrap_or_default();
        let silent: Vec<u32> = evident.iter().flat_map(|pc| silent_after(snapshot, &evident, *pc)).collect();
        evident.into_iter().chain(silent).collect()
    };
    codes.iter().enumerate().map(with_silent).collect()
}

/// What a block was made for.
fn evident(block: &BlockData) -> Vec<u32> {
    let mut found: Vec<u32> = block.nodes.iter().map(|node| if let Op::Step(pc, _) | Op::Quick(pc, ..) = node.op { pc } else { node.pc }).collect();
    match block.end {
        // A way out alone does nothing of its instruction.
        Some(End::Leave(_)) | None => {}
        Some(End::Step { pc, .. } | End::Quick { pc, .. } | End::Finish(pc)) => found.push(pc),
        Some(_) => found.push(block.pc),
    }
    found
}

/// The instructions behind the one at `pc` of which nothing is left, up to one that is evident.
fn silent_after(snapshot: &Snapshot, evident: &BTreeSet<u32>, mut pc: u32) -> Vec<u32> {
    let mut silent = Vec::new();
    loop {
        let Some(insn) = snapshot.insn(pc) else { return Vec::new() };
        match snapshot.successors(pc, &insn) {
            [Some(next), None] if evident.contains(&next) => return silent,
            [Some(next), None] => {
                silent.push(next);
                pc = next;
            }
            [next, Some(target)] if evident.contains(&target) || next.is_some_and(|next| evident.contains(&next)) => return silent,
            _ => return Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::build::{Entry, build};
    use crate::snapshot::Source;
    use syntax::code::{Code, Const};

    fn lines(source: &str) -> Vec<u32> {
        let module = syntax::compile(source, "f.py", syntax::Mode::Exec, syntax::CompileOptions::default()).result.expect("it is Python");
        let code: &Code = module.consts.iter().find_map(|constant| if let Const::Code(code) = constant { Some(&**code) } else { None }).expect("there is a function");
        let snapshot = Snapshot::of(code);
        let entry = (0..).find(|pc| snapshot.insn(*pc).is_some_and(|insn| insn.op == syntax::Op::Resume)).expect("it begins");
        let entry = entry + snapshot.insn(entry).map_or(0, |insn| insn.len as u32);
        let function = build(&Source::alone(snapshot.clone()), Entry::Function(entry)).expect("it is built");
        let lines: BTreeSet<u32> = words(&[snapshot], &function).into_iter().flatten().filter_map(|pc| code.line(pc as usize)).collect();
        lines.into_iter().collect()
    }

    #[test]
    fn a_number_that_moves_is_in_the_unit() {
        assert_eq!(lines("def f(n):\n    a = 1.5\n    while n:\n        b = a\n        n = g(b)\n    return a\n"), [2, 3, 4, 5, 6]);
    }

    #[test]
    fn what_is_never_reached_is_not() {
        assert_eq!(lines("def f(n):\n    return n\n    g(n)\n"), [2]);
    }
}
