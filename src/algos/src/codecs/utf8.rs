//! UTF-8.

use super::{SURROGATES, Step, is_surrogate};
use crate::text::{Builder, Text, Unit};

/// Decodes from `at`. Errors cover the maximal part of a well-formed sequence, or one byte.
pub fn decode_utf8(input: &[u8], at: usize, last: bool, out: &mut Builder) -> Step {
    let rest = &input[at..];
    let error = match core::str::from_utf8(rest) {
        Ok(text) => {
            out.push_str(text);
            return Step::Done(input.len());
        }
        Err(error) => error,
    };
    let valid = error.valid_up_to();
    // The part was just found valid; checking it again costs little next to handling an error.
    out.push_str(core::str::from_utf8(&rest[..valid]).unwrap_or_default());
    let start = at + valid;
    match error.error_len() {
        None if !last => Step::Done(start),
        // The first two bytes of an encoded surrogate wait for the third, which `surrogatepass` needs.
        Some(_) if !last && matches!(input[start..], [0xed, 0xa0..=0xbf]) => Step::Done(start),
        None => Step::Error { start, end: input.len(), reason: "unexpected end of data" },
        Some(len) => {
            let reason = match input[start] {
                0xc2..=0xf4 => "invalid continuation byte",
                _ => "invalid start byte",
            };
            Step::Error { start, end: start + len, reason }
        }
    }
}

/// Decodes text known to be valid, in the least width.
#[must_use]
pub fn decode_utf8_valid(text: &str) -> Text {
    if text.is_ascii() {
        return Text::One(text.as_bytes().to_vec());
    }
    // Continuation bytes are the only ones that begin no character.
    let len = text.bytes().filter(|&b| b & 0xc0 != 0x80).count();
    let greatest = text.bytes().fold(0, u8::max);
    match greatest {
        0..0xc4 => {
            let mut out = Vec::with_capacity(len);
            out.extend(text.chars().map(|c| u32::from(c) as u8));
            Text::One(out)
        }
        0xc4..0xf0 => {
            let mut out = Vec::with_capacity(len);
            out.extend(text.chars().map(|c| u32::from(c) as u16));
            Text::Two(out)
        }
        _ => {
            let mut out = Vec::with_capacity(len);
            out.extend(text.chars().map(u32::from));
            Text::Four(out)
        }
    }
}

/// Bytes that the text takes, surrogates counted as three.
#[must_use]
pub fn utf8_len<U: Unit>(text: &[U]) -> usize {
    text.iter()
        .map(|u| match u.code_point() {
            0..0x80 => 1,
            0x80..0x800 => 2,
            0x800..0x1_0000 => 3,
            _ => 4,
        })
        .sum()
}

/// Encodes from `at`; a run of surrogates is one error.
pub fn encode_utf8<U: Unit>(text: &[U], at: usize, out: &mut Vec<u8>) -> Step {
    out.reserve(utf8_len(&text[at..]));
    for (i, u) in text[at..].iter().enumerate() {
        let cp = u.code_point();
        let low = |shift: u32| 0x80 | (cp >> shift & 0x3f) as u8;
        match cp {
            0..0x80 => out.push(cp as u8),
            0x80..0x800 => out.extend_from_slice(&[0xc0 | (cp >> 6) as u8, low(0)]),
            0xd800..0xe000 => {
                let start = at + i;
                let run = text[start..].iter().take_while(|u| is_surrogate(u.code_point())).count();
                return Step::Error { start, end: start + run, reason: SURROGATES };
            }
            0x800..0x1_0000 => out.extend_from_slice(&[0xe0 | (cp >> 12) as u8, low(6), low(0)]),
            _ => out.extend_from_slice(&[0xf0 | (cp >> 18) as u8, low(12), low(6), low(0)]),
        }
    }
    Step::Done(text.len())
}
