//! The values of a context: a trie that is never changed. Setting a variable makes the nodes on its path anew and shares the others, so
//! that a context of many variables is set as fast as one of few, and copies of it cost nothing.
//!
//! A node is a tuple: a number whose bits say which of 32 children there are, and the children in that order. A child is a leaf (the
//! variable and its value) or a node one level down. Variables are told apart by identity: a variable's place is its address, which no other
//! living object has, so there are no collisions and nothing that is asked calls Python code.

use heap::{Head, Heaped, Object, Ref, Slot, Thread};
use macros::pytype;
use objects::{Dict, Int, Tuple};

use super::ContextVar;

/// Bits of the address that choose a child on each level.
const BITS: u32 = 5;

/// The values and how many they are.
#[pytype(name = "hamt", module = "_contextvars", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Map {
    head: Head,
    len: usize,
    root: Slot<Tuple>,
}

fn place(var: &ContextVar) -> usize {
    // Objects are aligned to words.
    core::ptr::from_ref(var).addr() >> 3
}

/// The bit of the child under which a place is, on a level.
fn bit(place: usize, shift: u32) -> u32 {
    1 << ((place >> shift) & ((1 << BITS) - 1))
}

fn bitmap(node: &Tuple) -> u32 {
    if node.is_empty() {
        return 0;
    }
    node.get(0).downcast::<Int>().and_then(Int::to_i64).and_then(|bits| u32::try_from(bits).ok()).unwrap_or(0)
}

/// Where the child of a bit stands, or would stand.
fn index(bitmap: u32, bit: u32) -> usize {
    1 + (bitmap & (bit - 1)).count_ones() as usize
}

fn child(node: &Tuple, at: usize) -> Option<&Tuple> {
    node.get(at).downcast::<Tuple>()
}

/// The variable of a leaf; nodes have none.
fn variable_of(child: &Tuple) -> Option<&ContextVar> {
    if child.is_empty() { None } else { child.get(0).downcast::<ContextVar>() }
}

fn is(a: &ContextVar, b: &ContextVar) -> bool {
    a.as_object().is(b.as_object())
}

/// A node that differs from `node` in `count` children at `at`, which become `with`.
fn replaced(th: &Thread, node: &Tuple, bits: u32, at: usize, count: usize, with: Option<Ref<Tuple>>) -> Ref<Tuple> {
    let mut items = Vec::with_capacity(node.len() + 1);
    items.push(Int::from_i64(th, bits.into()).up());
    let old = node.as_slice();
    items.extend(old.iter().take(at).skip(1).map(|item| th.retain(&**item)));
    items.extend(with.map(Ref::up));
    items.extend(old.iter().skip((at + count).max(1)).map(|item| th.retain(&**item)));
    Tuple::new(th, items)
}

/// `node` with a leaf more, or in place of the one of the same variable, and whether it is more.
fn with_leaf(th: &Thread, node: &Tuple, shift: u32, var: &ContextVar, leaf: Ref<Tuple>) -> (Ref<Tuple>, bool) {
    let (bits, bit) = (bitmap(node), bit(place(var), shift));
    let at = index(bits, bit);
    if bits & bit == 0 {
        return (replaced(th, node, bits | bit, at, 0, Some(leaf)), true);
    }
    let Some(old) = child(node, at) else { return (replaced(th, node, bits, at, 1, Some(leaf)), false) };
    let (new, more) = match variable_of(old) {
        Some(other) if is(other, var) => (leaf, false),
        Some(other) => {
            // Two leaves in one place: they go one level down.
            let (under, _) = with_leaf(th, Tuple::empty_static(), shift + BITS, other, old.to_ref());
            with_leaf(th, &under, shift + BITS, var, leaf)
        }
        None => with_leaf(th, old, shift + BITS, var, leaf),
    };
    (replaced(th, node, bits, at, 1, Some(new)), more)
}

/// `node` without a variable, which it has.
fn without(th: &Thread, node: &Tuple, shift: u32, var: &ContextVar) -> Ref<Tuple> {
    let (bits, bit) = (bitmap(node), bit(place(var), shift));
    let at = index(bits, bit);
    match child(node, at) {
        Some(old) if variable_of(old).is_none() => {
            let new = without(th, old, shift + BITS, var);
            // A leaf that is alone goes one level up.
            let alone = if new.len() == 2 { child(&new, 1).filter(|only| variable_of(only).is_some()).map(Heaped::to_ref) } else { None };
            replaced(th, node, bits, at, 1, Some(alone.unwrap_or(new)))
        }
        _ => replaced(th, node, bits & !bit, at, 1, None),
    }
}

fn collect(node: &Tuple, found: &mut Vec<Ref<Tuple>>) {
    for at in 1..node.len() {
        match child(node, at) {
            Some(leaf) if variable_of(leaf).is_some() => found.push(leaf.to_ref()),
            Some(node) => collect(node, found),
            None => {}
        }
    }
}

impl Map {
    pub fn empty(th: &Thread) -> Ref<Map> {
        Map::of(th, 0, Tuple::empty().to_ref())
    }

    fn of(th: &Thread, len: usize, root: Ref<Tuple>) -> Ref<Map> {
        th.new_object(Map { head: Head::INIT, len, root: Slot::new(root) })
    }

    pub fn len(&self) -> usize {
        self.len
    }

    /// The leaf of a variable.
    fn leaf(&self, var: &ContextVar) -> Option<&Tuple> {
        let (mut node, mut shift) = (self.root.peek()?, 0);
        loop {
            let (bits, bit) = (bitmap(node), bit(place(var), shift));
            if bits & bit == 0 {
                return None;
            }
            let child = child(node, index(bits, bit))?;
            match variable_of(child) {
                Some(found) => return if is(found, var) { Some(child) } else { None },
                None => (node, shift) = (child, shift + BITS),
            }
        }
    }

    /// A variable's value.
    pub fn get(&self, th: &Thread, var: &ContextVar) -> Option<Ref<Object>> {
        self.leaf(var).map(|leaf| th.retain(leaf.get(1)))
    }

    pub fn contains(&self, var: &ContextVar) -> bool {
        self.leaf(var).is_some()
    }

    /// A map in which a variable has this value.
    pub fn with(&self, th: &Thread, var: &ContextVar, value: &Object) -> Ref<Map> {
        let leaf = Tuple::from_slice(th, &[var.as_object(), value]);
        let (root, more) = with_leaf(th, self.root.peek().unwrap_or(Tuple::empty_static()), 0, var, leaf);
        Map::of(th, self.len + usize::from(more), root)
    }

    /// A map in which a variable has no value.
    pub fn without(&self, th: &Thread, var: &ContextVar) -> Ref<Map> {
        match self.root.peek().filter(|_| self.contains(var)) {
            Some(root) => Map::of(th, self.len - 1, without(th, root, 0, var)),
            None => self.to_ref(),
        }
    }

    /// A dict of all variables and their values.
    pub fn to_dict(&self, th: &mut Thread) -> Result<Ref<Dict>, heap::Raised> {
        let mut leaves = Vec::with_capacity(self.len);
        if let Some(root) = self.root.peek() {
            collect(root, &mut leaves);
        }
        let dict = Dict::new(th);
        for leaf in leaves {
            dict.set(th, leaf.get(0), leaf.get(1))?;
        }
        Ok(dict)
    }
}
