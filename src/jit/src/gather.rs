//! Feedback of a code object, and of the functions that it calls, as plain data: gathered while the thread that asks for a unit is attached.
#![allow(unsafe_code, reason = "codes are named by address")]

use std::collections::HashMap;

use heap::sync::Ordering::Acquire;
use heap::{Heaped, Object, Thread};
use objects::Cell;
use interp::compiled::feedback::{self, Callee, Global};
use interp::compiled::inlined;
use interp::frame::{Fp, Pc};
use syntax::opcodes::Op;

use crate::lower::CodePlace;
use crate::manager::Doubts;
use crate::records::Source as Origin;
use crate::snapshot::{Seen, Snapshot, Source};

/// Calls inside each other that are looked into, codes of a source, and words of one that is called.
const MOST_DEPTH: usize = 5;
const MOST_CODES: usize = 40;
const MOST_WORDS: usize = 300;

/// What was gathered. The codes hold counts.
pub struct Gathered {
    pub source: Source,
    /// Of each code: where it comes from.
    pub sources: Box<[Origin]>,
    pub codes: Box<[CodePlace]>,
    pub consts: Box<[u64]>,
}

/// Looks at a frame's code.
pub fn gather(th: &Thread, frame: Fp, doubts: &Doubts) -> Gathered {
    let mut gatherer = Gatherer { th, doubts, known: HashMap::new(), source: Source::default(), sources: Vec::new(), codes: Vec::new(), consts: Vec::new() };
    gatherer.add(&Callee { code: frame.code(), globals: frame.globals(), builtins: frame.builtins() }, 0);
    gatherer.source.codes[0].has_room_behind = frame.generator().is_none();
    gatherer.look_at_locals(frame);
    Gathered { source: gatherer.source, sources: gatherer.sources.into(), codes: gatherer.codes.into(), consts: gatherer.consts.into() }
}

struct Gatherer<'t> {
    th: &'t Thread,
    doubts: &'t Doubts,
    /// Numbers of codes with their namespaces, by address.
    known: HashMap<[u64; 3], usize>,
    source: Source,
    sources: Vec<Origin>,
    codes: Vec<CodePlace>,
    consts: Vec<u64>,
}

fn address<T: Heaped>(object: &T) -> u64 {
    core::ptr::from_ref(object.as_object()) as u64
}

