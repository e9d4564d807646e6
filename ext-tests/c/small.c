/* Bytes, bytearrays, capsules, cells, hashes, contexts, functions, generators. */

#include "check.h"

static PyObject *bytes(PyObject *self, PyObject *eval)
{
    PyObject *made = PyBytes_FromStringAndSize(NULL, 1), *one = PyBytes_FromString("a"), *again = PyBytes_FromStringAndSize("a", 1);
    CHECK(one == again && made != one);
    PyBytes_AS_STRING(made)[0] = 'z';
    CHECK(is(eval, made, "b'z'") && is(eval, PyBytes_FromStringAndSize("a\0b", 3), "b'a\\0b'"));
    CHECK(PyBytes_FromStringAndSize("", -1) == NULL);
    CHECK(raised_text(PyExc_SystemError, "Negative size passed to PyBytes_FromStringAndSize"));
    made = PyBytes_FromStringAndSize(NULL, 10);
    memcpy(PyBytes_AS_STRING(made), "0123456789", 10);
    CHECK(PyBytes_Size(made) == 10 && PyBytes_AsString(made)[10] == 0);
    CHECK(_PyBytes_Resize(&made, 4) == 0 && PyBytes_GET_SIZE(made) == 4 && PyBytes_AS_STRING(made)[4] == 0);
    CHECK(_PyBytes_Resize(&made, 6) == 0 && memcmp(PyBytes_AS_STRING(made), "0123", 4) == 0);
    CHECK(_PyBytes_Resize(&made, -1) == -1 && made == NULL && raised(PyExc_SystemError));
    char *start;
    Py_ssize_t len;
    PyObject *zero = keep(PyBytes_FromStringAndSize("a\0b", 3));
    CHECK(PyBytes_AsStringAndSize(zero, &start, &len) == 0 && len == 3 && start[2] == 'b');
    CHECK(PyBytes_AsStringAndSize(zero, &start, NULL) == -1 && raised_text(PyExc_ValueError, "embedded null byte"));
    CHECK(PyBytes_AsString(Py_None) == NULL && raised_text(PyExc_TypeError, "expected bytes, NoneType found"));
    CHECK(PyBytes_Size(Py_None) == -1 && raised(PyExc_TypeError));
    PyObject *list = value(eval, "[1, 2]"), *text = value(eval, "'x'"), *array = value(eval, "bytearray(b'yy')");
    CHECK(is(eval, PyBytes_FromObject(list), "b'\\1\\2'") && is(eval, PyBytes_FromObject(array), "b'yy'"));
    CHECK(PyBytes_FromObject(text) == NULL && raised_text(PyExc_TypeError, "cannot convert 'str' object to bytes"));
    PyObject *sum = PyBytes_FromString("x");
    PyBytes_Concat(&sum, array);
    CHECK(sum != NULL && is(eval, Py_NewRef(sum), "b'xyy'"));
    PyBytes_ConcatAndDel(&sum, PyBytes_FromString("z"));
    CHECK(is(eval, Py_NewRef(sum), "b'xyyz'"));
    PyBytes_Concat(&sum, text);
    CHECK(sum == NULL && raised_text(PyExc_TypeError, "can't concat str to bytes"));
    PyObject *parts = value(eval, "[b'a', bytearray(b'b')]");
    CHECK(is(eval, PyBytes_Join(zero, parts), "b'aa\\0bb'"));
    CHECK(PyBytes_Join(text, parts) == NULL && raised_text(PyExc_TypeError, "sep: expected bytes, got str"));
    PyObject *quote = keep(PyBytes_FromString("'\n\xff"));
    CHECK(is(eval, PyBytes_Repr(quote, 1), "'b\"\\'\\\\n\\\\xff\"'") && is(eval, PyBytes_Repr(quote, 0), "\"b'\\\\'\\\\n\\\\xff'\""));
    CHECK(is(eval, PyBytes_DecodeEscape("a\\n\\x41\\101", 11, NULL, 0, NULL), "b'a\\nAA'"));
    CHECK(PyBytes_DecodeEscape("\\x4", 3, NULL, 0, NULL) == NULL && raised_text(PyExc_ValueError, "invalid \\x escape at position 0"));
    CHECK(is(eval, PyBytes_DecodeEscape("\\x4", 3, "replace", 0, NULL), "b'?'"));
    return passed();
}

