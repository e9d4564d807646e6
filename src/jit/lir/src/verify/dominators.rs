//! Which blocks are always passed on the way to another.
//!
//! Invariant: blocks that cannot be reached dominate nothing and are dominated by nothing but themselves.
use crate::{Block, Function, Index};

/// The dominator tree of a graph of blocks, of which the first is the entry: a function's, where nothing else is said.
pub struct Dominators<B = Block> {
    /// Reachable blocks, each behind all that dominate it.
    order: Vec<B>,
    /// Of each block its place in `order`.
    place: Vec<Option<usize>>,
    /// Of each place its range in an order in which all that a block dominates follows it at once.
    ranges: Vec<std::ops::Range<usize>>,
}

impl Dominators {
    /// Those of a function. Targets are in range.
    pub fn new(function: &Function) -> Self {
        let successors = |block: Block| function.blocks[block].terminator.iter().flat_map(|terminator| terminator.targets()).map(|target| target.block).collect();
        Self::of(function.blocks.len(), successors)
    }
}

impl<B: Index> Dominators<B> {
    /// Finds them by moving each block's nearest dominator up until nothing moves (Cooper, Harvey and Kennedy).
    pub fn of(blocks: usize, successors: impl Fn(B) -> Vec<B>) -> Self {
        let order = reverse_postorder(blocks, &successors);
        let mut place = vec![None; blocks];
        for (number, block) in order.iter().enumerate() {
            place[block.index()] = Some(number);
        }
        let before = predecessors(&order, &place, &successors);
        let mut nearest: Vec<Option<usize>> = vec![None; order.len()];
        if let Some(entry) = nearest.first_mut() {
            *entry = Some(0);
        }
        let mut moved = true;
        while moved {
            moved = false;
            for number in 1..order.len() {
                let known = before[number].iter().copied().filter(|&other| nearest[other].is_some());
                let found = known.reduce(|left, right| meet(&nearest, left, right));
                moved |= found != nearest[number];
                nearest[number] = found;
            }
        }
        let ranges = ranges(&nearest.into_iter().map(|number| number.unwrap_or(0)).collect::<Vec<_>>());
        Self { order, place, ranges }
    }

    /// Reachable blocks, each behind all that dominate it.
    pub fn order(&self) -> &[B] {
        &self.order
    }

    pub fn is_reachable(&self, block: B) -> bool {
        self.place[block.index()].is_some()
    }

    /// Whether every way to `block` passes `over`.
    pub fn dominates(&self, over: B, block: B) -> bool {
        let (Some(over), Some(at)) = (self.place[over.index()], self.place[block.index()]) else { return over.index() == block.index() };
        self.ranges[over].contains(&self.ranges[at].start)
    }
}

/// Numbers the tree of nearest dominators, each of which comes before what it dominates; the entry's is its own.
fn ranges(nearest: &[usize]) -> Vec<std::ops::Range<usize>> {
    let mut sizes = vec![1; nearest.len()];
    for number in (1..nearest.len()).rev() {
        sizes[nearest[number]] += sizes[number];
    }
    // Where the next child of each goes.
    let mut next = vec![1; nearest.len()];
    let mut ranges = Vec::with_capacity(nearest.len());
    for (number, &size) in sizes.iter().enumerate() {
        let start = if number == 0 { 0 } else { next[nearest[number]] };
        next[nearest[number]] = start + size;
        next[number] = start + 1;
        ranges.push(start..start + size);
    }
    ranges
}

fn meet(nearest: &[Option<usize>], mut left: usize, mut right: usize) -> usize {
    while left != right {
        let later = if left > right { &mut left } else { &mut right };
        *later = nearest[*later].unwrap_or(0);
    }
    left
}

fn predecessors<B: Index>(order: &[B], place: &[Option<usize>], successors: impl Fn(B) -> Vec<B>) -> Vec<Vec<usize>> {
    let mut before = vec![Vec::new(); order.len()];
    for (number, &block) in order.iter().enumerate() {
        for next in successors(block).into_iter().filter_map(|next| place[next.index()]) {
            before[next].push(number);
        }
    }
    before
}

/// With a stack of its own, so that long functions do not exhaust the thread's.
fn reverse_postorder<B: Index>(blocks: usize, successors: impl Fn(B) -> Vec<B>) -> Vec<B> {
    let mut seen = vec![false; blocks];
    let (mut order, mut open) = (Vec::new(), Vec::new());
    if let Some(entry) = seen.first_mut() {
        *entry = true;
        open.push((B::new(0), successors(B::new(0))));
    }
    while let Some((block, rest)) = open.last_mut() {
        let block = *block;
        match rest.pop() {
            Some(next) if !seen[next.index()] => {
                seen[next.index()] = true;
                open.push((next, successors(next)));
            }
            Some(_) => {}
            None => {
                order.push(block);
                open.pop();
            }
        }
    }
    order.reverse();
    order
}
