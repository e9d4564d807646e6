//! `PyLong_*`: made from C numbers and read as such ([`mod@self`]), as bytes ([`bytes`]), digit by digit ([`digits`]), from text ([`text`]).

pub mod bytes;
pub mod digits;
pub mod text;

use core::ffi::{c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Int, ops, raise};

use crate::api;

/// Reads the number that an object is, or stands for by `__index__`.
#[inline(always)]
fn index<R>(th: &mut Thread, object: &Object, read: impl FnOnce(&Int) -> R) -> Result<R, Raised> {
    if let Some(number) = Int::of(object) {
        return Ok(read(number));
    }
    let number = ops::index(th, object)?;
    let result = read(&number);
    th.release(number);
    Ok(result)
}

/// The object as an int; these functions do not ask for `__index__`.
#[inline(always)]
fn int<'a>(th: &mut Thread, object: &'a Object) -> Result<&'a Int, Raised> {
    match Int::of(object) {
        Some(number) => Ok(number),
        None => Err(raise::type_error(th, format_args!("an integer is required"))),
    }
}

/// The same for the functions that name what they got. `verb` is `expect` or `expected`.
fn named_int<'a>(th: &mut Thread, object: &'a Object, verb: &str) -> Result<&'a Int, Raised> {
    if let Some(number) = Int::of(object) {
        return Ok(number);
    }
    let got = ops::full_type_name(th, object.ty());
    Err(raise::type_error(th, format_args!("{verb} int, got {got}")))
}

#[cold]
fn too_large(th: &mut Thread, target: &str) -> Raised {
    raise::overflow_error(th, format_args!("Python int too large to convert to C {target}"))
}

#[cold]
fn no_unsigned(th: &mut Thread, number: &Int, target: &str, negative_target: &str) -> Raised {
    match number.is_negative() {
        true => raise::overflow_error(th, format_args!("can't convert negative value to {negative_target}")),
        false => too_large(th, target),
    }
}

/// The value, or the sign of one that does not fit.
fn or_overflow(th: &mut Thread, object: Option<&Object>, overflow: *mut c_int) -> Result<i64, Raised> {
    let report = |sign: c_int| {
        // SAFETY: R4: the caller's place for the result.
        unsafe { overflow.write(sign) }
    };
    report(0);
    let Some(object) = object else { return Err(raise::bad_internal_call(th)) };
    let (value, negative) = index(th, object, |number| (number.to_i64(), number.is_negative()))?;
    Ok(value.unwrap_or_else(|| {
        report(if negative { -1 } else { 1 });
        -1
    }))
}

/// -1, 0 or 1.
fn sign(number: &Int) -> c_int {
    match (number.is_zero(), number.is_negative()) {
        (true, _) => 0,
        (_, true) => -1,
        _ => 1,
    }
}

