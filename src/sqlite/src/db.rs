//! A database and its statements, as SQLite has them.
//!
//! Invariant: the handle is closed when nobody uses it any more: an operation that is under way, or a statement, keeps it. Whatever calls SQLite
//! more than once for one thing has the database's mutex meanwhile. Nobody waits for the mutex while attached: its holder may be waiting to
//! attach, for a callback.

use core::ffi::{CStr, c_char, c_int};
use std::sync::Arc;

use heap::Thread;
use heap::sync::Mutex;
use libsqlite3_sys as s;

use crate::errors::{Failure, text};

unsafe extern "C" {
    fn sqlite3_close_v2(db: *mut s::sqlite3) -> c_int;
}

/// An open database.
pub struct Db {
    raw: *mut s::sqlite3,
    /// What ended while another thread had the mutex: who has it closes it.
    late: Mutex<Vec<Late>>,
}

// SAFETY: SQLite is compiled so that any thread may use a database ("serialized").
unsafe impl Send for Db {}
// SAFETY: as above.
unsafe impl Sync for Db {}

/// What nobody uses any more.
enum Late {
    Statement(*mut s::sqlite3_stmt),
    Blob(*mut s::sqlite3_blob),
    /// This one is used again, from its start.
    Reset(Arc<Stmt>),
}

// SAFETY: as for the database.
unsafe impl Send for Late {}

/// The database's mutex, for as long as this lives.
pub struct Held<'a> {
    db: &'a Db,
    /// It is given back by the thread that took it.
    _here: core::marker::PhantomData<*const ()>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.db.finalize_late();
        // SAFETY: this thread took the mutex.
        unsafe { s::sqlite3_mutex_leave(self.db.mutex()) };
    }
}

impl Drop for Db {
    fn drop(&mut self) {
        self.finalize_late();
        // SAFETY: nobody uses the handle any more.
        unsafe { sqlite3_close_v2(self.raw) };
    }
}

impl Db {
    /// Opens a file; the calling thread is detached.
    pub fn open(name: &CStr, uri: bool, timeout_ms: c_int) -> Result<Arc<Db>, Failure> {
        let flags = s::SQLITE_OPEN_READWRITE | s::SQLITE_OPEN_CREATE | if uri { s::SQLITE_OPEN_URI } else { 0 };
        let mut raw = core::ptr::null_mut();
        // SAFETY: a terminated name.
        let code = unsafe { s::sqlite3_open_v2(name.as_ptr(), &raw mut raw, flags, core::ptr::null()) };
        if raw.is_null() {
            return Err(Failure::of_code(code));
        }
        // A failed one is closed, too.
        let db = Db { raw, late: Mutex::new(Vec::new()) };
        if code != s::SQLITE_OK {
            return Err(db.failure(code));
        }
        // SAFETY: the handle is open.
        unsafe { s::sqlite3_busy_timeout(raw, timeout_ms) };
        Ok(Arc::new(db))
    }

    pub fn raw(&self) -> *mut s::sqlite3 {
        self.raw
    }

    fn mutex(&self) -> *mut s::sqlite3_mutex {
        // SAFETY: the handle is open.
        unsafe { s::sqlite3_db_mutex(self.raw) }
    }

    fn held(&self) -> Held<'_> {
        Held { db: self, _here: core::marker::PhantomData }
    }

    /// Waits for the mutex; the calling thread is detached.
    pub fn hold(&self) -> Held<'_> {
        // SAFETY: the handle's mutex.
        unsafe { s::sqlite3_mutex_enter(self.mutex()) };
        self.held()
    }

    /// The mutex, if it is free, or this thread's already.
    fn try_hold(&self) -> Option<Held<'_>> {
        // SAFETY: the handle's mutex.
        let code = unsafe { s::sqlite3_mutex_try(self.mutex()) };
        (code == s::SQLITE_OK).then(|| self.held())
    }

    /// The mutex, for an attached thread: it detaches to wait.
    pub fn take(&self, th: &mut Thread) -> Held<'_> {
        if let Some(held) = self.try_hold() {
            return held;
        }
        // SAFETY: the handle's mutex.
        th.detached(|| unsafe { s::sqlite3_mutex_enter(self.mutex()) });
        self.held()
    }

    fn finalize_late(&self) {
        let late = core::mem::take(&mut *self.late.lock());
        for one in late {
            // SAFETY: nobody uses it; this thread has the mutex, or nobody else has the database.
            unsafe {
                match one {
                    Late::Statement(raw) => s::sqlite3_finalize(raw),
                    Late::Blob(raw) => s::sqlite3_blob_close(raw),
                    Late::Reset(statement) => s::sqlite3_reset(statement.raw),
                };
            }
        }
    }

    /// What SQLite says about the call that failed with `code` just now; the caller has the mutex.
    pub fn failure(&self, code: c_int) -> Failure {
        // SAFETY: the handle is open.
        unsafe {
            match s::sqlite3_errcode(self.raw) {
                s::SQLITE_OK => Failure::of_code(code),
                code => Failure {
                    code: code & 0xff,
                    extended: s::sqlite3_extended_errcode(self.raw),
                    message: text(s::sqlite3_errmsg(self.raw)),
                },
            }
        }
    }

    /// Whether no transaction is open.
    pub fn is_autocommit(&self) -> bool {
        // SAFETY: the handle is open; a flag is read.
        unsafe { s::sqlite3_get_autocommit(self.raw) != 0 }
    }

    /// Sets a limit, unless the value is negative; the one before.
    pub fn limit(&self, category: c_int, value: c_int) -> c_int {
        // SAFETY: the handle is open.
        unsafe { s::sqlite3_limit(self.raw, category, value) }
    }

    /// Runs one statement that returns nothing.
    pub fn run(&self, th: &mut Thread, sql: &CStr) -> Result<(), Failure> {
        let held = self.take(th);
        // SAFETY: the handle is open, and this thread has the mutex; the statement ends here.
        let result = th.detached(|| unsafe {
            let mut statement = core::ptr::null_mut();
            let mut code = s::sqlite3_prepare_v2(self.raw, sql.as_ptr(), -1, &raw mut statement, core::ptr::null_mut());
            if code == s::SQLITE_OK {
                s::sqlite3_step(statement);
                code = s::sqlite3_finalize(statement);
            }
            if code == s::SQLITE_OK { Ok(()) } else { Err(self.failure(code)) }
        });
        drop(held);
        result
    }
}

