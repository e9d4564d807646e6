//! The methods and attributes of `int`.

use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use macros::pymethods;

use super::{Int, limit};
use crate::{Bytes, Str, Tuple, fmt, ops, raise};

/// `byteorder=`: whether it is little-endian.
fn is_little(th: &mut Thread, byteorder: Option<&Str>) -> Result<bool, Raised> {
    match byteorder {
        None => Ok(false),
        Some(order) if order.eq_text("little") => Ok(true),
        Some(order) if order.eq_text("big") => Ok(false),
        Some(_) => Err(raise::value_error(th, format_args!("byteorder must be either 'little' or 'big'"))),
    }
}

#[pymethods(part = "methods")]
impl Int {
    /// Returns self, the complex conjugate of any int.
    #[method]
    fn conjugate(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    /// Number of bits necessary to represent self in binary.
    ///
    /// >>> bin(37)
    /// '0b100101'
    /// >>> (37).bit_length()
    /// 6
    #[method]
    fn bit_length(&self) -> u64 {
        algos::int::bit_length(self.view())
    }

    /// Number of ones in the binary representation of the absolute value of self.
    ///
    /// Also known as the population count.
    ///
    /// >>> bin(13)
    /// '0b1101'
    /// >>> (13).bit_count()
    /// 3
    #[method]
    fn bit_count(&self) -> u64 {
        algos::int::bit_count(self.view())
    }

    /// Return an array of bytes representing an integer.
    ///
    ///   length
    ///     Length of bytes object to use.  An OverflowError is raised if
    ///     the integer is not representable with the given number of bytes.
    ///     Default is length 1.
    ///   byteorder
    ///     The byte order used to represent the integer.  If byteorder is
    ///     'big', the most significant byte is at the beginning of the byte
    ///     array.  If byteorder is 'little', the most significant byte is at
    ///     the end of the byte array.  To request the native byte order of
    ///     the host system, use sys.byteorder as the byte order value.
    ///     Default is to use 'big'.
    ///   signed
    ///     Determines whether two's complement is used to represent the
    ///     integer.  If signed is False and a negative integer is given,
    ///     an OverflowError is raised.
    #[method(sig = "($self, /, length=1, byteorder='big', *, signed=False)")]
    fn to_bytes(&self, th: &mut Thread, length: isize, byteorder: Option<&Str>, signed: bool) -> Result<Ref<Bytes>, Raised> {
        let little = is_little(th, byteorder)?;
        let Ok(length) = usize::try_from(length) else {
            return Err(raise::value_error(th, format_args!("length argument must be non-negative")));
        };
        let mut result = Ok(());
        let made = Bytes::try_build(th, length, |out| result = algos::int::to_bytes(self.view(), out, little, signed));
        match (made, result) {
            (Some(made), Ok(())) => Ok(made),
            (None, _) => Err(raise::memory_error(th)),
            (_, Err(error)) => Err(raise::overflow_error(th, format_args!("{error}"))),
        }
    }

    /// Return the integer represented by the given array of bytes.
    ///
    ///   bytes
    ///     Holds the array of bytes to convert.  The argument must either
    ///     support the buffer protocol or be an iterable object producing
    ///     bytes.  Bytes and bytearray are examples of built-in objects that
    ///     support the buffer protocol.
    ///   byteorder
    ///     The byte order used to represent the integer.  If byteorder is
    ///     'big', the most significant byte is at the beginning of the byte
    ///     array.  If byteorder is 'little', the most significant byte is at
    ///     the end of the byte array.  To request the native byte order of
    ///     the host system, use sys.byteorder as the byte order value.
    ///     Default is to use 'big'.
    ///   signed
    ///     Indicates whether two's complement is used to represent the
    ///     integer.
    #[classmethod(sig = "($type, /, bytes, byteorder='big', *, signed=False)")]
    fn from_bytes(cls: &Type, th: &mut Thread, bytes: &Object, byteorder: Option<&Str>, signed: bool) -> Result<Ref<Object>, Raised> {
        let little = is_little(th, byteorder)?;
        let bytes = crate::bytes::from_object(th, bytes)?;
        let number = Int::from_alg(th, &algos::int::from_bytes(bytes.as_slice(), little, signed));
        if core::ptr::eq(cls, Int::type_object()) {
            return Ok(number.up());
        }
        ops::call1(th, cls, &number)
    }

    /// Return a pair of integers, whose ratio is equal to the original int.
    ///
    /// The ratio is in lowest terms and has a positive denominator.
    ///
    /// >>> (10).as_integer_ratio()
    /// (10, 1)
    /// >>> (-10).as_integer_ratio()
    /// (-10, 1)
    /// >>> (0).as_integer_ratio()
    /// (0, 1)
    #[method]
    fn as_integer_ratio(&self, th: &mut Thread) -> Ref<Tuple> {
        let one = Int::from_i64(th, 1);
        Tuple::from_array(th, [self.exact(th).up(), one.up()])
    }

    /// Truncating an Integral returns itself.
    #[method]
    fn __trunc__(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    /// Flooring an Integral returns itself.
    #[method]
    fn __floor__(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    /// Ceiling of an Integral returns itself.
    #[method]
    fn __ceil__(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    /// Rounding an Integral returns itself.
    ///
    /// Rounding with an ndigits argument also returns an integer.
    #[method(sig = "($self, ndigits=None, /)")]
    fn __round__(&self, th: &mut Thread, ndigits: Option<&Object>) -> Result<Ref<Int>, Raised> {
        let Some(ndigits) = ndigits.filter(|n| !n.is(crate::none())) else { return Ok(self.exact(th)) };
        let ndigits = ops::index(th, ndigits)?;
        if !ndigits.is_negative() {
            return Ok(self.exact(th));
        }
        let power = ndigits.view().abs().to_u64().unwrap_or(u64::MAX);
        Ok(Int::from_alg(th, &algos::int::round_to_power_of_ten(self.view(), power)))
    }

    #[method]
    fn __getnewargs__(&self, th: &mut Thread) -> Ref<Tuple> {
        Tuple::from_array(th, [self.exact(th).up()])
    }

    /// Convert to a string according to format_spec.
    #[method]
    fn __format__(&self, th: &mut Thread, format_spec: &Str) -> Result<Ref<Str>, Raised> {
        if format_spec.is_empty() {
            return if self.as_object().is_exactly::<Int>() { self.to_decimal(th) } else { ops::str_(th, self.as_object()) };
        }
        let name = ops::type_name(self.as_object());
        let spec = fmt::spec(th, format_spec, algos::format::Kind::Int, &name)?;
        let result = algos::format::format_int(&spec, self.view(), &fmt::locale_of(&spec), limit::max_str_digits(), &name);
        fmt::number(th, result)
    }

    /// Returns size in memory, in bytes.
    #[method]
    fn __sizeof__(&self) -> usize {
        let ty = self.as_object().ty();
        ty.tp_basicsize().unsigned_abs() + ty.tp_itemsize().unsigned_abs() * self.len().max(1)
    }

    /// Returns True. Exists for duck type compatibility with float.is_integer.
    #[method]
    fn is_integer(&self) -> bool {
        true
    }

    /// the real part of a complex number
    #[getter]
    fn real(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    /// the imaginary part of a complex number
    #[getter]
    fn imag(&self, th: &mut Thread) -> Ref<Int> {
        Int::from_i64(th, 0)
    }

    /// the numerator of a rational number in lowest terms
    #[getter]
    fn numerator(&self, th: &mut Thread) -> Ref<Int> {
        self.exact(th)
    }

    /// the denominator of a rational number in lowest terms
    #[getter]
    fn denominator(&self, th: &mut Thread) -> Ref<Int> {
        Int::from_i64(th, 1)
    }
}

