"""list: every method and operator, slices, errors."""


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

eq(list(), [])
eq(list("ab"), ['a', 'b'])
eq(list((1, 2)), [1, 2])
eq(list(range(3)), [0, 1, 2])
eq(list({1: 2}), [1])
eq(list(i for i in (1, 2)), [1, 2])
with raises(TypeError, "'int' object is not iterable"):
    list(1)
with raises(TypeError, "list expected at most 1 argument, got 2"):
    list(1, 2)
with raises(TypeError, "list() takes no keyword arguments"):
    list(x=1)
a = [1, 2, 3, 4, 5]
eq(a[0], 1)
eq(a[-1], 5)
eq(a[1:3], [2, 3])
eq(a[::-1], [5, 4, 3, 2, 1])
eq(a[::2], [1, 3, 5])
eq(a[10:], [])
eq(a[-2:], [4, 5])
eq(a[3:1], [])
eq(a[-100:2], [1, 2])
eq(a[:], [1, 2, 3, 4, 5])
assert (a[:] is a) is False
with raises(IndexError, "list index out of range"):
    a[5]
with raises(IndexError, "list index out of range"):
    a[-6]
with raises(TypeError, "list indices must be integers or slices, not str"):
    a.__getitem__("a")
with raises(TypeError, "list indices must be integers or slices, not float"):
    a.__getitem__(1.0)
with raises(TypeError, "list indices must be integers or slices, not NoneType"):
    a.__getitem__(None)
with raises(IndexError, "cannot fit 'int' into an index-sized integer"):
    a[10 ** 30]
with raises(ValueError, "slice step cannot be zero"):
    a[::0]
with raises(TypeError, "slice indices must be integers or None or have an __index__ method"):
    a["x":]
with raises(IndexError, "list assignment index out of range"):
    a[5] = 1
with raises(TypeError, "list indices must be integers or slices, not str"):
    a["a"] = 1
with raises(IndexError, "list assignment index out of range"):
    del a[5]
with raises(TypeError, "list indices must be integers or slices, not str"):
    del a["a"]
a[1] = 20
a[-1] = 50
eq(a, [1, 20, 3, 4, 50])
a[1:3] = [7, 8, 9]
eq(a, [1, 7, 8, 9, 4, 50])
a[1:1] = (0, 0)
eq(a, [1, 0, 0, 7, 8, 9, 4, 50])
a[::2] = "abcd"
eq(a, ['a', 0, 'b', 7, 'c', 9, 'd', 50])
with raises(ValueError, "attempt to assign sequence of size 1 to extended slice of size 4"):
    a[::2] = [1]
with raises(TypeError, "must assign iterable to extended slice"):
    a[0:1] = 5
with raises(TypeError, "must assign iterable to extended slice"):
    a[::2] = 5
a[2:4] = []
eq(a, ['a', 0, 'c', 9, 'd', 50])
a[::-1] = a
eq(a, [50, 'd', 9, 'c', 0, 'a'])
a[:] = range(6)
eq(a, [0, 1, 2, 3, 4, 5])
del a[1], a[-1], a[1:2]
eq(a, [0, 3, 4])
a[:] = range(10)
del a[::3]
eq(a, [1, 2, 4, 5, 7, 8])
del a[::-2]
eq(a, [1, 4, 7])
del a[5:]
del a[:]
eq(a, [])
a.append(1)
a.append([])
eq(a, [1, []])
assert a.append(None) is None
with raises(TypeError, "list.append() takes exactly one argument (0 given)"):
    a.append()
with raises(TypeError, "list.append() takes exactly one argument (2 given)"):
    a.append(1, 2)
a.clear()
a.extend([1, 2])
a.extend("ab")
a.extend(x for x in (3,))
a.extend({5: 6})
eq(a, [1, 2, 'a', 'b', 3, 5])
with raises(TypeError, "'int' object is not iterable"):
    a.extend(1)
with raises(TypeError, "list.extend() takes exactly one argument (0 given)"):
    a.extend()
a.extend(a)
eq(len(a), 12)
a[:] = [1, 2, 3]
a.insert(0, "start")
a.insert(-1, "before last")
a.insert(100, "end")
a.insert(-100, "first")
eq(a, ['first', 'start', 1, 2, 'before last', 3, 'end'])
with raises(TypeError, "insert expected 2 arguments, got 1"):
    a.insert(1)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    a.insert("a", 1)
eq(a.pop(), "end")
eq(a.pop(0), "first")
eq(a.pop(-1), 3)
eq(a, ['start', 1, 2, 'before last'])
with raises(IndexError, "pop from empty list"):
    [].pop()
with raises(IndexError, "pop index out of range"):
    [1].pop(5)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    [1].pop("a")
with raises(TypeError, "pop expected at most 1 argument, got 2"):
    [1].pop(1, 2)
