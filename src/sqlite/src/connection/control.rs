//! Transactions, factories, limits and settings of a connection.

use core::ffi::c_int;

use heap::sync::Ordering::*;
use heap::{Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use macros::pymethods;
use objects::glue::*;
use objects::{Int, none, raise};

use super::{Autocommit, Connection, parse_level};
use crate::errors::{self, Kind};

/// The attribute has a value, or it is not this that is asked for.
fn given<'a>(th: &mut Thread, value: Option<&'a Object>, message: &str) -> Result<&'a Object, Raised> {
    match value {
        Some(value) => Ok(value),
        None => Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("{message}"))),
    }
}

/// Settings that are on or off.
fn check_setting(th: &mut Thread, op: i32) -> Result<(), Raised> {
    const FIRST: c_int = s::SQLITE_DBCONFIG_ENABLE_FKEY;
    const LAST: c_int = s::SQLITE_DBCONFIG_TRUSTED_SCHEMA;
    if (FIRST..=LAST).contains(&op) { Ok(()) } else { Err(raise::value_error(th, format_args!("unknown config 'op': {op}"))) }
}

impl Connection {
    /// Sets a setting that is on or off, or asks for it (-1); what it is then.
    fn setting(&self, th: &mut Thread, op: i32, value: c_int) -> Result<c_int, Raised> {
        let db = self.open(th)?;
        check_setting(th, op)?;
        let held = db.take(th);
        let mut actual: c_int = 0;
        // SAFETY: the handle is open, and this thread has its mutex; these settings take a number and room for one.
        let code = unsafe { s::sqlite3_db_config(db.raw(), op, value, &raw mut actual) };
        let failure = (code != s::SQLITE_OK).then(|| db.failure(code));
        drop(held);
        match failure {
            Some(failure) => Err(failure.raise(th)),
            None => Ok(actual),
        }
    }

    pub(super) fn end(&self, th: &mut Thread, how: &str) -> Result<(), Raised> {
        let db = self.open(th)?;
        // Nobody else ends it between the question and the answer.
        let _held = db.take(th);
        match self.autocommit() {
            Autocommit::Legacy if !db.is_autocommit() => self.run(th, &db, how),
            Autocommit::Off => {
                self.run(th, &db, how)?;
                self.run(th, &db, "BEGIN")
            }
            _ => Ok(()),
        }
    }
}

