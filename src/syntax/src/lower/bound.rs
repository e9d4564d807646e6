//! Definite assignment: which `CheckBound`s can never fail.
//!
//! A forward data flow over the instruction list. The state is the set of registers that are surely bound; it meets by
//! intersection. An instruction that raises has written nothing, so its handler sees the state before it.

use super::asm::{Asm, NO_HANDLER, Reg, RegClass};
use super::assemble::target_of;
use crate::opcodes::{Kind, Op};
use rustc_hash::FxHashMap;

type Set = Vec<u64>;

/// For each instruction whether it is a `CheckBound` that always succeeds.
pub(super) fn redundant_checks(asm: &Asm, live: &[bool], params: u32) -> Vec<bool> {
    let mut drop = vec![false; asm.instrs.len()];
    let mut bits: FxHashMap<i32, u32> = FxHashMap::default();
    for (at, instr) in asm.instrs.iter().enumerate() {
        if live[at] && instr.op == Op::CheckBound {
            let next = bits.len() as u32;
            bits.entry(instr.operands[0]).or_insert(next);
        }
    }
    if bits.is_empty() {
        return drop;
    }
    // Values that are set aside (`Take`) keep what is known of them.
    for (at, instr) in asm.instrs.iter().enumerate() {
        if live[at] && instr.op == Op::Take {
            for operand in &instr.operands[..2] {
                let next = bits.len() as u32;
                bits.entry(*operand).or_insert(next);
            }
        }
    }
    let mut flow = Flow { asm, live, bits, states: FxHashMap::default(), work: Vec::new(), starts: Vec::new() };
    let words = flow.bits.len().div_ceil(64);
    let mut entry: Set = vec![0; words];
    for (reg, bit) in &flow.bits {
        let reg = Reg(*reg);
        if reg.class() == RegClass::Var && reg.index() < params {
            entry[*bit as usize / 64] |= 1 << (bit % 64);
        }
    }
    flow.run(entry);
    // One more sweep with the final states.
    let starts: Vec<(usize, Set)> = flow.states.iter().map(|(at, s)| (*at, s.clone())).collect();
    for (start, state) in starts {
        flow.block(start, state, &mut |at, bound| drop[at] = bound, false);
    }
    drop
}

struct Flow<'a> {
    asm: &'a Asm,
    live: &'a [bool],
    bits: FxHashMap<i32, u32>,
    /// State at the start of each block.
    states: FxHashMap<usize, Set>,
    work: Vec<usize>,
    starts: Vec<bool>,
}

impl Flow<'_> {
    fn run(&mut self, entry: Set) {
        // Block starts are the targets of jumps and handlers; falling into one ends a block as well.
        let mut is_start = vec![false; self.asm.instrs.len() + 1];
        for (at, instr) in self.asm.instrs.iter().enumerate() {
            if self.live[at] {
                if instr.op.jump().is_some() {
                    is_start[target_of(self.asm, at)] = true;
                }
                if instr.handler != NO_HANDLER {
                    is_start[self.handler_start(at)] = true;
                }
            }
        }
        self.starts = is_start;
        self.meet(0, &entry);
        while let Some(start) = self.work.pop() {
            let state = self.states[&start].clone();
            self.block(start, state, &mut |_, _| {}, true);
        }
    }

    fn handler_start(&self, at: usize) -> usize {
        let handler = self.asm.instrs[at].handler;
        self.asm.labels[self.asm.handlers[handler.0 as usize].label.0 as usize] as usize
    }

    fn meet(&mut self, at: usize, state: &Set) {
        match self.states.get_mut(&at) {
            None => {
                self.states.insert(at, state.clone());
                self.work.push(at);
            }
            Some(known) => {
                let mut changed = false;
                for (k, s) in known.iter_mut().zip(state) {
                    changed |= *k & !s != 0;
                    *k &= s;
                }
                if changed {
                    self.work.push(at);
                }
            }
        }
    }

    fn get(&self, state: &Set, reg: i32) -> bool {
        self.bits.get(&reg).is_some_and(|bit| state[*bit as usize / 64] >> (bit % 64) & 1 != 0)
    }

    fn set(&self, state: &mut Set, reg: i32, bound: bool) -> bool {
        let Some(bit) = self.bits.get(&reg) else { return false };
        let word = &mut state[*bit as usize / 64];
        let old = *word;
        *word = if bound { old | 1 << (bit % 64) } else { old & !(1 << (bit % 64)) };
        *word != old
    }

    /// Runs through the block at `start`; with `spread` its exits meet their targets, `see` is told each check's verdict.
    fn block(&mut self, start: usize, mut state: Set, see: &mut dyn FnMut(usize, bool), spread: bool) {
        let asm = self.asm;
        let mut at = start;
        let mut met = None;
        while at < asm.instrs.len() {
            if at != start && self.starts[at] {
                if spread {
                    self.meet(at, &state);
                }
                return;
            }
            let instr = &asm.instrs[at];
            if spread && instr.handler != NO_HANDLER && met != Some(instr.handler) {
                let handler = self.handler_start(at);
                self.meet(handler, &state);
                met = Some(instr.handler);
            }
            if spread && instr.op.jump().is_some() {
                self.meet(target_of(asm, at), &state);
            }
            let [a, b, _] = instr.operands;
            let mut changed = false;
            match instr.op {
                Op::CheckBound => {
                    see(at, self.get(&state, a));
                    changed |= self.set(&mut state, a, true);
                }
                Op::Take => {
                    let bound = self.get(&state, b);
                    changed |= self.set(&mut state, a, bound);
                    changed |= self.set(&mut state, b, false);
                }
                op => {
                    for (slot, (_, kind)) in op.operands().iter().enumerate() {
                        match kind {
                            Kind::Out | Kind::InOut => changed |= self.set(&mut state, instr.operands[slot], true),
                            Kind::Kill => changed |= self.set(&mut state, instr.operands[slot], false),
                            _ => {}
                        }
                    }
                }
            }
            if changed {
                met = None;
            }
            if instr.op.is_terminal() {
                return;
            }
            at += 1;
        }
    }
}
