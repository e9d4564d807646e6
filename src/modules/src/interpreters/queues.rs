//! `_interpqueues`: queues of what may cross between interpreters.
//!
//! Invariant: the table of queues and each queue's items are touched only under their own locks, never across a call-out. A queue that
//! was destroyed has no items: whoever still holds it finds it gone.
#![allow(unsafe_code, reason = "the ring is reached through a cell under the object's lock")]

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use heap::sync::{AtomicI64, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Thread};
use macros::{pymodule, pytype};
use objects::glue::*;
use objects::{Dict, Int, Tuple, exceptions, none, ops, raise};

use super::crossing::{self, Data, Fallback};
use crate::errors::ErrorClass;
use crate::os::{int, list, tuple};

static QUEUE_ERROR: ErrorClass = ErrorClass::new("concurrent.interpreters", "QueueError", exceptions::runtime_error_type);
static NOT_FOUND: ErrorClass = ErrorClass::under("concurrent.interpreters", "QueueNotFoundError", &QUEUE_ERROR);

/// The classes that the library's half has registered: of queues, and the errors of empty and of full ones.
static QUEUE: Global<Object> = Global::EMPTY;
static QUEUE_EMPTY: Global<Object> = Global::EMPTY;
static QUEUE_FULL: Global<Object> = Global::EMPTY;

/// The queues by number.
static TABLE: Global<Dict> = Global::EMPTY;
static LAST: AtomicI64 = AtomicI64::new(0);

/// What becomes of an item when its interpreter ends: removed, an error, replaced.
const UNBOUND: core::ops::RangeInclusive<i32> = 1..=3;
const REPLACE: i32 = 3;

/// A queue; Python's side of it is the library's.
#[pytype(name = "_queue", module = "_interpqueues", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance, gc = custom)]
#[repr(C)]
pub struct CrossQueue {
    head: Head,
    #[untraversed]
    state: UnsafeCell<State>,
    maxsize: isize,
    unbound: i32,
    fallback: Fallback,
}

struct State {
    items: VecDeque<Item>,
    /// How many Python objects stand for it.
    refs: usize,
    destroyed: bool,
}

struct Item {
    data: Data,
}

impl Traverse for CrossQueue {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can write it.
        for item in unsafe { &(*self.state.get()).items } {
            visitor.reference(&item.data.value);
        }
    }
}

impl Clear for CrossQueue {
    fn clear(&self, th: &mut Thread) {
        for item in self.with(th, |state, _| core::mem::take(&mut state.items)) {
            item.data.release(th);
        }
    }
}

impl CrossQueue {
    /// One stretch under the lock; nothing in it calls out or drops objects.
    fn with<R>(&self, th: &mut Thread, body: impl FnOnce(&mut State, &Thread) -> R) -> R {
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use.
        body(unsafe { &mut *self.state.get() }, &guard)
    }

    fn is_full(&self, state: &State) -> bool {
        self.maxsize > 0 && state.items.len() >= self.maxsize.unsigned_abs()
    }
}

fn table(th: &mut Thread) -> Result<Ref<Dict>, Raised> {
    TABLE.get_or_init(th, |th| Ok(Dict::new(th)))
}

fn id_of(th: &mut Thread, id: &Object) -> Result<i64, Raised> {
    if !ops::has_index(id) {
        let got = ops::type_name(id);
        return Err(raise::type_error(th, format_args!("queue ID must be an int, got {got}")));
    }
    let number = ops::index(th, id)?;
    if let Some(number) = number.to_i64().filter(|number| *number >= 0) {
        return Ok(number);
    }
    let shown = ops::repr(th, &*number)?.to_string_lossy();
    Err(if number.is_negative() {
        raise::value_error(th, format_args!("queue ID must be a non-negative int, got {shown}"))
    } else {
        raise::overflow_error(th, format_args!("max queue ID is {}, got {shown}", i64::MAX))
    })
}

#[cold]
fn not_found(th: &mut Thread, id: i64) -> Raised {
    NOT_FOUND.raise(th, format_args!("queue {id} not found"))
}

fn find(th: &mut Thread, id: &Object) -> Result<(i64, Ref<CrossQueue>), Raised> {
    let id = id_of(th, id)?;
    let key = Int::from_i64(th, id);
    let found = table(th)?.get(th, &*key)?;
    match found.map(Ref::downcast::<CrossQueue>) {
        Some(Ok(queue)) => Ok((id, queue)),
        _ => Err(not_found(th, id)),
    }
}

/// Takes a queue out of the table, and what it has.
fn destroy(th: &mut Thread, id: i64, queue: &CrossQueue) -> Result<(), Raised> {
    let key = Int::from_i64(th, id);
    let gone = table(th)?.pop(th, &*key)?;
    queue.with(th, |state, _| state.destroyed = true);
    queue.clear(th);
    if let Some(gone) = gone {
        th.release(gone);
    }
    Ok(())
}

