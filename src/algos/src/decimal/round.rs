//! Rounding, and how a result is fitted into its context.

use core::cmp::Ordering;

use dashu_int::UBig;

use super::coeff::{self, Tail};
use super::context::{Context, Rounding, Status};
use super::number::{Kind, Number};

/// Whether a magnitude is to be increased by a unit, of whose fraction `tail` was dropped.
pub fn rounds_up(rounding: Rounding, negative: bool, kept: &UBig, tail: Tail) -> bool {
    if tail == Tail::Nothing {
        return false;
    }
    match rounding {
        Rounding::Up => true,
        Rounding::Down => false,
        Rounding::Ceiling => !negative,
        Rounding::Floor => negative,
        Rounding::HalfUp => matches!(tail, Tail::Half | Tail::AboveHalf),
        Rounding::HalfDown => tail == Tail::AboveHalf,
        Rounding::HalfEven => tail == Tail::AboveHalf || tail == Tail::Half && kept.trailing_zeros() == Some(0),
        Rounding::ZeroFiveUp => kept % 5_u64 == 0,
    }
}

/// Drops `k` digits and rounds.
pub fn rounded_shift(n: &UBig, k: i64, rounding: Rounding, negative: bool) -> (UBig, Tail) {
    let (mut kept, tail) = coeff::shift_right(n, k);
    if rounds_up(rounding, negative, &kept, tail) {
        kept += 1_u64;
    }
    (kept, tail)
}

/// The largest coefficient.
fn all_nines(context: &Context) -> Option<UBig> {
    (context.prec <= coeff::LIMIT).then(|| coeff::power_of_ten(context.prec) - 1_u64)
}

/// The largest finite number.
pub fn largest(negative: bool, context: &Context, status: &mut Status) -> Number {
    match all_nines(context) {
        Some(nines) => Number::finite(negative, nines, context.etop()),
        None => Number::no_memory(status),
    }
}

fn overflow(number: &mut Number, context: &Context, status: &mut Status) {
    let negative = number.negative;
    let infinite = match context.rounding {
        Rounding::HalfUp | Rounding::HalfEven | Rounding::HalfDown | Rounding::Up => true,
        Rounding::Down | Rounding::ZeroFiveUp => false,
        Rounding::Ceiling => !negative,
        Rounding::Floor => negative,
    };
    *number = if infinite { Number::infinity(negative) } else { largest(negative, context, status) };
    *status |= Status::OVERFLOW | Status::INEXACT | Status::ROUNDED;
}

/// Brings the exponent into range.
fn fit_exponent(number: &mut Number, digits: i64, context: &Context, status: &mut Status) {
    let adjusted = number.exp + digits - 1;
    let zero = number.coeff.is_zero();
    if adjusted > context.emax {
        if zero {
            number.exp = if context.clamp { context.etop() } else { context.emax };
            *status |= Status::CLAMPED;
        } else {
            overflow(number, context, status);
        }
    } else if context.clamp && number.exp > context.etop() {
        let shift = number.exp - context.etop();
        match coeff::shift_left(&number.coeff, shift) {
            Some(coeff) => number.coeff = coeff,
            None => return *number = Number::no_memory(status),
        }
        number.exp -= shift;
        *status |= Status::CLAMPED;
        if !zero && adjusted < context.emin {
            *status |= Status::SUBNORMAL;
        }
    } else if adjusted < context.emin {
        let etiny = context.etiny();
        if zero {
            if number.exp < etiny {
                number.exp = etiny;
                *status |= Status::CLAMPED;
            }
            return;
        }
        *status |= Status::SUBNORMAL;
        if number.exp < etiny {
            let (coeff, tail) = rounded_shift(&number.coeff, etiny - number.exp, context.rounding, number.negative);
            number.coeff = coeff;
            number.exp = etiny;
            *status |= Status::ROUNDED;
            if tail != Tail::Nothing {
                *status |= Status::INEXACT | Status::UNDERFLOW;
                if number.coeff.is_zero() {
                    *status |= Status::CLAMPED;
                }
            }
        }
    }
}

