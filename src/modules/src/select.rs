//! `select`: waiting until descriptors are ready.
#![allow(unsafe_code, reason = "system calls")]

use heap::sync::{AtomicBool, AtomicI32, Ordering::*};
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::{ops, raise};
use std::collections::BTreeMap;
use heap::sync::Mutex;

use crate::os::{self, Deadline, Fd, Round, c, int};

const ALL_EVENTS: i32 = libc::EPOLLIN | libc::EPOLLPRI | libc::EPOLLOUT;

/// A timeout in units of `scale` nanoseconds; negative ones wait for ever if `forever`.
fn deadline(th: &mut Thread, timeout: Option<&Object>, scale: i64, forever: bool) -> Result<Deadline, Raised> {
    let Some(timeout) = timeout.filter(|t| !t.is(objects::none())) else { return Ok(Deadline::NEVER) };
    if timeout.downcast::<objects::Float>().is_none() && !ops::has_index(timeout) {

        return Err(raise::type_error(th, format_args!("timeout must be a float or None")));
    }
    let nanos = os::nanoseconds(th, timeout, Round::Ceiling)?;
    let nanos = if scale == 1_000_000_000 { nanos } else { nanos / (1_000_000_000 / scale) };
    if nanos < 0 {
        if forever {
            return Ok(Deadline::NEVER);
        }
        return Err(raise::value_error(th, format_args!("timeout must be non-negative")));
    }
    Ok(Deadline::in_nanos(nanos))
}

/// Descriptors of a sequence, with the objects that they came from.
fn descriptors(th: &mut Thread, list: &Object, events: i16, into: &mut Vec<libc::pollfd>) -> Result<Vec<(i32, Ref<Object>)>, Raised> {
    if ops::iter_opt(th, list)?.is_none() {
        return Err(raise::type_error(th, format_args!("arguments 1-3 must be sequences")));
    }
    let mut all = Vec::new();
    for item in ops::to_vec(th, list)? {
        let fd = os::fileno(th, &item)?;
        if usize::try_from(fd).is_ok_and(|fd| fd >= libc::FD_SETSIZE) {
            return Err(raise::value_error(th, format_args!("filedescriptor out of range in select()")));
        }
        if all.len() >= libc::FD_SETSIZE {
            return Err(raise::value_error(th, format_args!("too many file descriptors in select()")));
        }
        into.push(libc::pollfd { fd, events, revents: 0 });
        all.push((fd, item));
    }
    Ok(all)
}

/// A set of descriptors to poll.
#[pytype(name = "poll", module = "select", doc = none, flags(DISALLOW_INSTANTIATION))]
#[repr(C)]
pub struct Poll {
    head: Head,
    #[untraversed]
    known: Mutex<BTreeMap<i32, i16>>,
    running: AtomicBool,
}

impl Poll {
    fn with<R>(&self, f: impl FnOnce(&mut BTreeMap<i32, i16>) -> R) -> R {
        f(&mut self.known.lock())
    }
}

fn missing(th: &mut Thread, fd: i32) -> Raised {
    let fd = int(th, fd.into());
    raise::key_error(th, &fd)
}

#[pymethods]
impl Poll {
    /// Register a file descriptor with the polling object.
    #[method(sig = "($self, fd, eventmask=select.POLLIN | select.POLLPRI | select.POLLOUT, /)")]
    fn register(&self, fd: Fd, #[default(7)] eventmask: u16) {
        self.with(|known| known.insert(fd.0, eventmask as i16));
    }

    /// Modify an already registered file descriptor.
    #[method(sig = "($self, fd, eventmask, /)")]
    fn modify(&self, th: &mut Thread, fd: Fd, eventmask: u16) -> Result<(), Raised> {
        let found = self.with(|known| known.get_mut(&fd.0).map(|events| *events = eventmask as i16).is_some());
        if found { Ok(()) } else { Err(raise::os_error(th, libc::ENOENT, None, None)) }
    }

    /// Remove a file descriptor being tracked by the polling object.
    #[method(sig = "($self, fd, /)")]
    fn unregister(&self, th: &mut Thread, fd: Fd) -> Result<(), Raised> {
        match self.with(|known| known.remove(&fd.0)) {
            Some(_) => Ok(()),
            None => Err(missing(th, fd.0)),
        }
    }

    /// Polls the set of registered file descriptors.
    #[method(sig = "($self, timeout=None, /)")]
    fn poll(&self, th: &mut Thread, timeout: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let deadline = deadline(th, timeout, 1_000_000, true)?;
        if self.running.swap(true, AcqRel) {
            return Err(raise::runtime_error(th, format_args!("concurrent poll() invocation")));
        }
        let mut fds: Vec<libc::pollfd> =
            self.with(|known| known.iter().map(|(fd, events)| libc::pollfd { fd: *fd, events: *events, revents: 0 }).collect());
        let polled = os::call(th, || c!(poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, deadline.poll_ms())));
        self.running.store(false, Release);
        polled?;
        let mut ready = Vec::new();
        for fd in fds.iter().filter(|fd| fd.revents != 0) {
            let pair = vec![int(th, fd.fd.into()), int(th, i64::from(fd.revents as u16))];
            ready.push(os::tuple(th, pair));
        }
        Ok(os::list(th, ready))
    }
}

