//! `stat` and its like, and what changes what they say: modes, owners, times.
#![allow(unsafe_code, reason = "system calls")]

use core::mem::MaybeUninit;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Int, Tuple, ops, raise};

use super::classes;
use crate::os::{self, DirFd, Fd, Gid, Path, PathOrFd, Uid, c, float, int};

/// `os.stat_result` of what the system said.
pub fn result(th: &mut Thread, st: &libc::stat) -> Result<Ref<Object>, Raised> {
    let unsigned = |th: &Thread, v: u64| Int::from_u64(th, v).up();
    let nanos = |th: &Thread, sec: i64, nsec: i64| Int::from_i128(th, i128::from(sec) * 1_000_000_000 + i128::from(nsec)).up();
    let values = [
        int(th, st.st_mode.into()),
        unsigned(th, st.st_ino),
        unsigned(th, st.st_dev),
        unsigned(th, st.st_nlink as u64),
        int(th, st.st_uid.into()),
        int(th, st.st_gid.into()),
        int(th, st.st_size),
        int(th, st.st_atime),
        int(th, st.st_mtime),
        int(th, st.st_ctime),
        float(th, os::seconds(st.st_atime, st.st_atime_nsec)),
        float(th, os::seconds(st.st_mtime, st.st_mtime_nsec)),
        float(th, os::seconds(st.st_ctime, st.st_ctime_nsec)),
        nanos(th, st.st_atime, st.st_atime_nsec),
        nanos(th, st.st_mtime, st.st_mtime_nsec),
        nanos(th, st.st_ctime, st.st_ctime_nsec),
        int(th, st.st_blksize as i64),
        int(th, st.st_blocks),
        unsigned(th, st.st_rdev),
    ];
    classes::STAT_RESULT.make(th, &values)
}

fn no_dir_fd(th: &mut Thread, function: &str, path: &PathOrFd, dir_fd: DirFd) -> Result<(), Raised> {
    if path.fd.is_some() && dir_fd != DirFd::HERE {
        return Err(raise::value_error(th, format_args!("{function}: can't specify dir_fd without matching path")));
    }
    Ok(())
}

fn no_fd_flag(th: &mut Thread, function: &str, path: &PathOrFd, follow: bool) -> Result<(), Raised> {
    if path.fd.is_some() && !follow {
        return Err(raise::value_error(th, format_args!("{function}: cannot use fd and follow_symlinks together")));
    }
    Ok(())
}

/// The system's answer about a file.
pub fn stat_of(th: &mut Thread, path: &Path, dir_fd: DirFd, follow: bool) -> Result<libc::stat, Raised> {
    let mut st = MaybeUninit::<libc::stat>::zeroed();
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    os::call_on(th, &path.object, || match path.fd {
        Some(fd) => c!(fstat(fd, st.as_mut_ptr())),
        None => c!(fstatat(dir_fd.0, path.ptr(), st.as_mut_ptr(), flags)),
    })?;
    // SAFETY: zeroed, and filled by the call.
    Ok(unsafe { st.assume_init() })
}

fn statvfs_result(th: &mut Thread, st: &libc::statvfs) -> Result<Ref<Object>, Raised> {
    let numbers = [
        st.f_bsize, st.f_frsize, st.f_blocks, st.f_bfree, st.f_bavail, st.f_files, st.f_ffree, st.f_favail, st.f_flag, st.f_namemax, st.f_fsid,
    ];
    let values: Vec<Ref<Object>> = numbers.iter().map(|n| Int::from_u64(th, *n as u64).up()).collect();
    classes::STATVFS_RESULT.make(th, &values)
}

