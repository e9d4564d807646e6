//! Heap fields: the only way to write one is a setter that takes the field's holder and runs the store barrier (R6).
//!
//! Invariant: a slot holds one count on what it names, or is null. What a slot of an owner-0 holder names has owner 0 or is immortal.

use core::marker::PhantomData;

use crate::sync::{AtomicPtr, Ordering::*};
use crate::{Heaped, Object, Ref, Thread, proto, refs};

/// One nullable field that holds a counted reference: 8 bytes, an ABI pointer.
#[repr(transparent)]
pub struct Slot<T: Heaped = Object> {
    ptr: AtomicPtr<Object>,
    holds: PhantomData<Ref<T>>,
}

/// Another thread wrote the slot in between: read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contended;

// SAFETY: R6, R8: what a slot of a common holder names is common; reads take a count first.
unsafe impl<T: Heaped> Sync for Slot<T> {}

impl<T: Heaped> Slot<T> {
    /// An empty field.
    pub const NULL: Slot<T> = Slot { ptr: AtomicPtr::new(core::ptr::null_mut()), holds: PhantomData };

    /// A field of an object that is being made: there is no holder yet whose owner could be compared, so the object's
    /// allocation runs the barrier (`Thread::new_object` shares nothing, because a new object is never common while a
    /// value of it is private: both are born with the same owner).
    #[inline(always)]
    pub fn new(value: Ref<T>) -> Slot<T> {
        Slot { ptr: AtomicPtr::new(value.into_raw().cast()), holds: PhantomData }
    }

    /// As [`Slot::new`], empty for `None`.
    #[inline(always)]
    pub fn from_option(value: Option<Ref<T>>) -> Slot<T> {
        match value {
            Some(value) => Slot::new(value),
            None => Slot::NULL,
        }
    }

    /// Whether the field is empty.
    #[inline(always)]
    pub fn is_null(&self) -> bool {
        self.ptr.load(Relaxed).is_null()
    }

    /// The raw pointer, for identity tests only.
    #[inline(always)]
    pub fn raw(&self) -> *mut abi::PyObject {
        self.ptr.load(Relaxed).cast()
    }

    /// The value, counted. On a common holder the read is optimistic (R8).
    #[inline(always)]
    pub fn get(&self, th: &Thread, holder: &impl Heaped) -> Option<Ref<T>> {
        if th.is_mine(holder.as_object()) {
            let ptr = self.ptr.load(Relaxed);
            if ptr.is_null() {
                return None;
            }
            // SAFETY: R5: *mine*: nobody else writes the slot, so it holds a count while we take ours.
            Some(unsafe { th.retain((*ptr).cast_unchecked::<T>()) })
        } else {
            self.get_common(th)
        }
    }

    /// [`Slot::get`] on a common holder: load, try-incref, check that the slot still holds it.
    fn get_common(&self, th: &Thread) -> Option<Ref<T>> {
        let read = proto::read_slot(&self.ptr, |object| take(th, object), give_back)?;
        // SAFETY: R2: the count was just taken.
        Some(unsafe { Ref::from_raw(read.cast()) })
    }

    /// One attempt of [`Slot::get_common`], for slots in storage that may be unlinked meanwhile: the caller finds the storage
    /// again before it repeats (in unlinked storage what failed once fails for ever).
    #[inline]
    pub fn try_get_common(&self, th: &Thread) -> Result<Option<Ref<T>>, Contended> {
        let read = proto::try_read_slot(&self.ptr, |object| take(th, object), give_back).map_err(|proto::Changed| Contended)?;
        // SAFETY: R2: the count was just taken.
        Ok(read.map(|read| unsafe { Ref::from_raw(read.cast()) }))
    }

    /// The value, borrowed from the slot.
    ///
    /// Only for fields that are set before the object can be reached and never after (immutable fields, R13), and for
    /// holders that are *mine* or locked while no call-out happens.
    #[inline(always)]
    pub fn peek(&self) -> Option<&T> {
        let ptr = self.ptr.load(Acquire);
        if ptr.is_null() {
            return None;
        }
        // SAFETY: R13: the lender is an immutable field, or nobody writes it while the borrow lasts (the caller's promise above).
        Some(unsafe { (*ptr).cast_unchecked::<T>() })
    }

