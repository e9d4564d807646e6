/* Calls in both directions: arrays of arguments, lists of objects, types whose instances are called, functions of all flags. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>

/* Shows what a function was called with. */
static PyObject *shown(const char *how, PyObject *self, PyObject *const *args, Py_ssize_t n, PyObject *names)
{
    PyObject *all = PyList_New(0);
    Py_ssize_t values = names ? PyTuple_GET_SIZE(names) : 0;
    for (Py_ssize_t i = 0; i < n + values; i++)
        if (PyList_Append(all, args[i]) < 0)
            return NULL;
    PyObject *text = PyUnicode_FromString(how);
    PyObject *result = PyTuple_Pack(4, text, self ? self : Py_None, all, names ? names : Py_None);
    Py_DECREF(text);
    Py_DECREF(all);
    return result;
}

static PyObject *no_args(PyObject *self, PyObject *unused) { return shown("noargs", self, NULL, 0, NULL); }
static PyObject *one(PyObject *self, PyObject *a) { return shown("o", self, &a, 1, NULL); }
static PyObject *fast(PyObject *self, PyObject *const *a, Py_ssize_t n) { return shown("fast", self, a, n, NULL); }
static PyObject *fast_keywords(PyObject *self, PyObject *const *a, Py_ssize_t n, PyObject *names) { return shown("keywords", self, a, n, names); }
static PyObject *varargs(PyObject *self, PyObject *args) { return PyTuple_Pack(2, self ? self : Py_None, args); }
static PyObject *var_keywords(PyObject *self, PyObject *args, PyObject *kwargs) { return PyTuple_Pack(3, self ? self : Py_None, args, kwargs ? kwargs : Py_None); }
static PyObject *with_class(PyObject *self, PyTypeObject *cls, PyObject *const *a, Py_ssize_t n, PyObject *names)
{
    return shown(cls->tp_name, self, a, n, names);
}
static PyObject *broken_null(PyObject *self, PyObject *unused) { return NULL; }
static PyObject *broken_both(PyObject *self, PyObject *unused)
{
    PyErr_SetString(PyExc_ValueError, "left");
    return Py_NewRef(Py_None);
}

static PyMethodDef defs[] = {
    {"no_args", no_args, METH_NOARGS, "no_args($self)\n--\n\nNo arguments."},
    {"one", one, METH_O, NULL},
    {"fast", (PyCFunction)fast, METH_FASTCALL, NULL},
    {"fast_keywords", (PyCFunction)fast_keywords, METH_FASTCALL | METH_KEYWORDS, NULL},
    {"varargs", varargs, METH_VARARGS, NULL},
    {"var_keywords", (PyCFunction)var_keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"with_class", (PyCFunction)with_class, METH_METHOD | METH_FASTCALL | METH_KEYWORDS, NULL},
    {"bad_flags", no_args, METH_O | METH_NOARGS, NULL},
};

/* new_function(number, self, module, class) */
static PyObject *new_function(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyMethodDef *def = &defs[PyLong_AsLong(a[0])];
    PyObject *receiver = a[1] == Py_None ? NULL : a[1], *module = a[2] == Py_None ? NULL : a[2];
    return PyCMethod_New(def, receiver, module, a[3] == Py_None ? NULL : (PyTypeObject *)a[3]);
}
static PyObject *inspect(PyObject *self, PyObject *f)
{
    PyCFunction function = PyCFunction_GetFunction(f);
    if (function == NULL)
        return NULL;
    PyObject *receiver = PyCFunction_GetSelf(f);
    PyObject *flags = PyLong_FromLong(PyCFunction_GetFlags(f));
    PyObject *result = PyTuple_Pack(3, function == one ? Py_True : Py_False, receiver ? receiver : Py_None, flags);
    Py_DECREF(flags);
    return result;
}

/* vectorcall(callable, names, *args): with a place in front that must be as it was afterwards. */
static PyObject *vectorcall(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *names = a[1] == Py_None ? NULL : a[1];
    Py_ssize_t count = n - 2 - (names ? PyTuple_GET_SIZE(names) : 0);
    PyObject *all[20] = {Py_Ellipsis};
    for (Py_ssize_t i = 2; i < n; i++)
        all[i - 1] = a[i];
    PyObject *result = PyObject_Vectorcall(a[0], all + 1, (size_t)count | PY_VECTORCALL_ARGUMENTS_OFFSET, names);
    if (all[0] != Py_Ellipsis) {
        Py_XDECREF(result);
        PyErr_SetString(PyExc_AssertionError, "the place in front was not put back");
        return NULL;
    }
    return result;
}
static PyObject *vectorcall_dict(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PyObject_VectorcallDict(a[0], a + 2, (size_t)(n - 2), a[1] == Py_None ? NULL : a[1]);
}
static PyObject *vectorcall_method(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *names = a[1] == Py_None ? NULL : a[1];
    Py_ssize_t count = n - 2 - (names ? PyTuple_GET_SIZE(names) : 0);
    return PyObject_VectorcallMethod(a[0], a + 2, (size_t)count, names);
}
static PyObject *object_args(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    switch (n) {
    case 1: return PyObject_CallFunctionObjArgs(a[0], NULL);
    case 2: return PyObject_CallFunctionObjArgs(a[0], a[1], NULL);
    case 3: return PyObject_CallFunctionObjArgs(a[0], a[1], a[2], NULL);
    default: return PyObject_CallFunctionObjArgs(a[0], a[1], a[2], a[1], a[2], a[1], a[2], a[1], a[2], a[1], a[2], NULL);
    }
}
static PyObject *method_object_args(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    switch (n) {
    case 2: return PyObject_CallMethodObjArgs(a[0], a[1], NULL);
    case 3: return PyObject_CallMethodObjArgs(a[0], a[1], a[2], NULL);
    default: return PyObject_CallMethodObjArgs(a[0], a[1], a[2], a[3], a[2], a[3], a[2], a[3], a[2], a[3], a[2], a[3], NULL);
    }
}
static PyObject *null_calls(PyObject *self, PyObject *a)
{
    if (PyObject_CallFunctionObjArgs(NULL, NULL) != NULL || !PyErr_ExceptionMatches(PyExc_SystemError))
        return NULL;
    PyErr_Clear();
    if (PyObject_CallMethodObjArgs(NULL, a, NULL) != NULL || !PyErr_ExceptionMatches(PyExc_SystemError))
        return NULL;
    PyErr_Clear();
    return PyBool_FromLong(PyVectorcall_NARGS(3 | PY_VECTORCALL_ARGUMENTS_OFFSET) == 3);
}

