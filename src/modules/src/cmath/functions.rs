//! The functions, after Kahan ("Branch cuts for complex elementary functions"), with the signs of zeros and the special values of C99.

use core::f64::consts::{E, LN_2, LN_10, PI};

use algos::complex::{Complex, new};

use super::special::{self, Table, kind};
use crate::math::libm;

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Trouble {
    Domain,
    Range,
}

pub type Made = Result<Complex, Trouble>;

/// Beyond this, squares and sums overflow.
const LARGE: f64 = f64::MAX / 4.0;
/// Digits of a float's fraction.
const DIGITS: i32 = f64::MANTISSA_DIGITS as i32;

fn is_finite(z: Complex) -> bool {
    z.real.is_finite() && z.imag.is_finite()
}

/// The special value, if a part is not finite.
fn special(z: Complex, table: &Table) -> Option<Complex> {
    if is_finite(z) {
        return None;
    }
    let (real, imag) = table[kind(z.real)][kind(z.imag)];
    Some(new(real, imag))
}

fn neg(z: Complex) -> Complex {
    new(-z.real, -z.imag)
}

/// i·z
fn turned(z: Complex) -> Complex {
    new(-z.imag, z.real)
}

/// z / i
fn turned_back(z: Complex) -> Complex {
    new(z.imag, -z.real)
}

fn is_large(z: Complex) -> bool {
    z.real.abs() > LARGE || z.imag.abs() > LARGE
}

/// log |2z| of a large number.
fn log_of_double(z: Complex) -> f64 {
    (z.real / 2.0).hypot(z.imag / 2.0).ln() + LN_2 * 2.0
}

/// x · 2^exponent without loss but at the very end of the range, which callers stay away from.
fn scaled(x: f64, exponent: i32) -> f64 {
    x * 2f64.powi(exponent)
}

fn checked(z: Complex) -> Made {
    if z.real.is_infinite() || z.imag.is_infinite() { Err(Trouble::Range) } else { Ok(z) }
}

/// Infinite in the direction of `angle`.
fn infinite(angle: f64) -> Complex {
    new(f64::INFINITY.copysign(angle.cos()), f64::INFINITY.copysign(angle.sin()))
}

/// Whether the real part is infinite and the imaginary one a finite angle that has a direction.
fn has_direction(z: Complex) -> bool {
    z.real.is_infinite() && z.imag.is_finite() && z.imag != 0.0
}

pub fn sqrt(z: Complex) -> Complex {
    if let Some(value) = special(z, &special::SQRT) {
        return value;
    }
    if z.real == 0.0 && z.imag == 0.0 {
        return new(0.0, z.imag);
    }
    let (ax, ay) = (z.real.abs(), z.imag.abs());
    // Scaled so that neither subnormal numbers lose digits nor large ones overflow.
    let s = if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        let up = 2 * (DIGITS / 2) + 1;
        let ax = scaled(ax, up);
        scaled((ax + ax.hypot(scaled(ay, up))).sqrt(), -(up + 1) / 2)
    } else {
        let ax = ax / 8.0;
        2.0 * (ax + ax.hypot(ay / 8.0)).sqrt()
    };
    let d = ay / (2.0 * s);
    if z.real >= 0.0 { new(s, d.copysign(z.imag)) } else { new(d, s.copysign(z.imag)) }
}

pub fn acos(z: Complex) -> Complex {
    if let Some(value) = special(z, &special::ACOS) {
        return value;
    }
    if is_large(z) {
        let size = log_of_double(z);
        let imag = if z.real < 0.0 { -size.copysign(z.imag) } else { size.copysign(-z.imag) };
        return new(z.imag.abs().atan2(z.real), imag);
    }
    let (a, b) = (sqrt(new(1.0 - z.real, -z.imag)), sqrt(new(1.0 + z.real, z.imag)));
    new(2.0 * a.real.atan2(b.real), libm::asinh(b.real * a.imag - b.imag * a.real))
}

pub fn acosh(z: Complex) -> Complex {
    if let Some(value) = special(z, &special::ACOSH) {
        return value;
    }
    if is_large(z) {
        return new(log_of_double(z), z.imag.atan2(z.real));
    }
    let (a, b) = (sqrt(new(z.real - 1.0, z.imag)), sqrt(new(z.real + 1.0, z.imag)));
    new(libm::asinh(a.real * b.real + a.imag * b.imag), 2.0 * a.imag.atan2(b.real))
}

