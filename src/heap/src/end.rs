//! How an object ends: finalizer, weak references, tracking, fields, memory, class (R2, R11).

use crate::header::prefix_flags;
use crate::refs::lower;
use crate::sync::Ordering::*;
use crate::typ::flags;
use crate::{Object, Ref, Thread};

impl Thread {
    /// Ends one object whose count reached zero. Objects that fall with it are queued.
    #[inline(always)]
    pub(crate) fn end_object(&mut self, object: &Object) {
        if crate::lives::is_watched() {
            crate::lives::tell(self, object, crate::lives::Event::Ends);
        }
        let mut ty = object.ty();
        let mut flags = ty.flags();
        if flags & (flags::FINALIZER | flags::FOREIGN) == flags::FINALIZER {
            if !self.finalize_dying(object) {
                return;
            }
            // The finalizer may have given it another class.
            ty = object.ty();
            flags = ty.flags();
        }
        let Some(info) = ty.info().filter(|_| flags & flags::FOREIGN == 0) else {
            crate::hooks::hooks().foreign_dealloc(self, object);
            return;
        };
        let prefix = object.prefix_by(flags);
        let mut words = 0;
        if let Some(prefix) = prefix {
            if prefix.flags.load(Relaxed) & prefix_flags::WEAKREFS != 0 {
                self.clear_weakrefs(object);
            }
            words = prefix.words.load(Relaxed);
        }
        if let Some(word) = object.gc_word_by(flags) {
            self.untrack_word(word);
        }
        let bytes = match words {
            0 => crate::alloc::bytes_by(object, ty, info),
            words => usize::from(words) * 8,
        };
        if let Some(drop) = info.drop {
            // SAFETY: R2: count zero, no weak reference left: nobody else reads the fields.
            unsafe { drop(core::ptr::from_ref(object).cast_mut()) };
        }
        // SAFETY: R2: as above.
        unsafe { self.free_memory(object, bytes, object.front_by(flags)) };
        // Instances of heap types hold a count on their class.
        if flags & abi::Py_TPFLAGS_HEAPTYPE as u64 != 0 && lower(self, ty) {
            self.queue_zero(ty);
        }
    }

    /// Gives a reference back. Where it was the last and code is to run as the object ends, or something that falls with it, `announce` runs before that:
    /// whether it did. What ends without code is gone by then.
    #[inline(always)]
    pub fn release_announced(&mut self, reference: Ref<Object>, announce: impl FnOnce(&mut Thread)) -> bool {
        let reference = core::mem::ManuallyDrop::new(reference);
        let Some(base) = lower(self, &reference).then(|| self.end_quietly(&reference)).flatten() else { return false };
        let before = self.zero_waiting.replace(self.zero_len());
        announce(self);
        self.zero_waiting.set(before);
        self.drain_zero_from(base);
        true
    }

    /// Ends an object whose count reached zero and what falls with it, until code would run: what is left waits from this place of the queue on.
    #[inline(never)]
    fn end_quietly(&mut self, object: &Object) -> Option<usize> {
        if object.ty().flags() & (flags::LEAF | flags::FOREIGN) == flags::LEAF {
            // SAFETY: R2: the count is zero.
            unsafe { self.free_leaf(object) };
            return None;
        }
        if self.stack_is_below(crate::thread::DEATH_ROOM) {
            self.queue_zero(object);
            return None;
        }
        let base = self.zero_len();
        self.queue_zero(object);
        while let Some(next) = self.last_zero(base) {
            // SAFETY: R2: queued objects have count 0 and are there until they are ended.
            if !self.ends_quietly(unsafe { &*next }) {
                return Some(base);
            }
            self.end_last_zero();
        }
        None
    }

    /// Whether ending an object runs no code by itself.
    fn ends_quietly(&self, object: &Object) -> bool {
        let flags = object.ty().flags();
        if flags & flags::FOREIGN != 0 || crate::lives::is_watched() {
            return false;
        }
        let of_prefix = object.prefix_by(flags).map_or(0, |prefix| prefix.flags.load(Relaxed));
        let is_final = flags & flags::FINALIZER == 0 || of_prefix & (prefix_flags::UNFINALIZED | prefix_flags::FINALIZED) != 0;
        is_final && of_prefix & prefix_flags::WEAKREFS == 0
    }

    #[cold]
    #[inline(never)]
    fn clear_weakrefs(&mut self, object: &Object) {
        crate::hooks::hooks().clear_weakrefs(self, object);
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
    #[inline(never)]
    fn finalize_dying(&mut self, object: &Object) -> bool {
        if let Some(prefix) = object.prefix()
            && (prefix.flags.load(Relaxed) & prefix_flags::UNFINALIZED != 0
                || prefix.flags.fetch_or(prefix_flags::FINALIZED, AcqRel) & prefix_flags::FINALIZED != 0)
        {
            return true;
        }
        self.finalize_once(object)
    }

    /// Runs the finalizer of an object whose count is zero; false if it brought the object back.
    pub fn finalize_once(&mut self, object: &Object) -> bool {
        // The finalizer sees an ordinary object: one count is its own (weak references may be upgraded meanwhile).
        object.head().count.store(1, Release);
        crate::hooks::hooks().finalize(self, object);
        lower(self, object)
    }

    /// Shows an object that ends, whose fields are all there yet, to code that counts it but does not keep it.
    pub fn show_ended(&mut self, object: &Object, show: impl FnOnce(&mut Thread)) {
        object.head().count.store(1, Release);
        show(self);
        object.head().count.store(0, Release);
    }
}

/// `tp_dealloc` of every type of ours, for C that calls it when a count it lowered reached zero, or for the part of an object of its own that a
/// base of ours declares.
///
/// # Safety
/// `object` is an object of one of our types whose count is zero.
pub unsafe extern "C-unwind" fn dealloc_entry(object: *mut abi::PyObject) {
    // SAFETY: R10: entered from C.
    let th = unsafe { Thread::from_tls() };
    // SAFETY: the caller's promise.
    let object = unsafe { Object::borrow(object) };
    if object.ty().has_flag(flags::FOREIGN) && crate::hooks::hooks().end_base(th, object) {
        return;
    }
    th.die(object);
}
