//! The count, slot and weak-reference protocols as functions over words, apart from any layout (R2, R6, R8).
//!
//! They are for *common* objects. On *mine* objects plain loads and stores do, and need no proof.

use crate::sync::{self, AtomicPtr, AtomicU8, AtomicU16, AtomicU32, Edge, Ordering};

use Ordering::{AcqRel, Acquire, Relaxed, Release};

/// Whether a count never changes (its sign bit is set, as in the ABI).
#[inline(always)]
#[must_use]
pub fn is_immortal(count: u32) -> bool {
    count.cast_signed() < 0
}

/// Take a count unless there is none left: an object whose count has reached zero stays dead (R2).
#[inline]
pub fn try_incref(count: &AtomicU32) -> bool {
    let mut seen = count.load(Relaxed);
    loop {
        if is_immortal(seen) {
            return true;
        }
        if seen == 0 {
            return false;
        }
        // Relaxed would do for the count itself: the slot's acquire load brought the contents. Acquire costs nothing where a
        // compare-and-swap is a full barrier, and pairs with `decref_common` for those who learn of the object by its count alone.
        match count.compare_exchange_weak(seen, seen + 1, Acquire, Relaxed) {
            Ok(_) => return true,
            Err(now) => seen = now,
        }
    }
}

/// Take a count on an object on which somebody is known to hold one.
#[inline(always)]
pub fn incref_common(count: &AtomicU32) {
    if !is_immortal(count.load(Relaxed)) {
        count.fetch_add(1, Relaxed);
    }
}

/// Lower a count. True when it was the last: the caller, and nobody else, ends the object.
#[inline(always)]
#[must_use = "the last count's holder ends the object"]
pub fn decref_common(count: &AtomicU32) -> bool {
    if is_immortal(count.load(Relaxed)) {
        return false;
    }
    // Release: what we did to the object comes before its end. Acquire: what the others did comes before, if we end it.
    count.fetch_sub(1, sync::at(Edge::CountDown, AcqRel)) == 1
}

/// What a promoted object's count has on top (R12): neither an immortal one nor near zero.
pub const BIAS: u32 = 1 << 29;

/// From now on threads count the object each for itself, under `number` (R12). The caller holds a count; others may change the count
/// meanwhile, and learn of the number late: both ways of counting add up.
#[inline]
pub fn promote(count: &AtomicU32, hot: &AtomicU16, number: u16) {
    count.fetch_add(BIAS, Relaxed);
    hot.store(number, Release);
}

/// The number of references to a promoted object, given the sum of what the threads counted. Exact if the world is stopped.
#[inline]
#[must_use]
pub fn settled(count: &AtomicU32, counted: i64) -> i64 {
    i64::from(count.load(Relaxed)) - i64::from(BIAS) + counted
}

/// The slot changed while it was read, or what it held was dying: look again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Changed;

/// Read one slot of a common holder without its lock (R8): load, try-incref, look whether the slot still holds it. Null is `None`.
///
/// `take` takes a count ([`try_incref`]) on an object whose memory lives until this thread's next taken safepoint; `drop` gives a count
/// back that was taken for nothing. In storage that may be unlinked meanwhile the caller finds the storage again after `Changed` (in unlinked
/// storage what failed once fails for ever).
#[inline]
pub fn try_read_slot<T>(
    slot: &AtomicPtr<T>,
    take: impl FnOnce(*mut T) -> bool,
    drop: impl FnOnce(*mut T),
) -> Result<Option<*mut T>, Changed> {
    // Acquire: pairs with `publish`.
    let object = slot.load(sync::at(Edge::SlotLoad, Acquire));
    if object.is_null() {
        return Ok(None);
    }
    if !take(object) {
        return Err(Changed);
    }
    // Acquire: as above; it is the look that counts.
    if slot.load(sync::at(Edge::SlotLoad, Acquire)) == object {
        return Ok(Some(object));
    }
    drop(object);
    Err(Changed)
}

/// [`try_read_slot`] until it succeeds, for slots that are part of their holder.
#[inline]
pub fn read_slot<T>(
    slot: &AtomicPtr<T>,
    take: impl Fn(*mut T) -> bool,
    mut drop: impl FnMut(*mut T),
) -> Option<*mut T> {
    loop {
        if let Ok(read) = try_read_slot(slot, &take, &mut drop) {
            return read;
        }
        sync::spin_hint();
    }
}

/// Store a shared (or immortal) object, with the count that goes with it, into a slot of a common holder whose lock is held. Returns
/// what the slot held: its count is the caller's, and its end comes after a grace period.
#[inline]
pub fn publish<T>(slot: &AtomicPtr<T>, object: *mut T) -> *mut T {
    // Release: everything that was written to the object, its owner 0 and all that it reaches is visible to `read_slot`.
    // Acquire: so is what we take out.
    slot.swap(object, sync::at(Edge::SlotPublish, AcqRel))
}

/// Bit of the flags byte in a prefix: the object is past the point of no return (R2). Its count may change again (a foreign destructor
/// moves it between 0 and 1), it can never be revived.
pub const DYING: u8 = 4;

/// Upgrade a weak reference: `referent` is its pointer, which [`kill_weak`] clears. `None` if the object is dead or dying. The weak
/// reference belongs to the caller, so it stays; the referent's memory stays until the caller's next taken safepoint.
#[inline]
pub fn upgrade_weak<T>(
    referent: &AtomicPtr<T>,
    count_of: impl Fn(*mut T) -> *const AtomicU32,
    flags_of: impl Fn(*mut T) -> Option<*const AtomicU8>,
) -> Option<*mut T> {
    // Acquire: pairs with the making of the weak reference.
    let object = referent.load(sync::at(Edge::WeakUpgrade, Acquire));
    if object.is_null() {
        return None;
    }
    // SAFETY: R8: the pointer was there, so the memory is not retired before, nor freed until after our next taken safepoint.
    if flags_of(object).is_some_and(|flags| unsafe { (*flags).load(Acquire) } & DYING != 0) {
        return None;
    }
    // SAFETY: R8, as above.
    try_incref(unsafe { &*count_of(object) }).then_some(object)
}

/// The object's count is zero and nothing will revive it: mark it. Before its weak references are cleared and its memory is retired.
#[inline]
pub fn mark_dying(flags: &AtomicU8) {
    // Release: pairs with `upgrade_weak`.
    flags.fetch_or(DYING, AcqRel);
}

/// Clear one weak reference of a dying object. Before the memory is retired (the grace period covers those who loaded it before).
#[inline]
pub fn kill_weak<T>(referent: &AtomicPtr<T>) {
    referent.store(core::ptr::null_mut(), sync::at(Edge::WeakUpgrade, Release));
}

/// Give an object whose count is zero one count for its finalizer. Only whoever got `true` from [`decref_common`] may. Optimistic readers
/// and weak references may take counts meanwhile; [`decref_common`] then tells whether somebody kept it.
#[inline]
pub fn revive_for_finalizer(count: &AtomicU32) {
    // Release: pairs with the compare-and-swap of `try_incref`.
    count.fetch_add(1, AcqRel);
}
