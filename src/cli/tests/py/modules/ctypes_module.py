"""ctypes: types, memory, what lives how long, calls, callbacks, errors."""
import ctypes
import gc
import pickle
import struct
import sys
import time
import weakref
from ctypes import (
    CDLL, CFUNCTYPE, POINTER, PYFUNCTYPE, Array, ArgumentError, BigEndianStructure, LittleEndianUnion, Structure, Union, addressof, alignment, byref, c_bool,
    c_byte, c_char, c_char_p, c_double, c_double_complex, c_float, c_int, c_long, c_longdouble, c_longlong, c_short, c_size_t, c_ubyte, c_uint, c_ulong,
    c_ushort, c_void_p, c_wchar, c_wchar_p, cast, create_string_buffer, create_unicode_buffer, memmove, memset, memoryview_at, pointer, py_object, pythonapi,
    resize, sizeof, string_at, wstring_at,
)


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True


def ended(*references):
    """Whether what they refer to ends. Where several threads collect at once, one of them may find nothing left to do at first."""
    for _ in range(100):
        gc.collect()
        if not any(reference() for reference in references):
            return True
        time.sleep(0.01)
    return False


libc = CDLL(None)

# --- simple types: what they take, what they give back ---

NUMBERS = {c_byte: "b", c_ubyte: "B", c_short: "h", c_ushort: "H", c_int: "i", c_uint: "I", c_long: "l", c_ulong: "L"}
for kind, letter in NUMBERS.items():
    size = struct.calcsize(letter)
    eq((sizeof(kind), alignment(kind), kind().value), (size, size, 0))
    low, high = (-(1 << size * 8 - 1), (1 << size * 8 - 1) - 1) if letter.islower() else (0, (1 << size * 8) - 1)
    for value in (low, high, 1):
        eq(kind(value).value, value)
        eq(bytes(kind(value)), struct.pack(letter, value))
        eq(kind.__ctype_be__(value).value, value)
        eq(bytes(kind.__ctype_be__(value)), struct.pack(">" + letter.replace("l", "q").replace("L", "Q"), value))
    eq((kind(high + 1).value, kind(low - 1).value), (low, high))
    with raises(TypeError, "'float' object cannot be interpreted as an integer"):
        kind(1.5)
    with raises(TypeError, "'NoneType' object cannot be interpreted as an integer"):
        kind(None)
eq(c_long(-1 << 200 | 5).value, 5)
for value in (0.0, -0.0, 1.5, 1e300, float("inf"), float("-inf"), 5e-324):
    eq(c_double(value).value, value)
    eq(c_longdouble(value).value, value)
    eq(c_double.__ctype_be__(value).value, value)
    eq(bytes(c_double.__ctype_be__(value)), struct.pack(">d", value))
eq(repr(c_longdouble(float("nan")).value), "nan")
eq(c_float(0.1).value, struct.unpack("f", struct.pack("f", 0.1))[0])
eq(c_float(1e39).value, float("inf"))
eq(c_double_complex(1 + 2j).value, 1 + 2j)
eq((c_bool([]).value, c_bool("x").value, bool(c_int(0)), bool(c_double(0.5))), (False, True, False, True))
eq((c_char(b"a").value, c_char(200).value, c_char(bytearray(b"z")).value, c_wchar("\U0001f600").value), (b"a", b"\xc8", b"z", "\U0001f600"))
for bad, text in (
    (b"ab", "one character bytes, bytearray, or an integer in range(256) expected, not bytes of length 2"),
    ("a", "one character bytes, bytearray, or an integer in range(256) expected, not str"),
    (256, "integer not in range(256)"),
):
    with raises(TypeError, text):
        c_char(bad)
with raises(TypeError, "a unicode character expected, not a string of length 2"):
    c_wchar("ab")
text = "h\xe9llo \U0001f600"
eq((c_char_p(b"abc\0d").value, c_char_p(None).value, c_wchar_p(text).value, c_void_p(0).value, c_void_p(5).value), (b"abc", None, text, None, 5))
with raises(TypeError, "bytes or integer address expected instead of str instance"):
    c_char_p("x")
