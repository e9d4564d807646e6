"""struct and array: every format, alignment, errors."""


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

import struct
import sys
import warnings
warnings.simplefilter("ignore")
from array import array, typecodes
eq(struct.pack("bBhHiIlLqQnN", -1, 255, -2, 65535, -3, 4, -5, 6, -7, 8, -9, 10), b'\xff\xff\xfe\xff\xff\xff\x00\x00\xfd\xff\xff\xff\x04\x00\x00\x00\xfb\xff\xff\xff\xff\xff\xff\xff\x06\x00\x00\x00\x00\x00\x00\x00\xf9\xff\xff\xff\xff\xff\xff\xff\x08\x00\x00\x00\x00\x00\x00\x00\xf7\xff\xff\xff\xff\xff\xff\xff\n\x00\x00\x00\x00\x00\x00\x00')
eq(struct.pack("<bBhHiIlLqQ", -1, 255, -2, 65535, -3, 4, -5, 6, -7, 8), b'\xff\xff\xfe\xff\xff\xff\xfd\xff\xff\xff\x04\x00\x00\x00\xfb\xff\xff\xff\x06\x00\x00\x00\xf9\xff\xff\xff\xff\xff\xff\xff\x08\x00\x00\x00\x00\x00\x00\x00')
eq(struct.pack(">hiq", 1, 2, 3), b'\x00\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00\x03')
eq(struct.pack("!I", 1), b'\x00\x00\x00\x01')
eq(struct.pack("=lq", 1, 2), b'\x01\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00\x00')
eq(struct.pack("@ci", b"a", 1), b'a\x00\x00\x00\x01\x00\x00\x00')
eq(struct.pack("efd", 1.5, 1.5, 1.5), b'\x00>\x00\x00\x00\x00\xc0?\x00\x00\x00\x00\x00\x00\xf8?')
eq(struct.pack("<e", 65504.0), b'\xff{')
eq(struct.pack(">d", float("inf")), b'\x7f\xf0\x00\x00\x00\x00\x00\x00')
eq(struct.pack("?", 5), b'\x01')
eq(struct.pack("3s", b"ab"), b'ab\x00')
eq(struct.pack("3s", b"abcd"), b'abc')
eq(struct.pack("4p", b"abcde"), b'\x03abc')
eq(struct.pack("2x"), b'\x00\x00')
eq(struct.pack("0s", b""), b'')
eq(struct.pack("3i", 1, 2, 3), b'\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00')
eq(struct.pack("c", b"x"), b'x')
eq(struct.pack("P", 0), b'\x00\x00\x00\x00\x00\x00\x00\x00')
with raises(struct.error, "bad char in struct format"):
    struct.pack(" < i  i ", 1, 2)
eq(struct.calcsize("i"), 4)
eq(struct.calcsize("ci"), 8)
eq(struct.calcsize("<ci"), 5)
eq(struct.calcsize("ic0i"), 8)
eq(struct.calcsize("bhilq"), 24)
eq(struct.calcsize(""), 0)
eq(struct.calcsize("10s"), 10)
eq(struct.calcsize("100x"), 100)
eq(struct.calcsize("FD"), 24)
eq(struct.unpack("<i", b"\x01\0\0\0"), (1,))
eq(struct.unpack(">hB", b"\x01\x02\x03"), (258, 3))
eq(struct.unpack("<e", b"\x00\x3e"), (1.5,))
eq(struct.unpack("?", b"\x02"), (True,))
eq(struct.unpack("3s", b"abc"), (b'abc',))
eq(struct.unpack("4p", b"\x02abc"), (b'ab',))
eq(struct.unpack("<2xB", b"\0\0\x07"), (7,))
eq(struct.unpack("<Q", b"\xff" * 8), (18446744073709551615,))
eq(struct.unpack_from("<B", b"abc", 1), (98,))
eq(struct.unpack_from("<B", buffer=b"abc", offset=-1), (99,))
eq(list(struct.iter_unpack("<h", b"\1\0\2\0")), [(1,), (2,)])
with raises(struct.error, "required argument is not an integer"):
    struct.pack("i", "a")
with raises(struct.error, "required argument is not an integer"):
    struct.pack("i", 1.5)
with raises(struct.error, "'b' format requires -128 <= number <= 127"):
    struct.pack("b", 128)
with raises(struct.error, "'B' format requires 0 <= number <= 255"):
    struct.pack("B", -1)
with raises(struct.error, "'i' format requires -2147483648 <= number <= 2147483647"):
    struct.pack("i", 2 ** 31)
with raises(struct.error, "'Q' format requires 0 <= number <= 18446744073709551615"):
    struct.pack("<Q", 2 ** 64)
with raises(struct.error, "'q' format requires -9223372036854775808 <= number <= 9223372036854775807"):
    struct.pack("<q", -2 ** 63 - 1)
