#include "bad.h"
/* A type whose destructor raises. */
static void dealloc(PyObject *self)
{
    PyErr_SetString(PyExc_ValueError, "from the destructor");
    PyObject_Free(self);
}
static PyTypeObject Thing = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "dealloc_raises.Thing",
    .tp_basicsize = sizeof(PyObject),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_dealloc = dealloc,
};
static PyObject *go(PyObject *self, PyObject *none)
{
    if (PyType_Ready(&Thing) < 0) {
        return NULL;
    }
    return (PyObject *)PyObject_New(PyObject, &Thing);
}
MODULE(dealloc_raises, METH_NOARGS, go)
