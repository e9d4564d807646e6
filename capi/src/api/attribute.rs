//! Attributes: by name, by C text, optional ones, and the generic protocol of slots.

use core::ffi::{c_char, c_int, c_void};

use heap::{Heaped, Object, Raised, Ref, Thread, Type};
use objects::ops::cslot;
use objects::typing::{instance, lookup};
use objects::{Dict, Str, ops, raise, typing};

use super::mapping::{hand_out, is_there, null_argument, quietly};
use crate::api;
use crate::api::unicode::Identifier;
use crate::entry::{c_text, expect};

type Made = Result<Ref<Object>, Raised>;

/// The name that C text spells: names are few, and kept.
///
/// # Safety
/// R4: `name` is a C string, or null: that raises.
pub(super) unsafe fn name_of(th: &mut Thread, name: *const c_char) -> Result<&'static Str, Raised> {
    if name.is_null() {
        return Err(null_argument(th));
    }
    // SAFETY: the caller's promise.
    let text = unsafe { c_text(th, name) }?;
    Ok(objects::intern(th, text))
}

fn optional(th: &mut Thread, object: &Object, name: &Object) -> Result<Option<Ref<Object>>, Raised> {
    let name = instance::attribute_name(th, name)?;
    ops::getattr_opt(th, object, name)
}

/// # Safety
/// R4: `name` is a C string or null.
unsafe fn optional_by_text(th: &mut Thread, object: &Object, name: *const c_char) -> Result<Option<Ref<Object>>, Raised> {
    // SAFETY: the caller's promise.
    let name = unsafe { name_of(th, name) }?;
    ops::getattr_opt(th, object, name)
}

/// # Safety
/// R4: `name` is a C string or null.
unsafe fn set_by_text(th: &mut Thread, object: &Object, name: *const c_char, value: Option<&Object>) -> Result<(), Raised> {
    // SAFETY: the caller's promise.
    let name = unsafe { name_of(th, name) }?;
    match value {
        Some(value) => ops::setattr(th, object, name, value),
        None => ops::delattr(th, object, name),
    }
}

/// The generic protocol with a dict that stands for the instance's own.
fn generic_in_dict(th: &mut Thread, object: &Object, name: &Str, dict: &Dict) -> Result<Option<Ref<Object>>, Raised> {
    let descr = lookup::lookup(th, object.ty(), name);
    let get = descr.as_ref().and_then(|descr| descr.ty().tp_descr_get());
    if let (Some(descr), Some(get)) = (&descr, get)
        && descr.ty().tp_descr_set().is_some()
    {
        return cslot::descr_get(th, get, descr, Some(object), Some(object.ty())).map(Some);
    }
    if let Some(value) = dict.get(th, name)? {
        return Ok(Some(value));
    }
    match (descr, get) {
        (Some(descr), Some(get)) => cslot::descr_get(th, get, &descr, Some(object), Some(object.ty())).map(Some),
        (descr, _) => Ok(descr),
    }
}

