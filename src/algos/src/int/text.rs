//! Integers as text: `int(str, base)`, `str(int)`, and the power-of-two bases.

use super::{Digits, Int, SHIFT, View, bridge, digits};
use core::fmt;
use dashu_int::UBig;

/// The limit of `sys.set_int_max_str_digits` is never checked below this many digits.
const LIMIT_THRESHOLD: usize = 640;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParseError {
    /// The caller says `invalid literal for int() with base …`.
    Invalid,
    /// The limit on digits; displays as CPython's message.
    TooManyDigits { limit: usize, digits: usize },
}

impl fmt::Display for ParseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ParseError::Invalid => f.write_str("invalid literal for int()"),
            ParseError::TooManyDigits { limit, digits } => write!(
                f,
                "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use \
                 sys.set_int_max_str_digits() to increase the limit"
            ),
        }
    }
}

/// `str(int)` would be longer than the limit; displays as CPython's message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooManyDigits {
    pub limit: usize,
}

impl fmt::Display for TooManyDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Exceeds the limit ({} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit",
            self.limit
        )
    }
}

fn is_space(b: u8) -> bool {
    matches!(b, b' ' | 9..=13)
}

fn digit_value(b: u8) -> u32 {
    match b {
        b'0'..=b'9' => u32::from(b - b'0'),
        b'a'..=b'z' => u32::from(b - b'a') + 10,
        b'A'..=b'Z' => u32::from(b - b'A') + 10,
        _ => 37,
    }
}

/// `int(text, base)` for text whose digits and spaces are already ASCII; the base is 0 or 2 to 36. A `limit` of 0 is none.
///
/// # Errors
/// `ValueError` in Python.
pub fn parse(text: &[u8], base: u32, limit: usize) -> Result<Int, ParseError> {
    let invalid = Err(ParseError::Invalid);
    let mut rest = text.trim_ascii_start();
    // `trim_ascii` leaves the vertical tab.
    while let [b, tail @ ..] = rest
        && is_space(*b)
    {
        rest = tail;
    }
    while let [head @ .., b] = rest
        && is_space(*b)
    {
        rest = head;
    }
    let negative = matches!(rest, [b'-', ..]);
    if let [b'+' | b'-', tail @ ..] = rest {
        rest = tail;
    }
    let prefix = match rest {
        [b'0', b'x' | b'X', ..] => 16,
        [b'0', b'o' | b'O', ..] => 8,
        [b'0', b'b' | b'B', ..] => 2,
        _ => 0,
    };
    let mut must_be_zero = false;
    let base = if base == 0 {
        if prefix != 0 {
            prefix
        } else {
            // `010` is neither octal nor decimal here; `000` is fine.
            must_be_zero = matches!(rest, [b'0', ..]);
            10
        }
    } else {
        base
    };
    if prefix == base {
        rest = &rest[2..];
        if let [b'_', tail @ ..] = rest {
            rest = tail;
        }
    }
    // Digits with single underscores between them.
    let mut count = 0usize;
    let mut after_digit = false;
    for &b in rest {
        if b == b'_' {
            if !after_digit {
                return invalid;
            }
            after_digit = false;
        } else if digit_value(b) < base {
            count += 1;
            after_digit = true;
        } else {
            return invalid;
        }
    }
    if !after_digit {
        return invalid;
    }
    if must_be_zero && rest.iter().any(|&b| b != b'0' && b != b'_') {
        return invalid;
    }
    let magnitude = if base.is_power_of_two() {
        parse_power_of_two(rest, base.trailing_zeros(), count)
    } else {
        if limit > 0 && count > LIMIT_THRESHOLD && count > limit {
            return Err(ParseError::TooManyDigits { limit, digits: count });
        }
        parse_other(rest, base, count)
    };
    Ok(Int::new(negative, magnitude))
}

fn parse_power_of_two(text: &[u8], bits: u32, count: usize) -> Digits {
    let mut out = Digits::with_capacity(count * bits as usize / SHIFT as usize + 1);
    let mut acc = 0u64;
    let mut filled = 0;
    for &b in text.iter().rev().filter(|&&b| b != b'_') {
        acc |= u64::from(digit_value(b)) << filled;
        filled += bits;
        if filled >= SHIFT {
            out.push(acc as u32 & super::MASK);
            acc >>= SHIFT;
            filled -= SHIFT;
        }
    }
    out.push(acc as u32);
    out
}

