//! Terminals.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Str, raise};

use super::classes;
use crate::os::{self, c, int};

fn name_of(th: &mut Thread, f: impl FnOnce(*mut libc::c_char, usize) -> i32) -> Result<Ref<Str>, Raised> {
    let mut name = [0_u8; 4097];
    match f(name.as_mut_ptr().cast(), name.len() - 1) {
        0 => Ok(interp::config::decode_os(th, os::c_bytes(name.as_ptr().cast()))),
        -1 => Err(os::last_error(th)),
        number => Err(raise::os_error(th, number, None, None)),
    }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return True if the fd is connected to a terminal.
    ///
    /// Return True if the file descriptor is an open file descriptor
    /// connected to the slave end of a terminal.
    #[function(sig = "(fd, /)")]
    fn isatty(th: &mut Thread, fd: i32) -> bool {
        th.detached(|| c!(isatty(fd))) == 1
    }

    /// Return the name of the terminal device connected to 'fd'.
    ///
    ///   fd
    ///     Integer file descriptor handle.
    #[function(sig = "(fd, /)")]
    fn ttyname(th: &mut Thread, fd: i32) -> Result<Ref<Str>, Raised> {
        name_of(th, |name, room| c!(ttyname_r(fd, name, room)))
    }

    /// Return the name of the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// If the ptsname_r() C function is available, it is called;
    /// otherwise, performs a ptsname() C function call.
    #[function(sig = "(fd, /)")]
    fn ptsname(th: &mut Thread, fd: i32) -> Result<Ref<Str>, Raised> {
        name_of(th, |name, room| c!(ptsname_r(fd, name, room)))
    }

    /// Return the name of the controlling terminal for this process.
    #[function(sig = "()")]
    fn ctermid() -> &'static str {
        "/dev/tty"
    }

    /// Return the size of the terminal window as (columns, lines).
    ///
    /// The optional argument fd (default standard output) specifies
    /// which file descriptor should be queried.
    ///
    /// If the file descriptor is not connected to a terminal, an OSError
    /// is thrown.
    ///
    /// This function will only be defined if an implementation is
    /// available for this system.
    ///
    /// shutil.get_terminal_size is the high-level function which should
    /// normally be used, os.get_terminal_size is the low-level implementation.
    #[function(sig = "(fd=<unrepresentable>, /)")]
    fn get_terminal_size(th: &mut Thread, #[default(1)] fd: i32) -> Result<Ref<Object>, Raised> {
        let mut size = libc::winsize { ws_row: 0, ws_col: 0, ws_xpixel: 0, ws_ypixel: 0 };
        os::quick(th, c!(ioctl(fd, libc::TIOCGWINSZ, &raw mut size)))?;
        let values = [int(th, size.ws_col.into()), int(th, size.ws_row.into())];
        classes::TERMINAL_SIZE.make(th, &values)
    }

    /// Return a string describing the encoding of a terminal's file descriptor.
    ///
    /// The file descriptor must be attached to a terminal.
    /// If the device is not a terminal, return None.
    #[function(sig = "(fd)")]
    fn device_encoding(th: &mut Thread, fd: i32) -> Option<&'static str> {
        (th.detached(|| c!(isatty(fd))) == 1).then_some("utf-8")
    }

    /// Return the process group associated with the terminal specified by fd.
    #[function(sig = "(fd, /)")]
    fn tcgetpgrp(th: &mut Thread, fd: i32) -> Result<i32, Raised> {
        os::quick(th, c!(tcgetpgrp(fd)))
    }

    /// Set the process group associated with the terminal specified by fd.
    #[function(sig = "(fd, pgid, /)")]
    fn tcsetpgrp(th: &mut Thread, fd: i32, pgid: i32) -> Result<(), Raised> {
        os::quick(th, c!(tcsetpgrp(fd, pgid)))?;
        Ok(())
    }

    /// Open a pseudo-terminal.
    ///
    /// Return a tuple of (master_fd, slave_fd) containing open file descriptors
    /// for both the master and slave ends.
    #[function(sig = "()")]
    fn openpty(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (mut master, mut slave) = (-1, -1);
        os::quick(th, c!(openpty(&raw mut master, &raw mut slave, core::ptr::null_mut(), core::ptr::null(), core::ptr::null())))?;
        super::super::fds::inheritable(th, master, Some(false))?;
        super::super::fds::inheritable(th, slave, Some(false))?;
        let items = vec![int(th, master.into()), int(th, slave.into())];
        Ok(os::tuple(th, items))
    }

    /// Open and return a file descriptor for a master pseudo-terminal device.
    ///
    /// Performs a posix_openpt() C function call. The oflag argument is used to
    /// set file status flags and file access modes as specified in the manual
    /// page of posix_openpt() of your system.
    #[function(sig = "(oflag, /)")]
    fn posix_openpt(th: &mut Thread, oflag: i32) -> Result<i32, Raised> {
        let fd = os::quick(th, c!(posix_openpt(oflag)))?;
        super::super::fds::inheritable(th, fd, Some(false))?;
        Ok(fd)
    }

    /// Grant access to the slave pseudo-terminal device.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs a grantpt() C function call.
    #[function(sig = "(fd, /)")]
    fn grantpt(th: &mut Thread, fd: os::Fd) -> Result<(), Raised> {
        os::quick(th, c!(grantpt(fd.0)))?;
        Ok(())
    }

    /// Unlock a pseudo-terminal master/slave pair.
    ///
    ///   fd
    ///     File descriptor of a master pseudo-terminal device.
    ///
    /// Performs an unlockpt() C function call.
    #[function(sig = "(fd, /)")]
    fn unlockpt(th: &mut Thread, fd: os::Fd) -> Result<(), Raised> {
        os::quick(th, c!(unlockpt(fd.0)))?;
        Ok(())
    }

    /// Prepare the tty of which fd is a file descriptor for a new login session.
    ///
    /// Make the calling process a session leader; make the tty the
    /// controlling tty, the stdin, the stdout, and the stderr of the
    /// calling process; close fd.
    #[function(sig = "(fd, /)")]
    fn login_tty(th: &mut Thread, fd: os::Fd) -> Result<(), Raised> {
        os::quick(th, c!(login_tty(fd.0)))?;
        Ok(())
    }
}
