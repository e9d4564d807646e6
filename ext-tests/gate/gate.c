#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <time.h>

/* Functions that hold, give up, or pass on the world, for `run.py`. */

static void spend(double seconds)
{
    struct timespec began, now;
    clock_gettime(CLOCK_MONOTONIC, &began);
    do {
        clock_gettime(CLOCK_MONOTONIC, &now);
    } while ((double)(now.tv_sec - began.tv_sec) + (double)(now.tv_nsec - began.tv_nsec) / 1e9 < seconds);
}

/* Holds it for so many seconds. */
static PyObject *hold(PyObject *self, PyObject *seconds)
{
    spend(PyFloat_AsDouble(seconds));
    Py_RETURN_NONE;
}

/* Gives it up for so many seconds. */
static PyObject *give_up(PyObject *self, PyObject *argument)
{
    double seconds = PyFloat_AsDouble(argument);
    Py_BEGIN_ALLOW_THREADS
    spend(seconds);
    Py_END_ALLOW_THREADS
    Py_RETURN_NONE;
}

/* Calls back. */
static PyObject *call(PyObject *self, PyObject *callback) { return PyObject_CallNoArgs(callback); }

static PyObject *nothing(PyObject *self, PyObject *none) { Py_RETURN_NONE; }

static PyMethodDef methods[] = {
    {"hold", hold, METH_O, NULL},
    {"give_up", give_up, METH_O, NULL},
    {"call", call, METH_O, NULL},
    {"nothing", nothing, METH_NOARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "gate", NULL, -1, methods};
PyMODINIT_FUNC PyInit_gate(void) { return PyModule_Create(&module); }
