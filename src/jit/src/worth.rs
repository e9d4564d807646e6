//! What a unit is expected to gain: what its instructions take in the interpreter, against what they take in the unit.
//!
//! Both are estimates in instructions of the machine, without what both do alike (the work of a handler that either calls). Where most of a code is
//! such work, a unit of it takes more than it saves: it calls handlers by a detour, and is much code besides. Then the interpreter is better.

use syntax::opcodes::Op as Code;

use crate::hir::{Block, End, Function, Op, Old, reverse_postorder};

/// A unit that takes more of what the interpreter takes is not made: the estimate is no better than that, and each unit costs memory and a place in
/// the processor's caches. (Over units of `pyperformance`'s programs: medians of 0.5 to 0.85 where all code as units is faster than the
/// interpreter, 0.99 to 1.17 where it is slower.)
pub const MOST: f64 = 0.85;

/// A loop is taken to turn so often.
const TURNS: f64 = 10.0;

/// What a unit takes of what the interpreter takes for the same code.
pub fn cost(function: &Function) -> f64 {
    let (mut unit, mut interpreter) = (0.0, 0.0);
    for (block, often) in frequencies(function) {
        let data = &function.blocks[block.index()];
        interpreter += often * f64::from(data.interpreted);
        let of_nodes: u32 = data.nodes.iter().map(|node| of_op(&node.op)).sum();
        unit += often * f64::from(of_nodes + data.end.as_ref().map_or(0, of_end));
    }
    unit / interpreter.max(1.0)
}

/// How often each block is expected to run for each time that the unit is entered: both ways of a branch alike, but those that stay in a loop as
/// often as it turns.
fn frequencies(function: &Function) -> Vec<(Block, f64)> {
    let order = reverse_postorder(function);
    let mut place = vec![0; function.blocks.len()];
    for (at, block) in order.iter().enumerate() {
        place[block.index()] = at;
    }
    let ways = |block: Block| function.blocks[block.index()].end.iter().flat_map(End::edges).map(|edge| edge.to);
    let mut is_head = vec![false; function.blocks.len()];
    // The last block of the loop that begins here, in the order.
    let mut last = vec![0; function.blocks.len()];
    for &block in &order {
        for to in ways(block).filter(|to| place[to.index()] <= place[block.index()]) {
            is_head[to.index()] = true;
            last[to.index()] = last[to.index()].max(place[block.index()]);
        }
    }
    let mut often = vec![0.0; function.blocks.len()];
    if let Some(first) = order.first() {
        often[first.index()] = 1.0;
    }
    let mut heads: Vec<Block> = Vec::new();
    for &block in &order {
        let at = place[block.index()];
        if is_head[block.index()] {
            often[block.index()] *= TURNS;
            heads.push(block);
        }
        let count = ways(block).count().max(1) as f64;
        for to in ways(block).filter(|to| place[to.index()] > at) {
            let left = heads.iter().filter(|head| (place[head.index()]..=last[head.index()]).contains(&at) && last[head.index()] < place[to.index()]).count();
            // A loop is left once for all its turns, whichever of its branches does so.
            let share = if left == 0 { 1.0 / count } else { TURNS.powi(-(left as i32)) };
            often[to.index()] += often[block.index()] * share;
        }
    }
    order.into_iter().map(|block| (block, often[block.index()])).collect()
}

/// What the interpreter takes for an instruction, without what a handler does that a unit has do the same work.
pub fn interpreted(op: Code) -> u32 {
    use Code::*;
    match op.generic() {
        Nop | Resume | Resumed | Jump | JumpBack => 7,
        LoadConst | LoadSmallInt | CheckBound | Take => 9,
        Move | Release => 16,
        UnaryNot | Is | IsNot | JumpIfTrue | JumpIfFalse | JumpIfNone | JumpIfNotNone | JumpIfIs | JumpIfIsNot => 14,
        LoadGlobal | LoadDeref | StoreDeref => 18,
        LoadAttr if op == LoadAttrProperty => 100,
        LoadAttr | LoadMethod if op.is_specialized() => 40,
        StoreAttr if op == StoreAttrSlot => 50,
        Subscript | SubscriptImm if matches!(op, SubscriptListInt | SubscriptTupleInt | SubscriptImmList | SubscriptImmTuple) => 30,
        StoreSubscript if op == StoreSubscriptListInt => 36,
        ForIter if matches!(op, ForIterRange | ForIterList | ForIterTuple) => 28,
        UnpackSequence if op.is_specialized() => 30,
        Call | CallMethod if matches!(op, CallPy | CallMethodPy) => 110,
        Call if op == CallClass => 200,
        Return | ReturnConst => 80,
        _ if crate::build::is_arithmetic(op) => 40,
        _ => 16,
    }
}

/// What an operation takes in a unit.
fn of_op(op: &Op) -> u32 {
    let with_old = |old: &Old| match old {
        Old::Nothing => 0,
        Old::Quiet | Old::Any(_) => 12,
    };
    match op {
        Op::Step(..) => 36,
        Op::Quick(..) => 12,
        Op::Flush(_, _, old) => 28 + with_old(old),
        Op::FlushIf(..) => 32,
        Op::Put(_, _, old) | Op::Move(_, _, old) => 4 + with_old(old),
        Op::Release(_, old) => 2 + with_old(old),
        Op::Hold(_, _, old) | Op::Copy(_, _, old) => 14 + with_old(old),
        Op::StoreItem(..) | Op::StoreSlot(..) => 35,
        Op::StoreSlotReg(..) | Op::StoreItemReg(..) => 30,
        Op::StoreSlotWord(..) | Op::StoreItemWord(..) => 14,
        Op::GuardStored(..) => 12,
        Op::Invoke(_) => 60,
        Op::Link(_) => 30,
        Op::Unlink(_) => 12,
        Op::New(..) => 60,
        Op::MayReturn(_) => 16,
        Op::Escape(_) => 6,
        Op::GuardMine(..) => 6,
        Op::Length(..) | Op::IsInstance(..) | Op::FloatPow(..) => 20,
        Op::UnboxInt(..) | Op::UnboxNumber(..) => 8,
        Op::Item(..) | Op::Index(..) | Op::RangeNext(_) | Op::IterMore(..) | Op::IterNext(..) | Op::IterEnded(..) => 5,
        Op::Clear(_) => 1,
        Op::ConstInt(_) | Op::ConstFloat(_) | Op::ConstBool(_) | Op::Object(_) | Op::Namespace(_) => 0,
        _ => 3,
    }
}

fn of_end(end: &End) -> u32 {
    match end {
        End::Jump(_) | End::Branch(..) | End::Leave(_) => 1,
        End::Back(..) => 3,
        End::Step { .. } => 36,
        End::Quick { .. } => 14,
        End::Finish(_) => 30,
        End::Return(_) => 30,
    }
}
