//! `complex`: layout, slots and methods here; `complex(…)` in [`parse`].

pub mod parse;

pub use parse::as_complex;

use algos::complex as alg;
use heap::{Head, Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};

use crate::float::arith::zero_division;
use crate::float::slots::hash_address;
use crate::glue::*;
use crate::int::Int;
use crate::{Float, Str, Tuple, fmt, not_implemented_ref, ops, raise};

/// Create a complex number from a string or numbers.
///
/// If a string is given, parse it as a complex number.
/// If a single number is given, convert it to a complex number.
/// If the 'real' or 'imag' arguments are given, create a complex number
/// with the specified real and imaginary components.
#[pytype(name = "complex", export = "PyComplex_Type", sig = "(real=0, imag=0)", flags(BASETYPE, LEAF), gc = none, lock = none, layout = PyComplexObject)]
#[repr(C)]
pub struct Complex {
    head: Head,
    /// the real part of a complex number
    #[member(readonly)]
    real: f64,
    /// the imaginary part of a complex number
    #[member(readonly)]
    imag: f64,
}

impl Complex {
    /// A complex number.
    pub fn new(th: &Thread, value: alg::Complex) -> Ref<Complex> {
        th.new_object(Complex { head: Head::INIT, real: value.real, imag: value.imag })
    }

    /// An instance of `cls`, `complex` or a subclass.
    pub fn new_in(th: &Thread, cls: &Type, value: alg::Complex) -> Ref<Complex> {
        th.new_instance(cls, Complex { head: Head::INIT, real: value.real, imag: value.imag })
    }

    /// A real number as a complex one.
    pub fn from_f64(real: f64) -> alg::Complex {
        alg::new(real, 0.0)
    }

    /// The number.
    #[inline(always)]
    pub fn value(&self) -> alg::Complex {
        alg::new(self.real, self.imag)
    }

    /// This number, or an exact `complex` of the same value.
    fn exact(&self, th: &Thread) -> Ref<Complex> {
        if self.as_object().is_exactly::<Complex>() { th.retain(self) } else { Complex::new(th, self.value()) }
    }
}

/// An operand: real ones take part as they are, because a real number has no imaginary part, not even a zero.
#[derive(Clone, Copy)]
enum Operand {
    Complex(alg::Complex),
    Real(f64),
}

impl Operand {
    fn complex(self) -> alg::Complex {
        match self {
            Operand::Complex(z) => z,
            Operand::Real(x) => Complex::from_f64(x),
        }
    }
}

fn operand(th: &mut Thread, object: &Object) -> Result<Option<Operand>, Raised> {
    if let Some(z) = object.downcast::<Complex>() {
        return Ok(Some(Operand::Complex(z.value())));
    }
    Ok(crate::float::arith::operand(th, object)?.map(Operand::Real))
}

/// Unwraps both operands, or leaves with `NotImplemented`.
macro_rules! operands {
    ($th:ident, $a:ident, $b:ident) => {
        let Some($a) = operand($th, $a)? else { return Ok(not_implemented_ref()) };
        let Some($b) = operand($th, $b)? else { return Ok(not_implemented_ref()) };
    };
}

/// `a ** b`
pub fn pow(th: &mut Thread, a: alg::Complex, b: alg::Complex) -> Result<Ref<Object>, Raised> {
    match alg::pow(a, b) {
        Ok(power) => Ok(Complex::new(th, power).up()),
        Err(alg::PowError::Zero) => Err(raise::zero_division(th, format_args!("zero to a negative or complex power"))),
        Err(alg::PowError::Overflow) => Err(raise::overflow_error(th, format_args!("complex exponentiation"))),
    }
}

