#include "bad.h"
/* Makes a list without the GIL. */
static PyObject *go(PyObject *self, PyObject *none)
{
    PyThreadState *state = PyEval_SaveThread();
    PyObject *list = PyList_New(0);
    PyEval_RestoreThread(state);
    return list;
}
MODULE(detached_call, METH_NOARGS, go)
