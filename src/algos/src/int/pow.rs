//! Powers, modular powers, greatest common divisors, roots, factorials.

use super::{Int, TooLarge, View, arith, bits, bridge, digits};
use core::fmt;
use dashu_int::{
    UBig,
    fast_div::ConstDivisor,
    ops::{Gcd, SquareRoot},
};

/// Results of more bits than this are refused.
const MAX_BITS: u64 = 1 << 36;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModPowError {
    ZeroModulus,
    NotInvertible,
}

impl fmt::Display for ModPowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ModPowError::ZeroModulus => "pow() 3rd argument cannot be 0",
            ModPowError::NotInvertible => "base is not invertible for the given modulus",
        })
    }
}

/// `base ** exponent` for an exponent that is not negative (its sign is ignored).
///
/// # Errors
/// When the result could not be allocated.
pub fn pow(base: View<'_>, exponent: View<'_>) -> Result<Int, TooLarge> {
    let negative = base.negative && exponent.is_odd();
    if exponent.is_zero() {
        return Ok(Int::from_i64(1));
    }
    match *base.digits {
        [] => return Ok(Int::ZERO),
        [1] => return Ok(Int::from_i64(if negative { -1 } else { 1 })),
        _ => {}
    }
    let exponent = exponent.magnitude_u64().ok_or(TooLarge)?;
    let base_bits = digits::bit_length(base.digits);
    let estimate = (base_bits - 1).checked_mul(exponent).filter(|&b| b < MAX_BITS).ok_or(TooLarge)?;
    if bits::bit_count(base.abs()) == 1 {
        return Ok(Int { negative, digits: digits::shl(&[1], estimate) });
    }
    let exponent = usize::try_from(exponent).map_err(|_| TooLarge)?;
    if let Some(small) = base.magnitude_u64()
        && base_bits.saturating_mul(exponent as u64) <= 128
    {
        // Fewer than 128 bits, so the exponent is small too.
        let power = u128::from(small).pow(exponent as u32);
        return Ok(Int { negative, digits: Int::from_u128(power).digits });
    }
    let power = bridge::to_ubig(base.digits).pow(exponent);
    Ok(Int { negative, digits: bridge::from_ubig(&power) })
}

/// `pow(base, exponent, modulus)`; a negative exponent raises the inverse.
///
/// # Errors
/// `ValueError` in Python.
pub fn mod_pow(base: View<'_>, exponent: View<'_>, modulus: View<'_>) -> Result<Int, ModPowError> {
    if modulus.is_zero() {
        return Err(ModPowError::ZeroModulus);
    }
    let positive = modulus.abs();
    let inverse;
    let base = if exponent.negative {
        inverse = mod_inverse(base, positive)?;
        inverse.view()
    } else {
        base
    };
    if let [1] = *positive.digits {
        return Ok(Int::ZERO);
    }
    // The divisor is not zero, so there is a remainder.
    let reduced = arith::modulo(base, positive).unwrap_or_default();
    let result = if let Some(m) = positive.magnitude_u64() {
        Int::from_u64(mod_pow_u64(reduced.view().magnitude_u64().unwrap_or(0), exponent.digits, m))
    } else {
        let ring = ConstDivisor::new(bridge::to_ubig(positive.digits));
        let power = ring.reduce(bridge::to_ubig(&reduced.digits)).pow(&bridge::to_ubig(exponent.digits));
        Int { negative: false, digits: bridge::from_ubig(&power.residue()) }
    };
    if modulus.negative && !result.is_zero() {
        return Ok(arith::add(result.view(), modulus));
    }
    Ok(result)
}

fn mod_pow_u64(base: u64, exponent: &[u32], modulus: u64) -> u64 {
    let mul = |a: u64, b: u64| (u128::from(a) * u128::from(b) % u128::from(modulus)) as u64;
    let mut result = 1;
    for i in (0..digits::bit_length(exponent)).rev() {
        result = mul(result, result);
        // The index is below the bit length, which came from a slice.
        if exponent[(i / 30) as usize] >> (i % 30) & 1 == 1 {
            result = mul(result, base);
        }
    }
    result
}

