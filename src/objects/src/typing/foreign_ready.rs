//! Making a type usable that an extension made: its statics, the types of `PyType_FromSpec`, and those that it fills in by hand (`PyType_Ready`).
//!
//! Invariant: afterwards the type's flags say what it is to the heap: `FOREIGN`, `FROM_C`, and `PREFIX` exactly if its instances have a prefix (R3).
//! C may have set any field before; what it left empty is as in CPython.
#![allow(unsafe_code, reason = "the fields of the type object are filled in")]

use heap::{Heaped, LockKind, Object, Raised, Ref, Thread, Type, TypeInfo, flags};

use super::extra::{self, Extra};
use super::{FROM_C, alloc, as_type, inherit, instance, is_python_class, lookup, mro, ready, update};
use crate::{Dict, Tuple, names, raise};

const READY: u64 = abi::Py_TPFLAGS_READY as u64;
const HEAPTYPE: u64 = abi::Py_TPFLAGS_HEAPTYPE as u64;
const GC: u64 = abi::Py_TPFLAGS_HAVE_GC as u64;
const MANAGED_DICT: u64 = abi::Py_TPFLAGS_MANAGED_DICT as u64;
const MANAGED_WEAKREF: u64 = abi::Py_TPFLAGS_MANAGED_WEAKREF as u64;
/// What `tp_weaklistoffset` says of weak references that are kept elsewhere.
pub const MANAGED_WEAKREF_OFFSET: isize = -4 * size_of::<usize>() as isize;

/// Readies a type, once.
///
/// # Safety
/// The type lives as long as its namespace is used: it is a static, or its memory came from a `tp_alloc` of ours.
pub unsafe fn ready_any(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    if ty.has_flag(READY) {
        return Ok(());
    }
    // SAFETY: the caller's promise.
    let ty: &'static Type = unsafe { &*core::ptr::from_ref(ty) };
    if ty.info().is_some() && !ty.has_flag(FROM_C) {
        return ready::ready(th, ty);
    }
    let made = make_ready(th, ty);
    if made.is_err() && ty.is_our_heaptype() && !th.is_tracked(ty) {
        // Its order of classes names it already: only the collector ends it.
        th.track(ty);
    }
    made
}

fn make_ready(th: &mut Thread, ty: &'static Type) -> Result<(), Raised> {
    begin(th, ty)?;
    let base = set_base(th, ty)?;
    // SAFETY: R9: the type is not published yet.
    let head = unsafe { &mut (*ty.raw()).ob_base.ob_base };
    if head.ob_type.is_null() {
        head.ob_type = base.ty().raw();
    }
    set_facts(ty);
    set_bases(th, ty, base);
    set_order(th, ty)?;
    set_new(th, ty, base);
    update::add_wrappers(th, ty);
    ready::add_declarations(th, ty);
    ready::add_doc(th, ty);
    name_slots(ty);
    inherit_all(th, ty, base)?;
    place_ahead(th, ty, base)?;
    set_hash(th, ty);
    check(th, ty)?;
    finish_facts(ty, base);
    for parent in super::bases(th, ty).iter().filter_map(as_type) {
        lookup::add_subclass(parent, ty);
    }
    ty.set_flags(READY);
    if !ty.is_our_heaptype() {
        ready::keep_declared(th, ty);
    } else if !th.is_tracked(ty) {
        th.track(ty);
    }
    Ok(())
}

/// The first checks, and whose memory the type is.
fn begin(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    // Old bits above the ABI's are nobody's; a type whose memory is ours says so again.
    ty.clear_flags(!u64::from(u32::MAX));
    ty.set_flags(flags::FOREIGN | FROM_C);
    if alloc::is_allocated(ty) {
        ty.set_flags(flags::OUR_HEAPTYPE);
    } else {
        ty.make_immortal();
        if !ty.has_flag(HEAPTYPE) {
            ty.set_flags(abi::Py_TPFLAGS_IMMUTABLETYPE as u64);
        }
    }
    if ty.tp_name().is_null() {
        return Err(raise::system_error(th, format_args!("Type does not define the tp_name field.")));
    }
    if ty.tp_dict().is_null() {
        let dict = Dict::new(th);
        // SAFETY: R9: the type is not published yet.
        unsafe { (*ty.raw()).tp_dict = ready::common(th, dict) };
    }
    Ok(())
}

/// Reports and messages name the type's own functions by its slots: in C they are static.
fn name_slots(ty: &Type) {
    for &slot in super::places::SlotId::ALL {
        let function = slot.read(ty) as *const ();
        if !function.is_null() {
            heap::foreign::names::declare(function, || format!("{}.{slot:?}", super::short_name(ty)));
        }
    }
}

