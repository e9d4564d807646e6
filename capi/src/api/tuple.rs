//! `PyTuple_*`; `PyTuple_Pack` is in the shim.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread};
use objects::{Tuple, raise};

use crate::api;
use crate::entry::{Lent, expect};

/// A tuple of empty slots.
fn blank(th: &mut Thread, len: usize) -> Result<Ref<Tuple>, Raised> {
    if len == 0 {
        return Ok(Tuple::empty());
    }
    // What has no room in the address space is not even asked for.
    let made = if len < isize::MAX as usize / 16 { Tuple::new_null(th, Tuple::type_object(), len) } else { None };
    made.ok_or(()).or_else(|()| Err(raise::memory_error(th)))
}

/// Moves the items of a tuple that nobody else has to one of another length. Slots that C did not fill stay empty.
fn resized(th: &mut Thread, tuple: Ref<Tuple>, len: usize) -> Result<Ref<Tuple>, Raised> {
    if tuple.len() == len {
        return Ok(tuple);
    }
    let made = blank(th, len);
    if let Ok(made) = &made {
        for (from, to) in tuple.slots().iter().zip(made.slots()) {
            to.set(th, &**made, from.take(th, &*tuple));
        }
    }
    // What is left over ends here.
    th.release(tuple);
    made
}

fn place(index: isize, tuple: &Tuple) -> Option<usize> {
    usize::try_from(index).ok().filter(|&index| index < tuple.len())
}

api! {
    /// A tuple of empty slots, which C fills.
    fn PyTuple_New(th, len: isize) -> Result<Ref<Tuple>, Raised> {
        match usize::try_from(len) {
            Ok(len) => blank(th, len),
            Err(_) => Err(raise::bad_internal_call(th)),
        }
    }

    /// How many items.
    fn PyTuple_Size(th, tuple: &Object) -> Result<isize, Raised> {
        Ok(expect::<Tuple>(th, tuple)?.len().cast_signed())
    }

    /// An item, borrowed.
    fn PyTuple_GetItem(th, tuple: &Object, index: isize) -> Result<Lent, Raised> {
        let tuple = expect::<Tuple>(th, tuple)?;
        match place(index, tuple) {
            Some(index) => Ok(Lent::from(tuple.slots()[index].get(th, tuple))),
            None => Err(raise::index_error(th, format_args!("tuple index out of range"))),
        }
    }

    /// Fills a slot of a tuple that nobody else has; takes the item over, also on failure.
    fn PyTuple_SetItem(th, tuple: Option<&Object>, index: isize, value: *mut abi::PyObject) -> Result<(), Raised> {
        // SAFETY: R2: a count that C gives away.
        let value = unsafe { Ref::<Object>::from_raw_nullable(value) };
        let found = tuple.filter(|tuple| tuple.count() == 1).and_then(|tuple| tuple.downcast::<Tuple>());
        let (old, result) = match found.map(|tuple| (tuple, place(index, tuple))) {
            Some((tuple, Some(index))) => (tuple.slots()[index].replace(th, tuple, value), Ok(())),
            Some((_, None)) => (value, Err(raise::index_error(th, format_args!("tuple assignment index out of range")))),
            None => (value, Err(raise::bad_internal_call(th))),
        };
        if let Some(old) = old {
            th.release(old);
        }
        result
    }

    /// A part; the whole of an exact tuple is that tuple.
    fn PyTuple_GetSlice(th, tuple: &Object, low: isize, high: isize) -> Result<Ref<Tuple>, Raised> {
        let found = expect::<Tuple>(th, tuple)?;
        let len = found.len();
        let low = low.max(0).cast_unsigned().min(len);
        let high = high.max(0).cast_unsigned().clamp(low, len);
        if (low, high) == (0, len) && tuple.downcast_exact::<Tuple>().is_some() {
            return Ok(th.retain(found));
        }
        let slots = &found.slots()[low..high];
        let items: Vec<&Object> = slots.iter().filter_map(|slot| slot.peek()).collect();
        if items.len() == slots.len() {
            return Ok(Tuple::from_slice(th, &items));
        }
        // C has not filled all of them.
        let part = blank(th, slots.len())?;
        for (from, to) in slots.iter().zip(part.slots()) {
            to.set(th, &*part, from.get(th, found));
        }
        Ok(part)
    }

    /// A tuple of these items.
    fn _PyTuple_FromArray(th, items: *const *mut abi::PyObject, len: isize) -> Result<Ref<Tuple>, Raised> {
        if len <= 0 {
            return Ok(Tuple::empty());
        }
        // SAFETY: R4: so many live objects, by the function's contract; `&Object` is a pointer.
        let items = unsafe { core::slice::from_raw_parts(items.cast::<&Object>(), len.cast_unsigned()) };
        Ok(Tuple::from_slice(th, items))
    }

    /// Makes a tuple that nobody else has longer or shorter; `place` gets the new one, or null.
    fn _PyTuple_Resize(th, place: *mut *mut abi::PyObject, len: isize) -> Result<(), Raised> {
        // SAFETY: R2, R4: the caller's place, whose count is taken out.
        let old = unsafe { Ref::<Object>::from_raw_nullable(place.replace(core::ptr::null_mut())) };
        let tuple = match old.map(|old| old.downcast_exact::<Tuple>()) {
            Some(Ok(tuple)) if tuple.is_empty() || tuple.as_object().count() == 1 => tuple,
            other => {
                if let Some(old) = other.map(|old| old.map_or_else(|old| old, Ref::up)) {
                    th.release(old);
                }
                return Err(raise::bad_internal_call(th));
            }
        };
        let Ok(len) = usize::try_from(len) else {
            th.release(tuple);
            return Err(raise::system_error(th, format_args!("Negative size passed to PyTuple_New")));
        };
        let made = resized(th, tuple, len)?;
        let made = objects::glue::leave_c(th, made.up());
        // SAFETY: R4: as above.
        unsafe { place.write(made) };
        Ok(())
    }
}
