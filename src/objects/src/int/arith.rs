//! Arithmetic between ints, as slots and the interpreter's specialised instructions call it.
//!
//! Operands of one digit, which nearly all are, are computed as machine integers; the rest is `algos::int`.

use core::cmp::Ordering;

use algos::int as alg;
use heap::{Raised, Ref, Thread};

use super::Int;
use crate::{Float, raise};

impl Int {
    /// The value, if its magnitude is below 2^60: sums of two such values are machine integers.
    #[inline(always)]
    fn medium(&self) -> Option<i64> {
        if self.len() <= 2 { self.to_i64() } else { None }
    }
}

/// `a + b`
#[inline]
pub fn add(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
    match (a.compact(), b.compact()) {
        (Some(x), Some(y)) => Int::from_i64(th, x + y),
        _ => add_long(th, a, b),
    }
}

#[inline(never)]
fn add_long(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
    match (a.medium(), b.medium()) {
        (Some(x), Some(y)) => Int::from_i64(th, x + y),
        _ => Int::from_alg(th, &alg::add(a.view(), b.view())),
    }
}

/// `a - b`
#[inline]
pub fn sub(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
    match (a.compact(), b.compact()) {
        (Some(x), Some(y)) => Int::from_i64(th, x - y),
        _ => sub_long(th, a, b),
    }
}

#[inline(never)]
fn sub_long(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
    match (a.medium(), b.medium()) {
        (Some(x), Some(y)) => Int::from_i64(th, x - y),
        _ => Int::from_alg(th, &alg::sub(a.view(), b.view())),
    }
}

/// `a * b`
#[inline]
pub fn mul(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
    match (a.compact(), b.compact()) {
        (Some(x), Some(y)) => Int::from_i64(th, x * y),
        _ => mul_long(th, a, b),
    }
}

#[inline(never)]
fn mul_long(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
    match (a.medium(), b.medium()) {
        (Some(x), Some(y)) => Int::from_i128(th, i128::from(x) * i128::from(y)),
        _ => Int::from_alg(th, &alg::mul(a.view(), b.view())),
    }
}

#[cold]
pub fn zero_division(th: &mut Thread) -> Raised {
    raise::zero_division(th, format_args!("division by zero"))
}

/// The quotient rounded towards minus infinity and the remainder with the divisor's sign; `y` is not 0, and they are not the pair
/// whose quotient overflows (both are below 2^60).
#[inline(always)]
fn floor_divmod(x: i64, y: i64) -> (i64, i64) {
    let (quotient, rest) = (x / y, x % y);
    if rest != 0 && (rest < 0) != (y < 0) { (quotient - 1, rest + y) } else { (quotient, rest) }
}

