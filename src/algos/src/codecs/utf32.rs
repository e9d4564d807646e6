//! UTF-32 in a known byte order; byte order marks are the caller's ([`super::ByteOrder::of_utf32`]).

use super::{ByteOrder, SURROGATES, Step, is_surrogate};
use crate::text::{Builder, Unit};

pub fn decode_utf32(input: &[u8], at: usize, order: ByteOrder, last: bool, out: &mut Builder) -> Step {
    let mut start = at;
    let mut words = input[at..].chunks_exact(4);
    for word in words.by_ref() {
        // Chunks are four bytes long.
        let word = [word[0], word[1], word[2], word[3]];
        let cp = match order {
            ByteOrder::Little => u32::from_le_bytes(word),
            ByteOrder::Big => u32::from_be_bytes(word),
        };
        let end = start + 4;
        if is_surrogate(cp) {
            return Step::Error { start, end, reason: "code point in surrogate code point range(0xd800, 0xe000)" };
        }
        if cp > crate::ucd::MAX {
            return Step::Error { start, end, reason: "code point not in range(0x110000)" };
        }
        out.push(cp);
        start = end;
    }
    if !words.remainder().is_empty() && last {
        return Step::Error { start, end: input.len(), reason: "truncated data" };
    }
    Step::Done(start)
}

/// Encodes without a mark; each surrogate is an error of its own.
pub fn encode_utf32<U: Unit>(text: &[U], at: usize, order: ByteOrder, out: &mut Vec<u8>) -> Step {
    out.reserve((text.len() - at) * 4);
    for (i, u) in text[at..].iter().enumerate() {
        let cp = u.code_point();
        if is_surrogate(cp) {
            return Step::Error { start: at + i, end: at + i + 1, reason: SURROGATES };
        }
        out.extend_from_slice(&match order {
            ByteOrder::Little => cp.to_le_bytes(),
            ByteOrder::Big => cp.to_be_bytes(),
        });
    }
    Step::Done(text.len())
}
