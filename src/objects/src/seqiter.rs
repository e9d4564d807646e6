//! `iterator`, which asks a sequence for its items by index, and `callable_iterator`, which calls until a value comes up.
//!
//! Invariant: an iterator that is exhausted holds nothing and stays so.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::serial::{self, Serial};
use crate::{Tuple, builtins_ref, exceptions, names, not_implemented_ref, ops, raise};

/// What an iterator's `__setstate__` takes: an int, and nothing that could be made one.
pub(crate) struct IterState(pub isize);

impl FromArg<'_> for IterState {
    fn from_arg(th: &mut Thread, arg: &Object, at: At) -> Result<Self, Raised> {
        if !arg.is_a::<crate::Int>() {
            return Err(raise::type_error(th, format_args!("an integer is required")));
        }
        isize::from_arg(th, arg, at).map(IterState)
    }
}

/// The iterator of objects that have `__getitem__` but not `__iter__`.
#[pytype(name = "iterator", export = "PySeqIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct SeqIter {
    head: Head,
    next: AtomicIsize,
    sequence: Slot,
}

impl SeqIter {
    /// An iterator from index 0 on.
    pub fn new(th: &Thread, sequence: &Object) -> Ref<SeqIter> {
        th.new_object(SeqIter { head: Head::INIT, next: AtomicIsize::new(0), sequence: Slot::new(th.retain(sequence)) })
    }

    /// The next item.
    pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let locked = th.lock(self);
        let Some(sequence) = self.sequence.get(&locked, self) else { return Ok(None) };
        let index = self.next.load(Relaxed);
        if index == isize::MAX {
            drop(locked);
            return Err(raise::overflow_error(th, format_args!("iter index too large")));
        }
        self.next.store(index + 1, Relaxed);
        drop(locked);
        match ops::item::sequence_item(th, &sequence, index) {
            Some(Ok(item)) => {
                th.release(sequence);
                Ok(Some(item))
            }
            Some(Err(_)) if raise::matches(th, exceptions::index_error_type()) || raise::matches(th, exceptions::stop_iteration_type()) => {
                let error = th.take_exception();
                self.sequence.set(th, self, None);
                th.release(sequence);
                drop(error);
                Ok(None)
            }
            Some(Err(raised)) => {
                // The item may be asked for again, unless another thread has gone on.
                let _ = self.next.compare_exchange(index + 1, index, Relaxed, Relaxed);
                Err(raised)
            }
            None => {
                let name = ops::type_name(&sequence);
                Err(raise::type_error(th, format_args!("'{name}' object does not support indexing")))
            }
        }
    }
}

#[pymethods]
impl SeqIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.next(th)
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        match self.sequence.get(th, self) {
            Some(sequence) if ops::has_len(&sequence) => {
                let len = ops::len(th, &sequence)?;
                len.saturating_sub(self.next.load(Relaxed).max(0).cast_unsigned()).to_py(th)
            }
            Some(_) => Ok(not_implemented_ref()),
            None => 0_usize.to_py(th),
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = builtins_ref::current(th, &names::iter)?;
        match self.sequence.get(th, self) {
            Some(sequence) => {
                let index = self.next.load(Relaxed).to_py(th)?;
                let args = Tuple::from_array(th, [sequence]).up();
                Ok(Tuple::from_array(th, [iter, args, index]))
            }
            None => {
                let args = Tuple::from_array(th, [Tuple::empty().up()]).up();
                Ok(Tuple::from_array(th, [iter, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, state: IterState) {
        let IterState(index) = state;
        if self.sequence.get(th, self).is_some() {
            self.next.store(index.max(0), Relaxed);
        }
    }
}

/// `iter(callable, sentinel)`
#[pytype(name = "callable_iterator", export = "PyCallIter_Type", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct CallIter {
    head: Head,
    callable: Slot,
    sentinel: Slot,
    #[untraversed]
    serial: Serial,
}

impl CallIter {
    /// An iterator over what `callable()` returns, up to `sentinel`.
    pub fn new(th: &Thread, callable: &Object, sentinel: &Object) -> Ref<CallIter> {
        let (callable, sentinel) = (Slot::new(th.retain(callable)), Slot::new(th.retain(sentinel)));
        th.new_object(CallIter { head: Head::INIT, callable, sentinel, serial: Serial::new() })
    }

    /// Calls once and compares.
    fn step(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let Some(callable) = self.callable.get(th, self) else { return Ok(None) };
        let result = match ops::call0(th, &callable) {
            Ok(result) => result,
            Err(_) if raise::matches(th, exceptions::stop_iteration_type()) => {
                drop(th.take_exception());
                self.finish(th);
                return Ok(None);
            }
            Err(raised) => return Err(raised),
        };
        th.release(callable);
        // The call may have exhausted this iterator.
        let Some(sentinel) = self.sentinel.get(th, self) else { return Ok(None) };
        let done = ops::eq(th, &sentinel, &result)?;
        th.release(sentinel);
        if done {
            self.finish(th);
            return Ok(None);
        }
        Ok(Some(result))
    }

    fn finish(&self, th: &mut Thread) {
        self.callable.set(th, self, None);
        self.sentinel.set(th, self, None);
    }
}

#[pymethods]
impl CallIter {
    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        if th.is_mine(self) {
            return self.step(th);
        }
        match self.callable.get(th, self) {
            // Nobody calls while a sentinel is on its way.
            Some(callable) if serial::is_native(&callable) => self.serial.native_step(th, self, |th| self.step(th)),
            _ => self.step(th),
        }
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = builtins_ref::current(th, &names::iter)?;
        let args = match (self.callable.get(th, self), self.sentinel.get(th, self)) {
            (Some(callable), Some(sentinel)) => Tuple::from_array(th, [callable, sentinel]),
            _ => Tuple::from_array(th, [Tuple::empty().up()]),
        };
        Ok(Tuple::from_array(th, [iter, args.up()]))
    }
}
