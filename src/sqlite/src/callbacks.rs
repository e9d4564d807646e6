//! What SQLite calls in the middle of its work, on the thread that works: functions, aggregates, collations, hooks.
//!
//! The thread is detached then, or holds the database's mutex, and attaches for the callback. SQLite cannot take an exception: it is told that the
//! callback failed, and the exception goes to `sys.unraisablehook` if `enable_callback_tracebacks` asks for that. Only what a collation raised
//! stays raised until the statement ends.

use core::ffi::{CStr, c_char, c_int, c_uint, c_void};

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Heaped, Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use modules::os::called_back;
use objects::{Int, Str, exceptions, intern, ops, raise};

use crate::connection::Connection;
use crate::errors::{self, Kind};
use crate::value::{self, Value};

/// Exceptions in callbacks are told.
pub static TOLD: AtomicBool = AtomicBool::new(false);

/// A callable that SQLite keeps.
pub struct Callback {
    callable: Ref<Object>,
}

impl Callback {
    /// One for SQLite to own: [`end`] takes it back.
    pub fn leak(th: &Thread, callable: &Object) -> *mut c_void {
        // Any thread may call it.
        th.share(callable);
        Box::into_raw(Box::new(Callback { callable: callable.to_ref() })).cast()
    }

    /// # Safety
    /// `data` is from [`Callback::leak`], and SQLite still has it.
    unsafe fn of<'a>(data: *mut c_void) -> &'a Callback {
        // SAFETY: the caller's promise.
        unsafe { &*data.cast::<Callback>() }
    }
}

/// SQLite gives a callback back.
pub unsafe extern "C" fn end(data: *mut c_void) {
    if data.is_null() {
        return;
    }
    // SAFETY: SQLite's contract: once for each, which `leak` made.
    drop(unsafe { Box::from_raw(data.cast::<Callback>()) });
}

/// Tells of the exception, or forgets it.
fn tell(th: &mut Thread, about: &Object) {
    if TOLD.load(Relaxed) {
        raise::unraisable(th, "Exception ignored on sqlite3 callback", Some(about));
    } else {
        drop(th.take_exception());
    }
}

/// Tells SQLite that a function failed.
///
/// # Safety
/// `context` is that of a function that SQLite calls.
unsafe fn fail(th: &mut Thread, context: *mut s::sqlite3_context, about: &Object, message: &CStr) {
    // SAFETY: the caller's promise; a terminated text, which SQLite copies.
    unsafe {
        if raise::matches(th, exceptions::memory_error_type()) {
            s::sqlite3_result_error_nomem(context);
        } else if raise::matches(th, exceptions::overflow_error_type()) {
            s::sqlite3_result_error_toobig(context);
        } else {
            s::sqlite3_result_error(context, message.as_ptr(), -1);
        }
    }
    tell(th, about);
}

/// Makes an object a function's result.
///
/// # Safety
/// As [`fail`].
unsafe fn give(th: &mut Thread, context: *mut s::sqlite3_context, result: &Object) -> Result<(), Raised> {
    match Value::of(th, result)? {
        // SAFETY: the caller's promise.
        Some(value) => unsafe { value.give(context) },
        None => {
            let got = ops::type_name(result);
            return Err(errors::raise(
                th,
                Kind::Programming,
                format_args!("User-defined functions cannot return '{got}' values to SQLite"),
            ));
        }
    }
    Ok(())
}

pub unsafe extern "C" fn function(context: *mut s::sqlite3_context, count: c_int, values: *mut *mut s::sqlite3_value) {
    // SAFETY: SQLite's contract: a context of a function that `Callback::leak` is the data of, with so many arguments.
    unsafe {
        called_back(|th| {
            let callable = Callback::of(s::sqlite3_user_data(context)).callable.clone();
            let done = value::objects(th, count, values)
                .and_then(|args| value::call(th, &callable, &args))
                .and_then(|result| give(th, context, &result));
            if done.is_err() {
                fail(th, context, &callable, c"user-defined function raised exception");
            }
        });
    }
}

/// The aggregate that SQLite keeps for this group of rows; `None`: there is none.
///
/// # Safety
/// As [`fail`].
unsafe fn aggregate(context: *mut s::sqlite3_context) -> Option<&'static mut *mut Object> {
    // SAFETY: the caller's promise; the word is zero at first, and lives as long as the group.
    unsafe { s::sqlite3_aggregate_context(context, size_of::<*mut Object>() as c_int).cast::<*mut Object>().as_mut() }
}

