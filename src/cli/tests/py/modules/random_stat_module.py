# modes: one
"""random (the same numbers as CPython for the same seed), bisect, heapq, statistics, fractions, decimal."""


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

import random
import bisect
import heapq
import fractions
import statistics
import decimal
r = random.Random(42)
eq(r.random(), 0.6394267984578837)
eq(r.randint(1, 100), 4)
eq(r.randrange(0, 1000, 7), 490)
eq(r.choice("abcdef"), "b")
assert (r.shuffle(l := list(range(10)))) is None
eq(l, [9, 7, 8, 0, 4, 6, 5, 1, 2, 3])
eq(r.sample(range(100), 5), [4, 3, 11, 27, 29])
eq(r.uniform(1, 2), 1.5053552881033623)
eq(r.gauss(0, 1), 0.6566365067986689)
eq(r.normalvariate(0, 1), 0.5650502173449647)
eq(r.getrandbits(70), 690815975002555206624)
eq(r.getrandbits(3), 2)
eq(r.choices("abc", k=5), ['c', 'a', 'c', 'c', 'b'])
eq(r.choices([1, 2], weights=[1, 9], k=4), [2, 2, 2, 1])
eq(r.expovariate(1), 0.10171868499563164)
eq(r.betavariate(1, 2), 0.424420206992522)
eq(r.triangular(0, 1, 0.5), 0.6323940878425769)
eq(r.gammavariate(2, 1), 2.1748490245982293)
eq(r.lognormvariate(0, 1), 0.6280277853135303)
eq(r.paretovariate(3), 1.8030631974126472)
eq(r.weibullvariate(1, 2), 0.9816802968007698)
eq(r.vonmisesvariate(0, 1), 2.288802389187945)
eq(r.randbytes(5), b'\x99%\xbb\x0b\xa9')
eq(r.binomialvariate(10, 0.5), 3)
eq([random.Random(s).random() for s in (0, 1, -1, 10 ** 30, "text", b"bytes", 1.5, 7, bytearray(b"x"))], [0.8444218515250481, 0.13436424411240122, 0.13436424411240122, 0.9341508484568806, 0.8711565613554825, 0.37075677971469856, 0.551763726942059, 0.32383276483316237, 0.6307877176639078])
with raises(TypeError, "The only supported seed types are:\nNone, int, float, str, bytes, and bytearray."):
    random.Random([])
s = r.getstate()
a = [r.random() for _ in range(3)]
r.setstate(s)
assert ([r.random() for _ in range(3)] == a) is True
eq(len(s), 3)
eq(s[0], 3)
eq(len(s[1]), 625)
with raises(ValueError, "state vector is the wrong size"):
    r.setstate((3, (1, 2), None))
with raises(TypeError, "'int' object is not subscriptable"):
    r.setstate(5)
with raises(ValueError, "empty range in randint(5, 1)"):
    r.randint(5, 1)
with raises(ValueError, "empty range for randrange()"):
    r.randrange(0)
with raises(TypeError, "'float' object cannot be interpreted as an integer"):
    r.randrange(1.5)
with raises(IndexError, "Cannot choose from an empty sequence"):
    r.choice([])
with raises(ValueError, "Sample larger than population or is negative"):
    r.sample([1], 2)
with raises(TypeError, "Population must be a sequence.  For dicts or sets, use sorted(d)."):
    r.sample({1}, 1)
with raises(ValueError, "Cannot convert negative int"):
    r.getrandbits(-1)
with raises(IndexError, "list index out of range"):
    r.choices([], k=1)
with raises(ValueError, "Total of weights must be greater than zero"):
    r.choices([1], weights=[0])
eq(r.getrandbits(0), 0)
eq(random.Random(1).getrandbits(32), 577090037)
eq(random.Random(1).getrandbits(33), 4872057333)
assert (random.Random(5).random() == random.Random(5).random()) is True
random.seed(3)
eq(random.random(), 0.23796462709189137)
eq(random.randint(0, 9), 8)
assert type(random.SystemRandom().random()) is float
a = [1, 2, 2, 3]
eq(bisect.bisect(a, 2), 3)
eq(bisect.bisect_left(a, 2), 1)
eq(bisect.bisect_right(a, 2, 0, 2), 2)
eq(bisect.bisect_left([(1, "a")], 1, key=lambda x: x[0]), 0)
eq(bisect.bisect([], 5), 0)
eq(bisect.bisect(a, 2.5), 3)
eq(bisect.bisect_left(a, 2, lo=1, hi=None), 1)
bisect.insort(a, 2)
bisect.insort_left(a, 0)
eq(a, [0, 1, 2, 2, 2, 3])
with raises(TypeError, "'<' not supported between instances of 'str' and 'int'"):
    bisect.bisect(a, "x")
with raises(ValueError, "lo must be non-negative"):
    bisect.bisect(a, 1, -1)
with raises(TypeError, "object of type 'int' has no len()"):
    bisect.bisect(5, 1)
with raises(IndexError, "list index out of range"):
    bisect.bisect(a, 1, 0, 100)
