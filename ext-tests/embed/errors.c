/* What cannot be: bad configurations, usage errors, an interpreter that is asked for twice. Each says so, and the program goes on. */
#include "common.h"

static void tell(const char *what, PyStatus status)
{
    printf("%s: error %d, exit %d %d: %s\n", what, PyStatus_IsError(status), PyStatus_IsExit(status), status.exitcode,
           status.err_msg ? status.err_msg : "-");
    fflush(stdout);
}

static PyStatus with(const char *option)
{
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    config.use_environment = 0;
    char *arguments[] = {"app", (char *)option};
    PyStatus status = PyConfig_SetBytesArgv(&config, 2, arguments);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    return status;
}

int main(void)
{
    CHECK(!Py_IsInitialized());
    tell("null", Py_InitializeFromConfig(NULL));
    tell("tracemalloc", with("-Xtracemalloc=many"));
    tell("digits", with("-Xint_max_str_digits=5"));
    CHECK(!Py_IsInitialized());
    tell("usage", with("-Z"));
    CHECK(!Py_IsInitialized());

    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    OK(Py_InitializeFromConfig(&config));
    CHECK(Py_IsInitialized() && !Py_IsFinalizing());
    /* Nothing changes for one that runs. */
    OK(Py_InitializeFromConfig(&config));
    Py_Initialize();
    PyConfig_Clear(&config);
    CHECK(PyRun_SimpleString("raise SystemError('for the eyes')") == -1);
    CHECK(PyErr_Occurred() == NULL);
    CHECK(PyRun_SimpleString("this is no Python") == -1);
    CHECK(PyRun_SimpleString("print('goes on')") == 0);
    PyObject *space = PyDict_New();
    CHECK(PyRun_String("1/0", Py_eval_input, space, space) == NULL);
    CHECK(PyErr_ExceptionMatches(PyExc_ZeroDivisionError));
    PyErr_Clear();
    PyObject *three = PyRun_String("1 + 2", Py_eval_input, space, space);
    CHECK(three != NULL && PyLong_AsLong(three) == 3);
    Py_DECREF(three);
    Py_DECREF(space);
    CHECK(Py_FinalizeEx() == 0);
    CHECK(!Py_IsInitialized());
    CHECK(Py_FinalizeEx() == 0);
    return 0;
}
