//! `zip`.

use heap::sync::{AtomicBool, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::serial::Serial;
use crate::{Tuple, ops, raise};

/// The zip object yields n-length tuples, where n is the number of
/// iterables passed as positional arguments to zip().  The i-th element
/// in every tuple comes from the i-th iterable argument to zip().  This
/// continues until the shortest argument is exhausted.
///
/// If strict is true and one of the arguments is exhausted before the
/// others, raise a ValueError.
///
///    >>> list(zip('abcdefg', range(3), range(4)))
///    [('a', 0, 0), ('b', 1, 1), ('c', 2, 2)]
#[pytype(name = "zip", export = "PyZip_Type", sig = "(*iterables, strict=False)", flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Zip {
    head: Head,
    iterators: Slot<Tuple>,
    /// The pair handed out last; see `enumerate::pair`.
    pair: Slot<Tuple>,
    strict: AtomicBool,
    /// Items that belong together are taken in one step.
    #[untraversed]
    serial: Serial,
}

/// Iterators of the arguments of `zip` or `map`.
pub(crate) fn iterators(th: &mut Thread, iterables: &[&Object]) -> Result<Ref<Tuple>, Raised> {
    let mut iterators = Vec::with_capacity(iterables.len());
    for iterable in iterables {
        iterators.push(ops::iter(th, iterable)?);
    }
    Ok(Tuple::new(th, iterators))
}

/// One iterator, the one at `index`, is exhausted: in a strict `zip` or `map` that must be the first, and all others with it.
pub(crate) fn check_strict(th: &mut Thread, function: &str, iterators: &Tuple, index: usize) -> Result<(), Raised> {
    let others = |count: usize| if count == 1 { "" } else { "s 1-" };
    if index > 0 {
        let (plural, count) = (others(index), index);
        let rest = if index == 1 { " 1".to_owned() } else { format!("{plural}{count}") };
        return Err(raise::value_error(th, format_args!("{function}() argument {} is shorter than argument{rest}", index + 1)));
    }
    for index in 1..iterators.len() {
        if let Some(item) = ops::next(th, iterators.get(index))? {
            th.release(item);
            let rest = if index == 1 { " 1".to_owned() } else { format!("{}{index}", others(index)) };
            return Err(raise::value_error(th, format_args!("{function}() argument {} is longer than argument{rest}", index + 1)));
        }
    }
    Ok(())
}

impl Zip {
    /// The next tuple.
    pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        self.serial.step(th, self, |th| self.next_tuple(th))
    }

    #[inline]
    fn next_tuple(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let Some(iterators) = self.iterators.get(th, self) else { return Ok(None) };
        if iterators.is_empty() {
            return Ok(None);
        }
        if iterators.len() == 2 {
            let Some(a) = ops::next(th, iterators.get(0))? else { return self.exhausted(th, &iterators, 0) };
            let Some(b) = ops::next(th, iterators.get(1))? else { return self.exhausted(th, &iterators, 1) };
            th.release(iterators);
            return Ok(Some(crate::enumerate::pair(th, self, &self.pair, a, b).up()));
        }
        let mut items = Vec::with_capacity(iterators.len());
        for index in 0..iterators.len() {
            match ops::next(th, iterators.get(index))? {
                Some(item) => items.push(item),
                None => return self.exhausted(th, &iterators, index),
            }
        }
        th.release(iterators);
        Ok(Some(Tuple::new(th, items).up()))
    }

    /// Whether it yields pairs.
    pub fn is_of_two(&self, th: &Thread) -> bool {
        self.iterators.get(th, self).is_some_and(|iterators| iterators.len() == 2)
    }

    /// The next items of two iterators, without a tuple. The interpreter calls this when it unpacks them at once.
    pub fn next_pair(&self, th: &mut Thread) -> Result<Option<(Ref<Object>, Ref<Object>)>, Raised> {
        self.serial.step(th, self, |th| self.next_two(th))
    }

    #[inline]
    fn next_two(&self, th: &mut Thread) -> Result<Option<(Ref<Object>, Ref<Object>)>, Raised> {
        let Some(iterators) = self.iterators.get(th, self) else { return Ok(None) };
        debug_assert!(iterators.len() == 2);
        let Some(a) = ops::next(th, iterators.get(0))? else { return self.exhausted(th, &iterators, 0).map(|_| None) };
        let Some(b) = ops::next(th, iterators.get(1))? else { return self.exhausted(th, &iterators, 1).map(|_| None) };
        th.release(iterators);
        Ok(Some((a, b)))
    }

    #[cold]
    fn exhausted(&self, th: &mut Thread, iterators: &Tuple, index: usize) -> Result<Option<Ref<Object>>, Raised> {
        if self.strict.load(Relaxed) {
            check_strict(th, "zip", iterators, index)?;
        }
        Ok(None)
    }
}

/// The keyword `strict` of `zip` and `map`, the only one they take.
pub(crate) fn strict_keyword(th: &mut Thread, function: &str, kwargs: KwArgs<'_>) -> Result<bool, Raised> {
    let mut strict = false;
    let count = kwargs.iter().count();
    if count > 1 {
        return Err(raise::type_error(th, format_args!("{function}() takes at most 1 keyword argument ({count} given)")));
    }
    for (name, value) in kwargs.iter() {
        match name.downcast::<crate::Str>() {
            Some(name) if name.eq_text("strict") => strict = ops::is_true(th, value)?,
            Some(name) => {
                let name = name.to_string_lossy();
                return Err(raise::type_error(th, format_args!("{function}() got an unexpected keyword argument '{name}'")));
            }
            None => return Err(raise::type_error(th, format_args!("keywords must be strings"))),
        }
    }
    Ok(strict)
}

#[pymethods]
impl Zip {
    #[slot(tp_new, tp_vectorcall, sig = "(*iterables, **kwargs)")]
    fn py_new(th: &mut Thread, cls: &Type, iterables: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Zip>, Raised> {
        let strict = strict_keyword(th, "zip", kwargs)?;
        let iterators = Slot::new(iterators(th, &iterables)?);
        Ok(th.new_instance(cls, Zip { head: Head::INIT, iterators, pair: Slot::NULL, strict: AtomicBool::new(strict), serial: Serial::new() }))
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
        let iterators = self.iterators.get(th, self).to_py(th)?;
        let class = self.ty().to_ref().up();
        Ok(match self.strict.load(Relaxed) {
            true => Tuple::from_array(th, [class, iterators, crate::bool_ref(true)]),
            false => Tuple::from_array(th, [class, iterators]),
        })
    }

    /// Set state information for unpickling.
    #[method(name = "__setstate__", sig = "($self, object, /)")]
    fn set_state(&self, strict: bool) {
        self.strict.store(strict, Relaxed);
    }
}
