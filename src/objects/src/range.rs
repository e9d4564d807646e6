//! `range`: an arithmetic progression of ints of any size. The iterators are in [`iter`].
//!
//! Invariant: the fields are exact ints and never change; `step` is not 0, `length` says how many numbers there are.

pub mod iter;

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::slice::Slice;
use crate::text::Text;
use crate::{Bool, Int, Str, Tuple, none_ref, not_implemented_ref, ops, raise};
use iter::{LongRangeIter, RangeIter};

/// range(stop) -> range object
/// range(start, stop[, step]) -> range object
///
/// Return an object that produces a sequence of integers from start (inclusive)
/// to stop (exclusive) by step.  range(i, j) produces i, i+1, i+2, ..., j-1.
/// start defaults to 0, and stop is omitted!  range(4) produces 0, 1, 2, 3.
/// These are exactly the valid indices for a list of 4 elements.
/// When step is given, it specifies the increment (or decrement).
#[pytype(name = "range", export = "PyRange_Type", flags(SEQUENCE), gc = none)]
#[repr(C)]
pub struct Range {
    head: Head,
    #[member(readonly)]
    start: Slot,
    #[member(readonly)]
    stop: Slot,
    #[member(readonly)]
    step: Slot,
    length: Slot,
}

/// A progression whose numbers all fit a machine word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Small {
    pub start: i64,
    pub stop: i64,
    pub step: i64,
}

impl Small {
    /// How many numbers there are.
    pub fn count(self) -> u64 {
        let Small { start, stop, step } = self;
        if step > 0 && start < stop {
            1 + (stop.wrapping_sub(1).wrapping_sub(start)).cast_unsigned() / step.cast_unsigned()
        } else if step < 0 && start > stop {
            1 + (start.wrapping_sub(1).wrapping_sub(stop)).cast_unsigned() / step.unsigned_abs()
        } else {
            0
        }
    }

    /// Whether the number behind the last one fits, too, so that an iterator may step onto it.
    fn steps_fit(self) -> bool {
        let Small { stop, step, .. } = self;
        self.count() <= i64::MAX.cast_unsigned() && if step > 0 { stop <= i64::MAX - (step - 1) } else { stop >= i64::MIN - (step + 1) }
    }
}

fn int(th: &Thread, value: i64) -> Ref<Object> {
    Int::from_i64(th, value).up()
}

/// The field `slot`, which is always filled.
fn field(slot: &Slot) -> &Object {
    slot.peek().unwrap_or(crate::none())
}

fn small(object: &Object) -> Option<i64> {
    object.downcast_exact::<Int>().and_then(Int::to_i64)
}

/// `operator.index(object)` as an exact int.
fn exact(th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
    let index = ops::index(th, object)?;
    if index.is_exactly::<Int>() {
        return Ok(index.up());
    }
    Ok(Int::from_digits(th, index.is_negative(), index.digit_slice()).up())
}

fn is_positive(th: &mut Thread, object: &Object) -> Result<bool, Raised> {
    let zero = int(th, 0);
    ops::compare_bool(th, object, &zero, CompareOp::Gt)
}

impl Range {
    /// `range(start, stop, step)` of exact ints; `step` is not 0.
    fn of(th: &mut Thread, start: Ref<Object>, stop: Ref<Object>, step: Ref<Object>) -> Result<Ref<Range>, Raised> {
        let length = length(th, &start, &stop, &step)?;
        Ok(th.new_object(Range { head: Head::INIT, start: Slot::new(start), stop: Slot::new(stop), step: Slot::new(step), length: Slot::new(length) }))
    }

    /// `range(start, stop, step)`; `step` is not 0.
    pub fn from_small(th: &Thread, range: Small) -> Ref<Range> {
        let length = Int::from_u64(th, range.count()).up();
        let number = |value| Slot::new(int(th, value));
        let (start, stop, step) = (number(range.start), number(range.stop), number(range.step));
        th.new_object(Range { head: Head::INIT, start, stop, step, length: Slot::new(length) })
    }

    /// The field `start`.
    pub fn start(&self) -> &Object {
        field(&self.start)
    }

    /// The field `stop`.
    pub fn stop(&self) -> &Object {
        field(&self.stop)
    }

