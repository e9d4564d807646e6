//! `Cursor`: runs statements and has their rows. How a row becomes objects is in [`fetch`].
//!
//! Invariant: one thing at a time happens on a cursor (`busy`): who calls it from a callback of its own statement, or from another thread at the same
//! time, is refused. A cursor has a statement exactly while there may be rows left.

mod fetch;

use core::ffi::c_int;
use std::ffi::CString;
use std::sync::Arc;

use heap::sync::{AtomicBool, AtomicI64, AtomicU32, Mutex, Ordering::*};
use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use libsqlite3_sys as s;
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, List, Str, Tuple, exceptions, ops, raise};

use crate::bind;
use crate::connection::{Autocommit, Connection, prepare};
use crate::db::{Db, Stmt};
use crate::errors::{self, Kind};

/// A prepared statement, as `Connection.__call__` shows it.
#[pytype(name = "Statement", module = "sqlite3", doc = none, flags(DISALLOW_INSTANTIATION), gc = none)]
#[repr(C)]
pub struct Statement {
    head: Head,
    #[untraversed]
    statement: Arc<Stmt>,
}

impl Statement {
    pub fn around(th: &Thread, statement: Arc<Stmt>) -> Ref<Statement> {
        th.new_object(Statement { head: Head::INIT, statement })
    }
}

#[pymethods]
impl Statement {}

/// SQLite database cursor class.
#[pytype(name = "Cursor", module = "sqlite3", flags(BASETYPE), weakref)]
#[repr(C)]
pub struct Cursor {
    head: Head,
    connection: Slot<Connection>,
    description: Slot,
    /// A converter for each column, or `None`; null where no types are detected.
    converters: Slot<Tuple>,
    last_row: Slot,
    row_factory: Slot,
    #[untraversed]
    statement: Mutex<Option<Arc<Stmt>>>,
    initialized: AtomicBool,
    closed: AtomicBool,
    busy: AtomicBool,
    row_count: AtomicI64,
    array_size: AtomicU32,
}

/// The cursor does nothing else while this lives.
struct Busy<'a>(&'a Cursor);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.0.busy.store(false, Release);
    }
}

