"""Small integers: the operators, with no name lookup beyond module globals."""
a = 7
b = 3
assert a + b == 10
assert a - b == 4
assert a * b == 21
assert a // b == 2
assert a % b == 1
assert -a // b == -3
assert -a % b == 2
assert a ** b == 343
assert a / 2 == 3.5
assert a & b == 3
assert a | 8 == 15
assert a ^ b == 4
assert ~a == -8
assert a << 2 == 28
assert a >> 1 == 3
assert +a == 7
a += 5
assert a == 12
a -= 2
a *= 3
a //= 4
assert a == 7
a **= 2
a %= 10
assert a == 9
a <<= 3
a >>= 1
a |= 1
a &= 0x1F
a ^= 3
assert a == 6
