//! `slice`, and the arithmetic of slices: from what Python gives to positions in a sequence.
//!
//! Invariant: the three fields never change.

use core::cmp::Ordering;

use heap::{Head, Heaped, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::text::Text;
use crate::tuple::methods::SequenceHash;
use crate::{Int, Str, Tuple, none, none_ref, not_implemented_ref, ops, raise};

/// slice(stop)
/// slice(start, stop[, step])
///
/// Create a slice object.
///
/// This is used for extended slicing (e.g. a[0:10:2]).
#[pytype(name = "slice", export = "PySlice_Type", layout = PySliceObject)]
#[repr(C)]
pub struct Slice {
    head: Head,
    #[member(readonly)]
    start: Slot,
    #[member(readonly)]
    stop: Slot,
    #[member(readonly)]
    step: Slot,
}

/// What a slice's fields come to, cut to the machine's range; `None` replaced by what it stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    pub start: isize,
    pub stop: isize,
    /// Never 0.
    pub step: isize,
}

/// The positions that a slice selects in a sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Positions {
    pub start: isize,
    pub stop: isize,
    pub step: isize,
    /// How many positions there are: `start`, `start + step`, …
    pub count: usize,
}

impl Bounds {
    /// The positions in a sequence of `len` items.
    pub fn adjust(self, len: usize) -> Positions {
        let len = len.cast_signed();
        let place = |bound: isize| {
            let (low, high) = if self.step < 0 { (-1, len - 1) } else { (0, len) };
            if bound < 0 { bound.saturating_add(len).max(low) } else { bound.min(high) }
        };
        let (start, stop) = (place(self.start), place(self.stop));
        let count = match self.step < 0 {
            true if stop < start => (start - stop - 1) / -self.step + 1,
            false if start < stop => (stop - start - 1) / self.step + 1,
            _ => 0,
        };
        Positions { start, stop, step: self.step, count: count.cast_unsigned() }
    }
}

impl Positions {
    /// The first position; 0 if there is none.
    pub fn first(self) -> usize {
        if self.count == 0 { 0 } else { self.start.cast_unsigned() }
    }

    /// Position number `index` in the order of the slice.
    #[inline(always)]
    pub fn place(self, index: usize) -> usize {
        self.start.wrapping_add(index.cast_signed() * self.step).cast_unsigned()
    }

    /// The positions in the order of the slice.
    pub fn iter(self) -> impl Iterator<Item = usize> + Clone {
        (0..self.count).map(move |index| self.place(index))
    }

    /// The same positions from the lowest to the highest: first, distance, count.
    pub fn ascending(self) -> (usize, usize, usize) {
        if self.count == 0 {
            return (0, 1, 0);
        }
        if self.step > 0 {
            return (self.first(), self.step.cast_unsigned(), self.count);
        }
        let last = self.start + (self.count.cast_signed() - 1) * self.step;
        (last.cast_unsigned(), self.step.unsigned_abs(), self.count)
    }
}

/// A bound of `index(value, start, stop)` methods: an int cut to the machine's range, never `None`.
#[derive(Clone, Copy, Debug)]
pub struct Bound(pub isize);

impl Bound {
    /// The position that a bound counted from either end means; at least 0.
    pub fn from_end(self, len: usize) -> usize {
        match usize::try_from(self.0) {
            Ok(position) => position,
            Err(_) => self.0.saturating_add(len.cast_signed()).max(0).cast_unsigned(),
        }
    }
}

impl FromArg<'_> for Bound {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        if !ops::has_index(arg) {
            return Err(raise::type_error(th, format_args!("slice indices must be integers or have an __index__ method")));
        }
        ops::index_clip(th, arg).map(Bound)
    }
}

/// One field of a slice that is not `None`, cut to the machine's range.
fn clipped(th: &mut Thread, field: &Object) -> Result<isize, Raised> {
    if let Some(value) = field.downcast_exact::<Int>().and_then(Int::to_i64) {
        return Ok(value as isize);
    }
    if !ops::has_index(field) {
        return Err(raise::type_error(th, format_args!("slice indices must be integers or None or have an __index__ method")));
    }
    ops::index_clip(th, field)
}

