//! `resource`: limits of this process and what it used.
#![allow(unsafe_code, reason = "system calls")]

use core::mem::MaybeUninit;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Int, ops, raise};

use crate::os::{self, c, float, int};
use crate::posix::classes::Class;

static RUSAGE: Class = Class::new(
    "resource",
    "struct_rusage",
    "struct_rusage: Result from getrusage.\n\nThis object may be accessed either as a tuple of\n    (utime,stime,maxrss,ixrss,idrss,isrss,minflt,majflt,\n    nswap,inblock,oublock,msgsnd,msgrcv,nsignals,nvcsw,nivcsw)\nor via the attributes ru_utime, ru_stime, ru_maxrss, and so on.",
    &[
        ("ru_utime", "user time used"),
        ("ru_stime", "system time used"),
        ("ru_maxrss", "max. resident set size"),
        ("ru_ixrss", "shared memory size"),
        ("ru_idrss", "unshared data size"),
        ("ru_isrss", "unshared stack size"),
        ("ru_minflt", "page faults not requiring I/O"),
        ("ru_majflt", "page faults requiring I/O"),
        ("ru_nswap", "number of swap outs"),
        ("ru_inblock", "block input operations"),
        ("ru_oublock", "block output operations"),
        ("ru_msgsnd", "IPC messages sent"),
        ("ru_msgrcv", "IPC messages received"),
        ("ru_nsignals", "signals received"),
        ("ru_nvcsw", "voluntary context switches"),
        ("ru_nivcsw", "involuntary context switches"),
    ],
    16,
);

/// `resource.struct_rusage` of what the system said.
pub fn usage(th: &mut Thread, u: &libc::rusage) -> Result<Ref<Object>, Raised> {
    let seconds = |t: libc::timeval| t.tv_sec as f64 + t.tv_usec as f64 * 1e-6;
    let mut values = vec![float(th, seconds(u.ru_utime)), float(th, seconds(u.ru_stime))];
    for n in [
        u.ru_maxrss, u.ru_ixrss, u.ru_idrss, u.ru_isrss, u.ru_minflt, u.ru_majflt, u.ru_nswap, u.ru_inblock, u.ru_oublock, u.ru_msgsnd, u.ru_msgrcv,
        u.ru_nsignals, u.ru_nvcsw, u.ru_nivcsw,
    ] {
        values.push(int(th, n));
    }
    RUSAGE.make(th, &values)
}

fn limits(th: &mut Thread, value: &Object) -> Result<libc::rlimit, Raised> {
    let pair = match ops::is_sequence(value) {
        true => ops::to_vec(th, value)?,
        false => Vec::new(),
    };
    let [soft, hard] = &pair[..] else {
        return Err(raise::value_error(th, format_args!("expected a tuple of 2 integers")));
    };
    let of = |th: &mut Thread, value: &Object| {
        let number = ops::index(th, value)?;
        match number.to_i128() {
            Some(-1) => Ok(libc::RLIM_INFINITY),
            Some(n) if (0..=i128::from(u64::MAX)).contains(&n) => Ok(n as u64),
            Some(n) if n < 0 => Err(raise::value_error(th, format_args!("Cannot convert negative int"))),
            _ => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C rlim_t"))),
        }
    };
    Ok(libc::rlimit { rlim_cur: of(th, soft)?, rlim_max: of(th, hard)? })
}

fn limits_result(th: &mut Thread, limit: &libc::rlimit) -> Ref<Object> {
    let of = |th: &Thread, n: u64| if n == libc::RLIM_INFINITY { int(th, -1) } else { Int::from_u64(th, n).up() };
    let items = vec![of(th, limit.rlim_cur), of(th, limit.rlim_max)];
    os::tuple(th, items)
}

fn failed(th: &mut Thread) -> Raised {
    match os::errno() {
        libc::EINVAL => raise::value_error(th, format_args!("current limit exceeds maximum limit")),
        libc::EPERM => raise::value_error(th, format_args!("not allowed to raise maximum limit")),
        _ => os::last_error(th),
    }
}

fn check(th: &mut Thread, resource: i32) -> Result<(), Raised> {
    if (0..16).contains(&resource) { Ok(()) } else { Err(raise::value_error(th, format_args!("invalid resource specified"))) }
}

#[pymodule(name = "resource")]
pub mod resource {
    use super::*;

    #[attr]
    fn error(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(os::error_class())
    }

    #[attr]
    fn struct_rusage(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        RUSAGE.get(th)
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        let names = os::constants! {
            RLIMIT_AS RLIMIT_CORE RLIMIT_CPU RLIMIT_DATA RLIMIT_FSIZE RLIMIT_MEMLOCK RLIMIT_MSGQUEUE RLIMIT_NICE RLIMIT_NOFILE RLIMIT_NPROC
            RLIMIT_RSS RLIMIT_RTPRIO RLIMIT_RTTIME RLIMIT_SIGPENDING RLIMIT_STACK RUSAGE_CHILDREN RUSAGE_SELF RUSAGE_THREAD
        };
        os::add_constants(th, module, names);
        os::add_constants(th, module, &[("RLIMIT_OFILE", libc::RLIMIT_NOFILE as i64), ("RLIM_INFINITY", -1)]);
        Ok(())
    }

    ///
    #[function(sig = "(who, /)")]
    fn getrusage(th: &mut Thread, who: i32) -> Result<Ref<Object>, Raised> {
        let mut u = MaybeUninit::<libc::rusage>::zeroed();
        if c!(getrusage(who, u.as_mut_ptr())) != 0 {
            if os::errno() == libc::EINVAL {
                return Err(raise::value_error(th, format_args!("invalid who parameter")));
            }
            return Err(os::last_error(th));
        }
        // SAFETY: filled by the call.
        usage(th, &unsafe { u.assume_init() })
    }

    ///
    #[function(sig = "(resource, /)")]
    fn getrlimit(th: &mut Thread, resource: i32) -> Result<Ref<Object>, Raised> {
        check(th, resource)?;
        let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        os::quick(th, c!(getrlimit(resource as _, &raw mut limit)))?;
        Ok(limits_result(th, &limit))
    }

    ///
    #[function(sig = "(resource, limits, /)")]
    fn setrlimit(th: &mut Thread, resource: i32, limits: &Object) -> Result<(), Raised> {
        check(th, resource)?;
        let limit = super::limits(th, limits)?;
        if c!(setrlimit(resource as _, &raw const limit)) != 0 {
            return Err(failed(th));
        }
        Ok(())
    }

    ///
    #[function(sig = "(pid, resource, limits=None, /)")]
    fn prlimit(th: &mut Thread, pid: i32, resource: i32, limits: Option<&Object>) -> Result<Ref<Object>, Raised> {
        check(th, resource)?;
        let new = match limits.filter(|l| !l.is(objects::none())) {
            Some(limits) => Some(super::limits(th, limits)?),
            None => None,
        };
        let mut old = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
        if c!(prlimit(pid, resource as _, new.as_ref().map_or(core::ptr::null(), core::ptr::from_ref), &raw mut old)) != 0 {
            return Err(failed(th));
        }
        Ok(limits_result(th, &old))
    }

    ///
    #[function(sig = "()")]
    fn getpagesize() -> i64 {
        c!(sysconf(libc::_SC_PAGESIZE))
    }
}
