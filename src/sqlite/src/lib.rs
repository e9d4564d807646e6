//! `_sqlite3`: databases in files, a cover of SQLite.

/// The native modules of this crate.
pub const ALL: &[&objects::glue::ModuleDef] = &[];
