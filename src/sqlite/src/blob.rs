//! `Blob`: one cell of a table, read and written in parts.

use core::ffi::c_int;
use std::sync::Arc;

use heap::sync::{AtomicUsize, Mutex, Ordering::*};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use libsqlite3_sys as s;
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Int, Slice, ops, raise};

use crate::connection::Connection;
use crate::db::OpenBlob;
use crate::errors::{self, Failure, Kind};

#[pytype(name = "Blob", module = "sqlite3", doc = none, flags(DISALLOW_INSTANTIATION), weakref)]
#[repr(C)]
pub struct Blob {
    head: Head,
    connection: Slot<Connection>,
    /// The connection closes it, too.
    #[untraversed]
    open: Arc<Mutex<Option<OpenBlob>>>,
    position: AtomicUsize,
}

impl Blob {
    pub fn around(th: &Thread, open: Arc<Mutex<Option<OpenBlob>>>, connection: Ref<Connection>) -> Ref<Blob> {
        th.new_object(Blob { head: Head::INIT, connection: Slot::new(connection), open, position: AtomicUsize::new(0) })
    }

    fn check_connection(&self, th: &mut Thread) -> Result<(), Raised> {
        let Some(connection) = self.connection.get(th, self) else { return Ok(()) };
        connection.database(th)?;
        connection.check_thread(th)
    }

    /// One stretch with the open blob and the database's mutex, detached.
    fn with<R: Send>(&self, th: &mut Thread, body: impl FnOnce(&OpenBlob) -> R) -> Result<R, Raised> {
        self.check_connection(th)?;
        // The lock is taken inside of the mutex, which is waited for detached.
        let done = th.detached(|| {
            let db = self.open.lock().as_ref().map(|open| open.db.clone())?;
            let _held = db.hold();
            let open = self.open.lock();
            open.as_ref().map(body)
        });
        match done {
            Some(result) => Ok(result),
            None => Err(errors::raise(th, Kind::Programming, format_args!("Cannot operate on a closed blob."))),
        }
    }

    fn size(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.with(th, OpenBlob::len)
    }

    fn read_at(&self, th: &mut Thread, start: usize, size: usize) -> Result<Vec<u8>, Raised> {
        let result = self.with(th, |open| {
            let mut bytes = vec![0u8; size];
            // SAFETY: a live blob, and this thread has the mutex; there is so much room.
            match unsafe { s::sqlite3_blob_read(open.raw(), bytes.as_mut_ptr().cast(), size as c_int, start as c_int) } {
                s::SQLITE_OK => Ok(bytes),
                code => Err(open.db.failure(code)),
            }
        })?;
        result.map_err(|failure: Failure| failure.raise(th))
    }

    fn write_at(&self, th: &mut Thread, start: usize, bytes: &[u8]) -> Result<(), Raised> {
        let result = self.with(th, |open| {
            if bytes.len() > open.len().saturating_sub(start) {
                return Ok(false);
            }
            // SAFETY: a live blob, and this thread has the mutex; so many bytes.
            match unsafe { s::sqlite3_blob_write(open.raw(), bytes.as_ptr().cast(), bytes.len() as c_int, start as c_int) } {
                s::SQLITE_OK => Ok(true),
                code => Err(open.db.failure(code)),
            }
        })?;
        match result {
            Ok(true) => Ok(()),
            Ok(false) => Err(raise::value_error(th, format_args!("data longer than blob length"))),
            Err(failure) => Err(failure.raise(th)),
        }
    }

    fn close_it(&self) {
        let open = self.open.lock().take();
        drop(open);
    }

    /// The place that an index names.
    fn place(&self, th: &mut Thread, key: &Object) -> Result<usize, Raised> {
        let index = ops::index_subscript(th, key)?;
        let size = self.size(th)?.cast_signed();
        let at = if index < 0 { index + size } else { index };
        if (0..size).contains(&at) {
            Ok(at.cast_unsigned())
        } else {
            Err(raise::index_error(th, format_args!("Blob index out of range")))
        }
    }

    fn set_byte(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("Blob doesn't support item deletion")));
        };
        let Some(number) = value.downcast::<Int>() else {
            let got = ops::type_name(value);
            return Err(raise::type_error(th, format_args!("'{got}' object cannot be interpreted as an integer")));
        };
        let at = self.place(th, key)?;
        match number.to_i64().map(u8::try_from) {
            Some(Ok(byte)) => self.write_at(th, at, &[byte]),
            _ => Err(raise::value_error(th, format_args!("byte must be in range(0, 256)"))),
        }
    }

    fn set_slice(&self, th: &mut Thread, slice: &Slice, value: Option<&Object>) -> Result<(), Raised> {
        let Some(value) = value else {
            return Err(raise::type_error(th, format_args!("Blob doesn't support slice deletion")));
        };
        let bounds = slice.unpack(th)?;
        let size = self.size(th)?;
        let positions = bounds.adjust(size);
        let bytes = Buffer::new(th, value)?;
        if bytes.len() != positions.count {
            return Err(raise::index_error(th, format_args!("Blob slice assignment is wrong size")));
        }
        if bytes.is_empty() {
            return Ok(());
        }
        check_step(th, positions.step)?;
        if positions.step == 1 {
            return self.write_at(th, positions.first(), &bytes);
        }
        let places: Vec<usize> = positions.iter().collect();
        let (first, last) = (places.iter().copied().min().unwrap_or(0), places.iter().copied().max().unwrap_or(0));
        let mut part = self.read_at(th, first, last - first + 1)?;
        for (place, byte) in places.iter().zip(bytes.as_slice()) {
            part[place - first] = *byte;
        }
        self.write_at(th, first, &part)
    }
}

