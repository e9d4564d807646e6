//! `pwd` and `grp`: the databases of users and groups, by libc's calls that threads may share.
#![allow(unsafe_code, reason = "system calls")]

use core::mem::MaybeUninit;
use std::ffi::c_char;
use heap::sync::Mutex;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Str, ops, raise};

use crate::os::{self, c, int};
use crate::posix::classes::Class;

static PASSWD: Class = Class::new(
    "pwd",
    "struct_passwd",
    "pwd.struct_passwd: Results from getpw*() routines.\n\nThis object may be accessed either as a tuple of\n  (pw_name,pw_passwd,pw_uid,pw_gid,pw_gecos,pw_dir,pw_shell)\nor via the object attributes as named in the above tuple.",
    &[
        ("pw_name", "user name"),
        ("pw_passwd", "password"),
        ("pw_uid", "user id"),
        ("pw_gid", "group id"),
        ("pw_gecos", "real name"),
        ("pw_dir", "home directory"),
        ("pw_shell", "shell program"),
    ],
    7,
);

static GROUP: Class = Class::new(
    "grp",
    "struct_group",
    "grp.struct_group: Results from getgr*() routines.\n\nThis object may be accessed either as a tuple of\n  (gr_name,gr_passwd,gr_gid,gr_mem)\nor via the object attributes as named in the above tuple.\n",
    &[("gr_name", "group name"), ("gr_passwd", "password"), ("gr_gid", "group id"), ("gr_mem", "group members")],
    4,
);

/// Walking through a whole database has one position for the process.
static WALK: Mutex<()> = Mutex::new(());

fn user(th: &mut Thread, p: &libc::passwd) -> Result<Ref<Object>, Raised> {
    let values = [
        os::c_text(th, p.pw_name),
        os::c_text(th, p.pw_passwd),
        int(th, p.pw_uid.into()),
        int(th, p.pw_gid.into()),
        os::c_text(th, p.pw_gecos),
        os::c_text(th, p.pw_dir),
        os::c_text(th, p.pw_shell),
    ];
    PASSWD.make(th, &values)
}

fn group(th: &mut Thread, g: &libc::group) -> Result<Ref<Object>, Raised> {
    let mut members = Vec::new();
    let mut at = g.gr_mem;
    // SAFETY: a list of strings, terminated by null.
    while let Some(member) = unsafe { at.as_ref() }.filter(|m| !m.is_null()) {
        members.push(os::c_text(th, *member));
        // SAFETY: the terminator was not reached.
        at = unsafe { at.add(1) };
    }
    let values = [os::c_text(th, g.gr_name), os::c_text(th, g.gr_passwd), int(th, g.gr_gid.into()), os::list(th, members)];
    GROUP.make(th, &values)
}

/// Calls one of the `get…_r` functions with enough room. The room is what the entry points into.
fn look_up<T>(th: &mut Thread, call: impl Fn(*mut T, *mut c_char, usize, *mut *mut T) -> i32) -> Result<Option<(T, Vec<u8>)>, Raised> {
    let mut size = 1024;
    loop {
        let mut room = vec![0_u8; size];
        let mut entry = MaybeUninit::<T>::zeroed();
        let mut found = core::ptr::null_mut();
        match th.detached(|| call(entry.as_mut_ptr(), room.as_mut_ptr().cast(), size, &raw mut found)) {
            // SAFETY: found: the entry was filled; its strings are in the room, which does not move.
            0 if !found.is_null() => return Ok(Some((unsafe { entry.assume_init() }, room))),
            0 | libc::ENOENT | libc::ESRCH | libc::EBADF | libc::EPERM => return Ok(None),
            libc::ERANGE if size < 1 << 24 => size *= 2,
            libc::EINTR => crate::signal::run_handlers(th)?,
            number => return Err(raise::os_error(th, number, None, None)),
        }
    }
}

fn missing(th: &mut Thread, message: &str) -> Raised {
    let message = Str::new(th, message);
    raise::key_error(th, &message)
}

fn id_of(th: &mut Thread, id: &Object, function: &str, what: &str) -> Result<u32, Raised> {
    match os::id_from(th, id, what) {
        Ok(id) => Ok(id),
        Err(_) if raise::catch(th, objects::exceptions::overflow_error_type()).is_some() => {
            let shown = ops::repr(th, id)?.to_string_lossy();
            Err(missing(th, &format!("{function}(): {what} not found: {shown}")))
        }
        Err(raised) => Err(raised),
    }
}

#[pymodule(name = "pwd")]
pub mod pwd {
    //! This module provides access to the Unix password database.
    //! It is available on all Unix versions.
    use super::*;

