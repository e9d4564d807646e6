//! `PyList_*`.

use heap::{Object, Raised, Ref, Thread};
use objects::slice::Bounds;
use objects::{List, NoMemory, Tuple, raise};

use crate::api;
use crate::entry::{Lent, expect};

/// Bounds that C gives: cut to the list, never counted from the end.
fn bounds(low: isize, high: isize) -> Bounds {
    let low = low.max(0);
    Bounds { start: low, stop: high.max(low), step: 1 }
}

/// An item, or nothing where C left the slot empty.
#[inline(always)]
fn item(th: &mut Thread, list: &List, index: isize) -> Result<Option<Ref<Object>>, Raised> {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    match list.get_quickly(th, index) {
        Some(item) => Ok(Some(item)),
        None => item_slowly(th, list, index),
    }
}

/// [`item`] of a list that changes at this moment, of an empty slot, or beyond the end.
#[cold]
#[inline(never)]
fn item_slowly(th: &mut Thread, list: &List, index: usize) -> Result<Option<Ref<Object>>, Raised> {
    const TRIES: usize = 8;
    if let Some(item) = (0..TRIES).find_map(|_| list.get_quickly(th, index)) {
        return Ok(Some(item));
    }
    let guard = list.lock(th);
    if index < guard.len() {
        return Ok(guard.filled(index).map(|item| guard.th().retain(item)));
    }
    drop(guard);
    Err(raise::index_error(th, format_args!("list index out of range")))
}

/// Puts an item in, in a place that may be empty.
fn put(th: &mut Thread, list: &List, index: isize, value: Option<Ref<Object>>) -> Result<(), Raised> {
    let index = usize::try_from(index).unwrap_or(usize::MAX);
    let mut guard = list.lock(th);
    let old = if index < guard.len() { Ok(guard.exchange(index, value)) } else { Err(value) };
    drop(guard);
    match old {
        Ok(old) => {
            if let Some(old) = old {
                th.release(old);
            }
            Ok(())
        }
        Err(refused) => {
            if let Some(refused) = refused {
                th.release(refused);
            }
            Err(raise::index_error(th, format_args!("list assignment index out of range")))
        }
    }
}

api! {
    /// A list of empty slots, which C fills.
    fn PyList_New(th, len: isize) -> Result<Ref<List>, Raised> {
        match usize::try_from(len) {
            Ok(0) => Ok(List::empty(th)),
            Ok(len) => List::new_null(th, len).map_err(|NoMemory| NoMemory.raise(th)),
            Err(_) => Err(raise::bad_internal_call(th)),
        }
    }

    /// How many items.
    fn PyList_Size(th, list: &Object) -> Result<isize, Raised> {
        Ok(expect::<List>(th, list)?.len().cast_signed())
    }

    /// An item, borrowed.
    fn PyList_GetItem(th, list: &Object, index: isize) -> Result<Lent, Raised> {
        let list = expect::<List>(th, list)?;
        item(th, list, index).map(Lent::from)
    }

    /// An item.
    fn PyList_GetItemRef(th, list: &Object, index: isize) -> Result<Option<Ref<Object>>, Raised> {
        let Some(list) = list.downcast::<List>() else {
            return Err(raise::type_error(th, format_args!("expected a list")));
        };
        item(th, list, index)
    }

    /// Replaces an item; takes the new one over, also on failure.
    fn PyList_SetItem(th, list: Option<&Object>, index: isize, value: *mut abi::PyObject) -> Result<(), Raised> {
        // SAFETY: R2: a count that C gives away.
        let value = unsafe { Ref::<Object>::from_raw_nullable(value) };
        match list.and_then(|list| list.downcast::<List>()) {
            Some(list) => put(th, list, index, value),
            None => {
                if let Some(value) = value {
                    th.release(value);
                }
                Err(raise::bad_internal_call(th))
            }
        }
    }

    /// Inserts an item before a place; negative places count from the end.
    fn PyList_Insert(th, list: &Object, place: isize, value: &Object) -> Result<(), Raised> {
        let list = expect::<List>(th, list)?;
        let len = list.len();
        let place = if place < 0 { place.saturating_add_unsigned(len).max(0) } else { place };
        list.insert(th, place.cast_unsigned().min(len), value.to_owned())
    }

    /// Adds an item at the end.
    fn PyList_Append(th, list: &Object, value: &Object) -> Result<(), Raised> {
        let list = expect::<List>(th, list)?;
        let value = th.retain(value);
        list.append(th, value)
    }

    /// A part as a new list.
    fn PyList_GetSlice(th, list: &Object, low: isize, high: isize) -> Result<Ref<List>, Raised> {
        let list = expect::<List>(th, list)?;
        list.slice(th, bounds(low, high))
    }

    /// Replaces a part, or removes it.
    fn PyList_SetSlice(th, list: &Object, low: isize, high: isize, values: Option<&Object>) -> Result<(), Raised> {
        let list = expect::<List>(th, list)?;
        match values {
            Some(values) => list.set_slice(th, bounds(low, high), values),
            None => list.delete_slice(th, bounds(low, high)),
        }
    }

    /// Adds all items of an iterable.
    fn PyList_Extend(th, list: &Object, iterable: &Object) -> Result<(), Raised> {
        let list = expect::<List>(th, list)?;
        list.extend(th, iterable)
    }

    /// Removes all items.
    fn PyList_Clear(th, list: &Object) -> Result<(), Raised> {
        expect::<List>(th, list)?.clear_items(th);
        Ok(())
    }

    /// Sorts in place.
    fn PyList_Sort(th, list: &Object) -> Result<(), Raised> {
        let list = expect::<List>(th, list)?;
        list.sort(th, None, false)
    }

    /// Turns the order around.
    fn PyList_Reverse(th, list: &Object) -> Result<(), Raised> {
        expect::<List>(th, list)?.lock(th).reverse();
        Ok(())
    }

    /// The items as a tuple.
    fn PyList_AsTuple(th, list: &Object) -> Result<Ref<Tuple>, Raised> {
        let items = expect::<List>(th, list)?.snapshot(th);
        Ok(Tuple::new(th, items))
    }
}