static PyObject *bytearrays(PyObject *self, PyObject *eval)
{
    PyObject *array = keep(PyByteArray_FromStringAndSize("abc", 3)), *empty = keep(PyByteArray_FromStringAndSize(NULL, 0)), *text = value(eval, "'x'");
    CHECK(PyByteArray_Size(array) == 3 && strcmp(PyByteArray_AsString(array), "abc") == 0 && PyByteArray_AS_STRING(array)[3] == 0);
    CHECK(PyByteArray_AsString(empty)[0] == 0 && PyByteArray_AS_STRING(empty)[0] == 0);
    CHECK(PyByteArray_Resize(array, 5) == 0 && PyByteArray_GET_SIZE(array) == 5 && PyByteArray_AS_STRING(array)[5] == 0);
    memcpy(PyByteArray_AS_STRING(array), "hello", 5);
    CHECK(PyByteArray_Resize(array, 2) == 0 && is(eval, Py_NewRef(array), "bytearray(b'he')"));
    CHECK(PyByteArray_Resize(array, -1) == -1 && raised_text(PyExc_ValueError, "Can only resize to positive sizes, got -1"));
    CHECK(is(eval, PyByteArray_Concat(array, array), "bytearray(b'hehe')"));
    CHECK(PyByteArray_Concat(array, text) == NULL && raised_text(PyExc_TypeError, "can't concat str to bytearray"));
    PyObject *three = PyLong_FromLong(3);
    CHECK(is(eval, PyByteArray_FromObject(three), "bytearray(3)"));
    PyObject *view = keep(PyMemoryView_FromObject(array));
    CHECK(view != NULL && PyByteArray_Resize(array, 9) == -1);
    CHECK(raised_text(PyExc_BufferError, "Existing exports of data: object cannot be re-sized"));
    return passed();
}

static int ended;
static void end(PyObject *capsule)
{
    ended += PyCapsule_GetPointer(capsule, "small.name") == (void *)&ended;
}

static PyObject *capsules(PyObject *self, PyObject *eval)
{
    int context;
    ended = 0;
    PyObject *capsule = PyCapsule_New(&ended, "small.name", end);
    CHECK(capsule != NULL && PyCapsule_IsValid(capsule, "small.name") && !PyCapsule_IsValid(capsule, NULL) && !PyCapsule_IsValid(eval, NULL));
    CHECK(PyCapsule_GetPointer(capsule, "small.name") == &ended && PyCapsule_GetDestructor(capsule) == end);
    CHECK(PyCapsule_GetPointer(capsule, "x") == NULL && raised_text(PyExc_ValueError, "PyCapsule_GetPointer called with incorrect name"));
    CHECK(PyCapsule_GetPointer(eval, "x") == NULL);
    CHECK(raised_text(PyExc_ValueError, "PyCapsule_GetPointer called with invalid PyCapsule object"));
    CHECK(PyCapsule_GetContext(capsule) == NULL && !PyErr_Occurred() && PyCapsule_SetContext(capsule, &context) == 0);
    CHECK(PyCapsule_GetContext(capsule) == &context && strcmp(PyCapsule_GetName(capsule), "small.name") == 0);
    CHECK(PyCapsule_SetPointer(capsule, NULL) == -1 && raised_text(PyExc_ValueError, "PyCapsule_SetPointer called with null pointer"));
    CHECK(PyCapsule_New(NULL, NULL, NULL) == NULL && raised_text(PyExc_ValueError, "PyCapsule_New called with null pointer"));
    Py_DECREF(capsule);
    CHECK(ended == 1);
    void *api = PyCapsule_Import("datetime.datetime_CAPI", 0);
    CHECK(api != NULL);
    CHECK(PyCapsule_Import("no_such_module.x", 0) == NULL);
    CHECK(raised_text(PyExc_ImportError, "PyCapsule_Import could not import module \"no_such_module\""));
    CHECK(PyCapsule_Import("datetime.date", 0) == NULL && raised_text(PyExc_AttributeError, "PyCapsule_Import \"datetime.date\" is not valid"));
    return passed();
}

