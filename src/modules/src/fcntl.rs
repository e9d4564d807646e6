//! `fcntl`: what can be done with a descriptor beyond reading and writing.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::{Buffer, WritableBuffer, has_buffer};
use objects::{Bytes, Str, ops, raise};

use crate::os::{self, Fd, c, int};

/// The most bytes that are passed by copy.
const ROOM: usize = 1024;
/// Behind the copy: what a call that knows no size may write too much.
const GUARD: usize = 64;

/// An argument that is no buffer.
fn number(th: &mut Thread, arg: Option<&Object>) -> Result<u64, Raised> {
    let Some(arg) = arg else { return Ok(0) };
    let value = ops::index(th, arg)?;
    match value.to_i64().map(|v| v as u64).or_else(|| value.to_u64()) {
        Some(value) => Ok(value),
        None => Err(raise::overflow_error(th, format_args!("int too large to convert"))),
    }
}

/// The bytes of a buffer or of text, for a call that reads (and perhaps writes) a copy.
fn copied(th: &mut Thread, arg: &Object, function: &str) -> Result<Option<(Vec<u8>, usize)>, Raised> {
    let mut bytes = if let Some(text) = arg.downcast::<Str>() {
        os::encode(th, text)?
    } else if has_buffer(arg) {
        Buffer::new(th, arg)?.as_slice().to_vec()
    } else {
        return Ok(None);
    };
    let n = bytes.len();
    if n > ROOM {
        return Err(raise::value_error(th, format_args!("{function} argument 3 is too long")));
    }
    bytes.resize(ROOM + GUARD, 0);
    Ok(Some((bytes, n)))
}

fn lock(th: &mut Thread, value: Option<&Object>, what: i64) -> Result<i64, Raised> {
    let Some(value) = value else { return Ok(what) };
    match ops::index(th, value)?.to_i64() {
        Some(value) => Ok(value),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long"))),
    }
}

