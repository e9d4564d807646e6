/* Immortal objects, and references taken from a field that another thread may change meanwhile. */
#ifndef Py_INTERNAL_OBJECT_H
#define Py_INTERNAL_OBJECT_H

#include "Python.h"
#include "pyston/api_pycore_object.h"

#ifdef Py_GIL_DISABLED
#ifdef __cplusplus
extern "C" {
#endif

/* Without a shared write, which only immortal objects allow: no thread owns what a module can see. */
static inline int _Py_TryIncrefFast(PyObject *op)
{
    return _Py_IsImmortal(op);
}

/* The interpreter knows what is being destroyed. When it refuses, code takes the lock and reads again. */
static inline int _Py_TryIncRefShared(PyObject *op)
{
    return PyUnstable_TryIncRef(op);
}

static inline int _Py_TryIncrefCompare(PyObject **field, PyObject *op)
{
    if (_Py_TryIncrefFast(op)) {
        return 1;
    }
    if (!_Py_TryIncRefShared(op)) {
        return 0;
    }
    if (op != _Py_atomic_load_ptr(field)) {
        Py_DECREF(op);
        return 0;
    }
    return 1;
}

/* The caller holds the lock that writers of the field take. */
static inline PyObject *_Py_NewRefWithLock(PyObject *op)
{
    PyUnstable_EnableTryIncRef(op);
    return Py_NewRef(op);
}

static inline PyObject *_Py_XNewRefWithLock(PyObject *op)
{
    return op == NULL ? NULL : _Py_NewRefWithLock(op);
}

/* For what others may still read without a reference: one is given back when all threads have moved on. */
static inline void _PyObject_XDecRefDelayed(PyObject *op)
{
    if (op != NULL) {
        _Py_PystonDecrefLater(op);
    }
}

#ifdef __cplusplus
}
#endif
#endif /* Py_GIL_DISABLED */

#endif
