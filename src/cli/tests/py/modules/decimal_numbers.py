"""Decimal: construction, text, arithmetic with its signals, functions, formats, and what other numbers say to it."""
import copy
import math
import pickle
from decimal import *
from fractions import Fraction

D = Decimal


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


setcontext(Context(prec=28, rounding=ROUND_HALF_EVEN, traps=[InvalidOperation, DivisionByZero, Overflow]))

# Construction.
for text in ["0", "-0", "1.50", "0.000001", "1E-7", "1E+3", "-1.23E+30", "NaN", "-NaN", "sNaN123", "Infinity", "-Infinity", "0E+3"]:
    eq(str(D(text)), text)
eq(repr(D(" 1_000.5\n")), "Decimal('1000.5')")
eq(D("\u0661\u0662.\u0663"), D("12.3"))
eq(D(), D("0"))
eq(D(value="3"), D(3))
eq(D(10**50), D("1" + "0" * 50))
eq(D(0.1), D("0.1000000000000000055511151231257827021181583404541015625"))
eq(D((1, (1, 2, 3), -2)), D("-1.23"))
eq(D([0, [], 3]), D("0E+3"))
eq(D((0, (), "F")), D("Infinity"))
eq(D((1, (1, 2), "n")), D("-NaN12"))
eq(D.from_float(2.5), D("2.5"))
eq(D.from_number(7), D(7))
with raises(TypeError, "conversion from str to Decimal is not supported"):
    D.from_number("7")
with raises(InvalidOperation, "[<class 'decimal.ConversionSyntax'>]"):
    D("1 0")
for text in ["_ 1", "1_ _", "", "_", "0x1", "1e", ".", "++1", "1\0"]:
    with raises(InvalidOperation, "[<class 'decimal.ConversionSyntax'>]"):
        D(text)
with raises(OverflowError, "Python int too large to convert to C long"):
    D((2**70, (1,), 1))
with raises(ValueError, "coefficient must be a tuple of digits"):
    D((0, ("a",), "F"))
with raises(InvalidOperation, "[<class 'decimal.InvalidOperation'>]"):
    D("1e1000000000000000000")
with raises(TypeError, "conversion from NoneType to Decimal is not supported"):
    D(None)
with raises(ValueError, "sign must be an integer with the value 0 or 1"):
    D((2, (1,), 1))
with raises(ValueError, "coefficient must be a tuple of digits"):
    D((0, (10,), 1))
with raises(ValueError, "string argument in the third position must be 'F', 'n' or 'N'"):
    D((0, (1,), "x"))
with raises(ValueError, "argument must be a sequence of length 3"):
    D((0, (1,)))

