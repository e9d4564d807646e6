/* Results of macros and inline functions on objects that lie in this program. The same text is compiled
   against both sets of headers; types that the macros look at are defined here. */
#include <Python.h>
#include <datetime.h>
#include <structmember.h>
#include <frameobject.h>

#define TYPE(type, flags) PyTypeObject type = { PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_flags = (flags) }
PyTypeObject PyType_Type = { PyVarObject_HEAD_INIT(&PyType_Type, 0) .tp_flags = Py_TPFLAGS_TYPE_SUBCLASS };
TYPE(PyLong_Type, Py_TPFLAGS_LONG_SUBCLASS);
TYPE(PyBool_Type, Py_TPFLAGS_LONG_SUBCLASS);
TYPE(PyFloat_Type, 0);
TYPE(PyBytes_Type, Py_TPFLAGS_BYTES_SUBCLASS);
TYPE(PyByteArray_Type, 0);
TYPE(PyUnicode_Type, Py_TPFLAGS_UNICODE_SUBCLASS);
TYPE(PyTuple_Type, Py_TPFLAGS_TUPLE_SUBCLASS);
TYPE(PyList_Type, Py_TPFLAGS_LIST_SUBCLASS);
TYPE(PyDict_Type, Py_TPFLAGS_DICT_SUBCLASS | Py_TPFLAGS_HAVE_GC);
TYPE(PySet_Type, 0);
TYPE(PyFrozenSet_Type, 0);
TYPE(PyCFunction_Type, 0);
TYPE(PyMethod_Type, 0);
TYPE(PyFunction_Type, 0);
TYPE(PyModule_Type, 0);
TYPE(PySlice_Type, 0);
TYPE(PyBaseException_Type, Py_TPFLAGS_BASE_EXC_SUBCLASS);
PyObject _Py_NoneStruct = { { 1UL << 31 }, 0 };
char _PyByteArray_empty_string[] = "";
const unsigned char _Py_ascii_whitespace[128] = { [9] = 1, [32] = 1 };
const unsigned int _Py_ctype_table[256] = { ['a'] = 1 | 0x10, ['A'] = 2 | 0x10, ['7'] = 4 | 0x10, [' '] = 8 };
const unsigned char _Py_ctype_tolower[256] = { ['A'] = 'a' };
const unsigned char _Py_ctype_toupper[256] = { ['a'] = 'A' };
static int freed;
void _Py_Dealloc(PyObject *op) { freed++; }
int PyType_IsSubtype(PyTypeObject *a, PyTypeObject *b) { return a == b || a->tp_base == b; }
/* The shared flavour asks the interpreter; here the answer is the count. */
Py_ssize_t _Py_PystonRefcnt(PyObject *op) { return op->ob_refcnt; }

#define SHOW(value) printf("%s = %lld\n", #value, (long long)(value))
#define ADDRESS(value, base) printf("%s at %lld\n", #value, (long long)((char *)(value) - (char *)(base)))
#define HEAD(t) { .ob_refcnt = 1, .ob_type = &t }
#define VARHEAD(t, n) { HEAD(t), n }

static void numbers(void)
{
    PyFloatObject f = { HEAD(PyFloat_Type), 2.5 };
    PyLongObject minus = { HEAD(PyLong_Type), { (1 << 3) | 2, { 41 } } };
    PyLongObject zero = { HEAD(PyLong_Type), { 1, { 0 } } };
    PyLongObject big = { HEAD(PyLong_Type), { 2 << 3, { 1 } } };
    SHOW(PyFloat_AS_DOUBLE(&f) * 2);
    SHOW(PyFloat_Check(&f)); SHOW(PyFloat_CheckExact(&f)); SHOW(PyLong_Check(&f)); SHOW(PyLong_Check(&minus));
    SHOW(PyBool_Check(&minus));
    SHOW(PyUnstable_Long_IsCompact(&minus)); SHOW(PyUnstable_Long_CompactValue(&minus));
    SHOW(PyUnstable_Long_IsCompact(&zero)); SHOW(PyUnstable_Long_CompactValue(&zero));
    SHOW(PyUnstable_Long_IsCompact(&big));
}

