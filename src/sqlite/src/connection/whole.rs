//! What concerns a whole database: backup, dump, its bytes, blobs in it, extensions of SQLite.

use core::ffi::{c_char, c_int};
use std::ffi::CString;
use std::sync::Arc;

use heap::sync::Mutex;
use heap::{Object, Raised, Ref, Thread};
use libsqlite3_sys as s;
use macros::pymethods;
use objects::glue::*;
use objects::{Bytes, Int, Str, Tuple, none, ops, raise};

use super::Connection;
use crate::blob::Blob;
use crate::db::{Db, OpenBlob};
use crate::errors::{self, Failure, Kind};

/// A backup that is under way; it ends with this.
struct Backup(*mut s::sqlite3_backup);

impl Backup {
    fn finish(&mut self) -> c_int {
        let raw = core::mem::replace(&mut self.0, core::ptr::null_mut());
        // SAFETY: finished once; null is nothing.
        unsafe { s::sqlite3_backup_finish(raw) }
    }
}

impl Drop for Backup {
    fn drop(&mut self) {
        self.finish();
    }
}

/// An `int` that SQLite takes for a row's number.
fn row_id(th: &mut Thread, value: &Object) -> Result<i64, Raised> {
    let Some(number) = value.downcast::<Int>() else {
        return Err(raise::type_error(th, format_args!("expected 'int'")));
    };
    match number.to_i64() {
        Some(number) => Ok(number),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to SQLite INTEGER"))),
    }
}

fn terminated(text: &str) -> CString {
    CString::new(text).unwrap_or_default()
}

impl Connection {
    /// Copies page by page; `progress` is told after each step.
    #[allow(clippy::too_many_arguments, reason = "the arguments of `backup`, checked")]
    fn copy_to(
        &self,
        th: &mut Thread,
        from: &Db,
        to: &Db,
        name: &str,
        pages: c_int,
        progress: Option<&Object>,
        sleep: c_int,
    ) -> Result<(), Raised> {
        let name = terminated(name);
        // SAFETY: both handles are open; SQLite takes their mutexes itself.
        let mut backup =
            th.detached(|| Backup(unsafe { s::sqlite3_backup_init(to.raw(), c"main".as_ptr(), from.raw(), name.as_ptr()) }));
        if backup.0.is_null() {
            return Err(failure(th, to, s::SQLITE_ERROR).raise(th));
        }
        loop {
            // SAFETY: a backup that is under way.
            let code = th.detached(|| unsafe { s::sqlite3_backup_step(backup.0, pages) });
            if let Some(progress) = progress {
                // SAFETY: as above; numbers are read.
                let (left, all) = unsafe { (s::sqlite3_backup_remaining(backup.0), s::sqlite3_backup_pagecount(backup.0)) };
                let args = [code, left, all].map(|number| Int::from_i64(th, number.into()).up());
                let [a, b, c] = &args;
                if let Err(raised) = ops::call(th, progress, &[a, b, c]) {
                    th.detached(|| backup.finish());
                    return Err(raised);
                }
            }
            match code {
                s::SQLITE_OK => {}
                // SAFETY: no preconditions.
                s::SQLITE_BUSY | s::SQLITE_LOCKED => th.detached(|| unsafe {
                    s::sqlite3_sleep(sleep);
                }),
                _ => break,
            }
            modules::signal::run_handlers(th)?;
        }
        match th.detached(|| backup.finish()) {
            s::SQLITE_OK => Ok(()),
            code => Err(failure(th, to, code).raise(th)),
        }
    }
}

/// What SQLite says about the call that failed just now.
fn failure(th: &mut Thread, db: &Db, code: c_int) -> Failure {
    let _held = db.take(th);
    db.failure(code)
}

#[pymethods(part = "whole")]
impl Connection {
    /// Makes a backup of the database.
    #[method(sig = "($self, /, target, *, pages=-1, progress=None, name='main', sleep=0.25)")]
    fn backup(
        &self,
        th: &mut Thread,
        target: &Connection,
        pages: i32,
        progress: Option<&Object>,
        name: &str,
        sleep: f64,
    ) -> Result<(), Raised> {
        let from = self.open(th)?;
        let to = target.database(th)?;
        if target.is(self) {
            return Err(raise::value_error(th, format_args!("target cannot be the same connection instance")));
        }
        let progress = progress.filter(|progress| !progress.is(none()));
        if progress.is_some_and(|progress| !ops::is_callable(progress)) {
            return Err(raise::type_error(th, format_args!("progress argument must be a callable")));
        }
        let pages = if pages == 0 { -1 } else { pages };
        self.copy_to(th, &from, &to, name, pages, progress, (sleep * 1000.0) as c_int)
    }

