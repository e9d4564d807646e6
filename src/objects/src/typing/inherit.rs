//! What a type that C made takes over from its bases, field by field as CPython does: C code reads the fields of its types after `PyType_Ready`.
//!
//! Invariant: runs before the type is published; tables that the type shares with its base are hung in after this, so that nothing is written
//! into a table of the base.
#![allow(unsafe_code, reason = "fields of type objects")]

use heap::{Thread, Type, flags};

use super::places::SlotId;
use super::{alloc, lookup};
use crate::names;

const GC: u64 = abi::Py_TPFLAGS_HAVE_GC as u64;
const COLLECTION: u64 = (abi::Py_TPFLAGS_SEQUENCE | abi::Py_TPFLAGS_MAPPING) as u64;

/// What comes from the first base alone: the collector's functions, sizes and offsets, the flags that tell builtin bases.
pub fn from_first_base(ty: &Type, base: &Type) {
    // SAFETY: R9: the type is not published yet.
    let (to, from) = unsafe { (&mut *ty.raw(), &*base.raw()) };
    if !ty.has_flag(GC) && base.has_flag(GC) && to.tp_traverse.is_none() && to.tp_clear.is_none() {
        ty.set_flags(GC);
        to.tp_traverse = from.tp_traverse;
        to.tp_clear = from.tp_clear;
    }
    let kind = abi::Py_TPFLAGS_LONG_SUBCLASS
        | abi::Py_TPFLAGS_LIST_SUBCLASS
        | abi::Py_TPFLAGS_TUPLE_SUBCLASS
        | abi::Py_TPFLAGS_BYTES_SUBCLASS
        | abi::Py_TPFLAGS_UNICODE_SUBCLASS
        | abi::Py_TPFLAGS_DICT_SUBCLASS
        | abi::Py_TPFLAGS_BASE_EXC_SUBCLASS
        | abi::Py_TPFLAGS_TYPE_SUBCLASS
        | abi::_Py_TPFLAGS_MATCH_SELF
        | abi::Py_TPFLAGS_ITEMS_AT_END
        | abi::Py_TPFLAGS_PREHEADER;
    ty.set_flags(base.flags() & (kind as u64 | flags::WEAKREF | flags::WEAK_REFERENCE | flags::FINALIZER));
    for (to, from) in [
        (&mut to.tp_basicsize, from.tp_basicsize),
        (&mut to.tp_itemsize, from.tp_itemsize),
        (&mut to.tp_weaklistoffset, from.tp_weaklistoffset),
        (&mut to.tp_dictoffset, from.tp_dictoffset),
    ] {
        if *to == 0 {
            *to = from;
        }
    }
}

/// Slots that one class of the MRO defines, and that the type does not have yet.
pub fn from_class(th: &Thread, ty: &Type, base: &Type) {
    use SlotId::*;
    const TABLES: &[SlotId] = &[
        nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative, nb_positive, nb_absolute, nb_bool, nb_invert, nb_lshift,
        nb_rshift, nb_and, nb_xor, nb_or, nb_int, nb_float, nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply, nb_inplace_remainder,
        nb_inplace_power, nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and, nb_inplace_xor, nb_inplace_or, nb_floor_divide, nb_true_divide,
        nb_inplace_floor_divide, nb_inplace_true_divide, nb_index, nb_matrix_multiply, nb_inplace_matrix_multiply, am_await, am_aiter, am_anext,
        sq_length, sq_concat, sq_repeat, sq_item, sq_ass_item, sq_contains, sq_inplace_concat, sq_inplace_repeat, mp_length, mp_subscript,
        mp_ass_subscript, bf_getbuffer, bf_releasebuffer,
    ];
    for &slot in TABLES {
        copy(ty, base, slot);
    }
    copy(ty, base, tp_dealloc);
    copy_pair(ty, base, tp_getattr, tp_getattro);
    copy_pair(ty, base, tp_setattr, tp_setattro);
    copy(ty, base, tp_repr);
    call_protocol(ty, base);
    copy(ty, base, tp_str);
    if tp_richcompare.read(ty) == 0 && tp_hash.read(ty) == 0 && !overrides_hash(th, ty) {
        tp_richcompare.write(ty, tp_richcompare.read(base));
        tp_hash.write(ty, tp_hash.read(base));
    }
    for slot in [tp_iter, tp_iternext, tp_descr_get] {
        copy(ty, base, slot);
    }
    let method = abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64;
    let get = tp_descr_get.read(base);
    if get != 0 && tp_descr_get.read(ty) == get && ty.has_flag(abi::Py_TPFLAGS_IMMUTABLETYPE as u64) && base.has_flag(method) {
        ty.set_flags(method);
    }
    copy(ty, base, tp_descr_set);
    copy_offset(ty, base, |raw| &mut raw.tp_dictoffset);
    for slot in [tp_init, tp_alloc, tp_is_gc, tp_finalize] {
        copy(ty, base, slot);
    }
    if ty.flags() & GC == base.flags() & GC {
        copy(ty, base, tp_free);
    } else if ty.has_flag(GC) && ty.tp_free().is_none() && alloc::is(base.tp_free(), alloc::object_free) {
        tp_free.write(ty, alloc::gc_del as *const () as usize);
    }
    if !ty.has_flag(COLLECTION) {
        ty.set_flags(base.flags() & COLLECTION);
    }
}

