/* Runs a function of Python's in several threads of C: see ../embedding.md. */
#include <Python.h>
#include <pthread.h>

static PyObject *work;

static void *run(void *result)
{
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject *value = PyObject_CallFunction(work, "i", 2000000);
    if (value != NULL) {
        *(long *)result = PyLong_AsLong(value);
        Py_DECREF(value);
    } else
        PyErr_Print();
    PyGILState_Release(state);
    return NULL;
}

int main(int argc, char **argv)
{
    PyConfig config;
    PyConfig_InitIsolatedConfig(&config);
    PyStatus status = PyConfig_SetBytesArgv(&config, argc, argv);
    if (!PyStatus_Exception(status))
        status = Py_InitializeFromConfig(&config);
    PyConfig_Clear(&config);
    if (PyStatus_Exception(status))
        Py_ExitStatusException(status);

    PyObject *space = PyDict_New();
    PyObject *done = PyRun_String("def work(n):\n    return sum(i * i % 7 for i in range(n))\n", Py_file_input, space, space);
    work = PyDict_GetItemString(space, "work");
    if (done == NULL || work == NULL) {
        PyErr_Print();
        return 1;
    }
    Py_DECREF(done);

    pthread_t threads[4];
    long results[4] = {0};
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < 4; i++)
        pthread_create(&threads[i], NULL, run, &results[i]);
    for (int i = 0; i < 4; i++)
        pthread_join(threads[i], NULL);
    Py_END_ALLOW_THREADS
    printf("%ld %ld %ld %ld\n", results[0], results[1], results[2], results[3]);

    Py_DECREF(space);
    return Py_FinalizeEx() == 0 ? 0 : 120;
}
