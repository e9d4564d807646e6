//! ASCII and Latin-1. Decoding Latin-1 is copying.

use super::Step;
use crate::text::{Builder, Unit};

/// Each byte above 127 is an error of its own.
pub fn decode_ascii(input: &[u8], at: usize, out: &mut Builder) -> Step {
    let rest = &input[at..];
    let good = if rest.is_ascii() { rest.len() } else { rest.iter().take_while(|b| b.is_ascii()).count() };
    out.push_units(&rest[..good]);
    let at = at + good;
    if at < input.len() { Step::Error { start: at, end: at + 1, reason: "ordinal not in range(128)" } } else { Step::Done(at) }
}

fn encode_below<U: Unit>(text: &[U], at: usize, limit: u32, reason: &'static str, out: &mut Vec<u8>) -> Step {
    out.reserve(text.len() - at);
    for (i, u) in text[at..].iter().enumerate() {
        let cp = u.code_point();
        if cp >= limit {
            let start = at + i;
            let run = text[start..].iter().take_while(|u| u.code_point() >= limit).count();
            return Step::Error { start, end: start + run, reason };
        }
        out.push(cp as u8);
    }
    Step::Done(text.len())
}

/// A run of characters above 127 is one error.
pub fn encode_ascii<U: Unit>(text: &[U], at: usize, out: &mut Vec<u8>) -> Step {
    encode_below(text, at, 0x80, "ordinal not in range(128)", out)
}

/// A run of characters above 255 is one error.
pub fn encode_latin1<U: Unit>(text: &[U], at: usize, out: &mut Vec<u8>) -> Step {
    encode_below(text, at, 0x100, "ordinal not in range(256)", out)
}
