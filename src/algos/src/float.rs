//! The arithmetic of `float` where it is not the machine's own, and the ways between floats, text and ratios.
//!
//! Invariant: every conversion is correctly rounded, halves to even, for any precision. Complex numbers are in `complex.rs`.

mod digits;
mod hex;
mod text;

#[cfg(test)]
mod tests;

use crate::int::{self, FromFloatError, HASH_MODULUS, Int};

pub use hex::{FromHexError, from_hex, to_hex};
pub use text::{Flags, Sign, format, parse, repr};
pub(crate) use text::{parse_prefix, without_underscores};

/// `hash(inf)`.
pub const HASH_INF: i64 = 314_159;

/// Division or a power with no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowError {
    /// `ZeroDivisionError: zero to a negative power`
    ZeroToNegative,
    /// `OverflowError: (34, 'Numerical result out of range')`
    Overflow,
    /// A negative base with a fractional exponent: the caller goes on with complex numbers.
    Complex,
}

/// `a % b` for `b != 0`: the result has the sign of `b`.
#[inline]
#[must_use]
pub fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        0f64.copysign(b)
    } else if (b < 0.0) != (rest < 0.0) {
        rest + b
    } else {
        rest
    }
}

/// `divmod(a, b)` for `b != 0`.
#[must_use]
pub fn divmod(a: f64, b: f64) -> (f64, f64) {
    let mut rest = a % b;
    let mut quotient = (a - rest) / b;
    if rest == 0.0 {
        rest = 0f64.copysign(b);
    } else if (b < 0.0) != (rest < 0.0) {
        rest += b;
        quotient -= 1.0;
    }
    let floor = if quotient == 0.0 {
        0f64.copysign(a / b)
    } else {
        let floor = quotient.floor();
        if quotient - floor > 0.5 { floor + 1.0 } else { floor }
    };
    (floor, rest)
}

/// `a // b` for `b != 0`.
#[inline]
#[must_use]
pub fn floordiv(a: f64, b: f64) -> f64 {
    divmod(a, b).0
}

fn is_odd(x: f64) -> bool {
    x.abs() % 2.0 == 1.0
}

/// `a ** b`.
///
/// # Errors
/// See [`PowError`].
pub fn pow(a: f64, b: f64) -> Result<f64, PowError> {
    if b == 0.0 || a == 1.0 {
        return Ok(1.0);
    }
    if a.is_nan() {
        return Ok(a);
    }
    if b.is_nan() {
        return Ok(b);
    }
    if b.is_infinite() {
        let a = a.abs();
        return Ok(if a == 1.0 {
            1.0
        } else if (b > 0.0) == (a > 1.0) {
            b.abs()
        } else {
            0.0
        });
    }
    if a.is_infinite() {
        let odd = is_odd(b);
        return Ok(match (b > 0.0, odd) {
            (true, true) => a,
            (true, false) => a.abs(),
            (false, true) => 0f64.copysign(a),
            (false, false) => 0.0,
        });
    }
    if a == 0.0 {
        if b < 0.0 {
            return Err(PowError::ZeroToNegative);
        }
        return Ok(if is_odd(b) { a } else { 0.0 });
    }
    let mut negate = false;
    let mut base = a;
    if a < 0.0 {
        if b != b.floor() {
            return Err(PowError::Complex);
        }
        base = -a;
        negate = is_odd(b);
    }
    if base == 1.0 {
        return Ok(if negate { -1.0 } else { 1.0 });
    }
    let power = base.powf(b);
    if power.is_infinite() {
        return Err(PowError::Overflow);
    }
    Ok(if negate { -power } else { power })
}

/// `hash(x)`; `None` for NaN, whose hash is that of the object's address.
#[must_use]
pub fn hash(x: f64) -> Option<i64> {
    if x.is_nan() {
        return None;
    }
    if x.is_infinite() {
        return Some(if x > 0.0 { HASH_INF } else { -HASH_INF });
    }
    // x = m * 2^e with an integer m below 2^53; both parts modulo 2^61 - 1, where a power of two is a rotation.
    let bits = x.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let rotation = exponent.rem_euclid(61) as u32;
    let residue = if rotation == 0 { mantissa } else { (mantissa << rotation & HASH_MODULUS) | mantissa >> (61 - rotation) };
    let residue = residue.cast_signed();
    Some(match if x < 0.0 { -residue } else { residue } {
        -1 => -2,
        hash => hash,
    })
}

#[must_use]
pub fn is_integer(x: f64) -> bool {
    x.is_finite() && x == x.floor()
}

/// `x.as_integer_ratio()` in lowest terms.
///
/// # Errors
/// For infinities (`OverflowError: cannot convert Infinity to integer ratio`) and NaN (`ValueError: cannot convert NaN to integer ratio`).
pub fn as_integer_ratio(x: f64) -> Result<(Int, Int), FromFloatError> {
    if x.is_nan() {
        return Err(FromFloatError::Nan);
    }
    if x.is_infinite() {
        return Err(FromFloatError::Infinity);
    }
    let one = Int::from_i64(1);
    if x == 0.0 {
        return Ok((Int::ZERO, one));
    }
    let bits = x.to_bits();
    let biased = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mantissa, exponent) = if biased == 0 { (fraction, -1074) } else { (fraction | 1 << 52, biased - 1075) };
    let zeros = mantissa.trailing_zeros();
    let (mantissa, exponent) = (mantissa >> zeros, exponent + i64::from(zeros));
    let numerator = Int::from_u64(mantissa);
    let numerator = if x < 0.0 { numerator.negated() } else { numerator };
    // Exponents of floats are far from the limit of shifts.
    let shift = |a: &Int| int::lshift(a.view(), exponent.unsigned_abs()).unwrap_or_default();
    Ok(if exponent >= 0 { (shift(&numerator), one) } else { (numerator, shift(&one)) })
}

/// `round(x, places)`; `None` when the result overflows (`OverflowError: rounded value too large to represent`).
#[must_use]
pub fn round(x: f64, places: i64) -> Option<f64> {
    if !x.is_finite() || places > 323 {
        return Some(x);
    }
    if places < -308 {
        return Some(0.0 * x);
    }
    if let Some((scaled, places)) = digits::scaled(x.abs(), places as i32)
        && let Some(magnitude) = digits::unscale(scaled, places)
    {
        return Some(magnitude.copysign(x));
    }
    // `places` is between -308 and 323 here.
    let decimal = digits::fixed(x.abs(), places as i32);
    let magnitude = decimal.to_f64();
    magnitude.is_finite().then(|| magnitude.copysign(x))
}

/// `round(x)` before its conversion to an integer: to the nearest, halves to even.
#[must_use]
pub fn round_to_integer(x: f64) -> f64 {
    x.round_ties_even()
}
