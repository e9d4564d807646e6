/* The older way: functions and variables before Py_Initialize, files that are run afterwards. */
#include "common.h"

#pragma GCC diagnostic ignored "-Wdeprecated-declarations"

int main(int argc, char **argv)
{
    CHECK(argc > 1); /* a script */
    Py_SetProgramName(L"/opt/old/bin/app");
    Py_NoSiteFlag = 1;
    Py_DontWriteBytecodeFlag = 1;
    Py_IgnoreEnvironmentFlag = 1;
    Py_InitializeEx(0);
    CHECK(wcscmp(Py_GetProgramName(), L"/opt/old/bin/app") == 0);
    wchar_t *arguments[] = {L"shown", L"x"};
    PySys_SetArgvEx(2, arguments, 0);
    CHECK(PyRun_SimpleString("import sys\n"
                             "print(sys.argv, sys.executable, sys.flags.no_site, sys.flags.dont_write_bytecode, sys.flags.ignore_environment)\n") == 0);
    FILE *file = fopen(argv[1], "r");
    CHECK(file != NULL);
    CHECK(PyRun_SimpleFileEx(file, "script.py", 1) == 0);
    file = fopen(argv[1], "r");
    PyObject *space = PyDict_New();
    PyObject *done = PyRun_FileEx(file, "script.py", Py_file_input, space, space, 1);
    CHECK(done != NULL);
    Py_DECREF(done);
    CHECK(PyDict_GetItemString(space, "answer") != NULL);
    Py_DECREF(space);
    PyObject *code = Py_CompileString("6 * 7", "<here>", Py_eval_input);
    CHECK(code != NULL);
    PyObject *globals = PyDict_New();
    PyObject *value = PyEval_EvalCode(code, globals, globals);
    CHECK(value != NULL && PyLong_AsLong(value) == 42);
    Py_DECREF(value);
    Py_DECREF(globals);
    Py_DECREF(code);
    Py_Finalize();
    puts("done");
    return 0;
}