pub unsafe extern "C" fn step(context: *mut s::sqlite3_context, count: c_int, values: *mut *mut s::sqlite3_value) {
    // SAFETY: as `function`; an aggregate's word holds a count.
    unsafe {
        called_back(|th| {
            let class = Callback::of(s::sqlite3_user_data(context)).callable.clone();
            let Some(kept) = aggregate(context) else {
                let _: Raised = raise::memory_error(th);
                return fail(th, context, &class, c"unable to allocate SQLite aggregate context");
            };
            if kept.is_null() {
                let Ok(made) = ops::call0(th, &class) else {
                    return fail(th, context, &class, c"user-defined aggregate's '__init__' method raised error");
                };
                th.share(&made);
                *kept = made.into_raw().cast();
            }
            let instance: &Object = &**kept;
            let name = intern(th, "step");
            let Ok(method) = ops::getattr(th, instance, name) else {
                return fail(th, context, &class, c"user-defined aggregate's 'step' method not defined");
            };
            let done = value::objects(th, count, values).and_then(|args| value::call(th, &method, &args));
            if done.is_err() {
                fail(th, context, &class, c"user-defined aggregate's 'step' method raised error");
            }
        });
    }
}

/// Calls a method of an aggregate that tells its value.
///
/// # Safety
/// As [`fail`].
unsafe fn told(
    th: &mut Thread,
    context: *mut s::sqlite3_context,
    instance: &Object,
    class: &Object,
    method: &str,
    texts: [&CStr; 3],
) {
    let name = intern(th, method);
    let result = ops::call_method(th, instance, name, &[]);
    // SAFETY: the caller's promise.
    unsafe {
        match result {
            Err(_) if raise::matches(th, exceptions::attribute_error_type()) => fail(th, context, class, texts[0]),
            Err(_) => fail(th, context, class, texts[1]),
            Ok(result) => {
                if give(th, context, &result).is_err() {
                    fail(th, context, class, texts[2]);
                }
            }
        }
    }
}

pub unsafe extern "C" fn finish(context: *mut s::sqlite3_context) {
    const TEXTS: [&CStr; 3] = [
        c"user-defined aggregate's 'finalize' method not defined",
        c"user-defined aggregate's 'finalize' method raised error",
        c"user-defined aggregate's 'finalize' method raised error",
    ];
    // SAFETY: as `step`; the word's count ends here.
    unsafe {
        called_back(|th| {
            // Without a row nothing was made, nor is there anything where making failed.
            let Some(kept) = s::sqlite3_aggregate_context(context, 0).cast::<*mut Object>().as_mut() else { return };
            let Some(instance) = Ref::<Object>::from_raw_nullable(core::mem::replace(kept, core::ptr::null_mut()).cast()) else {
                return;
            };
            let class = Callback::of(s::sqlite3_user_data(context)).callable.clone();
            told(th, context, &instance, &class, "finalize", TEXTS);
            th.release(instance);
        });
    }
}

pub unsafe extern "C" fn current(context: *mut s::sqlite3_context) {
    const TEXTS: [&CStr; 3] = [
        c"user-defined aggregate's 'value' method not defined",
        c"user-defined aggregate's 'value' method raised error",
        c"unable to set result from user-defined aggregate's 'value' method",
    ];
    // SAFETY: as `step`.
    unsafe {
        called_back(|th| {
            let Some(kept) = aggregate(context).filter(|kept| !kept.is_null()) else { return };
            let class = Callback::of(s::sqlite3_user_data(context)).callable.clone();
            told(th, context, &**kept, &class, "value", TEXTS);
        });
    }
}

pub unsafe extern "C" fn inverse(context: *mut s::sqlite3_context, count: c_int, values: *mut *mut s::sqlite3_value) {
    // SAFETY: as `step`.
    unsafe {
        called_back(|th| {
            let Some(kept) = aggregate(context).filter(|kept| !kept.is_null()) else { return };
            let class = Callback::of(s::sqlite3_user_data(context)).callable.clone();
            let name = intern(th, "inverse");
            let Ok(method) = ops::getattr(th, &**kept, name) else {
                return fail(th, context, &class, c"user-defined aggregate's 'inverse' method not defined");
            };
            let Ok(args) = value::objects(th, count, values) else {
                return fail(th, context, &class, c"unable to build arguments for user-defined aggregate's 'inverse' method");
            };
            if value::call(th, &method, &args).is_err() {
                fail(th, context, &class, c"user-defined aggregate's 'inverse' method raised error");
            }
        });
    }
}

