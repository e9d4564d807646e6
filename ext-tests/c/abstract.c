/* The abstract object protocol: each function of the API under its own name, its arguments as they come. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

/* Objects in, an object out. */
#define ONE(f) static PyObject *call_##f(PyObject *self, PyObject *a) { return f(a); }
#define TWO(f) \
    static PyObject *call_##f(PyObject *self, PyObject *const *a, Py_ssize_t n) { return n == 2 ? f(a[0], a[1]) : (PyErr_BadArgument(), NULL); }
#define THREE(f) \
    static PyObject *call_##f(PyObject *self, PyObject *const *a, Py_ssize_t n) { return n == 3 ? f(a[0], a[1], a[2]) : (PyErr_BadArgument(), NULL); }

/* A number out, -1 with an exception. */
static PyObject *number(Py_ssize_t n)
{
    return n == -1 && PyErr_Occurred() ? NULL : PyLong_FromSsize_t(n);
}
#define ONE_N(f) static PyObject *call_##f(PyObject *self, PyObject *a) { return number(f(a)); }
#define TWO_N(f) \
    static PyObject *call_##f(PyObject *self, PyObject *const *a, Py_ssize_t n) { return n == 2 ? number(f(a[0], a[1])) : (PyErr_BadArgument(), NULL); }
#define THREE_N(f) \
    static PyObject *call_##f(PyObject *self, PyObject *const *a, Py_ssize_t n) { return n == 3 ? number(f(a[0], a[1], a[2])) : (PyErr_BadArgument(), NULL); }

#define FUNCTIONS_ONE(X) X(PyNumber_Negative) X(PyNumber_Positive) X(PyNumber_Invert) X(PyNumber_Absolute) X(PyNumber_Index) \
    X(PyNumber_Long) X(PyNumber_Float) X(PySequence_Tuple) X(PySequence_List) X(PyMapping_Keys) X(PyMapping_Values) X(PyMapping_Items) \
    X(PyObject_GetIter) X(PyObject_GetAIter) X(PyIter_Next) X(PyObject_Repr) X(PyObject_Str) X(PyObject_ASCII) X(PyObject_Bytes) \
    X(PyObject_Dir) X(PyObject_Type) X(PySeqIter_New) X(PyObject_CallNoArgs) X(PyMemoryView_FromObject) X(PyInstanceMethod_New)
#define FUNCTIONS_TWO(X) X(PyNumber_Add) X(PyNumber_Subtract) X(PyNumber_Multiply) X(PyNumber_MatrixMultiply) X(PyNumber_TrueDivide) \
    X(PyNumber_FloorDivide) X(PyNumber_Remainder) X(PyNumber_Divmod) X(PyNumber_Lshift) X(PyNumber_Rshift) X(PyNumber_And) X(PyNumber_Or) \
    X(PyNumber_Xor) X(PyNumber_InPlaceAdd) X(PyNumber_InPlaceMultiply) X(PyNumber_InPlaceOr) X(PySequence_Concat) \
    X(PySequence_InPlaceConcat) X(PyObject_GetItem) X(PyObject_GetAttr) X(PyObject_CallOneArg) X(PyObject_CallObject) X(PyCallIter_New) \
    X(PyMethod_New) X(Py_GenericAlias) X(PyObject_Format)
#define FUNCTIONS_THREE(X) X(PyNumber_Power) X(PyNumber_InPlacePower) X(PyObject_Call) X(PyVectorcall_Call)
#define FUNCTIONS_ONE_N(X) X(PyNumber_Check) X(PyIndex_Check) X(PySequence_Check) X(PyMapping_Check) X(PyIter_Check) X(PyAIter_Check) \
    X(PyCallable_Check) X(PyObject_IsTrue) X(PyObject_Not) X(PyObject_Hash) X(PyObject_Size) X(PySequence_Size) X(PyMapping_Size) X(PyObject_CheckBuffer)
#define FUNCTIONS_TWO_N(X) X(PySequence_Contains) X(PySequence_Count) X(PySequence_Index) X(PyObject_DelItem) X(PyObject_DelAttr) \
    X(PyObject_HasAttr) X(PyObject_HasAttrWithError) X(PyMapping_HasKey) X(PyMapping_HasKeyWithError) X(PyObject_IsInstance) X(PyObject_IsSubclass) \
    X(PyObject_CopyData)
