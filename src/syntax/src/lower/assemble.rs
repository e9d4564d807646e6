//! From the instruction list to words: jumps are threaded, dead code and proved bound-checks go, operands get their numbers and widths.

use super::asm::{Asm, HandlerId, Instr, Label, NO_HANDLER, Reg, RegClass};
use crate::code::{DepthTable, Handler, Position, PositionTable, PositionWriter};
use crate::errors::{ErrorKind, Result, fail};
use crate::opcodes::{Kind, Op, pack};
use ruff_text_size::TextRange;

/// How many registers of each class there are.
pub(crate) struct Registers {
    pub(crate) vars: u32,
    /// The number of each variable: in the order in which they are first used.
    pub(crate) var_numbers: Vec<u32>,
    /// The number of each cell: its own, or that of the argument that becomes the cell in place.
    pub(crate) cell_numbers: Vec<u32>,
    pub(crate) own_cells: u32,
    pub(crate) frees: u32,
    pub(crate) params: u32,
}

/// What `assemble` makes.
pub(crate) struct Assembled {
    pub(crate) words: Box<[u64]>,
    pub(crate) handlers: Box<[Handler]>,
    pub(crate) depths: DepthTable,
    pub(crate) positions: PositionTable,
    /// Which constants are used: the others are to be removed.
    pub(crate) consts: Vec<bool>,
}

/// Assembles the list.
pub(crate) fn assemble(
    asm: &mut Asm,
    registers: &Registers,
    first_line: u32,
    mut position: impl FnMut(TextRange) -> Option<Position>,
) -> Result<Assembled> {
    thread_jumps(asm);
    super::lines::resolve(asm);
    let live = reachable(asm);
    let drop_check = super::bound::redundant_checks(asm, &live, registers.params);
    // Which instructions stay, and the jumps that would lead to the next instruction.
    let mut keep = live;
    for (at, drop) in drop_check.iter().enumerate() {
        keep[at] &= !drop;
    }
    for at in (0..asm.instrs.len()).rev() {
        if keep[at] && asm.instrs[at].op == Op::Jump {
            let target = target_of(asm, at);
            if target > at && !keep[at + 1..target].iter().any(|k| *k) {
                keep[at] = false;
            }
        }
    }
    let kept: Vec<u32> = (0..asm.instrs.len() as u32).filter(|at| keep[*at as usize]).collect();

    // Numbered operands.
    let number = |reg: Reg| -> i32 {
        match reg.class() {
            RegClass::Var => registers.var_numbers[reg.index() as usize] as i32,
            RegClass::Cell => registers.cell_numbers[reg.index() as usize] as i32,
            RegClass::Free => (registers.vars + registers.own_cells + reg.index()) as i32,
            RegClass::Hidden => (registers.vars + registers.own_cells + registers.frees + reg.index()) as i32,
            RegClass::Temp => reg.index() as i32 - asm.max_depth as i32,
        }
    };
    // Constants of dead code go.
    let mut consts = Vec::new();
    if asm.pin_first_const {
        consts.push(true);
    }
    for &at in &kept {
        let instr = &asm.instrs[at as usize];
        for (slot, (_, kind)) in instr.op.operands().iter().enumerate() {
            if *kind == Kind::Const {
                let k = instr.operands[slot] as usize;
                if consts.len() <= k {
                    consts.resize(k + 1, false);
                }
                consts[k] = true;
            }
        }
    }
    let const_numbers: Vec<i32> = consts
        .iter()
        .scan(0, |next, used| {
            let number = *next;
            *next += i32::from(*used);
            Some(number)
        })
        .collect();
    let mut operands: Vec<[i32; 3]> = Vec::with_capacity(kept.len());
    for &at in &kept {
        let instr = &asm.instrs[at as usize];
        let mut out = instr.operands;
        for (slot, (_, kind)) in instr.op.operands().iter().enumerate() {
            if matches!(
                kind,
                Kind::Out | Kind::In | Kind::Peek | Kind::InOut | Kind::Kill | Kind::Cell | Kind::Base | Kind::OutBase
            ) {
                out[slot] = number(Reg(out[slot]));
            } else if *kind == Kind::Const {
                out[slot] = const_numbers[out[slot] as usize];
            }
        }
        operands.push(out);
    }

    // Index among the kept instructions of each label's instruction.
    let mut kept_before = vec![0u32; asm.instrs.len() + 1];
    for at in 0..asm.instrs.len() {
        kept_before[at + 1] = kept_before[at] + u32::from(keep[at]);
    }
    let label_index = |label: i32| kept_before[asm.labels[label as usize] as usize] as usize;

    // Widths grow until all jumps fit.
    let fits = |n: i32| i16::try_from(n).is_ok();
    let jumps: Vec<Option<(usize, Kind)>> = kept.iter().map(|at| asm.instrs[*at as usize].op.jump()).collect();
    let mut wide: Vec<bool> = (0..kept.len())
        .map(|i| match jumps[i] {
            Some((_, Kind::Jump32)) => !fits(operands[i][0]),
            Some((slot, _)) => (0..3).any(|s| s != slot && !fits(operands[i][s])),
            None => operands[i].iter().any(|n| !fits(*n)),
        })
        .collect();
    let mut starts = vec![0u32; kept.len() + 1];
    loop {
        let mut pc = 0u32;
        for (i, at) in kept.iter().enumerate() {
            starts[i] = pc;
            pc += 1 + u32::from(wide[i]) + asm.instrs[*at as usize].op.cache_words() as u32;
        }
        starts[kept.len()] = pc;
        let mut grew = false;
        for i in 0..kept.len() {
            if let Some((slot, Kind::Jump16)) = jumps[i]
                && !wide[i]
            {
                let target = label_index(asm.instrs[kept[i] as usize].operands[slot]);
                if !fits(starts[target] as i32 - starts[i + 1] as i32) {
                    wide[i] = true;
                    grew = true;
                }
            }
        }
        if !grew {
            break;
        }
    }
    if starts[kept.len()] > i32::MAX as u32 / 2 {
        return fail(ErrorKind::Overflow, "code is too large");
    }

    // Words and their tables.
    let total = starts[kept.len()] as usize;
    let mut words = Vec::with_capacity(total);
    let mut depths = Vec::with_capacity(total);
    let mut positions = PositionWriter::new(first_line);
    let mut handlers = Handlers { list: Vec::new(), open: NO_HANDLER };
    let mut last_loc: Option<(TextRange, Option<Position>)> = None;
    for (i, &at) in kept.iter().enumerate() {
        let instr = &asm.instrs[at as usize];
        let mut ops = operands[i];
        if let Some((slot, kind)) = jumps[i] {
            let target = label_index(instr.operands[slot]);
            let delta = starts[target] as i32 - starts[i + 1] as i32;
            if kind == Kind::Jump32 {
                ops[1] = delta & 0xffff;
                ops[2] = delta >> 16;
            } else {
                ops[slot] = delta;
            }
        }
        if wide[i] {
            let mut high = ops.map(|n| n >> 16);
            if matches!(jumps[i], Some((_, Kind::Jump32))) {
                high[1] = 0;
                high[2] = 0;
            }
            words.push(pack(Op::Wide, high));
        }
        words.push(pack(instr.op, ops));
        words.resize(starts[i + 1] as usize, 0);
        depths.resize(starts[i + 1] as usize, instr.depth);
        handlers.covers(instr.handler, starts[i], asm, |label| starts[label_index(label.0 as i32)]);
        let place = match last_loc {
            Some((loc, place)) if loc == instr.loc => place,
            _ => {
                let place = position(instr.loc);
                last_loc = Some((instr.loc, place));
                place
            }
        };
        positions.push(starts[i + 1] - starts[i], place);
    }
    handlers.close(total as u32);
    Ok(Assembled {
        words: words.into(),
        handlers: handlers.list.into(),
        depths: DepthTable::pack(&depths),
        positions: positions.finish(),
        consts,
    })
}

