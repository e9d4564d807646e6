//! The `socket` class of `_socket`.
//!
//! Invariant: descriptor, family and timeout are single atomic words, so threads that use one socket at a time as another closes it get
//! the kernel's error. Whatever may block runs detached; a socket with a timeout is non-blocking underneath and waits in `poll`.
#![allow(unsafe_code, reason = "system calls")]

use core::mem::size_of;

use heap::sync::{AtomicI32, AtomicI64, Ordering::*};
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Bytes, Float, exceptions, none, ops, raise};

use super::address::{self, Address};
use super::message;
use crate::os::{self, Deadline, Round, c, int};

/// The timeout of new sockets, in nanoseconds: -1 blocks.
pub static DEFAULT_TIMEOUT: AtomicI64 = AtomicI64::new(-1);

/// socket(family=AF_INET, type=SOCK_STREAM, proto=0) -> socket object
/// socket(family=-1, type=-1, proto=-1, fileno=None) -> socket object
///
/// Open a socket of the given type.  The family argument specifies the
/// address family; it defaults to AF_INET.  The type argument specifies
/// whether this is a stream (SOCK_STREAM, this is the default)
/// or datagram (SOCK_DGRAM) socket.  The protocol argument defaults to 0,
/// specifying the default protocol.  Keyword arguments are accepted.
/// The socket is created as non-inheritable.
#[pytype(name = "socket", module = "_socket", flags(BASETYPE))]
#[repr(C)]
pub struct Socket {
    head: Head,
    fd: AtomicI32,
    family: AtomicI32,
    kind: AtomicI32,
    proto: AtomicI32,
    /// In nanoseconds: -1 blocks, 0 never waits.
    timeout: AtomicI64,
}

/// What a wait is for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum For {
    Reading,
    Writing,
    /// Writing, or the error that a connection came to.
    Connecting,
}

/// How an operation failed, before it is an exception.
pub enum Failure {
    Errno(i32),
    TimedOut,
    Raised(Raised),
}

impl From<Raised> for Failure {
    fn from(raised: Raised) -> Failure {
        Failure::Raised(raised)
    }
}

impl Failure {
    /// Raises what it stands for.
    pub fn raise(self, th: &mut Thread) -> Raised {
        match self {
            Failure::Errno(number) => raise::os_error(th, number, None, None),
            Failure::TimedOut => raise::new(th, exceptions::timeout_error_type(), format_args!("timed out")),
            Failure::Raised(raised) => raised,
        }
    }
}

/// A timeout as Python gives it, in nanoseconds; -1 for `None`.
pub fn parse_timeout(th: &mut Thread, value: &Object) -> Result<i64, Raised> {
    if value.is(none()) {
        return Ok(-1);
    }
    let nanos = os::nanoseconds(th, value, Round::Ceiling)?;
    if nanos < 0 {
        return Err(raise::value_error(th, format_args!("Timeout value out of range")));
    }
    if nanos / 1_000_000 > i64::from(i32::MAX) {
        return Err(raise::overflow_error(th, format_args!("timeout doesn't fit into C timeval")));
    }
    Ok(nanos)
}

/// A timeout as Python sees it.
pub fn show_timeout(th: &Thread, nanos: i64) -> Ref<Object> {
    if nanos < 0 { objects::none_ref() } else { Float::new(th, nanos as f64 / 1e9).up() }
}

/// Makes a descriptor block, or not.
pub fn set_blocking(th: &mut Thread, fd: i32, blocking: bool) -> Result<(), Raised> {
    let mut flag: i32 = (!blocking).into();
    os::call(th, || c!(ioctl(fd, libc::FIONBIO, &raw mut flag)))?;
    Ok(())
}

/// Waits until the descriptor is ready. False when the time is over.
fn wait(th: &mut Thread, fd: i32, what: For, deadline: Deadline) -> Result<bool, Failure> {
    let events = match what {
        For::Reading => libc::POLLIN,
        For::Writing => libc::POLLOUT,
        For::Connecting => libc::POLLOUT | libc::POLLERR,
    };
    let mut poll = libc::pollfd { fd, events, revents: 0 };
    match os::attempt(th, || c!(poll(&raw mut poll, 1, deadline.poll_ms())))? {
        Ok(count) => Ok(count > 0),
        Err(number) => Err(Failure::Errno(number)),
    }
}

