/* Buffers: an exporter in C, views of memory and of objects, copies in both orders. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Exports a grid of 2 x 3 shorts with gaps, or plain bytes. */
typedef struct {
    PyObject_HEAD
    int plain;
    int exports;
    short items[2][4];
    Py_ssize_t shape[2], strides[2];
} Grid;

static int grid_get(PyObject *self, Py_buffer *view, int flags)
{
    Grid *grid = (Grid *)self;
    if (grid->plain) {
        if (PyBuffer_FillInfo(view, self, grid->items, sizeof grid->items, 1, flags) < 0)
            return -1;
        grid->exports++;
        return 0;
    }
    if ((flags & PyBUF_STRIDES) != PyBUF_STRIDES) {
        view->obj = NULL;
        PyErr_SetString(PyExc_BufferError, "grid: strides needed");
        return -1;
    }
    view->buf = grid->items;
    view->obj = Py_NewRef(self);
    view->len = 6 * sizeof(short);
    view->itemsize = sizeof(short);
    view->readonly = 0;
    view->ndim = 2;
    view->format = flags & PyBUF_FORMAT ? "h" : NULL;
    view->shape = grid->shape;
    view->strides = grid->strides;
    view->suboffsets = NULL;
    view->internal = NULL;
    grid->exports++;
    return 0;
}
static void grid_release(PyObject *self, Py_buffer *view) { ((Grid *)self)->exports--; }
static PyBufferProcs grid_buffer = {grid_get, grid_release};
static PyObject *grid_new(PyTypeObject *type, PyObject *args, PyObject *kwargs)
{
    Grid *grid = (Grid *)type->tp_alloc(type, 0);
    if (grid == NULL)
        return NULL;
    grid->plain = PyTuple_GET_SIZE(args) != 0;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 4; j++)
            grid->items[i][j] = (short)(10 * i + j);
    grid->shape[0] = 2;
    grid->shape[1] = 3;
    grid->strides[0] = sizeof grid->items[0];
    grid->strides[1] = sizeof(short);
    return (PyObject *)grid;
}
static PyTypeObject Grid_Type = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "buffers.Grid", .tp_basicsize = sizeof(Grid), .tp_new = grid_new, .tp_as_buffer = &grid_buffer, .tp_flags = Py_TPFLAGS_DEFAULT,
};
static PyObject *exports(PyObject *self, PyObject *a) { return PyLong_FromLong(((Grid *)a)->exports); }

