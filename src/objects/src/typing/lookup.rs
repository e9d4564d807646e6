//! Looking a name up along the MRO, through a per-thread cache keyed by version tags.
//!
//! Invariant: while a type's tag is valid (non-zero), no namespace in its MRO has changed since the tag was given. A writer
//! invalidates the tags of the type and all its subclasses *before* it changes a namespace; a reader that takes a count on a
//! cached value checks the tag again afterwards (R8).
#![allow(unsafe_code, reason = "cached values are borrowed from namespaces until their tag changes")]

use core::cell::Cell;

use heap::sync::{AtomicU8, AtomicU32, Ordering::*};
use heap::{Heaped, Locked, Object, Ref, Thread, Type};

use super::extra::extra;
use crate::dict::DictGuard;
use crate::{Dict, Str, Tuple};

/// The one lock for classes: namespaces of types, MROs, version tags (R9). Held for short stretches without call-outs; a namespace's own
/// lock is taken together with it, never after it (R15).
static TYPE_LOCK: AtomicU8 = AtomicU8::new(0);

/// Takes the lock of all classes. Waiting is a safepoint.
pub fn lock_types(th: &mut Thread) -> Locked<'_> {
    th.lock_byte(&TYPE_LOCK)
}

/// Takes the lock of all classes and that of a namespace.
pub fn lock_types_and<'a>(th: &'a mut Thread, namespace: &'a Dict) -> DictGuard<'a> {
    namespace.guarded_by(th.lock_with_byte(&TYPE_LOCK, namespace))
}

static NEXT_TAG: AtomicU32 = AtomicU32::new(1);

const ENTRIES: usize = 1024;

#[derive(Clone, Copy)]
struct Entry {
    tag: u32,
    name: *const Str,
    value: *const Object,
}

/// The per-thread cache.
pub struct MethodCache {
    entries: [Cell<Entry>; ENTRIES],
}

impl MethodCache {
    /// An empty cache.
    pub fn new() -> Box<MethodCache> {
        const EMPTY: Cell<Entry> = Cell::new(Entry { tag: 0, name: core::ptr::null(), value: core::ptr::null() });
        Box::new(MethodCache { entries: [EMPTY; ENTRIES] })
    }
}

#[inline(always)]
fn slot_of(tag: u32, name: &Str) -> usize {
    ((core::ptr::from_ref(name) as usize >> 4) ^ (tag as usize).wrapping_mul(0x9e37)) % ENTRIES
}

/// What the type's MRO has under `name`, counted.
#[inline]
pub fn lookup(th: &Thread, ty: &Type, name: &Str) -> Option<Ref<Object>> {
    let tag = ty.version_tag();
    if tag != 0 && name.is_interned() {
        let entry = crate::per_thread(th).methods.entries[slot_of(tag, name)].get();
        if entry.tag == tag && core::ptr::eq(entry.name, name) {
            if entry.value.is_null() {
                return None;
            }
            // SAFETY: R8: the namespace held a count when the tag was read; memory stays until this thread's next safepoint.
            if let Some(value) = take(th, unsafe { &*entry.value }) {
                if ty.version_tag() == tag {
                    return Some(value);
                }
            }
        }
    }
    lookup_slow(th, ty, name)
}

#[inline(always)]
fn take(th: &Thread, object: &Object) -> Option<Ref<Object>> {
    if th.is_mine(object) || object.is_immortal() {
        return Some(th.retain(object));
    }
    // SAFETY: R2: the count was taken.
    heap::try_incref(object).then(|| unsafe { Ref::from_raw(object.as_ptr()) })
}

#[cold]
#[inline(never)]
fn lookup_slow(th: &Thread, ty: &Type, name: &Str) -> Option<Ref<Object>> {
    let tag = if name.is_interned() { assign_tag(th, ty) } else { 0 };
    let found = lookup_uncached(th, ty, name);
    if tag != 0 && ty.version_tag() == tag {
        let value = found.as_ref().map_or(core::ptr::null(), |v| core::ptr::from_ref(&**v));
        crate::per_thread(th).methods.entries[slot_of(tag, name)].set(Entry { tag, name, value });
    }
    found
}

/// The MRO walk itself.
pub fn lookup_uncached(th: &Thread, ty: &Type, name: &Str) -> Option<Ref<Object>> {
    let Some(mro) = mro(th, ty) else { return own_dict(ty)?.get_str(th, name) };
    for i in 0..mro.len() {
        if let Some(base) = super::as_type(mro.get(i))
            && let Some(dict) = own_dict(base)
            && let Some(found) = dict.get_str(th, name)
        {
            return Some(found);
        }
    }
    None
}

