//! Ints as two's complement: `PyLong_AsNativeBytes` and its like.

use core::ffi::{c_int, c_uint, c_ulong, c_ulonglong, c_ushort, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Int, ops, raise};

use crate::api;
use crate::entry::expect;

/// Bits of the flags of `PyLong_AsNativeBytes`; -1 stands for the default.
mod flag {
    use core::ffi::c_int;
    pub const LITTLE_ENDIAN: c_int = 1;
    pub const NATIVE_ENDIAN: c_int = 3;
    pub const UNSIGNED_BUFFER: c_int = 4;
    pub const REJECT_NEGATIVE: c_int = 8;
    pub const ALLOW_INDEX: c_int = 16;
}

const DEFAULTS: c_int = -1;
const DIGIT_BITS: u32 = 30;
const DIGIT_MASK: u32 = (1 << DIGIT_BITS) - 1;

fn is_little(flags: c_int) -> bool {
    // Native order is little: bit 1 says native, bit 0 which of the two otherwise.
    flags == DEFAULTS || flags & 2 != 0 || flags & flag::LITTLE_ENDIAN != 0
}

fn has(flags: c_int, bit: c_int) -> bool {
    flags != DEFAULTS && flags & bit != 0
}

/// Fills `out` with the low bytes of the number in two's complement.
fn fill(number: &Int, out: &mut [u8], little: bool) {
    let negative = number.is_negative();
    let mut digits = number.digit_slice().iter();
    let (mut held, mut bits, mut carry) = (0u64, 0, 1);
    let mut next = || {
        while bits < 8 {
            let mut digit = digits.next().copied().unwrap_or(0);
            if negative {
                digit = (digit ^ DIGIT_MASK) + carry;
                carry = digit >> DIGIT_BITS;
                digit &= DIGIT_MASK;
            }
            held |= u64::from(digit) << bits;
            bits += DIGIT_BITS;
        }
        let byte = held as u8;
        held >>= 8;
        bits -= 8;
        byte
    };
    match little {
        true => out.iter_mut().for_each(|byte| *byte = next()),
        false => out.iter_mut().rev().for_each(|byte| *byte = next()),
    }
}

/// Whether a number fits so many bits, the sign bit among them.
fn fits(value: i64, bits: usize) -> bool {
    bits >= 64 || matches!(value >> (bits - 1), 0 | -1)
}

/// How many bytes the number needs, at least `len` (those that the caller has).
fn needed(number: &Int, len: usize, flags: c_int) -> usize {
    let unsigned = flags == DEFAULTS || flags & flag::UNSIGNED_BUFFER != 0;
    if let Some(value) = number.compact() {
        // Answers are the size of a machine word, unless the caller has less and it fits nevertheless.
        return match len {
            0 | 9.. => 8,
            _ if fits(value, len * 8) => len,
            _ if value > 0 && fits(value, len * 8 + 1) => len + usize::from(!unsigned),
            _ => 8,
        };
    }
    let bits = algos::int::bit_length(number.view());
    let needed = (bits / 8 + 1) as usize;
    if len == 0 || needed != len + 1 || bits % 8 != 0 {
        return needed;
    }
    // All bits of the caller's bytes are used: the sign has no room, but may not need any.
    let lowest = match number.is_negative() {
        true => number
            .digit_slice()
            .split_last()
            .is_some_and(|(top, rest)| top.is_power_of_two() && rest.iter().all(|&digit| digit == 0)),
        false => unsigned,
    };
    if lowest { len } else { needed }
}

/// `PyLong_AsNativeBytes`.
///
/// # Safety
/// `out` is `len` bytes to write.
unsafe fn to_native(th: &mut Thread, object: &Object, out: *mut c_void, len: isize, flags: c_int) -> Result<isize, Raised> {
    let Ok(len) = usize::try_from(len) else { return Err(raise::bad_internal_call(th)) };
    let indexed;
    let number = match Int::of(object) {
        Some(number) => number,
        None if has(flags, flag::ALLOW_INDEX) => {
            indexed = ops::index(th, object)?;
            &*indexed
        }
        None => super::named_int(th, object, "expect")?,
    };
    if has(flags, flag::REJECT_NEGATIVE) && number.is_negative() {
        return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
    }
    if len > 0 {
        // SAFETY: the caller's promise.
        let out = unsafe { core::slice::from_raw_parts_mut(out.cast::<u8>(), len) };
        fill(number, out, is_little(flags));
    }
    Ok(needed(number, len, flags).cast_signed())
}

/// Writes a number of a fixed size, if it fits.
///
/// # Safety
/// `out` is a place for a `T`.
unsafe fn to_sized<T>(th: &mut Thread, object: &Object, out: *mut T, unsigned: bool, message: &str) -> Result<(), Raised> {
    let kind = if unsigned { flag::UNSIGNED_BUFFER | flag::REJECT_NEGATIVE } else { 0 };
    let flags = flag::NATIVE_ENDIAN | flag::ALLOW_INDEX | kind;
    let mut value = core::mem::MaybeUninit::<T>::uninit();
    // SAFETY: R4: a place of that size.
    let bytes = unsafe { to_native(th, object, value.as_mut_ptr().cast(), size_of::<T>().cast_signed(), flags) }?;
    if bytes.cast_unsigned() > size_of::<T>() {
        return Err(raise::overflow_error(th, format_args!("Python int too large {message}")));
    }
    // SAFETY: the caller's promise; `to_native` has written all bytes.
    unsafe { out.write_unaligned(value.assume_init()) };
    Ok(())
}

