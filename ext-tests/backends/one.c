/* The module that every build backend builds: it says that it was built, and against what. */
#include <Python.h>

static PyObject *answer(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("(is)", 42, PY_VERSION);
}

static PyMethodDef functions[] = {
    {"answer", answer, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "one", .m_methods = functions};

PyMODINIT_FUNC PyInit_one(void)
{
    return PyModuleDef_Init(&definition);
}
