//! Functions, aggregates and collations of a connection, and who is asked or told about what it does.

use core::ffi::{c_int, c_uint, c_void};
use std::ffi::CString;

use heap::{Object, Raised, Ref, Slot, Thread};
use libsqlite3_sys as s;
use macros::pymethods;
use objects::glue::*;
use objects::{none, ops, raise};

use super::Connection;
use crate::arguments::{self, Parameters, deprecated};
use crate::callbacks::{self, Callback};
use crate::db::Db;
use crate::errors::{self, Kind};

const FUNCTION: Parameters =
    Parameters { function: "create_function", names: &["name", "narg", "func", "deterministic"], required: 3, keyword_only: 3 };
const AGGREGATE: Parameters =
    Parameters { function: "create_aggregate", names: &["name", "n_arg", "aggregate_class"], required: 3, keyword_only: 3 };
const AUTHORIZER: Parameters =
    Parameters { function: "set_authorizer", names: &["authorizer_callback"], required: 1, keyword_only: 1 };
const PROGRESS: Parameters =
    Parameters { function: "set_progress_handler", names: &["progress_handler", "n"], required: 2, keyword_only: 2 };
const TRACE: Parameters = Parameters { function: "set_trace_callback", names: &["trace_callback"], required: 1, keyword_only: 1 };

/// How many arguments a function takes: any number (-1), or no more than SQLite allows.
fn check_count(th: &mut Thread, db: &Db, count: i32, name: &str) -> Result<(), Raised> {
    let most = db.limit(s::SQLITE_LIMIT_FUNCTION_ARG, -1);
    if (-1..=most).contains(&count) {
        return Ok(());
    }
    Err(errors::raise(th, Kind::Programming, format_args!("'{name}' must be between -1 and {most}, not {count}")))
}

