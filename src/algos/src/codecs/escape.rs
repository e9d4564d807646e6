//! `unicode-escape` and `raw-unicode-escape`.

use super::Step;
use crate::text::bytes::{BadEscape, hex_digit};
use crate::text::{Builder, Unit};
use crate::ucd::{self, Found};

/// What a run of `unicode-escape` met that deserves a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Escapes {
    /// The first escape that means nothing.
    pub bad: Option<BadEscape>,
}

/// Up to `count` hexadecimal digits: their value and number.
fn hex_run(input: &[u8], at: usize, count: usize) -> (u32, usize) {
    let digits = input[at..].iter().take(count).map_while(|&b| hex_digit(b));
    digits.fold((0, 0), |(value, n), d| (value << 4 | u32::from(d), n + 1))
}

pub fn decode_unicode_escape(input: &[u8], at: usize, last: bool, out: &mut Builder, escapes: &mut Escapes) -> Step {
    let mut at = at;
    while at < input.len() {
        let plain = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_units(&input[at..at + plain]);
        at += plain;
        if at >= input.len() {
            break;
        }
        let start = at;
        // What runs into the end is not wrong when more is to come.
        let incomplete = |reason| if last { Step::Error { start, end: input.len(), reason } } else { Step::Done(start) };
        let Some(&c) = input.get(start + 1) else {
            return incomplete("\\ at end of string");
        };
        at = start + 2;
        let hex = match c {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => {
                out.push(u32::from(c));
                continue;
            }
            b'b' | b'f' | b't' | b'n' | b'r' | b'v' | b'a' => {
                out.push(match c {
                    b'b' => 8,
                    b'f' => 12,
                    b't' => 9,
                    b'n' => 10,
                    b'r' => 13,
                    b'v' => 11,
                    _ => 7,
                });
                continue;
            }
            b'0'..=b'7' => {
                let mut value = u32::from(c - b'0');
                while at < start + 4
                    && let Some(d @ b'0'..=b'7') = input.get(at)
                {
                    value = value * 8 + u32::from(d - b'0');
                    at += 1;
                }
                if value > 0o377 {
                    escapes.bad.get_or_insert(BadEscape { at: start + 1, octal: true });
                }
                out.push(value);
                continue;
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                let malformed = "malformed \\N character escape";
                let Some(&bracket) = input.get(at) else {
                    return incomplete(malformed);
                };
                if bracket != b'{' {
                    return Step::Error { start, end: at, reason: malformed };
                }
                let name = &input[at + 1..];
                let Some(len) = memchr::memchr(b'}', name) else {
                    return incomplete(malformed);
                };
                if len == 0 {
                    return Step::Error { start, end: at + 1, reason: malformed };
                }
                let end = at + len + 2;
                let found = core::str::from_utf8(&name[..len]).ok().and_then(ucd::lookup);
                let Some(Found::Character(cp)) = found else {
                    return Step::Error { start, end, reason: "unknown Unicode character name" };
                };
                out.push(cp);
                at = end;
                continue;
            }
            _ => {
                escapes.bad.get_or_insert(BadEscape { at: start + 1, octal: false });
                out.push(u32::from('\\'));
                out.push(u32::from(c));
                continue;
            }
        };
        let (count, reason) = hex;
        let (value, found) = hex_run(input, at, count);
        at += found;
        if found < count {
            if at == input.len() {
                return incomplete(reason);
            }
            return Step::Error { start, end: at, reason };
        }
        if value > ucd::MAX {
            return Step::Error { start, end: at, reason: "illegal Unicode character" };
        }
        out.push(value);
    }
    Step::Done(input.len())
}

pub fn decode_raw_unicode_escape(input: &[u8], at: usize, last: bool, out: &mut Builder) -> Step {
    let mut at = at;
    while at < input.len() {
        let plain = memchr::memchr(b'\\', &input[at..]).unwrap_or(input.len() - at);
        out.push_units(&input[at..at + plain]);
        at += plain;
        if at >= input.len() {
            break;
        }
        let start = at;
        let Some(&c) = input.get(start + 1) else {
            if !last {
                return Step::Done(start);
            }
            out.push(u32::from('\\'));
            break;
        };
        at = start + 2;
        let (count, reason) = match c {
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            _ => {
                out.push(u32::from('\\'));
                out.push(u32::from(c));
                continue;
            }
        };
        let (value, found) = hex_run(input, at, count);
        at += found;
        if found < count {
            if at == input.len() && !last {
                return Step::Done(start);
            }
            return Step::Error { start, end: at, reason };
        }
        if value > ucd::MAX {
            return Step::Error { start, end: at, reason: "\\Uxxxxxxxx out of range" };
        }
        out.push(value);
    }
    Step::Done(input.len())
}

fn push_hex(prefix: u8, cp: u32, digits: u32, out: &mut Vec<u8>) {
    out.extend_from_slice(&[b'\\', prefix]);
    for i in (0..digits).rev() {
        out.push(b"0123456789abcdef"[(cp >> (4 * i) & 15) as usize]);
    }
}

#[must_use]
pub fn encode_unicode_escape<U: Unit>(text: &[U]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for cp in text.iter().map(|u| u.code_point()) {
        match cp {
            0x5c => out.extend_from_slice(b"\\\\"),
            0x20..0x7f => out.push(cp as u8),
            0x09 => out.extend_from_slice(b"\\t"),
            0x0a => out.extend_from_slice(b"\\n"),
            0x0d => out.extend_from_slice(b"\\r"),
            0..0x100 => push_hex(b'x', cp, 2, &mut out),
            0x100..0x1_0000 => push_hex(b'u', cp, 4, &mut out),
            _ => push_hex(b'U', cp, 8, &mut out),
        }
    }
    out
}

#[must_use]
pub fn encode_raw_unicode_escape<U: Unit>(text: &[U]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for cp in text.iter().map(|u| u.code_point()) {
        match cp {
            0..0x100 => out.push(cp as u8),
            0x100..0x1_0000 => push_hex(b'u', cp, 4, &mut out),
            _ => push_hex(b'U', cp, 8, &mut out),
        }
    }
    out
}
