//! Descriptors: `PyDescr_*`, `PyWrapper_New`, `PyMember_*`.

use core::ffi::{c_char, c_int, c_void};

use heap::{Object, Raised, Ref, Type};
use objects::typing::descr::{self, ClassMethodDescr, GetSetDef, GetSetDescr, MemberDef, MemberDescr, MethodDef, MethodDescr};
use objects::typing::wrapper::WrapperDescr;
use objects::{MappingProxy, ops, raise};

use crate::api;

api! {
    /// A method of a type.
    fn PyDescr_NewMethod(th, ty: &Type, def: *mut abi::PyMethodDef) -> Result<Ref<MethodDescr>, Raised> {
        // SAFETY: R4: declarations live as long as the program.
        Ok(MethodDescr::new(th, ty, unsafe { MethodDef::from_ptr(def) }))
    }

    /// A class method of a type.
    fn PyDescr_NewClassMethod(th, ty: &Type, def: *mut abi::PyMethodDef) -> Result<Ref<ClassMethodDescr>, Raised> {
        // SAFETY: R4: as above.
        Ok(ClassMethodDescr::new(th, ty, unsafe { MethodDef::from_ptr(def) }))
    }

    /// A member of a type's instances.
    fn PyDescr_NewMember(th, ty: &Type, def: *mut abi::PyMemberDef) -> Result<Ref<MemberDescr>, Raised> {
        // SAFETY: R4: as above.
        let def = unsafe { MemberDef::from_ptr(def) };
        if def.def().flags & abi::Py_RELATIVE_OFFSET != 0 {
            return Err(raise::system_error(th, format_args!("PyDescr_NewMember used with Py_RELATIVE_OFFSET")));
        }
        Ok(MemberDescr::new(th, ty, def))
    }

    /// A computed attribute of a type's instances.
    fn PyDescr_NewGetSet(th, ty: &Type, def: *mut abi::PyGetSetDef) -> Result<Ref<GetSetDescr>, Raised> {
        // SAFETY: R4: as above.
        Ok(GetSetDescr::new(th, ty, unsafe { GetSetDef::from_ptr(def) }))
    }

    /// A special method of a type that calls what a slot holds, as the declaration's function does it.
    fn PyDescr_NewWrapper(th, ty: &Type, base: *const abi::wrapperbase, wrapped: *mut c_void) -> Result<Ref<WrapperDescr>, Raised> {
        // SAFETY: R4: declarations live as long as the program.
        Ok(unsafe { WrapperDescr::of_c(th, ty, &*base, wrapped.expose_provenance()) })
    }

    /// A read-only view of a mapping.
    fn PyDictProxy_New(th, mapping: &Object) -> Result<Ref<MappingProxy>, Raised> {
        MappingProxy::checked(th, mapping)
    }

    /// Whether assignments go through the object.
    fn PyDescr_IsData(_th, object: &Object) -> c_int {
        c_int::from(object.ty().tp_descr_set().is_some())
    }

    /// A slot's special method, bound to an object.
    fn PyWrapper_New(th, descriptor: &Object, object: &Object) -> Result<Ref<Object>, Raised> {
        match descriptor.ty().tp_descr_get() {
            Some(get) => ops::cslot::descr_get(th, get, descriptor, Some(object), None),
            None => Err(raise::bad_internal_call(th)),
        }
    }

    /// A member's value.
    fn PyMember_GetOne(th, address: *const c_char, def: *mut abi::PyMemberDef) -> Result<Ref<Object>, Raised> {
        // SAFETY: R4: the caller's object and declaration.
        let (object, def) = unsafe { (Object::borrow(address.cast_mut().cast()), &*def) };
        if def.flags & abi::Py_RELATIVE_OFFSET != 0 {
            return Err(raise::system_error(th, format_args!("PyMember_GetOne used with Py_RELATIVE_OFFSET")));
        }
        // SAFETY: R4: the declaration describes the object.
        unsafe { descr::get_member(th, object, def) }
    }

    /// Sets a member, or deletes it.
    fn PyMember_SetOne(th, address: *mut c_char, def: *mut abi::PyMemberDef, value: Option<&Object>) -> Result<(), Raised> {
        // SAFETY: R4: the caller's object and declaration.
        let (object, def) = unsafe { (Object::borrow(address.cast()), &*def) };
        if def.flags & abi::Py_RELATIVE_OFFSET != 0 {
            return Err(raise::system_error(th, format_args!("PyMember_SetOne used with Py_RELATIVE_OFFSET")));
        }
        // SAFETY: R4: the declaration describes the object.
        unsafe { descr::set_member(th, object, def, value) }
    }
}
