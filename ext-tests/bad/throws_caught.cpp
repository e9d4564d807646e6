#include "bad.h"
#include <stdexcept>
/* Throws through Python code that it called back, to a catch of its own further out. */
static PyObject *go(PyObject *self, PyObject *callback)
{
    if (callback == Py_None) {
        throw std::runtime_error("thrown inside of the callback");
    }
    try {
        return PyObject_CallNoArgs(callback);
    } catch (const std::exception &) {
        Py_RETURN_NONE;
    }
}
MODULE(throws_caught, METH_O, go)