a[:] = [3, 1, 2, 1]
a.remove(1)
eq(a, [3, 2, 1])
with raises(ValueError, "list.remove(x): x not in list"):
    a.remove(99)
eq(a.index(1), 2)
eq(a.index(1, 1), 2)
eq(a.index(3, -10, 10), 0)
eq(a.count(1), 1)
eq(a.count("x"), 0)
with raises(ValueError, "list.index(x): x not in list"):
    a.index(99)
with raises(ValueError, "list.index(x): x not in list"):
    a.index(3, 1)
with raises(TypeError, "index expected at least 1 argument, got 0"):
    a.index()
a.reverse()
eq(a, [1, 2, 3])
eq(a.copy(), [1, 2, 3])
assert (a.copy() is a) is False
a.sort()
eq(a, [1, 2, 3])
a.sort(reverse=True)
eq(a, [3, 2, 1])
words = ["bb", "A", "ccc", "b"]
words.sort(key=len)
eq(words, ['A', 'b', 'bb', 'ccc'])
words.sort(key=str.lower, reverse=True)
eq(words, ['ccc', 'bb', 'b', 'A'])
with raises(TypeError, "'<' not supported between instances of 'str' and 'int'"):
    [1, "a"].sort()
with raises(TypeError, "'<' not supported between instances of 'int' and 'NoneType'"):
    [None, 1].sort()
with raises(TypeError, "'int' object is not callable"):
    [1].sort(key=5)
with raises(TypeError, "sort() takes no positional arguments"):
    [1].sort(5)
with raises(TypeError, "sort() got an unexpected keyword argument 'cmp'"):
    [1].sort(cmp=1)
with raises(ZeroDivisionError, "division by zero"):
    [1, 2].sort(key=lambda x: 1 / 0)
eq(sorted([3, 1, 2], key=lambda x: -x), [3, 2, 1])
eq(sorted([(1, "b"), (1, "a"), (0, "c")]), [(0, 'c'), (1, 'a'), (1, 'b')])
eq(sorted([(1, "b"), (1, "a")], key=lambda t: t[0]), [(1, 'b'), (1, 'a')])
eq(sorted("hello", reverse=True), ['o', 'l', 'l', 'h', 'e'])
eq(sorted([[2], [1, 5], [1]]), [[1], [1, 5], [2]])
eq(sorted([1.5, 1, True, 0]), [0, 1, True, 1.5])
eq(repr(sorted([float("inf"), 1, -5])), "[-5, 1, inf]")
with raises(TypeError, "'int' object is not iterable"):
    sorted(1)
with raises(TypeError, "sorted expected 1 argument, got 0"):
    sorted()
with raises(TypeError, "'<' not supported between instances of 'complex' and 'complex'"):
    sorted([1j, 2j])

class Odd:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return self.n < other.n

    def __repr__(self):
        return f"Odd({self.n})"

eq(repr(sorted([Odd(3), Odd(1), Odd(2)])), "[Odd(1), Odd(2), Odd(3)]")
eq(repr(max([Odd(3), Odd(5)])), "Odd(5)")
eq(repr(min(Odd(2), Odd(1))), "Odd(1)")

def mutate():
    found = [3, 2, 1]
    found.sort(key=lambda x: found.append(x) or x)

with raises(ValueError, "list modified during sort"):
    mutate()
