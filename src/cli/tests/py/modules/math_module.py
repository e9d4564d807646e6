"""math: every function, special values, errors."""


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

import math
inf, nan = math.inf, math.nan
eq(math.pi, 3.141592653589793)
eq(math.e, 2.718281828459045)
eq(math.tau, 6.283185307179586)
eq(repr(math.inf), "inf")
eq(repr(-math.inf), "-inf")
eq(math.sqrt(16), 4.0)
eq(math.sqrt(2), 1.4142135623730951)
eq(math.sqrt(0.0), 0.0)
eq(math.sqrt(-0.0), -0.0)
eq(repr(math.sqrt(inf)), "inf")
eq(math.sqrt(10 ** 40), 1e+20)
eq(math.cbrt(27), 3.0000000000000004)
eq(math.cbrt(-8), -2.0)
with raises(ValueError, "expected a nonnegative input, got -1.0"):
    math.sqrt(-1)
with raises(TypeError, "must be real number, not str"):
    math.sqrt("a")
with raises(TypeError, "math.sqrt() takes exactly one argument (0 given)"):
    math.sqrt()
with raises(OverflowError, "int too large to convert to float"):
    math.sqrt(10 ** 400)
eq(math.exp(0), 1.0)
eq(math.exp(1), 2.718281828459045)
eq(math.exp(-inf), 0.0)
eq(math.exp2(10), 1024.0)
eq(math.expm1(0), 0.0)
eq(repr(math.exp(inf)), "inf")
with raises(OverflowError, "math range error"):
    math.exp(1000)
eq(math.log(1), 0.0)
eq(math.log(8, 2), 3.0)
eq(math.log(10 ** 400), 921.0340371976182)
eq(math.log2(8), 3.0)
eq(math.log2(2 ** 1000), 1000.0)
eq(math.log10(1000), 3.0)
eq(math.log10(10 ** 400), 400.0)
eq(math.log1p(0), 0.0)
eq(repr(math.log(inf)), "inf")
with raises(ValueError, "expected a positive input"):
    math.log(0)
with raises(ValueError, "expected a positive input"):
    math.log(-1)
with raises(ValueError, "expected a positive input"):
    math.log(5, 0)
with raises(ZeroDivisionError, "division by zero"):
    math.log(5, 1)
with raises(TypeError, "must be real number, not str"):
    math.log("a")
with raises(ValueError, "expected a positive input"):
    math.log2(-1)
with raises(ValueError, "expected a positive input"):
    math.log10(0)
with raises(ValueError, "expected argument value > -1, got -1.0"):
    math.log1p(-1)
eq(math.sin(0), 0.0)
eq(math.cos(0), 1.0)
eq(math.tan(0), 0.0)
eq(math.asin(1), 1.5707963267948966)
eq(math.acos(1), 0.0)
eq(math.atan(1), 0.7853981633974483)
eq(math.atan2(1, 1), 0.7853981633974483)
eq(math.atan2(-0.0, -1), -3.141592653589793)
eq(math.atan2(0, -1), 3.141592653589793)
eq(math.atan2(inf, -inf), 2.356194490192345)
eq(math.sinh(0), 0.0)
eq(math.cosh(0), 1.0)
eq(math.tanh(inf), 1.0)
eq(math.asinh(0), 0.0)
eq(math.acosh(1), 0.0)
eq(math.atanh(0), 0.0)
with raises(ValueError, "expected a finite input, got inf"):
    math.sin(inf)
with raises(ValueError, "expected a number in range from -1 up to 1, got 2.0"):
    math.acos(2)
with raises(ValueError, "expected argument value not less than 1, got 0.5"):
    math.acosh(0.5)
with raises(ValueError, "expected a number between -1 and 1, got 1.0"):
    math.atanh(1)
with raises(OverflowError, "math range error"):
    math.cosh(1000)
eq(math.floor(2.7), 2)
eq(math.floor(-2.7), -3)
eq(math.ceil(2.1), 3)
eq(math.ceil(-2.1), -2)
eq(math.trunc(-2.7), -2)
eq(math.floor(5), 5)
eq(math.floor(1e20), 100000000000000000000)
eq(math.ceil(True), 1)
with raises(OverflowError, "cannot convert float infinity to integer"):
    math.floor(inf)
with raises(ValueError, "cannot convert float NaN to integer"):
    math.floor(nan)
