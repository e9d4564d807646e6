"""functools and operator."""


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

import functools
import operator
from functools import *
eq(reduce(lambda a, b: a + b, [1, 2, 3]), 6)
eq(reduce(lambda a, b: a + b, [], 5), 5)
eq(reduce(max, [3, 1], 2), 3)
eq(reduce(lambda a, b: a, "abc"), "a")
eq(reduce(lambda a, b: a + b, [1], initial=2), 3)
with raises(TypeError, "reduce() of empty iterable with no initial value"):
    reduce(lambda a, b: a, [])
with raises(TypeError, "'int' object is not callable"):
    reduce(5, [1, 2])
with raises(TypeError, "reduce() arg 2 must support iteration"):
    reduce(max, 5)
p = partial(lambda *a, **k: (a, k), 1, x=2)
eq(p(), ((1,), {'x': 2}))
eq(p(3, x=4, y=5), ((1, 3), {'x': 4, 'y': 5}))
eq(p.args, (1,))
eq(p.keywords, {'x': 2})
eq(type(p).__name__, "partial")
eq(partial(p, 9)(), ((1, 9), {'x': 2}))
eq(partial(p, 9).args, (1, 9))
eq(partial(int, base=2)("101"), 5)
eq(p.func("q"), (('q',), {}))
with raises(TypeError, "type 'partial' takes at least one argument"):
    partial()
with raises(TypeError, "the first argument must be callable"):
    partial(5)
p.attr = 1
eq(p.__dict__, {'attr': 1})
eq(partial(max, functools.Placeholder, 2)(1), 2)
eq(repr(partial(max, functools.Placeholder, 2).args), "(Placeholder, 2)")
with raises(TypeError, "missing positional arguments in 'partial' call; expected at least 1, got 0"):
    partial(max, functools.Placeholder, 2)()
with raises(TypeError, "trailing Placeholders are not allowed"):
    partial(max, 1, functools.Placeholder)
eq(repr(partial(len)), "functools.partial(<built-in function len>)")
eq(repr(partial(print, 1, sep="-")), "functools.partial(<built-in function print>, 1, sep='-')")

class P:
    meth = partialmethod(lambda self, a, b: (a, b), 1)

eq(P().meth(2), (1, 2))
calls = []

@lru_cache(maxsize=2)
def cached(x, y=0):
    """Doc."""
    calls.append(x)
    return x * 2

eq(cached(1), 2)
eq(cached(1), 2)
eq(cached(2), 4)
eq(cached(3), 6)
eq(cached(1), 2)
eq(calls, [1, 2, 3, 1])
eq(repr(cached.cache_info()), "CacheInfo(hits=1, misses=4, maxsize=2, currsize=2)")
eq(cached.cache_parameters(), {'maxsize': 2, 'typed': False})
eq(cached.__name__, "cached")
eq(cached.__doc__, "Doc.")
eq(cached.__wrapped__(5), 10)
cached.cache_clear()
eq(repr(cached.cache_info()), "CacheInfo(hits=0, misses=0, maxsize=2, currsize=0)")
with raises(TypeError, "unhashable type: 'list'"):
    cached([])
@lru_cache(typed=True)
def typed(x):
    return type(x).__name__

@cache
def unlimited(n):
    return n if n < 2 else unlimited(n - 1) + unlimited(n - 2)

@lru_cache
def bare(*a, **k):
    return a, k

eq(typed(1), "int")
eq(typed(1.0), "float")
eq(typed(True), "bool")
eq(typed.cache_info().currsize, 3)
eq(unlimited(50), 12586269025)
eq(repr(unlimited.cache_info()), "CacheInfo(hits=48, misses=51, maxsize=None, currsize=51)")
eq(bare(1, k=2), ((1,), {'k': 2}))
eq(bare(1, k=2), ((1,), {'k': 2}))
eq(repr(bare.cache_info()), "CacheInfo(hits=1, misses=1, maxsize=128, currsize=1)")
with raises(TypeError, "Expected first argument to be an integer, a callable, or None"):
    lru_cache("a")

@lru_cache(maxsize=0)
def never(x):
    return x

eq(never(1), 1)
eq(never(1), 1)
eq(repr(never.cache_info()), "CacheInfo(hits=0, misses=2, maxsize=0, currsize=0)")

@lru_cache
def raises_(x):
    return 1 / x

with raises(ZeroDivisionError, "division by zero"):
    raises_(0)
eq(repr(raises_.cache_info()), "CacheInfo(hits=0, misses=1, maxsize=128, currsize=0)")

class WithCache:
    n = 0

    @cached_property
    def prop(self):
        """Doc."""
        WithCache.n += 1
        return WithCache.n

    @lru_cache
    def method(self, x):
        return x

w = WithCache()
eq(w.prop, 1)
eq(w.prop, 1)
eq(w.__dict__, {'prop': 1})
eq(WithCache.prop.__doc__, "Doc.")
eq(w.method(5), 5)
eq(WithCache.prop.attrname, "prop")
del w.prop
eq(w.prop, 2)

@total_ordering
class Ordered:
    def __init__(self, n):
        self.n = n

    def __eq__(self, o):
        return self.n == o.n

    def __lt__(self, o):
        return self.n < o.n

assert (Ordered(1) <= Ordered(1)) is True
assert (Ordered(2) > Ordered(1)) is True
assert (Ordered(1) >= Ordered(2)) is False
with raises(ValueError, "must define at least one ordering operation: < > <= >="):
    total_ordering(type("T", (), {}))

@wraps(cached.__wrapped__)
def wrapper(*a):
    pass

