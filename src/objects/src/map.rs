//! `map`.

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::serial::Serial;
use crate::zip::{check_strict, iterators, strict_keyword};
use crate::{Tuple, ops, raise};

/// Make an iterator that computes the function using arguments from
/// each of the iterables.  Stops when the shortest iterable is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the
/// others, raise a ValueError.
#[pytype(name = "map", export = "PyMap_Type", sig = "(function, iterable, /, *iterables, strict=False)", flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Map {
    head: Head,
    iterators: Slot<Tuple>,
    function: Slot,
    strict: AtomicBool,
    /// Items that belong together are taken in one step.
    #[untraversed]
    serial: Serial,
}

impl Map {
    /// The next result.
    pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let (Some(iterators), Some(function)) = (self.iterators.get(th, self), self.function.get(th, self)) else { return Ok(None) };
        let result = self.call_next(th, &iterators, &function);
        th.release(iterators);
        th.release(function);
        result
    }

    fn call_next(&self, th: &mut Thread, iterators: &Tuple, function: &Object) -> Result<Option<Ref<Object>>, Raised> {
        if iterators.len() == 1 {
            // Nothing to compare with when it ends: strict or not.
            let Some(item) = ops::next(th, iterators.get(0))? else { return Ok(None) };
            let result = ops::call1(th, function, &item);
            th.release(item);
            return result.map(Some);
        }
        let items = self.serial.step(th, self, |th| {
            let mut items = Vec::with_capacity(iterators.len());
            for index in 0..iterators.len() {
                match ops::next(th, iterators.get(index))? {
                    Some(item) => items.push(item),
                    None if self.strict.load(Relaxed) => {
                        check_strict(th, "map", iterators, index)?;
                        return Ok(None);
                    }
                    None => return Ok(None),
                }
            }
            Ok(Some(items))
        })?;
        let Some(items) = items else { return Ok(None) };
        let args: Vec<&Object> = items.iter().map(|item| &**item).collect();
        let result = ops::call(th, function, &args);
        for item in items {
            th.release(item);
        }
        result.map(Some)
    }
}

#[pymethods]
impl Map {
    #[slot(tp_new, tp_vectorcall, sig = "(*args, **kwargs)")]
    fn py_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Map>, Raised> {
        let strict = strict_keyword(th, "map", kwargs)?;
        let [function, iterables @ ..] = &*args else {
            return Err(raise::type_error(th, format_args!("map() must have at least two arguments.")));
        };
        if iterables.is_empty() {
            return Err(raise::type_error(th, format_args!("map() must have at least two arguments.")));
        }
        let iterators = Slot::new(iterators(th, iterables)?);
        let function = Slot::new(th.retain(*function));
        Ok(th.new_instance(cls, Map { head: Head::INIT, iterators, function, strict: AtomicBool::new(strict), serial: Serial::new() }))
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
        let function = self.function.get(th, self).to_py(th)?;
        let mut args = vec![function];
        if let Some(iterators) = self.iterators.get(th, self) {
            args.extend(iterators.iter().map(|iterator| th.retain(iterator)));
        }
        let args = Tuple::new(th, args).up();
        let class = self.ty().to_ref().up();
        Ok(match self.strict.load(Relaxed) {
            true => Tuple::from_array(th, [class, args, crate::bool_ref(true)]),
            false => Tuple::from_array(th, [class, args]),
        })
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, strict: bool) {
        self.strict.store(strict, Relaxed);
    }
}
