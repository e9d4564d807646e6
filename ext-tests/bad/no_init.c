#include "bad.h"
/* The function has the name of another module. */
PyMODINIT_FUNC PyInit_other(void) { return NULL; }