with raises(TypeError, "must be real number, not str"):
    math.floor("a")
with raises(OverflowError, "cannot convert float infinity to integer"):
    math.ceil(inf)
eq(math.fmod(7, 3), 1.0)
eq(math.fmod(-7, 3), -1.0)
eq(math.fmod(7, inf), 7.0)
eq(math.remainder(7, 4), -1.0)
eq(math.remainder(5, 2), 1.0)
eq(math.remainder(-7, 4), 1.0)
eq(math.modf(3.75), (0.75, 3.0))
eq(math.modf(-3.75), (-0.75, -3.0))
eq(repr(math.modf(inf)), "(0.0, inf)")
eq(math.frexp(8.0), (0.5, 4))
eq(math.frexp(0.0), (0.0, 0))
eq(math.frexp(-0.3), (-0.6, -1))
eq(math.ldexp(0.5, 4), 8.0)
eq(math.ldexp(1.0, -2000), 0.0)
eq(math.ldexp(0.0, 10 ** 30), 0.0)
eq(math.fabs(-3), 3.0)
eq(math.copysign(3, -0.0), -3.0)
eq(repr(math.copysign(nan, -1)), "nan")
with raises(ValueError, "math domain error"):
    math.fmod(5, 0)
with raises(ValueError, "math domain error"):
    math.fmod(inf, 1)
with raises(ValueError, "math domain error"):
    math.remainder(5, 0)
with raises(OverflowError, "math range error"):
    math.ldexp(1.0, 5000)
with raises(TypeError, "Expected an int as second argument to ldexp."):
    math.ldexp(1.0, "a")
eq(math.factorial(0), 1)
eq(math.factorial(20), 2432902008176640000)
eq(math.factorial(30), 265252859812191058636308480000000)
with raises(ValueError, "factorial() not defined for negative values"):
    math.factorial(-1)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    math.factorial(2.0)
with raises(TypeError, "'str' object cannot be interpreted as an integer"):
    math.factorial("a")
eq(math.gcd(), 0)
eq(math.gcd(12, 18), 6)
eq(math.gcd(12, 18, 27), 3)
eq(math.gcd(-12, 0), 12)
eq(math.gcd(10 ** 30, 10 ** 20), 100000000000000000000)
eq(math.lcm(), 1)
eq(math.lcm(4, 6), 12)
eq(math.lcm(4, 6, 10), 60)
eq(math.lcm(0, 5), 0)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    math.gcd(1.5, 2)
eq(math.comb(5, 2), 10)
eq(math.comb(100, 50), 100891344545564193334812497256)
eq(math.comb(3, 5), 0)
eq(math.perm(5), 120)
eq(math.perm(5, 2), 20)
eq(math.perm(3, 5), 0)
with raises(ValueError, "n must be a non-negative integer"):
    math.comb(-1, 2)
with raises(ValueError, "k must be a non-negative integer"):
    math.comb(5, -1)
with raises(ValueError, "factorial() not defined for negative values"):
    math.perm(-1)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    math.comb(5.0, 2)
eq(math.isqrt(0), 0)
eq(math.isqrt(99), 9)
eq(math.isqrt(10 ** 40), 100000000000000000000)
eq(math.isqrt(2 ** 200 - 1), 1267650600228229401496703205375)
with raises(ValueError, "isqrt() argument must be nonnegative"):
    math.isqrt(-1)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    math.isqrt(2.0)
assert math.isclose(1.0, 1.0 + 1e-10) is True
assert math.isclose(1, 1.1) is False
assert math.isclose(1, 1.1, rel_tol=0.2) is True
assert math.isclose(0, 1e-10, abs_tol=1e-9) is True
assert math.isclose(inf, inf) is True
assert math.isclose(nan, nan) is False
with raises(ValueError, "tolerances must be non-negative"):
    math.isclose(1, 2, rel_tol=-1)
assert math.isfinite(1.0) is True
assert math.isfinite(inf) is False
assert math.isinf(-inf) is True
assert math.isnan(nan) is True
assert math.isnan(1) is False
assert math.isinf(10 ** 5) is False
with raises(OverflowError, "int too large to convert to float"):
    math.isfinite(10 ** 400)
