//! How an exported function is declared: `api!` makes the `extern "C"` function from one that reads like any other of this project.
//!
//! ```text
//! api! {
//!     /// Adds an item to the end of a list.
//!     fn PyList_Append(th, list: &Object, item: &Object) -> Result<(), Raised> {
//!         expect::<List>(th, list)?.append(th, item.to_owned());
//!         Ok(())
//!     }
//! }
//! ```
//!
//! Parameters: `&Object`, `&Type` (null raises `SystemError` unless an exception is raised already), `Option<&Object>`, `Option<&Type>` (null is
//! `None`), and C's own types. They live for the call: the caller holds counts (R4). Results:
//!
//! | Rust | C | on error |
//! |---|---|---|
//! | `Result<Ref<T>, Raised>` | a new reference | null |
//! | `Result<Option<Ref<T>>, Raised>` | a new reference, or null without an exception | null |
//! | `Result<Lent, Raised>` | a borrowed reference, or null without an exception | null |
//! | `Result<(), Raised>` | 0 | -1 |
//! | `Result<bool, Raised>` | 0 or 1 | -1 |
//! | `Result<N, Raised>`, a number | the number | -1 |
//! | `Result<*mut T, Raised>` | the pointer | null |
//! | numbers, pointers, `()`, `Option<Ref<T>>` | as they are | (0 or null for a null argument) |
//!
//! Invariant (R7): what leaves is common, the raised exception too. (R11): what lost its last count during the call has ended when it returns.

use core::ffi::{CStr, c_char, c_int};

use heap::foreign::Mode;
use heap::{Heaped, Object, PyType, Raised, Ref, Thread, Type};
use objects::raise;

/// A parameter's type.
pub trait FromC: Sized {
    /// As C passes it.
    type C;
    /// The value; `None` for a null pointer where an object must be.
    ///
    /// # Safety
    /// R4: a non-null pointer names what the C documentation of the function says, for the call.
    unsafe fn from_c(c: Self::C) -> Option<Self>;
}

impl FromC for &Object {
    type C = *mut abi::PyObject;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> Option<Self> {
        // SAFETY: the caller's promise.
        unsafe { objects::glue::borrow_nullable(c) }
    }
}

impl FromC for Option<&Object> {
    type C = *mut abi::PyObject;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> Option<Self> {
        // SAFETY: the caller's promise.
        Some(unsafe { objects::glue::borrow_nullable(c) })
    }
}

impl FromC for &Type {
    type C = *mut abi::PyTypeObject;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> Option<Self> {
        // SAFETY: the caller's promise.
        (!c.is_null()).then(|| unsafe { Type::borrow(c) })
    }
}

impl FromC for Option<&Type> {
    type C = *mut abi::PyTypeObject;
    #[inline(always)]
    unsafe fn from_c(c: Self::C) -> Option<Self> {
        // SAFETY: the caller's promise.
        Some((!c.is_null()).then(|| unsafe { Type::borrow(c) }))
    }
}

macro_rules! plain {
    ($([$($generics:tt)*] $ty:ty, $nothing:expr;)*) => {$(
        impl<$($generics)*> FromC for $ty {
            type C = $ty;
            #[inline(always)]
            unsafe fn from_c(c: $ty) -> Option<$ty> {
                Some(c)
            }
        }
        impl<$($generics)*> ToC for $ty {
            type C = $ty;
            #[inline(always)]
            fn to_c(self, _: &mut Thread) -> $ty {
                self
            }
            fn null_argument(_: &mut Thread) -> $ty {
                $nothing
            }
        }
    )*};
}

plain! {
    [] u8, 0; [] i8, 0; [] u16, 0; [] i16, 0; [] i32, 0; [] u32, 0; [] i64, 0; [] u64, 0; [] isize, 0; [] usize, 0; [] f64, 0.0; [] f32, 0.0;
    [T] *mut T, core::ptr::null_mut();
    [T] *const T, core::ptr::null();
}

