//! What codecs raise.

use heap::{Object, Raised, Thread};

use crate::exceptions::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError};

/// Raises `UnicodeDecodeError`; `object` is a `bytes`.
#[cold]
#[inline(never)]
pub fn unicode_decode_error(th: &mut Thread, encoding: &str, object: &Object, start: usize, end: usize, reason: &str) -> Raised {
    let exception = UnicodeDecodeError::create(th, Some(encoding), object, (start as isize, end as isize), reason);
    super::set(th, exception.up())
}

/// Raises `UnicodeEncodeError`; `object` is a `str`.
#[cold]
#[inline(never)]
pub fn unicode_encode_error(th: &mut Thread, encoding: &str, object: &Object, start: usize, end: usize, reason: &str) -> Raised {
    let exception = UnicodeEncodeError::create(th, Some(encoding), object, (start as isize, end as isize), reason);
    super::set(th, exception.up())
}

/// Raises `UnicodeTranslateError`; `object` is a `str`.
#[cold]
#[inline(never)]
pub fn unicode_translate_error(th: &mut Thread, object: &Object, start: usize, end: usize, reason: &str) -> Raised {
    let exception = UnicodeTranslateError::create(th, None, object, (start as isize, end as isize), reason);
    super::set(th, exception.up())
}
