//! `PyComplex_*`, `_Py_c_*`. C passes complex numbers by value.

use algos::complex as alg;
use heap::{Object, Raised, Ref, Thread};
use objects::{Complex, complex};

use crate::api;
use crate::entry::{FromC, ToC};

impl FromC for abi::Py_complex {
    type C = abi::Py_complex;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> Option<Self> {
        Some(c)
    }
}

impl ToC for Result<abi::Py_complex, Raised> {
    type C = abi::Py_complex;
    fn to_c(self, th: &mut Thread) -> Self::C {
        self.unwrap_or_else(|raised| {
            objects::glue::leave_raised(th, raised);
            FAILED
        })
    }
    fn null_argument(th: &mut Thread) -> Self::C {
        <Result<(), Raised>>::null_argument(th);
        FAILED
    }
}

const FAILED: abi::Py_complex = abi::Py_complex { real: -1.0, imag: 0.0 };

fn ours(c: abi::Py_complex) -> alg::Complex {
    alg::new(c.real, c.imag)
}

fn theirs(z: alg::Complex) -> abi::Py_complex {
    abi::Py_complex { real: z.real, imag: z.imag }
}

fn set_errno(error: i32) {
    // SAFETY: R10: this thread's own `errno`.
    unsafe { *libc::__errno_location() = error };
}

/// A quotient, or zero with `errno` set.
fn quotient(z: Option<alg::Complex>) -> abi::Py_complex {
    if z.is_none() {
        set_errno(libc::EDOM);
    }
    theirs(z.unwrap_or(alg::new(0.0, 0.0)))
}

fn value(th: &mut Thread, object: &Object) -> Result<alg::Complex, Raised> {
    match object.downcast::<Complex>() {
        Some(z) => Ok(z.value()),
        None => complex::as_complex(th, object),
    }
}

api! {
    /// A complex number.
    fn PyComplex_FromCComplex(th, value: abi::Py_complex) -> Option<Ref<Complex>> {
        Some(Complex::new(th, ours(value)))
    }

    /// A complex number of two parts.
    fn PyComplex_FromDoubles(th, real: f64, imag: f64) -> Option<Ref<Complex>> {
        Some(Complex::new(th, alg::new(real, imag)))
    }

    /// The real part of a number.
    fn PyComplex_RealAsDouble(th, object: &Object) -> Result<f64, Raised> {
        Ok(value(th, object)?.real)
    }

    /// The imaginary part of a number.
    fn PyComplex_ImagAsDouble(th, object: &Object) -> Result<f64, Raised> {
        Ok(value(th, object)?.imag)
    }

    /// The value of a number.
    fn PyComplex_AsCComplex(th, object: &Object) -> Result<abi::Py_complex, Raised> {
        value(th, object).map(theirs)
    }
}

/// `a + b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_sum(a: abi::Py_complex, b: abi::Py_complex) -> abi::Py_complex {
    theirs(alg::add(ours(a), ours(b)))
}

/// `a + b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_cr_sum(a: abi::Py_complex, b: f64) -> abi::Py_complex {
    theirs(alg::add_real(ours(a), b))
}

/// `a - b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_diff(a: abi::Py_complex, b: abi::Py_complex) -> abi::Py_complex {
    theirs(alg::sub(ours(a), ours(b)))
}

/// `a - b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_cr_diff(a: abi::Py_complex, b: f64) -> abi::Py_complex {
    theirs(alg::sub_real(ours(a), b))
}

/// `a - b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_rc_diff(a: f64, b: abi::Py_complex) -> abi::Py_complex {
    theirs(alg::real_sub(a, ours(b)))
}

/// `-a`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_neg(a: abi::Py_complex) -> abi::Py_complex {
    theirs(alg::neg(ours(a)))
}

/// `a * b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_prod(a: abi::Py_complex, b: abi::Py_complex) -> abi::Py_complex {
    theirs(alg::mul(ours(a), ours(b)))
}

/// `a * b`
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_cr_prod(a: abi::Py_complex, b: f64) -> abi::Py_complex {
    theirs(alg::mul_real(ours(a), b))
}

/// `a / b`; a zero divisor sets `errno`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_quot(a: abi::Py_complex, b: abi::Py_complex) -> abi::Py_complex {
    quotient(alg::div(ours(a), ours(b)))
}

/// `a / b`; a zero divisor sets `errno`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_cr_quot(a: abi::Py_complex, b: f64) -> abi::Py_complex {
    quotient(alg::div_real(ours(a), b))
}

/// `a / b`; a zero divisor sets `errno`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_rc_quot(a: f64, b: abi::Py_complex) -> abi::Py_complex {
    quotient(alg::real_div(a, ours(b)))
}

/// `a ** b`; what has no value sets `errno`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_pow(a: abi::Py_complex, b: abi::Py_complex) -> abi::Py_complex {
    if b.real == 0.0 && b.imag == 0.0 {
        return abi::Py_complex { real: 1.0, imag: 0.0 };
    }
    if a.real == 0.0 && a.imag == 0.0 {
        if b.imag != 0.0 || b.real < 0.0 {
            set_errno(libc::EDOM);
        }
        return abi::Py_complex { real: 0.0, imag: 0.0 };
    }
    let modulus = a.real.hypot(a.imag);
    let angle = a.imag.atan2(a.real);
    let (mut length, mut phase) = (modulus.powf(b.real), angle * b.real);
    if b.imag != 0.0 {
        length *= (-angle * b.imag).exp();
        phase += b.imag * modulus.ln();
    }
    let power = abi::Py_complex { real: length * phase.cos(), imag: length * phase.sin() };
    if phase.is_infinite() {
        set_errno(libc::EDOM);
    } else if power.real.is_infinite() || power.imag.is_infinite() {
        set_errno(libc::ERANGE);
    }
    power
}

/// `abs(z)`; what is too large sets `errno`.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn _Py_c_abs(z: abi::Py_complex) -> f64 {
    match alg::abs(ours(z)) {
        Some(modulus) => {
            set_errno(0);
            modulus
        }
        None => {
            set_errno(libc::ERANGE);
            f64::INFINITY
        }
    }
}
