/* Tests and accessors of builtin types other than `str`. Accessors trust their argument: a debug build
   asserts its type. */
#ifndef PYSTON_BUILTINS_H
#define PYSTON_BUILTINS_H

#ifdef __cplusplus
extern "C" {
#endif

/* Subclasses that a bit of the type tells. */
#define _PY_HAS_BIT(op, bit) PyType_FastSubclass(Py_TYPE(op), bit)
#define PyLong_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_LONG_SUBCLASS)
#define PyList_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_LIST_SUBCLASS)
#define PyTuple_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_TUPLE_SUBCLASS)
#define PyBytes_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_BYTES_SUBCLASS)
#define PyUnicode_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyDict_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_DICT_SUBCLASS)
#define PyExceptionInstance_Check(op) _PY_HAS_BIT(op, Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionClass_Check(x) \
    (PyType_Check((x)) \
     && PyType_FastSubclass((PyTypeObject *)(x), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Class(x) _PyObject_CAST(Py_TYPE(x))
#define _PyBaseExceptionGroup_Check(x) \
    PyObject_TypeCheck((x), (PyTypeObject *)PyExc_BaseExceptionGroup)

/* The exact type. */
#define PyLong_CheckExact(op) Py_IS_TYPE((op), &PyLong_Type)
#define PyBool_Check(op) Py_IS_TYPE((op), &PyBool_Type)
#define PyFloat_CheckExact(op) Py_IS_TYPE((op), &PyFloat_Type)
#define PyComplex_CheckExact(op) Py_IS_TYPE((op), &PyComplex_Type)
#define PyBytes_CheckExact(op) Py_IS_TYPE((op), &PyBytes_Type)
#define PyByteArray_CheckExact(op) Py_IS_TYPE((op), &PyByteArray_Type)
#define PyUnicode_CheckExact(op) Py_IS_TYPE((op), &PyUnicode_Type)
#define PyList_CheckExact(op) Py_IS_TYPE((op), &PyList_Type)
#define PyTuple_CheckExact(op) Py_IS_TYPE((op), &PyTuple_Type)
#define PyDict_CheckExact(op) Py_IS_TYPE((op), &PyDict_Type)
#define PySet_CheckExact(op) Py_IS_TYPE(op, &PySet_Type)
#define PyFrozenSet_CheckExact(op) Py_IS_TYPE((op), &PyFrozenSet_Type)
#define PyAnySet_CheckExact(op) \
    (Py_IS_TYPE((op), &PySet_Type) || Py_IS_TYPE((op), &PyFrozenSet_Type))
#define PyModule_CheckExact(op) Py_IS_TYPE((op), &PyModule_Type)
#define PyCFunction_CheckExact(op) Py_IS_TYPE((op), &PyCFunction_Type)
#define PyCapsule_CheckExact(op) Py_IS_TYPE((op), &PyCapsule_Type)
#define PyWeakref_CheckRefExact(op) Py_IS_TYPE((op), &_PyWeakref_RefType)

/* Types that cannot be subclassed. */
#define PyRange_Check(op) Py_IS_TYPE((op), &PyRange_Type)
#define PySlice_Check(op) Py_IS_TYPE((op), &PySlice_Type)
#define PyMemoryView_Check(op) Py_IS_TYPE((op), &PyMemoryView_Type)
#define PySeqIter_Check(op) Py_IS_TYPE((op), &PySeqIter_Type)
#define PyCallIter_Check(op) Py_IS_TYPE((op), &PyCallIter_Type)
#define PyTraceBack_Check(op) Py_IS_TYPE((op), &PyTraceBack_Type)

/* The type or one that inherits from it. */
#define PyFloat_Check(op) PyObject_TypeCheck(op, &PyFloat_Type)
#define PyComplex_Check(op) PyObject_TypeCheck((op), &PyComplex_Type)
#define PyByteArray_Check(op) PyObject_TypeCheck((op), &PyByteArray_Type)
#define PySet_Check(op) \
    (Py_IS_TYPE((op), &PySet_Type) || PyType_IsSubtype(Py_TYPE(op), &PySet_Type))
#define PyFrozenSet_Check(op) \
    (Py_IS_TYPE((op), &PyFrozenSet_Type) || PyType_IsSubtype(Py_TYPE(op), &PyFrozenSet_Type))
#define PyAnySet_Check(op) \
    (PyAnySet_CheckExact(op) || PyType_IsSubtype(Py_TYPE(op), &PySet_Type) \
     || PyType_IsSubtype(Py_TYPE(op), &PyFrozenSet_Type))
#define PyDictKeys_Check(op) PyObject_TypeCheck((op), &PyDictKeys_Type)
#define PyDictValues_Check(op) PyObject_TypeCheck((op), &PyDictValues_Type)
#define PyDictItems_Check(op) PyObject_TypeCheck((op), &PyDictItems_Type)
#define PyDictViewSet_Check(op) (PyDictKeys_Check(op) || PyDictItems_Check(op))
#define PyModule_Check(op) PyObject_TypeCheck((op), &PyModule_Type)
#define PyCFunction_Check(op) PyObject_TypeCheck((op), &PyCFunction_Type)
#define PyWeakref_CheckRef(op) PyObject_TypeCheck((op), &_PyWeakref_RefType)
#define PyWeakref_CheckProxy(op) \
    (Py_IS_TYPE((op), &_PyWeakref_ProxyType) || Py_IS_TYPE((op), &_PyWeakref_CallableProxyType))
#define PyWeakref_Check(op) (PyWeakref_CheckRef(op) || PyWeakref_CheckProxy(op))

#define Py_RETURN_NAN return PyFloat_FromDouble(Py_NAN)
#define Py_RETURN_INF(sign) return PyFloat_FromDouble(copysign(Py_INFINITY, (sign)))

#define PyLong_AS_LONG(op) PyLong_AsLong(op)
#define _Py_PARSE_PID "i"
#define _Py_PARSE_INTPTR "l"
#define _Py_PARSE_UINTPTR "k"
#define PyLong_FromPid PyLong_FromLong
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030d0000
#  define PyLong_AsPid PyLong_AsInt
#else
static inline int PyLong_AsPid(PyObject *number)
{
    int overflow;
    long value = PyLong_AsLongAndOverflow(number, &overflow);
    if (overflow || value > INT_MAX || value < INT_MIN) {
        PyErr_SetString(PyExc_OverflowError, "Python int too large to convert to C int");
        return -1;
    }
    return (int)value;
}
#endif

#define _PyCFunction_CAST(f) _Py_FUNC_CAST(PyCFunction, f)
#define _PyCFunctionFast_CAST(f) _Py_FUNC_CAST(PyCFunctionFast, f)
#define _PyCFunctionWithKeywords_CAST(f) _Py_FUNC_CAST(PyCFunctionWithKeywords, f)
#define _PyCFunctionFastWithKeywords_CAST(f) _Py_FUNC_CAST(PyCFunctionFastWithKeywords, f)

#ifndef Py_LIMITED_API

#define PyODict_Check(op) PyObject_TypeCheck((op), &PyODict_Type)
#define PyODict_CheckExact(op) Py_IS_TYPE((op), &PyODict_Type)
#define PyCMethod_Check(op) PyObject_TypeCheck((op), &PyCMethod_Type)
#define PyCMethod_CheckExact(op) Py_IS_TYPE((op), &PyCMethod_Type)
#define PyMethod_Check(op) Py_IS_TYPE((op), &PyMethod_Type)
#define PyInstanceMethod_Check(op) Py_IS_TYPE((op), &PyInstanceMethod_Type)
#define PyFunction_Check(op) Py_IS_TYPE((op), &PyFunction_Type)
#define PyCode_Check(op) Py_IS_TYPE((op), &PyCode_Type)
#define PyCell_Check(op) Py_IS_TYPE((op), &PyCell_Type)
#define PyFrame_Check(op) Py_IS_TYPE((op), &PyFrame_Type)
#define PyFrameLocalsProxy_Check(op) Py_IS_TYPE((op), &PyFrameLocalsProxy_Type)
#define PyGen_Check(op) PyObject_TypeCheck((op), &PyGen_Type)
#define PyGen_CheckExact(op) Py_IS_TYPE((op), &PyGen_Type)
#define PyCoro_CheckExact(op) Py_IS_TYPE((op), &PyCoro_Type)
#define PyAsyncGen_CheckExact(op) Py_IS_TYPE((op), &PyAsyncGen_Type)
#define PyAsyncGenASend_CheckExact(op) Py_IS_TYPE((op), &_PyAsyncGenASend_Type)
#define PyContext_CheckExact(op) Py_IS_TYPE((op), &PyContext_Type)
#define PyContextVar_CheckExact(op) Py_IS_TYPE((op), &PyContextVar_Type)
#define PyContextToken_CheckExact(op) Py_IS_TYPE((op), &PyContextToken_Type)
#define PyPickleBuffer_Check(op) Py_IS_TYPE((op), &PyPickleBuffer_Type)

/* A pointer to the struct, whose type a debug build asserts. */
#define _PY_AS(type, check, op) (assert(check(op)), _Py_CAST(type *, (op)))
#define _PyLong_CAST(op) _PY_AS(PyLongObject, PyLong_Check, op)
#define _PyFloat_CAST(op) _PY_AS(PyFloatObject, PyFloat_Check, op)
#define _PyBytes_CAST(op) _PY_AS(PyBytesObject, PyBytes_Check, op)
#define _PyByteArray_CAST(op) _PY_AS(PyByteArrayObject, PyByteArray_Check, op)
#define _PyTuple_CAST(op) _PY_AS(PyTupleObject, PyTuple_Check, op)
#define _PyList_CAST(op) _PY_AS(PyListObject, PyList_Check, op)
#define _PySet_CAST(op) _PY_AS(PySetObject, PyAnySet_Check, op)
#define _PyFunction_CAST(op) _PY_AS(PyFunctionObject, PyFunction_Check, op)
#define _PyMethod_CAST(op) _PY_AS(PyMethodObject, PyMethod_Check, op)
#define _PyInstanceMethod_CAST(op) _PY_AS(PyInstanceMethodObject, PyInstanceMethod_Check, op)
#define _PyCFunctionObject_CAST(op) _PY_AS(PyCFunctionObject, PyCFunction_Check, op)
#define _PyCMethodObject_CAST(op) _PY_AS(PyCMethodObject, PyCMethod_Check, op)
#define _PyWeakref_CAST(op) _PY_AS(PyWeakReference, PyWeakref_Check, op)
#define _PyMemoryView_CAST(op) _Py_CAST(PyMemoryViewObject *, op)

/* A size that another thread may change meanwhile. */
#ifdef Py_GIL_DISABLED
#  define _PY_READ_SIZE(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#else
#  define _PY_READ_SIZE(field) (field)
#endif

/* Numbers. An int of at most one digit is compact; the sign is 1 minus the low bits of its tag. */
static inline double PyFloat_AS_DOUBLE(PyObject *op)
{
    return _PyFloat_CAST(op)->ob_fval;
}

static inline int _PyLong_IsCompact(const PyLongObject *op)
{
    assert(PyType_HasFeature(op->ob_base.ob_type, Py_TPFLAGS_LONG_SUBCLASS));
    return op->long_value.lv_tag < (2 << _PyLong_NON_SIZE_BITS);
}

static inline Py_ssize_t _PyLong_CompactValue(const PyLongObject *op)
{
    Py_ssize_t sign;
    assert(_PyLong_IsCompact(op));
    sign = 1 - (Py_ssize_t)(op->long_value.lv_tag & _PyLong_SIGN_MASK);
    return sign * (Py_ssize_t)op->long_value.ob_digit[0];
}
#define PyUnstable_Long_IsCompact _PyLong_IsCompact
#define PyUnstable_Long_CompactValue _PyLong_CompactValue

/* Bytes. */
static inline char *PyBytes_AS_STRING(PyObject *op)
{
    return _PyBytes_CAST(op)->ob_sval;
}

static inline Py_ssize_t PyBytes_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyBytes_CAST(op));
}

static inline Py_ssize_t PyByteArray_GET_SIZE(PyObject *op)
{
    return _PY_READ_SIZE(_PyVarObject_CAST(_PyByteArray_CAST(op))->ob_size);
}

static inline char *PyByteArray_AS_STRING(PyObject *op)
{
    /* An empty one may have no memory. */
    return PyByteArray_GET_SIZE(op) ? _PyByteArray_CAST(op)->ob_start : _PyByteArray_empty_string;
}

static inline Py_buffer *PyMemoryView_GET_BUFFER(PyObject *op)
{
    return &_PyMemoryView_CAST(op)->view;
}

static inline PyObject *PyMemoryView_GET_BASE(PyObject *op)
{
    return _PyMemoryView_CAST(op)->view.obj;
}

Py_DEPRECATED(3.14) static inline PyObject *_PyBytes_Join(PyObject *separator, PyObject *parts)
{
    return PyBytes_Join(separator, parts);
}

/* Containers. */
static inline Py_ssize_t PyTuple_GET_SIZE(PyObject *op)
{
    return Py_SIZE(_PyTuple_CAST(op));
}

static inline void PyTuple_SET_ITEM(PyObject *op, Py_ssize_t index, PyObject *value)
{
    PyTupleObject *tuple = _PyTuple_CAST(op);
    assert(0 <= index && index < Py_SIZE(tuple));
    tuple->ob_item[index] = value;
}

static inline Py_ssize_t PyList_GET_SIZE(PyObject *op)
{
    return _PY_READ_SIZE(_PyVarObject_CAST(_PyList_CAST(op))->ob_size);
}

static inline void PyList_SET_ITEM(PyObject *op, Py_ssize_t index, PyObject *value)
{
    PyListObject *list = _PyList_CAST(op);
    assert(0 <= index && index < list->allocated);
    list->ob_item[index] = value;
}

static inline Py_ssize_t PyDict_GET_SIZE(PyObject *op)
{
    assert(PyDict_Check(op));
    return _PY_READ_SIZE(_Py_CAST(PyDictObject *, op)->ma_used);
}

static inline Py_ssize_t PySet_GET_SIZE(PyObject *op)
{
    return _PY_READ_SIZE(_PySet_CAST(op)->used);
}

#define PyTuple_GET_ITEM(op, index) (_PyTuple_CAST(op)->ob_item[(index)])
#define PyList_GET_ITEM(op, index) (_PyList_CAST(op)->ob_item[(index)])
#define PyStructSequence_SET_ITEM PyStructSequence_SetItem
#define PyStructSequence_GET_ITEM PyStructSequence_GetItem
#define PyODict_SIZE(op) PyDict_GET_SIZE((op))
#define PyODict_GetItem(od, key) PyDict_GetItem(_PyObject_CAST(od), (key))
#define PyODict_GetItemWithError(od, key) PyDict_GetItemWithError(_PyObject_CAST(od), (key))
#define PyODict_Contains(od, key) PyDict_Contains(_PyObject_CAST(od), (key))
#define PyODict_Size(od) PyDict_Size(_PyObject_CAST(od))
#define PyODict_GetItemString(od, key) PyDict_GetItemString(_PyObject_CAST(od), (key))

static inline PyObject *PyCell_GET(PyObject *op)
{
    PyObject *value;
    assert(PyCell_Check(op));
    Py_BEGIN_CRITICAL_SECTION(op);
    value = _Py_CAST(PyCellObject *, op)->ob_ref;
    Py_END_CRITICAL_SECTION();
    return value;
}

static inline void PyCell_SET(PyObject *op, PyObject *value)
{
    assert(PyCell_Check(op));
    Py_BEGIN_CRITICAL_SECTION(op);
    _Py_CAST(PyCellObject *, op)->ob_ref = value;
    Py_END_CRITICAL_SECTION();
}

/* Callables and descriptors. */
#define PyDescr_TYPE(op) (((PyDescrObject *)(op))->d_type)
#define PyDescr_NAME(op) (((PyDescrObject *)(op))->d_name)

static inline PyCFunction PyCFunction_GET_FUNCTION(PyObject *op)
{
    return _PyCFunctionObject_CAST(op)->m_ml->ml_meth;
}

static inline int PyCFunction_GET_FLAGS(PyObject *op)
{
    return _PyCFunctionObject_CAST(op)->m_ml->ml_flags;
}

static inline PyObject *PyCFunction_GET_SELF(PyObject *op)
{
    return PyCFunction_GET_FLAGS(op) & METH_STATIC ? _Py_NULL : _PyCFunctionObject_CAST(op)->m_self;
}

static inline PyTypeObject *PyCFunction_GET_CLASS(PyObject *op)
{
    return PyCFunction_GET_FLAGS(op) & METH_METHOD ? _PyCMethodObject_CAST(op)->mm_class : _Py_NULL;
}

/* One field of one struct, read by a function and a macro that casts. */
#define _PY_FIELD_GETTER(name, cast, field) \
    static inline PyObject *name(PyObject *op) { return cast(op)->field; }
_PY_FIELD_GETTER(PyMethod_GET_FUNCTION, _PyMethod_CAST, im_func)
_PY_FIELD_GETTER(PyMethod_GET_SELF, _PyMethod_CAST, im_self)
_PY_FIELD_GETTER(PyInstanceMethod_GET_FUNCTION, _PyInstanceMethod_CAST, func)
_PY_FIELD_GETTER(PyFunction_GET_CODE, _PyFunction_CAST, func_code)
_PY_FIELD_GETTER(PyFunction_GET_GLOBALS, _PyFunction_CAST, func_globals)
_PY_FIELD_GETTER(PyFunction_GET_MODULE, _PyFunction_CAST, func_module)
_PY_FIELD_GETTER(PyFunction_GET_DEFAULTS, _PyFunction_CAST, func_defaults)
_PY_FIELD_GETTER(PyFunction_GET_KW_DEFAULTS, _PyFunction_CAST, func_kwdefaults)
_PY_FIELD_GETTER(PyFunction_GET_CLOSURE, _PyFunction_CAST, func_closure)
_PY_FIELD_GETTER(PyFunction_GET_ANNOTATIONS, _PyFunction_CAST, func_annotations)
#undef _PY_FIELD_GETTER

Py_DEPRECATED(3.13) static inline PyObject *PyWeakref_GET_OBJECT(PyObject *op)
{
    PyObject *referent = _PyWeakref_CAST(op)->wr_object;
    return Py_REFCNT(referent) > 0 ? referent : Py_None;
}

#define PyFloat_AS_DOUBLE(op) PyFloat_AS_DOUBLE(_PyObject_CAST(op))
#define PyBytes_AS_STRING(op) PyBytes_AS_STRING(_PyObject_CAST(op))
#define PyBytes_GET_SIZE(op) PyBytes_GET_SIZE(_PyObject_CAST(op))
#define PyByteArray_AS_STRING(op) PyByteArray_AS_STRING(_PyObject_CAST(op))
#define PyByteArray_GET_SIZE(op) PyByteArray_GET_SIZE(_PyObject_CAST(op))
#define PyMemoryView_GET_BUFFER(op) PyMemoryView_GET_BUFFER(_PyObject_CAST(op))
#define PyMemoryView_GET_BASE(op) PyMemoryView_GET_BASE(_PyObject_CAST(op))
#define PyTuple_GET_SIZE(op) PyTuple_GET_SIZE(_PyObject_CAST(op))
#define PyTuple_SET_ITEM(op, index, value) \
    PyTuple_SET_ITEM(_PyObject_CAST(op), (index), _PyObject_CAST(value))
#define PyList_GET_SIZE(op) PyList_GET_SIZE(_PyObject_CAST(op))
#define PyList_SET_ITEM(op, index, value) \
    PyList_SET_ITEM(_PyObject_CAST(op), (index), _PyObject_CAST(value))
#define PyDict_GET_SIZE(op) PyDict_GET_SIZE(_PyObject_CAST(op))
#define PySet_GET_SIZE(op) PySet_GET_SIZE(_PyObject_CAST(op))
#define PyCell_GET(op) PyCell_GET(_PyObject_CAST(op))
#define PyCell_SET(op, value) PyCell_SET(_PyObject_CAST(op), (value))
#define PyCFunction_GET_FUNCTION(op) PyCFunction_GET_FUNCTION(_PyObject_CAST(op))
#define PyCFunction_GET_FLAGS(op) PyCFunction_GET_FLAGS(_PyObject_CAST(op))
#define PyCFunction_GET_SELF(op) PyCFunction_GET_SELF(_PyObject_CAST(op))
#define PyCFunction_GET_CLASS(op) PyCFunction_GET_CLASS(_PyObject_CAST(op))
#define PyMethod_GET_FUNCTION(op) PyMethod_GET_FUNCTION(_PyObject_CAST(op))
#define PyMethod_GET_SELF(op) PyMethod_GET_SELF(_PyObject_CAST(op))
#define PyInstanceMethod_GET_FUNCTION(op) PyInstanceMethod_GET_FUNCTION(_PyObject_CAST(op))
#define PyFunction_GET_CODE(op) PyFunction_GET_CODE(_PyObject_CAST(op))
#define PyFunction_GET_GLOBALS(op) PyFunction_GET_GLOBALS(_PyObject_CAST(op))
#define PyFunction_GET_MODULE(op) PyFunction_GET_MODULE(_PyObject_CAST(op))
#define PyFunction_GET_DEFAULTS(op) PyFunction_GET_DEFAULTS(_PyObject_CAST(op))
#define PyFunction_GET_KW_DEFAULTS(op) PyFunction_GET_KW_DEFAULTS(_PyObject_CAST(op))
#define PyFunction_GET_CLOSURE(op) PyFunction_GET_CLOSURE(_PyObject_CAST(op))
#define PyFunction_GET_ANNOTATIONS(op) PyFunction_GET_ANNOTATIONS(_PyObject_CAST(op))
#define PyWeakref_GET_OBJECT(op) PyWeakref_GET_OBJECT(_PyObject_CAST(op))

#endif /* Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif
