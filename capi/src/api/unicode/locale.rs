//! Text in the encoding of file names (UTF-8, other bytes as lone surrogates) and in that of the current locale.

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Bytes, Str, codecs, ops, raise};

use super::argument;
use crate::api;

const ESCAPE: &str = "surrogateescape";
/// What a converter returns that can be undone.
const CLEANUP_SUPPORTED: c_int = 0x20000;

unsafe extern "C" {
    fn mbrtowc(to: *mut u32, from: *const c_char, len: usize, state: *mut [u64; 2]) -> usize;
    fn wcrtomb(to: *mut c_char, c: u32, state: *mut [u64; 2]) -> usize;
}

/// A file name's text.
pub fn decode_fs(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Str>, Raised> {
    let input = codecs::decoding::Input::new(objects::none(), bytes);
    codecs::decoding::utf8(th, input, Some(ESCAPE), true).map(|(text, _)| text)
}

/// A file name's bytes.
pub fn encode_fs(th: &mut Thread, text: &Str) -> Result<Ref<Bytes>, Raised> {
    codecs::encoding::utf8(th, text, Some(ESCAPE))
}

/// Whether the error handler is `surrogateescape`; of the others only `strict` is known here.
fn escapes(th: &mut Thread, errors: *const c_char) -> Result<bool, Raised> {
    // SAFETY: R4: a C string or null.
    let errors = (!errors.is_null()).then(|| unsafe { CStr::from_ptr(errors) }.to_bytes());
    match errors {
        None | Some(b"strict") => Ok(false),
        Some(b"surrogateescape") => Ok(true),
        Some(_) => Err(raise::value_error(th, format_args!("unsupported error handler"))),
    }
}

/// Text of the locale's encoding.
fn decode(th: &mut Thread, bytes: &[u8], errors: *const c_char) -> Result<Ref<Str>, Raised> {
    if bytes.contains(&0) {
        return Err(raise::value_error(th, format_args!("embedded null byte")));
    }
    let escape = escapes(th, errors)?;
    let mut points = Vec::with_capacity(bytes.len());
    let mut state = [0; 2];
    let mut rest = bytes;
    while let Some(&first) = rest.first() {
        let mut c = 0;
        // SAFETY: R4: the system's function reads the rest of the bytes at most, and its state is as large as it wants.
        let taken = unsafe { mbrtowc(&mut c, rest.as_ptr().cast(), rest.len(), &mut state) };
        let is_good = (1..=rest.len()).contains(&taken) && char::from_u32(c).is_some();
        if is_good {
            points.push(c);
            rest = &rest[taken..];
            continue;
        }
        if !escape {
            let (object, at) = (Bytes::new(th, bytes), points.len());
            return Err(raise::unicode_decode_error(th, "locale", &object, at, at + 1, "decoding error"));
        }
        points.push(0xdc00 + u32::from(first));
        rest = &rest[1..];
        state = [0; 2];
    }
    Ok(Str::from_code_points(th, &points))
}

/// Bytes of the locale's encoding.
fn encode(th: &mut Thread, text: &Str, errors: *const c_char) -> Result<Ref<Bytes>, Raised> {
    if text.chars().iter().any(|c| c == 0) {
        return Err(raise::value_error(th, format_args!("embedded null character")));
    }
    let escape = escapes(th, errors)?;
    let mut out = Vec::with_capacity(text.len());
    for (at, c) in text.chars().iter().enumerate() {
        if escape && (0xdc80..=0xdcff).contains(&c) {
            out.push((c - 0xdc00) as u8);
            continue;
        }
        let (mut bytes, mut state) = ([0u8; 16], [0; 2]);
        // SAFETY: R4: a character has 16 bytes at most in any of the system's encodings, and its state is as large as it wants.
        let len = unsafe { wcrtomb(bytes.as_mut_ptr().cast(), c, &mut state) };
        match bytes.get(..len) {
            Some(bytes) => out.extend_from_slice(bytes),
            None => return Err(raise::unicode_encode_error(th, "locale", text, at, at + 1, "encoding error")),
        }
    }
    Ok(Bytes::new(th, &out))
}

/// What a converter leaves in its variable.
fn leave(th: &mut Thread, place: *mut c_void, result: Result<Ref<Object>, Raised>) -> c_int {
    match result {
        Ok(made) => {
            // SAFETY: R2: the count goes to the caller's variable.
            unsafe { place.cast::<*mut abi::PyObject>().write(objects::glue::leave_c(th, made)) };
            CLEANUP_SUPPORTED
        }
        Err(raised) => {
            objects::glue::leave_raised(th, raised);
            0
        }
    }
}

/// Undoes a converter.
fn undo(th: &mut Thread, place: *mut c_void) -> c_int {
    // SAFETY: R2: the variable's count is given up.
    if let Some(object) = unsafe { Ref::<Object>::from_raw_nullable(place.cast::<*mut abi::PyObject>().replace(core::ptr::null_mut())) } {
        th.release(object);
    }
    1
}

fn path_bytes(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    let path = modules::os::fspath(th, path)?;
    let bytes = match path.downcast::<Bytes>() {
        Ok(bytes) => bytes,
        Err(path) => {
            let text = argument(th, &path)?;
            encode_fs(th, text)?
        }
    };
    match bytes.as_slice().contains(&0) {
        true => Err(raise::value_error(th, format_args!("embedded null byte"))),
        false => Ok(bytes.up()),
    }
}

fn path_text(th: &mut Thread, path: &Object) -> Result<Ref<Object>, Raised> {
    let path = modules::os::fspath(th, path)?;
    let text = match path.downcast::<Str>() {
        Ok(text) => text,
        Err(path) => match path.downcast_ref::<Bytes>() {
            Some(bytes) => decode_fs(th, bytes.as_slice())?,
            None => {
                let got = ops::type_name(&path);
                return Err(raise::type_error(th, format_args!("path should be string, bytes, or os.PathLike, not {got}")));
            }
        },
    };
    let has_zero = text.chars().iter().any(|c| c == 0);
    match has_zero {
        true => Err(raise::value_error(th, format_args!("embedded null character"))),
        false => Ok(text.up()),
    }
}

/// So many bytes that C passed.
///
/// # Safety
/// R4: they are there for the call.
unsafe fn given<'a>(bytes: *const c_char, len: isize) -> &'a [u8] {
    match usize::try_from(len) {
        // SAFETY: the caller's promise.
        Ok(len) if len != 0 => unsafe { core::slice::from_raw_parts(bytes.cast(), len) },
        _ => &[],
    }
}

api! {
    /// For `O&`: the bytes of a path.
    fn PyUnicode_FSConverter(th, path: Option<&Object>, place: *mut c_void) -> c_int {
        let Some(path) = path else { return undo(th, place) };
        let result = path_bytes(th, path);
        leave(th, place, result)
    }

    /// For `O&`: the text of a path.
    fn PyUnicode_FSDecoder(th, path: Option<&Object>, place: *mut c_void) -> c_int {
        let Some(path) = path else { return undo(th, place) };
        let result = path_text(th, path);
        leave(th, place, result)
    }

    /// A file name's bytes.
    fn PyUnicode_EncodeFSDefault(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encode_fs(th, text)
    }

    /// A file name's text.
    fn PyUnicode_DecodeFSDefault(th, bytes: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: a C string.
        decode_fs(th, unsafe { CStr::from_ptr(bytes) }.to_bytes())
    }

    /// A file name's text.
    fn PyUnicode_DecodeFSDefaultAndSize(th, bytes: *const c_char, len: isize) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: so many bytes.
        decode_fs(th, unsafe { given(bytes, len) })
    }

    /// Text of the locale's encoding.
    fn PyUnicode_DecodeLocale(th, bytes: *const c_char, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: a C string.
        decode(th, unsafe { CStr::from_ptr(bytes) }.to_bytes(), errors)
    }

    /// Text of the locale's encoding; a zero stands behind it.
    fn PyUnicode_DecodeLocaleAndSize(th, bytes: *const c_char, len: isize, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: so many bytes and a zero.
        if unsafe { *bytes.offset(len) } != 0 {
            return Err(raise::value_error(th, format_args!("embedded null byte")));
        }
        // SAFETY: R4: as above.
        decode(th, unsafe { given(bytes, len) }, errors)
    }

    /// Bytes of the locale's encoding.
    fn PyUnicode_EncodeLocale(th, text: &Object, errors: *const c_char) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encode(th, text, errors)
    }
}