/// As [`lookup`], and the class whose namespace has it.
pub fn lookup_with_owner(th: &Thread, ty: &Type, name: &Str) -> Option<(Ref<Object>, Ref<Object>)> {
    let mro = mro(th, ty)?;
    for i in 0..mro.len() {
        let base = mro.get(i);
        if let Some(found) = super::as_type(base).and_then(own_dict).and_then(|d| d.get_str(th, name)) {
            return Some((found, base.to_owned()));
        }
    }
    None
}

/// The MRO, counted: another thread may replace it.
pub fn mro(th: &Thread, ty: &Type) -> Option<Ref<Tuple>> {
    loop {
        let ptr = ty.tp_mro();
        if ptr.is_null() {
            return None;
        }
        // SAFETY: R8: a replaced MRO's memory stays until this thread's next safepoint.
        let taken = take(th, unsafe { Object::borrow(ptr) });
        if let Some(object) = taken
            && ty.tp_mro() == ptr
        {
            // SAFETY: `tp_mro` holds a tuple.
            return Some(unsafe { object.cast_unchecked() });
        }
    }
}

/// The type's namespace.
#[inline]
pub fn own_dict(ty: &Type) -> Option<&Dict> {
    let ptr = ty.tp_dict();
    if ptr.is_null() {
        return None;
    }
    // SAFETY: R9: the namespace lives as long as the type and is never replaced; it is a dict.
    Some(unsafe { Object::borrow(ptr).cast_unchecked() })
}

/// Gives the type (and its bases) a valid tag; 0 if there is none left, or if classes are being changed at this moment: callers then do
/// without a cache, so nobody waits here.
pub fn assign_tag(th: &Thread, ty: &Type) -> u32 {
    let tag = ty.version_tag();
    if tag != 0 {
        return tag;
    }
    let Some(_lock) = th.try_lock_byte(&TYPE_LOCK) else { return 0 };
    assign_tag_locked(ty)
}

fn assign_tag_locked(ty: &Type) -> u32 {
    let tag = ty.version_tag();
    if tag != 0 {
        return tag;
    }
    // A valid tag implies valid tags of all bases, so that invalidation can stop at types without one.
    let bases = ty.tp_bases();
    if !bases.is_null() {
        // SAFETY: R9: under the type lock `tp_bases` is a tuple that nobody replaces.
        let bases: &Tuple = unsafe { Object::borrow(bases).cast_unchecked() };
        for base in bases.iter() {
            if let Some(base) = super::as_type(base)
                && assign_tag_locked(base) == 0
            {
                return 0;
            }
        }
    }
    let tag = NEXT_TAG.fetch_add(1, Relaxed);
    if tag == 0 || tag >= u32::MAX / 2 {
        NEXT_TAG.store(u32::MAX / 2, Relaxed);
        return 0;
    }
    ty.set_version_tag(tag);
    tag
}

/// Invalidates the tags of the type and its subclasses; the caller holds the lock of all classes and changes a namespace, base or MRO next.
pub fn invalidate_locked(th: &Thread, ty: &Type) {
    if ty.version_tag() == 0 {
        return;
    }
    ty.set_version_tag(0);
    for sub in subclasses(th, ty) {
        if let Some(sub) = super::as_type(&sub) {
            invalidate_locked(th, sub);
        }
    }
}

/// The living direct subclasses, counted.
pub fn subclasses(_th: &Thread, ty: &Type) -> Vec<Ref<Object>> {
    let Some(extra) = extra(ty) else { return Vec::new() };
    let list = extra.subclasses.lock();
    let alive = |&sub: &usize| {
        // SAFETY: R8: a class that ends takes this lock to leave the list before its memory goes.
        let sub = unsafe { &*(sub as *const Object) };
        // SAFETY: R2: the count was taken; a class whose count is zero already waits for its end and stays dead.
        heap::try_incref(sub).then(|| unsafe { Ref::from_raw(sub.as_ptr()) })
    };
    list.iter().filter_map(alive).collect()
}

/// Lists `sub` under `base`.
pub fn add_subclass(base: &Type, sub: &Type) {
    if let Some(x) = extra(base) {
        let mut list = x.subclasses.lock();
        let address = core::ptr::from_ref(sub) as usize;
        if !list.contains(&address) {
            list.push(address);
        }
    }
}

/// Unlists `sub`.
pub fn remove_subclass(base: &Type, sub: &Type) {
    if let Some(x) = extra(base) {
        x.subclasses.lock().retain(|&s| s != core::ptr::from_ref(sub) as usize);
    }
}
const _: fn(&Type) -> &Object = |t| t.as_object();
