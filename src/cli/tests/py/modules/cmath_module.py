"""cmath: functions, branch cuts, special values, errors."""


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

import cmath
eq(cmath.sqrt(-1), 1j)
eq(cmath.sqrt(3 + 4j), (2+1j))
eq(cmath.sqrt(-0.0), 0j)
eq(repr(cmath.sqrt(complex(-1, -0.0))), "-1j")
eq(cmath.exp(0), (1+0j))
eq(cmath.log(1), 0j)
eq(cmath.log(-1), 3.141592653589793j)
eq(cmath.log(8, 2), (3+0j))
eq(cmath.log10(1000), (2.9999999999999996+0j))
eq(cmath.phase(-1), 3.141592653589793)
eq(cmath.phase(complex(-1, -0.0)), -3.141592653589793)
eq(cmath.polar(1j), (1.0, 1.5707963267948966))
eq(cmath.polar(0), (0.0, 0.0))
eq(cmath.rect(1, 0), (1+0j))
eq(repr(cmath.rect(0, 5)), "-0j")
assert cmath.isfinite(1j) is True
assert (cmath.isinf(complex(0, cmath.inf))) is True
assert cmath.isnan(cmath.nanj) is True
assert cmath.isclose(1, 1 + 1e-10j) is True
eq(repr(cmath.infj), "infj")
eq(repr(cmath.nanj), "nanj")
eq(repr(cmath.inf), "inf")
eq(cmath.pi, 3.141592653589793)
eq(cmath.tau, 6.283185307179586)
eq(cmath.sin(0), 0j)
eq(cmath.cos(0), (1-0j))
eq(cmath.tan(0), 0j)
eq(cmath.sinh(0), 0j)
eq(cmath.cosh(0), (1+0j))
eq(cmath.tanh(0), 0j)
eq(cmath.asin(0), 0j)
eq(repr(cmath.acos(1)), "-0j")
eq(cmath.atan(0), 0j)
eq(cmath.asinh(0), 0j)
eq(cmath.acosh(1), 0j)
eq(cmath.atanh(0), 0j)
with raises(ValueError, "math domain error"):
    cmath.log(0)
with raises(ValueError, "math domain error"):
    cmath.atanh(1)
with raises(OverflowError, "math range error"):
    cmath.exp(1000)
with raises(TypeError, "must be real number, not str"):
    cmath.sqrt("a")
with raises(ValueError, "math domain error"):
    cmath.rect(cmath.inf, cmath.inf)
with raises(ValueError, "tolerances must be non-negative"):
    cmath.isclose(1, 2, rel_tol=-1)
assert (abs(cmath.exp(1j * cmath.pi) + 1) < 1e-15) is True
eq(repr(cmath.polar(complex(cmath.inf, cmath.nan))), "(inf, nan)")
