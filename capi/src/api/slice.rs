//! `PySlice_*`.

use heap::{Object, Raised, Ref, Thread};
use objects::slice::Bounds;
use objects::{Int, Slice, none, none_ref, raise};

use crate::api;
use crate::entry::expect;

/// Writes three numbers.
///
/// # Safety
/// The pointers are places to write.
unsafe fn put(places: [*mut isize; 3], values: [isize; 3]) {
    for (place, value) in places.into_iter().zip(values) {
        // SAFETY: the caller's promise.
        unsafe { place.write(value) };
    }
}

fn field(th: &Thread, object: Option<&Object>) -> Ref<Object> {
    object.map_or_else(none_ref, |object| th.retain(object))
}

/// A field of a slice for the oldest of the functions: a plain int, or its default.
fn plain(th: &mut Thread, field: &Object, default: isize) -> Result<Option<isize>, Raised> {
    if field.is(none()) {
        return Ok(Some(default));
    }
    let Some(number) = Int::of(field) else { return Ok(None) };
    match number.to_i64() {
        Some(number) => Ok(Some(number as isize)),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t"))),
    }
}

/// Start, stop and step as they are, positions counted from the end made ones from the start, and whether they
/// fit the sequence; `None`: they are no plain ints.
fn strictly(th: &mut Thread, slice: &Slice, len: isize) -> Result<Option<([isize; 3], bool)>, Raised> {
    let Some(step) = plain(th, slice.step(), 1)? else { return Ok(None) };
    let (first, last) = if step < 0 { (len - 1, -1) } else { (0, len) };
    let from_end = |field: &Object, place: isize| if place < 0 && !field.is(none()) { place.wrapping_add(len) } else { place };
    let Some(start) = plain(th, slice.start(), first)? else { return Ok(None) };
    let start = from_end(slice.start(), start);
    let Some(stop) = plain(th, slice.stop(), last)? else { return Ok(None) };
    let stop = from_end(slice.stop(), stop);
    let fits = stop <= len && start < len && step != 0;
    Ok(Some(([start, stop, step], fits)))
}

api! {
    /// A slice; null is `None`.
    fn PySlice_New(th, start: Option<&Object>, stop: Option<&Object>, step: Option<&Object>) -> Option<Ref<Slice>> {
        Some(Slice::new(th, field(th, start), field(th, stop), field(th, step)))
    }

    /// A slice of two numbers.
    fn _PySlice_FromIndices(th, start: isize, stop: isize) -> Option<Ref<Slice>> {
        Some(Slice::from_range(th, start, stop))
    }

    /// The fields as machine numbers.
    fn PySlice_Unpack(th, slice: &Object, start: *mut isize, stop: *mut isize, step: *mut isize) -> Result<(), Raised> {
        let bounds = expect::<Slice>(th, slice)?.unpack(th)?;
        // SAFETY: R4: the caller's places for results.
        unsafe { put([start, stop, step], [bounds.start, bounds.stop, bounds.step]) };
        Ok(())
    }

    /// The positions in a sequence, and how many there are.
    fn PySlice_GetIndicesEx(
        th,
        slice: &Object,
        len: isize,
        start: *mut isize,
        stop: *mut isize,
        step: *mut isize,
        count: *mut isize,
    ) -> Result<(), Raised> {
        let bounds = expect::<Slice>(th, slice)?.unpack(th)?;
        let positions = bounds.adjust(len.cast_unsigned());
        // SAFETY: R4: the caller's places for results.
        unsafe {
            put([start, stop, step], [positions.start, positions.stop, positions.step]);
            count.write(positions.count.cast_signed());
        }
        Ok(())
    }

    /// The positions in a sequence; -1 without an exception if they do not fit it.
    fn PySlice_GetIndices(th, slice: &Object, len: isize, start: *mut isize, stop: *mut isize, step: *mut isize) -> Result<i32, Raised> {
        let slice = expect::<Slice>(th, slice)?;
        let Some((found, fits)) = strictly(th, slice, len)? else { return Ok(-1) };
        // SAFETY: R4: the caller's places for results.
        unsafe { put([start, stop, step], found) };
        Ok(if fits { 0 } else { -1 })
    }

    /// The positions in a sequence of any length, as ints.
    fn _PySlice_GetLongIndices(
        th,
        slice: &Object,
        length: &Object,
        start: *mut *mut abi::PyObject,
        stop: *mut *mut abi::PyObject,
        step: *mut *mut abi::PyObject,
    ) -> Result<(), Raised> {
        let found = expect::<Slice>(th, slice)?.indices_of(th, length)?;
        for (place, value) in [start, stop, step].into_iter().zip(found) {
            // SAFETY: R4: the caller's places for results.
            unsafe { place.write(objects::glue::leave_c(th, value)) };
        }
        Ok(())
    }
}

/// Fits bounds to a sequence; returns how many positions there are. Needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PySlice_AdjustIndices(len: isize, start: *mut isize, stop: *mut isize, step: isize) -> isize {
    // SAFETY: R4: the caller's bounds.
    let bounds = unsafe { Bounds { start: start.read(), stop: stop.read(), step } };
    let positions = bounds.adjust(len.cast_unsigned());
    // SAFETY: as above.
    unsafe {
        start.write(positions.start);
        stop.write(positions.stop);
    }
    positions.count.cast_signed()
}
