//! Running the builtin encoders: steps, and what the error handlers say between them.

use algos::codecs::{self as alg, ByteOrder, Step, Utf};
use heap::{Heaped, Object, Raised, Ref, Thread};

use super::handlers::{self, Handling, Replacement};
use crate::exceptions::UnicodeEncodeError;
use crate::str::with_units;
use crate::{Bytes, Str, raise};

/// What an encoder can do.
pub(super) struct Encoder<'a> {
    /// The encoding's name in exceptions.
    pub name: &'a str,
    /// Encodes text from a position on.
    pub step: &'a dyn Fn(&mut Thread, &Str, usize, &mut Vec<u8>) -> Result<Step, Raised>,
    /// Replacements must be ASCII.
    pub ascii_only: bool,
    /// Bytes per unit: replacements that are bytes come in whole units.
    pub unit: usize,
    /// What `surrogatepass` writes; `None`: it does not help here.
    pub utf: Option<Utf>,
}

struct Run<'a> {
    encoder: &'a Encoder<'a>,
    text: &'a Str,
    errors: Option<&'a str>,
    handling: Handling<'a>,
    /// The handler, once it was looked up.
    handler: Option<Ref<Object>>,
    out: Vec<u8>,
}

/// Encodes all of `text`; what the output begins with is given.
pub(super) fn run(th: &mut Thread, encoder: &Encoder<'_>, text: &Str, errors: Option<&str>, out: Vec<u8>) -> Result<Ref<Bytes>, Raised> {
    let mut run = Run { encoder, text, errors, handling: Handling::named(errors), handler: None, out };
    let mut at = 0;
    loop {
        match (encoder.step)(th, text, at, &mut run.out)? {
            Step::Done(_) => break,
            Step::Error { start, end, reason } => at = run.handle(th, start, end, reason)?,
        }
    }
    Bytes::try_new(th, &run.out).ok_or_else(|| raise::memory_error(th))
}

impl Run<'_> {
    #[cold]
    fn strict(&self, th: &mut Thread, start: usize, end: usize, reason: &str) -> Raised {
        raise::unicode_encode_error(th, self.encoder.name, self.text.as_object(), start, end, reason)
    }

    /// Writes a replacement; false: it cannot be encoded.
    fn write(&mut self, th: &mut Thread, text: &Str) -> Result<bool, Raised> {
        if self.encoder.ascii_only && !text.is_ascii() {
            return Ok(false);
        }
        let before = self.out.len();
        match (self.encoder.step)(th, text, 0, &mut self.out)? {
            Step::Done(_) => Ok(true),
            Step::Error { .. } => {
                self.out.truncate(before);
                Ok(false)
            }
        }
    }

    fn write_text(&mut self, th: &mut Thread, text: &str, start: usize, end: usize, reason: &str) -> Result<usize, Raised> {
        let text = Str::new(th, text);
        if self.write(th, &text)? { Ok(end) } else { Err(self.strict(th, start, end, reason)) }
    }

    /// Deals with what is wrong between `start` and `end`: where to go on.
    #[cold]
    fn handle(&mut self, th: &mut Thread, start: usize, end: usize, reason: &str) -> Result<usize, Raised> {
        let text = self.text;
        match self.handling {
            Handling::Strict => Err(self.strict(th, start, end, reason)),
            Handling::Ignore => Ok(end),
            Handling::Replace => self.write_text(th, &"?".repeat(end - start), start, end, reason),
            Handling::XmlCharRef => {
                let written = with_units!(text, |units| alg::xml_chars(&units[start..end]));
                self.write_text(th, &written, start, end, reason)
            }
            Handling::Backslash => {
                let written = with_units!(text, |units| alg::backslash_chars(&units[start..end]));
                self.write_text(th, &written, start, end, reason)
            }
            Handling::SurrogateEscape if self.encoder.unit == 1 => {
                let mut at = start;
                while at < end
                    && let c @ 0xdc80..0xdd00 = text.chars().at(at)
                {
                    self.out.push((c - 0xdc00) as u8);
                    at += 1;
                }
                if at < end { Err(self.strict(th, at, end, reason)) } else { Ok(end) }
            }
            Handling::SurrogatePass => {
                let mut at = start;
                while at < end
                    && let Some(utf) = self.encoder.utf
                    && let Some(bytes) = with_units!(text, |units| alg::surrogatepass_bytes(&units[at..at + 1], utf))
                {
                    self.out.extend_from_slice(&bytes);
                    at += 1;
                }
                if at < end { Err(self.strict(th, at, end, reason)) } else { Ok(end) }
            }
            Handling::SurrogateEscape | Handling::Other(_) => self.ask(th, start, end, reason),
        }
    }

    fn ask(&mut self, th: &mut Thread, start: usize, end: usize, reason: &str) -> Result<usize, Raised> {
        let handler = match &self.handler {
            Some(handler) => handler.clone(),
            None => {
                let handler = handlers::find(th, self.errors.unwrap_or("strict"))?;
                self.handler = Some(handler.clone());
                handler
            }
        };
        let range = (start.cast_signed(), end.cast_signed());
        let error = UnicodeEncodeError::create(th, Some(self.encoder.name), self.text.as_object(), range, reason);
        let (replacement, at) = handlers::ask_encode(th, &handler, &error, self.text.len())?;
        let written = match replacement {
            Replacement::Bytes(bytes) => {
                let fits = bytes.len().is_multiple_of(self.encoder.unit);
                if fits {
                    self.out.extend_from_slice(bytes.as_slice());
                }
                fits
            }
            Replacement::Text(text) => self.write(th, &text)?,
        };
        if written { Ok(at) } else { Err(raise::set(th, error.up())) }
    }
}

