//! Types from a specification: `PyType_FromMetaclass` and its like.
//!
//! Invariant: the type is a class object of ours that C's slots fill, readied like any other type of C. Its members are copied, its name and docstring
//! too; methods and computed attributes stay where C has them.
#![allow(unsafe_code, reason = "specifications are C structs, and the fields of the type object are filled in")]

use core::ffi::{CStr, c_int, c_void};
use std::ffi::CString;

use heap::{Heaped, Object, Raised, Ref, Thread, Type};

use super::foreign_ready::{raw_name, ready_any};
use super::{alloc, as_type, descr, lookup, mro, new_class, ready, type_type};
use crate::{Str, Tuple, ops, raise, str::intern};

const IMMUTABLE: u64 = abi::Py_TPFLAGS_IMMUTABLETYPE as u64;
/// Alignment of what a type appends to its base's instances.
const ALIGNMENT: isize = 16;

/// Rounds a size up for data that follow.
pub fn align_up(size: isize) -> isize {
    (size + ALIGNMENT - 1) & !(ALIGNMENT - 1)
}

/// What the slots say that is looked at before the type is made.
struct Wanted<'a> {
    spec: &'a abi::PyType_Spec,
    members: Vec<abi::PyMemberDef>,
    doc: Option<CString>,
    weaklist: Option<(c_int, c_int, isize)>,
    dict: Option<(c_int, c_int, isize)>,
    vectorcall: Option<(c_int, c_int, isize)>,
}

fn slots(spec: &abi::PyType_Spec) -> impl Iterator<Item = abi::PyType_Slot> {
    let mut at = spec.slots;
    core::iter::from_fn(move || {
        // SAFETY: the table ends with a row whose id is 0.
        let slot = unsafe { *at };
        if slot.slot == 0 {
            return None;
        }
        // SAFETY: not the last row.
        at = unsafe { at.add(1) };
        Some(slot)
    })
}

/// Makes a type.
///
/// # Safety
/// `spec` is a specification whose slots are what their ids say.
pub unsafe fn from_metaclass(th: &mut Thread, metaclass: Option<&Type>, module: Option<&Object>, spec: &abi::PyType_Spec, bases: Option<&Object>) -> Result<Ref<Object>, Raised> {
    let mut wanted = Wanted::read(th, spec)?;
    if spec.name.is_null() {
        return Err(raise::system_error(th, format_args!("Type spec does not define the name field.")));
    }
    // SAFETY: the caller's promise: a C string.
    let full_name = unsafe { CStr::from_ptr(spec.name) }.to_owned();
    let full = full_name.to_string_lossy().into_owned();
    let (prefix, short) = full.rsplit_once('.').map_or((None, &*full), |(prefix, short)| (Some(prefix), short));
    // SAFETY: the caller's promise.
    let bases = unsafe { bases_of(th, spec, bases)? };
    if u64::from(spec.flags) & IMMUTABLE != 0 {
        check_immutable_bases(th, &full, &bases, 0)?;
    }
    let metaclass = new_class::calculate_metaclass(th, metaclass.unwrap_or(type_type()), &bases)?;
    let Some(metaclass) = as_type(&metaclass).filter(|meta| heap::is_subtype(meta, type_type())) else {
        let shown = ops::repr(th, &metaclass)?;
        return Err(raise::type_error(th, format_args!("Metaclass '{shown}' is not a subclass of 'type'.")));
    };
    if metaclass.tp_new().is_some() && metaclass.tp_new().map(|f| f as usize) != type_type().tp_new().map(|f| f as usize) {
        return Err(raise::type_error(th, format_args!("Metaclasses with custom tp_new are not supported.")));
    }
    for base in bases.iter().filter_map(as_type) {
        // SAFETY: a type that is not ready is a static.
        unsafe { ready_any(th, base)? };
    }
    let base = mro::best_base(th, &bases)?;
    let sizes = Sizes::of(th, &wanted, base)?;
    let class = bare_type(th, metaclass)?;
    // SAFETY: R1: an instance of a metaclass is a type object.
    let ty: &Type = unsafe { (*class).cast_unchecked() };
    fill_names(th, ty, spec, module, &full_name, short);
    fill_bases(th, ty, base, bases.clone());
    // SAFETY: the caller's promise.
    unsafe { fill_slots(ty, spec, &mut wanted, &sizes) };
    // SAFETY: the memory is ours.
    unsafe { ready_any(th, ty)? };
    check_sizes(th, ty)?;
    finish_namespace(th, ty, &sizes, prefix)?;
    Ok(class)
}