    /// The field `step`.
    pub fn step(&self) -> &Object {
        field(&self.step)
    }

    /// How many numbers there are.
    pub fn length(&self) -> &Object {
        field(&self.length)
    }

    /// The fields as machine words, if they fit.
    pub fn small(&self) -> Option<Small> {
        Some(Small { start: small(self.start())?, stop: small(self.stop())?, step: small(self.step())? })
    }

    /// Number `index` of the progression, which need not be in the range.
    fn compute(&self, th: &mut Thread, index: &Object) -> Result<Ref<Object>, Raised> {
        if let (Some(start), Some(step), Some(index)) = (small(self.start()), small(self.step()), small(index))
            && let Some(value) = step.checked_mul(index).and_then(|offset| start.checked_add(offset))
        {
            return Ok(int(th, value));
        }
        let offset = ops::mul(th, index, self.step())?;
        ops::add(th, self.start(), &offset)
    }

    /// `range[index]`
    fn item(&self, th: &mut Thread, index: &Object) -> Result<Ref<Object>, Raised> {
        if let (Some(length), Some(place)) = (small(self.length()), small(index)) {
            let place = if place < 0 { place + length } else { place };
            if !(0..length).contains(&place) {
                return Err(raise::index_error(th, format_args!("range object index out of range")));
            }
            let place = int(th, place);
            return self.compute(th, &place);
        }
        let zero = int(th, 0);
        let mut index = index.to_owned();
        if ops::compare_bool(th, &index, &zero, CompareOp::Lt)? {
            index = ops::add(th, self.length(), &index)?;
        }
        let inside = ops::compare_bool(th, &zero, &index, CompareOp::Le)? && ops::compare_bool(th, &index, self.length(), CompareOp::Lt)?;
        if !inside {
            return Err(raise::index_error(th, format_args!("range object index out of range")));
        }
        self.compute(th, &index)
    }

    /// Whether an int is in the range.
    fn contains_int(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        if let (Some(range), Some(value)) = (self.small(), value.downcast::<Int>().and_then(Int::to_i64)) {
            let inside = if range.step > 0 { range.start <= value && value < range.stop } else { range.stop < value && value <= range.start };
            return Ok(inside && (i128::from(value) - i128::from(range.start)) % i128::from(range.step) == 0);
        }
        let inside = if is_positive(th, self.step())? {
            ops::compare_bool(th, self.start(), value, CompareOp::Le)? && ops::compare_bool(th, value, self.stop(), CompareOp::Lt)?
        } else {
            ops::compare_bool(th, value, self.start(), CompareOp::Le)? && ops::compare_bool(th, self.stop(), value, CompareOp::Lt)?
        };
        if !inside {
            return Ok(false);
        }
        let offset = ops::sub(th, value, self.start())?;
        let rest = ops::mod_(th, &offset, self.step())?;
        Ok(!ops::is_true(th, &rest)?)
    }

    /// Calls `visit` with the index of each number that equals `value`, an object of any type, until it returns false.
    fn search(&self, th: &mut Thread, value: &Object, mut visit: impl FnMut(usize) -> bool) -> Result<(), Raised> {
        let iterator = ops::iter(th, self)?;
        let mut index = 0;
        while let Some(item) = ops::next(th, &iterator)? {
            let same = ops::eq(th, &item, value)?;
            th.release(item);
            if same && !visit(index) {
                break;
            }
            index += 1;
        }
        Ok(())
    }

    fn fields(&self) -> [&Object; 3] {
        [self.start(), self.stop(), self.step()]
    }

    /// Length, first number and step as far as they matter: what equality and hash go by.
    fn essence(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let length = self.length().to_owned();
        let (start, step) = match small(&length) {
            Some(0) => (none_ref(), none_ref()),
            Some(1) => (self.start().to_owned(), none_ref()),
            _ => (self.start().to_owned(), self.step().to_owned()),
        };
        Ok(Tuple::from_array(th, [length, start, step]))
    }
}