static void counts(void)
{
    PyObject one = HEAD(PyFloat_Type), two = HEAD(PyFloat_Type), none = { { 0xC0000000u }, &PyFloat_Type };
    PyObject *p = &one, *q = &two;
    SHOW(Py_REFCNT(p)); Py_INCREF(p); SHOW(Py_REFCNT(p)); Py_DECREF(p); SHOW(freed);
    Py_XINCREF(NULL); Py_XDECREF(NULL);
    SHOW(Py_NewRef(p) == p); SHOW(Py_REFCNT(p)); SHOW(Py_XNewRef(NULL) == NULL);
    Py_SET_REFCNT(p, 1);
    Py_SETREF(p, q); SHOW(freed); SHOW(p == q);
    Py_CLEAR(q); SHOW(q == NULL); SHOW(freed); Py_CLEAR(q); SHOW(freed);
    SHOW(_Py_IsImmortal(&none)); Py_INCREF(&none); Py_DECREF(&none); SHOW(none.ob_refcnt); Py_SET_REFCNT(&none, 3);
    SHOW(none.ob_refcnt);
    PyObject head = { PyObject_HEAD_INIT(&PyFloat_Type) .ob_type = &PyLong_Type };
    SHOW(head.ob_refcnt_full); SHOW(head.ob_refcnt); SHOW(head.ob_overflow); SHOW(head.ob_flags);
    SHOW(_Py_IsStaticImmortal(&head)); SHOW(_Py_IsImmortal(&head));
    SHOW(Py_IS_TYPE(p, &PyFloat_Type)); Py_SET_TYPE(p, &PyList_Type); SHOW(Py_TYPE(p) == &PyList_Type);
    SHOW(PyType_Check(&PyList_Type)); SHOW(PyType_CheckExact(&PyList_Type)); SHOW(PyType_Check(p));
    SHOW(PyType_IS_GC(&PyDict_Type)); SHOW(PyType_FastSubclass(&PyDict_Type, Py_TPFLAGS_LIST_SUBCLASS));
    SHOW(Py_IsNone(Py_None)); SHOW(Py_Is(p, q));
}

