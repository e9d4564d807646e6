//! Error handlers: the builtin ones, as what codecs do at once and as functions that Python calls, and the calling of others.

use algos::codecs::{self as alg, ByteOrder, Utf};
use heap::{Heaped, Object, Raised, Ref, Thread};
use macros::pymodule;

use super::registry;
use crate::exceptions::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError, as_exception};
use crate::str::with_units;
use crate::typing::descr::MethodDef;
use crate::{Builtin, Bytes, Int, Str, Tuple, ops, raise};

/// The builtin handlers' names.
pub const NAMES: [&str; 8] =
    ["strict", "ignore", "replace", "xmlcharrefreplace", "backslashreplace", "namereplace", "surrogatepass", "surrogateescape"];

/// What to do about an error.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Handling<'a> {
    Strict,
    Ignore,
    Replace,
    XmlCharRef,
    Backslash,
    SurrogateEscape,
    SurrogatePass,
    /// Looked up and called.
    Other(&'a str),
}

impl<'a> Handling<'a> {
    /// By name; none is strict.
    pub fn named(errors: Option<&'a str>) -> Handling<'a> {
        match errors {
            None | Some("strict") => Handling::Strict,
            Some("ignore") => Handling::Ignore,
            Some("replace") => Handling::Replace,
            Some("xmlcharrefreplace") => Handling::XmlCharRef,
            Some("backslashreplace") => Handling::Backslash,
            Some("surrogateescape") => Handling::SurrogateEscape,
            Some("surrogatepass") => Handling::SurrogatePass,
            Some(other) => Handling::Other(other),
        }
    }
}

/// The Unicode encoding that a name stands for, as `surrogatepass` reads it.
pub fn utf_of(encoding: &str) -> Option<Utf> {
    let rest = encoding.get(..3).filter(|utf| utf.eq_ignore_ascii_case("utf")).map(|_| &encoding[3..])?;
    let rest = rest.strip_prefix(['-', '_']).unwrap_or(rest);
    let (make, rest): (fn(ByteOrder) -> Utf, &str) = if rest == "8" {
        return Some(Utf::Utf8);
    } else if let Some(rest) = rest.strip_prefix("16") {
        (Utf::Utf16, rest)
    } else {
        (Utf::Utf32, rest.strip_prefix("32")?)
    };
    if rest.is_empty() {
        return Some(make(ByteOrder::NATIVE));
    }
    let rest = rest.strip_prefix(['-', '_']).unwrap_or(rest);
    Some(make(if rest.eq_ignore_ascii_case("le") {
        ByteOrder::Little
    } else if rest.eq_ignore_ascii_case("be") {
        ByteOrder::Big
    } else {
        return None;
    }))
}

/// What a handler answers an encoder.
pub enum Replacement {
    Text(Ref<Str>),
    Bytes(Ref<Bytes>),
}

/// A position that may count from the end; `IndexError` beyond either end.
fn position(th: &mut Thread, answer: &Object, len: usize) -> Result<usize, Raised> {
    let asked = ops::index_isize(th, answer)?;
    let at = if asked < 0 { asked + len.cast_signed() } else { asked };
    match usize::try_from(at) {
        Ok(at) if at <= len => Ok(at),
        _ => Err(raise::index_error(th, format_args!("position {at} from error handler out of bounds"))),
    }
}

/// Asks a handler about text that cannot be encoded: what to write instead, and where to go on.
pub fn ask_encode(th: &mut Thread, handler: &Object, error: &UnicodeEncodeError, len: usize) -> Result<(Replacement, usize), Raised> {
    let answer = ops::call1(th, handler, error.as_object())?;
    let wrong = |th: &mut Thread| Err(raise::type_error(th, format_args!("encoding error handler must return (str/bytes, int) tuple")));
    let Some(pair) = answer.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2) else { return wrong(th) };
    let replacement = if let Some(text) = Str::of(pair.get(0)) {
        Replacement::Text(th.retain(text))
    } else if let Some(bytes) = pair.get(0).downcast::<Bytes>() {
        Replacement::Bytes(th.retain(bytes))
    } else {
        return wrong(th);
    };
    if Int::of(pair.get(1)).is_none() && !ops::has_index(pair.get(1)) {
        return wrong(th);
    }
    let at = position(th, pair.get(1), len)?;
    Ok((replacement, at))
}

