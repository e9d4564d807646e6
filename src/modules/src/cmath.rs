//! `cmath`: functions of complex numbers.
#![allow(non_upper_case_globals, reason = "names that Python sees")]

mod functions;
mod special;

use core::f64::consts;

use algos::complex as alg;
use functions::{Made, Trouble};
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::complex::as_complex;
use objects::glue::*;
use objects::{Complex, Float, Tuple, raise};

/// A complex argument.
pub struct Z(alg::Complex);

impl FromArg<'_> for Z {
    fn from_arg(th: &mut Thread, arg: &Object, _: At) -> Result<Self, Raised> {
        as_complex(th, arg).map(Z)
    }
}

type Number = Result<Ref<Complex>, Raised>;

#[cold]
fn trouble(th: &mut Thread, trouble: Trouble) -> Raised {
    match trouble {
        Trouble::Domain => raise::value_error(th, format_args!("math domain error")),
        Trouble::Range => raise::overflow_error(th, format_args!("math range error")),
    }
}

fn made(th: &mut Thread, result: Made) -> Number {
    match result {
        Ok(value) => Ok(Complex::new(th, value)),
        Err(error) => Err(trouble(th, error)),
    }
}

#[pymodule(name = "cmath")]
pub mod cmath_ {
    //! This module provides access to mathematical functions for complex
    //! numbers.
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

    #[attr]
    fn infj(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(Complex::new(th, alg::new(0.0, f64::INFINITY)).up())
    }

    #[attr]
    fn nanj(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(Complex::new(th, alg::new(0.0, f64::NAN)).up())
    }

    /// Return the arc cosine of z.
    #[function(sig = "(z, /)")]
    fn acos(th: &mut Thread, z: Z) -> Number {
        made(th, Ok(functions::acos(z.0)))
    }

    /// Return the inverse hyperbolic cosine of z.
    #[function(sig = "(z, /)")]
    fn acosh(th: &mut Thread, z: Z) -> Number {
        made(th, Ok(functions::acosh(z.0)))
    }

    /// Return the arc sine of z.
    #[function(sig = "(z, /)")]
    fn asin(th: &mut Thread, z: Z) -> Number {
        made(th, Ok(functions::asin(z.0)))
    }

    /// Return the inverse hyperbolic sine of z.
    #[function(sig = "(z, /)")]
    fn asinh(th: &mut Thread, z: Z) -> Number {
        made(th, Ok(functions::asinh(z.0)))
    }

    /// Return the arc tangent of z.
    #[function(sig = "(z, /)")]
    fn atan(th: &mut Thread, z: Z) -> Number {
        made(th, functions::atan(z.0))
    }

    /// Return the inverse hyperbolic tangent of z.
    #[function(sig = "(z, /)")]
    fn atanh(th: &mut Thread, z: Z) -> Number {
        made(th, functions::atanh(z.0))
    }

    /// Return the cosine of z.
    #[function(sig = "(z, /)")]
    fn cos(th: &mut Thread, z: Z) -> Number {
        made(th, functions::cos(z.0))
    }

    /// Return the hyperbolic cosine of z.
    #[function(sig = "(z, /)")]
    fn cosh(th: &mut Thread, z: Z) -> Number {
        made(th, functions::cosh(z.0))
    }

    /// Return the exponential value e**z.
    #[function(sig = "(z, /)")]
    fn exp(th: &mut Thread, z: Z) -> Number {
        made(th, functions::exp(z.0))
    }

    /// Return the base-10 logarithm of z.
    #[function(sig = "(z, /)")]
    fn log10(th: &mut Thread, z: Z) -> Number {
        made(th, functions::log10(z.0))
    }

    /// Return the sine of z.
    #[function(sig = "(z, /)")]
    fn sin(th: &mut Thread, z: Z) -> Number {
        made(th, functions::sin(z.0))
    }

    /// Return the hyperbolic sine of z.
    #[function(sig = "(z, /)")]
    fn sinh(th: &mut Thread, z: Z) -> Number {
        made(th, functions::sinh(z.0))
    }