n = 5000
big = [(i * 7919) % n for i in range(n)]
big.sort()
assert (big == list(range(n))) is True
eq(sorted(range(n), reverse=True)[0], 4999)
assert (sorted([i // 2 for i in range(100)] + list(range(50))) == sorted([*range(50)] * 3)) is True
stable = sorted([(i % 10, i) for i in range(1000)], key=lambda t: t[0])
assert (all(x < y for x, y in zip(stable, stable[1:]))) is True
eq([1] + [2], [1, 2])
eq([1] * 3, [1, 1, 1])
eq(2 * [1], [1, 1])
eq([1] * 0, [])
eq([1] * -1, [])
eq([[]] * 2, [[], []])
eq([] + [], [])
with raises(TypeError, 'can only concatenate list (not "tuple") to list'):
    [1] + (2,)
with raises(TypeError, 'can only concatenate list (not "str") to list'):
    [1] + "a"
with raises(TypeError, "can't multiply sequence by non-int of type 'str'"):
    [1] * "a"
with raises(TypeError, "can't multiply sequence by non-int of type 'float'"):
    [1] * 1.5
with raises(TypeError, "unsupported operand type(s) for -: 'list' and 'list'"):
    [1] - [2]
b = [1]
b += (2, 3)
b += "x"
b *= 2
eq(b, [1, 2, 3, 'x', 1, 2, 3, 'x'])
with raises(TypeError, "'int' object is not iterable"):
    b += 5
with raises(TypeError, "can't multiply sequence by non-int of type 'str'"):
    b *= "a"
assert ([1, 2] == [1, 2]) is True
assert ([1] == (1,)) is False
assert ([1, 2] < [1, 3]) is True
assert ([1] < [1, 0]) is True
assert ([] < [0]) is True
assert ([2] > [1, 5]) is True
assert ([1, 2] <= [1, 2]) is True
assert ([1] != [2]) is True
assert ([1] == [1.0] == [True]) is True
with raises(TypeError, "'<' not supported between instances of 'list' and 'tuple'"):
    [1] < (1,)
with raises(TypeError, "'<' not supported between instances of 'int' and 'str'"):
    [1] < ["a"]
assert ([1, "a"] < [2, 1]) is True
assert ([[1, 2], [3]] == [[1, 2], [3]]) is True
assert (2 in [1, 2]) is True
assert ("a" not in [1]) is True
assert ([] in [[]]) is True
assert (float("nan") in [float("nan")]) is False
eq(repr([]), "[]")
eq(repr([1, "a", [None]]), "[1, 'a', [None]]")
eq(str([1]), "[1]")
r = []
r.append(r)
r.append({"k": r})
eq(repr(r), "[[...], {'k': [...]}]")
with raises(TypeError, "unhashable type: 'list'"):
    hash([])
assert bool([]) is False
assert bool([0]) is True
eq(len([1, 2]), 2)
it = iter([1, 2, 3])
eq(next(it), 1)
eq(it.__length_hint__(), 2)
eq(list(it), [2, 3])
eq(next(it, "end"), "end")
eq(it.__length_hint__(), 0)
rev = reversed([1, 2, 3])
eq(next(rev), 3)
eq(rev.__length_hint__(), 2)
eq(list(rev), [2, 1])
grow = [1]
for x in grow:
    if len(grow) < 5:
        grow.append(x + 1)
eq(grow, [1, 2, 3, 4, 5])
shrink = [1, 2, 3, 4]
for x in shrink:
    shrink.remove(x)
eq(shrink, [2, 4])
eq(repr([].__class_getitem__(int)), "list[int]")
eq(repr(list[int]), "list[int]")
eq(repr(list[int, str]), "list[int, str]")
eq(list[int]([1]), [1])
with raises(AttributeError, "'list' object has no attribute 'foo'"):
    [1].foo
with raises(AttributeError, "'list' object has no attribute 'foo' and no __dict__ for setting new attributes"):
    [1].foo = 1
eq([*[1, 2], *"ab"], [1, 2, 'a', 'b'])
eq([*()], [])
eq([x for x in [1, 2]], [1, 2])

class L(list):
    def __len__(self):
        return 100

    def __getitem__(self, i):
        return "item", i

eq(L([1, 2])[0], ('item', 0))
eq(len(L()), 100)
eq(L([1])[1:], ('item', slice(1, None, None)))
eq(list(L([1, 2])), [1, 2])
eq(L([1]) + [2], [1, 2])
assert type(L([1]) + [2]) is list
assert (L([1]) == [1]) is True
eq(repr(L([1])), "[1]")
assert (bool(L())) is True
self_slice = [1, 2, 3]
self_slice[1:2] = self_slice
eq(self_slice, [1, 1, 2, 3, 3])
self_slice += self_slice
eq(len(self_slice), 10)
assert ([1, 2, 3].__contains__(2)) is True
assert ([1].__eq__([1])) is True
assert ([1].__eq__(1)) is NotImplemented
assert ([1].__lt__([2])) is True
eq([1].__add__([2]), [1, 2])
eq([1].__rmul__(2), [1, 1])
eq([1, 2].__reversed__().__next__(), 2)
assert ([1].__sizeof__() > 0) is True
assert ([1].__init__([2])) is None
eq([].__len__(), 0)
c = [1, 2, 3]
c.__init__("ab")
eq(c, ['a', 'b'])
c.__setitem__(0, "z")
c.__delitem__(1)
eq(c, ['z'])
eq(c.__iadd__([5]), ['z', 5])
eq(c.__imul__(2), ['z', 5, 'z', 5])
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    c.__imul__("a")
assert list.append([], 1) is None
with raises(TypeError, "descriptor 'append' for 'list' objects doesn't apply to a 'tuple' object"):
    list.append((), 1)
with raises(MemoryError, ""):
    [0] * (10 ** 18)


# ---- in place a left operand that has slots of a sequence is the only one that is asked
for left in ({}, {1}, range(3), object.__new__(type("Empty", (), {}))):
    name = type(left).__name__
    with raises(TypeError, f"unsupported operand type(s) for *=: '{name}' and 'list'"):
        left *= [1]
    with raises(TypeError, f"can't multiply sequence by non-int of type '{name}'"):
        left = left * [1]
for left in (2.5, None):
    with raises(TypeError, f"can't multiply sequence by non-int of type '{type(left).__name__}'"):
        left *= [1]
three = 3
three *= [1]
eq(three, [1, 1, 1])
