//! `Code` as bytes: for the embedded library, `.pyc` files and `marshal`.
//!
//! Little-endian, varints for counts. First all strings, each once: how many, where each ends (four bytes), and the bytes of all; then the code,
//! which names strings by number. Instruction words are packed: half of them are caches, all zero. Code is its head (names and numbers), how long its body is, and the body, so that a reader who trusts the
//! bytes can leave bodies for later: most functions of a library never run.
//!
//! A reader of corrupt bytes gets an error: every count is checked against what is left of the input before anything is allocated, nesting is
//! bounded, and what was read is verified before it is handed out.

use crate::code::{BigInt, Code, Const, DepthTable, Handler, Local, LocalKind, PositionTable};
use crate::verify::verify;
use rustc_hash::FxHashMap;
use std::sync::Arc;

const MAGIC: &[u8; 4] = b"PYC\x03";
/// Changes with every source file of this crate: with the opcode table, with what the compiler makes of a program, with this format. So code
/// that another build of the compiler wrote is never taken for ours.
pub const FINGERPRINT: u64 = include!(concat!(env!("OUT_DIR"), "/sources.rs"));
const MAX_NESTING: u32 = 200;

/// Why bytes are no code.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormatError {
    /// The bytes end too early.
    Truncated,
    /// Other bytes than this version writes.
    Corrupt(&'static str),
    /// The code that was read does not verify.
    Unfit(String),
}

impl core::fmt::Display for FormatError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            FormatError::Truncated => f.write_str("code data is truncated"),
            FormatError::Corrupt(what) => write!(f, "code data is corrupt: {what}"),
            FormatError::Unfit(what) => write!(f, "code data does not verify: {what}"),
        }
    }
}

impl std::error::Error for FormatError {}

/// Writes code.
pub fn write(code: &Code) -> Vec<u8> {
    let mut writer = Writer::default();
    writer.code(code);
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&FINGERPRINT.to_le_bytes());
    out.extend_from_slice(&(writer.ends.len() as u32).to_le_bytes());
    out.extend(writer.ends.iter().flat_map(|end| end.to_le_bytes()));
    out.extend_from_slice(&writer.text);
    out.extend_from_slice(&writer.out);
    out
}

/// Reads code and verifies it.
pub fn read(bytes: &[u8]) -> Result<Code, FormatError> {
    let mut reader = Reader::start(bytes, None)?;
    let code = reader.code()?;
    if !reader.bytes.is_empty() {
        return Err(FormatError::Corrupt("bytes are left over"));
    }
    verify(&code).map_err(|problem| FormatError::Unfit(problem.to_string()))?;
    Ok(code)
}

/// Reads code that is known to come from `write` as it is, as that of the file `filename`: the embedded library, which was verified when
/// it was built and does not know where it will be installed. Functions within are deferred, but for those that hold constant sets.
pub fn read_embedded(bytes: &'static [u8], filename: &str) -> Result<Code, FormatError> {
    let mut reader = Reader::start(bytes, Some(filename.into()))?;
    reader.embedded = Some(bytes);
    reader.code()
}

/// Code of [`read_embedded`] whose reading was put off.
#[derive(Clone, Copy, Debug)]
pub struct Deferred {
    /// All that the unit was read from.
    unit: &'static [u8],
    /// From the code's head on.
    record: &'static [u8],
    pub locals: u32,
    pub first_free: u32,
    pub varnames: u32,
    pub freevars: u32,
}

/// The whole of deferred code, as that of the file `filename`; what is within is deferred in its turn.
pub fn complete(deferred: &Deferred, filename: Arc<str>) -> Result<Code, FormatError> {
    let mut reader = Reader::start(deferred.unit, Some(filename))?;
    reader.bytes = deferred.record;
    reader.embedded = Some(deferred.unit);
    reader.code()
}

/// Whether there is a set among the constants, here or in code within. Making one needs more of a thread than whoever looks into code has.
fn holds_sets(consts: &[Const]) -> bool {
    consts.iter().any(|value| match value {
        Const::FrozenSet(_) => true,
        Const::Tuple(items) => holds_sets(items),
        Const::Code(code) => code.deferred.is_none() && holds_sets(&code.consts),
        _ => false,
    })
}

