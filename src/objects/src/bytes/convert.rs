//! Bytes from any object: `bytes(x)`, the items of an iterable, the memory of an exporter.

use core::ops::ControlFlow;

use heap::{Object, Raised, Ref, Thread};

use super::Bytes;
use crate::glue::{Buffer, has_buffer};
use crate::{List, Str, Tuple, names, ops, raise};

/// `bytes(x)` of an object that is neither a count nor text: `__bytes__`, a buffer, an iterable of ints (`PyObject_Bytes`).
pub fn from_object(th: &mut Thread, x: &Object) -> Result<Ref<Bytes>, Raised> {
    if let Some(bytes) = x.downcast_exact::<Bytes>() {
        return Ok(th.retain(bytes));
    }
    if let Some(bytes) = by_method(th, x)? {
        return Ok(bytes);
    }
    from_content(th, x)
}

/// What `__bytes__` says, if the object has one.
pub fn by_method(th: &mut Thread, x: &Object) -> Result<Option<Ref<Bytes>>, Raised> {
    let Some(result) = ops::call_special(th, x, &names::__bytes__, &[])? else { return Ok(None) };
    match result.downcast::<Bytes>() {
        Ok(bytes) => Ok(Some(bytes)),
        Err(other) => {
            let got = ops::type_name(&other);
            Err(raise::type_error(th, format_args!("__bytes__ returned non-bytes (type {got})")))
        }
    }
}

/// From a buffer or an iterable of ints (`PyBytes_FromObject`).
pub fn from_content(th: &mut Thread, x: &Object) -> Result<Ref<Bytes>, Raised> {
    if let Some(bytes) = x.downcast_exact::<Bytes>() {
        return Ok(th.retain(bytes));
    }
    let contents = if has_buffer(x) { copy_buffer(th, x)? } else { items(th, x, "bytes")? };
    Bytes::try_new(th, &contents).ok_or_else(|| raise::memory_error(th))
}

/// A copy of what an exporter shows, in C order.
pub fn copy_buffer(th: &mut Thread, x: &Object) -> Result<Vec<u8>, Raised> {
    let buffer = Buffer::reading(th, x, abi::PyBUF_FULL_RO)?;
    Ok(crate::buffer::to_contiguous(buffer.view()))
}

/// The ints of an iterable as bytes. `target` names what they are for: `cannot convert 'int' object to bytes`.
pub fn items(th: &mut Thread, x: &Object, target: &str) -> Result<Vec<u8>, Raised> {
    let mut out = Vec::new();
    each_item(th, x, target, |_, byte| {
        out.push(byte);
        Ok(())
    })?;
    Ok(out)
}

/// As [`items`], one byte after the other.
pub fn each_item(th: &mut Thread, x: &Object, target: &str, mut take: impl FnMut(&mut Thread, u8) -> Result<(), Raised>) -> Result<(), Raised> {
    let iterable = !x.is_a::<Str>();
    let iterator = if !iterable {
        None
    } else if x.is_exactly::<List>() || x.is_exactly::<Tuple>() {
        Some(th.retain(x))
    } else {
        match ops::iter_all(th, x) {
            Ok(iterator) => Some(iterator),
            Err(_) if raise::matches(th, crate::exceptions::type_error_type()) => {
                th.take_exception();
                None
            }
            Err(raised) => return Err(raised),
        }
    };
    let Some(iterator) = iterator else {
        let got = ops::type_name(x);
        return Err(raise::type_error(th, format_args!("cannot convert '{got}' object to {target}")));
    };
    ops::length_hint(th, x, 64)?;
    let what = if target == "bytes" { "bytes" } else { "byte" };
    ops::for_each(th, &iterator, |th, item| {
        let value = ops::index_clip(th, &item)?;
        th.release(item);
        match u8::try_from(value) {
            Ok(byte) => take(th, byte)?,
            Err(_) => return Err(raise::value_error(th, format_args!("{what} must be in range(0, 256)"))),
        }
        Ok(ControlFlow::Continue(()))
    })
}
