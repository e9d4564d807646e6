//! What Unicode errors say: `PyUnicode{De,En}codeError_*`, `PyUnicodeTranslateError_*`.

use core::ffi::c_char;

use heap::{Object, Raised, Ref, Thread};
use objects::exceptions::{UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError, unicode_decode_error_type};
use objects::{Bytes, Int, Str, ops, raise};

use crate::api;
use crate::entry::c_text;

/// What the three types have in common, which is all: they differ in their constructors and texts.
fn fields<'a>(th: &mut Thread, object: &'a Object, expected: &str) -> Result<&'a UnicodeDecodeError, Raised> {
    if object.is_a::<UnicodeDecodeError>() || object.is_a::<UnicodeEncodeError>() || object.is_a::<UnicodeTranslateError>() {
        // SAFETY: R3: the three structs are one (`PyUnicodeErrorObject`).
        return Ok(unsafe { object.cast_unchecked() });
    }
    let got = ops::message_name(object.ty());
    Err(raise::type_error(th, format_args!("expecting a {expected} object, got {got}")))
}

/// An attribute that must be a string.
fn text(th: &mut Thread, value: Option<Ref<Object>>, name: &str) -> Result<Ref<Str>, Raised> {
    let Some(value) = value else {
        return Err(raise::type_error(th, format_args!("UnicodeError '{name}' attribute is not set")));
    };
    match value.downcast::<Str>() {
        Ok(text) => Ok(text),
        Err(_) => Err(raise::type_error(th, format_args!("UnicodeError '{name}' attribute must be a string"))),
    }
}

/// What could not be converted, and how long it is.
fn subject(th: &mut Thread, error: &UnicodeDecodeError, bytes: bool) -> Result<(Ref<Object>, isize), Raised> {
    let value = error.object(th);
    if !bytes {
        let text = text(th, value, "object")?;
        let len = text.chars().iter().len() as isize;
        return Ok((text.up(), len));
    }
    let Some(value) = value else {
        return Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute is not set")));
    };
    match value.downcast::<Bytes>() {
        Ok(bytes) => {
            let len = bytes.as_slice().len() as isize;
            Ok((bytes.up(), len))
        }
        Err(_) => Err(raise::type_error(th, format_args!("UnicodeError 'object' attribute must be a bytes"))),
    }
}

/// Where the range begins, within the object.
fn start(th: &mut Thread, error: &UnicodeDecodeError, bytes: bool, out: *mut isize) -> Result<(), Raised> {
    let (_, len) = subject(th, error, bytes)?;
    let start = error.range().0.clamp(0, (len - 1).max(0));
    // SAFETY: R4: the contract of the functions that call this.
    unsafe { out.write(start) };
    Ok(())
}

/// Where the range ends, within the object.
fn end(th: &mut Thread, error: &UnicodeDecodeError, bytes: bool, out: *mut isize) -> Result<(), Raised> {
    let (_, len) = subject(th, error, bytes)?;
    let end = error.range().1.max(1).min(len);
    // SAFETY: R4: the contract of the functions that call this.
    unsafe { out.write(end) };
    Ok(())
}

fn set_start(error: &UnicodeDecodeError, start: isize) {
    error.set_range(start, error.range().1);
}

fn set_end(error: &UnicodeDecodeError, end: isize) {
    error.set_range(error.range().0, end);
}

/// Sets why.
///
/// # Safety
/// R4: `reason` is a C string.
unsafe fn set_reason(th: &mut Thread, error: &UnicodeDecodeError, reason: *const c_char) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    let reason = unsafe { c_text(th, reason) }?;
    let reason = Str::new(th, reason);
    error.set_reason(th, reason.up());
    Ok(())
}

const DECODE: &str = "UnicodeDecodeError";
const ENCODE: &str = "UnicodeEncodeError";
const TRANSLATE: &str = "UnicodeTranslateError";

