//! `builtins` functions that iterate: `all any iter max min next sorted sum aiter anext`, and input.

use core::ops::ControlFlow;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::ops::CompareOp;
use objects::{Complex, Float, Int, Str, Tuple, names, ops, raise};

#[pymodule(part)]
pub mod aggregate {
    use super::*;

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function(sig = "(iterable, /)")]
    fn all(th: &mut Thread, iterable: &Object) -> Result<bool, Raised> {
        let mut result = true;
        ops::for_some(th, iterable, |th, item| {
            let truth = ops::is_true(th, &item);
            th.release(item);
            result = truth?;
            Ok(if result { ControlFlow::Continue(()) } else { ControlFlow::Break(()) })
        })?;
        Ok(result)
    }

    /// Return True if bool(x) is True for any x in the iterable.
    ///
    /// If the iterable is empty, return False.
    #[function(sig = "(iterable, /)")]
    fn any(th: &mut Thread, iterable: &Object) -> Result<bool, Raised> {
        let mut result = false;
        ops::for_some(th, iterable, |th, item| {
            let truth = ops::is_true(th, &item);
            th.release(item);
            result = truth?;
            Ok(if result { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        Ok(result)
    }

    /// iter(iterable) -> iterator
    /// iter(callable, sentinel) -> iterator
    ///
    /// Get an iterator from an object.
    /// In the first form, the argument must supply its own iterator, or be a sequence.
    /// In the second form, the callable is called until it returns the sentinel.
    #[function(sig = none)]
    fn iter(th: &mut Thread, object: &Object, sentinel: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(sentinel) = sentinel else { return ops::iter(th, object) };
        if !ops::is_callable(object) {
            return Err(raise::type_error(th, format_args!("iter(v, w): v must be callable")));
        }
        Ok(objects::seqiter::CallIter::new(th, object, sentinel).up())
    }

    /// next(iterator[, default])
    ///
    /// Return the next item from the iterator. If default is given and the iterator
    /// is exhausted, it is returned instead of raising StopIteration.
    #[function(sig = none)]
    fn next(th: &mut Thread, iterator: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(f) = iterator.ty().tp_iternext() else {
            let got = ops::type_name(iterator);
            return Err(raise::type_error(th, format_args!("'{got}' object is not an iterator")));
        };
        if let Some(item) = ops::cslot::next_raw(th, f, iterator) {
            return Ok(item);
        }
        let Some(default) = default else {
            return Err(if th.exception().is_some() { th.already_raised() } else { raise::stop_iteration(th, None) });
        };
        if th.exception().is_some() {
            match raise::catch(th, objects::exceptions::stop_iteration_type()) {
                Some(e) => th.release(e),
                None => return Err(th.already_raised()),
            }
        }
        Ok(default.to_owned())
    }

    /// Return an AsyncIterator for an AsyncIterable object.
    #[function(sig = "(async_iterable, /)")]
    fn aiter(th: &mut Thread, async_iterable: &Object) -> Result<Ref<Object>, Raised> {
        let Some(iterator) = ops::call_special(th, async_iterable, &names::__aiter__, &[])? else {
            let got = ops::type_name(async_iterable);
            return Err(raise::type_error(th, format_args!("'{got}' object is not an async iterable")));
        };
        if ops::lookup_type_attr(th, iterator.ty(), &names::__anext__).is_none() {
            let got = ops::type_name(&iterator);
            return Err(raise::type_error(th, format_args!("aiter() returned not an async iterator of type '{got}'")));
        }
        Ok(iterator)
    }

    /// Return the next item from the async iterator.
    ///
    /// If default is given and the async iterator is exhausted,
    /// it is returned instead of raising StopAsyncIteration.
    #[function(sig = "(aiterator, default=<unrepresentable>, /)")]
    fn anext(th: &mut Thread, aiterator: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(awaitable) = ops::call_special(th, aiterator, &names::__anext__, &[])? else {
            let got = ops::type_name(aiterator);
            return Err(raise::type_error(th, format_args!("'{got}' object is not an async iterator")));
        };
        match default {
            None => Ok(awaitable),
            Some(default) => Ok(crate::generator::AnextAwaitable::new(th, &awaitable, default).up()),
        }
    }

    /// max(iterable, *[, default=obj, key=func]) -> value
    /// max(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its biggest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the largest argument.
    #[function(sig = none)]
    fn max(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        extreme(th, "max", CompareOp::Gt, args, kwargs)
    }

    /// min(iterable, *[, default=obj, key=func]) -> value
    /// min(arg1, arg2, *args, *[, key=func]) -> value
    ///
    /// With a single iterable argument, return its smallest item. The
    /// default keyword-only argument specifies an object to return if
    /// the provided iterable is empty.
    /// With two or more positional arguments, return the smallest argument.
    #[function(sig = none)]
    fn min(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        extreme(th, "min", CompareOp::Lt, args, kwargs)
    }

    #[function(sig = none, doc = "sorted($module, iterable, /, *, key=None, reverse=False)\n--\n\n\
        Return a new list containing all items from the iterable in ascending order.\n\n\
        A custom key function can be supplied to customize the sort order, and the\n\
        reverse flag can be set to request the result in descending order.")]
    fn sorted(th: &mut Thread, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
        let &[iterable] = args.as_slice() else {
            let got = args.as_slice().len();
            return Err(raise::type_error(th, format_args!("sorted expected 1 argument, got {got}")));
        };
        let (mut key, mut reverse, mut known) = (None, None, true);
        for (name, value) in kwargs.iter() {
            match name.downcast_exact::<Str>() {
                Some(name) if name.eq_text("key") => key = Some(value),
                Some(name) if name.eq_text("reverse") => reverse = Some(value),
                _ => known = false,
            }
        }
        let itself = key.and_then(|key| ops::keyed_by_itself(th, iterable, key));
        let (iterable, key) = match &itself {
            Some((dict, get)) => (dict.as_object(), Some(&**get)),
            None => (iterable, key),
        };
        let list = ops::to_list(th, iterable)?;
        if known {
            let reverse = reverse.map_or(Ok(false), |reverse| ops::is_true(th, reverse))?;
            list.sort(th, key.filter(|key| !key.is(objects::none())), reverse)?;
            return Ok(list.up());
        }
        // The keywords are the method's, and so are its messages about them.
        let sort = ops::getattr(th, &list, &names::sort)?;
        let (keys, values): (Vec<&Object>, Vec<&Object>) = kwargs.iter().unzip();
        let kwnames = Tuple::from_slice(th, &keys);
        let result = ops::call_kw(th, &sort, &values, Some(&kwnames))?;
        th.release(result);
        Ok(list.up())
    }

    /// Return the sum of a 'start' value (default: 0) plus an iterable of numbers
    ///
    /// When the iterable is empty, return the start value.
    /// This function is intended specifically for use with numeric values and may
    /// reject non-numeric types.
    #[function(sig = "(iterable, /, start=0)")]
    fn sum(th: &mut Thread, iterable: &Object, #[default(Int::small_cached(0).map_or(objects::none(), |zero| zero))] start: &Object) -> Result<Ref<Object>, Raised> {
        if start.is_a::<Str>() {
            return Err(raise::type_error(th, format_args!("sum() can't sum strings [use ''.join(seq) instead]")));
        }
        if start.is_a::<objects::Bytes>() {
            return Err(raise::type_error(th, format_args!("sum() can't sum bytes [use b''.join(seq) instead]")));
        }
        if start.ty().tp_name_bytes() == b"bytearray" {
            return Err(raise::type_error(th, format_args!("sum() can't sum bytearray [use b''.join(seq) instead]")));
        }
        Summing::of(start).run(th, iterable)
    }
}

/// A sum in the making: exact ints, floats and complex numbers are added without objects. It only ever goes on to a later kind.
enum Summing {
    Int(i64),
    Float(Compensated),
    Complex(Compensated, Compensated),
    Object(Ref<Object>),
}

/// Neumaier's compensated sum.
#[derive(Clone, Copy)]
struct Compensated {
    sum: f64,
    lost: f64,
}

impl Compensated {
    fn new(sum: f64) -> Compensated {
        Compensated { sum, lost: 0.0 }
    }

    fn add(&mut self, x: f64) {
        let total = self.sum + x;
        self.lost += if self.sum.abs() >= x.abs() { (self.sum - total) + x } else { (x - total) + self.sum };
        self.sum = total;
    }

    fn total(self) -> f64 {
        if self.lost != 0.0 && self.lost.is_finite() { self.sum + self.lost } else { self.sum }
    }
}

impl Summing {
    fn of(start: &Object) -> Summing {
        match start.downcast_exact::<Int>().and_then(Int::to_i64) {
            Some(n) => Summing::Int(n),
            None => Summing::of_inexact(start),
        }
    }

    fn of_inexact(start: &Object) -> Summing {
        if let Some(x) = start.downcast_exact::<Float>() {
            return Summing::Float(Compensated::new(x.value()));
        }
        match start.downcast_exact::<Complex>().map(Complex::value) {
            Some(z) => Summing::Complex(Compensated::new(z.real), Compensated::new(z.imag)),
            None => Summing::Object(start.to_owned()),
        }
    }

    fn run(mut self, th: &mut Thread, iterable: &Object) -> Result<Ref<Object>, Raised> {
        let state = &mut self;
        ops::for_each(th, iterable, |th, item| {
            state.add(th, item)?;
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(self.value(th))
    }

    fn value(&self, th: &Thread) -> Ref<Object> {
        match self {
            Summing::Int(n) => Int::from_i64(th, *n).up(),
            Summing::Float(sum) => Float::new(th, sum.total()).up(),
            Summing::Complex(real, imag) => Complex::new(th, algos::complex::new(real.total(), imag.total())).up(),
            Summing::Object(object) => object.clone(),
        }
    }

    /// Adds a number of a kind that needs no object; false if the item is none.
    fn add_number(&mut self, item: &Object) -> bool {
        let int = || item.downcast::<Int>().and_then(Int::to_i64);
        // As a float, unless it is too large for one: the addition of objects says so then.
        let real = || item.downcast::<Int>().and_then(|n| algos::int::to_f64(n.view()).ok());
        match self {
            Summing::Int(n) => {
                let own = item.is_exactly::<Int>() || item.is(objects::true_()) || item.is(objects::false_());
                match int().filter(|_| own).and_then(|m| n.checked_add(m)) {
                    Some(sum) => *n = sum,
                    None => return false,
                }
            }
            Summing::Float(sum) => match (item.downcast_exact::<Float>(), real()) {
                (Some(x), _) => sum.add(x.value()),
                (None, Some(n)) => sum.add(n),
                (None, None) => return false,
            },
            Summing::Complex(re, imag) => match (item.downcast_exact::<Complex>().map(Complex::value), item.downcast::<Float>(), real()) {
                (Some(z), _, _) => {
                    re.add(z.real);
                    imag.add(z.imag);
                }
                (None, Some(x), _) => re.add(x.value()),
                (None, None, Some(n)) => re.add(n),
                (None, None, None) => return false,
            },
            Summing::Object(_) => return false,
        }
        true
    }

    fn add(&mut self, th: &mut Thread, item: Ref<Object>) -> Result<(), Raised> {
        if self.add_number(&item) {
            th.release(item);
            return Ok(());
        }
        let so_far = self.value(th);
        let sum = ops::add(th, &so_far, &item)?;
        th.release(so_far);
        th.release(item);
        *self = match self {
            Summing::Int(_) => Summing::of_inexact(&sum),
            Summing::Float(_) if sum.is_exactly::<Complex>() => Summing::of_inexact(&sum),
            _ => Summing::Object(sum),
        };
        Ok(())
    }
}

/// `a op b`, where `op` is `<` or `>`.
#[inline]
fn is_better(th: &mut Thread, a: &Object, b: &Object, op: CompareOp) -> Result<bool, Raised> {
    let known = if op == CompareOp::Lt { ops::quick_lt(a, b) } else { ops::quick_lt(b, a) };
    if let Some(answer) = known {
        return Ok(answer);
    }
    let result = ops::richcompare(th, a, b, op)?;
    let truth = ops::is_true(th, &result);
    th.release(result);
    truth
}

fn extreme(th: &mut Thread, name: &str, op: CompareOp, args: Args<'_>, kwargs: KwArgs<'_>) -> Result<Ref<Object>, Raised> {
    let (mut key, mut default) = (None, None);
    for (keyword, value) in kwargs.iter() {
        match keyword.downcast::<Str>() {
            Some(k) if k.eq_text("key") => key = Some(value).filter(|v| !v.is(objects::none())),
            Some(k) if k.eq_text("default") => default = Some(value),
            _ => {
                let keyword = ops::str_(th, keyword)?;
                return Err(raise::type_error(th, format_args!("{name}() got an unexpected keyword argument '{keyword}'")));
            }
        }
    }
    let args = args.as_slice();
    if args.is_empty() {
        return Err(raise::type_error(th, format_args!("{name} expected at least 1 argument, got 0")));
    }
    let itself = match (args, key) {
        (&[iterable], Some(key)) => ops::keyed_by_itself(th, iterable, key),
        _ => None,
    };
    let (copied, key) = match &itself {
        Some((dict, get)) => (Some([dict.as_object()]), Some(&**get)),
        None => (None, key),
    };
    let args = copied.as_ref().map_or(args, |copied| copied.as_slice());
    let mut best: Option<(Ref<Object>, Ref<Object>)> = None;
    let mut consider = |th: &mut Thread, item: Ref<Object>| -> Result<(), Raised> {
        let measure = match key {
            Some(key) => ops::call(th, key, &[&item])?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, record)) => is_better(th, &measure, record, op)?,
        };
        if better {
            if let Some((item, measure)) = best.replace((item, measure)) {
                th.release(item);
                th.release(measure);
            }
        } else {
            th.release(item);
            th.release(measure);
        }
        Ok(())
    };
    if let [iterable] = args {
        ops::for_each(th, iterable, |th, item| {
            consider(th, item)?;
            Ok(ControlFlow::Continue(()))
        })?;
    } else {
        if default.is_some() {
            return Err(raise::type_error(th, format_args!("Cannot specify a default for {name}() with multiple positional arguments")));
        }
        for item in args {
            consider(th, item.to_ref())?;
        }
    }
    match (best, default) {
        (Some((item, _)), _) => Ok(item),
        (None, Some(default)) => Ok(default.to_owned()),
        (None, None) => Err(raise::value_error(th, format_args!("{name}() iterable argument is empty"))),
    }
}
