//! Which lines of a code object the interpreter is known to have run.
//!
//! An instruction that has run often leaves a trace in its words: another form of itself, a count, a cache. What lies around such an
//! instruction ran with it: its block, the block that alone leads there, the block where alone it leads. An exception in the middle of a block
//! is not seen. Code that has no trace may have run once all the same.

use std::collections::{BTreeMap, BTreeSet};

use heap::sync::Ordering::Relaxed;
use syntax::opcodes::Decoded;

use crate::Code;

/// A run of instructions that is entered at its start alone.
#[derive(Default)]
struct Block {
    words: Vec<usize>,
    ways: Vec<usize>,
    has_run: bool,
}

/// The lines, in order.
pub fn lines(code: &Code) -> BTreeSet<u32> {
    let source = code.source();
    let now: Vec<u64> = code.words().iter().map(|word| word.load(Relaxed)).collect();
    let mut blocks = blocks(source, &now);
    while spread(&mut blocks) {}
    let ran = blocks.values().filter(|block| block.has_run).flat_map(|block| &block.words);
    ran.filter_map(|pc| code.lines().line(*pc)?.try_into().ok()).collect()
}

/// The blocks by their first words, each with whether an instruction of it has left a trace.
fn blocks(source: &syntax::Code, now: &[u64]) -> BTreeMap<usize, Block> {
    let starts = starts(source);
    let mut blocks: BTreeMap<usize, Block> = BTreeMap::new();
    let (mut pc, mut start) = (0, 0);
    while let Some(insn) = Decoded::at(&source.words, pc) {
        let next = pc + insn.len;
        if starts.contains(&pc) {
            start = pc;
        }
        let block = blocks.entry(start).or_default();
        block.words.push(pc);
        block.has_run |= now.get(pc..next) != source.words.get(pc..next);
        if starts.contains(&next) {
            block.ways.extend((!insn.op.is_terminal()).then_some(next));
            block.ways.extend(insn.jump_target(pc).and_then(|to| usize::try_from(to).ok()));
        }
        pc = next;
    }
    blocks
}

/// Where blocks begin.
fn starts(source: &syntax::Code) -> BTreeSet<usize> {
    let mut starts: BTreeSet<usize> = source.handlers.iter().map(|handler| handler.target as usize).collect();
    let mut pc = 0;
    while let Some(insn) = Decoded::at(&source.words, pc) {
        let target = insn.jump_target(pc).and_then(|to| usize::try_from(to).ok());
        if target.is_some() || insn.op.is_terminal() {
            starts.insert(pc + insn.len);
        }
        starts.extend(target);
        pc += insn.len;
    }
    starts
}

/// Takes what is known one block further; whether that brought anything.
fn spread(blocks: &mut BTreeMap<usize, Block>) -> bool {
    let mut ways_into: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (start, block) in blocks.iter() {
        for to in &block.ways {
            ways_into.entry(*to).or_default().push(*start);
        }
    }
    let mut found = Vec::new();
    for (start, block) in blocks.iter().filter(|(_, block)| block.has_run) {
        found.extend(block.ways.iter().filter(|_| block.ways.len() == 1));
        found.extend(ways_into.get(start).filter(|from| from.len() == 1).into_iter().flatten());
    }
    let mut is_new = false;
    for start in found {
        if let Some(block) = blocks.get_mut(&start) {
            is_new |= !core::mem::replace(&mut block.has_run, true);
        }
    }
    is_new
}
