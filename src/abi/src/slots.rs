//! Signatures of the functions that C code and the runtime hand to each other.
//!
//! Invariant: all are `extern "C-unwind"`, because an extension in C++ may let an exception run into us, which must end in a message and
//! not in undefined behaviour. A slot that may be empty is `Option<…>` in its struct, never here.
use crate::{Py_buffer, Py_hash_t, Py_ssize_t, PyFrameObject, PyObject, PyThreadState, PyTypeObject};
use core::ffi::{c_char, c_int, c_void};

macro_rules! signatures {
    ($( $(#[$meta:meta])* $name:ident($($arg:ty),*) $(-> $ret:ty)?; )*) => {
        $( $(#[$meta])* pub type $name = unsafe extern "C-unwind" fn($($arg),*) $(-> $ret)?; )*
    };
}

type Object = *mut PyObject;

/// What a generator's `am_send` did (C's enum `PySendResult`).
pub type PySendResult = c_int;
pub const PYGEN_RETURN: PySendResult = 0;
pub const PYGEN_ERROR: PySendResult = -1;
pub const PYGEN_NEXT: PySendResult = 1;

signatures! {
    unaryfunc(Object) -> Object;
    binaryfunc(Object, Object) -> Object;
    ternaryfunc(Object, Object, Object) -> Object;
    inquiry(Object) -> c_int;
    lenfunc(Object) -> Py_ssize_t;
    ssizeargfunc(Object, Py_ssize_t) -> Object;
    ssizessizeargfunc(Object, Py_ssize_t, Py_ssize_t) -> Object;
    ssizeobjargproc(Object, Py_ssize_t, Object) -> c_int;
    ssizessizeobjargproc(Object, Py_ssize_t, Py_ssize_t, Object) -> c_int;
    objobjargproc(Object, Object, Object) -> c_int;
    objobjproc(Object, Object) -> c_int;
    visitproc(Object, *mut c_void) -> c_int;
    traverseproc(Object, visitproc, *mut c_void) -> c_int;
    freefunc(*mut c_void);
    destructor(Object);
    getattrfunc(Object, *mut c_char) -> Object;
    getattrofunc(Object, Object) -> Object;
    setattrfunc(Object, *mut c_char, Object) -> c_int;
    setattrofunc(Object, Object, Object) -> c_int;
    reprfunc(Object) -> Object;
    hashfunc(Object) -> Py_hash_t;
    richcmpfunc(Object, Object, c_int) -> Object;
    getiterfunc(Object) -> Object;
    iternextfunc(Object) -> Object;
    descrgetfunc(Object, Object, Object) -> Object;
    descrsetfunc(Object, Object, Object) -> c_int;
    initproc(Object, Object, Object) -> c_int;
    newfunc(*mut PyTypeObject, Object, Object) -> Object;
    allocfunc(*mut PyTypeObject, Py_ssize_t) -> Object;
    vectorcallfunc(Object, *const Object, usize, Object) -> Object;
    sendfunc(Object, Object, *mut Object) -> PySendResult;
    getbufferproc(Object, *mut Py_buffer, c_int) -> c_int;
    releasebufferproc(Object, *mut Py_buffer);

    /// `METH_NOARGS`, `METH_O` and `METH_VARARGS`.
    PyCFunction(Object, Object) -> Object;
    /// `METH_VARARGS | METH_KEYWORDS`.
    PyCFunctionWithKeywords(Object, Object, Object) -> Object;
    /// `METH_FASTCALL`.
    PyCFunctionFast(Object, *const Object, Py_ssize_t) -> Object;
    /// `METH_FASTCALL | METH_KEYWORDS`.
    PyCFunctionFastWithKeywords(Object, *const Object, Py_ssize_t, Object) -> Object;
    /// `METH_METHOD | METH_FASTCALL | METH_KEYWORDS`.
    PyCMethod(Object, *mut PyTypeObject, *const Object, Py_ssize_t, Object) -> Object;

    getter(Object, *mut c_void) -> Object;
    setter(Object, Object, *mut c_void) -> c_int;
    wrapperfunc(Object, Object, *mut c_void) -> Object;
    wrapperfunc_kwds(Object, Object, *mut c_void, Object) -> Object;
    PyCapsule_Destructor(Object);
    Py_tracefunc(Object, *mut PyFrameObject, c_int, Object) -> c_int;
    gcvisitobjects_t(Object, *mut c_void) -> c_int;
    Py_AuditHookFunction(*const c_char, Object, *mut c_void) -> c_int;
    Py_OpenCodeHookFunction(Object, *mut c_void) -> Object;
    PyRefTracer(Object, c_int, *mut c_void) -> c_int;
    PyType_WatchCallback(*mut PyTypeObject) -> c_int;
    PyDict_WatchCallback(c_int, Object, Object, Object) -> c_int;
    PyFunction_WatchCallback(c_int, Object, Object) -> c_int;
    PyCode_WatchCallback(c_int, Object) -> c_int;
    PyContext_WatchCallback(c_int, Object) -> c_int;
    /// `m_init` of a module definition and the functions of `_inittab`: an extension's `PyInit_name`.
    PyInit() -> Object;
    /// Value of a `Py_mod_create` slot.
    PyModule_Create_t(Object, *mut crate::PyModuleDef) -> Object;
    /// Value of a `Py_mod_exec` slot.
    PyModule_Exec_t(Object) -> c_int;
    /// `Py_AddPendingCall`, `PyOS_InputHook` and their like.
    PendingCall(*mut c_void) -> c_int;
    atexit_callback();
    atexit_datacallbackfunc(*mut c_void);
    PyThread_start(*mut c_void);
    /// `PyOS_setsig`, `PyOS_getsig`.
    PyOS_sighandler_t(c_int);
    _PyFrameEvalFunction(*mut PyThreadState, *mut c_void, c_int) -> Object;
}
