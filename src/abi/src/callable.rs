//! Functions, methods, descriptors, code, frames, and what else calls and is called.
//!
//! Invariant: what Cython and mypyc look into (functions, C functions, methods, descriptors, cells, tracebacks, frames to `f_lineno`) is *exact*.
//! Code and generators are *not ours*: they keep C's size where it is public, and no C code may look inside.
use crate::layout::layout;
use crate::slots::*;
use crate::{Py_hash_t, PyGetSetDef, PyMemberDef, PyMethodDef, PyObject, PyTypeObject, wrapperbase};
use core::ffi::{c_char, c_int, c_void};

layout! {
    table TABLE;

    struct PyCFunctionObject {
        ob_base: PyObject,
        m_ml: *mut PyMethodDef,
        m_self: *mut PyObject,
        m_module: *mut PyObject,
        m_weakreflist: *mut PyObject,
        vectorcall: Option<vectorcallfunc>,
    }

    struct PyCMethodObject {
        func: PyCFunctionObject,
        mm_class: *mut PyTypeObject,
    }

    struct PyMethodObject {
        ob_base: PyObject,
        im_func: *mut PyObject,
        im_self: *mut PyObject,
        im_weakreflist: *mut PyObject,
        vectorcall: Option<vectorcallfunc>,
    }

    struct PyInstanceMethodObject {
        ob_base: PyObject,
        func: *mut PyObject,
    }

    struct PyFunctionObject {
        ob_base: PyObject,
        func_globals: *mut PyObject,
        func_builtins: *mut PyObject,
        func_name: *mut PyObject,
        func_qualname: *mut PyObject,
        func_code: *mut PyObject,
        func_defaults: *mut PyObject,
        func_kwdefaults: *mut PyObject,
        func_closure: *mut PyObject,
        func_doc: *mut PyObject,
        func_dict: *mut PyObject,
        func_weakreflist: *mut PyObject,
        func_module: *mut PyObject,
        func_annotations: *mut PyObject,
        func_annotate: *mut PyObject,
        func_typeparams: *mut PyObject,
        vectorcall: Option<vectorcallfunc>,
        func_version: u32,
    }

    struct PyFrameConstructor {
        fc_globals: *mut PyObject,
        fc_builtins: *mut PyObject,
        fc_name: *mut PyObject,
        fc_qualname: *mut PyObject,
        fc_code: *mut PyObject,
        fc_defaults: *mut PyObject,
        fc_kwdefaults: *mut PyObject,
        fc_closure: *mut PyObject,
    }

    struct PyCellObject {
        ob_base: PyObject,
        ob_ref: *mut PyObject,
    }

    /// What all descriptors of static tables begin with.
    struct PyDescrObject {
        ob_base: PyObject,
        d_type: *mut PyTypeObject,
        d_name: *mut PyObject,
        d_qualname: *mut PyObject,
    }

    struct PyMethodDescrObject {
        d_common: PyDescrObject,
        d_method: *mut PyMethodDef,
        vectorcall: Option<vectorcallfunc>,
    }

    struct PyMemberDescrObject {
        d_common: PyDescrObject,
        d_member: *mut PyMemberDef,
    }

    struct PyGetSetDescrObject {
        d_common: PyDescrObject,
        d_getset: *mut PyGetSetDef,
    }

    struct PyWrapperDescrObject {
        d_common: PyDescrObject,
        d_base: *mut wrapperbase,
        d_wrapped: *mut c_void,
    }

    struct propertyobject {
        ob_base: PyObject,
        prop_get: *mut PyObject,
        prop_set: *mut PyObject,
        prop_del: *mut PyObject,
        prop_doc: *mut PyObject,
        prop_name: *mut PyObject,
        getter_doc: c_int,
    }

    struct PyWeakReference {
        ob_base: PyObject,
        wr_object: *mut PyObject,
        wr_callback: *mut PyObject,
        hash: Py_hash_t,
        wr_prev: *mut PyWeakReference,
        wr_next: *mut PyWeakReference,
        vectorcall: Option<vectorcallfunc>,
    }

    struct PyTracebackObject {
        ob_base: PyObject,
        tb_next: *mut PyTracebackObject,
        tb_frame: *mut PyFrameObject,
        tb_lasti: c_int,
        tb_lineno: c_int,
    }

    struct PyFrameObject {
        ob_base: PyObject,
        f_back: *mut PyFrameObject,
        f_frame: *mut c_void,
        f_trace: *mut PyObject,
        f_lineno: c_int,
        f_trace_lines: c_char,
        f_trace_opcodes: c_char,
        f_extra_locals: *mut PyObject,
        f_locals_cache: *mut PyObject,
        f_overwritten_fast_locals: *mut PyObject,
        _f_frame_data: [*mut PyObject; 1],
    }

    struct PyFrameLocalsProxyObject {
        ob_base: PyObject,
        frame: *mut PyFrameObject,
    }
}

/// Opaque to the public headers; `capi` knows what is behind it.
#[repr(C)]
pub struct PyCapsule {
    opaque: [u8; 0],
}

/// A code object. Not ours: nothing in it is where CPython has it but the header.
#[repr(C)]
pub struct PyCodeObject {
    opaque: [u8; 0],
}

/// A generator, coroutine or asynchronous generator. Not ours, as `PyCodeObject`.
#[repr(C)]
pub struct PyGenObject {
    opaque: [u8; 0],
}
pub type PyCoroObject = PyGenObject;
pub type PyAsyncGenObject = PyGenObject;
