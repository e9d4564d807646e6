//! Base64, lenient and strict.

use core::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Base64Error {
    IncorrectPadding,
    /// So many characters of data.
    OneTooMany {
        characters: usize,
    },
    LeadingPadding,
    ExcessPadding,
    ExcessData,
    Discontinuous,
    NotBase64,
}

impl fmt::Display for Base64Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Base64Error::OneTooMany { characters } => {
                return write!(
                    f,
                    "Invalid base64-encoded string: number of data characters ({characters}) cannot be 1 more than a multiple of 4"
                );
            }
            Base64Error::IncorrectPadding => "Incorrect padding",
            Base64Error::LeadingPadding => "Leading padding not allowed",
            Base64Error::ExcessPadding => "Excess padding not allowed",
            Base64Error::ExcessData => "Excess data after padding",
            Base64Error::Discontinuous => "Discontinuous padding not allowed",
            Base64Error::NotBase64 => "Only base64 data is allowed",
        })
    }
}

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Values of characters; 64 is none.
static VALUES: [u8; 256] = {
    let mut table = [64; 256];
    let mut i = 0;
    while i < 64 {
        table[ALPHABET[i] as usize] = i as u8;
        i += 1;
    }
    table
};

/// `a2b_base64`.
///
/// # Errors
/// `binascii.Error` with the message.
pub fn decode_base64(text: &[u8], strict: bool) -> Result<Vec<u8>, Base64Error> {
    let mut out = Vec::with_capacity(text.len() / 4 * 3 + 3);
    let mut at = 0;
    // Whole groups of clean data first.
    while let Some(&[a, b, c, d]) = text[at..].first_chunk::<4>() {
        let [a, b, c, d] = [a, b, c, d].map(|x| VALUES[usize::from(x)]);
        if (a | b | c | d) >= 64 {
            break;
        }
        let bits = u32::from(a) << 18 | u32::from(b) << 12 | u32::from(c) << 6 | u32::from(d);
        out.extend_from_slice(&bits.to_be_bytes()[1..]);
        at += 4;
    }
    let (mut position, mut pads, mut left) = (0, 0, 0u8);
    for &b in &text[at..] {
        if b == b'=' {
            pads += 1;
            if strict {
                match position {
                    0 if out.is_empty() => return Err(Base64Error::LeadingPadding),
                    0 => return Err(Base64Error::ExcessPadding),
                    // Reported below, as a number of characters.
                    1 => break,
                    _ if position + pads > 4 => return Err(Base64Error::ExcessPadding),
                    _ => {}
                }
            }
            continue;
        }
        let value = VALUES[usize::from(b)];
        if value >= 64 {
            if strict {
                return Err(Base64Error::NotBase64);
            }
            continue;
        }
        if strict && pads > 0 {
            return Err(if position + pads == 4 { Base64Error::ExcessData } else { Base64Error::Discontinuous });
        }
        pads = 0;
        match position {
            0 => left = value,
            1 => {
                out.push(left << 2 | value >> 4);
                left = value & 0x0f;
            }
            2 => {
                out.push(left << 4 | value >> 2);
                left = value & 0x03;
            }
            _ => out.push(left << 6 | value),
        }
        position = (position + 1) % 4;
    }
    match position {
        0 => Ok(out),
        1 => Err(Base64Error::OneTooMany { characters: out.len() / 3 * 4 + 1 }),
        _ if position + pads < 4 => Err(Base64Error::IncorrectPadding),
        _ => Ok(out),
    }
}

/// `b2a_base64`.
#[must_use]
pub fn encode_base64(bytes: &[u8], newline: bool) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3) * 4 + 1);
    let symbol = |bits: u32, shift: u32| ALPHABET[(bits >> shift & 63) as usize];
    let mut groups = bytes.chunks_exact(3);
    for group in groups.by_ref() {
        let bits = u32::from(group[0]) << 16 | u32::from(group[1]) << 8 | u32::from(group[2]);
        out.extend_from_slice(&[symbol(bits, 18), symbol(bits, 12), symbol(bits, 6), symbol(bits, 0)]);
    }
    match *groups.remainder() {
        [a] => {
            let bits = u32::from(a) << 16;
            out.extend_from_slice(&[symbol(bits, 18), symbol(bits, 12), b'=', b'=']);
        }
        [a, b] => {
            let bits = u32::from(a) << 16 | u32::from(b) << 8;
            out.extend_from_slice(&[symbol(bits, 18), symbol(bits, 12), symbol(bits, 6), b'=']);
        }
        _ => {}
    }
    if newline {
        out.push(b'\n');
    }
    out
}
