/* Which Python this is (a language version, as `sys.version_info` tells it), and which Pyston. */
#ifndef _Py_PATCHLEVEL_H
#define _Py_PATCHLEVEL_H

#define PY_RELEASE_LEVEL_ALPHA 0xA
#define PY_RELEASE_LEVEL_BETA 0xB
#define PY_RELEASE_LEVEL_GAMMA 0xC
#define PY_RELEASE_LEVEL_FINAL 0xF

#define PY_MAJOR_VERSION 3
#define PY_MINOR_VERSION 14
#define PY_MICRO_VERSION 7
#define PY_RELEASE_LEVEL PY_RELEASE_LEVEL_FINAL
#define PY_RELEASE_SERIAL 0
#define PY_VERSION "3.14.7"

#define _Py_PACK_FULL_VERSION(major, minor, micro, level, serial) \
    ((((major) & 0xff) << 24) | (((minor) & 0xff) << 16) | (((micro) & 0xff) << 8) \
     | (((level) & 0xf) << 4) | ((serial) & 0xf))

#define PY_VERSION_HEX \
    _Py_PACK_FULL_VERSION(PY_MAJOR_VERSION, PY_MINOR_VERSION, PY_MICRO_VERSION, \
                          PY_RELEASE_LEVEL, PY_RELEASE_SERIAL)

/* These tell Pyston from CPython. Most code need not ask: the default flavour has CPython's ABI. */
#define PYSTON_VERSION "0.1.0"
#define PYSTON_VERSION_NUM 0x00010000

#endif
