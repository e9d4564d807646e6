//! What only Linux has: extended attributes, event and timer descriptors, namespaces.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{Bytes, raise};

use crate::os::{self, Path, PathOrFd, c, float, int};

fn check(th: &mut Thread, function: &str, path: &PathOrFd, follow: bool) -> Result<(), Raised> {
    if path.fd.is_some() && !follow {
        return Err(raise::value_error(th, format_args!("{function}: cannot use fd and follow_symlinks together")));
    }
    Ok(())
}

fn spec(nanos: i64) -> libc::timespec {
    libc::timespec { tv_sec: nanos.div_euclid(1_000_000_000), tv_nsec: nanos.rem_euclid(1_000_000_000) }
}

fn nanos(spec: &libc::timespec) -> i64 {
    spec.tv_sec.saturating_mul(1_000_000_000).saturating_add(spec.tv_nsec)
}

const NO_TIMER: libc::itimerspec =
    libc::itimerspec { it_interval: libc::timespec { tv_sec: 0, tv_nsec: 0 }, it_value: libc::timespec { tv_sec: 0, tv_nsec: 0 } };

fn set_timer(th: &mut Thread, fd: i32, flags: i32, initial: i64, interval: i64) -> Result<libc::itimerspec, Raised> {
    let new = libc::itimerspec { it_interval: spec(interval), it_value: spec(initial) };
    let mut old = NO_TIMER;
    os::quick(th, c!(timerfd_settime(fd, flags, &raw const new, &raw mut old)))?;
    Ok(old)
}