/// Slices that select something go forward.
fn check_step(th: &mut Thread, step: isize) -> Result<(), Raised> {
    if step > 0 { Ok(()) } else { Err(raise::value_error(th, format_args!("Blob doesn't support slices with a negative step"))) }
}

#[pymethods]
impl Blob {
    #[slot(mp_length)]
    fn len(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.size(th)
    }

    #[slot(mp_subscript)]
    fn subscript(&self, th: &mut Thread, key: &Object) -> Result<Ref<Object>, Raised> {
        let size = self.size(th)?;
        if ops::has_index(key) {
            let at = self.place(th, key)?;
            let byte = self.read_at(th, at, 1)?[0];
            return Ok(Int::from_i64(th, byte.into()).up());
        }
        let Some(slice) = key.downcast::<Slice>() else {
            return Err(raise::type_error(th, format_args!("Blob indices must be integers")));
        };
        let bounds = slice.unpack(th)?;
        let positions = bounds.adjust(size);
        let places: Vec<usize> = positions.iter().collect();
        let (Some(first), Some(last)) = (places.iter().copied().min(), places.iter().copied().max()) else {
            return Ok(Bytes::new(th, &[]).up());
        };
        check_step(th, positions.step)?;
        let part = self.read_at(th, first, last - first + 1)?;
        let bytes: Vec<u8> = places.iter().map(|place| part[place - first]).collect();
        Ok(Bytes::new(th, &bytes).up())
    }

    #[slot(mp_ass_subscript)]
    fn ass_subscript(&self, th: &mut Thread, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
        self.size(th)?;
        if ops::has_index(key) {
            return self.set_byte(th, key, value);
        }
        match key.downcast::<Slice>() {
            Some(slice) => self.set_slice(th, slice, value),
            None => Err(raise::type_error(th, format_args!("Blob indices must be integers"))),
        }
    }

    /// Close the blob.
    #[method(sig = "($self, /)")]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        self.check_connection(th)?;
        self.close_it();
        Ok(())
    }

    /// Blob context manager enter.
    #[method(sig = "($self, /)")]
    fn __enter__<'a>(&'a self, th: &mut Thread) -> Result<&'a Self, Raised> {
        self.size(th)?;
        Ok(self)
    }

    /// Blob context manager exit.
    #[method(sig = "($self, type, val, tb, /)")]
    fn __exit__(&self, th: &mut Thread, r#type: &Object, val: &Object, tb: &Object) -> Result<bool, Raised> {
        let _ = (r#type, val, tb);
        self.size(th)?;
        self.close_it();
        Ok(false)
    }

    /// Read data at the current offset position.
    ///
    ///   length
    ///     Read length in bytes.
    ///
    /// If the end of the blob is reached, the data up to end of file will
    /// be returned.  When length is not specified, or is negative,
    /// Blob.read() will read until the end of the blob.
    #[method(sig = "($self, length=-1, /)")]
    fn read(&self, th: &mut Thread, length: i32) -> Result<Ref<Bytes>, Raised> {
        let start = self.position.load(Relaxed);
        let rest = self.size(th)?.saturating_sub(start);
        let length = usize::try_from(length).map_or(rest, |length| length.min(rest));
        if length == 0 {
            return Ok(Bytes::new(th, &[]));
        }
        let bytes = self.read_at(th, start, length)?;
        self.position.store(start + length, Relaxed);
        Ok(Bytes::new(th, &bytes))
    }

    /// Write data at the current offset.
    ///
    /// This function cannot change the blob length.  Writing beyond the end
    /// of the blob will result in an exception being raised.
    #[method(sig = "($self, data, /)")]
    fn write(&self, th: &mut Thread, data: Buffer) -> Result<(), Raised> {
        let start = self.position.load(Relaxed);
        self.write_at(th, start, &data)?;
        self.position.store(start + data.len(), Relaxed);
        Ok(())
    }

    /// Set the current access position to offset.
    ///
    /// The origin argument defaults to os.SEEK_SET (absolute blob
    /// positioning).  Other values for origin are os.SEEK_CUR (seek
    /// relative to the current position) and os.SEEK_END (seek relative to
    /// the blob's end).
    #[method(sig = "($self, offset, origin=0, /)")]
    fn seek(&self, th: &mut Thread, offset: i32, origin: i32) -> Result<(), Raised> {
        let size = self.size(th)?;
        let from = match origin {
            0 => 0,
            1 => self.position.load(Relaxed),
            2 => size,
            _ => {
                let message = "'origin' should be os.SEEK_SET, os.SEEK_CUR, or os.SEEK_END";
                return Err(raise::value_error(th, format_args!("{message}")));
            }
        };
        let target = i64::from(offset) + from as i64;
        if target > i64::from(i32::MAX) {
            return Err(raise::overflow_error(th, format_args!("seek offset results in overflow")));
        }
        match usize::try_from(target) {
            Ok(target) if target <= size => {
                self.position.store(target, Relaxed);
                Ok(())
            }
            _ => Err(raise::value_error(th, format_args!("offset out of blob range"))),
        }
    }

    /// Return the current access position for the blob.
    #[method(sig = "($self, /)")]
    fn tell(&self, th: &mut Thread) -> Result<usize, Raised> {
        self.size(th)?;
        Ok(self.position.load(Relaxed))
    }
}
