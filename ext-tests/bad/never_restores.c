#include "bad.h"
/* Gives the GIL up for good. */
static PyObject *go(PyObject *self, PyObject *none)
{
    PyEval_SaveThread();
    return self;
}
MODULE(never_restores, METH_NOARGS, go)
