//! `Code`: what the compiler hands out, as plain data that knows nothing of the heap.
//!
//! Invariant: a `Code` made by the compiler passes `verify`; one read from a file must be verified before it is run.

use std::sync::Arc;

use crate::opcodes::{Decoded, Kind, Op};

/// `co_flags`.
pub mod flags {
    pub const OPTIMIZED: u32 = 0x1;
    pub const NEWLOCALS: u32 = 0x2;
    pub const VARARGS: u32 = 0x4;
    pub const VARKEYWORDS: u32 = 0x8;
    pub const NESTED: u32 = 0x10;
    pub const GENERATOR: u32 = 0x20;
    pub const COROUTINE: u32 = 0x80;
    pub const ITERABLE_COROUTINE: u32 = 0x100;
    pub const ASYNC_GENERATOR: u32 = 0x200;
    pub const FUTURE_DIVISION: u32 = 0x20000;
    pub const FUTURE_ABSOLUTE_IMPORT: u32 = 0x40000;
    pub const FUTURE_WITH_STATEMENT: u32 = 0x80000;
    pub const FUTURE_PRINT_FUNCTION: u32 = 0x100000;
    pub const FUTURE_UNICODE_LITERALS: u32 = 0x200000;
    pub const FUTURE_BARRY_AS_BDFL: u32 = 0x400000;
    pub const FUTURE_GENERATOR_STOP: u32 = 0x800000;
    pub const FUTURE_ANNOTATIONS: u32 = 0x1000000;
    pub const HAS_DOCSTRING: u32 = 0x4000000;
    pub const METHOD: u32 = 0x8000000;
    /// The flags that `from __future__` sets and that `compile()` inherits.
    pub const FUTURES: u32 = 0x20000 | 0x40000 | 0x80000 | 0x100000 | 0x200000 | 0x400000 | 0x800000 | 0x1000000;
}

/// What a local register is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum LocalKind {
    /// An argument or variable; null while unbound.
    Plain = 0,
    /// Holds a `Cell` once its `MakeCell` ran (an argument's value before that).
    Cell = 1,
    /// Holds a `Cell` of the function's closure from the start: the frame's creator copies `closure[i]` into the i-th of these.
    Free = 2,
    /// A variable of a comprehension inlined into a module or class body: a name that `locals()` does not show.
    Private = 3,
}

/// A named local register.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Local {
    pub name: Arc<str>,
    pub kind: LocalKind,
    /// The register is one of the arguments (counted by `Code::arg_registers`), so `co_varnames` lists it even as a cell.
    pub is_arg: bool,
}

/// A range of code with its handler. Ranges are sorted and do not overlap: the entry that covers a word is the innermost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Handler {
    pub start: u32,
    pub end: u32,
    /// Word where the handler starts.
    pub target: u32,
    /// Temps that stay live.
    pub temp_depth: u32,
    /// Hidden locals (counted from the first one) that stay live.
    pub hidden_depth: u32,
}

/// Integer constants that do not fit an `i64`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BigInt {
    pub negative: bool,
    /// Little-endian 30-bit digits without leading zeros.
    pub digits: Box<[u32]>,
}

/// A constant. Floats compare and are kept by their bits (`-0.0`, NaNs).
#[derive(Clone, Debug)]
pub enum Const {
    None,
    Ellipsis,
    Bool(bool),
    Int(i64),
    BigInt(Box<BigInt>),
    Float(f64),
    Complex(f64, f64),
    /// UTF-8, generalised: lone surrogates as three bytes (WTF-8).
    Str(Arc<[u8]>),
    Bytes(Arc<[u8]>),
    Tuple(Arc<[Const]>),
    FrozenSet(Arc<[Const]>),
    Slice(Box<[Const; 3]>),
    Code(Arc<Code>),
}