/// C function pointers, which may be null.
macro_rules! function_pointers {
    ($($ty:ident)*) => {$(
        impl FromC for Option<abi::$ty> {
            type C = Option<abi::$ty>;
            #[inline(always)]
            unsafe fn from_c(c: Self::C) -> Option<Self> {
                Some(c)
            }
        }
        impl ToC for Option<abi::$ty> {
            type C = Option<abi::$ty>;
            #[inline(always)]
            fn to_c(self, _: &mut Thread) -> Self::C {
                self
            }
            fn null_argument(_: &mut Thread) -> Self::C {
                None
            }
        }
    )*};
}

// Signatures that differ in name alone (`unaryfunc` is `reprfunc`) stand here once.
function_pointers! {
    unaryfunc binaryfunc ternaryfunc lenfunc objobjargproc ssizeargfunc objobjproc inquiry destructor freefunc PyCFunctionFast visitproc
    getbufferproc releasebufferproc newfunc allocfunc vectorcallfunc PendingCall atexit_callback PyOS_sighandler_t
    Py_tracefunc PyInit getter setter traverseproc Py_AuditHookFunction PyRefTracer PyType_WatchCallback
    PyDict_WatchCallback PyFunction_WatchCallback PyCode_WatchCallback _PyFrameEvalFunction ssizeobjargproc richcmpfunc sendfunc
}

/// A result's type.
pub trait ToC {
    /// As C gets it.
    type C;
    /// Hands it over.
    fn to_c(self, th: &mut Thread) -> Self::C;
    /// What is returned where an argument that must be an object is null.
    fn null_argument(th: &mut Thread) -> Self::C;
}

/// A reference that C borrows: somebody else holds a count for as long as C's rules say, or nothing.
pub struct Lent(Option<Ref<Object>>);

impl Lent {
    /// Borrowed from whoever holds it.
    pub fn some<T: Heaped>(object: Ref<T>) -> Lent {
        Lent(Some(object.up()))
    }

    /// Null without an exception.
    pub const NOTHING: Lent = Lent(None);

    /// The same of an option.
    pub fn from<T: Heaped>(object: Option<Ref<T>>) -> Lent {
        Lent(object.map(Ref::up))
    }

    /// The borrowed pointer, common (R7). In shared mode a count is kept until the foreign function returns.
    pub fn lend(self, th: &Thread) -> *mut abi::PyObject {
        let Some(object) = self.0 else { return core::ptr::null_mut() };
        heap::foreign::show(th, &object);
        let ptr = object.as_ptr();
        if th.mode() == Mode::Shared {
            heap::foreign::keep(th, object);
        }
        ptr
    }
}

/// The pointer of what its holder keeps for as long as C has the world for itself, common (R7).
#[inline(always)]
pub fn shown(th: &Thread, object: &Object) -> *mut abi::PyObject {
    debug_assert!(th.mode() == Mode::Exclusive);
    heap::foreign::show(th, object);
    object.as_ptr()
}

macro_rules! results {
    ($($ty:ty => $c:ty, $failed:expr, |$th:ident, $ok:ident| $leave:expr;)*) => {$(
        impl ToC for Result<$ty, Raised> {
            type C = $c;
            #[inline(always)]
            fn to_c(self, $th: &mut Thread) -> $c {
                match self {
                    Ok($ok) => $leave,
                    Err(raised) => {
                        objects::glue::leave_raised($th, raised);
                        $failed
                    }
                }
            }
            #[cold]
            fn null_argument(th: &mut Thread) -> $c {
                null_raised(th);
                $failed
            }
        }
    )*};
}

results! {
    () => c_int, -1, |_th, _ok| 0;
    bool => c_int, -1, |_th, ok| c_int::from(ok);
    i32 => i32, -1, |_th, ok| ok;
    u32 => u32, u32::MAX, |_th, ok| ok;
    i64 => i64, -1, |_th, ok| ok;
    u64 => u64, u64::MAX, |_th, ok| ok;
    isize => isize, -1, |_th, ok| ok;
    usize => usize, usize::MAX, |_th, ok| ok;
    f64 => f64, -1.0, |_th, ok| ok;
    Lent => *mut abi::PyObject, core::ptr::null_mut(), |th, ok| ok.lend(th);
}

impl<T: Heaped> ToC for Result<Ref<T>, Raised> {
    type C = *mut abi::PyObject;
    #[inline(always)]
    fn to_c(self, th: &mut Thread) -> Self::C {
        self.map(Some).to_c(th)
    }
    fn null_argument(th: &mut Thread) -> Self::C {
        <Result<Option<Ref<T>>, Raised>>::null_argument(th)
    }
}