/// Seconds and nanoseconds from a number of seconds, rounded down.
fn timespec(th: &mut Thread, value: &Object) -> Result<libc::timespec, Raised> {
    if let Some(value) = value.downcast::<objects::Float>() {
        let value = value.value();
        if value.is_nan() {
            return Err(raise::value_error(th, format_args!("Invalid value NaN (not a number)")));
        }
        let whole = value.floor();
        if !(-9.223_372_036_854_775e18..9.223_372_036_854_775e18).contains(&whole) {
            return Err(raise::overflow_error(th, format_args!("timestamp out of range for platform time_t")));
        }
        let nanos = ((value - whole) * 1e9).floor().clamp(0.0, 999_999_999.0);
        return Ok(libc::timespec { tv_sec: whole as i64, tv_nsec: nanos as i64 });
    }
    let value = ops::index(th, value)?;
    match value.to_i64() {
        Some(seconds) => Ok(libc::timespec { tv_sec: seconds, tv_nsec: 0 }),
        None => Err(raise::overflow_error(th, format_args!("timestamp out of range for platform time_t"))),
    }
}

fn timespec_of_nanos(th: &mut Thread, value: &Object) -> Result<libc::timespec, Raised> {
    let value = ops::index(th, value)?;
    let Some(nanos) = value.to_i128() else {
        return Err(raise::overflow_error(th, format_args!("Python int too large to convert to C long")));
    };
    match i64::try_from(nanos.div_euclid(1_000_000_000)) {
        Ok(sec) => Ok(libc::timespec { tv_sec: sec, tv_nsec: nanos.rem_euclid(1_000_000_000) as i64 }),
        Err(_) => Err(raise::overflow_error(th, format_args!("timestamp out of range for platform time_t"))),
    }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Perform a stat system call on the given path.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be a relative string; path will then be relative to
    ///     that directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    ///
    /// It's an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    #[function(sig = "(path, *, dir_fd=None, follow_symlinks=True)")]
    fn stat(th: &mut Thread, path: PathOrFd, #[default(DirFd::HERE)] dir_fd: DirFd, follow_symlinks: bool) -> Result<Ref<Object>, Raised> {
        no_dir_fd(th, "stat", &path, dir_fd)?;
        no_fd_flag(th, "stat", &path, follow_symlinks)?;
        let st = stat_of(th, &path, dir_fd, follow_symlinks)?;
        result(th, &st)
    }

    /// Perform a stat system call on the given path, without following symbolic links.
    ///
    /// Like stat(), but do not follow symbolic links.
    /// Equivalent to stat(path, follow_symlinks=False).
    #[function(sig = "(path, *, dir_fd=None)")]
    fn lstat(th: &mut Thread, path: Path, #[default(DirFd::HERE)] dir_fd: DirFd) -> Result<Ref<Object>, Raised> {
        let st = stat_of(th, &path, dir_fd, false)?;
        result(th, &st)
    }

    /// Perform a stat system call on the given file descriptor.
    ///
    /// Like stat(), but for an open file descriptor.
    /// Equivalent to os.stat(fd).
    #[function(sig = "(fd)")]
    fn fstat(th: &mut Thread, fd: i32) -> Result<Ref<Object>, Raised> {
        let mut st = MaybeUninit::<libc::stat>::zeroed();
        os::call(th, || c!(fstat(fd, st.as_mut_ptr())))?;
        // SAFETY: zeroed, and filled by the call.
        result(th, &unsafe { st.assume_init() })
    }

    /// Perform a statvfs system call on the given path.
    ///
    /// path may always be specified as a string.
    /// On some platforms, path may also be specified as an open file
    /// descriptor.  If this functionality is unavailable, using it raises
    /// an exception.
    #[function(sig = "(path)")]
    fn statvfs(th: &mut Thread, path: PathOrFd) -> Result<Ref<Object>, Raised> {
        let mut st = MaybeUninit::<libc::statvfs>::zeroed();
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => c!(fstatvfs(fd, st.as_mut_ptr())),
            None => c!(statvfs(path.ptr(), st.as_mut_ptr())),
        })?;
        // SAFETY: zeroed, and filled by the call.
        statvfs_result(th, &unsafe { st.assume_init() })
    }

    /// Perform an fstatvfs system call on the given fd.
    ///
    /// Equivalent to statvfs(fd).
    #[function(sig = "(fd, /)")]
    fn fstatvfs(th: &mut Thread, fd: i32) -> Result<Ref<Object>, Raised> {
        let mut st = MaybeUninit::<libc::statvfs>::zeroed();
        os::call(th, || c!(fstatvfs(fd, st.as_mut_ptr())))?;
        // SAFETY: zeroed, and filled by the call.
        statvfs_result(th, &unsafe { st.assume_init() })
    }

    /// Use the real uid/gid to test for access to a path.
    ///
    ///   path
    ///     Path to be tested; can be string, bytes, or a path-like object.
    ///   mode
    ///     Operating-system mode bitfield.  Can be F_OK to test existence,
    ///     or the inclusive-OR of R_OK, W_OK, and X_OK.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   effective_ids
    ///     If True, access will use the effective uid/gid instead of
    ///     the real uid/gid.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     access will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// dir_fd, effective_ids, and follow_symlinks may not be implemented
    ///   on your platform.  If they are unavailable, using them will raise a
    ///   NotImplementedError.
    ///
    /// Note that most operations will use the effective uid/gid, therefore this
    ///   routine can be used in a suid/sgid environment to test if the invoking user
    ///   has the specified access to the path.
    #[function(sig = "(path, mode, *, dir_fd=None, effective_ids=False, follow_symlinks=True)")]
    fn access(th: &mut Thread, path: Path, mode: i32, #[default(DirFd::HERE)] dir_fd: DirFd, effective_ids: bool, follow_symlinks: bool) -> bool {
        let flags = if effective_ids { libc::AT_EACCESS } else { 0 } | if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        th.detached(|| match (flags, dir_fd) {
            (0, DirFd::HERE) => c!(access(path.ptr(), mode)),
            _ => c!(faccessat(dir_fd.0, path.ptr(), mode, flags)),
        }) == 0
    }

    /// Change the access permissions of a file.
    ///
    ///   path
    ///     Path to be modified.  May always be specified as a str, bytes, or
    ///     a path-like object.  On some platforms, path may also be specified
    ///     as an open file descriptor.  If this functionality is unavailable,
    ///     using it raises an exception.
    ///   mode
    ///     Operating-system mode bitfield.
    ///     Be careful when using number literals for *mode*. The conventional
    ///     UNIX notation for numeric modes uses an octal base, which needs to
    ///     be indicated with a ``0o`` prefix in Python.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     chmod will modify the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    ///   an open file descriptor.
    /// dir_fd and follow_symlinks may not be implemented on your platform.
    ///   If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(path, mode, *, dir_fd=None, follow_symlinks=(os.name != 'nt'))")]
    fn chmod(th: &mut Thread, path: PathOrFd, mode: i32, #[default(DirFd::HERE)] dir_fd: DirFd, #[default(true)] follow_symlinks: bool) -> Result<(), Raised> {
        no_dir_fd(th, "chmod", &path, dir_fd)?;
        no_fd_flag(th, "chmod", &path, follow_symlinks)?;
        let mode_object = int(th, mode.into());
        let dir_object = int(th, if dir_fd == DirFd::HERE { -1 } else { dir_fd.0.into() });
        interp::audit::event(th, "os.chmod", &[&path.object, &mode_object, &dir_object])?;
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => c!(fchmod(fd, mode as libc::mode_t)),
            None => c!(fchmodat(dir_fd.0, path.ptr(), mode as libc::mode_t, flags)),
        })?;
        Ok(())
    }

    /// Change the access permissions of the file given by file descriptor fd.
    ///
    ///   fd
    ///     The file descriptor of the file to be modified.
    ///   mode
    ///     Operating-system mode bitfield.
    ///     Be careful when using number literals for *mode*.  The conventional
    ///     UNIX notation for numeric modes uses an octal base, which needs to
    ///     be indicated with a ``0o`` prefix in Python.
    ///
    /// Equivalent to os.chmod(fd, mode).
    #[function(sig = "(fd, mode)")]
    fn fchmod(th: &mut Thread, fd: i32, mode: i32) -> Result<(), Raised> {
        os::call(th, || c!(fchmod(fd, mode as libc::mode_t)))?;
        Ok(())
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    ///   path
    ///     Path to be examined; can be string, bytes, a path-like object, or
    ///     open-file-descriptor int.
    ///   dir_fd
    ///     If not None, it should be a file descriptor open to a directory,
    ///     and path should be relative; path will then be relative to that
    ///     directory.
    ///   follow_symlinks
    ///     If False, and the last element of the path is a symbolic link,
    ///     stat will examine the symbolic link itself instead of the file
    ///     the link points to.
    ///
    /// path may always be specified as a string.  On some platforms, path may
    /// also be specified as an open file descriptor.  If this functionality is
    /// unavailable, using it raises an exception.
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, chown will modify the symbolic link itself instead of
    /// the file the link points to.
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    /// an open file descriptor.
    /// dir_fd and follow_symlinks may not be implemented on your platform.  If
    /// they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(path, uid, gid, *, dir_fd=None, follow_symlinks=True)")]
    fn chown(th: &mut Thread, path: PathOrFd, uid: Uid, gid: Gid, #[default(DirFd::HERE)] dir_fd: DirFd, follow_symlinks: bool) -> Result<(), Raised> {
        no_dir_fd(th, "chown", &path, dir_fd)?;
        no_fd_flag(th, "chown", &path, follow_symlinks)?;
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => c!(fchown(fd, uid.0, gid.0)),
            None => c!(fchownat(dir_fd.0, path.ptr(), uid.0, gid.0, flags)),
        })?;
        Ok(())
    }

    /// Change the owner and group id of the file specified by file descriptor.
    ///
    /// Equivalent to os.chown(fd, uid, gid).
    #[function(sig = "(fd, uid, gid)")]
    fn fchown(th: &mut Thread, fd: i32, uid: Uid, gid: Gid) -> Result<(), Raised> {
        os::call(th, || c!(fchown(fd, uid.0, gid.0)))?;
        Ok(())
    }

    /// Change the owner and group id of path to the numeric uid and gid.
    ///
    /// This function will not follow symbolic links.
    /// Equivalent to os.chown(path, uid, gid, follow_symlinks=False).
    #[function(sig = "(path, uid, gid)")]
    fn lchown(th: &mut Thread, path: Path, uid: Uid, gid: Gid) -> Result<(), Raised> {
        os::call_on(th, &path.object, || c!(lchown(path.ptr(), uid.0, gid.0)))?;
        Ok(())
    }

    /// Set the access and modified time of path.
    ///
    /// path may always be specified as a string.  On some platforms, path may
    /// also be specified as an open file descriptor.  If this functionality is
    /// unavailable, using it raises an exception.
    ///
    /// If times is not None, it must be a tuple (atime, mtime);
    /// atime and mtime should be expressed as float seconds since the epoch.
    /// If ns is specified, it must be a tuple (atime_ns, mtime_ns);
    /// atime_ns and mtime_ns should be expressed as integer nanoseconds
    /// since the epoch.
    /// If times is None and ns is unspecified, utime uses the current time.
    /// Specifying tuples for both times and ns is an error.
    ///
    /// If dir_fd is not None, it should be a file descriptor open to
    /// a directory, and path should be relative; path will then be relative to
    /// that directory.
    /// If follow_symlinks is False, and the last element of the path is
    /// a symbolic link, utime will modify the symbolic link itself instead of
    /// the file the link points to.
    /// It is an error to use dir_fd or follow_symlinks when specifying path as
    /// an open file descriptor.
    /// dir_fd and follow_symlinks may not be available on your platform.
    /// If they are unavailable, using them will raise a NotImplementedError.
    #[function(sig = "(path, times=None, *, ns=<unrepresentable>, dir_fd=None, follow_symlinks=True)")]
    fn utime(
        th: &mut Thread,
        path: PathOrFd,
        times: Option<&Object>,
        #[default(objects::none())] ns: &Object,
        #[default(DirFd::HERE)] dir_fd: DirFd,
        follow_symlinks: bool,
    ) -> Result<(), Raised> {
        let ns = if ns.is(objects::none()) { None } else { Some(ns) };
        let times = times.filter(|times| !times.is(objects::none()));
        if times.is_some() && ns.is_some() {
            return Err(raise::value_error(th, format_args!("utime: you may specify either 'times' or 'ns' but not both")));
        }
        let pair = |th: &mut Thread, value: &Object, what: &str| match value.downcast::<Tuple>() {
            Some(tuple) if tuple.len() == 2 => Ok((tuple.get(0).to_owned(), tuple.get(1).to_owned())),
            _ => Err(raise::type_error(th, format_args!("utime: '{what}' must be {}", if what == "ns" { "a tuple of two ints" } else { "either a tuple of two ints or None" }))),
        };
        let spec = if let Some(times) = times {
            let (a, b) = pair(th, times, "times")?;
            Some([timespec(th, &a)?, timespec(th, &b)?])
        } else if let Some(ns) = ns {
            let (a, b) = pair(th, ns, "ns")?;
            Some([timespec_of_nanos(th, &a)?, timespec_of_nanos(th, &b)?])
        } else {
            None
        };
        no_dir_fd(th, "utime", &path, dir_fd)?;
        no_fd_flag(th, "utime", &path, follow_symlinks)?;
        let spec = spec.as_ref().map_or(core::ptr::null(), |s| s.as_ptr());
        let flags = if follow_symlinks { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
        os::call_on(th, &path.object, || match path.fd {
            Some(fd) => c!(futimens(fd, spec)),
            None => c!(utimensat(dir_fd.0, path.ptr(), spec, flags)),
        })?;
        Ok(())
    }

    /// Set the current numeric umask and return the previous umask.
    #[function(sig = "(mask, /)")]
    fn umask(mask: i32) -> u32 {
        c!(umask(mask as libc::mode_t))
    }

    /// Force write of fd to disk.
    #[function(sig = "(fd)")]
    fn fsync(th: &mut Thread, fd: Fd) -> Result<(), Raised> {
        os::call(th, || c!(fsync(fd.0)))?;
        Ok(())
    }

    /// Force write of fd to disk without forcing update of metadata.
    #[function(sig = "(fd)")]
    fn fdatasync(th: &mut Thread, fd: Fd) -> Result<(), Raised> {
        os::call(th, || c!(fdatasync(fd.0)))?;
        Ok(())
    }

    /// Extracts a device major number from a raw device number.
    #[function(sig = "(device, /)")]
    fn major(th: &mut Thread, device: &Object) -> Result<u32, Raised> {
        device_number(th, device).map(|d| libc::major(d))
    }

    /// Extracts a device minor number from a raw device number.
    #[function(sig = "(device, /)")]
    fn minor(th: &mut Thread, device: &Object) -> Result<u32, Raised> {
        device_number(th, device).map(|d| libc::minor(d))
    }

    /// Composes a raw device number from the major and minor device numbers.
    #[function(sig = "(major, minor, /)")]
    fn makedev(major: u32, minor: u32) -> u64 {
        libc::makedev(major, minor)
    }
}

/// A device's number; `-1` stands for none.
pub fn device_number(th: &mut Thread, device: &Object) -> Result<u64, Raised> {
    let value = ops::index(th, device)?;
    match value.to_u64() {
        Some(number) => Ok(number),
        None if value.to_i64() == Some(-1) => Ok(u64::MAX),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C unsigned long"))),
    }
}