/// How often, and with what, a statement runs.
enum Runs<'a> {
    Once(&'a Object),
    Each(&'a Object),
}

impl Cursor {
    fn connection_of(&self, th: &Thread) -> Option<Ref<Connection>> {
        self.connection.get(th, self)
    }

    pub fn description(&self, th: &Thread) -> Ref<Object> {
        self.description.get(th, self).unwrap_or_else(objects::none_ref)
    }

    pub fn set_row_factory_to(&self, th: &mut Thread, factory: Ref<Object>) {
        self.row_factory.set(th, self, Some(factory));
    }

    fn check_not_busy(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.busy.load(Acquire) {
            return Err(errors::raise(th, Kind::Programming, format_args!("Recursive use of cursors not allowed.")));
        }
        Ok(())
    }

    /// Takes the cursor for one operation.
    fn take(&self, th: &mut Thread) -> Result<Busy<'_>, Raised> {
        if self.busy.swap(true, AcqRel) {
            return Err(errors::raise(th, Kind::Programming, format_args!("Recursive use of cursors not allowed.")));
        }
        Ok(Busy(self))
    }

    /// The connection and its database, if the cursor may be used.
    fn ready(&self, th: &mut Thread) -> Result<(Ref<Connection>, Arc<Db>), Raised> {
        let connection = self.connection_of(th).filter(|_| self.initialized.load(Acquire));
        let Some(connection) = connection else {
            return Err(errors::raise(th, Kind::Programming, format_args!("Base Cursor.__init__ not called.")));
        };
        if self.closed.load(Acquire) {
            return Err(errors::raise(th, Kind::Programming, format_args!("Cannot operate on a closed cursor.")));
        }
        let db = connection.open(th)?;
        self.check_not_busy(th)?;
        Ok((connection, db))
    }

    fn current(&self) -> Option<Arc<Stmt>> {
        self.statement.lock().clone()
    }

    fn put_statement(&self, statement: Option<Arc<Stmt>>) {
        let before = core::mem::replace(&mut *self.statement.lock(), statement);
        drop(before);
    }

    /// Gives the statement up, and with it the locks that it has.
    fn end_statement(&self, th: &mut Thread) {
        let statement = self.statement.lock().take();
        if let Some(statement) = statement {
            statement.reset(th);
        }
    }

    /// Runs a statement once.
    pub fn run(&self, th: &mut Thread, sql: &Str, parameters: &Object) -> Result<(), Raised> {
        self.execute_with(th, sql, Runs::Once(parameters))
    }

    /// Runs a statement for each item of an iterable.
    pub fn run_many(&self, th: &mut Thread, sql: &Str, all: &Object) -> Result<(), Raised> {
        self.execute_with(th, sql, Runs::Each(all))
    }

    fn execute_with(&self, th: &mut Thread, sql: &Str, runs: Runs<'_>) -> Result<(), Raised> {
        let (connection, db) = self.ready(th)?;
        let busy = self.take(th)?;
        let result = self.execute_all(th, &connection, &db, sql, &runs);
        drop(busy);
        match result {
            Ok(()) => {
                if self.current().is_some_and(|statement| !statement.is_busy()) {
                    self.put_statement(None);
                }
                Ok(())
            }
            Err(raised) => {
                let exception = th.take_exception();
                self.end_statement(th);
                self.row_count.store(-1, Relaxed);
                match exception {
                    Some(exception) => Err(th.set_exception(exception)),
                    None => Err(raised),
                }
            }
        }
    }

    fn execute_all(
        &self,
        th: &mut Thread,
        connection: &Connection,
        db: &Arc<Db>,
        sql: &Str,
        runs: &Runs<'_>,
    ) -> Result<(), Raised> {
        let iterator = match runs {
            Runs::Once(_) => None,
            Runs::Each(all) => Some(ops::iter(th, all)?),
        };
        self.description.set(th, self, None);
        self.end_statement(th);
        let mut statement = connection.statement(th, db, sql)?;
        self.put_statement(Some(statement.clone()));
        if iterator.is_some() && statement.is_readonly() {
            return Err(errors::raise(th, Kind::Programming, format_args!("executemany() can only execute DML statements.")));
        }
        if statement.is_busy() {
            statement = prepare(th, db, sql.to_utf8().unwrap_or_default())?;
            self.put_statement(Some(statement.clone()));
        }
        statement.reset(th);
        self.row_count.store(if statement.is_dml { 0 } else { -1 }, Relaxed);
        if statement.is_dml {
            connection.begin(th, db)?;
        }
        match (runs, iterator) {
            (Runs::Once(parameters), _) => {
                self.execute_one(th, connection, &statement, parameters)?;
                // A text without a statement leaves the number as it was.
                if !statement.raw().is_null() {
                    // SAFETY: the handle is open; a number is read.
                    let row = unsafe { s::sqlite3_last_insert_rowid(db.raw()) };
                    let row = Int::from_i64(th, row).up();
                    self.last_row.set(th, self, Some(row));
                }
            }
            (_, Some(iterator)) => {
                while let Some(parameters) = ops::next(th, &iterator)? {
                    self.execute_one(th, connection, &statement, &parameters)?;
                }
            }
            (_, None) => {}
        }
        Ok(())
    }

    /// Binds, and takes the first step.
    fn execute_one(
        &self,
        th: &mut Thread,
        connection: &Connection,
        statement: &Arc<Stmt>,
        parameters: &Object,
    ) -> Result<(), Raised> {
        let values = bind::values(th, statement, parameters)?;
        if statement.raw().is_null() {
            return Ok(());
        }
        let db = &statement.db;
        let held = db.take(th);
        // SAFETY: a live statement of an open handle, and this thread has the mutex. One that is done goes back to its start.
        let step = || unsafe {
            match s::sqlite3_step(statement.raw()) {
                s::SQLITE_ROW => Ok(0),
                s::SQLITE_DONE => {
                    let changes = if statement.is_dml { s::sqlite3_changes(db.raw()) } else { 0 };
                    s::sqlite3_reset(statement.raw());
                    Ok(changes)
                }
                code => Err(db.failure(code)),
            }
        };
        let stepped = match bind::bind(statement, &values) {
            Ok(()) => th.detached(step),
            Err(failure) => Err(failure),
        };
        drop(held);
        drop(values);
        let changes = match stepped {
            // What a collation raised.
            Ok(_) if th.exception().is_some() => return Err(th.already_raised()),
            Ok(changes) => changes,
            Err(failure) => {
                if th.exception().is_some() {
                    self.forget_callback(th);
                }
                return Err(failure.raise(th));
            }
        };
        self.find_converters(th, connection, statement)?;
        if self.description.is_null() {
            self.describe(th, connection, statement)?;
        }
        self.row_count.fetch_add(changes.into(), Relaxed);
        Ok(())
    }

    /// What a callback raised is told, or forgotten, where SQLite's own error says more.
    fn forget_callback(&self, th: &mut Thread) {
        if crate::callbacks::TOLD.load(Relaxed) {
            raise::unraisable(th, "Exception ignored on sqlite3 callback", None);
        } else {
            drop(th.take_exception());
        }
    }

    /// Runs all statements of a text.
    fn run_script(&self, th: &mut Thread, connection: &Connection, db: &Db, script: &str) -> Result<(), Raised> {
        if script.len() > usize::try_from(db.limit(s::SQLITE_LIMIT_SQL_LENGTH, -1)).unwrap_or(0) {
            return Err(errors::raise(th, Kind::Data, format_args!("query string is too large")));
        }
        if connection.autocommit() == Autocommit::Legacy && !db.is_autocommit() {
            connection.run(th, db, "COMMIT")?;
        }
        let text = CString::new(script).unwrap_or_default();
        let mut rest = text.as_c_str();
        while !rest.is_empty() {
            let held = db.take(th);
            // SAFETY: the handle is open, and this thread has its mutex; the statement ends here; the tail is part of the text.
            let result = th.detached(|| unsafe {
                let (mut raw, mut tail) = (core::ptr::null_mut(), core::ptr::null());
                let size = rest.count_bytes() as c_int + 1;
                let mut code = s::sqlite3_prepare_v2(db.raw(), rest.as_ptr(), size, &raw mut raw, &raw mut tail);
                if code == s::SQLITE_OK {
                    if !raw.is_null() {
                        while s::sqlite3_step(raw) == s::SQLITE_ROW {}
                    }
                    code = s::sqlite3_finalize(raw);
                }
                if code == s::SQLITE_OK { Ok(tail) } else { Err(db.failure(code)) }
            });
            drop(held);
            modules::signal::run_handlers(th)?;
            match result {
                // SAFETY: it ends where the whole text ends.
                Ok(tail) => rest = unsafe { core::ffi::CStr::from_ptr(tail) },
                Err(failure) => return Err(failure.raise(th)),
            }
        }
        if th.exception().is_some() { Err(th.already_raised()) } else { Ok(()) }
    }
}

