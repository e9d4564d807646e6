//! The thread state and the interpreter, as far as extensions look inside.
//!
//! Invariant: `current_exception` and `exc_info` (offsets 112 and 120) are live: Cython raises, fetches and saves exceptions by writing them.
//! Of the rest, only what `layout.tsv` calls exact has a meaning; the remainder keeps the size.
use crate::PyObject;
use crate::layout::{bit_fields, layout};
use crate::slots::Py_tracefunc;
use core::ffi::{c_char, c_int, c_ulong, c_void};

/// Opaque to extensions. There is one, and it has no fields that C may read.
#[repr(C)]
pub struct PyInterpreterState {
    opaque: [u8; 0],
}

bit_fields! {
    table BITS;

    struct PyThreadStateStatus(u32) {
        initialized: 0, 1;
        bound: 1, 1;
        unbound: 2, 1;
        bound_gilstate: 3, 1;
        active: 4, 1;
        finalizing: 5, 1;
        cleared: 6, 1;
        finalized: 7, 1;
    }
}

layout! {
    table TABLE;

    /// One level of the chain of handled exceptions (`sys.exc_info()`).
    struct _PyErr_StackItem {
        exc_value: *mut PyObject,
        previous_item: *mut _PyErr_StackItem,
    }

    struct _PyStackChunk {
        previous: *mut _PyStackChunk,
        size: usize,
        top: usize,
        data: [*mut PyObject; 1],
    }

    struct _PyRemoteDebuggerSupport {
        debugger_pending_call: i32,
        debugger_script_path: [c_char; 512],
    }

    struct PyThreadState {
        prev: *mut PyThreadState,
        next: *mut PyThreadState,
        interp: *mut PyInterpreterState,
        eval_breaker: usize,
        _status: PyThreadStateStatus,
        holds_gil: c_int,
        _whence: c_int,
        state: c_int,
        py_recursion_remaining: c_int,
        py_recursion_limit: c_int,
        recursion_headroom: c_int,
        tracing: c_int,
        what_event: c_int,
        current_frame: *mut c_void,
        c_profilefunc: Option<Py_tracefunc>,
        c_tracefunc: Option<Py_tracefunc>,
        c_profileobj: *mut PyObject,
        c_traceobj: *mut PyObject,
        current_exception: *mut PyObject,
        exc_info: *mut _PyErr_StackItem,
        dict: *mut PyObject,
        gilstate_counter: c_int,
        async_exc: *mut PyObject,
        thread_id: c_ulong,
        native_thread_id: c_ulong,
        delete_later: *mut PyObject,
        critical_section: usize,
        coroutine_origin_tracking_depth: c_int,
        async_gen_firstiter: *mut PyObject,
        async_gen_finalizer: *mut PyObject,
        context: *mut PyObject,
        context_ver: u64,
        id: u64,
        datastack_chunk: *mut _PyStackChunk,
        datastack_top: *mut *mut PyObject,
        datastack_limit: *mut *mut PyObject,
        exc_state: _PyErr_StackItem,
        current_executor: *mut PyObject,
        dict_global_version: u64,
        threading_local_key: *mut PyObject,
        threading_local_sentinel: *mut PyObject,
        remote_debugger_support: _PyRemoteDebuggerSupport,
        datastack_cached_chunk: *mut _PyStackChunk,
    }
}
