//! `math`: functions of real numbers, and of whole ones.
#![allow(non_upper_case_globals, reason = "names that Python sees")]

mod gamma;
pub(crate) mod libm;
mod sums;

use core::f64::consts;

use algos::int as alg;
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::upward::as_f64;
use objects::glue::*;
use objects::{Float, Int, Tuple, ops, raise};
use sums::{ExactSum, SumError, TripleSum, norm};

type Real = Result<f64, Raised>;

fn domain(th: &mut Thread) -> Raised {
    raise::value_error(th, format_args!("math domain error"))
}

fn range(th: &mut Thread) -> Raised {
    raise::overflow_error(th, format_args!("math range error"))
}

/// `ValueError: expected …, got x`
fn expected(th: &mut Thread, what: &str, x: f64) -> Raised {
    let x = algos::float::repr(x);
    raise::value_error(th, format_args!("expected {what}, got {x}"))
}

/// A result, if it is not infinite for a finite argument.
fn bounded(th: &mut Thread, x: f64, result: f64) -> Real {
    if result.is_infinite() && x.is_finite() { Err(range(th)) } else { Ok(result) }
}

fn is_pole(x: f64) -> bool {
    x <= 0.0 && x == x.floor() && x.is_finite()
}

/// A logarithm, of floats or of ints of any size.
fn logarithm(th: &mut Thread, x: &Object, f: fn(f64) -> f64) -> Real {
    if let Some(n) = x.downcast::<Int>() {
        if n.view().is_negative() || n.view().is_zero() {
            return Err(raise::value_error(th, format_args!("expected a positive input")));
        }
        return Ok(match alg::to_f64(n.view()) {
            Ok(x) => f(x),
            Err(_) => {
                let (m, e) = alg::frexp(n.view());
                f(m) + f(2.0) * e as f64
            }
        });
    }
    let x = as_f64(th, x)?;
    if x <= 0.0 { Err(expected(th, "a positive input", x)) } else { Ok(f(x)) }
}

fn floats(th: &mut Thread, items: &[Ref<Object>]) -> Result<Vec<f64>, Raised> {
    items.iter().map(|item| as_f64(th, item)).collect()
}

fn next_float(x: f64, y: f64) -> f64 {
    if x.is_nan() || y.is_nan() {
        return x + y;
    }
    match x {
        _ if x == y => y,
        _ if x < y => x.next_up(),
        _ => x.next_down(),
    }
}

/// What `x.__floor__()` or the like says, if there is such a method.
fn special(th: &mut Thread, x: &Object, name: &str) -> Result<Option<Ref<Object>>, Raised> {
    let name = objects::intern(th, name);
    ops::call_special(th, x, name, &[])
}

/// A float without a fraction as an int.
fn whole(th: &mut Thread, x: f64) -> Result<Ref<Object>, Raised> {
    match alg::from_f64(x) {
        Ok(n) => Ok(Int::from_alg(th, &n).up()),
        Err(_) if x.is_nan() => Err(raise::value_error(th, format_args!("cannot convert float NaN to integer"))),
        Err(_) => Err(raise::overflow_error(th, format_args!("cannot convert float infinity to integer"))),
    }
}

fn rounded(th: &mut Thread, x: &Object, name: &str, f: fn(f64) -> f64) -> Result<Ref<Object>, Raised> {
    if x.downcast_exact::<Float>().is_none()
        && let Some(result) = special(th, x, name)?
    {
        return Ok(result);
    }
    let x = as_f64(th, x)?;
    whole(th, f(x))
}

fn count(th: &mut Thread, n: &Object, name: &str) -> Result<Ref<Int>, Raised> {
    let n = ops::index(th, n)?;
    if n.view().is_negative() {
        return Err(raise::value_error(th, format_args!("{name} must be a non-negative integer")));
    }
    Ok(n)
}

