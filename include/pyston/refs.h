/* Reference counts, and the questions about types that everything else asks. */
#ifndef PYSTON_REFS_H
#define PYSTON_REFS_H

#ifdef __cplusplus
extern "C" {
#endif

/* From 3.12 on the limited API counts by functions, from 3.14 on it asks for counts and types by functions. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 >= 0x030c0000
#  define _PY_COUNTS_BY_CALL
#endif
/* Macros of the limited API up to 3.10, and of the whole API, accept a pointer to any object. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define _PY_OBJECT(op) _PyObject_CAST(op)
#else
#  define _PY_OBJECT(op) (op)
#endif

#define _Py_INCREF_STAT_INC() ((void)0)
#define _Py_DECREF_STAT_INC() ((void)0)
#define _Py_INCREF_IMMORTAL_STAT_INC() ((void)0)
#define _Py_DECREF_IMMORTAL_STAT_INC() ((void)0)

#define Py_Is(x, y) ((x) == (y))

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030e0000
static inline PyTypeObject *_Py_TYPE(PyObject *op)
{
    return op->ob_type;
}
#  define Py_TYPE(op) _Py_TYPE(_PY_OBJECT(op))

static inline Py_ssize_t _Py_REFCNT(PyObject *op)
{
#  ifdef Py_GIL_DISABLED
    /* Code asks whether the count is 1 before it changes an object in place. The interpreter answers 1 only
       when that is safe: this thread holds the world, or is destroying the object. Else it adds one. */
    return _Py_PystonRefcnt(op);
#  else
    return op->ob_refcnt;
#  endif
}
#  define Py_REFCNT(op) _Py_REFCNT(_PY_OBJECT(op))
#endif

static inline Py_ALWAYS_INLINE int _Py_IsImmortal(PyObject *op)
{
#ifdef Py_GIL_DISABLED
    return (int32_t)_Py_atomic_load_uint32_relaxed(&op->ob_refcnt) < 0;
#else
    return (int32_t)op->ob_refcnt < 0;
#endif
}
#define _Py_IsImmortal(op) _Py_IsImmortal(_PyObject_CAST(op))

static inline Py_ALWAYS_INLINE int _Py_IsStaticImmortal(PyObject *op)
{
    return (op->ob_flags & _Py_STATICALLY_ALLOCATED_FLAG) != 0;
}
#define _Py_IsStaticImmortal(op) _Py_IsStaticImmortal(_PyObject_CAST(op))

