//! Division: the quotient, its integer part, and the remainders.

use core::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::DivRem;

use super::coeff;
use super::context::{Context, Status};
use super::number::Number;
use super::round::{cmp_magnitude, finalize, nan_of_two};

fn quotient(a: &UBig, b: &UBig) -> (UBig, bool) {
    if let (Some(a), Some(b)) = (coeff::small(a), coeff::small(b)) {
        return match (u64::try_from(a), u64::try_from(b)) {
            (Ok(a), Ok(b)) => (UBig::from_word(a / b), a % b == 0),
            _ => {
                let quotient = a / b;
                (UBig::from_dword(quotient), quotient * b == a)
            }
        };
    }
    let (quotient, rest) = a.div_rem(b);
    (quotient, rest.is_zero())
}

/// `a / b` with `prec` digits and a digit more that is not 0 or 5 if something follows; whether the quotient is exact.
fn divided(a: &Number, b: &Number, prec: i64) -> Option<(Number, bool)> {
    let negative = a.negative != b.negative;
    let shift = (b.digits() - a.digits()) + prec + 1;
    let ideal = a.exp - b.exp;
    let (mut result, exact) = if shift > 0 {
        quotient(&coeff::shift_left(&a.coeff, shift)?, &b.coeff)
    } else {
        quotient(&a.coeff, &coeff::shift_left(&b.coeff, -shift)?)
    };
    let mut exp = ideal - shift;
    if exact {
        exp += coeff::strip_zeros(&mut result, ideal - exp);
    } else if &result % 5_u64 == 0 {
        result += 1_u64;
    }
    Some((Number::finite(negative, result, exp), exact))
}

#[must_use]
pub fn div(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let negative = a.negative != b.negative;
    if !a.is_finite() || !b.is_finite() {
        if let Some(nan) = nan_of_two(a, b, context, status) {
            return nan;
        }
        return match (a.is_infinite(), b.is_infinite()) {
            (true, true) => Number::invalid(status),
            (true, false) => Number::infinity(negative),
            _ => {
                *status |= Status::CLAMPED;
                Number::zero(negative, context.etiny())
            }
        };
    }
    if b.coeff.is_zero() {
        if a.coeff.is_zero() {
            return Number::error(Status::DIVISION_UNDEFINED, status);
        }
        *status |= Status::DIVISION_BY_ZERO;
        return Number::infinity(negative);
    }
    if a.coeff.is_zero() {
        return finalize(Number::zero(negative, a.exp - b.exp), context, status);
    }
    // A quotient that ends has no more digits than this: try so far before a very large precision is filled.
    let enough = a.digits() + 4 * b.digits();
    if context.prec > 2 * enough + 1000
        && let Some((result, true)) = divided(a, b, enough)
    {
        return finalize(result, context, status);
    }
    match divided(a, b, context.prec) {
        Some((result, _)) => finalize(result, context, status),
        None => Number::no_memory(status),
    }
}

/// Quotient and remainder of the truncating division of finite numbers; `b` is not zero. `None`: the quotient has too many digits.
fn truncated(a: &Number, b: &Number, prec: i64, status: &mut Status) -> Option<(Number, Number)> {
    let negative = a.negative != b.negative;
    let ideal = a.exp.min(b.exp);
    if a.coeff.is_zero() {
        return Some((Number::zero(negative, 0), Number::zero(a.negative, ideal)));
    }
    if cmp_magnitude(a, b) == Ordering::Less {
        let rest = match coeff::shift_left(&a.coeff, a.exp - ideal) {
            Some(rest) => rest,
            None => {
                *status |= Status::MALLOC;
                return None;
            }
        };
        return Some((Number::zero(negative, 0), Number::finite(a.negative, rest, ideal)));
    }
    if a.adjusted() - b.adjusted() > prec {
        *status |= Status::DIVISION_IMPOSSIBLE;
        return None;
    }
    let (Some(x), Some(y)) = (coeff::shift_left(&a.coeff, a.exp - ideal), coeff::shift_left(&b.coeff, b.exp - ideal)) else {
        *status |= Status::MALLOC;
        return None;
    };
    let (quotient, rest) = match (coeff::small(&x), coeff::small(&y)) {
        (Some(x), Some(y)) => {
            let quotient = x / y;
            (UBig::from_dword(quotient), UBig::from_dword(x - quotient * y))
        }
        _ => x.div_rem(&y),
    };
    if coeff::digits(&quotient) > prec {
        *status |= Status::DIVISION_IMPOSSIBLE;
        return None;
    }
    Some((Number::finite(negative, quotient, 0), Number::finite(a.negative, rest, ideal)))
}

