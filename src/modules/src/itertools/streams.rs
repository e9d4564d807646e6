//! Iterators that pass a stream of items on, changed.

use heap::sync::{AtomicBool, AtomicIsize, Ordering::Relaxed};
use heap::{Head, Heaped, Object, Raised, Ref, Slot, Thread, Type};
use macros::{pymethods, pytype};
use objects::glue::*;
use objects::{Int, List, Tuple, none, ops, raise};

use crate::serial::Serial;

type Step = Result<Option<Ref<Object>>, Raised>;

fn pull(th: &mut Thread, holder: &impl Heaped, slot: &Slot) -> Step {
    match slot.get(th, holder) {
        Some(iterator) => {
            let item = ops::next(th, &iterator);
            th.release(iterator);
            item
        }
        None => Ok(None),
    }
}

/// Return a count object whose .__next__() method returns consecutive values.
#[pytype(name = "count", module = "itertools", sig = "(start=0, step=1)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Count {
    head: Head,
    next: Slot,
    step: Slot,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl Count {
    #[slot(tp_new, sig = "(start=0, step=1)")]
    fn tp_new(th: &mut Thread, cls: &Type, start: Option<&Object>, step: Option<&Object>) -> Result<Ref<Count>, Raised> {
        let number = |th: &mut Thread, given: Option<&Object>, default: i64| -> Result<Ref<Object>, Raised> {
            match given {
                None => Ok(Int::from_i64(th, default).up()),
                Some(n) if ops::is_number(n) || n.is_a::<objects::Complex>() => Ok(n.to_owned()),
                Some(_) => Err(raise::type_error(th, format_args!("a number is required"))),
            }
        };
        let (start, step) = (number(th, start, 0)?, number(th, step, 1)?);
        Ok(th.new_instance(cls, Count { head: Head::INIT, next: Slot::new(start), step: Slot::new(step), serial: Serial::new() }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Count> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            let (Some(now), Some(step)) = (self.next.get(th, self), self.step.get(th, self)) else { return Ok(None) };
            let next = ops::add(th, &now, &step)?;
            self.next.set(th, self, Some(next));
            Ok(Some(now))
        })
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let (Some(now), Some(step)) = (self.next.get(th, self), self.step.get(th, self)) else { return Ok("count()".to_owned()) };
        let text = ops::repr(th, &now)?;
        if step.downcast_ref::<Int>().and_then(Int::to_i64) == Some(1) {
            return Ok(format!("count({text})"));
        }
        let step = ops::repr(th, &step)?;
        Ok(format!("count({text}, {step})"))
    }
}

/// Return elements from the iterable until it is exhausted. Then repeat the sequence indefinitely.
#[pytype(name = "cycle", module = "itertools", sig = "(iterable, /)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Cycle {
    head: Head,
    iterator: Slot,
    saved: Slot<List>,
    index: AtomicIsize,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl Cycle {
    #[slot(tp_new, sig = "(iterable, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, iterable: &Object) -> Result<Ref<Cycle>, Raised> {
        let iterator = ops::iter(th, iterable)?;
        let saved = List::new(th, Vec::new());
        let made = Cycle { head: Head::INIT, iterator: Slot::new(iterator), saved: Slot::new(saved), index: AtomicIsize::new(0), serial: Serial::new() };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Cycle> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            let Some(saved) = self.saved.get(th, self) else { return Ok(None) };
            if !self.iterator.is_null() {
                if let Some(item) = pull(th, self, &self.iterator)? {
                    saved.append(th, item.clone())?;
                    return Ok(Some(item));
                }
                self.iterator.set(th, self, None);
            }
            if saved.len() == 0 {
                return Ok(None);
            }
            let index = self.index.load(Relaxed) as usize % saved.len();
            self.index.store(index as isize + 1, Relaxed);
            Ok(saved.get(th, index))
        })
    }
}

/// repeat(object [,times]) -> create an iterator which returns the object
/// for the specified number of times.  If not specified, returns the object
/// endlessly.
#[pytype(name = "repeat", module = "itertools", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Repeat {
    head: Head,
    object: Slot,
    left: AtomicIsize,
}

