//! The formats of the `struct` module: their layout, and numbers in bytes.
//!
//! Values travel as integers, floats and byte slices; which Python objects those come from is the caller's business.

use crate::int::{self, View};
use core::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormatError {
    BadCharacter,
    CountWithoutCode,
    TooLong,
    EmbeddedNull,
}

impl fmt::Display for FormatError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FormatError::BadCharacter => "bad char in struct format",
            FormatError::CountWithoutCode => "repeat count given without format specifier",
            FormatError::TooLong => "total struct size too long",
            FormatError::EmbeddedNull => "embedded null character",
        })
    }
}

/// A group of equal fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Item {
    /// The format character.
    pub code: u8,
    /// Where the first of them is.
    pub offset: usize,
    /// Bytes of one; for `s` and `p` that is the count of the format.
    pub size: usize,
    /// How many; one for `s` and `p`.
    pub count: usize,
}

/// A parsed format; pad bytes have no item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    pub items: Vec<Item>,
    /// Bytes in all.
    pub size: usize,
    /// Values in all.
    pub len: usize,
    pub little_endian: bool,
}

const NATIVE_LITTLE: bool = cfg!(target_endian = "little");

fn field_size(code: u8, native: bool) -> Option<usize> {
    Some(match code {
        b'x' | b'b' | b'B' | b'c' | b's' | b'p' | b'?' => 1,
        b'h' | b'H' | b'e' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' => {
            if native {
                core::mem::size_of::<core::ffi::c_long>()
            } else {
                4
            }
        }
        b'q' | b'Q' | b'd' | b'F' => 8,
        b'D' => 16,
        b'n' | b'N' | b'P' if native => core::mem::size_of::<usize>(),
        _ => return None,
    })
}

impl Layout {
    /// # Errors
    /// `struct.error` with the message.
    pub fn parse(format: &[u8]) -> Result<Layout, FormatError> {
        if format.contains(&0) {
            return Err(FormatError::EmbeddedNull);
        }
        let (native, little_endian, rest) = match format {
            [b'<', rest @ ..] => (false, true, rest),
            [b'>' | b'!', rest @ ..] => (false, false, rest),
            [b'=', rest @ ..] => (false, NATIVE_LITTLE, rest),
            [b'@', rest @ ..] => (true, NATIVE_LITTLE, rest),
            rest => (true, NATIVE_LITTLE, rest),
        };
        let mut layout = Layout { items: Vec::new(), size: 0, len: 0, little_endian };
        let limit = |n: usize| if n <= isize::MAX as usize { Ok(n) } else { Err(FormatError::TooLong) };
        let mut bytes = rest.iter();
        while let Some(&b) = bytes.next() {
            if matches!(b, b' ' | 9..=13) {
                continue;
            }
            let mut code = b;
            let mut count = 1;
            if b.is_ascii_digit() {
                count = usize::from(b - b'0');
                loop {
                    code = *bytes.next().ok_or(FormatError::CountWithoutCode)?;
                    if !code.is_ascii_digit() {
                        break;
                    }
                    count = count
                        .checked_mul(10)
                        .and_then(|n| n.checked_add(usize::from(code - b'0')))
                        .ok_or(FormatError::TooLong)?;
                    limit(count)?;
                }
            }
            let size = field_size(code, native).ok_or(FormatError::BadCharacter)?;
            if native && size > 1 {
                // The natural alignment of every type is its size, but a complex number's is that of its parts.
                let align = if matches!(code, b'F' | b'D') { size / 2 } else { size };
                layout.size = limit(layout.size.checked_next_multiple_of(align).ok_or(FormatError::TooLong)?)?;
            }
            let bytes = size.checked_mul(count).ok_or(FormatError::TooLong)?;
            let offset = layout.size;
            layout.size = limit(offset.checked_add(bytes).ok_or(FormatError::TooLong)?)?;
            match code {
                b'x' => {}
                b's' | b'p' => {
                    layout.items.push(Item { code, offset, size: count, count: 1 });
                    layout.len += 1;
                }
                _ if count == 0 => {}
                _ => {
                    layout.items.push(Item { code, offset, size, count });
                    layout.len += count;
                }
            }
        }
        Ok(layout)
    }
}

