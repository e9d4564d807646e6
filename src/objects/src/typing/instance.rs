//! Attributes of instances: inline values by shape, the dict, and the generic attribute protocol (`PyObject_GenericGetAttr`).
//!
//! Invariant: an instance's shape is [`shapes::IN_DICT`] exactly when its dict word names the dict that holds its attributes; the
//! inline slots are then empty. On a common instance writers hold the object's lock; readers of one slot take none (R8).
#![allow(unsafe_code, reason = "inline values and the dict word follow the struct in memory")]

use heap::sync::Ordering::*;
use heap::{Heaped, Object, Raised, Ref, Slot, Thread, Type, flags};

use super::extra::{Layout, extra};
use super::{lookup, shapes};
use crate::ops::cslot;
use crate::{Dict, Str, glue, raise};

/// `tp_getattro` of types that have no `__getattribute__` of their own.
///
/// # Safety
/// As C's `getattrofunc`.
#[unsafe(export_name = "PyObject_GenericGetAttr")]
pub unsafe extern "C-unwind" fn generic_getattro(obj: *mut abi::PyObject, name: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: the caller's arguments live for the call.
    unsafe { glue::entry_object(|th| { let (obj, name) = (glue::borrow(obj), attribute_name(th, glue::borrow(name))?); generic_getattr(th, obj, name) }) }
}

/// `tp_setattro` of types that have no `__setattr__` of their own.
///
/// # Safety
/// As C's `setattrofunc`.
#[unsafe(export_name = "PyObject_GenericSetAttr")]
pub unsafe extern "C-unwind" fn generic_setattro(obj: *mut abi::PyObject, name: *mut abi::PyObject, value: *mut abi::PyObject) -> core::ffi::c_int {
    // SAFETY: R10: a C entry; R4: the caller's arguments live for the call.
    unsafe { glue::entry_status(|th| { let (obj, name) = (glue::borrow(obj), attribute_name(th, glue::borrow(name))?); generic_setattr(th, obj, name, glue::borrow_nullable(value)) }) }
}

/// The name as a string.
pub fn attribute_name<'a>(th: &mut Thread, name: &'a Object) -> Result<&'a Str, Raised> {
    match name.downcast::<Str>() {
        Some(name) => Ok(name),
        None => {
            let ty = crate::ops::type_name(name);
            Err(raise::type_error(th, format_args!("attribute name must be string, not '{ty}'")))
        }
    }
}

/// Whether attribute reads of the type's instances follow the generic protocol.
#[inline(always)]
pub fn is_generic_getattr(ty: &Type) -> bool {
    let f = ty.tp_getattro().map_or(0, |f| f as usize);
    f == generic_getattro as *const () as usize || f == super::object_type().tp_getattro().map_or(1, |f| f as usize)
}

/// Whether attribute writes of the type's instances follow the generic protocol.
#[inline(always)]
pub fn is_generic_setattr(ty: &Type) -> bool {
    let f = ty.tp_setattro().map_or(0, |f| f as usize);
    f == generic_setattro as *const () as usize || f == super::object_type().tp_setattro().map_or(1, |f| f as usize)
}

/// The inline layout of instances of the type.
#[inline(always)]
pub fn layout(ty: &Type) -> Option<&Layout> {
    if !ty.has_flag(flags::SHAPED) {
        return None;
    }
    extra(ty)?.layout.as_ref()
}

/// An inline slot of a shaped instance.
#[inline(always)]
pub fn inline_slot<'a>(obj: &'a Object, layout: &Layout, index: usize) -> &'a Slot {
    debug_assert!(index < layout.capacity());
    // SAFETY: shaped instances have `capacity` slots at the layout's offset.
    unsafe { &*core::ptr::from_ref(obj).cast::<u8>().add(layout.offset + index * 8).cast() }
}

/// The field at a byte offset of an instance, known to be a slot (caches, members).
///
/// # Safety
/// The object's type has a heap field at that offset.
#[inline(always)]
pub unsafe fn slot_at(obj: &Object, offset: usize) -> &Slot {
    // SAFETY: the caller's promise.
    unsafe { &*core::ptr::from_ref(obj).cast::<u8>().add(offset).cast() }
}

