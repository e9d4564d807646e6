/* Small macros that need nothing else. */
#ifndef Py_PYMACRO_H
#define Py_PYMACRO_H

#include "pyport.h"

/* C11 to C17 name the keyword otherwise, and <assert.h> need not have been included. */
#if !defined(static_assert) && !defined(__cplusplus) && defined(__STDC_VERSION__) \
    && __STDC_VERSION__ >= 201112L && __STDC_VERSION__ <= 201710L
#  define static_assert _Static_assert
#endif

#ifndef _Py_ALIGNED_DEF
#  define _Py_ALIGNED_DEF(bytes, type) __attribute__((aligned(bytes))) type
#endif

#define Py_MIN(x, y) (((x) > (y)) ? (y) : (x))
#define Py_MAX(x, y) (((x) > (y)) ? (x) : (y))
#define Py_ABS(x) ((x) < 0 ? -(x) : (x))
/* The magnitude in an unsigned type: right for the least number too. */
#define _Py_ABS_CAST(type, x) ((x) >= 0 ? ((type)(x)) : ((type)(((type) -((x) + 1)) + 1u)))

#define _Py_XSTRINGIFY(text) #text
#define Py_STRINGIFY(text) _Py_XSTRINGIFY(text)
#define Py_MEMBER_SIZE(type, member) sizeof(((type *)0)->member)
#define Py_CHARMASK(c) ((unsigned char)((c) & 0xff))

/* The expression form has the value 0, the other is a statement. */
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L && !defined(__cplusplus)
#  define Py_BUILD_ASSERT_EXPR(truth) \
       ((void)sizeof(struct { int unused; _Static_assert(truth, #truth); }), 0)
#else
#  define Py_BUILD_ASSERT_EXPR(truth) (sizeof(char[(truth) ? 1 : -1]) - 1)
#endif
#if (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L) \
    || (defined(__cplusplus) && __cplusplus >= 201103L)
#  define Py_BUILD_ASSERT(truth) do { static_assert((truth), #truth); } while (0)
#else
#  define Py_BUILD_ASSERT(truth) do { (void)Py_BUILD_ASSERT_EXPR(truth); } while (0)
#endif

/* In C a pointer in place of the array does not compile. */
#if !defined(__STRICT_ANSI__) && !defined(__cplusplus)
#  define Py_ARRAY_LENGTH(array) \
       (sizeof(array) / sizeof((array)[0]) \
        + Py_BUILD_ASSERT_EXPR(!__builtin_types_compatible_p(_Py_TYPEOF(array), \
                                                             _Py_TYPEOF(&(array)[0]))))
#else
#  define Py_ARRAY_LENGTH(array) (sizeof(array) / sizeof((array)[0]))
#endif

#ifdef WITH_DOC_STRINGS
#  define PyDoc_STR(text) text
#else
#  define PyDoc_STR(text) ""
#endif
#define PyDoc_VAR(name) static const char name[]
#define PyDoc_STRVAR(name, text) PyDoc_VAR(name) = PyDoc_STR(text)

#define _Py_SIZE_ROUND_DOWN(n, a) ((size_t)(n) & ~(size_t)((a) - 1))
#define _Py_SIZE_ROUND_UP(n, a) (((size_t)(n) + (size_t)((a) - 1)) & ~(size_t)((a) - 1))
#define _Py_ALIGN_DOWN(p, a) ((void *)((uintptr_t)(p) & ~(uintptr_t)((a) - 1)))
#define _Py_ALIGN_UP(p, a) \
    ((void *)(((uintptr_t)(p) + (uintptr_t)((a) - 1)) & ~(uintptr_t)((a) - 1)))
#define _Py_IS_ALIGNED(p, a) (!((uintptr_t)(p) & (uintptr_t)((a) - 1)))

#define Py_UNUSED(name) _unused_##name __attribute__((unused))
#ifdef Py_DEBUG
#  define Py_UNREACHABLE() Py_FatalError("code that cannot be reached was reached")
#else
#  define Py_UNREACHABLE() __builtin_unreachable()
#endif

#define _Py_CONTAINER_OF(pointer, type, member) \
    (type *)((char *)pointer - offsetof(type, member))
/* Keeps a value from being assigned to. */
#define _Py_RVALUE(value) ((void)0, (value))
#define _Py_IS_TYPE_SIGNED(type) ((type)(-1) <= 0)

#endif