    /// [`Slot::replace`] where [`Thread::stores_plainly`] was true of this holder and value.
    #[inline(always)]
    pub fn replace_plainly(&self, holder: &Object, value: Ref<T>) -> Option<Ref<T>> {
        debug_assert!({
            let owner = (*value).as_object().owner();
            owner == 0 || owner == holder.owner()
        });
        let old = self.ptr.load(Relaxed);
        self.ptr.store(value.into_raw().cast(), Release);
        // SAFETY: R2: the slot's count moves to the caller.
        unsafe { Ref::from_raw_nullable(old.cast()) }
    }

    /// Puts `value` in and hands the old value back. The barrier runs before the store.
    #[inline(always)]
    pub fn replace(&self, th: &Thread, holder: &impl Heaped, value: Option<Ref<T>>) -> Option<Ref<T>> {
        let new = match value {
            Some(value) => {
                th.barrier(holder.as_object(), (*value).as_object());
                value.into_raw().cast()
            }
            None => core::ptr::null_mut(),
        };
        let old = if th.is_mine(holder.as_object()) {
            let old = self.ptr.load(Relaxed);
            self.ptr.store(new, Release);
            old
        } else {
            // Release publishes the value's contents; pairs with the Acquire of `get_common`.
            self.ptr.swap(new, AcqRel)
        };
        // SAFETY: R2: the count that the slot held is now the caller's.
        unsafe { Ref::from_raw_nullable(old.cast()) }
    }

    /// Puts `value` in; the old value ends at once if this was its last reference.
    #[inline(always)]
    pub fn set(&self, th: &mut Thread, holder: &impl Heaped, value: Option<Ref<T>>) {
        if let Some(old) = self.replace(th, holder, value) {
            th.release(old);
        }
    }

    /// Stores only if the slot is still empty; hands the value back otherwise.
    pub fn set_if_null(&self, th: &Thread, holder: &impl Heaped, value: Ref<T>) -> Result<(), Ref<T>> {
        th.barrier(holder.as_object(), (*value).as_object());
        let new: *mut Object = value.into_raw().cast();
        match self.ptr.compare_exchange(core::ptr::null_mut(), new, AcqRel, Acquire) {
            Ok(_) => Ok(()),
            // SAFETY: R2: the count did not move.
            Err(_) => Err(unsafe { Ref::from_raw(new.cast()) }),
        }
    }

    /// The value; where there is none yet, `fresh` is put in. Of several threads that do so one puts its own in, and all get that.
    pub fn get_or_put(&self, th: &Thread, holder: &impl Heaped, fresh: Ref<T>) -> Ref<T> {
        loop {
            if self.set_if_null(th, holder, fresh.clone()).is_ok() {
                return fresh;
            }
            // It may have been emptied in between.
            if let Some(found) = self.get(th, holder) {
                return found;
            }
        }
    }

    /// Puts `value` in if the slot still names `expected`, on which the caller holds a count; hands the value back otherwise.
    pub fn replace_if(&self, th: &Thread, holder: &impl Heaped, expected: &T, value: Ref<T>) -> Result<Ref<T>, Ref<T>> {
        th.barrier(holder.as_object(), (*value).as_object());
        let old: *mut Object = core::ptr::from_ref(expected.as_object()).cast_mut();
        let new: *mut Object = value.into_raw().cast();
        match self.ptr.compare_exchange(old, new, AcqRel, Acquire) {
            // SAFETY: R2: the slot's count is the caller's now.
            Ok(old) => Ok(unsafe { Ref::from_raw(old.cast()) }),
            // SAFETY: R2: the count did not move.
            Err(_) => Err(unsafe { Ref::from_raw(new.cast()) }),
        }
    }

    /// Empties the slot.
    #[inline(always)]
    pub fn take(&self, th: &Thread, holder: &impl Heaped) -> Option<Ref<T>> {
        self.replace(th, holder, None)
    }
}

impl<T: Heaped> Drop for Slot<T> {
    #[inline(always)]
    fn drop(&mut self) {
        let ptr = self.ptr.load(Relaxed);
        if !ptr.is_null() {
            // SAFETY: R2: the slot held a count; the holder is ending, nobody reads the slot any more.
            refs::drop_count(unsafe { &*ptr });
        }
    }
}

#[inline(always)]
fn take(th: &Thread, object: *mut Object) -> bool {
    // SAFETY: R8: the memory of an object that a common slot named stays until this thread's next safepoint.
    th.try_incref(unsafe { &*object })
}

fn give_back(object: *mut Object) {
    // SAFETY: R2: gives back the count that `proto::try_read_slot` took.
    refs::drop_count(unsafe { &*object });
}
