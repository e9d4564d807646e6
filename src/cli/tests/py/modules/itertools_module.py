"""itertools: every iterator, arguments, errors, laziness."""


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

import itertools
from itertools import *
eq(list(islice(count(), 3)), [0, 1, 2])
eq(list(islice(count(10), 2)), [10, 11])
eq(list(islice(count(1, 2), 3)), [1, 3, 5])
eq(list(islice(count(0.5, 0.5), 3)), [0.5, 1.0, 1.5])
eq(list(islice(count(10 ** 20), 2)), [100000000000000000000, 100000000000000000001])
eq(list(islice(count(5, -1), 3)), [5, 4, 3])
eq(repr(count(5)), "count(5)")
eq(repr(count(5, 2)), "count(5, 2)")
eq(repr(count(1.5)), "count(1.5)")
with raises(TypeError, "a number is required"):
    count("a")
with raises(TypeError, "count() takes at most 2 arguments (3 given)"):
    count(1, 2, 3)
c = count(2 ** 63 - 2)
eq([next(c) for _ in range(4)], [9223372036854775806, 9223372036854775807, 9223372036854775808, 9223372036854775809])
eq(list(islice(cycle("ab"), 5)), ['a', 'b', 'a', 'b', 'a'])
eq(list(cycle([])), [])
eq(list(repeat(1, 3)), [1, 1, 1])
eq(list(repeat(1, 0)), [])
eq(list(repeat(1, -5)), [])
eq(repr(repeat(5)), "repeat(5)")
eq(repr(repeat(5, 2)), "repeat(5, 2)")
eq(repeat("x", 3).__length_hint__(), 3)
with raises(TypeError, "'int' object is not iterable"):
    cycle(5)
with raises(TypeError, "repeat() missing required argument 'object' (pos 1)"):
    repeat()
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    repeat(1, "a")
eq(list(accumulate([1, 2, 3])), [1, 3, 6])
eq(list(accumulate([1, 2, 3], lambda a, b: a * b)), [1, 2, 6])
eq(list(accumulate([], initial=5)), [5])
eq(list(accumulate([1], initial=0)), [0, 1])
eq(list(accumulate("abc")), ['a', 'ab', 'abc'])
eq(list(accumulate([3, 1, 2], max)), [3, 3, 3])
with raises(TypeError, "'int' object is not iterable"):
    list(accumulate(5))
with raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'"):
    list(accumulate([1, "a"]))
eq(list(batched("abcde", 2)), [('a', 'b'), ('c', 'd'), ('e',)])
eq(list(batched([], 3)), [])
eq(list(batched("abcd", 2, strict=True)), [('a', 'b'), ('c', 'd')])
with raises(ValueError, "n must be at least one"):
    batched("a", 0)
with raises(ValueError, "batched(): incomplete batch"):
    list(batched("abc", 2, strict=True))
eq(list(chain("ab", [1], ())), ['a', 'b', 1])
eq(list(chain()), [])
eq(list(chain.from_iterable(["ab", [1]])), ['a', 'b', 1])
eq(list(chain.from_iterable([])), [])
with raises(TypeError, "'int' object is not iterable"):
    list(chain("a", 5))
with raises(TypeError, "'int' object is not iterable"):
    list(chain.from_iterable(5))
eq(list(combinations("abc", 2)), [('a', 'b'), ('a', 'c'), ('b', 'c')])
eq(list(combinations("ab", 3)), [])
eq(list(combinations("abc", 0)), [()])
eq(list(combinations_with_replacement("ab", 2)), [('a', 'a'), ('a', 'b'), ('b', 'b')])
eq(list(permutations("abc", 2)), [('a', 'b'), ('a', 'c'), ('b', 'a'), ('b', 'c'), ('c', 'a'), ('c', 'b')])
eq(len(list(permutations(range(5)))), 120)
eq(list(permutations([], 0)), [()])
eq(list(permutations("ab", 3)), [])
eq(list(product("ab", [1, 2])), [('a', 1), ('a', 2), ('b', 1), ('b', 2)])
eq(list(product()), [()])
eq(list(product("a", [])), [])
eq(list(product("ab", repeat=2)), [('a', 'a'), ('a', 'b'), ('b', 'a'), ('b', 'b')])
eq(list(product([1], repeat=0)), [()])
with raises(ValueError, "r must be non-negative"):
    combinations("abc", -1)
with raises(TypeError, "combinations() missing required argument 'r' (pos 2)"):
    combinations("abc")
with raises(TypeError, "'int' object is not iterable"):
    combinations(5, 2)
with raises(ValueError, "r must be non-negative"):
    permutations("ab", -1)
with raises(ValueError, "repeat argument cannot be negative"):
    product("ab", repeat=-1)
with raises(TypeError, "'int' object is not iterable"):
    product(5)
eq(list(compress("abcd", [1, 0, True])), ['a', 'c'])
eq(list(dropwhile(lambda x: x < 2, [1, 2, 1])), [2, 1])
eq(list(takewhile(lambda x: x < 2, [1, 2, 1])), [1])
eq(list(filterfalse(None, [0, 1])), [0])
eq(list(filterfalse(lambda x: x % 2, range(4))), [0, 2])
eq(list(starmap(pow, [(2, 3), (3, 2)])), [8, 9])
eq(list(starmap(max, [[1, 2]])), [2])
with raises(TypeError, "'int' object is not iterable"):
    list(starmap(pow, [5]))