with raises(struct.error, "'H' format requires 0 <= number <= 65535"):
    struct.pack("H", 70000)
with raises(OverflowError, "float too large to pack with f format"):
    struct.pack("f", 1e40)
with raises(OverflowError, "float too large to pack with e format"):
    struct.pack("e", 1e6)
with raises(struct.error, "required argument is not a float"):
    struct.pack("f", "a")
with raises(struct.error, "char format requires a bytes object of length 1"):
    struct.pack("c", "a")
with raises(struct.error, "char format requires a bytes object of length 1"):
    struct.pack("c", b"ab")
with raises(struct.error, "argument for 's' must be a bytes object"):
    struct.pack("s", "a")
with raises(struct.error, "pack expected 1 items for packing (got 0)"):
    struct.pack("i")
with raises(struct.error, "pack expected 1 items for packing (got 2)"):
    struct.pack("i", 1, 2)
with raises(struct.error, "bad char in struct format"):
    struct.pack("z", 1)
with raises(struct.error, "repeat count given without format specifier"):
    struct.pack("3")
with raises(struct.error, "bad char in struct format"):
    struct.pack("<n", 1)
with raises(TypeError, "Struct() argument 1 must be a str or bytes object, not int"):
    struct.pack(5, 1)
with raises(struct.error, "unpack requires a buffer of 4 bytes"):
    struct.unpack("i", b"abc")
with raises(struct.error, "unpack requires a buffer of 4 bytes"):
    struct.unpack("<i", b"abcde")
with raises(struct.error, "unpack_from requires a buffer of at least 6 bytes for unpacking 4 bytes at offset 2 (actual buffer size is 4)"):
    struct.unpack_from("<i", b"abcd", 2)
with raises(struct.error, "offset -10 out of range for 4-byte buffer"):
    struct.unpack_from("<i", b"abcd", -10)
with raises(TypeError, "a bytes-like object is required, not 'str'"):
    struct.unpack("i", "abcd")
with raises(struct.error, "iterative unpacking requires a buffer of a multiple of 4 bytes"):
    list(struct.iter_unpack("<i", b"abc"))
with raises(struct.error, "cannot iteratively unpack with a struct of length 0"):
    struct.iter_unpack("", b"a")
s = struct.Struct("<if")
eq(s.format, "<if")
eq(s.size, 8)
eq(s.pack(1, 2.0), b'\x01\x00\x00\x00\x00\x00\x00@')
eq(s.unpack(s.pack(1, 2.0)), (1, 2.0))
eq(repr(s), "Struct('<if')")
eq(list(s.iter_unpack(s.pack(1, 2.0) * 2)), [(1, 2.0), (1, 2.0)])
b = bytearray(10)
s.pack_into(b, 1, 5, 1.0)
eq(b, bytearray(b'\x00\x05\x00\x00\x00\x00\x00\x80?\x00'))
eq(s.unpack_from(b, 1), (5, 1.0))
with raises(struct.error, "pack_into requires a buffer of at least 13 bytes for packing 8 bytes at offset 5 (actual buffer size is 10)"):
    s.pack_into(b, 5, 1, 1.0)
with raises(TypeError, "argument must be read-write bytes-like object, not bytes"):
    s.pack_into(b"abc", 0, 1, 1.0)
with raises(struct.error, "offset -20 out of range for 10-byte buffer"):
    s.pack_into(b, -20, 1, 1.0)
with raises(struct.error, "pack_into expected 1 items for packing (got 0)"):
    struct.pack_into("<i", b, 0)

class Index:
    def __index__(self):
        return 7

eq(struct.pack("b", Index()), b'\x07')
assert issubclass(struct.error, Exception) is True
eq(typecodes, "bBuwhHiIlLqQfd")
eq(repr(array("b")), "array('b')")
eq(repr(array("i", [1, 2])), "array('i', [1, 2])")
eq(repr(array("u", "aé")), "array('u', 'aé')")
eq(repr(array("w", "a😀")), "array('w', 'a😀')")
eq(repr(array("d", [1.5])), "array('d', [1.5])")
eq(repr(array("B", b"ab")), "array('B', [97, 98])")
eq(repr(array("h", (1, 2))), "array('h', [1, 2])")
eq(repr(array("f", array("i", [1]))), "array('f', [1.0])")
with raises(ValueError, "bad typecode (must be b, B, u, w, h, H, i, I, l, L, q, Q, f or d)"):
    array("z")
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    array("i", [1.5])
with raises(OverflowError, "signed char is greater than maximum"):
    array("b", [200])
with raises(OverflowError, "unsigned byte integer is less than minimum"):
    array("B", [-1])
with raises(TypeError, "cannot use a str to initialize an array with typecode 'i'"):
    array("i", "ab")
with raises(TypeError, "array item must be a unicode character, not int"):
    array("u", [1])
with raises(TypeError, "'int' object is not iterable"):
    array("i", 5)