impl Gatherer<'_> {
    /// The number of a function's code.
    fn add(&mut self, callee: &Callee<'_>, depth: usize) -> usize {
        let looks = depth == 0 || depth < MOST_DEPTH && callee.code.words().len() <= MOST_WORDS;
        let key = [address(callee.code), address(callee.globals), address(callee.builtins)];
        if let Some(number) = self.known.get(&key) {
            return *number;
        }
        let number = self.codes.len();
        self.known.insert(key, number);
        let code = callee.code;
        // R2: whoever drops what was gathered gives it back.
        let _ = self.th.retain(code).into_raw();
        let source = code.source();
        let mut snapshot = Snapshot::of(source);
        snapshot.words = code.words().iter().map(|word| word.load(Acquire)).collect();
        snapshot.has_run = true;
        snapshot.is_plain = inlined::is_plain(code);
        snapshot.is_function = inlined::is_function(code);
        snapshot.is_looked_into = looks;
        let words = code.words().as_ptr_range();
        let words = words.start as usize..words.end as usize;
        snapshot.distrusted = self.doubts.within(words.clone()).map(|word| ((word - words.start) / 8) as u32).collect();
        snapshot.first_const = self.consts.len() as u32;
        [snapshot.address, snapshot.globals, snapshot.builtins] = key;
        snapshot.words_at = Pc::start(code.words()).address() as u64;
        self.consts.extend((0..source.consts.len()).map(|k| code.const_at(k as i32).bits()));
        let (words, words_at) = (snapshot.words.clone(), snapshot.words_at);
        self.codes.push(CodePlace { address: key[0], words_at, words, globals: key[1], builtins: key[2] });
        self.sources.push(Origin::of(code));
        self.source.codes.push(snapshot);
        if looks {
            self.look(number, callee, depth);
        }
        number
    }

    /// Notes the functions that the locals of a frame hold now, or have in their cells: calls of theirs are expected to run the same codes.
    fn look_at_locals(&mut self, frame: Fp) {
        for r in 0..frame.local_count() as i32 {
            let Some(object) = frame.regs().reg(r).object() else { continue };
            let callee = match object.downcast_exact::<Cell>() {
                Some(cell) => cell.get(self.th).and_then(|content| self.callee(&content, 0)),
                // The register holds it.
                None => self.callee(object, 0),
            };
            if let Some(callee) = callee {
                self.source.codes[0].functions.insert(r, callee);
            }
        }
    }

    /// Reads the caches of a code that was added.
    fn look(&mut self, number: usize, callee: &Callee<'_>, depth: usize) {
        let words = self.source.codes[number].words.clone();
        let mut pc = 0;
        while let Some(insn) = syntax::opcodes::Decoded::at(&words, pc) {
            let caches = words.get(pc + 1..).unwrap_or(&[]);
            if has_seen_several(insn.op, caches) {
                let entries = self.entries(callee, insn.op, caches, depth);
                let code = &mut self.source.codes[number];
                match entries {
                    Some(entries) => drop(code.several.insert(pc as u32, entries)),
                    // A guard of the first type would fail again and again.
                    None => code.distrusted.push(pc as u32),
                }
            } else if words[pc] as u16 == insn.op as u16
                && let Some(seen) = self.seen(callee, insn.op, caches, depth)
            {
                self.source.codes[number].seen.insert(pc as u32, seen);
            }
            pc += insn.len;
        }
    }

    /// What the cache words of an instruction say that knows several types, without those that have changed since.
    fn entries(&mut self, callee: &Callee<'_>, op: Op, caches: &[u64], depth: usize) -> Option<Vec<Seen>> {
        let known = caches.iter().take(feedback::ENTRIES).filter(|cache| feedback::is_valid(self.th, **cache));
        let entries: Option<Vec<Seen>> = known.map(|cache| self.entry(callee, op, *cache, depth)).collect();
        entries.filter(|entries| !entries.is_empty())
    }

    /// What one cache word says of a type.
    fn entry(&mut self, callee: &Callee<'_>, op: Op, cache: u64, depth: usize) -> Option<Seen> {
        if op == Op::StoreAttrSlot {
            return feedback::slot_to_store(callee.code, cache).map(Seen::Store);
        }
        if let Some((tag, word)) = feedback::slot_to_load(cache) {
            return Some(Seen::Slot { tag, word });
        }
        let feedback::OfType { tag, is_inline, found } = feedback::of_type(self.th, callee.code, cache)?;
        Some(Seen::OfType { tag, is_inline, object: address(&*found), callee: self.callee(&found, depth) })
    }

    fn seen(&mut self, callee: &Callee<'_>, op: Op, caches: &[u64], depth: usize) -> Option<Seen> {
        let first = *caches.first()?;
        Some(match op {
            Op::LoadAttrSlot | Op::StoreAttrSlot | Op::LoadAttrType | Op::LoadMethodType => self.entry(callee, op, first, depth)?,
            Op::LoadGlobalModule | Op::LoadGlobalBuiltin => {
                let at = feedback::global_of(first, *caches.get(1)?)?;
                let now = feedback::global_now(self.th, callee.globals, callee.builtins, at);
                let namespace = if matches!(at, Global::Module { .. }) { callee.globals } else { callee.builtins };
                let is_common = !self.th.is_mine(namespace) || !self.th.is_mine(callee.globals);
                Seen::Global { at, callee: now.as_ref().and_then(|now| self.callee(now, depth)), builtin: now.as_ref().and_then(|now| feedback::builtin_of(now)), is_common }
            }
            Op::LoadAttrProperty => {
                let feedback::OfProperty { tag, property, getter } = feedback::property(self.th, callee.code, first)?;
                // The unit looks the getter up again.
                Seen::Property { tag, object: address(&*property), callee: self.callee(&getter, depth)? }
            }
            Op::SubscriptPy | Op::StoreSubscriptPy => {
                let (tag, method) = feedback::method_of(self.th, callee.code, first)?;
                Seen::Method { tag, object: address(&*method), callee: self.callee(&method, depth)? }
            }
            Op::AddPy | Op::SubPy | Op::MulPy | Op::DivPy => {
                let (tag, method, right) = feedback::operator_of(self.th, callee.code, first)?;
                Seen::Operator { tag, object: address(&*method), callee: self.callee(&method, depth)?, right }
            }
            Op::CallClass => {
                let (tag, init) = feedback::init_of(self.th, callee.code, first)?;
                Seen::Init { tag, object: address(&*init), callee: self.callee(&init, depth)? }
            }
            _ => return None,
        })
    }

    /// The code of a function that a unit may call, or run as a part of itself.
    fn callee(&mut self, object: &Object, depth: usize) -> Option<usize> {
        let callee = feedback::callee(object)?;
        // Another thread may give the function another one.
        let _code = feedback::hold(self.th, callee.code)?;
        let fits = inlined::is_plain(callee.code) && self.codes.len() < MOST_CODES;
        fits.then(|| {
            let number = self.add(&callee, depth + 1);
            self.source.codes[number].defaults = feedback::defaults_of(object);
            number
        })
    }
}

/// Whether an instruction that looks attributes up knows several types.
fn has_seen_several(op: Op, caches: &[u64]) -> bool {
    matches!(op, Op::LoadAttrSlot | Op::LoadAttrType | Op::LoadMethodType | Op::StoreAttrSlot) && caches.get(1).is_some_and(|second| *second != 0)
}
