//! Raising: constructors of exceptions that set the current one, what is raised now, and chaining.
//!
//! Invariant: `Raised` comes from here (or from a C function that reported failure): then the thread's exception field names an
//! instance of `BaseException`. Constructors are cold; whoever raises pays for formatting, nobody else.

mod attribute;
mod encoding;

use core::fmt;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};

pub use attribute::{about_attribute, attribute_error, name_error, no_attribute, unbound_local};
pub use encoding::{unicode_decode_error, unicode_encode_error, unicode_translate_error};

use crate::exceptions::{self, BaseException, ImportError, OsError, StopIteration, SyntaxError};
use crate::{Str, Tuple, hooks, none, ops};

pub use crate::exceptions::syntax::SyntaxErrorData;

macro_rules! raisers {
    ($($(#[$doc:meta])* $name:ident $accessor:ident;)*) => {$(
        $(#[$doc])*
        #[cold]
        #[inline(never)]
        pub fn $name(th: &mut Thread, message: fmt::Arguments<'_>) -> Raised {
            new(th, exceptions::$accessor(), message)
        }
    )*};
}

raisers! {
    /// Raises `TypeError`.
    type_error type_error_type;
    /// Raises `ValueError`.
    value_error value_error_type;
    /// Raises `IndexError`.
    index_error index_error_type;
    /// Raises `LookupError`.
    lookup_error lookup_error_type;
    /// Raises `OverflowError`.
    overflow_error overflow_error_type;
    /// Raises `ZeroDivisionError`.
    zero_division zero_division_error_type;
    /// Raises `RuntimeError`.
    runtime_error runtime_error_type;
    /// Raises `SystemError`.
    system_error system_error_type;
    /// Raises `NotImplementedError`.
    not_implemented not_implemented_error_type;
    /// Raises `BufferError`.
    buffer_error buffer_error_type;
    /// Raises `AssertionError`.
    assertion_error assertion_error_type;
    /// Raises `EOFError`.
    eof_error eof_error_type;
    /// Raises `ReferenceError`.
    reference_error reference_error_type;
    /// Raises `PythonFinalizationError`.
    finalization_error python_finalization_error_type;
}

/// Raises `cls(message)`.
#[cold]
#[inline(never)]
pub fn new(th: &mut Thread, cls: &Type, message: fmt::Arguments<'_>) -> Raised {
    let message = match message.as_str() {
        Some(text) => Str::new(th, text),
        None => Str::new(th, &message.to_string()),
    };
    with_value(th, cls, message.up())
}

/// Raises `cls(value)`.
#[cold]
pub fn with_value(th: &mut Thread, cls: &Type, value: Ref<Object>) -> Raised {
    if exceptions::base::is_plain(cls) {
        let args = Tuple::from_slice(th, &[&*value]);
        let exception = BaseException::make(th, cls, args);
        return set(th, exception.up());
    }
    call_class(th, cls, &[&*value])
}

/// Raises `cls()`.
#[cold]
pub fn empty(th: &mut Thread, cls: &Type) -> Raised {
    if exceptions::base::is_plain(cls) {
        let exception = BaseException::make(th, cls, Tuple::empty().to_ref());
        return set(th, exception.up());
    }
    call_class(th, cls, &[])
}

/// Raises what `cls(*args)` returns.
#[cold]
pub fn call_class(th: &mut Thread, cls: &Type, args: &[&Object]) -> Raised {
    match instantiate(th, cls, args) {
        Ok(exception) => set(th, exception),
        Err(raised) => raised,
    }
}

/// An instance of an exception class.
fn instantiate(th: &mut Thread, cls: &Type, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    let made = ops::call(th, cls, args)?;
    if exceptions::as_exception(&made).is_none() {
        let cls = ops::repr(th, cls)?;
        let got = ops::type_name(&made);
        let message = format_args!("calling {cls} should have returned an instance of BaseException, not {got}");
        return Err(type_error(th, message));
    }
    Ok(made)
}

/// The exception that C's pair of class and value stands for: the value may be an instance, arguments, or absent.
pub fn normalize(th: &mut Thread, cls: &Object, value: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let Some(class) = exceptions::as_exception_class(cls) else {
        let shown = ops::repr(th, cls)?;
        return Err(system_error(th, format_args!("_PyErr_SetObject: exception {shown} is not a BaseException subclass")));
    };
    match value {
        Some(value) if exceptions::as_exception(value).is_some_and(|e| heap::is_subtype(e.ty(), class)) => Ok(value.to_ref()),
        None => instantiate(th, class, &[]),
        Some(value) if value.is(none()) => instantiate(th, class, &[]),
        Some(value) => match value.downcast::<Tuple>() {
            Some(args) => {
                let args: Vec<&Object> = args.iter().collect();
                instantiate(th, class, &args)
            }
            None => instantiate(th, class, &[value]),
        },
    }
}

/// Raises what C's pair of class and value stands for.
#[cold]
pub fn object(th: &mut Thread, cls: &Object, value: Option<&Object>) -> Raised {
    match normalize(th, cls, value) {
        Ok(exception) => set(th, exception),
        Err(raised) => raised,
    }
}

/// Raises an exception instance: the one that is handled now becomes its context.
#[inline]
pub fn set(th: &mut Thread, exception: Ref<Object>) -> Raised {
    if let Some(handled) = th.handled_exception() {
        set_context(th, &exception, handled);
    }
    th.set_exception(exception)
}

/// Raises an exception instance as it is, context and all: what was caught is passed on.
#[inline]
pub fn again(th: &mut Thread, exception: Ref<Object>) -> Raised {
    th.set_exception(exception)
}

/// Makes `handled` the context of `exception`, unless that would close a cycle; then the cycle is cut where it would close.
#[cold]
#[inline(never)]
fn set_context(th: &mut Thread, exception: &Object, handled: Ref<Object>) {
    if Thread::same(exception, &*handled) {
        return;
    }
    let Some(exception) = exceptions::as_exception(exception) else { return };
    let mut at = handled.clone();
    // A second walker at half the speed: contexts set by hand may form a cycle already.
    let mut slow = handled.clone();
    let mut move_slow = false;
    while let Some(next) = context_of(th, &at) {
        if Thread::same(&*next, exception) {
            if let Some(at) = exceptions::as_exception(&at) {
                at.set_context(th, None);
            }
            break;
        }
        at = next;
        if Thread::same(&*at, &*slow) {
            break;
        }
        if move_slow && let Some(next) = context_of(th, &slow) {
            slow = next;
        }
        move_slow = !move_slow;
    }
    exception.set_context(th, Some(handled));
}

fn context_of(th: &Thread, exception: &Object) -> Option<Ref<Object>> {
    exceptions::as_exception(exception).and_then(|e| e.context(th))
}

/// Links `earlier` behind the exception raised now: as its context, or as the context of what ends its chain of contexts. Raises
/// `earlier` where nothing is raised.
pub fn chain(th: &mut Thread, earlier: Ref<Object>) -> Raised {
    match th.take_exception() {
        None => th.set_exception(earlier),
        Some(current) => {
            set_context(th, &current, earlier);
            th.set_exception(current)
        }
    }
}

/// Raises `cls(message)`, whose cause and context is the exception raised now.
#[cold]
pub fn from_cause(th: &mut Thread, cls: &Type, message: fmt::Arguments<'_>) -> Raised {
    let cause = th.take_exception();
    let raised = new(th, cls, message);
    if let Some(cause) = cause
        && let Some(current) = th.exception().map(Object::to_owned)
        && let Some(current) = exceptions::as_exception(&current)
    {
        current.set_cause(th, Some(cause.clone()));
        current.set_context(th, Some(cause));
    }
    raised
}

/// Whether the raised exception is a `cls`.
#[inline]
pub fn matches(th: &Thread, cls: &Type) -> bool {
    th.exception().is_some_and(|e| heap::is_subtype(e.ty(), cls))
}

/// Takes the raised exception if it is a `cls`: the error is handled.
#[inline]
pub fn catch(th: &mut Thread, cls: &Type) -> Option<Ref<Object>> {
    if matches(th, cls) { th.take_exception() } else { None }
}

/// Whether `exception` (an instance or a class) is caught by `except target:`, where `target` is a class or a tuple, perhaps nested.
/// What is no exception class is compared by identity, as C does it.
pub fn matches_class(exception: &Object, target: &Object) -> bool {
    if let Some(targets) = target.downcast::<Tuple>() {
        return targets.iter().any(|target| matches_class(exception, target));
    }
    let class = match exceptions::as_exception(exception) {
        Some(instance) => Some(instance.ty()),
        None => exceptions::as_exception_class(exception),
    };
    match (class, exceptions::as_exception_class(target)) {
        (Some(class), Some(target)) => heap::is_subtype(class, target),
        _ => Thread::same(exception, target),
    }
}

/// Takes the raised exception. Exceptions are instances from the start; there is nothing to normalise.
pub fn fetch_normalized(th: &mut Thread) -> Option<Ref<Object>> {
    th.take_exception()
}

/// Runs `body` with no exception raised and brings the exception back afterwards; one that `body` leaves is unraisable.
pub fn protect<T>(th: &mut Thread, body: impl FnOnce(&mut Thread) -> Result<T, Raised>) -> Option<T> {
    let before = th.take_exception();
    let result = match body(th) {
        Ok(value) => Some(value),
        Err(_) => {
            unraisable(th, "", None);
            None
        }
    };
    if let Some(before) = before {
        let _ = th.set_exception(before);
    }
    result
}

/// Reports the raised exception to `sys.unraisablehook`: nobody can receive it. `context` is the message without `: object`.
#[cold]
pub fn unraisable(th: &mut Thread, context: &str, object: Option<&Object>) {
    (hooks::get().unraisable)(th, context, object);
}

/// Raises `StopIteration`, with a value unless it is absent.
#[cold]
#[inline(never)]
pub fn stop_iteration(th: &mut Thread, value: Option<Ref<Object>>) -> Raised {
    let value = value.filter(|value| !value.is(none()));
    let exception = StopIteration::create(th, value);
    set(th, exception.up())
}

/// Raises `KeyError(key)`.
#[cold]
#[inline(never)]
pub fn key_error(th: &mut Thread, key: &Object) -> Raised {
    // In a tuple of its own: a key that is a tuple is not the arguments.
    let args = Tuple::from_slice(th, &[key]);
    let exception = BaseException::make(th, exceptions::key_error_type(), args);
    set(th, exception.up())
}

/// Raises the `OSError` for an errno, with the system's message and class.
#[cold]
#[inline(never)]
pub fn os_error(th: &mut Thread, errno: i32, filename: Option<&Object>, filename2: Option<&Object>) -> Raised {
    let exception = OsError::create(th, errno, filename, filename2);
    set(th, exception.up())
}

/// Raises the `OSError` for an error of Rust's library.
#[cold]
pub fn io_error(th: &mut Thread, error: &std::io::Error, filename: Option<&Object>) -> Raised {
    match error.raw_os_error() {
        Some(errno) => os_error(th, errno, filename, None),
        None => new(th, exceptions::os_error_type(), format_args!("{error}")),
    }
}

/// Raises `ImportError(message, name=name, path=path)`.
#[cold]
pub fn import_error(th: &mut Thread, message: fmt::Arguments<'_>, name: Option<&Object>, path: Option<&Object>) -> Raised {
    import_error_of(th, exceptions::import_error_type(), message, name, path, None)
}

/// Raises an `ImportError` or a static subclass of it, with all it can tell.
#[cold]
pub fn import_error_of(
    th: &mut Thread,
    cls: &Type,
    message: fmt::Arguments<'_>,
    name: Option<&Object>,
    path: Option<&Object>,
    name_from: Option<&Object>,
) -> Raised {
    let message = Str::new(th, &message.to_string());
    let exception = ImportError::create(th, cls, message, name, path, name_from);
    set(th, exception.up())
}

/// Raises `RecursionError`; `context` begins with a blank: ` while calling a Python object`.
#[cold]
#[inline(never)]
pub fn recursion_error(th: &mut Thread, context: &str) -> Raised {
    new(th, exceptions::recursion_error_type(), format_args!("maximum recursion depth exceeded{context}"))
}

/// Raises `MemoryError`.
#[cold]
#[inline(never)]
pub fn memory_error(th: &mut Thread) -> Raised {
    empty(th, exceptions::memory_error_type())
}

/// Raises `SyntaxError`, `IndentationError` or `TabError`.
#[cold]
pub fn syntax_error(th: &mut Thread, cls: &Type, data: &SyntaxErrorData) -> Raised {
    let exception = SyntaxError::create(th, cls, data);
    set(th, exception.up())
}

/// Raises `SystemError` for an internal call with wrong arguments (`PyErr_BadInternalCall`).
#[cold]
pub fn bad_internal_call(th: &mut Thread) -> Raised {
    system_error(th, format_args!("bad argument to internal function"))
}

const _: fn(&Type) -> &Object = |ty| ty.as_object();

/// Adds a note to the exception that is being raised.
pub fn add_note_to_raised(th: &mut Thread, note: &str) -> Raised {
    let Some(exception) = th.take_exception() else { return system_error(th, format_args!("no exception to annotate")) };
    let note = Str::new(th, note);
    let name = crate::str::intern(th, "add_note");
    match ops::call_method(th, &exception, name, &[&note]) {
        Ok(result) => {
            th.release(result);
            th.set_exception(exception)
        }
        Err(raised) => raised,
    }
}

/// A string cannot be encoded as UTF-8: `UnicodeEncodeError` for its first lone surrogate.
pub fn unicode_surrogates(th: &mut Thread, text: &Str) -> Raised {
    let start = text.chars().iter().position(|c| (0xd800..0xe000).contains(&c)).unwrap_or(0);
    let end = start + text.chars().iter().skip(start).take_while(|c| (0xd800..0xe000).contains(c)).count();
    unicode_encode_error(th, "utf-8", text, start, end.max(start + 1), "surrogates not allowed")
}
