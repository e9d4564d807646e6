//! Powers. As in CPython an integral power is computed by squaring and any other one by logarithms, with digits to spare: the last
//! digit may differ from a correctly rounded one, and does so in the same cases.

use core::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::BitTest;

use super::add::sub;
use super::coeff;
use super::context::{Context, MAX_PREC, Rounding, Status};
use super::div::div;
use super::exp::exp;
use super::ln::ln;
use super::mul::mul;
use super::number::Number;
use super::round::{cmp, cmp_magnitude, finalize, nan_of_three, nan_of_two, pad};

/// Beyond any exponent.
const FAR: i64 = 2_000_000_000_000_000_001;

fn decimal_length(n: i64) -> i64 {
    coeff::digits(&UBig::from_word(n.unsigned_abs()))
}

/// 1 with so many zeros behind the point.
fn long_one(negative: bool, zeros: i64, status: &mut Status) -> Number {
    let mut one = Number::ONE.with_sign(negative);
    if pad(&mut one, zeros + 1) { one } else { Number::no_memory(status) }
}

/// The power of a base that is 1 or -1.
fn power_of_one(base: &Number, y: &Number, negative: bool, context: &Context, status: &mut Status) -> Number {
    let full = context.prec - 1;
    if !y.is_integer() {
        *status |= Status::INEXACT | Status::ROUNDED;
        return long_one(negative, full, status);
    }
    if y.negative {
        return Number::ONE.with_sign(negative);
    }
    // 1.00 ** 3 has as many digits as the exact power.
    let zeros = y.to_i64().and_then(|y| y.checked_mul(-base.exp)).unwrap_or(if base.exp < 0 { i64::MAX } else { i64::MIN });
    if zeros > full {
        *status |= Status::ROUNDED;
    }
    long_one(negative, zeros.clamp(0, full), status)
}

/// A lower bound of log10(|log10(x)|).
fn bound_of_log(x: &Number) -> i64 {
    let adjusted = x.adjusted();
    match adjusted {
        1.. => decimal_length(adjusted) - 1,
        ..-1 => decimal_length(adjusted + 1) - 1,
        _ => {
            let mut flags = Status::NONE;
            let distance = sub(x, &Number::ONE, &Context::MAX, &mut flags).adjusted();
            if adjusted == 0 { distance - 2 } else { distance - 1 }
        }
    }
}

/// The result, if the sizes of base and exponent show that it overflows or underflows.
fn out_of_bounds(base: &Number, y: &Number, negative: bool, context: &Context, status: &mut Status) -> Option<Number> {
    let base = base.abs();
    let least = bound_of_log(&base) + y.adjusted();
    let result = if (base.adjusted() < 0) == y.negative {
        (decimal_length(context.emax) < least).then_some(FAR)
    } else {
        (decimal_length(context.etiny()) < least).then_some(context.etiny() - 1)
    };
    result.map(|exp| finalize(Number::small(negative, 1, exp), context, status))
}

/// An integral power, by squaring; `n` is the magnitude of the exponent.
fn by_squaring(base: &Number, n: &UBig, negative: bool, context: &Context, status: &mut Status) -> Number {
    let mut result = base.clone();
    let mut flags = Status::NONE;
    for i in (0..n.bit_len().saturating_sub(1)).rev() {
        result = mul(&result, &result, context, &mut flags);
        if n.bit(i) {
            result = mul(&result, base, context, &mut flags);
        }
        if !result.is_finite() || result.coeff.is_zero() && flags.has(Status::CLAMPED) {
            break;
        }
    }
    *status |= flags;
    result.with_sign(negative)
}

/// The same for exponents of more than 64 bits, from the other end.
fn by_squaring_up(base: &Number, n: &UBig, negative: bool, context: &Context, status: &mut Status) -> Number {
    let mut result = Number::ONE;
    let mut square = base.clone();
    let mut flags = Status::NONE;
    for i in 0..n.bit_len() {
        if n.bit(i) {
            result = mul(&result, &square, context, &mut flags);
            *status |= flags;
            if !result.is_finite() || result.coeff.is_zero() && flags.has(Status::CLAMPED) {
                break;
            }
        }
        square = mul(&square, &square, context, &mut flags);
        if square.is_nan() {
            return Number::error(flags & Status::ERRORS, status);
        }
    }
    result.with_sign(negative)
}

fn integral(base: &Number, y: &Number, negative: bool, context: &Context, status: &mut Status) -> Number {
    let length = y.digits() + y.exp;
    let mut work = Context { prec: context.prec + length + 2, rounding: Rounding::HalfEven, clamp: false, ..*context };
    let mut base = base.clone();
    if y.negative {
        work.prec += 1;
        let mut flags = Status::NONE;
        base = div(&Number::ONE, &base, &work, &mut flags);
        *status |= flags;
        if flags.has(Status::ERRORS) {
            return Number::NAN;
        }
    }
    let magnitude = match y.exp {
        exp if exp >= 0 => match coeff::shift_left(&y.coeff, exp) {
            Some(n) => n,
            None => return Number::no_memory(status),
        },
        exp => coeff::shift_right(&y.coeff, -exp).0,
    };
    let result = if magnitude.bit_len() <= 64 {
        by_squaring(&base, &magnitude, negative, &work, status)
    } else {
        by_squaring_up(&base, &magnitude, negative, &work, status)
    };
    // An infinity may yet become the largest number.
    let result = if result.is_infinite() { Number::small(negative, 1, FAR) } else { result };
    finalize(result, context, status)
}

