//! `float.hex` and `float.fromhex`.

use super::text;
use crate::int::round_scaled;
use core::fmt;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromHexError {
    /// A `ValueError`.
    Invalid,
    /// An `OverflowError`.
    TooLarge,
}

impl fmt::Display for FromHexError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FromHexError::Invalid => "invalid hexadecimal floating-point string",
            FromHexError::TooLarge => "hexadecimal value too large to represent as a float",
        })
    }
}

#[must_use]
pub fn to_hex(x: f64) -> String {
    if !x.is_finite() {
        return text::repr(x);
    }
    let sign = if x.is_sign_negative() { "-" } else { "" };
    if x == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = x.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i32;
    let fraction = bits & ((1 << 52) - 1);
    let (lead, exponent) = if biased == 0 { (0, -1022) } else { (1, biased - 1023) };
    format!("{sign}0x{lead}.{fraction:013x}p{exponent:+}")
}

/// `float.fromhex(text)` for ASCII text.
///
/// # Errors
/// See [`FromHexError`].
pub fn from_hex(text: &[u8]) -> Result<f64, FromHexError> {
    let mut rest = text;
    while let [b' ' | 9..=13, tail @ ..] = rest {
        rest = tail;
    }
    while let [head @ .., b' ' | 9..=13] = rest {
        rest = head;
    }
    let (negative, body) = match rest {
        [b'-', tail @ ..] => (true, tail),
        [b'+', tail @ ..] => (false, tail),
        tail => (false, tail),
    };
    let signed = |x: f64| if negative { -x } else { x };
    if body.eq_ignore_ascii_case(b"inf") || body.eq_ignore_ascii_case(b"infinity") {
        return Ok(signed(f64::INFINITY));
    }
    if body.eq_ignore_ascii_case(b"nan") {
        return Ok(signed(f64::NAN));
    }
    let body = match body {
        [b'0', b'x' | b'X', tail @ ..] => tail,
        tail => tail,
    };
    // The first 60 bits of the mantissa, whether a set bit follows, and the exponent of the mantissa's last bit.
    let mut mantissa = 0u64;
    let mut sticky = false;
    let mut exponent = 0i64;
    let mut any = false;
    let mut point = false;
    let mut at = 0;
    while let Some(&b) = body.get(at) {
        if b == b'.' && !point {
            point = true;
        } else if let Some(digit) = char::from(b).to_digit(16) {
            any = true;
            if mantissa >> 60 == 0 {
                mantissa = mantissa << 4 | u64::from(digit);
                exponent -= if point { 4 } else { 0 };
            } else {
                sticky |= digit != 0;
                exponent += if point { 0 } else { 4 };
            }
        } else {
            break;
        }
        at += 1;
    }
    if !any {
        return Err(FromHexError::Invalid);
    }
    let mut power = 0i64;
    if matches!(body.get(at), Some(b'p' | b'P')) {
        at += 1;
        let minus = body.get(at) == Some(&b'-');
        at += usize::from(matches!(body.get(at), Some(b'+' | b'-')));
        if !body.get(at).is_some_and(u8::is_ascii_digit) {
            return Err(FromHexError::Invalid);
        }
        while let Some(d) = body.get(at).filter(|b| b.is_ascii_digit()) {
            power = power.saturating_mul(10).saturating_add(i64::from(d - b'0')).min(1 << 40);
            at += 1;
        }
        power = if minus { -power } else { power };
    }
    if at != body.len() {
        return Err(FromHexError::Invalid);
    }
    if mantissa == 0 {
        return Ok(signed(0.0));
    }
    round_scaled(mantissa, sticky, exponent + power).map(signed).ok_or(FromHexError::TooLarge)
}
