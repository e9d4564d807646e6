"""Classes and functions of Rust with PyO3."""
import gc
import threading
import traceback
import weakref

import crabs as c

gc.collect()
began = c.alive()


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Classes, inheritance both ways.
class Hermit(c.Crab):
    def __new__(cls, name, shell):
        self = super().__new__(cls, name)
        self.shell = shell
        return self

    def sound(self):
        return super().sound() + " softly"


class Royal(c.Crab):
    __slots__ = ()


crab = c.Crab("ann", legs=4)
assert crab.name == "ann" and crab.legs == 4 and repr(crab) == 'Crab("ann")'
crab.name, crab.legs = "bob", 6
assert crab.speak() == "<bob clicks>" and c.Crab.KIND == "crustacean" and c.Crab.__doc__ == "A class that others derive from."
assert str(raises(ValueError, setattr, crab, "legs", 3)) == "odd legs"
print(raises(TypeError, setattr, crab, "legs", "x"))
print(raises(OverflowError, setattr, crab, "legs", -1))
print(raises(AttributeError, delattr, crab, "legs"))
print(raises(TypeError, c.Crab, 1))
print(raises(TypeError, c.Crab, "a", 4))
hermit = Hermit("hal", "big")
assert hermit.speak() == "<hal clicks softly>" and hermit.__dict__ == {"shell": "big"} and type(Hermit.__base__.make("x")) is c.Crab
lobster = c.Lobster()
assert lobster.add(1).add("two") is lobster and len(lobster) == 2 and list(lobster) == [1, "two"] and "two" in lobster
assert lobster.speak() == "<lobster snaps>" and isinstance(lobster, c.Crab) and lobster.legs == 8 and Royal("r").legs == 10
print(raises(RuntimeError, crab.hold, lambda: crab.legs))
assert crab.hold(lambda: 5) == 5 and crab.legs == 6
raises(TypeError, type, "Sub", (c.Vector,), {})
assert c.Crab.keywords(1) == (1, 2, [], None, 0) and c.Crab.keywords(1, 3, 4, 5, c=6, d=7, e=8) == (1, 3, [4, 5], 6, 2)
print(raises(TypeError, c.Crab.keywords))
print(raises(TypeError, c.Crab.keywords, 1, a=2))

# Operators, enumerations.
v = c.Vector(1, 2)
assert v + v == v * 2 == 2 * v == c.Vector(2, 4) != v and v < c.Vector(1, 3) and -v == c.Vector(-1, -2) and not c.Vector(0, 0)
assert hash(v) == hash(c.Vector(1, 2)) and v(lambda x, y: x - y) == -1 and v != 5
raises(TypeError, lambda: v + 5)
raises(TypeError, lambda: v < 5)
raises(AttributeError, setattr, v, "x", 5)
assert c.Colour.Red == 1 and c.Colour.Green != c.Colour.Red and int(c.Colour.Green) == 5 and repr(c.Colour.Red) == "Colour.Red"
match c.judge(False):
    case c.Outcome.Bad(why=why):
        assert why == "because"
    case _:
        raise AssertionError
assert c.judge(True).value == 1 and isinstance(c.judge(True), c.Outcome)

# Exceptions.
assert raises(c.Pinched, c.trouble, 3).args == ("odd", 3) and issubclass(c.Pinched, OSError) and c.trouble(2) == 2
assert raises(KeyError, c.trouble, 0).args == ("lost",) and c.Pinched.__doc__ == "Of a crab."


def fails(error):
    raise error


assert type(c.catches(lambda: fails(ValueError(1)))) is ValueError and c.catches(lambda: 7) == 7
error = raises(c.Pinched, c.catches, lambda: fails(TypeError("inner")))
assert str(error.__cause__) == "inner"
error = raises(ZeroDivisionError, c.catches, lambda: 1 / 0)
assert [frame.name for frame in traceback.extract_tb(error.__traceback__)][-1] == "<lambda>"
error = raises(BaseException, c.panics)
print(type(error).__name__, type(error).__mro__[1].__name__, error)

# Iterators, values, threads.
assert list(c.Countdown(3)) == [2, 1, 0] and c.consume(x for x in (1, "b")) == ["1", "b"]
raises(ZeroDivisionError, list, c.Countdown(14))
raises(ZeroDivisionError, c.consume, (1 / x for x in (1, 0)))
assert c.convert([1, 2.5], {"a": 1, "b": None}, (7, "x"), b"abc") == (3.5, 2, "7x", 3)
print(raises(TypeError, c.convert, [1, "x"], {}, (1, ""), b""))
print(raises(OverflowError, c.convert, [], {}, (256, ""), b""))
built = c.build()
assert built["text"] == "grüße 🦀" and built["big"] == 1 << 100 and built["tuple"][:3] == (True, (), 1.5) and built["bytes"] == b"\0\xff"
seen = set()


def call(i):
    seen.add(threading.get_ident())
    return i


assert c.from_threads(call, 4, 100) == [4950] * 4 and threading.get_ident() not in seen
raises(ZeroDivisionError, c.from_threads, lambda i: 1 // i, 2, 10)

# Weak references, cycles.
died = weakref.ref(hermit)
del hermit
assert died() is None
lobster.add(lobster)
died = weakref.ref(lobster)
del lobster
gc.collect()
assert died() is None
crab.me = crab
died = weakref.ref(crab)
del crab
gc.collect()
print("a class with a dict:", died() is None)
error = None
gc.collect()
print(c.alive() - began)