/// What `start:stop` comes to, without a slice object; `None` of either kind stands for the end.
pub fn bounds(th: &mut Thread, start: &Object, stop: &Object) -> Result<Bounds, Raised> {
    let start = if start.is(none()) { 0 } else { clipped(th, start)? };
    let stop = if stop.is(none()) { isize::MAX } else { clipped(th, stop)? };
    Ok(Bounds { start, stop, step: 1 })
}

impl Slice {
    /// `slice(start, stop, step)`
    pub fn new(th: &Thread, start: Ref<Object>, stop: Ref<Object>, step: Ref<Object>) -> Ref<Slice> {
        th.new_object(Slice { head: Head::INIT, start: Slot::new(start), stop: Slot::new(stop), step: Slot::new(step) })
    }

    /// `slice(start, stop)` of two numbers.
    pub fn from_range(th: &Thread, start: isize, stop: isize) -> Ref<Slice> {
        Slice::new(th, Int::from_i64(th, start as i64).up(), Int::from_i64(th, stop as i64).up(), none_ref())
    }

    fn field(slot: &Slot) -> &Object {
        slot.peek().unwrap_or(none())
    }

    /// The field `start`.
    pub fn start(&self) -> &Object {
        Slice::field(&self.start)
    }

    /// The field `stop`.
    pub fn stop(&self) -> &Object {
        Slice::field(&self.stop)
    }

    /// The field `step`.
    pub fn step(&self) -> &Object {
        Slice::field(&self.step)
    }

    /// The fields as machine numbers.
    pub fn unpack(&self, th: &mut Thread) -> Result<Bounds, Raised> {
        let step = if self.step().is(none()) { 1 } else { clipped(th, self.step())? };
        if step == 0 {
            return Err(raise::value_error(th, format_args!("slice step cannot be zero")));
        }
        // So that it can be negated.
        let step = step.max(-isize::MAX);
        let (from_start, to_end) = if step < 0 { (isize::MAX, isize::MIN) } else { (0, isize::MAX) };
        let start = if self.start().is(none()) { from_start } else { clipped(th, self.start())? };
        let stop = if self.stop().is(none()) { to_end } else { clipped(th, self.stop())? };
        Ok(Bounds { start, stop, step })
    }

    /// `slice.indices(length)` for numbers of any size.
    pub fn indices_of(&self, th: &mut Thread, length: &Object) -> Result<[Ref<Object>; 3], Raised> {
        let zero = Int::from_i64(th, 0).up();
        let (step, negative) = if self.step().is(none()) {
            (Int::from_i64(th, 1).up(), false)
        } else {
            let step = exact_index(th, self.step())?;
            match compare(th, &step, &zero)? {
                Ordering::Equal => return Err(raise::value_error(th, format_args!("slice step cannot be zero"))),
                order => (step, order == Ordering::Less),
            }
        };
        let (lower, upper) = if negative {
            let minus_one = Int::from_i64(th, -1).up();
            let upper = ops::add(th, length, &minus_one)?;
            (minus_one, upper)
        } else {
            (zero.clone(), length.to_owned())
        };
        let place = |th: &mut Thread, field: &Object, default: &Ref<Object>| {
            if field.is(none()) {
                return Ok(default.clone());
            }
            let mut bound = exact_index(th, field)?;
            if compare(th, &bound, &zero)? == Ordering::Less {
                bound = ops::add(th, &bound, length)?;
                return Ok(if compare(th, &bound, &lower)? == Ordering::Less { lower.clone() } else { bound });
            }
            Ok(if compare(th, &bound, &upper)? == Ordering::Greater { upper.clone() } else { bound })
        };
        let start = place(th, self.start(), if negative { &upper } else { &lower })?;
        let stop = place(th, self.stop(), if negative { &lower } else { &upper })?;
        Ok([start, stop, step])
    }

    fn fields(&self) -> [&Object; 3] {
        [self.start(), self.stop(), self.step()]
    }
}

fn exact_index(th: &mut Thread, field: &Object) -> Result<Ref<Object>, Raised> {
    if !ops::has_index(field) {
        return Err(raise::type_error(th, format_args!("slice indices must be integers or None or have an __index__ method")));
    }
    ops::index(th, field).map(Ref::up)
}

fn compare(th: &mut Thread, a: &Object, b: &Object) -> Result<Ordering, Raised> {
    if ops::compare_bool(th, a, b, CompareOp::Lt)? {
        return Ok(Ordering::Less);
    }
    Ok(if ops::eq(th, a, b)? { Ordering::Equal } else { Ordering::Greater })
}

