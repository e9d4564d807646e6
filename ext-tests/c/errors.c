/* Errors, warnings, tracebacks of C code, imports, running text: what the functions leave behind is told to Python. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <errno.h>
#include <frameobject.h>

/* Where compiled modules store the line of a frame: `f_lineno`, which public headers do not show. */
#define F_LINENO 40

static PyObject *set_object(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyErr_SetObject(a[0], n > 1 ? a[1] : NULL);
    return NULL;
}

/* Fetches what is raised after a call of f(), and hands the triple out. */
static PyObject *fetch(PyObject *self, PyObject *f)
{
    PyObject *result = PyObject_CallNoArgs(f), *type, *value, *traceback;
    if (result != NULL)
        return result;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    if (PyErr_Occurred())
        return NULL;
    return Py_BuildValue("NNN", type, value, traceback ? traceback : Py_NewRef(Py_None));
}

static PyObject *restore(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyErr_Restore(Py_NewRef(a[0]), a[1] == Py_None ? NULL : Py_NewRef(a[1]), a[2] == Py_None ? NULL : Py_NewRef(a[2]));
    return NULL;
}

static PyObject *normalize(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *type = Py_NewRef(a[0]), *value = Py_NewRef(a[1]), *traceback = NULL;
    PyErr_NormalizeException(&type, &value, &traceback);
    return Py_BuildValue("NNN", type, value, traceback ? traceback : Py_NewRef(Py_None));
}

/* Calls f() while `handled` is being handled. */
static PyObject *while_handling(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *before = PyErr_GetHandledException();
    PyErr_SetHandledException(a[0]);
    PyObject *type, *value, *traceback;
    PyErr_GetExcInfo(&type, &value, &traceback);
    int same = value == a[0] && type == (PyObject *)Py_TYPE(a[0]);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
    PyObject *result = PyObject_CallNoArgs(a[1]);
    PyErr_SetHandledException(before);
    Py_XDECREF(before);
    if (!same) {
        Py_XDECREF(result);
        PyErr_SetString(PyExc_AssertionError, "PyErr_GetExcInfo");
        return NULL;
    }
    return result;
}

static PyObject *from_errno(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    errno = (int)PyLong_AsLong(a[1]);
    if (n == 2)
        return PyErr_SetFromErrno(a[0]);
    if (n == 3)
        return PyErr_SetFromErrnoWithFilenameObject(a[0], a[2]);
    return PyErr_SetFromErrnoWithFilenameObjects(a[0], a[2], a[3]);
}

static PyObject *import_error(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PyErr_SetImportErrorSubclass(a[0], a[1], a[2], a[3]);
}

static PyObject *matches(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PyBool_FromLong(PyErr_GivenExceptionMatches(a[0], a[1]));
}

static PyObject *new_exception(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PyErr_NewExceptionWithDoc(PyUnicode_AsUTF8(a[0]), "its text", a[1] == Py_None ? NULL : a[1], a[2] == Py_None ? NULL : a[2]);
}

static PyObject *parts(PyObject *self, PyObject *exception)
{
    PyObject *cause = PyException_GetCause(exception), *context = PyException_GetContext(exception), *traceback = PyException_GetTraceback(exception);
    return Py_BuildValue("NNNNs", cause ? cause : Py_NewRef(Py_None), context ? context : Py_NewRef(Py_None),
                         traceback ? traceback : Py_NewRef(Py_None), PyException_GetArgs(exception), PyExceptionClass_Name((PyObject *)Py_TYPE(exception)));
}

static PyObject *link_up(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyException_SetCause(a[0], Py_NewRef(a[1]));
    PyException_SetContext(a[0], Py_NewRef(a[2]));
    Py_RETURN_NONE;
}

static PyObject *unraisable(PyObject *self, PyObject *object)
{
    PyErr_SetString(PyExc_ValueError, "nobody");
    PyErr_WriteUnraisable(object);
    if (PyErr_Occurred())
        return NULL;
    Py_RETURN_NONE;
}

/* Raises with a traceback entry of its own, as compiled modules do. */
static PyObject *raise_at(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *globals = PyDict_New();
    PyCodeObject *code = PyCode_NewEmpty("compiled.pyx", "compiled_function", 7);
    if (code == NULL)
        return NULL;
    PyFrameObject *frame = PyFrame_New(PyThreadState_Get(), code, globals, NULL);
    if (frame == NULL)
        return NULL;
    *(int *)((char *)frame + F_LINENO) = (int)PyLong_AsLong(a[0]);
    PyErr_SetString(PyExc_KeyError, "compiled");
    PyTraceBack_Here(frame);
    Py_DECREF(frame);
    Py_DECREF(code);
    Py_DECREF(globals);
    return NULL;
}

