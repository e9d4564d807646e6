"""float: operators, text, methods, errors."""


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

inf = float("inf")
nan = float("nan")
eq(1.5 + 2, 3.5)
eq(1.5 - 2, -0.5)
eq(1.5 * 2, 3.0)
eq(7.5 / 2, 3.75)
eq(7.5 // 2, 3.0)
eq(7.5 % 2, 1.5)
eq(2.0 ** 3, 8.0)
eq(-7.5 // 2, -4.0)
eq(-7.5 % 2, 0.5)
eq(7.5 % -2, -0.5)
eq(divmod(7.5, 2), (3.0, 1.5))
eq(divmod(-7.5, 2), (-4.0, 0.5))
eq(0.0 % -3, -0.0)
eq(-0.0 + 0.0, 0.0)
eq(-0.0 * 1, -0.0)
with raises(ZeroDivisionError, "division by zero"):
    1.0 / 0
with raises(ZeroDivisionError, "division by zero"):
    1.0 // 0
with raises(ZeroDivisionError, "division by zero"):
    1.0 % 0
with raises(ZeroDivisionError, "division by zero"):
    divmod(1.0, 0)
with raises(ZeroDivisionError, "zero to a negative power"):
    0.0 ** -1
eq((-8.0) ** (1 / 3), (1.0000000000000002+1.7320508075688772j))
with raises(OverflowError, "(34, 'Numerical result out of range')"):
    10.0 ** 400
eq(2.0 ** 0.5, 1.4142135623730951)
eq(4 ** 0.5, 2.0)
eq(4 ** -0.5, 0.5)
eq((-2.0) ** 3, -8.0)
eq(inf ** 0, 1.0)
eq(1.0 ** nan, 1.0)
eq(repr((-inf) ** 3), "-inf")
eq(repr(inf - inf), "nan")
eq(repr(inf * 0), "nan")
eq(repr(inf // 1), "nan")
eq(repr(inf % 2), "nan")
eq(5 % inf, 5.0)
eq(repr(-5 % inf), "inf")
eq(5 // inf, 0.0)
eq(-5 // inf, -1.0)
assert (nan == nan) is False
assert (nan != nan) is True
assert (nan < 1) is False
assert (nan > 1) is False
assert (inf > 10 ** 400) is True
assert (-inf < -10 ** 400) is True
assert (0.0 == -0.0) is True
assert ([nan] == [nan]) is True
assert (nan in [nan]) is True
eq(repr(0.1), "0.1")
eq(repr(1e16), "1e+16")
eq(repr(1e15), "1000000000000000.0")
eq(repr(1e22), "1e+22")
eq(repr(1e-5), "1e-05")
eq(repr(0.0001), "0.0001")
eq(repr(1.0), "1.0")
eq(repr(-0.0), "-0.0")
eq(repr(5e-324), "5e-324")
eq(repr(1.7976931348623157e308), "1.7976931348623157e+308")
eq(repr(123456789012345680.0), "1.2345678901234568e+17")
eq(repr(1e100), "1e+100")
eq(repr(2.5e-7), "2.5e-07")
eq(repr(1 / 3), "0.3333333333333333")
eq(repr(100.0), "100.0")
eq(repr(9007199254740993.0), "9007199254740992.0")
eq(repr(str(inf)), "'inf'")
eq(repr(str(-inf)), "'-inf'")
eq(repr(str(nan)), "'nan'")
eq(repr(str(1e300 * 1e10)), "'inf'")
eq(float(), 0.0)
eq(float(3), 3.0)
eq(float("1.5"), 1.5)
eq(float(" -1.5e3 "), -1500.0)
eq(repr(float("inf")), "inf")
eq(repr(float("-Infinity")), "-inf")
eq(float("1_000.5"), 1000.5)
eq(float(b"2.5"), 2.5)
eq(float("1e-400"), 0.0)
eq(repr(float("1e400")), "inf")
eq(float("٣.٥"), 3.5)
eq(repr(float("nan")), "nan")
with raises(ValueError, "could not convert string to float: ''"):
    float("")
with raises(ValueError, "could not convert string to float: 'abc'"):
    float("abc")
with raises(ValueError, "could not convert string to float: '1__0'"):
    float("1__0")
with raises(ValueError, "could not convert string to float: '1e'"):
    float("1e")
with raises(TypeError, "float() argument must be a string or a real number, not 'NoneType'"):
    float(None)
with raises(TypeError, "float() argument must be a string or a real number, not 'list'"):
    float([])
with raises(TypeError, "float expected at most 1 argument, got 2"):
    float("1.5", 2)
with raises(TypeError, "float() argument must be a string or a real number, not 'complex'"):
    float(1j)
with raises(ValueError, "could not convert string to float: '0x10'"):
    float("0x10")
assert ((1.5).is_integer()) is False
assert ((2.0).is_integer()) is True
assert inf.is_integer() is False
eq((0.75).as_integer_ratio(), (3, 4))
eq((-0.1).as_integer_ratio(), (-3602879701896397, 36028797018963968))
eq((3.0).as_integer_ratio(), (3, 1))
with raises(OverflowError, "cannot convert Infinity to integer ratio"):
    inf.as_integer_ratio()
with raises(ValueError, "cannot convert NaN to integer ratio"):
    nan.as_integer_ratio()
eq((255.5).hex(), "0x1.ff00000000000p+7")
eq((-0.0).hex(), "-0x0.0p+0")
eq((0.1).hex(), "0x1.999999999999ap-4")
eq(repr(inf.hex()), "'inf'")
eq(repr(nan.hex()), "'nan'")
eq((5e-324).hex(), "0x0.0000000000001p-1022")
eq((1.0).hex(), "0x1.0000000000000p+0")
eq(float.fromhex("0x1.8p+1"), 3.0)
eq(float.fromhex("ff"), 255.0)
eq(float.fromhex("-0x.8"), -0.5)
eq(repr(float.fromhex("inf")), "inf")
eq(float.fromhex("0x1p-1074"), 5e-324)
eq(float.fromhex("  1p3 "), 8.0)
with raises(ValueError, "invalid hexadecimal floating-point string"):
    float.fromhex("zz")
with raises(OverflowError, "hexadecimal value too large to represent as a float"):
    float.fromhex("0x1p5000")
eq(float.from_number(5), 5.0)
eq(float.from_number(2.5), 2.5)
with raises(TypeError, "must be real number, not str"):
    float.from_number("5")
eq((1.5).conjugate(), 1.5)
eq((1.5).real, 1.5)
eq((1.5).imag, 0.0)
eq((2.5).__round__(), 2)
eq(round(2.5), 2)
eq(round(3.5), 4)
eq(round(-2.5), -2)
eq(round(2.675, 2), 2.67)
eq(round(1234.5678, -2), 1200.0)
eq(round(1.5, 0), 2.0)
eq(round(1e300, 2), 1e+300)
eq(round(5e-324, 400), 5e-324)
eq(round(1e22, -22), 1e+22)
with raises(OverflowError, "cannot convert float infinity to integer"):
    round(inf)
with raises(ValueError, "cannot convert float NaN to integer"):
    round(nan)
eq(repr(round(inf, 2)), "inf")
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    round(1.5, "a")
eq((1.7).__trunc__(), 1)
eq((1.7).__floor__(), 1)
eq((-1.7).__floor__(), -2)
eq((1.2).__ceil__(), 2)
eq((-1.7).__int__(), -1)
eq((1e20).__floor__(), 100000000000000000000)
eq(int(1e20), 100000000000000000000)
eq(int(-1.999), -1)
assert bool(0.0) is False
assert bool(-0.0) is False
assert bool(nan) is True
eq(abs(-1.5), 1.5)
eq(-(1.5), -1.5)
eq(+1.5, 1.5)
eq(hash(1.0), 1)
eq(hash(0.5), 1152921504606846976)
eq(hash(inf), 314159)
eq(hash(-inf), -314159)
eq(hash(1e300), 1224995262755759164)
eq(hash(-1.5), -1152921504606846977)
assert (hash(2.0 ** 70) == hash(2 ** 70)) is True
eq(format(3.14159, ".2f"), "3.14")
eq(format(3.14159, "10.3e"), " 3.142e+00")
eq(format(1234567.891, ",.1f"), "1,234,567.9")
eq(format(0.5, "%"), "50.000000%")
eq(format(0.00001234, "g"), "1.234e-05")
eq(format(1e10, "g"), "1e+10")
eq(format(123456789.0, ""), "123456789.0")
eq(format(1.0, ""), "1.0")
eq(format(3.0, "+"), "+3.0")
eq(format(3.0, " .1f"), " 3.0")
eq(format(-3.0, "010.2f"), "-000003.00")
eq(format(3.0, "<8"), "3.0     ")
eq(format(3.0, "^8.1f"), "  3.0   ")
eq(repr(format(nan, "08")), "'00000nan'")
eq(format(inf, "F"), "INF")
eq(format(1.5, "n"), "1.5")
eq(format(-0.0, "z.1f"), "0.0")
eq(format(0.1, ".20f"), "0.10000000000000000555")
eq(format(1e-10, ".3g"), "1e-10")
eq(format(12345.678, "_.2f"), "12_345.68")
eq(format(12345.6789, ",.3_f"), "12,345.679")
eq(format(2.5, ".0f"), "2")
eq(format(3.5, ".0f"), "4")
eq(format(0.5, ".0f"), "0")
eq(format(1e23, ".0f"), "99999999999999991611392")
eq(format(1e16, "#g"), "1.00000e+16")
eq(format(100000.0, "#.3g"), "1.00e+05")
eq(format(1.0, "#.0f"), "1.")
with raises(ValueError, "Unknown format code 'd' for object of type 'float'"):
    format(1.5, "d")
with raises(ValueError, "Unknown format code 'x' for object of type 'float'"):
    format(1.5, "x")
with raises(ValueError, "Unknown format code 's' for object of type 'float'"):
    format(1.5, "s")
eq("%5.1f|%-8.3e|%g|%G|%+.2f|%08.2f" % (3.14159, 31415.9, 1e-5, 1e20, 2.0, -3.5), "  3.1|3.142e+04|1e-05|1E+20|+2.00|-0003.50")
with raises(TypeError, "unsupported operand type(s) for +: 'float' and 'str'"):
    1.5 + "a"
with raises(TypeError, 'can only concatenate str (not "float") to str'):
    "a" + 1.5
with raises(TypeError, "unsupported operand type(s) for &: 'float' and 'int'"):
    1.5 & 1
with raises(TypeError, "unsupported operand type(s) for <<: 'float' and 'int'"):
    1.5 << 1
with raises(TypeError, "'<' not supported between instances of 'float' and 'str'"):
    1.5 < "a"
assert (1.5 == "a") is False
with raises(TypeError, "list indices must be integers or slices, not float"):
    [1].__getitem__(1.0)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    range(1.0)
with raises(TypeError, "can't multiply sequence by non-int of type 'float'"):
    "a" * 1.5
with raises(AttributeError, "'float' object has no attribute 'foo'"):
    1.5.foo
eq(float.__new__(float, 3), 3.0)
with raises(TypeError, "float.__new__(str): str is not a subtype of float"):
    float.__new__(str)
eq(sum([0.1] * 10), 1.0)
eq(sum([1e100, 1.0, -1e100]), 1.0)
eq(0.1 + 0.2, 0.30000000000000004)
eq(max(1.5, nan), 1.5)
eq(repr(min(nan, 1.5)), "nan")
eq(1.e5, 100000.0)
eq(.5, 0.5)
eq(1_0.5_0, 10.5)
eq(1E-3, 0.001)
eq(0_0.0, 0.0)

class F(float):
    pass

eq(F(1.5) + 1, 2.5)
assert (type(F(1.5) + 1) is float) is True
eq(repr(F("2")), "2.0")
assert (F(2.5).is_integer()) is False
assert (type(F.fromhex("1p0")) is F) is True

class Conv:
    def __float__(self):
        return 2.5

class Bad:
    def __float__(self):
        return "x"

eq(float(Conv()), 2.5)
with raises(TypeError, "Bad.__float__ returned non-float (type str)"):
    float(Bad())
assert (1.5 .__add__("x")) is NotImplemented
eq(1.5.__radd__(2), 3.5)
eq((1.5).__rpow__(2), 2.8284271247461903)
eq((1.5).__rmod__(4), 1.0)
eq(1.5.__rfloordiv__(4), 2.0)
assert ((1.5).__eq__("a")) is NotImplemented
assert ((1.5).__lt__(2)) is True
eq(1.5.__divmod__(0.5), (3.0, 0.0))
eq(float.__getformat__("double"), "IEEE, little-endian")
