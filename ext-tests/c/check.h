/* What the C halves of the tests share: a check that names its line, and a table of checks that Python calls one by one. */

#include <Python.h>
#include <string.h>

#define CHECK(condition) \
    do { \
        if (!(condition)) { \
            if (!PyErr_Occurred()) { \
                static char text[400]; \
                snprintf(text, sizeof text, "line %d: %s", __LINE__, #condition); \
                PyErr_SetString(PyExc_AssertionError, text); \
            } \
            return NULL; \
        } \
    } while (0)

/* The raised exception is exactly a `type`; it is taken. */
static inline int raised(PyObject *type)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL) {
        return 0;
    }
    int is = (PyObject *)Py_TYPE(exception) == type;
    if (!is) {
        PyErr_SetRaisedException(exception);
        return 0;
    }
    Py_DECREF(exception);
    return 1;
}

/* The raised exception is exactly a `type` with this text; it is taken. */
static inline int raised_text(PyObject *type, const char *text)
{
    PyObject *exception = PyErr_GetRaisedException();
    if (exception == NULL) {
        return 0;
    }
    PyObject *shown = PyObject_Str(exception);
    PyObject *wanted = PyUnicode_FromString(text);
    int is = (PyObject *)Py_TYPE(exception) == type && PyObject_RichCompareBool(shown, wanted, Py_EQ) == 1;
    Py_XDECREF(shown);
    Py_XDECREF(wanted);
    if (!is) {
        PyErr_SetRaisedException(exception);
        return 0;
    }
    Py_DECREF(exception);
    return 1;
}

/* What a test holds until it has passed: the tests leave nothing behind (leaks.py). */
static PyObject *held[32];
static int holds;

/* Takes over a count, for the test to use the object until its end. */
static inline PyObject *keep(PyObject *object)
{
    if (object != NULL && holds < (int)(sizeof held / sizeof *held)) {
        held[holds++] = object;
    }
    return object;
}

static inline PyObject *passed(void)
{
    while (holds > 0) {
        Py_DECREF(held[--holds]);
    }
    Py_RETURN_TRUE;
}

/* The value of a Python expression, a new reference. */
static inline PyObject *evaluated(PyObject *evaluate, const char *expression)
{
    PyObject *text = PyUnicode_FromString(expression);
    PyObject *result = PyObject_CallOneArg(evaluate, text);
    Py_DECREF(text);
    return result;
}

/* The same, for the length of the test. */
static inline PyObject *value(PyObject *evaluate, const char *expression)
{
    return keep(evaluated(evaluate, expression));
}

/* Whether an object, whose count is taken over, equals what an expression says. */
static inline int is(PyObject *evaluate, PyObject *object, const char *expression)
{
    if (object == NULL) {
        return 0;
    }
    PyObject *wanted = evaluated(evaluate, expression);
    int same = wanted != NULL && Py_TYPE(wanted) == Py_TYPE(object) && PyObject_RichCompareBool(object, wanted, Py_EQ) == 1;
    if (!same && !PyErr_Occurred()) {
        PyObject *shown = PyObject_Repr(object);
        PyErr_SetObject(PyExc_AssertionError, shown);
        Py_XDECREF(shown);
    }
    Py_XDECREF(wanted);
    Py_DECREF(object);
    return same;
}

#define TEST(name) {#name, name, METH_O, NULL}
#define MODULE(name, table) \
    static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, #name, NULL, -1, table, NULL, NULL, NULL, NULL}; \
    PyMODINIT_FUNC PyInit_##name(void) { return PyModule_Create(&definition); }
