//! Strings as arrays of `wchar_t` (which holds a code point) and of code points.

use core::ffi::{c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Str, raise};

use super::{LARGEST, argument};
use crate::api;

const _: () = assert!(size_of::<libc::wchar_t>() == size_of::<u32>());

unsafe extern "C-unwind" {
    fn PyMem_Malloc(size: usize) -> *mut c_void;
}

/// How many characters stand before the zero.
///
/// # Safety
/// R4: `text` is a wide C string.
pub unsafe fn length(text: *const u32) -> usize {
    // SAFETY: the caller's promise.
    (0..).take_while(|&at| unsafe { *text.add(at) } != 0).count()
}

/// A string of wide characters.
pub fn from_wide(th: &mut Thread, points: &[u32]) -> Result<Ref<Str>, Raised> {
    if let Some(&c) = points.iter().find(|&&c| c > LARGEST) {
        return Err(raise::value_error(th, format_args!("character U+{c:x} is not in range [U+0000; U+10ffff]")));
    }
    Str::from_units(th, points).ok_or_else(|| raise::memory_error(th))
}

/// Copies code points, as many as there is room for.
///
/// # Safety
/// R4: `to` has room for `len` of them.
unsafe fn copy_out(text: &Str, to: *mut u32, len: usize) {
    for (at, c) in text.chars().iter().take(len).enumerate() {
        // SAFETY: the caller's promise.
        unsafe { to.add(at).write(c) };
    }
}

/// A copy in memory that the caller will free, with a zero behind it.
fn copy(th: &mut Thread, text: &Str) -> Result<*mut u32, Raised> {
    let bytes = (text.len() + 1).checked_mul(4).filter(|&bytes| bytes <= isize::MAX as usize);
    // SAFETY: R10: the allocator of the API may be called attached.
    let memory: *mut u32 = bytes.map_or(core::ptr::null_mut(), |bytes| unsafe { PyMem_Malloc(bytes) }.cast());
    if memory.is_null() {
        return Err(raise::memory_error(th));
    }
    // SAFETY: R4: fresh memory of that size.
    unsafe {
        copy_out(text, memory, text.len());
        memory.add(text.len()).write(0);
    }
    Ok(memory)
}

fn checked<'a>(th: &mut Thread, text: Option<&'a Object>) -> Result<&'a Str, Raised> {
    match text {
        Some(text) => argument(th, text),
        None => Err(raise::bad_internal_call(th)),
    }
}

api! {
    /// A string of wide characters; a length of -1: up to the zero.
    fn PyUnicode_FromWideChar(th, text: *const u32, len: isize) -> Result<Ref<Str>, Raised> {
        if text.is_null() {
            return if len == 0 { Ok(Str::empty()) } else { Err(raise::bad_internal_call(th)) };
        }
        // SAFETY: R4: so many characters, or a wide C string.
        let points = unsafe {
            let len = if len == -1 { length(text) } else { len.cast_unsigned() };
            if len > isize::MAX as usize / 4 {
                return Err(raise::bad_internal_call(th));
            }
            core::slice::from_raw_parts(text, len)
        };
        from_wide(th, points)
    }

    /// Copies wide characters, and a zero if there is room: how many, without it. Null: how much room there must be.
    fn PyUnicode_AsWideChar(th, text: Option<&Object>, to: *mut u32, room: isize) -> Result<isize, Raised> {
        let text = checked(th, text)?;
        let len = text.len().cast_signed();
        if to.is_null() {
            return Ok(len + 1);
        }
        // SAFETY: R4: the caller's array has that much room.
        unsafe {
            copy_out(text, to, room.max(0).cast_unsigned());
            if room > len {
                to.offset(len).write(0);
            }
        }
        Ok(room.min(len))
    }

    /// A copy as wide characters, to be freed with `PyMem_Free`.
    fn PyUnicode_AsWideCharString(th, text: Option<&Object>, size: *mut isize) -> Result<*mut u32, Raised> {
        let text = checked(th, text)?;
        if size.is_null() && text.chars().iter().any(|c| c == 0) {
            return Err(raise::value_error(th, format_args!("embedded null character")));
        }
        let made = copy(th, text)?;
        if !size.is_null() {
            // SAFETY: R4: the caller's variable.
            unsafe { size.write(text.len().cast_signed()) };
        }
        Ok(made)
    }

    /// Copies code points into the caller's array, with a zero if it wants one.
    fn PyUnicode_AsUCS4(th, text: &Object, to: *mut u32, room: isize, with_zero: c_int) -> Result<*mut u32, Raised> {
        if to.is_null() || room < 0 {
            return Err(raise::bad_internal_call(th));
        }
        let text = argument(th, text)?;
        let needed = text.len().cast_signed() + isize::from(with_zero != 0);
        // SAFETY: R4: the caller's array has that much room.
        unsafe {
            if room < needed {
                if with_zero != 0 && room > 0 {
                    to.write(0);
                }
                return Err(raise::system_error(th, format_args!("string is longer than the buffer")));
            }
            copy_out(text, to, text.len());
            if with_zero != 0 {
                to.add(text.len()).write(0);
            }
        }
        Ok(to)
    }

    /// A copy as code points with a zero behind them, to be freed with `PyMem_Free`.
    fn PyUnicode_AsUCS4Copy(th, text: &Object) -> Result<*mut u32, Raised> {
        let text = argument(th, text)?;
        copy(th, text)
    }
}
