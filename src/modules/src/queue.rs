//! `_queue`: a queue that threads wait at.
//!
//! Invariant: the items are touched only while the object is *mine* or its lock is held (R9), never across a call-out. `count` is how many
//! there are; it is written under the lock and read by those who are about to sleep, so that none sleeps beside an item.
#![allow(unsafe_code, reason = "the items are reached through a cell under the object's lock")]
#![allow(non_snake_case, reason = "names that Python sees")]

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use heap::park::{Parked, TABLE};
use heap::sync::{AtomicUsize, Ordering};
use heap::{Head, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{exceptions, none, raise};

use crate::errors::ErrorClass;
use crate::os::{self, Round};

static EMPTY: ErrorClass = ErrorClass::with_doc(
    "_queue",
    "Empty",
    "Exception raised by Queue.get(block=0)/get_nowait().",
    exceptions::exception_type,
);

/// Simple, unbounded, reentrant FIFO queue.
#[pytype(name = "SimpleQueue", module = "_queue", flags(BASETYPE), lock = instance, gc = custom, weakref)]
#[repr(C)]
pub struct SimpleQueue {
    head: Head,
    #[untraversed]
    items: UnsafeCell<VecDeque<Ref<Object>>>,
    count: AtomicUsize,
}

impl Traverse for SimpleQueue {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can write it.
        for item in unsafe { &*self.items.get() } {
            visitor.reference(item);
        }
    }
}

impl Clear for SimpleQueue {
    fn clear(&self, th: &mut Thread) {
        let old = self.with(th, |items, _| core::mem::take(items));
        for item in old {
            th.release(item);
        }
    }
}

impl SimpleQueue {
    /// One stretch under the lock; nothing in it calls out, drops or allocates objects.
    fn with<R>(&self, th: &mut Thread, body: impl FnOnce(&mut VecDeque<Ref<Object>>, &Thread) -> R) -> R {
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which outlives the use.
        let items = unsafe { &mut *self.items.get() };
        let result = body(items, &guard);
        // The bucket's latch, which sleepers and wakers take, orders this before what they read.
        self.count.store(items.len(), Ordering::Relaxed);
        result
    }

    /// Under which those who wait for an item sleep.
    fn key(&self) -> usize {
        (&raw const self.count).addr()
    }

    fn push(&self, th: &mut Thread, item: &Object) {
        let item = th.retain(item);
        self.with(th, |items, th| {
            // R6: the store barrier of a field that is no `Slot`.
            th.barrier(self.as_object(), &item);
            items.push_back(item);
        });
        TABLE.unpark_one(self.key(), |_| 0);
    }

    fn pop(&self, th: &mut Thread) -> Option<Ref<Object>> {
        self.with(th, |items, _| items.pop_front())
    }

    /// The first item, waiting for one until `deadline` (of [`heap::sync::now`]), or for ever.
    fn wait(&self, th: &mut Thread, deadline: Option<u64>) -> Result<Ref<Object>, Raised> {
        let mut since = None;
        loop {
            if let Some(item) = self.pop(th) {
                return Ok(item);
            }
            let since = *since.get_or_insert_with(heap::sync::now);
            let idle = || self.count.load(Ordering::Relaxed) == 0;
            match TABLE.park(self.key(), since, &*th, deadline, true, idle) {
                Parked::Woken(_) | Parked::Invalid => {}
                Parked::TimedOut => return self.pop(th).ok_or_else(|| EMPTY.raise_empty(th)),
                Parked::Interrupted => crate::signal::run_handlers(th)?,
            }
        }
    }
}

/// The end of a wait that begins now.
fn deadline(th: &mut Thread, timeout: &Object) -> Result<Option<u64>, Raised> {
    if timeout.is(none()) {
        return Ok(None);
    }
    let nanos = os::nanoseconds(th, timeout, Round::Ceiling)?;
    let Ok(nanos) = u64::try_from(nanos) else {
        return Err(raise::value_error(th, format_args!("'timeout' must be a non-negative number")));
    };
    Ok(Some(heap::sync::now().saturating_add(nanos)))
}

#[pymethods]
impl SimpleQueue {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<SimpleQueue>, Raised> {
        if core::ptr::eq(cls, <SimpleQueue as heap::PyType>::type_object()) {
            if !args.is_empty() {
                return Err(raise::type_error(th, format_args!("SimpleQueue() takes no positional arguments")));
            }
            if !kwargs.is_empty() {
                return Err(raise::type_error(th, format_args!("SimpleQueue() takes no keyword arguments")));
            }
        }
        let made = SimpleQueue { head: Head::INIT, items: UnsafeCell::new(VecDeque::new()), count: AtomicUsize::new(0) };
        Ok(th.new_instance(cls, made))
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this
    /// method never blocks.  They are provided for compatibility with the
    /// Queue class.
    #[method(sig = "($self, /, item, block=True, timeout=None)")]
    fn put(&self, th: &mut Thread, item: &Object, block: bool, #[default(none())] timeout: &Object) {
        let _ = (block, timeout);
        self.push(th, item);
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method(sig = "($self, /, item)")]
    fn put_nowait(&self, th: &mut Thread, item: &Object) {
        self.push(th, item);
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the
    /// default), block if necessary until an item is available.  If
    /// 'timeout' is a non-negative number, it blocks at most 'timeout'
    /// seconds and raises the Empty exception if no item was available
    /// within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[method(sig = "($self, /, block=True, timeout=None)")]
    fn get(&self, th: &mut Thread, block: bool, #[default(none())] timeout: &Object) -> Result<Ref<Object>, Raised> {
        if !block {
            return self.get_nowait(th);
        }
        let deadline = deadline(th, timeout)?;
        self.wait(th, deadline)
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method]
    fn get_nowait(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.pop(th).ok_or_else(|| EMPTY.raise_empty(th))
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method]
    fn empty(&self) -> bool {
        self.count.load(Ordering::Relaxed) == 0
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(&self) -> usize {
        self.count.load(Ordering::Relaxed)
    }

    /// SimpleQueues are generic over the type of their contents
    #[classmethod(sig = "($type, object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

#[pymodule(name = "_queue", types(SimpleQueue))]
pub mod queue_ {
    //! C implementation of the Python queue module.
    //! This module is an implementation detail, please do not use it directly.
    use super::*;

    #[attr]
    fn Empty(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        EMPTY.object(th)
    }
}