/// UTF-8.
pub fn utf8(th: &mut Thread, text: &Str, errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
    if let Some(ascii) = text.as_ascii() {
        return Bytes::try_new(th, ascii.as_bytes()).ok_or_else(|| raise::memory_error(th));
    }
    let encoder = Encoder {
        name: "utf-8",
        step: &|_, text, at, out| Ok(with_units!(text, |units| alg::encode_utf8(units, at, out))),
        ascii_only: true,
        unit: 1,
        utf: Some(Utf::Utf8),
    };
    run(th, &encoder, text, errors, Vec::with_capacity(text.len() * 2))
}

/// ASCII.
pub fn ascii(th: &mut Thread, text: &Str, errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
    if let Some(ascii) = text.as_ascii() {
        return Bytes::try_new(th, ascii.as_bytes()).ok_or_else(|| raise::memory_error(th));
    }
    let encoder = Encoder {
        name: "ascii",
        step: &|_, text, at, out| Ok(with_units!(text, |units| alg::encode_ascii(units, at, out))),
        ascii_only: false,
        unit: 1,
        utf: None,
    };
    run(th, &encoder, text, errors, Vec::with_capacity(text.len()))
}

/// Latin-1.
pub fn latin1(th: &mut Thread, text: &Str, errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
    if text.unit_size() == 1 {
        return Bytes::try_new(th, text.raw_bytes()).ok_or_else(|| raise::memory_error(th));
    }
    let encoder = Encoder {
        name: "latin-1",
        step: &|_, text, at, out| Ok(with_units!(text, |units| alg::encode_latin1(units, at, out))),
        ascii_only: false,
        unit: 1,
        utf: None,
    };
    run(th, &encoder, text, errors, Vec::with_capacity(text.len()))
}

/// UTF-16; without an order it is the machine's, told by a mark.
pub fn utf16(th: &mut Thread, text: &Str, order: Option<ByteOrder>, errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
    let effective = order.unwrap_or(ByteOrder::NATIVE);
    let encoder = Encoder {
        name: match order {
            None => "utf-16",
            Some(ByteOrder::Little) => "utf-16-le",
            Some(ByteOrder::Big) => "utf-16-be",
        },
        step: &|_, text, at, out| Ok(with_units!(text, |units| alg::encode_utf16(units, at, effective, out))),
        ascii_only: true,
        unit: 2,
        utf: Some(Utf::Utf16(effective)),
    };
    let mut out = Vec::with_capacity(text.len() * 2 + 2);
    if order.is_none() {
        out.extend_from_slice(&0xfeff_u16.to_ne_bytes());
    }
    run(th, &encoder, text, errors, out)
}

/// UTF-32; without an order it is the machine's, told by a mark.
pub fn utf32(th: &mut Thread, text: &Str, order: Option<ByteOrder>, errors: Option<&str>) -> Result<Ref<Bytes>, Raised> {
    let effective = order.unwrap_or(ByteOrder::NATIVE);
    let encoder = Encoder {
        name: match order {
            None => "utf-32",
            Some(ByteOrder::Little) => "utf-32-le",
            Some(ByteOrder::Big) => "utf-32-be",
        },
        step: &|_, text, at, out| Ok(with_units!(text, |units| alg::encode_utf32(units, at, effective, out))),
        ascii_only: true,
        unit: 4,
        utf: Some(Utf::Utf32(effective)),
    };
    let mut out = Vec::with_capacity(text.len() * 4 + 4);
    if order.is_none() {
        out.extend_from_slice(&0xfeff_u32.to_ne_bytes());
    }
    run(th, &encoder, text, errors, out)
}

fn plain(th: &mut Thread, bytes: Vec<u8>) -> Result<Ref<Bytes>, Raised> {
    Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th))
}

/// UTF-7.
pub fn utf7(th: &mut Thread, text: &Str) -> Result<Ref<Bytes>, Raised> {
    plain(th, with_units!(text, |units| alg::encode_utf7(units)))
}

/// `unicode-escape`.
pub fn unicode_escape(th: &mut Thread, text: &Str) -> Result<Ref<Bytes>, Raised> {
    plain(th, with_units!(text, |units| alg::encode_unicode_escape(units)))
}

/// `raw-unicode-escape`.
pub fn raw_unicode_escape(th: &mut Thread, text: &Str) -> Result<Ref<Bytes>, Raised> {
    plain(th, with_units!(text, |units| alg::encode_raw_unicode_escape(units)))
}