/// A buffer that the kernel fills.
pub fn room(th: &mut Thread, size: usize) -> Result<Vec<u8>, Raised> {
    let mut all = Vec::new();
    if all.try_reserve_exact(size).is_err() {
        return Err(raise::memory_error(th));
    }
    all.resize(size, 0);
    Ok(all)
}

impl Socket {
    pub fn fd(&self) -> i32 {
        self.fd.load(Acquire)
    }

    pub fn family(&self) -> i32 {
        self.family.load(Relaxed)
    }

    pub fn proto(&self) -> i32 {
        self.proto.load(Relaxed)
    }

    /// In nanoseconds: -1 blocks, 0 never waits.
    pub fn timeout_nanos(&self) -> i64 {
        self.timeout.load(Relaxed)
    }

    /// Until when an operation that begins now may wait; `None`: it does not wait by `poll` at all.
    pub fn deadline(&self) -> Option<Deadline> {
        match self.timeout.load(Relaxed) {
            nanos @ 1.. => Some(Deadline::in_nanos(nanos)),
            _ => None,
        }
    }

    /// Runs one operation as the socket's timeout says: waits until the descriptor is ready, then calls `f` detached.
    pub fn perform<T: os::Outcome>(&self, th: &mut Thread, what: For, deadline: Option<Deadline>, mut f: impl FnMut(i32) -> T) -> Result<T, Failure> {
        loop {
            let fd = self.fd();
            if let Some(deadline) = deadline
                && !wait(th, fd, what, deadline)?
            {
                return Err(Failure::TimedOut);
            }
            match os::attempt(th, || f(fd))? {
                Ok(result) => return Ok(result),
                // What was ready may have been taken by somebody else.
                Err(libc::EAGAIN) if deadline.is_some() => {}
                Err(number) => return Err(Failure::Errno(number)),
            }
        }
    }

    /// [`Socket::perform`], its failure raised.
    pub fn run<T: os::Outcome>(&self, th: &mut Thread, what: For, f: impl FnMut(i32) -> T) -> Result<T, Raised> {
        let deadline = self.deadline();
        self.perform(th, what, deadline, f).or_else(|failure| Err(failure.raise(th)))
    }

    /// Takes a descriptor into use; the default timeout applies.
    fn adopt(&self, th: &mut Thread, fd: i32, family: i32, kind: i32, proto: i32) -> Result<(), Raised> {
        self.fd.store(fd, Release);
        self.family.store(family, Relaxed);
        self.kind.store(kind & !(libc::SOCK_CLOEXEC | libc::SOCK_NONBLOCK), Relaxed);
        self.proto.store(proto, Relaxed);
        if kind & libc::SOCK_NONBLOCK != 0 {
            self.timeout.store(0, Relaxed);
            return Ok(());
        }
        let default = DEFAULT_TIMEOUT.load(Relaxed);
        self.timeout.store(default, Relaxed);
        if default >= 0 { set_blocking(th, fd, false) } else { Ok(()) }
    }

    /// A socket for a descriptor of ours; it is closed if that fails.
    pub fn of(th: &mut Thread, fd: i32, family: i32, kind: i32, proto: i32) -> Result<Ref<Socket>, Raised> {
        let made = th.new_object(Socket::closed());
        made.adopt(th, fd, family, kind, proto)?;
        Ok(made)
    }

    fn closed() -> Socket {
        Socket {
            head: Head::INIT,
            fd: AtomicI32::new(-1),
            family: AtomicI32::new(0),
            kind: AtomicI32::new(0),
            proto: AtomicI32::new(0),
            timeout: AtomicI64::new(-1),
        }
    }

    fn option(th: &mut Thread, fd: i32, level: i32, name: i32) -> Result<i32, Raised> {
        let (mut value, mut size) = (0i32, size_of::<i32>() as libc::socklen_t);
        os::call(th, || c!(getsockopt(fd, level, name, (&raw mut value).cast(), &raw mut size)))?;
        Ok(value)
    }

