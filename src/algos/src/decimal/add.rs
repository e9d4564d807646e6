//! Addition, subtraction, and the signs.

use dashu_int::UBig;

use super::coeff;
use super::context::{Context, Rounding, Status};
use super::number::Number;
use super::round::{finalize, nan_of, nan_of_two};

#[must_use]
pub fn add(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    signed(a, b, b.negative, context, status)
}

#[must_use]
pub fn sub(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    signed(a, b, !b.negative, context, status)
}

/// `a + b`, where `b` has the sign that is given.
fn signed(a: &Number, b: &Number, b_negative: bool, context: &Context, status: &mut Status) -> Number {
    if !a.is_finite() || !b.is_finite() {
        if let Some(nan) = nan_of_two(a, b, context, status) {
            return nan;
        }
        return match (a.is_infinite(), b.is_infinite()) {
            (true, true) if a.negative != b_negative => Number::invalid(status),
            (true, _) => a.clone(),
            _ => b.clone().with_sign(b_negative),
        };
    }
    let sum = if a.exp == b.exp {
        combine(&a.coeff, a.negative, &b.coeff, b_negative, a.exp, context)
    } else if a.exp > b.exp {
        match aligned(a, a.negative, b, b_negative, context) {
            Some(sum) => sum,
            None => return Number::no_memory(status),
        }
    } else {
        match aligned(b, b_negative, a, a.negative, context) {
            Some(sum) => sum,
            None => return Number::no_memory(status),
        }
    };
    finalize(sum, context, status)
}

/// The sum of two coefficients of one exponent.
#[inline]
fn combine(a: &UBig, a_negative: bool, b: &UBig, b_negative: bool, exp: i64, context: &Context) -> Number {
    if a_negative == b_negative {
        let sum = match (coeff::small(a), coeff::small(b)) {
            (Some(a), Some(b)) => a.checked_add(b).map(UBig::from_dword),
            _ => None,
        };
        return Number::finite(a_negative, sum.unwrap_or_else(|| a + b), exp);
    }
    match a.cmp(b) {
        core::cmp::Ordering::Equal => Number::zero(context.rounding == Rounding::Floor, exp),
        core::cmp::Ordering::Greater => Number::finite(a_negative, a - b, exp),
        core::cmp::Ordering::Less => Number::finite(b_negative, b - a, exp),
    }
}

/// The sum of numbers of which `high` has the larger exponent.
fn aligned(high: &Number, high_negative: bool, low: &Number, low_negative: bool, context: &Context) -> Option<Number> {
    if high.coeff.is_zero() {
        return Some(combine(&UBig::ZERO, high_negative, &low.coeff, low_negative, low.exp, context));
    }
    let digits = high.digits();
    // Far below the last digit that will be kept it only matters whether there is something.
    let floor = high.exp - 1 + if digits > context.prec { 0 } else { digits - context.prec - 1 };
    let one;
    let (low_coeff, low_exp) = if low.adjusted() < floor {
        one = UBig::from_word(u64::from(!low.coeff.is_zero()));
        (&one, floor)
    } else {
        (&low.coeff, low.exp)
    };
    let shifted = coeff::shift_left(&high.coeff, high.exp - low_exp)?;
    Some(combine(&shifted, high_negative, low_coeff, low_negative, low_exp, context))
}

/// `a`, or `-a`, as an operation: rounded, and a zero positive.
fn prefix(a: &Number, negate: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    let negative = a.negative != negate;
    let plain = a.is_zero() && context.rounding != Rounding::Floor;
    finalize(a.clone().with_sign(negative && !plain), context, status)
}

#[must_use]
pub fn plus(a: &Number, context: &Context, status: &mut Status) -> Number {
    prefix(a, false, context, status)
}

#[must_use]
pub fn minus(a: &Number, context: &Context, status: &mut Status) -> Number {
    prefix(a, true, context, status)
}

#[must_use]
pub fn abs(a: &Number, context: &Context, status: &mut Status) -> Number {
    prefix(a, a.negative, context, status)
}
