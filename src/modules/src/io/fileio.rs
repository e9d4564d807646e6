//! `FileIO`: a raw stream over a descriptor. Each operation is one system call, detached.
//!
//! Invariant: `fd` is -1 before `__init__` and after `close`; whoever swaps it to -1 closes it, so it is closed once.

use heap::sync::{AtomicBool, AtomicI8, AtomicI32, AtomicUsize, Ordering::*};
use std::ffi::CString;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Int, Str, exceptions, none, ops, raise};

use super::base::{Data, IoBase, RawIoBase, offset_argument, size_argument, unsupported, zeros};
use super::{names as n, sys};

/// Open a file.
///
/// The mode can be 'r' (default), 'w', 'x' or 'a' for reading,
/// writing, exclusive creation or appending.  The file will be created if it
/// doesn't exist when opened for writing or appending; it will be truncated
/// when opened for writing.  A FileExistsError will be raised if it already
/// exists when opened for creating. Opening a file for creating implies
/// writing so this mode behaves in a similar way to 'w'.Add a '+' to the mode
/// to allow simultaneous reading and writing. A custom opener can be used by
/// passing a callable as *opener*. The underlying file descriptor for the file
/// object is then obtained by calling opener with (*name*, *flags*).
/// *opener* must return an open file descriptor (passing os.open as *opener*
/// results in functionality similar to passing None).
#[pytype(name = "FileIO", module = "_io", base = RawIoBase, sig = "(file, mode='r', closefd=True, opener=None)", flags(BASETYPE))]
#[repr(C)]
pub struct FileIo {
    base: RawIoBase,
    fd: AtomicI32,
    created: AtomicBool,
    readable: AtomicBool,
    writable: AtomicBool,
    appending: AtomicBool,
    closefd: AtomicBool,
    /// -1: not asked yet.
    seekable: AtomicI8,
    block: AtomicUsize,
}

/// The bytes of a path: a string in the file system's encoding, bytes, or what `__fspath__` returns.
pub fn path_bytes(th: &mut Thread, path: &Object) -> Result<CString, Raised> {
    let plain = path.is_a::<Str>() || path.is_a::<Bytes>();
    let path = if plain {
        path.to_ref()
    } else {
        match ops::call_special(th, path, &n::__fspath__, &[])? {
            Some(path) => path,
            None => {
                let got = ops::type_name(path);
                return Err(raise::type_error(th, format_args!("expected str, bytes or os.PathLike object, not {got}")));
            }
        }
    };
    let bytes = if let Some(text) = path.downcast_ref::<Str>() {
        objects::codecs::encoding::utf8(th, text, Some("surrogateescape"))?.as_slice().to_vec()
    } else if let Some(bytes) = path.downcast_ref::<Bytes>() {
        bytes.as_slice().to_vec()
    } else {
        let got = ops::type_name(&path);
        return Err(raise::type_error(th, format_args!("expected __fspath__() to return str or bytes, not {got}")));
    };
    CString::new(bytes).map_err(|_| raise::value_error(th, format_args!("embedded null byte")))
}

struct Mode {
    flags: i32,
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
}

