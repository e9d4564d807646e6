//! Which weak references name which object: sharded by the object's address.
//!
//! Invariant: a listed reference is not freed before it is unlisted (its drop takes the shard's lock), and a listed object neither
//! (its end does). No code runs under a shard's lock (R15). The order of a list is CPython's: the basic reference, the basic proxy,
//! then the others, the newest first. The basic reference to a type also stands in the type, as long as it is listed: who asks for it again
//! takes no lock. It is common if the type is, so its memory outlives its end for as long as a reader looks at it (R8).

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

use heap::prefix_flags::WEAKREFS;
use heap::sync::{AtomicPtr, Mutex, Ordering::*};
use heap::{Heaped, Object, PyType, Ref, Thread, Type, flags};

use super::{WeakRef, proxy};
use crate::typing;

const SHARDS: usize = 64;

/// Addresses of references by the address of their referent.
type Shard = HashMap<usize, Vec<usize>, BuildHasherDefault<AddressHasher>>;

/// Addresses are chosen by the allocator, not by whom a keyed hash would guard against.
#[derive(Default)]
struct AddressHasher(u64);

impl Hasher for AddressHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|&byte| self.write_usize(byte as usize));
    }
    fn write_usize(&mut self, address: usize) {
        // The high bits of the product depend on all bits of the address; the map looks at the high and the low ones.
        let mixed = (self.0 ^ (address as u64 >> 4)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ (mixed >> 32);
    }
}

static TABLE: LazyLock<[Mutex<Shard>; SHARDS]> = LazyLock::new(|| core::array::from_fn(|_| Mutex::new(Shard::default())));

fn address(object: &Object) -> usize {
    core::ptr::from_ref(object) as usize
}

fn shard(referent: usize) -> &'static Mutex<Shard> {
    // Objects are 16 bytes apart at least.
    &TABLE[(referent >> 4 ^ referent >> 12) % SHARDS]
}

/// A listed reference.
fn listed<'a>(reference: usize) -> &'a WeakRef {
    // SAFETY: the invariant; every caller holds the shard's lock while it uses the borrow.
    unsafe { &*(reference as *const WeakRef) }
}

/// A count on a listed reference, unless it is ending.
fn counted(reference: usize) -> Option<Ref<WeakRef>> {
    let reference = listed(reference);
    // SAFETY: R2: the count was just taken.
    heap::try_incref(reference).then(|| unsafe { Ref::from_raw(reference.as_ptr()) })
}

fn basic_in(list: &[usize], cls: &Type) -> Option<Ref<WeakRef>> {
    // They come first; one that is ending may stand before its successor.
    list.iter().take_while(|&&r| listed(r).is_basic()).filter(|&&r| listed(r).ty().is(cls)).find_map(|&r| counted(r))
}

/// The basic reference to a type stands there.
fn place_in_type(referent: &Object) -> Option<&AtomicPtr<Object>> {
    typing::as_type(referent).map(Type::weak_reference)
}

/// The basic reference of this type.
pub fn basic(th: &Thread, referent: &Object, cls: &Type) -> Option<Ref<WeakRef>> {
    if let Some(place) = place_in_type(referent)
        && cls.is(WeakRef::type_object())
        // SAFETY: R8: a reference is taken out of the type before its memory is retired.
        && let Some(found) = unsafe { place.load(Acquire).as_ref() }
        && th.try_incref(found)
    {
        // SAFETY: R2: the count was just taken. R3: nothing but a `WeakRef` is put there.
        return Some(unsafe { Ref::from_raw(found.as_ptr()) });
    }
    let shard = shard(address(referent)).lock();
    basic_in(shard.get(&address(referent))?, cls)
}