/// The inverse of `a` modulo a positive `modulus`, in `0..modulus`.
///
/// # Errors
/// When there is none.
pub fn mod_inverse(a: View<'_>, modulus: View<'_>) -> Result<Int, ModPowError> {
    let modulus = modulus.abs();
    let reduced = arith::modulo(a, modulus).ok_or(ModPowError::ZeroModulus)?;
    if let [1] = *modulus.digits {
        return Ok(Int::ZERO);
    }
    if let (Some(a), Some(m)) = (reduced.view().small(), modulus.small()) {
        let (mut r, mut next_r) = (m, a);
        let (mut t, mut next_t) = (0i64, 1i64);
        while next_r != 0 {
            let q = r / next_r;
            (r, next_r) = (next_r, r - q * next_r);
            (t, next_t) = (next_t, t - q * next_t);
        }
        if r != 1 {
            return Err(ModPowError::NotInvertible);
        }
        return Ok(Int::from_i64(if t < 0 { t + m } else { t }));
    }
    if reduced.is_zero() {
        return Err(ModPowError::NotInvertible);
    }
    let ring = ConstDivisor::new(bridge::to_ubig(modulus.digits));
    let inverse = ring.reduce(bridge::to_ubig(&reduced.digits)).inv().ok_or(ModPowError::NotInvertible)?;
    Ok(Int { negative: false, digits: bridge::from_ubig(&inverse.residue()) })
}

/// The greatest common divisor, never negative; `gcd(0, 0)` is 0.
#[must_use]
pub fn gcd(a: View<'_>, b: View<'_>) -> Int {
    let (mut a, mut b) = match (a.magnitude_u64(), b.magnitude_u64()) {
        (Some(x), Some(y)) => (x, y),
        (Some(0), None) => return b.abs().to_owned(),
        (None, Some(0)) => return a.abs().to_owned(),
        (None, Some(y)) => (y, arith::modulo(a.abs(), b.abs()).and_then(|r| r.view().to_u64()).unwrap_or(0)),
        (Some(x), None) => (x, arith::modulo(b.abs(), a.abs()).and_then(|r| r.view().to_u64()).unwrap_or(0)),
        (None, None) => {
            let gcd = bridge::to_ubig(a.digits).gcd(bridge::to_ubig(b.digits));
            return Int { negative: false, digits: bridge::from_ubig(&gcd) };
        }
    };
    while b != 0 {
        (a, b) = (b, a % b);
    }
    Int::from_u64(a)
}

/// `math.isqrt`; `None` for negative numbers.
#[must_use]
pub fn isqrt(a: View<'_>) -> Option<Int> {
    if a.negative {
        return None;
    }
    Some(match a.magnitude_u128() {
        Some(small) => Int::from_u128(small.isqrt()),
        None => Int { negative: false, digits: bridge::from_ubig(&bridge::to_ubig(a.digits).sqrt()) },
    })
}

/// `math.factorial` of a number that is not negative.
///
/// # Errors
/// When the result could not be allocated.
pub fn factorial(n: u64) -> Result<Int, TooLarge> {
    if n > 1 << 31 {
        return Err(TooLarge);
    }
    if n <= 34 {
        return Ok(Int::from_u128((2..=u128::from(n)).product()));
    }
    // The odd parts of the factors, by binary splitting, then all powers of two at once.
    fn odd_product(low: u64, high: u64) -> UBig {
        // The product of the odd numbers in low..=high.
        if high < low {
            return UBig::ONE;
        }
        if high - low <= 8 {
            return (low..=high).step_by(2).fold(UBig::ONE, |acc, x| acc * x);
        }
        let middle = low.midpoint(high) | 1;
        odd_product(low, middle - 2) * odd_product(middle, high)
    }
    let mut result = UBig::ONE;
    let mut inner = UBig::ONE;
    let mut previous = 1;
    for i in (0..64 - n.leading_zeros()).rev() {
        let upper = n >> i;
        if upper < 3 {
            continue;
        }
        let upper = if upper & 1 == 1 { upper } else { upper - 1 };
        inner *= odd_product(previous + 2, upper);
        previous = upper;
        result *= &inner;
    }
    let twos = n - u64::from(n.count_ones());
    Ok(Int { negative: false, digits: digits::shl(&bridge::from_ubig(&result), twos) })
}
