//! `PyDict_*`: entries in [`mod@self`] and [`named`] (by C strings), the whole in [`whole`].

pub mod named;
pub mod whole;

use core::ffi::c_int;

use heap::foreign::Mode;
use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, dict, ops, raise};

use crate::api;
use crate::entry::{Lent, exclusive, expect, shown};

/// Hands a found value over, if there is a place for it: 1, or 0 for none.
///
/// # Safety
/// `out` is null or a place to write.
unsafe fn give(th: &mut Thread, out: *mut *mut abi::PyObject, found: Option<Ref<Object>>) -> c_int {
    let is_found = found.is_some();
    match found {
        // SAFETY: the caller's promise.
        Some(found) if !out.is_null() => unsafe { out.write(objects::glue::leave_c(th, found)) },
        Some(found) => th.release(found),
        None => {}
    }
    c_int::from(is_found)
}

/// Nothing was found yet.
///
/// # Safety
/// As [`give`].
unsafe fn give_nothing(out: *mut *mut abi::PyObject) {
    // SAFETY: the caller's promise.
    unsafe { give_borrowed(out, core::ptr::null_mut()) };
}

/// Lets C borrow what was found.
///
/// # Safety
/// `out` is null or a place to write.
unsafe fn give_borrowed(out: *mut *mut abi::PyObject, found: *mut abi::PyObject) {
    if !out.is_null() {
        // SAFETY: the caller's promise.
        unsafe { out.write(found) };
    }
}

/// A look-up that hides errors: they are reported as unraisable, a `KeyError` not even so, and what is raised already stays.
fn get_quietly(
    th: &mut Thread,
    dict: &Object,
    context: &str,
    key: impl FnOnce(&mut Thread) -> Result<Ref<Object>, Raised>,
) -> Lent {
    let Some(dict) = dict.downcast::<Dict>() else { return Lent::NOTHING };
    let raised_before = th.take_exception();
    let found = key(th).and_then(|key| {
        // Here alone an unhashable key is not called a dict's key.
        let found = ops::hash(th, &key).and_then(|hash| dict.get_hashed(th, &key, hash));
        th.release(key);
        found
    });
    let found = found.unwrap_or_else(|_| {
        match raise::matches(th, objects::exceptions::key_error_type()) {
            true => drop(th.take_exception()),
            false => raise::unraisable(th, context, None),
        }
        None
    });
    if let Some(raised_before) = raised_before {
        let _ = th.set_exception(raised_before);
    }
    Lent::from(found)
}