pub fn asin(z: Complex) -> Complex {
    turned_back(asinh(turned(z)))
}

pub fn asinh(z: Complex) -> Complex {
    if let Some(value) = special(z, &special::ASINH) {
        return value;
    }
    if is_large(z) {
        let size = log_of_double(z);
        let real = if z.imag >= 0.0 { size.copysign(z.real) } else { -size.copysign(-z.real) };
        return new(real, z.imag.atan2(z.real.abs()));
    }
    let (a, b) = (sqrt(new(1.0 + z.imag, -z.real)), sqrt(new(1.0 - z.imag, z.real)));
    new(libm::asinh(a.real * b.imag - b.real * a.imag), z.imag.atan2(a.real * b.real - a.imag * b.imag))
}

pub fn atan(z: Complex) -> Made {
    atanh(turned(z)).map(turned_back)
}

pub fn atanh(z: Complex) -> Made {
    if let Some(value) = special(z, &special::ATANH) {
        return Ok(value);
    }
    if z.real < 0.0 || z.real == 0.0 && z.real.is_sign_negative() {
        return atanh(neg(z)).map(neg);
    }
    let ay = z.imag.abs();
    if z.real > LARGE.sqrt() || ay > LARGE.sqrt() {
        let half = (z.real / 2.0).hypot(z.imag / 2.0);
        return Ok(new(z.real / 4.0 / half / half, -(PI / 2.0).copysign(-z.imag)));
    }
    if z.real == 1.0 && ay < f64::MIN_POSITIVE.sqrt() {
        if ay == 0.0 {
            return Err(Trouble::Domain);
        }
        return Ok(new(-(ay.sqrt() / ay.hypot(2.0).sqrt()).ln(), (2f64.atan2(-ay) / 2.0).copysign(z.imag)));
    }
    let near = 1.0 - z.real;
    Ok(new(
        (4.0 * z.real / (near * near + ay * ay)).ln_1p() / 4.0,
        -(-2.0 * z.imag).atan2(near * (1.0 + z.real) - ay * ay) / 2.0,
    ))
}

pub fn cos(z: Complex) -> Made {
    cosh(turned(z))
}

pub fn cosh(z: Complex) -> Made {
    if !is_finite(z) {
        if z.imag.is_infinite() && !z.real.is_nan() {
            return Err(Trouble::Domain);
        }
        if has_direction(z) {
            let value = infinite(z.imag);
            return Ok(if z.real > 0.0 { value } else { new(value.real, -value.imag) });
        }
    }
    if let Some(value) = special(z, &special::COSH) {
        return Ok(value);
    }
    if z.real.abs() > LARGE.ln() {
        let nearer = z.real - 1f64.copysign(z.real);
        return checked(new(z.imag.cos() * nearer.cosh() * E, z.imag.sin() * nearer.sinh() * E));
    }
    checked(new(z.imag.cos() * z.real.cosh(), z.imag.sin() * z.real.sinh()))
}

pub fn exp(z: Complex) -> Made {
    if !is_finite(z) {
        if z.imag.is_infinite() && (z.real.is_finite() || z.real == f64::INFINITY) {
            return Err(Trouble::Domain);
        }
        if has_direction(z) {
            let value = infinite(z.imag);
            return Ok(if z.real > 0.0 { value } else { new(0f64.copysign(value.real), 0f64.copysign(value.imag)) });
        }
    }
    if let Some(value) = special(z, &special::EXP) {
        return Ok(value);
    }
    if z.real > LARGE.ln() {
        let size = (z.real - 1.0).exp();
        return checked(new(size * z.imag.cos() * E, size * z.imag.sin() * E));
    }
    let size = z.real.exp();
    checked(new(size * z.imag.cos(), size * z.imag.sin()))
}