#[pymethods]
impl Repeat {
    #[slot(tp_new, sig = "(object, times=<unrepresentable>)")]
    fn tp_new(th: &mut Thread, cls: &Type, object: &Object, times: Option<&Object>) -> Result<Ref<Repeat>, Raised> {
        let left = match times {
            Some(n) => ops::index_isize(th, n)?.max(0),
            None => -1,
        };
        let object = object.to_owned();
        Ok(th.new_instance(cls, Repeat { head: Head::INIT, object: Slot::new(object), left: AtomicIsize::new(left) }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Repeat> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        let taken = self.left.fetch_update(Relaxed, Relaxed, |left| match left {
            0 => None,
            left if left < 0 => Some(left),
            left => Some(left - 1),
        });
        Ok(if taken.is_ok() { self.object.get(th, self) } else { None })
    }

    #[slot(tp_repr)]
    fn repr(&self, th: &mut Thread) -> Result<String, Raised> {
        let object = self.object.get(th, self).unwrap_or_else(objects::none_ref);
        let text = ops::repr(th, &object)?;
        let left = self.left.load(Relaxed);
        Ok(if left < 0 { format!("repeat({text})") } else { format!("repeat({text}, {left})") })
    }

    /// Private method returning an estimate of len(list(it)).
    #[method]
    fn __length_hint__(&self, th: &mut Thread) -> Result<isize, Raised> {
        match self.left.load(Relaxed) {
            left if left >= 0 => Ok(left),
            _ => Err(raise::type_error(th, format_args!("len() of unsized object"))),
        }
    }
}

/// chain(*iterables) --> chain object
///
/// Return a chain object whose .__next__() method returns elements from the
/// first iterable until it is exhausted, then elements from the next
/// iterable, until all of the iterables are exhausted.
#[pytype(name = "chain", sig = "(*iterables)", module = "itertools", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Chain {
    head: Head,
    source: Slot,
    active: Slot,
    #[untraversed]
    serial: Serial,
}

impl Chain {
    fn over(th: &mut Thread, cls: &Type, source: Ref<Object>) -> Ref<Chain> {
        th.new_instance(cls, Chain { head: Head::INIT, source: Slot::new(source), active: Slot::NULL, serial: Serial::new() })
    }
}

#[pymethods]
impl Chain {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Chain>, Raised> {
        super::no_keywords::<Chain>(th, cls, kwargs)?;
        let iterables = Tuple::from_slice(th, args.as_slice());
        let source = ops::iter(th, &iterables)?;
        Ok(Chain::over(th, cls, source))
    }

    /// Alternative chain() constructor taking a single iterable argument that evaluates lazily.
    #[classmethod(sig = "(iterable, /)")]
    fn from_iterable(cls: &Type, th: &mut Thread, iterable: &Object) -> Result<Ref<Chain>, Raised> {
        let source = ops::iter(th, iterable)?;
        Ok(Chain::over(th, cls, source))
    }

    /// See PEP 585
    #[classmethod(sig = "(object, /)")]
    fn __class_getitem__(cls: &Type, th: &mut Thread, object: &Object) -> Result<Ref<Object>, Raised> {
        objects::generic_alias(th, cls, object)
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Chain> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            loop {
                if self.active.is_null() {
                    let Some(iterable) = pull(th, self, &self.source)? else {
                        self.source.set(th, self, None);
                        return Ok(None);
                    };
                    match ops::iter(th, &iterable) {
                        Ok(iterator) => self.active.set(th, self, Some(iterator)),
                        Err(raised) => {
                            self.source.set(th, self, None);
                            return Err(raised);
                        }
                    }
                }
                if let Some(item) = pull(th, self, &self.active)? {
                    return Ok(Some(item));
                }
                self.active.set(th, self, None);
            }
        })
    }
}