/// Compiled code: module, class body, function, or one of their helpers.
#[derive(Clone, Debug, Default)]
pub struct Code {
    pub name: Arc<str>,
    pub qualname: Arc<str>,
    pub filename: Arc<str>,
    pub flags: u32,
    /// `co_argcount`: positional arguments, positional-only ones included.
    pub arg_count: u32,
    pub posonly_count: u32,
    pub kwonly_count: u32,
    pub first_line: u32,
    /// The named registers from 0 on. Arguments: positional, keyword-only, `*args`, `**kwargs`.
    pub locals: Box<[Local]>,
    /// Hidden locals: registers `locals.len() ..`, null at entry.
    pub hidden_count: u32,
    /// Temps: registers `-temp_count .. 0`.
    pub temp_count: u32,
    pub words: Box<[u64]>,
    pub consts: Box<[Const]>,
    /// Equal names are one `Arc`, here and in the code around it and within, as far as the maker knows.
    pub names: Box<[Arc<str>]>,
    pub handlers: Box<[Handler]>,
    pub depths: DepthTable,
    pub positions: PositionTable,
    /// Set where only names and numbers were read so far: `locals`, `words`, `consts`, `names` and the tables are empty then, and
    /// `format::complete` reads them.
    pub deferred: Option<crate::format::Deferred>,
}

impl Code {
    /// How many registers the arguments take.
    pub fn arg_registers(&self) -> usize {
        (self.arg_count + self.kwonly_count) as usize
            + usize::from(self.flags & flags::VARARGS != 0)
            + usize::from(self.flags & flags::VARKEYWORDS != 0)
    }

    /// Number of locals, hidden ones included.
    pub fn local_registers(&self) -> usize {
        self.locals.len() + self.hidden_count as usize
    }

    /// `co_varnames`.
    pub fn varnames(&self) -> impl Iterator<Item = &str> {
        self.locals.iter().filter(|l| l.is_arg || matches!(l.kind, LocalKind::Plain | LocalKind::Private)).map(|l| &*l.name)
    }

    /// `co_cellvars`.
    pub fn cellvars(&self) -> impl Iterator<Item = &str> {
        self.locals.iter().filter(|l| l.kind == LocalKind::Cell).map(|l| &*l.name)
    }

    /// `co_freevars`.
    pub fn freevars(&self) -> impl Iterator<Item = &str> {
        self.locals.iter().filter(|l| l.kind == LocalKind::Free).map(|l| &*l.name)
    }

    /// The first free variable's register.
    pub fn first_free(&self) -> usize {
        self.locals.iter().position(|l| l.kind == LocalKind::Free).unwrap_or(self.locals.len())
    }

    /// Sets how many temps and hidden locals the instructions name.
    pub fn count_registers(&mut self) {
        let (mut lowest, mut past) = (0, self.locals.len() as i64);
        let mut pc = 0;
        while let Some(insn) = Decoded::at(&self.words, pc) {
            for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
                let value = i64::from(insn.operands[slot]);
                let count = match kind {
                    Kind::Out | Kind::In | Kind::Peek | Kind::Kill | Kind::InOut | Kind::Base => 1,
                    Kind::OutBase => i64::from(insn.op.out_len(insn.operands)).max(1),
                    _ => continue,
                };
                lowest = value.min(lowest);
                past = past.max(value + count);
            }
            if matches!(insn.op, Op::PrepareExit | Op::PrepareExitExc) {
                past = past.max(i64::from(insn.operands[1]) + 2);
            }
            pc += insn.len;
        }
        self.temp_count = u32::try_from(-lowest).unwrap_or(0);
        self.hidden_count = u32::try_from(past - self.locals.len() as i64).unwrap_or(0);
    }

    /// The innermost handler for the instruction whose first word is `pc`.
    pub fn handler_at(&self, pc: usize) -> Option<&Handler> {
        let after = self.handlers.partition_point(|h| h.start as usize <= pc);
        let handler = &self.handlers[after.checked_sub(1)?];
        (pc < handler.end as usize).then_some(handler)
    }

    /// Live temps before the instruction that the word at `pc` belongs to.
    #[inline]
    pub fn temp_depth(&self, pc: usize) -> usize {
        self.depths.get(pc)
    }

    /// Source position of the instruction that the word at `pc` belongs to.
    pub fn position(&self, pc: usize) -> Option<Position> {
        self.positions.iter().find(|range| pc < range.end as usize).and_then(|range| range.position)
    }

    /// Line of the instruction that the word at `pc` belongs to.
    pub fn line(&self, pc: usize) -> Option<u32> {
        self.position(pc).map(|position| position.line)
    }
}