#[derive(Default)]
struct Writer {
    out: Vec<u8>,
    /// The strings, one after the other, and where each ends.
    text: Vec<u8>,
    ends: Vec<u32>,
    strings: FxHashMap<Vec<u8>, u32>,
}

impl Writer {
    fn count(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.out.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.out.push(n as u8);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }

    fn string(&mut self, bytes: &[u8]) {
        let next = self.strings.len() as u32;
        let number = *self.strings.entry(bytes.to_vec()).or_insert(next);
        if number == next {
            self.text.extend_from_slice(bytes);
            self.ends.push(self.text.len() as u32);
        }
        self.count(u64::from(number));
    }

    /// Which of its bytes are not zero, and those.
    fn word(&mut self, word: u64) {
        let bytes = word.to_le_bytes();
        let mask = (0..8).fold(0, |mask, at| mask | u8::from(bytes[at] != 0) << at);
        self.out.push(mask);
        self.out.extend(bytes.into_iter().filter(|byte| *byte != 0));
    }

    fn code(&mut self, code: &Code) {
        if let Some(Ok(whole)) = code.deferred.map(|deferred| complete(&deferred, code.filename.clone())) {
            return self.code(&whole);
        }
        for text in [&code.name, &code.qualname, &code.filename] {
            self.string(text.as_bytes());
        }
        let numbers =
            [code.flags, code.arg_count, code.posonly_count, code.kwonly_count, code.first_line, code.hidden_count, code.temp_count];
        for n in numbers {
            self.count(u64::from(n));
        }
        for n in [code.locals.len(), code.first_free(), code.varnames().count(), code.freevars().count()] {
            self.count(n as u64);
        }
        self.out.push(u8::from(holds_sets(&code.consts)));
        let head = core::mem::take(&mut self.out);
        self.body(code);
        let body = core::mem::replace(&mut self.out, head);
        self.bytes(&body);
    }

    fn body(&mut self, code: &Code) {
        self.count(code.locals.len() as u64);
        for local in &code.locals {
            self.string(local.name.as_bytes());
            self.out.push(local.kind as u8 | u8::from(local.is_arg) << 7);
        }
        self.count(code.words.len() as u64);
        for word in &code.words {
            self.word(*word);
        }
        self.count(code.names.len() as u64);
        for name in &code.names {
            self.string(name.as_bytes());
        }
        self.count(code.handlers.len() as u64);
        for h in &code.handlers {
            for n in [h.start, h.end, h.target, h.temp_depth, h.hidden_depth] {
                self.count(u64::from(n));
            }
        }
        self.bytes(&code.depths.bytes);
        self.count(code.depths.deep.len() as u64);
        for (pc, depth) in &code.depths.deep {
            self.count(u64::from(*pc));
            self.count(u64::from(*depth));
        }
        self.count(u64::from(code.positions.first_line));
        self.bytes(&code.positions.bytes);
        self.consts(&code.consts);
    }

    fn consts(&mut self, list: &[Const]) {
        self.count(list.len() as u64);
        list.iter().for_each(|value| self.value(value));
    }

