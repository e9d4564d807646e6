/* A program that runs Python inside of itself. */
#include <Python.h>

int main(void)
{
    Py_Initialize();
    int failed = PyRun_SimpleString("import sys; print('hosted by', sys.version_info[:2])");
    return Py_FinalizeEx() < 0 || failed;
}
