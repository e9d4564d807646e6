//! Looking a name up along the MRO, through a per-thread cache keyed by version tags.
//!
//! A common class lists its subclasses, also those that are private to some thread: only [`subclasses`], and [`subclasses_locked`] after
//! [`lock_types_to_change`], hand them out, when they are common or this thread's own.
//!
//! Invariant: while a type's tag is valid (non-zero), no namespace in its MRO has changed since the tag was given. A writer
//! invalidates the tags of the type and all its subclasses *before* it changes a namespace; a reader that takes a count on a
//! cached value checks the tag again afterwards (R8).
#![allow(unsafe_code, reason = "cached values are borrowed from namespaces until their tag changes")]

use core::cell::Cell;
use std::collections::{BTreeMap, HashSet};

use heap::sync::{AtomicU8, AtomicU32, Mutex, Ordering::*};
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

/// Takes the lock of all classes to change a class, which concerns those below it. Subclasses that were private to other threads are
/// common then; nobody makes another while the lock is held.
pub fn lock_types_to_change<'a>(th: &'a mut Thread, ty: &Type, concerned: Concerned) -> Locked<'a> {
    let th: *mut Thread = th;
    loop {
        // SAFETY: R10: the reference that came in, lent out once for each round: what an earlier round borrowed is gone.
        let locked = unsafe { &mut *th }.lock_byte(&TYPE_LOCK);
        if !has_foreign(&locked, ty, concerned) {
            return locked;
        }
        drop(locked);
        // SAFETY: R10: as above.
        share_subclasses(unsafe { &*th }, ty, true);
    }
}

/// As [`lock_types_to_change`], with the lock of a namespace.
pub(crate) fn lock_types_and<'a>(th: &'a mut Thread, ty: &Type, namespace: &'a Dict, concerned: Concerned) -> DictGuard<'a> {
    let th: *mut Thread = th;
    loop {
        // SAFETY: R10: as in `lock_types_to_change`.
        let locked = unsafe { &mut *th }.lock_with_byte(&TYPE_LOCK, namespace);
        if !has_foreign(&locked, ty, concerned) {
            return namespace.guarded_by(locked);
        }
        drop(locked);
        // SAFETY: R10: as above.
        share_subclasses(unsafe { &*th }, ty, true);
    }
}

/// Which classes below a class a change of it concerns.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Concerned {
    /// Those with a valid version tag, which goes.
    Tagged,
    /// All, because their slots or orders may change, too.
    All,
}

/// Whether a class below `ty` is private to another thread. Under the lock of all classes. What is private to this thread has no such class
/// below it: a class holds its bases.
fn has_foreign(th: &Thread, ty: &Type, concerned: Concerned) -> bool {
    let concerns = |ty: &Type| ty.owner() == 0 && (concerned == Concerned::All || ty.version_tag() != 0);
    if !heap::multi_threaded_ever() || !concerns(ty) {
        return false;
    }
    let Listed { living: mut below, mut foreign } = listed(th, ty);
    let mut seen = HashSet::new();
    let mut next = 0;
    while !foreign && let Some(sub) = below.get(next) {
        next += 1;
        if let Some(sub) = super::as_type(sub).filter(|sub| concerns(sub)) {
            let found = listed(th, sub);
            foreign = found.foreign;
            below.extend(found.living.into_iter().filter(|class| seen.insert(class.as_ptr())));
        }
    }
    foreign
}

/// The subclasses of `ty` that are private to other threads become common, with all that they reach (R6), the direct ones or all below: their
/// threads stand still for it.
fn share_subclasses(th: &Thread, ty: &Type, all: bool) {
    let stopped = heap::world::stop_for(th, heap::contention::Reason::Class);
    let mut below: Vec<usize> = Vec::new();
    let mut seen = HashSet::new();
    let mut add = |below: &mut Vec<usize>, ty: &Type| {
        if let Some(extra) = extra(ty) {
            below.extend(extra.subclasses.lock().iter().filter(|&&sub| seen.insert(sub)));
        }
    };
    add(&mut below, ty);
    while let Some(sub) = below.pop() {
        // SAFETY: R8: a class leaves the list before its memory goes; no thread ends one while the world stands still.
        let sub = unsafe { &*(sub as *const Object) };
        th.share(sub);
        if let Some(sub) = super::as_type(sub).filter(|_| all) {
            add(&mut below, sub);
        }
    }
    drop(stopped);
}

