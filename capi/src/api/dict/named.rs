//! Entries by the C strings that their keys are.

use core::ffi::c_char;

use heap::{Object, Raised, Ref, Thread};
use objects::{Dict, Str};

use crate::api;
use crate::entry::{Lent, c_text, expect};

/// The key.
///
/// # Safety
/// `name` is a C string.
unsafe fn key(th: &mut Thread, name: *const c_char) -> Result<Ref<Str>, Raised> {
    // SAFETY: the caller's promise.
    let name = unsafe { c_text(th, name) }?;
    Ok(Str::new(th, name))
}

api! {
    /// A value, borrowed; errors are hidden.
    fn PyDict_GetItemString(th, dict: &Object, name: *const c_char) -> Result<Lent, Raised> {
        let context = "Exception ignored in PyDict_GetItemString(); consider using PyDict_GetItemRefString()";
        // SAFETY: R4: a C string.
        Ok(super::get_quietly(th, dict, context, |th| unsafe { key(th, name) }.map(Ref::up)))
    }

    /// A value, borrowed.
    fn _PyDict_GetItemStringWithError(th, dict: &Object, name: *const c_char) -> Result<Lent, Raised> {
        // SAFETY: R4: a C string.
        let key = unsafe { key(th, name) }?;
        let dict = expect::<Dict>(th, dict)?;
        dict.get(th, &key).map(Lent::from)
    }

    /// A value: 1, or 0 if there is none.
    fn PyDict_GetItemStringRef(th, dict: &Object, name: *const c_char, out: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's place for the result.
        unsafe { super::give_nothing(out) };
        // SAFETY: R4: a C string.
        let key = unsafe { key(th, name) }?;
        let found = expect::<Dict>(th, dict)?.get(th, &key)?;
        // SAFETY: as above.
        Ok(unsafe { super::give(th, out, found) })
    }

    /// Whether there is such a key.
    fn PyDict_ContainsString(th, dict: &Object, name: *const c_char) -> Result<bool, Raised> {
        // SAFETY: R4: a C string.
        let key = unsafe { key(th, name) }?;
        let dict = expect::<Dict>(th, dict)?;
        dict.contains(th, &key)
    }

    /// `dict[name] = value`
    fn PyDict_SetItemString(th, dict: &Object, name: *const c_char, value: &Object) -> Result<(), Raised> {
        // SAFETY: R4: a C string.
        let name = unsafe { c_text(th, name) }?;
        let key = objects::intern(th, name);
        let dict = expect::<Dict>(th, dict)?;
        let value = th.retain(value);
        dict.set(th, key, value)
    }

    /// `del dict[name]`
    fn PyDict_DelItemString(th, dict: &Object, name: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: a C string.
        let key = unsafe { key(th, name) }?;
        super::delete(th, dict, &key)
    }

    /// Removes a key: 1, or 0 if there is none.
    fn PyDict_PopString(th, dict: &Object, name: *const c_char, out: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: the caller's place for the result.
        unsafe { super::give_nothing(out) };
        // SAFETY: R4: a C string.
        let key = unsafe { key(th, name) }?;
        let found = expect::<Dict>(th, dict)?.pop(th, &key)?;
        // SAFETY: as above.
        Ok(unsafe { super::give(th, out, found) })
    }
}