with raises(TypeError, "cannot be converted to pointer"):
    c_void_p("x")
with raises(TypeError, "unhashable type"):
    hash(c_int())
with raises(ValueError, "PyObject is NULL"):
    py_object().value
eq((repr(c_int(5)), repr(c_char(b"x")), repr(py_object()), c_int(5) == c_int(5)), ("c_int(5)", "c_char(b'x')", "py_object(<NULL>)", False))
box = object()
assert py_object(box).value is box and py_object(box)._objects is box
with raises(AttributeError, "class must define a '_type_' attribute"):
    class Bad(ctypes._SimpleCData):
        pass

# --- structures ---


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_double)]


class Sub(Point):
    _fields_ = [("z", c_short)]


class Flags(Structure):
    _fields_ = [("a", c_int, 3), ("b", c_uint, 5), ("c", c_long, 40), ("d", c_bool)]


eq((sizeof(Point), alignment(Point), sizeof(Sub), Point.y.offset, Sub.z.offset), (16, 8, 24, 8, 16))
eq(repr(Point.x), "<ctypes.CField 'x' type=c_int, ofs=0, size=4>")
point = Sub(1, 2.5, z=7)
eq((point.x, point.y, point.z), (1, 2.5, 7))
with raises(TypeError, "too many initializers"):
    Point(1, 2, 3)
with raises(TypeError, "duplicate values for field 'x'"):
    Point(1, x=2)
with raises(TypeError, "can't delete attribute"):
    del point.x
with raises(AttributeError, "_fields_ is final"):
    Point._fields_ = []
flags = Flags(-1, 31, -5, True)
eq((flags.a, flags.b, flags.c, flags.d), (-1, 31, -5, True))
flags.a, flags.b = 3, 33
eq((flags.a, flags.b, flags.c), (3, 1, -5))
eq((Flags.b.bit_size, Flags.b.bit_offset, Flags.b.is_bitfield, Flags.d.is_bitfield), (5, 3, True, False))
with raises(TypeError, "bit fields not allowed for type c_float"):
    class BadBits(Structure):
        _fields_ = [("a", c_float, 3)]
with raises(TypeError, "abstract class"):
    Structure()


class Number(Union):
    _fields_ = [("bytes", c_ubyte * 8), ("long", c_long), ("double", c_double)]


class Tagged(Structure):
    _anonymous_ = ["number"]
    _fields_ = [("tag", c_int), ("number", Number)]


tagged = Tagged(1, long=0x0102)
eq((tagged.bytes[:3], tagged.number.long, Tagged.long.offset), ([2, 1, 0], 258, 8))
tagged.double = 1.0
eq(tagged.long, 0x3FF0000000000000)


