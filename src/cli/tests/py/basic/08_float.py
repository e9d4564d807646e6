"""Floating-point numbers."""
assert 1.5 + 2 == 3.5
assert 0.1 + 0.2 != 0.3
assert 7.0 // 2 == 3.0
assert -7.5 % 2 == 0.5
assert 2.0 ** 0.5 == 1.4142135623730951
assert 2 ** -1 == 0.5
assert 1e308 * 10 == float("inf")
nan = float("nan")
assert nan != nan
assert repr(0.1) == "0.1"
assert repr(1e16) == "1e+16"
assert repr(1e15) == "1000000000000000.0"
assert repr(-0.0) == "-0.0"
assert int(3.99) == 3
assert int(-3.99) == -3
assert float(3) == 3.0
assert abs(-2.5) == 2.5
assert round(2.5) == 2
assert round(3.14159, 2) == 3.14
