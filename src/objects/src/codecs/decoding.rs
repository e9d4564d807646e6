//! Running the builtin decoders: steps, and what the error handlers say between them.

use algos::codecs::{self as alg, ByteOrder, Escapes, Step, Utf};
use algos::text::{Builder, bytes::BadEscape};
use heap::{Heaped, Object, Raised, Ref, Thread};

use super::handlers::{self, Handling};
use crate::exceptions::UnicodeDecodeError;
use crate::str::{StrBuilder, with_units};
use crate::{Bytes, Str, raise, warn};

/// Bytes to decode and the object that they are from.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    object: &'a Object,
    bytes: &'a [u8],
}

impl<'a> Input<'a> {
    /// `object` holds `bytes`; if it is a `bytes` object, exceptions show it.
    pub fn new(object: &'a Object, bytes: &'a [u8]) -> Input<'a> {
        Input { object, bytes }
    }

    /// The bytes.
    pub fn bytes(self) -> &'a [u8] {
        self.bytes
    }

    fn to_bytes(self, th: &Thread) -> Ref<Bytes> {
        match self.object.downcast::<Bytes>() {
            Some(bytes) if core::ptr::eq(bytes.as_slice(), self.bytes) => th.retain(bytes),
            _ => Bytes::new(th, self.bytes),
        }
    }
}

/// What a decoder can do.
pub(super) struct Decoder<'a> {
    /// The encoding's name in exceptions.
    pub name: &'a str,
    /// Decodes from a position on.
    pub step: &'a mut dyn FnMut(&mut Thread, &[u8], usize, &mut Builder) -> Result<Step, Raised>,
    /// What `surrogatepass` reads; `None`: it does not help here.
    pub utf: Option<Utf>,
}

/// Decodes from `at` on: the text and how much input it took.
pub(super) fn run(th: &mut Thread, decoder: Decoder<'_>, input: Input<'_>, at: usize, errors: Option<&str>) -> Result<(Ref<Str>, usize), Raised> {
    let handling = Handling::named(errors);
    let mut handler: Option<Ref<Object>> = None;
    // A handler may put other bytes in the place of the input.
    let mut replaced: Option<Ref<Bytes>> = None;
    let mut out = StrBuilder::with_capacity(input.bytes.len());
    let mut at = at;
    loop {
        let bytes = replaced.as_ref().map_or(input.bytes, |bytes| bytes.as_slice());
        let (start, end, reason) = match (decoder.step)(th, bytes, at, out.inner())? {
            Step::Done(consumed) => {
                // All of what a handler put in the place of the input is all of the input.
                let consumed = if consumed == bytes.len() { input.bytes.len() } else { consumed };
                return Ok((out.finish(th)?, consumed));
            }
            Step::Error { start, end, reason } => (start, end, reason),
        };
        match handling {
            Handling::Ignore => {
                at = end;
                continue;
            }
            Handling::Replace => {
                out.push(0xfffd);
                at = end;
                continue;
            }
            Handling::Backslash => {
                out.push_text(&alg::backslash_bytes(&bytes[start..end]));
                at = end;
                continue;
            }
            Handling::SurrogateEscape => {
                let chars = alg::surrogateescape_chars(&bytes[start..end]);
                if !chars.is_empty() {
                    at = start + chars.len();
                    chars.into_iter().for_each(|c| out.push(c));
                    continue;
                }
            }
            Handling::SurrogatePass => {
                if let Some((c, len)) = decoder.utf.and_then(|utf| alg::surrogatepass_chars(&bytes[start..], utf)) {
                    out.push(c);
                    at = start + len;
                    continue;
                }
            }
            Handling::Strict | Handling::XmlCharRef | Handling::Other(_) => {}
        }
        let object = match &replaced {
            Some(bytes) => bytes.clone(),
            None => input.to_bytes(th),
        };
        let range = (start.cast_signed(), end.cast_signed());
        let error = UnicodeDecodeError::create(th, Some(decoder.name), object.as_object(), range, reason);
        let by_callback = matches!(handling, Handling::Other(_) | Handling::XmlCharRef);
        let Some(name) = errors.filter(|_| by_callback) else { return Err(raise::set(th, error.up())) };
        let function = match &handler {
            Some(function) => function.clone(),
            None => {
                let function = handlers::find(th, name)?;
                handler = Some(function.clone());
                function
            }
        };
        let (text, object, position) = handlers::ask_decode(th, &function, &error)?;
        out.push_str(&text);
        at = position;
        replaced = Some(object);
    }
}

/// UTF-8. Unless `last`, an incomplete sequence at the end is left.
pub fn utf8(th: &mut Thread, input: Input<'_>, errors: Option<&str>, last: bool) -> Result<(Ref<Str>, usize), Raised> {
    if let Ok(text) = core::str::from_utf8(input.bytes) {
        return match Str::try_from_utf8(th, text) {
            Some(made) => Ok((made, text.len())),
            None => Err(raise::memory_error(th)),
        };
    }
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(alg::decode_utf8(bytes, at, last, out));
    run(th, Decoder { name: "utf-8", step: &mut step, utf: Some(Utf::Utf8) }, input, 0, errors)
}

