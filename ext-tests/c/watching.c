/* Who watches objects, memory and frames; wrappers of slots; tables of pointers; pending calls. */

#include "check.h"

typedef struct {
    int begun, ended;
    PyObject *first, *last;
} Seen;

static int witness(PyObject *object, PyRefTracerEvent event, void *data)
{
    Seen *seen = data;
    if (event == PyRefTracer_CREATE) {
        seen->begun++;
        seen->first = object;
    } else {
        seen->ended++;
        seen->last = object;
    }
    return 0;
}

static PyObject *tracers(PyObject *self, PyObject *eval)
{
    void *data = &data, *before_data;
    PyRefTracer before = PyRefTracer_GetTracer(&before_data);
    CHECK(before == NULL && before_data == NULL);
    Seen seen = {0};
    CHECK(PyRefTracer_SetTracer(witness, &seen) == 0 && PyRefTracer_GetTracer(&data) == witness && data == &seen);
    PyObject *list = PyList_New(0);
    CHECK(seen.begun == 1 && seen.first == list && seen.ended == 0);
    Py_DECREF(list);
    CHECK(seen.begun == 1 && seen.ended == 1 && seen.last == list);
    /* Leaves, which have nothing in front, and what they are part of. */
    PyObject *number = PyFloat_FromDouble(2.5), *pair = PyTuple_Pack(1, number);
    CHECK(seen.begun == 3 && seen.first == pair);
    Py_DECREF(number);
    CHECK(seen.ended == 1);
    Py_DECREF(pair);
    CHECK(seen.ended == 3);
    /* Memory of C's that becomes an object. */
    PyObject *own = PyObject_Init(PyObject_Malloc(sizeof(PyObject)), &PyBaseObject_Type);
    CHECK(seen.begun == 4 && seen.first == own);
    Py_DECREF(own);
    CHECK(seen.ended == 4);
    CHECK(PyRefTracer_SetTracer(NULL, NULL) == 0 && PyRefTracer_GetTracer(NULL) == NULL);
    Py_DECREF(PyList_New(0));
    CHECK(seen.begun == 4 && seen.ended == 4);
    return passed();
}

/* --- allocators that refuse --- */

static PyMemAllocatorEx before;

static void *refuse(void *context, size_t bytes)
{
    return bytes >= 5000 ? NULL : before.malloc(before.ctx, bytes);
}

static void *refuse_again(void *context, void *memory, size_t bytes)
{
    return bytes >= 5000 ? NULL : before.realloc(before.ctx, memory, bytes);
}

static void *refuse_zeros(void *context, size_t items, size_t bytes)
{
    return before.calloc(before.ctx, items, bytes);
}

static void give_back(void *context, void *memory)
{
    before.free(before.ctx, memory);
}

static PyObject *refused(PyObject *self, PyObject *eval)
{
    PyMemAllocatorEx strict = {NULL, refuse, refuse_zeros, refuse_again, give_back};
    PyObject *made = PyBytes_FromStringAndSize(NULL, 100);
    PyUnicodeWriter *writer = PyUnicodeWriter_Create(0);
    CHECK(made != NULL && writer != NULL && PyUnicodeWriter_WriteUTF8(writer, "start", 5) == 0);
    PyMem_GetAllocator(PYMEM_DOMAIN_OBJ, &before);
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &strict);
    int resized = _PyBytes_Resize(&made, 6000);
    PyObject *error = PyErr_GetRaisedException();
    int written = 0;
    for (int i = 0; i < 1000 && written == 0; i++) {
        written = PyUnicodeWriter_WriteUTF8(writer, "twenty characters ..", 20);
    }
    PyObject *second = PyErr_GetRaisedException();
    PyMem_SetAllocator(PYMEM_DOMAIN_OBJ, &before);
    CHECK(resized == -1 && made == NULL && error != NULL && Py_IS_TYPE(error, (PyTypeObject *)PyExc_MemoryError));
    CHECK(written == -1 && second != NULL && Py_IS_TYPE(second, (PyTypeObject *)PyExc_MemoryError));
    keep(error);
    keep(second);
    PyUnicodeWriter_Discard(writer);
    return passed();
}

/* --- wrappers --- */

