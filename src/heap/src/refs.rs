//! `Ref<T>`: an owned, counted pointer, and the biased count behind it (R2, R11).
//!
//! Invariant: a `Ref` holds exactly one count. Cloning and dropping decide *mine* by the thread-local id, so both are
//! legal while detached; `Thread::release` is the hot path that frees at once.

use core::marker::PhantomData;
use core::mem::ManuallyDrop;
use core::ops::Deref;
use core::ptr::NonNull;

use crate::sync::Ordering::*;
use crate::thread::current;
use crate::typ::flags;
use crate::{Heaped, Object, PyType, Thread, hot};

/// An owned reference to an object whose struct is (or begins with) `T`.
#[repr(transparent)]
pub struct Ref<T: Heaped = Object> {
    ptr: NonNull<T>,
    not_send: PhantomData<*mut ()>,
}

impl<T: Heaped> Ref<T> {
    /// Adds a count.
    #[inline(always)]
    pub fn from_borrowed(object: &T) -> Ref<T> {
        incref(object.as_object());
        Ref { ptr: NonNull::from(object), not_send: PhantomData }
    }

    /// Takes over a count that the caller holds.
    ///
    /// # Safety
    /// `ptr` is a `T` on which the caller holds a count (R2).
    #[inline(always)]
    pub unsafe fn from_raw(ptr: *mut abi::PyObject) -> Ref<T> {
        debug_assert!(!ptr.is_null());
        // SAFETY: the caller's promise.
        Ref { ptr: unsafe { NonNull::new_unchecked(ptr.cast()) }, not_send: PhantomData }
    }

    /// Takes over a count, null as `None`.
    ///
    /// # Safety
    /// As [`Ref::from_raw`].
    #[inline(always)]
    pub unsafe fn from_raw_nullable(ptr: *mut abi::PyObject) -> Option<Ref<T>> {
        NonNull::new(ptr.cast()).map(|ptr| Ref { ptr, not_send: PhantomData })
    }

    /// Hands the count to the caller.
    #[inline(always)]
    pub fn into_raw(self) -> *mut abi::PyObject {
        ManuallyDrop::new(self).ptr.as_ptr().cast()
    }

    /// The pointer, the count stays here.
    #[inline(always)]
    pub fn as_ptr(&self) -> *mut abi::PyObject {
        self.ptr.as_ptr().cast()
    }

    /// Forgets the struct.
    #[inline(always)]
    pub fn up(self) -> Ref<Object> {
        // SAFETY: R2: the count moves from one `Ref` to the other.
        unsafe { Ref::from_raw(self.into_raw()) }
    }

    /// Reinterprets the struct.
    ///
    /// # Safety
    /// The object's struct begins with a `U`.
    #[inline(always)]
    pub unsafe fn cast_unchecked<U: Heaped>(self) -> Ref<U> {
        // SAFETY: R2: the count moves; the struct by the caller's promise.
        unsafe { Ref::from_raw(self.into_raw()) }
    }
}

impl Ref<Object> {
    /// The reference as a `T`, if the object's type is `T`'s or a subtype; otherwise the reference back.
    #[inline]
    pub fn downcast<T: PyType>(self) -> Result<Ref<T>, Ref<Object>> {
        if crate::cast::is_instance_of::<T>(&self) {
            // SAFETY: the type was just tested.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(self)
        }
    }

    /// As [`Ref::downcast`], for exactly `T`'s type.
    #[inline]
    pub fn downcast_exact<T: PyType>(self) -> Result<Ref<T>, Ref<Object>> {
        if core::ptr::eq(self.ty(), T::type_object()) {
            // SAFETY: the type was just tested.
            Ok(unsafe { self.cast_unchecked() })
        } else {
            Err(self)
        }
    }
}

impl<T: Heaped> Deref for Ref<T> {
    type Target = T;
    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: R2: this `Ref` holds a count.
        unsafe { self.ptr.as_ref() }
    }
}

impl<T: Heaped> Clone for Ref<T> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Ref::from_borrowed(&**self)
    }
}

impl<T: Heaped> Drop for Ref<T> {
    #[inline(always)]
    fn drop(&mut self) {
        drop_count((**self).as_object());
    }
}

impl<T: PyType> From<Ref<T>> for Ref<Object> {
    #[inline(always)]
    fn from(value: Ref<T>) -> Ref<Object> {
        value.up()
    }
}

impl<T: PyType> core::fmt::Debug for Ref<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "<{} at {:p}>", T::NAME, self.ptr)
    }
}

impl<T: Heaped + core::fmt::Display> core::fmt::Display for Ref<T> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        (**self).fmt(f)
    }
}

/// What may be stored: an owned reference, or a borrowed object that is then counted.
pub trait IntoRef {
    /// The owned reference.
    fn into_ref(self) -> Ref<Object>;
}

impl<T: Heaped> IntoRef for Ref<T> {
    #[inline(always)]
    fn into_ref(self) -> Ref<Object> {
        self.up()
    }
}

