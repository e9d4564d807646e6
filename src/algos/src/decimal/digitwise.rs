//! Operations on the digits of a coefficient: logic on zeros and ones, shifts and rotations.

use dashu_int::UBig;

use super::coeff;
use super::context::{Context, Status};
use super::number::Number;
use super::round::nan_of_two;

/// The digits, last first, if all are zeros and ones and nothing else is in the way.
fn logical(a: &Number) -> Option<Vec<bool>> {
    if !a.is_finite() || a.negative || a.exp != 0 {
        return None;
    }
    a.digit_text().bytes().rev().map(|digit| matches!(digit, b'0' | b'1').then_some(digit == b'1')).collect()
}

/// The number of such digits, of which the context keeps the last.
fn from_bits(bits: impl DoubleEndedIterator<Item = bool> + ExactSizeIterator, context: &Context) -> Number {
    let room = usize::try_from(context.prec).unwrap_or(usize::MAX);
    let skipped = bits.len().saturating_sub(room);
    let text: String = bits.rev().skip(skipped).map(|bit| if bit { '1' } else { '0' }).collect();
    Number::finite(false, coeff::from_digits(&text), 0)
}

fn both(a: &Number, b: &Number, op: fn(bool, bool) -> bool, context: &Context, status: &mut Status) -> Number {
    let (Some(a), Some(b)) = (logical(a), logical(b)) else { return Number::invalid(status) };
    let bit = |bits: &[bool], i: usize| bits.get(i).copied().unwrap_or(false);
    from_bits((0..a.len().max(b.len())).map(|i| op(bit(&a, i), bit(&b, i))), context)
}

#[must_use]
pub fn and(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    both(a, b, |a, b| a && b, context, status)
}

#[must_use]
pub fn or(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    both(a, b, |a, b| a || b, context, status)
}

#[must_use]
pub fn xor(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    both(a, b, |a, b| a != b, context, status)
}

#[must_use]
pub fn invert(a: &Number, context: &Context, status: &mut Status) -> Number {
    let Some(bits) = logical(a) else { return Number::invalid(status) };
    if context.prec > coeff::LIMIT {
        return Number::no_memory(status);
    }
    let length = usize::try_from(context.prec).unwrap_or(0);
    from_bits((0..length).map(|i| !bits.get(i).copied().unwrap_or(false)), context)
}

/// How far `b` says to move, if it may.
fn distance(b: &Number, context: &Context) -> Option<i64> {
    if !b.is_finite() || b.exp != 0 {
        return None;
    }
    b.to_i64().filter(|n| (-context.prec..=context.prec).contains(n))
}

#[must_use]
pub fn shift(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return nan;
    }
    let Some(n) = distance(b, context) else { return Number::invalid(status) };
    if a.is_infinite() {
        return a.clone();
    }
    let coeff = if n >= 0 {
        // What leaves on the left need not be moved first.
        let kept = coeff::last_digits(&a.coeff, context.prec - n);
        match coeff::shift_left(&kept, n) {
            Some(coeff) if context.prec > n => coeff,
            Some(_) => UBig::ZERO,
            None => return Number::no_memory(status),
        }
    } else {
        coeff::shift_right(&coeff::last_digits(&a.coeff, context.prec), -n).0
    };
    Number::finite(a.negative, coeff, a.exp)
}

#[must_use]
pub fn rotate(a: &Number, b: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of_two(a, b, context, status) {
        return nan;
    }
    let Some(n) = distance(b, context) else { return Number::invalid(status) };
    if a.is_infinite() {
        return a.clone();
    }
    let (left, right) = if n >= 0 { (n, context.prec - n) } else { (context.prec + n, -n) };
    let coeff = coeff::last_digits(&a.coeff, context.prec);
    let wrapped = coeff::shift_right(&coeff, right).0;
    let kept = if right == 0 { UBig::ZERO } else { coeff::last_digits(&coeff, right) };
    match coeff::shift_left(&kept, left) {
        Some(moved) => Number::finite(a.negative, moved + wrapped, a.exp),
        None => Number::no_memory(status),
    }
}