    /// Returns iterator to the dump of the database in an SQL text format.
    ///
    ///   filter
    ///     An optional LIKE pattern for database objects to dump
    #[method(sig = "($self, /, *, filter=None)")]
    fn iterdump(&self, th: &mut Thread, filter: Option<&Object>) -> Result<Ref<Object>, Raised> {
        self.database(th)?;
        let module = interp::import::import_module(th, "sqlite3.dump")?;
        let dump = ops::getattr_str(th, &module, "_iterdump")?;
        let name = objects::intern(th, "filter");
        let names = Tuple::from_slice(th, &[name]);
        ops::call_kw(th, &dump, &[self.as_object(), filter.unwrap_or(none())], Some(&names))
    }

    /// Serialize a database into a byte string.
    ///
    ///   name
    ///     Which database to serialize.
    ///
    /// For an ordinary on-disk database file, the serialization is just
    /// a copy of the disk file.  For an in-memory database or a "temp"
    /// database, the serialization is the same sequence of bytes which
    /// would be written to disk if that database were backed up to disk.
    #[method(sig = "($self, /, *, name='main')")]
    fn serialize(&self, th: &mut Thread, name: &str) -> Result<Ref<Bytes>, Raised> {
        const NO_COPY: u32 = s::SQLITE_SERIALIZE_NOCOPY;
        let db = self.open(th)?;
        let text = terminated(name);
        let held = db.take(th);
        let mut size = 0;
        // SAFETY: the handle is open, and this thread has its mutex until the bytes are copied; a copy of SQLite's is freed.
        let bytes = th.detached(|| unsafe {
            let mut is_copy = false;
            let mut start = s::sqlite3_serialize(db.raw(), text.as_ptr(), &raw mut size, NO_COPY);
            if start.is_null() {
                is_copy = true;
                start = s::sqlite3_serialize(db.raw(), text.as_ptr(), &raw mut size, 0);
            }
            let bytes =
                (!start.is_null()).then(|| core::slice::from_raw_parts(start, usize::try_from(size).unwrap_or(0)).to_vec());
            if is_copy {
                s::sqlite3_free(start.cast());
            }
            bytes
        });
        drop(held);
        match bytes {
            Some(bytes) => Bytes::try_new(th, &bytes).ok_or(()).map_err(|()| raise::memory_error(th)),
            None => Err(errors::raise(th, Kind::Operational, format_args!("unable to serialize '{name}'"))),
        }
    }

    /// Load a serialized database.
    ///
    ///   data
    ///     The serialized database content.
    ///   name
    ///     Which database to reopen with the deserialization.
    ///
    /// The deserialize interface causes the database connection to
    /// disconnect from the target database, and then reopen it as
    /// an in-memory database based on the given serialized data.
    ///
    /// The deserialize interface will fail with SQLITE_BUSY if the database
    /// is currently in a read transaction or is involved in a backup
    /// operation.
    #[method(sig = "($self, data, /, *, name='main')")]
    fn deserialize(&self, th: &mut Thread, data: &Object, name: &str) -> Result<(), Raised> {
        const FLAGS: u32 = s::SQLITE_DESERIALIZE_FREEONCLOSE | s::SQLITE_DESERIALIZE_RESIZEABLE;
        let bytes = match data.downcast::<Str>() {
            Some(text) => match text.to_utf8() {
                Some(utf8) => utf8.as_bytes().to_vec(),
                None => return Err(raise::unicode_surrogates(th, text)),
            },
            None => Buffer::new(th, data)?.as_slice().to_vec(),
        };
        let db = self.open(th)?;
        let name = terminated(name);
        let held = db.take(th);
        // SAFETY: the handle is open, and this thread has its mutex; SQLite owns the copy, also if this fails.
        let result = th.detached(|| unsafe {
            let copy = s::sqlite3_malloc64(bytes.len() as u64).cast::<u8>();
            if copy.is_null() {
                return Err(Failure::of_code(s::SQLITE_NOMEM));
            }
            core::ptr::copy_nonoverlapping(bytes.as_ptr(), copy, bytes.len());
            let size = bytes.len() as i64;
            match s::sqlite3_deserialize(db.raw(), name.as_ptr(), copy, size, size, FLAGS) {
                s::SQLITE_OK => Ok(()),
                code => Err(db.failure(code)),
            }
        });
        drop(held);
        result.map_err(|failure| failure.raise(th))
    }

