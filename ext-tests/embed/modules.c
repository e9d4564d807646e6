/* Modules of the program itself: one of a single phase, one of several, and a table of them. */
#include "common.h"

static PyObject *twice(PyObject *self, PyObject *number)
{
    return PyNumber_Add(number, number);
}

static PyMethodDef functions[] = {{"twice", twice, METH_O, NULL}, {NULL, NULL, 0, NULL}};

static struct PyModuleDef single = {PyModuleDef_HEAD_INIT, .m_name = "single", .m_size = -1, .m_methods = functions};

static PyObject *init_single(void)
{
    PyObject *module = PyModule_Create(&single);
    if (module != NULL && PyModule_AddIntConstant(module, "answer", 42) < 0)
        Py_CLEAR(module);
    return module;
}

static int exec_several(PyObject *module)
{
    return PyModule_AddStringConstant(module, "text", "executed");
}

static PyModuleDef_Slot slots[] = {{Py_mod_exec, exec_several}, {0, NULL}};
static struct PyModuleDef several = {PyModuleDef_HEAD_INIT, .m_name = "several", .m_size = 0, .m_methods = functions, .m_slots = slots};

static PyObject *init_several(void)
{
    return PyModuleDef_Init(&several);
}

static PyObject *init_bad(void)
{
    PyErr_SetString(PyExc_RuntimeError, "not today");
    return NULL;
}

int main(void)
{
    CHECK(PyImport_AppendInittab("single", init_single) == 0);
    struct _inittab rows[] = {{"several", init_several}, {"bad", init_bad}, {NULL, NULL}};
    CHECK(PyImport_ExtendInittab(rows) == 0);
    Py_Initialize();
    CHECK(PyRun_SimpleString("import sys, single, several\n"
                             "print(single.twice(21), single.answer, several.twice('ab'), several.text)\n"
                             "print(single.__spec__.origin, several.__spec__.origin, sys.modules['single'] is single)\n"
                             "print([name in sys.builtin_module_names for name in ('single', 'several', 'bad', 'sys')])\n"
                             "try:\n    import bad\n"
                             "except RuntimeError as error:\n    print('RuntimeError:', error)\n"
                             "import importlib\n"
                             "try:\n    import never_added\n"
                             "except ImportError as error:\n    print(error)\n") == 0);
    PyObject *module = PyImport_ImportModule("several");
    PyObject *result = module ? PyObject_CallMethod(module, "twice", "i", 4) : NULL;
    CHECK(result != NULL && PyLong_AsLong(result) == 8);
    Py_DECREF(result);
    Py_DECREF(module);
    CHECK(Py_FinalizeEx() == 0);
    return 0;
}