/// Temp depth before each instruction: a byte per word.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DepthTable {
    pub(crate) bytes: Box<[u8]>,
    /// Depths of 255 and more, sorted by word: such words hold 255.
    pub(crate) deep: Box<[(u32, u32)]>,
}

impl DepthTable {
    #[inline]
    fn get(&self, pc: usize) -> usize {
        match self.bytes.get(pc) {
            Some(255) => self.get_deep(pc),
            Some(&depth) => usize::from(depth),
            None => 0,
        }
    }

    #[cold]
    fn get_deep(&self, pc: usize) -> usize {
        self.deep.binary_search_by_key(&(pc as u32), |entry| entry.0).map_or(0, |i| self.deep[i].1 as usize)
    }

    /// Packs a depth per word.
    pub(crate) fn pack(depths: &[u32]) -> DepthTable {
        let deep = depths.iter().enumerate().filter(|(_, d)| **d >= 255).map(|(pc, d)| (pc as u32, *d)).collect();
        DepthTable { bytes: depths.iter().map(|d| (*d).min(255) as u8).collect(), deep }
    }
}

/// Where an instruction comes from: lines from 1, columns in UTF-8 bytes from 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Position {
    pub line: u32,
    pub end_line: u32,
    pub col: u32,
    pub end_col: u32,
}

impl Position {
    /// Stands for a column where only the line is known.
    pub const NO_COLUMN: u32 = u32::MAX;

    /// Both columns, unless only the line is known.
    pub fn columns(&self) -> Option<(u32, u32)> {
        (self.col != Position::NO_COLUMN).then_some((self.col, self.end_col))
    }
}

/// Words `start..end` come from `position` (`None`: no line, as for artificial code).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PositionRange {
    pub start: u32,
    pub end: u32,
    pub position: Option<Position>,
}

/// Positions of all words as a byte string: `co_positions`, `co_lines`, tracebacks read it through `iter`.
///
/// Per run of words: varint(words << 1 | has position), then signed varint line delta (from the run before that had one), varint line
/// span, varint column, varint end column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PositionTable {
    pub(crate) first_line: u32,
    pub(crate) bytes: Box<[u8]>,
}

impl PositionTable {
    /// The table as bytes: what `co_linetable` shows.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// A table of such bytes; nonsense reads as no positions.
    pub fn from_bytes(first_line: u32, bytes: &[u8]) -> PositionTable {
        PositionTable { first_line, bytes: bytes.into() }
    }

    /// All runs in order.
    pub fn iter(&self) -> PositionIter<'_> {
        PositionIter { bytes: &self.bytes, line: self.first_line, pc: 0 }
    }
}

/// Iterator over a `PositionTable`; ends early on corrupt bytes.
#[derive(Clone)]
pub struct PositionIter<'a> {
    bytes: &'a [u8],
    line: u32,
    pc: u32,
}