    #[attr]
    fn struct_passwd(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        PASSWD.get(th)
    }

    /// Return the password database entry for the given numeric user ID.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function(sig = "(uidobj, /)")]
    fn getpwuid(th: &mut Thread, uidobj: &Object) -> Result<Ref<Object>, Raised> {
        let uid = id_of(th, uidobj, "getpwuid", "uid")?;
        match look_up(th, |entry, room, size, found| c!(getpwuid_r(uid, entry, room, size, found)))? {
            Some((entry, _room)) => user(th, &entry),
            None => Err(missing(th, &format!("getpwuid(): uid not found: {uid}"))),
        }
    }

    /// Return the password database entry for the given user name.
    ///
    /// See `help(pwd)` for more on password database entries.
    #[function(sig = "(name, /)")]
    fn getpwnam(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
        let text = os::fs_string(th, name)?;
        match look_up(th, |entry, room, size, found| c!(getpwnam_r(text.as_ptr(), entry, room, size, found)))? {
            Some((entry, _room)) => user(th, &entry),
            None => {
                let shown = ops::repr(th, name)?.to_string_lossy();
                Err(missing(th, &format!("getpwnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available password database entries, in arbitrary order.
    ///
    /// See help(pwd) for more on password database entries.
    #[function(sig = "()")]
    fn getpwall(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let ids = th.detached(|| {
            let _walking = WALK.lock();
            let mut names = Vec::new();
            c!(setpwent());
            loop {
                let entry = c!(getpwent());
                // SAFETY: in place until the next call, which waits for our lock.
                let Some(entry) = (unsafe { entry.as_ref() }) else { break };
                names.push(std::ffi::CString::new(os::c_bytes(entry.pw_name)).unwrap_or_default());
            }
            c!(endpwent());
            names
        });
        let mut all = Vec::new();
        for name in ids {
            if let Some((entry, _room)) = look_up(th, |entry, room, size, found| c!(getpwnam_r(name.as_ptr(), entry, room, size, found)))? {
                all.push(user(th, &entry)?);
            }
        }
        Ok(os::list(th, all))
    }
}

#[pymodule(name = "grp")]
pub mod grp {
    //! Access to the Unix group database.
    use super::*;

    #[attr]
    fn struct_group(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        GROUP.get(th)
    }

    /// Return the group database entry for the given numeric group ID.
    ///
    /// If id is not valid, raise KeyError.
    #[function(sig = "(id)")]
    fn getgrgid(th: &mut Thread, id: &Object) -> Result<Ref<Object>, Raised> {
        let gid = id_of(th, id, "getgrgid", "gid")?;
        match look_up(th, |entry, room, size, found| c!(getgrgid_r(gid, entry, room, size, found)))? {
            Some((entry, _room)) => group(th, &entry),
            None => Err(missing(th, &format!("getgrgid(): gid not found: {gid}"))),
        }
    }

    /// Return the group database entry for the given group name.
    ///
    /// If name is not valid, raise KeyError.
    #[function(sig = "(name)")]
    fn getgrnam(th: &mut Thread, name: &Str) -> Result<Ref<Object>, Raised> {
        let text = os::fs_string(th, name)?;
        match look_up(th, |entry, room, size, found| c!(getgrnam_r(text.as_ptr(), entry, room, size, found)))? {
            Some((entry, _room)) => group(th, &entry),
            None => {
                let shown = ops::repr(th, name)?.to_string_lossy();
                Err(missing(th, &format!("getgrnam(): name not found: {shown}")))
            }
        }
    }

    /// Return a list of all available group entries, in arbitrary order.
    ///
    /// An entry whose name starts with '+' or '-' represents an instruction
    /// to use YP/NIS and may not be accessible via getgrnam or getgrgid.
    #[function(sig = "()")]
    fn getgrall(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let names = th.detached(|| {
            let _walking = WALK.lock();
            let mut names = Vec::new();
            c!(setgrent());
            loop {
                let entry = c!(getgrent());
                // SAFETY: in place until the next call, which waits for our lock.
                let Some(entry) = (unsafe { entry.as_ref() }) else { break };
                names.push(std::ffi::CString::new(os::c_bytes(entry.gr_name)).unwrap_or_default());
            }
            c!(endgrent());
            names
        });
        let mut all = Vec::new();
        for name in names {
            if let Some((entry, _room)) = look_up(th, |entry, room, size, found| c!(getgrnam_r(name.as_ptr(), entry, room, size, found)))? {
                all.push(group(th, &entry)?);
            }
        }
        Ok(os::list(th, all))
    }
}
