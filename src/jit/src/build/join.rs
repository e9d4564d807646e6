//! Where ways meet: what each register is there, and what each way does to make it so.

use crate::hir::{Block, Class, Edge, End, Exit, ExitData, Kind, Old, Op, Reason, Value, Word, Write};

use super::assume::{Assume, Head};
use super::state::{Fact, Lender, Mem, Reg, State};
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
    /// Leaves in front of another instruction.
    pub(super) fn exit_at(&mut self, pc: u32, reason: Reason) -> Exit {
        let writes = self.state.writes(&self.live(pc));
        self.function.exit(ExitData { pc: self.at(pc), room: self.room(), linked: self.state.linked as u32, dying: self.dying, reason, writes })
    }

    /// Leaves at the start of the instruction that is built.
    pub(super) fn exit_for(&mut self, reason: Reason) -> Exit {
        let at = self.at(self.pc());
        if let Some((pc, known, exit)) = self.exit
            && pc == at
            && known == reason
        {
            return exit;
        }
        let exit = self.exit_at(self.pc(), reason);
        self.exit = Some((at, reason, exit));
        exit
    }

    /// Makes the frame's register current.
    pub(super) fn settle(&mut self, r: i32) {
        if !self.state[r].is_apart() {
            return;
        }
        let live = self.live(self.pc());
        let Some(write) = self.state.write_of(r, &live, &[]) else { return };
        self.write(r, write);
    }

    /// Makes all registers current that have the number that this one has: they name one object.
    pub(super) fn settle_with_sharers(&mut self, r: i32) {
        if self.state[r].is_lent() || self.state[r].word.is_some() {
            return self.settle(r);
        }
        if let Some(value) = self.state[r].value {
            for other in self.live(self.pc()) {
                if self.state[other].value == Some(value) {
                    self.settle(other);
                }
            }
        }
        self.settle(r);
    }

    fn write(&mut self, r: i32, write: Write) {
        if let Write::ValueIf(value, present) = write {
            self.emit(Op::FlushIf(r, value, present));
            let class = self.function.kind(value).class();
            self.state[r] = Reg { mem: Mem::Current { class, maybe_empty: true }, ..Reg::DEAD };
            self.changed();
            return;
        }
        let old = if self.is_temp(r) || self.state[r].blank || self.state[r].mem == Mem::Dead { Old::Nothing } else { Old::Quiet };
        let function = &self.function;
        let class = self.state[r].any_class(|value| function.kind(value));
        match write {
            Write::Value(value) | Write::ValueIf(value, _) => self.emit(Op::Flush(r, value, old)),
            Write::Same(other) => self.emit(Op::Copy(r, other, old)),
            Write::Hold(object) => self.emit(Op::Hold(r, object, old)),
            Write::Word(word) => self.emit(Op::Put(r, word, old)),
        };
        self.state[r].mem = Mem::Current { class, maybe_empty: false };
        self.state[r].blank = false;
        self.changed();
    }

    /// Makes all live registers current, before other code can look.
    pub(super) fn settle_all(&mut self) {
        for r in self.live(self.pc()) {
            self.settle(r);
        }
    }

    /// Holds what is lent by something that may be changed next.
    pub(super) fn hold_what_heap_lends(&mut self) {
        if !self.state.lends() {
            return;
        }
        for r in self.live(self.pc()) {
            if matches!(self.state[r].mem, Mem::Lent { from: Lender::Heap, .. }) {
                self.settle(r);
            }
        }
    }

    /// Holds what this register lends, which is about to be written or given up.
    pub(super) fn hold_what_it_lends(&mut self, r: i32) {
        if !self.state.lends() {
            return;
        }
        for other in self.live(self.pc()) {
            if matches!(self.state[other].mem, Mem::Lent { from: Lender::Reg(from), .. } if from == r) {
                self.settle(other);
            }
        }
    }

    /// The way from here to the block at `to` of the innermost room.
    pub(super) fn way(&mut self, to: u32) -> Edge {
        let from = self.fresh();
        let way = Way { from, state: self.state.clone() };
        if self.here().heads.contains_key(&to) {
            self.close(to, way);
        } else {
            self.here().ways.entry(to).or_default().push(way);
        }
        Edge { to: from, args: Vec::new() }
    }

    /// Ends the block with a jump.
    pub(super) fn go(&mut self, to: u32) {
        let edge = self.way(to);
        self.end(End::Jump(edge));
    }

    fn head(&self, pc: u32) -> Head {
        (self.inside[self.inside.len() - 1].key, pc)
    }

    /// Begins the block at `pc`, to which these ways lead; false: start again.
    pub(super) fn begin(&mut self, pc: u32, mut ways: Vec<Way>, is_head: bool) -> bool {
        self.changed();
        if ways.len() == 1 && !is_head {
            if let Some(Way { from, state }) = ways.pop() {
                (self.block, self.state) = (from, state);
                self.set_pc(pc);
            }
            return true;
        }
        let head = self.head(pc);
        let at = self.at(pc);
        let mut target = ways[0].state.clone();
        let block = self.function.block(at);
        target.linked = ways.iter().map(|way| way.state.linked).max().unwrap_or(0);
        for way in &ways[1..] {
            target.meet(&way.state);
        }
        if is_head {
            target.linked = target.linked.max(self.assumptions.linked(head));
            if self.assumptions.is_ignorant(head) {
                target.forget();
            }
        }
        let live = self.live(pc);
        for &r in &live {
            let regs: Vec<Reg> = ways.iter().map(|way| way.state[r]).collect();
            let mut joined = self.joined(r, &regs);
            if is_head {
                joined = self.assumed(pc, r, &regs, joined);
                joined.blank = false;
                if self.assumptions.is_changing(head, r) {
                    joined.object = None;
                }
            }
            joined.blank &= !ways.iter().any(|way| self.shares_number(&way.state, &live, r));
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
        if is_head {
            self.here().heads.insert(pc, (block, target.clone()));
        }
        for way in ways {
            self.pass(pc, way, block, &target);
            if self.broken {
                return false;
            }
        }
        self.set_pc(pc);
        self.block = block;
        self.state = target;
        self.changed();
        true
    }

    /// What a register is where it is one of these. A value stands for its kind.
    fn joined(&self, r: i32, regs: &[Reg]) -> Reg {
        let [first, others @ ..] = regs else { return Reg::DEAD };
        // What was looked at, and is the same on all ways.
        let object = first.object.filter(|object| others.iter().all(|other| other.object == Some(*object)));
        let callee = first.callee.filter(|callee| others.iter().all(|other| other.callee == Some(*callee)));
        let builtin = first.builtin.filter(|builtin| others.iter().all(|other| other.builtin == Some(*builtin)));
        let choice = first.choice.filter(|choice| object.is_some() && others.iter().all(|other| other.choice == Some(*choice)));
        let joined = self.joined_content(r, regs);
        let blank = joined.is_apart() && regs.iter().all(Reg::is_blank);
        Reg { object: object.filter(|_| joined.has_object()), callee, builtin, choice: choice.filter(|_| joined.has_object()), blank, ..joined }
    }

    /// The same, but for objects that were looked at.
    fn joined_content(&self, r: i32, regs: &[Reg]) -> Reg {
        let kind = |value| self.function.kind(value);
        let [first, others @ ..] = regs else { return Reg::DEAD };
        let same = |other: &Reg| other.mem == first.mem && other.word == first.word && other.value.is_none();
        if others.iter().all(same) && first.value.is_none() && !first.is_lent() {
            return *first;
        }
        let all_raw = first.value.filter(|value| others.iter().all(|other| other.value.is_some_and(|v| kind(v) == kind(*value))));
        let class = regs.iter().map(|reg| reg.any_class(kind)).reduce(Class::join).unwrap_or(Class::Any);
        let word = first.word.filter(|word| others.iter().all(|other| other.word == Some(*word)));
        if let Some(value) = all_raw {
            let current = regs.iter().all(|reg| matches!(reg.mem, Mem::Current { .. }));
            let mem = if current { Mem::Current { class, maybe_empty: false } } else { self.apart(r) };
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
    pub(super) fn apart(&self, r: i32) -> Mem {
        if self.is_temp(r) { Mem::Dead } else { Mem::Stale }
    }

    /// What a register is at the head of a loop.
    fn assumed(&mut self, pc: u32, r: i32, regs: &[Reg], joined: Reg) -> Reg {
        match self.assumption(pc, r) {
            None => joined,
            Some(assume @ (Assume::Raw(kind) | Assume::RawIf(kind))) => {
                // Only its kind counts: the parameter takes its place.
                let value = self.function.value(kind);
                let present = matches!(assume, Assume::RawIf(_)).then_some(value);
                Reg { present, ..Reg::apart(self.apart(r), value, None) }
            }
            Some(Assume::Both(kind)) => Reg { value: Some(self.function.value(kind)), object: joined.object, ..Reg::of_class(kind.class()) },
            Some(Assume::Object(class)) => Reg { object: joined.object, ..Reg::of_class(class) },
            Some(Assume::Anything) if joined == Reg::DEAD => joined,
            Some(Assume::Anything) => {
                let maybe_empty = regs.iter().any(Reg::may_be_empty) || !self.is_temp(r);
                Reg { mem: Mem::Current { class: Class::Any, maybe_empty }, object: joined.object, ..Reg::DEAD }
            }
        }
    }

    /// What is assumed of a register: nothing in particular where an earlier unit was mistaken too often.
    fn assumption(&self, pc: u32, r: i32) -> Option<Assume> {
        let known = self.assumptions.get(self.head(pc), r);
        known.map(|known| if self.code().distrusted.contains(&pc) { Assume::Anything } else { known })
    }

    /// The end of a loop whose head is built.
    fn close(&mut self, pc: u32, way: Way) {
        let Some((block, target)) = self.here().heads.get(&pc).cloned() else { return };
        let head = self.head(pc);
        for r in self.live(pc) {
            let better = self.objection(pc, r, &target[r], &way.state[r]);
            // What may be empty the next time that the loop is entered is nothing in particular.
            let better = better.map(|better| if matches!(better, Assume::Object(_)) && !self.is_assigned(pc, r) { Assume::Anything } else { better });
            if let Some(better) = better {
                self.assumptions.put(head, r, better);
                self.broken = true;
            }
            if target[r].object.is_some() && target[r].object != way.state[r].object {
                self.assumptions.set_changing(head, r);
                self.broken = true;
            }
        }
        if way.state.linked > target.linked {
            self.assumptions.set_linked(head, way.state.linked);
            self.broken = true;
        }
        if !target.is_known_in(&way.state) {
            self.assumptions.set_ignorant(head);
            self.broken = true;
        }
        if !self.broken {
            let (at, from, state) = (self.pc(), self.block, self.state.clone());
            self.pass(pc, way, block, &target);
            self.set_pc(at);
            (self.block, self.state) = (from, state);
            self.changed();
        }
    }

    /// What is to be assumed of a register instead, which the loop's end brings.
    fn objection(&self, pc: u32, r: i32, head: &Reg, end: &Reg) -> Option<Assume> {
        let kind = |value| self.function.kind(value);
        let distrusted = self.code().distrusted.contains(&pc).then_some(Assume::Anything);
        let before = self.assumption(pc, r).or(distrusted);
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
            // A head has nothing that is lent.
            Mem::Lent { .. } => Some(Assume::Anything),
            Mem::Null => (end.mem != Mem::Null).then_some(match end_kind {
                Some(kind) if before.is_none() && end.is_apart() => Assume::RawIf(kind),
                _ => Assume::Anything,
            }),
            // The register has the object that a constant's word stands for: not always that one.
            Mem::Current { .. } if head.word.is_some() && head.word != end.word => Some(Assume::Anything),
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

    /// Whether another variable has the number that this one has.
    fn shares_number(&self, state: &State, live: &[i32], r: i32) -> bool {
        let reg = &state[r];
        let same = |other: &i32| *other != r && state[*other].value == reg.value && !self.is_temp(*other);
        reg.value.is_some() && reg.present.is_none() && !self.is_temp(r) && live.iter().any(same)
    }

    /// Goes a way to its end: makes the registers what the target expects.
    fn pass(&mut self, pc: u32, way: Way, block: Block, target: &State) {
        (self.block, self.state) = (way.from, way.state);
        self.set_pc(pc);
        self.changed();
        let live = self.live(pc);
        self.link_up_to(target.linked);
        for &r in &live {
            // From here on nothing says that the two name one object: they have it.
            if target[r].value.is_some() && self.shares_number(&self.state, &live, r) {
                self.settle(r);
            }
        }
        let mut args = Vec::new();
        for &r in &live {
            if let Some(param) = target[r].value {
                if self.state[r].is_lent() {
                    self.settle(r);
                }
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
        let is_object = matches!(reg.mem, Mem::Current { class, .. } | Mem::Lent { class, .. } if reg.value.is_none() && (class == Class::Any || class == kind.class()));
        let value = match reg.value {
            Some(value) if self.function.kind(value) == kind && (may_be_empty || reg.present.is_none()) => value,
            None if is_object => self.unboxed(r, kind),
            _ => {
                let better = if reg.mem == Mem::Null { Assume::RawIf(kind) } else { Assume::Anything };
                let head = self.head(pc);
                self.assumptions.put(head, r, better);
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
        if known != Class::Any && known != class || !self.state[r].has_object() {
            let head = self.head(pc);
            self.assumptions.put(head, r, Assume::Anything);
            self.broken = true;
            return false;
        }
        self.object_of(r, class);
        true
    }

    /// The object that a register has; leaves unless it is of this class.
    pub(super) fn object_of(&mut self, r: i32, class: Class) -> Value {
        if self.state[r].may_be_empty() {
            let exit = self.exit_for(Reason::Empty);
            self.emit(Op::GuardFull(r, exit));
            let known = self.state[r].class();
            self.state[r].set_class(known);
        }
        let object = match self.state[r].object {
            Some(object) => object,
            None => self.value(Op::LoadReg(r)),
        };
        self.state[r].object = Some(object);
        if class != Class::Any && self.state[r].class() != class {
            self.guard_class(object, class);
            self.state[r].set_class(class);
        }
        object
    }

    /// Leaves unless an object is of this class.
    pub(super) fn guard_class(&mut self, object: Value, class: Class) {
        self.guard_fact(object, Fact::Class(class), Reason::Class, |exit| Op::GuardClass(object, class, exit));
    }

    /// Leaves unless this is so of an object, which is asked only where it is not known.
    pub(super) fn guard_fact(&mut self, object: Value, fact: Fact, reason: Reason, guard: impl FnOnce(Exit) -> Op) {
        if !self.state.knows(object, fact) {
            let exit = self.exit_for(reason);
            self.emit(guard(exit));
            self.state.learn(object, fact);
        }
    }

    pub(super) fn guard_mine(&mut self, object: Value) {
        if !self.state.knows(object, Fact::Own) {
            self.guard_fact(object, Fact::Mine, Reason::Mine, |exit| Op::GuardMine(object, exit));
        }
    }

    pub(super) fn guard_own(&mut self, object: Value) {
        self.guard_fact(object, Fact::Own, Reason::Mine, |exit| Op::GuardOwn(object, exit));
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
