//! The exponential function, correctly rounded: it is computed to a few more digits than are wanted, and again to more if these do not
//! decide how the last one is rounded.

use core::cell::RefCell;

use dashu_int::ops::{BitTest, UnsignedAbs};
use dashu_int::{IBig, UBig};

use super::coeff;
use super::context::{Context, Rounding, Status};
use super::number::Number;
use super::round::{cmp, cmp_magnitude, finalize, nan_of, pad, rounded_shift};

/// Bits per decimal digit, rounded up.
pub(super) fn bits_of(digits: i64) -> usize {
    usize::try_from(digits.max(0)).unwrap_or(0) * 10 / 3 + 1
}

/// Terms `from..to` of the series of `n * atanh(1/n)`, divided by the power of `n` before them: the sum is `sum / (odd * power)`.
struct Terms {
    sum: UBig,
    odd: UBig,
    power: UBig,
}

/// Adds terms up by halves, so that multiplications are of numbers of one size.
fn terms(square: u64, from: u64, to: u64) -> Terms {
    if to - from == 1 {
        return Terms { sum: UBig::ONE, odd: UBig::from_word(2 * from + 1), power: UBig::from_word(square) };
    }
    let middle = from.midpoint(to);
    let (low, high) = (terms(square, from, middle), terms(square, middle, to));
    let sum = low.sum * &high.odd * &high.power + &low.odd * high.sum;
    Terms { sum, odd: low.odd * high.odd, power: low.power * high.power }
}

/// `atanh(1/n) * 2**bits`, off by a few units.
fn atanh_inverse(n: u64, bits: usize) -> UBig {
    // Each term adds as many bits as the square of `n` has.
    let count = bits as u64 / u64::from((n * n).ilog2()) + 1;
    let Terms { sum, odd, power } = terms(n * n, 0, count);
    ((sum * n) << bits) / (odd * power)
}

/// `ln(10) * 2**bits`, off by less than a unit.
pub(super) fn ln_ten(bits: usize) -> UBig {
    thread_local! {
        static KNOWN: RefCell<(usize, UBig)> = const { RefCell::new((0, UBig::ZERO)) };
    }
    KNOWN.with_borrow_mut(|(known, value)| {
        if *known < bits {
            // A third more, so that growing precisions do not start over each time; and bits for what the series lose.
            *known = bits + bits / 3 + 64;
            let work = *known + 64;
            let sum = atanh_inverse(31, work) * 46_u64 + atanh_inverse(49, work) * 34_u64 + atanh_inverse(161, work) * 20_u64;
            *value = sum >> 64;
        }
        &*value >> (*known - bits)
    })
}

/// `e**x` for a fixed-point `x` of at most 4 in magnitude, with so many bits after the point. Off by less than `2**16` units.
pub(super) fn exp_fixed(x: &IBig, bits: usize) -> UBig {
    // Halve the argument so often that the series and the squarings that undo it cost the same.
    let halvings = (bits as f64).sqrt() as usize + 2;
    // Each squaring doubles the error.
    let work = bits + halvings + 16;
    let reduced: IBig = (x << (work - bits)) >> halvings;
    let one = IBig::ONE << work;
    let mut sum = &one + &reduced;
    let mut term = reduced.clone();
    let mut n = 1_u64;
    loop {
        n += 1;
        term = ((term * &reduced) >> work) / n;
        // A negative term that is shifted ends at -1, not 0.
        if term.bit_len() <= 1 {
            break;
        }
        sum += &term;
    }
    let mut sum = sum.unsigned_abs();
    for _ in 0..halvings {
        sum = sum.sqr() >> work;
    }
    sum >> (work - bits)
}