api! {
    /// `object.name`
    fn PyObject_GetAttr(th, object: &Object, name: &Object) -> Made {
        let name = instance::attribute_name(th, name)?;
        ops::getattr(th, object, name)
    }

    /// `object.name` by text.
    fn PyObject_GetAttrString(th, object: &Object, name: *const c_char) -> Made {
        // SAFETY: R4: a C string.
        let name = unsafe { name_of(th, name) }?;
        ops::getattr(th, object, name)
    }

    /// `object.name` through `result`: 1, or 0 where that raises `AttributeError`.
    fn PyObject_GetOptionalAttr(th, object: &Object, name: &Object, result: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        let found = optional(th, object, name);
        // SAFETY: R4: the caller's place for a pointer.
        unsafe { hand_out(th, result, found) }
    }

    /// The same by text.
    fn PyObject_GetOptionalAttrString(th, object: &Object, name: *const c_char, result: *mut *mut abi::PyObject) -> Result<i32, Raised> {
        // SAFETY: R4: a C string.
        let found = unsafe { optional_by_text(th, object, name) };
        // SAFETY: R4: the caller's place for a pointer.
        unsafe { hand_out(th, result, found) }
    }

    /// `hasattr(object, name)`
    fn PyObject_HasAttrWithError(th, object: &Object, name: &Object) -> Result<bool, Raised> {
        let found = optional(th, object, name);
        is_there(th, found)
    }

    /// `hasattr(object, name)` by text.
    fn PyObject_HasAttrStringWithError(th, object: &Object, name: *const c_char) -> Result<bool, Raised> {
        // SAFETY: R4: a C string.
        let found = unsafe { optional_by_text(th, object, name) };
        is_there(th, found)
    }

    /// `hasattr(object, name)`; errors are reported as unraisable.
    fn PyObject_HasAttr(th, object: Option<&Object>, name: Option<&Object>) -> i32 {
        let found = match (object, name) {
            (Some(object), Some(name)) => optional(th, object, name),
            _ => Err(null_argument(th)),
        };
        let context = "Exception ignored in PyObject_HasAttr(); consider using PyObject_HasAttrWithError(), PyObject_GetOptionalAttr() or PyObject_GetAttr()";
        quietly(th, found, context)
    }

    /// `hasattr(object, name)` by text; errors are reported as unraisable.
    fn PyObject_HasAttrString(th, object: Option<&Object>, name: *const c_char) -> i32 {
        let found = match object {
            // SAFETY: R4: a C string.
            Some(object) => unsafe { optional_by_text(th, object, name) },
            None => Err(null_argument(th)),
        };
        let context = "Exception ignored in PyObject_HasAttrString(); consider using PyObject_HasAttrStringWithError(), \
                       PyObject_GetOptionalAttrString() or PyObject_GetAttrString()";
        quietly(th, found, context)
    }

    /// `object.name = value`; null deletes.
    fn PyObject_SetAttr(th, object: &Object, name: &Object, value: Option<&Object>) -> Result<(), Raised> {
        let name = instance::attribute_name(th, name)?;
        match value {
            Some(value) => ops::setattr(th, object, name, value),
            None => ops::delattr(th, object, name),
        }
    }

    /// `object.name = value` by text; null deletes.
    fn PyObject_SetAttrString(th, object: &Object, name: *const c_char, value: Option<&Object>) -> Result<(), Raised> {
        // SAFETY: R4: a C string.
        unsafe { set_by_text(th, object, name, value) }
    }

    /// `del object.name`
    fn PyObject_DelAttr(th, object: &Object, name: &Object) -> Result<(), Raised> {
        let name = instance::attribute_name(th, name)?;
        ops::delattr(th, object, name)
    }

    /// `del object.name` by text.
    fn PyObject_DelAttrString(th, object: &Object, name: *const c_char) -> Result<(), Raised> {
        // SAFETY: R4: a C string.
        unsafe { set_by_text(th, object, name, None) }
    }

    /// `object.name` by a name of the extension's program text.
    fn _PyObject_GetAttrId(th, object: &Object, name: *const Identifier) -> Made {
        // SAFETY: R4: a static of the extension, whose text is a C string.
        let name = unsafe { name_of(th, (*name).name) }?;
        ops::getattr(th, object, name)
    }
}

/// Whether the dict of an instance is one that an extension asked the runtime to keep: classes of Python that derive from the extension's type have
/// it at the same place, and it is still the extension's `tp_traverse` that visits it.
fn has_managed_dict(ty: &Type) -> bool {
    core::iter::successors(Some(ty), |ty| typing::base(ty)).any(|ty| ty.has_flag(abi::Py_TPFLAGS_MANAGED_DICT as u64))
}

