#include "bad.h"
#include <stdexcept>
/* Lets a C++ exception out. */
static PyObject *go(PyObject *self, PyObject *none) { throw std::runtime_error("nobody catches this"); }
MODULE(throws, METH_NOARGS, go)
