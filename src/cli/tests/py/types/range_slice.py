"""range and slice."""


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

eq(range(5), range(0, 5))
eq(range(1, 5), range(1, 5))
eq(range(1, 5, 2), range(1, 5, 2))
eq(range(5, 0, -1), range(5, 0, -1))
eq(range(0), range(0, 0))
eq(range(True), range(0, 1))
eq(repr(range(0, 5)), "range(0, 5)")
eq(list(range(-3, 3)), [-3, -2, -1, 0, 1, 2])
eq(list(range(5, 1)), [])
eq(list(range(0, -6, -2)), [0, -2, -4])
with raises(TypeError, "range expected at least 1 argument, got 0"):
    range()
with raises(TypeError, "range expected at most 3 arguments, got 4"):
    range(1, 2, 3, 4)
with raises(ValueError, "range() arg 3 must not be zero"):
    range(1, 5, 0)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    range(1.5)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    range("a")
with raises(TypeError, "'NoneType' object cannot be interpreted as an integer"):
    range(1, None)
with raises(TypeError, "range() takes no keyword arguments"):
    range(stop=5)
r = range(10, 40, 3)
eq(r.start, 10)
eq(r.stop, 40)
eq(r.step, 3)
eq(len(r), 10)
eq(r[0], 10)
eq(r[-1], 37)
eq(r[2], 16)
eq(r[1:3], range(13, 19, 3))
eq(r[::-1], range(37, 7, -3))
eq(r[::2], range(10, 40, 6))
eq(r[20:], range(40, 40, 3))
eq(r[-2:], range(34, 40, 3))
assert (13 in r) is True
assert (14 in r) is False
assert (13.0 in r) is True
assert ("a" in r) is False
eq(r.index(16), 2)
eq(r.count(16), 1)
eq(r.count(17), 0)
with raises(IndexError, "range object index out of range"):
    r[10]
with raises(IndexError, "range object index out of range"):
    r[-11]
with raises(TypeError, "range indices must be integers or slices, not str"):
    r["a"]
with raises(TypeError, "range indices must be integers or slices, not float"):
    r[1.0]
with raises(ValueError, "range.index(x): x not in range"):
    r.index(17)
with raises(ValueError, "sequence.index(x): x not in sequence"):
    r.index("a")
with raises(AttributeError, "readonly attribute"):
    r.start = 5
with raises(TypeError, "'range' object does not support item assignment"):
    r[0] = 1
with raises(TypeError, "'range' object doesn't support item deletion"):
    del r[0]
assert (r == range(10, 40, 3)) is True
assert (range(0) == range(5, 5)) is True
assert (range(0, 3, 2) == range(0, 4, 2)) is True
assert (range(3) == [0, 1, 2]) is False
assert (hash(range(0, 3, 2)) == hash(range(0, 4, 2))) is True
assert (range(1) != range(2)) is True
assert (hash(range(3)) == hash(range(0, 3))) is True
with raises(TypeError, "'<' not supported between instances of 'range' and 'range'"):
    range(3) < range(4)
with raises(TypeError, "unsupported operand type(s) for +: 'range' and 'range'"):
    range(3) + range(4)
assert (bool(range(0))) is False
assert (bool(range(1))) is True
eq(list(reversed(range(0, 10, 3))), [9, 6, 3, 0])
eq(min(range(3, 6)), 3)
eq(max(range(3, 6)), 5)
eq(sum(range(101)), 5050)
eq(sorted(range(3, 0, -1)), [1, 2, 3])
big = range(10 ** 20, 10 ** 20 + 5)
eq(list(big), [100000000000000000000, 100000000000000000001, 100000000000000000002, 100000000000000000003, 100000000000000000004])
eq(big[2], 100000000000000000002)
eq(big[-1], 100000000000000000004)
assert (10 ** 20 + 3 in big) is True
eq(big[1:3], range(100000000000000000001, 100000000000000000003))
eq(len(big), 5)
eq(list(reversed(big))[0], 100000000000000000004)
eq(big.index(10 ** 20 + 1), 1)
with raises(OverflowError, "Python int too large to convert to C ssize_t"):
    len(range(10 ** 20))