/// A prepared statement.
pub struct Stmt {
    raw: *mut s::sqlite3_stmt,
    pub db: Arc<Db>,
    /// It changes rows.
    pub is_dml: bool,
}

// SAFETY: as for the database.
unsafe impl Send for Stmt {}
// SAFETY: as above.
unsafe impl Sync for Stmt {}

impl Drop for Stmt {
    fn drop(&mut self) {
        match self.db.try_hold() {
            // SAFETY: nobody uses it any more, and this thread has the mutex.
            Some(_held) => unsafe {
                s::sqlite3_finalize(self.raw);
            },
            None => self.db.late.lock().push(Late::Statement(self.raw)),
        }
    }
}

impl Stmt {
    /// Takes a statement of SQLite's over.
    pub fn owning(db: Arc<Db>, raw: *mut s::sqlite3_stmt, is_dml: bool) -> Stmt {
        Stmt { raw, db, is_dml }
    }

    pub fn raw(&self) -> *mut s::sqlite3_stmt {
        self.raw
    }

    pub fn is_busy(&self) -> bool {
        // SAFETY: a live statement; a flag is read.
        unsafe { s::sqlite3_stmt_busy(self.raw) != 0 }
    }

    pub fn is_readonly(&self) -> bool {
        // SAFETY: as above.
        unsafe { s::sqlite3_stmt_readonly(self.raw) != 0 }
    }

    /// Back to the start: its locks are given up.
    pub fn reset(&self, th: &mut Thread) {
        if self.raw.is_null() {
            return;
        }
        let _held = self.db.take(th);
        // SAFETY: a live statement, and this thread has the mutex.
        th.detached(|| unsafe { s::sqlite3_reset(self.raw) });
    }

    /// [`Stmt::reset`] in a place that must not wait: if another thread has the mutex, that one does it.
    pub fn reset_soon(self: Arc<Stmt>) {
        let db = self.db.clone();
        match db.try_hold() {
            // SAFETY: a live statement (or null, which is nothing), and this thread has the mutex.
            Some(_held) => unsafe {
                s::sqlite3_reset(self.raw);
            },
            None => db.late.lock().push(Late::Reset(self)),
        }
    }

    /// How many parameters it has.
    pub fn parameters(&self) -> c_int {
        // SAFETY: a live statement.
        unsafe { s::sqlite3_bind_parameter_count(self.raw) }
    }

    /// The name of a parameter with its first character, if it has one. The first parameter is 1.
    pub fn parameter_name(&self, at: c_int) -> Option<&str> {
        // SAFETY: a live statement; the name lives as long.
        let name = unsafe { s::sqlite3_bind_parameter_name(self.raw, at) };
        // SAFETY: a terminated text, part of the statement's, which was UTF-8.
        (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) }.to_str().unwrap_or_default())
    }

    pub fn columns(&self) -> c_int {
        // SAFETY: a live statement.
        unsafe { s::sqlite3_column_count(self.raw) }
    }

    /// A column's name; the caller has the mutex.
    pub fn column_name(&self, at: c_int) -> Vec<u8> {
        // SAFETY: a live statement.
        bytes(unsafe { s::sqlite3_column_name(self.raw, at) })
    }

    /// The type that a column was declared with; the caller has the mutex.
    pub fn column_type(&self, at: c_int) -> Vec<u8> {
        // SAFETY: a live statement.
        bytes(unsafe { s::sqlite3_column_decltype(self.raw, at) })
    }
}

fn bytes(text: *const c_char) -> Vec<u8> {
    if text.is_null() {
        return Vec::new();
    }
    // SAFETY: a terminated text that stays while the caller has the mutex.
    unsafe { CStr::from_ptr(text) }.to_bytes().to_vec()
}

/// An open blob: one cell of a table.
pub struct OpenBlob {
    raw: *mut s::sqlite3_blob,
    pub db: Arc<Db>,
}

// SAFETY: as for the database.
unsafe impl Send for OpenBlob {}
// SAFETY: as above.
unsafe impl Sync for OpenBlob {}

impl Drop for OpenBlob {
    fn drop(&mut self) {
        match self.db.try_hold() {
            // SAFETY: nobody uses it any more, and this thread has the mutex.
            Some(_held) => unsafe {
                s::sqlite3_blob_close(self.raw);
            },
            None => self.db.late.lock().push(Late::Blob(self.raw)),
        }
    }
}

impl OpenBlob {
    /// Takes a blob of SQLite's over.
    pub fn owning(db: Arc<Db>, raw: *mut s::sqlite3_blob) -> OpenBlob {
        OpenBlob { raw, db }
    }

    pub fn raw(&self) -> *mut s::sqlite3_blob {
        self.raw
    }

    pub fn len(&self) -> usize {
        // SAFETY: a live blob; a number is read.
        usize::try_from(unsafe { s::sqlite3_blob_bytes(self.raw) }).unwrap_or(0)
    }
}
