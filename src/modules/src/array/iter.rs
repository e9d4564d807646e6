//! The iterator of an array.

use heap::sync::{AtomicUsize, Ordering::Relaxed};
use heap::{Head, Object, Raised, Ref, Slot, Thread};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Tuple, builtins_ref, names};

use super::Array;

/// An iterator over the items that an array has when it comes to them.
#[pytype(name = "arrayiterator", module = "array", doc = none, flags(DISALLOW_INSTANTIATION), lock = instance)]
#[repr(C)]
pub struct ArrayIter {
    head: Head,
    next: AtomicUsize,
    array: Slot<Array>,
}

impl ArrayIter {
    pub fn new(th: &Thread, array: &Array) -> Ref<ArrayIter> {
        th.new_object(ArrayIter { head: Head::INIT, next: AtomicUsize::new(0), array: Slot::new(th.retain(array)) })
    }
}

#[pymethods]
impl ArrayIter {
    #[slot(tp_iter)]
    fn iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let locked = th.lock(self.as_object());
        let Some(array) = self.array.peek() else { return Ok(None) };
        let index = self.next.load(Relaxed);
        if let Some(raw) = array.get(&locked, index) {
            let kind = array.kind();
            self.next.store(index + 1, Relaxed);
            drop(locked);
            return kind.to_object(th, raw).map(Some);
        }
        let array = self.array.take(&locked, self);
        drop(locked);
        if let Some(array) = array {
            th.release(array);
        }
        Ok(None)
    }

    #[method]
    fn __reduce__(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let iter = builtins_ref::current(th, &names::iter)?;
        match self.array.get(th, self) {
            Some(array) => {
                let index = self.next.load(Relaxed).to_py(th)?;
                let args = Tuple::from_array(th, [array.up()]).up();
                Ok(Tuple::from_array(th, [iter, args, index]))
            }
            None => {
                let args = Tuple::from_array(th, [Tuple::empty().up()]).up();
                Ok(Tuple::from_array(th, [iter, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[method(sig = "($self, state, /)")]
    fn __setstate__(&self, th: &mut Thread, state: isize) {
        if let Some(array) = self.array.get(th, self) {
            self.next.store(state.max(0).unsigned_abs().min(array.len()), Relaxed);
        }
    }
}
