//! What the error handlers of `codecs` put in place of what is wrong. Their exceptions and attributes are the caller's.

use super::{ByteOrder, is_surrogate};
use crate::text::Unit;
use crate::ucd::{self, Version};
use core::fmt::Write;

/// `backslashreplace` for characters, also what `namereplace` writes for those without a name.
#[must_use]
pub fn backslash_chars<U: Unit>(text: &[U]) -> String {
    let mut out = String::new();
    for cp in text.iter().map(|u| u.code_point()) {
        // Writing to a string does not fail.
        let _ = match cp {
            0..0x100 => write!(out, "\\x{cp:02x}"),
            0x100..0x1_0000 => write!(out, "\\u{cp:04x}"),
            _ => write!(out, "\\U{cp:08x}"),
        };
    }
    out
}

/// `backslashreplace` for bytes that cannot be decoded.
#[must_use]
pub fn backslash_bytes(bytes: &[u8]) -> String {
    backslash_chars(bytes)
}

/// `xmlcharrefreplace`.
#[must_use]
pub fn xml_chars<U: Unit>(text: &[U]) -> String {
    text.iter().map(|u| format!("&#{};", u.code_point())).collect()
}

/// `namereplace`.
#[must_use]
pub fn name_chars<U: Unit>(text: &[U]) -> String {
    text.iter()
        .map(|u| match ucd::name(u.code_point(), Version::Current) {
            Some(name) => format!("\\N{{{name}}}"),
            None => backslash_chars(&[*u]),
        })
        .collect()
}

/// `surrogateescape` when decoding: up to four bytes above 127 become surrogates; none is an error.
#[must_use]
pub fn surrogateescape_chars(bytes: &[u8]) -> Vec<u32> {
    bytes.iter().take(4).take_while(|&&b| b >= 0x80).map(|&b| 0xdc00 + u32::from(b)).collect()
}

/// `surrogateescape` when encoding; `None` when a character does not stand for a byte.
#[must_use]
pub fn surrogateescape_bytes<U: Unit>(text: &[U]) -> Option<Vec<u8>> {
    text.iter()
        .map(|u| match u.code_point() {
            cp @ 0xdc80..0xdd00 => Some((cp - 0xdc00) as u8),
            _ => None,
        })
        .collect()
}

/// The codecs that `surrogatepass` knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Utf {
    Utf8,
    Utf16(ByteOrder),
    Utf32(ByteOrder),
}

/// `surrogatepass` when encoding; `None` when a character is no surrogate.
#[must_use]
pub fn surrogatepass_bytes<U: Unit>(text: &[U], utf: Utf) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 4);
    for cp in text.iter().map(|u| u.code_point()) {
        if !is_surrogate(cp) {
            return None;
        }
        match utf {
            Utf::Utf8 => {
                out.extend_from_slice(&[0xe0 | (cp >> 12) as u8, 0x80 | (cp >> 6 & 0x3f) as u8, 0x80 | (cp & 0x3f) as u8])
            }
            Utf::Utf16(ByteOrder::Little) => out.extend_from_slice(&(cp as u16).to_le_bytes()),
            Utf::Utf16(ByteOrder::Big) => out.extend_from_slice(&(cp as u16).to_be_bytes()),
            Utf::Utf32(ByteOrder::Little) => out.extend_from_slice(&cp.to_le_bytes()),
            Utf::Utf32(ByteOrder::Big) => out.extend_from_slice(&cp.to_be_bytes()),
        }
    }
    Some(out)
}

/// `surrogatepass` when decoding: the surrogate at the start of `bytes` and the length it takes.
#[must_use]
pub fn surrogatepass_chars(bytes: &[u8], utf: Utf) -> Option<(u32, usize)> {
    let (cp, len) = match (utf, bytes) {
        (Utf::Utf8, &[a @ 0xe0..=0xef, b @ 0x80..=0xbf, c @ 0x80..=0xbf, ..]) => {
            (u32::from(a & 0x0f) << 12 | u32::from(b & 0x3f) << 6 | u32::from(c & 0x3f), 3)
        }
        (Utf::Utf16(ByteOrder::Little), &[a, b, ..]) => (u32::from(u16::from_le_bytes([a, b])), 2),
        (Utf::Utf16(ByteOrder::Big), &[a, b, ..]) => (u32::from(u16::from_be_bytes([a, b])), 2),
        (Utf::Utf32(ByteOrder::Little), &[a, b, c, d, ..]) => (u32::from_le_bytes([a, b, c, d]), 4),
        (Utf::Utf32(ByteOrder::Big), &[a, b, c, d, ..]) => (u32::from_be_bytes([a, b, c, d]), 4),
        _ => return None,
    };
    is_surrogate(cp).then_some((cp, len))
}
