//! HIR to LIR: one function of the machine for a unit, called as [`interp::compiled::Entry`].
//!
//! Invariant: what it reads of objects itself is what `objects::compiled` says, of objects whose class and owner were checked before.
//! Blocks of HIR become blocks here, with the same parameters; each exit becomes a block that is rarely reached.

mod calls;
mod counts;
mod numbers;
mod objects;
mod rooms;
mod stress;

use std::collections::HashMap;

use syntax::opcodes::Op as Code;

use interp::frame::Frame;
use lir::{Access, Builder, Callee, Effects, IntCond, Likely, Results, Type};

use crate::hir::{Block, Edge, End, Exit, Function, Kind, Op, Value, Word};
use crate::runtime::{self, Helper};

/// Which memory is meant: accesses of different classes never meet.
mod class {
    /// The frames' registers.
    pub const REGS: u8 = 1;
    /// Heads of objects, without counts.
    pub const HEAD: u8 = 2;
    /// Contents of objects.
    pub const BODY: u8 = 3;
    /// The thread and its place in the world, and the frame's header.
    pub const THREAD: u8 = 4;
    /// Counts.
    pub const COUNT: u8 = 5;
    /// Values that exits name.
    pub const HANDED: u8 = 6;
    /// Tables of functions.
    pub const CODE: u8 = 7;
}

/// What a unit knows of the code that it is compiled from, beside HIR.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The codes of the source.
    pub codes: Box<[CodePlace]>,
    /// The constants of all codes as registers name them.
    pub consts: Box<[u64]>,
    /// What the runtime knows of the frames of rooms, by address; the first room has none.
    pub rooms: Box<[u64]>,
    /// The tables of exits, by address.
    pub exits: Box<[u64]>,
    /// Words that exits are counted in, behind one that whoever compiles has for itself.
    pub counters: u64,
    /// A guard fails once in so many passages though it holds; behind the counters is a word for that.
    pub stress: Option<core::num::NonZeroU32>,
    /// Little code, by more calls.
    pub is_compact: bool,
}

/// What a unit knows of a code.
#[derive(Clone, Debug, Default)]
pub struct CodePlace {
    /// Addresses of the code object, and of its first word.
    pub address: u64,
    pub words_at: u64,
    pub words: Box<[u64]>,
    /// The namespaces of its function.
    pub globals: u64,
    pub builtins: u64,
}

/// Makes the unit's function.
pub fn lower(function: &Function, place: &Place) -> lir::Unit {
    let mut unit = lir::Unit::new(function.name.clone());
    let helpers = Helper::ALL.iter().map(|helper| unit.symbol(helper.name())).collect();
    let func = unit.function(function.name.clone(), &[Type::Ptr; 3], Results::Pair(Type::Ptr, Type::Ptr));
    let mut builder = Builder::new(&mut unit, func);
    let most_values = function.exits.iter().map(|exit| exit.values().count()).max().unwrap_or(0).max(1);
    let (_, handed) = builder.slot(most_values as u32 * 8, 8);
    let mut lowerer = Lowerer { hir: function, place, b: builder, helpers, blocks: Vec::new(), values: HashMap::new(), exits: HashMap::new(), handed };
    lowerer.run();
    unit
}

struct Lowerer<'a> {
    hir: &'a Function,
    place: &'a Place,
    b: Builder<'a>,
    helpers: Vec<lir::Symbol>,
    blocks: Vec<lir::Block>,
    values: HashMap<Value, lir::Value>,
    /// The blocks that leave, by the values that they hand in.
    exits: HashMap<Vec<Value>, lir::Block>,
    /// Memory for the values that exits name.
    handed: lir::Value,
}

fn type_of(kind: Kind) -> Type {
    match kind {
        Kind::Int => Type::I64,
        Kind::Float => Type::F64,
        Kind::Bool => Type::I1,
        Kind::Object => Type::Ptr,
    }
}

