//! `posix_spawn`.
#![allow(unsafe_code, reason = "system calls")]

use core::mem::MaybeUninit;

use heap::{Object, Raised, Thread};
use macros::pymodule;
use objects::{Tuple, ops, raise};

use super::process;
use crate::os::{self, Path, c};

/// The attributes and actions of a spawn, destroyed with it.
struct Plan {
    attributes: libc::posix_spawnattr_t,
    actions: libc::posix_spawn_file_actions_t,
    names: Vec<std::ffi::CString>,
}

impl Drop for Plan {
    fn drop(&mut self) {
        c!(posix_spawnattr_destroy(&raw mut self.attributes));
        c!(posix_spawn_file_actions_destroy(&raw mut self.actions));
    }
}

impl Plan {
    fn new() -> Box<Plan> {
        let (mut attributes, mut actions) = (MaybeUninit::zeroed(), MaybeUninit::zeroed());
        c!(posix_spawnattr_init(attributes.as_mut_ptr()));
        c!(posix_spawn_file_actions_init(actions.as_mut_ptr()));
        // SAFETY: initialised by the calls above.
        unsafe { Box::new(Plan { attributes: attributes.assume_init(), actions: actions.assume_init(), names: Vec::new() }) }
    }

    fn act(&mut self, th: &mut Thread, action: &Object) -> Result<(), Raised> {
        let Some(action) = action.downcast::<Tuple>().filter(|t| !t.is_empty()) else {
            return Err(raise::type_error(th, format_args!("Each file_actions element must be a non-empty tuple")));
        };
        let mut numbers = Vec::new();
        for (index, item) in action.iter().enumerate() {
            // The name of an `OPEN` is no number.
            let number = if ops::has_index(item) { ops::index_isize(th, item)? } else { isize::MIN };
            if number == isize::MIN && index != 2 {
                return Err(raise::type_error(th, format_args!("an integer is required (got type {})", ops::type_name(item))));
            }
            numbers.push(number as i32);
        }
        let result = match numbers[..] {
            [0, fd, _, flags, mode] => {
                let name = os::fs_string(th, action.get(2))?;
                let result = c!(posix_spawn_file_actions_addopen(&raw mut self.actions, fd, name.as_ptr(), flags, mode as libc::mode_t));
                self.names.push(name);
                result
            }
            [1, fd] => c!(posix_spawn_file_actions_addclose(&raw mut self.actions, fd)),
            [2, fd, other] => c!(posix_spawn_file_actions_adddup2(&raw mut self.actions, fd, other)),
            [3, fd] => c!(posix_spawn_file_actions_addclosefrom_np(&raw mut self.actions, fd)),
            [0..=3, ..] => {
                let kind = ["open", "close", "dup2", "closefrom"][numbers[0] as usize];
                return Err(raise::type_error(th, format_args!("A {kind} file_action tuple has the wrong number of elements")));
            }
            _ => return Err(raise::type_error(th, format_args!("Unknown file_actions identifier"))),
        };
        status(th, result)
    }
}

fn status(th: &mut Thread, number: i32) -> Result<(), Raised> {
    if number == 0 { Ok(()) } else { Err(raise::os_error(th, number, None, None)) }
}

/// What is asked for beyond the program, its arguments and its environment.
struct Wishes<'a> {
    file_actions: Option<&'a Object>,
    setpgroup: Option<&'a Object>,
    resetids: bool,
    setsid: bool,
    setsigmask: Option<&'a Object>,
    setsigdef: Option<&'a Object>,
    scheduler: Option<&'a Object>,
}