/// Lists a new reference. If it is basic and another thread was faster, that thread's is returned.
pub fn insert(referent: &Object, reference: &WeakRef, is_basic: bool) -> Option<Ref<WeakRef>> {
    let mut shard = shard(address(referent)).lock();
    let list = shard.entry(address(referent)).or_default();
    if is_basic && let Some(found) = basic_in(list, reference.ty()) {
        return Some(found);
    }
    let basics = list.iter().take_while(|&&r| listed(r).is_basic()).count();
    let is_first = is_basic && !proxy::is_proxy(reference);
    let place = if is_first { 0 } else { basics };
    list.insert(place, address(reference));
    if is_first && let Some(place) = place_in_type(referent) {
        place.store(core::ptr::from_ref(reference.as_object()).cast_mut(), Release);
    }
    if let Some(prefix) = referent.prefix() {
        prefix.flags.fetch_or(WEAKREFS, Relaxed);
    }
    mark_foreign(referent, Some(reference));
    None
}

/// Extensions ask their instances' own field whether there are weak references.
fn mark_foreign(referent: &Object, reference: Option<&WeakRef>) {
    let offset = referent.ty().tp_weaklistoffset();
    // A type has a place of its own for that.
    if offset <= 0 || !referent.ty().has_flag(flags::FOREIGN) || typing::as_type(referent).is_some() {
        return;
    }
    let value = reference.map_or(core::ptr::null(), core::ptr::from_ref);
    // SAFETY: R3: the type says that its instances have a pointer at this offset.
    unsafe {
        let field = core::ptr::from_ref(referent).cast_mut().byte_offset(offset).cast::<*const WeakRef>();
        field.write(value);
    }
}

/// Unlists a reference that ends.
pub fn remove(reference: &WeakRef) {
    let Some(referent) = reference.target() else { return };
    let mut shard = shard(referent).lock();
    // Under the lock the answer is final: the referent's end clears it here.
    if reference.target() != Some(referent) {
        return;
    }
    let Some(list) = shard.get_mut(&referent) else { return };
    list.retain(|&r| r != address(reference));
    let is_last = list.is_empty();
    if is_last {
        shard.remove(&referent);
    }
    // SAFETY: the reference named it under the lock, so its end has not passed here yet.
    let referent = unsafe { &*(referent as *const Object) };
    if let Some(place) = place_in_type(referent) {
        // Its successor may stand there already.
        let _ = place.compare_exchange(core::ptr::from_ref(reference.as_object()).cast_mut(), core::ptr::null_mut(), Release, Relaxed);
    }
    if is_last {
        unmark(referent);
    }
}

fn unmark(referent: &Object) {
    if let Some(prefix) = referent.prefix() {
        prefix.flags.fetch_and(!WEAKREFS, Relaxed);
    }
    mark_foreign(referent, None);
}

/// Clears and unlists all references to an object; those that still live are returned in order.
pub fn take(referent: &Object) -> Vec<Ref<WeakRef>> {
    let mut shard = shard(address(referent)).lock();
    let Some(list) = shard.remove(&address(referent)) else { return Vec::new() };
    unmark(referent);
    if let Some(place) = place_in_type(referent) {
        place.store(core::ptr::null_mut(), Release);
    }
    let mut refs = Vec::with_capacity(list.len());
    for reference in list {
        // The count first: a reference that ends on another thread waits for the lock only while it names its referent.
        let counted = counted(reference);
        listed(reference).forget();
        refs.extend(counted);
    }
    refs
}

/// Clears all references to an object, which stay listed for [`take`].
pub fn forget(referent: &Object) {
    let shard = shard(address(referent)).lock();
    for &reference in shard.get(&address(referent)).into_iter().flatten() {
        listed(reference).forget();
    }
}

/// The living references to an object.
pub fn list(referent: &Object) -> Vec<Ref<WeakRef>> {
    let shard = shard(address(referent)).lock();
    shard.get(&address(referent)).into_iter().flatten().filter_map(|&r| counted(r)).collect()
}

/// How many living references there are.
pub fn count(referent: &Object) -> usize {
    let shard = shard(address(referent)).lock();
    shard.get(&address(referent)).into_iter().flatten().filter(|&&r| listed(r).count() != 0).count()
}

/// Visits the listed references.
pub fn visit(referent: &Object, visit: &mut dyn FnMut(&Object)) {
    let shard = shard(address(referent)).lock();
    for &reference in shard.get(&address(referent)).into_iter().flatten() {
        visit(listed(reference));
    }
}
