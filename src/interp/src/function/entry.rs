//! How native code calls a Python function: the one entry, without a signature to parse.
#![allow(unsafe_code, reason = "a C function over the arguments of a vectorcall")]

use objects::glue;

use super::{Function, run_function};
use crate::args::Slice;

/// # Safety
/// As C's `vectorcallfunc`, for a `Function`.
pub unsafe extern "C-unwind" fn vectorcall(
    slf: *mut abi::PyObject,
    args: *const *mut abi::PyObject,
    nargsf: usize,
    kwnames: *mut abi::PyObject,
) -> *mut abi::PyObject {
    // SAFETY: R10: a C entry; R4: the protocol's arguments, alive for the call.
    unsafe {
        glue::entry_object(|th| {
            let function: &Function = glue::this(slf);
            let positional = nargsf & !abi::PY_VECTORCALL_ARGUMENTS_OFFSET;
            let names = glue::tuple_slice(kwnames);
            let args = glue::argument_slice(args, (positional + names.len()).cast_signed());
            run_function(th, function, Slice { args, positional, names })
        })
    }
}
