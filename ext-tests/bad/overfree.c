#include "bad.h"
/* Gives up a count on its argument, which is its caller's. */
static PyObject *go(PyObject *self, PyObject *argument)
{
    Py_DECREF(argument);
    Py_RETURN_NONE;
}
MODULE(overfree, METH_O, go)
