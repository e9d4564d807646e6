//! A field that is empty at first and written once.
//!
//! Invariant: it is written before it may be read by anybody but the writer; which that is, the owner says.
#![allow(unsafe_code, reason = "written behind a shared reference, once")]

use core::cell::UnsafeCell;

pub struct Late<T: ?Sized>(UnsafeCell<Box<T>>);

// SAFETY: written once, before others may read it (`set`); read by shared reference only.
unsafe impl<T: ?Sized + Sync> Sync for Late<T> {}
// SAFETY: it owns its box.
unsafe impl<T: ?Sized + Send> Send for Late<T> {}

impl<T: ?Sized> Late<T> {
    pub fn new(value: Box<T>) -> Late<T> {
        Late(UnsafeCell::new(value))
    }

    #[inline(always)]
    pub fn get(&self) -> &T {
        // SAFETY: nobody writes it while it may be read (the promise of `set`'s caller).
        unsafe { &*self.0.get() }
    }

    /// # Safety
    /// It was not written before, and nobody reads it before he has seen, by an acquiring load, what the caller releases afterwards.
    pub unsafe fn set(&self, value: Box<T>) {
        // SAFETY: the caller's promise.
        unsafe { *self.0.get() = value }
    }
}
