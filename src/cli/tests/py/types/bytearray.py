"""bytearray: what bytes has not: changing it, exports, and the type of results."""


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

eq(bytearray(), bytearray(b''))
eq(bytearray(3), bytearray(b'\x00\x00\x00'))
eq(bytearray([1, 2]), bytearray(b'\x01\x02'))
eq(bytearray("é", "utf-8"), bytearray(b'\xc3\xa9'))
eq(bytearray(b"a"), bytearray(b'a'))
eq(bytearray(range(3)), bytearray(b'\x00\x01\x02'))
with raises(TypeError, "string argument without an encoding"):
    bytearray("a")
with raises(ValueError, "negative count"):
    bytearray(-1)
with raises(ValueError, "byte must be in range(0, 256)"):
    bytearray([256])
with raises(TypeError, "cannot convert 'float' object to bytearray"):
    bytearray(1.5)
a = bytearray(b"abc")
a[0] = 120
eq(a, bytearray(b'xbc'))
eq(a[0], 120)
eq(a[-1], 99)
eq(a[1:], bytearray(b'bc'))
assert (type(a[1:]) is bytearray) is True
a[1:2] = b"12345"
eq(a, bytearray(b'x12345c'))
a[1:3] = [65, 66, 67]
eq(a, bytearray(b'xABC345c'))
a[::2] = b"...."
eq(a, bytearray(b'.A.C.4.c'))
with raises(ValueError, "attempt to assign bytes of size 2 to extended slice of size 4"):
    a[::2] = b"12"
with raises(ValueError, "byte must be in range(0, 256)"):
    a[0] = 256
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    a[0] = "a"
with raises(TypeError, "'bytes' object cannot be interpreted as an integer"):
    a[0] = b"a"
with raises(IndexError, "bytearray index out of range"):
    a[100] = 1
with raises(TypeError, "can assign only bytes, buffers, or iterables of ints in range(0, 256)"):
    a[0:1] = "a"
with raises(ValueError, "byte must be in range(0, 256)"):
    a[0:1] = [300]
with raises(TypeError, "bytearray indices must be integers or slices, not str"):
    a["a"] = 1
with raises(IndexError, "bytearray index out of range"):
    a[100]
del a[0], a[-1]
eq(a, bytearray(b'A.C.4.'))
del a[::2]
eq(a, bytearray(b'...'))
with raises(IndexError, "bytearray index out of range"):
    del a[100]
a.append(33)
eq(a, bytearray(b'...!'))
with raises(ValueError, "byte must be in range(0, 256)"):
    a.append(256)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    a.append("a")
a.extend(b"xy")
a.extend([1, 2])
a.extend(i for i in (3, 4))
eq(a, bytearray(b'...!xy\x01\x02\x03\x04'))
with raises(TypeError, "expected iterable of integers; got: 'str'"):
    a.extend("ab")
with raises(ValueError, "byte must be in range(0, 256)"):
    a.extend([300])
with raises(TypeError, "can't extend bytearray with int"):
    a.extend(5)
a.insert(0, 35)
a.insert(-1, 36)
a.insert(100, 37)
eq(a, bytearray(b'#...!xy\x01\x02\x03$\x04%'))
with raises(ValueError, "byte must be in range(0, 256)"):
    a.insert(0, 300)
eq(a.pop(), 37)
eq(a.pop(0), 35)
eq(a.pop(-2), 36)
with raises(IndexError, "pop from empty bytearray"):
    bytearray().pop()
with raises(IndexError, "pop index out of range"):
    bytearray(b"a").pop(5)
a.remove(33)
eq(a, bytearray(b'...xy\x01\x02\x03\x04'))
with raises(ValueError, "value not found in bytearray"):
    a.remove(33)
with raises(ValueError, "byte must be in range(0, 256)"):
    a.remove(300)
a.reverse()
eq(a, bytearray(b'\x04\x03\x02\x01yx...'))
eq(a.copy(), bytearray(b'\x04\x03\x02\x01yx...'))
assert (a.copy() is a) is False
a += b"zz"
a *= 2
eq(a, bytearray(b'\x04\x03\x02\x01yx...zz\x04\x03\x02\x01yx...zz'))
with raises(TypeError, "can't concat str to bytearray"):
    a += "x"
