//! Inline caches of attribute instructions: what the specialised forms know, and how they use it.
//!
//! Each of the four cache words is an entry of its own, (version tag of the type or class, slot, kind): a site sees up to four types before
//! it gives up. Entry 1 is looked at in the handler, the others out of line.
#![allow(unsafe_code, reason = "caches say where in an instance a value lies")]

use heap::sync::Ordering::*;
use heap::{Object, Ref, Slot, Thread, Type, flags};
use objects::typing::descr::MemberDescr;
use objects::typing::{as_type, instance, lookup, shapes, superobj, type_type};
use objects::{ClassMethod, Dict, Module, Property, StaticMethod, Str};
use syntax::opcodes::{Op, Special};

use super::call::takes_exactly;
use crate::adapt::Cached;
use crate::frame::{Fp, Pc, Reg, Regs};
use crate::{adapt, fast, quick};

/// An inline slot or `__slots__` member at word `slot`, which is full.
pub const SLOT: u16 = 1;
/// Entry `slot` of the module's dict.
const MODULE: u16 = 2;
/// The object at `slot` of the code's side table, which the type has. The instance has inline values, and none of that name.
pub const TYPE_OF_SHAPED: u16 = 3;
/// The same, where the instance can have no values of its own.
pub const TYPE_OF_PLAIN: u16 = 4;
/// The same for a class whose metaclass is `type`.
const CLASS: u16 = 5;
/// The same for a class of another metaclass, which the second entry knows as `METACLASS`.
const CLASS_OF_OTHER: u16 = 13;
/// The metaclass of this tag has no data descriptor of that name, and finds attributes as `type` does.
const METACLASS: u16 = 14;
/// An inline slot that is empty so far: entry `slot` of the side table is (shape before 24, shape after 24, word 16).
pub const STEP: u16 = 6;
/// The property at `slot` of the side table, whose getter is a Python function.
pub const PROPERTY: u16 = 8;
/// A `__slots__` member at word `slot` that may be stored to, full or empty.
pub const MEMBER: u16 = 9;
/// The instance's dict may have it, at entry `slot` if it is like the last one; the type has nothing of that name.
const IN_DICT: u16 = 10;
/// As `TYPE_OF_SHAPED`, for a name that has an inline slot: the word in the kind's upper half, which is empty in this instance.
const DEFAULT: u16 = 11;
/// As `TYPE_OF_SHAPED`, for an instance whose values are in a dict, which has none of that name.
const TYPE_OF_DICT: u16 = 12;

/// With `TYPE_OF_…`: the object is a method, to be bound to the instance. An entry that one thread stores while another one stores the form
/// without it is none of that form's.
const BOUND: u16 = 0x40;

/// Entries of a site.
pub const ENTRIES: usize = 4;

/// A form of an instruction, with an entry of its cache.
struct Form {
    op: Op,
    version: u32,
    slot: u16,
    kind: u16,
    /// What the second entry is to know, or 0.
    metaclass: u32,
}

impl Form {
    fn new(op: Op, version: u32, slot: u16, kind: u16) -> Option<Form> {
        Some(Form { op, version, slot, kind, metaclass: 0 })
    }

    fn store(&self, pc: Pc, entry: usize) {
        adapt::store(pc.cache(entry), self.version, self.slot, self.kind);
    }
}

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

/// Asks the instance's dict, if it has one.
#[inline(always)]
fn with_dict<R>(th: &Thread, object: &Object, ask: impl FnOnce(&Dict) -> R) -> Option<R> {
    let word = instance::dict_word(object)?;
    if th.is_mine(object) { word.peek().map(ask) } else { word.get(th, object).map(|dict| ask(&dict)) }
}

/// Whether the instance's values are in a dict that has none of that name. An instance without values has no dict yet.
#[inline]
fn is_not_in_dict(th: &Thread, object: &Object, name: &Str) -> bool {
    if object.ty().has_flag(flags::SHAPED) && is_inline(object) {
        return false;
    }
    // Keys that are no names may claim to be equal to one.
    with_dict(th, object, |dict| dict.has_only_names(th) && !dict.contains_str(th, name)).unwrap_or(true)
}

