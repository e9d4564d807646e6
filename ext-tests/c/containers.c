/* Lists, tuples, dicts, sets, slices. */

#include "check.h"

PyObject *_PyDict_NewPresized(Py_ssize_t);
int _PySet_NextEntry(PyObject *, Py_ssize_t *, PyObject **, Py_hash_t *);

static PyObject *lists(PyObject *self, PyObject *eval)
{
    PyObject *list = keep(PyList_New(3));
    CHECK(list != NULL && PyList_Size(list) == 3 && PyList_GetItem(list, 0) == NULL && !PyErr_Occurred());
    PyList_SET_ITEM(list, 0, PyLong_FromLong(1000));
    CHECK(PyList_SetItem(list, 1, PyLong_FromLong(2000)) == 0);
    CHECK(PyList_SetItem(list, 2, PyUnicode_FromString("x")) == 0);
    CHECK(PyList_SetItem(list, 2, PyLong_FromLong(3)) == 0);
    PyObject *item = keep(PyLong_FromLong(123456));
    Py_ssize_t count = Py_REFCNT(item);
    Py_INCREF(item);
    CHECK(PyList_SetItem(list, 3, item) == -1 && raised_text(PyExc_IndexError, "list assignment index out of range"));
    CHECK(Py_REFCNT(item) == count);
    Py_INCREF(item);
    CHECK(PyList_SetItem(Py_None, 0, item) == -1 && raised(PyExc_SystemError) && Py_REFCNT(item) == count);
    CHECK(PyList_Append(list, item) == 0 && Py_REFCNT(item) == count + 1);
    CHECK(PyList_Insert(list, -100, Py_None) == 0 && PyList_Insert(list, 100, Py_True) == 0 && PyList_Insert(list, -1, Py_False) == 0);
    CHECK(is(eval, Py_NewRef(list), "[None, 1000, 2000, 3, 123456, False, True]"));
    CHECK(is(eval, PyList_GetSlice(list, -4, 2), "[None, 1000]"));
    CHECK(is(eval, PyList_GetSlice(list, 5, 99), "[False, True]"));
    PyObject *two = value(eval, "(7, 8)");
    CHECK(PyList_SetSlice(list, 0, 3, two) == 0 && PyList_SetSlice(list, 3, 99, NULL) == 0);
    CHECK(is(eval, Py_NewRef(list), "[7, 8, 3]"));
    CHECK(PyList_Reverse(list) == 0 && is(eval, PyList_AsTuple(list), "(3, 8, 7)"));
    CHECK(PyList_Sort(list) == 0 && PyList_Extend(list, two) == 0 && is(eval, Py_NewRef(list), "[3, 7, 8, 7, 8]"));
    CHECK(PyList_Extend(list, Py_None) == -1 && raised(PyExc_TypeError));
    CHECK(PyList_GetItem(list, 5) == NULL && raised_text(PyExc_IndexError, "list index out of range"));
    CHECK(PyList_GetItem(list, -1) == NULL && raised(PyExc_IndexError));
    CHECK(PyList_GetItem(two, 0) == NULL && raised(PyExc_SystemError));
    CHECK(is(eval, PyList_GetItemRef(list, 1), "7"));
    CHECK(PyList_GetItemRef(two, 1) == NULL && raised_text(PyExc_TypeError, "expected a list"));
    CHECK(PyList_Clear(list) == 0 && PyList_GET_SIZE(list) == 0 && PyList_New(-1) == NULL && raised(PyExc_SystemError));
    /* Half filled: it ends all the same. */
    PyObject *half = PyList_New(4);
    PyList_SET_ITEM(half, 2, PyUnicode_FromString("half"));
    Py_DECREF(half);
    return passed();
}

