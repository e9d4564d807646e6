//! Shapes: the order in which an instance got its inline values (design, section 2).
//!
//! A shape is a path in one tree: each step names the inline slot that was filled next. Which name a slot has is the class's
//! business (`extra::Layout`), so classes share shapes. Shape 0 has no value; [`IN_DICT`] says that the attributes live in the
//! instance's dict. Shapes are never freed; reading one takes no lock.

use std::sync::OnceLock;

use heap::sync::{AtomicU32, Mutex, Ordering::*};

/// The attributes are in the dict, no inline slot is filled.
pub const IN_DICT: u32 = u32::MAX;
/// No attribute yet.
pub const EMPTY: u32 = 0;

#[derive(Default)]
struct Shape {
    parent: AtomicU32,
    /// `slot + 1` in the low half, number of values in the high half; 0: the shape does not exist yet.
    step: AtomicU32,
    first_child: AtomicU32,
    next_sibling: AtomicU32,
}

const CHUNK: usize = 1024;
const CHUNKS: usize = 4096;

static TABLE: [OnceLock<Box<[Shape]>>; CHUNKS] = [const { OnceLock::new() }; CHUNKS];
static NEXT: Mutex<u32> = Mutex::new(1);

fn shape(id: u32) -> &'static Shape {
    let chunk = TABLE[id as usize / CHUNK].get_or_init(|| (0..CHUNK).map(|_| Shape::default()).collect());
    &chunk[id as usize % CHUNK]
}

fn find_child(parent: &Shape, slot: usize) -> Option<u32> {
    let mut id = parent.first_child.load(Acquire);
    while id != 0 {
        let child = shape(id);
        if child.step.load(Relaxed) & 0xffff == slot as u32 + 1 {
            return Some(id);
        }
        id = child.next_sibling.load(Acquire);
    }
    None
}

/// The shape after filling `slot`; `None` if there are too many shapes (the caller then uses a dict).
#[inline]
pub fn add(id: u32, slot: usize) -> Option<u32> {
    let parent = shape(id);
    if let Some(child) = find_child(parent, slot) {
        return Some(child);
    }
    let mut next = NEXT.lock();
    if let Some(child) = find_child(parent, slot) {
        return Some(child);
    }
    let child_id = *next;
    if child_id as usize >= CHUNK * CHUNKS {
        return None;
    }
    *next += 1;
    let child = shape(child_id);
    child.parent.store(id, Relaxed);
    child.step.store((slot as u32 + 1) | ((len(id) as u32 + 1) << 16), Relaxed);
    child.next_sibling.store(parent.first_child.load(Relaxed), Relaxed);
    // Release: whoever finds the child sees its fields.
    parent.first_child.store(child_id, Release);
    Some(child_id)
}

/// How many values an instance of this shape has.
pub fn len(id: u32) -> usize {
    if id == EMPTY || id == IN_DICT { 0 } else { (shape(id).step.load(Relaxed) >> 16) as usize }
}

/// The slot filled last and the shape before it.
pub fn last(id: u32) -> Option<(usize, u32)> {
    if id == EMPTY || id == IN_DICT {
        return None;
    }
    let s = shape(id);
    Some(((s.step.load(Relaxed) & 0xffff) as usize - 1, s.parent.load(Relaxed)))
}

/// The filled slots in order.
pub fn order(id: u32) -> Vec<usize> {
    let mut out = Vec::with_capacity(len(id));
    let mut at = id;
    while let Some((slot, parent)) = last(at) {
        out.push(slot);
        at = parent;
    }
    out.reverse();
    out
}
