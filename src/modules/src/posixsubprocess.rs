//! `_posixsubprocess`: the fork and the exec of `subprocess`.
//!
//! Invariant: between the two the child touches no object and takes no memory, unless it was given a `preexec_fn`: other threads of the
//! parent may hold any lock.
#![allow(unsafe_code, reason = "system calls")]

use std::ffi::CString;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Int, Tuple, ops, raise};

use crate::os::{self, c};
use crate::posix::process::Strings;

/// What the child needs, all of it made before the fork.
struct Plan {
    arguments: Strings,
    programs: Vec<CString>,
    environment: Option<Strings>,
    cwd: Option<CString>,
    close_fds: bool,
    /// Sorted; the error pipe is one of them.
    keep: Vec<i32>,
    pass: Vec<i32>,
    pipes: [i32; 6],
    errors: [i32; 2],
    restore_signals: bool,
    session: bool,
    group: i32,
    gid: Option<u32>,
    groups: Option<Vec<u32>>,
    uid: Option<u32>,
    umask: i32,
}

/// Why the child did not become the program.
struct Failed(&'static str, i32);

const NEVER: &str = "noexec";

fn ok(result: i32) -> Result<i32, Failed> {
    if result < 0 { Err(Failed(NEVER, os::errno())) } else { Ok(result) }
}

fn inheritable(fd: i32, on: bool) -> Result<(), Failed> {
    let flags = ok(c!(fcntl(fd, libc::F_GETFD, 0)))?;
    ok(c!(fcntl(fd, libc::F_SETFD, if on { flags & !libc::FD_CLOEXEC } else { flags | libc::FD_CLOEXEC })))?;
    Ok(())
}

fn close_range(from: i32, to: i32) {
    if from <= to && c!(syscall(libc::SYS_close_range, from, to, 0)) < 0 {
        let open_max = c!(sysconf(libc::_SC_OPEN_MAX)).clamp(256, 1 << 20) as i32;
        for fd in from..=to.min(open_max) {
            c!(close(fd));
        }
    }
}

impl Plan {
    /// The child's life. It returns only if something failed.
    fn become_program(&self, preexec: &mut dyn FnMut() -> Result<(), Failed>) -> Failed {
        match self.prepare(preexec) {
            Err(failed) => failed,
            Ok(()) => {
                let mut number = libc::ENOENT;
                for program in &self.programs {
                    match &self.environment {
                        Some(environment) => c!(execve(program.as_ptr(), self.arguments.ptr(), environment.ptr())),
                        None => c!(execv(program.as_ptr(), self.arguments.ptr())),
                    };
                    let found = os::errno();
                    if found != libc::ENOENT && found != libc::ENOTDIR {
                        number = found;
                    }
                }
                Failed("", number)
            }
        }
    }

    fn prepare(&self, preexec: &mut dyn FnMut() -> Result<(), Failed>) -> Result<(), Failed> {
        for fd in &self.pass {
            inheritable(*fd, true)?;
        }
        let [p2cread, p2cwrite, c2pread, mut c2pwrite, errread, mut errwrite] = self.pipes;
        for fd in [p2cwrite, c2pread, errread, self.errors[0]] {
            if fd >= 0 {
                ok(c!(close(fd)))?;
            }
        }
        if c2pwrite == 0 {
            c2pwrite = ok(c!(dup(c2pwrite)))?;
            inheritable(c2pwrite, false)?;
        }
        while errwrite == 0 || errwrite == 1 {
            errwrite = ok(c!(dup(errwrite)))?;
            inheritable(errwrite, false)?;
        }
        for (fd, place) in [(p2cread, 0), (c2pwrite, 1), (errwrite, 2)] {
            if fd == place {
                inheritable(fd, true)?;
            } else if fd != -1 {
                ok(c!(dup2(fd, place)))?;
            }
        }
        if let Some(cwd) = &self.cwd
            && c!(chdir(cwd.as_ptr())) < 0
        {
            return Err(Failed("noexec:chdir", os::errno()));
        }
        if self.umask >= 0 {
            c!(umask(self.umask as libc::mode_t));
        }
        if self.restore_signals {
            c!(signal(libc::SIGPIPE, libc::SIG_DFL));
            c!(signal(libc::SIGXFSZ, libc::SIG_DFL));
        }
        if self.session {
            ok(c!(setsid()))?;
        }
        if self.group >= 0 {
            ok(c!(setpgid(0, self.group)))?;
        }
        // The bare calls: libc's would ask threads that are not there.
        if let Some(groups) = &self.groups {
            ok(c!(syscall(libc::SYS_setgroups, groups.len(), groups.as_ptr())) as i32)?;
        }
        if let Some(gid) = self.gid {
            ok(c!(syscall(libc::SYS_setregid, gid, gid)) as i32)?;
        }
        if let Some(uid) = self.uid {
            ok(c!(syscall(libc::SYS_setreuid, uid, uid)) as i32)?;
        }
        preexec()?;
        if self.close_fds {
            let mut from = 3;
            for fd in &self.keep {
                if *fd >= from {
                    close_range(from, fd - 1);
                    from = fd + 1;
                }
            }
            close_range(from, i32::MAX);
        }
        Ok(())
    }

    /// Tells the parent, by the error pipe.
    fn tell(&self, failed: &Failed) {
        let pipe = self.errors[1];
        let write = |bytes: &[u8]| c!(write(pipe, bytes.as_ptr().cast(), bytes.len()));
        if failed.1 == 0 {
            write(b"SubprocessError:0:");
        } else {
            let mut text = [0_u8; 8];
            let mut at = text.len();
            let mut rest = failed.1 as u32;
            while rest > 0 {
                at -= 1;
                text[at] = b"0123456789ABCDEF"[(rest & 15) as usize];
                rest >>= 4;
            }
            write(b"OSError:");
            write(&text[at..]);
            write(b":");
        }
        write(failed.0.as_bytes());
    }
}

fn strings(th: &mut Thread, items: &Object) -> Result<Vec<CString>, Raised> {
    let mut all = Vec::new();
    for item in ops::to_vec(th, items)? {
        all.push(os::fs_string(th, &item)?);
    }
    Ok(all)
}

/// As [`strings`], of a sequence, whose length is believed.
fn strings_by_index(th: &mut Thread, items: &Object) -> Result<Vec<CString>, Raised> {
    let len = ops::item::sequence_len(th, items)?;
    let mut all = Vec::new();
    if all.try_reserve_exact(len).is_err() {
        return Err(raise::memory_error(th));
    }
    for index in 0..len {
        let item = ops::item::sequence_getitem(th, items, index.cast_signed())?;
        all.push(os::fs_string(th, &item)?);
        th.release(item);
    }
    Ok(all)
}

fn given(object: &Object) -> Option<&Object> {
    if object.is(objects::none()) { None } else { Some(object) }
}

#[pymodule(name = "_posixsubprocess")]
pub mod posixsubprocess {
    //! A POSIX helper for the subprocess module.
    use super::*;

    /// Spawn a fresh new child process.
    ///
    /// Fork a child process, close parent file descriptors as appropriate in
    /// the child and duplicate the few that are needed before calling exec() in
    /// the child process.
    ///
    /// If close_fds is True, close file descriptors 3 and higher, except those
    /// listed in the sorted tuple pass_fds.
    ///
    /// The preexec_fn, if supplied, will be called immediately before closing
    /// file descriptors and exec.
    ///
    /// WARNING: preexec_fn is NOT SAFE if your application uses threads.
    ///          It may trigger infrequent, difficult to debug deadlocks.
    ///
    /// If an error occurs in the child process before the exec, it is
    /// serialized and written to the errpipe_write fd per subprocess.py.
    ///
    /// Returns: the child process's PID.
    ///
    /// Raises: Only on an error in the parent process.
    #[function(sig = "(args, executable_list, close_fds, pass_fds, cwd, env, p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write, restore_signals, call_setsid, pgid_to_set, gid, extra_groups, uid, child_umask, preexec_fn, /)")]
    fn fork_exec(
        th: &mut Thread,
        args: &Object,
        executable_list: &Object,
        close_fds: bool,
        pass_fds: &Tuple,
        cwd: &Object,
        env: &Object,
        p2cread: i32,
        p2cwrite: i32,
        c2pread: i32,
        c2pwrite: i32,
        errread: i32,
        errwrite: i32,
        errpipe_read: i32,
        errpipe_write: i32,
        restore_signals: bool,
        call_setsid: bool,
        pgid_to_set: i32,
        gid: &Object,
        extra_groups: &Object,
        uid: &Object,
        child_umask: i32,
        preexec_fn: &Object,
    ) -> Result<i32, Raised> {
        if close_fds && errpipe_write < 3 {
            return Err(raise::value_error(th, format_args!("errpipe_write must be >= 3")));
        }
        let mut pass = Vec::with_capacity(pass_fds.len());
        for item in pass_fds.iter() {
            match item.downcast::<Int>().and_then(Int::to_i64).and_then(|fd| i32::try_from(fd).ok()) {
                Some(fd) if fd >= 0 && pass.last().is_none_or(|last| *last < fd) => pass.push(fd),
                _ => return Err(raise::value_error(th, format_args!("bad value(s) in fds_to_keep"))),
            }
        }
        let programs = strings_by_index(th, executable_list)?;
        let groups = match given(extra_groups) {
            Some(groups) => {
                let mut all = Vec::new();
                for item in ops::to_vec(th, groups)? {
                    all.push(os::id_from(th, &item, "gid")?);
                }
                if all.len() > 65536 {
                    return Err(raise::value_error(th, format_args!("too many extra_groups")));
                }
                Some(all)
            }
            None => None,
        };
        let id = |th: &mut Thread, object: &Object, what: &str| given(object).map(|id| os::id_from(th, id, what)).transpose();
        let (gid, uid) = (id(th, gid, "gid")?, id(th, uid, "uid")?);
        let plan = Plan {
            arguments: Strings::new(strings(th, args)?),
            programs,
            environment: match given(env) {
                Some(env) => Some(Strings::new(strings_by_index(th, env)?)),
                None => None,
            },
            cwd: match given(cwd) {
                Some(cwd) => Some(os::fs_string(th, cwd)?),
                None => None,
            },
            close_fds,
            keep: pass.clone(),
            pass: pass.into_iter().filter(|fd| *fd != errpipe_write).collect(),
            pipes: [p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite],
            errors: [errpipe_read, errpipe_write],
            restore_signals,
            session: call_setsid,
            group: pgid_to_set,
            gid,
            groups,
            uid,
            umask: child_umask,
        };
        let preexec: Option<Ref<Object>> = given(preexec_fn).map(|f| f.to_owned());
        if preexec.is_some() {
            crate::posix::before_fork(th);
        }
        let pid = c!(fork());
        if pid == 0 {
            if preexec.is_some() {
                crate::posix::after_fork_in_child(th);
            }
            let failed = plan.become_program(&mut || match &preexec {
                Some(function) => match ops::call0(th, function) {
                    Ok(result) => {
                        th.release(result);
                        Ok(())
                    }
                    Err(_) => Err(Failed("Exception occurred in preexec_fn.", 0)),
                },
                None => Ok(()),
            });
            plan.tell(&failed);
            c!(_exit(255));
        }
        let number = if pid < 0 { os::errno() } else { 0 };
        if preexec.is_some() {
            crate::posix::after_fork_in_parent(th);
        }
        if pid < 0 { Err(raise::os_error(th, number, None, None)) } else { Ok(pid) }
    }
}
