//! `Connection`: a database that Python has open. Transactions and settings are in [`control`], functions and hooks in [`hooks`], whole databases
//! in [`whole`].
//!
//! Invariant: an operation takes the handle once, at its start; a connection that is closed meanwhile closes when the operation ends.

mod control;
mod hooks;
mod whole;

use core::ffi::c_int;
use std::collections::HashMap;
use std::ffi::CString;
use std::sync::{Arc, Weak};

use heap::sync::{AtomicBool, AtomicI32, AtomicU8, AtomicUsize, Mutex, Ordering::*};
use heap::{Head, Object, Raised, Ref, Slot, Thread, Type};
use libsqlite3_sys as s;
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, Str, none, ops, raise};

use crate::arguments::{self, Parameters};
use crate::cursor::{Cursor, Statement};
use crate::db::{Db, OpenBlob, Stmt};
use crate::errors::{self, Kind};

/// How transactions begin and end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Autocommit {
    Legacy = -1,
    Off = 0,
    On = 1,
}

impl Autocommit {
    fn of(number: i32) -> Autocommit {
        match number {
            0 => Autocommit::Off,
            1 => Autocommit::On,
            _ => Autocommit::Legacy,
        }
    }

    fn parse(th: &mut Thread, value: &Object) -> Result<Autocommit, Raised> {
        if value.is(&*objects::bool_ref(true)) {
            return Ok(Autocommit::On);
        }
        if value.is(&*objects::bool_ref(false)) {
            return Ok(Autocommit::Off);
        }
        if value.downcast::<Int>().is_some_and(|number| number.to_i64() == Some(-1)) {
            return Ok(Autocommit::Legacy);
        }
        Err(raise::value_error(th, format_args!("autocommit must be True, False, or sqlite3.LEGACY_TRANSACTION_CONTROL")))
    }
}

/// What `BEGIN` says; the first is `None`: it is not said.
const LEVELS: [&str; 5] = ["None", "", "DEFERRED", "IMMEDIATE", "EXCLUSIVE"];

/// The place of an isolation level among [`LEVELS`].
fn parse_level(th: &mut Thread, value: &Object) -> Result<u8, Raised> {
    if value.is(none()) {
        return Ok(0);
    }
    let Some(text) = value.downcast::<Str>() else {
        return Err(raise::type_error(th, format_args!("isolation_level must be str or None")));
    };
    let Some(utf8) = text.to_utf8() else { return Err(raise::unicode_surrogates(th, text)) };
    if utf8.contains('\0') {
        return Err(raise::value_error(th, format_args!("embedded null character")));
    }
    match LEVELS.iter().skip(1).position(|level| level.eq_ignore_ascii_case(utf8)) {
        Some(at) => Ok(at as u8 + 1),
        None => {
            let message = "isolation_level string must be '', 'DEFERRED', 'IMMEDIATE', or 'EXCLUSIVE'";
            Err(raise::value_error(th, format_args!("{message}")))
        }
    }
}

/// Statements by their text, the most recently used of them.
#[derive(Default)]
struct Cache {
    most: usize,
    ticks: u64,
    found: HashMap<String, (Arc<Stmt>, u64)>,
}

impl Cache {
    /// A statement of that text that nobody uses.
    fn get(&mut self, sql: &str) -> Option<Arc<Stmt>> {
        self.ticks += 1;
        let (statement, used) = self.found.get_mut(sql)?;
        *used = self.ticks;
        (Arc::strong_count(statement) == 1).then(|| statement.clone())
    }

    /// Keeps a statement; what has to go for it.
    fn put(&mut self, sql: &str, statement: &Arc<Stmt>) -> Option<Arc<Stmt>> {
        if self.most == 0 || self.found.contains_key(sql) {
            return None;
        }
        let mut gone = None;
        if self.found.len() >= self.most
            && let Some(oldest) = self.found.iter().min_by_key(|(_, (_, used))| *used).map(|(sql, _)| sql.clone())
        {
            gone = self.found.remove(&oldest).map(|(statement, _)| statement);
        }
        self.ticks += 1;
        self.found.insert(sql.to_owned(), (statement.clone(), self.ticks));
        gone
    }
}

