//! Values as bytes: `PyMarshal_*`.

use core::ffi::{c_char, c_int, c_long};

use heap::{Object, Raised, Ref, Thread};
use modules::marshal::{read_front, write_value};
use objects::{Bytes, raise};

use super::file::{File, read_exact, read_rest, write_all};
use crate::api;

/// Reads a number of `N` bytes; `EOFError` if the file ends before.
///
/// # Safety
/// R4: `file` is an open file of C's.
unsafe fn number<const N: usize>(th: &mut Thread, file: File) -> Result<[u8; N], Raised> {
    let mut bytes = [0; N];
    // SAFETY: the caller's promise.
    match unsafe { read_exact(file, &mut bytes) } {
        true => Ok(bytes),
        false => Err(raise::eof_error(th, format_args!("EOF read where not expected"))),
    }
}

/// Reads a value, and leaves the file behind it.
///
/// # Safety
/// R4: `file` is an open file of C's.
unsafe fn read_object(th: &mut Thread, file: File) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise; a file that has no places is left at its end.
    unsafe {
        let start = libc::ftell(file);
        let bytes = read_rest(file);
        let (value, length) = match read_front(th, &bytes) {
            Err(raised) if bytes.is_empty() => {
                drop(th.take_exception());
                let _ = raised;
                return Err(raise::eof_error(th, format_args!("EOF read where object expected")));
            }
            result => result?,
        };
        if start >= 0 && length < bytes.len() {
            libc::fseek(file, start + length as c_long, libc::SEEK_SET);
        }
        Ok(value)
    }
}

api! {
    fn PyMarshal_ReadObjectFromString(th, data: *const c_char, length: isize) -> Result<Ref<Object>, Raised> {
        let Ok(length) = usize::try_from(length) else { return Err(raise::bad_internal_call(th)) };
        // SAFETY: R4: the function's contract.
        let bytes = unsafe { core::slice::from_raw_parts(data.cast::<u8>(), length) }.to_vec();
        Ok(read_front(th, &bytes)?.0)
    }

    fn PyMarshal_WriteObjectToString(th, value: &Object, version: c_int) -> Result<Ref<Bytes>, Raised> {
        let bytes = write_value(th, value, version)?;
        Bytes::try_new(th, &bytes).ok_or_else(|| raise::memory_error(th))
    }

    fn PyMarshal_WriteObjectToFile(th, value: &Object, file: File, version: c_int) {
        match write_value(th, value, version) {
            // SAFETY: R4: the function's contract.
            Ok(bytes) => unsafe { write_all(file, &bytes) },
            Err(raised) => super::errors::leave(th, raised),
        }
    }

    fn PyMarshal_WriteLongToFile(th, value: c_long, file: File, _version: c_int) {
        let _ = th;
        // The low 32 bits, as the format has them.
        // SAFETY: R4: the function's contract.
        unsafe { write_all(file, &(value as i32).to_le_bytes()) };
    }

    fn PyMarshal_ReadShortFromFile(th, file: File) -> Result<c_int, Raised> {
        // SAFETY: R4: the function's contract.
        let bytes = unsafe { number::<2>(th, file) }?;
        Ok(i16::from_le_bytes(bytes).into())
    }

    fn PyMarshal_ReadLongFromFile(th, file: File) -> Result<c_long, Raised> {
        // SAFETY: R4: the function's contract.
        let bytes = unsafe { number::<4>(th, file) }?;
        Ok(i32::from_le_bytes(bytes).into())
    }

    fn PyMarshal_ReadObjectFromFile(th, file: File) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { read_object(th, file) }
    }

    fn PyMarshal_ReadLastObjectFromFile(th, file: File) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the function's contract.
        unsafe { read_object(th, file) }
    }
}
