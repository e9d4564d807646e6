//! `_asyncio`: futures, tasks, and what each thread runs.
//!
//! A future's state, callbacks and waiters change together under the future's lock byte (R9); callbacks are handed to the event loop when it
//! is released, so no lock is held over a call. A task's step sends into its coroutine without a StopIteration for what that returns.
//! Start reading at [`future::Future`], then [`task::Task`]; `step` is what happens between two awaits, `running` what a thread remembers,
//! `registry` which tasks there are.

mod calls;
mod future;
mod iter;
mod library;
mod links;
mod module;
mod names;
mod registry;
mod running;
mod step;
mod task;

pub use future::Future;
pub use module::asyncio_module;
pub use running::{after_fork_in_child, end_thread};
pub use task::Task;
