/* Frames; their functions are declared by Python.h, their struct by internal/pycore_frame.h. */
#ifndef Py_FRAMEOBJECT_H
#define Py_FRAMEOBJECT_H

#include "Python.h"

#ifndef Py_LIMITED_API
#ifdef __cplusplus
extern "C" {
#endif

typedef struct {
    PyObject_HEAD
    PyFrameObject *frame;
} PyFrameLocalsProxyObject;

#ifdef __cplusplus
}
#endif
#endif

#endif
