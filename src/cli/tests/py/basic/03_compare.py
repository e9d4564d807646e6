"""Comparisons and their chains."""
x = 5
assert x == 5
assert x != 6
assert x < 6
assert x <= 5
assert x > 4
assert x >= 5
assert 1 < x < 10
assert 1 < x <= 5 < 6
assert not (1 < x < 3)
assert not x == 4
assert x is x
assert None is None
assert x is not None
assert True == 1
assert False == 0
assert 1.0 == 1
assert 1 != "1"
