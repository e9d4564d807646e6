//! From the columns of a statement's row to objects.

use core::ffi::c_int;
use std::sync::Arc;

use heap::sync::Ordering::*;
use heap::{Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use objects::glue::*;
use objects::{ByteArray, Bytes, Float, Int, Str, Tuple, none, ops, raise};

use super::Cursor;
use crate::connection::Connection;
use crate::db::Stmt;
use crate::errors::{self, Kind};
use crate::{adapt, value};

const PARSE_DECLTYPES: i32 = 1;
const PARSE_COLNAMES: i32 = 2;

/// A column as it was read, with the database's mutex.
enum Cell {
    Object(Ref<Object>),
    /// Bytes for a converter.
    Converted(Vec<u8>),
    /// Text for the connection's factory.
    Text(Vec<u8>),
    /// Text that is no UTF-8.
    Broken(Vec<u8>),
}

/// The name of a converter in a column's name: `amount [decimal]`.
fn name_in_brackets(name: &[u8]) -> Option<&[u8]> {
    let mut start = None;
    for (at, byte) in name.iter().enumerate() {
        match (byte, start) {
            (b'[', _) => start = Some(at + 1),
            (b']', Some(start)) => return Some(&name[start..at]),
            _ => {}
        }
    }
    None
}

impl Cursor {
    /// Finds a converter for each column, if the connection detects types.
    pub(super) fn find_converters(&self, th: &mut Thread, connection: &Connection, statement: &Stmt) -> Result<(), Raised> {
        let detect = connection.detect_types();
        if detect == 0 {
            return Ok(());
        }
        let result = (0..statement.columns()).map(|at| find_converter(th, statement, at, detect)).collect::<Result<Vec<_>, _>>();
        match result {
            Ok(found) => {
                let converters = Tuple::new(th, found);
                self.converters.set(th, self, Some(converters));
                Ok(())
            }
            Err(_) => {
                self.converters.set(th, self, None);
                let class = errors::class(th, Kind::Operational)?;
                Err(raise::from_cause(th, &class, format_args!("Error while building row_cast_map")))
            }
        }
    }

    /// Tells the columns' names, if there are columns.
    pub(super) fn describe(&self, th: &mut Thread, connection: &Connection, statement: &Stmt) -> Result<(), Raised> {
        let columns = statement.columns();
        if columns == 0 {
            return Ok(());
        }
        let mut all = Vec::new();
        for at in 0..columns {
            let held = statement.db.take(th);
            let mut name = statement.column_name(at);
            drop(held);
            if connection.detect_types() & PARSE_COLNAMES != 0
                && let Some(bracket) = name.iter().position(|byte| *byte == b'[')
            {
                let end = if bracket > 0 && name[bracket - 1] == b' ' { bracket - 1 } else { bracket };
                name.truncate(end);
            }
            let name = value::text(th, &name)?;
            all.push(Tuple::from_slice(th, &[&*name, none(), none(), none(), none(), none(), none()]).up());
        }
        let description = Tuple::new(th, all).up();
        self.description.set(th, self, Some(description));
        Ok(())
    }

    /// The row that the statement stands on, as a tuple.
    fn read_row(&self, th: &mut Thread, connection: &Connection, statement: &Stmt) -> Result<Ref<Object>, Raised> {
        let converters = if connection.detect_types() == 0 { None } else { self.converters.get(th, self) };
        let text_factory = connection.text_factory(th);
        let plain = text_factory.is(Str::type_object());
        let held = statement.db.take(th);
        // SAFETY: a live statement.
        let columns = unsafe { s::sqlite3_data_count(statement.raw()) };
        let mut cells = Vec::with_capacity(columns as usize);
        for at in 0..columns {
            let converted = converters.as_ref().and_then(|all| all.item(at as usize)).is_some_and(|one| !one.is(none()));
            // SAFETY: this thread has the mutex: the bytes stay until they are copied.
            cells.push(unsafe { read_cell(th, statement, at, converted, plain) });
        }
        drop(held);
        let mut row = Vec::with_capacity(cells.len());
        for (at, cell) in cells.into_iter().enumerate() {
            row.push(match cell {
                Cell::Object(object) => object,
                Cell::Converted(bytes) => {
                    let bytes = Bytes::new(th, &bytes);
                    let converter = converters.as_ref().and_then(|all| all.item(at)).unwrap_or(none());
                    ops::call1(th, converter, &bytes)?
                }
                Cell::Text(bytes) => made_by(th, &text_factory, &bytes)?,
                Cell::Broken(bytes) => return Err(broken(th, statement, at, &bytes)),
            });
        }
        Ok(Tuple::new(th, row).up())
    }

    /// The next row, in the form that the row factory gives it; `None` at the end.
    pub(super) fn next_row(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let (connection, _db) = self.ready(th)?;
        let busy = self.take(th)?;
        let Some(statement) = self.current() else { return Ok(None) };
        let row = self.read_row(th, &connection, &statement)?;
        let stepped = self.step(th, statement);
        drop(busy);
        stepped?;
        match self.row_factory.get(th, self).filter(|factory| !factory.is(none())) {
            Some(factory) => ops::call(th, &factory, &[self.as_object(), &row]).map(Some),
            None => Ok(Some(row)),
        }
    }

    /// Goes on to the next row; at the end the statement is given up.
    fn step(&self, th: &mut Thread, statement: Arc<Stmt>) -> Result<(), Raised> {
        let db = statement.db.clone();
        let held = db.take(th);
        // SAFETY: a live statement, and this thread has the mutex.
        let stepped = th.detached(|| unsafe {
            match s::sqlite3_step(statement.raw()) {
                code @ (s::SQLITE_ROW | s::SQLITE_DONE) => Ok((code, s::sqlite3_changes(db.raw()))),
                code => Err(db.failure(code)),
            }
        });
        drop(held);
        match stepped {
            Ok((s::SQLITE_ROW, _)) => {}
            Ok((_, changes)) => {
                if statement.is_dml {
                    self.row_count.store(changes.into(), Relaxed);
                }
                drop(statement);
                self.end_statement(th);
            }
            Err(failure) => {
                if th.exception().is_some() {
                    self.forget_callback(th);
                }
                drop(statement);
                self.end_statement(th);
                return Err(failure.raise(th));
            }
        }
        // What a collation raised.
        if th.exception().is_some() { Err(th.already_raised()) } else { Ok(()) }
    }
}

fn find_converter(th: &mut Thread, statement: &Stmt, at: c_int, detect: i32) -> Result<Ref<Object>, Raised> {
    let held = statement.db.take(th);
    let (name, declared) = (statement.column_name(at), statement.column_type(at));
    drop(held);
    if detect & PARSE_COLNAMES != 0
        && let Some(name) = name_in_brackets(&name)
        && let Some(found) = adapt::converter(th, name)?
    {
        return Ok(found);
    }
    if detect & PARSE_DECLTYPES != 0 && !declared.is_empty() {
        // The name ends at a space or parenthesis: NUMBER(10) is a NUMBER.
        let end = declared.iter().position(|byte| matches!(byte, b' ' | b'(')).unwrap_or(declared.len());
        if let Some(found) = adapt::converter(th, &declared[..end])? {
            return Ok(found);
        }
    }
    Ok(objects::none_ref())
}

/// # Safety
/// The statement stands on a row, and this thread has the database's mutex.
unsafe fn read_cell(th: &mut Thread, statement: &Stmt, at: c_int, converted: bool, plain: bool) -> Cell {
    let raw = statement.raw();
    // SAFETY: the caller's promise; sizes are asked for after the bytes, as SQLite wants it.
    unsafe {
        if converted {
            let start = s::sqlite3_column_blob(raw, at);
            if start.is_null() && s::sqlite3_column_type(raw, at) == s::SQLITE_NULL {
                return Cell::Object(objects::none_ref());
            }
            return match value::slice(start, s::sqlite3_column_bytes(raw, at)) {
                // SQLite has no pointer for an empty blob, and CPython takes that for NULL.
                [] if start.is_null() => Cell::Object(objects::none_ref()),
                bytes => Cell::Converted(bytes.to_vec()),
            };
        }
        Cell::Object(match s::sqlite3_column_type(raw, at) {
            s::SQLITE_INTEGER => Int::from_i64(th, s::sqlite3_column_int64(raw, at)).up(),
            s::SQLITE_FLOAT => Float::new(th, s::sqlite3_column_double(raw, at)).up(),
            s::SQLITE_TEXT => {
                let start = s::sqlite3_column_text(raw, at);
                let bytes = value::slice(start.cast(), s::sqlite3_column_bytes(raw, at));
                match core::str::from_utf8(bytes) {
                    Ok(text) if plain => Str::new(th, text).up(),
                    _ if plain => return Cell::Broken(bytes.to_vec()),
                    _ => return Cell::Text(bytes.to_vec()),
                }
            }
            s::SQLITE_BLOB => {
                let start = s::sqlite3_column_blob(raw, at);
                Bytes::new(th, value::slice(start, s::sqlite3_column_bytes(raw, at))).up()
            }
            _ => objects::none_ref(),
        })
    }
}

/// A text by another factory than `str`.
fn made_by(th: &mut Thread, factory: &Object, bytes: &[u8]) -> Result<Ref<Object>, Raised> {
    let object = Bytes::new(th, bytes).up();
    if factory.is(Bytes::type_object()) {
        return Ok(object);
    }
    if factory.is(ByteArray::type_object()) {
        return ops::call1(th, ByteArray::type_object().as_object(), &object);
    }
    ops::call1(th, factory, &object)
}

/// Raises what a text that is no UTF-8 means.
#[cold]
fn broken(th: &mut Thread, statement: &Stmt, at: usize, bytes: &[u8]) -> Raised {
    /// CPython's message is no longer than this.
    const MOST: usize = 198;
    let held = statement.db.take(th);
    let name = statement.column_name(at as c_int);
    drop(held);
    let text = bytes.split(|byte| *byte == 0).next().unwrap_or_default();
    let mut message = [b"Could not decode to UTF-8 column '", &*name, b"' with text '", text, b"'"].concat();
    message.truncate(MOST);
    let message: String = message.iter().map(|byte| if byte.is_ascii() { char::from(*byte) } else { '\u{fffd}' }).collect();
    errors::raise(th, Kind::Operational, format_args!("{message}"))
}
