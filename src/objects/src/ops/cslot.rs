//! Calling what stands in a slot: a C function of ours or of an extension (R4). The one place where slots are called.
//!
//! Arguments are borrowed from the caller for the call; results come back as `Result`. Foreign functions run behind the gate
//! (`heap::foreign`), which goes around the calls here.
#![allow(unsafe_code, reason = "slots are C functions")]

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread, foreign};

use crate::glue::SendResult;

/// An object result: null means that an exception is raised.
#[inline(always)]
pub fn object(th: &mut Thread, ptr: *mut abi::PyObject) -> Result<Ref<Object>, Raised> {
    // SAFETY: R4: a slot hands its caller a count, or null.
    match unsafe { Ref::from_raw_nullable(ptr) } {
        Some(object) => Ok(object),
        None => Err(missing_exception(th)),
    }
}

#[cold]
#[inline(never)]
fn missing_exception(th: &mut Thread) -> Raised {
    match th.exception() {
        Some(_) => th.already_raised(),
        None => crate::raise::system_error(th, format_args!("{NO_EXCEPTION}")),
    }
}

const NO_EXCEPTION: &str = "error return without exception set";

/// Takes what [`object`] raised for a null without an exception: where an attribute may be missing, CPython takes such a null for a missing one
/// (protobuf's `_concrete_class`).
pub fn catch_missing_exception(th: &mut Thread) -> bool {
    let Some(exception) = th.exception().filter(|e| core::ptr::eq(e.ty(), crate::exceptions::system_error_type())) else { return false };
    let exception = exception.to_ref();
    let is_it = exception.downcast::<crate::exceptions::BaseException>().is_ok_and(|exception| {
        let args = exception.args(th);
        let text = args.iter().next().filter(|_| args.len() == 1).and_then(|text| text.downcast::<crate::Str>());
        text.is_some_and(|text| text.to_string_lossy() == NO_EXCEPTION)
    });
    if is_it {
        drop(th.take_exception());
    }
    is_it
}

/// The result of a call: what the function returned, unless that and whether it raised contradict each other.
#[inline(always)]
pub fn called(th: &mut Thread, callable: &Object, ptr: *mut abi::PyObject) -> Result<Ref<Object>, Raised> {
    // SAFETY: R4: a function hands its caller a count, or null.
    let result = unsafe { Ref::from_raw_nullable(ptr) };
    match result {
        Some(object) if th.exception().is_none() => Ok(object),
        None if th.exception().is_some() => Err(th.already_raised()),
        contradiction => Err(contradicts(th, callable, contradiction)),
    }
}

/// A function returned null without an exception, or a value with one.
#[cold]
#[inline(never)]
fn contradicts(th: &mut Thread, callable: &Object, result: Option<Ref<Object>>) -> Raised {
    let cause = th.take_exception();
    let shown = match crate::ops::repr(th, callable) {
        Ok(shown) => shown.to_string_lossy(),
        Err(_) => {
            drop(th.take_exception());
            "?".to_owned()
        }
    };
    let Some(result) = result else {
        return crate::raise::system_error(th, format_args!("{shown} returned NULL without setting an exception"));
    };
    th.release(result);
    if let Some(cause) = cause {
        let _ = th.set_exception(cause);
    }
    crate::raise::from_cause(th, crate::exceptions::system_error_type(), format_args!("{shown} returned a result with an exception set"))
}

/// A status result: negative means that an exception is raised.
#[inline(always)]
pub fn status(th: &mut Thread, status: c_int) -> Result<(), Raised> {
    if status < 0 { Err(missing_exception(th)) } else { Ok(()) }
}

