"""Comprehensions of all four kinds."""
assert [x * x for x in range(4)] == [0, 1, 4, 9]
assert [x for x in range(10) if x % 2 if x > 3] == [5, 7, 9]
assert [(x, y) for x in range(2) for y in "ab"] == [(0, "a"), (0, "b"), (1, "a"), (1, "b")]
assert {x % 3 for x in range(10)} == {0, 1, 2}
assert {k: v for k, v in [(1, 2), (3, 4)]} == {1: 2, 3: 4}
assert list(x + 1 for x in range(3)) == [1, 2, 3]
assert sum(x for x in range(101)) == 5050
assert [[y for y in range(x)] for x in range(3)] == [[], [0], [0, 1]]
x = "outer"
[x for x in range(3)]
assert x == "outer"


def f(n):
    return [n + i for i in range(3)]


assert f(10) == [10, 11, 12]
assert [y := 5, y ** 2] == [5, 25]
assert any((hit := v) > 2 for v in [1, 2, 3, 4])
assert hit == 3
