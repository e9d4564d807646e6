#include "bad.h"
/* Raises, and returns a value all the same. */
static PyObject *go(PyObject *self, PyObject *none)
{
    PyErr_SetString(PyExc_ValueError, "forgotten");
    return PyLong_FromLong(1);
}
MODULE(result_and_error, METH_NOARGS, go)
