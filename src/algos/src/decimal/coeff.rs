//! Coefficients: natural numbers in binary, seen as decimal digits. Up to 128 bits need no allocation and take the short ways here.

use core::cmp::Ordering;

use dashu_int::UBig;
use dashu_int::ops::{BitTest, DivRem};

/// More digits than this are refused for want of memory.
pub const LIMIT: i64 = 1_000_000_000;

/// The powers of ten that fit in 128 bits.
static POWERS: [u128; 39] = {
    let mut powers = [1; 39];
    let mut i = 1;
    while i < powers.len() {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// What a shift to the right dropped, measured in units of the last digit that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tail {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

/// The number, if it has at most 128 bits.
#[inline]
pub fn small(n: &UBig) -> Option<u128> {
    match *n.as_words() {
        [] => Some(0),
        [low] => Some(u128::from(low)),
        [low, high] => Some(u128::from(low) | u128::from(high) << 64),
        _ => None,
    }
}

/// `10**k`, if it has at most 128 bits.
#[inline]
pub fn small_power(k: i64) -> Option<u128> {
    POWERS.get(usize::try_from(k).ok()?).copied()
}

/// `10**k`; the caller has made sure that it fits in memory.
pub fn power_of_ten(k: i64) -> UBig {
    match small_power(k) {
        Some(power) => UBig::from_dword(power),
        None => {
            let k = usize::try_from(k).unwrap_or(0);
            UBig::from_word(5).pow(k) << k
        }
    }
}

#[inline]
fn digits_small(n: u128) -> i64 {
    let bits = 128 - n.leading_zeros();
    // log10(2) in 12 bits, which is exact enough for 128.
    let guess = (bits * 1233 >> 12) as usize;
    guess as i64 + i64::from(POWERS.get(guess).is_some_and(|&power| n >= power))
}

/// How many decimal digits `n` has; zero has one.
#[inline]
pub fn digits(n: &UBig) -> i64 {
    match small(n) {
        Some(n) => digits_small(n).max(1),
        None => digits_large(n),
    }
}

fn digits_large(n: &UBig) -> i64 {
    // log10(2) * 2^64.
    const LOG: u128 = 5_553_023_288_523_357_132;
    let bits = n.bit_len() as u128;
    // n is in [2^(bits-1), 2^bits): often the lengths of both ends agree.
    let low = (bits - 1) * LOG;
    let whole = (low >> 64) as i64;
    if whole == (bits * LOG >> 64) as i64 {
        return whole + 1;
    }
    let words = n.as_words();
    let (high, next) = (words[words.len() - 1], words[words.len() - 2]);
    let zeros = high.leading_zeros();
    let top = if zeros == 0 { high } else { high << zeros | next >> (64 - zeros) };
    let fraction = (low as u64) as f64 / 2f64.powi(64) + (top as f64 / 2f64.powi(63)).log10();
    if (fraction - 1.0).abs() > 1e-6 {
        return whole + 1 + i64::from(fraction > 1.0);
    }
    whole + 1 + i64::from(*n >= power_of_ten(whole + 1))
}

/// `n * 10**k`; `None` if that would not fit in memory.
#[inline]
pub fn shift_left(n: &UBig, k: i64) -> Option<UBig> {
    if k <= 0 || n.is_zero() {
        return Some(n.clone());
    }
    if let (Some(n), Some(power)) = (small(n), small_power(k))
        && let Some(product) = n.checked_mul(power)
    {
        return Some(UBig::from_dword(product));
    }
    if k > LIMIT || digits(n) + k > LIMIT {
        return None;
    }
    Some(n * power_of_ten(k))
}

/// `n // 10**k`, and what was dropped.
#[inline]
pub fn shift_right(n: &UBig, k: i64) -> (UBig, Tail) {
    if k <= 0 {
        return (n.clone(), Tail::Nothing);
    }
    if let (Some(n), Some(power)) = (small(n), small_power(k)) {
        let (quotient, rest) = match (u64::try_from(n), u64::try_from(power)) {
            (Ok(n), Ok(power)) => (u128::from(n / power), u128::from(n % power)),
            _ => {
                let quotient = n / power;
                (quotient, n - quotient * power)
            }
        };
        return (UBig::from_dword(quotient), tail(rest == 0, || rest.cmp(&(power / 2))));
    }
    let length = digits(n);
    if k > length {
        return (UBig::ZERO, tail(n.is_zero(), || Ordering::Less));
    }
    let power = power_of_ten(k);
    let (quotient, rest) = if k == length { (UBig::ZERO, n.clone()) } else { n.div_rem(&power) };
    (quotient, tail(rest.is_zero(), || rest.cmp(&(power >> 1))))
}

#[inline]
fn tail(nothing: bool, half: impl FnOnce() -> Ordering) -> Tail {
    if nothing {
        return Tail::Nothing;
    }
    match half() {
        Ordering::Less => Tail::BelowHalf,
        Ordering::Equal => Tail::Half,
        Ordering::Greater => Tail::AboveHalf,
    }
}

/// The last `k` digits.
pub fn last_digits(n: &UBig, k: i64) -> UBig {
    if k >= digits(n) { n.clone() } else { n % power_of_ten(k) }
}

/// Drops zeros at the end, at most `most` of them; how many.
pub fn strip_zeros(n: &mut UBig, most: i64) -> i64 {
    if n.is_zero() || most <= 0 {
        return 0;
    }
    let Some(twos) = n.trailing_zeros() else { return 0 };
    let most = most.min(i64::try_from(twos).unwrap_or(i64::MAX));
    let mut stripped = 0;
    if let Some(mut value) = small(n) {
        for step in [32, 16, 8, 4, 2, 1] {
            let power = POWERS[step];
            while stripped + step as i64 <= most && value % power == 0 {
                value /= power;
                stripped += step as i64;
            }
        }
        *n = UBig::from_dword(value);
        return stripped;
    }
    let mut step = 1;
    while step * 2 <= most && step * 2 < digits(n) {
        step *= 2;
    }
    while step > 0 {
        while stripped + step <= most {
            let (quotient, rest) = (&*n).div_rem(power_of_ten(step));
            if !rest.is_zero() {
                break;
            }
            *n = quotient;
            stripped += step;
        }
        step /= 2;
    }
    stripped
}

/// Compares `a * 10**x` with `b * 10**y`.
pub fn cmp_scaled(a: &UBig, x: i64, b: &UBig, y: i64) -> Ordering {
    if a.is_zero() || b.is_zero() {
        return (!a.is_zero()).cmp(&!b.is_zero());
    }
    if x == y {
        return a.cmp(b);
    }
    match (digits(a) + x).cmp(&(digits(b) + y)) {
        // The lengths agree, so the difference of the exponents is at most the number of digits.
        Ordering::Equal if x > y => (a * power_of_ten(x - y)).cmp(b),
        Ordering::Equal => a.cmp(&(b * power_of_ten(y - x))),
        order => order,
    }
}

/// The decimal digits.
pub fn to_text(n: &UBig) -> String {
    match small(n) {
        Some(n) => match u64::try_from(n) {
            Ok(n) => n.to_string(),
            Err(_) => n.to_string(),
        },
        None => n.to_string(),
    }
}

/// The number that these ASCII digits say.
pub fn from_digits(text: &str) -> UBig {
    if text.len() <= 38 {
        return UBig::from_dword(text.bytes().fold(0, |sum, digit| sum * 10 + u128::from(digit - b'0')));
    }
    UBig::from_str_radix(text, 10).unwrap_or_default()
}
