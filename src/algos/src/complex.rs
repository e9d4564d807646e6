//! Complex arithmetic with C99's treatment of infinities, mixed real and complex operands, and complex text.
//!
//! A real operand is never widened to `x + 0j`: that would turn signed zeros and infinities into something else.

use crate::float::{self, Flags};

/// Real and imaginary part.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Complex {
    pub real: f64,
    pub imag: f64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PowError {
    /// `ZeroDivisionError: zero to a negative or complex power`
    Zero,
    /// `OverflowError: complex exponentiation`
    Overflow,
}

#[inline]
#[must_use]
pub fn new(real: f64, imag: f64) -> Complex {
    Complex { real, imag }
}

#[inline]
#[must_use]
pub fn add(a: Complex, b: Complex) -> Complex {
    new(a.real + b.real, a.imag + b.imag)
}

#[inline]
#[must_use]
pub fn add_real(a: Complex, b: f64) -> Complex {
    new(a.real + b, a.imag)
}

#[inline]
#[must_use]
pub fn sub(a: Complex, b: Complex) -> Complex {
    new(a.real - b.real, a.imag - b.imag)
}

#[inline]
#[must_use]
pub fn sub_real(a: Complex, b: f64) -> Complex {
    new(a.real - b, a.imag)
}

#[inline]
#[must_use]
pub fn real_sub(a: f64, b: Complex) -> Complex {
    new(a - b.real, -b.imag)
}

#[inline]
#[must_use]
pub fn neg(a: Complex) -> Complex {
    new(-a.real, -a.imag)
}

/// An infinite part counts as ±1, a finite one as ±0.
fn direction(x: f64) -> f64 {
    f64::from(u8::from(x.is_infinite())).copysign(x)
}

fn unless_nan(x: f64) -> f64 {
    if x.is_nan() { 0f64.copysign(x) } else { x }
}

#[must_use]
pub fn mul(z: Complex, w: Complex) -> Complex {
    let (mut a, mut b, mut c, mut d) = (z.real, z.imag, w.real, w.imag);
    let (ac, bd, ad, bc) = (a * c, b * d, a * d, b * c);
    let product = new(ac - bd, ad + bc);
    if !(product.real.is_nan() && product.imag.is_nan()) {
        return product;
    }
    let mut recover = false;
    if a.is_infinite() || b.is_infinite() {
        (a, b) = (direction(a), direction(b));
        (c, d) = (unless_nan(c), unless_nan(d));
        recover = true;
    }
    if c.is_infinite() || d.is_infinite() {
        (c, d) = (direction(c), direction(d));
        (a, b) = (unless_nan(a), unless_nan(b));
        recover = true;
    }
    if !recover && [ac, bd, ad, bc].iter().any(|x| x.is_infinite()) {
        (a, b, c, d) = (unless_nan(a), unless_nan(b), unless_nan(c), unless_nan(d));
        recover = true;
    }
    if recover { new(f64::INFINITY * (a * c - b * d), f64::INFINITY * (a * d + b * c)) } else { product }
}

#[inline]
#[must_use]
pub fn mul_real(a: Complex, b: f64) -> Complex {
    new(a.real * b, a.imag * b)
}

