//! Attributes: load, store, delete, method loads, `super()`, and special methods.
//!
//! Caches: word 1 is (version tag of the type or class, slot, kind).
#![allow(unsafe_code, reason = "caches say where in an instance a value lies")]

use heap::sync::Ordering::*;
use heap::{Object, Raised, Ref, Slot, Thread, Type, flags};
use objects::{Dict, Module, Str, names, ops, raise};
use objects::typing::descr::MemberDescr;
use objects::typing::{as_type, instance, lookup, shapes};
use syntax::opcodes::{Op, Special};

use super::Done;
use crate::frame::{Fp, Pc, Reg};
use crate::{adapt, fast};

/// dst = obj.name
#[inline(never)]
pub fn op_load_attr(th: &mut Thread, f: Fp, dst: i32, obj: i32, name: i32) -> Done {
    let regs = f.regs();
    let value = ops::getattr(th, regs.get(obj), f.code().name_at(name))?;
    regs.consume(th, obj);
    regs.set(th, dst, value);
    Ok(())
}

/// obj.name = value
#[inline(never)]
pub fn op_store_attr(th: &mut Thread, f: Fp, obj: i32, name: i32, value: i32) -> Done {
    let regs = f.regs();
    ops::setattr(th, regs.get(obj), f.code().name_at(name), regs.get(value))?;
    regs.consume(th, value);
    regs.consume(th, obj);
    Ok(())
}

/// del obj.name
#[inline(never)]
pub fn op_delete_attr(th: &mut Thread, f: Fp, obj: i32, name: i32) -> Done {
    let regs = f.regs();
    ops::delattr(th, regs.get(obj), f.code().name_at(name))?;
    regs.consume(th, obj);
    Ok(())
}

/// (base, base+1) = (unbound method, obj) or (obj.name, null)
#[inline(never)]
pub fn op_load_method(th: &mut Thread, f: Fp, base: i32, obj: i32, name: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(obj);
    match ops::get_method(th, object, f.code().name_at(name))? {
        (method, false) => {
            let this = regs.move_in(th, obj);
            regs.put(base, Reg::counted(method));
            regs.put(base + 1, this);
        }
        (value, true) => {
            regs.consume(th, obj);
            regs.put(base, Reg::counted(value));
            regs.put(base + 1, Reg::NULL);
        }
    }
    Ok(())
}

/// What `super(cls, this).name` finds: the value, and whether it is still to be called with `this`.
fn load_super(th: &mut Thread, f: Fp, base: i32, name: &Str, zero_args: bool, method: bool) -> Result<(Ref<Object>, bool), Raised> {
    let regs = f.regs();
    let (global, cls, this) = (regs.get(base), regs.get(base + 1), regs.get(base + 2));
    if crate::lent::is_super(global) && objects::typing::as_type(cls).is_some() {
        return crate::lent::super_getattr(th, cls, this, name, method);
    }
    // Somebody gave the name `super` another meaning: call it as it was written.
    let object = if zero_args { ops::call0(th, global)? } else { ops::call(th, global, &[cls, this])? };
    let value = ops::getattr(th, &object, name)?;
    th.release(object);
    Ok((value, false))
}

/// base = super(cls, self).name
#[inline(never)]
pub fn op_load_super_attr(th: &mut Thread, f: Fp, base: i32, name: i32, form: i32) -> Done {
    let regs = f.regs();
    let (value, _) = load_super(th, f, base, f.code().name_at(name), form == 0, false)?;
    regs.release_range(th, base, 3);
    regs.put(base, Reg::counted(value));
    Ok(())
}

/// (base, base+1) as `LoadMethod` leaves it
#[inline(never)]
pub fn op_load_super_method(th: &mut Thread, f: Fp, base: i32, name: i32, form: i32) -> Done {
    let regs = f.regs();
    let (value, unbound) = load_super(th, f, base, f.code().name_at(name), form == 0, true)?;
    let this = regs.take(base + 2);
    regs.release_range(th, base, 2);
    regs.put(base, Reg::counted(value));
    if unbound {
        regs.put(base + 1, this);
    } else {
        regs.put(base + 1, Reg::NULL);
        this.release(th);
    }
    Ok(())
}

