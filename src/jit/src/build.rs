//! Bytecode and feedback to HIR, in one walk over the instructions in the order of control flow.
//!
//! The walk carries what is known of each register ([`state`]). Where ways meet, registers that hold numbers on all of them become
//! parameters of the block. What a loop's own end brings to its head is not known when the head is built: the builder assumes what the
//! ways into the loop bring, and where the loop's end brings something else it starts again with another assumption ([`assume`]).

mod assume;
mod insns;
mod join;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use crate::hir::{Block, End, Exit, Function, Op, Problem, Reason, Value};
use crate::snapshot::Snapshot;

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

/// Builds the unit of a code object from an entry on.
pub fn build(snapshot: &Snapshot, entry: Entry) -> Result<Function, Refused> {
    if snapshot.words.len() > MOST_WORDS {
        return Err(Refused::TooLarge);
    }
    let flow = Flow::of(snapshot, entry).ok_or(Refused::Undecodable)?;
    let mut assumptions = Assumptions::default();
    for _ in 0..MOST_STARTS {
        let mut builder = Builder::new(snapshot, &flow, &mut assumptions, entry);
        if builder.run() {
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
            if insn.op.jump().is_some() {
                starts.extend(next);
            }
            starts.extend(target);
            work.extend(next.into_iter().chain(target));
        }
        let mut flow = Flow { order: Vec::new(), blocks: BTreeMap::new() };
        let mut post = Vec::new();
        let mut visited = BTreeSet::from([start]);
        let mut stack = vec![(start, flow.ways(snapshot, &starts, start)?)];
        while let Some((pc, ways)) = stack.last_mut() {
            match ways.pop() {
                Some(to) if visited.insert(to) => {
                    let further = flow.ways(snapshot, &starts, to)?;
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
        flow.order = post;
        flow.blocks = flow.order.iter().enumerate().map(|(place, pc)| (*pc, (place, false))).collect();
        for (place, &pc) in flow.order.clone().iter().enumerate() {
            for to in flow.ways(snapshot, &starts, pc)? {
                if let Some((at, is_head)) = flow.blocks.get_mut(&to) {
                    *is_head |= *at <= place;
                }
            }
        }
        Some(flow)
    }

    /// Where control goes from the block at `pc`.
    fn ways(&self, snapshot: &Snapshot, starts: &BTreeSet<u32>, mut pc: u32) -> Option<Vec<u32>> {
        loop {
            let insn = snapshot.insn(pc)?;
            let [next, target] = snapshot.successors(pc, &insn);
            match next {
                Some(next) if target.is_none() && !starts.contains(&next) => pc = next,
                _ => return Some(next.into_iter().chain(target).collect()),
            }
        }
    }

    fn is_start(&self, pc: u32) -> bool {
        self.blocks.contains_key(&pc)
    }

    fn is_head(&self, pc: u32) -> bool {
        self.blocks.get(&pc).is_some_and(|(_, is_head)| *is_head)
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

struct Builder<'a> {
    snapshot: &'a Snapshot,
    flow: &'a Flow,
    assumptions: &'a mut Assumptions,
    function: Function,
    /// Where instructions go.
    block: Block,
    /// The word of the instruction that is built.
    pc: u32,
    state: State,
    /// Ways to blocks that are not built.
    ways: BTreeMap<u32, Vec<Way>>,
    /// Heads of loops that are built, with what was assumed there.
    heads: BTreeMap<u32, (Block, State)>,
    /// The last exit, while it fits.
    exit: Option<(u32, Reason, Exit)>,
    /// Something that was assumed does not hold.
    broken: bool,
    /// Values that were taken out of the object in their register.
    unboxed: BTreeSet<Value>,
}

impl<'a> Builder<'a> {
    fn new(snapshot: &'a Snapshot, flow: &'a Flow, assumptions: &'a mut Assumptions, entry: Entry) -> Builder<'a> {
        let mut function = Function::new(&snapshot.name, entry.pc());
        let block = function.block(entry.pc());
        let state = State::at_entry(snapshot, entry);
        let ways = BTreeMap::new();
        Builder { snapshot, flow, assumptions, function, block, pc: entry.pc(), state, ways, heads: BTreeMap::new(), exit: None, broken: false, unboxed: BTreeSet::new() }
    }

    /// Builds all blocks; false: start again.
    fn run(&mut self) -> bool {
        let state = self.state.clone();
        self.ways.entry(self.pc).or_default().push(Way { from: self.block, state });
        for &pc in &self.flow.order {
            let Some(ways) = self.ways.remove(&pc) else { continue };
            self.pc = pc;
            if !self.begin(pc, ways) || !self.walk() {
                return false;
            }
        }
        !self.broken
    }

    /// Builds the instructions of a block.
    fn walk(&mut self) -> bool {
        loop {
            let Some(insn) = self.snapshot.insn(self.pc) else { return false };
            self.exit = None;
            let next = self.pc + insn.len as u32;
            if !self.insn(&insn) {
                return !self.broken;
            }
            self.pc = next;
            if self.flow.is_start(next) {
                self.go(next);
                return !self.broken;
            }
        }
    }

    fn emit(&mut self, op: Op) -> Option<Value> {
        self.function.push(self.block, self.pc, op)
    }

    /// An instruction that has a value.
    fn value(&mut self, op: Op) -> Value {
        let kind = op.result();
        debug_assert!(kind.is_some(), "`{op}` has no value");
        self.emit(op).unwrap_or(Value(u32::MAX))
    }

    fn end(&mut self, end: End) {
        debug_assert!(self.function.blocks[self.block.index()].end.is_none());
        self.function.blocks[self.block.index()].end = Some(end);
    }

    /// A block of its own for a way out of this one.
    fn fresh(&mut self) -> Block {
        self.function.block(self.pc)
    }

    /// Forgets the last exit: the state that it describes has changed.
    fn changed(&mut self) {
        self.exit = None;
    }
}
