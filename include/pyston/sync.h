/* Threads: releasing the interpreter, mutexes, critical sections. */
#ifndef PYSTON_SYNC_H
#define PYSTON_SYNC_H

#define Py_BEGIN_ALLOW_THREADS { \
        PyThreadState *_save; \
        _save = PyEval_SaveThread();
#define Py_BLOCK_THREADS PyEval_RestoreThread(_save);
#define Py_UNBLOCK_THREADS _save = PyEval_SaveThread();
#define Py_END_ALLOW_THREADS PyEval_RestoreThread(_save); \
    }
#define PyThreadState_GET() PyThreadState_Get()

#ifndef Py_LIMITED_API

#ifdef __cplusplus
extern "C" {
#endif

/* A mutex is taken and given back by one instruction when nobody waits for it. */
static inline void _PyMutex_Lock(PyMutex *mutex)
{
    uint8_t free = _Py_UNLOCKED;
    if (!_Py_atomic_compare_exchange_uint8(&mutex->_bits, &free, _Py_LOCKED)) {
        PyMutex_Lock(mutex);
    }
}

static inline void _PyMutex_Unlock(PyMutex *mutex)
{
    uint8_t held = _Py_LOCKED;
    if (!_Py_atomic_compare_exchange_uint8(&mutex->_bits, &held, _Py_UNLOCKED)) {
        PyMutex_Unlock(mutex);
    }
}

static inline int _PyMutex_IsLocked(PyMutex *mutex)
{
    return (_Py_atomic_load_uint8(&mutex->_bits) & _Py_LOCKED) != 0;
}

#define PyMutex_Lock _PyMutex_Lock
#define PyMutex_Unlock _PyMutex_Unlock
#define PyMutex_IsLocked _PyMutex_IsLocked

/* Critical sections. A module of the default flavour runs alone and has none. */
#ifdef Py_GIL_DISABLED
#  define Py_BEGIN_CRITICAL_SECTION(op) { \
       PyCriticalSection _py_cs; \
       PyCriticalSection_Begin(&_py_cs, _PyObject_CAST(op))
#  define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) { \
       PyCriticalSection _py_cs; \
       PyCriticalSection_BeginMutex(&_py_cs, mutex)
#  define Py_END_CRITICAL_SECTION() \
       PyCriticalSection_End(&_py_cs); \
   }
#  define Py_BEGIN_CRITICAL_SECTION2(a, b) { \
       PyCriticalSection2 _py_cs2; \
       PyCriticalSection2_Begin(&_py_cs2, _PyObject_CAST(a), _PyObject_CAST(b))
#  define Py_BEGIN_CRITICAL_SECTION2_MUTEX(a, b) { \
       PyCriticalSection2 _py_cs2; \
       PyCriticalSection2_BeginMutex(&_py_cs2, a, b)
#  define Py_END_CRITICAL_SECTION2() \
       PyCriticalSection2_End(&_py_cs2); \
   }
#else
#  define Py_BEGIN_CRITICAL_SECTION(op) {
#  define Py_BEGIN_CRITICAL_SECTION_MUTEX(mutex) {
#  define Py_END_CRITICAL_SECTION() }
#  define Py_BEGIN_CRITICAL_SECTION2(a, b) {
#  define Py_BEGIN_CRITICAL_SECTION2_MUTEX(a, b) {
#  define Py_END_CRITICAL_SECTION2() }
#endif

#ifdef __cplusplus
}
#endif

#endif /* Py_LIMITED_API */
#endif
