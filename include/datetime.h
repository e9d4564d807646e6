/* The C API of the module `datetime`: structs, accessors, and a capsule with types and functions. */
#ifndef DATETIME_H
#define DATETIME_H

#include "Python.h"

#ifndef Py_LIMITED_API

#ifdef __cplusplus
extern "C" {
#endif

/* Bytes, most significant first: year (2), month, day; hour, minute, second, microsecond (3). */
#define _PyDateTime_DATE_DATASIZE 4
#define _PyDateTime_TIME_DATASIZE 6
#define _PyDateTime_DATETIME_DATASIZE 10

#define _PyTZINFO_HEAD \
    PyObject_HEAD \
    Py_hash_t hashcode; \
    char hastzinfo;
#define _PyDateTime_TIMEHEAD \
    _PyTZINFO_HEAD \
    unsigned char data[_PyDateTime_TIME_DATASIZE];
#define _PyDateTime_DATETIMEHEAD \
    _PyTZINFO_HEAD \
    unsigned char data[_PyDateTime_DATETIME_DATASIZE];

typedef struct {
    PyObject_HEAD
    Py_hash_t hashcode;
    int days;
    int seconds;
    int microseconds;
} PyDateTime_Delta;

typedef struct {
    PyObject_HEAD
} PyDateTime_TZInfo;

typedef struct {
    _PyTZINFO_HEAD
} _PyDateTime_BaseTZInfo;

typedef struct {
    _PyTZINFO_HEAD
    unsigned char data[_PyDateTime_DATE_DATASIZE];
} PyDateTime_Date;

/* Objects without a time zone end where `fold` begins. */
typedef struct {
    _PyDateTime_TIMEHEAD
} _PyDateTime_BaseTime;

typedef struct {
    _PyDateTime_TIMEHEAD
    unsigned char fold;
    PyObject *tzinfo;
} PyDateTime_Time;

typedef struct {
    _PyDateTime_DATETIMEHEAD
} _PyDateTime_BaseDateTime;

typedef struct {
    _PyDateTime_DATETIMEHEAD
    unsigned char fold;
    PyObject *tzinfo;
} PyDateTime_DateTime;

#define _PyDateTime_HAS_TZINFO(o) (((_PyDateTime_BaseTZInfo *)(o))->hastzinfo)
#define _PY_DATE(o) ((PyDateTime_Date *)(o))
#define _PY_TIME(o) ((PyDateTime_Time *)(o))
#define _PY_DATETIME(o) ((PyDateTime_DateTime *)(o))

#define PyDateTime_GET_YEAR(o) ((_PY_DATE(o)->data[0] << 8) | _PY_DATE(o)->data[1])
#define PyDateTime_GET_MONTH(o) (_PY_DATE(o)->data[2])
#define PyDateTime_GET_DAY(o) (_PY_DATE(o)->data[3])

#define PyDateTime_DATE_GET_HOUR(o) (_PY_DATETIME(o)->data[4])
#define PyDateTime_DATE_GET_MINUTE(o) (_PY_DATETIME(o)->data[5])
#define PyDateTime_DATE_GET_SECOND(o) (_PY_DATETIME(o)->data[6])
#define PyDateTime_DATE_GET_MICROSECOND(o) \
    ((_PY_DATETIME(o)->data[7] << 16) | (_PY_DATETIME(o)->data[8] << 8) | _PY_DATETIME(o)->data[9])
#define PyDateTime_DATE_GET_FOLD(o) (_PY_DATETIME(o)->fold)
#define PyDateTime_DATE_GET_TZINFO(o) \
    (_PyDateTime_HAS_TZINFO((o)) ? _PY_DATETIME(o)->tzinfo : Py_None)

#define PyDateTime_TIME_GET_HOUR(o) (_PY_TIME(o)->data[0])
#define PyDateTime_TIME_GET_MINUTE(o) (_PY_TIME(o)->data[1])
#define PyDateTime_TIME_GET_SECOND(o) (_PY_TIME(o)->data[2])
#define PyDateTime_TIME_GET_MICROSECOND(o) \
    ((_PY_TIME(o)->data[3] << 16) | (_PY_TIME(o)->data[4] << 8) | _PY_TIME(o)->data[5])
#define PyDateTime_TIME_GET_FOLD(o) (_PY_TIME(o)->fold)
#define PyDateTime_TIME_GET_TZINFO(o) (_PyDateTime_HAS_TZINFO(o) ? _PY_TIME(o)->tzinfo : Py_None)

#define PyDateTime_DELTA_GET_DAYS(o) (((PyDateTime_Delta *)(o))->days)
#define PyDateTime_DELTA_GET_SECONDS(o) (((PyDateTime_Delta *)(o))->seconds)
#define PyDateTime_DELTA_GET_MICROSECONDS(o) (((PyDateTime_Delta *)(o))->microseconds)

/* What the capsule points at. */
typedef struct {
    PyTypeObject *DateType;
    PyTypeObject *DateTimeType;
    PyTypeObject *TimeType;
    PyTypeObject *DeltaType;
    PyTypeObject *TZInfoType;
    PyObject *TimeZone_UTC;
    PyObject *(*Date_FromDate)(int, int, int, PyTypeObject *);
    PyObject *(*DateTime_FromDateAndTime)(int, int, int, int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Time_FromTime)(int, int, int, int, PyObject *, PyTypeObject *);
    PyObject *(*Delta_FromDelta)(int, int, int, int, PyTypeObject *);
    PyObject *(*TimeZone_FromTimeZone)(PyObject *offset, PyObject *name);
    PyObject *(*DateTime_FromTimestamp)(PyObject *, PyObject *, PyObject *);
    PyObject *(*Date_FromTimestamp)(PyObject *, PyObject *);
    PyObject *(*DateTime_FromDateAndTimeAndFold)(int, int, int, int, int, int, int, PyObject *, int,
                                                 PyTypeObject *);
    PyObject *(*Time_FromTimeAndFold)(int, int, int, int, PyObject *, int, PyTypeObject *);
} PyDateTime_CAPI;

#define PyDateTime_CAPSULE_NAME "datetime.datetime_CAPI"

/* The module itself defines this: it has no need to import what it is. */
#ifndef _PY_DATETIME_IMPL

static PyDateTime_CAPI *PyDateTimeAPI = NULL;
#define PyDateTime_IMPORT \
    PyDateTimeAPI = (PyDateTime_CAPI *)PyCapsule_Import(PyDateTime_CAPSULE_NAME, 0)
#define PyDateTime_TimeZone_UTC PyDateTimeAPI->TimeZone_UTC

#define PyDate_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->DateType)
#define PyDate_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->DateType)
#define PyDateTime_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->DateTimeType)
#define PyDateTime_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->DateTimeType)
#define PyTime_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->TimeType)
#define PyTime_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->TimeType)
#define PyDelta_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->DeltaType)
#define PyDelta_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->DeltaType)
#define PyTZInfo_Check(op) PyObject_TypeCheck((op), PyDateTimeAPI->TZInfoType)
#define PyTZInfo_CheckExact(op) Py_IS_TYPE((op), PyDateTimeAPI->TZInfoType)

#define PyDate_FromDate(year, month, day) \
    PyDateTimeAPI->Date_FromDate((year), (month), (day), PyDateTimeAPI->DateType)
#define PyDateTime_FromDateAndTime(year, month, day, hour, min, sec, usec) \
    PyDateTimeAPI->DateTime_FromDateAndTime((year), (month), (day), (hour), (min), (sec), (usec), \
                                            Py_None, PyDateTimeAPI->DateTimeType)
#define PyDateTime_FromDateAndTimeAndFold(year, month, day, hour, min, sec, usec, fold) \
    PyDateTimeAPI->DateTime_FromDateAndTimeAndFold((year), (month), (day), (hour), (min), (sec), (usec), \
                                                   Py_None, (fold), PyDateTimeAPI->DateTimeType)
#define PyTime_FromTime(hour, min, sec, usec) \
    PyDateTimeAPI->Time_FromTime((hour), (min), (sec), (usec), Py_None, PyDateTimeAPI->TimeType)
#define PyTime_FromTimeAndFold(hour, min, sec, usec, fold) \
    PyDateTimeAPI->Time_FromTimeAndFold((hour), (min), (sec), (usec), Py_None, (fold), \
                                        PyDateTimeAPI->TimeType)
#define PyDelta_FromDSU(days, seconds, usec) \
    PyDateTimeAPI->Delta_FromDelta((days), (seconds), (usec), 1, PyDateTimeAPI->DeltaType)
#define PyTimeZone_FromOffset(offset) PyDateTimeAPI->TimeZone_FromTimeZone((offset), NULL)
#define PyTimeZone_FromOffsetAndName(offset, name) \
    PyDateTimeAPI->TimeZone_FromTimeZone((offset), (name))
#define PyDateTime_FromTimestamp(args) \
    PyDateTimeAPI->DateTime_FromTimestamp((PyObject *)(PyDateTimeAPI->DateTimeType), (args), NULL)
#define PyDate_FromTimestamp(args) \
    PyDateTimeAPI->Date_FromTimestamp((PyObject *)(PyDateTimeAPI->DateType), (args))

#endif /* _PY_DATETIME_IMPL */

#ifdef __cplusplus
}
#endif

#endif /* Py_LIMITED_API */
#endif
