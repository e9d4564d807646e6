//! Visiting what an object holds: one shape for our own types (`Visitor`) and for C's `tp_traverse`.

use core::ffi::{c_int, c_void};

use crate::{Heaped, Object, Ref, Slot};

/// Receives each object that a traversal comes by.
pub struct Visitor<'a> {
    kind: Kind<'a>,
    result: c_int,
}

enum Kind<'a> {
    Rust(&'a mut dyn FnMut(&Object)),
    C(abi::visitproc, *mut c_void),
}

impl<'a> Visitor<'a> {
    /// A visitor that calls a closure.
    pub fn new(visit: &'a mut dyn FnMut(&Object)) -> Visitor<'a> {
        Visitor { kind: Kind::Rust(visit), result: 0 }
    }

    /// The visitor that a C caller of `tp_traverse` brought.
    pub fn from_c(visit: abi::visitproc, arg: *mut c_void) -> Visitor<'static> {
        Visitor { kind: Kind::C(visit, arg), result: 0 }
    }

    /// What `tp_traverse` returns: the first non-zero result of a C visitor.
    pub fn result(&self) -> c_int {
        self.result
    }

    /// Visits one object.
    #[inline]
    pub fn visit(&mut self, object: &Object) {
        match &mut self.kind {
            Kind::Rust(visit) => visit(object),
            Kind::C(visit, arg) => {
                if self.result == 0 {
                    // SAFETY: R6: the caller of `tp_traverse` passed the function and its argument together.
                    self.result = unsafe { visit(object.as_ptr(), *arg) };
                }
            }
        }
    }

    /// Visits what a reference names.
    #[inline]
    pub fn reference<T: Heaped>(&mut self, reference: &Ref<T>) {
        self.visit((**reference).as_object());
    }

    /// Visits what a field names, if anything.
    #[inline]
    pub fn slot<T: Heaped>(&mut self, slot: &Slot<T>) {
        let ptr = slot.raw();
        if !ptr.is_null() {
            // SAFETY: R6: a slot holds a count; traversals run where no other thread can write it.
            self.visit(unsafe { Object::borrow(ptr) });
        }
    }

    /// Visits a raw counted pointer, if not null.
    ///
    /// # Safety
    /// `ptr` is null or names a live object.
    #[inline]
    pub unsafe fn raw(&mut self, ptr: *mut abi::PyObject) {
        if !ptr.is_null() {
            // SAFETY: the caller's promise.
            self.visit(unsafe { Object::borrow(ptr) });
        }
    }

    /// Runs a type's traversal with this visitor.
    pub(crate) fn run(&mut self, traverse: abi::traverseproc, object: &Object) {
        // SAFETY: R6: `trampoline` is given this visitor back; it outlives the call.
        unsafe { traverse(object.as_ptr(), Some(trampoline).unwrap_unchecked(), core::ptr::from_mut(self).cast()) };
    }
}

unsafe extern "C-unwind" fn trampoline(object: *mut abi::PyObject, arg: *mut c_void) -> c_int {
    if !object.is_null() {
        // SAFETY: `Visitor::run` passed itself; the object is live during a traversal.
        unsafe { (*arg.cast::<Visitor<'_>>()).visit(Object::borrow(object)) };
    }
    0
}