/// How many numbers `range(start, stop, step)` has.
fn length(th: &mut Thread, start: &Object, stop: &Object, step: &Object) -> Result<Ref<Object>, Raised> {
    if let (Some(start), Some(stop), Some(step)) = (small(start), small(stop), small(step)) {
        return Ok(Int::from_u64(th, Small { start, stop, step }.count()).up());
    }
    let one = int(th, 1);
    let (low, high, step) = if is_positive(th, step)? {
        (start, stop, step.to_owned())
    } else {
        (stop, start, ops::neg(th, step)?)
    };
    if !ops::compare_bool(th, low, high, CompareOp::Lt)? {
        return Ok(int(th, 0));
    }
    let distance = ops::sub(th, high, low)?;
    let distance = ops::sub(th, &distance, &one)?;
    let steps = ops::floordiv(th, &distance, &step)?;
    ops::add(th, &steps, &one)
}

#[pymethods]
impl Range {
    #[slot(tp_new, tp_vectorcall)]
    fn py_new(th: &mut Thread, _cls: &Type, start: &Object, stop: Option<&Object>, step: Option<&Object>) -> Result<Ref<Range>, Raised> {
        let Some(stop) = stop else {
            let stop = exact(th, start)?;
            let (start, step) = (int(th, 0), int(th, 1));
            return Range::of(th, start, stop, step);
        };
        let (start, stop) = (exact(th, start)?, exact(th, stop)?);
        let step = match step {
            Some(step) => exact(th, step)?,
            None => int(th, 1),
        };
        if small(&step) == Some(0) {
            return Err(raise::value_error(th, format_args!("range() arg 3 must not be zero")));
        }
        Range::of(th, start, stop, step)
    }

    #[slot(tp_repr)]
    fn py_repr(&self, th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut text = Text::new("range(");
        text.push_repr(th, self.start())?;
        text.push(", ");
        text.push_repr(th, self.stop())?;
        if small(self.step()) != Some(1) {
            text.push(", ");
            text.push_repr(th, self.step())?;
        }
        text.push(")");
        Ok(text.finish(th))
    }

    #[slot(tp_hash)]
    fn py_hash(&self, th: &mut Thread) -> Result<isize, Raised> {
        self.essence(th)?.hash(th)
    }

    #[slot(tp_richcompare)]
    fn py_richcompare(&self, th: &mut Thread, other: &Object, op: CompareOp) -> Result<Ref<Object>, Raised> {
        let (Some(other), CompareOp::Eq | CompareOp::Ne) = (other.downcast::<Range>(), op) else {
            return Ok(not_implemented_ref());
        };
        if Thread::same(self, other) {
            return Ok(crate::bool_ref(op == CompareOp::Eq));
        }
        let (a, b) = (self.essence(th)?, other.essence(th)?);
        ops::richcompare(th, &a, &b, op)
    }

    #[slot(nb_bool)]
    fn py_bool(&self) -> bool {
        small(self.length()) != Some(0)
    }

    #[slot(sq_length)]
    fn py_len(&self, th: &mut Thread) -> Result<usize, Raised> {
        match small(self.length()) {
            Some(length) => Ok(length.max(0).cast_unsigned() as usize),
            None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t"))),
        }
    }

    #[slot(sq_item)]
    fn py_item(&self, th: &mut Thread, index: isize) -> Result<Ref<Object>, Raised> {
        let index = int(th, index as i64);
        self.item(th, &index)
    }

    #[slot(sq_contains)]
    fn py_contains(&self, th: &mut Thread, value: &Object) -> Result<bool, Raised> {
        if value.is_exactly::<Int>() || value.is_a::<Bool>() {
            return self.contains_int(th, value);
        }
        let mut found = false;
        self.search(th, value, |_| {
            found = true;
            false
        })?;
        Ok(found)
    }

    #[slot(mp_length)]
    fn py_mapping_len(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.py_len(th)
    }

