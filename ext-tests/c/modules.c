/* A module in two phases with memory of its own, whose functions for the collector and for its end are counted. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    PyObject *held;
} State;

static int traversed, cleared, freed;

static int traverse(PyObject *module, visitproc visit, void *arg)
{
    traversed++;
    Py_VISIT(((State *)PyModule_GetState(module))->held);
    return 0;
}
static int clear(PyObject *module)
{
    cleared++;
    Py_CLEAR(((State *)PyModule_GetState(module))->held);
    return 0;
}
static void end(void *module)
{
    freed++;
    clear((PyObject *)module);
}

static PyObject *hold(PyObject *self, PyObject *object)
{
    State *state = PyModule_GetState(self);
    Py_XSETREF(state->held, Py_NewRef(object));
    Py_RETURN_NONE;
}
static PyObject *held(PyObject *self, PyObject *unused)
{
    State *state = PyModule_GetState(self);
    return Py_NewRef(state->held ? state->held : Py_None);
}
static PyObject *counts(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("iii", traversed, cleared, freed);
}
static PyObject *names(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("sNsO", PyModule_GetName(self), PyModule_GetNameObject(self), PyModule_GetFilename(self), PyModule_GetDict(self));
}
static PyObject *add(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    if (PyModule_AddObjectRef(a[0], PyUnicode_AsUTF8(a[1]), n > 2 ? a[2] : NULL) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyMethodDef functions[] = {
    {"hold", hold, METH_O, "hold($module, object, /)\n--\n\nHolds it."},
    {"held", held, METH_NOARGS, NULL},
    {"counts", counts, METH_NOARGS, NULL},
    {"names", names, METH_NOARGS, NULL},
    {"add", (PyCFunction)add, METH_FASTCALL, NULL},
    {NULL},
};

static int execute(PyObject *module)
{
    if (PyModule_GetState(module) == NULL)
        return -1;
    if (PyModule_AddIntConstant(module, "NUMBER", -5) < 0 || PyModule_AddStringConstant(module, "TEXT", "text") < 0)
        return -1;
    if (PyModule_Add(module, "LIST", PyList_New(0)) < 0 || PyModule_AddType(module, &PyTuple_Type) < 0)
        return -1;
    return PyModule_AddObject(module, "ANSWER", PyLong_FromLong(42));
}

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, execute},
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "modules", "Its text.", sizeof(State), functions, slots, traverse, clear, end};

PyMODINIT_FUNC PyInit_modules(void)
{
    return PyModuleDef_Init(&definition);
}