static PyObject *cells_and_hashes(PyObject *self, PyObject *eval)
{
    PyObject *cell = keep(PyCell_New(NULL)), *text = value(eval, "'abc'"), *bytes = value(eval, "b'abc'");
    CHECK(PyCell_Get(cell) == NULL && !PyErr_Occurred() && PyCell_Set(cell, text) == 0 && PyCell_GET(cell) == text);
    CHECK(PyCell_Get(text) == NULL && raised(PyExc_SystemError));
    CHECK(Py_HashBuffer("abc", 3) == PyObject_Hash(text) && PyObject_Hash(bytes) == PyObject_Hash(text) && Py_HashBuffer("", 0) == 0);
    PyObject *plain = value(eval, "object()");
    CHECK(Py_HashPointer(plain) == PyObject_Hash(plain) && PyObject_GenericHash(plain) == PyObject_Hash(plain));
    PyHash_FuncDef *function = PyHash_GetFuncDef();
    CHECK(function->hash("abc", 3) == PyObject_Hash(text) && strcmp(function->name, "siphash13") == 0 && function->hash_bits == 64);
    CHECK(Py_ISALPHA('x') && !Py_ISALPHA('1') && Py_ISXDIGIT('f') && !Py_ISXDIGIT('g') && Py_ISSPACE('\v') && Py_TOUPPER('x') == 'X');
    CHECK(Py_ISALNUM('0') && Py_ISUPPER('A') && !Py_ISLOWER('A') && Py_TOLOWER('X') == 'x' && Py_ISDIGIT('9') && !Py_ISSPACE('a'));
    CHECK(Py_IsTrue(Py_True) && !Py_IsTrue(Py_False) && Py_IsFalse(Py_False) && !Py_IsFalse(Py_None));
    return passed();
}

static int switches;
static int watch(PyContextEvent event, PyObject *context)
{
    switches += event == Py_CONTEXT_SWITCHED;
    return 0;
}

static PyObject *contexts(PyObject *self, PyObject *eval)
{
    PyObject *variable = keep(PyContextVar_New("v", Py_True)), *bare = keep(PyContextVar_New("w", NULL)), *got = NULL;
    CHECK(PyContextVar_Get(variable, NULL, &got) == 0 && got == Py_True && PyContextVar_Get(variable, Py_None, &got) == 0 && got == Py_None);
    CHECK(PyContextVar_Get(bare, NULL, &got) == 0 && got == NULL && !PyErr_Occurred());
    PyObject *token = keep(PyContextVar_Set(variable, Py_False));
    CHECK(token != NULL && PyContextToken_CheckExact(token) && PyContextVar_Get(variable, NULL, &got) == 0 && got == Py_False);
    PyObject *copy = keep(PyContext_CopyCurrent()), *empty = keep(PyContext_New());
    CHECK(PyContextVar_Reset(variable, token) == 0 && PyContextVar_Get(variable, NULL, &got) == 0 && got == Py_True);
    CHECK(PyContextVar_Reset(variable, token) == -1 && raised(PyExc_RuntimeError));
    switches = 0;
    int id = PyContext_AddWatcher(watch);
    CHECK(id >= 0 && PyContext_Enter(copy) == 0 && PyContextVar_Get(variable, NULL, &got) == 0 && got == Py_False);
    CHECK(PyContext_Enter(copy) == -1 && raised(PyExc_RuntimeError));
    CHECK(PyContext_Enter(empty) == 0 && PyContextVar_Get(variable, NULL, &got) == 0 && got == Py_True);
    CHECK(PyContext_Exit(copy) == -1);
    CHECK(raised_text(PyExc_RuntimeError, "cannot exit context: thread state references a different context object"));
    CHECK(PyContext_Exit(empty) == 0 && PyContext_Exit(copy) == 0 && PyContext_Exit(copy) == -1 && raised(PyExc_RuntimeError));
    CHECK(switches == 4 && PyContext_ClearWatcher(id) == 0 && PyContext_ClearWatcher(id) == -1 && raised(PyExc_ValueError));
    CHECK(PyContext_ClearWatcher(99) == -1 && raised_text(PyExc_ValueError, "Invalid context watcher ID 99"));
    CHECK(PyContext_Enter(Py_None) == -1 && raised_text(PyExc_TypeError, "an instance of Context was expected"));
    CHECK(PyContext_CheckExact(empty) && PyContextVar_CheckExact(variable));
    return passed();
}

