//! Multiplication.

use dashu_int::UBig;

use super::add::add;
use super::coeff;
use super::context::{Context, Status};
use super::number::Number;
use super::round::{finalize, nan_of_three, nan_of_two};

/// The exact product of coefficients; `None` if it would not fit in memory.
#[inline]
pub fn product(a: &UBig, b: &UBig) -> Option<UBig> {
    if let (Some(a), Some(b)) = (coeff::small(a), coeff::small(b))
        && let Some(product) = a.checked_mul(b)
    {
        return Some(UBig::from_dword(product));
    }
    if coeff::digits(a) + coeff::digits(b) > coeff::LIMIT {
        return None;
    }
    Some(if core::ptr::eq(a, b) { a.sqr() } else { a * b })
}

/// The product, not yet rounded.
fn exact(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    let negative = a.negative != b.negative;
    if !a.is_finite() || !b.is_finite() {
        if let Some(nan) = nan_of_two(a, b, context, status) {
            return nan;
        }
        return if a.is_zero() || b.is_zero() { Number::invalid(status) } else { Number::infinity(negative) };
    }
    match product(&a.coeff, &b.coeff) {
        Some(product) => Number::finite(negative, product, a.exp + b.exp),
        None => Number::no_memory(status),
    }
}

#[must_use]
pub fn mul(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    finalize(exact(a, b, context, status), context, status)
}

/// `a * b + c`, rounded once.
#[must_use]
pub fn fma(a: &Number, b: &Number, c: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_three(a, b, c, context, status) {
        return nan;
    }
    let product = exact(a, b, context, status);
    if status.has(Status::MALLOC) {
        return product;
    }
    add(&product, c, context, status)
}