    fn start_connecting(&self, th: &mut Thread, address: &Address) -> Result<(), Failure> {
        let (fd, deadline) = (self.fd(), self.deadline());
        let (result, number) = th.detached(|| (c!(connect(fd, address.ptr(), address.len)), os::errno()));
        if result == 0 {
            return Ok(());
        }
        let goes_on = match number {
            // The kernel connects on; a blocking socket waits for that, too.
            libc::EINTR => {
                crate::signal::run_handlers(th)?;
                self.timeout.load(Relaxed) != 0
            }
            libc::EINPROGRESS => deadline.is_some(),
            _ => false,
        };
        if !goes_on {
            return Err(Failure::Errno(number));
        }
        if !wait(th, fd, For::Connecting, deadline.unwrap_or(Deadline::NEVER))? {
            return Err(Failure::TimedOut);
        }
        match Socket::option(th, fd, libc::SOL_SOCKET, libc::SO_ERROR)? {
            0 | libc::EISCONN => Ok(()),
            number => Err(Failure::Errno(number)),
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let fd = self.fd.swap(-1, AcqRel);
        if fd >= 0 {
            c!(close(fd));
        }
    }
}

fn buffer_size(th: &mut Thread, size: isize, what: &str) -> Result<usize, Raised> {
    usize::try_from(size).or_else(|_| Err(raise::value_error(th, format_args!("negative buffersize in {what}"))))
}

#[pymethods]
impl Socket {
    #[slot(tp_new)]
    fn new(th: &mut Thread, cls: &Type, _args: Args<'_>, _kwargs: KwArgs<'_>) -> Ref<Socket> {
        let made = th.new_instance(cls, Socket::closed());
        made.timeout.store(DEFAULT_TIMEOUT.load(Relaxed), Relaxed);
        made
    }

    #[slot(tp_init, sig = "(family=-1, type=-1, proto=-1, fileno=None)")]
    fn init(&self, th: &mut Thread, family: i32, r#type: i32, proto: i32, fileno: Option<&Object>) -> Result<(), Raised> {
        let (mut family, mut kind, mut proto) = (family, r#type, proto);
        let Some(fileno) = fileno.filter(|f| !f.is(none())) else {
            family = if family == -1 { libc::AF_INET } else { family };
            kind = if kind == -1 { libc::SOCK_STREAM } else { kind };
            proto = if proto == -1 { 0 } else { proto };
            let fd = os::call(th, || c!(socket(family, kind | libc::SOCK_CLOEXEC, proto)))?;
            return self.adopt(th, fd, family, kind, proto);
        };
        let number = ops::index(th, fileno)?;
        let fd = match number.to_i64().map(i32::try_from) {
            Some(Ok(fd)) if fd >= 0 => fd,
            Some(Ok(_)) => return Err(raise::value_error(th, format_args!("negative file descriptor"))),
            _ if number.view().is_negative() => return Err(raise::value_error(th, format_args!("negative file descriptor"))),
            _ => return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
        };
        // What is not a socket is refused, whatever else was said about it.
        let mut name = Address::room();
        os::quick(th, c!(getsockname(fd, name.ptr_mut(), &raw mut name.len)))?;
        if family == -1 {
            family = name.family();
        }
        if kind == -1 {
            kind = Socket::option(th, fd, libc::SOL_SOCKET, libc::SO_TYPE)?;
        }
        if proto == -1 {
            proto = Socket::option(th, fd, libc::SOL_SOCKET, libc::SO_PROTOCOL)?;
        }
        self.adopt(th, fd, family, kind, proto)
    }

    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let [family, kind, proto] = [&self.family, &self.kind, &self.proto].map(|part| part.load(Relaxed));
        format!("<socket object, fd={}, family={family}, type={kind}, proto={proto}>", self.fd())
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) -> Result<(), Raised> {
        if self.fd() < 0 {
            return Ok(());
        }
        let me = heap::Heaped::as_object(self);
        let this = ops::repr(th, me)?;
        objects::warn::unclosed(th, me, format_args!("unclosed {this}"), "Exception ignored while finalizing socket", me);
        let fd = self.fd.swap(-1, AcqRel);
        if fd >= 0 {
            c!(close(fd));
        }
        Ok(())
    }

