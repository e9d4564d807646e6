//! Attributes by `tp_getattro` and `tp_setattro`, and special methods looked up on the type.
#![allow(unsafe_code, reason = "the slots that take C text are read as words and called here")]

use heap::{Heaped, Object, Raised, Ref, Thread, Type, foreign};

use super::cslot;
use crate::typing::lookup;
use crate::typing::places::SlotId;
use crate::{Str, exceptions, raise};

/// `obj.name`
#[inline]
pub fn getattr(th: &mut Thread, obj: &Object, name: &Str) -> Result<Ref<Object>, Raised> {
    match obj.ty().tp_getattro() {
        Some(f) => match cslot::get_attr(th, f, obj, name) {
            Ok(value) => Ok(value),
            Err(raised) => Err(raise::about_attribute(th, obj, name, raised)),
        },
        None => match by_text(th, obj, name) {
            Some(found) => found,
            None => Err(raise::no_attribute(th, obj, name)),
        },
    }
}

/// By `tp_getattr`, which takes the name as C text: `None` where the type has none.
#[cold]
fn by_text(th: &mut Thread, obj: &Object, name: &Str) -> Option<Result<Ref<Object>, Raised>> {
    // SAFETY: R4: what stands in the slot has the slot's signature; 0 is `None`.
    let get = unsafe { core::mem::transmute::<usize, Option<abi::getattrfunc>>(SlotId::tp_getattr.read(obj.ty())) }?;
    Some(with_c_text(th, name, |th, text| {
        // SAFETY: R4: the slot's function takes the object and a C string, which live for the call.
        let found = foreign::call(th, get as *const (), |th| foreign::show(th, obj), || unsafe { get(obj.as_ptr(), text.cast_mut()) });
        cslot::object(th, found)
    }))
}

/// By `tp_setattr`, likewise.
#[cold]
fn set_by_text(th: &mut Thread, obj: &Object, name: &Str, value: Option<&Object>) -> Option<Result<(), Raised>> {
    // SAFETY: R4: as in `by_text`.
    let set = unsafe { core::mem::transmute::<usize, Option<abi::setattrfunc>>(SlotId::tp_setattr.read(obj.ty())) }?;
    Some(with_c_text(th, name, |th, text| {
        let share = |th: &Thread| {
            foreign::show(th, obj);
            value.into_iter().for_each(|value| foreign::show(th, value));
        };
        // SAFETY: R4: as in `by_text`.
        let run = || unsafe { set(obj.as_ptr(), text.cast_mut(), value.map_or(core::ptr::null_mut(), Object::as_ptr)) };
        let status = foreign::call(th, set as *const (), share, run);
        cslot::status(th, status)
    }))
}

/// Runs `act` with the name as a C string (cut at a NUL, as C cuts it).
fn with_c_text<R>(th: &mut Thread, name: &Str, act: impl FnOnce(&mut Thread, *const core::ffi::c_char) -> Result<R, Raised>) -> Result<R, Raised> {
    let text = crate::glue::upward::str_utf8(th, name)?;
    let mut text = text.as_bytes().to_vec();
    text.push(0);
    act(th, text.as_ptr().cast())
}

/// `obj.name`, `None` where it raises `AttributeError`.
pub fn getattr_opt(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let is_generic = crate::typing::instance::is_generic_getattr(obj.ty());
    let found = match is_generic {
        true => crate::typing::instance::generic_getattr_opt(th, obj, name),
        false => getattr(th, obj, name).map(Some),
    };
    // A descriptor may raise it, too.
    match found {
        Ok(value) => Ok(value),
        Err(raised) => match raise::catch(th, exceptions::attribute_error_type()) {
            Some(e) => {
                th.release(e);
                Ok(None)
            }
            None if is_generic && cslot::catch_missing_exception(th) => Ok(None),
            None => Err(raised),
        },
    }
}

/// `obj.name` by text.
pub fn getattr_str(th: &mut Thread, obj: &Object, name: &str) -> Result<Ref<Object>, Raised> {
    let name = crate::str::intern(th, name);
    getattr(th, obj, name)
}

