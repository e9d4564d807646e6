//! Keeping slots and special methods in step: inheritance of slots, and what changes when a special method of a class is set.
#![allow(unsafe_code, reason = "slots are words of the type's tables")]

use std::sync::LazyLock;

use heap::{Object, Ref, Thread, Type};

use super::places::{SLOT_DEFS, SlotDef, SlotId};
use super::wrapper::WrapperDescr;
use super::{dunder, instance, lookup};
use crate::{Builtin, Str, names};

/// Copies what `ty` leaves empty from `base`, as C expects: slots that belong together go together.
pub fn inherit_slots(ty: &Type, base: &Type) {
    use SlotId::*;
    const PLAIN: &[SlotId] = &[
        tp_repr, tp_str, tp_iter, tp_iternext, tp_descr_get, tp_init, tp_alloc, tp_finalize, tp_is_gc, am_await, am_aiter, am_anext, am_send,
        nb_add, nb_subtract, nb_multiply, nb_remainder, nb_divmod, nb_power, nb_negative, nb_positive, nb_absolute, nb_bool, nb_invert,
        nb_lshift, nb_rshift, nb_and, nb_xor, nb_or, nb_int, nb_float, nb_inplace_add, nb_inplace_subtract, nb_inplace_multiply,
        nb_inplace_remainder, nb_inplace_power, nb_inplace_lshift, nb_inplace_rshift, nb_inplace_and, nb_inplace_xor, nb_inplace_or,
        nb_floor_divide, nb_true_divide, nb_inplace_floor_divide, nb_inplace_true_divide, nb_index, nb_matrix_multiply,
        nb_inplace_matrix_multiply, mp_length, mp_subscript, mp_ass_subscript, sq_length, sq_concat, sq_repeat, sq_item, sq_ass_item,
        sq_contains, sq_inplace_concat, sq_inplace_repeat, bf_getbuffer, bf_releasebuffer, tp_descr_set, tp_call, tp_del, tp_new, tp_free,
    ];
    for &slot in PLAIN {
        if slot.read(ty) == 0 {
            let from_base = slot.read(base);
            if from_base != 0 {
                slot.write(ty, from_base);
            }
        }
    }
    inherit_pair(ty, base, tp_getattr, tp_getattro);
    inherit_pair(ty, base, tp_setattr, tp_setattro);
    // Comparison and hash are one contract: a type that defines one of them inherits neither.
    if tp_richcompare.read(ty) == 0 && tp_hash.read(ty) == 0 {
        tp_richcompare.write(ty, tp_richcompare.read(base));
        tp_hash.write(ty, tp_hash.read(base));
    }
    // SAFETY: R9: fields of a type that is being made ready.
    unsafe {
        let (to, from) = (ty.raw(), base.raw());
        if (*to).tp_dealloc.is_none() {
            (*to).tp_dealloc = (*from).tp_dealloc;
        }
        if (*to).tp_vectorcall_offset == 0 {
            (*to).tp_vectorcall_offset = (*from).tp_vectorcall_offset;
        }
        if (*to).tp_dictoffset == 0 {
            (*to).tp_dictoffset = (*from).tp_dictoffset;
        }
        if (*to).tp_weaklistoffset == 0 {
            (*to).tp_weaklistoffset = (*from).tp_weaklistoffset;
        }
        let gc = abi::Py_TPFLAGS_HAVE_GC as u64;
        if !ty.has_flag(gc) && base.has_flag(gc) && (*to).tp_traverse.is_none() && (*to).tp_clear.is_none() {
            ty.set_flags(gc);
            (*to).tp_traverse = (*from).tp_traverse;
            (*to).tp_clear = (*from).tp_clear;
        }
    }
}

fn inherit_pair(ty: &Type, base: &Type, old: SlotId, new: SlotId) {
    if old.read(ty) == 0 && new.read(ty) == 0 {
        old.write(ty, old.read(base));
        new.write(ty, new.read(base));
    }
}

