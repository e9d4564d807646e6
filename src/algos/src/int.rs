//! Arbitrary-precision integers: sign and magnitude over little-endian 30-bit digits, the layout of Python's `int`.
//!
//! Invariant: a magnitude that leaves this module has no leading zero digit (so zero is the empty slice) and zero is not negative.
//! Functions take a [`View`], borrowed digits of any origin, and return an [`Int`]. Above a few dozen digits the work is handed to
//! `dashu-int` (`bridge.rs`), so that multiplication, division and radix conversion are sub-quadratic.

mod arith;
mod bits;
mod bridge;
mod bytes;
mod digits;
mod float;
mod pow;
mod text;

#[cfg(test)]
mod tests;

use core::cmp::Ordering;
use smallvec::SmallVec;

pub use arith::{add, add_into, divmod, floordiv, modulo, mul, mul_into, round_to_power_of_ten, sub};
pub use bits::{and, bit_count, bit_length, invert, lshift, or, rshift, xor};
pub(crate) use bridge::to_ubig;
pub use bytes::{ToBytesError, from_bytes, to_bytes};
pub(crate) use float::round_scaled;
pub use float::{FromFloatError, TrueDivError, cmp_f64, frexp, from_f64, to_f64, true_div};
pub use pow::{ModPowError, factorial, gcd, isqrt, mod_inverse, mod_pow, pow};
pub use text::{ParseError, TooManyDigits, checked_decimal, parse, to_decimal, to_radix};

/// Bits per digit.
pub const SHIFT: u32 = 30;
/// The largest digit.
pub const MASK: u32 = (1 << SHIFT) - 1;
/// The modulus of numeric hashes, 2^61 - 1.
pub const HASH_MODULUS: u64 = (1 << 61) - 1;

/// Digits of a result; up to 240 bits without an allocation.
pub type Digits = SmallVec<[u32; 8]>;

/// A result would not fit in memory (CPython raises `MemoryError` or `OverflowError`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooLarge;

/// A borrowed integer.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    negative: bool,
    digits: &'a [u32],
}

/// An owned integer, the result of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Int {
    negative: bool,
    digits: Digits,
}

impl<'a> View<'a> {
    /// Leading zero digits are dropped.
    #[inline]
    #[must_use]
    pub fn new(negative: bool, digits: &'a [u32]) -> Self {
        let digits = digits::trim(digits);
        View { negative: negative && !digits.is_empty(), digits }
    }

    #[inline]
    #[must_use]
    pub fn digits(self) -> &'a [u32] {
        self.digits
    }

    #[inline]
    #[must_use]
    pub fn is_negative(self) -> bool {
        self.negative
    }

    #[inline]
    #[must_use]
    pub fn is_zero(self) -> bool {
        self.digits.is_empty()
    }

    #[inline]
    #[must_use]
    pub fn is_odd(self) -> bool {
        self.digits.first().is_some_and(|d| d & 1 == 1)
    }

    #[must_use]
    pub fn negated(self) -> Self {
        View { negative: !self.negative && !self.is_zero(), digits: self.digits }
    }

    #[must_use]
    pub fn abs(self) -> Self {
        View { negative: false, digits: self.digits }
    }

    #[must_use]
    pub fn to_owned(self) -> Int {
        Int { negative: self.negative, digits: SmallVec::from_slice(self.digits) }
    }

    /// The magnitude, when it has at most two digits (60 bits): the fast paths' question.
    #[inline]
    pub(crate) fn small(self) -> Option<i64> {
        let magnitude = match *self.digits {
            [] => 0,
            [a] => i64::from(a),
            [a, b] => i64::from(a) | i64::from(b) << SHIFT,
            _ => return None,
        };
        Some(if self.negative { -magnitude } else { magnitude })
    }

    #[must_use]
    pub fn magnitude_u64(self) -> Option<u64> {
        match *self.digits {
            [] => Some(0),
            [a] => Some(u64::from(a)),
            [a, b] => Some(u64::from(a) | u64::from(b) << SHIFT),
            [a, b, c] if c < 16 => Some(u64::from(a) | u64::from(b) << SHIFT | u64::from(c) << (2 * SHIFT)),
            _ => None,
        }
    }

    pub(crate) fn magnitude_u128(self) -> Option<u128> {
        if self.digits.len() > 5 || (self.digits.len() == 5 && self.digits[4] >= 1 << 8) {
            return None;
        }
        Some(self.digits.iter().rev().fold(0, |acc, &d| acc << SHIFT | u128::from(d)))
    }

    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        let magnitude = self.magnitude_u64()?;
        if self.negative { 0i64.checked_sub_unsigned(magnitude) } else { i64::try_from(magnitude).ok() }
    }

    /// `None` for negative numbers and those of 2^64 and more.
    #[must_use]
    pub fn to_u64(self) -> Option<u64> {
        if self.negative { None } else { self.magnitude_u64() }
    }

    #[must_use]
    pub fn to_i128(self) -> Option<i128> {
        let magnitude = self.magnitude_u128()?;
        if self.negative { 0i128.checked_sub_unsigned(magnitude) } else { i128::try_from(magnitude).ok() }
    }

    /// The low 64 bits in two's complement (`PyLong_AsUnsignedLongLongMask`).
    #[must_use]
    pub fn wrapping_u64(self) -> u64 {
        let magnitude = self.digits.iter().take(3).rev().fold(0u64, |acc, &d| acc << SHIFT | u64::from(d));
        if self.negative { magnitude.wrapping_neg() } else { magnitude }
    }

    /// An index clipped to the range of `i64`, as slices do.
    #[must_use]
    pub fn saturating_i64(self) -> i64 {
        self.to_i64().unwrap_or(if self.negative { i64::MIN } else { i64::MAX })
    }

    /// `hash(int)`: the value modulo 2^61 - 1 with the sign kept, never -1.
    #[must_use]
    pub fn hash(self) -> i64 {
        if let [d] = *self.digits {
            // One digit is below the modulus.
            return match (self.negative, d) {
                (true, 1) => -2,
                (true, d) => -i64::from(d),
                (false, d) => i64::from(d),
            };
        }
        let mut x: u64 = 0;
        for &d in self.digits.iter().rev() {
            // Multiplying by 2^30 modulo 2^61 - 1 rotates 61 bits.
            x = ((x << SHIFT) & HASH_MODULUS | x >> (61 - SHIFT)) + u64::from(d);
            if x >= HASH_MODULUS {
                x -= HASH_MODULUS;
            }
        }
        // The modulus fits in 61 bits.
        let x = x.cast_signed();
        match (self.negative, x) {
            (true, 1) => -2,
            (true, x) => -x,
            (false, x) => x,
        }
    }
}

