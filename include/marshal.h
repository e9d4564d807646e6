/* The module `marshal` in C; its functions are declared by Python.h. */
#ifndef Py_MARSHAL_H
#define Py_MARSHAL_H

#include "Python.h"

#ifndef Py_LIMITED_API
#  define Py_MARSHAL_VERSION 5
#endif

#endif