impl<'a> Wanted<'a> {
    fn read(th: &mut Thread, spec: &'a abi::PyType_Spec) -> Result<Wanted<'a>, Raised> {
        let mut wanted = Wanted { spec, members: Vec::new(), doc: None, weaklist: None, dict: None, vectorcall: None };
        for slot in slots(spec) {
            if abi::type_slot(slot.slot).is_none() {
                return Err(raise::runtime_error(th, format_args!("invalid slot offset")));
            }
            match slot.slot {
                abi::Py_tp_members => wanted.read_members(th, slot.pfunc.cast())?,
                abi::Py_tp_doc => {
                    if wanted.doc.is_some() {
                        return Err(raise::system_error(th, format_args!("Multiple Py_tp_doc slots are not supported.")));
                    }
                    // SAFETY: a docstring is null or a C string.
                    wanted.doc = (!slot.pfunc.is_null()).then(|| unsafe { CStr::from_ptr(slot.pfunc.cast()) }.to_owned());
                }
                _ => {}
            }
        }
        Ok(wanted)
    }

    fn read_members(&mut self, th: &mut Thread, table: *mut abi::PyMemberDef) -> Result<(), Raised> {
        if !self.members.is_empty() {
            return Err(raise::system_error(th, format_args!("Multiple Py_tp_members slots are not supported.")));
        }
        for def in descr::member_defs(table) {
            let (name, def) = (def.name(), def.def());
            if def.flags & abi::Py_RELATIVE_OFFSET != 0 {
                if self.spec.basicsize > 0 {
                    return Err(raise::system_error(th, format_args!("With Py_RELATIVE_OFFSET, basicsize must be negative.")));
                }
                if def.offset < 0 || def.offset >= -(self.spec.basicsize as isize) {
                    return Err(raise::system_error(th, format_args!("Member offset out of range (0..-basicsize)")));
                }
            }
            let place = Some((def.kind, def.flags, def.offset));
            match name {
                "__weaklistoffset__" => self.weaklist = place,
                "__dictoffset__" => self.dict = place,
                "__vectorcalloffset__" => self.vectorcall = place,
                _ => {}
            }
            self.members.push(abi::PyMemberDef { name: def.name, kind: def.kind, offset: def.offset, flags: def.flags, doc: def.doc });
        }
        Ok(())
    }
}

/// # Safety
/// As [`from_metaclass`].
unsafe fn bases_of(th: &mut Thread, spec: &abi::PyType_Spec, given: Option<&Object>) -> Result<Ref<Tuple>, Raised> {
    let one = match given {
        Some(given) => given,
        None => {
            let find = |id: c_int| slots(spec).filter(|slot| slot.slot == id).last().map(|slot| slot.pfunc).filter(|p| !p.is_null());
            if let Some(bases) = find(abi::Py_tp_bases) {
                // SAFETY: the caller's promise.
                let bases = unsafe { Object::borrow(bases.cast()) };
                return match bases.downcast::<Tuple>() {
                    Some(bases) => Ok(bases.to_ref()),
                    None => Err(raise::system_error(th, format_args!("Py_tp_bases is not a tuple"))),
                };
            }
            match find(abi::Py_tp_base) {
                // SAFETY: the caller's promise.
                Some(base) => unsafe { Object::borrow(base.cast()) },
                None => super::object_type(),
            }
        }
    };
    match one.downcast::<Tuple>() {
        Some(bases) => Ok(bases.to_ref()),
        None => Ok(Tuple::from_slice(th, &[one])),
    }
}

/// An immutable type has immutable bases; those before `skip` are not looked at.
pub fn check_immutable_bases(th: &mut Thread, name: &str, bases: &Tuple, skip: usize) -> Result<(), Raised> {
    for base in bases.iter().skip(skip).filter_map(as_type) {
        if !base.has_flag(IMMUTABLE) {
            let base = ops::qualified_type_name(th, base);
            return Err(raise::type_error(th, format_args!("Creating immutable type {name} from mutable base {base}")));
        }
    }
    Ok(())
}

/// Where things lie in instances.
struct Sizes {
    basic: isize,
    /// Where the type's own data begin, if they are appended to the base's.
    data: isize,
    weaklist: isize,
    dict: isize,
    vectorcall: isize,
}

impl Sizes {
    fn of(th: &mut Thread, wanted: &Wanted<'_>, base: &Type) -> Result<Sizes, Raised> {
        let spec = wanted.spec;
        let (mut basic, mut data) = (spec.basicsize as isize, spec.basicsize as isize);
        if basic == 0 {
            basic = base.tp_basicsize();
        } else if basic < 0 {
            data = align_up(base.tp_basicsize());
            basic = data + align_up(-(spec.basicsize as isize));
            let at_end = abi::Py_TPFLAGS_ITEMS_AT_END as u64;
            if base.tp_itemsize() != 0 && (base.flags() | u64::from(spec.flags)) & at_end == 0 {
                return Err(raise::system_error(th, format_args!("Cannot extend variable-size class without Py_TPFLAGS_ITEMS_AT_END.")));
            }
        }
        Ok(Sizes {
            basic,
            data,
            weaklist: special_offset(th, "__weaklistoffset__", wanted.weaklist, data)?,
            dict: special_offset(th, "__dictoffset__", wanted.dict, data)?,
            vectorcall: special_offset(th, "__vectorcalloffset__", wanted.vectorcall, data)?,
        })
    }
}

fn special_offset(th: &mut Thread, name: &str, member: Option<(c_int, c_int, isize)>, data: isize) -> Result<isize, Raised> {
    const RELATIVE: c_int = abi::Py_READONLY | abi::Py_RELATIVE_OFFSET;
    match member {
        None => Ok(0),
        Some((kind, ..)) if kind != abi::Py_T_PYSSIZET => Err(raise::system_error(th, format_args!("type of {name} must be Py_T_PYSSIZET"))),
        Some((_, abi::Py_READONLY, offset)) => Ok(offset),
        Some((_, RELATIVE, offset)) => Ok(offset + data),
        Some(_) => Err(raise::system_error(th, format_args!("flags for {name} must be Py_READONLY or (Py_READONLY | Py_RELATIVE_OFFSET)"))),
    }
}

/// The new type's memory, from its metaclass.
fn bare_type(th: &mut Thread, metaclass: &Type) -> Result<Ref<Object>, Raised> {
    match metaclass.tp_alloc() {
        Some(alloc) if heap::foreign::is_foreign(alloc as *const ()) => {
            // SAFETY: R4: the metaclass's own function.
            let made = heap::foreign::call(th, alloc as *const (), |_| {}, || unsafe { alloc(metaclass.raw(), 0) });
            let made = ops::cslot::object(th, made)?;
            match as_type(&made).is_some_and(alloc::is_allocated) {
                true => Ok(made),
                false => Err(raise::system_error(th, format_args!("PyType_FromMetaclass: tp_alloc of the metaclass made no type"))),
            }
        }
        _ => alloc::instance(th, metaclass, 0).ok_or(()).or_else(|()| Err(raise::memory_error(th))),
    }
}

fn fill_names(th: &mut Thread, ty: &Type, spec: &abi::PyType_Spec, module: Option<&Object>, full: &CStr, short: &str) {
    let name = Str::new(th, short);
    let full = full.to_owned().into_raw();
    let heap_type: *mut abi::PyHeapTypeObject = ty.raw().cast();
    ty.set_flags(u64::from(spec.flags) | abi::Py_TPFLAGS_HEAPTYPE as u64);
    // SAFETY: R9: nobody else reaches the new type yet; its struct is zeroed.
    unsafe {
        (*heap_type).ht_module = module.map_or(core::ptr::null_mut(), |module| ready::common(th, module.to_owned()));
        (*heap_type).ht_qualname = ready::common(th, name.clone());
        (*heap_type).ht_name = ready::common(th, name);
        (*heap_type)._ht_tpname = full;
        let raw = &mut (*heap_type).ht_type;
        raw.tp_name = full;
        raw.tp_as_async = &raw mut (*heap_type).as_async;
        raw.tp_as_number = &raw mut (*heap_type).as_number;
        raw.tp_as_sequence = &raw mut (*heap_type).as_sequence;
        raw.tp_as_mapping = &raw mut (*heap_type).as_mapping;
        raw.tp_as_buffer = &raw mut (*heap_type).as_buffer;
    }
}

fn fill_bases(th: &mut Thread, ty: &Type, base: &Type, bases: Ref<Tuple>) {
    heap::incref(base);
    // SAFETY: R9: as in `fill_names`; R2: the counts go into the fields.
    unsafe {
        (*ty.raw()).tp_base = base.raw();
        (*ty.raw()).tp_bases = ready::common(th, bases);
    }
}

/// # Safety
/// As [`from_metaclass`].
unsafe fn fill_slots(ty: &Type, spec: &abi::PyType_Spec, wanted: &mut Wanted<'_>, sizes: &Sizes) {
    // SAFETY: R9: as in `fill_names`.
    let raw = unsafe { &mut *ty.raw() };
    raw.tp_basicsize = sizes.basic;
    raw.tp_itemsize = spec.itemsize as isize;
    // Read by its readers for as long as the program runs.
    raw.tp_doc = wanted.doc.take().map_or(core::ptr::null(), |doc| doc.into_raw().cast_const());
    for slot in slots(spec) {
        match slot.slot {
            abi::Py_tp_base | abi::Py_tp_bases | abi::Py_tp_doc | abi::Py_tp_members => {}
            abi::Py_tp_token => {
                let token = if slot.pfunc.is_null() { core::ptr::from_ref(spec).cast_mut().cast() } else { slot.pfunc };
                // SAFETY: the struct is a heap type's.
                unsafe { (*ty.raw().cast::<abi::PyHeapTypeObject>()).ht_token = token };
            }
            id => {
                if let Some(place) = abi::type_slot(id) {
                    // SAFETY: the table says where in a heap type the slot lies.
                    unsafe { ty.raw().cast::<u8>().add(place.offset).cast::<*mut c_void>().write(slot.pfunc) };
                }
            }
        }
    }
    raw.tp_members = own_members(core::mem::take(&mut wanted.members), sizes.data);
    if raw.tp_dealloc.is_none() {
        raw.tp_dealloc = Some(heap::dealloc_entry);
    }
    raw.tp_vectorcall_offset = sizes.vectorcall;
    raw.tp_weaklistoffset = sizes.weaklist;
    raw.tp_dictoffset = sizes.dict;
}

/// A copy of the members that lives for ever, as descriptors may: relative offsets are resolved.
fn own_members(mut members: Vec<abi::PyMemberDef>, data: isize) -> *mut abi::PyMemberDef {
    if members.is_empty() {
        return core::ptr::null_mut();
    }
    for member in &mut members {
        if member.flags & abi::Py_RELATIVE_OFFSET != 0 {
            member.flags &= !abi::Py_RELATIVE_OFFSET;
            member.offset += data;
        }
    }
    members.push(abi::PyMemberDef { name: core::ptr::null(), kind: 0, offset: 0, flags: 0, doc: core::ptr::null() });
    Box::leak(members.into_boxed_slice()).as_mut_ptr()
}

/// Instances have room for what the type says lies in them.
fn check_sizes(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    if ty.tp_alloc().is_none_or(|alloc| !core::ptr::fn_addr_eq(alloc, alloc::generic_alloc as abi::allocfunc)) {
        return Ok(());
    }
    let (name, size) = (raw_name(ty), ty.tp_basicsize());
    if let Some(base) = super::base(ty).filter(|base| base.tp_basicsize() > size) {
        let (base, bytes) = (raw_name(base), base.tp_basicsize());
        return Err(raise::type_error(th, format_args!("tp_basicsize for type '{name}' ({size}) is too small for base '{base}' ({bytes})")));
    }
    for (what, offset) in [("weaklist", ty.tp_weaklistoffset()), ("dict", ty.tp_dictoffset()), ("vectorcall", ty.tp_vectorcall_offset())] {
        if offset + 8 > size {
            return Err(raise::type_error(th, format_args!("{what} offset {offset} is out of bounds for type '{name}' (tp_basicsize = {size})")));
        }
    }
    Ok(())
}

fn finish_namespace(th: &mut Thread, ty: &Type, sizes: &Sizes, module: Option<&str>) -> Result<(), Raised> {
    let Some(dict) = lookup::own_dict(ty) else { return Ok(()) };
    if !ty.tp_doc().is_null() {
        // SAFETY: set from a C string that lives for ever.
        let doc = unsafe { CStr::from_ptr(ty.tp_doc()) }.to_str().unwrap_or("");
        let doc = Str::new(th, descr::doc_without_signature(doc));
        dict.set_str(th, crate::names::__doc__.get(), doc.up());
    }
    for (name, offset) in [("__weaklistoffset__", sizes.weaklist), ("__dictoffset__", sizes.dict)] {
        if offset != 0 {
            let name = intern(th, name);
            dict.del_str(th, name);
        }
    }
    if dict.get_str(th, &crate::names::__module__).is_none() {
        match module {
            Some(module) => {
                let module = Str::new(th, module);
                dict.set_str(th, crate::names::__module__.get(), module.up());
            }
            None => {
                let name = raw_name(ty);
                crate::warn::warn(th, crate::exceptions::deprecation_warning_type(), format_args!("builtin type {name} has no __module__ attribute"), 1)?;
            }
        }
    }
    Ok(())
}