/// SQLite database connection object.
#[pytype(name = "Connection", module = "sqlite3", flags(BASETYPE), parts(control, hooks, whole))]
#[repr(C)]
pub struct Connection {
    head: Head,
    row_factory: Slot,
    text_factory: Slot,
    authorizer: Slot,
    progress: Slot,
    trace: Slot,
    #[untraversed]
    db: Mutex<Option<Arc<Db>>>,
    #[untraversed]
    cache: Mutex<Cache>,
    #[untraversed]
    blobs: Mutex<Vec<Weak<Mutex<Option<OpenBlob>>>>>,
    initialized: AtomicBool,
    check_same_thread: AtomicBool,
    thread: AtomicUsize,
    detect_types: AtomicI32,
    isolation: AtomicU8,
    autocommit: AtomicI32,
}

impl Connection {
    pub fn row_factory(&self, th: &Thread) -> Ref<Object> {
        self.row_factory.get(th, self).unwrap_or_else(objects::none_ref)
    }

    pub fn text_factory(&self, th: &Thread) -> Ref<Object> {
        self.text_factory.get(th, self).unwrap_or_else(|| Str::type_object().to_ref().up())
    }

    pub fn authorizer(&self, th: &Thread) -> Option<Ref<Object>> {
        self.authorizer.get(th, self)
    }

    pub fn progress(&self, th: &Thread) -> Option<Ref<Object>> {
        self.progress.get(th, self)
    }

    pub fn trace(&self, th: &Thread) -> Option<Ref<Object>> {
        self.trace.get(th, self)
    }

    pub fn detect_types(&self) -> i32 {
        self.detect_types.load(Relaxed)
    }

    pub fn autocommit(&self) -> Autocommit {
        Autocommit::of(self.autocommit.load(Relaxed))
    }

    /// What `BEGIN` says; `None`: transactions do not begin by themselves.
    pub fn isolation(&self) -> Option<&'static str> {
        match self.isolation.load(Relaxed) {
            0 => None,
            at => Some(LEVELS[usize::from(at)]),
        }
    }

    /// Objects belong to their thread, unless the program promised to take care.
    pub fn check_thread(&self, th: &mut Thread) -> Result<(), Raised> {
        let (owner, me) = (self.thread.load(Relaxed), modules::thread::ident());
        if !self.check_same_thread.load(Relaxed) || owner == me {
            return Ok(());
        }
        let message =
            "SQLite objects created in a thread can only be used in that same thread. The object was created in thread id";
        Err(errors::raise(th, Kind::Programming, format_args!("{message} {owner} and this is thread id {me}.")))
    }

    /// The open database, whoever asks.
    pub fn database(&self, th: &mut Thread) -> Result<Arc<Db>, Raised> {
        if !self.initialized.load(Acquire) {
            return Err(errors::raise(th, Kind::Programming, format_args!("Base Connection.__init__ not called.")));
        }
        let db = self.db.lock().clone();
        match db {
            Some(db) => Ok(db),
            None => Err(errors::raise(th, Kind::Programming, format_args!("Cannot operate on a closed database."))),
        }
    }

    /// The open database, for the thread that it belongs to.
    pub fn open(&self, th: &mut Thread) -> Result<Arc<Db>, Raised> {
        self.check_thread(th)?;
        self.database(th)
    }

    /// Runs one statement that returns nothing.
    pub fn run(&self, th: &mut Thread, db: &Db, sql: &str) -> Result<(), Raised> {
        let sql = CString::new(sql).unwrap_or_default();
        db.run(th, &sql).map_err(|failure| failure.raise(th))
    }

    /// Begins a transaction if one must be open for a statement that changes rows.
    pub fn begin(&self, th: &mut Thread, db: &Db) -> Result<(), Raised> {
        // Nobody else begins one between the question and the answer.
        let _held = db.take(th);
        match self.isolation() {
            Some(level) if self.autocommit() == Autocommit::Legacy && db.is_autocommit() => {
                self.run(th, db, &format!("BEGIN {level}"))
            }
            _ => Ok(()),
        }
    }

    /// A statement that nobody else uses, fresh or from the cache.
    pub fn statement(&self, th: &mut Thread, db: &Arc<Db>, sql: &Str) -> Result<Arc<Stmt>, Raised> {
        let Some(utf8) = sql.to_utf8() else { return Err(raise::unicode_surrogates(th, sql)) };
        let cached = self.cache.lock().get(utf8);
        if let Some(statement) = cached.filter(|statement| Arc::ptr_eq(&statement.db, db) && !statement.is_busy()) {
            return Ok(statement);
        }
        let statement = prepare(th, db, utf8)?;
        let gone = self.cache.lock().put(utf8, &statement);
        drop(gone);
        Ok(statement)
    }

    fn close_blobs(&self) {
        let blobs = core::mem::take(&mut *self.blobs.lock());
        for blob in blobs.iter().filter_map(Weak::upgrade) {
            let open = blob.lock().take();
            drop(open);
        }
    }

    /// Gives the handle up; it is closed at once if nobody uses it.
    fn close_handle(&self, th: &mut Thread) -> Result<(), Raised> {
        let Some(db) = self.db.lock().clone() else { return Ok(()) };
        let result = match self.autocommit() {
            Autocommit::Off if !db.is_autocommit() => self.run(th, &db, "ROLLBACK"),
            _ => Ok(()),
        };
        let cache = core::mem::take(&mut self.cache.lock().found);
        let own = self.db.lock().take();
        th.detached(move || {
            drop(cache);
            drop(own);
            drop(db);
        });
        for slot in [&self.authorizer, &self.progress, &self.trace] {
            slot.set(th, self, None);
        }
        result
    }

    fn open_file(&self, th: &mut Thread, settings: &Settings<'_>) -> Result<(), Raised> {
        interp::audit::event(th, "sqlite3.connect", &[settings.database])?;
        let name = modules::os::fs_string(th, settings.database)?;
        if self.initialized.swap(false, AcqRel) {
            self.close_blobs();
            self.close_handle(th)?;
        }
        let timeout = (settings.timeout * 1000.0) as c_int;
        let db = match th.detached(|| Db::open(&name, settings.uri, timeout)) {
            Ok(db) => db,
            Err(failure) => return Err(failure.raise(th)),
        };
        *self.cache.lock() = Cache { most: usize::try_from(settings.cached_statements).unwrap_or(0), ..Cache::default() };
        *self.db.lock() = Some(db.clone());
        self.detect_types.store(settings.detect_types, Relaxed);
        self.isolation.store(settings.isolation, Relaxed);
        self.autocommit.store(settings.autocommit as i32, Relaxed);
        self.check_same_thread.store(settings.check_same_thread, Relaxed);
        self.thread.store(modules::thread::ident(), Relaxed);
        self.row_factory.set(th, self, None);
        self.text_factory.set(th, self, None);
        interp::audit::event(th, "sqlite3.connect/handle", &[self.as_object()])?;
        self.initialized.store(true, Release);
        if settings.autocommit == Autocommit::Off { self.run(th, &db, "BEGIN") } else { Ok(()) }
    }
}

