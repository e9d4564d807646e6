//! Calling anything: vectorcall where there is one, `tp_call` otherwise.

use heap::{Heaped, Object, Raised, Ref, Thread};

use super::cslot;
use crate::glue::{Args, KwArgs};
use crate::typing::{as_type, class};
use crate::{Dict, Str, Tuple, raise};

/// `callable(*args)`.
#[inline]
pub fn call(th: &mut Thread, callable: &Object, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    match cslot::vectorcall_of(callable) {
        Some(f) => cslot::vectorcall(th, f, callable, args, args.len(), None),
        None => call_slot(th, callable, args, None),
    }
}

/// `callable()`.
pub fn call0(th: &mut Thread, callable: &Object) -> Result<Ref<Object>, Raised> {
    call(th, callable, &[])
}

/// `callable(a)`.
pub fn call1(th: &mut Thread, callable: &Object, a: &Object) -> Result<Ref<Object>, Raised> {
    call(th, callable, &[a])
}

/// A call with keywords: `args` are the positional ones, then the values of `kwnames` (a tuple of exact strings).
#[inline]
pub fn call_kw(th: &mut Thread, callable: &Object, args: &[&Object], kwnames: Option<&Tuple>) -> Result<Ref<Object>, Raised> {
    let positional = args.len() - kwnames.map_or(0, Tuple::len);
    match cslot::vectorcall_of(callable) {
        Some(f) => cslot::vectorcall(th, f, callable, args, positional, kwnames.map(|t| t.as_object())),
        None => call_slot(th, callable, args, kwnames),
    }
}

/// `callable(*args, **kwargs)`.
pub fn call_ex(th: &mut Thread, callable: &Object, args: &Tuple, kwargs: Option<&Dict>) -> Result<Ref<Object>, Raised> {
    let kwargs = kwargs.filter(|d| d.len() > 0);
    if let Some(f) = cslot::vectorcall_of(callable) {
        let Some(kwargs) = kwargs else {
            return cslot::vectorcall(th, f, callable, args.as_slice(), args.len(), None);
        };
        let items = kwargs.snapshot(th);
        let mut all: Vec<&Object> = args.iter().collect();
        let mut names = Vec::with_capacity(items.len());
        for (name, value) in &items {
            if !name.is_a::<Str>() {
                return Err(raise::type_error(th, format_args!("keywords must be strings")));
            }
            names.push(&**name);
            all.push(value);
        }
        let names = Tuple::from_slice(th, &names);
        return cslot::vectorcall(th, f, callable, &all, args.len(), Some(&names));
    }
    let Some(slot) = callable.ty().tp_call() else { return Err(not_callable(th, callable)) };
    native_recursion(th, " while calling a Python object")?;
    cslot::ternary(th, slot, callable, args, kwargs.map(|d| d.as_object()))
}

#[cold]
fn not_callable(th: &mut Thread, callable: &Object) -> Raised {
    let name = super::type_name(callable);
    // `import datetime; datetime()` most likely means the class of that name.
    if let Some(module) = crate::module::module_name(th, callable) {
        let attribute = crate::str::intern(th, &module);
        match super::getattr_opt(th, callable, attribute) {
            Ok(Some(inner)) if super::is_callable(&inner) => {
                return raise::type_error(th, format_args!("'{name}' object is not callable. Did you mean: '{module}.{module}(...)'?"));
            }
            Ok(_) => {}
            Err(raised) => return raised,
        }
    }
    raise::type_error(th, format_args!("'{name}' object is not callable"))
}

fn call_slot(th: &mut Thread, callable: &Object, args: &[&Object], kwnames: Option<&Tuple>) -> Result<Ref<Object>, Raised> {
    let Some(slot) = callable.ty().tp_call() else { return Err(not_callable(th, callable)) };
    native_recursion(th, " while calling a Python object")?;
    let positional = args.len() - kwnames.map_or(0, Tuple::len);
    if let Some(cls) = as_type(callable).filter(|cls| class::calls_plainly(cls.ty())) {
        let (args, values) = args.split_at(positional);
        let kwargs = kwnames.map_or(KwArgs::EMPTY, |names| KwArgs::new(names.as_slice(), values));
        return class::call_type(th, cls, Args::new(args), kwargs);
    }
    let tuple = Tuple::from_slice(th, &args[..positional]);
    let kwargs = match kwnames {
        Some(names) if names.len() > 0 => {
            let dict = Dict::new(th);
            for (name, value) in names.iter().zip(&args[positional..]) {
                dict.set(th, name, *value)?;
            }
            Some(dict)
        }
        _ => None,
    };
    let result = cslot::ternary(th, slot, callable, &tuple, kwargs.as_ref().map(|d| d.as_object()));
    th.release(tuple);
    if let Some(kwargs) = kwargs {
        th.release(kwargs);
    }
    result
}

/// Runs `act` with `first` in front of the others.
#[inline]
pub fn with_first<'a, R>(first: &'a Object, rest: &[&'a Object], act: impl FnOnce(&[&'a Object]) -> R) -> R {
    const FEW: usize = 6;
    if rest.len() < FEW {
        let mut all = [first; FEW];
        all[1..=rest.len()].copy_from_slice(rest);
        return act(&all[..=rest.len()]);
    }
    let mut all = Vec::with_capacity(rest.len() + 1);
    all.push(first);
    all.extend_from_slice(rest);
    act(&all)
}

/// `obj.name(*args)`, without making a bound method where the attribute is a plain method.
pub fn call_method(th: &mut Thread, obj: &Object, name: &Str, args: &[&Object]) -> Result<Ref<Object>, Raised> {
    let (callable, bound) = super::attr::get_method(th, obj, name)?;
    let result = match *args {
        _ if bound => call(th, &callable, args),
        [] => call(th, &callable, &[obj]),
        [a] => call(th, &callable, &[obj, a]),
        _ => with_first(obj, args, |all| call(th, &callable, all)),
    };
    th.release(callable);
    result
}

/// Raises `RecursionError` when native recursion comes near the end of the stack.
#[inline(always)]
pub fn native_recursion(th: &mut Thread, context: &str) -> Result<(), Raised> {
    if th.stack_is_low() { Err(raise::recursion_error(th, context)) } else { Ok(()) }
}
