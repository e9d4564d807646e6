//! `PyMapping_*`, and `PyObject_*` for subscripts.

use core::ffi::c_char;

use heap::{Object, Raised, Ref, Thread};
use objects::str::Name;
use objects::{Dict, List, Str, exceptions, names, ops, raise};

use crate::api;
use crate::entry::c_text;

type Made = Result<Ref<Object>, Raised>;

/// A key made of C text.
///
/// # Safety
/// `key` is a C string, or null: that raises.
unsafe fn text_key(th: &mut Thread, key: *const c_char) -> Result<Ref<Str>, Raised> {
    if key.is_null() {
        return Err(null_argument(th));
    }
    // SAFETY: the caller's promise.
    let text = unsafe { c_text(th, key) }?;
    Ok(Str::new(th, text))
}

/// An argument that must not be null was.
#[cold]
pub(super) fn null_argument(th: &mut Thread) -> Raised {
    match th.exception() {
        Some(_) => th.already_raised(),
        None => raise::system_error(th, format_args!("null argument to internal routine")),
    }
}

/// Hands what was found to C's place for it: 1 if there was something, else 0 and null.
///
/// # Safety
/// R4: `place` may be written.
pub(super) unsafe fn hand_out(th: &mut Thread, place: *mut *mut abi::PyObject, found: Result<Option<Ref<Object>>, Raised>) -> Result<i32, Raised> {
    let (pointer, status) = match found {
        Ok(Some(object)) => (objects::glue::leave_c(th, object), Ok(1)),
        Ok(None) => (core::ptr::null_mut(), Ok(0)),
        Err(raised) => (core::ptr::null_mut(), Err(raised)),
    };
    // SAFETY: the caller's promise.
    unsafe { place.write(pointer) };
    status
}

/// Whether there is something; errors cannot be told.
pub(super) fn quietly(th: &mut Thread, found: Result<Option<Ref<Object>>, Raised>, context: &str) -> i32 {
    match found {
        Ok(Some(value)) => {
            th.release(value);
            1
        }
        Ok(None) => 0,
        Err(_) => {
            raise::unraisable(th, context, None);
            0
        }
    }
}

/// Whether there is something.
pub(super) fn is_there(th: &mut Thread, found: Result<Option<Ref<Object>>, Raised>) -> Result<bool, Raised> {
    Ok(match found? {
        Some(value) => {
            th.release(value);
            true
        }
        None => false,
    })
}

/// What `keys()`, `values()` or `items()` gives, as a list.
fn listed(th: &mut Thread, mapping: &Object, method: &'static Name) -> Made {
    let given = ops::call_method(th, mapping, method, &[])?;
    if given.is_exactly::<List>() {
        return Ok(given);
    }
    let iterator = match ops::iter(th, &given) {
        Ok(iterator) => iterator,
        Err(raised) => {
            let Some(other) = raise::catch(th, exceptions::type_error_type()) else { return Err(raised) };
            th.release(other);
            let (name, got) = (ops::type_name(mapping), ops::type_name(&given));
            return Err(raise::type_error(th, format_args!("{name}.{}() returned a non-iterable (type {got})", method.to_string_lossy())));
        }
    };
    th.release(given);
    let list = List::from_iterable(th, &iterator)?;
    th.release(iterator);
    Ok(list.up())
}