/// The instance's dict word, if its type has one.
pub fn dict_word(obj: &Object) -> Option<&Slot<Dict>> {
    let offset = obj.ty().tp_dictoffset();
    let offset = match offset {
        0 => return None,
        1.. => offset as usize,
        // Behind everything else.
        -1 => super::instance_bytes(obj.ty(), item_count(obj)) - 8,
        // As C counts: from the end of the instance with its items.
        _ => obj.ty().instance_size(if obj.ty().tp_itemsize() == 0 { 0 } else { item_count(obj) }).saturating_add_signed(offset),
    };
    // SAFETY: the type says that a dict word lies there.
    Some(unsafe { &*core::ptr::from_ref(obj).cast::<u8>().add(offset).cast() })
}

/// Items of a variable-sized instance.
pub fn item_count(obj: &Object) -> usize {
    if obj.ty().has_flag(abi::Py_TPFLAGS_LONG_SUBCLASS as u64) {
        // SAFETY: an int; its tag holds the digit count above three bits.
        let tag = unsafe { *core::ptr::from_ref(obj).cast::<usize>().add(2) };
        return (tag >> 3).max(2);
    }
    // SAFETY: types with items have `ob_size`.
    unsafe { (*obj.as_ptr().cast::<abi::PyVarObject>()).ob_size.unsigned_abs() }
}

fn shape_of(obj: &Object) -> &heap::sync::AtomicU32 {
    // SAFETY: R3: shaped types have a prefix.
    unsafe { &obj.prefix_unchecked().shape }
}

/// The instance's own attribute `name`; no class is asked.
#[inline]
pub fn own_attr(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    if let Some(layout) = layout(obj.ty()) {
        if let Some(index) = layout.find(name)
            && let Some(value) = inline_slot(obj, layout, index).get(th, obj)
        {
            return Ok(Some(value));
        }
        if shape_of(obj).load(Acquire) != shapes::IN_DICT {
            if name.is_interned() {
                return Ok(None);
            }
            if name.is_exactly::<Str>() {
                let name = crate::str::intern_ref(th, name.to_ref());
                return own_attr(th, obj, name);
            }
            return own_attr_odd_name(th, obj, name);
        }
    }
    let Some(dict) = dict_word(obj).and_then(|w| w.get(th, obj)) else { return Ok(None) };
    // Keys that are no names may claim to be equal to one.
    let found = if name.is_exactly::<Str>() && dict.has_only_names(th) { Ok(dict.get_str(th, name)) } else { dict.get(th, name) };
    th.release(dict);
    found
}

/// A name that is an instance of a subclass of `str` compares by its own `__eq__`: the dict is asked.
fn own_attr_odd_name(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    match instance_dict(th, obj)? {
        Some(dict) => dict.get(th, name),
        None => Ok(None),
    }
}

/// `object.__getattribute__`
pub fn generic_getattr(th: &mut Thread, obj: &Object, name: &Str) -> Result<Ref<Object>, Raised> {
    match generic_getattr_opt(th, obj, name)? {
        Some(value) => Ok(value),
        None => Err(raise::no_attribute(th, obj, name)),
    }
}

/// `object.__getattribute__`, `None` where there is no such attribute. A descriptor's `AttributeError` becomes `None`, too.
pub fn generic_getattr_opt(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    let descr = lookup::lookup(th, obj.ty(), name);
    let get = descr.as_ref().and_then(|d| d.ty().tp_descr_get());
    if let (Some(descr), Some(get)) = (&descr, get)
        && descr.ty().tp_descr_set().is_some()
    {
        let result = cslot::descr_get(th, get, descr, Some(obj), Some(obj.ty()));
        return result.map(Some);
    }
    if let Some(value) = own_attr(th, obj, name)? {
        if let Some(descr) = descr {
            th.release(descr);
        }
        return Ok(Some(value));
    }
    match (descr, get) {
        (Some(descr), Some(get)) => {
            let result = cslot::descr_get(th, get, &descr, Some(obj), Some(obj.ty()));
            th.release(descr);
            result.map(Some)
        }
        (None, _) if !obj.ty().has_flag(abi::Py_TPFLAGS_READY as u64) => by_unready_type(th, obj, name),
        (descr, _) => Ok(descr),
    }
}

/// C may make instances of a static type that it never readied: that is done when something is looked for there.
#[cold]
fn by_unready_type(th: &mut Thread, obj: &Object, name: &Str) -> Result<Option<Ref<Object>>, Raised> {
    // SAFETY: R4: only statics of extensions have instances without being ready.
    unsafe { super::foreign_ready::ready_any(th, obj.ty())? };
    generic_getattr_opt(th, obj, name)
}

