//! Subscripts, length, membership.
#![allow(unsafe_code, reason = "slots are read as words and called by their signature")]

use core::ops::ControlFlow;

use heap::{Object, Raised, Ref, Thread, Type};

use super::{cslot, number};
use crate::typing::places::SlotId;
use crate::{raise, names};

macro_rules! slot_reader {
    ($($name:ident: $slot:ident -> $ty:ident;)*) => {$(
        #[inline(always)]
        fn $name(ty: &Type) -> Option<abi::$ty> {
            let word = SlotId::$slot.read(ty);
            // SAFETY: R4: what stands in the slot has the slot's signature; 0 is `None`.
            unsafe { core::mem::transmute::<usize, Option<abi::$ty>>(word) }
        }
    )*};
}

slot_reader! {
    mp_length: mp_length -> lenfunc;
    sq_length: sq_length -> lenfunc;
    mp_subscript: mp_subscript -> binaryfunc;
    mp_ass_subscript: mp_ass_subscript -> objobjargproc;
    sq_item: sq_item -> ssizeargfunc;
    sq_ass_item: sq_ass_item -> ssizeobjargproc;
    sq_contains: sq_contains -> objobjproc;
}

/// Whether the type has `__len__`.
pub fn has_len(obj: &Object) -> bool {
    mp_length(obj.ty()).or_else(|| sq_length(obj.ty())).is_some()
}

/// Whether the object has `__getitem__`, as mappings have (and sequences: CPython's test is no finer).
pub fn is_mapping(obj: &Object) -> bool {
    mp_subscript(obj.ty()).is_some()
}

/// `len(obj)`
pub fn len(th: &mut Thread, obj: &Object) -> Result<usize, Raised> {
    match sq_length(obj.ty()).or_else(|| mp_length(obj.ty())) {
        Some(f) => cslot::length(th, f, obj),
        None => {
            let name = super::type_name(obj);
            Err(raise::type_error(th, format_args!("object of type '{name}' has no len()")))
        }
    }
}

/// The length by `sq_length`: mappings have another.
pub fn sequence_len(th: &mut Thread, obj: &Object) -> Result<usize, Raised> {
    match sq_length(obj.ty()) {
        Some(f) => cslot::length(th, f, obj),
        None => Err(no_length(th, obj, mp_length(obj.ty()).is_some().then_some("a sequence"))),
    }
}

/// The length by `mp_length`: sequences have another.
pub fn mapping_len(th: &mut Thread, obj: &Object) -> Result<usize, Raised> {
    match mp_length(obj.ty()) {
        Some(f) => cslot::length(th, f, obj),
        None => Err(no_length(th, obj, sq_length(obj.ty()).is_some().then_some("a mapping"))),
    }
}

#[cold]
fn no_length(th: &mut Thread, obj: &Object, is_no: Option<&str>) -> Raised {
    let name = super::type_name(obj);
    match is_no {
        Some(kind) => raise::type_error(th, format_args!("{name} is not {kind}")),
        None => raise::type_error(th, format_args!("object of type '{name}' has no len()")),
    }
}

/// `operator.length_hint(obj, default)`
pub fn length_hint(th: &mut Thread, obj: &Object, default: usize) -> Result<usize, Raised> {
    if has_len(obj) {
        match len(th, obj) {
            Ok(n) => return Ok(n),
            Err(raised) => match raise::catch(th, crate::exceptions::type_error_type()) {
                Some(e) => th.release(e),
                None => return Err(raised),
            },
        }
    }
    let hint = match super::attr::call_special(th, obj, &names::__length_hint__, &[]) {
        Ok(None) => return Ok(default),
        Ok(Some(hint)) => hint,
        Err(raised) => match raise::catch(th, crate::exceptions::type_error_type()) {
            Some(e) => {
                th.release(e);
                return Ok(default);
            }
            None => return Err(raised),
        },
    };
    if hint.is(crate::not_implemented()) {
        return Ok(default);
    }
    let Some(n) = hint.downcast_ref::<crate::Int>() else {
        let name = super::type_name(&hint);
        return Err(raise::type_error(th, format_args!("__length_hint__ must be an integer, not {name}")));
    };
    match n.to_i64() {
        Some(n) if n >= 0 => Ok(n as usize),
        Some(_) => Err(raise::value_error(th, format_args!("__length_hint__() should return >= 0"))),
        None => Err(raise::overflow_error(th, format_args!("Python int too large to convert to C ssize_t"))),
    }
}

