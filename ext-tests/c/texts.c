/* Strings, formats and arguments: functions that a Python script calls and compares. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stddef.h>

static PyObject *units(PyObject *self, PyObject *args)
{
    unsigned char b = 0, B = 0;
    short h = 0;
    unsigned short H = 0;
    int i = 0, C = 0, p = 0;
    unsigned int I = 0;
    long l = 0;
    unsigned long k = 0;
    long long L = 0;
    unsigned long long K = 0;
    Py_ssize_t n = 0;
    float f = 0;
    double d = 0;
    Py_complex D = {0, 0};
    char c = 0;
    if (!PyArg_ParseTuple(args, "bBhHiIlkLKnfdDcCp:units", &b, &B, &h, &H, &i, &I, &l, &k, &L, &K, &n, &f, &d, &D, &c, &C, &p)) {
        return NULL;
    }
    return Py_BuildValue("(bBhHiIlkLKnddDcCp)", b, B, h, H, i, I, l, k, L, K, n, (double)f, d, &D, c, C, p);
}

static PyObject *one(PyObject *self, PyObject *args)
{
    const char *unit;
    PyObject *value;
    long long room[16] = {0};
    if (!PyArg_ParseTuple(args, "sO", &unit, &value)) {
        return NULL;
    }
    PyObject *tuple = PyTuple_Pack(1, value);
    int ok = PyArg_ParseTuple(tuple, unit, room);
    Py_DECREF(tuple);
    if (!ok) {
        return NULL;
    }
    return PyLong_FromLongLong(room[0]);
}

static int converted, cleaned;

static int converter(PyObject *object, void *place)
{
    if (object == NULL) {
        cleaned++;
        return 1;
    }
    converted++;
    if (object == Py_None) {
        PyErr_SetString(PyExc_KeyError, "none");
        return 0;
    }
    *(PyObject **)place = object;
    return Py_CLEANUP_SUPPORTED;
}

static PyObject *strings(PyObject *self, PyObject *args)
{
    const char *s, *z, *sh, *y, *yh;
    Py_ssize_t nsh, nyh, neth = 0;
    Py_buffer sv, yv, wv;
    char *es = NULL, *eth = NULL;
    if (!PyArg_ParseTuple(args, "szs#yy#s*y*w*eset#:strings", &s, &z, &sh, &nsh, &y, &yh, &nyh, &sv, &yv, &wv, "latin-1", &es, "utf-8", &eth, &neth)) {
        return Py_BuildValue("(Nii)", PyErr_GetRaisedException(), es == NULL, eth == NULL);
    }
    ((char *)wv.buf)[0] = '!';
    PyObject *result = Py_BuildValue("(zzs#yy#y#y#y#yy#)", s, z, sh, nsh, y, yh, nyh, sv.buf, sv.len, yv.buf, yv.len, wv.buf, wv.len, es, eth, neth);
    PyBuffer_Release(&sv);
    PyBuffer_Release(&yv);
    PyBuffer_Release(&wv);
    PyMem_Free(es);
    PyMem_Free(eth);
    return result;
}

static PyObject *objects(PyObject *self, PyObject *args)
{
    PyObject *S, *Y, *U, *O, *T, *X, *a, *b;
    converted = cleaned = 0;
    if (!PyArg_ParseTuple(args, "SYUOO!O&((OO)):objects", &S, &Y, &U, &O, &PyList_Type, &T, converter, &X, &a, &b)) {
        PyObject *error = PyErr_GetRaisedException();
        return Py_BuildValue("(Nii)", error, converted, cleaned);
    }
    return Py_BuildValue("[OOOO(OO)[OO]]", S, Y, U, O, T, X, a, b);
}

static PyObject *keywords(PyObject *self, PyObject *args, PyObject *kwargs)
{
    static char *names[] = {"", "first", "second", "third", NULL};
    int a, b, c = -1, d = -1;
    if (!PyArg_ParseTupleAndKeywords(args, kwargs, "ii|i$i:keywords", names, &a, &b, &c, &d)) {
        return NULL;
    }
    return Py_BuildValue("iiii", a, b, c, d);
}

static PyObject *with_format(PyObject *self, PyObject *args, PyObject *kwargs)
{
    const char *format;
    PyObject *given, *named, *names;
    if (!PyArg_ParseTuple(args, "sO!O!O!", &format, &PyTuple_Type, &given, &PyDict_Type, &named, &PyTuple_Type, &names)) {
        return NULL;
    }
    const char *list[8] = {NULL};
    PyObject *out[16] = {NULL};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names) && i < 7; i++) {
        list[i] = PyUnicode_AsUTF8(PyTuple_GET_ITEM(names, i));
    }
    if (!PyArg_ParseTupleAndKeywords(given, named, format, (char **)list, &out[0], &out[1], &out[2], &out[3], &out[4], &out[5], &out[6], &out[7])) {
        return NULL;
    }
    PyObject *result = PyList_New(0);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++) {
        PyList_Append(result, out[i] ? out[i] : Py_Ellipsis);
    }
    return result;
}

static PyObject *unpack(PyObject *self, PyObject *args)
{
    PyObject *tuple, *a = Py_None, *b = Py_None, *c = Py_None;
    if (!PyArg_ParseTuple(args, "O", &tuple) || !PyArg_UnpackTuple(tuple, "unpack", 1, 3, &a, &b, &c)) {
        return NULL;
    }
    return Py_BuildValue("OOO", a, b, c);
}

static PyObject *old_style(PyObject *self, PyObject *arg)
{
    int value;
    if (!PyArg_Parse(arg, "i;give me an int", &value)) {
        return NULL;
    }
    return PyLong_FromLong(value);
}

static PyObject *built(PyObject *self, PyObject *unused)
{
    const wchar_t *wide = L"wi\u0151de";
    PyObject *list = PyList_New(0);
#define ADD(...) do { PyObject *made = Py_BuildValue(__VA_ARGS__); if (!made) return NULL; PyList_Append(list, made); Py_DECREF(made); } while (0)
    ADD("");
    ADD("i", -5);
    ADD("()");
    ADD("(i)", 5);
    ADD("ii", 1, 2);
    ADD("[i,i]", 1, 2);
    ADD("{s:i, s:[d]}", "a", 1, "b", 2.5);
    ADD("s#y#z", "abc", (Py_ssize_t)2, "a\0b", (Py_ssize_t)3, NULL);
    ADD("u u#", wide, wide, (Py_ssize_t)2);
    ADD("HIkK", 65535, 4294967295U, 18446744073709551615UL, 18446744073709551615ULL);
    ADD("C", 0x10ffff);
    ADD("(i(i(i)))", 1, 2, 3);
#undef ADD
    return list;
}

static PyObject *build_error(PyObject *self, PyObject *arg)
{
    PyObject *kept = PyList_New(0);
    Py_ssize_t before = Py_REFCNT(kept);
    PyObject *made = NULL;
    switch (PyLong_AsLong(arg)) {
    case 0: made = Py_BuildValue("(ON)", NULL, Py_NewRef(kept)); break;
    case 1: made = Py_BuildValue("(iN", 1, Py_NewRef(kept)); Py_DECREF(kept); break;
    case 2: made = Py_BuildValue("{i}", 1); break;
    case 3: made = Py_BuildValue("%"); break;
    case 4: made = Py_BuildValue("[NCN]", Py_NewRef(kept), -1, Py_NewRef(kept)); break;
    case 5: made = Py_BuildValue("{iNON}", 1, Py_NewRef(kept), NULL, Py_NewRef(kept)); break;
    }
    if (Py_REFCNT(kept) != before && PyLong_AsLong(arg) != 1) {
        PyErr_Clear();
        PyErr_Format(PyExc_AssertionError, "%zd counts instead of %zd", Py_REFCNT(kept), before);
    }
    Py_DECREF(kept);
    return made;
}

static PyObject *formatted(PyObject *self, PyObject *object)
{
    PyObject *list = PyList_New(0);
#define ADD(...) do { PyObject *made = PyUnicode_FromFormat(__VA_ARGS__); if (!made) return NULL; PyList_Append(list, made); Py_DECREF(made); } while (0)
    ADD("plain");
    ADD("%%|%c|%c", 'x', 0x1f600);
    ADD("%d %i %u %x %X %o", -1, -2, 3, 255, 255, 8);
    ADD("%ld %lld %zd %td %jd", -1L, -2LL, (Py_ssize_t)-3, (ptrdiff_t)-4, (intmax_t)-5);
    ADD("%lu %llu %zu %tu %ju", 1UL, 18446744073709551615ULL, (size_t)3, (ptrdiff_t)4, (uintmax_t)5);
    ADD("[%5d|%-5d|%05d|%-05d|%.3d|%8.3d|%08.3d|%*d|%*d]", -42, -42, -42, -42, 7, -7, -7, 6, 1, -6, 1);
    ADD("%p", (void *)0x1234);
    ADD("[%s|%5s|%-5s|%.2s|%5.2s|%.*s]", "abc", "abc", "abc", "abc", "abc", 1, "abc");
    ADD("[%s|%.2s|%.3s|%5.3s]", "\xc3\xa9\xff", "a\xc3\xa9", "\xe2\x82\xac!", "a\xc3\xa9z");
    ADD("[%ls|%6ls|%-6ls|%.2ls]", L"w\u0151", L"w\u0151", L"w\u0151", L"w\u0151x");
    ADD("%S %R %A", object, object, object);
    ADD("[%10U|%-10U|%.2U|%5.1U]", object, object, object, object);
    ADD("%V %V", object, "not this", NULL, "this");
    ADD("%lV", NULL, L"w\u0151");
    ADD("%T %#T %N %#N", object, object, Py_TYPE(object), Py_TYPE(object));
    ADD("%T %#T", list, list);
#undef ADD
    return list;
}

static PyObject *bytes_formatted(PyObject *self, PyObject *unused)
{
    return Py_BuildValue("NN", PyBytes_FromFormat("%% %c %d %ld %zd %u %lu %zu %i %x %s %.2s %10s %p", 255, -1, -2L, (Py_ssize_t)-3, 4, 5UL, (size_t)6, -7, 255, "abc", "abc", "abc", (void *)0x12),
                         PyBytes_FromFormat("a%db%qc%d", 1, 2));
}

/* Keeps a pointer to the contents of an empty object without a count: it is the one that never ends, however it was made. */
static PyObject *empty_stays(PyObject *self, PyObject *buffer)
{
    PyObject *text = PyUnicode_FromString("");
    PyObject *made[] = {PyUnicode_AsUTF8String(text), PyUnicode_AsLatin1String(text), PyUnicode_AsEncodedString(text, "utf-8", NULL),
                        PyBytes_FromObject(buffer), PyBytes_FromStringAndSize(NULL, 0), PyBytes_FromFormat("%s", "")};
    const char *kept = PyBytes_AsString(made[0]);
    int same = 1;
    for (size_t i = 0; i < sizeof made / sizeof *made; i++) {
        same &= made[i] == made[0];
        Py_DECREF(made[i]);
    }
    Py_DECREF(text);
    return PyBool_FromLong(same && *kept == 0);
}