/// The attribute for a call, generic protocol: `(callable, bound)`.
pub fn generic_get_method(th: &mut Thread, obj: &Object, name: &Str) -> Result<(Ref<Object>, bool), Raised> {
    if let Some(descr) = lookup::lookup(th, obj.ty(), name)
        && descr.ty().has_flag(abi::Py_TPFLAGS_METHOD_DESCRIPTOR as u64)
    {
        if let Some(value) = own_attr(th, obj, name)? {
            th.release(descr);
            return Ok((value, true));
        }
        return Ok((descr, false));
    }
    generic_getattr(th, obj, name).map(|f| (f, true))
}

/// `object.__setattr__` and `object.__delattr__`.
pub fn generic_setattr(th: &mut Thread, obj: &Object, name: &Str, value: Option<&Object>) -> Result<(), Raised> {
    let descr = lookup::lookup(th, obj.ty(), name);
    if let Some(descr) = &descr
        && let Some(set) = descr.ty().tp_descr_set()
    {
        return cslot::descr_set(th, set, descr, obj, value);
    }
    if layout(obj.ty()).is_some() && name.is_exactly::<Str>() {
        let name = crate::str::intern_ref(th, name.to_ref());
        if descr.is_some() && value.is_some() {
            claim_inline(th, obj.ty(), name);
        }
        match set_inline(th, obj, name, value) {
            Inline::Done(old) => {
                if let Some(old) = old {
                    th.release(old);
                }
                return Ok(());
            }
            Inline::Missing => return Err(raise::no_attribute(th, obj, name)),
            Inline::UseDict => {}
        }
    }
    let Some(dict) = instance_dict(th, obj)? else {
        return Err(match descr {
            Some(_) => raise::attribute_error(th, obj, name, &format!("'{}' object attribute '{name}' is read-only", crate::ops::type_name(obj))),
            None if value.is_some() || true => raise::attribute_error(
                th,
                obj,
                name,
                &format!("'{}' object has no attribute '{name}' and no __dict__ for setting new attributes", crate::ops::type_name(obj)),
            ),
            None => raise::no_attribute(th, obj, name),
        });
    };
    match value {
        Some(value) => dict.set(th, name, value),
        None => {
            if dict.del(th, name)? {
                Ok(())
            } else {
                Err(raise::no_attribute(th, obj, name))
            }
        }
    }
}

/// A name that the class has gets its first inline slot: caches that found it on the class ask only the class's tag, so the tag goes
/// before the slot comes, and no other is given until then. Whoever finds the slot may store a value at once.
fn claim_inline(th: &mut Thread, ty: &Type, name: &'static Str) {
    if let Some(layout) = layout(ty)
        && layout.find(name).is_none()
    {
        let locked = lookup::lock_types_to_change(th, ty, lookup::Concerned::Tagged);
        lookup::invalidate_locked(&locked, ty);
        layout.find_or_add(name);
    }
}

enum Inline {
    Done(Option<Ref<Object>>),
    Missing,
    UseDict,
}

/// Stores or deletes an inline value, the class's descriptors having been asked.
fn set_inline(th: &mut Thread, obj: &Object, name: &'static Str, value: Option<&Object>) -> Inline {
    let Some(layout) = layout(obj.ty()) else { return Inline::UseDict };
    let index = match value {
        Some(_) => layout.find_or_add(name),
        None => layout.find(name),
    };
    let guard = th.lock(obj);
    let shape = shape_of(obj).load(Acquire);
    if shape == shapes::IN_DICT {
        return Inline::UseDict;
    }
    let Some(index) = index else {
        // No room (or, deleting, no such name): an instance with many attributes keeps them in a dict.
        return if value.is_some() { Inline::UseDict } else { Inline::Missing };
    };
    let slot = inline_slot(obj, layout, index);
    let result = match value {
        Some(value) => {
            if slot.is_null() {
                let Some(next) = shapes::add(shape, index) else { return Inline::UseDict };
                slot.replace(&guard, obj, Some(guard.retain(value)));
                shape_of(obj).store(next, Release);
                Inline::Done(None)
            } else {
                Inline::Done(slot.replace(&guard, obj, Some(guard.retain(value))))
            }
        }
        None if slot.is_null() => Inline::Missing,
        None => match shapes::last(shape) {
            Some((last, before)) if last == index => {
                shape_of(obj).store(before, Release);
                Inline::Done(slot.take(&guard, obj))
            }
            // A hole in the order: the dict keeps it.
            _ => Inline::UseDict,
        },
    };
    drop(guard);
    result
}