macro_rules! filters {
    ($($(#[$doc:meta])* $ty:ident $name:literal $sig:literal ($a:ident, $b:ident) $next:expr;)*) => {$(
        $(#[$doc])*
        #[pytype(name = $name, module = "itertools", sig = $sig, flags(BASETYPE, OWN_GETATTR), lock = instance)]
        #[repr(C)]
        pub struct $ty {
            head: Head,
            function: Slot,
            iterator: Slot,
            state: AtomicBool,
            #[untraversed]
            serial: Serial,
        }

        #[pymethods]
        impl $ty {
            #[slot(tp_new, sig = $sig)]
            fn tp_new(th: &mut Thread, cls: &Type, $a: &Object, $b: &Object) -> Result<Ref<$ty>, Raised> {
                let iterator = ops::iter(th, $b)?;
                let function = $a.to_owned();
                let made = $ty { head: Head::INIT, function: Slot::new(function), iterator: Slot::new(iterator), state: AtomicBool::new(false), serial: Serial::new() };
                Ok(th.new_instance(cls, made))
            }

            #[slot(tp_iter)]
            fn iter(&self) -> Ref<$ty> {
                self.to_ref()
            }

            #[slot(tp_iternext)]
            fn next(&self, th: &mut Thread) -> Step {
                let step: fn(&$ty, &mut Thread) -> Step = $next;
                self.serial.step(th, self, |th| step(self, th))
            }
        }
    )*};
}

fn test(th: &mut Thread, function: &Slot, holder: &impl Heaped, item: &Object) -> Result<bool, Raised> {
    match function.get(th, holder) {
        Some(function) if !function.is(none()) => {
            let result = ops::call(th, &function, &[item])?;
            ops::is_true(th, &result)
        }
        _ => ops::is_true(th, item),
    }
}

filters! {
    /// Drop items from the iterable while predicate(item) is true.
    ///
    /// Afterwards, return every element until the iterable is exhausted.
    DropWhile "dropwhile" "(predicate, iterable, /)" (predicate, iterable) |me, th| {
        while let Some(item) = pull(th, me, &me.iterator)? {
            if me.state.load(Relaxed) {
                return Ok(Some(item));
            }
            if !test(th, &me.function, me, &item)? {
                me.state.store(true, Relaxed);
                return Ok(Some(item));
            }
        }
        Ok(None)
    };
    /// Return successive entries from an iterable as long as the predicate evaluates to true for each entry.
    TakeWhile "takewhile" "(predicate, iterable, /)" (predicate, iterable) |me, th| {
        if me.state.load(Relaxed) {
            return Ok(None);
        }
        match pull(th, me, &me.iterator)? {
            Some(item) if test(th, &me.function, me, &item)? => Ok(Some(item)),
            Some(_) => {
                me.state.store(true, Relaxed);
                Ok(None)
            }
            None => Ok(None),
        }
    };
    /// Return those items of iterable for which function(item) is false.
    ///
    /// If function is None, return the items that are false.
    FilterFalse "filterfalse" "(function, iterable, /)" (function, iterable) |me, th| {
        while let Some(item) = pull(th, me, &me.iterator)? {
            if !test(th, &me.function, me, &item)? {
                return Ok(Some(item));
            }
        }
        Ok(None)
    };
    /// Return an iterator whose values are returned from the function evaluated with an argument tuple taken from the given sequence.
    StarMap "starmap" "(function, iterable, /)" (function, iterable) |me, th| {
        let Some(item) = pull(th, me, &me.iterator)? else { return Ok(None) };
        let args = ops::to_tuple(th, &item)?;
        let Some(function) = me.function.get(th, me) else { return Ok(None) };
        ops::call_ex(th, &function, &args, None).map(Some)
    };
}

/// Return data elements corresponding to true selector elements.
///
/// Forms a shorter iterator from selected data elements using the selectors to
/// choose the data elements.
#[pytype(name = "compress", module = "itertools", sig = "(data, selectors)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Compress {
    head: Head,
    data: Slot,
    selectors: Slot,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl Compress {
    #[slot(tp_new, sig = "(data, selectors)")]
    fn tp_new(th: &mut Thread, cls: &Type, data: &Object, selectors: &Object) -> Result<Ref<Compress>, Raised> {
        let (data, selectors) = (ops::iter(th, data)?, ops::iter(th, selectors)?);
        Ok(th.new_instance(cls, Compress { head: Head::INIT, data: Slot::new(data), selectors: Slot::new(selectors), serial: Serial::new() }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Compress> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            loop {
                let (Some(item), Some(selector)) = (pull(th, self, &self.data)?, pull(th, self, &self.selectors)?) else { return Ok(None) };
                if ops::is_true(th, &selector)? {
                    return Ok(Some(item));
                }
            }
        })
    }
}

/// islice(iterable, stop) --> islice object
/// islice(iterable, start, stop[, step]) --> islice object
///
/// Return an iterator whose next() method returns selected values from an
/// iterable.
#[pytype(name = "islice", module = "itertools", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct ISlice {
    head: Head,
    iterator: Slot,
    next_index: AtomicIsize,
    count: AtomicIsize,
    stop: isize,
    step: isize,
    #[untraversed]
    serial: Serial,
}

fn slice_bound(th: &mut Thread, given: &Object, default: isize, message: &str) -> Result<isize, Raised> {
    if given.is(none()) {
        return Ok(default);
    }
    match ops::index_isize(th, given) {
        Ok(n) if n >= 0 => Ok(n),
        _ => {
            th.take_exception();
            Err(raise::value_error(th, format_args!("{message}")))
        }
    }
}

#[pymethods]
impl ISlice {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<ISlice>, Raised> {
        super::no_keywords::<ISlice>(th, cls, kwargs)?;
        let n = args.as_slice().len();
        let (iterable, start, stop, step) = match *args.as_slice() {
            [iterable, stop] => (iterable, none(), stop, none()),
            [iterable, start, stop] => (iterable, start, stop, none()),
            [iterable, start, stop, step] => (iterable, start, stop, step),
            _ if n < 2 => return Err(raise::type_error(th, format_args!("islice expected at least 2 arguments, got {n}"))),
            _ => return Err(raise::type_error(th, format_args!("islice expected at most 4 arguments, got {n}"))),
        };
        let message = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
        let stop_message = if n == 2 { "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize." } else { message };
        let (start, stop) = (slice_bound(th, start, 0, message)?, slice_bound(th, stop, isize::MAX, stop_message)?);
        let step = slice_bound(th, step, 1, "Step for islice() must be a positive integer or None.")?;
        if step == 0 {
            return Err(raise::value_error(th, format_args!("Step for islice() must be a positive integer or None.")));
        }
        let iterator = ops::iter(th, iterable)?;
        let made = ISlice {
            head: Head::INIT,
            iterator: Slot::new(iterator),
            next_index: AtomicIsize::new(start),
            count: AtomicIsize::new(0),
            stop,
            step,
            serial: Serial::new(),
        };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<ISlice> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            let (wanted, mut count) = (self.next_index.load(Relaxed), self.count.load(Relaxed));
            let limit = wanted.min(self.stop);
            while count < limit {
                count += 1;
                self.count.store(count, Relaxed);
                if pull(th, self, &self.iterator)?.is_none() {
                    self.iterator.set(th, self, None);
                    return Ok(None);
                }
            }
            if count >= self.stop {
                self.iterator.set(th, self, None);
                return Ok(None);
            }
            let item = pull(th, self, &self.iterator)?;
            self.count.store(count + 1, Relaxed);
            self.next_index.store(wanted.saturating_add(self.step), Relaxed);
            if item.is_none() {
                self.iterator.set(th, self, None);
            }
            Ok(item)
        })
    }
}

