//! Making a static type usable: base and metaclass, namespace from its declarations, MRO, inherited slots, facts (`PyType_Ready`).
#![allow(unsafe_code, reason = "the fields of the type object are filled in")]

use core::ffi::CStr;

use heap::{Heaped, LockKind, Raised, Ref, Thread, Type, TypeInfo, flags};

use super::extra::{Extra, attach};
use super::{descr, lookup, mro, update};
use crate::str::intern;
use crate::{Dict, Str, Tuple, names};

/// Readies a type, once. Its base was readied before.
pub fn ready(th: &mut Thread, ty: &'static Type) -> Result<(), Raised> {
    if ty.has_flag(abi::Py_TPFLAGS_READY as u64) {
        return Ok(());
    }
    // SAFETY: R9: a type that is not ready yet is reachable by this thread alone.
    let raw = unsafe { &mut *ty.raw() };
    let is_object = core::ptr::eq(ty, super::object_type());
    if raw.tp_base.is_null() && !is_object {
        raw.tp_base = super::object_type().raw();
    }
    // SAFETY: a base is a type object.
    let base = (!raw.tp_base.is_null()).then(|| unsafe { Type::borrow(raw.tp_base) });
    if let Some(base) = base
        && !base.has_flag(abi::Py_TPFLAGS_READY as u64)
    {
        // SAFETY: bases of static types are static types.
        ready(th, unsafe { &*core::ptr::from_ref(base) })?;
    }
    if raw.ob_base.ob_base.ob_type.is_null() {
        raw.ob_base.ob_base.ob_type = base.map_or(super::type_type().raw(), |b| b.ty().raw());
    }
    if core::ptr::eq(ty, super::type_type()) {
        // Calling a class goes by the class's own `tp_vectorcall`.
        raw.tp_vectorcall_offset = core::mem::offset_of!(abi::PyTypeObject, tp_vectorcall) as isize;
        // Extensions ask where a class has its namespace; attributes of classes do not go through this.
        raw.tp_dictoffset = core::mem::offset_of!(abi::PyTypeObject, tp_dict) as isize;
    }
    if let Some(info) = ty.info() {
        attach(info, Extra::default());
    } else {
        let info: &'static TypeInfo = Box::leak(Box::new(TypeInfo::of::<heap::Object>(LockKind::Immutable)));
        attach(info, Extra::default());
        ty.set_info(info);
    }
    if let Some(base) = base {
        inherit_facts(ty, base);
    }
    let bases = match base {
        Some(base) => Tuple::from_slice(th, &[base.as_object()]),
        None => Tuple::from_slice(th, &[]),
    };
    raw.tp_bases = common(th, bases);
    let dict = Dict::new(th);
    raw.tp_dict = common(th, dict);
    raw.tp_alloc = Some(super::alloc::generic_alloc);
    add_declarations(th, ty);
    let order = mro::linearize(th, ty)?;
    let order = Tuple::new(th, order);
    raw.tp_mro = common(th, order);
    let object = super::object_type();
    if is_object {
        // One function each: C compares what stands in these slots with what it calls by name.
        raw.tp_getattro = Some(super::instance::generic_getattro);
        raw.tp_setattro = Some(super::instance::generic_setattro);
    }
    if ty.has_flag(flags::OWN_GETATTR) {
        raw.tp_getattro = object.tp_getattro();
    }
    if ty.has_flag(flags::OWN_SETATTR) {
        raw.tp_setattro = object.tp_setattro();
    }
    if ty.has_flag(flags::UNHASHABLE) {
        raw.tp_hash = Some(super::dunder::hash_not_implemented);
    }
    update::add_wrappers(th, ty);
    add_new(th, ty);
    add_doc(th, ty);
    if let Some(base) = base {
        if raw.tp_as_number.is_null() {
            raw.tp_as_number = (*base).tp_as_number();
        }
        if raw.tp_as_sequence.is_null() {
            raw.tp_as_sequence = (*base).tp_as_sequence();
        }
        if raw.tp_as_mapping.is_null() {
            raw.tp_as_mapping = (*base).tp_as_mapping();
        }
        if raw.tp_as_async.is_null() {
            raw.tp_as_async = (*base).tp_as_async();
        }
        if raw.tp_as_buffer.is_null() {
            raw.tp_as_buffer = (*base).tp_as_buffer();
        }
        let own_new = raw.tp_new.is_some();
        update::inherit_slots(ty, base);
        // `object.__new__` is not inherited by static types with fields of their own, which it would not fill: they cannot be instantiated.
        let fields = raw.tp_basicsize as usize > size_of::<heap::Object>();
        if !own_new && core::ptr::eq(base, super::object_type()) && (fields || ty.has_flag(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION as u64)) {
            raw.tp_new = None;
            ty.set_flags(abi::Py_TPFLAGS_DISALLOW_INSTANTIATION as u64);
        }
        lookup::add_subclass(base, ty);
    }
    if raw.tp_hash.is_none()
        && let Some(dict) = lookup::own_dict(ty)
        && dict.get_str(th, &names::__hash__).is_none()
    {
        dict.set_str(th, names::__hash__.get(), crate::none_ref());
        raw.tp_hash = Some(super::dunder::hash_not_implemented);
    }
    raw.tp_free = Some(super::alloc::own_free(ty));
    if !ty.has_flag(flags::MADE_BY_MODULE) {
        ty.set_flags(abi::_Py_TPFLAGS_STATIC_BUILTIN as u64);
    }
    keep_declared(th, ty);
    ty.set_flags(abi::Py_TPFLAGS_READY as u64 | abi::Py_TPFLAGS_IMMUTABLETYPE as u64);
    Ok(())
}

