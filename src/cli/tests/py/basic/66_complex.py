"""Complex numbers."""
z = 3 + 4j
assert z.real == 3.0
assert z.imag == 4.0
assert abs(z) == 5.0
assert z * 1j == -4 + 3j
assert z.conjugate() == 3 - 4j
assert z / z == 1
assert z == complex(3, 4)
assert repr(z) == "(3+4j)"
assert repr(1j) == "1j"
assert complex("1+2j") == 1 + 2j
assert z != 3
