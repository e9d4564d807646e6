/* Visibility of symbols: what a module exports, and what it finds in the interpreter. */
#ifndef Py_EXPORTS_H
#define Py_EXPORTS_H

#define Py_IMPORTED_SYMBOL __attribute__((visibility("default")))
#define Py_EXPORTED_SYMBOL __attribute__((visibility("default")))
#define Py_LOCAL_SYMBOL __attribute__((visibility("hidden")))

#ifndef PyAPI_FUNC
#  define PyAPI_FUNC(type) Py_EXPORTED_SYMBOL type
#endif
#ifndef PyAPI_DATA
#  define PyAPI_DATA(type) extern Py_EXPORTED_SYMBOL type
#endif
#ifndef PyMODINIT_FUNC
#  ifdef __cplusplus
#    define PyMODINIT_FUNC extern "C" Py_EXPORTED_SYMBOL PyObject *
#  else
#    define PyMODINIT_FUNC Py_EXPORTED_SYMBOL PyObject *
#  endif
#endif

#endif
