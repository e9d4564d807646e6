//! `_socket`: sockets ([`object`]), their addresses ([`address`]), messages of several parts ([`message`]), the resolver ([`names`]).
#![allow(unsafe_code, reason = "system calls")]

pub mod address;
mod constants;
pub mod message;
pub mod names;
pub mod object;

use heap::sync::Ordering::Relaxed;
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{exceptions, raise};

use crate::os::{self, c};
use object::{DEFAULT_TIMEOUT, Socket};

#[pymodule(name = "_socket", types(Socket), parts(names::resolver))]
pub mod socket_module {
    //! Implementation module for socket operations.
    //!
    //! See the socket module for documentation.
    use super::*;

    #[constant]
    const has_ipv6: bool = true;

    #[attr]
    fn error(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(os::error_class())
    }

    #[attr]
    fn timeout(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(exceptions::timeout_error_type().to_owned())
    }

    #[attr]
    fn SocketType(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(<Socket as heap::PyType>::type_object().to_owned())
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, constants::NAMES);
        os::add_constants(th, module, constants::OTHERS);
        Ok(())
    }

    /// Close an integer socket file descriptor.
    ///
    /// This is like os.close(), but for sockets; on some platforms os.close()
    /// won't work for socket file descriptors.
    #[function(sig = none)]
    fn close(th: &mut Thread, fd: i32) -> Result<(), Raised> {
        let (result, number) = th.detached(|| (c!(close(fd)), os::errno()));
        // The peer's reset says nothing about our closing.
        if result < 0 && number != libc::ECONNRESET { Err(raise::os_error(th, number, None, None)) } else { Ok(()) }
    }

    /// Duplicate an integer socket file descriptor.
    ///
    /// This is like os.dup(), but for sockets; on some platforms os.dup() won't
    /// work for socket file descriptors.
    #[function(sig = none)]
    fn dup(th: &mut Thread, fd: i32) -> Result<i32, Raised> {
        os::quick(th, c!(fcntl(fd, libc::F_DUPFD_CLOEXEC, 0)))
    }

    /// Create a pair of socket objects from the sockets returned by the platform
    /// socketpair() function.
    /// The arguments are the same as for socket() except the default family is
    /// AF_UNIX if defined on the platform; otherwise, the default is AF_INET.
    #[function(sig = none)]
    fn socketpair(th: &mut Thread, family: i32, r#type: i32, proto: i32) -> Result<Ref<Object>, Raised> {
        let mut fds = [-1; 2];
        os::quick(th, c!(socketpair(family, r#type | libc::SOCK_CLOEXEC, proto, fds.as_mut_ptr())))?;
        let first = Socket::of(th, fds[0], family, r#type, proto);
        let second = Socket::of(th, fds[1], family, r#type, proto);
        Ok(os::tuple(th, vec![first?.up(), second?.up()]))
    }

    /// Returns the default timeout in seconds (float) for new socket objects.
    ///
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function]
    fn getdefaulttimeout(th: &mut Thread) -> Ref<Object> {
        object::show_timeout(th, DEFAULT_TIMEOUT.load(Relaxed))
    }

    /// Set the default timeout in seconds (float) for new socket objects.
    ///
    /// A value of None indicates that new socket objects have no timeout.
    /// When the socket module is first imported, the default is None.
    #[function(sig = "(timeout, /)")]
    fn setdefaulttimeout(th: &mut Thread, timeout: &Object) -> Result<(), Raised> {
        let nanos = object::parse_timeout(th, timeout)?;
        DEFAULT_TIMEOUT.store(nanos, Relaxed);
        Ok(())
    }

    /// Return control message length.
    #[function(sig = none)]
    fn CMSG_LEN(th: &mut Thread, length: isize) -> Result<usize, Raised> {
        let found = usize::try_from(length).ok().and_then(message::cmsg_len);
        found.ok_or(()).or_else(|()| Err(raise::overflow_error(th, format_args!("CMSG_LEN() argument out of range"))))
    }

    /// Return control message buffer size.
    #[function(sig = none)]
    fn CMSG_SPACE(th: &mut Thread, length: isize) -> Result<usize, Raised> {
        let found = usize::try_from(length).ok().and_then(message::cmsg_space);
        found.ok_or(()).or_else(|()| Err(raise::overflow_error(th, format_args!("CMSG_SPACE() argument out of range"))))
    }
}