struct Listed {
    /// Counted.
    living: Vec<Ref<Object>>,
    /// Whether there are others that are private to another thread.
    foreign: bool,
}

/// The direct subclasses that this thread may touch.
fn listed(th: &Thread, ty: &Type) -> Listed {
    let mut found = Listed { living: Vec::new(), foreign: false };
    let Some(extra) = extra(ty) else { return found };
    // A class that is common now reaches only what is common; see `heap`, `share`.
    let _unpublished = heap::hold_publishing();
    for &sub in &*extra.subclasses.lock() {
        // SAFETY: R8: a class that ends takes the list's lock to leave it before its memory goes.
        let sub = unsafe { &*(sub as *const Object) };
        if sub.owner() != 0 && sub.owner() != th.id() {
            found.foreign = true;
            continue;
        }
        if heap::try_incref(sub) {
            // SAFETY: R2: the count was taken; a class whose count is zero already waits for its end and stays dead.
            found.living.push(unsafe { Ref::from_raw(sub.as_ptr()) });
        }
    }
    found
}

static NEXT_TAG: AtomicU32 = AtomicU32::new(1);

/// The version tag that was given out last; 0 if none was.
pub fn last_tag() -> u32 {
    NEXT_TAG.load(Relaxed) - 1
}

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

    /// Forgets everything.
    pub fn clear(&self) {
        for entry in &self.entries {
            entry.set(Entry { tag: 0, name: core::ptr::null(), value: core::ptr::null() });
        }
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
    // SAFETY: R2: the count was taken.
    th.try_incref(object).then(|| unsafe { Ref::from_raw(object.as_ptr()) })
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
    if ty.has_flag(super::UNTAGGED) {
        return 0;
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
    VALID.lock().insert(tag, TypeAddress(core::ptr::from_ref(ty)));
    tag
}

/// The valid tags of all types, for whoever has a tag but no type, and where those are: a type is taken out before it ends.
static VALID: Mutex<BTreeMap<u32, TypeAddress>> = Mutex::new(BTreeMap::new());

struct TypeAddress(*const Type);

// SAFETY: it is read under the lock of the table, which the type's end takes, too.
unsafe impl Send for TypeAddress {}

/// Whether some living type has this tag, which this thread may look at: then its namespaces hold what was found under it, and until the thread's next
/// safepoint there is the memory of that. What another thread's own types hold may be gone at any time.
pub fn is_valid_tag(th: &Thread, tag: u32) -> bool {
    let valid = VALID.lock();
    // SAFETY: a type is in the table as long as it lives, and ends only after it was taken out, under this lock.
    let ty = valid.get(&tag).map(|ty| unsafe { &*ty.0 });
    ty.is_some_and(|ty| ty.owner() == 0 || th.is_mine(ty))
}

/// The type ends, or a namespace in its MRO is about to change.
pub(crate) fn forget_tag(ty: &Type) {
    let tag = ty.version_tag();
    if tag != 0 {
        VALID.lock().remove(&tag);
        ty.set_version_tag(0);
    }
}

/// Invalidates the tags of the type and its subclasses; the caller holds the lock of all classes, taken to change the type, and changes a
/// namespace, base or MRO next.
pub fn invalidate_locked(th: &Thread, ty: &Type) {
    if ty.version_tag() == 0 {
        return;
    }
    forget_tag(ty);
    for sub in subclasses_locked(th, ty) {
        if let Some(sub) = super::as_type(&sub) {
            invalidate_locked(th, sub);
        }
    }
}

/// The living direct subclasses, counted. Those that were private to other threads are common from now on.
pub fn subclasses(th: &mut Thread, ty: &Type) -> Vec<Ref<Object>> {
    loop {
        let Listed { living, foreign } = listed(th, ty);
        if !foreign {
            return living;
        }
        for class in living {
            th.release(class);
        }
        share_subclasses(th, ty, false);
    }
}

/// The same under the lock of all classes, which was taken to change `ty` or a class above it.
pub fn subclasses_locked(th: &Thread, ty: &Type) -> Vec<Ref<Object>> {
    let Listed { living, foreign } = listed(th, ty);
    debug_assert!(!foreign, "a class was changed that concerns another thread's own");
    living
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