impl Lowerer<'_> {
    fn run(&mut self) {
        for block in &self.hir.blocks {
            let made = self.b.block();
            self.blocks.push(made);
            for param in &block.params {
                let value = self.b.block_param(made, type_of(self.hir.kind(*param)));
                self.values.insert(*param, value);
            }
        }
        let first = self.blocks[0];
        if self.hir.rooms.len() > 1 {
            self.guard_room();
        }
        self.b.jump(first, &[]);
        for block in crate::hir::reverse_postorder(self.hir) {
            self.one_block(block);
        }
        // Blocks that nothing reaches end somehow.
        for made in self.blocks.clone() {
            self.b.switch_to(made);
            if !self.b.is_closed() {
                self.b.unreachable();
            }
        }
    }

    fn one_block(&mut self, block: Block) {
        self.b.switch_to(self.blocks[block.index()]);
        let hir = self.hir;
        let data = &hir.blocks[block.index()];
        for node in &data.nodes {
            self.b.at(lir::Position(node.pc + 1));
            let made = self.op(&node.op, node.pc);
            if let (Some(value), Some(made)) = (node.value, made) {
                self.values.insert(value, made);
            }
        }
        if let Some(end) = &data.end {
            self.end(end);
        }
    }

    fn op(&mut self, op: &Op, pc: u32) -> Option<lir::Value> {
        match *op {
            Op::ConstInt(n) => Some(self.b.i64(n)),
            Op::ConstFloat(x) => Some(self.b.f64(x)),
            Op::ConstBool(b) => Some(self.b.i1(b)),
            Op::Guard(value, exit) => {
                let value = self.value(value);
                self.guard(value, exit);
                None
            }
            Op::LoadReg(_) | Op::Object(_) | Op::Namespace(_) | Op::Getter(..) | Op::Defaults(..) | Op::Entry(..) | Op::GuardKeys(..) | Op::GuardOwnTag(..) | Op::GuardInline(..) | Op::GuardStep(..) | Op::GuardCode(..) | Op::SetShape(..) => self.object_op(op),
            Op::GuardFull(..) | Op::GuardClass(..) | Op::GuardTag(..) | Op::HasTag(..) | Op::Same(..) | Op::GuardBuiltin(..) | Op::Length(..) | Op::IsInstance(..) | Op::Slot(..) | Op::GuardOwn(..) | Op::GuardMine(..) | Op::Len(..) | Op::Item(..) | Op::RangeMore(_) | Op::RangeNext(_) => {
                self.object_op(op)
            }
            Op::IterMore(..) | Op::IterEnded(..) | Op::IterNext(..) | Op::UnboxInt(..) | Op::UnboxFloat(_) | Op::UnboxNumber(..) | Op::EitherFloat(..) | Op::IsFull(_) | Op::UnboxIfFull(..) | Op::UnboxBool(_) | Op::Is(..) => self.object_op(op),
            Op::Flush(..) | Op::FlushIf(..) | Op::Put(..) | Op::Move(..) | Op::Copy(..) | Op::Release(..) | Op::Hold(..) => {
                self.register_op(op, pc);
                None
            }
            Op::StoreItem(list, index, value, left) => {
                self.store_item(list, index, Err(value), left);
                None
            }
            Op::StoreSlot(object, word, value, left) => {
                self.store_slot(object, word, Err(value), left);
                None
            }
            Op::StoreSlotWord(object, word, value, left) => {
                self.store_slot(object, word, Ok(value), left);
                None
            }
            Op::GuardStored(object, r, taken, exit) => {
                self.guard_stored(object, r, taken, exit);
                None
            }
            Op::StoreSlotReg(object, word, r, taken, left) => {
                let object = self.value(object);
                let slot = self.b.offset(object, i64::from(word) * 8);
                self.store_register(slot, r, taken, left);
                None
            }
            Op::StoreItemReg(list, index, r, taken, left) => {
                let slot = self.item_slot(list, index);
                self.store_register(slot, r, taken, left);
                None
            }
            Op::Clear(_) | Op::New(..) | Op::Closure(..) | Op::Link(_) | Op::Unlink(_) | Op::GuardUnseen(..) => {
                self.room_op(op);
                None
            }
            Op::MayReturn(is_none) => Some(self.may_return(is_none)),
            Op::Invoke(room) => {
                self.invoke(room);
                None
            }
            Op::GuardUndisturbed(room, exit) => {
                self.guard_undisturbed(room, exit);
                None
            }
            Op::IsAt(pc) => {
                let (frame, wanted) = (self.frame(), self.address_of(pc));
                let at = self.b.load(Type::Ptr, frame, Frame::PC_OFFSET as i32, Access::class(class::THREAD));
                Some(self.b.icmp(IntCond::Eq, at, wanted))
            }
            Op::Escape(r) => {
                let word = self.read(r);
                let word = self.escaping(word);
                self.write(r, word);
                None
            }
            Op::StepOut => {
                self.step_out();
                None
            }
            Op::GuardStack(exit) => {
                self.guard_stack(exit);
                None
            }
            Op::StoreItemWord(list, index, word, left) => {
                self.store_item(list, index, Ok(word), left);
                None
            }
            Op::Step(pc, _) => {
                self.step(pc);
                None
            }
            Op::Quick(pc, form, exit, left) => {
                self.quick(pc, form, exit, left);
                None
            }
            _ => Some(self.number_op(op)),
        }
    }

    // ---- values and places

    fn value(&self, value: Value) -> lir::Value {
        self.values[&value]
    }

    fn thread(&self) -> lir::Value {
        self.b.param(0)
    }

    fn frame(&self) -> lir::Value {
        self.b.param(1)
    }

    fn regs(&self) -> lir::Value {
        self.b.param(2)
    }

    /// The address of a register.
    fn register(&mut self, r: i32) -> lir::Value {
        let regs = self.regs();
        self.b.offset(regs, i64::from(r) * 8)
    }

    fn read(&mut self, r: i32) -> lir::Value {
        let regs = self.regs();
        self.b.load(Type::I64, regs, r * 8, Access::class(class::REGS))
    }

    fn write(&mut self, r: i32, word: lir::Value) {
        let regs = self.regs();
        self.b.store(regs, r * 8, word, Access::class(class::REGS));
    }

    fn address_of(&mut self, pc: u32) -> lir::Value {
        let (room, pc) = self.hir.place(pc);
        self.b.address_of(self.code_of(room).words_at + u64::from(pc) * 8)
    }

    /// What a register holds that holds this word.
    fn word(&mut self, word: Word) -> lir::Value {
        let bits = match word {
            Word::Const(k) => self.place.consts.get(k as usize).copied().unwrap_or_default(),
            word => crate::runtime::word(word),
        };
        self.b.i64(bits.cast_signed())
    }

    fn helper(&self, helper: Helper) -> Callee {
        Callee::Symbol(self.helpers[helper as usize])
    }

    // ---- control

    /// Leaves unless the condition holds.
    fn guard(&mut self, condition: lir::Value, exit: Exit) {
        let condition = self.stressed(condition);
        self.leave_unless(condition, exit);
    }

    /// As [`Lowerer::guard`], for what is no question: under stress, too, the condition alone decides.
    fn leave_unless(&mut self, condition: lir::Value, exit: Exit) {
        let out = self.exit(exit);
        let on = self.b.block();
        self.b.branch(condition, (on, &[]), (out.0, &out.1), Likely::Yes);
        self.b.switch_to(on);
    }

    /// The block that leaves at an exit, and what it is to be given: the exit's table. Exits that hand in the same values have the same block.
    fn exit(&mut self, exit: Exit) -> (lir::Block, [lir::Value; 1]) {
        let values: Vec<Value> = self.hir.exits[exit.index()].values().collect();
        let table = self.table(exit);
        if let Some(block) = self.exits.get(&values) {
            return (*block, [table]);
        }
        let at = self.b.current();
        let last = self.leaving();
        let block = if values.is_empty() { last } else { self.b.block() };
        if block != last {
            let given = self.b.block_param(block, Type::Ptr);
            self.b.switch_to(block);
            self.hand_in(exit);
            self.b.jump(last, &[given]);
            self.exits.insert(values, block);
        }
        self.b.switch_to(at);
        (block, [table])
    }

    /// The block that leaves once all values are handed in.
    fn leaving(&mut self) -> lir::Block {
        if let Some(block) = self.exits.get(&Vec::new()) {
            return *block;
        }
        let block = self.b.block();
        let table = self.b.block_param(block, Type::Ptr);
        self.b.switch_to(block);
        let next = self.leave_by(table);
        self.b.ret(&[next.0, next.1]);
        self.exits.insert(Vec::new(), block);
        block
    }

    /// Puts the values that an exit names where its table is read: the address of the table, and of the values.
    pub(super) fn hand_in(&mut self, exit: Exit) -> (lir::Value, lir::Value) {
        let values = self.handed;
        for (place, value) in self.hir.exits[exit.index()].values().enumerate() {
            let kind = self.hir.kind(value);
            let mut value = self.value(value);
            if kind == Kind::Bool {
                value = self.b.zext(value, Type::I64);
            }
            self.b.store(values, place as i32 * 8, value, Access::class(class::HANDED));
        }
        (self.table(exit), values)
    }

    fn table(&mut self, exit: Exit) -> lir::Value {
        self.b.address_of(self.place.exits.get(exit.index()).copied().unwrap_or_default())
    }

    /// Leaves at an exit: where the interpreter goes on.
    fn leave(&mut self, exit: Exit) -> (lir::Value, lir::Value) {
        let (table, _) = self.hand_in(exit);
        self.leave_by(table)
    }

    fn leave_by(&mut self, table: lir::Value) -> (lir::Value, lir::Value) {
        let (th, frame, regs) = (self.thread(), self.frame(), self.regs());
        self.b.call_two(self.helper(Helper::Leave), &[th, frame, regs, table, self.handed], (Type::Ptr, Type::Ptr), Effects::WRITES.cold())
    }

    /// Runs an instruction by the interpreter's handler: what that says.
    fn run_step(&mut self, pc: u32) -> (lir::Value, lir::Value) {
        let room = self.hir.place(pc).0 as u32;
        let (th, frame, at) = (self.thread(), self.frame_of(room), self.address_of(pc));
        let regs = self.register(self.hir.rooms.get(room as usize).map_or(0, |room| room.first));
        // Another thread may adapt it meanwhile.
        let word = self.b.atomic_load(Type::I64, at, 0, lir::Order::Relaxed);
        let (form, handlers) = (self.b.i64(0xffff), self.b.address_of(runtime::handlers()));
        let form = self.b.and(word, form);
        let handler = self.b.indexed(handlers, form, 8, 0);
        let handler = self.b.load(Type::Ptr, handler, 0, Access::class(class::CODE).invariant());
        self.b.call_two(Callee::Pointer(handler), &[th, frame, at, word, regs], (Type::Ptr, Type::Ptr), Effects::WRITES)
    }

    /// Whether the instruction enters a frame most of the time.
    fn enters_frames(&self, pc: u32) -> bool {
        let (room, place) = self.hir.place(pc);
        let op = self.code_of(room).words.get(place as usize).and_then(|word| Code::from_u16(*word as u16));
        op.is_some_and(|op| matches!(op, Code::CallPy | Code::CallMethodPy | Code::CallClass | Code::ForIterGenerator | Code::LoadAttrProperty | Code::SubscriptPy | Code::StoreSubscriptPy | Code::AddPy | Code::SubPy | Code::MulPy | Code::DivPy) || op.generic() == Code::Send)
    }

    /// Finishes an instruction that went on elsewhere than behind itself: where it goes on.
    fn finish_step(&mut self, pc: u32, next: (lir::Value, lir::Value)) -> (lir::Value, lir::Value) {
        let room = self.hir.place(pc).0 as u32;
        let (th, frame, at) = (self.thread(), self.frame_of(room), self.address_of(pc));
        let depth = self.b.i64(self.hir.chain(room).count() as i64 - 1);
        let effects = if self.enters_frames(pc) { Effects::WRITES } else { Effects::WRITES.cold() };
        self.b.call_two(self.helper(Helper::FinishStep), &[th, frame, at, next.0, next.1, depth], (Type::Ptr, Type::Ptr), effects)
    }

    /// Whether it goes on in this frame, nobody wants anything of the thread, and nobody wrote a local.
    fn goes_on(&mut self, next: (lir::Value, lir::Value), pc: u32) -> lir::Value {
        let room = self.hir.place(pc).0 as u32;
        let frame = self.frame_of(room);
        let same = self.b.icmp(IntCond::Eq, next.0, frame);
        let untouched = self.is_untouched(room);
        let both = self.b.and(same, untouched);
        let calm = self.is_calm();
        self.b.and(both, calm)
    }

    fn is_calm(&mut self) -> lir::Value {
        let calm = self.polls_nothing();
        self.stressed(calm)
    }

    fn polls_nothing(&mut self) -> lir::Value {
        let th = self.thread();
        // Relaxed suffices: a taken safepoint synchronises.
        let poll = self.b.atomic_load(Type::I32, th, crate::runtime::POLL as i32, lir::Order::Relaxed);
        let zero = self.b.i32(0);
        self.b.icmp(IntCond::Eq, poll, zero)
    }

    /// Whether code calls for what is much code ([`interp::compiled::compact`]).
    fn is_compact(&self) -> bool {
        self.place.is_compact
    }

    /// [`Lowerer::step`] by one call.
    fn compact_step(&mut self, pc: u32) {
        let room = self.hir.place(pc).0 as u32;
        let behind = self.hir_next(pc);
        let (th, frame, at, behind) = (self.thread(), self.frame_of(room), self.address_of(pc), self.address_of(behind));
        let regs = self.register(self.hir.rooms.get(room as usize).map_or(0, |room| room.first));
        let depth = self.b.i64(self.hir.chain(room).count() as i64 - 1);
        let next = self.b.call_two(self.helper(Helper::RunStep), &[th, frame, at, regs, behind, depth], (Type::Ptr, Type::Ptr), Effects::WRITES);
        let mark = self.b.address_of(runtime::BEHIND);
        let goes_on = self.b.icmp(IntCond::Eq, next.1, mark);
        let (on, out) = (self.b.block(), self.b.block());
        self.b.branch(goes_on, (on, &[]), (out, &[]), Likely::Yes);
        self.b.switch_to(out);
        self.b.ret(&[next.0, next.1]);
        self.b.switch_to(on);
    }

    fn step(&mut self, pc: u32) {
        if self.is_compact() {
            return self.compact_step(pc);
        }
        let (on, other, out) = (self.b.block(), self.b.block(), self.b.block());
        let next = self.run_step(pc);
        self.go_behind(next, pc, on, other);
        self.b.switch_to(other);
        let next = self.finish_step(pc, next);
        self.go_behind(next, pc, on, out);
        self.b.switch_to(out);
        self.b.ret(&[next.0, next.1]);
        self.b.switch_to(on);
    }

    /// On in one block if it goes on behind the instruction, else in the other.
    fn go_behind(&mut self, next: (lir::Value, lir::Value), pc: u32, on: lir::Block, other: lir::Block) {
        let behind = self.hir_next(pc);
        let (fine, behind) = (self.goes_on(next, pc), self.address_of(behind));
        let there = self.b.icmp(IntCond::Eq, next.1, behind);
        let fine = self.b.and(fine, there);
        let likely = if self.enters_frames(pc) { Likely::Unknown } else { Likely::Yes };
        self.b.branch(fine, (on, &[]), (other, &[]), likely);
    }

    /// The word behind an instruction that does not jump.
    fn hir_next(&self, pc: u32) -> u32 {
        self.hir.behind[&pc].0
    }

    fn edge(&mut self, edge: &Edge) -> Target {
        (self.blocks[edge.to.index()], edge.args.iter().map(|value| self.value(*value)).collect())
    }

    fn end(&mut self, end: &End) {
        match end {
            End::Jump(edge) => {
                let (to, args) = self.edge(edge);
                self.b.jump(to, &args);
            }
            End::Branch(value, yes, no) => {
                let (yes, no, value) = (self.edge(yes), self.edge(no), self.value(*value));
                self.b.branch(value, (yes.0, &yes.1), (no.0, &no.1), Likely::Unknown);
            }
            End::Back(edge, exit) => {
                let (to, args) = self.edge(edge);
                let calm = self.is_calm();
                let out = self.exit(*exit);
                self.b.branch(calm, (to, &args), (out.0, &out.1), Likely::Yes);
            }
            End::Leave(exit) => {
                let (out, table) = self.exit(*exit);
                self.b.jump(out, &table);
            }
            End::Return(result) => self.return_outside(*result),
            End::Finish(pc) => self.finish(*pc),
            End::Step { pc, next, target, .. } => self.step_and_jump(*pc, next, target),
            End::Quick { pc, form, next, target, exit } => self.quick_and_jump(*pc, *form, next, target, *exit),
        }
    }

    /// Runs the quick half of an instruction: where it goes on.
    fn run_quick(&mut self, pc: u32, form: u16) -> (lir::Value, lir::Value) {
        let (room, place) = self.hir.place(pc);
        let (th, frame, at) = (self.thread(), self.quick_frame(room), self.address_of(pc));
        let regs = self.register(self.hir.rooms.get(room).map_or(0, |room| room.first));
        let half = self.b.address_of(runtime::quick_half(form));
        let word = self.b.i64((self.code_of(room).words[place as usize] & !0xffff | u64::from(form)).cast_signed());
        self.b.call_two(Callee::Pointer(half), &[th, frame, at, word, regs], (Type::Ptr, Type::Ptr), Effects::WRITES)
    }

    fn quick(&mut self, pc: u32, form: u16, exit: Exit, left: Exit) {
        self.stress(exit);
        let next = self.run_quick(pc, form);
        let frame = self.quick_frame(self.hir.place(pc).0);
        let done = self.b.icmp(IntCond::Eq, next.0, frame);
        let (on, other, over) = (self.b.block(), self.b.block(), self.b.block());
        self.b.branch(done, (on, &[]), (other, &[]), Likely::Yes);
        self.b.switch_to(other);
        let marker = self.b.address_of(runtime::LEFT_OVER);
        let is_left = self.b.icmp(IntCond::Eq, next.1, marker);
        let out = self.exit(exit);
        self.b.branch(is_left, (over, &[]), (out.0, &out.1), Likely::Unknown);
        self.b.switch_to(over);
        let nothing = self.b.i64(0);
        self.observed(left, nothing);
        self.b.jump(on, &[]);
        self.b.switch_to(on);
    }

    fn quick_and_jump(&mut self, pc: u32, form: u16, next: &Edge, target: &Edge, exit: Exit) {
        self.stress(exit);
        let went = self.run_quick(pc, form);
        let (behind, there) = self.hir.behind[&pc];
        let (next, target) = (self.edge(next), self.edge(target));
        let frame = self.quick_frame(self.hir.place(pc).0);
        let (behind, there) = (self.address_of(behind), self.address_of(there.unwrap_or(behind)));
        let done = self.b.icmp(IntCond::Eq, went.0, frame);
        self.leave_unless(done, exit);
        let falls = self.b.icmp(IntCond::Eq, went.1, behind);
        let (jumps, other) = (self.b.block(), self.b.block());
        self.b.branch(falls, (next.0, &next.1), (other, &[]), Likely::Unknown);
        self.b.switch_to(other);
        let does = self.b.icmp(IntCond::Eq, went.1, there);
        self.b.branch(does, (target.0, &target.1), (jumps, &[]), Likely::Yes);
        // It is another instruction by now, and has done it.
        self.b.switch_to(jumps);
        let next = self.leave(exit);
        self.b.ret(&[next.0, went.1]);
    }

    /// Leaves by an instruction that goes nowhere inside; a return is its quick half, most of the time.
    fn finish(&mut self, pc: u32) {
        let (room, place) = self.hir.place(pc);
        let form = self.code_of(room).words.get(place as usize).map_or(0, |word| *word as u16);
        let returns = room == 0 && Code::from_u16(form).is_some_and(|op| matches!(op, Code::Return | Code::ReturnConst | Code::Yield)) && runtime::quick_half(form) != 0;
        if returns {
            let next = self.run_quick(pc, form);
            let marker = self.b.address_of(runtime::UNDONE);
            let undone = self.b.icmp(IntCond::Eq, next.1, marker);
            let (whole, out) = (self.b.block(), self.b.block());
            self.b.branch(undone, (whole, &[]), (out, &[]), Likely::No);
            self.b.switch_to(out);
            self.b.ret(&[next.0, next.1]);
            self.b.switch_to(whole);
            // By the loop, for the unit's code may end with the frame.
            let (frame, at) = (self.frame(), self.address_of(pc));
            return self.b.ret(&[frame, at]);
        }
        let next = self.run_step(pc);
        self.b.ret(&[next.0, next.1]);
    }

    fn step_and_jump(&mut self, pc: u32, next: &Edge, target: &Edge) {
        let went = self.run_step(pc);
        let (behind, there) = self.hir.behind[&pc];
        let (next, target) = (self.edge(next), self.edge(target));
        let (behind, there) = (self.address_of(behind), self.address_of(there.unwrap_or(behind)));
        let (other, out) = (self.b.block(), self.b.block());
        self.go_where(went, pc, [behind, there], [&next, &target], other);
        self.b.switch_to(other);
        let went = self.finish_step(pc, went);
        self.go_where(went, pc, [behind, there], [&next, &target], out);
        self.b.switch_to(out);
        self.b.ret(&[went.0, went.1]);
    }

    /// On by one of two edges if it goes on at one of two places, else in another block.
    fn go_where(&mut self, went: (lir::Value, lir::Value), pc: u32, places: [lir::Value; 2], edges: [&Target; 2], other: lir::Block) {
        let (inside, jumps) = (self.b.block(), self.b.block());
        let fine = self.goes_on(went, pc);
        let likely = if self.enters_frames(pc) { Likely::Unknown } else { Likely::Yes };
        self.b.branch(fine, (inside, &[]), (other, &[]), likely);
        self.b.switch_to(inside);
        let falls = self.b.icmp(IntCond::Eq, went.1, places[0]);
        self.b.branch(falls, (edges[0].0, &edges[0].1), (jumps, &[]), Likely::Unknown);
        self.b.switch_to(jumps);
        let does = self.b.icmp(IntCond::Eq, went.1, places[1]);
        self.b.branch(does, (edges[1].0, &edges[1].1), (other, &[]), Likely::Yes);
    }
}

/// A block, with its arguments.
type Target = (lir::Block, Vec<lir::Value>);