static PyObject *add(PyObject *object, PyObject *arguments, void *wrapped)
{
    return Py_BuildValue("OOi", object, arguments, *(int *)wrapped);
}

static PyObject *add_keywords(PyObject *object, PyObject *arguments, void *wrapped, PyObject *keywords)
{
    return Py_BuildValue("OOiO", object, arguments, *(int *)wrapped, keywords ? keywords : Py_None);
}

static PyObject *wrappers(PyObject *self, PyObject *eval)
{
    static int number = 7;
    static struct wrapperbase plain = {"plain", 0, NULL, add, "plain($self, other, /)\n--\n\nAdds.", 0, NULL};
    static struct wrapperbase named = {"named", 0, NULL, (wrapperfunc)(void (*)(void))add_keywords, NULL, PyWrapperFlag_KEYWORDS, NULL};
    PyObject *name = keep(PyUnicode_InternFromString("plain"));
    plain.name_strobj = name;
    named.name_strobj = keep(PyUnicode_InternFromString("named"));
    PyObject *first = keep(PyDescr_NewWrapper(&PyLong_Type, &plain, &number)), *second = keep(PyDescr_NewWrapper(&PyLong_Type, &named, &number));
    CHECK(first != NULL && second != NULL && Py_IS_TYPE(first, &PyWrapperDescr_Type));
    CHECK(is(eval, PyObject_GetAttrString(first, "__name__"), "'plain'") && is(eval, PyObject_GetAttrString(first, "__doc__"), "'Adds.'"));
    CHECK(is(eval, PyObject_GetAttrString(first, "__text_signature__"), "'($self, other, /)'"));
    CHECK(is(eval, PyObject_Repr(first), "\"<slot wrapper 'plain' of 'int' objects>\""));
    PyObject *five = keep(PyLong_FromLong(5)), *text = value(eval, "'x'"), *none = keep(PyTuple_New(0));
    CHECK(is(eval, PyObject_CallFunctionObjArgs(first, five, text, NULL), "(5, ('x',), 7)"));
    CHECK(PyObject_CallFunctionObjArgs(first, text, NULL) == NULL);
    CHECK(raised_text(PyExc_TypeError, "descriptor 'plain' requires a 'int' object but received a 'str'"));
    PyObject *bound = keep(PyWrapper_New(second, five)), *keywords = value(eval, "{'key': 1}");
    CHECK(is(eval, PyObject_Call(bound, none, NULL), "(5, (), 7, None)") && is(eval, PyObject_Call(bound, none, keywords), "(5, (), 7, {'key': 1})"));
    bound = keep(PyWrapper_New(first, five));
    CHECK(PyObject_Call(bound, none, keywords) == NULL && raised_text(PyExc_TypeError, "wrapper plain() takes no keyword arguments"));
    return passed();
}

/* --- memory that the program traces --- */

static PyObject *traced_memory(PyObject *self, PyObject *eval)
{
    static char block[100];
    CHECK(PyTraceMalloc_Track(1234, (uintptr_t)block, sizeof block) == -2 && PyTraceMalloc_Untrack(1234, (uintptr_t)block) == -2);
    PyObject *module = keep(PyImport_ImportModule("tracemalloc"));
    CHECK(module != NULL);
    Py_XDECREF(PyObject_CallMethod(module, "start", NULL));
    int status = PyTraceMalloc_Track(1234, (uintptr_t)block, sizeof block);
    Py_BEGIN_ALLOW_THREADS
    status |= PyTraceMalloc_Track(1235, (uintptr_t)block, sizeof block);
    Py_END_ALLOW_THREADS
    PyObject *find = value(eval, "lambda: sorted((t.domain, t.size) for t in __import__('tracemalloc').take_snapshot().traces if t.domain)");
    int both = is(eval, PyObject_CallNoArgs(find), "[(1234, 100), (1235, 100)]");
    status |= PyTraceMalloc_Untrack(1234, (uintptr_t)block) | PyTraceMalloc_Untrack(1234, (uintptr_t)block);
    int one = is(eval, PyObject_CallNoArgs(find), "[(1235, 100)]");
    Py_XDECREF(PyObject_CallMethod(module, "stop", NULL));
    CHECK(status == 0 && both && one);
    return passed();
}

/* --- keys of constants --- */