pub unsafe extern "C" fn collation(data: *mut c_void, size_a: c_int, a: *const c_void, size_b: c_int, b: *const c_void) -> c_int {
    // SAFETY: SQLite's contract: two texts for the call, and a callback's data.
    unsafe {
        called_back(|th| {
            // A statement compares more than once; when one comparison failed, it has failed.
            if th.exception().is_some() {
                return 0;
            }
            let callable = Callback::of(data).callable.clone();
            compare(th, &callable, value::slice(a, size_a), value::slice(b, size_b)).unwrap_or(0)
        })
    }
}

fn compare(th: &mut Thread, callable: &Object, a: &[u8], b: &[u8]) -> Result<c_int, Raised> {
    let (a, b) = (value::text(th, a)?, value::text(th, b)?);
    let result = ops::call(th, callable, &[&a, &b])?;
    match ops::index(th, &result) {
        Ok(number) if number.is_negative() => Ok(-1),
        Ok(number) => Ok((number.to_i64() != Some(0)).into()),
        Err(_) => {
            drop(th.take_exception());
            Ok(0)
        }
    }
}

/// A text of SQLite's, or `None`.
fn text_or_none(th: &mut Thread, text: *const c_char) -> Ref<Object> {
    if text.is_null() { objects::none_ref() } else { Str::new(th, &errors::text(text)).up() }
}

/// The connection that hooks are for.
///
/// # Safety
/// `data` is the address of a connection, which lives: it runs an operation.
unsafe fn connection<'a>(data: *mut c_void) -> &'a Connection {
    // SAFETY: the caller's promise.
    unsafe { &*data.cast::<Connection>() }
}

pub unsafe extern "C" fn authorizer(
    data: *mut c_void,
    action: c_int,
    a: *const c_char,
    b: *const c_char,
    database: *const c_char,
    source: *const c_char,
) -> c_int {
    // SAFETY: SQLite's contract; the connection runs the operation.
    unsafe {
        called_back(|th| {
            let Some(callable) = connection(data).authorizer(th) else { return s::SQLITE_OK };
            let action = Int::from_i64(th, action.into()).up();
            let texts = [a, b, database, source].map(|text| text_or_none(th, text));
            let [a, b, database, source] = &texts;
            let answer = ops::call(th, &callable, &[&action, a, b, database, source]);
            let number = answer.and_then(|answer| match answer.downcast::<Int>() {
                Ok(number) => crate::arguments::int(th, &number).map(Some),
                Err(_) => Ok(None),
            });
            match number {
                Ok(number) => number.unwrap_or(s::SQLITE_DENY),
                Err(_) => {
                    tell(th, &callable);
                    s::SQLITE_DENY
                }
            }
        })
    }
}

pub unsafe extern "C" fn progress(data: *mut c_void) -> c_int {
    // SAFETY: as above.
    unsafe {
        called_back(|th| {
            let Some(callable) = connection(data).progress(th) else { return 0 };
            match ops::call0(th, &callable).and_then(|result| ops::is_true(th, &result)) {
                Ok(stop) => stop.into(),
                Err(_) => {
                    tell(th, &callable);
                    -1
                }
            }
        })
    }
}

pub unsafe extern "C" fn trace(kind: c_uint, data: *mut c_void, statement: *mut c_void, sql: *mut c_void) -> c_int {
    if kind != s::SQLITE_TRACE_STMT {
        return 0;
    }
    // SAFETY: as above: the statement runs; the text that SQLite makes of it is ours.
    unsafe {
        called_back(|th| {
            let Some(callable) = connection(data).trace(th) else { return };
            let expanded = s::sqlite3_expanded_sql(statement.cast());
            let text = if expanded.is_null() {
                let message = "Expanded SQL string exceeds the maximum string length";
                let _: Raised = errors::raise(th, Kind::Data, format_args!("{message}"));
                tell(th, &callable);
                errors::text(sql.cast())
            } else {
                let text = errors::text(expanded);
                s::sqlite3_free(expanded.cast());
                text
            };
            let text = Str::new(th, &text);
            if ops::call1(th, &callable, &text).is_err() {
                tell(th, &callable);
            }
        });
    }
    0
}