impl<T: Heaped> ToC for Result<Option<Ref<T>>, Raised> {
    type C = *mut abi::PyObject;
    #[inline(always)]
    fn to_c(self, th: &mut Thread) -> Self::C {
        match self {
            Ok(Some(object)) => objects::glue::leave_c(th, object.up()),
            Ok(None) => core::ptr::null_mut(),
            Err(raised) => {
                objects::glue::leave_raised(th, raised);
                core::ptr::null_mut()
            }
        }
    }
    #[cold]
    fn null_argument(th: &mut Thread) -> Self::C {
        null_raised(th);
        core::ptr::null_mut()
    }
}

impl<T: Heaped> ToC for Option<Ref<T>> {
    type C = *mut abi::PyObject;
    #[inline(always)]
    fn to_c(self, th: &mut Thread) -> Self::C {
        Ok(self).to_c(th)
    }
    fn null_argument(_: &mut Thread) -> Self::C {
        core::ptr::null_mut()
    }
}

impl<T> ToC for Result<*mut T, Raised> {
    type C = *mut T;
    #[inline(always)]
    fn to_c(self, th: &mut Thread) -> *mut T {
        self.unwrap_or_else(|raised| {
            objects::glue::leave_raised(th, raised);
            core::ptr::null_mut()
        })
    }
    #[cold]
    fn null_argument(th: &mut Thread) -> *mut T {
        null_raised(th);
        core::ptr::null_mut()
    }
}

impl<T> ToC for Result<*const T, Raised> {
    type C = *const T;
    #[inline(always)]
    fn to_c(self, th: &mut Thread) -> *const T {
        self.map(<*const T>::cast_mut).to_c(th)
    }
    fn null_argument(th: &mut Thread) -> *const T {
        <Result<*mut T, Raised>>::null_argument(th)
    }
}

impl ToC for () {
    type C = ();
    #[inline(always)]
    fn to_c(self, _: &mut Thread) {}
    fn null_argument(_: &mut Thread) {}
}

/// An object is missing: what was raised before (by the call that should have given it) stays.
#[cold]
fn null_raised(th: &mut Thread) {
    if th.exception().is_none() {
        let raised = raise::system_error(th, format_args!("null argument to internal routine"));
        objects::glue::leave_raised(th, raised);
    }
}

/// The calling thread, which must be attached.
///
/// # Safety
/// R10: called by the outermost Rust frame of this activation.
#[inline(always)]
pub unsafe fn attached<'a>(function: &'static str) -> &'a mut Thread {
    if !Thread::is_known() {
        not_attached(function);
    }
    // SAFETY: the caller's promise.
    let th = unsafe { Thread::from_tls() };
    if !th.world.is_attached() {
        not_attached(function);
    }
    th
}

const NOT_ATTACHED: &str = "the function must be called with the GIL held, after Python initialization and before Python finalization, but the GIL is released \
                            (the current Python thread state is NULL)";

/// Ends the process: who called a function that needs the GIL without it.
#[cold]
#[inline(never)]
fn not_attached(function: &str) -> ! {
    match heap::foreign::names::caller() {
        Some(caller) => fatal(function, &format!("{NOT_ATTACHED}\nCalled by {caller} ({})", caller.library)),
        None => fatal(function, NOT_ATTACHED),
    }
}

/// Ends the process with CPython's message, and tells where the program is.
#[cold]
pub fn fatal(function: &str, message: &str) -> ! {
    crate::api::errors::report::fatal_error(Some(function), message)
}

/// The calling thread, if it is foreign code's, which has the world for itself; without a call.
///
/// # Safety
/// R10: as [`attached`].
#[inline(always)]
pub unsafe fn exclusive<'a>() -> Option<&'a Thread> {
    if !Thread::is_known() {
        return None;
    }
    // SAFETY: the caller's promise.
    let th: &Thread = unsafe { Thread::from_tls() };
    (th.world.is_attached() && th.mode() == Mode::Exclusive).then_some(th)
}