/// Which inline slots new instances of a class fill with which attributes, for makers of many alike (`_ast`).
pub struct Template {
    class: &'static Type,
    slots: Box<[usize]>,
    shape: u32,
}

impl Template {
    /// Reserves inline slots for interned names; `None` if there is no room for all.
    pub fn new(th: &mut Thread, class: &'static Type, attributes: &[&'static Str]) -> Option<Template> {
        let mut shape = shapes::EMPTY;
        let mut slots = Vec::with_capacity(attributes.len());
        for name in attributes {
            claim_inline(th, class, name);
            let slot = layout(class)?.find(name)?;
            shape = shapes::add(shape, slot)?;
            slots.push(slot);
        }
        Some(Template { class, slots: slots.into(), shape })
    }

    /// Gives an instance that nobody else knows yet, and that has no attributes, all attributes at once.
    pub fn fill(&self, th: &Thread, obj: &Object, values: impl Iterator<Item = Ref<Object>>) {
        let Some(layout) = layout(obj.ty()) else { return };
        if !core::ptr::eq(obj.ty(), self.class) || shape_of(obj).load(Relaxed) != shapes::EMPTY {
            debug_assert!(false, "a template fills new instances of its class");
            return;
        }
        let mut filled = 0;
        for (&slot, value) in self.slots.iter().zip(values) {
            inline_slot(obj, layout, slot).replace(th, obj, Some(value));
            filled += 1;
        }
        debug_assert_eq!(filled, self.slots.len(), "a template has a value for each attribute");
        shape_of(obj).store(self.shape, Release);
    }
}

/// The instance was made with a dict in its dict word: that is where its attributes are, from the start.
pub fn starts_in_dict(obj: &Object) {
    if obj.has_prefix() {
        shape_of(obj).store(shapes::IN_DICT, Release);
    }
}

/// The class's instances have no inline values any more, because one of them has no room for them: `obj.__class__` was set.
pub fn give_up_layout(th: &mut Thread, ty: &Type) -> Result<(), Raised> {
    let stopped = heap::world::stop_for(th, heap::contention::Reason::Class);
    for obj in th.tracked_objects_where(&mut |obj| core::ptr::eq(obj.ty(), ty)) {
        instance_dict(th, &obj)?;
    }
    ty.clear_flags(flags::SHAPED);
    // Caches name inline slots under the tag. The type lock is not for exclusive code; a tag may always be forgotten.
    lookup::forget_tag(ty);
    drop(stopped);
    Ok(())
}

/// The instance's dict, made on demand; `None` if instances of the type have none. A shaped instance's values move there.
pub fn instance_dict(th: &mut Thread, obj: &Object) -> Result<Option<Ref<Dict>>, Raised> {
    let Some(word) = dict_word(obj) else { return Ok(None) };
    loop {
        if let Some(dict) = word.get(th, obj) {
            return Ok(Some(dict));
        }
        let Some(layout) = layout(obj.ty()) else {
            let fresh = Dict::new(th);
            if let Err(mine) = word.set_if_null(th, obj, fresh) {
                th.release(mine);
            }
            continue;
        };
        let guard = th.lock(obj);
        let shape = shape_of(obj).load(Acquire);
        let slots = shapes::order(shape);
        let values: Vec<_> = slots.iter().map(|&index| (layout.name(index), inline_slot(obj, layout, index).get(&guard, obj))).collect();
        drop(guard);
        let fresh = Dict::new(th);
        for (name, value) in &values {
            if let (Some(name), Some(value)) = (name, value) {
                fresh.set_str(th, name, value.clone());
            }
        }
        let guard = th.lock(obj);
        let unchanged = shape_of(obj).load(Acquire) == shape
            && slots.iter().zip(&values).all(|(&index, (_, value))| {
                inline_slot(obj, layout, index).raw() == value.as_ref().map_or(core::ptr::null_mut(), Ref::as_ptr)
            });
        if !unchanged || !word.is_null() {
            // Another thread wrote meanwhile: begin again.
            continue;
        }
        word.replace(&guard, obj, Some(fresh));
        // Release: a reader that sees the mark finds the dict.
        shape_of(obj).store(shapes::IN_DICT, Release);
        for index in slots {
            // The dict holds a count on the value, so this is never the last one.
            drop(inline_slot(obj, layout, index).take(&guard, obj));
        }
    }
}