/// How the attributes of the type's instances can hide what the type has: `None` where that cannot be told from a tag.
fn type_kind(th: &Thread, ty: &Type, object: &Object, name: &Str) -> Option<u16> {
    if ty.has_flag(flags::SHAPED) && is_inline(object) {
        // A name that gets its first inline slot although the type has it, too, takes the type's tag away.
        return instance::layout(ty)?.find(name).is_none().then_some(TYPE_OF_SHAPED);
    }
    if ty.tp_dictoffset() == 0 {
        return Some(TYPE_OF_PLAIN);
    }
    is_not_in_dict(th, object, name).then_some(TYPE_OF_DICT)
}

fn adopt(pc: Pc, form: Option<Form>) -> bool {
    match form {
        Some(form) => {
            form.store(pc, 1);
            for entry in 2..=ENTRIES {
                pc.cache(entry).store(0, Relaxed);
            }
            if form.metaclass != 0 {
                adapt::store(pc.cache(2), form.metaclass, 0, METACLASS);
            }
            adapt::set(pc, form.op);
            true
        }
        None => {
            adapt::failed(pc);
            false
        }
    }
}

/// Adds an entry for another type to a site that has a form; false: there is no room, or the type needs another form.
fn extend(pc: Pc, form: Option<Form>, fits: impl Fn(Op) -> bool) -> bool {
    let Some(form) = form.filter(|form| fits(form.op)) else { return false };
    let known = (1..=ENTRIES).map(|entry| Cached::load(pc, entry)).any(|cached| match form.kind {
        // Its slot is a guess.
        IN_DICT => cached.is(form.version, IN_DICT),
        _ => cached.is_entry(form.version, form.slot, form.kind),
    });
    let free = (2..=ENTRIES).find(|&entry| Cached::load(pc, entry).version() == 0);
    match free {
        Some(entry) if !known => {
            form.store(pc, entry);
            true
        }
        _ => false,
    }
}

/// Chooses a form for `LoadAttr`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_load(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = load_form(th, f, f.regs().get(obj), f.code().name_at(name));
    adopt(pc, form)
}

/// Adds an entry to a `LoadAttr` that did not know the object's type; whether it is worth another try.
#[cold]
#[inline(never)]
pub fn extend_load(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = load_form(th, f, f.regs().get(obj), f.code().name_at(name));
    let binds = pc.op() == Op::LoadAttrBound;
    extend(pc, form, |op| if binds { op == Op::LoadAttrBound } else { matches!(op, Op::LoadAttrSlot | Op::LoadAttrType) })
}

fn module_form(th: &mut Thread, module: &Module, name: &Str, op: Op) -> Option<Form> {
    let (version, index) = module.dict()?.index_of(th, name)?;
    Form::new(op, version, u16::try_from(index).ok()?, MODULE)
}

fn load_form(th: &mut Thread, f: Fp, object: &Object, name: &Str) -> Option<Form> {
    let ty = object.ty();
    if let Some(module) = object.downcast_exact::<Module>() {
        return module_form(th, module, name, Op::LoadAttrModule);
    }
    if as_type(object).is_some() {
        return class_form(th, f, object, name, Op::LoadAttrClass);
    }
    if !instance::is_generic_getattr(ty) {
        return None;
    }
    let tag = lookup::assign_tag(th, ty);
    if tag == 0 {
        return None;
    }
    let shaped = ty.has_flag(flags::SHAPED);
    let word = inline_word(ty, name);
    let found = lookup::lookup(th, ty, name);
    if let Some(found) = &found
        && found.ty().tp_descr_set().is_some()
    {
        return descriptor_form(th, f, tag, found);
    }
    if let Some(word) = word.filter(|word| !slot_at(object, *word).is_null()) {
        return Form::new(Op::LoadAttrSlot, tag, word, SLOT);
    }
    let Some(found) = found else {
        return (shaped && !is_inline(object)).then(|| Form::new(Op::LoadAttrSlot, tag, 0, IN_DICT))?;
    };
    if found.ty().tp_descr_get().is_some() {
        return bound_form(th, f, tag, object, name, &found);
    }
    let kind = match word {
        Some(word) if is_inline(object) => DEFAULT | u16::from(u8::try_from(word).ok()?) << 8,
        Some(_) => return None,
        None => type_kind(th, ty, object, name)?,
    };
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    Form::new(Op::LoadAttrType, tag, index, kind)
}

