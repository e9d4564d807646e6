//! What the compiler knows of a code object: plain data, copied while the thread that asked for it is attached.
//!
//! Specialised opcodes and their caches are the feedback: they say what the interpreter saw.

use syntax::code::{Code, Const, LocalKind};
use syntax::opcodes::{Decoded, Kind};

/// What a constant is, as far as units compute with it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Known {
    Int(i64),
    Float(f64),
    Bool(bool),
    None,
    Other,
}

/// A code object.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    pub name: String,
    /// The words with specialised opcodes and caches.
    pub words: Box<[u64]>,
    /// Live temps before each word that begins an instruction.
    pub depths: Box<[u32]>,
    pub consts: Box<[Known]>,
    /// Named and hidden locals.
    pub locals: i32,
    pub temps: i32,
    /// The first so many locals are arguments.
    pub args: i32,
    /// Which locals are empty where a function begins.
    pub empty: Box<[bool]>,
    /// Instructions where guards of an earlier unit have failed too often.
    pub distrusted: Vec<u32>,
}

impl Snapshot {
    /// Code that never ran: without feedback.
    pub fn of(code: &Code) -> Snapshot {
        let known = |constant: &Const| match constant {
            Const::Int(n) => Known::Int(*n),
            Const::Float(x) => Known::Float(*x),
            Const::Bool(b) => Known::Bool(*b),
            Const::None => Known::None,
            _ => Known::Other,
        };
        Snapshot {
            name: code.qualname.to_string(),
            words: code.words.clone(),
            depths: (0..code.words.len()).map(|pc| code.temp_depth(pc) as u32).collect(),
            consts: code.consts.iter().map(known).collect(),
            locals: code.local_registers() as i32,
            temps: code.temp_count as i32,
            args: code.arg_registers() as i32,
            empty: (0..code.local_registers()).map(|r| is_empty_at_start(code, r)).collect(),
            distrusted: Vec::new(),
        }
    }

    /// The instruction at `pc`. Verified code decodes everywhere that control reaches.
    pub fn insn(&self, pc: u32) -> Option<Decoded> {
        Decoded::at(&self.words, pc as usize)
    }

    /// The registers that are live before the instruction at `pc`: the lowest temps, then all locals.
    pub fn live(&self, pc: u32) -> impl Iterator<Item = i32> + use<> {
        let lowest = -self.temps;
        (lowest..lowest + self.depths[pc as usize] as i32).chain(0..self.locals)
    }

    /// Where control may go from the instruction at `pc`: behind it, and to its jump's target.
    pub fn successors(&self, pc: u32, insn: &Decoded) -> [Option<u32>; 2] {
        let next = pc + insn.len as u32;
        let target = insn.jump_target(pc as usize).and_then(|to| u32::try_from(to).ok());
        [(!insn.op.is_terminal()).then_some(next), target]
    }

    /// The registers that an operand of this kind names, of which there are several for bases.
    pub fn named(insn: &Decoded, slot: usize, kind: Kind) -> core::ops::Range<i32> {
        let first = insn.operands[slot];
        match kind {
            Kind::Out | Kind::In | Kind::Peek | Kind::InOut | Kind::Kill | Kind::Cell => first..first + 1,
            Kind::Base => first..first + insn.op.base_len(insn.operands),
            Kind::OutBase => first..first + insn.op.out_len(insn.operands),
            Kind::Const | Kind::Name | Kind::Imm | Kind::Jump16 | Kind::Jump32 => 0..0,
        }
    }
}

/// Arguments are full, and cells are made before a function begins.
fn is_empty_at_start(code: &Code, r: usize) -> bool {
    r >= code.arg_registers() && code.locals.get(r).is_none_or(|local| matches!(local.kind, LocalKind::Plain | LocalKind::Private))
}