/// A number that its field cannot hold; displays as CPython's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutOfRange {
    code: u8,
    size: usize,
    signed: bool,
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.code == b'P' {
            return f.write_str("int too large to convert");
        }
        let bits = self.size as u32 * 8;
        let (low, high) =
            if self.signed { (-(1i128 << (bits - 1)), (1i128 << (bits - 1)) - 1) } else { (0, (1i128 << bits) - 1) };
        write!(f, "'{}' format requires {low} <= number <= {high}", char::from(self.code))
    }
}

/// Whether an integer code is signed.
#[must_use]
pub fn is_signed(code: u8) -> bool {
    code.is_ascii_lowercase()
}

/// Packs an integer by one of `bBhHiIlLqQnNP`; the field's size is the length of `out`.
///
/// # Errors
/// `struct.error` with the message (`OverflowError` for `P`).
pub fn pack_int(code: u8, value: View<'_>, little_endian: bool, out: &mut [u8]) -> Result<(), OutOfRange> {
    // A pointer may be given as either.
    let signed = is_signed(code) || (code == b'P' && value.is_negative());
    let size = out.len();
    int::to_bytes(value, out, little_endian, signed).map_err(|_| OutOfRange { code, size, signed })
}

/// Unpacks an integer of up to eight bytes.
#[must_use]
pub fn unpack_int(bytes: &[u8], signed: bool, little_endian: bool) -> i128 {
    let fold = |acc: u64, b: &u8| acc << 8 | u64::from(*b);
    let value = if little_endian { bytes.iter().rev().fold(0, fold) } else { bytes.iter().fold(0, fold) };
    if signed && !bytes.is_empty() && bytes.len() <= 8 {
        let shift = 64 - 8 * bytes.len() as u32;
        return i128::from((value << shift).cast_signed() >> shift);
    }
    i128::from(value)
}

/// A float that its field cannot hold (`OverflowError`); displays as CPython's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloatTooLarge {
    code: char,
}

impl fmt::Display for FloatTooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "float too large to pack with {} format", self.code)
    }
}

/// The bits of a half-precision float; NaNs keep what fits of their payload.
///
/// # Errors
/// On overflow.
pub fn to_half(x: f64) -> Result<u16, FloatTooLarge> {
    let bits = x.to_bits();
    let sign = (bits >> 48) as u16 & 0x8000;
    if x.is_nan() {
        return Ok(sign | 0x7c00 | (bits >> 42) as u16 & 0x3ff);
    }
    let magnitude = x.abs();
    if magnitude.is_infinite() {
        return Ok(sign | 0x7c00);
    }
    if magnitude < 6.103_515_625e-5 {
        // Subnormal, in units of 2^-24; the largest rounds up to the least normal number, whose bits are the same.
        return Ok(sign | (magnitude * 16_777_216.0).round_ties_even() as u16);
    }
    let exponent = (magnitude.to_bits() >> 52) as i32 - 1023;
    let fraction = magnitude.to_bits() & ((1 << 52) - 1);
    if exponent > 15 {
        return Err(FloatTooLarge { code: 'e' });
    }
    let mut half = ((exponent + 15) as u64) << 10 | fraction >> 42;
    let rest = fraction & ((1 << 42) - 1);
    let tie = 1 << 41;
    if rest > tie || (rest == tie && half & 1 == 1) {
        half += 1;
    }
    if half >= 0x7c00 {
        return Err(FloatTooLarge { code: 'e' });
    }
    Ok(sign | half as u16)
}

#[must_use]
pub fn from_half(half: u16) -> f64 {
    let sign = u64::from(half & 0x8000) << 48;
    let fraction = u64::from(half & 0x3ff);
    match half >> 10 & 0x1f {
        0 => f64::from_bits((fraction as f64 / 16_777_216.0).to_bits() | sign),
        0x1f => f64::from_bits(sign | 0x7ff << 52 | fraction << 42),
        exponent => f64::from_bits(sign | (u64::from(exponent) + 1008) << 52 | fraction << 42),
    }
}

/// The nearest single-precision float; a signalling NaN stays one.
///
/// # Errors
/// On overflow.
pub fn to_single(x: f64) -> Result<f32, FloatTooLarge> {
    let single = x as f32;
    if single.is_infinite() && !x.is_infinite() {
        return Err(FloatTooLarge { code: 'f' });
    }
    let quiet = 1 << 51;
    if x.is_nan() && x.to_bits() & quiet == 0 {
        return Ok(f32::from_bits(single.to_bits() & !(1 << 22)));
    }
    Ok(single)
}

