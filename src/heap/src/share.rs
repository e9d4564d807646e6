//! Sharing: a private object that becomes reachable from a common one becomes common first, with all it reaches (R6).
//!
//! Classes are found without a reference, too: a common class lists its subclasses, also those that are private to some thread. So the classes
//! of one sharing become common together, last of all, under [`PUBLISHING`]: whoever finds one by such a list looks at its owner
//! under that lock, and what it then finds common reaches only what is common.

use crate::header::prefix_flags::SHARING;
use crate::sync::Ordering::*;
use crate::sync::{Mutex, MutexGuard};
use crate::{Object, Thread, Visitor};

/// Held while classes become common, and by those who look whether a class that they do not hold is. Nothing but the lock of a list of
/// subclasses is taken under it.
static PUBLISHING: Mutex<()> = Mutex::new(());

/// While this is held no class becomes common.
#[must_use = "classes are published again when this is dropped"]
pub struct Unpublished(#[expect(dead_code, reason = "it is held")] MutexGuard<'static, ()>);

/// Waits until classes that are becoming common have become so, all that they reach included; no other does until the result is dropped.
pub fn hold_publishing() -> Unpublished {
    Unpublished(PUBLISHING.lock())
}

impl Thread {
    /// The store barrier: `value` is about to be stored into a field of `holder`.
    #[inline(always)]
    pub fn barrier(&self, holder: &Object, value: &Object) {
        let owner = value.owner();
        if owner != 0 && owner != holder.owner() {
            self.share(value);
        }
    }

    /// Whether `value` may be stored into a field of `holder` with a plain store: the holder is *mine*, and the value need not be shared (R6).
    #[inline(always)]
    pub fn stores_plainly(&self, holder: &Object, value: &Object) -> bool {
        let owner = value.owner();
        self.is_mine(holder) && (owner == 0 || owner == holder.owner())
    }

    /// Makes `root` and all that it reaches common (owner 0). Only the owner, or the holder of the world, may call it.
    ///
    /// The order of the owner stores does not matter to other threads: none of them can reach any of the objects before
    /// the caller publishes `root` with a release store. Classes are the exception (see above).
    #[inline(never)]
    pub fn share(&self, root: &Object) {
        if root.owner() != 0 && holds_nothing(root) && !crate::contention::is_on() {
            return make_common(root);
        }
        self.share_all(root);
    }

    /// [`Thread::share`] of what may hold something.
    #[cold]
    #[inline(never)]
    fn share_all(&self, root: &Object) {
        let objects = self.share_unmeasured(root);
        if objects != 0 && crate::contention::is_on() {
            crate::contention::shared(self, root, objects);
        }
    }

    /// [`Thread::share`] by the runtime itself, which publishes nothing that a program did not. How many objects became common.
    pub(crate) fn share_unmeasured(&self, root: &Object) -> u64 {
        if root.owner() == 0 {
            return 0;
        }
        debug_assert!(root.owner() == self.id() || self.also() == 0, "shared by a thread that does not own it");
        if holds_nothing(root) {
            make_common(root);
            return 1;
        }
        let mut objects = 0;
        let mut classes: Vec<*const Object> = Vec::new();
        let mut work: Vec<*const Object> = Vec::new();
        reach(root, &mut work, &mut classes);
        self.sharing.set(true);
        while let Some(object) = work.pop() {
            objects += 1;
            // SAFETY: R6: everything on the list is reachable from `root`, which the caller holds.
            let object = unsafe { &*object };
            let mut visit = |child: &Object| reach(child, &mut work, &mut classes);
            visit_children(object, &mut visit);
            if object.has_weakrefs() {
                // Weak references and their callbacks go with their referent (R6).
                crate::hooks::hooks().visit_weakrefs(object, &mut visit);
            }
            if object.ty().has_flag(crate::typ::flags::WEAK_REFERENCE) {
                // And the referent with them: whoever upgrades one must find a common object.
                crate::hooks::hooks().visit_referent(object, &mut visit);
            }
        }
        self.sharing.set(false);
        if !classes.is_empty() {
            publish(&classes);
        }
        objects
    }
}

/// A sharing comes by an object: what is private becomes common, and what it holds is looked at next. Classes wait for the end.
#[inline]
fn reach(object: &Object, work: &mut Vec<*const Object>, classes: &mut Vec<*const Object>) {
    if object.owner() == 0 {
        return;
    }
    if object.ty().has_flag(abi::Py_TPFLAGS_TYPE_SUBCLASS as u64) {
        // SAFETY: R3: a private type object is a class that we allocated, which has a prefix.
        if unsafe { object.prefix_unchecked() }.flags.fetch_or(SHARING, Relaxed) & SHARING != 0 {
            return;
        }
        classes.push(object);
    } else {
        make_common(object);
    }
    work.push(object);
}

/// Whether nothing can be reached from an object: its type says so, and there is no place for weak references.
#[inline(always)]
fn holds_nothing(object: &Object) -> bool {
    object.ty().has_flag(crate::typ::flags::LEAF) && !object.has_prefix()
}

#[inline]
fn make_common(object: &Object) {
    object.head().owner.store(0, Release);
}

/// The classes become common, all at once to those who find them by a list of subclasses.
#[cold]
fn publish(classes: &[*const Object]) {
    let publishing = PUBLISHING.lock();
    for &class in classes {
        // SAFETY: R6: reached by the sharing that is about to end.
        let class = unsafe { &*class };
        // SAFETY: R3: as in `reach`.
        unsafe { class.prefix_unchecked() }.flags.fetch_and(!SHARING, Relaxed);
        make_common(class);
    }
    drop(publishing);
}

/// Calls `visit` for every object that `object` holds, by its type's `tp_traverse`.
pub fn visit_children(object: &Object, visit: &mut dyn FnMut(&Object)) {
    if let Some(traverse) = object.ty().tp_traverse() {
        let mut visitor = Visitor::new(visit);
        visitor.run(traverse, object);
    }
}
