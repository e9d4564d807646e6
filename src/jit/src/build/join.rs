//! Where ways meet: what each register is there, and what each way does to make it so.

use crate::hir::{Block, Class, Edge, End, Exit, ExitData, Kind, Old, Op, Reason, Value, Word, Write};

use super::assume::Assume;
use super::state::{Mem, Reg, State};
use super::{Builder, Way};

/// The class of an object that a word stands for.
fn class_of(word: Word) -> Class {
    match word {
        Word::None => Class::None,
        Word::True | Word::False => Class::Bool,
        Word::Small(_) => Class::Int,
        Word::Const(_) => Class::Any,
    }
}

impl Reg {
    /// What is known of the object's class, wherever the object is.
    pub(super) fn any_class(&self, kind: impl Fn(Value) -> Kind) -> Class {
        match (self.value, self.word) {
            (Some(value), _) => kind(value).class(),
            (None, Some(word)) => class_of(word),
            (None, None) => self.class(),
        }
    }

    fn may_be_empty(&self) -> bool {
        self.present.is_some() || matches!(self.mem, Mem::Null | Mem::Current { maybe_empty: true, .. }) && self.value.is_none()
    }
}

impl Builder<'_> {
    fn live(&self, pc: u32) -> Vec<i32> {
        self.snapshot.live(pc).collect()
    }

    /// Leaves at the start of the instruction that is built.
    pub(super) fn exit_for(&mut self, reason: Reason) -> Exit {
        if let Some((pc, known, exit)) = self.exit
            && pc == self.pc
            && known == reason
        {
            return exit;
        }
        let writes = self.state.writes(self.live(self.pc).into_iter());
        let exit = self.function.exit(ExitData { pc: self.pc, reason, writes });
        self.exit = Some((self.pc, reason, exit));
        exit
    }

    /// Makes the frame's register current.
    pub(super) fn settle(&mut self, r: i32) {
        if !self.state[r].is_apart() {
            return;
        }
        let writes = self.state.writes(self.live(self.pc).into_iter());
        let Some(&(_, write)) = writes.iter().find(|(other, _)| *other == r) else { return };
        // What it shares an object with comes first.
        let write = match write {
            Write::Same(other) => {
                self.settle(other);
                Write::Same(other)
            }
            write => write,
        };
        self.write(r, write);
    }

    fn write(&mut self, r: i32, write: Write) {
        if let Write::ValueIf(value, present) = write {
            self.emit(Op::FlushIf(r, value, present));
            let class = self.function.kind(value).class();
            self.state[r] = Reg { mem: Mem::Current { class, maybe_empty: true }, ..Reg::DEAD };
            self.changed();
            return;
        }
        let old = if self.state[r].mem == Mem::Stale { Old::Quiet } else { Old::Nothing };
        let function = &self.function;
        let class = self.state[r].any_class(|value| function.kind(value));
        match write {
            Write::Value(value) | Write::ValueIf(value, _) => self.emit(Op::Flush(r, value, old)),
            Write::Same(other) => self.emit(Op::Copy(r, other, old)),
            Write::Word(word) => self.emit(Op::Put(r, word, old)),
        };
        self.state[r].mem = Mem::Current { class, maybe_empty: false };
        self.changed();
    }

    /// Makes all live registers current, before other code can look.
    pub(super) fn settle_all(&mut self) {
        for r in self.live(self.pc) {
            self.settle(r);
        }
    }

    /// The way from here to the block at `to`.
    pub(super) fn way(&mut self, to: u32) -> Edge {
        let from = self.fresh();
        let way = Way { from, state: self.state.clone() };
        if self.heads.contains_key(&to) {
            self.close(to, way);
        } else {
            self.ways.entry(to).or_default().push(way);
        }
        Edge { to: from, args: Vec::new() }
    }

    /// Ends the block with a jump.
    pub(super) fn go(&mut self, to: u32) {
        let edge = self.way(to);
        self.end(End::Jump(edge));
    }

    /// Begins the block at `pc`, to which these ways lead; false: start again.
    pub(super) fn begin(&mut self, pc: u32, ways: Vec<Way>) -> bool {
        let mut target = ways[0].state.clone();
        let block = self.function.block(pc);
        for r in self.live(pc) {
            let regs: Vec<Reg> = ways.iter().map(|way| way.state[r]).collect();
            let mut joined = self.joined(r, &regs);
            if self.flow.is_head(pc) {
                joined = self.assumed(pc, r, &regs, joined);
            }
            if let Some(value) = joined.value {
                let kind = self.function.kind(value);
                let param = self.function.param(block, kind);
                if matches!(joined.mem, Mem::Current { .. }) {
                    self.unboxed.insert(param);
                }
                joined.value = Some(param);
                joined.present = joined.present.map(|_| self.function.param(block, Kind::Bool));
            }
            target[r] = joined;
        }
        if self.flow.is_head(pc) {
            self.heads.insert(pc, (block, target.clone()));
        }
        for way in ways {
            self.pass(pc, way, block, &target);
            if self.broken {
                return false;
            }
        }
        self.pc = pc;
        self.block = block;
        self.state = target;
        self.changed();
        true
    }

    /// What a register is where it is one of these. A value stands for its kind.
    fn joined(&self, r: i32, regs: &[Reg]) -> Reg {
        let kind = |value| self.function.kind(value);
        let [first, others @ ..] = regs else { return Reg::DEAD };
        if others.iter().all(|other| other == first) && first.value.is_none() {
            return *first;
        }
        let all_raw = first.value.filter(|value| others.iter().all(|other| other.value.is_some_and(|v| kind(v) == kind(*value))));
        let class = regs.iter().map(|reg| reg.any_class(kind)).reduce(Class::join).unwrap_or(Class::Any);
        let word = first.word.filter(|word| others.iter().all(|other| other.word == Some(*word)));
        if let Some(value) = all_raw {
            let current = regs.iter().all(|reg| matches!(reg.mem, Mem::Current { .. }));
            let mem = if current { Mem::Current { class, maybe_empty: false } } else { Self::apart(r) };
            let present = regs.iter().find_map(|reg| reg.present);
            return Reg { present, ..Reg::apart(mem, value, word) };
        }
        if let Some(value) = self.raw_or_empty(regs) {
            return Reg { present: Some(value), ..Reg::apart(Mem::Stale, value, None) };
        }
        let maybe_empty = regs.iter().any(Reg::may_be_empty);
        let full = regs.iter().filter(|reg| reg.mem != Mem::Null);
        let class = full.map(|reg| reg.any_class(kind)).reduce(Class::join).unwrap_or(Class::Any);
        Reg { mem: Mem::Current { class, maybe_empty }, ..Reg::DEAD }
    }

    /// A value of one kind that some of these have while the others are empty.
    fn raw_or_empty(&self, regs: &[Reg]) -> Option<Value> {
        let mut full = regs.iter().filter(|reg| reg.mem != Mem::Null);
        let value = full.next()?.value?;
        let kind = self.function.kind(value);
        let same = |reg: &Reg| reg.value.is_some_and(|value| self.function.kind(value) == kind);
        (full.all(same) && regs.iter().any(|reg| reg.mem == Mem::Null)).then_some(value)
    }

    /// How a register is whose number is in a value alone.
    pub(super) fn apart(r: i32) -> Mem {
        if r < 0 { Mem::Dead } else { Mem::Stale }
    }

    /// What a register is at the head of a loop.
    fn assumed(&mut self, pc: u32, r: i32, regs: &[Reg], joined: Reg) -> Reg {
        let distrusted = self.snapshot.distrusted.contains(&pc).then_some(Assume::Anything);
        match self.assumptions.get(pc, r).and(distrusted).or(self.assumptions.get(pc, r)) {
            None => joined,
            Some(assume @ (Assume::Raw(kind) | Assume::RawIf(kind))) => {
                // Only its kind counts: the parameter takes its place.
                let value = self.function.value(kind);
                let present = matches!(assume, Assume::RawIf(_)).then_some(value);
                Reg { present, ..Reg::apart(Self::apart(r), value, None) }
            }
            Some(Assume::Both(kind)) => Reg { value: Some(self.function.value(kind)), ..Reg::of_class(kind.class()) },
            Some(Assume::Object(class)) => Reg::of_class(class),
            Some(Assume::Anything) if joined == Reg::DEAD => joined,
            Some(Assume::Anything) => {
                let maybe_empty = regs.iter().any(Reg::may_be_empty) || r >= 0;
                Reg { mem: Mem::Current { class: Class::Any, maybe_empty }, ..Reg::DEAD }
            }
        }
    }

    /// The end of a loop whose head is built.
    fn close(&mut self, pc: u32, way: Way) {
        let Some((block, target)) = self.heads.get(&pc).cloned() else { return };
        for r in self.live(pc) {
            if let Some(better) = self.objection(pc, r, &target[r], &way.state[r]) {
                self.assumptions.put(pc, r, better);
                self.broken = true;
            }
        }
        if !self.broken {
            let (at, from, state) = (self.pc, self.block, self.state.clone());
            self.pass(pc, way, block, &target);
            (self.pc, self.block, self.state) = (at, from, state);
            self.changed();
        }
    }

    /// What is to be assumed of a register instead, which the loop's end brings.
    fn objection(&self, pc: u32, r: i32, head: &Reg, end: &Reg) -> Option<Assume> {
        let kind = |value| self.function.kind(value);
        let distrusted = self.snapshot.distrusted.contains(&pc).then_some(Assume::Anything);
        let before = self.assumptions.get(pc, r).or(distrusted);
        let end_kind = end.value.map(kind);
        let end_class = end.any_class(kind);
        if let Some(value) = head.value {
            let fits = end_kind == Some(kind(value))
                || head.present.is_some() && end.mem == Mem::Null
                || end.class().raw() == Some(kind(value)) && (head.present.is_some() || !end.may_be_empty());
            if !fits {
                return Some(Assume::Anything);
            }
            if end.present.is_some() && head.present.is_none() {
                return Some(Assume::RawIf(kind(value)));
            }
            let was_current = matches!(head.mem, Mem::Current { .. });
            return (was_current && !matches!(end.mem, Mem::Current { .. }) || head.word != end.word && head.word.is_some()).then_some(Assume::Raw(kind(value)));
        }
        match head.mem {
            Mem::Dead | Mem::Stale => (head.word != end.word).then_some(Assume::Anything),
            Mem::Null => (end.mem != Mem::Null).then_some(match end_kind {
                Some(kind) if before.is_none() && end.is_apart() => Assume::RawIf(kind),
                _ => Assume::Anything,
            }),
            Mem::Current { class, maybe_empty } => {
                if before.is_none()
                    && let Some(value) = end.value
                    && end.present.is_none()
                {
                    // What is only looked at stays where it is; what is computed lives in values.
                    let kind = self.function.kind(value);
                    return Some(match (self.unboxed.contains(&value), maybe_empty) {
                        (true, _) => Assume::Both(kind),
                        (false, true) => Assume::RawIf(kind),
                        (false, false) => Assume::Raw(kind),
                    });
                }
                if class == end_class || end_class == Class::Any && class == Class::Any {
                    return (end.may_be_empty() && !maybe_empty).then_some(Assume::Anything);
                }
                if class == Class::Any {
                    return (before.is_none() && !end.may_be_empty()).then_some(Assume::Object(end_class));
                }
                Some(Assume::Anything)
            }
        }
    }

    /// Goes a way to its end: makes the registers what the target expects.
    fn pass(&mut self, pc: u32, way: Way, block: Block, target: &State) {
        (self.block, self.state, self.pc) = (way.from, way.state, pc);
        self.changed();
        let live = self.live(pc);
        let mut args = Vec::new();
        for &r in &live {
            if let Some(param) = target[r].value {
                match self.number(pc, r, self.function.kind(param), target[r].present.is_some()) {
                    Some(number) => args.extend(number),
                    None => return,
                }
            } else if !self.object(pc, r, &target[r]) {
                return;
            }
        }
        for &r in &live {
            let is_current = matches!(self.state[r].mem, Mem::Current { .. });
            match target[r].mem {
                Mem::Current { .. } => self.settle(r),
                Mem::Dead if is_current => {
                    self.emit(Op::Release(r, Old::Quiet));
                }
                _ => {}
            }
        }
        self.end(End::Jump(Edge { to: block, args }));
    }

    /// A register's number for a parameter of this kind, and whether it has one, if that is asked.
    fn number(&mut self, pc: u32, r: i32, kind: Kind, may_be_empty: bool) -> Option<Vec<Value>> {
        let reg = self.state[r];
        if reg.mem == Mem::Null && may_be_empty {
            let zero = match kind {
                Kind::Float => Op::ConstFloat(0.0),
                Kind::Bool => Op::ConstBool(false),
                Kind::Int | Kind::Object => Op::ConstInt(0),
            };
            return Some(vec![self.value(zero), self.value(Op::ConstBool(false))]);
        }
        if may_be_empty
            && reg.value.is_none()
            && matches!(reg.mem, Mem::Current { class, maybe_empty: true } if class == Class::Any || class == kind.class())
        {
            let exit = self.exit_for(Reason::Class);
            return Some(vec![self.value(Op::UnboxIfFull(r, kind, exit)), self.value(Op::IsFull(r))]);
        }
        let is_object = matches!(reg.mem, Mem::Current { class, .. } if reg.value.is_none() && (class == Class::Any || class == kind.class()));
        let value = match reg.value {
            Some(value) if self.function.kind(value) == kind && (may_be_empty || reg.present.is_none()) => value,
            None if is_object => self.unboxed(r, kind),
            _ => {
                let better = if reg.mem == Mem::Null { Assume::RawIf(kind) } else { Assume::Anything };
                self.assumptions.put(pc, r, better);
                self.broken = true;
                return None;
            }
        };
        if !may_be_empty {
            return Some(vec![value]);
        }
        let present = match reg.present {
            Some(present) => present,
            None => self.value(Op::ConstBool(true)),
        };
        Some(vec![value, present])
    }

    /// Whether the object in a register is of the class that the target expects; leaves where it is not.
    fn object(&mut self, pc: u32, r: i32, target: &Reg) -> bool {
        let Mem::Current { class, maybe_empty } = target.mem else { return true };
        let function = &self.function;
        let known = self.state[r].any_class(|value| function.kind(value));
        if class == Class::Any || class == known && (maybe_empty || !self.state[r].may_be_empty()) {
            return true;
        }
        if known != Class::Any && known != class || !matches!(self.state[r].mem, Mem::Current { .. }) {
            self.assumptions.put(pc, r, Assume::Anything);
            self.broken = true;
            return false;
        }
        self.object_of(r, class);
        true
    }

    /// The object in a register that is current; leaves unless it is of this class.
    pub(super) fn object_of(&mut self, r: i32, class: Class) -> Value {
        if self.state[r].may_be_empty() {
            let exit = self.exit_for(Reason::Empty);
            self.emit(Op::GuardFull(r, exit));
            let known = self.state[r].class();
            self.state[r].set_class(known);
        }
        let object = self.value(Op::LoadReg(r));
        if self.state[r].class() != class {
            let exit = self.exit_for(Reason::Class);
            self.emit(Op::GuardClass(object, class, exit));
            self.state[r].set_class(class);
        }
        object
    }

    /// The number of the object in a register that is current; leaves unless it is of this kind.
    pub(super) fn unboxed(&mut self, r: i32, kind: Kind) -> Value {
        let object = self.object_of(r, kind.class());
        let value = self.unbox(object, kind);
        self.unboxed.insert(value);
        self.state[r].value = Some(value);
        value
    }

    /// The number of an object of the kind's class.
    pub(super) fn unbox(&mut self, object: Value, kind: Kind) -> Value {
        match kind {
            Kind::Float => self.value(Op::UnboxFloat(object)),
            Kind::Bool => self.value(Op::UnboxBool(object)),
            Kind::Int | Kind::Object => {
                let exit = self.exit_for(Reason::Overflow);
                self.value(Op::UnboxInt(object, exit))
            }
        }
    }
}
