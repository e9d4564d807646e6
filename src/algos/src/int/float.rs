//! Between integers and floats: true division, conversion, comparison. All results are correctly rounded, halves to even.

use super::{Digits, Int, MASK, SHIFT, TooLarge, View, arith, digits};
use core::cmp::Ordering;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FromFloatError {
    /// `ValueError: cannot convert float NaN to integer`
    Nan,
    /// `OverflowError: cannot convert float infinity to integer`
    Infinity,
}

impl core::fmt::Display for FromFloatError {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(match self {
            FromFloatError::Nan => "cannot convert float NaN to integer",
            FromFloatError::Infinity => "cannot convert float infinity to integer",
        })
    }
}

/// Rounds `(mantissa + something below 1, if sticky) * 2^exponent` to a float; `None` on overflow. The mantissa is not zero, and
/// has at least 55 bits where `sticky` can be set.
pub(crate) fn round_scaled(mantissa: u64, sticky: bool, exponent: i64) -> Option<f64> {
    let bits = i64::from(64 - mantissa.leading_zeros());
    // The value is in [2^(top-1), 2^top).
    let top = exponent + bits;
    if top > 1024 {
        return None;
    }
    let keep = (top + 1074).min(53);
    if keep < 0 {
        return Some(0.0);
    }
    let drop = bits - keep;
    let quotient = if drop <= 0 {
        mantissa << -drop
    } else {
        let quotient = mantissa.checked_shr(drop as u32).unwrap_or(0);
        let half = 1u64 << (drop - 1);
        let rest = mantissa & (half | (half - 1));
        let up = rest > half || (rest == half && (sticky || quotient & 1 == 1));
        quotient + u64::from(up)
    };
    let result = if keep < 53 {
        // Subnormal, counted in units of 2^-1074; 2^52 of them make the least normal number, whose bits are the same.
        quotient
    } else {
        (((exponent + drop + 1075).cast_unsigned()) << 52) + (quotient - (1 << 52))
    };
    (result < 0x7ff << 52).then(|| f64::from_bits(result))
}

/// The leading bits of a magnitude: at most 64 of them, their exponent, and whether a set bit is below them.
fn leading(a: &[u32]) -> (u64, bool, u64) {
    let bits = digits::bit_length(a);
    if bits <= 64 {
        return (View::new(false, a).magnitude_u64().unwrap_or(0), false, 0);
    }
    // Take the top four digits, which hold at least 91 bits.
    let low = a.len().saturating_sub(4);
    let top = a[low..].iter().rev().fold(0u128, |acc, &d| acc << SHIFT | u128::from(d));
    let shift = 64 - top.leading_zeros();
    let mantissa = (top >> shift) as u64;
    let sticky = top & ((1 << shift) - 1) != 0 || a[..low].iter().any(|&d| d != 0);
    (mantissa, sticky, u64::from(shift) + low as u64 * u64::from(SHIFT))
}

/// `float(a)`.
///
/// # Errors
/// `OverflowError: int too large to convert to float`
pub fn to_f64(a: View<'_>) -> Result<f64, TooLarge> {
    if let Some(small) = a.small() {
        return Ok(small as f64);
    }
    let (mantissa, sticky, exponent) = leading(a.digits);
    let exponent = i64::try_from(exponent).map_err(|_| TooLarge)?;
    let magnitude = round_scaled(mantissa, sticky, exponent).ok_or(TooLarge)?;
    Ok(if a.negative { -magnitude } else { magnitude })
}

/// `a = m * 2^e` with `0.5 <= |m| < 1`, `m` rounded; zero gives `(0.0, 0)`.
#[must_use]
pub fn frexp(a: View<'_>) -> (f64, i64) {
    if a.is_zero() {
        return (0.0, 0);
    }
    let (mantissa, sticky, exponent) = leading(a.digits);
    let bits = i64::from(64 - mantissa.leading_zeros());
    // Scaled into [0.5, 1] nothing overflows.
    let m = round_scaled(mantissa, sticky, -bits).unwrap_or(1.0);
    let e = bits + exponent.cast_signed();
    let (m, e) = if m == 1.0 { (0.5, e + 1) } else { (m, e) };
    (if a.negative { -m } else { m }, e)
}

/// `int(x)`, truncated.
///
/// # Errors
/// For infinities and NaN.
pub fn from_f64(x: f64) -> Result<Int, FromFloatError> {
    if x.is_nan() {
        return Err(FromFloatError::Nan);
    }
    if x.is_infinite() {
        return Err(FromFloatError::Infinity);
    }
    if x.abs() < 9.2e18 {
        return Ok(Int::from_i64(x as i64));
    }
    let bits = x.abs().to_bits();
    let exponent = (bits >> 52) - 1075;
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let mantissa = [mantissa as u32 & MASK, (mantissa >> SHIFT) as u32];
    Ok(Int::new(x < 0.0, digits::shl(&mantissa, exponent)))
}

/// Compares an integer with a float by value; `None` when the float is NaN.
#[must_use]
pub fn cmp_f64(a: View<'_>, x: f64) -> Option<Ordering> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { Ordering::Less } else { Ordering::Greater });
    }
    if let Some(small) = a.small()
        && small.unsigned_abs() <= 1 << 53
    {
        return (small as f64).partial_cmp(&x);
    }
    let whole = from_f64(x).ok()?;
    Some(super::cmp(a, whole.view()).then_with(|| 0.0.partial_cmp(&x.fract()).unwrap_or(Ordering::Equal)))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrueDivError {
    /// `ZeroDivisionError: division by zero`
    Zero,
    /// `OverflowError: integer division result too large for a float`
    Overflow,
}

/// `a / b`, correctly rounded.
///
/// # Errors
/// See [`TrueDivError`].
pub fn true_div(a: View<'_>, b: View<'_>) -> Result<f64, TrueDivError> {
    if b.is_zero() {
        return Err(TrueDivError::Zero);
    }
    let negative = a.negative != b.negative;
    if a.is_zero() {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    const EXACT: u64 = 1 << 53;
    if let (Some(x), Some(y)) = (a.small(), b.small())
        && x.unsigned_abs() <= EXACT
        && y.unsigned_abs() <= EXACT
    {
        return Ok(x as f64 / y as f64);
    }
    // Scale so that the quotient has 56 or 57 bits.
    let difference = digits::bit_length(a.digits).cast_signed() - digits::bit_length(b.digits).cast_signed();
    if difference > 1025 {
        return Err(TrueDivError::Overflow);
    }
    if difference < -1080 {
        return Ok(if negative { -0.0 } else { 0.0 });
    }
    let shift = difference - 56;
    let (scaled, lost): (Digits, bool) = if shift >= 0 {
        digits::shr(a.digits, shift.cast_unsigned())
    } else {
        (digits::shl(a.digits, shift.unsigned_abs()), false)
    };
    let (quotient, remainder) = arith::div_rem_magnitude(&scaled, b.digits);
    let mantissa = View::new(false, &quotient).magnitude_u64().unwrap_or(0);
    let magnitude = round_scaled(mantissa, lost || !remainder.is_empty(), shift).ok_or(TrueDivError::Overflow)?;
    Ok(if negative { -magnitude } else { magnitude })
}
