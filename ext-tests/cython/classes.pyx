# cython: language_level=3, freethreading_compatible=True, auto_pickle=False
"""Extension types: inheritance both ways, operators, free lists, destructors, weak references, cycles."""
cimport cython
from cpython.object cimport PyObject, Py_EQ, Py_NE, Py_LT
from cpython.ref cimport Py_INCREF, Py_DECREF
from libc.stdlib cimport malloc, free

cdef int made = 0
cdef list ended = []


def counts():
    return made, list(ended)


def forget():
    ended.clear()


cdef class Base:
    """The first class."""
    cdef public int value
    cdef readonly str name
    cdef object __weakref__
    cdef dict __dict__

    def __cinit__(self, *args, **named):
        global made
        made += 1
        self.name = "base"

    def __init__(self, int value=1, *, name=None):
        self.value = value
        if name is not None:
            self.name = name

    def __dealloc__(self):
        global made
        made -= 1

    cpdef int double(self) except? -1:
        return self.value * 2

    def ask(self):
        return self.double()

    @property
    def prop(self):
        """A property."""
        return self.value + 100

    @prop.setter
    def prop(self, value):
        if value < 0:
            raise ValueError("negative")
        self.value = value - 100

    @staticmethod
    def static(x):
        return x

    @classmethod
    def klass(cls, x):
        return cls(x)


cdef class Derived(Base):
    cdef list items

    def __init__(self, *args, **named):
        super().__init__(*args, **named)
        self.items = []

    cpdef int double(self) except? -1:
        return Base.double(self) + 1

    def add(self, item):
        self.items.append(item)
        return self

    def __len__(self):
        return len(self.items)

    def __getitem__(self, index):
        return self.items[index]

    def __setitem__(self, index, value):
        self.items[index] = value

    def __delitem__(self, index):
        del self.items[index]

    def __contains__(self, item):
        return item in self.items

    def __iter__(self):
        return iter(self.items)

    def __bool__(self):
        return True

    def __call__(self, *args, **named):
        return args, named

    def __getattr__(self, name):
        if name.startswith("magic_"):
            return name[6:]
        raise AttributeError(name)


@cython.freelist(8)
cdef class Point:
    cdef readonly double x, y

    def __init__(self, double x, double y):
        self.x, self.y = x, y

    def __add__(self, other):
        if not isinstance(other, Point):
            return NotImplemented
        return Point(self.x + (<Point>other).x, self.y + (<Point>other).y)

    def __radd__(self, other):
        return ("radd", other)

    def __mul__(self, k):
        return Point(self.x * k, self.y * k)

    def __rmul__(self, k):
        return self * k

    def __neg__(self):
        return Point(-self.x, -self.y)

    def __pow__(self, n, modulo):
        return (n, modulo)

    def __iadd__(self, Point other):
        self.x += other.x
        return self

    def __richcmp__(self, other, int op):
        if not isinstance(other, Point):
            return NotImplemented
        same = self.x == (<Point>other).x and self.y == (<Point>other).y
        if op == Py_EQ:
            return same
        if op == Py_NE:
            return not same
        if op == Py_LT:
            return self.x < (<Point>other).x
        return NotImplemented

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f"Point({self.x}, {self.y})"

    def __index__(self):
        return <int>self.x

    def __float__(self):
        return self.x


cdef class Node:
    """Takes part in cycles."""
    cdef public object next
    cdef object __weakref__
    cdef int *memory

    def __cinit__(self):
        self.memory = <int *>malloc(4 * sizeof(int))
        self.memory[0] = 7

    def __dealloc__(self):
        # Members are gone or not; own memory is there.
        ended.append(self.memory[0])
        free(self.memory)


@cython.no_gc
cdef class Alone:
    cdef public str text


@cython.total_ordering
cdef class Ordered:
    cdef int key

    def __init__(self, key):
        self.key = key

    def __eq__(self, other):
        return isinstance(other, Ordered) and self.key == (<Ordered>other).key

    def __lt__(self, Ordered other):
        return self.key < other.key


@cython.final
cdef class Closed:
    pass


cdef class Finalised:
    cdef public list log

    def __init__(self, list log):
        self.log = log

    def __del__(self):
        self.log.append("del")


cdef class Text(str):
    """Derives from a builtin."""
    cdef public int extra

    def shout(self):
        return self.upper() + "!"


cdef class Fails(Exception):
    cdef public int code

    def __init__(self, code):
        super().__init__("code", code)
        self.code = code


cpdef enum Colour:
    red = 1
    green = 2
    blue = 7


cpdef Colour mix(Colour a, Colour b):
    return Colour.blue if a != b else a


ctypedef fused number:
    int
    double


def typed(number x):
    return "int" if number is int else "double"


cdef struct Pair:
    int a
    double b


def pair(Pair p):
    p.a += 1
    return p


class Plain(Base):
    """A class of Python inside the extension."""
    attribute = [1]

    def __init__(self, value):
        super().__init__(value)
        self.closure = lambda: self.value

    def double(self):
        return -1
