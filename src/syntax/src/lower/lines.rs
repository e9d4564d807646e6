//! Lines for instructions that have none of their own: what ends a loop or a function belongs to whatever led there.
//!
//! As in CPython, the end that several paths lead to is copied, so that a tracer sees no line that was not run: a jump to a
//! `ReturnConst` or `JumpBack` without a line becomes one itself, a conditional one gets a copy behind the code.

use super::asm::{Asm, Label, no_location};
use super::assemble::target_of;
use crate::opcodes::Op;

/// Gives lines to instructions without.
pub(super) fn resolve(asm: &mut Asm) {
    copy_ends(asm);
    propagate(asm);
}

fn is_end(op: Op) -> bool {
    matches!(op, Op::ReturnConst | Op::JumpBack)
}

fn copy_ends(asm: &mut Asm) {
    let nowhere = no_location();
    let code_end = asm.instrs.len();
    for at in 0..code_end {
        let Some((slot, _)) = asm.instrs[at].op.jump() else { continue };
        if asm.instrs[at].op == Op::JumpBack {
            continue;
        }
        let target = target_of(asm, at);
        let Some(&end) = asm.instrs.get(target) else { continue };
        if target <= at || target >= code_end || !is_end(end.op) {
            continue;
        }
        let here = asm.instrs[at];
        if here.op == Op::Jump {
            let loc = if end.loc == nowhere { here.loc } else { end.loc };
            asm.instrs[at] = super::asm::Instr { loc, depth: here.depth, ..end };
        } else if end.loc == nowhere && here.loc != nowhere && !only_way(asm, at, target) {
            let label = Label(asm.labels.len() as u32);
            asm.labels.push(asm.instrs.len() as u32);
            asm.instrs.push(super::asm::Instr { loc: here.loc, ..end });
            asm.instrs[at].operands[slot] = label.0 as i32;
        }
    }
}

/// Whether the end right behind a jump can only be reached from instructions of the same place.
fn only_way(asm: &Asm, at: usize, target: usize) -> bool {
    target == at + 1 && asm.instrs[at].op != Op::ForIter
}

fn propagate(asm: &mut Asm) {
    let nowhere = no_location();
    let n = asm.instrs.len();
    // For each instruction how many jumps and handlers lead to it, and one of those jumps.
    let mut sources = vec![0u32; n + 1];
    let mut from = vec![usize::MAX; n + 1];
    for at in 0..n {
        if asm.instrs[at].op.jump().is_some() {
            let target = target_of(asm, at);
            sources[target] += 1;
            from[target] = at;
        }
    }
    for handler in &asm.handlers {
        let target = asm.labels[handler.label.0 as usize] as usize;
        if target <= n {
            sources[target] += 2;
        }
    }
    for at in 0..n {
        if asm.instrs[at].loc != nowhere {
            continue;
        }
        let falls_in = at > 0 && !asm.instrs[at - 1].op.is_terminal();
        let source = match (falls_in, sources[at]) {
            (true, 0) => at - 1,
            (false, 1) => from[at],
            _ => continue,
        };
        if source < at {
            asm.instrs[at].loc = asm.instrs[source].loc;
        }
    }
}