# Operators.
eq(D(1) / 3, D("0.3333333333333333333333333333"))
eq(1 - D("0.9"), D("0.1"))
eq(D("1E+30") + D("1E-30"), D("1.000000000000000000000000000E+30"))
eq(D(7) // -2, D("-3"))
eq(D(-7) % 3, D("-1"))
eq(divmod(D(7), D("2.5")), (D(2), D("2.0")))
eq(D(2) ** 100, D("1.267650600228229401496703205E+30"))
eq(D(2) ** D("0.5"), D("1.414213562373095048801688724"))
eq(pow(D(3), 200, 7), D(2))
eq(-D("0"), D("0"))
eq(abs(D("-3.0")), D("3.0"))
eq(+D("1.00000000000000000000000000005"), D("1.000000000000000000000000000"))
with raises(TypeError, "unsupported operand type(s) for +: 'decimal.Decimal' and 'float'"):
    D(1) + 1.0
with raises(DivisionByZero, "[<class 'decimal.DivisionByZero'>]"):
    D(1) / 0
with raises(InvalidOperation, "[<class 'decimal.DivisionUndefined'>]"):
    D(0) / 0
with raises(InvalidOperation, "[<class 'decimal.InvalidOperation'>, <class 'decimal.DivisionByZero'>]"):
    divmod(D(1), 0)
with raises(InvalidOperation, "[<class 'decimal.DivisionImpossible'>]"):
    D("1E+40") // 3
with raises(Overflow, "[<class 'decimal.Overflow'>]"):
    D("9E+999999") * 10

with raises(Overflow, "[<class 'decimal.Overflow'>]"):
    D("9E+18").exp()

# Functions.
eq(D(2).sqrt(), D("1.414213562373095048801688724"))
eq(D(1).exp(), D("2.718281828459045235360287471"))
eq(D(10).ln(), D("2.302585092994045684017991455"))
eq(D(2).log10(), D("0.3010299956639811952137388947"))
eq(D("1.5").quantize(D(1)), D("2"))
eq(D("2.5").quantize(D(1), ROUND_UP), D("3"))
eq(D("-1.5").to_integral_value(ROUND_FLOOR), D("-2"))
eq(D("123.4500").normalize(), D("123.45"))
eq(D(10).remainder_near(6), D("-2"))
eq(D(2).fma(3, D("0.5")), D("6.5"))
eq(D("0.5").next_plus(), D("0.5000000000000000000000000001"))
eq(D(1).next_toward(0), D("0.9999999999999999999999999999"))
eq(D(1101).logical_xor(110), D(1011))
eq(D(12345).rotate(2, Context(prec=5)), D(34512))
eq(D(12345).shift(-2), D(123))
eq(D(250).logb(), D(2))
eq(D("1.5").scaleb(3), D("1.5E+3"))
eq(D("NaN").max(3), D(3))
eq(D("1.0").compare_total(D("1.00")), D(1))
eq(D("-0.0").number_class(), "-Zero")
eq(D("123.45").as_tuple(), DecimalTuple(sign=0, digits=(1, 2, 3, 4, 5), exponent=-2))
eq(D("-Infinity").as_tuple().exponent, "F")
eq(D("-2.50").as_integer_ratio(), (-5, 2))
eq(D("12.34").adjusted(), 1)
eq(D("12340").to_eng_string(), "12340")
eq(D("1.234E+7").to_eng_string(), "12.34E+6")
eq(D("1E+6").__sizeof__(), 104)

# To other numbers, and beside them.
eq(int(D("-3.9")), -3)
eq(float(D("0.1")), 0.1)
eq(float(D("1E+400")), float("inf"))
eq(complex(D("1.5")), 1.5 + 0j)
eq(round(D("2.5")), 2)
eq(round(D("1.255"), 2), D("1.26"))
eq(D("-1.5").__floor__(), -2)
eq(D("1.2").__ceil__(), 2)
with raises(OverflowError, "cannot convert Infinity to integer"):
    int(D("inf"))
with raises(ValueError, "cannot convert NaN to integer"):
    round(D("nan"))
with raises(ValueError, "cannot convert signaling NaN to float"):
    float(D("snan"))
for a, b in [(D("0.5"), 0.5), (D(7), 7), (D("0.25"), Fraction(1, 4)), (D(3), 3 + 0j), (D("-1E+20"), -(10**20))]:
    assert a == b and hash(a) == hash(b), a
assert D("0.1") != 0.1 and D("0.1") < 0.1 and D("0.1") == Fraction(1, 10) and D(3) < Fraction(7, 2)
assert D("NaN") != D("NaN") and not D("NaN") == 1 and D(1) != (1,)
with raises(InvalidOperation):
    D("NaN") < 1
with raises(InvalidOperation):
    D("sNaN") == 1
with raises(TypeError, "Cannot hash a signaling NaN value"):
    hash(D("sNaN"))
with raises(TypeError, "'<' not supported between instances of 'decimal.Decimal' and 'str'"):
    D(1) < "1"

# Formats.
for value, spec, want in [
    ("1234567.891", ",.2f", "1,234,567.89"), ("-1.5", "010", "-0000001.5"), ("1234", "08,", "0,001,234"), ("0.00001", "", "0.00001"),
    ("1E+5", "f", "100000"), ("0.125", ".1%", "12.5%"), ("1.5", "*^9", "***1.5***"), ("-0.001", "z.1f", "0.0"), ("NaN", "8", "     NaN"),
    ("1234.5678", ".3g", "1.23e+3"), ("1", "+.2e", "+1.00e+0"), ("1.123456", ".6,f", "1.123,456"), ("3", "#", "3."),
    ("1", "\u0663", "  1"), ("1E+5", ".3e", "1.000e+5"), ("1234567890", "_", "1_234_567_890"),
]:
    eq(format(D(value), spec), want)
eq(D("1234567.5").__format__("n", {"decimal_point": ",", "thousands_sep": ".", "grouping": "\3"}), "1.234.567,5")
with raises(ValueError, "invalid format string"):
    format(D(1), "x")

# Subclasses and copies.
class Money(D):
    __slots__ = ("note",)


money = Money("1.5")
money.note = "n"
eq(type(money + 1), D)
eq(type(Money.from_float(1.5)), Money)
for copied in (copy.copy(D("1.50")), copy.deepcopy(D("1.50")), pickle.loads(pickle.dumps(D("1.50"))), D(D("1.50"))):
    eq(copied, D("1.50"))
eq(pickle.loads(pickle.dumps(D("sNaN5"))), D("sNaN5"))

# A precision without bound: exact results, or no memory.
with localcontext(Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN)) as context:
    eq(D(1) / 8, D("0.125"))
    eq(D("0.0625").sqrt(), D("0.25"))
    product = D(1)
    for n in range(1, 400):
        product *= n
    eq(product, D(math.factorial(399)))
    for attempt in (lambda: D(1) / 3, lambda: D(2).sqrt()):
        with raises(MemoryError):
            attempt()
    with raises(MemoryError):
        int(D("1E+999999999999999999"))
