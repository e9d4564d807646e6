//! What unpickling does to objects: finding classes, making instances, setting their state.

use heap::{Heaped, Object, Raised, Ref, Thread};
use objects::glue::as_type;
use objects::typing::instance;
use objects::{Dict, List, Str, Tuple, none, ops, raise};

use super::load::broken;
use super::{names, reduce};

#[cold]
pub fn no_persistent_load(th: &mut Thread) -> Raised {
    broken(th, format_args!("A load persistent id instruction was encountered, but no persistent_load function was specified."))
}

/// The object that a pickle names.
pub fn find_class(th: &mut Thread, module: &Str, name: &Str, protocol: u8, fix_imports: bool) -> Result<Ref<Object>, Raised> {
    let (mut module, mut name) = (module.to_ref(), name.to_ref());
    if protocol < 3 && fix_imports {
        (module, name) = python3_name(th, module, name)?;
    }
    let imported = reduce::import_named(th, &module)?;
    if protocol < 4 {
        return ops::getattr(th, &imported, &name);
    }
    let text = name.to_string_lossy();
    if !text.contains('.') {
        return ops::getattr(th, &imported, &name);
    }
    reduce::follow(th, &imported, &text).or_else(|raised| {
        let class = objects::exceptions::attribute_error_type();
        let Some(error) = raise::catch(th, class) else { return Err(raised) };
        let (name, module) = (ops::repr(th, &name)?, ops::repr(th, &module)?);
        let _ = raise::new(th, class, format_args!("Can't resolve path {name} on module {module}"));
        Err(raise::chain(th, error))
    })
}

/// What Python 2's names are called now.
fn python3_name(th: &mut Thread, module: Ref<Str>, name: Ref<Str>) -> Result<(Ref<Str>, Ref<Str>), Raised> {
    let compat = interp::import::import_module(th, "_compat_pickle")?;
    let by_name = ops::getattr_str(th, &compat, "NAME_MAPPING")?;
    let key = Tuple::from_slice(th, &[module.as_object(), name.as_object()]);
    if let Some(found) = reduce::lookup(th, &by_name, &key)? {
        let pair = found.downcast_ref::<Tuple>().filter(|pair| pair.len() == 2);
        return match pair.and_then(|pair| Some((Str::of(pair.get(0))?, Str::of(pair.get(1))?))) {
            Some((module, name)) => Ok((module.to_ref(), name.to_ref())),
            None => Err(raise::runtime_error(th, format_args!("_compat_pickle.NAME_MAPPING values should be 2-tuples"))),
        };
    }
    let by_module = ops::getattr_str(th, &compat, "IMPORT_MAPPING")?;
    match reduce::lookup(th, &by_module, &module)? {
        None => Ok((module, name)),
        Some(found) => match found.downcast::<Str>() {
            Ok(found) => Ok((found, name)),
            Err(_) => Err(raise::runtime_error(th, format_args!("_compat_pickle.IMPORT_MAPPING values should be strings"))),
        },
    }
}

/// An instance as protocol 0 makes it: a class without arguments that has no `__getinitargs__` is not initialised.
pub fn instantiate(th: &mut Thread, cls: &Object, args: &[Ref<Object>]) -> Result<Ref<Object>, Raised> {
    if args.is_empty()
        && as_type(cls).is_some()
        && ops::getattr_opt(th, cls, &objects::names::__getinitargs__)?.is_none()
    {
        let new = ops::getattr(th, cls, &objects::names::__new__)?;
        return ops::call1(th, &new, cls);
    }
    let args: Vec<&Object> = args.iter().map(|arg| &**arg).collect();
    ops::call(th, cls, &args)
}

/// `cls.__new__(cls, *args, **kwargs)`
pub fn new_object(th: &mut Thread, cls: &Object, args: &Object, kwargs: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let what = if kwargs.is_some() { "NEWOBJ_EX" } else { "NEWOBJ" };
    let Some(ty) = as_type(cls) else {
        let got = ops::type_name(cls);
        return Err(broken(th, format_args!("{what} class argument must be a type, not {got}")));
    };
    let Some(new) = ty.tp_new() else {
        let name = ops::message_name(ty);
        return Err(broken(th, format_args!("{what} class argument '{name}' doesn't have __new__")));
    };
    if args.downcast::<Tuple>().is_none() {
        let got = ops::type_name(args);
        return Err(broken(th, format_args!("{what} args argument must be a tuple, not {got}")));
    }
    if let Some(kwargs) = kwargs
        && kwargs.downcast::<Dict>().is_none()
    {
        let got = ops::type_name(kwargs);
        return Err(broken(th, format_args!("{what} kwargs argument must be a dict, not {got}")));
    }
    ops::cslot::new(th, new, ty, args, kwargs)
}

/// `BUILD`
pub fn set_state(th: &mut Thread, object: &Object, state: &Object) -> Result<(), Raised> {
    if let Some(set) = ops::getattr_opt(th, object, &objects::names::__setstate__)? {
        let result = ops::call1(th, &set, state)?;
        th.release(result);
        return Ok(());
    }
    let (state, slots) = match state.downcast::<Tuple>() {
        Some(pair) if pair.len() == 2 => (pair.get(0), Some(pair.get(1))),
        _ => (state, None),
    };
    if !state.is(none()) {
        let Some(state) = state.downcast::<Dict>() else {
            return Err(broken(th, format_args!("state is not a dictionary")));
        };
        set_attributes(th, object, state)?;
    }
    let Some(slots) = slots.filter(|slots| !slots.is(none())) else { return Ok(()) };
    let Some(slots) = slots.downcast::<Dict>() else {
        return Err(broken(th, format_args!("slot state is not a dictionary")));
    };
    for (name, value) in slots.snapshot(th) {
        let name = instance::attribute_name(th, &name)?;
        ops::setattr(th, object, name, &value)?;
    }
    Ok(())
}

/// Puts entries into the instance's `__dict__`, which need not exist for that: where no class attribute stands in the way, an attribute
/// that is set lands there.
fn set_attributes(th: &mut Thread, object: &Object, state: &Dict) -> Result<(), Raised> {
    let plain = instance::layout(object.ty()).is_some();
    let mut dict: Option<Ref<Object>> = None;
    for (key, value) in state.snapshot(th) {
        if let (Some(name), true, None) = (key.downcast_exact_ref::<Str>(), plain, &dict)
            && ops::lookup_type_attr(th, object.ty(), name).is_none()
        {
            instance::generic_setattr(th, object, name, Some(&value))?;
            continue;
        }
        let target = match &dict {
            Some(target) => target.clone(),
            None => dict.insert(ops::getattr(th, object, &objects::names::__dict__)?).clone(),
        };
        ops::setitem(th, &target, &key, &value)?;
    }
    Ok(())
}

/// Adds items to an object that is no plain list: by `extend`, else by `append`.
pub fn append_all(th: &mut Thread, target: &Object, items: Vec<Ref<Object>>) -> Result<(), Raised> {
    if items.is_empty() {
        return Ok(());
    }
    if let Some(extend) = ops::getattr_opt(th, target, &objects::names::extend)? {
        let list = List::new(th, items);
        let result = ops::call1(th, &extend, &list)?;
        th.release(result);
        return Ok(());
    }
    let append = ops::getattr(th, target, names::append.get())?;
    for item in items {
        let result = ops::call1(th, &append, &item)?;
        th.release(result);
    }
    Ok(())
}
