/* Corrections to pyconfig.h for fat binaries of macOS. Pyston is not built for it: nothing to correct. */
#ifndef PY_MACCONFIG_H
#define PY_MACCONFIG_H
#endif