/// `obj.__dict__ = dict`; `None` deletes. False if instances of the type have no dict.
pub fn set_instance_dict(th: &mut Thread, obj: &Object, dict: Option<Ref<Dict>>) -> Result<bool, Raised> {
    let Some(word) = dict_word(obj) else { return Ok(false) };
    let new = match dict {
        Some(dict) => dict,
        None => Dict::new(th),
    };
    // Inline values leave first: afterwards the shape says that the dict has everything.
    let old = instance_dict(th, obj)?;
    let replaced = word.replace(th, obj, Some(new));
    drop(old);
    if let Some(replaced) = replaced {
        th.release(replaced);
    }
    Ok(true)
}

/// Drops an instance of a class: members, inline values, dict, then the builtin part.
///
/// # Safety
/// R2: the instance's count is zero.
pub unsafe fn drop_instance(ptr: *mut Object) {
    // SAFETY: the caller's promise.
    unsafe { drop_values(ptr) };
    // SAFETY: the caller's promise.
    let obj = unsafe { &*ptr };
    if let Some(x) = extra(obj.ty()) {
        if let Some(base_drop) = x.base_drop {
            // SAFETY: the instance begins with the builtin base's struct.
            unsafe { base_drop(ptr) };
        }
    }
}

/// Drops the heap fields that class statements added to the instance; they are empty afterwards.
///
/// # Safety
/// R2: the instance's count is zero.
pub unsafe fn drop_values(ptr: *mut Object) {
    // SAFETY: the caller's promise.
    let obj = unsafe { &*ptr };
    if let Some(x) = extra(obj.ty()) {
        // SAFETY: the instance ends: its fields are dropped, and empty from then on.
        let end = |slot: *mut Slot| unsafe { drop(core::ptr::replace(slot, Slot::NULL)) };
        values(obj, x, end);
        for &offset in &x.dropped {
            // SAFETY: the type says that a member lies there.
            end(unsafe { ptr.cast::<u8>().add(offset).cast() });
        }
    }
}

/// Visits the heap fields that a class statement added to the instance.
#[inline(always)]
fn values(obj: &Object, x: &super::extra::Extra, mut visit: impl FnMut(*mut Slot)) {
    let at = |offset: usize| {
        // SAFETY: the class's record names fields of its instances.
        unsafe { core::ptr::from_ref(obj).cast_mut().cast::<u8>().add(offset).cast::<Slot>() }
    };
    for &offset in &x.members {
        visit(at(offset));
    }
    // An instance whose values are in its dict may have come from a class with less room.
    if let Some(layout) = x.layout.as_ref().filter(|_| shape_of(obj).load(Acquire) != shapes::IN_DICT) {
        for i in 0..layout.capacity() {
            visit(at(layout.offset + i * 8));
        }
    }
    if x.owns_dict_word && let Some(word) = dict_word(obj) {
        visit(core::ptr::from_ref(word).cast_mut().cast());
    }
}

/// `tp_traverse` of classes.
///
/// # Safety
/// As C's `traverseproc`.
pub unsafe extern "C-unwind" fn traverse_instance(obj: *mut abi::PyObject, visit: abi::visitproc, arg: *mut core::ffi::c_void) -> core::ffi::c_int {
    // SAFETY: the caller's promise.
    let object = unsafe { Object::borrow(obj) };
    let mut visitor = heap::Visitor::from_c(visit, arg);
    if !super::is_counted_by_base(object.ty()) {
        visitor.visit(object.ty());
    }
    let Some(x) = extra(object.ty()) else { return visitor.result() };
    values(object, x, |slot| {
        // SAFETY: a field of the instance.
        visitor.slot(unsafe { &*slot });
    });
    if visitor.result() != 0 {
        return visitor.result();
    }
    match x.base_traverse {
        // SAFETY: the instance begins with the builtin base's struct.
        Some(traverse) => unsafe { traverse(obj, visit, arg) },
        None => 0,
    }
}

/// `tp_clear` of classes.
///
/// # Safety
/// As C's `inquiry`.
pub unsafe extern "C-unwind" fn clear_instance(obj: *mut abi::PyObject) -> core::ffi::c_int {
    // SAFETY: R10: a C entry.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: the caller's promise.
    let object = unsafe { Object::borrow(obj) };
    if let Some(x) = extra(object.ty()) {
        values(object, x, |slot| {
            // SAFETY: a field of the instance.
            unsafe { (*slot).set(th, object, None) };
        });
        if let Some(clear) = x.base_clear {
            // SAFETY: the instance begins with the builtin base's struct.
            return heap::foreign::call(th, clear as *const (), |_| {}, || unsafe { clear(obj) });
        }
    }
    0
}
