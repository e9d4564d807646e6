/* Critical sections and counts of the shared flavour: threads that run at once add to plain numbers, in sections about one object, about two, and
   under mutexes. */
#define Py_GIL_DISABLED 1
#include "Python.h"

/* Sums that only sections guard: read, wait, write. */
static volatile long one, pair, under;
static PyMutex mutex_a, mutex_b;

static void add(volatile long *sum)
{
    long now = *sum;
    for (volatile int pause = 0; pause < 20; pause++) {
    }
    *sum = now + 1;
}

/* spin(a, b, times): both objects are given in any order. */
static PyObject *spin(PyObject *self, PyObject *args)
{
    PyObject *a, *b;
    int times;
    if (!PyArg_ParseTuple(args, "OOi", &a, &b, &times)) {
        return NULL;
    }
    for (int i = 0; i < times; i++) {
        Py_BEGIN_CRITICAL_SECTION(self);
        add(&one);
        /* Nested, and again about the same object. */
        Py_BEGIN_CRITICAL_SECTION2(a, b);
        add(&pair);
        Py_BEGIN_CRITICAL_SECTION2(b, b);
        Py_END_CRITICAL_SECTION2();
        Py_END_CRITICAL_SECTION2();
        if (i % 64 == 0) {
            /* Sections are given up meanwhile, and taken again. */
            Py_BEGIN_ALLOW_THREADS
            Py_END_ALLOW_THREADS
        }
        add(&one);
        Py_END_CRITICAL_SECTION();
        Py_BEGIN_CRITICAL_SECTION2_MUTEX(&mutex_a, &mutex_b);
        add(&under);
        Py_BEGIN_CRITICAL_SECTION_MUTEX(&mutex_a);
        Py_END_CRITICAL_SECTION();
        Py_END_CRITICAL_SECTION2();
    }
    Py_RETURN_NONE;
}

static PyObject *sums(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("lll", one, pair, under);
}

/* A section about an object that Python code changes meanwhile: the callable runs in it. */
static PyObject *within(PyObject *self, PyObject *args)
{
    PyObject *object, *callable, *result;
    if (!PyArg_ParseTuple(args, "OO", &object, &callable)) {
        return NULL;
    }
    Py_BEGIN_CRITICAL_SECTION(object);
    result = PyObject_CallNoArgs(callable);
    Py_END_CRITICAL_SECTION();
    return result;
}

/* refcnt(object): what the module is told. */
static PyObject *refcnt(PyObject *self, PyObject *object)
{
    return PyLong_FromSsize_t(Py_REFCNT(object));
}

static PyMethodDef methods[] = {
    {"spin", spin, METH_VARARGS, NULL},
    {"sums", sums, METH_NOARGS, NULL},
    {"within", within, METH_VARARGS, NULL},
    {"refcnt", refcnt, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},
    {0, NULL},
};

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "shared_sections", NULL, 0, methods, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_shared_sections(void)
{
    return PyModuleDef_Init(&definition);
}