#[pymethods(part = "control")]
impl Connection {
    #[getter(name = "Warning")]
    fn warning(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Warning).map(Ref::up)
    }

    #[getter(name = "Error")]
    fn error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Error).map(Ref::up)
    }

    #[getter(name = "InterfaceError")]
    fn interface_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Interface).map(Ref::up)
    }

    #[getter(name = "DatabaseError")]
    fn database_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Database).map(Ref::up)
    }

    #[getter(name = "DataError")]
    fn data_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Data).map(Ref::up)
    }

    #[getter(name = "OperationalError")]
    fn operational_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Operational).map(Ref::up)
    }

    #[getter(name = "IntegrityError")]
    fn integrity_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Integrity).map(Ref::up)
    }

    #[getter(name = "InternalError")]
    fn internal_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Internal).map(Ref::up)
    }

    #[getter(name = "ProgrammingError")]
    fn programming_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::Programming).map(Ref::up)
    }

    #[getter(name = "NotSupportedError")]
    fn not_supported_error(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        errors::class(th, Kind::NotSupported).map(Ref::up)
    }

    #[getter]
    fn isolation_level(&self, th: &mut Thread) -> Result<Option<&'static str>, Raised> {
        self.database(th)?;
        Ok(self.isolation())
    }

    #[setter(isolation_level)]
    fn set_isolation_level(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, value, "cannot delete attribute")?;
        let level = parse_level(th, value)?;
        self.isolation.store(level, Relaxed);
        // Nothing begins by itself from now on: what is open ends.
        if level == 0 { self.end(th, "COMMIT") } else { Ok(()) }
    }

    #[getter]
    fn total_changes(&self, th: &mut Thread) -> Result<i32, Raised> {
        let db = self.database(th)?;
        // SAFETY: the handle is open; a number is read.
        Ok(unsafe { s::sqlite3_total_changes(db.raw()) })
    }

    #[getter]
    fn in_transaction(&self, th: &mut Thread) -> Result<bool, Raised> {
        Ok(!self.database(th)?.is_autocommit())
    }

    #[getter(name = "autocommit")]
    fn py_autocommit(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.open(th)?;
        Ok(match self.autocommit() {
            Autocommit::Legacy => Int::from_i64(th, -1).up(),
            Autocommit::Off => objects::bool_ref(false),
            Autocommit::On => objects::bool_ref(true),
        })
    }

    #[setter(autocommit)]
    fn set_autocommit(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let db = self.open(th)?;
        let value = given(th, value, "cannot delete autocommit attribute")?;
        let wanted = Autocommit::parse(th, value)?;
        self.autocommit.store(wanted as i32, Relaxed);
        match wanted {
            Autocommit::On if !db.is_autocommit() => self.run(th, &db, "COMMIT"),
            Autocommit::Off if db.is_autocommit() => self.run(th, &db, "BEGIN"),
            _ => Ok(()),
        }
    }

    #[getter(name = "row_factory")]
    fn py_row_factory(&self, th: &mut Thread) -> Ref<Object> {
        self.row_factory(th)
    }

    #[setter(row_factory)]
    fn set_row_factory(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, value, "cannot delete row_factory attribute")?;
        self.row_factory.set(th, self, Some(value.to_ref()));
        Ok(())
    }

    #[getter(name = "text_factory")]
    fn py_text_factory(&self, th: &mut Thread) -> Ref<Object> {
        self.text_factory(th)
    }

    #[setter(text_factory)]
    fn set_text_factory(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let value = given(th, value, "cannot delete text_factory attribute")?;
        self.text_factory.set(th, self, Some(value.to_ref()));
        Ok(())
    }

    /// Commit any pending transaction to the database.
    ///
    /// If there is no open transaction, this method is a no-op.
    #[method(sig = "($self, /)")]
    fn commit(&self, th: &mut Thread) -> Result<(), Raised> {
        self.end(th, "COMMIT")
    }

    /// Roll back to the start of any pending transaction.
    ///
    /// If there is no open transaction, this method is a no-op.
    #[method(sig = "($self, /)")]
    fn rollback(&self, th: &mut Thread) -> Result<(), Raised> {
        self.end(th, "ROLLBACK")
    }

    /// Called when the connection is used as a context manager.
    ///
    /// Returns itself as a convenience to the caller.
    #[method(sig = "($self, /)")]
    fn __enter__<'a>(&'a self, th: &mut Thread) -> Result<&'a Self, Raised> {
        self.database(th)?;
        Ok(self)
    }

    /// Called when the connection is used as a context manager.
    ///
    /// If there was any exception, a rollback takes place; otherwise we
    /// commit.
    #[method(sig = "($self, type, value, traceback, /)")]
    fn __exit__(&self, th: &mut Thread, r#type: &Object, value: &Object, traceback: &Object) -> Result<bool, Raised> {
        if ![r#type, value, traceback].iter().all(|part| part.is(none())) {
            self.end(th, "ROLLBACK")?;
            return Ok(false);
        }
        let Err(raised) = self.end(th, "COMMIT") else { return Ok(false) };
        // The database is unlocked, if that can be had.
        let Some(exception) = th.take_exception() else { return Err(raised) };
        match self.end(th, "ROLLBACK") {
            Ok(()) => Err(th.set_exception(exception)),
            Err(_) => Err(raise::chain(th, exception)),
        }
    }

    /// Abort any pending database operation.
    #[method(sig = "($self, /)")]
    fn interrupt(&self, th: &mut Thread) -> Result<(), Raised> {
        let db = self.database(th)?;
        // SAFETY: the handle is open; this is for threads that have no mutex.
        unsafe { s::sqlite3_interrupt(db.raw()) };
        Ok(())
    }

    /// Set connection run-time limits.
    ///
    ///   category
    ///     The limit category to be set.
    ///   limit
    ///     The new limit. If the new limit is a negative number, the limit
    ///     is unchanged.
    ///
    /// Attempts to increase a limit above its hard upper bound are silently
    /// truncated to the hard upper bound. Regardless of whether or not the
    /// limit was changed, the prior value of the limit is returned.
    #[method(sig = "($self, category, limit, /)")]
    fn setlimit(&self, th: &mut Thread, category: i32, limit: i32) -> Result<i32, Raised> {
        let db = self.open(th)?;
        match db.limit(category, limit) {
            ..0 => Err(errors::raise(th, Kind::Programming, format_args!("'category' is out of bounds"))),
            before => Ok(before),
        }
    }

    /// Get connection run-time limits.
    ///
    ///   category
    ///     The limit category to be queried.
    #[method(sig = "($self, category, /)")]
    fn getlimit(&self, th: &mut Thread, category: i32) -> Result<i32, Raised> {
        self.setlimit(th, category, -1)
    }

    /// Set a boolean connection configuration option.
    ///
    ///   op
    ///     The configuration verb; one of the sqlite3.SQLITE_DBCONFIG codes.
    #[method(sig = "($self, op, enable=True, /)")]
    fn setconfig(&self, th: &mut Thread, op: i32, enable: bool) -> Result<(), Raised> {
        let actual = self.setting(th, op, enable.into())?;
        if (actual != 0) == enable {
            Ok(())
        } else {
            Err(errors::raise(th, Kind::Operational, format_args!("Unable to set config")))
        }
    }

    /// Query a boolean connection configuration option.
    ///
    ///   op
    ///     The configuration verb; one of the sqlite3.SQLITE_DBCONFIG codes.
    #[method(sig = "($self, op, /)")]
    fn getconfig(&self, th: &mut Thread, op: i32) -> Result<bool, Raised> {
        Ok(self.setting(th, op, -1)? != 0)
    }
}
