"""Tuples and unpacking."""
t = (1, 2, 3)
assert t[0] == 1
assert t[-1] == 3
assert t[1:] == (2, 3)
assert len(t) == 3
assert t + (4,) == (1, 2, 3, 4)
assert (1, 2) * 2 == (1, 2, 1, 2)
assert 2 in t
a, b, c = t
assert a == 1 and b == 2 and c == 3
a, b = b, a
assert (a, b) == (2, 1)
first, *rest = t
assert first == 1 and rest == [2, 3]
*init, last = t
assert init == [1, 2] and last == 3
x, *middle, y = 1, 2
assert middle == []
(p, q), r = (1, 2), 3
assert p + q + r == 6
assert (1, 2) < (1, 3) < (2,)
assert () == ()
assert t.index(2) == 1
assert t.count(3) == 1
assert repr((1,)) == "(1,)"
assert hash((1, 2)) == hash((1, 2))
