//! C functions that the Python half of ctypes calls by their addresses.
#![allow(unsafe_code, reason = "C functions of ours, called by their addresses")]

use core::ffi::{c_int, c_void};

use heap::{Object, Raised, Ref, Thread};
use objects::glue::*;
use objects::{Bytes, Int, MemoryView, ops, raise};

use crate::cdata::cdata;
use crate::codes;
use crate::info::{self, Info, Kind};

/// Sizes that callers pass for "up to the zero at the end".
const TO_THE_END: c_int = -1;

/// `ctypes.string_at`
unsafe extern "C-unwind" fn string_at(start: *const u8, size: c_int) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry; that the memory may be read is the program's business.
    unsafe {
        entry_object(|th| {
            let (address, shown) = (Int::from_usize(th, start.addr()), Int::from_i64(th, size.into()));
            interp::audit::event(th, "ctypes.string_at", &[&address, &shown])?;
            let len = if size == TO_THE_END { libc::strlen(start.cast()) } else { checked(th, size)? };
            let bytes = if len == 0 { &[] } else { core::slice::from_raw_parts(start, len) };
            Bytes::try_new(th, bytes).map(Ref::up).ok_or_else(|| raise::memory_error(th))
        })
    }
}

/// `ctypes.wstring_at`
unsafe extern "C-unwind" fn wstring_at(start: *const u8, size: c_int) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry; that the memory may be read is the program's business.
    unsafe {
        entry_object(|th| {
            let (address, shown) = (Int::from_usize(th, start.addr()), Int::from_i64(th, size.into()));
            interp::audit::event(th, "ctypes.wstring_at", &[&address, &shown])?;
            let len = if size == TO_THE_END { codes::wide_len(start, usize::MAX) } else { checked(th, size)? };
            codes::wide_text(th, start, len).map_err(|no| no.raise(th))
        })
    }
}

fn checked(th: &mut Thread, size: c_int) -> Result<usize, Raised> {
    usize::try_from(size).map_err(|_| raise::system_error(th, format_args!("Negative size passed to PyBytes_FromStringAndSize")))
}

/// `ctypes.memoryview_at`
unsafe extern "C-unwind" fn memoryview_at(start: *mut c_void, size: isize, readonly: c_int) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry.
    unsafe {
        entry_object(|th| {
            let (address, len, shown) =
                (Int::from_usize(th, start.addr()), Int::from_i64(th, size as i64), Int::from_i64(th, readonly.into()));
            interp::audit::event(th, "ctypes.memoryview_at", &[&address, &len, &shown])?;
            if size < 0 {
                return Err(raise::value_error(th, format_args!("memoryview_at: size is negative (or overflowed): {size}")));
            }
            let mut view = Py_buffer::ZERO;
            view.buf = start;
            view.len = size;
            view.itemsize = 1;
            view.ndim = 1;
            view.readonly = c_int::from(readonly != 0);
            view.format = c"B".as_ptr().cast_mut();
            MemoryView::from_buffer(th, &view).map(Ref::up)
        })
    }
}

fn check_pointer_type(th: &mut Thread, ty: &Object) -> Result<(), Raised> {
    let known = info::of_type(ty);
    let points = known.is_some_and(|known| matches!(known.kind, Kind::Pointer | Kind::Function))
        || known.and_then(Info::simple).is_some_and(|simple| b"sPzUZXO".contains(&simple.code))
        || as_type(ty).is_some_and(|ty| {
            let metaclasses = [
                <crate::meta::CPointerType as heap::PyType>::type_object(),
                <crate::meta::CFuncPtrType as heap::PyType>::type_object(),
            ];
            metaclasses.iter().any(|metaclass| heap::is_subtype(ty.ty(), metaclass))
        });
    if points {
        return Ok(());
    }
    if !heap::is_subtype(ty.ty(), <info::CType as heap::PyType>::type_object()) {
        return Err(raise::type_error(th, format_args!("cast() argument 2 must be a pointer type")));
    }
    let name = as_type(ty).map_or_else(|| ops::type_name(ty), ops::message_name);
    Err(raise::type_error(th, format_args!("cast() argument 2 must be a pointer type, not {name}")))
}

/// `ctypes.cast`: the result keeps what the source keeps, and the source itself.
unsafe extern "C-unwind" fn cast(address: *mut u8, source: *mut abi::PyObject, ty: *mut abi::PyObject) -> *mut abi::PyObject {
    // SAFETY: R10, R4: a C entry; the objects live while their caller holds them.
    unsafe {
        entry_object(|th| {
            let (source, ty): (&Object, &Object) = (borrow(source), borrow(ty));
            check_pointer_type(th, ty)?;
            let made = ops::call(th, ty, &[])?;
            let Some(result) = cdata(&made) else { return Err(info::abstract_class(th)) };
            if let Some(from) = cdata(source) {
                let kept = from.kept_to_share(th);
                if let Some(kept) = kept.as_ref().and_then(|kept| kept.downcast_exact_ref::<objects::Dict>()) {
                    let key = Int::from_usize(th, source.as_ptr().addr());
                    kept.set(th, &key, source)?;
                }
                result.set_kept(th, kept);
            }
            result.set_pointer(th, address);
            Ok(made)
        })
    }
}

/// Addresses of these functions, by the names that the module has for them.
pub fn addresses() -> [(&'static str, *const ()); 4] {
    [
        ("_string_at_addr", string_at as *const ()),
        ("_wstring_at_addr", wstring_at as *const ()),
        ("_memoryview_at_addr", memoryview_at as *const ()),
        ("_cast_addr", cast as *const ()),
    ]
}

/// Whether it is one of them: they need no gate, for they are entries like those of native methods.
pub fn is_one(function: *const ()) -> bool {
    addresses().iter().any(|(_, address)| core::ptr::eq(*address, function))
}
