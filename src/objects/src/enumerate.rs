//! `enumerate`.

use heap::sync::{AtomicIsize, Ordering::Relaxed};
use heap::{Head, Slot};
use macros::{pymethods, pytype};

use crate::glue::*;
use crate::serial::Serial;
use crate::{Int, Str, Tuple, ops, raise};

/// Return an enumerate object.
///
///   iterable
///     an object supporting iteration
///
/// The enumerate object yields pairs containing a count (from start, which
/// defaults to zero) and a value yielded by the iterable argument.
///
/// enumerate is useful for obtaining an indexed list:
///     (0, seq[0]), (1, seq[1]), (2, seq[2]), ...
#[pytype(name = "enumerate", export = "PyEnum_Type", sig = "(iterable, start=0)", flags(BASETYPE), lock = instance)]
#[repr(C)]
pub struct Enumerate {
    head: Head,
    iterator: Slot,
    /// The next number, while it is small.
    count: AtomicIsize,
    /// The next number, once it is large.
    large: Slot,
    /// The pair handed out last; it is filled again when nobody else has it.
    pair: Slot<Tuple>,
    /// A number and its item are taken in one step.
    #[untraversed]
    serial: Serial,
}

impl Enumerate {
    #[inline(always)]
    fn take_number(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let number = self.count.load(Relaxed);
        if th.is_mine(self) && number != isize::MAX {
            self.count.store(number + 1, Relaxed);
            return Ok(Int::from_i64(th, number as i64).up());
        }
        self.take_number_locked(th)
    }

    /// A number that others may take, too, or a large one.
    #[inline(never)]
    fn take_number_locked(&self, th: &mut Thread) -> Result<Ref<Object>, Raised> {
        let locked = th.lock(self);
        let number = self.count.load(Relaxed);
        if number != isize::MAX {
            self.count.store(number + 1, Relaxed);
            return Ok(Int::from_i64(&locked, number as i64).up());
        }
        let large = self.large.get(&locked, self);
        drop(locked);
        let number = match large {
            Some(number) => number,
            None => Int::from_i64(th, number as i64).up(),
        };
        let one = Int::from_i64(th, 1).up();
        let next = ops::add(th, &number, &one)?;
        self.large.set(th, self, Some(next));
        Ok(number)
    }

    /// The next pair. The interpreter calls this for the exact type.
    #[inline]
    pub fn next(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        let Some((number, item)) = self.next_pair(th)? else { return Ok(None) };
        Ok(Some(pair(th, self, &self.pair, number, item).up()))
    }

    /// The next number and item, without a tuple. The interpreter calls this when it unpacks them at once.
    #[inline]
    pub fn next_pair(&self, th: &mut Thread) -> Result<Option<(Ref<Object>, Ref<Object>)>, Raised> {
        self.serial.step(th, self, |th| {
            let Some(item) = self.next_item(th)? else { return Ok(None) };
            Ok(Some((self.take_number(th)?, item)))
        })
    }

    fn next_item(&self, th: &mut Thread) -> Result<Option<Ref<Object>>, Raised> {
        // The field never changes while anybody can ask for an item.
        match self.iterator.peek() {
            Some(iterator) => ops::next(th, iterator),
            None => Ok(None),
        }
    }
}

/// A pair, in the tuple that `kept` of `holder` remembers if only it has it (R13).
#[inline]
pub(crate) fn pair<T: PyType>(th: &mut Thread, holder: &T, kept: &Slot<Tuple>, a: Ref<Object>, b: Ref<Object>) -> Ref<Tuple> {
    if th.is_mine(holder.as_object())
        && let Some(tuple) = kept.peek()
        && tuple.as_object().is_unique(th)
    {
        let tuple = th.retain(tuple);
        let [old_a, old_b] = tuple.reuse(th, [a, b]);
        th.release(old_a);
        th.release(old_b);
        return tuple;
    }
    let tuple = Tuple::trackable(th, [a, b]);
    if th.is_mine(holder.as_object()) {
        kept.set(th, holder, Some(tuple.clone()));
    }
    tuple
}

fn is_named(name: &Object, text: &str) -> bool {
    name.downcast::<Str>().is_some_and(|name| name.eq_text(text))
}

#[pymethods]
impl Enumerate {
    /// A call of the class itself has messages of its own.
    #[slot(tp_vectorcall, sig = "(*args, **kwargs)")]
    fn py_call(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Enumerate>, Raised> {
        let given = args.len() + kwargs.len();
        if given > 2 {
            return Err(raise::type_error(th, format_args!("enumerate() takes at most 2 arguments ({given} given)")));
        }
        let (mut iterable, mut start) = (args.first().copied(), args.get(1).copied());
        let started_first = kwargs.len() == 2 && kwargs.iter().next().is_some_and(|(name, _)| is_named(name, "start"));
        for (index, (name, value)) in kwargs.iter().enumerate() {
            let wants_start = (args.len() + index == 1) != started_first;
            if !is_named(name, if wants_start { "start" } else { "iterable" }) {
                let name = ops::str_(th, name)?;
                return Err(raise::type_error(th, format_args!("'{name}' is an invalid keyword argument for enumerate()")));
            }
            *(if wants_start { &mut start } else { &mut iterable }) = Some(value);
        }
        match iterable {
            Some(iterable) => Enumerate::py_new(th, cls, iterable, start),
            None => Err(raise::type_error(th, format_args!("enumerate() missing required argument 'iterable'"))),
        }
    }

    #[slot(tp_new, sig = "(iterable, start=0)")]
    fn py_new(th: &mut Thread, cls: &Type, iterable: &Object, start: Option<&Object>) -> Result<Ref<Enumerate>, Raised> {
        let (count, large) = match start {
            None => (0, None),
            Some(start) => {
                let start = ops::index(th, start)?;
                match start.to_i64() {
                    Some(small) if small as isize != isize::MAX => (small as isize, None),
                    _ => (isize::MAX, Some(start.up())),
                }
            }
        };
        let iterator = Slot::new(ops::iter(th, iterable)?);
        let count = AtomicIsize::new(count);
        Ok(th.new_instance(cls, Enumerate { head: Head::INIT, iterator, count, large: Slot::from_option(large), pair: Slot::NULL, serial: Serial::new() }))
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
        let iterator = self.iterator.get(th, self).to_py(th)?;
        let number = match self.large.get(th, self) {
            Some(large) => large,
            None => self.count.load(Relaxed).to_py(th)?,
        };
        let args = Tuple::from_array(th, [iterator, number]).up();
        Ok(Tuple::from_array(th, [self.ty().to_ref().up(), args]))
    }

    /// 'enumerate' objects are generic over the type of their values
    #[classmethod(name = "__class_getitem__", sig = "($type, object, /)")]
    fn class_getitem(th: &mut Thread, cls: &Type, object: &Object) -> Result<Ref<Object>, Raised> {
        crate::generic_alias(th, cls, object)
    }
}
