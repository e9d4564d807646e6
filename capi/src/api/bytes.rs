//! `PyBytes_*`; `PyByteArray_*` are in [`array`].

pub mod array;
pub mod build;

use core::ffi::{CStr, c_char, c_int};

use algos::text::bytes::OnError;
use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, Str, bytes, codecs, ops, raise};

use crate::api;

/// The `bytes` that an object must be.
fn expected<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Bytes, Raised> {
    match object.downcast::<Bytes>() {
        Some(bytes) => Ok(bytes),
        None => {
            let got = ops::type_name(object);
            Err(raise::type_error(th, format_args!("expected bytes, {got} found")))
        }
    }
}

/// Where the contents lie; a zero byte follows them.
fn start(bytes: &Bytes) -> *mut c_char {
    bytes.as_slice().as_ptr().cast_mut().cast()
}

/// As [`Bytes::from_slice`], with the error.
fn from_slice(th: &mut Thread, contents: &[u8]) -> Result<Ref<Bytes>, Raised> {
    match Bytes::from_slice(th, contents) {
        Some(made) => Ok(made),
        None => Err(raise::memory_error(th)),
    }
}

/// `repr(b)` in single quotes whatever the contents.
fn single_quoted(contents: &[u8]) -> Vec<u8> {
    let mut out = b"b'".to_vec();
    for &byte in contents {
        match byte {
            b'\'' | b'\\' => out.extend_from_slice(&[b'\\', byte]),
            b'\t' => out.extend_from_slice(b"\\t"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b' '..=b'~' => out.push(byte),
            _ => out.extend_from_slice(format!("\\x{byte:02x}").as_bytes()),
        }
    }
    out.push(b'\'');
    out
}

/// Reads escapes; of what is none it warns.
fn unescaped(th: &mut Thread, text: &[u8], errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
    let (on_error, is_known) = match errors {
        None | Some("strict") => (OnError::Strict, true),
        Some("replace") => (OnError::Replace, true),
        Some("ignore") => (OnError::Ignore, true),
        Some(_) => (OnError::Strict, false),
    };
    match algos::text::bytes::unescape(text, on_error) {
        Ok((made, bad)) => {
            if let Some(bad) = bad {
                codecs::decoding::warn_of_escape(th, text, bad, "b")?;
            }
            from_slice(th, &made)
        }
        Err(algos::text::bytes::UnescapeError::BadHex { .. }) if !is_known => {
            let errors = errors.unwrap_or_default();
            Err(raise::value_error(th, format_args!("decoding error; unknown error handling code: {errors}")))
        }
        Err(error) => Err(raise::value_error(th, format_args!("{error}"))),
    }
}

api! {
    /// Bytes; without contents C fills them.
    fn PyBytes_FromStringAndSize(th, contents: *const c_char, len: isize) -> Result<Ref<Bytes>, Raised> {
        let Ok(len) = usize::try_from(len) else {
            return Err(raise::system_error(th, format_args!("Negative size passed to PyBytes_FromStringAndSize")));
        };
        if contents.is_null() {
            return build::begun(th, len, &[]);
        }
        // SAFETY: R4: the function's contract.
        from_slice(th, unsafe { core::slice::from_raw_parts(contents.cast::<u8>(), len) })
    }

    /// The bytes of a C string.
    fn PyBytes_FromString(th, text: *const c_char) -> Result<Ref<Bytes>, Raised> {
        // SAFETY: R4: a C string.
        from_slice(th, unsafe { CStr::from_ptr(text) }.to_bytes())
    }

    /// Bytes from a buffer or an iterable of ints.
    fn PyBytes_FromObject(th, object: &Object) -> Result<Ref<Bytes>, Raised> {
        bytes::convert::from_content(th, object)
    }

    /// How many bytes.
    fn PyBytes_Size(th, object: &Object) -> Result<isize, Raised> {
        Ok(expected(th, object)?.len().cast_signed())
    }

    /// The contents, with a zero behind them.
    fn PyBytes_AsString(th, object: &Object) -> Result<*mut c_char, Raised> {
        expected(th, object).map(start)
    }

    /// The contents, and their length; who does not ask for that gets no zeros inside.
    fn PyBytes_AsStringAndSize(th, object: &Object, out: *mut *mut c_char, len: *mut isize) -> Result<(), Raised> {
        if out.is_null() {
            return Err(raise::bad_internal_call(th));
        }
        let bytes = expected(th, object)?;
        // SAFETY: R4: the caller's places for results.
        unsafe {
            out.write(start(bytes));
            if !len.is_null() {
                len.write(bytes.len().cast_signed());
            }
        }
        if len.is_null() && bytes.as_slice().contains(&0) {
            return Err(raise::value_error(th, format_args!("embedded null byte")));
        }
        Ok(())
    }

    /// `repr(b)`; only if `smart` it chooses its quotes.
    fn PyBytes_Repr(th, object: &Object, smart: c_int) -> Result<Ref<Str>, Raised> {
        let contents = expected(th, object)?.as_slice();
        let text = if smart == 0 { single_quoted(contents) } else { algos::text::bytes::repr(contents) };
        Ok(Str::from_latin1(th, &text))
    }

    /// `separator.join(iterable)`
    fn PyBytes_Join(th, separator: &Object, iterable: &Object) -> Result<Ref<Object>, Raised> {
        match separator.downcast::<Bytes>() {
            Some(separator) => separator.join_all(th, iterable),
            None => {
                let got = ops::full_type_name(th, separator.ty());
                Err(raise::type_error(th, format_args!("sep: expected bytes, got {got}")))
            }
        }
    }

    /// The bytes that escapes stand for.
    fn PyBytes_DecodeEscape(
        th,
        text: *const c_char,
        len: isize,
        errors: *const c_char,
        unicode: isize,
        encoding: *const c_char,
    ) -> Result<Ref<Bytes>, Raised> {
        // What these two once meant is gone.
        let _ = (unicode, encoding);
        let len = len.max(0).cast_unsigned();
        if len > isize::MAX as usize - 33 {
            return Err(raise::overflow_error(th, format_args!("byte string is too large")));
        }
        // SAFETY: R4: the function's contract; no text may be at no address.
        let text = if len == 0 { &[] } else { unsafe { core::slice::from_raw_parts(text.cast::<u8>(), len) } };
        // SAFETY: R4: null or a C string.
        let errors = if errors.is_null() { None } else { Some(unsafe { crate::entry::c_text(th, errors) }?) };
        unescaped(th, text, errors)
    }
}

/// Where a needle is found, counted from `offset`; -1 if nowhere. Needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _PyBytes_Find(
    hay: *const c_char,
    hay_len: isize,
    needle: *const c_char,
    needle_len: isize,
    offset: isize,
) -> isize {
    if needle_len == 0 {
        return offset;
    }
    if needle_len > hay_len {
        return -1;
    }
    // SAFETY: R4: the function's contract.
    let (hay, needle) = unsafe {
        let bytes = |start: *const c_char, len: isize| core::slice::from_raw_parts(start.cast::<u8>(), len.cast_unsigned());
        (bytes(hay, hay_len), bytes(needle, needle_len))
    };
    hay.windows(needle.len()).position(|window| window == needle).map_or(-1, |place| place.cast_signed() + offset)
}