/// (base, base+1) = (callable, self or null) of a special method
#[inline(never)]
pub fn op_load_special(th: &mut Thread, f: Fp, base: i32, obj: i32, which: i32) -> Done {
    let regs = f.regs();
    let object = regs.get(obj);
    let Some(which) = Special::from_imm(which) else { return Err(raise::system_error(th, format_args!("unknown special method"))) };
    let name = match which {
        Special::Enter => &names::__enter__,
        Special::Exit => &names::__exit__,
        Special::Aenter => &names::__aenter__,
        Special::Aexit => &names::__aexit__,
    };
    let Some((callable, bound)) = ops::lookup_special_method(th, object, name)? else {
        return Err(no_context_manager(th, object, which, &name.to_string_lossy()));
    };
    let this = if !bound { regs.move_in(th, obj) } else { regs.consume(th, obj); Reg::NULL };
    regs.put(base, Reg::counted(callable));
    regs.put(base + 1, this);
    Ok(())
}

#[cold]
fn no_context_manager(th: &mut Thread, object: &Object, which: Special, name: &str) -> Raised {
    let (asynchronous, other) = match which {
        Special::Enter => ("", "__aenter__"),
        Special::Exit => ("", "__aexit__"),
        Special::Aenter => ("asynchronous ", "__enter__"),
        Special::Aexit => ("asynchronous ", "__exit__"),
    };
    let ty = ops::type_name(object);
    let other = objects::str::intern(th, other);
    let hint = match ops::lookup_type_attr(th, object.ty(), other).is_some() {
        false => "",
        true if asynchronous.is_empty() => " but it supports the asynchronous context manager protocol. Did you mean to use 'async with'?",
        true => " but it supports the context manager protocol. Did you mean to use 'with'?",
    };
    raise::type_error(th, format_args!("'{ty}' object does not support the {asynchronous}context manager protocol (missed {name} method){hint}"))
}

/// Cache kinds: an inline slot or `__slots__` member at word `slot`; entry `slot` of the module's dict; the object at `slot` of the code's
/// side table, which the type has (the instance has inline values and not this one; the instance can have no values); the same for a class.
pub const SLOT: u16 = 1;
pub const MODULE: u16 = 2;
pub const TYPE_OF_SHAPED: u16 = 3;
pub const TYPE_OF_PLAIN: u16 = 4;
pub const CLASS: u16 = 5;
/// An inline slot that is empty so far: entry `slot` of the side table is (shape before 24, shape after 24, word 16).
pub const STEP: u16 = 6;
/// The property at `slot` of the side table, whose getter is a Python function.
pub const PROPERTY: u16 = 8;
/// A `__slots__` member at word `slot` that may be stored to.
pub const MEMBER: u16 = 9;

/// Whether the instance's values are inline, so that a name without an inline slot is none of its attributes.
#[inline(always)]
fn is_inline(object: &Object) -> bool {
    // SAFETY: R3: asked of instances of shaped types only (their tag was compared), which have a prefix.
    unsafe { object.prefix_unchecked() }.shape.load(Acquire) != shapes::IN_DICT
}

/// The slot at a word of an instance.
#[inline(always)]
fn slot_at(object: &Object, word: u16) -> &Slot {
    // SAFETY: R3: the type's tag was compared: its instances have a heap field there.
    unsafe { instance::slot_at(object, usize::from(word) * 8) }
}

/// Word of the instance's inline slot for `name`.
fn inline_word(ty: &Type, name: &Str) -> Option<u16> {
    let layout = instance::layout(ty)?;
    let index = layout.find(name)?;
    u16::try_from((layout.offset + index * 8) / 8).ok()
}

/// How the attributes of the type's instances can hide what the type has: `None` where that cannot be told from a tag.
fn type_kind(ty: &Type, object: &Object, name: &Str) -> Option<u16> {
    if ty.has_flag(flags::SHAPED) {
        // A name that gets its first inline slot although the type has it, too, takes the type's tag away.
        return (is_inline(object) && instance::layout(ty)?.find(name).is_none()).then_some(TYPE_OF_SHAPED);
    }
    (ty.tp_dictoffset() == 0).then_some(TYPE_OF_PLAIN)
}

/// Chooses a form for `LoadAttr`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_load(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = load_form(th, f, pc, f.regs().get(obj), f.code().name_at(name));
    chosen(pc, form)
}

fn chosen(pc: Pc, form: Option<Op>) -> bool {
    match form {
        Some(op) => {
            adapt::set(pc, op);
            true
        }
        None => {
            adapt::failed(pc);
            false
        }
    }
}

