//! From and to integers, floats and fractions.

use dashu_int::UBig;
use dashu_int::ops::{DivRem, Gcd};

use super::coeff;
use super::number::Number;
use crate::int::{self, View};

#[must_use]
pub fn from_int(n: View<'_>) -> Number {
    let coeff = match n.magnitude_u64() {
        Some(n) => UBig::from_word(n),
        None => int::to_ubig(n.digits()),
    };
    Number::finite(n.is_negative(), coeff, 0)
}

/// The exact value of a float.
#[must_use]
pub fn from_float(x: f64) -> Number {
    let negative = x.is_sign_negative();
    if x.is_nan() {
        return Number::NAN.with_sign(negative);
    }
    if x.is_infinite() {
        return Number::infinity(negative);
    }
    let bits = x.to_bits();
    let (fraction, exponent) = (bits & ((1 << 52) - 1), (bits >> 52 & 0x7ff) as i64);
    let (mut mantissa, mut exponent) = if exponent == 0 { (fraction, -1074) } else { (fraction | 1 << 52, exponent - 1075) };
    if mantissa == 0 {
        return Number::zero(negative, 0);
    }
    let zeros = mantissa.trailing_zeros();
    mantissa >>= zeros;
    exponent += i64::from(zeros);
    let mantissa = UBig::from_word(mantissa);
    if exponent >= 0 {
        return Number::finite(negative, mantissa << exponent as usize, 0);
    }
    // m / 2**k = m * 5**k / 10**k.
    Number::finite(negative, mantissa * UBig::from_word(5).pow(exponent.unsigned_abs() as usize), exponent)
}

/// The integer before the point; `None` if it would not fit in memory, or the number is not finite.
#[must_use]
pub fn to_int(number: &Number) -> Option<int::Int> {
    if !number.is_finite() {
        return None;
    }
    let whole = match number.exp {
        exp if exp >= 0 => coeff::shift_left(&number.coeff, exp)?,
        exp => coeff::shift_right(&number.coeff, -exp).0,
    };
    Some(int::from_ubig(number.negative, &whole))
}

/// Numerator and denominator.
pub type Ratio = (int::Int, int::Int);

/// The fraction in lowest terms; `None` if it would not fit in memory, or the number is not finite.
#[must_use]
pub fn ratio(number: &Number) -> Option<Ratio> {
    if !number.is_finite() {
        return None;
    }
    let (numerator, denominator) = if number.exp >= 0 || number.coeff.is_zero() {
        (coeff::shift_left(&number.coeff, number.exp)?, UBig::ONE)
    } else {
        let mut coeff = number.coeff.clone();
        let exp = number.exp + coeff::strip_zeros(&mut coeff, -number.exp);
        if -exp > coeff::LIMIT {
            return None;
        }
        let power = coeff::power_of_ten(-exp);
        let common = (&coeff).gcd(&power);
        ((&coeff).div_rem(&common).0, power.div_rem(&common).0)
    };
    Some((int::from_ubig(number.negative, &numerator), int::from_ubig(false, &denominator)))
}
