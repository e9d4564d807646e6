/* What benches/foreign.py calls: a function that does nothing, and one that works for a while without touching an object. Built once without a
   declaration (the GIL, exclusive mode) and once with DECLARES (thread-safe: shared mode). */
#include <Python.h>
#include <stdint.h>

static PyObject *nothing(PyObject *self, PyObject *unused)
{
    Py_RETURN_NONE;
}

static PyObject *same(PyObject *self, PyObject *object)
{
    return Py_NewRef(object);
}

/* A sum of squares of the items of a list of ints, by the API. */
static PyObject *squares(PyObject *self, PyObject *list)
{
    int64_t sum = 0;
    Py_ssize_t count = PyList_Size(list);
    if (count < 0) {
        return NULL;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *item = PyList_GetItemRef(list, i);
        if (item == NULL) {
            return NULL;
        }
        int64_t value = PyLong_AsLongLong(item);
        Py_DECREF(item);
        if (value == -1 && PyErr_Occurred()) {
            return NULL;
        }
        sum += value * value;
    }
    return PyLong_FromLongLong(sum);
}

static PyMethodDef functions[] = {
    {"nothing", nothing, METH_NOARGS, NULL},
    {"same", same, METH_O, NULL},
    {"squares", squares, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
#ifdef DECLARES
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "callee", .m_methods = functions, .m_slots = slots,
};

PyMODINIT_FUNC PyInit_callee(void)
{
    return PyModuleDef_Init(&definition);
}
