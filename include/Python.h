/* The C API of Pyston: that of CPython 3.14, in its default ABI (pyston/flavour.h tells of the other one).

   The parts come in one order: the platform, types, functions (generated from capi/api.tsv), then macros and
   inline functions, which use all of these. Headers that CPython has beside this one exist under the same
   names; most of them only include this file. */
#ifndef Py_PYTHON_H
#define Py_PYTHON_H

#include "patchlevel.h"
#include "pyconfig.h"
#include "pymacconfig.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#include <wchar.h>
/* These are here since extensions have come to rely on them; a newer limited API drops them. */
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030b0000
#  include <errno.h>
#  include <stdio.h>
#  include <stdlib.h>
#  include <string.h>
#endif
#if !defined(Py_LIMITED_API) || Py_LIMITED_API + 0 < 0x030d0000
#  include <ctype.h>
#  include <unistd.h>
#endif
#include <sys/stat.h>

#include "pyport.h"
#include "pymacro.h"
#include "pymath.h"
#include "pyatomic.h"
#include "pyston/flavour.h"

#include "pyston/types.h"
#include "pyston/structs.h"
#include "pyston/interp.h"

#include "pyston/api_limited.h"
#include "pyston/api_full.h"

#include "pyston/constants.h"
#include "pyston/refs.h"
#include "pyston/sync.h"
#include "pyston/builtins.h"
#include "pyston/unicode.h"
#include "pyston/run.h"

#endif