static PyObject *format_error(PyObject *self, PyObject *arg)
{
    switch (PyLong_AsLong(arg)) {
    case 0: return PyUnicode_FromFormat("%c", 0x110000);
    case 1: return PyUnicode_FromFormat("a%y rest", 1);
    case 2: return PyUnicode_FromFormat("\xff%d", 1);
    case 3: return PyUnicode_FromFormat("%N", arg);
    case 4: return PyUnicode_FromFormat("%99999999999999999999d", 1);
    case 5: return PyUnicode_FromFormat("%ld%");
    case 6: return PyUnicode_FromFormat("%zs", "a");
    case 7: return PyUnicode_FromFormat("%5c", 'a');
    case 8: return PyErr_Format(PyExc_ValueError, "%s is %R, not %.3s", "it", arg, "abcdef");
    case 9:
        PyErr_SetString(PyExc_KeyError, "first");
        return PyErr_Format(PyExc_OSError, "only %d", 1);
    }
    Py_RETURN_NONE;
}

static PyObject *call(PyObject *self, PyObject *callable)
{
    PyObject *pair = Py_BuildValue("(ii)", 7, 8);
    PyObject *result = Py_BuildValue("[NNNNNN]", PyObject_CallFunction(callable, NULL), PyObject_CallFunction(callable, ""),
                         PyObject_CallFunction(callable, "i", 1), PyObject_CallFunction(callable, "is", 1, "x"),
                         PyObject_CallFunction(callable, "O", pair), PyObject_CallFunction(callable, "(i)", 3));
    Py_DECREF(pair);
    return result;
}

