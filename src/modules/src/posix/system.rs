//! The system itself: its name, its limits, its random numbers, its messages.
#![allow(unsafe_code, reason = "system calls")]

use core::mem::MaybeUninit;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Bytes, Int, Str, raise};

use super::{classes, consts};
use crate::os::{self, PathOrFd, c};

/// A number for `sysconf` and its like, or a name of one.
fn configuration(th: &mut Thread, name: &Object, table: &[(&str, i64)]) -> Result<i32, Raised> {
    if let Some(text) = name.downcast::<Str>() {
        return match table.iter().find(|(known, _)| text.eq_text(known)) {
            Some((_, value)) => Ok(*value as i32),
            None => Err(raise::value_error(th, format_args!("unrecognized configuration name"))),
        };
    }
    match name.downcast::<Int>().map(|n| n.to_i64().and_then(|n| i32::try_from(n).ok())) {
        Some(Some(number)) => Ok(number),
        Some(None) => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C int"))),
        None => Err(raise::type_error(th, format_args!("configuration names must be strings or integers"))),
    }
}

fn clear_errno() {
    // SAFETY: this thread's own.
    unsafe { *libc::__errno_location() = 0 };
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return an object identifying the current operating system.
    ///
    /// The object behaves like a named tuple with the following fields:
    ///   (sysname, nodename, release, version, machine)
    #[function(sig = "()")]
    fn uname(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut name = MaybeUninit::<libc::utsname>::zeroed();
        os::quick(th, c!(uname(name.as_mut_ptr())))?;
        // SAFETY: zeroed, and filled by the call.
        let name = unsafe { name.assume_init() };
        let parts = [name.sysname.as_ptr(), name.nodename.as_ptr(), name.release.as_ptr(), name.version.as_ptr(), name.machine.as_ptr()];
        let values = parts.map(|part| os::c_text(th, part));
        classes::UNAME_RESULT.make(th, &values)
    }

    /// Translate an error code to a message string.
    #[function(sig = "(code, /)")]
    fn strerror(th: &mut Thread, code: i32) -> Ref<Str> {
        let mut text = [0_u8; 256];
        c!(strerror_r(code, text.as_mut_ptr().cast(), text.len()));
        interp::config::decode_os(th, os::c_bytes(text.as_ptr().cast()))
    }

    /// Return a bytes object containing random bytes suitable for cryptographic use.
    #[function(sig = "(size, /)")]
    fn urandom(th: &mut Thread, size: isize) -> Result<Ref<Bytes>, Raised> {
        if size < 0 {
            return Err(raise::value_error(th, format_args!("negative argument not allowed")));
        }
        let mut out = Vec::new();
        if out.try_reserve_exact(size as usize).is_err() {
            return Err(raise::memory_error(th));
        }
        out.resize(size as usize, 0_u8);
        let mut done = 0;
        while done < out.len() {
            let rest = &mut out[done..];
            let (start, length) = (rest.as_mut_ptr(), rest.len());
            done += os::call(th, || c!(getrandom(start.cast(), length, 0)))? as usize;
        }
        Ok(Bytes::new(th, &out))
    }

    /// Obtain a series of random bytes.
    #[function(sig = "(size, flags=0)")]
    fn getrandom(th: &mut Thread, size: isize, flags: i32) -> Result<Ref<Bytes>, Raised> {
        if size < 0 {
            return Err(raise::os_error(th, libc::EINVAL, None, None));
        }
        let mut out = vec![0_u8; (size as usize).min(33_554_431)];
        let n = os::call(th, || c!(getrandom(out.as_mut_ptr().cast(), out.len(), flags as u32)))?;
        Ok(Bytes::new(th, &out[..n as usize]))
    }

    /// Return an integer-valued system configuration variable.
    #[function(sig = "(name, /)")]
    fn sysconf(th: &mut Thread, name: &Object) -> Result<i64, Raised> {
        let number = configuration(th, name, consts::SYSCONF_NAMES)?;
        clear_errno();
        let value = c!(sysconf(number));
        if value == -1 && os::errno() != 0 { Err(os::last_error(th)) } else { Ok(value) }
    }

    /// Return a string-valued system configuration variable.
    #[function(sig = "(name, /)")]
    fn confstr(th: &mut Thread, name: &Object) -> Result<Option<Ref<Str>>, Raised> {
        let number = configuration(th, name, consts::CONFSTR_NAMES)?;
        clear_errno();
        let mut text = vec![0_u8; 4096];
        let n = c!(confstr(number, text.as_mut_ptr().cast(), text.len()));
        if n == 0 {
            return if os::errno() != 0 { Err(os::last_error(th)) } else { Ok(None) };
        }
        if n > text.len() {
            text.resize(n, 0);
            c!(confstr(number, text.as_mut_ptr().cast(), text.len()));
        }
        Ok(Some(interp::config::decode_os(th, &text[..n - 1])))
    }

    /// Return the configuration limit name for the file or directory path.
    ///
    /// If there is no limit, return -1.
    /// On some platforms, path may also be specified as an open file
    /// descriptor.  If this functionality is unavailable, using it raises
    /// an exception.
    #[function(sig = "(path, name)")]
    fn pathconf(th: &mut Thread, path: PathOrFd, name: &Object) -> Result<i64, Raised> {
        let number = configuration(th, name, consts::PATHCONF_NAMES)?;
        clear_errno();
        let value = match path.fd {
            Some(fd) => c!(fpathconf(fd, number)),
            None => c!(pathconf(path.ptr(), number)),
        };
        match os::errno() {
            failed if value == -1 && failed != 0 => Err(raise::os_error(th, failed, Some(&path.object), None)),
            _ => Ok(value),
        }
    }

    /// Return the configuration limit name for the file descriptor fd.
    ///
    /// If there is no limit, return -1.
    #[function(sig = "(fd, name, /)")]
    fn fpathconf(th: &mut Thread, fd: os::Fd, name: &Object) -> Result<i64, Raised> {
        let number = configuration(th, name, consts::PATHCONF_NAMES)?;
        clear_errno();
        let value = c!(fpathconf(fd.0, number));
        if value == -1 && os::errno() != 0 { Err(os::last_error(th)) } else { Ok(value) }
    }
}