/// A method of the instance's type, to be bound.
fn bound_form(th: &Thread, f: Fp, tag: u32, object: &Object, name: &Str, found: &Object) -> Option<Form> {
    let is_method = found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) || found.is_exactly::<ClassMethod>();
    let kind = if is_method { type_kind(th, object.ty(), object, name)? } else { return None };
    let index = f.code().side.push(core::ptr::from_ref(found) as usize)?;
    Form::new(Op::LoadAttrBound, tag, index, kind | BOUND)
}

/// What hides the attributes of the instance.
fn descriptor_form(th: &mut Thread, f: Fp, tag: u32, found: &Object) -> Option<Form> {
    if let Some(property) = found.downcast_exact::<Property>() {
        let getter = property.getter_function(th)?;
        takes_exactly(&getter, 1).then_some(())?;
        let index = f.code().side.push(core::ptr::from_ref(found) as usize)?;
        return Form::new(Op::LoadAttrProperty, tag, index, PROPERTY);
    }
    let offset = found.downcast_exact::<MemberDescr>()?.object_offset()?;
    Form::new(Op::LoadAttrSlot, tag, u16::try_from(offset / 8).ok()?, SLOT)
}

/// An attribute of a class whose metaclass has no such data descriptor.
fn class_form(th: &mut Thread, f: Fp, object: &Object, name: &Str, op: Op) -> Option<Form> {
    let (class, metaclass) = (as_type(object)?, object.ty());
    let is_type = core::ptr::eq(metaclass, type_type());
    // Taken before the metaclass is looked at: then what was seen is as old as the tag.
    let metaclass_tag = if is_type { 0 } else { lookup::assign_tag(th, metaclass) };
    let getattro = |ty: &Type| ty.tp_getattro().map_or(0, |f| f as usize);
    if !is_type && (metaclass_tag == 0 || getattro(metaclass) != getattro(type_type())) {
        return None;
    }
    if lookup::lookup(th, metaclass, name).is_some_and(|meta| meta.ty().tp_descr_set().is_some()) {
        return None;
    }
    let tag = lookup::assign_tag(th, class);
    let found = lookup::lookup(th, class, name)?;
    let op = match op {
        Op::LoadMethodClass if found.is_exactly::<StaticMethod>() => Op::LoadMethodClassStatic,
        Op::LoadMethodClass if found.is_exactly::<ClassMethod>() => Op::LoadMethodClassOwn,
        _ if found.ty().tp_descr_get().is_some() && !found.is_exactly::<crate::Function>() => return None,
        _ => op,
    };
    if tag == 0 {
        return None;
    }
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    let kind = if is_type { CLASS } else { CLASS_OF_OTHER };
    Some(Form { op, version: tag, slot: index, kind, metaclass: metaclass_tag })
}

/// What one entry, stored as `kind`, knows of the attribute.
#[inline(always)]
fn load_entry(th: &Thread, f: Fp, cached: Cached, kind: u16, object: &Object, name: i32) -> Option<Reg> {
    let tag = object.ty().version_tag();
    if tag == 0 || cached.version() != tag {
        return None;
    }
    match kind & 0xff {
        SLOT => slot_at(object, cached.slot()).get(th, object).map(Reg::counted),
        TYPE_OF_SHAPED if is_inline(object) => fast::cached(th, f.code().side.object(cached.slot())?),
        TYPE_OF_PLAIN => fast::cached(th, f.code().side.object(cached.slot())?),
        TYPE_OF_DICT if is_not_in_dict(th, object, f.code().name_at(name)) => fast::cached(th, f.code().side.object(cached.slot())?),
        DEFAULT if is_inline(object) && slot_at(object, kind >> 8).is_null() => fast::cached(th, f.code().side.object(cached.slot())?),
        _ => None,
    }
}

