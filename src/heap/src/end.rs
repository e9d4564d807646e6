//! How an object ends: finalizer, weak references, tracking, fields, memory, class (R2, R11).

use crate::header::prefix_flags;
use crate::refs::lower;
use crate::sync::Ordering::*;
use crate::typ::flags;
use crate::{Object, Thread};

impl Thread {
    /// Ends one object whose count reached zero. Objects that fall with it are queued.
    #[inline(never)]
    pub(crate) fn end_object(&mut self, object: &Object) {
        let ty = object.ty();
        if ty.has_flag(flags::FINALIZER) && !ty.has_flag(flags::FOREIGN) && !self.finalize_dying(object) {
            return;
        }
        // The finalizer may have given it another class.
        let ty = object.ty();
        let Some(info) = ty.info().filter(|_| !ty.has_flag(flags::FOREIGN)) else {
            crate::hooks::hooks().foreign_dealloc(self, object);
            return;
        };
        let prefix = object.prefix();
        if let Some(prefix) = prefix {
            if prefix.flags.load(Relaxed) & prefix_flags::WEAKREFS != 0 {
                crate::hooks::hooks().clear_weakrefs(self, object);
            }
            self.untrack(object);
        }
        let bytes = match prefix.map_or(0, |prefix| prefix.words.load(Relaxed)) {
            0 => crate::alloc::object_bytes(object, ty),
            words => usize::from(words) * 8,
        };
        if let Some(drop) = info.drop {
            // SAFETY: R2: count zero, no weak reference left: nobody else reads the fields.
            unsafe { drop(core::ptr::from_ref(object).cast_mut()) };
        }
        let class = (ty.flags() & abi::Py_TPFLAGS_HEAPTYPE as u64 != 0).then_some(ty);
        // SAFETY: R2: as above.
        unsafe { self.free_memory(object, bytes, prefix.is_some()) };
        if let Some(class) = class {
            // Instances of heap types hold a count on their class.
            if lower(self, class) {
                self.queue_zero(class);
            }
        }
    }

    /// The finalizer of an object of a type with a prefix would do nothing from now on.
    #[inline(always)]
    pub fn needs_no_finalizer(&self, object: &Object) {
        let Some(prefix) = object.prefix() else { return };
        if self.is_mine(object) {
            prefix.flags.store(prefix.flags.load(Relaxed) | prefix_flags::UNFINALIZED, Relaxed);
        } else {
            prefix.flags.fetch_or(prefix_flags::UNFINALIZED, Relaxed);
        }
    }

    /// Runs the finalizer once; false if it brought the object back.
    fn finalize_dying(&mut self, object: &Object) -> bool {
        if let Some(prefix) = object.prefix()
            && (prefix.flags.load(Relaxed) & prefix_flags::UNFINALIZED != 0
                || prefix.flags.fetch_or(prefix_flags::FINALIZED, AcqRel) & prefix_flags::FINALIZED != 0)
        {
            return true;
        }
        // The finalizer sees an ordinary object: one count is its own (weak references may be upgraded meanwhile).
        object.head().count.store(1, Release);
        crate::hooks::hooks().finalize(self, object);
        lower(self, object)
    }
}

/// `tp_dealloc` of every type of ours, for C that calls it when a count it lowered reached zero.
///
/// # Safety
/// `object` is an object of one of our types whose count is zero.
pub unsafe extern "C-unwind" fn dealloc_entry(object: *mut abi::PyObject) {
    // SAFETY: R10: entered from C.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: the caller's promise.
    th.die(unsafe { Object::borrow(object) });
}