static inline void Py_SET_REFCNT(PyObject *op, Py_ssize_t count)
{
    assert(count >= 0);
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 >= 0x030d0000
    _Py_SetRefcnt(op, count);
#else
    if (_Py_IsImmortal(op)) {
        return;
    }
#  ifdef Py_GIL_DISABLED
    _Py_atomic_store_uint32_relaxed(&op->ob_refcnt, (uint32_t)count);
#  else
    op->ob_refcnt = (uint32_t)count;
#  endif
#endif
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_SET_REFCNT(op, count) Py_SET_REFCNT(_PyObject_CAST(op), (count))
#endif

static inline Py_ALWAYS_INLINE void Py_INCREF(PyObject *op)
{
#ifdef _PY_COUNTS_BY_CALL
    _Py_IncRef(op);
#elif defined(Py_GIL_DISABLED)
    if (!_Py_IsImmortal(op)) {
        __atomic_fetch_add(&op->ob_refcnt, 1, __ATOMIC_RELAXED);
    }
#else
    uint32_t count = op->ob_refcnt;
    if (count < _Py_IMMORTAL_INITIAL_REFCNT) {
        op->ob_refcnt = count + 1;
    }
#endif
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_INCREF(op) Py_INCREF(_PyObject_CAST(op))
#endif

static inline Py_ALWAYS_INLINE void Py_DECREF(PyObject *op)
{
#ifdef _PY_COUNTS_BY_CALL
    _Py_DecRef(op);
#elif defined(Py_GIL_DISABLED)
    /* Release: what this thread wrote is seen by the one that destroys, which acquires. */
    if (!_Py_IsImmortal(op) && __atomic_fetch_sub(&op->ob_refcnt, 1, __ATOMIC_RELEASE) == 1) {
        _Py_atomic_fence_acquire();
        _Py_Dealloc(op);
    }
#else
    if (!_Py_IsImmortal(op) && --op->ob_refcnt == 0) {
        _Py_Dealloc(op);
    }
#endif
}
#define Py_DECREF(op) Py_DECREF(_PyObject_CAST(op))

static inline void Py_XINCREF(PyObject *op)
{
    if (op != _Py_NULL) {
        Py_INCREF(op);
    }
}

static inline void Py_XDECREF(PyObject *op)
{
    if (op != _Py_NULL) {
        Py_DECREF(op);
    }
}
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_XINCREF(op) Py_XINCREF(_PyObject_CAST(op))
#  define Py_XDECREF(op) Py_XDECREF(_PyObject_CAST(op))
#endif

static inline PyObject *_Py_NewRef(PyObject *op)
{
    Py_INCREF(op);
    return op;
}

static inline PyObject *_Py_XNewRef(PyObject *op)
{
    Py_XINCREF(op);
    return op;
}
#define Py_NewRef(op) _Py_NewRef(_PY_OBJECT(op))
#define Py_XNewRef(op) _Py_XNewRef(_PY_OBJECT(op))

/* The variable has its new value before the old object's destructor runs, which may look at it. */
#define Py_CLEAR(op) \
    do { \
        _Py_TYPEOF(&(op)) _py_place = &(op); \
        _Py_TYPEOF(op) _py_old = *_py_place; \
        if (_py_old != _Py_NULL) { \
            *_py_place = _Py_NULL; \
            Py_DECREF(_py_old); \
        } \
    } while (0)

#ifndef Py_LIMITED_API
#  define _PY_REPLACE(drop, dst, src) \
       do { \
           _Py_TYPEOF(&(dst)) _py_place = &(dst); \
           _Py_TYPEOF(dst) _py_old = *_py_place; \
           *_py_place = (src); \
           drop(_py_old); \
       } while (0)
#  define Py_SETREF(dst, src) _PY_REPLACE(Py_DECREF, dst, src)
#  define Py_XSETREF(dst, src) _PY_REPLACE(Py_XDECREF, dst, src)
#endif

#define Py_VISIT(op) \
    do { \
        if (op) { \
            int _py_stop = visit(_PyObject_CAST(op), arg); \
            if (_py_stop) { \
                return _py_stop; \
            } \
        } \
    } while (0)

/* Types and sizes. */
static inline int Py_IS_TYPE(PyObject *op, PyTypeObject *type)
{
    return Py_TYPE(op) == type;
}

static inline void Py_SET_TYPE(PyObject *op, PyTypeObject *type)
{
    op->ob_type = type;
}

static inline Py_ssize_t Py_SIZE(PyObject *op)
{
    assert(Py_TYPE(op) != &PyLong_Type);
    assert(Py_TYPE(op) != &PyBool_Type);
    return _PyVarObject_CAST(op)->ob_size;
}

static inline void Py_SET_SIZE(PyVarObject *op, Py_ssize_t size)
{
    assert(Py_TYPE(_PyObject_CAST(op)) != &PyLong_Type);
    assert(Py_TYPE(_PyObject_CAST(op)) != &PyBool_Type);
#ifdef Py_GIL_DISABLED
    __atomic_store_n(&op->ob_size, size, __ATOMIC_RELAXED);
#else
    op->ob_size = size;
#endif
}

static inline int PyObject_TypeCheck(PyObject *op, PyTypeObject *type)
{
    return Py_IS_TYPE(op, type) || PyType_IsSubtype(Py_TYPE(op), type);
}

static inline int PyType_HasFeature(PyTypeObject *type, unsigned long feature)
{
#ifdef Py_LIMITED_API
    unsigned long flags = PyType_GetFlags(type);
#elif defined(Py_GIL_DISABLED)
    unsigned long flags = _Py_atomic_load_ulong_relaxed(&type->tp_flags);
#else
    unsigned long flags = type->tp_flags;
#endif
    return (flags & feature) != 0;
}
#define PyType_FastSubclass(type, flag) PyType_HasFeature((type), (flag))

static inline int PyType_Check(PyObject *op)
{
    return PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_TYPE_SUBCLASS);
}

static inline int PyType_CheckExact(PyObject *op)
{
    return Py_IS_TYPE(op, &PyType_Type);
}

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_IS_TYPE(op, type) Py_IS_TYPE(_PyObject_CAST(op), (type))
#  define Py_SET_TYPE(op, type) Py_SET_TYPE(_PyObject_CAST(op), type)
#  define Py_SIZE(op) Py_SIZE(_PyObject_CAST(op))
#  define Py_SET_SIZE(op, size) Py_SET_SIZE(_PyVarObject_CAST(op), (size))
#  define PyObject_TypeCheck(op, type) PyObject_TypeCheck(_PyObject_CAST(op), (type))
#  define PyType_Check(op) PyType_Check(_PyObject_CAST(op))
#  define PyType_CheckExact(op) PyType_CheckExact(_PyObject_CAST(op))
#endif

#define _PyType_CAST(op) (assert(PyType_Check(op)), _Py_CAST(PyTypeObject *, (op)))
#define PyType_IS_GC(type) PyType_HasFeature((type), Py_TPFLAGS_HAVE_GC)

#ifdef __cplusplus
}
#endif

#endif
