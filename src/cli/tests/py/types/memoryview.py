"""memoryview: items, formats, shapes, casts, release, errors."""


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

import array
m = memoryview(b"abcdef")
eq(m[0], 97)
eq(m[-1], 102)
eq(bytes(m[1:3]), b'bc')
eq(m.tolist(), [97, 98, 99, 100, 101, 102])
eq(len(m), 6)
eq(m.nbytes, 6)
eq(m.itemsize, 1)
eq(m.format, "B")
eq(m.ndim, 1)
eq(m.shape, (6,))
eq(m.strides, (1,))
eq(m.suboffsets, ())
assert m.readonly is True
assert m.contiguous is True
assert m.c_contiguous is True
assert m.f_contiguous is True
eq(m.obj, b'abcdef')
eq(m.tobytes(), b'abcdef')
eq(m.hex(), "616263646566")
eq(m.hex("-", 2), "6162-6364-6566")
assert (m == b"abcdef") is True
assert (m == memoryview(b"abcdef")) is True
assert (m == "abcdef") is False
assert (m != b"x") is True
eq(bytes(m[::-1]), b'fedcba')
eq(m[::2].tolist(), [97, 99, 101])
assert (m[::2].contiguous) is False
eq(m[::2].strides, (2,))
assert (hash(memoryview(b"abc")) == hash(b"abc")) is True
with raises(TypeError, "cannot modify read-only memory"):
    m[0] = 1
with raises(IndexError, "index out of bounds on dimension 1"):
    m[10]
with raises(TypeError, "memoryview: invalid slice key"):
    m["a"]
with raises(TypeError, "memoryview: invalid slice key"):
    m[1.5]
with raises(TypeError, "cannot index 1-dimension view with 2-element tuple"):
    m[0, 0]
with raises(TypeError, "memoryview: a bytes-like object is required, not 'str'"):
    memoryview("abc")
with raises(TypeError, "memoryview: a bytes-like object is required, not 'int'"):
    memoryview(5)
with raises(TypeError, "memoryview() missing required argument 'object' (pos 1)"):
    memoryview()
w = bytearray(b"abcdef")
v = memoryview(w)
v[0] = 65
v[1:3] = b"BC"
v[3:] = memoryview(b"xyz")
eq(w, bytearray(b'ABCxyz'))
assert v.readonly is False
with raises(ValueError, "memoryview assignment: lvalue and rvalue have different structures"):
    v[0:2] = b"toolong"
with raises(ValueError, "memoryview: invalid value for format 'B'"):
    v[0] = 256
with raises(TypeError, "memoryview: invalid type for format 'B'"):
    v[0] = b"a"
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    v[0:1] = "a"
with raises(TypeError, "cannot delete memory"):
    del v[0]
with raises(ValueError, "cannot hash writable memoryview object"):
    hash(v)
assert (v.toreadonly().readonly) is True
ro = v.toreadonly()
with raises(TypeError, "cannot modify read-only memory"):
    ro[0] = 1
i = memoryview(array.array("i", [1, 2, 3, 4]))
eq(i.format, "i")
eq(i.itemsize, 4)
eq(i.nbytes, 16)
eq(len(i), 4)
eq(i.tolist(), [1, 2, 3, 4])
eq(i[1], 2)
eq(i.shape, (4,))
c = i.cast("B")
eq(c.format, "B")
eq(len(c), 16)
eq(c[4], 2)
d = c.cast("i", [2, 2])
eq(d.shape, (2, 2))
eq(d.ndim, 2)
eq(d.strides, (8, 4))
eq(d.tolist(), [[1, 2], [3, 4]])
eq(d[1, 0], 3)
eq(len(d), 2)
with raises(NotImplementedError, "multi-dimensional sub-views are not implemented"):
    d[0]
with raises(IndexError, "index out of bounds on dimension 1"):
    d[5, 5]
with raises(TypeError, "cannot index 2-dimension view with 3-element tuple"):
    d[0, 0, 0]
