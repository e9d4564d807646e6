# cython: language_level=3, freethreading_compatible=True
import cython
from libc.stdlib cimport malloc, free
from cpython.list cimport PyList_GET_ITEM
import asyncio
cdef class A:
    cdef int x
    cdef object o
    cdef readonly double d
    cdef public str s
    cdef object __weakref__
    cdef dict __dict__
    def __init__(self, x, *args, d=1.0, **kw): self.x = x; self.o = args; self.d = d
    def __add__(self, other): return A(self.x + (<A>other).x)
    def __getitem__(self, i): return self.o[i]
    def __len__(self): return self.x
    def __iter__(self):
        for i in range(self.x): yield i
    def __richcmp__(self, other, int op): return op == 2
    def __getbuffer__(self, Py_buffer *b, int flags): raise BufferError
    def __releasebuffer__(self, Py_buffer *b): pass
    def __dealloc__(self): pass
    cpdef double f(self, double y) except -1: return self.d + y
    @property
    def p(self): return self.o
    @p.setter
    def p(self, v): self.o = v
    async def co(self):
        await asyncio.sleep(0)
        async with self: pass
        async for z in self.ag(): print(z)
    async def ag(self):
        yield 1
@cython.freelist(8)
cdef class B(A):
    cdef double[:, ::1] mv
    def m(self, double[:, ::1] v):
        self.mv = v
        cdef double t = 0
        cdef Py_ssize_t i, j
        with nogil:
            for i in range(v.shape[0]):
                for j in range(v.shape[1]):
                    t += v[i, j]
        return t
def gen(n):
    try:
        x = yield from range(n)
    finally:
        print(x)
def strings(str a, bytes b, unicode c):
    return f"{a!r:>10} {b} {c}" + a[1:] + a.upper() + ''.join([a, c]) + a.encode().decode(), b[0], b"x" in b
def ints(int a, long long q, unsigned char u): return a + 1, a * 2 , q ** 3, u << 2, a // 3, a % 7, a == 5
def dicts(dict d, list l, tuple t, set s):
    for k, v in d.items(): l.append(v)
    l.extend(t); s.add(1); l.pop(); l.sort()
    return {k: v for k, v in d.items()}, [x for x in l if x], sorted(l), d.get('a', 1), d.setdefault('b', 2), l[0], t[1:2], *t
def exc():
    try:
        raise ValueError("x") from KeyError(1)
    except (TypeError, ValueError) as e:
        raise
def clos(a):
    def inner(b, /, c=1, *, k=2): return a + b + c + k
    return inner, lambda q: q + a
class C(A):
    """doc"""
    z: int = 3
    def meth(self): return super().meth(), __class__
@cython.critical_section
def mtx(a): return a
