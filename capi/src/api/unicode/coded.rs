//! Bytes to strings and back, by the builtin codecs and those of the registry.

use core::ffi::{c_char, c_int};

use algos::codecs::ByteOrder;
use heap::{Object, Raised, Ref, Thread};
use objects::codecs::decoding::{self, Input};
use objects::codecs::{self, charmap, encoding};
use objects::{Bytes, Str, exceptions, ops, raise, warn};

use super::{argument, bad_argument};
use crate::api;
use crate::entry::c_text;

/// A C string that may be null, as text.
///
/// # Safety
/// R4: it lives for the call.
pub unsafe fn optional<'a>(th: &mut Thread, text: *const c_char) -> Result<Option<&'a str>, Raised> {
    // SAFETY: the caller's promise.
    if text.is_null() { Ok(None) } else { unsafe { c_text(th, text) }.map(Some) }
}

/// So many bytes that C passed.
///
/// # Safety
/// R4: they are there for the call.
unsafe fn input<'a>(bytes: *const c_char, len: isize) -> Input<'a> {
    let bytes = match usize::try_from(len) {
        // SAFETY: the caller's promise.
        Ok(len) if len != 0 => unsafe { core::slice::from_raw_parts(bytes.cast(), len) },
        _ => &[],
    };
    Input::new(objects::none(), bytes)
}