/// What stands in the namespace of a type that never changes stays as long as the program: nobody need count it.
pub(super) fn keep_declared(th: &mut Thread, ty: &'static Type) {
    let Some(dict) = lookup::own_dict(ty) else { return };
    for value in dict.snapshot_values(th) {
        let declared = value.is_exactly::<descr::MethodDescr>()
            || value.is_exactly::<descr::ClassMethodDescr>()
            || value.is_exactly::<descr::GetSetDescr>()
            || value.is_exactly::<descr::MemberDescr>()
            || value.is_exactly::<super::wrapper::WrapperDescr>()
            || value.is_exactly::<crate::StaticMethod>()
            || value.is_exactly::<crate::Builtin>();
        if declared {
            th.share(&value);
            // Nobody but this thread knows the type yet.
            value.make_immortal();
        }
    }
}

/// Hands a value to a type object: shared, because types are common (R6).
pub(super) fn common<T: Heaped>(th: &Thread, value: Ref<T>) -> *mut abi::PyObject {
    th.share((*value).as_object());
    value.into_raw()
}

fn inherit_facts(ty: &Type, base: &Type) {
    // SAFETY: R9, as in `ready`.
    let raw = unsafe { &mut *ty.raw() };
    if raw.tp_basicsize == 0 {
        raw.tp_basicsize = base.tp_basicsize();
    }
    if raw.tp_itemsize == 0 {
        raw.tp_itemsize = base.tp_itemsize();
    }
    let subclass_bits = abi::Py_TPFLAGS_LONG_SUBCLASS
        | abi::Py_TPFLAGS_LIST_SUBCLASS
        | abi::Py_TPFLAGS_TUPLE_SUBCLASS
        | abi::Py_TPFLAGS_BYTES_SUBCLASS
        | abi::Py_TPFLAGS_UNICODE_SUBCLASS
        | abi::Py_TPFLAGS_DICT_SUBCLASS
        | abi::Py_TPFLAGS_BASE_EXC_SUBCLASS
        | abi::Py_TPFLAGS_TYPE_SUBCLASS
        | abi::_Py_TPFLAGS_MATCH_SELF
        | abi::Py_TPFLAGS_SEQUENCE
        | abi::Py_TPFLAGS_MAPPING;
    // A type without fields of its own that hold objects has its base's, and so its base's prefix.
    ty.set_flags(base.flags() & (subclass_bits as u64 | flags::WEAKREF | flags::WEAK_REFERENCE | flags::FINALIZER | flags::PREFIX | flags::GC_WORD));
}

/// Methods, attributes and members that the type declares.
pub(super) fn add_declarations(th: &mut Thread, ty: &'static Type) {
    let Some(dict) = lookup::own_dict(ty) else { return };
    for def in descr::method_defs(ty.tp_methods()) {
        let name = intern(th, def.name());
        if def.def().ml_flags & abi::METH_COEXIST == 0 && dict.get_str(th, name).is_some() {
            continue;
        }
        let method = descr::from_method_def(th, ty, def);
        dict.set_str(th, name, method);
    }
    for def in descr::member_defs(ty.tp_members()) {
        let name = intern(th, def.name());
        let member = descr::MemberDescr::new(th, ty, def);
        dict.set_str(th, name, member.up());
    }
    for def in descr::getset_defs(ty.tp_getset()) {
        let name = intern(th, def.name());
        let getset = descr::GetSetDescr::new(th, ty, def);
        dict.set_str(th, name, getset.up());
    }
}

/// `__new__`, for types that can be instantiated.
pub(super) fn add_new(th: &mut Thread, ty: &'static Type) {
    if ty.tp_new().is_some()
        && !ty.has_flag(flags::PLAIN_NEW)
        && let Some(dict) = lookup::own_dict(ty)
        && dict.get_str(th, &names::__new__).is_none()
    {
        let new = super::new_method(th, ty);
        dict.set_str(th, names::__new__.get(), new);
    }
}

pub(super) fn add_doc(th: &mut Thread, ty: &'static Type) {
    let Some(dict) = lookup::own_dict(ty) else { return };
    if dict.get_str(th, &names::__doc__).is_some() {
        return;
    }
    let doc = ty.tp_doc();
    let value = if doc.is_null() {
        crate::none_ref()
    } else {
        // SAFETY: `tp_doc` is a C string that lives as long as the type.
        let text = unsafe { CStr::from_ptr(doc) }.to_str().unwrap_or("");
        Str::new(th, descr::doc_without_signature(text)).up()
    };
    dict.set_str(th, names::__doc__.get(), value);
}
