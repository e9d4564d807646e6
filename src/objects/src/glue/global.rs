//! Objects that statics hold: what a native module or a type keeps for all (a registry, a cached class).
//!
//! Invariant: what a [`Global`] names is common (R6): it is shared before it is stored. The collector takes the count that a static
//! holds for a root, as it does with C's.

use heap::{Head, Heaped, Object, Ref, Slot, Thread};

/// One object, or none yet, in a static.
///
/// ```text
/// static CACHE: Global<Dict> = Global::EMPTY;
/// let cache = CACHE.get_or_init(th, |th| Ok(Dict::new(th)))?;
/// ```
pub struct Global<T: Heaped = Object> {
    slot: Slot<T>,
}

/// Stands for the holder of all globals, which is common.
#[repr(C)]
struct Holder {
    head: Head,
}

// SAFETY: R1: it begins with a header.
unsafe impl Heaped for Holder {}

static HOLDER: Holder = Holder { head: Head::INIT };

impl<T: Heaped> Global<T> {
    pub const EMPTY: Global<T> = Global { slot: Slot::NULL };

    /// What is stored.
    #[inline(always)]
    pub fn get(&self, th: &Thread) -> Option<Ref<T>> {
        self.slot.get(th, &HOLDER)
    }

    /// What is stored, borrowed: only of globals that are stored once and never again.
    #[inline(always)]
    pub fn peek(&self) -> Option<&T> {
        self.slot.peek()
    }

    /// Stores; what was stored before ends at once if this was its last reference.
    pub fn set(&self, th: &mut Thread, value: Option<Ref<T>>) {
        self.slot.set(th, &HOLDER, value);
    }

    /// Stores and hands back what was stored before.
    pub fn replace(&self, th: &Thread, value: Option<Ref<T>>) -> Option<Ref<T>> {
        self.slot.replace(th, &HOLDER, value)
    }

    /// What is stored, or what `make` makes: of two threads that make it at once, one wins.
    pub fn get_or_init<E>(&self, th: &mut Thread, make: impl FnOnce(&mut Thread) -> Result<Ref<T>, E>) -> Result<Ref<T>, E> {
        if let Some(value) = self.get(th) {
            return Ok(value);
        }
        let value = make(th)?;
        if let Err(late) = self.slot.set_if_null(th, &HOLDER, value.clone()) {
            th.release(late);
            return Ok(self.get(th).unwrap_or(value));
        }
        Ok(value)
    }
}

/// Keeps an object for good: what tables of a native module name for as long as the program runs.
pub fn keep<T: Heaped>(th: &Thread, object: Ref<T>) -> &'static T {
    th.share(object.as_object());
    let kept: *const T = &raw const *object;
    core::mem::forget(object);
    // SAFETY: R2: its count is never given up.
    unsafe { &*kept }
}
