//! What the compiler knows of a code object: plain data, copied while the thread that asked for it is attached.
//!
//! Specialised opcodes and their caches are the feedback: they say what the interpreter saw.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use interp::compiled::feedback::{Builtin, Global, Right, Store};
use syntax::code::{Code, Const, LocalKind};
use syntax::opcodes::{Decoded, Kind, Op};

/// What a constant is, as far as units compute with it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Known {
    Int(i64),
    Float(f64),
    Bool(bool),
    None,
    Other,
}

/// What an instruction's cache says.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Seen {
    /// An attribute of a type, by the type's version tag: the object at this address; only instances with inline values have it. A function runs
    /// this code of the source.
    OfType { tag: u32, is_inline: bool, object: u64, callee: Option<usize> },
    /// An attribute in a slot, by the type's version tag and the instance's word.
    Slot { tag: u32, word: u16 },
    Store(Store),
    /// A global, which is a function that runs this code of the source, or this builtin, if it is one. Several threads may know its namespace.
    Global { at: Global, callee: Option<usize>, builtin: Option<Builtin>, is_common: bool },
    /// A property of a type, by the type's version tag: the object at this address, whose getter runs this code of the source.
    Property { tag: u32, object: u64, callee: usize },
    /// What a type, by its version tag, has for an instruction: the function at this address, which runs this code of the source.
    Method { tag: u32, object: u64, callee: usize },
    /// The same for an operator, with what the right operand is.
    Operator { tag: u32, object: u64, callee: usize, right: Right },
    /// A class, by its version tag: its `__init__` is the function at this address, which runs this code of the source.
    Init { tag: u32, object: u64, callee: usize },
}

impl Seen {
    /// The type's version tag, if it is one of a type.
    pub fn tag(&self) -> Option<u32> {
        match self {
            Seen::OfType { tag, .. } | Seen::Slot { tag, .. } | Seen::Store(Store { tag, .. }) => Some(*tag),
            _ => None,
        }
    }
}

/// What a unit may be made of: the code that it is a unit of comes first, then what it may call.
#[derive(Clone, Debug, Default)]
pub struct Source {
    pub codes: Vec<Snapshot>,
}

impl Source {
    /// A code object alone.
    pub fn alone(snapshot: Snapshot) -> Source {
        Source { codes: vec![snapshot] }
    }
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
    /// Names of the arguments, and how many of them can only be given by position.
    pub params: Box<[Arc<str>]>,
    pub positional_only: usize,
    /// The constants that are tuples of names, by number.
    pub names: BTreeMap<u32, Vec<Arc<str>>>,
    /// So many of the last arguments have values in the function that was seen.
    pub defaults: usize,
    /// Named and hidden locals.
    pub locals: i32,
    pub temps: i32,
    /// The first so many locals are arguments.
    pub args: i32,
    /// Which locals are empty where a function begins.
    pub empty: Box<[bool]>,
    /// What caches say of several types, by the words of instructions that look attributes up.
    pub several: BTreeMap<u32, Vec<Seen>>,
    /// Instructions where guards of an earlier unit have failed too often.
    pub distrusted: Vec<u32>,
    /// Whether caches tell which instructions have run.
    pub has_run: bool,
    /// What caches say, by their instructions' words.
    pub seen: BTreeMap<u32, Seen>,
    /// The codes of functions that its locals held when it was looked at, or their cells did.
    pub functions: BTreeMap<i32, usize>,
    /// The first register of a cell of the closure, and how many there are.
    pub free: (i32, u32),
    /// Whether a unit that calls it may run it as a part of itself.
    pub is_plain: bool,
    /// Whether it runs as a function does: its locals are registers, and it makes no generator.
    pub is_function: bool,
    /// Whether what it calls was looked at.
    pub is_looked_into: bool,
    /// Whether its frames lie on the thread's stack, so that those that it calls lie behind.
    pub has_room_behind: bool,
    /// The constants' place among those of all codes of the source.
    pub first_const: u32,
    /// Addresses of the code object, its first word, and of the namespaces that its function has.
    pub address: u64,
    pub words_at: u64,
    pub globals: u64,
    pub builtins: u64,
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
            params: code.locals.iter().take(code.arg_registers()).map(|local| local.name.clone()).collect(),
            positional_only: code.posonly_count as usize,
            names: (0..).zip(&code.consts[..]).filter_map(|(k, constant)| Some((k, names_of(constant)?))).collect(),
            empty: (0..code.local_registers()).map(|r| is_empty_at_start(code, r)).collect(),
            free: (code.first_free() as i32, code.freevars().count() as u32),
            ..Snapshot::default()
        }
    }

    /// The instruction at `pc`. Verified code decodes everywhere that control reaches.
    pub fn insn(&self, pc: u32) -> Option<Decoded> {
        Decoded::at(&self.words, pc as usize)
    }

    /// Whether an instruction that looks for a form of itself has never run.
    pub fn is_cold(&self, pc: u32, insn: &Decoded) -> bool {
        self.has_run && adapts(insn.op) && self.words[pc as usize] as u16 == insn.op as u16 && self.words.get(pc as usize + 1) == Some(&0)
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
            Kind::Out | Kind::In | Kind::Peek | Kind::Kill | Kind::Cell => first..first + 1,
            Kind::InOut => first..first + insn.op.base_len(insn.operands).max(1),
            Kind::Base => first..first + insn.op.base_len(insn.operands),
            Kind::OutBase => first..first + insn.op.out_len(insn.operands),
            Kind::Const | Kind::Name | Kind::Imm | Kind::Jump16 | Kind::Jump32 => 0..0,
        }
    }
}

/// The texts of a tuple of them.
fn names_of(constant: &Const) -> Option<Vec<Arc<str>>> {
    let Const::Tuple(items) = constant else { return None };
    let text = |item: &Const| match item {
        Const::Str(bytes) => core::str::from_utf8(bytes).ok().map(Arc::from),
        _ => None,
    };
    items.iter().map(text).collect()
}

/// Whether an instruction is the generic form of others, and counts its runs until it finds one.
fn adapts(op: Op) -> bool {
    static ADAPTS: LazyLock<BTreeSet<u16>> = LazyLock::new(|| {
        let forms = Op::ALL.iter().filter(|form| form.is_specialized());
        forms.map(|form| form.generic()).filter(|op| !matches!(op, Op::Resume | Op::Resumed | Op::JumpBack) && op.cache_words() > 0).map(|op| op as u16).collect()
    });
    ADAPTS.contains(&(op as u16))
}

/// Arguments are full, and cells are made before a function begins.
fn is_empty_at_start(code: &Code, r: usize) -> bool {
    r >= code.arg_registers() && code.locals.get(r).is_none_or(|local| matches!(local.kind, LocalKind::Plain | LocalKind::Private))
}
