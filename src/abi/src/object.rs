//! The object header, types, their slot suites, and the static tables that extensions hand us (methods, members, getters, slots, modules).
//!
//! Invariant: all of these are *exact* in `layout.tsv`: extensions define, read and patch them.
use crate::Py_ssize_t;
use crate::layout::layout;
use crate::slots::*;
use core::cell::UnsafeCell;
use core::ffi::{c_char, c_int, c_uint, c_ulong, c_void};

layout! {
    table TABLE;

    /// The first 16 bytes of every object. C calls the halves of word 0 `ob_refcnt`, `ob_overflow` and `ob_flags`; rule R1 says what the latter two
    /// may hold.
    struct PyObject {
        count["ob_refcnt"]: u32,
        owner["ob_overflow"]: u16,
        zero["ob_flags"]: u16,
        ob_type: *mut PyTypeObject,
    }

    /// An object with a number of items (or a number that its type uses otherwise).
    struct PyVarObject {
        ob_base: PyObject,
        ob_size: Py_ssize_t,
    }

    struct PyTypeObject {
        ob_base: PyVarObject,
        tp_name: *const c_char,
        tp_basicsize: Py_ssize_t,
        tp_itemsize: Py_ssize_t,
        tp_dealloc: Option<destructor>,
        tp_vectorcall_offset: Py_ssize_t,
        tp_getattr: Option<getattrfunc>,
        tp_setattr: Option<setattrfunc>,
        tp_as_async: *mut PyAsyncMethods,
        tp_repr: Option<reprfunc>,
        tp_as_number: *mut PyNumberMethods,
        tp_as_sequence: *mut PySequenceMethods,
        tp_as_mapping: *mut PyMappingMethods,
        tp_hash: Option<hashfunc>,
        tp_call: Option<ternaryfunc>,
        tp_str: Option<reprfunc>,
        tp_getattro: Option<getattrofunc>,
        tp_setattro: Option<setattrofunc>,
        tp_as_buffer: *mut PyBufferProcs,
        tp_flags: c_ulong,
        tp_doc: *const c_char,
        tp_traverse: Option<traverseproc>,
        tp_clear: Option<inquiry>,
        tp_richcompare: Option<richcmpfunc>,
        tp_weaklistoffset: Py_ssize_t,
        tp_iter: Option<getiterfunc>,
        tp_iternext: Option<iternextfunc>,
        tp_methods: *mut PyMethodDef,
        tp_members: *mut PyMemberDef,
        tp_getset: *mut PyGetSetDef,
        tp_base: *mut PyTypeObject,
        tp_dict: *mut PyObject,
        tp_descr_get: Option<descrgetfunc>,
        tp_descr_set: Option<descrsetfunc>,
        tp_dictoffset: Py_ssize_t,
        tp_init: Option<initproc>,
        tp_alloc: Option<allocfunc>,
        tp_new: Option<newfunc>,
        tp_free: Option<freefunc>,
        tp_is_gc: Option<inquiry>,
        tp_bases: *mut PyObject,
        tp_mro: *mut PyObject,
        /// No use in the ABI since 3.3: our own per-type state hangs here (rule R3).
        tp_cache: *mut PyObject,
        tp_subclasses: *mut c_void,
        tp_weaklist: *mut PyObject,
        tp_del: Option<destructor>,
        tp_version_tag: c_uint,
        tp_finalize: Option<destructor>,
        tp_vectorcall: Option<vectorcallfunc>,
        tp_watched: u8,
        tp_versions_used: u16,
    }

    struct PyNumberMethods {
        nb_add: Option<binaryfunc>,
        nb_subtract: Option<binaryfunc>,
        nb_multiply: Option<binaryfunc>,
        nb_remainder: Option<binaryfunc>,
        nb_divmod: Option<binaryfunc>,
        nb_power: Option<ternaryfunc>,
        nb_negative: Option<unaryfunc>,
        nb_positive: Option<unaryfunc>,
        nb_absolute: Option<unaryfunc>,
        nb_bool: Option<inquiry>,
        nb_invert: Option<unaryfunc>,
        nb_lshift: Option<binaryfunc>,
        nb_rshift: Option<binaryfunc>,
        nb_and: Option<binaryfunc>,
        nb_xor: Option<binaryfunc>,
        nb_or: Option<binaryfunc>,
        nb_int: Option<unaryfunc>,
        nb_reserved: *mut c_void,
        nb_float: Option<unaryfunc>,
        nb_inplace_add: Option<binaryfunc>,
        nb_inplace_subtract: Option<binaryfunc>,
        nb_inplace_multiply: Option<binaryfunc>,
        nb_inplace_remainder: Option<binaryfunc>,
        nb_inplace_power: Option<ternaryfunc>,
        nb_inplace_lshift: Option<binaryfunc>,
        nb_inplace_rshift: Option<binaryfunc>,
        nb_inplace_and: Option<binaryfunc>,
        nb_inplace_xor: Option<binaryfunc>,
        nb_inplace_or: Option<binaryfunc>,
        nb_floor_divide: Option<binaryfunc>,
        nb_true_divide: Option<binaryfunc>,
        nb_inplace_floor_divide: Option<binaryfunc>,
        nb_inplace_true_divide: Option<binaryfunc>,
        nb_index: Option<unaryfunc>,
        nb_matrix_multiply: Option<binaryfunc>,
        nb_inplace_matrix_multiply: Option<binaryfunc>,
    }

    struct PySequenceMethods {
        sq_length: Option<lenfunc>,
        sq_concat: Option<binaryfunc>,
        sq_repeat: Option<ssizeargfunc>,
        sq_item: Option<ssizeargfunc>,
        was_sq_slice: *mut c_void,
        sq_ass_item: Option<ssizeobjargproc>,
        was_sq_ass_slice: *mut c_void,
        sq_contains: Option<objobjproc>,
        sq_inplace_concat: Option<binaryfunc>,
        sq_inplace_repeat: Option<ssizeargfunc>,
    }

    struct PyMappingMethods {
        mp_length: Option<lenfunc>,
        mp_subscript: Option<binaryfunc>,
        mp_ass_subscript: Option<objobjargproc>,
    }

    struct PyAsyncMethods {
        am_await: Option<unaryfunc>,
        am_aiter: Option<unaryfunc>,
        am_anext: Option<unaryfunc>,
        am_send: Option<sendfunc>,
    }

    struct PyBufferProcs {
        bf_getbuffer: Option<getbufferproc>,
        bf_releasebuffer: Option<releasebufferproc>,
    }

    /// The type of CPython's specialising interpreter's caches in a heap type; unused by us.
    struct _specialization_cache {
        getitem: *mut PyObject,
        getitem_version: u32,
        init: *mut PyObject,
    }

    /// A type that was made at run time: by a `class` statement or by `PyType_FromSpec`.
    struct PyHeapTypeObject {
        ht_type: PyTypeObject,
        as_async: PyAsyncMethods,
        as_number: PyNumberMethods,
        as_mapping: PyMappingMethods,
        as_sequence: PySequenceMethods,
        as_buffer: PyBufferProcs,
        ht_name: *mut PyObject,
        ht_slots: *mut PyObject,
        ht_qualname: *mut PyObject,
        ht_cached_keys: *mut c_void,
        ht_module: *mut PyObject,
        _ht_tpname: *mut c_char,
        ht_token: *mut c_void,
        _spec_cache: _specialization_cache,
    }

    /// One method of a type or function of a module. `ml_meth` has the signature that `ml_flags` says (see `PyCFunction` and those after it).
    #[derive(Clone, Copy)]
    struct PyMethodDef {
        ml_name: *const c_char,
        ml_meth: Option<PyCFunction>,
        ml_flags: c_int,
        ml_doc: *const c_char,
    }

    #[derive(Clone, Copy)]
    struct PyMemberDef {
        name: *const c_char,
        kind["type"]: c_int,
        offset: Py_ssize_t,
        flags: c_int,
        doc: *const c_char,
    }

    #[derive(Clone, Copy)]
    struct PyGetSetDef {
        name: *const c_char,
        get: Option<getter>,
        set: Option<setter>,
        doc: *const c_char,
        closure: *mut c_void,
    }

    /// One entry of the table of slot wrappers; `PyWrapperDescrObject` points to it.
    struct wrapperbase {
        name: *const c_char,
        offset: c_int,
        function: *mut c_void,
        wrapper: Option<wrapperfunc>,
        doc: *const c_char,
        flags: c_int,
        name_strobj: *mut PyObject,
    }

    #[derive(Clone, Copy)]
    struct PyType_Slot {
        slot: c_int,
        pfunc: *mut c_void,
    }

    #[derive(Clone, Copy)]
    struct PyType_Spec {
        name: *const c_char,
        basicsize: c_int,
        itemsize: c_int,
        flags: c_uint,
        slots: *mut PyType_Slot,
    }

    struct PyModuleDef_Base {
        ob_base: PyObject,
        m_init: Option<PyInit>,
        m_index: Py_ssize_t,
        m_copy: *mut PyObject,
    }

    #[derive(Clone, Copy)]
    struct PyModuleDef_Slot {
        slot: c_int,
        value: *mut c_void,
    }

    struct PyModuleDef {
        m_base: PyModuleDef_Base,
        m_name: *const c_char,
        m_doc: *const c_char,
        m_size: Py_ssize_t,
        m_methods: *mut PyMethodDef,
        m_slots: *mut PyModuleDef_Slot,
        m_traverse: Option<traverseproc>,
        m_clear: Option<inquiry>,
        m_free: Option<freefunc>,
    }

    struct PyModuleObject {
        ob_base: PyObject,
        md_dict: *mut PyObject,
        md_def: *mut PyModuleDef,
        md_state: *mut c_void,
        md_weaklist: *mut PyObject,
        md_name: *mut PyObject,
    }

    /// A view of memory (the buffer protocol).
    struct Py_buffer {
        buf: *mut c_void,
        obj: *mut PyObject,
        len: Py_ssize_t,
        itemsize: Py_ssize_t,
        readonly: c_int,
        ndim: c_int,
        format: *mut c_char,
        shape: *mut Py_ssize_t,
        strides: *mut Py_ssize_t,
        suboffsets: *mut Py_ssize_t,
        internal: *mut c_void,
    }

    #[derive(Clone, Copy)]
    struct PyStructSequence_Field {
        name: *const c_char,
        doc: *const c_char,
    }

    #[derive(Clone, Copy)]
    struct PyStructSequence_Desc {
        name: *const c_char,
        doc: *const c_char,
        fields: *mut PyStructSequence_Field,
        n_in_sequence: c_int,
    }
}

/// A C object that is a static of ours: exported under C's name, written by whoever owns it under C's rules.
#[repr(transparent)]
pub struct Static<T>(UnsafeCell<T>);

impl<T> Static<T> {
    pub const fn new(value: T) -> Self {
        Self(UnsafeCell::new(value))
    }

    /// The address that C sees.
    pub const fn get(&self) -> *mut T {
        self.0.get()
    }
}

// SAFETY: the cell gives out raw pointers only; each access is an `unsafe` block that names the rule which orders it.
unsafe impl<T> Sync for Static<T> {}