/// ASCII.
pub fn ascii(th: &mut Thread, input: Input<'_>, errors: Option<&str>) -> Result<(Ref<Str>, usize), Raised> {
    if input.bytes.is_ascii() {
        return Ok((latin1(th, input.bytes)?, input.bytes.len()));
    }
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(alg::decode_ascii(bytes, at, out));
    run(th, Decoder { name: "ascii", step: &mut step, utf: None }, input, 0, errors)
}

/// Latin-1: every byte is a character.
pub fn latin1(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Str>, Raised> {
    Str::from_units(th, bytes).ok_or_else(|| raise::memory_error(th))
}

type Ordered = (Ref<Str>, usize, Option<ByteOrder>);

/// UTF-16. Without an order a mark at the start tells it, else it is the machine's; the order that was found is the third result.
pub fn utf16(th: &mut Thread, input: Input<'_>, order: Option<ByteOrder>, errors: Option<&str>, last: bool) -> Result<Ordered, Raised> {
    let mark = if order.is_none() { ByteOrder::of_utf16(input.bytes) } else { None };
    let found = order.or(mark.map(|(order, _)| order));
    let effective = found.unwrap_or(ByteOrder::NATIVE);
    let name = if effective == ByteOrder::Little { "utf-16-le" } else { "utf-16-be" };
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(alg::decode_utf16(bytes, at, effective, last, out));
    let decoder = Decoder { name, step: &mut step, utf: Some(Utf::Utf16(effective)) };
    let (text, consumed) = run(th, decoder, input, mark.map_or(0, |(_, len)| len), errors)?;
    Ok((text, consumed, found))
}

/// UTF-32, as [`utf16`].
pub fn utf32(th: &mut Thread, input: Input<'_>, order: Option<ByteOrder>, errors: Option<&str>, last: bool) -> Result<Ordered, Raised> {
    let mark = if order.is_none() { ByteOrder::of_utf32(input.bytes) } else { None };
    let found = order.or(mark.map(|(order, _)| order));
    let effective = found.unwrap_or(ByteOrder::NATIVE);
    let name = if effective == ByteOrder::Little { "utf-32-le" } else { "utf-32-be" };
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(alg::decode_utf32(bytes, at, effective, last, out));
    let decoder = Decoder { name, step: &mut step, utf: Some(Utf::Utf32(effective)) };
    let (text, consumed) = run(th, decoder, input, mark.map_or(0, |(_, len)| len), errors)?;
    Ok((text, consumed, found))
}

/// UTF-7.
pub fn utf7(th: &mut Thread, input: Input<'_>, errors: Option<&str>, last: bool) -> Result<(Ref<Str>, usize), Raised> {
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(alg::decode_utf7(bytes, at, last, out));
    run(th, Decoder { name: "utf7", step: &mut step, utf: None }, input, 0, errors)
}

/// `unicode-escape`; an escape that means nothing is warned of.
pub fn unicode_escape(th: &mut Thread, input: Input<'_>, errors: Option<&str>, last: bool) -> Result<(Ref<Str>, usize), Raised> {
    let mut escapes = Escapes::default();
    // A handler may replace the input, so the first bad escape is kept as it is met.
    let mut met: Option<(Vec<u8>, BadEscape)> = None;
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| {
        let step = alg::decode_unicode_escape(bytes, at, last, out, &mut escapes);
        if let (None, Some(bad)) = (&met, escapes.bad) {
            let shown = bytes.iter().skip(bad.at).take(3).copied().collect();
            met = Some((shown, BadEscape { at: 0, ..bad }));
        }
        Ok(step)
    };
    let decoded = run(th, Decoder { name: "unicodeescape", step: &mut step, utf: None }, input, 0, errors)?;
    if let Some((shown, bad)) = met {
        warn_of_escape(th, &shown, bad, "")?;
    }
    Ok(decoded)
}

/// Warns of an escape that means nothing; `prefix` is what a literal of that kind begins with.
pub fn warn_of_escape(th: &mut Thread, source: &[u8], bad: BadEscape, prefix: &str) -> Result<(), Raised> {
    let tail = "Such sequences will not work in the future. ";
    let at = |offset: usize| source.get(bad.at + offset).map_or('?', |&c| char::from(c));
    if bad.octal {
        let (a, b, c) = (at(0), at(1), at(2));
        return warn::deprecated(th, format_args!("{prefix}\"\\{a}{b}{c}\" is an invalid octal escape sequence. {tail}"));
    }
    let c = at(0);
    warn::deprecated(th, format_args!("{prefix}\"\\{c}\" is an invalid escape sequence. {tail}"))
}

/// `raw-unicode-escape`.
pub fn raw_unicode_escape(th: &mut Thread, input: Input<'_>, errors: Option<&str>, last: bool) -> Result<(Ref<Str>, usize), Raised> {
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(alg::decode_raw_unicode_escape(bytes, at, last, out));
    run(th, Decoder { name: "rawunicodeescape", step: &mut step, utf: None }, input, 0, errors)
}

/// A code page: `table` holds the character of each byte, U+FFFE where there is none.
pub fn table(th: &mut Thread, input: Input<'_>, table: &Str, errors: Option<&str>) -> Result<(Ref<Str>, usize), Raised> {
    let mut step = |_: &mut Thread, bytes: &[u8], at: usize, out: &mut Builder| Ok(with_units!(table, |table| alg::decode_charmap(bytes, at, table, out)));
    run(th, Decoder { name: "charmap", step: &mut step, utf: None }, input, 0, errors)
}