/// Compiles a text of one statement.
pub fn prepare(th: &mut Thread, db: &Arc<Db>, sql: &str) -> Result<Arc<Stmt>, Raised> {
    if sql.len() > usize::try_from(db.limit(s::SQLITE_LIMIT_SQL_LENGTH, -1)).unwrap_or(0) {
        return Err(errors::raise(th, Kind::Data, format_args!("query string is too large")));
    }
    if sql.contains('\0') {
        return Err(errors::raise(th, Kind::Programming, format_args!("the query contains a null character")));
    }
    let text = CString::new(sql).unwrap_or_default();
    let held = db.take(th);
    // SAFETY: the handle is open, and this thread has its mutex; the text is terminated.
    let result = th.detached(|| unsafe {
        let (mut raw, mut tail) = (core::ptr::null_mut(), core::ptr::null());
        let code = s::sqlite3_prepare_v2(db.raw(), text.as_ptr(), sql.len() as c_int + 1, &raw mut raw, &raw mut tail);
        match code {
            s::SQLITE_OK => Ok((Stmt::owning(db.clone(), raw, is_dml(sql)), tail.offset_from(text.as_ptr()) as usize)),
            code => Err(db.failure(code)),
        }
    });
    drop(held);
    match result {
        Ok((_, tail)) if !without_comments(sql.get(tail..).unwrap_or_default()).is_empty() => {
            Err(errors::raise(th, Kind::Programming, format_args!("You can only execute one statement at a time.")))
        }
        Ok((statement, _)) => Ok(Arc::new(statement)),
        Err(failure) => Err(failure.raise(th)),
    }
}

/// The text behind spaces and comments.
fn without_comments(sql: &str) -> &str {
    let mut rest = sql;
    loop {
        rest = rest.trim_start_matches([' ', '\t', '\x0c', '\n', '\r']);
        rest = if let Some(comment) = rest.strip_prefix("--") {
            comment.split_once('\n').map_or("", |(_, rest)| rest)
        } else if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/").map_or("", |(_, rest)| rest)
        } else {
            return rest;
        };
    }
}

