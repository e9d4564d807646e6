//! Comparisons that need no call: what two objects of builtin immutable types say about each other.
//!
//! Invariant: an answer is what `==` would give; where that could run code the answer is [`Verdict::Ask`].

use heap::Object;

use crate::{Int, Str};
use crate::dict::keys::Verdict;

/// A key that is being looked for.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    /// An exact `str` and its hash.
    Name(&'a Str, isize),
    /// Anything else.
    Other(&'a Object),
}

impl<'a> Key<'a> {
    #[inline(always)]
    pub fn new(key: &'a Object, hash: isize) -> Key<'a> {
        match key.downcast_exact::<Str>() {
            Some(name) => Key::Name(name, hash),
            None => Key::Other(key),
        }
    }

    /// Whether `other`, a key with the same hash in a general table or any key in a table of names, is equal.
    #[inline(always)]
    pub fn verdict(self, other: &Object) -> Verdict {
        match self {
            Key::Name(name, hash) => name_verdict(name, hash, other),
            Key::Other(key) => verdict(key, other),
        }
    }
}

/// [`Key::verdict`] for an exact `str`.
#[inline(always)]
pub(crate) fn name_verdict(name: &Str, hash: isize, other: &Object) -> Verdict {
    match other.downcast_exact::<Str>() {
        // Interned strings are equal only if they are identical, which the caller tested.
        Some(other) if other.hash() != hash || !name.eq_str(other) => Verdict::Different,
        Some(_) => Verdict::Same,
        None => Verdict::Ask,
    }
}

fn verdict(key: &Object, other: &Object) -> Verdict {
    match quick_eq(key, other) {
        Some(true) => Verdict::Same,
        Some(false) => Verdict::Different,
        None => Verdict::Ask,
    }
}

/// `a is b or a == b` where no code can run.
#[inline]
pub(crate) fn quick_eq(a: &Object, b: &Object) -> Option<bool> {
    if core::ptr::eq(a, b) {
        return Some(true);
    }
    let ty = a.ty();
    if !core::ptr::eq(ty, b.ty()) {
        return None;
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
        return Some(a.eq_str(b));
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Int>(), b.downcast_exact::<Int>()) {
        return match (a.to_i64(), b.to_i64()) {
            (None, None) => None,
            (a, b) => Some(a == b),
        };
    }
    None
}

/// The first index at which two stretches of items differ, or would have to be asked.
pub(crate) fn first_difference(a: &[&Object], b: &[&Object]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| quick_eq(a, b) != Some(true))
}
