//! Descriptors themselves: copies, pipes, flags.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::raise;

use crate::os::{self, c, int};

/// Whether a descriptor outlives `exec`.
pub fn inheritable(th: &mut Thread, fd: i32, on: Option<bool>) -> Result<bool, Raised> {
    let flags = os::quick(th, c!(fcntl(fd, libc::F_GETFD, 0)))?;
    if let Some(on) = on {
        let wanted = if on { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC };
        if wanted != flags {
            os::quick(th, c!(fcntl(fd, libc::F_SETFD, wanted)))?;
        }
    }
    Ok(flags & libc::FD_CLOEXEC == 0)
}

fn pair(th: &mut Thread, fds: [i32; 2]) -> Ref<Object> {
    let items = fds.iter().map(|fd| int(th, i64::from(*fd))).collect();
    os::tuple(th, items)
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return a duplicate of a file descriptor.
    #[function(sig = "(fd, /)")]
    fn dup(th: &mut Thread, fd: i32) -> Result<i32, Raised> {
        os::quick(th, c!(fcntl(fd, libc::F_DUPFD_CLOEXEC, 0)))
    }

    /// Duplicate file descriptor.
    #[function(sig = "(fd, fd2, inheritable=True)")]
    fn dup2(th: &mut Thread, fd: i32, fd2: i32, inheritable: bool) -> Result<i32, Raised> {
        if fd < 0 || fd2 < 0 {
            return Err(raise::os_error(th, libc::EBADF, None, None));
        }
        if inheritable || fd == fd2 {
            let made = os::call(th, || c!(dup2(fd, fd2)))?;
            if !inheritable {
                super::inheritable(th, made, Some(false))?;
            }
            return Ok(made);
        }
        os::call(th, || c!(dup3(fd, fd2, libc::O_CLOEXEC)))
    }

    /// Create a pipe.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    #[function(sig = "()")]
    fn pipe(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut fds = [0; 2];
        os::quick(th, c!(pipe2(fds.as_mut_ptr(), libc::O_CLOEXEC)))?;
        Ok(pair(th, fds))
    }

    /// Create a pipe with flags set atomically.
    ///
    /// Returns a tuple of two file descriptors:
    ///   (read_fd, write_fd)
    ///
    /// flags can be constructed by ORing together one or more of these values:
    /// O_NONBLOCK, O_CLOEXEC.
    #[function(sig = "(flags, /)")]
    fn pipe2(th: &mut Thread, flags: i32) -> Result<Ref<Object>, Raised> {
        let mut fds = [0; 2];
        os::quick(th, c!(pipe2(fds.as_mut_ptr(), flags)))?;
        Ok(pair(th, fds))
    }

    /// Get the close-on-exe flag of the specified file descriptor.
    #[function(sig = "(fd, /)")]
    fn get_inheritable(th: &mut Thread, fd: i32) -> Result<bool, Raised> {
        super::inheritable(th, fd, None)
    }

    /// Set the inheritable flag of the specified file descriptor.
    #[function(sig = "(fd, inheritable, /)")]
    fn set_inheritable(th: &mut Thread, fd: i32, inheritable: i32) -> Result<(), Raised> {
        super::inheritable(th, fd, Some(inheritable != 0))?;
        Ok(())
    }

    /// Get the blocking mode of the file descriptor.
    ///
    /// Return False if the O_NONBLOCK flag is set, True if the flag is cleared.
    #[function(sig = "(fd, /)")]
    fn get_blocking(th: &mut Thread, fd: i32) -> Result<bool, Raised> {
        let flags = os::quick(th, c!(fcntl(fd, libc::F_GETFL, 0)))?;
        Ok(flags & libc::O_NONBLOCK == 0)
    }

    /// Set the blocking mode of the specified file descriptor.
    ///
    /// Set the O_NONBLOCK flag if blocking is False,
    /// clear the O_NONBLOCK flag otherwise.
    #[function(sig = "(fd, blocking, /)")]
    fn set_blocking(th: &mut Thread, fd: i32, blocking: bool) -> Result<(), Raised> {
        let flags = os::quick(th, c!(fcntl(fd, libc::F_GETFL, 0)))?;
        let wanted = if blocking { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
        os::quick(th, c!(fcntl(fd, libc::F_SETFL, wanted)))?;
        Ok(())
    }
}