h = [5, 3, 8, 1]
heapq.heapify(h)
eq(h, [1, 3, 8, 5])
eq(heapq.heappop(h), 1)
eq(h, [3, 5, 8])
assert heapq.heappush(h, 0) is None
eq(h, [0, 3, 8, 5])
eq(heapq.heappushpop(h, 2), 0)
eq(heapq.heapreplace(h, 9), 2)
eq(h, [3, 5, 8, 9])
eq(heapq.nlargest(2, [1, 5, 3]), [5, 3])
eq(heapq.nsmallest(2, "hello", key=ord), ['e', 'h'])
eq(list(heapq.merge([1, 4], [2, 3])), [1, 2, 3, 4])
eq(list(heapq.merge([4, 1], [3], reverse=True)), [4, 3, 1])
eq(heapq.nlargest(0, [1]), [])
eq(heapq.nsmallest(1, []), [])
with raises(IndexError, "index out of range"):
    heapq.heappop([])
with raises(TypeError, "heapify() argument must be list, not int"):
    heapq.heapify(5)
with raises(IndexError, "index out of range"):
    heapq.heapreplace([], 1)
with raises(TypeError, "'<' not supported between instances of 'int' and 'str'"):
    heapq.heapify([1, "a"])
m = [3, 1, 2]
heapq.heapify_max(m)
eq(m, [3, 1, 2])
eq(heapq.heappop_max(m), 3)
assert heapq.heappush_max(m, 9) is None
eq(m, [9, 1, 2])
eq(heapq.heappushpop_max(m, 1), 9)
eq(heapq.heapreplace_max(m, 0), 2)
eq(m, [1, 1, 0])
eq(repr(fractions.Fraction(3, 6)), "Fraction(1, 2)")
eq(repr(fractions.Fraction("0.75")), "Fraction(3, 4)")
eq(repr(fractions.Fraction("1/3") + 1), "Fraction(4, 3)")
eq(repr(fractions.Fraction(1.5)), "Fraction(3, 2)")
eq(repr(fractions.Fraction(1, 3).limit_denominator(2)), "Fraction(1, 2)")
eq(fractions.Fraction(7, 2).__round__(), 4)
eq(f"{fractions.Fraction(1, 3):.3f}", "0.333")
eq(fractions.Fraction(-7, 2) // 1, -4)
assert (hash(fractions.Fraction(3)) == hash(3)) is True
eq(float(fractions.Fraction(1, 4)), 0.25)
eq(str(fractions.Fraction(5)), "5")
with raises(ZeroDivisionError, "Fraction(1, 0)"):
    fractions.Fraction(1, 0)
with raises(ValueError, "Invalid literal for Fraction: 'a'"):
    fractions.Fraction("a")
eq(statistics.mean([1, 2, 4]), 2.3333333333333335)
eq(statistics.median([3, 1, 2]), 2)
eq(statistics.mode("aab"), "a")
eq(statistics.stdev([1, 2, 3]), 1.0)
eq(statistics.pvariance([1, 2, 3]), 0.6666666666666666)
eq(statistics.fmean([1, 2]), 1.5)
eq(statistics.quantiles([1, 2, 3, 4], n=4), [1.25, 2.5, 3.75])
eq(statistics.harmonic_mean([1, 2]), 1.3333333333333333)
eq(statistics.correlation([1, 2, 3], [3, 2, 1]), -1.0)
eq(repr(statistics.linear_regression([1, 2], [3, 5])), "LinearRegression(slope=2.0, intercept=1.0)")
eq(statistics.NormalDist(0, 1).cdf(0), 0.5)
with raises(statistics.StatisticsError, "mean requires at least one data point"):
    statistics.mean([])
D = decimal.Decimal
eq(repr(D("1.10") + D("2.2")), "Decimal('3.30')")
eq(repr(D(1) / D(7)), "Decimal('0.1428571428571428571428571429')")
eq(repr(D("1e3")), "Decimal('1E+3')")
eq(repr(D(0.1)), "Decimal('0.1000000000000000055511151231257827021181583404541015625')")
eq(str(D("1E+5")), "1E+5")
eq(repr(D("NaN")), "Decimal('NaN')")
eq(repr(D("-Infinity")), "Decimal('-Infinity')")
eq(repr(D("1.5").quantize(D("1"))), "Decimal('2')")
eq(repr(D("2.5").to_integral_value()), "Decimal('2')")
eq(repr(round(D("2.675"), 2)), "Decimal('2.68')")
eq(int(D("7.9")), 7)
eq(repr(D(10) ** 20), "Decimal('100000000000000000000')")
eq(repr(D(2).sqrt()), "Decimal('1.414213562373095048801688724')")
eq(repr(D("1.23").as_tuple()), "DecimalTuple(sign=0, digits=(1, 2, 3), exponent=-2)")
assert (D("1.0") == 1) is True
assert (hash(D(1)) == hash(1)) is True
eq(f"{D('1234.5'):,.2f}", "1,234.50")
eq(repr(D("1.20").normalize()), "Decimal('1.2')")
eq(repr(divmod(D(7), 2)), "(Decimal('3'), Decimal('1'))")
eq(repr(-D(7) % 3), "Decimal('-1')")
eq(D("0.1").as_integer_ratio(), (1, 10))
eq(decimal.getcontext().prec, 28)
with raises(decimal.InvalidOperation, "[<class 'decimal.ConversionSyntax'>]"):
    D("abc")
with raises(decimal.DivisionByZero, "[<class 'decimal.DivisionByZero'>]"):
    D(1) / 0
with raises(TypeError, "unsupported operand type(s) for +: 'decimal.Decimal' and 'float'"):
    D("1") + 1.5
