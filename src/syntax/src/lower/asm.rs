//! The instruction list of one code object while it is being made: registers, labels, handlers, temps.
//!
//! `emit` is the only way in. It keeps the temp stack: it consumes what an instruction reads and gives its output the next temp, so
//! that lowering code never counts depths. `assemble` turns the list into words.

use crate::opcodes::{Insn, Kind, Op};
use ruff_text_size::{TextRange, TextSize};

/// A register before registers are numbered.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct Reg(pub(crate) i32);

/// What a register is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum RegClass {
    Var,
    Cell,
    Free,
    Hidden,
    Temp,
}

const CLASS_SHIFT: u32 = 27;
const INDEX_MASK: i32 = (1 << CLASS_SHIFT) - 1;

/// As an output: the lowest free temp.
pub(crate) const NEXT: Reg = Reg(7 << CLASS_SHIFT);

impl Reg {
    pub(crate) fn new(class: RegClass, index: u32) -> Reg {
        Reg((class as i32) << CLASS_SHIFT | (index as i32 & INDEX_MASK))
    }

    pub(crate) fn class(self) -> RegClass {
        match self.0 >> CLASS_SHIFT {
            0 => RegClass::Var,
            1 => RegClass::Cell,
            2 => RegClass::Free,
            3 => RegClass::Hidden,
            _ => RegClass::Temp,
        }
    }

    pub(crate) fn index(self) -> u32 {
        (self.0 & INDEX_MASK) as u32
    }

    pub(crate) fn is_temp(self) -> bool {
        self.class() == RegClass::Temp
    }

    /// The register `n` further (of a pair or row).
    pub(crate) fn offset(self, n: u32) -> Reg {
        Reg(self.0 + n as i32)
    }
}

/// A place in the code.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Label(pub(crate) u32);

/// A handler, by number; `NO_HANDLER` is the caller.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct HandlerId(pub(crate) u32);

pub(crate) const NO_HANDLER: HandlerId = HandlerId(u32::MAX);

/// Where a handler starts and what stays live there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HandlerDef {
    pub(crate) label: Label,
    pub(crate) temp_depth: u32,
    pub(crate) hidden_depth: u32,
}

/// One instruction. Register operands are `Reg`s, a jump operand is a `Label`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Instr {
    pub(crate) op: Op,
    pub(crate) operands: [i32; 3],
    pub(crate) depth: u32,
    pub(crate) handler: HandlerId,
    pub(crate) loc: TextRange,
}

/// The list.
#[derive(Default)]
pub(crate) struct Asm {
    pub(crate) instrs: Vec<Instr>,
    /// Index of the instruction behind each label.
    pub(crate) labels: Vec<u32>,
    pub(crate) handlers: Vec<HandlerDef>,
    pub(crate) max_depth: u32,
    pub(crate) max_hidden: u32,
    /// The first constant is the docstring, which no instruction names.
    pub(crate) pin_first_const: bool,
    /// Variables that count as used at an instruction, for `var_order`.
    first_uses: Vec<(u32, Reg)>,
}

/// The emitting state beside the list.
pub(crate) struct Cursor {
    pub(crate) depth: u32,
    pub(crate) hidden: u32,
    pub(crate) handler: HandlerId,
    pub(crate) loc: TextRange,
}

/// A location that no source has: instructions with it have no line.
pub(crate) fn no_location() -> TextRange {
    TextRange::empty(u32::MAX.into())
}

const LINE_ONLY_END: u32 = u32::MAX - 2;

/// The location of the line of a range, without columns.
pub(crate) fn line_only(range: TextRange) -> TextRange {
    if range.start() < TextSize::from(LINE_ONLY_END) { TextRange::new(range.start(), LINE_ONLY_END.into()) } else { range }
}

/// Whether a location is one of [`line_only`].
pub(crate) fn is_line_only(range: TextRange) -> bool {
    range.end() == TextSize::from(LINE_ONLY_END)
}

/// The location of a module's `Resume`, before its first line.
pub(crate) fn line_zero() -> TextRange {
    TextRange::empty((u32::MAX - 1).into())
}

impl Asm {
    /// The variable is stored next, though other instructions come first.
    pub(crate) fn first_use(&mut self, reg: Reg) {
        self.first_uses.push((self.instrs.len() as u32, reg));
    }

    /// Variables in the order in which instructions first name them, arguments before all others.
    pub(crate) fn var_order(&self, params: u32, vars: u32) -> Vec<u32> {
        let mut order: Vec<u32> = (0..params).collect();
        let mut seen = vec![false; vars as usize];
        let mut see = |order: &mut Vec<u32>, reg: Reg| {
            if reg.class() == RegClass::Var
                && reg.index() >= params
                && let Some(seen) = seen.get_mut(reg.index() as usize)
                && !std::mem::replace(seen, true)
            {
                order.push(reg.index());
            }
        };
        let mut hints = self.first_uses.iter().peekable();
        for (at, instr) in self.instrs.iter().enumerate() {
            while let Some((_, reg)) = hints.next_if(|(use_at, _)| *use_at as usize <= at) {
                see(&mut order, *reg);
            }
            // What is read comes before what is written.
            for outputs in [false, true] {
                for (slot, (_, kind)) in instr.op.operands().iter().enumerate() {
                    let is_output = matches!(kind, Kind::Out);
                    let is_register = matches!(kind, Kind::Out | Kind::In | Kind::Peek | Kind::InOut | Kind::Kill);
                    if is_register && is_output == outputs {
                        see(&mut order, Reg(instr.operands[slot]));
                    }
                }
            }
        }
        for index in params..vars {
            see(&mut order, Reg::new(RegClass::Var, index));
        }
        order
    }

    pub(crate) fn label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    pub(crate) fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = self.instrs.len() as u32;
    }

    /// Appends an instruction and returns its first output register (or `NEXT` if it has none).
    pub(crate) fn emit<I: Insn>(&mut self, cursor: &mut Cursor, insn: I) -> Reg {
        let op = I::OP;
        let mut operands = insn.operands();
        let before = cursor.depth;
        let mut consumed = 0;
        for (slot, (_, kind)) in op.operands().iter().enumerate() {
            let reg = Reg(operands[slot]);
            consumed += match kind {
                Kind::In | Kind::Kill if reg.is_temp() => 1,
                Kind::InOut if reg.is_temp() => op.base_len(operands).max(1),
                Kind::Base => op.base_len(operands),
                Kind::Peek if matches!(op, Op::JumpIfTrueOrPop | Op::JumpIfFalseOrPop) => 1,
                _ => 0,
            } as u32;
        }
        debug_assert!(consumed <= before, "{op} consumes more temps than there are");
        cursor.depth = before.saturating_sub(consumed);
        let mut out = NEXT;
        for (slot, (_, kind)) in op.operands().iter().enumerate() {
            let produced = match kind {
                Kind::Out => 1,
                Kind::OutBase => op.out_len(operands) as u32,
                Kind::InOut => op.out_len(operands).max(1) as u32,
                _ => continue,
            };
            if Reg(operands[slot]) == NEXT {
                operands[slot] = Reg::new(RegClass::Temp, cursor.depth).0;
            }
            if out == NEXT {
                out = Reg(operands[slot]);
            }
            if Reg(operands[slot]).is_temp() {
                debug_assert_eq!(Reg(operands[slot]).index(), cursor.depth, "{op} writes a temp out of order");
                cursor.depth += produced;
            }
        }
        self.max_depth = self.max_depth.max(cursor.depth);
        self.instrs.push(Instr { op, operands, depth: before, handler: cursor.handler, loc: cursor.loc });
        out
    }
}