    /// the socket family
    #[getter(name = "family")]
    fn py_family(&self) -> i32 {
        self.family()
    }

    /// the socket type
    #[getter(name = "type")]
    fn py_type(&self) -> i32 {
        self.kind.load(Relaxed)
    }

    /// the socket protocol
    #[getter(name = "proto")]
    fn py_proto(&self) -> i32 {
        self.proto()
    }

    /// the socket timeout
    #[getter(name = "timeout")]
    fn py_timeout(&self, th: &mut Thread) -> Ref<Object> {
        show_timeout(th, self.timeout.load(Relaxed))
    }

    /// _accept() -> (integer, address info)
    ///
    /// Wait for an incoming connection.  Return a new socket file descriptor
    /// representing the connection, and the address of the client.
    /// For IP sockets, the address info is a pair (hostaddr, port).
    #[method(name = "_accept", sig = none)]
    fn accept(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut from = Address::room();
        let fd = self.run(th, For::Reading, |fd| {
            from = Address::room();
            c!(accept4(fd, from.ptr_mut(), &raw mut from.len, libc::SOCK_CLOEXEC))
        })?;
        let (fd, from) = (int(th, fd.into()), address::show(th, &from, self.proto()));
        Ok(os::tuple(th, vec![fd, from]))
    }

    /// bind(address)
    ///
    /// Bind the socket to a local address.  For IP sockets, the address is a
    /// pair (host, port); the host must refer to the local host. For raw packet
    /// sockets the address is a tuple (ifname, proto [,pkttype [,hatype [,addr]]])
    #[method(sig = none)]
    fn bind(&self, th: &mut Thread, address: &Object) -> Result<(), Raised> {
        let address = address::parse(th, self.family(), self.proto(), address, "bind")?;
        let fd = self.fd();
        os::call(th, || c!(bind(fd, address.ptr(), address.len)))?;
        Ok(())
    }

    /// close()
    ///
    /// Close the socket.  It cannot be used after this call.
    #[method(sig = none)]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        let fd = self.fd.swap(-1, AcqRel);
        if fd < 0 {
            return Ok(());
        }
        let (result, number) = th.detached(|| (c!(close(fd)), os::errno()));
        // The peer's reset says nothing about our closing.
        if result < 0 && number != libc::ECONNRESET { Err(raise::os_error(th, number, None, None)) } else { Ok(()) }
    }

    /// connect(address)
    ///
    /// Connect the socket to a remote address.  For IP sockets, the address
    /// is a pair (host, port).
    #[method(sig = none)]
    fn connect(&self, th: &mut Thread, address: &Object) -> Result<(), Raised> {
        let address = address::parse(th, self.family(), self.proto(), address, "connect")?;
        self.start_connecting(th, &address).or_else(|failure| Err(failure.raise(th)))
    }

    /// connect_ex(address) -> errno
    ///
    /// This is like connect(address), but returns an error code (the errno value)
    /// instead of raising an exception when an error occurs.
    #[method(sig = none)]
    fn connect_ex(&self, th: &mut Thread, address: &Object) -> Result<i32, Raised> {
        let address = address::parse(th, self.family(), self.proto(), address, "connect_ex")?;
        match self.start_connecting(th, &address) {
            Ok(()) => Ok(0),
            Err(Failure::Errno(number)) => Ok(number),
            Err(Failure::TimedOut) => Ok(libc::EAGAIN),
            Err(Failure::Raised(raised)) => Err(raised),
        }
    }

    /// detach()
    ///
    /// Close the socket object without closing the underlying file descriptor.
    /// The object cannot be used after this call, but the file descriptor
    /// can be reused for other purposes.  The file descriptor is returned.
    #[method(sig = none)]
    fn detach(&self) -> i32 {
        self.fd.swap(-1, AcqRel)
    }

    /// fileno() -> integer
    ///
    /// Return the integer file descriptor of the socket.
    #[method(sig = none)]
    fn fileno(&self) -> i32 {
        self.fd()
    }

    /// getpeername() -> address info
    ///
    /// Return the address of the remote endpoint.  For IP sockets, the address
    /// info is a pair (hostaddr, port).
    #[method(sig = none)]
    fn getpeername(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (fd, mut name) = (self.fd(), Address::room());
        os::quick(th, c!(getpeername(fd, name.ptr_mut(), &raw mut name.len)))?;
        Ok(address::show(th, &name, self.proto()))
    }