/// The operation that stands for an absent one or names one.
pub fn unbound_of(th: &mut Thread, given: i32, default: i32) -> Result<i32, Raised> {
    match given {
        _ if given < 0 => Ok(default),
        _ if UNBOUND.contains(&given) => Ok(given),
        _ => Err(raise::value_error(th, format_args!("unsupported unboundop {given}"))),
    }
}

pub fn fallback_of(th: &mut Thread, given: i32, default: Fallback) -> Result<Fallback, Raised> {
    match given {
        0 => Ok(Fallback::Refuse),
        1 => Ok(Fallback::Pickle),
        _ if given < 0 => Ok(default),
        _ => Err(raise::value_error(th, format_args!("unsupported fallback {given}"))),
    }
}

/// A class of the library's half, which registers them when it is imported.
fn registered(th: &mut Thread, class: &Global<Object>) -> Result<Ref<Object>, Raised> {
    if let Some(class) = class.get(th) {
        return Ok(class);
    }
    let module = interp::import::import_module(th, "concurrent.interpreters._queues")?;
    th.release(module);
    match class.get(th) {
        Some(class) => Ok(class),
        None => Err(raise::runtime_error(th, format_args!("concurrent.interpreters has registered no queues"))),
    }
}

/// Raises an error of the library's half.
fn library_error(th: &mut Thread, class: &Global<Object>, message: core::fmt::Arguments<'_>) -> Raised {
    match registered(th, class) {
        Ok(found) => match as_type(&found) {
            Some(class) => raise::new(th, class, message),
            None => raise::runtime_error(th, message),
        },
        Err(raised) => raised,
    }
}

/// Whether an object is a queue of the library's.
pub fn is_queue(th: &Thread, object: &Object) -> bool {
    QUEUE.get(th).is_some_and(|class| object.ty().as_object().is(&*class))
}

/// The library's object for a queue.
pub fn queue_object(th: &mut Thread, id: &Object) -> Result<Ref<Object>, Raised> {
    let class = registered(th, &QUEUE)?;
    ops::call1(th, &class, id)
}

#[pymodule(name = "_interpqueues", hidden(CrossQueue))]
pub mod queues_ {
    //! This module provides primitive operations to manage Python interpreters.
    //! The 'interpreters' module provides a more convenient interface.
    use super::*;

