//! What surrounds every entry from C: the thread, and the result in the shape that C expects.
//!
//! Invariant (R7): when the innermost activation is foreign, results and the raised exception are shared before C sees them.

use core::ffi::c_int;

use super::convert::ToPy;
use heap::{Heaped, Object, Raised, Ref, Thread, Type};

/// An object of which C holds a count during the call.
///
/// # Safety
/// `ptr` is such an object.
#[inline(always)]
pub unsafe fn borrow<'a>(ptr: *mut abi::PyObject) -> &'a Object {
    // SAFETY: the caller's promise.
    unsafe { Object::borrow(ptr) }
}

/// The same, null as `None`.
///
/// # Safety
/// As [`borrow`].
#[inline(always)]
pub unsafe fn borrow_nullable<'a>(ptr: *mut abi::PyObject) -> Option<&'a Object> {
    // SAFETY: the caller's promise.
    if ptr.is_null() { None } else { Some(unsafe { Object::borrow(ptr) }) }
}

/// The instance that a method or slot is called on.
///
/// # Safety
/// `ptr` is an instance of `T`'s type: method descriptors and slot wrappers test it, C promises it (R4).
#[inline(always)]
pub unsafe fn this<'a, T: Heaped>(ptr: *mut abi::PyObject) -> &'a T {
    // SAFETY: the caller's promise.
    unsafe { Object::borrow(ptr).cast_unchecked() }
}

/// The class that a class method or `tp_new` is called on.
///
/// # Safety
/// `ptr` is a type object.
#[inline(always)]
pub unsafe fn class<'a>(ptr: *mut abi::PyTypeObject) -> &'a Type {
    // SAFETY: the caller's promise.
    unsafe { Type::borrow(ptr) }
}

/// Hands a result to whoever called the entry.
#[inline(always)]
pub fn leave_c(th: &mut Thread, result: Ref<Object>) -> *mut abi::PyObject {
    if th.innermost_is_foreign() && result.owner() != 0 {
        th.share(&result);
    }
    result.into_raw()
}

/// Leaves with an exception raised.
#[cold]
pub fn leave_raised(th: &mut Thread, _: Raised) {
    if th.innermost_is_foreign()
        && let Some(exception) = th.exception()
        && exception.owner() != 0
    {
        th.share(exception);
    }
}

