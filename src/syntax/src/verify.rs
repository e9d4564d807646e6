//! The verifier: what the interpreter relies on without looking.
//!
//! For each code object: words decode; registers, constants, names and jump targets exist; the handler table is sorted, its targets
//! are instructions; and, along every path, the temp stack agrees with the depth table: an instruction consumes exactly the topmost
//! temps and gives its outputs the next ones. Hidden locals and null temps are not tracked.

use crate::code::{Code, Const, DepthTable, LocalKind};
use crate::opcodes::{Decoded, Kind, Op};

/// Why code is not fit to run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    pub pc: usize,
    pub what: String,
}

impl core::fmt::Display for Problem {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "at {}: {}", self.pc, self.what)
    }
}

impl std::error::Error for Problem {}

fn problem<T>(pc: usize, what: impl Into<String>) -> Result<T, Problem> {
    Err(Problem { pc, what: what.into() })
}

/// Verifies a code object and all code among its constants.
pub fn verify(code: &Code) -> Result<(), Problem> {
    let mut work = vec![code];
    while let Some(code) = work.pop() {
        verify_one(code)?;
        work.extend(code.consts.iter().filter_map(|k| match k {
            Const::Code(inner) => Some(&**inner),
            _ => None,
        }));
    }
    Ok(())
}

/// Verifies one code object.
pub fn verify_one(code: &Code) -> Result<(), Problem> {
    let mut verifier = verifier(code)?;
    verifier.decode()?;
    verifier.handlers()?;
    verifier.flow()
}

fn verifier(code: &Code) -> Result<Verifier<'_>, Problem> {
    let args = code.arg_registers();
    if args > code.locals.len() || code.posonly_count > code.arg_count {
        return problem(0, "more arguments than locals");
    }
    let kinds: Vec<LocalKind> = code.locals.iter().map(|l| l.kind).collect();
    if let Some(first) = kinds.iter().position(|k| *k == LocalKind::Free)
        && kinds[first..].iter().any(|k| *k != LocalKind::Free)
    {
        return problem(0, "free variables are not the last locals");
    }
    if code.depths.len() != code.words.len() {
        return problem(0, "the depth table has another length than the code");
    }
    let limit = i32::MAX as usize / 4;
    if code.words.len() > limit || code.local_registers() > limit || code.temp_count as usize > limit {
        return problem(0, "too large");
    }
    Ok(Verifier { code, settles: false, depth: vec![None; code.words.len()], starts: vec![false; code.words.len() + 1], work: Vec::new() })
}

/// Verifies a code object that was put together from parts, and gives it the depth table that its instructions imply.
pub fn settle(code: &mut Code) -> Result<(), Problem> {
    code.depths = DepthTable::pack(&vec![0; code.words.len()]);
    let mut verifier = verifier(code)?;
    verifier.settles = true;
    verifier.decode()?;
    verifier.handlers()?;
    verifier.flow()?;
    let depths: Vec<u32> = verifier.depth.iter().map(|depth| depth.unwrap_or(0)).collect();
    code.depths = DepthTable::pack(&depths);
    verify_one(code)
}

struct Verifier<'a> {
    code: &'a Code,
    /// The depth table is to be made from what is found here.
    settles: bool,
    /// Depth found before each instruction that control reaches.
    depth: Vec<Option<u32>>,
    starts: Vec<bool>,
    work: Vec<usize>,
}

