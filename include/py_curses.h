/* The C API of the module `_curses`, through a capsule: an array of a type and three tests. */
#ifndef Py_CURSES_H
#define Py_CURSES_H

#include "Python.h"

#if defined(__has_include)
#  if __has_include(<ncursesw/curses.h>)
#    include <ncursesw/curses.h>
#  else
#    include <curses.h>
#  endif
#else
#  include <curses.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

#define PyCurses_API_pointers 4
#define PyCurses_CAPSULE_NAME "_curses._C_API"

typedef struct PyCursesWindowObject {
    PyObject_HEAD
    WINDOW *win;
    char *encoding;
    struct PyCursesWindowObject *orig;
} PyCursesWindowObject;

#ifndef CURSES_MODULE

static void **PyCurses_API;

#define import_curses() PyCurses_API = (void **)PyCapsule_Import(PyCurses_CAPSULE_NAME, 1);
#define PyCursesWindow_Type (*_PyType_CAST(PyCurses_API[0]))
#define PyCursesWindow_Check(op) Py_IS_TYPE((op), &PyCursesWindow_Type)
/* Each returns from the caller when curses is not yet so far. */
#define _PY_CURSES_REQUIRES(number) { if (!((int (*)(void))PyCurses_API[number])()) return NULL; }
#define PyCursesSetupTermCalled _PY_CURSES_REQUIRES(1)
#define PyCursesInitialised _PY_CURSES_REQUIRES(2)
#define PyCursesInitialisedColor _PY_CURSES_REQUIRES(3)

#endif

#ifdef __cplusplus
}
#endif

#endif