#define FUNCTIONS_THREE_N(X) X(PyObject_SetItem) X(PyObject_SetAttr)

FUNCTIONS_ONE(ONE)
FUNCTIONS_TWO(TWO)
FUNCTIONS_THREE(THREE)
FUNCTIONS_ONE_N(ONE_N)
FUNCTIONS_TWO_N(TWO_N)
FUNCTIONS_THREE_N(THREE_N)

static PyObject *get_item(PyObject *self, PyObject *const *a, Py_ssize_t n) { return PySequence_GetItem(a[0], PyLong_AsSsize_t(a[1])); }
static PyObject *set_item(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return number(PySequence_SetItem(a[0], PyLong_AsSsize_t(a[1]), n == 3 ? a[2] : NULL));
}
static PyObject *del_item(PyObject *self, PyObject *const *a, Py_ssize_t n) { return number(PySequence_DelItem(a[0], PyLong_AsSsize_t(a[1]))); }
static PyObject *get_slice(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return PySequence_GetSlice(a[0], PyLong_AsSsize_t(a[1]), PyLong_AsSsize_t(a[2]));
}
static PyObject *set_slice(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return number(PySequence_SetSlice(a[0], PyLong_AsSsize_t(a[1]), PyLong_AsSsize_t(a[2]), a[3]));
}
static PyObject *del_slice(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return number(PySequence_DelSlice(a[0], PyLong_AsSsize_t(a[1]), PyLong_AsSsize_t(a[2])));
}
static PyObject *repeat(PyObject *self, PyObject *const *a, Py_ssize_t n) { return PySequence_Repeat(a[0], PyLong_AsSsize_t(a[1])); }
static PyObject *inplace_repeat(PyObject *self, PyObject *const *a, Py_ssize_t n) { return PySequence_InPlaceRepeat(a[0], PyLong_AsSsize_t(a[1])); }
static PyObject *fast(PyObject *self, PyObject *a) { return PySequence_Fast(a, "not fast"); }
static PyObject *to_base(PyObject *self, PyObject *const *a, Py_ssize_t n) { return PyNumber_ToBase(a[0], (int)PyLong_AsLong(a[1])); }
static PyObject *as_ssize(PyObject *self, PyObject *const *a, Py_ssize_t n) { return number(PyNumber_AsSsize_t(a[0], n == 2 ? a[1] : NULL)); }
static PyObject *compare(PyObject *self, PyObject *const *a, Py_ssize_t n) { return PyObject_RichCompare(a[0], a[1], (int)PyLong_AsLong(a[2])); }
static PyObject *compare_bool(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    return number(PyObject_RichCompareBool(a[0], a[1], (int)PyLong_AsLong(a[2])));
}
static PyObject *length_hint(PyObject *self, PyObject *const *a, Py_ssize_t n) { return number(PyObject_LengthHint(a[0], PyLong_AsSsize_t(a[1]))); }

/* Text for names. */
static PyObject *by_text(PyObject *self, PyObject *a)
{
    PyObject *found = PyObject_GetAttrString(a, "attribute");
    if (found == NULL || PyObject_SetAttrString(a, "other", found) < 0 || PyObject_DelAttrString(a, "attribute") < 0)
        return NULL;
    if (PyObject_HasAttrString(a, "attribute") || PyObject_HasAttrStringWithError(a, "other") != 1)
        Py_CLEAR(found);
    return found;
}
static PyObject *mapping_by_text(PyObject *self, PyObject *a)
{
    PyObject *found;
    if (PyMapping_SetItemString(a, "key", a) < 0 || PyMapping_HasKeyString(a, "key") != 1 || PyMapping_HasKeyStringWithError(a, "none") != 0)
        return NULL;
    if (PyMapping_GetOptionalItemString(a, "none", &found) != 0 || found != NULL || PyMapping_GetOptionalItemString(a, "key", &found) != 1)
        return NULL;
    Py_DECREF(found);
    found = PyMapping_GetItemString(a, "key");
    if (PyObject_DelItemString(a, "key") < 0)
        return NULL;
    return found;
}
static PyObject *optional(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *found = (PyObject *)self;
    int status = PyObject_GetOptionalAttr(a[0], a[1], &found);
    if (status < 0)
        return found == NULL ? NULL : Py_None;
    PyObject *item = (PyObject *)self;
    int second = PyObject_GetOptionalAttrString(a[0], "attribute", &item);
    if (second < 0)
        return NULL;
    PyObject *result = PyTuple_Pack(4, status ? Py_True : Py_False, found ? found : Py_None, second ? Py_True : Py_False, item ? item : Py_None);
    Py_XDECREF(found);
    Py_XDECREF(item);
    return result;
}
static PyObject *next_item(PyObject *self, PyObject *a)
{
    PyObject *item;
    int status = PyIter_NextItem(a, &item);
    if (status < 0)
        return NULL;
    if (status == 0)
        return PyTuple_New(0);
    PyObject *result = PyTuple_Pack(1, item);
    Py_DECREF(item);
    return result;
}
static PyObject *send(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    PyObject *item;
    PySendResult status = PyIter_Send(a[0], a[1], &item);
    if (status == PYGEN_ERROR)
        return NULL;
    PyObject *result = PyTuple_Pack(2, status == PYGEN_NEXT ? Py_True : Py_False, item);
    Py_DECREF(item);
    return result;
}