/// Rounds what `approximate` computes to a given number of digits, off by less than a unit of the last one; the value is irrational.
///
/// Flags are those of `libmpdec`, which has `spare` digits more than it tries to round with: a value that these round up to the least
/// normal number is none that underflows.
pub(super) fn correctly_rounded(
    context: &Context,
    spare: i64,
    status: &mut Status,
    mut approximate: impl FnMut(i64) -> Option<Number>,
) -> Number {
    let free = Context { clamp: false, ..*context };
    let mut digits = context.prec + 3;
    loop {
        if digits > coeff::LIMIT {
            return Number::no_memory(status);
        }
        let Some(near) = approximate(digits + spare + 6) else { return Number::no_memory(status) };
        // No context here: its exponents would end before a result that overflows.
        let excess = near.digits() - (digits + spare);
        let (coeff, _) = rounded_shift(&near.coeff, excess, Rounding::HalfEven, near.negative);
        let near = Number::finite(near.negative, coeff, near.exp + excess.max(0));
        let mut flags = Status::INEXACT | Status::ROUNDED;
        let middle = finalize(near, &Context { prec: digits, ..free }, &mut flags);
        let mut decided = !middle.is_finite() || middle.coeff.is_zero();
        if !decided {
            // The value lies between these two.
            let beside = |coeff: UBig| finalize(Number::finite(middle.negative, coeff, middle.exp), &free, &mut Status::default());
            decided = cmp(&beside(&middle.coeff - 1_u64), &beside(&middle.coeff + 1_u64)).is_eq();
        }
        if decided {
            let result = finalize(middle, context, &mut flags);
            if flags.has(Status::SUBNORMAL) && result.is_finite() && result.adjusted() < context.emin {
                flags |= Status::UNDERFLOW;
            }
            *status |= flags;
            return result;
        }
        *status |= flags;
        digits += 19;
    }
}

/// The number as fixed-point, rounded down, with so many bits after the point.
pub(super) fn to_fixed(coeff: &UBig, exp: i64, bits: usize) -> Option<UBig> {
    if exp >= 0 {
        return Some(coeff::shift_left(coeff, exp)? << bits);
    }
    if -exp > coeff::LIMIT {
        return None;
    }
    Some((coeff << bits) / coeff::power_of_ten(-exp))
}

/// `n / 2**bits`, rounded to the nearest.
pub(super) fn nearest(n: UBig, bits: usize) -> UBig {
    ((n >> (bits - 1)) + 1_u64) >> 1
}

fn approximation(a: &Number, digits: i64) -> Option<Number> {
    let whole = (a.digits() + a.exp).max(0);
    let bits = bits_of(digits) + bits_of(whole) + 64;
    // Digits far behind the last one that counts do not matter.
    let surplus = a.digits() - (digits + whole + 20);
    let (coeff, exp) =
        if surplus > 0 { (coeff::shift_right(&a.coeff, surplus).0, a.exp + surplus) } else { (a.coeff.clone(), a.exp) };
    let fixed = IBig::from(to_fixed(&coeff, exp, bits)?);
    let fixed = if a.negative { -fixed } else { fixed };
    // e**x = e**rest * 10**tens, the rest in [0, ln 10).
    let ln_ten = IBig::from(ln_ten(bits));
    let mut tens = &fixed / &ln_ten;
    let mut rest = fixed - &tens * &ln_ten;
    if rest < IBig::ZERO {
        tens -= 1;
        rest += ln_ten;
    }
    let tens = i64::try_from(tens).ok()?;
    let power = exp_fixed(&rest, bits);
    Some(Number::finite(false, nearest(power * coeff::power_of_ten(digits), bits), tens - digits))
}

#[must_use]
pub fn exp(a: &Number, context: &Context, status: &mut Status) -> Number {
    if let Some(nan) = nan_of(a, context, status) {
        return nan;
    }
    if a.is_infinite() {
        return if a.negative { Number::ZERO } else { Number::infinity(false) };
    }
    if a.coeff.is_zero() {
        return Number::ONE;
    }
    let context = &context.rounded(Rounding::HalfEven);
    // With more digits before the point the result is beyond any exponent.
    if a.digits() + a.exp > 19 {
        *status |= Status::INEXACT | Status::ROUNDED;
        if a.negative {
            *status |= Status::SUBNORMAL | Status::UNDERFLOW | Status::CLAMPED;
            return finalize(Number::zero(false, context.etiny()), context, status);
        }
        *status |= Status::OVERFLOW;
        return Number::infinity(false);
    }
    // So near to 1 that no digit tells.
    if cmp_magnitude(a, &Number::small(false, 9, -(context.prec + 4))).is_le() {
        *status |= Status::INEXACT | Status::ROUNDED;
        let mut one = Number::ONE;
        if !pad(&mut one, context.prec) {
            return Number::no_memory(status);
        }
        return finalize(one, context, status);
    }
    correctly_rounded(context, (a.digits() + a.exp).max(0) + 2, status, |digits| approximation(a, digits))
}