#[pymethods]
impl Complex {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        parse::construct(th, cls, args.as_slice(), kwargs)
    }

    #[slot(tp_vectorcall)]
    fn tp_vectorcall(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        parse::construct(th, cls, args.as_slice(), kwargs)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        alg::repr(self.value())
    }

    #[slot(tp_hash)]
    fn hash(&self) -> isize {
        let part = |x| algos::float::hash(x).unwrap_or_else(|| hash_address(self.as_object()) as i64);
        alg::combine_hash(part(self.real), part(self.imag)) as isize
    }

    #[slot(tp_richcompare)]
    fn richcompare(&self, _th: &mut Thread, other: &Object, op: CompareOp) -> Ref<Object> {
        let equal = if let Some(other) = other.downcast::<Complex>() {
            self.real == other.real && self.imag == other.imag
        } else if let Some(other) = Float::of(other) {
            self.real == other.value() && self.imag == 0.0
        } else if let Some(other) = Int::of(other) {
            self.imag == 0.0 && algos::int::cmp_f64(other.view(), self.real).is_some_and(core::cmp::Ordering::is_eq)
        } else {
            return not_implemented_ref();
        };
        match op {
            CompareOp::Eq => crate::bool_ref(equal),
            CompareOp::Ne => crate::bool_ref(!equal),
            _ => not_implemented_ref(),
        }
    }

    #[slot(nb_positive)]
    fn positive(&self, th: &mut Thread) -> Ref<Complex> {
        self.exact(th)
    }

    #[slot(nb_negative)]
    fn negative(&self, th: &mut Thread) -> Ref<Complex> {
        Complex::new(th, alg::neg(self.value()))
    }

    #[slot(nb_absolute)]
    fn absolute(&self, th: &mut Thread) -> Result<f64, Raised> {
        alg::abs(self.value()).ok_or(()).or_else(|()| Err(raise::overflow_error(th, format_args!("absolute value too large"))))
    }

    #[slot(nb_bool)]
    fn truth(&self) -> bool {
        self.real != 0.0 || self.imag != 0.0
    }

    #[slot(nb_add)]
    fn add(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operands!(th, a, b);
        let sum = match (a, b) {
            (Operand::Complex(a), Operand::Real(b)) | (Operand::Real(b), Operand::Complex(a)) => alg::add_real(a, b),
            _ => alg::add(a.complex(), b.complex()),
        };
        Ok(Complex::new(th, sum).up())
    }

    #[slot(nb_subtract)]
    fn subtract(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operands!(th, a, b);
        let difference = match (a, b) {
            (Operand::Complex(a), Operand::Real(b)) => alg::sub_real(a, b),
            (Operand::Real(a), Operand::Complex(b)) => alg::real_sub(a, b),
            _ => alg::sub(a.complex(), b.complex()),
        };
        Ok(Complex::new(th, difference).up())
    }

    #[slot(nb_multiply)]
    fn multiply(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operands!(th, a, b);
        let product = match (a, b) {
            (Operand::Complex(a), Operand::Real(b)) | (Operand::Real(b), Operand::Complex(a)) => alg::mul_real(a, b),
            _ => alg::mul(a.complex(), b.complex()),
        };
        Ok(Complex::new(th, product).up())
    }

    #[slot(nb_true_divide)]
    fn true_divide(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
        operands!(th, a, b);
        let quotient = match (a, b) {
            (Operand::Complex(a), Operand::Real(b)) => alg::div_real(a, b),
            (Operand::Real(a), Operand::Complex(b)) => alg::real_div(a, b),
            _ => alg::div(a.complex(), b.complex()),
        };
        match quotient {
            Some(quotient) => Ok(Complex::new(th, quotient).up()),
            None => Err(zero_division(th)),
        }
    }

    #[slot(nb_power)]
    fn power(th: &mut Thread, a: &Object, b: &Object, m: &Object) -> Result<Ref<Object>, Raised> {
        operands!(th, a, b);
        if !m.is(crate::none()) {
            return Err(raise::value_error(th, format_args!("complex modulo")));
        }
        pow(th, a.complex(), b.complex())
    }

    /// Convert number to a complex floating-point number.
    #[classmethod]
    fn from_number(cls: &Type, th: &mut Thread, number: &Object) -> Result<Ref<Object>, Raised> {
        let exact = core::ptr::eq(cls, Complex::type_object());
        if exact && number.is_exactly::<Complex>() {
            return Ok(th.retain(number));
        }
        let value = parse::as_complex(th, number)?;
        let made = Complex::new(th, value);
        if exact { Ok(made.up()) } else { ops::call1(th, cls, &made) }
    }

    /// Return the complex conjugate of its argument. (3-4j).conjugate() == 3+4j.
    #[method]
    fn conjugate(&self, th: &mut Thread) -> Ref<Complex> {
        Complex::new(th, alg::new(self.real, -self.imag))
    }

    /// Convert this value to exact type complex.
    #[method]
    fn __complex__(&self, th: &mut Thread) -> Ref<Complex> {
        self.exact(th)
    }

    #[method]
    fn __getnewargs__(&self, th: &mut Thread) -> Ref<Tuple> {
        let (real, imag) = (Float::new(th, self.real), Float::new(th, self.imag));
        Tuple::from_array(th, [real.up(), imag.up()])
    }

    /// Convert to a string according to format_spec.
    #[method]
    fn __format__(&self, th: &mut Thread, format_spec: &Str) -> Result<Ref<Str>, Raised> {
        if format_spec.is_empty() {
            return ops::str_(th, self.as_object());
        }
        let name = ops::type_name(self.as_object());
        let spec = fmt::spec(th, format_spec, algos::format::Kind::Complex, &name)?;
        let result = algos::format::format_complex(&spec, self.value(), &fmt::locale_of(&spec), &name);
        fmt::number(th, result)
    }
}

