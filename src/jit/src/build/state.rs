//! What is known of each register, and of objects, at a place.

use interp::compiled::feedback::Builtin;

use crate::hir::{Class, Value, Word, Write};
use crate::snapshot::Snapshot;

use super::Entry;

/// Who holds an object that a register lends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lender {
    /// Another register.
    Reg(i32),
    /// Something that this thread alone can change, and does only where it stores or calls.
    Heap,
}

/// What the frame's register itself is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mem {
    /// A temp that is not live, or whose content is in a value alone: the register counts nothing.
    Dead,
    /// Empty.
    Null,
    /// What the interpreter would have there.
    Current { class: Class, maybe_empty: bool },
    /// A local whose content is in a value alone: the register holds an older object that ends quietly, or nothing.
    Stale,
    /// Its object is somebody else's, who keeps it; the register itself is stale, or that of a temp, which counts nothing.
    Lent { class: Class, from: Lender },
}

/// A register.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Reg {
    pub mem: Mem,
    /// Its number.
    pub value: Option<Value>,
    /// Where that is not sure: whether it has one, or is empty.
    pub present: Option<Value>,
    /// The word that stands for its object without a count.
    pub word: Option<Word>,
    /// Its object, if that was looked at.
    pub object: Option<Value>,
    /// The code, by its number in the source, that a call of its object is expected to run.
    pub callee: Option<usize>,
    /// The builtin function that its object is expected to be.
    pub builtin: Option<Builtin>,
    /// What its object may be, by number among the builder's choices.
    pub choice: Option<u32>,
    /// The frame's register is empty, whatever its content is.
    pub blank: bool,
}

impl Reg {
    pub const DEAD: Reg = Reg { mem: Mem::Dead, value: None, present: None, word: None, object: None, callee: None, builtin: None, choice: None, blank: false };
    pub const ANY: Reg = Reg { mem: Mem::Current { class: Class::Any, maybe_empty: true }, ..Reg::DEAD };
    pub const NULL: Reg = Reg { mem: Mem::Null, ..Reg::DEAD };

    pub fn of_class(class: Class) -> Reg {
        Reg { mem: Mem::Current { class, maybe_empty: false }, ..Reg::DEAD }
    }

    /// A number in a value alone.
    pub fn apart(mem: Mem, value: Value, word: Option<Word>) -> Reg {
        Reg { mem, value: Some(value), word, ..Reg::DEAD }
    }

    /// An object that somebody else holds.
    pub fn lent(object: Value, class: Class, from: Lender) -> Reg {
        Reg { mem: Mem::Lent { class, from }, object: Some(object), ..Reg::DEAD }
    }

    /// What the object's class is, as far as the register itself tells.
    pub fn class(&self) -> Class {
        match self.mem {
            Mem::Current { class, .. } | Mem::Lent { class, .. } => class,
            _ => Class::Any,
        }
    }

    pub fn is_current(&self) -> bool {
        matches!(self.mem, Mem::Current { .. } | Mem::Null)
    }

    /// Whether its content is in a value or word alone.
    pub fn is_apart(&self) -> bool {
        !self.is_current() && (self.value.is_some() || self.word.is_some() || self.is_lent())
    }

    /// Whether the frame's register is known to be empty.
    pub fn is_blank(&self) -> bool {
        self.blank || self.mem == Mem::Null
    }

    pub fn is_lent(&self) -> bool {
        matches!(self.mem, Mem::Lent { .. })
    }

    /// Whether an object can be had of it without making one.
    pub fn has_object(&self) -> bool {
        self.is_current() || self.is_lent()
    }

    pub fn set_class(&mut self, class: Class) {
        match &mut self.mem {
            Mem::Current { class: known, maybe_empty } => (*known, *maybe_empty) = (class, false),
            Mem::Lent { class: known, .. } => *known = class,
            _ => {}
        }
    }
}

/// What a guard has found out of an object, until other code may run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Fact {
    Class(Class),
    /// Its type has this version tag.
    Tag(u32),
    /// It is a type with this version tag.
    OwnTag(u32),
    Mine,
    /// It has the owner of new objects.
    Own,
    /// An instance whose values are inline.
    Inline,
    Shape(u32),
    /// A function that runs this code of the source.
    Code(usize),
    Builtin(Builtin),
    /// A dict with this version of its keys.
    Keys(u32),
    /// A dict that has this value at this place.
    Entry(u16, Value),
}

/// All registers of the unit's frames.
#[derive(Clone, Debug)]
pub(super) struct State {
    /// The lowest register is minus this one.
    temps: i32,
    regs: Vec<Reg>,
    /// So many of the frames that run within the unit's are linked, outermost first.
    pub linked: usize,
    facts: Vec<(Value, Fact)>,
}