    #[slot(mp_subscript)]
    fn py_subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        if ops::has_index(key) {
            let index = ops::index(th, key)?;
            return self.item(th, &index);
        }
        let Some(slice) = key.downcast_exact::<Slice>() else {
            let name = ops::type_name(key);
            return Err(raise::type_error(th, format_args!("range indices must be integers or slices, not {name}")));
        };
        let [start, stop, step] = slice.indices_of(th, self.length())?;
        let step = ops::mul(th, &step, self.step())?;
        let (start, stop) = (self.compute(th, &start)?, self.compute(th, &stop)?);
        Range::of(th, start, stop, step).map(Ref::up)
    }

    #[slot(tp_iter)]
    fn py_iter(&self, th: &mut Thread) -> Ref<Object> {
        match self.small() {
            Some(small) if small.steps_fit() => RangeIter::new(th, small).up(),
            _ => LongRangeIter::new(th, self.start(), self.step(), self.length()).up(),
        }
    }

    /// Return a reverse iterator.
    #[method(name = "__reversed__")]
    fn reversed(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        if let Some(Small { start, stop, step }) = self.small()
            && step != i64::MIN
        {
            let reversed = match (Small { start, stop, step }).count() {
                0 => Some(Small { start: start.wrapping_sub(step), stop: start.wrapping_sub(step), step: -step }),
                count => {
                    let last = i128::from(start) + i128::from(count - 1) * i128::from(step);
                    // The numbers lie between `start` and `stop`; only the one before the first may not fit.
                    start.checked_sub(step).map(|stop| Small { start: last as i64, stop, step: -step })
                }
            };
            if let Some(reversed) = reversed.filter(|reversed| reversed.steps_fit()) {
                return Ok(RangeIter::new(th, reversed).up());
            }
        }
        let one = int(th, 1);
        let last = ops::sub(th, self.length(), &one)?;
        let start = self.compute(th, &last)?;
        let step = ops::neg(th, self.step())?;
        Ok(LongRangeIter::new(th, &start, &step, self.length()).up())
    }

    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Ref<Tuple> {
        let fields = Tuple::from_slice(th, &self.fields()).up();
        Tuple::from_array(th, [self.ty().to_ref().up(), fields])
    }

    /// rangeobject.count(value) -> integer -- return number of occurrences of value
    #[method(sig = "($self, object, /)")]
    fn count(&self, th: &mut Thread, value: &Object) -> Result<usize, Raised> {
        if value.is_exactly::<Int>() || value.is_a::<Bool>() {
            return Ok(usize::from(self.contains_int(th, value)?));
        }
        let mut count = 0;
        self.search(th, value, |_| {
            count += 1;
            true
        })?;
        Ok(count)
    }

    /// rangeobject.index(value) -> integer -- return index of value.
    /// Raise ValueError if the value is not present.
    #[method(sig = "($self, object, /)")]
    fn index(&self, th: &mut Thread, value: &Object) -> Result<Ref<Object>, Raised> {
        if !value.is_exactly::<Int>() && !value.is_a::<Bool>() {
            let mut found = None;
            self.search(th, value, |index| {
                found = Some(index);
                false
            })?;
            return match found {
                Some(index) => index.to_py(th),
                None => Err(raise::value_error(th, format_args!("sequence.index(x): x not in sequence"))),
            };
        }
        if !self.contains_int(th, value)? {
            return Err(raise::value_error(th, format_args!("range.index(x): x not in range")));
        }
        let offset = ops::sub(th, value, self.start())?;
        ops::floordiv(th, &offset, self.step())
    }
}

#[cfg(test)]
mod tests {
    use super::Small;

    #[test]
    fn counts() {
        for start in -5..6_i64 {
            for stop in -5..6_i64 {
                for step in [-7, -2, -1, 1, 2, 7] {
                    let mut at = start;
                    let mut count = 0;
                    while if step > 0 { at < stop } else { at > stop } {
                        count += 1;
                        at += step;
                    }
                    assert_eq!(Small { start, stop, step }.count(), count, "range({start}, {stop}, {step})");
                }
            }
        }
        assert_eq!(Small { start: i64::MIN, stop: i64::MAX, step: 1 }.count(), u64::MAX);
        // 2**63 - 1 and -1.
        assert_eq!(Small { start: i64::MAX, stop: i64::MIN, step: i64::MIN }.count(), 2);
        assert!(!Small { start: i64::MIN, stop: i64::MAX, step: 1 }.steps_fit());
        assert!(Small { start: 0, stop: i64::MAX, step: 1 }.steps_fit());
        assert!(!Small { start: 0, stop: i64::MAX, step: 2 }.steps_fit());
    }
}