/// The entries behind the first.
#[inline(never)]
fn load_more(th: &Thread, f: Fp, pc: Pc, object: &Object, name: i32) -> Option<Reg> {
    for entry in 1..=ENTRIES {
        let cached = Cached::load(pc, entry);
        if cached.is(object.ty().version_tag(), IN_DICT) && !is_inline(object) {
            let (value, at) = with_dict(th, object, |dict| dict.get_str_near(th, f.code().name_at(name), usize::from(cached.slot())))??;
            if at != usize::from(cached.slot())
                && let Ok(at) = u16::try_from(at)
            {
                adapt::store(pc.cache(entry), cached.version(), at, IN_DICT);
            }
            return Some(Reg::counted(value));
        }
        if let Some(value) = load_entry(th, f, cached, cached.kind(), object, name) {
            return Some(value);
        }
    }
    None
}

/// What the first entry of a `LoadAttrSlot` finds in an instance, borrowed; in a common one it was there just now, and its memory stays until
/// the next safepoint (R8).
#[inline(always)]
pub fn peek_slot(pc: Pc, object: &Object) -> Option<&Object> {
    let cached = Cached::load(pc, 1);
    if cached.is(object.ty().version_tag(), SLOT) { slot_at(object, cached.slot()).peek() } else { None }
}

/// What the first entry of a `LoadAttrType` or `LoadMethodType` finds in the object's type; it stays until the next safepoint (R8).
#[inline(always)]
pub fn peek_type<'a>(f: Fp, pc: Pc, object: &'a Object) -> Option<&'a Object> {
    let cached = Cached::load(pc, 1);
    let tag = object.ty().version_tag();
    if cached.is(tag, TYPE_OF_SHAPED) && is_inline(object) || cached.is(tag, TYPE_OF_PLAIN) { f.code().side.object(cached.slot()) } else { None }
}

/// What a `LoadAttrModule` or `LoadMethodModule` finds in a module, borrowed as by [`Dict::peek_at`].
#[inline(always)]
pub fn peek_module<'a>(th: &'a Thread, pc: Pc, object: &'a Object) -> Option<&'a Object> {
    let cached = Cached::load(pc, 1);
    if cached.kind() != MODULE {
        return None;
    }
    object.downcast_exact::<Module>()?.dict()?.peek_at(th, cached.version(), u32::from(cached.slot()))
}

/// Where the first entry of a `StoreAttrSlot` says that the value goes in an instance that is *mine*, and the shape that it has then.
#[inline(always)]
pub fn slot_to_store<'a>(th: &Thread, f: Fp, pc: Pc, object: &'a Object) -> Option<(&'a Slot, Option<u32>)> {
    if th.is_mine(object) { store_entry(f, Cached::load(pc, 1), object) } else { None }
}

/// [`quick::store`], and the instance has the shape that [`slot_to_store`] said.
#[inline(always)]
pub fn store_quick(th: &Thread, regs: Regs, (slot, shape): (&Slot, Option<u32>), object: &Object, value: i32) -> Option<Reg> {
    let old = quick::store(th, regs, slot, object, value)?;
    if let Some(shape) = shape {
        // SAFETY: R3: only shaped types get a form that says a shape; their instances have a prefix.
        unsafe { object.prefix_unchecked() }.shape.store(shape, Release);
    }
    Some(old)
}

/// `LoadAttrSlot`
#[inline(always)]
pub fn load_slot(th: &Thread, f: Fp, pc: Pc, object: &Object, name: i32) -> Option<Reg> {
    let cached = Cached::load(pc, 1);
    if cached.is(object.ty().version_tag(), SLOT)
        && let Some(value) = slot_at(object, cached.slot()).get(th, object)
    {
        return Some(Reg::counted(value));
    }
    load_more(th, f, pc, object, name)
}

