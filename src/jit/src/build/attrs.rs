//! Items, attributes and globals: what objects hold.

use syntax::opcodes::{Decoded, Op as Code};

use interp::compiled::feedback::{Global, Into, Store};

use crate::hir::{Block, Class, Cmp, Edge, End, Kind, Namespace, Old, Op, Reason, Value, Word};
use crate::snapshot::Seen;

use super::Builder;
use super::state::{Fact, Lender, Reg};

impl Builder<'_> {
    // ---- items

    pub(super) fn subscript(&mut self, insn: &Decoded, dst: i32, object: i32, index: i32) -> bool {
        if !self.may_be(index, Kind::Int) {
            return self.step(insn);
        }
        let class = if insn.op == Code::SubscriptListInt { Class::List } else { Class::Tuple };
        self.item(insn, dst, object, class, |this| this.number_in(index, Kind::Int), Some(index))
    }

    pub(super) fn subscript_imm(&mut self, insn: &Decoded, dst: i32, object: i32, index: i32) -> bool {
        let class = if insn.op == Code::SubscriptImmList { Class::List } else { Class::Tuple };
        self.item(insn, dst, object, class, |this| this.value(Op::ConstInt(i64::from(index))), None)
    }

    fn item(&mut self, insn: &Decoded, dst: i32, object: i32, class: Class, index: impl Fn(&mut Self) -> Value, operand: Option<i32>) -> bool {
        if !matches!(self.class(object), known if known == class || known == Class::Any) || !self.state[object].has_object() {
            return self.step(insn);
        }
        // What may leave comes first.
        let index = index(self);
        let holder = self.object_of(object, class);
        if class == Class::List {
            self.guard_mine(holder);
        }
        let len = self.value(Op::Len(holder, class));
        let exit = self.exit_for(Reason::Value);
        let index = self.value(Op::Index(index, len, exit));
        let item = self.value(Op::Item(holder, class, index));
        self.taken_out(dst, item, operand, object);
        true
    }

    /// Takes a sequence of so many items apart, the first one into the highest of the temps from `base`.
    pub(super) fn unpack(&mut self, insn: &Decoded, base: i32, src: i32, count: i32) -> bool {
        let class = if insn.op == Code::UnpackSequenceTuple { Class::Tuple } else { Class::List };
        if !matches!(self.class(src), known if known == class || known == Class::Any) || !self.state[src].has_object() {
            return self.step(insn);
        }
        let holder = self.object_of(src, class);
        if class == Class::List {
            self.guard_mine(holder);
        }
        let (len, wanted) = (self.value(Op::Len(holder, class)), self.value(Op::ConstInt(i64::from(count))));
        let fits = self.value(Op::IntCmp(Cmp::Equal, len, wanted));
        let exit = self.exit_for(Reason::Value);
        self.emit(Op::Guard(fits, exit));
        let ends = self.is_temp(src) && self.state[src].is_current();
        let mut items = Vec::new();
        for i in 0..count {
            let index = self.value(Op::ConstInt(i64::from(i)));
            items.push(self.value(Op::Item(holder, class, index)));
        }
        // The sequence may lie in one of the temps that are written: it is kept aside where it ends.
        let last = base + count - 1;
        if ends {
            for (i, item) in items.iter().enumerate().filter(|(i, _)| last - *i as i32 != src) {
                self.emit(Op::Hold(last - i as i32, *item, Old::Nothing));
                self.state[last - i as i32] = Reg { object: Some(*item), ..Reg::of_class(Class::Any) };
            }
            self.changed();
            match items.get((last - src) as usize).filter(|_| (base..=last).contains(&src)) {
                None => self.consume(src),
                Some(item) => {
                    let old = self.old_of_temp(src);
                    self.emit(Op::Hold(src, *item, old));
                    self.state[src] = Reg { object: Some(*item), ..Reg::of_class(Class::Any) };
                    self.changed();
                }
            }
            return true;
        }
        self.consume(src);
        for (i, item) in items.into_iter().enumerate() {
            self.lend(last - i as i32, item, Class::Any, Lender::Heap);
        }
        true
    }

    /// Ends an instruction that takes `item` out of what the operand `object` holds.
    fn taken_out(&mut self, dst: i32, item: Value, operand: Option<i32>, object: i32) {
        if let Some(operand) = operand.filter(|operand| *operand != dst) {
            self.consume(operand);
        }
        // A holder that ends here may end its items: they are held before it goes.
        let ends = self.is_temp(object) && self.state[object].is_current();
        if !ends {
            self.consume(object);
            self.consume(dst);
            return self.lend(dst, item, Class::Any, Lender::Heap);
        }
        // Whoever runs as the holder ends finds the destination as it was.
        let old = self.old_of_temp(object);
        self.emit(Op::Hold(object, item, old));
        self.state[object] = Reg { object: Some(item), ..Reg::of_class(Class::Any) };
        self.changed();
        self.copy(dst, object, true);
    }

    /// What a temp holds that is about to be written over.
    fn old_of_temp(&mut self, r: i32) -> Old {
        self.hold_what_it_lends(r);
        let reg = self.state[r];
        let class = reg.class();
        self.state[r] = Reg::DEAD;
        self.changed();
        self.old_of(&reg, class)
    }

    /// `object[index] = value` of a list.
    pub(super) fn store_item(&mut self, insn: &Decoded, object: i32, index: i32, value: i32) -> bool {
        let is_list = matches!(self.class(object), Class::Any | Class::List) && self.state[object].has_object();
        if !is_list || !self.may_be(index, Kind::Int) {
            return self.step(insn);
        }
        let stored = self.stored(value);
        let index_value = self.number_in(index, Kind::Int);
        let list = self.object_of(object, Class::List);
        self.guard_own(list);
        let len = self.value(Op::Len(list, Class::List));
        let exit = self.exit_for(Reason::Value);
        let at = self.value(Op::Index(index_value, len, exit));
        self.guard_stored(stored);
        // Code that runs as the old item ends finds the operands where the interpreter has them.
        let left = self.exit_for(Reason::NotCompiled);
        self.emit(match stored {
            Stored::Word(word) => Op::StoreItemWord(list, at, word, left),
            Stored::Number(number) => Op::StoreItem(list, at, number, left),
            Stored::Register(r, taken) => Op::StoreItemReg(list, at, r, taken, left),
        });
        self.stored_from(stored);
        for operand in [value, index, object] {
            self.consume(operand);
        }
        true
    }

    /// How a register's content is stored: as a number that nobody else has the object of, as what is immortal, or as the object.
    fn stored(&mut self, r: i32) -> Stored {
        let reg = self.state[r];
        if let Some(word) = reg.word.filter(|word| !matches!(word, Word::Const(_))) {
            return Stored::Word(word);
        }
        if let Some(number) = reg.value.filter(|_| !reg.has_object() && reg.word.is_none() && reg.present.is_none() && self.is_temp(r))
            // What shares the number shares the object: it is made first.
            && !self.live(self.pc()).iter().any(|other| *other != r && self.state[*other].value == Some(number))
        {
            return Stored::Number(number);
        }
        self.settle_with_sharers(r);
        // A constant's register holds no count that could be moved.
        Stored::Register(r, self.is_temp(r) && reg.word.is_none())
    }

    /// Leaves unless what is stored can be stored; holds what the heap lends.
    fn guard_stored(&mut self, stored: Stored) {
        if let Stored::Register(r, taken) = stored {
            let object = self.object_of(r, Class::Any);
            let exit = self.exit_for(Reason::Mine);
            self.emit(Op::GuardStored(object, r, taken, exit));
            if taken {
                self.hold_what_it_lends(r);
            }
        }
        self.hold_what_heap_lends();
    }

    /// What was stored is the heap's now.
    fn stored_from(&mut self, stored: Stored) {
        if let Stored::Register(r, true) = stored {
            self.state[r] = Reg::DEAD;
            self.changed();
        }
    }

    // ---- attributes

    fn seen(&self) -> Option<Seen> {
        self.code().seen.get(&self.pc()).copied()
    }

    pub(super) fn guard_tag(&mut self, object: Value, tag: u32) {
        self.guard_fact(object, Fact::Tag(tag), Reason::Class, |exit| Op::GuardTag(object, tag, exit));
    }

    // ---- sites that have seen several types

    /// An instruction that has seen several types.
    pub(super) fn several(&mut self, insn: &Decoded, entries: &[Seen]) -> bool {
        let [a, b, c] = insn.operands;
        let is_store = insn.op == Code::StoreAttrSlot;
        let object = if is_store { a } else { b };
        if !self.state[object].has_object() {
            return self.step(insn);
        }
        let holder = self.object_of(object, Class::Any);
        let is_known = |entry: &&Seen| entry.tag().is_some_and(|tag| self.state.knows(holder, Fact::Tag(tag)));
        let known = entries.iter().find(is_known).copied();
        let entries = known.as_ref().map_or(entries, core::slice::from_ref);
        if is_store {
            return self.store_one_of(insn, holder, entries, c);
        }
        let found = self.load_one_of(holder, entries);
        if insn.op == Code::LoadMethodType {
            let taken = self.is_temp(object);
            self.copy(a + 1, object, taken);
            self.lend(a, found, Class::Any, Lender::Heap);
        } else {
            self.taken_out(a, found, None, object);
        }
        self.found_one_of(a, entries);
        true
    }

    /// Looks an attribute up as the entry of the object's type says: one way for each.
    fn load_one_of(&mut self, holder: Value, entries: &[Seen]) -> Value {
        if let [Seen::Slot { .. }, ..] = entries {
            self.guard_mine(holder);
        }
        let merged = self.fresh();
        let found = self.function.param(merged, Kind::Object);
        let before = self.state.clone();
        for (i, entry) in entries.iter().enumerate() {
            let tag = entry.tag().unwrap_or_default();
            let other = self.branch_by_tag(holder, tag, i + 1 == entries.len());
            let value = match *entry {
                Seen::OfType { is_inline, object, .. } => {
                    if is_inline {
                        self.guard_fact(holder, Fact::Inline, Reason::Class, |exit| Op::GuardInline(holder, exit));
                    }
                    self.fixed(Op::Object(object))
                }
                Seen::Slot { word, .. } => {
                    self.guard_mine(holder);
                    let exit = self.exit_for(Reason::Empty);
                    self.value(Op::Slot(holder, word, exit))
                }
                _ => holder,
            };
            self.end(End::Jump(Edge { to: merged, args: vec![value] }));
            self.state.clone_from(&before);
            self.changed();
            if let Some(other) = other {
                self.block = other;
            }
        }
        self.block = merged;
        found
    }

    /// Goes on where the object's type has this tag: the block for others, of which there are none if it is the last.
    fn branch_by_tag(&mut self, holder: Value, tag: u32, is_last: bool) -> Option<Block> {
        if is_last {
            self.guard_tag(holder, tag);
            return None;
        }
        let has = self.value(Op::HasTag(holder, tag));
        let other = self.branch_off(has);
        self.state.learn(holder, Fact::Tag(tag));
        Some(other)
    }

    /// Notes which objects a register may have got, so that a call knows them.
    fn found_one_of(&mut self, r: i32, entries: &[Seen]) {
        let choice = |entry: &Seen| match *entry {
            Seen::OfType { object, callee, .. } => Some((object, callee)),
            _ => None,
        };
        let Some(found) = entries.iter().map(choice).collect::<Option<Vec<_>>>() else { return };
        if let [(_, callee)] = found[..] {
            self.state[r].callee = callee;
            return;
        }
        let mut choices: Vec<(Value, Option<usize>)> = Vec::new();
        for (object, callee) in found {
            let object = self.fixed(Op::Object(object));
            if !choices.iter().any(|(known, _)| *known == object) {
                choices.push((object, callee));
            }
        }
        if let [(_, callee)] = choices[..] {
            self.state[r].callee = callee;
        } else if choices.iter().any(|(_, callee)| callee.is_some()) {
            self.choices.push(choices);
            self.state[r].choice = Some(self.choices.len() as u32 - 1);
        }
    }

    /// Stores as the entry of the object's type says: one way for each.
    fn store_one_of(&mut self, insn: &Decoded, holder: Value, entries: &[Seen], value: i32) -> bool {
        self.one_of(insn, entries.to_vec(), |this, entry, is_last| {
            let tag = entry.tag().unwrap_or_default();
            let other = this.branch_by_tag(holder, tag, is_last);
            let done = match entry {
                Seen::Store(store) => this.store_as(store, insn.operands[0], value),
                _ => this.step(insn),
            };
            (done, other)
        })
    }

    /// Builds an instruction once for each of some cases, each on a way of its own, and goes on behind it. A case says whether it goes on, and
    /// where the next one begins.
    pub(super) fn one_of<T>(&mut self, insn: &Decoded, cases: Vec<T>, mut build: impl FnMut(&mut Self, T, bool) -> (bool, Option<Block>)) -> bool {
        let (pc, before, count) = (self.pc(), self.state.clone(), cases.len());
        let mut ways = Vec::new();
        for (i, case) in cases.into_iter().enumerate() {
            self.set_pc(pc);
            self.state.clone_from(&before);
            self.changed();
            let (goes_on, other) = build(self, case, i + 1 == count);
            if self.broken {
                return false;
            }
            if goes_on {
                ways.push(super::Way { from: self.block, state: self.state.clone() });
            }
            if let Some(other) = other {
                self.block = other;
            }
        }
        self.set_pc(pc);
        !ways.is_empty() && self.begin(pc + insn.len as u32, ways, false)
    }

    /// What the type of a register's object has under the instruction's name, and the code that a call of it would run; `None` if that is not known.
    fn of_type(&mut self, object: i32) -> Option<(Value, Option<usize>)> {
        let Some(Seen::OfType { tag, is_inline, object: found, callee }) = self.seen().filter(|_| self.state[object].has_object()) else { return None };
        let holder = self.object_of(object, Class::Any);
        self.guard_tag(holder, tag);
        if is_inline {
            self.guard_fact(holder, Fact::Inline, Reason::Class, |exit| Op::GuardInline(holder, exit));
        }
        Some((self.fixed(Op::Object(found)), callee))
    }

    pub(super) fn load_slot(&mut self, insn: &Decoded, dst: i32, object: i32) -> bool {
        let Some(Seen::Slot { tag, word }) = self.seen().filter(|_| self.state[object].has_object()) else { return self.step(insn) };
        let holder = self.object_of(object, Class::Any);
        self.guard_tag(holder, tag);
        self.guard_mine(holder);
        let exit = self.exit_for(Reason::Empty);
        let item = self.value(Op::Slot(holder, word, exit));
        self.taken_out(dst, item, None, object);
        true
    }

    /// An attribute that the type has, which is no method.
    pub(super) fn load_of_type(&mut self, insn: &Decoded, dst: i32, object: i32) -> bool {
        let Some((found, callee)) = self.of_type(object) else { return self.step(insn) };
        self.taken_out(dst, found, None, object);
        self.state[dst].callee = callee;
        true
    }

    /// A method, and the object that it is called for, into two registers.
    pub(super) fn load_method(&mut self, insn: &Decoded, dst: i32, object: i32) -> bool {
        let Some((found, callee)) = self.of_type(object) else { return self.step(insn) };
        let taken = self.is_temp(object);
        self.copy(dst + 1, object, taken);
        self.lend(dst, found, Class::Any, Lender::Heap);
        self.state[dst].callee = callee;
        true
    }

    /// `object.name = value` where the name has a slot.
    pub(super) fn store_slot(&mut self, insn: &Decoded, object: i32, value: i32) -> bool {
        let Some(Seen::Store(store)) = self.seen().filter(|_| self.state[object].has_object()) else { return self.step(insn) };
        self.store_as(store, object, value)
    }

    /// Stores into the slot that a type's instances have.
    fn store_as(&mut self, store: Store, object: i32, value: i32) -> bool {
        let stored = self.stored(value);
        let holder = self.object_of(object, Class::Any);
        self.guard_tag(holder, store.tag);
        self.guard_own(holder);
        match store.into {
            Into::Member => {}
            Into::Full => {
                let exit = self.exit_for(Reason::Empty);
                self.value(Op::Slot(holder, store.word, exit));
            }
            Into::Step(before, _) if self.state.shape_of(holder) == Some(before) => {}
            Into::Step(before, _) => {
                let exit = self.exit_for(Reason::Empty);
                self.emit(Op::GuardStep(holder, store.word, before, exit));
            }
        }
        self.guard_stored(stored);
        let left = self.exit_for(Reason::NotCompiled);
        self.emit(match stored {
            Stored::Word(word) => Op::StoreSlotWord(holder, store.word, word, left),
            Stored::Number(number) => Op::StoreSlot(holder, store.word, number, left),
            Stored::Register(r, taken) => Op::StoreSlotReg(holder, store.word, r, taken, left),
        });
        self.stored_from(stored);
        self.state.forget_stores();
        if let Into::Step(_, after) = store.into {
            self.emit(Op::SetShape(holder, after));
            self.state.learn(holder, Fact::Shape(after));
        }
        self.consume(value);
        self.consume(object);
        true
    }

    // ---- globals

    pub(super) fn load_global(&mut self, insn: &Decoded, dst: i32) -> bool {
        let Some(Seen::Global { at, callee, builtin, is_common }) = self.seen() else { return self.step(insn) };
        if is_common {
            let goes_on = self.step(insn);
            (self.state[dst].callee, self.state[dst].builtin) = (callee, builtin);
            return goes_on;
        }
        let (namespace, version, place) = match at {
            Global::Module { version, place } => (Namespace::Globals, version, place),
            Global::Builtin { absent, version, place } => {
                let globals = self.namespace(Namespace::Globals);
                self.guard_fact(globals, Fact::Keys(absent), Reason::Class, |exit| Op::GuardKeys(globals, absent, exit));
                (Namespace::Builtins, version, place)
            }
        };
        let dict = self.namespace(namespace);
        let value = match self.state.entry_of(dict, place).filter(|_| self.state.knows(dict, Fact::Keys(version))) {
            Some(value) => value,
            None => {
                let exit = self.exit_for(Reason::Class);
                let value = self.value(Op::Entry(dict, version, place, exit));
                self.state.learn(dict, Fact::Keys(version));
                self.state.learn(dict, Fact::Entry(place, value));
                value
            }
        };
        self.lend(dst, value, Class::Any, Lender::Heap);
        (self.state[dst].callee, self.state[dst].builtin) = (callee, builtin);
        true
    }

    /// A namespace of the code that is built, which is a dict that is *mine*.
    fn namespace(&mut self, which: Namespace) -> Value {
        let dict = if self.room() == 0 {
            self.fixed(Op::Namespace(which))
        } else {
            let code = self.code();
            self.fixed(Op::Object(if which == Namespace::Globals { code.globals } else { code.builtins }))
        };
        self.guard_class(dict, Class::Dict);
        self.guard_mine(dict);
        dict
    }
}

/// What goes into a slot.
#[derive(Clone, Copy)]
enum Stored {
    Number(Value),
    Word(Word),
    /// What a register holds, which is moved out of it if that is so.
    Register(i32, bool),
}
