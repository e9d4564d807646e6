"""range objects."""
assert list(range(3)) == [0, 1, 2]
assert list(range(1, 4)) == [1, 2, 3]
assert list(range(10, 0, -3)) == [10, 7, 4, 1]
assert list(range(0)) == []
r = range(0, 100, 5)
assert len(r) == 20
assert r[3] == 15
assert r[-1] == 95
assert 35 in r
assert 36 not in r
assert r[2:4] == range(10, 20, 5)
assert r.index(10) == 2
assert repr(range(1, 2)) == "range(1, 2)"
assert range(0, 3, 2) == range(0, 4, 2)
assert list(reversed(range(3))) == [2, 1, 0]
big = range(10 ** 30, 10 ** 30 + 3)
assert list(big)[2] == 10 ** 30 + 2