impl PositionIter<'_> {
    fn varint(&mut self) -> Option<u32> {
        let mut value = 0u32;
        for shift in (0..35).step_by(7) {
            let (&byte, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}

impl Iterator for PositionIter<'_> {
    type Item = PositionRange;

    fn next(&mut self) -> Option<PositionRange> {
        let head = self.varint()?;
        let start = self.pc;
        self.pc = start.checked_add(head >> 1)?;
        let position = if head & 1 != 0 {
            let delta = self.varint()?;
            let delta = (delta >> 1) as i32 ^ -((delta & 1) as i32);
            self.line = self.line.wrapping_add_signed(delta);
            let end_line = self.line.wrapping_add(self.varint()?);
            let col = self.varint()?;
            let end_col = self.varint()?;
            Some(Position { line: self.line, end_line, col, end_col })
        } else {
            None
        };
        Some(PositionRange { start, end: self.pc, position })
    }
}

/// Builds a `PositionTable` run by run.
#[derive(Default)]
pub(crate) struct PositionWriter {
    bytes: Vec<u8>,
    first_line: u32,
    line: u32,
    run: Option<(u32, Option<Position>)>,
}

impl PositionWriter {
    pub(crate) fn new(first_line: u32) -> PositionWriter {
        PositionWriter { first_line, line: first_line, ..Default::default() }
    }

    /// The next `words` words come from `position`.
    pub(crate) fn push(&mut self, words: u32, position: Option<Position>) {
        match &mut self.run {
            Some((count, last)) if *last == position => *count += words,
            _ => {
                self.flush();
                self.run = Some((words, position));
            }
        }
    }

    fn flush(&mut self) {
        let Some((words, position)) = self.run.take() else { return };
        self.varint(words << 1 | u32::from(position.is_some()));
        if let Some(p) = position {
            let delta = p.line.wrapping_sub(self.line) as i32;
            self.varint((delta << 1 ^ delta >> 31) as u32);
            self.varint(p.end_line.wrapping_sub(p.line));
            self.varint(p.col);
            self.varint(p.end_col);
            self.line = p.line;
        }
    }

    fn varint(&mut self, mut value: u32) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }

    pub(crate) fn finish(mut self) -> PositionTable {
        self.flush();
        PositionTable { first_line: self.first_line, bytes: self.bytes.into() }
    }
}

impl PartialEq for Const {
    /// Equality as for merging constants: types apart, floats by bits.
    fn eq(&self, other: &Const) -> bool {
        match (self, other) {
            (Const::None, Const::None) | (Const::Ellipsis, Const::Ellipsis) => true,
            (Const::Bool(a), Const::Bool(b)) => a == b,
            (Const::Int(a), Const::Int(b)) => a == b,
            (Const::BigInt(a), Const::BigInt(b)) => a == b,
            (Const::Float(a), Const::Float(b)) => a.to_bits() == b.to_bits(),
            (Const::Complex(a, b), Const::Complex(c, d)) => a.to_bits() == c.to_bits() && b.to_bits() == d.to_bits(),
            (Const::Str(a), Const::Str(b)) | (Const::Bytes(a), Const::Bytes(b)) => a == b,
            (Const::Tuple(a), Const::Tuple(b)) | (Const::FrozenSet(a), Const::FrozenSet(b)) => a == b,
            (Const::Slice(a), Const::Slice(b)) => a == b,
            (Const::Code(a), Const::Code(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Eq for Const {}

impl core::hash::Hash for Const {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        core::mem::discriminant(self).hash(state);
        match self {
            Const::None | Const::Ellipsis => {}
            Const::Bool(b) => b.hash(state),
            Const::Int(n) => n.hash(state),
            Const::BigInt(n) => (n.negative, &n.digits).hash(state),
            Const::Float(x) => x.to_bits().hash(state),
            Const::Complex(re, im) => (re.to_bits(), im.to_bits()).hash(state),
            Const::Str(s) | Const::Bytes(s) => s.hash(state),
            Const::Tuple(items) | Const::FrozenSet(items) => items.hash(state),
            Const::Slice(parts) => parts.hash(state),
            Const::Code(code) => Arc::as_ptr(code).hash(state),
        }
    }
}

impl DepthTable {
    /// Number of words it covers.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }
}
