//! Signed addition, multiplication, and division with Python's floor semantics.

use super::{Digits, Int, View, bridge, digits, pow};
use core::cmp::Ordering;
use dashu_int::ops::DivRem;
use smallvec::smallvec;

/// Writes `a + b`'s magnitude into `out`, which has one digit more than the longer operand; returns the sign and the length.
pub fn add_into(a: View<'_>, b: View<'_>, out: &mut [u32]) -> (bool, usize) {
    if a.negative == b.negative {
        return (a.negative, digits::add_into(a.digits, b.digits, out));
    }
    match digits::cmp(a.digits, b.digits) {
        Ordering::Equal => (false, 0),
        Ordering::Greater => (a.negative, digits::sub_into(a.digits, b.digits, out)),
        Ordering::Less => (b.negative, digits::sub_into(b.digits, a.digits, out)),
    }
}

#[must_use]
pub fn add(a: View<'_>, b: View<'_>) -> Int {
    if let (Some(a), Some(b)) = (a.small(), b.small()) {
        return Int::from_i64(a + b);
    }
    let mut out: Digits = smallvec![0; a.digits.len().max(b.digits.len()) + 1];
    let (negative, len) = add_into(a, b, &mut out);
    out.truncate(len);
    Int { negative, digits: out }
}

#[must_use]
pub fn sub(a: View<'_>, b: View<'_>) -> Int {
    add(a, b.negated())
}

/// Writes `a * b`'s magnitude into `out`, as long as both operands together; returns the sign and the length.
pub fn mul_into(a: View<'_>, b: View<'_>, out: &mut [u32]) -> (bool, usize) {
    if a.is_zero() || b.is_zero() {
        return (false, 0);
    }
    let negative = a.negative != b.negative;
    if a.digits.len().min(b.digits.len()) < bridge::MUL {
        return (negative, digits::mul_into(a.digits, b.digits, out));
    }
    let product = mul_big(a.digits, b.digits);
    out[..product.len()].copy_from_slice(&product);
    (negative, product.len())
}

fn mul_big(a: &[u32], b: &[u32]) -> Digits {
    let x = bridge::to_ubig(a);
    // Squaring is a little cheaper and common (`x * x`, `x ** n`).
    let product = if a == b { &x * &x } else { x * bridge::to_ubig(b) };
    bridge::from_ubig(&product)
}

#[must_use]
pub fn mul(a: View<'_>, b: View<'_>) -> Int {
    if let (Some(a), Some(b)) = (a.small(), b.small()) {
        return Int::from_i128(i128::from(a) * i128::from(b));
    }
    if a.digits.len().min(b.digits.len()) >= bridge::MUL {
        return Int { negative: a.negative != b.negative, digits: mul_big(a.digits, b.digits) };
    }
    let mut out: Digits = smallvec![0; a.digits.len() + b.digits.len()];
    let (negative, len) = mul_into(a, b, &mut out);
    out.truncate(len);
    Int { negative, digits: out }
}

/// Truncating division of magnitudes; `b` is not empty.
pub(super) fn div_rem_magnitude(a: &[u32], b: &[u32]) -> (Digits, Digits) {
    if digits::cmp(a, b) == Ordering::Less {
        return (Digits::new(), Digits::from_slice(a));
    }
    if let [d] = *b {
        let mut quotient = Digits::from_slice(a);
        let remainder = digits::div_small(&mut quotient, d);
        quotient.truncate(digits::trim(&quotient).len());
        return (quotient, if remainder == 0 { Digits::new() } else { smallvec![remainder] });
    }
    if b.len() < bridge::DIV || a.len() - b.len() < bridge::DIV {
        return digits::div_knuth(a, b);
    }
    let (quotient, remainder) = bridge::to_ubig(a).div_rem(bridge::to_ubig(b));
    (bridge::from_ubig(&quotient), bridge::from_ubig(&remainder))
}

/// `divmod(a, b)`, rounded towards minus infinity; `None` when `b` is zero.
#[must_use]
pub fn divmod(a: View<'_>, b: View<'_>) -> Option<(Int, Int)> {
    if b.is_zero() {
        return None;
    }
    if let (Some(x), Some(y)) = (a.small(), b.small()) {
        let (q, r) = (x / y, x % y);
        let adjust = r != 0 && (r < 0) != (y < 0);
        return Some(if adjust { (Int::from_i64(q - 1), Int::from_i64(r + y)) } else { (Int::from_i64(q), Int::from_i64(r)) });
    }
    let (q, r) = div_rem_magnitude(a.digits, b.digits);
    let quotient = Int { negative: a.negative != b.negative && !q.is_empty(), digits: q };
    let remainder = Int { negative: a.negative && !r.is_empty(), digits: r };
    if !remainder.is_zero() && a.negative != b.negative {
        let one = Int::from_i64(1);
        return Some((sub(quotient.view(), one.view()), add(remainder.view(), b)));
    }
    Some((quotient, remainder))
}

/// `a // b`; `None` when `b` is zero.
#[must_use]
pub fn floordiv(a: View<'_>, b: View<'_>) -> Option<Int> {
    divmod(a, b).map(|(q, _)| q)
}

/// `a % b`; `None` when `b` is zero.
#[must_use]
pub fn modulo(a: View<'_>, b: View<'_>) -> Option<Int> {
    if let ([d], true) = (b.digits, a.digits.len() > 2) {
        let d64 = u64::from(*d);
        let r = a.digits.iter().rev().fold(0u64, |acc, &x| (acc << super::SHIFT | u64::from(x)) % d64);
        let r = r.cast_signed();
        let r = if r == 0 || a.negative == b.negative { r } else { i64::from(*d) - r };
        return Some(Int::from_i64(if b.negative { -r } else { r }));
    }
    divmod(a, b).map(|(_, r)| r)
}

/// `round(a, -power)`: the nearest multiple of `10 ** power`, halves to the even multiple.
#[must_use]
pub fn round_to_power_of_ten(a: View<'_>, power: u64) -> Int {
    // A number of b bits is below 10^(0.302 b); from one power more on it rounds to zero.
    let bits = digits::bit_length(a.digits);
    if power == 0 {
        return a.to_owned();
    }
    if power > bits * 302 / 1000 + 2 {
        return Int::ZERO;
    }
    let ten = Int::from_i64(10);
    let Ok(unit) = pow::pow(ten.view(), Int::from_u64(power).view()) else {
        return Int::ZERO;
    };
    let (mut q, r) = div_rem_magnitude(a.digits, &unit.digits);
    let doubled = digits::shl(&r, 1);
    let up = match digits::cmp(&doubled, &unit.digits) {
        Ordering::Less => false,
        Ordering::Greater => true,
        Ordering::Equal => q.first().is_some_and(|d| d & 1 == 1),
    };
    if up {
        let mut sum: Digits = smallvec![0; q.len().max(1) + 1];
        let len = digits::add_into(&q, &[1], &mut sum);
        sum.truncate(len);
        q = sum;
    }
    mul(View::new(a.negative, &q), unit.view())
}