static PyObject *to_bytes(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    Py_buffer view;
    char order = (char)PyLong_AsLong(a[1]);
    if (PyObject_GetBuffer(a[0], &view, PyBUF_FULL_RO) < 0)
        return NULL;
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, view.len);
    int status = PyBuffer_ToContiguous(PyBytes_AS_STRING(bytes), &view, view.len, order);
    PyBuffer_Release(&view);
    if (status < 0)
        Py_CLEAR(bytes);
    return bytes;
}
static PyObject *from_bytes(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    Py_buffer view;
    char order = (char)PyLong_AsLong(a[1]);
    if (PyObject_GetBuffer(a[0], &view, PyBUF_FULL) < 0)
        return NULL;
    int status = PyBuffer_FromContiguous(&view, PyBytes_AS_STRING(a[2]), PyBytes_GET_SIZE(a[2]), order);
    PyBuffer_Release(&view);
    return PyLong_FromLong(status);
}
static PyObject *contiguous(PyObject *self, PyObject *a)
{
    Py_buffer view;
    if (PyObject_GetBuffer(a, &view, PyBUF_FULL_RO) < 0)
        return NULL;
    long bits = PyBuffer_IsContiguous(&view, 'C') | PyBuffer_IsContiguous(&view, 'F') << 1 | PyBuffer_IsContiguous(&view, 'A') << 2;
    PyBuffer_Release(&view);
    PyBuffer_Release(&view);
    return PyLong_FromLong(bits);
}
static PyObject *item(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    Py_buffer view;
    Py_ssize_t indices[2] = {PyLong_AsSsize_t(a[1]), PyLong_AsSsize_t(a[2])};
    if (PyObject_GetBuffer(a[0], &view, PyBUF_FULL_RO) < 0)
        return NULL;
    long value = *(short *)PyBuffer_GetPointer(&view, indices);
    PyBuffer_Release(&view);
    return PyLong_FromLong(value);
}
static PyObject *strides(PyObject *self, PyObject *a)
{
    Py_ssize_t shape[3] = {2, 3, 4}, result[3];
    PyBuffer_FillContiguousStrides(3, shape, result, 2, (char)PyLong_AsLong(a));
    return PyLong_FromSsize_t(result[0] * 10000 + result[1] * 100 + result[2]);
}
static char memory[6] = "memory";
static PyObject *of_memory(PyObject *self, PyObject *a) { return PyMemoryView_FromMemory(memory, 6, a == Py_True ? PyBUF_WRITE : PyBUF_READ); }
static PyObject *of_buffer(PyObject *self, PyObject *a)
{
    Py_buffer view;
    if (PyBuffer_FillInfo(&view, NULL, a == Py_None ? NULL : memory, 6, 0, PyBUF_FULL) < 0)
        return NULL;
    return PyMemoryView_FromBuffer(&view);
}
static PyObject *get_contiguous(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PyMemoryView_GetContiguous(a[0], a[1] == Py_True ? PyBUF_WRITE : PyBUF_READ, (char)PyLong_AsLong(a[2]));
}
static PyObject *copy(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    if (PyObject_CopyData(a[0], a[1]) < 0)
        return NULL;
    Py_RETURN_NONE;
}
static PyObject *size_of(PyObject *self, PyObject *a)
{
    Py_ssize_t size = PyBuffer_SizeFromFormat(PyUnicode_AsUTF8(a));
    return size < 0 ? NULL : PyLong_FromSsize_t(size);
}
static PyObject *macros(PyObject *self, PyObject *a)
{
    Py_buffer *view = PyMemoryView_GET_BUFFER(a);
    PyObject *base = PyMemoryView_GET_BASE(a), *len = PyLong_FromSsize_t(view->len);
    PyObject *result = PyTuple_Pack(2, base ? base : Py_None, len);
    Py_DECREF(len);
    return result;
}
static PyObject *bad_request(PyObject *self, PyObject *a)
{
    Py_buffer view;
    if (PyObject_GetBuffer(a, &view, PyBUF_READ) == 0)
        return PyErr_Format(PyExc_AssertionError, "was given");
    return NULL;
}
static PyObject *pickle_buffer(PyObject *self, PyObject *a)
{
    PyObject *made = PyPickleBuffer_FromObject(a);
    if (made == NULL)
        return NULL;
    const Py_buffer *view = PyPickleBuffer_GetBuffer(made);
    PyObject *bytes = PyBytes_FromStringAndSize(view->buf, view->len);
    if (PyPickleBuffer_Release(made) < 0 || PyPickleBuffer_GetBuffer(made) != NULL || !PyErr_ExceptionMatches(PyExc_ValueError))
        Py_CLEAR(bytes);
    PyErr_Clear();
    Py_DECREF(made);
    return bytes;
}

#define F(f) {#f, (PyCFunction)f, METH_FASTCALL, NULL},
#define O(f) {#f, f, METH_O, NULL},
static PyMethodDef methods[] = {
    F(to_bytes) F(from_bytes) F(item) F(get_contiguous) F(copy) O(exports) O(contiguous) O(strides) O(of_memory) O(of_buffer) O(size_of) O(macros)
    O(bad_request) O(pickle_buffer) {NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "buffers", NULL, -1, methods};
PyMODINIT_FUNC PyInit_buffers(void)
{
    PyObject *m = PyModule_Create(&module);
    if (m == NULL || PyType_Ready(&Grid_Type) < 0 || PyModule_AddObjectRef(m, "Grid", (PyObject *)&Grid_Type) < 0)
        return NULL;
    return m;
}