/// `LoadAttrType`, `LoadMethodType`: what the object's type has.
#[inline(always)]
pub fn load_type(th: &Thread, f: Fp, pc: Pc, object: &Object, name: i32) -> Option<Reg> {
    let cached = Cached::load(pc, 1);
    let tag = object.ty().version_tag();
    if cached.is(tag, TYPE_OF_SHAPED) && is_inline(object) || cached.is(tag, TYPE_OF_PLAIN) {
        return fast::cached(th, f.code().side.object(cached.slot())?);
    }
    load_more(th, f, pc, object, name)
}

/// `LoadAttrBound`: the method that the object's type has, not bound yet.
#[inline(always)]
pub fn load_unbound(th: &Thread, f: Fp, pc: Pc, object: &Object, name: i32) -> Option<Ref<Object>> {
    let method = (1..=ENTRIES).find_map(|entry| {
        let cached = Cached::load(pc, entry);
        let kind = cached.kind();
        if kind & BOUND != 0 { load_entry(th, f, cached, kind & !BOUND, object, name) } else { None }
    })?;
    Some(method.into_full(th))
}

/// `LoadAttrModule`
#[inline(always)]
pub fn load_module(th: &Thread, pc: Pc, object: &Object) -> Option<Reg> {
    let cached = Cached::load(pc, 1);
    if cached.kind() != MODULE {
        return None;
    }
    let dict: &Dict = object.downcast_exact::<Module>()?.dict()?;
    dict.slot_at(th, cached.version(), u32::from(cached.slot())).map(Reg::counted)
}

/// `LoadAttrClass`, `LoadMethodClass`: what a class has; it stays until the next safepoint (R8).
#[inline(always)]
pub fn peek_class<'a>(f: Fp, pc: Pc, object: &'a Object) -> Option<&'a Object> {
    let cached = Cached::load(pc, 1);
    let tag = as_type(object)?.version_tag();
    let metaclass = object.ty();
    let known = cached.is(tag, CLASS) && core::ptr::eq(metaclass, type_type())
        || cached.is(tag, CLASS_OF_OTHER) && Cached::load(pc, 2).is(metaclass.version_tag(), METACLASS);
    if known { f.code().side.object(cached.slot()) } else { None }
}

/// Chooses a form for `LoadMethod`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_method(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = method_form(th, f, f.regs().get(obj), f.code().name_at(name));
    adopt(pc, form)
}

/// Adds an entry to a `LoadMethod` that did not know the object's type; whether it is worth another try.
#[cold]
#[inline(never)]
pub fn extend_method(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = method_form(th, f, f.regs().get(obj), f.code().name_at(name));
    extend(pc, form, |op| op == Op::LoadMethodType)
}

fn method_form(th: &mut Thread, f: Fp, object: &Object, name: &Str) -> Option<Form> {
    let ty = object.ty();
    if let Some(module) = object.downcast_exact::<Module>() {
        return module_form(th, module, name, Op::LoadMethodModule);
    }
    if as_type(object).is_some() {
        return class_form(th, f, object, name, Op::LoadMethodClass);
    }
    if !instance::is_generic_getattr(ty) {
        return None;
    }
    let tag = lookup::assign_tag(th, ty);
    let found = lookup::lookup(th, ty, name)?;
    let kind = type_kind(th, ty, object, name)?;
    let op = match () {
        () if tag == 0 => return None,
        () if found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) => Op::LoadMethodType,
        () if !matches!(kind, TYPE_OF_SHAPED | TYPE_OF_PLAIN) => return None,
        () if found.is_exactly::<StaticMethod>() => Op::LoadMethodStatic,
        () if found.is_exactly::<ClassMethod>() => Op::LoadMethodOwn,
        () => return None,
    };
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    Form::new(op, tag, index, kind)
}

/// The function of a static method that a type has.
#[inline(always)]
pub fn static_of(found: &Object) -> Option<&Object> {
    found.downcast_exact::<StaticMethod>()?.peek_function()
}

