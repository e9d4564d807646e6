//! Sharing: a private object that becomes reachable from a common one becomes common first, with all it reaches (R6).

use crate::sync::Ordering::*;
use crate::{Object, Thread, Visitor};

impl Thread {
    /// The store barrier: `value` is about to be stored into a field of `holder`.
    #[inline(always)]
    pub fn barrier(&self, holder: &Object, value: &Object) {
        let owner = value.owner();
        if owner != 0 && owner != holder.owner() {
            self.share(value);
        }
    }

    /// Makes `root` and all that it reaches common (owner 0). Only the owner, or the holder of the world, may call it.
    ///
    /// The order of the owner stores does not matter to other threads: none of them can reach any of the objects before
    /// the caller publishes `root` with a release store.
    #[cold]
    #[inline(never)]
    pub fn share(&self, root: &Object) {
        if root.owner() == 0 {
            return;
        }
        debug_assert!(root.owner() == self.id() || self.also() == 0, "shared by a thread that does not own it");
        make_common(root);
        if root.ty().has_flag(crate::typ::flags::LEAF) && !root.has_prefix() {
            return;
        }
        let mut work: Vec<*const Object> = Vec::new();
        work.push(root);
        while let Some(object) = work.pop() {
            // SAFETY: R6: everything on the list is reachable from `root`, which the caller holds.
            let object = unsafe { &*object };
            let mut visit = |child: &Object| {
                if child.owner() != 0 {
                    make_common(child);
                    work.push(child);
                }
            };
            visit_children(object, &mut visit);
            if object.prefix().is_some_and(|p| p.flags.load(Relaxed) & crate::header::prefix_flags::WEAKREFS != 0) {
                // Weak references and their callbacks go with their referent (R6).
                crate::hooks::hooks().visit_weakrefs(object, &mut visit);
            }
            if object.ty().has_flag(crate::typ::flags::WEAK_REFERENCE) {
                // And the referent with them: whoever upgrades one must find a common object.
                crate::hooks::hooks().visit_referent(object, &mut visit);
            }
        }
    }
}

#[inline]
fn make_common(object: &Object) {
    object.head().owner.store(0, Release);
}

/// Calls `visit` for every object that `object` holds, by its type's `tp_traverse`.
pub fn visit_children(object: &Object, visit: &mut dyn FnMut(&Object)) {
    if let Some(traverse) = object.ty().tp_traverse() {
        let mut visitor = Visitor::new(visit);
        visitor.run(traverse, object);
    }
}
