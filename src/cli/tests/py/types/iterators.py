"""The builtin iterators: enumerate, zip, map, filter, reversed, iter, and their protocols."""


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

eq(list(enumerate("ab")), [(0, 'a'), (1, 'b')])
eq(list(enumerate("ab", 5)), [(5, 'a'), (6, 'b')])
eq(list(enumerate("ab", start=10 ** 20)), [(100000000000000000000, 'a'), (100000000000000000001, 'b')])
eq(next(enumerate([7])), (0, 7))
eq(list(enumerate(iterable="a", start=2)), [(2, 'a')])
eq(list(enumerate([])), [])
eq(list(zip()), [])
eq(list(zip("ab")), [('a',), ('b',)])
eq(list(zip("ab", [1, 2, 3])), [('a', 1), ('b', 2)])
eq(list(zip([], [1])), [])
eq(list(zip("ab", [1, 2], strict=True)), [('a', 1), ('b', 2)])
eq(dict(zip("ab", range(2))), {'a': 0, 'b': 1})
eq(list(zip(*[(1, 2), (3, 4)])), [(1, 3), (2, 4)])
eq(list(map(str, [1, 2])), ['1', '2'])
eq(list(map(lambda a, b: a + b, [1, 2], [3, 4, 5])), [4, 6])
eq(list(map(pow, [2, 3], [2, 2])), [4, 9])
eq(list(filter(lambda x: x % 2, range(5))), [1, 3])
eq(list(filter(None, [0, 1, "", "a"])), [1, 'a'])
eq(list(filter(str.isdigit, "a1b2")), ['1', '2'])
eq(list(reversed([1, 2])), [2, 1])
eq(list(reversed("ab")), ['b', 'a'])
eq(list(reversed((1,))), [1])
eq(list(reversed(range(3))), [2, 1, 0])
eq(list(reversed({"a": 1})), ['a'])
with raises(TypeError, "'list_iterator' object is not reversible"):
    reversed(iter([]))
calls = []

def counted():
    calls.append(1)
    return len(calls)

eq(list(iter(counted, 4)), [1, 2, 3])
eq(calls, [1, 1, 1, 1])
it = iter(counted, 5)
eq(list(it), [])
eq(list(it), [])
i = iter([1, 2])
assert (iter(i) is i) is True
eq(next(i), 1)
eq(next(i), 2)
assert next(i, None) is None
eq(next(i, "d"), "d")
with raises(StopIteration, ""):
    next(i)
e = enumerate("ab")
assert (iter(e) is e) is True
eq(e.__next__(), (0, 'a'))
assert e.__reduce__()[0] is enumerate
eq(type(e).__name__, "enumerate")
z = zip("ab", "cd")
assert (iter(z) is z) is True
eq(next(z), ('a', 'c'))
assert z.__reduce__()[0] is zip
m = map(str, [1])
assert (iter(m) is m) is True
eq(next(m), "1")
with raises(StopIteration, ""):
    next(m)

class Len:
    def __len__(self):
        return 3

    def __getitem__(self, i):
        if i >= 3:
            raise IndexError
        return i * 2

eq(list(Len()), [0, 2, 4])
eq(list(reversed(Len())), [4, 2, 0])
assert (4 in Len()) is True
assert (5 in Len()) is False
eq(iter(Len()).__length_hint__(), 3)
eq(sum(Len()), 6)
eq(tuple(Len()), (0, 2, 4))
eq([*Len()], [0, 2, 4])
eq(max(Len()), 4)

class Hint:
    def __init__(self, hint):
        self.hint = hint

    def __iter__(self):
        return iter([1, 2])

    def __length_hint__(self):
        return self.hint

import operator
eq(list(Hint(10)), [1, 2])
eq(operator.length_hint(Hint(10)), 10)
eq(operator.length_hint(Hint(NotImplemented), 7), 7)
eq(list(Hint(NotImplemented)), [1, 2])
with raises(ValueError, "__length_hint__() should return >= 0"):
    list(Hint(-1))
