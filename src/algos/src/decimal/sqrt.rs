//! The square root, correctly rounded.

use dashu_int::ops::{DivRem, SquareRootRem};

use super::coeff;
use super::context::{Context, Rounding, Status};
use super::number::Number;
use super::round::{finalize, nan_of};

/// The root with `prec` digits and a digit more that is not 0 or 5 if something follows; whether it is exact.
fn root(a: &Number, prec: i64) -> Option<(Number, bool)> {
    let mut exp = a.exp >> 1;
    let digits = a.digits();
    let (coeff, length) =
        if a.exp & 1 == 1 { (coeff::shift_left(&a.coeff, 1)?, (digits >> 1) + 1) } else { (a.coeff.clone(), (digits + 1) >> 1) };
    let shift = prec + 1 - length;
    let (coeff, mut exact) = if shift >= 0 {
        (coeff::shift_left(&coeff, 2 * shift)?, true)
    } else {
        let (kept, rest) = coeff.div_rem(coeff::power_of_ten(-2 * shift));
        (kept, rest.is_zero())
    };
    exp -= shift;
    let (mut root, rest) = coeff.sqrt_rem();
    exact = exact && rest.is_zero();
    if !exact {
        if &root % 5_u64 == 0 {
            root += 1_u64;
        }
    } else if shift >= 0 {
        exp += coeff::strip_zeros(&mut root, shift);
    } else {
        root = coeff::shift_left(&root, -shift)?;
        exp += shift;
    }
    Some((Number::finite(false, root, exp), exact))
}

#[must_use]
pub fn sqrt(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    if a.is_zero() {
        return finalize(Number::zero(a.negative, a.exp >> 1), context, status);
    }
    if a.negative {
        return Number::invalid(status);
    }
    if a.is_infinite() {
        return a.clone();
    }
    let context = context.rounded(Rounding::HalfEven);
    // An exact root has no more digits than its square.
    let enough = a.digits() + 1;
    if context.prec > 2 * enough + 1000
        && let Some((result, true)) = root(a, enough)
    {
        return finalize(result, &context, status);
    }
    match root(a, context.prec) {
        Some((result, _)) => finalize(result, &context, status),
        None => Number::no_memory(status),
    }
}