static PyObject *constants(PyObject *self, PyObject *unused)
{
    PyObject *list = PyList_New(0);
    for (unsigned i = 0; i <= 9; i++)
        if (PyList_Append(list, Py_GetConstantBorrowed(i)) < 0)
            return NULL;
    return list;
}
static PyObject *generic_functions(PyObject *self, PyObject *unused)
{
    int same = PyBaseObject_Type.tp_getattro == PyObject_GenericGetAttr && PyBaseObject_Type.tp_setattro == PyObject_GenericSetAttr
        && PyList_Type.tp_hash == PyObject_HashNotImplemented && Py_TYPE(Py_None)->tp_getattro == PyObject_GenericGetAttr;
    return PyBool_FromLong(same);
}
static PyObject *repr_guard(PyObject *self, PyObject *a)
{
    int first = Py_ReprEnter(a), second = Py_ReprEnter(a);
    Py_ReprLeave(a);
    int third = Py_ReprEnter(a);
    Py_ReprLeave(a);
    return PyBool_FromLong(first == 0 && second == 1 && third == 0);
}
static PyObject *print_to(PyObject *self, PyObject *const *a, Py_ssize_t n)
{
    FILE *file = fopen(PyUnicode_AsUTF8(a[1]), "w");
    if (PyObject_Print(a[0], file, 0) < 0 || PyObject_Print(a[0], file, Py_PRINT_RAW) < 0 || PyObject_Print(NULL, file, 0) < 0)
        return NULL;
    fclose(file);
    Py_RETURN_NONE;
}
static PyObject *null_operands(PyObject *self, PyObject *a)
{
    if (PyObject_RichCompare(a, NULL, Py_EQ) != NULL || !PyErr_ExceptionMatches(PyExc_SystemError))
        return NULL;
    PyErr_Clear();
    if (PyNumber_Check(NULL) || PyMapping_Check(NULL) || PyCallable_Check(NULL))
        return NULL;
    return PyObject_Repr(NULL);
}

#define M(f) {#f, (PyCFunction)call_##f, METH_FASTCALL, NULL},
#define O(f) {#f, (PyCFunction)call_##f, METH_O, NULL},
#define F(f) {#f, (PyCFunction)f, METH_FASTCALL, NULL},
static PyMethodDef methods[] = {
    FUNCTIONS_ONE(O) FUNCTIONS_TWO(M) FUNCTIONS_THREE(M) FUNCTIONS_ONE_N(O) FUNCTIONS_TWO_N(M) FUNCTIONS_THREE_N(M)
    F(get_item) F(set_item) F(del_item) F(get_slice) F(set_slice) F(del_slice) F(repeat) F(inplace_repeat) F(to_base) F(as_ssize)
    F(compare) F(compare_bool) F(length_hint) F(optional) F(send) F(print_to)
    {"fast", fast, METH_O, NULL},
    {"by_text", by_text, METH_O, NULL},
    {"mapping_by_text", mapping_by_text, METH_O, NULL},
    {"next_item", next_item, METH_O, NULL},
    {"constants", constants, METH_NOARGS, NULL},
    {"generic_functions", generic_functions, METH_NOARGS, NULL},
    {"repr_guard", repr_guard, METH_O, NULL},
    {"null_operands", null_operands, METH_O, NULL},
    {NULL},
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "abstract", NULL, -1, methods};
PyMODINIT_FUNC PyInit_abstract(void) { return PyModule_Create(&module); }
