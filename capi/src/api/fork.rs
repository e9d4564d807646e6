//! `PyOS_BeforeFork` and its like: for extensions that call `fork` themselves.

use crate::api;
use modules::posix::fork;

api! {
    /// To be called before `fork`: runs what `os.register_at_fork` registered, and stops all other threads.
    fn PyOS_BeforeFork(th) -> () {
        fork::before_fork(th);
    }

    /// To be called in the parent afterwards, also if `fork` failed.
    fn PyOS_AfterFork_Parent(th) -> () {
        fork::after_fork_in_parent(th);
    }

    /// To be called in the child, whose only thread the caller is.
    fn PyOS_AfterFork_Child(th) -> () {
        fork::after_fork_in_child(th);
    }

    /// The older name of [`PyOS_AfterFork_Child`].
    fn PyOS_AfterFork(th) -> () {
        fork::after_fork_in_child(th);
    }
}