api! {
    /// An int of a C `long`.
    fn PyLong_FromLong(th, value: i64) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, value))
    }

    /// An int of a C `long long`.
    fn PyLong_FromLongLong(th, value: i64) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, value))
    }

    /// An int of a `Py_ssize_t`.
    fn PyLong_FromSsize_t(th, value: isize) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, value as i64))
    }

    /// An int of an `int32_t`.
    fn PyLong_FromInt32(th, value: i32) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, value.into()))
    }

    /// An int of an `int64_t`.
    fn PyLong_FromInt64(th, value: i64) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, value))
    }

    /// An int of a C `unsigned long`.
    fn PyLong_FromUnsignedLong(th, value: u64) -> Option<Ref<Int>> {
        Some(Int::from_u64(th, value))
    }

    /// An int of a C `unsigned long long`.
    fn PyLong_FromUnsignedLongLong(th, value: u64) -> Option<Ref<Int>> {
        Some(Int::from_u64(th, value))
    }

    /// An int of a `size_t`.
    fn PyLong_FromSize_t(th, value: usize) -> Option<Ref<Int>> {
        Some(Int::from_usize(th, value))
    }

    /// An int of a `uint32_t`.
    fn PyLong_FromUInt32(th, value: u32) -> Option<Ref<Int>> {
        Some(Int::from_i64(th, value.into()))
    }

    /// An int of a `uint64_t`.
    fn PyLong_FromUInt64(th, value: u64) -> Option<Ref<Int>> {
        Some(Int::from_u64(th, value))
    }

    /// The int part of a C `double`.
    fn PyLong_FromDouble(th, value: f64) -> Result<Ref<Int>, Raised> {
        objects::int::parse::from_f64(th, value)
    }

    /// An address as an int.
    fn PyLong_FromVoidPtr(th, pointer: *mut c_void) -> Option<Ref<Int>> {
        Some(Int::from_usize(th, pointer.addr()))
    }

    /// A C `long`.
    fn PyLong_AsLong(th, object: &Object) -> Result<i64, Raised> {
        index(th, object, Int::to_i64)?.ok_or(()).or_else(|()| Err(too_large(th, "long")))
    }

    /// A C `long`; -1 and the sign in `overflow` if it does not fit.
    fn PyLong_AsLongAndOverflow(th, object: Option<&Object>, overflow: *mut c_int) -> Result<i64, Raised> {
        or_overflow(th, object, overflow)
    }

    /// A C `long long`.
    fn PyLong_AsLongLong(th, object: &Object) -> Result<i64, Raised> {
        index(th, object, Int::to_i64)?.ok_or(()).or_else(|()| Err(raise::overflow_error(th, format_args!("int too big to convert"))))
    }

    /// A C `long long`; -1 and the sign in `overflow` if it does not fit.
    fn PyLong_AsLongLongAndOverflow(th, object: Option<&Object>, overflow: *mut c_int) -> Result<i64, Raised> {
        or_overflow(th, object, overflow)
    }

    /// A C `int`.
    fn PyLong_AsInt(th, object: &Object) -> Result<i32, Raised> {
        let value = index(th, object, Int::to_i64)?;
        value.and_then(|value| i32::try_from(value).ok()).ok_or(()).or_else(|()| Err(too_large(th, "int")))
    }

    /// A `Py_ssize_t` of an int.
    fn PyLong_AsSsize_t(th, object: &Object) -> Result<isize, Raised> {
        match int(th, object)?.to_i64() {
            Some(value) => Ok(value as isize),
            None => Err(too_large(th, "ssize_t")),
        }
    }

    /// A C `unsigned long` of an int.
    fn PyLong_AsUnsignedLong(th, object: &Object) -> Result<u64, Raised> {
        let number = int(th, object)?;
        number.to_u64().ok_or(()).or_else(|()| Err(no_unsigned(th, number, "unsigned long", "unsigned int")))
    }

    /// A `size_t` of an int.
    fn PyLong_AsSize_t(th, object: &Object) -> Result<usize, Raised> {
        let number = int(th, object)?;
        match number.to_u64() {
            Some(value) => Ok(value as usize),
            None => Err(no_unsigned(th, number, "size_t", "size_t")),
        }
    }

    /// A C `unsigned long long` of an int.
    fn PyLong_AsUnsignedLongLong(th, object: &Object) -> Result<u64, Raised> {
        let number = int(th, object)?;
        match number.to_u64() {
            Some(value) => Ok(value),
            None if number.is_negative() => Err(raise::overflow_error(th, format_args!("can't convert negative int to unsigned"))),
            None => Err(raise::overflow_error(th, format_args!("int too big to convert"))),
        }
    }

    /// The low bits of a number.
    fn PyLong_AsUnsignedLongMask(th, object: &Object) -> Result<u64, Raised> {
        index(th, object, |number| number.view().wrapping_u64())
    }

    /// The low bits of a number.
    fn PyLong_AsUnsignedLongLongMask(th, object: &Object) -> Result<u64, Raised> {
        index(th, object, |number| number.view().wrapping_u64())
    }

    /// A C `double` of an int.
    fn PyLong_AsDouble(th, object: &Object) -> Result<f64, Raised> {
        let number = int(th, object)?;
        objects::int::to_f64(th, number)
    }

    /// The address that an int is.
    fn PyLong_AsVoidPtr(th, object: &Object) -> Result<*mut c_void, Raised> {
        let number = int(th, object)?;
        let address = match number.is_negative() {
            true => number.to_i64().map(i64::cast_unsigned).ok_or("long"),
            false => number.to_u64().ok_or("unsigned long"),
        };
        match address {
            Ok(address) => Ok(core::ptr::with_exposed_provenance_mut(address as usize)),
            Err(target) => Err(too_large(th, target)),
        }
    }

    /// Whether an int is above zero.
    fn PyLong_IsPositive(th, object: &Object) -> Result<bool, Raised> {
        Ok(sign(named_int(th, object, "expected")?) > 0)
    }

    /// Whether an int is below zero.
    fn PyLong_IsNegative(th, object: &Object) -> Result<bool, Raised> {
        Ok(sign(named_int(th, object, "expected")?) < 0)
    }

    /// Whether an int is zero.
    fn PyLong_IsZero(th, object: &Object) -> Result<bool, Raised> {
        Ok(sign(named_int(th, object, "expected")?) == 0)
    }

    /// The sign of an int: -1, 0 or 1.
    fn PyLong_GetSign(th, object: &Object, out: *mut c_int) -> Result<(), Raised> {
        let sign = sign(named_int(th, object, "expect")?);
        // SAFETY: R4: the caller's place for the result.
        unsafe { out.write(sign) };
        Ok(())
    }

    /// The sign of an int: -1, 0 or 1.
    fn _PyLong_Sign(th, object: &Object) -> Result<i32, Raised> {
        int(th, object).map(sign)
    }

    /// How many bits the magnitude has.
    fn _PyLong_NumBits(th, object: &Object) -> Result<i64, Raised> {
        let number = int(th, object)?;
        Ok(algos::int::bit_length(number.view()).cast_signed())
    }

    /// The greatest common divisor of two ints.
    fn _PyLong_GCD(th, a: &Object, b: &Object) -> Result<Ref<Int>, Raised> {
        let (a, b) = (int(th, a)?, int(th, b)?);
        Ok(Int::from_alg(th, &algos::int::gcd(a.view(), b.view())))
    }

    /// `sys.int_info`.
    fn PyLong_GetInfo(th) -> Result<Ref<Object>, Raised> {
        interp::sys::info::int_info(th)
    }

    /// An int of a truth.
    fn PyBool_FromLong(th, value: i64) -> Option<Ref<Object>> {
        let _ = &th;
        Some(objects::bool_ref(value != 0))
    }
}