impl<T: Heaped> IntoRef for &T {
    #[inline(always)]
    fn into_ref(self) -> Ref<Object> {
        self.as_object().to_owned()
    }
}

impl<T: Heaped> IntoRef for &Ref<T> {
    #[inline(always)]
    fn into_ref(self) -> Ref<Object> {
        self.clone().up()
    }
}

impl core::fmt::Debug for Ref<Object> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "<{} at {:p}>", String::from_utf8_lossy(self.ty().tp_name_bytes()), self.ptr)
    }
}

/// Adds a count (R2): plain on a *mine* object, atomic on a common one.
#[inline(always)]
pub fn incref(object: &Object) {
    let count = &object.head().count;
    let now = count.load(Relaxed);
    if (now as i32) < 0 {
        return;
    }
    // SAFETY: the thread record outlives its thread-local pointer.
    match unsafe { current().as_ref() } {
        Some(th) if th.is_mine(object) => count.store(now + 1, Relaxed),
        th => hot::raise(th.filter(|th| th.world.is_attached()), object),
    }
}

/// Lowers the count; true when that was the last one.
#[inline(always)]
pub(crate) fn lower(th: &Thread, object: &Object) -> bool {
    let count = &object.head().count;
    let now = count.load(Relaxed);
    if (now as i32) < 0 {
        return false;
    }
    if th.is_mine(object) {
        if cfg!(debug_assertions) && now == 0 {
            crate::foreign::fail::count_below_zero(object);
        }
        count.store(now - 1, Relaxed);
        now == 1
    } else {
        hot::lower(th, object)
    }
}

/// What dropping a `Ref` does (R11): never runs code, at most queues the object. While not attached it does not touch the count either:
/// whoever holds the world counts without atomics.
#[inline(always)]
pub fn drop_count(object: &Object) {
    let count = &object.head().count;
    let now = count.load(Relaxed);
    if (now as i32) < 0 {
        return;
    }
    // SAFETY: the thread record outlives its thread-local pointer.
    match unsafe { current().as_ref() } {
        Some(th) if th.is_mine(object) => {
            if cfg!(debug_assertions) && now == 0 {
                crate::foreign::fail::count_below_zero(object);
            }
            count.store(now - 1, Relaxed);
            if now == 1 {
                last_reference_dropped(th, object);
            }
        }
        th => drop_common(th, object),
    }
}

/// [`drop_count`] of an object that is not *mine*.
#[inline(never)]
fn drop_common(th: Option<&Thread>, object: &Object) {
    if !th.is_some_and(|th| th.world.is_attached() && hot::count_quickly(th, object, -1)) {
        drop_common_slowly(th, object);
    }
}

#[inline(never)]
fn drop_common_slowly(th: Option<&Thread>, object: &Object) {
    match th.filter(|th| th.world.is_attached()) {
        Some(th) if hot::lower(th, object) => last_reference_dropped(th, object),
        Some(_) => {}
        None => drop_later(object),
    }
}

#[cold]
#[inline(never)]
fn drop_later(object: &Object) {
    // SAFETY: the thread record outlives its thread-local pointer.
    match unsafe { current().as_ref() } {
        Some(th) => th.queue_late(object),
        None => crate::thread::queue_late_global(object),
    }
}

#[cold]
#[inline(never)]
fn last_reference_dropped(th: &Thread, object: &Object) {
    if object.ty().flags() & (flags::LEAF | flags::FOREIGN) == flags::LEAF {
        // SAFETY: R2: the count is zero; a leaf's end runs no code.
        unsafe { th.free_leaf(object) }
    } else {
        th.queue_zero(object);
    }
}

/// Takes a count on an object that another thread may be ending (R2): fails when the count is zero.
#[inline]
pub fn try_incref(object: &Object) -> bool {
    // SAFETY: the thread record outlives its thread-local pointer.
    match unsafe { current().as_ref() } {
        // Whoever holds the world counts in the header alone: tables were settled, and numbers may be taken away (R12).
        Some(th) if th.is_mine(object) || th.world.is_attached() => th.try_incref(object),
        _ => object.is_immortal() || hot::try_raise(None, object),
    }
}

/// What [`Thread::retain_or_hot`] finds.
pub enum Hold<T: Heaped> {
    /// It is *mine*: a count was added.
    Counted(Ref<T>),
    /// It is immortal; or hot, so that a register, which settling looks at, needs no count (R12).
    Uncounted,
    /// A count on it is atomic.
    Neither,
}

impl Thread {
    /// Gives a reference back and, if it was the last, ends the object at once (R11).
    #[inline(always)]
    pub fn release<T: Heaped>(&mut self, reference: Ref<T>) {
        let reference = ManuallyDrop::new(reference);
        let object = (**reference).as_object();
        if lower(self, object) {
            self.die(object);
        }
    }

