//! Text and bytes into each other: the builtin codecs with their error handlers, and the registry of all others.
//!
//! Start at [`encode`] and [`decode`]. The codecs' steps are `algos::codecs`; [`encoding`] and [`decoding`] run them and ask the error
//! handlers ([`handlers`]); [`registry`] finds codecs and handlers by name.

pub mod charmap;
pub mod decoding;
pub mod encoding;
pub mod handlers;
pub mod registry;

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Object, Raised, Ref, Thread};

use crate::{Bytes, Str, ops, raise};

/// Whether names of encodings and handlers are looked up even where they are not needed: development mode does that.
static ALL_NAMES_CHECKED: AtomicBool = AtomicBool::new(false);

/// Says whether to look up names that are not needed.
pub fn check_all_names(check: bool) {
    ALL_NAMES_CHECKED.store(check, Relaxed);
}

/// Looks the names up if all names are checked.
fn check_names(th: &mut Thread, encoding: Option<&str>, errors: Option<&str>) -> Result<(), Raised> {
    if !ALL_NAMES_CHECKED.load(Relaxed) {
        return Ok(());
    }
    if let Some(encoding) = encoding.filter(|encoding| builtin(encoding).is_none()) {
        registry::lookup(th, encoding)?;
    }
    if let Some(errors) = errors.filter(|errors| !handlers::NAMES.contains(errors)) {
        registry::lookup_error(th, errors)?;
    }
    Ok(())
}

/// The codecs that need no look-up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Builtin {
    Utf8,
    Utf16,
    Utf32,
    Ascii,
    Latin1,
}

/// An encoding's name in the form in which names are compared: lower case, `_` for each run of other characters.
pub fn normalize(encoding: &str) -> String {
    let mut out = String::with_capacity(encoding.len());
    let mut gap = false;
    for c in encoding.chars() {
        if c.is_ascii_alphanumeric() || c == '.' {
            if gap && !out.is_empty() {
                out.push('_');
            }
            gap = false;
            out.push(c.to_ascii_lowercase());
        } else {
            gap = true;
        }
    }
    out
}

fn builtin(encoding: &str) -> Option<Builtin> {
    // The common spellings first: no allocation.
    match encoding {
        "utf-8" | "utf8" | "UTF-8" => return Some(Builtin::Utf8),
        "ascii" => return Some(Builtin::Ascii),
        "latin-1" => return Some(Builtin::Latin1),
        _ => {}
    }
    Some(match normalize(encoding).as_str() {
        "utf_8" | "utf8" => Builtin::Utf8,
        "utf_16" | "utf16" => Builtin::Utf16,
        "utf_32" | "utf32" => Builtin::Utf32,
        "ascii" | "us_ascii" => Builtin::Ascii,
        "latin1" | "latin_1" | "iso_8859_1" | "iso8859_1" => Builtin::Latin1,
        _ => return None,
    })
}

/// `text.encode(encoding, errors)`: bytes.
pub fn encode(th: &mut Thread, text: &Str, encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
    check_names(th, encoding, errors)?;
    let name = encoding.unwrap_or("utf-8");
    let made = match builtin(name) {
        Some(Builtin::Utf8) => encoding::utf8(th, text, errors),
        Some(Builtin::Utf16) => encoding::utf16(th, text, None, errors),
        Some(Builtin::Utf32) => encoding::utf32(th, text, None, errors),
        Some(Builtin::Ascii) => encoding::ascii(th, text, errors),
        Some(Builtin::Latin1) => encoding::latin1(th, text, errors),
        None => return encode_by_registry(th, text, name, errors),
    };
    made.map(Ref::up)
}

fn encode_by_registry(th: &mut Thread, text: &Str, name: &str, errors: Option<&str>) -> Result<Ref<Object>, Raised> {
    let codec = registry::lookup_text(th, name, "codecs.encode()")?;
    let made = registry::run_encoder(th, &codec, text, name, errors)?;
    if made.is_a::<Bytes>() {
        return Ok(made);
    }
    if let Some(array) = made.downcast_ref::<crate::ByteArray>() {
        let message = format_args!("encoder {name} returned bytearray instead of bytes; use codecs.encode() to encode to arbitrary types");
        crate::warn::warn(th, crate::exceptions::runtime_warning_type(), message, 1)?;
        let bytes = array.to_vec(th);
        return Ok(Bytes::new(th, &bytes).up());
    }
    let got = ops::type_name(&made);
    Err(raise::type_error(
        th,
        format_args!("'{name}' encoder returned '{got}' instead of 'bytes'; use codecs.encode() to encode to arbitrary types"),
    ))
}

/// The text that `bytes` stand for; `object` is where they are from, for exceptions.
pub fn decode(th: &mut Thread, object: &Object, bytes: &[u8], encoding: Option<&str>, errors: Option<&str>) -> Result<Ref<Str>, Raised> {
    check_names(th, encoding, errors)?;
    let name = encoding.unwrap_or("utf-8");
    let input = decoding::Input::new(object, bytes);
    let decoded = match builtin(name) {
        Some(Builtin::Utf8) => decoding::utf8(th, input, errors, true),
        Some(Builtin::Utf16) => decoding::utf16(th, input, None, errors, true).map(|(text, consumed, _)| (text, consumed)),
        Some(Builtin::Utf32) => decoding::utf32(th, input, None, errors, true).map(|(text, consumed, _)| (text, consumed)),
        Some(Builtin::Ascii) => decoding::ascii(th, input, errors),
        Some(Builtin::Latin1) => return decoding::latin1(th, bytes),
        None => return decode_by_registry(th, object, bytes, name, errors),
    };
    decoded.map(|(text, _)| text)
}

fn decode_by_registry(th: &mut Thread, object: &Object, bytes: &[u8], name: &str, errors: Option<&str>) -> Result<Ref<Str>, Raised> {
    let codec = registry::lookup_text(th, name, "codecs.decode()")?;
    let argument = match object.downcast_exact::<Bytes>() {
        Some(bytes) => th.retain(bytes),
        None => Bytes::try_new(th, bytes).ok_or(()).or_else(|()| Err(raise::memory_error(th)))?,
    };
    let made = registry::run_decoder(th, &codec, &argument, name, errors)?;
    match made.downcast::<Str>() {
        Ok(text) => Ok(text),
        Err(other) => {
            let got = ops::type_name(&other);
            Err(raise::type_error(
                th,
                format_args!("'{name}' decoder returned '{got}' instead of 'str'; use codecs.decode() to decode to arbitrary types"),
            ))
        }
    }
}