fn real(base: &Number, y: &Number, context: &Context, status: &mut Status) -> Number {
    let spare = 4 + 19;
    let work = Context { prec: (base.digits().max(context.prec) + spare).min(MAX_PREC), ..Context::MAX };
    let mut flags = Status::NONE;
    let log = ln(base, &work, &mut flags);
    let product = mul(&log, y, &work, &mut flags);
    let mut result = exp(&product, &work, status);
    *status |= flags & Status::ERRORS;
    *status |= Status::INEXACT | Status::ROUNDED;
    if result.is_finite() && cmp(&result, &Number::ONE) == Ordering::Equal {
        result = long_one(false, context.prec - 1, status);
    }
    if result.is_infinite() {
        result = Number::small(false, 1, FAR);
    }
    finalize(result, context, status)
}

#[must_use]
pub fn pow(base: &Number, y: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_two(base, y, context, status) {
        return nan;
    }
    let whole = y.is_integer();
    let negative = base.negative && whole && y.is_odd();
    let zero = Number::zero(negative, 0);
    if base.is_zero() {
        return match (y.is_zero(), y.negative) {
            (true, _) => Number::invalid(status),
            (false, true) => Number::infinity(negative),
            (false, false) => zero,
        };
    }
    if base.negative && !whole {
        return Number::invalid(status);
    }
    if y.is_infinite() {
        return match cmp_magnitude(base, &Number::ONE) {
            Ordering::Equal => {
                *status |= Status::INEXACT | Status::ROUNDED;
                long_one(negative, context.prec - 1, status)
            }
            order if (order == Ordering::Less) == y.negative => Number::infinity(negative),
            _ => zero,
        };
    }
    if base.is_infinite() {
        return match (y.is_zero(), y.negative) {
            (true, _) => Number::ONE.with_sign(negative),
            (false, true) => zero,
            (false, false) => Number::infinity(negative),
        };
    }
    if y.is_zero() {
        return Number::ONE.with_sign(negative);
    }
    if cmp_magnitude(base, &Number::ONE) == Ordering::Equal {
        return power_of_one(base, y, negative, context, status);
    }
    if let Some(result) = out_of_bounds(base, y, negative, context, status) {
        return result;
    }
    if whole { integral(base, y, negative, context, status) } else { real(base, y, context, status) }
}

/// `10**k` modulo `m`, and the like.
fn mod_power(base: &UBig, n: &UBig, m: &UBig) -> UBig {
    let mut result = UBig::ONE % m;
    for i in (0..n.bit_len()).rev() {
        result = result.sqr() % m;
        if n.bit(i) {
            result = result * base % m;
        }
    }
    result
}

/// `base ** y % modulus` of integers.
#[must_use]
pub fn pow_mod(base: &Number, y: &Number, modulus: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_three(base, y, modulus, context, status) {
        return nan;
    }
    if !base.is_integer() || !y.is_integer() || !modulus.is_integer() || y.negative && !y.is_zero() || modulus.is_zero() {
        return Number::invalid(status);
    }
    if modulus.digits() + modulus.exp > context.prec {
        return Number::invalid(status);
    }
    let negative = base.negative && y.is_odd();
    let whole = |n: &Number| match n.exp {
        exp if exp >= 0 => coeff::shift_left(&n.coeff, exp),
        exp => Some(coeff::shift_right(&n.coeff, -exp).0),
    };
    let Some(m) = whole(modulus) else { return Number::no_memory(status) };
    if y.is_zero() {
        if base.is_zero() {
            return Number::invalid(status);
        }
        return Number::small(false, u64::from(!m.is_one()), 0);
    }
    if base.is_zero() {
        return Number::zero(negative, 0);
    }
    // Powers of ten in base and exponent need not be written out.
    let ten = UBig::from_word(10);
    let mut residue = match base.exp {
        exp if exp > 0 => &base.coeff % &m * mod_power(&ten, &UBig::from_word(exp.unsigned_abs()), &m) % &m,
        exp => coeff::shift_right(&base.coeff, -exp).0 % &m,
    };
    if y.exp > 0 {
        residue = mod_power(&residue, &y.coeff, &m);
        for _ in 0..y.exp {
            if residue.is_zero() || residue.is_one() {
                break;
            }
            residue = mod_power(&residue, &ten, &m);
        }
    } else if let Some(n) = whole(y) {
        residue = mod_power(&residue, &n, &m);
    }
    Number::finite(negative, residue, 0)
}
