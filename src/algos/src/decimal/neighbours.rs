//! The numbers next to a number, and the handling of exponents.

use core::cmp::Ordering;

use super::add::{add, sub};
use super::coeff;
use super::context::{Context, Rounding, Status};
use super::number::Number;
use super::round::{cmp, finalize, largest, nan_of, nan_of_two};

/// The next number upwards or downwards, without flags.
fn next(a: &Number, up: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    if a.is_infinite() {
        return if a.negative == up { largest(a.negative, context, status) } else { a.clone() };
    }
    let context = context.rounded(if up { Rounding::Ceiling } else { Rounding::Floor });
    let mut flags = Status::NONE;
    let rounded = finalize(a.clone(), &context, &mut flags);
    if flags.has(Status::INEXACT | Status::ERRORS) {
        *status |= flags & Status::ERRORS;
        return rounded;
    }
    flags = Status::NONE;
    let tiny = Number::small(false, 1, context.etiny() - 1);
    let result = if up { add(a, &tiny, &context, &mut flags) } else { sub(a, &tiny, &context, &mut flags) };
    *status |= flags & Status::ERRORS;
    result
}

#[must_use]
pub fn next_minus(a: &Number, context: &Context, status: &mut Status) -> Number {
    next(a, false, context, status)
}

#[must_use]
pub fn next_plus(a: &Number, context: &Context, status: &mut Status) -> Number {
    next(a, true, context, status)
}

#[must_use]
pub fn next_toward(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return nan;
    }
    let up = match cmp(a, b) {
        Ordering::Equal => return a.clone().with_sign(b.negative),
        Ordering::Less => true,
        Ordering::Greater => false,
    };
    let result = next(a, up, context, status);
    if result.is_infinite() {
        *status |= Status::OVERFLOW | Status::ROUNDED | Status::INEXACT;
    } else if result.is_finite() && result.adjusted() < context.emin {
        *status |= Status::UNDERFLOW | Status::SUBNORMAL | Status::ROUNDED | Status::INEXACT;
        if result.is_zero() {
            *status |= Status::CLAMPED;
        }
    }
    result
}

/// Without zeros at the end.
#[must_use]
pub fn reduce(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    let mut result = finalize(a.clone(), context, status);
    if !result.is_finite() {
        return result;
    }
    if result.coeff.is_zero() {
        return Number::zero(result.negative, 0);
    }
    let last = if context.clamp { context.etop() } else { context.emax };
    result.exp += coeff::strip_zeros(&mut result.coeff, last - result.exp);
    result
}

/// The exponent of the first digit, as a number.
#[must_use]
pub fn logb(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    if a.is_infinite() {
        return Number::infinity(false);
    }
    if a.coeff.is_zero() {
        *status |= Status::DIVISION_BY_ZERO;
        return Number::infinity(true);
    }
    let adjusted = a.adjusted();
    finalize(Number::small(adjusted < 0, adjusted.unsigned_abs(), 0), context, status)
}

/// `a * 10**b`.
#[must_use]
pub fn scaleb(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return nan;
    }
    if b.is_infinite() || b.exp != 0 {
        return Number::invalid(status);
    }
    let furthest = 2 * i128::from(context.emax + context.prec);
    match b.to_i64() {
        Some(n) if i128::from(n).abs() <= furthest => {
            if a.is_infinite() {
                return a.clone();
            }
            // Beyond these everything overflows or underflows, and nothing that comes later may.
            let exp = a.exp.saturating_add(n).clamp(-4_000_000_000_000_000_001, 2_000_000_000_000_000_001);
            finalize(Number::finite(a.negative, a.coeff.clone(), exp), context, status)
        }
        _ => Number::invalid(status),
    }
}
