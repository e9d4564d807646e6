"""int: operators, methods, conversions, errors."""


def eq(got, want):
    assert type(got) is type(want) and repr(got) == repr(want), f"{got!r} is not {want!r}"


class raises:
    """A with block that must raise exactly this."""

    def __init__(self, kind, text=None):
        self.kind, self.text = kind, text

    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        assert kind is self.kind, f"{kind} {value} is not {self.kind.__name__} {self.text!r}"
        assert self.text is None or str(value) == self.text, f"{str(value)!r} is not {self.text!r}"
        return True

eq(7 // -2, -4)
eq(7 % -2, -1)
eq(-7 // 2, -4)
eq(-7 % 2, 1)
eq(divmod(-7, 2), (-4, 1))
eq(divmod(7, -2), (-4, -1))
eq(2 ** 10, 1024)
eq(2 ** -1, 0.5)
eq((-2) ** 3, -8)
eq(0 ** 0, 1)
eq(1 << 70 >> 69, 2)
eq(-1 >> 100, -1)
eq(-5 >> 1, -3)
eq(5 >> 100, 0)
eq(~5, -6)
eq(~-1, 0)
eq(-(-5), 5)
eq(+5, 5)
eq(abs(-5), 5)
eq(6 & 3, 2)
eq(6 | 3, 7)
eq(6 ^ 3, 5)
eq(-6 & 3, 2)
eq(-6 | 3, -5)
eq(-6 ^ 3, -7)
eq((1 << 100) & -1, 1267650600228229401496703205376)
eq((-(1 << 100)) | 1, -1267650600228229401496703205375)
eq(-(1 << 64) ^ (1 << 64), -36893488147419103232)
eq(1 / 3, 0.3333333333333333)
eq(10 ** 30 / 10 ** 10, 1e+20)
eq(-7 / 2, -3.5)
eq(10 ** 400 // 10 ** 399, 10)
with raises(ZeroDivisionError, "division by zero"):
    1 // 0
with raises(ZeroDivisionError, "division by zero"):
    1 % 0
with raises(ZeroDivisionError, "division by zero"):
    1 / 0
with raises(ZeroDivisionError, "division by zero"):
    divmod(1, 0)
with raises(ZeroDivisionError, "zero to a negative power"):
    0 ** -1
with raises(ValueError, "negative shift count"):
    1 << -1
with raises(ValueError, "negative shift count"):
    1 >> -1
with raises(OverflowError, "integer division result too large for a float"):
    10 ** 400 / 3
with raises(OverflowError, "int too large to convert to float"):
    float(10 ** 400)
with raises(TypeError, "unsupported operand type(s) for +: 'int' and 'str'"):
    1 + "a"
with raises(TypeError, 'can only concatenate str (not "int") to str'):
    "a" + 1
with raises(TypeError, "unsupported operand type(s) for -: 'int' and 'NoneType'"):
    1 - None
with raises(TypeError, "unsupported operand type(s) for *: 'int' and 'dict'"):
    1 * {}
with raises(TypeError, "unsupported operand type(s) for @: 'int' and 'int'"):
    1 @ 2
with raises(TypeError, "'<' not supported between instances of 'int' and 'str'"):
    1 < "a"
with raises(TypeError, "'>=' not supported between instances of 'NoneType' and 'int'"):
    None >= 1
assert (1 == "a") is False
assert (1 != "a") is True
with raises(TypeError, "bad operand type for unary -: 'str'"):
    -"a"
with raises(TypeError, "bad operand type for unary ~: 'float'"):
    ~1.5
with raises(TypeError, "bad operand type for unary +: 'list'"):
    +[]
eq(pow(2, 5, 7), 4)
eq(pow(2, -1, 7), 4)
eq(pow(-3, 3, 5), 3)
eq(pow(2, 0, 1), 0)
eq(pow(5, 3, -7), -1)
with raises(ValueError, "base is not invertible for the given modulus"):
    pow(2, -1, 4)
with raises(ValueError, "pow() 3rd argument cannot be 0"):
    pow(2, 2, 0)
with raises(TypeError, "pow() 3rd argument not allowed unless all arguments are integers"):
    pow(2, 2.0, 3)
eq(int(), 0)
eq(int(5), 5)
eq(int(5.9), 5)
eq(int(-5.9), -5)
eq(int(True), 1)
eq(int("12"), 12)
eq(int(" -12 "), -12)
eq(int("+7"), 7)
eq(int(b"12"), 12)
eq(int(bytearray(b"3")), 3)
eq(int("ff", 16), 255)
eq(int("0xFF", 16), 255)
eq(int("0b11", 2), 3)
eq(int("0o17", 8), 15)
eq(int("z", 36), 35)
eq(int("0x1f", 0), 31)
eq(int("0b1", 0), 1)
eq(int("10", base=3), 3)
eq(int("1_000"), 1000)
eq(int("0x_f", 16), 15)
eq(int("٣٤"), 34)
with raises(ValueError, "invalid literal for int() with base 10: '1__0'"):
    int("1__0")
with raises(ValueError, "invalid literal for int() with base 10: '_1'"):
    int("_1")
with raises(ValueError, "invalid literal for int() with base 10: ''"):
    int("")
with raises(ValueError, "invalid literal for int() with base 10: '12a'"):
    int("12a")
with raises(ValueError, "invalid literal for int() with base 10: '0x1f'"):
    int("0x1f")
with raises(ValueError, "invalid literal for int() with base 8: '9'"):
    int("9", 8)
with raises(ValueError, "invalid literal for int() with base 0: '012'"):
    int("012", 0)
with raises(ValueError, "int() base must be >= 2 and <= 36, or 0"):
    int("a", 1)
with raises(ValueError, "int() base must be >= 2 and <= 36, or 0"):
    int("a", 37)
with raises(TypeError, "int() can't convert non-string with explicit base"):
    int(5, 10)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    int("5", "a")
with raises(TypeError, "int() argument must be a string, a bytes-like object or a real number, not 'NoneType'"):
    int(None)
with raises(TypeError, "int() argument must be a string, a bytes-like object or a real number, not 'list'"):
    int([])
with raises(TypeError, "int expected at most 2 arguments, got 3"):
    int(1, 2, 3)
with raises(ValueError, "cannot convert float NaN to integer"):
    int(float("nan"))
with raises(OverflowError, "cannot convert float infinity to integer"):
    int(float("inf"))
assert (int("1" * 50) == 11111111111111111111111111111111111111111111111111) is True
eq(int(10 ** 20 + 0.0), 100000000000000000000)
eq((5).bit_length(), 3)
eq((0).bit_length(), 0)
eq((-256).bit_length(), 9)
eq((1 << 100).bit_length(), 101)
eq((255).bit_count(), 8)
eq((-3).bit_count(), 2)
eq((1024).to_bytes(2, "big"), b'\x04\x00')
eq((1024).to_bytes(10, "big"), b'\x00\x00\x00\x00\x00\x00\x00\x00\x04\x00')
eq((-1024).to_bytes(10, "little", signed=True), b'\x00\xfc\xff\xff\xff\xff\xff\xff\xff\xff')
eq((5).to_bytes(), b'\x05')
with raises(OverflowError, "int too big to convert"):
    (1024).to_bytes(1, "big")
with raises(OverflowError, "can't convert negative int to unsigned"):
    (-1).to_bytes(1, "big")
with raises(OverflowError, "int too big to convert"):
    (128).to_bytes(1, "big", signed=True)
with raises(ValueError, "length argument must be non-negative"):
    (1).to_bytes(-1, "big")
with raises(ValueError, "byteorder must be either 'little' or 'big'"):
    (1).to_bytes(1, "middle")
eq(int.from_bytes(b"\x04\x00", "big"), 1024)
eq(int.from_bytes(b"\x04\x00", "little"), 4)
eq(int.from_bytes(b"\xff", signed=True), -1)
eq(int.from_bytes([1, 2], "big"), 258)
with raises(TypeError, "cannot convert 'str' object to bytes"):
    int.from_bytes("a", "big")
with raises(ValueError, "bytes must be in range(0, 256)"):
    int.from_bytes([256], "big")
eq((5).conjugate(), 5)
eq((5).real, 5)
eq((5).imag, 0)
eq((5).numerator, 5)
eq((5).denominator, 1)
eq((5).as_integer_ratio(), (5, 1))
assert ((5).is_integer()) is True
eq((5).__index__(), 5)
eq((5).__int__(), 5)
eq((5).__float__(), 5.0)
eq((5).__trunc__(), 5)
eq((5).__floor__(), 5)
eq((5).__ceil__(), 5)
assert ((5).__bool__()) is True
eq((1234).__round__(-2), 1200)
eq(round(1250, -2), 1200)
eq(round(1350, -2), 1400)
eq(round(-1250, -2), -1200)
eq(round(5, 3), 5)
eq(round(155, -1), 160)
eq(round(7, -5), 0)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    round(5, "a")
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    round(1, 2.0)
eq((5).__add__(3), 8)
assert ((5).__add__(3.0)) is NotImplemented
eq((5).__radd__(3), 8)
eq((5).__rsub__(3), -2)
eq((5).__divmod__(3), (1, 2))
eq((5).__rdivmod__(7), (1, 2))
eq((5).__pow__(2, 3), 1)
eq((5).__rpow__(2), 32)
eq((5).__format__(">5"), "    5")
eq(hash(5), 5)
eq(hash(-1), -2)
eq(hash(2 ** 61 - 1), 0)
eq(hash(2 ** 61), 1)
eq(hash(-2 ** 70), -512)
eq(hash(True), 1)
eq(str(-5), "-5")
eq(repr(10 ** 20), "100000000000000000000")
eq(bin(-5), "-0b101")
eq(oct(-8), "-0o10")
eq(hex(-255), "-0xff")
eq(bin(0), "0b0")
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    bin(1.0)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    hex("a")
eq(True + True, 2)
assert (True & False) is False
assert (True | False) is True
assert (True ^ True) is False
eq(-True, -1)
eq(True * 3, 3)
assert type(True & False) is bool
assert type(True & 1) is int
assert type(True + 0) is int
assert bool(0) is False
assert bool(1) is True
assert bool(-1) is True
assert bool("") is False
assert bool(0.0) is False
assert bool([]) is False
with raises(TypeError, "bool expected at most 1 argument, got 2"):
    bool(1, 2)
with raises(TypeError, "bool() takes no keyword arguments"):
    bool(x=1)
assert isinstance(True, int) is True
assert issubclass(bool, int) is True
eq(True.__repr__(), "True")
eq(str(False), "False")
eq(int(True), 1)
eq(f"{True:d}", "1")
eq(f"{True}", "True")
eq("%d" % True, "1")
assert bool.from_bytes(b"\0") is False
with raises(TypeError, "type 'bool' is not an acceptable base type"):
    class Sub(bool): pass
assert (1).real.__class__ is int
eq(5 .bit_length(), 3)
eq(0xff, 255)
eq(0b101, 5)
eq(0o17, 15)
eq(1_000_000, 1000000)
eq(0XAB, 171)
eq(00, 0)
assert (int.__doc__ is not None) is True
with raises(AttributeError, "'int' object has no attribute 'foo'"):
    (1).foo
with raises(AttributeError, "'int' object has no attribute 'foo' and no __dict__ for setting new attributes"):
    (1).foo = 2
eq(int.__new__(int, "5"), 5)
with raises(TypeError, "int.__new__(bool) is not safe, use bool.__new__()"):
    int.__new__(bool, 0)
with raises(TypeError, "int.__new__(str): str is not a subtype of int"):
    int.__new__(str)
with raises(TypeError, "int.__new__(): not enough arguments"):
    int.__new__()
assert (3 .__lt__("a")) is NotImplemented
eq(2 ** 64 % (2 ** 32 + 1), 1)
eq(2 ** 200 % 10 ** 9, 835301376)
eq(-(2 ** 200) % 10 ** 9, 164698624)
eq(divmod(-(10 ** 30), 10 ** 15 + 7), (-999999999999994, 999999999999958))
eq((10 ** 50 + 3) * (10 ** 50 - 3) - 10 ** 100, -9)
eq(123456789 ** 12, 12536598752890180325268918101607183995023033525376668780118925489446327290480100125725042366959121)
eq(12345678901234567890 // 987654321, 12499999887)
eq(-12345678901234567890 % 987654321, 648148158)
eq(sum(range(10 ** 5)), 4999950000)
eq(sum([True, 2, 3.5]), 6.5)
eq(sum([2 ** 62, 2 ** 62, 2 ** 62]), 13835058055282163712)
eq(max(1, 2.0, 3), 3)
eq(min(2, 1.0), 1.0)
assert (10 ** 18 == 1e18) is True
assert (2 ** 53 + 1 == float(2 ** 53 + 1)) is False
assert (10 ** 400 > float("inf")) is False
assert (2 ** 1023 < 1e308) is True
assert (1 <= 2 < 3 > 2 != 5) is True
eq([i for i in (3, 1, 2) if i < 3], [1, 2])
with raises(ValueError, "Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits; use sys.set_int_max_str_digits() to increase the limit"):
    int("1" * 5000)
with raises(ValueError, "Exceeds the limit (4300 digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit"):
    str(10 ** 5000)
eq(len(hex(10 ** 5000)), 4155)

class I(int):
    def __repr__(self):
        return f"I({int(self)})"

    def __index__(self):
        return 99

eq(repr(I(5)), "I(5)")
eq(I(5) + 1, 6)
eq([10, 20][I(1)], 20)
eq(int(I(7)), 7)
assert type(I(7) + I(1)) is int
eq(bin(I(2)), "0b10")

class Index:
    def __index__(self):
        return 3

eq(hex(Index()), "0x3")
eq([0, 1, 2, 3][Index()], 3)
eq(range(Index()), range(0, 3))
eq(int(Index()), 3)
eq(2 << Index().__index__(), 16)
eq(float(Index()), 3.0)
eq(round(2.34567, Index()), 2.346)
eq("a" * Index(), "aaa")
eq("abcdef"[Index():], "def")

class Bad:
    def __index__(self):
        return "x"

    def __int__(self):
        return 1.5

with raises(TypeError, "__int__ returned non-int (type float)"):
    int(Bad())
with raises(TypeError, "__index__ returned non-int (type str)"):
    hex(Bad())

class Trunc:
    def __trunc__(self):
        return 5

with raises(TypeError, "int() argument must be a string, a bytes-like object or a real number, not 'Trunc'"):
    int(Trunc())

class Left:
    def __radd__(self, other):
        return "radd", other

    def __rpow__(self, other, mod=None):
        return "rpow", other, mod

    def __divmod__(self, other):
        return NotImplemented

eq(5 + Left(), ('radd', 5))
eq(5 ** Left(), ('rpow', 5, None))
eq(pow(5, Left()), ('rpow', 5, None))
with raises(TypeError, "unsupported operand type(s) for divmod(): 'Left' and 'int'"):
    divmod(Left(), 5)
with raises(TypeError, "unsupported operand type(s) for -: 'int' and 'Left'"):
    5 - Left()