    /// [`Thread::release`] of a raw pointer.
    ///
    /// # Safety
    /// The caller holds a count on `ptr`'s object and gives it up (R2).
    #[inline(always)]
    pub unsafe fn release_raw(&mut self, ptr: *mut abi::PyObject) {
        // SAFETY: the caller's promise.
        self.release(unsafe { Ref::<Object>::from_raw(ptr) });
    }

    /// [`Thread::retain`] where that is an addition at most: `None` for a common object that is not hot, whose count is atomic. The object may
    /// be one that a common slot named since the last safepoint (R8): nobody ends what is hot before the world stops.
    #[inline(always)]
    pub fn retain_plainly<T: Heaped>(&self, object: &T) -> Option<Ref<T>> {
        let o = object.as_object();
        let count = &o.head().count;
        let now = count.load(Relaxed);
        if (now as i32) >= 0 {
            if self.is_mine(o) {
                count.store(now + 1, Relaxed);
            } else if !hot::count_quickly(self, o, 1) {
                return None;
            }
        }
        // SAFETY: R2: the count was just added (or never changes).
        Some(unsafe { Ref::from_raw(o.as_ptr()) })
    }

    /// [`try_incref`] with the thread at hand, which is attached or has the object as its own: without a call for what
    /// [`Thread::retain_plainly`] takes.
    #[inline(always)]
    pub fn try_incref(&self, object: &Object) -> bool {
        let count = &object.head().count;
        let now = count.load(Relaxed);
        if (now as i32) < 0 {
            return true;
        }
        if self.is_mine(object) {
            if now != 0 {
                count.store(now + 1, Relaxed);
            }
            return now != 0;
        }
        hot::count_quickly(self, object, 1) || hot::try_raise(Some(self), object)
    }

    /// How a register can hold a borrowed object without a call.
    #[inline(always)]
    pub fn retain_or_hot<T: Heaped>(&self, object: &T) -> Hold<T> {
        let o = object.as_object();
        let count = &o.head().count;
        let now = count.load(Relaxed);
        if (now as i32) < 0 {
            Hold::Uncounted
        } else if self.is_mine(o) {
            count.store(now + 1, Relaxed);
            // SAFETY: R2: the count was just added.
            Hold::Counted(unsafe { Ref::from_raw(o.as_ptr()) })
        } else if hot::is_hot(o) {
            Hold::Uncounted
        } else {
            Hold::Neither
        }
    }

    /// Whether [`Thread::retain_plainly`] can take a count.
    #[inline(always)]
    pub fn is_retained_plainly(&self, object: &Object) -> bool {
        object.is_immortal() || self.is_mine(object) || hot::is_counted_quickly(self, object)
    }

    /// Gives a count back where that is a subtraction at most: false, and nothing done, if this is the last count of an object that is *mine*,
    /// or the object is common and not hot.
    ///
    /// # Safety
    /// The caller holds a count on the object (R2), and gives it up if the answer is true.
    #[inline(always)]
    pub unsafe fn release_plainly(&self, object: &Object) -> bool {
        let count = &object.head().count;
        let now = count.load(Relaxed);
        if (now as i32) < 0 {
            return true;
        }
        if !self.is_mine(object) {
            return hot::count_quickly(self, object, -1);
        }
        if cfg!(debug_assertions) && now == 0 {
            crate::foreign::fail::count_below_zero(object);
        }
        if now == 1 {
            return false;
        }
        count.store(now - 1, Relaxed);
        true
    }

    /// Whether [`Thread::release_plainly`] would do it.
    #[inline(always)]
    pub fn is_released_plainly(&self, object: &Object) -> bool {
        let now = object.head().count.load(Relaxed);
        (now as i32) < 0 || if self.is_mine(object) { now != 1 } else { hot::is_counted_quickly(self, object) }
    }

    /// Whether an object that is *mine* has counts besides the one that the caller holds; an immortal one has none.
    #[inline(always)]
    pub fn has_counts_besides<T: Heaped>(&self, object: &T) -> bool {
        let o = object.as_object();
        debug_assert!(self.is_mine(o));
        (o.head().count.load(Relaxed) as i32) > 1
    }

    /// Gives a count back on an object of which [`Thread::has_counts_besides`] was true.
    ///
    /// # Safety
    /// The caller holds a count on the object (R2), and gives it up.
    #[inline(always)]
    pub unsafe fn release_of_several<T: Heaped>(&self, object: &T) {
        debug_assert!(self.has_counts_besides(object));
        let count = &object.as_object().head().count;
        count.store(count.load(Relaxed) - 1, Relaxed);
    }

    /// A new count on a borrowed object, with the thread at hand.
    #[inline(always)]
    pub fn retain<T: Heaped>(&self, object: &T) -> Ref<T> {
        let o = object.as_object();
        let count = &o.head().count;
        let now = count.load(Relaxed);
        if (now as i32) >= 0 {
            if self.is_mine(o) {
                count.store(now + 1, Relaxed);
            } else {
                hot::raise(Some(self), o);
            }
        }
        // SAFETY: R2: the count was just added (or never changes).
        unsafe { Ref::from_raw(o.as_ptr()) }
    }
}