    fn value(&mut self, value: &Const) {
        let tag = match value {
            Const::None => 0,
            Const::Ellipsis => 1,
            Const::Bool(false) => 2,
            Const::Bool(true) => 3,
            Const::Int(_) => 4,
            Const::BigInt(_) => 5,
            Const::Float(_) => 6,
            Const::Complex(..) => 7,
            Const::Str(_) => 8,
            Const::Bytes(_) => 9,
            Const::Tuple(_) => 10,
            Const::FrozenSet(_) => 11,
            Const::Slice(_) => 12,
            Const::Code(_) => 13,
        };
        self.out.push(tag);
        match value {
            Const::None | Const::Ellipsis | Const::Bool(_) => {}
            Const::Int(n) => self.count((n << 1 ^ n >> 63) as u64),
            Const::BigInt(n) => {
                self.out.push(u8::from(n.negative));
                self.count(n.digits.len() as u64);
                for digit in &n.digits {
                    self.out.extend_from_slice(&digit.to_le_bytes());
                }
            }
            Const::Float(x) => self.out.extend_from_slice(&x.to_bits().to_le_bytes()),
            Const::Complex(re, im) => {
                self.out.extend_from_slice(&re.to_bits().to_le_bytes());
                self.out.extend_from_slice(&im.to_bits().to_le_bytes());
            }
            Const::Str(s) => self.string(s),
            Const::Bytes(s) => self.bytes(s),
            Const::Tuple(items) | Const::FrozenSet(items) => self.consts(items),
            Const::Slice(parts) => parts.iter().for_each(|part| self.value(part)),
            Const::Code(code) => self.code(code),
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    /// Where each string ends, and all of them.
    ends: &'a [[u8; 4]],
    text: &'a [u8],
    /// What was made of strings so far: names and constants share one copy each.
    names: FxHashMap<u32, Arc<str>>,
    constants: FxHashMap<u32, Arc<[u8]>>,
    /// What stands for every file name, unless they are read as they are.
    filename: Option<Arc<str>>,
    /// The whole input, where it can be trusted and stays: functions are deferred.
    embedded: Option<&'static [u8]>,
    nesting: u32,
}

type Read<T> = Result<T, FormatError>;

impl<'a> Reader<'a> {
    fn start(bytes: &'a [u8], filename: Option<Arc<str>>) -> Read<Reader<'a>> {
        let mut reader = Reader {
            bytes,
            ends: &[],
            text: &[],
            names: FxHashMap::default(),
            constants: FxHashMap::default(),
            filename,
            embedded: None,
            nesting: 0,
        };
        if reader.take(4)? != MAGIC {
            return Err(FormatError::Corrupt("magic number"));
        }
        if reader.array()? != FINGERPRINT.to_le_bytes() {
            return Err(FormatError::Corrupt("made for another version"));
        }
        let strings = u32::from_le_bytes(reader.array()?) as usize;
        reader.ends = reader.take(strings.checked_mul(4).ok_or(FormatError::Truncated)?)?.as_chunks::<4>().0;
        let length = reader.ends.last().map_or(0, |end| u32::from_le_bytes(*end));
        reader.text = reader.take(length as usize)?;
        Ok(reader)
    }

    fn take(&mut self, n: usize) -> Read<&'a [u8]> {
        let (head, rest) = self.bytes.split_at_checked(n).ok_or(FormatError::Truncated)?;
        self.bytes = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Read<u8> {
        let (&byte, rest) = self.bytes.split_first().ok_or(FormatError::Truncated)?;
        self.bytes = rest;
        Ok(byte)
    }

    fn varint(&mut self) -> Read<u64> {
        let mut value = 0u64;
        for shift in (0..70).step_by(7) {
            let byte = self.byte()?;
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && bits > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(FormatError::Corrupt("number"))
    }

    fn number(&mut self) -> Read<u32> {
        u32::try_from(self.varint()?).map_err(|_| FormatError::Corrupt("number is too large"))
    }

    /// A count of things that take at least `size` bytes each: what cannot be there is not allocated.
    fn count(&mut self, size: usize) -> Read<usize> {
        let n = usize::try_from(self.varint()?).map_err(|_| FormatError::Truncated)?;
        match n.checked_mul(size) {
            Some(needed) if needed <= self.bytes.len() => Ok(n),
            _ => Err(FormatError::Truncated),
        }
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        self.take(N)?.try_into().map_err(|_| FormatError::Truncated)
    }

    /// A string's number and bytes.
    fn string(&mut self) -> Read<(u32, &'a [u8])> {
        let number = self.number()?;
        let end_of = |n: usize| self.ends.get(n).map(|end| u32::from_le_bytes(*end) as usize);
        let end = end_of(number as usize).ok_or(FormatError::Corrupt("string number"))?;
        let start = (number as usize).checked_sub(1).and_then(end_of).unwrap_or(0);
        Ok((number, self.text.get(start..end).ok_or(FormatError::Corrupt("string"))?))
    }

    fn text(&mut self) -> Read<Arc<str>> {
        let (number, bytes) = self.string()?;
        if let Some(name) = self.names.get(&number) {
            return Ok(name.clone());
        }
        let name: Arc<str> = core::str::from_utf8(bytes).map_err(|_| FormatError::Corrupt("name is not UTF-8"))?.into();
        self.names.insert(number, name.clone());
        Ok(name)
    }

    /// A string constant: generalised UTF-8, in which three-byte surrogates are allowed.
    fn wtf8(&mut self) -> Read<Arc<[u8]>> {
        let (number, bytes) = self.string()?;
        if let Some(constant) = self.constants.get(&number) {
            return Ok(constant.clone());
        }
        if !is_wtf8(bytes) {
            return Err(FormatError::Corrupt("string constant"));
        }
        let constant: Arc<[u8]> = bytes.into();
        self.constants.insert(number, constant.clone());
        Ok(constant)
    }

    fn code(&mut self) -> Read<Code> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(FormatError::Corrupt("nesting"));
        }
        let code = stacker::maybe_grow(128 << 10, 1 << 20, || self.code_inner());
        self.nesting -= 1;
        code
    }

    fn word(&mut self) -> Read<u64> {
        let mask = self.byte()?;
        let mut word = 0;
        let mut left = mask;
        for byte in self.take(mask.count_ones() as usize)? {
            word |= u64::from(*byte) << (8 * left.trailing_zeros());
            left &= left - 1;
        }
        Ok(word)
    }

    fn code_inner(&mut self) -> Read<Code> {
        let record = self.bytes;
        let (name, qualname, filename) = (self.text()?, self.text()?, self.text()?);
        let filename = self.filename.clone().unwrap_or(filename);
        let mut code = Code { name, qualname, filename, ..Code::default() };
        code.flags = self.number()?;
        code.arg_count = self.number()?;
        code.posonly_count = self.number()?;
        code.kwonly_count = self.number()?;
        code.first_line = self.number()?;
        code.hidden_count = self.number()?;
        code.temp_count = self.number()?;
        if code.arg_count.checked_add(code.kwonly_count).is_none_or(|n| n > i32::MAX as u32) {
            return Err(FormatError::Corrupt("argument count"));
        }
        let counts = [self.number()?, self.number()?, self.number()?, self.number()?];
        let holds_sets = self.byte()? != 0;
        let n = self.count(1)?;
        let body = self.take(n)?;
        if let Some(unit) = self.embedded.filter(|_| self.nesting > 1 && !holds_sets) {
            let [locals, first_free, varnames, freevars] = counts;
            let start = record.as_ptr() as usize - unit.as_ptr() as usize;
            let record = &unit[start..][..record.len() - self.bytes.len()];
            code.deferred = Some(Deferred { unit, record, locals, first_free, varnames, freevars });
            return Ok(code);
        }
        let rest = core::mem::replace(&mut self.bytes, body);
        self.body(&mut code)?;
        if !self.bytes.is_empty() {
            return Err(FormatError::Corrupt("bytes are left over"));
        }
        self.bytes = rest;
        Ok(code)
    }

    fn body(&mut self, code: &mut Code) -> Read<()> {
        let n = self.count(2)?;
        let mut locals = Vec::with_capacity(n);
        for _ in 0..n {
            let name = self.text()?;
            let bits = self.byte()?;
            let kind = match bits & 0x7f {
                0 => LocalKind::Plain,
                1 => LocalKind::Cell,
                2 => LocalKind::Free,
                3 => LocalKind::Private,
                _ => return Err(FormatError::Corrupt("kind of local")),
            };
            locals.push(Local { name, kind, is_arg: bits & 0x80 != 0 });
        }
        code.locals = locals.into();
        let n = self.count(1)?;
        let mut words = Vec::with_capacity(n);
        for _ in 0..n {
            words.push(self.word()?);
        }
        code.words = words.into();
        let n = self.count(1)?;
        let mut names = Vec::with_capacity(n);
        for _ in 0..n {
            names.push(self.text()?);
        }
        code.names = names.into();
        let n = self.count(5)?;
        let mut handlers = Vec::with_capacity(n);
        for _ in 0..n {
            handlers.push(Handler {
                start: self.number()?,
                end: self.number()?,
                target: self.number()?,
                temp_depth: self.number()?,
                hidden_depth: self.number()?,
            });
        }
        code.handlers = handlers.into();
        let n = self.count(1)?;
        let bytes = self.take(n)?.into();
        let n = self.count(2)?;
        let mut deep = Vec::with_capacity(n);
        for _ in 0..n {
            deep.push((self.number()?, self.number()?));
        }
        if !deep.is_sorted() {
            return Err(FormatError::Corrupt("depth table"));
        }
        code.depths = DepthTable { bytes, deep: deep.into() };
        let first_line = self.number()?;
        let n = self.count(1)?;
        code.positions = PositionTable { first_line, bytes: self.take(n)?.into() };
        code.consts = self.consts()?.into();
        Ok(())
    }

    fn consts(&mut self) -> Read<Vec<Const>> {
        let n = self.count(1)?;
        // A constant is larger than its least encoding: grow as they come.
        let mut out = Vec::with_capacity(n.min(64));
        for _ in 0..n {
            out.push(self.value()?);
        }
        Ok(out)
    }

    fn value(&mut self) -> Read<Const> {
        Ok(match self.byte()? {
            0 => Const::None,
            1 => Const::Ellipsis,
            2 => Const::Bool(false),
            3 => Const::Bool(true),
            4 => {
                let n = self.varint()?;
                Const::Int((n >> 1) as i64 ^ -((n & 1) as i64))
            }
            5 => {
                let negative = self.byte()? != 0;
                let n = self.count(4)?;
                let digits: Box<[u32]> = self.take(n * 4)?.as_chunks::<4>().0.iter().map(|d| u32::from_le_bytes(*d)).collect();
                if digits.last().is_none_or(|d| *d == 0) || digits.iter().any(|d| *d >= 1 << 30) {
                    return Err(FormatError::Corrupt("integer"));
                }
                Const::BigInt(Box::new(BigInt { negative, digits }))
            }
            6 => Const::Float(f64::from_bits(u64::from_le_bytes(self.array()?))),
            7 => {
                let re = f64::from_bits(u64::from_le_bytes(self.array()?));
                Const::Complex(re, f64::from_bits(u64::from_le_bytes(self.array()?)))
            }
            8 => Const::Str(self.wtf8()?),
            9 => {
                let n = self.count(1)?;
                Const::Bytes(self.take(n)?.into())
            }
            10 => Const::Tuple(self.nested_consts()?.into()),
            11 => Const::FrozenSet(self.nested_consts()?.into()),
            12 => {
                let mut parts = [Const::None, Const::None, Const::None];
                for part in &mut parts {
                    *part = match self.bytes.first() {
                        // A slice holds no containers.
                        Some(0..=9) => self.value()?,
                        _ => return Err(FormatError::Corrupt("slice")),
                    };
                }
                Const::Slice(Box::new(parts))
            }
            13 => Const::Code(Arc::new(self.code()?)),
            _ => return Err(FormatError::Corrupt("kind of constant")),
        })
    }

    fn nested_consts(&mut self) -> Read<Vec<Const>> {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return Err(FormatError::Corrupt("nesting"));
        }
        let items = stacker::maybe_grow(128 << 10, 1 << 20, || self.consts());
        self.nesting -= 1;
        items
    }
}

/// Whether bytes are UTF-8 but for surrogates as three bytes each.
fn is_wtf8(bytes: &[u8]) -> bool {
    let mut rest = bytes;
    loop {
        match core::str::from_utf8(rest) {
            Ok(_) => return true,
            Err(error) => {
                let at = error.valid_up_to();
                match rest.get(at..at + 3) {
                    Some([0xed, 0xa0..=0xbf, 0x80..=0xbf]) => rest = &rest[at + 3..],
                    _ => return false,
                }
            }
        }
    }
}