/// n * (n - 1) * … of `k` factors, divided by k! if `divide`.
fn falling(th: &mut Thread, n: &Int, k: u64, divide: bool) -> Ref<Int> {
    let mut made = alg::Int::from_u64(1);
    let mut factor = n.view().to_owned();
    let one = alg::Int::from_u64(1);
    for i in 0..k {
        made = alg::mul(made.view(), factor.view());
        if divide && let Some(quotient) = alg::floordiv(made.view(), alg::Int::from_u64(i + 1).view()) {
            made = quotient;
        }
        factor = alg::sub(factor.view(), one.view());
    }
    Int::from_alg(th, &made)
}

/// The number 1, which is always there.
fn one() -> &'static Object {
    Int::small_cached(1).map_or(objects::none(), |n| n)
}

/// The product of two ints, if all fits into a machine word.
fn int_product(a: &Object, b: &Object) -> Option<i64> {
    a.downcast_exact::<Int>()?.to_i64()?.checked_mul(b.downcast_exact::<Int>()?.to_i64()?)
}

/// Two numbers of which one is a float, as floats.
fn real_pair(a: &Object, b: &Object) -> Option<(f64, f64)> {
    let whole = |x: &Object| match x.is_exactly::<Int>() || x.is_exactly::<objects::Bool>() {
        true => x.downcast::<Int>().and_then(|n| alg::to_f64(n.view()).ok()),
        false => None,
    };
    let real = |x: &Object| x.downcast_exact::<Float>().map(Float::value);
    match (real(a), real(b)) {
        (Some(a), Some(b)) => Some((a, b)),
        (Some(a), None) => Some((a, whole(b)?)),
        (None, Some(b)) => Some((whole(a)?, b)),
        (None, None) => None,
    }
}

fn sum_error(th: &mut Thread, error: SumError) -> Raised {
    match error {
        SumError::Infinities => raise::value_error(th, format_args!("-inf + inf in fsum")),
        SumError::Overflow => raise::overflow_error(th, format_args!("intermediate overflow in fsum")),
    }
}

#[pymodule(name = "math")]
pub mod math {
    //! This module provides access to the mathematical functions
    //! defined by the C standard.
    use super::*;

    #[constant]
    const pi: f64 = consts::PI;
    #[constant]
    const e: f64 = consts::E;
    #[constant]
    const tau: f64 = consts::TAU;
    #[constant]
    const inf: f64 = f64::INFINITY;
    #[constant]
    const nan: f64 = f64::NAN;

    /// Return the arc cosine (measured in radians) of x.
    ///
    /// The result is between 0 and pi.
    #[function(sig = "(x, /)")]
    fn acos(th: &mut Thread, x: f64) -> Real {
        if x.abs() > 1.0 {
            return Err(expected(th, "a number in range from -1 up to 1", x));
        }
        Ok(x.acos())
    }

    /// Return the arc sine (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function(sig = "(x, /)")]
    fn asin(th: &mut Thread, x: f64) -> Real {
        if x.abs() > 1.0 {
            return Err(expected(th, "a number in range from -1 up to 1", x));
        }
        Ok(x.asin())
    }

    /// Return the arc tangent (measured in radians) of x.
    ///
    /// The result is between -pi/2 and pi/2.
    #[function(sig = "(x, /)")]
    fn atan(x: f64) -> f64 {
        x.atan()
    }

