//! `_queue`: a queue without bounds whose `put` never waits, so that signal handlers, finalizers and weak references may call it.
//!
//! It has two ends, so that who puts and who gets rarely want the same cache line: putters append to the back, getters take from the front, and a
//! getter that finds the front empty takes the whole back for it.
//!
//! Invariant: the front is touched only while the object is *mine* or its lock is held (R9), the back while it is *mine* or its latch is held
//! (R15, taken after the lock), and never across a call-out. A getter counts itself in `waiting` before it looks for items for the last time, a
//! putter raises the back's length before it looks at `waiting`: one sees the other.
#![allow(unsafe_code, reason = "the ends are reached through cells under the object's lock and a latch")]

use core::cell::UnsafeCell;
use std::collections::VecDeque;

use heap::contention::Kind;
use heap::park::{Latch, Parked, TABLE, spin_from, spin_until};
use heap::sync::{AtomicUsize, Ordering::*};
use heap::{Head, Heaped, Object, Raised, Ref, Thread, Type};
use macros::{pymethods, pymodule, pytype};
use objects::glue::*;
use objects::{Dict, Str, Tuple, exceptions, none, raise};

use crate::os::{self, Deadline, Round};

static EMPTY: Global<Object> = Global::EMPTY;

fn empty_class(th: &mut Thread) -> Result<Ref<Object>, Raised> {
    EMPTY.get_or_init(th, |th| {
        let namespace = Dict::new(th);
        let module = Str::new(th, "_queue");
        namespace.set_by_name(th, "__module__", module.up());
        let doc = Str::new(th, "Exception raised by Queue.get(block=0)/get_nowait().");
        namespace.set_by_name(th, "__doc__", doc.up());
        let bases = Tuple::from_slice(th, &[exceptions::exception_type()]);
        let name = Str::new(th, "Empty");
        objects::typing::new_class::new_class(th, objects::typing::type_type(), &name, &bases, &namespace, KwArgs::new(&[], &[]))
    })
}

/// A part of the queue, and how long it is for those who only look.
struct End {
    items: UnsafeCell<VecDeque<Ref<Object>>>,
    len: AtomicUsize,
}

impl End {
    fn new() -> End {
        End { items: UnsafeCell::new(VecDeque::new()), len: AtomicUsize::new(0) }
    }

    /// # Safety
    /// The caller may touch this end (see the module's head) and has no other reference to its items.
    #[allow(clippy::mut_from_ref, reason = "a cell, under the lock that the caller holds")]
    unsafe fn items(&self) -> &mut VecDeque<Ref<Object>> {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.items.get() }
    }
}

/// Simple, unbounded, reentrant FIFO queue.
#[pytype(name = "SimpleQueue", module = "_queue", flags(BASETYPE), lock = instance, gc = custom, weakref, sig = "()")]
#[repr(C)]
pub struct SimpleQueue {
    head: Head,
    #[untraversed]
    front: End,
    apart: [u64; 8],
    #[untraversed]
    back: End,
    latch: Latch<()>,
    waiting: AtomicUsize,
}

impl Traverse for SimpleQueue {
    fn traverse(&self, visitor: &mut Visitor) {
        for end in [&self.front, &self.back] {
            // SAFETY: R6: traversals run where no other thread can write it.
            for item in unsafe { &*end.items.get() } {
                visitor.reference(item);
            }
        }
    }
}

impl Clear for SimpleQueue {
    fn clear(&self, th: &mut Thread) {
        while let Some(item) = self.take(th) {
            th.release(item);
        }
    }
}

impl SimpleQueue {
    /// Nothing in it calls out, drops or allocates objects, or takes a safepoint.
    fn append(&self, th: &Thread, item: Ref<Object>) {
        // R6: the store barrier of a field that is no `Slot`. What the item reaches may be much: nobody waits for the queue meanwhile.
        th.barrier(self.as_object(), &item);
        let mine = th.is_mine(self.as_object());
        let _held = (!mine).then(|| self.latch.lock());
        // SAFETY: R9, R15: the object is *mine*, or the latch is held to the end.
        let items = unsafe { self.back.items() };
        items.push_back(item);
        // SeqCst: before the look at `waiting`.
        self.back.len.store(items.len(), if mine { Relaxed } else { SeqCst });
    }

    /// The first item. While the front has some, the back is not looked at: its putter would wait for the cache line.
    fn take(&self, th: &mut Thread) -> Option<Ref<Object>> {
        if self.front.len.load(Relaxed) == 0 && self.len() == 0 {
            return None;
        }
        let guard = th.lock(self.as_object());
        // SAFETY: R9: the object is *mine* or locked by the guard, which lives to the end.
        let items = unsafe { self.front.items() };
        if items.is_empty() {
            let _held = (!guard.is_mine(self.as_object())).then(|| self.latch.lock());
            // SAFETY: R9, R15: the object is *mine*, or the latch is held to the end of the block.
            core::mem::swap(items, unsafe { self.back.items() });
            // In this order, so that who looks finds the items at one end or the other.
            self.front.len.store(items.len(), Relaxed);
            self.back.len.store(0, Release);
        }
        let item = items.pop_front();
        self.front.len.store(items.len(), Relaxed);
        item
    }

    /// How many items there are at this moment; never 0 by mistake.
    fn len(&self) -> usize {
        // Acquire: pairs with the store of 0, before which the front has the items.
        let back = self.back.len.load(Acquire);
        self.front.len.load(Relaxed) + back
    }

