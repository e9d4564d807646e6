//! The module `_sqlite3`: functions about no connection, and all names.

use std::ffi::CString;

use heap::sync::Ordering::Relaxed;
use heap::{Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use macros::pymodule;
use objects::glue::*;
use objects::{Int, Module, Str, exceptions, intern, ops, raise};

use crate::adapt::{self, PrepareProtocol};
use crate::arguments;
use crate::blob::Blob;
use crate::callbacks;
use crate::connection::{Connection, WILL_BE_KEYWORDS};
use crate::cursor::{Cursor, Statement};
use crate::row::Row;
use crate::{constants, errors};

#[pymodule(name = "_sqlite3", types(Blob, Connection, Cursor, PrepareProtocol, Row), hidden(Statement))]
pub mod sqlite {
    use super::*;

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        // SAFETY: no preconditions. This is the first thing of SQLite's that runs.
        let code = unsafe { s::sqlite3_initialize() };
        if code != s::SQLITE_OK {
            let failure = errors::Failure::of_code(code);
            return Err(raise::new(th, exceptions::import_error_type(), format_args!("{}", failure.message)));
        }
        let Some(dict) = module.downcast::<Module>().and_then(Module::dict) else { return Ok(()) };
        for (name, class) in errors::classes(th)? {
            dict.set_by_name(th, name, class.up());
        }
        modules::os::add_constants(th, module, constants::CODES);
        modules::os::add_constants(th, module, constants::OTHERS);
        // SAFETY: no preconditions; the text is static.
        let (version, safety) = unsafe { (errors::text(s::sqlite3_libversion()), s::sqlite3_threadsafe()) };
        let version = Str::new(th, &version).up();
        dict.set_by_name(th, "sqlite_version", version);
        // DB-API's levels for what SQLite was compiled for: single threads, threads with connections of their own, all.
        let level = match safety {
            0 => 0,
            2 => 1,
            _ => 3,
        };
        let level = Int::from_i64(th, level).up();
        dict.set_by_name(th, "threadsafety", level);
        let (adapters, converters) = (adapt::adapters(th)?.up(), adapt::converters(th)?.up());
        dict.set_by_name(th, "adapters", adapters);
        dict.set_by_name(th, "converters", converters);
        Ok(())
    }

    /// Open a connection to the SQLite database file 'database'.
    ///
    /// You can use ":memory:" to open a database connection to a database that
    /// resides in RAM instead of on disk.
    ///
    /// Note: Passing more than 1 positional argument to _sqlite3.connect() is
    /// deprecated. Parameters 'timeout', 'detect_types', 'isolation_level',
    /// 'check_same_thread', 'factory', 'cached_statements' and 'uri' will
    /// become keyword-only parameters in Python 3.15.
    #[function(
        sig = "(*args, **kwargs)",
        shows = "($module, /, database, timeout=5.0, detect_types=0,\n        isolation_level='', check_same_thread=True,\n        factory=ConnectionType, cached_statements=128, uri=False, *,\n        autocommit=sqlite3.LEGACY_TRANSACTION_CONTROL)"
    )]
    fn connect(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        const FACTORY: usize = 5;
        if (2..=8).contains(&args.len()) {
            arguments::deprecated(
                th,
                &format!("Passing more than 1 positional argument to sqlite3.connect() {WILL_BE_KEYWORDS}"),
            )?;
        }
        let positional = args.as_slice();
        let factory = positional.get(FACTORY).copied().or_else(|| kwargs.get("factory"));
        let factory = factory.unwrap_or(Connection::type_object().as_object());
        let (names, values): (Vec<&Object>, Vec<&Object>) = kwargs.iter().unzip();
        let names = objects::Tuple::from_slice(th, &names);
        let all = [positional, &values].concat();
        ops::call_kw(th, factory, &all, Some(&names).filter(|names| !names.is_empty()).map(|names| &**names))
    }

    /// Checks if a string contains a complete SQL statement.
    #[function(sig = "(statement)")]
    fn complete_statement(statement: &str) -> bool {
        let text = CString::new(statement).unwrap_or_default();
        // SAFETY: a terminated text.
        unsafe { s::sqlite3_complete(text.as_ptr()) != 0 }
    }

    /// Register a function to adapt Python objects to SQLite values.
    #[function(sig = "(type, adapter, /)")]
    fn register_adapter(th: &mut Thread, r#type: &Object, adapter: &Object) -> Result<(), Raised> {
        adapt::register(th, r#type, adapter)
    }

    /// Register a function to convert SQLite values to Python objects.
    #[function(sig = "(typename, converter, /)")]
    fn register_converter(th: &mut Thread, typename: &Str, converter: &Object) -> Result<(), Raised> {
        let upper = intern(th, "upper");
        let name = ops::call_method(th, typename.as_object(), upper, &[])?;
        adapt::converters(th)?.set(th, &name, converter)
    }

    /// Enable or disable callback functions throwing errors to stderr.
    #[function(sig = "(enable, /)")]
    fn enable_callback_tracebacks(enable: i32) {
        callbacks::TOLD.store(enable != 0, Relaxed);
    }

    /// Adapt given object to given protocol.
    #[function(
        sig = "(obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)",
        shows = "($module, obj, proto=PrepareProtocolType, alt=<unrepresentable>, /)"
    )]
    fn adapt(
        th: &mut Thread,
        obj: &Object,
        #[default(PrepareProtocol::type_object().as_object())] proto: &Object,
        alt: Option<&Object>,
    ) -> Result<Ref<Object>, Raised> {
        super::adapt::adapt(th, obj, proto, alt)
    }
}
