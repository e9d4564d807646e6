/* Constants: flags of types and methods, slots, buffers, member types, comparison operators. */
#ifndef PYSTON_CONSTANTS_H
#define PYSTON_CONSTANTS_H

#include "typeslots.h"

/* Versions. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030e0000
#  define Py_PACK_FULL_VERSION _Py_PACK_FULL_VERSION
#  define Py_PACK_VERSION(major, minor) Py_PACK_FULL_VERSION(major, minor, 0, 0, 0)
#endif

/* Flags of types. */
#ifndef Py_LIMITED_API
#  define _Py_TPFLAGS_STATIC_BUILTIN (1 << 1)
#  define Py_TPFLAGS_INLINE_VALUES (1 << 2)
#  define Py_TPFLAGS_MANAGED_WEAKREF (1 << 3)
#  define Py_TPFLAGS_MANAGED_DICT (1 << 4)
#  define Py_TPFLAGS_PREHEADER (Py_TPFLAGS_MANAGED_WEAKREF | Py_TPFLAGS_MANAGED_DICT)
#  define Py_TPFLAGS_SEQUENCE (1 << 5)
#  define Py_TPFLAGS_MAPPING (1 << 6)
#endif
#define Py_TPFLAGS_HAVE_FINALIZE (1UL << 0)
#define Py_TPFLAGS_DISALLOW_INSTANTIATION (1UL << 7)
#define Py_TPFLAGS_IMMUTABLETYPE (1UL << 8)
#define Py_TPFLAGS_HEAPTYPE (1UL << 9)
#define Py_TPFLAGS_BASETYPE (1UL << 10)
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030c0000
#  define Py_TPFLAGS_HAVE_VECTORCALL (1UL << 11)
#endif
#ifndef Py_LIMITED_API
#  define _Py_TPFLAGS_HAVE_VECTORCALL Py_TPFLAGS_HAVE_VECTORCALL
#endif
#define Py_TPFLAGS_READY (1UL << 12)
#define Py_TPFLAGS_READYING (1UL << 13)
#define Py_TPFLAGS_HAVE_GC (1UL << 14)
#define Py_TPFLAGS_HAVE_STACKLESS_EXTENSION 0
#define Py_TPFLAGS_METHOD_DESCRIPTOR (1UL << 17)
#define Py_TPFLAGS_HAVE_VERSION_TAG (1UL << 18)
#define Py_TPFLAGS_VALID_VERSION_TAG (1UL << 19)
#define Py_TPFLAGS_IS_ABSTRACT (1UL << 20)
#define _Py_TPFLAGS_MATCH_SELF (1UL << 22)
#define Py_TPFLAGS_ITEMS_AT_END (1UL << 23)
#define Py_TPFLAGS_LONG_SUBCLASS (1UL << 24)
#define Py_TPFLAGS_LIST_SUBCLASS (1UL << 25)
#define Py_TPFLAGS_TUPLE_SUBCLASS (1UL << 26)
#define Py_TPFLAGS_BYTES_SUBCLASS (1UL << 27)
#define Py_TPFLAGS_UNICODE_SUBCLASS (1UL << 28)
#define Py_TPFLAGS_DICT_SUBCLASS (1UL << 29)
#define Py_TPFLAGS_BASE_EXC_SUBCLASS (1UL << 30)
#define Py_TPFLAGS_TYPE_SUBCLASS (1UL << 31)
#define Py_TPFLAGS_DEFAULT (Py_TPFLAGS_HAVE_STACKLESS_EXTENSION | 0)
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030e0000
#  define Py_TP_USE_SPEC NULL
#endif

/* How a function of a PyMethodDef is called. */
#define METH_VARARGS 0x0001
#define METH_KEYWORDS 0x0002
#define METH_NOARGS 0x0004
#define METH_O 0x0008
#define METH_CLASS 0x0010
#define METH_STATIC 0x0020
#define METH_COEXIST 0x0040
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030a0000
#  define METH_FASTCALL 0x0080
#endif
#define METH_STACKLESS 0x0000
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03090000
#  define METH_METHOD 0x0200
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030c0000
#  define PY_VECTORCALL_ARGUMENTS_OFFSET (_Py_STATIC_CAST(size_t, 1) << (8 * sizeof(size_t) - 1))
#endif

