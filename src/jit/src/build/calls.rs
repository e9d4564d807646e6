//! Calls of functions that the unit runs as a part of itself.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use syntax::opcodes::{Decoded, Op as Code};

use interp::compiled::feedback::{Builtin, Operands, Right};

use crate::hir::{Class, End, Gives, Kind, Old, Op, Reason, Room, Value, Word, Write};
use crate::snapshot::{Known, Seen};

use super::state::{Fact, Lender, Mem, Reg};
use super::{Builder, Entry, Flow, Inside, Way, function_register};

/// Rooms inside each other, and how often one code is among them.
const MOST_DEPTH: usize = 6;
const MOST_OF_ONE: usize = 2;
/// Words of all rooms of a unit, and of a code that is to become one. A word becomes some fifteen instructions of the machine, most of them in exits.
const MOST_WORDS: u32 = 400;
const MOST_CALLEE_WORDS: usize = 200;

/// A call that becomes a room.
struct Call {
    callee: usize,
    /// The function.
    function: Value,
    /// The register of the function, which is its holder's no more; the instance's for an `__init__`. None: something else holds the function.
    base: Option<i32>,
    /// What each parameter gets.
    args: Vec<Arg>,
    dst: i32,
    gives: Gives,
}

/// What a parameter gets: what a register holds, or what the function has for it.
#[derive(Clone, Copy)]
enum Arg {
    Given(i32),
    Default(Value),
}

/// The same before anything is made for it.
#[derive(Clone, Copy)]
enum Planned {
    Given(i32),
    /// By its place among the defaults.
    Default(usize),
}