api! {
    fn PyUnicodeDecodeError_Create(
        th,
        encoding: *const c_char,
        object: *const c_char,
        length: isize,
        start: isize,
        end: isize,
        reason: *const c_char,
    ) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        let (encoding, reason) = unsafe { (c_text(th, encoding)?, c_text(th, reason)?) };
        let Ok(length) = usize::try_from(length) else { return Err(raise::bad_internal_call(th)) };
        // SAFETY: R4: the function's contract.
        let bytes = unsafe { core::slice::from_raw_parts(object.cast::<u8>(), length) };
        let (encoding, bytes, reason) = (Str::new(th, encoding), Bytes::new(th, bytes), Str::new(th, reason));
        let (start, end) = (Int::from_i64(th, start as i64), Int::from_i64(th, end as i64));
        ops::call(th, unicode_decode_error_type(), &[&encoding, &bytes, &start, &end, &reason])
    }

    fn PyUnicodeDecodeError_GetEncoding(th, object: &Object) -> Result<Ref<Str>, Raised> {
        let encoding = fields(th, object, DECODE)?.encoding(th);
        text(th, encoding, "encoding")
    }

    fn PyUnicodeEncodeError_GetEncoding(th, object: &Object) -> Result<Ref<Str>, Raised> {
        let encoding = fields(th, object, ENCODE)?.encoding(th);
        text(th, encoding, "encoding")
    }

    fn PyUnicodeDecodeError_GetObject(th, object: &Object) -> Result<Ref<Object>, Raised> {
        let error = fields(th, object, DECODE)?;
        Ok(subject(th, error, true)?.0)
    }

    fn PyUnicodeEncodeError_GetObject(th, object: &Object) -> Result<Ref<Object>, Raised> {
        let error = fields(th, object, ENCODE)?;
        Ok(subject(th, error, false)?.0)
    }

    fn PyUnicodeTranslateError_GetObject(th, object: &Object) -> Result<Ref<Object>, Raised> {
        let error = fields(th, object, TRANSLATE)?;
        Ok(subject(th, error, false)?.0)
    }

    fn PyUnicodeDecodeError_GetStart(th, object: &Object, out: *mut isize) -> Result<(), Raised> {
        let error = fields(th, object, DECODE)?;
        start(th, error, true, out)
    }

    fn PyUnicodeEncodeError_GetStart(th, object: &Object, out: *mut isize) -> Result<(), Raised> {
        let error = fields(th, object, ENCODE)?;
        start(th, error, false, out)
    }

    fn PyUnicodeTranslateError_GetStart(th, object: &Object, out: *mut isize) -> Result<(), Raised> {
        let error = fields(th, object, TRANSLATE)?;
        start(th, error, false, out)
    }

    fn PyUnicodeDecodeError_SetStart(th, object: &Object, start: isize) -> Result<(), Raised> {
        set_start(fields(th, object, DECODE)?, start);
        Ok(())
    }

    fn PyUnicodeEncodeError_SetStart(th, object: &Object, start: isize) -> Result<(), Raised> {
        set_start(fields(th, object, ENCODE)?, start);
        Ok(())
    }

    fn PyUnicodeTranslateError_SetStart(th, object: &Object, start: isize) -> Result<(), Raised> {
        set_start(fields(th, object, TRANSLATE)?, start);
        Ok(())
    }

    fn PyUnicodeDecodeError_GetEnd(th, object: &Object, out: *mut isize) -> Result<(), Raised> {
        let error = fields(th, object, DECODE)?;
        end(th, error, true, out)
    }

    fn PyUnicodeEncodeError_GetEnd(th, object: &Object, out: *mut isize) -> Result<(), Raised> {
        let error = fields(th, object, ENCODE)?;
        end(th, error, false, out)
    }

    fn PyUnicodeTranslateError_GetEnd(th, object: &Object, out: *mut isize) -> Result<(), Raised> {
        let error = fields(th, object, TRANSLATE)?;
        end(th, error, false, out)
    }

    fn PyUnicodeDecodeError_SetEnd(th, object: &Object, end: isize) -> Result<(), Raised> {
        set_end(fields(th, object, DECODE)?, end);
        Ok(())
    }

    fn PyUnicodeEncodeError_SetEnd(th, object: &Object, end: isize) -> Result<(), Raised> {
        set_end(fields(th, object, ENCODE)?, end);
        Ok(())
    }

    fn PyUnicodeTranslateError_SetEnd(th, object: &Object, end: isize) -> Result<(), Raised> {
        set_end(fields(th, object, TRANSLATE)?, end);
        Ok(())
    }

    fn PyUnicodeDecodeError_GetReason(th, object: &Object) -> Result<Ref<Str>, Raised> {
        let reason = fields(th, object, DECODE)?.reason(th);
        text(th, reason, "reason")
    }

    fn PyUnicodeEncodeError_GetReason(th, object: &Object) -> Result<Ref<Str>, Raised> {
        let reason = fields(th, object, ENCODE)?.reason(th);
        text(th, reason, "reason")
    }

    fn PyUnicodeTranslateError_GetReason(th, object: &Object) -> Result<Ref<Str>, Raised> {
        let reason = fields(th, object, TRANSLATE)?.reason(th);
        text(th, reason, "reason")
    }

    fn PyUnicodeDecodeError_SetReason(th, object: &Object, reason: *const c_char) -> Result<(), Raised> {
        let error = fields(th, object, DECODE)?;
        // SAFETY: R4: the function's contract.
        unsafe { set_reason(th, error, reason) }
    }

    fn PyUnicodeEncodeError_SetReason(th, object: &Object, reason: *const c_char) -> Result<(), Raised> {
        let error = fields(th, object, ENCODE)?;
        // SAFETY: R4: the function's contract.
        unsafe { set_reason(th, error, reason) }
    }

    fn PyUnicodeTranslateError_SetReason(th, object: &Object, reason: *const c_char) -> Result<(), Raised> {
        let error = fields(th, object, TRANSLATE)?;
        // SAFETY: R4: the function's contract.
        unsafe { set_reason(th, error, reason) }
    }
}

