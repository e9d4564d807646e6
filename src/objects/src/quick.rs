//! Comparisons that need no call: what two objects of builtin immutable types say about each other.
//!
//! Invariant: an answer is what `==` would give; where that could run code the answer is [`Verdict::Ask`].

use heap::{Object, PyType};

use crate::{Bool, Bytes, Float, Int, Str, Tuple};
use crate::dict::keys::Verdict;
use crate::typing::object_type;

/// A key that is being looked for.
#[derive(Clone, Copy)]
pub(crate) enum Key<'a> {
    /// An exact `str` and its hash.
    Name(&'a Str, isize),
    /// An exact `int` of a machine word.
    Number(i64),
    /// Anything else, and its hash.
    Other(&'a Object, isize),
}

impl<'a> Key<'a> {
    #[inline(always)]
    pub fn new(key: &'a Object, hash: isize) -> Key<'a> {
        if let Some(name) = key.downcast_exact::<Str>() {
            return Key::Name(name, hash);
        }
        match key.downcast_exact::<Int>().and_then(Int::to_i64) {
            Some(number) => Key::Number(number),
            None => Key::Other(key, hash),
        }
    }

    /// Whether `other`, a key with the same hash in a general table or any key in a table of names, is equal.
    #[inline(always)]
    pub fn verdict(self, other: &Object) -> Verdict {
        match self {
            Key::Name(name, hash) => name_verdict(name, hash, other),
            Key::Number(number) => match other.downcast_exact::<Int>() {
                Some(other) if other.to_i64() == Some(number) => Verdict::Same,
                Some(_) => Verdict::Different,
                // In a table of names the hashes were not compared before.
                None if other.is_exactly::<Str>() => Verdict::Different,
                None => Verdict::Ask,
            },
            Key::Other(key, hash) => match other.downcast_exact::<Str>() {
                Some(name) if name.hash() != hash => Verdict::Different,
                _ => verdict(key, other),
            },
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
    match quick_eq(other, key) {
        Some(true) => Verdict::Same,
        Some(false) => Verdict::Different,
        None => Verdict::Ask,
    }
}

/// How deep tuples in tuples are looked into.
const DEPTH: u32 = 4;

/// `a is b or a == b` where no code can run.
#[inline]
pub fn quick_eq(a: &Object, b: &Object) -> Option<bool> {
    if core::ptr::eq(a, b) {
        return Some(true);
    }
    if !core::ptr::eq(a.ty(), b.ty()) {
        return differ_by_type(a, b).then_some(false);
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
    other_types(a, b, DEPTH)
}

/// [`quick_eq`] of two different objects of one type, the less frequent types.
fn other_types(a: &Object, b: &Object, depth: u32) -> Option<bool> {
    if let (Some(a), Some(b)) = (as_plain_tuple(a), as_plain_tuple(b)) {
        if depth == 0 {
            return None;
        }
        for (a, b) in a.iter().zip(b.iter()) {
            match quick_eq_within(a, b, depth - 1) {
                Some(true) => {}
                other => return other,
            }
        }
        return Some(a.len() == b.len());
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Float>(), b.downcast_exact::<Float>()) {
        return Some(a.value() == b.value());
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Bytes>(), b.downcast_exact::<Bytes>()) {
        return Some(a.as_slice() == b.as_slice());
    }
    // `True` and `False`, or what is equal only to itself.
    (a.is_exactly::<Bool>() || matches!(Likeness::of(a), Some(Likeness::Itself))).then_some(false)
}

/// What may be equal to an object.
#[derive(PartialEq)]
enum Likeness {
    /// Only the object: its class compares as `object` does.
    Itself,
    Number,
    /// With other types `str` and `bytes` may warn (`-b`), so they are taken for one.
    Text,
    Tuple,
}

impl Likeness {
    fn of(object: &Object) -> Option<Likeness> {
        let ty = object.ty();
        if ty.tp_richcompare().is_some_and(|compare| object_type().tp_richcompare().is_some_and(|own| own as usize == compare as usize)) {
            return Some(Likeness::Itself);
        }
        if object.is_exactly::<Int>() || object.is_exactly::<Float>() || object.is_exactly::<Bool>() {
            return Some(Likeness::Number);
        }
        if object.is_exactly::<Str>() || object.is_exactly::<Bytes>() {
            return Some(Likeness::Text);
        }
        object.is_exactly::<Tuple>().then_some(Likeness::Tuple)
    }
}

/// Whether two objects of different types are not equal, and no code runs to find that out.
fn differ_by_type(a: &Object, b: &Object) -> bool {
    match (Likeness::of(a), Likeness::of(b)) {
        (Some(Likeness::Itself), Some(_)) | (Some(_), Some(Likeness::Itself)) => true,
        (Some(a), Some(b)) => a != b,
        _ => false,
    }
}

/// Whether a key equals the tuple of these items; false where code would have to tell.
pub(crate) fn is_tuple_of(key: &Object, items: &[&Object]) -> bool {
    key.downcast_exact::<Tuple>()
        .is_some_and(|tuple| tuple.len() == items.len() && tuple.iter().zip(items).all(|(a, b)| quick_eq(a, b) == Some(true)))
}

/// A tuple, or an instance of a subclass that compares as tuples do: a named tuple.
#[inline]
fn as_plain_tuple(object: &Object) -> Option<&Tuple> {
    let tuple = object.downcast::<Tuple>()?;
    let own = || Tuple::type_object().tp_richcompare().map(|f| f as usize) == tuple.ty().tp_richcompare().map(|f| f as usize);
    (tuple.is_exactly::<Tuple>() || own()).then_some(tuple)
}

fn quick_eq_within(a: &Object, b: &Object, depth: u32) -> Option<bool> {
    match a.is_a::<Tuple>() && core::ptr::eq(a.ty(), b.ty()) && !core::ptr::eq(a, b) {
        true => other_types(a, b, depth),
        false => quick_eq(a, b),
    }
}

/// `a < b` where no code can run: numbers, strings, bytes, and tuples of them.
pub fn quick_lt(a: &Object, b: &Object) -> Option<bool> {
    less_within(a, b, DEPTH)
}

fn less_within(a: &Object, b: &Object, depth: u32) -> Option<bool> {
    if let Some(x) = a.downcast_exact::<Int>() {
        if let Some(y) = b.downcast_exact::<Int>() {
            return Some(x.to_i64()? < y.to_i64()?);
        }
        // Whole numbers of that size are floats without rounding.
        let y = b.downcast_exact::<Float>()?;
        let x = x.to_i64().filter(|x| x.unsigned_abs() <= 1 << 53)?;
        return Some((x as f64) < y.value());
    }
    if let Some(x) = a.downcast_exact::<Float>() {
        if let Some(y) = b.downcast_exact::<Float>() {
            return Some(x.value() < y.value());
        }
        let y = b.downcast_exact::<Int>()?.to_i64().filter(|y| y.unsigned_abs() <= 1 << 53)?;
        return Some(x.value() < y as f64);
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Str>(), b.downcast_exact::<Str>()) {
        return Some(a.compare(b).is_lt());
    }
    if let (Some(a), Some(b)) = (a.downcast_exact::<Tuple>(), b.downcast_exact::<Tuple>()) {
        let depth = depth.checked_sub(1)?;
        for (a, b) in a.iter().zip(b.iter()) {
            match quick_eq_within(a, b, depth) {
                Some(true) => {}
                Some(false) => return less_within(a, b, depth),
                // An int and a float, perhaps: neither is less if they are equal.
                None => {
                    let less = less_within(a, b, depth)?;
                    if less || less_within(b, a, depth)? {
                        return Some(less);
                    }
                    return None;
                }
            }
        }
        return Some(a.len() < b.len());
    }
    match (a.downcast_exact::<Bytes>(), b.downcast_exact::<Bytes>()) {
        (Some(a), Some(b)) => Some(a.as_slice() < b.as_slice()),
        _ => None,
    }
}

/// The first index at which two stretches of items differ, or would have to be asked.
pub(crate) fn first_difference(a: &[&Object], b: &[&Object]) -> Option<usize> {
    a.iter().zip(b).position(|(a, b)| quick_eq(a, b) != Some(true))
}