/// Asks a handler about bytes that cannot be decoded: what to write instead, and the position, which is relative to the exception's
/// object, for the handler may replace that.
pub fn ask_decode(th: &mut Thread, handler: &Object, error: &UnicodeDecodeError) -> Result<(Ref<Str>, Ref<Bytes>, usize), Raised> {
    let answer = ops::call1(th, handler, error.as_object())?;
    let wrong = |th: &mut Thread| Err(raise::type_error(th, format_args!("decoding error handler must return (str, int) tuple")));
    let Some(pair) = answer.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2) else { return wrong(th) };
    let Some(text) = Str::of(pair.get(0)) else { return wrong(th) };
    let text = th.retain(text);
    if !ops::has_index(pair.get(1)) {
        return wrong(th);
    }
    let Some(Ok(object)) = error.object(th).map(Ref::downcast::<Bytes>) else {
        return Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute must be a bytes")));
    };
    let at = position(th, pair.get(1), object.len())?;
    Ok((text, object, at))
}

/// The handler of a name, or of what a fast path leaves to it.
pub fn find(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    registry::lookup_error(th, name)
}

/// The builtin handlers as functions.
pub(super) fn builtin_functions(th: &Thread) -> Vec<(&'static str, Ref<Object>)> {
    let mut out = Vec::new();
    for (name, def) in NAMES.into_iter().zip(functions::PART.methods.iter()) {
        out.push((name, make_function(th, def)));
    }
    out
}

#[allow(unsafe_code, reason = "declarations live for ever")]
fn make_function(th: &Thread, def: *mut abi::PyMethodDef) -> Ref<Object> {
    // SAFETY: R4: the macro's tables are statics.
    let def = unsafe { MethodDef::from_ptr(def) };
    Builtin::new(th, def, None, None).up()
}

