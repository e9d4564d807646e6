/* The compiler and the platform: integer types, attributes, casts. */
#ifndef Py_PYPORT_H
#define Py_PYPORT_H

#include <inttypes.h>
#include <limits.h>
#include <stddef.h>
#include <sys/types.h>

#if UCHAR_MAX != 255
#  error "a char must have 8 bits"
#endif
#if !defined(__LP64__) || !defined(__GNUC__)
#  error "Pyston's headers are for 64-bit Unix and compilers that speak GNU C (gcc, clang)"
#endif

#ifdef __has_builtin
#  define _Py__has_builtin(name) __has_builtin(name)
#else
#  define _Py__has_builtin(name) 0
#endif
#ifdef __has_attribute
#  define _Py__has_attribute(name) __has_attribute(name)
#else
#  define _Py__has_attribute(name) 0
#endif

#include "exports.h"

/* Casts. The C++ form of a static cast refuses what C lets pass. */
#ifdef __cplusplus
#  define _Py_STATIC_CAST(type, value) static_cast<type>(value)
#else
#  define _Py_STATIC_CAST(type, value) ((type)(value))
#endif
#define _Py_CAST(type, value) ((type)(value))
#define _Py_FUNC_CAST(type, function) _Py_CAST(type, _Py_CAST(void (*)(void), (function)))

#if (defined(__cplusplus) && __cplusplus >= 201103L) \
    || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#  define _Py_NULL nullptr
#else
#  define _Py_NULL NULL
#endif

#if (defined(Py_BUILD_CORE_BUILTIN) || defined(Py_BUILD_CORE_MODULE)) && !defined(Py_BUILD_CORE)
#  define Py_BUILD_CORE
#endif
#ifdef Py_LIMITED_API
#  undef Py_BUILD_CORE
#  undef Py_BUILD_CORE_BUILTIN
#  undef Py_BUILD_CORE_MODULE
#endif

/* Integer types. */
#ifndef HAVE_LONG_LONG
#  define HAVE_LONG_LONG 1
#endif
#ifndef PY_LONG_LONG
#  define PY_LONG_LONG long long
#  define PY_LLONG_MIN LLONG_MIN
#  define PY_LLONG_MAX LLONG_MAX
#  define PY_ULLONG_MAX ULLONG_MAX
#endif
#define PY_INT32_T int32_t
#define PY_INT64_T int64_t
#define PY_UINT32_T uint32_t
#define PY_UINT64_T uint64_t
#ifndef PYLONG_BITS_IN_DIGIT
#  define PYLONG_BITS_IN_DIGIT 30
#endif

typedef intptr_t Py_intptr_t;
typedef uintptr_t Py_uintptr_t;
typedef ssize_t Py_ssize_t;
typedef Py_ssize_t Py_hash_t;
typedef size_t Py_uhash_t;
typedef Py_ssize_t Py_ssize_clean_t;

#define PY_SSIZE_T_MAX SSIZE_MAX
#define PY_SSIZE_T_MIN (-PY_SSIZE_T_MAX - 1)
#define PY_SIZE_MAX SIZE_MAX
#define PY_DWORD_MAX 4294967295U
#define SIZEOF_PY_HASH_T SIZEOF_SIZE_T
#define SIZEOF_PY_UHASH_T SIZEOF_SIZE_T
#ifndef PY_FORMAT_SIZE_T
#  define PY_FORMAT_SIZE_T "z"
#endif
#ifndef LONG_BIT
#  define LONG_BIT (8 * SIZEOF_LONG)
#endif
#ifndef Py_LL
#  define Py_LL(number) number##LL
#endif
#ifndef Py_ULL
#  define Py_ULL(number) Py_LL(number##U)
#endif

#ifdef WORDS_BIGENDIAN
#  define PY_BIG_ENDIAN 1
#  define PY_LITTLE_ENDIAN 0
#else
#  define PY_BIG_ENDIAN 0
#  define PY_LITTLE_ENDIAN 1
#endif

#define Py_ARITHMETIC_RIGHT_SHIFT(type, value, places) ((value) >> (places))
#define Py_FORCE_EXPANSION(value) value
#ifdef Py_DEBUG
#  define Py_SAFE_DOWNCAST(value, wide, narrow) \
       (assert(_Py_STATIC_CAST(wide, _Py_STATIC_CAST(narrow, (value))) == (value)), \
        _Py_STATIC_CAST(narrow, (value)))
#else
#  define Py_SAFE_DOWNCAST(value, wide, narrow) _Py_STATIC_CAST(narrow, (value))
#endif

