//! Uuencode, one line at a time.

use core::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UuError {
    NoLength,
    IllegalChar,
    TrailingGarbage,
    TooLong,
}

impl fmt::Display for UuError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            UuError::NoLength => "Missing length byte",
            UuError::IllegalChar => "Illegal char",
            UuError::TrailingGarbage => "Trailing garbage",
            UuError::TooLong => "At most 45 bytes at once",
        })
    }
}

/// `a2b_uu`. Blanks that got lost at the line's end count as zeros.
///
/// # Errors
/// `binascii.Error` with the message.
pub fn decode_uu(line: &[u8]) -> Result<Vec<u8>, UuError> {
    let (&first, mut rest) = line.split_first().ok_or(UuError::NoLength)?;
    let len = usize::from(first.wrapping_sub(b' ') & 0x3f);
    let mut out = Vec::with_capacity(len);
    let (mut bits, mut buffer) = (0, 0u32);
    while out.len() < len {
        let value = match rest.first() {
            None | Some(b'\n' | b'\r') => 0,
            Some(&b @ b' '..=b'`') => u32::from(b - b' ') & 0x3f,
            Some(_) => return Err(UuError::IllegalChar),
        };
        rest = rest.get(1..).unwrap_or_default();
        buffer = buffer << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            out.push((buffer >> bits) as u8);
            buffer &= (1 << bits) - 1;
        }
    }
    if rest.iter().any(|b| !matches!(b, b' ' | b'`' | b'\n' | b'\r')) {
        return Err(UuError::TrailingGarbage);
    }
    Ok(out)
}

/// `b2a_uu`.
///
/// # Errors
/// `binascii.Error` with the message.
pub fn encode_uu(bytes: &[u8], backtick: bool) -> Result<Vec<u8>, UuError> {
    if bytes.len() > 45 {
        return Err(UuError::TooLong);
    }
    let symbol = |value: u8| if backtick && value == 0 { b'`' } else { value + b' ' };
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 2);
    out.push(symbol(bytes.len() as u8));
    for group in bytes.chunks(3) {
        let byte = |i: usize| u32::from(group.get(i).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for shift in [18, 12, 6, 0] {
            out.push(symbol((bits >> shift & 63) as u8));
        }
    }
    out.push(b'\n');
    Ok(out)
}
