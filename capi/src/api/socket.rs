//! The C API of `_socket`: a capsule in the module, whose struct names its class and its exceptions.

use core::ffi::c_void;
use std::sync::OnceLock;

use heap::{PyType, Raised, Thread, Type};
use modules::socket::object::Socket;
use objects::{Capsule, Module, exceptions};

/// `PySocketModule_APIObject`
#[repr(C)]
struct Table {
    class: *mut abi::PyTypeObject,
    error: *mut abi::PyObject,
    timeout: *mut abi::PyObject,
}

// SAFETY: R2: the types are immortal statics; nobody writes the struct.
unsafe impl Sync for Table {}
// SAFETY: as above.
unsafe impl Send for Table {}

static TABLE: OnceLock<Table> = OnceLock::new();

/// Puts the capsule into `_socket`, as the module is made.
pub fn extend(th: &mut Thread, module: &Module) -> Result<(), Raised> {
    let object = |ty: &'static Type| ty.raw().cast();
    let table = TABLE.get_or_init(|| Table {
        class: Socket::type_object().raw(),
        error: object(exceptions::os_error_type()),
        timeout: object(exceptions::timeout_error_type()),
    });
    let pointer: *mut c_void = core::ptr::from_ref(table).cast_mut().cast();
    let capsule = Capsule::new(th, pointer, c"_socket.CAPI".as_ptr(), None);
    if let Some(dict) = module.dict() {
        dict.set_by_name(th, "CAPI", capsule.up());
    }
    Ok(())
}
