//! Logarithms, correctly rounded.

use core::cmp::Ordering;

use dashu_int::ops::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};

use super::coeff;
use super::context::{Context, Rounding, Status};
use super::exp::{bits_of, correctly_rounded, exp_fixed, ln_ten, nearest, to_fixed};
use super::number::Number;
use super::round::{cmp, finalize, nan_of};

/// `ln(x)` for a fixed-point `x` between 1/4 and 4, with so many bits after the point. Off by less than `2**24` units.
fn ln_fixed(x: &UBig, bits: usize) -> IBig {
    // Halley's method: each step triples the bits that are right.
    let mut precisions = vec![bits];
    let mut precision = bits;
    while precision > 40 {
        precision = precision / 3 + 12;
        if precision >= *precisions.last().unwrap_or(&0) {
            break;
        }
        precisions.push(precision);
    }
    // The first approximation: 53 bits of `x` give 48 of its logarithm.
    let top = if bits > 60 { x >> (bits - 60) } else { x << (60 - bits) };
    let start = (u64::try_from(top).unwrap_or(1 << 60) as f64 / 2f64.powi(60)).ln();
    let mut y = IBig::from((start * 2f64.powi(52)) as i64);
    let mut at = 52;
    for &precision in precisions.iter().rev() {
        let work = precision + 20;
        y = if work >= at { y << (work - at) } else { y >> (at - work) };
        at = work;
        let x = IBig::from(if work >= bits { x << (work - bits) } else { x >> (bits - work) });
        let power = IBig::from(exp_fixed(&y, work));
        let (difference, sum) = (&x - &power, &x + &power);
        y += (difference << (work + 1)) / sum;
    }
    if at >= bits { y >> (at - bits) } else { y << (bits - at) }
}

/// How many zeros follow the point in `|a - 1|`, at most so many; 0 if `a` is not near 1.
fn nearness(a: &Number) -> i64 {
    if !(-1..=0).contains(&a.adjusted()) || a.exp >= 0 {
        return 0;
    }
    let one = coeff::power_of_ten(-a.exp);
    let difference = match a.coeff.cmp(&one) {
        Ordering::Less => &one - &a.coeff,
        _ => &a.coeff - &one,
    };
    (-a.exp - coeff::digits(&difference)).max(0)
}

/// `ln(a)`, or `log10(a)`, of a positive number other than 1, to so many digits.
fn approximation(a: &Number, near: i64, ten: bool, digits: i64) -> Option<Number> {
    // a = m * 10**tens, where `m` is near 1 if `a` is.
    let leading = coeff::shift_right(&a.coeff, (a.digits() - 2).max(0)).0;
    let leading = u64::try_from(leading).unwrap_or(0) * if a.digits() == 1 { 10 } else { 1 };
    let tens = a.adjusted() + i64::from(leading >= 32);
    let exp = a.exp - tens;
    let bits = bits_of(digits) + bits_of(near) + 128;
    let surplus = a.digits() - (digits + near + 40);
    let (coeff, exp) =
        if surplus > 0 { (coeff::shift_right(&a.coeff, surplus).0, exp + surplus) } else { (a.coeff.clone(), exp) };
    let mut sum = ln_fixed(&to_fixed(&coeff, exp, bits)?, bits);
    if ten {
        sum = (sum << bits) / IBig::from(ln_ten(bits)) + (IBig::from(tens) << bits);
    } else {
        sum += IBig::from(tens) * IBig::from(ln_ten(bits));
    }
    let negative = sum < IBig::ZERO;
    let magnitude = sum.unsigned_abs();
    // At least so many digits, from the length in bits.
    let whole = (magnitude.bit_len() as f64 - bits as f64) * core::f64::consts::LOG10_2;
    let places = digits - whole.floor() as i64 + 1;
    let scaled = if places >= 0 { magnitude * coeff::power_of_ten(places) } else { magnitude / coeff::power_of_ten(-places) };
    Some(Number::finite(negative, nearest(scaled, bits), -places))
}

/// What both logarithms share: operands that have none, or an infinite one.
fn special(a: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    if let Some(nan) = nan_of(a, context, status) {
        return Some(nan);
    }
    if a.is_zero() {
        return Some(Number::infinity(true));
    }
    if a.negative {
        return Some(Number::invalid(status));
    }
    if a.is_infinite() {
        return Some(Number::infinity(false));
    }
    None
}

/// A result that overflows, known from the exponent alone.
fn too_large(a: &Number, factor: i64, context: &Context, status: &mut Status) -> Option<Number> {
    let adjusted = a.adjusted();
    let bound = factor * if adjusted < 0 { -adjusted - 1 } else { adjusted };
    if coeff::digits(&UBig::from_word(bound.unsigned_abs())) - 1 <= context.emax {
        return None;
    }
    *status |= Status::OVERFLOW | Status::INEXACT | Status::ROUNDED;
    Some(Number::infinity(adjusted < 0))
}

#[must_use]
pub fn ln(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = special(a, context, status) {
        return result;
    }
    if cmp(a, &Number::ONE) == Ordering::Equal {
        return Number::ZERO;
    }
    if let Some(result) = too_large(a, 2, context, status) {
        return result;
    }
    let context = &context.rounded(Rounding::HalfEven);
    let near = nearness(a);
    correctly_rounded(context, 3, status, |digits| approximation(a, near, false, digits))
}

/// Whether the coefficient is a power of ten.
fn is_power_of_ten(a: &Number) -> bool {
    let mut coeff = a.coeff.clone();
    coeff::strip_zeros(&mut coeff, i64::MAX);
    coeff.is_one()
}

#[must_use]
pub fn log10(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = special(a, context, status) {
        return result;
    }
    let half_even = &context.rounded(Rounding::HalfEven);
    if is_power_of_ten(a) {
        let adjusted = a.adjusted();
        return finalize(Number::small(adjusted < 0, adjusted.unsigned_abs(), 0), half_even, status);
    }
    if let Some(result) = too_large(a, 1, context, status) {
        return result;
    }
    let near = nearness(a);
    correctly_rounded(half_even, 3, status, |digits| approximation(a, near, true, digits))
}