/// `a // b`
#[inline]
pub fn floordiv(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Int>, Raised> {
    match (a.medium(), b.medium()) {
        (_, Some(0)) => Err(zero_division(th)),
        (Some(x), Some(y)) => Ok(Int::from_i64(th, floor_divmod(x, y).0)),
        _ => match alg::floordiv(a.view(), b.view()) {
            Some(quotient) => Ok(Int::from_alg(th, &quotient)),
            None => Err(zero_division(th)),
        },
    }
}

/// `a % b`
#[inline]
pub fn modulo(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Int>, Raised> {
    match (a.medium(), b.medium()) {
        (_, Some(0)) => Err(zero_division(th)),
        (Some(x), Some(y)) => Ok(Int::from_i64(th, floor_divmod(x, y).1)),
        _ => match alg::modulo(a.view(), b.view()) {
            Some(rest) => Ok(Int::from_alg(th, &rest)),
            None => Err(zero_division(th)),
        },
    }
}

/// `divmod(a, b)`
pub fn divmod(th: &mut Thread, a: &Int, b: &Int) -> Result<(Ref<Int>, Ref<Int>), Raised> {
    match (a.medium(), b.medium()) {
        (_, Some(0)) => Err(zero_division(th)),
        (Some(x), Some(y)) => {
            let (quotient, rest) = floor_divmod(x, y);
            Ok((Int::from_i64(th, quotient), Int::from_i64(th, rest)))
        }
        _ => match alg::divmod(a.view(), b.view()) {
            Some((quotient, rest)) => Ok((Int::from_alg(th, &quotient), Int::from_alg(th, &rest))),
            None => Err(zero_division(th)),
        },
    }
}

/// `a / b`
#[inline]
pub fn truediv(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Float>, Raised> {
    let quotient = match (a.compact(), b.compact()) {
        // Both are exact as floats, so the machine's quotient is correctly rounded.
        (Some(x), Some(y)) if y != 0 => x as f64 / y as f64,
        _ => match alg::true_div(a.view(), b.view()) {
            Ok(quotient) => quotient,
            Err(alg::TrueDivError::Zero) => return Err(zero_division(th)),
            Err(alg::TrueDivError::Overflow) => {
                return Err(raise::overflow_error(th, format_args!("integer division result too large for a float")));
            }
        },
    };
    Ok(Float::new(th, quotient))
}

/// `a ** b` for a `b` that is not negative.
pub fn pow(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Int>, Raised> {
    debug_assert!(!b.is_negative());
    match alg::pow(a.view(), b.view()) {
        Ok(power) => Ok(Int::from_alg(th, &power)),
        Err(alg::TooLarge) => Err(raise::memory_error(th)),
    }
}

/// `pow(a, b, m)`
pub fn pow_mod(th: &mut Thread, a: &Int, b: &Int, m: &Int) -> Result<Ref<Int>, Raised> {
    match alg::mod_pow(a.view(), b.view(), m.view()) {
        Ok(power) => Ok(Int::from_alg(th, &power)),
        Err(error) => Err(raise::value_error(th, format_args!("{error}"))),
    }
}

#[cold]
fn negative_shift(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("negative shift count"))
}

/// `a << b`
#[inline]
pub fn lshift(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Int>, Raised> {
    if let (Some(x), Some(count @ 0..=32)) = (a.compact(), b.compact()) {
        return Ok(Int::from_i64(th, x << count));
    }
    if b.is_negative() {
        return Err(negative_shift(th));
    }
    if a.is_zero() {
        return Ok(Int::from_i64(th, 0));
    }
    let Some(count) = b.to_i64() else {
        return Err(raise::overflow_error(th, format_args!("too many digits in integer")));
    };
    match alg::lshift(a.view(), count.unsigned_abs()) {
        Ok(shifted) => Ok(Int::from_alg(th, &shifted)),
        Err(alg::TooLarge) => Err(raise::memory_error(th)),
    }
}

/// `a >> b`
#[inline]
pub fn rshift(th: &mut Thread, a: &Int, b: &Int) -> Result<Ref<Int>, Raised> {
    if let (Some(x), Some(count @ 0..)) = (a.medium(), b.compact()) {
        return Ok(Int::from_i64(th, x >> count.min(63)));
    }
    if b.is_negative() {
        return Err(negative_shift(th));
    }
    // A count that is no machine word is beyond any number's length.
    let count = b.to_u64().unwrap_or(u64::MAX);
    Ok(Int::from_alg(th, &alg::rshift(a.view(), count)))
}

macro_rules! bitwise {
    ($($(#[$doc:meta])* $name:ident $op:tt;)*) => {$(
        $(#[$doc])*
        #[inline]
        pub fn $name(th: &Thread, a: &Int, b: &Int) -> Ref<Int> {
            match (a.medium(), b.medium()) {
                (Some(x), Some(y)) => Int::from_i64(th, x $op y),
                _ => Int::from_alg(th, &alg::$name(a.view(), b.view())),
            }
        }
    )*};
}

bitwise! {
    /// `a & b`
    and &;
    /// `a | b`
    or |;
    /// `a ^ b`
    xor ^;
}

/// `-a`
pub fn neg(th: &Thread, a: &Int) -> Ref<Int> {
    match a.compact() {
        Some(x) => Int::from_i64(th, -x),
        None => Int::from_digits(th, !a.is_negative(), a.digit_slice()),
    }
}

/// `abs(a)`, an exact int.
pub fn abs(th: &Thread, a: &Int) -> Ref<Int> {
    if a.is_negative() { neg(th, a) } else { a.exact(th) }
}

/// `~a`
pub fn invert(th: &Thread, a: &Int) -> Ref<Int> {
    match a.compact() {
        Some(x) => Int::from_i64(th, !x),
        None => Int::from_alg(th, &alg::invert(a.view())),
    }
}

/// `a` against `b`
#[inline]
pub fn cmp(a: &Int, b: &Int) -> Ordering {
    match (a.compact(), b.compact()) {
        (Some(x), Some(y)) => x.cmp(&y),
        _ => alg::cmp(a.view(), b.view()),
    }
}

/// Whether both are the same number.
#[inline]
pub fn eq(a: &Int, b: &Int) -> bool {
    a.is_negative() == b.is_negative() && a.digit_slice() == b.digit_slice()
}

/// The nearest float; `OverflowError` beyond the largest.
#[inline]
pub fn to_f64(th: &mut Thread, a: &Int) -> Result<f64, Raised> {
    match a.compact() {
        Some(x) => Ok(x as f64),
        None => match alg::to_f64(a.view()) {
            Ok(x) => Ok(x),
            Err(alg::TooLarge) => Err(raise::overflow_error(th, format_args!("int too large to convert to float"))),
        },
    }
}