static void texts(void)
{
    struct { PyASCIIObject head; char text[8]; } ascii = { { HEAD(PyUnicode_Type), 3, -1, { 1, 1, 1, 1, 0 } }, "abc" };
    struct { PyCompactUnicodeObject head; Py_UCS2 text[4]; } wide =
        { { { HEAD(PyUnicode_Type), 2, -1, { 0, 2, 1, 0, 0 } }, 0, NULL }, { 0x20ac, 'z' } };
    Py_UCS4 full[3] = { 0x1f600, 'y' };
    PyUnicodeObject far = { { { HEAD(PyUnicode_Type), 2, -1, { 0, 4, 0, 0, 1 } }, 0, NULL }, { full } };
    PyObject *all[] = { (PyObject *)&ascii, (PyObject *)&wide, (PyObject *)&far };
    for (int i = 0; i < 3; i++) {
        PyObject *op = all[i];
        SHOW(i); SHOW(PyUnicode_KIND(op)); SHOW(PyUnicode_GET_LENGTH(op)); SHOW(PyUnicode_IS_ASCII(op));
        SHOW(PyUnicode_IS_COMPACT(op)); SHOW(PyUnicode_IS_COMPACT_ASCII(op)); SHOW(PyUnicode_CHECK_INTERNED(op));
        SHOW(PyUnicode_MAX_CHAR_VALUE(op)); SHOW(PyUnicode_READ_CHAR(op, 0)); SHOW(PyUnicode_READ_CHAR(op, 1));
        SHOW(PyUnicode_READY(op)); SHOW(PyUnicode_Check(op)); SHOW(PyUnicode_CheckExact(op));
    }
    ADDRESS(PyUnicode_DATA(&ascii), &ascii); ADDRESS(PyUnicode_2BYTE_DATA(&wide), &wide);
    ADDRESS(PyUnicode_4BYTE_DATA(&far), full); ADDRESS(PyUnicode_1BYTE_DATA(&ascii), &ascii);
    PyUnicode_WRITE(PyUnicode_2BYTE_KIND, PyUnicode_DATA(&wide), 1, 0x1234); SHOW(wide.text[1]);
    PyUnicode_WRITE(PyUnicode_1BYTE_KIND, PyUnicode_DATA(&ascii), 1, 'x'); SHOW(ascii.text[1]);
    PyUnicode_WRITE(PyUnicode_4BYTE_KIND, full, 1, 0x10ffff); SHOW(PyUnicode_READ(4, full, 1));
    SHOW(sizeof(ascii.head.state)); SHOW(*(unsigned *)&ascii.head.state); SHOW(*(unsigned *)&far._base._base.state);
    for (Py_UCS4 ch = 0xd7ff; ch <= 0xe000; ch += 0x200) {
        SHOW(ch); SHOW(Py_UNICODE_IS_SURROGATE(ch)); SHOW(Py_UNICODE_IS_HIGH_SURROGATE(ch));
        SHOW(Py_UNICODE_IS_LOW_SURROGATE(ch));
    }
    SHOW(Py_UNICODE_IS_SURROGATE(0xdfff)); SHOW(Py_UNICODE_IS_HIGH_SURROGATE(0xdc00));
    SHOW(Py_UNICODE_IS_LOW_SURROGATE(0xdc00)); SHOW(Py_UNICODE_IS_LOW_SURROGATE(0xdfff));
    SHOW(Py_UNICODE_JOIN_SURROGATES(0xd83d, 0xde00)); SHOW(Py_UNICODE_HIGH_SURROGATE(0x1f600));
    SHOW(Py_UNICODE_LOW_SURROGATE(0x1f600)); SHOW(Py_UNICODE_ISSPACE(' ')); SHOW(Py_UNICODE_ISSPACE('a'));
    SHOW(Py_ISALPHA('a')); SHOW(Py_ISUPPER('a')); SHOW(Py_ISDIGIT('7')); SHOW(Py_ISALNUM('7')); SHOW(Py_ISSPACE(' '));
    SHOW(Py_ISXDIGIT('A')); SHOW(Py_TOLOWER('A')); SHOW(Py_TOUPPER('a')); SHOW(Py_ISLOWER('a'));
    _PyUnicodeWriter writer = { .maxchar = 127, .size = 10, .pos = 4, .kind = 2 };
    SHOW(_PyUnicodeWriter_Prepare(&writer, 6, 127)); SHOW(_PyUnicodeWriter_Prepare(&writer, 0, 300));
    SHOW(_PyUnicodeWriter_PrepareKind(&writer, 1));
}

static void bytes(void)
{
    struct { PyBytesObject head; char more[8]; } b = { { VARHEAD(PyBytes_Type, 4), -1, "h" }, "ey" };
    char store[8] = "store";
    PyByteArrayObject a = { VARHEAD(PyByteArray_Type, 5), 8, store, store + 1, 0 };
    PyByteArrayObject empty = { VARHEAD(PyByteArray_Type, 0) };
    PyMemoryViewObject m = { VARHEAD(PyFloat_Type, 3), .view = { .obj = (PyObject *)&a } };
    ADDRESS(PyBytes_AS_STRING(&b), &b); SHOW(PyBytes_GET_SIZE(&b)); SHOW(PyBytes_Check(&b)); SHOW(PyBytes_CheckExact(&b));
    ADDRESS(PyByteArray_AS_STRING(&a), store); SHOW(PyByteArray_GET_SIZE(&a));
    ADDRESS(PyByteArray_AS_STRING(&empty), _PyByteArray_empty_string);
    ADDRESS(PyMemoryView_GET_BUFFER(&m), &m); SHOW(PyMemoryView_GET_BASE(&m) == (PyObject *)&a);
}

