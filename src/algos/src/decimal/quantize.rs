//! Rounding to a given exponent.

use super::coeff::{self, Tail};
use super::context::{Context, Status};
use super::number::{Kind, Number};
use super::round::{finalize, nan_of, nan_of_two, rounded_shift};

/// `a` with the exponent of `b`.
#[must_use]
pub fn quantize(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if !a.is_finite() || !b.is_finite() {
        if let Some(nan) = nan_of_two(a, b, context, status) {
            return nan;
        }
        return if a.is_infinite() && b.is_infinite() { a.clone() } else { Number::invalid(status) };
    }
    if b.exp > context.emax || b.exp < context.etiny() {
        return Number::invalid(status);
    }
    if a.coeff.is_zero() {
        return finalize(Number::zero(a.negative, b.exp), context, status);
    }
    let shift = a.exp - b.exp;
    if a.digits() + shift > context.prec {
        return Number::invalid(status);
    }
    let mut flags = Status::NONE;
    let coeff = if shift >= 0 {
        match coeff::shift_left(&a.coeff, shift) {
            Some(coeff) => coeff,
            None => return Number::no_memory(status),
        }
    } else {
        let (coeff, tail) = rounded_shift(&a.coeff, -shift, context.rounding, a.negative);
        flags |= Status::ROUNDED;
        if tail != Tail::Nothing {
            flags |= Status::INEXACT;
        }
        coeff
    };
    let result = Number::finite(a.negative, coeff, b.exp);
    let digits = result.digits();
    if digits > context.prec || result.exp + digits - 1 > context.emax {
        return Number::invalid(status);
    }
    *status |= flags;
    finalize(result, context, status)
}

#[must_use]
pub fn same_quantum(a: &Number, b: &Number) -> bool {
    match (a.kind, b.kind) {
        (Kind::Finite, Kind::Finite) => a.exp == b.exp,
        (Kind::Infinite, Kind::Infinite) => true,
        _ => a.is_nan() && b.is_nan(),
    }
}

fn to_integral(a: &Number, exact: bool, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    if a.is_infinite() || a.exp >= 0 {
        return a.clone();
    }
    if a.coeff.is_zero() {
        return Number::zero(a.negative, 0);
    }
    let (coeff, tail) = rounded_shift(&a.coeff, -a.exp, context.rounding, a.negative);
    if exact {
        *status |= Status::ROUNDED;
        if tail != Tail::Nothing {
            *status |= Status::INEXACT;
        }
    }
    Number::finite(a.negative, coeff, 0)
}

/// The nearest integer, without flags.
#[must_use]
pub fn to_integral_value(a: &Number, context: &Context, status: &mut Status) -> Number {
    to_integral(a, false, context, status)
}

#[must_use]
pub fn to_integral_exact(a: &Number, context: &Context, status: &mut Status) -> Number {
    to_integral(a, true, context, status)
}
