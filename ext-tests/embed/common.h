/* What the programs share: a check that says where it failed. */
#include <Python.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                             \
    do {                                                                             \
        if (!(condition)) {                                                          \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);  \
            if (Py_IsInitialized() && PyGILState_Check() && PyErr_Occurred())        \
                PyErr_Print();                                                       \
            exit(99);                                                                \
        }                                                                            \
    } while (0)

/* A status that must be good. */
#define OK(call)                                                                     \
    do {                                                                             \
        PyStatus status_ = (call);                                                   \
        if (PyStatus_Exception(status_)) {                                           \
            fprintf(stderr, "%s:%d: %s: %s: %s\n", __FILE__, __LINE__, #call,         \
                    status_.func ? status_.func : "", status_.err_msg ? status_.err_msg : ""); \
            exit(98);                                                                \
        }                                                                            \
    } while (0)
