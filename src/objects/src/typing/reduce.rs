//! How plain objects are pickled and copied: `object.__reduce_ex__` and `object.__getstate__`.

use heap::{Heaped, Object, Raised, Ref, Thread};

use super::{extra, instance};
use crate::{Dict, Str, Tuple, names, ops, raise};

/// `object.__reduce_ex__(protocol)`
pub fn object_reduce(th: &mut Thread, obj: &Object, protocol: isize) -> Result<Ref<Object>, Raised> {
    let copyreg = (crate::hooks::get().import)(th, "copyreg")?;
    if protocol < 2 {
        let name = crate::str::intern(th, "_reduce_ex");
        let protocol = crate::Int::from_i64(th, protocol as i64);
        return ops::call_method(th, &copyreg, name, &[obj, &protocol]);
    }
    let cls = obj.ty();
    if cls.tp_new().is_none() {
        let name = ops::message_name(cls);
        return Err(raise::type_error(th, format_args!("cannot pickle '{name}' object")));
    }
    let (args, kwargs) = new_arguments(th, obj)?;
    let required = args.is_none() && !obj.is_a::<crate::List>() && !obj.is_a::<Dict>();
    let (function, call_args): (Ref<Object>, Ref<Tuple>) = match kwargs {
        None => {
            let newobj = ops::getattr(th, &copyreg, &names::__newobj__)?;
            let mut all: Vec<&Object> = vec![cls.as_object()];
            if let Some(args) = &args {
                all.extend(args.iter());
            }
            (newobj, Tuple::from_slice(th, &all))
        }
        Some(kwargs) => {
            let Some(args) = &args else {
                return Err(raise::system_error(th, format_args!("keyword arguments without arguments")));
            };
            let newobj = ops::getattr(th, &copyreg, &names::__newobj_ex__)?;
            (newobj, Tuple::from_slice(th, &[cls.as_object(), args.as_object(), kwargs.as_object()]))
        }
    };
    let getstate = ops::getattr(th, obj, &names::__getstate__)?;
    let default = crate::typing::lookup::lookup(th, cls, &names::__getstate__)
        .zip(crate::typing::lookup::lookup(th, super::object_type(), &names::__getstate__))
        .is_some_and(|(a, b)| Thread::same(&*a, &*b));
    let state = if default { object_getstate(th, obj, required)? } else { ops::call0(th, &getstate)? };
    let items = if obj.is_a::<crate::List>() { ops::iter(th, obj)? } else { crate::none_ref() };
    let pairs = if obj.is_a::<Dict>() {
        let name = crate::str::intern(th, "items");
        let view = ops::call_method(th, obj, name, &[])?;
        crate::dict::views::iter_items(th, &view)?
    } else {
        crate::none_ref()
    };
    Ok(Tuple::from_slice(th, &[&*function, call_args.as_object(), &*state, &*items, &*pairs]).up())
}

type Arguments = (Option<Ref<Tuple>>, Option<Ref<Dict>>);

fn new_arguments(th: &mut Thread, obj: &Object) -> Result<Arguments, Raised> {
    if let Some(result) = ops::call_special(th, obj, &names::__getnewargs_ex__, &[])? {
        let Some(pair) = result.downcast_ref::<Tuple>() else {
            let got = ops::type_name(&result);
            return Err(raise::type_error(th, format_args!("__getnewargs_ex__ should return a tuple, not '{got}'")));
        };
        if pair.len() != 2 {
            let n = pair.len();
            return Err(raise::value_error(th, format_args!("__getnewargs_ex__ should return a tuple of length 2, not {n}")));
        }
        let Some(args) = pair.get(0).downcast::<Tuple>() else {
            let got = ops::type_name(pair.get(0));
            return Err(raise::type_error(th, format_args!("first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{got}'")));
        };
        let Some(kwargs) = pair.get(1).downcast::<Dict>() else {
            let got = ops::type_name(pair.get(1));
            return Err(raise::type_error(th, format_args!("second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{got}'")));
        };
        return Ok((Some(args.to_ref()), (kwargs.len() > 0).then(|| kwargs.to_ref())));
    }
    if let Some(result) = ops::call_special(th, obj, &names::__getnewargs__, &[])? {
        return match result.downcast::<Tuple>() {
            Ok(args) => Ok((Some(args), None)),
            Err(other) => {
                let got = ops::type_name(&other);
                Err(raise::type_error(th, format_args!("__getnewargs__ should return a tuple, not '{got}'")))
            }
        };
    }
    Ok((None, None))
}

/// `object.__getstate__()`
pub fn object_getstate(th: &mut Thread, obj: &Object, required: bool) -> Result<Ref<Object>, Raised> {
    let cls = obj.ty();
    if required && cls.tp_itemsize() != 0 {
        let name = ops::message_name(cls);
        return Err(raise::type_error(th, format_args!("cannot pickle '{name}' object")));
    }
    let state: Ref<Object> = match instance::instance_dict(th, obj)? {
        Some(dict) if !dict.is_empty() => dict.copy(th)?.up(),
        _ => crate::none_ref(),
    };
    let slots = slot_names(th, obj)?;
    if required && !cls.is_our_heaptype() && cls.tp_basicsize() as usize > size_of::<Object>() && extra::extra(cls).is_none_or(|x| x.members.is_empty()) {
        let name = ops::message_name(cls);
        return Err(raise::type_error(th, format_args!("cannot pickle '{name}' object")));
    }
    if slots.is_empty() {
        return Ok(state);
    }
    let values = Dict::new(th);
    for name in &slots {
        if let Some(name) = name.downcast_ref::<Str>()
            && let Some(value) = ops::getattr_opt(th, obj, name)?
        {
            values.set(th, name, value)?;
        }
    }
    if values.len() == 0 {
        return Ok(state);
    }
    Ok(Tuple::from_slice(th, &[&*state, values.as_object()]).up())
}

/// The names of `__slots__`, by `copyreg._slotnames`, which caches them in the class.
fn slot_names(th: &mut Thread, obj: &Object) -> Result<Vec<Ref<Object>>, Raised> {
    let known = crate::str::intern(th, "__slotnames__");
    let cached = super::lookup::own_dict(obj.ty()).is_some_and(|dict| dict.contains_str(th, known));
    if !cached && extra::extra(obj.ty()).is_none_or(|x| x.members.is_empty()) {
        return Ok(Vec::new());
    }
    let copyreg = (crate::hooks::get().import)(th, "copyreg")?;
    let name = crate::str::intern(th, "_slotnames");
    let names_of = ops::call_method(th, &copyreg, name, &[obj.ty().as_object()])?;
    if names_of.is(crate::none()) {
        return Ok(Vec::new());
    }
    ops::to_vec(th, &names_of)
}
