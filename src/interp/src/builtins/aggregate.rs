//! `builtins` functions that iterate: `all any iter max min next sorted sum aiter anext`, and input.

use core::ops::ControlFlow;

use heap::{Object, Raised, Ref, Thread};
use macros::pymodule;
use objects::glue::*;
use objects::ops::CompareOp;
use objects::{Float, Int, Str, Tuple, names, ops, raise};

#[pymodule(part)]
pub mod aggregate {
    use super::*;

    /// Return True if bool(x) is True for all values x in the iterable.
    ///
    /// If the iterable is empty, return True.
    #[function(sig = "(iterable, /)")]
    fn all(th: &mut Thread, iterable: &Object) -> Result<bool, Raised> {
        let mut result = true;
        ops::for_each(th, iterable, |th, item| {
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
        ops::for_each(th, iterable, |th, item| {
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
    #[function(sig = "(async_iterator, default=<unrepresentable>, /)")]
    fn anext(th: &mut Thread, async_iterator: &Object, default: Option<&Object>) -> Result<Ref<Object>, Raised> {
        let Some(awaitable) = ops::call_special(th, async_iterator, &names::__anext__, &[])? else {
            let got = ops::type_name(async_iterator);
            return Err(raise::type_error(th, format_args!("'{got}' object is not an async iterator")));
        };
        match default {
            None => Ok(awaitable),
            Some(default) => {
                let _ = (awaitable, default);
                Err(raise::not_implemented(th, format_args!("anext() with a default")))
            },
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

    /// Return a new list containing all items from the iterable in ascending order.
    ///
    /// A custom key function can be supplied to customize the sort order, and the
    /// reverse flag can be set to request the result in descending order.
    #[function(sig = "(iterable, /, *, key=None, reverse=False)")]
    fn sorted(th: &mut Thread, iterable: &Object, #[default(objects::none())] key: &Object, #[default(objects::false_())] reverse: &Object) -> Result<Ref<Object>, Raised> {
        let list = ops::to_list(th, iterable)?;
        let sort = ops::getattr(th, &list, &names::sort)?;
        let kwnames = Tuple::from_slice(th, &[names::key.get(), names::reverse.get()]);
        let result = ops::call_kw(th, &sort, &[key, reverse], Some(&kwnames))?;
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

/// A sum in the making: exact ints and floats are added without objects.
enum Summing {
    Int(i64),
    /// Neumaier's compensated sum.
    Float {
        sum: f64,
        compensation: f64,
    },
    Object(Ref<Object>),
}

impl Summing {
    fn of(start: &Object) -> Summing {
        if let Some(n) = start.downcast_exact::<Int>().and_then(Int::to_i64) {
            return Summing::Int(n);
        }
        match start.downcast_exact::<Float>() {
            Some(x) => Summing::Float { sum: x.value(), compensation: 0.0 },
            None => Summing::Object(start.to_owned()),
        }
    }

    fn run(mut self, th: &mut Thread, iterable: &Object) -> Result<Ref<Object>, Raised> {
        let mut state = &mut self;
        ops::for_each(th, iterable, |th, item| {
            state.add(th, item)?;
            Ok(ControlFlow::Continue(()))
        })?;
        state = &mut self;
        Ok(state.value(th))
    }

    fn value(&self, th: &Thread) -> Ref<Object> {
        match self {
            Summing::Int(n) => Int::from_i64(th, *n).up(),
            Summing::Float { sum, compensation } => {
                let total = if compensation.is_finite() { sum + compensation } else { *sum };
                Float::new(th, total).up()
            }
            Summing::Object(object) => object.clone(),
        }
    }

    fn add(&mut self, th: &mut Thread, item: Ref<Object>) -> Result<(), Raised> {
        match self {
            Summing::Int(n) => {
                if let Some(sum) = item.downcast_exact_ref::<Int>().and_then(Int::to_i64).and_then(|m| n.checked_add(m)) {
                    *n = sum;
                    return Ok(());
                }
                if let Some(x) = item.downcast_exact_ref::<Float>() {
                    *self = Summing::Float { sum: *n as f64, compensation: 0.0 };
                    let value = x.value();
                    self.add_float(value);
                    return Ok(());
                }
            }
            Summing::Float { .. } => {
                if let Some(x) = item.downcast_exact_ref::<Float>() {
                    let value = x.value();
                    self.add_float(value);
                    return Ok(());
                }
                if let Some(n) = item.downcast_exact_ref::<Int>().and_then(Int::to_i64) {
                    self.add_float(n as f64);
                    return Ok(());
                }
            }
            Summing::Object(_) => {}
        }
        let so_far = self.value(th);
        let sum = ops::add(th, &so_far, &item)?;
        th.release(so_far);
        th.release(item);
        *self = Summing::Object(sum);
        Ok(())
    }

    fn add_float(&mut self, x: f64) {
        if let Summing::Float { sum, compensation } = self {
            let total = *sum + x;
            *compensation += if sum.abs() >= x.abs() { (*sum - total) + x } else { (x - total) + *sum };
            *sum = total;
        }
    }
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
    let mut best: Option<(Ref<Object>, Ref<Object>)> = None;
    let mut consider = |th: &mut Thread, item: Ref<Object>| -> Result<(), Raised> {
        let measure = match key {
            Some(key) => ops::call(th, key, &[&item])?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((_, record)) => {
                let result = ops::richcompare(th, &measure, record, op)?;
                let truth = ops::is_true(th, &result);
                th.release(result);
                truth?
            }
        };
        if better {
            best = Some((item, measure));
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