PyAPI_FUNC(PyObject *) _PyCode_ConstantKey(PyObject *);

static int same_keys(PyObject *eval, const char *a, const char *b)
{
    PyObject *left = value(eval, a), *right = value(eval, b);
    PyObject *keys[] = {keep(_PyCode_ConstantKey(left)), keep(_PyCode_ConstantKey(right))};
    return keys[0] == NULL || keys[1] == NULL ? -1 : PyObject_RichCompareBool(keys[0], keys[1], Py_EQ);
}

static PyObject *constants(PyObject *self, PyObject *eval)
{
    CHECK(same_keys(eval, "0.0", "-0.0") == 0 && same_keys(eval, "1", "True") == 0 && same_keys(eval, "1", "1") == 1);
    CHECK(same_keys(eval, "complex(0.0, -0.0)", "0j") == 0 && same_keys(eval, "1.5", "1.5") == 1);
    CHECK(same_keys(eval, "(1, (0.0,))", "(1, (-0.0,))") == 0 && same_keys(eval, "(1, (0.0,))", "(1, (0.0,))") == 1);
    CHECK(passed() != NULL);
    CHECK(same_keys(eval, "frozenset([1, 'a'])", "frozenset(['a', 1])") == 1 && same_keys(eval, "frozenset([1])", "frozenset([True])") == 0);
    CHECK(same_keys(eval, "slice(0, 1)", "slice(0, True)") == 0 && same_keys(eval, "...", "...") == 1);
    return passed();
}

/* --- stacks, frames, threads --- */

static PyObject *stacks(PyObject *self, PyObject *eval)
{
    PyThreadState *state = PyThreadState_Get();
    CHECK(PyUnstable_ThreadState_SetStackProtection(state, &state, 1000) == -1 && raised(PyExc_ValueError));
    char here;
    /* The thread's stack again, but no more than what lies below here. */
    CHECK(PyUnstable_ThreadState_SetStackProtection(state, &here - (512 << 10), 512 << 10) == 0);
    CHECK(is(eval, evaluated(eval, "(lambda f: f(f, 50))(lambda f, n: n and f(f, n - 1))"), "0"));
    PyUnstable_ThreadState_ResetStackProtection(state);
    CHECK(is(eval, evaluated(eval, "(lambda f: f(f, 50))(lambda f, n: n and f(f, n - 1))"), "0"));
    PyObject *frames = keep(_PyThread_CurrentFrames());
    CHECK(frames != NULL && PyDict_CheckExact(frames) && PyDict_Size(frames) >= 1);
    PyObject *frame = value(eval, "__import__('sys')._getframe()");
    CHECK(frame != NULL && _PyFrame_IsEntryFrame((PyFrameObject *)PyEval_GetFrame()) >= 0);
    return passed();
}

static int calls;

static int count(void *argument)
{
    calls += argument == NULL ? 1 : *(int *)argument;
    return 0;
}

static PyObject *pending(PyObject *self, PyObject *eval)
{
    int five = 5, added = 0;
    calls = 0;
    CHECK(Py_AddPendingCall(count, &five) == 0 && Py_AddPendingCall(count, NULL) == 0 && Py_MakePendingCalls() == 0 && calls == 6);
    while (added < 100 && Py_AddPendingCall(count, NULL) == 0) {
        added++;
    }
    CHECK(Py_MakePendingCalls() == 0 && added == 32 && calls == 38);
    return passed();
}

/* --- trace functions --- */

static int lines, left_to_raise;

static int hear(PyObject *object, PyFrameObject *frame, int what, PyObject *arg)
{
    if (what != PyTrace_LINE || object != Py_Ellipsis) {
        return 0;
    }
    lines++;
    if (left_to_raise > 0 && --left_to_raise == 0) {
        PyErr_SetString(PyExc_KeyError, "heard");
        return -1;
    }
    return 0;
}

static PyObject *begin(PyObject *self, PyObject *none)
{
    PyEval_SetTrace(hear, Py_Ellipsis);
    Py_RETURN_NONE;
}

static PyObject *end(PyObject *self, PyObject *none)
{
    PyEval_SetTrace(NULL, NULL);
    Py_RETURN_NONE;
}

