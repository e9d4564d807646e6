//! The values that a C caller passed after a format, taken one by one.

use core::ffi::{CStr, c_char, c_double, c_int, c_long, c_void};

unsafe extern "C" {
    fn pyston_values_int(values: *mut c_void) -> c_int;
    fn pyston_values_long(values: *mut c_void) -> c_long;
    fn pyston_values_pointer(values: *mut c_void) -> *mut c_void;
    fn pyston_values_double(values: *mut c_void) -> c_double;
}

/// The shim's `Values`.
///
/// Invariant: the caller's format describes what it passed, each pointer points at a variable of the type that its unit names. So says C's
/// contract of every function with a format, which whoever makes one of these relies on; no method can check it.
pub struct Values(*mut c_void);

impl Values {
    /// What the shim handed over.
    ///
    /// # Safety
    /// R4: it is a `Values`, live while this is used, and the format that is walked describes its values.
    pub unsafe fn new(values: *mut c_void) -> Values {
        Values(values)
    }

    /// An `int` (or what is promoted to it).
    pub fn int(&mut self) -> c_int {
        // SAFETY: R4: the type's invariant.
        unsafe { pyston_values_int(self.0) }
    }

    /// A `long`, or any other integer of its size.
    pub fn long(&mut self) -> c_long {
        // SAFETY: R4: the type's invariant.
        unsafe { pyston_values_long(self.0) }
    }

    /// A `double`.
    pub fn double(&mut self) -> f64 {
        // SAFETY: R4: the type's invariant.
        unsafe { pyston_values_double(self.0) }
    }

    /// A pointer.
    pub fn pointer<T>(&mut self) -> *mut T {
        // SAFETY: R4: the type's invariant.
        unsafe { pyston_values_pointer(self.0).cast() }
    }

    /// A C string, or null.
    pub fn text<'a>(&mut self) -> Option<&'a CStr> {
        let text: *mut c_char = self.pointer();
        // SAFETY: R4: the type's invariant: a C string that lives for the call.
        (!text.is_null()).then(|| unsafe { CStr::from_ptr(text) })
    }

    /// Writes to the variable that the next pointer names.
    pub fn store<T>(&mut self, value: T) {
        let to: *mut T = self.pointer();
        // SAFETY: R4: the type's invariant: a variable of that type.
        unsafe { to.write(value) }
    }
}