fn spawn(th: &mut Thread, search: bool, path: &Path, argv: &Object, env: &Object, wishes: &Wishes<'_>) -> Result<i32, Raised> {
    let function = if search { "posix_spawnp" } else { "posix_spawn" };
    let arguments = process::arguments(th, argv, function)?;
    let environment = if env.is(objects::none()) {
        None
    } else if ops::is_mapping(env) {
        Some(process::environment(th, env, function)?)
    } else {
        return Err(raise::type_error(th, format_args!("{function}: environment must be a mapping object or None")));
    };
    let mut plan = Plan::new();
    if let Some(actions) = wishes.file_actions.filter(|a| !a.is(objects::none())) {
        for action in ops::to_vec(th, actions)? {
            plan.act(th, &action)?;
        }
    }
    let attributes = &raw mut plan.attributes;
    let mut flags = 0;
    if let Some(group) = wishes.setpgroup.filter(|g| !g.is(objects::none())) {
        let group = ops::index_isize(th, group)?;
        let result = c!(posix_spawnattr_setpgroup(attributes, group as libc::pid_t));
        status(th, result)?;
        flags |= libc::POSIX_SPAWN_SETPGROUP;
    }
    if wishes.resetids {
        flags |= libc::POSIX_SPAWN_RESETIDS;
    }
    if wishes.setsid {
        flags |= 0x80;
    }
    for (given, default) in [(wishes.setsigmask, false), (wishes.setsigdef, true)] {
        let Some(given) = given else { continue };
        let signals = ops::to_vec(th, given)?;
        if signals.is_empty() {
            continue;
        }
        let set = crate::signal::set_of(th, &signals)?;
        let result = if default {
            flags |= libc::POSIX_SPAWN_SETSIGDEF;
            c!(posix_spawnattr_setsigdefault(attributes, &raw const set))
        } else {
            flags |= libc::POSIX_SPAWN_SETSIGMASK;
            c!(posix_spawnattr_setsigmask(attributes, &raw const set))
        };
        status(th, result)?;
    }
    if let Some(scheduler) = wishes.scheduler.filter(|s| !s.is(objects::none())) {
        let Some(pair) = scheduler.downcast::<Tuple>().filter(|t| t.len() == 2) else {
            return Err(raise::type_error(th, format_args!("A scheduler tuple must have two elements")));
        };
        if !pair.get(0).is(objects::none()) {
            let policy = ops::index_isize(th, pair.get(0))?;
            let result = c!(posix_spawnattr_setschedpolicy(attributes, policy as i32));
            status(th, result)?;
            flags |= libc::POSIX_SPAWN_SETSCHEDULER;
        }
        let priority = match pair.get(1).downcast::<Tuple>() {
            Some(param) if param.len() == 1 => ops::index_isize(th, param.get(0))?,
            _ => return Err(raise::type_error(th, format_args!("must have a sched_param object"))),
        };
        let param = libc::sched_param { sched_priority: priority as i32 };
        let result = c!(posix_spawnattr_setschedparam(attributes, &raw const param));
        status(th, result)?;
        flags |= libc::POSIX_SPAWN_SETSCHEDPARAM;
    }
    let result = c!(posix_spawnattr_setflags(attributes, flags as libc::c_short));
    status(th, result)?;
    interp::audit::event(th, "os.posix_spawn", &[&path.object, argv, env])?;
    // SAFETY: libc's own list of the environment, terminated.
    let environ = environment.as_ref().map_or_else(|| unsafe { THE_ENVIRONMENT }, process::Strings::mut_ptr);
    let mut pid = 0;
    let (actions, attributes) = (&raw const plan.actions, &raw const plan.attributes);
    let number = th.detached(|| match search {
        true => c!(posix_spawnp(&raw mut pid, path.ptr(), actions, attributes, arguments.mut_ptr(), environ)),
        false => c!(posix_spawn(&raw mut pid, path.ptr(), actions, attributes, arguments.mut_ptr(), environ)),
    });
    if number != 0 {
        return Err(raise::os_error(th, number, Some(&path.object), None));
    }
    Ok(pid)
}

unsafe extern "C" {
    #[link_name = "environ"]
    static THE_ENVIRONMENT: *const *mut libc::c_char;
}


#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `true` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `true` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
    ///     will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[function(sig = "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)")]
    fn posix_spawn(
        th: &mut Thread,
        path: Path,
        argv: &Object,
        env: &Object,
        file_actions: Option<&Object>,
        setpgroup: Option<&Object>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Object>,
        setsigdef: Option<&Object>,
        scheduler: Option<&Object>,
    ) -> Result<i32, Raised> {
        let wishes = Wishes { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        spawn(th, false, &path, argv, env, &wishes)
    }

    /// Execute the program specified by path in a new process.
    ///
    ///   path
    ///     Path of executable file.
    ///   argv
    ///     Tuple or list of strings.
    ///   env
    ///     Dictionary of strings mapping to strings.
    ///   file_actions
    ///     A sequence of file action tuples.
    ///   setpgroup
    ///     The pgroup to use with the POSIX_SPAWN_SETPGROUP flag.
    ///   resetids
    ///     If the value is `True` the POSIX_SPAWN_RESETIDS will be activated.
    ///   setsid
    ///     If the value is `True` the POSIX_SPAWN_SETSID or POSIX_SPAWN_SETSID_NP
    ///     will be activated.
    ///   setsigmask
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGMASK flag.
    ///   setsigdef
    ///     The sigmask to use with the POSIX_SPAWN_SETSIGDEF flag.
    ///   scheduler
    ///     A tuple with the scheduler policy (optional) and parameters.
    #[function(sig = "(path, argv, env, /, *, file_actions=(), setpgroup=None, resetids=False, setsid=False, setsigmask=(), setsigdef=(), scheduler=None)")]
    fn posix_spawnp(
        th: &mut Thread,
        path: Path,
        argv: &Object,
        env: &Object,
        file_actions: Option<&Object>,
        setpgroup: Option<&Object>,
        resetids: bool,
        setsid: bool,
        setsigmask: Option<&Object>,
        setsigdef: Option<&Object>,
        scheduler: Option<&Object>,
    ) -> Result<i32, Raised> {
        let wishes = Wishes { file_actions, setpgroup, resetids, setsid, setsigmask, setsigdef, scheduler };
        spawn(th, true, &path, argv, env, &wishes)
    }
}