/// An edge or level trigger interface of Linux.
#[pytype(name = "epoll", module = "select", flags(OWN_GETATTR))]
#[repr(C)]
pub struct Epoll {
    head: Head,
    fd: AtomicI32,
}

impl Drop for Epoll {
    fn drop(&mut self) {
        let fd = self.fd.swap(-1, AcqRel);
        if fd >= 0 {
            c!(close(fd));
        }
    }
}

impl Epoll {
    fn open(&self, th: &mut Thread) -> Result<i32, Raised> {
        match self.fd.load(Acquire) {
            -1 => Err(raise::value_error(th, format_args!("I/O operation on closed epoll object"))),
            fd => Ok(fd),
        }
    }

    fn control(&self, th: &mut Thread, op: i32, fd: i32, events: u32) -> Result<(), Raised> {
        let me = self.open(th)?;
        let mut event = libc::epoll_event { events, u64: fd as u64 };
        os::call(th, || c!(epoll_ctl(me, op, fd, &raw mut event)))?;
        Ok(())
    }
}

#[pymethods]
impl Epoll {
    #[slot(tp_new, sig = "(sizehint=-1, flags=0)")]
    fn new(th: &mut Thread, cls: &Type, sizehint: i32, flags: i32) -> Result<Ref<Epoll>, Raised> {
        if sizehint != -1 && sizehint <= 0 {
            return Err(raise::value_error(th, format_args!("sizehint must be positive or -1")));
        }
        if flags & !libc::EPOLL_CLOEXEC != 0 {
            return Err(raise::os_error(th, libc::EINVAL, None, None));
        }
        let fd = os::quick(th, c!(epoll_create1(libc::EPOLL_CLOEXEC)))?;
        Ok(th.new_instance(cls, Epoll { head: Head::INIT, fd: AtomicI32::new(fd) }))
    }

    /// Create an epoll object from a given control fd.
    #[method(class, sig = "($type, fd, /)")]
    fn fromfd(cls: &Type, th: &mut Thread, fd: i32) -> Ref<Epoll> {
        th.new_instance(cls, Epoll { head: Head::INIT, fd: AtomicI32::new(fd) })
    }

    /// Close the epoll control file descriptor.
    ///
    /// Further operations on the epoll object will raise an exception.
    #[method(sig = "($self, /)")]
    fn close(&self, th: &mut Thread) -> Result<(), Raised> {
        let fd = self.fd.swap(-1, AcqRel);
        if fd >= 0 && th.detached(|| c!(close(fd))) < 0 {
            return Err(os::last_error(th));
        }
        Ok(())
    }

    /// True if the epoll handler is closed
    #[getter]
    fn closed(&self) -> bool {
        self.fd.load(Acquire) < 0
    }

    /// Return the epoll control file descriptor.
    #[method(sig = "($self, /)")]
    fn fileno(&self, th: &mut Thread) -> Result<i32, Raised> {
        self.open(th)
    }

    /// Registers a new fd or raises an OSError if the fd is already registered.
    #[method(sig = "($self, /, fd, eventmask=select.EPOLLIN | select.EPOLLPRI | select.EPOLLOUT)")]
    fn register(&self, th: &mut Thread, fd: Fd, #[default(ALL_EVENTS as u32)] eventmask: u32) -> Result<(), Raised> {
        self.control(th, libc::EPOLL_CTL_ADD, fd.0, eventmask)
    }

    /// Modify event mask for a registered file descriptor.
    #[method(sig = "($self, /, fd, eventmask)")]
    fn modify(&self, th: &mut Thread, fd: Fd, eventmask: u32) -> Result<(), Raised> {
        self.control(th, libc::EPOLL_CTL_MOD, fd.0, eventmask)
    }

    /// Remove a registered file descriptor from the epoll object.
    #[method(sig = "($self, /, fd)")]
    fn unregister(&self, th: &mut Thread, fd: Fd) -> Result<(), Raised> {
        self.control(th, libc::EPOLL_CTL_DEL, fd.0, 0)
    }

    /// Wait for events on the epoll file descriptor.
    #[method(sig = "($self, /, timeout=None, maxevents=-1)")]
    fn poll(&self, th: &mut Thread, timeout: Option<&Object>, maxevents: i32) -> Result<Ref<Object>, Raised> {
        let me = self.open(th)?;
        let deadline = deadline(th, timeout, 1_000_000_000, true)?;
        let room = match maxevents {
            -1 => 1023,
            1.. => maxevents as usize,
            _ => return Err(raise::value_error(th, format_args!("maxevents must be greater than 0, got {maxevents}"))),
        };
        let mut events = vec![libc::epoll_event { events: 0, u64: 0 }; room];
        let n = os::call(th, || c!(epoll_wait(me, events.as_mut_ptr(), room as i32, deadline.poll_ms())))?;
        let mut ready = Vec::new();
        for event in &events[..n as usize] {
            let (fd, bits) = (event.u64 as i32, event.events);
            let pair = vec![int(th, fd.into()), int(th, bits.into())];
            ready.push(os::tuple(th, pair));
        }
        Ok(os::list(th, ready))
    }