fn terminated(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

/// A callback in one of the connection's own places, or nobody for `None`.
fn wanted(callback: &Object) -> Option<Ref<Object>> {
    (!callback.is(none())).then(|| callback.to_ref())
}

impl Connection {
    fn me(&self) -> *mut c_void {
        core::ptr::from_ref(self).cast_mut().cast()
    }

    /// Puts a callback into its place, and tells SQLite of it (or that there is none) in between, with the database's mutex.
    fn hook(
        &self,
        th: &mut Thread,
        db: &Db,
        place: &Slot,
        callback: &Object,
        set: impl FnOnce(*mut s::sqlite3, bool, *mut c_void) -> c_int,
    ) -> c_int {
        let callback = wanted(callback);
        let held = db.take(th);
        let code = set(db.raw(), callback.is_some(), self.me());
        drop(held);
        place.set(th, self, callback.filter(|_| code == s::SQLITE_OK));
        code
    }
}

#[pymethods(part = "hooks")]
impl Connection {
    /// Creates a new function.
    ///
    /// Note: Passing keyword arguments 'name', 'narg' and 'func' to
    /// _sqlite3.Connection.create_function() is deprecated. Parameters
    /// 'name', 'narg' and 'func' will become positional-only in Python 3.15.
    #[method(sig = "($self, /, *args, **kwargs)", shows = "($self, /, name, narg, func, *, deterministic=False)")]
    fn create_function(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if args.len() < 3 {
            let message = "Passing keyword arguments 'name', 'narg' and 'func' to _sqlite3.Connection.create_function() is deprecated. \
                Parameters 'name', 'narg' and 'func' will become positional-only in Python 3.15.";
            if !kwargs.is_empty() {
                deprecated(th, message)?;
            }
        }
        let found = FUNCTION.bind(th, args, kwargs)?;
        let (name, count, callable) = (found[0].unwrap_or(none()), found[1].unwrap_or(none()), found[2].unwrap_or(none()));
        let name = terminated(arguments::text(th, "create_function", "name", name)?);
        let count = arguments::int(th, count)?;
        let deterministic = match found[3] {
            Some(value) => ops::is_true(th, value)?,
            None => false,
        };
        let db = self.open(th)?;
        check_count(th, &db, count, "narg")?;
        let flags = s::SQLITE_UTF8 | if deterministic { s::SQLITE_DETERMINISTIC } else { 0 };
        let held = db.take(th);
        // SAFETY: the handle is open, and this thread has its mutex; SQLite owns the callback, also if this fails.
        let code = unsafe {
            let data = Callback::leak(th, callable);
            s::sqlite3_create_function_v2(
                db.raw(),
                name.as_ptr(),
                count,
                flags,
                data,
                Some(callbacks::function),
                None,
                None,
                Some(callbacks::end),
            )
        };
        drop(held);
        if code == s::SQLITE_OK {
            Ok(())
        } else {
            Err(errors::raise(th, Kind::Operational, format_args!("Error creating function")))
        }
    }

    /// Creates a new aggregate.
    ///
    /// Note: Passing keyword arguments 'name', 'n_arg' and 'aggregate_class'
    /// to _sqlite3.Connection.create_aggregate() is deprecated. Parameters
    /// 'name', 'n_arg' and 'aggregate_class' will become positional-only in
    /// Python 3.15.
    #[method(sig = "($self, /, *args, **kwargs)", shows = "($self, /, name, n_arg, aggregate_class)")]
    fn create_aggregate(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if args.len() < 3 && !kwargs.is_empty() {
            let message = "Passing keyword arguments 'name', 'n_arg' and 'aggregate_class' to _sqlite3.Connection.create_aggregate() is \
                deprecated. Parameters 'name', 'n_arg' and 'aggregate_class' will become positional-only in Python 3.15.";
            deprecated(th, message)?;
        }
        let found = AGGREGATE.bind(th, args, kwargs)?;
        let (name, count, class) = (found[0].unwrap_or(none()), found[1].unwrap_or(none()), found[2].unwrap_or(none()));
        let name = terminated(arguments::text(th, "create_aggregate", "name", name)?);
        let count = arguments::int(th, count)?;
        let db = self.open(th)?;
        check_count(th, &db, count, "n_arg")?;
        let held = db.take(th);
        // SAFETY: as above.
        let code = unsafe {
            let data = Callback::leak(th, class);
            s::sqlite3_create_function_v2(
                db.raw(),
                name.as_ptr(),
                count,
                s::SQLITE_UTF8,
                data,
                None,
                Some(callbacks::step),
                Some(callbacks::finish),
                Some(callbacks::end),
            )
        };
        drop(held);
        if code == s::SQLITE_OK {
            Ok(())
        } else {
            Err(errors::raise(th, Kind::Operational, format_args!("Error creating aggregate")))
        }
    }

    /// Creates or redefines an aggregate window function. Non-standard.
    ///
    ///   name
    ///     The name of the SQL aggregate window function to be created or
    ///     redefined.
    ///   num_params
    ///     The number of arguments the step and inverse methods takes.
    ///   aggregate_class
    ///     A class with step(), finalize(), value(), and inverse() methods.
    ///     Set to None to clear the window function.
    #[method(sig = "($self, name, num_params, aggregate_class, /)")]
    fn create_window_function(
        &self,
        th: &mut Thread,
        name: &str,
        num_params: i32,
        aggregate_class: &Object,
    ) -> Result<(), Raised> {
        let db = self.open(th)?;
        check_count(th, &db, num_params, "num_params")?;
        let name = terminated(name);
        let some = !aggregate_class.is(none());
        let held = db.take(th);
        // SAFETY: as above.
        let code = unsafe {
            let data = if some { Callback::leak(th, aggregate_class) } else { core::ptr::null_mut() };
            s::sqlite3_create_window_function(
                db.raw(),
                name.as_ptr(),
                num_params,
                s::SQLITE_UTF8,
                data,
                if some { Some(callbacks::step) } else { None },
                if some { Some(callbacks::finish) } else { None },
                if some { Some(callbacks::current) } else { None },
                if some { Some(callbacks::inverse) } else { None },
                if some { Some(callbacks::end) } else { None },
            )
        };
        drop(held);
        if code == s::SQLITE_OK { Ok(()) } else { Err(errors::Failure::of_code(code).raise(th)) }
    }

    /// Creates a collation function.
    #[method(sig = "($self, name, callback, /)")]
    fn create_collation(&self, th: &mut Thread, name: &str, callback: &Object) -> Result<(), Raised> {
        let db = self.open(th)?;
        let some = !callback.is(none());
        if some && !ops::is_callable(callback) {
            return Err(raise::type_error(th, format_args!("parameter must be callable")));
        }
        let name = terminated(name);
        let data = if some { Callback::leak(th, callback) } else { core::ptr::null_mut() };
        let held = db.take(th);
        // SAFETY: as above, but that a callback stays ours if this fails.
        let failure = unsafe {
            let compare: Option<unsafe extern "C" fn(_, _, _, _, _) -> _> = if some { Some(callbacks::collation) } else { None };
            let code = s::sqlite3_create_collation_v2(
                db.raw(),
                name.as_ptr(),
                s::SQLITE_UTF8,
                data,
                compare,
                some.then_some(callbacks::end),
            );
            if code != s::SQLITE_OK {
                callbacks::end(data);
            }
            (code != s::SQLITE_OK).then(|| db.failure(code))
        };
        drop(held);
        match failure {
            Some(failure) => Err(failure.raise(th)),
            None => Ok(()),
        }
    }

    /// Set authorizer callback.
    ///
    /// Note: Passing keyword argument 'authorizer_callback' to
    /// _sqlite3.Connection.set_authorizer() is deprecated. Parameter
    /// 'authorizer_callback' will become positional-only in Python 3.15.
    #[method(sig = "($self, /, *args, **kwargs)", shows = "($self, /, authorizer_callback)")]
    fn set_authorizer(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if args.is_empty() && !kwargs.is_empty() {
            let message = "Passing keyword argument 'authorizer_callback' to _sqlite3.Connection.set_authorizer() is deprecated. Parameter \
                'authorizer_callback' will become positional-only in Python 3.15.";
            deprecated(th, message)?;
        }
        let found = AUTHORIZER.bind(th, args, kwargs)?;
        let db = self.open(th)?;
        let code = self.hook(th, &db, &self.authorizer, found[0].unwrap_or(none()), |raw, some, me| {
            let callback: Option<unsafe extern "C" fn(_, _, _, _, _, _) -> _> =
                if some { Some(callbacks::authorizer) } else { None };
            // SAFETY: the handle is open, and this thread has its mutex; the connection lives while it runs anything.
            unsafe { s::sqlite3_set_authorizer(raw, callback, me) }
        });
        if code == s::SQLITE_OK {
            Ok(())
        } else {
            Err(errors::raise(th, Kind::Operational, format_args!("Error setting authorizer callback")))
        }
    }

    /// Set progress handler callback.
    ///
    ///   progress_handler
    ///     A callable that takes no arguments.
    ///     If the callable returns non-zero, the current query is
    ///     terminated, and an exception is raised.
    ///   n
    ///     The number of SQLite virtual machine instructions that are
    ///     executed between invocations of 'progress_handler'.
    ///
    /// If 'progress_handler' is None or 'n' is 0, the progress handler is
    /// disabled.
    ///
    /// Note: Passing keyword argument 'progress_handler' to
    /// _sqlite3.Connection.set_progress_handler() is deprecated. Parameter
    /// 'progress_handler' will become positional-only in Python 3.15.
    #[method(sig = "($self, /, *args, **kwargs)", shows = "($self, /, progress_handler, n)")]
    fn set_progress_handler(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if args.is_empty() && !kwargs.is_empty() {
            let message = "Passing keyword argument 'progress_handler' to _sqlite3.Connection.set_progress_handler() is deprecated. Parameter \
                'progress_handler' will become positional-only in Python 3.15.";
            deprecated(th, message)?;
        }
        let found = PROGRESS.bind(th, args, kwargs)?;
        let steps = arguments::int(th, found[1].unwrap_or(none()))?;
        let db = self.open(th)?;
        self.hook(th, &db, &self.progress, found[0].unwrap_or(none()), |raw, some, me| {
            // SAFETY: as above.
            unsafe {
                s::sqlite3_progress_handler(
                    raw,
                    if some { steps } else { 0 },
                    if some { Some(callbacks::progress) } else { None },
                    me,
                )
            };
            s::SQLITE_OK
        });
        Ok(())
    }

    /// Set a trace callback called for each SQL statement (passed as unicode).
    ///
    /// Note: Passing keyword argument 'trace_callback' to
    /// _sqlite3.Connection.set_trace_callback() is deprecated. Parameter
    /// 'trace_callback' will become positional-only in Python 3.15.
    #[method(sig = "($self, /, *args, **kwargs)", shows = "($self, /, trace_callback)")]
    fn set_trace_callback(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        if args.is_empty() && !kwargs.is_empty() {
            let message = "Passing keyword argument 'trace_callback' to _sqlite3.Connection.set_trace_callback() is deprecated. Parameter \
                'trace_callback' will become positional-only in Python 3.15.";
            deprecated(th, message)?;
        }
        let found = TRACE.bind(th, args, kwargs)?;
        let db = self.open(th)?;
        self.hook(th, &db, &self.trace, found[0].unwrap_or(none()), |raw, some, me| {
            let callback: Option<unsafe extern "C" fn(c_uint, *mut c_void, *mut c_void, *mut c_void) -> c_int> =
                if some { Some(callbacks::trace) } else { None };
            // SAFETY: as above.
            unsafe { s::sqlite3_trace_v2(raw, s::SQLITE_TRACE_STMT, callback, me) }
        });
        Ok(())
    }
}
