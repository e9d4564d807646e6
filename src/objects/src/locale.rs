//! What the process's C locale says about numbers: `n` in format specifications.
#![allow(unsafe_code, reason = "`localeconv` hands out C strings")]

use core::ffi::{CStr, c_char};

use algos::format::Locale;

/// Decimal point and grouping of `LC_NUMERIC`.
pub fn numeric() -> Locale {
    // SAFETY: the C library's own record, valid until the next `setlocale`; the strings are copied at once.
    unsafe {
        let conv = libc::localeconv();
        if conv.is_null() {
            return Locale::default();
        }
        Locale {
            decimal_point: text((*conv).decimal_point),
            thousands_sep: text((*conv).thousands_sep),
            grouping: CStr::from_ptr((*conv).grouping).to_bytes().to_vec(),
        }
    }
}

/// # Safety
/// `ptr` is a C string.
unsafe fn text(ptr: *const c_char) -> String {
    // SAFETY: the caller's promise.
    String::from_utf8_lossy(unsafe { CStr::from_ptr(ptr) }.to_bytes()).into_owned()
}
