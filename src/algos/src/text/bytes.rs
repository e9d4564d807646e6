//! What `bytes` and `bytearray` have of their own: ASCII case and predicates, hexadecimal, `repr`, escapes.

use super::quote::choose_quote;
use core::fmt;

/// Blank in `bytes`.
#[inline]
#[must_use]
pub fn is_blank(b: u32) -> bool {
    matches!(b, 0x20 | 0x09..=0x0d)
}

/// Ends a line in `bytes`.
#[inline]
#[must_use]
pub fn is_line_end(b: u32) -> bool {
    matches!(b, 0x0a | 0x0d)
}

#[must_use]
pub fn is_alpha(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_alphabetic)
}

#[must_use]
pub fn is_alnum(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_alphanumeric)
}

#[must_use]
pub fn is_digit(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(u8::is_ascii_digit)
}

#[must_use]
pub fn is_space(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|&b| is_blank(u32::from(b)))
}

#[must_use]
pub fn is_lower(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_lowercase) && !text.iter().any(u8::is_ascii_uppercase)
}

#[must_use]
pub fn is_upper(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_uppercase) && !text.iter().any(u8::is_ascii_lowercase)
}

#[must_use]
pub fn is_title(text: &[u8]) -> bool {
    let mut in_word = false;
    let mut found = false;
    for b in text {
        if b.is_ascii_alphabetic() {
            if b.is_ascii_uppercase() == in_word {
                return false;
            }
            (in_word, found) = (true, true);
        } else {
            in_word = false;
        }
    }
    found
}

#[must_use]
pub fn capitalize(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_ascii_lowercase();
    if let Some(first) = out.first_mut() {
        first.make_ascii_uppercase();
    }
    out
}

#[must_use]
pub fn title(text: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    text.iter()
        .map(|b| {
            let mapped = if in_word { b.to_ascii_lowercase() } else { b.to_ascii_uppercase() };
            in_word = b.is_ascii_alphabetic();
            mapped
        })
        .collect()
}

#[must_use]
pub fn swapcase(text: &[u8]) -> Vec<u8> {
    text.iter().map(|b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { *b }).collect()
}

/// `translate(table, delete)`; no table is the identity.
#[must_use]
pub fn translate(text: &[u8], table: Option<&[u8; 256]>, delete: &[u8]) -> Vec<u8> {
    let mut keep = [true; 256];
    for &b in delete {
        keep[usize::from(b)] = false;
    }
    text.iter().filter(|&&b| keep[usize::from(b)]).map(|&b| table.map_or(b, |t| t[usize::from(b)])).collect()
}

const HEX: &[u8; 16] = b"0123456789abcdef";

