//! Hashes: `Py_HashBuffer`, `Py_HashPointer`, `PyHash_*`; the tables of characters are in [`ctype`].

pub mod ctype;

use core::ffi::c_void;

use heap::{Object, Thread};

use crate::api;

/// The hash function of `str` and bytes.
static FUNCTION: Shared =
    Shared(abi::PyHash_FuncDef { hash: Some(Py_HashBuffer), name: c"siphash13".as_ptr(), hash_bits: 64, seed_bits: 128 });

#[repr(transparent)]
struct Shared(abi::PyHash_FuncDef);

// SAFETY: R2: it never changes, and the name is a constant.
unsafe impl Sync for Shared {}

fn of_address(address: usize) -> isize {
    algos::hash::address(address as u64) as isize
}

/// The hash of bytes; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_HashBuffer(start: *const c_void, len: isize) -> isize {
    match usize::try_from(len) {
        // SAFETY: R4: the function's contract.
        Ok(len @ 1..) => objects::hash::hash_bytes(unsafe { core::slice::from_raw_parts(start.cast::<u8>(), len) }),
        _ => 0,
    }
}

/// The hash of an address; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn Py_HashPointer(pointer: *const c_void) -> isize {
    of_address(pointer.addr())
}

/// How bytes are hashed; needs no thread.
#[unsafe(no_mangle)]
pub unsafe extern "C-unwind" fn PyHash_GetFuncDef() -> *const abi::PyHash_FuncDef {
    &raw const FUNCTION.0
}

api! {
    /// The hash of an object that is equal only to itself.
    fn PyObject_GenericHash(th, object: &Object) -> isize {
        let _: &Thread = th;
        of_address(object.as_ptr().addr())
    }

    /// The hash of a float; what is not a number has that of its object.
    fn _Py_HashDouble(th, object: Option<&Object>, value: f64) -> isize {
        let _: &Thread = th;
        match algos::float::hash(value) {
            Some(hash) => hash as isize,
            None => of_address(object.map_or(0, |object| object.as_ptr().addr())),
        }
    }
}
