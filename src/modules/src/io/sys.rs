//! System calls on descriptors, as safe functions: slices in, `io::Result` out.
#![allow(unsafe_code, reason = "libc calls on slices and plain numbers")]

use std::ffi::CStr;
use std::io::{Error, Result};

use heap::{Raised, Thread};

fn checked(result: i64) -> Result<i64> {
    if result < 0 { Err(Error::last_os_error()) } else { Ok(result) }
}

/// Runs a system call detached; an interruption runs the signal handlers and tries again.
pub fn retry<T>(th: &mut Thread, mut call: impl FnMut() -> Result<T>) -> core::result::Result<Result<T>, Raised> {
    loop {
        match th.detached(&mut call) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => crate::signal::run_handlers(th)?,
            other => return Ok(other),
        }
    }
}

/// No more than this goes through one call, as in CPython.
const MAX: usize = i32::MAX as usize & !0xfff;

pub fn read(fd: i32, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the slice is writable for its length.
    checked(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len().min(MAX)) } as i64).map(|n| n as usize)
}

pub fn write(fd: i32, bytes: &[u8]) -> Result<usize> {
    // SAFETY: the slice is readable for its length.
    checked(unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len().min(MAX)) } as i64).map(|n| n as usize)
}

pub fn seek(fd: i32, offset: i64, whence: i32) -> Result<i64> {
    // SAFETY: no preconditions.
    checked(unsafe { libc::lseek(fd, offset, whence) })
}

pub fn truncate(fd: i32, len: i64) -> Result<()> {
    // SAFETY: no preconditions.
    checked(unsafe { libc::ftruncate(fd, len) }.into()).map(drop)
}

pub fn close(fd: i32) -> Result<()> {
    // SAFETY: no preconditions.
    checked(unsafe { libc::close(fd) }.into()).map(drop)
}

pub fn is_terminal(fd: i32) -> bool {
    // SAFETY: no preconditions.
    unsafe { libc::isatty(fd) == 1 }
}

pub fn open(path: &CStr, flags: i32) -> Result<i32> {
    // SAFETY: the path ends with a zero byte.
    checked(unsafe { libc::open(path.as_ptr(), flags, 0o666) }.into()).map(|fd| fd as i32)
}

pub fn no_inherit(fd: i32) {
    // SAFETY: no preconditions.
    unsafe { libc::ioctl(fd, libc::FIOCLEX) };
}

/// What a stream wants to know of a descriptor.
pub struct Facts {
    pub directory: bool,
    pub size: u64,
    pub block: usize,
}

pub fn facts(fd: i32) -> Result<Facts> {
    // SAFETY: zeros are a `stat`, and the call writes into it.
    let stat = unsafe {
        let mut stat: libc::stat = core::mem::zeroed();
        checked(libc::fstat(fd, &raw mut stat).into())?;
        stat
    };
    Ok(Facts { directory: stat.st_mode & libc::S_IFMT == libc::S_IFDIR, size: stat.st_size.max(0) as u64, block: stat.st_blksize.max(0) as usize })
}