#[must_use]
pub fn to_hex(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 2);
    for &b in bytes {
        out.extend_from_slice(&[HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
    }
    out
}

/// `hex(separator, group)`: groups are counted from the right, or from the left when negative; 0 is none.
#[must_use]
pub fn to_hex_grouped(bytes: &[u8], separator: u8, group: i64) -> Vec<u8> {
    let size = usize::try_from(group.unsigned_abs()).unwrap_or(usize::MAX);
    if size == 0 || size >= bytes.len() {
        return to_hex(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len() * 2 + bytes.len() / size);
    for (i, &b) in bytes.iter().enumerate() {
        let distance = if group < 0 { i } else { bytes.len() - i };
        if i > 0 && distance % size == 0 {
            out.push(separator);
        }
        out.extend_from_slice(&[HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]);
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromHexError {
    NotADigit { at: usize },
    Odd,
}

impl fmt::Display for FromHexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FromHexError::NotADigit { at } => write!(f, "non-hexadecimal number found in fromhex() arg at position {at}"),
            FromHexError::Odd => f.write_str("fromhex() arg must contain an even number of hexadecimal digits"),
        }
    }
}

pub(crate) fn hex_digit<U: super::Unit>(u: U) -> Option<u8> {
    // A hexadecimal digit is below 16.
    char::from_u32(u.code_point())?.to_digit(16).map(|d| d as u8)
}

/// `bytes.fromhex`; blanks may stand between bytes.
///
/// # Errors
/// `ValueError` with the message.
pub fn from_hex<U: super::Unit>(text: &[U]) -> Result<Vec<u8>, FromHexError> {
    let mut out = Vec::with_capacity(text.len() / 2);
    let mut at = 0;
    loop {
        while text.get(at).is_some_and(|u| is_blank(u.code_point())) {
            at += 1;
        }
        let Some(&high) = text.get(at) else {
            return Ok(out);
        };
        let high = hex_digit(high).ok_or(FromHexError::NotADigit { at })?;
        let low = *text.get(at + 1).ok_or(FromHexError::Odd)?;
        let low = hex_digit(low).ok_or(FromHexError::NotADigit { at: at + 1 })?;
        out.push(high << 4 | low);
        at += 2;
    }
}

fn push_escaped(b: u8, out: &mut Vec<u8>) {
    match b {
        b'\t' => out.extend_from_slice(b"\\t"),
        b'\n' => out.extend_from_slice(b"\\n"),
        b'\r' => out.extend_from_slice(b"\\r"),
        b'\\' => out.extend_from_slice(b"\\\\"),
        0x20..0x7f => out.push(b),
        _ => out.extend_from_slice(&[b'\\', b'x', HEX[usize::from(b >> 4)], HEX[usize::from(b & 15)]]),
    }
}

/// `repr(bytes)`, ASCII.
#[must_use]
pub fn repr(bytes: &[u8]) -> Vec<u8> {
    let quote = choose_quote(bytes.contains(&b'\''), bytes.contains(&b'"'));
    let mut out = Vec::with_capacity(bytes.len() + 3);
    out.extend_from_slice(&[b'b', quote]);
    for &b in bytes {
        if b == quote {
            out.push(b'\\');
            out.push(b);
        } else {
            push_escaped(b, &mut out);
        }
    }
    out.push(quote);
    out
}

/// `codecs.escape_encode`.
#[must_use]
pub fn escape(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    for &b in bytes {
        if b == b'\'' {
            out.extend_from_slice(b"\\'");
        } else {
            push_escaped(b, &mut out);
        }
    }
    out
}

/// What to do with a broken `\x`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnError {
    Strict,
    Replace,
    Ignore,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnescapeError {
    TrailingBackslash,
    BadHex { at: usize },
}

impl fmt::Display for UnescapeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            UnescapeError::TrailingBackslash => f.write_str("Trailing \\ in string"),
            UnescapeError::BadHex { at } => write!(f, "invalid \\x escape at position {at}"),
        }
    }
}

/// The first escape that means nothing, of which to warn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadEscape {
    /// Position of the character behind the backslash.
    pub at: usize,
    /// An octal escape above `\377`, else an unknown character.
    pub octal: bool,
}

/// `codecs.escape_decode`, also the body of bytes literals.
///
/// # Errors
/// `ValueError` with the message.
pub fn unescape(text: &[u8], on_error: OnError) -> Result<(Vec<u8>, Option<BadEscape>), UnescapeError> {
    let mut out = Vec::with_capacity(text.len());
    let mut bad = None;
    let mut at = 0;
    while at < text.len() {
        let Some(skip) = memchr::memchr(b'\\', &text[at..]) else {
            out.extend_from_slice(&text[at..]);
            break;
        };
        out.extend_from_slice(&text[at..at + skip]);
        at += skip + 1;
        let &c = text.get(at).ok_or(UnescapeError::TrailingBackslash)?;
        let start = at;
        at += 1;
        match c {
            b'\n' => {}
            b'\\' | b'\'' | b'"' => out.push(c),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b't' => out.push(b'\t'),
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b'v' => out.push(11),
            b'a' => out.push(7),
            b'0'..=b'7' => {
                let mut value = u32::from(c - b'0');
                while at < start + 3
                    && let Some(d @ b'0'..=b'7') = text.get(at)
                {
                    value = value * 8 + u32::from(d - b'0');
                    at += 1;
                }
                if value > 0o377 {
                    bad.get_or_insert(BadEscape { at: start, octal: true });
                }
                out.push(value as u8);
            }
            b'x' => {
                let digit = |i: usize| text.get(i).and_then(|&u| hex_digit(u));
                match (digit(at), digit(at + 1)) {
                    (Some(high), Some(low)) => {
                        out.push(high << 4 | low);
                        at += 2;
                    }
                    (first, _) => {
                        match on_error {
                            OnError::Strict => return Err(UnescapeError::BadHex { at: start - 1 }),
                            OnError::Replace => out.push(b'?'),
                            OnError::Ignore => {}
                        }
                        at += usize::from(first.is_some());
                    }
                }
            }
            _ => {
                bad.get_or_insert(BadEscape { at: start, octal: false });
                out.extend_from_slice(&[b'\\', c]);
            }
        }
    }
    Ok((out, bad))
}
