//! Processes: waiting for them, signals to them, replacing this one, leaving it.
#![allow(unsafe_code, reason = "system calls")]
#![allow(non_snake_case, reason = "C's macros, by their names")]

use core::mem::MaybeUninit;
use std::ffi::{CString, c_char};

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{List, Tuple, ops, raise};

use super::classes;
use crate::os::{self, Path, PathOrFd, c, float, int};

/// Terminated strings for `execv`.
pub struct Strings {
    _held: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Strings {
    pub fn new(held: Vec<CString>) -> Strings {
        let mut pointers: Vec<_> = held.iter().map(|s| s.as_ptr()).collect();
        pointers.push(core::ptr::null());
        Strings { _held: held, pointers }
    }

    pub fn ptr(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }

    /// `*mut` as `posix_spawn` wants it; it does not write.
    pub fn mut_ptr(&self) -> *const *mut c_char {
        self.pointers.as_ptr().cast()
    }
}

/// The arguments of a program.
pub fn arguments(th: &mut Thread, argv: &Object, function: &str) -> Result<Strings, Raised> {
    if argv.downcast::<List>().is_none() && argv.downcast::<Tuple>().is_none() {
        return Err(raise::type_error(th, format_args!("{function}() arg 2 must be a tuple or list")));
    }
    let items = ops::to_vec(th, argv)?;
    if items.is_empty() {
        return Err(raise::value_error(th, format_args!("{function}() arg 2 must not be empty")));
    }
    let mut all = Vec::with_capacity(items.len());
    for item in &items {
        all.push(os::fs_string(th, item)?);
    }
    if all[0].as_bytes().is_empty() {
        return Err(raise::value_error(th, format_args!("{function}() arg 2 first element cannot be empty")));
    }
    Ok(Strings::new(all))
}

/// The environment of a program, from a mapping.
pub fn environment(th: &mut Thread, env: &Object, function: &str) -> Result<Strings, Raised> {
    if !ops::is_mapping(env) {
        return Err(raise::type_error(th, format_args!("{function}: environment must be a mapping object")));
    }
    let name = objects::intern(th, "items");
    let items = ops::call_method(th, env, name, &[])?;
    let mut all = Vec::new();
    for item in ops::to_vec(th, &items)? {
        let pair = ops::to_vec(th, &item)?;
        let [key, value] = &pair[..] else {
            return Err(raise::type_error(th, format_args!("env.items() must give pairs")));
        };
        let (key, value) = (os::fs_string(th, key)?, os::fs_string(th, value)?);
        if key.as_bytes().is_empty() || key.as_bytes()[1..].contains(&b'=') {
            return Err(raise::value_error(th, format_args!("illegal environment variable name")));
        }
        let mut line = key.into_bytes();
        line.push(b'=');
        line.extend_from_slice(value.as_bytes());
        all.push(CString::new(line).unwrap_or_default());
    }
    Ok(Strings::new(all))
}

fn usage_result(th: &mut Thread, pid: i32, status: i32, usage: &libc::rusage) -> Result<Ref<Object>, Raised> {
    let usage = crate::resource::usage(th, usage)?;
    let items = vec![int(th, pid.into()), int(th, status.into()), usage];
    Ok(os::tuple(th, items))
}

fn wait_usage(th: &mut Thread, pid: i32, options: i32) -> Result<Ref<Object>, Raised> {
    let mut status = 0;
    let mut usage = MaybeUninit::<libc::rusage>::zeroed();
    let pid = os::call(th, || c!(wait4(pid, &raw mut status, options, usage.as_mut_ptr())))?;
    // SAFETY: zeroed, and filled by the call.
    usage_result(th, pid, status, &unsafe { usage.assume_init() })
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Exit to the system with specified status, without normal exit processing.
    #[function(sig = "(status)")]
    fn _exit(status: i32) {
        c!(_exit(status))
    }

    /// Abort the interpreter immediately.
    ///
    /// This function 'dumps core' or otherwise fails in the hardest way
    /// possible on the hosting operating system.  This function never returns.
    #[function(sig = "()")]
    fn abort() {
        c!(abort())
    }

    /// Kill a process with a signal.
    #[function(sig = "(pid, signal, /)")]
    fn kill(th: &mut Thread, pid: i32, signal: i32) -> Result<(), Raised> {
        let (a, b) = (int(th, pid.into()), int(th, signal.into()));
        interp::audit::event(th, "os.kill", &[&a, &b])?;
        os::quick(th, c!(kill(pid, signal)))?;
        // A signal to oneself is handled before the call is over.
        crate::signal::run_handlers(th)
    }

    /// Kill a process group with a signal.
    #[function(sig = "(pgid, signal, /)")]
    fn killpg(th: &mut Thread, pgid: i32, signal: i32) -> Result<(), Raised> {
        let (a, b) = (int(th, pgid.into()), int(th, signal.into()));
        interp::audit::event(th, "os.killpg", &[&a, &b])?;
        os::quick(th, c!(killpg(pgid, signal)))?;
        crate::signal::run_handlers(th)
    }

    /// Wait for completion of a given child process.
    ///
    /// Returns a tuple of information regarding the child process:
    ///     (pid, status)
    ///
    /// The options argument is ignored on Windows.
    #[function(sig = "(pid, options, /)")]
    fn waitpid(th: &mut Thread, pid: i32, options: i32) -> Result<Ref<Object>, Raised> {
        let mut status = 0;
        let pid = os::call(th, || c!(waitpid(pid, &raw mut status, options)))?;
        let items = vec![int(th, pid.into()), int(th, status.into())];
        Ok(os::tuple(th, items))
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///     (pid, status)
    #[function(sig = "()")]
    fn wait(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        waitpid(th, -1, 0)
    }

    /// Wait for completion of a child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(options)")]
    fn wait3(th: &mut Thread, options: i32) -> Result<Ref<Object>, Raised> {
        wait_usage(th, -1, options)
    }

    /// Wait for completion of a specific child process.
    ///
    /// Returns a tuple of information about the child process:
    ///   (pid, status, rusage)
    #[function(sig = "(pid, options)")]
    fn wait4(th: &mut Thread, pid: i32, options: i32) -> Result<Ref<Object>, Raised> {
        wait_usage(th, pid, options)
    }

    /// Returns the result of waiting for a process or processes.
    ///
    ///   idtype
    ///     Must be one of be P_PID, P_PGID or P_ALL.
    ///   id
    ///     The id to wait on.
    ///   options
    ///     Constructed from the ORing of one or more of WEXITED, WSTOPPED
    ///     or WCONTINUED and additionally may be ORed with WNOHANG or WNOWAIT.
    ///
    /// Returns either waitid_result or None if WNOHANG is specified and there
    /// are no children in a waitable state.
    #[function(sig = "(idtype, id, options, /)")]
    fn waitid(th: &mut Thread, idtype: i32, id: i64, options: i32) -> Result<Option<Ref<Object>>, Raised> {
        let mut info = MaybeUninit::<libc::siginfo_t>::zeroed();
        os::call(th, || c!(waitid(idtype as libc::idtype_t, id as libc::id_t, info.as_mut_ptr(), options)))?;
        // SAFETY: zeroed, and filled by the call.
        let (pid, uid, signo, status, code) = unsafe {
            let info = info.assume_init();
            (info.si_pid(), info.si_uid(), info.si_signo, info.si_status(), info.si_code)
        };
        if pid == 0 {
            return Ok(None);
        }
        let values = [int(th, pid.into()), int(th, uid.into()), int(th, signo.into()), int(th, status.into()), int(th, code.into())];
        classes::WAITID_RESULT.make(th, &values).map(Some)
    }

    /// Return True if the process returning status was dumped to a core file.
    #[function(sig = "(status, /)")]
    fn WCOREDUMP(status: i32) -> bool {
        libc::WCOREDUMP(status)
    }

    /// Return True if a particular process was continued from a job control stop.
    ///
    /// Return True if the process returning status was continued from a
    /// job control stop.
    #[function(sig = "(status)")]
    fn WIFCONTINUED(status: i32) -> bool {
        libc::WIFCONTINUED(status)
    }

    /// Return True if the process returning status was stopped.
    #[function(sig = "(status)")]
    fn WIFSTOPPED(status: i32) -> bool {
        libc::WIFSTOPPED(status)
    }

    /// Return True if the process returning status was terminated by a signal.
    #[function(sig = "(status)")]
    fn WIFSIGNALED(status: i32) -> bool {
        libc::WIFSIGNALED(status)
    }

    /// Return True if the process returning status exited via the exit() system call.
    #[function(sig = "(status)")]
    fn WIFEXITED(status: i32) -> bool {
        libc::WIFEXITED(status)
    }

    /// Return the process return code from status.
    #[function(sig = "(status)")]
    fn WEXITSTATUS(status: i32) -> i32 {
        libc::WEXITSTATUS(status)
    }

    /// Return the signal that terminated the process that provided the status value.
    #[function(sig = "(status)")]
    fn WTERMSIG(status: i32) -> i32 {
        libc::WTERMSIG(status)
    }

    /// Return the signal that stopped the process that provided the status value.
    #[function(sig = "(status)")]
    fn WSTOPSIG(status: i32) -> i32 {
        libc::WSTOPSIG(status)
    }

    /// Convert a wait status to an exit code.
    ///
    /// On Unix:
    ///
    /// * If WIFEXITED(status) is true, return WEXITSTATUS(status).
    /// * If WIFSIGNALED(status) is true, return -WTERMSIG(status).
    /// * Otherwise, raise a ValueError.
    ///
    /// On Windows, return status shifted right by 8 bits.
    ///
    /// On Unix, if the process is being traced or if waitpid() was called with
    /// WUNTRACED option, the caller must first check if WIFSTOPPED(status) is
    /// true.  This function must not be called if WIFSTOPPED(status) is true.
    #[function(sig = "(status)")]
    fn waitstatus_to_exitcode(th: &mut Thread, status: i32) -> Result<i32, Raised> {
        if libc::WIFEXITED(status) {
            return Ok(libc::WEXITSTATUS(status));
        }
        if libc::WIFSIGNALED(status) {
            return Ok(-libc::WTERMSIG(status));
        }
        if libc::WIFSTOPPED(status) {
            let signal = libc::WSTOPSIG(status);
            return Err(raise::value_error(th, format_args!("process stopped by delivery of signal {signal}")));
        }
        Err(raise::value_error(th, format_args!("invalid wait status: {status}")))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    #[function(sig = "(path, argv, /)")]
    fn execv(th: &mut Thread, path: Path, argv: &Object) -> Result<(), Raised> {
        let strings = arguments(th, argv, "execv")?;
        interp::audit::event(th, "os.exec", &[&path.object, argv, objects::none()])?;
        c!(execv(path.ptr(), strings.ptr()));
        Err(os::last_error(th))
    }

    /// Execute an executable path with arguments, replacing current process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    #[function(sig = "(path, argv, env)")]
    fn execve(th: &mut Thread, path: PathOrFd, argv: &Object, env: &Object) -> Result<(), Raised> {
        let strings = arguments(th, argv, "execve")?;
        let environment = environment(th, env, "execve")?;
        interp::audit::event(th, "os.exec", &[&path.object, argv, env])?;
        match path.fd {
            Some(fd) => c!(fexecve(fd, strings.ptr(), environment.ptr())),
            None => c!(execve(path.ptr(), strings.ptr(), environment.ptr())),
        };
        let number = os::errno();
        Err(raise::os_error(th, number, Some(&path.object), None))
    }

    /// Execute the command in a subshell.
    #[function(sig = "(command)")]
    fn system(th: &mut Thread, command: &Object) -> Result<i32, Raised> {
        let line = os::fs_string(th, command)?;
        interp::audit::event(th, "os.system", &[command])?;
        Ok(th.detached(|| c!(system(line.as_ptr()))))
    }

    /// Return a collection containing process timing information.
    ///
    /// The object returned behaves like a named tuple with these fields:
    ///   (utime, stime, cutime, cstime, elapsed_time)
    /// All fields are floating-point numbers.
    #[function(sig = "()")]
    fn times(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut t = libc::tms { tms_utime: 0, tms_stime: 0, tms_cutime: 0, tms_cstime: 0 };
        let elapsed = os::quick(th, c!(times(&raw mut t)))?;
        let tick = c!(sysconf(libc::_SC_CLK_TCK)) as f64;
        let numbers = [t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed];
        let values = numbers.map(|n| float(th, n as f64 / tick));
        classes::TIMES_RESULT.make(th, &values)
    }

    /// Return a file descriptor referring to the process *pid*.
    ///
    /// The descriptor can be used to perform process management without races
    /// and signals.
    #[function(sig = "(pid, flags=0)")]
    fn pidfd_open(th: &mut Thread, pid: i32, flags: u32) -> Result<i64, Raised> {
        os::quick(th, c!(syscall(libc::SYS_pidfd_open, pid, flags)))
    }
}
