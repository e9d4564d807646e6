#include "bad.h"
/* Loops for ever with the GIL. */
static PyObject *go(PyObject *self, PyObject *none)
{
    for (volatile int on = 1; on;) {
    }
    Py_RETURN_NONE;
}
MODULE(spins, METH_NOARGS, go)
