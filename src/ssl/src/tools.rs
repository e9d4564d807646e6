//! Small things that all files of this crate share: text from C, numbers from Python, what OpenSSL prints.

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, Dict, Str, codecs, ops, raise};
use openssl_sys as o;

/// A value that an attribute of `object` must have: it cannot be deleted.
pub fn given<'a>(th: &mut Thread, object: &Object, name: &str, value: Option<&'a Object>) -> Result<&'a Object, Raised> {
    if let Some(value) = value {
        return Ok(value);
    }
    let class = String::from_utf8_lossy(object.ty().tp_name_bytes()).into_owned();
    let message = format_args!("attribute '{name}' of '{class}' objects cannot be deleted");
    Err(raise::new(th, objects::exceptions::attribute_error_type(), message))
}

/// The same, in the words of an older accessor.
pub fn given_plainly<'a>(th: &mut Thread, value: Option<&'a Object>) -> Result<&'a Object, Raised> {
    match value {
        Some(value) => Ok(value),
        None => Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("cannot delete attribute"))),
    }
}

/// A C `int`.
pub fn c_int_of(th: &mut Thread, value: &Object) -> Result<i32, Raised> {
    let number = ops::index(th, value)?;
    match number.to_i64().map(i32::try_from) {
        Some(Ok(number)) => Ok(number),
        _ if number.is_negative() => Err(raise::overflow_error(th, format_args!("signed integer is less than minimum"))),
        _ => Err(raise::overflow_error(th, format_args!("signed integer is greater than maximum"))),
    }
}

/// A C `unsigned long` of which only the lowest bits count.
pub fn bits_of(th: &mut Thread, value: &Object) -> Result<u64, Raised> {
    let number = ops::index(th, value)?;
    match (number.to_u64(), number.to_i64()) {
        (Some(bits), _) => Ok(bits),
        (None, Some(negative)) => Ok(negative.cast_unsigned()),
        (None, None) => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long"))),
    }
}

/// A terminated string of OpenSSL's; empty for null.
pub fn c_str<'a>(text: *const c_char) -> &'a CStr {
    if text.is_null() {
        return c"";
    }
    // SAFETY: OpenSSL's strings are terminated; callers copy them before the object that owns them may change.
    unsafe { CStr::from_ptr(text) }
}

/// A terminated string as text, or `None`.
pub fn text_or_none(th: &Thread, text: *const c_char) -> Ref<Object> {
    if text.is_null() { objects::none_ref() } else { Str::new(th, &c_str(text).to_string_lossy()).up() }
}

/// Bytes that must be UTF-8, as text.
pub fn utf8(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Object>, Raised> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(Str::new(th, text).up()),
        Err(_) => {
            let object = Bytes::new(th, bytes);
            codecs::decode(th, &object, bytes, Some("utf-8"), Some("strict")).map(Ref::up)
        }
    }
}

/// Sets an item of a new dict.
pub fn put(th: &mut Thread, dict: &Dict, name: &str, value: Ref<Object>) {
    dict.set_by_name(th, name, value);
}

/// What `write` writes into a buffer of OpenSSL's; `None` if it fails.
pub fn printed(write: impl FnOnce(*mut o::BIO) -> bool) -> Option<Vec<u8>> {
    // SAFETY: a new buffer, which is freed below and has no other user.
    unsafe {
        let bio = o::BIO_new(o::BIO_s_mem());
        if bio.is_null() {
            return None;
        }
        let written = write(bio);
        let mut data: *mut c_char = core::ptr::null_mut();
        let size = o::BIO_ctrl(bio, BIO_CTRL_INFO, 0, (&raw mut data).cast::<c_void>());
        let bytes = match usize::try_from(size) {
            Ok(size) if written && !data.is_null() => Some(core::slice::from_raw_parts(data.cast::<u8>(), size).to_vec()),
            _ if written => Some(Vec::new()),
            _ => None,
        };
        o::BIO_free_all(bio);
        bytes
    }
}

const BIO_CTRL_INFO: c_int = 3;

/// Forgets the thread's `errno`, so that what it says afterwards comes from the next call.
pub fn forget_errno() {
    // SAFETY: the thread's own word.
    unsafe { *libc::__errno_location() = 0 };
}

/// The address of an ASN.1 string's bytes.
///
/// # Safety
/// `string` names one, which lives as long as the result is used.
pub unsafe fn asn1_bytes<'a>(string: *const o::ASN1_STRING) -> &'a [u8] {
    // SAFETY: the caller's promise.
    unsafe {
        let (data, size) = (o::ASN1_STRING_get0_data(string), o::ASN1_STRING_length(string));
        match usize::try_from(size) {
            Ok(size) if !data.is_null() => core::slice::from_raw_parts(data, size),
            _ => &[],
        }
    }
}
