"""set and frozenset: every method and operator, errors."""


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

eq(set(), set())
eq(sorted(set("hello")), ['e', 'h', 'l', 'o'])
eq(len({1, 1, 2}), 2)
eq(set([1]), {1})
eq(frozenset(), frozenset())
eq(frozenset([1]), frozenset({1}))
eq(set(range(0)), set())
eq({1}, {1})
eq(repr({1}), "{1}")
eq(repr(frozenset({1})), "frozenset({1})")
eq(repr(set()), "set()")
eq(repr(frozenset()), "frozenset()")
with raises(TypeError, "'int' object is not iterable"):
    set(5)
with raises(TypeError, "set expected at most 1 argument, got 2"):
    set(1, 2)
with raises(TypeError, "set() takes no keyword arguments"):
    set(x=1)
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    set([[]])
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    {[]}
with raises(TypeError, "cannot use 'set' as a set element (unhashable type: 'set')"):
    {{1}}
with raises(TypeError, "'int' object is not iterable"):
    frozenset(5)
eq({frozenset([1])}, {frozenset({1})})
eq({1.0, 1, True}, {1.0})
eq(len({0, False, 0.0}), 1)
s = {1, 2, 3}
assert (1 in s) is True
assert (9 in s) is False
assert ({1} in s) is False
assert (frozenset([1]) in {frozenset([1])}) is True
assert ({1} in {frozenset([1])}) is True
eq(len(s), 3)
assert (bool(set())) is False
assert bool(s) is True
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    [] in s
s.add(4)
s.add(4)
eq(sorted(s), [1, 2, 3, 4])
assert s.add(5) is None
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    s.add([])
with raises(TypeError, "set.add() takes exactly one argument (0 given)"):
    s.add()
s.remove(5)
s.discard(5)
s.discard(4)
eq(sorted(s), [1, 2, 3])
with raises(KeyError, "99"):
    s.remove(99)
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    s.remove([])
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    s.discard([])
with raises(KeyError, "{1}"):
    s.remove({1})
eq({7}.pop(), 7)
with raises(KeyError, "'pop from an empty set'"):
    set().pop()
s.update([4], "ab", {5: 6})
eq(sorted(map(str, s)), ['1', '2', '3', '4', '5', 'a', 'b'])
s.update()
with raises(TypeError, "'int' object is not iterable"):
    s.update(5)
with raises(TypeError, "cannot use 'list' as a set element (unhashable type: 'list')"):
    s.update([[]])
s.clear()
eq(s, set())
eq(s.copy(), set())
assert (s.copy() is s) is False
eq(frozenset([1]).copy(), frozenset({1}))
s = {1, 2, 3}
t = {3, 4}
eq(sorted(s | t), [1, 2, 3, 4])
eq(s & t, {3})
eq(sorted(s - t), [1, 2])
eq(sorted(s ^ t), [1, 2, 4])
eq(sorted(s.union(t, [9])), [1, 2, 3, 4, 9])
eq(s.intersection(t, [3]), {3})
eq(sorted(s.difference(t)), [1, 2])
eq(s.difference(t, [1]), {2})
eq(sorted(s.symmetric_difference([3, 4])), [1, 2, 4])
eq(sorted(s.union()), [1, 2, 3])
eq(sorted(s.intersection()), [1, 2, 3])
eq(sorted(s.difference()), [1, 2, 3])
with raises(TypeError, "unsupported operand type(s) for |: 'set' and 'list'"):
    s | [1]
with raises(TypeError, "unsupported operand type(s) for &: 'set' and 'list'"):
    s & [1]
with raises(TypeError, "unsupported operand type(s) for -: 'set' and 'tuple'"):
    s - (1,)
with raises(TypeError, "unsupported operand type(s) for ^: 'set' and 'str'"):
    s ^ "a"
with raises(TypeError, "unsupported operand type(s) for |: 'list' and 'set'"):
    [1] | s
with raises(TypeError, "unsupported operand type(s) for +: 'set' and 'set'"):
    s + t
with raises(TypeError, "'int' object is not iterable"):
    s.union(5)
with raises(TypeError, "unhashable type: 'list'"):
    s.intersection([[]])
assert (s < t) is False
assert (s <= {1, 2, 3}) is True
assert (s < {1, 2, 3}) is False
assert (s < {1, 2, 3, 4}) is True
assert (s >= {1}) is True
assert (s > {1}) is True
assert (s == {3, 2, 1}) is True
assert (s == frozenset(s)) is True
assert (s != t) is True
assert (s == [1, 2, 3]) is False
assert s.issubset([1, 2, 3, 4]) is True
assert s.issuperset([1]) is True
assert s.isdisjoint([9]) is True
assert s.isdisjoint({1}) is False
assert (set() <= s) is True
assert (set() < set()) is False
with raises(TypeError, "'<' not supported between instances of 'set' and 'list'"):
    s < [1]
with raises(TypeError, "'int' object is not iterable"):
    s.issubset(5)
with raises(TypeError, "'int' object is not iterable"):
    s.isdisjoint(5)
