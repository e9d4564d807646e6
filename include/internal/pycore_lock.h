/* Locks with options, and a mutex tried without waiting. */
#ifndef Py_INTERNAL_LOCK_H
#define Py_INTERNAL_LOCK_H

#include "Python.h"

#ifdef __cplusplus
extern "C" {
#endif

#define _Py_HAS_PARKED 2

/* What a thread does that waits: nothing, detach, look for signals. */
typedef enum _PyLockFlags {
    _Py_LOCK_DONT_DETACH = 0,
    _PY_LOCK_DETACH = 1,
    _PY_LOCK_HANDLE_SIGNALS = 2
} _PyLockFlags;

#include "pyston/api_pycore_lock.h"

static inline int PyMutex_LockFast(PyMutex *mutex)
{
    uint8_t free = _Py_UNLOCKED;
    return _Py_atomic_compare_exchange_uint8(&mutex->_bits, &free, _Py_LOCKED);
}

static inline void PyMutex_LockFlags(PyMutex *mutex, _PyLockFlags flags)
{
    if (!PyMutex_LockFast(mutex)) {
        _PyMutex_LockTimed(mutex, -1, flags);
    }
}

#ifdef __cplusplus
}
#endif

#endif