/* What a compiler can be told about a declaration. */
#define Py_GCC_ATTRIBUTE(list) __attribute__(list)
#define Py_ALIGNED(bytes) __attribute__((aligned(bytes)))
#define Py_DEPRECATED(version) __attribute__((__deprecated__))
#ifdef Py_BUILD_CORE
#  define _Py_DEPRECATED_EXTERNALLY(version)
#else
#  define _Py_DEPRECATED_EXTERNALLY(version) Py_DEPRECATED(version)
#endif
#ifndef _Py_NO_RETURN
#  define _Py_NO_RETURN __attribute__((__noreturn__))
#endif
#define _Py_HOT_FUNCTION __attribute__((hot))
#ifdef Py_DEBUG
#  define Py_ALWAYS_INLINE
#else
#  define Py_ALWAYS_INLINE __attribute__((always_inline))
#endif
#define Py_NO_INLINE __attribute__((noinline))
#define Py_LOCAL(type) static type
#define Py_LOCAL_INLINE(type) static inline type
#if _Py__has_attribute(fallthrough)
#  define _Py_FALLTHROUGH __attribute__((fallthrough))
#else
#  define _Py_FALLTHROUGH do { } while (0)
#endif
#if _Py__has_attribute(nonstring)
#  define _Py_NONSTRING __attribute__((nonstring))
#else
#  define _Py_NONSTRING
#endif
#if defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L
#  define _Py_TYPEOF(value) typeof(value)
#else
#  define _Py_TYPEOF(value) __typeof__(value)
#endif

#ifdef __clang__
#  define _Py_COMP_DIAG_PUSH _Pragma("clang diagnostic push")
#  define _Py_COMP_DIAG_IGNORE_DEPR_DECLS \
       _Pragma("clang diagnostic ignored \"-Wdeprecated-declarations\"")
#  define _Py_COMP_DIAG_POP _Pragma("clang diagnostic pop")
#else
#  define _Py_COMP_DIAG_PUSH _Pragma("GCC diagnostic push")
#  define _Py_COMP_DIAG_IGNORE_DEPR_DECLS \
       _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#  define _Py_COMP_DIAG_POP _Pragma("GCC diagnostic pop")
#endif

/* Sanitizers: gcc announces itself by macros, clang by features. */
#ifdef __has_feature
#  if __has_feature(address_sanitizer)
#    define _Py_ADDRESS_SANITIZER
#  endif
#  if __has_feature(thread_sanitizer)
#    define _Py_THREAD_SANITIZER
#  endif
#  if __has_feature(memory_sanitizer)
#    define _Py_MEMORY_SANITIZER
#  endif
#else
#  ifdef __SANITIZE_ADDRESS__
#    define _Py_ADDRESS_SANITIZER
#  endif
#  ifdef __SANITIZE_THREAD__
#    define _Py_THREAD_SANITIZER
#  endif
#endif
#ifdef _Py_ADDRESS_SANITIZER
#  define _Py_NO_SANITIZE_ADDRESS __attribute__((no_sanitize_address))
#else
#  define _Py_NO_SANITIZE_ADDRESS
#endif
#ifdef _Py_MEMORY_SANITIZER
#  define _Py_NO_SANITIZE_MEMORY __attribute__((no_sanitize_memory))
#  define _Py_MSAN_UNPOISON(memory, bytes) (__msan_unpoison(memory, bytes))
#  define _Py_MSAN_UNPOISON_STRING(text) (__msan_unpoison_string(text))
#else
#  define _Py_NO_SANITIZE_MEMORY
#  define _Py_MSAN_UNPOISON(memory, bytes)
#  define _Py_MSAN_UNPOISON_STRING(text)
#endif
#define _Py_NO_SANITIZE_THREAD __attribute__((no_sanitize_thread))
#define _Py_NO_SANITIZE_UNDEFINED __attribute__((no_sanitize_undefined))

/* Old names that code still asks for. */
#define Py_VA_COPY va_copy
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  define Py_MEMCPY memcpy
#endif
#ifndef PY_CXX_CONST
#  ifdef __cplusplus
#    define PY_CXX_CONST const
#  else
#    define PY_CXX_CONST
#  endif
#endif
#ifndef WITH_THREAD
#  define WITH_THREAD
#endif
#define Py_CAN_START_THREADS 1
#if !defined(ALIGNOF_MAX_ALIGN_T) || ALIGNOF_MAX_ALIGN_T == 0
#  undef ALIGNOF_MAX_ALIGN_T
#  define ALIGNOF_MAX_ALIGN_T _Alignof(long double)
#endif
#ifndef _Py_STACK_GROWS_DOWN
#  define _Py_STACK_GROWS_DOWN 1
#endif
#ifdef Py_BUILD_CORE
#  define HAVE_THREAD_LOCAL 1
#  ifdef __cplusplus
#    define _Py_thread_local thread_local
#  else
#    define _Py_thread_local _Thread_local
#  endif
#endif

#endif
