//! `PyNumber_*`: arithmetic and conversions to numbers.

use core::ffi::{c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::{Float, Int, Str, exceptions, none, ops, raise};

use crate::api;

type Made = Result<Ref<Object>, Raised>;

/// The int itself, or its value as an exact `int`.
fn exact(th: &Thread, n: Ref<Int>) -> Ref<Int> {
    if n.is_exactly::<Int>() { n } else { Int::from_digits(th, n.is_negative(), n.digit_slice()) }
}

/// The object as an index-sized number. What does not fit is cut to the range, or raises `error`.
fn index_sized(th: &mut Thread, object: &Object, error: Option<&Object>) -> Result<isize, Raised> {
    let n = ops::index(th, object)?;
    if let Some(small) = n.to_i64() {
        return Ok(small as isize);
    }
    let Some(error) = error else { return Ok(if n.is_negative() { isize::MIN } else { isize::MAX }) };
    let name = ops::type_name(object);
    let message = Str::new(th, &format!("cannot fit '{name}' into an index-sized integer"));
    Err(raise::object(th, error, Some(message.as_object())))
}

api! {
    /// Whether the object has `__index__`, `__int__` or `__float__`, or is complex; null is no number.
    fn PyNumber_Check(_th, object: Option<&Object>) -> i32 {
        i32::from(object.is_some_and(ops::is_number))
    }

    /// Whether the object has `__index__`.
    fn PyIndex_Check(_th, object: &Object) -> i32 {
        i32::from(ops::has_index(object))
    }

    /// `a + b`
    fn PyNumber_Add(th, a: &Object, b: &Object) -> Made {
        ops::add(th, a, b)
    }

    /// `a - b`
    fn PyNumber_Subtract(th, a: &Object, b: &Object) -> Made {
        ops::sub(th, a, b)
    }

    /// `a * b`
    fn PyNumber_Multiply(th, a: &Object, b: &Object) -> Made {
        ops::mul(th, a, b)
    }

    /// `a @ b`
    fn PyNumber_MatrixMultiply(th, a: &Object, b: &Object) -> Made {
        ops::matmul(th, a, b)
    }

    /// `a / b`
    fn PyNumber_TrueDivide(th, a: &Object, b: &Object) -> Made {
        ops::truediv(th, a, b)
    }

    /// `a // b`
    fn PyNumber_FloorDivide(th, a: &Object, b: &Object) -> Made {
        ops::floordiv(th, a, b)
    }

    /// `a % b`
    fn PyNumber_Remainder(th, a: &Object, b: &Object) -> Made {
        ops::mod_(th, a, b)
    }

    /// `divmod(a, b)`
    fn PyNumber_Divmod(th, a: &Object, b: &Object) -> Made {
        ops::divmod(th, a, b)
    }

    /// `pow(a, b, m)`; `m` may be `None`.
    fn PyNumber_Power(th, a: &Object, b: &Object, m: &Object) -> Made {
        ops::pow(th, a, b, Some(m))
    }

    /// `a << b`
    fn PyNumber_Lshift(th, a: &Object, b: &Object) -> Made {
        ops::lshift(th, a, b)
    }

    /// `a >> b`
    fn PyNumber_Rshift(th, a: &Object, b: &Object) -> Made {
        ops::rshift(th, a, b)
    }

    /// `a & b`
    fn PyNumber_And(th, a: &Object, b: &Object) -> Made {
        ops::and(th, a, b)
    }

    /// `a ^ b`
    fn PyNumber_Xor(th, a: &Object, b: &Object) -> Made {
        ops::xor(th, a, b)
    }

    /// `a | b`
    fn PyNumber_Or(th, a: &Object, b: &Object) -> Made {
        ops::or(th, a, b)
    }

    /// `a += b`: what `a` becomes.
    fn PyNumber_InPlaceAdd(th, a: &Object, b: &Object) -> Made {
        ops::inplace_add(th, a, b)
    }

    /// `a -= b`
    fn PyNumber_InPlaceSubtract(th, a: &Object, b: &Object) -> Made {
        ops::inplace_sub(th, a, b)
    }

    /// `a *= b`
    fn PyNumber_InPlaceMultiply(th, a: &Object, b: &Object) -> Made {
        ops::inplace_mul(th, a, b)
    }

    /// `a @= b`
    fn PyNumber_InPlaceMatrixMultiply(th, a: &Object, b: &Object) -> Made {
        ops::inplace_matmul(th, a, b)
    }

    /// `a /= b`
    fn PyNumber_InPlaceTrueDivide(th, a: &Object, b: &Object) -> Made {
        ops::inplace_truediv(th, a, b)
    }

    /// `a //= b`
    fn PyNumber_InPlaceFloorDivide(th, a: &Object, b: &Object) -> Made {
        ops::inplace_floordiv(th, a, b)
    }

    /// `a %= b`
    fn PyNumber_InPlaceRemainder(th, a: &Object, b: &Object) -> Made {
        ops::inplace_mod(th, a, b)
    }

    /// `a **= b`, with a modulus or `None`.
    fn PyNumber_InPlacePower(th, a: &Object, b: &Object, m: &Object) -> Made {
        ops::inplace_pow_mod(th, a, b, Some(m))
    }

    /// `a <<= b`
    fn PyNumber_InPlaceLshift(th, a: &Object, b: &Object) -> Made {
        ops::inplace_lshift(th, a, b)
    }

    /// `a >>= b`
    fn PyNumber_InPlaceRshift(th, a: &Object, b: &Object) -> Made {
        ops::inplace_rshift(th, a, b)
    }

    /// `a &= b`
    fn PyNumber_InPlaceAnd(th, a: &Object, b: &Object) -> Made {
        ops::inplace_and(th, a, b)
    }

    /// `a ^= b`
    fn PyNumber_InPlaceXor(th, a: &Object, b: &Object) -> Made {
        ops::inplace_xor(th, a, b)
    }

    /// `a |= b`
    fn PyNumber_InPlaceOr(th, a: &Object, b: &Object) -> Made {
        ops::inplace_or(th, a, b)
    }

    /// `-a`
    fn PyNumber_Negative(th, a: &Object) -> Made {
        ops::neg(th, a)
    }

    /// `+a`
    fn PyNumber_Positive(th, a: &Object) -> Made {
        ops::pos(th, a)
    }

    /// `~a`
    fn PyNumber_Invert(th, a: &Object) -> Made {
        ops::invert(th, a)
    }

    /// `abs(a)`
    fn PyNumber_Absolute(th, a: &Object) -> Made {
        ops::abs(th, a)
    }

    /// `operator.index(a)` as an exact `int`.
    fn PyNumber_Index(th, a: &Object) -> Result<Ref<Int>, Raised> {
        let n = ops::index(th, a)?;
        Ok(exact(th, n))
    }

    /// `operator.index(a)`, perhaps of a subclass of `int`.
    fn _PyNumber_Index(th, a: &Object) -> Result<Ref<Int>, Raised> {
        ops::index(th, a)
    }

    /// `int(a)`
    fn PyNumber_Long(th, a: &Object) -> Result<Ref<Int>, Raised> {
        if let Some(n) = a.downcast_exact::<Int>() {
            return Ok(th.retain(n));
        }
        let n = objects::int::parse::from_object(th, a)?;
        Ok(exact(th, n))
    }

    /// `float(a)`
    fn PyNumber_Float(th, a: &Object) -> Result<Ref<Float>, Raised> {
        if let Some(x) = a.downcast_exact::<Float>() {
            return Ok(th.retain(x));
        }
        let value = objects::float::parse::from_object(th, a)?;
        Ok(Float::new(th, value))
    }

    /// The number as an index. Too large: cut to the range where `error` is null, else that exception.
    fn PyNumber_AsSsize_t(th, a: &Object, error: Option<&Object>) -> Result<isize, Raised> {
        index_sized(th, a, error)
    }

    /// `bin`, `oct`, `str` or `hex` of an index.
    fn PyNumber_ToBase(th, a: &Object, base: c_int) -> Result<Ref<Str>, Raised> {
        let spec = match base {
            2 => "#b",
            8 => "#o",
            10 => "d",
            16 => "#x",
            _ => return Err(raise::system_error(th, format_args!("PyNumber_ToBase: base must be 2, 8, 10 or 16"))),
        };
        let n = ops::index(th, a)?;
        let n = exact(th, n);
        if base == 10 {
            return n.to_decimal(th);
        }
        let spec = Str::new(th, spec);
        ops::format(th, &*n, &spec)
    }
}

api! {
    /// A converter of arguments: `None` leaves what is there, an index replaces it. 1, or 0 with an exception raised.
    fn _Py_convert_optional_to_ssize_t(th, object: &Object, place: *mut c_void) -> i32 {
        if object.is(none()) {
            return 1;
        }
        let converted = if ops::has_index(object) {
            index_sized(th, object, Some(exceptions::overflow_error_type().as_object()))
        } else {
            let name = ops::type_name(object);
            Err(raise::type_error(th, format_args!("argument should be integer or None, not {name}")))
        };
        match converted {
            Ok(value) => {
                // SAFETY: R4: the caller's place for the number.
                unsafe { place.cast::<isize>().write(value) };
                1
            }
            Err(raised) => {
                objects::glue::leave_raised(th, raised);
                0
            }
        }
    }
}