eq(wrapper.__name__, "cached")
eq(wrapper.__doc__, "Doc.")
eq(wrapper.__wrapped__.__name__, "cached")

@singledispatch
def kind(x):
    return "object"

@kind.register
def _(x: int):
    return "int"

@kind.register(list)
def _(x):
    return "list"

@kind.register
def _(x: str | bytes):
    return "text"

eq(kind(1.5), "object")
eq(kind(1), "int")
eq(kind(True), "int")
eq(kind([]), "list")
eq(kind("a"), "text")
eq(kind(b"a"), "text")
eq(kind.dispatch(int)(5), "int")
eq(sorted(k.__name__ for k in kind.registry), ['bytes', 'int', 'list', 'object', 'str'])
with raises(TypeError, "kind requires at least 1 positional argument"):
    kind()

class SD:
    @singledispatchmethod
    def m(self, x):
        return "any"

    @m.register
    def _(self, x: int):
        return "int"

eq(SD().m("a"), "any")
eq(SD().m(1), "int")
key = cmp_to_key(lambda a, b: b - a)
eq(sorted([1, 3, 2], key=key), [3, 2, 1])
assert (key(1) < key(2)) is False
assert (key(1) == key(1)) is True
eq(key(5).obj, 5)
with raises(TypeError, "unhashable type: 'functools.KeyWrapper'"):
    hash(key(1))
with raises(TypeError, "other argument must be K instance"):
    key(1) < 5
with raises(TypeError, "cmp_to_key() missing required argument 'mycmp' (pos 1)"):
    cmp_to_key()
eq(operator.add(1, 2), 3)
eq(operator.sub(5, 3), 2)
eq(operator.mul(2, 3), 6)
eq(operator.truediv(7, 2), 3.5)
eq(operator.floordiv(7, 2), 3)
eq(operator.mod(7, 3), 1)
eq(operator.pow(2, 3), 8)
eq(operator.neg(1), -1)
eq(operator.pos(1), 1)
eq(operator.abs(-1), 1)
eq(operator.invert(1), -2)
eq(operator.inv(1), -2)
eq(operator.and_(6, 3), 2)
eq(operator.or_(6, 3), 7)
eq(operator.xor(6, 3), 5)
eq(operator.lshift(1, 3), 8)
eq(operator.rshift(8, 2), 2)
assert operator.not_(0) is True
assert operator.truth([]) is False
assert operator.is_(1, 1) is True
assert operator.is_not(1, None) is True
assert operator.is_none(None) is True
assert operator.is_not_none(1) is True
assert operator.lt(1, 2) is True
assert operator.le(1, 1) is True
assert operator.eq(1, 1.0) is True
assert operator.ne(1, 2) is True
assert operator.ge(2, 1) is True
assert operator.gt(2, 1) is True
eq(operator.index(True), 1)
eq(operator.concat("a", "b"), "ab")
assert operator.contains([1], 1) is True
eq(operator.countOf([1, 1, 2], 1), 2)
eq(operator.indexOf([1, 2], 2), 1)
eq(operator.getitem([1, 2], 0), 1)
eq(operator.length_hint([1, 2]), 2)
eq(operator.call(max, 1, 2), 2)
l = [1, 2, 3]
operator.setitem(l, 0, 9)
operator.delitem(l, 1)
eq(l, [9, 3])
eq(operator.iadd(l, [5]), [9, 3, 5])
eq(operator.imul([1], 2), [1, 1])
eq(operator.isub(5, 2), 3)
eq(operator.iconcat([1], [2]), [1, 2])
eq(operator.ior({1}, {1}), {1})
eq(operator.ipow(2, 3), 8)
with raises(ValueError, "sequence.index(x): x not in sequence"):
    operator.indexOf([1], 5)
with raises(TypeError, "'int' object can't be concatenated"):
    operator.concat(1, 2)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    operator.index(1.0)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    operator.length_hint(5, "a")
with raises(TypeError, "add expected 2 arguments, got 1"):
    operator.add(1)
with raises(TypeError, "argument of type 'int' is not iterable"):
    operator.countOf(5, 1)
eq(operator.itemgetter(1)("abc"), "b")
eq(operator.itemgetter(0, 2)("abc"), ('a', 'c'))
eq(operator.itemgetter(slice(1, None))("abc"), "bc")
eq(operator.itemgetter("k")({"k": 1}), 1)
eq(repr(operator.itemgetter(1, 0)), "operator.itemgetter(1, 0)")
eq(operator.attrgetter("real")(5), 5)
eq(operator.attrgetter("real", "imag")(5), (5, 0))
eq(operator.attrgetter("__class__.__name__")(5), "int")
eq(repr(operator.attrgetter("a.b")), "operator.attrgetter('a.b')")
eq(operator.methodcaller("upper")("a"), "A")
eq(operator.methodcaller("split", ",", maxsplit=1)("a,b,c"), ['a', 'b,c'])
eq(repr(operator.methodcaller("split", ",", maxsplit=1)), "operator.methodcaller('split', ',', maxsplit=1)")
with raises(TypeError, "itemgetter expected 1 argument, got 0"):
    operator.itemgetter()
with raises(IndexError, "list index out of range"):
    operator.itemgetter(5)([1])
with raises(TypeError, "attribute name must be a string"):
    operator.attrgetter(5)
with raises(AttributeError, "'int' object has no attribute 'nope'"):
    operator.attrgetter("nope")(5)
with raises(TypeError, "methodcaller needs at least one argument, the method name"):
    operator.methodcaller()
with raises(TypeError, "method name must be a string"):
    operator.methodcaller(5)
with raises(AttributeError, "'int' object has no attribute 'nope'"):
    operator.methodcaller("nope")(5)
