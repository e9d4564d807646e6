//! `PySequence_*`: items by number, slices, membership.

use core::ffi::c_char;
use core::ops::ControlFlow;

use heap::{Object, Raised, Ref, Thread};
use objects::ops::item;
use objects::{List, Tuple, exceptions, ops, raise};

use crate::api;
use crate::entry::c_text;

type Made = Result<Ref<Object>, Raised>;

/// Calls `found` for each item that equals `wanted`, until it breaks.
fn search(th: &mut Thread, sequence: &Object, wanted: &Object, mut each: impl FnMut(bool) -> ControlFlow<()>) -> Result<(), Raised> {
    ops::look_through(th, sequence, "is not iterable", |th, item| {
        let equal = ops::eq(th, &item, wanted)?;
        th.release(item);
        Ok(each(equal))
    })
}

/// `value in sequence`; null is missed only where there is something to compare with.
fn contains(th: &mut Thread, sequence: &Object, value: Option<&Object>) -> Result<bool, Raised> {
    match value {
        Some(value) => ops::contains(th, sequence, value),
        None if ops::is_sequence(sequence) && ops::len(th, sequence)? == 0 => Ok(false),
        None => Err(super::mapping::null_argument(th)),
    }
}

api! {
    /// Whether the object has `__getitem__` and is no dict.
    fn PySequence_Check(_th, object: &Object) -> i32 {
        i32::from(ops::is_sequence(object))
    }

    /// `len(sequence)`
    fn PySequence_Size(th, sequence: &Object) -> Result<usize, Raised> {
        item::sequence_len(th, sequence)
    }

    /// The older name of `PySequence_Size`.
    fn PySequence_Length(th, sequence: &Object) -> Result<usize, Raised> {
        item::sequence_len(th, sequence)
    }

    /// `a + b` of sequences.
    fn PySequence_Concat(th, a: &Object, b: &Object) -> Made {
        ops::concat(th, a, b)
    }

    /// `a += b` of sequences: what `a` becomes.
    fn PySequence_InPlaceConcat(th, a: &Object, b: &Object) -> Made {
        ops::inplace_concat(th, a, b)
    }

    /// `a * count`
    fn PySequence_Repeat(th, a: &Object, count: isize) -> Made {
        ops::repeat(th, a, count)
    }

    /// `a *= count`: what `a` becomes.
    fn PySequence_InPlaceRepeat(th, a: &Object, count: isize) -> Made {
        ops::inplace_repeat(th, a, count)
    }

    /// `sequence[i]`; negative numbers count from the end.
    fn PySequence_GetItem(th, sequence: &Object, i: isize) -> Made {
        item::sequence_getitem(th, sequence, i)
    }

    /// `sequence[i] = value`; null deletes.
    fn PySequence_SetItem(th, sequence: &Object, i: isize, value: Option<&Object>) -> Result<(), Raised> {
        match item::has_sequence_setitem(sequence) {
            true => item::sequence_setitem(th, sequence, i, value),
            // The error speaks of assignment, whatever the value.
            false => item::sequence_setitem(th, sequence, i, Some(value.unwrap_or(sequence))),
        }
    }

    /// `del sequence[i]`
    fn PySequence_DelItem(th, sequence: &Object, i: isize) -> Result<(), Raised> {
        item::sequence_setitem(th, sequence, i, None)
    }

    /// `sequence[i:j]`
    fn PySequence_GetSlice(th, sequence: &Object, i: isize, j: isize) -> Made {
        item::getslice(th, sequence, i, j)
    }

    /// `sequence[i:j] = value`; null deletes.
    fn PySequence_SetSlice(th, sequence: &Object, i: isize, j: isize, value: Option<&Object>) -> Result<(), Raised> {
        item::setslice(th, sequence, i, j, value, false)
    }

    /// `del sequence[i:j]`
    fn PySequence_DelSlice(th, sequence: &Object, i: isize, j: isize) -> Result<(), Raised> {
        item::setslice(th, sequence, i, j, None, true)
    }

    /// `tuple(iterable)`
    fn PySequence_Tuple(th, iterable: &Object) -> Result<Ref<Tuple>, Raised> {
        ops::to_tuple(th, iterable)
    }

    /// `list(iterable)`
    fn PySequence_List(th, iterable: &Object) -> Result<Ref<List>, Raised> {
        List::from_iterable(th, iterable)
    }

    /// The list or tuple itself, or a list of the items; what is not iterable raises `TypeError` with that message.
    fn PySequence_Fast(th, iterable: &Object, message: *const c_char) -> Made {
        if iterable.is_exactly::<List>() || iterable.is_exactly::<Tuple>() {
            return Ok(th.retain(iterable));
        }
        let iterator = match ops::iter(th, iterable) {
            Ok(iterator) => iterator,
            Err(raised) => {
                let Some(other) = raise::catch(th, exceptions::type_error_type()) else { return Err(raised) };
                th.release(other);
                // SAFETY: R4: the caller's message, a C string.
                let message = unsafe { c_text(th, message) }?;
                return Err(raise::type_error(th, format_args!("{message}")));
            }
        };
        let list = List::from_iterable(th, &iterator)?;
        th.release(iterator);
        Ok(list.up())
    }

    /// How many items equal the value.
    fn PySequence_Count(th, sequence: &Object, value: &Object) -> Result<usize, Raised> {
        let mut count = 0;
        search(th, sequence, value, |equal| {
            count += usize::from(equal);
            ControlFlow::Continue(())
        })?;
        Ok(count)
    }

    /// `value in sequence`
    fn PySequence_Contains(th, sequence: &Object, value: Option<&Object>) -> Result<bool, Raised> {
        contains(th, sequence, value)
    }

    /// The older name of `PySequence_Contains`.
    fn PySequence_In(th, sequence: &Object, value: Option<&Object>) -> Result<bool, Raised> {
        contains(th, sequence, value)
    }

    /// The number of the first item that equals the value.
    fn PySequence_Index(th, sequence: &Object, value: &Object) -> Result<usize, Raised> {
        let (mut at, mut found) = (0, false);
        search(th, sequence, value, |equal| {
            found = equal;
            if equal {
                return ControlFlow::Break(());
            }
            at += 1;
            ControlFlow::Continue(())
        })?;
        if found { Ok(at) } else { Err(raise::value_error(th, format_args!("sequence.index(x): x not in sequence"))) }
    }
}