    /// getsockname() -> address info
    ///
    /// Return the address of the local endpoint. The format depends on the
    /// address family. For IPv4 sockets, the address info is a pair
    /// (hostaddr, port). For IPv6 sockets, the address info is a 4-tuple
    /// (hostaddr, port, flowinfo, scope_id).
    #[method(sig = none)]
    fn getsockname(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (fd, mut name) = (self.fd(), Address::room());
        os::quick(th, c!(getsockname(fd, name.ptr_mut(), &raw mut name.len)))?;
        Ok(address::show(th, &name, self.proto()))
    }

    /// getsockopt(level, option[, buffersize]) -> value
    ///
    /// Get a socket option.  See the Unix manual for level and option.
    /// If a nonzero buffersize argument is given, the return value is a
    /// string of that length; otherwise it is an integer.
    #[method(sig = none)]
    fn getsockopt(&self, th: &mut Thread, level: i32, option: i32, #[default(0)] buffersize: i32) -> Result<Ref<Object>, Raised> {
        let fd = self.fd();
        if buffersize == 0 {
            let value = Socket::option(th, fd, level, option)?;
            return Ok(int(th, value.into()));
        }
        if !(1..=1024).contains(&buffersize) {
            return Err(raise::new(th, exceptions::os_error_type(), format_args!("getsockopt buflen out of range")));
        }
        let (mut value, mut size) = ([0u8; 1024], buffersize as libc::socklen_t);
        os::quick(th, c!(getsockopt(fd, level, option, value.as_mut_ptr().cast(), &raw mut size)))?;
        Ok(Bytes::new(th, &value[..(size as usize).min(value.len())]).up())
    }

    /// setsockopt(level, option, value: int)
    /// setsockopt(level, option, value: buffer)
    /// setsockopt(level, option, None, optlen: int)
    ///
    /// Set a socket option.  See the Unix manual for level and option.
    /// The value argument can either be an integer, a string buffer, or
    /// None with optlen.
    #[method(sig = none)]
    fn setsockopt(&self, th: &mut Thread, level: i32, option: i32, value: &Object, optlen: Option<&Object>) -> Result<(), Raised> {
        let fd = self.fd();
        if let Some(optlen) = optlen {
            if !value.is(none()) {
                let got = ops::type_name(value);
                return Err(raise::type_error(th, format_args!("socket option should be NoneType, not {got} when optlen is specified")));
            }
            let length = ops::index(th, optlen)?;
            let Some(length) = length.to_i64().and_then(|n| u32::try_from(n).ok()) else {
                return Err(raise::overflow_error(th, format_args!("can't convert to C unsigned int")));
            };
            os::quick(th, c!(setsockopt(fd, level, option, core::ptr::null(), length)))?;
            return Ok(());
        }
        if value.is(none()) {
            return Err(raise::type_error(th, format_args!("setsockopt() requires 4 arguments when the third argument is None")));
        }
        if ops::has_index(value) {
            let number = ops::index(th, value)?;
            let Some(number) = number.to_i64().and_then(|n| i32::try_from(n).ok().or_else(|| u32::try_from(n).ok().map(u32::cast_signed))) else {
                return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int")));
            };
            os::quick(th, c!(setsockopt(fd, level, option, (&raw const number).cast(), size_of::<i32>() as libc::socklen_t)))?;
            return Ok(());
        }
        if !has_buffer(value) {
            let got = ops::type_name(value);
            return Err(raise::type_error(th, format_args!("socket option should be int, bytes-like object or None, not {got}")));
        }
        let bytes = Buffer::new(th, value)?;
        os::quick(th, c!(setsockopt(fd, level, option, bytes.as_ptr().cast(), bytes.len() as libc::socklen_t)))?;
        Ok(())
    }

