//! Bytecode and feedback to HIR, in one walk over the instructions in the order of control flow.
//!
//! The walk carries what is known of each register ([`state`]). Where ways meet, registers that hold numbers on all of them become
//! parameters of the block. What a loop's own end brings to its head is not known when the head is built: the builder assumes what the
//! ways into the loop bring, and where the loop's end brings something else it starts again with another assumption ([`assume`]).

mod assigned;
mod assume;
mod attrs;
mod calls;
mod insns;
mod join;
mod numbers;
mod state;
mod wants;

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use syntax::opcodes::{Decoded, Kind as Operand, Op as Code};

use crate::hir::{Block, Gives, Edge, End, Exit, Function, Op, Problem, Reason, Room, Value};
use crate::snapshot::{Snapshot, Source};

use assume::Assumptions;
use state::State;

/// Where a unit begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Entry {
    /// At a function's start: the word behind its `Resume`.
    Function(u32),
    /// At the head of a loop.
    Loop(u32),
}

/// Why there is no unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Refused {
    TooLarge,
    /// The words are no code.
    Undecodable,
    /// Assumptions did not settle.
    Unsettled,
    /// The builder made something that the verifier refuses.
    Broken(Problem),
}

/// More words than this are no unit.
const MOST_WORDS: usize = 20_000;
/// How often the builder starts again. Each start settles at least one register of one loop.
const MOST_STARTS: usize = 200;

/// Builds the unit of the source's first code from an entry on.
pub fn build(source: &Source, entry: Entry) -> Result<Function, Refused> {
    let snapshot = &source.codes[0];
    if snapshot.words.len() > MOST_WORDS {
        return Err(Refused::TooLarge);
    }
    let flow = Rc::new(Flow::of(snapshot, entry).ok_or(Refused::Undecodable)?);
    let mut assumptions = Assumptions::default();
    for _ in 0..MOST_STARTS {
        let mut builder = Builder::new(source, flow.clone(), &mut assumptions, entry);
        if builder.run_unit() {
            let function = builder.function;
            return function.verify().map(|()| function).map_err(Refused::Broken);
        }
    }
    Err(Refused::Unsettled)
}

/// The blocks of the bytecode that an entry reaches.
struct Flow {
    /// First words, each after those of the blocks that lead to it, loops aside.
    order: Vec<u32>,
    /// Place in the order, and whether a later block leads here.
    blocks: BTreeMap<u32, (usize, bool)>,
}

impl Flow {
    fn of(snapshot: &Snapshot, entry: Entry) -> Option<Flow> {
        let start = entry.pc();
        let mut starts = BTreeSet::from([start]);
        let mut seen = BTreeSet::new();
        let mut work = vec![start];
        while let Some(pc) = work.pop() {
            if !seen.insert(pc) {
                continue;
            }
            let insn = snapshot.insn(pc)?;
            let [next, target] = snapshot.successors(pc, &insn);
            if insn.op.generic() == Code::Resumed {
                starts.insert(pc);
            }
            if insn.op.jump().is_some() {
                starts.extend(next);
            }
            starts.extend(target);
            work.extend(next.into_iter().chain(target));
        }
        let mut post = Vec::new();
        let mut visited = BTreeSet::from([start]);
        let mut stack = vec![(start, ways_from(snapshot, &starts, start)?)];
        while let Some((pc, ways)) = stack.last_mut() {
            match ways.pop() {
                Some(to) if visited.insert(to) => {
                    let further = ways_from(snapshot, &starts, to)?;
                    stack.push((to, further));
                }
                Some(_) => {}
                None => {
                    post.push(*pc);
                    stack.pop();
                }
            }
        }
        post.reverse();
        let mut blocks: BTreeMap<u32, (usize, bool)> = post.iter().enumerate().map(|(place, pc)| (*pc, (place, false))).collect();
        for (place, &pc) in post.iter().enumerate() {
            for to in ways_from(snapshot, &starts, pc)? {
                if let Some((at, is_head)) = blocks.get_mut(&to) {
                    *is_head |= *at <= place;
                }
            }
        }
        Some(Flow { order: post, blocks })
    }

    fn is_start(&self, pc: u32) -> bool {
        self.blocks.contains_key(&pc)
    }

    fn is_head(&self, pc: u32) -> bool {
        self.blocks.get(&pc).is_some_and(|(_, is_head)| *is_head)
    }
}

/// Where control goes from the block at `pc`.
fn ways_from(snapshot: &Snapshot, starts: &BTreeSet<u32>, mut pc: u32) -> Option<Vec<u32>> {
    loop {
        let insn = snapshot.insn(pc)?;
        let [next, target] = snapshot.successors(pc, &insn);
        match next {
            Some(next) if target.is_none() && !starts.contains(&next) => pc = next,
            _ => return Some(next.into_iter().chain(target).collect()),
        }
    }
}

impl Entry {
    pub fn pc(self) -> u32 {
        match self {
            Entry::Function(pc) | Entry::Loop(pc) => pc,
        }
    }
}

