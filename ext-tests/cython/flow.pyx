# cython: language_level=3, freethreading_compatible=True
"""Generators, coroutines, exceptions, memory views, threads without the GIL, keyword arguments, closures."""
cimport cython
from cython.parallel cimport prange
from cython.view cimport array
cimport cpython.array as arrays
from cpython.buffer cimport PyBUF_FORMAT
from libc.string cimport memset


def keywords(a, b=2, *args, c, d=4, **rest):
    """Takes all kinds."""
    return a, b, args, c, d, rest


def positional(a, /, b, *, c=None):
    return a, b, c


def count(int n):
    try:
        for i in range(n):
            got = yield i
            if got is not None:
                yield ("got", got)
    except ValueError as error:
        yield ("caught", str(error))
    finally:
        finished.append(n)
    return "end"


finished = []


def delegate(n):
    result = yield from count(n)
    yield result


async def coroutine(x):
    async with Context() as c:
        return await x + c


class Context:
    async def __aenter__(self):
        return 10

    async def __aexit__(self, *error):
        return False


async def agen(n):
    for i in range(n):
        yield i
        await Now()


class Now:
    def __await__(self):
        return "now"
        yield


def closures(n):
    made = []
    for i in range(n):
        def inner(x, i=i):
            return x + i + n
        made.append(inner)
    return made


cdef int fails_fast(int x) except -1:
    if x < 0:
        raise ValueError(f"negative: {x}")
    return x


cdef int fails_nogil(int x) except? -1 nogil:
    if x == 3:
        with gil:
            raise KeyError(x)
    return x


def errors(x):
    try:
        return fails_fast(x)
    except ValueError as e:
        raise LookupError("outer") from e
    finally:
        finished.append("errors")


def without_gil(int x):
    cdef int r
    with nogil:
        r = fails_nogil(x)
    return r


def catches(f):
    try:
        f()
    except (KeyError, ValueError) as e:
        return type(e).__name__, e.args
    except ArithmeticError:
        return "arithmetic"
    else:
        return "fine"


@cython.boundscheck(True)
@cython.wraparound(True)
def total(const double[:, :] view):
    cdef Py_ssize_t i, j
    cdef double sum = 0
    for i in range(view.shape[0]):
        for j in range(view.shape[1]):
            sum += view[i, j]
    return sum


def fill(unsigned char[::1] view, int value):
    view[:] = value
    return view[-1]


def strided(int[:] view):
    return [view[::2][i] for i in range((view.shape[0] + 1) // 2)], view.strides[0]


def made(int n):
    cdef int[:, :] a = array(shape=(n, n), itemsize=sizeof(int), format="i")
    cdef int i
    for i in range(n * n):
        a[i // n, i % n] = i
    return a.T


def out_of_bounds(int[:] view, int i):
    return view[i]


def cloned(int n):
    """An array whose memory C has taken."""
    cdef arrays.array made = arrays.clone(arrays.array("d"), n, zero=True)
    cdef int i
    for i in range(n):
        made.data.as_doubles[i] += i
    return made


def resized(arrays.array made, Py_ssize_t n, bint smart):
    """C changes the array's memory; new items are -1."""
    cdef Py_ssize_t i, before = len(made)
    if smart:
        arrays.resize_smart(made, n)
    else:
        arrays.resize(made, n)
    for i in range(before, n):
        made.data.as_doubles[i] = -1
    return made


def extended(arrays.array made, arrays.array other):
    arrays.extend(made, other)
    return arrays.copy(made)


cdef class Bytes:
    """Exports a buffer and counts who looks."""
    cdef unsigned char data[16]
    cdef Py_ssize_t shape, stride
    cdef readonly int views

    def __cinit__(self):
        memset(self.data, 1, 16)

    def __getbuffer__(self, Py_buffer *buffer, int flags):
        self.shape, self.stride = 16, 1
        buffer.buf = self.data
        buffer.obj = self
        buffer.len = 16
        buffer.itemsize = 1
        buffer.readonly = 0
        buffer.ndim = 1
        buffer.format = NULL
        if flags & PyBUF_FORMAT:
            buffer.format = "B"
        buffer.shape = &self.shape
        buffer.strides = &self.stride
        buffer.suboffsets = NULL
        buffer.internal = NULL
        self.views += 1

    def __releasebuffer__(self, Py_buffer *buffer):
        self.views -= 1


cdef double work(double x) noexcept nogil:
    cdef int k
    for k in range(100):
        x = x * 0.5 + 1
    return x


def parallel_sum(int n, int threads=2):
    cdef int i
    cdef double sum = 0
    for i in prange(n, nogil=True, num_threads=threads, schedule="static"):
        sum += work(i) * 0 + i
    return sum


def parallel_calls(f, int n, int threads=2):
    """Threads of OpenMP that call Python."""
    cdef int i
    cdef long sum = 0
    for i in prange(n, nogil=True, num_threads=threads):
        with gil:
            sum += f(i)
    return sum


def parallel_raises(int n):
    cdef int i
    for i in prange(n, nogil=True, num_threads=2):
        with gil:
            if i == n - 1:
                raise ZeroDivisionError("in a thread")


def long_without_gil(int n):
    cdef double x = 0
    cdef int i
    with nogil:
        for i in range(n):
            x = work(x)
    return x > 0


cdef callback(object f, tuple args):
    return f(*args)


def call(f, *args, **named):
    return f(*args, **named) if named else callback(f, args)


def unpack(x):
    a, (b, *c), d = x
    return a, b, c, d


def comprehension(n):
    return {i: [j for j in range(i)] for i in range(n)}, {i % 2 for i in range(n)}, tuple(i * i for i in range(n))


def text(x):
    return f"{x!r:>8}|{x:{10}}|{len(str(x))}", "ä" + x, x.encode("utf8"), x[1:3], "b" in x


def big(x, y):
    return x * y + 1, x // y, x % y, -x >> 3, x & y, x == y


def state():
    global counter
    counter += 1
    return counter


counter = 0