fn is_dml(sql: &str) -> bool {
    let start = without_comments(sql).as_bytes();
    let begins = |word: &str| start.get(..word.len()).is_some_and(|found| found.eq_ignore_ascii_case(word.as_bytes()));
    ["insert", "update", "delete", "replace"].into_iter().any(begins)
}

/// What a connection is made with.
struct Settings<'a> {
    database: &'a Object,
    timeout: f64,
    detect_types: i32,
    isolation: u8,
    check_same_thread: bool,
    cached_statements: i32,
    uri: bool,
    autocommit: Autocommit,
}

const INIT: Parameters = Parameters {
    function: "Connection",
    names: &[
        "database",
        "timeout",
        "detect_types",
        "isolation_level",
        "check_same_thread",
        "factory",
        "cached_statements",
        "uri",
        "autocommit",
    ],
    required: 1,
    keyword_only: 8,
};

/// The end of the warning about arguments that will need a name.
pub const WILL_BE_KEYWORDS: &str = "is deprecated. Parameters 'timeout', 'detect_types', 'isolation_level', 'check_same_thread', 'factory', \
    'cached_statements' and 'uri' will become keyword-only parameters in Python 3.15.";

impl<'a> Settings<'a> {
    fn parse(th: &mut Thread, args: Args<'a>, kwargs: KwArgs<'a>) -> Result<Settings<'a>, Raised> {
        if (2..=8).contains(&args.len()) {
            arguments::deprecated(
                th,
                &format!("Passing more than 1 positional argument to _sqlite3.Connection() {WILL_BE_KEYWORDS}"),
            )?;
        }
        let found = INIT.bind(th, args, kwargs)?;
        let mut settings = Settings {
            database: found[0].unwrap_or(none()),
            timeout: 5.0,
            detect_types: 0,
            isolation: 1,
            check_same_thread: true,
            cached_statements: 128,
            uri: false,
            autocommit: Autocommit::Legacy,
        };
        if let Some(timeout) = found[1] {
            settings.timeout = float(th, timeout)?;
        }
        if let Some(types) = found[2] {
            settings.detect_types = arguments::int(th, types)?;
        }
        if let Some(level) = found[3] {
            settings.isolation = parse_level(th, level)?;
        }
        if let Some(check) = found[4] {
            settings.check_same_thread = ops::is_true(th, check)?;
        }
        if let Some(most) = found[6] {
            settings.cached_statements = arguments::int(th, most)?;
        }
        if let Some(uri) = found[7] {
            settings.uri = ops::is_true(th, uri)?;
        }
        if let Some(autocommit) = found[8] {
            settings.autocommit = Autocommit::parse(th, autocommit)?;
        }
        Ok(settings)
    }
}

/// A real number.
fn float(th: &mut Thread, value: &Object) -> Result<f64, Raised> {
    upward::as_f64(th, value)
}

#[pymethods]
impl Connection {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Connection> {
        let made = Connection {
            head: Head::INIT,
            row_factory: Slot::NULL,
            text_factory: Slot::NULL,
            authorizer: Slot::NULL,
            progress: Slot::NULL,
            trace: Slot::NULL,
            db: Mutex::new(None),
            cache: Mutex::default(),
            blobs: Mutex::default(),
            initialized: AtomicBool::new(false),
            check_same_thread: AtomicBool::new(true),
            thread: AtomicUsize::new(modules::thread::ident()),
            detect_types: AtomicI32::new(0),
            isolation: AtomicU8::new(1),
            autocommit: AtomicI32::new(-1),
        };
        th.new_instance(cls, made)
    }

