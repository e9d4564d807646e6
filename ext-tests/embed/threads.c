/* Threads of C that compute in Python: each enters by PyGILState_Ensure while main waits without the GIL. With `--time` the program says how much
   faster several threads were than one after the other. */
#include "common.h"
#include <pthread.h>
#include <time.h>

enum { THREADS = 4, ROUNDS = 20 };

static PyObject *work;   /* the function, borrowed from the module's namespace */
static PyObject *shared; /* a list that all of them append to */
static long results[THREADS];

static const char source[] =
    "import threading\n"
    "def work(n, shared):\n"
    "    total = 0\n"
    "    for i in range(n):\n"
    "        total += i * i % 7\n"
    "    shared.append(threading.get_ident())\n"
    "    return total\n";

static double seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static long compute(int n)
{
    PyObject *result = PyObject_CallFunction(work, "iO", n, shared);
    CHECK(result != NULL);
    long value = PyLong_AsLong(result);
    Py_DECREF(result);
    return value;
}

static void *run(void *argument)
{
    int number = (int)(intptr_t)argument;
    for (int round = 0; round < ROUNDS; round++) {
        PyGILState_STATE state = PyGILState_Ensure();
        CHECK(PyGILState_Check() == 1);
        /* Once more inside of itself. */
        PyGILState_STATE inner = PyGILState_Ensure();
        CHECK(inner == PyGILState_LOCKED);
        results[number] = compute(20000);
        PyGILState_Release(inner);
        CHECK(PyGILState_Check() == 1);
        PyGILState_Release(state);
    }
    return NULL;
}

static double timed(int together)
{
    pthread_t threads[THREADS];
    double before = seconds();
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, run, (void *)(intptr_t)i) == 0);
        if (!together)
            pthread_join(threads[i], NULL);
    }
    if (together)
        for (int i = 0; i < THREADS; i++)
            pthread_join(threads[i], NULL);
    Py_END_ALLOW_THREADS
    return seconds() - before;
}

int main(int argc, char **argv)
{
    Py_Initialize();
    PyObject *space = PyDict_New();
    PyObject *done = PyRun_String(source, Py_file_input, space, space);
    CHECK(done != NULL);
    Py_DECREF(done);
    work = PyDict_GetItemString(space, "work");
    shared = PyList_New(0);
    CHECK(work != NULL && shared != NULL);
    long expected = compute(20000);

    double together = timed(1);
    for (int i = 0; i < THREADS; i++)
        CHECK(results[i] == expected);
    CHECK(PyList_GET_SIZE(shared) == THREADS * ROUNDS + 1);

    double apart = timed(0);
    CHECK(PyList_GET_SIZE(shared) == 2 * THREADS * ROUNDS + 1);
    if (argc > 1 && strcmp(argv[1], "--time") == 0)
        printf("%.2f times as fast\n", apart / together);

    /* A thread that Python knows and one that it does not know meet in a lock of Python's. */
    CHECK(PyRun_SimpleString("import threading\nlock = threading.Lock()\n") == 0);
    Py_DECREF(shared);
    Py_DECREF(space);
    CHECK(Py_FinalizeEx() == 0);
    puts("done");
    return 0;
}
