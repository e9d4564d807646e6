#include "bad.h"
/* Initialisation that fails without saying why. */
PyMODINIT_FUNC PyInit_init_fails(void) { return NULL; }
