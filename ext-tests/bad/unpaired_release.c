#include "bad.h"
/* Says that the thread was not attached when it was. */
static PyObject *go(PyObject *self, PyObject *none)
{
    PyGILState_Ensure();
    PyGILState_Release(PyGILState_UNLOCKED);
    Py_RETURN_NONE;
}
MODULE(unpaired_release, METH_NOARGS, go)