api! {
    /// An empty dict.
    fn PyDict_New(th) -> Option<Ref<Dict>> {
        Some(Dict::new(th))
    }

    /// An empty dict with room for so many entries.
    fn _PyDict_NewPresized(th, entries: isize) -> Option<Ref<Dict>> {
        match entries {
            ..=5 => Some(Dict::new(th)),
            // More room is made as it is needed.
            _ => Some(Dict::with_capacity(th, entries.cast_unsigned().min(80_000), true)),
        }
    }

    /// How many entries.
    fn PyDict_Size(th, dict: &Object) -> Result<isize, Raised> {
        Ok(expect::<Dict>(th, dict)?.len().cast_signed())
    }

    /// A value, borrowed; errors are hidden.
    fn PyDict_GetItem(th, dict: &Object, key: &Object) -> Result<Lent, Raised> {
        let context = "Exception ignored in PyDict_GetItem(); consider using PyDict_GetItemRef() or PyDict_GetItemWithError()";
        Ok(get_quietly(th, dict, context, |th| Ok(th.retain(key))))
    }

    /// A value, borrowed.
    fn PyDict_GetItemWithError(th, dict: &Object, key: &Object) -> Result<Lent, Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.get(th, key).map(Lent::from)
    }

    /// A value, borrowed; the key's hash is known.
    fn _PyDict_GetItem_KnownHash(th, dict: &Object, key: &Object, hash: isize) -> Result<Lent, Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.get_hashed(th, key, hash).map(Lent::from)
    }

    /// A value: 1, or 0 if there is none.
    fn PyDict_GetItemRef(th, dict: &Object, key: &Object, out: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's place for the result.
        unsafe { give_nothing(out) };
        let found = expect::<Dict>(th, dict)?.get(th, key)?;
        // SAFETY: as above.
        Ok(unsafe { give(th, out, found) })
    }

    /// Whether there is such a key.
    fn PyDict_Contains(th, dict: &Object, key: &Object) -> Result<bool, Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.contains(th, key)
    }

    /// `dict[key] = value`
    fn PyDict_SetItem(th, dict: &Object, key: &Object, value: &Object) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        let value = th.retain(value);
        dict.set(th, key, value)
    }

    /// `dict[key] = value`; the key's hash is known.
    fn _PyDict_SetItem_KnownHash(th, dict: &Object, key: &Object, value: &Object, hash: isize) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        let value = th.retain(value);
        dict.set_hashed(th, key, hash, value)
    }

    /// [`_PyDict_SetItem_KnownHash`] where C holds the dict's lock: here C has the world.
    fn _PyDict_SetItem_KnownHash_LockHeld(th, dict: &Object, key: &Object, value: &Object, hash: isize) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        let value = th.retain(value);
        dict.set_hashed(th, key, hash, value)
    }

    /// `del dict[key]`
    fn PyDict_DelItem(th, dict: &Object, key: &Object) -> Result<(), Raised> {
        delete(th, dict, key)
    }

    /// The value of a key, which becomes `default` if there is none; borrowed.
    fn PyDict_SetDefault(th, dict: &Object, key: &Object, default: &Object) -> Result<Lent, Raised> {
        let dict = expect::<Dict>(th, dict)?;
        dict.set_default(th, key, default).map(|(value, _)| Lent::some(value))
    }

    /// The value of a key, which becomes `default` if there is none: then 0, else 1.
    fn PyDict_SetDefaultRef(th, dict: &Object, key: &Object, default: &Object, out: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's place for the result.
        unsafe { give_nothing(out) };
        let dict = expect::<Dict>(th, dict)?;
        let (value, added) = dict.set_default(th, key, default)?;
        // SAFETY: as above.
        unsafe { give(th, out, Some(value)) };
        Ok((!added).into())
    }

    /// Removes a key: 1, or 0 if there is none.
    fn PyDict_Pop(th, dict: &Object, key: Option<&Object>, out: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's place for the result.
        unsafe { give_nothing(out) };
        let dict = expect::<Dict>(th, dict)?;
        let found = match key {
            // Where there is nothing the key is not even looked at.
            _ if dict.is_empty() => None,
            Some(key) => dict.pop(th, key)?,
            None => return Err(raise::bad_internal_call(th)),
        };
        // SAFETY: as above.
        Ok(unsafe { give(th, out, found) })
    }

    /// Removes a key; returns its value, or `default`.
    fn _PyDict_Pop(th, dict: &Object, key: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let found = expect::<Dict>(th, dict)?.pop(th, key)?;
        match found.or_else(|| default.map(|default| th.retain(default))) {
            Some(value) => Ok(value),
            None => Err(raise::key_error(th, key)),
        }
    }

    /// The next entry, borrowed: 1, or 0 at the end. The caller does not add or remove keys meanwhile.
    fn PyDict_Next(th, dict: Option<&Object>, position: *mut isize, key: *mut *mut abi::PyObject, value: *mut *mut abi::PyObject) -> i32, or at once next_at_once {
        let Some(dict) = dict.and_then(|dict| dict.downcast::<Dict>()) else { return 0 };
        // SAFETY: R4: the caller's position.
        let Ok(mut place) = usize::try_from(unsafe { position.read() }) else { return 0 };
        // Who has the world for itself need not count what the dict holds.
        let found = match th.mode() {
            Mode::Exclusive => dict.next_held(th, &mut place).map(|(key, value)| (shown(th, key), shown(th, value))),
            _ => dict.next(th, &mut place).map(|(key, value)| (Lent::some(key).lend(th), Lent::some(value).lend(th))),
        };
        let Some(found) = found else { return 0 };
        // SAFETY: R4: the caller's places for results.
        unsafe { give_entry(found, place, position, key, value) }
    }

    /// An empty `OrderedDict`.
    fn PyODict_New(th) -> Result<Ref<Object>, Raised> {
        objects::ops::call0(th, <dict::ordered::OrderedDict as heap::PyType>::type_object())
    }

    /// `dict[key] = value`
    fn PyODict_SetItem(th, dict: &Object, key: &Object, value: &Object) -> Result<(), Raised> {
        let dict = expect::<Dict>(th, dict)?;
        let value = th.retain(value);
        dict.set(th, key, value)
    }

    /// `del dict[key]`
    fn PyODict_DelItem(th, dict: &Object, key: &Object) -> Result<(), Raised> {
        delete(th, dict, key)
    }
}

/// What [`PyDict_Next`] does with an entry that it has found, and where it goes on: 1.
///
/// # Safety
/// `position` is a place to write; `key` and `value` are, or null.
#[inline(always)]
unsafe fn give_entry(
    (found_key, found_value): (*mut abi::PyObject, *mut abi::PyObject),
    next: usize,
    position: *mut isize,
    key: *mut *mut abi::PyObject,
    value: *mut *mut abi::PyObject,
) -> c_int {
    // SAFETY: the caller's promise.
    unsafe {
        give_borrowed(key, found_key);
        give_borrowed(value, found_value);
        position.write(next.cast_signed());
    }
    1
}

/// [`PyDict_Next`] of a `dict` whose next entry is common, for who has the world for itself.
///
/// # Safety
/// As there.
#[inline(always)]
unsafe fn next_at_once(
    dict: *mut abi::PyObject,
    position: *mut isize,
    key: *mut *mut abi::PyObject,
    value: *mut *mut abi::PyObject,
) -> Option<c_int> {
    // SAFETY: R10, and R4: what the caller gives; a count is held for the call.
    let (th, dict, at) = unsafe { (exclusive()?, objects::glue::borrow_nullable(dict)?.downcast_exact::<Dict>()?, position.read()) };
    let mut place = usize::try_from(at).ok()?;
    let Some((found_key, found_value)) = dict.next_held(th, &mut place) else { return Some(0) };
    if found_key.owner() != 0 || found_value.owner() != 0 {
        return None;
    }
    // SAFETY: R4: the caller's places for results.
    Some(unsafe { give_entry((found_key.as_ptr(), found_value.as_ptr()), place, position, key, value) })
}

fn delete(th: &mut Thread, dict: &Object, key: &Object) -> Result<(), Raised> {
    let dict = expect::<Dict>(th, dict)?;
    if dict.is_empty() {
        // The key must be hashable nevertheless.
        dict::lookup::hash_of(th, key)?;
    }
    if dict.del(th, key)? { Ok(()) } else { Err(raise::key_error(th, key)) }
}
