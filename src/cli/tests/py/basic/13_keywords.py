"""Defaults, keywords, keyword-only, positional-only."""
def f(a, b=2, *, c=3, d):
    return (a, b, c, d)


def g(a, b, /, c):
    return (a, b, c)


assert f(1, d=4) == (1, 2, 3, 4)
assert f(1, 9, d=4, c=8) == (1, 9, 8, 4)
assert f(b=5, a=1, d=0) == (1, 5, 3, 0)
assert g(1, 2, 3) == (1, 2, 3)
assert g(1, 2, c=3) == (1, 2, 3)


def collect(x, acc=[]):
    acc.append(x)
    return acc


collect(1)
assert collect(2) == [1, 2]