#[must_use]
pub fn div_int(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let negative = a.negative != b.negative;
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return nan;
    }
    match (a.is_infinite(), b.is_infinite()) {
        (true, true) => return Number::invalid(status),
        (true, false) => return Number::infinity(negative),
        (false, true) => return Number::zero(negative, 0),
        (false, false) => {}
    }
    if b.coeff.is_zero() {
        if a.coeff.is_zero() {
            return Number::error(Status::DIVISION_UNDEFINED, status);
        }
        *status |= Status::DIVISION_BY_ZERO;
        return Number::infinity(negative);
    }
    match truncated(a, b, context.prec, status) {
        Some((quotient, _)) => finalize(quotient, context, status),
        None => Number::NAN,
    }
}

/// What both remainders do with operands that have none.
fn rem_special(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return Some(nan);
    }
    if a.is_infinite() {
        return Some(Number::invalid(status));
    }
    if b.is_infinite() {
        return Some(finalize(a.clone(), context, status));
    }
    if b.coeff.is_zero() {
        let flag = if a.coeff.is_zero() { Status::DIVISION_UNDEFINED } else { Status::INVALID_OPERATION };
        return Some(Number::error(flag, status));
    }
    None
}

#[must_use]
pub fn rem(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = rem_special(a, b, context, status) {
        return result;
    }
    match truncated(a, b, context.prec, status) {
        Some((_, rest)) => finalize(rest, context, status),
        None => Number::NAN,
    }
}

/// The remainder of the division whose quotient is rounded to the nearest integer, to the even one if there are two.
#[must_use]
pub fn rem_near(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(result) = rem_special(a, b, context, status) {
        return result;
    }
    let Some((quotient, mut rest)) = truncated(a, b, context.prec, status) else { return Number::NAN };
    let twice = Number::finite(false, &rest.coeff << 1, rest.exp);
    let order = cmp_magnitude(&twice, b);
    if order == Ordering::Greater || order == Ordering::Equal && quotient.coeff.trailing_zeros() == Some(0) {
        if coeff::digits(&(quotient.coeff + 1_u64)) > context.prec {
            return Number::error(Status::DIVISION_IMPOSSIBLE, status);
        }
        // The exponent is the lesser of both, and the divisor less than twice the remainder.
        let Some(divisor) = coeff::shift_left(&b.coeff, b.exp - rest.exp) else { return Number::no_memory(status) };
        rest = Number::finite(!a.negative, divisor - rest.coeff, rest.exp);
    }
    finalize(rest, context, status)
}

/// Quotient and remainder.
#[must_use]
pub fn div_mod(a: &Number, b: &Number, context: &Context, status: &mut Status) -> (Number, Number) {
    let negative = a.negative != b.negative;
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return (nan.clone(), nan);
    }
    if a.is_infinite() {
        *status |= Status::INVALID_OPERATION;
        return (if b.is_infinite() { Number::NAN } else { Number::infinity(negative) }, Number::NAN);
    }
    if b.is_infinite() {
        return (Number::zero(negative, 0), finalize(a.clone(), context, status));
    }
    if b.coeff.is_zero() {
        if a.coeff.is_zero() {
            *status |= Status::DIVISION_UNDEFINED;
            return (Number::NAN, Number::NAN);
        }
        *status |= Status::DIVISION_BY_ZERO | Status::INVALID_OPERATION;
        return (Number::infinity(negative), Number::NAN);
    }
    match truncated(a, b, context.prec, status) {
        Some((quotient, rest)) => (finalize(quotient, context, status), finalize(rest, context, status)),
        None => (Number::NAN, Number::NAN),
    }
}
