//! `PyByteArray_*`.

use core::ffi::c_char;

use heap::{Object, PyType, Raised, Ref};
use objects::glue::{Buffer, has_buffer};
use objects::{ByteArray, ops, raise};

use crate::api;
use crate::entry::expect;

api! {
    /// A bytearray; without contents C fills it.
    fn PyByteArray_FromStringAndSize(th, contents: *const c_char, len: isize) -> Result<Ref<ByteArray>, Raised> {
        let Ok(len) = usize::try_from(len) else {
            return Err(raise::system_error(th, format_args!("Negative size passed to PyByteArray_FromStringAndSize")));
        };
        if contents.is_null() {
            let made = ByteArray::new(th, &[])?;
            made.resize(th, len.cast_signed())?;
            return Ok(made);
        }
        // SAFETY: R4: the function's contract.
        ByteArray::new(th, unsafe { core::slice::from_raw_parts(contents.cast::<u8>(), len) })
    }

    /// `bytearray(object)`
    fn PyByteArray_FromObject(th, object: &Object) -> Result<Ref<Object>, Raised> {
        ops::call1(th, ByteArray::type_object(), object)
    }

    /// The contents of two that have buffers.
    fn PyByteArray_Concat(th, a: &Object, b: &Object) -> Result<Ref<ByteArray>, Raised> {
        let left = if has_buffer(a) { Buffer::new(th, a).ok() } else { None };
        let right = if has_buffer(b) { Buffer::new(th, b).ok() } else { None };
        let (Some(left), Some(right)) = (left, right) else {
            th.take_exception();
            let (left, right) = (ops::type_name(a), ops::type_name(b));
            return Err(raise::type_error(th, format_args!("can't concat {right} to {left}")));
        };
        let contents = [&*left, &*right].concat();
        drop((left, right));
        ByteArray::new(th, &contents)
    }

    /// How many bytes.
    fn PyByteArray_Size(th, array: &Object) -> Result<isize, Raised> {
        Ok(expect::<ByteArray>(th, array)?.len().cast_signed())
    }

    /// The contents, with a zero behind them.
    fn PyByteArray_AsString(th, array: &Object) -> Result<*mut c_char, Raised> {
        Ok(expect::<ByteArray>(th, array)?.start().cast())
    }

    /// Makes it longer or shorter; `BufferError` while there are views.
    fn PyByteArray_Resize(th, array: &Object, len: isize) -> Result<(), Raised> {
        let array = expect::<ByteArray>(th, array)?;
        array.resize(th, len)
    }
}
