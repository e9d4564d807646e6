//! What is known of each register at a place.

use crate::hir::{Class, Value, Word, Write};
use crate::snapshot::Snapshot;

use super::Entry;

/// What the frame's register itself is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mem {
    /// A temp that is not live, or whose number is in a value alone: the register counts nothing.
    Dead,
    /// Empty.
    Null,
    /// What the interpreter would have there.
    Current { class: Class, maybe_empty: bool },
    /// A local whose number is in a value alone: the register holds an older object that ends quietly, or nothing.
    Stale,
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
}

impl Reg {
    pub const ANY: Reg = Reg { mem: Mem::Current { class: Class::Any, maybe_empty: true }, value: None, present: None, word: None };
    pub const DEAD: Reg = Reg { mem: Mem::Dead, value: None, present: None, word: None };
    pub const NULL: Reg = Reg { mem: Mem::Null, value: None, present: None, word: None };

    pub fn of_class(class: Class) -> Reg {
        Reg { mem: Mem::Current { class, maybe_empty: false }, value: None, present: None, word: None }
    }

    /// A number in a value alone.
    pub fn apart(mem: Mem, value: Value, word: Option<Word>) -> Reg {
        Reg { mem, value: Some(value), present: None, word }
    }

    /// What the object's class is, as far as the register itself tells.
    pub fn class(&self) -> Class {
        match self.mem {
            Mem::Current { class, .. } => class,
            _ => Class::Any,
        }
    }

    pub fn is_current(&self) -> bool {
        matches!(self.mem, Mem::Current { .. } | Mem::Null)
    }

    /// Whether its content is in a value or word alone.
    pub fn is_apart(&self) -> bool {
        !self.is_current() && (self.value.is_some() || self.word.is_some())
    }

    pub fn set_class(&mut self, class: Class) {
        if let Mem::Current { class: known, maybe_empty } = &mut self.mem {
            *known = class;
            *maybe_empty = false;
        }
    }
}

/// All registers of a frame.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct State {
    temps: i32,
    regs: Vec<Reg>,
}

impl State {
    pub fn at_entry(snapshot: &Snapshot, entry: Entry) -> State {
        let mut state = State { temps: snapshot.temps, regs: vec![Reg::DEAD; (snapshot.temps + snapshot.locals) as usize] };
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
    fn holder_of(&self, r: i32, mut live: impl Iterator<Item = i32>) -> Option<i32> {
        let value = self[r].value?;
        live.find(|other| *other != r && self[*other].value == Some(value) && self[r].present.is_none() && matches!(self[*other].mem, Mem::Current { .. }))
    }

    /// What makes the live registers current, in this order.
    pub fn writes(&self, live: impl Iterator<Item = i32> + Clone) -> Vec<(i32, Write)> {
        let mut writes: Vec<(i32, Write)> = Vec::new();
        for r in live.clone() {
            let reg = &self[r];
            if !reg.is_apart() {
                continue;
            }
            let written = |value| writes.iter().find(|(other, _)| self[*other].value == Some(value) && self[*other].present == reg.present).map(|(other, _)| *other);
            let write = match (reg.word, reg.value) {
                (Some(word), _) => Write::Word(word),
                (None, Some(value)) => match self.holder_of(r, live.clone()).or_else(|| written(value)) {
                    Some(other) => Write::Same(other),
                    None => reg.present.map_or(Write::Value(value), |present| Write::ValueIf(value, present)),
                },
                (None, None) => continue,
            };
            writes.push((r, write));
        }
        writes
    }
}

impl core::ops::Index<i32> for State {
    type Output = Reg;

    fn index(&self, r: i32) -> &Reg {
        &self.regs[(r + self.temps) as usize]
    }
}

impl core::ops::IndexMut<i32> for State {
    fn index_mut(&mut self, r: i32) -> &mut Reg {
        &mut self.regs[(r + self.temps) as usize]
    }
}