    #[method]
    fn __enter__(&self, th: &mut Thread) -> Result<&Self, Raised> {
        self.open(th)?;
        Ok(self)
    }

    #[method(sig = "($self, exc_type=None, exc_value=None, exc_tb=None, /)")]
    fn __exit__(&self, th: &mut Thread, exc_type: Option<&Object>, exc_value: Option<&Object>, exc_tb: Option<&Object>) -> Result<(), Raised> {
        let _ = (exc_type, exc_value, exc_tb);
        self.close(th)
    }
}

#[pymodule(name = "select", types(Epoll))]
pub mod select {
    //! This module supports asynchronous I/O on multiple file descriptors.
    //!
    //! *** IMPORTANT NOTICE ***
    //! On Windows, only sockets are supported; on Unix, all file descriptors.
    use super::*;

    #[attr]
    fn error(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(os::error_class())
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let names = os::constants! {
            EPOLLERR EPOLLET EPOLLEXCLUSIVE EPOLLHUP EPOLLIN EPOLLMSG EPOLLONESHOT EPOLLOUT EPOLLPRI EPOLLRDBAND EPOLLRDHUP EPOLLRDNORM
            EPOLLWAKEUP EPOLLWRBAND EPOLLWRNORM EPOLL_CLOEXEC PIPE_BUF POLLERR POLLHUP POLLIN POLLNVAL POLLOUT POLLPRI POLLRDBAND POLLRDHUP
            POLLRDNORM POLLWRBAND POLLWRNORM
        };
        // As the kernel's masks: bits, not signed numbers.
        let bits: Vec<(&str, i64)> = names.iter().map(|(name, value)| (*name, i64::from(*value as u32))).collect();
        os::add_constants(th, module, &bits);
        os::add_constants(th, module, &[("POLLMSG", 0x400)]);
        objects::typing::ready(th, <Poll as heap::PyType>::type_object())
    }

    /// Returns a polling object.
    ///
    /// This object supports registering and unregistering file descriptors, and
    /// then polling them for I/O events.
    #[function(sig = "()")]
    fn poll(th: &mut Thread) -> Ref<Poll> {
        th.new_object(Poll { head: Head::INIT, known: Mutex::new(BTreeMap::new()), running: AtomicBool::new(false) })
    }

    /// Wait until one or more file descriptors are ready for some kind of I/O.
    ///
    /// The first three arguments are iterables of file descriptors to be waited
    /// for:
    /// rlist -- wait until ready for reading
    /// wlist -- wait until ready for writing
    /// xlist -- wait for an "exceptional condition"
    /// If only one kind of condition is required, pass [] for the other lists.
    ///
    /// A file descriptor is either a socket or file object, or a small integer
    /// gotten from a fileno() method call on one of those.
    ///
    /// The optional 4th argument specifies a timeout in seconds; it may be
    /// a floating-point number to specify fractions of seconds.  If it is absent
    /// or None, the call will never time out.
    ///
    /// The return value is a tuple of three lists corresponding to the first
    /// three arguments; each contains the subset of the corresponding file
    /// descriptors that are ready.
    ///
    /// *** IMPORTANT NOTICE ***
    /// On Windows, only sockets are supported; on Unix, all file
    /// descriptors can be used.
    #[function(sig = "(rlist, wlist, xlist, timeout=None, /)")]
    fn select(th: &mut Thread, rlist: &Object, wlist: &Object, xlist: &Object, timeout: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let deadline = deadline(th, timeout, 1_000_000_000, false)?;
        // By `poll`: it knows no largest descriptor.
        let mut fds = Vec::new();
        // What C's bit sets do not hold is refused all the same: programs rely on it to fall back to something else.
        let r = descriptors(th, rlist, libc::POLLIN, &mut fds)?;
        let w = descriptors(th, wlist, libc::POLLOUT, &mut fds)?;
        let x = descriptors(th, xlist, libc::POLLPRI, &mut fds)?;
        os::call(th, || c!(poll(fds.as_mut_ptr(), fds.len() as libc::nfds_t, deadline.poll_ms())))?;
        if fds.iter().any(|fd| fd.revents & libc::POLLNVAL != 0) {
            return Err(raise::os_error(th, libc::EBADF, None, None));
        }
        let both = libc::POLLHUP | libc::POLLERR;
        let masks = [libc::POLLIN | both, libc::POLLOUT | libc::POLLERR, libc::POLLPRI];
        let mut at = fds.iter();
        let mut lists = Vec::new();
        for (list, mask) in [r, w, x].into_iter().zip(masks) {
            let mut ready = Vec::new();
            for ((_, object), fd) in list.into_iter().zip(&mut at) {
                if fd.revents & mask != 0 {
                    ready.push(object);
                }
            }
            lists.push(os::list(th, ready));
        }
        Ok(os::tuple(th, lists))
    }
}
