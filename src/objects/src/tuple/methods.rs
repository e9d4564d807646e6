//! `tuple` as Python sees it: slots and methods.

use heap::Heaped;
use macros::pymethods;

use super::Tuple;
use super::iter::TupleIter;
use crate::glue::*;
use crate::repr_guard::ReprGuard;
use crate::slice::{Bound, Slice};
use crate::text::Text;
use crate::{NoMemory, not_implemented_ref, ops, raise};

const PRIME_1: usize = 11_400_714_785_074_694_791;
const PRIME_2: usize = 14_029_467_366_897_019_727;
const PRIME_5: usize = 2_870_177_450_012_600_261;

/// Mixes the hashes of a sequence's items as CPython does (a simplified xxHash).
pub(crate) struct SequenceHash {
    state: usize,
    count: usize,
}

impl Default for SequenceHash {
    fn default() -> Self {
        SequenceHash { state: PRIME_5, count: 0 }
    }
}

impl SequenceHash {
    pub fn add(&mut self, hash: isize) {
        let lane = self.state.wrapping_add(hash.cast_unsigned().wrapping_mul(PRIME_2));
        self.state = lane.rotate_left(31).wrapping_mul(PRIME_1);
        self.count += 1;
    }

    /// Without the number of items: a slice always has three.
    pub fn finish_fields(self) -> isize {
        match self.state.cast_signed() {
            -1 => 1_546_275_796,
            hash => hash,
        }
    }

    pub fn finish(self) -> isize {
        match self.state.wrapping_add(self.count ^ (PRIME_5 ^ 3_527_539)).cast_signed() {
            -1 => 1_546_275_796,
            hash => hash,
        }
    }
}

impl Tuple {
    /// The items `start`, `start + step`, … (`count` of them); the tuple itself if that is all of it.
    pub fn slice(&self, th: &mut Thread, start: usize, step: isize, count: usize) -> Result<Ref<Tuple>, Raised> {
        if start == 0 && step == 1 && count == self.len() && self.is_exactly::<Tuple>() {
            return Ok(self.to_ref());
        }
        // C may leave places outside of the slice empty.
        let items = self.slots();
        let item = |index: usize| items[start.wrapping_add_signed(index.cast_signed() * step)].peek().unwrap_or(crate::none());
        let made = Tuple::try_build(th, count, |index| th.retain(item(index)));
        made.ok_or(NoMemory).map_err(|error| error.raise(th))
    }

    /// Whether an item is or equals `value`.
    pub fn contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        for item in self.iter() {
            if ops::eq(th, item, value)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The hash; asks the items the first time.
    pub fn hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        if let Some(hash) = self.cached_hash() {
            return Ok(hash);
        }
        let hash = Tuple::hash_of(th, self.as_slice())?;
        self.cache_hash(hash);
        Ok(hash)
    }

    /// The hash of a tuple of these items.
    pub fn hash_of(th: &mut Thread, items: &[&Object]) -> Result<isize, Raised> {
        ops::native_recursion(th, " while hashing a tuple")?;
        let mut mix = SequenceHash::default();
        for item in items {
            mix.add(ops::hash(th, item)?);
        }
        Ok(mix.finish())
    }

    /// `self + other`
    pub fn concat(&self, th: &mut Thread, other: &Tuple) -> Result<Ref<Tuple>, Raised> {
        if self.is_empty() && other.is_exactly::<Tuple>() {
            return Ok(other.to_ref());
        }
        if other.is_empty() && self.is_exactly::<Tuple>() {
            return Ok(self.to_ref());
        }
        let (left, right) = (self.as_slice(), other.as_slice());
        let made = Tuple::try_build(th, left.len() + right.len(), |index| {
            th.retain(if index < left.len() { left[index] } else { right[index - left.len()] })
        });
        made.ok_or(NoMemory).map_err(|error| error.raise(th))
    }
}

#[pymethods]
impl Tuple {
    #[slot(tp_new, tp_vectorcall, sig = "(iterable=(), /)")]
    fn py_new(th: &mut Thread, cls: &Type, iterable: Option<&Object>) -> Result<Ref<Tuple>, Raised> {
        let items = match iterable {
            Some(iterable) => ops::to_tuple(th, iterable)?,
            None => Tuple::empty(),
        };
        if core::ptr::eq(cls, Tuple::type_object()) {
            return Ok(items);
        }
        Tuple::new_in(th, cls, items.as_slice()).ok_or(NoMemory).map_err(|error| error.raise(th))
    }