macro_rules! callers {
    ($($(#[$doc:meta])* $name:ident: $ty:ident ( $($arg:ident : $kind:ident),* ) -> $ret:ident;)*) => {$(
        $(#[$doc])*
        #[inline(always)]
        pub fn $name(th: &mut Thread, f: abi::$ty, $($arg: callers!(@type $kind)),*) -> callers!(@ret $ret) {
            let share = |th: &Thread| { $(callers!(@share $kind $arg th);)* let _ = th; };
            // SAFETY: R4: the function has the slot's signature; the arguments are alive for the call.
            let result = foreign::call(th, f as *const (), share, || unsafe { f($(callers!(@pass $kind $arg)),*) });
            callers!(@result $ret th result)
        }
    )*};
    (@type obj) => { &Object };
    (@type opt) => { Option<&Object> };
    (@type int) => { isize };
    (@type op) => { c_int };
    (@pass obj $arg:ident) => { $arg.as_ptr() };
    (@pass opt $arg:ident) => { $arg.map_or(core::ptr::null_mut(), Object::as_ptr) };
    (@pass int $arg:ident) => { $arg };
    (@pass op $arg:ident) => { $arg };
    (@share obj $arg:ident $th:ident) => { foreign::show($th, $arg) };
    (@share opt $arg:ident $th:ident) => { if let Some(shown) = $arg { foreign::show($th, shown) } };
    (@share $kind:ident $arg:ident $th:ident) => {};
    (@ret object) => { Result<Ref<Object>, Raised> };
    (@ret status) => { Result<(), Raised> };
    (@ret bool) => { Result<bool, Raised> };
    (@ret len) => { Result<usize, Raised> };
    (@ret hash) => { Result<isize, Raised> };
    (@result object $th:ident $r:ident) => { object($th, $r) };
    (@result status $th:ident $r:ident) => { status($th, $r) };
    (@result bool $th:ident $r:ident) => { if $r < 0 { Err(missing_exception($th)) } else { Ok($r != 0) } };
    (@result len $th:ident $r:ident) => { if $r < 0 { Err(missing_exception($th)) } else { Ok($r as usize) } };
    (@result hash $th:ident $r:ident) => { if $r == -1 { Err(missing_exception($th)) } else { Ok($r) } };
}

callers! {
    /// `f(a)`.
    unary: unaryfunc(a: obj) -> object;
    /// `f(a, b)`.
    binary: binaryfunc(a: obj, b: obj) -> object;
    /// `f(a, b, c)`; absent operands are null.
    ternary: ternaryfunc(a: obj, b: obj, c: opt) -> object;
    /// `nb_bool` and the like.
    inquiry: inquiry(a: obj) -> bool;
    /// A length.
    length: lenfunc(a: obj) -> len;
    /// `sq_item`, `sq_repeat`.
    index: ssizeargfunc(a: obj, i: int) -> object;
    /// `sq_ass_item`; `None` deletes.
    set_index: ssizeobjargproc(a: obj, i: int, value: opt) -> status;
    /// `sq_contains`.
    contains: objobjproc(a: obj, b: obj) -> bool;
    /// `mp_ass_subscript`; `None` deletes.
    set_item: objobjargproc(a: obj, key: obj, value: opt) -> status;
    /// `tp_setattro`; `None` deletes.
    set_attr: setattrofunc(a: obj, name: obj, value: opt) -> status;
    /// `tp_getattro`.
    get_attr: getattrofunc(a: obj, name: obj) -> object;
    /// `tp_hash`.
    hash: hashfunc(a: obj) -> hash;
    /// `tp_richcompare`.
    compare: richcmpfunc(a: obj, b: obj, op: op) -> object;
    /// `tp_descr_get`.
    descr_get: descrgetfunc(descr: obj, instance: opt, owner: opt) -> object;
    /// `tp_descr_set`; `None` deletes.
    descr_set: descrsetfunc(descr: obj, instance: obj, value: opt) -> status;
    /// `tp_init`.
    init: initproc(a: obj, args: obj, kwargs: opt) -> status;
}

/// `tp_iternext`: `None` when exhausted (no exception, or `StopIteration`, which is taken).
#[inline(always)]
pub fn next(th: &mut Thread, f: abi::iternextfunc, iterator: &Object) -> Result<Option<Ref<Object>>, Raised> {
    if th.stack_is_low() {
        // Iterators of iterators of iterators.
        return Err(crate::raise::recursion_error(th, ""));
    }
    let result = next_gated(th, f, iterator);
    if result.is_some() || th.exception().is_none() {
        return Ok(result);
    }
    if crate::raise::catch(th, crate::exceptions::stop_iteration_type()).is_some() { Ok(None) } else { Err(th.already_raised()) }
}

/// `tp_iternext` as it is: `None` and perhaps a raised `StopIteration` that carries a value.
#[inline(always)]
pub fn next_raw(th: &mut Thread, f: abi::iternextfunc, iterator: &Object) -> Option<Ref<Object>> {
    if th.stack_is_low() {
        let _: Raised = crate::raise::recursion_error(th, "");
        return None;
    }
    next_gated(th, f, iterator)
}

#[inline(always)]
fn next_gated(th: &mut Thread, f: abi::iternextfunc, iterator: &Object) -> Option<Ref<Object>> {
    // SAFETY: R4: as above.
    foreign::call(th, f as *const (), |th| foreign::show(th, iterator), || unsafe { Ref::from_raw_nullable(f(iterator.as_ptr())) })
}

/// `am_send`: what is sent to is resumed without a StopIteration for what it returns.
#[inline(always)]
pub fn send(th: &mut Thread, f: abi::sendfunc, receiver: &Object, value: &Object) -> Result<SendResult, Raised> {
    let mut out = core::ptr::null_mut();
    let share = |th: &Thread| [receiver, value].into_iter().for_each(|object| foreign::show(th, object));
    // SAFETY: R4: as above; `out` may be written.
    let code = foreign::call(th, f as *const (), share, || unsafe { f(receiver.as_ptr(), value.as_ptr(), &raw mut out) });
    let value = object(th, out)?;
    Ok(if code == abi::PYGEN_NEXT { SendResult::Next(value) } else { SendResult::Return(value) })
}

/// `tp_new`.
pub fn new(th: &mut Thread, f: abi::newfunc, cls: &heap::Type, args: &Object, kwargs: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let share = |th: &Thread| [Some(cls.as_object()), Some(args), kwargs].into_iter().flatten().for_each(|object| foreign::show(th, object));
    // SAFETY: R4: as above.
    let result = foreign::call(th, f as *const (), share, || unsafe { f(cls.raw(), args.as_ptr(), kwargs.map_or(core::ptr::null_mut(), Object::as_ptr)) });
    object(th, result)
}

/// A vectorcall; `args` are positional ones, then the values of `kwnames`.
#[inline(always)]
pub fn vectorcall(
    th: &mut Thread,
    f: abi::vectorcallfunc,
    callable: &Object,
    args: &[&Object],
    positional: usize,
    kwnames: Option<&Object>,
) -> Result<Ref<Object>, Raised> {
    debug_assert!(positional <= args.len());
    let share = |th: &Thread| args.iter().copied().chain([callable]).chain(kwnames).for_each(|object| foreign::show(th, object));
    // SAFETY: R4: `&Object` is a `PyObject*`; the slice is alive for the call.
    let run = || unsafe { f(callable.as_ptr(), args.as_ptr().cast(), positional, kwnames.map_or(core::ptr::null_mut(), Object::as_ptr)) };
    let result = foreign::call(th, f as *const (), share, run);
    called(th, callable, result)
}

/// The vectorcall function of an object, if its type has the protocol and the object carries one.
#[inline(always)]
pub fn vectorcall_of(callable: &Object) -> Option<abi::vectorcallfunc> {
    let ty = callable.ty();
    if !ty.has_flag(abi::Py_TPFLAGS_HAVE_VECTORCALL as u64) {
        return None;
    }
    let offset = ty.tp_vectorcall_offset();
    debug_assert!(offset > 0);
    // SAFETY: the type says that a vectorcall pointer lies at this offset of its instances.
    unsafe { core::ptr::from_ref(callable).cast::<u8>().offset(offset).cast::<Option<abi::vectorcallfunc>>().read() }
}
