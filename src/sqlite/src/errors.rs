//! DB-API's exceptions, and which of them a result code of SQLite's is.

use core::ffi::{CStr, c_char, c_int};
use core::fmt;

use heap::{Raised, Ref, Thread, Type};
use libsqlite3_sys as s;
use objects::glue::*;
use objects::{Dict, Int, Str, Tuple, exceptions, intern, ops, raise, typing};

use crate::constants;

/// The classes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Error,
    Warning,
    Interface,
    Database,
    Internal,
    Operational,
    Programming,
    Integrity,
    Data,
    NotSupported,
}

const KINDS: [(Kind, &str, Option<Kind>); 10] = [
    (Kind::Error, "Error", None),
    (Kind::Warning, "Warning", None),
    (Kind::Interface, "InterfaceError", Some(Kind::Error)),
    (Kind::Database, "DatabaseError", Some(Kind::Error)),
    (Kind::Internal, "InternalError", Some(Kind::Database)),
    (Kind::Operational, "OperationalError", Some(Kind::Database)),
    (Kind::Programming, "ProgrammingError", Some(Kind::Database)),
    (Kind::Integrity, "IntegrityError", Some(Kind::Database)),
    (Kind::Data, "DataError", Some(Kind::Database)),
    (Kind::NotSupported, "NotSupportedError", Some(Kind::Database)),
];

static MADE: [Global<Type>; 10] = [const { Global::EMPTY }; 10];

fn make(th: &mut Thread, name: &str, base: Option<Kind>) -> Result<Ref<Type>, Raised> {
    let base = match base {
        Some(base) => class(th, base)?,
        None => exceptions::exception_type().to_ref(),
    };
    let namespace = Dict::new(th);
    let module = Str::new(th, "sqlite3").up();
    namespace.set_by_name(th, "__module__", module);
    let (name, bases) = (Str::new(th, name), Tuple::from_array(th, [base.up()]));
    let class = ops::call(th, typing::type_type(), &[&name, &bases, &namespace])?;
    match as_type(&class) {
        Some(class) => Ok(class.to_ref()),
        None => Err(raise::system_error(th, format_args!("type() made no class"))),
    }
}

/// The class of that kind.
pub fn class(th: &mut Thread, kind: Kind) -> Result<Ref<Type>, Raised> {
    let row = &KINDS[kind as usize];
    MADE[kind as usize].get_or_init(th, |th| make(th, row.1, row.2))
}

/// All classes under their names.
pub fn classes(th: &mut Thread) -> Result<Vec<(&'static str, Ref<Type>)>, Raised> {
    let mut all = Vec::new();
    for (kind, name, _) in KINDS {
        all.push((name, class(th, kind)?));
    }
    Ok(all)
}

/// Raises an exception that SQLite knows nothing about.
#[cold]
pub fn raise(th: &mut Thread, kind: Kind, message: fmt::Arguments<'_>) -> Raised {
    match class(th, kind) {
        Ok(class) => raise::new(th, &class, message),
        Err(raised) => raised,
    }
}

/// What SQLite says about a call that failed.
#[derive(Debug)]
pub struct Failure {
    pub code: c_int,
    pub extended: c_int,
    pub message: String,
}

/// A text of SQLite's, which it owns.
pub fn text(text: *const c_char) -> String {
    if text.is_null() {
        return String::new();
    }
    // SAFETY: SQLite's texts are terminated, and stay until the next call with the same database, whose mutex the caller has.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}

impl Failure {
    /// What the code alone says.
    pub fn of_code(code: c_int) -> Failure {
        // SAFETY: no preconditions; the text is static.
        Failure { code: code & 0xff, extended: code, message: text(unsafe { s::sqlite3_errstr(code) }) }
    }

    /// Raises the exception that it is.
    #[cold]
    pub fn raise(self, th: &mut Thread) -> Raised {
        let kind = match self.code {
            s::SQLITE_NOMEM => return raise::memory_error(th),
            s::SQLITE_INTERNAL | s::SQLITE_NOTFOUND => Kind::Internal,
            s::SQLITE_ERROR
            | s::SQLITE_PERM
            | s::SQLITE_ABORT
            | s::SQLITE_BUSY
            | s::SQLITE_LOCKED
            | s::SQLITE_READONLY
            | s::SQLITE_INTERRUPT
            | s::SQLITE_IOERR
            | s::SQLITE_FULL
            | s::SQLITE_CANTOPEN
            | s::SQLITE_PROTOCOL
            | s::SQLITE_EMPTY
            | s::SQLITE_SCHEMA => Kind::Operational,
            s::SQLITE_TOOBIG => Kind::Data,
            s::SQLITE_CONSTRAINT | s::SQLITE_MISMATCH => Kind::Integrity,
            s::SQLITE_MISUSE | s::SQLITE_RANGE => Kind::Interface,
            _ => Kind::Database,
        };
        match self.make(th, kind) {
            Ok(exception) => th.set_exception(exception),
            Err(raised) => raised,
        }
    }

    fn make(&self, th: &mut Thread, kind: Kind) -> Result<Ref<Object>, Raised> {
        let class = class(th, kind)?;
        let message = Str::new(th, &self.message);
        let made = ops::call1(th, class.as_object(), &message)?;
        let code = i64::from(self.extended);
        let name = constants::CODES.iter().find(|row| row.1 == code).map_or("unknown", |row| row.0);
        let (code, name) = (Int::from_i64(th, code).up(), Str::new(th, name).up());
        for (attribute, value) in [("sqlite_errorcode", code), ("sqlite_errorname", name)] {
            let attribute = intern(th, attribute);
            ops::setattr(th, &made, attribute, &value)?;
        }
        Ok(made)
    }
}