    #[attr(name = "QueueError")]
    fn queue_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let class = QUEUE_ERROR.object(th)?;
        crossing::describe(th, &class, "Indicates that a queue-related error happened.")?;
        Ok(class)
    }

    #[attr(name = "QueueNotFoundError")]
    fn not_found_error(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        NOT_FOUND.object(th)
    }

    /// create(maxsize, unboundop, fallback) -> qid
    ///
    /// Create a new cross-interpreter queue and return its unique generated ID.
    /// It is a new reference as though bind() had been called on the queue.
    ///
    /// The caller is responsible for calling destroy() for the new queue
    /// before the runtime is finalized.
    #[function(sig = "(maxsize, unboundop=-1, fallback=-1)")]
    fn create(th: &mut Thread, maxsize: isize, unboundop: i32, fallback: i32) -> Result<i64, Raised> {
        let unbound = unbound_of(th, unboundop, REPLACE)?;
        let fallback = fallback_of(th, fallback, Fallback::Pickle)?;
        let state = UnsafeCell::new(State { items: VecDeque::new(), refs: 0, destroyed: false });
        let queue = th.new_object(CrossQueue { head: Head::INIT, state, maxsize, unbound, fallback });
        let id = LAST.fetch_add(1, Relaxed) + 1;
        let key = Int::from_i64(th, id);
        table(th)?.set(th, &*key, queue)?;
        Ok(id)
    }

    /// destroy(qid)
    ///
    /// Clear and destroy the queue.  Afterward attempts to use the queue
    /// will behave as though it never existed.
    #[function(name = "destroy", sig = "(qid)")]
    fn destroy_(th: &mut Thread, qid: &Object) -> Result<(), Raised> {
        let (id, queue) = find(th, qid)?;
        super::destroy(th, id, &queue)
    }

    /// list_all() -> [(qid, unboundop, fallback)]
    ///
    /// Return the list of IDs for all queues.
    /// Each corresponding default unbound op and fallback is also included.
    #[function]
    fn list_all(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let queues = table(th)?.snapshot(th);
        let mut all = Vec::new();
        // The newest first.
        for (id, queue) in queues.into_iter().rev() {
            if let Some(queue) = queue.downcast_ref::<CrossQueue>() {
                let (unbound, fallback) = (int(th, queue.unbound.into()), int(th, queue.fallback as i64));
                all.push(tuple(th, vec![id, unbound, fallback]));
            }
        }
        Ok(list(th, all))
    }

    /// put(qid, obj)
    ///
    /// Add the object's data to the queue.
    #[function(sig = "(qid, obj, unboundop=-1, fallback=-1)")]
    fn put(th: &mut Thread, qid: &Object, obj: &Object, unboundop: i32, fallback: i32) -> Result<(), Raised> {
        let id = id_of(th, qid)?;
        let (_, queue) = find(th, qid)?;
        unbound_of(th, unboundop, queue.unbound)?;
        let fallback = fallback_of(th, fallback, queue.fallback)?;
        let data = Data::of(th, obj, fallback)?;
        let refused = queue.with(th, |state, th| {
            if state.destroyed || queue.is_full(state) {
                return Some((data, state.destroyed));
            }
            // R6: the store barrier of a field that is no `Slot`.
            th.barrier(queue.as_object(), &data.value);
            state.items.push_back(Item { data });
            None
        });
        let Some((data, destroyed)) = refused else { return Ok(()) };
        data.release(th);
        if destroyed {
            return Err(not_found(th, id));
        }
        Err(library_error(th, &QUEUE_FULL, format_args!("queue {id} is full")))
    }

    /// get(qid) -> (obj, unboundop)
    ///
    /// Return a new object from the data at the front of the queue.
    /// The unbound op is also returned.
    ///
    /// If there is nothing to receive then raise QueueEmpty.
    #[function(sig = "(qid)")]
    fn get(th: &mut Thread, qid: &Object) -> Result<Ref<Object>, Raised> {
        let (id, queue) = find(th, qid)?;
        let Some(item) = queue.with(th, |state, _| state.items.pop_front()) else {
            return Err(library_error(th, &QUEUE_EMPTY, format_args!("queue {id} is empty")));
        };
        let arrived = item.data.arrive(th)?;
        // The interpreter of each item lives.
        Ok(tuple(th, vec![arrived, none().to_ref()]))
    }

    /// bind(qid)
    ///
    /// Take a reference to the identified queue.
    /// The queue is not destroyed until there are no references left.
    #[function(sig = "(qid)")]
    fn bind(th: &mut Thread, qid: &Object) -> Result<(), Raised> {
        let (id, queue) = find(th, qid)?;
        let bound = queue.with(th, |state, _| {
            state.refs += usize::from(!state.destroyed);
            !state.destroyed
        });
        if bound { Ok(()) } else { Err(not_found(th, id)) }
    }

    /// release(qid)
    ///
    /// Release a reference to the queue.
    /// The queue is destroyed once there are no references left.
    #[function(sig = "(qid)")]
    fn release(th: &mut Thread, qid: &Object) -> Result<(), Raised> {
        let (id, queue) = find(th, qid)?;
        let last = queue.with(th, |state, _| {
            state.refs = state.refs.checked_sub(1)?;
            // At once, so that nobody binds what is about to go.
            state.destroyed |= state.refs == 0;
            Some(state.destroyed)
        });
        match last {
            Some(true) => super::destroy(th, id, &queue),
            Some(false) => Ok(()),
            None => Err(QUEUE_ERROR.raise(th, format_args!("queue {id} never bound"))),
        }
    }

    /// get_maxsize(qid)
    ///
    /// Return the maximum number of items in the queue.
    #[function(sig = "(qid)")]
    fn get_maxsize(th: &mut Thread, qid: &Object) -> Result<isize, Raised> {
        Ok(find(th, qid)?.1.maxsize)
    }

    /// get_queue_defaults(qid)
    ///
    /// Return the queue's default values, set when it was created.
    #[function(sig = "(qid)")]
    fn get_queue_defaults(th: &mut Thread, qid: &Object) -> Result<Ref<Tuple>, Raised> {
        let (_, queue) = find(th, qid)?;
        let (unbound, fallback) = (int(th, queue.unbound.into()), int(th, queue.fallback as i64));
        Ok(Tuple::from_array(th, [unbound, fallback]))
    }

    /// is_full(qid)
    ///
    /// Return true if the queue has a maxsize and has reached it.
    #[function(sig = "(qid)")]
    fn is_full(th: &mut Thread, qid: &Object) -> Result<bool, Raised> {
        let (_, queue) = find(th, qid)?;
        Ok(queue.with(th, |state, _| queue.is_full(state)))
    }

    /// get_count(qid)
    ///
    /// Return the number of items in the queue.
    #[function(sig = "(qid)")]
    fn get_count(th: &mut Thread, qid: &Object) -> Result<usize, Raised> {
        let (_, queue) = find(th, qid)?;
        Ok(queue.with(th, |state, _| state.items.len()))
    }

    #[function(sig = "(queuetype, emptyerror, fullerror)")]
    fn _register_heap_types(th: &mut Thread, queuetype: &Object, emptyerror: &Object, fullerror: &Object) -> Result<(), Raised> {
        let given = [(queuetype, "queuetype", &QUEUE), (emptyerror, "emptyerror", &QUEUE_EMPTY), (fullerror, "fullerror", &QUEUE_FULL)];
        for (class, name, _) in given {
            if as_type(class).is_none() {
                return Err(raise::type_error(th, format_args!("expected a type for '{name}'")));
            }
        }
        for (class, _, place) in given {
            place.set(th, Some(class.to_ref()));
        }
        Ok(())
    }
}