    /// Open and return a BLOB object.
    ///
    ///   table
    ///     Table name.
    ///   column
    ///     Column name.
    ///   rowid
    ///     Row id.
    ///   readonly
    ///     Open the BLOB without write permissions.
    ///   name
    ///     Database name.
    #[method(sig = "($self, table, column, rowid, /, *, readonly=False, name='main')")]
    fn blobopen(
        &self,
        th: &mut Thread,
        table: &str,
        column: &str,
        rowid: &Object,
        readonly: bool,
        name: &str,
    ) -> Result<Ref<Blob>, Raised> {
        let row = row_id(th, rowid)?;
        let db = self.open(th)?;
        let (table, column, name) = (terminated(table), terminated(column), terminated(name));
        let held = db.take(th);
        // SAFETY: the handle is open, and this thread has its mutex; the blob is ours.
        let result = th.detached(|| unsafe {
            let mut raw = core::ptr::null_mut();
            let write = c_int::from(!readonly);
            match s::sqlite3_blob_open(db.raw(), name.as_ptr(), table.as_ptr(), column.as_ptr(), row, write, &raw mut raw) {
                s::SQLITE_OK => Ok(OpenBlob::owning(db.clone(), raw)),
                s::SQLITE_MISUSE => Err(Failure::of_code(s::SQLITE_MISUSE)),
                code => Err(db.failure(code)),
            }
        });
        drop(held);
        match result {
            Ok(open) => {
                let open = Arc::new(Mutex::new(Some(open)));
                let mut blobs = self.blobs.lock();
                blobs.retain(|blob| blob.strong_count() > 0);
                blobs.push(Arc::downgrade(&open));
                drop(blobs);
                Ok(Blob::around(th, open, self.to_ref()))
            }
            Err(failure) => Err(failure.raise(th)),
        }
    }

    /// Enable dynamic loading of SQLite extension modules.
    #[method(sig = "($self, enable, /)")]
    fn enable_load_extension(&self, th: &mut Thread, enable: bool) -> Result<(), Raised> {
        interp::audit::event(th, "sqlite3.enable_load_extension", &[self.as_object(), &objects::bool_ref(enable)])?;
        let db = self.open(th)?;
        let held = db.take(th);
        // SAFETY: the handle is open, and this thread has its mutex.
        let code = unsafe { s::sqlite3_enable_load_extension(db.raw(), enable.into()) };
        drop(held);
        if code == s::SQLITE_OK {
            Ok(())
        } else {
            Err(errors::raise(th, Kind::Operational, format_args!("Error enabling load extension")))
        }
    }

    /// Load SQLite extension module.
    #[method(sig = "($self, name, /, *, entrypoint=None)")]
    fn load_extension(&self, th: &mut Thread, name: &str, entrypoint: Option<&str>) -> Result<(), Raised> {
        let shown = Str::new(th, name);
        interp::audit::event(th, "sqlite3.load_extension", &[self.as_object(), &shown])?;
        let db = self.open(th)?;
        let (name, entry) = (terminated(name), entrypoint.map(terminated));
        let held = db.take(th);
        // SAFETY: the handle is open, and this thread has its mutex; the message is ours to free.
        let message = th.detached(|| unsafe {
            let mut message: *mut c_char = core::ptr::null_mut();
            let entry = entry.as_ref().map_or(core::ptr::null(), |entry| entry.as_ptr());
            let code = s::sqlite3_load_extension(db.raw(), name.as_ptr(), entry, &raw mut message);
            let text = errors::text(message);
            s::sqlite3_free(message.cast());
            (code != s::SQLITE_OK).then_some(text)
        });
        drop(held);
        match message {
            Some(message) => Err(errors::raise(th, Kind::Operational, format_args!("{message}"))),
            None => Ok(()),
        }
    }
}