macro_rules! entry {
    ($(#[$doc:meta])* $name:ident<$value:ty> -> $c:ty: |$th:ident, $ok:ident| $leave:expr, $failed:expr) => {
        $(#[$doc])*
        ///
        /// # Safety
        /// R10: called by C or the interpreter as the outermost frame of a Rust activation, on a thread that Python knows.
        #[inline(always)]
        pub unsafe fn $name(body: impl FnOnce(&mut Thread) -> Result<$value, Raised>) -> $c {
            // SAFETY: the caller's promise.
            let $th = unsafe { Thread::from_tls() };
            match body($th) {
                Ok($ok) => $leave,
                Err(raised) => {
                    leave_raised($th, raised);
                    $failed
                }
            }
        }
    };
}

entry! {
    /// An object; null: raised.
    entry_object<Ref<Object>> -> *mut abi::PyObject: |th, result| leave_c(th, result), core::ptr::null_mut()
}
entry! {
    /// An object; null: exhausted, or raised.
    entry_next<Option<Ref<Object>>> -> *mut abi::PyObject: |th, result| match result {
        Some(result) => leave_c(th, result),
        None => core::ptr::null_mut(),
    }, core::ptr::null_mut()
}
entry! {
    /// 0; -1: raised.
    entry_status<()> -> c_int: |_th, _result| 0, -1
}
entry! {
    /// 0 or 1; -1: raised.
    entry_bool<bool> -> c_int: |_th, result| c_int::from(result), -1
}
entry! {
    /// A length; -1: raised.
    entry_len<isize> -> isize: |_th, result| result, -1
}
entry! {
    /// A hash; -1: raised.
    entry_hash<isize> -> isize: |_th, result| if result == -1 { -2 } else { result }, -1
}

/// What a generator did with what was sent.
pub enum SendResult {
    /// It ended and returned this.
    Return(Ref<Object>),
    /// It yielded this.
    Next(Ref<Object>),
}

/// `am_send`.
///
/// # Safety
/// As the other entries; `out` may be written.
#[inline(always)]
pub unsafe fn entry_send(out: *mut *mut abi::PyObject, body: impl FnOnce(&mut Thread) -> Result<SendResult, Raised>) -> c_int {
    // SAFETY: the caller's promise.
    let th = unsafe { Thread::from_tls() };
    let (value, code) = match body(th) {
        Ok(SendResult::Return(value)) => (leave_c(th, value), abi::PYGEN_RETURN),
        Ok(SendResult::Next(value)) => (leave_c(th, value), abi::PYGEN_NEXT),
        Err(raised) => {
            leave_raised(th, raised);
            (core::ptr::null_mut(), abi::PYGEN_ERROR)
        }
    };
    // SAFETY: the caller's promise.
    unsafe { out.write(value) };
    code
}

/// Slots that can report nothing (`tp_finalize`, `bf_releasebuffer`): the exception being raised stays as it is, one of their own is
/// reported as unraisable.
///
/// # Safety
/// As the other entries; `slf` is a live object.
#[inline(always)]
pub unsafe fn entry_nothing(slf: *mut abi::PyObject, body: impl FnOnce(&mut Thread) -> Result<(), Raised>) {
    // SAFETY: the caller's promise.
    let th = unsafe { Thread::from_tls() };
    let before = th.take_exception();
    if body(th).is_err() {
        // SAFETY: the caller's promise.
        heap::hooks::hooks().unraisable(th, "", unsafe { borrow_nullable(slf) });
    }
    if let Some(before) = before {
        let _ = th.set_exception(before);
    }
}

/// A method's result as an object.
#[inline(always)]
pub fn to_object<T: ToPy>(th: &mut Thread, result: T) -> Result<Ref<Object>, Raised> {
    result.to_py(th)
}

/// `T` or `Result<T, Raised>`.
pub trait Outcome<T> {
    fn outcome(self) -> Result<T, Raised>;
}

impl<T> Outcome<T> for Result<T, Raised> {
    #[inline(always)]
    fn outcome(self) -> Result<T, Raised> {
        self
    }
}

impl Outcome<()> for () {
    #[inline(always)]
    fn outcome(self) -> Result<(), Raised> {
        Ok(self)
    }
}

impl Outcome<bool> for bool {
    #[inline(always)]
    fn outcome(self) -> Result<bool, Raised> {
        Ok(self)
    }
}

/// A slot's success.
#[inline(always)]
pub fn to_status(_: &mut Thread, result: impl Outcome<()>) -> Result<(), Raised> {
    result.outcome()
}

/// A slot's truth value.
#[inline(always)]
pub fn to_bool(_: &mut Thread, result: impl Outcome<bool>) -> Result<bool, Raised> {
    result.outcome()
}

/// What a length or hash slot may return: `usize`, `isize`, or a `Result` of them.
pub trait Size {
    fn size(self) -> Result<isize, Raised>;
}

impl Size for isize {
    #[inline(always)]
    fn size(self) -> Result<isize, Raised> {
        Ok(self)
    }
}

impl Size for usize {
    #[inline(always)]
    fn size(self) -> Result<isize, Raised> {
        Ok(self as isize)
    }
}

impl<T: Size> Size for Result<T, Raised> {
    #[inline(always)]
    fn size(self) -> Result<isize, Raised> {
        self?.size()
    }
}

/// A length.
#[inline(always)]
pub fn to_len(_: &mut Thread, result: impl Size) -> Result<isize, Raised> {
    result.size()
}

/// A hash.
#[inline(always)]
pub fn to_hash(_: &mut Thread, result: impl Size) -> Result<isize, Raised> {
    result.size()
}

/// `Option<Ref<T>>`, or a `Result` of it; `None`: exhausted.
pub trait NextItem {
    fn next_item(self) -> Result<Option<Ref<Object>>, Raised>;
}

impl<T: Heaped> NextItem for Option<Ref<T>> {
    #[inline(always)]
    fn next_item(self) -> Result<Option<Ref<Object>>, Raised> {
        Ok(self.map(Ref::up))
    }
}

impl<T: NextItem> NextItem for Result<T, Raised> {
    #[inline(always)]
    fn next_item(self) -> Result<Option<Ref<Object>>, Raised> {
        self?.next_item()
    }
}

/// An iterator's next item.
#[inline(always)]
pub fn to_next(_: &mut Thread, result: impl NextItem) -> Result<Option<Ref<Object>>, Raised> {
    result.next_item()
}

/// A generator's step.
#[inline(always)]
pub fn to_send(_: &mut Thread, result: Result<SendResult, Raised>) -> Result<SendResult, Raised> {
    result
}
