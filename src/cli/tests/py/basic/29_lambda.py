"""lambda, and functions as values."""
sq = lambda x: x * x
assert sq(4) == 16
assert (lambda: 5)() == 5
assert (lambda a, b=2, *c, d=4, **e: (a, b, c, d, e))(1, x=9) == (1, 2, (), 4, {"x": 9})
assert list(map(lambda x: x + 1, [1, 2])) == [2, 3]
assert list(filter(lambda x: x > 1, [1, 2, 3])) == [2, 3]
assert sorted(["bb", "a", "ccc"], key=lambda s: -len(s)) == ["ccc", "bb", "a"]
compose = lambda f, g: lambda x: f(g(x))
assert compose(sq, lambda x: x + 1)(2) == 9
assert sq.__name__ == "<lambda>"
