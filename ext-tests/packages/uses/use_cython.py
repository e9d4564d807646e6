"""Cython: translates code with its compiled scanner and compiler; shadow mode; errors."""

import os

from _expect import raises

import cython
from Cython import Tempita
from Cython.Compiler import Errors, Main, Options, Scanning
from Cython.Compiler.Main import CompilationOptions, compile_single
from Cython.Plex import Scanners

assert Scanning.__file__.endswith(".so") and Scanners.__file__.endswith(".so"), "the compiled modules are not in use"
SOURCE = """\
# cython: language_level=3
cimport cython
from libc.math cimport sqrt

cdef struct pair:
    int x
    double y

cdef class Point:
    cdef public int x
    cdef double weight

    def __init__(self, int x, weight=1.0):
        self.x = x
        self.weight = weight

    cpdef double norm(self, double[:] values) except -1:
        cdef Py_ssize_t i
        cdef double total = 0
        with nogil:
            for i in range(values.shape[0]):
                total += values[i] * values[i]
        return sqrt(total)

def generate(n):
    yield from (i ** 2 for i in range(n))

async def wait(x):
    return [await y async for y in x]
"""
with open("module.pyx", "w") as file:
    file.write(SOURCE)
result = compile_single("module.pyx", CompilationOptions(language_level=3), "module")
text = open(result.c_file).read()
assert result.num_errors == 0 and "PyInit_module" in text and "struct __pyx_obj_6module_Point" in text and len(text) > 100_000
assert "__pyx_f_6module_5Point_norm" in text
with open("plain.py", "w") as file:
    file.write("import cython\n\n@cython.cfunc\ndef f(x: cython.int) -> cython.int:\n    return x + 1\n\nprint(f(1))\n")
assert Main.compile("plain.py", language_level=3).num_errors == 0 and os.path.exists("plain.c")
Options.annotate = False

assert not cython.compiled and cython.declare(cython.int, 5) == 5 and cython.cast(cython.double, 2) == 2.0
Pair = cython.struct(a=cython.int, b=cython.double)
assert Pair(a=1, b=2.5).b == 2.5 and cython.typeof(1) == "int" and cython.inline is not None
with cython.nogil:
    pass
assert Tempita.sub("{{for i in range(3)}}{{i}},{{endfor}}{{name.upper()}}", name="x") == "0,1,2,X"

with open("bad.pyx", "w") as file:
    file.write("cdef int f(:\n    pass\n")
with open("wrong.pyx", "w") as file:
    file.write("cdef int x = undefined_name\ncdef class A(B): pass\n")
failed = compile_single("wrong.pyx", CompilationOptions(language_level=3, errors_to_stderr=0), "wrong")
assert failed.num_errors >= 1 and failed.c_file is None
raises(ValueError, "got unknown compilation option, please remove: nonsense", CompilationOptions, nonsense=1)
raises(NameError, "name 'nope' is not defined at line 1 column 3", Tempita.sub, "{{nope}}")
print("ok")