static void containers(void)
{
    struct { PyTupleObject head; PyObject *more[2]; } t = { { VARHEAD(PyTuple_Type, 3), -1, { 0 } } };
    PyObject *items[4] = { 0, (PyObject *)&t };
    PyListObject l = { VARHEAD(PyList_Type, 2), items, 4 };
    PyDictObject d = { HEAD(PyDict_Type), 7 };
    PySetObject s = { HEAD(PySet_Type), 9, 8 };
    PyCellObject c = { HEAD(PyFloat_Type), (PyObject *)&l };
    PyTuple_SET_ITEM(&t, 1, (PyObject *)&l);
    SHOW(PyTuple_GET_SIZE(&t)); SHOW(PyTuple_GET_ITEM(&t, 1) == (PyObject *)&l); ADDRESS(&PyTuple_GET_ITEM(&t, 2), &t);
    PyList_SET_ITEM(&l, 0, (PyObject *)&d);
    SHOW(PyList_GET_SIZE(&l)); SHOW(PyList_GET_ITEM(&l, 0) == (PyObject *)&d); SHOW(PyList_GET_ITEM(&l, 1) == (PyObject *)&t);
    SHOW(PySequence_Fast_GET_SIZE((PyObject *)&l)); SHOW(PySequence_Fast_GET_SIZE((PyObject *)&t));
    SHOW(PySequence_Fast_ITEMS((PyObject *)&l) == items); SHOW(PySequence_Fast_GET_ITEM((PyObject *)&t, 1) == (PyObject *)&l);
    SHOW(PyDict_GET_SIZE(&d)); SHOW(PySet_GET_SIZE(&s)); SHOW(PyODict_SIZE(&d));
    SHOW(PySet_Check(&s)); SHOW(PyAnySet_Check(&s)); SHOW(PyFrozenSet_Check(&s)); SHOW(PyAnySet_CheckExact(&s));
    SHOW(PyTuple_Check(&t)); SHOW(PyList_Check(&t)); SHOW(PyDict_Check(&d)); SHOW(PyDict_CheckExact(&d));
    SHOW(Py_SIZE(&t)); Py_SET_SIZE(&t, 2); SHOW(Py_SIZE(&t));
    SHOW(_PyObject_VAR_SIZE(&PyTuple_Type, 3));
#ifndef Py_GIL_DISABLED
    SHOW(PyCell_GET(&c) == (PyObject *)&l); PyCell_SET(&c, NULL); SHOW(c.ob_ref == NULL);
#else
    printf("PyCell_GET(&c) == (PyObject *)&l = 1\nc.ob_ref == NULL = 1\n");
#endif
}

static PyObject *method(PyObject *a, PyObject *b) { return b; }

