"""tuple: construction, operators, methods, errors."""


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

t = (1, 2, 3)
eq((), ())
eq((1,), (1,))
eq(tuple(), ())
eq(tuple("ab"), ('a', 'b'))
eq(tuple([1]), (1,))
assert (tuple(t) is t) is True
eq(tuple(i for i in (1, 2)), (1, 2))
eq(1, 1)
eq((1, (2, (3,))), (1, (2, (3,))))
with raises(TypeError, "'int' object is not iterable"):
    tuple(5)
with raises(TypeError, "tuple expected at most 1 argument, got 2"):
    tuple(1, 2)
with raises(TypeError, "tuple() takes no keyword arguments"):
    tuple(x=1)
eq(t[0], 1)
eq(t[-1], 3)
eq(t[1:], (2, 3))
eq(t[::-1], (3, 2, 1))
assert (t[:] is t) is True
eq(t[10:], ())
eq(t[0:2], (1, 2))
eq(len(t), 3)
with raises(IndexError, "tuple index out of range"):
    t[3]
with raises(IndexError, "tuple index out of range"):
    t[-4]
with raises(TypeError, "tuple indices must be integers or slices, not str"):
    t.__getitem__("a")
with raises(TypeError, "tuple indices must be integers or slices, not float"):
    t.__getitem__(1.5)
with raises(TypeError, "'tuple' object does not support item assignment"):
    t[0] = 1
with raises(TypeError, "'tuple' object doesn't support item deletion"):
    del t[0]
with raises(AttributeError, "'tuple' object has no attribute 'x' and no __dict__ for setting new attributes"):
    t.x = 1
eq(t + (4,), (1, 2, 3, 4))
eq(t * 2, (1, 2, 3, 1, 2, 3))
eq(2 * t, (1, 2, 3, 1, 2, 3))
eq(t * 0, ())
eq(t * -1, ())
eq(() + (), ())
assert (t + () == t) is True
with raises(TypeError, 'can only concatenate tuple (not "list") to tuple'):
    t + [4]
with raises(TypeError, "can't multiply sequence by non-int of type 'str'"):
    t * "a"
with raises(TypeError, "can't multiply sequence by non-int of type 'float'"):
    t * 1.5
with raises(TypeError, "unsupported operand type(s) for -: 'tuple' and 'tuple'"):
    t - t
assert (t == (1, 2, 3)) is True
assert (t == [1, 2, 3]) is False
assert (t < (1, 2, 4)) is True
assert (t < (1, 2, 3, 0)) is True
assert (() < (0,)) is True
assert ((2,) > t) is True
assert (t >= t) is True
assert ((1, "a") < (2, 1)) is True
assert (t != (1, 2)) is True
with raises(TypeError, "'<' not supported between instances of 'tuple' and 'list'"):
    t < [1]
with raises(TypeError, "'<' not supported between instances of 'int' and 'str'"):
    (1, 2) < (1, "a")
assert (2 in t) is True
assert (9 in t) is False
eq(t.index(2), 1)
eq(t.index(3, 1), 2)
eq(t.count(1), 1)
eq(t.count(9), 0)
with raises(ValueError, "tuple.index(x): x not in tuple"):
    t.index(9)
with raises(ValueError, "tuple.index(x): x not in tuple"):
    t.index(1, 1)
with raises(TypeError, "index expected at least 1 argument, got 0"):
    t.index()
eq(repr(()), "()")
eq(repr((1,)), "(1,)")
eq(repr((1, 2)), "(1, 2)")
eq(repr(("a", None, (1.5,))), "('a', None, (1.5,))")
assert (hash((1, 2)) == hash((1, 2))) is True
assert (hash(()) == hash(())) is True
assert (hash((1, 2)) != hash((2, 1))) is True
with raises(TypeError, "unhashable type: 'list'"):
    hash((1, []))
assert (bool(())) is False
assert (bool((0,))) is True
eq(max(t), 3)
eq(min(t), 1)
eq(sum(t), 6)
eq(sorted((3, 1)), [1, 3])
eq(list(reversed(t)), [3, 2, 1])
eq(list(enumerate(t)), [(0, 1), (1, 2), (2, 3)])
eq(repr(tuple[int]), "tuple[int]")
eq(repr(tuple[int, ...]), "tuple[int, ...]")
eq(repr(tuple[()]), "tuple[()]")
eq(repr(tuple[int, str].__args__), "(<class 'int'>, <class 'str'>)")
a, (b, *c), d = 1, (2, 3, 4), 5
eq(a, 1)
eq(b, 2)
eq(c, [3, 4])
eq(d, 5)
with raises(TypeError, "cannot unpack non-iterable int object"):
    a, b = 1
with raises(ValueError, "too many values to unpack (expected 2, got 3)"):
    a, b = (1, 2, 3)
with raises(ValueError, "not enough values to unpack (expected 2, got 1)"):
    a, b = (1,)
with raises(ValueError, "not enough values to unpack (expected at least 2, got 1)"):
    a, *b, c = (1,)
with raises(ValueError, "too many values to unpack (expected 2)"):
    a, b = {1, 2, 3}
with raises(TypeError, "cannot unpack non-iterable int object"):
    (a, b), c = 1, 2
with raises(ValueError, "too many values to unpack (expected 2)"):
    a, b = "abc"
with raises(ValueError, "not enough values to unpack (expected 1, got 0)"):
    [a] = ()
it = iter(t)
eq(next(it), 1)
eq(it.__length_hint__(), 2)
eq(list(it), [2, 3])
assert next(it, None) is None
r = [1]
nest = (r,)
r.append(nest)
eq(repr(nest), "([1, (...)],)")
nest = None
r.clear()

class T(tuple):
    def __new__(cls, *items):
        return super().__new__(cls, items)

    def __repr__(self):
        return "T" + super().__repr__()

eq(repr(T(1, 2)), "T(1, 2)")
eq(T(1) + (2,), (1, 2))
eq(T(1, 2)[:], (1, 2))
assert (type(T(1)[:]) is tuple) is True
assert (T(1) == (1,)) is True
assert (hash(T(1)) == hash((1,))) is True
eq(tuple(T(1)), (1,))
assert (type(tuple(T(1))) is tuple) is True
eq((1, 2).__add__((3,)), (1, 2, 3))
eq((1,).__mul__(2), (1, 1))
assert ((1,).__contains__(1)) is True
eq((1,).__getnewargs__(), ((1,),))
assert ((1,).__eq__([1])) is NotImplemented
eq((1,).__len__(), 1)
eq((1, 2).__iter__().__next__(), 1)
assert ((1,).__lt__((2,))) is True
with raises(AttributeError, "'tuple' object has no attribute 'foo'"):
    ().foo
eq(tuple.__new__(tuple, [1]), (1,))
eq(repr(tuple.__new__(T, [1])), "T(1,)")
with raises(TypeError, "tuple.__new__(list): list is not a subtype of tuple"):
    tuple.__new__(list)
eq((1, 2, 3)[True], 2)
eq(t[slice(None, None, 2)], (1, 3))
