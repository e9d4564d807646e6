"""Starred expressions in displays, assignments and calls."""
a = [1, 2]
assert [*a, 3, *a] == [1, 2, 3, 1, 2]
assert (*a, *"x") == (1, 2, "x")
assert {*a, 2, 5} == {1, 2, 5}
assert {**{"a": 1}, "b": 2, **{"a": 3}} == {"a": 3, "b": 2}


def f():
    return 0, *a


assert f() == (0, 1, 2)
for x, *y in [(1, 2, 3), (4,)]:
    pass
assert (x, y) == (4, [])
[p, [q, *r]] = 1, (2, 3, 4)
assert (p, q, r) == (1, 2, [3, 4])
a = b = c = []
assert a is b is c
i = 0
lst = [0, 0]
i, lst[i] = 1, 9
assert lst == [0, 9]
