//! Who this process is: users, groups, process groups, sessions.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Str, ops, raise};

use crate::os::{self, Gid, Uid, c, int};

fn ids(th: &mut Thread, all: &[u32]) -> Vec<Ref<Object>> {
    all.iter().map(|id| int(th, i64::from(*id))).collect()
}

fn done(th: &mut Thread, result: i32) -> Result<(), Raised> {
    os::quick(th, result)?;
    Ok(())
}

unsafe extern "C" {
    fn getlogin_r(name: *mut libc::c_char, room: usize) -> libc::c_int;
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Return the current process id.
    #[function(sig = "()")]
    fn getpid() -> i32 {
        c!(getpid())
    }

    /// Return the parent's process id.
    ///
    /// If the parent process has already exited, Windows machines will still
    /// return its id; others systems will return the id of the 'init' proces
    /// (1).
    #[function(sig = "()")]
    fn getppid() -> i32 {
        c!(getppid())
    }

    /// Return the current process's user id.
    #[function(sig = "()")]
    fn getuid() -> u32 {
        c!(getuid())
    }

    /// Return the current process's effective user id.
    #[function(sig = "()")]
    fn geteuid() -> u32 {
        c!(geteuid())
    }

    /// Return the current process's group id.
    #[function(sig = "()")]
    fn getgid() -> u32 {
        c!(getgid())
    }

    /// Return the current process's effective group id.
    #[function(sig = "()")]
    fn getegid() -> u32 {
        c!(getegid())
    }

    /// Return the current process group id.
    #[function(sig = "()")]
    fn getpgrp() -> i32 {
        c!(getpgrp())
    }

    /// Call the system call getpgid(), and return the result.
    #[function(sig = "(pid)")]
    fn getpgid(th: &mut Thread, pid: i32) -> Result<i32, Raised> {
        os::quick(th, c!(getpgid(pid)))
    }

    /// Call the system call setpgid(pid, pgrp).
    #[function(sig = "(pid, pgrp, /)")]
    fn setpgid(th: &mut Thread, pid: i32, pgrp: i32) -> Result<(), Raised> {
        done(th, c!(setpgid(pid, pgrp)))
    }

    /// Make the current process the leader of its process group.
    #[function(sig = "()")]
    fn setpgrp(th: &mut Thread) -> Result<(), Raised> {
        done(th, c!(setpgid(0, 0)))
    }

    /// Call the system call getsid(pid) and return the result.
    #[function(sig = "(pid, /)")]
    fn getsid(th: &mut Thread, pid: i32) -> Result<i32, Raised> {
        os::quick(th, c!(getsid(pid)))
    }

    /// Call the system call setsid().
    #[function(sig = "()")]
    fn setsid(th: &mut Thread) -> Result<(), Raised> {
        done(th, c!(setsid()))
    }

    /// Set the current process's user id.
    #[function(sig = "(uid, /)")]
    fn setuid(th: &mut Thread, uid: Uid) -> Result<(), Raised> {
        done(th, c!(setuid(uid.0)))
    }

    /// Set the current process's effective user id.
    #[function(sig = "(euid, /)")]
    fn seteuid(th: &mut Thread, euid: Uid) -> Result<(), Raised> {
        done(th, c!(seteuid(euid.0)))
    }

    /// Set the current process's group id.
    #[function(sig = "(gid, /)")]
    fn setgid(th: &mut Thread, gid: Gid) -> Result<(), Raised> {
        done(th, c!(setgid(gid.0)))
    }

    /// Set the current process's effective group id.
    #[function(sig = "(egid, /)")]
    fn setegid(th: &mut Thread, egid: Gid) -> Result<(), Raised> {
        done(th, c!(setegid(egid.0)))
    }

    /// Set the current process's real and effective user ids.
    #[function(sig = "(ruid, euid, /)")]
    fn setreuid(th: &mut Thread, ruid: Uid, euid: Uid) -> Result<(), Raised> {
        done(th, c!(setreuid(ruid.0, euid.0)))
    }

    /// Set the current process's real and effective group ids.
    #[function(sig = "(rgid, egid, /)")]
    fn setregid(th: &mut Thread, rgid: Gid, egid: Gid) -> Result<(), Raised> {
        done(th, c!(setregid(rgid.0, egid.0)))
    }

    /// Set the current process's real, effective, and saved user ids.
    #[function(sig = "(ruid, euid, suid, /)")]
    fn setresuid(th: &mut Thread, ruid: Uid, euid: Uid, suid: Uid) -> Result<(), Raised> {
        done(th, c!(setresuid(ruid.0, euid.0, suid.0)))
    }

    /// Set the current process's real, effective, and saved group ids.
    #[function(sig = "(rgid, egid, sgid, /)")]
    fn setresgid(th: &mut Thread, rgid: Gid, egid: Gid, sgid: Gid) -> Result<(), Raised> {
        done(th, c!(setresgid(rgid.0, egid.0, sgid.0)))
    }

    /// Return a tuple of the current process's real, effective, and saved user ids.
    #[function(sig = "()")]
    fn getresuid(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (mut r, mut e, mut s) = (0, 0, 0);
        done(th, c!(getresuid(&raw mut r, &raw mut e, &raw mut s)))?;
        let items = ids(th, &[r, e, s]);
        Ok(os::tuple(th, items))
    }

    /// Return a tuple of the current process's real, effective, and saved group ids.
    #[function(sig = "()")]
    fn getresgid(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let (mut r, mut e, mut s) = (0, 0, 0);
        done(th, c!(getresgid(&raw mut r, &raw mut e, &raw mut s)))?;
        let items = ids(th, &[r, e, s]);
        Ok(os::tuple(th, items))
    }

    /// Return list of supplemental group IDs for the process.
    #[function(sig = "()")]
    fn getgroups(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut all = vec![0_u32; 65536];
        let n = os::quick(th, c!(getgroups(all.len() as i32, all.as_mut_ptr())))?;
        let items = ids(th, &all[..n as usize]);
        Ok(os::list(th, items))
    }

    /// Set the groups of the current process to list.
    #[function(sig = "(groups, /)")]
    fn setgroups(th: &mut Thread, groups: &Object) -> Result<(), Raised> {
        if !ops::is_sequence(groups) {
            return Err(raise::type_error(th, format_args!("setgroups argument must be a sequence")));
        }
        let items = ops::to_vec(th, groups)?;
        if items.len() > 65536 {
            return Err(raise::value_error(th, format_args!("too many groups")));
        }
        let mut all = Vec::with_capacity(items.len());
        for item in &items {
            all.push(os::id_from(th, item, "gid")?);
        }
        done(th, c!(setgroups(all.len(), all.as_ptr())))
    }

    /// Initialize the group access list.
    ///
    /// Call the system initgroups() to initialize the group access list with
    /// all of the groups of which the specified username is a member, plus the
    /// specified group id.
    #[function(sig = "(username, gid, /)")]
    fn initgroups(th: &mut Thread, username: &Object, gid: Gid) -> Result<(), Raised> {
        let name = os::fs_string(th, username)?;
        done(th, c!(initgroups(name.as_ptr(), gid.0)))
    }

    /// Returns a list of groups to which a user belongs.
    ///
    ///   user
    ///     username to lookup
    ///   group
    ///     base group id of the user
    #[function(sig = "(user, group, /)")]
    fn getgrouplist(th: &mut Thread, user: &str, group: Gid) -> Result<Ref<Object>, Raised> {
        let user = std::ffi::CString::new(user).unwrap_or_default();
        let mut all = vec![0_u32; 64];
        loop {
            let mut n = all.len() as i32;
            if c!(getgrouplist(user.as_ptr(), group.0, all.as_mut_ptr(), &raw mut n)) >= 0 {
                let items = ids(th, &all[..n as usize]);
                return Ok(os::list(th, items));
            }
            if all.len() > 1 << 20 {
                return Err(os::last_error(th));
            }
            all.resize((n.max(0) as usize).max(all.len() * 2), 0);
        }
    }

    /// Return the actual login name.
    #[function(sig = "()")]
    fn getlogin(th: &mut Thread) -> Result<Ref<Str>, Raised> {
        let mut name = [0_u8; 257];
        // SAFETY: writes at most so many bytes, terminated.
        match unsafe { getlogin_r(name.as_mut_ptr().cast(), name.len()) } {
            0 => Ok(interp::config::decode_os(th, os::c_bytes(name.as_ptr().cast()))),
            number => Err(raise::os_error(th, number, None, None)),
        }
    }

    /// Return program scheduling priority.
    #[function(sig = "(which, who)")]
    fn getpriority(th: &mut Thread, which: i32, who: i32) -> Result<i32, Raised> {
        // -1 is a priority, too: only `errno` tells.
        // SAFETY: this thread's own.
        unsafe { *libc::__errno_location() = 0 };
        let value = c!(getpriority(which as u32, who as u32));
        if value == -1 && os::errno() != 0 { Err(os::last_error(th)) } else { Ok(value) }
    }

    /// Set program scheduling priority.
    #[function(sig = "(which, who, priority)")]
    fn setpriority(th: &mut Thread, which: i32, who: i32, priority: i32) -> Result<(), Raised> {
        done(th, c!(setpriority(which as u32, who as u32, priority)))
    }

    /// Add increment to the priority of process and return the new priority.
    #[function(sig = "(increment, /)")]
    fn nice(th: &mut Thread, increment: i32) -> Result<i32, Raised> {
        // SAFETY: this thread's own.
        unsafe { *libc::__errno_location() = 0 };
        let value = c!(nice(increment));
        if value == -1 && os::errno() != 0 { Err(os::last_error(th)) } else { Ok(value) }
    }
}
