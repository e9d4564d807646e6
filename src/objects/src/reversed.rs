//! `reversed`: backwards through any sequence.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::seqiter::IterState;
use crate::{Tuple, exceptions, names, ops, raise};

/// Return a reverse iterator over the values of the given sequence.
#[pytype(name = "reversed", export = "PyReversed_Type", sig = "(sequence, /)", flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Reversed {
    head: Head,
    /// The index of the next item; -1: exhausted.
    index: AtomicIsize,
    sequence: Slot,
}

impl Reversed {
    fn finish(&self, th: &mut Thread) {
        self.index.store(-1, Relaxed);
        self.sequence.set(th, self, None);
    }
}

#[pymethods]
impl Reversed {
    #[slot(tp_new, tp_vectorcall, sig = "(sequence, /)")]
    fn py_new(th: &mut Thread, cls: &Type, sequence: &Object) -> Result<Ref<Object>, Raised> {
        if let Some(method) = ops::lookup_special(th, sequence, &names::__reversed__)? {
            if method.is(crate::none()) {
                return Err(not_reversible(th, sequence));
            }
            return ops::call0(th, &method);
        }
        if !ops::item::is_sequence(sequence) {
            return Err(not_reversible(th, sequence));
        }
        let len = ops::len(th, sequence)?;
        let value = Reversed { head: Head::INIT, index: AtomicIsize::new(len.cast_signed() - 1), sequence: Slot::new(th.retain(sequence)) };
        Ok(th.new_instance(cls, value).up())
    }

    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let locked = th.lock(self);
        let index = self.index.load(Relaxed);
        let Some(sequence) = self.sequence.get(&locked, self).filter(|_| index >= 0) else { return Ok(None) };
        self.index.store(index - 1, Relaxed);
        drop(locked);
        match ops::item::sequence_item(th, &sequence, index) {
            Some(Ok(item)) => {
                th.release(sequence);
                Ok(Some(item))
            }
            Some(Err(raised)) => {
                if raise::matches(th, exceptions::index_error_type()) || raise::matches(th, exceptions::stop_iteration_type()) {
                    drop(th.take_exception());
                    self.finish(th);
                    return Ok(None);
                }
                self.index.store(index, Relaxed);
                Err(raised)
            }
            None => Err(not_reversible(th, &sequence)),
        }
    }

    /// Private method returning an estimate of len(list(it)).
    #[method(name = "__length_hint__")]
    fn length_hint(&self, th: &mut Thread) -> Result<usize, Raised> {
        let Some(sequence) = self.sequence.get(th, self) else { return Ok(0) };
        let left = (self.index.load(Relaxed) + 1).max(0).cast_unsigned();
        Ok(if ops::len(th, &sequence)? < left { 0 } else { left })
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let class = self.ty().to_ref().up();
        match self.sequence.get(th, self) {
            Some(sequence) => {
                let index = self.index.load(Relaxed).to_py(th)?;
                let args = Tuple::from_array(th, [sequence]).up();
                Ok(Tuple::from_array(th, [class, args, index]))
            }
            None => {
                let args = Tuple::from_array(th, [Tuple::empty().up()]).up();
                Ok(Tuple::from_array(th, [class, args]))
            }
        }
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, th: &mut Thread, state: IterState) -> Result<(), Raised> {
        let IterState(index) = state;
        if let Some(sequence) = self.sequence.get(th, self) {
            let len = ops::len(th, &sequence)?.cast_signed();
            self.index.store(index.clamp(-1, len - 1), Relaxed);
        }
        Ok(())
    }
}

#[cold]
fn not_reversible(th: &mut Thread, object: &Object) -> Raised {
    let name = ops::type_name(object);
    raise::type_error(th, format_args!("'{name}' object is not reversible"))
}
