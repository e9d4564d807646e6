#include "bad.h"
/* Fails without saying why. */
static PyObject *go(PyObject *self, PyObject *none) { return NULL; }
MODULE(returns_null, METH_NOARGS, go)