pub fn log(z: Complex) -> Made {
    if let Some(value) = special(z, &special::LOG) {
        return Ok(value);
    }
    let (ax, ay) = (z.real.abs(), z.imag.abs());
    let real = if is_large(z) {
        (ax / 2.0).hypot(ay / 2.0).ln() + LN_2
    } else if ax < f64::MIN_POSITIVE && ay < f64::MIN_POSITIVE {
        if ax == 0.0 && ay == 0.0 {
            return Err(Trouble::Domain);
        }
        scaled(ax, DIGITS).hypot(scaled(ay, DIGITS)).ln() - f64::from(DIGITS) * LN_2
    } else {
        let size = ax.hypot(ay);
        if (0.71..=1.73).contains(&size) {
            // Near 1 the logarithm of the size would lose digits.
            let (more, less) = if ax > ay { (ax, ay) } else { (ay, ax) };
            ((more - 1.0) * (more + 1.0) + less * less).ln_1p() / 2.0
        } else {
            size.ln()
        }
    };
    Ok(new(real, z.imag.atan2(z.real)))
}

pub fn log10(z: Complex) -> Made {
    log(z).map(|value| new(value.real / LN_10, value.imag / LN_10))
}

pub fn sin(z: Complex) -> Made {
    sinh(turned(z)).map(turned_back)
}

pub fn sinh(z: Complex) -> Made {
    if !is_finite(z) {
        if z.imag.is_infinite() && !z.real.is_nan() {
            return Err(Trouble::Domain);
        }
        if has_direction(z) {
            let value = infinite(z.imag);
            return Ok(if z.real > 0.0 { value } else { new(-value.real, value.imag) });
        }
    }
    if let Some(value) = special(z, &special::SINH) {
        return Ok(value);
    }
    if z.real.abs() > LARGE.ln() {
        let nearer = z.real - 1f64.copysign(z.real);
        return checked(new(z.imag.cos() * nearer.sinh() * E, z.imag.sin() * nearer.cosh() * E));
    }
    checked(new(z.imag.cos() * z.real.sinh(), z.imag.sin() * z.real.cosh()))
}

pub fn tan(z: Complex) -> Made {
    tanh(turned(z)).map(turned_back)
}

pub fn tanh(z: Complex) -> Made {
    if !is_finite(z) {
        if z.imag.is_infinite() && z.real.is_finite() {
            return Err(Trouble::Domain);
        }
        if has_direction(z) {
            return Ok(new(1f64.copysign(z.real), 0f64.copysign(2.0 * z.imag.sin() * z.imag.cos())));
        }
    }
    if let Some(value) = special(z, &special::TANH) {
        return Ok(value);
    }
    if z.real.abs() > LARGE.ln() {
        let imag = 4.0 * z.imag.sin() * z.imag.cos() * (-2.0 * z.real.abs()).exp();
        return Ok(new(1f64.copysign(z.real), imag));
    }
    let (tx, ty, cx) = (z.real.tanh(), z.imag.tan(), 1.0 / z.real.cosh());
    let product = tx * ty;
    let denominator = 1.0 + product * product;
    Ok(new(tx * (1.0 + ty * ty) / denominator, ty / denominator * cx * cx))
}

pub fn rect(r: f64, phi: f64) -> Made {
    let z = new(r, phi);
    if !is_finite(z) {
        if phi.is_infinite() && r != 0.0 && !r.is_nan() {
            return Err(Trouble::Domain);
        }
        if has_direction(z) {
            let value = infinite(phi);
            return Ok(if r > 0.0 { value } else { neg(value) });
        }
        if let Some(value) = special(z, &special::RECT) {
            return Ok(value);
        }
    }
    if phi == 0.0 {
        // So that the signs of zeros and of the angle are kept.
        return Ok(new(r, r * phi));
    }
    Ok(new(r * phi.cos(), r * phi.sin()))
}

pub fn phase(z: Complex) -> Result<f64, Trouble> {
    let angle = z.imag.atan2(z.real);
    // The C library says so when an angle is too small for a float.
    if angle == 0.0 && z.imag != 0.0 && z.real.is_finite() { Err(Trouble::Range) } else { Ok(angle) }
}

pub fn is_close(a: Complex, b: Complex, rel_tol: f64, abs_tol: f64) -> bool {
    if a.real == b.real && a.imag == b.imag {
        return true;
    }
    let infinite = |z: Complex| z.real.is_infinite() || z.imag.is_infinite();
    if infinite(a) || infinite(b) {
        return false;
    }
    let size = |z: Complex| z.real.hypot(z.imag);
    let apart = size(new(a.real - b.real, a.imag - b.imag));
    apart <= rel_tol * size(b) || apart <= rel_tol * size(a) || apart <= abs_tol
}
