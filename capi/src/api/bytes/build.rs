//! Bytes that C builds: made without contents, resized, concatenated in place.

use heap::{Object, Raised, Ref, Thread, lives};
use objects::glue::{Buffer, has_buffer};
use objects::{Bytes, allocators, ops, raise};

use crate::api;

/// New bytes that C fills behind the first ones: never one of the shared ones, unless empty.
pub(super) fn begun(th: &mut Thread, len: usize, first: &[u8]) -> Result<Ref<Bytes>, Raised> {
    let made = match len {
        0 => Bytes::from_slice(th, &[]),
        _ if allocators::refuse(len) => None,
        // SAFETY: who asks for bytes without contents writes them before it reads them (CPython's documentation says so, too).
        _ => unsafe { Bytes::try_begin(th, len, first) },
    };
    match made {
        Some(made) => Ok(made),
        None if len > isize::MAX as usize - 33 => Err(raise::overflow_error(th, format_args!("byte string is too large"))),
        None => Err(raise::memory_error(th)),
    }
}

/// Takes the reference out of the caller's place.
///
/// # Safety
/// R2: `place` holds null or a count.
unsafe fn take(place: *mut *mut abi::PyObject) -> Option<Ref<Object>> {
    // SAFETY: the caller's promise.
    unsafe { Ref::from_raw_nullable(place.replace(core::ptr::null_mut())) }
}

/// Puts a result into the caller's place, which is empty.
///
/// # Safety
/// R2: `place` may be written.
unsafe fn put(th: &mut Thread, place: *mut *mut abi::PyObject, made: Ref<Object>) {
    // SAFETY: the caller's promise.
    unsafe { place.write(objects::glue::leave_c(th, made)) }
}

/// The bytes with another length; C writes the new ones.
fn resized(th: &mut Thread, old: Ref<Object>, len: isize) -> Result<Ref<Object>, Raised> {
    let (Some(bytes), Ok(len)) = (old.downcast_ref::<Bytes>(), usize::try_from(len)) else {
        th.release(old);
        return Err(raise::bad_internal_call(th));
    };
    if bytes.len() == len {
        return fitted(th, old, len);
    }
    let made = begun(th, len, &bytes.as_slice()[..bytes.len().min(len)]);
    if made.is_err() && lives::is_watched() {
        // Who watches is told what happens in CPython: it ended to be moved, and is back where it was.
        lives::tell(th, &old, lives::Event::Ends);
        lives::tell(th, &old, lives::Event::Begins);
    }
    th.release(old);
    made.map(Ref::up)
}

/// The bytes, which C has made `len` long by itself, in a block that fits.
fn fitted(th: &mut Thread, old: Ref<Object>, len: usize) -> Result<Ref<Object>, Raised> {
    let Some(bytes) = (*old).downcast_exact::<Bytes>() else { return Ok(old) };
    // SAFETY: R3: `bytes` itself is a leaf, whose instances we make.
    let Some(roomy) = (unsafe { th.roomy(&old, Bytes::size_with(len)) }) else { return Ok(old) };
    let made = begun(th, len, bytes.as_slice())?;
    // SAFETY: as above; nobody took a count meanwhile.
    unsafe { th.end_roomy(old, roomy) };
    Ok(made.up())
}

/// `a + b` of two that have buffers.
fn joined(th: &mut Thread, a: &Object, b: &Object) -> Result<Ref<Object>, Raised> {
    let buffer = |th: &mut Thread, object: &Object| if has_buffer(object) { Buffer::new(th, object).ok() } else { None };
    let (Some(left), Some(right)) = (buffer(th, a), buffer(th, b)) else {
        th.take_exception();
        let (left, right) = (ops::type_name(a), ops::type_name(b));
        return Err(raise::type_error(th, format_args!("can't concat {right} to {left}")));
    };
    // Adding nothing gives the other one, if it is exact.
    if right.is_empty() && a.is_exactly::<Bytes>() {
        return Ok(th.retain(a));
    }
    if left.is_empty() && b.is_exactly::<Bytes>() {
        return Ok(th.retain(b));
    }
    let contents = [&*left, &*right].concat();
    drop((left, right));
    super::from_slice(th, &contents).map(Ref::up)
}

/// `*place += b`; null with an exception if that fails.
///
/// # Safety
/// R2: `place` holds null or a count.
unsafe fn concat(th: &mut Thread, place: *mut *mut abi::PyObject, b: Option<&Object>) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    let Some(a) = (unsafe { take(place) }) else { return Ok(()) };
    let made = match b {
        Some(b) => joined(th, &a, b).map(Some),
        None => Ok(None),
    };
    th.release(a);
    if let Some(made) = made? {
        // SAFETY: the caller's promise.
        unsafe { put(th, place, made) };
    }
    Ok(())
}

api! {
    /// Makes bytes longer or shorter; `place` gets the new ones, or null.
    fn _PyBytes_Resize(th, place: *mut *mut abi::PyObject, len: isize) -> Result<(), Raised> {
        // SAFETY: R2: the caller's place.
        let Some(old) = (unsafe { take(place) }) else { return Err(raise::bad_internal_call(th)) };
        let made = resized(th, old, len)?;
        // SAFETY: as above.
        unsafe { put(th, place, made) };
        Ok(())
    }

    /// `*place += b`; null with an exception if that fails.
    fn PyBytes_Concat(th, place: *mut *mut abi::PyObject, b: Option<&Object>) {
        // SAFETY: R2: the caller's place.
        if let Err(raised) = unsafe { concat(th, place, b) } {
            objects::glue::leave_raised(th, raised);
        }
    }

    /// [`PyBytes_Concat`]; takes `b` over.
    fn PyBytes_ConcatAndDel(th, place: *mut *mut abi::PyObject, b: *mut abi::PyObject) {
        // SAFETY: R2: a count that C gives away.
        let b = unsafe { Ref::<Object>::from_raw_nullable(b) };
        // SAFETY: R2: the caller's place.
        if let Err(raised) = unsafe { concat(th, place, b.as_deref()) } {
            objects::glue::leave_raised(th, raised);
        }
        if let Some(b) = b {
            th.release(b);
        }
    }
}