/* A million calls of a C function by a C function. */
static PyObject *many(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    long count = PyLong_AsLong(a[1]);
    for (long i = 0; i < count; i++) {
        PyObject *result = PyObject_CallOneArg(a[0], a[1]);
        if (result == NULL)
            return NULL;
        Py_DECREF(result);
    }
    Py_RETURN_NONE;
}

/* Instances have a vectorcall function, and a dict. */
typedef struct {
    PyObject_HEAD
    vectorcallfunc vectorcall;
    PyObject *dict;
} Called;

static PyObject *called_vectorcall(PyObject *self, PyObject *const *args, size_t nargsf, PyObject *names)
{
    return shown("vectorcall", self, args, PyVectorcall_NARGS(nargsf), names);
}
static PyObject *called_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Called *made = (Called *)type->tp_alloc(type, 0);
    if (made != NULL)
        made->vectorcall = called_vectorcall;
    return (PyObject *)made;
}
static void called_dealloc(PyObject *self)
{
    Py_CLEAR(((Called *)self)->dict);
    Py_TYPE(self)->tp_free(self);
}
static PyGetSetDef called_getset[] = {{"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict}, {NULL}};
static PyTypeObject Called_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "calls.Called", .tp_basicsize = sizeof(Called), .tp_new = called_new, .tp_dealloc = called_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL, .tp_call = PyVectorcall_Call,
    .tp_vectorcall_offset = offsetof(Called, vectorcall), .tp_dictoffset = offsetof(Called, dict), .tp_getset = called_getset,
};
static PyObject *dict_pointer(PyObject *self, PyObject *a)
{
    PyObject **place = _PyObject_GetDictPtr(a);
    if (place == NULL)
        return PyLong_FromLong(0);
    return *place ? Py_NewRef(*place) : Py_NewRef(Py_None);
}

/* Attributes by C text alone. */
static PyObject *text_get(PyObject *self, char *name)
{
    if (strcmp(name, "known") == 0)
        return PyUnicode_FromString(name);
    PyErr_Format(PyExc_AttributeError, "no %s", name);
    return NULL;
}
static PyObject *last_set;
static int text_set(PyObject *self, char *name, PyObject *value)
{
    Py_XSETREF(last_set, PyTuple_Pack(2, PyUnicode_FromString(name), value ? value : Py_None));
    return 0;
}
static PyTypeObject Text_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "calls.Text", .tp_basicsize = sizeof(PyObject), .tp_new = PyType_GenericNew, .tp_getattr = text_get, .tp_setattr = text_set,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};
static PyObject *last(PyObject *self, PyObject *unused) { return Py_NewRef(last_set); }

#define F(f) {#f, (PyCFunction)f, METH_FASTCALL, NULL},
static PyMethodDef methods[] = {
    F(new_function) F(vectorcall) F(vectorcall_dict) F(vectorcall_method) F(object_args) F(method_object_args) F(many)
    {"inspect", inspect, METH_O, NULL},
    {"null_calls", null_calls, METH_O, NULL},
    {"dict_pointer", dict_pointer, METH_O, NULL},
    {"last", last, METH_NOARGS, NULL},
    {"broken_null", broken_null, METH_NOARGS, NULL},
    {"broken_both", broken_both, METH_NOARGS, NULL},
    {NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "calls", NULL, -1, methods};
PyMODINIT_FUNC PyInit_calls(void)
{
    PyObject *m = PyModule_Create(&module);
    if (m == NULL || PyType_Ready(&Called_Type) < 0 || PyType_Ready(&Text_Type) < 0)
        return NULL;
    if (PyModule_AddObjectRef(m, "Called", (PyObject *)&Called_Type) < 0 || PyModule_AddObjectRef(m, "Text", (PyObject *)&Text_Type) < 0)
        return NULL;
    return m;
}