fn parse_other(text: &[u8], base: u32, count: usize) -> Digits {
    if count <= 12 {
        // 36^12 < 2^64.
        let value = text.iter().filter(|&&b| b != b'_').fold(0u64, |acc, &b| acc * u64::from(base) + u64::from(digit_value(b)));
        return Int::from_u64(value).digits;
    }
    if count > bridge::FROM_TEXT * 9 {
        let clean: String = text.iter().filter(|&&b| b != b'_').map(|&b| char::from(b)).collect();
        // The digits were checked, so this cannot fail.
        return UBig::from_str_radix(&clean, base).map(|v| bridge::from_ubig(&v)).unwrap_or_default();
    }
    // As many digits at a time as fit.
    let mut chunk_len = 1;
    let mut chunk_factor = base;
    while u64::from(chunk_factor) * u64::from(base) <= u64::from(super::MASK) {
        chunk_factor *= base;
        chunk_len += 1;
    }
    let mut out = Digits::with_capacity(count * 6 / SHIFT as usize + 1);
    let (mut chunk, mut len, mut factor) = (0, 0, 1);
    for &b in text.iter().filter(|&&b| b != b'_') {
        chunk = chunk * base + digit_value(b);
        factor *= base;
        len += 1;
        if len == chunk_len {
            digits::mul_add_small(&mut out, chunk_factor, chunk);
            (chunk, len, factor) = (0, 0, 1);
        }
    }
    if len > 0 {
        digits::mul_add_small(&mut out, factor, chunk);
    }
    out
}

/// `str(a)` without a limit.
#[must_use]
pub fn to_decimal(a: View<'_>) -> String {
    let mut out = String::new();
    write_decimal(a, &mut out);
    out
}

/// `str(a)` under the limit of `sys.set_int_max_str_digits` (0 is none).
///
/// # Errors
/// When the text would be longer.
pub fn checked_decimal(a: View<'_>, limit: usize) -> Result<String, TooManyDigits> {
    if limit > 0 {
        // At least this many digits, from the length in bits; saves the conversion of what is far too long.
        let least = digits::bit_length(a.digits).saturating_sub(1).saturating_mul(30_102) / 100_000;
        if least > limit.max(LIMIT_THRESHOLD) as u64 {
            return Err(TooManyDigits { limit });
        }
    }
    let text = to_decimal(a);
    let len = text.len() - usize::from(a.negative);
    if limit > 0 && len > limit && len > LIMIT_THRESHOLD {
        return Err(TooManyDigits { limit });
    }
    Ok(text)
}

fn push_u64(mut value: u64, out: &mut String) {
    let mut buffer = [0u8; 20];
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            break;
        }
    }
    out.extend(buffer[at..].iter().map(|&b| char::from(b)));
}

fn write_decimal(a: View<'_>, out: &mut String) {
    if a.negative {
        out.push('-');
    }
    if let Some(small) = a.magnitude_u64() {
        return push_u64(small, out);
    }
    if a.digits.len() > bridge::TO_TEXT {
        out.push_str(&bridge::to_ubig(a.digits).to_string());
        return;
    }
    // Base 10^9 pieces, least first: each digit is shifted in, which multiplies by a constant instead of dividing by a variable.
    const PIECE: u64 = 1_000_000_000;
    let mut pieces: smallvec::SmallVec<[u32; 48]> = smallvec::SmallVec::new();
    for &d in a.digits.iter().rev() {
        let mut carry = u64::from(d);
        for piece in &mut pieces {
            let t = u64::from(*piece) << SHIFT | carry;
            carry = t / PIECE;
            *piece = (t % PIECE) as u32;
        }
        while carry > 0 {
            pieces.push((carry % PIECE) as u32);
            carry /= PIECE;
        }
    }
    let mut pieces = pieces.iter().rev();
    if let Some(&first) = pieces.next() {
        push_u64(u64::from(first), out);
    }
    for &piece in pieces {
        let mut buffer = [b'0'; 9];
        let mut value = piece;
        for b in buffer.iter_mut().rev() {
            *b = b'0' + (value % 10) as u8;
            value /= 10;
        }
        out.extend(buffer.iter().map(|&b| char::from(b)));
    }
}

/// Digits in any base from 2 to 36 after an optional minus, in lower case, without a prefix.
#[must_use]
pub fn to_radix(a: View<'_>, base: u32) -> String {
    // Bases out of range are the caller's mistake.
    let base = base.clamp(2, 36);
    let mut out = String::new();
    if base == 10 {
        write_decimal(a, &mut out);
        return out;
    }
    if a.negative {
        out.push('-');
    }
    if a.is_zero() {
        out.push('0');
        return out;
    }
    if !base.is_power_of_two() {
        // The base is small, and its digits are written in lower case.
        out.push_str(&bridge::to_ubig(a.digits).in_radix(base as u8).to_string());
        return out;
    }
    let bits = base.trailing_zeros();
    let len = digits::bit_length(a.digits).div_ceil(u64::from(bits));
    for i in (0..len).rev() {
        let at = i * u64::from(bits);
        let (index, offset) = ((at / u64::from(SHIFT)) as usize, at % u64::from(SHIFT));
        let low = u64::from(a.digits[index]);
        let high = a.digits.get(index + 1).map_or(0, |&d| u64::from(d));
        let digit = ((low | high << SHIFT) >> offset) as u32 & (base - 1);
        // Below 36 by construction.
        out.push(char::from_digit(digit, 36).unwrap_or('0'));
    }
    out
}
