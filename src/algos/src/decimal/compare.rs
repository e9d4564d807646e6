//! Comparisons, and what is chosen by them.

use core::cmp::Ordering;

use super::context::{Context, Status};
use super::number::{Kind, Number};
use super::round::{cmp, cmp_magnitude, finalize, nan_of_two};

/// The order by value; `None` with a NaN.
#[must_use]
pub fn numeric_cmp(a: &Number, b: &Number) -> Option<Ordering> {
    if a.is_nan() || b.is_nan() { None } else { Some(cmp(a, b)) }
}

fn of(order: Ordering) -> Number {
    Number::small(order == Ordering::Less, u64::from(order != Ordering::Equal), 0)
}

#[must_use]
pub fn compare(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    nan_of_two(a, b, context, status).unwrap_or_else(|| of(cmp(a, b)))
}

/// As `compare`, but every NaN signals.
#[must_use]
pub fn compare_signal(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if a.is_nan() || b.is_nan() {
        *status |= Status::INVALID_OPERATION;
    }
    compare(a, b, context, status)
}

/// The order of representations: of NaNs by payload, of equal numbers by exponent.
#[must_use]
pub fn total_cmp(a: &Number, b: &Number, magnitude: bool) -> Ordering {
    let negative = !magnitude && a.negative;
    if !magnitude && a.negative != b.negative {
        return b.negative.cmp(&a.negative);
    }
    let class = |n: &Number| match n.kind {
        Kind::Finite | Kind::Infinite => 0,
        Kind::Signaling => 1,
        Kind::Quiet => 2,
    };
    let order = class(a).cmp(&class(b)).then_with(|| match a.is_nan() && b.is_nan() {
        true => a.coeff.cmp(&b.coeff),
        false if a.is_nan() || b.is_nan() => Ordering::Equal,
        false => cmp_magnitude(a, b).then(a.exp.cmp(&b.exp)),
    });
    if negative { order.reverse() } else { order }
}

#[must_use]
pub fn compare_total(a: &Number, b: &Number, magnitude: bool) -> Number {
    of(total_cmp(a, b, magnitude))
}

fn choose(a: &Number, b: &Number, want: Ordering, magnitude: bool, context: &Context, status: &mut Status) -> Number {
    let chosen = if a.kind == Kind::Quiet && !b.is_nan() {
        b
    } else if b.kind == Kind::Quiet && !a.is_nan() {
        a
    } else if let Some(nan) = nan_of_two(a, b, context, status) {
        return nan;
    } else {
        let order = if magnitude { cmp_magnitude(a, b) } else { cmp(a, b) };
        let order = order.then_with(|| total_cmp(a, b, false));
        if order == want || order == Ordering::Equal { a } else { b }
    };
    finalize(chosen.clone(), context, status)
}

#[must_use]
pub fn max(a: &Number, b: &Number, magnitude: bool, context: &Context, status: &mut Status) -> Number {
    choose(a, b, Ordering::Greater, magnitude, context, status)
}

#[must_use]
pub fn min(a: &Number, b: &Number, magnitude: bool, context: &Context, status: &mut Status) -> Number {
    choose(a, b, Ordering::Less, magnitude, context, status)
}