/// The function of a class method that a type has.
#[inline(always)]
pub fn own_of(found: &Object) -> Option<&Object> {
    found.downcast_exact::<ClassMethod>()?.peek_function()
}

/// Chooses a form for `LoadSuperMethod`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_super(th: &mut Thread, f: Fp, pc: Pc, base: i32, name: i32) -> bool {
    let regs = f.regs();
    match super_form(th, f, regs.get(base), regs.get(base + 1), regs.get(base + 2), f.code().name_at(name)) {
        Some((form, class_tag)) => {
            form.store(pc, 1);
            adapt::store(pc.cache(2), class_tag, 0, CLASS);
            adapt::set(pc, form.op);
            true
        }
        None => {
            adapt::failed(pc);
            false
        }
    }
}

/// The form for `super(cls, this).name()` with an instance, and the tag of `cls`.
fn super_form(th: &mut Thread, f: Fp, global: &Object, cls: &Object, this: &Object, name: &Str) -> Option<(Form, u32)> {
    let (cls, ty) = (as_type(cls)?, this.ty());
    // A class among the instances of a metaclass may be meant as itself.
    if !crate::lent::is_super(global) || as_type(this).is_some() || !heap::is_subtype(ty, cls) || heap::is_subtype(ty, type_type()) {
        return None;
    }
    let (tag, class_tag) = (lookup::assign_tag(th, ty), lookup::assign_tag(th, cls));
    let found = superobj::lookup_behind(th, cls, ty, name)?;
    if tag == 0 || class_tag == 0 || !found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
        return None;
    }
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    Some((Form::new(Op::LoadSuperMethodType, tag, index, TYPE_OF_PLAIN)?, class_tag))
}

/// What a `LoadSuperMethodType` finds behind the class in the type's MRO; it stays until the next safepoint (R8). A valid tag of the type says
/// that no namespace in its MRO has changed, so that nothing of the instance need be looked at.
#[inline(always)]
pub fn peek_super<'a>(f: Fp, pc: Pc, regs: &'a Regs, base: i32) -> Option<&'a Object> {
    let cached = Cached::load(pc, 1);
    let known = crate::lent::is_super(regs.get(base))
        && cached.is(regs.get(base + 2).ty().version_tag(), TYPE_OF_PLAIN)
        && Cached::load(pc, 2).is(as_type(regs.get(base + 1))?.version_tag(), CLASS);
    if known { f.code().side.object(cached.slot()) } else { None }
}

/// Chooses a form for `LoadSpecial`, which looks at nothing but the type; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_special(th: &mut Thread, f: Fp, pc: Pc, obj: i32, which: i32) -> bool {
    let Some(form) = special_form(th, f, f.regs().get(obj), which) else {
        adapt::failed(pc);
        return false;
    };
    form.store(pc, 1);
    adapt::set(pc, form.op);
    true
}

fn special_form(th: &mut Thread, f: Fp, object: &Object, which: i32) -> Option<Form> {
    let ty = object.ty();
    let tag = lookup::assign_tag(th, ty);
    let found = lookup::lookup(th, ty, super::attr::special_name(Special::from_imm(which)?))?;
    if tag == 0 || !found.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64) {
        return None;
    }
    let index = f.code().side.push(core::ptr::from_ref(&*found) as usize)?;
    Form::new(Op::LoadSpecialType, tag, index, TYPE_OF_PLAIN)
}

/// What a `LoadSpecialType` finds in the object's type; it stays until the next safepoint (R8).
#[inline(always)]
pub fn peek_special<'a>(f: Fp, pc: Pc, object: &'a Object) -> Option<&'a Object> {
    let cached = Cached::load(pc, 1);
    if cached.is(object.ty().version_tag(), TYPE_OF_PLAIN) { f.code().side.object(cached.slot()) } else { None }
}

/// Chooses a form for `StoreAttr`; whether it found one.
#[cold]
#[inline(never)]
pub fn specialize_store(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = store_form(th, f, f.regs().get(obj), f.code().name_at(name));
    adopt(pc, form)
}