class Big(BigEndianStructure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = [("a", c_ubyte), ("b", c_int), ("c", c_short)]


eq(bytes(Big(1, 2, -2)), b"\x01\x00\x00\x00\x02\xff\xfe")


class Node(Structure):
    pass


Node._fields_ = [("value", c_int), ("next", POINTER(Node))]
chain = Node(3)
for value in (2, 1):
    chain = Node(value, pointer(chain))
eq((chain.next.contents.next.contents.value, bool(chain.next[0].next[0].next)), (3, False))
with raises(ValueError, "NULL pointer access"):
    chain.next[0].next[0].next.contents
with raises(AttributeError, "Structure or union cannot contain itself"):
    class Self(Structure):
        pass
    Self._fields_ = [("a", Self)]

# --- arrays and pointers ---

array = (c_int * 5)(*range(5))
eq((len(array), array[-1], array[1:4], array[::-2], list(array)), (5, 4, [1, 2, 3], [4, 2, 0], [0, 1, 2, 3, 4]))
array[1:3] = (7, 8)
eq(array[:], [0, 7, 8, 3, 4])
for index in (5, -6):
    with raises(IndexError, "invalid index"):
        array[index]
with raises(ValueError, "Can only assign sequence of same size"):
    array[:] = [1]
assert c_int * 5 is type(array) and (c_int * 2)._length_ == 2 and issubclass(c_int * 2, Array)
with raises(ValueError, "Array length must be >= 0, not -1"):
    c_int * -1
matrix = ((c_int * 3) * 2)((1, 2, 3), (4, 5, 6))
eq((matrix[1][2], memoryview(matrix).shape, memoryview(matrix).format), (6, (2, 3), "<i"))
buffer = create_string_buffer(b"abc", 6)
eq((buffer.value, buffer.raw, buffer[1], buffer[:2], len(buffer)), (b"abc", b"abc\0\0\0", b"b", b"ab", 6))
buffer.value = b"x"
eq(buffer.raw, b"x\0c\0\0\0")
with raises(ValueError, "byte string too long"):
    buffer.value = b"1234567"
eq(create_unicode_buffer(text).value, text)
where = cast(array, POINTER(c_int))
eq((where[1], where[2:5], where[4:1:-1]), (7, [8, 3, 4], [4, 3, 8]))
where[0] = 99
eq(array[0], 99)
with raises(ValueError, "slice stop is required"):
    where[1:]
with raises(TypeError, "expected c_int instead of int"):
    POINTER(c_int)(3)
with raises(ValueError, "NULL pointer access"):
    POINTER(c_int)()[0]
assert POINTER(c_int) is POINTER(c_int) and POINTER(None) is c_void_p

# --- memory: whose it is, what keeps it ---

inner = Tagged()
part = inner.number
assert part._b_base_ is inner and part._b_needsfree_ == 0 and inner._b_needsfree_ == 1
eq(addressof(part) - addressof(inner), 8)
target = c_int(5)
here = pointer(target)
assert here._objects["1"] is target and here.contents is not target
here.contents.value = 6
eq(target.value, 6)
source = bytearray(16)
view = c_long.from_buffer(source, 8)
view.value = -1
eq(source, bytearray(b"\0" * 8 + b"\xff" * 8))
with raises(BufferError):
    source.append(1)
del view
gc.collect()
source.append(1)
copied = c_long.from_buffer_copy(source, 8)
source[8] = 0
eq(copied.value, -1)
with raises(ValueError, "Buffer size too small (4 instead of at least 8 bytes)"):
    c_long.from_buffer_copy(b"1234")
with raises(TypeError, "underlying buffer is not writable"):
    c_int.from_buffer(b"1234")
eq(c_int.from_address(addressof(target)).value, 6)
resize(buffer, 100)
eq((sizeof(buffer), buffer.value), (100, b"x"))
with raises(ValueError, "minimum size is 4"):
    resize(target, 3)


class Held(Structure):
    _fields_ = [("object", py_object), ("text", c_char_p)]


class Thing:
    pass


held = Held(Thing(), b"some text")
gone = weakref.ref(held.object)
assert gone() is held.object and held.text == b"some text"
loop = weakref.ref(held)
held.object = [held]
del held
assert ended(gone, loop)
dying = c_int(1)
seen = weakref.ref(dying)
del dying
assert ended(seen)
eq(pickle.loads(pickle.dumps(c_double(2.5))).value, 2.5)
with raises(ValueError, "ctypes objects containing pointers cannot be pickled"):
    pickle.dumps(here)
memset(addressof(array), 1, 4)
eq(array[0], 0x01010101)
memmove(array, (c_int * 2)(5, 6), 8)
eq((string_at(b"abcdef", 3), wstring_at(text), bytes(memoryview_at(b"abcd", 2, True)), array[:2]), (b"abc", text, b"ab", [5, 6]))

# --- calls ---

eq((libc.abs(-3), libc.strlen(b"four"), libc.abs(c_int(-9)), libc.wcslen("h\xe9")), (3, 4, 9, 2))
absolute = CFUNCTYPE(c_long, c_long)(("labs", libc))
eq((absolute(-1 << 40), absolute(c_long(-2))), (1 << 40, 2))
with raises(ArgumentError, "argument 1: TypeError: 'str' object cannot be interpreted as an integer"):
    absolute("x")
with raises(ArgumentError, "argument 1: TypeError: Don't know how to convert parameter 1"):
    libc.abs(1.5)
with raises(TypeError, "this function takes at least 1 argument (0 given)"):
    absolute()
with raises(AttributeError):
    libc.no_such_function
with raises(OSError):
    CDLL("no_such_library.so")
printed = create_string_buffer(50)
libc.snprintf.argtypes = [c_char_p, c_size_t, c_char_p]
eq(libc.snprintf(printed, 50, b"%d %.2f %s %ld", 42, c_double(1.5), b"text", c_long(1 << 40)), 26)
eq(printed.value, b"42 1.50 text 1099511627776")


class Division(Structure):
    _fields_ = [("quot", c_long), ("rem", c_long)]


libc.ldiv.restype = Division
libc.ldiv.argtypes = [c_long, c_long]
result = libc.ldiv(17, 5)
eq((result.quot, result.rem, result._b_base_), (3, 2, None))
libc.strtol.argtypes = [c_char_p, POINTER(c_char_p), c_int]
libc.strtol.restype = c_long
end = c_char_p()
eq((libc.strtol(b"77rest", byref(end), 8), end.value), (63, b"rest"))
named = CFUNCTYPE(c_long, c_char_p, POINTER(c_char_p), c_int)(("strtol", libc), ((1, "text"), (2, "end"), (1, "base", 10)))
eq((named(b"12x"), named(text=b"34y", base=16)), (b"x", b"y"))
with raises(TypeError, "required argument 'text' missing"):
    named()
eq(CFUNCTYPE(c_int, c_int)(("abs", libc))._objects["0"] is libc, True)
checked = CFUNCTYPE(c_int, c_int)(("abs", libc))
checked.errcheck = lambda result, function, args: (result, function is checked, args)
eq(checked(-4), (4, True, (-4,)))
checked.restype = lambda number: f"<{number}>"
del checked.errcheck
eq(checked(-4), "<4>")


class Wrapped:
    _as_parameter_ = c_int(-12)


eq(libc.abs(Wrapped()), 12)
pythonapi.PyList_New.restype = py_object
eq(pythonapi.PyList_New(0), [])
pythonapi.PyObject_GetAttrString.restype = py_object
pythonapi.PyObject_GetAttrString.argtypes = [py_object, c_char_p]
eq(pythonapi.PyObject_GetAttrString(3, b"real"), 3)
with raises(AttributeError, "'int' object has no attribute 'unreal'"):
    pythonapi.PyObject_GetAttrString(3, b"unreal")
counts = sys.getrefcount(box)
for _ in range(50):
    assert pythonapi.PyObject_GetAttrString(py_object([box]), b"__class__") is list
assert sys.getrefcount(box) == counts

# --- callbacks ---

compare_type = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
libc.qsort.argtypes = [c_void_p, c_size_t, c_size_t, compare_type]
libc.qsort.restype = None
numbers = (c_int * 6)(5, 1, 4, 2, 6, 3)
libc.qsort(numbers, 6, 4, compare_type(lambda a, b: a[0] - b[0]))
eq(numbers[:], [1, 2, 3, 4, 5, 6])
for kind, value in ((c_byte, -7), (c_ushort, 65535), (c_longlong, -1 << 63), (c_double, 2.5), (c_float, 0.5), (c_char, b"q"), (c_bool, True), (c_void_p, None)):
    for make in (CFUNCTYPE, PYFUNCTYPE):
        eq(make(kind, kind)(lambda x: x)(value), value)
eq(CFUNCTYPE(py_object, py_object, c_int)(lambda a, b: (a, b))("text", 5), ("text", 5))
eq(CFUNCTYPE(c_double, Point, c_double)(lambda p, f: (p.x + p.y) * f)(Point(1, 2.5), 2.0), 7.0)
eq(CFUNCTYPE(None)(lambda: 5)(), None)
with raises(TypeError, "invalid result type for callback function"):
    CFUNCTYPE(Point)(lambda: 5)
with raises(TypeError, "argument must be callable or integer function address"):
    CFUNCTYPE(c_int)("x")


class Callee:
    def method(self, x):
        return x + 1


callee = Callee()
gone = weakref.ref(callee)
callback = CFUNCTYPE(c_int, c_int)(callee.method)
del callee
gc.collect()
eq(callback(4), 5)
del callback
assert ended(gone)