fn timer_result(th: &mut Thread, timer: &libc::itimerspec, whole: bool) -> Ref<Object> {
    let items = [nanos(&timer.it_value), nanos(&timer.it_interval)];
    let items = items.map(|n| if whole { int(th, n) } else { float(th, n as f64 / 1e9) });
    os::tuple(th, items.into())
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return the value of extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, getxattr will examine the symbolic link itself
    /// instead of the file the link points to.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn getxattr(th: &mut Thread, path: PathOrFd, attribute: Path, follow_symlinks: bool) -> Result<Ref<Bytes>, Raised> {
        check(th, "getxattr", &path, follow_symlinks)?;
        let mut room = vec![0_u8; 65536];
        let n = os::call_on(th, &path.object, || {
            let (start, size) = (room.as_mut_ptr().cast(), room.len());
            match (path.fd, follow_symlinks) {
                (Some(fd), _) => c!(fgetxattr(fd, attribute.ptr(), start, size)),
                (None, true) => c!(getxattr(path.ptr(), attribute.ptr(), start, size)),
                (None, false) => c!(lgetxattr(path.ptr(), attribute.ptr(), start, size)),
            }
        })?;
        Ok(Bytes::new(th, &room[..n as usize]))
    }

    /// Set extended attribute attribute on path to value.
    ///
    /// path may be either a string, a path-like object,  or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, setxattr will modify the symbolic link itself instead
    /// of the file the link points to.
    #[function(sig = "(path, attribute, value, flags=0, *, follow_symlinks=True)")]
    fn setxattr(th: &mut Thread, path: PathOrFd, attribute: Path, value: Exported, flags: i32, follow_symlinks: bool) -> Result<(), Raised> {
        check(th, "setxattr", &path, follow_symlinks)?;
        let (start, size) = (value.as_slice().as_ptr().cast(), value.as_slice().len());
        os::call_on(th, &path.object, || match (path.fd, follow_symlinks) {
            (Some(fd), _) => c!(fsetxattr(fd, attribute.ptr(), start, size, flags)),
            (None, true) => c!(setxattr(path.ptr(), attribute.ptr(), start, size, flags)),
            (None, false) => c!(lsetxattr(path.ptr(), attribute.ptr(), start, size, flags)),
        })?;
        Ok(())
    }

    /// Remove extended attribute attribute on path.
    ///
    /// path may be either a string, a path-like object, or an open file
    /// descriptor.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, removexattr will modify the symbolic link itself
    /// instead of the file the link points to.
    #[function(sig = "(path, attribute, *, follow_symlinks=True)")]
    fn removexattr(th: &mut Thread, path: PathOrFd, attribute: Path, follow_symlinks: bool) -> Result<(), Raised> {
        check(th, "removexattr", &path, follow_symlinks)?;
        os::call_on(th, &path.object, || match (path.fd, follow_symlinks) {
            (Some(fd), _) => c!(fremovexattr(fd, attribute.ptr())),
            (None, true) => c!(removexattr(path.ptr(), attribute.ptr())),
            (None, false) => c!(lremovexattr(path.ptr(), attribute.ptr())),
        })?;
        Ok(())
    }

    /// Return a list of extended attributes on path.
    ///
    /// path may be either None, a string, a path-like object, or an open file
    /// descriptor.  If path is None, listxattr will examine the current
    /// directory.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, listxattr will examine the symbolic link itself instead
    /// of the file the link points to.
    #[function(sig = "(path=None, *, follow_symlinks=True)")]
    fn listxattr(th: &mut Thread, path: Option<PathOrFd>, follow_symlinks: bool) -> Result<Ref<Object>, Raised> {
        let path = path.unwrap_or_else(|| PathOrFd(Path::of(th, ".")));
        check(th, "listxattr", &path, follow_symlinks)?;
        let mut room = vec![0_u8; 65536];
        let n = os::call_on(th, &path.object, || {
            let (start, size) = (room.as_mut_ptr().cast(), room.len());
            match (path.fd, follow_symlinks) {
                (Some(fd), _) => c!(flistxattr(fd, start, size)),
                (None, true) => c!(listxattr(path.ptr(), start, size)),
                (None, false) => c!(llistxattr(path.ptr(), start, size)),
            }
        })?;
        let names = room[..n as usize].split(|b| *b == 0).filter(|name| !name.is_empty());
        let names = names.map(|name| interp::config::decode_os(th, name).up()).collect();
        Ok(os::list(th, names))
    }

    ///
    #[function(sig = "(name, flags=MFD_CLOEXEC)")]
    fn memfd_create(th: &mut Thread, name: &Object, #[default(libc::MFD_CLOEXEC)] flags: u32) -> Result<i32, Raised> {
        let name = os::fs_string(th, name)?;
        os::quick(th, c!(memfd_create(name.as_ptr(), flags)))
    }

    /// Creates and returns an event notification file descriptor.
    #[function(sig = "(initval, flags=EFD_CLOEXEC)")]
    fn eventfd(th: &mut Thread, initval: u32, #[default(libc::EFD_CLOEXEC)] flags: i32) -> Result<i32, Raised> {
        os::quick(th, c!(eventfd(initval, flags)))
    }

    /// Read eventfd value
    #[function(sig = "(fd)")]
    fn eventfd_read(th: &mut Thread, fd: os::Fd) -> Result<u64, Raised> {
        let mut value = 0;
        os::call(th, || c!(eventfd_read(fd.0, &raw mut value)))?;
        Ok(value)
    }

    /// Write eventfd value.
    #[function(sig = "(fd, value)")]
    fn eventfd_write(th: &mut Thread, fd: os::Fd, value: u64) -> Result<(), Raised> {
        os::call(th, || c!(eventfd_write(fd.0, value)))?;
        Ok(())
    }

    /// Create and return a timer file descriptor.
    ///
    ///   clockid
    ///     A valid clock ID constant as timer file descriptor.
    ///
    ///     time.CLOCK_REALTIME
    ///     time.CLOCK_MONOTONIC
    ///     time.CLOCK_BOOTTIME
    ///   flags
    ///     0 or a bit mask of os.TFD_NONBLOCK or os.TFD_CLOEXEC.
    ///
    ///     os.TFD_NONBLOCK
    ///         If *TFD_NONBLOCK* is set as a flag, read doesn't blocks.
    ///         If *TFD_NONBLOCK* is not set as a flag, read block until the timer fires.
    ///
    ///     os.TFD_CLOEXEC
    ///         If *TFD_CLOEXEC* is set as a flag, enable the close-on-exec flag
    #[function(sig = "(clockid, /, *, flags=0)")]
    fn timerfd_create(th: &mut Thread, clockid: i32, #[default(libc::TFD_CLOEXEC)] flags: i32) -> Result<i32, Raised> {
        os::quick(th, c!(timerfd_create(clockid, flags)))
    }

    /// Alter a timer file descriptor's internal timer in seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     The initial expiration time, in seconds.
    ///   interval
    ///     The timer's interval, in seconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0.0, interval=0.0)")]
    fn timerfd_settime(
        th: &mut Thread,
        fd: os::Fd,
        flags: i32,
        #[default(objects::none())] initial: &Object,
        #[default(objects::none())] interval: &Object,
    ) -> Result<Ref<Object>, Raised> {
        let of = |th: &mut Thread, value: &Object| if value.is(objects::none()) { Ok(0) } else { os::nanoseconds(th, value, os::Round::Floor) };
        let (initial, interval) = (of(th, initial)?, of(th, interval)?);
        let old = set_timer(th, fd.0, flags, initial, interval)?;
        Ok(timer_result(th, &old, false))
    }

    /// Alter a timer file descriptor's internal timer in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    ///   flags
    ///     0 or a bit mask of TFD_TIMER_ABSTIME or TFD_TIMER_CANCEL_ON_SET.
    ///   initial
    ///     initial expiration timing in nanoseconds.
    ///   interval
    ///     interval for the timer in nanoseconds.
    #[function(sig = "(fd, /, *, flags=0, initial=0, interval=0)")]
    fn timerfd_settime_ns(th: &mut Thread, fd: os::Fd, flags: i32, initial: i64, interval: i64) -> Result<Ref<Object>, Raised> {
        let old = set_timer(th, fd.0, flags, initial, interval)?;
        Ok(timer_result(th, &old, true))
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in float seconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime(th: &mut Thread, fd: os::Fd) -> Result<Ref<Object>, Raised> {
        let mut timer = NO_TIMER;
        os::quick(th, c!(timerfd_gettime(fd.0, &raw mut timer)))?;
        Ok(timer_result(th, &timer, false))
    }

    /// Return a tuple of a timer file descriptor's (next expiration, interval) in nanoseconds.
    ///
    ///   fd
    ///     A timer file descriptor.
    #[function(sig = "(fd, /)")]
    fn timerfd_gettime_ns(th: &mut Thread, fd: os::Fd) -> Result<Ref<Object>, Raised> {
        let mut timer = NO_TIMER;
        os::quick(th, c!(timerfd_gettime(fd.0, &raw mut timer)))?;
        Ok(timer_result(th, &timer, true))
    }

    /// Disassociate parts of a process (or thread) execution context.
    ///
    ///   flags
    ///     Namespaces to be unshared.
    #[function(sig = "(flags)")]
    fn unshare(th: &mut Thread, flags: i32) -> Result<(), Raised> {
        os::call(th, || c!(unshare(flags)))?;
        Ok(())
    }

    /// Move the calling thread into different namespaces.
    ///
    ///   fd
    ///     A file descriptor to a namespace.
    ///   nstype
    ///     Type of namespace.
    #[function(sig = "(fd, nstype=0)")]
    fn setns(th: &mut Thread, fd: os::Fd, nstype: i32) -> Result<(), Raised> {
        os::call(th, || c!(setns(fd.0, nstype)))?;
        Ok(())
    }
}