#[pymethods]
impl Slice {
    #[slot(tp_new)]
    fn py_new(th: &mut Thread, _cls: &Type, start: &Object, stop: Option<&Object>, step: Option<&Object>) -> Ref<Slice> {
        let given = |object: Option<&Object>| object.map_or_else(none_ref, Object::to_owned);
        match stop {
            // One argument is where to stop.
            None => Slice::new(th, none_ref(), start.to_owned(), none_ref()),
            Some(stop) => Slice::new(th, start.to_owned(), stop.to_owned(), given(step)),
        }
    }

    #[slot(tp_repr)]
    fn py_repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new("slice(");
        for (index, field) in self.fields().into_iter().enumerate() {
            if index > 0 {
                text.push(", ");
            }
            text.push_repr(th, field)?;
        }
        text.push(")");
        Ok(text.finish(th))
    }

    #[slot(tp_hash)]
    fn py_hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        ops::native_recursion(th, " in __hash__")?;
        let mut mix = SequenceHash::default();
        for field in self.fields() {
            mix.add(ops::hash(th, field)?);
        }
        Ok(mix.finish_fields())
    }

    #[slot(tp_richcompare)]
    fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let Some(other) = other.downcast::<Slice>() else {
            return Ok(not_implemented_ref());
        };
        if Thread::same(self, other) {
            return Ok(crate::bool_ref(matches!(op, CompareOp::Eq | CompareOp::Le | CompareOp::Ge)));
        }
        let (a, b) = (Tuple::from_slice(th, &self.fields()), Tuple::from_slice(th, &other.fields()));
        ops::richcompare(th, &a, &b, op)
    }

    /// S.indices(len) -> (start, stop, stride)
    ///
    /// Assuming a sequence of length len, calculate the start and stop
    /// indices, and the stride length of the extended slice described by
    /// S. Out of bounds indices are clipped in a manner consistent with the
    /// handling of normal slices.
    #[method(sig = "($self, object, /)")]
    fn indices(&self, th: &mut Thread, length: &Object) -> Result<Ref<Tuple>, Raised> {
        let length = ops::index(th, length)?.up();
        let zero = Int::from_i64(th, 0).up();
        if compare(th, &length, &zero)? == Ordering::Less {
            return Err(raise::value_error(th, format_args!("length should not be negative")));
        }
        let indices = self.indices_of(th, &length)?;
        Ok(Tuple::from_array(th, indices))
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Ref<Tuple> {
        let fields = Tuple::from_slice(th, &self.fields()).up();
        Tuple::from_array(th, [self.ty().to_ref().up(), fields])
    }
}

#[cfg(test)]
mod tests {
    use super::Bounds;

    /// Every small slice selects what stepping through the sequence by hand selects.
    #[test]
    fn positions() {
        for len in 0..6_isize {
            for start in -8..8_isize {
                for stop in -8..8_isize {
                    for step in [-7, -3, -2, -1, 1, 2, 3, 7] {
                        let positions = Bounds { start, stop, step }.adjust(len as usize);
                        let clip = |bound: isize| {
                            let bound = if bound < 0 { bound + len } else { bound };
                            if step < 0 { bound.clamp(-1, len - 1) } else { bound.clamp(0, len) }
                        };
                        let (mut at, end) = (clip(start), clip(stop));
                        let mut expected = Vec::new();
                        while if step < 0 { at > end } else { at < end } {
                            expected.push(at as usize);
                            at += step;
                        }
                        assert_eq!(positions.iter().collect::<Vec<_>>(), expected, "{start}:{stop}:{step} of {len}");
                        expected.sort_unstable();
                        let (first, distance, count) = positions.ascending();
                        assert_eq!((0..count).map(|i| first + i * distance).collect::<Vec<_>>(), expected);
                    }
                }
            }
        }
    }

    #[test]
    fn extremes() {
        let all = Bounds { start: isize::MAX, stop: isize::MIN, step: -isize::MAX }.adjust(5);
        assert_eq!(all.iter().collect::<Vec<_>>(), [4]);
        let none = Bounds { start: isize::MIN, stop: isize::MIN, step: 1 }.adjust(5);
        assert_eq!(none.count, 0);
    }
}