fn set_base(th: &mut Thread, ty: &Type) -> Result<&'static Type, Raised> {
    if ty.tp_base().is_null() {
        // The root of all types is immortal: C may count it or not.
        // SAFETY: R9: the type is not published yet.
        unsafe { (*ty.raw()).tp_base = super::object_type().raw() };
    }
    // SAFETY: R9: a base is a type object, which lives as long as the type.
    let base: &'static Type = unsafe { Type::borrow(ty.tp_base()) };
    // SAFETY: a base that is not ready is a static.
    unsafe { ready_any(th, base)? };
    Ok(base)
}

fn set_bases(th: &mut Thread, ty: &Type, base: &Type) {
    if ty.tp_bases().is_null() {
        let bases = Tuple::from_slice(th, &[base.as_object()]);
        // SAFETY: R9: the type is not published yet.
        unsafe { (*ty.raw()).tp_bases = ready::common(th, bases) };
    }
}

fn set_order(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    let order = mro::compute(th, ty)?;
    if !ty.has_flag(HEAPTYPE)
        && let Some(base) = order.iter().filter_map(as_type).find(|base| !core::ptr::eq(*base, ty) && base.has_flag(HEAPTYPE))
    {
        let (name, base) = (raw_name(ty), raw_name(base));
        return Err(raise::type_error(th, format_args!("type '{name}' is not dynamically allocated but its base type '{base}' is dynamically allocated")));
    }
    // SAFETY: R9: the type is not published yet; R2: the field's old count, if C put something there, is given up.
    unsafe {
        let old = (*ty.raw()).tp_mro;
        (*ty.raw()).tp_mro = ready::common(th, order);
        drop(Ref::<Object>::from_raw_nullable(old));
    }
    Ok(())
}

/// `tp_name` as it is.
pub fn raw_name(ty: &Type) -> String {
    String::from_utf8_lossy(ty.tp_name_bytes()).into_owned()
}

/// `tp_new` is not inherited from `object` by statics, which would not be filled by it.
fn set_new(th: &mut Thread, ty: &'static Type, base: &Type) {
    let forbidden = abi::Py_TPFLAGS_DISALLOW_INSTANTIATION as u64;
    if ty.tp_new().is_none() && core::ptr::eq(base, super::object_type()) && !ty.has_flag(HEAPTYPE) {
        ty.set_flags(forbidden);
    }
    // SAFETY: R9: the type is not published yet.
    let raw = unsafe { &mut *ty.raw() };
    if ty.has_flag(forbidden) {
        raw.tp_new = None;
    } else if raw.tp_new.is_some() {
        ready::add_new(th, ty);
    } else {
        raw.tp_new = base.tp_new();
    }
}

fn inherit_all(th: &mut Thread, ty: &Type, base: &Type) -> Result<(), Raised> {
    inherit::from_first_base(ty, base);
    if let Some(order) = lookup::mro(th, ty) {
        for class in order.iter().skip(1).filter_map(as_type) {
            inherit::from_class(th, ty, class);
        }
    }
    inherit::tables(ty, base);
    let is_base = ty.has_flag(abi::Py_TPFLAGS_BASETYPE as u64);
    if ty.has_flag(GC) && is_base && (ty.tp_free().is_none() || alloc::is(ty.tp_free(), alloc::object_free)) {
        let name = raw_name(ty);
        return Err(raise::type_error(th, format_args!("type '{name}' participates in gc and is a base type but has inappropriate tp_free slot")));
    }
    Ok(())
}

/// Fields that the ABI keeps ahead of an instance. Ours are elsewhere: the dict's word behind it, weak references in a table.
fn place_ahead(th: &mut Thread, ty: &Type, base: &Type) -> Result<(), Raised> {
    // SAFETY: R9: the type is not published yet.
    let raw = unsafe { &mut *ty.raw() };
    let of_base = base.tp_dictoffset();
    let inherits = raw.tp_dictoffset == 0 || raw.tp_dictoffset == of_base;
    if inherits && of_base > 0 && super::is_python_class(base) && extra::extra(base).is_some_and(|x| x.owns_dict_word) {
        // C knows that such a dict lies ahead of the instance, and has a field of its own where our classes have its word.
        raw.tp_dictoffset = -1;
    } else if ty.has_flag(MANAGED_DICT) && of_base != 0 && inherits {
        // Instances have the base's dict.
        raw.tp_dictoffset = of_base;
    } else if ty.has_flag(MANAGED_DICT) {
        if raw.tp_dictoffset > 0 || raw.tp_dictoffset < -1 {
            let name = raw_name(ty);
            return Err(raise::type_error(th, format_args!("type {name} has the Py_TPFLAGS_MANAGED_DICT flag but tp_dictoffset is set")));
        }
        raw.tp_dictoffset = -1;
    }
    if ty.has_flag(MANAGED_WEAKREF) {
        if raw.tp_weaklistoffset != 0 && raw.tp_weaklistoffset != MANAGED_WEAKREF_OFFSET {
            let name = raw_name(ty);
            return Err(raise::type_error(th, format_args!("type {name} has the Py_TPFLAGS_MANAGED_WEAKREF flag but tp_weaklistoffset is set")));
        }
        raw.tp_weaklistoffset = MANAGED_WEAKREF_OFFSET;
    }
    Ok(())
}