a.clear()
eq(a, bytearray(b''))
eq(len(a), 0)
assert bool(a) is False
b = bytearray(b"hello world")
b.resize(5)
eq(b, bytearray(b'hello'))
b.resize(8)
eq(b, bytearray(b'hello\x00\x00\x00'))
with raises(ValueError, "Can only resize to positive sizes, got -1"):
    b.resize(-1)
eq(bytearray(b"ab") + b"c", bytearray(b'abc'))
assert type(bytearray(b"ab") + b"c") is bytearray
eq(bytearray(b"ab") * 2, bytearray(b'abab'))
eq(2 * bytearray(b"a"), bytearray(b'aa'))
assert (bytearray(b"a") == b"a") is True
assert (bytearray(b"a") < b"b") is True
assert (bytearray(b"a") == "a") is False
eq(bytearray(b"Ab").upper(), bytearray(b'AB'))
eq(bytearray(b"a,b").split(b","), [bytearray(b'a'), bytearray(b'b')])
eq(bytearray(b"ab").replace(b"a", b"x"), bytearray(b'xb'))
eq(bytearray(b" a ").strip(), bytearray(b'a'))
eq(bytearray(b"a-b").partition(b"-"), (bytearray(b'a'), bytearray(b'-'), bytearray(b'b')))
eq(bytearray(b",").join([b"a", b"b"]), bytearray(b'a,b'))
eq(bytearray(b"ab").center(6, b"*"), bytearray(b'**ab**'))
eq(bytearray(b"ab").hex(), "6162")
eq(bytearray(b"ab").decode(), "ab")
eq(bytearray(b"abc").find(b"c"), 2)
eq(bytearray(b"%d") % 5, bytearray(b'5'))
eq(bytearray.fromhex("ff00"), bytearray(b'\xff\x00'))
eq(bytearray(b"abc").translate(None, b"a"), bytearray(b'bc'))
eq(bytearray(b"a\nb").splitlines(), [bytearray(b'a'), bytearray(b'b')])
eq(bytearray(b"ab").title(), bytearray(b'Ab'))
eq(bytearray(b"7").zfill(3), bytearray(b'007'))
with raises(TypeError, "unhashable type: 'bytearray'"):
    hash(bytearray())
eq(repr(bytearray(b"a'")), 'bytearray(b"a\\\'")')
eq(str(bytearray(b"a")), "bytearray(b'a')")
c = bytearray(b"abcdef")
view = memoryview(c)
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    c.append(1)
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    del c[0]
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    c[0:2] = b"x"
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    c.clear()
with raises(BufferError, "Existing exports of data: object cannot be re-sized"):
    c += b"x"
c[0:2] = b"XY"
eq(bytes(view), b'XYcdef')
view.release()
c.append(33)
eq(c, bytearray(b'XYcdef!'))
assert (c.__alloc__() > 0) is True
eq(bytearray().__alloc__(), 0)
it = iter(bytearray(b"ab"))
eq(next(it), 97)
eq(it.__length_hint__(), 1)
eq(next(it), 98)
with raises(StopIteration, ""):
    next(it)

class B(bytearray):
    pass

eq(repr(B(b"a")), "B(b'a')")
assert (type(B(b"ab")[:1]) is bytearray) is True
eq(B(b"a") + b"b", bytearray(b'ab'))
d = bytearray(b"abc")
d[:] = d
d[1:1] = d
eq(d, bytearray(b'aabcbc'))
d[:2] = memoryview(b"12")
eq(d, bytearray(b'12bcbc'))
e = bytearray(b"0123456789")
del e[2:5]
e[0:0] = b"--"
eq(e, bytearray(b'--0156789'))
eq(e[-3:], bytearray(b'789'))
eq(e[::-2], bytearray(b'9750-'))
del e[:]
eq(e, bytearray(b''))