/// Return series of accumulated sums (or other binary function results).
#[pytype(name = "accumulate", module = "itertools", sig = "(iterable, func=None, *, initial=None)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Accumulate {
    head: Head,
    iterator: Slot,
    function: Slot,
    total: Slot,
    initial: Slot,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl Accumulate {
    #[slot(tp_new, sig = "(iterable, func=None, *, initial=None)")]
    fn tp_new(
        th: &mut Thread,
        cls: &Type,
        iterable: &Object,
        #[default(objects::none())] func: &Object,
        #[default(objects::none())] initial: &Object,
    ) -> Result<Ref<Accumulate>, Raised> {
        let iterator = ops::iter(th, iterable)?;
        let some = |o: &Object| Slot::from_option((!o.is(none())).then(|| o.to_owned()));
        let made = Accumulate { head: Head::INIT, iterator: Slot::new(iterator), function: some(func), total: Slot::NULL, initial: some(initial), serial: Serial::new() };
        Ok(th.new_instance(cls, made))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Accumulate> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            if let Some(initial) = self.initial.take(th, self) {
                self.total.set(th, self, Some(initial.clone()));
                return Ok(Some(initial));
            }
            let Some(item) = pull(th, self, &self.iterator)? else { return Ok(None) };
            let total = match self.total.get(th, self) {
                None => item,
                Some(total) => match self.function.get(th, self) {
                    None => ops::add(th, &total, &item)?,
                    Some(function) => ops::call(th, &function, &[&total, &item])?,
                },
            };
            self.total.set(th, self, Some(total.clone()));
            Ok(Some(total))
        })
    }
}

/// Return an iterator of overlapping pairs taken from the input iterator.
///
///     s -> (s0,s1), (s1,s2), (s2, s3), ...
#[pytype(name = "pairwise", module = "itertools", sig = "(iterable, /)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Pairwise {
    head: Head,
    iterator: Slot,
    previous: Slot,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl Pairwise {
    #[slot(tp_new, sig = "(iterable, /)")]
    fn tp_new(th: &mut Thread, cls: &Type, iterable: &Object) -> Result<Ref<Pairwise>, Raised> {
        let iterator = ops::iter(th, iterable)?;
        Ok(th.new_instance(cls, Pairwise { head: Head::INIT, iterator: Slot::new(iterator), previous: Slot::NULL, serial: Serial::new() }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Pairwise> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            // The source may come back here, so what was read is stored before more is.
            let previous = match self.previous.get(th, self) {
                Some(previous) => previous,
                None => match pull(th, self, &self.iterator)? {
                    Some(first) => {
                        self.previous.set(th, self, Some(first.clone()));
                        first
                    }
                    None => {
                        self.previous.set(th, self, None);
                        self.iterator.set(th, self, None);
                        return Ok(None);
                    }
                },
            };
            let Some(item) = pull(th, self, &self.iterator)? else {
                self.iterator.set(th, self, None);
                self.previous.set(th, self, None);
                return Ok(None);
            };
            self.previous.set(th, self, Some(item.clone()));
            let pair = Tuple::trackable(th, [previous, item]);
            // As CPython's, which is tracked whatever it holds.
            th.track(&*pair);
            Ok(Some(pair.up()))
        })
    }
}