/// A signalling NaN stays one.
#[must_use]
pub fn from_single(x: f32) -> f64 {
    let wide = f64::from(x);
    if x.is_nan() && x.to_bits() & (1 << 22) == 0 { f64::from_bits(wide.to_bits() & !(1 << 51)) } else { wide }
}

/// Fills a field of `p`: a length byte and what fits.
pub fn pack_pascal(text: &[u8], out: &mut [u8]) {
    let Some((len, body)) = out.split_first_mut() else {
        return;
    };
    let kept = text.len().min(body.len());
    body[..kept].copy_from_slice(&text[..kept]);
    body[kept..].fill(0);
    *len = kept.min(255) as u8;
}

/// What a field of `p` holds.
#[must_use]
pub fn unpack_pascal(bytes: &[u8]) -> &[u8] {
    match bytes {
        [] => bytes,
        [len, body @ ..] => &body[..usize::from(*len).min(body.len())],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::int::Int;

    #[test]
    fn layouts() {
        let size = |format: &[u8]| Layout::parse(format).map(|l| l.size);
        for (format, expected) in [
            (&b"hi"[..], 8),
            (b"bq", 16),
            (b"b0q", 8),
            (b"q0b", 8),
            (b"<bq", 9),
            (b"=l", 4),
            (b"@l", 8),
            (b"<l", 4),
            (b"3xi", 8),
            (b"5s", 5),
            (b"0p", 0),
            (b" i ", 4),
            (b"bF", 12),
            (b"bD", 24),
            (b"", 0),
        ] {
            assert_eq!(size(format), Ok(expected), "{format:?}");
        }
        for format in [&b"<n"[..], b"<P", b"z", b"1z", b"@<i", b"2 i", b"3 ", b"!N"] {
            assert_eq!(size(format), Err(FormatError::BadCharacter), "{format:?}");
        }
        assert_eq!(size(b"3"), Err(FormatError::CountWithoutCode));
        assert_eq!(size(b"i9223372036854775807s"), Err(FormatError::TooLong));
        assert_eq!(size(b"99999999999999999999i"), Err(FormatError::TooLong));
        assert_eq!(size(b"i\0"), Err(FormatError::EmbeddedNull));
        let layout = Layout::parse(b">2hx3s").expect("valid");
        assert_eq!((layout.len, layout.little_endian), (3, false));
        assert_eq!(layout.items[1], Item { code: b's', offset: 5, size: 3, count: 1 });
    }

    #[test]
    fn integers() {
        let mut out = [0; 2];
        assert_eq!(pack_int(b'h', Int::from_i64(-2).view(), false, &mut out), Ok(()));
        assert_eq!(out, [0xff, 0xfe]);
        assert_eq!(unpack_int(&out, true, false), -2);
        assert_eq!(unpack_int(&out, false, true), 0xfeff);
        let error = pack_int(b'H', Int::from_i64(-1).view(), true, &mut out).expect_err("out of range");
        assert_eq!(error.to_string(), "'H' format requires 0 <= number <= 65535");
        assert_eq!(unpack_int(&[0xff; 8], false, true), i128::from(u64::MAX));
        assert_eq!(unpack_int(&[0xff; 8], true, true), -1);
    }

    #[test]
    fn floats() {
        for half in 0..=u16::MAX {
            assert_eq!(to_half(from_half(half)), Ok(half));
        }
        assert_eq!(to_half(65519.99), Ok(0x7bff));
        assert!(to_half(65520.0).is_err());
        assert_eq!(to_half(5.9e-8), Ok(1));
        assert_eq!(to_half(2.98e-8), Ok(0));
        assert_eq!(to_half(6.1e-5), Ok(0x3ff));
        assert_eq!(to_half(f64::NAN), Ok(0x7e00));
        assert!(to_single(3.402_823_567_797_336_6e38).is_err());
        assert_eq!(to_single(3.402_823_5e38), Ok(f32::MAX));
        let signalling = f32::from_bits(0x7f80_0001);
        assert_eq!(to_single(from_single(signalling)).map(f32::to_bits), Ok(0x7f80_0001));
    }

    #[test]
    fn pascal_strings() {
        let mut out = [9; 3];
        pack_pascal(b"abcd", &mut out);
        assert_eq!(&out, b"\x02ab");
        assert_eq!(unpack_pascal(b"\x05ab"), b"ab");
        assert_eq!(unpack_pascal(b""), b"");
    }
}