static PyObject *functions(PyObject *self, PyObject *eval)
{
    PyObject *function = value(eval, "(lambda: (lambda cell: (lambda a, b=2, *, c=3: (a, b, c, cell)))('cell'))()");
    PyObject *code = PyFunction_GetCode(function), *globals = PyFunction_GetGlobals(function);
    CHECK(code != NULL && globals != NULL && PyDict_Check(globals) && PyFunction_GET_CODE(function) == code);
    PyObject *defaults = value(eval, "('B',)"), *kwdefaults = value(eval, "{'c': 'C'}"), *one = PyLong_FromLong(1);
    CHECK(PyFunction_SetDefaults(function, defaults) == 0 && PyFunction_GetDefaults(function) == defaults);
    CHECK(PyFunction_SetKwDefaults(function, kwdefaults) == 0 && PyFunction_GetKwDefaults(function) == kwdefaults);
    CHECK(is(eval, PyObject_CallOneArg(function, one), "(1, 'B', 'C', 'cell')"));
    CHECK(PyFunction_SetDefaults(function, one) == -1 && raised_text(PyExc_SystemError, "non-tuple default args"));
    CHECK(PyFunction_SetDefaults(function, Py_None) == 0 && PyFunction_GetDefaults(function) == NULL && !PyErr_Occurred());
    PyObject *closure = keep(PyTuple_Pack(1, keep(PyCell_New(defaults))));
    CHECK(PyTuple_Size(PyFunction_GetClosure(function)) == 1 && PyFunction_SetClosure(function, closure) == 0);
    CHECK(is(eval, PyObject_CallFunctionObjArgs(function, one, one, NULL), "(1, 1, 'C', ('B',))"));
    /* What was replaced ends with the function at the latest. */
    PyObject *passing = evaluated(eval, "(lambda: (lambda cell: (lambda: cell))({0}))()");
    PyObject *contents = PyCell_GET(PyTuple_GET_ITEM(PyFunction_GetClosure(passing), 0));
    PyObject *watched = keep(PyWeakref_NewRef(contents, NULL)), *last = NULL;
    CHECK(watched != NULL && PyFunction_SetClosure(passing, closure) == 0 && is(eval, PyObject_CallNoArgs(passing), "('B',)"));
    Py_DECREF(passing);
    CHECK(PyWeakref_GetRef(watched, &last) == 0 && last == NULL);
    CHECK(PyFunction_SetClosure(function, one) == -1 && raised_text(PyExc_SystemError, "expected tuple for closure, got 'int'"));
    CHECK(PyFunction_GetAnnotations(function) == Py_None);
    CHECK(PyFunction_SetAnnotations(function, kwdefaults) == 0 && PyFunction_GetAnnotations(function) == kwdefaults);
    CHECK(PyFunction_GetCode(one) == NULL && raised(PyExc_SystemError));
    PyObject *plain = value(eval, "(lambda: 7)"), *copy = keep(PyFunction_New(PyFunction_GetCode(plain), globals));
    CHECK(copy != NULL && is(eval, PyObject_CallNoArgs(copy), "7"));
    PyObject *fixed = keep(PyStaticMethod_New(plain)), *bound = keep(PyClassMethod_New(plain));
    CHECK(Py_IS_TYPE(fixed, &PyStaticMethod_Type) && Py_IS_TYPE(bound, &PyClassMethod_Type) && is(eval, PyObject_CallNoArgs(fixed), "7"));
    PyObject *generator = value(eval, "(x for x in ())");
    PyCodeObject *its = PyGen_GetCode((PyGenObject *)generator);
    keep((PyObject *)its);
    PyObject *its_own = keep(PyObject_GetAttrString(generator, "gi_code"));
    CHECK((PyObject *)its == its_own && PyGen_CheckExact(generator));
    return passed();
}

static PyMethodDef table[] = {
    TEST(bytes), TEST(bytearrays), TEST(capsules), TEST(cells_and_hashes), TEST(contexts), TEST(functions), {NULL},
};
MODULE(small, table)