#[pymodule(name = "fcntl")]
pub mod fcntl {
    //! This module performs file control and I/O control on file
    //! descriptors.  It is an interface to the fcntl() and ioctl() Unix
    //! routines.  File descriptors can be obtained with the fileno() method of
    //! a file or socket object.
    use super::*;

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, NAMES);
        Ok(())
    }

    /// Perform the operation cmd on file descriptor fd.
    ///
    /// The values used for cmd are operating system dependent, and are
    /// available as constants in the fcntl module, using the same names as used
    /// in the relevant C header files.  The argument arg is optional, and
    /// defaults to 0; it may be an integer, a bytes-like object or a string.
    /// If arg is given as a string, it will be encoded to binary using the
    /// UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the fcntl() call in
    /// the C code.
    ///
    /// If arg is given as a bytes-like object, the return value of fcntl() is a
    /// bytes object of that length, containing the resulting value put in the
    /// arg buffer by the operating system.  The length of the arg buffer is not
    /// allowed to exceed 1024 bytes.
    #[function(sig = "(fd, cmd, arg=0, /)")]
    fn fcntl(th: &mut Thread, fd: Fd, cmd: i32, arg: Option<&Object>) -> Result<Ref<Object>, Raised> {
        if let Some(given) = arg
            && let Some((mut bytes, n)) = copied(th, given, "fcntl")?
        {
            os::call(th, || c!(fcntl(fd.0, cmd, bytes.as_mut_ptr())))?;
            return Ok(Bytes::new(th, &bytes[..n]).up());
        }
        let value = number(th, arg)?;
        let result = os::call(th, || c!(fcntl(fd.0, cmd, value)))?;
        Ok(int(th, result.into()))
    }

    /// Perform the operation request on file descriptor fd.
    ///
    /// The values used for request are operating system dependent, and are
    /// available as constants in the fcntl or termios library modules, using
    /// the same names as used in the relevant C header files.
    ///
    /// The argument arg is optional, and defaults to 0; it may be an integer, a
    /// bytes-like object or a string.  If arg is given as a string, it will be
    /// encoded to binary using the UTF-8 encoding.
    ///
    /// If the arg given is an integer or if none is specified, the result value
    /// is an integer corresponding to the return value of the ioctl() call in
    /// the C code.
    ///
    /// If the argument is a mutable buffer (such as a bytearray) and the
    /// mutate_flag argument is true (default) then the buffer is (in effect)
    /// passed to the operating system and changes made by the OS will be
    /// reflected in the contents of the buffer after the call has returned.
    /// The return value is the integer returned by the ioctl() system call.
    ///
    /// If the argument is a mutable buffer and the mutable_flag argument is
    /// false, the behavior is as if an immutable buffer had been passed.
    ///
    /// If the argument is an immutable buffer then a copy of the buffer is
    /// passed to the operating system and the return value is a bytes object of
    /// the same length containing whatever the operating system put in the
    /// buffer.  The length of the arg buffer in this case is not allowed to
    /// exceed 1024 bytes.
    #[function(sig = "(fd, request, arg=0, mutate_flag=True, /)")]
    fn ioctl(th: &mut Thread, fd: Fd, request: &Object, arg: Option<&Object>, mutate_flag: bool) -> Result<Ref<Object>, Raised> {
        let request = number(th, Some(request))?;
        if let Some(given) = arg.filter(|a| has_buffer(a)) {
            if mutate_flag {
                match WritableBuffer::new(th, given) {
                    Ok(mut buffer) => {
                        // A copy with room behind it: the call does not know the buffer's size.
                        let bytes = buffer.as_mut_slice();
                        if bytes.len() <= ROOM {
                            let mut copy = bytes.to_vec();
                            copy.resize(ROOM + GUARD, 0);
                            let result = os::call(th, || c!(ioctl(fd.0, request, copy.as_mut_ptr())))?;
                            let n = bytes.len();
                            bytes.copy_from_slice(&copy[..n]);
                            return Ok(int(th, result.into()));
                        }
                        let start = bytes.as_mut_ptr();
                        let result = os::call(th, || c!(ioctl(fd.0, request, start)))?;
                        return Ok(int(th, result.into()));
                    }
                    // A buffer that cannot be written is passed by copy.
                    Err(_) => {
                        th.take_exception();
                    }
                }
            }
        }
        if let Some(given) = arg
            && let Some((mut bytes, n)) = copied(th, given, "ioctl")?
        {
            os::call(th, || c!(ioctl(fd.0, request, bytes.as_mut_ptr())))?;
            return Ok(Bytes::new(th, &bytes[..n]).up());
        }
        let value = number(th, arg)?;
        let result = os::call(th, || c!(ioctl(fd.0, request, value)))?;
        Ok(int(th, result.into()))
    }

    /// Perform the lock operation on file descriptor fd.
    ///
    /// See the Unix manual page for flock(2) for details (On some systems, this
    /// function is emulated using fcntl()).
    #[function(sig = "(fd, operation, /)")]
    fn flock(th: &mut Thread, fd: Fd, operation: i32) -> Result<(), Raised> {
        os::call(th, || c!(flock(fd.0, operation)))?;
        Ok(())
    }

    /// A wrapper around the fcntl() locking calls.
    ///
    /// fd is the file descriptor of the file to lock or unlock, and operation
    /// is one of the following values:
    ///
    ///     LOCK_UN - unlock
    ///     LOCK_SH - acquire a shared lock
    ///     LOCK_EX - acquire an exclusive lock
    ///
    /// When operation is LOCK_SH or LOCK_EX, it can also be bitwise ORed with
    /// LOCK_NB to avoid blocking on lock acquisition.  If LOCK_NB is used and
    /// the lock cannot be acquired, an OSError will be raised and the exception
    /// will have an errno attribute set to EACCES or EAGAIN (depending on the
    /// operating system -- for portability, check for either value).
    ///
    /// len is the number of bytes to lock, with the default meaning to lock to
    /// EOF.  start is the byte offset, relative to whence, to that the lock
    /// starts.  whence is as with fileobj.seek(), specifically:
    ///
    ///     0 - relative to the start of the file (SEEK_SET)
    ///     1 - relative to the current buffer position (SEEK_CUR)
    ///     2 - relative to the end of the file (SEEK_END)
    #[function(sig = "(fd, cmd, len=0, start=0, whence=0, /)")]
    fn lockf(th: &mut Thread, fd: Fd, cmd: i32, len: Option<&Object>, start: Option<&Object>, whence: i32) -> Result<(), Raised> {
        let kind = match cmd {
            libc::LOCK_UN => libc::F_UNLCK,
            _ if cmd & libc::LOCK_SH != 0 => libc::F_RDLCK,
            _ if cmd & libc::LOCK_EX != 0 => libc::F_WRLCK,
            _ => return Err(raise::value_error(th, format_args!("unrecognized lockf argument"))),
        };
        let (l_len, l_start) = (lock(th, len, 0)?, lock(th, start, 0)?);
        let wanted = libc::flock { l_type: kind as libc::c_short, l_whence: whence as libc::c_short, l_start, l_len, l_pid: 0 };
        let command = if cmd & libc::LOCK_NB != 0 { libc::F_SETLK } else { libc::F_SETLKW };
        os::call(th, || c!(fcntl(fd.0, command, &raw const wanted)))?;
        Ok(())
    }
}