/// A sign and a magnitude of `dashu-int`'s.
pub(crate) fn from_ubig(negative: bool, magnitude: &dashu_int::UBig) -> Int {
    let digits = bridge::from_ubig(magnitude);
    Int { negative: negative && !digits.is_empty(), digits }
}

/// Three-way comparison.
#[must_use]
pub fn cmp(a: View<'_>, b: View<'_>) -> Ordering {
    match (a.negative, b.negative) {
        (false, true) => Ordering::Greater,
        (true, false) => Ordering::Less,
        (false, false) => digits::cmp(a.digits, b.digits),
        (true, true) => digits::cmp(b.digits, a.digits),
    }
}

impl PartialEq for View<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.negative == other.negative && self.digits == other.digits
    }
}

impl Eq for View<'_> {}

impl Int {
    pub const ZERO: Int = Int { negative: false, digits: SmallVec::new_const() };

    /// Leading zero digits are dropped.
    #[must_use]
    pub fn new(negative: bool, mut digits: Digits) -> Self {
        digits.truncate(digits::trim(&digits).len());
        Int { negative: negative && !digits.is_empty(), digits }
    }

    #[inline]
    #[must_use]
    pub fn view(&self) -> View<'_> {
        View { negative: self.negative, digits: &self.digits }
    }

    #[inline]
    #[must_use]
    pub fn digits(&self) -> &[u32] {
        &self.digits
    }

    #[inline]
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.negative
    }

    #[inline]
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    #[must_use]
    pub fn negated(mut self) -> Self {
        self.negative = !self.negative && !self.digits.is_empty();
        self
    }

    #[must_use]
    pub fn from_u128(mut magnitude: u128) -> Self {
        let mut digits = Digits::new();
        while magnitude != 0 {
            digits.push(magnitude as u32 & MASK);
            magnitude >>= SHIFT;
        }
        Int { negative: false, digits }
    }

    #[must_use]
    pub fn from_u64(mut magnitude: u64) -> Self {
        let mut digits = Digits::new();
        while magnitude != 0 {
            digits.push(magnitude as u32 & MASK);
            magnitude >>= SHIFT;
        }
        Int { negative: false, digits }
    }

    #[must_use]
    pub fn from_i64(value: i64) -> Self {
        let mut int = Int::from_u64(value.unsigned_abs());
        int.negative = value < 0;
        int
    }

    #[must_use]
    pub fn from_i128(value: i128) -> Self {
        let mut int = Int::from_u128(value.unsigned_abs());
        int.negative = value < 0;
        int
    }
}
