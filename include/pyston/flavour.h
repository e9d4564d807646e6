/* The two flavours of extension modules.

   The *default* flavour has the ABI of CPython 3.14 with its lock: counts are plain, the interpreter calls
   such a module while nothing else runs. One object file loads into either interpreter.

   The *shared* flavour is compiled with -DPy_GIL_DISABLED=1 and may be called by many threads at once. The
   layout of every struct is the same; counts are atomic, critical sections and mutexes are real, and
   questions such as "am I the only holder?" go to the interpreter. A module of this flavour carries a mark,
   since its code alone does not tell: the symbol below and, because a linker script may hide symbols, an ELF
   note per object file that the loader finds through the program headers (owner "Pyston", type 1, one 32-bit
   word: 1). */
#ifndef PYSTON_FLAVOUR_H
#define PYSTON_FLAVOUR_H

#ifdef Py_GIL_DISABLED

#ifdef Py_LIMITED_API
#  error "the shared flavour (Py_GIL_DISABLED) and the limited API exclude each other"
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* Weak, since each object file of the module has one. */
extern const uint32_t _Py_PystonSharedFlavour Py_EXPORTED_SYMBOL __attribute__((weak));
const uint32_t _Py_PystonSharedFlavour = 1;

__asm__(".pushsection .note.pyston, \"a\", @note\n"
        ".balign 4\n"
        ".long 7, 4, 1\n"
        ".asciz \"Pyston\"\n"
        ".balign 4\n"
        ".long 1\n"
        ".popsection\n");

/* CPython's free-threaded objects have fields that ours do not. Code that writes them while it resurrects or
   immortalises an object is understood: the local count is the count, and what is stored in the fields of
   this type goes nowhere. Reading them does not compile. */
typedef struct _Py_AbsentField {
    unsigned char _none;
#ifdef __cplusplus
    void operator=(uintptr_t) {}
#endif
} _Py_AbsentField;

#define _Py_UNOWNED_TID 0
#define _Py_IMMORTAL_REFCNT_LOCAL UINT32_MAX

#ifdef __cplusplus
}
/* Overloads, even where somebody includes Python.h inside of extern "C". */
extern "C++" {
static inline void _Py_atomic_store_uintptr_relaxed(_Py_AbsentField *, uintptr_t) {}
static inline void _Py_atomic_store_ssize_relaxed(_Py_AbsentField *, Py_ssize_t) {}
}
#else
static inline void _Py_absent_store(_Py_AbsentField *field, uintptr_t value)
{
    (void)field;
    (void)value;
}
#  define _Py_atomic_store_uintptr_relaxed(to, value) \
       _Generic((to), _Py_AbsentField *: _Py_absent_store, \
                default: (_Py_atomic_store_uintptr_relaxed))((to), (value))
#  define _Py_atomic_store_ssize_relaxed(to, value) \
       _Generic((to), _Py_AbsentField *: _Py_absent_store, \
                default: (_Py_atomic_store_ssize_relaxed))((to), (value))
#endif

/* An identity of the calling thread. */
static inline uintptr_t _Py_ThreadId(void)
{
    return (uintptr_t)__builtin_thread_pointer();
}

#endif /* Py_GIL_DISABLED */

#endif