d[0, 1] = 20
eq(i[1], 20)
eq(d.tolist(), [[1, 20], [3, 4]])
with raises(TypeError, "memoryview: cannot cast between two non-byte formats"):
    i.cast("d")
with raises(TypeError, "memoryview: length is not a multiple of itemsize"):
    memoryview(b"abc").cast("i")
with raises(TypeError, "memoryview: length is not a multiple of itemsize"):
    memoryview(b"abcd").cast("q")
with raises(ValueError, "memoryview: destination format must be a native single character format prefixed with an optional '@'"):
    memoryview(b"abcd").cast("x")
with raises(TypeError, "memoryview: product(shape) * itemsize != buffer size"):
    memoryview(b"abcd").cast("B", [3])
eq(memoryview(b"abcd").cast("B", [2, 2]).cast("B", [4]).shape, (4,))
eq(memoryview(b"abcd").cast("B", [2, 2]).tobytes("C"), b'abcd')
eq(memoryview(b"ab").cast("c")[0], b'a')
eq(memoryview(b"\x01\x00").cast("?").tolist(), [True, False])
eq(memoryview(b"\xff").cast("b")[0], -1)
eq(memoryview(b"\x00\x00\x80\x3f").cast("f")[0], 1.0)
f = memoryview(array.array("d", [1.5, 2.5]))
eq(f.tolist(), [1.5, 2.5])
eq(f[::-1].tolist(), [2.5, 1.5])
assert (f == array.array("d", [1.5, 2.5])) is True
assert (f == memoryview(array.array("f", [1.5, 2.5]))) is True
with raises(ValueError, "cannot hash writable memoryview object"):
    hash(f)
z = memoryview(b"")
eq(len(z), 0)
eq(z.tolist(), [])
eq(bytes(z), b'')
eq(z.nbytes, 0)
r = memoryview(b"abc")
r.release()
r.release()
with raises(ValueError, "operation forbidden on released memoryview object"):
    r[0]
with raises(ValueError, "operation forbidden on released memoryview object"):
    len(r)
with raises(ValueError, "operation forbidden on released memoryview object"):
    r.tobytes()
eq(repr(r)[:17], "<released memory ")
with memoryview(b"xyz") as inner:
    eq(inner[0], 120)
with raises(ValueError, "operation forbidden on released memoryview object"):
    inner[0]
eq(list(memoryview(b"ab")), [97, 98])
assert (97 in memoryview(b"ab")) is True
eq(list(reversed(memoryview(b"ab"))), [98, 97])
eq(memoryview(b"aab").count(97), 2)
eq(memoryview(b"aab").index(98), 2)
with raises(ValueError, "memoryview.index(x): x not found"):
    memoryview(b"a").index(5)
with raises(AttributeError, "'memoryview' object has no attribute 'foo'"):
    m.foo
eq(memoryview(memoryview(b"ab"))[1], 98)
assert isinstance(m, memoryview) is True
eq(memoryview(b"abc")[1:][1], 99)
eq(bytes(memoryview(b"abcdef")[1:5][1:3]), b'cd')

class Own:
    def __init__(self):
        self.released = 0

    def __buffer__(self, flags):
        return memoryview(bytearray(b"own"))

    def __release_buffer__(self, view):
        self.released += 1

own = Own()
o = memoryview(own)
eq(bytes(o), b'own')
eq(own.released, 0)
o.release()
eq(own.released, 1)
eq(bytes(Own()), b'own')
eq(b"".join([memoryview(b"a"), memoryview(b"b")]), b'ab')
eq(b"abc".find(memoryview(b"c")), 2)
with raises(TypeError, "'<' not supported between instances of 'memoryview' and 'memoryview'"):
    memoryview(b"a") < memoryview(b"b")
with raises(TypeError, "unsupported operand type(s) for +: 'memoryview' and 'bytes'"):
    memoryview(b"a") + b"b"
eq(repr(memoryview(b"abc").__class_getitem__(int)), "memoryview[int]")
with raises(TypeError, "type 'memoryview' is not an acceptable base type"):
    class Sub(memoryview): pass