impl State {
    pub fn at_entry(snapshot: &Snapshot, entry: Entry) -> State {
        let regs = vec![Reg::DEAD; (snapshot.temps + snapshot.locals) as usize];
        let mut state = State { temps: snapshot.temps, regs, linked: 0, facts: Vec::new() };
        for r in snapshot.live(entry.pc()) {
            let is_start = matches!(entry, Entry::Function(_)) && r >= 0;
            state[r] = match is_start {
                true if snapshot.empty[r as usize] => Reg::NULL,
                true if r < snapshot.args => Reg::of_class(Class::Any),
                _ => Reg::ANY,
            };
        }
        state
    }

    /// Another live register that is current and has the same number.
    fn holder_of(&self, r: i32, live: &[i32]) -> Option<i32> {
        let value = self[r].value?;
        let holds = |other: i32| self[other].value == Some(value) && self[r].present.is_none() && matches!(self[other].mem, Mem::Current { .. });
        live.iter().copied().find(|other| *other != r && holds(*other))
    }

    /// What makes a live register current; `done` are written before it.
    pub fn write_of(&self, r: i32, live: &[i32], done: &[(i32, Write)]) -> Option<Write> {
        let reg = &self[r];
        if !reg.is_apart() {
            return None;
        }
        if let (Mem::Lent { .. }, Some(object)) = (reg.mem, reg.object) {
            return Some(Write::Hold(object));
        }
        if let Some(word) = reg.word {
            return Some(Write::Word(word));
        }
        let value = reg.value?;
        let shares = |other: &i32| self[*other].value == Some(value) && self[*other].present == reg.present;
        let other = self.holder_of(r, live).or_else(|| done.iter().map(|(other, _)| *other).find(shares));
        Some(match other {
            Some(other) => Write::Same(other),
            None => reg.present.map_or(Write::Value(value), |present| Write::ValueIf(value, present)),
        })
    }

    /// What makes the live registers current, in this order.
    pub fn writes(&self, live: &[i32]) -> Vec<(i32, Write)> {
        let mut writes: Vec<(i32, Write)> = Vec::new();
        for &r in live {
            if let Some(write) = self.write_of(r, live, &writes) {
                writes.push((r, write));
            }
        }
        writes
    }

    /// Whether any register's object is somebody else's.
    pub fn lends(&self) -> bool {
        self.regs.iter().any(Reg::is_lent)
    }

    // ---- facts

    pub fn knows(&self, object: Value, fact: Fact) -> bool {
        self.facts.contains(&(object, fact))
    }

    pub fn learn(&mut self, object: Value, fact: Fact) {
        if !self.knows(object, fact) {
            self.facts.push((object, fact));
        }
    }

    /// The value that a dict has at a place, if that is known.
    pub fn entry_of(&self, dict: Value, place: u16) -> Option<Value> {
        self.facts.iter().find_map(|(object, fact)| match fact {
            Fact::Entry(at, value) if *object == dict && *at == place => Some(*value),
            _ => None,
        })
    }

    /// The instance's shape, if that is known.
    pub fn shape_of(&self, object: Value) -> Option<u32> {
        self.facts.iter().find_map(|(of, fact)| match fact {
            Fact::Shape(shape) if *of == object => Some(*shape),
            _ => None,
        })
    }

    /// Other code may have run.
    pub fn forget(&mut self) {
        self.facts.clear();
    }

    /// Something may have ended, which runs code at times. (What that does to classes is noticed at the next call.)
    pub fn forget_contents(&mut self) {
        self.facts.retain(|(_, fact)| !matches!(fact, Fact::Shape(_) | Fact::Entry(..) | Fact::Keys(_) | Fact::Inline));
    }

    /// Objects may have got other contents.
    pub fn forget_stores(&mut self) {
        self.facts.retain(|(_, fact)| !matches!(fact, Fact::Shape(_) | Fact::Entry(..)));
    }

    /// Keeps what is known on the other way, too.
    pub fn meet(&mut self, other: &State) {
        self.facts.retain(|fact| other.facts.contains(fact));
    }

    /// Whether all that is known here is known there.
    pub fn is_known_in(&self, other: &State) -> bool {
        self.facts.iter().all(|fact| other.facts.contains(fact))
    }
}

impl core::ops::Index<i32> for State {
    type Output = Reg;

    fn index(&self, r: i32) -> &Reg {
        self.regs.get((r + self.temps) as usize).unwrap_or(&Reg::DEAD)
    }
}

impl core::ops::IndexMut<i32> for State {
    fn index_mut(&mut self, r: i32) -> &mut Reg {
        let at = (r + self.temps) as usize;
        if at >= self.regs.len() {
            self.regs.resize(at + 1, Reg::DEAD);
        }
        &mut self.regs[at]
    }
}