fn load_form(th: &mut Thread, f: Fp, pc: Pc, object: &Object, name: &Str) -> Option<Op> {
    let ty = object.ty();
    if let Some(module) = object.downcast_exact::<Module>() {
        let (version, index) = module.dict()?.index_of(th, name)?;
        adapt::store(pc.cache(1), version, u16::try_from(index).ok()?, MODULE);
        return Some(Op::LoadAttrModule);
    }
    if as_type(object).is_some() {
        return class_form(th, f, pc, object, name, Op::LoadAttrClass);
    }
    if !instance::is_generic_getattr(ty) {
        return None;
    }
    let tag = lookup::assign_tag(th, ty);
    if tag == 0 {
        return None;
    }
    match lookup::lookup(th, ty, name) {
        None => {
            let word = inline_word(ty, name)?;
            adapt::store(pc.cache(1), tag, word, SLOT);
            Some(Op::LoadAttrSlot)
        }
        Some(found) => {
            let own = found.ty();
            if own.tp_descr_set().is_some() {
                if let Some(property) = (*found).downcast_exact::<objects::Property>() {
                    let getter = property.getter_function(th)?;
                    super::call::takes_exactly(&getter, 1).then_some(())?;
                    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
                    adapt::store(pc.cache(1), tag, index, PROPERTY);
                    return Some(Op::LoadAttrProperty);
                }
                let offset = (*found).downcast_exact::<MemberDescr>()?.object_offset()?;
                let word = u16::try_from(offset / 8).ok()?;
                adapt::store(pc.cache(1), tag, word, SLOT);
                return Some(Op::LoadAttrSlot);
            }
            if let Some(word) = inline_word(ty, name) {
                adapt::store(pc.cache(1), tag, word, SLOT);
                return Some(Op::LoadAttrSlot);
            }
            if own.tp_descr_get().is_some() {
                return None;
            }
            let kind = type_kind(ty, object, name)?;
            let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
            adapt::store(pc.cache(1), tag, index, kind);
            Some(Op::LoadAttrType)
        }
    }
}

/// An attribute of a class whose metaclass has no such data descriptor.
fn class_form(th: &mut Thread, f: Fp, pc: Pc, object: &Object, name: &Str, op: Op) -> Option<Op> {
    let class = as_type(object)?;
    if !core::ptr::eq(object.ty(), objects::typing::type_type()) {
        return None;
    }
    if lookup::lookup(th, object.ty(), name).is_some_and(|meta| meta.ty().tp_descr_set().is_some()) {
        return None;
    }
    let tag = lookup::assign_tag(th, class);
    let found = lookup::lookup(th, class, name)?;
    if tag == 0 || found.ty().tp_descr_get().is_some() && !found.is_exactly::<crate::Function>() {
        return None;
    }
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    adapt::store(pc.cache(1), tag, index, CLASS);
    Some(op)
}

/// `LoadAttrSlot`
#[inline(always)]
pub fn load_slot(th: &Thread, pc: Pc, object: &Object) -> Option<Reg> {
    let cached = adapt::Cached::load(pc, 1);
    if !cached.is(object.ty().version_tag(), SLOT) {
        return None;
    }
    slot_at(object, cached.slot()).get(th, object).map(Reg::counted)
}

/// `LoadAttrModule`
#[inline(always)]
pub fn load_module(th: &Thread, pc: Pc, object: &Object) -> Option<Reg> {
    let cached = adapt::Cached::load(pc, 1);
    if cached.kind() != MODULE {
        return None;
    }
    let dict: &Dict = object.downcast_exact::<Module>()?.dict()?;
    dict.slot_at(th, cached.version(), u32::from(cached.slot())).map(Reg::counted)
}

/// `LoadAttrType`, `LoadMethodType`: what the object's type has.
#[inline(always)]
pub fn load_type(th: &Thread, f: Fp, pc: Pc, object: &Object) -> Option<Reg> {
    let cached = adapt::Cached::load(pc, 1);
    let tag = object.ty().version_tag();
    if !(cached.is(tag, TYPE_OF_SHAPED) && is_inline(object) || cached.is(tag, TYPE_OF_PLAIN)) {
        return None;
    }
    fast::cached(th, f.code().side.object(cached.slot())?)
}

/// `LoadAttrClass`, `LoadMethodClass`: what a class has.
#[inline(always)]
pub fn load_class(th: &Thread, f: Fp, pc: Pc, object: &Object) -> Option<Reg> {
    let cached = adapt::Cached::load(pc, 1);
    if !cached.is(as_type(object)?.version_tag(), CLASS) {
        return None;
    }
    fast::cached(th, f.code().side.object(cached.slot())?)
}

