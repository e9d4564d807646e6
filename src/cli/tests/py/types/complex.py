"""complex: operators, text, errors."""


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
eq(1j, 1j)
eq(3 + 4j, (3+4j))
eq(repr(-1j), "(-0-1j)")
eq(0j, 0j)
eq(1.5 - 2.5j, (1.5-2.5j))
eq(repr(complex(0, -0.0)), "-0j")
eq(repr(complex(-0.0, 1)), "(-0+1j)")
eq(repr(complex(inf, nan)), "(inf+nanj)")
eq(repr(complex(nan, -inf)), "(nan-infj)")
eq((3 + 4j) + 1, (4+4j))
eq((3 + 4j) - 1j, (3+3j))
eq((3 + 4j) * 2j, (-8+6j))
eq((3 + 4j) / (1 + 2j), (2.2-0.4j))
eq((3 + 4j) ** 2, (-7+24j))
eq(2 ** (1 + 1j), (1.5384778027279442+1.2779225526272695j))
eq((1 + 2j) ** -1, (0.2-0.4j))
eq(0j ** 0, (1+0j))
eq(abs(3 + 4j), 5.0)
eq(-(3 + 4j), (-3-4j))
eq(+(3 + 4j), (3+4j))
eq((3 + 4j).conjugate(), (3-4j))
eq((3 + 4j).real, 3.0)
eq((3 + 4j).imag, 4.0)
with raises(ZeroDivisionError, "division by zero"):
    1j / 0
with raises(ZeroDivisionError, "zero to a negative or complex power"):
    0j ** -1
with raises(ZeroDivisionError, "zero to a negative or complex power"):
    0j ** 1j
with raises(TypeError, "unsupported operand type(s) for //: 'complex' and 'int'"):
    1j // 1
with raises(TypeError, "unsupported operand type(s) for %: 'complex' and 'int'"):
    1j % 1
with raises(TypeError, "unsupported operand type(s) for divmod(): 'complex' and 'int'"):
    divmod(1j, 1)
with raises(TypeError, "'<' not supported between instances of 'complex' and 'complex'"):
    1j < 2j
assert (1j == 1) is False
assert ((1 + 0j) == 1) is True
assert ((1 + 0j) == 1.0) is True
assert (1j != 1j) is False
assert (1j == "a") is False
with raises(ValueError, "complex modulo"):
    pow(1j, 2, 3)
with raises(TypeError, "int() argument must be a string, a bytes-like object or a real number, not 'complex'"):
    int(1j)
with raises(TypeError, "float() argument must be a string or a real number, not 'complex'"):
    float(1j)
with raises(TypeError, "type complex doesn't define __round__ method"):
    round(1j)
eq(complex(), 0j)
eq(complex(1), (1+0j))
eq(complex(1.5, 2), (1.5+2j))
eq(complex("1+2j"), (1+2j))
eq(complex(" ( -1.5e2-2j ) "), (-150-2j))
eq(complex("j"), 1j)
eq(repr(complex("-j")), "-1j")
eq(repr(complex("inf")), "(inf+0j)")
eq(repr(complex("nanj")), "nanj")
eq(complex("1_0+2j"), (10+2j))
eq(complex(real=1, imag=2), (1+2j))
eq(complex(True), (1+0j))
import warnings
warnings.simplefilter("ignore")
eq(complex(1j, 2j), (-2+1j))
with raises(ValueError, "complex() arg is a malformed string"):
    complex("1 + 2j")
with raises(ValueError, "complex() arg is a malformed string"):
    complex("")
with raises(ValueError, "complex() arg is a malformed string"):
    complex("abc")
with raises(TypeError, "complex() argument 'real' must be a real number, not str"):
    complex("1", 2)
with raises(TypeError, "complex() argument 'imag' must be a real number, not str"):
    complex(1, "2")
with raises(TypeError, "complex() argument must be a string or a number, not NoneType"):
    complex(None)
with raises(TypeError, "complex() argument must be a string or a number, not list"):
    complex([])
eq(complex.from_number(3), (3+0j))
eq(complex.from_number(1j), 1j)
with raises(TypeError, "must be real number, not str"):
    complex.from_number("3")
eq(hash(1j), 1000003)
assert (hash(3 + 0j) == hash(3)) is True
assert bool(0j) is False
assert bool(1j) is True
eq(str(1 + 2j), "(1+2j)")
eq(repr(1e20 + 1j), "(1e+20+1j)")
eq(repr(-0j), "(-0-0j)")
eq(repr(complex(0.0, -1.5)), "-1.5j")
eq(format(1 + 2j, ".2f"), "1.00+2.00j")
eq(format(1 + 2j, ">12"), "      (1+2j)")
eq(format(1.5 + 2j, "e"), "1.500000e+00+2.000000e+00j")
eq(format(3 + 4j, ""), "(3+4j)")
eq(format(1 + 2j, "+.1f"), "+1.0+2.0j")
eq(format(1234 + 5j, ","), "(1,234+5j)")
with raises(ValueError, "Unknown format code 'd' for object of type 'complex'"):
    format(1j, "d")
with raises(ValueError, "Zero padding is not allowed in complex format specifier"):
    format(1j, "012")
eq("%s" % 1j, "1j")
with raises(TypeError, "%d format: a real number is required, not complex"):
    "%d" % 1j
with raises(AttributeError, "readonly attribute"):
    (1j).real = 2
eq((1 + 2j).__complex__(), (1+2j))
assert ((1j).__bool__()) is True
eq(complex.__new__(complex, 5), (5+0j))
with raises(TypeError, "complex.__new__(str): str is not a subtype of complex"):
    complex.__new__(str)
eq(1J, 1j)
eq(0x10 + 1j, (16+1j))
eq(.5j, 0.5j)
eq(1e3j, 1000j)

class C(complex):
    pass

eq(C(1, 2) + 1, (2+2j))
assert (type(C(1)) is C) is True
assert (type(C(1, 2).conjugate()) is complex) is True

class Conv:
    def __complex__(self):
        return 1 + 2j

class Index:
    def __index__(self):
        return 4

eq(complex(Conv()), (1+2j))
eq(complex(Index()), (4+0j))
eq(complex(1, Index()), (1+4j))
eq(sum([1j, 2, 0.5]), (2.5+1j))
eq(sum([0.1j] * 10), 1j)