    #[slot(tp_init)]
    fn init(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<(), Raised> {
        let settings = Settings::parse(th, args, kwargs)?;
        self.open_file(th, &settings)
    }

    #[slot(tp_call)]
    fn call(&self, th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Statement>, Raised> {
        let db = self.open(th)?;
        if !kwargs.is_empty() {
            return Err(raise::type_error(th, format_args!("sqlite3.Connection() takes no keyword arguments")));
        }
        let [sql] = *args.as_slice() else {
            let given = args.len();
            return Err(raise::type_error(th, format_args!("function takes exactly 1 argument ({given} given)")));
        };
        let Some(text) = sql.downcast::<Str>() else {
            let got = ops::type_name(sql);
            return Err(raise::type_error(th, format_args!("argument 1 must be str, not {got}")));
        };
        let Some(utf8) = text.to_utf8() else { return Err(raise::unicode_surrogates(th, text)) };
        let statement = prepare(th, &db, utf8)?;
        Ok(Statement::around(th, statement))
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) -> Result<(), Raised> {
        let Some(db) = self.db.lock().clone() else { return Ok(()) };
        if interp::finalize::is_finalizing() {
            let _held = db.take(th);
            // SAFETY: the handle is open, and this thread has its mutex.
            unsafe {
                s::sqlite3_trace_v2(db.raw(), s::SQLITE_TRACE_STMT, None, core::ptr::null_mut());
                s::sqlite3_progress_handler(db.raw(), 0, None, core::ptr::null_mut());
                s::sqlite3_set_authorizer(db.raw(), None, core::ptr::null_mut());
            }
        }
        drop(db);
        let me = self.as_object();
        let this = ops::repr(th, me)?;
        let context = "Exception ignored while finalizing database connection";
        objects::warn::unclosed(th, me, format_args!("unclosed database in {this}"), context, me);
        let before = th.take_exception();
        if self.close_handle(th).is_err() {
            raise::unraisable(th, "Exception ignored while closing database", Some(me));
        }
        if let Some(before) = before {
            let _: Raised = th.set_exception(before);
        }
        Ok(())
    }

    #[getter(name = "__text_signature__")]
    fn text_signature(&self) -> &'static str {
        "(sql, /)"
    }

    /// Return a cursor for the connection.
    #[method(sig = "($self, /, factory=<unrepresentable>)")]
    fn cursor(&self, th: &mut Thread, factory: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.open(th)?;
        let factory = factory.unwrap_or(Cursor::type_object().as_object());
        let made = ops::call1(th, factory, self.as_object())?;
        let Some(cursor) = made.downcast_ref::<Cursor>() else {
            let got = ops::type_name(&made);
            return Err(raise::type_error(th, format_args!("factory must return a cursor, not {got}")));
        };
        let row_factory = self.row_factory(th);
        if !row_factory.is(none()) {
            cursor.set_row_factory_to(th, row_factory);
        }
        Ok(made)
    }

    /// Executes an SQL statement.
    #[method(sig = "($self, sql, parameters=(), /)")]
    fn execute(
        &self,
        th: &mut Thread,
        sql: &Str,
        #[default(objects::Tuple::empty_static().as_object())] parameters: &Object,
    ) -> Result<Ref<Object>, Raised> {
        let cursor = self.cursor(th, None)?;
        if let Some(cursor) = cursor.downcast_ref::<Cursor>() {
            cursor.run(th, sql, parameters)?;
        }
        Ok(cursor)
    }

    /// Repeatedly executes an SQL statement.
    #[method(sig = "($self, sql, parameters, /)")]
    fn executemany(&self, th: &mut Thread, sql: &Str, parameters: &Object) -> Result<Ref<Object>, Raised> {
        let cursor = self.cursor(th, None)?;
        if let Some(cursor) = cursor.downcast_ref::<Cursor>() {
            cursor.run_many(th, sql, parameters)?;
        }
        Ok(cursor)
    }

    /// Executes multiple SQL statements at once.
    #[method(sig = "($self, sql_script, /)")]
    fn executescript(&self, th: &mut Thread, sql_script: &Object) -> Result<Ref<Object>, Raised> {
        let cursor = self.cursor(th, None)?;
        let name = objects::intern(th, "executescript");
        let result = ops::call_method(th, &cursor, name, &[sql_script])?;
        th.release(result);
        Ok(cursor)
    }

    /// Close the database connection.
    ///
    /// Any pending transaction is not committed implicitly.
    #[method(sig = "($self, /)")]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        self.check_thread(th)?;
        if !self.initialized.load(Acquire) {
            return Err(errors::raise(th, Kind::Programming, format_args!("Base Connection.__init__ not called.")));
        }
        self.close_blobs();
        self.close_handle(th)
    }
}

#[cfg(test)]
mod tests {
    use super::{is_dml, without_comments};

    #[test]
    fn comments() {
        assert_eq!(without_comments(" /* a */ -- b\n\t select 1"), "select 1");
        assert_eq!(without_comments("-- only"), "");
        assert_eq!(without_comments("/* open"), "");
        assert_eq!(without_comments("/x"), "/x");
        assert_eq!(without_comments("- 1"), "- 1");
    }

    #[test]
    fn statements_that_change_rows() {
        assert!(is_dml(" -- c\nInSeRt into t values(1)"));
        assert!(is_dml("/* c */ replace into t values(1)"));
        assert!(!is_dml("select 'insert'"));
        assert!(!is_dml("with x as (select 1) insert into t select * from x"));
        assert!(!is_dml(""));
    }
}