/// An unsigned number of 32 bits.
fn small_natural(th: &mut Thread, value: &Object) -> Result<u32, Raised> {
    let number = ops::index(th, value)?;
    if number.is_negative() {
        return Err(raise::value_error(th, format_args!("Cannot convert negative int")));
    }
    match number.to_i64().map(u32::try_from) {
        Some(Ok(number)) => Ok(number),
        _ => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C uint32_t"))),
    }
}

#[pymethods]
impl Cursor {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Cursor> {
        let made = Cursor {
            head: Head::INIT,
            connection: Slot::NULL,
            description: Slot::NULL,
            converters: Slot::NULL,
            last_row: Slot::NULL,
            row_factory: Slot::NULL,
            statement: Mutex::new(None),
            initialized: AtomicBool::new(false),
            closed: AtomicBool::new(false),
            busy: AtomicBool::new(false),
            row_count: AtomicI64::new(-1),
            array_size: AtomicU32::new(1),
        };
        th.new_instance(cls, made)
    }

    #[slot(tp_init, name = "Cursor", sig = "(connection, /)")]
    fn init(&self, th: &mut Thread, connection: &Connection) -> Result<(), Raised> {
        let busy = self.take(th)?;
        self.connection.set(th, self, Some(connection.to_ref()));
        self.end_statement(th);
        for slot in [&self.description, &self.last_row, &self.row_factory] {
            slot.set(th, self, None);
        }
        self.converters.set(th, self, None);
        self.array_size.store(1, Relaxed);
        self.closed.store(false, Release);
        self.row_count.store(-1, Relaxed);
        drop(busy);
        connection.check_thread(th)?;
        // One without a database cannot have cursors.
        connection.database(th)?;
        self.initialized.store(true, Release);
        Ok(())
    }

    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.next_row(th)
    }

    #[getter]
    fn connection(&self, th: &mut Thread) -> Option<Ref<Connection>> {
        self.connection_of(th)
    }

    #[getter(name = "description")]
    fn py_description(&self, th: &mut Thread) -> Ref<Object> {
        self.description(th)
    }

    #[getter]
    fn lastrowid(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.last_row.get(th, self)
    }

    #[getter]
    fn rowcount(&self) -> i64 {
        self.row_count.load(Relaxed)
    }

    #[getter]
    fn row_factory(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.row_factory.get(th, self)
    }

    #[setter(row_factory)]
    fn set_row_factory(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::new(th, exceptions::attribute_error_type(), format_args!("cannot delete row_factory attribute")));
        };
        self.set_row_factory_to(th, value.to_ref());
        Ok(())
    }

    #[getter]
    fn arraysize(&self) -> u32 {
        self.array_size.load(Relaxed)
    }

    #[setter(arraysize)]
    fn set_arraysize(&self, th: &mut Thread, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            let class = String::from_utf8_lossy(self.ty().tp_name_bytes()).into_owned();
            let message = format_args!("attribute 'arraysize' of '{class}' objects cannot be deleted");
            return Err(raise::new(th, exceptions::attribute_error_type(), message));
        };
        let size = small_natural(th, value)?;
        self.array_size.store(size, Relaxed);
        Ok(())
    }

    /// Executes an SQL statement.
    #[method(sig = "($self, sql, parameters=(), /)")]
    fn execute<'a>(
        &'a self,
        th: &mut Thread,
        sql: &Str,
        #[default(Tuple::empty_static().as_object())] parameters: &Object,
    ) -> Result<&'a Self, Raised> {
        self.run(th, sql, parameters)?;
        Ok(self)
    }

    /// Repeatedly executes an SQL statement.
    #[method(sig = "($self, sql, seq_of_parameters, /)")]
    fn executemany<'a>(&'a self, th: &mut Thread, sql: &Str, seq_of_parameters: &Object) -> Result<&'a Self, Raised> {
        self.run_many(th, sql, seq_of_parameters)?;
        Ok(self)
    }

    /// Executes multiple SQL statements at once.
    #[method(sig = "($self, sql_script, /)")]
    fn executescript<'a>(&'a self, th: &mut Thread, sql_script: &str) -> Result<&'a Self, Raised> {
        let (connection, db) = self.ready(th)?;
        self.run_script(th, &connection, &db, sql_script)?;
        Ok(self)
    }

    /// Fetches all rows from the resultset.
    #[method(sig = "($self, /)")]
    fn fetchall(&self, th: &mut Thread) -> Result<Ref<List>, Raised> {
        let mut all = Vec::new();
        while let Some(row) = self.next_row(th)? {
            all.push(row);
        }
        Ok(List::new(th, all))
    }

    /// Fetches several rows from the resultset.
    ///
    ///   size
    ///     The default value is set by the Cursor.arraysize attribute.
    #[method(sig = "($self, /, size=<unrepresentable>)", shows = "($self, /, size=1)")]
    fn fetchmany(&self, th: &mut Thread, size: Option<&Object>) -> Result<Ref<List>, Raised> {
        let most = match size {
            Some(size) => small_natural(th, size)?,
            None => self.array_size.load(Relaxed),
        };
        let mut all = Vec::new();
        while all.len() < most as usize
            && let Some(row) = self.next_row(th)?
        {
            all.push(row);
        }
        Ok(List::new(th, all))
    }

    /// Fetches one row from the resultset.
    #[method(sig = "($self, /)")]
    fn fetchone(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.next_row(th)
    }

    /// Required by DB-API. Does nothing in sqlite3.
    #[method(sig = "($self, sizes, /)")]
    fn setinputsizes(&self, sizes: &Object) {
        let _ = sizes;
    }

    /// Required by DB-API. Does nothing in sqlite3.
    #[method(sig = "($self, size, column=None, /)")]
    fn setoutputsize(&self, size: &Object, column: Option<&Object>) {
        let _ = (size, column);
    }

    /// Closes the cursor.
    #[method(sig = "($self, /)")]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        self.check_not_busy(th)?;
        let Some(connection) = self.connection_of(th) else {
            return Err(errors::raise(th, Kind::Programming, format_args!("Base Cursor.__init__ not called.")));
        };
        connection.open(th)?;
        self.end_statement(th);
        self.closed.store(true, Release);
        Ok(())
    }
}

impl Drop for Cursor {
    fn drop(&mut self) {
        // A statement that others have, too, must not keep the locks of rows that nobody will read.
        if let Some(statement) = self.statement.get_mut().take() {
            statement.reset_soon();
        }
    }
}
