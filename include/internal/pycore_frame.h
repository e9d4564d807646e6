/* The struct of a frame: generated code stores the line of an error in it, and links frames of generators. */
#ifndef Py_INTERNAL_FRAME_H
#define Py_INTERNAL_FRAME_H

#include "pycore_typedefs.h"

struct _frame {
    PyObject_HEAD
    PyFrameObject *f_back;
    _PyInterpreterFrame *f_frame;
    PyObject *f_trace;
    int f_lineno;
    char f_trace_lines;
    char f_trace_opcodes;
    PyObject *f_extra_locals;
    PyObject *f_locals_cache;
    PyObject *f_overwritten_fast_locals;
    PyObject *_f_frame_data[1];
};

#endif