/* Code for a compiled function, with what can be seen of it. */
static PyObject *make_code(PyObject *self, PyObject *names)
{
    PyObject *empty = PyTuple_New(0), *bytes = PyBytes_FromStringAndSize("\0\0\0\0", 4);
    PyObject *file = PyUnicode_FromString("compiled.pyx"), *name = PyUnicode_FromString("f");
    PyCodeObject *code = PyUnstable_Code_NewWithPosOnlyArgs(2, 1, 1, (int)PyTuple_GET_SIZE(names), 0, CO_OPTIMIZED | CO_NEWLOCALS, bytes, empty, empty, names,
                                                           empty, empty, file, name, name, 12, bytes, bytes);
    Py_DECREF(empty);
    Py_DECREF(bytes);
    Py_DECREF(file);
    Py_DECREF(name);
    return (PyObject *)code;
}

static PyObject *warn(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    if (PyErr_WarnEx(a[0] == Py_None ? NULL : a[0], PyUnicode_AsUTF8(a[1]), 1) < 0)
        return NULL;
    if (PyErr_WarnExplicit(PyExc_UserWarning, "explicit", "elsewhere.py", 77, "elsewhere", NULL) < 0)
        return NULL;
    Py_RETURN_NONE;
}

static PyObject *imports(PyObject *self, PyObject *unused)
{
    PyObject *json = PyImport_ImportModule("json.decoder"), *missing = PyUnicode_FromString("there.is.none");
    if (json == NULL)
        return NULL;
    PyObject *none = PyImport_GetModule(missing), *top = PyImport_ImportModuleLevel("json.encoder", NULL, NULL, NULL, 0);
    if (none != NULL || PyErr_Occurred())
        return NULL;
    PyObject *added = PyImport_AddModuleRef("made_by_errors_c");
    Py_DECREF(missing);
    return Py_BuildValue("NNNO", json, top, added, PyImport_GetModuleDict());
}

static PyObject *run(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PyRun_String(PyUnicode_AsUTF8(a[0]), (int)PyLong_AsLong(a[1]), a[2], a[2]);
}

static PyObject *sys_object(PyObject *self, PyObject *name)
{
    PyObject *object = PySys_GetObject(PyUnicode_AsUTF8(name));
    return Py_NewRef(object ? object : Py_None);
}

static PyObject *where(PyObject *self, PyObject *unused)
{
    PyFrameObject *frame = PyEval_GetFrame();
    PyObject *locals = PyEval_GetLocals(), *globals = PyEval_GetGlobals(), *builtins = PyEval_GetBuiltins();
    if (locals == NULL)
        return NULL;
    return Py_BuildValue("OOOOi", frame, locals, globals, builtins, PyFrame_GetLineNumber(frame));
}

static PyMethodDef functions[] = {
    {"set_object", (PyCFunction)set_object, METH_FASTCALL, NULL},
    {"fetch", fetch, METH_O, NULL},
    {"restore", (PyCFunction)restore, METH_FASTCALL, NULL},
    {"normalize", (PyCFunction)normalize, METH_FASTCALL, NULL},
    {"while_handling", (PyCFunction)while_handling, METH_FASTCALL, NULL},
    {"from_errno", (PyCFunction)from_errno, METH_FASTCALL, NULL},
    {"import_error", (PyCFunction)import_error, METH_FASTCALL, NULL},
    {"matches", (PyCFunction)matches, METH_FASTCALL, NULL},
    {"new_exception", (PyCFunction)new_exception, METH_FASTCALL, NULL},
    {"parts", parts, METH_O, NULL},
    {"link", (PyCFunction)link_up, METH_FASTCALL, NULL},
    {"unraisable", unraisable, METH_O, NULL},
    {"raise_at", (PyCFunction)raise_at, METH_FASTCALL, NULL},
    {"make_code", make_code, METH_O, NULL},
    {"warn", (PyCFunction)warn, METH_FASTCALL, NULL},
    {"imports", imports, METH_NOARGS, NULL},
    {"run", (PyCFunction)run, METH_FASTCALL, NULL},
    {"sys_object", sys_object, METH_O, NULL},
    {"where", where, METH_NOARGS, NULL},
    {NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "errors", NULL, -1, functions};

PyMODINIT_FUNC PyInit_errors(void)
{
    return PyModule_Create(&definition);
}
