"""Contexts of decimal: attributes, signals, the current one of each thread and context, copies."""
import contextvars
import copy
import pickle
import threading
from decimal import *

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


ROUNDINGS = """valid values for rounding are:
  [ROUND_CEILING, ROUND_FLOOR, ROUND_UP, ROUND_DOWN,
   ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN,
   ROUND_05UP]"""

eq(repr(ExtendedContext), "Context(prec=9, rounding=ROUND_HALF_EVEN, Emin=-999999, Emax=999999, capitals=1, clamp=0, flags=[], traps=[])")
eq(
    repr(Context(prec=5, rounding=ROUND_UP, Emin=-9, Emax=9, capitals=0, clamp=1, flags=[Inexact], traps=[Overflow, Clamped])),
    "Context(prec=5, rounding=ROUND_UP, Emin=-9, Emax=9, capitals=0, clamp=1, flags=[Inexact], traps=[Clamped, Overflow])",
)
c = Context()
for name, value, kind, text in [
    ("prec", 0, ValueError, "valid range for prec is [1, MAX_PREC]"), ("prec", "x", TypeError, "an integer is required"),
    ("prec", 10**30, OverflowError, "Python int too large to convert to C ssize_t"),
    ("Emax", -1, ValueError, "valid range for Emax is [0, MAX_EMAX]"), ("Emin", 1, ValueError, "valid range for Emin is [MIN_EMIN, 0]"),
    ("rounding", "x", TypeError, ROUNDINGS), ("clamp", 2, ValueError, "valid values for clamp are 0 or 1"),
    ("capitals", 2, ValueError, "valid values for capitals are 0 or 1"), ("flags", 3, TypeError, "argument must be a signal dict"),
    ("nothing", 3, AttributeError, "'decimal.Context' object has no attribute 'nothing'"),
]:
    with raises(kind, text):
        setattr(c, name, value)
with raises(AttributeError, "context attributes cannot be deleted"):
    del c.prec
with raises(TypeError, "this function got an unexpected keyword argument 'foo'"):
    Context(foo=1)
eq(IEEEContext(64), Context(prec=16, Emin=-383, Emax=384, clamp=1, traps=[]))
with raises(ValueError, f"argument must be a multiple of 32, with a maximum of {IEEE_CONTEXT_MAX_BITS}"):
    IEEEContext(33)

# Signals.
c = Context(prec=3, traps=[])
eq(c.divide(1, 0), D("Infinity"))
eq(c.divide(1, 3), D("0.333"))
eq([signal.__name__ for signal, on in c.flags.items() if on], ["DivisionByZero", "Inexact", "Rounded"])
assert c.flags is c.flags and c.flags != c.traps and len(c.flags) == 9
c.traps[Inexact] = True
with raises(Inexact, "[<class 'decimal.Inexact'>]"):
    c.divide(1, 3)
c.clear_flags()
eq(c.flags[Inexact], False)
with raises(ValueError, "signal keys cannot be deleted"):
    del c.flags[Inexact]
with raises(KeyError):
    c.flags["Inexact"]
c.flags = {signal: signal is Clamped for signal in c.flags}
eq(c.flags[Clamped], True)
eq(dict(c.flags), c.flags.copy())
c.clear_traps()
eq(any(c.traps.values()), False)
for signal, bases in [
    (DivisionByZero, (DecimalException, ZeroDivisionError)), (Overflow, (Inexact, Rounded)), (Underflow, (Inexact, Rounded, Subnormal)),
    (FloatOperation, (DecimalException, TypeError)), (DecimalException, (ArithmeticError,)),
]:
    eq(signal.__bases__, bases)
strict = Context(traps=[FloatOperation])
with raises(FloatOperation, "[<class 'decimal.FloatOperation'>]"):
    strict.create_decimal(0.5)
eq(strict.create_decimal_from_float(0.5), D("0.5"))

# Results are fitted into the context.
tiny = Context(prec=3, Emin=-5, Emax=5, clamp=1, traps=[])
eq(tiny.create_decimal("1.2345E-6"), D("0.0000012"))
eq(tiny.multiply(D("9E5"), 10), D("Infinity"))
eq(tiny.create_decimal("1E+5"), D("1.00E+5"))
eq(tiny.Etiny(), -7)
eq(tiny.Etop(), 3)
eq(tiny.create_decimal("NaN123"), D("NaN"))
for rounding, want in [(ROUND_UP, "2"), (ROUND_DOWN, "1"), (ROUND_CEILING, "2"), (ROUND_FLOOR, "1"), (ROUND_HALF_UP, "2"), (ROUND_HALF_DOWN, "1"),
                       (ROUND_HALF_EVEN, "2"), (ROUND_05UP, "1")]:
    eq(D("1.5").quantize(D(1), rounding=rounding), D(want))

# Copies and pickles.
c = Context(prec=7, flags=[Rounded], traps=[Inexact])
for other in (c.copy(), copy.copy(c), pickle.loads(pickle.dumps(c))):
    eq(repr(other), repr(c))
    assert other is not c

# The current context.
setcontext(Context(prec=28))
before = getcontext()
with localcontext(prec=5) as inner:
    assert getcontext() is inner
    eq(D(1) / 3, D("0.33333"))
assert getcontext() is before
eq(D(1) / 3, D("0.3333333333333333333333333333"))
with raises(TypeError, "optional argument must be a context"):
    localcontext(3)
with raises(TypeError, "argument must be a context"):
    setcontext(3)
setcontext(ExtendedContext)
assert getcontext() is not ExtendedContext and getcontext().prec == 9


def run():
    getcontext().prec = 4
    return D(1) / 3


eq(contextvars.Context().run(run), D("0.3333"))
eq(getcontext().prec, 9)
contextvars.copy_context().run(setcontext, Context(prec=2))
eq(getcontext().prec, 9)

# Each thread has its own; one context may serve several.
results, shared = {}, Context(prec=20, traps=[])
start = threading.Barrier(4)
thirds = {n: Context(prec=20).divide(n, 3) for n in (5, 9, 17, 30)}


def work(n):
    # A new thread may have inherited the context of the one that started it.
    setcontext(Context(prec=n))
    start.wait()
    sums = {str(sum((D(1) / 7 for _ in range(50)), D(0)))}
    for _ in range(200):
        eq(shared.divide(n, 3), thirds[n])
        shared.clear_flags()
        sums.add(str(sum((D(1) / 7 for _ in range(50)), D(0))))
    results[n] = sums


threads = [threading.Thread(target=work, args=(n,)) for n in (5, 9, 17, 30)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
for n in (5, 9, 17, 30):
    with localcontext(Context(prec=n)):
        eq(results[n], {str(sum((D(1) / 7 for _ in range(50)), D(0)))})
