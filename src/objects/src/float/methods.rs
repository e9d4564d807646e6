//! The methods and attributes of `float`.

use algos::float as alg;
use algos::float::FromHexError;
use algos::int::FromFloatError;
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::{Float, parse};
use crate::int::{self, Int};
use crate::{Str, Tuple, fmt, ops, raise};

/// A float as an instance of `cls`, which may be a subclass with a constructor of its own.
fn in_class(th: &mut Thread, cls: &Type, value: f64) -> Result<Ref<Object>, Raised> {
    let made = Float::new(th, value);
    if core::ptr::eq(cls, Float::type_object()) { Ok(made.up()) } else { ops::call1(th, cls, &made) }
}

#[pymethods(part = "methods")]
impl Float {
    /// Convert real number to a floating-point number.
    #[classmethod]
    fn from_number(cls: &Type, th: &mut Thread, number: &Object) -> Result<Ref<Object>, Raised> {
        if core::ptr::eq(cls, Float::type_object()) && number.is_exactly::<Float>() {
            return Ok(th.retain(number));
        }
        let value = parse::as_f64(th, number)?;
        in_class(th, cls, value)
    }

    /// Return self, the complex conjugate of any float.
    #[method]
    fn conjugate(&self, th: &mut Thread) -> Ref<Float> {
        self.exact(th)
    }

    /// Return the Integral closest to x between 0 and x.
    #[method]
    fn __trunc__(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        int::parse::from_f64(th, self.value())
    }

    /// Return the floor as an Integral.
    #[method]
    fn __floor__(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        int::parse::from_f64(th, self.value().floor())
    }

    /// Return the ceiling as an Integral.
    #[method]
    fn __ceil__(&self, th: &mut Thread) -> Result<Ref<Int>, Raised> {
        int::parse::from_f64(th, self.value().ceil())
    }

    /// Return the Integral closest to x, rounding half toward even.
    ///
    /// When an argument is passed, work like built-in round(x, ndigits).
    #[method(sig = "($self, ndigits=None, /)")]
    fn __round__(&self, th: &mut Thread, ndigits: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(ndigits) = ndigits.filter(|n| !n.is(crate::none())) else {
            return int::parse::from_f64(th, alg::round_to_integer(self.value())).map(Ref::up);
        };
        let places = ops::index_clip(th, ndigits)?;
        match alg::round(self.value(), places as i64) {
            Some(rounded) => Ok(Float::new(th, rounded).up()),
            None => Err(raise::overflow_error(th, format_args!("rounded value too large to represent"))),
        }
    }

    /// Return a pair of integers, whose ratio is exactly equal to the original float.
    ///
    /// The ratio is in lowest terms and has a positive denominator.  Raise
    /// OverflowError on infinities and a ValueError on NaNs.
    ///
    /// >>> (10.0).as_integer_ratio()
    /// (10, 1)
    /// >>> (0.0).as_integer_ratio()
    /// (0, 1)
    /// >>> (-.25).as_integer_ratio()
    /// (-1, 4)
    #[method]
    fn as_integer_ratio(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        match alg::as_integer_ratio(self.value()) {
            Ok((numerator, denominator)) => {
                let (numerator, denominator) = (Int::from_alg(th, &numerator), Int::from_alg(th, &denominator));
                Ok(Tuple::from_array(th, [numerator.up(), denominator.up()]))
            }
            Err(FromFloatError::Nan) => Err(raise::value_error(th, format_args!("cannot convert NaN to integer ratio"))),
            Err(FromFloatError::Infinity) => Err(raise::overflow_error(th, format_args!("cannot convert Infinity to integer ratio"))),
        }
    }

    /// Create a floating-point number from a hexadecimal string.
    ///
    /// >>> float.fromhex('0x1.ffffp10')
    /// 2047.984375
    /// >>> float.fromhex('-0x1p-1074')
    /// -5e-324
    #[classmethod]
    fn fromhex(cls: &Type, th: &mut Thread, string: &Object) -> Result<Ref<Object>, Raised> {
        let Some(string) = string.downcast::<Str>() else {
            return Err(raise::type_error(th, format_args!("bad argument type for built-in operation")));
        };
        let Some(text) = string.to_utf8() else { return Err(raise::unicode_surrogates(th, string)) };
        match alg::from_hex(text.as_bytes()) {
            Ok(value) => in_class(th, cls, value),
            Err(error @ FromHexError::TooLarge) => Err(raise::overflow_error(th, format_args!("{error}"))),
            Err(error) => Err(raise::value_error(th, format_args!("{error}"))),
        }
    }

    /// Return a hexadecimal representation of a floating-point number.
    ///
    /// >>> (-0.1).hex()
    /// '-0x1.999999999999ap-4'
    /// >>> 3.14159.hex()
    /// '0x1.921f9f01b866ep+1'
    #[method]
    fn hex(&self) -> String {
        alg::to_hex(self.value())
    }

    /// Return True if the float is an integer.
    #[method]
    fn is_integer(&self) -> bool {
        alg::is_integer(self.value())
    }

    #[method]
    fn __getnewargs__(&self, th: &mut Thread) -> Ref<Tuple> {
        let value = Float::new(th, self.value());
        Tuple::from_array(th, [value.up()])
    }

    /// You probably don't want to use this function.
    ///
    ///   typestr
    ///     Must be 'double' or 'float'.
    ///
    /// It exists mainly to be used in Python's test suite.
    ///
    /// This function returns whichever of 'unknown', 'IEEE, big-endian' or
    /// 'IEEE, little-endian' best describes the format of floating-point
    /// numbers used by the C type named by typestr.
    #[classmethod]
    fn __getformat__(_cls: &Type, th: &mut Thread, typestr: &str) -> Result<&'static str, Raised> {
        match typestr {
            "double" | "float" if cfg!(target_endian = "little") => Ok("IEEE, little-endian"),
            "double" | "float" => Ok("IEEE, big-endian"),
            _ => Err(raise::value_error(th, format_args!("__getformat__() argument 1 must be 'double' or 'float'"))),
        }
    }

    /// Formats the float according to format_spec.
    #[method]
    fn __format__(&self, th: &mut Thread, format_spec: &Str) -> Result<Ref<Str>, Raised> {
        if format_spec.is_empty() {
            return ops::str_(th, self.as_object());
        }
        let name = ops::type_name(self.as_object());
        let spec = fmt::spec(th, format_spec, algos::format::Kind::Float, &name)?;
        let result = algos::format::format_float(&spec, self.value(), &fmt::locale_of(&spec), &name);
        fmt::number(th, result)
    }

    /// the real part of a complex number
    #[getter]
    fn real(&self, th: &mut Thread) -> Ref<Float> {
        self.exact(th)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(&self) -> f64 {
        0.0
    }
}