/// `obj[key]`
pub fn getitem(th: &mut Thread, obj: &Object, key: &Object) -> Result<Ref<Object>, Raised> {
    if let Some(f) = mp_subscript(obj.ty()) {
        return cslot::binary(th, f, obj, key);
    }
    if let Some(f) = sq_item(obj.ty()) {
        if number::has_index(key) {
            let i = number::index_subscript(th, key)?;
            return seq_item(th, f, obj, i);
        }
        let name = super::type_name(key);
        return Err(raise::type_error(th, format_args!("sequence index must be integer, not '{name}'")));
    }
    if let Some(cls) = crate::typing::as_type(obj) {
        if core::ptr::eq(cls, crate::typing::type_type()) {
            return crate::generic_alias(th, obj, key);
        }
        if let Some(method) = super::attr::getattr_opt(th, obj, &names::__class_getitem__)?
            && !method.is(crate::none())
        {
            return super::call(th, &method, &[key]);
        }
        let name = crate::typing::short_name(cls);
        return Err(raise::type_error(th, format_args!("type '{name}' is not subscriptable")));
    }
    let name = super::type_name(obj);
    Err(raise::type_error(th, format_args!("'{name}' object is not subscriptable")))
}

fn seq_item(th: &mut Thread, f: abi::ssizeargfunc, obj: &Object, i: isize) -> Result<Ref<Object>, Raised> {
    let i = slot_index(th, obj, i)?;
    cslot::index(th, f, obj, i)
}

/// The index that `sq_item` and `sq_ass_item` are called with: negative ones count from the end.
pub(crate) fn slot_index(th: &mut Thread, obj: &Object, i: isize) -> Result<isize, Raised> {
    match sq_length(obj.ty()) {
        Some(length) if i < 0 && !obj.ty().has_flag(heap::flags::INDEX_FROM_END) => Ok(i + cslot::length(th, length, obj)? as isize),
        _ => Ok(i),
    }
}

/// The `i`-th item by `sq_item`: for old-style iteration. The index is not adjusted.
pub(crate) fn sequence_item(th: &mut Thread, obj: &Object, i: isize) -> Option<Result<Ref<Object>, Raised>> {
    sq_item(obj.ty()).map(|f| cslot::index(th, f, obj, i))
}

/// `obj[i]` of a sequence, whatever mapping it may be besides.
pub fn sequence_getitem(th: &mut Thread, obj: &Object, i: isize) -> Result<Ref<Object>, Raised> {
    if let Some(f) = sq_item(obj.ty()) {
        return seq_item(th, f, obj, i);
    }
    let name = super::type_name(obj);
    if mp_subscript(obj.ty()).is_some() {
        return Err(raise::type_error(th, format_args!("{name} is not a sequence")));
    }
    Err(raise::type_error(th, format_args!("'{name}' object does not support indexing")))
}

/// `obj[i] = value` or `del obj[i]` of a sequence, whatever mapping it may be besides.
pub fn sequence_setitem(th: &mut Thread, obj: &Object, i: isize, value: Option<&Object>) -> Result<(), Raised> {
    if let Some(f) = sq_ass_item(obj.ty()) {
        let i = slot_index(th, obj, i)?;
        return cslot::set_index(th, f, obj, i, value);
    }
    let name = super::type_name(obj);
    if mp_ass_subscript(obj.ty()).is_some() {
        return Err(raise::type_error(th, format_args!("{name} is not a sequence")));
    }
    let cannot = if value.is_some() { "does not support item assignment" } else { "doesn't support item deletion" };
    Err(raise::type_error(th, format_args!("'{name}' object {cannot}")))
}

/// Whether the object has a slot for items by number.
pub fn has_sequence_setitem(obj: &Object) -> bool {
    sq_ass_item(obj.ty()).is_some()
}