with raises(TypeError, "__length_hint__ must be an integer, not str"):
    list(Hint("a"))
with raises(TypeError, "__length_hint__ must be an integer, not float"):
    list(Hint(1.5))

class NotIterator:
    def __iter__(self):
        return 5

class RaisingIter:
    def __iter__(self):
        raise ValueError("iter")

class RaisingNext:
    def __iter__(self):
        return self

    def __next__(self):
        raise ValueError("next")

class NoneIter:
    __iter__ = None

class NextOnly:
    def __next__(self):
        return 1

with raises(TypeError, "iter() returned non-iterator of type 'int'"):
    iter(NotIterator())
with raises(ValueError, "iter"):
    list(RaisingIter())
with raises(ValueError, "next"):
    list(RaisingNext())
with raises(TypeError, "'NoneIter' object is not iterable"):
    iter(NoneIter())
with raises(TypeError, "argument of type 'NoneIter' is not a container or iterable"):
    5 in NoneIter()
eq(next(NextOnly()), 1)
with raises(TypeError, "'NextOnly' object is not iterable"):
    iter(NextOnly())
with raises(TypeError, "'int' object is not iterable"):
    [x for x in 5]
with raises(TypeError, "Value after * must be an iterable, not int"):
    [*5]
with raises(TypeError, "argument of type 'int' is not a container or iterable"):
    5 in 5

class Stop:
    def __init__(self):
        self.n = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.n += 1
        if self.n == 2:
            raise StopIteration("value", 2)
        return self.n

s = Stop()
eq(list(s), [1])
eq(list(Stop()), [1])
eq(next(Stop()), 1)

def delegate():
    result = yield from Stop()
    return result

g = delegate()
eq(next(g), 1)
try:
    next(g)
except StopIteration as stop:
    value = stop.value
eq(value, "value")
assert all([]) is True
assert all([1, 0]) is False
assert all(x for x in [1, 2]) is True
assert any([]) is False
assert any([0, 1]) is True
assert any(x for x in []) is False
eq(sum([]), 0)
eq(min([3, 1], key=lambda x: -x), 3)
eq(max("a", "b"), "b")
eq(max([1], default=2), 1)
with raises(TypeError, "'int' object is not iterable"):
    all(5)
with raises(TypeError, "any() takes exactly one argument (0 given)"):
    any()
eq(sorted({3: 1, 1: 2}), [1, 3])
assert (list({3, 1}) in ([1, 3], [3, 1])) is True
eq(sum({1: 2, 3: 4}), 4)
eq(max({"a": 1, "b": 2}), "b")
eq(list("abc"[::-1]), ['c', 'b', 'a'])
x, *y = iter(range(4))
eq(x, 0)
eq(y, [1, 2, 3])

def infinite():
    n = 0
    while True:
        yield n
        n += 1

eq([a for a, b in zip(infinite(), "abc")], [0, 1, 2])
eq(next(b for b in infinite() if b > 100), 101)
eq(dict(zip(infinite(), "ab")), {0: 'a', 1: 'b'})
with raises(TypeError, "'NoneType' object is not callable"):
    list(map(None, [1]))
with raises(TypeError, "object of type 'list_iterator' has no len()"):
    len(iter([]))
assert (iter([1]).__setstate__(1)) is None
eq(iter([1, 2]).__reduce__()[1], ([1, 2],))
eq(iter("ab").__reduce__()[1], ('ab',))
eq(reversed([1, 2]).__reduce__()[1], ([1, 2],))
nested = iter([iter([1, 2]), iter([3])])
eq([list(n) for n in nested], [[1, 2], [3]])
consumed = iter([1, 2, 3, 4])
eq([(n, next(consumed)) for n in consumed], [(1, 2), (3, 4)])
eq(list(zip(*[iter(range(6))] * 2)), [(0, 1), (2, 3), (4, 5)])
assert (3 in iter([1, 2, 3, 4])) is True
eq(list(consumed), [])
