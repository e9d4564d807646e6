"""Classes and functions of nanobind."""
import array
import enum
import gc
import threading
import weakref

import bound as c

gc.collect()
began = c.alive()


def raises(error, f, *args, **named):
    try:
        f(*args, **named)
    except error as caught:
        return caught
    raise AssertionError((f, args))


# Inheritance both ways.
class Circle(c.Shape):
    def __init__(self, radius):
        super().__init__("circle")
        self.radius = radius

    def area(self):
        return 3.0 * self.radius**2


class Bad(c.Shape):
    def area(self):
        raise KeyError("no area")


class Lazy(c.Shape):
    def __init__(self):
        pass


assert c.total([c.Square(2), Circle(1), c.Shape(), c.make(3)]) == 16.0 and type(c.make(1)) is c.Square
assert raises(KeyError, c.total, [Bad()]).args == ("no area",) and c.Shape.__doc__ == "A shape."
print(raises(TypeError, c.Square, "x").args[0].splitlines()[0])
square = c.Square(side=3)
square.side = 4
square.more = [1]
assert square.area() == 16 and str(raises(ValueError, setattr, square, "side", -1)) == "negative" and square.more == [1]
raises(TypeError, c.total, [5])
raises(TypeError, type, "Sub", (c.Vec,), {})
c.keep(Circle(5))
gc.collect()
kept = c.keep(None)
assert kept.area() == 75.0 and type(kept) is Circle
assert c.keywords(1) == (1, 2, (), {}) and c.keywords(1, 3, 4, z=5) == (1, 3, (4,), {"z": 5}) and c.keywords(b=1, a=0)[:2] == (0, 1)

# Operators, enumerations.
v = c.Vec(1, 2)
v += c.Vec(1, 1)
assert v == c.Vec(2, 3) and v * 2 == c.Vec(4, 6) and -v == c.Vec(-2, -3) and list(v) == [2.0, 3.0] and {v: 1}[c.Vec(2, 3)] == 1
raises(TypeError, lambda: v + 5)
raises(IndexError, lambda: v[2])
assert c.next_colour(c.Colour.red) is c.Colour.green and issubclass(c.Colour, enum.Enum) and c.Colour.red.__doc__ == "as blood"
assert c.Bits.one | c.Bits.two == c.Bits(3) and issubclass(c.Bits, enum.IntFlag)
raises(TypeError, c.next_colour, "red")

# Weak references, cycles.
died = weakref.ref(square)
del square
assert died() is None
holder = c.Holder()
holder.held = lambda: holder
number = c.alive()
del holder
gc.collect()
assert c.alive() == number - 1
circle = Circle(1)
circle.me = circle
died = weakref.ref(circle)
del circle
gc.collect()
assert died() is None

# Exceptions.
for which in ("strange", "odd", "range", "runtime", "stop", "other"):
    error = raises(Exception, c.throws, which)
    print(which, type(error).__module__, type(error).__name__, error.args)


def fails(error):
    raise error


assert c.catches(lambda: fails(ValueError(1)))[0] == "caught" and c.catches(lambda: 5) == 5
assert raises(KeyError, c.catches, lambda: {}[7]).args == (7,)
assert str(raises(RuntimeError, c.chains, lambda: fails(OSError("first"))).__cause__) == "first"

# Arrays.
assert c.sum(memoryview(array.array("d", range(6))).cast("B").cast("d", (2, 3))) == 15.0
target = bytearray(4)
c.fill(target, 7)
assert target == b"\7\7\7\7"
raises(TypeError, c.sum, array.array("d", [1]))
raises(TypeError, c.fill, b"fixed", 1)
view = c.view(4)
part = memoryview(view)[1:3]
assert view.tolist() == [0.0, 1.0, 2.0, 3.0] and view.format == "d"
number = c.alive()
del view
assert list(part) == [1.0, 2.0]
del part
gc.collect()
assert c.alive() == number - 1

# Iterators, functions, threads.
assert list(c.primes()) == [2, 3, 5, 7] and c.consume(x for x in "ab") == ["a", "b"]
raises(ZeroDivisionError, c.consume, (1 / x for x in (1, 0)))
seen = set()


def call(i):
    seen.add(threading.get_ident())
    return i


assert c.from_threads(call) == [4950] * 4 and threading.get_ident() not in seen
assert c.compose(lambda x: x + 1, lambda x: x * 10)(4) == 41 and c.maybe(None) is None and c.maybe(4) == 5
assert c.maps({"a": [1]}) == {"a": [1]} and c.overloaded(1) + c.overloaded("x") == "intstr"
items = []
threads = [threading.Thread(target=lambda: [c.locked(items, i) for i in range(500)]) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert sorted(items) == sorted(list(range(500)) * 4)

kept = error = v = None
gc.collect()
assert c.alive() == began, (c.alive(), began)
