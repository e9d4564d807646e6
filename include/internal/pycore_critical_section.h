/* Critical sections had their functions here before 3.14. */
#include "Python.h"