/// `obj[i:j]` by the subscript slot.
pub fn getslice(th: &mut Thread, obj: &Object, i: isize, j: isize) -> Result<Ref<Object>, Raised> {
    let Some(f) = mp_subscript(obj.ty()) else {
        let name = super::type_name(obj);
        return Err(raise::type_error(th, format_args!("'{name}' object is unsliceable")));
    };
    let slice = crate::Slice::from_range(th, i, j);
    let found = cslot::binary(th, f, obj, &slice);
    th.release(slice);
    found
}

/// `obj[i:j] = value` or `del obj[i:j]` by the subscript slot; `deletes` is how the error calls it.
pub fn setslice(th: &mut Thread, obj: &Object, i: isize, j: isize, value: Option<&Object>, deletes: bool) -> Result<(), Raised> {
    let Some(f) = mp_ass_subscript(obj.ty()) else {
        let name = super::type_name(obj);
        let what = if deletes { "deletion" } else { "assignment" };
        return Err(raise::type_error(th, format_args!("'{name}' object doesn't support slice {what}")));
    };
    let slice = crate::Slice::from_range(th, i, j);
    let done = cslot::set_item(th, f, obj, &slice, value);
    th.release(slice);
    done
}

/// Whether the object can be iterated by index.
pub fn is_sequence(obj: &Object) -> bool {
    sq_item(obj.ty()).is_some() && !obj.is_a::<crate::Dict>()
}

/// `obj[key] = value`
pub fn setitem(th: &mut Thread, obj: &Object, key: &Object, value: &Object) -> Result<(), Raised> {
    set_or_delete(th, obj, key, Some(value))
}

/// `del obj[key]`
pub fn delitem(th: &mut Thread, obj: &Object, key: &Object) -> Result<(), Raised> {
    set_or_delete(th, obj, key, None)
}

fn set_or_delete(th: &mut Thread, obj: &Object, key: &Object, value: Option<&Object>) -> Result<(), Raised> {
    if let Some(f) = mp_ass_subscript(obj.ty()) {
        return cslot::set_item(th, f, obj, key, value);
    }
    if let Some(f) = sq_ass_item(obj.ty()) {
        if number::has_index(key) {
            let i = number::index_subscript(th, key)?;
            let i = slot_index(th, obj, i)?;
            return cslot::set_index(th, f, obj, i, value);
        }
        if sq_item(obj.ty()).is_some() {
            let name = super::type_name(key);
            return Err(raise::type_error(th, format_args!("sequence index must be integer, not '{name}'")));
        }
    }
    let name = super::type_name(obj);
    Err(if value.is_some() {
        raise::type_error(th, format_args!("'{name}' object does not support item assignment"))
    } else {
        // CPython's sequences say it in other words, where an index is asked for.
        let words = if number::has_index(key) && !obj.ty().tp_as_sequence().is_null() { "doesn't" } else { "does not" };
        raise::type_error(th, format_args!("'{name}' object {words} support item deletion"))
    })
}

/// `item in container`
pub fn contains(th: &mut Thread, container: &Object, item: &Object) -> Result<bool, Raised> {
    if let Some(f) = sq_contains(container.ty()) {
        return cslot::contains(th, f, container, item);
    }
    let mut found = false;
    super::iter::look_through(th, container, "is not a container or iterable", |th, candidate| {
        found = super::convert::eq(th, &candidate, item)?;
        th.release(candidate);
        Ok(if found { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    })?;
    Ok(found)
}

/// `obj[key]`, `None` where it raises `KeyError`.
pub fn getitem_opt(th: &mut Thread, obj: &Object, key: &Object) -> Result<Option<Ref<Object>>, Raised> {
    if let Some(dict) = obj.downcast_exact::<crate::Dict>() {
        return dict.get(th, key);
    }
    match getitem(th, obj, key) {
        Ok(value) => Ok(Some(value)),
        Err(raised) => match raise::catch(th, crate::exceptions::key_error_type()) {
            Some(e) => {
                th.release(e);
                Ok(None)
            }
            None => Err(raised),
        },
    }
}