    #[slot(tp_repr)]
    fn py_repr(&self, th: &mut Thread) -> Result<Ref<crate::Str>, Raised> {
        if self.is_empty() {
            return Ok(crate::Str::new(th, "()"));
        }
        let Some(_guard) = ReprGuard::enter(self) else {
            return Ok(crate::Str::new(th, "(...)"));
        };
        let mut text = Text::new("(");
        for (index, slot) in self.slots().iter().enumerate() {
            if index > 0 {
                text.push(", ");
            }
            match slot.peek() {
                Some(item) => text.push_repr(th, item)?,
                // C has not filled it.
                None => text.push("<NULL>"),
            };
        }
        text.push(if self.len() == 1 { ",)" } else { ")" });
        Ok(text.finish(th))
    }

    #[slot(tp_hash)]
    fn py_hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        self.hash(th)
    }

    #[slot(sq_length, mp_length)]
    fn py_len(&self) -> usize {
        self.len()
    }

    #[slot(sq_concat)]
    fn py_concat(&self, th: &mut Thread, other: &Object) -> Result<Ref<Tuple>, Raised> {
        match other.downcast::<Tuple>() {
            Some(other) => self.concat(th, other),
            None => {
                let name = ops::type_name(other);
                Err(raise::type_error(th, format_args!("can only concatenate tuple (not \"{name}\") to tuple")))
            }
        }
    }

    #[slot(sq_repeat)]
    fn py_repeat(&self, th: &mut Thread, times: isize) -> Result<Ref<Tuple>, Raised> {
        if (self.is_empty() || times == 1) && self.is_exactly::<Tuple>() {
            return Ok(self.to_ref());
        }
        let items = self.as_slice();
        let made = match items.len().checked_mul(times.max(0).cast_unsigned()) {
            Some(len) => Tuple::try_build(th, len, |index| th.retain(items[index % items.len()])),
            None => None,
        };
        made.ok_or(NoMemory).map_err(|error| error.raise(th))
    }

    #[slot(sq_item)]
    fn py_item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        match usize::try_from(index).ok().and_then(|index| self.as_slice().get(index)) {
            Some(item) => Ok(th.retain(*item)),
            None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
        }
    }

    #[slot(sq_contains)]
    fn py_contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        self.contains(th, value)
    }

    #[slot(mp_subscript)]
    fn py_subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if ops::has_index(key) {
            let index = ops::index_subscript(th, key)?;
            return self.py_item(th, if index < 0 { index.wrapping_add_unsigned(self.len()) } else { index });
        }
        if let Some(slice) = key.downcast_exact::<Slice>() {
            let range = slice.unpack(th)?.adjust(self.len());
            return self.slice(th, range.first(), range.step, range.count).map(Ref::up);
        }
        let name = ops::type_name(key);
        Err(raise::type_error(th, format_args!("tuple indices must be integers or slices, not {name}")))
    }

    #[slot(tp_iter)]
    fn py_iter(&self, th: &mut Thread) -> Ref<TupleIter> {
        TupleIter::new(th, self)
    }

    #[slot(tp_richcompare)]
    fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Tuple>() else {
            return Ok(not_implemented_ref());
        };
        let (left, right) = (self.as_slice(), other.as_slice());
        for (a, b) in left.iter().zip(right) {
            if !ops::eq(th, a, b)? {
                return match op {
                    CompareOp::Eq => Ok(crate::bool_ref(false)),
                    CompareOp::Ne => Ok(crate::bool_ref(true)),
                    _ => ops::richcompare(th, a, b, op),
                };
            }
        }
        Ok(crate::bool_ref(op.holds(left.len().cmp(&right.len()))))
    }

    #[method]
    fn __getnewargs__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let items = self.slice(th, 0, 1, self.len())?;
        Ok(Tuple::from_array(th, [items.up()]))
    }

    /// Return first index of value.
    ///
    /// Raises ValueError if the value is not present.
    #[method(sig = "($self, value, start=0, stop=sys.maxsize, /)")]
    fn index(&self, th: &mut Thread, value: &Object, #[default(Bound(0))] start: Bound, #[default(Bound(isize::MAX))] stop: Bound) -> Result<usize, Raised> {
        let (start, stop) = (start.from_end(self.len()), stop.from_end(self.len()));
        for index in start..stop.min(self.len()) {
            if ops::eq(th, self.get(index), value)? {
                return Ok(index);
            }
        }
        Err(raise::value_error(th, format_args!("tuple.index(x): x not in tuple")))
    }

    /// Return number of occurrences of value.
    #[method]
    fn count(&self, th: &mut Thread, value: &Object) -> Result<usize, Raised> {
        let mut count = 0;
        for item in self.iter() {
            count += usize::from(ops::eq(th, item, value)?);
        }
        Ok(count)
    }

    /// Tuples are generic over the types of their contents.
    ///
    /// For example, use ``tuple[int, str]`` for a pair whose first element
    /// is an int and second element is a string.
    ///
    /// Tuples also support the form ``tuple[T, ...]`` to indicate
    /// an arbitrary length tuple of elements of type T.
    #[classmethod(name = "__class_getitem__", sig = "($type, object, /)")]
    fn class_getitem(th: &mut Thread, cls: &Type, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}