    /// Return the inverse hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn acosh(th: &mut Thread, x: f64) -> Real {
        if x < 1.0 {
            return Err(expected(th, "argument value not less than 1", x));
        }
        Ok(libm::acosh(x))
    }

    /// Return the inverse hyperbolic sine of x.
    #[function(sig = "(x, /)")]
    fn asinh(x: f64) -> f64 {
        libm::asinh(x)
    }

    /// Return the inverse hyperbolic tangent of x.
    #[function(sig = "(x, /)")]
    fn atanh(th: &mut Thread, x: f64) -> Real {
        if x.abs() >= 1.0 {
            return Err(expected(th, "a number between -1 and 1", x));
        }
        Ok(libm::atanh(x))
    }

    /// Return the cosine of x (measured in radians).
    #[function(sig = "(x, /)")]
    fn cos(th: &mut Thread, x: f64) -> Real {
        if x.is_infinite() {
            return Err(expected(th, "a finite input", x));
        }
        Ok(x.cos())
    }

    /// Return the sine of x (measured in radians).
    #[function(sig = "(x, /)")]
    fn sin(th: &mut Thread, x: f64) -> Real {
        if x.is_infinite() {
            return Err(expected(th, "a finite input", x));
        }
        Ok(x.sin())
    }

    /// Return the tangent of x (measured in radians).
    #[function(sig = "(x, /)")]
    fn tan(th: &mut Thread, x: f64) -> Real {
        if x.is_infinite() {
            return Err(expected(th, "a finite input", x));
        }
        Ok(x.tan())
    }

    /// Return the hyperbolic cosine of x.
    #[function(sig = "(x, /)")]
    fn cosh(th: &mut Thread, x: f64) -> Real {
        bounded(th, x, x.cosh())
    }

    /// Return the hyperbolic sine of x.
    #[function(sig = "(x, /)")]
    fn sinh(th: &mut Thread, x: f64) -> Real {
        bounded(th, x, x.sinh())
    }

    /// Return the hyperbolic tangent of x.
    #[function(sig = "(x, /)")]
    fn tanh(x: f64) -> f64 {
        x.tanh()
    }

    /// Return the cube root of x.
    #[function(sig = "(x, /)")]
    fn cbrt(x: f64) -> f64 {
        libm::cbrt(x)
    }

    /// Convert angle x from radians to degrees.
    #[function(sig = "(x, /)")]
    fn degrees(x: f64) -> f64 {
        x * (180.0 / consts::PI)
    }

    /// Convert angle x from degrees to radians.
    #[function(sig = "(x, /)")]
    fn radians(x: f64) -> f64 {
        x * (consts::PI / 180.0)
    }

    /// Return e raised to the power of x.
    #[function(sig = "(x, /)")]
    fn exp(th: &mut Thread, x: f64) -> Real {
        bounded(th, x, x.exp())
    }

    /// Return 2 raised to the power of x.
    #[function(sig = "(x, /)")]
    fn exp2(th: &mut Thread, x: f64) -> Real {
        bounded(th, x, x.exp2())
    }

    /// Return exp(x)-1.
    ///
    /// This function avoids the loss of precision involved in the direct evaluation of exp(x)-1 for small x.
    #[function(sig = "(x, /)")]
    fn expm1(th: &mut Thread, x: f64) -> Real {
        bounded(th, x, x.exp_m1())
    }

    /// Return the natural logarithm of 1+x (base e).
    ///
    /// The result is computed in a way which is accurate for x near zero.
    #[function(sig = "(x, /)")]
    fn log1p(th: &mut Thread, x: f64) -> Real {
        if x <= -1.0 {
            return Err(expected(th, "argument value > -1", x));
        }
        Ok(if x == 0.0 { x } else { x.ln_1p() })
    }

    /// Return the absolute value of the float x.
    #[function(sig = "(x, /)")]
    fn fabs(x: f64) -> f64 {
        x.abs()
    }

    /// Return the square root of x.
    #[function(sig = "(x, /)")]
    fn sqrt(th: &mut Thread, x: f64) -> Real {
        if x < 0.0 {
            return Err(expected(th, "a nonnegative input", x));
        }
        Ok(x.sqrt())
    }

    /// Error function at x.
    #[function(sig = "(x, /)")]
    fn erf(x: f64) -> f64 {
        libm::erf(x)
    }

    /// Complementary error function at x.
    #[function(sig = "(x, /)")]
    fn erfc(x: f64) -> f64 {
        libm::erfc(x)
    }

    /// Gamma function at x.
    #[function(sig = "(x, /)")]
    fn gamma(th: &mut Thread, x: f64) -> Real {
        if is_pole(x) || x == f64::NEG_INFINITY {
            return Err(expected(th, "a noninteger or positive integer", x));
        }
        if !x.is_finite() {
            return Ok(x);
        }
        bounded(th, x, gamma::gamma(x))
    }

    /// Natural logarithm of absolute value of Gamma function at x.
    #[function(sig = "(x, /)")]
    fn lgamma(th: &mut Thread, x: f64) -> Real {
        if is_pole(x) {
            return Err(expected(th, "a noninteger or positive integer", x));
        }
        if !x.is_finite() {
            return Ok(x.abs());
        }
        bounded(th, x, gamma::lgamma(x))
    }

    /// Return True if x is neither an infinity nor a NaN, and False otherwise.
    #[function(sig = "(x, /)")]
    fn isfinite(x: f64) -> bool {
        x.is_finite()
    }

    /// Return True if x is a positive or negative infinity, and False otherwise.
    #[function(sig = "(x, /)")]
    fn isinf(x: f64) -> bool {
        x.is_infinite()
    }

    /// Return True if x is a NaN (not a number), and False otherwise.
    #[function(sig = "(x, /)")]
    fn isnan(x: f64) -> bool {
        x.is_nan()
    }

    /// Return the value of the least significant bit of the float x.
    #[function(sig = "(x, /)")]
    fn ulp(x: f64) -> f64 {
        match x.abs() {
            x if !x.is_finite() => x,
            f64::MAX => x.abs() - x.abs().next_down(),
            x => x.next_up() - x,
        }
    }

    /// Return the floor of x as an Integral.
    ///
    /// This is the largest integer <= x.
    #[function(sig = "(x, /)")]
    fn floor(th: &mut Thread, x: &Object) -> Result<Ref<Object>, Raised> {
        rounded(th, x, "__floor__", f64::floor)
    }

    /// Return the ceiling of x as an Integral.
    ///
    /// This is the smallest integer >= x.
    #[function(sig = "(x, /)")]
    fn ceil(th: &mut Thread, x: &Object) -> Result<Ref<Object>, Raised> {
        rounded(th, x, "__ceil__", f64::ceil)
    }

    /// Truncates the Real x to the nearest Integral toward 0.
    ///
    /// Uses the __trunc__ magic method.
    #[function(sig = "(x, /)")]
    fn trunc(th: &mut Thread, x: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(x) = x.downcast_exact::<Float>() {
            return whole(th, x.value());
        }
        match special(th, x, "__trunc__")? {
            Some(result) => Ok(result),
            None => {
                let got = ops::type_name(x);
                Err(raise::type_error(th, format_args!("type {got} doesn't define __trunc__ method")))
            }
        }
    }

    /// log(x, [base=math.e])
    /// Return the logarithm of x to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e) of x.
    #[function(sig = none)]
    fn log(th: &mut Thread, args: Args<'_>) -> Real {
        match args.as_slice() {
            [] => Err(raise::type_error(th, format_args!("log expected at least 1 argument, got 0"))),
            [x] => logarithm(th, x, f64::ln),
            [x, base] => {
                let (x, base) = (logarithm(th, x, f64::ln)?, logarithm(th, base, f64::ln)?);
                if base == 0.0 { Err(raise::zero_division(th, format_args!("division by zero"))) } else { Ok(x / base) }
            }
            more => {
                let n = more.len();
                Err(raise::type_error(th, format_args!("log expected at most 2 arguments, got {n}")))
            }
        }
    }

    /// Return the base 2 logarithm of x.
    #[function(sig = "(x, /)")]
    fn log2(th: &mut Thread, x: &Object) -> Real {
        logarithm(th, x, f64::log2)
    }

    /// Return the base 10 logarithm of x.
    #[function(sig = "(x, /)")]
    fn log10(th: &mut Thread, x: &Object) -> Real {
        logarithm(th, x, f64::log10)
    }

    /// Return the arc tangent (measured in radians) of y/x.
    ///
    /// Unlike atan(y/x), the signs of both x and y are considered.
    #[function(sig = "(y, x, /)")]
    fn atan2(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }

    /// Return a float with the magnitude (absolute value) of x but the sign of y.
    #[function(sig = "(x, y, /)")]
    fn copysign(x: f64, y: f64) -> f64 {
        x.copysign(y)
    }

    /// Return fmod(x, y), according to platform C.
    ///
    /// x % y may differ.
    #[function(sig = "(x, y, /)")]
    fn fmod(th: &mut Thread, x: f64, y: f64) -> Real {
        let made = x % y;
        if made.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(th)) } else { Ok(made) }
    }

    /// Difference between x and the closest integer multiple of y.
    ///
    /// Return x - n*y where n*y is the closest integer multiple of y.
    /// In the case where x is exactly halfway between two multiples of
    /// y, the nearest even value of n is used. The result is always exact.
    #[function(sig = "(x, y, /)")]
    fn remainder(th: &mut Thread, x: f64, y: f64) -> Real {
        let made = libm::remainder(x, y);
        if made.is_nan() && !x.is_nan() && !y.is_nan() { Err(domain(th)) } else { Ok(made) }
    }

    /// Return x**y (x to the power of y).
    #[function(sig = "(x, y, /)")]
    fn pow(th: &mut Thread, x: f64, y: f64) -> Real {
        let made = x.powf(y);
        if x.is_finite() && y.is_finite() {
            if made.is_nan() || made.is_infinite() && x == 0.0 {
                return Err(domain(th));
            }
            if made.is_infinite() {
                return Err(range(th));
            }
        }
        Ok(made)
    }

    /// Fused multiply-add operation.
    ///
    /// Compute (x * y) + z with a single round.
    #[function(sig = "(x, y, z, /)")]
    fn fma(th: &mut Thread, x: f64, y: f64, z: f64) -> Real {
        let made = x.mul_add(y, z);
        if made.is_nan() && !x.is_nan() && !y.is_nan() && !z.is_nan() {
            return Err(raise::value_error(th, format_args!("invalid operation in fma")));
        }
        if made.is_infinite() && x.is_finite() && y.is_finite() && z.is_finite() {
            return Err(raise::overflow_error(th, format_args!("overflow in fma")));
        }
        Ok(made)
    }

    /// Return the mantissa and exponent of x, as pair (m, e).
    ///
    /// m is a float and e is an int, such that x = m * 2.**e.
    /// If x is 0, m and e are both 0.  Else 0.5 <= abs(m) < 1.0.
    #[function(sig = "(x, /)")]
    fn frexp(th: &mut Thread, x: f64) -> Ref<Tuple> {
        let (mut m, mut exponent) = (x, 0);
        if x != 0.0 && x.is_finite() {
            if x.abs() < f64::MIN_POSITIVE {
                m *= 2f64.powi(54);
                exponent = -54;
            }
            exponent += ((m.to_bits() >> 52) & 0x7ff) as i64 - 1022;
            m = f64::from_bits(m.to_bits() & !(0x7ff << 52) | 1022 << 52);
        }
        Tuple::from_array(th, [Float::new(th, m).up(), Int::from_i64(th, exponent).up()])
    }

    /// Return x * (2**i).
    ///
    /// This is essentially the inverse of frexp().
    #[function(sig = "(x, i, /)")]
    fn ldexp(th: &mut Thread, x: f64, i: &Object) -> Real {
        let Some(i) = i.downcast::<Int>() else {
            return Err(raise::type_error(th, format_args!("Expected an int as second argument to ldexp.")));
        };
        let i = i.view().saturating_i64().clamp(-5000, 5000) as i32;
        if x == 0.0 || !x.is_finite() {
            return Ok(x);
        }
        // Up in steps that cannot overflow early; down with one rounding only, the last.
        let (mut made, mut left) = (x, i);
        while left > 1000 {
            made *= 2f64.powi(1000);
            left -= 1000;
        }
        if left < -1000 {
            if made.abs() < f64::MIN_POSITIVE {
                return Ok(0f64.copysign(x));
            }
            let exponent = ((made.to_bits() >> 52) & 0x7ff) as i32 - 1023;
            made = f64::from_bits(made.to_bits() & !(0x7ff << 52) | 1023 << 52);
            left += exponent;
            if left < -1080 {
                return Ok(0f64.copysign(x));
            }
            if left < -1022 {
                return Ok(made * 2f64.powi(left + 1074) * f64::from_bits(1));
            }
        }
        made *= 2f64.powi(left);
        bounded(th, x, made)
    }

    /// Return the fractional and integer parts of x.
    ///
    /// Both results carry the sign of x and are floats.
    #[function(sig = "(x, /)")]
    fn modf(th: &mut Thread, x: f64) -> Ref<Tuple> {
        let fraction = if x.is_infinite() { 0.0 } else { x.fract() };
        Tuple::from_array(th, [Float::new(th, fraction.copysign(x)).up(), Float::new(th, x.trunc()).up()])
    }

    /// Return the floating-point value the given number of steps after x towards y.
    ///
    /// If steps is not specified or is None, it defaults to 1.
    ///
    /// Raises a TypeError, if x or y is not a double, or if steps is not an integer.
    /// Raises ValueError if steps is negative.
    #[function(sig = "(x, y, /, *, steps=None)")]
    fn nextafter(th: &mut Thread, x: f64, y: f64, steps: Option<&Object>) -> Real {
        let steps = match steps.filter(|steps| !steps.is(objects::none())) {
            None => return Ok(next_float(x, y)),
            Some(steps) => count(th, steps, "steps")?.view().to_u64().unwrap_or(u64::MAX),
        };
        if x.is_nan() || y.is_nan() || steps == 0 || x == y {
            return Ok(if x.is_nan() || steps == 0 { x } else { y });
        }
        // Floats in order are integers in order, the negative ones mirrored.
        let place = |x: f64| if x.is_sign_negative() { -i128::from(x.to_bits() & !(1 << 63)) } else { i128::from(x.to_bits()) };
        let (from, to) = (place(x), place(y));
        let at = if from < to { (from + i128::from(steps)).min(to) } else { (from - i128::from(steps)).max(to) };
        if at == to {
            return Ok(y);
        }
        let made = f64::from_bits(at.unsigned_abs() as u64);
        Ok(if at < 0 || at == 0 && from < 0 { -made } else { made })
    }

    /// Determine whether two floating-point numbers are close in value.
    ///
    /// Return True if a is close in value to b, and False otherwise.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(
        th: &mut Thread,
        a: f64,
        b: f64,
        #[default(1e-9)] rel_tol: f64,
        #[default(0.0)] abs_tol: f64,
    ) -> Result<bool, Raised> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(raise::value_error(th, format_args!("tolerances must be non-negative")));
        }
        if a == b {
            return Ok(true);
        }
        if a.is_infinite() || b.is_infinite() {
            return Ok(false);
        }
        let apart = (b - a).abs();
        Ok(apart <= (rel_tol * b).abs() || apart <= (rel_tol * a).abs() || apart <= abs_tol)
    }

    /// Multidimensional Euclidean distance from the origin to a point.
    ///
    /// Roughly equivalent to:
    ///     sqrt(sum(x**2 for x in coordinates))
    #[function(sig = "(*coordinates)")]
    fn hypot(th: &mut Thread, coordinates: Args<'_>) -> Real {
        let items: Vec<f64> = coordinates.iter().map(|x| as_f64(th, x)).collect::<Result<_, _>>()?;
        let made = norm(&items);
        Ok(made)
    }

    /// Return the Euclidean distance between two points p and q.
    ///
    /// The points should be specified as sequences (or iterables) of
    /// coordinates.  Both inputs must have the same dimension.
    #[function(sig = "(p, q, /)")]
    fn dist(th: &mut Thread, p: &Object, q: &Object) -> Real {
        let (p, q) = (ops::to_vec(th, p)?, ops::to_vec(th, q)?);
        if p.len() != q.len() {
            return Err(raise::value_error(th, format_args!("both points must have the same number of dimensions")));
        }
        let (p, q) = (floats(th, &p)?, floats(th, &q)?);
        let apart: Vec<f64> = p.iter().zip(&q).map(|(a, b)| a - b).collect();
        Ok(norm(&apart))
    }

    /// Return an accurate floating-point sum of values in the iterable seq.
    ///
    /// Assumes IEEE-754 floating-point arithmetic.
    #[function(sig = "(seq, /)")]
    fn fsum(th: &mut Thread, seq: &Object) -> Real {
        let mut sum = ExactSum::default();
        let iterator = ops::iter_all(th, seq)?;
        while let Some(item) = ops::next(th, &iterator)? {
            sum.add(as_f64(th, &item)?);
        }
        sum.finish().map_err(|error| sum_error(th, error))
    }

    /// Calculate the product of all the elements in the input iterable.
    ///
    /// The default start value for the product is 1.
    #[function(sig = "(iterable, /, *, start=1)")]
    fn prod(th: &mut Thread, iterable: &Object, #[default(one())] start: &Object) -> Result<Ref<Object>, Raised> {
        let mut made = th.retain(start);
        let iterator = ops::iter_all(th, iterable)?;
        while let Some(item) = ops::next(th, &iterator)? {
            made = ops::mul(th, &made, &item)?;
        }
        Ok(made)
    }

    /// Return the sum of products of values from two iterables p and q.
    ///
    /// Roughly equivalent to:
    ///
    ///     sum(itertools.starmap(operator.mul, zip(p, q, strict=True)))
    #[function(sig = "(p, q, /)")]
    fn sumprod(th: &mut Thread, p: &Object, q: &Object) -> Result<Ref<Object>, Raised> {
        let (p, q) = (ops::to_vec(th, p)?, ops::to_vec(th, q)?);
        if p.len() != q.len() {
            return Err(raise::value_error(th, format_args!("Inputs are not the same length")));
        }
        let mut total: Ref<Object> = Int::from_i64(th, 0).up();
        let mut pairs = p.iter().zip(&q).peekable();
        // As long as there are ints of a machine word, then as long as there are floats, nothing is made in between.
        let mut ints: Option<i64> = None;
        while let Some((a, b)) = pairs.peek()
            && let Some(sum) = int_product(a, b).and_then(|product| ints.unwrap_or(0).checked_add(product))
        {
            ints = Some(sum);
            pairs.next();
        }
        if let Some(sum) = ints {
            total = Int::from_i64(th, sum).up();
        }
        let mut reals: Option<TripleSum> = None;
        while let Some((a, b)) = pairs.peek()
            && let Some((a, b)) = real_pair(a, b)
            && let Some(sum) = reals.unwrap_or_default().add_product(a, b)
        {
            reals = Some(sum);
            pairs.next();
        }
        if let Some(sum) = reals {
            let sum = Float::new(th, sum.value());
            total = ops::add(th, &total, &sum)?;
        }
        for (a, b) in pairs {
            let product = ops::mul(th, a, b)?;
            total = ops::add(th, &total, &product)?;
        }
        Ok(total)
    }

    /// Greatest Common Divisor.
    #[function(sig = "(*integers)")]
    fn gcd(th: &mut Thread, integers: Args<'_>) -> Result<Ref<Int>, Raised> {
        let mut made = alg::Int::ZERO;
        for n in integers.iter() {
            let n = ops::index(th, n)?;
            made = alg::gcd(made.view(), n.view());
        }
        Ok(Int::from_alg(th, &made))
    }

    /// Least Common Multiple.
    #[function(sig = "(*integers)")]
    fn lcm(th: &mut Thread, integers: Args<'_>) -> Result<Ref<Int>, Raised> {
        let mut made = alg::Int::from_u64(1);
        for n in integers.iter() {
            let n = ops::index(th, n)?;
            let common = alg::gcd(made.view(), n.view());
            made = match alg::floordiv(made.view(), common.view()) {
                Some(part) => alg::mul(part.view(), n.view().abs()),
                None => alg::Int::ZERO,
            };
        }
        Ok(Int::from_alg(th, &made))
    }

    /// Return the integer part of the square root of the input.
    #[function(sig = "(n, /)")]
    fn isqrt(th: &mut Thread, n: &Object) -> Result<Ref<Int>, Raised> {
        let n = ops::index(th, n)?;
        match alg::isqrt(n.view()) {
            Some(root) => Ok(Int::from_alg(th, &root)),
            None => Err(raise::value_error(th, format_args!("isqrt() argument must be nonnegative"))),
        }
    }

    /// Find n!.
    #[function(sig = "(n, /)")]
    fn factorial(th: &mut Thread, n: &Object) -> Result<Ref<Int>, Raised> {
        let n = ops::index(th, n)?;
        if n.view().is_negative() {
            return Err(raise::value_error(th, format_args!("factorial() not defined for negative values")));
        }
        let Some(n) = n.to_i64() else {
            return Err(raise::overflow_error(th, format_args!("factorial() argument should not exceed {}", i64::MAX)));
        };
        match alg::factorial(n.unsigned_abs()) {
            Ok(made) => Ok(Int::from_alg(th, &made)),
            Err(_) => Err(raise::memory_error(th)),
        }
    }

    /// Number of ways to choose k items from n items without repetition and without order.
    ///
    /// Evaluates to n! / (k! * (n - k)!) when k <= n and evaluates
    /// to zero when k > n.
    #[function(sig = "(n, k, /)")]
    fn comb(th: &mut Thread, n: &Object, k: &Object) -> Result<Ref<Int>, Raised> {
        let (n, k) = (ops::index(th, n)?, ops::index(th, k)?);
        let (n, k) = (count(th, &n, "n")?, count(th, &k, "k")?);
        let rest = alg::sub(n.view(), k.view());
        if rest.is_negative() {
            return Ok(Int::from_i64(th, 0));
        }
        let fewer = if alg::cmp(rest.view(), k.view()).is_lt() { rest.view() } else { k.view() };
        match fewer.to_i64() {
            Some(k) => Ok(falling(th, &n, k.unsigned_abs(), true)),
            None => Err(raise::overflow_error(th, format_args!("min(n - k, k) must not exceed {}", i64::MAX))),
        }
    }

    /// Number of ways to choose k items from n items without repetition and with order.
    ///
    /// Evaluates to n! / (n - k)! when k <= n and evaluates
    /// to zero when k > n.
    ///
    /// If k is not specified or is None, then k defaults to n
    /// and the function returns n!.
    #[function(sig = "(n, k=None, /)")]
    fn perm(th: &mut Thread, n: &Object, k: Option<&Object>) -> Result<Ref<Int>, Raised> {
        let Some(k) = k.filter(|k| !k.is(objects::none())) else { return factorial(th, n) };
        let (n, k) = (ops::index(th, n)?, ops::index(th, k)?);
        let (n, k) = (count(th, &n, "n")?, count(th, &k, "k")?);
        if alg::cmp(n.view(), k.view()).is_lt() {
            return Ok(Int::from_i64(th, 0));
        }
        match k.to_i64() {
            Some(k) => Ok(falling(th, &n, k.unsigned_abs(), false)),
            None => Err(raise::overflow_error(th, format_args!("k must not exceed {}", i64::MAX))),
        }
    }
}
