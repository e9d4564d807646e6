//! UTF-7 (RFC 2152).

use super::Step;
use crate::text::{Builder, Unit};

fn from_base64(b: u8) -> Option<u32> {
    Some(u32::from(match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

fn to_base64(value: u32) -> u8 {
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"[(value & 63) as usize]
}

/// Every error leaves a shifted section, so a step that follows begins in plain text.
pub fn decode_utf7(input: &[u8], at: usize, last: bool, out: &mut Builder) -> Step {
    let mut at = at;
    // Where the section began, and how much had been written then.
    let mut section: Option<(usize, usize)> = None;
    let (mut bits, mut buffer, mut surrogate) = (0u32, 0u32, 0u32);
    while let Some(&b) = input.get(at) {
        if let Some((start, _)) = section {
            if let Some(value) = from_base64(b) {
                buffer = buffer << 6 | value;
                bits += 6;
                at += 1;
                if bits < 16 {
                    continue;
                }
                bits -= 16;
                let unit = buffer >> bits;
                buffer &= (1 << bits) - 1;
                if surrogate != 0 {
                    let first = core::mem::take(&mut surrogate);
                    if (0xdc00..0xe000).contains(&unit) {
                        out.push(0x1_0000 + ((first - 0xd800) << 10) + (unit - 0xdc00));
                        continue;
                    }
                    out.push(first);
                }
                if (0xd800..0xdc00).contains(&unit) {
                    surrogate = unit;
                } else {
                    out.push(unit);
                }
                continue;
            }
            section = None;
            if bits >= 6 {
                return Step::Error { start, end: at + 1, reason: "partial character in shift sequence" };
            }
            if bits > 0 && buffer != 0 {
                return Step::Error { start, end: at + 1, reason: "non-zero padding bits in shift sequence" };
            }
            let pending = core::mem::take(&mut surrogate);
            if pending != 0 && b < 128 && b != b'+' {
                out.push(pending);
            }
            if b == b'-' {
                at += 1;
            }
        } else if b == b'+' {
            match input.get(at + 1) {
                Some(b'-') => {
                    out.push(u32::from('+'));
                    at += 2;
                }
                Some(&next) if from_base64(next).is_none() => {
                    return Step::Error { start: at, end: at + 2, reason: "ill-formed sequence" };
                }
                _ => {
                    section = Some((at, out.len()));
                    (bits, buffer, surrogate) = (0, 0, 0);
                    at += 1;
                }
            }
        } else if b < 128 {
            out.push(u32::from(b));
            at += 1;
        } else {
            return Step::Error { start: at, end: at + 1, reason: "unexpected special character" };
        }
    }
    match section {
        Some((start, written)) if !last => {
            out.truncate(written);
            Step::Done(start)
        }
        Some((start, _)) if surrogate != 0 || bits >= 6 || (bits > 0 && buffer != 0) => {
            Step::Error { start, end: input.len(), reason: "unterminated shift sequence" }
        }
        _ => Step::Done(at),
    }
}

fn is_direct(cp: u32) -> bool {
    matches!(cp, 0x09 | 0x0a | 0x0d | 0x20..=0x7d) && cp != u32::from('+') && cp != u32::from('\\')
}

/// Nothing is unencodable.
#[must_use]
pub fn encode_utf7<U: Unit>(text: &[U]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    let mut shifted = false;
    let (mut bits, mut buffer) = (0u32, 0u64);
    for cp in text.iter().map(|u| u.code_point()) {
        if is_direct(cp) {
            // Direct characters are ASCII.
            let b = cp as u8;
            if shifted {
                shifted = false;
                if bits > 0 {
                    out.push(to_base64((buffer << (6 - bits)) as u32));
                    (bits, buffer) = (0, 0);
                }
                // What cannot be taken for a part of the section ends it by itself.
                if from_base64(b).is_some() || b == b'-' {
                    out.push(b'-');
                }
            }
            out.push(b);
            continue;
        }
        if !shifted {
            if cp == u32::from('+') {
                out.extend_from_slice(b"+-");
                continue;
            }
            out.push(b'+');
            shifted = true;
        }
        let mut push = |unit: u32| {
            buffer = buffer << 16 | u64::from(unit);
            bits += 16;
            while bits >= 6 {
                bits -= 6;
                out.push(to_base64((buffer >> bits) as u32));
            }
            buffer &= (1 << bits) - 1;
        };
        if let Some(high) = cp.checked_sub(0x1_0000) {
            push(0xd800 | high >> 10);
            push(0xdc00 | high & 0x3ff);
        } else {
            push(cp);
        }
    }
    if bits > 0 {
        out.push(to_base64((buffer << (6 - bits)) as u32));
    }
    if shifted {
        out.push(b'-');
    }
    out
}
