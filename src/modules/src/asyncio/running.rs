//! What a thread runs: its event loop and the task whose step is under way.
//!
//! Invariant: a record is written by its thread alone, and read by others only while they hold the world. It holds a count on each of its
//! objects, or null. A record is listed in [`ALL`] from its making to its thread's end.
#![allow(unsafe_code, reason = "a thread's record is reached through a pointer, and its objects are counted by hand")]

use core::cell::Cell;

use heap::sync::Mutex;
use heap::{Object, Raised, Ref, Thread};
use objects::{none, ops, raise};

use super::{library, names as n};

struct Running {
    event_loop: Cell<*mut abi::PyObject>,
    task: Cell<*mut abi::PyObject>,
}

thread_local! {
    static MINE: Cell<*const Running> = const { Cell::new(core::ptr::null()) };
}

/// The records of all threads, as addresses.
static ALL: Mutex<Vec<usize>> = Mutex::new(Vec::new());

#[cold]
fn make() -> *const Running {
    let made = Box::into_raw(Box::new(Running { event_loop: Cell::new(core::ptr::null_mut()), task: Cell::new(core::ptr::null_mut()) }));
    MINE.set(made);
    ALL.lock().push(made.addr());
    made
}

/// Reads or writes the calling thread's record; `body` neither calls out nor ends the thread.
#[inline(always)]
fn mine<R>(body: impl FnOnce(&Running) -> R) -> R {
    let mut record = MINE.get();
    if record.is_null() {
        record = make();
    }
    // SAFETY: a record lives until its thread's end.
    body(unsafe { &*record })
}

fn counted(th: &Thread, cell: &Cell<*mut abi::PyObject>) -> Option<Ref<Object>> {
    let ptr = cell.get();
    // SAFETY: R2: the record holds a count.
    (!ptr.is_null()).then(|| th.retain(unsafe { Object::borrow(ptr) }))
}

fn replace(cell: &Cell<*mut abi::PyObject>, value: Option<Ref<Object>>) -> Option<Ref<Object>> {
    let old = cell.replace(value.map_or(core::ptr::null_mut(), Ref::into_raw));
    // SAFETY: R2: the count that the record held moves to the reference.
    unsafe { Ref::from_raw_nullable(old) }
}

/// The event loop that the calling thread runs.
pub fn event_loop(th: &Thread) -> Option<Ref<Object>> {
    mine(|record| counted(th, &record.event_loop))
}

/// The same, or RuntimeError.
pub fn event_loop_or_raise(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    event_loop(th).ok_or_else(|| raise::runtime_error(th, format_args!("no running event loop")))
}

/// The event loop that runs, or else the one that the policy gives.
pub fn event_loop_or_policys(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    if let Some(running) = event_loop(th) {
        return Ok(running);
    }
    let policy = library::event_loop_policy(th)?;
    let policy = ops::call0(th, &policy)?;
    let found = ops::call_method(th, &policy, &n::get_event_loop, &[]);
    th.release(policy);
    found
}

/// Says which event loop the calling thread runs.
pub fn set_event_loop(th: &mut Thread, event_loop: Option<Ref<Object>>) {
    if let Some(old) = mine(|record| replace(&record.event_loop, event_loop)) {
        th.release(old);
    }
}

fn is_mine(event_loop: &Object) -> bool {
    mine(|record| core::ptr::eq(record.event_loop.get(), event_loop.as_ptr()))
}

#[cold]
fn not_running(th: &mut Thread, event_loop: &Object) -> Raised {
    match ops::repr(th, event_loop) {
        Ok(shown) => raise::runtime_error(th, format_args!("loop {shown} is not the running loop")),
        Err(raised) => raised,
    }
}

#[cold]
fn misfit(th: &mut Thread, task: &Object, words: [&str; 3]) -> Raised {
    let running = mine(|record| counted(th, &record.task));
    let shown = ops::repr(th, task);
    let running = ops::repr(th, running.as_deref().unwrap_or(none()));
    match (shown, running) {
        (Ok(shown), Ok(running)) => raise::runtime_error(th, format_args!("{} {shown} {} {running} {}", words[0], words[1], words[2])),
        (Err(raised), _) | (_, Err(raised)) => raised,
    }
}

/// The step of a task begins.
pub fn enter(th: &mut Thread, event_loop: &Object, task: &Object) -> Result<(), Raised> {
    if !is_mine(event_loop) {
        return Err(not_running(th, event_loop));
    }
    let entered = mine(|record| {
        let free = record.task.get().is_null();
        if free {
            record.task.set(th.retain(task).into_raw());
        }
        free
    });
    if entered { Ok(()) } else { Err(misfit(th, task, ["Cannot enter into task", "while another task", "is being executed."])) }
}

/// The step of a task ends.
pub fn leave(th: &mut Thread, event_loop: &Object, task: &Object) -> Result<(), Raised> {
    if !is_mine(event_loop) {
        return Err(not_running(th, event_loop));
    }
    let left = mine(|record| if core::ptr::eq(record.task.get(), task.as_ptr()) { replace(&record.task, None) } else { None });
    match left {
        Some(task) => {
            th.release(task);
            Ok(())
        }
        None => Err(misfit(th, task, ["Invalid attempt to leave task", "while task", "is entered."])),
    }
}

/// Puts another task (or none) in the place of the one whose step is under way, which is returned.
pub fn swap(th: &mut Thread, event_loop: &Object, task: Option<&Object>) -> Result<Option<Ref<Object>>, Raised> {
    if !is_mine(event_loop) {
        return Err(not_running(th, event_loop));
    }
    let task = task.map(|task| th.retain(task));
    Ok(mine(|record| replace(&record.task, task)))
}

/// The task whose step is under way in an event loop, on whatever thread that runs.
pub fn current_task(th: &mut Thread, event_loop: &Object) -> Option<Ref<Object>> {
    if is_mine(event_loop) {
        return mine(|record| counted(th, &record.task));
    }
    let stopped = heap::world::stop(th);
    let found = ALL.lock().iter().find_map(|&record| {
        // SAFETY: listed records live; the world is held, so no thread writes its own.
        let record = unsafe { &*(record as *const Running) };
        if !core::ptr::eq(record.event_loop.get(), event_loop.as_ptr()) {
            return None;
        }
        let task = counted(th, &record.task)?;
        // R6: what is found without a reference path is shared.
        th.share(&task);
        Some(task)
    });
    drop(stopped);
    found
}

/// Lets go of what the calling thread's record holds, and of the record.
pub fn end_thread(th: &mut Thread) {
    let record = MINE.replace(core::ptr::null());
    if record.is_null() {
        return;
    }
    ALL.lock().retain(|&other| other != record.addr());
    // SAFETY: made by `make`, unlisted, and this thread's own.
    let record = unsafe { Box::from_raw(record.cast_mut()) };
    for held in [replace(&record.event_loop, None), replace(&record.task, None)].into_iter().flatten() {
        th.release(held);
    }
}

/// In a forked child nothing runs yet, and the other threads are no more. What their records held is never given back.
pub fn after_fork_in_child(th: &mut Thread) {
    super::registry::forget_all();
    let record = MINE.get();
    ALL.lock().retain(|&other| other == record.addr());
    if !record.is_null() {
        let held = mine(|record| [replace(&record.event_loop, None), replace(&record.task, None)]);
        for held in held.into_iter().flatten() {
            th.release(held);
        }
    }
}