/* A function of C's hears of the lines of a frame that ran before, and goes on hearing after an error of its own. */
static PyObject *lines_heard(PyObject *self, PyObject *eval)
{
    static PyMethodDef starts = {"begin", begin, METH_NOARGS}, ends = {"end", end, METH_NOARGS};
    const char *text =
        "def plain(begin, end):\n"
        "    begin()\n"
        "    a = 1\n"
        "    b = 2\n"
        "    end()\n"
        "    return a + b\n"
        "def failing(begin, end):\n"
        "    try:\n"
        "        begin()\n"
        "        a = 1\n"
        "    except KeyError:\n"
        "        a = 2\n"
        "    end()\n"
        "    return a\n";
    PyObject *space = keep(PyDict_New()), *first = keep(PyCFunction_New(&starts, NULL)), *last = keep(PyCFunction_New(&ends, NULL));
    PyObject *ran = PyRun_String(text, Py_file_input, space, space);
    CHECK(ran != NULL);
    Py_DECREF(ran);
    lines = left_to_raise = 0;
    CHECK(is(eval, PyObject_CallFunctionObjArgs(PyDict_GetItemString(space, "plain"), first, last, NULL), "3") && lines == 3);
    left_to_raise = 1;
    lines = 0;
    CHECK(is(eval, PyObject_CallFunctionObjArgs(PyDict_GetItemString(space, "failing"), first, last, NULL), "2") && lines == 4);
    PyDict_Clear(space);
    return passed();
}

/* --- tables of pointers --- */

typedef struct table Table;
extern Table *_Py_hashtable_new(Py_uhash_t (*)(const void *), int (*)(const void *, const void *));
extern int _Py_hashtable_compare_direct(const void *, const void *);
extern int _Py_hashtable_set(Table *, const void *, void *);
extern void *_Py_hashtable_get(Table *, const void *);
extern void *_Py_hashtable_steal(Table *, const void *);
extern int _Py_hashtable_foreach(Table *, int (*)(Table *, const void *, const void *, void *), void *);
extern void _Py_hashtable_clear(Table *);
extern void _Py_hashtable_destroy(Table *);

/* Many keys share a bucket. */
static Py_uhash_t few_hashes(const void *key)
{
    return (uintptr_t)key % 7;
}

static int sum(Table *table, const void *key, const void *value, void *data)
{
    *(uintptr_t *)data += (uintptr_t)value;
    return (uintptr_t)key == 1000;
}

static PyObject *tables(PyObject *self, PyObject *eval)
{
    Table *table = _Py_hashtable_new(few_hashes, _Py_hashtable_compare_direct);
    CHECK(table != NULL && _Py_hashtable_get(table, (void *)1) == NULL);
    for (uintptr_t key = 1; key <= 200; key++) {
        CHECK(_Py_hashtable_set(table, (void *)key, (void *)(key * 2)) == 0);
    }
    for (uintptr_t key = 1; key <= 200; key++) {
        CHECK(_Py_hashtable_get(table, (void *)key) == (void *)(key * 2));
    }
    uintptr_t all = 0;
    CHECK(*(size_t *)table == 200 && _Py_hashtable_foreach(table, sum, &all) == 0 && all == 200 * 201);
    for (uintptr_t key = 1; key <= 195; key++) {
        CHECK(_Py_hashtable_steal(table, (void *)key) == (void *)(key * 2) && _Py_hashtable_steal(table, (void *)key) == NULL);
    }
    CHECK(*(size_t *)table == 5 && _Py_hashtable_get(table, (void *)196) == (void *)392 && _Py_hashtable_get(table, (void *)195) == NULL);
    CHECK(_Py_hashtable_set(table, (void *)1000, NULL) == 0 && _Py_hashtable_foreach(table, sum, &all) == 1);
    _Py_hashtable_clear(table);
    CHECK(*(size_t *)table == 0 && _Py_hashtable_get(table, (void *)200) == NULL);
    _Py_hashtable_destroy(table);
    return passed();
}

static PyMethodDef table[] = {
    TEST(tracers), TEST(refused), TEST(wrappers), TEST(traced_memory), TEST(constants), TEST(stacks), TEST(pending), TEST(lines_heard), TEST(tables), {NULL},
};
MODULE(watching, table)
