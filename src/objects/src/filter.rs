//! `filter`.

use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::{Tuple, ops};

/// Return an iterator yielding those items of iterable for which
/// function(item) is true.  If function is None, return the items that
/// are true.
#[pytype(name = "filter", export = "PyFilter_Type", sig = "(function, iterable, /)", flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Filter {
    head: Head,
    function: Slot,
    iterator: Slot,
}

impl Filter {
    /// The next item that passes.
    pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let (Some(iterator), Some(function)) = (self.iterator.get(th, self), self.function.get(th, self)) else { return Ok(None) };
        let own_truth = function.is(crate::none()) || function.is(crate::Bool::type_object());
        let found = loop {
            let item = match ops::next(th, &iterator) {
                Ok(Some(item)) => item,
                end => break end,
            };
            let passes = if own_truth { ops::is_true(th, &item) } else { passes(th, &function, &item) };
            match passes {
                Ok(true) => break Ok(Some(item)),
                Ok(false) => th.release(item),
                Err(raised) => break Err(raised),
            }
        };
        th.release(iterator);
        th.release(function);
        found
    }
}

fn passes(th: &mut Thread, function: &Object, item: &Object) -> Result<bool, Raised> {
    let result = ops::call1(th, function, item)?;
    let truth = ops::is_true(th, &result);
    th.release(result);
    truth
}

#[pymethods]
impl Filter {
    #[slot(tp_new, tp_vectorcall, sig = "(function, iterable, /)")]
    fn py_new(th: &mut Thread, cls: &Type, function: &Object, iterable: &Object) -> Result<Ref<Filter>, Raised> {
        let iterator = Slot::new(ops::iter(th, iterable)?);
        Ok(th.new_instance(cls, Filter { head: Head::INIT, function: Slot::new(th.retain(function)), iterator }))
    }

    #[slot(tp_iter)]
    fn py_iter(&self) -> &Self {
        self
    }

    #[slot(tp_iternext)]
    fn py_next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.next(th)
    }

    /// Return state information for pickling.
    #[method(name = "__reduce__")]
    fn reduce(&self, th: &mut Thread) -> Result<Ref<Tuple>, Raised> {
        let (function, iterator) = (self.function.get(th, self).to_py(th)?, self.iterator.get(th, self).to_py(th)?);
        let args = Tuple::from_array(th, [function, iterator]).up();
        Ok(Tuple::from_array(th, [self.ty().to_ref().up(), args]))
    }
}
