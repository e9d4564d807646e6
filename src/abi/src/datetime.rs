//! The datetime structs and their capsule.
//!
//! Invariant: exact; C reads them by macros after it imported the capsule `datetime.datetime_CAPI`.
use crate::layout::layout;
use crate::{Py_hash_t, PyObject, PyTypeObject};
use core::ffi::{c_char, c_int, c_uchar};

type Object = *mut PyObject;

layout! {
    table TABLE;

    struct PyDateTime_Delta {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        days: c_int,
        seconds: c_int,
        microseconds: c_int,
    }

    struct PyDateTime_TZInfo {
        ob_base: PyObject,
    }

    struct _PyDateTime_BaseTZInfo {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        hastzinfo: c_char,
    }

    /// A date; year (two bytes, high first), month, day.
    struct PyDateTime_Date {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        hastzinfo: c_char,
        data: [c_uchar; 4],
    }

    /// A time without zone: the memory ends before `fold`.
    struct _PyDateTime_BaseTime {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        hastzinfo: c_char,
        data: [c_uchar; 6],
    }

    /// Hour, minute, second, microsecond (three bytes, high first).
    struct PyDateTime_Time {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        hastzinfo: c_char,
        data: [c_uchar; 6],
        fold: c_uchar,
        tzinfo: *mut PyObject,
    }

    struct _PyDateTime_BaseDateTime {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        hastzinfo: c_char,
        data: [c_uchar; 10],
    }

    struct PyDateTime_DateTime {
        ob_base: PyObject,
        hashcode: Py_hash_t,
        hastzinfo: c_char,
        data: [c_uchar; 10],
        fold: c_uchar,
        tzinfo: *mut PyObject,
    }

    struct PyDateTime_CAPI {
        DateType: *mut PyTypeObject,
        DateTimeType: *mut PyTypeObject,
        TimeType: *mut PyTypeObject,
        DeltaType: *mut PyTypeObject,
        TZInfoType: *mut PyTypeObject,
        TimeZone_UTC: *mut PyObject,
        Date_FromDate: Option<unsafe extern "C-unwind" fn(c_int, c_int, c_int, *mut PyTypeObject) -> Object>,
        DateTime_FromDateAndTime: Option<
            unsafe extern "C-unwind" fn(c_int, c_int, c_int, c_int, c_int, c_int, c_int, Object, *mut PyTypeObject) -> Object,
        >,
        Time_FromTime: Option<unsafe extern "C-unwind" fn(c_int, c_int, c_int, c_int, Object, *mut PyTypeObject) -> Object>,
        Delta_FromDelta: Option<unsafe extern "C-unwind" fn(c_int, c_int, c_int, c_int, *mut PyTypeObject) -> Object>,
        TimeZone_FromTimeZone: Option<unsafe extern "C-unwind" fn(Object, Object) -> Object>,
        DateTime_FromTimestamp: Option<unsafe extern "C-unwind" fn(Object, Object, Object) -> Object>,
        Date_FromTimestamp: Option<unsafe extern "C-unwind" fn(Object, Object) -> Object>,
        DateTime_FromDateAndTimeAndFold: Option<
            unsafe extern "C-unwind" fn(
                c_int,
                c_int,
                c_int,
                c_int,
                c_int,
                c_int,
                c_int,
                Object,
                c_int,
                *mut PyTypeObject,
            ) -> Object,
        >,
        Time_FromTimeAndFold:
            Option<unsafe extern "C-unwind" fn(c_int, c_int, c_int, c_int, Object, c_int, *mut PyTypeObject) -> Object>,
    }
}
