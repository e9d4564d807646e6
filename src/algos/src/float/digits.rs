//! Decimal digits of a float: the shortest that read back as it, or exact ones to a position.

use core::fmt::Write;
use smallvec::SmallVec;

/// A decimal fraction `0.d1d2d3… * 10^point`, without leading or trailing zeros; zero is no digits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub digits: SmallVec<[u8; 24]>,
    pub point: i32,
}

/// No float needs more digits than these, after the point or in all; what is beyond are zeros.
const MOST: usize = 1100;

/// A stack buffer that `write!` fills; long enough for every exact expansion (309 digits before the point at most).
struct Buffer {
    bytes: [u8; MOST + 320],
    len: usize,
}

impl Write for Buffer {
    fn write_str(&mut self, s: &str) -> core::fmt::Result {
        let end = self.len + s.len();
        self.bytes.get_mut(self.len..end).ok_or(core::fmt::Error)?.copy_from_slice(s.as_bytes());
        self.len = end;
        Ok(())
    }
}

impl Decimal {
    const ZERO: Decimal = Decimal { digits: SmallVec::new_const(), point: 1 };

    /// Reads `ddd.ddde±x` as Rust's formatting and `zmij` write it.
    fn read(text: &[u8]) -> Self {
        let mut digits = SmallVec::new();
        let mut point = None;
        let mut exponent = 0;
        for (i, &b) in text.iter().enumerate() {
            match b {
                b'.' => point = Some(digits.len()),
                b'e' => {
                    let (negative, rest) = match &text[i + 1..] {
                        [b'-', rest @ ..] => (true, rest),
                        [b'+', rest @ ..] => (false, rest),
                        rest => (false, rest),
                    };
                    let value = rest.iter().fold(0i32, |acc, &d| acc * 10 + i32::from(d - b'0'));
                    exponent = if negative { -value } else { value };
                    break;
                }
                _ => digits.push(b),
            }
        }
        let point = point.unwrap_or(digits.len());
        let zeros = digits.iter().take_while(|&&d| d == b'0').count();
        digits.drain(..zeros);
        while digits.last() == Some(&b'0') {
            digits.pop();
        }
        if digits.is_empty() {
            return Decimal::ZERO;
        }
        // Both counts are below 1500.
        Decimal { digits, point: point as i32 - zeros as i32 + exponent }
    }

    /// `value / 10^places`.
    fn of_integer(mut value: u64, places: i32) -> Self {
        if value == 0 {
            return Decimal::ZERO;
        }
        let mut buffer = [0; 20];
        let mut at = buffer.len();
        while value > 0 {
            at -= 1;
            buffer[at] = b'0' + (value % 10) as u8;
            value /= 10;
        }
        let found = &buffer[at..];
        // At most 20 digits.
        let point = found.len() as i32 - places;
        let kept = found.iter().rposition(|&d| d != b'0').map_or(0, |i| i + 1);
        Decimal { digits: SmallVec::from_slice(&found[..kept]), point }
    }

    pub(crate) fn is_zero(&self) -> bool {
        self.digits.is_empty()
    }

    /// The nearest float.
    pub(super) fn to_f64(&self) -> f64 {
        if self.is_zero() {
            return 0.0;
        }
        let mut text: SmallVec<[u8; 40]> = SmallVec::from_slice(b".");
        text.extend_from_slice(&self.digits);
        text.push(b'e');
        let mut text = String::from_utf8_lossy(&text).into_owned();
        // Writing to a string does not fail, and the text is a number.
        let _ = write!(text, "{}", self.point);
        text.parse().unwrap_or(0.0)
    }
}

/// The shortest digits that read back as `x`, of those the closest; `x` is finite and not negative.
pub(crate) fn shortest(x: f64) -> Decimal {
    if x == 0.0 {
        return Decimal::ZERO;
    }
    let mut buffer = zmij::Buffer::new();
    Decimal::read(buffer.format_finite(x).as_bytes())
}

/// `count` significant digits (at least one), correctly rounded; `x` is finite and not negative.
pub(crate) fn exact(x: f64, count: usize) -> Decimal {
    let mut buffer = Buffer { bytes: [0; MOST + 320], len: 0 };
    // The buffer is long enough.
    let _ = write!(buffer, "{:.*e}", count.clamp(1, MOST) - 1, x);
    Decimal::read(&buffer.bytes[..buffer.len])
}

const POWERS: [u64; 18] = {
    let mut powers = [1; 18];
    let mut i = 1;
    while i < 18 {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// `x * 10^places` rounded to an integer, exactly, where it is small enough for machine arithmetic; `x` is not negative.
pub(super) fn scaled(x: f64, places: i32) -> Option<(u64, i32)> {
    let factor = *POWERS.get(usize::try_from(places).ok()?)?;
    let bits = x.to_bits();
    let exponent = (bits >> 52) as i32 - 1075;
    // The product with the mantissa has at most 53 + 57 bits; it is shifted right by `-exponent`, and must end up below 2^63.
    let mantissa = bits & ((1 << 52) - 1) | 1 << 52;
    let product = u128::from(mantissa) * u128::from(factor);
    if !(-110..=0).contains(&exponent) {
        return None;
    }
    let shift = exponent.unsigned_abs();
    let whole = product >> shift;
    let rest = product & ((1 << shift) - 1);
    let half = (1u128 << shift) >> 1;
    let up = rest > half || (rest == half && half > 0 && whole & 1 == 1);
    let rounded = u64::try_from(whole).ok()?.checked_add(u64::from(up))?;
    Some((rounded, places))
}

/// The nearest float to `scaled / 10^places`, where both are exact floats.
pub(super) fn unscale(scaled: u64, places: i32) -> Option<f64> {
    let factor = *POWERS.get(usize::try_from(places).ok()?)?;
    (scaled <= 1 << 53).then(|| scaled as f64 / factor as f64)
}

/// `x` rounded to a multiple of `10^-places`; finite and not negative.
pub(crate) fn fixed(x: f64, places: i32) -> Decimal {
    if x == 0.0 {
        return Decimal::ZERO;
    }
    if let Some((scaled, places)) = scaled(x, places) {
        return Decimal::of_integer(scaled, places);
    }
    if let Ok(places) = usize::try_from(places) {
        let mut buffer = Buffer { bytes: [0; MOST + 320], len: 0 };
        let _ = write!(buffer, "{:.*}", places.min(MOST), x);
        return Decimal::read(&buffer.bytes[..buffer.len]);
    }
    // Rounding left of the point: as many significant digits as remain above the position.
    let all = exact(x, 800);
    match all.point + places {
        keep if keep < 0 => Decimal::ZERO,
        // Half a unit is a tie to the even zero; every digit string above "5" is more than half.
        0 if all.digits[..] > b"5"[..] => Decimal { digits: SmallVec::from_slice(b"1"), point: all.point + 1 },
        0 => Decimal::ZERO,
        keep => exact(x, keep as usize),
    }
}