/// Chooses a form for `LoadMethod`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_method(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = method_form(th, f, pc, f.regs().get(obj), f.code().name_at(name));
    chosen(pc, form)
}

fn method_form(th: &mut Thread, f: Fp, pc: Pc, object: &Object, name: &Str) -> Option<Op> {
    let ty = object.ty();
    if let Some(module) = object.downcast_exact::<Module>() {
        let (version, index) = module.dict()?.index_of(th, name)?;
        adapt::store(pc.cache(1), version, u16::try_from(index).ok()?, MODULE);
        return Some(Op::LoadMethodModule);
    }
    if as_type(object).is_some() {
        return class_form(th, f, pc, object, name, Op::LoadMethodClass);
    }
    if !instance::is_generic_getattr(ty) {
        return None;
    }
    let tag = lookup::assign_tag(th, ty);
    let found = lookup::lookup(th, ty, name)?;
    if tag == 0 || !found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
        return None;
    }
    let kind = type_kind(ty, object, name)?;
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    adapt::store(pc.cache(1), tag, index, kind);
    Some(Op::LoadMethodType)
}

/// Chooses a form for `StoreAttr`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_store(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = store_form(th, f, pc, f.regs().get(obj), f.code().name_at(name));
    chosen(pc, form)
}

fn store_form(th: &mut Thread, f: Fp, pc: Pc, object: &Object, name: &Str) -> Option<Op> {
    let ty = object.ty();
    if !instance::is_generic_setattr(ty) {
        return None;
    }
    let tag = lookup::assign_tag(th, ty);
    if tag == 0 {
        return None;
    }
    if let Some(found) = lookup::lookup(th, ty, name).filter(|found| found.ty().tp_descr_set().is_some()) {
        // A member of `__slots__` may be stored to whether it is empty or not: it has no part in the order of a dict.
        let offset = (*found).downcast_exact::<MemberDescr>()?.writable_object_offset()?;
        adapt::store(pc.cache(1), tag, u16::try_from(offset / 8).ok()?, MEMBER);
        return Some(Op::StoreAttrSlot);
    }
    let layout = instance::layout(ty)?;
    let index = layout.find(name)?;
    let word = u16::try_from((layout.offset + index * 8) / 8).ok()?;
    if !slot_at(object, word).is_null() {
        adapt::store(pc.cache(1), tag, word, SLOT);
        return Some(Op::StoreAttrSlot);
    }
    // SAFETY: R3: a shaped type's instances have a prefix.
    let shape = unsafe { object.prefix_unchecked() }.shape.load(Acquire);
    if shape == shapes::IN_DICT {
        return None;
    }
    let next = shapes::add(shape, index)?;
    if shape >= 1 << 24 || next >= 1 << 24 {
        return None;
    }
    let step = u64::from(shape) << 40 | u64::from(next) << 16 | u64::from(word);
    let entry = f.code().side.push(step as usize)?;
    adapt::store(pc.cache(1), tag, entry, STEP);
    Some(Op::StoreAttrSlot)
}

/// `StoreAttrSlot`: the old value, if the store was done.
#[inline(always)]
pub fn store_slot(th: &Thread, f: Fp, pc: Pc, object: &Object, value: impl FnOnce() -> Ref<Object>) -> Option<Option<Ref<Object>>> {
    let cached = adapt::Cached::load(pc, 1);
    let tag = object.ty().version_tag();
    if !th.is_mine(object) {
        return None;
    }
    if cached.is(tag, STEP) {
        let step = f.code().side.value(cached.slot());
        let slot = slot_at(object, step as u16);
        if slot.is_null() {
            // SAFETY: R3: only shaped types get this form; their instances have a prefix.
            let shape = &unsafe { object.prefix_unchecked() }.shape;
            if shape.load(Relaxed) != (step >> 40) as u32 {
                return None;
            }
            slot.replace(th, object, Some(value()));
            shape.store((step >> 16) as u32 & 0xff_ffff, Release);
            return Some(None);
        }
        return Some(slot.replace(th, object, Some(value())));
    }
    if !cached.is(tag, MEMBER) && !cached.is(tag, SLOT) {
        return None;
    }
    let slot = slot_at(object, cached.slot());
    if cached.kind() == MEMBER || !slot.is_null() {
        return Some(slot.replace(th, object, Some(value())));
    }
    None
}