/* Slots of a PyModuleDef, and what may stand in them. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x03050000
#  define Py_mod_create 1
#  define Py_mod_exec 2
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030c0000
#  define Py_mod_multiple_interpreters 3
#  define Py_MOD_MULTIPLE_INTERPRETERS_NOT_SUPPORTED ((void *)0)
#  define Py_MOD_MULTIPLE_INTERPRETERS_SUPPORTED ((void *)1)
#  define Py_MOD_PER_INTERPRETER_GIL_SUPPORTED ((void *)2)
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030d0000
#  define Py_mod_gil 4
#  define Py_MOD_GIL_USED ((void *)0)
#  define Py_MOD_GIL_NOT_USED ((void *)1)
#endif
#ifndef Py_LIMITED_API
#  define _Py_mod_LAST_SLOT 4
#endif

/* The type of the C field behind a PyMemberDef, and its flags. */
#define Py_T_SHORT 0
#define Py_T_INT 1
#define Py_T_LONG 2
#define Py_T_FLOAT 3
#define Py_T_DOUBLE 4
#define Py_T_STRING 5
#define _Py_T_OBJECT 6
#define Py_T_CHAR 7
#define Py_T_BYTE 8
#define Py_T_UBYTE 9
#define Py_T_USHORT 10
#define Py_T_UINT 11
#define Py_T_ULONG 12
#define Py_T_STRING_INPLACE 13
#define Py_T_BOOL 14
#define Py_T_OBJECT_EX 16
#define Py_T_LONGLONG 17
#define Py_T_ULONGLONG 18
#define Py_T_PYSSIZET 19
#define _Py_T_NONE 20
#define Py_READONLY 1
#define Py_AUDIT_READ 2
#define _Py_WRITE_RESTRICTED 4
#define Py_RELATIVE_OFFSET 8

