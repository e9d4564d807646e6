//! `fork`: what happens around it (R15), and the callables that `register_at_fork` was given.
#![allow(unsafe_code, reason = "system calls")]

use heap::world::WORLD;
use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::{List, ops, raise};

use crate::os::{self, c, int};

static BEFORE: Global<List> = Global::EMPTY;
static IN_CHILD: Global<List> = Global::EMPTY;
static IN_PARENT: Global<List> = Global::EMPTY;

fn register(th: &mut Thread, list: &Global<List>, function: &Object) -> Result<(), Raised> {
    let list = list.get_or_init(th, |th| Ok::<_, Raised>(List::new(th, Vec::new())))?;
    list.append(th, function.to_owned())
}

fn run(th: &mut Thread, list: &Global<List>, backwards: bool) {
    let Some(list) = list.get(th) else { return };
    let mut all = list.snapshot(th);
    if backwards {
        all.reverse();
    }
    for function in all {
        match ops::call0(th, &function) {
            Ok(result) => th.release(result),
            Err(_) => raise::unraisable(th, "Exception ignored in atfork callback", Some(&function)),
        }
    }
}

/// Before a fork: callables, last first, then the world stands still.
pub fn before_fork(th: &mut Thread) {
    run(th, &BEFORE, true);
    WORLD.before_fork(&th.world);
    // After the world stands still (R15): who is attached and waits for a lock of the compiler's would never stop.
    if let Some(compiler) = interp::compiled::compiler() {
        compiler.before_fork();
    }
}

/// After a fork, or a failed one, in the parent.
pub fn after_fork_in_parent(th: &mut Thread) {
    if let Some(compiler) = interp::compiled::compiler() {
        compiler.after_fork_in_parent();
    }
    WORLD.after_fork_parent(&th.world);
    run(th, &IN_PARENT, false);
}

/// After a fork in the child, whose only thread is this one.
pub fn after_fork_in_child(th: &mut Thread) {
    // The records of the threads that are no more stay where they are: what they held is never given back.
    let gone = WORLD.after_fork_child(&th.world);
    if let Some(compiler) = interp::compiled::compiler() {
        compiler.after_fork_in_child();
    }
    th.inherit_counts(&gone);
    crate::thread::note_main_thread(th);
    crate::thread::handle::after_fork_in_child();
    crate::signal::after_fork_in_child(th);
    crate::io::after_fork_in_child(th);
    crate::asyncio::after_fork_in_child(th);
    run(th, &IN_CHILD, false);
}

fn fork_with(th: &mut Thread, call: impl FnOnce() -> i32) -> Result<i32, Raised> {
    before_fork(th);
    let pid = call();
    let number = if pid < 0 { os::errno() } else { 0 };
    if pid == 0 {
        after_fork_in_child(th);
    } else {
        after_fork_in_parent(th);
    }
    if pid > 0 && crate::thread::handle::running() > 0 {
        let me = c!(getpid());
        objects::warn::warn(
            th,
            objects::exceptions::deprecation_warning_type(),
            format_args!("This process (pid={me}) is multi-threaded, use of fork() may lead to deadlocks in the child."),
            1,
        )?;
    }
    if pid < 0 { Err(raise::os_error(th, number, None, None)) } else { Ok(pid) }
}

#[pymodule(part)]
pub mod functions {
    use super::*;

    /// Register callables to be called when forking a new process.
    ///
    ///   before
    ///     A callable to be called in the parent before the fork() syscall.
    ///   after_in_child
    ///     A callable to be called in the child after fork().
    ///   after_in_parent
    ///     A callable to be called in the parent after fork().
    ///
    /// 'before' callbacks are called in reverse order.
    /// 'after_in_child' and 'after_in_parent' callbacks are called in order.
    #[function(sig = "(*, before=<unrepresentable>, after_in_child=<unrepresentable>, after_in_parent=<unrepresentable>)")]
    fn register_at_fork(
        th: &mut Thread,
        before: Option<&Object>,
        after_in_child: Option<&Object>,
        after_in_parent: Option<&Object>,
    ) -> Result<(), Raised> {
        let all = [("before", before, &BEFORE), ("after_in_child", after_in_child, &IN_CHILD), ("after_in_parent", after_in_parent, &IN_PARENT)];
        if all.iter().all(|(_, given, _)| given.is_none()) {
            return Err(raise::type_error(th, format_args!("At least one argument is required.")));
        }
        for (name, given, _) in &all {
            if let Some(given) = given
                && !ops::is_callable(given)
            {
                return Err(raise::type_error(th, format_args!("'{name}' must be callable, not {}", ops::type_name(given))));
            }
        }
        for (_, given, list) in all {
            if let Some(given) = given {
                register(th, list, given)?;
            }
        }
        Ok(())
    }

    /// Fork a child process.
    ///
    /// Return 0 to child process and PID of child to parent process.
    #[function(sig = "()")]
    fn fork(th: &mut Thread) -> Result<i32, Raised> {
        interp::audit::event(th, "os.fork", &[])?;
        fork_with(th, || c!(fork()))
    }

    /// Fork a new process with a new pseudo-terminal as controlling tty.
    ///
    /// Returns a tuple of (pid, master_fd).
    /// Like fork(), return pid of 0 to the child process,
    /// and pid of child to the parent process.
    /// To both, return fd of newly opened pseudo-terminal.
    #[function(sig = "()")]
    fn forkpty(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        interp::audit::event(th, "os.forkpty", &[])?;
        let mut master = -1;
        let pid = fork_with(th, || c!(forkpty(&raw mut master, core::ptr::null_mut(), core::ptr::null(), core::ptr::null())))?;
        let items = vec![int(th, pid.into()), int(th, master.into())];
        Ok(os::tuple(th, items))
    }
}
