//! What all hash objects share: where data comes from, and how it is taken in.

use algos::text::bytes::to_hex;
use heap::sync::Mutex;
use heap::{Object, Raised, Ref, Thread};
use objects::glue::*;
use objects::{ByteArray, Bytes, Str, ops, raise};

/// Data of this length and more is hashed detached, so that nobody waits for it.
pub const LONG: usize = 2048;

/// The bytes that are to be hashed.
pub fn buffer(th: &mut Thread, data: &Object) -> Result<Buffer, Raised> {
    if Str::of(data).is_some() {
        return Err(raise::type_error(th, format_args!("Strings must be encoded before hashing")));
    }
    if !has_buffer(data) {
        return Err(raise::type_error(th, format_args!("object supporting the buffer API required")));
    }
    // Whoever resizes a long one while it is hashed is told so.
    match data.downcast::<ByteArray>() {
        Some(array) if array.len() >= LONG => Buffer::with_flags(th, data, abi::PyBUF_SIMPLE),
        _ => Buffer::new(th, data),
    }
}

/// The data of a constructor, which may be called `string`, too.
pub fn initial<'a>(th: &mut Thread, data: Option<&'a Object>, string: Option<&'a Object>) -> Result<Option<&'a Object>, Raised> {
    if data.is_some() && string.is_some() {
        let message = format_args!(
            "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated for removal in a future version."
        );
        return Err(raise::type_error(th, message));
    }
    Ok(data.or(string))
}

/// Changes or reads a state that several threads may use. One that waits for another, or has long work, does so detached.
pub fn with<S, R>(th: &mut Thread, state: &Mutex<S>, long: bool, body: impl FnOnce(&mut S) -> R) -> R {
    if !long && let Some(mut state) = state.try_lock() {
        return body(&mut state);
    }
    th.detached(|| body(&mut state.lock()))
}

/// Takes the data of `update` in.
pub fn update<S>(th: &mut Thread, state: &Mutex<S>, data: &Object, absorb: impl FnOnce(&mut S, &[u8])) -> Result<(), Raised> {
    let data = buffer(th, data)?;
    let bytes = data.as_slice();
    with(th, state, bytes.len() >= LONG, |state| absorb(state, bytes));
    Ok(())
}

/// The result of `digest`.
pub fn bytes(th: &mut Thread, digest: &[u8]) -> Result<Ref<Bytes>, Raised> {
    Bytes::try_new(th, digest).ok_or_else(|| raise::memory_error(th))
}

/// The result of `hexdigest`.
pub fn hex(th: &mut Thread, digest: &[u8]) -> Ref<Str> {
    Str::from_latin1(th, &to_hex(digest))
}

/// A number of bytes; `c_type` is what CPython puts it into.
pub fn natural(th: &mut Thread, object: &Object, c_type: &str) -> Result<u64, Raised> {
    let number = ops::index(th, object)?;
    if number.is_negative() {
        return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
    }
    number.to_u64().ok_or_else(|| raise::overflow_error(th, format_args!("Python int too large for C {c_type}")))
}
