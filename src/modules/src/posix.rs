//! `posix`: the operating system's calls, as `os` passes them on. One file per kind of call.

pub mod classes;
mod consts;
mod dirs;
mod environ;
mod files;
mod fds;
pub mod fork;
mod ids;
mod linux;
mod paths;
pub mod process;
mod scandir;
mod sched;
mod spawn;
mod stat;
mod system;
mod terminal;

pub use fork::{after_fork_in_child, before_fork, after_fork_in_parent};

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::{Dict, Str};

use crate::os;

#[pymodule(
    name = "posix",
    types(scandir::DirEntry),
    parts(
        super::dirs::functions, super::environ::functions, super::files::functions, super::fds::functions, super::fork::functions,
        super::ids::functions, super::linux::functions, super::paths::functions, super::process::functions, super::scandir::functions,
        super::sched::functions, super::spawn::functions, super::stat::functions, super::system::functions, super::terminal::functions
    )
)]
pub mod posix {
    //! This module provides access to operating system functionality that is
    //! standardized by the C Standard and the POSIX standard (a thinly
    //! disguised Unix interface).  Refer to the library manual and
    //! corresponding Unix manual entries for more information on calls.
    use super::*;

    #[attr]
    fn error(_th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(os::error_class())
    }

    #[attr]
    fn _have_functions(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let names = HAVE.iter().map(|name| Str::new(th, name).up()).collect();
        Ok(os::list(th, names))
    }

    #[attr]
    fn confstr_names(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(names(th, consts::CONFSTR_NAMES))
    }

    #[attr]
    fn pathconf_names(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(names(th, consts::PATHCONF_NAMES))
    }

    #[attr]
    fn sysconf_names(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(names(th, consts::SYSCONF_NAMES))
    }

    #[attr]
    fn stat_result(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::STAT_RESULT.get(th)
    }

    #[attr]
    fn statvfs_result(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::STATVFS_RESULT.get(th)
    }

    #[attr]
    fn times_result(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::TIMES_RESULT.get(th)
    }

    #[attr]
    fn uname_result(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::UNAME_RESULT.get(th)
    }

    #[attr]
    fn terminal_size(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::TERMINAL_SIZE.get(th)
    }

    #[attr]
    fn sched_param(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::SCHED_PARAM.get(th)
    }

    #[attr]
    fn waitid_result(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        classes::WAITID_RESULT.get(th)
    }

    #[attr]
    fn environ(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        Ok(super::environ::make(th))
    }

    #[exec]
    fn exec(th: &mut Thread, module: &Object) -> Result<(), Raised> {
        os::add_constants(th, module, consts::SYSTEM);
        os::add_constants(th, module, consts::OTHER);
        Ok(())
    }
}

fn names(th: &mut Thread, table: &[(&str, i64)]) -> Ref<Object> {
    let dict = Dict::new(th);
    for (name, value) in table {
        let value = os::int(th, *value);
        dict.set_by_name(th, name, value);
    }
    dict.up()
}

/// What `os` makes `supports_dir_fd` and its like from.
const HAVE: &[&str] = &[
    "HAVE_EVENTFD", "HAVE_TIMERFD_CREATE", "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT",
    "HAVE_FEXECVE", "HAVE_FDOPENDIR", "HAVE_FPATHCONF", "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE", "HAVE_FUTIMENS", "HAVE_FUTIMES",
    "HAVE_FUTIMESAT", "HAVE_LINKAT", "HAVE_LCHOWN", "HAVE_LSTAT", "HAVE_LUTIMES", "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT",
    "HAVE_MKNODAT", "HAVE_OPENAT", "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT", "HAVE_PTSNAME_R",
];
