/* Probes for tracers of the operating system. Pyston has none: every test answers no. */
#ifndef Py_DTRACE_H
#define Py_DTRACE_H

#include "Python.h"

#define _PY_PROBE(name, parameters) \
    static inline void PyDTrace_##name parameters {} \
    static inline int PyDTrace_##name##_ENABLED(void) { return 0; }
_PY_PROBE(LINE, (const char *Py_UNUSED(a), const char *Py_UNUSED(b), int Py_UNUSED(c)))
_PY_PROBE(FUNCTION_ENTRY, (const char *Py_UNUSED(a), const char *Py_UNUSED(b), int Py_UNUSED(c)))
_PY_PROBE(FUNCTION_RETURN, (const char *Py_UNUSED(a), const char *Py_UNUSED(b), int Py_UNUSED(c)))
_PY_PROBE(GC_START, (int Py_UNUSED(a)))
_PY_PROBE(GC_DONE, (Py_ssize_t Py_UNUSED(a)))
_PY_PROBE(INSTANCE_NEW_START, (int Py_UNUSED(a)))
_PY_PROBE(INSTANCE_NEW_DONE, (int Py_UNUSED(a)))
_PY_PROBE(INSTANCE_DELETE_START, (int Py_UNUSED(a)))
_PY_PROBE(INSTANCE_DELETE_DONE, (int Py_UNUSED(a)))
_PY_PROBE(IMPORT_FIND_LOAD_START, (const char *Py_UNUSED(a)))
_PY_PROBE(IMPORT_FIND_LOAD_DONE, (const char *Py_UNUSED(a), int Py_UNUSED(b)))
_PY_PROBE(AUDIT, (const char *Py_UNUSED(a), void *Py_UNUSED(b)))
#undef _PY_PROBE

#endif