impl Builder<'_> {
    /// A call of a Python function.
    pub(super) fn call(&mut self, insn: &Decoded, dst: i32, base: i32, nargs: i32) -> bool {
        let args: Vec<i32> = (base + 1..base + 1 + nargs).collect();
        self.call_function(insn, dst, base, &args, &[])
    }

    /// The same with keywords, the names of the last arguments.
    pub(super) fn call_kw(&mut self, insn: &Decoded, base: i32, nargs: i32, names: i32) -> bool {
        let args: Vec<i32> = (base + 1..base + 1 + nargs).collect();
        match self.code().names.get(&(names as u32)) {
            Some(names) => self.call_function(insn, base, base, &args, names),
            None => self.step(insn),
        }
    }

    pub(super) fn call_method_kw(&mut self, insn: &Decoded, base: i32, nargs: i32, names: i32) -> bool {
        match (self.method_args(base, nargs), self.code().names.get(&(names as u32))) {
            (Some(args), Some(names)) => self.call_function(insn, base, base, &args, names),
            _ => self.step(insn),
        }
    }

    /// A call of a method: the object that it is called for is behind it, or nothing.
    pub(super) fn call_method(&mut self, insn: &Decoded, dst: i32, base: i32, nargs: i32) -> bool {
        match self.method_args(base, nargs) {
            Some(args) => self.call_function(insn, dst, base, &args, &[]),
            None => self.step(insn),
        }
    }

    /// The arguments of a method's call; `None` where it is not known whether there is an object.
    fn method_args(&self, base: i32, nargs: i32) -> Option<Vec<i32>> {
        let own = match self.state[base + 1].mem {
            Mem::Null => 0,
            Mem::Current { maybe_empty: true, .. } => return None,
            _ => 1,
        };
        Some((base + 2 - own..base + 2 + nargs).collect())
    }

    fn call_function(&mut self, insn: &Decoded, dst: i32, base: i32, given: &[i32], names: &[Arc<str>]) -> bool {
        let reg = self.state[base];
        if let Some(choice) = reg.choice.filter(|_| reg.callee.is_none() && reg.has_object()) {
            return self.call_one_of(insn, dst, base, given, names, choice);
        }
        let Some(callee) = reg.callee.filter(|_| reg.has_object()) else { return self.step(insn) };
        let Some(plan) = self.plan(callee, given, names) else { return self.step(insn) };
        let function = self.object_of(base, Class::Function);
        self.guard_code(function, callee);
        let args = self.args(function, callee, &plan);
        self.guard_stack(callee);
        self.run_or_call(insn, Call { callee, function, base: Some(base), args, dst, gives: Gives::Result })
    }

    /// A call of a builtin function that the unit makes itself.
    pub(super) fn call_builtin(&mut self, insn: &Decoded, dst: i32, base: i32, nargs: i32) -> bool {
        let args = base + 1..base + 1 + nargs;
        let known = self.state[base].builtin.filter(|builtin| builtin.arguments() == nargs && self.state[base].has_object());
        let Some(builtin) = known.filter(|_| args.clone().all(|r| self.state[r].has_object())) else { return self.step(insn) };
        let function = self.object_of(base, Class::Any);
        self.guard_fact(function, Fact::Builtin(builtin), Reason::Callee, |exit| Op::GuardBuiltin(function, builtin, exit));
        let object = self.object_of(base + 1, Class::Any);
        let value = match builtin {
            Builtin::Len => {
                let exit = self.exit_for(Reason::Value);
                self.value(Op::Length(object, exit))
            }
            Builtin::IsInstance => {
                let class = self.object_of(base + 2, Class::Any);
                let exit = self.exit_for(Reason::Value);
                self.value(Op::IsInstance(object, class, exit))
            }
        };
        for r in args.rev() {
            self.consume(r);
        }
        self.consume(base);
        self.set(dst, value, None);
        true
    }

    /// A call of one of several functions, each of which is called on a way of its own.
    fn call_one_of(&mut self, insn: &Decoded, dst: i32, base: i32, given: &[i32], names: &[Arc<str>], choice: u32) -> bool {
        let object = self.object_of(base, Class::Any);
        self.one_of(insn, self.choices[choice as usize].clone(), |this, (function, callee), is_last| {
            let other = (!is_last).then(|| {
                let is_this = this.value(Op::Same(object, function));
                this.branch_off(is_this)
            });
            let reg = &mut this.state[base];
            (reg.callee, reg.choice) = (callee, None);
            (this.call_function(insn, dst, base, given, names), other)
        })
    }

    /// A call of a class whose instances are made by `object.__new__`, and set up by a Python function.
    pub(super) fn call_class(&mut self, insn: &Decoded, dst: i32, base: i32, nargs: i32) -> bool {
        let Some(Seen::Init { tag, object: init, callee }) = self.code().seen.get(&self.pc()).copied() else { return self.step(insn) };
        let given: Vec<i32> = (base..base + 1 + nargs).collect();
        let Some(plan) = self.plan(callee, &given, &[]).filter(|_| self.state[base].has_object()) else { return self.step(insn) };
        let class = self.object_of(base, Class::Type);
        self.guard_fact(class, Fact::OwnTag(tag), Reason::Callee, |exit| Op::GuardOwnTag(class, tag, exit));
        let function = self.fixed(Op::Object(init));
        self.guard_code(function, callee);
        let args = self.args(function, callee, &plan);
        self.guard_stack(callee);
        // The instance waits where the class was.
        self.make_instance(base, class, tag);
        self.run_or_call(insn, Call { callee, function, base: Some(base), args, dst, gives: Gives::Instance })
    }

    /// Leaves where the machine's stack is nearly full, if the function is to be called.
    fn guard_stack(&mut self, callee: usize) {
        if !self.can_run(callee) {
            let exit = self.exit_for(Reason::Stack);
            self.emit(Op::GuardStack(exit));
        }
    }

    /// An attribute that a property's getter computes.
    pub(super) fn load_property(&mut self, insn: &Decoded, dst: i32, object: i32) -> bool {
        let Some(Seen::Property { tag, object: property, callee }) = self.code().seen.get(&self.pc()).copied() else { return self.step(insn) };
        let Some(plan) = self.plan(callee, &[object], &[]).filter(|_| self.state[object].has_object()) else { return self.step(insn) };
        if !self.can_run(callee) {
            return self.step(insn);
        }
        let holder = self.object_of(object, Class::Any);
        self.guard_tag(holder, tag);
        let property = self.fixed(Op::Object(property));
        let exit = self.exit_for(Reason::Callee);
        let function = self.value(Op::Getter(property, exit));
        self.guard_class(function, Class::Function);
        self.run_known(insn, function, callee, &plan, dst, Gives::Result)
    }

    /// An instruction that a function does which the type of its first operand has for it.
    pub(super) fn call_special(&mut self, insn: &Decoded, operands: &[i32], dst: i32, gives: Gives) -> bool {
        let Some(Seen::Method { tag, object: method, callee }) = self.code().seen.get(&self.pc()).copied() else { return self.step(insn) };
        let object = operands[0];
        let Some(plan) = self.plan(callee, operands, &[]).filter(|_| self.state[object].has_object()) else { return self.step(insn) };
        if !self.can_run(callee) {
            return self.step(insn);
        }
        let holder = self.object_of(object, Class::Any);
        self.guard_tag(holder, tag);
        let function = self.fixed(Op::Object(method));
        self.run_known(insn, function, callee, &plan, dst, gives)
    }

    /// An operator that a function does which the left operand's type has for it.
    pub(super) fn call_operator(&mut self, insn: &Decoded, dst: i32, a: i32, b: i32) -> bool {
        let Some(Seen::Operator { tag, object: method, callee, right }) = self.code().seen.get(&self.pc()).copied() else { return self.step(insn) };
        let right_fits = match right {
            Right::Same => self.state[b].has_object(),
            Right::Int => self.may_be(b, Kind::Int),
            Right::Float => self.may_be(b, Kind::Float),
        };
        let Some(plan) = self.plan(callee, &[a, b], &[]).filter(|_| right_fits && self.state[a].has_object()) else { return self.step(insn) };
        if !self.can_run(callee) || self.operands_of(insn).is_none() {
            return self.step(insn);
        }
        let left = self.object_of(a, Class::Any);
        self.guard_tag(left, tag);
        match right {
            Right::Same => {
                let other = self.object_of(b, Class::Any);
                self.guard_tag(other, tag);
            }
            _ if self.state[b].value.is_some() => {}
            Right::Int => drop(self.object_of(b, Class::Int)),
            Right::Float => drop(self.object_of(b, Class::Float)),
        }
        let function = self.fixed(Op::Object(method));
        self.run_known(insn, function, callee, &plan, dst, Gives::OfOperator)
    }

    /// The registers of an operator's operands as its frame has them.
    fn operands_of(&self, insn: &Decoded) -> Option<Operands> {
        let first = self.room_data().first;
        Operands::of(insn.operands[1] - first, insn.operands[2] - first)
    }

    /// Leaves if a result is `NotImplemented`.
    fn guard_implemented(&mut self, value: i32) {
        if !self.state[value].has_object() || self.class(value) != Class::Any {
            return;
        }
        let (object, not_implemented) = (self.object_of(value, Class::Any), self.fixed(Op::Object(crate::runtime::not_implemented())));
        let is_not = self.value(Op::Same(object, not_implemented));
        let fine = self.value(Op::Not(is_not));
        let exit = self.exit_for(Reason::Value);
        self.emit(Op::Guard(fine, exit));
    }

    /// A call of a function that no register holds, as a part of the unit.
    fn run_known(&mut self, insn: &Decoded, function: Value, callee: usize, plan: &[Planned], dst: i32, gives: Gives) -> bool {
        self.guard_code(function, callee);
        let args = self.args(function, callee, plan);
        self.run_inside(insn, Call { callee, function, base: None, args, dst, gives })
    }

    fn run_or_call(&mut self, insn: &Decoded, call: Call) -> bool {
        match call.base {
            Some(base) if !self.can_run(call.callee) => self.call_outside(insn, call, base),
            _ => self.run_inside(insn, call),
        }
    }

    /// Makes an instance in the register of its class.
    fn make_instance(&mut self, base: i32, class: Value, tag: u32) {
        let exit = self.exit_for(Reason::NotCompiled);
        self.hold_what_it_lends(base);
        let reg = core::mem::replace(&mut self.state[base], Reg::DEAD);
        self.emit(Op::New(base, class, if reg.is_current() { Old::Quiet } else { Old::Nothing }, exit));
        self.changed();
        let instance = self.value(Op::LoadReg(base));
        self.state[base] = Reg { object: Some(instance), ..Reg::of_class(Class::Any) };
        for fact in [Fact::Tag(tag), Fact::Own, Fact::Mine, Fact::Inline, Fact::Shape(interp::compiled::feedback::NO_VALUES)] {
            self.state.learn(instance, fact);
        }
    }

    fn guard_code(&mut self, function: Value, callee: usize) {
        self.guard_fact(function, Fact::Code(callee), Reason::Callee, |exit| Op::GuardCode(function, callee as u32, exit));
    }

    /// What each parameter gets, if the unit can make a call with these arguments itself, the last of which are for parameters of these names.
    fn plan(&self, callee: usize, given: &[i32], names: &[Arc<str>]) -> Option<Vec<Planned>> {
        let code = &self.source.codes[callee];
        let count = code.args as usize;
        let by_position = given.len().checked_sub(names.len()).filter(|by_position| *by_position <= count)?;
        if !code.is_plain || !self.source.codes[0].has_room_behind {
            return None;
        }
        let mut plan: Vec<Option<Planned>> = given[..by_position].iter().map(|r| Some(Planned::Given(*r))).collect();
        plan.resize(count, None);
        for (name, r) in names.iter().zip(&given[by_position..]) {
            let place = code.params.iter().position(|param| param == name).filter(|place| *place >= code.positional_only)?;
            if plan[place].replace(Planned::Given(*r)).is_some() {
                return None;
            }
        }
        let first_default = count.checked_sub(code.defaults)?;
        let fill = |(place, planned): (usize, Option<Planned>)| planned.or_else(|| place.checked_sub(first_default).map(Planned::Default));
        plan.into_iter().enumerate().map(fill).collect()
    }

    /// What was planned, with the values that the function has.
    fn args(&mut self, function: Value, callee: usize, plan: &[Planned]) -> Vec<Arg> {
        let mut tuple = None;
        let mut args = Vec::new();
        for planned in plan {
            args.push(match *planned {
                Planned::Given(r) => Arg::Given(r),
                Planned::Default(place) => {
                    let defaults = *tuple.get_or_insert_with(|| {
                        let exit = self.exit_for(Reason::Callee);
                        self.value(Op::Defaults(function, self.source.codes[callee].defaults as u32, exit))
                    });
                    let index = self.value(Op::ConstInt(place as i64));
                    Arg::Default(self.value(Op::Item(defaults, Class::Tuple, index)))
                }
            });
        }
        args
    }

    /// Whether what is called can become a room here.
    fn can_run(&mut self, callee: usize) -> bool {
        let code = &self.source.codes[callee];
        let of_this = self.inside.iter().filter(|inside| self.function.rooms[inside.room as usize].code == callee).count();
        let fits = code.is_looked_into
            && code.words.len() <= MOST_CALLEE_WORDS
            && self.words + (code.words.len() as u32) <= MOST_WORDS + self.source.codes[0].words.len() as u32
            && self.inside.len() < MOST_DEPTH
            && of_this < MOST_OF_ONE;
        fits && self.flow_of(callee).is_some()
    }

    fn flow_of(&mut self, callee: usize) -> Option<Rc<Flow>> {
        let code = &self.source.codes[callee];
        self.assumptions.flows.entry(callee).or_insert_with(|| Flow::of(code, Entry::Function(0)).map(Rc::new)).clone()
    }

    /// The frame of a call.
    fn room_of(&self, insn: &Decoded, call: &Call, is_called: bool) -> Room {
        let caller = self.room_data();
        let code = &self.source.codes[call.callee];
        Room {
            is_called,
            parent: Some(self.room()),
            code: call.callee,
            first_word: self.words,
            first: caller.first + caller.locals + interp::frame::Frame::WORDS as i32 + code.temps,
            call: self.at(self.pc()),
            skip: insn.len as u8,
            // What is called leaves its result where nothing is: a local's old value is the caller's affair.
            dst: call.base.filter(|_| is_called).unwrap_or(call.dst) - caller.first,
            base: match call.gives {
                Gives::OfOperator => self.operands_of(insn).map_or(0, |operands| operands.0),
                _ => call.base.unwrap_or(0) - caller.first,
            },
            gives: call.gives,
            temps: code.temps,
            locals: code.locals,
        }
    }

    /// Calls the function.
    fn call_outside(&mut self, insn: &Decoded, call: Call, base: i32) -> bool {
        let room = self.room_of(insn, &call, true);
        let depth = self.inside.len() - 1;
        self.link_up_to(depth);
        self.arrive(&call, &room);
        for r in core::iter::once(function_register(&room)).chain(room.first..room.first + room.locals) {
            self.settle(r);
        }
        self.settle_all();
        self.function.rooms.push(room.clone());
        let number = self.function.rooms.len() as u32 - 1;
        self.emit(Op::Invoke(number));
        for r in super::header_of(&room)..room.first + room.locals {
            self.state[r] = Reg::DEAD;
        }
        self.state.forget();
        self.state[base] = Reg::of_class(Class::Any);
        self.changed();
        self.copy(call.dst, base, true);
        // Where it is left from here on, the call is done.
        let behind = self.pc() + insn.len as u32;
        let exit = self.exit_at(behind, Reason::Disturbed);
        self.emit(Op::GuardUndisturbed(self.room(), exit));
        true
    }

    /// Builds the function as a part of the unit; false: it does not come back.
    fn run_inside(&mut self, insn: &Decoded, call: Call) -> bool {
        let Some(flow) = self.flow_of(call.callee) else { return self.step(insn) };
        let code = &self.source.codes[call.callee];
        let room = self.room_of(insn, &call, false);
        self.words += code.words.len() as u32;
        self.arrive(&call, &room);
        let caller_key = self.inside[self.inside.len() - 1].key;
        let key = self.assumptions.room(caller_key, self.pc(), call.callee);
        self.function.rooms.push(room);
        let number = self.function.rooms.len() as u32 - 1;
        self.inside.push(Inside { room: number, key, flow, pc: 0, ways: BTreeMap::new(), heads: BTreeMap::new(), returns: Vec::new() });
        self.changed();
        let done = self.run();
        let returns = self.inside.pop().map_or_else(Vec::new, |inside| inside.returns);
        if !done {
            self.broken = true;
            return false;
        }
        !returns.is_empty() && self.begin(self.pc() + insn.len as u32, returns, false)
    }

    /// Moves function and arguments into the registers of a room, and empties the others.
    fn arrive(&mut self, call: &Call, room: &Room) {
        let code = &self.source.codes[room.code];
        let holder = function_register(room);
        for r in core::iter::once(holder).chain(room.first - room.temps..room.first + room.locals) {
            self.emit(Op::Clear(r));
            self.state[r] = if r >= room.first || r == holder { Reg::NULL } else { Reg::DEAD };
        }
        self.changed();
        for (i, &arg) in call.args.iter().enumerate() {
            let to = room.first + i as i32;
            match arg {
                Arg::Given(from) => {
                    let stays = call.gives == Gives::OfOperator || call.gives == Gives::Instance && i == 0 || !self.is_temp(from);
                    if stays {
                        self.copy(to, from, false);
                    } else {
                        self.consume_into(to, from);
                    }
                }
                Arg::Default(value) => self.lend(to, value, Class::Any, Lender::Heap),
            }
        }
        match call.base {
            Some(base) if call.gives != Gives::Instance => self.consume_into(holder, base),
            _ => self.lend(holder, call.function, Class::Function, Lender::Heap),
        }
        if code.free.1 > 0 {
            self.emit(Op::Closure(call.function, room.first + code.free.0, code.free.1));
            for r in 0..code.free.1 as i32 {
                self.state[room.first + code.free.0 + r] = Reg::of_class(Class::Any);
            }
        }
    }

    /// Moves a temp of the caller into a register of what is called. Until that has returned, whoever looks at the caller's frame finds the temp empty.
    fn consume_into(&mut self, to: i32, from: i32) {
        let is_current = self.state[from].is_current();
        self.copy(to, from, true);
        if !is_current {
            self.emit(Op::Clear(from));
        }
    }

    /// `return` in a room: on behind the call.
    pub(super) fn return_inside(&mut self, insn: &Decoded, value: i32) -> bool {
        let room = self.room_data().clone();
        let depth = self.inside.len() - 1;
        let mut result = (insn.op.generic() == Code::Return).then_some(value);
        if room.gives == Gives::Instance && !self.returns_none(insn, value) {
            return self.step(insn);
        }
        if self.state.linked == depth {
            let exit = self.exit_for(Reason::NotCompiled);
            self.emit(Op::GuardUnseen(self.room(), exit));
        }
        if let Some(value) = result.filter(|_| room.gives == Gives::OfOperator) {
            self.guard_implemented(value);
        }
        if let Some(value) = result.take_if(|_| room.gives == Gives::Nothing) {
            self.consume(value);
        }
        if let Some(value) = result {
            self.free_of_room(&room, value);
        }
        let number = self.room();
        if self.state.linked == depth {
            self.emit(Op::Unlink(number));
            self.state.linked = depth - 1;
        }
        // Code that runs as the locals end finds the caller alone; but their memory is not free yet.
        let Some(inside) = self.inside.pop() else { return false };
        self.dying = Some(number);
        self.changed();
        self.leave_room(&room, result);
        self.hand_over(&room, result, value as u32);
        self.dying = None;
        self.changed();
        let way = Way { from: self.block, state: self.state.clone() };
        self.inside.push(inside);
        self.here().returns.push(way);
        self.changed();
        false
    }

    /// `return` of the unit's own frame: itself where that is simple.
    pub(super) fn return_outside(&mut self, insn: &Decoded, value: i32) -> bool {
        let own = self.room_data().clone();
        let result = (insn.op.generic() == Code::Return).then_some(value);
        let is_none = self.returns_none(insn, value);
        self.branch_to_finish(insn, is_none);
        if let Some(value) = result {
            self.free_of_room(&own, value);
        }
        self.emit(Op::StepOut);
        self.leave_room(&own, result);
        let write = match result {
            None => self.constant_result(value as u32),
            Some(value) if self.state[value].is_apart() => self.state.write_of(value, &[], &[]).unwrap_or(Write::Same(value)),
            Some(value) => Write::Same(value),
        };
        self.end(End::Return(write));
        false
    }

    /// Lets the interpreter end the frame where the unit cannot.
    fn branch_to_finish(&mut self, insn: &Decoded, is_none: bool) {
        let may = self.value(Op::MayReturn(is_none));
        let other = self.branch_off(may);
        let (plain, before) = (self.block, self.state.clone());
        self.block = other;
        self.changed();
        self.step(insn);
        self.block = plain;
        self.state = before;
        self.changed();
    }

    fn constant_result(&self, k: u32) -> Write {
        let code = self.code();
        Write::Word(match code.consts[k as usize] {
            Known::None => Word::None,
            Known::Bool(true) => Word::True,
            Known::Bool(false) => Word::False,
            _ => Word::Const(code.first_const + k),
        })
    }

    fn returns_none(&self, insn: &Decoded, value: i32) -> bool {
        if insn.op.generic() == Code::ReturnConst {
            return self.code().consts[value as usize] == crate::snapshot::Known::None;
        }
        self.class(value) == Class::None
    }

    /// Makes a result one that is there without the room's other registers.
    fn free_of_room(&mut self, room: &Room, value: i32) {
        if self.state[value].present.is_some() {
            self.settle(value);
        }
        if self.is_temp(value) && !self.state[value].is_current() {
            // A temp counts nothing, whoever looks at it from outside.
            self.state[value].blank = true;
        }
        let may_end = (room.first..room.first + room.locals).any(|r| r != value && self.may_end(r));
        if may_end && self.state[value].is_current() {
            self.emit(Op::Escape(value));
        }
        let Mem::Lent { from, .. } = self.state[value].mem else { return };
        let ends_with_it = match from {
            Lender::Reg(lender) => lender >= super::header_of(room),
            Lender::Heap => may_end,
        };
        if ends_with_it {
            self.settle(value);
        }
    }

    /// Whether giving up what a register holds may run code.
    fn may_end(&self, r: i32) -> bool {
        let reg = &self.state[r];
        reg.value.is_none() && reg.word.is_none() && matches!(reg.mem, Mem::Current { class, .. } if !class.ends_quietly())
    }

    /// Gives up what a room's locals hold, but for the result.
    fn leave_room(&mut self, room: &Room, result: Option<i32>) {
        // In the reverse of their order, as the interpreter does.
        for r in (room.first..room.first + room.locals).rev().filter(|r| Some(*r) != result) {
            if self.state[r].mem != Mem::Null {
                self.release(r);
            }
        }
    }

    /// Moves the result of a room into its caller's register, who is the innermost again.
    fn hand_over(&mut self, room: &Room, result: Option<i32>, constant: u32) {
        let first = self.room_data().first;
        let (dst, base) = (first + room.dst, first + room.base);
        let holder = function_register(room);
        if self.state[holder].is_current() {
            self.release(holder);
        }
        self.state[holder] = Reg::DEAD;
        self.changed();
        if room.gives == Gives::OfOperator {
            self.end_operands(result);
        }
        match result {
            _ if room.gives == Gives::Instance => self.copy(dst, base, true),
            _ if room.gives == Gives::Nothing => true,
            Some(value) => self.copy(dst, value, true),
            None => self.load_const_of(room.code, dst, constant),
        };
        if let Some(value) = result {
            self.state[value] = Reg::DEAD;
        }
    }

    /// Gives up the operands of an operator that a room has done: the result is there without them.
    fn end_operands(&mut self, result: Option<i32>) {
        let Some(insn) = self.decode(self.pc()) else { return };
        if let Some(value) = result.filter(|value| self.state[*value].is_lent()) {
            self.settle(value);
        }
        self.consume(insn.operands[2]);
        self.consume(insn.operands[1]);
    }

    /// Links the frames of the outermost rooms, so many of them.
    pub(super) fn link_up_to(&mut self, count: usize) {
        while self.state.linked < count {
            let room = self.inside[self.state.linked + 1].room;
            let holder = function_register(&self.function.rooms[room as usize]);
            self.settle(holder);
            self.emit(Op::Link(room));
            self.state.linked += 1;
            self.changed();
        }
    }
}