api! {
    /// `object.__getattribute__` with a dict in place of the instance's own; a missing attribute is null without an exception if `suppress` is set.
    fn _PyObject_GenericGetAttrWithDict(th, object: &Object, name: &Object, dict: Option<&Object>, suppress: c_int) -> Result<Option<Ref<Object>>, Raised> {
        let name = instance::attribute_name(th, name)?;
        let found = match dict {
            Some(dict) => {
                let dict = expect::<Dict>(th, dict)?;
                generic_in_dict(th, object, name, dict)
            }
            None => instance::generic_getattr_opt(th, object, name),
        };
        match found {
            Ok(None) if suppress == 0 => Err(raise::no_attribute(th, object, name)),
            Err(raised) if suppress != 0 => match raise::catch(th, objects::exceptions::attribute_error_type()) {
                Some(missing) => {
                    th.release(missing);
                    Ok(None)
                }
                None => Err(raised),
            },
            found => found,
        }
    }

    /// `object.__setattr__` with a dict in place of the instance's own; a null value deletes.
    fn _PyObject_GenericSetAttrWithDict(th, object: &Object, name: &Object, value: Option<&Object>, dict: Option<&Object>) -> Result<(), Raised> {
        let name = instance::attribute_name(th, name)?;
        let Some(dict) = dict else { return instance::generic_setattr(th, object, name, value) };
        let dict = expect::<Dict>(th, dict)?;
        if let Some(descr) = lookup::lookup(th, object.ty(), name)
            && let Some(set) = descr.ty().tp_descr_set()
        {
            return cslot::descr_set(th, set, &descr, object, value);
        }
        match value {
            Some(value) => dict.set(th, name, value),
            None if dict.del(th, name)? => Ok(()),
            None => Err(raise::no_attribute(th, object, name)),
        }
    }

    /// `object.__dict__`, for tables of attributes.
    fn PyObject_GenericGetDict(th, object: &Object, _context: *mut c_void) -> Result<Ref<Dict>, Raised> {
        match instance::instance_dict(th, object)? {
            Some(dict) => Ok(dict),
            None => Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("This object has no __dict__"))),
        }
    }

    /// `object.__dict__ = value`, for tables of attributes.
    fn PyObject_GenericSetDict(th, object: &Object, value: Option<&Object>, _context: *mut c_void) -> Result<(), Raised> {
        let Some(value) = value else { return Err(raise::type_error(th, format_args!("cannot delete __dict__"))) };
        if instance::dict_word(object).is_none() {
            return Err(raise::new(th, objects::exceptions::attribute_error_type(), format_args!("This object has no __dict__")));
        }
        let Some(dict) = value.downcast::<Dict>() else {
            let got = ops::type_name(value);
            return Err(raise::type_error(th, format_args!("__dict__ must be set to a dictionary, not a '{got}'")));
        };
        let dict = th.retain(dict);
        instance::set_instance_dict(th, object, Some(dict))?;
        Ok(())
    }

    /// Where the instance keeps its dict, which may be null; null if instances have none.
    fn _PyObject_GetDictPtr(th, object: &Object) -> *mut *mut abi::PyObject {
        if instance::layout(object.ty()).is_some() && instance::instance_dict(th, object).is_err() {
            // C's function reports no errors.
            drop(th.take_exception());
            return core::ptr::null_mut();
        }
        if let Some(word) = instance::dict_word(object) {
            if let Some(dict) = word.get(th, object) {
                heap::foreign::show(th, (*dict).as_object());
            }
            return core::ptr::from_ref(word).cast_mut().cast();
        }
        core::ptr::null_mut()
    }

    /// Visits the dict that the runtime keeps for instances of an extension's type (`Py_TPFLAGS_MANAGED_DICT`).
    fn PyObject_VisitManagedDict(th, object: &Object, visit: *const c_void, arg: *mut c_void) -> i32 {
        if !has_managed_dict(object.ty()) {
            return 0;
        }
        let Some(dict) = instance::dict_word(object).map(heap::Slot::raw).filter(|dict| !dict.is_null()) else { return 0 };
        // SAFETY: R4: C passes its collector's visitor.
        let visit = unsafe { core::mem::transmute::<*const c_void, abi::visitproc>(visit) };
        // SAFETY: R4: the visitor's own contract.
        heap::foreign::call(th, visit as *const (), |_| {}, || unsafe { visit(dict, arg) })
    }

    /// Gives the dict that the runtime keeps for the instance up.
    fn PyObject_ClearManagedDict(th, object: &Object) {
        let Some(word) = instance::dict_word(object) else { return };
        if instance::layout(object.ty()).is_some() {
            // Values in the instance go by way of a dict; those of an instance that ends go with it.
            if object.count() > 0 && instance::set_instance_dict(th, object, None).is_err() {
                drop(th.take_exception());
            }
        } else if has_managed_dict(object.ty()) {
            word.set(th, object, None);
        }
    }

    /// Puts another dict, or none, in the place of the one that the runtime keeps for the instance.
    fn _PyObject_SetManagedDict(th, object: &Object, dict: Option<&Object>) -> Result<(), Raised> {
        let Some(word) = instance::dict_word(object) else { return Err(raise::bad_internal_call(th)) };
        match dict {
            Some(dict) => {
                let dict = expect::<Dict>(th, dict)?;
                let dict = th.retain(dict);
                instance::set_instance_dict(th, object, Some(dict))?;
            }
            None => word.set(th, object, None),
        }
        Ok(())
    }
}