/// Fits a result into the context: rounds it, and brings its exponent into range.
#[inline]
pub fn finalize(mut number: Number, context: &Context, status: &mut Status) -> Number {
    if number.kind != Kind::Finite {
        if number.is_nan() {
            fit_payload(&mut number, context);
        }
        return number;
    }
    let digits = number.digits();
    let adjusted = number.exp + digits - 1;
    if digits <= context.prec && adjusted >= context.emin && adjusted <= context.emax && !context.clamp {
        return number;
    }
    finalize_slow(&mut number, digits, context, status);
    number
}

fn finalize_slow(number: &mut Number, digits: i64, context: &Context, status: &mut Status) {
    fit_exponent(number, digits, context, status);
    if number.kind != Kind::Finite {
        return;
    }
    let excess = number.digits() - context.prec;
    if excess <= 0 {
        return;
    }
    let (coeff, tail) = rounded_shift(&number.coeff, excess, context.rounding, number.negative);
    number.coeff = coeff;
    number.exp += excess;
    *status |= Status::ROUNDED;
    if tail != Tail::Nothing {
        *status |= Status::INEXACT;
        let digits = number.digits();
        if digits > context.prec {
            // All nines became a power of ten.
            number.coeff = coeff::shift_right(&number.coeff, 1).0;
            number.exp += 1;
            fit_exponent(number, digits - 1, context, status);
        }
    }
}

/// Cuts the payload of a NaN to what the context has room for.
fn fit_payload(number: &mut Number, context: &Context) {
    let room = context.prec - i64::from(context.clamp);
    if number.digits() > room {
        number.coeff = if room <= 0 { UBig::ZERO } else { coeff::last_digits(&number.coeff, room) };
    }
}

fn quieted(nan: &Number, context: &Context) -> Number {
    let mut result = Number { kind: Kind::Quiet, ..nan.clone() };
    fit_payload(&mut result, context);
    result
}

/// The result, if the operand is a NaN.
#[inline]
pub fn nan_of(a: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    if !a.is_nan() {
        return None;
    }
    if a.is_signaling() {
        *status |= Status::INVALID_OPERATION;
    }
    Some(quieted(a, context))
}

/// The result, if an operand is a NaN: signaling ones come first.
#[inline]
pub fn nan_of_two(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    if !a.is_nan() && !b.is_nan() {
        return None;
    }
    if a.is_signaling() || b.is_signaling() {
        *status |= Status::INVALID_OPERATION;
    }
    let first = a.is_signaling() || a.is_nan() && !b.is_signaling();
    Some(quieted(if first { a } else { b }, context))
}

/// The same for three operands.
pub fn nan_of_three(a: &Number, b: &Number, c: &Number, context: &Context, status: &mut Status) -> Option<Number> {
    let three = [a, b, c];
    match three.iter().find(|n| n.is_signaling()) {
        Some(nan) => nan_of(nan, context, status),
        None => three.iter().find_map(|n| nan_of(n, context, status)),
    }
}

/// Fills up with zeros to `digits` digits; whether that fits in memory.
pub fn pad(number: &mut Number, digits: i64) -> bool {
    let shift = digits - number.digits();
    if shift <= 0 {
        return true;
    }
    match coeff::shift_left(&number.coeff, shift) {
        Some(coeff) => number.coeff = coeff,
        None => return false,
    }
    number.exp -= shift;
    true
}

/// The order of two finite numbers or infinities.
pub fn cmp(a: &Number, b: &Number) -> Ordering {
    match a.sign().cmp(&b.sign()) {
        Ordering::Equal if a.negative => cmp_magnitude(b, a),
        Ordering::Equal => cmp_magnitude(a, b),
        order => order,
    }
}

pub fn cmp_magnitude(a: &Number, b: &Number) -> Ordering {
    match (a.is_infinite(), b.is_infinite()) {
        (false, false) => coeff::cmp_scaled(&a.coeff, a.exp, &b.coeff, b.exp),
        (a, b) => a.cmp(&b),
    }
}
