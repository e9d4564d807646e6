//! Scheduling.
#![allow(unsafe_code, reason = "system calls")]

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Set, Tuple, ops, raise};

use super::classes;
use crate::os::{self, c, float, int};

fn param(th: &mut Thread, param: &Object) -> Result<libc::sched_param, Raised> {
    let class = classes::SCHED_PARAM.get(th)?;
    if !param.ty().is(&*class) {
        return Err(raise::type_error(th, format_args!("must have a sched_param object")));
    }
    let priority = match param.downcast::<Tuple>() {
        Some(items) if items.len() == 1 => ops::index_isize(th, items.get(0))?,
        _ => 0,
    };
    match i32::try_from(priority) {
        Ok(sched_priority) => Ok(libc::sched_param { sched_priority }),
        Err(_) => Err(raise::overflow_error(th, format_args!("sched_priority out of range"))),
    }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Get the maximum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_max(th: &mut Thread, policy: i32) -> Result<i32, Raised> {
        os::quick(th, c!(sched_get_priority_max(policy)))
    }

    /// Get the minimum scheduling priority for policy.
    #[function(sig = "(policy)")]
    fn sched_get_priority_min(th: &mut Thread, policy: i32) -> Result<i32, Raised> {
        os::quick(th, c!(sched_get_priority_min(policy)))
    }

    /// Get the scheduling policy for the process identified by pid.
    ///
    /// Passing 0 for pid returns the scheduling policy for the calling process.
    #[function(sig = "(pid, /)")]
    fn sched_getscheduler(th: &mut Thread, pid: i32) -> Result<i32, Raised> {
        os::quick(th, c!(sched_getscheduler(pid)))
    }

    /// Set the scheduling policy for the process identified by pid.
    ///
    /// If pid is 0, the calling process is changed.
    /// param is an instance of sched_param.
    #[function(sig = "(pid, policy, param, /)")]
    fn sched_setscheduler(th: &mut Thread, pid: i32, policy: i32, param: &Object) -> Result<(), Raised> {
        let param = super::param(th, param)?;
        os::quick(th, c!(sched_setscheduler(pid, policy, &raw const param)))?;
        Ok(())
    }

    /// Returns scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, returns parameters for the calling process.
    /// Return value is an instance of sched_param.
    #[function(sig = "(pid, /)")]
    fn sched_getparam(th: &mut Thread, pid: i32) -> Result<Ref<Object>, Raised> {
        let mut param = libc::sched_param { sched_priority: 0 };
        os::quick(th, c!(sched_getparam(pid, &raw mut param)))?;
        let values = [int(th, param.sched_priority.into())];
        classes::SCHED_PARAM.make(th, &values)
    }

    /// Set scheduling parameters for the process identified by pid.
    ///
    /// If pid is 0, sets parameters for the calling process.
    /// param should be an instance of sched_param.
    #[function(sig = "(pid, param, /)")]
    fn sched_setparam(th: &mut Thread, pid: i32, param: &Object) -> Result<(), Raised> {
        let param = super::param(th, param)?;
        os::quick(th, c!(sched_setparam(pid, &raw const param)))?;
        Ok(())
    }

    /// Return the round-robin quantum for the process identified by pid, in seconds.
    ///
    /// Value returned is a float.
    #[function(sig = "(pid, /)")]
    fn sched_rr_get_interval(th: &mut Thread, pid: i32) -> Result<f64, Raised> {
        let mut interval = libc::timespec { tv_sec: 0, tv_nsec: 0 };
        os::quick(th, c!(sched_rr_get_interval(pid, &raw mut interval)))?;
        Ok(os::seconds(interval.tv_sec, interval.tv_nsec))
    }

    /// Voluntarily relinquish the CPU.
    #[function(sig = "()")]
    fn sched_yield(th: &mut Thread) {
        th.detached(|| c!(sched_yield()));
    }

    /// Return the affinity of the process identified by pid (or the current process if zero).
    ///
    /// The affinity is returned as a set of CPU identifiers.
    #[function(sig = "(pid, /)")]
    fn sched_getaffinity(th: &mut Thread, pid: i32) -> Result<Ref<Object>, Raised> {
        // SAFETY: plain numbers.
        let mut cpus: libc::cpu_set_t = unsafe { core::mem::zeroed() };
        os::quick(th, c!(sched_getaffinity(pid, size_of::<libc::cpu_set_t>(), &raw mut cpus)))?;
        let numbers = (0..libc::CPU_SETSIZE as usize).filter(|n| c!(CPU_ISSET(*n, &cpus)));
        let items: Vec<Ref<Object>> = numbers.map(|n| int(th, n as i64)).collect();
        let items = os::list(th, items);
        Ok(Set::from_iterable(th, &items)?.up())
    }

    /// Set the CPU affinity of the process identified by pid to mask.
    ///
    /// mask should be an iterable of integers identifying CPUs.
    #[function(sig = "(pid, mask, /)")]
    fn sched_setaffinity(th: &mut Thread, pid: i32, mask: &Object) -> Result<(), Raised> {
        // SAFETY: plain numbers.
        let mut cpus: libc::cpu_set_t = unsafe { core::mem::zeroed() };
        for item in ops::to_vec(th, mask)? {
            let Some(n) = ops::index(th, &item)?.to_i64() else {
                return Err(raise::overflow_error(th, format_args!("CPU number too large")));
            };
            if n < 0 {
                return Err(raise::value_error(th, format_args!("negative CPU number")));
            }
            if n < i64::from(libc::CPU_SETSIZE) {
                c!(CPU_SET(n as usize, &mut cpus));
            }
        }
        os::quick(th, c!(sched_setaffinity(pid, size_of::<libc::cpu_set_t>(), &raw const cpus)))?;
        Ok(())
    }

    /// Return the number of logical CPUs in the system.
    ///
    /// Return None if indeterminable.
    #[function(sig = "()")]
    fn cpu_count() -> Option<i64> {
        // `-X cpu_count`
        if interp::config::get().cpu_count > 0 {
            return Some(interp::config::get().cpu_count.into());
        }
        let n = c!(sysconf(libc::_SC_NPROCESSORS_ONLN));
        (n > 0).then_some(n)
    }

    /// Return average recent system load information.
    ///
    /// Return the number of processes in the system run queue averaged over
    /// the last 1, 5, and 15 minutes as a tuple of three floats.
    /// Raises OSError if the load average was unobtainable.
    #[function(sig = "()")]
    fn getloadavg(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let mut load = [0.0; 3];
        if c!(getloadavg(load.as_mut_ptr(), 3)) != 3 {
            return Err(raise::new(th, objects::exceptions::os_error_type(), format_args!("Load averages are unobtainable")));
        }
        let items = load.iter().map(|l| float(th, *l)).collect();
        Ok(os::tuple(th, items))
    }
}