with raises(TypeError, "array() takes at least 1 argument (0 given)"):
    array()
with raises(TypeError, "array() argument 1 must be a unicode character, not a string of length 2"):
    array("ab")
with raises(TypeError, "must be real number, not str"):
    array("d", ["a"])
a = array("i", [1, 2, 3])
eq(a[0], 1)
eq(a[-1], 3)
eq(repr(a[1:]), "array('i', [2, 3])")
eq(repr(a[::-1]), "array('i', [3, 2, 1])")
eq(len(a), 3)
eq(a.itemsize, 4)
eq(a.typecode, "i")
assert (2 in a) is True
eq(list(a), [1, 2, 3])
eq(repr(a + array("i", [4])), "array('i', [1, 2, 3, 4])")
eq(repr(a * 2), "array('i', [1, 2, 3, 1, 2, 3])")
assert (a == array("i", [1, 2, 3])) is True
assert (a == array("d", [1, 2, 3])) is True
assert (a < array("i", [2])) is True
eq(a.tolist(), [1, 2, 3])
eq(a.tobytes(), b'\x01\x00\x00\x00\x02\x00\x00\x00\x03\x00\x00\x00')
eq(repr(a), "array('i', [1, 2, 3])")
eq(a.index(2), 1)
eq(a.count(1), 1)
eq(a.index(3, 1), 2)
with raises(IndexError, "array index out of range"):
    a[10]
with raises(TypeError, "array indices must be integers"):
    a["a"]
with raises(TypeError, 'can only append array (not "list") to array'):
    a + [1]
with raises(TypeError, "bad argument type for built-in operation"):
    a + array("d", [1])
with raises(ValueError, "array.index(x): x not in array"):
    a.index(99)
a.append(4)
a.extend([5])
a.extend(array("i", [6]))
a.insert(0, 0)
a.fromlist([7])
a.frombytes(b"\x08\0\0\0")
eq(repr(a), "array('i', [0, 1, 2, 3, 4, 5, 6, 7, 8])")
eq(a.pop(), 8)
eq(a.pop(0), 0)
eq(repr(a), "array('i', [1, 2, 3, 4, 5, 6, 7])")
a.remove(3)
a.reverse()
eq(repr(a), "array('i', [7, 6, 5, 4, 2, 1])")
with raises(ValueError, "array.remove(x): x not in array"):
    a.remove(99)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    a.append("a")
with raises(OverflowError, "signed integer is greater than maximum"):
    a.append(2 ** 40)
with raises(TypeError, "can only extend with array of same kind"):
    a.extend(array("d", [1]))
with raises(TypeError, "'int' object is not iterable"):
    a.extend(5)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    a.fromlist(["a"])
with raises(ValueError, "bytes length not a multiple of item size"):
    a.frombytes(b"abc")
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    a[0] = "a"
with raises(TypeError, 'can only assign array (not "list") to array slice'):
    a[0:1] = [1]
a[0:2] = array("i", [100])
del a[1]
eq(repr(a), "array('i', [100, 4, 2, 1])")
a[0] = -5
a.byteswap()
eq(repr(a), "array('i', [-67108865, 67108864, 33554432, 16777216])")
with raises(IndexError, "pop from empty array"):
    array("i").pop()
with raises(IndexError, "pop index out of range"):
    array("b", [1]).pop(5)
eq(array("u", "ab").tounicode(), "ab")
eq(array("i", [1, 2]).buffer_info()[1], 2)
with raises(ValueError, "tounicode() may only be called on unicode type arrays ('u' or 'w')"):
    array("i", [1]).tounicode()
w = array("w", "ab")
w.fromunicode("é")
eq(repr(w), "array('w', 'abé')")
eq(w.tounicode(), "abé")
import io
f = io.BytesIO()
array("h", [1, 2, 3]).tofile(f)
f.seek(0)
g = array("h")
g.fromfile(f, 2)
eq(repr(g), "array('h', [1, 2])")
with raises(EOFError, "read() didn't return enough bytes"):
    g.fromfile(f, 5)
eq(repr(g), "array('h', [1, 2, 3])")
m = memoryview(a)
with raises(BufferError, "cannot resize an array that is exporting buffers"):
    a.append(1)
m.release()
with raises(TypeError, "unhashable type: 'array.array'"):
    hash(array("i"))
eq(repr(array("i", [1]).__copy__()), "array('i', [1])")
assert (array("i", [3, 1]) > array("i", [3])) is True
eq(sorted(array("i", [3, 1])), [1, 3])
eq(array("i", range(3)).__reduce_ex__(2)[0].__name__, "array")
it = iter(array("i", [1, 2]))
eq(next(it), 1)
eq(list(it), [2])
class A(array):
    pass

eq(repr(A("i", [1])), "A('i', [1])")
eq(repr(type(A("i", [1])[:])), "<class 'array.array'>")