u = {1, 2, 3}
u |= {4}
u &= {1, 2, 4}
u -= {4}
u ^= {2, 7}
eq(sorted(u), [1, 7])
with raises(TypeError, "unsupported operand type(s) for |=: 'set' and 'list'"):
    u |= [1]
with raises(TypeError, "unsupported operand type(s) for &=: 'set' and 'int'"):
    u &= 5
with raises(TypeError, "unsupported operand type(s) for -=: 'set' and 'str'"):
    u -= "a"
u.intersection_update([1, 7, 8], [7])
eq(u, {7})
u.difference_update([7], [8])
eq(u, set())
u.symmetric_difference_update([1, 2])
eq(sorted(u), [1, 2])
u.update(u)
u -= u
eq(u, set())
v = {1, 2}
v ^= v
eq(v, set())
assert (hash(frozenset([1, 2, 3])) == hash(frozenset([3, 2, 1]))) is True
assert (hash(frozenset()) == hash(frozenset())) is True
with raises(TypeError, "unhashable type: 'set'"):
    hash({1})
with raises(AttributeError, "'frozenset' object has no attribute 'add'"):
    frozenset().add(1)
with raises(AttributeError, "'frozenset' object has no attribute 'remove'"):
    frozenset([1]).remove(1)
assert type({1} | frozenset([2])) is set
assert type(frozenset([1]) | {2}) is frozenset
with raises(TypeError, "unsupported operand type(s) for &: 'frozenset' and 'type'"):
    type(frozenset([1]) & [1].__class__ and {1})
eq(frozenset([1, 2]) & {2}, frozenset({2}))
eq(frozenset([1]) - {1}, frozenset())
assert (frozenset(frozenset([5])) == frozenset([5])) is True
f = frozenset([1, 2])
g = f
g |= {3}
eq(sorted(g), [1, 2, 3])
eq(sorted(f), [1, 2])
assert (frozenset(f) is f) is True
assert (f.copy() is f) is True
assert (set(f) is f) is False
assert ({x % 3 for x in range(10)} == {0, 1, 2}) is True
eq(sorted({*"ab", *[1, 2]}, key=str), [1, 2, 'a', 'b'])
eq({*()}, set())

def grow():
    m = {1}
    for x in m:
        m.add(x + 1)

with raises(RuntimeError, "Set changed size during iteration"):
    grow()
it = iter({5})
eq(it.__length_hint__(), 1)
eq(next(it), 5)
eq(next(it, "end"), "end")

class S(set):
    pass

class F(frozenset):
    def __new__(cls, items=()):
        return super().__new__(cls, items)

eq(type(S([1]) | {2}).__name__, "set")
eq(type(S([1]).copy()).__name__, "set")
eq(repr(S([1])), "S({1})")
eq(repr(F([1])), "F({1})")
eq(type(F([1]) | {2}).__name__, "frozenset")
assert (S([1]) == {1}) is True
eq({F([1]): 2}[frozenset([1])], 2)
x = S()
x.attr = 1
eq(x.attr, 1)
with raises(AttributeError, "'set' object has no attribute 'attr' and no __dict__ for setting new attributes"):
    {1}.attr = 1
eq(repr(set[int]), "set[int]")
eq(repr(frozenset[int]), "frozenset[int]")
assert (set.__doc__ is not None) is True
with raises(AttributeError, "'set' object has no attribute 'foo'"):
    s.foo
assert (set.union({1}, [2]) == {1, 2}) is True
assert set.add({1}, 2) is None
assert ({1}.__contains__(1)) is True
assert ({1}.__eq__(1)) is NotImplemented
eq({1}.__len__(), 1)
assert ({1}.__or__([1])) is NotImplemented
eq({1}.__ror__({1}), {1})
assert ({1}.__le__({1})) is True
eq({1}.__sub__({1}), set())
eq({1}.__rsub__({1, 2}), {2})
eq({1}.__iter__().__next__(), 1)
big = set(range(10000))
big -= set(range(0, 10000, 2))
eq(len(big), 5000)
eq(sum(big), 25000000)
assert (5 in big) is True
assert (6 in big) is False
big &= set(range(100))
eq(len(big), 50)
eq(max(big), 99)
eq(min(big), 1)
eq(sum(sorted(big)[:3]), 9)

class Clash:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return 1

    def __eq__(self, other):
        return isinstance(other, Clash) and self.n == other.n

clash = {Clash(i) for i in range(50)} | {Clash(i) for i in range(25, 60)}
eq(len(clash), 60)
assert (Clash(55) in clash) is True
assert (Clash(60) in clash) is False
clash -= {Clash(i) for i in range(30)}
eq(len(clash), 30)
eq(frozenset.__new__(frozenset, [1]), frozenset({1}))
eq(set.__new__(set, [1]), set())
eq(frozenset({1}).__reduce__()[0].__name__, "frozenset")
eq({1}.__class__({2}), {2})

# A display of constants has the order of a set that another was merged into.
eq(repr({16, 1, 2, 3}), "{16, 1, 2, 3}")
eq(repr({16, 1, 2, 3, 4}), "{16, 1, 2, 3, 4}")
eq(repr(set([16, 1, 2, 3, 4])), "{1, 2, 3, 4, 16}")