static PyObject *tuples(PyObject *self, PyObject *eval)
{
    PyObject *tuple = PyTuple_New(3);
    PyTuple_SET_ITEM(tuple, 0, PyLong_FromLong(1));
    CHECK(PyTuple_SetItem(tuple, 1, PyList_New(0)) == 0 && PyTuple_SetItem(tuple, 1, PyUnicode_FromString("b")) == 0);
    CHECK(PyTuple_GetItem(tuple, 2) == NULL && !PyErr_Occurred());
    CHECK(PyTuple_SetItem(tuple, 3, PyLong_FromLong(99999)) == -1);
    CHECK(raised_text(PyExc_IndexError, "tuple assignment index out of range"));
    PyTuple_SET_ITEM(tuple, 2, PyFloat_FromDouble(2.5));
    CHECK(PyTuple_Size(tuple) == 3 && is(eval, PyTuple_GetSlice(tuple, -3, 2), "(1, 'b')"));
    PyObject *whole = PyTuple_GetSlice(tuple, 0, 99);
    CHECK(whole == tuple);
    CHECK(PyTuple_SetItem(tuple, 0, PyLong_FromLong(5)) == -1 && raised(PyExc_SystemError));
    Py_DECREF(whole);
    CHECK(PyTuple_GetItem(tuple, 3) == NULL && raised_text(PyExc_IndexError, "tuple index out of range"));
    CHECK(is(eval, PyTuple_Pack(3, tuple, Py_None, eval), "None") == 0 && raised(PyExc_AssertionError));
    CHECK(is(eval, PyTuple_Pack(2, tuple, Py_None), "((1, 'b', 2.5), None)"));
    CHECK(is(eval, PyTuple_Pack(0), "()"));
    CHECK(_PyTuple_Resize(&tuple, 5) == 0 && PyTuple_GET_SIZE(tuple) == 5 && PyTuple_GET_ITEM(tuple, 4) == NULL);
    PyTuple_SET_ITEM(tuple, 3, Py_NewRef(Py_True));
    PyTuple_SET_ITEM(tuple, 4, PyList_New(1));
    CHECK(_PyTuple_Resize(&tuple, 4) == 0 && is(eval, Py_NewRef(tuple), "(1, 'b', 2.5, True)"));
    Py_INCREF(tuple);
    PyObject *other = tuple;
    CHECK(_PyTuple_Resize(&other, 2) == -1 && other == NULL && raised(PyExc_SystemError));
    CHECK(_PyTuple_Resize(&tuple, 0) == 0 && is(eval, tuple, "()"));
    CHECK(PyTuple_New(-1) == NULL && raised(PyExc_SystemError) && PyTuple_Size(Py_None) == -1 && raised(PyExc_SystemError));
    /* A tuple that holds a list that holds it is collected. */
    PyObject *list = PyList_New(0), *cycle = PyTuple_New(1);
    PyTuple_SET_ITEM(cycle, 0, list);
    CHECK(PyList_Append(list, cycle) == 0);
    Py_DECREF(cycle);
    CHECK(PyGC_Collect() >= 0);
    return passed();
}

