#include "bad.h"
/* Initialisation that raises, and returns a module all the same. */
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "init_raises", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_init_raises(void)
{
    PyObject *made = PyModule_Create(&module);
    PyErr_SetString(PyExc_ValueError, "forgotten");
    return made;
}