fn set_hash(th: &mut Thread, ty: &Type) {
    if ty.tp_hash().is_none()
        && let Some(dict) = lookup::own_dict(ty)
        && dict.get_str(th, &names::__hash__).is_none()
    {
        dict.set_str(th, names::__hash__.get(), crate::none_ref());
        // SAFETY: R9: the type is not published yet.
        unsafe { (*ty.raw()).tp_hash = Some(super::dunder::hash_not_implemented) };
    }
}

fn check(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    let name = raw_name(ty);
    if ty.has_flag(MANAGED_DICT) && !ty.has_flag(HEAPTYPE) {
        return Err(raise::system_error(th, format_args!("type {name} has the Py_TPFLAGS_MANAGED_DICT flag but not Py_TPFLAGS_HEAPTYPE flag")));
    }
    if ty.has_flag(GC) && ty.tp_traverse().is_none() {
        return Err(raise::system_error(th, format_args!("type {name} has the Py_TPFLAGS_HAVE_GC flag but has no traverse function")));
    }
    let offset = ty.tp_dictoffset();
    if !ty.has_flag(MANAGED_DICT) && offset < size_of::<Object>() as isize && offset + ty.tp_basicsize() <= 0 {
        return Err(raise::system_error(th, format_args!("type {name} has a tp_dictoffset that is too small")));
    }
    Ok(())
}

/// The record behind the type, with which it may be found among its bases' subclasses and looked at. It is filled by [`finish_facts`].
fn set_facts(ty: &Type) {
    let info = Box::new(TypeInfo {
        drop: None,
        size: Some(instance_size),
        bytes: 0,
        lock: LockKind::Instance,
        payload: size_of::<Object>(),
        extra: heap::sync::AtomicUsize::new(0),
        extra2: heap::sync::AtomicUsize::new(0),
    });
    let info: *const TypeInfo = Box::into_raw(info);
    // SAFETY: R3: freed with the class (`Class::drop`), so as good as static to the type; a static's is never freed.
    ty.set_info(unsafe { &*info });
}

/// # Safety
/// `object` is an instance of a type that was made by C.
unsafe fn instance_size(object: *const Object) -> usize {
    // SAFETY: the caller's promise.
    let object = unsafe { &*object };
    let items = if object.ty().tp_itemsize() != 0 { instance::item_count(object) } else { 0 };
    super::instance_bytes(object.ty(), items)
}

/// What the heap and this layer know of the type, now that all its fields are set.
fn finish_facts(ty: &Type, base: &Type) {
    if ty.has_flag(GC) || base.has_flag(flags::PREFIX) {
        ty.set_flags(flags::PREFIX);
    } else {
        ty.set_flags(base.flags() & flags::GC_WORD);
    }
    if ty.tp_weaklistoffset() > 0 || ty.has_flag(MANAGED_WEAKREF) {
        ty.set_flags(flags::WEAKREF);
    }
    if ty.tp_finalize().is_some() {
        ty.set_flags(flags::FINALIZER);
    }
    let Some(info) = ty.info() else { return };
    let of_base = extra::extra(base);
    let through = is_python_class(base) || base.has_flag(FROM_C);
    let record = Extra {
        members: of_base.map_or_else(Vec::new, |x| x.members.clone()),
        owns_dict_word: of_base.is_some_and(|x| x.owns_dict_word),
        base_drop: if through { of_base.and_then(|x| x.base_drop) } else { base.info().and_then(|info| info.drop) },
        base_traverse: if is_python_class(base) { of_base.and_then(|x| x.base_traverse) } else { base.tp_traverse() },
        base_clear: if is_python_class(base) { of_base.and_then(|x| x.base_clear) } else { base.tp_clear() },
        dropped: dropped_members(ty, base),
        ..Extra::default()
    };
    extra::attach(info, record);
}

/// Members that hold objects, of a type that leaves its instances' end to us.
fn dropped_members(ty: &Type, base: &Type) -> Vec<usize> {
    let is_ours = |ty: &Type| ty.tp_dealloc().is_none_or(|dealloc| !heap::foreign::is_foreign(dealloc as *const ()));
    if !ty.is_our_heaptype() || !is_ours(ty) {
        return Vec::new();
    }
    let mut offsets = if is_ours(base) { extra::extra(base).map_or_else(Vec::new, |x| x.dropped.clone()) } else { Vec::new() };
    for def in super::descr::member_defs(ty.tp_members()).map(super::descr::MemberDef::def) {
        if def.kind == abi::Py_T_OBJECT_EX && def.flags & abi::Py_READONLY == 0 {
            offsets.push(def.offset.cast_unsigned());
        }
    }
    offsets
}
