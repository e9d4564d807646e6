//! Texts of a configuration: C's wide strings and lists of them, which C frees with `PyMem_RawFree`, and their bytes as the system has them.

use core::ffi::c_void;

use abi::{PyStatus, PyWideStringList, wchar_t};

use super::{error, good, no_memory};
use crate::api::misc::{decode, encode};

unsafe extern "C-unwind" {
    fn PyMem_RawMalloc(size: usize) -> *mut c_void;
    fn PyMem_RawFree(memory: *mut c_void);
}

/// The characters of a wide string; nothing of null.
///
/// # Safety
/// R4: `text` is null or a wide string.
pub unsafe fn characters<'a>(text: *const wchar_t) -> Option<&'a [wchar_t]> {
    if text.is_null() {
        return None;
    }
    // SAFETY: the caller's promise: the string ends with a null.
    let len = (0..).take_while(|&at| unsafe { *text.add(at) } != 0).count();
    // SAFETY: counted above.
    Some(unsafe { core::slice::from_raw_parts(text, len) })
}

/// A wide string as the system has it; what has no bytes there becomes a question mark.
///
/// # Safety
/// As [`characters`].
pub unsafe fn bytes(text: *const wchar_t) -> Option<Vec<u8>> {
    // SAFETY: the caller's promise.
    let characters = unsafe { characters(text) }?;
    let one = |c: &wchar_t| encode(core::slice::from_ref(c)).unwrap_or_else(|_| b"?".to_vec());
    Some(encode(characters).unwrap_or_else(|_| characters.iter().flat_map(one).collect()))
}

/// [`bytes`] as text.
///
/// # Safety
/// As [`characters`].
pub unsafe fn string(text: *const wchar_t) -> Option<String> {
    // SAFETY: the caller's promise.
    unsafe { bytes(text) }.map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
}

/// A copy of characters for C; null without memory.
pub fn copy(text: &[wchar_t]) -> *mut wchar_t {
    // SAFETY: no preconditions.
    let out: *mut wchar_t = unsafe { PyMem_RawMalloc((text.len() + 1) * size_of::<wchar_t>()) }.cast();
    if !out.is_null() {
        // SAFETY: so many characters and a null were allocated.
        unsafe {
            out.copy_from_nonoverlapping(text.as_ptr(), text.len());
            out.add(text.len()).write(0);
        }
    }
    out
}

/// The system's bytes as a wide string of C's.
pub fn wide(bytes: &[u8]) -> *mut wchar_t {
    copy(&decode(bytes))
}

/// Puts a text into a place of C's, in place of what is there.
///
/// # Safety
/// R4: the place holds null or a string that was allocated by these functions or by `PyMem_RawMalloc`.
pub unsafe fn replace(place: *mut *mut wchar_t, text: *mut wchar_t) {
    // SAFETY: the caller's promise.
    unsafe { PyMem_RawFree(place.replace(text).cast()) };
}

/// The items of a list.
///
/// # Safety
/// R4: a list of wide strings.
pub unsafe fn items<'a>(list: &PyWideStringList) -> &'a [*mut wchar_t] {
    let len = usize::try_from(list.length).unwrap_or(0);
    if len == 0 {
        return &[];
    }
    // SAFETY: the caller's promise.
    unsafe { core::slice::from_raw_parts(list.items, len) }
}

/// The items of a list as the system has them.
///
/// # Safety
/// As [`items`].
pub unsafe fn list_bytes(list: &PyWideStringList) -> Vec<Vec<u8>> {
    // SAFETY: the caller's promise.
    unsafe { items(list) }.iter().filter_map(|&item| unsafe { bytes(item) }).collect()
}

/// Puts strings into a list, in place of what is there; false without memory. The list owns them from then on.
///
/// # Safety
/// As [`items`]; the list's strings and its array were allocated by `PyMem_RawMalloc`.
pub unsafe fn replace_list(list: &mut PyWideStringList, texts: Vec<*mut wchar_t>) -> bool {
    // SAFETY: the caller's promise.
    let before = unsafe { items(list) };
    // SAFETY: no preconditions; one more, so that the array is never empty.
    let array: *mut *mut wchar_t = unsafe { PyMem_RawMalloc((texts.len() + 1) * size_of::<*mut wchar_t>()) }.cast();
    if array.is_null() || texts.iter().any(|text| text.is_null()) {
        // SAFETY: allocated here, or null.
        texts.into_iter().chain([array.cast()]).for_each(|memory| unsafe { PyMem_RawFree(memory.cast()) });
        return false;
    }
    // SAFETY: allocated above; the former strings are the list's own.
    unsafe {
        array.copy_from_nonoverlapping(texts.as_ptr(), texts.len());
        before.iter().for_each(|&text| PyMem_RawFree(text.cast()));
        PyMem_RawFree(list.items.cast());
    }
    list.items = array;
    list.length = texts.len().cast_signed();
    true
}

/// Frees a list's strings, and leaves it empty.
///
/// # Safety
/// As [`replace_list`].
pub unsafe fn clear_list(list: &mut PyWideStringList) {
    // SAFETY: the caller's promise.
    unsafe {
        items(list).iter().for_each(|&text| PyMem_RawFree(text.cast()));
        PyMem_RawFree(list.items.cast());
    }
    list.items = core::ptr::null_mut();
    list.length = 0;
}

/// Puts a copy of a string into a list, at an index or at the end.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyWideStringList_Insert(list: *mut PyWideStringList, index: isize, item: *const wchar_t) -> PyStatus {
    let Ok(index) = usize::try_from(index) else {
        return error(c"PyWideStringList_Insert", c"PyWideStringList_Insert index must be >= 0");
    };
    // SAFETY: R4: the function's contract.
    unsafe {
        let list = &mut *list;
        let now = items(list);
        let text = copy(characters(item).unwrap_or_default());
        let array: *mut *mut wchar_t = PyMem_RawMalloc((now.len() + 1) * size_of::<*mut wchar_t>()).cast();
        if text.is_null() || array.is_null() {
            PyMem_RawFree(text.cast());
            PyMem_RawFree(array.cast());
            return no_memory();
        }
        let at = index.min(now.len());
        array.copy_from_nonoverlapping(now.as_ptr(), at);
        array.add(at).write(text);
        array.add(at + 1).copy_from_nonoverlapping(now.as_ptr().add(at), now.len() - at);
        let len = now.len() + 1;
        PyMem_RawFree(list.items.cast());
        list.items = array;
        list.length = len.cast_signed();
    }
    good()
}

/// Puts a copy of a string at a list's end.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyWideStringList_Append(list: *mut PyWideStringList, item: *const wchar_t) -> PyStatus {
    // SAFETY: as this function.
    unsafe { PyWideStringList_Insert(list, (*list).length, item) }
}