impl Verifier<'_> {
    /// Every word belongs to an instruction, and every operand is in range.
    fn decode(&mut self) -> Result<(), Problem> {
        let words = &self.code.words;
        let mut pc = 0;
        while pc < words.len() {
            self.starts[pc] = true;
            let Some(insn) = Decoded::at(words, pc) else { return problem(pc, "no instruction") };
            if insn.op.is_specialized() {
                return problem(pc, "a specialised instruction");
            }
            self.operands(pc, &insn)?;
            pc += insn.len;
        }
        Ok(())
    }

    fn operands(&self, pc: usize, insn: &Decoded) -> Result<(), Problem> {
        let locals = self.code.local_registers() as i64;
        let temps = i64::from(self.code.temp_count);
        let is_register = |r: i64| r >= -temps && r < locals;
        for (slot, (name, kind)) in insn.op.operands().iter().enumerate() {
            let value = i64::from(insn.operands[slot]);
            let fine = match kind {
                Kind::Out | Kind::In | Kind::Peek | Kind::Kill => is_register(value),
                Kind::InOut => is_register(value),
                Kind::Cell => {
                    let kind = usize::try_from(value).ok().and_then(|r| self.code.locals.get(r)).map(|l| l.kind);
                    matches!(kind, Some(LocalKind::Cell | LocalKind::Free))
                }
                Kind::Base => {
                    let len = i64::from(insn.op.base_len(insn.operands));
                    len >= 0 && value < 0 && value >= -temps && value + len <= 0
                        || len == 0 && (-temps..=0).contains(&value)
                }
                Kind::OutBase => {
                    let len = i64::from(insn.op.out_len(insn.operands));
                    len >= 0
                        && (value < 0 && value >= -temps && value + len <= 0
                            || value >= 0 && value + len <= locals
                            || len == 0 && (-temps..=0).contains(&value))
                }
                Kind::Const => usize::try_from(value).is_ok_and(|k| k < self.code.consts.len()),
                Kind::Name => usize::try_from(value).is_ok_and(|k| k < self.code.names.len()),
                Kind::Imm | Kind::Jump16 | Kind::Jump32 => true,
            };
            if !fine {
                return problem(pc, format!("operand {name} of {} is out of range", insn.op));
            }
        }
        if matches!(insn.op, Op::PrepareExit | Op::PrepareExitExc) && i64::from(insn.operands[1]) + 1 >= locals {
            return problem(pc, "the exit method's second register is out of range");
        }
        if matches!(insn.op, Op::Take) && insn.operands[1] < 0 {
            return problem(pc, "takes a temp");
        }
        Ok(())
    }

    fn handlers(&self) -> Result<(), Problem> {
        let mut last = 0;
        for h in &self.code.handlers {
            let pc = h.start as usize;
            let is_start = |at: u32| self.starts.get(at as usize).copied().unwrap_or(false);
            let end_fine = h.end as usize == self.code.words.len() || is_start(h.end);
            if h.start < last || h.end <= h.start || !is_start(h.start) || !end_fine || !is_start(h.target) {
                return problem(pc, "the handler table is out of order");
            }
            if h.temp_depth > self.code.temp_count || h.hidden_depth > self.code.hidden_count {
                return problem(pc, "a handler keeps more than there is");
            }
            last = h.end;
        }
        Ok(())
    }

    fn reach(&mut self, from: usize, to: i64, depth: i64) -> Result<(), Problem> {
        let Some(to) = usize::try_from(to).ok().filter(|to| *to < self.code.words.len() && self.starts[*to]) else {
            return problem(from, "control goes where no instruction is");
        };
        let depth = match u32::try_from(depth) {
            Ok(depth) if depth <= self.code.temp_count => depth,
            _ => return problem(from, "the temp stack over- or underflows"),
        };
        match self.depth[to] {
            None => {
                self.depth[to] = Some(depth);
                self.work.push(to);
            }
            Some(known) if known != depth => {
                return problem(to, format!("reached with {known} and with {depth} temps"));
            }
            Some(_) => {}
        }
        Ok(())
    }

    /// Follows all paths.
    fn flow(&mut self) -> Result<(), Problem> {
        if self.code.words.is_empty() {
            return problem(0, "no code");
        }
        self.reach(0, 0, 0)?;
        while let Some(pc) = self.work.pop() {
            let Some(depth) = self.depth[pc] else { continue };
            let Some(insn) = Decoded::at(&self.code.words, pc) else { return problem(pc, "no instruction") };
            if !self.settles && self.code.temp_depth(pc) != depth as usize {
                return problem(pc, format!("{} temps are live, the table says {}", depth, self.code.temp_depth(pc)));
            }
            let depth = i64::from(depth);
            let (fall, jump) = self.step(pc, &insn, depth)?;
            if let Some(h) = self.code.handler_at(pc).copied() {
                if i64::from(h.temp_depth) > depth {
                    return problem(pc, "the handler keeps temps that are not live");
                }
                self.reach(pc, i64::from(h.target), i64::from(h.temp_depth))?;
            }
            if let Some(target) = insn.jump_target(pc) {
                let back = target <= pc as i64;
                if back != (insn.op == Op::JumpBack) {
                    return problem(pc, "a jump goes the wrong way");
                }
                self.reach(pc, target, jump)?;
            }
            if !insn.op.is_terminal() {
                self.reach(pc, (pc + insn.len) as i64, fall)?;
            }
        }
        Ok(())
    }

    /// Temp depths behind an instruction and at its jump target.
    fn step(&self, pc: usize, insn: &Decoded, depth: i64) -> Result<(i64, i64), Problem> {
        let temps = i64::from(self.code.temp_count);
        let op = insn.op;
        let mut consumed: Vec<i64> = Vec::new();
        let index = |value: i32| i64::from(value) + temps;
        for (slot, (_, kind)) in op.operands().iter().enumerate() {
            let value = insn.operands[slot];
            let first = index(value);
            match kind {
                Kind::In | Kind::Kill if value < 0 => consumed.push(first),
                Kind::InOut if value < 0 => consumed.extend((0..i64::from(op.base_len(insn.operands).max(1))).map(|n| first + n)),
                Kind::Base => consumed.extend((0..i64::from(op.base_len(insn.operands))).map(|n| first + n)),
                Kind::Peek if value < 0 && first >= depth => return problem(pc, format!("{op} looks at a dead temp")),
                _ => {}
            }
        }
        let rest = depth - consumed.len() as i64;
        consumed.sort_unstable();
        if consumed.iter().enumerate().any(|(i, at)| *at != rest + i as i64) {
            return problem(pc, format!("{op} does not consume the topmost of {depth} temps"));
        }
        let mut after = rest;
        for (slot, (_, kind)) in op.operands().iter().enumerate() {
            let value = insn.operands[slot];
            let produced = match kind {
                Kind::Out => 1,
                Kind::OutBase => i64::from(op.out_len(insn.operands)),
                Kind::InOut => i64::from(op.out_len(insn.operands).max(1)),
                _ => continue,
            };
            if value < 0 {
                if index(value) != after {
                    return problem(pc, format!("{op} writes a temp out of order"));
                }
                after += produced;
            }
        }
        match op {
            Op::JumpIfTrueOrPop | Op::JumpIfFalseOrPop => {
                if insn.operands[0] >= 0 || index(insn.operands[0]) != depth - 1 {
                    return problem(pc, format!("{op} needs the topmost temp"));
                }
                Ok((depth - 1, depth))
            }
            // The value is not there when the iterator is exhausted.
            Op::ForIter => Ok((after, rest)),
            _ => Ok((after, after)),
        }
    }
}