with raises(TypeError, "'int' object is not callable"):
    list(takewhile(5, [1]))
eq([(k, list(g)) for k, g in groupby("aabc")], [('a', ['a', 'a']), ('b', ['b']), ('c', ['c'])])
eq([(k, list(g)) for k, g in groupby([1, 3, 2], key=lambda x: x % 2)], [(1, [1, 3]), (0, [2])])
eq(list(groupby([])), [])
g = groupby("aab")
k1, g1 = next(g)
k2, g2 = next(g)
eq(k1, "a")
eq(list(g1), [])
eq(k2, "b")
eq(list(g2), ['b'])
with raises(TypeError, "'int' object is not iterable"):
    groupby(5)
eq(list(islice("abcdef", 2)), ['a', 'b'])
eq(list(islice("abcdef", 1, 4)), ['b', 'c', 'd'])
eq(list(islice("abcdef", 0, None, 2)), ['a', 'c', 'e'])
eq(list(islice("abc", None)), ['a', 'b', 'c'])
eq(list(islice("abc", 5, 10)), [])
eq(list(islice([], 3)), [])
with raises(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."):
    islice("abc", -1)
with raises(ValueError, "Step for islice() must be a positive integer or None."):
    islice("abc", 0, 1, 0)
with raises(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize."):
    islice("abc", "a")
with raises(TypeError, "islice expected at least 2 arguments, got 1"):
    islice("abc")
it = iter(range(10))
eq(list(islice(it, 2, 5)), [2, 3, 4])
eq(next(it), 5)
eq(list(pairwise("abc")), [('a', 'b'), ('b', 'c')])
eq(list(pairwise("a")), [])
eq(list(pairwise([])), [])
with raises(TypeError, "'int' object is not iterable"):
    pairwise(5)
eq(list(zip_longest("ab", [1], fillvalue="-")), [('a', 1), ('b', '-')])
eq(list(zip_longest()), [])
eq(list(zip_longest("ab", [])), [('a', None), ('b', None)])
eq(list(zip_longest([1, 2], [3], [4, 5, 6])), [(1, 3, 4), (2, None, 5), (None, None, 6)])
with raises(TypeError, "zip_longest() got an unexpected keyword argument"):
    zip_longest("a", fill=1)
with raises(TypeError, "'int' object is not iterable"):
    zip_longest(5)
a, b, c = tee([1, 2, 3], 3)
eq(next(a), 1)
eq(next(a), 2)
eq(list(b), [1, 2, 3])
eq(list(a), [3])
eq(list(c), [1, 2, 3])
eq(tee([], 0), ())
eq(len(tee("ab")), 2)
with raises(ValueError, "n must be >= 0"):
    tee([], -1)
with raises(TypeError, "'int' object is not iterable"):
    tee(5)
t1, = tee([1, 2], 1)
t2 = t1.__copy__()
eq(next(t1), 1)
eq(list(t2), [1, 2])
eq(list(t1), [2])
eq(type(chain()).__name__, "chain")
eq(iter(chain("a")).__class__.__name__, "chain")
eq(chain.__name__, "chain")
assert (count.__doc__ is not None) is True
eq(next(chain("", iter([]), "x")), "x")
eq(sum(chain.from_iterable(repeat([1, 2], 3))), 9)
class Raises:
    def __iter__(self):
        return self

    def __next__(self):
        raise ValueError("next")

with raises(ValueError, "next"):
    list(chain(Raises()))
with raises(ValueError, "next"):
    list(zip_longest([1], Raises()))
with raises(ValueError, "next"):
    list(map(lambda *a: a, Raises()))
with raises(ValueError, "next"):
    list(product(Raises()))
with raises(ValueError, "next"):
    next(cycle(Raises()))
with raises(ValueError, "next"):
    next(pairwise(Raises()))
with raises(ValueError, "next"):
    next(islice(Raises(), 5))
with raises(ValueError, "next"):
    list(tee(Raises())[0])
with raises(ValueError, "next"):
    list(compress([1], Raises()))
eq(next(accumulate([1, 2], lambda a, b: 1 / 0)), 1)
with raises(ZeroDivisionError, "division by zero"):
    list(accumulate([1, 2], lambda a, b: 1 / 0))
eq(combinations("ab", r=1).__next__(), ('a',))
eq(permutations(iterable="ab", r=1).__next__(), ('a',))
eq(compress(data="ab", selectors=[1]).__next__(), "a")
eq(count(start=1, step=2).__next__(), 1)
eq(repeat(object=1, times=2).__next__(), 1)
eq(accumulate(iterable=[1], func=max).__next__(), 1)
eq(groupby(iterable="a", key=None).__next__()[0], "a")
eq(batched(iterable="ab", n=2).__next__(), ('a', 'b'))
with raises(ZeroDivisionError, "division by zero"):
    dropwhile(lambda x: 1 / x, [0]).__next__()
import copy, sys
assert (sys.getsizeof(count()) > 0) is True
assert hasattr(itertools.count, "__next__") is True
assert (itertools.count(1) == itertools.count(1)) is False