/// What an exception of one of the three classes is about, its range cut to the object.
enum Fault<'a> {
    Encode(&'a UnicodeEncodeError, Ref<Str>, core::ops::Range<usize>),
    Decode(&'a UnicodeDecodeError, Ref<Bytes>, core::ops::Range<usize>),
    Translate(Ref<Str>, core::ops::Range<usize>),
}

fn cut((start, end): (isize, isize), len: usize) -> core::ops::Range<usize> {
    let len = len.cast_signed();
    let start = start.clamp(0, (len - 1).max(0));
    let end = end.max(1).min(len);
    start.cast_unsigned()..end.max(start).cast_unsigned()
}

impl<'a> Fault<'a> {
    fn of(th: &mut Thread, exception: &'a Object) -> Result<Fault<'a>, Raised> {
        if let Some(error) = exception.downcast::<UnicodeEncodeError>() {
            let text = Fault::text(th, error.object(th))?;
            let range = cut(error.range(), text.len());
            return Ok(Fault::Encode(error, text, range));
        }
        if let Some(error) = exception.downcast::<UnicodeTranslateError>() {
            let text = Fault::text(th, error.object(th))?;
            let range = cut(error.range(), text.len());
            return Ok(Fault::Translate(text, range));
        }
        if let Some(error) = exception.downcast::<UnicodeDecodeError>() {
            let Some(object) = error.object(th) else { return Err(unset(th)) };
            let Ok(bytes) = object.downcast::<Bytes>() else {
                return Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute must be a bytes")));
            };
            let range = cut(error.range(), bytes.len());
            return Ok(Fault::Decode(error, bytes, range));
        }
        Err(wrong_type(th, exception))
    }

    fn text(th: &mut Thread, object: Option<Ref<Object>>) -> Result<Ref<Str>, Raised> {
        let Some(object) = object else { return Err(unset(th)) };
        object.downcast::<Str>().or_else(|_| Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute must be a string"))))
    }
}

#[cold]
fn unset(th: &mut Thread) -> Raised {
    raise::type_error(th, format_args!("UnicodeError 'object' attribute is not set"))
}

#[cold]
fn wrong_type(th: &mut Thread, exception: &Object) -> Raised {
    let got = ops::type_name(exception);
    raise::type_error(th, format_args!("don't know how to handle {got} in error callback"))
}

fn answer(th: &mut Thread, text: Ref<Object>, end: usize) -> Ref<Tuple> {
    let end = Int::from_usize(th, end);
    Tuple::from_array(th, [text, end.up()])
}

fn repeated(th: &mut Thread, c: u32, count: usize) -> Result<Ref<Object>, Raised> {
    let mut out = crate::str::StrBuilder::new();
    out.push_repeated(c, count);
    out.finish(th).map(Ref::up)
}

/// Raises the exception again: the handler does not help.
fn give_up(th: &mut Thread, exception: &Object) -> Raised {
    let exception = th.retain(exception);
    raise::set(th, exception)
}

fn encoding_name(th: &mut Thread, encoding: Option<Ref<Object>>) -> Result<String, Raised> {
    match encoding.as_deref().and_then(Str::of) {
        Some(name) => Ok(name.to_string_lossy()),
        None => Err(raise::type_error(th, format_args!("UnicodeError 'encoding' attribute must be a string"))),
    }
}

#[pymodule(part)]
mod functions {
    use super::*;

    /// Implements the 'strict' error handling, which raises a UnicodeError on coding errors.
    #[function(sig = none)]
    fn strict_errors(th: &mut Thread, exception: &Object) -> Result<(), Raised> {
        match as_exception(exception) {
            Some(_) => Err(give_up(th, exception)),
            None => Err(raise::type_error(th, format_args!("codec must pass exception instance"))),
        }
    }

    /// Implements the 'ignore' error handling, which ignores malformed data and continues.
    #[function(sig = none)]
    fn ignore_errors(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        let end = match Fault::of(th, exception)? {
            Fault::Encode(_, _, range) | Fault::Decode(_, _, range) | Fault::Translate(_, range) => range.end,
        };
        Ok(answer(th, Str::empty().up(), end))
    }

    /// Implements the 'replace' error handling, which replaces malformed data with a replacement marker.
    #[function(sig = none)]
    fn replace_errors(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        let (text, end) = match Fault::of(th, exception)? {
            Fault::Encode(_, _, range) => (repeated(th, u32::from('?'), range.len())?, range.end),
            Fault::Decode(_, _, range) => (repeated(th, 0xfffd, 1)?, range.end),
            Fault::Translate(_, range) => (repeated(th, 0xfffd, range.len())?, range.end),
        };
        Ok(answer(th, text, end))
    }

    /// Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.
    #[function(sig = none)]
    fn xmlcharrefreplace_errors(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        let Fault::Encode(_, text, range) = Fault::of(th, exception)? else { return Err(wrong_type(th, exception)) };
        let written = with_units!(text, |units| alg::xml_chars(&units[range.clone()]));
        let written = Str::new(th, &written);
        Ok(answer(th, written.up(), range.end))
    }

    /// Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.
    #[function(sig = none)]
    fn backslashreplace_errors(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        let (written, end) = match Fault::of(th, exception)? {
            Fault::Decode(_, bytes, range) => (alg::backslash_bytes(&bytes.as_slice()[range.clone()]), range.end),
            Fault::Encode(_, text, range) | Fault::Translate(text, range) => {
                (with_units!(text, |units| alg::backslash_chars(&units[range.clone()])), range.end)
            }
        };
        let written = Str::new(th, &written);
        Ok(answer(th, written.up(), end))
    }

    /// Implements the 'namereplace' error handling, which replaces an unencodable character with a \N{...} escape sequence.
    #[function(sig = none)]
    fn namereplace_errors(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        let Fault::Encode(_, text, range) = Fault::of(th, exception)? else { return Err(wrong_type(th, exception)) };
        let written = with_units!(text, |units| alg::name_chars(&units[range.clone()]));
        let written = Str::new(th, &written);
        Ok(answer(th, written.up(), range.end))
    }

    #[function(sig = none)]
    fn surrogatepass(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        match Fault::of(th, exception)? {
            Fault::Encode(error, text, range) => {
                let encoding = error.encoding(th);
                let utf = utf_of(&encoding_name(th, encoding)?);
                let written = utf.and_then(|utf| with_units!(text, |units| alg::surrogatepass_bytes(&units[range.clone()], utf)));
                let Some(written) = written else { return Err(give_up(th, exception)) };
                let written = Bytes::new(th, &written);
                Ok(answer(th, written.up(), range.end))
            }
            Fault::Decode(error, bytes, range) => {
                let encoding = error.encoding(th);
                let utf = utf_of(&encoding_name(th, encoding)?);
                let found = utf.and_then(|utf| alg::surrogatepass_chars(&bytes.as_slice()[range.start..], utf));
                let Some((c, len)) = found else { return Err(give_up(th, exception)) };
                let c = Str::from_char(th, c);
                Ok(answer(th, c.up(), range.start + len))
            }
            Fault::Translate(..) => Err(wrong_type(th, exception)),
        }
    }

    #[function(sig = none)]
    fn surrogateescape(th: &mut Thread, exception: &Object) -> Result<Ref<Tuple>, Raised> {
        match Fault::of(th, exception)? {
            Fault::Encode(_, text, range) => {
                let written = with_units!(text, |units| alg::surrogateescape_bytes(&units[range.clone()]));
                let Some(written) = written else { return Err(give_up(th, exception)) };
                let written = Bytes::new(th, &written);
                Ok(answer(th, written.up(), range.end))
            }
            Fault::Decode(_, bytes, range) => {
                let written = alg::surrogateescape_chars(&bytes.as_slice()[range.clone()]);
                if written.is_empty() {
                    return Err(give_up(th, exception));
                }
                let end = range.start + written.len();
                let written = Str::from_code_points(th, &written);
                Ok(answer(th, written.up(), end))
            }
            Fault::Translate(..) => Err(wrong_type(th, exception)),
        }
    }
}
