/* Adler-32 of bytes, for `gate_short.py` and `gate_long.py`. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>

static uint32_t adler(uint32_t sum, const unsigned char *bytes, Py_ssize_t length)
{
    uint32_t low = sum & 0xffff, high = sum >> 16;
    for (Py_ssize_t i = 0; i < length; i++) {
        low = (low + bytes[i]) % 65521;
        high = (high + low) % 65521;
    }
    return high << 16 | low;
}

/* add(sum, bytes): keeps the GIL, as functions do that are over in no time. */
static PyObject *add(PyObject *self, PyObject *args)
{
    unsigned int sum;
    const char *bytes;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(args, "Iy#", &sum, &bytes, &length)) {
        return NULL;
    }
    return PyLong_FromUnsignedLong(adler(sum, (const unsigned char *)bytes, length));
}

/* add_free(sum, bytes): gives the GIL up while it computes. */
static PyObject *add_free(PyObject *self, PyObject *args)
{
    unsigned int sum;
    const char *bytes;
    Py_ssize_t length;
    if (!PyArg_ParseTuple(args, "Iy#", &sum, &bytes, &length)) {
        return NULL;
    }
    Py_BEGIN_ALLOW_THREADS
    sum = adler(sum, (const unsigned char *)bytes, length);
    Py_END_ALLOW_THREADS
    return PyLong_FromUnsignedLong(sum);
}

static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, NULL},
    {"add_free", add_free, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "checksum", NULL, -1, methods};
PyMODINIT_FUNC PyInit_checksum(void) { return PyModule_Create(&module); }
