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