/// A way to a block that is not built yet: the block of its own that it has, and what is known on it.
struct Way {
    from: Block,
    state: State,
}

/// A frame that code is built of.
struct Inside {
    /// Its number among the unit's rooms.
    room: u32,
    /// Names it from one start to the next.
    key: usize,
    flow: Rc<Flow>,
    /// The word of the instruction that is built, or of the call that is being built.
    pc: u32,
    /// Ways to blocks that are not built.
    ways: BTreeMap<u32, Vec<Way>>,
    /// Heads of loops that are built, with what was assumed there.
    heads: BTreeMap<u32, (Block, State)>,
    /// Ways behind the call.
    returns: Vec<Way>,
}

struct Builder<'a> {
    source: &'a Source,
    assumptions: &'a mut Assumptions,
    function: Function,
    /// Where instructions go.
    block: Block,
    /// The frames that are built, the unit's own first.
    inside: Vec<Inside>,
    state: State,
    /// The last exit, while it fits.
    exit: Option<(u32, Reason, Exit)>,
    /// Something that was assumed does not hold.
    broken: bool,
    /// Values that were taken out of the object in their register.
    unboxed: BTreeSet<Value>,
    /// Objects at fixed addresses, and namespaces: made in the unit's first block.
    fixed: Vec<(Op, Value)>,
    /// Words of all rooms so far.
    words: u32,
    /// Where it goes on, if not behind the instruction that was built.
    on_at: Option<u32>,
    /// The room that is being left.
    dying: Option<u32>,
    /// Objects of which one was found, and the codes that calls of them would run.
    choices: Vec<Vec<(Value, Option<usize>)>>,
}

