/* Macros around calls, memory, modules, imports, running code; the old names of functions. */
#ifndef PYSTON_RUN_H
#define PYSTON_RUN_H

#ifdef __cplusplus
extern "C" {
#endif

/* Memory. The size of an array is checked before it is multiplied. */
#define PyMem_New(type, n) \
    (((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type)) \
     ? NULL : ((type *)PyMem_Malloc((n) * sizeof(type))))
#define PyMem_Resize(p, type, n) \
    ((p) = ((size_t)(n) > PY_SSIZE_T_MAX / sizeof(type)) \
     ? NULL : (type *)PyMem_Realloc((p), (n) * sizeof(type)))
#define PyMem_MALLOC(n) PyMem_Malloc((n))
#define PyMem_NEW(type, n) PyMem_New(type, (n))
#define PyMem_REALLOC(p, n) PyMem_Realloc((p), (n))
#define PyMem_RESIZE(p, type, n) PyMem_Resize((p), type, (n))
#define PyMem_FREE(p) PyMem_Free((p))
#define PyMem_Del(p) PyMem_Free((p))
#define PyMem_DEL(p) PyMem_Free((p))

/* Objects. */
#define PyObject_MALLOC PyObject_Malloc
#define PyObject_REALLOC PyObject_Realloc
#define PyObject_FREE PyObject_Free
#define PyObject_Del PyObject_Free
#define PyObject_DEL PyObject_Free
#define PyObject_INIT(op, type) PyObject_Init(_PyObject_CAST(op), (type))
#define PyObject_INIT_VAR(op, type, size) PyObject_InitVar(_PyVarObject_CAST(op), (type), (size))
#define PyObject_New(ctype, type) ((ctype *)_PyObject_New(type))
#define PyObject_NEW(ctype, type) PyObject_New(ctype, (type))
#define PyObject_NewVar(ctype, type, n) ((ctype *)_PyObject_NewVar((type), (n)))
#define PyObject_NEW_VAR(ctype, type, n) PyObject_NewVar(ctype, (type), (n))
#define PyObject_GC_New(ctype, type) _Py_CAST(ctype *, _PyObject_GC_New(type))
#define PyObject_GC_NewVar(ctype, type, n) _Py_CAST(ctype *, _PyObject_GC_NewVar((type), (n)))
#define PyObject_GC_Resize(ctype, op, n) \
    ((ctype *)_PyObject_GC_Resize(_PyVarObject_CAST(op), (n)))

/* Attributes, sequences, mappings. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 < 0x030d0000
#  define PyObject_DelAttr(op, name) PyObject_SetAttr((op), (name), NULL)
#  define PyObject_DelAttrString(op, name) PyObject_SetAttrString((op), (name), NULL)
#endif
#define PyObject_Length PyObject_Size
#define PySequence_Length PySequence_Size
#define PySequence_In PySequence_Contains
#define PyMapping_Length PyMapping_Size
#define PyMapping_DelItem(op, key) PyObject_DelItem((op), (key))
#define PyMapping_DelItemString(op, key) PyObject_DelItemString((op), (key))
#if !defined(Py_LIMITED_API) || (Py_LIMITED_API + 0 >= 0x03050400 && Py_LIMITED_API + 0 < 0x03060000) \
    || Py_LIMITED_API + 0 >= 0x03060100
#  define PySlice_GetIndicesEx(slice, length, start, stop, step, slicelen) \
       (PySlice_Unpack((slice), (start), (stop), (step)) < 0 \
        ? ((*(slicelen) = 0), -1) \
        : ((*(slicelen) = PySlice_AdjustIndices((length), (start), (stop), *(step))), 0))
#endif

/* Methods and modules. */
#define PyCFunction_New(def, self) PyCFunction_NewEx((def), (self), NULL)
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03090000
#  define PyCFunction_NewEx(def, self, module) PyCMethod_New((def), (self), (module), NULL)
#endif
#define PyModule_AddIntMacro(module, name) PyModule_AddIntConstant((module), #name, (name))
#define PyModule_AddStringMacro(module, name) PyModule_AddStringConstant((module), #name, (name))
#ifdef Py_LIMITED_API
#  define _PY_MODULE_API PYTHON_ABI_VERSION
#else
#  define _PY_MODULE_API PYTHON_API_VERSION
#endif
#define PyModule_Create(def) PyModule_Create2((def), _PY_MODULE_API)
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03050000
#  define PyModule_FromDefAndSpec(def, spec) PyModule_FromDefAndSpec2((def), (spec), _PY_MODULE_API)
#endif
#define PyImport_ImportModuleEx(name, globals, locals, fromlist) \
    PyImport_ImportModuleLevel((name), (globals), (locals), (fromlist), 0)

/* Errors. */
#define PyErr_BadInternalCall() _PyErr_BadInternalCall(__FILE__, __LINE__)

#define PyOS_strnicmp PyOS_mystrnicmp
#define PyOS_stricmp PyOS_mystricmp

#ifndef Py_LIMITED_API

#define Py_FatalError(message) _Py_FatalErrorFunc(__func__, (message))
#define PyErr_Warn(category, message) PyErr_WarnEx((category), (message), 1)

#ifdef NDEBUG
#  define _PyObject_ASSERT_FROM(op, truth, message, file, line, function) ((void)0)
#else
#  define _PyObject_ASSERT_FROM(op, truth, message, file, line, function) \
       ((truth) ? (void)(0) \
        : _PyObject_AssertFailed((op), Py_STRINGIFY(truth), (message), (file), (line), (function)))
#endif
#define _PyObject_ASSERT_WITH_MSG(op, truth, message) \
    _PyObject_ASSERT_FROM((op), truth, (message), __FILE__, __LINE__, __func__)
#define _PyObject_ASSERT(op, truth) _PyObject_ASSERT_WITH_MSG((op), truth, NULL)
#define _PyObject_ASSERT_FAILED_MSG(op, message) \
    _PyObject_AssertFailed((op), NULL, (message), __FILE__, __LINE__, __func__)

/* Deep destruction is bounded by the interpreter, not by the destructors. */
#define Py_TRASHCAN_BEGIN(op, dealloc)
#define Py_TRASHCAN_END

#define PyFPE_START_PROTECT(text, leave)
#define PyFPE_END_PROTECT(value)

/* Identifiers: names whose str is made once. */
#ifndef Py_BUILD_CORE
#  define _Py_static_string_init(value) { .string = (value), .index = -1 }
#  define _Py_static_string(name, value) \
       static _Py_Identifier name = _Py_static_string_init(value)
#  define _Py_IDENTIFIER(name) _Py_static_string(PyId_##name, #name)
#endif

static inline size_t _PyObject_SIZE(PyTypeObject *type)
{
    return _Py_STATIC_CAST(size_t, type->tp_basicsize);
}

static inline size_t _PyObject_VAR_SIZE(PyTypeObject *type, Py_ssize_t items)
{
    size_t size = _PyObject_SIZE(type)
                  + _Py_STATIC_CAST(size_t, items) * _Py_STATIC_CAST(size_t, type->tp_itemsize);
    return _Py_SIZE_ROUND_UP(size, SIZEOF_VOID_P);
}

/* Calls. The top bit of a number of arguments says that the caller lends the place before the first one. */
static inline Py_ssize_t _PyVectorcall_NARGS(size_t nargsf)
{
    return _Py_STATIC_CAST(Py_ssize_t, nargsf & ~PY_VECTORCALL_ARGUMENTS_OFFSET);
}
#define PyVectorcall_NARGS(nargsf) _PyVectorcall_NARGS(nargsf)

static inline PyObject *PyObject_CallMethodNoArgs(PyObject *self, PyObject *name)
{
    return PyObject_VectorcallMethod(name, &self, 1 | PY_VECTORCALL_ARGUMENTS_OFFSET, _Py_NULL);
}

static inline PyObject *PyObject_CallMethodOneArg(PyObject *self, PyObject *name, PyObject *arg)
{
    PyObject *args[2] = {self, arg};
    assert(arg != NULL);
    return PyObject_VectorcallMethod(name, args, 2 | PY_VECTORCALL_ARGUMENTS_OFFSET, _Py_NULL);
}

#define _PyObject_Vectorcall PyObject_Vectorcall
#define _PyObject_VectorcallMethod PyObject_VectorcallMethod
#define _PyObject_FastCallDict PyObject_VectorcallDict
#define _PyVectorcall_Function PyVectorcall_Function
#define _PyObject_CallOneArg PyObject_CallOneArg
#define _PyObject_CallMethodNoArgs PyObject_CallMethodNoArgs
#define _PyObject_CallMethodOneArg PyObject_CallMethodOneArg

#define PySequence_ITEM(op, i) (Py_TYPE(op)->tp_as_sequence->sq_item((op), (i)))
#define PySequence_Fast_GET_SIZE(op) (PyList_Check(op) ? PyList_GET_SIZE(op) : PyTuple_GET_SIZE(op))
#define PySequence_Fast_GET_ITEM(op, i) \
    (PyList_Check(op) ? PyList_GET_ITEM((op), (i)) : PyTuple_GET_ITEM((op), (i)))
#define PySequence_Fast_ITEMS(op) \
    (PyList_Check(op) ? ((PyListObject *)(op))->ob_item : ((PyTupleObject *)(op))->ob_item)

/* Running code: every short form is the long one with defaults. */
#define _PyCompilerFlags_INIT \
    (PyCompilerFlags){ .cf_flags = 0, .cf_feature_version = PY_MINOR_VERSION }
#define Py_CompileString(text, name, start) \
    Py_CompileStringExFlags((text), (name), (start), NULL, -1)
#define Py_CompileStringFlags(text, name, start, flags) \
    Py_CompileStringExFlags((text), (name), (start), (flags), -1)
#define PyRun_String(text, start, globals, locals) \
    PyRun_StringFlags((text), (start), (globals), (locals), NULL)
#define PyRun_SimpleString(text) PyRun_SimpleStringFlags((text), NULL)
#define PyRun_AnyFile(file, name) PyRun_AnyFileExFlags((file), (name), 0, NULL)
#define PyRun_AnyFileEx(file, name, close) PyRun_AnyFileExFlags((file), (name), (close), NULL)
#define PyRun_AnyFileFlags(file, name, flags) PyRun_AnyFileExFlags((file), (name), 0, (flags))
#define PyRun_SimpleFile(file, name) PyRun_SimpleFileExFlags((file), (name), 0, NULL)
#define PyRun_SimpleFileEx(file, name, close) PyRun_SimpleFileExFlags((file), (name), (close), NULL)
#define PyRun_InteractiveOne(file, name) PyRun_InteractiveOneFlags((file), (name), NULL)
#define PyRun_InteractiveLoop(file, name) PyRun_InteractiveLoopFlags((file), (name), NULL)
#define PyRun_File(file, name, start, globals, locals) \
    PyRun_FileExFlags((file), (name), (start), (globals), (locals), 0, NULL)
#define PyRun_FileEx(file, name, start, globals, locals, close) \
    PyRun_FileExFlags((file), (name), (start), (globals), (locals), (close), NULL)
#define PyRun_FileFlags(file, name, start, globals, locals, flags) \
    PyRun_FileExFlags((file), (name), (start), (globals), (locals), 0, (flags))

/* Code objects. */
static inline Py_ssize_t PyCode_GetNumFree(PyCodeObject *code)
{
    assert(PyCode_Check(code));
    return code->co_nfreevars;
}

static inline int PyUnstable_Code_GetFirstFree(PyCodeObject *code)
{
    assert(PyCode_Check(code));
    return code->co_nlocalsplus - code->co_nfreevars;
}

Py_DEPRECATED(3.13) static inline int PyCode_GetFirstFree(PyCodeObject *code)
{
    return PyUnstable_Code_GetFirstFree(code);
}

_Py_DEPRECATED_EXTERNALLY(3.12) static inline PyCodeObject *
PyCode_NewWithPosOnlyArgs(int argcount, int posonly, int kwonly, int nlocals, int stacksize, int flags,
                          PyObject *code, PyObject *consts, PyObject *names, PyObject *varnames,
                          PyObject *freevars, PyObject *cellvars, PyObject *filename, PyObject *name,
                          PyObject *qualname, int firstline, PyObject *lines, PyObject *exceptions)
{
    return PyUnstable_Code_NewWithPosOnlyArgs(argcount, posonly, kwonly, nlocals, stacksize, flags, code,
                                              consts, names, varnames, freevars, cellvars, filename, name,
                                              qualname, firstline, lines, exceptions);
}

_Py_DEPRECATED_EXTERNALLY(3.12) static inline PyCodeObject *
PyCode_New(int argcount, int kwonly, int nlocals, int stacksize, int flags, PyObject *code,
           PyObject *consts, PyObject *names, PyObject *varnames, PyObject *freevars, PyObject *cellvars,
           PyObject *filename, PyObject *name, PyObject *qualname, int firstline, PyObject *lines,
           PyObject *exceptions)
{
    return PyUnstable_Code_New(argcount, kwonly, nlocals, stacksize, flags, code, consts, names, varnames,
                               freevars, cellvars, filename, name, qualname, firstline, lines, exceptions);
}

/* Old names of functions that became public. */
_Py_DEPRECATED_EXTERNALLY(3.12) static inline int _PyCode_GetExtra(PyObject *code, Py_ssize_t index,
                                                                   void **extra)
{
    return PyUnstable_Code_GetExtra(code, index, extra);
}

_Py_DEPRECATED_EXTERNALLY(3.12) static inline int _PyCode_SetExtra(PyObject *code, Py_ssize_t index,
                                                                   void *extra)
{
    return PyUnstable_Code_SetExtra(code, index, extra);
}

_Py_DEPRECATED_EXTERNALLY(3.12) static inline Py_ssize_t _PyEval_RequestCodeExtraIndex(freefunc release)
{
    return PyUnstable_Eval_RequestCodeExtraIndex(release);
}

Py_DEPRECATED(3.14) static inline PyThreadState *_PyThreadState_UncheckedGet(void)
{
    return PyThreadState_GetUnchecked();
}

Py_DEPRECATED(3.14) static inline Py_hash_t _Py_HashPointer(const void *pointer)
{
    return Py_HashPointer(pointer);
}

Py_DEPRECATED(3.14) static inline FILE *_Py_fopen_obj(PyObject *path, const char *mode)
{
    return Py_fopen(path, mode);
}

/* Monitoring: an event costs a byte's test while nobody listens. */
#define _PY_FIRE(event, parameters, arguments) \
    static inline int PyMonitoring_Fire##event##Event parameters \
    { \
        return state->active ? _PyMonitoring_Fire##event##Event arguments : 0; \
    }
#define _PY_AT PyMonitoringState *state, PyObject *codelike, int32_t offset
_PY_FIRE(PyStart, (_PY_AT), (state, codelike, offset))
_PY_FIRE(PyResume, (_PY_AT), (state, codelike, offset))
_PY_FIRE(PyReturn, (_PY_AT, PyObject *value), (state, codelike, offset, value))
_PY_FIRE(PyYield, (_PY_AT, PyObject *value), (state, codelike, offset, value))
_PY_FIRE(Call, (_PY_AT, PyObject *callable, PyObject *arg0), (state, codelike, offset, callable, arg0))
_PY_FIRE(Line, (_PY_AT, int line), (state, codelike, offset, line))
_PY_FIRE(Jump, (_PY_AT, PyObject *target), (state, codelike, offset, target))
_PY_FIRE(BranchLeft, (_PY_AT, PyObject *target), (state, codelike, offset, target))
_PY_FIRE(BranchRight, (_PY_AT, PyObject *target), (state, codelike, offset, target))
_PY_FIRE(CReturn, (_PY_AT, PyObject *value), (state, codelike, offset, value))
_PY_FIRE(CRaise, (_PY_AT), (state, codelike, offset))
_PY_FIRE(PyThrow, (_PY_AT), (state, codelike, offset))
_PY_FIRE(PyUnwind, (_PY_AT), (state, codelike, offset))
_PY_FIRE(Raise, (_PY_AT), (state, codelike, offset))
_PY_FIRE(Reraise, (_PY_AT), (state, codelike, offset))
_PY_FIRE(ExceptionHandled, (_PY_AT), (state, codelike, offset))
_PY_FIRE(StopIteration, (_PY_AT, PyObject *value), (state, codelike, offset, value))
#undef _PY_FIRE
#undef _PY_AT

#endif /* Py_LIMITED_API */

#ifdef __cplusplus
}
#endif

#endif