/// Gives a type that is being made wrappers for the slots that it fills itself.
pub fn add_wrappers(th: &mut Thread, ty: &Type) {
    let Some(dict) = lookup::own_dict(ty) else { return };
    for def in SLOT_DEFS {
        if def.wrap == super::places::Wrap::Never {
            continue;
        }
        let function = def.slot.read(ty);
        if function == 0 || dict.get_str(th, def.name).is_some() {
            continue;
        }
        if function == dunder::hash_not_implemented as *const () as usize {
            // The classic way to say so: `__hash__` is None.
            dict.set_str(th, def.name.get(), crate::none_ref());
            continue;
        }
        let wrapper = WrapperDescr::new(th, ty, def, function);
        dict.set_str(th, def.name.get(), wrapper.up());
    }
}

/// The slots that special methods fill, each with its rows of the table.
static ROWS: LazyLock<Vec<(SlotId, Vec<&'static SlotDef>)>> = LazyLock::new(|| {
    let rows = |slot: SlotId| SLOT_DEFS.iter().filter(|def| def.slot == slot).collect::<Vec<_>>();
    SlotId::ALL.iter().map(|&slot| (slot, rows(slot))).filter(|(_, rows)| !rows.is_empty()).collect()
});

fn rows_of(slot: SlotId) -> &'static [&'static SlotDef] {
    ROWS.iter().find(|(id, _)| *id == slot).map_or(&[], |(_, rows)| rows)
}

/// What the namespaces along the MRO ask for in one slot: a slot function that a wrapper names, or ours that calls the special
/// methods; 0 for none.
fn wanted(th: &Thread, ty: &Type, slot: SlotId, rows: &[&'static SlotDef]) -> Option<usize> {
    let mut specific: Option<usize> = None;
    let mut generic = false;
    for &def in rows {
        let Some(found) = lookup::lookup_uncached(th, ty, def.name) else { continue };
        match function_of(&found, def, ty) {
            Found::Slot(function) if specific.is_none_or(|s| s == function) && !generic => specific = Some(function),
            Found::Slot(_) | Found::Method => generic = true,
            Found::Unhashable => return Some(dunder::hash_not_implemented as *const () as usize),
            Found::New(function) => return Some(function),
        }
    }
    if generic { Some(dunder::function_for(slot)) } else { specific }
}

enum Found {
    /// A wrapper around a slot function that fits.
    Slot(usize),
    /// Anything else: it must be called.
    Method,
    /// `__hash__ = None`.
    Unhashable,
    /// The `__new__` of a builtin type.
    New(usize),
}

fn function_of(found: &Ref<Object>, def: &SlotDef, ty: &Type) -> Found {
    if let Some(wrapper) = found.downcast_exact_ref::<WrapperDescr>() {
        let (function, wrap) = wrapper.wrapped();
        if wrap == def.wrap && wrapper.owner().is_some_and(|owner| heap::is_subtype(ty, owner)) {
            return Found::Slot(function);
        }
        return Found::Method;
    }
    if def.slot == SlotId::tp_new
        && let Some(builtin) = found.downcast_exact_ref::<Builtin>()
        && super::new_owner(builtin).is_some()
    {
        // Whose `__new__` it is does not matter: instances are made as the nearest builtin base makes them.
        let mut base = ty;
        while super::is_python_class(base)
            && let Some(next) = super::base(base)
        {
            base = next;
        }
        return Found::New(SlotId::tp_new.read(base));
    }
    if def.slot == SlotId::tp_hash && found.is(crate::none()) {
        return Found::Unhashable;
    }
    Found::Method
}

/// Recomputes one slot of the type from the namespaces along its MRO.
fn update_slot(th: &Thread, ty: &Type, slot: SlotId, rows: &[&'static SlotDef]) {
    if slot == SlotId::tp_finalize {
        let defined = lookup::lookup_uncached(th, ty, &names::__del__).is_some();
        if defined {
            ty.set_flags(heap::flags::FINALIZER);
        }
    }
    slot.write(ty, wanted(th, ty, slot, rows).unwrap_or(0));
    if slot == SlotId::tp_call {
        check_vectorcall(ty);
    }
}

/// A vectorcall inherited from a builtin base would not see a new `__call__`.
fn check_vectorcall(ty: &Type) {
    if SlotId::tp_call.read(ty) == dunder::slot_tp_call as *const () as usize {
        ty.clear_flags(abi::Py_TPFLAGS_HAVE_VECTORCALL as u64);
    }
}

/// Whether slots follow a name.
pub fn is_special(name: &Str) -> bool {
    !slots_of(name).is_empty()
}

/// Slots that serve one special method.
fn slots_of(name: &Str) -> Vec<SlotId> {
    if !name.raw_bytes().starts_with(b"__") {
        return Vec::new();
    }
    let mut slots: Vec<SlotId> = SLOT_DEFS.iter().filter(|d| core::ptr::eq(d.name.get(), name)).map(|d| d.slot).collect();
    slots.dedup();
    slots
}

/// Fills the slots of a new class from its namespace and bases.
pub fn fixup_slots(th: &Thread, ty: &Type) {
    let only = only_parent(th, ty);
    let parent = only.as_deref().and_then(super::as_type);
    let own = lookup::own_dict(ty);
    for (slot, rows) in ROWS.iter() {
        // What the class itself says nothing about is as in the one class whose namespaces come next.
        if let (Some(parent), Some(own)) = (parent, own)
            && !rows.iter().any(|def| own.get_str(th, def.name).is_some())
        {
            slot.write(ty, slot.read(parent));
        } else {
            update_slot(th, ty, *slot, rows);
        }
    }
    check_vectorcall(ty);
    // Without `__getattr__` and with the generic `__getattribute__`, attribute access needs no call.
    normalize_getattr(th, ty);
}

/// The second class of the MRO, if its own MRO is the rest of this one.
fn only_parent(th: &Thread, ty: &Type) -> Option<Ref<Object>> {
    let mro = lookup::mro(th, ty)?;
    let parent = (mro.len() > 1).then(|| mro.get(1).to_owned())?;
    let rest = lookup::mro(th, super::as_type(&parent)?)?;
    let same = rest.len() + 1 == mro.len() && (0..rest.len()).all(|i| rest.get(i).is(mro.get(i + 1)));
    same.then_some(parent)
}

fn normalize_getattr(th: &Thread, ty: &Type) {
    if SlotId::tp_getattro.read(ty) == dunder::slot_tp_getattr_hook as *const () as usize
        && lookup::lookup_uncached(th, ty, &names::__getattr__).is_none()
        && lookup::lookup_uncached(th, ty, &names::__getattribute__).is_none_or(|f| super::wrapper::wraps(&f, instance::generic_getattro as *const () as usize))
    {
        SlotId::tp_getattro.write(ty, instance::generic_getattro as *const () as usize);
    }
}

/// A name of the class's namespace changed: slots of the class and of its subclasses follow. The caller holds the type lock, taken to change the
/// class.
pub fn name_changed(th: &Thread, ty: &Type, name: &Str) {
    let slots = slots_of(name);
    if !slots.is_empty() {
        update_recursive(th, ty, name, &slots);
    }
}

fn update_recursive(th: &Thread, ty: &Type, name: &Str, slots: &[SlotId]) {
    for &slot in slots {
        update_slot(th, ty, slot, rows_of(slot));
    }
    if slots.contains(&SlotId::tp_getattro) {
        normalize_getattr(th, ty);
    }
    for sub in lookup::subclasses_locked(th, ty) {
        let Some(sub) = super::as_type(&sub) else { continue };
        if lookup::own_dict(sub).is_some_and(|d| d.get_str(th, name).is_some()) {
            continue;
        }
        update_recursive(th, sub, name, slots);
    }
}
