/* One runtime in a process: after the end, a second beginning is refused with a reason. CPython would begin again. */
#include "common.h"

static void last(void)
{
    puts("at exit");
}

int main(void)
{
    Py_Initialize();
    CHECK(Py_AtExit(last) == 0);
    CHECK(PyRun_SimpleString("import atexit\natexit.register(print, 'atexit')\nprint('first')") == 0);
    CHECK(Py_FinalizeEx() == 0);
    CHECK(!Py_IsInitialized());
    PyConfig config;
    PyConfig_InitPythonConfig(&config);
    PyStatus status = Py_InitializeFromConfig(&config);
    CHECK(PyStatus_IsError(status));
    printf("%s: %s\n", status.func, status.err_msg);
    PyConfig_Clear(&config);
    CHECK(!Py_IsInitialized());
    return 0;
}
