/* The interpreter comes up in a thread that is not the process's first; the first one enters like any other. */
#include "common.h"
#include <pthread.h>
#include <semaphore.h>

static sem_t up, may_end;

static void *run(void *unused)
{
    Py_Initialize();
    CHECK(PyRun_SimpleString("import threading\nhome = threading.get_ident()\n"
                             "print(threading.current_thread() is threading.main_thread())\n"
                             "def deep(n):\n    return n and 1 + deep(n - 1)\n"
                             "print(deep(500))\n") == 0);
    PyThreadState *state = PyEval_SaveThread();
    sem_post(&up);
    sem_wait(&may_end);
    PyEval_RestoreThread(state);
    CHECK(Py_FinalizeEx() == 0);
    return NULL;
}

int main(void)
{
    sem_init(&up, 0, 0);
    sem_init(&may_end, 0, 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, run, NULL) == 0);
    sem_wait(&up);
    PyGILState_STATE state = PyGILState_Ensure();
    CHECK(PyRun_SimpleString("print(threading.get_ident() == home, threading.current_thread() is threading.main_thread())\n"
                             "started = threading.Thread(target=lambda: print('a thread of Python'))\n"
                             "started.start()\nstarted.join()\n") == 0);
    PyGILState_Release(state);
    sem_post(&may_end);
    pthread_join(thread, NULL);
    CHECK(!Py_IsInitialized());
    puts("done");
    return 0;
}