static PyObject *dicts(PyObject *self, PyObject *eval)
{
    PyObject *dict = keep(PyDict_New()), *key = value(eval, "'k'"), *number = value(eval, "12345"), *bad = value(eval, "[]"), *got = NULL;
    CHECK(PyDict_SetItem(dict, key, number) == 0 && PyDict_SetItemString(dict, "s", Py_True) == 0 && PyDict_Size(dict) == 2);
    CHECK(PyDict_GetItem(dict, key) == number && PyDict_GetItemString(dict, "s") == Py_True && PyDict_GetItemString(dict, "no") == NULL);
    CHECK(PyDict_GetItem(dict, bad) == NULL && !PyErr_Occurred() && PyDict_GetItem(number, key) == NULL && !PyErr_Occurred());
    CHECK(PyDict_GetItemWithError(dict, key) == number);
    CHECK(PyDict_GetItemWithError(dict, bad) == NULL);
    CHECK(raised_text(PyExc_TypeError, "cannot use 'list' as a dict key (unhashable type: 'list')"));
    CHECK(PyDict_GetItemWithError(number, key) == NULL && raised(PyExc_SystemError));
    CHECK(PyDict_GetItemRef(dict, key, &got) == 1 && got == number);
    Py_DECREF(got);
    got = dict;
    CHECK(PyDict_GetItemRef(dict, Py_None, &got) == 0 && got == NULL);
    got = dict;
    CHECK(PyDict_GetItemStringRef(dict, "s", &got) == 1 && got == Py_True && PyDict_GetItemStringRef(dict, "t", &got) == 0 && got == NULL);
    CHECK(PyDict_Contains(dict, key) == 1 && PyDict_ContainsString(dict, "t") == 0 && PyDict_Contains(dict, bad) == -1 && raised(PyExc_TypeError));
    CHECK(PyDict_SetDefault(dict, key, Py_None) == number && PyDict_SetDefault(dict, Py_None, Py_None) == Py_None);
    CHECK(PyDict_SetDefaultRef(dict, key, Py_None, &got) == 1 && got == number);
    Py_DECREF(got);
    CHECK(PyDict_SetDefaultRef(dict, Py_False, Py_True, &got) == 0 && got == Py_True);
    CHECK(PyDict_SetDefaultRef(dict, Py_False, Py_None, NULL) == 1);
    CHECK(PyDict_DelItem(dict, Py_False) == 0 && PyDict_DelItem(dict, Py_False) == -1 && raised_text(PyExc_KeyError, "False"));
    CHECK(PyDict_DelItemString(dict, "zz") == -1 && raised_text(PyExc_KeyError, "'zz'"));
    CHECK(PyDict_Pop(dict, Py_None, &got) == 1 && got == Py_None && PyDict_Pop(dict, Py_None, &got) == 0 && got == NULL);
    CHECK(PyDict_PopString(dict, "s", NULL) == 1 && PyDict_PopString(dict, "s", &got) == 0);
    CHECK(is(eval, Py_NewRef(dict), "{'k': 12345}"));
    Py_ssize_t position = 0, steps = 0;
    PyObject *seen_key, *seen_value;
    PyDict_SetItemString(dict, "a", Py_None);
    PyDict_SetItemString(dict, "b", Py_None);
    PyDict_DelItemString(dict, "a");
    while (PyDict_Next(dict, &position, &seen_key, &seen_value)) {
        CHECK(PyDict_GetItem(dict, seen_key) == seen_value && PyDict_SetItem(dict, seen_key, Py_True) == 0);
        steps++;
    }
    CHECK(steps == 2 && is(eval, PyDict_Copy(dict), "{'k': True, 'b': True}"));
    position = 0;
    CHECK(PyDict_Next(dict, &position, NULL, NULL) && !PyDict_Next(number, &position, NULL, NULL));
    CHECK(is(eval, PyDict_Keys(dict), "['k', 'b']") && is(eval, PyDict_Values(dict), "[True, True]"));
    CHECK(is(eval, PyDict_Items(dict), "[('k', True), ('b', True)]"));
    PyObject *more = value(eval, "{'b': 1, 'c': 2}"), *pairs = value(eval, "[('b', 3), ['d', 4]]"), *broken = value(eval, "[1]");
    CHECK(PyDict_Merge(dict, more, 0) == 0 && is(eval, PyDict_Copy(dict), "{'k': True, 'b': True, 'c': 2}"));
    CHECK(PyDict_Update(dict, more) == 0 && is(eval, PyDict_Copy(dict), "{'k': True, 'b': 1, 'c': 2}"));
    CHECK(PyDict_Update(dict, number) == -1 && raised_text(PyExc_AttributeError, "'int' object has no attribute 'keys'"));
    CHECK(PyDict_MergeFromSeq2(dict, pairs, 0) == 0 && is(eval, PyDict_Copy(dict), "{'k': True, 'b': 1, 'c': 2, 'd': 4}"));
    CHECK(PyDict_MergeFromSeq2(dict, broken, 1) == -1);
    CHECK(raised_text(PyExc_TypeError, "object is not iterable"));
    PyObject *wide = _PyDict_NewPresized(100);
    CHECK(wide != NULL && PyDict_SetItem(wide, number, number) == 0 && is(eval, wide, "{12345: 12345}"));
    PyDict_Clear(dict);
    PyDict_Clear(number);
    CHECK(PyDict_Size(dict) == 0 && PyDict_GET_SIZE(dict) == 0);
    PyObject *ordered = keep(PyODict_New());
    CHECK(PyODict_SetItem(ordered, key, number) == 0 && PyODict_Check(ordered) && PyODict_DelItem(ordered, key) == 0);
    return passed();
}

/* What is raised already stays, and what comes is hidden. */
static PyObject *dict_errors(PyObject *self, PyObject *eval)
{
    PyObject *dict = value(eval, "{type('H', (), {'__hash__': lambda s: 1, '__eq__': lambda s, o: 1 / 0})(): 1}");
    PyObject *one = PyLong_FromLong(1);
    PyErr_SetString(PyExc_KeyError, "before");
    CHECK(PyDict_GetItem(dict, Py_None) == NULL && raised(PyExc_KeyError));
    CHECK(PyDict_GetItemWithError(dict, one) == NULL && raised(PyExc_ZeroDivisionError));
    PyObject *got = one;
    CHECK(PyDict_GetItemRef(dict, one, &got) == -1 && got == NULL && raised(PyExc_ZeroDivisionError));
    CHECK(PyDict_Contains(dict, one) == -1 && raised(PyExc_ZeroDivisionError));
    CHECK(PyDict_SetItem(dict, one, one) == -1 && raised(PyExc_ZeroDivisionError));
    CHECK(PyDict_Pop(dict, one, &got) == -1 && got == NULL && raised(PyExc_ZeroDivisionError));
    return passed();
}