eq(math.hypot(), 0.0)
eq(math.hypot(3), 3.0)
eq(math.hypot(3, 4), 5.0)
eq(math.hypot(1, 2, 3), 3.7416573867739413)
eq(repr(math.hypot(inf, nan)), "inf")
eq(math.hypot(1e200, 1e200), 1.414213562373095e+200)
eq(math.dist([0, 0], [3, 4]), 5.0)
eq(math.dist((1,), (1,)), 0.0)
eq(math.dist([], []), 0.0)
with raises(ValueError, "both points must have the same number of dimensions"):
    math.dist([1], [1, 2])
with raises(TypeError, "'int' object is not iterable"):
    math.dist(5, 6)
eq(math.fsum([0.1] * 10), 1.0)
eq(math.fsum([]), 0.0)
eq(math.fsum([1e100, 1, -1e100]), 1.0)
eq(repr(math.fsum([inf, 1])), "inf")
with raises(ValueError, "-inf + inf in fsum"):
    math.fsum([inf, -inf])
with raises(OverflowError, "intermediate overflow in fsum"):
    math.fsum([1e308, 1e308])
with raises(TypeError, "'int' object is not iterable"):
    math.fsum(5)
with raises(TypeError, "must be real number, not str"):
    math.fsum(["a"])
eq(math.prod([]), 1)
eq(math.prod([1, 2, 3]), 6)
eq(math.prod([1.5, 2]), 3.0)
eq(math.prod([2], start=5), 10)
eq(math.prod([10 ** 10] * 3), 1000000000000000000000000000000)
eq(math.sumprod([1, 2], [3, 4]), 11)
eq(math.sumprod([0.1] * 3, [10] * 3), 3.0)
eq(math.sumprod([], []), 0)
with raises(ValueError, "Inputs are not the same length"):
    math.sumprod([1], [1, 2])
with raises(TypeError, "can't multiply sequence by non-int of type 'float'"):
    math.sumprod(["a"], [1.5])
eq(math.degrees(math.pi), 180.0)
eq(math.radians(180), 3.141592653589793)
eq(math.gamma(5), 24.0)
eq(math.gamma(0.5), 1.7724538509055159)
eq(math.lgamma(10), 12.801827480081467)
eq(math.erf(0), 0.0)
eq(math.erfc(0), 1.0)
eq(math.erf(inf), 1.0)
with raises(ValueError, "expected a noninteger or positive integer, got 0.0"):
    math.gamma(0)
with raises(ValueError, "expected a noninteger or positive integer, got -1.0"):
    math.gamma(-1)
with raises(OverflowError, "math range error"):
    math.gamma(200)
with raises(ValueError, "expected a noninteger or positive integer, got 0.0"):
    math.lgamma(0)
eq(math.nextafter(1.0, 2.0), 1.0000000000000002)
eq(math.nextafter(0.0, 1.0), 5e-324)
eq(math.nextafter(1.0, 0.0, steps=2), 0.9999999999999998)
eq(math.nextafter(inf, 0), 1.7976931348623157e+308)
eq(math.ulp(1.0), 2.220446049250313e-16)
eq(math.ulp(0.0), 5e-324)
eq(repr(math.ulp(inf)), "inf")
with raises(ValueError, "steps must be a non-negative integer"):
    math.nextafter(1, 2, steps=-1)
eq(math.fma(2, 3, 4), 10.0)
eq(math.fma(0.1, 10, -1.0), 5.551115123125783e-17)
with raises(ValueError, "invalid operation in fma"):
    math.fma(inf, 0, 1)
eq(math.pow(2, 10), 1024.0)
eq(math.pow(2, 0.5), 1.4142135623730951)
eq(math.pow(0, 0), 1.0)
eq(math.pow(nan, 0), 1.0)
eq(math.pow(1, inf), 1.0)
eq(repr(math.pow(-inf, 3)), "-inf")
eq(math.pow(inf, -1), 0.0)
with raises(ValueError, "math domain error"):
    math.pow(0, -1)
with raises(ValueError, "math domain error"):
    math.pow(-8, 1 / 3)
with raises(OverflowError, "math range error"):
    math.pow(10, 400)

class F:
    def __float__(self):
        return 4.0

    def __floor__(self):
        return "floor"

    def __ceil__(self):
        return "ceil"

    def __trunc__(self):
        return "trunc"

eq(math.sqrt(F()), 2.0)
eq(math.floor(F()), "floor")
eq(math.ceil(F()), "ceil")
eq(math.trunc(F()), "trunc")
with raises(TypeError, "type str doesn't define __trunc__ method"):
    math.trunc("a")
