//! The builtin value types: numbers, strings, containers.
//!
//! Invariant: numbers, strings, tuples, lists and byte arrays are *exact* (macros read them). Of `dict` and `set` only the size and the number of items
//! are CPython's: C types embed them, nobody reads their tables.
use crate::layout::{bit_fields, layout};
use crate::{Py_UCS1, Py_UCS2, Py_UCS4, Py_buffer, Py_hash_t, Py_ssize_t, PyObject, PyVarObject, digit};
use core::ffi::{c_char, c_int, c_void};

bit_fields! {
    table BITS;

    /// What a `str` is made of: see `PyUnicode_*_KIND` and `SSTATE_*`.
    struct PyUnicodeState(u32) {
        interned: 0, 2;
        kind: 2, 3;
        compact: 5, 1;
        ascii: 6, 1;
        statically_allocated: 7, 1;
    }
}

layout! {
    table TABLE;

    struct _PyLongValue {
        lv_tag: usize,
        ob_digit: [digit; 1],
    }

    struct PyLongObject {
        ob_base: PyObject,
        long_value: _PyLongValue,
    }

    #[derive(Clone, Copy)]
    struct PyLongLayout {
        bits_per_digit: u8,
        digit_size: u8,
        digits_order: i8,
        digit_endianness: i8,
    }

    struct PyLongExport {
        value: i64,
        negative: u8,
        ndigits: Py_ssize_t,
        digits: *const c_void,
        _reserved: usize,
    }

    struct PyFloatObject {
        ob_base: PyObject,
        ob_fval: f64,
    }

    #[derive(Clone, Copy, Debug, PartialEq)]
    struct Py_complex {
        real: f64,
        imag: f64,
    }

    struct PyComplexObject {
        ob_base: PyObject,
        cval: Py_complex,
    }

    /// A `str`'s head; the characters of a compact ASCII string follow it.
    struct PyASCIIObject {
        ob_base: PyObject,
        length: Py_ssize_t,
        hash: Py_hash_t,
        state: PyUnicodeState,
    }

    /// The head of a compact string that is not ASCII; the characters follow it.
    struct PyCompactUnicodeObject {
        _base: PyASCIIObject,
        utf8_length: Py_ssize_t,
        utf8: *mut c_char,
    }

    union PyUnicodeData {
        any: *mut c_void,
        latin1: *mut Py_UCS1,
        ucs2: *mut Py_UCS2,
        ucs4: *mut Py_UCS4,
    }

    /// A string whose characters are elsewhere: instances of subclasses of `str`.
    struct PyUnicodeObject {
        _base: PyCompactUnicodeObject,
        data: PyUnicodeData,
    }

    struct _PyUnicodeWriter {
        buffer: *mut PyObject,
        data: *mut c_void,
        kind: c_int,
        maxchar: Py_UCS4,
        size: Py_ssize_t,
        pos: Py_ssize_t,
        min_length: Py_ssize_t,
        min_char: Py_UCS4,
        overallocate: u8,
        readonly: u8,
    }

    struct PyBytesObject {
        ob_base: PyVarObject,
        ob_shash: Py_hash_t,
        ob_sval: [c_char; 1],
    }

    struct PyByteArrayObject {
        ob_base: PyVarObject,
        ob_alloc: Py_ssize_t,
        ob_bytes: *mut c_char,
        ob_start: *mut c_char,
        ob_exports: Py_ssize_t,
    }

    struct PyTupleObject {
        ob_base: PyVarObject,
        ob_hash: Py_hash_t,
        ob_item: [*mut PyObject; 1],
    }

    struct PyListObject {
        ob_base: PyVarObject,
        ob_item: *mut *mut PyObject,
        allocated: Py_ssize_t,
    }

    struct PyDictObject {
        ob_base: PyObject,
        ma_used: Py_ssize_t,
        _ma_watcher_tag: u64,
        ma_keys: *mut c_void,
        ma_values: *mut c_void,
    }

    struct setentry {
        key: *mut PyObject,
        hash: Py_hash_t,
    }

    struct PySetObject {
        ob_base: PyObject,
        fill: Py_ssize_t,
        used: Py_ssize_t,
        mask: Py_ssize_t,
        table: *mut setentry,
        hash: Py_hash_t,
        finger: Py_ssize_t,
        smalltable: [setentry; 8],
        weakreflist: *mut PyObject,
    }

    struct PySliceObject {
        ob_base: PyObject,
        start: *mut PyObject,
        stop: *mut PyObject,
        step: *mut PyObject,
    }

    struct PyStructSequence {
        ob_base: PyVarObject,
        ob_hash: Py_hash_t,
        ob_item: [*mut PyObject; 1],
    }

    struct _PyManagedBufferObject {
        ob_base: PyObject,
        flags: c_int,
        exports: Py_ssize_t,
        master: Py_buffer,
    }

    struct PyMemoryViewObject {
        ob_base: PyVarObject,
        mbuf: *mut _PyManagedBufferObject,
        hash: Py_hash_t,
        flags: c_int,
        exports: Py_ssize_t,
        view: Py_buffer,
        weakreflist: *mut PyObject,
        ob_array: [Py_ssize_t; 1],
    }
}
