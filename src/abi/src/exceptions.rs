//! The exception objects.
//!
//! Invariant: each begins with the fields of `BaseException`, so that a subclass may be read as its base.
use crate::layout::layout;
use crate::{Py_ssize_t, PyObject};
use core::ffi::c_char;

/// Declares exception structs: the base's fields, then their own.
macro_rules! exceptions {
    ($( $(#[$meta:meta])* $name:ident { $( $field:ident: $ty:ty ),* $(,)? } )*) => {
        layout! {
            table TABLE;
            $(
                $(#[$meta])*
                struct $name {
                    ob_base: PyObject,
                    dict: *mut PyObject,
                    args: *mut PyObject,
                    notes: *mut PyObject,
                    traceback: *mut PyObject,
                    context: *mut PyObject,
                    cause: *mut PyObject,
                    suppress_context: c_char,
                    $( $field: $ty, )*
                }
            )*
        }
    };
}

exceptions! {
    PyBaseExceptionObject {}
    PyAttributeErrorObject { obj: *mut PyObject, name: *mut PyObject }
    PyBaseExceptionGroupObject { msg: *mut PyObject, excs: *mut PyObject, excs_str: *mut PyObject }
    PyImportErrorObject { msg: *mut PyObject, name: *mut PyObject, path: *mut PyObject, name_from: *mut PyObject }
    PyNameErrorObject { name: *mut PyObject }
    PyOSErrorObject {
        myerrno: *mut PyObject,
        strerror: *mut PyObject,
        filename: *mut PyObject,
        filename2: *mut PyObject,
        written: Py_ssize_t,
    }
    PyStopIterationObject { value: *mut PyObject }
    PySyntaxErrorObject {
        msg: *mut PyObject,
        filename: *mut PyObject,
        lineno: *mut PyObject,
        offset: *mut PyObject,
        end_lineno: *mut PyObject,
        end_offset: *mut PyObject,
        text: *mut PyObject,
        print_file_and_line: *mut PyObject,
        metadata: *mut PyObject,
    }
    PySystemExitObject { code: *mut PyObject }
    PyUnicodeErrorObject {
        encoding: *mut PyObject,
        object: *mut PyObject,
        start: Py_ssize_t,
        end: Py_ssize_t,
        reason: *mut PyObject,
    }
}

/// Another name of C's for `OSError`.
pub type PyEnvironmentErrorObject = PyOSErrorObject;
