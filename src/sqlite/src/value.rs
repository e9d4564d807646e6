//! Values between Python and SQLite.

use core::ffi::{c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use objects::glue::*;
use objects::{Bytes, Float, Int, Str, codecs, ops, raise};

/// A value that SQLite takes, with the object that owns its bytes.
pub enum Value {
    Null,
    Int(i64),
    Float(f64),
    Text(Ref<Str>),
    Blob(Buffer),
}

impl Value {
    /// The value of an object; `None`: SQLite has no such values.
    pub fn of(th: &mut Thread, object: &Object) -> Result<Option<Value>, Raised> {
        Ok(Some(if object.is(objects::none()) {
            Value::Null
        } else if let Some(number) = object.downcast::<Int>() {
            match number.to_i64() {
                Some(number) => Value::Int(number),
                None => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to SQLite INTEGER"))),
            }
        } else if let Some(number) = object.downcast::<Float>() {
            Value::Float(number.value())
        } else if let Some(text) = object.downcast::<Str>() {
            match text.to_utf8().map(|utf8| c_int::try_from(utf8.len())) {
                Some(Ok(_)) => Value::Text(text.to_ref()),
                Some(Err(_)) => return Err(raise::overflow_error(th, format_args!("string longer than INT_MAX bytes"))),
                None => return Err(raise::unicode_surrogates(th, text)),
            }
        } else if has_buffer(object) {
            let bytes = Buffer::new(th, object)?;
            if c_int::try_from(bytes.len()).is_err() {
                return Err(raise::overflow_error(th, format_args!("BLOB longer than INT_MAX bytes")));
            }
            Value::Blob(bytes)
        } else {
            return Ok(None);
        }))
    }

    /// The bytes of a text or blob, and how many there are; SQLite takes a null pointer for NULL.
    pub fn bytes(&self) -> (*const u8, c_int) {
        let bytes: &[u8] = match self {
            Value::Text(text) => text.to_utf8().unwrap_or_default().as_bytes(),
            Value::Blob(bytes) => bytes.as_slice(),
            _ => &[],
        };
        (if bytes.is_empty() { c"".as_ptr().cast() } else { bytes.as_ptr() }, bytes.len() as c_int)
    }

    /// Makes it the result of a function.
    ///
    /// # Safety
    /// `context` is that of a function that SQLite calls.
    pub unsafe fn give(&self, context: *mut s::sqlite3_context) {
        let (start, size) = self.bytes();
        // SAFETY: the caller's promise; SQLite copies the bytes.
        unsafe {
            match self {
                Value::Null => s::sqlite3_result_null(context),
                Value::Int(number) => s::sqlite3_result_int64(context, *number),
                Value::Float(number) => s::sqlite3_result_double(context, *number),
                Value::Text(_) => s::sqlite3_result_text(context, start.cast(), size, s::SQLITE_TRANSIENT()),
                Value::Blob(_) => s::sqlite3_result_blob(context, start.cast(), size, s::SQLITE_TRANSIENT()),
            }
        }
    }
}

/// So many bytes of SQLite's.
///
/// # Safety
/// They are there while the result is used; null has none.
pub unsafe fn slice<'a>(start: *const c_void, size: c_int) -> &'a [u8] {
    match usize::try_from(size) {
        // SAFETY: the caller's promise.
        Ok(size) if !start.is_null() => unsafe { core::slice::from_raw_parts(start.cast(), size) },
        _ => &[],
    }
}

/// Bytes that must be UTF-8, as text.
pub fn text(th: &mut Thread, bytes: &[u8]) -> Result<Ref<Object>, Raised> {
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(Str::new(th, text).up()),
        Err(_) => {
            let object = Bytes::new(th, bytes);
            codecs::decode(th, &object, bytes, Some("utf-8"), Some("strict")).map(Ref::up)
        }
    }
}

/// An argument of a function that SQLite calls, as an object.
///
/// # Safety
/// `value` is SQLite's, and this thread may read it.
pub unsafe fn object(th: &mut Thread, value: *mut s::sqlite3_value) -> Result<Ref<Object>, Raised> {
    // SAFETY: the caller's promise; sizes are asked for after the bytes, as SQLite wants it.
    unsafe {
        Ok(match s::sqlite3_value_type(value) {
            s::SQLITE_INTEGER => Int::from_i64(th, s::sqlite3_value_int64(value)).up(),
            s::SQLITE_FLOAT => Float::new(th, s::sqlite3_value_double(value)).up(),
            s::SQLITE_TEXT => {
                let start = s::sqlite3_value_text(value);
                return text(th, slice(start.cast(), s::sqlite3_value_bytes(value)));
            }
            s::SQLITE_BLOB => {
                let start = s::sqlite3_value_blob(value);
                Bytes::new(th, slice(start, s::sqlite3_value_bytes(value))).up()
            }
            _ => objects::none_ref(),
        })
    }
}

/// All arguments of a function that SQLite calls.
///
/// # Safety
/// As [`object`]: `values` are `count` of them.
pub unsafe fn objects(th: &mut Thread, count: c_int, values: *mut *mut s::sqlite3_value) -> Result<Vec<Ref<Object>>, Raised> {
    let mut all = Vec::new();
    for at in 0..usize::try_from(count).unwrap_or(0) {
        // SAFETY: the caller's promise.
        all.push(unsafe { object(th, *values.add(at)) }?);
    }
    Ok(all)
}

/// Calls with owned arguments.
pub fn call(th: &mut Thread, callable: &Object, args: &[Ref<Object>]) -> Result<Ref<Object>, Raised> {
    let args: Vec<&Object> = args.iter().map(|arg| &**arg).collect();
    ops::call(th, callable, &args)
}
