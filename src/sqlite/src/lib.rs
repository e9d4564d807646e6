//! `_sqlite3`: databases in files, a cover of SQLite.
//!
//! Owns: connections, cursors, rows, blobs, and the callbacks that SQLite makes into Python. Must never know: the JIT, the C API.
//! Invariant: whoever uses a database has its mutex (`db`), which the same thread may take again, and waits for it detached; SQLite is called
//! detached where it may take long. Python code runs with the mutex only where SQLite calls it. Start reading at `module`.
#![allow(unsafe_code, reason = "SQLite is C")]

mod adapt;
mod arguments;
mod bind;
mod blob;
mod callbacks;
mod connection;
mod constants;
mod cursor;
mod db;
mod errors;
mod module;
mod row;
mod value;

/// The native modules of this crate.
pub const ALL: &[&objects::glue::ModuleDef] = &[&module::sqlite::MODULE];