/// A converter for `O&`: 1, or 0 with an exception.
///
/// # Safety
/// As [`to_sized`].
unsafe fn convert<T>(th: &mut Thread, object: &Object, out: *mut c_void, name: &str) -> c_int {
    // SAFETY: the caller's promise.
    match unsafe { to_sized::<T>(th, object, out.cast(), true, &format!("for C {name}")) } {
        Ok(()) => 1,
        Err(raised) => {
            objects::glue::leave_raised(th, raised);
            0
        }
    }
}

/// From bytes of C's.
///
/// # Safety
/// `bytes` is null or `len` bytes to read.
unsafe fn from_native(th: &mut Thread, bytes: *const c_void, len: usize, little: bool, signed: bool) -> Result<Ref<Int>, Raised> {
    if bytes.is_null() {
        return Err(raise::bad_internal_call(th));
    }
    // SAFETY: the caller's promise.
    let bytes = unsafe { core::slice::from_raw_parts(bytes.cast::<u8>(), len) };
    Ok(Int::from_alg(th, &algos::int::from_bytes(bytes, little, signed)))
}

api! {
    /// Writes the low bytes of a number; returns how many it needs.
    fn PyLong_AsNativeBytes(th, object: &Object, out: *mut c_void, len: isize, flags: c_int) -> Result<isize, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { to_native(th, object, out, len, flags) }
    }

    /// A signed number from bytes.
    fn PyLong_FromNativeBytes(th, bytes: *const c_void, len: usize, flags: c_int) -> Result<Ref<Int>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { from_native(th, bytes, len, is_little(flags), !has(flags, flag::UNSIGNED_BUFFER)) }
    }

    /// An unsigned number from bytes.
    fn PyLong_FromUnsignedNativeBytes(th, bytes: *const c_void, len: usize, flags: c_int) -> Result<Ref<Int>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { from_native(th, bytes, len, is_little(flags), false) }
    }

    /// An `int32_t`.
    fn PyLong_AsInt32(th, object: &Object, out: *mut i32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { to_sized(th, object, out, false, "to convert to C int32_t") }
    }

    /// An `int64_t`.
    fn PyLong_AsInt64(th, object: &Object, out: *mut i64) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { to_sized(th, object, out, false, "to convert to C int64_t") }
    }

    /// A `uint32_t`.
    fn PyLong_AsUInt32(th, object: &Object, out: *mut u32) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { to_sized(th, object, out, true, "to convert to C uint32_t") }
    }

    /// A `uint64_t`.
    fn PyLong_AsUInt64(th, object: &Object, out: *mut u64) -> Result<(), Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { to_sized(th, object, out, true, "to convert to C uint64_t") }
    }

    /// A number from bytes in either order.
    fn _PyLong_FromByteArray(th, bytes: *const u8, len: usize, little: c_int, signed: c_int) -> Result<Ref<Int>, Raised> {
        if len == 0 {
            return Ok(Int::from_i64(th, 0));
        }
        // SAFETY: R4: the function's contract.
        unsafe { from_native(th, bytes.cast(), len, little != 0, signed != 0) }
    }

    /// Fills bytes with a number in either order; -1 if it does not fit, with an exception only if that is wanted.
    fn _PyLong_AsByteArray(th, object: &Object, out: *mut u8, len: usize, little: c_int, signed: c_int, raises: c_int) -> Result<i32, Raised> {
        let number = expect::<Int>(th, object)?;
        // SAFETY: R4: the function's contract; no bytes may be at no address.
        let out = if len == 0 { &mut [] } else { unsafe { core::slice::from_raw_parts_mut(out, len) } };
        let Err(error) = algos::int::to_bytes(number.view(), out, little != 0, signed != 0) else { return Ok(0) };
        if !number.is_negative() || signed != 0 {
            fill(number, out, little != 0);
        }
        if raises == 0 { Ok(-1) } else { Err(raise::overflow_error(th, format_args!("{error}"))) }
    }

    /// A converter for `O&`.
    fn _PyLong_UnsignedShort_Converter(th, object: &Object, out: *mut c_void) -> i32 {
        // SAFETY: R4: the function's contract.
        unsafe { convert::<c_ushort>(th, object, out, "unsigned short") }
    }

    /// A converter for `O&`.
    fn _PyLong_UnsignedInt_Converter(th, object: &Object, out: *mut c_void) -> i32 {
        // SAFETY: R4: the function's contract.
        unsafe { convert::<c_uint>(th, object, out, "unsigned int") }
    }

    /// A converter for `O&`.
    fn _PyLong_UnsignedLong_Converter(th, object: &Object, out: *mut c_void) -> i32 {
        // SAFETY: R4: the function's contract.
        unsafe { convert::<c_ulong>(th, object, out, "unsigned long") }
    }

    /// A converter for `O&`.
    fn _PyLong_UnsignedLongLong_Converter(th, object: &Object, out: *mut c_void) -> i32 {
        // SAFETY: R4: the function's contract.
        unsafe { convert::<c_ulonglong>(th, object, out, "unsigned long long") }
    }

    /// A converter for `O&`.
    fn _PyLong_Size_t_Converter(th, object: &Object, out: *mut c_void) -> i32 {
        // SAFETY: R4: the function's contract.
        unsafe { convert::<usize>(th, object, out, "size_t") }
    }
}
