/* What every module here has: one function, `go`, and a single-phase init. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define MODULE(name, flags, function)                                                   \
    static PyMethodDef methods[] = {{"go", (PyCFunction)(void *)function, flags, NULL}, {NULL, NULL, 0, NULL}}; \
    static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, #name, NULL, -1, methods}; \
    PyMODINIT_FUNC PyInit_##name(void) { return PyModule_Create(&module); }