static PyObject *sets(PyObject *self, PyObject *eval)
{
    PyObject *set = keep(PySet_New(NULL)), *frozen = keep(PyFrozenSet_New(NULL)), *bad = value(eval, "[]"), *inner = value(eval, "{1}");
    CHECK(PySet_Add(set, Py_None) == 0 && PySet_Add(set, Py_None) == 0 && PySet_Size(set) == 1 && PySet_GET_SIZE(set) == 1);
    CHECK(PySet_Add(frozen, Py_True) == 0 && PySet_Size(frozen) == 1);
    keep(Py_NewRef(frozen));
    CHECK(PySet_Add(frozen, Py_None) == -1 && raised(PyExc_SystemError));
    CHECK(PySet_Add(set, bad) == -1 && raised_text(PyExc_TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"));
    CHECK(PySet_Contains(set, Py_None) == 1 && PySet_Contains(frozen, Py_None) == 0 && PySet_Contains(set, inner) == -1 && raised(PyExc_TypeError));
    CHECK(PySet_Contains(bad, Py_None) == -1 && raised(PyExc_SystemError));
    CHECK(PySet_Discard(set, Py_None) == 1 && PySet_Discard(set, Py_None) == 0 && PySet_Discard(frozen, Py_None) == -1 && raised(PyExc_SystemError));
    CHECK(PySet_Pop(set) == NULL && raised_text(PyExc_KeyError, "'pop from an empty set'"));
    PyObject *text = value(eval, "'abcabc'");
    CHECK(is(eval, PySet_New(text), "set('abc')") && is(eval, PyFrozenSet_New(text), "frozenset('abc')"));
    PyObject *same = keep(PyFrozenSet_New(frozen));
    CHECK(same != frozen && PySet_Size(same) == 1 && PySet_New(Py_None) == NULL && raised_text(PyExc_TypeError, "'NoneType' object is not iterable"));
    PyObject *letters = keep(PySet_New(text)), *key;
    Py_ssize_t position = 0, steps = 0;
    Py_hash_t hash;
    while (_PySet_NextEntry(letters, &position, &key, &hash)) {
        CHECK(hash == PyObject_Hash(key));
        steps++;
    }
    CHECK(steps == 3 && PySet_Clear(letters) == 0 && PySet_Size(letters) == 0);
    return passed();
}

static PyObject *slices(PyObject *self, PyObject *eval)
{
    PyObject *three = PyLong_FromLong(3), *slice = PySlice_New(NULL, three, NULL);
    Py_ssize_t start, stop, step, count;
    CHECK(PySlice_Unpack(slice, &start, &stop, &step) == 0 && start == 0 && stop == 3 && step == 1);
    CHECK(PySlice_AdjustIndices(2, &start, &stop, step) == 2 && stop == 2);
    PyObject *back = value(eval, "slice(None, -100, -2)"), *zero = value(eval, "slice(1, 2, 0)"), *bad = value(eval, "slice('a')");
    CHECK(PySlice_GetIndicesEx(back, 5, &start, &stop, &step, &count) == 0 && start == 4 && stop == -1 && step == -2 && count == 3);
    CHECK(PySlice_Unpack(zero, &start, &stop, &step) == -1 && raised_text(PyExc_ValueError, "slice step cannot be zero"));
    CHECK(PySlice_Unpack(bad, &start, &stop, &step) == -1);
    CHECK(raised_text(PyExc_TypeError, "slice indices must be integers or None or have an __index__ method"));
    CHECK(PySlice_GetIndices(slice, 10, &start, &stop, &step) == 0 && stop == 3 && PySlice_GetIndices(slice, 2, &start, &stop, &step) == -1);
    CHECK(!PyErr_Occurred() && is(eval, slice, "slice(None, 3, None)"));
    return passed();
}

static PyMethodDef table[] = {
    TEST(lists), TEST(tuples), TEST(dicts), TEST(dict_errors), TEST(sets), TEST(slices), {NULL},
};
MODULE(containers, table)