/// `obj.name = value`
#[inline]
pub fn setattr(th: &mut Thread, obj: &Object, name: &Str, value: &Object) -> Result<(), Raised> {
    set_or_delete(th, obj, name, Some(value))
}

/// `del obj.name`
pub fn delattr(th: &mut Thread, obj: &Object, name: &Str) -> Result<(), Raised> {
    set_or_delete(th, obj, name, None)
}

fn set_or_delete(th: &mut Thread, obj: &Object, name: &Str, value: Option<&Object>) -> Result<(), Raised> {
    if let Some(f) = obj.ty().tp_setattro() {
        if name.is_interned() {
            return cslot::set_attr(th, f, obj, name, value);
        }
        if name.is_exactly::<Str>() {
            let name = crate::str::intern_ref(th, name.to_ref());
            return cslot::set_attr(th, f, obj, name, value);
        }
        return cslot::set_attr(th, f, obj, name, value);
    }
    if let Some(done) = set_by_text(th, obj, name, value) {
        return done;
    }
    let ty = super::type_name(obj);
    let what = if value.is_some() { "assign to" } else { "del" };
    if obj.ty().tp_getattro().is_none() && SlotId::tp_getattr.read(obj.ty()) == 0 {
        Err(raise::type_error(th, format_args!("'{ty}' object has no attributes ({what} .{name})")))
    } else {
        Err(raise::type_error(th, format_args!("'{ty}' object has only read-only attributes ({what} .{name})")))
    }
}

/// `hasattr(obj, name)`
pub fn hasattr(th: &mut Thread, obj: &Object, name: &Str) -> Result<bool, Raised> {
    Ok(match getattr_opt(th, obj, name)? {
        Some(value) => {
            th.release(value);
            true
        }
        None => false,
    })
}

/// An attribute of the type by its MRO, as it stands in the namespace (no descriptor is called).
#[inline]
pub fn lookup_type_attr(th: &Thread, ty: &Type, name: &Str) -> Option<Ref<Object>> {
    lookup::lookup(th, ty, name)
}

/// A special method of `obj`, looked up on its type and bound to it.
pub fn lookup_special(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let Some(found) = lookup::lookup(th, obj.ty(), name) else { return Ok(None) };
    bind(th, found, obj).map(Some)
}

/// Binds what was found on the type of `obj` (`__get__`), if it is a descriptor.
pub fn bind(th: &mut Thread, found: Ref<Object>, obj: &Object) -> Result<Ref<Object>, Raised> {
    match found.ty().tp_descr_get() {
        None => Ok(found),
        Some(f) => {
            let bound = cslot::descr_get(th, f, &found, Some(obj), Some(obj.ty()));
            th.release(found);
            bound
        }
    }
}

/// A special method, unbound where it is a plain method: `(callable, bound)`; an unbound one takes `obj` as its first argument.
pub fn lookup_special_method(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<(Ref<Object>, bool)>, Raised> {
    let Some(found) = lookup::lookup(th, obj.ty(), name) else { return Ok(None) };
    if found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
        return Ok(Some((found, false)));
    }
    bind(th, found, obj).map(|f| Some((f, true)))
}

/// Calls a special method if the type has it.
pub fn call_special(th: &mut Thread, obj: &Object, name: &Str, args: &[&Object]) -> Result<Option<Ref<Object>>, Raised> {
    let Some((callable, bound)) = lookup_special_method(th, obj, name)? else { return Ok(None) };
    let result = if bound {
        super::call(th, &callable, args)
    } else {
        match *args {
            [] => super::call(th, &callable, &[obj]),
            [a] => super::call(th, &callable, &[obj, a]),
            _ => super::call::with_first(obj, args, |all| super::call(th, &callable, all)),
        }
    };
    th.release(callable);
    result.map(Some)
}

/// The attribute for a call: `(callable, bound)`; unbound means that `obj` is to be passed as the first argument.
pub fn get_method(th: &mut Thread, obj: &Object, name: &Str) -> Result<(Ref<Object>, bool), Raised> {
    if crate::typing::instance::is_generic_getattr(obj.ty()) {
        return crate::typing::instance::generic_get_method(th, obj, name);
    }
    getattr(th, obj, name).map(|f| (f, true))
}
