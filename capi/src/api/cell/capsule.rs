//! `PyCapsule_*`.

use core::ffi::{CStr, c_char, c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::capsule::Destructor;
use objects::{Capsule, exceptions, ops, raise};

use crate::api;
use crate::entry::c_text;

/// The capsule that an object must be; `function` is what the message names.
fn legal<'a>(th: &mut Thread, object: Option<&'a Object>, function: &str) -> Result<&'a Capsule, Raised> {
    let capsule = object.and_then(|object| object.downcast_exact::<Capsule>());
    match capsule.filter(|capsule| !capsule.pointer().is_null()) {
        Some(capsule) => Ok(capsule),
        None => Err(raise::value_error(th, format_args!("{function} called with invalid PyCapsule object"))),
    }
}

/// The object of a dotted name: a module, and attributes.
fn find(th: &mut Thread, name: &CStr) -> Result<Ref<Object>, Raised> {
    let mut parts = name.to_bytes().split(|&byte| byte == b'.');
    let first = String::from_utf8_lossy(parts.next().unwrap_or_default());
    let Ok(mut found) = interp::import::import_module(th, &first) else {
        let message = format_args!("PyCapsule_Import could not import module \"{first}\"");
        // The message replaces what the import raised.
        th.take_exception();
        return Err(raise::new(th, exceptions::import_error_type(), message));
    };
    for part in parts {
        let part = [part, &b"\0"[..]].concat();
        // SAFETY: R4: the text ends with a zero.
        let part = unsafe { c_text(th, part.as_ptr().cast()) }?.to_owned();
        found = ops::getattr_str(th, &found, &part)?;
    }
    Ok(found)
}

api! {
    /// A capsule around a pointer.
    fn PyCapsule_New(th, pointer: *mut c_void, name: *const c_char, destructor: Option<Destructor>) -> Result<Ref<Capsule>, Raised> {
        match pointer.is_null() {
            true => Err(raise::value_error(th, format_args!("PyCapsule_New called with null pointer"))),
            false => Ok(Capsule::new(th, pointer, name, destructor)),
        }
    }

    /// Whether an object is a capsule of this name.
    fn PyCapsule_IsValid(th, object: Option<&Object>, name: *const c_char) -> i32 {
        let _ = &th;
        let capsule = object.and_then(|object| object.downcast_exact::<Capsule>());
        // SAFETY: R4: null or a C string.
        capsule.is_some_and(|capsule| !capsule.pointer().is_null() && unsafe { capsule.has_name(name) }).into()
    }

    /// The pointer, if the name is right.
    fn PyCapsule_GetPointer(th, object: Option<&Object>, name: *const c_char) -> Result<*mut c_void, Raised> {
        let capsule = legal(th, object, "PyCapsule_GetPointer")?;
        // SAFETY: R4: null or a C string.
        match unsafe { capsule.has_name(name) } {
            true => Ok(capsule.pointer()),
            false => Err(raise::value_error(th, format_args!("PyCapsule_GetPointer called with incorrect name"))),
        }
    }

    /// The name, which may be null.
    fn PyCapsule_GetName(th, object: Option<&Object>) -> Result<*const c_char, Raised> {
        legal(th, object, "PyCapsule_GetName").map(Capsule::name)
    }

    /// What runs at the end, which may be null.
    fn PyCapsule_GetDestructor(th, object: Option<&Object>) -> Option<Destructor> {
        match legal(th, object, "PyCapsule_GetDestructor") {
            Ok(capsule) => capsule.destructor(),
            Err(raised) => {
                objects::glue::leave_raised(th, raised);
                None
            }
        }
    }

    /// The maker's second pointer, which may be null.
    fn PyCapsule_GetContext(th, object: Option<&Object>) -> Result<*mut c_void, Raised> {
        legal(th, object, "PyCapsule_GetContext").map(Capsule::context)
    }

    /// Replaces the pointer.
    fn PyCapsule_SetPointer(th, object: Option<&Object>, pointer: *mut c_void) -> Result<(), Raised> {
        let capsule = legal(th, object, "PyCapsule_SetPointer")?;
        if pointer.is_null() {
            return Err(raise::value_error(th, format_args!("PyCapsule_SetPointer called with null pointer")));
        }
        capsule.set_pointer(pointer);
        Ok(())
    }

    /// Replaces the name.
    fn PyCapsule_SetName(th, object: Option<&Object>, name: *const c_char) -> Result<(), Raised> {
        legal(th, object, "PyCapsule_SetName").map(|capsule| capsule.set_name(name))
    }

    /// Replaces what runs at the end.
    fn PyCapsule_SetDestructor(th, object: Option<&Object>, destructor: Option<Destructor>) -> Result<(), Raised> {
        legal(th, object, "PyCapsule_SetDestructor").map(|capsule| capsule.set_destructor(destructor))
    }

    /// Replaces the maker's second pointer.
    fn PyCapsule_SetContext(th, object: Option<&Object>, context: *mut c_void) -> Result<(), Raised> {
        legal(th, object, "PyCapsule_SetContext").map(|capsule| capsule.set_context(context))
    }

    /// The pointer of the capsule that lies under a dotted name, which is its own.
    fn PyCapsule_Import(th, name: *const c_char, no_block: c_int) -> Result<*mut c_void, Raised> {
        // The flag has meant nothing for a long time.
        let _ = no_block;
        // SAFETY: R4: a C string.
        let text = unsafe { CStr::from_ptr(name) };
        let object = find(th, text)?;
        let capsule = object.downcast_exact_ref::<Capsule>();
        // SAFETY: R4: a C string.
        let pointer = capsule.filter(|capsule| unsafe { capsule.has_name(name) }).map(Capsule::pointer);
        th.release(object);
        match pointer.filter(|pointer| !pointer.is_null()) {
            Some(pointer) => Ok(pointer),
            None => Err(raise::new(th, exceptions::attribute_error_type(), format_args!("PyCapsule_Import \"{}\" is not valid", text.to_string_lossy()))),
        }
    }
}
