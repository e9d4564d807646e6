//! Which containers this thread is in the middle of writing out: their `repr` inside of it is `[...]`.
//!
//! Invariant: addresses in the list belong to objects whose `repr` runs further up on this thread's stack.

use core::cell::RefCell;

use heap::Object;

thread_local! {
    static ACTIVE: RefCell<Vec<*const Object>> = const { RefCell::new(Vec::new()) };
}

/// While this lives the object counts as being written out.
pub struct ReprGuard(*const Object);

impl ReprGuard {
    /// `None` if the object is being written out already.
    pub fn enter(object: &Object) -> Option<ReprGuard> {
        let address = core::ptr::from_ref(object);
        ACTIVE.with_borrow_mut(|active| {
            if active.contains(&address) {
                return None;
            }
            active.push(address);
            Some(ReprGuard(address))
        })
    }
}

/// Notes that the object is being written out until [`leave`]; false if it was already.
pub fn enter(object: &Object) -> bool {
    ReprGuard::enter(object).map(core::mem::forget).is_some()
}

/// The object is written out; what was not being so stays as it is.
pub fn leave(object: &Object) {
    drop(ReprGuard(core::ptr::from_ref(object)));
}

impl Drop for ReprGuard {
    fn drop(&mut self) {
        ACTIVE.with_borrow_mut(|active| {
            if let Some(place) = active.iter().rposition(|&address| address == self.0) {
                active.remove(place);
            }
        });
    }
}