fn parse_mode(th: &mut Thread, mode: &str) -> Result<Mode, Raised> {
    let mut out = Mode { flags: libc::O_CLOEXEC, created: false, readable: false, writable: false, appending: false };
    let (mut kinds, mut plus) = (0, 0);
    for c in mode.chars() {
        match c {
            'x' => {
                (out.created, out.writable) = (true, true);
                out.flags |= libc::O_EXCL | libc::O_CREAT;
            }
            'r' => out.readable = true,
            'w' => {
                out.writable = true;
                out.flags |= libc::O_CREAT | libc::O_TRUNC;
            }
            'a' => {
                (out.writable, out.appending) = (true, true);
                out.flags |= libc::O_APPEND | libc::O_CREAT;
            }
            '+' => {
                plus += 1;
                continue;
            }
            'b' => continue,
            _ => return Err(raise::value_error(th, format_args!("invalid mode: {mode}"))),
        }
        kinds += 1;
    }
    if kinds != 1 || plus > 1 {
        return Err(raise::value_error(th, format_args!("Must have exactly one of create/read/write/append mode and at most one plus")));
    }
    if plus == 1 {
        (out.readable, out.writable) = (true, true);
    }
    out.flags |= match (out.readable, out.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    Ok(out)
}

impl FileIo {
    fn fd(&self, th: &mut Thread) -> Result<i32, Raised> {
        match self.fd.load(Acquire) {
            -1 => Err(raise::value_error(th, format_args!("I/O operation on closed file"))),
            fd => Ok(fd),
        }
    }

    fn fd_for(&self, th: &mut Thread, allowed: &AtomicBool, action: &str) -> Result<i32, Raised> {
        let fd = self.fd(th)?;
        if allowed.load(Relaxed) { Ok(fd) } else { Err(unsupported(th, &format!("File not open for {action}"))) }
    }

    /// Whether there is no descriptor.
    pub fn is_closed(&self) -> bool {
        self.fd.load(Acquire) < 0
    }

    /// How large blocks are, for buffers.
    pub fn block(&self) -> usize {
        self.block.load(Relaxed)
    }

    /// Whether it is a terminal.
    pub fn is_terminal(&self) -> bool {
        let fd = self.fd.load(Relaxed);
        fd >= 0 && sys::is_terminal(fd)
    }

    /// One read; `None` where it would block.
    pub fn read_into(&self, th: &mut Thread, buffer: &mut [u8]) -> Result<Option<usize>, Raised> {
        let fd = self.fd_for(th, &self.readable, "reading")?;
        match sys::retry(th, || sys::read(fd, buffer))? {
            Ok(got) => Ok(Some(got)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    /// One write; `None` where it would block.
    pub fn write_from(&self, th: &mut Thread, bytes: &[u8]) -> Result<Option<usize>, Raised> {
        let fd = self.fd_for(th, &self.writable, "writing")?;
        match sys::retry(th, || sys::write(fd, bytes))? {
            Ok(done) => Ok(Some(done)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => Ok(None),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    /// `lseek`.
    pub fn seek_to(&self, th: &mut Thread, offset: i64, whence: i32) -> Result<i64, Raised> {
        let fd = self.fd(th)?;
        match th.detached(|| sys::seek(fd, offset, whence)) {
            Ok(at) => {
                self.seekable.store(1, Relaxed);
                Ok(at)
            }
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    /// Reads to the end.
    pub fn read_all(&self, th: &mut Thread) -> Result<Option<Vec<u8>>, Raised> {
        let fd = self.fd_for(th, &self.readable, "reading")?;
        let expected = match (sys::facts(fd), sys::seek(fd, 0, libc::SEEK_CUR)) {
            (Ok(facts), Ok(at)) => facts.size.saturating_sub(at as u64) as usize,
            _ => 0,
        };
        let mut all = Vec::new();
        let mut step = expected.saturating_add(1).max(8192);
        loop {
            let at = all.len();
            if all.try_reserve(step).is_err() {
                return Err(raise::memory_error(th));
            }
            all.resize(at + step, 0);
            let got = match self.read_into(th, &mut all[at..]) {
                Ok(got) => got,
                Err(raised) => return Err(raised),
            };
            all.truncate(at + got.unwrap_or(0));
            match got {
                None if all.is_empty() => return Ok(None),
                None | Some(0) => return Ok(Some(all)),
                Some(got) if got < step => step = (step - got).max(8192),
                Some(_) => step = (all.len() / 2).clamp(8192, 64 << 20),
            }
        }
    }

    fn mode_text(&self) -> &'static str {
        let readable = self.readable.load(Relaxed);
        if self.created.load(Relaxed) {
            if readable { "xb+" } else { "xb" }
        } else if self.appending.load(Relaxed) {
            if readable { "ab+" } else { "ab" }
        } else if readable {
            if self.writable.load(Relaxed) { "rb+" } else { "rb" }
        } else {
            "wb"
        }
    }

    fn close_fd(&self, th: &mut Thread) -> Result<(), Raised> {
        let fd = self.fd.swap(-1, AcqRel);
        if fd < 0 || !self.closefd.load(Relaxed) {
            return Ok(());
        }
        match th.detached(|| sys::close(fd)) {
            Ok(()) => Ok(()),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    fn open(&self, th: &mut Thread, file: &Object, mode: &Mode, closefd: bool, opener: Option<&Object>) -> Result<i32, Raised> {
        if !closefd {
            return Err(raise::value_error(th, format_args!("Cannot use closefd=False with file name")));
        }
        let path = path_bytes(th, file)?;
        if let Some(opener) = opener {
            let flags = Int::from_i64(th, mode.flags.into());
            let made = ops::call(th, opener, &[file, &flags])?;
            let fd = match made.downcast_ref::<Int>().map(Int::to_i64) {
                None => return Err(raise::type_error(th, format_args!("expected integer from opener"))),
                Some(fd) => fd.unwrap_or(-1),
            };
            return match i32::try_from(fd) {
                Ok(fd) if fd >= 0 => {
                    sys::no_inherit(fd);
                    Ok(fd)
                }
                _ => Err(raise::value_error(th, format_args!("opener returned {fd}"))),
            };
        }
        match sys::retry(th, || sys::open(&path, mode.flags))? {
            Ok(fd) => Ok(fd),
            Err(error) => Err(raise::io_error(th, &error, Some(file))),
        }
    }
}

#[pymethods]
impl FileIo {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Result<Ref<FileIo>, Raised> {
        let new = AtomicBool::new;
        Ok(th.new_instance(
            cls,
            FileIo {
                base: RawIoBase::new(),
                fd: AtomicI32::new(-1),
                created: new(false),
                readable: new(false),
                writable: new(false),
                appending: new(false),
                closefd: new(true),
                seekable: AtomicI8::new(-1),
                block: AtomicUsize::new(0),
            },
        ))
    }

    #[slot(tp_init, sig = "(file, mode='r', closefd=True, opener=None)")]
    fn init(&self, th: &mut Thread, file: &Object, mode: &str, closefd: bool, opener: Option<&Object>) -> Result<(), Raised> {
        let opener = opener.filter(|opener| !opener.is(none()));
        // Initialized again: what it had goes first.
        self.close_fd(th)?;
        if file.is_a::<objects::Bool>() {
            objects::warn::warn(th, exceptions::runtime_warning_type(), format_args!("bool is used as a file descriptor"), 1)?;
        }
        let number = match file.downcast::<Int>() {
            Some(number) => match number.to_i64().and_then(|fd| i32::try_from(fd).ok()) {
                Some(fd) if fd < 0 => return Err(raise::value_error(th, format_args!("negative file descriptor"))),
                None => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
                some => some,
            },
            None => None,
        };
        let mode_text = mode;
        let mode = parse_mode(th, mode)?;
        let (shown, flags) = (Str::new(th, mode_text), Int::from_i64(th, mode.flags.into()));
        interp::audit::event(th, "open", &[file, &shown, &flags])?;
        self.created.store(mode.created, Relaxed);
        self.readable.store(mode.readable, Relaxed);
        self.writable.store(mode.writable, Relaxed);
        self.appending.store(mode.appending, Relaxed);
        self.seekable.store(-1, Relaxed);
        let own = number.is_none();
        let fd = match number {
            Some(fd) => fd,
            None => self.open(th, file, &mode, closefd, opener)?,
        };
        let checked = match sys::facts(fd) {
            Ok(facts) if facts.directory => Err(raise::os_error(th, libc::EISDIR, Some(file), None)),
            Ok(facts) => {
                self.block.store(facts.block, Relaxed);
                Ok(())
            }
            Err(error) if error.raw_os_error() == Some(libc::EBADF) => Err(raise::io_error(th, &error, None)),
            Err(_) => Ok(()),
        };
        let checked = checked.and_then(|()| ops::setattr(th, self.as_object(), &n::name, file));
        if let Err(raised) = checked {
            if own {
                let _ = sys::close(fd);
            }
            return Err(raised);
        }
        self.closefd.store(closefd, Relaxed);
        self.fd.store(fd, Release);
        if mode.appending {
            // Best effort: a pipe cannot seek.
            let _ = th.detached(|| sys::seek(fd, 0, libc::SEEK_END));
        }
        Ok(())
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let class = objects::typing::short_name(self.as_object().ty());
        let fd = self.fd.load(Relaxed);
        if fd < 0 {
            return Ok(format!("<_io.{class} [closed]>"));
        }
        let closefd = if self.closefd.load(Relaxed) { "True" } else { "False" };
        let mode = self.mode_text();
        Ok(match super::base::shown_name(th, self.as_object())? {
            Some(name) => format!("<_io.{class} name={name} mode='{mode}' closefd={closefd}>"),
            None => format!("<_io.{class} fd={fd} mode='{mode}' closefd={closefd}>"),
        })
    }

    /// Read at most size bytes, returned as bytes.
    ///
    /// If size is less than 0, read all bytes in the file making multiple read calls.
    /// See ``FileIO.readall``.
    ///
    /// Attempts to make only one system call, retrying only per PEP 475 (EINTR). This
    /// means less data may be returned than requested.
    ///
    /// In non-blocking mode, returns None if no data is available. Return an empty
    /// bytes object at EOF.
    #[method(sig = "($self, size=-1, /)")]
    fn read(&self, th: &mut Thread, size: Option<&Object>) -> Result<Option<Ref<Bytes>>, Raised> {
        let Some(size) = size_argument(th, size)? else { return self.readall(th) };
        self.fd_for(th, &self.readable, "reading")?;
        let Ok(mut buffer) = zeros(size) else { return Err(raise::memory_error(th)) };
        let got = self.read_into(th, &mut buffer)?;
        Ok(got.map(|got| Bytes::new(th, &buffer[..got])))
    }

    /// Read all data from the file, returned as bytes.
    ///
    /// Reads until either there is an error or read returns size 0 (indicates EOF).
    /// If the file is already at EOF, returns an empty bytes object.
    ///
    /// In non-blocking mode, returns as much data as could be read before EAGAIN. If no
    /// data is available (EAGAIN is returned before bytes are read) returns None.
    #[method]
    fn readall(&self, th: &mut Thread) -> Result<Option<Ref<Bytes>>, Raised> {
        Ok(self.read_all(th)?.map(|all| Bytes::new(th, &all)))
    }

    /// Same as RawIOBase.readinto().
    #[method(sig = "($self, buffer, /)")]
    fn readinto(&self, th: &mut Thread, mut buffer: WritableBuffer) -> Result<Option<usize>, Raised> {
        self.read_into(th, buffer.as_mut_slice())
    }

    /// Write buffer b to file, return number of bytes written.
    ///
    /// Only makes one system call, so not all of the data may be written.
    /// The number of bytes actually written is returned.  In non-blocking mode,
    /// returns None if the write would block.
    #[method(sig = "($self, b, /)")]
    fn write(&self, th: &mut Thread, b: &Object) -> Result<Option<usize>, Raised> {
        let data = Data::new(th, b)?;
        let done = self.write_from(th, &data)?;
        if done.is_some_and(|done| done < data.len()) {
            // A signal may have cut it short: its handler runs before anything else is written.
            crate::signal::run_handlers(th)?;
        }
        Ok(done)
    }

    /// Move to new file position and return the file position.
    ///
    /// Argument offset is a byte count.  Optional argument whence defaults to
    /// SEEK_SET or 0 (offset from start of file, offset should be >= 0); other values
    /// are SEEK_CUR or 1 (move relative to current position, positive or negative),
    /// and SEEK_END or 2 (move relative to end of file, usually negative, although
    /// many platforms allow seeking beyond the end of a file).
    ///
    /// Note that not all file objects are seekable.
    #[method(sig = "($self, pos, whence=0, /)")]
    fn seek(&self, th: &mut Thread, pos: &Object, whence: i32) -> Result<i64, Raised> {
        self.fd(th)?;
        let pos = offset_argument(th, pos)?;
        self.seek_to(th, pos, whence)
    }

    /// Current file position.
    ///
    /// Can raise OSError for non seekable files.
    #[method]
    fn tell(&self, th: &mut Thread) -> Result<i64, Raised> {
        self.seek_to(th, 0, libc::SEEK_CUR)
    }

    /// Truncate the file to at most size bytes and return the truncated size.
    ///
    /// Size defaults to the current file position, as returned by tell().
    /// The current file position is changed to the value of size.
    #[method(sig = "($self, size=None, /)")]
    fn truncate(&self, th: &mut Thread, size: Option<&Object>) -> Result<i64, Raised> {
        let fd = self.fd_for(th, &self.writable, "writing")?;
        let size = match size {
            Some(size) if !size.is(none()) => offset_argument(th, size)?,
            _ => self.seek_to(th, 0, libc::SEEK_CUR)?,
        };
        match sys::retry(th, || sys::truncate(fd, size))? {
            Ok(()) => Ok(size),
            Err(error) => Err(raise::io_error(th, &error, None)),
        }
    }

    /// Close the file.
    ///
    /// A closed file cannot be used for further I/O operations.  close() may be
    /// called more than once without error.
    #[method]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        // The base class flushes, and a class of Python code may say how.
        let flushed = IoBase::close(self, th);
        let earlier = if flushed.is_err() { th.take_exception() } else { None };
        if self.is_finalizing() {
            let me = self.as_object();
            raise::protect(th, |th| self.warn_unclosed(th, me));
        }
        match (earlier, self.close_fd(th)) {
            (None, closed) => closed,
            (Some(earlier), Ok(())) => Err(raise::again(th, earlier)),
            (Some(earlier), Err(_)) => Err(raise::chain(th, earlier)),
        }
    }

    #[method(sig = none)]
    fn _dealloc_warn(&self, th: &mut Thread, source: &Object) -> Result<(), Raised> {
        self.warn_unclosed(th, source)
    }

    /// True if file supports random-access.
    #[method]
    fn seekable(&self, th: &mut Thread) -> Result<bool, Raised> {
        let fd = self.fd(th)?;
        if self.seekable.load(Relaxed) < 0 {
            let can = th.detached(|| sys::seek(fd, 0, libc::SEEK_CUR)).is_ok();
            self.seekable.store(can.into(), Relaxed);
        }
        Ok(self.seekable.load(Relaxed) > 0)
    }

    /// True if file was opened in a read mode.
    #[method]
    fn readable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.fd(th)?;
        Ok(self.readable.load(Relaxed))
    }

    /// True if file was opened in a write mode.
    #[method]
    fn writable(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.fd(th)?;
        Ok(self.writable.load(Relaxed))
    }

    /// Return the underlying file descriptor (an integer).
    #[method]
    fn fileno(&self, th: &mut Thread) -> Result<i32, Raised> {
        self.fd(th)
    }

    /// True if the file is connected to a TTY device.
    #[method]
    fn isatty(&self, th: &mut Thread) -> Result<bool, Raised> {
        let fd = self.fd(th)?;
        Ok(th.detached(|| sys::is_terminal(fd)))
    }

    #[method]
    fn _isatty_open_only(&self, th: &mut Thread) -> Result<bool, Raised> {
        self.isatty(th)
    }

    #[getter]
    fn _finalizing(&self) -> bool {
        self.is_finalizing()
    }

    #[method]
    fn __getstate__(&self, th: &mut Thread) -> Result<(), Raised> {
        Err(super::no_pickle(th, self.as_object()))
    }

    /// True if the file is closed
    #[getter]
    fn closed(&self) -> bool {
        self.fd.load(Acquire) < 0
    }

    /// True if the file descriptor will be closed by close().
    #[getter]
    fn closefd(&self) -> bool {
        self.closefd.load(Relaxed)
    }

    /// String giving the file mode
    #[getter]
    fn mode(&self) -> &'static str {
        self.mode_text()
    }

    #[getter]
    fn _blksize(&self) -> usize {
        self.block()
    }
}

impl FileIo {
    fn warn_unclosed(&self, th: &mut Thread, source: &Object) -> Result<(), Raised> {
        if self.fd.load(Relaxed) < 0 || !self.closefd.load(Relaxed) {
            return Ok(());
        }
        let shown = ops::repr(th, source)?;
        objects::warn::unclosed(th, source, format_args!("unclosed file {shown}"), "Exception ignored while finalizing file", self.as_object());
        Ok(())
    }
}