/// Tables that the type does not have at all are the base's.
pub fn tables(ty: &Type, base: &Type) {
    // SAFETY: R9: the type is not published yet.
    let (to, from) = unsafe { (&mut *ty.raw(), &*base.raw()) };
    if to.tp_as_async.is_null() {
        to.tp_as_async = from.tp_as_async;
    }
    if to.tp_as_number.is_null() {
        to.tp_as_number = from.tp_as_number;
    }
    if to.tp_as_sequence.is_null() {
        to.tp_as_sequence = from.tp_as_sequence;
    }
    if to.tp_as_mapping.is_null() {
        to.tp_as_mapping = from.tp_as_mapping;
    }
    if to.tp_as_buffer.is_null() {
        to.tp_as_buffer = from.tp_as_buffer;
    }
}

/// Copies what `base` says otherwise than its own base.
fn copy(ty: &Type, base: &Type, slot: SlotId) {
    if slot.read(ty) != 0 {
        return;
    }
    let function = slot.read(base);
    if function != 0 && super::base(base).is_none_or(|basebase| slot.read(basebase) != function) {
        slot.write(ty, function);
    }
}

fn copy_pair(ty: &Type, base: &Type, old: SlotId, new: SlotId) {
    if old.read(ty) == 0 && new.read(ty) == 0 {
        old.write(ty, old.read(base));
        new.write(ty, new.read(base));
    }
}

fn copy_offset(ty: &Type, base: &Type, field: impl Fn(&mut abi::PyTypeObject) -> &mut isize) {
    // SAFETY: R9: the type is not published yet; the other two are only read.
    let at = |ty: &Type| unsafe { *field(&mut *ty.raw()) };
    let offset = at(base);
    if at(ty) == 0 && offset != 0 && super::base(base).is_none_or(|basebase| at(basebase) != offset) {
        // SAFETY: R9: as above.
        unsafe { *field(&mut *ty.raw()) = offset };
    }
}

/// The offset is always inherited, so that `PyVectorcall_Call` works; the flag only with the way of calling.
fn call_protocol(ty: &Type, base: &Type) {
    let flag = abi::Py_TPFLAGS_HAVE_VECTORCALL as u64;
    copy_offset(ty, base, |raw| &mut raw.tp_vectorcall_offset);
    if ty.tp_call().is_none() && base.has_flag(flag) {
        ty.set_flags(flag);
    }
    copy(ty, base, SlotId::tp_call);
}

fn overrides_hash(th: &Thread, ty: &Type) -> bool {
    lookup::own_dict(ty).is_some_and(|dict| dict.get_str(th, &names::__eq__).is_some() || dict.get_str(th, &names::__hash__).is_some())
}