    /// Return the square root of z.
    #[function(sig = "(z, /)")]
    fn sqrt(th: &mut Thread, z: Z) -> Number {
        made(th, Ok(functions::sqrt(z.0)))
    }

    /// Return the tangent of z.
    #[function(sig = "(z, /)")]
    fn tan(th: &mut Thread, z: Z) -> Number {
        made(th, functions::tan(z.0))
    }

    /// Return the hyperbolic tangent of z.
    #[function(sig = "(z, /)")]
    fn tanh(th: &mut Thread, z: Z) -> Number {
        made(th, functions::tanh(z.0))
    }

    /// log(z[, base]) -> the logarithm of z to the given base.
    ///
    /// If the base is not specified, returns the natural logarithm (base e)
    /// of z.
    #[function(sig = "(z, base=<unrepresentable>, /)")]
    fn log(th: &mut Thread, z: Z, base: Option<&Object>) -> Number {
        let mut result = functions::log(z.0);
        if let Some(base) = base {
            let base = as_complex(th, base)?;
            result = result.and_then(|log| alg::div(log, functions::log(base)?).ok_or(Trouble::Domain));
        }
        made(th, result)
    }

    /// Return argument, also known as the phase angle, of a complex.
    #[function(sig = "(z, /)")]
    fn phase(th: &mut Thread, z: Z) -> Result<f64, Raised> {
        functions::phase(z.0).map_err(|error| trouble(th, error))
    }

    /// Convert a complex from rectangular coordinates to polar coordinates.
    ///
    /// r is the distance from 0 and phi the phase angle.
    #[function(sig = "(z, /)")]
    fn polar(th: &mut Thread, z: Z) -> Result<Ref<Tuple>, Raised> {
        let Some(r) = alg::abs(z.0) else { return Err(trouble(th, Trouble::Range)) };
        let phi = functions::phase(z.0).map_err(|error| trouble(th, error))?;
        Ok(Tuple::from_array(th, [Float::new(th, r).up(), Float::new(th, phi).up()]))
    }

    /// Convert from polar coordinates to rectangular coordinates.
    #[function(sig = "(r, phi, /)")]
    fn rect(th: &mut Thread, r: f64, phi: f64) -> Number {
        made(th, functions::rect(r, phi))
    }

    /// Return True if both the real and imaginary parts of z are finite, else False.
    #[function(sig = "(z, /)")]
    fn isfinite(z: Z) -> bool {
        z.0.real.is_finite() && z.0.imag.is_finite()
    }

    /// Checks if the real or imaginary part of z is infinite.
    #[function(sig = "(z, /)")]
    fn isinf(z: Z) -> bool {
        z.0.real.is_infinite() || z.0.imag.is_infinite()
    }

    /// Checks if the real or imaginary part of z not a number (NaN).
    #[function(sig = "(z, /)")]
    fn isnan(z: Z) -> bool {
        z.0.real.is_nan() || z.0.imag.is_nan()
    }

    /// Determine whether two complex numbers are close in value.
    ///
    ///   rel_tol
    ///     maximum difference for being considered "close", relative to the
    ///     magnitude of the input values
    ///   abs_tol
    ///     maximum difference for being considered "close", regardless of the
    ///     magnitude of the input values
    ///
    /// Return True if a is close in value to b, and False otherwise.
    ///
    /// For the values to be considered close, the difference between them must
    /// be smaller than at least one of the tolerances.
    ///
    /// -inf, inf and NaN behave similarly to the IEEE 754 Standard.  That is,
    /// NaN is not close to anything, even itself. inf and -inf are only close
    /// to themselves.
    #[function(sig = "(a, b, *, rel_tol=1e-09, abs_tol=0.0)")]
    fn isclose(th: &mut Thread, a: Z, b: Z, #[default(1e-9)] rel_tol: f64, #[default(0.0)] abs_tol: f64) -> Result<bool, Raised> {
        if rel_tol < 0.0 || abs_tol < 0.0 {
            return Err(raise::value_error(th, format_args!("tolerances must be non-negative")));
        }
        Ok(functions::is_close(a.0, b.0, rel_tol, abs_tol))
    }
}
