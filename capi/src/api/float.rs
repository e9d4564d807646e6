//! `PyFloat_*`; packed floats are in [`pack`], text in [`text`].

pub mod pack;
pub mod text;

use heap::{Object, Raised, Ref, Thread};
use objects::glue::{Buffer, has_buffer};
use objects::{ByteArray, Bytes, Float, Str, ops, raise};

use crate::api;

/// `float(bytes)` of something that has a buffer and is neither `bytes` nor `bytearray`.
fn from_buffer(th: &mut Thread, object: &Object) -> Result<f64, Raised> {
    let buffer = if has_buffer(object) { Buffer::new(th, object) } else { Err(raise::type_error(th, format_args!(""))) };
    let Ok(buffer) = buffer else {
        th.take_exception();
        let got = ops::type_name(object);
        return Err(raise::type_error(th, format_args!("float() argument must be a string or a real number, not '{got}'")));
    };
    let bytes = buffer.to_vec();
    drop(buffer);
    match algos::float::parse(&bytes) {
        Some(value) => Ok(value),
        None => Err(malformed(th, object)),
    }
}

#[cold]
fn malformed(th: &mut Thread, object: &Object) -> Raised {
    match ops::repr(th, object) {
        Ok(shown) => raise::value_error(th, format_args!("could not convert string to float: {shown}")),
        Err(raised) => raised,
    }
}

/// The value of text; numbers are not asked.
fn from_text(th: &mut Thread, object: &Object) -> Result<f64, Raised> {
    if let Some(text) = object.downcast::<Str>() {
        if object.downcast_exact::<Str>().is_some() {
            return objects::float::from_object(th, object);
        }
        // A subclass may have a `__float__`, which must not answer here.
        let exact = Str::new(th, &text.to_string());
        return match objects::float::from_object(th, &exact) {
            Ok(value) => Ok(value),
            Err(_) => {
                th.take_exception();
                Err(malformed(th, object))
            }
        };
    }
    if let Some(bytes) = object.downcast::<Bytes>() {
        return algos::float::parse(bytes.as_slice()).ok_or(()).or_else(|()| Err(malformed(th, object)));
    }
    if let Some(array) = object.downcast::<ByteArray>() {
        let bytes = array.to_vec(th);
        return algos::float::parse(&bytes).ok_or(()).or_else(|()| Err(malformed(th, object)));
    }
    from_buffer(th, object)
}

api! {
    /// A float.
    fn PyFloat_FromDouble(th, value: f64) -> Option<Ref<Float>> {
        Some(Float::new(th, value))
    }

    /// The value of a real number.
    fn PyFloat_AsDouble(th, object: Option<&Object>) -> Result<f64, Raised> {
        match object {
            Some(object) => objects::float::as_f64(th, object),
            None => Err(raise::type_error(th, format_args!("bad argument type for built-in operation"))),
        }
    }

    /// A float from `str` or bytes.
    fn PyFloat_FromString(th, text: &Object) -> Result<Ref<Float>, Raised> {
        let value = from_text(th, text)?;
        Ok(Float::new(th, value))
    }

    /// `sys.float_info`.
    fn PyFloat_GetInfo(th) -> Result<Ref<Object>, Raised> {
        interp::sys::info::float_info(th)
    }
}

/// The largest finite float; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyFloat_GetMax() -> f64 {
    f64::MAX
}

/// The smallest normal float; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyFloat_GetMin() -> f64 {
    f64::MIN_POSITIVE
}
