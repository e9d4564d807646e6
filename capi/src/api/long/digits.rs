//! Ints digit by digit: the export, the writer, and what reads and makes the struct itself.

use core::ffi::{c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::{Int, raise};

use crate::api;
use crate::entry::expect;

/// 30 bits in each digit, the lowest first.
static LAYOUT: abi::PyLongLayout =
    abi::PyLongLayout { bits_per_digit: 30, digit_size: 4, digits_order: -1, digit_endianness: -1 };

/// A new int of so many digits, which C writes; it is common from the start.
fn blank(th: &mut Thread, negative: bool, digits: usize) -> Result<Ref<Int>, Raised> {
    match Int::new_null(th, negative, digits) {
        Some(made) => Ok(made),
        None => Err(raise::memory_error(th)),
    }
}

/// The int that C filled, with its digits in order: leading zeros and small numbers make it another object.
fn settled(th: &mut Thread, written: Ref<Int>) -> Ref<Int> {
    let digits = written.digit_slice();
    if digits.len() > 1 && digits.last() != Some(&0) {
        return written;
    }
    let made = Int::from_digits(th, written.is_negative(), digits);
    th.release(written);
    made
}

api! {
    /// The layout of digits, for [`PyLong_Export`] and [`PyLongWriter_Create`].
    fn PyLong_GetNativeLayout(th) -> *const abi::PyLongLayout {
        let _ = &th;
        &raw const LAYOUT
    }

    /// An int as a number of 64 bits or as digits, which are borrowed until [`PyLong_FreeExport`].
    fn PyLong_Export(th, object: &Object, out: *mut abi::PyLongExport) -> Result<(), Raised> {
        let mut export = abi::PyLongExport { value: 0, negative: 0, ndigits: 0, digits: core::ptr::null(), _reserved: 0 };
        let number = super::named_int(th, object, "expect");
        if let Ok(number) = number {
            match number.to_i64() {
                Some(value) => export.value = value,
                None => {
                    export.negative = number.is_negative().into();
                    export.ndigits = number.len().cast_signed();
                    export.digits = number.digit_slice().as_ptr().cast();
                    export._reserved = th.retain(object).into_raw().expose_provenance();
                }
            }
        }
        // SAFETY: R4: the caller's place for the result.
        unsafe { out.write(export) };
        number.map(|_| ())
    }

    /// Ends an export.
    fn PyLong_FreeExport(th, export: *mut abi::PyLongExport) {
        // SAFETY: R4: the caller's export.
        let kept = unsafe { core::mem::take(&mut (*export)._reserved) };
        let kept: *mut abi::PyObject = core::ptr::with_exposed_provenance_mut(kept);
        // SAFETY: R2: zero, or the count that `PyLong_Export` took.
        if let Some(kept) = unsafe { Ref::<Object>::from_raw_nullable(kept) } {
            th.release(kept);
        }
    }

    /// Begins an int whose digits C writes.
    fn PyLongWriter_Create(th, negative: c_int, count: isize, digits: *mut *mut c_void) -> Result<*mut c_void, Raised> {
        let made = match usize::try_from(count) {
            Ok(count @ 1..) => blank(th, negative != 0, count),
            _ => Err(raise::value_error(th, format_args!("ndigits must be positive"))),
        };
        let start = made.as_ref().map_or(core::ptr::null_mut(), |made| made.digit_slice().as_ptr().cast_mut().cast());
        // SAFETY: R4: the caller's place for the result.
        unsafe { digits.write(start) };
        Ok(made?.into_raw().cast())
    }

    /// Ends an int whose digits C wrote.
    fn PyLongWriter_Finish(th, writer: *mut c_void) -> Option<Ref<Int>> {
        // SAFETY: R2: the count that `PyLongWriter_Create` gave away.
        Some(settled(th, unsafe { Ref::from_raw(writer.cast()) }))
    }

    /// Gives a writer up.
    fn PyLongWriter_Discard(th, writer: *mut c_void) {
        // SAFETY: R2: null, or the count that `PyLongWriter_Create` gave away.
        if let Some(writer) = unsafe { Ref::<Int>::from_raw_nullable(writer.cast()) } {
            th.release(writer);
        }
    }

    /// An int of so many digits, which C writes.
    fn _PyLong_New(th, count: isize) -> Result<Ref<Int>, Raised> {
        match usize::try_from(count) {
            Ok(count) => blank(th, false, count),
            Err(_) => Err(raise::bad_internal_call(th)),
        }
    }

    /// An int of these digits.
    fn _PyLong_FromDigits(th, negative: c_int, count: isize, digits: *const u32) -> Result<Ref<Int>, Raised> {
        let digits = match usize::try_from(count) {
            Ok(0) => &[][..],
            // SAFETY: R4: the function's contract.
            Ok(count) => unsafe { core::slice::from_raw_parts(digits, count) },
            Err(_) => return Err(raise::bad_internal_call(th)),
        };
        Ok(Int::from_digits(th, negative != 0, digits))
    }

    /// An exact int of the same value; of a number that is not small a new one.
    fn _PyLong_Copy(th, object: &Object) -> Result<Ref<Int>, Raised> {
        let number = expect::<Int>(th, object)?;
        Ok(Int::from_digits(th, number.is_negative(), number.digit_slice()))
    }

    /// Whether an int has at most one digit.
    fn PyUnstable_Long_IsCompact(th, object: &Object) -> Result<bool, Raised> {
        Ok(expect::<Int>(th, object)?.compact().is_some())
    }

    /// The value of an int that has at most one digit.
    fn PyUnstable_Long_CompactValue(th, object: &Object) -> Result<isize, Raised> {
        let number = expect::<Int>(th, object)?;
        match number.compact() {
            Some(value) => Ok(value as isize),
            None => Err(raise::bad_internal_call(th)),
        }
    }
}
