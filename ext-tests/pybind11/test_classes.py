"""Classes of C++ with pybind11."""
import enum
import gc
import pickle
import weakref

import classes as c

began = c.alive()


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Inheritance from C++ to Python and back.
class Circle(c.Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.0 * self.radius**2


class Ring(Circle):
    def describe(self, precision):
        return "ring, " + super().describe(precision)


class Lazy(c.Shape):
    def __init__(self):
        pass


assert c.Square.__mro__ == (c.Square, c.Shape, *c.Shape.__mro__[1:])
assert c.total([c.Square(2), Circle(1), c.Shape(), c.make(3)]) == 16.0
assert type(c.make(1)) is c.Square and isinstance(c.make(1), c.Shape)
print(c.describe(Ring(1)), c.describe(shape=c.Square(1), precision=9), c.Shape(name="x").describe())
print(type(raises(TypeError, Lazy)).__name__, raises(TypeError, Lazy))
raises(TypeError, c.describe, c.Square(1), 9)
raises(TypeError, c.Shape, nme="x")
assert "What it is." in c.Shape.describe.__doc__ and c.Shape.describe.__name__ == "describe"
ring = Ring(2)
ring.extra = [1]
assert ring.__dict__ == {"radius": 2, "extra": [1]} and ring.name == "circle"
square = c.Square(side=3)
square.side = 4
assert square.area() == 16 and str(raises(ValueError, setattr, square, "side", -1)) == "a side is not negative"
raises(AttributeError, setattr, c.Vec(), "z", 1)
raises(TypeError, type, "Sub", (c.Vec,), {})
print(raises(RuntimeError, c.ask, c.Abstract()))


class Concrete(c.Abstract):
    def answer(self):
        return 41


class Wrong(c.Abstract):
    def answer(self):
        return "text"


class Raises(c.Abstract):
    def answer(self):
        raise KeyError("no answer")


assert c.ask(Concrete()) == 42
raises(RuntimeError, c.ask, Wrong())
assert raises(KeyError, c.ask, Raises()).args == ("no answer",)

# C++ keeps an object of Python, with what Python has added.
c.keep(Circle(5))
gc.collect()
kept = c.keep(None)
assert kept.area() == 75.0 and type(kept) is Circle
copy = pickle.loads(pickle.dumps(c.Shape("pickled")))
assert copy.name == "pickled"

# Operators.
v = c.Vec(1, 2)
same = v
v += c.Vec(1, 1)
assert v is not None and v == c.Vec(2, 3) and 2.0 * v == v * 2 and -v == c.Vec(-2, -3) and c.Vec() < v
assert list(v) == [2.0, 3.0] and len(v) == 2 and {v: 1}[c.Vec(2, 3)] == 1 and repr(v) == "Vec(2.0, 3.0)"
assert v.__add__(5) is NotImplemented and (v == 5) is False
raises(TypeError, lambda: v + 5)
raises(IndexError, lambda: v[7])

# Enumerations.
assert c.next_colour(c.Colour.red) is not None and c.next_colour(c.Colour.red) == c.Colour.green
assert int(c.Colour.green) == 5 and c.Colour(6).name == "blue" and list(c.Colour.__members__) == ["red", "green", "blue"]
assert repr(c.Colour.red) == "<Colour.red: 0>" and c.read | c.write == 3
assert issubclass(c.Native, enum.IntEnum) and c.other(c.Native.one) is c.Native.two
raises(TypeError, c.next_colour, 5)
print(c.Colour.__doc__)

# Overloads.
print([c.overloaded(x) for x in (1, 1.5, "x", [])], c.overloaded([], 1, 2, k=3))
print(raises(TypeError, c.overloaded, None).args[0].splitlines()[0])

# Weak references, and cycles that C++ takes part in.
reference = weakref.ref(ring, lambda r: print("gone"))
assert reference() is ring
del ring
assert reference() is None
one, two = c.Node(), c.Node()
one.next, two.next = two, one
assert gc.is_tracked(one)
died = [weakref.ref(one), weakref.ref(two)]
del one, two
gc.collect()
assert [r() for r in died] == [None, None]
circle = Circle(1)
circle.me = circle
died = weakref.ref(circle)
del circle
gc.collect()
assert died() is None

kept = copy = square = None
gc.collect()
assert c.alive() == began, c.alive()
