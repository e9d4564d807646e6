//! `_queue`: a queue without bounds whose `put` never waits, so that signal handlers, finalizers and weak references may call it.
//!
//! Invariant: whose object is *mine* is alone with its [`Ends`], which have locks of their own: the object's lies beside its header, in a cache line
//! that putters read.
#![allow(unsafe_code, reason = "the ends ask whether the caller is alone with them")]

use heap::contention::Kind;
use heap::ends::Ends;
use heap::park::{Parked, TABLE};
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

/// Simple, unbounded, reentrant FIFO queue.
#[pytype(name = "SimpleQueue", module = "_queue", flags(BASETYPE), lock = instance, gc = custom, weakref, sig = "()")]
#[repr(C)]
pub struct SimpleQueue {
    head: Head,
    #[untraversed]
    ends: Ends<Ref<Object>>,
}

impl Traverse for SimpleQueue {
    fn traverse(&self, visitor: &mut Visitor) {
        // SAFETY: R6: traversals run where no other thread can touch it.
        unsafe { self.ends.for_each(|item| visitor.reference(item)) };
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
    /// The first item.
    fn take(&self, th: &Thread) -> Option<Ref<Object>> {
        if self.ends.is_empty() {
            return None;
        }
        // SAFETY: R5: what is *mine* no other thread can touch.
        unsafe { self.ends.pop(th.is_mine(self.as_object())) }
    }

    fn wake_one(&self) {
        TABLE.unpark_one(self.ends.key(), |_| 0);
    }

    fn get_within(&self, th: &mut Thread, deadline: Option<u64>) -> Result<Option<Ref<Object>>, Raised> {
        loop {
            if let Some(item) = self.take(th) {
                return Ok(Some(item));
            }
            // Who is woken costs the putter more than a queue that was just empty for a moment.
            if self.ends.gather() {
                continue;
            }
            let parked = self.ends.wait(|empty| {
                th.waiting(Kind::Lock, self.as_object(), |th| TABLE.park(self.ends.key(), 0, &*th, deadline, true, empty))
            });
            match parked {
                Parked::Woken(_) | Parked::Invalid => {}
                Parked::TimedOut => return Ok(self.take(th)),
                Parked::Interrupted => {
                    // Somebody may have put an item for us meanwhile; who waits behind us gets the news.
                    if let Err(raised) = crate::signal::run_handlers(th) {
                        if !self.ends.is_empty() {
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
        let made = SimpleQueue { head: Head::INIT, ends: Ends::default() };
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
        // R6: the store barrier of a field that is no `Slot`. What the item reaches may be much: nobody waits for the queue meanwhile.
        th.barrier(self.as_object(), &item);
        // SAFETY: R5: no safepoint is taken from the barrier to the end of the call, so what is *mine* stays so.
        if unsafe { self.ends.push(th.is_mine(self.as_object()), item) } {
            self.wake_one();
        }
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
        self.ends.is_empty()
    }

    /// Return the approximate size of the queue (not reliable!).
    #[method]
    fn qsize(&self) -> usize {
        self.ends.len()
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