/// The commands' numbers on Linux.
const NAMES: &[(&str, i64)] = &[
    ("DN_ACCESS", 0x1),
    ("DN_ATTRIB", 0x20),
    ("DN_CREATE", 0x4),
    ("DN_DELETE", 0x8),
    ("DN_MODIFY", 0x2),
    ("DN_MULTISHOT", 0x80000000),
    ("DN_RENAME", 0x10),
    ("FASYNC", 0x2000),
    ("FD_CLOEXEC", 0x1),
    ("FICLONE", 0x40049409),
    ("FICLONERANGE", 0x4020940d),
    ("F_ADD_SEALS", 0x409),
    ("F_DUPFD", 0x0),
    ("F_DUPFD_CLOEXEC", 0x406),
    ("F_DUPFD_QUERY", 0x403),
    ("F_EXLCK", 0x4),
    ("F_GETFD", 0x1),
    ("F_GETFL", 0x3),
    ("F_GETLEASE", 0x401),
    ("F_GETLK", 0x5),
    ("F_GETLK64", 0x5),
    ("F_GETOWN", 0x9),
    ("F_GETOWN_EX", 0x10),
    ("F_GETPIPE_SZ", 0x408),
    ("F_GETSIG", 0xb),
    ("F_GET_FILE_RW_HINT", 0x40d),
    ("F_GET_RW_HINT", 0x40b),
    ("F_GET_SEALS", 0x40a),
    ("F_NOTIFY", 0x402),
    ("F_OFD_GETLK", 0x24),
    ("F_OFD_SETLK", 0x25),
    ("F_OFD_SETLKW", 0x26),
    ("F_OWNER_PGRP", 0x2),
    ("F_OWNER_PID", 0x1),
    ("F_OWNER_TID", 0x0),
    ("F_RDLCK", 0x0),
    ("F_SEAL_FUTURE_WRITE", 0x10),
    ("F_SEAL_GROW", 0x4),
    ("F_SEAL_SEAL", 0x1),
    ("F_SEAL_SHRINK", 0x2),
    ("F_SEAL_WRITE", 0x8),
    ("F_SETFD", 0x2),
    ("F_SETFL", 0x4),
    ("F_SETLEASE", 0x400),
    ("F_SETLK", 0x6),
    ("F_SETLK64", 0x6),
    ("F_SETLKW", 0x7),
    ("F_SETLKW64", 0x7),
    ("F_SETOWN", 0x8),
    ("F_SETOWN_EX", 0xf),
    ("F_SETPIPE_SZ", 0x407),
    ("F_SETSIG", 0xa),
    ("F_SET_FILE_RW_HINT", 0x40e),
    ("F_SET_RW_HINT", 0x40c),
    ("F_SHLCK", 0x8),
    ("F_UNLCK", 0x2),
    ("F_WRLCK", 0x1),
    ("LOCK_EX", 0x2),
    ("LOCK_MAND", 0x20),
    ("LOCK_NB", 0x4),
    ("LOCK_READ", 0x40),
    ("LOCK_RW", 0xc0),
    ("LOCK_SH", 0x1),
    ("LOCK_UN", 0x8),
    ("LOCK_WRITE", 0x80),
    ("RWH_WRITE_LIFE_EXTREME", 0x5),
    ("RWH_WRITE_LIFE_LONG", 0x4),
    ("RWH_WRITE_LIFE_MEDIUM", 0x3),
    ("RWH_WRITE_LIFE_NONE", 0x1),
    ("RWH_WRITE_LIFE_NOT_SET", 0x0),
    ("RWH_WRITE_LIFE_SHORT", 0x2),
];
