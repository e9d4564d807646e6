/* What a profile-guided build should know of extensions: the functions of the API that they call most, in the ways in which they call them. Nothing
   here is measured. */
#include <Python.h>
#include <string.h>

/* --- a serialiser: reading builtin objects, writing bytes --- */

typedef struct {
    PyObject *bytes;
    Py_ssize_t used;
} Output;

static int put(Output *out, const char *text, Py_ssize_t length)
{
    Py_ssize_t room = PyBytes_GET_SIZE(out->bytes);
    if (out->used + length > room) {
        while (out->used + length > room) {
            room *= 2;
        }
        if (_PyBytes_Resize(&out->bytes, room) < 0) {
            return -1;
        }
    }
    memcpy(PyBytes_AS_STRING(out->bytes) + out->used, text, (size_t)length);
    out->used += length;
    return 0;
}

static int put_number(Output *out, const char *format, double value)
{
    char text[64];
    int length = snprintf(text, sizeof text, format, value);
    return put(out, text, length);
}

static int write_value(Output *out, PyObject *value);

static int write_items(Output *out, PyObject **items, Py_ssize_t count)
{
    if (put(out, "[", 1) < 0) {
        return -1;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        if (write_value(out, items[i]) < 0 || put(out, ",", 1) < 0) {
            return -1;
        }
    }
    return put(out, "]", 1);
}

static int write_dict(Output *out, PyObject *dict)
{
    PyObject *key, *value;
    Py_ssize_t position = 0;
    if (put(out, "{", 1) < 0) {
        return -1;
    }
    while (PyDict_Next(dict, &position, &key, &value)) {
        if (write_value(out, key) < 0 || put(out, ":", 1) < 0 || write_value(out, value) < 0) {
            return -1;
        }
    }
    return put(out, "}", 1);
}

static int write_value(Output *out, PyObject *value)
{
    if (PyUnicode_Check(value)) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(value, &length);
        return text == NULL ? -1 : put(out, text, length);
    }
    if (value == Py_None || PyBool_Check(value)) {
        return put(out, value == Py_True ? "true" : "null", 4);
    }
    if (PyLong_Check(value)) {
        long long number = PyLong_AsLongLong(value);
        return number == -1 && PyErr_Occurred() ? -1 : put_number(out, "%.0f", (double)number);
    }
    if (PyFloat_Check(value)) {
        return put_number(out, "%g", PyFloat_AsDouble(value));
    }
    if (PyDict_Check(value)) {
        return write_dict(out, value);
    }
    if (PyList_Check(value)) {
        return write_items(out, ((PyListObject *)value)->ob_item, PyList_GET_SIZE(value));
    }
    if (PyTuple_Check(value)) {
        return write_items(out, ((PyTupleObject *)value)->ob_item, PyTuple_GET_SIZE(value));
    }
    PyErr_Format(PyExc_TypeError, "%.200s cannot be written", Py_TYPE(value)->tp_name);
    return -1;
}

static PyObject *render(PyObject *module, PyObject *value)
{
    Output out = {PyBytes_FromStringAndSize(NULL, 64), 0};
    if (out.bytes == NULL) {
        return NULL;
    }
    if (write_value(&out, value) < 0) {
        Py_XDECREF(out.bytes);
        return NULL;
    }
    _PyBytes_Resize(&out.bytes, out.used);
    return out.bytes;
}

/* --- a copier: building objects --- */

static PyObject *copy(PyObject *module, PyObject *value)
{
    if (PyUnicode_Check(value)) {
        Py_ssize_t length;
        const char *text = PyUnicode_AsUTF8AndSize(value, &length);
        return text == NULL ? NULL : PyUnicode_FromStringAndSize(text, length);
    }
    if (PyLong_CheckExact(value)) {
        return PyLong_FromLong(PyLong_AsLong(value));
    }
    if (PyFloat_CheckExact(value)) {
        return PyFloat_FromDouble(PyFloat_AS_DOUBLE(value));
    }
    if (PyList_CheckExact(value)) {
        PyObject *made = PyList_New(0);
        for (Py_ssize_t i = 0; made != NULL && i < PyList_GET_SIZE(value); i++) {
            PyObject *item = copy(module, PyList_GET_ITEM(value, i));
            if (item == NULL || PyList_Append(made, item) < 0) {
                Py_CLEAR(made);
            }
            Py_XDECREF(item);
        }
        return made;
    }
    if (PyTuple_CheckExact(value)) {
        Py_ssize_t count = PyTuple_GET_SIZE(value);
        PyObject *made = PyTuple_New(count);
        for (Py_ssize_t i = 0; made != NULL && i < count; i++) {
            PyObject *item = copy(module, PyTuple_GET_ITEM(value, i));
            if (item == NULL) {
                Py_CLEAR(made);
            } else {
                PyTuple_SET_ITEM(made, i, item);
            }
        }
        return made;
    }
    if (PyDict_CheckExact(value)) {
        PyObject *made = PyDict_New(), *key, *item;
        Py_ssize_t position = 0;
        while (made != NULL && PyDict_Next(value, &position, &key, &item)) {
            PyObject *copied = copy(module, item);
            if (copied == NULL || PyDict_SetItem(made, key, copied) < 0) {
                Py_CLEAR(made);
            }
            Py_XDECREF(copied);
        }
        return made;
    }
    return Py_NewRef(value);
}

/* --- what glue does: arguments, attributes, calls, iteration, errors --- */