static PyObject *call_method(PyObject *self, PyObject *text)
{
    return Py_BuildValue("NN", PyObject_CallMethod(text, "upper", NULL), PyObject_CallMethod(text, "replace", "ss", "a", "bb"));
}

static PyObject *bad_method(PyObject *self, PyObject *object)
{
    return PyObject_CallMethod(object, "__doc__", "i", 1);
}

static PyObject *warn(PyObject *self, PyObject *arg)
{
    if (PyErr_WarnFormat(NULL, 1, "number %d", 1) < 0 || PyErr_WarnFormat(PyExc_UserWarning, 1, "object %S", arg) < 0
        || PyErr_ResourceWarning(arg, 1, "resource %S", arg) < 0
        || PyErr_WarnExplicitFormat(PyExc_SyntaxWarning, "file.py", 12, "mod", NULL, "explicit %d", 3) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyObject *unraisable(PyObject *self, PyObject *arg)
{
    PyErr_SetString(PyExc_ValueError, "lost");
    PyErr_FormatUnraisable("Exception ignored in %S", arg);
    PyErr_SetString(PyExc_ValueError, "lost again");
    PyErr_FormatUnraisable(NULL);
    return PyBool_FromLong(PyErr_Occurred() == NULL);
}

static PyObject *say(PyObject *self, PyObject *arg)
{
    PySys_WriteStdout("%s-%d\n", "out", 1);
    PySys_WriteStderr("%s-%d\n", "err", 2);
    PySys_FormatStdout("%R\n", arg);
    PySys_FormatStderr("%S\n", arg);
    char text[5];
    int n = PyOS_snprintf(text, sizeof text, "%s", "abcdefgh");
    return Py_BuildValue("is", n, text);
}

static PyObject *filled(PyObject *self, PyObject *unused)
{
    PyObject *a = PyUnicode_New(3, 127), *b = PyUnicode_New(4, 0xffff), *c = PyUnicode_New(2, 0x10ffff);
    memcpy(PyUnicode_1BYTE_DATA(a), "abc", 3);
    PyUnicode_Fill(b, 0, 4, 0x151);
    PyUnicode_CopyCharacters(b, 1, a, 0, 2);
    PyUnicode_WriteChar(c, 0, 0x1f600);
    PyUnicode_WRITE(PyUnicode_KIND(c), PyUnicode_DATA(c), 1, 'x');
    PyObject *d = PyUnicode_FromString("long enough a text");
    if (PyUnicode_Resize(&d, 4) < 0) {
        return NULL;
    }
    PyObject *e = PyUnicode_New(2, 255);
    PyUnicode_WRITE(PyUnicode_KIND(e), PyUnicode_DATA(e), 0, 0xe9);
    PyUnicode_WRITE(PyUnicode_KIND(e), PyUnicode_DATA(e), 1, 0xe8);
    if (PyUnicode_Resize(&e, 400) < 0 || PyUnicode_Fill(e, 2, 1000, '.') != 398 || PyUnicode_GetLength(e) != 400) {
        return NULL;
    }
    if (strlen(PyUnicode_AsUTF8(e)) != 402) {
        return PyErr_Format(PyExc_AssertionError, "utf-8 of the grown string");
    }
    PyObject *f = PyUnicode_FromString("start");
    PyObject *g = PyUnicode_FromString("-\xc3\xa9");
    PyUnicode_Append(&f, g);
    PyUnicode_AppendAndDel(&f, g);
    for (int i = 0; i < 100; i++) {
        PyObject *x = PyUnicode_FromFormat("%d", i);
        PyUnicode_AppendAndDel(&f, x);
    }
    return Py_BuildValue("(NNNNNN)", a, b, c, d, e, f);
}

static PyObject *fill_error(PyObject *self, PyObject *arg)
{
    PyObject *text = PyUnicode_New(3, 127), *wide = PyUnicode_FromString("\xc5\x91\xc5\x91\xc5\x91");
    Py_ssize_t result = 0;
    switch (PyLong_AsLong(arg)) {
    case 0: result = PyUnicode_Fill(text, 0, 3, 0x100); break;
    case 1: result = PyUnicode_Fill(text, -1, 3, 'a'); break;
    case 2: result = PyUnicode_WriteChar(text, 3, 'a'); break;
    case 3: result = PyUnicode_WriteChar(text, 0, 200); break;
    case 4: result = PyUnicode_CopyCharacters(text, 0, wide, 0, 3); break;
    case 5: result = PyUnicode_CopyCharacters(text, 2, wide, 0, 3); break;
    case 6: result = PyUnicode_CopyCharacters(text, 0, wide, 4, 3); break;
    case 7: result = PyUnicode_CopyCharacters(text, 0, wide, 0, -1); break;
    case 8: PyUnicode_Fill(text, 0, 3, 'x'); PyObject_Hash(text); result = PyUnicode_WriteChar(text, 0, 'a'); break;
    case 9: result = PyUnicode_New(-1, 0) ? 0 : -1; break;
    case 10: result = PyUnicode_New(1, 0x110000) ? 0 : -1; break;
    case 11: result = PyUnicode_FromStringAndSize("a", -1) ? 0 : -1; break;
    case 12: result = PyUnicode_FromKindAndData(3, "a", 1) ? 0 : -1; break;
    case 13: result = PyUnicode_FromOrdinal(-1) ? 0 : -1; break;
    case 14: result = PyUnicode_FromString("a\xff") ? 0 : -1; break;
    case 15: result = PyUnicode_AsUTF8(arg) ? 0 : -1; break;
    }
    if (result >= 0) {
        return PyErr_Format(PyExc_AssertionError, "no error in case %S", arg);
    }
    Py_DECREF(text);
    Py_DECREF(wide);
    return NULL;
}

static PyObject *written(PyObject *self, PyObject *object)
{
    PyUnicodeWriter *writer = PyUnicodeWriter_Create(0);
    Py_UCS4 points[] = {0x41, 0x1f601};
    if (PyUnicodeWriter_WriteUTF8(writer, "abc", -1) < 0 || PyUnicodeWriter_WriteChar(writer, 0xe9) < 0
        || PyUnicodeWriter_WriteStr(writer, object) < 0 || PyUnicodeWriter_WriteRepr(writer, object) < 0
        || PyUnicodeWriter_WriteWideChar(writer, L"w\u0151", -1) < 0 || PyUnicodeWriter_WriteUCS4(writer, points, 2) < 0
        || PyUnicodeWriter_Format(writer, "[%d %S]", 5, object) < 0 || PyUnicodeWriter_WriteUTF8(writer, "\xc3\xa9?", 2) < 0
        || PyUnicodeWriter_WriteRepr(writer, NULL) < 0) {
        PyUnicodeWriter_Discard(writer);
        return NULL;
    }
    for (int i = 0; i < 1000; i++) {
        PyUnicodeWriter_WriteChar(writer, 'a' + i % 26);
    }
    if (PyUnicodeWriter_WriteUTF8(writer, "bad\xff", -1) == 0) {
        return NULL;
    }
    PyErr_Clear();
    return PyUnicodeWriter_Finish(writer);
}

static PyObject *written_directly(PyObject *self, PyObject *object)
{
    _PyUnicodeWriter writer;
    _PyUnicodeWriter_Init(&writer);
    if (_PyUnicodeWriter_WriteStr(&writer, object) < 0) {
        return NULL;
    }
    writer.overallocate = 1;
    for (int i = 0; i < 300; i++) {
        if (_PyUnicodeWriter_Prepare(&writer, 2, 0x3b1) < 0) {
            return NULL;
        }
        PyUnicode_WRITE(writer.kind, writer.data, writer.pos, 'x');
        PyUnicode_WRITE(writer.kind, writer.data, writer.pos + 1, 0x3b1);
        writer.pos += 2;
    }
    if (_PyUnicodeWriter_WriteASCIIString(&writer, "end", 3) < 0 || _PyUnicodeWriter_WriteLatin1String(&writer, "\xe9", 1) < 0) {
        return NULL;
    }
    return _PyUnicodeWriter_Finish(&writer);
}

static PyObject *find(PyObject *self, PyObject *unused)
{
    PyObject *t = PyUnicode_FromString("abcabc\xc5\x91"), *n = PyUnicode_FromString("bc"), *none = PyUnicode_FromString("x");
    PyObject *result = Py_BuildValue("[nnnnnnnnniiiiN]", PyUnicode_Find(t, n, 0, 100, 1), PyUnicode_Find(t, n, 0, 100, -1), PyUnicode_Find(t, none, 0, 100, 1),
                         PyUnicode_FindChar(t, 0x151, 0, 100, 1), PyUnicode_FindChar(t, 'a', 1, -1, 1), PyUnicode_FindChar(t, 'c', 0, 5, -1),
                         PyUnicode_Count(t, n, 0, 100), PyUnicode_Tailmatch(t, n, 0, 6, 1), PyUnicode_Tailmatch(t, n, 1, 100, -1),
                         PyUnicode_CompareWithASCIIString(n, "bd"), PyUnicode_EqualToUTF8(t, "abcabc\xc5\x91"), PyUnicode_Compare(n, t), PyUnicode_Contains(t, none),
                         PyUnicode_Substring(t, 4, 100));
    Py_DECREF(t);
    Py_DECREF(n);
    Py_DECREF(none);
    return result;
}

static PyObject *interned(PyObject *self, PyObject *unused)
{
    PyObject *a = PyUnicode_FromFormat("some %s", "name_1234"), *b = PyUnicode_FromFormat("some %s", "name_1234");
    int apart = a != b;
    PyUnicode_InternInPlace(&a);
    PyUnicode_InternInPlace(&b);
    PyObject *c = PyUnicode_InternFromString("some name_1234");
    int same = a == b && b == c;
    Py_DECREF(a);
    Py_DECREF(b);
    Py_DECREF(c);
    return Py_BuildValue("ii", apart, same);
}

static PyObject *wide(PyObject *self, PyObject *text)
{
    Py_ssize_t n;
    wchar_t *w = PyUnicode_AsWideCharString(text, &n);
    if (!w) {
        return NULL;
    }
    wchar_t few[3] = {9, 9, 9};
    Py_ssize_t m = PyUnicode_AsWideChar(text, few, 2);
    Py_UCS4 *u = PyUnicode_AsUCS4Copy(text);
    PyObject *result = Py_BuildValue("NnniiN", PyUnicode_FromWideChar(w, -1), n, m, (int)few[0], (int)few[2], PyUnicode_FromKindAndData(4, u, n));
    PyMem_Free(w);
    PyMem_Free(u);
    return result;
}

static PyObject *path(PyObject *self, PyObject *args)
{
    PyObject *bytes = NULL, *text = NULL;
    int last;
    if (!PyArg_ParseTuple(args, "O&O&i", PyUnicode_FSConverter, &bytes, PyUnicode_FSDecoder, &text, &last)) {
        if (bytes || text) {
            return PyErr_Format(PyExc_AssertionError, "not cleaned up");
        }
        return NULL;
    }
    return Py_BuildValue("NN", bytes, text);
}

static PyMethodDef methods[] = {
    {"units", units, METH_VARARGS, NULL},
    {"one", one, METH_VARARGS, NULL},
    {"strings", strings, METH_VARARGS, NULL},
    {"objects", objects, METH_VARARGS, NULL},
    {"keywords", (PyCFunction)(void (*)(void))keywords, METH_VARARGS | METH_KEYWORDS, NULL},
    {"with_format", (PyCFunction)(void (*)(void))with_format, METH_VARARGS | METH_KEYWORDS, NULL},
    {"unpack", unpack, METH_VARARGS, NULL},
    {"old_style", old_style, METH_O, NULL},
    {"built", built, METH_NOARGS, NULL},
    {"build_error", build_error, METH_O, NULL},
    {"formatted", formatted, METH_O, NULL},
    {"bytes_formatted", bytes_formatted, METH_NOARGS, NULL},
    {"empty_stays", empty_stays, METH_O, NULL},
    {"format_error", format_error, METH_O, NULL},
    {"call", call, METH_O, NULL},
    {"call_method", call_method, METH_O, NULL},
    {"bad_method", bad_method, METH_O, NULL},
    {"warn", warn, METH_O, NULL},
    {"unraisable", unraisable, METH_O, NULL},
    {"say", say, METH_O, NULL},
    {"filled", filled, METH_NOARGS, NULL},
    {"fill_error", fill_error, METH_O, NULL},
    {"written", written, METH_O, NULL},
    {"written_directly", written_directly, METH_O, NULL},
    {"find", find, METH_NOARGS, NULL},
    {"interned", interned, METH_NOARGS, NULL},
    {"wide", wide, METH_O, NULL},
    {"path", path, METH_VARARGS, NULL},
    {NULL},
};

static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "texts", NULL, -1, methods};

PyMODINIT_FUNC PyInit_texts(void) { return PyModule_Create(&module); }
