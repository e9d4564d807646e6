/* Atomic operations by type: `_Py_atomic_<operation>_<type>[_<order>]`, sequentially consistent where no
   order is named. Private names, which free-threaded code uses all the same. */
#ifndef Py_ATOMIC_H
#define Py_ATOMIC_H

#include "pyport.h"

#ifdef __cplusplus
extern "C++" {
#endif

#define _PY_ATOMIC_LOAD(name, type, suffix, order) \
    static inline type _Py_atomic_load_##name##suffix(const type *from) \
    { return __atomic_load_n(from, order); }
#define _PY_ATOMIC_STORE(name, type, suffix, order) \
    static inline void _Py_atomic_store_##name##suffix(type *to, type value) \
    { __atomic_store_n(to, value, order); }
#define _PY_ATOMIC_RELAXED(name, type) \
    _PY_ATOMIC_LOAD(name, type, _relaxed, __ATOMIC_RELAXED) \
    _PY_ATOMIC_STORE(name, type, _relaxed, __ATOMIC_RELAXED)
#define _PY_ATOMIC_ACQUIRE_RELEASE(name, type) \
    _PY_ATOMIC_LOAD(name, type, _acquire, __ATOMIC_ACQUIRE) \
    _PY_ATOMIC_STORE(name, type, _release, __ATOMIC_RELEASE)
/* gcc's operations on floating point take pointers to both sides. */
#define _PY_ATOMIC_FLOATING(name, type) \
    static inline type _Py_atomic_load_##name##_relaxed(const type *from) \
    { type value; __atomic_load(from, &value, __ATOMIC_RELAXED); return value; } \
    static inline void _Py_atomic_store_##name##_relaxed(type *to, type value) \
    { __atomic_store(to, &value, __ATOMIC_RELAXED); }
#define _PY_ATOMIC_INTEGER(name, type) \
    _PY_ATOMIC_LOAD(name, type, , __ATOMIC_SEQ_CST) \
    _PY_ATOMIC_STORE(name, type, , __ATOMIC_SEQ_CST) \
    _PY_ATOMIC_RELAXED(name, type) \
    static inline type _Py_atomic_add_##name(type *to, type value) \
    { return __atomic_fetch_add(to, value, __ATOMIC_SEQ_CST); } \
    static inline type _Py_atomic_exchange_##name(type *to, type value) \
    { return __atomic_exchange_n(to, value, __ATOMIC_SEQ_CST); } \
    static inline int _Py_atomic_compare_exchange_##name(type *to, type *expected, type value) \
    { return __atomic_compare_exchange_n(to, expected, value, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST); }
#define _PY_ATOMIC_BITS(name, type) \
    static inline type _Py_atomic_and_##name(type *to, type value) \
    { return __atomic_fetch_and(to, value, __ATOMIC_SEQ_CST); } \
    static inline type _Py_atomic_or_##name(type *to, type value) \
    { return __atomic_fetch_or(to, value, __ATOMIC_SEQ_CST); }

_PY_ATOMIC_INTEGER(int, int)
_PY_ATOMIC_INTEGER(int8, int8_t)
_PY_ATOMIC_INTEGER(int16, int16_t)
_PY_ATOMIC_INTEGER(int32, int32_t)
_PY_ATOMIC_INTEGER(int64, int64_t)
_PY_ATOMIC_INTEGER(intptr, intptr_t)
_PY_ATOMIC_INTEGER(uint, unsigned int)
_PY_ATOMIC_INTEGER(uint8, uint8_t)
_PY_ATOMIC_INTEGER(uint16, uint16_t)
_PY_ATOMIC_INTEGER(uint32, uint32_t)
_PY_ATOMIC_INTEGER(uint64, uint64_t)
_PY_ATOMIC_INTEGER(uintptr, uintptr_t)
_PY_ATOMIC_INTEGER(ssize, Py_ssize_t)

_PY_ATOMIC_BITS(uint8, uint8_t)
_PY_ATOMIC_BITS(uint16, uint16_t)
_PY_ATOMIC_BITS(uint32, uint32_t)
_PY_ATOMIC_BITS(uint64, uint64_t)
_PY_ATOMIC_BITS(uintptr, uintptr_t)

_PY_ATOMIC_RELAXED(char, char)
_PY_ATOMIC_RELAXED(uchar, unsigned char)
_PY_ATOMIC_RELAXED(short, short)
_PY_ATOMIC_RELAXED(ushort, unsigned short)
_PY_ATOMIC_RELAXED(long, long)
_PY_ATOMIC_RELAXED(ulong, unsigned long)
_PY_ATOMIC_RELAXED(llong, long long)
_PY_ATOMIC_RELAXED(ullong, unsigned long long)
_PY_ATOMIC_FLOATING(float, float)
_PY_ATOMIC_FLOATING(double, double)

_PY_ATOMIC_ACQUIRE_RELEASE(int, int)
_PY_ATOMIC_ACQUIRE_RELEASE(uint, unsigned int)
_PY_ATOMIC_ACQUIRE_RELEASE(uint32, uint32_t)
_PY_ATOMIC_ACQUIRE_RELEASE(uint64, uint64_t)
_PY_ATOMIC_ACQUIRE_RELEASE(uintptr, uintptr_t)
_PY_ATOMIC_ACQUIRE_RELEASE(ssize, Py_ssize_t)

/* Pointers: any `T **` passes as `void *`. */
static inline void *_Py_atomic_load_ptr(const void *from)
{ return __atomic_load_n((void *const *)from, __ATOMIC_SEQ_CST); }
static inline void *_Py_atomic_load_ptr_relaxed(const void *from)
{ return __atomic_load_n((void *const *)from, __ATOMIC_RELAXED); }
static inline void *_Py_atomic_load_ptr_acquire(const void *from)
{ return __atomic_load_n((void *const *)from, __ATOMIC_ACQUIRE); }
static inline void _Py_atomic_store_ptr(void *to, void *value)
{ __atomic_store_n((void **)to, value, __ATOMIC_SEQ_CST); }
static inline void _Py_atomic_store_ptr_relaxed(void *to, void *value)
{ __atomic_store_n((void **)to, value, __ATOMIC_RELAXED); }
static inline void _Py_atomic_store_ptr_release(void *to, void *value)
{ __atomic_store_n((void **)to, value, __ATOMIC_RELEASE); }
static inline void *_Py_atomic_exchange_ptr(void *to, void *value)
{ return __atomic_exchange_n((void **)to, value, __ATOMIC_SEQ_CST); }
static inline int _Py_atomic_compare_exchange_ptr(void *to, void *expected, void *value)
{
    return __atomic_compare_exchange_n((void **)to, (void **)expected, value, 0,
                                       __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

static inline void _Py_atomic_fence_seq_cst(void) { __atomic_thread_fence(__ATOMIC_SEQ_CST); }
static inline void _Py_atomic_fence_acquire(void) { __atomic_thread_fence(__ATOMIC_ACQUIRE); }
static inline void _Py_atomic_fence_release(void) { __atomic_thread_fence(__ATOMIC_RELEASE); }

/* No compiler has kept the order that "consume" was to have. */
#define _Py_atomic_load_ptr_consume(from) _Py_atomic_load_ptr_acquire(from)
#define _Py_atomic_load_ulong(from) _Py_atomic_load_uint64((const uint64_t *)(from))
#define _Py_atomic_store_ulong(to, value) _Py_atomic_store_uint64((uint64_t *)(to), value)

#ifdef __cplusplus
}
#endif

#undef _PY_ATOMIC_LOAD
#undef _PY_ATOMIC_STORE
#undef _PY_ATOMIC_RELAXED
#undef _PY_ATOMIC_ACQUIRE_RELEASE
#undef _PY_ATOMIC_FLOATING
#undef _PY_ATOMIC_INTEGER
#undef _PY_ATOMIC_BITS

#endif