/* What the consumer of a buffer asks for. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030b0000
#  define PyBUF_MAX_NDIM 64
#  define PyBUF_SIMPLE 0
#  define PyBUF_WRITABLE 0x0001
#  ifndef Py_LIMITED_API
#    define PyBUF_WRITEABLE PyBUF_WRITABLE
#  endif
#  define PyBUF_FORMAT 0x0004
#  define PyBUF_ND 0x0008
#  define PyBUF_STRIDES (0x0010 | PyBUF_ND)
#  define PyBUF_C_CONTIGUOUS (0x0020 | PyBUF_STRIDES)
#  define PyBUF_F_CONTIGUOUS (0x0040 | PyBUF_STRIDES)
#  define PyBUF_ANY_CONTIGUOUS (0x0080 | PyBUF_STRIDES)
#  define PyBUF_INDIRECT (0x0100 | PyBUF_STRIDES)
#  define PyBUF_CONTIG (PyBUF_ND | PyBUF_WRITABLE)
#  define PyBUF_CONTIG_RO (PyBUF_ND)
#  define PyBUF_STRIDED (PyBUF_STRIDES | PyBUF_WRITABLE)
#  define PyBUF_STRIDED_RO (PyBUF_STRIDES)
#  define PyBUF_RECORDS (PyBUF_STRIDES | PyBUF_WRITABLE | PyBUF_FORMAT)
#  define PyBUF_RECORDS_RO (PyBUF_STRIDES | PyBUF_FORMAT)
#  define PyBUF_FULL (PyBUF_INDIRECT | PyBUF_WRITABLE | PyBUF_FORMAT)
#  define PyBUF_FULL_RO (PyBUF_INDIRECT | PyBUF_FORMAT)
#  define PyBUF_READ 0x100
#  define PyBUF_WRITE 0x200
#endif

/* Comparison operators, and a comparison of two C values that returns a bool. */
#define Py_LT 0
#define Py_LE 1
#define Py_EQ 2
#define Py_NE 3
#define Py_GT 4
#define Py_GE 5
#define Py_RETURN_RICHCOMPARE(left, right, op) \
    do { \
        switch (op) { \
        case Py_LT: if ((left) < (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
        case Py_LE: if ((left) <= (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
        case Py_EQ: if ((left) == (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
        case Py_NE: if ((left) != (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
        case Py_GT: if ((left) > (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
        case Py_GE: if ((left) >= (right)) Py_RETURN_TRUE; Py_RETURN_FALSE; \
        default: Py_UNREACHABLE(); \
        } \
    } while (0)

/* Objects that always exist, by number. From 3.13 on the limited API reaches them through a function. */
#define Py_CONSTANT_NONE 0
#define Py_CONSTANT_FALSE 1
#define Py_CONSTANT_TRUE 2
#define Py_CONSTANT_ELLIPSIS 3
#define Py_CONSTANT_NOT_IMPLEMENTED 4
#define Py_CONSTANT_ZERO 5
#define Py_CONSTANT_ONE 6
#define Py_CONSTANT_EMPTY_STR 7
#define Py_CONSTANT_EMPTY_BYTES 8
#define Py_CONSTANT_EMPTY_TUPLE 9

#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 >= 0x030d0000
#  define Py_None Py_GetConstantBorrowed(Py_CONSTANT_NONE)
#  define Py_False Py_GetConstantBorrowed(Py_CONSTANT_FALSE)
#  define Py_True Py_GetConstantBorrowed(Py_CONSTANT_TRUE)
#  define Py_Ellipsis Py_GetConstantBorrowed(Py_CONSTANT_ELLIPSIS)
#  define Py_NotImplemented Py_GetConstantBorrowed(Py_CONSTANT_NOT_IMPLEMENTED)
#else
#  define Py_None (&_Py_NoneStruct)
#  define Py_False _PyObject_CAST(&_Py_FalseStruct)
#  define Py_True _PyObject_CAST(&_Py_TrueStruct)
#  define Py_Ellipsis (&_Py_EllipsisObject)
#  define Py_NotImplemented (&_Py_NotImplementedStruct)
#endif
#define Py_IsNone(x) Py_Is((x), Py_None)
#define Py_IsTrue(x) Py_Is((x), Py_True)
#define Py_IsFalse(x) Py_Is((x), Py_False)

/* Before 3.12 they were counted. */
#if defined(Py_LIMITED_API) && Py_LIMITED_API + 0 < 0x030c0000
#  define _PY_RETURN_CONSTANT(object) return Py_NewRef(object)
#else
#  define _PY_RETURN_CONSTANT(object) return object
#endif
#define Py_RETURN_NONE _PY_RETURN_CONSTANT(Py_None)
#define Py_RETURN_TRUE _PY_RETURN_CONSTANT(Py_True)
#define Py_RETURN_FALSE _PY_RETURN_CONSTANT(Py_False)
#define Py_RETURN_NOTIMPLEMENTED _PY_RETURN_CONSTANT(Py_NotImplemented)

/* Names of modes: printing, files, threads, strings to doubles, f-strings, compilation. */
#define Py_PRINT_RAW 1
#define PY_STDIOTEXTMODE "b"
#define WAIT_LOCK 1
#define NOWAIT_LOCK 0
#define PY_HAVE_THREAD_NATIVE_ID
#define MAX_CO_EXTRA_USERS 255
#define Py_CLEANUP_SUPPORTED 0x20000
#define PYTHON_API_VERSION 1013
#define PYTHON_API_STRING "1013"
#define PYTHON_ABI_VERSION 3
#define PYTHON_ABI_STRING "3"
#define Py_DTSF_SIGN 0x01
#define Py_DTSF_ADD_DOT_0 0x02
#define Py_DTSF_ALT 0x04
#define Py_DTSF_NO_NEG_0 0x08
#define Py_DTST_FINITE 0
#define Py_DTST_INFINITE 1
#define Py_DTST_NAN 2
#define FVC_MASK 0x3
#define FVC_NONE 0x0
#define FVC_STR 0x1
#define FVC_REPR 0x2
#define FVC_ASCII 0x3
#define FVS_MASK 0x4
#define FVS_HAVE_SPEC 0x4
#define Py_single_input 256
#define Py_file_input 257
#define Py_eval_input 258
#define Py_func_type_input 345

/* Hashing. */
#ifndef Py_HASH_CUTOFF
#  define Py_HASH_CUTOFF 0
#elif Py_HASH_CUTOFF > 7 || Py_HASH_CUTOFF < 0
#  error "Py_HASH_CUTOFF is not in 0 to 7"
#endif
#define Py_HASH_EXTERNAL 0
#define Py_HASH_SIPHASH24 1
#define Py_HASH_FNV 2
#define Py_HASH_SIPHASH13 3
#ifndef Py_HASH_ALGORITHM
#  define Py_HASH_ALGORITHM Py_HASH_SIPHASH13
#endif

#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 >= 0x030e0000
#  define Py_ASNATIVEBYTES_DEFAULTS -1
#  define Py_ASNATIVEBYTES_BIG_ENDIAN 0
#  define Py_ASNATIVEBYTES_LITTLE_ENDIAN 1
#  define Py_ASNATIVEBYTES_NATIVE_ENDIAN 3
#  define Py_ASNATIVEBYTES_UNSIGNED_BUFFER 4
#  define Py_ASNATIVEBYTES_REJECT_NEGATIVE 8
#  define Py_ASNATIVEBYTES_ALLOW_INDEX 16
#endif

#ifndef Py_LIMITED_API

#define PyHASH_MULTIPLIER 1000003UL
#define PyHASH_BITS 61
#define PyHASH_MODULUS (((size_t)1 << PyHASH_BITS) - 1)
#define PyHASH_INF 314159
#define PyHASH_IMAG PyHASH_MULTIPLIER
#define _PyHASH_MULTIPLIER PyHASH_MULTIPLIER
#define _PyHASH_BITS PyHASH_BITS
#define _PyHASH_MODULUS PyHASH_MODULUS
#define _PyHASH_INF PyHASH_INF
#define _PyHASH_IMAG PyHASH_IMAG

#define PyLong_SHIFT 30
#define PyLong_BASE ((digit)1 << PyLong_SHIFT)
#define PyLong_MASK ((digit)(PyLong_BASE - 1))
#define _PyLong_DECIMAL_SHIFT 9
#define _PyLong_DECIMAL_BASE ((digit)1000000000)
#define _PyLong_SIGN_MASK 3
#define _PyLong_NON_SIZE_BITS 3

#define _Py_MANAGED_BUFFER_RELEASED 0x001
#define _Py_MANAGED_BUFFER_FREE_FORMAT 0x002
#define _Py_MEMORYVIEW_RELEASED 0x001
#define _Py_MEMORYVIEW_C 0x002
#define _Py_MEMORYVIEW_FORTRAN 0x004
#define _Py_MEMORYVIEW_SCALAR 0x008
#define _Py_MEMORYVIEW_PIL 0x010
#define _Py_MEMORYVIEW_RESTRICTED 0x020

#define PyWrapperFlag_KEYWORDS 1
#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)
#define _Py_UNLOCKED 0
#define _Py_LOCKED 1
#define _Py_ATTR_CACHE_UNUSED (30000)

/* Flags of code objects. */
#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_NESTED 0x0010
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ITERABLE_COROUTINE 0x0100
#define CO_ASYNC_GENERATOR 0x0200
#define CO_FUTURE_DIVISION 0x20000
#define CO_FUTURE_ABSOLUTE_IMPORT 0x40000
#define CO_FUTURE_WITH_STATEMENT 0x80000
#define CO_FUTURE_PRINT_FUNCTION 0x100000
#define CO_FUTURE_UNICODE_LITERALS 0x200000
#define CO_FUTURE_BARRY_AS_BDFL 0x400000
#define CO_FUTURE_GENERATOR_STOP 0x800000
#define CO_FUTURE_ANNOTATIONS 0x1000000
#define CO_NO_MONITORING_EVENTS 0x2000000
#define CO_HAS_DOCSTRING 0x4000000
#define CO_METHOD 0x8000000
#define CO_MAXBLOCKS 21
#define PY_PARSER_REQUIRES_FUTURE_KEYWORD

/* Flags of compilation. */
#define PyCF_MASK \
    (CO_FUTURE_DIVISION | CO_FUTURE_ABSOLUTE_IMPORT | CO_FUTURE_WITH_STATEMENT \
     | CO_FUTURE_PRINT_FUNCTION | CO_FUTURE_UNICODE_LITERALS | CO_FUTURE_BARRY_AS_BDFL \
     | CO_FUTURE_GENERATOR_STOP | CO_FUTURE_ANNOTATIONS)
#define PyCF_MASK_OBSOLETE (CO_NESTED)
#define PyCF_SOURCE_IS_UTF8 0x0100
#define PyCF_DONT_IMPLY_DEDENT 0x0200
#define PyCF_ONLY_AST 0x0400
#define PyCF_IGNORE_COOKIE 0x0800
#define PyCF_TYPE_COMMENTS 0x1000
#define PyCF_ALLOW_TOP_LEVEL_AWAIT 0x2000
#define PyCF_ALLOW_INCOMPLETE_INPUT 0x4000
#define PyCF_OPTIMIZED_AST (0x8000 | PyCF_ONLY_AST)
#define PyCF_COMPILE_MASK \
    (PyCF_ONLY_AST | PyCF_ALLOW_TOP_LEVEL_AWAIT | PyCF_TYPE_COMMENTS | PyCF_DONT_IMPLY_DEDENT \
     | PyCF_ALLOW_INCOMPLETE_INPUT | PyCF_OPTIMIZED_AST)
#define PY_INVALID_STACK_EFFECT INT_MAX
#define FUTURE_NESTED_SCOPES "nested_scopes"
#define FUTURE_GENERATORS "generators"
#define FUTURE_DIVISION "division"
#define FUTURE_ABSOLUTE_IMPORT "absolute_import"
#define FUTURE_WITH_STATEMENT "with_statement"
#define FUTURE_PRINT_FUNCTION "print_function"
#define FUTURE_UNICODE_LITERALS "unicode_literals"
#define FUTURE_BARRY_AS_BDFL "barry_as_FLUFL"
#define FUTURE_GENERATOR_STOP "generator_stop"
#define FUTURE_ANNOTATIONS "annotations"

/* Tracing and monitoring. */
#define PyTrace_CALL 0
#define PyTrace_EXCEPTION 1
#define PyTrace_LINE 2
#define PyTrace_RETURN 3
#define PyTrace_C_CALL 4
#define PyTrace_C_EXCEPTION 5
#define PyTrace_C_RETURN 6
#define PyTrace_OPCODE 7
#define PY_MONITORING_EVENT_PY_START 0
#define PY_MONITORING_EVENT_PY_RESUME 1
#define PY_MONITORING_EVENT_PY_RETURN 2
#define PY_MONITORING_EVENT_PY_YIELD 3
#define PY_MONITORING_EVENT_CALL 4
#define PY_MONITORING_EVENT_LINE 5
#define PY_MONITORING_EVENT_INSTRUCTION 6
#define PY_MONITORING_EVENT_JUMP 7
#define PY_MONITORING_EVENT_BRANCH_LEFT 8
#define PY_MONITORING_EVENT_BRANCH_RIGHT 9
#define PY_MONITORING_EVENT_STOP_ITERATION 10
#define PY_MONITORING_EVENT_RAISE 11
#define PY_MONITORING_EVENT_EXCEPTION_HANDLED 12
#define PY_MONITORING_EVENT_PY_UNWIND 13
#define PY_MONITORING_EVENT_PY_THROW 14
#define PY_MONITORING_EVENT_RERAISE 15
#define PY_MONITORING_EVENT_C_RETURN 16
#define PY_MONITORING_EVENT_C_RAISE 17
#define PY_MONITORING_EVENT_BRANCH 18
#define PY_MONITORING_IS_INSTRUMENTED_EVENT(event) ((event) <= PY_MONITORING_EVENT_STOP_ITERATION)
#define PyUnstable_EXECUTABLE_KIND_SKIP 0
#define PyUnstable_EXECUTABLE_KIND_PY_FUNCTION 1
#define PyUnstable_EXECUTABLE_KIND_BUILTIN_FUNCTION 3
#define PyUnstable_EXECUTABLE_KIND_METHOD_DESCRIPTOR 4
#define PyUnstable_EXECUTABLE_KINDS 5

/* Interpreters. */
#define PyInterpreterConfig_DEFAULT_GIL (0)
#define PyInterpreterConfig_SHARED_GIL (1)
#define PyInterpreterConfig_OWN_GIL (2)
#define _PyInterpreterConfig_LEGACY_CHECK_MULTI_INTERP_EXTENSIONS 0
#define _PyInterpreterConfig_INIT \
    { .use_main_obmalloc = 0, .allow_fork = 0, .allow_exec = 0, .allow_threads = 1, \
      .allow_daemon_threads = 0, .check_multi_interp_extensions = 1, \
      .gil = PyInterpreterConfig_OWN_GIL }
#define _PyInterpreterConfig_LEGACY_INIT \
    { .use_main_obmalloc = 1, .allow_fork = 1, .allow_exec = 1, .allow_threads = 1, \
      .allow_daemon_threads = 1, \
      .check_multi_interp_extensions = _PyInterpreterConfig_LEGACY_CHECK_MULTI_INTERP_EXTENSIONS, \
      .gil = PyInterpreterConfig_SHARED_GIL }
#ifdef Py_BUILD_CORE
#  define _PyThreadState_WHENCE_NOTSET -1
#  define _PyThreadState_WHENCE_UNKNOWN 0
#  define _PyThreadState_WHENCE_INIT 1
#  define _PyThreadState_WHENCE_FINI 2
#  define _PyThreadState_WHENCE_THREADING 3
#  define _PyThreadState_WHENCE_GILSTATE 4
#  define _PyThreadState_WHENCE_EXEC 5
#endif

#endif /* Py_LIMITED_API */
#endif
