//! UTF-8.

use super::{SURROGATES, Step, is_surrogate};
use crate::text::{Builder, Text, Unit, extend};

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
    let greatest = text.bytes().fold(0, u8::max);
    match greatest {
        0..0xc4 => {
            let mut out = Vec::new();
            extend(text, &mut out);
            Text::One(out)
        }
        0xc4..0xf0 => {
            let mut out = Vec::new();
            extend(text, &mut out);
            Text::Two(out)
        }
        _ => {
            let mut out = Vec::new();
            extend(text, &mut out);
            Text::Four(out)
        }
    }
}

/// Bytes that the text takes, surrogates counted as three.
#[must_use]
pub fn utf8_len<U: Unit>(text: &[U]) -> usize {
    // Sums of 16 bits suffice for a block, and keep the loop in vector registers.
    let beyond =
        |u: &U| u16::from(u.code_point() >= 0x80) + u16::from(u.code_point() >= 0x800) + u16::from(u.code_point() >= 0x1_0000);
    let more: usize = text.chunks(0x4000).map(|block| usize::from(block.iter().map(beyond).sum::<u16>())).sum();
    text.len() + more
}

/// Encodes from `at`; a run of surrogates is one error.
pub fn encode_utf8<U: Unit>(text: &[U], at: usize, out: &mut Vec<u8>) -> Step {
    // Places for all, filled by position; what an error leaves over is cut off.
    let mut done = out.len();
    out.resize(done + utf8_len(&text[at..]), 0);
    let mut i = at;
    while i < text.len() {
        if let (Some(eight), Some(places)) = (text[i..].first_chunk::<8>(), out[done..].first_chunk_mut::<8>())
            && eight.iter().fold(0, |bits, u| bits | u.code_point()) < 0x80
        {
            *places = eight.map(|u| u.code_point() as u8);
            i += 8;
            done += 8;
            continue;
        }
        // Up to the next character beyond ASCII and including it.
        while let Some(cp) = text.get(i).map(|u| u.code_point()) {
            let low = |shift: u32| 0x80 | (cp >> shift & 0x3f) as u8;
            let len = match (cp, &mut out[done..]) {
                (0..0x80, [a, ..]) => {
                    *a = cp as u8;
                    1
                }
                (0x80..0x800, [a, b, ..]) => {
                    (*a, *b) = (0xc0 | (cp >> 6) as u8, low(0));
                    2
                }
                (0xd800..0xe000, _) => {
                    out.truncate(done);
                    let run = text[i..].iter().take_while(|u| is_surrogate(u.code_point())).count();
                    return Step::Error { start: i, end: i + run, reason: SURROGATES };
                }
                (0x800..0x1_0000, [a, b, c, ..]) => {
                    (*a, *b, *c) = (0xe0 | (cp >> 12) as u8, low(6), low(0));
                    3
                }
                (_, [a, b, c, d, ..]) => {
                    (*a, *b, *c, *d) = (0xf0 | (cp >> 18) as u8, low(12), low(6), low(0));
                    4
                }
                // The length was counted by the same rule, so there is always room.
                _ => 0,
            };
            done += len;
            i += 1;
            if len > 1 {
                break;
            }
        }
    }
    out.truncate(done);
    Step::Done(text.len())
}
