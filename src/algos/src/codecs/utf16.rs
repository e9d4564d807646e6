//! UTF-16 in a known byte order; byte order marks are the caller's ([`super::ByteOrder::of_utf16`]).

use super::{ByteOrder, SURROGATES, Step, is_surrogate};
use crate::text::{Builder, Unit};

pub fn decode_utf16(input: &[u8], at: usize, order: ByteOrder, last: bool, out: &mut Builder) -> Step {
    let unit = |i: usize| {
        let pair = [*input.get(i)?, *input.get(i + 1)?];
        Some(u32::from(match order {
            ByteOrder::Little => u16::from_le_bytes(pair),
            ByteOrder::Big => u16::from_be_bytes(pair),
        }))
    };
    let mut at = at;
    while let Some(first) = unit(at) {
        match first {
            0xd800..0xdc00 => match unit(at + 2) {
                Some(second @ 0xdc00..0xe000) => {
                    out.push(0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00));
                    at += 4;
                }
                Some(_) => return Step::Error { start: at, end: at + 2, reason: "illegal UTF-16 surrogate" },
                None if !last => return Step::Done(at),
                None => return Step::Error { start: at, end: input.len(), reason: "unexpected end of data" },
            },
            0xdc00..0xe000 => return Step::Error { start: at, end: at + 2, reason: "illegal encoding" },
            _ => {
                out.push(first);
                at += 2;
            }
        }
    }
    if at < input.len() && last {
        return Step::Error { start: at, end: input.len(), reason: "truncated data" };
    }
    Step::Done(at)
}

/// Encodes without a mark; each surrogate is an error of its own.
pub fn encode_utf16<U: Unit>(text: &[U], at: usize, order: ByteOrder, out: &mut Vec<u8>) -> Step {
    out.reserve((text.len() - at) * 2);
    let mut push = |unit: u16| {
        out.extend_from_slice(&match order {
            ByteOrder::Little => unit.to_le_bytes(),
            ByteOrder::Big => unit.to_be_bytes(),
        });
    };
    for (i, u) in text[at..].iter().enumerate() {
        let cp = u.code_point();
        if is_surrogate(cp) {
            return Step::Error { start: at + i, end: at + i + 1, reason: SURROGATES };
        }
        if let Some(high) = cp.checked_sub(0x1_0000) {
            push(0xd800 | (high >> 10) as u16);
            push(0xdc00 | (high & 0x3ff) as u16);
        } else {
            push(cp as u16);
        }
    }
    Step::Done(text.len())
}
