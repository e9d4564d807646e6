//! Arithmetic between floats with Python's errors, as slots and the interpreter's specialised instructions call it.

use algos::float as alg;
use heap::{Object, Raised, Ref, Thread};

use super::Float;
use crate::exceptions::overflow_error_type;
use crate::int::{self, Int};
use crate::{Complex, Str, Tuple, raise};

pub use crate::int::arith::zero_division;

/// An operand as a float: floats and ints are, anything else is not ours.
#[inline(always)]
pub fn operand(th: &mut Thread, object: &Object) -> Result<Option<f64>, Raised> {
    if let Some(x) = object.downcast_exact::<Float>() {
        return Ok(Some(x.value()));
    }
    if let Some(n) = Int::of(object) {
        return int::to_f64(th, n).map(Some);
    }
    Ok(Float::of(object).map(Float::value))
}

/// `a / b`
#[inline(always)]
pub fn div(th: &mut Thread, a: f64, b: f64) -> Result<f64, Raised> {
    if b == 0.0 { Err(zero_division(th)) } else { Ok(a / b) }
}

/// `a // b`
#[inline]
pub fn floordiv(th: &mut Thread, a: f64, b: f64) -> Result<f64, Raised> {
    if b == 0.0 { Err(zero_division(th)) } else { Ok(alg::floordiv(a, b)) }
}

/// `a % b`
#[inline]
pub fn modulo(th: &mut Thread, a: f64, b: f64) -> Result<f64, Raised> {
    if b == 0.0 { Err(zero_division(th)) } else { Ok(alg::modulo(a, b)) }
}

/// `divmod(a, b)`
#[inline]
pub fn divmod(th: &mut Thread, a: f64, b: f64) -> Result<(f64, f64), Raised> {
    if b == 0.0 { Err(zero_division(th)) } else { Ok(alg::divmod(a, b)) }
}

/// `a ** b`: a float, or a complex number for the fractional power of a negative one.
pub fn pow(th: &mut Thread, a: f64, b: f64) -> Result<Ref<Object>, Raised> {
    match alg::pow(a, b) {
        Ok(power) => Ok(Float::new(th, power).up()),
        Err(alg::PowError::Complex) => crate::complex::pow(th, Complex::from_f64(a), Complex::from_f64(b)),
        Err(alg::PowError::ZeroToNegative) => Err(raise::zero_division(th, format_args!("zero to a negative power"))),
        Err(alg::PowError::Overflow) => {
            let errno = Int::from_i64(th, i64::from(libc::ERANGE));
            let text = Str::new(th, "Numerical result out of range");
            let args = Tuple::from_array(th, [errno.up(), text.up()]);
            Err(raise::object(th, overflow_error_type(), Some(&args)))
        }
    }
}