/// Batch data into tuples of length n. The last batch may be shorter than n.
///
/// Loops over the input iterable and accumulates data into tuples up to size
/// n.  The input is consumed lazily, just enough to fill a batch.  The result
/// is yielded as soon as a batch is full or when the input iterable is
/// exhausted.
#[pytype(name = "batched", module = "itertools", sig = "(iterable, n, *, strict=False)", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct Batched {
    head: Head,
    iterator: Slot,
    size: isize,
    strict: bool,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl Batched {
    #[slot(tp_new, sig = "(iterable, n, *, strict=False)")]
    fn tp_new(th: &mut Thread, cls: &Type, iterable: &Object, n: isize, strict: bool) -> Result<Ref<Batched>, Raised> {
        if n < 1 {
            return Err(raise::value_error(th, format_args!("n must be at least one")));
        }
        let iterator = ops::iter(th, iterable)?;
        Ok(th.new_instance(cls, Batched { head: Head::INIT, iterator: Slot::new(iterator), size: n, strict, serial: Serial::new() }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<Batched> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            let mut batch = Vec::new();
            while (batch.len() as isize) < self.size {
                match pull(th, self, &self.iterator)? {
                    Some(item) => batch.push(item),
                    None => {
                        self.iterator.set(th, self, None);
                        break;
                    }
                }
            }
            if batch.is_empty() {
                return Ok(None);
            }
            if self.strict && (batch.len() as isize) < self.size {
                return Err(raise::value_error(th, format_args!("batched(): incomplete batch")));
            }
            Ok(Some(Tuple::new(th, batch).up()))
        })
    }
}

/// Return a zip_longest object whose .__next__() method returns a tuple where
/// the i-th element comes from the i-th iterable argument.  The .__next__()
/// method continues until the longest iterable in the argument sequence
/// is exhausted and then it raises StopIteration.  When the shorter iterables
/// are exhausted, the fillvalue is substituted in their place.
#[pytype(name = "zip_longest", sig = "(*iterables, fillvalue=None)", module = "itertools", flags(BASETYPE, OWN_GETATTR), lock = instance)]
#[repr(C)]
pub struct ZipLongest {
    head: Head,
    iterators: Slot<List>,
    fill: Slot,
    #[untraversed]
    serial: Serial,
}

#[pymethods]
impl ZipLongest {
    #[slot(tp_new)]
    fn tp_new(th: &mut Thread, cls: &Type, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<ZipLongest>, Raised> {
        let mut fill = objects::none_ref();
        for (name, value) in kwargs.iter() {
            if name.downcast::<objects::Str>().is_none_or(|n| !n.eq_text("fillvalue")) {
                return Err(raise::type_error(th, format_args!("zip_longest() got an unexpected keyword argument")));
            }
            fill = value.to_owned();
        }
        let mut iterators = Vec::new();
        for iterable in args.as_slice() {
            iterators.push(ops::iter(th, iterable)?);
        }
        let iterators = List::new(th, iterators);
        Ok(th.new_instance(cls, ZipLongest { head: Head::INIT, iterators: Slot::new(iterators), fill: Slot::new(fill), serial: Serial::new() }))
    }

    #[slot(tp_iter)]
    fn iter(&self) -> Ref<ZipLongest> {
        self.to_ref()
    }

    #[slot(tp_iternext)]
    fn next(&self, th: &mut Thread) -> Step {
        self.serial.step(th, self, |th| {
            let (Some(iterators), Some(fill)) = (self.iterators.get(th, self), self.fill.get(th, self)) else { return Ok(None) };
            let mut items = Vec::with_capacity(iterators.len());
            let mut alive = false;
            for (i, iterator) in iterators.snapshot(th).into_iter().enumerate() {
                if iterator.is(none()) {
                    items.push(fill.clone());
                    continue;
                }
                match ops::next(th, &iterator)? {
                    Some(item) => {
                        alive = true;
                        items.push(item);
                    }
                    None => {
                        iterators.set(th, i, objects::none_ref());
                        items.push(fill.clone());
                    }
                }
            }
            if !alive {
                self.iterators.set(th, self, None);
                return Ok(None);
            }
            Ok(Some(Tuple::new(th, items).up()))
        })
    }
}