/// The object as a `T`; `SystemError` ("bad argument to internal function") for anything else, as most functions on a concrete type raise.
#[inline(always)]
pub fn expect<'a, T: PyType>(th: &mut Thread, object: &'a Object) -> Result<&'a T, Raised> {
    match object.downcast::<T>() {
        Some(found) => Ok(found),
        None => Err(raise::bad_internal_call(th)),
    }
}

/// A C string as text; what is no UTF-8 raises `UnicodeDecodeError`.
///
/// # Safety
/// `text` is a C string, for the result's life.
pub unsafe fn c_text<'a>(th: &mut Thread, text: *const c_char) -> Result<&'a str, Raised> {
    // SAFETY: the caller's promise.
    let bytes = unsafe { CStr::from_ptr(text) }.to_bytes();
    match core::str::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => {
            // The decoder raises the error with its position and reason.
            let object = objects::Bytes::new(th, bytes);
            match objects::codecs::decode(th, &object, bytes, Some("utf-8"), None) {
                Err(raised) => Err(raised),
                Ok(_) => Err(raise::bad_internal_call(th)),
            }
        }
    }
}

/// Hands a result over; `None`: an object that must be there was null.
#[inline(always)]
pub fn finish<R: ToC>(result: Option<R>, th: &mut Thread) -> R::C {
    match result {
        Some(result) => result.to_c(th),
        None => R::null_argument(th),
    }
}

/// What an end may take of the stack: as `Thread::die` leaves it.
const DEATH_ROOM: usize = 96 << 10;

/// Ends the objects whose last reference the function gave up. Near the end of the stack they stay in the queue, where `Thread::die` has put them because
/// destructors of C nest: whoever drains it further up ends them.
#[inline(always)]
pub fn end_dropped(th: &mut Thread) {
    if th.has_zero() && !th.stack_is_below(DEATH_ROOM) {
        th.drain_zero();
    }
}

/// Declares exported functions; see the module's head.
#[macro_export]
macro_rules! api {
    ($($(#[$meta:meta])* fn $name:ident($th:ident $(, $arg:ident: $ty:ty)* $(,)?) $(-> $ret:ty)? $(, or at once $quick:ident)? $body:block)*) => {$(
        $(#[$meta])*
        #[unsafe(no_mangle)]
        pub unsafe extern "C-unwind" fn $name($($arg: <$ty as $crate::entry::FromC>::C),*) -> $crate::api!(@c $($ret)?) {
            $crate::api!(@body [$($quick)?] $name($th $(, $arg: $ty)*) [$($ret)?] $body)
        }
    )*};
    // What needs neither registers nor the stack comes first; the rest is a function of its own, to which it jumps.
    (@body [$quick:ident] $name:ident($th:ident $(, $arg:ident: $ty:ty)*) [$($ret:ty)?] $body:block) => {{
        #[cold]
        #[inline(never)]
        unsafe extern "C-unwind" fn whole($($arg: <$ty as $crate::entry::FromC>::C),*) -> $crate::api!(@c $($ret)?) {
            $crate::api!(@body [] $name($th $(, $arg: $ty)*) [$($ret)?] $body)
        }
        // SAFETY: the caller's promise, handed on.
        match unsafe { $quick($($arg),*) } {
            Some(result) => result,
            // SAFETY: as above.
            None => unsafe { whole($($arg),*) },
        }
    }};
    (@body [] $name:ident($th:ident $(, $arg:ident: $ty:ty)*) [$($ret:ty)?] $body:block) => {{
            // SAFETY: R10: a C entry is the outermost Rust frame of its activation.
            let $th: &mut heap::Thread = unsafe { $crate::entry::attached(stringify!($name)) };
            let result = (|| -> Option<$crate::api!(@ret $($ret)?)> {
                $(
                    // SAFETY: R4: the function's contract.
                    let $arg = (unsafe { <$ty as $crate::entry::FromC>::from_c($arg) })?;
                )*
                Some((|| -> $crate::api!(@ret $($ret)?) { $body })())
            })();
            let result = $crate::entry::finish(result, $th);
            $crate::entry::end_dropped($th);
            result
    }};
    (@ret) => { () };
    (@ret $ret:ty) => { $ret };
    (@c) => { () };
    (@c $ret:ty) => { <$ret as $crate::entry::ToC>::C };
}