static void callables(void)
{
    PyMethodDef def = { "m", method, METH_O | METH_METHOD, 0 }, plain = { "s", method, METH_STATIC, 0 };
    PyCMethodObject f = { { HEAD(PyCFunction_Type), &def, (PyObject *)&f }, &PyList_Type };
    PyCFunctionObject g = { HEAD(PyCFunction_Type), &plain, (PyObject *)&f };
    PyMethodObject bound = { HEAD(PyMethod_Type), (PyObject *)&f, (PyObject *)&g };
    PyFunctionObject fn = { HEAD(PyFunction_Type), .func_globals = (PyObject *)1, .func_code = (PyObject *)2,
        .func_defaults = (PyObject *)3, .func_kwdefaults = (PyObject *)4, .func_closure = (PyObject *)5,
        .func_module = (PyObject *)6, .func_annotations = (PyObject *)7 };
    PyMethodDescrObject descr = { { HEAD(PyFloat_Type), &PyList_Type, (PyObject *)&g } };
    SHOW(PyCFunction_GET_FUNCTION(&f) == method); SHOW(PyCFunction_GET_SELF(&f) == (PyObject *)&f);
    SHOW(PyCFunction_GET_SELF(&g) == NULL); SHOW(PyCFunction_GET_FLAGS(&f)); SHOW(PyCFunction_GET_CLASS(&f) == &PyList_Type);
    SHOW(PyCFunction_GET_CLASS(&g) == NULL); SHOW(PyCFunction_Check(&g));
    SHOW(PyMethod_GET_FUNCTION(&bound) == (PyObject *)&f); SHOW(PyMethod_GET_SELF(&bound) == (PyObject *)&g);
    SHOW((long)PyFunction_GET_GLOBALS(&fn)); SHOW((long)PyFunction_GET_CODE(&fn)); SHOW((long)PyFunction_GET_DEFAULTS(&fn));
    SHOW((long)PyFunction_GET_KW_DEFAULTS(&fn)); SHOW((long)PyFunction_GET_CLOSURE(&fn));
    SHOW((long)PyFunction_GET_MODULE(&fn)); SHOW((long)PyFunction_GET_ANNOTATIONS(&fn));
    SHOW(PyDescr_TYPE(&descr) == &PyList_Type); SHOW(PyDescr_NAME(&descr) == (PyObject *)&g);
    SHOW(PyVectorcall_NARGS(3 | PY_VECTORCALL_ARGUMENTS_OFFSET)); SHOW(PyVectorcall_NARGS(0));
    PyCodeObject code = { .co_nfreevars = 2, .co_nlocalsplus = 7 };
    SHOW(PyCode_GetNumFree(&code)); SHOW(PyUnstable_Code_GetFirstFree(&code));
    PyObject raised = HEAD(PyBaseException_Type);
    SHOW(PyExceptionInstance_Check(&raised)); SHOW(PyExceptionClass_Check((PyObject *)&PyBaseException_Type));
    SHOW(PyExceptionClass_Check((PyObject *)&PyList_Type));
}

static void dates(void)
{
    PyDateTime_DateTime dt = { HEAD(PyFloat_Type), -1, 1, { 0x07, 0xea, 11, 23, 1, 59, 58, 0x0f, 0x42, 0x3f }, 1, (PyObject *)&PyList_Type };
    PyDateTime_Time t = { HEAD(PyFloat_Type), -1, 0, { 23, 59, 58, 1, 2, 3 }, 1, 0 };
    PyDateTime_Delta delta = { HEAD(PyFloat_Type), -1, -3, 4, 5 };
    SHOW(PyDateTime_GET_YEAR(&dt)); SHOW(PyDateTime_GET_MONTH(&dt)); SHOW(PyDateTime_GET_DAY(&dt));
    SHOW(PyDateTime_DATE_GET_HOUR(&dt)); SHOW(PyDateTime_DATE_GET_MINUTE(&dt)); SHOW(PyDateTime_DATE_GET_SECOND(&dt));
    SHOW(PyDateTime_DATE_GET_MICROSECOND(&dt)); SHOW(PyDateTime_DATE_GET_FOLD(&dt));
    SHOW(PyDateTime_DATE_GET_TZINFO(&dt) == (PyObject *)&PyList_Type); SHOW(PyDateTime_TIME_GET_TZINFO(&t) == Py_None);
    SHOW(PyDateTime_TIME_GET_HOUR(&t)); SHOW(PyDateTime_TIME_GET_MINUTE(&t)); SHOW(PyDateTime_TIME_GET_SECOND(&t));
    SHOW(PyDateTime_TIME_GET_MICROSECOND(&t)); SHOW(PyDateTime_TIME_GET_FOLD(&t));
    SHOW(PyDateTime_DELTA_GET_DAYS(&delta)); SHOW(PyDateTime_DELTA_GET_SECONDS(&delta)); SHOW(PyDateTime_DELTA_GET_MICROSECONDS(&delta));
}