eq(range(10 ** 20)[10 ** 19], 10000000000000000000)
eq(range(10 ** 20)[-1], 99999999999999999999)
eq(range(-(10 ** 20), 10 ** 20, 10 ** 19)[5], -50000000000000000000)
assert (bool(range(10 ** 30))) is True
it = iter(range(3))
eq(next(it), 0)
eq(it.__length_hint__(), 2)
eq(list(it), [1, 2])
eq(next(it, "end"), "end")
it = iter(range(10 ** 20, 10 ** 20 + 2))
eq(list(it), [100000000000000000000, 100000000000000000001])
eq(it.__length_hint__(), 0)

class I:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n

eq(range(I(3)), range(0, 3))
eq(list(range(I(1), I(4))), [1, 2, 3])
eq(range(10)[I(2)], 2)
assert (I(2).n in range(5)) is True
with raises(TypeError, "type 'range' is not an acceptable base type"):
    class R(range): pass
eq(repr(range(5).__reduce__()), "(<class 'range'>, (0, 5, 1))")
eq(range(2, 9, 3).__getitem__(1), 5)
assert (range.__doc__ is not None) is True
assert (range(5).__contains__(3)) is True
assert (range(3).__eq__(5)) is NotImplemented
s = slice(1, 10, 2)
eq(slice(5), slice(None, 5, None))
eq(slice(1, 5), slice(1, 5, None))
eq(s, slice(1, 10, 2))
eq(s.start, 1)
eq(s.stop, 10)
eq(s.step, 2)
eq(slice(None), slice(None, None, None))
eq(slice("a", None), slice('a', None, None))
eq(s.indices(6), (1, 6, 2))
eq(slice(None, None, -1).indices(5), (4, -1, -1))
eq(slice(-3, None).indices(10), (7, 10, 1))
eq(slice(-100, 100).indices(3), (0, 3, 1))
eq(slice(5, 2).indices(10), (5, 2, 1))
eq(slice(None, -100, -1).indices(4), (3, -1, -1))
with raises(TypeError, "slice expected at least 1 argument, got 0"):
    slice()
with raises(TypeError, "slice expected at most 3 arguments, got 4"):
    slice(1, 2, 3, 4)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    s.indices("a")
with raises(ValueError, "length should not be negative"):
    s.indices(-1)
with raises(ValueError, "slice step cannot be zero"):
    slice(0, 5, 0).indices(3)
with raises(TypeError, "slice indices must be integers or None or have an __index__ method"):
    slice("a").indices(5)
with raises(AttributeError, "readonly attribute"):
    s.start = 5
assert (s == slice(1, 10, 2)) is True
assert (s == (1, 10, 2)) is False
assert (slice(1) < slice(2)) is True
assert (hash(s) == hash(slice(1, 10, 2))) is True
assert (slice(None) != slice(0)) is True
with raises(TypeError, "'<' not supported between instances of 'slice' and 'int'"):
    slice(1) < 5
with raises(TypeError, "unhashable type: 'list'"):
    hash(slice([]))
with raises(TypeError, "type 'slice' is not an acceptable base type"):
    class S(slice): pass

class Get:
    def __getitem__(self, key):
        return key

    def __setitem__(self, key, value):
        self.last = key, value

    def __delitem__(self, key):
        self.last = "del", key

g = Get()
eq(g[1], 1)
eq(g[1:2], slice(1, 2, None))
eq(g[:], slice(None, None, None))
eq(g[::2], slice(None, None, 2))
eq(g[1, 2], (1, 2))
eq(g[1:2, 3], (slice(1, 2, None), 3))
assert (g[...]) is Ellipsis
eq(g["a":"b":"c"], slice('a', 'b', 'c'))
eq(g[(1, 2)], (1, 2))
eq(g[1,], (1,))
eq(g[*[1, 2]], (1, 2))
eq(g[:, ::1], (slice(None, None, None), slice(None, None, 1)))
eq(g[()], ())
eq(g[*(), 5], (5,))
g[1:2] = 5
eq(g.last, (slice(1, 2, None), 5))
del g[::3]
eq(g.last, ('del', slice(None, None, 3)))
g[1, 2] = 6
eq(g.last, ((1, 2), 6))
g[0] = g[1] = 7
eq(g.last, (1, 7))
