//! Which tasks there are that may not be done: what `all_tasks` goes through.
//!
//! The native tasks stand here uncounted, in lists that are chosen by the thread that made them, so that threads do not meet. Whoever lists
//! them takes counts while it holds the world, or the list's lock. Objects that only behave like tasks are in a `WeakSet` and, while they
//! start eagerly, in a set.
//!
//! Invariant: a task's place is written under the lock of the list that it names; a task leaves its list before its memory goes.
#![allow(unsafe_code, reason = "the lists name tasks without a count")]

use heap::sync::{AtomicU8, AtomicUsize, Mutex, Ordering::Relaxed};
use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::Global;
use objects::{Set, ops};

use super::task::Task;
use super::{calls, library, names as n};

const LISTS: usize = 64;
/// The number of no list.
const NOWHERE: u8 = u8::MAX;

/// On a cache line of its own, and so is the one that is fetched with it.
#[repr(align(128))]
struct List(Mutex<Vec<usize>>);

static ALL: [List; LISTS] = [const { List(Mutex::new(Vec::new())) }; LISTS];

/// Where a task stands.
pub struct Place {
    list: AtomicU8,
    index: AtomicUsize,
}

impl Place {
    pub const NONE: Place = Place { list: AtomicU8::new(NOWHERE), index: AtomicUsize::new(0) };
}

fn listed<'a>(task: usize) -> &'a Task {
    // SAFETY: the invariant; every caller holds the list's lock while it uses the borrow.
    unsafe { &*(task as *const Task) }
}

/// Lists a task, unless it is listed.
pub fn add(th: &Thread, task: &Task) {
    let number = usize::from(th.id()) % LISTS;
    let mut list = ALL[number].0.lock();
    if task.place.list.compare_exchange(NOWHERE, number as u8, Relaxed, Relaxed).is_ok() {
        task.place.index.store(list.len(), Relaxed);
        list.push(core::ptr::from_ref(task).addr());
    }
}

/// Takes a task out of its list.
pub fn remove(task: &Task) {
    loop {
        let number = task.place.list.load(Relaxed);
        let Some(list) = ALL.get(usize::from(number)) else { return };
        let mut list = list.0.lock();
        // Another thread may have been faster.
        if task.place.list.load(Relaxed) != number {
            continue;
        }
        let index = task.place.index.load(Relaxed);
        list.swap_remove(index);
        if let Some(&moved) = list.get(index) {
            listed(moved).place.index.store(index, Relaxed);
        }
        task.place.list.store(NOWHERE, Relaxed);
        return;
    }
}

/// In a forked child no event loop runs, and nobody finds the parent's tasks.
pub fn forget_all() {
    for list in &ALL {
        for task in list.0.lock().drain(..) {
            listed(task).place.list.store(NOWHERE, Relaxed);
        }
    }
}

/// Counts on the native tasks of an event loop that `wanted` lets through, which may neither call out nor allocate objects. Tasks that other threads
/// have to themselves cannot name a loop that is this thread's own (R6): for that nobody has to stop.
fn native(th: &mut Thread, event_loop: &Object, wanted: impl Fn(&Task) -> bool) -> Vec<Ref<Task>> {
    let stopped = (event_loop.owner() != th.id()).then(|| heap::world::stop(th));
    let mut found = Vec::new();
    for list in &ALL {
        for task in list.0.lock().iter().map(|&task| listed(task)) {
            let owner = task.owner();
            let elsewhere = owner != th.id() && owner != 0;
            // A count of zero: it is about to end, and cannot be brought back.
            if elsewhere && stopped.is_none() || task.count() == 0 || !wanted(task) {
                continue;
            }
            if elsewhere {
                // R6: what is found without a reference path is shared.
                th.share(task.as_object());
            }
            // The last count of a common one may go meanwhile, unless the world is held.
            if heap::try_incref(task) {
                // SAFETY: R2: the count was just taken.
                found.push(unsafe { Ref::from_raw(task.as_ptr()) });
            }
        }
    }
    drop(stopped);
    found
}

static LIKE_TASKS: Global = Global::EMPTY;
static EAGER: Global<Set> = Global::EMPTY;

fn like_tasks(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    LIKE_TASKS.get_or_init(th, |th| {
        let class = library::weak_set(th)?;
        ops::call0(th, &class)
    })
}

fn eager(th: &mut Thread) -> Result<Ref<Set>, Raised> {
    EAGER.get_or_init(th, |th| Ok(Set::new(th)))
}

fn in_weak_set(th: &mut Thread, method: &str, task: &Object) -> Result<(), Raised> {
    let set = like_tasks(th)?;
    let name = objects::intern(th, method);
    let result = ops::call_method(th, &set, name, &[task])?;
    th.release(result);
    Ok(())
}

/// `_register_task`.
pub fn register(th: &mut Thread, task: &Object) -> Result<(), Raised> {
    match task.downcast::<Task>() {
        Some(task) => {
            add(th, task);
            Ok(())
        }
        None => in_weak_set(th, "add", task),
    }
}

/// `_register_eager_task`.
pub fn register_eager(th: &mut Thread, task: &Object) -> Result<(), Raised> {
    match task.downcast::<Task>() {
        Some(task) => {
            add(th, task);
            Ok(())
        }
        None => eager(th)?.add(th, task).map(|_| ()),
    }
}

/// `_unregister_task`.
pub fn unregister(th: &mut Thread, task: &Object) -> Result<(), Raised> {
    match task.downcast::<Task>() {
        Some(task) => {
            remove(task);
            Ok(())
        }
        None => in_weak_set(th, "discard", task),
    }
}

/// `_unregister_eager_task`.
pub fn unregister_eager(th: &mut Thread, task: &Object) -> Result<(), Raised> {
    match task.downcast::<Task>() {
        Some(task) => {
            remove(task);
            Ok(())
        }
        None => eager(th)?.discard(th, task).map(|_| ()),
    }
}

/// All tasks of an event loop that are not done.
pub fn all_tasks(th: &mut Thread, event_loop: &Object) -> Result<Ref<Set>, Raised> {
    let tasks = Set::new(th);
    let mut rest: Vec<Ref<Object>> = Vec::new();
    // Those that are eager first: one that becomes an ordinary task meanwhile is not missed.
    if let Some(eager) = EAGER.get(th) {
        rest.extend(eager.snapshot(th));
    }
    if let Some(set) = LIKE_TASKS.get(th) {
        rest.extend(ops::to_vec(th, &set)?);
    }
    // A subclass may say in its own way whether it is done, and which event loop it belongs to.
    let wanted = |task: &Task| !task.is_exactly::<Task>() || task.belongs_to(event_loop) && task.is_pending();
    for task in native(th, event_loop, wanted) {
        if task.is_exactly::<Task>() {
            tasks.add(th, task.as_object())?;
        } else {
            rest.push(task.up());
        }
    }
    for task in rest {
        let done = calls::ask(th, &task, &n::done)?;
        if !done && calls::loop_of(th, &task)?.is(event_loop) {
            tasks.add(th, &task)?;
        }
        th.release(task);
    }
    Ok(tasks)
}