/// Collects ranges with the same handler.
struct Handlers {
    list: Vec<Handler>,
    open: HandlerId,
}

impl Handlers {
    fn covers(&mut self, handler: HandlerId, start: u32, asm: &Asm, target: impl Fn(Label) -> u32) {
        if handler == self.open {
            return;
        }
        self.close(start);
        self.open = handler;
        if handler != NO_HANDLER {
            let def = asm.handlers[handler.0 as usize];
            self.list.push(Handler {
                start,
                end: start,
                target: target(def.label),
                temp_depth: def.temp_depth,
                hidden_depth: def.hidden_depth,
            });
        }
    }

    fn close(&mut self, end: u32) {
        if self.open != NO_HANDLER
            && let Some(last) = self.list.last_mut()
        {
            last.end = end;
        }
        self.open = NO_HANDLER;
    }
}

/// The instruction that the jump at `at` leads to.
pub(super) fn target_of(asm: &Asm, at: usize) -> usize {
    let instr = &asm.instrs[at];
    instr.op.jump().map_or(at + 1, |(slot, _)| asm.labels[instr.operands[slot] as usize] as usize)
}

/// A jump to a jump goes where that one leads.
fn thread_jumps(asm: &mut Asm) {
    for at in 0..asm.instrs.len() {
        let Some((slot, _)) = asm.instrs[at].op.jump() else { continue };
        if asm.instrs[at].op == Op::JumpBack {
            continue;
        }
        for _ in 0..8 {
            let target = target_of(asm, at);
            match asm.instrs.get(target) {
                Some(Instr { op: Op::Jump, operands, .. }) if target > at => {
                    let label = operands[1];
                    if asm.labels[label as usize] as usize <= target {
                        break;
                    }
                    asm.instrs[at].operands[slot] = label;
                }
                _ => break,
            }
        }
    }
}

/// Which instructions control can reach, handlers included.
fn reachable(asm: &Asm) -> Vec<bool> {
    let mut live = vec![false; asm.instrs.len()];
    let mut handler_seen = vec![false; asm.handlers.len()];
    let mut work = vec![0usize];
    while let Some(mut at) = work.pop() {
        while at < live.len() && !live[at] {
            live[at] = true;
            let instr = &asm.instrs[at];
            if instr.handler != NO_HANDLER && !std::mem::replace(&mut handler_seen[instr.handler.0 as usize], true) {
                work.push(asm.labels[asm.handlers[instr.handler.0 as usize].label.0 as usize] as usize);
            }
            if instr.op.jump().is_some() {
                work.push(target_of(asm, at));
            }
            if instr.op.is_terminal() {
                break;
            }
            at += 1;
        }
    }
    live
}