    /// listen([backlog])
    ///
    /// Enable a server to accept connections.  If backlog is specified, it must be
    /// at least 0 (if it is lower, it is set to 0); it specifies the number of
    /// unaccepted connections that the system will allow before refusing new
    /// connections. If not specified, a default reasonable value is chosen.
    #[method(sig = none)]
    fn listen(&self, th: &mut Thread, #[default(128)] backlog: i32) -> Result<(), Raised> {
        let fd = self.fd();
        os::call(th, || c!(listen(fd, backlog.max(0))))?;
        Ok(())
    }

    /// recv(buffersize[, flags]) -> data
    ///
    /// Receive up to buffersize bytes from the socket.  For the optional flags
    /// argument, see the Unix manual.  When no data is available, block until
    /// at least one byte is available or until the remote end is closed.  When
    /// the remote end is closed and all data is read, return the empty string.
    #[method(sig = none)]
    fn recv(&self, th: &mut Thread, buffersize: isize, #[default(0)] flags: i32) -> Result<Ref<Bytes>, Raised> {
        let size = buffer_size(th, buffersize, "recv")?;
        let mut into = room(th, size)?;
        let (start, size) = (into.as_mut_ptr(), into.len());
        let n = if size == 0 { 0 } else { self.run(th, For::Reading, |fd| c!(recv(fd, start.cast(), size, flags)))? };
        Ok(Bytes::new(th, &into[..n.cast_unsigned()]))
    }

    /// recv_into(buffer, [nbytes[, flags]]) -> nbytes_read
    ///
    /// A version of recv() that stores its data into a buffer rather than creating
    /// a new string.  Receive up to buffersize bytes from the socket.  If buffersize
    /// is not specified (or 0), receive up to the size available in the given buffer.
    ///
    /// See recv() for documentation about the flags.
    #[method(sig = "($self, buffer, nbytes=0, flags=0)", shows = none)]
    fn recv_into(&self, th: &mut Thread, mut buffer: WritableBuffer, nbytes: isize, flags: i32) -> Result<isize, Raised> {
        let wanted = buffer_size(th, nbytes, "recv_into")?;
        let bytes = buffer.as_mut_slice();
        if wanted > bytes.len() {
            return Err(raise::value_error(th, format_args!("buffer too small for requested bytes")));
        }
        let (start, size) = (bytes.as_mut_ptr(), if wanted == 0 { bytes.len() } else { wanted });
        if size == 0 { Ok(0) } else { self.run(th, For::Reading, |fd| c!(recv(fd, start.cast(), size, flags))) }
    }

    /// recvfrom(buffersize[, flags]) -> (data, address info)
    ///
    /// Like recv(buffersize, flags) but also return the sender's address info.
    #[method(sig = none)]
    fn recvfrom(&self, th: &mut Thread, buffersize: isize, #[default(0)] flags: i32) -> Result<Ref<Object>, Raised> {
        let size = buffer_size(th, buffersize, "recvfrom")?;
        let mut into = room(th, size)?;
        let start = into.as_mut_ptr();
        let (n, from) = self.receive_from(th, start, size, flags)?;
        let data = Bytes::new(th, &into[..n.cast_unsigned()]).up();
        Ok(os::tuple(th, vec![data, from]))
    }

    /// recvfrom_into(buffer[, nbytes[, flags]]) -> (nbytes, address info)
    ///
    /// Like recv_into(buffer[, nbytes[, flags]]) but also return the sender's address info.
    #[method(sig = "($self, buffer, nbytes=0, flags=0)", shows = none)]
    fn recvfrom_into(&self, th: &mut Thread, mut buffer: WritableBuffer, nbytes: isize, flags: i32) -> Result<Ref<Object>, Raised> {
        let wanted = buffer_size(th, nbytes, "recvfrom_into")?;
        let bytes = buffer.as_mut_slice();
        if wanted > bytes.len() {
            return Err(raise::value_error(th, format_args!("nbytes is greater than the length of the buffer")));
        }
        let (start, size) = (bytes.as_mut_ptr(), if wanted == 0 { bytes.len() } else { wanted });
        let (n, from) = self.receive_from(th, start, size, flags)?;
        let n = int(th, n as i64);
        Ok(os::tuple(th, vec![n, from]))
    }