/// Runs a decoder that may leave an incomplete end; where C wants to know how much it took, it may.
type Decode = fn(&mut Thread, Input<'_>, Option<&str>, bool) -> Result<(Ref<Str>, usize), Raised>;

fn stateful(th: &mut Thread, decode: Decode, bytes: *const c_char, len: isize, errors: *const c_char, consumed: *mut isize) -> Result<Ref<Str>, Raised> {
    // SAFETY: R4: so many bytes, and a C string or null.
    let (input, errors) = unsafe { (input(bytes, len), optional(th, errors)?) };
    let (text, taken) = decode(th, input, errors, consumed.is_null())?;
    if !consumed.is_null() {
        // SAFETY: R4: the caller's variable.
        unsafe { consumed.write(taken.cast_signed()) };
    }
    Ok(text)
}

/// Runs a decoder for one of the byte orders, which C may have said or wants to know.
type DecodeOrdered = fn(&mut Thread, Input<'_>, Option<ByteOrder>, Option<&str>, bool) -> Result<(Ref<Str>, usize, Option<ByteOrder>), Raised>;

fn ordered(
    th: &mut Thread,
    decode: DecodeOrdered,
    (bytes, len): (*const c_char, isize),
    errors: *const c_char,
    byteorder: *mut c_int,
    consumed: *mut isize,
) -> Result<Ref<Str>, Raised> {
    // SAFETY: R4: so many bytes, a C string or null, a variable or null.
    let (input, errors, asked) = unsafe { (input(bytes, len), optional(th, errors)?, byteorder.as_ref().copied().unwrap_or(0)) };
    let order = match asked {
        0 => None,
        1.. => Some(ByteOrder::Big),
        _ => Some(ByteOrder::Little),
    };
    let (text, taken, found) = decode(th, input, order, errors, consumed.is_null())?;
    // SAFETY: R4: the caller's variables.
    unsafe {
        if !byteorder.is_null() && asked == 0 {
            byteorder.write(match found {
                None => 0,
                Some(ByteOrder::Little) => -1,
                Some(ByteOrder::Big) => 1,
            });
        }
        if !consumed.is_null() {
            consumed.write(taken.cast_signed());
        }
    }
    Ok(text)
}

/// Decodes by name.
pub fn decode(th: &mut Thread, bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Str>, Raised> {
    match bytes.is_empty() {
        true => Ok(Str::empty()),
        false => codecs::decode(th, objects::none(), bytes, encoding, errors),
    }
}

/// Of the functions that will go: a warning, then any object from any codec.
fn recode(
    th: &mut Thread,
    text: &Object,
    encoding: *const c_char,
    errors: *const c_char,
    function: &str,
    instead: &str,
    run: fn(&mut Thread, &Object, &str, Option<&str>) -> Result<Ref<Object>, Raised>,
) -> Result<(Ref<Object>, String), Raised> {
    argument(th, text)?;
    warn::warn(th, exceptions::deprecation_warning_type(), format_args!("{function}() is deprecated and will be removed in 3.15; use {instead}"), 1)?;
    // SAFETY: R4: C strings or null.
    let (encoding, errors) = unsafe { (optional(th, encoding)?.unwrap_or("utf-8"), optional(th, errors)?) };
    let made = run(th, text, encoding, errors)?;
    Ok((made, encoding.to_owned()))
}

fn as_text(th: &mut Thread, made: Ref<Object>, encoding: &str, what: &str) -> Result<Ref<Str>, Raised> {
    match made.downcast::<Str>() {
        Ok(text) => Ok(text),
        Err(other) => {
            let got = ops::type_name(&other);
            Err(raise::type_error(
                th,
                format_args!("'{encoding}' {what} returned '{got}' instead of 'str'; use codecs.{}() to {} to arbitrary types", &what[..6], &what[..6]),
            ))
        }
    }
}

api! {
    /// Decodes by name.
    fn PyUnicode_Decode(th, bytes: *const c_char, len: isize, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: so many bytes, C strings or null.
        let (input, encoding, errors) = unsafe { (input(bytes, len), optional(th, encoding)?, optional(th, errors)?) };
        decode(th, input.bytes(), encoding, errors)
    }

    /// Decodes a bytes-like object by name.
    fn PyUnicode_FromEncodedObject(th, object: Option<&Object>, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        let Some(object) = object else { return Err(raise::bad_internal_call(th)) };
        // SAFETY: R4: C strings or null.
        let (encoding, errors) = unsafe { (optional(th, encoding)?, optional(th, errors)?) };
        match object.downcast::<Bytes>().is_some_and(Bytes::is_empty) {
            true => Ok(Str::empty()),
            false => objects::str::decode_object(th, object, encoding, errors),
        }
    }

    /// Encodes by name: bytes.
    fn PyUnicode_AsEncodedString(th, text: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        let text = argument(th, text)?;
        // SAFETY: R4: C strings or null.
        let (encoding, errors) = unsafe { (optional(th, encoding)?, optional(th, errors)?) };
        codecs::encode(th, text, encoding, errors)
    }

    /// Encodes by name: any object.
    fn PyUnicode_AsEncodedObject(th, text: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        let instead = "PyUnicode_AsEncodedString() to encode from str to bytes or PyCodec_Encode() for generic encoding";
        let run = crate::api::codecs::encode;
        recode(th, text, encoding, errors, "PyUnicode_AsEncodedObject", instead, run).map(|(made, _)| made)
    }

    /// Encodes by name: a string.
    fn PyUnicode_AsEncodedUnicode(th, text: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        let instead = "PyCodec_Encode() to encode from str to str";
        let run = crate::api::codecs::encode;
        let (made, encoding) = recode(th, text, encoding, errors, "PyUnicode_AsEncodedUnicode", instead, run)?;
        as_text(th, made, &encoding, "encoder")
    }

    /// Decodes by name: any object.
    fn PyUnicode_AsDecodedObject(th, text: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Object>, Raised> {
        let instead = "PyCodec_Decode() to decode from str";
        let run = crate::api::codecs::decode;
        recode(th, text, encoding, errors, "PyUnicode_AsDecodedObject", instead, run).map(|(made, _)| made)
    }

    /// Decodes by name: a string.
    fn PyUnicode_AsDecodedUnicode(th, text: &Object, encoding: *const c_char, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        let instead = "PyCodec_Decode() to decode from str to str";
        let run = crate::api::codecs::decode;
        let (made, encoding) = recode(th, text, encoding, errors, "PyUnicode_AsDecodedUnicode", instead, run)?;
        as_text(th, made, &encoding, "decoder")
    }

    /// The name of the encoding where none is named.
    fn PyUnicode_GetDefaultEncoding(_th) -> *const c_char {
        c"utf-8".as_ptr()
    }

    /// UTF-8.
    fn PyUnicode_DecodeUTF8(th, bytes: *const c_char, len: isize, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        stateful(th, decoding::utf8, bytes, len, errors, core::ptr::null_mut())
    }

    /// UTF-8, of which an incomplete end is left.
    fn PyUnicode_DecodeUTF8Stateful(th, bytes: *const c_char, len: isize, errors: *const c_char, consumed: *mut isize) -> Result<Ref<Str>, Raised> {
        stateful(th, decoding::utf8, bytes, len, errors, consumed)
    }

    /// UTF-7.
    fn PyUnicode_DecodeUTF7(th, bytes: *const c_char, len: isize, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        stateful(th, decoding::utf7, bytes, len, errors, core::ptr::null_mut())
    }

    /// UTF-7, of which an incomplete end is left.
    fn PyUnicode_DecodeUTF7Stateful(th, bytes: *const c_char, len: isize, errors: *const c_char, consumed: *mut isize) -> Result<Ref<Str>, Raised> {
        stateful(th, decoding::utf7, bytes, len, errors, consumed)
    }

    /// UTF-16.
    fn PyUnicode_DecodeUTF16(th, bytes: *const c_char, len: isize, errors: *const c_char, byteorder: *mut c_int) -> Result<Ref<Str>, Raised> {
        ordered(th, decoding::utf16, (bytes, len), errors, byteorder, core::ptr::null_mut())
    }

    /// UTF-16, of which an incomplete end is left.
    fn PyUnicode_DecodeUTF16Stateful(
        th,
        bytes: *const c_char,
        len: isize,
        errors: *const c_char,
        byteorder: *mut c_int,
        consumed: *mut isize,
    ) -> Result<Ref<Str>, Raised> {
        ordered(th, decoding::utf16, (bytes, len), errors, byteorder, consumed)
    }

    /// UTF-32.
    fn PyUnicode_DecodeUTF32(th, bytes: *const c_char, len: isize, errors: *const c_char, byteorder: *mut c_int) -> Result<Ref<Str>, Raised> {
        ordered(th, decoding::utf32, (bytes, len), errors, byteorder, core::ptr::null_mut())
    }

    /// UTF-32, of which an incomplete end is left.
    fn PyUnicode_DecodeUTF32Stateful(
        th,
        bytes: *const c_char,
        len: isize,
        errors: *const c_char,
        byteorder: *mut c_int,
        consumed: *mut isize,
    ) -> Result<Ref<Str>, Raised> {
        ordered(th, decoding::utf32, (bytes, len), errors, byteorder, consumed)
    }

    /// What backslashes mean in string literals.
    fn PyUnicode_DecodeUnicodeEscape(th, bytes: *const c_char, len: isize, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        stateful(th, decoding::unicode_escape, bytes, len, errors, core::ptr::null_mut())
    }

    /// What `\u` and `\U` mean.
    fn PyUnicode_DecodeRawUnicodeEscape(th, bytes: *const c_char, len: isize, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        stateful(th, decoding::raw_unicode_escape, bytes, len, errors, core::ptr::null_mut())
    }

    /// Latin-1.
    fn PyUnicode_DecodeLatin1(th, bytes: *const c_char, len: isize, _errors: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: so many bytes.
        decoding::latin1(th, unsafe { input(bytes, len) }.bytes())
    }

    /// ASCII.
    fn PyUnicode_DecodeASCII(th, bytes: *const c_char, len: isize, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        stateful(th, |th, input, errors, _| decoding::ascii(th, input, errors), bytes, len, errors, core::ptr::null_mut())
    }

    /// By a mapping; without one Latin-1.
    fn PyUnicode_DecodeCharmap(th, bytes: *const c_char, len: isize, mapping: Option<&Object>, errors: *const c_char) -> Result<Ref<Str>, Raised> {
        // SAFETY: R4: so many bytes, and a C string or null.
        let (input, errors) = unsafe { (input(bytes, len), optional(th, errors)?) };
        charmap::decode(th, input, errors, mapping).map(|(text, _)| text)
    }

    /// UTF-8.
    fn PyUnicode_AsUTF8String(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::utf8(th, text, None)
    }

    /// UTF-16 with a mark.
    fn PyUnicode_AsUTF16String(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::utf16(th, text, None, None)
    }

    /// UTF-32 with a mark.
    fn PyUnicode_AsUTF32String(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::utf32(th, text, None, None)
    }

    /// Latin-1.
    fn PyUnicode_AsLatin1String(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::latin1(th, text, None)
    }

    /// ASCII.
    fn PyUnicode_AsASCIIString(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::ascii(th, text, None)
    }

    /// ASCII with backslashes.
    fn PyUnicode_AsUnicodeEscapeString(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::unicode_escape(th, text)
    }

    /// Latin-1 with `\u` and `\U`.
    fn PyUnicode_AsRawUnicodeEscapeString(th, text: &Object) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        encoding::raw_unicode_escape(th, text)
    }

    /// By a mapping.
    fn PyUnicode_AsCharmapString(th, text: &Object, mapping: Option<&Object>) -> Result<Ref<Bytes>, Raised> {
        let text = argument(th, text)?;
        match mapping {
            Some(mapping) => charmap::encode(th, text, None, Some(mapping)),
            None => Err(bad_argument(th)),
        }
    }

    /// The mapping that a decoding table is the inverse of.
    fn PyUnicode_BuildEncodingMap(th, table: &Object) -> Result<Ref<Object>, Raised> {
        match argument(th, table)? {
            table if table.is_empty() => Err(bad_argument(th)),
            table => charmap::build(th, table),
        }
    }
}