static PyObject *sum_of(PyObject *iterable)
{
    PyObject *iterator = PyObject_GetIter(iterable), *item;
    PyObject *sum = PyLong_FromLong(0);
    while (iterator != NULL && sum != NULL && (item = PyIter_Next(iterator)) != NULL) {
        Py_SETREF(sum, PyNumber_Add(sum, item));
        Py_DECREF(item);
    }
    Py_XDECREF(iterator);
    if (PyErr_Occurred()) {
        Py_CLEAR(sum);
    }
    return sum;
}

static PyObject *ask(PyObject *module, PyObject *args, PyObject *keywords)
{
    static char *names[] = {"object", "name", "function", "scale", NULL};
    PyObject *object, *function, *name;
    double scale = 1.0;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "OUO|d", names, &object, &name, &function, &scale)) {
        return NULL;
    }
    PyObject *found = PyObject_GetAttr(object, name);
    if (found == NULL) {
        if (!PyErr_ExceptionMatches(PyExc_AttributeError)) {
            return NULL;
        }
        PyErr_Clear();
        found = Py_NewRef(Py_None);
    }
    PyObject *arguments[] = {found, object};
    PyObject *called = PyObject_Vectorcall(function, arguments, 2, NULL);
    Py_DECREF(found);
    if (called == NULL) {
        return NULL;
    }
    PyObject *again = PyObject_CallFunction(function, "Oi", called, 3);
    int equal = again == NULL ? -1 : PyObject_RichCompareBool(called, again, Py_EQ);
    Py_XDECREF(again);
    if (equal < 0 || PyObject_SetAttr(object, name, called) < 0) {
        Py_DECREF(called);
        return NULL;
    }
    return Py_BuildValue("{s:N,s:O,s:(id)}", "called", called, "name", name, "rest", equal, scale);
}

static PyObject *look_up(PyObject *module, PyObject *const *args, Py_ssize_t count)
{
    if (count != 2) {
        PyErr_SetString(PyExc_TypeError, "two arguments are wanted");
        return NULL;
    }
    PyObject *found = PyDict_Check(args[0]) ? PyDict_GetItemWithError(args[0], args[1]) : NULL;
    if (found != NULL) {
        return Py_NewRef(found);
    }
    return PyErr_Occurred() ? NULL : PyObject_GetItem(args[0], args[1]);
}

static PyObject *total(PyObject *module, PyObject *iterable)
{
    return sum_of(iterable);
}

/* --- a class --- */

typedef struct {
    PyObject_HEAD
    PyObject *held;
    double weight;
} Node;

static PyObject *node_new(PyTypeObject *type, PyObject *args, PyObject *keywords)
{
    PyObject *held;
    double weight;
    if (!PyArg_ParseTuple(args, "Od", &held, &weight)) {
        return NULL;
    }
    Node *node = (Node *)type->tp_alloc(type, 0);
    if (node != NULL) {
        node->held = Py_NewRef(held);
        node->weight = weight;
    }
    return (PyObject *)node;
}

static int node_traverse(PyObject *self, visitproc visit, void *arg)
{
    Py_VISIT(((Node *)self)->held);
    Py_VISIT(Py_TYPE(self));
    return 0;
}

static void node_dealloc(PyObject *self)
{
    PyTypeObject *type = Py_TYPE(self);
    PyObject_GC_UnTrack(self);
    Py_CLEAR(((Node *)self)->held);
    type->tp_free(self);
    Py_DECREF(type);
}

static PyObject *node_repr(PyObject *self)
{
    return PyUnicode_FromFormat("Node(%R, %d)", ((Node *)self)->held, (int)((Node *)self)->weight);
}

static PyObject *node_add(PyObject *left, PyObject *right)
{
    if (Py_TYPE(left) != Py_TYPE(right)) {
        Py_RETURN_NOTIMPLEMENTED;
    }
    return PyFloat_FromDouble(((Node *)left)->weight + ((Node *)right)->weight);
}

static PyObject *node_heavier(PyObject *self, PyObject *other)
{
    return PyBool_FromLong(((Node *)self)->weight > PyFloat_AsDouble(other));
}

static PyMethodDef node_methods[] = {
    {"heavier", node_heavier, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyMemberDef node_members[] = {
    {"held", Py_T_OBJECT_EX, offsetof(Node, held), 0, NULL},
    {"weight", Py_T_DOUBLE, offsetof(Node, weight), 0, NULL},
    {NULL},
};

static PyType_Slot node_slots[] = {
    {Py_tp_new, node_new},         {Py_tp_dealloc, node_dealloc}, {Py_tp_traverse, node_traverse}, {Py_tp_repr, node_repr},
    {Py_tp_methods, node_methods}, {Py_tp_members, node_members}, {Py_nb_add, node_add},           {0, NULL},
};

static PyType_Spec node_spec = {
    .name = "trainee.Node", .basicsize = sizeof(Node), .flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC, .slots = node_slots,
};

static int fill(PyObject *module)
{
    PyObject *type = PyType_FromModuleAndSpec(module, &node_spec, NULL);
    int failed = type == NULL ? -1 : PyModule_AddObjectRef(module, "Node", type);
    Py_XDECREF(type);
    return failed;
}

static PyMethodDef functions[] = {
    {"render", render, METH_O, NULL},
    {"copy", copy, METH_O, NULL},
    {"ask", (PyCFunction)(void (*)(void))ask, METH_VARARGS | METH_KEYWORDS, NULL},
    {"look_up", (PyCFunction)(void (*)(void))look_up, METH_FASTCALL, NULL},
    {"total", total, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_exec, fill},
#ifdef DECLARES
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
#endif
    {0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, .m_name = "trainee", .m_methods = functions, .m_slots = slots,
};

PyMODINIT_FUNC PyInit_trainee(void)
{
    return PyModuleDef_Init(&definition);
}