    /// recvmsg(bufsize[, ancbufsize[, flags]]) -> (data, ancdata, msg_flags, address)
    ///
    /// Receive normal data (up to bufsize bytes) and ancillary data from the
    /// socket.  The ancbufsize argument sets the size in bytes of the
    /// internal buffer used to receive the ancillary data; it defaults to 0,
    /// meaning that no ancillary data will be received.
    #[method(sig = none)]
    fn recvmsg(&self, th: &mut Thread, bufsize: isize, #[default(0)] ancbufsize: isize, #[default(0)] flags: i32) -> Result<Ref<Object>, Raised> {
        let Ok(size) = usize::try_from(bufsize) else {
            return Err(raise::value_error(th, format_args!("negative buffer size in recvmsg()")));
        };
        let mut into = room(th, size)?;
        let mut vectors = [libc::iovec { iov_base: into.as_mut_ptr().cast(), iov_len: size }];
        let (n, rest) = message::receive(self, th, &mut vectors, ancbufsize, flags)?;
        let data = Bytes::new(th, &into[..n]).up();
        let mut all = vec![data];
        all.extend(rest);
        Ok(os::tuple(th, all))
    }

    /// recvmsg_into(buffers[, ancbufsize[, flags]]) -> (nbytes, ancdata, msg_flags, address)
    ///
    /// Receive normal data and ancillary data from the socket, scattering the
    /// non-ancillary data into a series of buffers.
    #[method(sig = none)]
    fn recvmsg_into(&self, th: &mut Thread, buffers: &Object, #[default(0)] ancbufsize: isize, #[default(0)] flags: i32) -> Result<Ref<Object>, Raised> {
        if ops::iter_opt(th, buffers)?.is_none() {
            return Err(raise::type_error(th, format_args!("recvmsg_into() argument 1 must be an iterable")));
        }
        let mut held = Vec::new();
        for item in ops::to_vec(th, buffers)? {
            if !has_buffer(&item) {
                let got = ops::type_name(&item);
                return Err(raise::type_error(th, format_args!("a read-write bytes-like object is required, not '{got}'")));
            }
            held.push(WritableBuffer::new(th, &item)?);
        }
        let mut vectors: Vec<libc::iovec> = held
            .iter_mut()
            .map(|buffer| {
                let bytes = buffer.as_mut_slice();
                libc::iovec { iov_base: bytes.as_mut_ptr().cast(), iov_len: bytes.len() }
            })
            .collect();
        let (n, rest) = message::receive(self, th, &mut vectors, ancbufsize, flags)?;
        let mut all = vec![int(th, n as i64)];
        all.extend(rest);
        Ok(os::tuple(th, all))
    }

    /// send(data[, flags]) -> count
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  Return the number of bytes
    /// sent; this may be less than len(data) if the network is busy.
    #[method(sig = none)]
    fn send(&self, th: &mut Thread, data: Exported, #[default(0)] flags: i32) -> Result<isize, Raised> {
        let (start, size) = (data.as_ptr(), data.len());
        self.run(th, For::Writing, |fd| c!(send(fd, start.cast(), size, flags)))
    }

    /// sendall(data[, flags])
    ///
    /// Send a data string to the socket.  For the optional flags
    /// argument, see the Unix manual.  This calls send() repeatedly
    /// until all data is sent.  If an error occurs, it's impossible
    /// to tell how much data has been sent.
    #[method(sig = none)]
    fn sendall(&self, th: &mut Thread, data: Exported, #[default(0)] flags: i32) -> Result<(), Raised> {
        let (mut sent, deadline) = (0, self.deadline());
        while sent < data.len() {
            let (start, size) = (data[sent..].as_ptr(), data.len() - sent);
            match self.perform(th, For::Writing, deadline, |fd| c!(send(fd, start.cast(), size, flags))) {
                Ok(n) => sent += n.cast_unsigned(),
                Err(failure) => return Err(failure.raise(th)),
            }
            // A handler may want to end what sends without end.
            crate::signal::run_handlers(th)?;
        }
        Ok(())
    }