/// Adds an entry to a `StoreAttr` that did not know the object's type or shape; whether it is worth another try.
#[cold]
#[inline(never)]
pub fn extend_store(th: &mut Thread, f: Fp, pc: Pc, obj: i32, name: i32) -> bool {
    let form = store_form(th, f, f.regs().get(obj), f.code().name_at(name));
    extend(pc, form, |op| op == Op::StoreAttrSlot)
}

fn store_form(th: &mut Thread, f: Fp, object: &Object, name: &Str) -> Option<Form> {
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
        return Form::new(Op::StoreAttrSlot, tag, u16::try_from(offset / 8).ok()?, MEMBER);
    }
    let layout = instance::layout(ty)?;
    let index = layout.find(name)?;
    let word = u16::try_from((layout.offset + index * 8) / 8).ok()?;
    if !slot_at(object, word).is_null() {
        return Form::new(Op::StoreAttrSlot, tag, word, SLOT);
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
    Form::new(Op::StoreAttrSlot, tag, entry, STEP)
}

/// A `STEP` taken apart: the slot's word, the shape before and after.
#[inline(always)]
pub fn step_of(step: u64) -> (u16, u32, u32) {
    (step as u16, (step >> 40) as u32, (step >> 16) as u32 & 0xff_ffff)
}

/// Where one entry says that the value goes: the slot, and the shape that the instance has then, if it changes.
#[inline(always)]
fn store_entry<'a>(f: Fp, cached: Cached, object: &'a Object) -> Option<(&'a Slot, Option<u32>)> {
    let tag = object.ty().version_tag();
    if tag == 0 || cached.version() != tag {
        return None;
    }
    match cached.kind() {
        MEMBER => Some((slot_at(object, cached.slot()), None)),
        SLOT => Some((slot_at(object, cached.slot()), None)).filter(|(slot, _)| !slot.is_null()),
        STEP => {
            let (word, before, after) = step_of(f.code().side.value(cached.slot()));
            let slot = slot_at(object, word);
            if !slot.is_null() {
                return Some((slot, None));
            }
            // SAFETY: R3: only shaped types get this form; their instances have a prefix.
            let shape = unsafe { object.prefix_unchecked() }.shape.load(Relaxed);
            (shape == before).then_some((slot, Some(after)))
        }
        _ => None,
    }
}

/// A store to a common instance: under its lock, as all that change its shape, and if nobody else has it at this moment.
#[inline(never)]
fn store_common(th: &Thread, f: Fp, pc: Pc, object: &Object, value: impl FnOnce() -> Ref<Object>) -> Option<Option<Ref<Object>>> {
    let guard = th.try_lock(object)?;
    store_found(&guard, f, pc, object, value)
}

/// Stores where an entry of the site says, if one fits. The instance is *mine* or locked.
#[inline(always)]
fn store_found(th: &Thread, f: Fp, pc: Pc, object: &Object, value: impl FnOnce() -> Ref<Object>) -> Option<Option<Ref<Object>>> {
    let (slot, shape) = store_entry(f, Cached::load(pc, 1), object).or_else(|| store_more(f, pc, object))?;
    let old = slot.replace(th, object, Some(value()));
    if let Some(shape) = shape {
        // SAFETY: R3: only shaped types get a form that says a shape; their instances have a prefix.
        unsafe { object.prefix_unchecked() }.shape.store(shape, Release);
    }
    Some(old)
}

#[inline(never)]
fn store_more<'a>(f: Fp, pc: Pc, object: &'a Object) -> Option<(&'a Slot, Option<u32>)> {
    (2..=ENTRIES).find_map(|entry| store_entry(f, Cached::load(pc, entry), object))
}

/// `StoreAttrSlot`: the old value, if the store was done.
#[inline(always)]
pub fn store_slot(th: &Thread, f: Fp, pc: Pc, object: &Object, value: impl FnOnce() -> Ref<Object>) -> Option<Option<Ref<Object>>> {
    if !th.is_mine(object) {
        return store_common(th, f, pc, object, value);
    }
    store_found(th, f, pc, object, value)
}
