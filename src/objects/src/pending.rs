//! What is not built yet, by the name that its callers use: each raises an error that says what is missing. Entries leave
//! this file as the real thing arrives.

use heap::{Object, Raised, Ref, Thread, Type};
use crate::{hooks, raise};

fn missing(th: &mut Thread, what: &str) -> Raised {
    raise::new(th, crate::exceptions::not_implemented_error_type(), format_args!("{what} is not built yet"))
}

/// A function of the module `builtins`.
pub fn builtin_function(th: &mut Thread, name: &str) -> Result<Ref<Object>, Raised> {
    let name = crate::str::intern(th, name);
    crate::builtins_ref::lookup(th, name)
}

/// `__name__` of the globals of the calling Python code.
pub fn current_module_name(th: &mut Thread) -> Option<Ref<Object>> {
    (hooks::get().caller_module)(th, 0)
}

/// Whether the object is a function written in Python.
pub fn is_python_function(obj: &Object) -> bool {
    (hooks::get().is_function)(obj)
}

/// Whether both are subclasses of the module type.
pub fn module_subclasses(a: &Type, b: &Type) -> bool {
    let module = <crate::Module as heap::PyType>::type_object();
    heap::is_subtype(a, module) && heap::is_subtype(b, module)
}

/// The buffer protocol of Python classes (PEP 688).
#[allow(unsafe_code, reason = "slots are C functions")]
pub mod buffer {
    use heap::{Object, Raised, Ref, Thread};

    /// # Safety
    /// As C's `getbufferproc`.
    pub unsafe extern "C-unwind" fn slot_getbuffer(slf: *mut abi::PyObject, _view: *mut abi::Py_buffer, _flags: core::ffi::c_int) -> core::ffi::c_int {
        let _ = slf;
        // SAFETY: R10: a C entry.
        unsafe { crate::glue::entry_status(|th| Err(super::missing(th, "__buffer__"))) }
    }

    /// # Safety
    /// As C's `releasebufferproc`.
    pub unsafe extern "C-unwind" fn slot_releasebuffer(_slf: *mut abi::PyObject, _view: *mut abi::Py_buffer) {}

    /// `obj.__buffer__(flags)`
    pub fn wrap_getbuffer(th: &mut Thread, _obj: &Object, _flags: &Object) -> Result<Ref<Object>, Raised> {
        Err(super::missing(th, "__buffer__"))
    }

    /// `obj.__release_buffer__(view)`
    pub fn wrap_releasebuffer(th: &mut Thread, _obj: &Object, _view: &Object) -> Result<Ref<Object>, Raised> {
        Err(super::missing(th, "__release_buffer__"))
    }
}