    /// sendto(data[, flags], address) -> count
    ///
    /// Like send(data, flags) but allows specifying the destination address.
    /// For IP sockets, the address is a pair (hostaddr, port).
    #[method(sig = "($self, /, *args)", shows = none)]
    fn sendto(&self, th: &mut Thread, args: Args<'_>) -> Result<isize, Raised> {
        let (data, flags, address) = match args.as_slice() {
            [data, address] => (*data, 0, *address),
            [data, flags, address] => {
                let flags = ops::index(th, flags)?;
                match flags.to_i64().and_then(|n| i32::try_from(n).ok()) {
                    Some(flags) => (*data, flags, *address),
                    None => return Err(raise::overflow_error(th, format_args!("signed integer is greater than maximum"))),
                }
            }
            other => return Err(raise::type_error(th, format_args!("sendto() takes 2 or 3 arguments ({} given)", other.len()))),
        };
        let data = Exported::new(th, data)?;
        let address = address::parse(th, self.family(), self.proto(), address, "sendto")?;
        let (start, size) = (data.as_ptr(), data.len());
        self.run(th, For::Writing, |fd| c!(sendto(fd, start.cast(), size, flags, address.ptr(), address.len)))
    }

    /// sendmsg(buffers[, ancdata[, flags[, address]]]) -> count
    ///
    /// Send normal and ancillary data to the socket, gathering the
    /// non-ancillary data from a series of buffers and concatenating it into
    /// a single message.
    #[method(sig = none)]
    fn sendmsg(
        &self,
        th: &mut Thread,
        buffers: &Object,
        ancdata: Option<&Object>,
        #[default(0)] flags: i32,
        address: Option<&Object>,
    ) -> Result<isize, Raised> {
        message::send(self, th, buffers, ancdata, flags, address)
    }

    /// setblocking(flag)
    ///
    /// Set the socket to blocking (flag is true) or non-blocking (false).
    /// setblocking(True) is equivalent to settimeout(None);
    /// setblocking(False) is equivalent to settimeout(0.0).
    #[method(sig = none)]
    fn setblocking(&self, th: &mut Thread, flag: bool) -> Result<(), Raised> {
        self.timeout.store(if flag { -1 } else { 0 }, Relaxed);
        set_blocking(th, self.fd(), flag)
    }

    /// getblocking()
    ///
    /// Returns True if socket is in blocking mode, or False if it
    /// is in non-blocking mode.
    #[method(sig = none)]
    fn getblocking(&self) -> bool {
        self.timeout.load(Relaxed) != 0
    }

    /// settimeout(timeout)
    ///
    /// Set a timeout on socket operations.  'timeout' can be a float,
    /// giving in seconds, or None.  Setting a timeout of None disables
    /// the timeout feature and is equivalent to setblocking(1).
    /// Setting a timeout of zero is the same as setblocking(0).
    #[method(sig = none)]
    fn settimeout(&self, th: &mut Thread, timeout: &Object) -> Result<(), Raised> {
        let nanos = parse_timeout(th, timeout)?;
        self.timeout.store(nanos, Relaxed);
        // With a timeout the descriptor itself never blocks.
        set_blocking(th, self.fd(), nanos < 0)
    }

    /// gettimeout() -> timeout
    ///
    /// Returns the timeout in seconds (float) associated with socket
    /// operations. A timeout of None indicates that timeouts on socket
    /// operations are disabled.
    #[method(sig = none)]
    fn gettimeout(&self, th: &mut Thread) -> Ref<Object> {
        show_timeout(th, self.timeout.load(Relaxed))
    }

    /// shutdown(flag)
    ///
    /// Shut down the reading side of the socket (flag == SHUT_RD), the writing side
    /// of the socket (flag == SHUT_WR), or both ends (flag == SHUT_RDWR).
    #[method(sig = none)]
    fn shutdown(&self, th: &mut Thread, flag: i32) -> Result<(), Raised> {
        let fd = self.fd();
        os::call(th, || c!(shutdown(fd, flag)))?;
        Ok(())
    }
}

impl Socket {
    fn receive_from(&self, th: &mut Thread, start: *mut u8, size: usize, flags: i32) -> Result<(isize, Ref<Object>), Raised> {
        let mut from = Address::room();
        let n = self.run(th, For::Reading, |fd| {
            from = Address::room();
            c!(recvfrom(fd, start.cast(), size, flags, from.ptr_mut(), &raw mut from.len))
        })?;
        Ok((n, address::show(th, &from, self.proto())))
    }
}