/// `a / b`; `None` is `ZeroDivisionError: division by zero`.
#[must_use]
pub fn div(a: Complex, b: Complex) -> Option<Complex> {
    let (abs_real, abs_imag) = (b.real.abs(), b.imag.abs());
    // Smith's method: divide through by the larger part.
    let quotient = if abs_real >= abs_imag {
        if abs_real == 0.0 {
            return None;
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        new((a.real + a.imag * ratio) / denominator, (a.imag - a.real * ratio) / denominator)
    } else if abs_imag >= abs_real {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        new((a.real * ratio + a.imag) / denominator, (a.imag * ratio - a.real) / denominator)
    } else {
        new(f64::NAN, f64::NAN)
    };
    if !(quotient.real.is_nan() && quotient.imag.is_nan()) {
        return Some(quotient);
    }
    let finite = |z: Complex| z.real.is_finite() && z.imag.is_finite();
    let infinite = |z: Complex| z.real.is_infinite() || z.imag.is_infinite();
    if infinite(a) && finite(b) {
        let (x, y) = (direction(a.real), direction(a.imag));
        return Some(new(f64::INFINITY * (x * b.real + y * b.imag), f64::INFINITY * (y * b.real - x * b.imag)));
    }
    if infinite(b) && finite(a) {
        let (x, y) = (direction(b.real), direction(b.imag));
        return Some(new(0.0 * (a.real * x + a.imag * y), 0.0 * (a.imag * x - a.real * y)));
    }
    Some(quotient)
}

/// `a / b`; `None` is `ZeroDivisionError: division by zero`.
#[must_use]
pub fn div_real(a: Complex, b: f64) -> Option<Complex> {
    (b != 0.0).then(|| new(a.real / b, a.imag / b))
}

/// `a / b`; `None` is `ZeroDivisionError: division by zero`.
#[must_use]
pub fn real_div(a: f64, b: Complex) -> Option<Complex> {
    let (abs_real, abs_imag) = (b.real.abs(), b.imag.abs());
    let quotient = if abs_real >= abs_imag {
        if abs_real == 0.0 {
            return None;
        }
        let ratio = b.imag / b.real;
        let denominator = b.real + b.imag * ratio;
        new(a / denominator, (-a * ratio) / denominator)
    } else if abs_imag >= abs_real {
        let ratio = b.real / b.imag;
        let denominator = b.real * ratio + b.imag;
        new((a * ratio) / denominator, -a / denominator)
    } else {
        new(f64::NAN, f64::NAN)
    };
    if quotient.real.is_nan() && quotient.imag.is_nan() && a.is_finite() && (abs_real.is_infinite() || abs_imag.is_infinite()) {
        let (x, y) = (direction(b.real), direction(b.imag));
        return Some(new(0.0 * (a * x), 0.0 * (-a * y)));
    }
    Some(quotient)
}

fn pow_unsigned(x: Complex, n: u32) -> Complex {
    let mut result = new(1.0, 0.0);
    let mut power = x;
    let mut mask = 1;
    while mask <= n {
        if n & mask != 0 {
            result = mul(result, power);
        }
        mask <<= 1;
        power = mul(power, power);
    }
    result
}

/// `a ** b`.
///
/// # Errors
/// See [`PowError`].
pub fn pow(a: Complex, b: Complex) -> Result<Complex, PowError> {
    let result = if b.imag == 0.0 && b.real == b.real.floor() && b.real.abs() <= 100.0 {
        let n = b.real.abs() as u32;
        if b.real > 0.0 { pow_unsigned(a, n) } else { div(new(1.0, 0.0), pow_unsigned(a, n)).ok_or(PowError::Zero)? }
    } else {
        pow_general(a, b)?
    };
    if result.real.is_infinite() || result.imag.is_infinite() {
        return Err(PowError::Overflow);
    }
    Ok(result)
}

fn pow_general(a: Complex, b: Complex) -> Result<Complex, PowError> {
    if b.real == 0.0 && b.imag == 0.0 {
        return Ok(new(1.0, 0.0));
    }
    if a.real == 0.0 && a.imag == 0.0 {
        if b.imag != 0.0 || b.real < 0.0 {
            return Err(PowError::Zero);
        }
        return Ok(new(0.0, 0.0));
    }
    let modulus = a.real.hypot(a.imag);
    let mut len = modulus.powf(b.real);
    let angle = a.imag.atan2(a.real);
    let mut phase = angle * b.real;
    if b.imag != 0.0 {
        len *= (-angle * b.imag).exp();
        phase += b.imag * modulus.ln();
    }
    if phase.is_infinite() {
        // The sine and cosine of infinity are domain errors, which CPython reports like this.
        return Err(PowError::Zero);
    }
    Ok(new(len * phase.cos(), len * phase.sin()))
}

/// `abs(z)`; `None` is `OverflowError: absolute value too large`.
#[must_use]
pub fn abs(z: Complex) -> Option<f64> {
    let modulus = z.real.hypot(z.imag);
    (modulus.is_finite() || !z.real.is_finite() || !z.imag.is_finite()).then_some(modulus)
}

/// Combines the hashes of both parts.
#[must_use]
pub fn combine_hash(real: i64, imag: i64) -> i64 {
    match real.wrapping_add(imag.wrapping_mul(1_000_003)) {
        -1 => -2,
        hash => hash,
    }
}

#[must_use]
pub fn repr(z: Complex) -> String {
    if z.real == 0.0 && z.real.is_sign_positive() {
        let mut out = float::format(z.imag, b'r', 0, Flags::default());
        out.push('j');
        return out;
    }
    let mut out = String::from("(");
    out.push_str(&float::format(z.real, b'r', 0, Flags::default()));
    out.push_str(&float::format(z.imag, b'r', 0, Flags { plus: true, ..Flags::default() }));
    out.push_str("j)");
    out
}

/// `complex(text)` for text whose digits and spaces are already ASCII; `None` is
/// `ValueError: complex() arg is a malformed string`.
#[must_use]
pub fn parse(text: &[u8]) -> Option<Complex> {
    let clean;
    let text = if text.contains(&b'_') {
        clean = float::without_underscores(text)?;
        &clean
    } else {
        text
    };
    let skip = |mut rest: &[u8]| -> usize {
        let len = rest.len();
        while let [b' ' | 9..=13, tail @ ..] = rest {
            rest = tail;
        }
        len - rest.len()
    };
    let mut at = skip(text);
    let bracket = text.get(at) == Some(&b'(');
    if bracket {
        at += 1;
        at += skip(&text[at..]);
    }
    let is_j = |i: usize| matches!(text.get(i), Some(b'j' | b'J'));
    let sign = |i: usize| match text.get(i) {
        Some(b'+') => Some(1.0),
        Some(b'-') => Some(-1.0),
        _ => None,
    };
    let mut z = new(0.0, 0.0);
    if let Some((value, len)) = float::parse_prefix(&text[at..]) {
        at += len;
        if let Some(unit) = sign(at) {
            z.real = value;
            if let Some((value, len)) = float::parse_prefix(&text[at..]) {
                z.imag = value;
                at += len;
            } else {
                z.imag = unit;
                at += 1;
            }
            if !is_j(at) {
                return None;
            }
            at += 1;
        } else if is_j(at) {
            at += 1;
            z.imag = value;
        } else {
            z.real = value;
        }
    } else {
        z.imag = sign(at).unwrap_or(1.0);
        at += usize::from(sign(at).is_some());
        if !is_j(at) {
            return None;
        }
        at += 1;
    }
    at += skip(&text[at..]);
    if bracket {
        if text.get(at) != Some(&b')') {
            return None;
        }
        at += 1;
        at += skip(&text[at..]);
    }
    (at == text.len()).then_some(z)
}
