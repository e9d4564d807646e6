//! Parameters of statements: from sequences and mappings to values that SQLite takes.

use core::ffi::c_int;

use heap::{Heaped, Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use objects::{Dict, List, Str, Tuple, exceptions, ops, raise};

use crate::adapt;
use crate::db::Stmt;
use crate::errors::{self, Failure, Kind};
use crate::value::Value;

/// The values of a statement's parameters, the first first.
pub fn values(th: &mut Thread, statement: &Stmt, parameters: &Object) -> Result<Vec<Value>, Raised> {
    let exact = parameters.downcast_exact::<Tuple>().is_some() || parameters.downcast_exact::<List>().is_some();
    let is_dict = parameters.is_a::<Dict>();
    if exact || (!is_dict && ops::is_sequence(parameters)) {
        return from_sequence(th, statement, parameters);
    }
    if is_dict {
        return from_mapping(th, statement, parameters);
    }
    Err(errors::raise(th, Kind::Programming, format_args!("parameters are of unsupported type")))
}

fn from_sequence(th: &mut Thread, statement: &Stmt, parameters: &Object) -> Result<Vec<Value>, Raised> {
    let needed = statement.parameters();
    let given = match parameters.downcast_exact::<Tuple>() {
        Some(tuple) => tuple.len(),
        None => ops::item::sequence_len(th, parameters)?,
    };
    if given != needed as usize {
        let message = "Incorrect number of bindings supplied. The current statement uses";
        return Err(errors::raise(th, Kind::Programming, format_args!("{message} {needed}, and there are {given} supplied.")));
    }
    let mut all = Vec::with_capacity(given);
    for at in 1..=needed {
        if let Some(name) = statement.parameter_name(at).filter(|name| !name.starts_with('?')) {
            let message = "is a named parameter, but you supplied a sequence which requires nameless (qmark) placeholders.";
            return Err(errors::raise(th, Kind::Programming, format_args!("Binding {at} ('{name}') {message}")));
        }
        let item = match parameters.downcast_exact::<Tuple>() {
            Some(tuple) => tuple.get(at as usize - 1).to_ref(),
            None => ops::item::sequence_getitem(th, parameters, at as isize - 1)?,
        };
        all.push(adapted(th, at, &item)?);
    }
    Ok(all)
}

fn from_mapping(th: &mut Thread, statement: &Stmt, parameters: &Object) -> Result<Vec<Value>, Raised> {
    let needed = statement.parameters();
    let mut all = Vec::with_capacity(needed as usize);
    for at in 1..=needed {
        let Some(name) = statement.parameter_name(at) else {
            let message = "has no name, but you supplied a dictionary (which has only names).";
            return Err(errors::raise(th, Kind::Programming, format_args!("Binding {at} {message}")));
        };
        // Without its colon.
        let name = name.get(1..).unwrap_or_default();
        let key = Str::new(th, name);
        let Some(item) = item_of(th, parameters, &key)? else {
            let message = "You did not supply a value for binding parameter";
            return Err(errors::raise(th, Kind::Programming, format_args!("{message} :{name}.")));
        };
        all.push(adapted(th, at, &item)?);
    }
    Ok(all)
}

/// The item of a mapping, if it has one.
fn item_of(th: &mut Thread, mapping: &Object, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
    if let Some(dict) = mapping.downcast_exact::<Dict>() {
        return dict.get(th, key);
    }
    match ops::getitem(th, mapping, key) {
        Ok(item) => Ok(Some(item)),
        Err(_) if raise::matches(th, exceptions::key_error_type()) => {
            drop(th.take_exception());
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

fn adapted(th: &mut Thread, at: c_int, item: &Object) -> Result<Value, Raised> {
    let item = adapt::for_binding(th, item)?;
    match Value::of(th, &item)? {
        Some(value) => Ok(value),
        None => {
            let got = ops::type_name(&item);
            Err(errors::raise(th, Kind::Programming, format_args!("Error binding parameter {at}: type '{got}' is not supported")))
        }
    }
}

/// Gives the values to SQLite, which copies them; the caller has the mutex.
pub fn bind(statement: &Stmt, values: &[Value]) -> Result<(), Failure> {
    for (at, value) in (1..).zip(values) {
        let (raw, (start, size)) = (statement.raw(), value.bytes());
        // SAFETY: a live statement; the bytes are copied.
        let code = unsafe {
            match value {
                Value::Null => s::sqlite3_bind_null(raw, at),
                Value::Int(number) => s::sqlite3_bind_int64(raw, at, *number),
                Value::Float(number) => s::sqlite3_bind_double(raw, at, *number),
                Value::Text(_) => s::sqlite3_bind_text(raw, at, start.cast(), size, s::SQLITE_TRANSIENT()),
                Value::Blob(_) => s::sqlite3_bind_blob(raw, at, start.cast(), size, s::SQLITE_TRANSIENT()),
            }
        };
        if code != s::SQLITE_OK {
            return Err(statement.db.failure(code));
        }
    }
    Ok(())
}