    fn key(&self) -> usize {
        (&raw const self.waiting).addr()
    }

    fn wake_one(&self) {
        if self.waiting.load(SeqCst) > 0 {
            TABLE.unpark_one(self.key(), |_| 0);
        }
    }

    /// Waits some microseconds for an item; whether there is one. While more and more come it waits on, for some: who takes each as it comes wants the
    /// back's cache line as often as the putter.
    fn gather(&self) -> bool {
        let mut seen = 0;
        spin_until(|| {
            seen = self.back.len.load(Relaxed);
            seen != 0
        }) && {
            spin_from(3, || core::mem::replace(&mut seen, self.back.len.load(Relaxed)) == seen);
            true
        }
    }

    fn get_within(&self, th: &mut Thread, deadline: Option<u64>) -> Result<Option<Ref<Object>>, Raised> {
        loop {
            if let Some(item) = self.take(th) {
                return Ok(Some(item));
            }
            // Who is woken costs the putter more than a queue that was just empty for a moment.
            if self.gather() {
                continue;
            }
            self.waiting.fetch_add(1, SeqCst);
            let empty = || self.back.len.load(SeqCst) == 0 && self.front.len.load(SeqCst) == 0;
            let parked = th.waiting(Kind::Lock, self.as_object(), |th| TABLE.park(self.key(), 0, &*th, deadline, true, empty));
            self.waiting.fetch_sub(1, SeqCst);
            match parked {
                Parked::Woken(_) | Parked::Invalid => {}
                Parked::TimedOut => return Ok(self.take(th)),
                Parked::Interrupted => {
                    // Somebody may have put an item for us meanwhile; who waits behind us gets the news.
                    if let Err(raised) = crate::signal::run_handlers(th) {
                        if self.len() > 0 {
                            self.wake_one();
                        }
                        return Err(raised);
                    }
                }
            }
        }
    }
}

#[pymethods]
impl SimpleQueue {
    #[slot(tp_new, sig = "()")]
    fn new(th: &mut Thread, cls: &Type) -> Ref<SimpleQueue> {
        let made = SimpleQueue {
            head: Head::INIT,
            front: End::new(),
            apart: [0; 8],
            back: End::new(),
            latch: Latch::new(()),
            waiting: AtomicUsize::new(0),
        };
        th.new_instance(cls, made)
    }

    /// Put the item on the queue.
    ///
    /// The optional 'block' and 'timeout' arguments are ignored, as this method
    /// never blocks.  They are provided for compatibility with the Queue class.
    #[method(sig = "($self, /, item, block=True, timeout=None)")]
    fn put(&self, th: &mut Thread, item: &Object, block: bool, timeout: Option<&Object>) {
        let _ = (block, timeout);
        self.put_nowait(th, item);
    }

    /// Put an item into the queue without blocking.
    ///
    /// This is exactly equivalent to `put(item)` and is only provided
    /// for compatibility with the Queue class.
    #[method(sig = "($self, /, item)")]
    fn put_nowait(&self, th: &mut Thread, item: &Object) {
        let item = th.retain(item);
        self.append(th, item);
        self.wake_one();
    }

    /// Remove and return an item from the queue.
    ///
    /// If optional args 'block' is true and 'timeout' is None (the default),
    /// block if necessary until an item is available. If 'timeout' is
    /// a non-negative number, it blocks at most 'timeout' seconds and raises
    /// the Empty exception if no item was available within that time.
    /// Otherwise ('block' is false), return an item if one is immediately
    /// available, else raise the Empty exception ('timeout' is ignored
    /// in that case).
    #[method(sig = "($self, /, block=True, timeout=None)")]
    fn get(&self, th: &mut Thread, block: bool, #[default(none())] timeout: &Object) -> Result<Ref<Object>, Raised> {
        let found = if !block {
            self.take(th)
        } else if timeout.is(none()) {
            self.get_within(th, None)?
        } else {
            let nanos = os::nanoseconds(th, timeout, Round::Ceiling)?;
            if nanos < 0 {
                return Err(raise::value_error(th, format_args!("'timeout' must be a non-negative number")));
            }
            let deadline = Deadline::in_nanos(nanos);
            self.get_within(th, deadline.left().map(|left| heap::sync::now().saturating_add(left)))?
        };
        match found {
            Some(item) => Ok(item),
            None => {
                let class = empty_class(th)?;
                match objects::ops::call0(th, &class) {
                    Ok(exception) => Err(th.set_exception(exception)),
                    Err(raised) => Err(raised),
                }
            }
        }
    }

    /// Remove and return an item from the queue without blocking.
    ///
    /// Only get an item if one is immediately available. Otherwise
    /// raise the Empty exception.
    #[method]
    fn get_nowait(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        self.get(th, false, none())
    }

    /// Return True if the queue is empty, False otherwise (not reliable!).
    #[method]
    fn empty(&self) -> bool {
        self.len() == 0
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(&self) -> usize {
        self.len()
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }
}

#[pymodule(name = "_queue", types(SimpleQueue))]
pub mod queue {
    //! C implementation of the Python queue module.
    //! This module is an implementation detail, please do not use it directly.
    use super::*;

    #[attr]
    fn Empty(th: &mut Thread) -> Result<Ref<Object>, Raised> {
        empty_class(th)
    }
}