api! {
    /// `mapping[key]`
    fn PyObject_GetItem(th, mapping: &Object, key: &Object) -> Made {
        ops::getitem(th, mapping, key)
    }

    /// `mapping[key] = value`
    fn PyObject_SetItem(th, mapping: &Object, key: &Object, value: &Object) -> Result<(), Raised> {
        ops::setitem(th, mapping, key, value)
    }

    /// `del mapping[key]`
    fn PyObject_DelItem(th, mapping: &Object, key: &Object) -> Result<(), Raised> {
        ops::delitem(th, mapping, key)
    }

    /// `del mapping[text]`
    fn PyObject_DelItemString(th, mapping: &Object, key: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: a C string or null.
        let key = unsafe { text_key(th, key) }?;
        ops::delitem(th, mapping, &key)
    }

    /// Whether the object has `__getitem__`; null has not.
    fn PyMapping_Check(_th, object: Option<&Object>) -> i32 {
        i32::from(object.is_some_and(ops::is_mapping))
    }

    /// `len(mapping)`
    fn PyMapping_Size(th, mapping: &Object) -> Result<usize, Raised> {
        ops::item::mapping_len(th, mapping)
    }

    /// The older name of `PyMapping_Size`.
    fn PyMapping_Length(th, mapping: &Object) -> Result<usize, Raised> {
        ops::item::mapping_len(th, mapping)
    }

    /// `mapping[text]`
    fn PyMapping_GetItemString(th, mapping: &Object, key: *const c_char) -> Made {
        // SAFETY: R4: a C string or null.
        let key = unsafe { text_key(th, key) }?;
        ops::getitem(th, mapping, &key)
    }

    /// `mapping[text] = value`
    fn PyMapping_SetItemString(th, mapping: &Object, key: *const c_char, value: &Object) -> Result<(), Raised> {
        // SAFETY: R4: a C string or null.
        let key = unsafe { text_key(th, key) }?;
        ops::setitem(th, mapping, &key, value)
    }

    /// `mapping[key]` through `result`: 1, or 0 where that raises `KeyError`.
    fn PyMapping_GetOptionalItem(th, mapping: &Object, key: &Object, result: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        let found = ops::getitem_opt(th, mapping, key);
        // SAFETY: R4: the caller's place for a pointer.
        unsafe { hand_out(th, result, found) }
    }

    /// The same by text.
    fn PyMapping_GetOptionalItemString(th, mapping: &Object, key: *const c_char, result: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: a C string or null.
        let found = unsafe { text_key(th, key) }.and_then(|key| ops::getitem_opt(th, mapping, &key));
        // SAFETY: R4: the caller's place for a pointer.
        unsafe { hand_out(th, result, found) }
    }

    /// Whether `mapping[key]` is there.
    fn PyMapping_HasKeyWithError(th, mapping: &Object, key: &Object) -> Result<bool, Raised> {
        let found = ops::getitem_opt(th, mapping, key);
        is_there(th, found)
    }

    /// Whether `mapping[text]` is there.
    fn PyMapping_HasKeyStringWithError(th, mapping: &Object, key: *const c_char) -> Result<bool, Raised> {
        // SAFETY: R4: a C string or null.
        let key = unsafe { text_key(th, key) }?;
        let found = ops::getitem_opt(th, mapping, &key);
        is_there(th, found)
    }

    /// Whether `mapping[key]` is there; errors are reported as unraisable.
    fn PyMapping_HasKey(th, mapping: Option<&Object>, key: Option<&Object>) -> i32 {
        let found = match (mapping, key) {
            (Some(mapping), Some(key)) => ops::getitem_opt(th, mapping, key),
            _ => Err(null_argument(th)),
        };
        let context = "Exception ignored in PyMapping_HasKey(); consider using PyMapping_HasKeyWithError(), PyMapping_GetOptionalItem() or PyObject_GetItem()";
        quietly(th, found, context)
    }

    /// Whether `mapping[text]` is there; errors are reported as unraisable.
    fn PyMapping_HasKeyString(th, mapping: Option<&Object>, key: *const c_char) -> i32 {
        let found = match mapping {
            // SAFETY: R4: a C string or null.
            Some(mapping) => unsafe { text_key(th, key) }.and_then(|key| ops::getitem_opt(th, mapping, &key)),
            None => Err(null_argument(th)),
        };
        let context = "Exception ignored in PyMapping_HasKeyString(); consider using PyMapping_HasKeyStringWithError(), \
                       PyMapping_GetOptionalItemString() or PyMapping_GetItemString()";
        quietly(th, found, context)
    }

    /// A list of the keys.
    fn PyMapping_Keys(th, mapping: &Object) -> Made {
        match mapping.downcast_exact::<Dict>() {
            Some(dict) => {
                let keys = dict.snapshot_keys(th);
                Ok(List::new(th, keys).up())
            }
            None => listed(th, mapping, &names::keys),
        }
    }

    /// A list of the values.
    fn PyMapping_Values(th, mapping: &Object) -> Made {
        match mapping.downcast_exact::<Dict>() {
            Some(dict) => {
                let values = dict.snapshot_values(th);
                Ok(List::new(th, values).up())
            }
            None => listed(th, mapping, &names::values),
        }
    }

    /// A list of pairs.
    fn PyMapping_Items(th, mapping: &Object) -> Made {
        match mapping.downcast_exact::<Dict>() {
            Some(dict) => {
                let pairs = dict.snapshot(th).into_iter().map(|(key, value)| objects::Tuple::from_array(th, [key, value]).up()).collect();
                Ok(List::new(th, pairs).up())
            }
            None => listed(th, mapping, &names::items),
        }
    }
}
