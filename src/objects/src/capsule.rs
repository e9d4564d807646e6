//! `PyCapsule`: a C pointer that extensions hand each other.
//!
//! Invariant: the pointer is never null; the name is null or a C string that outlives the capsule (its maker's promise).
#![allow(unsafe_code, reason = "names are C strings, destructors C functions")]

use core::ffi::{CStr, c_char, c_void};

use heap::Head;
use heap::sync::{AtomicPtr, Ordering::*};
use macros::{pymethods, pytype};

use crate::glue::*;

/// What runs when a capsule ends.
pub type Destructor = unsafe extern "C-unwind" fn(*mut abi::PyObject);

/// Capsule objects let you wrap a C "void *" pointer in a Python
/// object.  They're a way of passing data through the Python interpreter
/// without creating your own custom type.
///
/// Capsules are used for communication between extension modules.
/// They provide a way for an extension module to export a C interface
/// to other extension modules, so that extension modules can use the
/// Python import mechanism to link to one another.
#[pytype(name = "PyCapsule", export = "PyCapsule_Type", flags(DISALLOW_INSTANTIATION), prefix = yes)]
#[repr(C)]
pub struct Capsule {
    head: Head,
    pointer: AtomicPtr<c_void>,
    name: AtomicPtr<c_char>,
    context: AtomicPtr<c_void>,
    destructor: AtomicPtr<c_void>,
}

impl Capsule {
    /// A capsule around a pointer that is not null.
    pub fn new(th: &Thread, pointer: *mut c_void, name: *const c_char, destructor: Option<Destructor>) -> Ref<Capsule> {
        th.new_object(Capsule {
            head: Head::INIT,
            pointer: AtomicPtr::new(pointer),
            name: AtomicPtr::new(name.cast_mut()),
            context: AtomicPtr::new(core::ptr::null_mut()),
            destructor: AtomicPtr::new(as_pointer(destructor)),
        })
    }

    /// The pointer.
    pub fn pointer(&self) -> *mut c_void {
        self.pointer.load(Acquire)
    }

    /// Replaces the pointer by another one that is not null.
    pub fn set_pointer(&self, pointer: *mut c_void) {
        self.pointer.store(pointer, Release);
    }

    /// The name, or null.
    pub fn name(&self) -> *const c_char {
        self.name.load(Acquire)
    }

    /// Replaces the name.
    pub fn set_name(&self, name: *const c_char) {
        self.name.store(name.cast_mut(), Release);
    }

    /// A second pointer, for the maker's own use.
    pub fn context(&self) -> *mut c_void {
        self.context.load(Acquire)
    }

    /// Replaces the context.
    pub fn set_context(&self, context: *mut c_void) {
        self.context.store(context, Release);
    }

    /// What runs at the end.
    pub fn destructor(&self) -> Option<Destructor> {
        let destructor = self.destructor.load(Acquire);
        // SAFETY: the field holds null or what `as_pointer` made of a `Destructor`.
        unsafe { core::mem::transmute::<*mut c_void, Option<Destructor>>(destructor) }
    }

    /// Replaces what runs at the end.
    pub fn set_destructor(&self, destructor: Option<Destructor>) {
        self.destructor.store(as_pointer(destructor), Release);
    }

    /// Whether the capsule has this name.
    ///
    /// # Safety
    /// `name` is null or a C string.
    pub unsafe fn has_name(&self, name: *const c_char) -> bool {
        let own = self.name();
        if own.is_null() || name.is_null() {
            return own.is_null() && name.is_null();
        }
        // SAFETY: the invariant, and the caller's promise.
        unsafe { CStr::from_ptr(own) == CStr::from_ptr(name) }
    }
}

fn as_pointer(destructor: Option<Destructor>) -> *mut c_void {
    destructor.map_or(core::ptr::null_mut(), |f| f as *mut c_void)
}

#[pymethods]
impl Capsule {
    #[slot(tp_repr)]
    fn repr(&self) -> String {
        let name = self.name();
        if name.is_null() {
            return format!("<capsule object NULL at {self:p}>");
        }
        // SAFETY: the invariant.
        let name = unsafe { CStr::from_ptr(name) };
        format!("<capsule object \"{}\" at {self:p}>", name.to_string_lossy())
    }

    #[slot(tp_finalize)]
    fn finalize(&self, th: &mut Thread) {
        if let Some(destructor) = self.destructor() {
            // SAFETY: R4: the capsule's maker gave the function for this; it is called once, with the capsule alive.
            let run = || unsafe { destructor(self.as_ptr()) };
            heap::foreign::call(th, destructor as *const (), |th| heap::foreign::show(th, self.as_object()), run);
        }
    }
}