impl<'a> Builder<'a> {
    fn new(source: &'a Source, flow: Rc<Flow>, assumptions: &'a mut Assumptions, entry: Entry) -> Builder<'a> {
        let own = &source.codes[0];
        let mut function = Function::new(&own.name, entry.pc());
        let state = State::at_entry(own, entry);
        function.rooms.push(Room { is_called: false, parent: None, code: 0, first_word: 0, first: 0, call: 0, skip: 0, dst: 0, base: 0, gives: Gives::Result, temps: own.temps, locals: own.locals });
        let mut builder = Builder {
            source,
            assumptions,
            function,
            block: Block(0),
            inside: Vec::new(),
            state,
            exit: None,
            broken: false,
            unboxed: BTreeSet::new(),
            fixed: Vec::new(),
            words: own.words.len() as u32,
            on_at: None,
            dying: None,
            choices: Vec::new(),
        };
        builder.block = builder.function.block(entry.pc());
        builder.inside.push(Inside { room: 0, key: 0, flow, pc: entry.pc(), ways: BTreeMap::new(), heads: BTreeMap::new(), returns: Vec::new() });
        builder
    }

    /// Builds the unit; false: start again.
    fn run_unit(&mut self) -> bool {
        // What is at fixed places is made in front of everything.
        let first = self.block;
        self.block = self.function.block(self.pc());
        let entered = self.block;
        let marks = self.resume_at_marks();
        let done = self.run();
        self.block = first;
        for (op, value) in core::mem::take(&mut self.fixed) {
            self.function.define(first, value, op);
        }
        for (pc, to) in marks {
            let is_here = self.value(Op::IsAt(pc));
            let other = self.fresh();
            self.end(End::Branch(is_here, Edge { to, args: Vec::new() }, Edge { to: other, args: Vec::new() }));
            self.block = other;
        }
        self.end(End::Jump(Edge { to: entered, args: Vec::new() }));
        done
    }

    /// Ways into the unit behind each yield: the words of their marks, and the blocks.
    fn resume_at_marks(&mut self) -> Vec<(u32, Block)> {
        let flow = self.here().flow.clone();
        let code = self.code();
        let is_mark = |pc: &&u32| code.insn(**pc).is_some_and(|insn| insn.op.generic() == Code::Resumed);
        let marks: Vec<u32> = flow.order.iter().filter(is_mark).copied().collect();
        self.function.marks = marks.clone();
        let way = |pc: u32| {
            let from = self.function.block(pc);
            let state = State::at_entry(code, Entry::Loop(pc));
            self.inside[0].ways.entry(pc).or_default().push(Way { from, state });
            (pc, from)
        };
        marks.into_iter().map(way).collect()
    }

    /// Builds all blocks of the innermost room, from the state of now; false: start again.
    fn run(&mut self) -> bool {
        let (state, from, pc) = (self.state.clone(), self.block, self.pc());
        let inside = self.here();
        inside.ways.entry(pc).or_default().push(Way { from, state });
        let flow = inside.flow.clone();
        for &pc in &flow.order {
            let Some(ways) = self.here().ways.remove(&pc) else { continue };
            self.set_pc(pc);
            if !self.begin(pc, ways, flow.is_head(pc)) || !self.walk(&flow) {
                return false;
            }
        }
        !self.broken
    }

    /// Builds the instructions of a block.
    fn walk(&mut self, flow: &Flow) -> bool {
        loop {
            let Some(insn) = self.decode(self.pc()) else { return false };
            self.exit = None;
            let behind = self.pc() + insn.len as u32;
            self.function.blocks[self.block.index()].interpreted += crate::worth::interpreted(insn.op);
            if !self.insn(&insn) {
                return !self.broken;
            }
            let next = self.on_at.take().unwrap_or(behind);
            self.set_pc(next);
            self.unbox_wanted(&insn);
            if flow.is_start(next) {
                self.go(next);
                return !self.broken;
            }
        }
    }

    // ---- where it is

    fn here(&mut self) -> &mut Inside {
        let last = self.inside.len() - 1;
        &mut self.inside[last]
    }

    fn room(&self) -> u32 {
        self.inside[self.inside.len() - 1].room
    }

    fn room_data(&self) -> &Room {
        &self.function.rooms[self.room() as usize]
    }

    /// The code that is built.
    fn code(&self) -> &'a Snapshot {
        &self.source.codes[self.room_data().code]
    }

    /// The word of the instruction in its code.
    fn pc(&self) -> u32 {
        self.inside[self.inside.len() - 1].pc
    }

    fn set_pc(&mut self, pc: u32) {
        self.here().pc = pc;
    }

    /// A word of the code in the unit.
    fn at(&self, pc: u32) -> u32 {
        self.room_data().first_word + pc
    }

    /// The instruction at a word; its registers are the unit's.
    fn decode(&self, pc: u32) -> Option<Decoded> {
        let mut insn = self.code().insn(pc)?;
        let first = self.room_data().first;
        for (slot, (_, kind)) in insn.op.operands().iter().enumerate() {
            if matches!(kind, Operand::Out | Operand::In | Operand::Peek | Operand::InOut | Operand::Kill | Operand::Cell | Operand::Base | Operand::OutBase) {
                insn.operands[slot] += first;
            }
        }
        Some(insn)
    }

    fn is_temp(&self, r: i32) -> bool {
        self.function.is_temp(self.room(), r)
    }

    /// The live registers before the instruction at `pc` of the innermost room, with those of the rooms that call it.
    fn live(&self, pc: u32) -> Vec<i32> {
        let mut live = Vec::new();
        for (depth, inside) in self.inside.iter().enumerate() {
            let room = &self.function.rooms[inside.room as usize];
            let pc = if depth + 1 == self.inside.len() { pc } else { inside.pc };
            live.extend(self.source.codes[room.code].live(pc).map(|r| r + room.first));
            if room.parent.is_some() {
                live.push(function_register(room));
            }
        }
        live
    }

    // ---- what is made

    fn emit(&mut self, op: Op) -> Option<Value> {
        let at = self.at(self.pc());
        self.function.push(self.block, at, op)
    }

    /// An instruction that has a value.
    fn value(&mut self, op: Op) -> Value {
        let kind = op.result();
        debug_assert!(kind.is_some(), "`{op}` has no value");
        self.emit(op).unwrap_or(Value(u32::MAX))
    }

    /// A value that is the same wherever the unit runs.
    fn fixed(&mut self, op: Op) -> Value {
        if let Some((_, value)) = self.fixed.iter().find(|(known, _)| *known == op) {
            return *value;
        }
        let value = self.function.value(crate::hir::Kind::Object);
        self.fixed.push((op, value));
        value
    }

    fn end(&mut self, end: End) {
        debug_assert!(self.function.blocks[self.block.index()].end.is_none());
        self.function.blocks[self.block.index()].end = Some(end);
    }

    /// A block of its own for a way out of this one.
    fn fresh(&mut self) -> Block {
        let at = self.at(self.pc());
        self.function.block(at)
    }

    /// Goes on where this is so: the block for where it is not.
    fn branch_off(&mut self, truth: Value) -> Block {
        let (yes, no) = (self.fresh(), self.fresh());
        self.end(End::Branch(truth, Edge { to: yes, args: Vec::new() }, Edge { to: no, args: Vec::new() }));
        self.block = yes;
        self.changed();
        no
    }

    /// Forgets the last exit: the state that it describes has changed.
    fn changed(&mut self) {
        self.exit = None;
    }
}

/// Whether an instruction computes with numbers, or compares them, in this form.
pub(crate) fn is_arithmetic(op: Code) -> bool {
    op.is_specialized() && (numbers::comparison(op).is_some() || numbers::arith(op).is_some())
}

/// The word of a room's frame that holds the function.
fn function_register(room: &Room) -> i32 {
    header_of(room) + (interp::frame::Frame::FUNC_OFFSET / 8) as i32
}

/// The number that the first word of a room's frame has among registers.
pub(crate) fn header_of(room: &Room) -> i32 {
    room.first - room.temps - interp::frame::Frame::WORDS as i32
}
