//! The way to `dashu-int` and back: 30-bit digits to 64-bit words. Linear, so worth it above a few dozen digits.

use super::{Digits, MASK, SHIFT};
use dashu_int::UBig;
use smallvec::SmallVec;

/// Digits of the shorter factor from which multiplication crosses the bridge.
pub(super) const MUL: usize = 36;
/// Digits of the divisor (and of the quotient) from which division does.
pub(super) const DIV: usize = 60;
/// Digits from which conversion to text does, and that from text.
pub(super) const TO_TEXT: usize = 150;
pub(super) const FROM_TEXT: usize = 60;

pub(crate) fn to_ubig(digits: &[u32]) -> UBig {
    let mut words: SmallVec<[u64; 64]> = SmallVec::with_capacity(digits.len() * SHIFT as usize / 64 + 1);
    let mut acc = 0u64;
    let mut filled = 0;
    for &d in digits {
        let d = u64::from(d);
        acc |= d << filled;
        filled += SHIFT;
        if filled >= 64 {
            words.push(acc);
            filled -= 64;
            acc = d >> (SHIFT - filled);
        }
    }
    words.push(acc);
    UBig::from_words(&words)
}

pub(super) fn from_ubig(value: &UBig) -> Digits {
    let words = value.as_words();
    let mut digits = Digits::with_capacity(words.len() * 64 / SHIFT as usize + 2);
    let mut acc = 0u128;
    let mut filled = 0;
    for &w in words {
        acc |= u128::from(w) << filled;
        filled += 64;
        while filled >= SHIFT {
            digits.push(acc as u32 & MASK);
            acc >>= SHIFT;
            filled -= SHIFT;
        }
    }
    digits.push(acc as u32);
    digits.truncate(super::digits::trim(&digits).len());
    digits
}