static int visit_stops(PyObject *op, void *arg) { return op == arg ? 42 : 0; }

static int visited(PyObject *a, PyObject *b, void *arg)
{
    visitproc visit = visit_stops;
    Py_VISIT(a);
    Py_VISIT(b);
    return 0;
}

static void small_things(void)
{
    static struct PyModuleDef def = { PyModuleDef_HEAD_INIT, "name", "doc", -1 };
    int array[7];
    PyMutex mutex = { 0 };
    SHOW(def.m_base.ob_base.ob_refcnt_full); SHOW(def.m_base.m_index); SHOW(def.m_size); SHOW(def.m_name[0]);
    SHOW(Py_MIN(3, 4)); SHOW(Py_MAX(3, 4)); SHOW(Py_ABS(-3)); SHOW(_Py_ABS_CAST(unsigned char, (signed char)-128));
    SHOW(Py_ARRAY_LENGTH(array)); SHOW(Py_MEMBER_SIZE(PyTypeObject, tp_flags)); SHOW(Py_CHARMASK(-1));
    SHOW(_Py_SIZE_ROUND_UP(9, 8)); SHOW(_Py_SIZE_ROUND_DOWN(15, 8)); SHOW(_Py_IS_ALIGNED(12, 8));
    SHOW((long)_Py_ALIGN_UP(9, 16)); SHOW((long)_Py_ALIGN_DOWN(31, 16)); SHOW(Py_ARITHMETIC_RIGHT_SHIFT(int, -9, 1));
    SHOW(Py_SAFE_DOWNCAST(300, int, unsigned char)); SHOW(Py_PACK_FULL_VERSION(3, 14, 2, 0xF, 1)); SHOW(Py_PACK_VERSION(3, 9));
    SHOW(Py_BUILD_ASSERT_EXPR(1)); printf("%s\n", Py_STRINGIFY(PY_MAJOR_VERSION));
    PyMutex_Lock(&mutex); SHOW(mutex._bits); SHOW(PyMutex_IsLocked(&mutex)); PyMutex_Unlock(&mutex); SHOW(mutex._bits);
    int a = 1; SHOW(_Py_atomic_add_int(&a, 2)); SHOW(_Py_atomic_exchange_int(&a, 9)); SHOW(_Py_atomic_load_int_relaxed(&a));
    int old = 8; SHOW(_Py_atomic_compare_exchange_int(&a, &old, 5)); SHOW(old); SHOW(_Py_atomic_compare_exchange_int(&a, &old, 5));
    uint8_t w = 6; SHOW(_Py_atomic_or_uint8(&w, 1)); SHOW(_Py_atomic_and_uint8(&w, 3)); SHOW(w);
    double real = 1; _Py_atomic_store_double_relaxed(&real, 2); SHOW(_Py_atomic_load_double_relaxed(&real));
    void *p = &a; SHOW(_Py_atomic_load_ptr(&p) == &a); _Py_atomic_store_ptr_release(&p, &w); SHOW(_Py_atomic_exchange_ptr(&p, 0) == &w);
    SHOW(visited(NULL, (PyObject *)&def, NULL)); SHOW(visited(NULL, (PyObject *)&def, &def));
    PyMonitoringState quiet = { 0 }; SHOW(PyMonitoring_FireLineEvent(&quiet, NULL, 0, 1));
    SHOW(_Py_CONTAINER_OF(&def.m_size, struct PyModuleDef, m_size) == &def);
    SHOW(Py_IS_NAN(Py_NAN)); SHOW(Py_IS_INFINITY(Py_INFINITY)); SHOW(Py_IS_FINITE(1.0));
}

int main(void)
{
    numbers();
    counts();
    texts();
    bytes();
    containers();
    callables();
    dates();
    small_things();
    return 0;
}
